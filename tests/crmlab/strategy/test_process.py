"""Where the hours of an order go."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.strategy import process_times

DAY = pd.Timestamp("2026-03-02 09:00")
quick = settings(max_examples=15, deadline=None, derandomize=True, database=None)


def log(*rows):
    table = pd.DataFrame(rows, columns=["order_id", "step", "start", "end"])
    return table.assign(
        start=DAY + pd.to_timedelta(table["start"], unit="h"), end=DAY + pd.to_timedelta(table["end"], unit="h")
    )


def test_by_hand_with_overlapping_steps():
    """Is a step that starts while another runs without a wait, and the lead time waits plus time with work?"""
    result = process_times(log((1, "a", 0, 4), (1, "b", 2, 3), (1, "c", 10, 11), (2, "a", 5, 6), (2, "c", 6, 8)))
    assert result.cases["lead_hours"].tolist() == [11, 3]
    assert result.cases["wait_hours"].tolist() == [6, 0]
    steps = result.steps.set_index("step")
    assert steps["wait_hours"].tolist() == [0, 0, 3]
    assert steps["work_hours"].tolist() == [2.5, 1, 1.5]
    assert result.wait_share == pytest.approx(6 / 14)
    assert str(result).startswith(
        "平均 7.0 小时，其中 42.9% 在等（95% 区间 0.0%–100.0%，n = 2 单）；瓶颈是“c”，平均等 3.0 小时"
    )


def test_no_wait_at_all():
    """Is the bottleneck then the step that takes longest, and are moments of no length no trouble?"""
    result = process_times(log((1, "a", 0, 1), (1, "b", 1, 4)))
    assert (result.bottleneck, result.wait_share) == ("b", 0)
    assert str(result) == "平均 4.0 小时，其中 0.0% 在等（区间算不出，n = 1 单）；瓶颈是“b”，不用等，但做得最久"
    still = process_times(log((1, "a", 2, 2)))
    assert np.isnan(still.wait_share)


def test_mean_intervals_are_those_of_scipy():
    """Is the interval of a step's mean work the t interval?"""
    from scipy import stats

    hours = [1.0, 2.0, 4.0, 3.5]
    steps = process_times(log(*[(i, "a", 0, h) for i, h in enumerate(hours)])).steps
    low, high = stats.t.interval(0.95, 3, np.mean(hours), stats.sem(hours))
    assert steps[["work_low", "work_high"]].iloc[0].tolist() == pytest.approx([low, high])


@pytest.mark.slow
def test_interval_of_the_share_covers():
    """Over 100 simulated samples of 40 orders, is the true share of waiting (a third) inside 90-99 % of the time?"""
    rng, inside = np.random.default_rng(2), 0
    for _ in range(100):
        work, wait = rng.gamma(4, 1, 40), rng.gamma(2, 1, 40)
        rows = [
            r for i in range(40) for r in ((i, "a", 0, work[i] / 2), (i, "b", work[i] / 2 + wait[i], work[i] + wait[i]))
        ]
        result = process_times(log(*rows))
        inside += result.low <= 1 / 3 <= result.high
    assert 0.9 <= inside / 100 <= 0.99


@quick
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from("abc"), st.integers(0, 50), st.integers(0, 9)),
        min_size=1,
        max_size=25,
    ),
    later=st.integers(-500, 500),
)
def test_laws(rows, later):
    """Are waits between 0 and the lead time, sums alike by step and by order, and does only the clock's zero not count?"""
    table = log(*[(case, step, start, start + long) for case, step, start, long in rows])
    result = process_times(table)
    assert (result.cases["wait_hours"] <= result.cases["lead_hours"] + 1e-9).all()
    by_step = (result.steps["wait_hours"] * result.steps["n"]).sum()
    assert by_step == pytest.approx(result.cases["wait_hours"].sum())
    shift = pd.Timedelta(hours=later)
    moved = process_times(table.assign(start=table["start"] + shift, end=table["end"] + shift))
    pd.testing.assert_frame_equal(moved.cases, result.cases)


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (
            log((1, "a", 3, 2)),
            ValueError,
            "第 1 行的结束（2026-03-02 11:00:00）早于开始（2026-03-02 12:00:00）。请先核对。",
        ),
        (
            log((1, "a", 0, 1)).assign(end="早上"),
            TypeError,
            "列“end”应是日期时间。请先用 pd.to_datetime() 转换这一列。",
        ),
        (
            log((1, "a", 0, 1), (1, None, 1, 2)),
            ValueError,
            "列“step”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
        ),
        (
            log((1, "a", 0, 1)).rename(columns={"step": "steps"}),
            ValueError,
            "表 log 里没有列“step”。你是不是想写“steps”？现有的列：order_id、steps、start、end。",
        ),
    ],
)
def test_refusal(table, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        process_times(table)
    assert str(caught.value) == message
