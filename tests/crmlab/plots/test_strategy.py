"""Figures of service strategy: what stands in the axes is what the topic functions found."""

import numpy as np
import pandas as pd
import pytest

from crmlab import plots, strategy
from tests.crmlab.plots.looks import assert_no_text_overlaps, assert_within

RNG = np.random.default_rng(9)
SPEND = pd.Series(RNG.lognormal(5, 1, 120))
ABC = strategy.abc_tiers(SPEND, crossing="before")
TIERS = pd.DataFrame({"tier": ABC["tier"], "revenue_yuan": ABC["value"], "service_cost_yuan": RNG.gamma(2, 20, 120)})
SPOTS = pd.DataFrame(np.repeat([[0, 0], [5, 0], [0, 5]], 30, axis=0) + RNG.normal(0, 0.6, (90, 2)), columns=["x", "y"])
QUEUE = pd.DataFrame({"tier": ["VIP", "普通"], "arrivals_per_hour": [10, 40]})
STEPS = pd.DataFrame(
    {
        "step": ["量体", "生产", "发货"],
        "mean_days": [2, 3, 2],
        "sd_days": [1, 1, 0.5],
        "capacity_per_day": [None, 21, None],
    }
)
DELIVERY = strategy.order_to_delivery(STEPS, orders_per_day=20, rng=np.random.default_rng(1), runs=3, days=40)
CURVE = strategy.customization_curve(
    np.linspace(0, 1, 11), price_yuan=400, max_premium=0.8, premium_half=0.4, cost_yuan=240, cost_growth=0.9,
    cost_power=2, lead_days=3, extra_lead_days=12, units=1000, lost_per_day=0.02,
)  # fmt: skip
RATINGS = pd.DataFrame(
    [(c, k, n, f + c % 3 - 1) for c in range(12) for k, (n, f) in enumerate([("进店", 1), ("排队", -2), ("收货", 2)])],
    columns=["customer_id", "step", "touchpoint", "emotion"],
)
WAYS = [("短视频", "门店", 1), ("搜索", "门店", 1), ("短视频", "搜索", 0), ("门店", "搜索", 1)] * 10
TOUCHES = pd.DataFrame(
    [(i, k, c, way[-1]) for i, way in enumerate(WAYS) for k, c in enumerate(way[:-1])],
    columns=["path_id", "step", "channel", "converted"],
)


def words(ax):
    return [text.get_text() for text in ax.texts]


