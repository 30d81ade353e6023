"""Argument checks: is each refusal one Chinese sentence that a novice can act on?"""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crmlab import _checks as checks

SURVEY = pd.DataFrame({"store": ["城南", "城北"], "nps": [9, 3], "csat": [5, 4]})
TWICE = pd.DataFrame([[1, 2]], columns=["nps", "nps"])
FILTERED = pd.Series([5, 3, 11, 7], index=[4, 8, 15, 16], name="nps")

REFUSALS = [
    (
        lambda: checks.check_frame("responses", [1, 2]),
        TypeError,
        "参数 responses 应是一张表（DataFrame），你给的是 list。",
    ),
    (
        lambda: checks.check_frame("responses", SURVEY, ["nsp"]),
        ValueError,
        "表 responses 里没有列“nsp”。你是不是想写“nps”？现有的列：store、nps、csat。",
    ),
    (
        lambda: checks.check_frame("responses", SURVEY, ["NPS"]),
        ValueError,
        "表 responses 里没有列“NPS”。你是不是想写“nps”？现有的列：store、nps、csat。",
    ),
    (
        lambda: checks.check_frame("responses", SURVEY, ["温度"]),
        ValueError,
        "表 responses 里没有列“温度”。现有的列：store、nps、csat。",
    ),
    (
        lambda: checks.check_frame("responses", SURVEY, [["store"]]),
        ValueError,
        "表 responses 里没有列“['store']”。你是不是想写“store”？现有的列：store、nps、csat。",
    ),
    (
        lambda: checks.check_frame("responses", TWICE, ["nps"]),
        ValueError,
        "表 responses 里有 2 列都叫“nps”。请先改名或删去多余的列。",
    ),
    (
        lambda: checks.check_frame("responses", SURVEY[:0]),
        ValueError,
        "表 responses 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。",
    ),
    (
        lambda: checks.check_series("scores", SURVEY),
        TypeError,
        '参数 scores 应是一列数据，你给的是一张表（DataFrame）。请选出其中一列，例如 表["store"]。',
    ),
    (
        lambda: checks.check_series("scores", pd.DataFrame()),
        TypeError,
        "参数 scores 应是一列数据，你给的是一张空表（DataFrame）。",
    ),
    (lambda: checks.check_series("scores", 5), TypeError, "参数 scores 应是一列数据（Series 或列表），你给的是 int。"),
    (
        lambda: checks.check_series("scores", "54"),
        TypeError,
        "参数 scores 应是一列数据（Series 或列表），你给的是 str。",
    ),
    (
        lambda: checks.check_series("scores", {5, 4}),
        TypeError,
        "参数 scores 应是一列数据（Series 或列表），你给的是 set。",
    ),
    (
        lambda: checks.check_series("scores", np.ones((2, 2))),
        TypeError,
        "参数 scores 应是一列数据（Series 或列表），你给的是 ndarray。",
    ),
    (
        lambda: checks.check_numbers("scores", ["5", "4"]),
        TypeError,
        "参数 scores 应全是数字，第 1 行是文字“5”。请先用 pd.to_numeric() 把这一列变成数字。",
    ),
    (
        lambda: checks.check_numbers("scores", pd.Series([5, None, "三"], name="nps")),
        TypeError,
        "列“nps”应全是数字，第 3 行是“三”。请先清理这一列。",
    ),
    (
        lambda: checks.check_numbers("scores", pd.Series(pd.to_datetime(["2026-01-02"]))),
        TypeError,
        "参数 scores 应全是数字，第 1 行是“2026-01-02 00:00:00”。请先清理这一列。",
    ),
    (
        lambda: checks.check_numbers("scores", [1, 2j]),
        TypeError,
        "参数 scores 应全是数字，第 1 行是“(1+0j)”。请先清理这一列。",
    ),
    (
        lambda: checks.check_numbers("scores", FILTERED, 0, 10),
        ValueError,
        "列“nps”应在 0–10 之间，第 3 行（索引 15）是 11。请先核对这些行。",
    ),
    (
        lambda: checks.check_numbers("scores", [-1, 3, 12], 0, 10, hint="请看量表。"),
        ValueError,
        "参数 scores 应在 0–10 之间，第 1 行是 -1，共 2 处。请看量表。",
    ),
    (
        lambda: checks.check_numbers("cost", [-1.5], 0),
        ValueError,
        "参数 cost 应不小于 0，第 1 行是 -1.5。请先核对这些行。",
    ),
    (
        lambda: checks.check_numbers("cost", [5], high=4),
        ValueError,
        "参数 cost 应不大于 4，第 1 行是 5。请先核对这些行。",
    ),
    (
        lambda: checks.check_numbers("cost", [1, np.inf]),
        ValueError,
        "参数 cost 不能有无穷大，第 2 行是 inf。请检查是不是除以了 0。",
    ),
    (
        lambda: checks.check_numbers("cost", [1, None], missing=False),
        ValueError,
        "参数 cost 不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
    ),
    (
        lambda: checks.check_numbers("scores", []),
        ValueError,
        "参数 scores 一个值也没有。请检查数据是否为空，或筛选条件是否太严。",
    ),
    (
        lambda: checks.check_numbers("scores", [None, np.nan]),
        ValueError,
        "参数 scores 的 2 个值全是缺失值。请检查数据是否为空，或筛选条件是否太严。",
    ),
    (
        lambda: checks.check_numbers("scores", [1, None], need=2),
        ValueError,
        "参数 scores 至少要有 2 个有效的值，现在只有 1 个。请先收集更多数据。",
    ),
    (
        lambda: checks.check_labels("side", ["value", "costs"], ("value", "cost")),
        ValueError,
        "参数 side 的第 2 行是“costs”。你是不是想写“cost”？可用的值：value、cost。",
    ),
    (
        lambda: checks.check_labels("side", ["value", None], ("value", "cost"), missing=False),
        ValueError,
        "参数 side 不能有缺失值，第 2 行是空的。可用的值：value、cost。",
    ),
    (
        lambda: checks.check_one_of("method", "exat", ("exact", "greedy")),
        ValueError,
        "参数 method 不能是“exat”。你是不是想写“exact”？可用的值：exact、greedy。",
    ),
    (
        lambda: checks.check_one_of("method", ["exact"], ("exact", "greedy")),
        ValueError,
        "参数 method 不能是“['exact']”。你是不是想写“exact”？可用的值：exact、greedy。",
    ),
    (lambda: checks.check_number("budget", "10"), TypeError, "参数 budget 应是一个数，你给的是 str（'10'）。"),
    (lambda: checks.check_number("budget", True), TypeError, "参数 budget 应是一个数，你给的是 bool（True）。"),
    (lambda: checks.check_number("budget", None), TypeError, "参数 budget 应是一个数，你给的是 NoneType（None）。"),
    (lambda: checks.check_number("budget", np.nan), ValueError, "参数 budget 应是一个有限的数，你给的是 nan。"),
    (lambda: checks.check_between("delivery", 11, 0, 10), ValueError, "参数 delivery 应在 0–10 之间，你给的是 11。"),
    (
        lambda: checks.check_between("share", 0, 0, 1, open_ends=True),
        ValueError,
        "参数 share 应在 0–1 之间（不含两端），你给的是 0。",
    ),
    (
        lambda: checks.check_probability("confidence", 95),
        ValueError,
        "参数 confidence 应在 0–1 之间（不含两端），你给的是 95。95% 请写成 0.95。",
    ),
    (
        lambda: checks.check_probability("confidence", 0),
        ValueError,
        "参数 confidence 应在 0–1 之间（不含两端），你给的是 0。",
    ),
    (lambda: checks.check_positive("budget", 0), ValueError, "参数 budget 应大于 0，你给的是 0。"),
    (lambda: checks.check_positive("budget", -3, allow_zero=True), ValueError, "参数 budget 不能小于 0，你给的是 -3。"),
    (lambda: checks.check_count("promoters", 1.5), ValueError, "参数 promoters 是人数，应是整数，你给的是 1.5。"),
    (
        lambda: checks.check_scale("scale", 5),
        TypeError,
        "参数 scale 应写成（最低分，最高分），例如 (1, 5)，你给的是 5。",
    ),
    (lambda: checks.check_scale("scale", (5, 1)), ValueError, "参数 scale 的最低分应小于最高分，你给的是 (5, 1)。"),
    (
        lambda: checks.check_zero_one("again", pd.Series([1, 0.5], name="again")),
        ValueError,
        "列“again”只能是 0 和 1，第 2 行是 0.5。",
    ),
    (
        lambda: checks.check_moment("as_of", 20260301),
        TypeError,
        '参数 as_of 应是一个日期时间，例如 "2026-03-01 18:00"，你给的是 20260301。',
    ),
    (
        lambda: checks.check_moment("as_of", pd.NaT),
        TypeError,
        '参数 as_of 应是一个日期时间，例如 "2026-03-01 18:00"，你给的是 NaT。',
    ),
    (
        lambda: checks.check_names("store", pd.Series(["城南", "城北", "城南"], index=[4, 5, 6])),
        ValueError,
        "列“store”的名称应不重复、不空，第 3 行（索引 6）是“城南”。",
    ),
    (
        lambda: checks.check_names("store", pd.Series(["城南", None])),
        ValueError,
        "列“store”的名称应不重复、不空，第 2 行是空的。",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), REFUSALS, ids=[m for _, _, m in REFUSALS])
