"""What holds for every public function on communication: inputs untouched, order of rows, documentation, refusals."""

import inspect

import numpy as np
import pandas as pd
import pytest

from crmlab import communication as M  # noqa: N812
from tests.crmlab import topic_laws as laws

pytestmark = pytest.mark.slow

RNG = np.random.default_rng(41)
N = 90
SENT = pd.Timestamp("2026-03-02") + pd.to_timedelta(RNG.integers(0, 24 * 7, N), unit="h")
LOG = pd.DataFrame(
    {
        "channel": RNG.choice(["电话", "短信", "微信"], N),
        "reached": RNG.integers(0, 2, N),
        "response_min": np.where(RNG.random(N) < 0.2, np.nan, RNG.integers(1, 90, N)),
        "cost_yuan": 1.5,
        "sent_at": SENT,
        "opened": RNG.integers(0, 2, N),
        "promise_at": SENT + pd.Timedelta(hours=4),
        "done_at": SENT + pd.to_timedelta(RNG.integers(1, 9, N), unit="h"),
        "first_response_s": RNG.integers(5, 300, N),
        "error": RNG.integers(0, 2, N),
        "contacts": RNG.integers(0, 9, N),
        "csat": RNG.integers(1, 6, N),
        "customer_id": RNG.integers(0, 30, N),
        "step": RNG.choice(["看到", "点击", "下单"], N),
    },
    index=RNG.permutation(1000)[:N],
)
ADS = pd.DataFrame(
    {"channel": list("aab"), "spend_yuan": 9, "impressions": 99, "clicks": 20, "orders": 3, "revenue_yuan": 50}
)
TALK = pd.DataFrame(
    {"dialog_id": [1, 1, 2, 2], "speaker": ["客户", "客服"] * 2, "text": ["在？", "您好", "慢", "抱歉，不归我管"]}
)
TURNS = pd.DataFrame(
    {"call_id": [1, 1, 2, 2], "speaker": ["客服", "客户"] * 2, "start_s": [0, 4, 0, 9], "end_s": [5, 9, 6, 12]}
)
ITEMS = pd.DataFrame({"item": ["a", "r"], "axis": ["assertiveness", "responsiveness"], "reverse": [0, 1]})
PEOPLE = pd.DataFrame({"a": RNG.integers(1, 6, 9), "r": RNG.integers(1, 6, 9)}, index=[*"stuvwxyz", "z9"])
CHANNELS = pd.DataFrame({"channel": list("abc"), "ceiling": [9.0, 5, 7], "half_spend_yuan": [3.0, 2, 8]})
SPENDING = pd.DataFrame({"spend": np.arange(1.0, 21)}).assign(
    orders=lambda t: 30 * t["spend"] / (t["spend"] + 6) + RNG.random(20)
)
ONE = pd.Series([0.1])

# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
PLAN = pd.DataFrame({"step": M.PLAN_STEPS[:3], "text": ["90 天没买过的会员", "复购率提高 3%", "保养指南"]})
CALLS = {
    "ab_peeking": (
        lambda t: M.ab_peeking(t[0], n_per_group=50, looks=[2], rng=np.random.default_rng(1), simulations=100),
        [ONE],
        False,
    ),
    "ab_plan": (lambda t: M.ab_plan(t[0], effect=0.05, power=0.8), [ONE], False),
    "ab_test": (lambda t: M.ab_test(*t), [pd.Series([3, 20, 5, 20])], False),
    "ad_kpis": (M.ad_kpis, [ADS], True),
    "bargaining_zone": (
        lambda t: M.bargaining_zone(t, buyer_max="first_response_s", seller_min="opened", price="response_min"),
        [LOG],
        False,
    ),
    "call_structure": (M.call_structure, [TURNS], True),
    "channel_kpis": (M.channel_kpis, [LOG], True),
    "chat_flaws": (lambda t: M.chat_flaws(t[0]), [pd.Series(["在吗？？"])], False),
    "cohen_kappa": (lambda t: M.cohen_kappa(t["channel"], t["step"]), [LOG], True),
    "contact_dose": (lambda t: M.contact_dose(t, outcome="csat", edges=[0, 3]), [LOG], True),
    "dialogue_rules": (lambda t: M.dialogue_rules(), [ONE], False),
    "dialogue_score": (M.dialogue_score, [TALK, M.dialogue_rules()], False),
    "email_flaws": (lambda t: M.email_flaws(t[0], t[0]), [pd.Series(["通知"])], False),
    "funnel": (M.funnel, [pd.Series({"看到": 9, "点击": 4})], False),
    "funnel_counts": (lambda t: M.funnel_counts(t, steps=["看到", "点击", "下单"]), [LOG], True),
    "media_plan": (lambda t: M.media_plan(t, 10, curve="hyperbolic"), [CHANNELS], False),
    "promise_kpis": (lambda t: M.promise_kpis(t, as_of="2026-04-01"), [LOG], True),
    "plan_check": (M.plan_check, [PLAN], True),
    "plan_rules": (lambda t: M.plan_rules(), [ONE], False),
    "question_types": (M.question_types, [TALK], False),
    "reply_rules": (lambda t: M.reply_rules(), [ONE], False),
    "response_curve": (
        lambda t: M.response_curve(t, spend="spend", outcome="orders", curve="hyperbolic"),
        [SPENDING],
        True,
    ),
    "send_time": (lambda t: M.send_time(t, by="weekday"), [LOG], True),
    "style_quadrant": (M.style_quadrant, [PEOPLE, ITEMS], False),
}


class TestCommunication(laws.EveryFunction):
    """All laws of every topic."""

    topic = M
    calls = CALLS
    of_columns = ("cohen_kappa",)
    settle = staticmethod(laws.as_is)

    def headings_of(self, function):
        """Return all headings; a function without parameters has nothing to list or to refuse."""
        needless = () if inspect.signature(function).parameters else ("Parameters", "Raises")
        return [heading for heading in super().headings_of(function) if heading not in needless]


def test_a_million_contacts_are_no_problem():
    """Do the main functions work on whole columns: seconds of computing for a million rows, not minutes?"""
    rng, n = np.random.default_rng(9), 1_000_000
    sent = pd.Timestamp("2026-03-02") + pd.to_timedelta(rng.integers(0, 168, n), unit="h")
    table = pd.DataFrame(
        {"channel": rng.choice(["a", "b"], n), "reached": 1, "response_min": rng.random(n), "cost_yuan": 1.0}
    )
    table = table.assign(sent_at=sent, opened=rng.integers(0, 2, n), contacts=rng.integers(0, 9, n), csat=rng.random(n))
    with laws.computing_less_than(20):
        assert M.channel_kpis(table)["contacts"].sum() == n
        assert M.send_time(table, by="hour").n == n
        assert M.contact_dose(table, outcome="csat", edges=[0, 3]).n == n
        assert M.cohen_kappa(table["channel"], table["channel"]).kappa == 1
