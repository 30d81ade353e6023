"""Chapter 6: from eleven bars to one net promoter score, and how sure it is."""

import numpy as np
from matplotlib.axes import Axes

from crmlab import satisfaction
from crmlab.lessons._lesson import Lesson, Step, together
from crmlab.plots import PALETTE

COUNTS = (2, 1, 3, 4, 5, 12, 13, 28, 42, 50, 40)  # answers 0 to 10


def build() -> Lesson:
    """Return the lesson."""
    scores = np.repeat(np.arange(11), COUNTS)
    n = len(scores)
    result = satisfaction.nps(scores)
    promoters, detractors = (scores >= 9).mean(), (scores <= 6).mean()

    def axes(ax: Axes) -> None:
        ax.set(
            xlim=(-0.7, 10.7),
            ylim=(0, 68),
            xticks=range(11),
            xlabel="有多大可能推荐给朋友（0–10 分）",
            ylabel="人数（位）",
        )

    def bars(first: int, last: int, colour: str, hatch: str, ax: Axes) -> None:
        ax.bar(range(first, last + 1), COUNTS[first : last + 1], color=PALETTE[colour], hatch=hatch, edgecolor="white")

    def word(x: float, text: str, colour: str, ax: Axes) -> None:
        ax.text(x, 58, text, ha="center", va="center", color=PALETTE[colour], fontsize=11)

    return Lesson(
        6, "净推荐值是怎么算出来的？", f"数是举例设的，{n} 份答卷", "6-1",
        (
            Step(f"问 {n} 位客户一句话：你有多大可能把我们推荐给朋友？0 到 10 分。", axes),
            Step(f"每个分数有几个人，画成柱子。最高的是 {int(np.argmax(COUNTS))} 分。", lambda ax: bars(0, 10, "grey", "", ax)),
            Step(f"9、10 分的叫推荐者：{(scores >= 9).sum()} 位，占 {promoters:.1%}。",
                 together(lambda ax: bars(9, 10, "blue", "", ax), lambda ax: word(9.5, f"推荐者\n{promoters:.1%}", "blue", ax))),
            Step(f"0 到 6 分的叫批评者：{(scores <= 6).sum()} 位，占 {detractors:.1%}。6 分也算！",
                 together(lambda ax: bars(0, 6, "red", "///", ax), lambda ax: word(3, f"批评者\n{detractors:.1%}", "red", ax))),
            Step("7、8 分的叫被动者，不加也不减，可是留在分母里。", lambda ax: word(7.3, f"被动者\n{1 - promoters - detractors:.1%}", "grey", ax)),
            Step(f"净推荐值 ＝ 推荐者的百分比 − 批评者的百分比 ＝ {100 * promoters:.1f} − {100 * detractors:.1f} ＝ {result.score:.1f}。",
                 lambda ax: ax.text(3, 40, f"NPS = {result.score:.1f}", ha="center", fontsize=13)),
            Step(f"换一批 {n} 位客户来答，数会动：95% 区间是 {result.low:.0f} 到 {result.high:.0f}。下个月变了三五分，先别急着开会。",
                 lambda ax: ax.text(3, 33, f"95% 区间 {result.low:.0f}–{result.high:.0f}", ha="center", fontsize=10)),
        ),
    )  # fmt: skip
