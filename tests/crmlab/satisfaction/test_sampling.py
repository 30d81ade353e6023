"""The stratified mean."""

import numpy as np
import pandas as pd
import pytest

from crmlab.satisfaction import stratified_mean

ANSWERS = pd.DataFrame({"tier": ["金", "金", "金", "普", "普", None], "overall": [9, 8, 10, 6, 7, 1]})
CUSTOMERS = pd.Series({"普": 900, "金": 100}, name="customers")


def mean(answers=ANSWERS, population=CUSTOMERS, **options):
    return stratified_mean(answers, stratum="tier", column="overall", population=population, **options)


def test_by_hand():
    """Is the mean 0.9*6.5 + 0.1*9, with the finite population correction in its standard error?"""
    result = mean()
    se = np.sqrt(0.9**2 * (1 - 2 / 900) * 0.5 / 2 + 0.1**2 * (1 - 3 / 100) * 1 / 3)
    assert result.value == pytest.approx(6.75)
    assert [result.low, result.high] == pytest.approx([6.75 - 1.959964 * se, 6.75 + 1.959964 * se])
    assert (result.unweighted, result.n) == (8.0, 5)
    assert result.table["stratum"].tolist() == ["普", "金"]
    assert result.table["weight"].tolist() == pytest.approx([0.9 / 0.4, 0.1 / 0.6])


def test_proportional_sample_needs_no_correction():
    """When the sample has the shares of the population, are both means the same?"""
    result = mean(population=pd.Series({"普": 2000, "金": 3000}))
    assert result.value == pytest.approx(result.unweighted)


def test_asking_everybody_leaves_no_error():
    """Is the interval of a census a point, even where a stratum holds one person?"""
    result = mean(ANSWERS[2:5], pd.Series({"普": 2, "金": 1}))
    assert result.value == result.low == result.high == pytest.approx(23 / 3)


def test_one_answer_in_a_stratum_gives_no_interval():
    """Is the spread of a single answer not invented?"""
    assert str(mean(ANSWERS[2:])) == "加权均值 6.85（区间算不出，不加权 7.67，n = 3）"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: mean(population={"普": 900}),
            TypeError,
            "参数 population 应是一列人数（Series，索引是层名），你给的是 dict。"
            '从表里来可写 表.set_index("stratum")["customers"]。',
        ),
        (
            lambda: mean(population=pd.Series({"普": 900})),
            ValueError,
            "列“tier”里的“金”不在 population 里。population 的层：普。",
        ),
        (
            lambda: mean(population=pd.Series({"普": 900, "金": 100, "银": 50})),
            ValueError,
            "层 银 没有一份有效的答卷，无法加权。请补充调查，或与相近的层合并。",
        ),
        (
            lambda: mean(population=pd.Series({"普": 900, "金": 2})),
            ValueError,
            "层“金”的答卷有 3 份，比总体的 2 人还多。请检查 population。",
        ),
        (
            lambda: mean(population=pd.Series({"普": 900, "金": 0})),
            ValueError,
            "参数 population 里“金”的人数是 0。请去掉这一层。",
        ),
        (
            lambda: mean(population=pd.Series([1, 2, 3], index=["普", "金", "金"])),
            ValueError,
            "参数 population 里 金 出现了不止一次。请先合成一行。",
        ),
        (
            lambda: mean(population=pd.Series({"普": 900, "金": -1}, name="customers")),
            ValueError,
            "列“customers”应不小于 0，第 2 行（索引 金）是 -1。请先核对这些行。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
