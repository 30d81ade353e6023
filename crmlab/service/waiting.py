"""Waiting: how long it is, how long it feels, and what it is worth to shorten it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_labels,
    check_number,
    check_numbers,
    check_positive,
    check_probability,
    check_whole,
)
from crmlab._intervals import mean_interval
from crmlab._queueing import mmc

WAITING_PRINCIPLES = {
    "unoccupied": "无事可干的等待比有事可干的长",
    "pre_process": "服务开始前的等待比开始后的长",
    "anxious": "焦虑使等待显得更长",
    "uncertain": "不知道还要多久的等待比知道的长",
    "unexplained": "没有说明理由的等待比说明了的长",
    "unfair": "不公平的等待比公平的长",
    "low_value": "服务的价值越低，人们越不愿意等",
    "alone": "独自等待比一起等待长",
}


@dataclass(frozen=True, repr=False)
class WaitingResult:
    """一条队的等待，都是长期平均，没有抽样误差。

    Attributes
    ----------
    servers : int
        服务台数。
    utilization : float
        负荷，小于 1 时就是利用率。
    wait_share : float
        要等的占比，0–1。
    wait_min : float
        平均等几分钟，不用等的也算。负荷不小于 1 时是无穷大。
    queue_length : float
        平均有几个人在等。
    over_share : float
        等待超过 over_min 分钟的占比，0–1。
    over_min : float
        over_share 的界线，分钟。
    """

    servers: int
    utilization: float
    wait_share: float
    wait_min: float
    queue_length: float
    over_share: float
    over_min: float

    def __str__(self) -> str:
        if np.isinf(self.wait_min):
            return f"{self.servers} 个服务台，负荷 {self.utilization:.1%}：来的人不比能服务的少，队伍会越来越长"
        return (
            f"{self.servers} 个服务台，利用率 {self.utilization:.1%}：平均等 {self.wait_min:.1f} 分钟，"
            f"{self.over_share:.1%} 的人等待超过 {self.over_min:g} 分钟"
        )

    __repr__ = __str__


def waiting(*, arrivals_per_hour: Any, service_min: Any, servers: Any, over_min: Any) -> WaitingResult:
    """排队等待：每小时来几位、服务一位几分钟、几个服务台，平均要等多久（M/M/c）。

    Parameters
    ----------
    arrivals_per_hour : float
        平均每小时来几位，不小于 0。
    service_min : float
        平均服务时长，分钟。
    servers : int
        服务台数，不小于 1。大家排一条队。
    over_min : float
        想知道等待超过几分钟的占比，分钟，不小于 0。

    Returns
    -------
    WaitingResult
        利用率、平均等待、队长、等得太久的占比。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界。

    Notes
    -----
    公式与假设见 :func:`crmlab.technology.mmc`。每个服务台各排一队、不许换队时，等待比这里长。

    Examples
    --------
    >>> from crmlab import service
    >>> service.waiting(arrivals_per_hour=50, service_min=4, servers=4, over_min=5)
    4 个服务台，利用率 83.3%：平均等 3.9 分钟，28.6% 的人等待超过 5 分钟
    """
    arriving = check_positive("arrivals_per_hour", arrivals_per_hour, allow_zero=True)
    limit = check_positive("over_min", over_min, allow_zero=True)
    queue = mmc(arriving, 60 / check_positive("service_min", service_min), servers)
    return WaitingResult(
        servers=queue.servers,
        utilization=queue.rho,
        wait_share=queue.p_wait,
        wait_min=queue.Wq * 60,
        queue_length=queue.Lq,
        over_share=queue.wait_over(limit / 60),
        over_min=limit,
    )


@dataclass(frozen=True, repr=False)
class PerceivedWait:
    """感觉等了多久。

    Attributes
    ----------
    actual_min, perceived_min : float
        实际和感觉的等待，分钟。
    eased_min : float
        缓解之后感觉的等待，分钟。
    table : DataFrame
        一行一条起作用的原则，次序同给定的。列：principle、name、factor（感觉放大几倍）、eased（缓解了没有）。
    """

    actual_min: float
    perceived_min: float
    eased_min: float
    table: pd.DataFrame

    def __str__(self) -> str:
        text = f"实际等 {self.actual_min:g} 分钟，感觉像 {self.perceived_min:.1f} 分钟"
        return text + (f"；缓解之后像 {self.eased_min:.1f} 分钟" if self.table["eased"].any() else "")

    __repr__ = __str__


def perceived_wait(actual_min: Any, factors: Mapping[str, float], *, eased: Iterable[str] = ()) -> PerceivedWait:
    """感觉的等待：实际等待乘上每条等待心理原则的倍数。

    一个教学模型：感觉 = 实际 × 各倍数的乘积；缓解一条，就去掉它的倍数。

    Parameters
    ----------
    actual_min : float
        实际等待，分钟，不小于 0。
    factors : dict
        原则 → 倍数，不小于 1。原则的名称见 WAITING_PRINCIPLES。倍数由你假定或由 :func:`wait_gap` 从数据估计，没有默认值。
    eased : list of str, optional
        已经缓解的原则，例如发了号、给了座位和杂志。

    Returns
    -------
    PerceivedWait
        实际、感觉、缓解之后的等待，和各条原则的表。

    Raises
    ------
    TypeError
        factors 不是字典，或倍数不是数。
    ValueError
        原则的名称写错，倍数小于 1，或要缓解的原则不在 factors 里。

    Notes
    -----
    梅斯特（Maister）提出的是方向：这样的等待显得更长。长几倍，他没有给数字，各行各业也不一样；倍数相乘也只是一种假设。
    所以结论只能说“如果倍数是这样”。

    References
    ----------
    Maister, D. H. (1985). The psychology of waiting lines. In J. A. Czepiel, M. R. Solomon, & C. F. Surprenant
    (Eds.), *The Service Encounter*. Lexington Books.

    Examples
    --------
    >>> from crmlab import service
    >>> service.perceived_wait(10, {"unoccupied": 1.3, "uncertain": 1.5}, eased=["uncertain"])
    实际等 10 分钟，感觉像 19.5 分钟；缓解之后像 13.0 分钟
    """
    minutes = check_positive("actual_min", actual_min, allow_zero=True)
    if not isinstance(factors, Mapping):
        raise TypeError(f"参数 factors 应是“原则 → 倍数”的字典，你给的是 {type(factors).__name__}。")
    names = [str(name) for name in factors]
    if names:
        check_labels("factors", names, tuple(WAITING_PRINCIPLES), missing=False)
    values = [check_number("factors", factors[name]) for name in factors]
    small = [f"{n}={v:g}" for n, v in zip(names, values, strict=True) if v < 1]
    if small:
        raise ValueError(
            f"参数 factors 的倍数应不小于 1，你给了 {small[0]}。这些原则只会让等待显得更长；缓解请写在 eased 里。"
        )
    done = [eased] if isinstance(eased, str) else [str(name) for name in eased]
    if done:
        check_labels("eased", done, tuple(names) or ("（factors 是空的）",), missing=False)
    table = pd.DataFrame(
        {
            "principle": pd.Series(names, dtype=object),
            "name": pd.Series([WAITING_PRINCIPLES[n] for n in names], dtype=object),
            "factor": pd.Series(values, dtype=float),
            "eased": pd.Series([n in done for n in names], dtype=bool),
        }
    )
    kept = [v for n, v in zip(names, values, strict=True) if n not in done]
    return PerceivedWait(minutes, minutes * float(np.prod(values)), minutes * float(np.prod(kept)), table)


def wait_gap(data: pd.DataFrame, *, by: str | None = None, confidence: float = 0.95) -> pd.DataFrame:
    """感觉的等待是实际的几倍：由客户的估计和记录的等待算出来。

    Parameters
    ----------
    data : DataFrame
        一行一位客户。列：actual_min（记录的等待，分钟，大于 0）、perceived_min（客户自己估计的，分钟，大于 0）。缺失的不算。
    by : str, optional
        分组的列名，例如有没有告知还要多久。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一组，按组名；没有给 by 时只有一行，group 是“全部”。列：group、n、actual_min（平均）、perceived_min（平均）、
        ratio（倍数的几何平均）、low、high（对数的 t 区间）。只有一位客户时区间是 NaN。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有不大于 0 的等待，或一行有效的也没有。

    Notes
    -----
    比较两组看区间是否分开。客户没有随机分组时，两组的差别不一定是做法造成的：等得久的那天可能也更吵。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import service
    >>> told = pd.DataFrame({"told": ["是", "是", "是", "否", "否", "否"], "actual_min": [5, 8, 10, 5, 8, 10],
    ...                      "perceived_min": [5, 9, 10, 8, 11, 16]})
    >>> service.wait_gap(told, by="told")[["group", "n", "ratio", "low", "high"]].round(2)
      group  n  ratio   low  high
    0     否  3   1.52  1.22  1.89
    1     是  3   1.04  0.88  1.23
    """
    check_frame("data", data, ["actual_min", "perceived_min", *([] if by is None else [by])])
    check_probability("confidence", confidence)
    actual = check_numbers("actual_min", data["actual_min"])
    perceived = check_numbers("perceived_min", data["perceived_min"])
    for name, values in (("actual_min", actual), ("perceived_min", perceived)):
        if (values <= 0).any():
            at = int((values <= 0).to_numpy().argmax())
            raise ValueError(
                f"列“{name}”应大于 0，第 {at + 1} 行是 {values.iloc[at]:g}。没有等的客户算不出倍数，请先去掉这些行。"
            )
    group = pd.Series("全部", index=data.index) if by is None else data[by]
    table = pd.DataFrame({"group": group, "actual": actual, "perceived": perceived}).dropna()
    if table.empty:
        raise ValueError("两个等待都有值的行一行也没有。请检查数据。")
    rows = []
    for label, part in table.groupby("group"):
        mean, low, high, n = mean_interval(np.log(part["perceived"] / part["actual"]), confidence)
        rows.append(
            (label, n, part["actual"].mean(), part["perceived"].mean(), np.exp(mean), np.exp(low), np.exp(high))
        )
    return pd.DataFrame(rows, columns=["group", "n", "actual_min", "perceived_min", "ratio", "low", "high"])


def queue_cost(
    *, arrivals_per_hour: Any, service_min: Any, cost_server_hour: Any, cost_wait_hour: Any, most: Any = None
) -> pd.DataFrame:
    """开几个服务台总成本最低：多开一个，工资多一份，客户少等一会儿。

    每小时总成本 = 服务台数 × cost_server_hour + 平均等的人数 × cost_wait_hour。

    Parameters
    ----------
    arrivals_per_hour, service_min : float
        与 :func:`waiting` 相同。
    cost_server_hour : float
        一个服务台一小时的成本，元，大于 0。
    cost_wait_hour : float
        一位客户等一小时值多少元，不小于 0。要自己估：他的时间，加上他以后不来的损失。
    most : int, optional
        最多比较到几个服务台。不给时比较到最少够用的数再加 9。

    Returns
    -------
    DataFrame
        一行一个服务台数，从刚够用的开始。列：servers、utilization、wait_min、server_cost、wait_cost、total_cost（元/小时）、
        best（总成本最低的那一行；一样低时取台数少的）。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界，或 most 个服务台还不够用。

    Notes
    -----
    等待的价格估高一倍，最好的台数常常只多一个：先看 U 形的底部有多平，再决定要不要争论那个价格。

    References
    ----------
    Hillier, F. S., & Lieberman, G. J. *Introduction to Operations Research*, ch. The Application of Queueing Theory.

    Examples
    --------
    >>> from crmlab import service
    >>> costs = service.queue_cost(arrivals_per_hour=30, service_min=5, cost_server_hour=40, cost_wait_hour=60, most=5)
    >>> costs[["servers", "server_cost", "wait_cost", "total_cost", "best"]].round(1)
       servers  server_cost  wait_cost  total_cost   best
    0        3        120.0      210.7       330.7  False
    1        4        160.0       32.0       192.0   True
    2        5        200.0        7.8       207.8  False
    """
    arriving = check_positive("arrivals_per_hour", arrivals_per_hour, allow_zero=True)
    serving = 60 / check_positive("service_min", service_min)
    wage = check_positive("cost_server_hour", cost_server_hour)
    price = check_positive("cost_wait_hour", cost_wait_hour, allow_zero=True)
    least = int(arriving / serving) + 1
    last = least + 9 if most is None else check_whole("most", most, 1, noun="服务台数")
    if last < least:
        raise ValueError(f"{last} 个服务台不够用：每小时来 {arriving:g} 位，至少要 {least} 个。请加大 most。")
    rows = []
    for servers in range(least, last + 1):
        queue = mmc(arriving, serving, servers)
        rows.append((servers, queue.rho, queue.Wq * 60, servers * wage, queue.Lq * price))
    table = pd.DataFrame(rows, columns=["servers", "utilization", "wait_min", "server_cost", "wait_cost"])
    total = (table["server_cost"] + table["wait_cost"]).to_numpy()
    best = int(np.flatnonzero(total <= total.min() * (1 + 1e-12))[0])
    return table.assign(total_cost=total, best=np.arange(len(table)) == best)
