"""lab09_strategy: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

from itertools import chain

import numpy as np
import pandas as pd
import pytest

from crmlab import strategy
from crmlab.labdata import lab09_strategy as generator
from tests.labs import bench

LAB = "lab09_strategy"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "the smallest four fifths read off the curve",
        "l09-t01-test-top",
        "top_fifth = float(curve.loc[curve['customer_share'].round(3) == 0.8, 'value_share'].iloc[0])",
        0,
        "这是最小的八成合起来占的。曲线从小的数起，最大的两成是 1 减去它。",
    ),
    (
        "a failure costs no second try by staff",
        "l09-t02-test",
        "def saving_each(success, staff, self, failure):\n    return staff - self - (1 - success) * failure",
        2,
        "自助不成还要再找人工：失败的时候要付人工成本，再加失败的代价。",
    ),
    (
        "letters put on the members in the order of the result",
        "l09-t03-test-values",
        "net = 0.3 * data.members['spend_yuan'] - data.members['service_cost_yuan']\n"
        "letters = strategy.abc_tiers(data.members['spend_yuan'], crossing='before')['tier'].to_numpy()\n"
        "by_tier = by_tier.assign(net_yuan=by_tier['tier'].map(net.groupby(letters).mean()))",
        6,
        "级别贴错了人：abc_tiers 的结果按金额排过序，不要 .to_numpy()，让 pandas 按行索引对齐。",
    ),
    (
        "another kind of customising chosen as well",
        "l09-t04-test",
        "more = data.offers['text'].isin(sentences.OFFERS['化妆式'])\n"
        "offer_ids = offer_ids + list(data.offers.loc[more, 'offer_id'])",
        0,
        "把化妆式也选进来了：产品不变，只变呈现。适应式是标准品，客户自己调。",
    ),
    (
        "members without a score left in the denominator",
        "l09-t05-test-numbers",
        "money_share = target['spend_yuan'].sum() / data.members['spend_yuan'].sum()",
        3,
        "money_share 的分母混进了没有评分的会员。分子分母要是同一批人。",
    ),
    (
        "the whole shop taken at its word",
        "l09-t06-test-verdict",
        "verdict = '同一群人里也更高'",
        0,
        "只看了总账。分开以后两个差都不到 0.05：买定制的人里常客本来就多。",
    ),
    (
        "the mean promised, not the ninetieth percentile",
        "l09-t07-test-numbers",
        "p90_days = times.cases['lead_hours'].mean() / 24",
        3,
        "答应平均的或中间的天数，将近一半的客户会失望。承诺看第 90 百分位：.quantile(0.9)。",
    ),
    (
        "the call-back a week later left in",
        "l09-t07-test-step",
        "bottleneck = strategy.process_times(data.flow).bottleneck",
        0,
        "交货一周以后才回访，是故意等，不是排队。先去掉“反馈”再找瓶颈。",
    ),
    (
        "agents counted for everyone alike",
        "l09-t08-test-agents",
        "agents_needed = next(\n"
        "    c for c in range(agents, 30)\n"
        "    if strategy.priority_queue(data.lines, agents=c, service_min=service_min)['fifo_wait_min'].iloc[0] <= limit\n"
        ")",
        0,
        "这是先来先办时要的坐席。分级以后 C 级等得更久，要看 C 那一行的 wait_min。",
    ),
    (
        "members compared one by one, not by tier",
        "l09-t09-test",
        "def mismatch(table):\n"
        "    share = table[['margin_yuan', 'cost_yuan']] / table[['margin_yuan', 'cost_yuan']].sum()\n"
        "    return (share['cost_yuan'] - share['margin_yuan']).abs().sum() / 2",
        0,
        "一位一位地比了。先按级别合起来，再比占比：groupby(...).sum()。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways, and answers that are half right
    ("l09-t01-test-top", "top_fifth = round(1 - curve['value_share'].iloc[len(spending) * 4 // 5], 3)", 4),
    ("l09-t01-test-gini", "concentration = round(concentration, 3)", 4),
    ("l09-t01-test-gini", "concentration = top_fifth", 0),
    ("l09-t02-test", "def saving_each(s, c, a, f):\n    return s * (c - a) + (1 - s) * (-a - f)", 8),
    ("l09-t02-test", "def saving_each(s, c, a, f):\n    return c - a", 2),
    ("l09-t02-test", "def saving_each(s, c, a, f):\n    return 5.5", 0),
    ("l09-t03-test-values", "by_tier = by_tier.sort_values('tier').round(1)", 9),
    ("l09-t03-test-values", "by_tier = by_tier.assign(cost_pct=by_tier['cost'] / by_tier['members'] / 2)", 6),
    ("l09-t03-test-values", "by_tier = by_tier.assign(members=by_tier['members'] + (by_tier['tier'] == 'B'))", 6),
    ("l09-t03-test-order", "by_tier = by_tier.sort_values('cost_pct')", 0),
    ("l09-t04-test", "offer_ids = tuple(offer_ids)", 8),
    ("l09-t04-test", "offer_ids = offer_ids[:1]", 4),
    ("l09-t04-test", "offer_ids = list(data.offers['offer_id'])", 0),
    ("l09-t05-test-numbers", "n_custom = float(n_custom)\nmoney_share = round(money_share, 3)", 6),
    ("l09-t05-test-numbers", "n_custom = (grid['cell_zh'] == '频次营销').sum()", 3),
    ("l09-t05-test-call", "call_ids = call_ids[::-1]", 3),
    ("l09-t05-test-call", "call_ids = list(target['member_id'])", 0),
    ("l09-t06-test-gaps", "gap_all = round(gap_all, 3)\ngap_club = round(gap_club, 3)", 6),
    ("l09-t06-test-gaps", "gap_club, gap_other = gap_other, gap_club", 3),
    ("l09-t06-test-gaps", "gap_all = -gap_all", 3),
    ("l09-t07-test-numbers", "p90_days = round(p90_days, 2)\nwait_share = round(wait_share, 3)", 6),
    ("l09-t07-test-numbers", "wait_share = 1 - wait_share", 3),
    ("l09-t07-test-step", "bottleneck = times.steps.set_index('step')['work_hours'].idxmax()", 0),
    ("l09-t08-test-extra", "extra_c = round(now.loc['C', 'wait_min'] - now.loc['C', 'fifo_wait_min'], 2)", 3),
    ("l09-t08-test-extra", "extra_c = now.loc['C', 'wait_min']", 0),
    ("l09-t08-test-agents", "agents_needed = agents_needed + 1", 0),
    (
        "l09-t09-test",
        "def mismatch(t):\n"
        "    cost = t.groupby('card')['cost_yuan'].sum() / t['cost_yuan'].sum()\n"
        "    return (cost - t.groupby('card')['margin_yuan'].sum() / t['margin_yuan'].sum()).clip(lower=0).sum()",
        12,
    ),
    ("l09-t09-test", "def mismatch(table):\n    return 0.4", 0),
    (
        "l09-t09-test",
        "def mismatch(t):\n"
        "    s = t.groupby('card')[['margin_yuan', 'cost_yuan']].sum().loc[['金卡', '银卡', '普卡']]\n"
        "    s = s / s.sum()\n"
        "    return (s['cost_yuan'] - s['margin_yuan']).abs().sum() / 2",
        8,
    ),
    (
        "l09-t09-test",
        "def mismatch(t):\n"
        "    s = t.groupby('card')[['margin_yuan', 'cost_yuan']].mean()\n"
        "    s = s / s.sum()\n"
        "    return (s['cost_yuan'] - s['margin_yuan']).abs().sum() / 2",
        0,
    ),
    (
        "l09-t10-test",
        "felt = data.journey.groupby(['step', 'touchpoint'])['emotion'].mean().droplevel('step')\n"
        "ax = plots.bars(felt, title, xlabel='情绪（分）', ylabel='触点')",
        5,
    ),
    (
        "l09-t09-test",  # the largest difference is half of the sum only when one group stands against all others
        "def mismatch(t):\n"
        "    s = t.groupby('card')[['margin_yuan', 'cost_yuan']].sum()\n"
        "    s = s / s.sum()\n"
        "    return (s['cost_yuan'] - s['margin_yuan']).abs().max()",
        8,
    ),
    ("l09-t10-test", "ax = plots.bars(gaps.sort_values(), '七个触点的差', xlabel='差（分）', ylabel='触点')", 5),
]


test_another_way = bench.ways_test(LAB, FAIR)


@pytest.mark.slow
def test_every_student_gets_a_fair_question_of_his_own():
    """Are there no ties, do the usual slips give another number, and do answers differ between students?"""
    keys = bench.keys(generator, key)
    assert keys["top"].between(0.55, 0.75).all()
    assert (keys["n_before"] > keys["n_including"]).all()
    assert (keys["cost_lead"] >= 2).all()
    assert keys["call"].between(8, 40).all()
    assert (keys["every"] >= 0.09).all()
    assert ((keys["inside"].abs() <= 0.04) | (keys["inside"] >= 0.1)).all()
    assert ((keys["inside"] < 0.05) == (keys["outside"] < 0.05)).all()
    assert (keys["bottleneck"] != keys["longest"]).all()
    assert (keys["with_feedback"] == "反馈").all()
    assert (keys["p90"] - keys["mean"] >= 0.7).all()
    assert (keys["agents"] > keys["agents_fifo"]).all()
    assert (keys["single"] - keys["mismatch"] >= 0.029).all()
    assert (keys["touchpoint"] != keys["saddest"]).all()
    assert not keys[["top", "mismatch"]].duplicated().any()
    for column, least, most in [
        ("costliest", 2, 0.9), ("asked", 4, 0.5), ("offers", 20, 0.15), ("verdict", 2, 0.7), ("bottleneck", 3, 0.6),
        ("agents", 4, 0.6), ("touchpoint", 5, 0.4), ("n_custom", 15, 0.2),
    ]:  # fmt: skip
        shares = keys[column].value_counts(normalize=True)
        assert len(shares) >= least, column
        assert shares.iloc[0] <= most, column


def test_the_generator_and_the_package_say_the_same():
    """Do the answers that the draws were chosen by agree with what the student computes by the package?"""
    tables = generator.make(np.random.default_rng(5))
    spend = tables["members"]["spend_yuan"]
    for crossing in ("before", "including"):
        found = strategy.abc_tiers(spend, crossing=crossing)["tier"].reindex(spend.index)
        assert found.tolist() == generator.tiers(spend.to_numpy(), including=crossing == "including").tolist()
    made = tables["flow"][tables["flow"]["step"] != "反馈"]
    times, facts = strategy.process_times(made), generator.flow_facts(made)
    assert times.bottleneck == facts["bottleneck"]
    assert times.wait_share == pytest.approx(facts["wait_share"])
    assert times.cases["lead_hours"].quantile(0.9) / 24 == pytest.approx(facts["p90"])
    desk, rates = tables["desk"].iloc[0], tables["lines"]["arrivals_per_hour"].astype(float).tolist()
    queue = strategy.priority_queue(tables["lines"], agents=int(desk["agents"]), service_min=desk["service_min"])
    first, last, plain = generator.waits(rates, int(desk["agents"]), desk["service_min"])
    assert queue["wait_min"].iloc[[0, -1]].tolist() == pytest.approx([first, last])
    assert queue["fifo_wait_min"].tolist() == pytest.approx([plain] * 3)
    service = tables["service"].rename(columns={"card": "tier"})
    cost = strategy.tier_service_cost(service, revenue="margin_yuan", service_cost="cost_yuan")
    assert cost.mismatch == pytest.approx(generator.mismatch(*(tables["service"][c].to_numpy() for c in SERVICE)))


SERVICE = ("card", "margin_yuan", "cost_yuan")


def test_no_offer_is_in_two_lists():
    """Has each offer one kind only, and are there enough of each kind to draw from?"""
    texts = list(chain.from_iterable(generator.OFFERS.values()))
    assert len(set(texts)) == len(texts) == 20


def test_the_flow_can_have_happened():
    """Does no step begin before the one before has ended, and is nobody measured or called at night?"""
    log = generator.make(np.random.default_rng(6))["flow"].sort_values(["order_id", "start"])
    assert (log["end"] > log["start"]).all()
    since = log["start"] - log.groupby("order_id")["end"].shift()
    assert (since.dropna() >= pd.Timedelta(0)).all()
    assert log[log["step"].isin(["采集", "反馈"])]["start"].dt.hour.between(9, 19).all()


def key(tables):
    members, gifts, service, journey = (tables[name] for name in ("members", "gifts", "service", "journey"))
    spend = members["spend_yuan"].to_numpy()
    tier = generator.tiers(spend)
    cost = members["service_cost_yuan"].groupby(tier).sum().sort_values() / members["service_cost_yuan"].sum()
    custom = members[(members["spend_yuan"] >= 1500) & (members["need_score"] >= 6)]
    every, inside, outside = generator.rebought_gaps(*(gifts[c].to_numpy() for c in ("club", "custom", "rebought")))
    made = generator.flow_facts(tables["flow"][tables["flow"]["step"] != "反馈"])
    desk, rates = tables["desk"].iloc[0], tables["lines"]["arrivals_per_hour"].astype(float).tolist()
    wanted = tables["offers"]["text"].isin(generator.OFFERS[tables["asked"]["approach"].iloc[0]])
    felt = journey.assign(gap=journey["emotion"] - journey["expectation"]).groupby("touchpoint")[["emotion", "gap"]]
    card, margin, spent = (service[c].to_numpy() for c in SERVICE)
    return {
        "top": strategy.top_share(members["spend_yuan"]),
        "n_before": (tier == "A").sum(),
        "n_including": (generator.tiers(spend, including=True) == "A").sum(),
        "costliest": cost.index[-1],
        "cost_lead": 100 * cost.diff().min(),
        "asked": tables["asked"]["approach"].iloc[0],
        "offers": tuple(tables["offers"].loc[wanted, "offer_id"]),
        "n_custom": len(custom),
        "call": (custom["interactions"] <= 2).sum(),
        "every": every,
        "inside": inside,
        "outside": outside,
        "verdict": max(inside, outside) < 0.05,
        **made,
        "with_feedback": generator.flow_facts(tables["flow"])["bottleneck"],
        "agents": generator.fewest(rates, desk["service_min"], desk["limit_min"], 1),
        "agents_fifo": generator.fewest(rates, desk["service_min"], desk["limit_min"], 2),
        "mismatch": generator.mismatch(card, margin, spent),
        "single": generator.mismatch(np.arange(len(card)), margin, spent),
        "touchpoint": felt.mean()["gap"].idxmin(),
        "saddest": felt.mean()["emotion"].idxmin(),
    }
