"""The widgets of chapter 9: what their titles say is what the topic functions give."""

import numpy as np
import pandas as pd
import pytest

from crmlab import strategy
from crmlab.widgets import strategy as widgets
from crmlab.widgets.strategy import experience, offers
from tests.crmlab.widgets import live_laws
from tests.crmlab.widgets.live_laws import finding

pytestmark = pytest.mark.slow

LIVE = {
    "attribution_switch": (
        widgets.attribution_switch,
        [{"method": "markov"}, {"against": "linear"}, {"method": "first", "against": "first"}, {"method": "linear"}],
    ),
    "capacity_lead_time": (
        widgets.capacity_lead_time,
        [{"capacity": 18}, {"orders": 24, "promise": 8}, {"capacity": 30, "promise": 20}, {"promise": 4}],
    ),
    "choice_share": (
        widgets.choice_share,
        [{"price_0": 12}, {"price_1": 24, "handy_1": False}, {"handy_2": True}, {"price_2": 4.5}],
    ),
    "customization": (
        widgets.customization,
        [{"modules": 8}, {"variants": 12, "degree": 100}, {"growth": 2, "days": 40}, {"growth": 0, "modules": 1}],
    ),
    "journey_editor": (
        widgets.journey_editor,
        [{"t3": 2}, {"t0": -3, "t5": -3}, {f"t{i}": 0 for i in range(6)}, {"t4": 3}],
    ),
    "tier_cut": (
        widgets.tier_cut,
        [{"a": 50}, {"b": 50}, {"a": 30, "b": 1, "crossing": "including"}, {"a": 95}],
    ),
    "vip_priority": (
        widgets.vip_priority,
        [{"vip": 60}, {"calls": 80}, {"agents": 1, "vip": 100}, {"agents": 12, "calls": 10, "vip": 0}],
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
def test_every_setting_draws_and_says_so(name):
    """Does each setting draw without a failure, with words that change with the values?"""
    live_laws.check_words(*LIVE[name])


@EVERY
def test_extremes(name):
    """Do all extremes of the controls give a finding, with nothing cut off?"""
    live_laws.check_extremes(LIVE[name][0])


@EVERY
def test_labels(name):
    """Are controls and axes labelled, with units?"""
    live_laws.check_labels(LIVE[name][0])


@EVERY
def test_redraw_is_quick(name):
    """Is a new picture there within 80 ms of processor time?"""
    live_laws.check_speed(*LIVE[name])


SPEND = pd.Series(np.random.default_rng(1).lognormal(5, 1.2, 90).round(2))


@pytest.mark.parametrize("crossing", ["before", "including"])
@pytest.mark.parametrize(("a", "b"), [(80, 15), (50, 30), (70, 20)])
def test_tier_cut_agrees_with_abc_tiers(a, b, crossing):
    """Are the shares those of abc_tiers with these cuts, and the Gini coefficient the topic's?"""
    table = strategy.abc_tiers(SPEND, crossing=crossing, cuts=[a / 100, (a + b) / 100])
    live = widgets.tier_cut(SPEND)
    said = finding(live, a=a, b=b, crossing=crossing)
    people, money = table["tier"].value_counts(normalize=True), table.groupby("tier")["share"].sum()
    assert said.startswith(f"A 级 {people['A']:.0%} 的客户占 {money['A']:.0%} 的金额，B 级 {people['B']:.0%} 占")
    gini = strategy.gini(SPEND)
    assert said.endswith(f"；基尼系数 {gini.gini:.2f}（95% 区间 {gini.low:.2f}–{gini.high:.2f}），n = 90")
    widths = [bar.get_width() for bar in live.axes[1].patches]
    assert widths == pytest.approx([*(100 * people.sort_index()), *(100 * money)])


def test_tier_cut_of_odd_customers():
    """Do one customer who has it all, and cuts that leave no C tier, get a finding?"""
    assert finding(widgets.tier_cut([100, 0, 0])) == (
        "A 级 33% 的客户占 100% 的金额，C 级 67% 占 0%，没有 B 级；基尼系数 0.67，n = 3"
    )
    assert "没有 C 级" in finding(widgets.tier_cut(SPEND), a=90, b=10)
    assert "没有 A、B 级" in finding(widgets.tier_cut([1000, 1, 1]), crossing="including")


@pytest.mark.parametrize(
    ("vip", "calls", "agents", "service_min"), [(20, 50, 5, 5.4), (60, 40, 6, 6.0), (5, 20, 2, 4.0)]
)
def test_vip_priority_agrees_with_the_queue(vip, calls, agents, service_min):
    """Are both waits those of priority_queue?"""
    tiers = pd.DataFrame({"tier": ["VIP", "普通"], "arrivals_per_hour": [calls * vip / 100, calls * (1 - vip / 100)]})
    table = strategy.priority_queue(tiers, agents=agents, service_min=service_min)
    said = finding(widgets.vip_priority(), vip=vip, calls=calls, agents=agents, service_min=service_min)
    own, other = table["wait_min"]
    assert said.startswith(
        f"VIP 平均等 {own:.1f} 分钟，普通客户等 {other:.1f} 分钟；不分级都等 {table['fifo_wait_min'].iloc[0]:.1f} 分钟："
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"calls": 80, "vip": 20},
            "来得比接得快（要 144% 的坐席时间）：VIP 还只等 1.5 分钟，普通客户越等越长，优先救不了缺人",
        ),
        (
            {"calls": 80, "vip": 90},
            "坐席全占满也接不完 VIP 的来电（要 144% 的坐席时间）：两类客户都越等越长，请先加人或少给 VIP",
        ),
        ({"vip": 0}, "只有一类客户：谁也不比谁优先，平均等 8.2 分钟（坐席时间用了 90%）；把比例调到两头之间再看"),
    ],
)
def test_vip_priority_when_there_are_too_few_agents(values, said):
    """Does load beyond the agents, or a single class, get a finding?"""
    assert finding(widgets.vip_priority(), **values) == said


