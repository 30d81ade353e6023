"""From scores to action: what to improve first, what it brings, what the budget buys."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import satisfaction
from crmlab._checks import check_between, listing
from crmlab._intervals import signed
from crmlab.plots import MARKERS, PALETTE, label_points
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import number, whole

# Marker and colour of each quadrant, and its corner in axes coordinates.
_QUADRANTS = {
    "concentrate_here": (MARKERS[0], PALETTE["red"], (0.01, 0.985, "left", "top")),
    "keep_up": (MARKERS[1], PALETTE["green"], (0.99, 0.985, "right", "top")),
    "low_priority": (MARKERS[2], PALETTE["grey"], (0.01, 0.015, "left", "bottom")),
    "possible_overkill": (MARKERS[3], PALETTE["orange"], (0.99, 0.015, "right", "bottom")),
}


def importance_performance(table: pd.DataFrame) -> LiveFigure:
    """重要度—绩效四象限：拖动两条分界线，看先改哪几样。

    Parameters
    ----------
    table : DataFrame
        一行一个属性。列：attribute（名称）、importance（重要度）、performance（表现）。

    Returns
    -------
    LiveFigure
        两个滑块是两条分界线，起点是均值。四个象限用不同的颜色和形状。

    Raises
    ------
    TypeError
        分数不是数字。
    ValueError
        缺列，或有缺失值。

    Notes
    -----
    靠近线的属性，线挪一点就换象限：它们的归类不牢靠。

    References
    ----------
    见 :func:`crmlab.satisfaction.importance_performance`。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import widgets
    >>> rated = pd.DataFrame({"attribute": ["送货", "包装", "客服"], "importance": [9, 4, 8], "performance": [5, 8, 9]})
    >>> widgets.satisfaction.importance_performance(rated).alt.split("。")[0]
    '优先改进 1 项：送货'
    """
    start = satisfaction.importance_performance(table).iloc[0]
    x, y = (table[c].to_numpy(dtype=float) for c in ("performance", "importance"))
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        for side, values in (("x", x), ("y", y)):
            room = (np.ptp(values) or 1) * 0.12
            getattr(ax, f"set_{side}lim")(values.min() - room, values.max() + room)
        ax.set_xlabel("表现（分）")
        ax.set_ylabel("重要度（分）")
        for name, (marker, colour, (cx, cy, ha, va)) in _QUADRANTS.items():
            (drawn[name],) = ax.plot([], [], marker, color=colour, markersize=8)
            word = satisfaction.QUADRANTS[name]
            ax.text(cx, cy, word, transform=ax.transAxes, ha=ha, va=va, color="#444444", fontsize=11)
        drawn["across"] = ax.axhline(0, color=PALETTE["grey"], linestyle="--", linewidth=1.2)
        drawn["up"] = ax.axvline(0, color=PALETTE["grey"], linestyle="--", linewidth=1.2)
        label_points(ax, x, y, [str(a) for a in table["attribute"]])

    def draw(ax: Axes, cut_performance: float, cut_importance: float) -> str:
        result = satisfaction.importance_performance(table, cuts=(cut_importance, cut_performance))
        if not drawn:
            make(ax)
        for name in _QUADRANTS:
            inside = (result["quadrant"] == name).to_numpy()
            drawn[name].set_data(x[inside], y[inside])
        drawn["across"].set_ydata([cut_importance, cut_importance])
        drawn["up"].set_xdata([cut_performance, cut_performance])
        first = result[result["quadrant"] == "concentrate_here"].sort_values("importance", ascending=False)
        if first.empty:
            return "按现在的分界线，没有“重要而表现差”的项目"
        return f"优先改进 {len(first)} 项：{listing(first['attribute'], 5)}"

    return LiveFigure(
        draw,
        {
            "cut_performance": _cut("表现的分界线", x, float(start["cut_performance"])),
            "cut_importance": _cut("重要度的分界线", y, float(start["cut_importance"])),
        },
        "横轴是表现，纵轴是重要度，每个属性一个带名字的点，两条虚线分成四个象限；左上角是优先改进。",
        size=(7.2, 4.8),
        keep=True,
    )


def _cut(label: str, values: np.ndarray, start: float) -> Any:
    low, high = float(np.floor(values.min() * 10) / 10), float(np.ceil(values.max() * 10) / 10)
    return number(label, round(start, 2), low, max(high, low + 0.1), step=0.05, unit="分", fmt=".2f")


def satisfaction_revenue(
    slope: satisfaction.SlopeResult,
    *,
    customers: int = 10_000,
    outcome: str = "90 天消费",
    unit: str = "元",
) -> LiveFigure:
    """满意度变动带来多少收入：斜率乘上分数的变化和客户数，连区间一起看。

    Parameters
    ----------
    slope : SlopeResult
        :func:`crmlab.satisfaction.outcome_per_point` 的结果。
    customers : int
        客户数的初值。
    outcome, unit : str
        结果的名称和单位。

    Returns
    -------
    LiveFigure
        两个滑块：满意度变化、客户数。横轴是满意度变化，纵轴是合计变化，阴影是 95% 区间。

    Raises
    ------
    TypeError
        ``slope`` 不是 SlopeResult。
    ValueError
        客户数不在 1,000–100,000 之间。

    Notes
    -----
    假设满意度和消费的关系是因果的、是直线。数据只说明两者一起变，所以这是上限的猜想，不是预测。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction, widgets
    >>> data = pd.DataFrame({"overall": [4, 5, 6, 7, 8, 9], "spend": [110, 100, 150, 160, 170, 210]})
    >>> slope = satisfaction.outcome_per_point(data, score="overall", outcome="spend")
    >>> widgets.satisfaction.satisfaction_revenue(slope).values
    {'change': 0.5, 'customers': 10000}
    """
    if not isinstance(slope, satisfaction.SlopeResult):
        raise TypeError(
            f"参数 slope 应是 satisfaction.outcome_per_point() 的结果，你给的是 {type(slope).__name__}。"
            "请先算出斜率，再交给这个小部件。"
        )
    check_between("customers", customers, 1_000, 100_000)
    changes = np.linspace(-2, 2, 41)
    edge = max(abs(slope.low), abs(slope.high), abs(slope.slope))

    def draw(ax: Axes, change: float, customers: int) -> str:
        scale = customers / 10_000
        ax.fill_between(
            changes, slope.low * changes * scale, slope.high * changes * scale,
            color=PALETTE["sky"], alpha=0.45, hatch="...", edgecolor="white", linewidth=0,
        )  # fmt: skip
        ax.plot(changes, slope.slope * changes * scale, color=PALETTE["blue"], linewidth=2)
        ends = sorted((slope.low * change * scale, slope.high * change * scale))
        middle = slope.slope * change * scale
        ax.plot([change, change], ends, color="black", linewidth=2)
        ax.plot([change], [middle], MARKERS[0], color="black", markersize=8, clip_on=False)
        ax.axhline(0, color=PALETTE["grey"], linewidth=0.8)
        ax.axvline(0, color=PALETTE["grey"], linewidth=0.8)
        limit = _nice(2.1 * edge * scale)
        ax.set_xlim(-2, 2)
        ax.set_ylim(-limit, limit)
        ax.set_xlabel(f"满意度的变化（分；斜率来自 n = {slope.n} 位客户）")
        ax.set_ylabel(f"{outcome}合计的变化（万{unit}）")
        if change == 0:
            return f"满意度不变，{outcome}也不变：把滑块往右拖"
        low, high = (signed(f"{end:.1f}") for end in ends)
        verb, more = "升" if change > 0 else "降", "多" if middle >= 0 else "少"
        doubt = "连多还是少都说不准" if slope.low <= 0 <= slope.high else "前提是两者真有因果"
        return (
            f"满意度{verb} {abs(change):.1f} 分：{customers:,} 位客户，{outcome}约{more} {abs(middle):.1f} 万{unit}；"
            f"95% 区间 {low} 到 {high} 万{unit}，{doubt}"
        )

    return LiveFigure(
        draw,
        {
            "change": number("满意度的变化", 0.5, -2, 2, unit="分"),
            "customers": whole("客户数", customers, 1_000, 100_000, step=1_000, unit="人"),
        },
        f"斜线是“{outcome}”合计随满意度的变化，阴影是 95% 区间，黑点和竖线是现在的位置。",
    )


def _nice(value: float) -> float:
    """Return the next round number, so that the axis keeps still while a slider moves."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 1.5, 2, 3, 4, 6, 8, 10) if step * power >= value))


