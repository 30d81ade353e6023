"""Budget split and response curves, held against a general optimiser."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import curve_fit, minimize

from crmlab.communication import media_plan, response_curve
from crmlab.communication.media import CURVES, response

pytestmark = pytest.mark.slow

CHANNELS = pd.DataFrame({"channel": list("abc"), "ceiling": [400.0, 900, 150], "half_spend_yuan": [2000.0, 9000, 300]})


@pytest.mark.parametrize("curve", CURVES)
@pytest.mark.parametrize("bounds", [None, [(0, 1500), (500, 9000), (900, 4000)]])
@pytest.mark.parametrize("budget", [1500, 10_000])
def test_no_general_optimiser_does_better(curve, bounds, budget):
    """Is the total at least that of SLSQP from several starts, within 1e-6, and the budget spent?"""
    channels = (
        CHANNELS
        if bounds is None
        else CHANNELS.assign(min_yuan=[b[0] for b in bounds], max_yuan=[b[1] for b in bounds])
    )
    plan = media_plan(channels, budget, curve=curve)
    ceiling, half = CHANNELS["ceiling"].to_numpy(), CHANNELS["half_spend_yuan"].to_numpy()
    limits = bounds or [(0, budget)] * 3
    best = max(
        -minimize(
            lambda x: -response(x, ceiling, half, curve).sum(),
            [min(max(s * budget, low), high) for s, (low, high) in zip(start, limits, strict=True)],
            bounds=limits,
            constraints={"type": "eq", "fun": lambda x: x.sum() - budget},
            options={"maxiter": 500, "ftol": 1e-12},
        ).fun
        for start in ([0.3, 0.4, 0.3], [0.1, 0.8, 0.1], [0.6, 0.1, 0.3])
    )
    assert plan.response >= best * (1 - 1e-6)
    assert plan.table["spend_yuan"].sum() == pytest.approx(budget)
    for spend, (low, high) in zip(plan.table["spend_yuan"], limits, strict=True):
        assert low - 1e-6 <= spend <= high + 1e-6


@pytest.mark.parametrize("curve", CURVES)
def test_curves_mean_what_their_parameters_say(curve):
    """Is the response 0 at 0, half the ceiling at the half-spend, the ceiling in the end?"""
    at = response(np.array([0.0, 500, 1e9]), 80.0, 500.0, curve)
    np.testing.assert_allclose(at, [0, 40, 80], atol=1e-3)


def test_the_next_yuan_is_worth_what_the_plan_says():
    """Is the marginal the gain from a slightly larger budget, and the same in every channel that takes part?"""
    plan, more = (media_plan(CHANNELS, b, curve="hyperbolic") for b in (10_000, 10_001))
    assert more.response - plan.response == pytest.approx(plan.marginal, rel=1e-3)
    np.testing.assert_allclose(plan.table["marginal"], plan.marginal, rtol=1e-6)


def test_a_channel_not_worth_starting_gets_nothing():
    """Does a small budget go wholly to the channel with the steepest start?"""
    plan = media_plan(CHANNELS, 50, curve="exponential")
    assert plan.table["spend_yuan"].tolist() == pytest.approx([0, 0, 50])
    assert np.isnan(plan.table.loc[0, "average"])


def test_money_that_no_channel_takes_is_left():
    """When all are at their maximum, is the rest unspent and one more yuan worth nothing?"""
    plan = media_plan(CHANNELS.assign(max_yuan=[100, 100, 100]), 1000, curve="hyperbolic")
    assert (plan.unspent, plan.marginal) == (700, 0)
    assert np.isnan(plan.equal_split_response)


def test_nothing_to_spend():
    """Does a budget of 0 say what the first yuan would bring?"""
    plan = media_plan(CHANNELS, 0, curve="hyperbolic")
    assert plan.table["spend_yuan"].tolist() == [0, 0, 0]
    assert plan.marginal == pytest.approx(0.5)


def history(curve="hyperbolic", n=60, noise=8.0, seed=8, top=8000):
    rng = np.random.default_rng(seed)
    spend = rng.uniform(100, top, n)
    return pd.DataFrame(
        {"spend": spend, "orders": response(spend, 400.0, 2000.0, curve) + rng.normal(0, noise, n).clip(-20)}
    )


@pytest.mark.parametrize("curve", CURVES)
def test_the_fit_is_that_of_curve_fit(curve):
    """Do ceiling, half-spend and the log-scale interval agree with scipy's curve_fit?"""
    table = history(curve)
    result = response_curve(table, spend="spend", outcome="orders", curve=curve)
    log_model = lambda x, a, b: response(x, np.exp(a), np.exp(b), curve)  # noqa: E731
    theirs, cov = curve_fit(log_model, table["spend"], table["orders"], p0=np.log([300, 1500]))
    assert (result.ceiling, result.half_spend_yuan) == pytest.approx(tuple(np.exp(theirs)), rel=1e-4)
    half = 2.0017 * np.sqrt(np.diag(cov))
    np.testing.assert_allclose([result.ceiling_low, result.half_low], np.exp(theirs - half), rtol=1e-3)
    assert result.half_low <= 2000 <= result.half_high


