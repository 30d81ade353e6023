"""Laws that hold for every input: bounds, scale invariance, symmetry."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crmlab import satisfaction

pytestmark = pytest.mark.slow

# Fixed by derandomize: a red test today is the same red test tomorrow. Numbers are small and round, as scores are.
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
quick = settings(max_examples=20, deadline=None, derandomize=True, database=None, phases=PHASES)
five = st.lists(st.integers(1, 5), min_size=1, max_size=60)
eleven = st.lists(st.integers(0, 10), min_size=1, max_size=60)
factor = st.sampled_from([0.25, 0.5, 2.0, 4.0, 100.0])
shift = st.integers(-20, 20)


def ratings(columns, low=1, high=10, rows=(3, 25)):
    cells = st.integers(low, high)
    return st.integers(*rows).flatmap(lambda n: arrays(np.int64, (n, columns), elements=cells))


@quick
@given(scores=five, by=shift)
def test_csat_is_bounded_and_does_not_care_where_the_scale_starts(scores, by):
    """Is 0 <= low <= share <= high <= 1, and is 1-5 as good as 0-4?"""
    result = satisfaction.csat(scores)
    assert 0 <= result.low <= result.share <= result.high <= 1
    assert satisfaction.csat([s + by for s in scores], scale=(1 + by, 5 + by)) == result


@quick
@given(scores=eleven)
def test_nps_of_the_mirrored_scale_is_its_negative(scores):
    """If promoters and detractors change places, does the score change its sign and the error stay?"""
    result = satisfaction.nps(scores)
    mirrored = satisfaction.nps([10 - s for s in scores], promoter_min=4, detractor_max=1)
    assert (mirrored.score, mirrored.se) == (-result.score, result.se)
    assert -100 <= result.score <= 100
    assert np.isnan(result.low) or -100 <= result.low <= result.score <= result.high <= 100


@quick
@given(scores=eleven)
def test_nps_four_times_the_sample_halves_the_error(scores):
    """Does the standard error fall with the root of n?"""
    assert satisfaction.nps(scores * 4).se == pytest.approx(satisfaction.nps(scores).se / 2)


@quick
@given(scores=st.lists(st.integers(1, 7), min_size=1, max_size=40), times=factor, by=shift)
def test_ces_moves_with_its_scale(scores, times, by):
    """Does the mean move with the scale while the ease, 0-100, stays, and do both directions add up to 100?"""
    one = satisfaction.ces(scores, higher_is_easier=True)
    ends = (times + by, 7 * times + by)
    other = satisfaction.ces([times * s + by for s in scores], higher_is_easier=True, scale=ends)
    assert other.mean == pytest.approx(times * one.mean + by)
    assert other.ease_pct == pytest.approx(one.ease_pct, abs=1e-9)
    assert satisfaction.ces(scores, higher_is_easier=False).ease_pct == pytest.approx(100 - one.ease_pct, abs=1e-9)


TREE = pd.DataFrame(
    {
        "indicator": [1, 2, 11, 12],
        "name": list("甲乙丙丁"),
        "parent": [None, None, 1, 1],
        "weight": [2.0, 3.0, 1.0, 4.0],
        "column": [None, "c", "a", "b"],
    }
)


@quick
@given(values=ratings(3, 1, 5), times=factor, by=shift, order=st.permutations(range(4)))
def test_index_knows_neither_unit_nor_order(values, times, by, order):
    """Is the index 0-100 the same for another scale, other units of weight, another order of the indicators?"""
    answers = pd.DataFrame(values, columns=list("abc"))
    one = satisfaction.satisfaction_index(answers, TREE)
    moved = TREE.assign(weight=TREE["weight"] * times).iloc[list(order)]
    other = satisfaction.satisfaction_index(answers * times + by, moved, scale=(times + by, 5 * times + by))
    assert other.index == pytest.approx(one.index, abs=1e-9)
    scores = other.table.set_index("indicator")["score"]
    assert scores.to_dict() == pytest.approx(one.table.set_index("indicator")["score"].to_dict(), abs=1e-9)
    assert 0 <= one.low <= one.index + 1e-9
    assert one.index - 1e-9 <= one.high <= 100
    leaves = one.table[one.table["indicator"] != 1]
    assert leaves["global_weight"].sum() == pytest.approx(1)
    assert leaves["score"].min() - 1e-9 <= one.index <= leaves["score"].max() + 1e-9


@quick
@given(means=st.lists(st.integers(1, 10), min_size=1, max_size=6), times=factor)
def test_acsi_lies_between_its_worst_and_best_question(means, times):
    """Is the index inside the range of the rescaled means, whatever unit the weights have?"""
    weights = [i + 1 for i in range(len(means))]
    index = satisfaction.acsi_index(means, weights)
    assert index == pytest.approx(satisfaction.acsi_index(means, [w * times for w in weights]))
    assert 100 * (min(means) - 1) / 9 - 1e-9 <= index <= 100 * (max(means) - 1) / 9 + 1e-9


@quick
@given(weights=st.lists(st.integers(1, 9), min_size=2, max_size=8), data=st.data())
def test_ahp_gives_back_the_weights_a_consistent_matrix_was_made_of(weights, data):
    """Is a_ij = w_i / w_j answered with w and CR = 0, in any order of the criteria?"""
    order = data.draw(st.permutations(range(len(weights))))
    w = np.array(weights, dtype=float)[list(order)]
    result = satisfaction.ahp_weights(w[:, None] / w[None, :])
    np.testing.assert_allclose(result.weights, w / w.sum(), rtol=1e-6)
    assert result.consistent
    assert result.consistency_ratio == pytest.approx(0, abs=1e-9)


@quick
@given(upper=st.lists(st.sampled_from([1 / 9, 1 / 5, 1 / 3, 1, 3, 5, 9]), min_size=6, max_size=6))
def test_ahp_of_any_judgement_is_a_share_and_never_below_n(upper):
    """Are the weights positive, do they add up to 1, is lambda >= n and CR >= 0?"""
    matrix = np.ones((4, 4))
    matrix[np.triu_indices(4, 1)] = upper
    matrix = np.triu(matrix) + np.tril(1 / matrix.T, -1)
    result = satisfaction.ahp_weights(matrix)
    assert result.weights.sum() == pytest.approx(1)
    assert (result.weights > 0).all()
    assert result.lambda_max >= 4
    assert result.consistency_ratio >= 0
    np.testing.assert_allclose(matrix @ result.weights, result.lambda_max * result.weights, rtol=1e-6)


@quick
@given(values=ratings(3, 0, 9), times=factor)
def test_entropy_weights_do_not_know_the_unit_of_a_column(values, times):
    """Does multiplying one column leave all weights as they are, each between 0 and 1, in sum 1?"""
    stores = pd.DataFrame(values, columns=list("abc"))
    stores.iloc[0] += [3, 1, 2]
    stores.iloc[1, 0] += 7
    weights = satisfaction.entropy_weights(stores) if (stores.nunique() > 1).any() else pd.Series([1.0])
    assert weights.sum() == pytest.approx(1)
    assert weights.between(0, 1).all()
    if len(weights) == 3:
        scaled = satisfaction.entropy_weights(stores.assign(b=stores["b"] * times))
        np.testing.assert_allclose(scaled, weights, atol=1e-9)


@quick
@given(values=ratings(1), by=shift)
def test_stratified_mean_lies_between_its_strata_and_moves_with_the_scores(values, by):
    """Is the weighted mean inside the range of the strata means, and does adding a constant add it?"""
    table = pd.DataFrame({"y": values[:, 0], "h": np.arange(len(values)) % 2})
    people = pd.Series({0: 700, 1: 300})
    one = satisfaction.stratified_mean(table, stratum="h", column="y", population=people)
    assert one.table["mean"].min() - 1e-9 <= one.value <= one.table["mean"].max() + 1e-9
    other = satisfaction.stratified_mean(table.assign(y=table["y"] + by), stratum="h", column="y", population=people)
    np.testing.assert_allclose([other.value, other.low], [one.value + by, one.low + by], atol=1e-9)
    assert (one.table["weight"] * one.table["n"]).sum() == pytest.approx(one.n)


@quick
@given(values=ratings(2), times=factor, by=shift)
def test_gap_states_follow_the_difference_only(values, times, by):
    """Does moving both scores leave the states, and stretching them with the thresholds too?"""
    table = pd.DataFrame(values, columns=["e", "p"])
    one = satisfaction.expectation_gap(table, expected="e", perceived="p", tolerance=1, delight=2)
    other = satisfaction.expectation_gap(
        table * times + by, expected="e", perceived="p", tolerance=times, delight=2 * times
    )
    assert one["state"].tolist() == other["state"].tolist()
    assert set(one["state"]) <= set(satisfaction.GAP_STATES)


@quick
@given(values=ratings(2, 1, 7), times=factor, by=shift)
def test_servqual_takes_any_unit_of_weight_and_ignores_a_common_shift(values, times, by):
    """Is the score inside the range of the gaps, the same for scaled weights and for shifted scales?"""
    items = pd.DataFrame(values, columns=["expectation", "perception"])
    items["dimension"] = [f"d{i % 3}" for i in range(len(items))]
    weights = {"d0": 1, "d1": 2, "d2": 5}
    gaps = satisfaction.servqual_gap(items, weights=weights)
    score = satisfaction.servqual_score(gaps)
    assert gaps["gap"].min() - 1e-9 <= score <= gaps["gap"].max() + 1e-9
    moved = items.assign(expectation=items["expectation"] + by, perception=items["perception"] + by)
    other = satisfaction.servqual_gap(moved, weights={k: w * times for k, w in weights.items()})
    assert satisfaction.servqual_score(other) == pytest.approx(score, abs=1e-9)


@quick
@given(categories=st.lists(st.sampled_from("AOMIRQ"), min_size=1, max_size=40))
def test_kano_coefficients_stay_in_their_ranges(categories):
    """Is 0 <= better <= 1 and -1 <= worse <= 0 with the intervals around them, and is the winner a mode?"""
    row = satisfaction.kano_better_worse(pd.DataFrame({"feature": "x", "category": categories})).iloc[0]
    if not np.isnan(row["better"]):
        assert 0 <= row["better_low"] <= row["better"] <= row["better_high"] <= 1
        assert -1 <= row["worse_low"] <= row["worse"] <= row["worse_high"] <= 0
    assert row["n"] == len(categories)
    assert categories.count(row["category"]) == max(categories.count(c) for c in "AOMIRQ")


@quick
@given(values=ratings(2), times=factor, by=shift, cuts=st.sampled_from(["mean", "median"]))
def test_quadrants_do_not_know_the_units(values, times, by, cuts):
    """Does another scale for importance leave every attribute in its quadrant?"""
    table = pd.DataFrame(values, columns=["importance", "performance"])
    table["attribute"] = range(len(table))
    one = satisfaction.importance_performance(table, cuts=cuts)
    other = satisfaction.importance_performance(table.assign(importance=table["importance"] * times + by), cuts=cuts)
    assert one["quadrant"].tolist() == other["quadrant"].tolist()


@quick
@given(seed=st.integers(0, 10**6), times=factor, by=shift)
def test_drivers_are_free_of_units(seed, times, by):
    """Do correlation, beta and interval stay when one rating is stretched and moved?"""
    table = pd.DataFrame(np.random.default_rng(seed).normal(size=(12, 3)), columns=["a", "b", "y"])
    one = satisfaction.driver_importance(table, drivers=["a", "b"], overall="y")
    moved = table.assign(a=table["a"] * times + by, y=table["y"] * times)
    other = satisfaction.driver_importance(moved, drivers=["b", "a"], overall="y")
    pd.testing.assert_frame_equal(one, other, rtol=1e-6)
    assert one["correlation"].between(-1, 1).all()


@quick
@given(values=ratings(4, 1, 5), times=factor, by=shift)
def test_alpha_is_free_of_units_and_at_most_one(values, times, by):
    """Does stretching all items, or moving one, leave alpha; is it never above 1 and inside its interval?"""
    items = pd.DataFrame(values, columns=list("abcd"))
    items.iloc[0] = 1
    items.iloc[1] = 5
    one = satisfaction.cronbach_alpha(items)
    other = satisfaction.cronbach_alpha((items * times).assign(a=items["a"] * times + by))
    assert other.alpha == pytest.approx(one.alpha, abs=1e-9)
    assert one.low - 1e-9 <= one.alpha <= 1 + 1e-12
    assert one.high <= 1 + 1e-12
    pairwise = satisfaction.cronbach_alpha(items, missing="pairwise")
    assert (pairwise.alpha, pairwise.n) == (pytest.approx(one.alpha), one.n)


@quick
@given(margin=st.sampled_from([0.01, 0.02, 0.05, 0.1]), people=st.integers(1, 10**6), share=st.floats(0.02, 0.98))
def test_sample_size_keeps_its_promise(margin, people, share):
    """Does the size meet the margin, and one answer less miss it; never more than the population?"""
    n = satisfaction.sample_size(margin, share=share, population=people).completes
    assert 1 <= n <= people
    z = 1.959963984540054

    def half_width(size):
        return z * np.sqrt(share * (1 - share) / size * (people - size) / max(people - 1, 1))

    assert half_width(n) <= margin * (1 + 1e-6)
    assert n == 1 or half_width(n - 1) > margin * (1 - 1e-6)
    assert n <= satisfaction.sample_size(margin / 2, share=share, population=people).completes


@quick
@given(values=ratings(2, 0, 9, rows=(1, 9)), budget=st.integers(0, 40), times=factor)
def test_exact_levers_beat_greedy_and_a_larger_budget_never_hurts(values, budget, times):
    """Is greedy <= exact <= all levers, cost <= budget, and the choice the same in another currency?"""
    table = pd.DataFrame(values, columns=["cost", "uplift"]).assign(lever=[f"l{i}" for i in range(len(values))])
    exact, greedy = (satisfaction.best_levers(table, budget, method=m) for m in ("exact", "greedy"))
    assert greedy.uplift <= exact.uplift <= table["uplift"].sum()
    assert max(exact.cost, greedy.cost) <= budget
    assert exact.uplift <= satisfaction.best_levers(table, budget + 3).uplift
    assert satisfaction.best_levers(table.assign(cost=table["cost"] * times), budget * times).chosen == exact.chosen


@quick
@given(seed=st.integers(0, 10**6), times=factor, by=shift)
def test_slope_is_measured_in_outcome_per_point(seed, times, by):
    """Does stretching the outcome stretch the slope, stretching the score shrink it, and moving either leave it?"""
    table = pd.DataFrame(np.random.default_rng(seed).normal(size=(15, 2)), columns=["x", "y"])
    one = satisfaction.outcome_per_point(table, score="x", outcome="y")
    taller = satisfaction.outcome_per_point(table.assign(y=table["y"] * times + by), score="x", outcome="y")
    wider = satisfaction.outcome_per_point(table.assign(x=table["x"] * times + by), score="x", outcome="y")
    ends = np.array([one.slope, one.low, one.high])
    np.testing.assert_allclose([taller.slope, taller.low, taller.high], ends * times, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose([wider.slope, wider.low, wider.high], ends / times, rtol=1e-6, atol=1e-9)


@quick
@given(counts=st.lists(st.integers(0, 500), min_size=1, max_size=6))
def test_funnel_shares_multiply_to_the_overall_share(counts):
    """Is the overall share the product of the step shares, each step share between its ends?"""
    n = sorted([*counts, 501], reverse=True)
    table = satisfaction.response_funnel(pd.Series(n, index=[f"s{i}" for i in range(len(n))]))
    known = table["step_share"].notna()
    np.testing.assert_allclose(table["step_share"].cumprod()[known], table["overall_share"][known])
    inner = table[known].iloc[1:]
    assert ((inner["low"] <= inner["step_share"]) & (inner["step_share"] <= inner["high"])).all()


@quick
@given(scores=st.lists(st.sampled_from(["1", "5", "6", "x", "", None, "2.5"]), min_size=1, max_size=20))
def test_valid_rows_and_rows_with_problems_make_up_the_whole(scores):
    """Is every row either valid or named among the problems, and is what is valid still valid when checked again?"""
    rules = pd.DataFrame(
        [["q", "int", 1, 5, None, True]], columns=["column", "kind", "low", "high", "choices", "required"]
    )
    report = satisfaction.validate_responses(pd.DataFrame({"q": pd.Series(scores, dtype=object)}), rules)
    bad = {i + 1 for i, s in enumerate(scores) if s not in ("1", "5")}
    assert set(report.problems["row"]) == bad
    assert report.n_valid == len(report.valid) == len(scores) - len(bad)
    if report.n_valid:
        assert satisfaction.validate_responses(report.valid, rules).problems.empty


@quick
@given(promise=st.lists(st.integers(0, 10), min_size=1, max_size=8), delivery=st.integers(0, 10))
def test_promise_model_gives_shares(promise, delivery):
    """Are all three outcomes shares, the product never above its factors?"""
    table = satisfaction.promise_outcome(promise, delivery)
    assert table[["satisfaction", "orders_share", "satisfied_orders"]].stack().between(0, 1).all()
    assert (table["satisfied_orders"] <= table[["satisfaction", "orders_share"]].min(axis=1)).all()


@quick
@given(values=ratings(2, 1, 50), times=factor)
def test_attainment_does_not_know_the_unit(values, times):
    """Is the percentage the same in yuan and in fen, and 100 exactly where the target is met exactly?"""
    kpi = pd.DataFrame(values, columns=["value", "target"]).assign(period="1", kpi="x", direction="up")
    kpi.loc[::2, "direction"] = "down"
    one = satisfaction.kpi_attainment(kpi)
    other = satisfaction.kpi_attainment(kpi.assign(value=kpi["value"] * times, target=kpi["target"] * times))
    np.testing.assert_allclose(other["attainment_pct"], one["attainment_pct"])
    assert (one["met"] == (one["attainment_pct"] >= 100)).all()
