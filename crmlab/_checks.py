"""Argument checks and the wording of errors. Imports nothing of ours.

Every check raises before any work is done. A message says which argument, what is allowed, what was
found and where, and what to do next. Rows are counted from 1, the way a person counts them; where the
index says something else (a filtered table), the index is named too.
"""

import difflib
import numbers
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd


def nearest(name: object, valid: Iterable[object]) -> str:
    """Return ``你是不是想写“x”？`` for the valid name closest to ``name``, or an empty string."""
    by_text = {str(v): str(v) for v in valid}
    by_text.update({str(v).casefold(): str(v) for v in by_text})
    match = difflib.get_close_matches(str(name).strip().casefold(), by_text, n=1, cutoff=0.5)
    return f"你是不是想写“{by_text[match[0]]}”？" if match else ""


def listing(names: Iterable[object], limit: int = 12) -> str:
    """Join names with the Chinese enumeration comma, cutting long lists."""
    shown = [str(n) for n in names]
    return "、".join(shown[:limit]) + (f" 等 {len(shown)} 个" if len(shown) > limit else "")


def row_of(series: pd.Series, at: int) -> str:
    """Say where position ``at`` is: ``第 4 行``, plus the index label when it is not the plain count."""
    label = series.index[at]
    return f"第 {at + 1} 行" if label == at else f"第 {at + 1} 行（索引 {label}）"


def check_frame(argument: str, table: Any, columns: Collection[str] = (), *, allow_empty: bool = False) -> pd.DataFrame:
    """Return ``table`` if it is a DataFrame with ``columns`` and at least one row.

    Raises
    ------
    TypeError
        不是 DataFrame。
    ValueError
        缺列，列名重复，或一行数据也没有。
    """
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"参数 {argument} 应是一张表（DataFrame），你给的是 {type(table).__name__}。")
    for column in columns:
        found = list(table.columns).count(column)
        if found == 0:
            raise ValueError(
                f"表 {argument} 里没有列“{column}”。{nearest(column, table.columns)}现有的列：{listing(table.columns)}。"
            )
        if found > 1:
            raise ValueError(f"表 {argument} 里有 {found} 列都叫“{column}”。请先改名或删去多余的列。")
    if not allow_empty and table.empty:
        raise ValueError(f"表 {argument} 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。")
    return table


def check_series(argument: str, values: Any) -> pd.Series:
    """Return a one-dimensional collection as a Series (order and index kept, nothing converted).

    Raises
    ------
    TypeError
        给的是一张表、一个单独的值、一段文字，或没有次序的集合。
    """
    if isinstance(values, pd.Series):
        return values
    if isinstance(values, pd.DataFrame):
        raise TypeError(
            f'参数 {argument} 应是一列数据，你给的是一张表（DataFrame）。请选出其中一列，例如 表["{values.columns[0]}"]。'
            if len(values.columns)
            else f"参数 {argument} 应是一列数据，你给的是一张空表（DataFrame）。"
        )
    is_list = isinstance(values, list | tuple | range | pd.Index | pd.api.extensions.ExtensionArray)
    if not is_list and not (isinstance(values, np.ndarray) and values.ndim == 1):
        raise TypeError(f"参数 {argument} 应是一列数据（Series 或列表），你给的是 {type(values).__name__}。")
    return pd.Series(values, dtype=object) if len(values) == 0 else pd.Series(values)


def _numbers(series: pd.Series, name: str) -> pd.Series:
    """Return the series as float; a value that is not a number is named with its row."""
    if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_complex_dtype(series):
        return pd.Series(series.to_numpy(dtype=float, na_value=np.nan), index=series.index, name=series.name)
    missing = series.isna().to_numpy()
    for at, value in enumerate(series):
        if missing[at] or isinstance(value, numbers.Real | Decimal):
            continue
        if isinstance(value, str) and not np.isnan(_to_float(value)):
            raise TypeError(
                f"{name}应全是数字，{row_of(series, at)}是文字“{value}”。请先用 pd.to_numeric() 把这一列变成数字。"
            )
        raise TypeError(f"{name}应全是数字，{row_of(series, at)}是“{value}”。请先清理这一列。")
    return pd.Series(np.where(missing, np.nan, series.to_numpy(dtype=object)).astype(float), index=series.index)


