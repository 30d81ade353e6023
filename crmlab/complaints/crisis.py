"""How a crisis spreads, and what a late answer costs: the SIR model."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crmlab._checks import check_between, check_numbers, check_positive

_STEPS_PER_DAY = 24


@dataclass(frozen=True, repr=False, eq=False)
class CrisisSpread:
    """危机传播的推演结果。

    Attributes
    ----------
    table : DataFrame
        一行一天：day、unaware（还不知道的人数）、spreading（正在传的人数）、quiet（知道但不再传的人数）、responded（企业是否已回应）。
    peak_spreading : float
        同时在传的人数的峰值。
    peak_day : float
        峰值在第几天。
    ever_share : float
        到最后一天，知道这件事的人占多少，0–1。
    r0 : float
        回应之前，一个传播者平均再传给几个人（= 传播率 ÷ 平息率）。
    doubling_days : float
        刚开始时人数翻一番要几天；r0 不大于 1 时不会增长，是 NaN。
    response_day : float or None
        企业第几天回应；没有回应是 None。
    """

    table: pd.DataFrame
    peak_spreading: float
    peak_day: float
    ever_share: float
    r0: float
    doubling_days: float
    response_day: float | None

    def __str__(self) -> str:
        when = "没有回应" if self.response_day is None else f"第 {self.response_day:g} 天回应"
        return (
            f"{when}：第 {self.peak_day:.1f} 天到峰值，同时有 {self.peak_spreading:,.0f} 人在传；"
            f"最后 {self.ever_share:.1%} 的人知道这件事（模型推演，R0 = {self.r0:.2f}）"
        )

    __repr__ = __str__


def crisis_spread(
    population: float,
    *,
    contact_rate: float,
    quiet_rate: float,
    response_day: float | None = None,
    response_effect: float = 0.5,
    initial: float = 1,
    days: int = 60,
) -> CrisisSpread:
    """危机怎样传开：SIR 模型，企业回应得越晚，峰值越高。

    每天新传到的人 = 传播率 × 正在传的人 × 还不知道的人 ÷ 总人数；每天停下来的人 = 平息率 × 正在传的人。

    Parameters
    ----------
    population : float
        可能听到这件事的总人数。
    contact_rate : float
        传播率（每天）：一个正在传的人一天讲给几个人听。
    quiet_rate : float
        平息率（每天）：一天里有多少比例的传播者不再传；它的倒数是平均传几天。
    response_day : float, optional
        企业第几天作出有效回应（可以是小数，1 小时 = 1/24 天）。不给就是一直不回应。
    response_effect : float, default 0.5
        回应使传播率降低多少，0–1。这是假设，请换几个数看。
    initial : float, default 1
        第 0 天已经在传的人数。
    days : int, default 60
        推演几天。

    Returns
    -------
    CrisisSpread
        table、peak_spreading、peak_day、ever_share、r0、doubling_days。

    Raises
    ------
    TypeError
        参数不是数字。
    ValueError
        参数越界，例如传播率是负数，或已经在传的人比总人数还多。

    Notes
    -----
    这是推演，不是预测：没有区间，因为参数是你给的，不是从数据估计的。模型假设人人有同样的机会互相碰到，不知道的人一听就信；真实的
    转发集中在少数大号，还有平台的推荐和降温。拿它看“早一天差多少”，不要拿它报具体人数。用四阶龙格–库塔法，每天 24 步，回应那一
    刻单独断开。

    References
    ----------
    Kermack, W. O., & McKendrick, A. G. (1927). A contribution to the mathematical theory of epidemics.
    *Proceedings of the Royal Society A*, 115, 700-721.

    Daley, D. J., & Kendall, D. G. (1964). Epidemics and rumours. *Nature*, 204, 1118.

    Examples
    --------
    >>> from crmlab import complaints
    >>> complaints.crisis_spread(100_000, contact_rate=1.2, quiet_rate=0.4)
    没有回应：第 15.3 天到峰值，同时有 30,046 人在传；最后 94.0% 的人知道这件事（模型推演，R0 = 3.00）
    >>> complaints.crisis_spread(100_000, contact_rate=1.2, quiet_rate=0.4, response_day=1, response_effect=0.8)
    第 1 天回应：第 1.0 天到峰值，同时有 2 人在传；最后 0.0% 的人知道这件事（模型推演，R0 = 3.00）
    """
    people = check_positive("population", population)
    beta, gamma = check_positive("contact_rate", contact_rate), check_positive("quiet_rate", quiet_rate)
    first = check_positive("initial", initial)
    if first > people:
        raise ValueError(f"参数 initial（{first:g} 人）不能多于 population（{people:g} 人）。")
    effect = check_between("response_effect", response_effect, 0, 1)
    answered = None if response_day is None else check_positive("response_day", response_day, allow_zero=True)
    last = check_between("days", days, 1, 3650)
    if not last.is_integer():
        raise ValueError(f"参数 days 应是整数，你给的是 {last:g}。")
    stop = math.inf if answered is None else answered
    susceptible, spreading = people - first, first
    rows = [(0, susceptible, spreading)]
    peak, peak_day = spreading, 0.0
    for day in range(int(last)):
        for start, end in _pieces(day, stop):
            rate = (beta if start < stop else beta * (1 - effect)) / people
            steps = max(1, round((end - start) * _STEPS_PER_DAY))
            step = (end - start) / steps
            for i in range(steps):
                susceptible, spreading = _runge_kutta(susceptible, spreading, rate, gamma, step)
                if spreading > peak:
                    peak, peak_day = spreading, start + (i + 1) * step
        rows.append((day + 1, susceptible, spreading))
    table = pd.DataFrame(rows, columns=["day", "unaware", "spreading"])
    table = table.assign(
        quiet=(people - table["unaware"] - table["spreading"]).clip(lower=0.0), responded=table["day"] >= stop
    )
    growth = beta - gamma
    return CrisisSpread(
        table,
        peak,
        peak_day,
        1 - susceptible / people,
        beta / gamma,
        math.log(2) / growth if growth > 0 else float("nan"),
        answered,
    )


def _pieces(day: int, stop: float) -> list[tuple[float, float]]:
    return [(day, stop), (stop, day + 1)] if day < stop < day + 1 else [(day, day + 1)]


def _runge_kutta(s: float, i: float, rate: float, gamma: float, h: float) -> tuple[float, float]:
    a1 = rate * s * i
    b1 = a1 - gamma * i
    s2, i2 = s - h / 2 * a1, i + h / 2 * b1
    a2 = rate * s2 * i2
    b2 = a2 - gamma * i2
    s3, i3 = s - h / 2 * a2, i + h / 2 * b2
    a3 = rate * s3 * i3
    b3 = a3 - gamma * i3
    s4, i4 = s - h * a3, i + h * b3
    a4 = rate * s4 * i4
    b4 = a4 - gamma * i4
    return s - h / 6 * (a1 + 2 * a2 + 2 * a3 + a4), i + h / 6 * (b1 + 2 * b2 + 2 * b3 + b4)


def response_delay(
    delays: Any,
    *,
    population: float,
    contact_rate: float,
    quiet_rate: float,
    response_effect: float = 0.5,
    initial: float = 1,
    days: int = 60,
) -> pd.DataFrame:
    """回应早一天、晚一天，峰值差多少：同一场危机，只换回应的日子。

    Parameters
    ----------
    delays : Series or list of float
        要比较的回应日（天，可以是小数），不能是负数。
    population, contact_rate, quiet_rate, response_effect, initial, days
        与 :func:`crisis_spread` 相同。

    Returns
    -------
    DataFrame
        一行一个回应日，次序同输入。列：response_day、peak_spreading（峰值人数）、peak_day（峰值在第几天）、ever_share（最后知道的人占
        多少）、peak_ratio（峰值是不回应时的几分之几）。

    Raises
    ------
    TypeError
        参数不是数字。
    ValueError
        回应日是负数或缺失，或其余参数越界。

    Notes
    -----
    与 crisis_spread 一样是推演，没有区间。

    Examples
    --------
    >>> from crmlab import complaints
    >>> table = complaints.response_delay(
    ...     [2, 8, 12], population=100_000, contact_rate=1.2, quiet_rate=0.4, response_effect=0.7
    ... )
    >>> table[["response_day", "peak_spreading", "peak_ratio"]].round(3)
       response_day  peak_spreading  peak_ratio
    0           2.0           4.953       0.000
    1           8.0         593.836       0.020
    2          12.0       11011.131       0.366
    """
    given = check_numbers("delays", delays, 0, missing=False)

    def run(delay: float | None) -> CrisisSpread:
        return crisis_spread(
            population,
            contact_rate=contact_rate,
            quiet_rate=quiet_rate,
            response_day=delay,
            response_effect=response_effect,
            initial=initial,
            days=days,
        )

    never = run(None)
    results = [run(float(delay)) for delay in given]
    return pd.DataFrame(
        {
            "response_day": given.to_numpy(),
            "peak_spreading": [r.peak_spreading for r in results],
            "peak_day": [r.peak_day for r in results],
            "ever_share": [r.ever_share for r in results],
            "peak_ratio": [r.peak_spreading / never.peak_spreading for r in results],
        }
    )
