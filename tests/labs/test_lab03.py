"""lab03_development: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

import pytest

from crmlab.labdata import lab03_development as generator
from tests.labs import bench

LAB = "lab03_development"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "the mean of five costs as the common cost",
        "l03-t01-test-cac",
        "cac_all = (data.channels['spend_yuan'] / data.channels['new']).mean()",
        0,
        "这是五个获客成本的平均，小渠道和大渠道一样重。合起来的成本 = 花费总和 ÷ 新客户总和。",
    ),
    (
        "the cheapest new customer instead of the cheapest who stays",
        "l03-t01-test-channel",
        "best_channel = channels['cac_yuan'].idxmin()",
        0,
        "这是新客户最便宜的渠道，可来的人不久就走了。要看每留住一位花多少。",
    ),
    (
        "new customers in the denominator of the churn",
        "l03-t02-test",
        "def monthly_churn(start, new, end):\n    return (start + new - end) / (start + new)",
        2,
        "分母错了。这个月才来的人还没有机会流失，分母是月初的人数。",
    ),
    (
        "days counted instead of orders",
        "l03-t03-test-values",
        "days = data.orders.groupby('customer_id')['date'].nunique()\n"
        "rfm = rfm.assign(frequency=rfm['customer_id'].map(days))",
        6,
        "frequency 数的是来了几天。同一天的两笔是两笔订单：数行数（size）。",
    ),
    (
        "the table sorted the wrong way round",
        "l03-t03-test-order",
        "rfm = rfm.sort_values('monetary')",
        0,
        "`rfm` 应按“monetary”从大到小排。用 .sort_values() 排一下。",
    ),
    (
        "old orders counted instead of customers",
        "l03-t04-test-share",
        "churned_share = (data.orders['date'] < '2026-07-03').mean()",
        0,
        "这是 90 天以前的订单占多少。一位客户只看他最近的一笔：先按客户取 date 的 max。",
    ),
    (
        "the share of the sales caught instead of the rate among the hot leads",
        "l03-t05-test-hot",
        "won = scored[scored['converted'] == 1]\nhot_rate = (won['score'] >= 40).mean()",
        3,
        "分母错了：这是成交的线索里有多少得了 40 分。题目问 40 分以上的线索里有多少成交。",
    ),
    (
        "the appeal of a segment without its fit",
        "l03-t07-test",
        "targets = list(matrix.loc[matrix['attractiveness'] >= 50, 'segment'])",
        4,
        "只看了吸引力。吸引人而和我们不匹配的，要先补足能力：两样都高才优先开发。",
    ),
    (
        "the cause that crosses four fifths left out",
        "l03-t08-test-causes",
        "main_causes = list(pareto.loc[pareto['cumulative_share'] <= 0.8, 'cause'])",
        2.5,
        "少了一个：累计第一次达到 80% 的那个原因也算。",
    ),
    (
        "the cost of winning back forgotten",
        "l03-t09-test",
        "def winback_list(table, n):\n"
        "    gain = table['p_success'] * table['value_yuan']\n"
        "    return list(table.assign(gain=gain).sort_values('gain', ascending=False)['customer_id'].head(n))",
        0,
        "忘了减去成本：成不成，电话和优惠券都要花钱。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways, and answers that are half right
    ("l03-t01-test-cac", "cac_all = kpis.set_index('channel')['cac_yuan']['合计']", 4),
    ("l03-t03-test-values", "rfm = rfm.iloc[::-1].assign(recency_days=rfm['recency_days'].astype(float))", 9),
    ("l03-t04-test-limit", "limit_days = round(limit_days, 1)", 4),
    ("l03-t04-test-limit", "limit_days = 90", 0),
    ("l03-t05-test-auc", "auc = 1 - auc", 0),
    ("l03-t06-test-numbers", "peak_profit = profit.sum()", 3),
    ("l03-t07-test", "targets = set(targets)", 8),
    ("l03-t07-test", "targets = targets[:1]", 4),
    ("l03-t07-test", "targets = list(data.segments['segment'])", 0),
    (
        "l03-t09-test",
        "def winback_list(table, n):\n"
        "    gain = table['p_success'] * table['value_yuan'] - table['cost_yuan']\n"
        "    return list(table.loc[gain.sort_values(ascending=False).index[:n], 'customer_id'])",
        8,
    ),
    ("l03-t09-test", "def winback_list(table, n):\n    return list(table['customer_id'])[:n]", 0),
    (
        "l03-t10-test",
        "ax = plots.bars(retention_pct, title, xlabel='留存率（%）', ylabel='第几个月')\n"
        "alt = title.replace('个', '') + '，其余各月少得多'",
        8,
    ),
    ("l03-t10-test", "ax = plots.lines(active.to_frame(), title, xlabel='第几个月', ylabel='人数')", 5),
]


test_another_way = bench.ways_test(LAB, FAIR)


def test_a_list_that_runs_past_the_end_is_told_before_it_is_handed_in():
    """Does the visible check try an n for which there are too few customers worth calling?"""
    check = bench.cell(bench.lab_named(LAB).source, "l03-t09-test")
    past = (
        "def winback_list(table, n):\n"
        "    t = table.assign(gain=table['p_success'] * table['value_yuan'] - table['cost_yuan'])\n"
        "    t = t[t['gain'] > 0].sort_values('gain', ascending=False)\n"
        "    return [t['customer_id'].iloc[i] for i in range(n)]"
    )
    for stage in bench.answered(LAB):
        message = stage.attempt(past, check).message
        assert message.startswith("`winback_list(表, 3)` 运行时出错：IndexError")


def test_the_model_answer_tells_its_own_students_numbers():
    """Are the numbers in the teacher's model answer those of the student it names?"""
    text = bench.cell(bench.lab_named(LAB).source, "l03-t11-advice").source
    for stage in bench.answered(LAB, "20260315"):
        own = stage.user_ns
        table = own["channels"]
        cheap, best = table.loc[table["cac_yuan"].idxmin()], table.loc[own["best_channel"]]
        assert f"一位新客户 {own['cac_all']:.1f} 元。最便宜的是{cheap.name}，{cheap['cac_yuan']:.1f} 元" in text
        assert f"只有 {cheap['retained_share']:.1%} 还在" in text
        assert f"每留住一位要 {cheap['cost_per_retained_yuan']:.1f} 元" in text
        assert f"{best.name}每留住一位 {best['cost_per_retained_yuan']:.1f} 元" in text
        people = own["data"].orders["customer_id"].nunique()
        assert f"{people} 位客户里 {own['churned_share']:.1%} 已经流失" in text
        assert f"只带来 {best['new']:.0f} 位" in text
        assert f"界限换成 {own['limit_days']:.0f} 天" in text


