"""The Bass curve and its fit, against its own differential equation, a simulated crowd and another optimiser."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.strategy import bass_curve, bass_fit

quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)


@quick
@given(p=st.floats(0.001, 0.2), q=st.floats(0, 0.9), market=st.floats(10, 1e6), periods=st.integers(1, 60))
def test_curve_laws(p, q, market, periods):
    """Do the periods add up, nobody adopt twice, and does F follow dF/dt = (p + qF)(1 - F)?"""
    table = bass_curve(periods, p=p, q=q, market=market)
    assert table["adopters"].cumsum().to_numpy() == pytest.approx(table["cumulative"].to_numpy())
    assert (table["adopters"] >= 0).all()
    assert table["cumulative"].iloc[-1] <= market * (1 + 1e-12)
    fine = bass_curve(20, p=p / 1000, q=q / 1000, market=1)
    share = np.r_[0, fine["share"]]
    speed = (p + q * share[:-1]) * (1 - share[:-1]) / 1000
    assert np.diff(share) == pytest.approx(speed, rel=2e-3)


def test_without_imitation_it_is_exponential():
    """Is q = 0 the exponential curve, 1 - e^-pt of the market?"""
    table = bass_curve(3, p=0.1, q=0, market=100)
    assert table["cumulative"].tolist() == pytest.approx((100 * (1 - np.exp(-0.1 * np.array([1, 2, 3])))).tolist())


def test_a_simulated_crowd_follows_the_curve():
    """Do 200,000 people, each joining at the rate p + q × share so far, give this curve?"""
    rng, n, steps = np.random.default_rng(3), 200_000, 50
    joined, counts = 0, []
    for _ in range(12):
        before = joined
        for _ in range(steps):
            joined += rng.binomial(n - joined, 1 - np.exp(-(0.03 + 0.4 * joined / n) / steps))
        counts.append(joined - before)
    expected = bass_curve(12, p=0.03, q=0.4, market=n)["adopters"]
    assert counts == pytest.approx(expected.tolist(), rel=0.03)
    fit = bass_fit(counts)
    assert [fit.p, fit.q, fit.market] == pytest.approx([0.03, 0.4, n], rel=0.03)


@quick
@given(p=st.floats(0.005, 0.05), q=st.floats(0.25, 0.6), market=st.floats(100, 1e5))
def test_a_clean_curve_is_found_again(p, q, market):
    """Does a whole curve without noise give its own three numbers back, with hardly any interval?"""
    fit = bass_fit(bass_curve(25, p=p, q=q, market=market)["adopters"])
    assert [fit.p, fit.q, fit.market] == pytest.approx([p, q, market], rel=1e-5)
    assert fit.p_high / fit.p_low == pytest.approx(1, abs=1e-4)
    assert fit.peak == pytest.approx(np.log(q / p) / (p + q), rel=1e-4)


def test_estimates_of_another_optimiser():
    """Are estimates and standard errors those of scipy's curve_fit on the plain parameters (Levenberg-Marquardt)?"""
    from scipy.optimize import curve_fit

    rng = np.random.default_rng(4)
    seen = bass_curve(15, p=0.02, q=0.4, market=5000)["adopters"].to_numpy() + rng.normal(0, 15, 15)

    def adopters(t, p, q, market):
        def share(x):
            return (1 - np.exp(-(p + q) * x)) / (1 + q / p * np.exp(-(p + q) * x))

        return market * (share(t) - share(t - 1))

    values, covariance = curve_fit(adopters, np.arange(1, 16), seen, p0=[0.01, 0.3, 4000])
    fit = bass_fit(seen)
    assert [fit.p, fit.q, fit.market] == pytest.approx(values.tolist(), rel=1e-5)
    half = [np.log(high / low) / 2 for low, high in ((fit.p_low, fit.p_high), (fit.q_low, fit.q_high))]
    assert half == pytest.approx((2.178813 * np.sqrt(np.diag(covariance)) / values)[:2].tolist(), rel=1e-4)


@pytest.mark.slow
def test_interval_covers_the_truth():
    """Of 100 noisy curves, does the 95 % interval of q hold the truth nearly that often?"""
    rng = np.random.default_rng(5)
    clean = bass_curve(18, p=0.02, q=0.4, market=5000)["adopters"].to_numpy()
    fits = [bass_fit(np.maximum(clean + rng.normal(0, 20, 18), 0)) for _ in range(100)]
    assert 0.88 <= np.mean([fit.q_low <= 0.4 <= fit.q_high for fit in fits]) <= 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: bass_curve(0, p=0.1, q=0.1, market=9), ValueError, "参数 periods 应是不小于 1 的整数，你给的是 0。"),
        (lambda: bass_curve(3, p=0, q=0.1, market=9), ValueError, "参数 p 应大于 0，你给的是 0。"),
        (lambda: bass_curve(3, p=0.1, q=-1, market=9), ValueError, "参数 q 不能小于 0，你给的是 -1。"),
        (
            lambda: bass_fit([1, 2, 3, 4]),
            ValueError,
            "参数 adopters 至少要有 5 个有效的值，现在只有 4 个。请先收集更多数据。",
        ),
        (
            lambda: bass_fit([1, 2, -3, 4, 5]),
            ValueError,
            "参数 adopters 应不小于 0，第 3 行是 -3。新增人数不会是负数。",
        ),
        (lambda: bass_fit([0] * 6), ValueError, "参数 adopters 全是 0，没有人用上，估不出曲线。"),
        (
            lambda: bass_fit([1, 2, 4, 8, 16, 32, 64]),
            ValueError,
            "这些数据定不出一条巴斯曲线：也许还在加速，也许没有先升后降。请等高峰过后再估，或用已知的 p、q。",
        ),
        (
            lambda: bass_fit([50] * 8),
            ValueError,
            "这些数据定不出一条巴斯曲线：也许还在加速，也许没有先升后降。请等高峰过后再估，或用已知的 p、q。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
