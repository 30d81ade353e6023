"""lab05_information: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

import numpy as np
import pandas as pd
import pytest

from crmlab.labdata import lab05_information as generator
from tests.labs import bench

LAB = "lab05_information"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "blanks counted as filled in",
        "l05-t01-test-mobile",
        "mobile_share = data.files['mobile'].notna().mean()",
        0,
        "填了空格的也算成填过了。notna() 看不出空格：先用 .str.strip() 去掉，再看是不是空。",
    ),
    (
        "the whole table of coverage instead of one column's share",
        "l05-t01-test-mobile",
        "mobile_share = coverage",
        0,
        "`mobile_share` 是一张表（DataFrame，6 行 7 列），这里要一个数。用 .loc[行, 列] 取出题目要的那一格。",
    ),
    (
        "numbers of the wrong length not hidden",
        "l05-t02-test",
        "def mask_mobile(text):\n    return text[:3] + '****' + text[-4:]",
        5,
        "位数不对的整个遮住：0/3 分",
    ),
    (
        "empty numbers listed as wrong ones",
        "l05-t03-test",
        "bad = ~checked['valid']\nbad_mobiles = data.files.loc[bad, ['customer_id']].assign(problem=checked['problem'])",
        7,
        "没有填的也列进来了。没有填和填错是两件事：去掉 problem 是 missing 的行。",
    ),
    (
        "cost by the records collected instead of the valid ones",
        "l05-t04-test-each",
        "cost_each = channels['cost_yuan'] / channels['rows']",
        0,
        "除以了得到的条数。里面有重复的和用不上的，要除以去重之后有效的条数 valid。",
    ),
    (
        "the mean of five prices as the common price",
        "l05-t04-test-keep",
        "keep = list(cost_each.index[cost_each < cost_each.mean()])",
        2,
        "比的是五个花费的简单平均。合起来的花费 = 花费总和 ÷ 有效条数总和，大渠道分量重。",
    ),
    (
        "precision and recall exchanged",
        "l05-t05-test-rates",
        "precision, recall = recall, precision",
        0,
        "两个写反了。查准率的分母是系统说“是”的，查全率的分母是真是的。",
    ),
    (
        "members without a number merged into one",
        "l05-t06-test",
        "def dedup(table):\n    return table.sort_values('updated_at').drop_duplicates('mobile', keep='last')",
        2,
        "没有手机号的行被合并或删掉了。drop_duplicates 把几个 NaN 当成一样的：先分开，去重以后再接回来。",
    ),
    (
        "the share of groups instead of people",
        "l05-t08-test-share",
        "sizes = data.release.groupby(quasi).size()\nexposed_share = (sizes < 5).mean()",
        0,
        "这是不足 5 行的组占全部组的多少。题目问的是行：每一行是一个人。",
    ),
    (
        "the highest confidence instead of the highest lift",
        "l05-t09-test-partner",
        "partner = rules[rules['antecedent'] == focus].sort_values('confidence').iloc[-1]['consequent']",
        0,
        "这是置信度最高的，它本来就人人都买。提升度要除以它平常的占比，才看得出是不是特别爱一起买。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways, and answers that are half right
    (
        "l05-t01-test-mobile",
        "mobile_share = (data.files['mobile'].fillna('').str.strip() != '').sum() / len(data.files)",
        4,
    ),
    ("l05-t03-test", "bad_mobiles = bad_mobiles.iloc[::-1].reset_index()", 10),
    ("l05-t03-test", "bad_mobiles = bad_mobiles.iloc[1:]", 3),
    ("l05-t03-test", "bad_mobiles = bad_mobiles.assign(problem='length')", 6),
    ("l05-t03-test", "bad_mobiles = bad_mobiles.head(0)", 0),
    (
        "l05-t06-test",
        "def dedup(table):\n"
        "    key = table['mobile'].fillna(table['customer_id'])\n"
        "    return table.loc[table.groupby(key)['updated_at'].idxmax()]",
        12,
    ),
    ("l05-t06-test", "def dedup(table):\n    return table", 0),
    ("l05-t06-test", "def dedup(table):\n    return table.dropna(subset='mobile').drop_duplicates('mobile')", 2),
    ("l05-t07-test", "wide = wide.sort_values('口味')", 8),
    ("l05-t07-test", "wide = wide.fillna('无')", 6),
    ("l05-t08-test-k", "k = float(k)", 3),
    (
        "l05-t10-test",
        "ax = plots.bars(missing_pct, '有一列缺得最多', xlabel='缺失率（%）', ylabel='列')",
        5,
    ),
]


test_another_way = bench.ways_test(LAB, FAIR)


def test_the_model_answer_tells_its_own_students_numbers():
    """Are the numbers in the teacher's model answer those of the student it names?"""
    text = bench.cell(bench.lab_named(LAB).source, "l05-t11-advice").source
    for stage in bench.answered(LAB, "20260315"):
        own = stage.user_ns
        assert f"{len(own['data'].files)} 份会员档案，手机号填写率 {own['mobile_share']:.1%}" in text
        assert f"另有 {len(own['bad_mobiles'])} 个填错" in text
        assert f"缺得最多的是{own['most']}，{own['missing_pct'].max():.1f}% 的会员没有填" in text
        assert f"只有 {own['precision']:.1%} 真是同一个人，真是的也只找出 {own['recall']:.1%}" in text
        assert f"k 只有 {own['k']}，{own['exposed_share']:.1%} 的行不足 5 人一组" in text
        assert (own["drop_column"], own["left"]["age_group"]) == ("age_group", 15)


