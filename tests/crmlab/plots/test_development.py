"""Figures of chapter 3: what is drawn is the result; what is not a result is refused."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from crmlab import data, development, plots

TITLE = "一句话说出发现"


@pytest.fixture(scope="module")
def telco():
    table = data.load_real("wa_churn")
    return table.assign(left=(table["churn"] == "Yes").astype(int))


@pytest.fixture(scope="module")
def mail():
    return data.load_real("charity_mail")


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_survival_of_groups(telco):
    """Is each step line its group's curve, named, with those at risk under the axis?"""
    result = development.compare_survival(telco, duration="tenure", event="left", by="contract")
    ax = plots.survival(result, TITLE)
    for line, curve in zip(ax.lines, result.curves.values(), strict=False):
        np.testing.assert_allclose(line.get_ydata()[1:], 100 * curve.table["survival"])
        assert line.get_ydata()[0] == 100
    assert [name for name in words(ax) if name in result.curves] == ["Month-to-month", "One year", "Two year"]
    first = ax.get_xticklabels()[0].get_text().split("\n")
    assert first == ["0", "3,875", "1,473", "1,695"]


def test_survival_of_one_group(telco):
    """Does a single curve have its band and those at risk, or neither table nor words when asked so?"""
    curve = development.survival_curve(telco, duration="tenure", event="left")
    ax = plots.survival(curve, TITLE)
    band = np.concatenate([path.vertices for path in ax.collections[0].get_paths()])[:, 1]
    assert band.min() == pytest.approx(100 * curve.table["low"].min())
    assert ax.get_xlabel() == "时间（月）；下面几行是还在观察的人数"
    plain = plots.survival(curve, TITLE, unit="周", at_risk=False)
    assert plain.get_xlabel() == "时间（周）"
    assert words(plain) == []


def test_survival_rows_stand_in_line(telco):
    """Does the name of each group stand at the height of its numbers?"""
    result = development.compare_survival(telco, duration="tenure", event="left", by="contract")
    ax = plots.survival(result, TITLE)
    canvas = FigureCanvasAgg(ax.get_figure(root=True))
    canvas.draw()
    (names,) = [t for t in ax.texts if t.get_text().startswith("\n")]
    numbers = ax.get_xticklabels()[0].get_window_extent(canvas.get_renderer())
    box = names.get_window_extent(canvas.get_renderer())
    assert abs(box.y0 - numbers.y0) < 3
    assert box.x1 < numbers.x0


def test_gains(mail):
    """Are curve, rates, intervals and the best cut those of gains_table?"""
    table = development.gains_table(mail["propresp"], mail["respond"], value=mail["gift"], contact_cost=2)
    left = plots.gains(table, TITLE)
    np.testing.assert_allclose(left.lines[1].get_ydata()[1:], 100 * table["cumulative_gain"])
    best = table.loc[table["cumulative_profit"].idxmax(), "cumulative_share"]
    assert left.lines[2].get_xdata()[0] == pytest.approx(100 * best)
    right = left.figure.axes[1]
    np.testing.assert_allclose(right.lines[0].get_ydata(), 100 * table["rate"])
    assert words(right) == [f"全体 {mail['respond'].mean():.0%}"]
    plain = plots.gains(development.gains_table(mail["propresp"], mail["respond"]), TITLE)
    assert words(plain) == ["随便找"]


def test_calibration(telco):
    """Is a model or its table drawn alike, dots at predicted and observed?"""
    model = development.churn_model(
        telco, target="left", features=["tenure", "contract", "monthly_charges"], rng=np.random.default_rng(1)
    )
    for drawn in (model, model.calibration):
        ax = plots.calibration(drawn, TITLE)
        np.testing.assert_allclose(ax.lines[1].get_xdata(), 100 * model.calibration["predicted"])
        np.testing.assert_allclose(ax.lines[1].get_ydata(), 100 * model.calibration["observed"])
    assert ax.get_ylabel() == "实际流失（%），竖线是区间，每组 211–212 人"


