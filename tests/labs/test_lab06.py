"""lab06_satisfaction: what a student reads for typical wrong answers, and what those earn."""

import pytest

from tests.autograder import class20
from tests.autograder.course import LAB
from tests.labs import bench

SOURCE = bench.lab_named(LAB).source


def test_marks_are_those_of_the_class():
    """Does the class of twenty know this lab's cells and points?"""
    assert bench.lab_named(LAB).graded == class20.FULL | {class20.WRITTEN: 10}


MESSAGES = [
    ("l06-t01-test-n", "n_valid = '180'", "`n_valid` 是文字“180”，这里要一个数。去掉引号，写成 180。"),
    (
        "l06-t01-test-n",
        "n_valid = report.valid",
        "`n_valid` 是一张表（DataFrame，180 行 5 列），这里要一个数。用 .loc[行, 列] 取出题目要的那一格。",
    ),
    ("l06-t01-test-n", "n_valid = 2000", "`n_valid` 是 2000，可它应在 0 到 213 之间（行）。检查公式和分母。"),
    (
        "l06-t01-test-column",
        "worst_column = data.rules['column']",
        "`worst_column` 是一列数据（Series，5 个值），这里要选项的文字。写一个选项，两边加引号。",
    ),
    (
        "l06-t01-test-column",
        "worst_column = 'Store'",
        "`worst_column` 是“Store”，不在选项里。请写成“store”（注意大小写和全角、半角）。",
    ),
    (
        "l06-t01-test-column",
        "worst_column = '门店'",
        "`worst_column` 是“门店”，不在选项里。可选的有：response_id、store、minutes、csat、nps。",
    ),
    (
        "l06-t01-test-clean",
        "clean = report.valid['csat']",
        "`clean` 是一列数据（Series，180 个值），这里要一张表（DataFrame）。用 .reset_index() 把它变成表。",
    ),
    (
        "l06-t01-test-clean",
        "clean = report.valid.set_index('response_id')",
        "`clean` 里的“response_id”是行索引，不是列。用 .reset_index() 把它变成列。",
    ),
    (
        "l06-t01-test-clean",
        "clean = report.valid.rename(columns={'minutes': 'minute'})",
        "`clean` 里没有列“minutes”。你是不是想写“minute”？现有的列：response_id、store、minute、csat、nps。",
    ),
    ("l06-t02-test-share", "csat_share = 61.5", "`csat_share` 是 61.5，可它应在 0 到 1 之间（占比）。检查公式和分母。"),
    (
        "l06-t02-test-share",
        "csat_share = satisfaction.csat(data.survey['csat'])",
        "`csat_share` 是整个结果 CsatResult，这里要一个数。结果里有 .share、.low、.high、.n、.n_missing、.confidence，取题目要的那一个。",
    ),
    (
        "l06-t02-test-share",
        "csat_share = '61%'",
        "`csat_share` 是文字“61%”，这里要一个数。去掉引号和百分号，写成数字。",
    ),
    (
        "l06-t02-test-interval",
        "csat_low, csat_high = 0.7, 0.6",
        "`csat_high` 是 0.6，可它应在 0.7 到 1 之间（占比，不低于下限）。检查公式和分母。",
    ),
    (
        "l06-t03-test",
        "def nps_score(scores):\n    print(1)",
        "`nps_score(列)` 没有返回值。函数最后要写 return；print 只是显示，不是返回。",
    ),
    (
        "l06-t03-test",
        "def nps_score(scores):\n    return scores.dropna() >= 9",
        "`nps_score(列)` 返回的是一列数据（Series，4 个值），这里要一个数。先汇总成一个数（如 .mean()），或用 .loc[...] 取出一个。",
    ),
    (
        "l06-t03-test",
        "def nps_score(scores):\n    return scores.mean() * 100",
        "`nps_score 的结果` 是 725，可它应在 -100 到 100 之间。检查公式和分母。",
    ),
    (
        "l06-t03-test",
        "nps_score = satisfaction.nps(data.survey['nps']).score",
        "`nps_score` 是数 -6.58979，这里要一个函数。只写函数的名字，后面不加括号。",
    ),
    (
        "l06-t04-test-values",
        "store_table = store_table.head(3)",
        "`store_table` 应有 5 行，现在有 3 行。看看筛选和分组的条件。",
    ),
    (
        "l06-t04-test-values",
        "store_table = store_table.assign(csat_pct=store_table['csat_pct'] / 100)",
        "`store_table 的 csat_pct` 里“城北”这一项是 0.764706，可它应在 1 到 100 之间（百分数）。检查公式和分母。",
    ),
    (
        "l06-t04-test-order",
        "store_table = store_table.sort_values('nps')",
        "`store_table` 应按“nps”从大到小排。用 .sort_values() 排一下。",
    ),
    (
        "l06-t05-test-share",
        "disappointed_share = (gaps['state'] == '不满意')",
        "`disappointed_share` 是一列数据（Series，636 个值），这里要一个数。先汇总成一个数（如 .mean()），或用 .loc[...] 取出一个。",
    ),
    (
        "l06-t05-test-store",
        "worst_gap_store = '城南店'",
        "`worst_gap_store` 是“城南店”，不在选项里。可选的有：中心、城东、城北、城南、城西。",
    ),
    (
        "l06-t06-test",
        "def weighted_index(means, weights):\n    return ((means - 1) * 25 * weights).sum()",
        "`weighted_index 的结果` 是 350，可它应在 0 到 100 之间（分）。检查公式和分母。",
    ),
    (
        "l06-t06-test",
        "def weighted_index(table):\n    return 1.0",
        "`weighted_index(列, 列)` 运行时出错：TypeError（weighted_index() takes 1 positional argument but 2 were given）。"
        "先在自己的格子里调用一次，看是哪一行。",
    ),
    (
        "l06-t07-test",
        "fix_first = '商品质量'",
        '`fix_first` 是文字“商品质量”，这里要由选项组成的列表。写成方括号里的几个选项，如 ["A", "C"]。',
    ),
    (
        "l06-t07-test",
        "fix_first = ['商品质量', '商品质量']",
        "`fix_first` 里有选项写了两遍。每个选项只写一次。",
    ),
    (
        "l06-t08-test-alpha",
        "alpha = reliability",
        "`alpha` 是整个结果 AlphaResult，这里要一个数。结果里有 .alpha、.low、.high、.n、.k、.confidence，取题目要的那一个。",
    ),
    (
        "l06-t08-test-item",
        "odd_item = 'q7'",
        "`odd_item` 是“q7”，不在选项里。可选的有：q1、q2、q3、q4、q5、q6。",
    ),
    (
        "l06-t09-test",
        "ax = plots.show(plots.bars(monthly, '五月最低'), '条' * 20)",
        "`ax` 是空值 None，这里要一张图的坐标轴（Axes）。先写 fig, ax = plt.subplots()，再用 ax 画。",
    ),
    (
        "l06-t09-test",
        "ax = plots.bars(monthly, '', xlabel='满意率（%）', ylabel='月份')",
        '`ax` 还没有标题。用 ax.set_title("……") 写一句你的发现。',
    ),
    (
        "l06-t09-test",
        "ax = plots.bars(monthly, '八月最低', xlabel='满意率（%）')",
        '`ax` 的纵轴没有名字。用 ax.set_ylabel("……") 写上名字和单位。',
    ),
    (
        "l06-t09-test",
        "ax = plots.bars(monthly, '八月最低', xlabel='满意率（%）', ylabel='月份'); alt = '一张图'",
        "`alt` 至少写 15 个字，现在是 3 个。",
    ),
]


