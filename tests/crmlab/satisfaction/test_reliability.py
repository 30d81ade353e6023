"""Cronbach's alpha."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlab.satisfaction import cronbach_alpha

ITEMS = pd.DataFrame({"q1": [5, 3, 4, 2, 5], "q2": [4, 3, 5, 1, 4], "q3": [4, 2, 4, 2, 5]})


def test_parallel_items_give_spearman_brown():
    """For two items of equal variance with correlation r, is alpha 2r/(1+r)?"""
    pair = pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 1, 4, 3]})
    r = np.corrcoef(pair["a"], pair["b"])[0, 1]
    result = cronbach_alpha(pair)
    assert result.alpha == pytest.approx(2 * r / (1 + r))
    assert result.items["alpha_if_deleted"].isna().all()
    assert result.items["corrected_r"].tolist() == pytest.approx([r, r])


def test_item_statistics_are_those_of_the_columns():
    """Are mean and sd plain, and corrected_r the correlation with the sum of the other items?"""
    table = cronbach_alpha(ITEMS).items.set_index("item")
    assert table["mean"].to_dict() == pytest.approx(ITEMS.mean().to_dict())
    assert table["sd"].to_dict() == pytest.approx(ITEMS.std().to_dict())
    for item in ITEMS:
        assert table.loc[item, "corrected_r"] == pytest.approx(ITEMS[item].corr(ITEMS.drop(columns=item).sum(axis=1)))
        assert table.loc[item, "alpha_if_deleted"] == pytest.approx(cronbach_alpha(ITEMS.drop(columns=item)).alpha)


def test_missing_answers_two_ways():
    """Does listwise drop the incomplete answer, and pairwise keep what it can?"""
    gaps = ITEMS.astype(float)
    gaps.loc[5] = [1.0, np.nan, 2.0]
    listwise, pairwise = cronbach_alpha(gaps), cronbach_alpha(gaps, missing="pairwise")
    assert (listwise.alpha, listwise.n) == (cronbach_alpha(ITEMS).alpha, 5)
    assert pairwise.alpha != listwise.alpha
    assert pairwise.n == 5
    assert pairwise.items["mean"].tolist() == pytest.approx(gaps.mean().tolist())


def test_forgotten_reversal_is_pointed_out():
    """Does the sentence name the item that runs against the others?"""
    result = cronbach_alpha(ITEMS.assign(q4=[1, 4, 2, 5, 2]))
    assert str(result).endswith("，4 题，n = 5）；q4 与其余各题负相关，先看是不是反向题")
    assert result.alpha < cronbach_alpha(ITEMS).alpha


def test_interval_is_feldts_with_the_quantiles_of_scipy_stats():
    """Are the ends 1 - (1 - alpha) F with n - 1 and (n - 1)(k - 1) degrees of freedom?"""
    result = cronbach_alpha(ITEMS, confidence=0.9)
    ends = [1 - (1 - result.alpha) * stats.f.ppf(q, 4, 8) for q in (0.95, 0.05)]
    assert [result.low, result.high] == pytest.approx(ends)


def test_constant_item_has_no_correlation():
    """Is a question that everyone answers alike NaN, not 0 or an error?"""
    table = cronbach_alpha(ITEMS.assign(q4=3)).items.set_index("item")
    assert np.isnan(table.loc["q4", "corrected_r"])
    assert table.loc["q1", "corrected_r"] > 0


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: cronbach_alpha(ITEMS[["q1"]]),
            ValueError,
            "参数 items 至少要有 2 题（2 列），现在只有 1 题。一道题谈不上步调一致。",
        ),
        (
            lambda: cronbach_alpha(ITEMS, missing="pair"),
            ValueError,
            "参数 missing 不能是“pair”。你是不是想写“pairwise”？可用的值：listwise、pairwise。",
        ),
        (
            lambda: cronbach_alpha(ITEMS[:1]),
            ValueError,
            "每题都答了的答卷只有 1 份，至少要 2 份。请删去没人答的题，或补充数据。",
        ),
        (
            lambda: cronbach_alpha(ITEMS * 0 + 3),
            ValueError,
            "各题加起来的总分没有变化，算不出 α。请检查是不是每个人的答案都一样，或有反向题没有翻转。",
        ),
        (
            lambda: cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 1]})),
            ValueError,
            "各题加起来的总分没有变化，算不出 α。请检查是不是每个人的答案都一样，或有反向题没有翻转。",
        ),
        (
            lambda: cronbach_alpha(ITEMS.assign(q2=None)),
            ValueError,
            "列“q2”的 5 个值全是缺失值。请检查数据是否为空，或筛选条件是否太严。",
        ),
        (
            lambda: cronbach_alpha(ITEMS.assign(store="城南")),
            TypeError,
            "列“store”应全是数字，第 1 行是“城南”。请先清理这一列。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
