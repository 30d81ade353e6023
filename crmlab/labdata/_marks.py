"""What a lab's hidden tests are made of: comparisons that never raise, and marks that nbgrader can read."""

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd


def score(*parts: tuple[str, float, bool]) -> float:
    """逐项打印得分，返回总分；隐藏测试的最后一行用它给部分分。

    Parameters
    ----------
    *parts : tuple of (str, float, bool)
        名称、满分、对不对。

    Returns
    -------
    float
        得分。普通的 float：别的数值类型会被自动评分当成满分。

    Examples
    --------
    >>> score(("满意率", 4, True), ("区间", 6, False))
    满意率：4/4 分
    区间：0/6 分
    4.0
    """
    total = 0.0
    for label, points, right in parts:
        got = points if bool(right) else 0
        print(f"{label}：{got:g}/{points:g} 分")
        total += got
    return float(total)


def close(value: Any, expected: float, tolerance: float) -> bool:
    """判断一个数是否等于期望值（允许误差 ``tolerance``）；不是数时返回 False，从不出错。

    Parameters
    ----------
    value : object
        学生的答案。
    expected : float
        正确的值。
    tolerance : float
        允许的绝对误差。

    Returns
    -------
    bool
        是否相等。

    Examples
    --------
    >>> close(0.742, 0.7421, 0.001), close("0.742", 0.742, 0.001), close(..., 0.742, 0.001)
    (True, False, False)
    """
    if isinstance(value, bool | str):
        return False
    try:
        number = float(value)
    except (TypeError, ValueError):
        return False
    return math.isfinite(number) and abs(number - expected) <= tolerance


def same_column(table: Any, expected: pd.DataFrame, *, key: str, column: str, tolerance: float) -> bool:
    """判断学生的表里某一列是否都对：按 ``key`` 对齐，行的次序不影响。

    Parameters
    ----------
    table : object
        学生的表。
    expected : DataFrame
        正确的表。
    key : str
        对齐用的列。
    column : str
        要比较的数值列。
    tolerance : float
        允许的绝对误差。

    Returns
    -------
    bool
        每一行都在误差之内时为 True；缺行、多行、不是数都是 False。

    Examples
    --------
    >>> right = pd.DataFrame({"store": ["城南", "城北"], "nps": [10.0, 20.0]})
    >>> same_column(right.iloc[::-1], right, key="store", column="nps", tolerance=0.1)
    True
    """
    if not isinstance(table, pd.DataFrame) or not {key, column} <= set(table.columns) or len(table) != len(expected):
        return False
    if table[key].duplicated().any() or set(table[key]) != set(expected[key]):
        return False
    mine = pd.to_numeric(table.set_index(key)[column], errors="coerce")
    right = expected.set_index(key)[column].astype(float)
    return bool(((mine - right).abs() <= tolerance).all())


def gives(function: Callable[..., Any], arguments: Sequence[Any], expected: float, tolerance: float) -> bool:
    """用一组参数调用学生写的函数，判断结果是否等于期望值；函数出错时打印原因，返回 False。

    Parameters
    ----------
    function : callable
        学生写的函数。
    arguments : sequence
        参数。
    expected : float
        正确的值。
    tolerance : float
        允许的绝对误差。

    Returns
    -------
    bool
        结果是否正确。

    Examples
    --------
    >>> gives(lambda a, b: a / b, [1, 0], 1, 0.1)
    函数在另一份数据上出错：ZeroDivisionError：division by zero
    False
    """
    copies = [a.copy() if isinstance(a, pd.DataFrame | pd.Series) else a for a in arguments]
    try:
        value = function(*copies)
    except Exception as err:
        print(f"函数在另一份数据上出错：{type(err).__name__}：{err}")
        return False
    return close(value, expected, tolerance)


def names_month(text: Any, month: str) -> bool:
    """判断一段文字有没有说出某个月份：``5 月``、``05月``、``2026-05``、``五月`` 都算。

    Parameters
    ----------
    text : object
        标题或说明。
    month : str
        月份，如 ``"2026-05"``。

    Returns
    -------
    bool
        说出了这个月份为 True。

    Examples
    --------
    >>> names_month("5 月满意率最低", "2026-05"), names_month("12 月最低", "2026-02")
    (True, False)
    """
    number = int(month[-2:])
    spoken = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"][number - 1]
    pattern = rf"(?<!\d)0?{number}\s*月|(?<!十){spoken}\s*月|{month}"
    return isinstance(text, str) and re.search(pattern, unicodedata.normalize("NFKC", text)) is not None


def draws(ax: Any, values: pd.Series, tolerance: float = 0.051) -> bool:
    """判断一张图里的柱、条或线画的是不是这些数值（次序不限）。

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        图的坐标轴。
    values : Series
        应画出的数值。
    tolerance : float
        允许的绝对误差。

    Returns
    -------
    bool
        有一组柱、条或一条线的数值与 ``values`` 一致为 True。
    """
    drawn = [[bar.get_width() for bar in box] for box in ax.containers if hasattr(box, "patches")]
    drawn += [[bar.get_height() for bar in box] for box in ax.containers if hasattr(box, "patches")]
    drawn += [list(line.get_ydata()) for line in ax.lines] + [list(line.get_xdata()) for line in ax.lines]
    right = np.sort(values.to_numpy(dtype=float))
    for group in drawn:
        try:
            mine = np.sort(np.asarray(group, dtype=float))
        except (TypeError, ValueError):
            continue
        if mine.shape == right.shape and np.allclose(mine, right, rtol=0, atol=tolerance):
            return True
    return False
