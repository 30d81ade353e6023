"""Figures of chapter 8: what is drawn is the result, words do not collide, a wrong argument gets a Chinese sentence."""

import numpy as np
import pandas as pd
import pytest

from crmlab import complaints, plots
from tests.crmlab.plots.looks import assert_legend_above, assert_no_text_overlaps, assert_within

RNG = np.random.default_rng(8)
COUNTS = np.concatenate([RNG.binomial(600, 0.03, 28), RNG.binomial(600, 0.055, 12)])
CHART = complaints.p_chart(COUNTS, 600, rules="western_electric", baseline=20)
HOURS = pd.Series(RNG.gamma(8, 3, 30), index=pd.date_range("2026-03-01", periods=30))
SINGLE = complaints.xmr_chart(HOURS, baseline=20, lower_bound=0)
CASES = pd.DataFrame({"cause": ["送货迟"] * 44 + ["商品破损"] * 25 + ["客服态度生硬"] * 9 + ["发票"] * 4, "loss": 50.0})
CAUSES = complaints.cause_pareto(CASES)
OPENED = pd.Timestamp("2026-03-01") + pd.to_timedelta(RNG.uniform(0, 300, 200), unit="h")
CLOSED = pd.Series(OPENED + pd.to_timedelta(RNG.lognormal(2.5, 1, 200), unit="h"))
TICKETS = pd.DataFrame(
    {
        "opened_at": OPENED,
        "closed_at": CLOSED.where(CLOSED < pd.Timestamp("2026-03-14")),
        "channel": np.array(["电话", "在线"])[np.arange(200) % 2],
    }
)
WAITS = complaints.time_to_resolution(TICKETS, as_of="2026-03-14", by="channel")
RATES = {"contact_rate": 1.2, "quiet_rate": 0.4}
NEVER = complaints.crisis_spread(100_000, **RATES)
LATE = complaints.crisis_spread(100_000, response_day=12, response_effect=0.7, **RATES)
EARLY = complaints.crisis_spread(100_000, response_day=8, response_effect=0.7, **RATES)
UNVOICED = {
    "流传的说法": complaints.iceberg(40, claim="one_in_27"),
    "反映到总部的": complaints.iceberg(40, claim="headquarters"),
    "自己的调查": complaints.iceberg(40, survey=(120, 30)),
}
RISKS = complaints.risk_matrix(
    pd.DataFrame(
        {"event": ["食品变质", "排队过长", "系统停机", "员工争吵"], "probability": [2, 5, 3, 3], "impact": [5, 2, 3, 3]}
    )
)
TREE = pd.DataFrame(
    [
        ["全额退款", None, None, 300],
        ["只换货", None, None, 120],
        ["客户接受", "只换货", 0.7, 0],
        ["客户不接受，再投诉一次", "只换货", 0.3, 500],
    ],
    columns=["node", "parent", "probability", "loss_yuan"],
)
TEXTS = [f"快递第{i}天没到" for i in range(12)] + [f"第{i}件破损了" for i in range(12)]
MODEL = complaints.classify_complaints(TEXTS, ["物流"] * 12 + ["质量"] * 12, rng=np.random.default_rng(1))

DRAW = {
    "confusion": lambda: plots.confusion(MODEL, "两类分得开"),
    "control_chart": lambda: plots.control_chart(CHART, "第 29 期起升高", ylabel="投诉占比（%）"),
    "decision_tree": lambda: plots.decision_tree(TREE, "只换货平均损失最小"),
    "epidemic": lambda: plots.epidemic(
        {"不回应": NEVER, "第 12 天回应": LATE, "第 8 天回应": EARLY}, "早四天，差二十倍"
    ),
    "iceberg": lambda: plots.iceberg(UNVOICED, "换一个依据，差十倍"),
    "open_cases": lambda: plots.open_cases(WAITS, "两个渠道差不多"),
    "pareto": lambda: plots.pareto(CAUSES, "两个原因占了八成"),
    "risk_grid": lambda: plots.risk_grid(RISKS, "先防食品变质"),
}


def test_every_figure_is_tested():
    """Is each exported figure among those drawn here?"""
    from crmlab.plots import complaints as module

    assert sorted(DRAW) == module.__all__


@pytest.mark.parametrize("name", DRAW)
def test_words_are_readable(name):
    """Do title and labels stand inside the picture and off each other?"""
    figure = DRAW[name]().get_figure(root=True)
    assert_within(figure)
    assert_no_text_overlaps(figure)


