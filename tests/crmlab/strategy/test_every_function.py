"""What holds for every public function of the topic: inputs untouched, row order without meaning, documented."""

import numpy as np
import pandas as pd
import pytest

from crmlab import strategy
from tests.crmlab import topic_laws as laws

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(91)
N = 60
CUSTOMERS = pd.DataFrame(
    {
        "tier": RNG.choice(list("ABC"), N),
        "revenue_yuan": RNG.gamma(2, 300, N),
        "service_cost_yuan": RNG.gamma(2, 40, N),
        "need": RNG.integers(1, 11, N),
    },
    index=RNG.permutation(1000)[:N],
)
WALK = pd.DataFrame(
    {
        "customer_id": np.repeat(range(15), 4),
        "step": [1, 2, 3, 4] * 15,
        "touchpoint": list("abcd") * 15,
        "emotion": RNG.integers(-3, 4, N),
        "expect": RNG.integers(-3, 4, N),
    },
    index=CUSTOMERS.index,
)
TOUCHES = pd.DataFrame(
    {
        "path_id": np.repeat(range(20), 3),
        "step": [1, 2, 3] * 20,
        "channel": RNG.choice(["门店", "小程序", "直播"], N),
        "converted": np.repeat(RNG.integers(0, 2, 20), 3),
    },
    index=CUSTOMERS.index,
)
TIERS = pd.DataFrame({"tier": ["VIP", "普通"], "arrivals_per_hour": [10, 20]})
VISITS = pd.DataFrame({"order_id": np.repeat(range(20), 3), "step": list("采产交") * 20}, index=CUSTOMERS.index)
VISITS["start"] = pd.Timestamp("2026-03-02") + pd.to_timedelta(RNG.integers(0, 200, N), unit="h")
VISITS["end"] = VISITS["start"] + pd.to_timedelta(RNG.integers(0, 9, N), unit="h")
REQUESTS = pd.DataFrame(
    {"request": list("abc"), "volume": [500, 200, 90], "attempts": [40, 30, 20], "solved": [38, 15, 3]}
)
AREAS = pd.DataFrame({"area": ["e", "w"], "customers": [900, 300]})
STORES = pd.DataFrame({"store": ["x", "y"], "size": [100, 300]})
WAYS = pd.DataFrame({"area": list("eeww"), "store": list("xyxy"), "distance": [1, 1, 1, 2]})
CURVE = {"p": 0.02, "q": 0.4, "market": 900}
MODULES = pd.DataFrame({"module": ["面料", "领型"], "variants": [4, 2], "optional": [0, 1]})
STEPS = pd.DataFrame({"step": ["量体", "生产"], "mean_days": [2, 3], "sd_days": [1, 1], "capacity_per_day": [None, 6]})
WIDE = pd.DataFrame({"price.a": RNG.random(N), "price.b": RNG.random(N), "pick": RNG.choice(list("ab"), N)})
LONG = strategy.stack_choices(WIDE, choice="pick", attributes=["price"])
OFFERS = pd.DataFrame({"alternative": ["b", "a"], "price": [0.4, 0.5]}, index=[7, 3])
MODEL = strategy.choice_model(LONG, price="price")
S = strategy


def rng():
    return np.random.default_rng(5)


# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "abc_tiers": (lambda t: S.abc_tiers(t["revenue_yuan"], crossing="before"), [CUSTOMERS], True),
    "attribution": (lambda t: S.attribution(t, rng=rng(), resamples=20), [TOUCHES], True),
    "bass_curve": (lambda t: S.bass_curve(len(t), **CURVE), [pd.Series([0.0, 0.0])], False),
    "bass_fit": (S.bass_fit, [S.bass_curve(12, **CURVE)["adopters"].round()], False),
    "choice_model": (lambda t: S.choice_model(t, price="price"), [LONG], True),
    "choice_share": (lambda t: S.choice_share(MODEL, t), [OFFERS], True),
    "choose_k": (
        lambda t: S.choose_k(t, features=["revenue_yuan"], rng=rng(), ks=[2, 3], n_resamples=2),
        [CUSTOMERS],
        False,
    ),
    "customization_curve": (
        lambda t: S.customization_curve(
            t["degree"],
            price_yuan=400,
            max_premium=0.8,
            premium_half=0.4,
            cost_yuan=240,
            cost_growth=0.9,
            cost_power=2,
            lead_days=3,
            extra_lead_days=12,
            units=1000,
            lost_per_day=0.02,
        ),
        [pd.DataFrame({"degree": [0, 0.5, 1]})],
        False,
    ),
    "customization_grid": (
        lambda t: S.customization_grid(t, value="revenue_yuan", need="need", cuts=(500, 5)),
        [CUSTOMERS],
        True,
    ),
    "customization_types": (
        lambda t: S.customization_types(t, product="need", presentation="service_cost_yuan", cuts=(5, 80)),
        [CUSTOMERS],
        True,
    ),
    "gini": (lambda t: S.gini(t["revenue_yuan"]), [CUSTOMERS], True),
    "huff_shares": (lambda t, s, d: S.huff_shares(t, s, d, decay=2), [AREAS, STORES, WAYS], True),
    "journey": (lambda t: S.journey(t, neutral=0, expectation="expect"), [WALK], True),
    "kmeans_segments": (
        lambda t: S.kmeans_segments(t, features=["revenue_yuan", "need"], k=3, rng=rng(), n_resamples=2),
        [CUSTOMERS],
        False,
    ),
    "lorenz": (lambda t: S.lorenz(t["revenue_yuan"]), [CUSTOMERS], True),
    "module_combinations": (S.module_combinations, [MODULES], False),
    "order_to_delivery": (
        lambda t: S.order_to_delivery(t, orders_per_day=5, days=30, runs=2, rng=rng()),
        [STEPS],
        False,
    ),
    "priority_queue": (lambda t: S.priority_queue(t, agents=3, service_min=5), [TIERS], False),
    "process_times": (S.process_times, [VISITS], True),
    "self_service_share": (
        lambda t: S.self_service_share(t, cost_self_yuan=1, cost_staff_yuan=6, cost_failure_yuan=4),
        [REQUESTS],
        True,
    ),
    "stack_choices": (lambda t: S.stack_choices(t, choice="pick", attributes=["price"]), [WIDE], False),
    "tier_agreement": (
        lambda t: S.tier_agreement(t["tier"], t["other"], ["A", "B", "C"], weights="linear"),
        [CUSTOMERS.assign(other=RNG.choice(list("ABC"), N))],
        True,
    ),
    "tier_service_cost": (S.tier_service_cost, [CUSTOMERS], True),
    "top_share": (lambda t: S.top_share(t["revenue_yuan"]), [CUSTOMERS], True),
}


class TestStrategy(laws.EveryFunction):
    """All laws of every topic."""

    topic = S
    calls = CALLS
    of_columns = ("abc_tiers", "gini", "lorenz", "top_share", "customization_curve", "tier_agreement")
    settle = staticmethod(laws.by_label)
    headings = laws.HEADINGS


def test_many_customers_are_no_problem():
    """Do the main functions work on whole columns: 300,000 rows in seconds of computing, not minutes?"""
    source, n = np.random.default_rng(9), 300_000
    spend = source.gamma(0.5, 100, n)
    table = pd.DataFrame({"path_id": np.arange(n) // 3, "step": np.arange(n) % 3, "channel": source.integers(0, 6, n)})
    table["converted"] = (table["path_id"] % 5 == 0).astype(int)
    with laws.computing_less_than(10):
        assert strategy.abc_tiers(spend, crossing="before")["tier"].nunique() == 3
        assert strategy.gini(spend).gini == pytest.approx(2 / np.pi, abs=0.01)
        shares = strategy.attribution(table)["share"]
        assert shares.to_numpy() == pytest.approx(1 / 6, abs=0.02)
