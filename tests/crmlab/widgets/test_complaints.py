"""The widgets of chapter 8: their findings are the topic functions' numbers, at every end of every control."""

import numpy as np
import pandas as pd
import pytest

from crmlab import complaints
from crmlab.widgets import complaints as widgets
from tests.crmlab.widgets import live_laws
from tests.crmlab.widgets.live_laws import finding

pytestmark = pytest.mark.slow

LIVE = {
    "compensation": (widgets.compensation, [{"margin": 50}, {"n": 30}, {"margin": 800, "n": 1000}, {"batch": 4}]),
    "control_chart": (
        widgets.control_chart,
        [{"shift": 3}, {"n": 2000}, {"rules": "nelson"}, {"shift": 0, "batch": 5}, {"shift": -2}],
    ),
    "crisis_response": (
        widgets.crisis_response,
        [{"day": 0, "effect": 1.0}, {"day": 25}, {"contact": 0.3}, {"contact": 2.0, "quiet": 0.2}, {"day": 5}],
    ),
    "expected_loss": (widgets.expected_loss, [{"chance_0": 1.0}, {"chance_0": 0.0}, {"scale": 4.0}, {"chance_2": 0.2}]),
    "iceberg": (
        widgets.iceberg,
        [{"basis": "headquarters"}, {"basis": "survey"}, {"asked": 20, "voiced": 1}, {"received": 200}],
    ),
    "risk_matrix": (widgets.risk_matrix, [{"p0": 5, "i0": 5}, {"p1": 5}, {"p4": 1, "i4": 1}, {"i3": 5}]),
    "sla_threshold": (
        widgets.sla_threshold,
        [{"limit": 2}, {"limit": 72, "group": "信件"}, {"limit": 336}, {"limit": 8, "group": "全部"}],
    ),
}
EVERY = pytest.mark.parametrize("name", LIVE)


def test_every_widget_is_tested():
    """Is each exported widget among those walked through here?"""
    assert sorted([*LIVE, "reply_check"]) == widgets.__all__


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


def test_control_chart_sees_a_large_shift_soon():
    """Does a threefold share with many orders raise the alarm at once, no change rarely any?"""
    live = widgets.control_chart()
    assert finding(live, shift=3, n=2000).startswith("第 21 期起投诉占比从 3% 变成 6%：变后第 1 期报警，因为“")
    said = [finding(live, shift=0, n=1000, batch=batch) for batch in range(1, 11)]
    assert sum("都没有报警" in sentence for sentence in said) >= 7
    assert all(sentence.startswith("过程没有变") for sentence in said)


def test_control_chart_draws_the_limits_of_the_chart():
    """Are the alarms drawn those of the p chart of the counts drawn?"""
    live = widgets.control_chart()
    finding(live, shift=2, n=500, rules="western_electric")
    ax = live.axes[0]
    (line,) = [line for line in ax.lines if line.get_marker() == "o"]
    (squares,) = [line for line in ax.lines if line.get_marker() == "s"]
    counts = np.round(line.get_ydata() * 5).astype(int)
    chart = complaints.p_chart(counts, 500, rules="western_electric", baseline=20)
    np.testing.assert_array_equal(squares.get_xdata(), np.flatnonzero(chart.table["signal"]) + 1)


@pytest.mark.parametrize("day", [0.0, 8.0, 12.5])
def test_crisis_says_what_the_model_says(day):
    """Is the peak that of the model?"""
    said = finding(widgets.crisis_response(), day=day)
    result = complaints.crisis_spread(
        100_000, contact_rate=1.2, quiet_rate=0.4, response_day=day, response_effect=0.7, days=40
    )
    assert f"第 {day:g} 天回应：峰值 {result.peak_spreading:,.0f} 人" in said


