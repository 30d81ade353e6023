"""Unequal customers: where to cut the tiers, and what serving one tier first costs the others."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import strategy
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import choice, number, whole

_COLOURS = (PALETTE["blue"], PALETTE["orange"], "#C9C9C9")
_CROSSINGS = [("算高的一级", "before"), ("算低的一级", "including")]


def tier_cut(values: Any = None) -> LiveFigure:
    """ABC 分级：挪动两条分界线，看各级有多少客户、占多少金额。

    Parameters
    ----------
    values : Series, optional
        每位客户的金额，不能是负数，不能有缺失值。不给就用 400 位模拟的客户（对数正态分布）。

    Returns
    -------
    LiveFigure
        A 级、B 级的分界，和跨线的那位客户算哪一级。左图是洛伦兹曲线，竖虚线是分级的地方；右图是各级的人数和金额占比。

    Raises
    ------
    TypeError
        金额不是数字。
    ValueError
        金额有负数或缺失，或合计是 0。

    Notes
    -----
    A 级加 B 级到了 100%，就没有 C 级。80% 和 95% 是习惯，不是规律。基尼系数的区间把客户当作样本（刀切法）。

    References
    ----------
    见 :func:`crmlab.strategy.abc_tiers`、:func:`crmlab.strategy.lorenz`、:func:`crmlab.strategy.gini`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.strategy.tier_cut([500, 320, 150, 80, 60, 40, 30, 20])
    >>> figure.set(a=80, b=15)
    >>> figure.alt.split("；")[0]
    'A 级 38% 的客户占 81% 的金额，B 级 38% 占 15%，C 级 25% 占 4%'
    """
    made = np.random.default_rng(91).lognormal(6, 1.1, 400).round() if values is None else values
    curve, inequality = strategy.lorenz(made), strategy.gini(made)
    drawn: dict[str, Any] = {}

    def make(left: Axes, right: Axes) -> None:
        x, y = (100 * curve[c].to_numpy(dtype=float) for c in ("customer_share", "value_share"))
        left.plot([0, 100], [0, 100], "--", color=PALETTE["grey"], linewidth=1)
        left.plot(x, y, color="black", linewidth=2)
        drawn["cuts"] = [left.axvline(0, color=PALETTE["grey"], linestyle=":", linewidth=1.5) for _ in range(2)]
        drawn["letters"] = [left.text(0, 92, "", ha="center", fontsize=12) for _ in "ABC"]
        left.set_xlim(0, 100)
        left.set_ylim(0, 100)
        left.set_xlabel("客户累计（%，从小到大）")
        left.set_ylabel("金额累计（%）")
        drawn["bars"], drawn["words"] = [], []
        for row in (1, 0):
            for colour, ink in zip(_COLOURS, ("white", "black", "black"), strict=True):
                drawn["bars"].append(right.barh(row, 0, height=0.5, color=colour, edgecolor="white")[0])
                drawn["words"].append(right.text(0, row, "", ha="center", va="center", color=ink, fontsize=9))
        right.set_yticks([0, 1], ["金额", "客户"])
        right.set_xlim(0, 100)
        right.set_ylim(-0.6, 1.6)
        right.set_xlabel("占比（%）")

    def draw(axes: list[Axes], a: float, b: float, crossing: str) -> str:
        cuts = [a / 100] if a + b >= 100 - 1e-9 else [a / 100, (a + b) / 100]
        table = strategy.abc_tiers(made, crossing=crossing, cuts=cuts)
        if not drawn:
            make(*axes)
        tiers = table["tier"].to_numpy(dtype=str)
        people = [100 * float((tiers == tier).mean()) for tier in "ABC"]
        money = [100 * float(table["share"].to_numpy()[tiers == tier].sum()) for tier in "ABC"]
        ends = 100 - np.cumsum(people)
        for line, end in zip(drawn["cuts"], ends, strict=False):
            line.set_xdata([end, end])
        for text, tier, end, size in zip(drawn["letters"], "ABC", ends, people, strict=True):
            text.set(text=tier if size > 4 else "", x=end + size / 2)
        for row, shares in enumerate((people, money)):
            start = 0.0
            for i, (tier, share) in enumerate(zip("ABC", shares, strict=True)):
                drawn["bars"][3 * row + i].set(x=start, width=share)
                # A narrower part has no room for its word.
                drawn["words"][3 * row + i].set(text=f"{tier} {share:.0f}%" if share > 9 else "", x=start + share / 2)
                start += share
        said = [
            f"{tier} 级 {p:.0f}% {'的客户' if i == 0 else ''}占 {m:.0f}%{' 的金额' if i == 0 else ''}".replace(
                "  ", " "
            )
            for i, (tier, p, m) in enumerate(zip("ABC", people, money, strict=True))
            if p > 0
        ]
        lost = [tier for tier, p in zip("ABC", people, strict=True) if p == 0]
        said += [f"没有 {'、'.join(lost)} 级"] if lost else []
        known = "" if np.isnan(inequality.low) else f"（95% 区间 {inequality.low:.2f}–{inequality.high:.2f}）"
        return f"{'，'.join(said)}；基尼系数 {inequality.gini:.2f}{known}，n = {inequality.n}"

    controls = {
        "a": number("A 级到累计金额的", 80, 30, 95, step=1, unit="%", fmt=".0f"),
        "b": number("B 级再占", 15, 1, 50, step=1, unit="%", fmt=".0f"),
        "crossing": choice("跨过分界线的客户", _CROSSINGS, "before"),
    }
    alt = "左图：洛伦兹曲线和分级的两条竖线，虚线是人人一样多。右图：各级客户和金额的占比，两条分段的横条。"
    return LiveFigure(draw, controls, alt, panels=2, size=(7.2, 3.6), keep=True)


def vip_priority() -> LiveFigure:
    """优先排队：给 VIP 插队的权利，看两边各等多久，VIP 占多大比例时优先就不再有用。

    Returns
    -------
    LiveFigure
        VIP 的占比、每小时来电、坐席数、平均处理时长。横轴是 VIP 的占比，两条线是两类客户的平均等待，横虚线是不分级时的等待。

    Notes
    -----
    假设：泊松到达，服务时长服从指数分布，等多久都不挂断。优先只挪动等待，不减少等待。
    来得比接得快的一类，等待没有上限，图上不画。公式算出的期望，不是估计，所以没有区间。

    References
    ----------
    见 :func:`crmlab.strategy.priority_queue`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.strategy.vip_priority()
    >>> figure.set(vip=20, calls=50, agents=5, service_min=5.4)
    >>> figure.alt.split("。")[0]
    'VIP 平均等 1.0 分钟，普通客户等 10.0 分钟；不分级都等 8.2 分钟：VIP 少等的 7.2 分钟由普通客户每人多等 1.8 分钟补上'
    """
    grid = np.array([1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 99], dtype=float)

    @cache
    def waits(vip: float, calls: float, agents: int, service_min: float) -> pd.DataFrame:
        arrivals = [calls * vip / 100, calls * (1 - vip / 100)]
        tiers = pd.DataFrame({"tier": ["VIP", "普通"], "arrivals_per_hour": arrivals})
        return strategy.priority_queue(tiers, agents=agents, service_min=service_min)

    @cache
    def curves(calls: float, agents: int, service_min: float) -> np.ndarray:
        tables = [waits(float(share), calls, agents, service_min)["wait_min"].to_numpy(dtype=float) for share in grid]
        return np.where(np.isfinite(tables), tables, np.nan)

    drawn: dict[str, Any] = {}
    looks = ((PALETTE["blue"], "-", MARKERS[0]), (PALETTE["red"], "--", MARKERS[1]))

    def make(ax: Axes) -> None:
        drawn["lines"] = [ax.plot([], [], dash, color=colour, linewidth=2)[0] for colour, dash, _ in looks]
        drawn["marks"] = [ax.plot([], [], marker, color=colour, markersize=8)[0] for colour, _, marker in looks]
        drawn["words"] = [ax.text(0, 0, "", fontsize=9, color=looks[i][0], bbox=CLEAR) for i in range(2)]
        drawn["fifo"] = ax.axhline(0, color=PALETTE["grey"], linestyle=":", linewidth=1.5)
        drawn["at"] = ax.axvline(0, color="black", linewidth=0.8)
        ax.set_xlim(0, 100)
        ax.set_ylim(0, 40)
        ax.set_xlabel("VIP 占来电的比例（%）；实线 VIP，虚线普通客户，点线不分级")
        ax.set_ylabel("平均等待（分钟，40 分钟以上不画）")

    def draw(ax: Axes, vip: float, calls: float, agents: int, service_min: float) -> str:
        table = waits(vip, calls, agents, service_min)
        lines = curves(calls, agents, service_min)
        if not drawn:
            make(ax)
        own = table["wait_min"].to_numpy(dtype=float)
        fifo = float(table["fifo_wait_min"].iloc[0])
        for i, (line, mark, word) in enumerate(zip(drawn["lines"], drawn["marks"], drawn["words"], strict=True)):
            line.set_data(grid, lines[:, i])
            shown = np.isfinite(own[i]) and own[i] <= 40
            mark.set_data([vip] if shown else [], [own[i]] if shown else [])
            word.set(
                text=f"{own[i]:.1f} 分钟" if shown else "", x=vip + (1.5 if vip < 80 else -1.5),
                y=min(max(own[i] + 0.8, own[0] + 2.9) if i else own[0] + 0.8, 37) if shown else 0, ha="left" if vip < 80 else "right",
            )  # fmt: skip
        drawn["fifo"].set_ydata([fifo if np.isfinite(fifo) else -9] * 2)
        drawn["at"].set_xdata([vip, vip])
        load = float(table["cumulative_load"].iloc[-1])
        if not np.isfinite(own[0]):
            return f"坐席全占满也接不完 VIP 的来电（要 {load:.0%} 的坐席时间）：两类客户都越等越长，请先加人或少给 VIP"
        if not np.isfinite(own[1]):
            return f"来得比接得快（要 {load:.0%} 的坐席时间）：VIP 还只等 {own[0]:.1f} 分钟，普通客户越等越长，优先救不了缺人"
        if vip <= 0 or vip >= 100:
            return f"只有一类客户：谁也不比谁优先，平均等 {fifo:.1f} 分钟（坐席时间用了 {load:.0%}）；把比例调到两头之间再看"
        change = table["change_min"].to_numpy(dtype=float)
        return (
            f"VIP 平均等 {own[0]:.1f} 分钟，普通客户等 {own[1]:.1f} 分钟；不分级都等 {fifo:.1f} 分钟："
            f"VIP 少等的 {-change[0]:.1f} 分钟由普通客户每人多等 {change[1]:.1f} 分钟补上"
        )

    controls = {
        "vip": number("VIP 占来电的比例", 20, 0, 100, step=1, unit="%", fmt=".0f"),
        "calls": number("每小时来电", 50, 10, 80, step=1, unit="个", fmt=".0f"),
        "agents": whole("坐席", 5, 1, 12, unit="人"),
        "service_min": number("平均处理时长", 5.4, 1, 10, step=0.2, unit="分钟"),
    }
    alt = "横轴是 VIP 占来电的比例，纵轴是平均等待；实线 VIP，虚线普通客户，横点线不分级，圆点和方块是现在的位置。"
    return LiveFigure(draw, controls, alt, keep=True)
