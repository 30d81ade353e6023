"""Tags from rules, and their lift."""

import numpy as np
import pandas as pd
import pytest

from crmlab import technology

CUSTOMERS = pd.DataFrame(
    {"orders": [1, 5, 8, np.nan], "city": ["大同", "太原", "大同", None], "tier": [1, 2, 3, 2]}, index=[7, 3, 5, 9]
)


def rules(*rows):
    return pd.DataFrame(rows, columns=["tag", "column", "op", "value"])


@pytest.mark.parametrize(
    ("column", "op", "value", "hits"),
    [
        ("orders", ">", 5, [0, 0, 1, 0]),
        ("orders", ">=", "5", [0, 1, 1, 0]),
        ("orders", "<", 5, [1, 0, 0, 0]),
        ("orders", "<=", 5.0, [1, 1, 0, 0]),
        ("orders", "==", 5, [0, 1, 0, 0]),
        ("orders", "!=", "5", [1, 0, 1, 0]),
        ("city", "==", "大同", [1, 0, 1, 0]),
        ("city", "!=", "大同", [0, 1, 0, 0]),
        ("city", "in", "太原 | 大同", [1, 1, 1, 0]),
        ("tier", "in", "2|3", [0, 1, 1, 1]),
    ],
)
def test_each_operator_and_no_tag_for_the_unknown(column, op, value, hits):
    """Does each operator mean what it says, numbers and text from a spreadsheet alike, a blank never?"""
    tags = technology.tag_rules(CUSTOMERS, rules(["t", column, op, value]))
    assert tags["t"].astype(int).tolist() == hits
    assert tags.index.tolist() == CUSTOMERS.index.tolist()


def test_long_ids_stay_apart_and_truth_may_be_written():
    """Are 1234567 and 1234568 different, and is TRUE from a spreadsheet a yes?"""
    table = pd.DataFrame({"id": [1234567, 1234568], "member": [True, False]})
    tags = technology.tag_rules(table, rules(["one", "id", "==", "1234567"], ["member", "member", "==", "TRUE"]))
    assert tags["one"].tolist() == tags["member"].tolist() == [True, False]


def test_rows_of_one_tag_must_all_hold():
    """Is a tag of two rows the intersection, and the order of tags that of the table?"""
    tags = technology.tag_rules(
        CUSTOMERS, rules(["b", "orders", ">", 0], ["a", "tier", ">", 1], ["b", "city", "==", "大同"])
    )
    assert list(tags.columns) == ["b", "a"]
    assert tags["b"].tolist() == [True, False, True, False]


def test_lift_by_hand():
    """Is 30 of 100 tagged against 50 of 400 in all a lift of 2.4, with 60 % of the answers captured?"""
    tags = pd.DataFrame({"t": [1] * 100 + [0] * 300, "none": 0})
    outcome = [1] * 30 + [0] * 70 + [1] * 20 + [0] * 280
    table = technology.tag_lift(tags, outcome).set_index("tag")
    row = table.loc["t"]
    assert (row["n"], row["share"], row["response"], row["base"]) == (100, 0.25, 0.3, 0.125)
    assert (row["lift"], row["captured"]) == (2.4, 0.6)
    assert row["lift_low"] < 2.4 < row["lift_high"]
    nobody = table.loc["none"]
    assert (nobody["n"], nobody["captured"]) == (0, 0)
    assert nobody[["response", "low", "lift", "lift_low"]].isna().all()


def test_interval_of_lift_covers():
    """Over 400 simulated campaigns, does the 95 % interval hold the true lift of 1.75 nearly that often?"""
    rng, inside = np.random.default_rng(12), []
    for _ in range(400):
        tag = rng.random(600) < 0.3
        answer = rng.random(600) < np.where(tag, 0.35, 0.35 / 2.45)
        row = technology.tag_lift(pd.DataFrame({"t": tag}), answer.tolist()).iloc[0]
        inside.append(row["lift_low"] <= 0.35 / (0.3 * 0.35 + 0.7 * 0.35 / 2.45) <= row["lift_high"])
    assert np.mean(inside) == pytest.approx(0.95, abs=0.03)


def test_degenerate_outcomes():
    """Is the lift 1 when all are tagged, NaN when nobody answered, 0 when no tagged one did?"""
    everyone = technology.tag_lift(pd.DataFrame({"t": [1, 1, 1]}), [1, 0, None]).iloc[0]
    assert (everyone["n"], everyone["lift"], everyone["lift_low"], everyone["lift_high"]) == (2, 1, 1, 1)
    silent = technology.tag_lift(pd.DataFrame({"t": [1, 0]}), [0, 0]).iloc[0]
    assert silent[["lift", "captured"]].isna().all()
    useless = technology.tag_lift(pd.DataFrame({"t": [1, 0]}), [0, 1]).iloc[0]
    assert useless["lift"] == 0
    assert np.isnan([useless["lift_low"], useless["lift_high"]]).all()


TAGS = pd.DataFrame({"t": [1, 0]})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: technology.tag_rules(CUSTOMERS, rules(["t", "order", ">", 1])),
            ValueError,
            "表 customers 里没有列“order”。你是不是想写“orders”？现有的列：orders、city、tier。",
        ),
        (
            lambda: technology.tag_rules(CUSTOMERS, rules(["t", "orders", "=>", 1])),
            ValueError,
            "列“op”的第 1 行是“=>”。你是不是想写“>”？可用的值：==、!=、>、>=、<、<=、between、in、contains、missing、known。",
        ),
        (
            lambda: technology.tag_rules(CUSTOMERS, rules(["t", "orders", ">", "很多"])),
            ValueError,
            "标签“t”：列“orders”是数字，value 不能是“很多”。",
        ),
        (
            lambda: technology.tag_rules(CUSTOMERS, rules(["t", "tier", "in", "1|金卡"])),
            ValueError,
            "标签“t”：列“tier”是数字，value 不能是“金卡”。",
        ),
        (
            lambda: technology.tag_rules(CUSTOMERS, rules(["t", "city", ">", 1])),
            TypeError,
            "标签“t”：列“city”不是数字也不是日期，不能比大小。文字请用 ==、in、contains。",
        ),
        (
            lambda: technology.tag_rules(CUSTOMERS, rules([None, "orders", ">", 1])),
            ValueError,
            "列“tag”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: technology.tag_lift(TAGS, [1]),
            ValueError,
            "参数 outcome 有 1 个值，tags 有 2 行，应一样多、次序相同。",
        ),
        (
            lambda: technology.tag_lift(TAGS, pd.Series([1, 0], index=[1, 0])),
            ValueError,
            "参数 outcome 的索引与 tags 不同，对不上是哪位客户。请用同一张表里的列。",
        ),
        (lambda: technology.tag_lift(TAGS, [None, None]), ValueError, "参数 outcome 全是缺失值，算不出提升度。"),
        (
            lambda: technology.tag_lift(pd.DataFrame([[1, 0]], columns=["t", "t"]), [1]),
            ValueError,
            "表 tags 里有重复的标签：t。请先改名。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
