"""Control charts and their run rules."""

import numpy as np
import pandas as pd
import pytest

from crmlab import complaints
from crmlab.complaints import RULE_SETS, RUN_RULES, c_chart, p_chart, run_rules, u_chart, xmr_chart


def points(values, rule, centre=0.0, sigma=1.0):
    return run_rules(values, centre=centre, sigma=sigma, rules=[rule])["point"].tolist()


@pytest.mark.parametrize(
    ("rule", "values", "at"),
    [
        ("beyond_3_sigma", [0, 3.0, -3.0, 3.01, -3.01], [4, 5]),
        ("two_of_three_beyond_2_sigma", [2.1, 0, 2.1, 0, 0, 2.1, -2.1, 0], [3]),
        ("four_of_five_beyond_1_sigma", [1.1, 1.1, 0, 1.1, 1.1, 0, -1.1], [5]),
        ("eight_same_side", [0.1] * 8 + [-0.1], [8]),
        ("nine_same_side", [-0.1] * 10, [9, 10]),
        ("six_trend", [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1], [6, 11]),
        ("fourteen_alternating", [0, 1] * 7 + [2], [14]),
        ("fifteen_within_1_sigma", [0.5, -0.5] * 7 + [0.9, 1.1], [15]),
        ("eight_outside_1_sigma", [1.1, -1.1] * 4 + [0], [8]),
    ],
)
def test_every_rule_fires_on_the_point_that_completes_it(rule, values, at):
    """Is the pattern found, at its last point, and nowhere else?"""
    assert points(values, rule) == at
    assert points([-v for v in values], rule) == at


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("eight_same_side", [0.1] * 4 + [0.0] + [0.1] * 7),
        ("nine_same_side", [0.1] * 8 + [-0.1] + [0.1] * 8),
        ("six_trend", [1, 2, 3, 3, 4, 5, 6, 7]),
        ("fourteen_alternating", [0, 1] * 6 + [0]),
        ("eight_same_side", [0.1] * 4 + [np.nan] + [0.1] * 7),
        ("fifteen_within_1_sigma", [0.1] * 7 + [np.nan] + [0.1] * 14),
        ("beyond_3_sigma", [3.0, -3.0, 0.0]),
    ],
)
def test_an_interrupted_pattern_is_silent(rule, values):
    """Does a point on the line, a missing point, a tie or one point too few break the run?"""
    assert points(values, rule) == []


def test_the_sets_differ_in_the_length_of_a_run():
    """Are eight points on one side an alarm for Western Electric but not yet for Nelson?"""
    assert "eight_same_side" in RULE_SETS["western_electric"]
    assert "nine_same_side" in RULE_SETS["nelson"]
    assert "eight_same_side" not in RULE_SETS["nelson"]
    eight = [0.1] * 8
    assert len(run_rules(eight, centre=0, sigma=1, rules="western_electric")) == 1
    assert run_rules(eight, centre=0, sigma=1, rules="nelson").empty
    assert set().union(*RULE_SETS.values()) == set(RUN_RULES)


def test_no_alarm_is_an_empty_table_with_the_same_columns():
    """Can the result be used without asking whether it is empty?"""
    empty, full = (run_rules([v], centre=0, sigma=1, rules="shewhart") for v in (0, 9))
    assert list(empty.columns) == list(full.columns) == ["point", "label", "value", "rule", "rule_zh"]
    assert len(empty) == 0


def test_p_chart_with_changing_size():
    """Are the limits those of the formula, point by point, and clipped to 0-1?"""
    chart = p_chart(pd.Series([3, 8, 2, 5], index=list("abcd")), pd.Series([40, 120, 10, 80], index=list("abcd")))
    centre = 18 / 250
    assert chart.centre == pytest.approx(centre)
    sigma = np.sqrt(centre * (1 - centre) / np.array([40, 120, 10, 80]))
    np.testing.assert_allclose(chart.table["ucl"], centre + 3 * sigma)
    np.testing.assert_allclose(chart.table["lcl"], np.maximum(centre - 3 * sigma, 0))
    assert chart.table["label"].tolist() == list("abcd")
    assert p_chart([9, 9, 10], 10).table["ucl"].tolist() == [1.0] * 3


