"""Chapter 8: a control chart tells chance from change."""

import numpy as np
from matplotlib.axes import Axes

from crmlab import complaints
from crmlab.lessons._lesson import Lesson, Step, together
from crmlab.plots import PALETTE

ORDERS = 800  # a week
CALM = 14  # weeks that the limits are taken from


def build() -> Lesson:
    """Return the lesson."""
    rng = np.random.default_rng(8)
    chance = np.where(np.arange(22) < 18, 0.03, 0.058)
    counts = rng.binomial(ORDERS, chance)
    chart = complaints.p_chart(counts, ORDERS, baseline=CALM)
    week, rate = np.arange(1, 23), 100 * counts / ORDERS
    centre = 100 * float(chart.centre)
    low, high = (100 * float(chart.table[name].iloc[0]) for name in ("lcl", "ucl"))
    out = week[(rate > high) | (rate < low)]
    top = int(np.argmax(rate[:CALM]))

    def axes(ax: Axes) -> None:
        ax.set(xlim=(0, 25.5), ylim=(0, 10), xlabel="第几周", ylabel="投诉率（%，每周 800 单）")

    def points(first: int, last: int, ax: Axes) -> None:
        ax.plot(
            week[max(first - 1, 0) : last], rate[max(first - 1, 0) : last], "-o", color=PALETTE["blue"], markersize=5
        )

    def line(at: float, word: str, look: str, colour: str, ax: Axes) -> None:
        ax.plot([0, 22.5], [at, at], look, color=PALETTE[colour], linewidth=1.3)
        # Orange letters are too pale to read on white.
        ax.text(22.7, at, word, va="center", fontsize=9, color="#8A5A00" if colour == "orange" else PALETTE[colour])

    return Lesson(
        8, "这周投诉多了，是真的变差，还是碰巧？", "模拟：每周 800 单；第 19 周起真的变差", "8-2",
        (
            Step("每周 800 单，有多少单投诉？一周一个点，看它怎么动。", axes),
            Step(f"头 14 周没换人、没改流程，投诉率也上上下下。第 {week[top]} 周最高，{rate[top]:.1f}%：要不要开会批评？",
                 lambda ax: points(0, CALM, ax)),
            Step(f"先画平均：{centre:.1f}%，这是中心线。", lambda ax: line(centre, f"中心 {centre:.1f}", "-", "grey", ax)),
            Step(f"再画碰巧会到哪里：平均 ± 3 个标准差，{low:.1f}% 到 {high:.1f}%，这是控制限。它不是目标，是“什么也没变时的范围”。",
                 together(lambda ax: line(high, f"上限 {high:.1f}", "--", "orange", ax), lambda ax: line(low, f"下限 {low:.1f}", "--", "orange", ax))),
            Step(f"第 {week[top]} 周在里面：碰巧。为它开会，下周多半自己降下来，大家还以为会开得好。",
                 lambda ax: ax.plot([week[top]], [rate[top]], "o", markersize=13, markerfacecolor="none", markeredgecolor=PALETTE["green"], markeredgewidth=2)),
            Step("接着往下记四周，都在里面。", lambda ax: points(CALM, 18, ax)),
            Step(f"第 {out[0]} 周出界：碰巧的话，一千周也只有两三次。去查那一周变了什么。",
                 together(lambda ax: points(18, 22, ax), lambda ax: ax.plot(out, rate[out - 1], "s", color=PALETTE["red"], markersize=8))),
        ),
    )  # fmt: skip
