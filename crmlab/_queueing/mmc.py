"""Queues with a common line: M/M/c, and M/M/c/K where a full shop turns customers away."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from crmlab._checks import check_whole
from crmlab._queueing._arguments import positive
from crmlab._queueing.erlang import blocking, waiting


@dataclass(frozen=True, repr=False)
class MmcResult:
    """M/M/c 排队的结果，都是长期平均，没有抽样误差。

    Attributes
    ----------
    servers : int
        服务台数 c。
    service_rate : float
        每个服务台单位时间服务几位。
    rho : float
        负荷 λ ÷ (cμ)。小于 1 时就是服务台的利用率。
    p0, p_wait : float
        系统里一个人也没有的概率；要等的概率。
    Lq, L : float
        平均有几个人在等；平均有几个人在系统里（等的加上正在服务的）。
    Wq, W : float
        平均等多久；平均总共待多久。单位是到达率用的那个时间单位。
    """

    servers: int
    service_rate: float
    rho: float
    p0: float
    p_wait: float
    Lq: float
    L: float
    Wq: float
    W: float

    @property
    def stable(self) -> bool:
        """队伍不会无限变长（rho < 1）。"""
        return self.rho < 1

    def wait_over(self, t: Any) -> float:
        """等待超过 ``t`` 的概率，0–1；``t`` 与 Wq 同单位，不小于 0。"""
        limit = positive("t", t, allow_zero=True)
        if not self.stable:
            return 1.0
        return self.p_wait * math.exp(-self.servers * self.service_rate * (1 - self.rho) * limit)

    def __str__(self) -> str:
        if not self.stable:
            return f"{self.servers} 个服务台，负荷 {self.rho:.1%}：来的人不比能服务的少，队伍会越来越长"
        return (
            f"{self.servers} 个服务台，利用率 {self.rho:.1%}：{self.p_wait:.1%} 的人要等，"
            f"平均等 {self.Wq:.3g}，平均 {self.Lq:.3g} 人在等"
        )

    __repr__ = __str__


def mmc(arrival_rate: Any, service_rate: Any, servers: Any) -> MmcResult:
    """M/M/c 排队：随机到达，服务时长服从指数分布，c 个服务台，排一条队，先到先服务。

    Lq = C·ρ ÷ (1 − ρ)，Wq = Lq ÷ λ，W = Wq + 1 ÷ μ，L = λ·W；C 是爱尔兰 C，ρ = λ ÷ (cμ)。

    Parameters
    ----------
    arrival_rate : float
        到达率 λ：单位时间平均来几位，不小于 0。
    service_rate : float
        服务率 μ：一个服务台单位时间能服务几位，与 λ 用同一个时间单位。
    servers : int
        服务台数 c，不小于 1。

    Returns
    -------
    MmcResult
        rho、p0、p_wait、Lq、L、Wq、W。ρ ≥ 1 时没有稳定状态：p0 是 0，p_wait 是 1，其余是无穷大。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界。

    Notes
    -----
    利用率越高等得越久，而且不是按比例：从 80% 到 90%，单个服务台的等待多出一倍还多。
    服务时长比指数分布整齐时，真实的等待更短；来客成群时更长。只开一小时的店到不了长期平均，结果偏悲观。

    References
    ----------
    Hillier, F. S., & Lieberman, G. J. *Introduction to Operations Research*, Queueing Theory.

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.mmc(2, 3, 2)
    2 个服务台，利用率 33.3%：16.7% 的人要等，平均等 0.0417，平均 0.0833 人在等
    >>> round(technology.mmc(2, 3, 1).wait_over(1), 3)
    0.245
    """
    arriving = positive("arrival_rate", arrival_rate, allow_zero=True)
    serving = positive("service_rate", service_rate)
    c = check_whole("servers", servers, 1, noun="服务台数")
    load = arriving / serving
    rho = load / c
    if rho >= 1:
        return MmcResult(c, serving, rho, 0.0, 1.0, math.inf, math.inf, math.inf, math.inf)
    p_wait = waiting(load, c)
    wait = p_wait / (c * serving * (1 - rho))
    queue = wait * arriving
    return MmcResult(c, serving, rho, _empty(load, c, rho), p_wait, queue, queue + load, wait, wait + 1 / serving)


def _empty(load: float, c: int, rho: float) -> float:
    """Return the probability of an empty system; the sum of A^k/k! up to c is exp(A) times a gamma tail."""
    from scipy.special import gammaincc

    return math.exp(-load) / (float(gammaincc(c + 1, load)) * (1 + blocking(load, c) * rho / (1 - rho)))


@dataclass(frozen=True, repr=False)
class LossResult:
    """M/M/c/K 排队的结果：位子满了，来的人就走。

    Attributes
    ----------
    servers, capacity : int
        服务台数；一共容得下几位（等的加上正在服务的）。
    lost_share, lost_rate : float
        流失的占比，0–1；单位时间流失几位。
    utilization : float
        服务台的利用率，0–1。
    p_wait : float
        留下来的人要等的概率。没有人来时是 0。
    Lq : float
        平均有几个人在等。
    Wq : float
        留下来的人平均等多久，单位是到达率用的那个时间单位。
    """

    servers: int
    capacity: int
    lost_share: float
    lost_rate: float
    utilization: float
    p_wait: float
    Lq: float
    Wq: float

    def __str__(self) -> str:
        return (
            f"{self.servers} 个服务台、{self.capacity} 个位子：流失 {self.lost_share:.1%}（单位时间 "
            f"{self.lost_rate:.3g} 位），利用率 {self.utilization:.1%}，平均等 {self.Wq:.3g}"
        )

    __repr__ = __str__


def mmck(arrival_rate: Any, service_rate: Any, servers: Any, capacity: Any) -> LossResult:
    """M/M/c/K 排队：一共只容得下 K 位，满了再来的人扭头就走。

    Parameters
    ----------
    arrival_rate : float
        到达率 λ：单位时间平均来几位，不小于 0。可以大于服务能力。
    service_rate : float
        服务率 μ：一个服务台单位时间能服务几位。
    servers : int
        服务台数 c，不小于 1。
    capacity : int
        容量 K，不小于 c。等于 c 时没有等候的位子，流失占比就是爱尔兰 B。

    Returns
    -------
    LossResult
        lost_share、lost_rate、utilization、p_wait、Lq、Wq。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界，或容量小于服务台数。

    Notes
    -----
    假设客户只看有没有位子。真人还看队有多长、等了多久，所以实际流失往往更多；有挂断记录时用
    :func:`crmlab.technology.erlang_a`。

    References
    ----------
    Gross, D., Shortle, J. F., Thompson, J. M., & Harris, C. M. *Fundamentals of Queueing Theory*, M/M/c/K.

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.mmck(30, 12, 2, 5)
    2 个服务台、5 个位子：流失 28.4%（单位时间 8.51 位），利用率 89.5%，平均等 0.0692
    """
    arriving = positive("arrival_rate", arrival_rate, allow_zero=True)
    serving = positive("service_rate", service_rate)
    c = check_whole("servers", servers, 1, noun="服务台数")
    places = check_whole("capacity", capacity, 1, noun="容量")
    if places < c:
        raise ValueError(
            f"参数 capacity 是一共容得下的人数（{places}），不能小于服务台数（{c}）。请把正在服务的人也算进去。"
        )
    if arriving == 0:
        return LossResult(c, places, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    state = np.arange(places + 1)
    steps = np.log(arriving / serving) - np.log(np.minimum(state[1:], c))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    p = np.exp(logs - logs.max())
    p /= p.sum()
    lost = float(p[-1])
    queue = float((p * np.maximum(state - c, 0)).sum())
    # Above 1 - 1e-16 of loss nobody is admitted within rounding; the served share is summed, never 1 - lost.
    staying = float(p[:-1].sum())
    admitted = arriving * staying
    return LossResult(
        servers=c,
        capacity=places,
        lost_share=lost,
        lost_rate=arriving * lost,
        utilization=float((p * np.minimum(state, c)).sum()) / c,
        p_wait=float(p[c:-1].sum()) / staying,
        Lq=queue,
        Wq=queue / admitted,
    )
