"""Computations of the chapter-6 cases: known answers, identities, whole error messages."""

import re

import numpy as np
import pandas as pd
import pytest

from crmlab import data
from crmlab.satisfaction import cases

ARMS = pd.DataFrame({"arm": [0, 6, 12], "n": [1000, 1000, 1000], "value": [0.20, 0.30, 0.32]})
# Freireich et al. (1963): weeks in remission of 21 leukaemia patients on 6-MP; 1 = relapse, 0 = still in remission.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PATIENTS = pd.DataFrame({"m": WEEKS, "f": RELAPSED})
LATE = np.tile([0, 10, 20, 30], 4)
DELIVERIES = pd.DataFrame({"promise_h": np.tile(np.repeat([24, 48], 4), 2), "courier_score": np.repeat([2, 5], 8)})
DELIVERIES["actual_h"] = DELIVERIES["promise_h"] + LATE
DELIVERIES["csat"] = 4.5 - LATE * np.where(DELIVERIES["courier_score"] == 5, 0.05, 0.10)
ORDERS = pd.DataFrame({"distance_km": [1, 2, 3, 9], "minutes": [20, 28, 40, None], "cost_yuan": [4.0, 5, 7, 9]})
SALES = pd.DataFrame({"sku": ["a", "a", "b"], "week": [1, 2, 1], "qty": [20, 10, 4]})
CURVE = pd.DataFrame({"week": [1, 2, 3, 4], "value": [20.0, 10, 5, 5]})
STORES = pd.DataFrame({"store": ["东", "西"], "x_km": [3.0, -3.0], "y_km": [0.0, 0.0]})
PLACES = pd.DataFrame({"x_km": [0.5, -3.0], "y_km": [0.0, 4.0]})
OFFERS = pd.DataFrame({"warranty_years": [1] * 20 + [4] * 20, "would_buy": [1] * 4 + [0] * 16 + [1] * 8 + [0] * 12})
UNITS = pd.DataFrame({"m": [10, 30, 50, 70] * 5, "f": [1, 1, 1, 0] * 5})
KM = cases.kaplan_meier(UNITS, months="m", failed="f")


def test_difference_of_shares_meets_newcombe():
    """Is 56/70 against 48/80 the published 0.2000 (0.0524, 0.3339), Newcombe (1998) method 10?"""
    people = pd.DataFrame({"arm": [1] * 70 + [0] * 80, "yes": [1] * 56 + [0] * 14 + [1] * 48 + [0] * 32})
    row = cases.share_by_arm(people, arm="arm", outcome="yes", control=0).iloc[1]
    assert row[["diff", "diff_low", "diff_high"]].to_numpy(float).round(4) == pytest.approx([0.2, 0.0524, 0.3339])


def test_missing_outcomes_are_not_counted():
    """Do orders without a review leave numerator and denominator?"""
    people = pd.DataFrame({"arm": [0, 0, 0, 1], "yes": [1, 0, None, 1]})
    table = cases.share_by_arm(people, arm="arm", outcome="yes", control=0)
    assert (table["n"].tolist(), table["value"].tolist()) == ([2, 1], [0.5, 1.0])


def test_gift_gain_between_two_arms_is_the_straight_line():
    """Is the gain at 9 yuan the mean of those at 6 and 12, with the interval of that weighted mean?"""
    six, nine, twelve = cases.gift_net_gain(ARMS, [6, 9, 12], margin_yuan=100).itertuples(index=False)
    assert nine.net_yuan == pytest.approx((six.net_yuan + twelve.net_yuan) / 2)
    variance = 0.25 * 0.3 * 0.7 / 1000 + 0.25 * 0.32 * 0.68 / 1000 + 0.2 * 0.8 / 1000
    assert nine.high - nine.net_yuan == pytest.approx(1.959964 * 100 * variance**0.5, rel=1e-6)


