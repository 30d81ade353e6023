"""The relations that the docstrings of the simulated tables state are what the topic functions find."""

import numpy as np
import pandas as pd
import pytest

from crmlab import communication, complaints, data, information, loyalty, satisfaction, technology

pytestmark = pytest.mark.slow

N, SEED, END = 30_000, 5, "2025-12-31"


@pytest.fixture(scope="module")
def orders():
    return data.simulate_orders(N, seed=SEED, season=0)


@pytest.fixture(scope="module")
def contacts():
    return data.simulate_contacts(N, seed=SEED, season=0)


@pytest.fixture(scope="module")
def responses():
    return data.simulate_responses(N, seed=SEED)


def assert_inside(table, truth, label, *, widen=1.0):
    """Assert that each true value lies in its interval, stretched ``widen`` times about the estimate."""
    for row in table.itertuples():
        true, value = truth[getattr(row, label)], row.value
        assert value - widen * (value - row.low) <= true <= value + widen * (row.high - value), (label, row)


def test_purchases_follow_the_stated_model(orders):
    """Do BG/NBD and Gamma-Gamma find their parameters, each within 1.5 times its 95 % interval?"""
    history = loyalty.rfm_summary(orders, observation_end=END, time_unit="week")
    model = loyalty.BetaGeoModel.fit(history, time_unit="week")
    assert_inside(model.parameters, {"r": 0.8, "alpha": 9.0, "a": 0.7, "b": 2.8}, "parameter", widen=1.5)
    money = loyalty.GammaGamma.fit(history[history["frequency"] > 0])
    assert_inside(money.parameters, {"p": 6.0, "q": 4.0, "v": 90.0}, "parameter", widen=1.5)
    assert 3.2 < len(orders) / N < 3.6
    assert orders["amount"].mean() == pytest.approx(180, rel=0.03)


def test_repeat_purchases_have_their_week_and_their_november():
    """Saturday 1.29 times Tuesday, November (per day) 1.45 times May: within three standard errors, once growth is out?"""
    repeats = data.simulate_orders(N, seed=SEED).query("order_id % 1000 > 1")
    counts = repeats["date"].dt.day_of_week.value_counts()
    spread = np.sqrt(1 / counts[5] + 1 / counts[1])
    assert abs(np.log(counts[5] / counts[1]) - np.log(1.16 / 0.90)) < 3 * spread
    flat = data.simulate_orders(N, seed=SEED, season=0).query("order_id % 1000 > 1")
    month, plain = (t["date"].dt.strftime("%Y-%m").value_counts() for t in (repeats, flat))
    lift = (month["2025-11"] / plain["2025-11"]) / (month["2025-05"] / plain["2025-05"])
    assert lift == pytest.approx(1.45, rel=0.08)


def test_members_of_higher_tiers_spend_more(orders):
    """Are about 70, 22 and 8 % of the customers in the tiers, and is an order of gold members over twice as large?"""
    people = data.simulate_customers(N, seed=SEED)
    shares = people["member_tier"].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx({"普通": 0.70, "银卡": 0.22, "金卡": 0.08}, abs=0.015)
    spent = orders.merge(people, on="customer_id").groupby("member_tier")["amount"].mean()
    assert spent["普通"] < spent["银卡"] < spent["金卡"]
    assert 2.4 < spent["金卡"] / spent["普通"] < 3.2


def test_calls_wait_and_are_solved_as_stated(contacts):
    """Abandonment 10 %, first-contact resolution 80 % (complaints 55 %): inside 1.5 times the intervals?"""
    for complaint, resolved in ((False, 0.80), (True, 0.55)):
        part = contacts[(contacts["reason"] == "投诉") == complaint]
        table = technology.call_centre_kpis(part, answer_within_s=20, short_abandon_s=0).table.set_index("kpi")
        assert_inside(
            table.loc[["abandonment_rate", "fcr"]].reset_index(),
            {"abandonment_rate": 0.10, "fcr": resolved},
            "kpi",
            widen=1.5,
        )


def test_mondays_are_busiest_and_forecastable(contacts):
    """Are the weekdays 1.60 ... 0.70, and does a forecast beat copying last week?"""
    expected = np.array([1.60, 1.25, 1.15, 1.10, 1.15, 0.80, 0.70])
    counts = contacts["started_at"].dt.day_of_week.value_counts().sort_index().to_numpy()
    shares = expected / expected.sum()
    # Chi-squared, 6 degrees of freedom: 22.5 is exceeded once in a thousand; orders are not quite even over the days.
    assert ((counts - shares * counts.sum()) ** 2 / (shares * counts.sum())).sum() < 45
    history = contacts.groupby(contacts["started_at"].dt.floor("D").rename("interval_start")).size()
    test = technology.backtest_calls(history.rename("calls").reset_index())
    assert test.ratio < 1


