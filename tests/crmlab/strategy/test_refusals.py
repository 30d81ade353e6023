"""What the functions refuse: the whole message, as a student reads it."""

import numpy as np
import pandas as pd
import pytest

from crmlab import strategy as s

RNG = np.random.default_rng(1)
SPEND = pd.DataFrame({"yuan": [10, 20, 70], "need": [1, 5, 9]})
TIERS = pd.DataFrame({"tier": ["VIP", "普通"], "arrivals_per_hour": [10, 40]})
COSTS = pd.DataFrame({"tier": list("AAB"), "revenue_yuan": [5, 4, 1], "service_cost_yuan": [1, 1, 1]})
POINTS = pd.DataFrame({"x": [0.0, 1, 5, 6, 9], "y": [0.0, 1, 1, 0, 5], "same": 3})
MODULES = pd.DataFrame({"module": ["面料", "领型"], "variants": [4, 2]})
STEPS = pd.DataFrame({"step": ["量体", "生产"], "mean_days": [2, 3], "sd_days": [1, 1], "capacity_per_day": [None, 5]})
CURVE = {
    "price_yuan": 400,
    "max_premium": 0.8,
    "premium_half": 0.4,
    "cost_yuan": 240,
    "cost_growth": 0.9,
    "cost_power": 2,
    "lead_days": 3,
    "extra_lead_days": 12,
    "units": 1000,
    "lost_per_day": 0.02,
}
WALK = pd.DataFrame({"customer_id": [1, 1], "step": [1, 2], "touchpoint": ["进店", "离店"], "emotion": [1, -1]})
PATHS = pd.DataFrame(
    {"path_id": [1, 1, 2], "step": [1, 2, 1], "channel": ["门店", "小程序", "门店"], "converted": [1, 1, 0]}
)
CHOICES = pd.DataFrame(
    {"choice_id": [0, 0, 1, 1, 2, 2, 3, 3], "alternative": list("abababab"), "chosen": [1, 0, 0, 1, 1, 0, 0, 1]}
)
CHOICES["price"] = [3.0, 4, 5, 3, 4, 4, 3, 3.5]
MODEL = s.choice_model(CHOICES, price="price")
OFFERS = pd.DataFrame({"alternative": ["a", "b"], "price": [3.0, 4]})
WIDE = pd.DataFrame({"price.a": [3, 4], "price.b": [4, 3], "feat.a": [0, 1], "pick": ["a", "b"]})