def test_gift_gain_against_another_gift():
    """Does `than` compare two gifts directly, without the control's noise, and give nothing against itself?"""
    row = cases.gift_net_gain(ARMS, [12], margin_yuan=100, than=6).iloc[0]
    assert row["net_yuan"] == pytest.approx((0.32 - 0.30) * 100 - 6)
    assert row["high"] - row["net_yuan"] == pytest.approx(
        195.9964 * ((0.3 * 0.7 + 0.32 * 0.68) / 1000) ** 0.5, rel=1e-6
    )
    same = cases.gift_net_gain(ARMS, [6], margin_yuan=100, than=6).iloc[0]
    assert (same["net_yuan"], same["low"], same["high"]) == pytest.approx((0, 0, 0))


def test_late_effect_recovers_the_slopes_of_noiseless_data():
    """Are 0.10 and 0.05 points an hour found exactly?"""
    table = cases.late_effect(DELIVERIES)
    assert table["value"].to_numpy() == pytest.approx([-0.10, -0.05, 0.05])
    assert table["n"].tolist() == [8, 8, 16]


def test_late_effect_finds_the_effect_built_into_the_case():
    """Do the intervals of the case's data hold the stated -0.055 and -0.025, rounded to scale points aside?"""
    raw = data.load_case("c06_logistics").deliveries
    table = cases.late_effect(raw[raw["actual_h"].between(0, 500)]).set_index("group")["value"]
    assert -0.055 <= table["一般"] <= -0.049
    assert -0.027 <= table["热情"] <= -0.020


def test_promise_curve_is_the_mean_over_all_deliveries():
    """Is the predicted satisfaction the mean of what the noiseless model gives each delivery?"""
    late = np.maximum(DELIVERIES["actual_h"] - 40, 0)
    expected = (4.5 - late * np.where(DELIVERIES["courier_score"] == 5, 0.05, 0.10)).mean()
    row = cases.promise_curve(DELIVERIES, [40]).iloc[0]
    assert row["csat"] == pytest.approx(expected)
    assert row["on_time"] == (DELIVERIES["actual_h"] <= 40).mean()


def test_on_time_share_never_falls_with_a_longer_promise():
    """Is the on-time share monotone in the promised hours?"""
    assert cases.promise_curve(DELIVERIES, range(12, 97))["on_time"].is_monotonic_increasing


def test_survivors_sell_more():
    """Is the mean over products still on the shelf never below the mean over all, and equal while all are there?"""
    sales = data.load_case("c06_miniso").weekly_sales
    sales["qty"] = sales["qty"].mask(sales["qty"] < 0)
    those_left = cases.sales_curve(sales, survivors_only=True)["value"]
    everyone = cases.sales_curve(sales, survivors_only=False)["value"]
    assert those_left[:8].to_numpy() == pytest.approx(everyone[:8].to_numpy())
    assert (those_left[8:] > everyone[8:] + 1).all()


@pytest.mark.parametrize("rate", [0.5, 2, 5, 12, 40])
def test_what_comes_in_is_sold_or_left(rate):
    """Do sold and left add up to the pieces bought, and never more products on the shelf than slots?"""
    row = cases.launch_plan(CURVE, [rate], slots=8, batch_qty=50).iloc[0]
    assert row["sold_per_week"] + row["left_per_week"] == pytest.approx(rate * 50)
    assert row["on_shelf"] <= 8 + 1e-9
    assert row["sold_per_week"] >= 0 <= row["left_per_week"]


def test_nearest_store():
    """Is the distance Euclidean, and does the result keep the orders' index?"""
    table = cases.nearest_store(PLACES.set_axis([7, 3]), STORES)
    assert table.to_dict() == {"nearest": {7: "东", 3: "西"}, "distance_km": {7: 2.5, 3: 4.0}}


