"""Chapter 9: how much the largest customers bring, by a Lorenz curve of real purchases."""

import numpy as np
from matplotlib.axes import Axes

from crmlab import data, strategy
from crmlab.lessons._lesson import Lesson, Step
from crmlab.plots import PALETTE


def build() -> Lesson:
    """Return the lesson."""
    spent = data.load_real("cdnow_sample").groupby("customer_id")["amount_usd"].sum()
    curve = strategy.lorenz(spent)
    people, value = 100 * curve["customer_share"], 100 * curve["value_share"]
    fifth, tenth = 100 * strategy.top_share(spent), 100 * strategy.top_share(spent, share=0.1)
    uneven = float(strategy.gini(spent).gini)

    def axes(ax: Axes) -> None:
        ax.set(xlim=(0, 100), ylim=(0, 100), xlabel="客户累计（%，从花得少的排起）", ylabel="金额累计（%）")

    def part(low: float, high: float, ax: Axes) -> None:
        inside = (people >= low) & (people <= high)
        ax.plot(people[inside], value[inside], color=PALETTE["blue"], linewidth=2.5)

    def mark(at: float, ax: Axes) -> None:
        height = float(np.interp(at, people, value))
        ax.plot([at, at], [height, 100], color=PALETTE["red"], linewidth=2)
        ax.text(4, at + 6 if at < 90 else 76, f"最大的 {100 - at:.0f}% 占 {100 - height:.0f}%", color=PALETTE["red"])

    return Lesson(
        9, "“二八定律”是真的吗？", f"真实数据：CDNOW，一家网上 CD 店的 {len(spent):,} 位客户", "9-2",
        (
            Step(f"{len(spent):,} 位客户，从花得最少的排到花得最多的。横轴数人，纵轴数钱。", axes),
            Step("要是人人花得一样多，一半的人就占一半的钱：一条对角线。",
                 lambda ax: ax.plot([0, 100], [0, 100], "--", color=PALETTE["grey"])),
            Step(f"先数花得少的一半：合起来只占 {np.interp(50, people, value):.0f}% 的钱，线贴着地走。", lambda ax: part(0, 50, ax)),
            Step("数到八成，线才慢慢抬头。", lambda ax: part(49.9, 80, ax)),
            Step("最后两成，一下子冲到顶。这条弯线叫洛伦兹曲线。", lambda ax: part(79.9, 100, ax)),
            Step(f"最大的两成客户占 {fifth:.0f}% 的钱。不是八成！“二八”是一句口诀，每家店要数自己的。", lambda ax: mark(80, ax)),
            Step(f"弯得多厉害，用基尼系数说：{uneven:.2f}，0 是人人一样，1 是一人独占。",
                 lambda ax: ax.fill_between(people, value, people, color=PALETTE["sky"], alpha=0.35, linewidth=0)),
            Step(f"最大的一成占 {tenth:.0f}%。先认出他们，再想怎么服务；别忘了，今天花得少的，有人明年就是大客户。", lambda ax: mark(90, ax)),
        ),
    )  # fmt: skip