def test_a_day_without_orders_is_no_point():
    """Does zero traffic give NaN and no alarm instead of a division by zero?"""
    chart = p_chart([2, 0, 3], [50, 0, 60])
    assert np.isnan(chart.table.loc[1, ["value", "lcl", "ucl"]].astype(float)).all()
    assert not chart.table.loc[1, "signal"]


@pytest.mark.parametrize(
    "chart", [p_chart([0, 0, 0], 10), c_chart([0, 0, 0]), u_chart([0, 0], [1, 2]), p_chart([5, 5], 5)]
)
def test_a_process_without_variation_is_silent(chart):
    """Do all zeros, or all complaints, give limits at the centre and no alarm?"""
    assert chart.signals.empty
    assert chart.table["ucl"].tolist() == chart.table["lcl"].tolist() == [chart.centre] * len(chart.table)


def test_the_first_complaint_after_a_clean_baseline_is_an_alarm():
    """Is any complaint beyond the limits of a baseline with none?"""
    assert c_chart([0, 0, 0, 1], baseline=3).signals["point"].tolist() == [4]


def test_u_chart_does_not_know_the_unit():
    """Do complaints per order and per thousand orders raise the same alarms at limits a thousand times apart?"""
    counts, orders = [14, 12, 20, 11, 43], np.array([5100, 4800, 7000, 4200, 6500])
    one, other = u_chart(counts, orders), u_chart(counts, orders / 1000)
    assert one.signals["point"].tolist() == other.signals["point"].tolist() == [5]
    np.testing.assert_allclose(one.table["ucl"] * 1000, other.table["ucl"])


def test_laney_widens_the_limits_of_large_lots():
    """Does a share that moves by more than chance at n = 50,000 alarm nearly daily, and with laney=True hardly ever?"""
    rng = np.random.default_rng(8)
    n = np.full(60, 50_000)
    counts = rng.binomial(n, rng.normal(0.02, 0.003, 60))
    plain, laney = p_chart(counts, n), p_chart(counts, n, laney=True)
    assert len(plain.signals) > 10
    assert len(laney.signals) <= 1
    assert laney.dispersion == plain.dispersion > 3
    np.testing.assert_allclose(laney.table["sigma"], plain.table["sigma"] * plain.dispersion)


def test_dispersion_of_binomial_counts_is_about_one():
    """Is a plain process neither widened nor narrowed?"""
    counts = np.random.default_rng(8).binomial(400, 0.1, 3000)
    assert p_chart(counts, 400).dispersion == pytest.approx(1, abs=0.04)


def test_xmr_constants():
    """Are the limits the mean ± 2.66 moving ranges and 3.267 moving ranges, as in every table of constants?"""
    values = [20.0, 22, 19, 21, 23, 20, 18, 21]
    table = xmr_chart(values).table
    mean_range = np.abs(np.diff(values)).mean()
    np.testing.assert_allclose(table["ucl"], np.mean(values) + 2.6587 * mean_range, rtol=1e-4)
    np.testing.assert_allclose(table["lcl"], np.mean(values) - 2.6587 * mean_range, rtol=1e-4)
    np.testing.assert_allclose(table["mr_ucl"], 3.2665 * mean_range, rtol=1e-4)


def test_xmr_with_a_gap_and_a_floor():
    """Is a missing day no point, without a moving range on either side, and the lower limit not below the floor?"""
    table = xmr_chart([1.0, 5, None, 2, 4], lower_bound=0).table
    assert table["moving_range"].isna().tolist() == [True, False, True, True, False]
    assert table["lcl"].tolist() == [0.0] * 5
    assert not table.loc[2, "signal"]


