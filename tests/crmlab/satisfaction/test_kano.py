"""The Kano model: ties, gaps in the answers, coefficients."""

import numpy as np
import pandas as pd
import pytest

from crmlab.satisfaction import kano_better_worse, kano_category, kano_evaluate

VIEWS = pd.DataFrame({"feature": ["包装"] * 10, "category": list("AAAOOMIIRQ")})


def test_unanswered_question_has_no_category():
    """Does a blank in either question leave the category missing, and the index as it was?"""
    first = pd.Series(["like", None, "like"], index=[2, 4, 6])
    result = kano_evaluate(first, ["neutral", "like", None])
    assert result.index.tolist() == [2, 4, 6]
    assert result.isna().tolist() == [False, True, True]
    assert result[2] == "A"


@pytest.mark.parametrize(
    ("categories", "winner"),
    [("MO", "M"), ("OA", "O"), ("AI", "A"), ("IR", "I"), ("RQ", "R"), ("AAMMOO", "M"), ("QIAA", "A"), ("IIIA", "I")],
)
def test_ties_go_to_what_hurts_most(categories, winner):
    """Is a tie settled M > O > A > I > R > Q, in whatever order the answers come?"""
    assert kano_category(list(categories)) == kano_category(list(reversed(categories))) == winner


def test_coefficients_by_hand():
    """Is better (3+2)/8 and worse -(2+1)/8, R and Q outside the base but inside n?"""
    row = kano_better_worse(VIEWS).iloc[0]
    assert (row["better"], row["worse"], row["n"], row["category"]) == (5 / 8, -3 / 8, 10, "A")
    assert row[list("AOMIRQ")].tolist() == [3, 2, 1, 2, 1, 1]
    assert row["better_low"] < 5 / 8 < row["better_high"]
    assert -1 <= row["worse_low"] < -3 / 8 < row["worse_high"] <= 0


def test_feature_that_nobody_answered_straight_has_no_coefficient():
    """Are the coefficients NaN, not 0, when all answers are reversed or questionable?"""
    table = kano_better_worse(pd.DataFrame({"feature": ["a", "a", "b"], "category": ["R", "Q", "I"]})).set_index(
        "feature"
    )
    assert np.isnan(table.loc["a", ["better", "worse", "better_low", "worse_high"]].astype(float)).all()
    assert table.loc["b", ["better", "worse"]].tolist() == [0, 0]
    assert not np.signbit(table.loc["b", "worse"])


def test_category_of_the_table_is_that_of_the_single_function():
    """Do both ways to the winning category agree, ties included?"""
    views = pd.DataFrame({"feature": list("aaabbbccdd"), "category": list("AMAIOOMARQ")})
    table = kano_better_worse(views).set_index("feature")["category"]
    assert table.to_dict() == {f: kano_category(part) for f, part in views.groupby("feature")["category"]}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: kano_evaluate(["like", "likes"], ["like", "like"]),
            ValueError,
            "参数 functional 的第 2 行是“likes”。你是不是想写“like”？可用的值：like、must_be、neutral、live_with、dislike。",
        ),
        (
            lambda: kano_evaluate(["like"], pd.Series([1], name="dysfunctional")),
            ValueError,
            "列“dysfunctional”的第 1 行是“1”。可用的值：like、must_be、neutral、live_with、dislike。",
        ),
        (
            lambda: kano_evaluate(["like"], ["like", "like"]),
            ValueError,
            "functional 有 1 行，dysfunctional 有 2 行，应一样长。请检查两问是不是取自同一张表。",
        ),
        (
            lambda: kano_category([None]),
            ValueError,
            "参数 categories 没有一个有效的类别。请检查数据是否为空，或筛选条件是否太严。",
        ),
        (lambda: kano_category(["X"]), ValueError, "参数 categories 的第 1 行是“X”。可用的值：M、O、A、I、R、Q。"),
        (
            lambda: kano_better_worse(VIEWS.assign(category=None)),
            ValueError,
            "列“feature”和“category”没有一行同时有值。请检查数据是否为空，或筛选条件是否太严。",
        ),
        (
            lambda: kano_better_worse(VIEWS.rename(columns={"category": "categories"})),
            ValueError,
            "表 responses 里没有列“category”。你是不是想写“categories”？现有的列：feature、categories。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