@pytest.mark.slow
def test_every_student_gets_a_fair_question_of_his_own():
    """Are there no ties, do the usual slips give another number, and do answers differ between students?"""
    keys = bench.keys(generator, key)
    assert (keys["best"] != keys["cheapest"]).all()
    assert ((keys["cac"] - keys["cac_mean"]).abs() >= 1).all()
    assert (keys["limit"] - keys["limit_slip"] >= 0.59).all()
    assert keys["churned"].between(0.09, 0.9).all()
    assert (keys["worst_kind"] != keys["most_kind"]).all()
    assert keys["targets"].map(len).isin([2, 3]).all()
    assert (keys["vital"] != keys["vital_heads"]).all()
    assert keys["worth"].ge(14).all()
    assert keys["drop_lead"].ge(0.029).all()
    assert not keys[["cac", "limit"]].duplicated().any()
    for column, least, most in [
        ("best", 4, 0.5), ("worst_kind", 2, 0.8), ("targets", 15, 0.2), ("vital", 15, 0.2), ("month", 6, 0.4),
    ]:  # fmt: skip
        shares = keys[column].value_counts(normalize=True)
        assert len(shares) >= least, column
        assert shares.iloc[0] <= most, column


def key(tables):
    channels, orders, profits = tables["channels"].set_index("channel"), tables["orders"], tables["profits"]
    profit = profits["revenue_yuan"] - profits["serve_cost_yuan"]
    segments = tables["segments"].set_index("segment")
    appeal = (2 * segments["size"] + segments["growth"] + 2 * segments["margin"]) / 5
    lost, winback = tables["lost"], tables["winback"]
    drops = (-tables["cohort"]["active"].diff() / tables["cohort"]["active"].iloc[0]).sort_values()
    by_day = orders.sort_values(["customer_id", "date"])
    gaps = [
        t.groupby("customer_id")["date"].diff().dt.days
        for t in (by_day.drop_duplicates(["customer_id", "date"]), by_day)
    ]
    vital = []
    for sizes in (lost.groupby("cause")["amount_yuan"].sum(), lost["cause"].value_counts()):
        running = (sizes.sort_values(ascending=False) / sizes.sum()).cumsum()
        vital.append(tuple(sorted(running.index[running.shift(fill_value=0) < 0.8])))
    return {
        "best": (channels["spend_yuan"] / channels["retained"]).idxmin(),
        "cheapest": (channels["spend_yuan"] / channels["new"]).idxmin(),
        "cac": channels["spend_yuan"].sum() / channels["new"].sum(),
        "cac_mean": (channels["spend_yuan"] / channels["new"]).mean(),
        "limit": gaps[0].quantile(0.9),
        "limit_slip": gaps[1].quantile(0.9),
        "churned": ((generator.AS_OF - orders.groupby("customer_id")["date"].max()).dt.days > 90).mean(),
        "worst_kind": profit.clip(upper=0).groupby(profits["kind"]).sum().idxmin(),
        "most_kind": (profit < 0).groupby(profits["kind"]).sum().idxmax(),
        "targets": tuple(segments.index[(appeal >= 3) & (segments["match"] >= 3)]),
        "vital": vital[0],
        "vital_heads": vital[1],
        "worth": (winback["p_success"] * winback["value_yuan"] > winback["cost_yuan"]).sum(),
        "month": drops.dropna().index[-1],
        "drop_lead": drops.dropna().iloc[-1] - drops.dropna().iloc[-2],
    }
