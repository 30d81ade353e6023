"""A decision tree with movable chances: does the best way of handling a complaint stay the best?"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import complaints
from crmlab._intervals import signed
from crmlab.plots import PALETTE
from crmlab.plots.complaints.trees import STUB, best_path, branch_word, branches, tree_layout, tree_values
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import graded, number

_TREE = pd.DataFrame(
    [
        ["马上道歉、两边都补偿", None, None, 300.0],
        ["请一方换座", None, None, 0.0],
        ["接受了", "请一方换座", 0.7, 50.0],
        ["不接受，吵起来", "请一方换座", 0.3, 400.0],
        ["没人拍", "不接受，吵起来", 0.8, 0.0],
        ["视频传上网", "不接受，吵起来", 0.2, 6000.0],
        ["不管", None, None, 0.0],
        ["自己平息", "不管", 0.5, 0.0],
        ["吵大了", "不管", 0.5, 800.0],
        ["没人管", "吵大了", 0.6, 0.0],
        ["上了新闻", "吵大了", 0.4, 6000.0],
    ],
    columns=["node", "parent", "probability", "loss_yuan"],
)
_SCALES = [0.25, 0.5, 1.0, 2.0, 4.0]


def expected_loss(tree: pd.DataFrame | None = None) -> LiveFigure:
    """处置决策树：拖动各处的概率和最坏的损失，看平均损失最小的方案变不变。

    Parameters
    ----------
    tree : DataFrame, optional
        :func:`crmlab.complaints.expected_loss` 用的树。每个碰运气的结点正好有两枝，一共 1–6 个这样的结点。
        不给就用一个示例：两位顾客争座，店员怎么办（概率和损失是设定的）。

    Returns
    -------
    LiveFigure
        每个碰运气的结点一个滑块（第二枝的概率），另有一个滑块是最大的那笔损失放大几倍。粗绿线是平均损失最小的走法，
        枝上是从那里往后的平均损失。

    Raises
    ------
    TypeError
        概率或损失不是数字。
    ValueError
        缺列，树画不成，或碰运气的结点不是两枝、不是 1–6 个。

    Notes
    -----
    概率和损失是设定的，所以没有区间：这个小部件就是用来看结论稳不稳的。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.complaints.expected_loss()
    >>> figure.set(scale=0.25)
    >>> figure.alt.split("：")[0]
    '请一方换座平均损失最小'
    """
    table = (_TREE if tree is None else tree).reset_index(drop=True)
    complaints.expected_loss(table)
    nodes = tree_layout(table)
    random = [node for node in nodes.values() if node.chance]
    random.sort(key=lambda node: list(table["node"]).index(node.children[0]))
    if not 1 <= len(random) <= 6 or any(len(node.children) != 2 for node in random):
        raise ValueError("参数 tree 里碰运气的结点应有 1–6 个，每个正好两枝，滑块才定得下概率。请合并各枝。")
    given = {name: chance for name, _, chance in branches(table)}
    worst = table["loss_yuan"] == table["loss_yuan"].max()
    picture = _TreePicture(table, [node.children for node in random], worst)
    controls: dict[str, Any] = {
        f"chance_{i}": number(f"“{node.children[1]}”的概率", given[node.children[1]], 0, 1, step=0.05, fmt=".0%")
        for i, node in enumerate(random)
    }
    controls["scale"] = graded("最大的损失放大", [(f"{scale:g} 倍", scale) for scale in _SCALES], 1.0)
    alt = "决策树：方块是企业选，圆是碰运气，三角是结果，枝上的数字是从那里往后的平均损失，粗绿线是平均损失最小的走法。"
    leaves = sum(not node.children for node in nodes.values())
    return LiveFigure(picture, controls, alt, size=(7.6, 0.9 + 0.5 * leaves), keep=True)


def _yuan(loss: float) -> str:
    return f"{signed(f'{loss:,.0f}')} 元"


class _TreePicture:
    """Nodes that stay, numbers and thickness that change."""

    def __init__(self, table: pd.DataFrame, pairs: list[tuple[str, ...]], worst: pd.Series) -> None:
        places = {name: at for at, (name, _, _) in enumerate(branches(table))}
        self.table, self.worst = table, worst.to_numpy()
        self.pairs = [(places[one], places[other]) for one, other in pairs]
        self.share, self.loss = (table[c].to_numpy(dtype=float) for c in ("probability", "loss_yuan"))
        self.nodes = tree_layout(table, room=5.5)
        self.lines: dict[str, Any] = {}
        self.words: dict[str, Any] = {}

    def _make(self, ax: Axes) -> None:
        leaves = sum(not node.children for node in self.nodes.values())
        ax.set_xlim(-1, max(node.x for node in self.nodes.values()) + 1)
        ax.set_ylim(leaves - 0.4, -0.7)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.axis("off")
        for node in self.nodes.values():
            if node.parent is not None:
                above = self.nodes[node.parent]
                x, y = [above.x, above.x + STUB, node.x], [above.y, node.y, node.y]
                (self.lines[node.name],) = ax.plot(x, y, zorder=1)
                self.words[node.name] = ax.text(above.x + STUB + 0.4, node.y - 0.1, "", fontsize=9, va="bottom")
        for marker, face, part in (
            ("<", "white", [node for node in self.nodes.values() if not node.children]),
            ("o", PALETTE["sky"], [node for node in self.nodes.values() if node.children and node.chance]),
            ("s", PALETTE["yellow"], [node for node in self.nodes.values() if node.children and not node.chance]),
        ):
            x, y = [node.x for node in part], [node.y for node in part]
            ax.plot(x, y, marker, color=face, markeredgecolor="black", markersize=10, zorder=3)

    def __call__(self, ax: Axes, scale: float, **chances: float) -> str:
        if not self.lines:
            self._make(ax)
        share, loss = self.share.copy(), self.loss.copy()
        for (one, other), chance in zip(self.pairs, chances.values(), strict=True):
            share[one], share[other] = 1 - chance, chance
        loss[self.worst] *= scale
        tree = self.table.assign(probability=share, loss_yuan=loss)
        result = complaints.expected_loss(tree)
        values = tree_values(tree)
        given = {name: chance for name, _, chance in branches(tree)}
        on = best_path(self.nodes, values, given)
        for name, line in self.lines.items():
            line.set(color=PALETTE["green"] if name in on else PALETTE["grey"], linewidth=3 if name in on else 1)
            self.words[name].set_text(f"{branch_word(name, given[name])}：{_yuan(values[name])}")
        best = result.iloc[0]
        said = f"{best['option']}平均损失最小：{_yuan(best['expected_loss'])}"
        worst = f"最坏 {_yuan(best['worst_case'])}"
        if len(result) == 1:
            return f"{said}，{worst}（概率和损失是设定的）"
        second = result.iloc[1]
        if np.isclose(second["gap"], 0):
            return f"{said}，和{second['option']}一样；{worst}（概率和损失是设定的）"
        return f"{said}，比{second['option']}少 {second['gap']:,.0f} 元；{worst}（概率和损失是设定的）"
