"""What kind of thing an answer is, and the sentence that leads from it to the kind that is wanted."""

import dataclasses
import math
import unicodedata
from collections.abc import Callable, Collection
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import listing

UNANSWERED = "还没有作答：把 `...` 换成你的代码。"

WANTED = {
    "number": "一个数",
    "text": "一段文字",
    "choice": "选项的文字",
    "choices": "由选项组成的列表",
    "table": "一张表（DataFrame）",
    "series": "一列数据（Series）",
    "list": "一个列表",
    "function": "一个函数",
}


def plain(text: object) -> str:
    """Text as compared: half-width, no blanks, no case."""
    return "".join(unicodedata.normalize("NFKC", str(text)).casefold().split())


def short(value: object, limit: int = 40) -> str:
    """Representation of a value as shown inside a sentence."""
    if isinstance(value, bool | np.bool_ | None):
        return str(value)
    number = as_number(value)
    if number is not None:
        return f"{number:.6g}"
    if isinstance(value, pd.Series | pd.DataFrame | np.ndarray) or dataclasses.is_dataclass(value):
        return describe(value)
    text = f"“{value}”" if isinstance(value, str) else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def after_word(value: object) -> str:
    """``short(value)`` as it follows a Chinese word: a blank only before Latin letters and digits."""
    text = short(value)
    return f" {text}" if text[:1].isascii() else text


