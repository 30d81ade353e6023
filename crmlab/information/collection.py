"""Collecting customer information: what is there, what it cost by source, what it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_names,
    check_numbers,
    check_positive,
    check_probability,
    check_series,
    row_of,
)
from crmlab._intervals import signed, wilson


@dataclass(frozen=True, repr=False)
class InformationValue:
    """信息价值的结果。

    Attributes
    ----------
    without_information, with_information : float
        不知道时最好的期望收益；事先就知道时的期望收益。
    evpi : float
        两者之差：完全信息最多值多少。
    best_action : str
        不知道时该选的行动。
    cost : float
        收集信息的成本。
    net : float
        evpi 减成本。不大于 0 就不必收集。
    """

    without_information: float
    with_information: float
    evpi: float
    best_action: str
    cost: float
    net: float

    def __str__(self) -> str:
        advice = "值得收集（信息完全可靠时）" if self.net > 0 else "不值得收集"
        net = signed(f"{self.net:,.2f}")
        return f"完全信息最多值 {self.evpi:,.2f}，成本 {self.cost:,.2f}，净值 {net}，{advice}；不收集时选“{self.best_action}”"

    __repr__ = __str__


def information_value(
    payoffs: pd.DataFrame, probabilities: Mapping[str, float] | pd.Series, *, cost: float = 0.0
) -> InformationValue:
    """完全信息的期望价值（expected value of perfect information, EVPI）：先弄清再决定，最多能多赚多少。

    EVPI = Σ p(状态) × 该状态下最好的收益 − 期望收益最好的那个行动的期望收益。

    Parameters
    ----------
    payoffs : DataFrame
        收益表：一行一个行动（索引是行动的名称），一列一种状态，值是收益（元，可以是负数）。
    probabilities : dict or Series
        每种状态的概率，合计是 1。
    cost : float, default 0
        收集信息的成本，与收益同单位。

    Returns
    -------
    InformationValue
        without_information、with_information、evpi、best_action、cost、net。

    Raises
    ------
    TypeError
        收益或概率不是数字。
    ValueError
        缺少某个状态的概率，概率不在 0–1 之间或合计不是 1。

    Notes
    -----
    这是上限：真实的调查有误差，值不到这么多。概率和收益都是假定，所以没有区间；请换几个概率再算，看结论变不变。
    期望收益相同时选排在前面的行动。

    References
    ----------
    Raiffa, H., & Schlaifer, R. (1961). *Applied statistical decision theory*. Harvard University.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> payoffs = pd.DataFrame({"会回应": [30, 0], "不回应": [-5, 0]}, index=["发优惠券", "不发"])
    >>> information.information_value(payoffs, {"会回应": 0.2, "不回应": 0.8}, cost=1)
    完全信息最多值 4.00，成本 1.00，净值 3.00，值得收集（信息完全可靠时）；不收集时选“发优惠券”
    """
    check_frame("payoffs", payoffs)
    chance = check_series(
        "probabilities", pd.Series(probabilities) if isinstance(probabilities, Mapping) else probabilities
    )
    lacking = [state for state in payoffs.columns if state not in chance.index]
    if lacking:
        raise ValueError(f"参数 probabilities 里没有状态“{lacking[0]}”的概率。请给收益表的每一列一个概率。")
    p = check_numbers("probabilities", chance.reindex(payoffs.columns).rename(None), 0, 1, missing=False).to_numpy()
    if abs(p.sum() - 1) > 1e-9:
        raise ValueError(f"参数 probabilities 合计应是 1，现在是 {p.sum():g}。")
    spent = check_positive("cost", cost, allow_zero=True)
    values = np.column_stack(
        [check_numbers("payoffs", payoffs[state], missing=False).to_numpy() for state in payoffs.columns]
    )
    expected = values @ p
    with_information = float(values.max(axis=0) @ p)
    best = int(expected.argmax())
    evpi = max(0.0, with_information - float(expected[best]))
    return InformationValue(
        float(expected[best]), with_information, evpi, str(payoffs.index[best]), spent, evpi - spent
    )


def field_coverage(
    customers: pd.DataFrame, dimensions: Mapping[str, Sequence[str]] | None = None, *, confidence: float = 0.95
) -> pd.DataFrame:
    """字段覆盖率：每一列有多少客户填了，按维度（基本、态度、行为）归类，缺得最多的排在前面。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。空白文字算缺失。
    dimensions : dict of str to list of str, optional
        各维度有哪些列，例如 {"基本": ["name", "mobile"], "行为": ["last_order_at"]}。不给就看所有的列，不归类。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一列，按覆盖率从低到高，相同的按原来的次序。列：dimension（没有归类是缺失值）、column、n、n_missing、
        coverage（0–1）、low、high（Wilson 区间）。

    Raises
    ------
    TypeError
        给的不是表，或 dimensions 不是字典。
    ValueError
        缺列，一列归了两类，或一行数据也没有。

    Notes
    -----
    区间只在这些客户是随机样本时有意义；数的是全部客户，就看 coverage 本身。覆盖率高不等于填得对，那要看 `quality_report`。
    先补哪一列，还要看服务用不用得上：用不上的个人信息，不收集才对。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> customers = pd.DataFrame({"name": ["王小明", "李雷"], "mobile": ["13800138000", None], "note": [" ", None]})
    >>> information.field_coverage(customers, {"基本": ["name", "mobile"], "态度": ["note"]})[["dimension", "column", "coverage"]]
      dimension  column  coverage
    0        态度    note       0.0
    1        基本  mobile       0.5
    2        基本    name       1.0
    """
    check_frame("customers", customers)
    check_probability("confidence", confidence)
    if dimensions is not None and not isinstance(dimensions, Mapping):
        raise TypeError(f'参数 dimensions 应是字典，例如 {{"基本": ["name"]}}，你给的是 {type(dimensions).__name__}。')
    kinds: dict[Any, Any] = {}
    for kind, columns in (dimensions or {}).items():
        for column in columns:
            if column in kinds:
                raise ValueError(f"列“{column}”既在“{kinds[column]}”又在“{kind}”。一列只能归一个维度。")
            kinds[column] = kind
    names = list(kinds) if dimensions is not None else list(customers.columns)
    check_frame("customers", customers, names)
    missing = [int(blank(customers[name]).sum()) for name in names]
    n = len(customers)
    filled = n - np.array(missing, dtype=np.int64)
    low, high = wilson(filled, n, confidence)
    table = pd.DataFrame(
        {
            "dimension": pd.Series([kinds.get(name) for name in names], dtype="str"),
            "column": names,
            "n": n,
            "n_missing": missing,
            "coverage": filled / n,
            "low": low,
            "high": high,
        }
    )
    return table.sort_values("coverage", kind="stable", ignore_index=True)


def blank(series: pd.Series) -> pd.Series:
    """Return where a value is missing or a text of blanks."""
    if series.dtype == object or pd.api.types.is_string_dtype(series):
        return series.isna() | series.map(lambda v: isinstance(v, str) and not v.strip()).astype(bool)
    return series.isna()


def source_cost(sources: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """收集渠道的比较：每得到一条有效又不重复的客户信息，花多少钱。

    Parameters
    ----------
    sources : DataFrame
        一行一个渠道。列：source（名称，不重复）、rows（得到几条）、duplicates（其中几条重复）、valid（去重之后几条有效）、cost_yuan（花了多少元）。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        原来的列之外加上：yield_share（valid ÷ rows）、low、high（Wilson 区间）、cost_per_valid_yuan（单条有效成本，没有有效的是无穷大）、
        cost_low、cost_high（由 yield_share 的区间换算）。按单条有效成本从低到高，相同的按名称。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，名称重复，数目是负数，或 duplicates + valid 多于 rows。

    Notes
    -----
    单条便宜不等于划算：还要看这些客户后来买不买。两个渠道得到同一位客户时，功劳归谁要另定规则。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> sources = pd.DataFrame(
    ...     {"source": ["门店", "买名单"], "rows": [200, 1000], "duplicates": [10, 600], "valid": [180, 100], "cost_yuan": [900, 600]}
    ... )
    >>> information.source_cost(sources)[["source", "yield_share", "cost_per_valid_yuan"]]
      source  yield_share  cost_per_valid_yuan
    0     门店          0.9                  5.0
    1    买名单          0.1                  6.0
    """
    check_frame("sources", sources, ["source", "rows", "duplicates", "valid", "cost_yuan"])
    check_probability("confidence", confidence)
    check_names("source", sources["source"])
    rows, duplicates, valid, cost = (
        check_numbers("sources", sources[column], 0, missing=False).to_numpy()
        for column in ("rows", "duplicates", "valid", "cost_yuan")
    )
    over = duplicates + valid > rows
    if over.any():
        at = int(over.argmax())
        raise ValueError(
            f"{row_of(sources['source'], at)}的 duplicates + valid 是 {duplicates[at] + valid[at]:g}，多于 rows 的 {rows[at]:g}。请核对。"
        )
    low, high = wilson(valid, rows, confidence)
    share = np.divide(valid, rows, out=np.full(len(rows), np.nan), where=rows > 0)

    def per_valid(part: np.ndarray) -> np.ndarray:
        # No valid record at any price: infinity when money was spent, unknown when none was.
        gained = rows * part
        empty = np.where(cost > 0, np.inf, np.nan)
        return np.asarray(np.divide(cost, gained, out=empty, where=gained > 0))

    table = sources.assign(
        yield_share=share,
        low=low,
        high=high,
        cost_per_valid_yuan=per_valid(share),
        cost_low=per_valid(high),
        cost_high=per_valid(low),
    )
    return table.sort_values(["cost_per_valid_yuan", "source"], ignore_index=True)