def test_crisis_answered_too_late_or_not_spreading():
    """Are the two degenerate cases said in words?"""
    live = widgets.crisis_response()
    assert finding(live, day=25) == "第 25 天回应太晚：峰值在第 15.3 天就过去了（R0 = 3.0，模型推演）"
    assert finding(live, contact=0.3, quiet=0.6) == "不回应也传不开：一个人平均再传不到一个人（R0 = 0.5，模型推演）"


def test_sla_counts_only_cases_that_are_due():
    """Is attainment the report's, and is what closed cases alone say never lower?"""
    start = pd.Timestamp("2026-03-01 08:00")
    rng = np.random.default_rng(2)
    opened = start + pd.to_timedelta(rng.uniform(0, 200, 150), unit="h")
    closed = pd.Series(opened + pd.to_timedelta(rng.lognormal(3, 1, 150), unit="h"))
    as_of = pd.Timestamp("2026-03-10 08:00")
    tickets = pd.DataFrame({"opened_at": opened, "closed_at": closed.where(closed <= as_of), "channel": "电话"})
    before = tickets.copy()
    said = finding(widgets.sla_threshold(tickets, as_of=as_of), limit=24)
    row = complaints.sla_report(tickets.assign(tier="一"), tiers={"一": 24}, as_of=as_of).iloc[0]
    assert said.startswith(
        f"全部，时限 24 小时：达标率 {row['attainment']:.1%}（95% 区间 {row['low']:.1%}–{row['high']:.1%}，到期 {row['due']} 件"
    )
    naive = float(said.split("会说成 ")[1].rstrip("%"))
    assert naive > 100 * row["attainment"]
    assert tickets.equals(before)


def test_sla_without_a_due_case_or_without_a_date():
    """Is a limit nobody has reached said to give no share, and is the missing date asked for?"""
    assert finding(widgets.sla_threshold(), limit=336) == "全部，时限 14 天：还没有一件到期，达标率算不出"
    table = pd.DataFrame({"opened_at": pd.to_datetime(["2026-03-01"]), "closed_at": pd.NaT, "channel": "电话"})
    with pytest.raises(ValueError) as caught:
        widgets.sla_threshold(table)
    assert str(caught.value) == "给了 tickets 就要写明 as_of（数据截止的时刻），没办结的件等了多久从它算起。"


def test_sla_when_nothing_is_closed():
    """Does a desk that has closed nothing get a picture and 0 %?"""
    opened = pd.to_datetime(["2026-03-01 08:00"] * 20)
    table = pd.DataFrame({"opened_at": opened, "closed_at": pd.NaT, "channel": "电话"})
    live = widgets.sla_threshold(table, as_of="2026-03-05")
    assert finding(live, limit=24) == (
        "全部，时限 24 小时：达标率 0.0%（95% 区间 0.0%–16.1%，到期 20 件，超时没办结 20 件）"
    )


def test_compensation_follows_the_margin():
    """Is nothing paid where a customer earns little, and more where a customer earns much?"""
    live = widgets.compensation()
    assert finding(live, margin=50, n=1000).startswith("回头客毛利 50 元：不补偿最合算，每件期望 ")
    assert "不补偿" not in finding(live, margin=800, n=1000)


@pytest.mark.parametrize("basis", list(complaints.ICEBERG_CLAIMS))
def test_iceberg_says_the_claims_numbers(basis):
    """Is the range that of the claim, and is its basis named?"""
    said = finding(widgets.iceberg(), basis=basis, received=100)
    result = complaints.iceberg(100, claim=basis)
    low, high = f"{result.unvoiced_low:,.0f}", f"{result.unvoiced_high:,.0f}"
    assert f"没说出来的约 {low if low == high else f'{low}–{high}'} 人；依据：" in said


def test_iceberg_by_own_survey():
    """Does a survey give a range by its size?"""
    said = finding(widgets.iceberg(), basis="survey", asked=120, voiced=25)
    assert said == "收到 40 件投诉，没说出来的约 80–181 人；依据：自己的调查：120 位里 30 位投诉过，95% 区间"


