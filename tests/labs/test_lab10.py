"""lab10_capstone: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

import time

import numpy as np
import pandas as pd
import pytest

from crmlab import lab, loyalty, strategy
from crmlab.labdata import _capstone as trade
from crmlab.labdata import lab10_capstone as generator
from tests.labs import bench

LAB = "lab10_capstone"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "numbers written in two ways counted as two people",
        "l10-t01-test",
        "people = data.records['mobile'].nunique()",
        3,
        "写法不同的同一个号码算成了两个人。先去掉空格、横线和 +86，再数。",
    ),
    (
        "calls nobody answered left out",
        "l10-t02-test",
        "service_level = fast.sum() / calls['answered'].sum()",
        4,
        "没接起的电话不在分母里，服务水平就虚高了。题目的分母是全部来电。",
    ),
    (
        "the cheapest channel taken for the best",
        "l10-t03-test-best",
        "best_channel = cac.idxmin()",
        0,
        "这是获客最便宜的渠道。便宜招来的人买得少，未必划算：看净贡献。",
    ),
    (
        "no control group",
        "l10-t04-test",
        "gap = bought['发']",
        3,
        "这是收到消息的人下单的占比。他们不收消息也会有人买：要减去不发的那一组。",
    ),
    (
        "not asked taken for agreed",
        "l10-t05-test-reachable",
        "reachable = ((days > 90) & (data.customers['consent'] != 0)).sum()",
        0,
        "没问过的也算成同意了。空着不是同意：只有 consent 等于 1 的才可以。",
    ),
    (
        "those who did not answer taken for dissatisfied",
        "l10-t06-test",
        "csat_share = (data.survey['csat'] >= 4).mean()",
        4,
        "没有答的也当成不满意了。满意率的分母是答了的人。",
    ),
    (
        "recency read the wrong way round",
        "l10-t07-test",
        "n_keep = (often & (values['days_since_last'] <= mean['days_since_last'])).sum()",
        3,
        "方向反了：R 是离上次的天数，天数多才是好久没来。你找到的是最近还来的“重要价值客户”。",
    ),
    (
        "the second quarter taken for the next one",
        "l10-t08-test-series",
        "next_quarter = loyalty.cohort_retention(data.orders, period='quarter').retention.loc[cohorts, 2]",
        0,
        "取了第 2 期。下一季是第 1 期：列 1。",
    ),
    (
        "money of later years not discounted",
        "l10-t09-test",
        "def clv(margin, retention, discount, years):\n    return sum(margin * retention**t for t in range(years))",
        1,
        "忘了折现。第 t 年的毛利还要除以 (1 + discount) 的 t 次方。",
    ),
    (
        "open complaints dropped",
        "l10-t10-test",
        "took = (data.complaints['closed_at'] - data.complaints['opened_at']).dt.total_seconds() / 3600\n"
        "median_h = took.median()",
        3,
        "没办结的丢掉了，剩下的都是办得快的，中位数就短了。没办结的要算“还在等”。",
    ),
    (
        "the week with most complaints named",
        "l10-t11-test",
        "most = weekly['complained'].idxmax()\n"
        "ax = plots.control_chart(chart, f'第 {most} 周的投诉最多', xlabel='第几周（周）', ylabel='被投诉的订单（%）')",
        4,
        "标题说的是投诉件数最多的一周，那一周订单也多，占比并没有出界。看 chart.signals。",
    ),
    (
        "customers rung up who did not agree",
        "l10-t12-test-rescue",
        "a = accounts[(accounts['tier'] == 'A') & (accounts['last_order_days'] > 60) & (accounts['slow_complaint'] == 1)]\n"
        "rescue_ids = list(a.sort_values('revenue_yuan', ascending=False).index[:6])",
        0,
        "没有同意的也在名单里。没有同意，不能去打扰：加上 consent 等于 1。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways, and answers that are half right
    ("l10-t01-test", "people, bad_birth_pct = int(people), round(bad_birth_pct, 2)", 6),
    ("l10-t02-test", "service_level, worst_hour = round(service_level, 3), float(worst_hour)", 7),
    ("l10-t02-test", "worst_hour = calls['at'].dt.hour.value_counts().idxmax()", 5),
    ("l10-t03-test-cac", "cac = cac.sort_values().round(1)", 3),
    (
        "l10-t03-test-cac",
        "cac = data.marketing.set_index('channel')['spend_yuan'] / data.customers['channel'].value_counts()",
        0,
    ),
    ("l10-t03-test-best", "best_channel = value.idxmax()", 0),
    ("l10-t04-test", "gap = round(gap, 4)", 6),
    ("l10-t05-test-tags", "tag_counts = tag_counts[::-1].astype(float)", 4),
    ("l10-t05-test-tags", "tag_counts['沉睡'] += tag_counts['未激活']; tag_counts['未激活'] = 0", 1),
    ("l10-t06-test", "csat_low, csat_high = csat_low - 0.01, csat_high + 0.01", 4),
    ("l10-t07-test", "keep_amount_pct = round(keep_amount_pct, 2)", 6),
    ("l10-t08-test-series", "next_quarter = next_quarter.sort_values().round(3)", 4),
    ("l10-t08-test-weak", "weak_cohort = next_quarter.idxmax()", 0),
    ("l10-t09-test", "def clv(m, r, d, n):\n    k = r / (1 + d)\n    return m * (1 - k**n) / (1 - k)", 7),
    ("l10-t09-test", "def clv(m, r, d, n):\n    return 156.0", 0),
    (
        "l10-t10-test",
        "took = data.complaints['closed_at'] - data.complaints['opened_at']\n"
        "met_share = ((took <= limit) & (data.complaints['opened_at'] + limit <= as_of)).sum() / len(due)",
        7,
    ),
    ("l10-t10-test", "met_share = (data.complaints['closed_at'] - data.complaints['opened_at'] <= limit).mean()", 4),
    (
        "l10-t11-test",
        "ax = plots.bars(pct, title, xlabel='被投诉的订单（%）', ylabel='第几周（周）')",
        7,
    ),
    ("l10-t11-test", "ax = plots.bars(weekly['complained'], title, xlabel='件', ylabel='第几周（周）')", 5),
    ("l10-t12-test-tiers", "c_cost_share = round(c_cost_share, 3)", 4),
    ("l10-t12-test-rescue", "rescue_ids = rescue_ids[::-1]", 4),
    ("l10-t12-test-rescue", "rescue_ids = rescue_ids[:4]", 2),
    ("l10-t12-test-rescue", "rescue_ids = list(data.accounts['customer_id'])", 0),
]


test_another_way = bench.ways_test(LAB, FAIR)


def test_the_mistake_of_one_step_costs_nothing_in_another(monkeypatch):
    """Does a student whose first eleven steps are wrong still earn the whole of the twelfth?"""
    built = bench.lab_named(LAB)
    wrong = {c.id: bench.cell(built.release, c.id).source for c in built.answers if not c.id.startswith("l10-t12")}
    outcomes = bench.Bench(monkeypatch, "2026001").run_all(built.source, wrong)
    earned = bench.marks(built.source, outcomes)
    assert {name: n for name, n in earned.items() if n} == {"l10-t12-test-tiers": 4.0, "l10-t12-test-rescue": 4.0}


@pytest.mark.slow
def test_every_branch_is_a_fair_question_of_its_own():
    """Are there no ties, do the usual slips give another answer, and do answers differ between branches?"""
    keys = pd.DataFrame([key(generator.make(np.random.default_rng(number))) for number in range(30)])
    assert keys["rows"].between(50_000, 60_000).all()
    assert (keys["best"] != keys["cheapest"]).all()
    assert (keys["best"] != keys["richest"]).all()
    assert (keys["week"] != keys["most"]).all()
    assert (keys["step"] != keys["lost"]).all()
    assert (keys["median"] - keys["median_slip"] >= 0.99).all()
    assert ((keys["met"] - keys["met_slip"]).abs() >= 0.001).all()
    assert (keys["rescue"] != keys["rescue_slip"]).all()
    assert keys["csat"].between(0.3, 0.95).all()
    assert not keys[["people", "median", "csat", "rescue"]].duplicated().any()
    for column, least, most in [
        ("branch", 8, 0.3), ("hour", 7, 0.4), ("best", 4, 0.6), ("step", 3, 0.7), ("cohort", 5, 0.5), ("week", 10, 0.3),
    ]:  # fmt: skip
        shares = keys[column].value_counts(normalize=True)
        assert len(shares) >= least, column
        assert shares.iloc[0] <= most, column


def test_tables_hang_together():
    """Does every order, contact, complaint and answer belong to a customer, and nothing happen before he came?"""
    tables = generator.make(np.random.default_rng(8))
    customers, orders, complaints = (tables[name] for name in ("customers", "orders", "complaints"))
    assert customers["customer_id"].is_unique
    assert generator.clean_mobile(tables["records"]["mobile"]).nunique() == len(customers)
    for name in ("orders", "contacts", "campaign", "survey", "complaints", "accounts"):
        assert tables[name]["customer_id"].isin(customers["customer_id"]).all(), name
    joined = customers.set_index("customer_id")["joined_on"]
    assert (orders["date"] >= orders["customer_id"].map(joined)).all()
    assert not orders.duplicated(["customer_id", "date"]).any()
    first = orders.groupby("customer_id")["date"].min()
    assert (tables["contacts"]["at"] >= tables["contacts"]["customer_id"].map(first)).all()
    ordered = complaints["order_id"].map(orders.set_index("order_id")["date"])
    assert (complaints["opened_at"] > ordered).all()
    assert (complaints["order_id"].map(orders.set_index("order_id")["customer_id"]) == complaints["customer_id"]).all()
    assert (complaints["closed_at"].dropna() <= trade.AS_OF).all()
    agreed = tables["campaign"]["customer_id"].map(customers.set_index("customer_id")["consent"])
    assert (agreed == 1).all()
    recent = orders[orders["date"] >= "2025-10-01"].groupby("customer_id")["amount_yuan"].sum()
    revenue = tables["accounts"].set_index("customer_id")["revenue_yuan"]
    pd.testing.assert_series_equal(revenue, recent, check_names=False)
    days = (orders["date"] - pd.Timestamp("2026-03-23")).dt.days
    weeks = (days[days.between(0, 26 * 7 - 1)] // 7).value_counts().sort_index()
    assert weeks.tolist() == tables["weekly"]["orders"].tolist()


def test_the_package_agrees_with_the_generator():
    """Do the package's tiers, cohorts and RFM say what the generator took care of?"""
    tables = generator.make(np.random.default_rng(9))
    revenue = tables["accounts"].set_index("customer_id")["revenue_yuan"]
    tiers = strategy.abc_tiers(revenue, crossing="before", cuts=(0.8, 0.95))["tier"]
    assert tiers.reindex(revenue.index).tolist() == trade.tier_of(revenue).tolist()
    retention = loyalty.cohort_retention(tables["orders"], period="quarter", observation_end="2026-09-30").retention
    assert retention[1].loc[list(trade.COHORTS)].between(0.2, 0.9).all()