def _to_float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def check_numbers(
    argument: str,
    values: Any,
    low: float = -np.inf,
    high: float = np.inf,
    *,
    hint: str = "",
    need: int = 1,
    missing: bool = True,
) -> pd.Series:
    """Return ``values`` as a float Series within ``low``–``high``; missing values are kept as NaN.

    True and False count as 1 and 0. ``need`` is the least number of values that are not missing; ``missing=False`` refuses any gap.

    Raises
    ------
    TypeError
        不是一列，或有值不是数字。
    ValueError
        有值越界或是无穷大，有不许出现的缺失值，或有效的值太少。
    """
    series = check_series(argument, values)
    name = f"列“{series.name}”" if isinstance(series.name, str) else f"参数 {argument} "
    numeric = _numbers(series, name)
    array = numeric.to_numpy()
    outside = (array < low) | (array > high)
    if outside.any():
        at = int(np.flatnonzero(outside)[0])
        found = f"{row_of(series, at)}是 {array[at]:g}"
        others = f"，共 {int(outside.sum())} 处" if outside.sum() > 1 else ""
        raise ValueError(f"{name}应{_allowed(low, high)}，{found}{others}。{hint or '请先核对这些行。'}")
    if np.isinf(array).any():
        at = int(np.flatnonzero(np.isinf(array))[0])
        raise ValueError(f"{name}不能有无穷大，{row_of(series, at)}是 {array[at]:g}。请检查是不是除以了 0。")
    gaps = np.isnan(array)
    if not missing and gaps.any():
        at = int(np.flatnonzero(gaps)[0])
        raise ValueError(f"{name}不能有缺失值，{row_of(series, at)}是空的。请先补上或删去这一行。")
    valid = len(array) - int(gaps.sum())
    if valid == 0:
        why = "一个值也没有" if len(array) == 0 else f"的 {len(array)} 个值全是缺失值"
        raise ValueError(f"{name}{why}。请检查数据是否为空，或筛选条件是否太严。")
    if valid < need:
        raise ValueError(f"{name}至少要有 {need} 个有效的值，现在只有 {valid} 个。请先收集更多数据。")
    return numeric


def _allowed(low: float, high: float) -> str:
    if np.isinf(high):
        return f"不小于 {low:g}"
    return f"不大于 {high:g}" if np.isinf(low) else f"在 {low:g}–{high:g} 之间"


def check_scores(argument: str, scores: Any, low: float, high: float, *, hint: str = "") -> pd.Series:
    """Return ``scores`` as a float Series (missing values kept), all within ``low``–``high``."""
    return check_numbers(argument, scores, low, high, hint=hint)


def check_labels(argument: str, values: Any, valid: Collection[str], *, missing: bool = True) -> pd.Series:
    """Return ``values`` as a Series whose entries are all among ``valid``.

    Missing values are let through unless ``missing=False``.

    Raises
    ------
    ValueError
        有值不在允许的名单里，或有不许出现的缺失值。
    """
    series = check_series(argument, values)
    name = f"列“{series.name}”" if isinstance(series.name, str) else f"参数 {argument} "
    wrong = (~series.isin(list(valid)) & series.notna()).to_numpy()
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        value = series.iloc[at]
        raise ValueError(
            f"{name}的{row_of(series, at)}是“{value}”。{nearest(value, valid)}可用的值：{listing(valid)}。"
        )
    if not missing and series.isna().any():
        at = int(np.flatnonzero(series.isna().to_numpy())[0])
        raise ValueError(f"{name}不能有缺失值，{row_of(series, at)}是空的。可用的值：{listing(valid)}。")
    return series


