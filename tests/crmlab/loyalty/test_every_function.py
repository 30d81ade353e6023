"""What holds for every public function of the package: inputs untouched, row order without meaning, documented."""

import inspect

import numpy as np
import pandas as pd
import pytest

from crmlab import loyalty
from tests.crmlab import topic_laws as laws
from tests.crmlab.loyalty import brute_force

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(71)
N = 200
ORDERS = pd.DataFrame(
    {
        "customer_id": RNG.integers(0, 60, N),
        "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(RNG.integers(0, 200, N), unit="D"),
        # Whole cents of a power of two add up exactly in any order.
        "amount": RNG.integers(1, 400, N) / 4,
    },
    index=RNG.permutation(1000)[:N],
)
SUMMARY = loyalty.rfm_summary(ORDERS, time_unit="week")
MODEL = loyalty.BetaGeoModel(r=0.8, alpha=6.0, a=0.8, b=2.5, time_unit="week")
SPEND = loyalty.GammaGamma(p=6.25, q=3.74, v=15.44)
HOLDOUT = loyalty.calibration_holdout(ORDERS, calibration_end="2026-04-30", time_unit="week")
PEOPLE = pd.DataFrame(
    {
        "attitude": RNG.integers(1, 6, N),
        "behaviour": np.where(RNG.random(N) < 0.1, np.nan, RNG.integers(0, 20, N)),
        "overall": RNG.integers(1, 6, N),
        "repurchase": RNG.integers(0, 2, N),
        "engagement": RNG.integers(0, 30, N),
        "retained": RNG.integers(0, 2, N),
        "spend": RNG.integers(0, 400, N) / 4,
        "tier": RNG.choice(["普通", "金卡"], N),
        "invites": RNG.integers(3, 9, N),
        "joined": RNG.integers(0, 3, N),
    },
    index=RNG.permutation(1000)[:N],
).assign(wallet=lambda t: t["spend"] * 2 + 1)
BENEFITS = pd.DataFrame({"tier": ["普通", "金卡"], "fixed_cost": [0, 50], "reward_rate": [0, 0.02]})
POINTS = pd.DataFrame({"customer_id": range(9), "earn": 100, "burn": range(9), "expire": 5})
CLUB = pd.DataFrame(
    {"member_id": range(9), "fee": 260, "renew": [1, 0, 1] * 3, "visits": range(9), "spend": range(9), "gm": 0.125}
)
PANEL = pd.DataFrame(
    {"household_id": RNG.integers(0, 9, N), "brand": RNG.choice(["A", "B"], N), "week": RNG.permutation(N)}
)
MATRIX = pd.DataFrame([[0.9, 0.1], [0.2, 0.8]])
YEARS = pd.DataFrame({"year": [1, 2, 3], "base": [50, 40, 60], "referral": [5, 0, 20]})
VALUES = loyalty.rfm_values(ORDERS)
CARED = pd.DataFrame(
    {
        "customer_id": range(60),
        "joined": pd.Timestamp("2020-01-01") + pd.to_timedelta(RNG.integers(0, 2000, 60), unit="D"),
    }
)
CARE = pd.DataFrame({"care": ["周年"], "column": ["joined"], "kind": ["every_year"], "days": [90]})
L = loyalty

# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "assign_tiers": (lambda t: L.assign_tiers(t, {"普通": 0, "金卡": 50}), [PEOPLE["spend"]], True),
    "brand_switching": (lambda t: L.brand_switching(t, order="week"), [PANEL], True),
    "calibration_holdout": (
        lambda t: L.calibration_holdout(t, calibration_end="2026-04-30", observation_end="2026-12-31"),
        [ORDERS],
        True,
    ),
    "care_due": (lambda t, r: L.care_due(t, r, as_of="2026-08-01"), [CARED, CARE], True),
    "club_economics": (lambda t: L.club_economics(t, fixed_cost=50), [CLUB], True),
    "cohort_retention": (L.cohort_retention, [ORDERS], True),
    "customer_lifetime_value": (
        lambda t: L.customer_lifetime_value(*t, discount_rate=0.1, time_unit="month", timing="end_of_period"),
        [pd.Series([100, 0.8])],
        False,
    ),
    "engagement_retention": (L.engagement_retention, [PEOPLE], True),
    "growth_value": (lambda t: L.growth_value(t, {"spend": 0.5, "engagement": 2}), [PEOPLE], True),
    "holdout_table": (lambda t: L.holdout_table(MODEL, t), [HOLDOUT], False),
    "k_factor": (L.k_factor, [PEOPLE], True),
    "loyalty_index": (lambda t: L.loyalty_index(t, {"attitude": 1, "overall": 3}), [PEOPLE], True),
    "loyalty_matrix": (L.loyalty_matrix, [PEOPLE], True),
    "points_account": (lambda t: L.points_account(t, yuan_per_point=0.01, expected_breakage=0), [POINTS], True),
    "predicted_clv": (
        lambda t: L.predicted_clv(t, MODEL, SPEND, horizon=52, discount_rate=0.1, margin_share=0.3),
        [SUMMARY],
        True,
    ),
    "profit_by_tenure": (lambda t: L.profit_by_tenure(t, acquisition_cost=70), [YEARS], True),
    "project_shares": (lambda t: L.project_shares(t, [0.5, 0.5], 3), [MATRIX], False),
    "repeat_purchase_rate": (L.repeat_purchase_rate, [ORDERS], True),
    "retention_rate": (lambda t: L.retention_rate(*t), [pd.Series([100, 90, 10])], False),
    "promise_keeping": (
        lambda t: L.promise_keeping(t, promise="tier", kept="retained", refund="spend"),
        [PEOPLE],
        True,
    ),
    "rfm_scores": (L.rfm_scores, [VALUES], True),
    "rfm_segments": (L.rfm_segments, [L.rfm_scores(VALUES)], True),
    "rfm_summary": (L.rfm_summary, [ORDERS], True),
    "rfm_values": (L.rfm_values, [ORDERS], True),
    "satisfaction_loyalty_curve": (
        lambda t: L.satisfaction_loyalty_curve(t, satisfied_min=4, loyal_min=1, market="tier"),
        [PEOPLE],
        True,
    ),
    "sbg_retention": (L.sbg_retention, [pd.Series([1000, 869, 743, 653])], False),
    "share_of_wallet": (lambda t: L.share_of_wallet(t, average="money"), [PEOPLE], True),
    "steady_state": (L.steady_state, [MATRIX], False),
    "tier_cost": (lambda t, b: L.tier_cost(t, b, margin_share=0.25), [PEOPLE, BENEFITS], True),
    "tier_migration": (
        lambda t: L.tier_migration(t["tier"], t["tier"][::-1], ["普通", "金卡"]),
        [PEOPLE],
        False,
    ),
    "tracking_data": (lambda t: L.tracking_data(MODEL, t, calibration_end="2026-04-30"), [ORDERS], True),
    "viral_growth": (lambda t: L.viral_growth(*t, cycles=5), [pd.Series([100, 0.5])], False),
}


class TestLoyalty(laws.EveryFunction):
    """All laws of every topic."""

    topic = L
    calls = CALLS
    of_columns = ("tier_migration",)
    not_a_table = "表"
    settle = staticmethod(laws.by_label)


METHODS = [
    (name, method)
    for name, cls in laws.results(L).items()
    for method, f in inspect.getmembers(cls, callable)
    if not method.startswith("_")
]


@pytest.mark.parametrize(("name", "method"), METHODS)
def test_methods_are_documented_too(name, method):
    """Does every public method name its parameters and what it returns and raises?"""
    laws.assert_documented(getattr(laws.results(L)[name], method), ("Parameters", "Returns", "Raises"))


def test_frequency_of_the_simulated_customers_is_stable():
    """Does the simulation that the models are held against still give what it gave (its own check)?"""
    people = brute_force.simulate_bgnbd(0.8, 6, 0.8, 2.5, np.full(2000, 30.0), 10, np.random.default_rng(1))
    expected = MODEL.expected_purchases(30)["expected"].iloc[0]
    assert people["frequency"].mean() == pytest.approx(expected, rel=0.1)
