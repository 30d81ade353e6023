"""What a call centre reports: handling time, abandonment, service level by its three definitions, occupancy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_number,
    check_numbers,
    check_positive,
    check_probability,
    check_whole,
    check_zero_one,
)
from crmlab._intervals import interval_text, wilson

SERVICE_LEVELS = {
    "of_offered": "时限内接起 ÷ 全部来电",
    "of_answered": "时限内接起 ÷ 接起的电话",
    "excl_short_abandons": "时限内接起 ÷（全部来电 − 很快就挂断的）",
}
_NAMES = {
    "service_level_of_offered": "服务水平（占来电）",
    "service_level_of_answered": "服务水平（占接起）",
    "service_level_excl_short_abandons": "服务水平（不计速挂）",
    "abandonment_rate": "放弃率",
    "abandonment_rate_excl_short": "放弃率（不计速挂）",
    "fcr": "一次解决率",
    "occupancy": "坐席利用率",
    "aht_s": "平均处理时长",
    "asa_s": "平均应答速度",
}


@dataclass(frozen=True, repr=False)
class CallCentreKpis:
    """呼叫中心的指标。占比都在 0–1 之间；分母是 0 时是 NaN。

    Attributes
    ----------
    offered, answered, abandoned, short_abandoned : int
        来电、接起、放弃的电话数；很快就挂断（速挂）的电话数。
    answered_in_time : int
        时限内接起的电话数。
    aht_s : float
        平均处理时长，秒：（通话 + 保持 + 话后处理）÷ 接起的电话数。
    asa_s : float
        平均应答速度，秒，只算接起的电话。由总数计算时没有逐通的等待，是 NaN。
    abandonment_rate, abandonment_rate_excl_short : float
        放弃率：放弃 ÷ 来电；（放弃 − 速挂）÷（来电 − 速挂）。
    service_level_of_offered, service_level_of_answered, service_level_excl_short_abandons : float
        服务水平的三种定义，见 SERVICE_LEVELS。
    fcr : float
        一次解决率（first contact resolution, FCR）：第一次就解决的 ÷ 接起的（问过的）。
    n_fcr : int
        一次解决率的分母。
    occupancy : float
        坐席利用率：处理电话的时间 ÷ 在线的时间。没有给在线时间时是 NaN。
    confidence : float
        区间的置信水平。
    """

    offered: int
    answered: int
    abandoned: int
    short_abandoned: int
    answered_in_time: int
    aht_s: float
    asa_s: float
    abandonment_rate: float
    abandonment_rate_excl_short: float
    service_level_of_offered: float
    service_level_of_answered: float
    service_level_excl_short_abandons: float
    fcr: float
    n_fcr: int
    occupancy: float
    confidence: float = 0.95

    @property
    def table(self) -> pd.DataFrame:
        """指标表，一行一个指标。列：kpi、name、value、low、high、n。

        占比的区间用威尔逊法，把这段时间当成样本来看；aht_s、asa_s、occupancy 只有合计，没有区间（NaN）。
        忙的时候电话一起变慢，各通并不独立，真实的区间更宽。
        """
        served, kept = self.offered - self.short_abandoned, self.abandoned - self.short_abandoned
        counts = {
            "service_level_of_offered": (self.answered_in_time, self.offered),
            "service_level_of_answered": (self.answered_in_time, self.answered),
            "service_level_excl_short_abandons": (self.answered_in_time, served),
            "abandonment_rate": (self.abandoned, self.offered),
            "abandonment_rate_excl_short": (kept, served),
            "fcr": (round(self.fcr * self.n_fcr) if self.n_fcr else 0, self.n_fcr),
        }
        rows = []
        for kpi, name in _NAMES.items():
            good, n = counts.get(kpi, (0, self.answered))
            low, high = wilson(good, n, self.confidence) if kpi in counts else (np.nan, np.nan)
            rows.append((kpi, name, float(getattr(self, kpi)), float(low), float(high), n))
        return pd.DataFrame(rows, columns=["kpi", "name", "value", "low", "high", "n"])

    def __str__(self) -> str:
        if self.offered == 0:
            return "没有来电，指标都算不出"
        low, high = wilson(self.answered_in_time, self.offered, self.confidence)
        interval = interval_text(100 * float(low), 100 * float(high), self.confidence, "{:.1f}%")
        return (
            f"来电 {self.offered} 通，接起 {self.answered} 通：服务水平（占来电）{self.service_level_of_offered:.1%}"
            f"（{interval}），放弃率 {self.abandonment_rate:.1%}"
        )

    __repr__ = __str__


def call_centre_kpis(
    calls: pd.DataFrame,
    *,
    answer_within_s: Any,
    short_abandon_s: Any,
    logged_in_s: Any = None,
    confidence: float = 0.95,
) -> CallCentreKpis:
    """呼叫中心指标：由逐通的通话记录计算。

    Parameters
    ----------
    calls : DataFrame
        一行一通来电。列：wait_s（等了几秒，等到接起或挂断）、answered（True/False 或 1/0）、
        talk_s、hold_s、wrap_s（通话、保持、话后处理，秒；没接起的行不看，可以缺失）。
        有 resolved 列（1/0，第一次就解决；没问到的缺失）就算一次解决率。
    answer_within_s : float
        服务水平的时限，秒。等得不多于它算时限内。
    short_abandon_s : float
        速挂的界线，秒：等得不多于它就挂断的，多半是打错了。没有统一的标准，所以必须写明；不想区分就写 0。
    logged_in_s : float, optional
        所有坐席在线时间之和，秒。给了才算利用率。
    confidence : float, default 0.95
        table 里区间的置信水平，0–1 之间。

    Returns
    -------
    CallCentreKpis
        各项指标；``.table`` 是带名称和区间的表。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，时长是负数，answered 不是 1/0，接起的电话缺时长，或在线时间比处理电话的时间还短。

    Notes
    -----
    服务水平有三种分母，同一天的数据可以差好几个百分点，见 SERVICE_LEVELS；跟别人比之前先问是哪一种。
    接起的电话按时长算在接起的那个时段里，时段短、电话长时利用率会忽高忽低。

    References
    ----------
    Cleveland, B. (2012). *Call Center Management on Fast Forward* (3rd ed.). ICMI Press.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> calls = pd.DataFrame({"wait_s": [5, 30, 3, 60], "answered": [1, 1, 0, 0], "talk_s": [100, 200, None, None],
    ...                       "hold_s": [0, 20, None, None], "wrap_s": [30, 50, None, None], "resolved": [1, 0, None, None]})
    >>> kpis = technology.call_centre_kpis(calls, answer_within_s=20, short_abandon_s=5)
    >>> kpis
    来电 4 通，接起 2 通：服务水平（占来电）25.0%（95% 区间 4.6%–69.9%），放弃率 50.0%
    >>> kpis.aht_s, kpis.fcr, round(kpis.service_level_excl_short_abandons, 3)
    (200.0, 0.5, 0.333)
    """
    check_frame("calls", calls, ["wait_s", "answered", "talk_s", "hold_s", "wrap_s"])
    within = check_positive("answer_within_s", answer_within_s, allow_zero=True)
    short = check_positive("short_abandon_s", short_abandon_s, allow_zero=True)
    wait = check_numbers("wait_s", calls["wait_s"], 0, missing=False).to_numpy()
    answered = check_zero_one("answered", calls["answered"], missing=False).to_numpy() == 1
    parts = {}
    if answered.any():
        for column in ("talk_s", "hold_s", "wrap_s"):
            parts[column] = check_numbers(column, calls.loc[answered, column], 0, missing=False).to_numpy().sum()
    fcr, n_fcr = 0, 0
    if "resolved" in calls.columns:
        solved = check_zero_one("resolved", calls["resolved"], all_missing=True).to_numpy()[answered]
        fcr, n_fcr = int(np.nansum(solved)), int((~np.isnan(solved)).sum())
    known = int(answered.sum())
    return _kpis(
        offered=len(calls),
        abandoned=len(calls) - known,
        short=int((~answered & (wait <= short) & (short > 0)).sum()),
        in_time=int((answered & (wait <= within)).sum()),
        handle_s=float(sum(parts.values())),
        asa_s=float(wait[answered].mean()) if known else float("nan"),
        fcr=(fcr, n_fcr),
        logged_in_s=logged_in_s,
        confidence=confidence,
    )


def call_centre_kpis_from_counts(
    *,
    offered: Any,
    abandoned: Any,
    short_abandoned: Any,
    answered_in_time: Any,
    talk_s: Any,
    hold_s: Any,
    wrap_s: Any,
    resolved: Any = None,
    logged_in_s: Any = None,
    confidence: float = 0.95,
) -> CallCentreKpis:
    """呼叫中心指标：系统已经给出合计时用。

    Parameters
    ----------
    offered, abandoned, short_abandoned, answered_in_time : int
        来电、放弃、速挂、时限内接起的电话数。
    talk_s, hold_s, wrap_s : float
        通话、保持、话后处理的合计，秒。
    resolved : int, optional
        接起的电话里第一次就解决的数。
    logged_in_s : float, optional
        所有坐席在线时间之和，秒。
    confidence : float, default 0.95
        table 里区间的置信水平，0–1 之间。

    Returns
    -------
    CallCentreKpis
        与 :func:`call_centre_kpis` 相同；asa_s 是 NaN，因为合计里没有每通的等待。

    Raises
    ------
    TypeError
        参数不是一个数。
    ValueError
        数目是负数、不是整数，或互相矛盾（放弃多于来电，速挂多于放弃，时限内接起或解决的多于接起的）。

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.call_centre_kpis_from_counts(offered=1200, abandoned=60, short_abandoned=15, answered_in_time=912,
    ...     talk_s=171000, hold_s=11400, wrap_s=45600, resolved=889, logged_in_s=302400)
    来电 1200 通，接起 1140 通：服务水平（占来电）76.0%（95% 区间 73.5%–78.3%），放弃率 5.0%
    """
    given = {"offered": offered, "abandoned": abandoned, "short_abandoned": short_abandoned}
    given["answered_in_time"] = answered_in_time
    counts = {name: check_whole(name, value, noun="电话数") for name, value in given.items()}
    answered = counts["offered"] - counts["abandoned"]
    solved = None if resolved is None else check_whole("resolved", resolved, noun="电话数")
    limits = [
        ("abandoned", counts["abandoned"], "offered", counts["offered"]),
        ("short_abandoned", counts["short_abandoned"], "abandoned", counts["abandoned"]),
        ("answered_in_time", counts["answered_in_time"], "接起的电话数", answered),
        ("resolved", solved or 0, "接起的电话数", answered),
    ]
    for name, value, whole, most in limits:
        if value > most:
            raise ValueError(f"参数 {name}（{value}）不能大于 {whole}（{most}）。请核对这几个数是不是同一段时间的。")
    times = {"talk_s": talk_s, "hold_s": hold_s, "wrap_s": wrap_s}
    handle = sum(check_positive(name, value, allow_zero=True) for name, value in times.items())
    return _kpis(
        offered=counts["offered"],
        abandoned=counts["abandoned"],
        short=counts["short_abandoned"],
        in_time=counts["answered_in_time"],
        handle_s=handle,
        asa_s=float("nan"),
        fcr=(0, 0) if solved is None else (solved, answered),
        logged_in_s=logged_in_s,
        confidence=confidence,
    )


def _kpis(
    *,
    offered: int,
    abandoned: int,
    short: int,
    in_time: int,
    handle_s: float,
    asa_s: float,
    fcr: tuple[int, int],
    logged_in_s: Any,
    confidence: float,
) -> CallCentreKpis:
    check_probability("confidence", confidence)
    answered = offered - abandoned
    online = None if logged_in_s is None else check_number("logged_in_s", logged_in_s)
    if online is not None and (online <= 0 or online < handle_s * (1 - 1e-12)):
        raise ValueError(
            f"参数 logged_in_s（{online:g} 秒）应大于 0，不短于处理电话的时间（{handle_s:g} 秒）。请核对单位是不是秒。"
        )
    return CallCentreKpis(
        offered=offered,
        answered=answered,
        abandoned=abandoned,
        short_abandoned=short,
        answered_in_time=in_time,
        aht_s=_ratio(handle_s, answered),
        asa_s=asa_s,
        abandonment_rate=_ratio(abandoned, offered),
        abandonment_rate_excl_short=_ratio(abandoned - short, offered - short),
        service_level_of_offered=_ratio(in_time, offered),
        service_level_of_answered=_ratio(in_time, answered),
        service_level_excl_short_abandons=_ratio(in_time, offered - short),
        fcr=_ratio(*fcr),
        n_fcr=fcr[1],
        occupancy=float("nan") if online is None else handle_s / online,
        confidence=confidence,
    )


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
