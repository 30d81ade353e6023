"""lab04_communication: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

import numpy as np
import pandas as pd
import pytest

from crmlab import communication
from crmlab.labdata import lab04_communication as generator
from tests.labs import bench

LAB = "lab04_communication"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "clips that one inspector forgot counted as disagreement",
        "l04-t01-test-agreement",
        "agreement = (data.double['first'] == data.double['second']).mean()",
        0,
        "没打的也算成打得不一样了。分母是两位都打了的段数：先 dropna()。",
    ),
    (
        "agreement reported as kappa",
        "l04-t01-test-kappa",
        "kappa = check.agreement",
        0,
        "这是打得一样的占比，里面有碰巧。κ 要把碰巧去掉：(一样 − 碰巧) ÷ (1 − 碰巧)。",
    ),
    (
        "marks divided by a hundred whatever was possible",
        "l04-t02-test",
        "def quality_score(earned, possible, penalty):\n    return max(earned - penalty, 0)",
        2,
        "除以了 100。没有时间的对话，规则的总分是 85：要除以 possible。",
    ),
    (
        "customers nobody answered not counted as late",
        "l04-t03-test-values",
        "slow = (data.sessions['first_response_s'] > 60).groupby(data.sessions['agent']).mean()\n"
        "by_agent = by_agent.assign(late_pct=100 * by_agent['agent'].map(slow))",
        6,
        "late_pct 漏了一直没有应的：空着的和 60 比，结果是“不大于”。加上 | wait.isna()。",
    ),
    (
        "the rule's guess copied",
        "l04-t04-test",
        "open_ids = list(data.questions.loc[(guess == '开放').to_numpy(), 'question_id'])",
        0,
        "照抄了规则。“您觉得哪里……”请人展开说，是开放的；问名字、颜色、小区，一个词就答完，是封闭的。",
    ),
    (
        "the time column left out",
        "l04-t05-test-numbers",
        "mean_total = communication.dialogue_score(data.chats).scores['total'].mean()",
        3,
        '没有写 seconds="seconds"，“及时回应”那一条没有算进去。',
    ),
    (
        "the old script less the new one",
        "l04-t06-test-gap",
        "gap, gap_low, gap_high = -gap, -gap_high, -gap_low",
        0,
        "减反了：题目要 B 减 A，新的减老的。ab_test 先写 A 的两个数，再写 B 的。",
    ),
    (
        "the rate where the step was done, not the difference",
        "l04-t07-test-gaps",
        "gap_by_step = pd.Series({s: data.objections.loc[data.objections[s] == 1, 'closed'].mean() for s in steps})",
        0,
        "这是做了的成交占比，还要减去没做的：别的步骤也在帮忙，光看做了的看不出这一步的分量。",
    ),
    (
        "unfinished promises dropped",
        "l04-t08-test",
        "def kept_share(table, as_of):\n"
        "    due = table[table['promise_at'] <= as_of].dropna(subset='done_at')\n"
        "    return (due['done_at'] <= due['promise_at']).mean()",
        0,
        "没办好的被去掉了。到了时间还没办好，就是没有兑现，要留在分母里。",
    ),
    (
        "the four marks of a channel weighed alike",
        "l04-t09-test-score",
        "score = marks.mean(axis=1)",
        0,
        "四条一样重地平均了。这件事最看重哪一条，写在权重里：分 × 权重，再加起来。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways, and answers that are half right
    ("l04-t01-test-kappa", "kappa = (check.agreement - check.expected) / (1 - check.expected)", 4),
    ("l04-t02-test", "def quality_score(e, p, x):\n    return 0 if e / p * 100 < x else e / p * 100 - x", 8),
    ("l04-t02-test", "def quality_score(e, p, x):\n    return 100 * e / p - x", 6),
    ("l04-t02-test", "def quality_score(e, p, x):\n    return 0", 0),
    ("l04-t03-test-values", "by_agent = by_agent.sort_values('agent').round(1)", 9),
    ("l04-t03-test-values", "by_agent = by_agent.assign(median_s=by_agent['median_s'] + 1)", 6),
    ("l04-t03-test-order", "by_agent = by_agent.sort_values('late_pct')", 0),
    ("l04-t04-test", "open_ids = set(open_ids)", 8),
    ("l04-t04-test", "open_ids = open_ids[:1]", 4),
    ("l04-t04-test", "open_ids = list(data.questions['question_id'])", 0),
    ("l04-t05-test-numbers", "mean_total = round(mean_total, 1)", 6),
    ("l04-t05-test-numbers", "fail_share = communication.dialogue_score(data.chats, seconds='seconds').fail_share", 3),
    ("l04-t05-test-rule", "weakest_rule = report.missing['rule'].value_counts().idxmax()", 3),
    ("l04-t06-test-gap", "gap_low = -gap_low", 3),
    ("l04-t06-test-verdict", "verdict = next(v for v in ('分不出', 'A 更好') if v != verdict)", 0),
    ("l04-t07-test-gaps", "gap_by_step = gap_by_step.sort_values().round(3)", 5),
    ("l04-t07-test-key", "key_step = data.objections[steps].mean().idxmin()", 0),
    (
        "l04-t08-test",
        "def kept_share(table, as_of):\n"
        "    due = table['promise_at'] <= as_of\n"
        "    return (due & (table['done_at'] <= table['promise_at'])).sum() / due.sum()",
        12,
    ),
    ("l04-t08-test", "def kept_share(table, as_of):\n    return 0.75", 0),
    (
        "l04-t10-test",
        "ax = plots.bars((100 * path['overall_share']).iloc[1:], title, xlabel='完成率（%）', ylabel='走到这一步')",
        5,
    ),
]


test_another_way = bench.ways_test(LAB, FAIR)


def test_the_model_answer_tells_its_own_students_numbers():
    """Are the numbers in the teacher's model answer those of the student it names?"""
    text = bench.cell(bench.lab_named(LAB).source, "l04-t11-advice").source
    for stage in bench.answered(LAB, "20260315"):
        own = stage.user_ns
        rules = own["report"].rules.set_index("rule")["share"]
        assert f"{len(own['data'].double.dropna())} 段，打得一样的占 {own['agreement']:.0%}" in text
        assert f"κ 是 {own['kappa']:.2f}" in text
        assert f"平均 {own['mean_total']:.1f} 分，不到 80 分的占 {own['fail_share']:.1%}" in text
        assert f"{own['weakest_rule']}，只有 {rules.min():.1%}" in text
        assert own["verdict"] == "A 更好"
        assert f"低 {-100 * own['gap']:.1f} 个百分点" in text
        assert (
            f"−{-100 * own['gap_low']:.1f} 到 −{-100 * own['gap_high']:.1f}，抽签分的 {len(own['data'].trial)} 段"
            in text
        )