@pytest.mark.slow
def test_every_student_gets_a_fair_question_of_his_own():
    """Are there no ties, do the usual slips give another number, and do answers differ between students?"""
    keys = pd.DataFrame([key(generator.make(np.random.default_rng(number))) for number in range(60)])
    assert (keys["mobile_slip"] - keys["mobile"] >= 0.019).all()
    assert (keys["emptiest"] != keys["emptiest_slip"]).all()
    assert (keys["spaced"] >= 3).all()
    assert keys["keep"].map(len).isin([2, 3]).all()
    assert keys["k"].between(1, 3).all()
    assert (keys["f1_lead"] >= 0.0119).all()
    assert not keys[["mobile", "lift"]].duplicated().any()
    for column, least, most in [
        ("emptiest", 4, 0.5), ("threshold", 3, 0.7), ("drop", 3, 0.6), ("keep", 8, 0.4), ("partner", 6, 0.4),
    ]:  # fmt: skip
        shares = keys[column].value_counts(normalize=True)
        assert len(shares) >= least, column
        assert shares.iloc[0] <= most, column


def key(tables):
    files, release = tables["files"], tables["release"]
    columns = list(generator.FIELDS)
    known = files[columns].fillna("").apply(lambda c: c.str.strip()) != ""
    channels = tables["sources"].set_index("source")
    each = channels["cost_yuan"] / channels["valid"]
    pairs, f1 = tables["pairs"], {}
    for t in generator.THRESHOLDS:
        hits = ((pairs["score"] >= t) & (pairs["same"] == 1)).sum()
        f1[t] = 2 * hits / ((pairs["score"] >= t).sum() + pairs["same"].sum())
    best = sorted(f1.values())
    quasi = ["gender", "age_group", "district"]
    smallest = {q: release.groupby([c for c in quasi if c != q]).size().min() for q in quasi}
    focus = tables["focus"]["item"].iloc[0]
    bought = pd.crosstab(tables["baskets"]["order_id"], tables["baskets"]["item_id"]) > 0
    lift = (bought[bought[focus]].mean() / bought.mean()).drop(focus)
    return {
        "mobile": known["mobile"].mean(),
        "mobile_slip": files["mobile"].notna().mean(),
        "emptiest": known.mean().idxmin(),
        "emptiest_slip": files[columns].notna().mean().idxmin(),
        "spaced": files["mobile"].fillna("").str.strip().str.contains(" ").sum(),
        "keep": tuple(each.index[each < channels["cost_yuan"].sum() / channels["valid"].sum()]),
        "threshold": max(f1, key=f1.get),
        "f1_lead": best[-1] - best[-2],
        "k": release.groupby(quasi).size().min(),
        "drop": max(smallest, key=smallest.get),
        "partner": lift.idxmax(),
        "lift": lift.max(),
    }
