"""When to send, how often to contact."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlab.communication import contact_dose, send_time


def messages(shares, n=200):
    rows = [
        (pd.Timestamp("2026-03-02") + pd.Timedelta(hours=h), i < round(p * n))
        for h, p in shares.items()
        for i in range(n)
    ]
    return pd.DataFrame(rows, columns=["sent_at", "opened"])


def test_a_clear_best_hour():
    """Is the best hour found, the chi-square that of scipy, and the shares exact?"""
    result = send_time(messages({9: 0.10, 12: 0.15, 20: 0.30}), by="hour")
    assert result.best == "20 时"
    table = result.table
    opens = table["opens"].to_numpy()
    theirs = stats.chi2_contingency([opens, table["n"] - opens], correction=False)
    assert result.p_value == pytest.approx(theirs.pvalue)
    assert table["cannot_tell"].tolist() == [False, False, False]


def test_a_lucky_small_slot_does_not_win():
    """Is 3 of 3 opened at midnight pulled to the mean, behind 400 of 1000 at eight?"""
    lucky = pd.DataFrame({"sent_at": pd.Timestamp("2026-03-02 00:00"), "opened": [1, 1, 1]})
    table = pd.concat([lucky, messages({9: 0.2, 14: 0.3, 20: 0.4}, 1000)])
    result = send_time(table, by="hour")
    assert result.table.loc[0, "share"] == 1
    assert result.best == "20 时"
    assert result.table.loc[0, "cannot_tell"]


def test_equal_slots_shrink_to_the_mean():
    """With no difference beyond chance, are all slots the same after shrinking?"""
    result = send_time(messages({9: 0.21, 12: 0.20, 20: 0.19}), by="hour")
    np.testing.assert_allclose(result.table["shrunk"], 0.2)
    assert result.table["cannot_tell"].sum() == 2


def test_picking_the_best_of_24_equal_hours_rarely_looks_like_a_finding():
    """With 24 truly equal hours, is one declared better than all others in at most 5 % of 200 samples?"""
    rng, found = np.random.default_rng(8), 0
    sent = pd.Timestamp("2026-03-02") + pd.to_timedelta(np.repeat(np.arange(24), 100), unit="h")
    for _ in range(200):
        table = pd.DataFrame({"sent_at": sent, "opened": rng.random(2400) < 0.2})
        found += send_time(table, by="hour").table["cannot_tell"].sum() < 23
    assert found <= 10


def test_weekdays_have_their_names():
    """Is 2 March 2026 a Monday?"""
    assert send_time(messages({9: 0.2}), by="weekday").best == "周一"


def test_one_slot_or_no_opening():
    """Are a single slot (nothing to compare) and zero openings answered, not divided by zero?"""
    assert np.isnan(send_time(messages({9: 0.2}), by="hour").p_value)
    assert send_time(messages({9: 0, 10: 0}), by="hour").p_value == 1
    assert str(send_time(messages({9: 0.2}), by="hour")) == (
        "只有一个时段 9 时：打开率 20.0%（n = 200），没有别的时段可比"
    )


def dose(seed=8, n=400, curve=-0.05, noise=0.5):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 12, n)
    return pd.DataFrame({"contacts": x, "csat": 3 + curve * (x - 5.0) ** 2 + rng.normal(0, noise, n)})


def test_the_peak_lies_in_its_interval_as_often_as_promised():
    """Does Fieller's interval hold the true peak of 5 in about 95 % of 400 samples?"""
    hits = 0
    for seed in range(400):
        result = contact_dose(dose(seed, n=120), outcome="csat", edges=[0])
        hits += result.peak_low <= 5 <= result.peak_high
    assert 0.92 <= hits / 400 <= 0.98


@pytest.mark.parametrize("curve", [0.05, 0.0])
def test_no_hill_no_peak(curve):
    """Is there no turning point for a valley or for exactly nothing?"""
    result = contact_dose(dose(curve=curve, noise=0.0), outcome="csat", edges=[0, 3])
    assert np.isnan(result.peak)
    assert str(result) == "看不出先升后降的拐点（n = 400）；各档均值见 table"


def test_a_peak_outside_the_data_is_not_told():
    """Is a curve that only rises within the data without a turning point?"""
    table = dose()
    assert np.isnan(contact_dose(table[table["contacts"] < 4], outcome="csat", edges=[0]).peak)


def test_bins_are_closed_on_the_left_and_empty_ones_left_out():
    """Do edges 0, 2, 5 make 0-1, 2-4, 5 and more, each with mean and n?"""
    table = pd.DataFrame({"contacts": [0, 1, 2, 4, 9, 9, None], "y": [1, 3, 5, 7, 9, 11, 2]})
    bins = contact_dose(table, outcome="y", edges=[0, 2, 5, 20]).table
    assert bins["bin"].tolist() == ["0–1", "2–4", "9"]
    assert bins["value"].tolist() == [2, 6, 10]
    assert bins["n"].tolist() == [2, 2, 2]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: send_time(messages({9: 0.2}).assign(sent_at="9:00"), by="hour"),
            TypeError,
            "列“sent_at”应是日期时间。请先用 pd.to_datetime() 转换这一列。",
        ),
        (
            lambda: send_time(messages({9: 0.2}), by="hours"),
            ValueError,
            "参数 by 不能是“hours”。你是不是想写“hour”？可用的值：hour、weekday。",
        ),
        (
            lambda: send_time(messages({9: 0.2}).assign(opened=None), by="hour"),
            ValueError,
            "列“opened”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: contact_dose(dose(), outcome="csat", edges=[2, 4]),
            ValueError,
            "参数 edges 的第一个（2）应不大于最少的次数（0）。",
        ),
        (
            lambda: contact_dose(dose(), outcome="csat", edges=[0, 4, 4]),
            ValueError,
            "参数 edges 应从小到大、不重复，你给的是 0、4、4。",
        ),
        (
            lambda: contact_dose(dose(n=3), outcome="csat", edges=[0]),
            ValueError,
            "列“contacts”和“csat”都有值的行只有 3 行，至少要 4 行。",
        ),
        (
            lambda: contact_dose(dose().assign(contacts=1), outcome="csat", edges=[0]),
            ValueError,
            "列“contacts”只有 1 种次数，至少要 3 种才看得出先升后降。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_slots_without_any_spread_are_told_apart_by_their_plain_share():
    """When every slot shrinks to the mean, is the best one the highest plain share, not the first slot?"""
    result = send_time(messages({9: 0.10, 12: 0.125, 20: 0.12}), by="hour")
    assert result.table["shrunk"].nunique() == 1
    assert result.best == "12 时"
    assert result.table["cannot_tell"].tolist() == [True, False, True]
