"""Two ways of grading compared, and the four approaches to mass customisation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.strategy import CUSTOMIZATION_TYPES, customization_types, tier_agreement

ORDER = ["A", "B", "C"]
quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
tiers = st.lists(st.tuples(st.sampled_from(ORDER), st.sampled_from(ORDER)), min_size=2, max_size=60)


@quick
@given(pairs=tiers, weights=st.sampled_from(["none", "linear", "quadratic"]))
def test_kappa_is_that_of_scikit_learn_and_its_error_that_of_statsmodels(pairs, weights):
    """Do kappa (scikit-learn) and its standard error (statsmodels) agree for every weighting?"""
    from sklearn.metrics import cohen_kappa_score
    from statsmodels.stats.inter_rater import cohens_kappa

    one, other = zip(*pairs, strict=True)
    result = tier_agreement(list(one), list(other), ORDER, weights=weights)
    if len(set(one) | set(other)) == 1:
        assert np.isnan(result.kappa)
        return
    known = cohen_kappa_score(one, other, labels=ORDER, weights=None if weights == "none" else weights)
    assert result.kappa == pytest.approx(known, abs=1e-9)
    with np.errstate(invalid="ignore", divide="ignore"):
        peer = cohens_kappa(
            result.table.to_numpy(), wt={"none": None, "linear": "linear", "quadratic": "quadratic"}[weights]
        )
    half = 1.959964 * np.sqrt(max(float(peer.var_kappa), 0))
    assert [result.low, result.high] == pytest.approx([max(known - half, -1), min(known + half, 1)], abs=1e-5)
    assert result.share == pytest.approx(np.mean([a == b for a, b in pairs]))
    swapped = tier_agreement(list(other), list(one), ORDER, weights=weights)
    assert swapped.kappa == pytest.approx(result.kappa)


def test_agreement_at_its_ends():
    """Is full agreement 1, and one tier for all without a kappa but with its share?"""
    assert tier_agreement(ORDER, ORDER, ORDER, weights="linear").kappa == pytest.approx(1)
    flat = tier_agreement(["A", "A"], ["A", "A"], ORDER, weights="linear")
    assert str(flat) == "同级的占 100.0%（95% 区间 34.2%–100.0%）；加权 κ = 算不出（区间算不出，n = 2）"


def test_missing_tiers_are_left_out():
    """Is a customer without a tier in one of the two not counted?"""
    result = tier_agreement(["A", None, "B"], ["A", "B", "B"], ORDER, weights="none")
    assert (result.n, result.share) == (2, 1)
    assert result.table.loc["A", "A"] == 1


def pair(one, other):
    return lambda: tier_agreement(one, other, ORDER, weights="linear")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (pair(["A"], ["A", "B"]), "参数 tier_a 有 1 位客户，tier_b 有 2 位，应一样多。请从同一张表里取两列。"),
        (
            pair(pd.Series(["A"], index=[1]), pd.Series(["A"], index=[2])),
            "参数 tier_a 和 tier_b 的索引不同，对不上是哪位客户。请先按客户编号对齐，例如 tier_b.reindex(tier_a.index)。",
        ),
        (pair(["A"], ["D"]), "参数 tier_b 的第 1 行是“D”。可用的值：A、B、C。"),
        (pair([None], ["A"]), "没有一位客户两种办法都分了级（A、B、C）。请检查数据是否为空。"),
        (
            lambda: tier_agreement(["A"], ["A"], ["A"], weights="linear"),
            '参数 order 应是至少两个不重复的级别，从高到低，例如 ["A", "B", "C"]，你给的是 [\'A\']。',
        ),
        (
            lambda: tier_agreement(["A"], ["A"], ORDER, weights="lineal"),
            "参数 weights 不能是“lineal”。你是不是想写“linear”？可用的值：none、linear、quadratic。",
        ),
    ],
)
def test_refusal(call, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message


NEEDS = pd.DataFrame(
    {"product_change": [5, 3, 2, 1, None], "presentation_change": [4, 2, 3, 1, 5]}, index=[9, 8, 7, 6, 5]
)


def test_four_types_by_hand():
    """Is a score on the cut a change, and the customer with a gap without a type?"""
    result = customization_types(NEEDS, cuts=(3, 3))
    kinds = ["collaborative", "transparent", "cosmetic", "adaptive"]
    assert result.customers["approach"].tolist()[:4] == kinds
    assert result.customers["approach"].isna().tolist() == [False] * 4 + [True]
    assert (result.n, result.table["n"].tolist(), result.table["approach"].tolist()) == (
        4,
        [1] * 4,
        list(CUSTOMIZATION_TYPES),
    )
    assert str(result) == "合作式 25.0%，透明式 25.0%，化妆式 25.0%，适应式 25.0%（n = 4）"


@quick
@given(rows=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=40), cut=st.integers(1, 5))
def test_types_are_a_partition(rows, cut):
    """Does each customer have one type, and swapping the two columns swap 透明 and 化妆?"""
    table = pd.DataFrame(rows, columns=["product_change", "presentation_change"])
    counts = customization_types(table, cuts=(cut, cut)).table.set_index("approach")["n"]
    assert counts.sum() == len(rows)
    other = customization_types(
        table, cuts=(cut, cut), product="presentation_change", presentation="product_change"
    ).table.set_index("approach")["n"]
    assert other["transparent"] == counts["cosmetic"]
    assert other["collaborative"] == counts["collaborative"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: customization_types(NEEDS, cuts=3),
            TypeError,
            "参数 cuts 应写成（产品分界，呈现分界），例如 (3, 3)，你给的是 3。",
        ),
        (
            lambda: customization_types(NEEDS, cuts=(3, 3), product="presentation_change"),
            ValueError,
            "参数 product 和 presentation 都是“presentation_change”，请给两个不同的列。",
        ),
        (
            lambda: customization_types(NEEDS.iloc[[0, 4]].assign(presentation_change=[None, 1.0]), cuts=(3, 3)),
            ValueError,
            "没有一行同时有“product_change”和“presentation_change”。请检查两列是否来自同一批客户。",
        ),
    ],
)
def test_types_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
