"""Figures of chapter 2's results: staffing, shifts, forecasts, queues, skills, cuts, choices, investments."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame, check_probability
from crmlab.plots._choices import cash_flow, handover_cost, project_plan, weight_room
from crmlab.plots._results import check_result
from crmlab.plots.style import PALETTE, new_axes, style
from crmlab.technology import StaffDay

__all__ = [
    "call_forecast",
    "cash_flow",
    "handover_cost",
    "project_plan",
    "queue_timeline",
    "skill_grid",
    "staffing_curve",
    "staffing_profile",
    "weight_room",
]

_WHITE = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}


def staffing_curve(table: pd.DataFrame, title: str, *, target: float | None = None) -> Axes:
    """画坐席数的取舍：人越多，服务水平越高，坐席利用率越低。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.technology.staffing_table` 的结果。
    title : str
        图的标题：一句话说出发现。
    target : float, optional
        服务水平的目标，0–1；画成横线，并标出最少要几名坐席。

    Returns
    -------
    Axes
        坐标轴；纵轴是百分数。

    Raises
    ------
    TypeError
        ``table`` 不是 DataFrame。
    ValueError
        缺列，或目标不在 0–1 之间。
    """
    check_frame("table", table, ["agents", "service_level", "occupancy"])
    if target is not None:
        check_probability("target", target)
    ax: Axes = new_axes(title)
    table = table.sort_values("agents")
    with mpl.rc_context(style()):
        agents = table["agents"].to_numpy()
        for column, word, colour, line in (
            ("service_level", "服务水平", PALETTE["blue"], "o-"),
            ("occupancy", "利用率", PALETTE["red"], "s--"),
        ):
            values = 100 * table[column].to_numpy()
            ax.plot(agents, values, line, color=colour, markersize=5)
            ax.annotate(word, (agents[-1], values[-1]), (8, 0), textcoords="offset points", va="center", color=colour)
        if target is not None:
            ax.axhline(100 * target, color=PALETTE["grey"], linestyle=":")
            enough = agents[table["service_level"].to_numpy() >= target]
            words = f"目标 {target:.0%}：" + (f"最少 {enough[0]} 名" if len(enough) else "这些人数都不够")
            ax.annotate(words, (agents[-1], 100 * target), (0, 4), textcoords="offset points", ha="right", fontsize=9)
            if len(enough):
                at = float(100 * table["service_level"].to_numpy()[agents == enough[0]][0])
                ax.plot([enough[0]], [at], "*", color=PALETTE["green"], markersize=15, zorder=5)
        ax.set_ylim(0, 105)
        ax.locator_params(axis="x", integer=True)
        ax.set_xlabel("坐席（人）")
        ax.set_ylabel("占比（%）")
        ax.grid(axis="y")
    return ax


def staffing_profile(day: StaffDay, title: str) -> Axes:
    """画一天的排班：每个时段要几人、排了几人，多出来的涂成斜纹。

    Parameters
    ----------
    day : StaffDay
        :func:`crmlab.technology.staff_day` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；横轴是钟点。

    Raises
    ------
    TypeError
        ``day`` 不是排班的结果。
    """
    check_result("day", day, StaffDay, "technology.staff_day")
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        table = day.intervals
        x, needed, scheduled = _clock(table["interval_start"]), table["needed"], table["scheduled"]
        width = float(np.diff(x).min()) if len(x) > 1 else 1.0
        ax.bar(x, needed, width=width, align="edge", color=PALETTE["sky"], edgecolor="white", label="要排班的人")
        ax.bar(
            x, scheduled - needed, width=width, align="edge", bottom=needed, color="white", hatch="///",
            edgecolor=PALETTE["orange"], label="多出来的人",
        )  # fmt: skip
        edges, heights = np.append(x, x[-1] + width), np.append(scheduled, scheduled.iloc[-1])
        ax.step(edges, heights, where="post", color="black", linewidth=1.6, label="排了几人")
        ax.set_ylim(0, max(float(scheduled.max()), 1.0) * 1.28)
        ax.legend(loc="upper left", ncols=3, fontsize=9)
        ax.xaxis.set_major_locator(mpl.ticker.MultipleLocator(2))
        ax.xaxis.set_major_formatter(lambda hour, _: f"{int(hour) % 24}:00")
        ax.set_xlabel("钟点（时）")
        ax.set_ylabel("人数（人）")
    return ax


def _clock(starts: pd.Series) -> np.ndarray:
    """Return hours since the first midnight."""
    return np.asarray((starts - starts.iloc[0].normalize()).dt.total_seconds() / 3600, dtype=float)


def call_forecast(table: pd.DataFrame, title: str) -> Axes:
    """画话务量的预测和区间；有实际的来电数时点在上面，落在区间外的用叉。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.technology.forecast_calls` 的结果，或 :func:`crmlab.technology.backtest_calls` 的结果的 forecasts：
        有 forecast 列时 calls 是实际，没有时 calls 是预测。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；横轴是从第一天零点起的时间，只有时段的刻度。

    Raises
    ------
    TypeError
        ``table`` 不是 DataFrame。
    ValueError
        缺列。
    """
    check_frame("table", table, ["interval_start", "calls", "low", "high"])
    ax: Axes = new_axes(title, width=9)
    table = table.sort_values("interval_start")
    with mpl.rc_context(style()):
        forecast = table["forecast"] if "forecast" in table.columns else table["calls"]
        x, names = _compressed_days(table["interval_start"])
        for day in np.unique(x.astype(int)):
            on = x.astype(int) == day
            ax.fill_between(x[on], table["low"][on], table["high"][on], color=PALETTE["sky"], alpha=0.35, linewidth=0)
            ax.plot(x[on], forecast[on], color=PALETTE["blue"], linewidth=1.8, label="预测" if day == 0 else None)
        ax.fill_between([], [], [], color=PALETTE["sky"], alpha=0.35, label="预测区间")
        if "forecast" in table.columns:
            actual = table["calls"].to_numpy(dtype=float)
            outside = (actual < table["low"].to_numpy()) | (actual > table["high"].to_numpy())
            ax.plot(x[~outside], actual[~outside], ".", color="black", markersize=5, label="实际")
            ax.plot(x[outside], actual[outside], "x", color=PALETTE["red"], markersize=6, label="实际，在区间外")
        ax.set_ylim(0, max(float(np.nanmax(table[["high", "calls"]].to_numpy())), 1.0) * 1.2)
        ax.legend(loc="upper right", ncols=4, fontsize=9)
        every = max(1, len(names) // 8)
        ax.set_xticks(np.arange(len(names))[::every] + 0.5, names[::every])
        ax.set_xlabel("日子（月-日；每天从早到晚）")
        ax.set_ylabel("来电（通/时段）")
    return ax


def _compressed_days(starts: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Return places where each day is one unit wide, its opening hours filling most of it, and the days' names."""
    day = starts.dt.normalize()
    days = list(day.unique())
    hours = ((starts - day).dt.total_seconds() / 3600).to_numpy()
    span = max(float(np.ptp(hours)), 1e-9)
    at = np.array([days.index(d) for d in day], dtype=float)
    return at + 0.06 + 0.88 * (hours - hours.min()) / span, [f"{d:%m-%d}" for d in days]


