"""What holds for every public function of the topic."""

import numpy as np
import pandas as pd
import pytest

from crmlab import service
from tests.crmlab import topic_laws as laws

pytestmark = pytest.mark.slow

S = service
RNG = np.random.default_rng(63)
N = 60
LOG = pd.DataFrame(
    {
        "store": RNG.choice(["城南", "城北"], N),
        "stage": RNG.choice(S.STAGES, N),
        "nature": RNG.choice(S.NATURES, N),
        "level": RNG.choice(S.SERVICE_LEVEL_NAMES, N),
        "delivered": RNG.integers(0, 2, N),
        "minutes": RNG.exponential(5, N).round(1),
        "cost": RNG.integers(1, 50, N),
        "visitors": RNG.integers(10, 60, N),
        "staff": RNG.integers(1, 5, N),
        "service_s": RNG.exponential(200, N).round(),
        "lost": RNG.integers(0, 10, N),
        "actual_min": RNG.exponential(5, N).round(1) + 0.1,
        "perceived_min": RNG.exponential(7, N).round(1) + 0.1,
    },
    index=RNG.permutation(1000)[:N],
)
LOG["care"] = LOG["minutes"] + RNG.normal(0, 2, N)
LOG["profit"] = LOG["care"] + RNG.normal(0, 3, N)
WAYS = pd.DataFrame({"way": list(S.SERVICE_WAYS), "stage": RNG.choice(S.STAGES, 19)})
GAME = pd.DataFrame(
    {
        "firm": ["守信", "守信", "糊弄", "糊弄"],
        "customer": ["常来", "走人", "常来", "走人"],
        "firm_payoff": [3, 0, 5, 1],
        "customer_payoff": [3, 1, 0, 2],
    }
)
ONE = pd.Series([1.0])


def number(call):
    """Make a call on plain numbers fit the form: inputs are tables."""
    return (lambda _: call()), [ONE], False


# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "lost_customers": number(lambda: S.lost_customers(visitors_per_hour=30, service_s=200, staff=2)),
    "nash_equilibria": (S.nash_equilibria, [GAME], False),
    "perceived_wait": number(lambda: S.perceived_wait(5, {"alone": 1.2})),
    "queue_cost": number(
        lambda: S.queue_cost(arrivals_per_hour=30, service_min=5, cost_server_hour=40, cost_wait_hour=60)
    ),
    "service_level_pyramid": (lambda t: S.service_level_pyramid(t, by="store", needed=0.5), [LOG], True),
    "service_mix": (S.service_mix, [LOG], True),
    "service_profit_chain": (
        lambda t: S.service_profit_chain(t, [("minutes", "care"), ("care", "profit")]),
        [LOG],
        True,
    ),
    "utilization": (S.utilization, [LOG], True),
    "variability": (lambda t: S.variability(t, by="store", column="service_s"), [LOG], True),
    "wait_gap": (lambda t: S.wait_gap(t, by="store"), [LOG], True),
    "waiting": number(lambda: S.waiting(arrivals_per_hour=30, service_min=5, servers=3, over_min=5)),
    "ways_score": (S.ways_score, [WAYS], True),
}


class TestService(laws.EveryFunction):
    """All laws of every topic."""

    topic = S
    calls = CALLS
    headings = laws.HEADINGS
