"""lab08_complaints: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

import numpy as np
import pandas as pd
import pytest

from crmlab import complaints
from crmlab.labdata import lab08_complaints as generator
from tests.labs import bench

LAB = "lab08_complaints"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "the week with most complaints, not with the highest rate",
        "l08-t01-test-week",
        "worst_week = int(data.weekly.set_index('week')['complaints'].idxmax())",
        0,
        "这是件数最多的一周，大促单子多，投诉自然多。比投诉率，要除以订单数。",
    ),
    (
        "all who have a problem, the complainers too",
        "l08-t02-test",
        "def unvoiced(complaints_n, asked, voiced):\n    return complaints_n * asked / voiced",
        0,
        "这是有问题的全部人。没说的，还要减去已经投诉的。",
    ),
    (
        "only the tickets that were closed",
        "l08-t03-test-values",
        "shut = data.tickets['closed_at'].notna()\n"
        "fast = (data.tickets['closed_at'] - data.tickets['opened_at'] <= limit)[shut]\n"
        "pct = 100 * fast.groupby(data.tickets['channel']).mean()\n"
        "by_channel = by_channel.assign(met_pct=by_channel['channel'].map(pct))",
        6,
        "只看了已办结的。超时还没办的被漏掉了，达标率就偏高：时限已到的都要进分母。",
    ),
    (
        "the vital few by count",
        "l08-t04-test",
        "by_count = complaints.cause_pareto(data.complaints)\n"
        "vital_causes = list(by_count.loc[by_count['vital'], 'cause'])",
        0,
        "这是按件数排的。题目按损失排：件数多的，每件的损失可能很小。",
    ),
    (
        "every sentence that speaks of money",
        "l08-t05-test",
        "trap = data.voices['text'].isin(sentences.OTHER_TRAPS)\n"
        "repair_ids = repair_ids + list(data.voices.loc[trap, 'voice_id'])",
        4,
        "话里有“退”有“钱”，可他要的是道歉和面子：这是尊重，先给钱反而更气。",
    ),
    (
        "the median of the closed tickets",
        "l08-t06-test-median",
        "median_h = time['naive_median_h'].iloc[0]",
        0,
        "这是只看已办结的。拖得最久的全漏了：没办结的要算成还在等。",
    ),
    (
        "limits from all the weeks",
        "l08-t07-test",
        "good = count_alarms\n\n\ndef count_alarms(x, n, baseline):\n    return good(x, n, len(x))",
        0,
        "中心线用了全部的周。变差的几周把界限也抬高了：只用前 baseline 周。",
    ),
    (
        "the amount after which most bought again",
        "l08-t08-test-best",
        "best_pay = int(share_again.idxmax())",
        0,
        "这是再买率最高的一档。多补的部分换来的人，不一定值这笔钱：比期望收益。",
    ),
    (
        "rows counted instead of tickets",
        "l08-t09-test-missed",
        "missed = 1 - data.events['step'].value_counts() / data.events['ticket_id'].nunique()",
        0,
        "数的是行数。同一步记了两次的，会把漏掉的盖住：一件工单的一步只数一次。",
    ),
    (
        "the less harmful of two equal risks",
        "l08-t10-test",
        "ax = plots.bars(\n"
        "    ranked.set_index('event')['points'], '先防' + ranked['event'].iloc[1], xlabel='风险分（分）', ylabel='危机'\n"
        ")",
        5,
        "两种危机分数并列，标题里写的是危害小的那一种。并列时先看危害。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways, and answers that are half right
    ("l08-t01-test-overall", "overall_pct = round(overall_pct, 3)", 4),
    ("l08-t01-test-overall", "overall_pct = 100 * (data.weekly['complaints'] / data.weekly['orders']).mean()", 0),
    ("l08-t01-test-week", "worst_week = float(worst_week)", 4),
    ("l08-t02-test", "def unvoiced(c, n, v):\n    return c * (n - v) / v", 8),
    ("l08-t02-test", "def unvoiced(c, n, v):\n    return round(c / (v / n) - c)", 8),
    (
        "l08-t02-test",
        "def unvoiced(c, n, v):\n    return complaints.iceberg(c, survey=(int(n), int(v))).unvoiced_low",
        0,
    ),
    ("l08-t02-test", "def unvoiced(c, n, v):\n    return 120", 0),
    ("l08-t03-test-values", "by_channel = by_channel.sort_values('channel').round(1)", 9),
    ("l08-t03-test-values", "by_channel = by_channel.assign(due=by_channel['due'] - 1)", 6),
    ("l08-t03-test-order", "by_channel = by_channel.sort_values('met_pct', ascending=False)", 0),
    ("l08-t04-test", "vital_causes = tuple(reversed(vital_causes))", 8),
    ("l08-t04-test", "vital_causes = vital_causes[:-1]", 4),
    ("l08-t04-test", "vital_causes = sorted(set(data.complaints['cause']))", 0),
    ("l08-t05-test", "repair_ids = set(repair_ids)", 8),
    ("l08-t05-test", "repair_ids = list(data.voices['voice_id'])", 0),
    ("l08-t06-test-median", "median_h = round(median_h, 1)", 5),
    ("l08-t06-test-short", "too_short = -too_short", 0),
    (
        "l08-t07-test",
        "def count_alarms(x, n, baseline):\n"
        "    p = x.iloc[:baseline].sum() / n.iloc[:baseline].sum()\n"
        "    half = 3 * (p * (1 - p) / n) ** 0.5\n"
        "    rate = x / n\n"
        "    return ((rate > p + half) | (rate < p - half)).sum()",
        12,
    ),
    (
        "l08-t07-test",
        "def count_alarms(x, n, baseline):\n"
        "    return len(set(complaints.p_chart(x, n, baseline=baseline).signals['point']))",
        12,
    ),
    (
        "l08-t07-test",
        "good = count_alarms\n\n\ndef count_alarms(x, n, baseline):\n"
        "    p = x.iloc[:baseline].sum() / n.iloc[:baseline].sum()\n"
        "    return int((x / n > p + 3 * (p * (1 - p) / n) ** 0.5).sum())",
        9,
    ),
    (
        "l08-t07-test",  # limits as wide for every week
        "def count_alarms(x, n, baseline):\n"
        "    p = x.iloc[:baseline].sum() / n.iloc[:baseline].sum()\n"
        "    return int(((x / n - p).abs() > 3 * (p * (1 - p) / n.mean()) ** 0.5).sum())",
        8,
    ),
    (
        "l08-t07-test",  # the mean of the weeks' rates in the centre
        "def count_alarms(x, n, baseline):\n"
        "    p = (x / n).iloc[:baseline].mean()\n"
        "    return int(((x / n - p).abs() > 3 * (p * (1 - p) / n) ** 0.5).sum())",
        3,
    ),
    (
        "l08-t07-test",  # the baseline's own weeks left out
        "def count_alarms(x, n, baseline):\n"
        "    p = x.iloc[:baseline].sum() / n.iloc[:baseline].sum()\n"
        "    return int(((x / n - p).abs() > 3 * (p * (1 - p) / n) ** 0.5).iloc[baseline:].sum())",
        8,
    ),
    ("l08-t07-test", "def count_alarms(x, n, baseline):\n    return 99", 0),
    ("l08-t08-test-value", "value = value.iloc[::-1].round(2)", 5),
    ("l08-t08-test-value", "value = share_again.round(3) * data.margin['margin_yuan'].iloc[0] - share_again.index", 5),
    ("l08-t08-test-value", "value = share_again * data.margin['margin_yuan'].iloc[0]", 0),
    ("l08-t09-test-missed", "missed = 1 - data.events.groupby('step')['ticket_id'].nunique() / len(flow.cases)", 5),
    ("l08-t09-test-whole", "whole = flow.cases['complete'].mean()", 0),
    (
        "l08-t10-test",
        "both = ranked['probability'] + ranked['impact']\n"
        "ax = plots.bars(both.set_axis(ranked['event']), title, xlabel='风险分（分）', ylabel='危机')",
        5,
    ),
]


test_another_way = bench.ways_test(LAB, FAIR)


@pytest.mark.slow
def test_every_student_gets_a_fair_question_of_his_own():
    """Are there no ties, do the usual slips give another number, and do answers differ between students?"""
    keys = bench.keys(generator, key)
    assert (keys["week"] != keys["busiest"]).all()
    assert ((keys["overall"] - keys["overall_slip"]).abs() >= 0.019).all()
    assert (keys["channel_lead"] >= 0.79).all()
    assert (keys["vital"] != keys["vital_by_count"]).all()
    assert keys["repair"].map(len).isin([3, 4]).all()
    assert (keys["too_short"] >= 4).all()
    assert (keys["alarms"] != keys["alarms_slip"]).all()
    assert (keys["best"] != keys["most_again"]).all()
    assert (keys["complete"] - keys["whole"] >= 0.029).all()
    assert (keys["harm_lead"] >= 1).all()
    assert not keys[["overall", "whole"]].duplicated().any()
    for column, least, most in [
        ("week", 5, 0.4), ("slowest", 3, 0.6), ("vital", 20, 0.15), ("repair", 20, 0.15), ("alarms", 4, 0.5),
        ("best", 3, 0.65), ("weak_step", 4, 0.5), ("risk", 6, 0.35),
    ]:  # fmt: skip
        shares = keys[column].value_counts(normalize=True)
        assert len(shares) >= least, column
        assert shares.iloc[0] <= most, column


def test_the_package_gives_what_the_generator_says():
    """Do crmlab's own functions agree with the generator's medians, alarms, vital few and steps?"""
    tables = generator.make(np.random.default_rng(5))
    tickets, weekly, events = tables["tickets"], tables["weekly"], tables["events"]
    hard = complaints.time_to_resolution(tickets, as_of=generator.AS_OF, by="tier").table.set_index("group").loc["疑难"]
    waiting, naive, _ = generator.median_h(columns(tickets))
    assert [hard["median_h"], hard["naive_median_h"]] == pytest.approx([waiting, naive])
    parts = [
        complaints.sla_report(tickets[tickets["channel"] == c], tiers=generator.LIMITS, as_of=generator.AS_OF)
        for c in generator.CHANNELS
    ]
    met = [100 * part.set_index("tier").loc["全部", "attainment"] for part in parts]
    assert met == pytest.approx(generator.attainment(columns(tickets))["met_pct"].tolist())
    chart = complaints.p_chart(weekly["complaints"], weekly["orders"], baseline=generator.BASELINE)
    assert len(set(chart.signals["point"])) == generator.alarms(columns(weekly))["right"]
    few = complaints.cause_pareto(tables["complaints"], amount="loss_yuan").query("vital")["cause"]
    places, _ = generator.vital(generator.of_causes(columns(tables["complaints"]))[1])
    assert set(few) == {generator.CAUSES[i] for i in places}
    risks = complaints.risk_matrix(tables["risks"])
    assert risks["event"].iloc[0] == key(tables)["risk"]
    assert len(complaints.step_conformance(events, steps=generator.STEPS, at="done_at").cases) >= 150


def columns(table):
    return {name: table[name].to_numpy() for name in table}


def key(tables):
    weekly, voices, events, trial = (tables[name] for name in ("weekly", "voices", "events", "trial"))
    weekly = weekly.set_index("week")
    rate = weekly["complaints"] / weekly["orders"]
    by_channel = pd.Series(generator.attainment(columns(tables["tickets"]))["met_pct"], index=generator.CHANNELS)
    count, loss = generator.of_causes(columns(tables["complaints"]))
    waiting, naive, _ = generator.median_h(columns(tables["tickets"]))
    found = generator.alarms(columns(tables["weekly"]))
    again = trial.groupby("compensation_yuan")["repurchased"].mean()
    value = again * tables["margin"]["margin_yuan"].iloc[0] - again.index
    begun = events.groupby(["ticket_id", "step"])["done_at"].min().unstack()[list(generator.STEPS)]
    complete = begun.notna().all(axis=1)
    in_turn = complete & (begun.rank(axis=1).to_numpy() == [1, 2, 3, 4]).all(axis=1)
    risks = tables["risks"].assign(score=tables["risks"]["probability"] * tables["risks"]["impact"])
    risks = risks.sort_values(["score", "impact"], ascending=False)
    wants = voices["text"].isin(generator.REPAIR + generator.REPAIR_TRAPS)
    return {
        "overall": 100 * weekly["complaints"].sum() / weekly["orders"].sum(),
        "overall_slip": 100 * rate.mean(),
        "week": rate.idxmax(),
        "busiest": weekly["complaints"].idxmax(),
        "slowest": by_channel.idxmin(),
        "channel_lead": np.diff(np.sort(by_channel)).min(),
        "vital": generator.vital(loss)[0],
        "vital_by_count": generator.vital(count)[0],
        "repair": tuple(voices.loc[wants, "voice_id"]),
        "too_short": waiting - naive,
        "alarms": found["right"],
        "alarms_slip": found["all_weeks"],
        "best": value.idxmax(),
        "most_again": again.idxmax(),
        "complete": complete.mean(),
        "whole": in_turn.mean(),
        "weak_step": begun.isna().mean().idxmax(),
        "risk": risks["event"].iloc[0],
        "harm_lead": risks["impact"].iloc[0] - risks["impact"].iloc[1],
    }
