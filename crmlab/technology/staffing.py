"""How many agents and lines: the least number that meets a target, and the square-root rule."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crmlab._checks import check_number, check_probability, check_whole
from crmlab._queueing import erlang_a, traffic_erlangs
from crmlab._queueing._arguments import positive
from crmlab._queueing.erlang import inverse_blocking, level, mean_wait, waiting

# A target that is met exactly must not fail for a rounding error of the last digits.
SLACK = 1e-12
MOST_AGENTS = 1_000_000


@dataclass(frozen=True, repr=False)
class Staffing:
    """要多少坐席的结果。

    Attributes
    ----------
    agents : int
        要在线的坐席数，达到全部目标的最少人数。
    scheduled : int
        要排班的人数：在线人数 ÷ (1 − 损耗)，向上取整。
    erlangs : float
        话务量，爱尔兰。
    p_wait : float
        要排队的概率，0–1。
    service_level : float
        时限内接起的占比，0–1。没有给时限时是 NaN。
    asa_s : float
        平均应答速度，秒。
    occupancy : float
        坐席利用率，0–1。
    answer_within_s : float
        服务水平的时限，秒。没有给时是 NaN。
    """

    agents: int
    scheduled: int
    erlangs: float
    p_wait: float
    service_level: float
    asa_s: float
    occupancy: float
    answer_within_s: float

    def __str__(self) -> str:
        if self.agents == 0:
            return "没有来电，不需要坐席"
        level_text = (
            "" if math.isnan(self.service_level) else f"{self.answer_within_s:g} 秒内接起 {self.service_level:.1%}，"
        )
        extra = f"，排班 {self.scheduled} 人" if self.scheduled != self.agents else ""
        return (
            f"要 {self.agents} 名坐席在线{extra}（{self.erlangs:g} 爱尔兰）：{level_text}"
            f"平均应答 {self.asa_s:.1f} 秒，利用率 {self.occupancy:.1%}"
        )

    __repr__ = __str__


def required_agents(
    calls: Any,
    *,
    interval_s: Any,
    aht_s: Any,
    service_level: Any = None,
    answer_within_s: Any = None,
    asa_s: Any = None,
    max_occupancy: Any = None,
    shrinkage: Any = 0.0,
) -> Staffing:
    """最少要几名坐席：服务水平、平均应答速度、利用率三种目标，给哪几个就同时满足哪几个（爱尔兰 C）。

    从刚好大于话务量的人数开始，一个一个加，第一个满足全部目标的就是答案；目标都随人数单调变好，所以它是最少的。

    Parameters
    ----------
    calls : float
        时段内的来电数，可以是预测的小数。
    interval_s : float
        时段长度，秒。半小时是 1800。
    aht_s : float
        平均处理时长，秒，含话后处理。
    service_level, answer_within_s : float, optional
        服务水平目标（0–1，不含两端）和它的时限（秒）。“80/20”写成 service_level=0.8, answer_within_s=20。
    asa_s : float, optional
        平均应答速度的上限，秒。
    max_occupancy : float, optional
        坐席利用率的上限，大于 0，不大于 1。
    shrinkage : float, default 0
        损耗（shrinkage）：在班却不在线的时间占比（休息、培训、缺勤），不小于 0，小于 1。

    Returns
    -------
    Staffing
        agents、scheduled 和这个人数下的各项表现。没有来电时是 0 人。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        一个目标也没有给；服务水平与时限没有成对；参数越界。

    Notes
    -----
    人数总是大于话务量，否则队伍会无限变长。损耗按“除以 (1 − 损耗)”算：30% 的损耗要多排 43% 的人，不是 30%。
    爱尔兰 C 假设没有人挂断，小团队、忙时结果偏多；同一个时段里来电有起伏时结果又偏少。

    References
    ----------
    Koole, G. (2013). *Call Center Optimization*. MG Books.

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.required_agents(100, interval_s=1800, aht_s=180, service_level=0.8, answer_within_s=20, shrinkage=0.3)
    要 14 名坐席在线，排班 20 人（10 爱尔兰）：20 秒内接起 88.8%，平均应答 7.8 秒，利用率 71.4%
    >>> technology.required_agents(100, interval_s=1800, aht_s=180, asa_s=30).agents
    13
    """
    load = traffic_erlangs(calls, interval_s=interval_s, aht_s=aht_s)
    goal, within, most_wait, most_busy = _targets(service_level, answer_within_s, asa_s, max_occupancy)
    lost = check_shrinkage(shrinkage)
    handle = float(aht_s)
    limit = math.nan if within is None else within
    if load == 0:
        return Staffing(0, 0, 0.0, 0.0, math.nan if within is None else 1.0, 0.0, 0.0, limit)
    n, p_wait = _least(load, handle, goal, limit, most_wait, most_busy)
    reached = math.nan if within is None else level(p_wait, load, n, handle, within)
    return Staffing(
        n, with_shrinkage(n, lost), load, p_wait, reached, mean_wait(p_wait, load, n, handle), load / n, limit
    )


def _targets(service_level: Any, answer_within_s: Any, asa_s: Any, max_occupancy: Any) -> tuple[Any, Any, float, float]:
    if service_level is None and asa_s is None and max_occupancy is None:
        raise ValueError(
            "一个目标也没有给。请至少给一个：service_level 和 answer_within_s（例如 0.8 和 20）、asa_s 或 max_occupancy。"
        )
    if service_level is not None and answer_within_s is None:
        raise ValueError("给了 service_level，还要给时限 answer_within_s。“80/20”的时限是 20 秒。")
    if service_level is not None and not (type(service_level) is float and 0 < service_level < 1):
        check_probability("service_level", service_level)
    within = None
    if answer_within_s is not None:
        within = positive("answer_within_s", answer_within_s, allow_zero=True)
    most_wait = math.inf if asa_s is None else positive("asa_s", asa_s)
    most_busy = 1.0
    if max_occupancy is not None:
        most_busy = positive("max_occupancy", max_occupancy)
        if most_busy > 1:
            raise ValueError(f"参数 max_occupancy 不能大于 1，你给的是 {most_busy:g}。{_percent_hint(most_busy)}")
    return service_level, within, most_wait, most_busy


def _percent_hint(value: float) -> str:
    return f"{value:g}% 请写成 {value / 100:g}。" if 1 < value <= 100 else ""


def _least(
    load: float, handle: float, goal: float | None, within: float, most_wait: float, most_busy: float
) -> tuple[int, float]:
    """Return the least number of agents that meets all targets, and its probability of waiting."""
    if load > most_busy * MOST_AGENTS:
        raise ValueError(f"话务量是 {load:g} 爱尔兰，要一百万人以上。请检查 interval_s 和 aht_s 是不是都以秒计。")
    n = int(load)
    inverse = inverse_blocking(load, n)
    floor, longest, enough = load / most_busy * (1 - SLACK), most_wait / handle * (1 + SLACK), (goal or 0.0) - SLACK
    pace = -within / handle if goal is not None else 0.0
    while True:
        n += 1
        inverse = 1.0 + inverse * n / load  # 1 / Erlang B, as in erlang.blocking
        if n < floor:
            continue
        spare = n - load
        p_wait = n / (spare * inverse + load)
        if 1.0 - p_wait * math.exp(pace * spare) >= enough and p_wait <= spare * longest:
            return n, p_wait


def check_shrinkage(shrinkage: Any) -> float:
    """Return the shrinkage, not below 0 and below 1."""
    share = shrinkage if type(shrinkage) is float else check_number("shrinkage", shrinkage)
    if not 0 <= share < 1:
        raise ValueError(f"参数 shrinkage 应不小于 0、小于 1，你给的是 {share:g}。{_percent_hint(share)}")
    return float(share)


def with_shrinkage(agents: int, shrinkage: float) -> int:
    """Return the people to schedule so that ``agents`` are on line; an exact quotient is not rounded up."""
    return math.ceil(agents / (1 - shrinkage) * (1 - 1e-12))


def staffing_table(
    calls: Any,
    *,
    interval_s: Any,
    aht_s: Any,
    answer_within_s: Any,
    agents: Iterable[int] | None = None,
    patience_s: Any = None,
) -> pd.DataFrame:
    """坐席多一个少一个会怎样：每种人数一行，看服务水平、等待和利用率。

    Parameters
    ----------
    calls, interval_s, aht_s : float
        时段内的来电数、时段长度（秒）、平均处理时长（秒）。
    answer_within_s : float
        服务水平的时限，秒。
    agents : list of int, optional
        要比较的坐席数。不给时从刚够的人数到多出 9 个。
    patience_s : float, optional
        平均耐心，秒。给了就用爱尔兰 A（有人挂断），不给用爱尔兰 C。

    Returns
    -------
    DataFrame
        一行一种人数，次序同 agents。列：agents、p_wait、service_level（时限内接起 ÷ 全部来电）、asa_s（接起的电话
        平均等几秒）、abandonment_rate（爱尔兰 C 恒为 0）、occupancy（不大于 1）。人不够时，爱尔兰 C 的 asa_s 是无穷大。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界，坐席数不是整数，或一种人数也没有。

    Examples
    --------
    >>> from crmlab import technology
    >>> table = technology.staffing_table(100, interval_s=1800, aht_s=180, answer_within_s=20, agents=[10, 12, 14])
    >>> table[["agents", "service_level", "asa_s", "occupancy"]].round(3)
       agents  service_level   asa_s  occupancy
    0      10          0.000     inf      1.000
    1      12          0.640  40.445      0.833
    2      14          0.888   7.836      0.714
    """
    load = traffic_erlangs(calls, interval_s=interval_s, aht_s=aht_s)
    handle = float(aht_s)
    within = positive("answer_within_s", answer_within_s, allow_zero=True)
    if patience_s is not None:
        positive("patience_s", patience_s)
    first = math.floor(load) + 1
    numbers = [
        check_whole("agents", n, 1, noun="坐席数") for n in (range(first, first + 10) if agents is None else agents)
    ]
    if not numbers:
        raise ValueError("参数 agents 是空的，请至少给一种坐席数。")
    rows = []
    for n in numbers:
        if patience_s is None:
            p_wait = waiting(load, n)
            reached, wait, lost = level(p_wait, load, n, handle, within), mean_wait(p_wait, load, n, handle), 0.0
            busy = min(load / n, 1.0)
        else:
            a = erlang_a(load, n, aht_s=handle, patience_s=patience_s, answer_within_s=within)
            p_wait, reached, wait, lost, busy = (
                a.p_wait, a.service_level_of_offered, a.asa_s, a.p_abandon, a.occupancy,
            )  # fmt: skip
        rows.append((n, p_wait, reached, wait, lost, busy))
    columns = ["agents", "p_wait", "service_level", "asa_s", "abandonment_rate", "occupancy"]
    return pd.DataFrame(rows, columns=columns)
