"""Laws that hold for every input: bounds, symmetry, invariance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from crmlab import communication

pytestmark = pytest.mark.slow

PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
quick = settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=PHASES)
counts = st.tuples(st.integers(1, 400), st.floats(0, 1)).map(lambda pair: (round(pair[0] * pair[1]), pair[0]))


@quick
@given(a=counts, b=counts)
def test_changing_places_changes_the_sign(a, b):
    """Is B minus A the mirror of A minus B, within -1 to 1, and the difference inside its interval?"""
    one, other = communication.ab_test(*a, *b), communication.ab_test(*b, *a)
    assert (one.difference, one.z, one.low, one.high) == pytest.approx(
        (-other.difference, -other.z, -other.high, -other.low)
    )
    assert one.p_value == pytest.approx(other.p_value)
    assert -1 <= one.low <= one.difference <= one.high <= 1
    assert 0 <= one.p_value <= 1


@quick
@given(a=counts, b=counts)
def test_more_people_narrow_the_interval(a, b):
    """Do four times as many people with the same shares give a narrower interval and a larger z?"""
    one = communication.ab_test(*a, *b)
    four = communication.ab_test(*(4 * x for x in a), *(4 * x for x in b))
    assert four.high - four.low < one.high - one.low
    assert abs(four.z) == pytest.approx(2 * abs(one.z))


@quick
@given(share=st.floats(0.01, 0.9), effect=st.floats(0.005, 0.09), power=st.floats(0.3, 0.99))
def test_the_planned_size_is_the_smallest_that_suffices(share, effect, power):
    """Does n reach the power and n - 1 not?"""
    n = communication.ab_plan(share, effect=effect, power=power).n_per_group
    assert communication.ab_plan(share, effect=effect, n_per_group=n).power >= power - 1e-9
    if n > 2:
        assert communication.ab_plan(share, effect=effect, n_per_group=n - 1).power < power


@quick
@given(steps=st.lists(st.integers(0, 500), min_size=2, max_size=7))
def test_funnel_shares_multiply(steps):
    """Is the overall share the product of the steps, each inside its interval, and people lost those missing?"""
    n = sorted(steps, reverse=True)
    assume(n[0] > 0)
    table = communication.funnel(pd.Series(n, index=[f"s{i}" for i in range(len(n))]))
    known = table["step_share"].iloc[1:].dropna()
    assert known.prod() == pytest.approx(table["overall_share"].iloc[len(known)])
    inside = table.dropna(subset=["step_share"])
    assert ((inside["low"] <= inside["step_share"]) & (inside["step_share"] <= inside["high"])).all()
    assert table["lost"].sum() == n[0] - n[-1]


@quick
@given(
    ceilings=st.lists(st.floats(1, 1000), min_size=2, max_size=5),
    budget=st.floats(1, 1e5),
    curve=st.sampled_from(["hyperbolic", "exponential"]),
    data=st.data(),
)
def test_the_best_split_beats_any_other(ceilings, budget, curve, data):
    """Is the whole budget spent, and no random split better, and the order of channels without meaning?"""
    halves = data.draw(st.lists(st.floats(10, 1e4), min_size=len(ceilings), max_size=len(ceilings)))
    table = pd.DataFrame({"channel": range(len(ceilings)), "ceiling": ceilings, "half_spend_yuan": halves})
    plan = communication.media_plan(table, budget, curve=curve)
    assert plan.table["spend_yuan"].sum() == pytest.approx(budget)
    assert (plan.table["spend_yuan"] >= 0).all()
    assert plan.response >= plan.equal_split_response * (1 - 1e-9)
    rng = np.random.default_rng(8)
    for _ in range(5):
        spend = rng.dirichlet(np.ones(len(ceilings))) * budget
        other = communication.media.response(
            spend, table["ceiling"].to_numpy(), table["half_spend_yuan"].to_numpy(), curve
        )
        assert other.sum() <= plan.response * (1 + 1e-9)
    turned = communication.media_plan(table[::-1], budget, curve=curve)
    np.testing.assert_allclose(turned.table["spend_yuan"][::-1], plan.table["spend_yuan"], atol=1e-6 * budget)


@quick
@given(pairs=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=60))
def test_kappa_knows_neither_names_nor_who_is_first(pairs):
    """Is kappa symmetric, at most 1, the same for renamed labels, and 1 only for full agreement?"""
    a, b = zip(*pairs, strict=True)
    one, other = communication.cohen_kappa(a, b), communication.cohen_kappa(b, a)
    renamed = communication.cohen_kappa([f"z{x}" for x in a], [f"z{x}" for x in b])
    assert (one.kappa, one.low) == pytest.approx((other.kappa, other.low), nan_ok=True)
    assert (one.kappa, one.high) == pytest.approx((renamed.kappa, renamed.high), nan_ok=True)
    if not np.isnan(one.kappa):
        assert -1 <= one.low <= one.kappa <= one.high <= 1
        assert (one.kappa > 1 - 1e-12) == (a == b)


@quick
@given(answers=st.lists(st.tuples(*[st.integers(1, 5)] * 4), min_size=1, max_size=30), by=st.integers(-5, 5))
def test_styles_do_not_care_where_the_scale_starts(answers, by):
    """Are 1-5 and 0-4 the same style, reversed items mirrored, and points within 0-100?"""
    people = pd.DataFrame(answers, columns=["a", "b", "c", "d"])
    axis = ["assertiveness", "assertiveness", "responsiveness", "responsiveness"]
    items = pd.DataFrame({"item": ["a", "b", "c", "d"], "axis": axis, "reverse": 0})
    one = communication.style_quadrant(people, items)
    pd.testing.assert_frame_equal(communication.style_quadrant(people + by, items, scale=(1 + by, 5 + by)), one)
    pd.testing.assert_frame_equal(communication.style_quadrant(6 - people, items.assign(reverse=1)), one)
    assert one[["assertiveness", "responsiveness"]].apply(lambda s: s.between(0, 100)).all().all()


@quick
@given(words=st.lists(st.sampled_from(["您好", "抱歉", "不归我管", "马上退款", "明天", "请问几点"]), max_size=8))
def test_scores_stay_between_0_and_100_and_taboos_never_help(words):
    """Is the total within 0-100, and does one more taboo word never raise it?"""

    def total(said):
        table = pd.DataFrame({"dialog_id": 1, "speaker": ["客户", "客服"], "text": ["在？", "嗯" + "，".join(said)]})
        return communication.dialogue_score(table).scores.loc[0, "total"]

    assert 0 <= total(words) <= 100
    assert total([*words, "不归我管"]) <= total(words)


@quick
@given(slots=st.lists(st.tuples(st.integers(1, 40), st.floats(0, 1)), min_size=1, max_size=8))
def test_shrinking_pulls_towards_the_mean(slots):
    """Is every shrunk share between its own share and the mean, and opens never more than messages?"""
    rows = [
        (pd.Timestamp(f"2026-03-02 {h:02d}:00"), i < round(n * p)) for h, (n, p) in enumerate(slots) for i in range(n)
    ]
    result = communication.send_time(pd.DataFrame(rows, columns=["sent_at", "opened"]), by="hour")
    table, mean = result.table, np.mean([opened for _, opened in rows])
    low, high = np.minimum(table["share"], mean), np.maximum(table["share"], mean)
    assert ((table["shrunk"] >= low - 1e-9) & (table["shrunk"] <= high + 1e-9)).all()
    assert table["best"].sum() == 1
    assert not (table["best"] & table["cannot_tell"]).any()
