"""Control charts: points, limits, alarms and the rules they break."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from crmlab import complaints
from crmlab.plots._results import check_result
from crmlab.plots.style import PALETTE, new_axes, style

RULE_MARKS = "①②③④⑤⑥⑦⑧⑨"


def control_chart(
    chart: complaints.ControlChart, title: str, *, xlabel: str = "第几期（期）", ylabel: str = ""
) -> Axes:
    """画控制图：中心线、控制限、报警点和它触发的规则；XmR 图下面另有一格移动极差。

    Parameters
    ----------
    chart : ControlChart
        :func:`crmlab.complaints.p_chart`、c_chart、u_chart 或 xmr_chart 的结果。p 图按百分数画。
    title : str
        图的标题：一句话说出发现。
    xlabel, ylabel : str
        轴名和单位。

    Returns
    -------
    Axes
        画点的那一格。

    Raises
    ------
    TypeError
        ``chart`` 不是 ControlChart。

    Examples
    --------
    >>> from crmlab import complaints, plots
    >>> chart = complaints.p_chart([12, 15, 8, 10, 4, 7, 16, 9, 14, 25], n=50)
    >>> plots.control_chart(chart, "第 10 期出界", ylabel="投诉占比（%）").get_ylabel()
    '投诉占比（%）'
    """
    check_result("chart", chart, complaints.ControlChart, "complaints.p_chart() 等函数")
    times = 100 if chart.kind == "p" else 1
    table = chart.table
    rules = list(dict.fromkeys(chart.signals["rule"]))
    height = 3.8 + 0.21 * len(rules) + (1.5 if chart.kind == "xmr" else 0)
    ax: Axes
    with mpl.rc_context(style()):
        if chart.kind == "xmr":
            figure = Figure(figsize=(7.2, height), layout="constrained")
            ax, below = figure.subplots(2, 1, sharex=True, height_ratios=(2.4, 1))
            ax.set_title(title)
            _limits(below, table["moving_range"], np.nan, table["mr_ucl"], table["mr_beyond"], "mR")
            below.set_ylim(0, max(float(table["moving_range"].max()), float(table["mr_ucl"].iloc[0])) * 1.15)
            below.set_ylabel("移动极差")
        else:
            ax = below = new_axes(title, height=height)
        x = _limits(
            ax,
            times * table["value"],
            times * chart.centre,
            times * table["ucl"],
            table["signal"],
            "",
            times * table["lcl"],
        )
        place = {True: (-9, 0), False: (-9, 0)}
        for point, word in first_alarms(chart.signals, rules).items():
            y = times * float(table["value"].iloc[point - 1])
            up = y >= times * chart.centre
            # Of marks close together every other one stands higher.
            before, raised = place[up]
            raised = 1 - raised if point - before <= 2 else 0
            place[up] = (point, raised)
            away = 5 + 11 * raised
            ax.annotate(
                word, (x[point - 1], y), (0, away if up else -away), textcoords="offset points", ha="center",
                va="bottom" if up else "top", color=PALETTE["red"], fontsize=10,
            )  # fmt: skip
        ax.margins(y=0.16)
        ax.autoscale_view()
        if chart.baseline < len(table):
            ax.axvline(x[chart.baseline - 1] + 0.5, color=PALETTE["grey"], linestyle=":", linewidth=1.2)
            ax.annotate(
                f"前 {chart.baseline} 期是基准", (x[chart.baseline - 1] + 0.5, 1), (-4, -2), xycoords=("data", "axes fraction"),
                textcoords="offset points", ha="right", va="top", fontsize=9, color=PALETTE["grey"],
            )  # fmt: skip
        if not pd.api.types.is_integer_dtype(table["label"]):
            every = max(1, -(-len(table) // 8))
            below.set_xticks(x[::every], [_word(label) for label in table["label"][::every]])
        else:
            below.xaxis.set_major_locator(mpl.ticker.MaxNLocator(10, integer=True))
        below.set_xlabel(xlabel)
        legend = [f"{RULE_MARKS[i]} {complaints.RUN_RULES[rule]}" for i, rule in enumerate(rules)]
        if legend:
            below.annotate(
                "\n".join(legend), (0, 0), (0, -40), xycoords="axes fraction", textcoords="offset points", va="top",
                fontsize=9, linespacing=1.5, annotation_clip=False,
            )  # fmt: skip
        ax.set_ylabel(ylabel)
    return ax


def first_alarms(signals: pd.DataFrame, rules: list[str]) -> dict[int, str]:
    """Return for each point the marks of the rules that fire there but not at the point before."""
    fired = set(zip(signals["point"], signals["rule"], strict=True))
    found: dict[int, str] = {}
    for point, rule in sorted(fired, key=lambda pair: (pair[0], rules.index(pair[1]))):
        if (point - 1, rule) not in fired:
            found[int(point)] = found.get(int(point), "") + RULE_MARKS[rules.index(rule)]
    return found


def _word(label: Any) -> str:
    return f"{label:%m-%d}" if isinstance(label, pd.Timestamp) else str(label)


def _digits(value: float) -> str:
    """Return the format of a number with about three digits, zeros kept."""
    return ".0f" if abs(value) >= 100 else (".1f" if abs(value) >= 10 else ".2f")


def _limits(
    ax: Axes,
    values: pd.Series,
    centre: float,
    upper: pd.Series,
    flags: pd.Series,
    name: str,
    lower: pd.Series | None = None,
) -> np.ndarray:
    """Draw points between their limits; return where they stand."""
    y, on = values.to_numpy(dtype=float), flags.to_numpy(dtype=bool)
    x = np.arange(1, len(y) + 1)
    ends = [(upper, f"{name}上限")] + ([(lower, "下限")] if lower is not None else [])
    for limit, word in ends:
        ax.step(x, limit, where="mid", color=PALETTE["orange"], linestyle="--", linewidth=1.2)
        last = float(limit.dropna().iloc[-1])
        ax.annotate(
            f"{word} {last:{_digits(last)}}", (x[-1] + 0.5, last), (6, 0), textcoords="offset points", va="center", fontsize=9,
            color="#8A5A00", annotation_clip=False,
        )  # fmt: skip
    if not np.isnan(centre):
        ax.axhline(centre, color=PALETTE["grey"], linewidth=1)
        ax.annotate(
            f"中心 {centre:{_digits(centre)}}", (x[-1] + 0.5, centre), (6, 0), textcoords="offset points", va="center", fontsize=9,
            color=PALETTE["grey"], annotation_clip=False,
        )  # fmt: skip
    ax.plot(x, y, "-", color=PALETTE["blue"], linewidth=1)
    ax.plot(x[~on], y[~on], "o", color=PALETTE["blue"], markersize=4)
    ax.plot(x[on], y[on], "s", color=PALETTE["red"], markersize=7)
    ax.set_xlim(0.5, len(x) + 0.5)
    return x