def named(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_lorenz_marks_the_top_customers():
    """Is the curve the topic's, and the share of the largest fifth what top_share says?"""
    ax = plots.lorenz(strategy.lorenz(SPEND), "前两成客户占了大半")
    curve = strategy.lorenz(SPEND)
    assert ax.lines[1].get_ydata() == pytest.approx(100 * curve["value_share"])
    assert words(ax)[-1] == f"最大的 20% 占 {strategy.top_share(SPEND):.0%}"
    assert ax.get_title(loc="left") == "前两成客户占了大半"


def test_lorenz_compares_curves_by_name():
    """Has each of several curves a line of its own and a name?"""
    curves = {"偏的": strategy.lorenz(SPEND), "平的": strategy.lorenz([1, 1, 1, 1, 1])}
    ax = plots.lorenz(curves, "一个偏一个平")
    assert words(ax)[-1] == "平的：最大的 20% 占 20%"
    assert words(ax)[-2].startswith("偏的：最大的 20% 占 ")
    assert_no_text_overlaps(ax.get_figure())


@pytest.mark.parametrize("cuts", [(0.8, 0.95), (0.5, 0.8, 0.95), (0.99,)])
def test_tier_curve_says_what_each_tier_holds(cuts):
    """Does the legend give each tier's share of customers and money?"""
    table = strategy.abc_tiers(SPEND, crossing="including", cuts=cuts)
    ax = plots.tier_curve(table, "A 级三成多")
    said = [
        f"{tier} 级：{len(part) / 120:.0%} 的客户，{part['share'].sum():.0%} 的金额"
        for tier, part in table.groupby("tier")
    ]
    assert named(ax) == said
    assert ax.lines[0].get_ydata()[-1] == pytest.approx(100)


def test_tier_costs_compare_shares():
    """Are the bars the three shares of each tier, and the dots the profit with its interval?"""
    result = strategy.tier_service_cost(TIERS)
    ax = plots.tier_costs(result, "C 级花多了")
    shares = 100 * result.table[["customer_share", "revenue_share", "cost_share"]].to_numpy().T
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(shares.ravel())
    right = ax.get_figure().axes[1]
    assert right.lines[0].get_xdata() == pytest.approx(result.table["profit_per_customer"])
    assert right.collections[0].get_segments()[0][:, 0] == pytest.approx(result.table.loc[0, ["low", "high"]].tolist())
    assert_within(ax.get_figure())


def test_k_choice_and_segments():
    """Do the lines hold both coefficients, and the bars the centres?"""
    table = strategy.choose_k(SPOTS, features=["x", "y"], rng=np.random.default_rng(1), ks=[2, 3], n_resamples=3)
    ax = plots.k_choice(table, "三群最好")
    assert ax.lines[0].get_ydata() == pytest.approx(table["stability"])
    assert ax.lines[1].get_ydata() == pytest.approx(table["silhouette"])
    assert named(ax) == ["重抽样一致程度", "轮廓系数"]
    result = strategy.kmeans_segments(SPOTS, features=["x", "y"], k=3, rng=np.random.default_rng(1), n_resamples=2)
    first = plots.segment_centres(result, "三群")
    drawn = [[bar.get_width() for bar in one.patches] for one in first.get_figure().axes]
    assert drawn == [pytest.approx(result.centres[f].tolist()) for f in ("x", "y")]


@pytest.mark.parametrize(
    ("service_min", "said"),
    [
        (5.4, ["1.0 分钟", "10.0 分钟", "■ 不分级：都等 8.2 分钟   ● 分级"]),
        (7, ["1.8 分钟", "来得比接得快，越等越长", "■ 不分级：谁都越等越长   ● 分级"]),
    ],
)
def test_priority_waits(service_min, said):
    """Are both waits drawn, and a wait without end said in words?"""
    table = strategy.priority_queue(QUEUE, agents=5, service_min=service_min)
    ax = plots.priority_waits(table, "VIP 少等的由别人补上")
    assert words(ax) == said
    assert_within(ax.get_figure())


def test_customization_cells_count_customers():
    """Does each corner give the number of customers in it?"""
    people = pd.DataFrame({"yuan": [900, 800, 90, 50, 60], "need": [8, 2, 3, 9, 1]})
    grid = strategy.customization_grid(people, value="yuan", need="need", cuts=(500, 5))
    ax = plots.customization_cells(grid, "只有一位要定制", value="yuan", need="need", cuts=(500, 5))
    assert words(ax) == ["定制营销 1 位", "频次营销 1 位", "大众营销 2 位", "放弃 1 位"]
    assert ax.lines[2].get_xydata().tolist() == [[3, 90], [1, 60]]


def test_module_growth_is_logarithmic():
    """Do combinations multiply and parts add, on one scale?"""
    table = strategy.module_combinations(pd.DataFrame({"module": ["面料", "领型", "袖口"], "variants": [40, 6, 4]}))
    ax = plots.module_growth(table, "50 种零件配 960 种")
    assert list(ax.lines[0].get_ydata()) == [40, 240, 960]
    assert list(ax.lines[1].get_ydata()) == [40, 46, 50]
    assert ax.get_yscale() == "log"


def test_customization_profit_marks_the_best():
    """Is the mark the row the topic function calls best?"""
    ax = plots.customization_profit(CURVE, "三成最好")
    best = CURVE[CURVE["best"]].iloc[0]
    right = ax.get_figure().axes[1]
    assert right.lines[1].get_xydata()[0] == pytest.approx([100 * best["degree"], best["profit_yuan"] / 1e4])
    assert words(right)[0].startswith(f"{best['degree']:.0%} 时最多：")


def test_lead_times_show_promise_and_bottleneck():
    """Are median, ninth decile and promise marked, and each step's waiting and work stacked?"""
    ax = plots.lead_times(DELIVERY, "九成守得住", promise_days=11)
    summary = DELIVERY.summary.set_index("measure")["value"]
    assert [line.get_xdata()[0] for line in ax.lines] == pytest.approx([summary["p50_days"], summary["p90_days"], 11])
    right = ax.get_figure().axes[1]
    work, wait = right.containers
    assert [bar.get_width() for bar in work] == pytest.approx(DELIVERY.steps["work_days"])
    assert [bar.get_width() for bar in wait] == pytest.approx(DELIVERY.steps["wait_days"])
    assert_within(ax.get_figure())


def test_emotion_curve_tells_pains_by_shape():
    """Are points the means, and is the low point an unhappy one?"""
    result = strategy.journey(RATINGS, neutral=0)
    ax = plots.emotion_curve(result, "排队是痛点", neutral=0)
    assert ax.lines[1].get_ydata() == pytest.approx(result.table["emotion"])
    assert named(ax) == ["高兴 2 处", "不满 1 处"]
    assert words(ax)[-1] == "平均 0.33，峰终值 0.67（n = 12）"
    expected = strategy.journey(RATINGS.assign(hope=1.0), neutral=0, expectation="hope")
    assert "期望" in named(plots.emotion_curve(expected, "没达到期望", neutral=0))


@pytest.mark.parametrize("rng", [None, np.random.default_rng(1)])
def test_attribution_shares(rng):
    """Has each rule its points, in the order of the mean share, with intervals where there are some?"""
    table = strategy.attribution(TOUCHES, rng=rng, resamples=20)
    ax = plots.attribution_shares(table, "换规则换人")
    order = [label.get_text() for label in ax.get_yticklabels()]
    last = table[table["method"] == "last"].set_index("channel").loc[order, "share"]
    assert ax.lines[1].get_xdata() == pytest.approx(100 * last)
    assert named(ax) == list(strategy.ATTRIBUTION_METHODS.values())
    drawn = ax.collections[1].get_segments()
    if rng is None:
        assert all(len(segment) == 0 for segment in drawn)
    else:
        assert drawn[0][0, 0] <= 100 * last.iloc[0] <= drawn[0][1, 0]


BAD = [
    (lambda: plots.lorenz({}, "错"), ValueError, "参数 curves 是空的，请至少给一条曲线。"),
    (
        lambda: plots.lorenz(strategy.lorenz(SPEND), "错", top=2),
        ValueError,
        "参数 top 应在 0–1 之间，你给的是 2。",
    ),
    (
        lambda: plots.tier_curve(SPEND.to_frame("value"), "错"),
        ValueError,
        "表 table 里没有列“share”。现有的列：value。",
    ),
    (
        lambda: plots.tier_costs(TIERS, "错"),
        TypeError,
        "参数 result 应是 strategy.tier_service_cost() 的结果，你给的是 DataFrame。",
    ),
    (lambda: plots.k_choice(SPOTS, "错"), ValueError, "表 table 里没有列“k”。现有的列：x、y。"),
    (
        lambda: plots.segment_centres(SPOTS, "错"),
        TypeError,
        "参数 result 应是 strategy.kmeans_segments() 的结果，你给的是 DataFrame。",
    ),
    (
        lambda: plots.priority_waits(QUEUE, "错"),
        ValueError,
        "表 table 里没有列“wait_min”。现有的列：tier、arrivals_per_hour。",
    ),
    (
        lambda: plots.customization_cells(SPOTS, "错", value="x", need="y", cuts=(1, 1)),
        ValueError,
        "表 table 里没有列“cell”。现有的列：x、y。",
    ),
    (
        lambda: plots.module_growth(STEPS.rename(columns={"step": "module"}), "错"),
        ValueError,
        "表 table 里没有列“combinations”。现有的列：module、mean_days、sd_days、capacity_per_day。",
    ),
    (
        lambda: plots.customization_profit(SPOTS, "错"),
        ValueError,
        "表 table 里没有列“degree”。现有的列：x、y。",
    ),
    (
        lambda: plots.lead_times(STEPS, "错"),
        TypeError,
        "参数 result 应是 strategy.order_to_delivery() 的结果，你给的是 DataFrame。",
    ),
    (
        lambda: plots.lead_times(DELIVERY, "错", promise_days=-1),
        ValueError,
        "参数 promise_days 应大于 0，你给的是 -1。",
    ),
    (
        lambda: plots.emotion_curve(RATINGS, "错", neutral=0),
        TypeError,
        "参数 result 应是 strategy.journey() 的结果，你给的是 DataFrame。",
    ),
    (
        lambda: plots.attribution_shares(TOUCHES, "错"),
        ValueError,
        "表 table 里没有列“method_zh”。现有的列：path_id、step、channel、converted。",
    ),
]


@pytest.mark.parametrize(("draw", "error", "message"), BAD, ids=[m[:24] for *_, m in BAD])
def test_wrong_arguments_are_named_in_chinese(draw, error, message):
    """Does a wrong argument get the whole sentence, before anything is drawn?"""
    with pytest.raises(error) as caught:
        draw()
    assert str(caught.value) == message
