"""Tests of two versions: the plan behind them, and what peeking does."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import communication
from crmlab._checks import check_frame, check_probability, listing
from crmlab._intervals import signed
from crmlab.plots._results import check_result
from crmlab.plots.charts import lines
from crmlab.plots.style import PALETTE, new_axes, style

_CLEAR = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}


def power_curve(
    plan: communication.AbPlan, title: str, *, factors: tuple[float, ...] = (0.5, 1.0, 1.5), target: float = 0.8
) -> Axes:
    """画功效曲线：每组人数越多，越能发现差别；差别越小，要的人越多。

    Parameters
    ----------
    plan : AbPlan
        :func:`crmlab.communication.ab_plan` 的结果，图上用圆点标出它。
    title : str
        图的标题：一句话说出发现。
    factors : tuple of float
        另画几条线：要分辨的差是计划里的几倍。转化率加上差越出 0–1 的不画。
    target : float
        横虚线的位置：通常要求的功效，0–1。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``plan`` 不是 AbPlan。
    ValueError
        ``target`` 不在 0–1 之间，或没有一条线画得出。

    Examples
    --------
    >>> from crmlab import communication, plots
    >>> plan = communication.ab_plan(0.10, effect=0.02, power=0.8)
    >>> ax = plots.power_curve(plan, "要发现 2 个百分点的差，每组要 3,841 人")
    >>> len(ax.lines)
    5
    """
    check_result("plan", plan, communication.AbPlan, "communication.ab_plan()")
    check_probability("target", target)
    drawn = [factor * plan.effect for factor in factors if 0 < plan.share + factor * plan.effect < 1 and factor]
    if not drawn:
        raise ValueError(f"参数 factors 里没有一个画得出：{listing(factors)}。转化率加上差应在 0–1 之间，差不能是 0。")
    sizes = np.unique(np.linspace(2, max(2.2 * plan.n_per_group, 20), 60).astype(int))
    table = pd.DataFrame(
        {
            f"差 {signed(f'{100 * effect:.3g}')} 个百分点": [
                100 * communication.ab_plan(plan.share, effect=effect, n_per_group=int(n), alpha=plan.alpha).power
                for n in sizes
            ]
            for effect in drawn
        },
        index=sizes,
    )
    ax = lines(table, title, xlabel="每组人数（人）", ylabel="功效：真有这个差时发现它的把握（%）")
    with mpl.rc_context(style()):
        ax.set_ylim(0, 104)
        ax.axhline(100 * target, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.text(sizes[0], 100 * target + 1, f"{target:.0%}", color=PALETTE["grey"], va="bottom", fontsize=9)
        ax.plot([plan.n_per_group], [100 * plan.power], "o", color="black", markersize=9, zorder=5)
        ax.annotate(
            f"计划：每组 {plan.n_per_group:,} 人，功效 {plan.power:.0%}", (plan.n_per_group, 100 * plan.power), (10, -14),
            textcoords="offset points", fontsize=9, bbox=_CLEAR, zorder=4,
        )  # fmt: skip
        ax.xaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:,.0f}"))
    return ax


def peeking(table: pd.DataFrame, title: str, *, alpha: float = 0.05) -> Axes:
    """画偷看的代价：看的次数越多，误报率越高；横虚线是每次看用的显著水平。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.communication.ab_peeking` 的结果。
    title : str
        图的标题：一句话说出发现。
    alpha : float
        每次看用的显著水平，0–1。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    ValueError
        缺列，或 ``alpha`` 不在 0–1 之间。

    Examples
    --------
    >>> import numpy as np
    >>> from crmlab import communication, plots
    >>> table = communication.ab_peeking(0.1, n_per_group=500, looks=[1, 5], rng=np.random.default_rng(4), simulations=400)
    >>> plots.peeking(table, "看五次，误报翻倍").get_ylabel()
    '误报率（%，模拟）'
    """
    check_frame("table", table, ["looks", "false_alarm_share", "low", "high"])
    check_probability("alpha", alpha)
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x = np.arange(len(table))
        share, low, high = (100 * table[c].to_numpy(dtype=float) for c in ("false_alarm_share", "low", "high"))
        ax.axhline(100 * alpha, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.text(len(x) - 0.45, 100 * alpha, f"本来说好的 {alpha:.0%}", color=PALETTE["grey"], va="center", fontsize=9)
        ax.vlines(x, low, high, color=PALETTE["red"], linewidth=2.5)
        ax.plot(x, share, "o-", color=PALETTE["red"], markersize=7, linewidth=1)
        for at, value, top in zip(x, share, high, strict=True):
            ax.annotate(f"{value:.1f}%", (at, top), (0, 4), textcoords="offset points", ha="center", fontsize=10)
        ax.set_xticks(x, [f"{looks:g}" for looks in table["looks"]])
        ax.set_xlim(-0.5, len(x) - 0.5)
        ax.set_ylim(0, max(high.max(), 100 * alpha) * 1.18)
        ax.grid(axis="y")
        ax.set_axisbelow(True)
        ax.set_xlabel("中途一共看几次（次）")
        ax.set_ylabel("误报率（%，模拟）")
    return ax
