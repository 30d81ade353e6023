"""Importance-performance analysis and driver importance."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crmlab.satisfaction import driver_importance, importance_performance

TABLE = pd.DataFrame({"attribute": list("abcd"), "importance": [9, 9, 1, 1], "performance": [1, 9, 1, 9]})
RNG = np.random.default_rng(6)
SPEED, PRICE = RNG.normal(size=(2, 400))
ANSWERS = pd.DataFrame(
    {
        "speed": SPEED,
        "price": PRICE,
        "overall": 2 * SPEED + PRICE + RNG.normal(size=400),
        "same": 3.0,
        "twice": 2 * SPEED,
    }
)


def drive(*drivers, overall="overall", table=ANSWERS):
    return driver_importance(table, drivers=list(drivers), overall=overall)


def test_four_quadrants():
    """Does each corner get its name in both languages?"""
    result = importance_performance(TABLE)
    assert result["quadrant"].tolist() == ["concentrate_here", "keep_up", "low_priority", "possible_overkill"]
    assert result["quadrant_zh"].tolist() == ["优先改进", "继续保持", "暂缓改进", "可能过度"]
    assert list(result.columns[3:]) == ["quadrant", "quadrant_zh", "cut_importance", "cut_performance"]


def test_on_the_line_counts_as_high():
    """Is an attribute exactly on both cuts in the upper right, rounding errors of the mean included?"""
    level = pd.DataFrame({"attribute": list("abc"), "importance": [0.1] * 3, "performance": [0.7] * 3})
    assert set(importance_performance(level)["quadrant"]) == {"keep_up"}
    assert importance_performance(TABLE, cuts=(9, 9))["quadrant"].tolist()[1] == "keep_up"


def test_median_and_own_cuts():
    """Do the three ways to cut give different lines?"""
    skewed = TABLE.assign(importance=[9, 2, 1, 1])
    assert importance_performance(skewed)["cut_importance"].iloc[0] == 3.25
    assert importance_performance(skewed, cuts="median")["cut_importance"].iloc[0] == 1.5
    assert importance_performance(skewed, cuts=(5, 6))["cut_performance"].iloc[0] == 6


def test_drivers_are_found_in_their_order():
    """With true effects 2 and 1 (noise 1), are the betas near 2/sqrt(6) and 1/sqrt(6), each inside its interval?"""
    table = drive("price", "speed")
    assert table["driver"].tolist() == ["speed", "price"]
    for row, truth in zip(table.itertuples(), (2 / np.sqrt(6), 1 / np.sqrt(6)), strict=True):
        assert row.low < row.beta < row.high
        assert row.beta == pytest.approx(truth, abs=0.08)
    assert table["n"].tolist() == [400, 400]


def test_one_driver_has_its_correlation_as_beta():
    """With a single driver, is beta the Pearson correlation r, and its half width t sqrt((1 - r^2)/(n - 2))?"""
    row = drive("speed").iloc[0]
    r = np.corrcoef(SPEED, ANSWERS["overall"])[0, 1]
    half = 1.965942 * np.sqrt((1 - r**2) / 398)
    assert row[["correlation", "beta", "low", "high"]].tolist() == pytest.approx([r, r, r - half, r + half])


def test_statsmodels_gives_the_same_betas_and_intervals():
    """Is this OLS on standardised columns, as statsmodels computes it?"""
    standard = (ANSWERS - ANSWERS.mean()) / ANSWERS.std().replace(0, 1)
    theirs = sm.OLS(standard["overall"], sm.add_constant(standard[["price", "speed"]])).fit()
    table = driver_importance(ANSWERS, drivers=["price", "speed"], overall="overall", confidence=0.9)
    table = table.set_index("driver").loc[["price", "speed"]]
    np.testing.assert_allclose(table["beta"], theirs.params[1:])
    np.testing.assert_allclose(table[["low", "high"]], theirs.conf_int(alpha=0.1)[1:])


def test_rows_with_a_gap_are_left_out():
    """Does one missing rating take the whole answer out?"""
    gaps = ANSWERS.assign(price=ANSWERS["price"].where(ANSWERS.index >= 100))
    pd.testing.assert_frame_equal(drive("speed", "price", table=gaps), drive("speed", "price", table=ANSWERS[100:]))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: importance_performance(TABLE, cuts="means"),
            ValueError,
            "参数 cuts 不能是“means”。你是不是想写“mean”？可用的值：mean、median。",
        ),
        (
            lambda: importance_performance(TABLE, cuts=(1, 2, 3)),
            ValueError,
            "参数 cuts 应有两个数（重要度分界，表现分界），你给了 3 个。",
        ),
        (
            lambda: importance_performance(TABLE, cuts=("5", 5)),
            TypeError,
            "参数 cuts 应是一个数，你给的是 str（'5'）。",
        ),
        (
            lambda: importance_performance(TABLE.assign(importance=[1, None, 2, 3])),
            ValueError,
            "列“importance”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
        ),
        (lambda: drive(), ValueError, "参数 drivers 是空的，请至少给一列。"),
        (lambda: drive("speed", "overall"), ValueError, "列“overall”是总体满意，不能同时放在 drivers 里。"),
        (lambda: drive("speed", "speed"), ValueError, "参数 drivers 里有重复的列名，请每列只写一次。"),
        (lambda: drive("speed", "same"), ValueError, "列 same 的值全都一样，看不出它与满意的关系。请去掉这一列。"),
        (
            lambda: drive("speed", "twice"),
            ValueError,
            "drivers 里有一列可以由别的列算出来（完全共线），分不出谁的作用。请去掉重复的一列。",
        ),
        (
            lambda: drive("speed", "price", table=ANSWERS[:3]),
            ValueError,
            "每列都有值的答卷只有 3 份，2 个方面至少要 4 份。请减少 drivers，或补充数据。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
