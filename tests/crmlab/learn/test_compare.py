"""Tables, series, lists and functions: compared in steps, each step with its own sentence."""

import numpy as np
import pandas as pd
import pytest

from tests.crmlab.learn.made import MORE, RESULT, TABLE

EXPECTED_TABLE = "pd.DataFrame({'store': ['城南', '城北', '城东'], 'nps': [-6.0, 12.5, 3.0]})"
TABLES = [
    (TABLE, "对了。"),
    (TABLE.assign(extra=1)[["nps", "extra", "store"]], "对了。"),
    (TABLE.set_index("store"), "“store”现在是行索引，不是列。用 .reset_index() 把它变成列。"),
    (TABLE.rename(columns={"nps": "NPS"}), "表里缺少列“nps”。你是不是想写“NPS”？现有的列：store、NPS。"),
    (TABLE.rename(columns={"store": "stores"}), "表里缺少列“store”。你是不是想写“stores”？现有的列：stores、nps。"),
    (pd.concat([TABLE, TABLE["nps"]], axis=1), "表里有两列都叫“nps”。给其中一列换个名字。"),
    (TABLE[:2], "表应有 3 行，你有 2 行。看看筛选和分组的条件。"),
    (TABLE.sort_values("nps"), "表的内容都对了，只是行的顺序不对。按题目的要求用 .sort_values() 排一下。"),
    (TABLE.assign(nps=[-6.0, 12.5, 4.0]), f"第 3 行的“nps”是 4，还不对。{MORE}"),
    (TABLE["nps"], "你给的是一列数据（Series，3 个值），这里要一张表（DataFrame）。用 .reset_index() 把它变成表。"),
    ({"nps": 1}, "你给的是一个字典（dict，1 项），这里要一张表（DataFrame）。用 pd.DataFrame(...) 把它变成表。"),
    (RESULT, "你给的是整个结果 Result，这里要一张表（DataFrame）。结果里有 .table，取题目要的那一个。"),
    (3, "你给的是数 3，这里要一张表（DataFrame）。把整张表存下来。"),
]


@pytest.mark.parametrize(("answer", "message"), TABLES, ids=[str(i) for i in range(len(TABLES))])
def test_a_table_is_diagnosed_by_columns_then_rows_then_values_then_order(say, answer, message):
    """Does each kind of wrong table get its own next step?"""
    assert say(answer, kind="table", expected=EXPECTED_TABLE) == message


def test_a_table_may_hold_missing_values(say):
    """Does a missing cell equal a missing cell, and nothing else?"""
    expected = f"{EXPECTED_TABLE}.assign(store=['城南', None, '城东'])"
    missing = TABLE.assign(store=["城南", None, "城东"])
    assert say(missing, kind="table", expected=expected) == "对了。"
    assert say(TABLE, kind="table", expected=expected) == f"第 2 行的“store”是“城北”，还不对。{MORE}"


def test_a_table_may_come_in_any_order_where_the_exercise_says_so(say):
    """Does ordered = false accept another order, and still find a wrong value?"""
    fields = {"kind": "table", "expected": EXPECTED_TABLE, "ordered": False}
    assert say(TABLE.sort_values("nps"), **fields) == "对了。"
    wrong = TABLE.assign(nps=[-6.0, 12.5, 4.0]).sort_values("nps")
    assert say(wrong, **fields) == f"有一行的“nps”是 4，还不对。{MORE}"


def test_a_table_that_was_grouped_may_keep_its_index(say):
    """Is a groupby result right with and without reset_index where the right one has an index?"""
    expected = f"{EXPECTED_TABLE}.set_index('store')"
    assert say(TABLE.set_index("store"), kind="table", expected=expected) == "对了。"
    assert say(TABLE, kind="table", expected=expected) == "对了。"


EXPECTED_SERIES = "pd.Series({'城南': -6.0, '城北': 12.5})"
SERIES = pd.Series({"城南": -6.0, "城北": 12.5})


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (SERIES, "对了。"),
        (SERIES[::-1], "对了。"),
        (SERIES[:1], "这一列里缺少 城北（看行索引）。现有的：城南。"),
        (pd.Series({"城南": -6.0, "城北": 12.5, "城东": 1}), "应有 2 个值，你有 3 个，多了 城东。"),
        (pd.Series({"城南": -6.0, "城北": 13.5}), f"“城北”这一项是 13.5，还不对。{MORE}"),
        (pd.Series({"城南": -6.0, "城北": 130}), "“城北”这一项是 130，可它应在 -100 到 100 之间。检查公式和分母。"),
        (
            SERIES.to_frame("nps"),
            '你给的是一张表（DataFrame，2 行 1 列），这里要一列数据（Series）。用 表["列名"] 取出那一列。',
        ),
        ([1, 2], "你给的是一个列表（list，2 项），这里要一列数据（Series）。用 pd.Series(...) 把它变成一列。"),
        (1, "你给的是数 1，这里要一列数据（Series）。把整列数据存下来。"),
    ],
)
def test_a_series_is_compared_label_by_label(say, answer, message):
    """Does a wrong item come with its label?"""
    assert say(answer, kind="series", expected=EXPECTED_SERIES, low=-100, high=100) == message


