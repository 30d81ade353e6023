"""Kaplan-Meier and log-rank, held against statsmodels and against simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from crmlab.development import compare_survival, survival_curve

quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)
RNG = np.random.default_rng(33)
N = 200
CUSTOMERS = pd.DataFrame(
    {"months": RNG.integers(1, 30, N), "left": RNG.random(N) < 0.6, "plan": RNG.choice(["月付", "季付", "年付"], N)}
)


def curve(months, left, **options):
    return survival_curve(pd.DataFrame({"months": months, "left": left}), duration="months", event="left", **options)


def test_statsmodels_gives_the_same_curve_and_error():
    """Are survival, Greenwood error and number at risk those of SurvfuncRight?"""
    ours = survival_curve(CUSTOMERS, duration="months", event="left").table
    theirs = SurvfuncRight(CUSTOMERS["months"], CUSTOMERS["left"].astype(int))
    # statsmodels lists the times of events only.
    ours = ours[ours["events"] > 0]
    assert ours["time"].tolist() == theirs.surv_times.tolist()
    np.testing.assert_allclose(ours["survival"], theirs.surv_prob, rtol=1e-12)
    np.testing.assert_allclose(ours["se"], theirs.surv_prob_se, rtol=1e-12)
    np.testing.assert_array_equal(ours["at_risk"], theirs.n_risk)


def test_median_interval_is_the_one_of_statsmodels():
    """Is the median's interval the Brookmeyer-Crowley one on the log(-log) scale?"""
    ours = survival_curve(CUSTOMERS, duration="months", event="left")
    theirs = SurvfuncRight(CUSTOMERS["months"], CUSTOMERS["left"].astype(int))
    assert ours.median == theirs.quantile(0.5)
    # Brookmeyer-Crowley by hand: a time is in while |g(S) - g(1/2)| <= z * se(g(S)), g = log(-log).
    table = ours.table[(ours.table["survival"] > 0) & (ours.table["survival"] < 1)]
    s, se = table["survival"].to_numpy(), table["se"].to_numpy()
    z = (np.log(-np.log(s)) - np.log(-np.log(0.5))) / (se / (s * np.abs(np.log(s))))
    inside = table["time"].to_numpy()[np.abs(z) <= 1.959964]
    assert ours.median_low == inside.min()
    assert ours.median_high == table["time"].to_numpy()[z > 1.959964].min()


@pytest.mark.parametrize("plans", [["月付", "季付"], ["月付", "季付", "年付"]])
def test_statsmodels_gives_the_same_log_rank(plans):
    """Is the chi-square, for two groups and for three, that of survdiff?"""
    table = CUSTOMERS[CUSTOMERS["plan"].isin(plans)]
    ours = compare_survival(table, duration="months", event="left", by="plan")
    chi2, p = survdiff(table["months"], table["left"].astype(int), table["plan"])
    assert (ours.chi2, ours.p_value) == (pytest.approx(chi2), pytest.approx(p))
    assert ours.df == len(plans) - 1
    assert ours.table["expected"].sum() == pytest.approx(ours.table["events"].sum())


def test_interval_covers_the_truth_about_as_often_as_it_says():
    """Over 100 samples with random censoring, does the 95 % interval at 12 months hold the true value 90-99 %?"""
    rng, hits = np.random.default_rng(1), 0
    for _ in range(100):
        life, seen = rng.exponential(20, 150), rng.uniform(0, 40, 150)
        row = curve(np.minimum(life, seen), life <= seen).at([12]).iloc[0]
        hits += row["low"] <= np.exp(-12 / 20) <= row["high"]
    assert 0.9 <= hits / 100 <= 0.99


def test_equal_groups_are_called_different_one_time_in_twenty():
    """Is the p value of groups without difference below 0.05 about 5 % of the time?"""
    rng, found = np.random.default_rng(2), 0
    for _ in range(100):
        table = pd.DataFrame({"months": rng.exponential(10, 80), "left": rng.random(80) < 0.7, "g": [0, 1] * 40})
        found += compare_survival(table, duration="months", event="left", by="g").p_value < 0.05
    assert 0 < found / 100 <= 0.1


@quick
@given(
    people=st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40),
    scale=st.sampled_from([0.5, 2.0, 30.0]),
)
def test_laws_of_the_curve(people, scale):
    """Does it fall from at most 1 to at least 0, inside its interval, and stretch with the unit of time?"""
    months, left = (np.array(x) for x in zip(*people, strict=True))
    one, other = curve(months, left), curve(months * scale, left)
    s = one.table["survival"].to_numpy()
    assert (np.diff(s) <= 1e-12).all()
    assert s.max() <= 1
    assert s.min() >= 0
    known = one.table.dropna()
    assert (known["low"] <= known["survival"]).all()
    assert (known["survival"] <= known["high"]).all()
    np.testing.assert_allclose(other.table["survival"], s)
    assert one.events + int(one.table["censored"].sum()) == len(people)


def test_without_censoring_it_is_the_share_still_there():
    """Is S(t) just the share of customers who stayed longer, and 0 at the end when all have left?"""
    result = curve([1, 2, 2, 5], [1, 1, 1, 1])
    assert result.table["survival"].tolist() == [1, 0.75, 0.25, 0]
    assert np.isnan(result.table["low"].iloc[-1])
    assert (result.median, result.events) == (2, 4)


def test_nobody_left_yet():
    """Is the curve flat at 1, without a median and without an interval, and does the text say so?"""
    result = curve([3, 5, 9], [0, 0, 0])
    assert result.table["survival"].tolist() == [1, 1, 1, 1]
    assert np.isnan(result.table["low"]).all()
    assert str(result) == "流失还不到一半，中位数算不出；3 人中 0 人已流失"


def test_one_customer_and_missing_rows():
    """Is one customer enough for a curve, and are rows without a value counted as missing?"""
    result = curve([4, None, 6], [1, 1, None])
    assert (result.n, result.n_missing, result.median) == (1, 2, 4)
    assert str(result) == "中位留存 4（区间算不出）；1 人中 1 人已流失，缺失 2"


def test_at_between_and_beyond():
    """Is the curve a step function: the last known value between times, nothing after the last one seen?"""
    result = curve([2, 4, 6], [1, 0, 0]).at([0, 3, 6, 7])
    assert result["survival"].tolist()[:3] == pytest.approx([1, 2 / 3, 2 / 3])
    assert np.isnan(result["survival"].iloc[3])
    assert result["at_risk"].tolist() == [3, 2, 1, 0]


def test_all_left_stays_zero_beyond():
    """Is survival after the last customer left 0 rather than unknown?"""
    assert curve([2, 4], [1, 1]).at([9])["survival"].tolist() == [0]


def test_comparison_reads_as_a_sentence():
    """Does the text give the statistic, its p value, and what may be said?"""
    table = pd.DataFrame({"months": [1, 2, 3, 9, 9, 9], "left": [1, 1, 1, 0, 0, 0], "g": list("aaabbb")})
    text = str(compare_survival(table, duration="months", event="left", by="g"))
    assert text == "对数秩检验：卡方 5.05（自由度 1，p = 0.025，n = 6），2 组留存不同"
