"""Measures by group."""

import numpy as np
import pandas as pd
import pytest

from crmlab.satisfaction import ces, compare, csat, mean_by, nps

SURVEY = pd.DataFrame(
    {
        "store": ["城南", "城北", "城南", "城北", None, "城东"],
        "wave": ["Q1", "Q1", "Q2", "Q2", "Q2", "Q1"],
        "csat": [5, 3, 4, 5, 1, None],
        "nps": [9, 10, 3, 7, 0, 8],
        "ces": [6, 2, 5, 4, 1, 7],
    }
)


def test_each_row_agrees_with_the_single_measure():
    """Is a row of the comparison what csat, nps and ces give for that group alone?"""
    table = compare(SURVEY, by="store").set_index(["group", "measure"])
    south = SURVEY[SURVEY["store"] == "城南"]
    share, net, effort = csat(south["csat"]), nps(south["nps"]), ces(south["ces"], higher_is_easier=True)
    numbers = ["value", "low", "high", "n"]
    assert table.loc[("城南", "csat"), numbers].tolist() == [100 * share.share, 100 * share.low, 100 * share.high, 2]
    assert table.loc[("城南", "nps"), numbers].tolist() == [net.score, net.low, net.high, 2]
    assert table.loc[("城南", "ces"), numbers].tolist() == [effort.mean, effort.low, effort.high, 2]


def test_shape_and_order_of_the_comparison():
    """Are rows ordered by measure as asked, then by group, rows without a group left out?"""
    table = compare(SURVEY, by="store", measures=["nps", "csat"])
    assert list(table.columns) == ["group", "measure", "measure_zh", "value", "low", "high", "n"]
    assert table["measure_zh"].tolist() == ["净推荐值"] * 3 + ["满意率"] * 3
    assert table["group"].tolist() == ["城东", "城北", "城南"] * 2


def test_group_without_an_answer_stays_visible():
    """Does a store where nobody answered get NaN and n = 0 instead of vanishing?"""
    row = compare(SURVEY, by="store", measures="csat").iloc[0]
    assert (row["group"], row["n"]) == ("城东", 0)
    assert np.isnan([row["value"], row["low"], row["high"]]).all()


def test_other_column_names():
    """Can the columns carry the names of the questionnaire?"""
    renamed = SURVEY.rename(columns={"nps": "推荐意愿"})
    table = compare(renamed, by="store", measures=["nps"], columns={"nps": "推荐意愿"})
    pd.testing.assert_frame_equal(table, compare(SURVEY, by="store", measures=["nps"]))


def test_categories_keep_their_own_order():
    """Are waves shown in the order of an ordered category, unused ones left out?"""
    waves = pd.Categorical(SURVEY["wave"], categories=["Q2", "Q1", "Q9"], ordered=True)
    table = compare(SURVEY.assign(wave=waves), by="wave", measures=["nps"])
    assert table["group"].tolist() == ["Q2", "Q1"]


def test_mean_by_one_column_has_group_and_the_column():
    """Does a single grouping column appear under its own name and as group?"""
    table = mean_by(SURVEY, by="store", column="nps")
    assert list(table.columns) == ["group", "store", "value", "low", "high", "n"]
    assert table["group"].tolist() == table["store"].tolist() == ["城东", "城北", "城南"]
    assert table["value"].tolist() == [8, 8.5, 6]
    assert table["n"].tolist() == [1, 2, 2]
    assert np.isnan(table.loc[0, ["low", "high"]].astype(float)).all()
    named = mean_by(SURVEY.rename(columns={"store": "group"}), by="group", column="nps")
    assert named.equals(table.drop(columns="store"))


def test_mean_by_two_columns():
    """Does a list of columns give one row a combination, without a group column?"""
    table = mean_by(SURVEY, by=["wave", "store"], column="nps")
    assert list(table.columns) == ["wave", "store", "value", "low", "high", "n"]
    assert len(table) == 5


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: compare(SURVEY, by="stores"),
            ValueError,
            "表 responses 里没有列“stores”。你是不是想写“store”？现有的列：store、wave、csat、nps、ces。",
        ),
        (
            lambda: compare(SURVEY, by="store", measures=["NPS"]),
            ValueError,
            "参数 measures 不能是“NPS”。你是不是想写“nps”？可用的值：csat、nps、ces。",
        ),
        (
            lambda: compare(SURVEY, by="store", measures=[]),
            ValueError,
            "参数 measures 是空的。可用的值：csat、nps、ces。",
        ),
        (
            lambda: compare(SURVEY, by="store", columns={"推荐": "nps"}),
            ValueError,
            "参数 columns 不能是“推荐”。可用的值：csat、nps、ces。",
        ),
        (
            lambda: compare(SURVEY.assign(csat=8), by="store"),
            ValueError,
            "列“csat”应在 1–5 之间，第 1 行是 8，共 6 处。请先核对这些行。",
        ),
        (
            lambda: compare(SURVEY.assign(store=None), by="store"),
            ValueError,
            "列“store”全是缺失值，没有组可以比较。请换一个分组列。",
        ),
        (lambda: mean_by(SURVEY, by=[], column="nps"), ValueError, "参数 by 是空的，请至少给一个分组列。"),
        (
            lambda: mean_by(SURVEY, by="nps", column="nps"),
            ValueError,
            "列“nps”既是分组列又是分数列，请换一个分组列。",
        ),
        (
            lambda: mean_by(SURVEY.rename(columns={"store": "n"}), by="n", column="nps"),
            ValueError,
            "分组列“n”与结果的列同名，请先用 rename() 换一个名字。",
        ),
        (
            lambda: mean_by(SURVEY[4:].drop(columns="nps"), by="store", column="csat"),
            ValueError,
            "分组列 store 和列“csat”没有一行同时有值，算不出均值。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