def test_a_series_may_have_to_be_sorted(say):
    """Does ordered = true ask for the order?"""
    assert say(SERIES[::-1], kind="series", expected=EXPECTED_SERIES, ordered=True) == (
        "数值都对了，只是顺序不对。按题目的要求用 .sort_values() 或 .sort_index() 排一下。"
    )


@pytest.mark.parametrize(
    ("answer", "ordered", "message"),
    [
        (["城北", "城南", "城南"], None, "对了。"),
        (("城北", "城南", "城南"), None, "对了。"),
        (pd.Series(["城北", "城南", "城南"]), None, "对了。"),
        (["城南", "城北", "城南"], None, "各项都对了，只是顺序不对。按题目的要求排一下。"),
        (["城南", "城北", "城南"], False, "对了。"),
        (["城北", "城南"], None, "列表应有 3 项，你有 2 项。"),
        (["城北", "城东", "城南"], None, f"第 2 项是“城东”，还不对。{MORE}"),
        (["城北", "城东", "城南"], False, f"列表里有 1 项还不对。{MORE}"),
        (["城西", "城东", "城北"], False, f"列表里有 2 项还不对。{MORE}"),
        ([np.array([1, 2]), "城南", "城南"], None, f"第 1 项是一个数组（array，形状 (2,)），还不对。{MORE}"),
        ("城北", None, "你给的是文字“城北”，这里要一个列表。写在方括号里，用逗号隔开。"),
        ({"城北"}, None, "你给的是一个集合（set，1 项），这里要一个列表。用 list(...) 把它变成列表。"),
        (
            TABLE,
            None,
            '你给的是一张表（DataFrame，3 行 2 列），这里要一个列表。先用 表["列名"] 取出一列，再用 .tolist()。',
        ),
    ],
)
def test_a_list_is_compared_item_by_item(say, answer, ordered, message):
    """Does a wrong item come with its place, and may the order be free?"""
    assert say(answer, kind="list", expected="['城北', '城南', '城南']", ordered=ordered) == message


def nps_right(scores):
    if not scores:
        raise ValueError("empty")
    return 100 * (sum(s >= 9 for s in scores) - sum(s <= 6 for s in scores)) / len(scores)


def nps_no_return(scores):
    print("nps is", nps_right(scores))


def nps_wrong(scores):
    return 50


def nps_crash(scores):
    return scores["nps"]


def nps_no_guard(scores):
    return nps_right(scores) if scores else 0


def nps_other_error(scores):
    return nps_right(scores) if scores else 1 / 0


def nps_stub(scores):
    return ...


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (nps_right, "对了。"),
        (..., "还没有作答：把 `...` 换成你的代码。"),
        (nps_stub, "还没有作答：把 `...` 换成你的代码。"),
        (nps_no_return, "`nps_no_return([10, 9, 3])` 没有返回值。函数最后要写 return；print 只是显示，不是返回。"),
        (nps_wrong, "`nps_wrong([10, 9, 3])` 应该得到 33.3333，你的函数给出 50。"),
        (
            nps_crash,
            "`nps_crash([10, 9, 3])` 运行时出错：TypeError（list indices must be integers or slices, not str）。"
            "先在自己的格子里调用一次，看是哪一行。",
        ),
        (nps_no_guard, "`nps_no_guard([])` 应该报错 ValueError，你的函数给出 0。"),
        (nps_other_error, "`nps_other_error([])` 应该报错 ValueError，你的函数报的是 ZeroDivisionError。"),
        (33.3, "你给的是数 33.3，这里要一个函数。只写函数的名字，后面不加括号。"),
    ],
)
def test_a_function_is_called_and_compared(say, capsys, answer, message):
    """Does a wrong function get the call that shows it, and does its print stay out of the lesson?"""
    expected = "lambda s: 100 * (sum(x >= 9 for x in s) - sum(x <= 6 for x in s)) / len(s) if s else int('empty')"
    told = say(answer, kind="function", expected=expected, calls=["[10, 9, 3]", "[]"])
    assert (told, capsys.readouterr().out) == (message, "")


@pytest.mark.parametrize(
    ("expected", "answer", "message"),
    [
        ("lambda: [1, 2]", lambda: (1, 2), "对了。"),
        ("lambda: [1, 2]", lambda: 3, "`<lambda>()` 应该得到 [1, 2]，你的函数给出 3。"),
        ("lambda: pd.Series([1, 2])", lambda: pd.Series([1, 2]), "对了。"),
        (
            "lambda: pd.Series([1, 2])",
            lambda: [1, 2],
            "`<lambda>()` 应该得到一列数据（Series，2 个值），你的函数给出 [1, 2]。",
        ),
        (f"lambda: {EXPECTED_TABLE}", lambda: TABLE, "对了。"),
        ("lambda: True", lambda: 1, "`<lambda>()` 应该得到 True，你的函数给出 1。"),
        ("lambda: '城南'", lambda: "城北", "`<lambda>()` 应该得到“城南”，你的函数给出“城北”。"),
    ],
)
def test_a_function_may_return_anything(say, expected, answer, message):
    """Are lists, series, tables, truth values and texts compared by their own rules?"""
    assert say(answer, kind="function", expected=expected, calls=[""]) == message
