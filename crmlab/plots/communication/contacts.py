"""When to send, how often to get in touch, and with whom: slots, frequency, styles."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import communication
from crmlab._checks import check_frame
from crmlab._intervals import signed
from crmlab.plots._results import check_result
from crmlab.plots.quadrants import label_points
from crmlab.plots.style import MARKERS, PALETTE, new_axes, style

_CLEAR = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
# Marker, colour and place of the name of each communication style.
STYLE_LOOKS = {
    "expressive": (MARKERS[0], PALETTE["orange"], (77, 112)),
    "driver": (MARKERS[1], PALETTE["red"], (77, -12)),
    "amiable": (MARKERS[2], PALETTE["green"], (23, 112)),
    "analytical": (MARKERS[3], PALETTE["blue"], (23, -12)),
}


def send_slots(result: communication.SendTime, title: str) -> Axes:
    """画各时段的打开率：竖线是同时区间，五角星是收缩后最高的，空心圈是和它分不出高低的。

    Parameters
    ----------
    result : SendTime
        :func:`crmlab.communication.send_time` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``result`` 不是 SendTime。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication, plots
    >>> sent = pd.to_datetime(["2026-03-02 09:00"] * 200 + ["2026-03-02 20:00"] * 200)
    >>> messages = pd.DataFrame({"sent_at": sent, "opened": [1] * 30 + [0] * 170 + [1] * 62 + [0] * 138})
    >>> result = communication.send_time(messages, by="hour")
    >>> plots.send_slots(result, "晚上 8 点打开率最高").get_xlabel()
    '发送的钟点（点，共 400 条）'
    """
    check_result("result", result, communication.SendTime, "communication.send_time()")
    table = result.table
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x = np.arange(len(table))
        share, low, high = (100 * table[c].to_numpy(dtype=float) for c in ("share", "low", "high"))
        best, close = table["best"].to_numpy(dtype=bool), table["cannot_tell"].to_numpy(dtype=bool)
        ax.axhspan(low[best][0], high[best][0], color=PALETTE["sky"], alpha=0.18, linewidth=0)
        ax.vlines(x, low, high, color=PALETTE["blue"], linewidth=2)
        mean = 100 * table["opens"].sum() / table["n"].sum()
        ax.axhline(mean, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.text(len(x) - 0.4, mean, f"平均 {mean:.1f}%", color=PALETTE["grey"], va="center", fontsize=9)
        for mask, marker, face, size, name in (
            (~best & ~close, "o", PALETTE["blue"], 7, "比最高的低"),
            (close, "o", "white", 7, "和最高的分不出高低"),
            (best, "*", PALETTE["red"], 15, "最高（收缩后）"),
        ):
            if mask.any():
                edge = PALETTE["red"] if marker == "*" else PALETTE["blue"]
                ax.plot(
                    x[mask],
                    share[mask],
                    marker,
                    markerfacecolor=face,
                    markeredgecolor=edge,
                    markersize=size,
                    linestyle="",
                    label=name,
                )
        for at in np.flatnonzero(best if len(x) > 8 else np.ones(len(x), dtype=bool)):
            ax.annotate(
                f"{share[at]:.1f}%", (x[at], high[at]), (0, 4), textcoords="offset points", ha="center", fontsize=10
            )
        words = [str(slot).removesuffix(" 时") for slot in table["slot"]]
        hours = all(word.isdigit() for word in words)
        ax.set_xticks(x, words)
        ax.set_xlim(-0.6, len(x) - 0.4)
        ax.set_ylim(0, high.max() * 1.3)
        ax.legend(loc="upper center", ncols=3, fontsize=9)
        ax.set_xlabel(f"发送的{'钟点（点' if hours else '时段（'}{'，' if hours else ''}共 {result.n:,} 条）")
        ax.set_ylabel(f"打开率（%，{result.confidence * 100:g}% 同时区间）")
    return ax


def style_map(table: pd.DataFrame, title: str, *, label: str | None = None) -> Axes:
    """画沟通风格图：横轴支配性，纵轴情感外露，四角是四型；空心点离分界太近，说不准。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.communication.style_quadrant` 的结果；分数缺失的人不画。
    title : str
        图的标题：一句话说出发现。
    label : str, optional
        名字的列；不给就用索引。多于 25 人时不写名字。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    ValueError
        缺列，或没有一个人有分数。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication, plots
    >>> responses = pd.DataFrame({"q1": [5, 2], "q2": [1, 5]}, index=["小王", "小李"])
    >>> items = pd.DataFrame({"item": ["q1", "q2"], "axis": ["assertiveness", "responsiveness"], "reverse": [0, 0]})
    >>> plots.style_map(communication.style_quadrant(responses, items), "两人正好相反").get_xlabel()
    '支配性（0–100 分）'
    """
    columns = ["assertiveness", "responsiveness", "style", "clear", "cut_assertiveness", "cut_responsiveness"]
    check_frame("table", table, [*columns, *([label] if label else [])])
    known = table[table["style"].notna()]
    if known.empty:
        raise ValueError("表 table 里没有一个人有分数，画不出来。请检查答卷是否答够题数。")
    ax: Axes = new_axes(title, height=4.8)
    with mpl.rc_context(style()):
        for name, (marker, colour, (x, y)) in STYLE_LOOKS.items():
            ax.text(x, y, communication.STYLES[name], ha="center", va="center", color="#444444", fontsize=11)
            for clear in (True, False):
                part = known[(known["style"] == name) & (known["clear"] == clear)]
                ax.plot(
                    part["assertiveness"], part["responsiveness"], marker, color=colour, markersize=8,
                    markerfacecolor=colour if clear else "white", markeredgewidth=1.4, clip_on=False,
                )  # fmt: skip
        ax.axvline(known["cut_assertiveness"].iloc[0], color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.axhline(known["cut_responsiveness"].iloc[0], color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.set_xlim(-4, 104)
        ax.set_ylim(-18, 118)
        ax.set_yticks([0, 20, 40, 60, 80, 100])
        if len(known) <= 25:
            words = known[label] if label else known.index
            label_points(
                ax, known["assertiveness"].to_numpy(float), known["responsiveness"].to_numpy(float), [str(w) for w in words]
            )  # fmt: skip
        ax.set_xlabel("支配性（0–100 分）")
        ax.set_ylabel("情感外露（0–100 分；空心点离分界太近，说不准）")
    return ax


def contact_dose(
    result: communication.ContactDose, title: str, *, xlabel: str = "联系次数（次）", ylabel: str = "结果"
) -> Axes:
    """画联系次数和结果：每档一个均值和区间，竖带是拐点和它的区间。

    Parameters
    ----------
    result : ContactDose
        :func:`crmlab.communication.contact_dose` 的结果。
    title : str
        图的标题：一句话说出发现。
    xlabel, ylabel : str
        轴名和单位。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``result`` 不是 ContactDose。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication, plots
    >>> customers = pd.DataFrame({"contacts": [0, 1, 2, 3, 4, 5], "csat": [3, 3.6, 4.1, 4, 3.5, 3.1]})
    >>> result = communication.contact_dose(customers, outcome="csat", edges=[0, 2, 4])
    >>> plots.contact_dose(result, "联系两三次最好", ylabel="满意度（1–5 分）").get_ylabel()
    '满意度（1–5 分）'
    """
    check_result("result", result, communication.ContactDose, "communication.contact_dose()")
    table = result.table
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        middle = (table["low_edge"] + table["high_edge"]).to_numpy(dtype=float) / 2
        if not np.isnan(result.peak):
            if not np.isnan(result.peak_low):
                ax.axvspan(result.peak_low, result.peak_high, color=PALETTE["green"], alpha=0.22, linewidth=0)
            ax.axvline(result.peak, color=PALETTE["green"], linestyle="--", linewidth=1.4)
        ax.hlines(table["value"], table["low_edge"], table["high_edge"], color=PALETTE["blue"], linewidth=1.2)
        ax.vlines(middle, table["low"], table["high"], color=PALETTE["blue"], linewidth=2)
        ax.plot(middle, table["value"], "o", color=PALETTE["blue"], markersize=7)
        ends = table[["value", "low", "high"]].to_numpy(dtype=float)
        low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
        room = (high - low) * 0.14 or 0.5
        ax.set_ylim(low - room, high + 2 * room)
        for x, (value, _, top), n in zip(middle, ends, table["n"], strict=True):
            at = value if np.isnan(top) else top
            ax.annotate(
                f"{signed(f'{value:.2f}')}\nn = {n}",
                (x, at),
                (0, 4),
                textcoords="offset points",
                ha="center",
                fontsize=8,
            )
        if not np.isnan(result.peak):
            ax.text(
                result.peak, low - 0.8 * room, f"拐点 {signed(f'{result.peak:.1f}')} 次", ha="center", fontsize=10, bbox=_CLEAR
            )  # fmt: skip
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
    return ax
