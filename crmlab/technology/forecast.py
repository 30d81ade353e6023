"""How many calls come when: a weekday profile times a level, and an honest test against last week."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_numbers,
    check_present,
    check_probability,
    check_series,
    check_whole,
    row_of,
)
from crmlab._intervals import Floats, critical_t

_WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


@dataclass(frozen=True)
class _History:
    """Calls as a table of days by time of day; NaN where nothing was recorded."""

    days: pd.DatetimeIndex
    times: pd.TimedeltaIndex
    calls: Floats


def _history(argument: str, history: pd.DataFrame) -> _History:
    check_frame(argument, history, ["interval_start", "calls"])
    starts = _moments("interval_start", history["interval_start"])
    calls = check_numbers("calls", history["calls"], 0)
    again = starts.duplicated().to_numpy()
    if again.any():
        at = int(again.argmax())
        raise ValueError(
            f"列“interval_start”有重复的时段，{row_of(starts, at)}又是 {starts.iloc[at]:%Y-%m-%d %H:%M}。请先合并重复的行。"
        )
    day = starts.dt.normalize()
    table = pd.DataFrame({"day": day.to_numpy(), "time": (starts - day).to_numpy(), "calls": calls.to_numpy()})
    wide = table.pivot(index="day", columns="time", values="calls").dropna(how="all")
    return _History(pd.DatetimeIndex(wide.index), pd.TimedeltaIndex(wide.columns), wide.to_numpy(dtype=float))


def _moments(name: str, values: pd.Series) -> pd.Series:
    series = check_series(name, values)
    if not pd.api.types.is_datetime64_any_dtype(series):
        raise TypeError(f"列“{name}”应是时间，现在是 {series.dtype}。请先用 pd.to_datetime() 变成时间。")
    if series.dt.tz is not None:
        raise TypeError(f"列“{name}”带时区（{series.dt.tz}）。请先换成当地时间：表['{name}'].dt.tz_localize(None)。")
    return check_present(name, series)


def _predict(known: _History, days: pd.DatetimeIndex, weeks: int, level_days: int) -> tuple[Floats, Floats, int]:
    """Return the forecast of each day by time of day, its standard deviation, and the degrees of freedom.

    The spread is that of past days about their own profile and level, at the same time of day: relative to the
    profile, so that a busy weekday is as much wider as it is busier.
    """
    recent = known.days > known.days[-1] - pd.Timedelta(weeks=weeks)
    past, calls = known.days[recent], known.calls[recent]
    weekday = np.asarray(past.day_of_week)
    profile = np.full((7, len(known.times)), np.nan)
    for w in set(weekday):
        rows = calls[weekday == w]
        seen = ~np.isnan(rows)
        count = seen.sum(axis=0)
        profile[w, count > 0] = np.where(seen, rows, 0).sum(axis=0)[count > 0] / count[count > 0]
    missing = [_WEEKDAYS[w] for w in sorted(set(days.day_of_week)) if w not in set(weekday)]
    if missing:
        raise ValueError(f"最近 {weeks} 周的历史里没有{missing[0]}，无法预测。请给更长的历史，或去掉这一天。")
    expected = profile[weekday]
    level_of_day = _day_levels(calls, expected)
    level = float(np.mean(level_of_day[-level_days:]))
    forecast = profile[np.asarray(days.day_of_week)] * level
    relative = np.divide(
        calls - expected * level_of_day.mean(), expected, out=np.full_like(calls, np.nan), where=expected > 0
    )
    freedom = max(len(past) - len(set(weekday)), 0)
    squares = np.nansum(relative**2, axis=0)
    spread = np.sqrt(squares / freedom) if freedom else np.full(len(known.times), np.nan)
    per_weekday = np.array([(weekday == w).sum() for w in np.asarray(days.day_of_week)])
    return forecast, forecast * spread * np.sqrt(1 + 1 / per_weekday)[:, None], freedom


def _day_levels(calls: Floats, expected: Floats) -> Floats:
    both = ~np.isnan(calls) & ~np.isnan(expected)
    total = np.where(both, expected, 0).sum(axis=1)
    made = np.where(both, calls, 0).sum(axis=1)
    return np.asarray(np.divide(made, total, out=np.ones(len(calls)), where=total > 0))


def forecast_calls(
    history: pd.DataFrame, days: Any, *, weeks: int = 8, level_days: int = 20, confidence: float = 0.95
) -> pd.DataFrame:
    """预测话务量：同一星期几、同一时段的平均曲线，乘以最近的水平。

    预测 = 曲线(星期几, 时段) × 水平；曲线取最近 weeks 周，水平是最近 level_days 天“实际 ÷ 曲线”的平均。

    Parameters
    ----------
    history : DataFrame
        一行一个时段。列：interval_start（时段开始的时间）、calls（来电数，不能是负数；没有记录的缺失，不要写 0）。
        次序不限；节假日这样的特殊日子请先去掉。
    days : list of str or datetime
        要预测的日子，都在历史的最后一天之后。
    weeks : int, default 8
        用最近几周的历史画曲线，不小于 1。
    level_days : int, default 20
        用最近几天定水平，不小于 1。
    confidence : float, default 0.95
        预测区间的置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个时段，按时间。列：interval_start、calls（预测的来电数，小数）、low、high（预测区间，不小于 0）。
        历史里这个星期几从没有记录的时段不出现。历史太短（每个星期几只有一天）时区间是 NaN。

    Raises
    ------
    TypeError
        时间列不是时间，来电数不是数字。
    ValueError
        缺列，时段重复，历史里没有要预测的星期几，或要预测的日子不在历史之后。

    Notes
    -----
    区间由过去各天偏离曲线的幅度得来，假设下周与过去几周同一个样子：促销、停电、节日都不在里面。
    预测准不准，别看图像不像，用 :func:`backtest_calls` 跟“照抄上周”比。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> history = pd.DataFrame({"interval_start": pd.date_range("2026-03-02 09:00", periods=14, freq="D"),
    ...                         "calls": [100, 80, 82, 78, 90, 40, 30, 110, 84, 80, 82, 94, 44, 32]})
    >>> monday = technology.forecast_calls(history, ["2026-03-16"], level_days=5)
    >>> monday[["calls", "low", "high"]].round(1)
       calls   low   high
    0  107.4  93.1  121.7
    """
    known = _history("history", history)
    _check_windows(weeks, level_days)
    check_probability("confidence", confidence)
    wanted = _days("days", days)
    if wanted[0] <= known.days[-1]:
        raise ValueError(
            f"要预测的日子应在历史的最后一天（{known.days[-1]:%Y-%m-%d}）之后，你给了 {wanted[0]:%Y-%m-%d}。"
            "要检验预测准不准，请用 technology.backtest_calls()。"
        )
    forecast, sd, freedom = _predict(known, wanted, weeks, level_days)
    half = sd * critical_t(freedom, confidence) if freedom else sd
    starts = wanted.to_numpy()[:, None] + known.times.to_numpy()[None, :]
    table = pd.DataFrame(
        {
            "interval_start": starts.ravel(),
            "calls": forecast.ravel(),
            "low": np.maximum(forecast - half, 0).ravel(),
            "high": (forecast + half).ravel(),
        }
    )
    return table.dropna(subset="calls").sort_values("interval_start", ignore_index=True)


def _check_windows(weeks: Any, level_days: Any) -> None:
    check_whole("weeks", weeks, 1, noun="周数")
    check_whole("level_days", level_days, 1, noun="天数")


def _days(argument: str, days: Any) -> pd.DatetimeIndex:
    given = [days] if isinstance(days, str) or not isinstance(days, Iterable) else list(days)
    if not given:
        raise ValueError(f"参数 {argument} 是空的，请至少给一天。")
    try:
        index = pd.DatetimeIndex(pd.to_datetime(pd.Series(given))).normalize()
    except (ValueError, TypeError):
        raise ValueError(f"参数 {argument} 里有认不出的日期。请写成“2026-03-16”的样子。") from None
    if index.isna().any():
        raise ValueError(f"参数 {argument} 里有空的日期。请写成“2026-03-16”的样子。")
    return index.unique().sort_values()


@dataclass(frozen=True, repr=False)
class CallBacktest:
    """预测的检验结果。

    Attributes
    ----------
    errors : DataFrame
        一行一种方法（曲线 × 水平；照抄上周）。列：method、n（时段数）、mae（平均绝对误差，通）、
        rmse（均方根误差，通）、wape（误差绝对值之和 ÷ 来电之和）、bias（平均误差，通，正数是报多了）。
    ratio, low, high : float
        曲线法的平均绝对误差 ÷ 照抄上周的，小于 1 就是更准；和它的区间。
    n_days : int
        检验了几天。
    coverage : float
        预测区间盖住实际来电数的占比，应接近 confidence。
    confidence : float
        置信水平。
    forecasts : DataFrame
        逐时段的结果。列：interval_start、calls（实际）、forecast、low、high、naive（上周同一时段）。
    """

    errors: pd.DataFrame
    ratio: float
    low: float
    high: float
    n_days: int
    coverage: float
    confidence: float
    forecasts: pd.DataFrame

    def __str__(self) -> str:
        model, naive = self.errors["wape"]
        return (
            f"检验 {self.n_days} 天：误差占来电的 {model:.1%}，照抄上周是 {naive:.1%}；"
            f"误差之比 {self.ratio:.2f}（{self.confidence * 100:g}% 区间 {self.low:.2f}–{self.high:.2f}），"
            f"预测区间盖住 {self.coverage:.1%}"
        )

    __repr__ = __str__


def backtest_calls(
    history: pd.DataFrame,
    *,
    test_days: int = 20,
    ahead_days: int = 7,
    weeks: int = 8,
    level_days: int = 20,
    confidence: float = 0.95,
) -> CallBacktest:
    """检验预测：站在过去的某一天往前预测，跟后来的实际比，也跟“照抄上周同一时段”比。

    Parameters
    ----------
    history : DataFrame
        与 :func:`forecast_calls` 相同。
    test_days : int, default 20
        检验最后几天，不小于 2。
    ahead_days : int, default 7
        提前几天预测：预测某天时只用它之前至少 ahead_days 天的历史。排班常提前一周，所以是 7。不小于 1，不大于 7。
    weeks, level_days : int
        与 :func:`forecast_calls` 相同。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    CallBacktest
        两种方法的误差表、误差之比和区间、预测区间的覆盖率、逐时段的结果。

    Raises
    ------
    TypeError
        时间列不是时间，来电数不是数字。
    ValueError
        缺列，时段重复，历史太短，或参数越界。

    Notes
    -----
    误差之比的区间把一天当一个单位（同一天的时段一起偏高或偏低），用对数之差的 t 区间；检验的天数少时很宽。
    上周同一天没有营业的日子，照抄不出来，两种方法都不比这一天。

    References
    ----------
    Hyndman, R. J., & Koehler, A. B. (2006). Another look at measures of forecast accuracy.
    *International Journal of Forecasting*, 22(4), 679-688.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from crmlab import technology
    >>> start = pd.date_range("2026-01-05 09:00", periods=84, freq="D")
    >>> calls = np.random.default_rng(1).poisson(np.tile([90, 70, 70, 72, 80, 40, 30], 12))
    >>> technology.backtest_calls(pd.DataFrame({"interval_start": start, "calls": calls}))
    检验 20 天：误差占来电的 8.4%，照抄上周是 12.5%；误差之比 0.67（95% 区间 0.49–0.92），预测区间盖住 95.0%
    """
    known = _history("history", history)
    _check_windows(weeks, level_days)
    check_probability("confidence", confidence)
    wanted = check_whole("test_days", test_days, 2, noun="天数")
    ahead = check_whole("ahead_days", ahead_days, 1, noun="天数")
    if ahead > 7:
        raise ValueError(f"参数 ahead_days 不大于 7，你给的是 {ahead}：再早就抄不到上周了。")
    blocks = []
    for day in known.days[-wanted:]:
        block = _one_day(known, day, ahead, weeks, level_days, confidence)
        if block is not None:
            blocks.append(block)
    if len(blocks) < 2:
        raise ValueError(
            f"能检验的日子只有 {len(blocks)} 天，至少要 2 天。请给更长的历史，或减少 test_days、ahead_days。"
        )
    table = pd.concat(blocks, ignore_index=True)
    errors = pd.DataFrame(
        [_errors("曲线 × 水平", table["forecast"], table["calls"]), _errors("照抄上周", table["naive"], table["calls"])]
    )
    ratio, low, high = _error_ratio(table, confidence)
    inside = (table["calls"] >= table["low"]) & (table["calls"] <= table["high"])
    coverage = float(inside[table["low"].notna()].mean()) if table["low"].notna().any() else float("nan")
    return CallBacktest(errors, ratio, low, high, len(blocks), coverage, confidence, table)


def _one_day(
    known: _History, day: pd.Timestamp, ahead: int, weeks: int, level_days: int, confidence: float
) -> pd.DataFrame | None:
    last_week = day - pd.Timedelta(days=7)
    until = known.days <= day - pd.Timedelta(days=ahead)
    if last_week not in known.days or not until.any():
        return None
    past = _History(known.days[until], known.times, known.calls[until])
    if day.day_of_week not in set(past.days[past.days > past.days[-1] - pd.Timedelta(weeks=weeks)].day_of_week):
        return None
    forecast, sd, freedom = _predict(past, pd.DatetimeIndex([day]), weeks, level_days)
    half = sd[0] * critical_t(freedom, confidence) if freedom else sd[0]
    table = pd.DataFrame(
        {
            "interval_start": day + known.times,
            "calls": known.calls[known.days.get_loc(day)],
            "forecast": forecast[0],
            "low": np.maximum(forecast[0] - half, 0),
            "high": forecast[0] + half,
            "naive": known.calls[known.days.get_loc(last_week)],
        }
    )
    table = table.dropna(subset=["calls", "forecast", "naive"])
    return table if len(table) else None


def _errors(method: str, forecast: pd.Series, actual: pd.Series) -> dict[str, Any]:
    error = (forecast - actual).to_numpy()
    total = float(actual.sum())
    return {
        "method": method,
        "n": len(error),
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "wape": float(np.abs(error).sum()) / total if total else float("nan"),
        "bias": float(error.mean()),
    }


def _error_ratio(table: pd.DataFrame, confidence: float) -> tuple[float, float, float]:
    """Return the ratio of the mean absolute errors with an interval from the days (jackknife of its logarithm)."""
    day = table["interval_start"].dt.normalize()
    sums = (
        pd.DataFrame({"a": (table["forecast"] - table["calls"]).abs(), "b": (table["naive"] - table["calls"]).abs()})
        .groupby(day)
        .sum()
        .to_numpy()
    )
    total = sums.sum(axis=0)
    left_out = total - sums
    if total[1] == 0 or (left_out <= 0).any():
        return (float(total[0] / total[1]) if total[1] else float("nan")), float("nan"), float("nan")
    logs = np.log(left_out[:, 0] / left_out[:, 1])
    n, centre = len(logs), float(np.log(total[0] / total[1]))
    se = float(np.sqrt((n - 1) / n * ((logs - logs.mean()) ** 2).sum()))
    half = float(critical_t(n - 1, confidence)) * se
    return float(np.exp(centre)), float(np.exp(centre - half)), float(np.exp(centre + half))
