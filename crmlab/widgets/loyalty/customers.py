"""Who counts as recent, frequent, big: eight kinds of customers from three cut-offs."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import loyalty
from crmlab.plots import HATCHES, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import whole
from crmlab.widgets.loyalty._teaching import rfm_customers

_MOST_POINTS = 1500


def rfm_grid(customers: pd.DataFrame | None = None, *, unit: str = "元") -> LiveFigure:
    """RFM 分界：挪动“多近算近、几次算多、多少算大额”，看八类客户各有多少人、贡献多少金额。

    Parameters
    ----------
    customers : DataFrame, optional
        一行一位客户，:func:`crmlab.loyalty.rfm_values` 的结果：customer_id、days_since_last、orders、total_amount。
        不给就用内置的 1,200 位客户（模拟）。
    unit : str
        金额的单位。

    Returns
    -------
    LiveFigure
        三个滑块是三条分界。左图每位客户一个点，实心是大额；右图是八类各占多少客户、多少金额。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，或有缺失值、负数。

    Notes
    -----
    分界是你定的，不是算出来的：挪一点，就有人换类。人数和金额是全体客户的，没有抽样，所以没有区间。
    客户很多时左图只画其中约 1,500 位。

    References
    ----------
    见 :func:`crmlab.loyalty.rfm_scores` 和 :func:`crmlab.loyalty.rfm_segments`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.loyalty.rfm_grid()
    >>> figure.set(days=60, orders=5, amount=600)
    >>> figure.alt.split("。")[0]
    '重要价值客户 94 人，占全部 1,200 位的 7.8%，贡献 21% 的金额；重要挽留客户 53 人，贡献 12%，先去联系'
    """
    table = rfm_customers() if customers is None else customers
    loyalty.rfm_scores(table)
    draw = _RfmPicture(table, unit)
    days, orders, amount = (table[c].astype(float) for c in ("days_since_last", "orders", "total_amount"))
    most_days = max(int(np.ceil(float(days.quantile(0.98)) / 5)) * 5, 5)
    most_orders = max(int(orders.quantile(0.98)), 2)
    step = 10 ** max(int(np.floor(np.log10(max(float(amount.quantile(0.95)), 10)))) - 1, 0)
    most = max(int(np.ceil(float(amount.quantile(0.95)) / step)) * step, step)
    return LiveFigure(
        draw,
        {
            "days": whole(
                "多近算近", _inside(float(days.median()), 0, most_days, 5), 0, most_days, step=5, unit="天内"
            ),
            "orders": whole(
                "几次算多", min(max(int(orders.median()) + 1, 2), most_orders), 1, most_orders, unit="次起"
            ),
            "amount": whole(
                "多少算大额", _inside(float(amount.median()), 0, most, step), 0, most, step=step, unit=f"{unit}起"
            ),
        },
        "左图：每位客户一个点，横轴是多少天没来，纵轴是买过几次，实心方块是大额客户，两条虚线是分界。"
        "右图：八类客户各占多少客户和多少金额。",
        panels=2,
        widths=(1, 1.15),
        size=(7.2, 3.7),
        keep=True,
    )


def _inside(value: float, low: int, high: int, step: int) -> int:
    return int(min(max(round(value / step) * step, low), high))


class _RfmPicture:
    """Points that change sides and bars that change length; nothing is made anew between two pictures."""

    def __init__(self, table: pd.DataFrame, unit: str) -> None:
        self.table, self.unit = table, unit
        self.total = float(table["total_amount"].sum())
        self.shown = np.arange(0, len(table), max(1, len(table) // _MOST_POINTS))
        self.x = table["days_since_last"].to_numpy(dtype=float)[self.shown]
        jitter = np.random.default_rng(0).uniform(-0.3, 0.3, len(self.shown))
        self.y = table["orders"].to_numpy(dtype=float)[self.shown] + jitter
        self.names = list(loyalty.RFM_SEGMENTS.values())
        self.bars: list[tuple[Any, Any, Any]] = []

    def _make(self, left: Axes, right: Axes) -> None:
        (self.small,) = left.plot([], [], ".", color=PALETTE["grey"], markersize=3)
        (self.big,) = left.plot([], [], "s", color=PALETTE["blue"], markersize=3)
        self.across = left.axhline(0, color=PALETTE["red"], linestyle="--", linewidth=1.2)
        self.up = left.axvline(0, color=PALETTE["red"], linestyle="--", linewidth=1.2)
        left.set_xlim(-0.02 * max(self.x.max(), 1), 1.02 * max(self.x.max(), 1))
        left.set_ylim(0.3, float(np.quantile(self.y, 0.995)) + 1)
        left.set_xlabel("多久没来（天）")
        left.set_ylabel("买过几次（次）")
        for at, _ in enumerate(self.names):
            people = right.barh(at - 0.2, 0, 0.38, color=PALETTE["sky"])[0]
            money = right.barh(at + 0.2, 0, 0.38, color=PALETTE["orange"], hatch=HATCHES[1], edgecolor="white")[0]
            self.bars.append((people, money, right.text(0, at, "", va="center", fontsize=9, bbox=CLEAR)))
        right.set_yticks(range(len(self.names)), self.names)
        right.set_ylim(len(self.names) - 0.4, -0.6)
        right.set_xlim(0, 100)
        right.set_xlabel("占比（%）：上条客户，下条（斜纹）金额")

    def __call__(self, axes: list[Axes], days: int, orders: int, amount: int) -> str:
        if not self.bars:
            self._make(*axes)
        cuts = {"r": [days], "f": [orders], "m": [amount]}
        segments = loyalty.rfm_segments(loyalty.rfm_scores(self.table, bins=2, cuts=cuts), cut=1.5)
        big = segments["m_high"].to_numpy()[self.shown]
        self.big.set_data(self.x[big], self.y[big])
        self.small.set_data(self.x[~big], self.y[~big])
        self.across.set_ydata([orders - 0.5] * 2)
        self.up.set_xdata([days + 0.5] * 2)
        groups = segments.groupby("segment")["total_amount"].agg(["size", "sum"]).reindex(self.names, fill_value=0)
        people = 100 * groups["size"].to_numpy() / len(segments)
        money = 100 * groups["sum"].to_numpy(dtype=float) / self.total if self.total else np.zeros(len(groups))
        for (bar, other, text), share, worth in zip(self.bars, people, money, strict=True):
            bar.set_width(share)
            other.set_width(worth)
            inside = max(share, worth) > 70
            text.set(
                text=f"{share:.0f}%，{worth:.0f}%" if share else "没有人",
                x=2 if inside else max(share, worth) + 2,
            )
        best, lost = groups.loc["重要价值客户"], groups.loc["重要挽留客户"]
        if not best["size"]:
            return f"没有重要价值客户：全部 {len(segments):,} 位里没有人同时达到三条线；把“近、多、大额”的分界放宽一点"
        worth, gone = money[self.names.index("重要价值客户")], money[self.names.index("重要挽留客户")]
        share = best["size"] / len(segments)
        rest = (
            f"重要挽留客户 {lost['size']:,.0f} 人，贡献 {gone:.0f}%，先去联系"
            if lost["size"]
            else "没有重要挽留客户，不用挽留谁"
        )
        return f"重要价值客户 {best['size']:,.0f} 人，占全部 {len(segments):,} 位的 {share:.1%}，贡献 {worth:.0f}% 的金额；{rest}"
