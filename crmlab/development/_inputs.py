"""Checks that several files of this topic share: paired columns, dates, bins of equal rank."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_moment, check_present
from crmlab._intervals import Floats

YES_NO = "0 和 1（或 False 和 True）"


def check_same_length(columns: dict[str, pd.Series]) -> int:
    """Return the common length of named columns."""
    sizes = {name: len(column) for name, column in columns.items()}
    if len(set(sizes.values())) > 1:
        said = "，".join(f"{name} 有 {n} 行" for name, n in sizes.items())
        raise ValueError(f"{said}，应一样长。请检查它们是不是取自同一张表。")
    return next(iter(sizes.values()))


def check_dates(name: str, values: pd.Series) -> pd.Series:
    """Return a column of calendar days (time of day and time zone dropped)."""
    if not pd.api.types.is_datetime64_any_dtype(values):
        raise TypeError(f"列“{name}”应是日期。请先用 pd.to_datetime() 把这一列变成日期。")
    check_present(name, values)
    days: pd.Series = (values.dt.tz_localize(None) if values.dt.tz is not None else values).dt.normalize()
    return days


def check_day(argument: str, value: Any) -> pd.Timestamp:
    """Return one calendar day."""
    moment = check_moment(argument, value, say='一个日期，例如 "2026-06-30"')
    day: pd.Timestamp = moment.tz_localize(None).normalize()
    return day


def rank_bins(scores: pd.Series, bins: int) -> np.ndarray:
    """Number the groups 1, 2, ... from the highest scores down; equal scores stay in one group.

    The group follows from the mean rank of the equal scores, so the order of the rows has no say.
    """
    n = len(scores)
    rank = scores.rank(ascending=False, method="average").to_numpy()
    groups: np.ndarray = np.minimum(((rank - 0.5) / n * bins).astype(int), bins - 1) + 1
    return groups


def verdicts(low: Floats, high: Floats) -> list[str]:
    """Say whether a profit's interval lies above zero, below it, or across it."""
    return [
        "看不清" if np.isnan(a) or a <= 0 <= b else ("划算" if a > 0 else "不划算")
        for a, b in zip(low, high, strict=True)
    ]
