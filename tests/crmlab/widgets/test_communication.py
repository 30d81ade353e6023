"""The widgets of chapter 4: their findings are the topic functions' numbers; the checker marks and counts."""

import io
import re

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from crmlab import communication
from crmlab.widgets import communication as widgets
from tests.crmlab.widgets import live_laws
from tests.crmlab.widgets.live_laws import finding

pytestmark = pytest.mark.slow

LIVE = {
    "ab_plan": (widgets.ab_plan, [{"n": 100}, {"share": 50, "effect": 10}, {"effect": 0.2, "n": 100_000}, {"n": 5000}]),
    "media_budget": (
        widgets.media_budget,
        [{"part_0": 1}, {"part_1": 8}, {"budget": 10}, {"part_2": 0}, {"budget": 0}, {"budget": 3}],
    ),
    "peeking": (widgets.peeking, [{"looks": 50}, {"test": 7}, {"alpha": 0.01}, {"looks": 1, "test": 2}, {"looks": 10}]),
    "send_time": (widgets.send_time, [{"n": 200}, {"batch": 4}, {"n": 30_000}, {"n": 3000}, {"batch": 2}]),
    "style_quadrant": (
        widgets.style_quadrant,
        [{"a1": 5, "a2": 5}, {"r1": 1, "r2": 1}, {"a5": 1, "r5": 5}, {"a1": 1, "a2": 1, "a3": 1}],
    ),
}
EVERY = pytest.mark.parametrize("name", LIVE)


def test_every_widget_is_tested():
    """Is each exported widget among those walked through here?"""
    assert sorted([*LIVE, "dialogue_check"]) == widgets.__all__


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
    """Is a move quick?"""
    live_laws.check_speed(*LIVE[name])


@pytest.mark.parametrize(("share", "effect", "n"), [(10, 2, 2000), (1, 0.2, 100), (50, 10, 500)])
def test_ab_plan_says_what_the_function_says(share, effect, n):
    """Are power, needed number and least effect those of the plan?"""
    said = finding(widgets.ab_plan(), share=share, effect=effect, n=n)
    plan = communication.ab_plan(share / 100, effect=effect / 100, n_per_group=n)
    needed = communication.ab_plan(share / 100, effect=effect / 100, power=0.8).n_per_group
    assert said.startswith(f"每组 {n:,} 人，发现 {effect:g} 个百分点的差有 ")
    assert f"每组 {needed:,} 人" in said
    assert (f"有 {plan.power:.0%} 的把握" in said) == (plan.power <= 0.995)
    if plan.power < 0.8:
        smallest = communication.ab_plan(share / 100, n_per_group=n, power=0.8).effect
        assert f"只找 {100 * smallest:.1f} 个百分点以上的差" in said


def test_ab_plan_never_claims_certainty():
    """Is a power that rounds to 100 % called more than 99 %?"""
    assert "有 99% 以上 的把握" in finding(widgets.ab_plan(), share=10, effect=10, n=100_000)


def test_peeking_multiplies_false_alarms():
    """Does one look keep the promised level, and do many looks break it?"""
    live = widgets.peeking()
    shares = [
        float(finding(live, looks=looks, alpha=0.05).split("误报率 ")[1].split("%")[0]) for looks in (1, 5, 20, 50)
    ]
    assert 3.5 < shares[0] < 6.5
    assert shares == sorted(shares)
    assert shares[-1] > 25


def test_peeking_stops_at_the_first_alarm():
    """In some test with many looks, is the first look beyond the border the last one drawn?"""
    live = widgets.peeking()
    for test in range(1, 21):
        said = finding(live, looks=20, test=test)
        if "就误报了" in said:
            last = int(said.split("这一次第 ")[1].split(" 次")[0])
            seen = live.axes[0].lines[4]
            assert len(seen.get_xdata()) == last
            assert abs(seen.get_ydata()[-1]) > 1.96
            assert all(abs(z) <= 1.96 for z in seen.get_ydata()[:-1])
            return
    pytest.fail("none of the twenty simulated tests raises a false alarm")


def test_media_budget_says_what_the_plan_says():
    """Are own split and best split those of the plan function, and does the best split end the search?"""
    channels = pd.DataFrame(
        {"channel": ["搜索", "短视频"], "ceiling": [400.0, 900.0], "half_spend_yuan": [2000.0, 9000.0]}
    )
    live = widgets.media_budget(channels, most=2)
    said = finding(live, budget=1, part_0=5, part_1=5)
    even = communication.media_plan(channels, 10_000, curve="hyperbolic")
    assert said.startswith(f"你的分法 {even.equal_split_response:,.0f} 单，最好的分法 {even.response:,.0f} 单")
    assert "下一元该给短视频" in said
    assert "几乎一样好" in finding(live, part_0=3, part_1=7)
    assert finding(live, part_0=0, part_1=0) == "一份也没有分：请至少给一个渠道一份"
    assert finding(live, part_0=1, budget=0) == "还没有预算：第一元该给搜索"
    in_yuan = widgets.media_budget(channels.assign(ceiling=channels["ceiling"] * 100), most=2, unit="元")
    assert re.search(r"它每 100 元还能多 [\d,]+ 元$", finding(in_yuan, budget=1, part_0=5, part_1=5))


def test_media_budget_wants_two_to_six_channels():
    """Is a single channel refused?"""
    one = pd.DataFrame({"channel": ["搜索"], "ceiling": [400.0], "half_spend_yuan": [2000.0]})
    with pytest.raises(ValueError) as caught:
        widgets.media_budget(one)
    assert str(caught.value) == "参数 channels 应有 2–6 个渠道，你给了 1 个。太多时请先合并成几类。"