@pytest.mark.parametrize("method", strategy.ATTRIBUTION_METHODS)
def test_attribution_switch_agrees(method):
    """Are the bars the shares of the rule that is chosen, the squares those of the other?"""
    touches = experience.simulated_touches(600, np.random.default_rng(92))
    table = strategy.attribution(touches, rng=np.random.default_rng(1), resamples=100)
    live = widgets.attribution_switch()
    said = finding(live, method=method, against="last")
    ax = live.axes[0]
    order = [label.get_text() for label in ax.get_yticklabels()]
    now, last = (table[table["method"] == m].set_index("channel").loc[order] for m in (method, "last"))
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(100 * now["share"])
    assert ax.lines[-1].get_xdata() == pytest.approx(100 * last["share"])
    first = now.iloc[int(now["share"].to_numpy().argmax())]
    assert said.startswith(
        f"按{strategy.ATTRIBUTION_METHODS[method]}，{first.name}分到最多：{first['share']:.0%}"
        f"（95% 区间 {first['low']:.0%}–{first['high']:.0%}）"
    )


def test_choice_share_agrees():
    """Are the bars the shares of the moved offers, with their intervals?"""
    moved = pd.DataFrame(
        {"alternative": ["小罐单泡", "小罐多泡", "散装大袋"], "price_yuan": [12.0, 16.0, 9.0], "handy": [0, 1, 0]}
    )
    table = strategy.choice_share(offers.simulated_model(), moved)
    live = widgets.choice_share()
    said = finding(live, price_0=12, handy_0=False)
    assert [bar.get_width() for bar in live.axes[0].patches] == pytest.approx(100 * table["share"])
    top = table.iloc[int(table["share"].to_numpy().argmax())]
    assert said.startswith(
        f"{top['alternative']}份额最大，{top['share']:.0%}（95% 区间 {top['low']:.0%}–{top['high']:.0%}）；比起点，"
    )


def test_simulated_choices_hold_their_stated_effects():
    """Do the intervals of the simulated model hold the effects that the docstring states?"""
    table = offers.simulated_model().coefficients.set_index("term")
    for term, truth in (("price_yuan", -0.18), ("handy", 0.9)):
        assert table.loc[term, "low"] < truth < table.loc[term, "high"]


