"""Checking the raw answers of a survey against rules, cell by cell."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_labels, listing
from crmlab._intervals import signed

RULE_KINDS = ("int", "float", "choice", "text")


@dataclass(frozen=True, repr=False, eq=False)
class ValidationReport:
    """答卷检查的结果。

    Attributes
    ----------
    valid : DataFrame
        没有任何问题的行，索引不变；int、float 列已变成数字。
    problems : DataFrame
        一行一个问题：row（第几行，从 1 数）、column、value（原来的值）、rule、message（中文说明）。
    n, n_valid : int
        总行数；没有问题的行数。
    """

    valid: pd.DataFrame
    problems: pd.DataFrame
    n: int
    n_valid: int

    def __str__(self) -> str:
        worst = self.problems["column"].value_counts()
        most = f"，最多的是“{worst.index[0]}”（{worst.iloc[0]} 处）" if len(worst) else ""
        return (
            f"{self.n} 份答卷，{self.n_valid} 份有效（{self.n_valid / self.n:.1%}），{len(self.problems)} 处问题{most}"
        )

    __repr__ = __str__


def validate_responses(responses: pd.DataFrame, rules: pd.DataFrame) -> ValidationReport:
    """按规则逐格检查答卷，说清第几行、哪一列、错在哪里。

    Parameters
    ----------
    responses : DataFrame
        一行一份答卷，原始录入，数字可以是文字（“5”）。
    rules : DataFrame
        一行一条规则，一列一条。列：column（要查的列）、kind（int 整数、float 数字、choice 选项、text 文字）、
        low 和 high（数字的范围，或文字的最少、最多字数，可空）、choices（选项，用 | 隔开）、required（True/False，是否必答）。
        可另有 unique（True/False，是否不许重复）。

    Returns
    -------
    ValidationReport
        valid、problems、n、n_valid。问题按行、再按规则的次序排列；rule 是 required、number、integer、range、choice、length、unique 之一。
        一格只记第一个问题；重复的值只记后出现的那几行。

    Raises
    ------
    ValueError
        规则写错：缺列，kind 不认识，要查的列不存在，choice 没有选项，low 大于 high。

    Notes
    -----
    通过检查只说明写得合规，不说明答得认真。全选同一档、几秒钟就交的答卷要另外看。删行之前想一想：出错的人是不是某一类客户。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"csat": ["5", "6", "三"], "store": ["城南", "城北", "城南"]})
    >>> rules = pd.DataFrame(
    ...     {
    ...         "column": ["csat", "store"], "kind": ["int", "choice"], "low": [1, None], "high": [5, None],
    ...         "choices": [None, "城南|城北"], "required": [True, True],
    ...     }
    ... )
    >>> report = satisfaction.validate_responses(answers, rules)
    >>> report
    3 份答卷，1 份有效（33.3%），2 处问题，最多的是“csat”（2 处）
    >>> for message in report.problems["message"]:
    ...     print(message)
    第 2 行“csat”是 6，应在 1–5 之间。
    第 3 行“csat”是“三”，应是整数。
    """
    check_frame("responses", responses)
    check_frame("rules", rules, ["column", "kind", "low", "high", "choices", "required"])
    check_frame("responses", responses, list(rules["column"]))
    check_labels("kind", rules["kind"], RULE_KINDS, missing=False)
    repeated = rules["column"].duplicated()
    if repeated.any():
        raise ValueError(f"表 rules 里“{rules['column'][repeated].iloc[0]}”有两条规则，请合成一条。")
    checked = responses.copy()
    found: list[tuple[int, int, str, Any, str, str]] = []  # row, place of the rule, column, value, rule, message
    for place, rule in enumerate(rules.to_dict("records")):
        problems, converted = _apply(rule, responses[rule["column"]])
        found += [(row, place, rule["column"], value, name, said) for row, value, name, said in problems]
        if converted is not None:
            checked[rule["column"]] = converted
    found.sort(key=lambda problem: problem[:2])
    rows, _, columns, values, names, messages = zip(*found, strict=True) if found else ((),) * 6
    table = pd.DataFrame(
        {
            "row": np.array(rows, dtype="int64"),
            "column": pd.array(columns, dtype="str"),
            "value": pd.Series(values, dtype=object),
            "rule": pd.array(names, dtype="str"),
            "message": pd.array(messages, dtype="str"),
        }
    )
    good = np.ones(len(responses), dtype=bool)
    good[table["row"].to_numpy(dtype=int) - 1] = False
    valid = checked[good]
    for column in rules.loc[rules["kind"] == "int", "column"]:
        if valid[column].notna().all():
            valid = valid.assign(**{column: valid[column].astype("int64")})
    return ValidationReport(valid, table, len(responses), int(good.sum()))


def _flag(rule: dict[Any, Any], name: str) -> bool:
    value = rule.get(name)
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return False
    if isinstance(value, bool | np.bool_ | int | float) and value in (0, 1):
        return bool(value)
    if isinstance(value, str) and value.strip().casefold() in ("true", "false", "1", "0", ""):
        return value.strip().casefold() in ("true", "1")
    raise ValueError(f"表 rules 里“{rule['column']}”的 {name} 应是 True 或 False，现在是“{value}”。")


def _limit(rule: dict[Any, Any], name: str, default: float) -> float:
    value = rule[name]
    if pd.isna(value):
        return default
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"表 rules 里“{rule['column']}”的 {name} 应是数字，现在是“{value}”。") from None


def _choices(rule: dict[Any, Any]) -> list[str]:
    value = rule["choices"]
    choices = [] if not isinstance(value, str) else [c.strip() for c in value.split("|") if c.strip()]
    if not choices:
        raise ValueError(f"表 rules 里“{rule['column']}”是 choice，请在 choices 里写选项，用 | 隔开。")
    return choices


def _apply(rule: dict[Any, Any], series: pd.Series) -> tuple[list[tuple[int, Any, str, str]], pd.Series | None]:
    """Check one column: the first rule a cell breaks is its problem (row, value, rule, message)."""
    kind, column = rule["kind"], rule["column"]
    low, high = _limit(rule, "low", -math.inf), _limit(rule, "high", math.inf)
    if low > high:
        raise ValueError(f"表 rules 里“{column}”的 low（{low:g}）大于 high（{high:g}），请对调。")
    numbers = pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)
    as_they_are = numbers and kind in ("int", "float") and not _flag(rule, "unique")
    text = series if as_they_are else _as_text(series)
    blank = (series.isna() | (text == "")).to_numpy()
    reasons = np.full(len(series), None, dtype=object)
    rules = np.full(len(series), None, dtype=object)

    def mark(bad: Any, name: str, reason: str) -> None:
        first = np.asarray(bad, dtype=bool) & (rules == None)  # noqa: E711  (element-wise)
        rules[first], reasons[first] = name, reason

    if _flag(rule, "required"):
        mark(blank, "required", "没有作答，这一题必答")
    said = _range_text(low, high)
    converted = None
    if kind in ("int", "float"):
        numeric = pd.to_numeric(series.where(~blank), errors="coerce").astype(float)
        number = numeric.to_numpy()
        wanted = "整数" if kind == "int" else "数字"
        mark(~blank & ~np.isfinite(number), "number", f"应是{wanted}")
        if kind == "int":
            mark(~blank & (number != np.floor(number)), "integer", "应是整数")
        mark(~blank & ((number < low) | (number > high)), "range", f"应{said}")
        converted = numeric
    elif kind == "choice":
        options = _choices(rule)
        mark(~blank & ~text.isin(options).to_numpy(), "choice", f"应是 {listing(options)} 之一")
    else:
        length = text.str.len().to_numpy()
        mark(~blank & ((length < low) | (length > high)), "length", f"字数应{said}")
    if _flag(rule, "unique"):
        mark(~blank & text.where(~blank).duplicated().to_numpy(), "unique", "与前面的一行重复")
    at = np.flatnonzero(rules != None)  # noqa: E711  (element-wise)
    problems = [
        (int(i) + 1, value, rules[i], f"第 {i + 1} 行“{column}”{_said(value, empty)}{reasons[i]}。")
        for i, value, empty in zip(at, series.iloc[at].to_numpy(dtype=object), blank[at], strict=True)
    ]
    return problems, converted


def _as_text(series: pd.Series) -> pd.Series:
    if pd.api.types.is_float_dtype(series):
        # A gap turns whole numbers into floats: choice 1 must not become "1.0".
        series = series.map(lambda v: str(int(v)) if v.is_integer() else str(v), na_action="ignore")
    return series.astype("str").str.strip()


def _range_text(low: float, high: float) -> str:
    if math.isinf(high):
        return f"不小于 {low:g}"
    return f"不大于 {high:g}" if math.isinf(low) else f"在 {low:g}–{high:g} 之间"


def _said(value: Any, empty: bool) -> str:
    if empty:
        return ""
    try:
        return f"是 {signed(f'{float(value):g}')}，"
    except (TypeError, ValueError):
        return f"是“{value}”，"
