"""Figures of chapter 7: what is drawn is the result; what is not a result is refused."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from crmlab import data, loyalty, plots
from tests.crmlab.plots.looks import assert_legend_above

TIERS = ["普通", "银卡", "金卡"]
TITLE = "一句话说出发现"


@pytest.fixture(scope="module")
def orders():
    return data.load_real("cdnow_sample").rename(columns={"amount_usd": "amount"})


@pytest.fixture(scope="module")
def calibration(orders):
    return loyalty.calibration_holdout(orders, calibration_end="1997-09-30", time_unit="week")


@pytest.fixture(scope="module")
def model(calibration):
    return loyalty.BetaGeoModel.fit(calibration, time_unit="week")


def words(ax):
    return [text.get_text() for text in ax.texts]


def pixels_of(ax):
    """Draw the figure and return the boxes of its shown texts."""
    canvas = FigureCanvasAgg(ax.get_figure(root=True))
    canvas.draw()
    renderer = canvas.get_renderer()
    return {t.get_text(): t.get_window_extent(renderer) for t in ax.texts if t.get_text() and t.get_alpha() != 0}


def test_cohort_triangle(orders):
    """Does every observed cell stand there as a percentage, and nothing where nobody could come yet?"""
    result = loyalty.cohort_retention(orders)
    ax = plots.cohort_triangle(result, TITLE)
    pct = 100 * result.retention.drop(columns=0)
    assert words(ax) == [f"{v:.0f}" for v in pct.to_numpy().ravel() if not np.isnan(v)]
    assert ax.get_title(loc="left") == TITLE
    assert ax.get_yticklabels()[0].get_text() == "1997-01（781 人）"
    np.testing.assert_array_equal(np.ma.getdata(ax.images[0].get_array()), pct.to_numpy())


def test_cohort_triangle_marks_the_unfinished_period(orders):
    """Do the last cells carry a star when the last month was cut short?"""
    result = loyalty.cohort_retention(orders[orders["date"] < "1997-06-15"])
    ax = plots.cohort_triangle(result, TITLE)
    assert sum("*" in word for word in words(ax)) == 3
    assert ax.get_xlabel() == "首次购买以后第几期（月）；格里是留存（%）；*最后一期没有观察完"


def test_cohort_triangle_of_many_periods_has_a_scale_instead_of_numbers(orders):
    """Are the numbers left out where they would touch?"""
    ax = plots.cohort_triangle(loyalty.cohort_retention(orders, period="week"), TITLE)
    assert words(ax) == []
    assert len(ax.figure.axes) == 2
    assert ax.figure.axes[1].get_ylabel() == "留存（%）"


def test_cohort_triangle_of_one_period(orders):
    """Is a table without any later period refused with a way out?"""
    short = loyalty.cohort_retention(orders[orders["date"] < "1997-01-20"])
    with pytest.raises(ValueError) as caught:
        plots.cohort_triangle(short, TITLE)
    assert str(caught.value) == "这批数据只有一期，没有以后的留存可画。请加长观察期，或用更短的一期。"


def test_retention_curve_of_cohorts(orders):
    """Are the line and its band the pooled curve, from the first later period on?"""
    curve = loyalty.cohort_retention(orders).curve.iloc[1:]
    ax = plots.retention_curve(loyalty.cohort_retention(orders), TITLE)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 100 * curve["retention"])
    band = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert band.max() == pytest.approx(100 * curve["high"].max())
    assert band.min() == pytest.approx(100 * curve["low"].min())


def test_retention_curve_of_the_model():
    """Is what was seen told from what the model adds?"""
    result = loyalty.sbg_retention([1000, 869, 743, 653, 593, 551, 517, 491], horizon=5)
    ax = plots.retention_curve(result, TITLE)
    model, seen = ax.lines[0], ax.lines[1]
    np.testing.assert_allclose(model.get_ydata(), 100 * result.table["survival"])
    assert np.isfinite(seen.get_ydata()).sum() == 8
    assert words(ax) == ["以后是推算"]


def test_rfm_grid(orders):
    """Does each cell say how many and how much, and do the numbers add up to all customers?"""
    scores = loyalty.rfm_scores(loyalty.rfm_values(orders))
    ax = plots.rfm_grid(scores, TITLE, unit="美元")
    assert sum(int(word.split(" 人")[0].replace(",", "")) for word in words(ax)) == len(scores)
    best = scores[(scores["r_score"] == 5) & (scores["f_score"] == 5)]
    assert f"{len(best)} 人\n均 {best['total_amount'].mean():,.0f} 美元" in words(ax)


def test_tracking(model, orders):
    """Are both lines the table's, and does the border stand where the calibration ends?"""
    table = loyalty.tracking_data(model, orders, calibration_end="1997-09-30")
    ax = plots.tracking(table, TITLE)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), table["actual_cumulative"])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), table["expected_cumulative"])
    assert ax.lines[2].get_xdata()[0] == table.loc[table["in_calibration"], "period"].max() + 0.5
    each = plots.tracking(table, TITLE, cumulative=False)
    np.testing.assert_allclose(each.lines[0].get_ydata(), table["actual"])
    assert each.get_ylabel() == "每周重复购买（次）"


