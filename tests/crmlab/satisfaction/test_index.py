"""The satisfaction index of an indicator tree, and the ACSI rescale."""

import numpy as np
import pandas as pd
import pytest

from crmlab.satisfaction import acsi_index, satisfaction_index

TREE = pd.DataFrame(
    {
        "indicator": ["A", "A1", "A2", "B", "B1"],
        "name": ["产品", "质量", "供应", "服务", "态度"],
        "parent": [None, "A", "A", None, "B"],
        "weight": [60, 3, 1, 40, 1],
        "column": [None, "q1", "q2", None, "q3"],
    }
)
ANSWERS = pd.DataFrame({"q1": [5, 3, 4], "q2": [1, 3, None], "q3": [2, 4, 5]})


def test_three_levels_by_hand():
    """Is the index 0.6(0.75*75 + 0.25*25) + 0.4*66.67 = 64.17, built from scores level by level?"""
    result = satisfaction_index(ANSWERS, TREE)
    table = result.table.set_index("indicator")
    assert table["level"].to_dict() == {"A": 1, "A1": 2, "A2": 2, "B": 1, "B1": 2}
    assert table["weight"].to_dict() == {"A": 0.6, "A1": 0.75, "A2": 0.25, "B": 0.4, "B1": 1.0}
    assert table["global_weight"].to_dict() == pytest.approx({"A": 0.6, "A1": 0.45, "A2": 0.15, "B": 0.4, "B1": 0.4})
    assert table["score"].to_dict() == pytest.approx({"A": 62.5, "A1": 75, "A2": 25, "B": 200 / 3, "B1": 200 / 3})
    assert result.index == pytest.approx(0.6 * 62.5 + 0.4 * 200 / 3)
    assert result.n == 3


def test_interval_without_gaps_is_that_of_each_respondents_own_index():
    """With complete answers, does the interval equal the t interval of the respondents' weighted scores?"""
    full = ANSWERS.fillna(2)
    own = ((full - 1) / 4 * 100) @ np.array([0.45, 0.15, 0.4])
    half = 4.302653 * own.std() / np.sqrt(3)
    result = satisfaction_index(full, TREE)
    assert result.index == pytest.approx(own.mean())
    assert [result.low, result.high] == pytest.approx([max(own.mean() - half, 0), min(own.mean() + half, 100)])


def test_ids_may_be_numbers_and_blanks_empty_text():
    """Does a tree read from a CSV, with float parents and empty strings, give the same index?"""
    codes = {"A": 1, "A1": 11, "A2": 12, "B": 2, "B1": 21}
    numbered = TREE.assign(
        indicator=TREE["indicator"].map(codes),
        parent=TREE["parent"].map(codes).astype(float),
        column=TREE["column"].fillna(""),
    )
    assert satisfaction_index(ANSWERS, numbered).index == satisfaction_index(ANSWERS, TREE).index


def test_one_answer_gives_an_index_without_interval():
    """Is a single questionnaire scored, but not given a false precision?"""
    result = satisfaction_index(ANSWERS[:1], TREE)
    assert str(result) == "满意度指数 55.0（0–100，区间算不出，3 个末级指标，n = 1）"


def test_best_and_worst_answers_give_100_and_0():
    """Do all fives give 100 and all ones 0?"""
    for score, index in [(5, 100), (1, 0)]:
        assert satisfaction_index(ANSWERS * 0 + score, TREE).index == index


def broken(**columns):
    return lambda: satisfaction_index(ANSWERS, TREE.assign(**columns))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            broken(indicator=["A", "A1", "A1", "B", "B1"]),
            ValueError,
            "列“indicator”的编号不能重复，第 3 行又是“A1”。请给每个指标一个编号。",
        ),
        (broken(indicator=["A", None, "A2", "B", "B1"]), ValueError, "列“indicator”不能有缺失值，第 2 行是空的。"),
        (
            broken(parent=[None, "A", "A", None, "BB"]),
            ValueError,
            "列“parent”第 5 行的“BB”不是任何指标的编号。你是不是想写“B”？一级指标的 parent 请留空。",
        ),
        (
            broken(parent=["B", "A", "A", "A", "B"]),
            ValueError,
            "指标 A、B、A 的上下级绕成了一个圈。请检查 parent 列。",
        ),
        (
            broken(column=["q1", "q1", "q2", None, "q3"]),
            ValueError,
            "第 1 行的指标“A”有下级，不应再填 column（现在是“q1”）。请留空。",
        ),
        (
            broken(column=[None, None, "q2", None, "q3"]),
            ValueError,
            "第 2 行的指标“A1”没有下级，是末级指标，请在 column 里填它对应的列名。",
        ),
        (
            broken(column=[None, "q1", "q2", None, "q33"]),
            ValueError,
            "表 responses 里没有列“q33”。你是不是想写“q3”？现有的列：q1、q2、q3。",
        ),
        (broken(weight=[1, -1, 1, 1, 1]), ValueError, "列“weight”应不小于 0，第 2 行是 -1。请先核对这些行。"),
        (
            broken(weight=[1, 0, 0, 1, 1]),
            ValueError,
            "与指标“A1”同级的权重加起来是 0，至少要有一个大于 0。",
        ),
        (
            lambda: satisfaction_index(ANSWERS * 2, TREE),
            ValueError,
            "列“q1”应在 1–5 之间，第 1 行是 10，共 3 处。别的量表请写 scale=(最低分, 最高分)。",
        ),
        (
            lambda: satisfaction_index(ANSWERS.assign(q2=None), TREE),
            ValueError,
            "列“q2”的 3 个值全是缺失值。请检查数据是否为空，或筛选条件是否太严。",
        ),
        (
            lambda: satisfaction_index(ANSWERS, TREE.drop(columns="weight")),
            ValueError,
            "表 indicators 里没有列“weight”。现有的列：indicator、name、parent、column。",
        ),
        (
            lambda: acsi_index([8, 7], [1, 1, 1]),
            ValueError,
            "means 有 2 个，weights 有 3 个，应一样多。",
        ),
        (lambda: acsi_index([8], [0]), ValueError, "参数 weights 加起来是 0，至少要有一个权重大于 0。"),
        (lambda: acsi_index([80], [1]), ValueError, "参数 means 应在 1–10 之间，第 1 行是 80。请先核对这些行。"),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
