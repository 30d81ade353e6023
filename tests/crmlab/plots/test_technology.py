"""Figures of chapter 2: what is drawn is the result, words do not collide, a wrong argument gets a Chinese sentence."""

import numpy as np
import pandas as pd
import pytest

from crmlab import plots, technology
from tests.crmlab.plots.looks import assert_no_text_overlaps, assert_within

FORECAST = pd.DataFrame(
    {
        "interval_start": pd.date_range("2026-03-16 09:00", periods=8, freq="30min"),
        "calls": [20, 40, 60, 50, 30, 20, 20, 10],
    }
)
SHIFTS = pd.DataFrame({"shift": ["早", "中", "全"], "start": ["09:00", "10:00", "09:00"], "hours": [2, 3, 4]})
DAY = technology.staff_day(FORECAST, SHIFTS, interval_s=1800, aht_s=240, service_level=0.8, answer_within_s=20)
STARTS = pd.date_range("2026-01-05 09:00", periods=70, freq="D")
CALLS = np.random.default_rng(1).poisson(np.tile([90, 70, 70, 72, 80, 40, 30], 10))
HISTORY = pd.DataFrame({"interval_start": STARTS, "calls": CALLS})
CHATS = pd.DataFrame({"bot_confidence": np.linspace(0.02, 0.98, 60), "bot_correct": [0, 0, 1, 0, 1, 1] * 10})
VENDORS = pd.DataFrame({"vendor": ["甲", "乙"], "可定制": [5, 3], "易用": [2, 5], "扩展与集成的能力": [4, 3]})
SKILLS = pd.DataFrame(
    {"agent": ["周", "李", "王", "周"], "skill": ["退货", "退货", "大额投诉与赔付", "英语"]}
)  # 英语 and 大额投诉与赔付 rest on one person each
QUEUE = technology.simulate_queue(
    np.random.default_rng(1), arrivals_per_hour=60, service_s=200, servers=2, customers=30, patience_s=200
)
STAFFING = technology.staffing_table(100, interval_s=1800, aht_s=180, answer_within_s=20)
CHOICE = technology.crm_scorecard(VENDORS, {"可定制": 5, "易用": 3, "扩展与集成的能力": 2})
VALUE = technology.investment_value([-100_000, 40_000, 50_000, 60_000], discount_rate=0.1)
TASKS = pd.DataFrame(
    {
        "task": ["选型", "数据清洗", "安装", "培训", "上线"],
        "after": ["", "", "选型", "安装", "培训、数据清洗"],
        "optimistic_days": [6, 8, 3, 2, 1],
        "likely_days": [10, 12, 5, 4, 2],
        "pessimistic_days": [20, 20, 8, 8, 4],
    }
)
PLAN = technology.critical_path(TASKS)

DRAW = {
    "staffing_curve": lambda: plots.staffing_curve(STAFFING, "14 名够了", target=0.8),
    "staffing_profile": lambda: plots.staffing_profile(DAY, str(DAY)),
    "call_forecast": lambda: plots.call_forecast(technology.forecast_calls(HISTORY, ["2026-03-16"]), "周一"),
    "queue_timeline": lambda: plots.queue_timeline(QUEUE, "有人走了"),
    "skill_grid": lambda: plots.skill_grid(SKILLS, "两项只靠一个人"),
    "handover_cost": lambda: plots.handover_cost(
        technology.chatbot_threshold(CHATS, cost_bot=0.5, cost_agent=6, cost_wrong=15), "有一个最省的分界"
    ),
    "weight_room": lambda: plots.weight_room(CHOICE, "易用一变就换"),
    "cash_flow": lambda: plots.cash_flow(VALUE, "两年多回本"),
    "project_plan": lambda: plots.project_plan(PLAN, str(PLAN)),
}  # fmt: skip


def test_every_figure_is_tested():
    """Is each exported figure among those drawn here?"""
    from crmlab.plots import technology as module

    assert sorted(DRAW) == module.__all__


@pytest.mark.parametrize("name", DRAW)
def test_words_are_readable(name):
    """Do title and labels stand inside the picture and off each other?"""
    figure = DRAW[name]().get_figure(root=True)
    assert_within(figure)
    assert_no_text_overlaps(figure)


