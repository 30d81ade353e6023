"""ABC tiers, concentration, and what tiers cost."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import plots
from crmlab.strategy import abc_tiers, gini, lorenz, tier_service_cost, top_share

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
amounts = st.lists(st.integers(0, 500), min_size=1, max_size=40).filter(sum)


@quick
@given(values=amounts, times=st.sampled_from([0.01, 3, 1e6]), seed=st.integers(0, 3))
def test_tier_laws(values, times, seed):
    """Do tiers fall with the amount, equal amounts share one, the unit and the order not matter?"""
    frame = pd.Series(values, dtype=float)
    for crossing in ("before", "including"):
        table = abc_tiers(frame, crossing=crossing)
        assert table["tier"].is_monotonic_increasing
        assert (table.groupby("value")["tier"].nunique() == 1).all()
        other = abc_tiers((frame * times).sample(frac=1, random_state=seed), crossing=crossing)
        assert other["tier"].sort_index().tolist() == table["tier"].sort_index().tolist()


@quick
@given(values=amounts)
def test_the_two_conventions_bracket_the_cut(values):
    """Do the A customers of "before" hold at least 80 %, and those of "including" at most 80 %?"""
    before, including = (abc_tiers(values, crossing=c) for c in ("before", "including"))
    assert before.loc[before["tier"] == "A", "share"].sum() >= 0.8 - 1e-9
    assert including.loc[including["tier"] == "A", "share"].sum() <= 0.8 + 1e-9
    assert (before["tier"] <= including["tier"]).all()


def test_exactly_on_the_cut():
    """Is 80 % reached exactly A for that customer in both conventions, and B for the next, in spite of rounding?"""
    values = [0.3, 0.3, 0.2, 0.1, 0.1]
    assert "".join(abc_tiers(values, crossing="before")["tier"]) == "AAABB"
    assert "".join(abc_tiers(values, crossing="including")["tier"]) == "AAACC"


def test_four_tiers_and_one_giant():
    """Do three cuts give A to D, and is one customer with all the money A before and the last tier including?"""
    assert "".join(abc_tiers([40, 30, 20, 10], crossing="before", cuts=(0.3, 0.6, 0.9))["tier"]) == "ABCD"
    assert abc_tiers([100], crossing="before")["tier"].tolist() == ["A"]
    assert abc_tiers([100], crossing="including")["tier"].tolist() == ["C"]


@quick
@given(values=amounts, times=st.sampled_from([0.5, 100]))
def test_gini_is_the_area_and_half_the_mean_difference(values, times):
    """Is it twice the area under the diagonal, the mean absolute difference over twice the mean, without unit?"""
    x, result = np.array(values, dtype=float), gini(values)
    difference = np.abs(x[:, None] - x).mean() / (2 * x.mean())
    curve = lorenz(values)
    area = np.trapezoid(curve["value_share"], curve["customer_share"])
    assert result.gini == pytest.approx(difference, abs=1e-9)
    assert 1 - 2 * area == pytest.approx(result.gini, abs=1e-9)
    assert gini(x * times).gini == pytest.approx(result.gini, abs=1e-9)
    assert (curve["value_share"] <= curve["customer_share"] + 1e-12).all()


def test_jackknife_by_leaving_out_one_at_a_time():
    """Is the interval the one of n recomputed coefficients, in both corrections?"""
    x = np.random.default_rng(3).gamma(1, 100, 25)
    for correction in ("population", "sample"):
        result = gini(x, correction=correction)
        each = np.array([gini(np.delete(x, i), correction=correction).gini for i in range(25)])
        se = np.sqrt(24 / 25 * ((each - each.mean()) ** 2).sum())
        assert result.high - result.gini == pytest.approx(1.959964 * se, rel=1e-6)


def test_gini_interval_covers_the_truth():
    """For exponential amounts (Gini 1/2), does the 95 % interval hold it 90-99 % of the time?"""
    rng = np.random.default_rng(4)
    results = [gini(rng.exponential(1, 200)) for _ in range(200)]
    assert 0.9 <= np.mean([r.low <= 0.5 <= r.high for r in results]) <= 0.99


def test_gini_at_its_ends():
    """All equal 0; one has all: 1 - 1/n or, corrected, 1; one customer 0; no interval where nothing varies."""
    assert gini([5, 5, 5]).gini == pytest.approx(0)
    assert (gini([0, 0, 0, 9]).gini, gini([0, 0, 0, 9], correction="sample").gini) == (0.75, 1)
    assert str(gini([7])) == "基尼系数 0.000（区间算不出，n = 1）"


def test_top_share_rounds_up():
    """Is a fifth of 11 customers three of them, and of ten exactly two?"""
    assert top_share([10] * 11) == pytest.approx(3 / 11)
    assert top_share([10] * 10) == pytest.approx(0.2)


TIERS = pd.DataFrame(
    {"tier": list("AABBC"), "revenue_yuan": [60, 40, 30, 20, 0], "service_cost_yuan": [10, 10, 10, 10, 40]}
)


def test_tier_cost_by_hand():
    """Are shares, ratio, profit a customer and mismatch those of a table done by hand; one customer no interval?"""
    result = tier_service_cost(TIERS)
    table = result.table
    assert table["revenue_share"].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert table["cost_share"].tolist() == pytest.approx([0.25, 0.25, 0.5])
    assert table["profit_per_customer"].tolist() == [40, 15, -40]
    assert np.isnan(table["cost_ratio"].iloc[2])
    assert np.isnan(table["low"].iloc[2])
    assert result.mismatch == pytest.approx(0.5)
    assert str(result) == "错配率 50.0%（n = 5）：C 级带来 0.0% 的收入，用掉 50.0% 的服务成本"


def test_tier_cost_says_what_it_counted():
    """Is a margin called one, in the result as in its figure, and does a tier's Chinese name stand close to 级?"""
    named = TIERS.replace({"tier": {"A": "大户", "B": "二级", "C": "普通"}}).rename(
        columns={"revenue_yuan": "margin_yuan"}
    )
    result = tier_service_cost(named, revenue="margin_yuan")
    assert str(result) == "错配率 50.0%（n = 5）：普通级带来 0.0% 的毛利，用掉 50.0% 的服务成本"
    left = plots.tier_costs(result, "普通级花多了")
    assert [label.get_text() for label in left.get_yticklabels()] == ["二级", "大户级", "普通级"]
    assert [text.get_text() for text in left.texts][3:6] == ["毛利 33%", "毛利 67%", "毛利 0%"]


def test_cost_in_proportion_is_no_mismatch():
    """Is the mismatch 0 when each tier costs as much as it brings?"""
    assert tier_service_cost(TIERS.assign(service_cost_yuan=TIERS["revenue_yuan"] / 5)).mismatch == pytest.approx(0)
