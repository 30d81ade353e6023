"""A data base to ask and not to change."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.information import sql, sql_query

quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)
CUSTOMERS = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "城市": ["大同", "太原", None],
        "joined": pd.to_datetime(["2026-01-05", "2025-12-31", "2026-02-01"]),
        "vip": [True, False, True],
    },
    index=[7, 8, 9],
)
ORDERS = pd.DataFrame({"customer_id": [1, 1, 2], "yuan": [80.0, 20.0, np.nan]})
BASE = {"customers": CUSTOMERS, "orders": ORDERS}


def ask(query, params=()):
    return sql_query(query, BASE, params=params)


def test_join_group_and_order():
    """Is the answer that of pandas: merge, group, sort; gaps not counted?"""
    found = ask(
        "SELECT 城市, COUNT(yuan) AS n, SUM(yuan) AS total FROM customers LEFT JOIN orders ON id = customer_id GROUP BY id ORDER BY id"
    )
    joined = CUSTOMERS.merge(ORDERS, how="left", left_on="id", right_on="customer_id")
    expected = joined.groupby("id").agg(n=("yuan", "count"), total=("yuan", lambda v: v.sum(min_count=1)))
    assert found["n"].tolist() == expected["n"].tolist()
    assert found["total"].tolist() == pytest.approx(expected["total"].tolist(), nan_ok=True)


def test_dates_truth_and_parameters():
    """Do dates compare as text, truth as 1, and values come in by question marks, quotes and all?"""
    assert ask("SELECT id FROM customers WHERE joined >= '2026-01-01' AND vip = 1")["id"].tolist() == [1, 3]
    assert ask("SELECT strftime('%m', joined) AS m FROM customers")["m"].tolist() == ["01", "12", "02"]
    assert ask("SELECT id FROM customers WHERE 城市 = ?", ["大同"])["id"].tolist() == [1]
    assert ask("SELECT id FROM customers WHERE 城市 = ?", ["' OR 1=1 --"]).empty


def test_no_rows_keep_the_columns_and_comments_may_come_first():
    """Has an empty answer its columns, an empty table too, and may a comment or WITH stand first?"""
    assert ask("-- 谁\nSELECT id, vip FROM customers WHERE id > 9").columns.tolist() == ["id", "vip"]
    assert sql_query("SELECT * FROM t", {"t": ORDERS[:0]}).columns.tolist() == ["customer_id", "yuan"]
    assert (
        ask("/* 数 */ WITH big AS (SELECT * FROM orders WHERE yuan > 50) SELECT COUNT(*) AS n FROM big")["n"].item()
        == 1
    )


@quick
@given(
    values=st.lists(st.integers(-1000, 1000), min_size=1, max_size=30),
    cut=st.integers(-1000, 1000),
)
def test_like_pandas(values, cut):
    """Does a filtered sum agree with pandas on any table?"""
    table = pd.DataFrame({"v": values})
    found = sql_query("SELECT COUNT(*) AS n, TOTAL(v) AS s FROM t WHERE v > ?", {"t": table}, params=[cut])
    kept = table.query("v > @cut")["v"]
    assert (found["n"].item(), found["s"].item()) == (len(kept), kept.sum())


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("DELETE FROM orders", "DELETE"),
        ("drop table orders", "DROP"),
        (" ; UPDATE orders SET yuan = 0", "UPDATE"),
        ("INSERT INTO orders VALUES (1, 1)", "INSERT"),
        ("CREATE TABLE x (a)", "CREATE"),
        ("ATTACH 'x.db' AS x", "ATTACH"),
        ("PRAGMA query_only = OFF", "PRAGMA"),
        ("-- SELECT\nVACUUM", "VACUUM"),
    ],
)
def test_writing_is_refused_by_its_first_word(query, word):
    """Is everything that is no question refused in Chinese?"""
    with pytest.raises(ValueError) as caught:
        ask(query)
    said = f"这里只能查询，不能改数据：查询要以 SELECT（或 WITH）开头，你写的是 {word}。要改表请用 pandas。"
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "参数 query 是空的。请写一条查询，例如 SELECT * FROM 表名。"),
        (
            "WITH a AS (SELECT 1) DELETE FROM orders",
            "这里只能查询，不能改数据，也不能用这个功能。",
        ),
        ("SELECT load_extension('x')", "这里只能查询，不能改数据，也不能用这个功能。"),
        (
            "SELECT * FROM order_",
            "没有表“order_”。你是不是想写“orders”？现有的表：customers、orders。文字的值要用单引号括起来。",
        ),
        (
            "SELECT orders.yuans FROM orders",
            "没有列“orders.yuans”。你是不是想写“yuan”？现有的列：id、城市、joined、vip、customer_id、yuan。文字的值要用单引号括起来。",
        ),
        ("SELECT FROM orders", "语法不对，毛病在“FROM”附近。请检查前面的逗号、括号和关键字的次序。"),
        (
            "SELECT id，vip FROM customers",
            "没有列“id，vip”。你是不是想写“vip”？现有的列：id、城市、joined、vip、customer_id、yuan。文字的值要用单引号括起来。",
        ),
        ("SELECT (1", "这条查询没有写完。请检查括号和引号是否成对。"),
        ("SELECT 1; SELECT 2", "一次只能运行一条查询。请去掉分号后面的部分，分几次运行。"),
        (
            "SELECT MEDIAN(yuan) FROM orders",
            "SQLite 没有函数 MEDIAN。常用的有 COUNT、SUM、AVG、MIN、MAX、ROUND、strftime。",
        ),
        (
            "SELECT id FROM customers AS a JOIN customers AS b",
            "列“id”在几张表里都有，不知道是哪一张的。请写成 表名.列名。",
        ),
        ("SELECT id FROM customers WHERE id = ?", "查询里有 1 个问号，params 给了 0 个值，应一样多。"),
        ("SELECT id, id FROM customers", "结果里有几列同名：id。请用 AS 给它们各起一个名字。"),
    ],
)
def test_query_refusal(query, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        ask(query)
    assert str(caught.value) == message


def test_a_query_without_end_is_stopped(monkeypatch):
    """Is a query that never ends stopped with a hint?"""
    monkeypatch.setattr(sql, "_MAX_STEPS", 1_000_000)
    with pytest.raises(ValueError) as caught:
        ask("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS n FROM n")
    assert str(caught.value) == "查询太久没有完，已经停下。请检查连接条件：两张大表不写 ON，行数会相乘。"


def test_the_tables_stay_as_they_were():
    """Is nothing written to the tables, not even by a query that tries?"""
    before = CUSTOMERS.copy(deep=True)
    ask("SELECT * FROM customers")
    pd.testing.assert_frame_equal(CUSTOMERS, before)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: sql_query(5, BASE), TypeError, "参数 query 应是一条 SQL 文字，你给的是 int。"),
        (
            lambda: sql_query("SELECT 1", CUSTOMERS),
            TypeError,
            '参数 tables 应是“表名 → 表”的字典，至少一张表，例如 {"orders": orders}。',
        ),
        (
            lambda: sql_query("SELECT 1", {"t": [1]}),
            TypeError,
            "参数 t 应是一张表（DataFrame），你给的是 list。",
        ),
        (
            lambda: sql_query("SELECT 1", {"t": ORDERS, "T": ORDERS}),
            ValueError,
            "表名“T”和“t”只差大小写，SQL 分不清。请改名。",
        ),
        (
            lambda: sql_query("SELECT 1", {"t": pd.DataFrame([[1, 2]], columns=["a", "A"])}),
            ValueError,
            "表“t”的列 a、A 同名或只差大小写，SQL 分不清。请改名。",
        ),
        (lambda: sql_query("SELECT 1", {"t": pd.DataFrame()}), ValueError, "表“t”一列也没有。请检查数据。"),
        (lambda: ask("SELECT 1", "大同"), TypeError, "参数 params 应是列表，例如 [100]，你给的是 str。"),
    ],
)
def test_argument_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_a_column_that_does_not_fit_is_named():
    """Is a column of lists told, with its table?"""
    with pytest.raises(ValueError) as caught:
        sql_query("SELECT 1", {"t": pd.DataFrame({"a": [[1, 2]]})})
    why = "Error binding parameter 1: type 'list' is not supported"
    assert str(caught.value) == f"表“t”存不进 SQLite：{why}。请先把列表、字典、复数这样的列变成文字或数字。"