@pytest.mark.slow
def test_every_student_gets_a_fair_question_of_his_own():
    """Are there no ties, do the usual slips give another number, and do answers differ between students?"""
    keys = bench.keys(generator, key)
    assert (keys["agreement"] - keys["agreement_slip"] >= 0.019).all()
    assert keys["kappa"].between(0.3, 0.8).all()
    assert keys["open"].map(len).isin([3, 4]).all()
    assert (keys["rule_lead"] >= 0.059).all()
    assert (keys["strong"] != keys["rarest"]).all()
    assert (keys["kept_without_open"] - keys["kept"] >= 0.014).all()
    assert (keys["channel_lead"] >= 0.18).all()
    assert (keys["step"] != keys["most_lost"]).all()
    assert (keys["z"].abs() <= 1.3).any()
    assert not keys[["agreement", "kept"]].duplicated().any()
    assert set(keys["verdict"]) == {"A", "B", "="}
    for column, least, most in [
        ("open", 20, 0.15), ("weak", 4, 0.5), ("strong", 4, 0.5), ("verdict", 3, 0.6), ("channel", 3, 0.6),
        ("step", 4, 0.5), ("slowest", 4, 0.5),
    ]:  # fmt: skip
        shares = keys[column].value_counts(normalize=True)
        assert len(shares) >= least, column
        assert shares.iloc[0] <= most, column


def test_a_dialogue_earns_what_it_was_written_to_earn():
    """Does the package read out of each dialogue the very rules that the generator kept in it?"""
    rng = np.random.default_rng(5)
    kept = generator._kept(rng)
    report = communication.dialogue_score(generator._chats(rng, kept), seconds="seconds")
    assert report.scores["total"].tolist() == generator.total(kept).tolist()
    assert report.rules.set_index("rule")["share"].to_dict() == kept[list(generator.RULES)].mean().to_dict()
    assert communication.dialogue_rules().query("points > 0").set_index("rule")["points"].to_dict() == generator.RULES


def test_the_rule_is_wrong_on_the_traps_only():
    """Is the task's hint true: is each trap, and nothing else, taken for the other kind?"""
    for texts, kind in [
        (generator.OPEN, "开放"), (generator.OPEN_TRAPS, "封闭"), (generator.CLOSED, "封闭"), (generator.CLOSED_TRAPS, "开放"),
    ]:  # fmt: skip
        found = communication.question_types(pd.DataFrame({"text": texts})).questions["kind"]
        assert found.replace("选择", "封闭").tolist() == [kind] * len(texts)


def key(tables):
    double, trial, tickets = tables["double"], tables["trial"], tables["tickets"]
    rules = (
        communication.dialogue_score(tables["chats"], seconds="seconds").rules.set_index("rule")["share"].sort_values()
    )
    due = tickets["promise_at"] <= generator.AS_OF
    kept = due & (tickets["done_at"] <= tickets["promise_at"])
    weights = tables["weights"].set_index("criterion")["weight"]
    channels = (tables["channels"].set_index("channel") * weights).sum(axis=1).sort_values()
    n = tables["steps"].set_index("step")["n"]
    wait, agent = tables["sessions"]["first_response_s"], tables["sessions"]["agent"]
    questions = tables["questions"]
    is_open = questions["text"].isin(generator.OPEN + generator.OPEN_TRAPS)
    z = generator.z_of(trial)
    objections = tables["objections"][list(generator.OBJECTION_STEPS)]
    check = communication.cohen_kappa(double["first"], double["second"])
    return {
        "agreement": check.agreement,
        "agreement_slip": (double["first"] == double["second"]).mean(),
        "kappa": check.kappa,
        "open": tuple(questions.loc[is_open, "question_id"]),
        "weak": rules.index[0],
        "rule_lead": rules.iloc[1] - rules.iloc[0],
        "z": z,
        "verdict": "B" if z > 1.96 else "A" if z < -1.96 else "=",
        "strong": generator.gaps(tables["objections"]).idxmax(),
        "rarest": objections.mean().idxmin(),
        "kept": kept.sum() / due.sum(),
        "kept_without_open": kept.sum() / (due & tickets["done_at"].notna()).sum(),
        "channel": channels.index[-1],
        "channel_lead": channels.iloc[-1] - channels.iloc[-2],
        "step": (n / n.shift()).idxmin(),
        "most_lost": (n.shift() - n).idxmax(),
        "slowest": ((wait > 60) | wait.isna()).groupby(agent).mean().idxmax(),
    }