def lever_budget(levers: pd.DataFrame) -> LiveFigure:
    """预算买什么：拖动预算，看选中哪几项措施，再与“先挑最划算的”（贪心）比较。

    Parameters
    ----------
    levers : DataFrame
        一行一个措施。列：lever（名称）、cost（成本，元）、uplift（预计提升，指数分）。

    Returns
    -------
    LiveFigure
        一个预算滑块。左图是各措施的成本，选中的是深色斜纹；右图是预算与最大提升的关系。

    Raises
    ------
    TypeError
        成本或提升不是数字。
    ValueError
        缺列，名称重复，成本是负数，或有缺失值。

    Notes
    -----
    提升是估计值，假设可以相加。见 :func:`crmlab.satisfaction.best_levers`。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import widgets
    >>> levers = pd.DataFrame({"lever": ["培训", "提速", "包装"], "cost": [6000, 5000, 5000], "uplift": [7, 5, 5]})
    >>> figure = widgets.satisfaction.lever_budget(levers)
    >>> figure.set(budget=1.0)
    >>> figure.alt.split("。")[0]
    '预算 1 万元：选 2 项，提升 10 分，花 1 万元；贪心只能提升 7 分'
    """
    satisfaction.best_levers(levers, 0)
    names = levers["lever"].astype(str).tolist()
    cost = levers["cost"].to_numpy(dtype=float)
    uplift = levers["uplift"].to_numpy(dtype=float)
    everything = satisfaction.best_levers(levers, float(cost.sum()))
    most = max(_nice(float(cost.sum())) if cost.sum() < 1e4 else float(np.ceil(cost.sum() / 1e4) * 1e4), 1.0)
    budgets = np.linspace(0, most, 61)
    curve = {
        method: [satisfaction.best_levers(levers, b, method=method).uplift for b in budgets]
        for method in ("exact", "greedy")
    }
    places = np.arange(len(names))

    def draw(axes: list[Axes], budget: float) -> str:
        best = satisfaction.best_levers(levers, budget * 1e4)
        greedy = satisfaction.best_levers(levers, budget * 1e4, method="greedy")
        left, right = axes
        on = [name in best.chosen for name in names]
        left.barh(
            places, cost / 1e4, height=0.68, color=[PALETTE["blue"] if chosen else "#D9D9D9" for chosen in on],
            hatch=["///" if chosen else "" for chosen in on], edgecolor="white",
        )  # fmt: skip
        for i, chosen in enumerate(on):
            word = f" +{uplift[i]:g} 分{'，选' if chosen else ''}"
            left.text(cost[i] / 1e4, i, word, va="center", fontsize=9)
        left.set_yticks(places, names)
        left.set_ylim(len(names) - 0.5, -0.5)
        left.set_xlim(0, max(cost.max() / 1e4, 1e-9) * 1.45)
        left.set_xlabel("成本（万元）")
        right.step(budgets / 1e4, curve["exact"], where="post", color=PALETTE["blue"], linewidth=2)
        right.step(budgets / 1e4, curve["greedy"], where="post", color=PALETTE["red"], linewidth=1.3, linestyle="--")
        right.axvline(budget, color="black", linewidth=1)
        right.plot([budget], [best.uplift], MARKERS[0], color=PALETTE["blue"], markersize=8, clip_on=False)
        right.plot([budget], [greedy.uplift], MARKERS[1], color=PALETTE["red"], markersize=6, clip_on=False)
        right.text(0.04, 0.97, "实线：最优\n虚线：贪心", transform=right.transAxes, va="top", fontsize=9)
        right.set_xlim(0, most / 1e4)
        right.set_ylim(0, max(everything.uplift, 1e-9) * 1.08)
        right.set_xlabel("预算（万元）")
        right.set_ylabel("指数提升（分，估计）")
        if not best.chosen:
            return f"预算 {budget:g} 万元：一项也做不起"
        tail = "；贪心一样好" if greedy.uplift >= best.uplift - 1e-9 else f"；贪心只能提升 {greedy.uplift:g} 分"
        return f"预算 {budget:g} 万元：选 {len(best.chosen)} 项，提升 {best.uplift:.4g} 分，花 {best.cost / 1e4:g} 万元{tail}"

    top = most / 1e4
    control = number("预算", round(top * 0.4, 1), 0, top, step=0.5 if top > 5 else 0.1, unit="万元")
    alt = "左图：各措施的成本和预计提升，选中的是深色斜纹条。右图：预算越多提升越大的阶梯线，实线最优，虚线贪心。"
    return LiveFigure(draw, {"budget": control}, alt, panels=2, widths=(1.15, 1), size=(7.2, 4.0))
