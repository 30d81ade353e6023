"""Expected value of winning back, the budget, and the four kinds of treatment."""

import itertools

import numpy as np
import pandas as pd
import pytest

from crmlab.development import TRIAGE, winback_triage, winback_value

LOST = pd.DataFrame({"p_success": [0.3, 0.2, 0.5], "value_yuan": [2000, 300, 100], "cost_yuan": [80, 20, 60]})


def test_value_by_hand_with_all_parts():
    """Do spontaneous returns, incentive and cost enter as the formula says, and is the break-even chance the zero?"""
    table = winback_value(LOST.assign(p_spontaneous=0.1, incentive_yuan=50))
    assert table["expected_yuan"].tolist() == pytest.approx(
        [0.2 * 2000 - 15 - 80, 0.1 * 300 - 10 - 20, 0.4 * 100 - 25 - 60]
    )
    again = winback_value(
        LOST.assign(p_spontaneous=0.1, incentive_yuan=50, p_success=table["break_even_p"].clip(upper=1))
    )
    assert again["expected_yuan"].tolist()[:2] == pytest.approx([0, 0], abs=1e-9)
    assert table["break_even_p"].iloc[2] == pytest.approx(70 / 50)


def test_simulated_campaign_earns_what_the_formula_says():
    """Over 200,000 simulated customers, is the mean profit over doing nothing the expected value?"""
    rng, n = np.random.default_rng(5), 200_000
    alone = rng.random(n) < 0.1
    comes = alone | (rng.random(n) < (0.25 - 0.1) / 0.9)
    profit = comes * (400 - 30) - 12 - alone * 400
    row = pd.DataFrame({"p_success": [0.25], "p_spontaneous": [0.1], "value_yuan": [400], "incentive_yuan": [30]})
    expected = winback_value(row.assign(cost_yuan=12))["expected_yuan"].iloc[0]
    assert profit.mean() == pytest.approx(expected, abs=4 * profit.std() / np.sqrt(n))


def test_incentive_above_value_never_pays():
    """Is the break-even chance NaN when each return loses money?"""
    assert np.isnan(winback_value(LOST.assign(incentive_yuan=5000))["break_even_p"]).all()


def test_interval_of_p_becomes_an_interval_of_money():
    """Are the ends those of p_low and p_high, in rising order even when returning costs more than it brings?"""
    ends = {"p_low": [0.2, 0.1, 0.4], "p_high": [0.4, 0.3, 0.6]}
    table = winback_value(LOST.assign(**ends))
    assert table["expected_low"].tolist() == pytest.approx([320, 10, -20])
    assert table["expected_high"].tolist() == pytest.approx([720, 70, 0])
    dear = winback_value(LOST.assign(**ends, incentive_yuan=5000))
    assert (dear["expected_low"] <= dear["expected_high"]).all()


def test_budget_is_kept_and_greedy_is_near_the_best():
    """On 30 random lists, is the budget kept, no loss-maker taken, and the gap to the best set at most one customer?"""
    rng = np.random.default_rng(7)
    for _ in range(30):
        table = pd.DataFrame(
            {"p_success": rng.random(8), "value_yuan": rng.integers(0, 400, 8), "cost_yuan": rng.integers(1, 60, 8)}
        )
        budget = float(rng.integers(0, 200))
        plan = winback_value(table, budget=budget)
        chosen = plan[plan["chosen"]]
        assert chosen["spend_yuan"].sum() <= budget * (1 + 1e-9)
        assert (chosen["expected_yuan"] > 0).all()
        gain, cost = plan["expected_yuan"].to_numpy(), plan["spend_yuan"].to_numpy()
        masks = np.array(list(itertools.product([0, 1], repeat=8)))
        best = (masks @ gain)[masks @ cost <= budget].max()
        assert chosen["expected_yuan"].sum() >= best - gain.max() - 1e-9


def test_triage_in_order():
    """Are the limits inclusive, the unworthy sorted out whatever their value, and nil or negative value unworthy?"""
    lost = pd.DataFrame({"value_yuan": [5000, 800, 799, 0, -3, 9000], "fraud": [0, 0, 0, 0, 0, 1]})
    table = winback_triage(lost, key_min=5000, ordinary_min=800, unworthy="fraud")
    assert table["tier"].tolist() == ["key", "ordinary", "small", "unworthy", "unworthy", "unworthy"]
    assert [tuple(r) for r in table[["tier_zh", "action_zh"]].to_numpy()] == [TRIAGE[t] for t in table["tier"]]
