"""From a forecast to a day's roster: agents in each interval, then the shifts that cover them at the least cost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_names, check_numbers, row_of
from crmlab._queueing.erlang import level, mean_wait, waiting
from crmlab.technology.forecast import _moments
from crmlab.technology.staffing import check_shrinkage, required_agents, with_shrinkage


@dataclass(frozen=True, repr=False)
class StaffDay:
    """一天的排班。

    Attributes
    ----------
    intervals : DataFrame
        一行一个时段，按时间。列：interval_start、calls（预测的来电数）、required（要在线的坐席）、
        needed（算上损耗要排班的人）、scheduled（排了几人）、online（扣掉损耗，在线几人，向下取整）、
        service_level、asa_s、occupancy（按 online 算的爱尔兰 C）。
    shifts : DataFrame
        一行一个班次，次序同给定的班次。列：shift、people（排几人）、start、hours、paid_hours（people × hours）。
    people, paid_hours : int, float
        一共几人、多少个工时。
    idle_share : float
        工时里超出需要的占比，0–1：班次不能切得跟来电一样碎，这就是代价。
    service_level : float
        全天的服务水平，按来电数加权，0–1。没有给时限时是 NaN。
    """

    intervals: pd.DataFrame
    shifts: pd.DataFrame
    people: int
    paid_hours: float
    idle_share: float
    service_level: float

    def __str__(self) -> str:
        reached = "" if np.isnan(self.service_level) else f"全天服务水平 {self.service_level:.1%}，"
        return f"排 {self.people} 人、{self.paid_hours:g} 个工时：{reached}超出需要的工时占 {self.idle_share:.1%}"

    __repr__ = __str__


def staff_day(
    forecast: pd.DataFrame,
    shifts: pd.DataFrame,
    *,
    interval_s: Any,
    aht_s: Any,
    service_level: Any = None,
    answer_within_s: Any = None,
    asa_s: Any = None,
    max_occupancy: Any = None,
    shrinkage: Any = 0.0,
) -> StaffDay:
    """给一天排班：预测的来电 → 每个时段要几名坐席 → 各班次各排几人，工时最少。

    每个时段的人数由 :func:`required_agents` 决定；班次用整数规划（scipy.optimize.milp）求工时最少的组合，工时一样时人数最少。

    Parameters
    ----------
    forecast : DataFrame
        一天的预测，一行一个时段。列：interval_start（时间）、calls（来电数）。用 low、high 列再排一遍，就知道要留多少余量。
    shifts : DataFrame
        可用的班次，一行一个。列：shift（名称，不重复）、start（开始，写成 "08:30"）、hours（时长，小时，大于 0）。
        过了半夜的部分归第二天，不算。
    interval_s : float
        时段长度，秒，各时段一样长。半小时是 1800。
    aht_s, service_level, answer_within_s, asa_s, max_occupancy, shrinkage
        与 :func:`required_agents` 相同。

    Returns
    -------
    StaffDay
        intervals、shifts、people、paid_hours、idle_share、service_level。

    Raises
    ------
    TypeError
        时间或数字的类型不对。
    ValueError
        缺列，时段不在同一天或重叠，班次写错，有来电的时段没有一个班次覆盖，或没有给目标。

    Notes
    -----
    班次要覆盖整个时段才算。班里的午饭、休息请放进 shrinkage。没有区间：它是在给定预测下的最优安排；
    预测本身的误差常常比一两个人的差别大得多。

    References
    ----------
    Dantzig, G. B. (1954). A comment on Edie's "Traffic delays at toll booths". *Operations Research*, 2(3), 339-341.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> forecast = pd.DataFrame({"interval_start": pd.date_range("2026-03-16 09:00", periods=4, freq="h"),
    ...                          "calls": [60, 120, 90, 30]})
    >>> shifts = pd.DataFrame({"shift": ["早", "中", "全"], "start": ["09:00", "10:00", "09:00"], "hours": [2, 3, 4]})
    >>> day = technology.staff_day(forecast, shifts, interval_s=3600, aht_s=240, service_level=0.8, answer_within_s=20)
    >>> day
    排 11 人、36 个工时：全天服务水平 85.7%，超出需要的工时占 13.9%
    >>> day.shifts[["shift", "people"]]
      shift  people
    0     早       2
    1     中       4
    2     全       5
    """
    check_frame("forecast", forecast, ["interval_start", "calls"])
    starts = _moments("interval_start", forecast["interval_start"])
    calls = check_numbers("calls", forecast["calls"], 0, missing=False)
    lost = check_shrinkage(shrinkage)
    goals = {"service_level": service_level, "answer_within_s": answer_within_s, "asa_s": asa_s}
    options = {"interval_s": interval_s, "aht_s": aht_s, "max_occupancy": max_occupancy, **goals}
    results = [required_agents(float(n), **options) for n in calls]
    table = pd.DataFrame({"interval_start": starts, "calls": calls, "required": [r.agents for r in results]})
    table = table.sort_values("interval_start", ignore_index=True)
    first = _check_day(table["interval_start"], float(interval_s))
    table["needed"] = [with_shrinkage(n, lost) for n in table["required"]]
    begin = ((table["interval_start"] - first).dt.total_seconds()).to_numpy()
    covers, hours = _cover(shifts, begin, float(interval_s))
    people = _least_hours(covers, hours, table["needed"].to_numpy(), table["interval_start"])
    scheduled = covers.T @ people
    online = np.floor(scheduled * (1 - lost) + 1e-9).astype(int)
    table = table.assign(scheduled=scheduled, online=online)
    table = table.assign(**_performance(table, float(interval_s), float(aht_s), answer_within_s))
    paid = float(people @ hours)
    worth = float(table["needed"].sum()) * float(interval_s) / 3600
    plan = pd.DataFrame(
        {
            "shift": shifts["shift"].to_numpy(),
            "people": people,
            "start": shifts["start"].to_numpy(),
            "hours": hours,
            "paid_hours": people * hours,
        }
    )
    total = float(table["calls"].sum())
    reached = (
        float((table["service_level"] * table["calls"]).sum()) / total
        if total and answer_within_s is not None
        else np.nan
    )
    return StaffDay(table, plan, int(people.sum()), paid, 1 - worth / paid if paid else 0.0, reached)


def _check_day(starts: pd.Series, interval_s: float) -> pd.Timestamp:
    day = starts.dt.normalize()
    if day.nunique() > 1:
        raise ValueError(f"forecast 里有 {day.nunique()} 天的时段，一次只排一天。请先选出一天。")
    gaps = starts.diff().dt.total_seconds().to_numpy()[1:]
    if (gaps < interval_s).any():
        at = int((gaps < interval_s).argmax())
        raise ValueError(
            f"时段 {starts.iloc[at]:%H:%M} 和 {starts.iloc[at + 1]:%H:%M} 只隔 {gaps[at]:g} 秒，"
            f"比 interval_s（{interval_s:g} 秒）短。请核对时段长度。"
        )
    return pd.Timestamp(day.iloc[0])


def _cover(shifts: pd.DataFrame, begin: np.ndarray, interval_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Return which shift covers which whole interval (0/1), and the hours of each shift."""
    check_frame("shifts", shifts, ["shift", "start", "hours"])
    check_names("shift", shifts["shift"])
    hours = check_numbers("hours", shifts["hours"], 0, 24, missing=False)
    if (hours == 0).any():
        at = int((hours == 0).to_numpy().argmax())
        raise ValueError(f"列“hours”应大于 0，{row_of(hours, at)}是 0。")
    opens = []
    for at, text in enumerate(shifts["start"]):
        moment = pd.to_datetime(str(text), format="%H:%M", errors="coerce")
        if pd.isna(moment):
            raise ValueError(f"列“start”应写成“08:30”的样子，{row_of(shifts['start'], at)}是“{text}”。")
        opens.append(moment.hour * 3600 + moment.minute * 60)
    opening = np.array(opens, dtype=float)[:, None]
    closing = opening + hours.to_numpy()[:, None] * 3600
    return ((opening <= begin) & (begin + interval_s <= closing)).astype(int), hours.to_numpy()