def test_complaints_are_settled_in_the_stated_time(contacts):
    """Medians 1.5, 16 and 90 hours, 62.5, 67.4 and 75.6 % in time: inside 1.5 times the intervals?"""
    tickets = contacts[contacts["tier"].notna()]
    times = complaints.time_to_resolution(tickets, as_of="2026-01-01", by="tier").table
    assert_inside(
        times.rename(columns={"median_h": "value"}), {"紧急": 1.5, "一般": 16.0, "疑难": 90.0}, "group", widen=1.5
    )
    report = complaints.sla_report(tickets, tiers={"紧急": 2, "一般": 24, "疑难": 168}, as_of="2026-01-01")
    tiers = report[report["tier"] != "全部"].rename(columns={"attainment": "value"})
    assert_inside(tiers, {"紧急": 0.625, "一般": 0.674, "疑难": 0.756}, "tier", widen=1.5)


def test_channels_cost_and_answer_as_stated(contacts):
    """Do nine of ten contacts of every channel get an answer, and does a call cost most?"""
    table = communication.channel_kpis(contacts).set_index("channel")
    assert table["reach"].between(0.88, 0.92).all()
    assert table["cost_per_contact"].idxmax() == "电话"


def test_satisfaction_differs_by_tier_as_stated(responses):
    """CSAT 70, 76, 84 % and NPS 14, 24, 40 by tier, alpha about .83: inside 1.5 times the intervals?"""
    rows = []
    for tier, part in responses.groupby("member_tier"):
        csat, nps = satisfaction.csat(part["csat"]), satisfaction.nps(part["nps"])
        rows.append(("csat", tier, csat.share, csat.low, csat.high))
        rows.append(("nps", tier, nps.score, nps.low, nps.high))
    table = pd.DataFrame(rows, columns=["measure", "tier", "value", "low", "high"])
    assert_inside(table.query("measure == 'csat'"), {"普通": 0.70, "银卡": 0.76, "金卡": 0.84}, "tier", widen=1.5)
    assert_inside(table.query("measure == 'nps'"), {"普通": 14, "银卡": 24, "金卡": 40}, "tier", widen=1.5)
    ces = satisfaction.ces(responses["ces"], higher_is_easier=True)
    assert ces.low - 0.02 <= 5.13 <= ces.high + 0.02
    assert satisfaction.cronbach_alpha(responses[["q1", "q2", "q3", "q4", "q5"]]).alpha == pytest.approx(
        0.83, abs=0.015
    )
    assert responses["csat"].corr(responses["nps"], method="spearman") == pytest.approx(0.7, abs=0.03)


def test_content_customers_buy_a_little_more(orders, responses):
    """Is the rank correlation of satisfaction and number of orders weak and positive, about .06?"""
    bought = responses["customer_id"].map(orders.groupby("customer_id").size())
    assert 0.03 < responses["csat"].corr(bought, method="spearman") < 0.09


def test_bad_reviews_are_about_delivery():
    """Are 80 % of the reviews good, and the causes of bad ones 40, 25, 20, 10 and 5 %?"""
    reviews = data.simulate_reviews(N, seed=SEED)
    assert reviews["positive"].mean() == pytest.approx(0.80, abs=0.01)
    causes = complaints.cause_pareto(reviews[~reviews["positive"]], cause="topic").rename(columns={"share": "value"})
    truth = {"物流": 0.40, "质量": 0.25, "服务": 0.20, "价格": 0.10, "包装": 0.05}
    assert_inside(causes, truth, "cause", widen=1.5)
    words = information.keyword_table(reviews.loc[reviews["topic"] == "物流", "text"], top=5)
    assert "物流" in set(words["word"])
    some = reviews.head(2000)
    sorted_out = complaints.classify_complaints(some["text"], some["topic"], rng=np.random.default_rng(1))
    assert sorted_out.accuracy > 0.95


def test_customers_registered_twice_are_found():
    """Does the usual search find nine of ten pairs and hardly a wrong one?"""
    people = data.simulate_customers(3000, seed=SEED, duplicates=0.2)
    result = information.find_duplicates(
        people,
        compare={
            "name": "jaro_winkler",
            "mobile": "levenshtein",
            "birth_date": "levenshtein",
            "address": "levenshtein",
        },
        block=["mobile", ["name", "birth_date"], "address", ["birth_date", "gender"]],
    )
    quality = information.duplicate_quality(result.pairs, people.set_index("customer_id")["person_id"])
    assert quality.precision > 0.95
    assert quality.recall > 0.88
