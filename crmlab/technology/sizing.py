"""Trunk lines for a blocking target, and the square-root rule for agents."""

import math
from dataclasses import dataclass
from typing import Any

from crmlab._checks import check_positive, check_probability
from crmlab._queueing.erlang import waiting

SLACK = 1e-12  # a target met exactly must not fail for a rounding error


def required_lines(erlangs: Any, *, max_blocking: Any) -> int:
    """最少要几条中继线，打不进来的概率才不超过给定的值（爱尔兰 B）。

    Parameters
    ----------
    erlangs : float
        话务量，爱尔兰。电话在排队时也占着线，所以要把排队的时间算进去。
    max_blocking : float
        允许的阻塞概率，0–1 之间，例如 0.01。

    Returns
    -------
    int
        线路数。没有话务量时是 1：一条线也没有就打不进来。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        话务量是负数，或概率不在 0–1 之间。

    Notes
    -----
    用的是 :func:`erlang_b`，它不管重拨，见那里的说明。

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.required_lines(10, max_blocking=0.01)
    18
    """
    load = check_positive("erlangs", erlangs, allow_zero=True)
    allowed = check_probability("max_blocking", max_blocking)
    inverse, lines = 1.0, 0
    while lines == 0 or allowed * inverse < 1 - SLACK:
        lines += 1
        inverse = 1.0 + inverse * lines / load if load > 0 else math.inf
    return lines


@dataclass(frozen=True, repr=False)
class SquareRootStaffing:
    """平方根配员的结果。

    Attributes
    ----------
    agents : int
        坐席数，⌈A + β√A⌉。
    erlangs, beta : float
        话务量 A 和服务等级参数 β。
    p_wait_approx : float
        按近似公式，取整之前要排队的概率。
    p_wait : float
        取整之后，按爱尔兰 C 要排队的概率。
    occupancy : float
        坐席利用率，0–1。
    """

    agents: int
    erlangs: float
    beta: float
    p_wait_approx: float
    p_wait: float
    occupancy: float

    def __str__(self) -> str:
        return (
            f"{self.erlangs:g} 爱尔兰加 {self.beta:.2f} 倍的平方根，要 {self.agents} 名坐席："
            f"{self.p_wait:.1%} 的电话要排队（近似公式 {self.p_wait_approx:.1%}），利用率 {self.occupancy:.1%}"
        )

    __repr__ = __str__


def square_root_staffing(erlangs: Any, *, beta: Any = None, p_wait: Any = None) -> SquareRootStaffing:
    """平方根配员：话务量之外再多备 β√A 个人，A 是话务量。

    规模效应就在这里：话务量翻 4 倍，余量只要翻 2 倍。近似的排队概率是 1 ÷ [1 + β·Φ(β) ÷ φ(β)]。

    Parameters
    ----------
    erlangs : float
        话务量，爱尔兰，大于 0。
    beta : float, optional
        余量的倍数，大于 0。常在 0.5–2 之间。
    p_wait : float, optional
        想要的排队概率，0–1 之间；由它反推 β。与 beta 给且只给一个。

    Returns
    -------
    SquareRootStaffing
        agents、beta，近似的和准确的排队概率，利用率。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        beta 和 p_wait 都给了或都没有给；参数越界。

    Notes
    -----
    大中心很准，几个人的小组也只差一两个人，可以心算；要准确就用 :func:`required_agents`。

    References
    ----------
    Halfin, S., & Whitt, W. (1981). Heavy-traffic limits for queues with many exponential servers.
    *Operations Research*, 29(3), 567-588.

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.square_root_staffing(100, beta=1)
    100 爱尔兰加 1.00 倍的平方根，要 110 名坐席：23.7% 的电话要排队（近似公式 22.3%），利用率 90.9%
    """
    load = check_positive("erlangs", erlangs)
    if (beta is None) == (p_wait is None):
        raise ValueError("beta 和 p_wait 要给且只给一个：给 beta 算人数，或给想要的排队概率 p_wait 反推 beta。")
    factor = _beta(check_probability("p_wait", p_wait)) if beta is None else check_positive("beta", beta)
    n = math.ceil((load + factor * math.sqrt(load)) * (1 - 1e-12))
    n = max(n, math.floor(load) + 1)
    return SquareRootStaffing(n, load, factor, _halfin_whitt(factor), waiting(load, n), load / n)


def _halfin_whitt(beta: float) -> float:
    below = 0.5 * math.erfc(-beta / math.sqrt(2))
    density = math.exp(-beta * beta / 2) / math.sqrt(2 * math.pi)
    return density / (density + beta * below)


def _beta(p_wait: float) -> float:
    """Halve the interval: the probability of waiting falls from 1 to 0 as beta grows."""
    low, high = 0.0, 1.0
    while _halfin_whitt(high) > p_wait:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _halfin_whitt(middle) > p_wait else (low, middle)
    return high
