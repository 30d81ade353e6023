"""Figures of chapter 4: what is drawn is the result, words do not collide, a wrong argument gets a Chinese sentence."""

import numpy as np
import pandas as pd
import pytest

from crmlab import communication, plots
from tests.crmlab.plots.looks import assert_no_text_overlaps, assert_within

PLAN = communication.ab_plan(0.10, effect=0.02, power=0.8)
LOOKS = communication.ab_peeking(
    0.1, n_per_group=400, looks=[1, 5, 20], rng=np.random.default_rng(4), simulations=500
)  # fmt: skip
CHANNELS = pd.DataFrame(
    {
        "channel": ["搜索", "短视频", "线下海报和社区活动"],
        "ceiling": [400, 900, 260],
        "half_spend_yuan": [2000, 9000, 1200],
    }
)
SPLIT = communication.media_plan(CHANNELS, 12_000, curve="hyperbolic")
SPEND = np.linspace(200, 8000, 30)
HISTORY = pd.DataFrame(
    {"spend": SPEND, "orders": 400 * SPEND / (SPEND + 2000) + np.random.default_rng(4).normal(0, 9, 30)}
)
FIT = communication.response_curve(HISTORY, spend="spend", outcome="orders", curve="hyperbolic")
HOUR = np.random.default_rng(5).integers(8, 22, 4000)
MESSAGES = pd.DataFrame(
    {
        "sent_at": pd.Timestamp("2026-03-02") + pd.to_timedelta(HOUR + 24 * (np.arange(4000) % 7), unit="h"),
        "opened": (np.random.default_rng(6).random(4000) < 0.12 + 0.12 * (HOUR == 20)).astype(int),
    }
)
SENT = communication.send_time(MESSAGES, by="hour")
ITEMS = pd.DataFrame({"item": ["q1", "q2"], "axis": ["assertiveness", "responsiveness"], "reverse": [0, 0]})
PEOPLE = pd.DataFrame(
    {"q1": [5, 1, 3, 2, np.nan], "q2": [1, 5, 3, 2, 3]}, index=["小王", "小李", "欧阳小姐", "小陈", "小赵"]
)
STYLES = communication.style_quadrant(PEOPLE, ITEMS)
TIMES = np.tile(np.arange(11), 20)
DOSE = communication.contact_dose(
    pd.DataFrame(
        {"contacts": TIMES, "csat": 3 + 0.5 * TIMES - 0.05 * TIMES**2 + np.random.default_rng(4).normal(0, 0.5, 220)}
    ),
    outcome="csat",
    edges=[0, 2, 4, 6, 8],
)

DRAW = {
    "contact_dose": lambda: plots.contact_dose(DOSE, "联系 5 次左右最满意", ylabel="满意度（分）"),
    "media_split": lambda: plots.media_split(SPLIT, "短视频花得最多", channels=CHANNELS, curve="hyperbolic", unit="单"),
    "peeking": lambda: plots.peeking(LOOKS, "看 20 次，误报多几倍"),
    "power_curve": lambda: plots.power_curve(PLAN, "每组要 3,841 人"),
    "response_fit": lambda: plots.response_fit(FIT, "越投越不划算", history=HISTORY, spend="spend", outcome="orders"),
    "send_slots": lambda: plots.send_slots(SENT, "20 时最高"),
    "style_map": lambda: plots.style_map(STYLES, "两人正好相反"),
}


def test_every_figure_is_tested():
    """Is each exported figure among those drawn here?"""
    from crmlab.plots import communication as module

    assert sorted(DRAW) == module.__all__


@pytest.mark.parametrize("name", DRAW)
def test_words_are_readable(name):
    """Do title and labels stand inside the picture and off each other?"""
    figure = DRAW[name]().get_figure(root=True)
    assert_within(figure)
    assert_no_text_overlaps(figure)


def test_power_curve_is_the_plan():
    """Are the lines the powers of the plan at each size, and the mark the plan itself?"""
    ax = DRAW["power_curve"]()
    sizes, powers = ax.lines[1].get_data()
    wanted = [100 * communication.ab_plan(0.10, effect=0.02, n_per_group=int(n)).power for n in sizes]
    np.testing.assert_allclose(powers, wanted)
    (mark,) = [line for line in ax.lines if line.get_color() == "black"]
    np.testing.assert_allclose(mark.get_xydata(), [[3841, 80.0]])
    assert ax.get_title(loc="left") == "每组要 3,841 人"


def test_peeking_is_the_table():
    """Do points and whiskers stand at the simulated shares and their intervals?"""
    ax = DRAW["peeking"]()
    (points,) = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(points.get_ydata(), 100 * LOOKS["false_alarm_share"])
    ends = np.array([segment[:, 1] for segment in ax.collections[0].get_segments()])
    np.testing.assert_allclose(ends, 100 * LOOKS[["low", "high"]])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["1", "5", "20"]


