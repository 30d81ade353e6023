"""lab02_technology: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

import pytest

from crmlab.labdata import lab02_technology as generator
from tests.labs import bench

LAB = "lab02_technology"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "the service level of the answered calls",
        "l02-t01-test-level",
        "level_offered = kpis.service_level_of_answered",
        0,
        "分母是接起的电话，等不及挂断的人不见了。题目的分母是全部来电。",
    ),
    (
        "shrinkage added instead of divided",
        "l02-t02-test",
        "def people_at_least(calls, aht_s, interval_s, shrinkage):\n"
        "    return calls * aht_s / interval_s * (1 + shrinkage)",
        2,
        "损耗乘成了 1 + 损耗。在线的人是排班的人的 (1 − 损耗)，倒回去要除以 (1 − 损耗)。",
    ),
    (
        "callers who hung up soon counted as answered in time",
        "l02-t03-test-table",
        "quick = timed.assign(in_time=timed['wait_s'] <= 20).groupby('hour')['in_time'].mean()\n"
        "by_hour = by_hour.assign(level_pct=100 * quick.to_numpy())",
        3,
        "20 秒内挂断的也算成及时接起了。要接起（answered 是 1），而且等的时间不多于 20 秒。",
    ),
    (
        "the busiest hour instead of the worst",
        "l02-t03-test-worst",
        "worst_hour = by_hour.set_index('hour')['calls'].idxmax()",
        0,
        "这是来电最多的一小时。来电多，不一定难打进来：要看服务水平最低的是几点。",
    ),
    (
        "the talk time only",
        "l02-t04-test-aht",
        "aht_by_topic = taken.groupby('topic')['talk_s'].mean()",
        0,
        "只算了通话。客户在线上等的保持、挂断以后的话后处理，坐席都占着，也要加上。",
    ),
    (
        "callers who were not asked counted as unsolved",
        "l02-t04-test-hardest",
        "hardest = taken.fillna({'resolved': 0}).groupby('topic')['resolved'].mean().idxmin()",
        0,
        "没问到的当成了没解决。空着就是不知道，不在分母里：mean() 本来就会跳过它。",
    ),
    (
        "as many agents as erlangs",
        "l02-t05-test-agents",
        "agents = math.ceil(need.erlangs)",
        3,
        "agents 刚好等于话务量。来电是随机的，会扎堆：不留余量，队伍越排越长。",
    ),
    (
        "errors that cancel",
        "l02-t06-test-wape",
        "wape = (errors.sum() / data.forecasts['actual'].sum()).abs()",
        0,
        "报多的和报少的抵消了。先取绝对值 .abs()，再求和。",
    ),
    (
        "the threshold chosen again on the new chats",
        "l02-t07-test-new",
        "new_cost = technology.chatbot_threshold(data.chats_new, **costs).cost_per_chat",
        0,
        "在新会话上又挑了一次分界。验，就要用原来挑好的那一个：thresholds=[threshold]。",
    ),
    (
        "attainment without a ceiling",
        "l02-t09-test",
        "def attainment(actual, target, direction):\n"
        "    return 100 * (actual / target if direction == 'up' else 2 - actual / target)",
        0,
        "没有封顶：超过 100 的按 100 算，一项的长处不能补另一项的短处。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways, and answers that are half right
    ("l02-t01-test-level", "level_offered = kpis.answered_in_time / kpis.offered", 4),
    ("l02-t01-test-abandoned", "abandoned_share = round((data.calls['answered'] == 0).mean(), 3)", 4),
    ("l02-t03-test-table", "by_hour = by_hour.iloc[::-1].assign(level_pct=by_hour['level_pct'].round(1))", 7),
    ("l02-t03-test-table", "by_hour = by_hour.assign(calls=1)", 4),
    ("l02-t03-test-table", "by_hour = by_hour.assign(level_pct=by_hour['level_pct'] / 100)", 3),
    ("l02-t04-test-aht", "aht_by_topic = aht_by_topic.round()", 4),
    ("l02-t05-test-agents", "agents, scheduled = float(agents), float(scheduled)", 6),
    ("l02-t03-test-table", "by_hour = by_hour.assign(hour=by_hour['hour'].astype(str))", 0),
    ("l02-t05-test-agents", "scheduled = math.ceil(agents * (1 + plan['shrinkage']))", 3),
    ("l02-t05-test-agents", "scheduled = agents / (1 - plan['shrinkage'])", 3),
    ("l02-t05-test-lines", "lines = agents", 0),
    ("l02-t06-test-best", "best_method = errors.sum().abs().idxmin()", 0),
    ("l02-t07-test-threshold", "threshold = 1.0", 3),
    ("l02-t07-test-threshold", "handover_share = 1 - handover_share", 3),
    ("l02-t08-test", "broken = set(broken)", 8),
    ("l02-t08-test", "broken = broken[:1]", 4),
    ("l02-t08-test", "broken = list(data.raci['task'])", 0),
    (
        "l02-t09-test",
        "def attainment(actual, target, direction):\n"
        "    pct = 100 * actual / target if direction == 'up' else 200 - 100 * actual / target\n"
        "    return sorted([0, pct, 100])[1]",
        12,
    ),
    ("l02-t09-test", "def attainment(actual, target, direction):\n    return min(100 * actual / target, 100)", 3),
    ("l02-t09-test", "def attainment(actual, target, direction):\n    return 100", 0),
    (
        "l02-t09-test",
        "def attainment(actual, target, direction):\n"
        "    pct = 100 * (actual / target if direction == 'up' else 2 - actual / target)\n"
        "    return round(min(max(pct, 0), 100), 1)",
        12,
    ),
    ("l02-t10-test", "ax = plots.bars(recall_pct.round(), title, xlabel='查全率（%）', ylabel='说话人')", 8),
    (
        "l02-t10-test",
        "ax = plots.bars(100 * quality['accuracy'], title, xlabel='查全率（%）', ylabel='说话人')",
        5,
    ),
]


test_another_way = bench.ways_test(LAB, FAIR)


def test_the_number_of_the_row_is_not_the_hour():
    """Does a student whose row number is also a possible hour read what it is?"""
    check = bench.cell(bench.lab_named(LAB).source, "l02-t03-test-worst")
    for stage in bench.answered(LAB, "20260315"):
        outcome = stage.attempt("worst_hour = by_hour['level_pct'].idxmin()", check)
        assert outcome.value == 0
        assert '这是表里的第几行（从 0 数起），不是几点。先 .set_index("hour")，再 idxmin()。' in bench.said(outcome)


def test_the_model_answer_tells_its_own_students_numbers():
    """Are the numbers in the teacher's model answer those of the student it names?"""
    text = bench.cell(bench.lab_named(LAB).source, "l02-t11-advice").source
    for stage in bench.answered(LAB, "20260315"):
        own = stage.user_ns
        calls, hours = len(own["data"].calls), own["by_hour"].set_index("hour")
        worst, busiest = hours.loc[own["worst_hour"]], hours["calls"].idxmax()
        assert f"来电 {calls:,} 通" in text
        assert f"占来电 {own['level_offered']:.1%}，放弃的占 {own['abandoned_share']:.1%}" in text
        assert f"{own['worst_hour']} 点的 {worst['calls']:.0f} 通只有 {worst['level_pct']:.1f}%" in text
        assert f"{busiest} 点有 {hours['calls'].max()} 通" in text
        assert (own["best_method"], f"{own['wape'].min():.1%}") == ("vendor", "7.6%")
        assert f"{own['agents']} 人在线、排班 {own['scheduled']} 人" in text


