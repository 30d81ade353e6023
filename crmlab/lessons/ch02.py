"""Chapter 2: how many agents a call centre needs, by Erlang's formula."""

import numpy as np
from matplotlib.axes import Axes

from crmlab import technology
from crmlab.lessons._lesson import Lesson, Step, together
from crmlab.plots import PALETTE

CALLS, AHT_S, WITHIN_S, TARGET = 120, 240, 20, 0.8  # calls an hour, seconds


def build() -> Lesson:
    """Return the lesson."""
    load = CALLS * AHT_S / 3600
    agents = np.arange(1, 17)
    enough = agents[agents > load]
    level = np.array([technology.service_level(load, int(n), aht_s=AHT_S, answer_within_s=WITHIN_S) for n in enough])
    asked = technology.required_agents(
        CALLS, interval_s=3600, aht_s=AHT_S, service_level=TARGET, answer_within_s=WITHIN_S
    )
    need = int(asked.agents)

    def axes(ax: Axes) -> None:
        ax.set(xlim=(0, 17), ylim=(0, 105), xlabel="坐席（人）", ylabel="20 秒内接起的来电（%）")

    def work(ax: Axes) -> None:
        ax.axvspan(0, load, color=PALETTE["red"], alpha=0.12, linewidth=0)
        ax.text(load / 2, 55, f"话务量 {load:g} 爱尔兰\n少于这么多人\n队越排越长", ha="center", va="center")

    def some(first: int, last: int | None, ax: Axes) -> None:
        ax.bar(enough[first:last], 100 * level[first:last], width=0.7, color=PALETTE["sky"])
        for n, share in zip(enough[first:last], level[first:last], strict=True):
            ax.text(n, 100 * share + 1.5, f"{share:.0%}", ha="center", fontsize=9)

    def goal(ax: Axes) -> None:
        ax.axhline(100 * TARGET, color=PALETTE["black"], linestyle="--", linewidth=1)
        ax.text(0.3, 100 * TARGET + 2, "目标 80%")

    def chosen(ax: Axes) -> None:
        place = int(np.flatnonzero(enough == need)[0])
        ax.bar([need], [100 * level[place]], width=0.7, color=PALETTE["orange"], hatch="///", edgecolor="black")

    busy = load / need
    return Lesson(
        2, "一小时 120 个电话，要几位坐席？", "公式：爱尔兰 C，每通平均 4 分钟，假设没有人挂断", "2-5",
        (
            Step("客服中心一小时来 120 个电话，每通平均 4 分钟。目标：八成的电话 20 秒内接起。横轴排几个人，纵轴能接起多少。", axes),
            Step(f"先算活儿：120 × 4 ÷ 60 ＝ {load:g}，一小时里有 {load:g} 个人的活。排 {load:g} 个人以下，队只会越排越长。", work),
            Step(f"排 {enough[0]} 个人，活儿刚好做得完，可 20 秒内接起的只有 {level[0]:.0%}：电话不是一个接一个来的。",
                 lambda ax: some(0, 1, ax)),
            Step(f"加一个人，一下子到 {level[1]:.0%}。开头每加一个人，好转很多。", lambda ax: some(1, 2, ax)),
            Step("画出目标线：八成。还差一截。", goal),
            Step(f"排到 {need} 个人，第一次过线：{level[need - enough[0]]:.0%}。少一个都不够。",
                 together(lambda ax: some(2, need - enough[0] + 1, ax), lambda ax: chosen(ax))),
            Step(f"再往上加，每多一个人，换来的越来越少。{need} 个人时，每人忙着的时间占 {busy:.0%}，剩下的是必须留的闲。",
                 lambda ax: some(need - enough[0] + 1, None, ax)),
        ),
    )  # fmt: skip