@pytest.mark.parametrize("gap", [0.0, 0.2, -0.2, 500.0])
def test_tracking_names_do_not_touch(gap):
    """Do the two names stay apart when the lines end at the same height?"""
    table = pd.DataFrame({"period": range(1, 6), "actual_cumulative": np.arange(5) * 200.0, "in_calibration": True})
    boxes = pixels_of(plots.tracking(table.assign(expected_cumulative=table["actual_cumulative"] + gap), TITLE))
    assert not boxes["实际"].overlaps(boxes["模型"])


def test_holdout(model, calibration):
    """Are dots, whiskers and squares those of holdout_table?"""
    table = loyalty.holdout_table(model, calibration)
    ax = plots.holdout(table, TITLE)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), table["actual"])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), table["predicted"])
    ends = np.array(ax.collections[0].get_segments())[:, :, 1]
    np.testing.assert_allclose(ends, table[["low", "high"]])
    assert ax.get_xticklabels()[0].get_text() == "0\nn = 1,411"


@pytest.mark.parametrize("kind", ["bg", "pareto"])
def test_p_alive_matrix(kind, model):
    """Is a cell the model's own probability, for either model?"""
    used = model if kind == "bg" else loyalty.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, time_unit="week")
    ax = plots.p_alive_matrix(used, TITLE, age=39, max_frequency=10, mark=(2, 30))
    grid = np.asarray(ax.images[0].get_array())
    assert grid.shape == (60, 10)
    customer = pd.DataFrame({"frequency": [4.0], "recency": [39 * 30 / 60], "T": [39.0]})
    assert grid[29, 3] == pytest.approx(used.p_alive(customer).iloc[0])
    assert ax.get_ylabel() == "首次到末次购买的时间（周，共观察 39 周）"


def test_loyalty_matrix():
    """Are the four kinds drawn apart, each with its share and interval?"""
    people = pd.DataFrame({"score": [5, 4, 5, 2, 1, 2, 5, 1], "visits": [9, 8, 1, 8, 0, 1, 7, 9]})
    result = loyalty.loyalty_matrix(people, attitude="score", behaviour="visits", cuts=(3, 5))
    ax = plots.loyalty_matrix(result, TITLE, attitude="score", behaviour="visits")
    assert [len(line.get_xdata()) for line in ax.lines[:4]] == [3, 1, 2, 2]
    assert words(ax)[0] == "真正忠诚 38%（14%–69%，n = 3）"
    with pytest.raises(ValueError) as caught:
        plots.loyalty_matrix(result, TITLE)
    assert str(caught.value) == "表 result.customers 里没有列“attitude”。现有的列：score、visits、kind。"


def test_satisfaction_loyalty():
    """Is there one named line a market, with its band?"""
    rng = np.random.default_rng(1)
    survey = pd.DataFrame({"overall": np.tile([1, 2, 3, 4, 5], 60), "market": np.repeat(["竞争", "垄断"], 150)})
    survey["repurchase"] = np.clip(survey["overall"] + rng.normal(0, 1, 300), 1, 5)
    result = loyalty.satisfaction_loyalty_curve(survey, satisfied_min=4, loyal_min=4, market="market")
    ax = plots.satisfaction_loyalty(result, TITLE)
    for line, (_, part) in zip(ax.lines, result.curve.groupby("market", sort=False), strict=True):
        np.testing.assert_allclose(line.get_ydata(), part["loyalty"])
    assert set(words(ax)) == {"竞争", "垄断"}
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "2", "3", "4", "5"]


def test_tenure_profit():
    """Do the bars stack to each year's total, and is the year of pay-back marked?"""
    profits = pd.DataFrame({"year": [1, 2, 3], "base": [100, 100, 100], "cross": [0, 30, 60]})
    table = loyalty.profit_by_tenure(profits, acquisition_cost=180, retention=0.8)
    ax = plots.tenure_profit(table, TITLE)
    tops = {round(bar.get_x() + bar.get_width() / 2): bar.get_y() + bar.get_height() for bar in ax.patches}
    assert list(tops.values()) == pytest.approx(list(table["total"]))
    np.testing.assert_allclose(ax.lines[0].get_ydata(), table["cumulative"])
    assert ax.texts[0].get_text() == "收回成本" and ax.texts[0].xy == (2, pytest.approx(24))


