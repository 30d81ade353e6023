"""The widgets of chapter 2: their findings are the topic functions' numbers, at the ends of every control too."""

import numpy as np
import pandas as pd
import pytest

from crmlab import technology
from crmlab.widgets import technology as widgets
from crmlab.widgets.technology.chatbot import made_chats
from crmlab.widgets.technology.choosing import VENDORS
from crmlab.widgets.technology.tags import made_customers
from tests.crmlab.widgets import live_laws
from tests.crmlab.widgets.live_laws import finding

pytestmark = pytest.mark.slow

LIVE = {
    "staffing": (
        widgets.staffing,
        [{"agents": 30}, {"calls": 300, "aht_s": 300}, {"agents": 60}, {"calls": 10, "agents": 1, "target": 0.5}],
    ),
    "trunk_lines": (widgets.trunk_lines, [{"lines": 31}, {"calls": 20, "hold_min": 0.5}, {"lines": 1, "calls": 600}]),
    "staff_profile": (widgets.staff_profile, [{"times": 1.4}, {"shrinkage": 0.0}, {"aht_s": 120, "target": 0.95}]),
    "chatbot_threshold": (
        widgets.chatbot_threshold,
        [{"cut": 0.3}, {"cut": 1.0}, {"cut": 0.0, "cost_wrong": 0}, {"n": 50, "cost_agent": 10}],
    ),
    "crm_choice": (widgets.crm_choice, [{"w_5": 10}, {"w_2": 10, "w_5": 0}, {"w_0": 0, "w_1": 0, "w_4": 10}]),
    "payback": (widgets.payback, [{"rate": 0.3}, {"years": 10}, {"gain": 0, "running": 20}, {"cost": 10, "years": 1}]),
    "tag_rule": (widgets.tag_rule, [{"days": 720, "orders": 1}, {"join": "近或勤"}, {"days": 0, "orders": 20}]),
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
    if name == "crm_choice":  # all weights zero is an error with its own test
        live = LIVE[name][0]()
        for i in range(6):
            for value in (0, 10):
                finding(live, **{f"w_{j}": 5 for j in range(6)} | {f"w_{i}": value})
                live_laws.check_inside(live)
    else:
        live_laws.check_extremes(LIVE[name][0])


@EVERY
def test_labels(name):
    """Are controls and axes labelled?"""
    live_laws.check_labels(LIVE[name][0])


@EVERY
def test_speed(name):
    """Is a move quick?"""
    live_laws.check_speed(*LIVE[name])


@pytest.mark.parametrize("agents", [15, 26, 40])
@pytest.mark.parametrize(("calls", "aht_s", "target"), [(100, 180, 0.8), (160, 240, 0.9)])
def test_staffing_agrees_with_erlang_c(agents, calls, aht_s, target):
    """Are the numbers in the title those of the formulas, and is the star where the target is first met?"""
    live = widgets.staffing()
    said = finding(live, agents=agents, calls=calls, aht_s=aht_s, target=target)
    load = technology.traffic_erlangs(calls, interval_s=1800, aht_s=aht_s)
    need = technology.required_agents(calls, interval_s=1800, aht_s=aht_s, service_level=target, answer_within_s=20)
    (star,) = [line for line in live.axes[0].lines if line.get_marker() == "*"]
    assert list(star.get_xdata()) == [need.agents]
    assert said.endswith(f"要达到 {target:.0%}，最少 {need.agents} 名")
    if agents <= load:
        assert said.startswith(f"{agents} 名坐席接不完 {load:.1f} 爱尔兰的来电，队伍越来越长；")
    else:
        level = technology.service_level(load, agents, aht_s=aht_s, answer_within_s=20)
        wait = technology.average_speed_of_answer(load, agents, aht_s=aht_s)
        assert f"20 秒内接起 {level:.0%}，平均等 {wait:.0f} 秒，利用率 {load / agents:.0%}" in said


def test_staffing_target_out_of_the_picture():
    """Where more agents are needed than the picture holds, is there no star but still a number?"""
    live = widgets.staffing()
    said = finding(live, calls=300, aht_s=300, target=0.95, within_s=10, agents=60)
    need = technology.required_agents(300, interval_s=1800, aht_s=300, service_level=0.95, answer_within_s=10)
    stars = [line for line in live.axes[0].lines if line.get_marker() == "*"]
    assert need.agents > 60 or list(stars[0].get_xdata()) == [need.agents]
    assert f"最少 {need.agents} 名" in said


@pytest.mark.parametrize(("calls", "hold_min", "lines", "allowed"), [(300, 4, 20, 0.01), (600, 6, 60, 0.1)])
def test_trunk_lines_agree_with_erlang_b(calls, hold_min, lines, allowed):
    """Are blocking and the least number of lines those of Erlang B?"""
    said = finding(widgets.trunk_lines(), calls=calls, hold_min=hold_min, lines=lines, allowed=allowed)
    load = calls * hold_min / 60
    blocked = technology.erlang_b(load, lines)
    assert said == (
        f"{lines} 条线、{load:.3g} 爱尔兰：{blocked:.1%} 的电话打不进来（每小时 {calls * blocked:.0f} 通）；"
        f"阻塞不超过 {allowed:.0%}，最少 {technology.required_lines(load, max_blocking=allowed)} 条"
    )


def test_staff_profile_covers_every_half_hour():
    """Does the roster's line never run below the need, whatever the sliders say?"""
    live = widgets.staff_profile()
    for setting in ({}, {"times": 0.5}, {"shrinkage": 0.35}, {"aht_s": 300, "target": 0.95}):
        live.set(**setting)
        (stairs,) = live.axes[0].patches
        (line,) = live.axes[0].lines
        assert (line.get_ydata()[:-1] >= stairs.get_data().values).all()
        assert live.axes[0].get_ylim()[1] > line.get_ydata().max()


def test_chatbot_threshold_agrees_with_the_table():
    """Are cost, hand-over and the best cut those of the topic function on the same chats?"""
    chats = made_chats(2000)
    result = technology.chatbot_threshold(chats, cost_bot=0.5, cost_agent=4, cost_wrong=20)
    row = result.table[np.isclose(result.table["threshold"], 0.6)].iloc[0]
    half = (row["cost_high"] - row["cost_low"]) / 2
    said = finding(widgets.chatbot_threshold(), cut=0.6, cost_agent=4, cost_wrong=20)
    assert said == (
        f"分界 0.60：每次会话 {row['cost_per_chat']:.2f} ± {half:.2f} 元，转人工 {row['handover_share']:.0%}，"
        f"自己答的对 {row['resolution_share']:.0%}；最省的分界 {result.threshold:.2f}，{result.cost_per_chat:.2f} 元（n = 2000）"
    )


def test_chatbot_threshold_of_one_chat():
    """Does a single chat, which has no interval, say no interval?"""
    chats = pd.DataFrame({"bot_confidence": [0.9], "bot_correct": [1]})
    assert finding(widgets.chatbot_threshold(chats), cut=0.5) == (
        "分界 0.50：每次会话 0.50 元，转人工 0%，自己答的对 100%；最省的分界 0.90，0.50 元（n = 1）"
    )


def test_chatbot_threshold_refuses_before_drawing():
    """Does a wrong column get the topic function's sentence?"""
    with pytest.raises(ValueError) as caught:
        widgets.chatbot_threshold(made_chats(5).rename(columns={"bot_correct": "bot_corect"}))
    assert str(caught.value) == (
        "表 chats 里没有列“bot_correct”。你是不是想写“bot_corect”？现有的列：bot_confidence、bot_corect。"
    )


def test_simulated_chats_are_what_the_notes_say():
    """Is a bot sure to the degree c right with probability 0.15 + 0.8 c, within sampling error?"""
    chats = made_chats(20_000)
    for low in (0.4, 0.6, 0.8):
        part = chats[chats["bot_confidence"].between(low, low + 0.1)]
        assert part["bot_correct"].mean() == pytest.approx(0.15 + 0.8 * (low + 0.05), abs=0.04)


def test_crm_choice_ranks_as_the_scorecard():
    """Do bars and ranges show the scorecard of the sliders' weights?"""
    live = widgets.crm_choice()
    weights = {"w_0": 2, "w_1": 8, "w_2": 3, "w_3": 9, "w_4": 0, "w_5": 1}
    said = finding(live, **weights)
    criteria = list(VENDORS.columns[1:])
    result = technology.crm_scorecard(VENDORS, dict(zip(criteria, weights.values(), strict=True)))
    top, second = result.scores.iloc[0], result.scores.iloc[1]
    assert said.startswith(
        f"选“{result.best}”，{top['score']:.2f} 分，比第二名{second['vendor']}高 {top['score'] - second['score']:.2f} 分；"
    )
    scores = result.scores.set_index("vendor")["score"]
    assert [bar.get_width() for bar in live.axes[0].patches] == pytest.approx(list(scores[VENDORS["vendor"]]))
    hatched = [bar.get_hatch() == "///" for bar in live.axes[0].patches]
    assert hatched == list(VENDORS["vendor"] == result.best)
    ranges = [line.get_xdata() for line in live.axes[1].lines if len(line.get_xdata()) == 2]
    np.testing.assert_allclose(ranges, 100 * result.sensitivity[["low", "high"]])


def test_crm_choice_all_weights_zero():
    """Do weights that are all zero get a sentence, not a division by zero?"""
    live = widgets.crm_choice()
    live.set(**dict.fromkeys(live.controls, 0))
    assert live.message.value == ('<p role="alert">这一组取值画不出图：所有权重都是 0 份。请至少给一条标准权重。</p>')


def test_crm_choice_tie_and_single_and_firm():
    """Are a tie, a single system and a lead that no weight ends told as such?"""
    pair = pd.DataFrame({"vendor": ["甲", "乙"], "价格": [4, 4], "易用": [3, 3]})
    assert finding(widgets.crm_choice(pair)) == "乙、甲同分（3.50 分）：这组权重分不出高下"
    assert finding(widgets.crm_choice(pair.head(1))) == "只有“甲”一个系统，3.50 分"
    firm = pair.assign(价格=[5, 1], 易用=[5, 2])
    assert finding(widgets.crm_choice(firm)) == (
        "选“甲”，5.00 分，比第二名乙高 3.50 分；单独改任何一条的权重，第一名都不换"
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"rate": 0.0}, "净现值 60.0 万元（折现率 0%）：3.0 年回本，折现后 3.0 年"),
        ({"gain": 5, "running": 5}, "净现值 −60.0 万元（折现率 8%）：用 6 年也回不了本"),
        ({"years": 3, "rate": 0.1}, "净现值 −10.3 万元（折现率 10%）：3.0 年回本，可是折现后到第 3 年还没回本"),
    ],
)
def test_payback(values, said):
    """Does the title tell net present value and both paybacks, or that there is none?"""
    assert finding(widgets.payback(), **values) == said


def test_tag_rule_agrees_with_lift():
    """Are hits and lift those of tag_rules and tag_lift, for both ways to join?"""
    customers = made_customers()
    near, often = customers["days"] <= 90, customers["orders"] >= 6
    for join, hit in (("近且勤", near & often), ("近或勤", near | often), ("勤", often)):
        row = technology.tag_lift(hit.to_frame("t"), customers["responded"]).iloc[0]
        assert finding(widgets.tag_rule(), days=90, orders=6, join=join) == (
            f"命中 {int(hit.sum())} 人（{hit.mean():.0%}）：提升度 {row['lift']:.2f}"
            f"（95% 区间 {row['lift_low']:.2f}–{row['lift_high']:.2f}），找到 {row['captured']:.0%} 的回应者"
        )


def test_tag_rule_that_finds_nobody():
    """Does a rule without a hit say so?"""
    live = widgets.tag_rule()
    assert finding(live, days=0, orders=20) == "命中 0 人：条件太严，一个人也找不到"
