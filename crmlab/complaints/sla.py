"""How fast complaints are dealt with: promised time limits and time to resolution, open cases included."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_labels, check_number, check_probability
from crmlab._intervals import wilson
from crmlab.complaints._times import case_hours, hours_between

_ALL = "全部"


def sla_report(
    tickets: pd.DataFrame,
    *,
    tiers: Mapping[str, float],
    as_of: Any,
    tier: str = "tier",
    opened: str = "opened_at",
    closed: str = "closed_at",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """时限达标报告：各级投诉按时办结了多少，例如 2 小时、24 小时、7 天三级。

    达标率 = 在时限内办结的件数 ÷ 到 as_of 为止时限已到的件数。

    Parameters
    ----------
    tickets : DataFrame
        一行一件。列：级别、开始时间、办结时间（没办结的留空）。
    tiers : dict of str to float
        各级的时限，单位小时，例如 {"紧急": 2, "一般": 24, "疑难": 168}。
    as_of : Timestamp or str
        数据截止的时刻，必须写明：没办结的件等了多久，要从它算起。
    tier, opened, closed : str
        三列的列名，默认 tier、opened_at、closed_at。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一级，次序同 tiers，最后一行是“全部”。列：tier、limit_h（时限，小时）、n（总件数）、due（时限已到的件数）、met（其中按时
        办结的）、attainment（达标率，0–1）、low、high（威尔逊区间）、overdue_open（已超时还没办结的）、not_due（时限未到的件数，不论
        办结与否）、median_h、p90_h（解决时长的中位数和第 90 百分位，没办结的算删失）。算不出的是 NaN。

    Raises
    ------
    TypeError
        时间列不是日期时间，tiers 不是字典，或时限不是数字。
    ValueError
        缺列，级别不在 tiers 里，时限不大于 0，办结早于开始，或有时间晚于 as_of。

    Notes
    -----
    时限未到的件不进分母，哪怕已经办结：刚来的件里，办得快的才有结果，算进去达标率会虚高。反过来，超时还没办结的件一定要算，
    只看“已办结的”会把最糟的漏掉。时限按钟点算，不扣夜里和节假日。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> tickets = pd.DataFrame(
    ...     {
    ...         "tier": ["紧急", "紧急", "一般", "一般"],
    ...         "opened_at": pd.to_datetime(["2026-03-01 08:00", "2026-03-01 09:00", "2026-03-01 08:00", "2026-03-02 17:00"]),
    ...         "closed_at": pd.to_datetime(["2026-03-01 09:30", None, "2026-03-02 07:00", None]),
    ...     }
    ... )
    >>> report = complaints.sla_report(tickets, tiers={"紧急": 2, "一般": 24}, as_of="2026-03-02 18:00")
    >>> report[["tier", "limit_h", "n", "due", "met", "attainment", "overdue_open", "not_due"]]
      tier  limit_h  n  due  met  attainment  overdue_open  not_due
    0   紧急      2.0  2    2    1    0.500000             1        0
    1   一般     24.0  2    1    1    1.000000             0        1
    2   全部      NaN  4    3    2    0.666667             1        1
    """
    check_frame("tickets", tickets, [tier, opened, closed])
    limits = _limits(tiers)
    check_probability("confidence", confidence)
    level = check_labels(tier, tickets[tier], list(limits), missing=False).to_numpy()
    start, hours, done, now = case_hours(tickets, opened, closed, as_of)
    waited = hours_between(start, now)
    limit = np.array([limits[name] for name in level])
    # A ticket whose limit ends exactly at as_of is due: nothing that happens later can change its verdict.
    due = waited >= limit
    met = due & done & (hours <= limit)
    rows = []
    for name in [*limits, _ALL]:
        at = np.ones(len(level), dtype=bool) if name == _ALL else level == name
        n_due, n_met = int((due & at).sum()), int((met & at).sum())
        low, high = wilson(n_met, n_due, confidence)
        survival = kaplan_meier(hours[at], done[at])
        rows.append(
            {
                "tier": name,
                "limit_h": limits.get(name, np.nan),
                "n": int(at.sum()),
                "due": n_due,
                "met": n_met,
                "attainment": n_met / n_due if n_due else np.nan,
                "low": float(low),
                "high": float(high),
                "overdue_open": int((due & at & ~done).sum()),
                "not_due": int((~due & at).sum()),
                "median_h": quantile(survival, 0.5),
                "p90_h": quantile(survival, 0.9),
            }
        )
    return pd.DataFrame(rows)


def _limits(tiers: Any) -> dict[str, float]:
    if not isinstance(tiers, Mapping) or not tiers:
        raise TypeError(f'参数 tiers 应是级别到小时数的字典，例如 {{"紧急": 2, "一般": 24}}，你给的是 {tiers!r}。')
    for name, hours in tiers.items():
        if check_number(f"tiers 的“{name}”", hours) <= 0:
            raise ValueError(f"参数 tiers 里“{name}”的时限应大于 0 小时，你给的是 {hours:g}。")
    return {str(name): float(hours) for name, hours in tiers.items()}


@dataclass(frozen=True, repr=False, eq=False)
class ResolutionTime:
    """解决时长的结果。

    Attributes
    ----------
    table : DataFrame
        一行一组：group、n、n_open（没办结的）、median_h 及其区间 low、high、p90_h、naive_median_h（只看已办结的中位数，用来对照，
        它偏短）。
    curve : DataFrame
        一行一组一个时刻：group、hours、open_share（到这时还没办结的占比，0–1）及其区间 low、high、at_risk（这时还在等的件数）。
    p_value : float
        各组时长相同的假设下，对数秩检验的 p 值；只有一组时是 NaN。
    confidence : float
        置信水平。
    """

    table: pd.DataFrame
    curve: pd.DataFrame
    p_value: float
    confidence: float = 0.95

    def __str__(self) -> str:
        shown = self.table.head(4)
        level = f"{self.confidence * 100:g}% 区间"
        parts = [
            f"{row['group']} {_hours(row['median_h'])}（{level} {_hours(row['low'])}–{_hours(row['high'])}，"
            f"n = {row['n']}，未办结 {row['n_open']}）"
            for _, row in shown.iterrows()
        ]
        more = f" 等 {len(self.table)} 组" if len(self.table) > len(shown) else ""
        test = "" if np.isnan(self.p_value) else f"；对数秩检验 p = {self.p_value:.3g}"
        return f"解决时长中位数：{'；'.join(parts)}{more}{test}"

    __repr__ = __str__


def _hours(hours: float) -> str:
    return "算不出" if np.isnan(hours) else f"{hours:.1f} 小时"


def time_to_resolution(
    tickets: pd.DataFrame,
    *,
    as_of: Any,
    by: str | None = None,
    opened: str = "opened_at",
    closed: str = "closed_at",
    confidence: float = 0.95,
) -> ResolutionTime:
    """解决时长：多少小时后一半的投诉办结了。没办结的件算“还在等”（删失），不丢掉。

    Parameters
    ----------
    tickets : DataFrame
        一行一件。列：开始时间、办结时间（没办结的留空），以及 by 那一列。
    as_of : Timestamp or str
        数据截止的时刻，没办结的件等到这时。
    by : str, optional
        分组的列名（渠道、类型）。不给就不分组。缺失的行归入“未填写”。
    opened, closed : str
        时间列的列名，默认 opened_at、closed_at。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ResolutionTime
        table（各组中位数和区间）、curve（卡普兰–迈耶曲线）、p_value（对数秩检验）。

    Raises
    ------
    TypeError
        时间列不是日期时间，或 as_of 读不成日期时间。
    ValueError
        缺列，缺开始时间，办结早于开始，或有时间晚于 as_of。

    Notes
    -----
    卡普兰–迈耶（Kaplan-Meier）法。中位数是曲线第一次降到 0.5 或更低的时刻（也有软件在曲线正好平在 0.5 时取两端的中点）；区间按
    log(−log) 变换求得。曲线没降到 0.5，中位数就是“算不出”，不是 0。它假设还没办结的件以后办得和别的件一样快；难办的件被有意
    拖着时，这个假设不成立。

    References
    ----------
    Kaplan, E. L., & Meier, P. (1958). Nonparametric estimation from incomplete observations. *JASA*, 53, 457-481.

    Brookmeyer, R., & Crowley, J. (1982). A confidence interval for the median survival time. *Biometrics*, 38, 29-41.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> start = pd.to_datetime(["2026-03-01 08:00"] * 6)
    >>> closed = start + pd.to_timedelta([2, 5, 8, None, None, 30], unit="h")
    >>> tickets = pd.DataFrame({"opened_at": start, "closed_at": closed})
    >>> result = complaints.time_to_resolution(tickets, as_of="2026-03-02 18:00")
    >>> result
    解决时长中位数：全部 8.0 小时（95% 区间 2.0 小时–算不出，n = 6，未办结 2）
    >>> result.table["naive_median_h"].item()
    6.5
    """
    check_frame("tickets", tickets, [opened, closed, *([by] if by is not None else [])])
    check_probability("confidence", confidence)
    _, hours, done, _ = case_hours(tickets, opened, closed, as_of)
    group = np.full(len(tickets), _ALL, dtype=object) if by is None else _groups(tickets[by])
    rows, curves = [], []
    for name in sorted(set(group)):
        at = group == name
        survival = kaplan_meier(hours[at], done[at], confidence)
        closed_hours = hours[at & done]
        rows.append(
            {
                "group": name,
                "n": int(at.sum()),
                "n_open": int((at & ~done).sum()),
                "median_h": quantile(survival, 0.5),
                # The interval of the median: where the band of the curve crosses one half.
                "low": quantile(survival.assign(open_share=survival["low"]), 0.5),
                "high": quantile(survival.assign(open_share=survival["high"]), 0.5),
                "p90_h": quantile(survival, 0.9),
                "naive_median_h": float(np.median(closed_hours)) if len(closed_hours) else np.nan,
            }
        )
        curves.append(survival.assign(group=name))
    curve = pd.concat(curves, ignore_index=True)[["group", "hours", "open_share", "low", "high", "at_risk"]]
    p_value = _log_rank(hours, done, group) if len(rows) > 1 else float("nan")
    return ResolutionTime(pd.DataFrame(rows), curve, p_value, confidence)


def _groups(labels: pd.Series) -> np.ndarray:
    return labels.astype(object).where(labels.notna(), "未填写").map(str).to_numpy(dtype=object)


def kaplan_meier(hours: np.ndarray, done: np.ndarray, confidence: float = 0.95) -> pd.DataFrame:
    """Return the share still open after each closing time, with its log(-log) interval."""
    from crmlab._intervals import critical_z

    if not done.any():
        columns = ["hours", "open_share", "low", "high", "at_risk"]
        return pd.DataFrame({c: pd.Series(dtype="int64" if c == "at_risk" else "float64") for c in columns})
    times, closed = np.unique(hours[done], return_counts=True)
    at_risk = len(hours) - np.searchsorted(np.sort(hours), times, side="left")
    share = np.cumprod(1 - closed / at_risk)
    left = at_risk - closed
    inside = (share > 0) & (share < 1)
    variance = np.cumsum(closed / (at_risk * np.where(left > 0, left, 1.0)))
    log_share = np.log(np.where(inside, share, 0.5))
    shift = np.exp(critical_z(confidence) * np.sqrt(variance) / np.abs(log_share))
    low = np.where(inside, np.exp(log_share * shift), np.nan)
    high = np.where(inside, np.exp(log_share / shift), np.nan)
    return pd.DataFrame({"hours": times, "open_share": share, "low": low, "high": high, "at_risk": at_risk})


def quantile(survival: pd.DataFrame, share_closed: float) -> float:
    """Return the first time at which the open share is at most ``1 - share_closed``; NaN if it never is."""
    reached = (survival["open_share"] <= 1 - share_closed + 1e-12).to_numpy()
    return float(survival["hours"].to_numpy()[reached.argmax()]) if reached.any() else float("nan")


def _log_rank(hours: np.ndarray, done: np.ndarray, group: np.ndarray) -> float:
    from statsmodels.duration.survfunc import survdiff

    if not done.any():
        return float("nan")
    return float(survdiff(hours, done.astype(int), group)[1])
