"""What recommendations are worth."""

import numpy as np
import pandas as pd
import pytest

from crmlab._intervals import mean_interval
from crmlab.development import referral_value

TABLE = pd.DataFrame(
    {"referrer": ["b", "a", "a"], "value_yuan": [400, 500, 300], "anyway": [0.5, 0, 1], "months": [12, 0, 6]},
    index=[9, 8, 7],
)


def test_by_hand():
    """Are margin, saved cost, reward and discount those of the formula, customers without referrals counted as zero?"""
    result = referral_value(TABLE, acquisition_cost=80, reward=30, annual_discount=0.21, customers=4)
    crv = [500 + 50 + 50 / 1.1, (200 + 50) / 1.21]
    assert result.table["crv_yuan"].tolist() == pytest.approx(crv)
    assert result.table["brought"].tolist() == [1, 0.5]
    assert result.total == pytest.approx(sum(crv))
    assert (result.mean, result.low, result.high) == pytest.approx(mean_interval(np.array([*crv, 0, 0]), 0.95)[:3])
    assert result.n == 4


def test_those_who_would_come_anyway_save_the_cost_only():
    """Is there no margin to credit, and a loss where the reward exceeds the cost saved?"""
    table = TABLE.assign(anyway=1, months=0)
    assert referral_value(table, acquisition_cost=80).total == 240
    assert referral_value(table, acquisition_cost=0, reward=30).total == -90


def test_one_customer():
    """Is there a mean and no interval for one customer?"""
    result = referral_value(TABLE[:1], acquisition_cost=0, annual_discount=0)
    assert str(result) == "平均每位客户的推荐价值 200 元（区间算不出，n = 1），合计 200 元，其中 1 位推荐过"


@pytest.mark.parametrize(
    ("table", "options", "error", "message"),
    [
        (
            TABLE,
            {"customers": 1},
            ValueError,
            "参数 customers 是客户总数，你给的是 1，可是表里有 2 位推荐人。请把推荐过和没推荐过的客户都数进去。",
        ),
        (
            TABLE.assign(anyway=20),
            {},
            ValueError,
            "列“anyway”应在 0–1 之间，第 1 行（索引 9）是 20，共 3 处。20% 请写成 0.2。",
        ),
        (
            TABLE.assign(referrer=None),
            {},
            ValueError,
            "列“referrer”不能有缺失值，第 1 行（索引 9）是空的。请先补上或删去这一行。",
        ),
        (TABLE, {"reward": -1}, ValueError, "参数 reward 不能小于 0，你给的是 -1。"),
        (TABLE, {"annual_discount": "高"}, TypeError, "参数 annual_discount 应是一个数，你给的是 str（'高'）。"),
    ],
)
def test_refusal(table, options, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        referral_value(table, **({"acquisition_cost": 80} | options))
    assert str(caught.value) == message
