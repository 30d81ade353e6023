"""Levers under a budget, money per point, KPI attainment."""

import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crmlab.satisfaction import best_levers, kpi_attainment, outcome_per_point

LEVERS = pd.DataFrame({"lever": ["培训", "提速", "包装", "装修"], "cost": [6, 5, 5, 0], "uplift": [7, 5, 5, -1]})
# Cost equal to uplift: no set is beaten by another, the worst case for the exact search.
PRIMES = np.sqrt(np.arange(2, 32))
SALES = pd.DataFrame({"overall": [4.0, 5, 6, 7, None], "spend": [10.0, 12, 14, 16, 99], "again": [0, 0, 1, 1, 1]})
KPI = pd.DataFrame(
    {
        "period": ["01", "01", "02", "02"],
        "kpi": ["满意率", "投诉率", "满意率", "投诉率"],
        "value": [76, 3, None, 0],
        "target": [80, 2, 80, 2],
        "direction": ["up", "down", "up", "down"],
    }
)


def test_exact_beats_greedy_where_greedy_is_known_to_fail():
    """Does the exact search find the pair worth 10 that the greedy rule misses with its 7?"""
    assert best_levers(LEVERS, 10).chosen == ("提速", "包装")
    assert best_levers(LEVERS, 10, method="greedy").chosen == ("培训",)


def test_exact_is_as_good_as_trying_every_set():
    """On 40 random problems, is the uplift that of brute force, within the budget?"""
    rng = np.random.default_rng(2)
    for _ in range(40):
        table = pd.DataFrame(
            {"lever": list("abcdefg"), "cost": rng.integers(0, 9, 7), "uplift": rng.integers(-2, 9, 7)}
        )
        budget = int(rng.integers(0, 25))
        masks = np.array(list(itertools.product([0, 1], repeat=7)))
        cost, uplift = masks @ table["cost"].to_numpy(), masks @ table["uplift"].to_numpy()
        best = uplift[cost <= budget].max()
        cheapest = cost[uplift == best].min()
        choice = best_levers(table, budget)
        assert (choice.uplift, choice.cost) == (best, cheapest)


def test_ties_go_to_the_cheaper_then_to_the_first_name():
    """With equal uplift, is the cheaper set chosen, then the one whose name sorts first?"""
    table = pd.DataFrame({"lever": ["c", "b", "a"], "cost": [4, 3, 3], "uplift": [5, 5, 5]})
    assert best_levers(table, 4).chosen == ("a",)


def test_rounding_errors_do_not_break_the_bank_or_the_tie():
    """Are 0.1 + 0.2 affordable with 0.3, and 0.1 + 0.2 no better than 0.3?"""
    table = pd.DataFrame({"lever": ["a", "b"], "cost": [0.1, 0.2], "uplift": [1, 1]})
    assert best_levers(table, 0.3).chosen == ("a", "b")
    tie = pd.DataFrame({"lever": ["a", "b", "c"], "cost": [1, 1, 1], "uplift": [0.1, 0.2, 0.3]})
    assert best_levers(tie, 2).chosen == ("b", "c")
    assert best_levers(tie.assign(cost=[2, 2, 1]).assign(uplift=[0.1, 0.2, 0.3]), 4).uplift == pytest.approx(0.5)


def test_thirty_levers_are_still_solved():
    """Is a realistic long list solved exactly in reasonable time?"""
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"lever": range(30), "cost": rng.integers(5, 90, 30), "uplift": rng.integers(1, 60, 30) / 10})
    exact, greedy = best_levers(table, 400), best_levers(table, 400, method="greedy")
    assert greedy.uplift <= exact.uplift
    assert exact.cost <= 400


@pytest.mark.parametrize(
    ("budget", "text"),
    [
        (12_000, "选 培训、提速、包装：提升 17 分，花费 16（预算 12,000）"),
        (4, "预算 4 之内没有可选的措施"),
    ],
)
def test_choice_reads_as_a_sentence(budget, text):
    """Does the result say what was chosen, at what cost, or that nothing fits?"""
    assert repr(best_levers(LEVERS, budget)) == text


def test_exact_line_has_its_slope_and_no_doubt():
    """Is the slope of a perfect line found with a zero-width interval, elasticity = slope * mean / mean?"""
    result = outcome_per_point(SALES, score="overall", outcome="spend")
    assert (result.slope, result.n, result.mean_outcome) == (pytest.approx(2), 4, 13)
    assert [result.low, result.high] == pytest.approx([2, 2])
    assert result.elasticity == pytest.approx(2 * 5.5 / 13)


def test_yes_or_no_outcome_gives_a_change_in_probability():
    """Do 0/1 and False/True give the same slope, the least-squares one (cov / var = 0.4)?"""
    as_number = outcome_per_point(SALES, score="overall", outcome="again")
    as_bool = outcome_per_point(SALES.assign(again=SALES["again"] == 1), score="overall", outcome="again")
    assert as_number.slope == as_bool.slope == pytest.approx(0.4)


