"""How many agents: the least number that meets the targets."""

import functools
import math
from dataclasses import dataclass
from typing import Any

from crmlab._checks import check_number, check_positive, check_probability
from crmlab._queueing.least import least

# A target that is met exactly must not fail for a rounding error of the last digits.
SLACK = 1e-12
MOST_AGENTS = 1_000_000
_INF = math.inf


@dataclass(frozen=True, repr=False, init=False)
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

    def __init__(
        self,
        agents: int,
        scheduled: int,
        erlangs: float,
        p_wait: float,
        service_level: float,
        asa_s: float,
        occupancy: float,
        answer_within_s: float,
    ) -> None:
        # What a frozen dataclass writes itself sets the fields by eight slow calls; a month asks for thousands of results.
        fields = self.__dict__
        fields["agents"] = agents
        fields["scheduled"] = scheduled
        fields["erlangs"] = erlangs
        fields["p_wait"] = p_wait
        fields["service_level"] = service_level
        fields["asa_s"] = asa_s
        fields["occupancy"] = occupancy
        fields["answer_within_s"] = answer_within_s

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
    一次要算很多时段，用 :func:`required_agents_table`，快得多。

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
    if not ((type(calls) is int or type(calls) is float) and 0 <= calls < _INF):
        calls = check_positive("calls", calls, allow_zero=True)
    try:
        terms = _known_terms(interval_s, aht_s, service_level, answer_within_s, asa_s, max_occupancy, shrinkage)
    except TypeError:  # not hashable, or not a number: said in words
        terms = terms_of(interval_s, aht_s, service_level, answer_within_s, asa_s, max_occupancy, shrinkage)
    interval, handle, limit, lost, busy, longest, late, pace = terms
    load = calls * handle / interval
    if load == 0:
        return Staffing(0, 0, 0.0, 0.0, limit if limit != limit else 1.0, 0.0, 0.0, limit)
    if load > busy * MOST_AGENTS:
        raise ValueError(too_many(load))
    n, p_wait = least(load, load / busy, longest, late, pace)
    spare = n - load
    reached = limit if limit != limit else 1.0 - p_wait * math.exp(pace * spare)
    scheduled = n if lost == 0 else with_shrinkage(n, lost)
    return Staffing(n, scheduled, load, p_wait, reached, p_wait * handle / spare, load / n, limit)


def terms_of(
    interval_s: Any,
    aht_s: Any,
    service_level: Any,
    answer_within_s: Any,
    asa_s: Any,
    max_occupancy: Any,
    shrinkage: Any,
) -> tuple[float, float, float, float, float, float, float, float]:
    """Check everything but the calls. Return interval, handle time, limit (NaN: none), shrinkage, and what least takes.

    A target that is not given is put where it holds of itself. Each gets its hair of slack here.
    """
    handle, interval = check_positive("aht_s", aht_s), check_positive("interval_s", interval_s)
    goal, limit, most_wait, most_busy = 0.0, math.nan, math.inf, 1.0
    if service_level is not None:
        if answer_within_s is None:
            raise ValueError("给了 service_level，还要给时限 answer_within_s。“80/20”的时限是 20 秒。")
        goal = check_probability("service_level", service_level)
    elif asa_s is None and max_occupancy is None:
        raise ValueError(
            "一个目标也没有给。请至少给一个：service_level 和 answer_within_s（例如 0.8 和 20）、asa_s 或 max_occupancy。"
        )
    if answer_within_s is not None:
        limit = check_positive("answer_within_s", answer_within_s, allow_zero=True)
    if asa_s is not None:
        most_wait = check_positive("asa_s", asa_s)
    if max_occupancy is not None:
        most_busy = check_positive("max_occupancy", max_occupancy)
        if most_busy > 1:
            raise ValueError(f"参数 max_occupancy 不能大于 1，你给的是 {most_busy:g}。{_percent_hint(most_busy)}")
    bounds = bounds_of(handle, goal, None if answer_within_s is None else limit, most_wait, most_busy)
    return interval, handle, limit, check_shrinkage(shrinkage), *bounds


def bounds_of(handle: Any, goal: Any, limit: Any, most_wait: Any, most_busy: Any) -> tuple[Any, Any, Any, Any]:
    """Return occupancy, longest mean wait, share that may be late and pace, as least takes them; floats or arrays."""
    pace = 0.0 if limit is None else -limit / handle
    return most_busy * (1 + SLACK), most_wait / handle * (1 + SLACK), 1 - goal + SLACK, pace


# A whole plan asks with the same terms. Typed, so that True is not taken for a 1 that was checked before.
_known_terms = functools.lru_cache(maxsize=1024, typed=True)(terms_of)


def _percent_hint(value: float) -> str:
    return f"{value:g}% 请写成 {value / 100:g}。" if 1 < value <= 100 else ""


def too_many(load: float) -> str:
    """Say that a load needs more agents than are looked for."""
    return f"话务量是 {load:g} 爱尔兰，要一百万人以上。请检查 interval_s 和 aht_s 是不是都以秒计。"


def check_shrinkage(shrinkage: Any) -> float:
    """Return the shrinkage, not below 0 and below 1."""
    share = shrinkage if type(shrinkage) is float else check_number("shrinkage", shrinkage)
    if not 0 <= share < 1:
        raise ValueError(f"参数 shrinkage 应不小于 0、小于 1，你给的是 {share:g}。{_percent_hint(share)}")
    return float(share)


def with_shrinkage(agents: int, shrinkage: float) -> int:
    """Return the people to schedule so that ``agents`` are on line; an exact quotient is not rounded up."""
    return math.ceil(agents / (1 - shrinkage) * (1 - 1e-12))