def test_reach_is_coverage_times_punctuality():
    """Does reach equal covered x on_time, and grow with the radius and the time limit?"""
    raw = data.load_case("c06_watsons")
    orders = raw.orders[raw.orders["x_km"] < 900]
    orders = orders.join(cases.nearest_store(orders, raw.stores))
    half, whole = (cases.radius_curve(orders, [1, 2, 4, 6], limit_min=m, central_yuan=8) for m in (30, 60))
    assert half["reach"].to_numpy() == pytest.approx((half["covered"] * half["on_time"]).to_numpy())
    assert (whole["reach"] >= half["reach"]).all()
    assert half["covered"].is_monotonic_increasing


def test_kaplan_meier_meets_the_remission_data():
    """Are the published survival shares of the 6-MP group found, with R's log-log interval at week 6?"""
    curve = cases.kaplan_meier(PATIENTS, months="m", failed="f").set_index("month")
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert curve.loc[list(published), "survival"].round(3).to_dict() == published
    assert curve.loc[6, ["low", "high"]].to_numpy(float) == pytest.approx([0.620, 0.952], abs=5e-4)
    assert curve.index[[0, -1]].tolist() == [0, 35]
    assert curve["at_risk"].iloc[[0, -1]].tolist() == [21, 1]


def test_without_censoring_survival_is_the_share_left():
    """Is the curve one minus the share failed when every unit was watched to its end?"""
    units = pd.DataFrame({"m": [1, 2, 3, 4, 5], "f": 1})
    curve = cases.kaplan_meier(units, months="m", failed="f")
    assert curve["survival"].to_numpy() == pytest.approx([1, 0.8, 0.6, 0.4, 0.2, 0])


def test_reading_a_curve_takes_the_step_before():
    """Is a month between two failures read from the step before it?"""
    curve = cases.kaplan_meier(PATIENTS, months="m", failed="f")
    table = cases.survival_at(curve, [5.9, 6, 9])
    assert table["failed_share"].round(3).tolist() == [0, 0.143, 0.193]
    assert (table["low"] <= table["failed_share"]).all()
    assert (table["failed_share"] <= table["high"]).all()


def test_warranty_profit_is_share_times_margin_left():
    """Is the profit buy x (margin - cost), its interval that of two independent parts?"""
    row = cases.warranty_plan(KM, OFFERS, [4], repair_yuan=200, margin_yuan=500).iloc[0]
    assert (row["buy"], row["cost_yuan"], row["profit_yuan"]) == pytest.approx((0.4, 100, 160))
    assert row["profit_low"] < 160 < row["profit_high"]


CALLS = {
    "share_by_arm": lambda t: cases.share_by_arm(t, arm="f", outcome="f", control=0),
    "late_effect": cases.late_effect,
    "promise_curve": lambda t: cases.promise_curve(t, [30]),
    "sales_curve": lambda t: cases.sales_curve(t, survivors_only=False),
    "launch_plan": lambda t: cases.launch_plan(t, [2], slots=8, batch_qty=50),
    "nearest_store": lambda t: cases.nearest_store(t, STORES),
    "radius_curve": lambda t: cases.radius_curve(t, [2], central_yuan=8),
    "kaplan_meier": lambda t: cases.kaplan_meier(t, months="m", failed="f"),
    "gift_net_gain": lambda t: cases.gift_net_gain(t, [3], margin_yuan=100),
}
TABLES = [UNITS, DELIVERIES, DELIVERIES, SALES, CURVE, PLACES, ORDERS, UNITS, ARMS]


@pytest.mark.parametrize(("name", "table"), list(zip(CALLS, TABLES, strict=True)), ids=list(CALLS))
def test_order_of_rows_means_nothing_and_input_stays(name, table):
    """Does a shuffled table give the same result, and is it left as it was?"""
    shuffled = table.sample(frac=1, random_state=1)
    kept = shuffled.copy()
    one, two = CALLS[name](table), CALLS[name](shuffled)
    pd.testing.assert_frame_equal(one, two.reindex(one.index) if name == "nearest_store" else two)
    pd.testing.assert_frame_equal(shuffled, kept)


