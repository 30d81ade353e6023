"""Who can agree, and who gets what."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.communication import bargaining_zone

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
DEALS = pd.DataFrame(
    {"buyer_max": [120, 100, 90, 80, 70], "seller_min": [100, 90, 95, 80, 50], "price": [105, 98, None, 80, None]},
    index=[5, 4, 3, 2, 1],
)


def test_by_hand():
    """Four of five can agree, one of them did not; the buyer gets 3/4 and 1/5 of what there is, nothing to share at zero width."""
    result = bargaining_zone(DEALS, price="price")
    assert result.deals["zone"].tolist() == [20, 10, -5, 0, 20]
    assert (result.possible_share, result.mean_zone, result.missed) == (0.8, 12.5, 1)
    assert result.deals["buyer_share"].tolist() == pytest.approx([0.75, 0.2, np.nan, np.nan, np.nan], nan_ok=True)
    assert result.buyer_share == pytest.approx(0.475)
    assert result.deals["seller_gain"].tolist()[:2] == [5, 8]


def test_without_prices_and_without_a_chance():
    """Is nothing said about who got what, and no mean taken of nothing?"""
    result = bargaining_zone(DEALS.iloc[[2]])
    assert str(result) == "0.0% 谈得成（95% 区间 0.0%–79.3%，n = 1）"
    assert result.missed == 0
    unsold = bargaining_zone(DEALS.assign(price=None), price="price")
    assert (unsold.missed, np.isnan(unsold.buyer_share)) == (4, True)


@quick
@given(rows=st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=30))
def test_laws(rows):
    """Do both gains add up to the zone, and does moving all prices by as much change nothing?"""
    deals = pd.DataFrame(rows, columns=["buyer_max", "seller_min", "price"])
    result = bargaining_zone(deals, price="price")
    made = result.deals
    assert (made["buyer_gain"] + made["seller_gain"]).tolist() == made["zone"].tolist()
    assert result.low <= result.possible_share <= result.high
    moved = bargaining_zone(deals + 50, price="price")
    assert (moved.possible_share, moved.missed) == (result.possible_share, 0)
    assert moved.buyer_share == pytest.approx(result.buyer_share, nan_ok=True)


@pytest.mark.parametrize(
    ("deals", "error", "message"),
    [
        (
            DEALS.assign(buyer_max=None),
            ValueError,
            "列“buyer_max”不能有缺失值，第 1 行（索引 5）是空的。请先补上或删去这一行。",
        ),
        (
            DEALS.assign(seller_min=-1),
            ValueError,
            "列“seller_min”应不小于 0，第 1 行（索引 5）是 -1，共 5 处。请先核对这些行。",
        ),
        (DEALS.assign(price="贵"), TypeError, "列“price”应全是数字，第 1 行（索引 5）是“贵”。请先清理这一列。"),
    ],
)
def test_refusal(deals, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        bargaining_zone(deals, price="price")
    assert str(caught.value) == message
