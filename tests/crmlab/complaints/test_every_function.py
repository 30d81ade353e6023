"""What holds for every public function on complaints: inputs untouched, order of rows, documentation, refusals."""

import numpy as np
import pandas as pd
import pytest

from crmlab import complaints as C  # noqa: N812
from tests.crmlab import topic_laws as laws

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(81)
N = 80
AS_OF = pd.Timestamp("2026-03-31")
OPENED = AS_OF - pd.to_timedelta(RNG.uniform(1, 400, N).round(2), unit="h")
CLOSED = pd.Series(OPENED + pd.to_timedelta(RNG.gamma(1, 30, N).round(2), unit="h"))
TICKETS = pd.DataFrame(
    {
        "ticket_id": np.arange(N) // 4,
        "step": RNG.choice(["倾听", "判定", "方案"], N),
        "ts": OPENED,
        "opened_at": OPENED,
        "closed_at": CLOSED.where(CLOSED <= AS_OF).to_numpy(),
        "tier": RNG.choice(["紧急", "一般"], N),
        "cause": RNG.choice(["送货迟", "破损", "态度"], N),
        "escalated": RNG.integers(0, 2, N),
        "group": RNG.choice(["补救成功", "没出过事"], N),
        "again": RNG.integers(0, 2, N),
        "compensation_yuan": RNG.choice([0, 20, 50], N),
        "repurchased": RNG.integers(0, 2, N),
    },
    index=RNG.permutation(1000)[:N],
)
COUNTS = pd.Series(RNG.poisson(12, 20), index=pd.date_range("2026-01-01", periods=20))
SIZES = pd.Series(RNG.integers(100, 300, 20), index=COUNTS.index)
TREE = pd.DataFrame(
    [["甲", None, None, 5], ["a", "甲", 0.4, 10], ["b", "甲", 0.6, 0], ["乙", None, None, 8]],
    columns=["node", "parent", "probability", "loss_yuan"],
)
RISKS = pd.DataFrame({"event": list("abc"), "probability": [1, 5, 3], "impact": [3, 2, 5]})
DAILY = pd.DataFrame(
    {
        "strategy": ["道歉"] * 6 + ["否认"] * 6,
        "day": [*range(6)] * 2,
        "sentiment": RNG.normal(size=12),
        "cost_yuan": 5.0,
    }
)
TEXTS = pd.Series([f"{w}{i}" for i in range(12) for w in ("快递迟", "破损了")])
LABELS = pd.Series(["物流", "质量"] * 12)
SIR = {"population": 1000, "contact_rate": 1.0, "quiet_rate": 0.4}

# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "c_chart": (lambda t: C.c_chart(t, rules="nelson"), [COUNTS], False),
    "cause_pareto": (C.cause_pareto, [TICKETS], True),
    "classify_complaints": (
        lambda t, y: C.classify_complaints(t, y, rng=np.random.default_rng(1)).held_out,
        [TEXTS, LABELS],
        False,
    ),
    "compensation_levels": (lambda t: C.compensation_levels(t, margin_yuan=90), [TICKETS], True),
    "crisis_spread": (lambda t: C.crisis_spread(t[0], contact_rate=1, quiet_rate=0.4), [pd.Series([1000])], False),
    "doubling_time": (C.doubling_time, [COUNTS], False),
    "escalation_table": (lambda t: C.escalation_table(t, by=["cause", "tier"]), [TICKETS], True),
    "expected_loss": (C.expected_loss, [TREE], True),
    "iceberg": (lambda t: C.iceberg(t[0], claim="one_in_27"), [pd.Series([10])], False),
    "p_chart": (lambda t, n: C.p_chart(t, n, rules="nelson"), [COUNTS, SIZES], False),
    "recovery_days": (lambda t: C.recovery_days(t, level=0.0, hold=1), [DAILY], True),
    "recovery_effect": (
        lambda t: C.recovery_effect(t, outcome="again", recovered="补救成功", reference="没出过事"),
        [TICKETS],
        True,
    ),
    "response_delay": (lambda t: C.response_delay(t, **SIR), [pd.Series([1, 3, 9])], False),
    "risk_matrix": (C.risk_matrix, [RISKS], True),
    "run_rules": (lambda t: C.run_rules(t, centre=12, sigma=1, rules="nelson"), [COUNTS], False),
    "sla_report": (lambda t: C.sla_report(t, tiers={"紧急": 2, "一般": 24}, as_of=AS_OF), [TICKETS], True),
    "step_conformance": (lambda t: C.step_conformance(t, steps=["倾听", "判定", "方案"]), [TICKETS], True),
    "time_to_resolution": (lambda t: C.time_to_resolution(t, as_of=AS_OF, by="cause"), [TICKETS], True),
    "u_chart": (lambda t, n: C.u_chart(t, n, rules="nelson"), [COUNTS, SIZES], False),
    "xmr_chart": (lambda t: C.xmr_chart(t, rules="nelson"), [COUNTS], False),
}


class TestComplaints(laws.EveryFunction):
    """All laws of every topic."""

    topic = C
    calls = CALLS
    settle = staticmethod(laws.as_is)


def test_a_million_complaints_are_no_problem():
    """Do the main functions work on whole columns: seconds of computing for a million rows, not minutes?"""
    rng, n = np.random.default_rng(9), 1_000_000
    opened = AS_OF - pd.to_timedelta(rng.integers(1, 5_000, n), unit="h")
    table = pd.DataFrame({"opened_at": opened, "cause": rng.choice(list("abcdef"), n), "tier": "一般"})
    table["closed_at"] = np.where(rng.random(n) < 0.9, AS_OF, pd.NaT)
    table["closed_at"] = pd.to_datetime(table["closed_at"])
    with laws.computing_less_than(20):
        assert C.cause_pareto(table)["n"].sum() == n
        assert C.sla_report(table, tiers={"一般": 24}, as_of=AS_OF).loc[0, "n"] == n
        assert C.time_to_resolution(table, as_of=AS_OF).table.loc[0, "n"] == n
        assert len(C.p_chart(rng.binomial(50, 0.1, n), 50, rules="nelson").table) == n
