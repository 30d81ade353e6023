"""Customisation: the grid, modules, the cost curve, and the way from order to delivery."""

import itertools

import numpy as np
import pandas as pd
import pytest

from crmlab.strategy import customization_curve, customization_grid, module_combinations, order_to_delivery

CURVE = {
    "price_yuan": 400,
    "max_premium": 0.8,
    "premium_half": 0.4,
    "cost_yuan": 240,
    "cost_growth": 0.9,
    "cost_power": 2,
    "lead_days": 3,
    "extra_lead_days": 12,
    "units": 1000,
    "lost_per_day": 0.02,
}
STEPS = pd.DataFrame({"step": ["量体", "生产"], "mean_days": [2, 3], "sd_days": [0, 0], "capacity_per_day": [None, 10]})


def deliver(steps=STEPS, seed=1, **options):
    options = {"orders_per_day": 5, **options}
    return order_to_delivery(steps, rng=np.random.default_rng(seed), **options)


def test_grid_corners_and_lines():
    """Are the four corners named as in the course, and a customer on the line high?"""
    table = pd.DataFrame({"yuan": [9, 9, 1, 1, 5], "need": [9, 1, 1, 9, 5]})
    cells = customization_grid(table, value="yuan", need="need", cuts=(5, 5))["cell"]
    assert cells.tolist() == ["customize", "frequency", "mass", "drop", "customize"]


def test_combinations_are_those_that_can_be_listed():
    """Is the number of products that of itertools.product, and the number of parts the sum?"""
    modules = pd.DataFrame({"module": list("abc"), "variants": [3, 2, 2], "optional": [0, 1, 0]})
    table = module_combinations(modules)
    listed = list(itertools.product(range(3), [None, 0, 1], range(2)))
    assert table["combinations"].tolist() == [3, 9, len(listed)]
    assert table["parts"].tolist() == [3, 5, 7]


def test_combinations_beyond_64_bits_stay_exact():
    """Is 100 to the 12th written out and not wrapped around?"""
    table = module_combinations(pd.DataFrame({"module": range(12), "variants": 100}))
    assert table["combinations"].iloc[-1] == 100**12


def test_curve_at_its_ends():
    """Is degree 0 the standard product and degree 1 the formula, with one best row, the true maximum?"""
    table = customization_curve(np.linspace(0, 1, 101), **CURVE)
    first, last = table.iloc[0], table.iloc[-1]
    assert first[["price_yuan", "unit_cost_yuan", "lead_days", "units"]].tolist() == [400, 240, 3, 1000]
    assert last["price_yuan"] == pytest.approx(400 * (1 + 0.8 / 1.4))
    assert last["unit_cost_yuan"] == pytest.approx(240 * 1.9)
    assert last["units"] == pytest.approx(1000 * 0.98**12)
    assert table["best"].sum() == 1
    assert table.loc[table["best"], "profit_yuan"].iloc[0] == table["profit_yuan"].max()


def test_free_customisation_without_delay_is_always_better():
    """When it costs nothing and takes no longer, is full customisation best; when it earns nothing, none?"""
    free = customization_curve([0, 0.5, 1], **{**CURVE, "cost_growth": 0, "extra_lead_days": 0})
    assert free.loc[free["best"], "degree"].tolist() == [1]
    vain = customization_curve([0.5, 0, 1], **{**CURVE, "max_premium": 0})
    assert vain.loc[vain["best"], "degree"].tolist() == [0]


def test_queue_of_the_bottleneck_is_m_d_1():
    """With Poisson orders and one start every 1/10 day, is the mean wait rho / (2 mu (1 - rho))?"""
    result = deliver(orders_per_day=8, days=1500, warmup_days=100, runs=12, confidence=0.999)
    wait = result.steps.set_index("step").loc["生产", "wait_days"]
    assert wait == pytest.approx(0.8 / (2 * 10 * (1 - 0.8)), rel=0.08)
    mean = result.summary.set_index("measure").loc["mean_days"]
    assert mean["low"] <= 5 + 0.2 <= mean["high"]
    assert result.bottleneck == "生产"


def test_queue_agrees_with_a_plain_loop():
    """Is each start the later of being ready and 1/capacity after the start before it?"""
    orders = deliver(orders_per_day=9, days=60, warmup_days=0, runs=2).orders
    ready, last, waited = orders["ordered_day"].to_numpy() + 2, -np.inf, []
    for moment in ready:
        last = max(moment, last + 1 / 10)
        waited.append(last + 3)
    np.testing.assert_allclose(orders["delivered_day"], waited)


def test_without_limits_only_work_counts():
    """Without capacity limits and spread, is every lead time the sum of the steps, and nothing queues?"""
    result = deliver(STEPS.assign(capacity_per_day=None), runs=3)
    assert result.orders["lead_days"].to_numpy() == pytest.approx(5)
    assert result.bottleneck == ""
    assert result.steps["load"].isna().all()


def test_spread_has_the_mean_and_deviation_asked_for():
    """Do simulated work times have the stated mean and standard deviation, and never fall below zero?"""
    one = pd.DataFrame({"step": ["做"], "mean_days": [4], "sd_days": [3], "capacity_per_day": [None]})
    lead = deliver(one, orders_per_day=200, runs=2).orders["lead_days"]
    assert (lead.mean(), lead.std()) == (pytest.approx(4, rel=0.03), pytest.approx(3, rel=0.05))
    assert lead.min() >= 0


def test_too_little_capacity_is_said():
    """When orders come faster than they can be started, does the result say that the days will grow?"""
    result = deliver(orders_per_day=12, runs=3)
    assert not result.stable
    assert str(result).endswith("排队最久的是生产；产能不够，订单越积越多，这些数会随天数变大")


def test_alterations_and_promise():
    """Do 30 % alterations of 4 days add 1.2 days and break a promise of 6 days in 30 % of the orders?"""
    result = deliver(
        STEPS.assign(capacity_per_day=None), orders_per_day=40, alter_share=0.3, alter_days=4, promise_days=6
    )
    table = result.summary.set_index("measure")
    assert table.loc["mean_days", "value"] == pytest.approx(6.2, abs=0.06)
    assert table.loc["on_time", "value"] == pytest.approx(0.7, abs=0.015)
    assert table.loc["on_time", "low"] < table.loc["on_time", "high"]


def test_more_capacity_never_waits_longer():
    """Does the 90 % delivery time fall as capacity rises, all else the same?"""
    p90 = [
        deliver(STEPS.assign(capacity_per_day=[None, c]), runs=4).summary.set_index("measure").loc["p90_days", "value"]
        for c in (5.5, 7, 10, 40)
    ]
    assert p90 == sorted(p90, reverse=True)
