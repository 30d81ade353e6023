"""A queue that moves, and the number of desks that costs least."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from crmlab import service, technology
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import number, player, whole

MINUTES = 120
_MOST_DESKS = 6
_A_ROW, _MOST_SHOWN = 8, 48


def queue_animation() -> LiveFigure:
    """排队动画：客户随机到达、排一条队，看队伍怎么变长变短，旁边是公式的长期平均（模拟）。

    Returns
    -------
    LiveFigure
        五个滑块和一组播放键：第几分钟、每小时来客、服务时长、服务台数、种子。左图是这一刻的店里：圆点在等，方块是服务台；
        右图是在等的人数，虚线是公式的长期平均。

    Notes
    -----
    来客由 :func:`crmlab.technology.simulate_queue` 模拟，种子相同就是同一天；长期平均由 :func:`crmlab.service.waiting`
    计算。一次模拟只是一天：换个种子，平均等待可以差出一倍。开门时店里是空的，头一段等得短。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.service.queue_animation()
    >>> figure.set(minute=45)
    >>> figure.alt.split("；")[0]
    '第 45 分钟（种子 3）：8 人在等，服务台全忙'
    """
    picture = _QueuePicture()
    controls = {
        "minute": whole("第几分钟", 60, 0, MINUTES),
        "arrivals": whole("每小时来客", 50, 10, 90, step=5, unit="位"),
        "service_min": number("平均服务", 4, 1, 8, step=0.5, unit="分钟"),
        "servers": whole("服务台", 4, 1, _MOST_DESKS, unit="个"),
        "seed": whole("种子（换一天）", 3, 1, 20),
    }
    figure = LiveFigure(
        picture,
        controls,
        "左图：圆点是在等的人，实心方块是忙着的服务台，空心方块闲着。右图：在等的人数一路的变化，虚线是公式的长期平均。模拟数据。",
        panels=2,
        widths=(1, 1.5),
        size=(7.2, 3.4),
        keep=True,
    )
    row = player(controls["minute"], "动画", interval_ms=300)
    first, *rest = figure.container.children
    figure.container.children = (first, row, *rest)
    return figure


class _QueuePicture:
    """One simulated day is kept until a control other than the clock moves."""

    def __init__(self) -> None:
        self.day: tuple[Any, ...] = ()
        self.made = False

    def _simulate(self, arrivals: int, service_min: float, servers: int, seed: int) -> None:
        expected = arrivals * MINUTES / 60
        table = technology.simulate_queue(
            np.random.default_rng(seed),
            arrivals_per_hour=arrivals,
            service_s=60 * service_min,
            servers=servers,
            customers=int(expected + 6 * np.sqrt(expected)) + 10,
        )
        self.arrive, self.start, self.end = (table[c].to_numpy() / 60 for c in ("arrive_s", "start_s", "end_s"))
        self.desk = table["server"].to_numpy()
        self.wait = table["wait_s"].to_numpy() / 60
        moments = np.concatenate([self.arrive, self.start])
        change = np.repeat([1, -1], len(self.arrive))
        # Somebody who is served at once comes and starts at the same moment: the pair must not show as a queue of one.
        order = np.lexsort((change, moments))
        self.moments, self.waiting = moments[order], np.maximum(np.cumsum(change[order]), 0)
        inside = self.moments <= MINUTES
        self.top = 20 if self.waiting[inside].max(initial=0) <= 20 else 100  # two scales only: new ticks cost time
        self.theory = service.waiting(arrivals_per_hour=arrivals, service_min=service_min, servers=servers, over_min=5)

    def _make(self, shop: Axes, course: Axes) -> None:
        (self.queue,) = shop.plot([], [], MARKERS[0], color=PALETTE["red"], markersize=9)
        (self.busy,) = shop.plot([], [], MARKERS[1], color=PALETTE["blue"], markersize=17)
        (self.free,) = shop.plot([], [], MARKERS[1], color="white", markeredgecolor=PALETTE["blue"], markersize=17)
        shop.set_title("● 在等", loc="left", color=PALETTE["red"], fontsize=10)
        shop.set_title("■ 在办", loc="right", color=PALETTE["blue"], fontsize=10)
        shop.set_xlim(-0.8, 10.4)
        shop.set_ylim(-0.7, _MOST_DESKS - 0.3)
        shop.set_xticks([])
        shop.set_yticks([])
        shop.spines[:].set_visible(False)
        shop.set_xlabel("服务台在右边")
        (self.line,) = course.step([], [], where="post", color=PALETTE["red"], linewidth=1.8)
        (self.dot,) = course.plot([], [], MARKERS[0], color=PALETTE["red"], markersize=8)
        self.level = course.axhline(0, color="black", linestyle="--", linewidth=1.2)
        course.set_title("虚线：公式的长期平均", loc="right", fontsize=10)
        course.set_xlim(0, MINUTES)
        course.set_xticks(range(0, MINUTES + 1, 30))
        course.set_xlabel("时间（分钟，从开门起）")
        course.set_ylabel("在等的人（人）")
        self.made = True

    def __call__(
        self, axes: list[Axes], minute: int, arrivals: int, service_min: float, servers: int, seed: int
    ) -> str:
        if self.day != (arrivals, service_min, servers, seed):
            self._simulate(arrivals, service_min, servers, seed)
            self.day = (arrivals, service_min, servers, seed)
        if not self.made:
            self._make(*axes)
        n = int(((self.arrive <= minute) & (self.start > minute)).sum())
        place = np.arange(min(n, _MOST_SHOWN))
        self.queue.set_data(7.6 - place % _A_ROW * 1.1, place // _A_ROW)
        taken = set(self.desk[(self.start <= minute) & (self.end > minute)].tolist())
        busy = [d - 1 for d in range(1, servers + 1) if d in taken]
        free = [d - 1 for d in range(1, servers + 1) if d not in taken]
        self.busy.set_data([9.6] * len(busy), busy)
        self.free.set_data([9.6] * len(free), free)
        past = self.moments <= minute
        self.line.set_data(np.append(self.moments[past], minute), np.append(self.waiting[past], n))
        self.dot.set_data([minute], [n])
        endless = np.isinf(self.theory.queue_length)
        self.level.set_ydata([np.nan, np.nan] if endless else [self.theory.queue_length] * 2)
        axes[1].set_ylim(0, self.top)
        desks = "全忙" if not free else f"忙着 {len(busy)} 个" if busy else "都闲着"
        begun = self.start <= minute
        so_far = (
            f"这一天到现在平均等 {self.wait[begun].mean():.1f} 分钟" if begun.any() else "这一天到现在还没有一位轮到"
        )
        theory = "长期看队伍越来越长" if endless else f"长期平均 {self.theory.wait_min:.1f} 分钟"
        return f"第 {minute} 分钟（种子 {seed}）：{n} 人在等，服务台{desks}；{so_far}，公式说{theory}"


def queue_cost() -> LiveFigure:
    """开几个服务台最省：工资一头，客户的等待一头，合计是一条 U 形的线。

    Returns
    -------
    LiveFigure
        四个滑块：每小时来客、平均服务、一个服务台一小时的成本、客户等一小时值多少。五角星是合计最低的台数。

    Notes
    -----
    结果是公式的长期平均，没有抽样误差，见 :func:`crmlab.service.queue_cost`。等待的价格要自己估：把它翻一倍，看五角星动不动。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.service.queue_cost()
    >>> figure.set(arrivals=30, service_min=5, wage=40, price=60)
    >>> figure.alt.split("。")[0]
    '开 4 个最省：每小时 192 元，利用率 62%，平均等 1.1 分钟；少一个贵 139 元，多一个贵 16 元'
    """
    drawn: dict[str, Any] = {}
    most = 12

    def make(ax: Axes) -> None:
        for column, colour, line, marker in (
            ("server_cost", PALETTE["blue"], "--", MARKERS[1]),
            ("wait_cost", PALETTE["red"], ":", MARKERS[2]),
            ("total_cost", "black", "-", MARKERS[0]),
        ):
            (drawn[column],) = ax.plot([], [], line, marker=marker, color=colour, markersize=5)
        (drawn["best"],) = ax.plot([], [], "*", color=PALETTE["green"], markersize=17, zorder=5)
        ax.set_title("■ 服务台", loc="left", color=PALETTE["blue"], fontsize=10)
        ax.set_title("▲ 等待的代价", loc="center", color=PALETTE["red"], fontsize=10)
        ax.set_title("● 合计　★ 最省", loc="right", fontsize=10)
        ax.set_xlim(0.5, most + 0.5)
        ax.set_xticks(range(1, most + 1))
        ax.set_xlabel("服务台（个）；左边没有点的台数不够用")
        ax.set_ylim(0, 1100)  # holds the bottom of every U the sliders can make
        ax.set_ylabel("成本（元/小时）")

    def draw(ax: Axes, arrivals: int, service_min: float, wage: int, price: int) -> str:
        table = service.queue_cost(
            arrivals_per_hour=arrivals, service_min=service_min, cost_server_hour=wage, cost_wait_hour=price, most=most
        )
        if not drawn:
            make(ax)
        for column in ("server_cost", "wait_cost", "total_cost"):
            drawn[column].set_data(table["servers"], table[column])
        at = int(table["best"].to_numpy().argmax())
        best = table.iloc[at]
        drawn["best"].set_data([best["servers"]], [best["total_cost"]])
        total = table["total_cost"].to_numpy()
        said = (
            f"开 {best['servers']} 个最省：每小时 {best['total_cost']:,.0f} 元，利用率 {best['utilization']:.0%}，"
            f"平均等 {best['wait_min']:.1f} 分钟"
        )
        fewer = f"少一个贵 {total[at - 1] - total[at]:,.0f} 元" if at else "少一个就不够用"
        more = f"，多一个贵 {total[at + 1] - total[at]:,.0f} 元" if at + 1 < len(total) else ""
        return f"{said}；{fewer}{more}"

    return LiveFigure(
        draw,
        {
            "arrivals": whole("每小时来客", 45, 5, 60, step=5, unit="位"),
            "service_min": number("平均服务", 5, 1, 8, step=0.5, unit="分钟"),
            "wage": whole("一个服务台", 50, 10, 80, step=5, unit="元/小时"),
            "price": whole("客户等一小时值", 80, 0, 200, step=10, unit="元"),
        },
        "三条线随服务台数变化：服务台的成本上升，等待的代价下降，合计先降后升，五角星是最低处。结果按 M/M/c 公式。",
        size=(7.2, 3.6),
        keep=True,
    )
