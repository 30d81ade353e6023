"""Chapter 3: whom to write to first, by a gains curve of real letters."""

import numpy as np
from matplotlib.axes import Axes

from crmlab import data, development
from crmlab.lessons._lesson import Lesson, Step, together
from crmlab.plots import PALETTE


def build() -> Lesson:
    """Return the lesson."""
    mail = data.load_real("charity_mail")
    table = development.gains_table(mail["propresp"], mail["respond"], bins=10)
    share = np.concatenate([[0], 100 * table["cumulative_share"]])
    gain = np.concatenate([[0], 100 * table["cumulative_gain"]])
    overall = 100 * mail["respond"].mean()
    best, worst = 100 * table["rate"].iloc[0], 100 * table["rate"].iloc[-1]

    def axes(ax: Axes) -> None:
        ax.set(xlim=(0, 100), ylim=(0, 103), xlabel="给名单上的百分之几写信（%）", ylabel="找到了多少会捐的人（%）")

    def chance(ax: Axes) -> None:
        ax.plot([0, 100], [0, 100], "--", color=PALETTE["grey"])
        ax.text(72, 64, "随便挑", color=PALETTE["grey"])

    def points(first: int, last: int, ax: Axes) -> None:
        ax.plot(share[first : last + 1], gain[first : last + 1], "-o", color=PALETTE["blue"], markersize=6)

    def at(place: int, ax: Axes) -> None:
        ax.plot([share[place]] * 2, [share[place], gain[place]], color=PALETTE["red"], linewidth=2)
        ax.text(share[place] + 2, 40, f"多找到 {gain[place] - share[place]:.0f} 个百分点", color=PALETTE["red"])

    def rest(ax: Axes) -> None:
        ax.axvspan(50, 100, color=PALETTE["grey"], alpha=0.12, linewidth=0)

    return Lesson(
        3, "钱只够写一半的信，写给谁？", f"真实数据：一家慈善机构的募捐信，n = {len(mail):,}", "3-2",
        (
            Step(f"一家慈善机构有 {len(mail):,} 个人的名单，写信去，{overall:.0f}% 的人捐。钱不够人人写一封，先写给谁？", axes),
            Step("不动脑筋，随便挑一半写，就找到会捐的人的一半：这是对角线。", chance),
            Step(f"给每个人打个分：过去的信，他回应了几成。从高分写起，最高的一成里 {best:.0f}% 的人捐。", lambda ax: points(0, 1, ax)),
            Step(f"写到三成，已经找到会捐的人的 {gain[3]:.0f}%。", lambda ax: points(1, 3, ax)),
            Step(f"写到五成，{gain[5]:.0f}%。线离对角线越远，分打得越有用。", together(lambda ax: points(3, 5, ax), lambda ax: at(5, ax))),
            Step(f"越往后越平：最后一成里只有 {worst:.0f}% 的人捐。这条弯线叫增益曲线。", lambda ax: points(5, 10, ax)),
            Step("写到哪里停？看一封信花多少、一位捐的人带来多少：往后一成挣的不够邮费，就停。", rest),
        ),
    )  # fmt: skip