def test_control_chart_marks_alarms_and_their_rules():
    """Are the red squares the alarms, and are the rules that fired explained below the axis?"""
    ax = DRAW["control_chart"]()
    (alarms,) = [line for line in ax.lines if line.get_marker() == "s"]
    on = CHART.table["signal"].to_numpy()
    np.testing.assert_array_equal(alarms.get_xdata(), np.flatnonzero(on) + 1)
    np.testing.assert_allclose(alarms.get_ydata(), 100 * CHART.table["value"][on])
    rules = dict.fromkeys(CHART.signals["rule"])
    explained = ax.texts[-1].get_text().split("\n")
    assert explained == [f"{mark} {complaints.RUN_RULES[rule]}" for mark, rule in zip("①②③④", rules, strict=False)]
    assert "前 20 期是基准" in {text.get_text() for text in ax.texts}


def test_xmr_chart_has_moving_ranges_below():
    """Does a chart of single values show the moving ranges in a second panel, with dates below?"""
    ax = plots.control_chart(SINGLE, "时长平稳", xlabel="日期（2026 年）", ylabel="时长（小时）")
    top, below = ax.get_figure(root=True).axes
    assert top is ax
    (ranges,) = [line for line in below.lines if line.get_linestyle() == "-" and line.get_marker() == "None"]
    np.testing.assert_allclose(ranges.get_ydata(), SINGLE.table["moving_range"])
    assert below.get_xticklabels()[0].get_text() == "03-01"
    assert_no_text_overlaps(ax.get_figure(root=True))


def test_chart_without_alarms_explains_no_rule():
    """Is nothing explained when nothing fired?"""
    ax = plots.control_chart(complaints.c_chart([5, 6, 5, 4, 5, 6]), "平稳", ylabel="投诉（件）")
    assert ax.get_xlabel() == "第几期（期）"


def test_pareto_is_the_table():
    """Are bars the counts, the line the cumulative share, and the vital few hatched?"""
    ax = DRAW["pareto"]()
    (right,) = [other for other in ax.get_figure(root=True).axes if other is not ax]
    assert [bar.get_height() for bar in ax.patches] == list(CAUSES["n"])
    assert [bar.get_hatch() == "///" for bar in ax.patches] == list(CAUSES["vital"])
    np.testing.assert_allclose(right.lines[0].get_ydata(), 100 * CAUSES["cumulative_share"])


def test_pareto_by_loss():
    """With losses, are the bars losses?"""
    ax = plots.pareto(complaints.cause_pareto(CASES, amount="loss"), "按损失", unit="元")
    assert ax.get_ylabel() == "损失（元）"
    assert ax.patches[0].get_height() == 44 * 50


def test_pareto_of_something_else():
    """Are what is counted and where the cut lies the caller's?"""
    ax = plots.pareto(CAUSES, "客户流失的原因", what="流失的客户", unit="人", cut=0.6)
    assert ax.get_ylabel() == "流失的客户（人）"
    (right,) = (other for other in ax.get_figure().axes if other is not ax)
    assert right.get_lines()[-1].get_ydata()[0] == pytest.approx(60)
    with pytest.raises(ValueError) as caught:
        plots.pareto(CAUSES, "标题", cut=60)
    assert str(caught.value) == "参数 cut 应在 0–1 之间（不含两端），你给的是 60。60% 请写成 0.6。"


@pytest.mark.parametrize("log", [False, True])
def test_open_cases_keeps_unfinished_ones(log):
    """Are curve, median and number of open cases those of the result, and do the first counts hold every case?"""
    ax = plots.open_cases(WAITS, "两个渠道", log=log)
    first = WAITS.curve[WAITS.curve["group"] == WAITS.table["group"].iloc[0]]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 100 * np.concatenate([[1.0], first["open_share"]]))
    said = [text.get_text() for text in ax.get_legend().get_texts()]
    row = WAITS.table.iloc[0]
    assert said[0] == f"{row['group']}：中位数 {row['median_h']:.3g} 小时（n = {row['n']}，未办结 {row['n_open']}）"
    assert [text.get_text() for text in ax.texts].count("100") == 2
    assert_legend_above(ax)


