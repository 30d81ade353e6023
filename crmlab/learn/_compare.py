"""Compare an answer with the right one, kind by kind: kind first, then shape, then values."""

import contextlib
import io
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import listing, nearest
from crmlab.learn._diagnose import (
    UNANSWERED,
    after_word,
    as_number,
    describe,
    not_finite,
    out_of_range,
    plain,
    short,
    wrong_kind,
)
from crmlab.learn._errors import PracticeError
from crmlab.learn.practice import Exercise


def compare(exercise: Exercise, answer: Any, expected: Any) -> str | None:
    """Return None for a right answer, otherwise the Chinese sentence that says what is wrong."""
    several = exercise.kind in ("choice", "text") and not isinstance(expected, str)
    fault = wrong_kind(expected, "choices" if several else exercise.kind)
    if fault is not None:
        raise PracticeError(
            f"即时练 {exercise.id} 的标准答案是{fault}这不是你的错，请告诉老师检查“{exercise.folder.name}”的练习文件。"
        )
    problem = wrong_kind(answer, "choices" if several and exercise.kind == "choice" else exercise.kind)
    if problem is not None:
        return f"你给的是{problem}"
    return _KINDS[exercise.kind](exercise, answer, expected)


def _more(exercise: Exercise) -> str:
    return f'要看提示，运行 `learn.hint("{exercise.id}")`。'


def _tolerance(exercise: Exercise, expected: float) -> float:
    return 1e-6 * max(1.0, abs(expected)) if exercise.tolerance is None else exercise.tolerance + 1e-12


def _same(exercise: Exercise, answer: Any, expected: Any) -> bool:
    """Whether two single values agree (numbers within the tolerance, missing with missing)."""
    left, right = as_number(answer), as_number(expected)
    if left is not None and right is not None:
        if math.isnan(left) or math.isnan(right):
            return math.isnan(left) and math.isnan(right)
        return left == right or abs(left - right) <= _tolerance(exercise, right)
    if pd.api.types.is_scalar(answer) and pd.api.types.is_scalar(expected):
        if pd.isna(answer) or pd.isna(expected):
            return bool(pd.isna(answer) and pd.isna(expected))
        if isinstance(answer, str) and isinstance(expected, str):
            return plain(answer) == plain(expected)
    try:
        return bool(answer == expected)
    except ValueError:
        # An array or a column inside a list or a cell: its comparison is neither true nor false.
        return False


def _number(exercise: Exercise, answer: Any, expected: Any) -> str | None:
    number, right = float(answer), float(expected)
    problem = not_finite(number)
    if problem is not None and not math.isnan(right):
        return f"你给的是{problem}"
    if _same(exercise, number, right):
        return None
    tolerance = _tolerance(exercise, right)
    # Within this bound of zero every small number would look like a slip of scale or sign.
    if abs(right) > 3 * tolerance:
        if abs(number * 100 - right) <= max(tolerance, min(0.5, abs(right) / 10)):
            return f"你得到 {short(number)}，像是占比（0–1）。题目要百分数：乘 100。"
        if abs(number / 100 - right) <= tolerance:
            return f"你得到 {short(number)}，像是百分数。题目要占比（0–1）：除以 100。"
        if abs(number + right) <= tolerance:
            return f"你得到 {short(number)}，大小对了，符号反了。看看是谁减谁。"
    problem = out_of_range(number, exercise.low, exercise.high, exercise.unit)
    if problem is not None:
        return f"你得到{problem}"
    if any(math.isclose(number, round(right, digits), abs_tol=1e-9) for digits in range(4)):
        return f"你得到 {short(number)}，小数舍得太早了。先不要取整，把算出来的数直接交上来。"
    return f"你得到 {short(number)}，还不对。{_more(exercise)}"


def _text(exercise: Exercise, answer: str, expected: Any) -> str | None:
    if not answer.strip():
        return "答案是空的。把文字写在引号里面。"
    accepted = [expected] if isinstance(expected, str) else list(expected)
    if plain(answer).rstrip("。.!") in {plain(text).rstrip("。.!") for text in accepted}:
        return None
    return f"{short(answer)}还不对。{_more(exercise)}"


def _choice(exercise: Exercise, answer: Any, expected: Any) -> str | None:
    options = {plain(option): option for option in exercise.options}
    chosen = [answer] if isinstance(answer, str) else list(answer)
    for one in chosen:
        if plain(one) not in options:
            return f"{short(one)}不在选项里。可选的有：{listing(exercise.options)}。"
    if isinstance(expected, str):
        return None if plain(answer) == plain(expected) else f"{short(answer)}还不对。{_more(exercise)}"
    got, right = {plain(one) for one in chosen}, {plain(one) for one in expected}
    if got == right:
        return None
    extra, missing = len(got - right), len(right - got)
    parts = [f"多选了 {extra} 个"] * bool(extra) + [f"少选了 {missing} 个"] * bool(missing)
    return f"{'，'.join(parts)}。{_more(exercise)}"


def _series(exercise: Exercise, answer: pd.Series, expected: pd.Series) -> str | None:
    missing = [label for label in expected.index if label not in answer.index]
    extra = [label for label in answer.index if label not in expected.index]
    if missing:
        tip = nearest(missing[0], extra)
        return f"这一列里缺少 {listing(missing)}（看行索引）。{tip}现有的：{listing(answer.index)}。"
    if extra or len(answer) != len(expected):
        shown = f"，多了 {listing(extra)}" if extra else ""
        return f"应有 {len(expected)} 个值，你有 {len(answer)} 个{shown}。"
    unique = expected.index.is_unique
    paired = answer.loc[expected.index] if unique else answer
    for label, got, right in zip(expected.index, paired, expected, strict=True):
        if _same(exercise, got, right):
            continue
        number = as_number(got)
        problem = None if number is None else out_of_range(number, exercise.low, exercise.high, exercise.unit)
        if problem is not None:
            return f"“{label}”这一项是{problem}"
        return f"“{label}”这一项是{after_word(got)}，还不对。{_more(exercise)}"
    if exercise.ordered and list(answer.index) != list(expected.index):
        return "数值都对了，只是顺序不对。按题目的要求用 .sort_values() 或 .sort_index() 排一下。"
    return None


