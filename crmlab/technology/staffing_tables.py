"""Staffing for many intervals at once, and for many numbers of agents."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_numbers, check_whole
from crmlab._queueing import erlang_a, traffic_erlangs
from crmlab._queueing._arguments import positive
from crmlab._queueing.erlang import level, mean_wait, waiting
from crmlab._queueing.least import least_of_many
from crmlab.technology.staffing import MOST_AGENTS, bounds_of, terms_of, too_many


def required_agents_table(
    calls: Any,
    *,
    interval_s: Any,
    aht_s: Any,
    service_level: Any = None,
    answer_within_s: Any = None,
    asa_s: Any = None,
    max_occupancy: Any = None,
    shrinkage: Any = 0.0,
) -> pd.DataFrame:
    """一次算很多个时段：每个时段最少要几名坐席，一行一个时段。

    算法与 :func:`required_agents` 相同，只是参数只检查一次，一万个时段也只要几十毫秒。

    Parameters
    ----------
    calls : list of float
        各时段的来电数，可以是预测的小数。
    interval_s, aht_s : float or list of float
        时段长度和平均处理时长，秒。给一个数就各时段一样；给一列就要与 calls 一样长。
    service_level, answer_within_s, asa_s, max_occupancy : float or list of float, optional
        目标，含义同 :func:`required_agents`；也可以各给一列。
    shrinkage : float or list of float, default 0
        损耗，不小于 0，小于 1。

    Returns
    -------
    DataFrame
        一行一个时段，索引同 calls。列：agents（坐席数）、scheduled（排班人数）、erlangs（话务量）、p_wait（排队的概率）、
        service_level（时限内接起的占比，没有时限是 NaN）、asa_s（平均应答速度，秒）、occupancy（利用率）。没有来电的时段是 0 人。

    Raises
    ------
    TypeError
        有参数不是数字或一列数字。
    ValueError
        有缺失值，参数越界，几列的长度不同，或一个目标也没有给。

    Notes
    -----
    各时段分开算，当作每个时段都已经稳定。时段很短、来电变化很快时，上一个时段留下的队伍没有算进去。

    References
    ----------
    Koole, G. (2013). *Call Center Optimization*. MG Books.

    Examples
    --------
    >>> from crmlab import technology
    >>> plan = technology.required_agents_table(
    ...     [40, 100, 160], interval_s=1800, aht_s=180, service_level=0.8, answer_within_s=20
    ... )
    >>> plan[["agents", "service_level", "occupancy"]].round(3)
       agents  service_level  occupancy
    0       7          0.903      0.571
    1      14          0.888      0.714
    2      20          0.836      0.800
    """
    wanted = _floats("calls", calls, 0)
    index = calls.index if isinstance(calls, pd.Series) else pd.RangeIndex(len(wanted))
    given = {
        "interval_s": interval_s,
        "aht_s": aht_s,
        "service_level": service_level,
        "answer_within_s": answer_within_s,
        "asa_s": asa_s,
        "max_occupancy": max_occupancy,
        "shrinkage": shrinkage,
    }
    by_row = any(_is_column(value) for value in given.values())
    terms = _terms_by_row(given, len(wanted)) if by_row else terms_of(*given.values())
    interval, handle, limit, lost, busy, longest, late, pace = map(np.atleast_1d, terms)
    load = wanted * handle / interval
    large = load > busy * MOST_AGENTS
    if large.any():
        at = int(large.argmax())
        raise ValueError(f"第 {at + 1} 行：{too_many(load[at])}")
    columns = (np.broadcast_to(column, load.shape) for column in (load / busy, longest, late, pace))
    agents, p_wait = least_of_many(load, *columns)
    spare = np.where(agents > 0, agents - load, 1.0)
    table = {
        "agents": agents,
        # As with_shrinkage has it: an exact quotient is not rounded up.
        "scheduled": np.ceil(agents / (1 - lost) * (1 - 1e-12)).astype(np.int64),
        "erlangs": load,
        "p_wait": p_wait,
        "service_level": np.where(np.isnan(limit), np.nan, 1 - p_wait * np.exp(pace * spare)),
        "asa_s": p_wait * handle / spare,
        "occupancy": load / np.maximum(agents, 1),
    }
    return pd.DataFrame(table, index=index, copy=False)


def _is_column(value: Any) -> bool:
    return (
        isinstance(value, list | tuple | range | pd.Series | pd.Index | pd.DataFrame | np.ndarray)
        and np.ndim(value) > 0
    )


def _floats(name: str, values: Any, low: float = -math.inf) -> np.ndarray:
    """Return what check_numbers returns, as an array, and sooner for an array or column that is in order."""
    array = values.to_numpy() if isinstance(values, pd.Series) else values
    plain = isinstance(array, np.ndarray) and array.ndim == 1 and array.dtype.kind in "fi" and len(array) > 0
    if plain and low <= array.min() and -math.inf < array.min() and array.max() < math.inf:
        return np.asarray(array, dtype=float)
    return check_numbers(name, values, low, missing=False).to_numpy()


def _terms_by_row(given: dict[str, Any], n: int) -> tuple[Any, ...]:
    """Return what terms_of returns, as arrays; what is wrong is told by terms_of itself, with its row."""
    for name, value in given.items():
        if _is_column(value):
            column = _floats(name, value)
            if len(column) != n:
                raise ValueError(
                    f"参数 {name} 有 {len(column)} 个数，calls 有 {n} 个。请给一样长的一列，或只给一个数。"
                )
            given = given | {name: column}

    def refuse(at: int) -> None:
        try:
            terms_of(*(value[at].item() if isinstance(value, np.ndarray) else value for value in given.values()))
        except ValueError as error:
            raise ValueError(f"第 {at + 1} 行：{error}") from None

    refuse(0)  # and with it whatever is wrong with the arguments that are no columns
    absent = {"service_level": 0.5, "answer_within_s": 0.0, "asa_s": math.inf, "max_occupancy": 1.0}
    values = {name: np.asarray(absent[name] if value is None else value, float) for name, value in given.items()}
    interval, handle, goal, limit, wait, busy, lost = values.values()
    good = (interval > 0) & (handle > 0) & (goal > 0) & (goal < 1) & (limit >= 0) & (wait > 0)
    good = good & (busy > 0) & (busy <= 1) & (lost >= 0) & (lost < 1)
    if not good.all():
        refuse(int(np.broadcast_to(good, n).argmin()))
    wanted = 0.0 if given["service_level"] is None else goal
    timed = given["answer_within_s"] is not None
    bounds = bounds_of(handle, wanted, limit if timed else None, wait, busy)
    return interval, handle, limit if timed else math.nan, lost, *bounds


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
