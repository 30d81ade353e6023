"""Checking raw answers cell by cell."""

import pandas as pd
import pytest

from crmlab.satisfaction import validate_responses

RAW = pd.DataFrame(
    {
        "id": ["T1", "T2", "T3", "T2", "T5"],
        "csat": ["5", " 4 ", "三", "3.5", "9"],
        "wait_min": [1.5, None, -2, 3, 4],
        "store": ["城南", "城北 ", None, "城东", "城南"],
        "note": ["好", "", "很好很好", None, "行"],
    },
    index=[10, 20, 30, 40, 50],
)
RULES = pd.DataFrame(
    [
        ["id", "text", None, None, None, True, True],
        ["csat", "int", 1, 5, None, True, False],
        ["wait_min", "float", 0, None, None, False, False],
        ["store", "choice", None, None, "城南 | 城北", True, False],
        ["note", "text", None, 3, None, False, False],
    ],
    columns=["column", "kind", "low", "high", "choices", "required", "unique"],
)


def test_every_problem_is_named_once_in_reading_order():
    """Are all problems of all rows listed by row, then by rule, each cell once?"""
    report = validate_responses(RAW, RULES)
    assert report.problems["message"].tolist() == [
        "第 3 行“csat”是“三”，应是整数。",
        "第 3 行“wait_min”是 −2，应不小于 0。",
        "第 3 行“store”没有作答，这一题必答。",
        "第 3 行“note”是“很好很好”，字数应不大于 3。",
        "第 4 行“id”是“T2”，与前面的一行重复。",
        "第 4 行“csat”是 3.5，应是整数。",
        "第 4 行“store”是“城东”，应是 城南、城北 之一。",
        "第 5 行“csat”是 9，应在 1–5 之间。",
    ]
    assert report.problems["rule"].tolist() == [
        *["number", "range", "required", "length"],
        *["unique", "integer", "choice", "range"],
    ]
    assert list(report.problems.columns) == ["row", "column", "value", "rule", "message"]
    assert (report.n, report.n_valid) == (5, 2)
    assert str(report) == "5 份答卷，2 份有效（40.0%），8 处问题，最多的是“csat”（3 处）"


def test_valid_rows_are_ready_to_compute_with():
    """Do the rows without problems keep their index, and text digits become numbers?"""
    valid = validate_responses(RAW, RULES).valid
    assert valid.index.tolist() == [10, 20]
    assert valid["csat"].tolist() == [5, 4]
    assert valid["csat"].dtype == "int64"
    assert valid["wait_min"].dtype == float


def test_clean_answers_have_no_problem():
    """Is the table of problems empty, with all its columns, and the sentence right?"""
    report = validate_responses(RAW[:2], RULES)
    assert report.problems.empty
    assert list(report.problems.columns) == ["row", "column", "value", "rule", "message"]
    assert str(report) == "2 份答卷，2 份有效（100.0%），0 处问题"


def test_numeric_choices_survive_a_gap():
    """Is choice 1 still “1” in a column that a missing value has turned into floats?"""
    rules = pd.DataFrame(
        [["gender", "choice", None, None, "1|2", False]],
        columns=["column", "kind", "low", "high", "choices", "required"],
    )
    report = validate_responses(pd.DataFrame({"gender": [1, 2, None, 3, 1.5]}), rules)
    assert report.problems["message"].tolist() == [
        "第 4 行“gender”是 3，应是 1、2 之一。",
        "第 5 行“gender”是 1.5，应是 1、2 之一。",
    ]


def test_rules_read_from_text_files():
    """Do True/False written as text and an empty int column work?"""
    rules = RULES[["column", "kind", "low", "high", "choices"]].assign(required=["TRUE", "1", "", "0", None])
    report = validate_responses(RAW.assign(csat=None), rules)
    assert report.problems.loc[report.problems["column"] == "csat", "rule"].tolist() == ["required"] * 5
    assert (report.problems["column"] != "store").sum() < len(report.problems)


def changed(row, column, value):
    rules = RULES.astype(object)
    rules.loc[row, column] = value
    return lambda: validate_responses(RAW, rules)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            changed(1, "kind", "integer"),
            ValueError,
            "列“kind”的第 2 行是“integer”。你是不是想写“int”？可用的值：int、float、choice、text。",
        ),
        (
            changed(1, "column", "cast"),
            ValueError,
            "表 responses 里没有列“cast”。你是不是想写“csat”？现有的列：id、csat、wait_min、store、note。",
        ),
        (changed(1, "column", "id"), ValueError, "表 rules 里“id”有两条规则，请合成一条。"),
        (changed(3, "choices", None), ValueError, "表 rules 里“store”是 choice，请在 choices 里写选项，用 | 隔开。"),
        (changed(1, "low", 6), ValueError, "表 rules 里“csat”的 low（6）大于 high（5），请对调。"),
        (changed(1, "low", "一"), ValueError, "表 rules 里“csat”的 low 应是数字，现在是“一”。"),
        (changed(1, "required", "是"), ValueError, "表 rules 里“csat”的 required 应是 True 或 False，现在是“是”。"),
        (
            lambda: validate_responses(RAW, RULES.drop(columns="kind")),
            ValueError,
            "表 rules 里没有列“kind”。现有的列：column、low、high、choices、required、unique。",
        ),
        (
            lambda: validate_responses(RAW[:0], RULES),
            ValueError,
            "表 responses 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