def as_number(value: object) -> float | None:
    """Float value of one real number of whatever type, None for anything else (booleans too)."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, bool | np.bool_):
        return None
    if isinstance(value, int | float | np.integer | np.floating | Decimal | Fraction):
        return float(value)
    return None


def describe(value: Any) -> str:
    """Say in Chinese what ``value`` is."""
    if isinstance(value, pd.DataFrame):
        return f"一张表（DataFrame，{value.shape[0]} 行 {value.shape[1]} 列）"
    if isinstance(value, pd.Series):
        return f"一列数据（Series，{len(value)} 个值）"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"一个数组（array，形状 {value.shape}）"
    if isinstance(value, str):
        return f"文字{short(value)}"
    if as_number(value) is not None:
        return f"数 {short(value)}"
    for kind, name in ((list, "列表"), (tuple, "元组"), (set, "集合"), (dict, "字典")):
        if isinstance(value, kind):
            return f"一个{name}（{kind.__name__}，{len(value)} 项）"
    if value is None:
        return "空值 None"
    if isinstance(value, bool | np.bool_):
        return f"真假值 {value}"
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return f"整个结果 {type(value).__name__}"
    if callable(value):
        return f"函数 {getattr(value, '__name__', type(value).__name__)} 本身"
    return f"一个 {type(value).__name__}"


def wrong_kind(answer: Any, want: str) -> str | None:
    """Sentence about an answer of the wrong kind (no subject in front), None when the kind is right."""
    if _FITS[want](answer):
        return None
    return f"{describe(answer)}，这里要{WANTED[want]}。{_advice(answer, want)}"


def not_finite(number: float) -> str | None:
    """Sentence about a missing or infinite number."""
    if math.isnan(number):
        return "缺失值 NaN，这里要一个数。先看数据里有没有缺失值，再看分母是不是 0。"
    if math.isinf(number):
        return "无穷大 inf，这里要一个有限的数。分母多半是 0，请检查除法。"
    return None


def out_of_range(number: float, low: float | None, high: float | None, unit: str) -> str | None:
    """Sentence about a number outside its possible range; the blank in front separates it from a Chinese word."""
    if (low is None or number >= low) and (high is None or number <= high):
        return None
    if low is not None and high is not None:
        bounds = f"在 {low:g} 到 {high:g} 之间"
    else:
        bounds = f"不小于 {low:g}" if low is not None else f"不大于 {high:g}"
    if any(letter.isdigit() for letter in unit):
        bounds, unit = f"是 {unit}", ""
    return f" {number:.6g}，可它应{bounds}{f'（{unit}）' if unit else ''}。检查公式和分母。"


def _is_list(answer: object) -> bool:
    return isinstance(answer, list | tuple | pd.Series | pd.Index) or (
        isinstance(answer, np.ndarray) and answer.ndim == 1
    )


_FITS: dict[str, Callable[[Any], bool]] = {
    "number": lambda answer: as_number(answer) is not None,
    "text": lambda answer: isinstance(answer, str),
    "choice": lambda answer: isinstance(answer, str),
    "choices": lambda answer: _is_list(answer) or isinstance(answer, set | frozenset),
    "table": lambda answer: isinstance(answer, pd.DataFrame),
    "series": lambda answer: isinstance(answer, pd.Series),
    "list": _is_list,
    "function": lambda answer: callable(answer) and not isinstance(answer, type),
}


def _fields(answer: Any, kinds: Collection[str]) -> list[str]:
    """Names of the fields of a result object that would fit one of ``kinds``."""
    named = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
    return [f".{name}" for name, value in named.items() if any(_FITS[kind](value) for kind in kinds)]


def _advice(answer: Any, want: str) -> str:
    if answer is None:
        return "常见原因：函数里没有 return，或存下的是 print() 的结果。"
    if dataclasses.is_dataclass(answer) and not isinstance(answer, type):
        fields = _fields(answer, [want])
        return f"结果里有 {listing(fields)}，取题目要的那一个。" if fields else "从结果里取出题目要的那一部分。"
    if want == "function":
        return "只写函数的名字，后面不加括号。"
    if callable(answer):
        return "在名字后面加上括号和参数，把它算出来。"
    advice = {
        "number": _advice_number,
        "text": lambda _: "在两边加上引号。",
        "choice": lambda _: "写一个选项，两边加引号。",
        "choices": lambda _: '写成方括号里的几个选项，如 ["A", "C"]。',
        "table": _advice_table,
        "series": _advice_series,
        "list": _advice_list,
    }
    return advice[want](answer)


def _advice_number(answer: Any) -> str:
    if isinstance(answer, str):
        text = unicodedata.normalize("NFKC", answer).strip().replace(",", "")
        try:
            return f"去掉引号，写成 {float(text):.6g}。"
        except ValueError:
            return "去掉引号和百分号，写成数字。" if text.endswith("%") else "先算出数值，再存下来。"
    if isinstance(answer, bool | np.bool_):
        return "你多半写了一个比较式（如 == 或 >），它只回答真假。"
    if isinstance(answer, pd.DataFrame):
        return "用 .loc[行, 列] 取出题目要的那一格。"
    if isinstance(answer, dict):
        return "用键取出题目要的那一个值。"
    if isinstance(answer, pd.Series):
        return "用 .iloc[0] 取出它。" if len(answer) == 1 else "先汇总成一个数（如 .mean()），或用 .loc[...] 取出一个。"
    if isinstance(answer, list | tuple | np.ndarray):
        return "用 [0] 取出它。" if len(answer) == 1 else "先汇总成一个数，或取出其中一个。"
    return "把题目要的数存下来。"


def _advice_table(answer: Any) -> str:
    if isinstance(answer, pd.Series):
        return "用 .reset_index() 把它变成表。"
    return "用 pd.DataFrame(...) 把它变成表。" if isinstance(answer, dict | list | np.ndarray) else "把整张表存下来。"


def _advice_series(answer: Any) -> str:
    if isinstance(answer, pd.DataFrame):
        return '用 表["列名"] 取出那一列。'
    return (
        "用 pd.Series(...) 把它变成一列。"
        if isinstance(answer, dict | list | tuple | np.ndarray)
        else "把整列数据存下来。"
    )


def _advice_list(answer: Any) -> str:
    if isinstance(answer, pd.DataFrame):
        return '先用 表["列名"] 取出一列，再用 .tolist()。'
    if isinstance(answer, dict | set):
        return "用 list(...) 把它变成列表。"
    return "写在方括号里，用逗号隔开。"
