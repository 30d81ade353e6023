"""Chapter 1: service cannot be stored, so a counter that is nearly always busy makes people wait."""

import numpy as np
from matplotlib.axes import Axes

from crmlab import service
from crmlab.lessons._lesson import Lesson, Step
from crmlab.plots import PALETTE

SERVICE_MIN = 4  # one customer
PER_HOUR = 60 / SERVICE_MIN


def _wait(share: float) -> float:
    asked = service.waiting(arrivals_per_hour=share * PER_HOUR, service_min=SERVICE_MIN, servers=1, over_min=5)
    return float(asked.wait_min)


def build() -> Lesson:
    """Return the lesson."""
    busy = np.linspace(0, 0.96, 97)
    waits = np.array([_wait(share) for share in busy])

    def axes(ax: Axes) -> None:
        ax.set(xlim=(0, 100), ylim=(0, 100), xlabel="利用率：忙着的时间占几成（%）", ylabel="平均排队（分钟）")

    def dot(share: float, colour: str, word: str, where: tuple[int, int] = (-12, 12)) -> Step:
        said = _wait(share)

        def draw(ax: Axes) -> None:
            ax.plot([100 * share], [said], "o", color=PALETTE[colour], markersize=9, zorder=5)
            ax.annotate(f"{said:.0f} 分钟", (100 * share, said), where, textcoords="offset points", ha="right")

        return Step(word.format(wait=said, came=share * PER_HOUR), draw)

    def first(ax: Axes) -> None:
        ax.plot(100 * busy[:51], waits[:51], color=PALETTE["blue"], linewidth=2)

    def rest(ax: Axes) -> None:
        ax.plot(100 * busy[50:], waits[50:], color=PALETTE["blue"], linewidth=2)

    def room(ax: Axes) -> None:
        ax.axvspan(70, 85, color=PALETTE["green"], alpha=0.15, linewidth=0)
        ax.text(77.5, 45, "留一点闲", ha="center", color=PALETTE["green"])

    return Lesson(
        1, "店员一直忙着，是好事吗？", "公式：M/M/1 排队，一位客人平均办 4 分钟", "1-1",
        (
            Step("一个柜台，一位客人平均办 4 分钟，一小时最多办 15 位。横轴是柜台忙着的时间占几成，纵轴是客人平均排多久。", axes),
            dot(0.5, "green", "来得少，柜台闲着一半：客人平均排 {wait:.0f} 分钟。闲着的这一半，存不下来，过了就没了。"),
            Step("从闲到半忙，排队长得很慢。", first),
            dot(0.8, "orange", "一小时来 {came:.0f} 位，柜台八成的时间忙着：平均排 {wait:.0f} 分钟。"),
            dot(0.95, "red", "再多来两三位，忙到九成五：平均要排 {wait:.0f} 分钟！客人多了不到两成，排队长了好几倍。", (-12, -4)),
            Step("连起来看：越接近百分之百，线翘得越陡。因为客人不是排着表来的，一阵没人，一阵来一群。", rest),
            Step("所以“人人从早忙到晚”不是好消息。留一点闲，是服务的一部分。留多少，要看客人肯等多久。", room),
        ),
    )  # fmt: skip