def test_choice_share_takes_a_model_with_small_prices():
    """Does a model without switches and with prices below 5 get fine sliders?"""
    rng = np.random.default_rng(2)
    price = rng.choice([1.6, 1.8, 2.0], (300, 2))
    picked = (-2 * price + rng.gumbel(size=(300, 2))).argmax(axis=1)
    rows = [(i, "甲乙"[j], int(picked[i] == j), price[i, j]) for i in range(300) for j in range(2)]
    model = strategy.choice_model(
        pd.DataFrame(rows, columns=["choice_id", "alternative", "chosen", "price"]), price="price"
    )
    live = widgets.choice_share(model, pd.DataFrame({"alternative": ["甲", "乙"], "price": [1.8, 1.85]}))
    assert list(live.controls) == ["price_0", "price_1"]
    assert live.values["price_1"] == 1.85
    live_laws.check_extremes(lambda: live)


@pytest.mark.parametrize(("modules", "variants", "degree"), [(3, 4, 25), (8, 12, 100), (1, 1, 0)])
def test_customization_agrees(modules, variants, degree):
    """Are combinations, parts and profit those of the topic functions?"""
    table = strategy.module_combinations(pd.DataFrame({"module": range(modules), "variants": variants}))
    curve = strategy.customization_curve(
        np.linspace(0, 1, 21), price_yuan=400, max_premium=0.8, premium_half=0.4, cost_yuan=240, cost_growth=0.9,
        cost_power=2, lead_days=3, extra_lead_days=12, units=1000, lost_per_day=0.02,
    )  # fmt: skip
    here = curve[np.isclose(curve["degree"], degree / 100)].iloc[0]
    best = curve[curve["best"]].iloc[0]
    assert finding(widgets.customization(), modules=modules, variants=variants, degree=degree) == (
        f"{modules} 个模块、每个 {variants} 种：{table['parts'].iloc[-1]} 种零件配出 {table['combinations'].iloc[-1]:,} 种产品；"
        f"定制程度 {degree}% 赚 {here['profit_yuan'] / 1e4:.1f} 万元，"
        f"{best['degree']:.0%} 时最多（{best['profit_yuan'] / 1e4:.1f} 万元）"
    )


def test_more_capacity_never_delivers_later():
    """With the same random numbers, does the promise hold more often as capacity grows, and is a shortage said?"""
    live = widgets.capacity_lead_time()
    kept = []
    for capacity in (16, 18, 21, 24, 30):
        said = finding(live, capacity=capacity, orders=20, promise=9)
        kept.append(float(said.split("：")[1].split("%")[0].split("只有 ")[-1]))
        assert ("越积越多" in said) == (capacity <= 20)
    assert kept == sorted(kept)


def test_journey_pains_follow_the_sliders():
    """Is a touch point pulled down a pain, and one pulled up none, as journey() says?"""
    live = widgets.journey_editor()
    assert finding(live).endswith("痛点：等待交货")
    assert finding(live, t3=1, t0=-2).endswith("痛点：看到广告")
    assert finding(live, t0=2, t5=3).endswith("没有看得清的痛点，最高兴的是售后")
    own = widgets.journey_editor(("挂号", "候诊", "就诊"))
    assert [control.description for control in own.controls.values()] == ["挂号（分）", "候诊（分）", "就诊（分）"]


BAD = [
    (
        lambda: widgets.tier_cut([1, -1]),
        ValueError,
        "参数 values 应不小于 0，第 2 行是 -1。退货多于购买的客户请先记为 0 或单独列出。",
    ),
    (
        lambda: widgets.attribution_switch(
            pd.DataFrame({"path_id": [1], "step": [1], "channel": ["甲"], "converted": [1]})
        ),
        ValueError,
        "渠道应有 2–8 个，现在有 1 个：甲。太多时请先合并小的渠道。",
    ),
    (
        lambda: widgets.journey_editor(("进店",)),
        ValueError,
        "参数 touchpoints 应是 2–8 个不重复的名称，你给的是 进店。",
    ),
    (
        lambda: widgets.choice_share(offers.simulated_model()),
        ValueError,
        "参数 model 和 offers 要么都给，要么都不给：滑块的起点要从 offers 来。",
    ),
    (
        lambda: widgets.choice_share(3, pd.DataFrame({"alternative": ["甲"]})),
        TypeError,
        "参数 model 应是 strategy.choice_model() 的结果，你给的是 int。",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), BAD, ids=[m[:24] for *_, m in BAD])
def test_bad_input_is_refused_before_anything_is_shown(make, error, message):
    """Does bad input get the whole Chinese sentence?"""
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message