def test_media_split_touches_the_curves():
    """Does each point stand where the plan puts it, with a tangent of the common marginal effect?"""
    ax = DRAW["media_split"]()
    points = [line.get_xydata()[0] for line in ax.lines if len(line.get_xdata()) == 1]
    np.testing.assert_allclose(points, SPLIT.table[["spend_yuan", "response"]])
    tangents = [line.get_xydata() for line in ax.lines if len(line.get_xdata()) == 2]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in tangents]
    np.testing.assert_allclose(slopes, SPLIT.table["marginal"])


def test_response_fit_shows_where_data_end():
    """Is the curve solid to the largest spend and dashed beyond, with the ceiling's interval said?"""
    ax = DRAW["response_fit"]()
    solid, dashed = [line for line in ax.lines if line.get_color() == plots.PALETTE["blue"]]
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    assert solid.get_xdata()[-1] == dashed.get_xdata()[0] == 8000
    assert any(f"{FIT.ceiling_low:,.0f}–{FIT.ceiling_high:,.0f}" in text.get_text() for text in ax.texts)


def test_send_slots_marks_best_and_rivals():
    """Is the star on the best slot and are the open circles those it cannot be told from?"""
    ax = DRAW["send_slots"]()
    table = SENT.table
    marked = {line.get_label(): line for line in ax.lines if line.get_marker() in ("o", "*")}
    np.testing.assert_allclose(marked["最高（收缩后）"].get_ydata(), 100 * table.loc[table["best"], "share"])
    rivals = marked["和最高的分不出高低"].get_xdata() if "和最高的分不出高低" in marked else []
    np.testing.assert_array_equal(rivals, np.flatnonzero(table["cannot_tell"]))
    assert [tick.get_text() for tick in ax.get_xticklabels()] == [str(hour) for hour in range(8, 22)]


def test_send_slots_by_weekday():
    """Are weekdays written as such?"""
    ax = plots.send_slots(communication.send_time(MESSAGES, by="weekday"), "周几都一样")
    assert ax.get_xticklabels()[0].get_text() == "周一"
    assert ax.get_xlabel() == "发送的时段（共 4,000 条）"


def test_style_map_leaves_out_unknown_people():
    """Are people without a score not drawn, and unclear ones drawn hollow?"""
    ax = DRAW["style_map"]()
    names = [text.get_text() for text in ax.texts]
    assert "小赵" not in names and {"小王", "小李", "欧阳小姐", "小陈"} <= set(names)
    hollow = [
        line.get_xydata().tolist()
        for line in ax.lines
        if line.get_markerfacecolor() == "white" and len(line.get_xdata())
    ]
    assert hollow == [[[50.0, 50.0]]]


def test_contact_dose_shows_peak_with_interval():
    """Does the band span the interval of the peak?"""
    ax = DRAW["contact_dose"]()
    (band,) = ax.patches
    np.testing.assert_allclose([band.get_x(), band.get_x() + band.get_width()], [DOSE.peak_low, DOSE.peak_high])


@pytest.mark.parametrize(
    ("draw", "error", "said"),
    [
        (
            lambda: plots.power_curve(0.1, "标题"),
            TypeError,
            "参数 plan 应是 communication.ab_plan() 的结果，你给的是 float。请先算出结果，再交给这张图。",
        ),
        (
            lambda: plots.power_curve(PLAN, "标题", factors=(0,)),
            ValueError,
            "参数 factors 里没有一个画得出：0。转化率加上差应在 0–1 之间，差不能是 0。",
        ),
        (
            lambda: plots.peeking(LOOKS.rename(columns={"looks": "look"}), "标题"),
            ValueError,
            "表 table 里没有列“looks”。你是不是想写“look”？现有的列：look、false_alarms、false_alarm_share、low、high、simulations。",
        ),
        (
            lambda: plots.media_split(SPLIT, "标题", channels=CHANNELS.head(2), curve="hyperbolic"),
            ValueError,
            "参数 channels 的渠道（搜索、短视频）和方案里的（搜索、短视频、线下海报和社区活动）对不上。请给算方案时用的那张表。",
        ),
        (
            lambda: plots.response_fit(SPLIT, "标题", history=HISTORY, spend="spend", outcome="orders"),
            TypeError,
            "参数 fit 应是 communication.response_curve() 的结果，你给的是 MediaPlan。请先算出结果，再交给这张图。",
        ),
        (
            lambda: plots.send_slots(SENT.table, "标题"),
            TypeError,
            "参数 result 应是 communication.send_time() 的结果，你给的是 DataFrame。请先算出结果，再交给这张图。",
        ),
        (
            lambda: plots.style_map(STYLES.tail(1), "标题"),
            ValueError,
            "表 table 里没有一个人有分数，画不出来。请检查答卷是否答够题数。",
        ),
        (
            lambda: plots.contact_dose(None, "标题"),
            TypeError,
            "参数 result 应是 communication.contact_dose() 的结果，你给的是 NoneType。请先算出结果，再交给这张图。",
        ),
    ],
)
def test_wrong_argument(draw, error, said):
    """Is a wrong argument refused with a sentence that says what is wanted?"""
    with pytest.raises(error) as caught:
        draw()
    assert str(caught.value) == said
