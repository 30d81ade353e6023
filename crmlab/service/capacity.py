"""A service cannot be stored: idle capacity in one hour, customers lost in the next."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_positive, check_probability, check_whole, row_of
from crmlab._intervals import wilson
from crmlab._queueing import LossResult, mmck


def utilization(visits: pd.DataFrame, *, hour_s: float = 3600, confidence: float = 0.95) -> pd.DataFrame:
    """门店每个小时的利用率、闲置和流失：服务不可储存，闲下来的时间存不到忙的时候。

    利用率 = 服务了的人数 × 平均服务时长 ÷（员工数 × 一小时）；服务了的人数 = 来客 − 流失。

    Parameters
    ----------
    visits : DataFrame
        一行一家店的一个小时。列：visitors（来客数）、staff（员工数）、service_s（平均服务时长，秒）、lost（没等到就走的人数，
        可以没有这一列，当作没有流失）。其余的列（store、hour 等）原样保留。缺失的行算不出，结果是 NaN。
    hour_s : float, default 3600
        一个时段有几秒。
    confidence : float, default 0.95
        流失占比区间的置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 utilization（利用率；没有员工时 NaN；大于 1 说明加了班或记错了）、idle_h（闲置的人时，不小于 0）、
        lost_share 及 lost_low、lost_high（流失 ÷ 来客，威尔逊区间；没有来客时 NaN）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有负数，或流失多于来客。

    Notes
    -----
    全天平均会骗人：平均利用率 60% 可以是上午闲着、晚上流失三成。要按小时看。
    门外看一眼队伍就走的人没有记在来客里，真实的流失更多。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import service
    >>> visits = pd.DataFrame({"hour": [10, 19], "visitors": [20, 60], "staff": [3, 3], "service_s": [240, 200], "lost": [0, 12]})
    >>> service.utilization(visits)[["hour", "utilization", "idle_h", "lost_share"]].round(3)
       hour  utilization  idle_h  lost_share
    0    10        0.444   1.667         0.0
    1    19        0.889   0.333         0.2
    """
    check_frame("visits", visits, ["visitors", "staff", "service_s"])
    seconds = check_positive("hour_s", hour_s)
    check_probability("confidence", confidence)
    visitors, staff, length = (check_numbers(c, visits[c], 0).to_numpy() for c in ("visitors", "staff", "service_s"))
    lost = check_numbers("lost", visits["lost"], 0).to_numpy() if "lost" in visits.columns else np.zeros(len(visits))
    more = lost > visitors
    if more.any():
        at = int(more.argmax())
        raise ValueError(
            f"列“lost”不能大于来客数，{row_of(visits['visitors'], at)}流失 {lost[at]:g}、来客 {visitors[at]:g}。请先核对这些行。"
        )
    capacity = staff * seconds
    busy = (visitors - lost) * length
    unknown = np.isnan(visitors) | np.isnan(lost)
    low, high = wilson(np.where(unknown, 0, lost), np.where(unknown, 0, visitors), confidence)
    return visits.assign(
        utilization=np.divide(busy, capacity, out=np.full(len(visits), np.nan), where=capacity > 0),
        idle_h=np.maximum(capacity - busy, 0) / 3600,
        lost_share=np.divide(lost, visitors, out=np.full(len(visits), np.nan), where=visitors > 0),
        lost_low=low,
        lost_high=high,
    )


def lost_customers(*, visitors_per_hour: Any, service_s: Any, staff: Any, seats: Any = 0) -> LossResult:
    """几名员工、几个等位，会流失多少客户：位子满了，来的人就走（M/M/c/K）。

    Parameters
    ----------
    visitors_per_hour : float
        平均每小时来几位，不小于 0。
    service_s : float
        平均服务时长，秒。
    staff : int
        员工数，不小于 1。
    seats : int, default 0
        等位数：除了正在服务的，还坐得下几位。

    Returns
    -------
    LossResult
        lost_share（流失占比）、lost_rate（每小时流失几位）、utilization、Lq、Wq（平均等几小时）等。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        参数越界，人数不是整数。

    Notes
    -----
    模型给的是长期平均：来客随机（泊松），服务时长服从指数分布。旅游团一样成群的来客，流失会更多。

    Examples
    --------
    >>> from crmlab import service
    >>> for staff in (2, 3, 4):
    ...     print(service.lost_customers(visitors_per_hour=40, service_s=240, staff=staff, seats=3))
    2 个服务台、5 个位子：流失 31.6%（单位时间 12.6 位），利用率 91.3%，平均等 0.0583
    3 个服务台、6 个位子：流失 12.4%（单位时间 4.96 位），利用率 77.9%，平均等 0.023
    4 个服务台、7 个位子：流失 4.0%（单位时间 1.62 位），利用率 64.0%，平均等 0.00868
    """
    people = check_whole("staff", staff, 1, noun="员工数")
    places = people + check_whole("seats", seats, noun="等位数")
    arriving = check_positive("visitors_per_hour", visitors_per_hour, allow_zero=True)
    return mmck(arriving, 3600 / check_positive("service_s", service_s), people, places)
