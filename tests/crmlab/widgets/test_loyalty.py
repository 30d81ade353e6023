"""The widgets of chapter 7: what their titles say is what the topic functions give."""

import numpy as np
import pandas as pd
import pytest

from crmlab import loyalty
from crmlab.widgets import loyalty as widgets
from crmlab.widgets.loyalty import _teaching
from tests.crmlab.widgets import live_laws
from tests.crmlab.widgets.live_laws import finding

pytestmark = pytest.mark.slow

LIVE = {
    "rfm_grid": (
        widgets.rfm_grid,
        [
            {"days": 60},
            {"orders": 5, "amount": 600},
            {"days": 0, "orders": 12},
            {"days": 300, "orders": 1, "amount": 0},
        ],
    ),
    "clv_levers": (
        widgets.clv_levers,
        [
            {"retention": 90},
            {"margin": 1000},
            {"discount": 2, "n": 50},
            {"timing": "first_margin_now", "retention": 40},
        ],
    ),
    "cohort_triangle": (widgets.cohort_triangle, [{"month": 5}, {"age": 1}, {"month": 2, "age": 9}, {"month": 10}]),
    "membership_thresholds": (
        widgets.membership_thresholds,
        [{"silver": 500}, {"extra": 6000}, {"gold_cost": 600, "gold_rate": 15.0}, {"margin": 10}],
    ),
    "brand_switching": (
        widgets.brand_switching,
        [{"change": -20}, {"brand": 2}, {"change": 0}, {"change": 20, "brand": 1}],
    ),
    "k_factor": (
        widgets.k_factor,
        [{"invites": 0}, {"invites": 6, "conversion": 60}, {"n": 30, "market": 10_000}, {"n": 2000, "invites": 2}],
    ),
}
EVERY = pytest.mark.parametrize("name", LIVE)


def test_every_widget_is_tested():
    """Is each exported widget among those walked through here?"""
    assert sorted(LIVE) == widgets.__all__


@EVERY
def test_same_values_same_picture(name):
    """Is the picture after many moves the one of a widget that went straight there?"""
    live_laws.check_same_values_same_picture(*LIVE[name])


@EVERY
def test_words(name):
    """Does each setting draw, with words that follow the values?"""
    live_laws.check_words(*LIVE[name])


@EVERY
def test_extremes(name):
    """Do the ends of every control draw, with nothing cut off?"""
    live_laws.check_extremes(LIVE[name][0])


@EVERY
def test_labels(name):
    """Are controls and axes labelled?"""
    live_laws.check_labels(LIVE[name][0])


@EVERY
def test_speed(name):
    """Is the picture redrawn quickly?"""
    live_laws.check_speed(*LIVE[name])


def test_teaching_data_stay_the_same():
    """Are the built-in tables equal at every call, so that a notebook keeps its pictures?"""
    for make in (_teaching.rfm_customers, _teaching.cohort_orders, _teaching.members, _teaching.brand_purchases):
        pd.testing.assert_frame_equal(make(), make())


@pytest.mark.parametrize(("days", "orders", "amount"), [(60, 5, 600), (120, 3, 200), (200, 8, 1500)])
def test_rfm_counts_what_the_cut_offs_say(days, orders, amount):
    """Is the best segment made of exactly those who are recent, frequent and big by the sliders' own words?"""
    table = _teaching.rfm_customers()
    inside = (table["days_since_last"] <= days) & (table["orders"] >= orders) & (table["total_amount"] >= amount)
    money = table.loc[inside, "total_amount"].sum() / table["total_amount"].sum()
    said = finding(widgets.rfm_grid(), days=days, orders=orders, amount=amount)
    assert said.startswith(
        f"重要价值客户 {inside.sum()} 人，占全部 1,200 位的 {inside.mean():.1%}，贡献 {100 * money:.0f}% 的金额；"
    )


def test_rfm_bars_add_up():
    """Do the eight pairs of bars each add up to all customers and all money?"""
    live = widgets.rfm_grid()
    finding(live, days=30, orders=4)
    widths = [bar.get_width() for bar in live.axes[1].patches]
    assert sum(widths[::2]) == pytest.approx(100)
    assert sum(widths[1::2]) == pytest.approx(100)


def test_rfm_nobody_is_best():
    """When nobody meets all three, does the title say so?"""
    assert finding(widgets.rfm_grid(), days=0, orders=12, amount=1500) == (
        "没有重要价值客户：全部 1,200 位里没有人同时达到三条线；把“近、多、大额”的分界放宽一点"
    )


