"""A service cannot be stored: staff, idle time and lost customers; and how long a wait feels."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from crmlab import service
from crmlab.plots import MARKERS, PALETTE
from crmlab.plots.service import wait_steps
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import number, switch, whole

_MOST_STAFF = 8
# What can be done about each principle, in the order of the principles.
_REMEDIES = {
    "unoccupied": "给点事做（屏幕、杂志）",
    "pre_process": "先发号、先点单",
    "anxious": "安抚（保证轮得到）",
    "uncertain": "告知还要多久",
    "unexplained": "说明为什么慢",
    "unfair": "排一条队、先到先办",
    "low_value": "让服务更值得等",
    "alone": "让人一起等",
}


def store_hour() -> LiveFigure:
    """门店的一小时：员工几名、等位几个，员工多忙、客户流失多少。

    Returns
    -------
    LiveFigure
        四个滑块：每小时来客、平均服务、员工数、等位数。斜纹条是流失占比，折线是员工的利用率，深色的条是现在的员工数。

    Notes
    -----
    结果是公式的长期平均，没有抽样误差；位子满了、来的人就走，见 :func:`crmlab.service.lost_customers`。
    服务不可储存：闲着的时间存不到忙的时候。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.service.store_hour()
    >>> figure.set(visitors=40, service_min=4, staff=3, seats=3)
    >>> figure.alt.split("。")[0]
    '3 名员工：每小时流失 5.0 位（12%），利用率 78%；再添 1 名，流失 4%'
    """
    drawn: dict[str, Any] = {}
    team = np.arange(1, _MOST_STAFF + 1)

    def make(ax: Axes) -> None:
        drawn["bars"] = list(ax.bar(team, 0 * team, width=0.7, hatch="///", edgecolor="white"))
        (drawn["busy"],) = ax.plot([], [], marker=MARKERS[0], color=PALETTE["blue"], linewidth=2, markersize=6)
        drawn["words"] = [ax.text(x, 0, "", ha="center", va="bottom", fontsize=9) for x in team.tolist()]
        ax.set_title("▨ 流失占比", loc="left", color=PALETTE["red"], fontsize=10)
        ax.set_title("● 员工利用率", loc="right", color=PALETTE["blue"], fontsize=10)
        ax.set_xlim(0.4, _MOST_STAFF + 0.6)
        ax.set_xticks(team)
        ax.set_ylim(0, 108)
        ax.set_yticks([0, 25, 50, 75, 100])
        ax.set_xlabel("员工（人）")
        ax.set_ylabel("占比（%）")

    def draw(ax: Axes, visitors: int, service_min: float, staff: int, seats: int) -> str:
        rows = [
            service.lost_customers(visitors_per_hour=visitors, service_s=60 * service_min, staff=int(n), seats=seats)
            for n in team
        ]
        if not drawn:
            make(ax)
        for bar, word, n, row in zip(drawn["bars"], drawn["words"], team, rows, strict=True):
            bar.set(height=100 * row.lost_share, facecolor=PALETTE["red"] if n == staff else "#F0C4AC")
            word.set(text=f"{row.lost_share:.0%}" if abs(n - staff) <= 1 else "", y=100 * row.lost_share + 1)
        drawn["busy"].set_data(team, [100 * row.utilization for row in rows])
        if not visitors:
            return f"没有来客：{staff} 名员工都闲着，闲下来的时间存不到忙的时候"
        now = rows[staff - 1]
        said = (
            f"{staff} 名员工：每小时流失 {now.lost_rate:.1f} 位（{now.lost_share:.0%}），利用率 {now.utilization:.0%}"
        )
        if staff == _MOST_STAFF:
            return said
        more = rows[staff]
        return f"{said}；再添 1 名，流失 {more.lost_share:.0%}"

    return LiveFigure(
        draw,
        {
            "visitors": whole("每小时来客", 40, 0, 120, step=5, unit="位"),
            "service_min": number("平均服务", 4, 1, 10, step=0.5, unit="分钟"),
            "staff": whole("员工数", 3, 1, _MOST_STAFF, unit="人"),
            "seats": whole("等位数", 3, 0, 10, unit="个"),
        },
        "斜纹条是流失占比，随员工数下降；折线是员工利用率，也随员工数下降；颜色深的条是现在的员工数。结果按 M/M/c/K 公式。",
        size=(7.2, 3.6),
        keep=True,
    )


def perceived_wait() -> LiveFigure:
    """感觉等了多久：实际等待按每条等待心理原则放大；缓解一条，就少一级台阶。

    Returns
    -------
    LiveFigure
        两个滑块：实际等待、每条原则放大几倍；每条原则一个开关。台阶从实际等待一级一级加到感觉的等待，空心的一级是缓解了的。

    Notes
    -----
    梅斯特（Maister）只说了方向，没有说几倍：倍数是你假定的，各条取同一个数，为的是看得清。
    模型见 :func:`crmlab.service.perceived_wait`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.service.perceived_wait()
    >>> figure.set(actual=10, factor=1.2, uncertain=True)
    >>> figure.alt.split("。")[0]
    '实际等 10 分钟，感觉像 43 分钟；缓解 1 条之后像 36 分钟（假定每条放大 1.2 倍）'
    """
    drawn: dict[str, Any] = {}
    names = list(service.WAITING_PRINCIPLES)
    rows = len(names) + 2

    def make(ax: Axes) -> None:
        drawn["bars"] = list(ax.barh(range(rows), [0.0] * rows, height=0.66, linewidth=1))
        drawn["words"] = [ax.text(0, y, "", va="center", fontsize=9) for y in (0, rows - 1)]
        ax.set_yticks(range(rows), ["实际等了", *service.WAITING_PRINCIPLES.values(), "感觉等了"])
        ax.set_ylim(rows - 0.4, -0.6)
        ax.set_xlim(0, 100)  # 20 minutes times 1.2 to the eighth power is 86
        ax.set_xlabel("等待（分钟）；倍数是假定的")

    def draw(ax: Axes, actual: int, factor: float, **eased: bool) -> str:
        done = [name for name in names if eased[name]]
        result = service.perceived_wait(actual, dict.fromkeys(names, factor), eased=done)
        if not drawn:
            make(ax)
        for bar, (_, start, end, kind) in zip(drawn["bars"], wait_steps(result), strict=True):
            bar.set(
                x=start, width=max(end - start, 0.0),
                facecolor={"whole": PALETTE["blue"], "step": PALETTE["sky"], "eased": "white"}[kind],
                edgecolor=PALETTE["grey"] if kind == "eased" else "white",
            )  # fmt: skip
        ends = (actual, result.eased_min)
        for word, value in zip(drawn["words"], ends, strict=True):
            word.set(text=f"{value:.0f} 分钟", x=value + 1.2)
        said = f"实际等 {actual} 分钟，感觉像 {result.perceived_min:.0f} 分钟"
        if done:
            said += f"；缓解 {len(done)} 条之后像 {result.eased_min:.0f} 分钟"
        return f"{said}（假定每条放大 {factor:g} 倍）"

    controls: dict[str, Any] = {
        "actual": whole("实际等待", 15, 1, 20, unit="分钟"),
        "factor": number("每条放大（假定）", 1.15, 1, 1.2, step=0.05, unit="倍", fmt=".2f"),
        **{name: switch(_REMEDIES[name]) for name in names},
    }
    return LiveFigure(
        draw,
        controls,
        "台阶图：从实际等待起，八条等待心理原则一级一级往上加，空心的一级是缓解了的，最下面是感觉等了多久。倍数是假定的。",
        size=(7.2, 4.2),
        keep=True,
    )
