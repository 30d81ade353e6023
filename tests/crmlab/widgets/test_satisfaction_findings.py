"""What the widgets of chapter 6 say: the numbers of the topic functions, and its errors before anything is shown."""

import numpy as np
import pandas as pd
import pytest

from crmlab import satisfaction
from crmlab.widgets import satisfaction as widgets
from tests.crmlab.widgets.made import ANSWERS, ATTRIBUTES, DIMENSIONS, ITEMS, LEVERS, LIVE, SLOPE, TREE

pytestmark = pytest.mark.slow

SCORES = [10] * 40 + [8] * 34 + [5] * 26


def finding(live, **values):
    live.set(**values)
    return live.alt.split("。")[0]


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("gap_states", {"expect": 3, "perceive": 9}, "期望 3 分、感知 9 分：差距 6 分，惊喜"),
        ("gap_states", {"expect": 7.5, "perceive": 7.5}, "期望 7.5 分、感知 7.5 分：差距 0 分，满意"),
        ("gap_states", {"expect": 7, "perceive": 9, "delight": 3}, "期望 7 分、感知 9 分：差距 2 分，满意"),
        (
            "expectation",
            {"promise": 6, "delivery": 6},
            "承诺 6 分、做到 6 分：69% 下单，其中 80% 满意；满意订单占 55%，承诺 6.2 分时最多（55%）",
        ),
        ("perceived_value", {"item_0": 10}, "我们的感知价值 3.10 分，竞品 2.40 分：领先 0.70 分"),
        ("perceived_value", {"item_0": 1}, "我们的感知价值 −2.30 分，竞品 2.40 分：落后 4.70 分"),
        (
            "importance_performance",
            {"cut_performance": 7, "cut_importance": 8.9},
            "按现在的分界线，没有“重要而表现差”的项目",
        ),
        ("importance_performance", {"cut_performance": 7, "cut_importance": 4}, "优先改进 2 项：有货、排队"),
        ("lever_budget", {"budget": 10}, "预算 10 万元：选 2 项，提升 10 分，花 10 万元；贪心只能提升 7 分"),
        ("lever_budget", {"budget": 6}, "预算 6 万元：选 1 项，提升 7 分，花 6 万元；贪心一样好"),
        ("lever_budget", {"budget": 2}, "预算 2 万元：一项也做不起"),
        ("satisfaction_revenue", {"change": 0}, "满意度不变，90 天消费也不变：把滑块往右拖"),
        ("ahp", {}, "各准则同样重要：一致性比率 CR = 0.000，判断前后一致"),
        (
            "ahp",
            {"pair_0_1": 8, "pair_1_2": 8, "pair_0_2": -8},
            "产品、服务、环境权重最大（27%）：CR = 1.293，超过 0.1：判断自相矛盾，这组权重不能用",
        ),
    ],
)
def test_finding(name, values, said):
    """Does the title say in one sentence what these settings give?"""
    assert finding(LIVE[name][0](), **values) == said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "净推荐值 14，95% 区间 −2 到 30：100 份问卷分不出正负"),
        ({"promoter_min": 8}, "净推荐值 48，95% 区间 31 到 65：100 份问卷说得清是正的"),
        ({"detractor_max": 4}, "净推荐值 40，95% 区间 30 到 50：100 份问卷说得清是正的"),
        ({"n": 20}, "净推荐值 15，95% 区间 −20 到 50：20 份问卷分不出正负"),
    ],
)
def test_nps_threshold(values, said):
    """Do cut-offs and sample size move the score and its interval as they should?"""
    assert finding(widgets.nps_threshold(SCORES), **values) == said


def test_nps_threshold_of_one_kind():
    """Does a sample of promoters alone say that no interval can be given?"""
    assert finding(widgets.nps_threshold([9] * 30)) == "净推荐值 100：30 个人同属一组，区间算不出"


def test_nps_threshold_when_cut_offs_cross():
    """When somebody would be both promoter and detractor, does the widget say so?"""
    live = widgets.nps_threshold(SCORES)
    live.set(promoter_min=7, detractor_max=8)
    assert live.message.value == (
        '<p role="alert">这一组取值画不出图：参数 detractor_max（8）应小于 promoter_min（7），'
        "否则同一个分数既是推荐者又是批评者。</p>"
    )


@pytest.mark.parametrize("n", range(20, 101, 7))
def test_smaller_samples_keep_the_shares(n):
    """Is a shrunk sample of n people as near to the same score as whole people allow, its interval wider?"""
    live = widgets.nps_threshold(SCORES)
    full = live.axes[1].lines[1].get_xdata()
    live.set(n=n)
    low, high = live.axes[1].lines[1].get_xdata()
    (score,) = live.axes[1].lines[2].get_xdata()
    assert abs(score - 14) <= 100 / n
    assert high - low >= (full[1] - full[0]) * 0.9 * np.sqrt(100 / n)