@pytest.mark.slow
def test_every_student_gets_a_fair_question_of_his_own():
    """Are there no ties, do the usual slips give another number, and do answers differ between students?"""
    keys = bench.keys(generator, key)
    assert (keys["level_answered"] - keys["level"] >= 0.019).all()
    assert (keys["worst_hour"] != keys["busiest"]).all()
    assert (keys["hour_lead"] >= 0.049).all()
    assert (keys["hardest"] != keys["hardest_slip"]).all()
    assert (keys["best"] != keys["best_slip"]).all()
    assert (keys["wape_lead"] >= 0.0079).all()
    assert (keys["agents"] > keys["erlangs"] + 1).all()
    assert keys["handover"].between(0.1, 0.9).all()
    assert keys["broken"].map(len).isin([3, 4]).all()
    assert (keys["worst_heard"] != keys["least_right"]).all()
    assert not keys[["level", "new_cost"]].duplicated().any()
    for column, least, most in [
        ("worst_hour", 7, 0.35), ("hardest", 4, 0.45), ("best", 4, 0.5), ("threshold", 5, 0.5), ("broken", 30, 0.1),
        ("worst_heard", 4, 0.4), ("agents", 8, 0.3),
    ]:  # fmt: skip
        shares = keys[column].value_counts(normalize=True)
        assert len(shares) >= least, column
        assert shares.iloc[0] <= most, column


