"""A call centre by its sliders: agents, lines, the shifts of a day."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from crmlab import technology
from crmlab.plots import MARKERS, PALETTE
from crmlab.plots._results import records
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import number, whole

HALF_HOUR_S = 1800
MOST_AGENTS = 60
_TEAM = np.arange(1, MOST_AGENTS + 1)


def staffing() -> LiveFigure:
    """坐席数：来电、处理时长、人数和目标定下来，服务水平、平均应答速度、利用率各是多少，最少要几人（爱尔兰 C）。

    Returns
    -------
    LiveFigure
        五个滑块：半小时的来电、平均处理时长、坐席数、服务水平的目标、时限。左图是服务水平和利用率随人数的变化，
        右图是平均应答速度；竖线是现在的人数，五角星是达到目标的最少人数。

    Notes
    -----
    结果是公式的长期平均，没有抽样误差；假设没有人挂断，见 :func:`crmlab.technology.required_agents`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.technology.staffing()
    >>> figure.set(calls=100, aht_s=180, agents=12)
    >>> figure.alt.split("。")[0]
    '12 名坐席：20 秒内接起 64%，平均等 40 秒，利用率 83%；要达到 80%，最少 14 名'
    """
    drawn: dict[str, Any] = {}
    now_lines: list[Line2D] = []

    def make(left: Axes, right: Axes) -> None:
        (drawn["level"],) = left.plot([], [], color=PALETTE["blue"], linewidth=2.2)
        (drawn["busy"],) = left.plot([], [], "--", color=PALETTE["red"], linewidth=1.8)
        (drawn["level_dot"],) = left.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=8)
        (drawn["busy_dot"],) = left.plot([], [], MARKERS[1], color=PALETTE["red"], markersize=7)
        drawn["goal"] = left.axhline(0, color=PALETTE["grey"], linestyle=":", linewidth=1.2)
        (drawn["least"],) = left.plot([], [], "*", color=PALETTE["green"], markersize=15, zorder=5)
        left.set_title("● 服务水平", loc="left", color=PALETTE["blue"], fontsize=10)
        left.set_title("■ 利用率", loc="center", color=PALETTE["red"], fontsize=10)
        left.set_title("★ 最少人数", loc="right", color=PALETTE["green"], fontsize=10)
        (drawn["wait"],) = right.plot([], [], color=PALETTE["purple"], linewidth=2.2)
        (drawn["wait_dot"],) = right.plot([], [], MARKERS[2], color=PALETTE["purple"], markersize=8)
        drawn["wait_word"] = right.text(0, 0, "", fontsize=9, bbox=CLEAR, va="center")
        for ax in (left, right):
            now_lines.append(ax.axvline(0, color="black", linewidth=1))
            ax.set_xlim(0, MOST_AGENTS)
        left.set_xlabel("坐席（人）；点线是目标")
        right.set_xlabel("坐席（人）")
        left.set_ylim(0, 104)
        left.set_yticks([0, 20, 40, 60, 80, 100])
        left.set_ylabel("占比（%）")
        right.set_ylim(0, 180)
        right.set_yticks([0, 60, 120, 180])
        right.set_ylabel("平均应答速度（秒）")

    def draw(axes: list[Axes], calls: int, aht_s: int, agents: int, target: float, within_s: int) -> str:
        table = technology.staffing_table(
            calls, interval_s=HALF_HOUR_S, aht_s=aht_s, answer_within_s=within_s, agents=_TEAM
        )
        need = technology.required_agents(
            calls, interval_s=HALF_HOUR_S, aht_s=aht_s, service_level=target, answer_within_s=within_s
        )
        if not drawn:
            make(*axes)
        now = table.iloc[agents - 1]
        level, busy = 100 * table["service_level"], 100 * table["occupancy"]
        drawn["level"].set_data(_TEAM, level)
        drawn["busy"].set_data(_TEAM, busy)
        drawn["level_dot"].set_data([agents], [100 * now["service_level"]])
        drawn["busy_dot"].set_data([agents], [100 * now["occupancy"]])
        drawn["goal"].set_ydata([100 * target, 100 * target])
        on_picture = 0 < need.agents <= MOST_AGENTS
        drawn["least"].set_data([need.agents] if on_picture else [], [100 * need.service_level] if on_picture else [])
        endless = np.isinf(now["asa_s"])
        drawn["wait"].set_data(_TEAM, np.where(np.isfinite(table["asa_s"]), table["asa_s"], np.nan))
        shown = not endless and now["asa_s"] <= 180
        drawn["wait_dot"].set_data([agents] if shown else [], [now["asa_s"]] if shown else [])
        right_half = agents > MOST_AGENTS / 2
        words = "排不完" if endless else f"{now['asa_s']:.0f} 秒"
        drawn["wait_word"].set(
            text=words,
            x=agents + (-2 if right_half else 2),
            y=min(now["asa_s"], 160) + 8,
            ha="right" if right_half else "left",
        )
        for line in now_lines:
            line.set_xdata([agents, agents])
        least = f"要达到 {target:.0%}，最少 {need.agents} 名"
        if endless:
            load = technology.traffic_erlangs(calls, interval_s=HALF_HOUR_S, aht_s=aht_s)
            return f"{agents} 名坐席接不完 {load:.1f} 爱尔兰的来电，队伍越来越长；{least}"
        return (
            f"{agents} 名坐席：{within_s} 秒内接起 {now['service_level']:.0%}，平均等 {now['asa_s']:.0f} 秒，"
            f"利用率 {now['occupancy']:.0%}；{least}"
        )

    return LiveFigure(
        draw,
        {
            "calls": whole("半小时的来电", 160, 10, 300, step=10, unit="通"),
            "aht_s": whole("平均处理时长", 240, 60, 300, step=10, unit="秒"),
            "agents": whole("坐席数", 23, 1, MOST_AGENTS, unit="人"),
            "target": number("服务水平的目标", 0.8, 0.5, 0.95, step=0.05, fmt=".0%"),
            "within_s": whole("时限", 20, 10, 60, step=5, unit="秒"),
        },
        "左图：服务水平随人数上升，利用率随人数下降。右图：平均应答速度随人数骤降。竖线是现在的人数，结果按爱尔兰 C，没有人挂断。",
        panels=2,
        size=(7.2, 3.6),
        keep=True,
    )


def trunk_lines() -> LiveFigure:
    """中继线：忙时来电、占线时长和线路数定下来，多少电话打不进来，最少要几条线（爱尔兰 B）。

    Returns
    -------
    LiveFigure
        四个滑块：每小时来电、每通占线几分钟、线路数、允许的阻塞。曲线是阻塞率随线路数的变化。

    Notes
    -----
    假设打不进来的人不再打；真实的客户会重拨，阻塞比算出来的高。见 :func:`crmlab.technology.erlang_b`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.technology.trunk_lines()
    >>> figure.set(calls=200, hold_min=3, lines=12)
    >>> figure.alt.split("。")[0]
    '12 条线、10 爱尔兰：12.0% 的电话打不进来（每小时 24 通）；阻塞不超过 1%，最少 18 条'
    """
    drawn: dict[str, Any] = {}
    most = 60
    lines_axis = np.arange(0, most + 1)

    def make(ax: Axes) -> None:
        (drawn["curve"],) = ax.plot([], [], color=PALETTE["blue"], linewidth=2.2)
        (drawn["dot"],) = ax.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=9)
        (drawn["least"],) = ax.plot([], [], "*", color=PALETTE["green"], markersize=16, zorder=5)
        drawn["goal"] = ax.axhline(1, color=PALETTE["grey"], linestyle=":", linewidth=1.2)
        drawn["now"] = ax.axvline(0, color="black", linewidth=1)
        drawn["word"] = ax.text(0, 0, "", fontsize=10, va="bottom", bbox=CLEAR)
        drawn["star"] = ax.text(0, 0, "", fontsize=9, va="bottom", color=PALETTE["green"], bbox=CLEAR)
        ax.set_xlim(0, most)
        ax.set_yscale("log")
        ax.set_ylim(0.1, 130)
        ax.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])
        ax.set_yticks([], minor=True)
        ax.set_xlabel("线路（条）；点线是允许的阻塞")
        ax.set_ylabel("打不进来的占比（%，对数刻度）")

    def draw(ax: Axes, calls: int, hold_min: float, lines: int, allowed: float) -> str:
        load = technology.traffic_erlangs(calls, interval_s=3600, aht_s=60 * hold_min)
        blocked = np.array([technology.erlang_b(load, int(n)) for n in lines_axis])
        least = technology.required_lines(load, max_blocking=allowed)
        if not drawn:
            make(ax)
        now = float(blocked[lines])
        drawn["curve"].set_data(lines_axis, 100 * blocked)
        drawn["dot"].set_data([lines], [100 * now])
        drawn["now"].set_xdata([lines, lines])
        drawn["goal"].set_ydata([100 * allowed, 100 * allowed])
        on_picture = least <= most
        drawn["least"].set_data([least] if on_picture else [], [max(100 * blocked[least], 0.11)] if on_picture else [])
        late = lines > 45
        drawn["word"].set(
            text=f"{now:.1%}",
            x=lines + (-1 if late else 1),
            y=min(max(130 * now, 0.15), 70),
            ha="right" if late else "left",
        )
        far = on_picture and abs(least - lines) > 6
        drawn["star"].set(text=f"最少 {least} 条" if far else "", x=min(least + 1.2, 50), y=120 * allowed)
        return (
            f"{lines} 条线、{load:.3g} 爱尔兰：{now:.1%} 的电话打不进来（每小时 {calls * now:.0f} 通）；"
            f"阻塞不超过 {allowed:.0%}，最少 {least} 条"
        )

    return LiveFigure(
        draw,
        {
            "calls": whole("每小时来电", 300, 20, 600, step=10, unit="通"),
            "hold_min": number("每通占线", 4, 0.5, 6, step=0.5, unit="分钟"),
            "lines": whole("线路数", 20, 1, most, unit="条"),
            "allowed": number("允许的阻塞", 0.01, 0.01, 0.1, step=0.01, fmt=".0%"),
        },
        "阻塞率随线路数下降的曲线，竖线是现在的线路数，五角星是达到要求的最少线路。假设打不进来的人不重拨，真实的阻塞更高。",
        size=(7.2, 3.6),
        keep=True,
    )


_DAY = pd.DataFrame(
    {
        "interval_start": pd.date_range("2026-03-16 08:00", periods=26, freq="30min"),
        # A made-up day of a utility's hotline: a peak in the late morning and a lower one after lunch.
        "calls": [
            24,
            38,
            55,
            70,
            82,
            88,
            84,
            74,
            60,
            48,
            50,
            62,
            70,
            72,
            68,
            62,
            56,
            50,
            44,
            40,
            38,
            36,
            32,
            26,
            20,
            14,
        ],
    }
)
_SHIFTS = pd.DataFrame(
    {
        "shift": ["早", "中", "晚", "上午短", "下午短"],
        "start": ["08:00", "10:00", "13:00", "09:00", "13:30"],
        "hours": [8, 8, 8, 4, 4],
    }
)


def staff_profile() -> LiveFigure:
    """一天的排班：来电多一成、通话长十秒，各时段要几人、各班次排几人（模拟的一天）。

    Returns
    -------
    LiveFigure
        四个滑块：来电是平日的几倍、平均处理时长、服务水平的目标、损耗。浅色是各时段要排班的人，折线是排了的人。

    Notes
    -----
    来电曲线和五种班次是设定的，不来自任何一家公司；排班由 :func:`crmlab.technology.staff_day` 求工时最少。
    它是在给定来电下的最优安排：预测差一成，往往比一两个人的差别大。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.technology.staff_profile()
    >>> figure.alt.split("，")[0]
    '排 31 人、216 个工时：20 秒内接起 95%'
    """
    drawn: dict[str, Any] = {}
    hours = _DAY["interval_start"].dt.hour.to_numpy() + _DAY["interval_start"].dt.minute.to_numpy() / 60
    top = 66

    def make(ax: Axes) -> None:
        drawn["bars"] = ax.stairs(0 * hours, np.append(hours, 21), fill=True, color=PALETTE["sky"])
        (drawn["line"],) = ax.step([], [], where="post", color="black", linewidth=1.8)
        drawn["shifts"] = ax.text(8.1, top * 0.97, "", va="top", fontsize=9)
        ax.set_xlim(8, 21)
        ax.set_ylim(0, top)
        ax.set_xticks(range(8, 22, 2), [f"{h}:00" for h in range(8, 22, 2)])
        ax.set_xlabel("钟点（时）；浅色是要排班的人，折线是排了的人")
        ax.set_ylabel("人数（人）")

    def draw(ax: Axes, times: float, aht_s: int, target: float, shrinkage: float) -> str:
        day = technology.staff_day(
            _DAY.assign(calls=_DAY["calls"] * times),
            _SHIFTS,
            interval_s=HALF_HOUR_S,
            aht_s=aht_s,
            service_level=target,
            answer_within_s=20,
            shrinkage=shrinkage,
        )
        if not drawn:
            make(ax)
        table = day.intervals
        drawn["bars"].set_data(table["needed"])
        drawn["line"].set_data(np.append(hours, 21), np.append(table["scheduled"], table["scheduled"].iloc[-1]))
        people = [f"{row.shift} {row.people}" for row in records(day.shifts)]
        drawn["shifts"].set_text("　".join(["各班人数：", *people]))
        return (
            f"排 {day.people} 人、{day.paid_hours:g} 个工时：20 秒内接起 {day.service_level:.0%}，"
            f"超出需要的工时占 {day.idle_share:.0%}（模拟的一天）"
        )

    return LiveFigure(
        draw,
        {
            "times": number("来电是平日的", 1, 0.5, 1.4, step=0.1, unit="倍"),
            "aht_s": whole("平均处理时长", 240, 120, 300, step=10, unit="秒"),
            "target": number("服务水平的目标", 0.8, 0.5, 0.95, step=0.05, fmt=".0%"),
            "shrinkage": number("损耗", 0.2, 0, 0.35, step=0.05, fmt=".0%"),
        },
        "浅色是每半小时要排班的人，上午和午后有两个高峰；折线是五种班次合起来排了的人，高出来的部分是多排的。模拟数据。",
        size=(7.2, 3.6),
        keep=True,
    )