def test_send_time_needs_many_messages_to_be_sure():
    """Are all hours alike with 200 messages, and fewer rivals left with 30,000?"""
    live = widgets.send_time()
    assert "其余 13 个时段都和它分不出高低" in finding(live, n=200)
    rivals = int(finding(live, n=30_000).split("其中 ")[1].split(" 个")[0])
    assert rivals < 13


def test_send_time_on_given_messages():
    """With a table of one's own, are the numbers those of the topic function?"""
    rng = np.random.default_rng(3)
    hour = rng.integers(9, 12, 900)
    sent = pd.Timestamp("2026-03-02") + pd.to_timedelta(hour, unit="h")
    messages = pd.DataFrame({"sent_at": sent, "opened": (rng.random(900) < 0.1 + 0.3 * (hour == 10)).astype(int)})
    before = messages.copy()
    said = finding(widgets.send_time(messages), n=900)
    row = communication.send_time(messages, by="hour").table.set_index("slot").loc["10 时"]
    assert said == (
        f"900 条：10 时最高，{row['share']:.1%}（同时区间 {row['low']:.1%}–{row['high']:.1%}）；别的时段都比它低，这个“最好”站得住"
    )
    assert messages.equals(before)


def test_send_time_wants_200_messages():
    """Is a short table refused?"""
    sent = pd.to_datetime(["2026-03-02 09:00"] * 10)
    with pytest.raises(ValueError) as caught:
        widgets.send_time(pd.DataFrame({"sent_at": sent, "opened": 1}))
    assert str(caught.value) == "表 messages 只有 10 条，至少要 200 条，才看得出换一批会怎样。"


@pytest.mark.parametrize(
    ("assertive", "responsive", "style"), [(5, 5, "表现型"), (5, 1, "控制型"), (1, 5, "友善型"), (1, 1, "分析型")]
)
def test_styles(assertive, responsive, style):
    """Do the four extremes give the four styles, reverse statements turned round?"""
    answers = {f"a{i}": assertive for i in range(1, 5)} | {f"r{i}": responsive for i in range(1, 5)}
    answers |= {f"a{i}": 6 - assertive for i in (5, 6)} | {f"r{i}": 6 - responsive for i in (5, 6)}
    said = finding(widgets.style_quadrant(), **answers)
    assert said == (
        f"{style}：支配性 {25 * (assertive - 1)} 分、情感外露 {25 * (responsive - 1)} 分，离两条分界都有 5 分以上"
    )


def test_style_in_the_middle_is_not_sure():
    """Is somebody who answers 3 everywhere told that the style is uncertain?"""
    assert finding(widgets.style_quadrant()).startswith("说不准，勉强算")


def test_dialogue_check_marks_taboo_words():
    """Are taboo words of the agent marked, those of the customer left alone, and is the score the topic's?"""
    check = widgets.dialogue_check("客户：不知道怎么办\n客服：您好，不知道，你找别人")
    assert check.result.value.count("<mark") == 2
    assert "客户：不知道怎么办<br>" in check.result.value
    row = check.report.scores.iloc[0]
    assert check.alt.startswith(f"{row['total']:.0f} 分，不及格；禁忌语 2 处：")
    assert list(check.report.hits["quote"]) == ["你找别人", "不知道"]


def test_dialogue_check_follows_typing_and_seconds():
    """Does the score follow the text, and does a late first answer cost the points of its rule?"""
    check = widgets.dialogue_check()
    check.text.value = (
        "客户：杯子碎了\n客服：您好，非常抱歉，请问订单号是多少？我跟您确认：今天为您补发，明天 10 点前寄出，对吗？"
    )
    assert check.alt.startswith("100 分，及格；没有找到禁忌语；规则上的都做到了，意思对不对还要人看。")
    check.seconds.value = 120
    assert check.alt.startswith("85 分，及格；没有找到禁忌语；还有 1 条没做到。")
    check.text.value = "客户：在吗"
    assert check.alt.startswith("还没有客服的话：在上面写一句。")
    assert check.report is None
    check.text.value = "  "
    assert check.alt == "还没有客服的话：在上面写一句。"


def test_dialogue_text_is_not_html():
    """Is what a student types shown as text, not run as HTML?"""
    check = widgets.dialogue_check("客服：<script>alert(1)</script>不知道<b>")
    assert "<script>" not in check.result.value
    assert "&lt;script&gt;" in check.result.value


def test_dialogue_static_picture_brackets_taboo_words():
    """Does the static picture exist, grow with the text, and carry the same words?"""
    short = widgets.dialogue_check("客服：您好")
    long = widgets.dialogue_check("客服：不知道，你找别人吧，公司规定就是这样。" * 8)
    heights = [Image.open(io.BytesIO(check.static_png())).height for check in (short, long)]
    assert heights[1] > heights[0]
    data, metadata = long._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == long.alt


def test_dialogue_rules_can_be_edited():
    """Does a rule of the teacher's own count?"""
    rules = communication.dialogue_rules()
    rules.loc[len(rules)] = ["亲昵称呼", "禁忌语", "avoid", "亲爱的", -5, None, "称呼“您”。"]
    check = widgets.dialogue_check("客服：亲爱的，您好", rules=rules)
    assert "<b>亲爱的</b>" in check.result.value
    with pytest.raises(ValueError) as caught:
        widgets.dialogue_check(rules=rules.drop(columns="advice"))
    assert str(caught.value) == ("表 rules 里没有列“advice”。现有的列：rule、dimension、kind、pattern、points、limit。")


def test_dialogue_wants_text():
    """Is a number refused?"""
    with pytest.raises(TypeError) as caught:
        widgets.dialogue_check(3)
    assert str(caught.value) == "参数 text 应是一段对话的文字，你给的是 int。一行写一句。"