def test_staffing_curve_is_the_table():
    """Are the lines service level and occupancy in percent, and the star the least number that meets the target?"""
    ax = DRAW["staffing_curve"]()
    level, busy = ax.lines[:2]
    np.testing.assert_allclose(level.get_ydata(), 100 * STAFFING["service_level"])
    np.testing.assert_allclose(busy.get_ydata(), 100 * STAFFING["occupancy"])
    (star,) = [line for line in ax.lines if line.get_marker() == "*"]
    assert list(star.get_xdata()) == [14]
    assert ax.get_title(loc="left") == "14 名够了"
    assert "目标 80%：最少 14 名" in {text.get_text() for text in ax.texts}


def test_staffing_curve_without_enough_agents():
    """Where no number of agents meets the target, does the picture say so instead of showing a star?"""
    ax = plots.staffing_curve(STAFFING.head(2), "人不够", target=0.95)
    assert "目标 95%：这些人数都不够" in {text.get_text() for text in ax.texts}
    assert not [line for line in ax.lines if line.get_marker() == "*"]


def test_staffing_profile_is_the_roster():
    """Do the bars add up to the people scheduled, needed below and spare above?"""
    ax = DRAW["staffing_profile"]()
    needed, spare = ax.containers
    np.testing.assert_allclose([bar.get_height() for bar in needed], DAY.intervals["needed"])
    tops = [bar.get_y() + bar.get_height() for bar in spare]
    np.testing.assert_allclose(tops, DAY.intervals["scheduled"])
    assert [bar.get_x() for bar in needed] == [9 + i / 2 for i in range(8)]


def test_call_forecast_marks_what_falls_outside():
    """Are actual calls inside the interval dots and those outside crosses?"""
    result = technology.backtest_calls(HISTORY, test_days=20)
    wrong = result.forecasts.copy()
    wrong.loc[[0, 3], "calls"] = wrong["high"].max() + 50
    ax = plots.call_forecast(wrong, "两天在外面")
    inside, outside = (next(line for line in ax.lines if line.get_marker() == m) for m in (".", "x"))
    assert len(inside.get_xdata()) + len(outside.get_xdata()) == len(wrong)
    assert set(outside.get_ydata()) >= {wrong["calls"].max()}
    kept = wrong["calls"].between(wrong["low"], wrong["high"])
    assert len(outside.get_xdata()) == (~kept).sum()


def test_call_forecast_of_many_days_keeps_dates_apart():
    """Do thirty days leave the names of the days readable?"""
    figure = plots.call_forecast(
        technology.forecast_calls(HISTORY, pd.date_range("2026-03-16", periods=30)), "一个月"
    ).get_figure(root=True)
    assert_no_text_overlaps(figure)


def test_queue_timeline_is_the_simulation():
    """Is each customer's wait and service where the table says, and each who left a cross?"""
    ax = DRAW["queue_timeline"]()
    waits, serves = ax.containers
    np.testing.assert_allclose([bar.get_width() * 60 for bar in waits], QUEUE["wait_s"])
    np.testing.assert_allclose([bar.get_x() * 60 for bar in serves], QUEUE.loc[QUEUE["served"], "start_s"])
    (gone,) = [line for line in ax.lines if line.get_marker() == "x"]
    assert list(gone.get_ydata()) == list(QUEUE.loc[~QUEUE["served"], "customer"])
    assert len(plots.queue_timeline(QUEUE, "前十位", most=10).containers[0]) == 10


def test_skill_grid_shows_single_points():
    """Are skills of one person red diamonds on top, and the counts written?"""
    ax = DRAW["skill_grid"]()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["大额投诉与赔付", "英语", "退货"]
    assert [line.get_marker() for line in ax.lines] == ["D", "D", "o"]
    assert [len(line.get_xdata()) for line in ax.lines] == [1, 1, 2]
    shown = [text.get_text() for text in ax.texts if text.get_alpha() != 0]
    assert shown == ["1 人：只靠一个人", "1 人：只靠一个人", "2 人"]


def test_handover_cost_is_the_table():
    """Are curve and star the costs, and the dashed line that of handing everything over?"""
    result = technology.chatbot_threshold(CHATS, cost_bot=0.5, cost_agent=6, cost_wrong=15)
    ax = DRAW["handover_cost"]()
    np.testing.assert_allclose(ax.lines[0].get_ydata(), result.table["cost_per_chat"])
    assert (ax.lines[1].get_xdata()[0], ax.lines[1].get_ydata()[0]) == (result.threshold, result.cost_per_chat)
    assert list(ax.lines[2].get_ydata()) == [6.5, 6.5]


