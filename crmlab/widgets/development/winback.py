"""Which lost customers a budget wins back."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import development
from crmlab._intervals import signed
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import number, whole
from crmlab.widgets.development._teaching import lost_customers

_STEPS = (0, 0.06, 0.12, 0.2, 0.3, 0.45, 0.7, 1)  # budgets of the curve, as shares of the largest


def winback_budget(customers: pd.DataFrame | None = None) -> LiveFigure:
    """挽回预算：拖动预算和优惠，看挽回哪几位、期望赚多少；再想想有多少人本来就会回来。

    Parameters
    ----------
    customers : DataFrame, optional
        一行一位流失客户，列见 :func:`crmlab.development.winback_value`：p_success、value_yuan、cost_yuan，
        可以另有 p_low、p_high。不给就用内置的 60 位流失客户（模拟）。

    Returns
    -------
    LiveFigure
        三个滑块：预算、给回来的人的优惠、本来就会回来的比例。左图每位客户一个点，横轴是要花的钱，纵轴是期望值，
        选中的是实心方块；右图是预算与期望值的关系。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有缺失值，概率不在 0–1 之间，或金额是负数。

    Notes
    -----
    “本来就会回来的比例”对每个人都按他挽回概率的同一个百分数算。期望值是平均数，区间是所有人的概率一起取最低、最高时的期望值，
    偏宽；一位大客户来不来，会让结果差很多。

    References
    ----------
    见 :func:`crmlab.development.winback_value`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.development.winback_budget()
    >>> figure.set(budget=0)
    >>> figure.alt.split("。")[0]
    '预算 0 元：一位也联系不起；全部 60 位里值得挽回的有 42 位，先从每 1 元期望值最高的开始'
    """
    table = lost_customers() if customers is None else customers
    start = development.winback_value(table)
    p, cost = (table[c].to_numpy(dtype=float) for c in ("p_success", "cost_yuan"))
    unit = max(int(10 ** np.floor(np.log10(max(float(cost.sum()), 10)))) // 10, 1)
    most = int(np.ceil(float((cost + 50 * p).sum()) / unit)) * unit
    return LiveFigure(
        _WinbackPicture(table, start, most),
        {
            "budget": whole("预算", round(most * 0.35 / unit) * unit, 0, most, step=unit, unit="元"),
            "incentive": whole("给回来的人的优惠", 20, 0, 200, step=10, unit="元"),
            "alone": number("其中本来就会回来的", 10, 0, 100, step=5, unit="%", fmt=".0f"),
        },
        "左图：每位客户一个点，横轴是要花的钱，纵轴是期望值，方块是选中的。右图：预算越多期望值越高，增加得越来越慢，方块是现在。",
        panels=2,
        size=(7.2, 3.5),
        keep=True,
    )


class _WinbackPicture:
    """Two sets of points and a curve that is worked out once for each offer."""

    def __init__(self, table: pd.DataFrame, start: pd.DataFrame, most: int) -> None:
        self.table, self.most = table, most
        self.top = max(float(start["expected_yuan"].clip(lower=0).sum()), 1.0)
        self.highest = max(float(start["expected_yuan"].max()), 1.0)
        self.widest = float((table["cost_yuan"] + 200 * table["p_success"]).max())
        self.budgets = most * np.array(_STEPS)
        self.chosen: Any = None
        self.curve = lru_cache(maxsize=64)(self._curve)

    def _offer(self, incentive: int, alone: float) -> pd.DataFrame:
        share = self.table["p_success"].astype(float) * alone / 100
        return self.table.assign(incentive_yuan=float(incentive), p_spontaneous=share)

    def _curve(self, incentive: int, alone: float) -> list[float]:
        """Return the expected value of each budget of the curve."""
        offer = self._offer(incentive, alone)
        plans = (development.winback_value(offer, budget=float(b)) for b in self.budgets)
        return [float(plan.loc[plan["chosen"], "expected_yuan"].sum()) for plan in plans]

    def _make(self, left: Axes, right: Axes) -> None:
        (self.rest,) = left.plot([], [], ".", color=PALETTE["grey"], markersize=6)
        (self.chosen,) = left.plot([], [], MARKERS[1], color=PALETTE["blue"], markersize=5)
        left.axhline(0, color="black", linewidth=0.8)
        left.set_xlim(0, self.widest * 1.05)
        left.set_ylim(-0.35 * self.highest, self.highest * 1.1)
        left.set_xlabel("挽回他要花的钱（元，含优惠）")
        left.set_ylabel("期望值（元）")
        (self.line,) = right.plot([], [], color=PALETTE["green"], marker=MARKERS[0], markersize=4)
        (self.here,) = right.plot([], [], MARKERS[1], color=PALETTE["blue"], markersize=8)
        right.set_xlim(0, self.most * 1.03)
        right.set_ylim(0, self.top * 1.08)
        right.set_xlabel("预算（元）")
        right.set_ylabel("期望值合计（元）")
        right.grid(axis="y")

    def __call__(self, axes: list[Axes], budget: int, incentive: int, alone: float) -> str:
        if self.chosen is None:
            self._make(*axes)
        plan = development.winback_value(self._offer(incentive, alone), budget=float(budget))
        on = plan["chosen"].to_numpy(dtype=bool)
        x, y = plan["spend_yuan"].to_numpy(), np.maximum(plan["expected_yuan"].to_numpy(), -0.33 * self.highest)
        self.chosen.set_data(x[on], y[on])
        self.rest.set_data(x[~on], y[~on])
        self.line.set_data(self.budgets, self.curve(incentive, alone))
        total = float(plan.loc[on, "expected_yuan"].sum())
        self.here.set_data([budget], [total])
        head, worth = f"预算 {budget:,} 元", int(plan["worth"].sum())
        if not worth:
            return f"{head}：一位也不值得挽回，优惠太大，或多数人本来就会回来；把钱留给还在的客户"
        if not on.any():
            return f"{head}：一位也联系不起；全部 {len(plan)} 位里值得挽回的有 {worth} 位，先从每 1 元期望值最高的开始"
        spent = float(plan.loc[on, "spend_yuan"].sum())
        said = f"{head}：挽回 {on.sum()} 位（值得的共 {worth} 位），花约 {spent:,.0f} 元，期望赚 {signed(f'{total:,.0f}')} 元"
        if "expected_low" not in plan:
            return f"{said}；概率没有给区间，这个数靠不靠得住看不出来"
        low, high = (signed(f"{plan.loc[on, c].sum():,.0f}") for c in ("expected_low", "expected_high"))
        return f"{said}；概率都取区间两端时是 {low} 到 {high} 元"
