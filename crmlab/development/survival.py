"""How long customers stay: Kaplan-Meier curve, its interval, and the log-rank comparison of groups."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability, check_zero_one, listing
from crmlab._intervals import Floats, critical_z, interval_text
from crmlab.development._inputs import YES_NO


@dataclass(frozen=True, repr=False)
class SurvivalCurve:
    """一条生存曲线。

    Attributes
    ----------
    table : DataFrame
        一行一个时点。列：time、at_risk（这时还在观察的人数）、events（这时流失的）、censored（这时退出观察的）、
        survival（留到这时之后的概率，0–1）、se、low、high。
    median, median_low, median_high : float
        中位留存时间和它的区间，与 duration 同单位。还没有一半人流失时是 NaN。
    n, events, n_missing : int
        有效人数；其中已流失的人数；缺失而没用的人数。
    confidence : float
        置信水平。
    """

    table: pd.DataFrame
    median: float
    median_low: float
    median_high: float
    n: int
    events: int
    n_missing: int
    confidence: float = 0.95

    def at(self, times: Any) -> pd.DataFrame:
        """某些时点的留存概率。

        Parameters
        ----------
        times : Series or list of float
            时点，与 duration 同单位，不小于 0。

        Returns
        -------
        DataFrame
            列：time、survival、low、high、at_risk。超出观察期、曲线还没到 0 的时点是 NaN，at_risk 是 0。
        """
        when = check_numbers("times", times, 0, missing=False).to_numpy()
        known = self.table["time"].to_numpy()
        found = self.table.iloc[np.searchsorted(known, when, side="right") - 1].reset_index(drop=True)
        result = found[["survival", "low", "high"]].copy()
        later = np.searchsorted(known, when, side="left")
        at_risk = np.append(self.table["at_risk"].to_numpy(), 0)[later]
        result.loc[(when > known[-1]) & (result["survival"].to_numpy() > 0)] = np.nan
        result.insert(0, "time", when)
        result["at_risk"] = at_risk
        return result

    def __str__(self) -> str:
        if np.isnan(self.median):
            middle = "流失还不到一半，中位数算不出"
        else:
            ends = interval_text(self.median_low, self.median_high, self.confidence, "{:g}")
            if np.isnan(self.median_high) and not np.isnan(self.median_low):
                ends = f"{self.confidence * 100:g}% 区间从 {self.median_low:g} 起，上端还看不到"
            middle = f"中位留存 {self.median:g}（{ends}）"
        missing = f"，缺失 {self.n_missing}" if self.n_missing else ""
        return f"{middle}；{self.n} 人中 {self.events} 人已流失{missing}"

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class SurvivalComparison:
    """几组留存曲线的比较。

    Attributes
    ----------
    chi2, p_value : float
        对数秩检验的卡方值和 p 值。
    df : int
        自由度，组数减 1。
    table : DataFrame
        一行一组。列：group、n、events（实际流失）、expected（各组留存一样时该流失多少）、median、median_low、median_high。
    curves : dict
        组名 → :class:`SurvivalCurve`。
    n_missing : int
        缺失而没用的人数。
    """

    chi2: float
    p_value: float
    df: int
    table: pd.DataFrame
    curves: dict[Any, SurvivalCurve]
    n_missing: int

    def __str__(self) -> str:
        p = "< 0.001" if self.p_value < 0.001 else f"= {self.p_value:.3f}"
        said = "留存不同" if self.p_value < 0.05 else "看不出留存不同"
        n = int(self.table["n"].sum())
        return f"对数秩检验：卡方 {self.chi2:.2f}（自由度 {self.df}，p {p}，n = {n}），{len(self.table)} 组{said}"

    __repr__ = __str__


def _clean(customers: pd.DataFrame, duration: str, event: str) -> tuple[pd.DataFrame, int]:
    check_frame("customers", customers, [duration, event])
    table = pd.DataFrame(
        {
            "time": check_numbers(duration, customers[duration], 0).to_numpy(),
            "event": check_zero_one(event, customers[event], say=YES_NO).to_numpy(),
        }
    )
    known = table.dropna()
    if known.empty:
        raise ValueError(f"列“{duration}”和“{event}”没有一行同时有值。请检查数据是否为空，或筛选条件是否太严。")
    return known, len(table) - len(known)


def survival_curve(customers: pd.DataFrame, *, duration: str, event: str, confidence: float = 0.95) -> SurvivalCurve:
    """生存曲线（Kaplan–Meier 法）：客户留到第几个月还有多大概率，还没流失的人也用上。

    S(t) = ∏(1 − d ÷ n)，对 t 之前每个有人流失的时点连乘；d 是这时流失的人数，n 是这时还在观察的人数。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。任何一列缺失的行不用。
    duration : str
        观察了多久的列名（天、月都行），不小于 0。
    event : str
        是否已流失的列名，1 已流失，0 还没有（删失，censored）。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    SurvivalCurve
        table、median 及其区间、n、events；``.at([12, 24])`` 查某个时点。

    Raises
    ------
    TypeError
        时长不是数字，或 event 不是 0/1。
    ValueError
        缺列，时长是负数，或没有一行有效。

    Notes
    -----
    标准误用格林伍德（Greenwood）公式，区间在 log(−log S) 尺度上算，不会跑出 0–1；S 正好是 1 或 0 时区间算不出，是 NaN。
    别拿“已流失的人平均留了几个月”当平均寿命：还在的人留得更久，却没算进去。假设删失与流失无关：
    若是快要走的人先停止了记录，曲线就偏高。尾部在观察的人少，at_risk 只剩几十时不要细读。

    References
    ----------
    Kaplan, E. L., & Meier, P. (1958). Nonparametric estimation from incomplete observations.
    *Journal of the American Statistical Association*, 53(282), 457-481.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> customers = pd.DataFrame({"months": [2, 3, 3, 5, 8, 9, 12, 12], "left": [1, 1, 0, 1, 0, 1, 0, 0]})
    >>> curve = development.survival_curve(customers, duration="months", event="left")
    >>> curve
    中位留存 9（95% 区间从 2 起，上端还看不到）；8 人中 4 人已流失
    >>> curve.at([6]).round(3)
       time  survival    low   high  at_risk
    0   6.0       0.6  0.195  0.852        4
    """
    check_probability("confidence", confidence)
    known, n_missing = _clean(customers, duration, event)
    return _curve(known, n_missing, confidence)


def _counts(known: pd.DataFrame) -> pd.DataFrame:
    """Events, censored and at risk at each observed time."""
    table = known.groupby("time")["event"].agg(["sum", "size"])
    events, leaving = table["sum"].to_numpy(dtype=int), table["size"].to_numpy()
    at_risk = leaving[::-1].cumsum()[::-1]
    return pd.DataFrame(
        {"time": table.index.to_numpy(), "at_risk": at_risk, "events": events, "censored": leaving - events}
    )


def _curve(known: pd.DataFrame, n_missing: int, confidence: float) -> SurvivalCurve:
    table = _counts(known)
    if table["time"].iloc[0] > 0:
        start = pd.DataFrame({"time": [0.0], "at_risk": [len(known)], "events": [0], "censored": [0]})
        table = pd.concat([start, table], ignore_index=True)
    n, d = table["at_risk"].to_numpy(dtype=float), table["events"].to_numpy(dtype=float)
    survival = np.cumprod(1 - d / n)
    left = n > d
    greenwood = np.cumsum(np.where(left, d / np.where(left, n * (n - d), 1.0), 0.0))
    table["survival"] = survival
    inside = (survival > 0) & (survival < 1)
    table["se"] = np.where(survival > 0, survival * np.sqrt(greenwood), 0.0)
    safe = np.where(inside, survival, 0.5)
    half = critical_z(confidence) * np.sqrt(greenwood) / np.abs(np.log(safe))
    ends = [np.where(inside, safe ** np.exp(sign * half), np.nan) for sign in (1, -1)]
    table["low"], table["high"] = ends
    median, first, last = (_first_at_half(table["time"].to_numpy(), s) for s in (survival, ends[0], ends[1]))
    return SurvivalCurve(table, median, first, last, len(known), int(d.sum()), n_missing, confidence)


def _first_at_half(time: Floats, survival: Floats) -> float:
    reached = np.flatnonzero(survival <= 0.5 + 1e-12)
    return float(time[reached[0]]) if len(reached) else float("nan")


def compare_survival(
    customers: pd.DataFrame, *, duration: str, event: str, by: str, confidence: float = 0.95
) -> SurvivalComparison:
    """比较几组客户的留存曲线：对数秩检验（log-rank test）。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。任何一列缺失的行不用。
    duration : str
        观察了多久的列名，不小于 0。
    event : str
        是否已流失的列名，1 已流失，0 还没有。
    by : str
        分组的列名，至少两组。
    confidence : float, default 0.95
        各组中位数区间的置信水平，0–1 之间。

    Returns
    -------
    SurvivalComparison
        chi2、df、p_value，各组的人数、实际与期望流失、中位数（table），各组的曲线（curves）。

    Raises
    ------
    TypeError
        时长不是数字，或 event 不是 0/1。
    ValueError
        缺列，只有一组，或没有一个人流失。

    Notes
    -----
    p 值小只说“曲线不一样”，不说差多少：看各组的中位数和 12 个月的留存。两条曲线中途交叉时，检验可能看不出差别。
    这是一起变，不是因果：签两年合同的人本来就更想留下。

    References
    ----------
    Mantel, N. (1966). Evaluation of survival data and two new rank order statistics arising in its consideration.
    *Cancer Chemotherapy Reports*, 50(3), 163-170.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> customers = pd.DataFrame(
    ...     {
    ...         "months": [2, 3, 3, 5, 8, 9, 12, 12], "left": [1, 1, 1, 1, 0, 1, 0, 0],
    ...         "plan": ["月付", "月付", "年付", "月付", "年付", "月付", "年付", "年付"],
    ...     }
    ... )
    >>> development.compare_survival(customers, duration="months", event="left", by="plan")
    对数秩检验：卡方 3.25（自由度 1，p = 0.071，n = 8），2 组看不出留存不同
    """
    check_probability("confidence", confidence)
    check_frame("customers", customers, [duration, event, by])
    table = pd.DataFrame(
        {
            "time": check_numbers(duration, customers[duration], 0).to_numpy(),
            "event": check_zero_one(event, customers[event], say=YES_NO).to_numpy(),
            "group": customers[by].array,
        }
    )
    known = table.dropna()
    names = sorted(known["group"].unique(), key=lambda g: (str(type(g)), g))
    if len(names) < 2:
        raise ValueError(f"列“{by}”在有效的行里只有 {len(names)} 组（{listing(names)}），至少要两组才能比较。")
    if known["event"].sum() == 0:
        raise ValueError(f"列“{event}”没有一个 1，没有人流失，无从比较。请检查编码，或等更长的观察期。")
    observed, expected, variance = _log_rank(known, names)
    gap = (observed - expected)[:-1]
    chi2 = float(gap @ np.linalg.pinv(variance[:-1, :-1], hermitian=True) @ gap)
    from scipy.special import chdtrc

    df = len(names) - 1
    curves = {g: _curve(known[known["group"] == g], 0, confidence) for g in names}
    summary = pd.DataFrame(
        {
            "group": names,
            "n": [c.n for c in curves.values()],
            "events": [c.events for c in curves.values()],
            "expected": expected,
            "median": [c.median for c in curves.values()],
            "median_low": [c.median_low for c in curves.values()],
            "median_high": [c.median_high for c in curves.values()],
        }
    )
    return SurvivalComparison(chi2, float(chdtrc(df, chi2)), df, summary, curves, len(table) - len(known))


def _log_rank(known: pd.DataFrame, names: list[Any]) -> tuple[Floats, Floats, Floats]:
    """Observed and expected events of each group, and the covariance of their differences."""
    times = np.unique(known["time"].to_numpy())
    parts = [known[known["group"] == g] for g in names]
    at_risk = np.array([len(p) - np.searchsorted(np.sort(p["time"].to_numpy()), times, side="left") for p in parts])
    events = np.array([np.bincount(np.searchsorted(times, p["time"]), p["event"], len(times)) for p in parts])
    n, d = at_risk.sum(axis=0).astype(float), events.sum(axis=0)
    share = at_risk / n
    weight = d * (n - d) / np.where(n > 1, n - 1, 1.0)
    variance = np.diag((share * weight).sum(axis=1)) - (share * weight) @ share.T
    return events.sum(axis=1), (share * d).sum(axis=1), variance
