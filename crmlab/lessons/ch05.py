"""Chapter 5: a list without names still tells who is who."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import information
from crmlab.lessons._lesson import Lesson, Step
from crmlab.plots import PALETTE

N = 60


def build() -> Lesson:
    """Return the lesson."""
    rng = np.random.default_rng(5)
    people = pd.DataFrame(
        {
            "gender": np.where(rng.random(N) < 0.5, "女", "男"),
            "age": np.clip(np.round(rng.normal(38, 11, N)), 19, 64).astype(int),
            "district": rng.choice(["城南", "城北", "城东", "城西"], N),
        }
    )
    people["band"] = people["age"] // 15 * 15
    asked = (
        ["gender"],
        ["gender", "district"],
        ["gender", "district", "age"],
        ["gender", "district", "band"],
        ["gender", "band"],
    )
    found = [information.k_anonymity(people, list(columns)) for columns in asked]
    alone = [int((people.groupby(list(columns))["age"].transform("size") == 1).sum()) for columns in asked]
    words = ("性别", "性别＋区", "性别＋区＋年龄", "性别＋区＋年龄段", "性别＋年龄段")

    def axes(ax: Axes) -> None:
        ax.set(xlim=(-0.6, 4.6), ylim=(0, 66), xlabel="外人知道这几样", ylabel="认得出是谁的人（位，共 60 位）")
        ax.set_xticks(range(5), words, fontsize=9)

    def bar(at: int, colour: str, ax: Axes) -> None:
        ax.bar([at], [alone[at]], width=0.6, color=PALETTE[colour])
        ax.text(at, alone[at] + 1.5, f"{alone[at]} 位\nk = {found[at].k}", ha="center", fontsize=10)

    return Lesson(
        5, "去掉名字和电话，就认不出是谁了吗？", "模拟：60 位会员，性别、区、年龄", "5-3",
        (
            Step("60 位会员的名单，名字和电话都去掉了，留下性别、住哪个区、几岁，还有买过什么。交给外人，安全吗？", axes),
            Step(f"只知道性别：和他一样的最少也有 {found[0].k} 位，一位也认不出。", lambda ax: bar(0, "blue", ax)),
            Step(f"再知道住哪个区：最小的一组还有 {found[1].k} 位，认得出的 {alone[1]} 位。", lambda ax: bar(1, "blue", ax)),
            Step(f"再知道几岁：60 位里有 {alone[2]} 位独一无二！邻居一看就知道是谁、买过什么。", lambda ax: bar(2, "red", ax)),
            Step("“最小的一组有几位”叫 k-匿名的 k。k 是 1，就是有人藏不住。", lambda ax: ax.axhline(0, color=PALETTE["black"])),
            Step(f"补救：年龄改成 15 岁一段，认得出的从 {alone[2]} 位降到 {alone[3]} 位。", lambda ax: bar(3, "orange", ax)),
            Step(f"连区也不给：{alone[4]} 位，k = {found[4].k}。给得越粗越安全，也越没用。先问：外人真的需要这一列吗？", lambda ax: bar(4, "green", ax)),
        ),
    )  # fmt: skip