def test_handover_cost_of_one_chat():
    """Does a result without an interval still draw?"""
    one = technology.chatbot_threshold(CHATS.tail(1), cost_bot=0.5, cost_agent=6, cost_wrong=15)
    assert plots.handover_cost(one, "一次会话").get_ylim()[1] > 6.5


def test_weight_room_is_the_sensitivity():
    """Do the bars reach from low to high, and do their ends name the rival?"""
    ax = DRAW["weight_room"]()
    table = CHOICE.sensitivity
    segments = np.array([segment[:, 0] for segment in ax.collections[1].get_segments()])
    np.testing.assert_allclose(segments, 100 * table[["low", "high"]])
    rivals = [text.get_text() for text in ax.texts if text.get_text().startswith("换成")]
    assert rivals == [
        f"换成{r}" for row in table[["rival_low", "rival_high"]].to_numpy() for r in row if isinstance(r, str)
    ]


def test_cash_flow_is_the_table():
    """Are lines the cumulated cash in ten thousand yuan, and the marks on zero the paybacks?"""
    ax = DRAW["cash_flow"]()
    np.testing.assert_allclose(ax.lines[0].get_ydata(), VALUE.table["cumulative"] / 1e4)
    np.testing.assert_allclose(ax.lines[1].get_ydata(), VALUE.table["cumulative_discounted"] / 1e4)
    marks = [line.get_xdata()[0] for line in ax.lines if line.get_color() == "black" and len(line.get_xdata()) == 1]
    assert marks == [VALUE.payback_year, VALUE.discounted_payback_year]
    never = plots.cash_flow(technology.investment_value([-10, 1], discount_rate=0.1), "回不了本")
    assert not [line for line in never.lines if line.get_color() == "black" and len(line.get_xdata()) == 1]


def test_project_plan_is_the_critical_path():
    """Are bars where the plan says, critical ones hatched, the others followed by their slack, the interval shaded?"""
    ax = DRAW["project_plan"]()
    work = [patch for patch in ax.patches if patch.get_height() == pytest.approx(0.6) and patch.get_linestyle() != ":"]
    slack = [patch for patch in ax.patches if patch.get_linestyle() == ":"]
    table = PLAN.tasks
    np.testing.assert_allclose([bar.get_x() for bar in work], table["earliest_start"])
    np.testing.assert_allclose([bar.get_width() for bar in work], table["days"])
    assert [bar.get_hatch() == "///" for bar in work] == list(table["critical"])
    np.testing.assert_allclose([bar.get_width() for bar in slack], table.loc[~table["critical"], "slack_days"])
    assert ax.get_xlabel().endswith("；浅色带是总工期的 95% 区间")
    plain = technology.critical_path(TASKS.assign(days=TASKS["likely_days"])[["task", "after", "days"]])
    assert plots.project_plan(plain, "没有三点估计").get_xlabel() == "时间（天）；斜纹是关键任务，竖线是完工"


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            plots.staffing_profile,
            "参数 day 应是 technology.staff_day 的结果，你给的是 int。请先算出结果，再交给这张图。",
        ),
        (
            plots.handover_cost,
            "参数 result 应是 technology.chatbot_threshold 的结果，你给的是 int。请先算出结果，再交给这张图。",
        ),
        (
            plots.weight_room,
            "参数 result 应是 technology.crm_scorecard 的结果，你给的是 int。请先算出结果，再交给这张图。",
        ),
        (
            plots.cash_flow,
            "参数 result 应是 technology.investment_value 的结果，你给的是 int。请先算出结果，再交给这张图。",
        ),
    ],
)
def test_wrong_result_is_refused(draw, message):
    """Is anything but the result told whose result is wanted?"""
    with pytest.raises(TypeError) as caught:
        draw(3, "错")
    assert str(caught.value) == message


def test_wrong_tables_are_refused():
    """Do a missing column and a percentage for a share say so?"""
    with pytest.raises(ValueError) as column:
        plots.queue_timeline(QUEUE.drop(columns="wait_s"), "缺列")
    assert str(column.value) == (
        "表 table 里没有列“wait_s”。你是不是想写“start_s”？"
        "现有的列：customer、stage、arrive_s、start_s、end_s、server、served。"
    )
    with pytest.raises(ValueError) as target:
        plots.staffing_curve(STAFFING, "八十", target=80)
    assert str(target.value) == "参数 target 应在 0–1 之间（不含两端），你给的是 80。80% 请写成 0.8。"