def units(**changes):
    return PATIENTS.assign(**changes)


WRONG = {
    "列“f”应只有 0 和 1，里面有 0.5。请先把它变成“是/否”，再比较占比。": lambda: cases.share_by_arm(
        units(f=0.5), arm="m", outcome="f", control=6
    ),
    "参数 control 不能是“不给”。你是不是想写“不送”？可用的值：不送、送。": lambda: cases.share_by_arm(
        pd.DataFrame({"arm": ["不送", "送"], "yes": [1, 0]}), arm="arm", outcome="yes", control="不给"
    ),
    "组“b”没有一个有效的结果，算不出占比。请先去掉这一组。": lambda: cases.share_by_arm(
        pd.DataFrame({"arm": ["a", "b"], "yes": [1, None]}), arm="arm", outcome="yes", control="a"
    ),
    "表 arms 里要有 0 元（不送）的组作对照，现在最小的是 6 元。": lambda: cases.gift_net_gain(
        ARMS[1:], [6], margin_yuan=100
    ),
    "参数 costs 应在 0–12 之间，你给的是 13。": lambda: cases.gift_net_gain(ARMS, [13], margin_yuan=100),
    "参数 confidence 应在 0–1 之间（不含两端），你给的是 95。": lambda: cases.gift_net_gain(
        ARMS, [6], margin_yuan=100, confidence=95
    ),
    "按 1 分分不出“热情”和“一般”两组快递员。请把 warm_cut 改小或改大一点。": lambda: cases.late_effect(
        DELIVERIES, warm_cut=1
    ),
    "表 deliveries 里没有列“csat”。现有的列：promise_h、courier_score、actual_h。": lambda: cases.promise_curve(
        DELIVERIES.drop(columns="csat"), [30]
    ),
    "表 sales 里“a”第 1 周有不止一行。请先用 drop_duplicates 去重。": lambda: cases.sales_curve(
        pd.concat([SALES, SALES[:1]]), survivors_only=True
    ),
    "列“week”从 1 数起，里面有 0。": lambda: cases.sales_curve(SALES.assign(week=[0, 1, 0]), survivors_only=True),
    "参数 launches 应在 0.1–10000 之间，你给的是 0。": lambda: cases.launch_plan(CURVE, [0], slots=8, batch_qty=50),
    "表 orders 第 2 行没有坐标，算不出距离。请先去掉这样的行。": lambda: cases.nearest_store(
        PLACES.assign(x_km=[1.0, None]), STORES
    ),
    "半径 9 公里内有太多没有配送用时的单：门店最远只送过 3.0 公里。请把半径改小。": lambda: cases.radius_curve(
        ORDERS, [9], central_yuan=8
    ),
    "列“m”不能缺失或为负，第 1 行是 -1。请先去掉这样的行。": lambda: cases.kaplan_meier(
        units(m=-1), months="m", failed="f"
    ),
    "列“f”应只有 0（没坏）和 1（坏了）。": lambda: cases.kaplan_meier(units(f=2), months="m", failed="f"),
    "“全部”里一台也没坏，画不出生存曲线。请放宽筛选条件。": lambda: cases.kaplan_meier(
        units(f=0), months="m", failed="f"
    ),
    "表 curve 里有 2 条曲线，一次只能读一条。请先筛选列“group”。": lambda: cases.survival_at(
        pd.concat([KM, KM.assign(group="b")]), [6]
    ),
    "只观察到第 70 个月，读不出第 120 个月的值。请把月份改小，不要往外猜。": lambda: cases.warranty_plan(
        KM, OFFERS, [10], repair_yuan=200, margin_yuan=500
    ),
}


@pytest.mark.parametrize("message", list(WRONG), ids=[f"wrong{i}" for i in range(len(WRONG))])
def test_wrong_input_is_refused(message):
    """Is the whole message the one that helps?"""
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        WRONG[message]()
