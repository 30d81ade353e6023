"""lab01_service: ten typical mistakes, what each earns and what the student reads; the data are always a fair question."""

import pytest

from crmlab.labdata import lab01_service as generator
from tests.labs import bench

LAB = "lab01_service"


MISTAKES = [
    # what the student did, check, answer, marks, the sentence that the check or the feedback says
    (
        "the number of visitors instead of the hour (max for idxmax)",
        "l01-t01-test-hour",
        "busiest_hour = data.hours.groupby('hour')['visitors'].sum().max()",
        0,
        "`busiest_hour` 是 220，可它应在 9 到 20 之间（点）。检查公式和分母。",
    ),
    (
        "mean of the hourly shares instead of all lost by all visitors",
        "l01-t01-test-lost",
        "lost_share = (data.hours['lost'] / data.hours['visitors']).mean()",
        0,
        "这是每小时流失率的平均，把清闲的时段和高峰看得一样重。总流失 ÷ 总来客才是全天的流失率。",
    ),
    (
        "customers who left are counted as served",
        "l01-t02-test",
        "def utilization_of(visitors, lost, staff, service_s):\n    return visitors * service_s / (staff * 3600)",
        2,
        "流失的人也算进了忙的时间。他们没有被服务：人数要用 visitors − lost。",
    ),
    (
        "mean of the hourly utilization instead of the day's",
        "l01-t03-test-values",
        "h = service.utilization(data.hours).groupby('store')['utilization'].mean()\n"
        "store_table = store_table.assign(utilization=store_table['store'].map(h))",
        4,
        "utilization 是每小时利用率的平均。全天的利用率要先把秒数加起来，再相除。",
    ),
    (
        "the upper level without the foundation",
        "l01-t04-test",
        "added = pyramid[pyramid['level'] == '附加']\nstanding = list(added.loc[added['met'], 'group'])",
        4,
        "只看了附加层。有的店附加服务达标，可基础层没有站稳：先看下面一层。",
    ),
    (
        "mean of the touchpoints' rates",
        "l01-t06-test-table",
        "t = data.touchpoints\nmean = (t['converted'] / t['reached']).groupby(t['stage']).mean()\n"
        "funnel = funnel.assign(rate=funnel['stage'].map(mean))",
        3,
        "rate 是各触点转化率的平均，小触点和大触点一样重。先把人数加起来，再相除。",
    ),
    (
        "customer value without the discount rate",
        "l01-t07-test-clv",
        "def clv(margin, retention, discount):\n    return margin * retention / (1 - retention)",
        2,
        "分母里没有折现率：1 + d − r。",
    ),
    (
        "five per cent of the retention instead of five points",
        "l01-t07-test-gain",
        "p = data.plan.iloc[0]\nbetter = clv(p['margin_yuan'], 1.05 * p['retention'], p['discount'])\n"
        "gain_pct = 100 * (better / now - 1)",
        0,
        "把留存率乘了 1.05。“提高 5 个百分点”是加 0.05。",
    ),
    (
        "orders without a card dropped before counting",
        "l01-t08-test-match",
        "o = data.orders.dropna(subset='customer_id')\n"
        "share = (~o['customer_id'].isin(data.customers['customer_id'])).mean()\n"
        "match_table = match_table.assign(unmatched=[share, match_table['unmatched'].iloc[1]])",
        3,
        "没有会员号的订单被丢掉了。它们也找不到客户，要算进去。",
    ),
    (
        "all customers instead of the key customers",
        "l01-t09-test-owner",
        "no_owner_share = data.customers['owner'].isna().mean()",
        0,
        "这是全部客户里没有专人的占比。题目只问关键客户：先筛选，再算。",
    ),
]


test_typical_mistake = bench.mistakes_test(LAB, MISTAKES)


FAIR = [
    # other right ways
    (
        "l01-t02-test",
        "utilization_of = lambda visitors, lost, staff, service_s: (visitors - lost) * service_s / 3600 / staff",
        8,
    ),
    ("l01-t01-test-lost", "lost_share = round(lost_share, 3)", 4),
    ("l01-t04-test", "standing = set(standing)", 8),
    ("l01-t04-test", "standing = list(data.records['store'].unique())", 0),
    ("l01-t05-test-n", "stage_n = stage.groupby(stage).size().astype(float)", 4),
    ("l01-t08-test-match", "match_table = match_table.iloc[::-1]", 5),
    ("l01-t10-test", "ax = plots.bars(lost_pct[::-1], f'流失最重的是{worst}', xlabel='流失率（%）', ylabel='门店')", 8),
]


