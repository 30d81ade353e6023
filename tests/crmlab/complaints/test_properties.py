"""Laws that hold for every input: bounds, symmetry, invariance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmlab import complaints

pytestmark = pytest.mark.slow

PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
quick = settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=PHASES)
counts = st.lists(st.integers(0, 40), min_size=2, max_size=40)
AS_OF = pd.Timestamp("2026-03-31")


@quick
@given(values=st.lists(st.integers(-4, 4), min_size=1, max_size=60), times=st.sampled_from([0.5, 2.0, 100.0]))
def test_run_rules_know_neither_unit_nor_direction(values, times):
    """Do another unit and the mirror image raise the same alarms?"""

    def alarms(points, sigma):
        found = complaints.run_rules(points, centre=0, sigma=sigma, rules="nelson")
        return list(zip(found["point"], found["rule"], strict=True))

    base = alarms(values, 1)
    assert alarms([times * v for v in values], times) == base
    assert alarms([-v for v in values], 1) == base


@quick
@given(values=counts, extra=counts)
def test_run_rules_do_not_look_ahead(values, extra):
    """Do later points leave the alarms of earlier ones alone?"""
    first = complaints.run_rules(values, centre=20, sigma=5, rules="nelson")
    longer = complaints.run_rules([*values, *extra], centre=20, sigma=5, rules="nelson")
    pd.testing.assert_frame_equal(longer[longer["point"] <= len(values)].reset_index(drop=True), first)


@quick
@given(values=counts)
def test_limits_enclose_the_centre(values):
    """Is 0 <= lcl <= centre <= ucl, and a point an alarm exactly when it lies outside?"""
    charts = [complaints.c_chart(values), complaints.u_chart(values, 2.5), complaints.p_chart(values, 40)]
    for chart in charts:
        table = chart.table
        assert ((table["lcl"] >= 0) & (table["lcl"] <= chart.centre) & (chart.centre <= table["ucl"])).all()
        outside = (table["value"] > table["ucl"] + 1e-9) | (table["value"] < table["lcl"] - 1e-9)
        assert (outside == table["signal"]).all()
    assert (charts[2].table["ucl"] <= 1).all()


@quick
@given(shifts=st.lists(st.integers(0, 200), min_size=1, max_size=30), open_every=st.integers(2, 5))
def test_open_cases_only_lengthen_the_median(shifts, open_every):
    """Is the honest median never below the one over closed cases, and the curve falling within 0-1?"""
    opened = pd.Series(AS_OF - pd.Timedelta(hours=300)).repeat(len(shifts)).reset_index(drop=True)
    closed = (opened + pd.to_timedelta(shifts, unit="h")).where(np.arange(len(shifts)) % open_every > 0)
    result = complaints.time_to_resolution(pd.DataFrame({"opened_at": opened, "closed_at": closed}), as_of=AS_OF)
    row, share = result.table.iloc[0], result.curve["open_share"]
    lower = np.sort(np.array(shifts)[closed.notna()])
    if not np.isnan(row["median_h"]):
        assert row["median_h"] >= lower[(len(lower) - 1) // 2]
    assert share.between(0, 1).all()
    assert share.is_monotonic_decreasing


@quick
@given(hours=st.lists(st.integers(0, 60), min_size=1, max_size=30), limit=st.integers(1, 60))
def test_report_counts_add_up(hours, limit):
    """Is n = due + not due, met <= due, and the attainment inside its interval?"""
    opened = AS_OF - pd.to_timedelta(hours, unit="h")
    closed = pd.Series(opened + pd.to_timedelta([h // 2 for h in hours], unit="h"))
    table = pd.DataFrame(
        {"tier": "一般", "opened_at": opened, "closed_at": closed.where(closed.index % 3 > 0).to_numpy()}
    )
    row = complaints.sla_report(table, tiers={"一般": limit}, as_of=AS_OF).iloc[0]
    assert row["n"] == row["due"] + row["not_due"] == len(hours)
    assert row["met"] + row["overdue_open"] <= row["due"]
    if row["due"]:
        assert row["low"] <= row["attainment"] <= row["high"]


@quick
@given(names=st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=60))
def test_pareto_shares_fall_and_add_up_to_one(names):
    """Are shares falling, their sum 1, and the vital causes the first ones?"""
    table = complaints.cause_pareto(pd.DataFrame({"cause": names}))
    assert table["share"].is_monotonic_decreasing
    assert table["cumulative_share"].iloc[-1] == pytest.approx(1)
    assert table["n"].sum() == len(names)
    assert table["vital"].is_monotonic_decreasing
    assert (table["low"] <= table["share"]).all()


@quick
@given(k=st.integers(0, 30), m=st.integers(0, 40))
def test_changing_places_changes_the_sign(k, m):
    """Does the paradox of A over B mirror that of B over A?"""
    rows = [("a", int(i < k)) for i in range(30)] + [("b", int(i < m)) for i in range(40)]
    table = pd.DataFrame(rows, columns=["group", "y"])
    one = complaints.recovery_effect(table, outcome="y", recovered="a", reference="b")
    other = complaints.recovery_effect(table, outcome="y", recovered="b", reference="a")
    assert (one.low, one.high, one.difference) == pytest.approx((-other.high, -other.low, -other.difference))
    assert one.p_value == pytest.approx(other.p_value)
    assert -1 <= one.low <= one.difference <= one.high <= 1


@quick
@given(
    losses=st.lists(st.integers(-50, 500), min_size=2, max_size=5),
    add=st.integers(-100, 100),
    times=st.sampled_from([0.5, 3.0]),
)
def test_expected_loss_moves_with_the_money(losses, add, times):
    """Does a fixed cost add itself to mean and extremes, another currency scale them, and the mean lie between the extremes?"""
    share = 1 / len(losses)
    leaves = [[f"n{i}", "方案", share, x] for i, x in enumerate(losses)]

    def fold(start, factor=1.0):
        rows = [["方案", None, None, start], *([n, p, q, x * factor] for n, p, q, x in leaves)]
        return complaints.expected_loss(
            pd.DataFrame(rows, columns=["node", "parent", "probability", "loss_yuan"])
        ).iloc[0]

    base, moved, scaled = fold(0), fold(add), fold(0, times)
    for column in ("expected_loss", "best_case", "worst_case"):
        assert moved[column] == pytest.approx(base[column] + add)
        assert scaled[column] == pytest.approx(base[column] * times)
    assert moved["sd"] == pytest.approx(base["sd"], abs=1e-6)
    assert base["best_case"] - 1e-9 <= base["expected_loss"] <= base["worst_case"] + 1e-9


@quick
@given(
    beta=st.floats(0.1, 3),
    gamma=st.floats(0.1, 2),
    day=st.integers(0, 30),
    effect=st.floats(0, 1),
    start=st.integers(1, 100),
)
def test_an_answer_never_makes_a_crisis_worse(beta, gamma, day, effect, start):
    """Are peak and reach with an answer at most those without, and all groups within the population?"""
    setting = {"population": 1000, "contact_rate": beta, "quiet_rate": gamma, "initial": start, "days": 40}
    silent = complaints.crisis_spread(**setting)
    answered = complaints.crisis_spread(**setting, response_day=day, response_effect=effect)
    assert answered.peak_spreading <= silent.peak_spreading * (1 + 1e-6)
    assert answered.ever_share <= silent.ever_share * (1 + 1e-6)
    groups = answered.table[["unaware", "spreading", "quiet"]]
    assert ((groups >= -1e-6) & (groups <= 1000 + 1e-6)).all().all()


@quick
@given(posts=st.lists(st.integers(0, 200), min_size=4, max_size=15).filter(lambda p: sum(x > 0 for x in p) >= 2))
def test_backwards_growth_is_its_inverse(posts):
    """Is growth read backwards the reciprocal, with the same dispersion?"""
    one, other = complaints.doubling_time(posts), complaints.doubling_time(posts[::-1])
    assert (1 + one.growth) * (1 + other.growth) == pytest.approx(1, rel=1e-6)
    assert one.dispersion == pytest.approx(other.dispersion, rel=1e-6)
    assert one.growth_low <= one.growth <= one.growth_high