def test_baseline_keeps_later_points_out_of_the_limits():
    """Does a bad week after the baseline leave the limits alone and stand out?"""
    quiet = [10, 12, 9, 11, 10, 8, 12, 10]
    chart = c_chart([*quiet, 40], baseline=8)
    assert chart.centre == c_chart(quiet).centre
    assert chart.signals["point"].tolist() == [9]
    assert str(chart) == "c 控制图（次数）：9 点，中心线 10.25，报警 1 点（第 9 点）"
    assert str(c_chart(quiet)) == "c 控制图（次数）：8 点，中心线 10.25，没有报警"


RULES = "、".join(RUN_RULES)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: p_chart([3, 12], 10), ValueError, "不合格的件数不能比总件数多，第 2 行是 12 件，总数只有 10 件。"),
        (lambda: p_chart([3, 1.5], 10), ValueError, "参数 defective 是件数，应是整数，第 2 行是 1.5。"),
        (lambda: p_chart([3, -1], 10), ValueError, "参数 defective 应不小于 0，第 2 行是 -1。请先核对这些行。"),
        (
            lambda: p_chart([3, None], 10),
            ValueError,
            "参数 defective 不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: p_chart(["3", "4"], 10),
            TypeError,
            "参数 defective 应全是数字，第 1 行是文字“3”。请先用 pd.to_numeric() 把这一列变成数字。",
        ),
        (
            lambda: p_chart([3, 4], [10, 10, 10]),
            ValueError,
            "参数 defective 有 2 期，n 有 3 期，长短不一。请从同一张表里取这两列。",
        ),
        (
            lambda: p_chart(pd.Series([3, 4], index=[1, 2]), pd.Series([10, 10], index=[2, 1])),
            ValueError,
            "参数 defective 和 n 的索引不同，不知道哪期对哪期。请从同一张表里取这两列。",
        ),
        (lambda: p_chart([1, 0], [0, 10]), ValueError, "参数 n 的第 1 行是 0，defective 却有 1 件。请核对这一期。"),
        (lambda: p_chart([0, 0], 0), ValueError, "基准期的总数是 0，算不出中心线。请检查数据，或改用别的基准期。"),
        (lambda: c_chart([]), ValueError, "参数 counts 一个值也没有。请检查数据是否为空，或筛选条件是否太严。"),
        (
            lambda: c_chart([3, 4, 5], baseline=9),
            ValueError,
            "参数 baseline 应是 2–3 之间的整数（共 3 期），你给的是 9。",
        ),
        (
            lambda: xmr_chart([3.0]),
            ValueError,
            "基准期里没有相邻的两个有效值，算不出移动极差。请补上缺失的期，或加大 baseline。",
        ),
        (
            lambda: xmr_chart([3, -1], lower_bound=0),
            ValueError,
            "参数 values 应不小于 0，第 2 行是 -1。请先核对这些行。",
        ),
        (
            lambda: c_chart([3, 4], rules="westernelectric"),
            ValueError,
            "参数 rules 不能是“westernelectric”。你是不是想写“western_electric”？可用的值：shewhart、western_electric、nelson；"
            "也可以给规则名的列表。",
        ),
        (
            lambda: c_chart([3, 4], rules=["nine_sameside"]),
            ValueError,
            f"参数 rules 里没有“nine_sameside”这条规则。你是不是想写“nine_same_side”？可用的规则：{RULES}。",
        ),
        (
            lambda: c_chart([3, 4], rules=3),
            TypeError,
            "参数 rules 应是一套规则的名字（shewhart、western_electric、nelson）或规则名的列表，你给的是 int。",
        ),
        (
            lambda: run_rules([1, 2], centre=0, sigma=[1, 2, 3], rules="nelson"),
            ValueError,
            "参数 sigma 有 3 个值，values 有 2 个。请给一个数，或每点一个。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_false_alarms_grow_with_the_number_of_rules():
    """Does an unchanging process alarm falsely about once in 370 points with one rule, and far more often with eight?"""
    z = np.random.default_rng(8).standard_normal(200_000)
    shares = [
        complaints.run_rules(z, centre=0, sigma=1, rules=rules)["point"].nunique() / len(z) for rules in RULE_SETS
    ]
    assert shares[0] == pytest.approx(0.0027, abs=0.0004)
    assert shares[0] < shares[1] < shares[2]
