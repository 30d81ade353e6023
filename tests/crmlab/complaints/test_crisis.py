"""Spread, growth and recovery of a crisis; the model held against scipy's integrator."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp

from crmlab.complaints import crisis_spread, doubling_time, recovery_days, response_delay

SETTING = {"population": 50_000, "contact_rate": 1.2, "quiet_rate": 0.4}


def reference(day, *, response_day=np.inf, effect=0.0, initial=1):
    def slope(t, y):
        rate = 1.2 * (1 - effect if t >= response_day else 1) / 50_000
        return [-rate * y[0] * y[1], rate * y[0] * y[1] - 0.4 * y[1]]

    cuts = sorted({0.0, min(response_day, day), day})
    y = [50_000 - initial, initial]
    for start, end in itertools.pairwise(cuts):
        y = solve_ivp(slope, (start, end - 1e-12), y, rtol=1e-10, atol=1e-8).y[:, -1]
    return y


@pytest.mark.parametrize(("response_day", "effect"), [(None, 0.0), (7.3, 0.6), (0, 0.4), (12, 1.0)])
def test_the_curve_is_that_of_a_general_integrator(response_day, effect):
    """Do the numbers of the unaware and the spreading agree with scipy's adaptive solver, response in mid-day included?"""
    table = crisis_spread(**SETTING, response_day=response_day, response_effect=effect, days=30).table
    for day in (5.0, 13.0, 30.0):
        row = table[table["day"] == day].iloc[0]
        expected = reference(day, response_day=np.inf if response_day is None else response_day, effect=effect)
        np.testing.assert_allclose([row["unaware"], row["spreading"]], expected, rtol=1e-5, atol=1e-3)


def test_nobody_is_lost():
    """Do the three groups always add up to the population?"""
    table = crisis_spread(**SETTING).table
    np.testing.assert_allclose(table[["unaware", "spreading", "quiet"]].sum(axis=1), 50_000)


def test_below_the_threshold_nothing_spreads():
    """With R0 <= 1, is the first day the peak and is there no doubling time?"""
    result = crisis_spread(1000, contact_rate=0.3, quiet_rate=0.4, initial=10)
    assert (result.peak_day, result.peak_spreading) == (0, 10)
    assert np.isnan(result.doubling_days)


def test_a_later_answer_never_lowers_the_peak():
    """Is the peak a rising function of the delay, up to that without any answer?"""
    delays = np.arange(0, 25, 0.5)
    peaks = response_delay(delays, **SETTING, response_effect=0.7)["peak_spreading"].to_numpy()
    assert (np.diff(peaks) >= -1e-9).all()
    assert peaks[-1] == pytest.approx(crisis_spread(**SETTING).peak_spreading)


def test_an_answer_without_effect_changes_nothing():
    """Does effect 0 leave the curve as it is?"""
    plain, answered = crisis_spread(**SETTING), crisis_spread(**SETTING, response_day=4.5, response_effect=0)
    assert answered.peak_spreading == pytest.approx(plain.peak_spreading, rel=1e-6)


def test_doubling_time_of_exact_growth():
    """Is 2, 4, 8, 16, ... a doubling each day, and its mirror a halving?"""
    up, down = doubling_time([2, 4, 8, 16, 32, 64, 128]), doubling_time([128, 64, 32, 16, 8, 4, 2])
    assert up.days == pytest.approx(1)
    assert up.growth == pytest.approx(1)
    assert down.days == pytest.approx(-1)
    assert str(down) == "每 1.0 天减半（95% 区间 0.9–1.2 天）；每天变化 −50.0%（95% 区间 −54.6% 到 −44.9%，n = 7 天）"


def test_doubling_time_agrees_with_statsmodels():
    """Are slope and quasi-Poisson error those of a GLM fitted by another program?"""
    import statsmodels.api as sm

    posts = np.array([3, 0, 9, 14, 11, 30, 52, 41])
    fit = sm.GLM(posts, sm.add_constant(np.arange(8.0)), family=sm.families.Poisson()).fit(scale="X2")
    result = doubling_time(posts)
    assert result.dispersion == pytest.approx(fit.scale)
    assert result.dispersion > 1
    low, high = fit.conf_int()[1]
    assert (result.growth_low, result.growth_high) == (pytest.approx(np.expm1(low)), pytest.approx(np.expm1(high)))