def test_refusal_says_what_where_and_what_next(call, error, message):
    """Does the whole message name the argument, the finding, its place and the next step?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "values",
    [
        [1, None, 3],
        (1, np.nan, 3.0),
        np.array([1, np.nan, 3]),
        pd.Series([1, None, 3], dtype="Int64"),
        pd.Series([1, None, 3], dtype=object),
        pd.Series([1, None, 3]).astype("category"),
        pd.Series([Decimal(1), None, Decimal(3)]),
        pd.array([1, None, 3], dtype="Int64"),
        pd.Index([1, np.nan, 3]),
        [True, pd.NA, 3],
    ],
    ids=lambda v: f"{type(v).__name__} {getattr(v, 'dtype', '')}",
)
def test_every_way_to_hold_numbers_is_read_alike(values):
    """Do lists, arrays, nullable, categorical and object columns all become the same floats?"""
    numbers = checks.check_numbers("scores", values)
    assert numbers.dtype == float
    np.testing.assert_array_equal(numbers.to_numpy(), [1, np.nan, 3])


def test_index_of_a_filtered_table_is_kept():
    """Can the caller line the numbers up with the table they came from?"""
    assert checks.check_numbers("scores", FILTERED).index.tolist() == [4, 8, 15, 16]


def test_nearest_name_is_only_offered_when_it_is_near():
    """Is a wild name left without a wrong suggestion?"""
    assert checks.nearest("stroe", ["store", "wave"]) == "你是不是想写“store”？"
    assert checks.nearest("zzz", ["store", "wave"]) == ""
    assert checks.nearest("x", []) == ""


def test_long_lists_are_cut():
    """Does a table of forty columns not flood the message?"""
    assert checks.listing(range(3)) == "0、1、2"
    assert checks.listing(range(40), limit=2) == "0、1 等 40 个"


def test_valid_arguments_pass_unchanged():
    """Do good values come back as plain numbers?"""
    assert checks.check_count("n", np.int64(3)) == 3
    assert checks.check_scale("scale", [0, 10]) == (0, 10)
    assert checks.check_between("x", 10, 0, 10) == 10
    assert checks.check_positive("x", 0, allow_zero=True) == 0
    assert checks.check_probability("x", Decimal("0.5")) == 0.5
    checks.check_one_of("method", np.str_("exact"), ("exact", "greedy"))


def test_yes_and_no_are_read_from_bool_and_number():
    """Are True, 1 and a missing answer 1.0, 1.0 and NaN, and a date read from text?"""
    assert checks.check_zero_one("again", [True, 0, None]).tolist()[:2] == [1.0, 0.0]
    assert np.isnan(checks.check_zero_one("again", [True, 0, None]).iloc[2])
    assert checks.check_moment("as_of", "2026-03-01 18:00") == pd.Timestamp(2026, 3, 1, 18)
