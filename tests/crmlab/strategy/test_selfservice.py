"""How much the customers can do themselves."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.strategy import self_service_share

COSTS = {"cost_self_yuan": 1, "cost_staff_yuan": 6, "cost_failure_yuan": 4}
quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def requests(*rows):
    return pd.DataFrame(rows, columns=["request", "volume", "attempts", "solved"])


TABLE = requests(("a", 100, 50, 45), ("b", 300, 40, 20), ("c", 600, 80, 36))


def test_by_hand():
    """5 - 10 (1 - success): 4 yuan for a, 0 for b, -0.5 for c; only a moves, 400 yuan saved of 6,000."""
    result = self_service_share(TABLE, **COSTS)
    assert result.requests["saving_each"].tolist() == pytest.approx([4, 0, -0.5])
    assert (result.share, result.saving_yuan, result.n) == (0.1, pytest.approx(400), 1000)
    assert result.curve["share"].tolist() == pytest.approx([0, 0.1, 0.4, 1])
    assert result.curve["cost_yuan"].tolist() == pytest.approx([6000, 5600, 5600, 5900])
    assert result.curve["failed_share"].tolist() == pytest.approx([0, 0.01, 0.16, 0.49])
    assert result.requests["verdict"].tolist() == ["改成自助", "看不清", "看不清"]


def test_one_kind_has_the_wilson_interval():
    """With one kind of request, is the interval of what is saved the Wilson interval put through the costs?"""
    from statsmodels.stats.proportion import proportion_confint

    result = self_service_share(TABLE.iloc[:1], **COSTS)
    low, high = proportion_confint(45, 50, method="wilson")
    assert [result.low, result.high] == pytest.approx([100 * (5 - 10 * (1 - p)) for p in (low, high)])


def test_nothing_worth_moving():
    """Is it said, with nothing saved, when self-service costs more than it brings?"""
    result = self_service_share(TABLE.assign(solved=0), **COSTS)
    assert (result.share, result.saving_yuan, result.low, result.high) == (0, 0, 0, 0)
    assert str(result) == "没有一种请求改成自助会省钱，全部留给人工（1,000 次请求）"


@quick
@given(
    rows=st.lists(st.tuples(st.integers(1, 500), st.integers(1, 60), st.floats(0, 1)), min_size=1, max_size=6),
    costs=st.tuples(st.floats(0, 5), st.floats(0, 20), st.floats(0, 20)),
)
def test_no_other_choice_is_cheaper(rows, costs):
    """Against every subset of kinds, is the chosen one the cheapest, inside its own interval, on the curve's lowest point?"""
    table = requests(*[(f"r{i}", v, a, int(a * s)) for i, (v, a, s) in enumerate(rows)])
    named = dict(zip(("cost_self_yuan", "cost_staff_yuan", "cost_failure_yuan"), costs, strict=True))
    result = self_service_share(table, **named)
    own, staff, failure = costs
    failed = 1 - table["solved"] / table["attempts"]
    saving = (table["volume"] * (staff - own - failed * (staff + failure))).to_numpy()
    best = max(
        float(sum(saving[list(c)])) for k in range(len(rows) + 1) for c in itertools.combinations(range(len(rows)), k)
    )
    assert result.saving_yuan == pytest.approx(best, abs=1e-6)
    assert result.low <= result.saving_yuan + 1e-9 <= result.high + 2e-9
    staffed = staff * table["volume"].sum()
    assert result.curve["cost_yuan"].min() == pytest.approx(staffed - best, rel=1e-9, abs=1e-6)
    assert result.curve["share"].is_monotonic_increasing


@pytest.mark.slow
def test_interval_covers_the_truth():
    """With two kinds that surely save, is the true saving inside the 95 % interval nearly that often?"""
    rng, inside = np.random.default_rng(6), 0
    truth = 2000 * (5 - 10 * 0.1) + 1000 * (5 - 10 * 0.2)
    for _ in range(400):
        seen = rng.binomial([80, 150], [0.9, 0.8])
        result = self_service_share(requests(("a", 2000, 80, seen[0]), ("b", 1000, 150, seen[1])), **COSTS)
        inside += result.low <= truth <= result.high
    assert inside / 400 == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (requests(("a", 1, 1, 1), ("a", 1, 1, 1)), "列“request”的名称应不重复、不空，第 2 行是“a”。"),
        (requests(("a", 1, 0, 0)), "“a”没有人试过自助（attempts 是 0），不知道成功率。请先试一小批，或去掉这一行。"),
        (requests(("a", 1, 2, 3)), "“a”办成 3 次，多于试过的 2 次。请核对这一行。"),
        (requests(("a", 0, 2, 1)), "列“volume”全是 0，没有请求可分。请检查数据。"),
        (requests(("a", -1, 2, 1)), "列“volume”应不小于 0，第 1 行是 -1。请先核对这些行。"),
    ],
)
def test_refusal(table, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        self_service_share(table, **COSTS)
    assert str(caught.value) == message


def test_negative_cost_is_refused():
    """Is a cost below zero named?"""
    with pytest.raises(ValueError) as caught:
        self_service_share(TABLE, **COSTS | {"cost_self_yuan": -1})
    assert str(caught.value) == "参数 cost_self_yuan 不能小于 0，你给的是 -1。"