def test_no_clear_trend_has_no_doubling_time():
    """Is an interval of growth that holds 0 said plainly?"""
    result = doubling_time([10, 12, 9, 11])
    assert np.isnan([result.low, result.high]).all()
    assert str(result).startswith("看不出是在涨还是在落；每天变化 +")


def test_the_interval_of_the_growth_keeps_its_promise():
    """Does the 95 % interval hold the true growth in about 95 % of 1,000 simulated weeks?"""
    rng, hits = np.random.default_rng(8), 0
    for _ in range(1000):
        result = doubling_time(rng.poisson(20 * np.exp(0.2 * np.arange(10))))
        hits += result.growth_low <= np.expm1(0.2) <= result.growth_high
    assert 0.93 <= hits / 1000 <= 0.985


DAILY = pd.DataFrame(
    {"strategy": "道歉", "day": range(8), "sentiment": [0.3, -0.5, 0.2, -0.2, 0.1, 0.2, 0.3, 0.3], "cost_yuan": 100.0}
)


def test_one_good_day_is_not_yet_recovery():
    """Must the level hold for three days after the lowest point?"""
    row = recovery_days(DAILY, level=0.1).iloc[0]
    assert (row["lowest_day"], row["recovery_day"], row["total_cost"]) == (1, 4, 800)
    assert row["deficit"] == pytest.approx(0.9)
    assert recovery_days(DAILY, level=0.1, hold=1).iloc[0]["recovery_day"] == 2


def test_not_recovered_within_the_window_is_nan_and_last():
    """Is a strategy that never recovers NaN, behind the others, and two good last days not enough?"""
    slow = DAILY.assign(strategy="否认", sentiment=[0.3, -0.5, -0.4, -0.4, -0.3, -0.2, 0.2, 0.2])
    result = recovery_days(pd.concat([slow, DAILY]), level=0.1)
    assert result["strategy"].tolist() == ["道歉", "否认"]
    assert np.isnan(result.loc[1, "recovery_day"])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: crisis_spread(0, contact_rate=1, quiet_rate=1), ValueError, "参数 population 应大于 0，你给的是 0。"),
        (
            lambda: crisis_spread(10, contact_rate=1, quiet_rate=1, initial=20),
            ValueError,
            "参数 initial（20 人）不能多于 population（10 人）。",
        ),
        (
            lambda: crisis_spread(10, contact_rate=1, quiet_rate=1, response_effect=50),
            ValueError,
            "参数 response_effect 应在 0–1 之间，你给的是 50。",
        ),
        (
            lambda: crisis_spread(10, contact_rate="快", quiet_rate=1),
            TypeError,
            "参数 contact_rate 应是一个数，你给的是 str（'快'）。",
        ),
        (
            lambda: crisis_spread(10, contact_rate=1, quiet_rate=1, days=2.5),
            ValueError,
            "参数 days 应是整数，你给的是 2.5。",
        ),
        (
            lambda: response_delay([1, -1], **SETTING),
            ValueError,
            "参数 delays 应不小于 0，第 2 行是 -1。请先核对这些行。",
        ),
        (
            lambda: doubling_time([1, 2, 3]),
            ValueError,
            "参数 posts 至少要有 4 个有效的值，现在只有 3 个。请先收集更多数据。",
        ),
        (
            lambda: doubling_time([0, 0, 5, 0]),
            ValueError,
            "参数 posts 里有帖子的日子少于 2 天，看不出增长。请换一段日子。",
        ),
        (
            lambda: recovery_days(pd.concat([DAILY, DAILY]), level=0),
            ValueError,
            "策略“道歉”的第 0 天有两行。请一天只留一行。",
        ),
        (lambda: recovery_days(DAILY, level=0, hold=0), ValueError, "参数 hold 应是不小于 1 的整数，你给的是 0。"),
        (
            lambda: recovery_days(DAILY.assign(strategy=None), level=0),
            ValueError,
            "列“strategy”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