def _least_hours(covers: np.ndarray, hours: np.ndarray, needed: np.ndarray, starts: pd.Series) -> np.ndarray:
    bare = (needed > 0) & (covers.sum(axis=0) == 0)
    if bare.any():
        at = int(bare.argmax())
        raise ValueError(
            f"{starts.iloc[at]:%H:%M} 的时段要 {needed[at]} 人，可是没有一个班次完整覆盖它。请加一个班次。"
        )
    if not needed.any():
        return np.zeros(len(hours), dtype=int)
    from scipy.optimize import LinearConstraint, milp

    # Ties are broken in favour of fewer people. All heads together weigh a thousandth of an hour, less than the
    # smallest difference between two rosters of shifts that are counted in minutes.
    cost = hours + 1e-3 / (int(needed.max()) * len(hours))
    answer = milp(
        cost,
        constraints=LinearConstraint(covers.T, lb=needed),
        integrality=np.ones(len(hours)),
        options={"mip_rel_gap": 0.0},
    )
    if answer.x is None:
        raise ValueError("排班没有求出结果，可能是班次太多。请减少班次再试。")
    return np.asarray(np.round(answer.x), dtype=int)


def _performance(table: pd.DataFrame, interval_s: float, aht_s: float, within: Any) -> dict[str, list[float]]:
    rows = []
    for calls, online in zip(table["calls"], table["online"], strict=True):
        load = calls * aht_s / interval_s
        p_wait = waiting(load, int(online))
        reached = np.nan if within is None else level(p_wait, load, int(online), aht_s, float(within))
        busy = load / online if online else 0.0
        rows.append((reached, mean_wait(p_wait, load, int(online), aht_s), busy))
    return {
        name: list(c) for name, c in zip(("service_level", "asa_s", "occupancy"), zip(*rows, strict=True), strict=True)
    }
