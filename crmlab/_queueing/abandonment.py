"""Erlang A: callers who lose patience hang up."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from crmlab._checks import check_whole
from crmlab._intervals import Floats
from crmlab._queueing._arguments import positive

MOST_STATES = 5_000_000


@dataclass(frozen=True, repr=False)
class ErlangAResult:
    """爱尔兰 A 的结果，都是长期平均，没有抽样误差。

    Attributes
    ----------
    erlangs : float
        话务量，爱尔兰。
    agents : int
        在线的坐席数。
    p_wait, p_abandon : float
        要排队的概率；挂断的概率。0–1。
    service_level_of_offered : float
        时限内接起的 ÷ 全部来电。
    service_level_of_answered : float
        时限内接起的 ÷ 接起的。没有接起的电话时是 NaN。
    asa_s : float
        接起的电话平均等几秒。没有接起的电话时是 NaN。
    wait_s : float
        所有电话平均等几秒，等到挂断为止的也算。
    queue_length : float
        平均有几个人在排队。
    occupancy : float
        坐席利用率，0–1。
    answer_within_s : float
        服务水平的时限，秒。
    """

    erlangs: float
    agents: int
    p_wait: float
    p_abandon: float
    service_level_of_offered: float
    service_level_of_answered: float
    asa_s: float
    wait_s: float
    queue_length: float
    occupancy: float
    answer_within_s: float

    def __str__(self) -> str:
        return (
            f"{self.agents} 名坐席、{self.erlangs:g} 爱尔兰：{self.answer_within_s:g} 秒内接起来电的 "
            f"{self.service_level_of_offered:.1%}，挂断 {self.p_abandon:.1%}，利用率 {self.occupancy:.1%}"
        )

    __repr__ = __str__


def erlang_a(erlangs: Any, agents: Any, *, aht_s: Any, patience_s: Any, answer_within_s: Any) -> ErlangAResult:
    """爱尔兰 A（Erlang A，M/M/n+M）：排队的人等不及会挂断。

    每个人的耐心服从平均 patience_s 的指数分布，等待超过耐心就挂断。来电随机（泊松），处理时长服从指数分布。

    Parameters
    ----------
    erlangs : float
        话务量，爱尔兰，不小于 0；可以大于坐席数，因为有人挂断，队伍不会无限长。
    agents : int
        在线的坐席数，不小于 0。
    aht_s : float
        平均处理时长，秒。
    patience_s : float
        平均耐心，秒：如果一直没人接，平均等多久挂断。
    answer_within_s : float
        服务水平的时限，秒，不小于 0。

    Returns
    -------
    ErlangAResult
        排队、挂断的概率，两种分母的服务水平，等待、队长、利用率。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界；或耐心长到几乎没有人挂断，而话务量又接近坐席数，算不动。

    Notes
    -----
    平均耐心不是“挂断者平均等了多久”：后者短得多，因为等得久的人多半已经接通了。平均耐心可用
    全部等待时间之和 ÷ 挂断的人数来估计。
    服务水平两种分母相差挂断的那部分：报告时写明是哪一种。

    References
    ----------
    Palm, C. (1957). Research on telephone traffic carried by full availability groups. *Tele*, 1, 107.

    Garnett, O., Mandelbaum, A., & Reiman, M. (2002). Designing a call center with impatient customers.
    *Manufacturing & Service Operations Management*, 4(3), 208-227.

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.erlang_a(10, 10, aht_s=180, patience_s=120, answer_within_s=20)
    10 名坐席、10 爱尔兰：20 秒内接起来电的 64.0%，挂断 13.7%，利用率 86.3%
    """
    load, n = positive("erlangs", erlangs, allow_zero=True), check_whole("agents", agents, noun="坐席数")
    handle, patience = positive("aht_s", aht_s), positive("patience_s", patience_s)
    within = positive("answer_within_s", answer_within_s, allow_zero=True)
    if load == 0:
        return ErlangAResult(0.0, n, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, within)
    if n == 0:
        nan, queue = float("nan"), load * patience / handle
        return ErlangAResult(load, 0, 1.0, 1.0, 0.0, nan, nan, patience, queue, 0.0, within)
    return _solve(load, n, handle, patience, within)


def _solve(load: float, n: int, handle: float, patience: float, within: float) -> ErlangAResult:
    from scipy.special import betainc

    hang_up = handle / patience  # rate of hanging up, one mean handling time being the unit
    free, waiting = _states(load, n, hang_up)
    k = np.arange(len(waiting), dtype=float)  # callers ahead in the queue of the one who comes
    # The wait of a caller whom nobody interrupts is a sum of exponentials n + i·hang_up, i = 0..k: exp(-hang_up·wait)
    # is Beta(c, k + 1), so that every share below is an incomplete beta function and nothing is integrated numerically.
    c = n / hang_up
    cut = -np.expm1(-within / patience)
    served = waiting * c / (c + k + 1)
    p_served = free + float(served.sum())
    in_time = free + float((served * betainc(k + 1, c + 1, cut)).sum())
    wait_served = float((served * np.cumsum(1 / (c + k + 1))).sum()) * patience
    abandoned = float((waiting * (k + 1) / (c + k + 1)).sum())
    return ErlangAResult(
        erlangs=load,
        agents=n,
        p_wait=float(waiting.sum()),
        p_abandon=abandoned,
        service_level_of_offered=in_time,
        service_level_of_answered=in_time / p_served,
        asa_s=wait_served / p_served,
        wait_s=abandoned * patience,
        queue_length=abandoned * patience * load / handle,
        occupancy=load * p_served / n,
        answer_within_s=within,
    )


def _states(load: float, n: int, hang_up: float) -> tuple[float, Floats]:
    """Return the probability of a free agent, and of 0, 1, 2 ... callers waiting with all agents busy."""
    from scipy.special import gammaln

    scale = load / hang_up
    # The queue is never wider than a Poisson variable of mean ``scale`` around its fullest state.
    size = max(0.0, (load - n) / hang_up) + 10 * np.sqrt(scale) + 60
    if size > MOST_STATES:
        raise ValueError(
            f"平均耐心是处理时长的 {1 / hang_up:g} 倍，几乎没有人挂断，爱尔兰 A 算不动。请改用 technology.erlang_c()。"
        )
    j = np.arange(n, dtype=float)
    idle = j * np.log(load) - gammaln(j + 1)
    steps = np.log(load) - np.log(n + hang_up * np.arange(1, int(size) + 1))
    busy = n * np.log(load) - gammaln(n + 1) + np.concatenate([[0.0], np.cumsum(steps)])
    top = max(idle.max(), busy.max())
    idle_weight, busy_weight = np.exp(idle - top), np.exp(busy - top)
    total = idle_weight.sum() + busy_weight.sum()
    return float(idle_weight.sum() / total), busy_weight / total
