"""The widgets of chapter 3: what their titles say is what the topic functions give."""

import numpy as np
import pandas as pd
import pytest

from crmlab import development
from crmlab.widgets import development as widgets
from crmlab.widgets.development import _teaching
from tests.crmlab.widgets import live_laws
from tests.crmlab.widgets.live_laws import finding

pytestmark = pytest.mark.slow

LIVE = {
    "churn_threshold": (
        widgets.churn_threshold,
        [{"threshold": 30}, {"threshold": 200, "horizon": 180}, {"threshold": 5}, {"horizon": 90}],
    ),
    "gains_cut": (
        widgets.gains_cut,
        [{"share": 10}, {"share": 100}, {"value": 5, "cost": 30.0}, {"value": 200, "cost": 0.5, "share": 50}],
    ),
    "survival_groups": (
        widgets.survival_groups,
        [{"time": 3}, {"by": "channel"}, {"dropped": True, "time": 30}, {"by": "contract", "time": 20}],
    ),
    "whale_cut": (widgets.whale_cut, [{"keep": 100}, {"keep": 10, "fee": 100}, {"fee": 200}, {"keep": 75}]),
    "winback_budget": (
        widgets.winback_budget,
        [{"budget": 0}, {"budget": 3000}, {"incentive": 200}, {"alone": 100, "budget": 1000}],
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
    for make in (_teaching.orders, _teaching.campaign, _teaching.subscribers, _teaching.lost_customers):
        pd.testing.assert_frame_equal(make(), make())
    pd.testing.assert_series_equal(_teaching.profits(), _teaching.profits())


@pytest.mark.parametrize(("threshold", "horizon"), [(30, 90), (120, 180), (240, 90)])
def test_churn_threshold_against_the_truth(threshold, horizon):
    """Are precision, recall and the four counts those of churn_backtest?"""
    row = development.churn_backtest(
        _teaching.orders(), cut=_teaching.CUT, horizon_days=horizon, thresholds=[threshold]
    ).iloc[0]
    live = widgets.churn_threshold()
    said = finding(live, threshold=threshold, horizon=horizon)
    assert said.startswith(
        f"超过 {threshold} 天没买就判流失：查准率 {row['precision']:.0%}（{row['precision_low']:.0%}–{row['precision_high']:.0%}），"
        f"查全率 {row['recall']:.0%}（{row['recall_low']:.0%}–{row['recall_high']:.0%}）；"
    )
    counts = [bar.get_width() for bar in live.axes[1].patches]
    assert counts[:2] == [row["hits"], row["flagged"] - row["hits"]]
    assert sum(counts) == row["n"] and counts[0] + counts[2] == row["gone"]


def test_churn_threshold_that_flags_nobody():
    """When nobody is flagged there is no precision: does the title say who was missed?"""
    orders = pd.DataFrame(
        {
            "customer_id": [1, 2, 1, 3],
            "date": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-02-25", "2026-05-30"]),
        }
    )
    live = widgets.churn_threshold(orders, cut="2026-01-31", horizons=(60,))
    assert finding(live, threshold=100) == "超过 100 天没买就判流失：一个人也没判出来，1 位真走的全漏了"


@pytest.mark.parametrize(("share", "value", "cost"), [(20, 60, 5.0), (45, 100, 12.0)])
def test_gains_cut_agrees(share, value, cost):
    """Are the share of responders, lift and profit those of gains_table and lift?"""
    made = _teaching.campaign()
    table = development.gains_table(made["score"], made["responded"], bins=20, value=value, contact_cost=cost)
    row = table.iloc[round(share / 5) - 1]
    lift = development.lift(made["score"], made["responded"], share=share / 100)
    best = table.loc[table["cumulative_profit"].idxmax(), "cumulative_share"]
    assert finding(widgets.gains_cut(), share=share, value=value, cost=cost) == (
        f"找前 {share}%（{share * 20:,} 人）：抓到 {100 * row['cumulative_gain']:.0f}% 的响应者，"
        f"提升度 {lift.lift:.1f}（{lift.low:.1f}–{lift.high:.1f}）；"
        f"利润 {row['cumulative_profit']:,.0f} 元，最赚的是找前 {100 * best:.0f}%"
    )


def test_gains_cut_never_worth_it_and_nobody_responds():
    """Are a campaign that cannot pay and a list without any response said to be so?"""
    assert finding(widgets.gains_cut(), value=5, cost=30.0).endswith("怎么切都亏，别联系")
    dead = widgets.gains_cut(list(range(40)), [0] * 40)
    assert finding(dead, share=50) == "找前 50%（20 人）：名单里一个响应也没有，找得越多亏得越多"


def test_gains_cut_with_equal_scores():
    """When equal scores cannot be parted, is the list cut where it can be?"""
    live = widgets.gains_cut([2] * 30 + [1] * 70, [1, 0] * 50)
    assert finding(live, share=40).startswith("找前 30%（30 人）")


@pytest.mark.parametrize("time", [6, 12, 24])
def test_survival_groups_agree(time):
    """Are the shares those of compare_survival at that month?"""
    result = development.compare_survival(_teaching.subscribers(), duration="months", event="left", by="contract")
    shares = [f"{name}还有 {c.at([time]).iloc[0]['survival']:.0%}" for name, c in result.curves.items()]
    said = finding(widgets.survival_groups(), time=time)
    assert (
        said
        == f"第 {time} 月：{'，'.join(shares)}；对数秩检验 p 小于 0.001（n = 600），各组留存不同；这是关联，不是因果"
    )


def test_survival_without_the_censored_is_lower():
    """Does dropping those who are still there push retention down, and is it called wrong?"""
    live = widgets.survival_groups()
    finding(live, time=12)
    right = [line.get_xdata()[0] for line in live.axes[1].lines[1:4:2]]
    said = finding(live, dropped=True)
    wrong = [line.get_xdata()[0] for line in live.axes[1].lines[1:4:2]]
    assert said.endswith("人来算，留存被压低了，这是错的做法")
    assert all(w < r - 15 for w, r in zip(wrong, right, strict=True))


@pytest.mark.parametrize(("keep", "fee"), [(100, 0), (60, 0), (80, 100)])
def test_whale_cut_agrees(keep, fee):
    """Are profit, loss-makers and the peak those of whale_curve?"""
    result = development.whale_curve(_teaching.profits() + fee)
    now = result.table["cumulative_profit"].iloc[round(keep / 100 * result.n) - 1] / 1e4
    charge = f"每人加收 {fee} 元，" if fee else ""
    who = "全部客户都留" if keep == 100 else f"只留前 {keep}% 的客户"
    assert finding(widgets.whale_cut(), keep=keep, fee=fee) == (
        f"{charge}{who}：利润 {now:,.1f} 万元，亏损客户占 {result.loss_share:.0%}（{result.low:.0%}–{result.high:.0%}）；"
        f"最高点是留前 {result.peak_share:.0%}，{result.peak_profit / 1e4:,.1f} 万元"
    )


def test_whale_cut_where_nobody_earns():
    """Does a list of loss-makers alone say so instead of naming a peak?"""
    assert finding(widgets.whale_cut([-50.0, -20, -30]), keep=100).endswith("没有一位客户赚钱")


@pytest.mark.parametrize(("budget", "incentive", "alone"), [(1000, 20, 10), (2500, 0, 0), (600, 100, 50)])
def test_winback_budget_agrees(budget, incentive, alone):
    """Are the chosen, the money and the interval those of winback_value?"""
    table = _teaching.lost_customers()
    offer = table.assign(incentive_yuan=incentive, p_spontaneous=table["p_success"] * alone / 100)
    plan = development.winback_value(offer, budget=budget)
    on = plan[plan["chosen"]]
    low, high = (f"{on[c].sum():,.0f}".replace("-", "−") for c in ("expected_low", "expected_high"))
    assert finding(widgets.winback_budget(), budget=budget, incentive=incentive, alone=alone) == (
        f"预算 {budget:,} 元：挽回 {len(on)} 位（值得的共 {plan['worth'].sum()} 位），花约 {on['spend_yuan'].sum():,.0f} 元，"
        f"期望赚 {on['expected_yuan'].sum():,.0f} 元；概率都取区间两端时是 {low} 到 {high} 元"
    )


def test_winback_curve_is_the_best_of_each_budget():
    """Does the curve hold what the title says at its own budgets, and never fall?"""
    live = widgets.winback_budget()
    x, y = (np.asarray(v, dtype=float) for v in live.axes[1].lines[0].get_data())
    assert (np.diff(y) >= 0).all()
    finding(live, budget=int(x[-1]))
    assert live.axes[1].lines[1].get_ydata()[0] == pytest.approx(y[-1])


def test_winback_without_intervals():
    """Does a table without intervals of the chance admit what is missing?"""
    table = _teaching.lost_customers().drop(columns=["p_low", "p_high"])
    assert finding(widgets.winback_budget(table)).endswith("概率没有给区间，这个数靠不靠得住看不出来")


BAD = [
    (
        lambda: widgets.churn_threshold(_teaching.orders()),
        ValueError,
        '给了 transactions 就要给 cut：站在哪一天判断，例如 cut="2026-03-31"。',
    ),
    (
        lambda: widgets.gains_cut([1, 2, 3]),
        ValueError,
        "参数 scores 和 outcome 要一起给，或者都不给（用内置的模拟名单）。",
    ),
    (
        lambda: widgets.survival_groups(_teaching.subscribers()),
        ValueError,
        '请给 by，说明怎么分组，例如 by={"合同": "contract"}。',
    ),
    (
        lambda: widgets.survival_groups(_teaching.subscribers(), by={"月数": "months"}),
        ValueError,
        "列“months”有 30 组，这个小部件画 2–4 组。请先合并小的组。",
    ),
    (
        lambda: widgets.winback_budget(_teaching.lost_customers().drop(columns="cost_yuan")),
        ValueError,
        "表 customers 里没有列“cost_yuan”。你是不是想写“value_yuan”？"
        "现有的列：customer_id、p_success、p_low、p_high、value_yuan。",
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
    people, lost = _teaching.subscribers(), _teaching.lost_customers()
    kept = [table.copy() for table in (people, lost)]
    widgets.survival_groups(people, by={"合同": "contract"}).set(time=3)
    widgets.winback_budget(lost).set(budget=500)
    for before, after in zip(kept, (people, lost), strict=True):
        pd.testing.assert_frame_equal(before, after)