def test_index_weights_agree_with_the_index():
    """Is the ranking that of satisfaction_index with the slider's weights?"""
    tree = TREE.assign(weight=[0.1, 0.9, 0.5, 0.5])
    stores = ANSWERS.groupby("store")
    by_hand = {store: satisfaction.satisfaction_index(part, tree) for store, part in stores}
    live = widgets.index_weights(TREE, ANSWERS)
    live.set(A=10, B=90)
    shown = {t.get_text().split(". ")[1] for t in live.axes[1].texts if ". " in t.get_text()}
    drawn = sorted(live.axes[1].lines[0].get_xdata(), reverse=True)
    assert shown == set(by_hand)
    assert drawn == pytest.approx(sorted((r.index for r in by_hand.values()), reverse=True))


def test_index_weights_carry_the_name_of_the_index():
    """Do the axis and the alt text name the index that was given, and 满意度指数 when none was?"""
    for given, name in (({}, "满意度指数"), ({"index_name": "忠诚指数"}, "忠诚指数")):
        live = widgets.index_weights(TREE, ANSWERS, **given)
        live.set(A=10, B=90)
        assert live.axes[1].get_xlabel() == f"{name}（0–100）"
        assert f"各组的{name}从高到低" in live.alt


def test_index_weights_all_zero():
    """Do weights that are all zero get a sentence, not a division by zero?"""
    live = widgets.index_weights(TREE, ANSWERS)
    live.set(A=0, B=0)
    assert live.message.value == (
        '<p role="alert">这一组取值画不出图：所有权重都是 0 份。请至少给一项大于 0 的权重。</p>'
    )


def test_index_axis_holds_every_weighting():
    """Does the axis, fixed from the start, hold the index of every weighting?"""
    live = widgets.index_weights(TREE, ANSWERS)
    limits = live.axes[1].get_xlim()
    for a in range(0, 101, 20):
        live.set(A=a, B=100 - a)
        assert live.axes[1].get_xlim() == limits
        for line in live.axes[1].collections:
            ends = np.concatenate(line.get_segments())[:, 0]
            assert limits[0] < ends.min() and ends.max() < limits[1]


def test_group_means_claims_a_difference_only_with_apart_intervals():
    """Is a difference claimed when intervals are apart, and not when they overlap?"""
    level = ANSWERS["store"].map({"城南": 9, "城东": 6, "城北": 4}).astype(int)
    apart = ANSWERS.assign(overall=level + np.tile([0, 1], 60))
    said = finding(widgets.group_means(apart, {"门店": "store"}, "overall"))
    assert said == "门店：城南 9.50 分最高，城北 4.50 分最低；两组区间不重叠，差别超出抽样误差"
    spent = finding(widgets.group_means(apart, {"门店": "store"}, "overall", label="客单价（元）", unit="元"))
    assert spent.startswith("门店：城南 9.50 元最高，城北 4.50 元最低；")
    alike = ANSWERS.assign(overall=np.tile([5, 6, 7], 40))
    assert finding(widgets.group_means(alike, {"门店": "store"}, "overall")).endswith("两组区间有重叠，别急着排名次")
    single = ANSWERS[ANSWERS["store"] == "城南"].assign(overall=7.5)
    assert (
        finding(widgets.group_means(single, {"门店": "store"}, "overall")) == "只有一组“城南”，均值 7.50 分（n = 40）"
    )


def test_dimension_profile_names_the_weak_side():
    """Is the dimension named where a group is clearly below all customers?"""
    live = widgets.dimension_profile(DIMENSIONS, {"门店": "store"})
    assert finding(live, group=("store", "城南")).startswith("城南（20 人）的短板是产品：2.00 分，比全部客户低 ")
    assert finding(live, group=("store", "城北")).endswith("但没有一维明显低于全部客户")


def test_revenue_scales_with_customers():
    """Is the sum slope × change × customers, with the interval's ends likewise?"""
    said = finding(widgets.satisfaction_revenue(SLOPE), change=1, customers=20_000)
    middle, low, high = (f"{x * 2:.1f}" for x in (SLOPE.slope, SLOPE.low, SLOPE.high))
    assert said == (
        f"满意度升 1.0 分：20,000 位客户，90 天消费约多 {middle} 万元；95% 区间 {low} 到 {high} 万元，前提是两者真有因果"
    )


def test_revenue_admits_an_interval_over_zero():
    """When the slope's interval holds zero, is no gain promised?"""
    noisy = pd.DataFrame({"overall": [1, 2, 3, 4, 5, 6], "spend": [10, 90, 20, 70, 30, 80]})
    slope = satisfaction.outcome_per_point(noisy, score="overall", outcome="spend")
    assert finding(widgets.satisfaction_revenue(slope)).endswith("连多还是少都说不准")


def test_sampling_error_by_quota():
    """Does over-asking gold members bias the plain mean, and weighting bring it back?"""
    live = widgets.sampling_error()
    assert finding(live, gold=45, silver=45).startswith("不加权偏了 ")
    assert "没超出抽样误差" in finding(live, gold=10, silver=20)
    assert finding(live, draw_no=2) != finding(live, draw_no=3)
    assert finding(live, draw_no=2) == finding(live, draw_no=2)


