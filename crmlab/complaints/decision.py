"""Which way of handling a complaint costs least on average: a decision tree, folded back."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_names, check_numbers, listing, nearest, row_of

Outcomes = list[tuple[float, float]]


def expected_loss(tree: pd.DataFrame) -> pd.DataFrame:
    """投诉处理方案的决策树：哪一种方案平均损失最小，最坏会怎样。

    从树梢往回算：机会点取各枝损失的加权平均，选择点取损失最小的一枝；每一步自己的损失沿路相加。

    Parameters
    ----------
    tree : DataFrame
        一行一个结点。列：node（名称，不重复）、parent（上一个结点；最上面的各方案留空）、probability（概率，0–1）、
        loss_yuan（走到这里新增的损失，元；收益写负数）。同一个结点下面，要么每枝都有概率、合计是 1（由客户或运气决定），
        要么都留空（由企业选择）。最上面的方案由企业选择，概率留空。

    Returns
    -------
    DataFrame
        一行一种方案，按平均损失从小到大。列：option、expected_loss（平均损失，元）、sd（标准差）、best_case、worst_case（最好、最坏的
        损失）、worst_probability（最坏结果的概率）、gap（比最好的方案多损失多少）、best（是否平均损失最小）、plan（往后在选择点上选什么）。

    Raises
    ------
    TypeError
        概率或损失不是数字。
    ValueError
        缺列，名称重复，上一个结点不存在，有环，概率合计不是 1，或一个结点下有的枝有概率、有的没有。

    Notes
    -----
    概率和损失是你填的，不是估计出来的，所以没有区间：请把没把握的概率改大改小各算一遍，看最好的方案变不变。平均损失最小不等于
    最稳妥：一年只遇到一次的大事，要看 worst_case。名誉和安全的损失很难写成钱，写不出来不等于是 0；涉及人身安全时，依法召回、报告
    不是“方案之一”。

    References
    ----------
    Raiffa, H. (1968). *Decision Analysis: Introductory Lectures on Choices under Uncertainty*. Addison-Wesley.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> tree = pd.DataFrame(
    ...     [
    ...         ["全额退款", None, None, 300],
    ...         ["只换货", None, None, 120],
    ...         ["客户接受", "只换货", 0.7, 0],
    ...         ["客户不接受", "只换货", 0.3, 500],
    ...     ],
    ...     columns=["node", "parent", "probability", "loss_yuan"],
    ... )
    >>> complaints.expected_loss(tree)[["option", "expected_loss", "worst_case", "gap", "best"]]
      option  expected_loss  worst_case   gap   best
    0    只换货          270.0       620.0   0.0   True
    1   全额退款          300.0       300.0  30.0  False
    """
    loss, share, children, options = _checked(tree)
    rows = []
    for option in options:
        outcomes, plan = _fold(option, loss, share, children)
        weight, total = np.array(outcomes).T
        mean = float(weight @ total)
        worst = float(total[weight > 0].max())
        rows.append(
            {
                "option": option,
                "expected_loss": mean,
                "sd": float(np.sqrt(max(weight @ (total - mean) ** 2, 0.0))),
                "best_case": float(total[weight > 0].min()),
                "worst_case": worst,
                "worst_probability": float(weight[total == worst].sum()),
                "plan": "；".join(plan),
            }
        )
    table = pd.DataFrame(rows).sort_values(["expected_loss", "worst_case", "option"], ignore_index=True)
    gap = table["expected_loss"] - table["expected_loss"].iloc[0]
    table.insert(6, "gap", gap)
    table.insert(7, "best", gap <= 1e-9 * max(1.0, abs(float(table["expected_loss"].iloc[0]))))
    return table


def node_losses(tree: pd.DataFrame) -> dict[str, float]:
    """Return for every node the expected loss from there on, its own loss included."""
    loss, share, children, _ = _checked(tree)
    return {name: float(sum(p * x for p, x in _fold(name, loss, share, children)[0])) for name in loss}


def _checked(
    tree: pd.DataFrame,
) -> tuple[dict[str, float], dict[str, float], dict[Any, list[str]], list[str]]:
    """Return losses and chances by node, the children of every node, and the options."""
    check_frame("tree", tree, ["node", "parent", "probability", "loss_yuan"])
    nodes = _names(tree)
    loss = dict(zip(nodes, check_numbers("loss_yuan", tree["loss_yuan"], missing=False), strict=True))
    no_chance = tree["probability"].isna().all()
    chance = [float("nan")] * len(nodes) if no_chance else check_numbers("probability", tree["probability"], 0, 1)
    share = dict(zip(nodes, chance, strict=True))
    children = _children(tree, nodes)
    options = children.pop(None, [])
    _check_tree(nodes, options, children, share)
    return loss, share, children, options


def _names(tree: pd.DataFrame) -> list[str]:
    return [str(name) for name in check_names("node", tree["node"])]


def _children(tree: pd.DataFrame, nodes: list[str]) -> dict[Any, list[str]]:
    children: dict[Any, list[str]] = {}
    for at, parent in enumerate(tree["parent"]):
        key = None if pd.isna(parent) else str(parent)
        if key is not None and key not in nodes:
            raise ValueError(
                f"列“parent”{row_of(tree['parent'], at)}是“{key}”，但没有叫这个名字的结点。{nearest(key, nodes)}现有的结点：{listing(nodes)}。"
            )
        children.setdefault(key, []).append(nodes[at])
    return children


def _check_tree(nodes: list[str], options: list[str], children: dict[Any, list[str]], share: dict[str, float]) -> None:
    if not options:
        raise ValueError("没有一个方案：至少要有一个结点的 parent 留空。")
    reached, queue = set(options), list(options)
    while queue:
        below = children.get(queue.pop(), [])
        reached.update(below)
        queue.extend(below)
    lost = [name for name in nodes if name not in reached]
    if lost:
        raise ValueError(f"从方案出发走不到这些结点：{listing(lost)}。它们的 parent 连成了环，请改正。")
    for name in options:
        if not np.isnan(share[name]):
            raise ValueError(f"“{name}”是由企业选择的方案，概率应留空，现在是 {share[name]:g}。")
    for parent, below in children.items():
        given = [share[name] for name in below if not np.isnan(share[name])]
        if given and len(given) < len(below):
            raise ValueError(f"“{parent}”下面有的枝有概率、有的没有。由客户或运气决定就都写上，由企业选择就都留空。")
        if given and abs(sum(given) - 1) > 1e-6:
            raise ValueError(f"“{parent}”下面各枝的概率合计是 {sum(given):g}，应是 1。请核对：{listing(below)}。")


def _fold(
    node: str, loss: dict[str, float], share: dict[str, float], children: dict[Any, list[str]]
) -> tuple[Outcomes, list[str]]:
    """Return the outcomes (probability, total loss) from this node on, and the choices made on the way."""
    below = children.get(node, [])
    if not below:
        return [(1.0, loss[node])], []
    branches = {name: _fold(name, loss, share, children) for name in below}
    if np.isnan(share[below[0]]):
        pick = min(below, key=lambda name: sum(p * x for p, x in branches[name][0]))
        outcomes, plan = branches[pick]
        return [(p, x + loss[node]) for p, x in outcomes], [f"{node}：选{pick}", *plan]
    joint = [(share[name] * p, x + loss[node]) for name in below for p, x in branches[name][0]]
    return joint, [step for name in below for step in branches[name][1]]
