"""A customer data base to ask: read-only SQL over tables, in memory, through the standard library's SQLite."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

import pandas as pd

from crmlab._checks import check_frame, listing, nearest

_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    getattr(sqlite3, "SQLITE_RECURSIVE", 33),
}
# Roughly ten seconds of the virtual machine: a class's query needs a thousandth of it.
_MAX_STEPS = 300_000_000
_EVERY = 100_000


def sql_query(query: str, tables: Mapping[str, pd.DataFrame], *, params: Sequence[Any] = ()) -> pd.DataFrame:
    """用 SQL 查客户数据库：把几张表放进内存里的 SQLite，运行一条 SELECT，只能读，不能改。

    Parameters
    ----------
    query : str
        一条以 SELECT（或 WITH）开头的查询。
    tables : dict of str to DataFrame
        表名 → 表。表名和列名不区分大小写；索引不带进去。
    params : list, optional
        查询里每个 ``?`` 依次换成的值。外面来的值（客户输入的姓名）一定这样给，不要拼进文字里。

    Returns
    -------
    DataFrame
        查询的结果，没有行也带着列名。

    Raises
    ------
    TypeError
        query 不是文字，或 tables 不是“表名 → 表”的字典。
    ValueError
        不是一条 SELECT，想要改数据，表名或列名写错，语法不对，参数个数不对，或查询太久没完。

    Notes
    -----
    SQLite 没有日期和布尔类型：日期存成文字“2026-03-01 00:00:00”，比大小照样对，取年月用 strftime；True 和 False 存成 1 和 0；
    缺失是 NULL，判断要写 IS NULL。整数除以整数只得整数：7/2 是 3，写 7*1.0/2。
    除以 0 得 NULL，不报错。没有 ORDER BY 时，行的次序没有保证。

    References
    ----------
    SQLite. *SQL As Understood By SQLite*.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> customers = pd.DataFrame({"id": [1, 2, 3], "city": ["大同", "太原", "大同"]})
    >>> orders = pd.DataFrame({"customer_id": [1, 1, 2], "yuan": [80, 20, 50]})
    >>> information.sql_query(
    ...     "SELECT city, COUNT(*) AS orders, SUM(yuan) AS total FROM orders JOIN customers ON id = customer_id "
    ...     "GROUP BY city ORDER BY total DESC",
    ...     {"customers": customers, "orders": orders},
    ... )
      city  orders  total
    0   大同       2    100
    1   太原       1     50
    >>> information.sql_query("DELETE FROM orders", {"orders": orders})
    Traceback (most recent call last):
    ...
    ValueError: 这里只能查询，不能改数据：查询要以 SELECT（或 WITH）开头，你写的是 DELETE。要改表请用 pandas。
    """
    if not isinstance(query, str):
        raise TypeError(f"参数 query 应是一条 SQL 文字，你给的是 {type(query).__name__}。")
    if not isinstance(tables, Mapping) or not tables:
        raise TypeError('参数 tables 应是“表名 → 表”的字典，至少一张表，例如 {"orders": orders}。')
    word = _first_word(query)
    if not word:
        raise ValueError("参数 query 是空的。请写一条查询，例如 SELECT * FROM 表名。")
    if word not in ("SELECT", "WITH"):
        raise ValueError(
            f"这里只能查询，不能改数据：查询要以 SELECT（或 WITH）开头，你写的是 {word}。要改表请用 pandas。"
        )
    if isinstance(params, str) or not isinstance(params, Sequence):
        raise TypeError(f"参数 params 应是列表，例如 [100]，你给的是 {type(params).__name__}。")
    _check_tables(tables)
    with closing(sqlite3.connect(":memory:")) as base:
        for name, table in tables.items():
            _store(base, name, table)
        base.commit()
        base.execute("PRAGMA query_only = ON")
        base.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY)
        base.set_progress_handler(_Clock(), _EVERY)
        try:
            cursor = base.execute(query, tuple(params))
            rows = cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise ValueError(_in_chinese(str(error), tables)) from None
        names = [column[0] for column in cursor.description]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"结果里有几列同名：{listing(twice)}。请用 AS 给它们各起一个名字。")
    return pd.DataFrame(rows, columns=names)


class _Clock:
    """Count the calls that SQLite makes between its steps, and stop a query that does not end."""

    def __init__(self) -> None:
        self.left = _MAX_STEPS // _EVERY

    def __call__(self) -> int:
        self.left -= 1
        return int(self.left < 0)


def _first_word(query: str) -> str:
    bare = re.sub(r"(?s)^(\s+|--[^\n]*(\n|$)|/\*.*?\*/|;)*", "", query)
    found = re.match(r"[^\s(;]+", bare)
    return found.group().upper() if found else ""


def _check_tables(tables: Mapping[str, pd.DataFrame]) -> None:
    seen: dict[str, str] = {}
    for name, table in tables.items():
        if not isinstance(name, str) or not name.strip():
            raise TypeError(f"参数 tables 的表名应是文字，你给的是 {name!r}。")
        check_frame(name, table, allow_empty=True)
        if name.casefold() in seen:
            raise ValueError(f"表名“{name}”和“{seen[name.casefold()]}”只差大小写，SQL 分不清。请改名。")
        seen[name.casefold()] = name
        columns = [str(c).casefold() for c in table.columns]
        twice = [str(c) for c in table.columns if columns.count(str(c).casefold()) > 1]
        if twice or not columns:
            raise ValueError(
                f"表“{name}”的列 {listing(twice)} 同名或只差大小写，SQL 分不清。请改名。"
                if twice
                else f"表“{name}”一列也没有。请检查数据。"
            )


def _store(base: sqlite3.Connection, name: str, table: pd.DataFrame) -> None:
    try:
        table.to_sql(name, base, index=False)
    except (pd.errors.DatabaseError, sqlite3.Error, OverflowError, ValueError, TypeError) as error:
        why = error.__cause__ or error
        raise ValueError(f"表“{name}”存不进 SQLite：{why}。请先把列表、字典、复数这样的列变成文字或数字。") from None


def _in_chinese(said: str, tables: Mapping[str, pd.DataFrame]) -> str:
    """Say SQLite's complaint in Chinese, with the nearest name where one is unknown."""
    columns = list(dict.fromkeys(str(c) for table in tables.values() for c in table.columns))
    known = (
        (r"no such table: (.+)", "没有表“{0}”。", list(tables), "现有的表"),
        (r"no such column: (.+)", "没有列“{0}”。", columns, "现有的列"),
    )
    for pattern, words, names, label in known:
        found = re.match(pattern, said)
        if found:
            wrong = found[1].split(".")[-1]
            return (
                f"{words.format(found[1])}{nearest(wrong, names)}{label}：{listing(names)}。文字的值要用单引号括起来。"
            )
    for pattern, words in (
        (r"ambiguous column name: (.+)", "列“{0}”在几张表里都有，不知道是哪一张的。请写成 表名.列名。"),
        (r"no such function: (.+)", "SQLite 没有函数 {0}。常用的有 COUNT、SUM、AVG、MIN、MAX、ROUND、strftime。"),
        (r'near "(.*)": syntax error', "语法不对，毛病在“{0}”附近。请检查前面的逗号、括号和关键字的次序。"),
        (r'unrecognized token: "(.*)"', "看不懂“{0}”。请检查引号是否成对，标点是否用了半角。"),
        (r"incomplete input", "这条查询没有写完。请检查括号和引号是否成对。"),
        (r"You can only execute one statement", "一次只能运行一条查询。请去掉分号后面的部分，分几次运行。"),
        (r"interrupted", "查询太久没有完，已经停下。请检查连接条件：两张大表不写 ON，行数会相乘。"),
        (
            r"Incorrect number of bindings.*uses (\d+).* (\d+) supplied",
            "查询里有 {0} 个问号，params 给了 {1} 个值，应一样多。",
        ),
        (r"not authorized|attempt to write|access to .* is prohibited", "这里只能查询，不能改数据，也不能用这个功能。"),
    ):
        found = re.search(pattern, said)
        if found:
            return words.format(*found.groups())
    return f"SQLite 运行不了这条查询：{said}。请先写一条最简单的，再一步一步加条件。"
