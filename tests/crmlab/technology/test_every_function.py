"""What holds for every public function of the topic."""

import numpy as np
import pandas as pd
import pytest

from crmlab import technology
from tests.crmlab import topic_laws as laws

pytestmark = pytest.mark.slow

T = technology
RNG = np.random.default_rng(62)
N = 40
CALL_LOG = pd.DataFrame(
    {
        "wait_s": RNG.exponential(30, N).round(),
        "answered": RNG.random(N) < 0.8,
        "talk_s": RNG.exponential(150, N).round(),
        "hold_s": 5.0,
        "wrap_s": 20.0,
        "resolved": RNG.integers(0, 2, N),
        "bot_confidence": RNG.random(N),
        "bot_correct": RNG.integers(0, 2, N),
        "tier": RNG.integers(1, 4, N),
    },
    index=RNG.permutation(1000)[:N],
)
HISTORY = pd.DataFrame(
    {"interval_start": pd.date_range("2026-01-05 09:00", periods=60, freq="D"), "calls": RNG.poisson(40, 60)}
)
DAY = pd.DataFrame(
    {"interval_start": pd.date_range("2026-03-16 09:00", periods=4, freq="h"), "calls": [20, 60, 40, 10]}
)
SHIFTS = pd.DataFrame({"shift": ["早", "晚"], "start": ["09:00", "10:00"], "hours": [3, 3]})
AGENTS = pd.DataFrame({"agent": list("abc"), "aht_s": [180, 240, 200], "qa": [90, 80, np.nan]})
SHEET = pd.DataFrame({"kpi": ["aht_s", "qa"], "weight": [40, 60], "target": [200, 90], "direction": ["down", "up"]})
VENDORS = pd.DataFrame({"vendor": list("abc"), "x": [1, 3, 5], "y": [5, 4, 2]})
RULES = pd.DataFrame([["t", "tier", ">", 1], ["u", "wait_s", "<", 20]], columns=["tag", "column", "op", "value"])
TAGS = pd.DataFrame({"t": CALL_LOG["tier"] > 1, "outcome": CALL_LOG["resolved"]})
SKILLS = pd.DataFrame({"agent": list("aabbc"), "skill": list("xyxzx")})
TASKS = pd.DataFrame({"task": list("abc"), "days": [3, 2, 4], "after": ["", "a", "a"]})
FEATURES = pd.DataFrame({"feature": list("ab"), "operational": [3, 0], "analytical": [0, 2], "collaborative": [1, 1]})
RACI = pd.DataFrame({"task": ["x", "y"], "甲": ["A/R", "A"], "乙": ["C", "R"]})
ONE = pd.Series([1.0])
HOUR = {"interval_s": 3600, "aht_s": 240, "answer_within_s": 20}


def number(call):
    """Make a call on plain numbers fit the form: inputs are tables."""
    return (lambda _: call()), [ONE], False


QUEUE = {"arrivals_per_hour": 60, "service_s": 50, "servers": 2, "customers": 30}
# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "agent_scorecard": (T.agent_scorecard, [AGENTS, SHEET], True),
    "average_speed_of_answer": number(lambda: T.average_speed_of_answer(3, 4, aht_s=60)),
    "backtest_calls": (lambda t: T.backtest_calls(t, test_days=5), [HISTORY], True),
    "before_after": (
        lambda t: T.before_after(
            t["talk_s"], t["wait_s"], statistic="median", rng=np.random.default_rng(1), resamples=200
        ),
        [CALL_LOG],
        True,
    ),
    "busy_hours": (T.busy_hours, [HISTORY], True),
    "call_centre_kpis": (lambda t: T.call_centre_kpis(t, answer_within_s=20, short_abandon_s=5), [CALL_LOG], True),
    "call_centre_kpis_from_counts": number(
        lambda: T.call_centre_kpis_from_counts(
            offered=5, abandoned=1, short_abandoned=0, answered_in_time=3, talk_s=9, hold_s=0, wrap_s=1
        )
    ),
    "chatbot_threshold": (
        lambda t: T.chatbot_threshold(t, cost_bot=1, cost_agent=6, cost_wrong=15),
        [CALL_LOG],
        True,
    ),
    "crm_scorecard": (lambda t, w: T.crm_scorecard(t, w), [VENDORS, pd.Series({"x": 2, "y": 1})], True),
    "critical_path": (T.critical_path, [TASKS], True),
    "crm_type_scores": (T.crm_type_scores, [FEATURES], True),
    "erlang_a": number(lambda: T.erlang_a(5, 4, aht_s=60, patience_s=60, answer_within_s=20)),
    "erlang_b": number(lambda: T.erlang_b(3, 4)),
    "erlang_c": number(lambda: T.erlang_c(3, 4)),
    "four_vs": (lambda t: T.four_vs(t, at="interval_start", kind="calls"), [HISTORY], True),
    "forecast_calls": (lambda t: T.forecast_calls(t, ["2026-03-16"]), [HISTORY], True),
    "investment_value": number(lambda: T.investment_value([-5, 3, 4], discount_rate=0.1)),
    "mmc": number(lambda: T.mmc(3, 1, 4)),
    "mmck": number(lambda: T.mmck(3, 1, 4, 6)),
    "raci_check": (T.raci_check, [RACI], False),
    "recognition_quality": (
        lambda t: T.recognition_quality(t, predicted="answered", actual="resolved", by="tier"),
        [CALL_LOG],
        True,
    ),
    "required_agents": number(lambda: T.required_agents(50, service_level=0.8, **HOUR)),
    "required_agents_table": (
        lambda c: T.required_agents_table(c, service_level=0.8, **HOUR),
        [pd.Series([50.0, 0.0, 20.0], index=[4, 9, 2])],
        False,
    ),
    "required_lines": number(lambda: T.required_lines(5, max_blocking=0.01)),
    "service_level": number(lambda: T.service_level(3, 4, aht_s=60, answer_within_s=20)),
    "simulate_queue": number(lambda: T.simulate_queue(np.random.default_rng(1), **QUEUE)),
    "simulated_wait": number(lambda: T.simulated_wait(np.random.default_rng(1), **QUEUE, runs=3)),
    "site_visits": (lambda t: T.site_visits(t, user="calls", at="interval_start", page="calls"), [HISTORY], True),
    "skill_coverage": (T.skill_coverage, [SKILLS], True),
    "square_root_staffing": number(lambda: T.square_root_staffing(50, beta=1)),
    "staff_day": (lambda t, s: T.staff_day(t, s, service_level=0.8, **HOUR), [DAY, SHIFTS], True),
    "staffing_table": number(lambda: T.staffing_table(50, **HOUR)),
    "tag_lift": (lambda t: T.tag_lift(t[["t"]], t["outcome"]), [TAGS], True),
    "tag_rules": (T.tag_rules, [CALL_LOG, RULES], True),
    "traffic_erlangs": number(lambda: T.traffic_erlangs(50, interval_s=3600, aht_s=240)),
}


class TestTechnology(laws.EveryFunction):
    """All laws of every topic."""

    topic = T
    calls = CALLS
    of_columns = ("tag_lift", "before_after")
    headings = laws.HEADINGS
