"""Figures of the customer's way: emotion at each touch point, credit of each channel."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame, check_number
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, MARKERS, PALETTE, new_axes, style
from crmlab.strategy import JourneyResult

_STATES = {
    "高兴": (MARKERS[0], PALETTE["green"]),
    "不满": (MARKERS[4], PALETTE["red"]),
    "看不清": (MARKERS[1], PALETTE["grey"]),
}


def emotion_curve(result: JourneyResult, title: str, *, neutral: float) -> Axes:
    """画情绪曲线：触点按先后排，点是平均情绪，竖线是区间，形状和颜色分高兴、不满、看不清。

    Parameters
    ----------
    result : JourneyResult
        `strategy.journey` 的结果。
    title : str
        图的标题：一句话说出发现。
    neutral : float
        情绪分里的中性点，与算的时候相同。

    Returns
    -------
    Axes
        坐标轴。有期望分时另画一条虚线。

    Raises
    ------
    TypeError
        result 不是体验旅程的结果，或 neutral 不是数字。
    """
    check_result("result", result, JourneyResult, "strategy.journey()", advice="")
    middle = check_number("neutral", neutral)
    table = result.table
    ax: Axes = new_axes(title, height=4.2)
    with mpl.rc_context(style()):
        x = np.arange(len(table))
        ax.axhline(middle, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.plot(x, table["emotion"], color=PALETTE["grey"], linewidth=1.5, zorder=1)
        ax.vlines(x, table["low"], table["high"], color=PALETTE["grey"], linewidth=2, alpha=0.7)
        for state, (marker, colour) in _STATES.items():
            on = (table["state"] == state).to_numpy()
            if on.any():
                ax.plot(x[on], table["emotion"][on], marker, color=colour, markersize=9, label=f"{state} {on.sum()} 处")
        for place, row in enumerate(table.to_dict("records")):
            ax.annotate(
                f"{row['emotion']:.1f}".replace("-", "−"), (place, row["emotion"]), (9, 0), textcoords="offset points",
                va="center", fontsize=9, bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
            )  # fmt: skip
        if "expectation" in table:
            ax.plot(x, table["expectation"], ":", color=PALETTE["blue"], marker=MARKERS[3], markersize=4, label="期望")
        ends = table[["low", "high", "emotion", *(["expectation"] if "expectation" in table else [])]].to_numpy(float)
        low, high = min(np.nanmin(ends), middle), max(np.nanmax(ends), middle)
        room = (high - low) or 1.0
        ax.set_ylim(low - 0.1 * room, high + 0.28 * room)
        ax.set_xlim(-0.4, len(table) - 0.4)
        crowded = sum(len(str(t)) + 1 for t in table["touchpoint"]) > 42
        names = [f"{t}\nn = {n}" for t, n in zip(table["touchpoint"], table["n"], strict=True)]
        ax.set_xticks(x, names, rotation=30 if crowded else 0, ha="right" if crowded else "center", fontsize=9)
        said = f"平均 {result.mean:.2f}，峰终值 {result.peak_end:.2f}（n = {result.n}）".replace("-", "−")
        ax.text(0.01, 0.985, said, transform=ax.transAxes, va="top", fontsize=9)
        ax.legend(loc="upper right", ncols=4, fontsize=9)
        ax.set_ylabel("情绪（分，竖线是区间）")
    return ax


def attribution_shares(table: pd.DataFrame, title: str) -> Axes:
    """画渠道归因：一行一个渠道，每种规则一个点，看换一种规则功劳差多少；有区间时画横线。

    Parameters
    ----------
    table : DataFrame
        `strategy.attribution` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。渠道按平均占比从高到低。

    Raises
    ------
    TypeError
        table 不是表。
    ValueError
        缺列或没有行。
    """
    check_frame("table", table, ["channel", "method_zh", "share", "low", "high"])
    methods = list(dict.fromkeys(table["method_zh"]))
    order = table.groupby("channel")["share"].mean().sort_values(ascending=False, kind="stable").index
    ax: Axes = new_axes(title, height=1.7 + (0.22 * len(methods) + 0.12) * len(order))
    with mpl.rc_context(style()):
        shifts = np.linspace(-0.3, 0.3, len(methods)) if len(methods) > 1 else [0.0]
        for i, (method, shift) in enumerate(zip(methods, shifts, strict=True)):
            part = table[table["method_zh"] == method].set_index("channel").reindex(order)
            places = np.arange(len(order)) + shift
            colour, marker = CYCLE[i % len(CYCLE)], MARKERS[i % len(MARKERS)]
            ax.hlines(places, 100 * part["low"], 100 * part["high"], color=colour, linewidth=2, alpha=0.7)
            ax.plot(100 * part["share"], places, marker, color=colour, markersize=6, label=method)
            for place, share, high in zip(places, part["share"], part["high"], strict=True):
                end = 100 * (share if np.isnan(high) else high)
                ax.annotate(f"{share:.0%}", (end, place), (7, 0), textcoords="offset points", va="center", fontsize=8.5)
        ax.set_yticks(range(len(order)), [str(c) for c in order])
        ax.set_ylim(len(order) - 0.5, -0.9)
        ax.set_xlim(0, 100 * float(np.nanmax(table[["share", "high"]].to_numpy(dtype=float))) * 1.15)
        ax.legend(loc="upper right", ncols=min(len(methods), 4), fontsize=9)
        ax.grid(axis="x")
        ax.set_axisbelow(True)
        ax.set_xlabel("分到的成交（%）")
    return ax
