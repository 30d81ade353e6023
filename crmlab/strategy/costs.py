"""What each tier earns and what serving it costs."""

from dataclasses import dataclass

import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability, row_of
from crmlab._intervals import t_interval


@dataclass(frozen=True, repr=False)
class TierCost:
    """各级客户的收入、服务成本和利润。

    Attributes
    ----------
    table : DataFrame
        一行一级，按级名排序。列：tier、n、customer_share、revenue、revenue_share、cost、cost_share、cost_ratio（成本 ÷ 收入）、
        profit_per_customer 及其区间 low、high、mismatch（成本占比 − 收入占比；正的是花多了）。
    mismatch : float
        错配率，0–1：要把多大一份服务成本从花多了的级挪到花少了的级，两种占比才会一致。
    n : int
        客户数。
    measure : str
        revenue 一栏数的是什么：``"收入"`` 或 ``"毛利"``。
    """

    table: pd.DataFrame
    mismatch: float
    n: int
    measure: str = "收入"

    def __str__(self) -> str:
        worst = self.table.to_dict("records")[int(self.table["mismatch"].to_numpy().argmax())]
        return (
            f"错配率 {self.mismatch:.1%}（n = {self.n}）：{tier_name(worst['tier'])}带来 {worst['revenue_share']:.1%} 的"
            f"{self.measure}，用掉 {worst['cost_share']:.1%} 的服务成本"
        )

    __repr__ = __str__


def tier_name(tier: object) -> str:
    """Return a tier with 级 behind it: apart from a letter or number, close to Chinese."""
    return f"{tier} 级" if str(tier).isascii() else f"{str(tier).removesuffix('级')}级"


def tier_service_cost(
    customers: pd.DataFrame,
    *,
    tier: str = "tier",
    revenue: str = "revenue_yuan",
    service_cost: str = "service_cost_yuan",
    confidence: float = 0.95,
) -> TierCost:
    """各级客户带来多少收入、用掉多少服务成本：服务资源放对地方了吗。

    错配率 = ½ · Σ abs(成本占比 − 收入占比)。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。
    tier : str, default "tier"
        级别的列名，不能有缺失值。
    revenue, service_cost : str, default "revenue_yuan", "service_cost_yuan"
        收入（毛利更好）和服务成本的列名，元，不能是负数，不能有缺失值。收入的列名里有 margin 或“毛利”时，
        结果和图里都说“毛利”。
    confidence : float, default 0.95
        人均利润区间的置信水平，0–1 之间。

    Returns
    -------
    TierCost
        table（一级一行）、mismatch、n、measure。只有一位客户的级，区间是 NaN。

    Raises
    ------
    TypeError
        收入或成本不是数字。
    ValueError
        缺列，有缺失值或负数，或收入、成本的合计是 0。

    Notes
    -----
    占比一致不是目标：新客户、快要流失的大客户本来就该多花。错配率只说钱花在哪，不说花得值不值。人均利润用 t 区间，
    金额很偏时人少的级区间不可靠。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> customers = pd.DataFrame(
    ...     {
    ...         "tier": ["A", "A", "B", "B", "C", "C", "C"], "revenue_yuan": [900, 700, 300, 260, 60, 50, 30],
    ...         "service_cost_yuan": [60, 50, 45, 55, 60, 70, 60],
    ...     }
    ... )
    >>> strategy.tier_service_cost(customers)
    错配率 42.1%（n = 7）：C 级带来 6.1% 的收入，用掉 47.5% 的服务成本
    """
    check_frame("customers", customers, [tier, revenue, service_cost])
    check_probability("confidence", confidence)
    if customers[tier].isna().any():
        at = int(customers[tier].isna().to_numpy().argmax())
        raise ValueError(f"列“{tier}”不能有缺失值，{row_of(customers[tier], at)}是空的。请先给每位客户定级。")
    frame = pd.DataFrame({"tier": customers[tier].array})
    for name, column in (("revenue", revenue), ("cost", service_cost)):
        frame[name] = check_numbers(column, customers[column], 0, missing=False).to_numpy()
        if frame[name].sum() == 0:
            raise ValueError(f"列“{column}”的合计是 0，算不出占比。")
    frame["profit"] = frame["revenue"] - frame["cost"]
    grouped = frame.groupby("tier", observed=True)
    sums = grouped[["revenue", "cost"]].sum()
    n, mean, sd = grouped.size(), grouped["profit"].mean(), grouped["profit"].std()
    low, high = t_interval(mean, sd, n, confidence)
    revenue_share, cost_share = sums["revenue"] / sums["revenue"].sum(), sums["cost"] / sums["cost"].sum()
    table = pd.DataFrame(
        {
            "n": n,
            "customer_share": n / len(frame),
            "revenue": sums["revenue"],
            "revenue_share": revenue_share,
            "cost": sums["cost"],
            "cost_share": cost_share,
            "cost_ratio": sums["cost"] / sums["revenue"].where(sums["revenue"] > 0),
            "profit_per_customer": mean,
            "low": low,
            "high": high,
            "mismatch": cost_share - revenue_share,
        }
    )
    mismatch = float(table["mismatch"].abs().sum() / 2)
    measure = "毛利" if "margin" in revenue.lower() or "毛利" in revenue else "收入"
    return TierCost(table.rename_axis("tier").reset_index(), mismatch, len(frame), measure)