def test_epidemic_marks_peaks():
    """Does each curve carry its peak, and does a vertical line show the day of the answer?"""
    ax = DRAW["epidemic"]()
    assert {text.get_text() for text in ax.texts} == {
        f"{name}：第 {result.peak_day:.1f} 天，{result.peak_spreading:,.0f} 人"
        for name, result in {"不回应": NEVER, "第 12 天回应": LATE, "第 8 天回应": EARLY}.items()
    }
    assert [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"] == [12, 8]


def test_iceberg_shows_ranges():
    """Is each basis a range, a single number where the claim gives one?"""
    ax = DRAW["iceberg"]()
    assert [text.get_text() for text in ax.texts] == ["1,040 人", "760–3,960 人", "80–181 人"]


def test_risk_grid_puts_events_into_their_cells():
    """Do two events of one cell share it, with ranks before their names?"""
    words = {text.get_text(): text.get_position() for text in DRAW["risk_grid"]().texts}
    assert words["1. 食品变质"] == (2, 5)
    assert words["3. 员工争吵\n3. 系统停机"] == (3, 3)


def test_decision_tree_thickens_the_best_way():
    """Is the way with the least expected loss thick and green, and is every value written?"""
    ax = DRAW["decision_tree"]()
    thick = [line for line in ax.lines if line.get_linewidth() == 3]
    assert {line.get_color() for line in thick} == {plots.PALETTE["green"]}
    assert len(thick) == 3
    assert [text.get_text() for text in ax.texts if "元" in text.get_text()].count("270 元") == 2


def test_decision_tree_ignores_impossible_branches():
    """Is a branch without any chance left thin?"""
    sure = TREE.assign(probability=[None, None, 1.0, 0.0])
    thick = [line for line in plots.decision_tree(sure, "一定接受").lines if line.get_linewidth() == 3]
    assert len(thick) == 2


def test_confusion_counts_the_held_out_texts():
    """Do the cells add up to the held-out texts?"""
    ax = DRAW["confusion"]()
    cells = [text.get_text().split("\n") for text in ax.texts]
    assert sum(int(n) for n, _ in cells) == MODEL.n_test
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["物流", "质量"]


@pytest.mark.parametrize(
    ("draw", "error", "said"),
    [
        (
            lambda: plots.control_chart(CHART.table, "标题"),
            TypeError,
            "参数 chart 应是 complaints.p_chart() 等函数 的结果，你给的是 DataFrame。请先算出结果，再交给这张图。",
        ),
        (
            lambda: plots.pareto(CAUSES.drop(columns="vital"), "标题"),
            ValueError,
            "表 table 里没有列“vital”。现有的列：cause、n、low、high、share、cumulative_share。",
        ),
        (
            lambda: plots.open_cases(WAITS.table, "标题"),
            TypeError,
            "参数 result 应是 complaints.time_to_resolution() 的结果，你给的是 DataFrame。请先算出结果，再交给这张图。",
        ),
        (
            lambda: plots.open_cases(
                complaints.time_to_resolution(TICKETS.assign(closed_at=pd.NaT), as_of="2026-03-14"), "标题"
            ),
            ValueError,
            "一件也没有办结，没有曲线可画。请换一段更长的日子，或看 result.table。",
        ),
        (
            lambda: plots.epidemic(NEVER, "标题"),
            TypeError,
            "参数 results 应是名字到推演结果的字典，你给的是 CrisisSpread。",
        ),
        (
            lambda: plots.epidemic({"一": 3}, "标题"),
            TypeError,
            "参数 results 的“一” 应是 complaints.crisis_spread() 的结果，你给的是 int。请先算出结果，再交给这张图。",
        ),
        (
            lambda: plots.iceberg([], "标题"),
            TypeError,
            "参数 results 应是依据到冰山估计的字典，你给的是 list。",
        ),
        (
            lambda: plots.risk_grid(RISKS.drop(columns="rank"), "标题"),
            ValueError,
            "表 table 里没有列“rank”。现有的列：event、probability、impact、score、level。",
        ),
        (
            lambda: plots.decision_tree(TREE.drop(columns="parent"), "标题"),
            ValueError,
            "表 tree 里没有列“parent”。现有的列：node、probability、loss_yuan。",
        ),
        (
            lambda: plots.confusion("模型", "标题"),
            TypeError,
            "参数 classifier 应是 complaints.classify_complaints() 的结果，你给的是 str。请先算出结果，再交给这张图。",
        ),
    ],
)
def test_wrong_argument(draw, error, said):
    """Is a wrong argument refused with a sentence that says what is wanted?"""
    with pytest.raises(error) as caught:
        draw()
    assert str(caught.value) == said