def queue_timeline(table: pd.DataFrame, title: str, *, most: int = 40) -> Axes:
    """画一次排队仿真：每位客户一行，浅色斜纹是在等，深色是在办，叉是等不及走了。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.technology.simulate_queue` 的结果。
    title : str
        图的标题：一句话说出发现。
    most : int
        最多画几位客户，从头数起。

    Returns
    -------
    Axes
        坐标轴；横轴是分钟。

    Raises
    ------
    TypeError
        ``table`` 不是 DataFrame。
    ValueError
        缺列。
    """
    check_frame("table", table, ["customer", "arrive_s", "start_s", "end_s", "wait_s", "served"])
    part = table[table["customer"] <= most]
    ax: Axes = new_axes(title, height=1.6 + 0.09 * max(part["customer"].nunique(), 12))
    with mpl.rc_context(style()):
        arrive, wait = part["arrive_s"] / 60, part["wait_s"] / 60
        ax.barh(
            part["customer"], wait, left=arrive, height=0.8, color="white", hatch="////", edgecolor=PALETTE["orange"],
            linewidth=0, label="在等",
        )  # fmt: skip
        served = part[part["served"]]
        length = (served["end_s"] - served["start_s"]) / 60
        ax.barh(
            served["customer"], length, left=served["start_s"] / 60, height=0.8, color=PALETTE["blue"], label="在办"
        )
        gone = part[~part["served"]]
        if len(gone):
            ax.plot(gone["end_s"] / 60, gone["customer"], "x", color=PALETTE["red"], markersize=6, label="等不及走了")
        ax.invert_yaxis()
        ax.locator_params(axis="y", integer=True)
        ax.legend(loc="upper right", fontsize=9)
        ax.set_xlabel("时间（分钟，从开门起）")
        ax.set_ylabel("客户（按到达的次序）")
    return ax


def skill_grid(skills: pd.DataFrame, title: str) -> Axes:
    """画技能覆盖：一行一项技能，一列一名坐席，点是会；只有一个人会的一行用红色菱形。

    Parameters
    ----------
    skills : DataFrame
        与 :func:`crmlab.technology.skill_coverage` 的参数相同：列 agent、skill。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；会的人少的技能在上面。

    Raises
    ------
    TypeError
        ``skills`` 不是 DataFrame。
    ValueError
        缺列，或有缺失值。
    """
    from crmlab.technology import skill_coverage

    coverage = skill_coverage(skills)
    names = [str(s) for s in coverage["skill"]]
    agents = sorted({str(a) for a in skills["agent"]})
    ax: Axes = new_axes(title, height=1.5 + 0.36 * len(names))
    with mpl.rc_context(style()):
        for y, single in enumerate(coverage["single_point"]):
            who = {str(a) for a in skills.loc[skills["skill"].astype(str) == names[y], "agent"]}
            x = [i for i, agent in enumerate(agents) if agent in who]
            colour, marker = (PALETTE["red"], "D") if single else (PALETTE["blue"], "o")
            ax.plot(x, [y] * len(x), marker, color=colour, markersize=8)
            words = f"{len(who)} 人" + ("：只靠一个人" if single else "")
            ax.annotate(words, (len(agents) - 0.4, y), va="center", fontsize=9, color=colour, annotation_clip=False)
        ax.annotate("9 人：只靠一个人", (len(agents) - 0.4, 0), fontsize=9, alpha=0)  # keeps room in the layout
        ax.set_xticks(range(len(agents)), agents, rotation=0 if len(agents) <= 12 else 90)
        ax.set_yticks(range(len(names)), names)
        ax.set_xlim(-0.6, len(agents) - 0.5)
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.set_axisbelow(True)
        ax.grid()
        ax.set_xlabel("坐席")
        ax.set_ylabel("技能")
    return ax
