"""Retention of contract customers: the rate of one period, and how it changes as the weak ones leave (sBG)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_count, check_numbers, check_positive, check_probability, check_whole
from crmlab._intervals import critical_z, interval_text, wilson
from crmlab.loyalty._fit import Floats, Objective, delta_se, maximise, parameter_table


@dataclass(frozen=True, repr=False)
class RetentionRate:
    """一期的客户保持率。

    Attributes
    ----------
    retention, low, high : float
        保持率和它的区间（威尔逊），0–1 之间。
    churn : float
        流失率，等于 1 − 保持率。
    lifetime : float
        平均还能留几期，等于 1 ÷ 流失率；没有人流失时是无穷大。
    kept, n : int
        期初客户中留下的人数；期初人数。
    confidence : float
        置信水平。
    """

    retention: float
    low: float
    high: float
    churn: float
    lifetime: float
    kept: int
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = f"{self.confidence * 100:g}% 区间 {self.low:.1%}–{self.high:.1%}"
        stay = "没有人流失" if np.isinf(self.lifetime) else f"平均留 {self.lifetime:.1f} 期"
        return f"保持率 {self.retention:.1%}（{interval}，n = {self.n:,}），流失率 {self.churn:.1%}，{stay}"

    __repr__ = __str__


def retention_rate(start: int, end: int, new: int, *, confidence: float = 0.95) -> RetentionRate:
    """客户保持率：期初的客户到期末还剩多少。

    保持率 =（期末人数 − 本期新增）÷ 期初人数。

    Parameters
    ----------
    start : int
        期初的客户数，大于 0。
    end : int
        期末的客户数，含新客户。
    new : int
        本期新增、期末还在的客户数。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    RetentionRate
        retention 及其区间、churn、lifetime。

    Raises
    ------
    TypeError
        人数不是数。
    ValueError
        人数是负数或小数，新增多于期末，或留下的多于期初。

    Notes
    -----
    平均留几期（1 ÷ 流失率）假设每期流失率不变。实际上老客户更稳，这样算往往偏短，见 :func:`sbg_retention`。

    Examples
    --------
    >>> from crmlab import loyalty
    >>> loyalty.retention_rate(start=1000, end=1050, new=200)
    保持率 85.0%（95% 区间 82.7%–87.1%，n = 1,000），流失率 15.0%，平均留 6.7 期
    """
    check_probability("confidence", confidence)
    check_positive("start", start, hint="没有期初客户，就没有保持率。")
    first, last, fresh = check_count("start", start), check_count("end", end), check_count("new", new)
    if fresh > last:
        raise ValueError(f"参数 new（{fresh}）不能大于 end（{last}）：期末人数里含新客户。")
    kept = last - fresh
    if kept > first:
        raise ValueError(f"期末减去新增是 {kept} 人，多于期初的 {first} 人。请核对 start、end 和 new。")
    low, high = wilson(kept, first, confidence)
    churn = (first - kept) / first
    lifetime = 1 / churn if churn else float("inf")
    return RetentionRate(kept / first, float(low), float(high), churn, lifetime, kept, first, confidence)


@dataclass(frozen=True, repr=False, eq=False)
class SbgResult:
    """sBG 模型的结果。

    Attributes
    ----------
    alpha, beta : float
        每期流失概率在客户之间的贝塔分布；首期平均流失 alpha ÷ (alpha + beta)。
    log_likelihood : float
        对数似然。
    n : int
        期初的客户数。
    parameters : DataFrame
        列：parameter、value、se、low、high。
    table : DataFrame
        一行一期。列：period、observed（观察到的存活比例，以后各期是 NaN）、survival（模型的存活比例）、low、high、
        retention_rate（这一期的保持率：上期末还在的人这期留下的比例）。
    confidence : float
        置信水平。
    """

    alpha: float
    beta: float
    log_likelihood: float
    n: int
    parameters: pd.DataFrame
    table: pd.DataFrame
    confidence: float = 0.95

    def __str__(self) -> str:
        last = self.table.iloc[-1]
        interval = interval_text(last["low"], last["high"], self.confidence, "{:.1%}")
        return (
            f"sBG 模型：alpha = {self.alpha:.3f}，beta = {self.beta:.3f}（n = {self.n:,}）；"
            f"预计第 {int(last['period'])} 期末还剩 {last['survival']:.1%}（{interval}）"
        )

    __repr__ = __str__


def sbg_retention(
    active: Any, *, horizon: int = 5, customers: int | None = None, confidence: float = 0.95
) -> SbgResult:
    """用 sBG 模型（shifted-beta-geometric）推算合同客户以后各期还剩多少。

    假设每位客户每期以自己的概率 θ 流失，θ 在客户之间服从贝塔分布。容易走的先走，所以保持率会一期比一期高：
    第 t 期的保持率 =（beta + t − 1）÷（alpha + beta + t − 1）。

    Parameters
    ----------
    active : Series or list of float
        一批同时加入的客户各期末还在的人数，第一个是期初的人数。也可以给比例（第一个是 1），这时要给 customers。
    horizon : int, default 5
        往后推几期。
    customers : int, optional
        active 是比例时，期初的人数。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    SbgResult
        参数、对数似然和逐期的表。

    Raises
    ------
    TypeError
        人数不是数字。
    ValueError
        不到 3 个数，人数变多，没有人流失，比例没有配 customers，或数据定不出参数。

    Notes
    -----
    只用于看得见“不续约”的生意（会员、订阅、保险）。散客不打招呼就不来了，请用 BetaGeoModel。区间只含参数的误差（delta 法，
    在 logit 尺度上），不含价格、竞争等条件变化。

    References
    ----------
    Fader, P. S., & Hardie, B. G. S. (2007). How to project customer retention. *Journal of Interactive Marketing*,
    21(1), 76-90.

    Examples
    --------
    >>> from crmlab import loyalty
    >>> loyalty.sbg_retention([1000, 869, 743, 653, 593, 551, 517, 491])
    sBG 模型：alpha = 0.668，beta = 3.806（n = 1,000）；预计第 12 期末还剩 37.8%（95% 区间 34.1%–41.7%）
    """
    check_probability("confidence", confidence)
    ahead = check_whole("horizon", horizon)
    counts = check_numbers("active", active, 0, need=3, missing=False).to_numpy()
    if customers is not None:
        size = check_positive("customers", customers)
        if counts[0] != 1:
            raise ValueError(
                f"参数 active 是比例时第一个应是 1，你给的是 {counts[0]:g}。给的是人数就不要写 customers。"
            )
        counts = counts * size
    elif counts[0] <= 1:
        raise ValueError("参数 active 像是比例。请同时写 customers=期初人数，否则不知道误差有多大。")
    if (np.diff(counts) > 0).any():
        at = int(np.flatnonzero(np.diff(counts) > 0)[0]) + 1
        raise ValueError(
            f"参数 active 应一期比一期少（或不变），第 {at + 1} 个数 {counts[at]:g} 大于前一个 {counts[at - 1]:g}。"
            "新加入的客户不要算进这一批。"
        )
    if counts[-1] == counts[0]:
        raise ValueError("这批客户没有一位流失，拟合不了 sBG 模型。请观察更久。")
    result = maximise(_objective(counts), [1.0, 2.0], ("alpha", "beta"), "sBG")
    periods = np.arange(len(counts) + ahead)
    survival = _survival(result.values, periods)
    logit = delta_se(lambda values: _logit(_survival(values, periods[1:])), result.values, result.covariance)
    half = np.append(0.0, critical_z(confidence) * logit)
    centre = np.append(0.0, _logit(survival[1:]))
    alpha, beta = map(float, result.values)
    table = pd.DataFrame(
        {
            "period": periods,
            "observed": np.append(counts / counts[0], np.full(ahead, np.nan)),
            "survival": survival,
            "low": np.where(periods == 0, 1.0, 1 / (1 + np.exp(half - centre))),
            "high": np.where(periods == 0, 1.0, 1 / (1 + np.exp(-half - centre))),
            "retention_rate": np.where(periods == 0, np.nan, (beta + periods - 1) / (alpha + beta + periods - 1)),
        }
    )
    parameters = parameter_table(result, ("alpha", "beta"), confidence)
    return SbgResult(alpha, beta, result.log_likelihood, round(counts[0]), parameters, table, confidence)


def _logit(share: Floats) -> Floats:
    return np.asarray(np.log(share) - np.log1p(-share))


def _survival(values: Floats, periods: np.ndarray) -> Floats:
    from scipy.special import betaln

    alpha, beta = values
    return np.asarray(np.exp(betaln(alpha, beta + periods) - betaln(alpha, beta)))


def _objective(counts: Floats) -> Objective:
    """Return the negative log-likelihood and its gradient, both in the logarithms of alpha and beta."""
    from scipy.special import betaln, psi

    lost, left, last = -np.diff(counts), counts[-1], len(counts) - 1
    t = np.arange(1, last + 1)

    def objective(point: Floats) -> tuple[float, Floats]:
        alpha, beta = np.exp(point)
        base = counts[0] * betaln(alpha, beta)
        likelihood = lost @ betaln(alpha + 1, beta + t - 1) + left * betaln(alpha, beta + last) - base
        both, end, start = psi(alpha + beta + t), psi(alpha + beta + last), psi(alpha + beta)
        d_alpha = lost @ (psi(alpha + 1) - both) + left * (psi(alpha) - end) - counts[0] * (psi(alpha) - start)
        d_beta = lost @ (psi(beta + t - 1) - both) + left * (psi(beta + last) - end) - counts[0] * (psi(beta) - start)
        return -float(likelihood), -np.array([d_alpha * alpha, d_beta * beta])

    return objective
