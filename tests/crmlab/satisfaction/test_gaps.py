"""Gaps between expectation and experience, perceived value, the promise model."""

import numpy as np
import pandas as pd
import pytest

from crmlab.satisfaction import expectation_gap, perceived_value, promise_outcome, servqual_gap, servqual_score

ANSWERS = pd.DataFrame({"expect": [8, 7, 6, 7, None], "perceive": [7.5, 7, 7, 6, 9]}, index=[3, 5, 7, 9, 11])
ITEMS = pd.DataFrame(
    {
        "dimension": ["可靠", "可靠", "响应", "响应", None],
        "expectation": [6, 7, 6, None, 1],
        "perception": [5, 5, 6, 1, 1],
    }
)
VALUE = pd.DataFrame(
    {"item": ["产品", "货币"], "side": ["value", "cost"], "score": [8.0, 5.0], "weight": [0.5, 1.0]}, index=[7, 8]
)


def gap(**options):
    return expectation_gap(ANSWERS, expected="expect", perceived="perceive", **options)


def test_three_states_and_their_borders():
    """Is a gap of 0 satisfied, of +1 a delight, of anything below 0 dissatisfied; a missing score without state?"""
    result = gap()
    assert result["gap"].tolist()[:4] == [-0.5, 0, 1, -1]
    assert result["state"].tolist()[:4] == ["不满意", "满意", "惊喜", "不满意"]
    assert pd.isna(result["state"].iloc[4])
    assert result.index.tolist() == [3, 5, 7, 9, 11]


def test_tolerance_forgives_and_a_higher_bar_delights_less():
    """Does tolerance 0.5 forgive -0.5 but not -1, and delight 2 turn +1 into satisfied?"""
    assert gap(tolerance=0.5, delight=2)["state"].tolist()[:4] == ["满意", "满意", "满意", "不满意"]


def test_servqual_means_leave_incomplete_rows_out():
    """Are rows with one score missing left out, and both means taken over the same rows?"""
    table = servqual_gap(ITEMS)
    assert table["dimension"].tolist() == ["可靠", "响应"]
    assert table["expectation"].tolist() == [6.5, 6]
    assert table["gap"].tolist() == [-1.5, 0]


def test_servqual_score_takes_the_weights_of_the_table():
    """Does the score equal the sum of the weighted gaps, and do explicit weights override?"""
    table = servqual_gap(ITEMS, weights={"可靠": 3, "响应": 1})
    assert servqual_score(table) == table["weighted_gap"].sum() == -1.125
    assert servqual_score(table, {"可靠": 1, "响应": 1}) == -0.75
    assert servqual_score(table.drop(columns="weight")) == -0.75
    assert servqual_score(pd.Series({"可靠": -1.5, "响应": 0.0})) == -0.75


def test_value_and_cost_are_plain_weighted_sums():
    """Is nothing normalised behind the student's back, and cost negative in the table?"""
    result = perceived_value(VALUE.assign(weight=[2.0, 3.0]))
    assert (result.total_value, result.total_cost, result.net) == (16, 15, 1)
    assert result.table["contribution"].tolist() == [16, -15]
    assert str(result) == "感知价值 1.00 分（总价值 16.00 − 总成本 15.00）"
    assert str(perceived_value(VALUE)) == "感知价值 −1.00 分（总价值 4.00 − 总成本 5.00）"


def test_a_kept_promise_satisfies_the_stated_share():
    """At promise = delivery is satisfaction exactly satisfied_when_met, and orders half at the typical promise?"""
    row = promise_outcome(5, delivery=5, satisfied_when_met=0.9).iloc[0]
    assert row["satisfaction"] == pytest.approx(0.9)
    assert row["orders_share"] == 0.5
    assert row["satisfied_orders"] == pytest.approx(0.45)