@pytest.mark.slow
def test_a_branch_is_drawn_within_a_second():
    """Does a computer with nothing else to do need less than a second for the data, and draw the same ones every time?"""
    took = []
    for number in range(5):
        start = time.process_time()
        lab._draw.__wrapped__(LAB, f"S{number}")
        took.append(time.process_time() - start)
    assert np.median(took) < 1.0
    one, two = (lab._draw.__wrapped__(LAB, "20260315") for _ in range(2))
    for name, table in one.items():
        pd.testing.assert_frame_equal(table, two[name])


def key(tables):
    firm, customers, contacts, complaints = (tables[n] for n in ("firm", "customers", "contacts", "complaints"))
    calls = contacts[contacts["channel"] == "电话"]
    fast = (calls["answered"] == 1) & (calls["wait_s"] <= 20)
    new = customers[customers["joined_on"].dt.year == 2025]
    early = tables["orders"].merge(new, on="customer_id")
    early = early[(early["date"] - early["joined_on"]).dt.days < 180]
    value = early.groupby("channel")["amount_yuan"].sum() / new["channel"].value_counts()
    cost = tables["marketing"].set_index("channel")["spend_yuan"] / new["channel"].value_counts()
    steps = generator.step_shares(tables["campaign"])
    weekly = tables["weekly"].set_index("week")
    orders = tables["orders"].assign(q=tables["orders"]["date"].dt.to_period("Q"))
    orders["age"] = (orders["q"] - orders.groupby("customer_id")["q"].transform("min")).map(lambda gap: gap.n)
    cohort = orders[orders["age"] == 0].drop_duplicates("customer_id").set_index("customer_id")["q"].astype(str)
    back = cohort.index.isin(orders.loc[orders["age"] == 1, "customer_id"])
    retained = pd.Series(back).groupby(cohort.to_numpy()).mean().loc[list(trade.COHORTS)]
    took = (complaints["closed_at"] - complaints["opened_at"]).dt.total_seconds() / 3600
    due = complaints["opened_at"] + pd.Timedelta(hours=72) <= trade.AS_OF
    unhappy = trade.to_rescue(tables["accounts"])
    return {
        "branch": firm["branch"].iloc[0],
        "rows": sum(map(len, tables.values())),
        "people": len(customers),
        "hour": fast.groupby(calls["at"].dt.hour).mean().idxmin(),
        "best": (value * firm["margin_share"].iloc[0] - cost).idxmax(),
        "cheapest": cost.idxmin(),
        "richest": value.idxmax(),
        "step": steps["share"].idxmin(),
        "lost": steps["lost"].idxmax(),
        "csat": (tables["survey"]["csat"] >= 4).sum() / tables["survey"]["csat"].notna().sum(),
        "cohort": retained.idxmin(),
        "median": generator.median_hours(complaints),
        "median_slip": took.median(),
        "met": (took[due] <= 72).mean(),
        "met_slip": (took <= 72).mean(),
        "week": (weekly["complained"] / weekly["orders"]).idxmax(),
        "most": weekly["complained"].idxmax(),
        "rescue": tuple(unhappy.loc[unhappy["consent"] == 1, "customer_id"].head(6)),
        "rescue_slip": tuple(unhappy["customer_id"].head(6)),
    }