def test_tier_balance():
    """Are margin and cost of each tier drawn without the total, with the net beside them?"""
    members = pd.DataFrame({"tier": ["普通"] * 3 + ["金卡"], "spend": [200, 300, 100, 2000]})
    benefits = pd.DataFrame({"tier": ["普通", "金卡"], "fixed_cost": [5, 900], "reward_rate": [0, 0.02]})
    table = loyalty.tier_cost(members, benefits, margin_share=0.3)
    ax = plots.tier_balance(table, TITLE)
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], [180, 600, 15, 940])
    assert words(ax) == ["净 165.0", "净 −340.0"]
    assert ax.get_yticklabels()[1].get_text() == "金卡（1 人，25.0%）"
    assert_legend_above(ax)


def test_tier_migration():
    """Does each cell hold share and count, an empty row nothing, and the right panel the three intervals?"""
    before = ["普通"] * 6 + ["银卡"] * 4
    after = ["普通"] * 4 + ["银卡", "银卡", "普通", "银卡", "银卡", "金卡"]
    result = loyalty.tier_migration(before, after, TIERS)
    ax = plots.tier_migration(result, TITLE)
    assert words(ax) == ["67%\n4 人", "33%\n2 人", "0%\n0 人", "25%\n1 人", "50%\n2 人", "25%\n1 人"]
    right = ax.figure.axes[1]
    np.testing.assert_allclose(right.lines[0].get_xdata(), 100 * result.table["share"])


def test_steady_shares():
    """Are now, steady state and its interval the result's, the names apart?"""
    panel = data.load_real("yogurt")
    result = loyalty.brand_switching(panel, household="id", brand="choice")
    ax = plots.steady_shares(result, TITLE)
    first = result.brands.iloc[0]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [100 * first["share"], 100 * first["steady"]])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), [100 * first["low"], 100 * first["high"]])
    boxes = list(pixels_of(ax).values())
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


WRONG = [
    (
        lambda: plots.cohort_triangle(pd.DataFrame(), TITLE),
        TypeError,
        "参数 result 应是 loyalty.cohort_retention() 的结果，你给的是 DataFrame。请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.retention_curve([1, 0.8], TITLE),
        TypeError,
        "参数 result 应是 loyalty.cohort_retention() 或 loyalty.sbg_retention() 的结果，你给的是 list。"
        "请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.p_alive_matrix("BG/NBD", TITLE, age=39),
        TypeError,
        "参数 model 应是 loyalty.BetaGeoModel.fit() 或 loyalty.ParetoNBD.fit() 的结果，你给的是 str。"
        "请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.loyalty_matrix(None, TITLE),
        TypeError,
        "参数 result 应是 loyalty.loyalty_matrix() 的结果，你给的是 NoneType。请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.satisfaction_loyalty(1.0, TITLE),
        TypeError,
        "参数 result 应是 loyalty.satisfaction_loyalty_curve() 的结果，你给的是 float。请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.tier_migration({}, TITLE),
        TypeError,
        "参数 result 应是 loyalty.tier_migration() 的结果，你给的是 dict。请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.steady_shares([[1]], TITLE),
        TypeError,
        "参数 result 应是 loyalty.brand_switching() 的结果，你给的是 list。请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.rfm_grid(pd.DataFrame({"r_score": [1], "f_score": [1]}), TITLE),
        ValueError,
        "表 scores 里没有列“total_amount”。现有的列：r_score、f_score。",
    ),
    (
        lambda: plots.tracking(pd.DataFrame({"period": [1], "actual": [1]}), TITLE),
        ValueError,
        "表 table 里没有列“actual_cumulative”。你是不是想写“actual”？现有的列：period、actual。",
    ),
    (
        lambda: plots.holdout(pd.DataFrame(), TITLE),
        ValueError,
        "表 table 里没有列“frequency”。现有的列：。",
    ),
    (
        lambda: plots.tenure_profit(pd.DataFrame({"year": [1], "base": [2]}), TITLE),
        ValueError,
        "表 table 里没有列“total”。现有的列：year、base。",
    ),
    (
        lambda: plots.tier_balance(pd.DataFrame({"tier": ["金卡"], "member": [2]}), TITLE),
        ValueError,
        "表 table 里没有列“members”。你是不是想写“member”？现有的列：tier、member。",
    ),
    (
        lambda: plots.p_alive_matrix(
            loyalty.BetaGeoModel(r=0.2, alpha=4, a=0.8, b=2.4, time_unit="week"), TITLE, age=39, max_frequency=1
        ),
        ValueError,
        "参数 max_frequency 应是不小于 2 的整数，你给的是 1。",
    ),
]


@pytest.mark.parametrize(("draw", "kind", "message"), WRONG)
def test_wrong_argument(draw, kind, message):
    """Is the whole sentence right?"""
    with pytest.raises(kind) as caught:
        draw()
    assert str(caught.value) == message