def test_the_best_promise_is_neither_lowest_nor_highest():
    """Does the model show the trade-off it is there for: a peak inside the range?"""
    table = promise_outcome(np.linspace(0, 10, 101), delivery=6)
    assert (np.diff(table["satisfaction"]) < 0).all()
    assert (np.diff(table["orders_share"]) > 0).all()
    assert 3 < table.loc[table["satisfied_orders"].idxmax(), "promise"] < 9


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: gap(tolerance=-1), ValueError, "参数 tolerance 不能小于 0，你给的是 -1。"),
        (lambda: gap(delight=0), ValueError, "参数 delight 应大于 0，你给的是 0。"),
        (
            lambda: expectation_gap(ANSWERS, expected="expected", perceived="perceive"),
            ValueError,
            "表 responses 里没有列“expected”。你是不是想写“expect”？现有的列：expect、perceive。",
        ),
        (
            lambda: servqual_gap(ITEMS.drop(index=2)),
            ValueError,
            "维度 响应 没有一行期望和感知都有值。请补上数据，或去掉这个维度。",
        ),
        (
            lambda: servqual_gap(ITEMS.assign(dimension=None)),
            ValueError,
            "列“dimension”全是缺失值。请给每一行写上维度。",
        ),
        (
            lambda: servqual_gap(ITEMS, weights={"可靠": 1, "响": 1}),
            ValueError,
            "参数 weights 里的“响”不是数据里的维度。你是不是想写“响应”？数据里的维度：可靠、响应。",
        ),
        (
            lambda: servqual_gap(ITEMS, weights={"可靠": 1}),
            ValueError,
            "参数 weights 缺少维度：响应。请给每个维度一个权重。",
        ),
        (
            lambda: servqual_gap(ITEMS, weights={"可靠": 0, "响应": 0}),
            ValueError,
            "参数 weights 加起来是 0，至少要有一个权重大于 0。",
        ),
        (
            lambda: servqual_gap(ITEMS, weights={"可靠": 1, "响应": -2}),
            ValueError,
            "参数 weights 应不小于 0，第 2 行（索引 响应）是 -2。请先核对这些行。",
        ),
        (
            lambda: servqual_gap(ITEMS, weights=[1, 2]),
            TypeError,
            "参数 weights 应是“维度: 权重”的字典，你给的是 list。",
        ),
        (
            lambda: servqual_score([1, 2]),
            TypeError,
            "参数 gaps 应是 servqual_gap() 的结果或“维度: 差距”的字典，你给的是 list。",
        ),
        (
            lambda: servqual_score(pd.DataFrame({"dimension": ["可靠", "可靠"], "gap": [1, 2]})),
            ValueError,
            "参数 gaps 里维度 可靠 出现了不止一次。请先用 servqual_gap() 合成一行。",
        ),
        (
            lambda: servqual_score({}),
            ValueError,
            "参数 gaps 一个值也没有。请检查数据是否为空，或筛选条件是否太严。",
        ),
        (
            lambda: perceived_value(VALUE.assign(side=["value", "costs"])),
            ValueError,
            "列“side”的第 2 行（索引 8）是“costs”。你是不是想写“cost”？可用的值：value、cost。",
        ),
        (
            lambda: perceived_value(VALUE.assign(weight=[1, None])),
            ValueError,
            "列“weight”不能有缺失值，第 2 行（索引 8）是空的。请先补上或删去这一行。",
        ),
        (lambda: promise_outcome(11, 5), ValueError, "参数 promise 应在 0–10 之间，第 1 行是 11。请先核对这些行。"),
        (lambda: promise_outcome("5", 5), TypeError, "参数 promise 应是一列数据（Series 或列表），你给的是 str。"),
        (lambda: promise_outcome(5, 5, sensitivity=0), ValueError, "参数 sensitivity 应大于 0，你给的是 0。"),
        (
            lambda: promise_outcome(5, 5, satisfied_when_met=80),
            ValueError,
            "参数 satisfied_when_met 应在 0–1 之间（不含两端），你给的是 80。80% 请写成 0.8。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
