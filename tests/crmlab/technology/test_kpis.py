"""Call centre KPIs: definitions, their differences, degenerate days, refusals."""

import math

import numpy as np
import pandas as pd
import pytest

from crmlab import technology

CALLS = pd.DataFrame(
    {
        "wait_s": [0, 20, 21, 300, 5, 6, 90],
        "answered": [True, True, True, True, False, False, False],
        "talk_s": [100, 200, 300, 400, None, None, None],
        "hold_s": [0, 10, 0, 30, None, None, None],
        "wrap_s": [20, 20, 20, 20, None, None, None],
        "resolved": [1, 0, 1, None, None, None, 1],
    }
)
LIMITS = {"answer_within_s": 20, "short_abandon_s": 5}


def test_each_definition_by_hand():
    """Do seven calls give the counts and ratios that a person counts, limits included?"""
    kpis = technology.call_centre_kpis(CALLS, logged_in_s=2240, **LIMITS)
    assert (kpis.offered, kpis.answered, kpis.abandoned, kpis.short_abandoned, kpis.answered_in_time) == (7, 4, 3, 1, 2)
    assert kpis.service_level_of_offered == 2 / 7
    assert kpis.service_level_of_answered == 2 / 4
    assert kpis.service_level_excl_short_abandons == 2 / 6
    assert (kpis.abandonment_rate, kpis.abandonment_rate_excl_short) == (3 / 7, 2 / 6)
    assert (kpis.aht_s, kpis.asa_s, kpis.occupancy) == (280, 341 / 4, 0.5)
    assert (kpis.fcr, kpis.n_fcr) == (2 / 3, 3)


def test_three_definitions_have_names():
    """Is each of the three service levels a field of the result, with its denominator in words?"""
    fields = {f"service_level_{name}" for name in technology.SERVICE_LEVELS}
    assert fields <= set(technology.CallCentreKpis.__dataclass_fields__)


def test_table_and_counts_agree_with_the_calls():
    """Is the table the same whether calls or totals go in, apart from the ASA that totals do not know?"""
    one = technology.call_centre_kpis(CALLS.assign(resolved=[1, 0, 1, 0, None, None, None]), **LIMITS)
    other = technology.call_centre_kpis_from_counts(
        offered=7, abandoned=3, short_abandoned=1, answered_in_time=2, talk_s=1000, hold_s=40, wrap_s=80, resolved=2
    )
    drop = one.table["kpi"] != "asa_s"
    pd.testing.assert_frame_equal(one.table[drop], other.table[drop])
    assert math.isnan(other.asa_s)
    shares = one.table.set_index("kpi").loc[["service_level_of_offered", "fcr"]]
    assert (shares["low"] < shares["value"]).all()
    assert (shares["high"] > shares["value"]).all()
    assert one.table.set_index("kpi").loc["aht_s", ["low", "high"]].isna().all()


def test_zero_seconds_means_no_short_abandons():
    """Is nobody a short abandoner when the limit is 0, even who hung up at once?"""
    calls = CALLS.assign(wait_s=[0, 20, 21, 300, 0, 6, 90])
    assert technology.call_centre_kpis(calls, answer_within_s=20, short_abandon_s=0).short_abandoned == 0


def test_a_day_on_which_everybody_hung_up():
    """Are shares of nobody NaN and the service level 0?"""
    lost = technology.call_centre_kpis(CALLS[4:], **LIMITS)
    assert (lost.answered, lost.service_level_of_offered, lost.abandonment_rate) == (0, 0, 1)
    assert np.isnan([lost.aht_s, lost.asa_s, lost.fcr, lost.service_level_of_answered, lost.occupancy]).all()
    assert str(lost) == "来电 3 通，接起 0 通：服务水平（占来电）0.0%（95% 区间 0.0%–56.1%），放弃率 100.0%"


def test_a_day_without_calls():
    """Does a silent line say so instead of dividing by zero?"""
    silent = technology.call_centre_kpis_from_counts(
        offered=0, abandoned=0, short_abandoned=0, answered_in_time=0, talk_s=0, hold_s=0, wrap_s=0
    )
    assert repr(silent) == "没有来电，指标都算不出"
    assert silent.table["value"].isna().all()


def test_calls_without_the_question_have_no_resolution_rate():
    """Is FCR NaN when the column is missing or empty?"""
    for calls in (CALLS.drop(columns="resolved"), CALLS.assign(resolved=np.nan)):
        kpis = technology.call_centre_kpis(calls, **LIMITS)
        assert math.isnan(kpis.fcr)
        assert kpis.n_fcr == 0


COUNTS = {"offered": 10, "abandoned": 2, "short_abandoned": 1, "answered_in_time": 6}
TIMES = {"talk_s": 100, "hold_s": 0, "wrap_s": 0}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: technology.call_centre_kpis(CALLS.rename(columns={"wait_s": "waits"}), **LIMITS),
            ValueError,
            "表 calls 里没有列“wait_s”。你是不是想写“waits”？"
            "现有的列：waits、answered、talk_s、hold_s、wrap_s、resolved。",
        ),
        (
            lambda: technology.call_centre_kpis(CALLS.assign(answered=[1, 1, 1, 1, 0, 0, 2]), **LIMITS),
            ValueError,
            "列“answered”应在 0–1 之间，第 7 行是 2。这一列只能是 0 和 1（或 True 和 False）。",
        ),
        (
            lambda: technology.call_centre_kpis(CALLS.assign(talk_s=None), **LIMITS),
            ValueError,
            "列“talk_s”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: technology.call_centre_kpis(CALLS, logged_in_s=1000, **LIMITS),
            ValueError,
            "参数 logged_in_s（1000 秒）应大于 0，不短于处理电话的时间（1120 秒）。请核对单位是不是秒。",
        ),
        (
            lambda: technology.call_centre_kpis_from_counts(**(COUNTS | {"abandoned": 11}), **TIMES),
            ValueError,
            "参数 abandoned（11）不能大于 offered（10）。请核对这几个数是不是同一段时间的。",
        ),
        (
            lambda: technology.call_centre_kpis_from_counts(**(COUNTS | {"answered_in_time": 9}), **TIMES),
            ValueError,
            "参数 answered_in_time（9）不能大于 接起的电话数（8）。请核对这几个数是不是同一段时间的。",
        ),
        (
            lambda: technology.call_centre_kpis_from_counts(**COUNTS, **TIMES, resolved=1.5),
            ValueError,
            "参数 resolved 是电话数，应是不小于 0 的整数，你给的是 1.5。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