def test_uplift_deciles():
    """Are verdicts told apart, the break-even drawn only when there are prices?"""
    rng = np.random.default_rng(2)
    n = 6000
    score, treated = rng.random(n), rng.integers(0, 2, n)
    bought = (rng.random(n) < 0.1 + treated * np.where(score > 0.8, 0.15, -0.02)).astype(int)
    priced = development.uplift_table(score, bought, treated, value=50, contact_cost=3)
    ax = plots.uplift_deciles(priced, TITLE)
    named = {line.get_label(): line for line in ax.lines}
    good = priced[priced["verdict"] == "划算"]
    np.testing.assert_allclose(named["划算"].get_ydata(), 100 * good["uplift"])
    assert named["盈亏点 6.0 个百分点"].get_ydata()[0] == pytest.approx(6)
    plain = plots.uplift_deciles(development.uplift_table(score, bought, treated), TITLE)
    assert plain.get_legend() is None
    assert len(plain.lines[0].get_xdata()) == 10


@pytest.mark.parametrize("profits", [[500.0, 300, 120, 10, -80, -250], [5e5, 3e5, -2e5], [-5.0, -3, -1], [4.0, 4.0]])
def test_whale(profits):
    """Are curve, peak and total the result's, also when all earn, or nobody does?"""
    result = development.whale_curve(profits)
    ax = plots.whale(result, TITLE)
    scale = 1e4 if result.peak_profit >= 1e5 else 1
    np.testing.assert_allclose(ax.lines[0].get_ydata()[1:] * scale, result.table["cumulative_profit"])
    assert ax.lines[2].get_ydata()[0] * scale == pytest.approx(result.peak_profit)
    assert ax.get_ylabel() == ("累计利润（万元）" if scale > 1 else "累计利润（元）")
    low, high = ax.get_ylim()
    assert low <= min(result.total_profit, 0) / scale and high > result.peak_profit / scale


def test_churn_threshold():
    """Are both lines those of churn_backtest, with the best threshold marked?"""
    orders = data.load_real("cdnow_sample")
    table = development.churn_backtest(
        orders, cut="1997-12-31", horizon_days=180, thresholds=[float(x) for x in range(10, 400, 30)]
    )
    ax = plots.churn_threshold(table, TITLE)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 100 * table["precision"])
    np.testing.assert_allclose(ax.lines[1].get_ydata(), 100 * table["recall"])
    best = table.loc[table["best"], "threshold_days"].iloc[0]
    assert words(ax) == ["查准率", "查全率", f"F1 最高：{best:g} 天"]
    assert ax.get_xlabel() == "多少天没买算流失（天）；2,357 人中后来真没回来的 1,844 人"


WRONG = [
    (
        lambda: plots.survival(pd.DataFrame(), TITLE),
        TypeError,
        "参数 result 应是 development.survival_curve() 或 compare_survival() 的结果，你给的是 DataFrame。"
        "请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.whale([3, -1], TITLE),
        TypeError,
        "参数 result 应是 development.whale_curve() 的结果，你给的是 list。请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.calibration(0.8, TITLE),
        TypeError,
        "参数 result 应是 development.churn_model() 的结果，你给的是 float。请先算出结果，再交给这张图。",
    ),
    (
        lambda: plots.calibration(pd.DataFrame({"n": [1], "predict": [0.1]}), TITLE),
        ValueError,
        "表 result 里没有列“predicted”。你是不是想写“predict”？现有的列：n、predict。",
    ),
    (
        lambda: plots.gains(pd.DataFrame({"bin": [1], "n": [1]}), TITLE),
        ValueError,
        "表 table 里没有列“rate”。现有的列：bin、n。",
    ),
    (
        lambda: plots.uplift_deciles(pd.DataFrame({"bin": [1], "n": [1], "lift": [1]}), TITLE),
        ValueError,
        "表 table 里没有列“uplift”。你是不是想写“lift”？现有的列：bin、n、lift。",
    ),
    (
        lambda: plots.churn_threshold(pd.DataFrame({"threshold": [1]}), TITLE),
        ValueError,
        "表 table 里没有列“threshold_days”。你是不是想写“threshold”？现有的列：threshold。",
    ),
]


@pytest.mark.parametrize(("draw", "kind", "message"), WRONG)
def test_wrong_argument(draw, kind, message):
    """Is the whole sentence right?"""
    with pytest.raises(kind) as caught:
        draw()
    assert str(caught.value) == message