def test_the_interval_keeps_its_promise():
    """Does the 95 % interval of the half-spend hold the truth in about 95 % of 200 samples?"""
    hits = 0
    for seed in range(200):
        fit = response_curve(history(seed=seed), spend="spend", outcome="orders", curve="hyperbolic")
        hits += fit.half_low <= 2000 <= fit.half_high
    assert 0.9 <= hits / 200 <= 0.99


NO_CURVE = "数据里看不出边际递减：效果几乎和花费成正比（或毫无关系），上限定不下来。请补充花费更高的期。"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: media_plan(CHANNELS, 100, curve="linear"),
            ValueError,
            "参数 curve 不能是“linear”。可用的值：hyperbolic、exponential。",
        ),
        (
            lambda: media_plan(CHANNELS.assign(ceiling=[1, 0, 2]), 100, curve="hyperbolic"),
            ValueError,
            "列“ceiling”应大于 0，第 2 行是 0。",
        ),
        (
            lambda: media_plan(CHANNELS.assign(channel="a"), 100, curve="hyperbolic"),
            ValueError,
            "列“channel”的名称应不重复、不空，第 2 行是“a”。",
        ),
        (
            lambda: media_plan(CHANNELS.assign(min_yuan=[50, 50, 50]), 100, curve="hyperbolic"),
            ValueError,
            "预算 100 元不够各渠道的最少花费，合计要 150 元。",
        ),
        (
            lambda: media_plan(CHANNELS.assign(min_yuan=[5, 5, 50], max_yuan=20), 100, curve="hyperbolic"),
            ValueError,
            "第 3 行的最少花费（50 元）比最多花费（20 元）还多。请核对这一行。",
        ),
        (lambda: media_plan(CHANNELS, -1, curve="hyperbolic"), ValueError, "参数 budget 不能小于 0，你给的是 -1。"),
        (
            lambda: response_curve(history(n=3), spend="spend", outcome="orders", curve="hyperbolic"),
            ValueError,
            "列“spend”和“orders”都有值的行只有 3 行，至少要 4 行。",
        ),
        (
            lambda: response_curve(
                pd.DataFrame({"s": range(1, 20), "y": [2.0 * i for i in range(1, 20)]}),
                spend="s",
                outcome="y",
                curve="hyperbolic",
            ),
            ValueError,
            NO_CURVE,
        ),
        (
            lambda: response_curve(
                pd.DataFrame({"s": range(1, 20), "y": [0.0] * 19}), spend="s", outcome="y", curve="exponential"
            ),
            ValueError,
            NO_CURVE,
        ),
        (
            lambda: response_curve(history().assign(spend=5), spend="spend", outcome="orders", curve="hyperbolic"),
            ValueError,
            "列“spend”只有 1 种花费，至少要 3 种才看得出曲线。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