def test_rfm_of_free_samples():
    """Does a table whose amounts are all 0 draw without dividing by zero?"""
    table = _teaching.rfm_customers().assign(total_amount=0.0)
    assert "贡献 0% 的金额" in finding(widgets.rfm_grid(table), amount=0, days=100)


@pytest.mark.parametrize("timing", loyalty.TIMINGS)
@pytest.mark.parametrize(("retention", "n"), [(80, 1000), (55, 200), (90, 50)])
def test_clv_and_its_interval(timing, retention, n):
    """Are value and interval those of customer_lifetime_value at the retention and the ends of its interval?"""
    kept = loyalty.retention_rate(start=n, end=round(n * retention / 100), new=0)
    value, low, high = (
        loyalty.customer_lifetime_value(250, r, discount_rate=0.08, time_unit="year", timing=timing).value
        for r in (kept.retention, kept.low, kept.high)
    )
    said = finding(widgets.clv_levers(), retention=retention, margin=250, discount=8, n=n, timing=timing)
    assert said.startswith(f"终身价值 {value:,.0f} 元，") and said.endswith(f"在 {low:,.0f}–{high:,.0f} 元之间")


def test_clv_better_measured_is_narrower():
    """Does the interval shrink when retention is measured on more customers?"""
    live = widgets.clv_levers()
    widths = []
    for n in (50, 500, 5000):
        finding(live, n=n)
        low, high = live.axes[0].lines[1].get_ydata()
        widths.append(high - low)
    assert widths[0] > 2 * widths[1] > 4 * widths[2]


@pytest.mark.parametrize("month", [3, 6, 10])
def test_cohorts_as_they_looked_then(month):
    """Is the title what cohort_retention gives on the orders known by the end of that month?"""
    orders = _teaching.cohort_orders()
    known = orders[orders["date"].dt.to_period("M") <= pd.Period("2025-07", "M") + month - 1]
    row = loyalty.cohort_retention(known).curve.set_index("age").loc[2]
    said = finding(widgets.cohort_triangle(), month=month, age=2)
    assert said.startswith(
        f"站在第 {month} 月末：第 2 月的留存 {row['retention']:.0%}"
        f"（95% 区间 {100 * row['low']:.0f}%–{100 * row['high']:.0f}%，n = {row['size']:,.0f}）"
    )


def test_cohorts_not_there_yet():
    """Is retention nobody could have shown yet called unknown, and the cell left empty?"""
    live = widgets.cohort_triangle()
    assert finding(live, month=4, age=5) == (
        "站在第 4 月末：第 5 月的留存还不知道，不是 0：没有哪个同期群满 5 月，把“站在第几月末看”往右拖"
    )
    assert np.isnan(np.ma.getdata(live.axes[0].images[0].get_array())[:, 4]).all()


def test_cohorts_by_week_and_too_short():
    """Do weeks work too, and does a table of a month say what is missing?"""
    orders = _teaching.cohort_orders()
    autumn = orders[orders["date"].between("2025-07-01", "2025-09-28")]
    assert finding(widgets.cohort_triangle(autumn, period="week"), age=4).startswith("站在第 13 周末：第 4 周的留存 ")
    with pytest.raises(ValueError) as caught:
        widgets.cohort_triangle(orders[orders["date"] < "2025-08-31"])
    assert str(caught.value) == "这批交易只有 2 期，至少要 3 期才看得出留存。请加长观察期，或把 period 改短。"


def test_membership_money_is_tier_cost():
    """Are members, net and the warning those of assign_tiers and tier_cost?"""
    table = _teaching.members()
    tiers = loyalty.assign_tiers(table["spend"], {"普通": 0, "银卡": 800, "金卡": 2000})
    rules = {"tier": ["普通", "银卡", "金卡"], "fixed_cost": [0, 20, 300], "reward_rate": [0, 0.01, 0.05]}
    cost = loyalty.tier_cost(table.assign(tier=tiers), pd.DataFrame(rules), margin_share=0.3)
    gold, total = cost.iloc[2], cost.iloc[3]
    said = finding(
        widgets.membership_thresholds(), silver=800, extra=1200, gold_cost=300, gold_rate=5.0, margin=30
    )  # fmt: skip
    assert said == (
        f"金卡 2,000 元起：{gold['members']:,} 人，净贡献 {gold['net'] / 1e4:,.1f} 万元；"
        f"全部会员净贡献 {total['net'] / 1e4:,.1f} 万元，假设消费不随门槛变"
    )


def test_membership_that_costs_more_than_it_brings():
    """Are benefits above the margin called a loss?"""
    said = finding(widgets.membership_thresholds(), gold_cost=600, gold_rate=15.0, margin=10)
    assert "权益比毛利还贵，人越多越亏" in said


