"""Confidence intervals, and how they are said."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from crmlab import _intervals as intervals


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 10_000), part=st.floats(0, 1), confidence=st.floats(0.5, 0.999))
def test_wilson_holds_the_share_and_stays_between_0_and_1(n, part, confidence):
    """Is 0 <= low <= share <= high <= 1 for every count?"""
    count = round(part * n)
    low, high = intervals.wilson(count, n, confidence)
    assert 0 <= low <= count / n <= high <= 1


def test_wilson_solves_its_equation():
    """Do both ends satisfy |share - p| = z sqrt(p(1-p)/n), the equation that defines the score interval?"""
    z = intervals.critical_z(0.95)
    for end in intervals.wilson(7, 40, 0.95):
        assert abs(7 / 40 - end) == pytest.approx(z * np.sqrt(end * (1 - end) / 40))


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.999])
def test_other_programs_give_the_same_numbers(confidence):
    """Are the ends those of statsmodels (Wilson) and the quantiles those of scipy.stats?"""
    counts, n = np.array([0, 1, 7, 40, 812]), np.array([3, 1, 40, 40, 2000])
    theirs = proportion_confint(counts, n, alpha=1 - confidence, method="wilson")
    np.testing.assert_allclose(intervals.wilson(counts, n, confidence), theirs, atol=1e-12)
    assert intervals.critical_z(confidence) == pytest.approx(stats.norm.ppf(0.5 + confidence / 2))
    df = np.array([1, 2, 30, 1000])
    np.testing.assert_allclose(intervals.critical_t(df, confidence), stats.t.ppf(0.5 + confidence / 2, df))


def test_wilson_of_nobody_is_unknown():
    """Does an empty group give NaN rather than an error or 0?"""
    low, high = intervals.wilson([0, 1], [0, 2], 0.95)
    assert np.isnan([low[0], high[0]]).all()
    assert 0 < low[1] < 0.5 < high[1] < 1


def test_t_interval_of_two_values_by_hand():
    """Is the half width of 4 and 6 equal to 12.706 (t, 1 df) times 1?"""
    mean, low, high, n = intervals.mean_interval(np.array([4.0, 6.0, np.nan]), 0.95)
    assert (mean, n) == (5, 2)
    assert [low, high] == pytest.approx([5 - 12.7062, 5 + 12.7062], abs=1e-4)


def test_one_value_has_no_interval():
    """Does a single answer give NaN ends and a sentence that says so?"""
    _, low, high, n = intervals.mean_interval(np.array([4.0]), 0.95)
    assert n == 1
    assert np.isnan([low, high]).all()
    assert intervals.interval_text(low, high, 0.95) == "区间算不出"


@pytest.mark.parametrize(
    ("text", "said"), [("-6.0", "−6.0"), ("-0.0", "0.0"), ("6.0", "6.0"), ("-0.04%", "−0.04%"), ("-0%", "0%")]
)
def test_minus_is_a_minus_and_zero_has_none(text, said):
    """Is a negative number shown with U+2212, and minus zero never?"""
    assert intervals.signed(text) == said


def test_confidence_is_said_as_a_percentage():
    """Is 0.999 said as 99.9 %, with the joiner that suits negative ends?"""
    assert intervals.interval_text(-1.25, 3, 0.999, joiner=" 到 ") == "99.9% 区间 −1.2 到 3.0"


def test_newcombe_gives_the_published_interval_and_that_of_statsmodels():
    """Is 56/70 - 48/80 between .0524 and .3339 (Newcombe 1998, example a, method 10), and nobody unknown?"""
    low, high = intervals.newcombe(56, 70, 48, 80, 0.95)
    assert (round(float(low), 4), round(float(high), 4)) == (0.0524, 0.3339)
    assert (low, high) == pytest.approx(confint_proportions_2indep(56, 70, 48, 80, method="newcomb"))
    assert np.isnan(intervals.newcombe(0, 0, 1, 2, 0.95)).all()
