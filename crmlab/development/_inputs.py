"""Checks that several files of this topic share: yes/no columns, paired columns, dates, bins of equal rank."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_number, check_numbers, check_series, row_of
from crmlab._intervals import Floats


def check_yes_no(argument: str, values: Any, *, missing: bool = False) -> pd.Series:
    """Return a column of 1 and 0 (True and False count as such) as floats."""
    series = check_series(argument, values)
    name = f"列“{series.name}”" if isinstance(series.name, str) else f"参数 {argument} "
    rule = f"{name}只能是 0 和 1（或 False 和 True），"
    words = np.zeros(len(series), dtype=bool)
    if not pd.api.types.is_numeric_dtype(series):
        words = series.map(lambda v: isinstance(v, str)).to_numpy(dtype=bool)
    if words.any():
        at = int(words.argmax())
        word = series.iloc[at]
        raise TypeError(f'{rule}{row_of(series, at)}是“{word}”。请先换成 0/1，例如 (这一列 == "{word}").astype(int)。')
    answers = check_numbers(argument, series, missing=missing)
    wrong = (~answers.isin([0, 1]) & answers.notna()).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        raise ValueError(f"{rule}{row_of(answers, at)}是 {answers.iloc[at]:g}。请先核对这些行。")
    return answers


def check_same_length(columns: dict[str, pd.Series]) -> int:
    """Return the common length of named columns."""
    sizes = {name: len(column) for name, column in columns.items()}
    if len(set(sizes.values())) > 1:
        said = "，".join(f"{name} 有 {n} 行" for name, n in sizes.items())
        raise ValueError(f"{said}，应一样长。请检查它们是不是取自同一张表。")
    return next(iter(sizes.values()))


def check_bins(argument: str, bins: Any) -> int:
    """Return the number of groups, at least 2."""
    number = check_number(argument, bins)
    if not number.is_integer() or number < 2:
        raise ValueError(f"参数 {argument} 应是不小于 2 的整数，你给的是 {number:g}。")
    return int(number)


def check_dates(name: str, values: pd.Series) -> pd.Series:
    """Return a column of calendar days (time of day and time zone dropped)."""
    if not pd.api.types.is_datetime64_any_dtype(values):
        raise TypeError(f"列“{name}”应是日期。请先用 pd.to_datetime() 把这一列变成日期。")
    if values.isna().any():
        raise ValueError(
            f"列“{name}”不能有缺失值，{row_of(values, int(values.isna().to_numpy().argmax()))}是空的。请先补上或删去这一行。"
        )
    days: pd.Series = (values.dt.tz_localize(None) if values.dt.tz is not None else values).dt.normalize()
    return days


def check_day(argument: str, value: Any) -> pd.Timestamp:
    """Return one calendar day."""
    stamp: Any = pd.NaT
    if isinstance(value, str | date | np.datetime64):
        stamp = pd.to_datetime(value, errors="coerce")
    if pd.isna(stamp):
        raise TypeError(f'参数 {argument} 应是一个日期，例如 "2026-06-30"，你给的是 {value!r}。')
    day: pd.Timestamp = stamp.tz_localize(None).normalize()
    return day


def check_present(name: str, values: pd.Series) -> pd.Series:
    """Return the column if no entry is missing."""
    gaps = values.isna().to_numpy()
    if gaps.any():
        raise ValueError(f"列“{name}”不能有缺失值，{row_of(values, int(gaps.argmax()))}是空的。请先补上或删去这一行。")
    return values


def rank_bins(scores: pd.Series, bins: int) -> np.ndarray:
    """Number the groups 1, 2, ... from the highest scores down; equal scores stay in one group.

    The group follows from the mean rank of the equal scores, so the order of the rows has no say.
    """
    n = len(scores)
    rank = scores.rank(ascending=False, method="average").to_numpy()
    groups: np.ndarray = np.minimum(((rank - 0.5) / n * bins).astype(int), bins - 1) + 1
    return groups


def verdicts(low: Floats, high: Floats) -> list[str]:
    """Say whether a profit's interval lies above zero, below it, or across it."""
    return [
        "看不清" if np.isnan(a) or a <= 0 <= b else ("划算" if a > 0 else "不划算")
        for a, b in zip(low, high, strict=True)
    ]
