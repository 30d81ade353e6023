"""Tests that a student may see: they name what is missing in one sentence, they do not judge the value."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

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
    wrong_kind,
)
from crmlab.learn._errors import NotYet


def _kind(answer: Any, name: str, want: str) -> None:
    if answer is ...:
        raise NotYet(f"`{name}` {UNANSWERED}")
    problem = wrong_kind(answer, want)
    if problem is not None:
        raise NotYet(f"`{name}` 是{problem}")


def number(answer: Any, name: str, *, low: float | None = None, high: float | None = None, unit: str = "") -> None:
    """检查答案是一个数，并且在可能的范围内。

    Parameters
    ----------
    answer : object
        学生的答案。
    name : str
        变量名，写进提示。
    low, high : float, optional
        可能的最小、最大值（含两端）。
    unit : str
        单位，写进提示。

    Raises
    ------
    NotYet
        没有作答、不是数、是缺失值，或超出范围。

    Examples
    --------
    >>> number(62.5, "rate", low=0, high=100, unit="%")
    >>> number("62.5", "rate")
    Traceback (most recent call last):
    crmlab.learn._errors.NotYet: `rate` 是文字“62.5”，这里要一个数。去掉引号，写成 62.5。
    """
    _kind(answer, name, "number")
    value = float(answer)
    problem = not_finite(value) or out_of_range(value, low, high, unit)
    if problem is not None:
        raise NotYet(f"`{name}` 是{problem}")


def table(
    answer: Any,
    name: str,
    *,
    columns: Collection[str] = (),
    rows: int | None = None,
    sorted_by: str | Sequence[str] | None = None,
    descending: bool = False,
) -> None:
    """检查答案是一张表，列齐全，行数和顺序对。

    Parameters
    ----------
    answer : object
        学生的答案。
    name : str
        变量名，写进提示。
    columns : collection of str
        必须有的列。
    rows : int, optional
        应有的行数。
    sorted_by : str or sequence of str, optional
        应按哪些列排序。
    descending : bool
        从大到小排。

    Raises
    ------
    NotYet
        没有作答、不是表、缺列、行数不对，或没有排好序。

    Examples
    --------
    >>> table(pd.DataFrame({"store": ["城南"], "nps": [-6.0]}), "by_store", columns=["store", "nps"], rows=1)
    """
    _kind(answer, name, "table")
    for column in columns:
        if column in answer.columns:
            continue
        if column in answer.index.names:
            raise NotYet(f"`{name}` 里的“{column}”是行索引，不是列。用 .reset_index() 把它变成列。")
        raise NotYet(
            f"`{name}` 里没有列“{column}”。{nearest(column, answer.columns)}现有的列：{listing(answer.columns) or '一列也没有'}。"
        )
    if rows is not None and len(answer) != rows:
        raise NotYet(f"`{name}` 应有 {rows} 行，现在有 {len(answer)} 行。看看筛选和分组的条件。")
    if sorted_by is not None:
        keys = [sorted_by] if isinstance(sorted_by, str) else list(sorted_by)
        ordered = answer.sort_values(keys, ascending=not descending, kind="stable")
        if not ordered[keys].reset_index(drop=True).equals(answer[keys].reset_index(drop=True)):
            way = "从大到小" if descending else "从小到大"
            raise NotYet(f"`{name}` 应按“{listing(keys)}”{way}排。用 .sort_values() 排一下。")


def series(
    answer: Any,
    name: str,
    *,
    index: Collection[Any] | None = None,
    length: int | None = None,
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
) -> None:
    """检查答案是一列数据，行索引齐全，数值在可能的范围内。

    Parameters
    ----------
    answer : object
        学生的答案。
    name : str
        变量名，写进提示。
    index : collection, optional
        行索引里应有的名字。
    length : int, optional
        应有几个值。
    low, high : float, optional
        可能的最小、最大值（含两端）；给出时每个值都要是数。
    unit : str
        单位，写进提示。

    Raises
    ------
    NotYet
        没有作答、不是一列数据、索引不齐、个数不对，或有值超出范围。

    Examples
    --------
    >>> series(pd.Series({"城南": 81.0, "城北": 74.5}), "rates", index=["城南", "城北"], low=0, high=100)
    """
    _kind(answer, name, "series")
    for label in index or ():
        if label not in answer.index:
            # A number is not a misspelt number: only a text may be meant for another.
            near = (
                nearest(label, [one for one in answer.index if isinstance(one, str)]) if isinstance(label, str) else ""
            )
            raise NotYet(f"`{name}` 的行索引里没有“{label}”。{near}现有的：{listing(answer.index) or '一个也没有'}。")
    if length is not None and len(answer) != length:
        raise NotYet(f"`{name}` 应有 {length} 个值，现在有 {len(answer)} 个。")
    if low is None and high is None:
        return
    for label, one in answer.items():
        value = as_number(one)
        if value is None:
            raise NotYet(f"`{name}` 里“{label}”这一项是{describe(one)}，这里要一个数。")
        problem = not_finite(value) or out_of_range(value, low, high, unit)
        if problem is not None:
            raise NotYet(f"`{name}` 里“{label}”这一项是{problem}")


def text(answer: Any, name: str, *, min_chars: int = 1) -> None:
    """检查答案是一段文字，长度够。

    Parameters
    ----------
    answer : object
        学生的答案。
    name : str
        变量名，写进提示。
    min_chars : int
        至少几个字（空格和换行不算）。

    Raises
    ------
    NotYet
        没有作答、不是文字，或太短。

    Examples
    --------
    >>> text("先补货，再谈推荐。", "advice", min_chars=6)
    """
    _kind(answer, name, "text")
    count = len("".join(answer.split()))
    if count < min_chars:
        raise NotYet(f"`{name}` 至少写 {min_chars} 个字，现在是 {count} 个。")


def choice(answer: Any, name: str, options: Collection[str]) -> None:
    """检查答案是给定选项中的一个。

    Parameters
    ----------
    answer : object
        学生的答案。
    name : str
        变量名，写进提示。
    options : collection of str
        可选的值。

    Raises
    ------
    NotYet
        没有作答、不是文字，或不在选项里。

    Examples
    --------
    >>> choice("B", "q3", ["A", "B", "C"])
    """
    _kind(answer, name, "choice")
    if answer not in options:
        raise NotYet(_not_an_option(answer, name, options))


def choices(answer: Any, name: str, options: Collection[str], *, at_least: int = 1) -> None:
    """检查答案是由给定选项组成的列表，不重复。

    Parameters
    ----------
    answer : object
        学生的答案。
    name : str
        变量名，写进提示。
    options : collection of str
        可选的值。
    at_least : int
        至少选几个。

    Raises
    ------
    NotYet
        没有作答、不是列表、有的值不在选项里、重复，或选得太少。

    Examples
    --------
    >>> choices(["A", "C"], "q4", ["A", "B", "C", "D"])
    """
    _kind(answer, name, "choices")
    chosen = list(answer)
    for one in chosen:
        if one is ...:
            raise NotYet(f"`{name}` {UNANSWERED}")
        if one not in options:
            raise NotYet(_not_an_option(one, name, options))
    if len(set(chosen)) != len(chosen):
        raise NotYet(f"`{name}` 里有选项写了两遍。每个选项只写一次。")
    if len(chosen) < at_least:
        raise NotYet(f"`{name}` 至少选 {at_least} 个，现在是 {len(chosen)} 个。")


def _not_an_option(answer: Any, name: str, options: Collection[str]) -> str:
    same = next((option for option in options if plain(option) == plain(answer)), None)
    tip = f"请写成“{same}”（注意大小写和全角、半角）。" if same is not None else f"可选的有：{listing(options)}。"
    return f"`{name}` 是{after_word(answer)}，不在选项里。{tip}"


def function(
    answer: Any,
    name: str,
    *,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    returns: str | None = None,
) -> None:
    """检查答案是一个能运行的函数，返回的东西类型对。

    Parameters
    ----------
    answer : object
        学生的函数。
    name : str
        函数名，写进提示。
    args, kwargs : sequence, mapping
        试着用这些参数调用一次。
    returns : {"number", "text", "table", "series", "list"}, optional
        应返回什么。

    Raises
    ------
    NotYet
        没有作答、不是函数、运行出错、没有返回值，或返回的类型不对。

    Examples
    --------
    >>> function(lambda scores: sum(scores) / len(scores), "mean_score", args=[[4, 5, 3]], returns="number")
    """
    _kind(answer, name, "function")
    shown = (
        f"`{name}({', '.join([*map(_argument, args), *(f'{k}={_argument(v)}' for k, v in (kwargs or {}).items())])})`"
    )
    try:
        value = answer(*args, **(kwargs or {}))
    except Exception as err:
        raise NotYet(
            f"{shown} 运行时出错：{type(err).__name__}（{err}）。先在自己的格子里调用一次，看是哪一行。"
        ) from None
    if value is ...:
        raise NotYet(f"`{name}` {UNANSWERED}")
    if returns is None:
        return
    if value is None:
        raise NotYet(f"{shown} 没有返回值。函数最后要写 return；print 只是显示，不是返回。")
    problem = wrong_kind(value, returns)
    if problem is not None:
        raise NotYet(f"{shown} 返回的是{problem}")


def _argument(value: Any) -> str:
    if isinstance(value, pd.DataFrame):
        return "表"
    if isinstance(value, pd.Series):
        return "列"
    text = repr(value)
    return text if len(text) <= 30 else f"{text[:29]}…"


def figure(
    answer: Any,
    name: str = "ax",
    *,
    title_contains: str | Collection[str] = (),
    kind: str | None = None,
    count: int | None = None,
    labels: bool = True,
) -> None:
    """检查一张图：有中文标题、字画得出来、坐标轴有名字、画的是要求的图形。

    Parameters
    ----------
    answer : matplotlib Axes or Figure
        学生画的图。
    name : str
        变量名，写进提示。
    title_contains : str or collection of str
        标题里应出现的词。
    kind : {"bars", "lines", "points"}, optional
        应画的图形：柱（条）、线、点。
    count : int, optional
        应有几根柱、几条线或几个点。
    labels : bool
        横轴和纵轴是否都要有名字。

    Raises
    ------
    NotYet
        没有作答、不是图、没有标题、标题没有中文、字会变成方框、轴没有名字，或图形不对。

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> figure(axes, "ax")
    Traceback (most recent call last):
    crmlab.learn._errors.NotYet: `ax` 还没有标题。用 ax.set_title("……") 写一句你的发现。
    """
    from crmlab.learn._figures import problem as figure_problem

    if answer is ...:
        raise NotYet(f"`{name}` {UNANSWERED}")
    words = [title_contains] if isinstance(title_contains, str) else list(title_contains)
    problem = figure_problem(answer, words, kind, count, labels)
    if problem is not None:
        raise NotYet(f"`{name}` {problem}")


__all__ = ["NotYet", "choice", "choices", "figure", "function", "number", "series", "table", "text"]