@pytest.mark.parametrize(
    ("check", "code", "message"), MESSAGES, ids=[f"{c}-{i}" for i, (c, _, _) in enumerate(MESSAGES)]
)
def test_message_for_a_typical_wrong_answer(stage, check, code, message):
    """Does the check say this very sentence?"""
    assert stage.attempt(code, bench.cell(SOURCE, check)).message == message


def test_every_check_has_a_message_tested():
    """Is no visible check left without a typical wrong answer?"""
    assert {check for check, _, _ in MESSAGES} == set(class20.FULL)


WELL_FORMED = [
    # check, answer that looks right but is not (or only half), marks it earns
    ("l06-t01-test-n", "n_valid = len(data.raw)", 0),
    ("l06-t01-test-n", "n_valid = report.valid['response_id'].nunique()", 0),
    ("l06-t01-test-column", "worst_column = 'response_id'", 0),
    ("l06-t01-test-clean", "clean = report.valid", 4),
    ("l06-t01-test-clean", "clean = data.raw.drop_duplicates('response_id')", 4),
    ("l06-t01-test-clean", "clean = data.raw", 0),
    ("l06-t01-test-clean", "clean = data.raw.head(0)", 0),
    ("l06-t01-test-clean", "clean = report.valid.drop_duplicates('store')", 0),
    ("l06-t02-test-share", "csat_share = (data.survey['csat'] >= 4).mean()", 0),
    ("l06-t02-test-share", "csat_share = satisfaction.csat(data.survey['csat'], top=1).share", 0),
    ("l06-t02-test-share", "csat_share = round(csat_share, 3)", 4),
    ("l06-t02-test-interval", "csat_high = 0.99", 3),
    ("l06-t02-test-interval", "csat_low, csat_high = csat_share - 0.05, csat_share + 0.05", 0),
    ("l06-t03-test", "def nps_score(scores):\n    return 100 * ((scores >= 9).mean() - (scores <= 6).mean())", 0),
    ("l06-t03-test", "def nps_score(scores):\n    return 100 * (scores.dropna() >= 9).mean()", 3),
    ("l06-t04-test-values", "store_table = store_table.assign(n=store_table['n'] - 3)", 6),
    ("l06-t04-test-values", "store_table = store_table.assign(nps=0, n=1)", 3),
    ("l06-t04-test-order", "store_table = store_table.assign(nps=0)", 3),
    ("l06-t05-test-share", "disappointed_share = (gaps['state'] == '惊喜').mean()", 0),
    ("l06-t05-test-store", "worst_gap_store = data.survey.groupby('store')['perceive'].mean().idxmin()", 0),
    ("l06-t06-test", "def weighted_index(means, weights):\n    return (means - 1).mean() * 25", 0),
    ("l06-t07-test", "fix_first = fix_first[:1]", 4),
    ("l06-t07-test", "fix_first = list(data.attributes['attribute'])", 0),
    ("l06-t07-test", "fix_first = fix_first + [a for a in data.attributes['attribute'] if a not in fix_first][:1]", 4),
    ("l06-t07-test", "fix_first = fix_first + [a for a in data.attributes['attribute'] if a not in fix_first][:2]", 0),
    ("l06-t07-test", "fix_first = [fix_first[0], '商品质量' if '商品质量' not in fix_first else '商品齐全']", 0),
    ("l06-t08-test-alpha", "alpha = 0.9", 0),
    ("l06-t08-test-item", "odd_item = 'q1' if odd_item != 'q1' else 'q2'", 0),
    ("l06-t09-test", "ax.set_title('有一个月满意率最低', loc='left')", 5),
    ("l06-t09-test", "ax = plots.bars(monthly.head(3), ax.get_title(loc='left'), xlabel='%', ylabel='月')", 5),
    ("l06-t09-test", "alt = '九个月的满意率，有高有低，最低的在中间'", 6),
    ("l06-t09-test", "ax.set_title('、'.join(f'{m} 月' for m in range(1, 10)) + '里有一个月最低', loc='left')", 5),
    ("l06-t09-test", "alt = '、'.join(f'{m} 月' for m in range(1, 10)) + '里有一个月最低'", 6),
    ("l06-t09-test", "alt = f'1 月到 9 月的满意率里 {lowest} 的满意率最低，其余的月份都高一些'", 8),
]


@pytest.mark.parametrize(("check", "code", "earned"), WELL_FORMED)
def test_well_formed_but_wrong(stage, check, code, earned):
    """Does an answer of the right kind with the wrong value pass the visible check and lose its marks?"""
    title = stage.user_ns["ax"].get_title(loc="left")
    outcome = stage.attempt(code, bench.cell(SOURCE, check))
    stage.user_ns["ax"].set_title(title, loc="left")
    assert outcome.message is None
    assert outcome.value == earned, outcome.printed
