"""lab06_satisfaction: typical mistakes, what they are marked with, and the sentence that says which it was."""

import pytest

from tests.autograder import class20
from tests.autograder.course import LAB
from tests.labs import bench

SOURCE = bench.lab_named(LAB).source


NPS = "def nps_score(scores):\n    {}return 100 * ({})"
REVERSED = (
    "turned = data.survey[['q1', 'q2', 'q3', 'q4', 'q5', 'q6']].assign(**{odd_item: 6 - data.survey[odd_item]})\n"
)
WEAK = "t = data.attributes\nweak = t['performance'] < t['performance'].mean()\n"
MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the feedback says
    (
        "the rows that did not pass",
        "l06-t01-test-n",
        "n_valid = len(report.problems)",
        0,
        "这是没有通过的。题目问通过全部规则的有多少行。",
    ),
    (
        "duplicates taken away too early",
        "l06-t01-test-n",
        "n_valid = report.valid['response_id'].nunique()",
        0,
        "去掉重复的了。这一问重复的先不管，1.2 才去重。",
    ),
    (
        "the least problems",
        "l06-t01-test-column",
        "worst_column = report.problems['column'].value_counts().idxmin()",
        0,
        "这是问题最少的一列。value_counts() 从多到少排，看第一个。",
    ),
    (
        "open answers thrown away",
        "l06-t01-test-clean",
        "clean = report.valid.dropna().drop_duplicates('response_id')",
        0,
        "没答 nps 的也删了。nps 不是必填，空着也是有效的行。",
    ),
    (
        "duplicates left in",
        "l06-t01-test-clean",
        "clean = report.valid",
        4,
        "还有重复的：同一个 response_id 出现了两次。用 drop_duplicates 只留第一行。",
    ),
    (
        "no row left of a duplicate",
        "l06-t01-test-clean",
        "clean = report.valid.drop_duplicates('response_id', keep=False)",
        0,
        "重复的一行也没有留。同一个 response_id 要留第一行。",
    ),
    (
        "open answers in the denominator",
        "l06-t02-test-share",
        "csat_share = (data.survey['csat'] >= 4).mean()",
        0,
        "没答的人也算进了分母。satisfaction.csat() 会自己去掉他们。",
    ),
    (
        "no interval at all",
        "l06-t02-test-interval",
        "csat_low = csat_high = csat_share",
        0,
        "上限和下限写的都是满意率本身。区间在结果的 .low 和 .high 里。",
    ),
    (
        "eight counts as a promoter",
        "l06-t03-test",
        NPS.format("scores = scores.dropna()\n    ", "(scores >= 8).mean() - (scores <= 6).mean()"),
        3,
        "8 分也算成了推荐者。9、10 分才是。",
    ),
    (
        "seven counts as a detractor",
        "l06-t03-test",
        NPS.format("scores = scores.dropna()\n    ", "(scores >= 9).mean() - (scores <= 7).mean()"),
        3,
        "7 分也算成了批评者。0–6 分才是。",
    ),
    (
        "open answers count in the score",
        "l06-t03-test",
        NPS.format("", "(scores >= 9).mean() - (scores <= 6).mean()"),
        0,
        "没有作答的人也算进了分母：先用 dropna() 去掉。",
    ),
    (
        "n of the answered",
        "l06-t04-test-values",
        "answered = data.survey.groupby('store')['csat'].count()\n"
        "store_table = store_table.assign(n=store_table['store'].map(answered))",
        6,
        "份数只数了答了这一题的。没答全的问卷也算一份：len(part)。",
    ),
    (
        "open answers in a shop's denominator",
        "l06-t04-test-values",
        "happy = 100 * (data.survey['csat'] >= 4).groupby(data.survey['store']).mean()\n"
        "store_table = store_table.assign(csat_pct=store_table['store'].map(happy))",
        6,
        "满意率的分母里有没答的人。先去掉他们，或用 satisfaction.csat()。",
    ),
    (
        "a share for the score",
        "l06-t04-test-values",
        "store_table = store_table.assign(nps=store_table['nps'] / 100)",
        6,
        "净推荐值没有乘 100。它从 −100 到 100，不是占比。",
    ),
    (
        "the same counts as disappointed",
        "l06-t05-test-share",
        "disappointed_share = (gaps['gap'] <= 0).mean()",
        0,
        "感知和期望一样的也算进去了。感知低于期望，状态才是“不满意”。",
    ),
    (
        "the lowest perception",
        "l06-t05-test-store",
        "worst_gap_store = data.survey.groupby('store')['perceive'].mean().idxmin()",
        0,
        "这是感知最低的店。差距还要减去期望：这家店的客户本来就没有抱那么高的期望。",
    ),
    (
        "expectation less perception",
        "l06-t05-test-store",
        "worst_gap_store = gaps['gap'].groupby(data.survey['store']).mean().idxmax()",
        0,
        "这是平均差距最高的店，或者差距减反了。差距 = 感知 − 期望，找最低的。",
    ),
    (
        "no weights",
        "l06-t06-test",
        "def weighted_index(means, weights):\n    return (means - 1).mean() * 25",
        0,
        "没有用权重。每个维度先乘权重，加起来，再除以权重的合计。",
    ),
    (
        "one becomes twenty",
        "l06-t06-test",
        "def weighted_index(means, weights):\n    return 20 * (means * weights).sum() / weights.sum()",
        0,
        "用了均分 ÷ 5：最低的 1 分成了 20 分。先减 1，再除以 4。",
    ),
    (
        "matched by place",
        "l06-t06-test",
        "def weighted_index(means, weights):\n"
        "    return 25 * ((means.to_numpy() - 1) * weights.to_numpy()).sum() / weights.sum()",
        9,
        "两列是按位置配的对。要按维度名对上：直接用 means * weights，不要先换成列表或数组。",
    ),
    (
        "all that is weak",
        "l06-t07-test",
        WEAK + "fix_first = list(t.loc[weak, 'attribute'])",
        0,
        "只看了表现差。不重要的先不急：还要重要度高于均值。",
    ),
    (
        "all that is good and matters",
        "l06-t07-test",
        WEAK + "fix_first = list(t.loc[~weak & (t['importance'] > t['importance'].mean()), 'attribute'])",
        0,
        "这是重要而表现好的，继续保持就行。要的是重要而表现差的。",
    ),
    (
        "one item left out",
        "l06-t08-test-alpha",
        "alpha = reliability.items['alpha_if_deleted'].max()",
        0,
        "这是删掉一道题以后的 α。题目要六道题一起的：结果里的 .alpha。",
    ),
    (
        "the reversed item turned round",
        "l06-t08-test-alpha",
        REVERSED + "alpha = satisfaction.cronbach_alpha(turned).alpha",
        0,
        "你先把反着问的那道题转换了，想得对；可题目要的是六道题原样的 α。",
    ),
    (
        "the item that fits best",
        "l06-t08-test-item",
        "odd_item = reliability.items.set_index('item')['alpha_if_deleted'].idxmin()",
        0,
        "删掉这道题，α 反而降得最多：它和别的题最合拍。找最后一列最大的。",
    ),
    (
        "every month in the title",
        "l06-t09-test",
        "ax.set_title('、'.join(f'{m} 月' for m in range(1, 10)) + '里有一个月最低', loc='left')",
        5,
        "标题或说明里提了三个以上的月份。说出最低的那一个，读的人才知道看哪里。",
    ),
    (
        "the number of questionnaires drawn",
        "l06-t09-test",
        "ax = plots.bars(data.monthly.set_index('month')['n'], title, xlabel='份数（份）', ylabel='月份')",
        5,
        "画的是每月的份数。题目要画满意率 csat_pct。",
    ),
]


@pytest.mark.parametrize(("what", "check", "code", "marked", "sentence"), MISTAKES, ids=[m[0] for m in MISTAKES])
def test_typical_mistake(stage, what, check, code, marked, sentence):
    """Does this mistake earn what a fair teacher gives, and does the student read this very sentence?"""
    title = stage.user_ns["ax"].get_title(loc="left")
    outcome = stage.attempt(code, bench.cell(SOURCE, check))
    stage.user_ns["ax"].set_title(title, loc="left")
    assert bench.earned(outcome) == marked, outcome.printed
    assert sentence in bench.said(outcome)


@pytest.mark.slow
def test_right_answers_are_told_nothing(monkeypatch):
    """Does the feedback on right answers keep to the marks, whoever the student is?"""
    for student in ("2026001", "2026077", "A-17"):
        outcomes = bench.Bench(monkeypatch, student).run_all(SOURCE)
        for check in class20.FULL:
            lines = [line for line in outcomes[check].printed.splitlines() if not line.endswith(" 分")]
            assert all(line.startswith(("原始 ", "nps_score(", "weighted_index = ")) for line in lines), (check, lines)