def test_sampling_interval_covers():
    """Over the twenty samples, does the 95% interval hold the true mean most of the time?"""
    live = widgets.sampling_error()
    held = 0
    for draw_no in range(1, 21):
        live.set(draw_no=draw_no)
        right = live.axes[1]
        (truth, _), (low, high) = right.lines[0].get_xdata(), right.lines[1].get_xdata()
        held += low <= truth <= high
    assert held >= 17


BAD = [
    (
        lambda: widgets.nps_threshold([]),
        ValueError,
        "参数 scores 一个值也没有。请检查数据是否为空，或筛选条件是否太严。",
    ),
    (
        lambda: widgets.nps_threshold([11]),
        ValueError,
        "参数 scores 应在 0–10 之间，第 1 行是 11。若是 1–5 分的满意题，请改用 satisfaction.csat()。",
    ),
    (
        lambda: widgets.index_weights(TREE.drop(columns="weight"), ANSWERS),
        ValueError,
        "表 indicators 里没有列“weight”。现有的列：indicator、name、parent、column。",
    ),
    (
        lambda: widgets.index_weights(TREE, ANSWERS.iloc[:0]),
        ValueError,
        "表 responses 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。",
    ),
    (
        lambda: widgets.index_weights(TREE, ANSWERS, by="stor"),
        ValueError,
        "表 responses 里没有列“stor”。你是不是想写“store”？现有的列：store、age、overall、nps、q1、q2、q3。",
    ),
    (
        lambda: widgets.group_means(ANSWERS, {"门店": "stoer"}, "overall"),
        ValueError,
        "表 responses 里没有列“stoer”。你是不是想写“store”？现有的列：store、age、overall、nps、q1、q2、q3。",
    ),
    (
        lambda: widgets.group_means(ANSWERS, {}, "overall"),
        ValueError,
        '分法的字典是空的，请至少给一种，如 {"门店": "store"}。',
    ),
    (
        lambda: widgets.group_means(ANSWERS, ["store"], "overall"),
        TypeError,
        '分法应写成“中文名: 列名”的字典，如 {"门店": "store"}，你给的是 list。',
    ),
    (
        lambda: widgets.dimension_profile(DIMENSIONS[DIMENSIONS["item_dim"] == "产品"], {"门店": "store"}),
        ValueError,
        "列“item_dim”至少要有 3 个维度才画得成雷达图，现在有 1 个：产品。",
    ),
    (
        lambda: widgets.perceived_value(ITEMS, ITEMS.iloc[:2]),
        ValueError,
        "items_a 和 items_b 的项目应相同、次序也相同。请按同一张项目表各填一列分数。",
    ),
    (
        lambda: widgets.perceived_value(ITEMS.assign(score=[8, 7, 6, 20]), ITEMS),
        ValueError,
        "列“score”应在 1–10 之间，第 4 行是 20。请先核对这些行。",
    ),
    (
        lambda: widgets.importance_performance(ATTRIBUTES.iloc[:0]),
        ValueError,
        "表 table 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。",
    ),
    (
        lambda: widgets.satisfaction_revenue(11.8),
        TypeError,
        "参数 slope 应是 satisfaction.outcome_per_point() 的结果，你给的是 float。请先算出斜率，再交给这个小部件。",
    ),
    (
        lambda: widgets.satisfaction_revenue(SLOPE, customers=5),
        ValueError,
        "参数 customers 应在 1000–100000 之间，你给的是 5。",
    ),
    (
        lambda: widgets.lever_budget(LEVERS.rename(columns={"cost": "cost_yuan"})),
        ValueError,
        "表 levers 里没有列“cost”。你是不是想写“cost_yuan”？现有的列：lever、cost_yuan、uplift。",
    ),
    (
        lambda: widgets.lever_budget(LEVERS.assign(cost=["贵", 1, 2])),
        TypeError,
        "列“cost”应全是数字，第 1 行是“贵”。请先清理这一列。",
    ),
    (
        lambda: widgets.ahp("产品"),
        TypeError,
        '参数 criteria 应是名称的列表，如 ["产品", "服务", "价格"]，你给的是 str。',
    ),
    (
        lambda: widgets.ahp(["产品", "服务"]),
        ValueError,
        "参数 criteria 应有 3–5 个准则，你给了 2 个。太多时请先分成几组。",
    ),
    (
        lambda: widgets.ahp(["产品", "服务", "产品"]),
        ValueError,
        "参数 criteria 里有重复的名称：产品、服务、产品。请每个准则只写一次。",
    ),
    (
        lambda: widgets.questionnaire_check(3),
        TypeError,
        "参数 text 应是一道题的文字，你给的是 int。一次查一题。",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), BAD, ids=[m[:24] for *_, m in BAD])
def test_bad_input_is_refused_before_anything_is_shown(make, error, message):
    """Does bad input get the whole Chinese sentence of the topic function?"""
    with pytest.raises(error) as caught:
        make()
    assert type(caught.value) is error
    assert str(caught.value) == message
