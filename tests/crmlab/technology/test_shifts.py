"""A day's roster: every interval covered, no cheaper roster, stated refusals."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from crmlab import technology

GOAL = {"interval_s": 1800, "aht_s": 240, "service_level": 0.8, "answer_within_s": 20}
SHIFTS = pd.DataFrame({"shift": ["早", "中", "晚"], "start": ["09:00", "09:30", "10:30"], "hours": [1.5, 2, 1]})


def day(calls, start="2026-03-16 09:00"):
    return pd.DataFrame({"interval_start": pd.date_range(start, periods=len(calls), freq="30min"), "calls": calls})


@pytest.mark.parametrize("seed", range(6))
def test_no_roster_is_cheaper(seed):
    """Is the roster the cheapest of all that cover the need, and of those with the fewest people, tried one by one?"""
    rng = np.random.default_rng(seed)
    calls = rng.integers(0, 30, 5)
    plan = technology.staff_day(day(calls), SHIFTS, shrinkage=0.1, **GOAL)
    covers = np.array([[1, 1, 1, 0, 0], [0, 1, 1, 1, 1], [0, 0, 0, 1, 1]])
    hours = np.array([1.5, 2, 1])
    needed = plan.intervals["needed"].to_numpy()
    most = needed.max() + 1
    fits = [(p @ hours, p.sum()) for p in map(np.array, product(range(most), repeat=3)) if (p @ covers >= needed).all()]
    assert (plan.paid_hours, plan.people) == pytest.approx(min(fits))
    assert (plan.intervals["scheduled"] == plan.shifts["people"].to_numpy() @ covers).all()
    assert plan.paid_hours == plan.shifts["paid_hours"].sum()


def test_each_interval_is_staffed_as_required_agents_says():
    """Are the needs those of required_agents, and after shrinkage at least as many on line?"""
    plan = technology.staff_day(day([10, 25, 40, 20, 5]), SHIFTS, shrinkage=0.2, **GOAL)
    table = plan.intervals
    for row in table.itertuples():
        known = technology.required_agents(row.calls, shrinkage=0.2, **GOAL)
        assert (row.required, row.needed) == (known.agents, known.scheduled)
    assert (table["scheduled"] >= table["needed"]).all()
    assert (table["online"] >= table["required"]).all()
    assert (table["service_level"] >= 0.8).all()
    weighted = (table["service_level"] * table["calls"]).sum() / table["calls"].sum()
    assert plan.service_level == pytest.approx(weighted)
    assert plan.idle_share == pytest.approx(1 - table["needed"].sum() / 2 / plan.paid_hours)


def test_order_of_intervals_has_no_meaning_and_nothing_is_changed():
    """Does a shuffled forecast give the same roster, and stay as it was?"""
    forecast = day([10, 25, 40, 20, 5])
    before = forecast.copy(deep=True)
    one = technology.staff_day(forecast, SHIFTS, **GOAL)
    other = technology.staff_day(forecast.sample(frac=1, random_state=2), SHIFTS, **GOAL)
    pd.testing.assert_frame_equal(one.intervals, other.intervals)
    pd.testing.assert_frame_equal(one.shifts, other.shifts)
    pd.testing.assert_frame_equal(forecast, before)


def test_a_day_without_calls_needs_nobody():
    """Is nobody called in, and no shift asked for, where nobody calls?"""
    quiet = technology.staff_day(day([0, 0, 0, 0, 0]), SHIFTS[:1], **GOAL)
    assert (quiet.people, quiet.paid_hours, quiet.idle_share) == (0, 0, 0)
    assert str(quiet) == "排 0 人、0 个工时：超出需要的工时占 0.0%"


def test_a_target_without_a_limit_reports_no_service_level():
    """Is the service level of the day left out when only the occupancy is wanted?"""
    plan = technology.staff_day(day([10, 10, 10, 10, 10]), SHIFTS, interval_s=1800, aht_s=240, max_occupancy=0.8)
    assert np.isnan(plan.service_level)
    assert repr(plan) == "排 4 人、5 个工时：超出需要的工时占 0.0%"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: technology.staff_day(day([9] * 6), SHIFTS, **GOAL),
            "11:30 的时段要 3 人，可是没有一个班次完整覆盖它。请加一个班次。",
        ),
        (
            lambda: technology.staff_day(day([9] * 3, "2026-03-16 23:00"), SHIFTS, **GOAL),
            "forecast 里有 2 天的时段，一次只排一天。请先选出一天。",
        ),
        (
            lambda: technology.staff_day(day([9] * 3), SHIFTS, **(GOAL | {"interval_s": 3600})),
            "时段 09:00 和 09:30 只隔 1800 秒，比 interval_s（3600 秒）短。请核对时段长度。",
        ),
        (
            lambda: technology.staff_day(day([9]), SHIFTS.assign(start=["9 点", "09:30", "10:30"]), **GOAL),
            "列“start”应写成“08:30”的样子，第 1 行是“9 点”。",
        ),
        (
            lambda: technology.staff_day(day([9]), SHIFTS.assign(hours=[1, 0, 1]), **GOAL),
            "列“hours”应大于 0，第 2 行是 0。",
        ),
        (
            lambda: technology.staff_day(day([9]), SHIFTS.assign(shift="早"), **GOAL),
            "列“shift”的名称应不重复、不空，第 2 行是“早”。",
        ),
    ],
)
def test_refusal(call, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
