"""What an advertising budget brings: response curves and the best split."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import communication
from crmlab._checks import check_frame, listing
from crmlab.communication.media import response
from crmlab.plots._results import check_result
from crmlab.plots.quadrants import label_points
from crmlab.plots.style import CYCLE, MARKERS, PALETTE, new_axes, style

_CLEAR = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}


def response_fit(
    fit: communication.ResponseCurve, title: str, *, history: pd.DataFrame, spend: str, outcome: str, unit: str = ""
) -> Axes:
    """画估出来的效果曲线：点是各期，实线是花费到过的范围，虚线是外推，横带是上限的区间。

    Parameters
    ----------
    fit : ResponseCurve
        :func:`crmlab.communication.response_curve` 的结果。
    title : str
        图的标题：一句话说出发现。
    history : DataFrame
        估计时用的历史数据。
    spend, outcome : str
        花费（元）和效果的列名。
    unit : str
        效果的单位，写在纵轴名后的括号里。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``fit`` 不是 ResponseCurve。
    ValueError
        缺列。

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from crmlab import communication, plots
    >>> history = pd.DataFrame({"spend": [200, 1000, 2000, 4000, 8000], "orders": [37, 130, 205, 262, 325]})
    >>> fit = communication.response_curve(history, spend="spend", outcome="orders", curve="hyperbolic")
    >>> plots.response_fit(fit, "越投越不划算", history=history, spend="spend", outcome="orders").get_xlabel()
    '花费（元）'
    """
    check_result("fit", fit, communication.ResponseCurve, "communication.response_curve()")
    check_frame("history", history, [spend, outcome])
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x, y = history[spend].to_numpy(dtype=float), history[outcome].to_numpy(dtype=float)
        reached = float(np.nanmax(x))
        top = max(
            float(np.nanmax(y)), float(response(np.array(1.6 * reached), fit.ceiling, fit.half_spend_yuan, fit.curve))
        )
        ax.set_ylim(0, max(min(fit.ceiling_high, 1.5 * top), top) * 1.12)
        ax.set_xlim(0, 1.6 * reached)
        ax.axhspan(fit.ceiling_low, fit.ceiling_high, color=PALETTE["grey"], alpha=0.18, linewidth=0)
        ax.axhline(fit.ceiling, color=PALETTE["grey"], linestyle=":", linewidth=1.2)
        note = f"效果上限 {fit.ceiling:,.0f}（{fit.confidence * 100:g}% 区间 {fit.ceiling_low:,.0f}–{fit.ceiling_high:,.0f}）"
        at = min(fit.ceiling, ax.get_ylim()[1] * 0.95)
        ax.text(0.02 * 1.6 * reached, at, note, va="center", fontsize=9, bbox=_CLEAR)
        ax.plot(x, y, "o", color=PALETTE["sky"], markersize=5, markeredgecolor="white")
        for part, line in ((np.linspace(0, reached, 120), "-"), (np.linspace(reached, 1.6 * reached, 40), "--")):
            ax.plot(
                part,
                response(part, fit.ceiling, fit.half_spend_yuan, fit.curve),
                line,
                color=PALETTE["blue"],
                linewidth=2,
            )
        end = float(response(np.array(1.3 * reached), fit.ceiling, fit.half_spend_yuan, fit.curve))
        ax.annotate(
            "没投到过，是外推", (1.3 * reached, end), (0, -14), textcoords="offset points", ha="center", fontsize=9
        )
        ax.xaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:,.0f}"))
        ax.set_xlabel("花费（元）")
        ax.set_ylabel(f"效果（{unit}）" if unit else "效果")
    return ax


def media_split(
    plan: communication.MediaPlan, title: str, *, channels: pd.DataFrame, curve: str, unit: str = ""
) -> Axes:
    """画预算的分法：每个渠道一条效果曲线，点是该花多少，短斜线是再多花 1 元的效果（斜率都相同）。

    Parameters
    ----------
    plan : MediaPlan
        :func:`crmlab.communication.media_plan` 的结果。
    title : str
        图的标题：一句话说出发现。
    channels : DataFrame
        算方案时用的渠道表：channel、ceiling、half_spend_yuan。
    curve : {"hyperbolic", "exponential"}
        算方案时用的曲线。
    unit : str
        效果的单位。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``plan`` 不是 MediaPlan。
    ValueError
        缺列，或渠道表和方案的渠道对不上。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication, plots
    >>> channels = pd.DataFrame({"channel": ["搜索", "短视频"], "ceiling": [400, 900], "half_spend_yuan": [2000, 9000]})
    >>> plan = communication.media_plan(channels, 10_000, curve="hyperbolic")
    >>> ax = plots.media_split(plan, "三成给搜索，七成给短视频", channels=channels, curve="hyperbolic")
    >>> ax.get_xlabel()
    '花费（元）'
    """
    check_result("plan", plan, communication.MediaPlan, "communication.media_plan()")
    check_frame("channels", channels, ["channel", "ceiling", "half_spend_yuan"])
    if list(channels["channel"]) != list(plan.table["channel"]):
        raise ValueError(
            f"参数 channels 的渠道（{listing(channels['channel'])}）和方案里的（{listing(plan.table['channel'])}）对不上。"
            "请给算方案时用的那张表。"
        )
    ax: Axes = new_axes(title, height=4.2)
    most = max(1.5 * float(plan.table["spend_yuan"].max()), 1.0)
    x = np.linspace(0, most, 200)
    with mpl.rc_context(style()):
        tops = []
        for i, (_, row) in enumerate(plan.table.iterrows()):
            ceiling, half = (float(channels[c].iloc[i]) for c in ("ceiling", "half_spend_yuan"))
            colour, marker = CYCLE[i % len(CYCLE)], MARKERS[i % len(MARKERS)]
            y = response(x, ceiling, half, curve)
            tops.append(float(y[-1]))
            ax.plot(x, y, color=colour, linewidth=1.6, alpha=0.75)
            spent, got, slope = (float(row[c]) for c in ("spend_yuan", "response", "marginal"))
            reach = np.array([-0.09, 0.09]) * most
            ax.plot(spent + reach, got + slope * reach, color="black", linewidth=1.2)
            ax.plot(
                [spent], [got], marker, color=colour, markersize=9, markeredgecolor="white", clip_on=False, zorder=5
            )
            ax.annotate(
                str(row["channel"]),
                (most, tops[-1]),
                (8, 0),
                textcoords="offset points",
                va="center",
                color=colour,
                annotation_clip=False,
            )
        ax.set_xlim(0, most)
        ax.set_ylim(0, max(tops) * 1.12)
        label_points(
            ax, plan.table["spend_yuan"].to_numpy(float), plan.table["response"].to_numpy(float),
            [f"{spent:,.0f} 元" for spent in plan.table["spend_yuan"]],
        )  # fmt: skip
        for word in ax.texts[len(plan.table) :]:
            word.set_bbox(_CLEAR)
        ax.xaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:,.0f}"))
        ax.set_xlabel("花费（元）")
        ax.set_ylabel(f"效果（{unit}）" if unit else "效果")
    return ax