test_another_way = bench.ways_test(LAB, FAIR)


def test_the_number_of_the_row_is_not_the_hour():
    """Does a student whose row number is also a possible hour read what it is?"""
    check = bench.cell(bench.lab_named(LAB).source, "l01-t01-test-hour")
    for stage in bench.answered(LAB, "20260315"):
        counted = "data.hours.groupby('hour')['visitors'].sum().reset_index()"
        outcome = stage.attempt(f"busiest_hour = {counted}['visitors'].idxmax()", check)
        assert outcome.value == 0
        said = "这是第几行（从 0 数起），不是几点。按 hour 分组求和以后，不要 reset_index()，直接 idxmax()。"
        assert said in bench.said(outcome)


def test_the_model_answer_tells_its_own_students_numbers():
    """Are the numbers in the teacher's model answer those of the student it names?"""
    text = bench.cell(bench.lab_named(LAB).source, "l01-t11-report").source
    for stage in bench.answered(LAB, "20260315"):
        own = stage.user_ns
        hours, worst = own["data"].hours, own["worst"]
        visitors, lost = hours["visitors"].sum(), hours["lost"].sum()
        here = hours[hours["store"] == worst].set_index("hour")
        used = own["store_table"].set_index("store")["utilization"]
        assert f"来客 {visitors:,} 人，没等到服务就走的 {lost} 人，占来客 {own['lost_share']:.1%}" in text
        assert f"{worst}：{here['visitors'].sum()} 位来客走了 {here['lost'].sum()} 位" in text
        assert f"占 {own['lost_pct'].max():.1f}%；它全天的利用率也最高，{used.max():.1%}" in text
        assert (used.idxmax(), here["lost"].idxmax()) == (worst, 18)
        assert f"这一小时来 {here['visitors'][18]} 人、走 {here['lost'][18]} 人" in text
        assert f"16 点（来 {here['visitors'][16]} 人、没有人走）" in text
        assert (here["lost"][16], here["staff"][16]) == (0, 2)


@pytest.mark.slow
def test_every_student_gets_a_fair_question_of_his_own():
    """Are there no ties, do the usual slips give another number, and do answers differ between students?"""
    keys = bench.keys(generator, key)
    assert (keys["worst_lead"] >= 0.019).all()
    assert ((keys["lost"] - keys["lost_mean"]).abs() > 0.003).all()
    assert ((keys["no_owner"] - keys["no_owner_all"]).abs() > 0.02).all()
    assert (keys["weakest"] != keys["weakest_mean"]).all()
    assert keys["standing"].map(len).isin([2, 3]).all()
    assert keys["spend_top"].between(0.45, 0.95).all()
    assert not keys[["lost", "silent", "spend_top"]].duplicated().any()
    for column, most in [("worst", 0.45), ("weakest", 0.6), ("cold", 0.6), ("standing", 0.3)]:
        assert keys[column].value_counts(normalize=True).iloc[0] <= most, column


def key(tables):
    hours, records, touch, files = (tables[t] for t in ("hours", "records", "touchpoints", "customers"))
    sums = hours.groupby("store")[["lost", "visitors"]].sum()
    lost = (sums["lost"] / sums["visitors"]).sort_values()
    share = records.groupby(["store", "level"])["delivered"].mean().unstack()
    per_stage = touch.groupby("stage")[["reached", "converted"]].sum()
    log = tables["log"]
    warm = (log["nature"] == "态度性").groupby(log["way"].map(generator.SERVICE_WAYS)).mean()
    spend = files["spend_yuan"].sort_values(ascending=False)
    return {
        "lost": hours["lost"].sum() / hours["visitors"].sum(),
        "lost_mean": (hours["lost"] / hours["visitors"]).mean(),
        "worst": lost.index[-1],
        "worst_lead": lost.iloc[-1] - lost.iloc[-2],
        "standing": tuple(share.index[(share["基础"] >= 0.95) & (share["附加"] >= 0.8)]),
        "weakest": (per_stage["converted"] / per_stage["reached"]).idxmin(),
        "weakest_mean": (touch["converted"] / touch["reached"]).groupby(touch["stage"]).mean().idxmin(),
        "cold": warm.idxmin(),
        "no_owner": files.loc[files["grade"] == "关键", "owner"].isna().mean(),
        "no_owner_all": files["owner"].isna().mean(),
        "silent": (~files["customer_id"].isin(tables["orders"]["customer_id"])).mean(),
        "spend_top": spend.head(len(spend) // 5).sum() / spend.sum(),
    }