def _table(exercise: Exercise, answer: pd.DataFrame, expected: pd.DataFrame) -> str | None:
    if expected.index.names != [None]:
        expected = expected.reset_index()
        if answer.index.names != [None]:
            answer = answer.reset_index()
    for column in expected.columns:
        if column in answer.columns:
            continue
        if column in answer.index.names:
            return f"“{column}”现在是行索引，不是列。用 .reset_index() 把它变成列。"
        return f"表里缺少列“{column}”。{nearest(column, answer.columns)}现有的列：{listing(answer.columns)}。"
    if answer.columns.has_duplicates:
        return f"表里有两列都叫“{answer.columns[answer.columns.duplicated()][0]}”。给其中一列换个名字。"
    if len(answer) != len(expected):
        return f"表应有 {len(expected)} 行，你有 {len(answer)} 行。看看筛选和分组的条件。"
    answer = answer[list(expected.columns)]
    wrong = _first_difference(exercise, answer, expected)
    if wrong is None:
        return None
    sorted_wrong = _first_difference(exercise, _sorted(answer), _sorted(expected))
    if sorted_wrong is None:
        if exercise.ordered is False:
            return None
        return "表的内容都对了，只是行的顺序不对。按题目的要求用 .sort_values() 排一下。"
    row, column, got = sorted_wrong if exercise.ordered is False else wrong
    place = "有一行的" if exercise.ordered is False else f"第 {row + 1} 行的"
    return f"{place}“{column}”是{after_word(got)}，还不对。{_more(exercise)}"


def _first_difference(exercise: Exercise, answer: pd.DataFrame, expected: pd.DataFrame) -> tuple[int, str, Any] | None:
    for column in expected.columns:
        for row, (got, right) in enumerate(zip(answer[column], expected[column], strict=True)):
            if not _same(exercise, got, right):
                return row, str(column), got
    return None


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    # Labels before measured numbers: a rounded number must not decide which rows are compared.
    columns = sorted(table.columns, key=lambda name: (pd.api.types.is_float_dtype(table[name]), str(name)))
    return table.sort_values(columns, key=lambda values: values.astype(str) if values.dtype == object else values)


def _list(exercise: Exercise, answer: Any, expected: Any) -> str | None:
    got, right = list(answer), list(expected)
    if len(got) != len(right):
        return f"列表应有 {len(right)} 项，你有 {len(got)} 项。"
    if all(_same(exercise, a, b) for a, b in zip(got, right, strict=True)):
        return None
    left = list(got)
    for value in right:
        match = next((i for i, one in enumerate(left) if _same(exercise, one, value)), None)
        if match is not None:
            del left[match]
    if not left:
        return None if exercise.ordered is False else "各项都对了，只是顺序不对。按题目的要求排一下。"
    if exercise.ordered is False:
        return f"列表里有 {len(left)} 项还不对。{_more(exercise)}"
    place = next(i for i, (a, b) in enumerate(zip(got, right, strict=True)) if not _same(exercise, a, b))
    return f"第 {place + 1} 项是{after_word(got[place])}，还不对。{_more(exercise)}"


def _call(exercise: Exercise, function: Callable[..., Any], call: str) -> tuple[Any, Exception | None]:
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return exercise.evaluate(f"answer({call})", answer=function), None
    except Exception as err:
        return None, err


def _function(exercise: Exercise, answer: Callable[..., Any], expected: Callable[..., Any]) -> str | None:
    name = getattr(answer, "__name__", "f")
    for call in exercise.calls:
        got, error = _call(exercise, answer, call)
        right, right_error = _call(exercise, expected, call)
        shown = f"`{name}({call})`"
        if got is ...:
            return UNANSWERED
        if error is not None and right_error is None:
            return f"{shown} 运行时出错：{type(error).__name__}（{error}）。先在自己的格子里调用一次，看是哪一行。"
        if right_error is not None:
            wanted = type(right_error).__name__
            if error is None:
                return f"{shown} 应该报错 {wanted}，你的函数给出{after_word(got)}。"
            if type(error) is not type(right_error):
                return f"{shown} 应该报错 {wanted}，你的函数报的是 {type(error).__name__}。"
            continue
        if got is None and right is not None:
            return f"{shown} 没有返回值。函数最后要写 return；print 只是显示，不是返回。"
        if not _same_result(exercise, got, right):
            return f"{shown} 应该得到{after_word(right)}，你的函数给出{after_word(got)}。"
    return None


def _same_result(exercise: Exercise, got: Any, right: Any) -> bool:
    if isinstance(right, pd.DataFrame):
        return isinstance(got, pd.DataFrame) and _table(exercise, got, right) is None
    if isinstance(right, pd.Series):
        return isinstance(got, pd.Series) and _series(exercise, got, right) is None
    if isinstance(right, list | tuple | np.ndarray):
        return isinstance(got, list | tuple | np.ndarray) and _list(exercise, got, right) is None
    return describe(got).split(" ")[0] == describe(right).split(" ")[0] and _same(exercise, got, right)


_KINDS: dict[str, Callable[[Exercise, Any, Any], str | None]] = {
    "number": _number,
    "text": _text,
    "choice": _choice,
    "series": _series,
    "table": _table,
    "list": _list,
    "function": _function,
}