REFUSALS = [
    (
        lambda: s.abc_tiers([5, 3, 2], crossing="after"),
        ValueError,
        "参数 crossing 不能是“after”。可用的值：before、including。",
    ),
    (
        lambda: s.abc_tiers([5, -3, 2], crossing="before"),
        ValueError,
        "参数 values 应不小于 0，第 2 行是 -3。退货多于购买的客户请先记为 0 或单独列出。",
    ),
    (
        lambda: s.abc_tiers([5, None], crossing="before"),
        ValueError,
        "参数 values 不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
    ),
    (lambda: s.abc_tiers([0, 0], crossing="before"), ValueError, "参数 values 全是 0，没有可分的总额。请检查金额列。"),
    (
        lambda: s.abc_tiers([], crossing="before"),
        ValueError,
        "参数 values 一个值也没有。请检查数据是否为空，或筛选条件是否太严。",
    ),
    (
        lambda: s.abc_tiers(["5"], crossing="before"),
        TypeError,
        "参数 values 应全是数字，第 1 行是文字“5”。请先用 pd.to_numeric() 把这一列变成数字。",
    ),
    (
        lambda: s.abc_tiers([5, 3], crossing="before", cuts=(0.95, 0.8)),
        ValueError,
        "参数 cuts 应从小到大、都在 0–1 之间（不含两端），你给的是 0.95、0.8。",
    ),
    (
        lambda: s.abc_tiers([5, 3], crossing="before", cuts=np.linspace(0.1, 0.9, 8)),
        ValueError,
        "参数 cuts 最多给 7 个分界，你给了 8 个。级别太多，谁也记不住。",
    ),
    (
        lambda: s.gini([5], correction="sample"),
        ValueError,
        '只有一位客户，correction="sample" 要除以 n − 1 = 0。请改用 "population"，或用更多客户。',
    ),
    (
        lambda: s.gini([5, 3], correction="biased"),
        ValueError,
        "参数 correction 不能是“biased”。可用的值：population、sample。",
    ),
    (
        lambda: s.lorenz(SPEND),
        TypeError,
        '参数 values 应是一列数据，你给的是一张表（DataFrame）。请选出其中一列，例如 表["yuan"]。',
    ),
    (
        lambda: s.top_share([5, 3], share=20),
        ValueError,
        "参数 share 应在 0–1 之间（不含两端），你给的是 20。20% 请写成 0.2。",
    ),
    (
        lambda: s.tier_service_cost(COSTS.assign(tier=["A", None, "B"])),
        ValueError,
        "列“tier”不能有缺失值，第 2 行是空的。请先给每位客户定级。",
    ),
    (
        lambda: s.tier_service_cost(COSTS.assign(service_cost_yuan=0)),
        ValueError,
        "列“service_cost_yuan”的合计是 0，算不出占比。",
    ),
    (
        lambda: s.tier_service_cost(COSTS.rename(columns={"service_cost_yuan": "cost_yuan"})),
        ValueError,
        "表 customers 里没有列“service_cost_yuan”。你是不是想写“cost_yuan”？现有的列：tier、revenue_yuan、cost_yuan。",
    ),
    (
        lambda: s.kmeans_segments(POINTS, features=["x", "same"], k=2, rng=RNG),
        ValueError,
        "列“same”的值全都一样，分不了群。请去掉这一列。",
    ),
    (
        lambda: s.kmeans_segments(POINTS, features=["x"], k=1, rng=RNG),
        ValueError,
        "参数 k 应是不小于 2 的整数，你给的是 1。",
    ),
    (
        lambda: s.kmeans_segments(POINTS, features=["x"], k=5, rng=RNG),
        ValueError,
        "不同的客户只有 5 种，群数要比它小，你给的是 5。请把群数改小，或加特征、加客户。",
    ),
    (
        lambda: s.kmeans_segments(POINTS, features=[], k=2, rng=RNG),
        ValueError,
        "参数 features 是空的。请至少给一个特征列。",
    ),
    (
        lambda: s.kmeans_segments(POINTS, features=["x"], k=2, rng=7),
        TypeError,
        "参数 rng 应是 np.random.default_rng(种子)，你给的是 int。",
    ),
    (
        lambda: s.kmeans_segments(POINTS - 1, features=["x"], k=2, rng=RNG, scale="log"),
        ValueError,
        '列“x”要取对数，不能有负数，第 1 行是 -1。请改用 scale="zscore"。',
    ),
    (
        lambda: s.kmeans_segments(POINTS, features=["x"], k=2, rng=RNG, scale="zscor"),
        ValueError,
        "参数 scale 不能是“zscor”。你是不是想写“zscore”？可用的值：zscore、log、none。",
    ),
    (
        lambda: s.choose_k(POINTS, features=["z"], rng=RNG),
        ValueError,
        "表 customers 里没有列“z”。现有的列：x、y、same。",
    ),
    (
        lambda: s.priority_queue(TIERS, agents=0, service_min=5),
        ValueError,
        "参数 agents 应是不小于 1 的整数，你给的是 0。",
    ),
    (
        lambda: s.priority_queue(TIERS, agents=2.5, service_min=5),
        ValueError,
        "参数 agents 应是不小于 1 的整数，你给的是 2.5。",
    ),
    (lambda: s.priority_queue(TIERS, agents=2, service_min=0), ValueError, "参数 service_min 应大于 0，你给的是 0。"),
    (
        lambda: s.priority_queue(TIERS.assign(arrivals_per_hour=[10, -1]), agents=2, service_min=5),
        ValueError,
        "列“arrivals_per_hour”应不小于 0，第 2 行是 -1。请先核对这些行。",
    ),
    (
        lambda: s.priority_queue(TIERS.rename(columns={"arrivals_per_hour": "arrivals"}), agents=2, service_min=5),
        ValueError,
        "表 tiers 里没有列“arrivals_per_hour”。你是不是想写“arrivals”？现有的列：tier、arrivals。",
    ),
    (
        lambda: s.customization_grid(SPEND, value="yuan", need="need", cuts=5),
        ValueError,
        "参数 cuts 应写成（价值分界，个性化分界），例如 (500, 5)，你给的是 5。",
    ),
    (
        lambda: s.customization_grid(SPEND, value="yuan", need="needs", cuts=(5, 5)),
        ValueError,
        "表 customers 里没有列“needs”。你是不是想写“need”？现有的列：yuan、need。",
    ),
    (
        lambda: s.module_combinations(MODULES.assign(variants=[4, 1.5])),
        ValueError,
        "列“variants”应是整数，第 2 行是 1.5。请先核对这些行。",
    ),
    (
        lambda: s.module_combinations(MODULES.assign(variants=[4, 0])),
        ValueError,
        "列“variants”应不小于 1，第 2 行是 0。请先核对这些行。",
    ),
    (
        lambda: s.module_combinations(MODULES.assign(optional=[0, 0.5])),
        ValueError,
        "列“optional”只能是 0 和 1，第 2 行是 0.5。请先核对这些行。",
    ),
    (
        lambda: s.customization_curve([0, 1.5], **CURVE),
        ValueError,
        "参数 degrees 应在 0–1 之间，第 2 行是 1.5。请先核对这些行。",
    ),
    (
        lambda: s.customization_curve([0, 1], **{**CURVE, "price_yuan": 0}),
        ValueError,
        "参数 price_yuan 应大于 0，你给的是 0。",
    ),
    (
        lambda: s.customization_curve([0, 1], **{**CURVE, "lost_per_day": 5}),
        ValueError,
        "参数 lost_per_day 应在 0–1 之间，你给的是 5。5% 请写成 0.05。",
    ),
    (
        lambda: s.order_to_delivery(STEPS, orders_per_day=0, rng=RNG),
        ValueError,
        "参数 orders_per_day 应大于 0，你给的是 0。",
    ),
    (
        lambda: s.order_to_delivery(STEPS, orders_per_day=0.01, rng=RNG),
        ValueError,
        "120 天平均只有 1.2 单，太少，看不出分布。请把 days 或 orders_per_day 调大。",
    ),
    (
        lambda: s.order_to_delivery(STEPS, orders_per_day=5, rng=RNG, runs=1),
        ValueError,
        "参数 runs 应是不小于 2 的整数，你给的是 1。只有一遍，看不出模拟的误差。",
    ),
    (
        lambda: s.order_to_delivery(STEPS, orders_per_day=5, rng=RNG, alter_share=8),
        ValueError,
        "参数 alter_share 应在 0–1 之间，你给的是 8。8% 请写成 0.08。",
    ),
    (
        lambda: s.order_to_delivery(STEPS.assign(step="生产"), orders_per_day=5, rng=RNG),
        ValueError,
        "列“step”的名称应不重复、不空，第 2 行是“生产”。",
    ),
    (
        lambda: s.order_to_delivery(STEPS.assign(step=["生产", "lead_days"]), orders_per_day=5, rng=RNG),
        ValueError,
        "工序不能叫“lead_days”，结果表里已有这一列。请换个名字。",
    ),
    (
        lambda: s.order_to_delivery(STEPS.assign(capacity_per_day=[None, 0]), orders_per_day=5, rng=RNG),
        ValueError,
        "列“capacity_per_day”应大于 0，第 2 行是 0。不限产能请空着。",
    ),
    (
        lambda: s.journey(WALK.assign(step=1), neutral=0),
        ValueError,
        "次序 1 有几个触点：离店、进店。一个次序只能是一个触点。",
    ),
    (
        lambda: s.journey(WALK.assign(step=1, touchpoint="进店"), neutral=0),
        ValueError,
        "客户“1”对“进店”（次序 1）评了不止一次。请先合并或只留一次。",
    ),
    (
        lambda: s.journey(WALK.assign(emotion=[1, "好"]), neutral=0),
        TypeError,
        "列“emotion”应全是数字，第 2 行是“好”。请先清理这一列。",
    ),
    (
        lambda: s.journey(WALK.assign(customer_id=None), neutral=0),
        ValueError,
        "列“emotion”没有一行有效。请检查客户编号、触点和情绪分是不是空的。",
    ),
    (lambda: s.journey(WALK, neutral="中"), TypeError, "参数 neutral 应是一个数，你给的是 str（'中'）。"),
    (
        lambda: s.attribution(PATHS.assign(converted=0)),
        ValueError,
        "列“converted”全是 0，没有一条路径成交，没有功劳可分。",
    ),
    (
        lambda: s.attribution(PATHS.assign(converted=[1, 0, 0])),
        ValueError,
        "路径“1”的“converted”有的行是 1、有的行是 0。它说的是整条路径的结局，各行应相同。",
    ),
    (
        lambda: s.attribution(PATHS.assign(converted=[0.5, 0.5, 0])),
        ValueError,
        "列“converted”只能是 0 和 1，第 1 行是 0.5。请先核对这些行。",
    ),
    (
        lambda: s.attribution(PATHS.assign(step=1)),
        ValueError,
        "路径“1”有两次接触的次序都是 1，分不出先后。请用更细的时间或编号。",
    ),
    (
        lambda: s.attribution(PATHS.assign(channel=["门店", None, "门店"])),
        ValueError,
        "列“channel”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
    ),
    (
        lambda: s.attribution(PATHS, methods=["markow"]),
        ValueError,
        "参数 methods 不能是“markow”。你是不是想写“markov”？可用的值：first、last、linear、markov。",
    ),
    (
        lambda: s.attribution(PATHS, rng=RNG, resamples=5),
        ValueError,
        "参数 resamples 应是不小于 20 的整数，你给的是 5。太少，算不出区间。",
    ),
    (
        lambda: s.stack_choices(WIDE, choice="pick", attributes=["cost"]),
        ValueError,
        "没有以“cost.”开头的列。现有的列：price.a、price.b、feat.a、pick。",
    ),
    (
        lambda: s.stack_choices(WIDE, choice="pick", attributes=["price", "feat"]),
        ValueError,
        "表 wide 里没有列“feat.b”。你是不是想写“feat.a”？现有的列：price.a、price.b、feat.a、pick。",
    ),
    (
        lambda: s.stack_choices(WIDE.assign(pick=["a", "c"]), choice="pick", attributes=["price"]),
        ValueError,
        "列“pick”的第 2 行是“c”，没有它的属性列。现有的选项：a、b。",
    ),
    (
        lambda: s.choice_model(CHOICES.assign(chosen=[1, 1, 0, 1, 1, 0, 0, 1]), price="price"),
        ValueError,
        "第 0 次选择没有正好选一个，共 1 次这样。请先清理。",
    ),
    (
        lambda: s.choice_model(CHOICES[:7], price="price"),
        ValueError,
        "第 3 次选择只有一个选项，没得选，共 1 次这样。请先清理。",
    ),
    (
        lambda: s.choice_model(CHOICES.assign(chosen=[1, 0] * 4), price="price"),
        ValueError,
        "选项“b”一次也没有人选，它的品牌常数没有上限。请去掉这个选项。",
    ),
    (
        lambda: s.choice_model(CHOICES.assign(alternative="a"), price="price"),
        ValueError,
        "第 0 次选择里，选项“a”出现了不止一次。",
    ),
    (
        lambda: s.choice_model(CHOICES.assign(price=3), price="price"),
        ValueError,
        "系数分不开：price、品牌:b 里有的列在每次选择里都不变，或可由别的列算出来。请去掉多余的列。",
    ),
    (
        lambda: s.choice_model(CHOICES.assign(price=CHOICES["chosen"]), price="price"),
        ValueError,
        "系数没有有限的估计：有的属性把选和不选完全分开了。请看看哪一列的值就决定了选哪个，或用更多数据。",
    ),
    (
        lambda: s.choice_model(CHOICES, price="price", base="c"),
        ValueError,
        "参数 base 的“c”不在选项里。现有的选项：a、b。",
    ),
    (
        lambda: s.choice_model(CHOICES.assign(price=[None] + [3.0] * 7), price="price"),
        ValueError,
        "列“price”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
    ),
    (
        lambda: s.choice_model(CHOICES.assign(who=1), price="price", cluster="who"),
        ValueError,
        "列“who”只有一个值，算不出聚类标准误。请去掉 cluster。",
    ),
    (
        lambda: s.choice_share("模型", OFFERS),
        TypeError,
        "参数 model 应是 strategy.choice_model() 的结果，你给的是 str。",
    ),
    (
        lambda: s.choice_share(MODEL, OFFERS.assign(alternative=["a", "c"])),
        ValueError,
        "列“alternative”的第 2 行“c”模型里没有。模型里的选项：a、b。",
    ),
    (
        lambda: s.choice_share(MODEL, OFFERS.assign(alternative="a")),
        ValueError,
        "列“alternative”的第 2 行“a”重复了。模型里的选项：a、b。",
    ),
    (lambda: s.choice_share(MODEL, OFFERS[:1]), ValueError, "表 offers 只有一个选项，份额必是 1。请至少摆两个。"),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSALS)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