def test_the_generators_own_erlang_is_the_packages():
    """Do the formulas that choose a fair question agree with those the student uses?"""
    from crmlab import technology

    assert generator.blocked(10, 15) == pytest.approx(technology.erlang_b(10, 15))
    level = technology.service_level(10, 14, aht_s=180, answer_within_s=generator.WITHIN_S)
    assert generator.level(10, 14, 180) == pytest.approx(level)
    assert generator.level(10, 10, 180) == 0


def key(tables):
    calls, plan, voice = tables["calls"], tables["plan"].iloc[0], tables["voice"]
    hour, taken = calls["start_at"].dt.hour, calls["answered"] == 1
    in_time = taken & (calls["wait_s"] <= 20)
    by_hour = in_time.groupby(hour).mean().sort_values()
    errors = tables["forecasts"][list(generator.METHODS)].sub(tables["forecasts"]["actual"], axis=0)
    wape = (errors.abs().sum() / tables["forecasts"]["actual"].sum()).sort_values()
    load = plan["calls"] * plan["aht_s"] / plan["interval_s"]
    threshold = generator.costs_by_threshold(tables["chats"], tables["costs"]).idxmin()
    raci = tables["raci"].set_index("task").fillna("")
    has = {letter: raci.apply(lambda c, x=letter: c.str.contains(x)).sum(axis=1) for letter in "AR"}
    return {
        "level": in_time.mean(),
        "level_answered": in_time[taken].mean(),
        "worst_hour": by_hour.index[0],
        "hour_lead": by_hour.iloc[1] - by_hour.iloc[0],
        "busiest": hour.value_counts().idxmax(),
        "hardest": calls.groupby("topic")["resolved"].mean().idxmin(),
        "hardest_slip": calls[taken].fillna({"resolved": 0}).groupby("topic")["resolved"].mean().idxmin(),
        "best": wape.index[0],
        "wape_lead": wape.iloc[1] - wape.iloc[0],
        "best_slip": errors.sum().abs().idxmin(),
        "erlangs": load,
        "agents": next(n for n in range(1, 99) if generator.level(load, n, plan["aht_s"]) >= 0.8),
        "threshold": threshold,
        "handover": (tables["chats"]["bot_confidence"] < threshold).mean(),
        "new_cost": generator.costs_by_threshold(tables["chats_new"], tables["costs"])[threshold],
        "broken": tuple(raci.index[(has["A"] != 1) | (has["R"] == 0)]),
        "worst_heard": voice[voice["actual"] == 1].groupby("group")["predicted"].mean().idxmin(),
        "least_right": (voice["predicted"] == voice["actual"]).groupby(voice["group"]).mean().idxmin(),
    }
