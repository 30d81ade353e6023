"""Checks of arguments that the topics built on queueing share."""

import math
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_number, check_numbers, check_positive, check_series, check_zero_one


def positive(argument: str, value: Any, *, allow_zero: bool = False) -> float:
    """Return what check_positive returns, sooner for a plain number: staffing a month asks for thousands of these."""
    if type(value) is float or type(value) is int:
        number = float(value)
        if 0 < number < math.inf or (allow_zero and number == 0):
            return number
    return check_positive(argument, value, allow_zero=allow_zero)


def check_whole(argument: str, noun: str, value: Any, *, least: int = 0) -> int:
    """Return a whole number not below ``least``; ``noun`` says in Chinese what is counted."""
    number = check_number(argument, value)
    if number < least or not number.is_integer():
        raise ValueError(f"参数 {argument} 是{noun}，应是不小于 {least} 的整数，你给的是 {number:g}。")
    return int(number)


def check_flags(argument: str, values: Any, *, missing: bool = True) -> pd.Series:
    """Return yes/no answers as 1.0, 0.0 and NaN; a column with no answer at all is let through when ``missing``."""
    series = check_series(argument, values)
    if missing and series.isna().all():
        return pd.Series(np.nan, index=series.index)
    flags = check_zero_one(argument, series)
    if not missing:
        check_numbers(argument, flags, missing=False)
    return flags