def test_interval_is_the_robust_one():
    """Does the half width equal t times the HC1 standard error written out by hand?"""
    x, y = np.array([1.0, 2, 3, 4, 6]), np.array([1.0, 3, 2, 6, 5])
    centred = x - x.mean()
    slope = (centred @ y) / (centred @ centred)
    residual = y - y.mean() - slope * centred
    se = np.sqrt(5 / 3 * (centred**2 @ residual**2)) / (centred @ centred)
    result = outcome_per_point(pd.DataFrame({"x": x, "y": y}), score="x", outcome="y")
    assert [result.low, result.high] == pytest.approx([slope - 3.182446 * se, slope + 3.182446 * se], rel=1e-4)


def test_statsmodels_gives_the_same_slope_and_interval():
    """Is this OLS with cov_type HC1 and t quantiles of statsmodels?"""
    table = pd.DataFrame(np.random.default_rng(5).normal(size=(40, 2)), columns=["x", "y"])
    theirs = sm.OLS(table["y"], sm.add_constant(table["x"])).fit(cov_type="HC1", use_t=True)
    result = outcome_per_point(table, score="x", outcome="y", confidence=0.9)
    ends = theirs.conf_int(alpha=0.1).loc["x"]
    assert [result.slope, result.low, result.high] == pytest.approx([theirs.params["x"], *ends])


def test_outcome_of_mean_zero_has_no_elasticity():
    """Is the elasticity NaN, and said so, when the outcome averages 0?"""
    result = outcome_per_point(pd.DataFrame({"x": [1, 2, 3], "y": [-1, 0, 1]}), score="x", outcome="y")
    assert np.isnan(result.elasticity)
    assert "弹性算不出" in str(result)


def test_attainment_both_ways():
    """Is 76 of 80 95 % and 3 against a ceiling of 2 50 %; a missing value NaN and not met; 0 complaints 200 %?"""
    table = kpi_attainment(KPI)
    np.testing.assert_allclose(table["attainment_pct"], [95, 50, np.nan, 200])
    assert table["met"].tolist() == [False, False, False, True]
    assert list(table.columns) == [*KPI.columns, "attainment_pct", "met"]


def test_exactly_on_target_is_met_at_100_percent():
    """Do both directions give 100 % and met on the target itself?"""
    table = kpi_attainment(KPI.assign(value=KPI["target"]))
    assert table["attainment_pct"].tolist() == [100] * 4
    assert table["met"].all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: best_levers(LEVERS.assign(lever=["a", "b", "a", "c"]), 5),
            ValueError,
            "列“lever”的名称应不重复、不空，第 3 行是“a”。",
        ),
        (lambda: best_levers(LEVERS, -1), ValueError, "参数 budget 不能小于 0，你给的是 -1。"),
        (
            lambda: best_levers(LEVERS, 5, method="best"),
            ValueError,
            "参数 method 不能是“best”。可用的值：exact、greedy。",
        ),
        (
            lambda: best_levers(LEVERS.rename(columns={"cost": "cost_yuan"}), 5),
            ValueError,
            "表 levers 里没有列“cost”。你是不是想写“cost_yuan”？现有的列：lever、cost_yuan、uplift。",
        ),
        (
            lambda: best_levers(LEVERS.assign(cost=-1), 5),
            ValueError,
            "列“cost”应不小于 0，第 1 行是 -1，共 4 处。请先核对这些行。",
        ),
        (
            lambda: best_levers(pd.DataFrame({"lever": range(30), "cost": PRIMES, "uplift": PRIMES}), 1e9),
            ValueError,
            '措施的组合太多，找不完最好的一组。请减少措施，或用 method="greedy"。',
        ),
        (
            lambda: outcome_per_point(SALES, score="overall", outcome="overall"),
            ValueError,
            "参数 score 和 outcome 都是“overall”，请给两个不同的列。",
        ),
        (
            lambda: outcome_per_point(SALES[:2], score="overall", outcome="spend"),
            ValueError,
            "列“overall”和“spend”都有值的行只有 2 行，至少要 3 行。",
        ),
        (
            lambda: outcome_per_point(SALES.assign(overall=5), score="overall", outcome="spend"),
            ValueError,
            "列“overall”的值全都一样，看不出分数高低的作用。",
        ),
        (
            lambda: kpi_attainment(KPI.assign(target=[80, 0, 80, 2])),
            ValueError,
            "列“target”应大于 0，第 2 行是 0。达成率要除以目标。",
        ),
        (
            lambda: kpi_attainment(KPI.assign(direction="越大越好")),
            ValueError,
            "列“direction”的第 1 行是“越大越好”。可用的值：up、down。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
