"""Editable rule tables: one row is one condition on one column, the rows of one name must all hold."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_labels, check_present, listing

OPERATORS = {
    "==": "等于",
    "!=": "不等于",
    ">": "大于",
    ">=": "不小于",
    "<": "小于",
    "<=": "不大于",
    "between": "在两个值之间（写成“低|高”，含两端）",
    "in": "是其中之一（写成“甲|乙”）",
    "contains": "文字里含有",
    "missing": "缺失",
    "known": "不缺失",
}
_ORDERED: dict[str, Callable[[Any, Any], Any]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


def rules_met(table: pd.DataFrame, rules: pd.DataFrame, *, name: str, noun: str) -> dict[Any, np.ndarray]:
    """Return for each name in the rule table, in its order, which rows of ``table`` meet all its conditions.

    ``rules`` has the columns ``name``, column, op (one of OPERATORS) and value; ``noun`` is what a name is called in
    Chinese, such as 标签. A missing value meets no condition but ``missing``: not known is not "not".

    Raises
    ------
    TypeError
        要比大小的列不是数字也不是日期。
    ValueError
        缺列，名称是空的，op 不认识，或 value 写得不对。
    """
    check_frame("rules", rules, [name, "column", "op", "value"])
    check_frame("customers", table, list(rules["column"]))
    check_labels("op", rules["op"], OPERATORS, missing=False)
    check_present(name, rules[name])
    met: dict[Any, np.ndarray] = {}
    for rule in rules.to_dict("records"):
        holds = _met(table[rule["column"]], rule["op"], rule["value"], f"{noun}“{rule[name]}”")
        met[rule[name]] = met.get(rule[name], np.ones(len(table), dtype=bool)) & holds
    return met


def _met(series: pd.Series, op: str, value: Any, whose: str) -> np.ndarray:
    known: np.ndarray = series.notna().to_numpy()
    if op in ("missing", "known"):
        return known if op == "known" else ~known
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        raise ValueError(f"{whose}的规则 {op} 没有写 value。请写上要比的值。")
    if op == "contains":
        met = series.astype("str").str.contains(str(value), regex=False, na=False)
    elif op in _ORDERED:
        met = _ORDERED[op](series, _one(series, value, whose))
    elif op == "between":
        ends = str(value).split("|")
        if len(ends) != 2:
            raise ValueError(f"{whose}的规则 between 的 value 应写成“低|高”，现在是“{value}”。")
        met = (series >= _one(series, ends[0], whose)) & (series <= _one(series, ends[1], whose))
    else:
        options = str(value).split("|") if op == "in" else [value]
        met = series.isin([_same(series, option, whose) for option in options])
        met = ~met if op == "!=" else met
    holds: np.ndarray = known & np.asarray(met.fillna(False), dtype=bool)
    return holds


def _same(series: pd.Series, value: Any, whose: str) -> Any:
    if pd.api.types.is_bool_dtype(series):
        said = str(value).strip().casefold()
        if said not in _TRUTH:
            raise ValueError(f"{whose}：列“{series.name}”是 True/False，value 不能是“{value}”。")
        return _TRUTH[said]
    if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_datetime64_any_dtype(series):
        return _one(series, value, whose)
    return value.strip() if isinstance(value, str) else value


def _one(series: pd.Series, value: Any, whose: str) -> Any:
    """Return the value in the type of the column that is compared by size."""
    try:
        if pd.api.types.is_datetime64_any_dtype(series):
            return pd.Timestamp(value.strip() if isinstance(value, str) else value)
        if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
            return float(value)
    except (ValueError, TypeError):
        kind = "日期" if pd.api.types.is_datetime64_any_dtype(series) else "数字"
        raise ValueError(f"{whose}：列“{series.name}”是{kind}，value 不能是“{value}”。") from None
    raise TypeError(
        f"{whose}：列“{series.name}”不是数字也不是日期，不能比大小。文字请用 {listing(['==', 'in', 'contains'])}。"
    )
