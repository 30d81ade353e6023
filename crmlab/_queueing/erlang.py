"""Erlang B and Erlang C: blocking, waiting, service level."""

import math
from typing import Any

from crmlab._checks import check_whole
from crmlab._queueing._arguments import positive


def blocking(erlangs: float, lines: int) -> float:
    """Return the Erlang B blocking probability; arguments are not checked.

    The recursion runs on 1/B, a sum of positive terms: nothing cancels, and where B falls below the smallest float the
    sum overflows to infinity and B is 0.
    """
    if erlangs == 0:
        return 0.0 if lines else 1.0
    inverse = 1.0
    for n in range(1, lines + 1):
        inverse = 1.0 + inverse * n / erlangs
    return 1.0 / inverse


def waiting(erlangs: float, agents: int) -> float:
    """Return the Erlang C probability of waiting; 1 where the load is not below the agents."""
    if erlangs == 0:
        return 0.0
    if agents <= erlangs:
        return 1.0
    blocked = blocking(erlangs, agents)
    return agents * blocked / (agents - erlangs * (1.0 - blocked))


def level(p_wait: float, erlangs: float, agents: int, aht_s: float, answer_within_s: float) -> float:
    """Return the share answered in time, 1 − C·exp(−(n − A)·T / AHT)."""
    if erlangs == 0:
        return 1.0
    return 1.0 - p_wait * math.exp(-(agents - erlangs) * answer_within_s / aht_s) if agents > erlangs else 0.0


def mean_wait(p_wait: float, erlangs: float, agents: int, aht_s: float) -> float:
    """Return the mean wait of all calls, C·AHT / (n − A); infinite where the queue only grows."""
    if erlangs == 0:
        return 0.0
    return p_wait * aht_s / (agents - erlangs) if agents > erlangs else math.inf


def traffic_erlangs(calls: Any, *, interval_s: Any, aht_s: Any) -> float:
    """话务量（爱尔兰，erlang）：平均同时有多少通电话在处理。

    话务量 = 来电数 × 平均处理时长 ÷ 时段长度。10 爱尔兰就是 10 个人一刻不停才刚好接完。

    Parameters
    ----------
    calls : float
        时段内的来电数，可以是预测的小数。
    interval_s : float
        时段长度，秒。半小时是 1800。
    aht_s : float
        平均处理时长（average handle time, AHT），秒，含通话、保持和话后处理。

    Returns
    -------
    float
        话务量，爱尔兰。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        来电数是负数，或时长不大于 0。

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.traffic_erlangs(100, interval_s=1800, aht_s=180)
    10.0
    """
    number = positive("calls", calls, allow_zero=True)
    return number * positive("aht_s", aht_s) / positive("interval_s", interval_s)


def erlang_b(erlangs: Any, lines: Any) -> float:
    """爱尔兰 B（Erlang B）：没有排队，占线就挂断时，一通电话打不进来的概率。

    用来算中继线。递推：B(0) = 1，B(n) = A·B(n−1) ÷ (n + A·B(n−1))，A 是话务量。

    Parameters
    ----------
    erlangs : float
        话务量，爱尔兰，不小于 0。
    lines : int
        线路数，不小于 0。

    Returns
    -------
    float
        阻塞概率，0–1。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        话务量是负数，线路数是负数或不是整数。

    Notes
    -----
    假设打不进来的人不再打。实际上多数人会重拨，所以真实的阻塞比算出来的高。

    References
    ----------
    Erlang, A. K. (1917). Solution of some problems in the theory of probabilities of significance in automatic
    telephone exchanges. *Elektroteknikeren*, 13, 5-13.

    Examples
    --------
    >>> from crmlab import technology
    >>> round(technology.erlang_b(10, 15), 4)
    0.0365
    """
    return blocking(positive("erlangs", erlangs, allow_zero=True), check_whole("lines", lines, noun="线路数"))


def erlang_c(erlangs: Any, agents: Any) -> float:
    """爱尔兰 C（Erlang C）：一通电话要排队的概率，没有人中途挂断。

    由爱尔兰 B 得到：C = n·B ÷ [n − A·(1 − B)]，n 是坐席数，A 是话务量。

    Parameters
    ----------
    erlangs : float
        话务量，爱尔兰，不小于 0。
    agents : int
        在线的坐席数，不小于 0。

    Returns
    -------
    float
        排队的概率，0–1。话务量不小于坐席数时是 1：队伍只会越来越长。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        话务量是负数，坐席数是负数或不是整数。

    Notes
    -----
    假设来电随机（泊松）、处理时长服从指数分布、人人都等到底。真实的客户会挂断，所以忙的时候它把排队说得太重：
    这时请用 :func:`crmlab.technology.erlang_a`。

    References
    ----------
    Erlang, A. K. (1917). Solution of some problems in the theory of probabilities of significance in automatic
    telephone exchanges. *Elektroteknikeren*, 13, 5-13.

    Examples
    --------
    >>> from crmlab import technology
    >>> round(technology.erlang_c(10, 14), 4)
    0.1741
    >>> technology.erlang_c(10, 10)
    1.0
    """
    return waiting(positive("erlangs", erlangs, allow_zero=True), check_whole("agents", agents, noun="坐席数"))


def service_level(erlangs: Any, agents: Any, *, aht_s: Any, answer_within_s: Any) -> float:
    """爱尔兰 C 的服务水平（service level, SL）：几秒之内接起的电话占多少。

    服务水平 = 1 − C·exp[−(n − A)·T ÷ AHT]，T 是 answer_within_s。

    Parameters
    ----------
    erlangs : float
        话务量，爱尔兰。
    agents : int
        在线的坐席数。
    aht_s : float
        平均处理时长，秒。
    answer_within_s : float
        接起的时限，秒，不小于 0。“80/20”里的 20。

    Returns
    -------
    float
        占比，0–1。话务量不小于坐席数时是 0；没有来电时是 1。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界。

    Notes
    -----
    模型里没有人挂断，所以分母只有一种。由实际通话记录算服务水平有三种分母，见
    :func:`crmlab.technology.call_centre_kpis`。

    Examples
    --------
    >>> from crmlab import technology
    >>> round(technology.service_level(10, 14, aht_s=180, answer_within_s=20), 4)
    0.8884
    """
    load, n = positive("erlangs", erlangs, allow_zero=True), check_whole("agents", agents, noun="坐席数")
    handle = positive("aht_s", aht_s)
    within = positive("answer_within_s", answer_within_s, allow_zero=True)
    return level(waiting(load, n), load, n, handle, within)


def average_speed_of_answer(erlangs: Any, agents: Any, *, aht_s: Any) -> float:
    """平均应答速度（average speed of answer, ASA）：所有电话平均等几秒才接起，不用等的也算在内。

    ASA = C·AHT ÷ (n − A)。

    Parameters
    ----------
    erlangs : float
        话务量，爱尔兰。
    agents : int
        在线的坐席数。
    aht_s : float
        平均处理时长，秒。

    Returns
    -------
    float
        平均等待，秒。话务量不小于坐席数时是无穷大；没有来电时是 0。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界。

    Notes
    -----
    平均数会骗人：ASA 8 秒可以是 83% 的人不等、其余的人平均等 45 秒。请与服务水平一起看。

    Examples
    --------
    >>> from crmlab import technology
    >>> round(technology.average_speed_of_answer(10, 14, aht_s=180), 1)
    7.8
    """
    load, n = positive("erlangs", erlangs, allow_zero=True), check_whole("agents", agents, noun="坐席数")
    return mean_wait(waiting(load, n), load, n, positive("aht_s", aht_s))
