"""When was a case opened, when was it closed, how long has it waited: checked once, for every function on time."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_moment, check_same_zone, row_of


def case_hours(
    cases: pd.DataFrame, opened: str, closed: str, as_of: Any
) -> tuple[pd.Series, np.ndarray, np.ndarray, pd.Timestamp]:
    """Return opening time, hours until closing or ``as_of``, whether closed, and ``as_of`` itself.

    Raises
    ------
    TypeError
        列不是日期时间，或 as_of 读不成日期时间。
    ValueError
        没有开始时间，早于开始就办结，时间晚于 as_of，或时区有的有、有的没有。
    """
    now = check_moment("as_of", as_of)
    start, end = _dates(cases, opened, now), _dates(cases, closed, now)
    if start.isna().any():
        at = int(np.flatnonzero(start.isna().to_numpy())[0])
        raise ValueError(f"列“{opened}”不能有缺失值，{row_of(start, at)}是空的。没有开始时间就算不出时长。")
    early = (end < start).to_numpy()
    if early.any():
        at = int(np.flatnonzero(early)[0])
        raise ValueError(
            f"{row_of(start, at)}的“{closed}”（{end.iloc[at]}）早于“{opened}”（{start.iloc[at]}）。请核对这一行。"
        )
    for name, dates in ((opened, start), (closed, end)):
        late = (dates > now).to_numpy()
        if late.any():
            at = int(np.flatnonzero(late)[0])
            raise ValueError(
                f"列“{name}”{row_of(dates, at)}是 {dates.iloc[at]}，晚于 as_of（{now}）。"
                "那时还没有发生：请核对日期，或把 as_of 改到数据导出的时刻。"
            )
    done = end.notna().to_numpy()
    hours = hours_between(start, end.fillna(now))
    return start, hours, done, now


def hours_between(start: pd.Series, end: pd.Series | pd.Timestamp) -> np.ndarray:
    """Return ``end - start`` in hours."""
    waited: pd.Series = end - start
    hours: np.ndarray = waited.dt.total_seconds().to_numpy(dtype=float) / 3600
    return hours


def _dates(cases: pd.DataFrame, column: str, now: pd.Timestamp) -> pd.Series:
    dates = cases[column]
    if dates.isna().all():
        return pd.Series(pd.NaT, index=dates.index, dtype=f"datetime64[ns, {now.tz}]" if now.tz else "datetime64[ns]")
    if not pd.api.types.is_datetime64_any_dtype(dates):
        at = int(np.flatnonzero(dates.notna().to_numpy())[0])
        raise TypeError(
            f"列“{column}”应是日期时间，{row_of(dates, at)}是“{dates.iloc[at]}”。请先用 pd.to_datetime() 转换这一列。"
        )
    check_same_zone(column, dates, now)
    return dates
