"""Decision trees: where the nodes stand, what each is worth, which branch to take."""

from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import complaints
from crmlab._intervals import signed
from crmlab.complaints.decision import node_losses
from crmlab.plots.style import PALETTE, new_axes, style

ROOT = "现在"
STUB = 2.5  # width of the slanting start of a branch, in characters
EM = 0.128  # width of a character of size 9, in inches


def _ems(text: str) -> float:
    return sum(1.0 if ord(c) > 0x2E00 else 0.6 for c in text)


def branch_word(name: str, probability: float) -> str:
    """Return what stands on a branch: its name, and its chance if it is left to chance."""
    return name if np.isnan(probability) else f"{name}（{probability:.0%}）"


@dataclass(frozen=True)
class Node:
    """One node of a tree: where it stands, what hangs below, whether a firm or chance decides there."""

    name: str
    parent: str | None
    x: float
    y: float
    children: tuple[str, ...]
    chance: bool


def branches(tree: pd.DataFrame) -> list[tuple[str, str, float]]:
    """Return name, parent and chance of every node; a choice has the chance NaN, an option hangs on the start."""
    parents = [ROOT if pd.isna(parent) else str(parent) for parent in tree["parent"]]
    return list(zip(tree["node"].map(str), parents, tree["probability"].astype(float), strict=True))


def tree_layout(tree: pd.DataFrame, *, room: float = 0.0) -> dict[str, Node]:
    """Place every node: leaves one below the other, a parent in the middle of its children.

    The unit of x is the width of one Chinese character: a level is as wide as its longest branch needs, plus ``room``.
    """
    below: dict[str, list[str]] = {}
    random, chances = set(), {}
    for name, parent, chance in branches(tree):
        below.setdefault(parent, []).append(name)
        chances[name] = chance
        if not np.isnan(chance):
            random.add(parent)
    nodes: dict[str, Node] = {}
    free = iter(range(len(tree) + 1))
    widths: dict[int, float] = {}

    def measure(name: str, depth: int) -> None:
        for child in below.get(name, []):
            widths[depth + 1] = max(
                widths.get(depth + 1, 0.0), _ems(branch_word(child, chances[child])) + STUB + 2 + room
            )
            measure(child, depth + 1)

    measure(ROOT, 0)

    def place(name: str, parent: str | None, depth: int) -> float:
        inside = below.get(name, [])
        heights = [place(child, name, depth + 1) for child in inside]
        y = sum(heights) / len(heights) if heights else float(next(free))
        nodes[name] = Node(name, parent, sum(widths[d] for d in range(1, depth + 1)), y, tuple(inside), name in random)
        return y

    place(ROOT, None, 0)
    return nodes


def tree_values(tree: pd.DataFrame) -> dict[str, float]:
    """Return the expected loss from each node on, its own loss included, and that of the best option for the start."""
    values = node_losses(tree)
    values[ROOT] = min(values[name] for name, parent, _ in branches(tree) if parent == ROOT)
    return values


def best_path(nodes: dict[str, Node], values: dict[str, float], chances: dict[str, float]) -> set[str]:
    """Return the nodes that may be reached when every decision takes the branch with the smallest expected loss."""
    reached, queue = set(), [ROOT]
    while queue:
        name = queue.pop()
        reached.add(name)
        inside = list(nodes[name].children)
        if inside and not nodes[name].chance:
            inside = [min(inside, key=lambda child: values[child])]
        queue += [child for child in inside if chances[child] != 0]
    return reached


def decision_tree(tree: pd.DataFrame, title: str, *, unit: str = "元") -> Axes:
    """画决策树：方块是企业选，圆是碰运气，粗线是平均损失最小的走法，结点下的数是从这里往后的平均损失。

    Parameters
    ----------
    tree : DataFrame
        :func:`crmlab.complaints.expected_loss` 用的树：node、parent、probability、loss_yuan。
    title : str
        图的标题：一句话说出发现。
    unit : str
        损失的单位。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        概率或损失不是数字。
    ValueError
        缺列，或树画不成（见 :func:`crmlab.complaints.expected_loss`）。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import plots
    >>> rows = [["全额退款", None, None, 300], ["只换货", None, None, 120]]
    >>> rows += [["接受", "只换货", 0.7, 0], ["不接受", "只换货", 0.3, 500]]
    >>> tree = pd.DataFrame(rows, columns=["node", "parent", "probability", "loss_yuan"])
    >>> ax = plots.decision_tree(tree, "只换货平均损失 270 元，比退款少 30 元")
    >>> ax.axison
    False
    """
    complaints.expected_loss(tree)
    nodes, values = tree_layout(tree), tree_values(tree)
    chances = {name: chance for name, _, chance in branches(tree)}
    best = best_path(nodes, values, chances)
    leaves = sum(not node.children for node in nodes.values())
    right = max(node.x for node in nodes.values()) + 8
    ax: Axes = new_axes(title, height=0.9 + 0.55 * max(leaves, 2), width=min(max(7.2, (right + 5) * EM), 12))
    with mpl.rc_context(style()):
        for node in nodes.values():
            if node.parent is not None:
                above, on = nodes[node.parent], node.name in best
                # A level stretch at the end carries the name of the branch.
                ax.plot(
                    [above.x, above.x + STUB, node.x], [above.y, node.y, node.y], color=PALETTE["green" if on else "grey"],
                    linewidth=3 if on else 1, solid_joinstyle="round", zorder=1,
                )  # fmt: skip
                word = branch_word(node.name, chances[node.name])
                ax.annotate(
                    word, (above.x + STUB + 0.4, node.y), (0, 3), textcoords="offset points", fontsize=9, va="bottom"
                )
            value = f"{signed(f'{values[node.name]:,.0f}')} {unit}"
            if node.children:
                marker, face = ("o", PALETTE["sky"]) if node.chance else ("s", PALETTE["yellow"])
                ax.plot([node.x], [node.y], marker, color=face, markeredgecolor="black", markersize=11, zorder=3)
                ax.annotate(
                    value, (node.x, node.y), (5, -9), textcoords="offset points", ha="right", va="top", fontsize=9
                )
            else:
                ax.plot([node.x], [node.y], "<", color="white", markeredgecolor="black", markersize=9, zorder=3)
                ax.annotate(value, (node.x, node.y), (9, 0), textcoords="offset points", va="center", fontsize=9)
        ax.set_xlim(-5, right)
        ax.set_ylim(leaves - 0.4, -0.7)
        ax.axis("off")
    return ax