def test_iceberg_areas_are_people():
    """Is the area of the whole berg to that of its tip as all affected to those who spoke?"""
    live = widgets.iceberg()
    finding(live, basis="one_in_27")
    high, low, tip = (patch.get_xy() for patch in live.axes[0].patches if len(patch.get_xy()) == 4)
    area = {name: (xy[0, 1] - xy[1, 1]) * xy[1, 0] for name, xy in (("high", high), ("low", low), ("tip", tip))}
    assert area["high"] / area["tip"] == pytest.approx(27)
    assert area["low"] == pytest.approx(area["high"])


def test_risk_matrix_ranks_as_the_function():
    """Does the first risk lead, and are ties told?"""
    live = widgets.risk_matrix()
    assert finding(live, p0=5, i0=5).startswith("先防食品变质：可能性 5 × 危害 5 = 25，极高；其次是排队过长")
    ones = {f"{side}{k}": 1 for side in "pi" for k in range(5)}
    assert "另外 4 个同分，并列时先看危害" in finding(live, **ones)


@pytest.mark.parametrize(
    ("risks", "said"),
    [
        (
            pd.DataFrame({"event": ["停机"], "probability": [3], "impact": [3]}),
            "参数 risks 应有 2–6 个风险，你给了 1 个。太多时请先挑最要紧的几个。",
        ),
        (
            pd.DataFrame({"event": ["停机", "谣言"], "probability": [3, 2.5], "impact": [3, 3]}),
            "列“probability”应是 1–5 的整数，有一个是 2.5。",
        ),
    ],
)
def test_risk_matrix_refuses(risks, said):
    """Are one risk and half a grade refused?"""
    with pytest.raises(ValueError) as caught:
        widgets.risk_matrix(risks)
    assert str(caught.value) == said


def test_expected_loss_follows_the_chances():
    """Is the best option that of the topic function, and does a certain happy end change it?"""
    live = widgets.expected_loss()
    assert finding(live) == (
        "马上道歉、两边都补偿平均损失最小：300 元，比请一方换座少 215 元；最坏 300 元（概率和损失是设定的）"
    )
    assert finding(live, chance_0=0).startswith("请一方换座平均损失最小：50 元")


def test_expected_loss_on_a_tree_of_ones_own():
    """With another tree, are there sliders for its chances, and are trees without chance refused?"""
    rows = [
        ["退款", None, None, 300],
        ["换货", None, None, 120],
        ["接受", "换货", 0.7, 0],
        ["不接受", "换货", 0.3, 500],
    ]
    tree = pd.DataFrame(rows, columns=["node", "parent", "probability", "loss_yuan"])
    live = widgets.expected_loss(tree)
    assert live.controls["chance_0"].description == "“不接受”的概率"
    assert finding(live, chance_0=0.4) == "退款平均损失最小：300 元，比换货少 20 元；最坏 300 元（概率和损失是设定的）"
    with pytest.raises(ValueError) as caught:
        widgets.expected_loss(tree.head(2))
    assert str(caught.value) == "参数 tree 里碰运气的结点应有 1–6 个，每个正好两枝，滑块才定得下概率。请合并各枝。"


def test_reply_check_scores_a_letter():
    """Are the six elements counted, hollow words marked, and is there no slider for a letter?"""
    check = widgets.reply_check()
    assert check.seconds is None
    assert check.result.value.count("<mark") == 4
    check.text.value = "非常抱歉，让您着急了。经查是仓库漏发，今天为您补发，有事请打专线找我。"
    assert check.alt.startswith("100 分，及格；没有找到禁忌语；规则上的都做到了，意思对不对还要人看。")
    with pytest.raises(TypeError) as caught:
        widgets.reply_check(["抱歉"])
    assert str(caught.value) == "参数 text 应是一封答复的文字，你给的是 list。"
