"""What holds for every public function of the topic: inputs untouched, row order without meaning, documented."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from crmlab import development
from tests.crmlab import topic_laws as laws

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(31)
N = 80
CUSTOMERS = pd.DataFrame(
    {
        "score": RNG.random(N),
        "months": RNG.integers(1, 40, N),
        "left": RNG.integers(0, 2, N),
        "mailed": RNG.integers(0, 2, N),
        "plan": RNG.choice(["月付", "年付"], N),
        "cause": RNG.choice(["质量", "价格", "服务"], N),
        "p_success": RNG.random(N),
        "value_yuan": RNG.gamma(2, 300, N),
        "cost_yuan": RNG.gamma(2, 10, N),
        "size": RNG.integers(1, 6, N),
        "match": RNG.integers(1, 6, N),
    },
    index=RNG.permutation(1000)[:N],
)
ORDERS = pd.DataFrame(
    {
        "customer_id": RNG.integers(0, 20, N),
        "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(RNG.integers(0, 180, N), unit="D"),
    },
    index=CUSTOMERS.index,
)
CARD = pd.DataFrame({"column": ["months", "plan"], "value": [None, "年付"], "low": [12, None], "points": [10, 20]})
CHANNELS = pd.DataFrame({"channel": list("abc"), "spend_yuan": [90, 50, 10], "new": [3, 5, 0], "retained": [1, 2, 0]})
TYPES = pd.DataFrame(
    [["x", "score", ">", 0.5], ["y", "plan", "==", "月付"]], columns=["churn_type", "column", "op", "value"]
)
STEPS = pd.DataFrame({"from_yuan": [0, 500], "rate": [0.02, 0.05]})
D = development


def model(table, **options):
    rng = np.random.default_rng(1)
    fitted = D.churn_model(table, target="left", features=["score", "months", "plan"], rng=rng, **options)
    return dataclasses.asdict(fitted) | {"pipeline": None}


# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
BOUGHT = pd.DataFrame({"involvement": [5, 4, 1, 2, 1], "brand_difference": [5, 1, 4, 2, 1]})
CALLS = {
    "acquisition_kpis": (D.acquisition_kpis, [CHANNELS], True),
    "auc": (lambda t: D.auc(t["score"], t["left"]), [CUSTOMERS], True),
    "buying_behaviour": (lambda t: D.buying_behaviour(t, cuts=(3, 3)), [BOUGHT], True),
    "churn_backtest": (
        lambda t: D.churn_backtest(t, cut="2026-03-31", horizon_days=60, thresholds=[20, 40]),
        [ORDERS],
        True,
    ),
    "churn_label": (lambda t: D.churn_label(t, as_of="2026-07-31"), [ORDERS], True),
    "churn_model": (model, [CUSTOMERS], False),
    "churn_pareto": (lambda t: D.churn_pareto(t, amount="value_yuan"), [CUSTOMERS], True),
    "churn_types": (lambda t, r: D.churn_types(t, r, amount="value_yuan"), [CUSTOMERS, TYPES], True),
    "commission": (lambda t, p: D.commission(t, p, column="value_yuan"), [CUSTOMERS, STEPS], True),
    "compare_survival": (
        lambda t: D.compare_survival(t, duration="months", event="left", by="plan"),
        [CUSTOMERS],
        True,
    ),
    "elasticity": (lambda t: D.elasticity(t["cost_yuan"], t["value_yuan"]), [CUSTOMERS], True),
    "gains_table": (
        lambda t: D.gains_table(t["score"], t["left"], value=t["value_yuan"], contact_cost=30),
        [CUSTOMERS],
        True,
    ),
    "lead_score": (D.lead_score, [CUSTOMERS, CARD], True),
    "lift": (lambda t: D.lift(t["score"], t["left"]), [CUSTOMERS], True),
    "lookalike": (
        lambda t: D.lookalike(t, sorted(CUSTOMERS.index)[:5], features=["score", "value_yuan"]),
        [CUSTOMERS],
        True,
    ),
    "market_concentration": (
        lambda t: D.market_concentration(t, firm="cause", amount="size"),
        [CUSTOMERS],
        True,
    ),
    "pipeline_forecast": (
        lambda t: D.pipeline_forecast(t, {"月付": 0.2, "年付": 0.6}, rng=np.random.default_rng(2), runs=1000),
        [CUSTOMERS[["plan", "value_yuan"]].rename(columns={"plan": "stage", "value_yuan": "amount_yuan"})],
        True,
    ),
    "preference_table": (lambda t: D.preference_table(t, rows="plan", columns="cause"), [CUSTOMERS], True),
    "referral_value": (
        lambda t: D.referral_value(t, acquisition_cost=50, reward=10),
        [CUSTOMERS.rename(columns={"cause": "referrer", "p_success": "anyway"})],
        True,
    ),
    "seasonal_index": (lambda t: D.seasonal_index(t["size"], period=4), [CUSTOMERS], False),
    "selection_matrix": (
        lambda t: D.selection_matrix(t, attractiveness={"size": 1}, fit={"match": 1}),
        [CUSTOMERS],
        True,
    ),
    "stable_matching": (
        lambda t: D.stable_matching({"甲": t["wish"].tolist(), "乙": ["y"]}, {"x": ["甲"], "y": ["乙", "甲"]}),
        [pd.DataFrame({"wish": ["y", "x"]})],
        False,
    ),
    "survival_curve": (lambda t: D.survival_curve(t, duration="months", event="left"), [CUSTOMERS], True),
    "uplift_table": (
        lambda t: D.uplift_table(t["score"], t["left"], t["mailed"], bins=4, value=50, contact_cost=2),
        [CUSTOMERS],
        True,
    ),
    "whale_curve": (lambda t: D.whale_curve(t["value_yuan"] - 300), [CUSTOMERS], True),
    "winback_triage": (lambda t: D.winback_triage(t, key_min=900, ordinary_min=300), [CUSTOMERS], True),
    "winback_value": (lambda t: D.winback_value(t, budget=300), [CUSTOMERS], True),
}


class TestDevelopment(laws.EveryFunction):
    """All laws of every topic."""

    topic = D
    calls = CALLS
    of_columns = (
        "elasticity",
        "seasonal_index",
        "stable_matching",
        "auc",
        "lift",
        "gains_table",
        "uplift_table",
        "whale_curve",
    )
    settle = staticmethod(laws.by_label)


def test_half_a_million_customers_are_no_problem():
    """Do the main functions work on whole columns: half a million rows in seconds of computing, not minutes?"""
    rng, n = np.random.default_rng(9), 500_000
    score, left, months = rng.random(n), rng.integers(0, 2, n), rng.integers(0, 60, n)
    table = pd.DataFrame({"months": months, "left": left, "plan": months % 3})
    orders = pd.DataFrame({"customer_id": rng.integers(0, n // 5, n)})
    orders["date"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 500, n), unit="D")
    with laws.computing_less_than(15):
        assert development.auc(score, left).auc == pytest.approx(0.5, abs=0.01)
        assert development.gains_table(score, left)["n"].sum() == n
        assert development.survival_curve(table, duration="months", event="left").n == n
        assert development.compare_survival(table, duration="months", event="left", by="plan").df == 2
        assert development.churn_label(orders, as_of="2026-12-31").n == orders["customer_id"].nunique()
