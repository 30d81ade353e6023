"""lab07_loyalty: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

import numpy as np
import pandas as pd
import pytest

from crmlab import loyalty
from crmlab.labdata import lab07_loyalty as generator
from tests.labs import bench

LAB = "lab07_loyalty"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "cohorts too young for a third month kept in the denominator",
        "l07-t01-test-month3",
        "month3 = data.cohorts['m3'].sum() / data.cohorts['size'].sum()",
        0,
        "还没到第 3 个月的两队，人数也算进了分母。空着不是 0：先去掉这两队。",
    ),
    (
        "the smallest cohort taken for the least loyal",
        "l07-t01-test-weakest",
        "weakest = data.cohorts.set_index('cohort')['m1'].idxmin()",
        0,
        "这一队来的人数最少，是因为它本来就小。比留存，要除以这一队的人数。",
    ),
    (
        "a weighted sum divided by the number of questions",
        "l07-t02-test",
        "def loyalty_score(s, w):\n    return 100 * ((s * w).sum() / 4 - 1) / 4",
        0,
        "除以了题数 4。加权平均要除以权重之和。",
    ),
    (
        "false loyalty as a share of everybody",
        "l07-t03-test-values",
        "by_store = by_store.assign(fake_pct=100 * (by_store['often'] - by_store['true']) / by_store['people'])",
        6,
        "fake_pct 的分母用了全部的人。题目问的是常来的人里：分母是真正忠诚加虚假忠诚。",
    ),
    (
        "everyone who comes often",
        "l07-t04-test",
        "often_ids = data.voices['text'].isin(sentences.TRUE)\n"
        "fake_ids = fake_ids + list(data.voices.loc[often_ids, 'voice_id'])",
        0,
        "常来的全选上了。常来只是行为，再看态度：别家半价也不换的，是真正忠诚。",
    ),
    (
        "the newcomers counted as kept",
        "l07-t05-test-keep",
        "keep = club['members_end'] / club['members_start']",
        0,
        "新来的也当成留住的了。期末要先减去本期新增。",
    ),
    (
        "what sold while it lasted",
        "l07-t06-test-lasting",
        "sold = data.campaign.groupby('arm')['bought_60d'].mean()\nlasting = sold.drop('对照').idxmax()",
        0,
        "这是办法还在的时候卖得最多的。停了以后还买，才像忠诚：看 bought_late。",
    ),
    (
        "newcomers not yet seen for thirty days counted as not back",
        "l07-t07-test",
        "def repeat_share(orders, days, end):\n"
        "    gap = orders['date'] - orders.groupby('member_id')['date'].transform('min')\n"
        "    return gap.dt.days.between(1, days).groupby(orders['member_id']).any().mean()",
        0,
        "新会员也放进了分母。首次购买还不满 days 天的，没有看完整：分子分母都不要。",
    ),
    (
        "those who take part taken for those whom it moved",
        "l07-t08-test-gaps",
        "lift = naive",
        3,
        "lift 照的是互动多少。那里面有本来就喜欢我们的人；题目要照抽签 invited 比。",
    ),
    (
        "reviews without a cap",
        "l07-t09-test-growth",
        "growth = free",
        0,
        "没有封顶。评价次数最多算 20 次：clip(upper=20)。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways, and answers that are half right
    ("l07-t01-test-month3", "month3 = round(month3, 3)", 4),
    ("l07-t01-test-month3", "month3 = (known['m3'] / known['size']).mean()", 0),
    ("l07-t02-test", "def loyalty_score(s, w):\n    return (s * w / w.sum()).sum() * 25 - 25", 8),
    ("l07-t02-test", "def loyalty_score(s, w):\n    return 100 * ((s * w).sum() / 10 - 1) / 4", 8),
    ("l07-t02-test", "def loyalty_score(s, w):\n    return 65", 0),
    ("l07-t03-test-values", "by_store = by_store.sort_values('store').round(1)", 9),
    ("l07-t03-test-values", "by_store = by_store.assign(people=by_store['people'] + 1)", 6),
    ("l07-t03-test-order", "by_store = by_store.sort_values('fake_pct')", 0),
    ("l07-t04-test", "fake_ids = set(fake_ids)", 8),
    ("l07-t04-test", "fake_ids = fake_ids[:1]", 4),
    ("l07-t04-test", "fake_ids = list(data.voices['voice_id'])", 0),
    ("l07-t05-test-value", "value = club['margin_yuan'] * keep / (1.1 - keep)", 3),
    ("l07-t05-test-value", "value = value + club['margin_yuan']", 0),
    ("l07-t05-test-change", "change = round(change)", 3),
    (
        "l07-t05-test-change",
        "change = loyalty.customer_lifetime_value(club['margin_yuan'], keep + 0.05, **how).value - value",
        0,
    ),
    ("l07-t06-test-lift", "late_lift = late_lift.sort_values().round(1)", 5),
    ("l07-t06-test-lift", "late_lift = late.drop('对照')", 0),
    (
        "l07-t07-test",
        "def repeat_share(orders, days, end):\n"
        "    dates = orders.sort_values('date').groupby('member_id')['date'].agg(lambda d: sorted(set(d)))\n"
        "    full = [d for d in dates if (end - d[0]).days >= days]\n"
        "    return sum(len(d) > 1 and (d[1] - d[0]).days <= days for d in full) / len(full)",
        12,
    ),
    (
        "l07-t07-test",
        "def repeat_share(orders, days, end):\n"
        "    return loyalty.repeat_purchase_rate(\n"
        "        orders, customer='member_id', within_days=days, observation_end=end\n"
        "    ).share",
        12,
    ),
    ("l07-t07-test", "def repeat_share(orders, days, end):\n    return 0.5", 0),
    (
        "l07-t07-test",
        "good = repeat_share\n\n\ndef repeat_share(orders, days, end):\n    return good(orders, 30, end)",
        8,
    ),
    ("l07-t08-test-gaps", "naive = round(naive, 3)", 6),
    ("l07-t08-test-verdict", "verdict = next(v for v in ('分不出', '少买了') if v != verdict)", 0),
    (
        "l07-t09-test-growth",
        "growth = loyalty.growth_value(\n"
        "    data.members, {'spend_yuan': 1, 'reviews': 20, 'credit': 2}, caps={'reviews': 20}\n"
        ")",
        4,
    ),
    ("l07-t09-test-blocked", "blocked = int((growth >= 4500).sum())", 0),
    (
        "l07-t10-test",
        "gone = data.levels['level_2026'].isna().groupby(data.levels['level_2025']).sum()\n"
        "ax = plots.bars(gone, title, xlabel='离开（人）', ylabel='等级')",
        5,
    ),
    (
        "l07-t10-test",
        "ax = plots.bars(leave_pct, '普通、铜卡、银卡、金卡和黑卡的离开率', xlabel='离开率（%）', ylabel='等级')",
        5,
    ),
]


test_another_way = bench.ways_test(LAB, FAIR)


@pytest.mark.slow
def test_every_student_gets_a_fair_question_of_his_own():
    """Are there no ties, do the usual slips give another number, and do answers differ between students?"""
    keys = bench.keys(generator, key)
    assert ((keys["month3_slip"] - keys["month3"]).abs() >= 0.01).all()
    assert (keys["weakest"] != keys["smallest"]).all()
    assert (keys["fake_lead"] >= 0.49).all()
    assert keys["fake"].map(len).isin([3, 4]).all()
    assert (keys["change"].abs() >= 5).all()
    assert (keys["change"] < 0).any()
    assert (keys["lasting"] != keys["flash"]).all()
    assert ((keys["repeat_slip"] - keys["repeat"]).abs() >= 0.01).all()
    assert (keys["naive"] >= 0.15).all()
    assert (keys["blocked"] != keys["black"]).all()
    assert (keys["level"] != keys["most_left"]).all()
    assert not keys[["month3", "repeat"]].duplicated().any()
    assert set(keys["verdict"]) == {"+", "-", "="}
    for column, least, most in [
        ("weakest", 6, 0.4), ("fake_store", 5, 0.4), ("fake", 20, 0.15), ("lasting", 4, 0.5), ("verdict", 3, 0.6),
        ("blocked", 8, 0.3), ("level", 4, 0.5),
    ]:  # fmt: skip
        shares = keys[column].value_counts(normalize=True)
        assert len(shares) >= least, column
        assert shares.iloc[0] <= most, column


def test_the_package_gives_what_the_generator_says():
    """Do crmlab's own functions agree with the generator's shares, kinds, values and repeat rate?"""
    tables = generator.make(np.random.default_rng(5))
    orders, survey, club = tables["orders"], tables["survey"], tables["club"]
    columns = {name: orders[name].to_numpy() for name in ("member_id", "date")}
    mine = loyalty.repeat_purchase_rate(
        orders, customer="member_id", within_days=30, observation_end=generator.END
    ).share
    assert mine == pytest.approx(generator.repeats(columns, 30)["right"])
    known = survey.assign(attitude=(survey["prefer"] + survey["resist"]) / 2).dropna()
    kinds = loyalty.loyalty_matrix(known, behaviour="visits", cuts=(3.5, 4)).customers
    kinds = kinds[kinds["kind"].isin(["真正忠诚", "虚假忠诚"])]
    fake = 100 * (kinds["kind"] == "虚假忠诚").groupby(kinds["store"]).mean()
    expected = generator.four_kinds({name: survey[name].to_numpy() for name in survey})["fake_pct"]
    assert fake[list(generator.STORES)].tolist() == pytest.approx(expected.tolist())
    keep, value, _ = generator.gain({name: club[name].to_numpy() for name in club})
    made = loyalty.customer_lifetime_value(
        float(club["margin_yuan"].iloc[0]), keep, discount_rate=0.1, time_unit="year", timing="end_of_period"
    )
    assert made.value == pytest.approx(value)


def key(tables):
    cohorts, voices, levels = tables["cohorts"].set_index("cohort"), tables["voices"], tables["levels"]
    reached = cohorts.dropna(subset="m3")
    arrays = {
        name: {c: tables[name][c].to_numpy() for c in tables[name]}
        for name in ("survey", "club", "tasters", "members", "orders")
    }
    fake = pd.Series(generator.four_kinds(arrays["survey"])["fake_pct"], index=generator.STORES).sort_values()
    rates = 100 * tables["campaign"].groupby("arm")[["bought_60d", "bought_late"]].mean().drop("对照")
    month = generator.repeats(arrays["orders"], 30)
    z, tasters = generator.z_of(arrays["tasters"]), tables["tasters"]
    capped, free = generator.growths(arrays["members"])
    left = levels["level_2026"].isna().groupby(levels["level_2025"])
    is_fake = voices["text"].isin(generator.FAKE + generator.FAKE_TRAPS)
    return {
        "month3": reached["m3"].sum() / reached["size"].sum(),
        "month3_slip": (reached["m3"] / reached["size"]).mean(),
        "weakest": (cohorts["m1"] / cohorts["size"]).idxmin(),
        "smallest": cohorts["m1"].idxmin(),
        "fake_store": fake.index[-1],
        "fake_lead": np.diff(fake).min(),
        "fake": tuple(voices.loc[is_fake, "voice_id"]),
        "change": generator.gain(arrays["club"])[2],
        "lasting": rates["bought_late"].idxmax(),
        "flash": rates["bought_60d"].idxmax(),
        "repeat": month["right"],
        "repeat_slip": month["too_new"],
        "naive": tasters.query("engagement >= 5")["bought"].mean() - tasters.query("engagement <= 1")["bought"].mean(),
        "verdict": "+" if z > 1.96 else "-" if z < -1.96 else "=",
        "black": int((capped >= generator.BLACK).sum()),
        "blocked": int(((free >= generator.BLACK) & (capped < generator.BLACK)).sum()),
        "level": left.mean().idxmax(),
        "most_left": left.sum().idxmax(),
    }
