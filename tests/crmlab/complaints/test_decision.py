"""The decision tree of handling options, held against brute simulation of its lotteries."""

import numpy as np
import pandas as pd
import pytest

from crmlab.complaints import expected_loss


def tree(*rows):
    return pd.DataFrame(rows, columns=["node", "parent", "probability", "loss_yuan"])


SIMPLE = tree(
    ["退款", None, None, 300],
    ["换货", None, None, 120],
    ["接受", "换货", 0.7, 0],
    ["不接受", "换货", 0.3, 500],
)
TWO_STAGE = tree(
    ["先沟通", None, None, 20],
    ["平息", "先沟通", 0.6, 0],
    ["不满", "先沟通", 0.4, 0],
    ["赔偿", "不满", None, 400],
    ["拖着", "不满", None, 0],
    ["上媒体", "拖着", 0.2, 5000],
    ["算了", "拖着", 0.8, 0],
    ["直接赔偿", None, None, 400],
)


def test_by_hand():
    """Is 120 + 0.3 × 500 = 270, its spread 500 √(0.3 × 0.7), its worst 620?"""
    row = expected_loss(SIMPLE).iloc[0]
    assert row["option"] == "换货"
    assert row["expected_loss"] == pytest.approx(270)
    assert row["sd"] == pytest.approx(500 * np.sqrt(0.21))
    assert row[["best_case", "worst_case", "worst_probability"]].tolist() == [120, 620, 0.3]


def test_choices_further_on_take_the_cheaper_branch():
    """Is paying 400 chosen over a 20 % chance of 5,000, and the choice written down?"""
    table = expected_loss(TWO_STAGE)
    assert table["option"].tolist() == ["先沟通", "直接赔偿"]
    assert table["expected_loss"].tolist() == pytest.approx([20 + 0.4 * 400, 400])
    assert table["plan"].tolist() == ["不满：选赔偿", ""]
    assert table.loc[0, "worst_case"] == 420


def test_simulating_the_tree_gives_the_same_mean_and_spread():
    """Do 200,000 draws from a random tree of chances agree with the calculation?"""
    rng = np.random.default_rng(8)
    p = rng.dirichlet(np.ones(4))
    q = rng.dirichlet(np.ones(3))
    losses, later = rng.uniform(0, 100, 4), rng.uniform(0, 100, 3)
    rows = [["方案", None, None, 10.0], *([f"a{i}", "方案", p[i], losses[i]] for i in range(4))]
    rows += [[f"b{j}", "a0", q[j], later[j]] for j in range(3)]
    result = expected_loss(tree(*rows)).iloc[0]
    first, second = rng.choice(4, 200_000, p=p), rng.choice(3, 200_000, p=q)
    drawn = 10 + losses[first] + np.where(first == 0, later[second], 0)
    assert result["expected_loss"] == pytest.approx(drawn.mean(), rel=0.01)
    assert result["sd"] == pytest.approx(drawn.std(), rel=0.01)


def test_a_gain_is_a_negative_loss_and_ties_are_both_best():
    """May a branch bring money, and do equal options share the first place?"""
    table = expected_loss(tree(["甲", None, None, -5], ["乙", None, None, -5], ["丙", None, None, 0]))
    assert table["option"].tolist() == ["乙", "甲", "丙"]
    assert table["best"].tolist() == [True, True, False]
    assert table["gap"].tolist() == [0, 0, 5]


def test_an_impossible_branch_is_not_the_worst_case():
    """Is a branch of probability 0 left out of the extremes?"""
    row = expected_loss(tree(["甲", None, None, 0], ["a", "甲", 1.0, 5], ["b", "甲", 0.0, 900])).iloc[0]
    assert (row["worst_case"], row["worst_probability"]) == (5, 1)


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (
            SIMPLE.assign(probability=[None, None, 0.7, 0.4]),
            ValueError,
            "“换货”下面各枝的概率合计是 1.1，应是 1。请核对：接受、不接受。",
        ),
        (
            SIMPLE.assign(probability=[None, None, 0.7, None]),
            ValueError,
            "“换货”下面有的枝有概率、有的没有。由客户或运气决定就都写上，由企业选择就都留空。",
        ),
        (
            SIMPLE.assign(probability=[0.5, 0.5, 0.7, 0.3]),
            ValueError,
            "“退款”是由企业选择的方案，概率应留空，现在是 0.5。",
        ),
        (
            SIMPLE.assign(parent=[None, None, "换货", "唤货"]),
            ValueError,
            "列“parent”第 4 行是“唤货”，但没有叫这个名字的结点。你是不是想写“换货”？现有的结点：退款、换货、接受、不接受。",
        ),
        (
            tree(["甲", None, None, 0], ["乙", "丙", None, 0], ["丙", "乙", None, 0]),
            ValueError,
            "从方案出发走不到这些结点：乙、丙。它们的 parent 连成了环，请改正。",
        ),
        (tree(["乙", "乙", None, 0]), ValueError, "没有一个方案：至少要有一个结点的 parent 留空。"),
        (
            SIMPLE.assign(node=["退款", "换货", "换货", "不接受"]),
            ValueError,
            "列“node”的名称应不重复、不空，第 3 行是“换货”。",
        ),
        (
            SIMPLE.assign(probability=[None, None, 70, 30]),
            ValueError,
            "列“probability”应在 0–1 之间，第 3 行是 70，共 2 处。请先核对这些行。",
        ),
        (
            SIMPLE.assign(loss_yuan=["三百", "1", "2", "3"]),
            TypeError,
            "列“loss_yuan”应全是数字，第 1 行是“三百”。请先清理这一列。",
        ),
    ],
)
def test_refusal(table, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        expected_loss(table)
    assert str(caught.value) == message