def test_membership_without_gold():
    """Does a threshold nobody reaches draw and say that the tier is empty?"""
    poor = pd.DataFrame({"spend": [10.0, 20, 30, 40]})
    live = widgets.membership_thresholds(poor)
    live.set(silver=live.controls["silver"].max)
    assert live.alt.split("；")[0].endswith("元起：0 人")


def test_switching_agrees_with_the_steady_state():
    """Is the new share the steady state of the matrix with the changed row, the interval that of brand_switching?"""
    result = loyalty.brand_switching(_teaching.brand_purchases())
    matrix = result.probabilities.copy()
    stay = matrix.iloc[1, 1] + 0.1
    matrix.iloc[1] *= (1 - stay) / (1 - matrix.iloc[1, 1])
    matrix.iloc[1, 1] = stay
    then, row = 100 * loyalty.steady_state(matrix).iloc[1], result.brands.iloc[1]
    said = finding(widgets.brand_switching(), brand=1, change=10)
    assert said.startswith(
        f"B 牌的重复购买率 {100 * (stay - 0.1):.0f}% → {100 * stay:.0f}%：稳态份额 {100 * row['steady']:.1f}%"
        f"（95% 区间 {100 * row['low']:.0f}%–{100 * row['high']:.0f}%） → {then:.1f}%"
    )


def test_switching_of_one_household():
    """With one household there is no interval: does the title say so?"""
    panel = pd.DataFrame({"household_id": 1, "brand": list("AABABBA")})
    assert finding(widgets.brand_switching(loyalty.brand_switching(panel)), change=0).startswith(
        "照现在的矩阵，A的份额从 57% 走到稳态 50.0%（区间算不出）"
    )


def test_k_factor_measures_what_it_was_set_to():
    """With many members measured, is the K found the one set, and growth that of viral_growth?"""
    live = widgets.k_factor()
    said = finding(live, invites=2.0, conversion=30, n=2000)
    low, high = (float(x) for x in said.split("区间 ")[1].split("）")[0].split("–"))
    assert low < 0.6 < high
    assert finding(live, invites=2.0, conversion=60, n=2000).split("；")[0].endswith("大于 1，自己会长大")
    grown = live.axes[0].lines[0].get_ydata()
    k = float(live.alt.split("K = ")[1][:4])
    assert grown[1] == pytest.approx(100 * (1 + k * (1 - 100 / 100_000)), rel=0.01)


def test_k_factor_is_honest_with_few():
    """When the interval holds 1, is neither growth nor decay claimed?"""
    assert "说不清会不会自己长大" in finding(widgets.k_factor(), invites=3.0, conversion=33, n=30)


BAD = [
    (
        lambda: widgets.rfm_grid(pd.DataFrame({"customer_id": [1], "days_since_last": [1], "order": [2]})),
        ValueError,
        "表 customers 里没有列“orders”。你是不是想写“order”？现有的列：customer_id、days_since_last、order。",
    ),
    (
        lambda: widgets.membership_thresholds(pd.DataFrame({"spent": [1]})),
        ValueError,
        "表 members 里没有列“spend”。你是不是想写“spent”？现有的列：spent。",
    ),
    (
        lambda: widgets.brand_switching(pd.DataFrame({"brand": ["A"]})),
        TypeError,
        "参数 result 应是 loyalty.brand_switching() 的结果，你给的是 DataFrame。请先算出转换矩阵，再交给这个小部件。",
    ),
    (
        lambda: widgets.brand_switching(
            loyalty.brand_switching(pd.DataFrame({"household_id": 1, "brand": list("ABCDEFGABCDEFG")}))
        ),
        ValueError,
        "这个小部件最多画 6 个品牌，你给了 7 个。请先把小品牌并成“其他”。",
    ),
]


@pytest.mark.parametrize(("make", "kind", "message"), BAD)
def test_bad_data_are_refused_before_anything_is_shown(make, kind, message):
    """Is the whole sentence right?"""
    with pytest.raises(kind) as caught:
        make()
    assert str(caught.value) == message


def test_tables_are_left_as_they_were():
    """Does no widget change the table it is given?"""
    customers, orders, members = _teaching.rfm_customers(), _teaching.cohort_orders(), _teaching.members()
    kept = [table.copy() for table in (customers, orders, members)]
    widgets.rfm_grid(customers).set(days=5)
    widgets.cohort_triangle(orders).set(month=3)
    widgets.membership_thresholds(members).set(silver=500)
    for before, after in zip(kept, (customers, orders, members), strict=True):
        pd.testing.assert_frame_equal(before, after)
