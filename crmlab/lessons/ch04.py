"""Chapter 4: two ways of saying it, and when a difference is more than chance."""

from matplotlib.axes import Axes

from crmlab import communication
from crmlab.lessons._lesson import Lesson, Step
from crmlab.plots import PALETTE

SMALL, LARGE = (24, 200, 34, 200), (240, 2000, 340, 2000)  # answered and asked, old words and new


def _span(found: communication.AbTest) -> str:
    return f"{100 * found.low:.1f} 到 {100 * found.high:.1f}".replace("-", "−")


def build() -> Lesson:
    """Return the lesson."""
    few, many = communication.ab_test(*SMALL), communication.ab_test(*LARGE)
    old, new = 100 * SMALL[0] / SMALL[1], 100 * SMALL[2] / SMALL[3]

    def axes(ax: Axes) -> None:
        ax.set(xlim=(-3, 20), ylim=(-0.6, 3.7), xlabel="百分比，或相差几个百分点", yticks=[3, 2, 1, 0])
        ax.set_yticklabels(["旧话术", "新话术", "相差\n各 200 人", "相差\n各 2,000 人"], fontsize=9)

    def bar(at: int, value: float, colour: str, ax: Axes) -> None:
        ax.barh([at], [value], height=0.5, color=PALETTE[colour])
        ax.text(value + 0.3, at, f"{value:.0f}%", va="center")

    def span(at: int, found: communication.AbTest, colour: str, ax: Axes) -> None:
        ax.plot([100 * found.low, 100 * found.high], [at, at], color=PALETTE[colour], linewidth=3)
        ax.plot([100 * found.difference], [at], "o", color=PALETTE[colour], markersize=9)
        ax.text(100 * found.high + 0.3, at, _span(found), va="center", fontsize=9)

    return Lesson(
        4, "新话术多成交 5 个百分点，可以信吗？", "数是举例设的；区间按两个比例之差算，95%", "4-3",
        (
            Step("客服换了一句开场白。要知道它有没有用，让电脑抽签：一半客户听旧的，一半听新的。", axes),
            Step(f"听旧话术的 200 人，成交 24 人：{old:.0f}%。", lambda ax: bar(3, old, "grey", ax)),
            Step(f"听新话术的 200 人，成交 34 人：{new:.0f}%。多了 5 个百分点！", lambda ax: bar(2, new, "blue", ax)),
            Step("等一等。同一句话，换 200 个人听，数也会动。相差多少才不是碰巧？画一条“不差”的线。",
                 lambda ax: ax.axvline(0, color=PALETTE["black"], linestyle="--", linewidth=1)),
            Step(f"差 5 个百分点，95% 区间是 {_span(few)}：跨过了 0。这个差，碰巧也会有。",
                 lambda ax: span(1, few, "red", ax)),
            Step(f"人数加到各 2,000，还是差 5 个百分点，区间缩到 {_span(many)}：全在 0 的右边。",
                 lambda ax: span(0, many, "green", ax)),
            Step("人多到四倍，区间窄一半；多到十倍，窄到三分之一。先算好要多少人，等人够了再看：中途反复看、见好就收，碰巧的也会被当真。",
                 lambda ax: ax.axvspan(0, 20, color=PALETTE["green"], alpha=0.08, linewidth=0, zorder=0)),
        ),
    )  # fmt: skip