def check_one_of(argument: str, value: object, valid: Collection[object]) -> None:
    """Raise ValueError unless ``value`` is one of ``valid``."""
    if not any(isinstance(value, type(v)) and value == v for v in valid):
        raise ValueError(f"参数 {argument} 不能是“{value}”。{nearest(value, valid)}可用的值：{listing(valid)}。")


def check_number(argument: str, value: Any, *, hint: str = "") -> float:
    """Return ``value`` as a finite float.

    Raises
    ------
    TypeError
        不是一个数。
    ValueError
        是缺失值或无穷大。
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real | Decimal):
        raise TypeError(f"参数 {argument} 应是一个数，你给的是 {type(value).__name__}（{value!r}）。{hint}")
    number = float(value)
    if not np.isfinite(number):
        raise ValueError(f"参数 {argument} 应是一个有限的数，你给的是 {number:g}。{hint}")
    return number


def check_between(
    argument: str, value: Any, low: float, high: float, *, open_ends: bool = False, hint: str = ""
) -> float:
    """Return ``value`` as a float within ``low``–``high`` (ends excluded when ``open_ends``)."""
    number = check_number(argument, value)
    inside = low < number < high if open_ends else low <= number <= high
    if not inside:
        ends = "（不含两端）" if open_ends else ""
        raise ValueError(f"参数 {argument} 应在 {low:g}–{high:g} 之间{ends}，你给的是 {number:g}。{hint}")
    return number


def check_probability(argument: str, value: Any, *, hint: str = "") -> float:
    """Return a share strictly between 0 and 1; a percentage given by mistake is told so."""
    number = check_number(argument, value)
    if not 0 < number < 1:
        said = hint or (f"{number:g}% 请写成 {number / 100:g}。" if 1 < number < 100 else "")
        raise ValueError(f"参数 {argument} 应在 0–1 之间（不含两端），你给的是 {number:g}。{said}")
    return number


def check_positive(argument: str, value: Any, *, allow_zero: bool = False, hint: str = "") -> float:
    """Return a float above 0 (or not below 0 when ``allow_zero``)."""
    number = check_number(argument, value)
    if number < 0 or (number == 0 and not allow_zero):
        rule = "不能小于 0" if allow_zero else "应大于 0"
        raise ValueError(f"参数 {argument} {rule}，你给的是 {number:g}。{hint}")
    return number


def check_count(argument: str, value: Any) -> int:
    """Return a number of people: whole and not negative."""
    number = check_positive(argument, value, allow_zero=True)
    if not number.is_integer():
        raise ValueError(f"参数 {argument} 是人数，应是整数，你给的是 {number:g}。")
    return int(number)


def check_whole(argument: str, value: Any, least: int = 0, *, noun: str = "", why: str = "") -> int:
    """Return a whole number not below ``least``; ``noun`` says in Chinese what is counted, ``why`` what goes wrong."""
    number = check_number(argument, value)
    if number < least or not number.is_integer():
        counted = f"是{noun}，" if noun else ""
        raise ValueError(f"参数 {argument} {counted}应是不小于 {least} 的整数，你给的是 {number:g}。{why}")
    return int(number)


def check_scale(argument: str, scale: Any) -> tuple[float, float]:
    """Return the two ends of an answer scale, low end first."""
    if not isinstance(scale, tuple | list) or len(scale) != 2:
        raise TypeError(f"参数 {argument} 应写成（最低分，最高分），例如 (1, 5)，你给的是 {scale!r}。")
    low, high = check_number(argument, scale[0]), check_number(argument, scale[1])
    if low >= high:
        raise ValueError(f"参数 {argument} 的最低分应小于最高分，你给的是 ({low:g}, {high:g})。")
    return low, high


def check_zero_one(
    argument: str, values: Any, *, missing: bool = True, all_missing: bool = False, say: str = ""
) -> pd.Series:
    """Return a column of yes and no (0 and 1, or False and True) as 0.0 and 1.0; missing values are kept as NaN.

    ``missing=False`` refuses any gap, ``all_missing=True`` lets a column without any answer through. ``say`` names what
    is allowed, such as ``0 和 1``, in every refusal, and words are told how to become 0 and 1.

    Raises
    ------
    TypeError
        不是一列，或有值不是数字。
    ValueError
        有 0 和 1 以外的值，或有不许出现的缺失值。
    """
    series = check_series(argument, values)
    if all_missing and series.isna().all():
        return pd.Series(np.nan, index=series.index)
    name = f"列“{series.name}”" if isinstance(series.name, str) else f"参数 {argument} "
    rule = f"{name}只能是 {say or '0 和 1'}，"
    if say and not pd.api.types.is_numeric_dtype(series):
        words = [at for at, value in enumerate(series) if isinstance(value, str)]
        if words:
            at, word = words[0], series.iloc[words[0]]
            raise TypeError(
                f'{rule}{row_of(series, at)}是“{word}”。请先换成 0/1，例如 (这一列 == "{word}").astype(int)。'
            )
    low, high = (-np.inf, np.inf) if say else (0, 1)
    flags = check_numbers(
        argument, series, low, high, hint="这一列只能是 0 和 1（或 True 和 False）。", missing=missing
    )
    wrong = (~flags.isin([0, 1]) & flags.notna()).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        raise ValueError(f"{rule}{row_of(flags, at)}是 {flags.iloc[at]:g}。{'请先核对这些行。' if say else ''}")
    return flags


def check_present(name: str, values: pd.Series) -> pd.Series:
    """Return the column ``name`` if no entry is missing."""
    gaps = values.isna().to_numpy()
    if gaps.any():
        raise ValueError(f"列“{name}”不能有缺失值，{row_of(values, int(gaps.argmax()))}是空的。请先补上或删去这一行。")
    return values


def check_names(column: str, values: pd.Series) -> pd.Series:
    """Return the column ``column`` if its entries can serve as names: none missing, none twice.

    Raises
    ------
    ValueError
        有名称重复或是空的。
    """
    wrong = (values.duplicated() | values.isna()).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        found = "空的" if pd.isna(values.iloc[at]) else f"“{values.iloc[at]}”"
        raise ValueError(f"列“{column}”的名称应不重复、不空，{row_of(values, at)}是{found}。")
    return values


def check_moment(argument: str, value: Any, *, say: str = '一个日期时间，例如 "2026-03-01 18:00"') -> pd.Timestamp:
    """Return a point in time; ``say`` tells what is wanted.

    Raises
    ------
    TypeError
        读不成日期时间。
    """
    try:
        stamp = pd.Timestamp(value) if isinstance(value, str | date | np.datetime64) else pd.NaT
    except (TypeError, ValueError):
        stamp = pd.NaT
    if not isinstance(stamp, pd.Timestamp):
        raise TypeError(f"参数 {argument} 应是{say}，你给的是 {value!r}。")
    return stamp


def check_moments(name: str, values: pd.Series) -> pd.Series:
    """Return the column ``name`` if it holds dates and times."""
    if not pd.api.types.is_datetime64_any_dtype(values):
        raise TypeError(f"列“{name}”应是日期时间。请先用 pd.to_datetime() 转换这一列。")
    return values


def check_same_zone(name: str, values: pd.Series, moment: pd.Timestamp) -> None:
    """Raise ValueError if only one of a column of times and ``as_of`` (``moment``) has a time zone."""
    if (values.dt.tz is None) != (moment.tz is None):
        raise ValueError(f"列“{name}”和 as_of 一个带时区、一个不带，没法比较。请统一。")


def check_rng(rng: Any, *, say: str = "") -> None:
    """Raise TypeError unless ``rng`` is numpy's random generator; ``say`` tells what is wanted."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"参数 rng 应是{say or ' np.random.default_rng(种子)'}，你给的是 {type(rng).__name__}。")
