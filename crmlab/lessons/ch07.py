"""Chapter 7: what a customer is worth: margin, times who is still there, times what later money is worth."""

import numpy as np
from matplotlib.axes import Axes

from crmlab import loyalty
from crmlab.lessons._lesson import Lesson, Step
from crmlab.plots import PALETTE

MARGIN, KEPT, MORE_KEPT, DISCOUNT, COST = 300.0, 0.75, 0.80, 0.10, 400.0  # yuan a year; shares; a year


def build() -> Lesson:
    """Return the lesson."""
    years = np.arange(1, 9)
    still, worth = KEPT**years, (1 + DISCOUNT) ** -years.astype(float)
    value, better = (
        loyalty.customer_lifetime_value(
            MARGIN, kept, discount_rate=DISCOUNT, time_unit="year", timing="end_of_period"
        ).value
        for kept in (KEPT, MORE_KEPT)
    )

    def axes(ax: Axes) -> None:
        ax.set(xlim=(0.3, 8.7), ylim=(0, 430), xlabel="第几年", ylabel="每位新客户的毛利（元）")

    def words(height: float, text: str, colour: str, ax: Axes) -> None:
        ax.text(8.6, height, text, ha="right", color=PALETTE[colour], fontsize=11)

    def hopes(ax: Axes) -> None:
        ax.bar(years, [MARGIN] * len(years), width=0.7, facecolor="white", edgecolor=PALETTE["grey"])

    def kept(ax: Axes) -> None:
        ax.bar(years, MARGIN * still, width=0.7, color=PALETTE["sky"])
        for year in years[:3]:
            ax.text(year, MARGIN * still[year - 1] + 6, f"{MARGIN * still[year - 1]:.0f}", ha="center", fontsize=9)

    def today(ax: Axes) -> None:
        ax.bar(years, MARGIN * still * worth, width=0.7, color=PALETTE["blue"])

    return Lesson(
        7, "一位客户值多少钱？", "公式：客户终身价值；毛利、保持率、折现率是举例设的", "7-2",
        (
            Step("一位新客户，每年带来 300 元毛利。花 400 元请他来，值不值？", axes),
            Step("要是他永远不走，每年都是 300 元。可惜不会。", hopes),
            Step(f"每年有 {KEPT:.0%} 的人留下。第一年末剩 {still[0]:.0%}，第二年末剩 {still[1]:.0%}，第三年末剩 {still[2]:.0%}……一年比一年少。", kept),
            Step("明年的 110 元，只当今年的 100 元：再打一个折扣，叫折现。", today),
            Step(f"深蓝的柱子一年年加起来，一直加下去，就是客户终身价值：{value:.0f} 元。",
                 lambda ax: words(405, f"终身价值 {value:.0f} 元", "blue", ax)),
            Step(f"减去请他来的 400 元，净得 {value - COST:.0f} 元：值。要是只看第一年的 {MARGIN * KEPT * worth[0]:.0f} 元，就会说不值。",
                 lambda ax: words(370, f"减获客成本 400 元，净得 {value - COST:.0f} 元", "black", ax)),
            Step(f"保持率从 75% 提到 80%，终身价值从 {value:.0f} 升到 {better:.0f} 元，多 {better / value - 1:.0%}。留人，往往比拉人划算；先把保持率量准。",
                 lambda ax: words(335, f"保持率 80%：{better:.0f} 元", "green", ax)),
        ),
    )  # fmt: skip
