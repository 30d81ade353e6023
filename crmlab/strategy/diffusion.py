"""How an innovation spreads: the Bass curve, and its three numbers from the first periods of sales."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_numbers, check_positive, check_probability, check_whole
from crmlab._intervals import Floats, critical_t, interval_text

_STARTS = ((0.01, 0.3), (0.03, 0.5), (0.001, 0.8), (0.1, 0.1))


def bass_curve(periods: int, *, p: float, q: float, market: float) -> pd.DataFrame:
    """巴斯扩散曲线（Bass diffusion curve）：一项创新服务，每一期有多少人第一次用上。

    到第 t 期末用上的占比 F(t) = (1 − e^−(p+q)t) ÷ (1 + (q ÷ p)·e^−(p+q)t)，第 t 期新用上的 = market × (F(t) − F(t − 1))。

    Parameters
    ----------
    periods : int
        算几期，从 1 起。
    p : float
        创新系数：不看别人、自己就去用的速度，大于 0，每期。
    q : float
        模仿系数：看见别人用才去用的速度，不小于 0，每期。
    market : float
        最终会用的总人数，大于 0。

    Returns
    -------
    DataFrame
        一行一期。列：period（1、2、……）、adopters（这一期新用上的人数）、cumulative（累计人数）、share（累计占 market 的比，0–1）。

    Raises
    ------
    TypeError
        参数不是数字。
    ValueError
        periods 不是正整数，p 或 market 不大于 0，或 q 是负数。

    Notes
    -----
    曲线由参数算出，没有抽样误差；p、q 由数据来的时候，误差看 :func:`bass_fit`。q 大于 p 时新增先升后降，高峰在 ln(q ÷ p) ÷ (p + q)；
    否则第一期最多，以后只降。模型里每人只用上一次，没有价格、没有竞争、没有人退出。

    References
    ----------
    Bass, F. M. (1969). A new product growth for model consumer durables. *Management Science*, 15(5), 215-227.

    Examples
    --------
    >>> from crmlab import strategy
    >>> strategy.bass_curve(4, p=0.03, q=0.4, market=10000).round({"adopters": 0, "cumulative": 0, "share": 3})
       period  adopters  cumulative  share
    0       1     361.0       361.0  0.036
    1       2     507.0       868.0  0.087
    2       3     683.0      1552.0  0.155
    3       4     872.0      2423.0  0.242
    """
    n = check_whole("periods", periods, 1)
    innovation, size = check_positive("p", p), check_positive("market", market)
    imitation = check_positive("q", q, allow_zero=True)
    share = _share(np.arange(n + 1, dtype=float), innovation, imitation)
    return pd.DataFrame(
        {
            "period": np.arange(1, n + 1),
            "adopters": size * np.diff(share),
            "cumulative": size * share[1:],
            "share": share[1:],
        }
    )


def _share(t: Floats, p: float, q: float) -> Floats:
    decay = np.exp(-(p + q) * t)
    return np.asarray((1 - decay) / (1 + q / p * decay))


@dataclass(frozen=True, repr=False, eq=False)
class BassFit:
    """由数据估出的巴斯曲线。

    Attributes
    ----------
    p, p_low, p_high : float
        创新系数和它的区间，每期。
    q, q_low, q_high : float
        模仿系数和它的区间，每期。
    market, market_low, market_high : float
        最终会用的总人数和它的区间。
    peak : float
        新增最快的时刻，推出之后几期；0 是一推出就最快。
    table : DataFrame
        一行一期。列：period、adopters（实际）、fitted（模型）。
    n : int
        用了几期。
    confidence : float
        置信水平。
    """

    p: float
    p_low: float
    p_high: float
    q: float
    q_low: float
    q_high: float
    market: float
    market_low: float
    market_high: float
    peak: float
    table: pd.DataFrame
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        parts = [
            f"{name} = {fmt.format(value)}（{interval_text(low, high, self.confidence, fmt)}）"
            for name, fmt, value, low, high in (
                ("p", "{:.4f}", self.p, self.p_low, self.p_high),
                ("q", "{:.3f}", self.q, self.q_low, self.q_high),
                ("总人数", "{:,.0f}", self.market, self.market_low, self.market_high),
            )
        ]
        peak = f"推出后 {self.peak:.1f} 期新增最快" if self.peak > 0 else "一推出就最快，以后只降"
        return f"{'，'.join(parts)}；{peak}（{self.n} 期）"

    __repr__ = __str__


def bass_fit(adopters: Any, *, confidence: float = 0.95) -> BassFit:
    """由每期的新增人数，估计巴斯曲线的 p、q 和最终总人数。

    Parameters
    ----------
    adopters : Series or list of float
        每一期第一次用上的人数，从推出的那一期起，不能断，至少 5 期。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    BassFit
        三个参数和区间、高峰、逐期的实际与模型。

    Raises
    ------
    TypeError
        人数不是数字。
    ValueError
        少于 5 期，有缺失或负数，全是 0，或数据定不出一条曲线（例如还在加速，看不出总人数）。

    Notes
    -----
    非线性最小二乘，区间由对数参数的近似标准误和 t 分布得到。高峰没过之前，总人数几乎是猜的：看区间有多宽。
    各期的误差常常前后相关，真正的不确定比区间还大。拿别家产品的 p、q 来预测自己的，等于假定两家客户一个脾气。

    References
    ----------
    Srinivasan, V., & Mason, C. H. (1986). Nonlinear least squares estimation of new product diffusion models.
    *Marketing Science*, 5(2), 169-178.

    Examples
    --------
    >>> from crmlab import strategy
    >>> sales = strategy.bass_curve(10, p=0.02, q=0.5, market=1000)["adopters"].round()
    >>> strategy.bass_fit(sales)
    p = 0.0201（95% 区间 0.0199–0.0203），q = 0.499（95% 区间 0.496–0.502），总人数 = 1,002（95% 区间 998–1,005）；推出后 6.2 期新增最快（10 期）
    """
    from scipy.optimize import least_squares

    known = check_numbers("adopters", adopters, 0, missing=False, need=5, hint="新增人数不会是负数。").to_numpy()
    check_probability("confidence", confidence)
    if known.sum() == 0:
        raise ValueError("参数 adopters 全是 0，没有人用上，估不出曲线。")
    n, scale = len(known), float(known.sum())
    edges = np.arange(n + 1, dtype=float)

    def fitted(theta: Floats) -> Floats:
        p, q, size = np.exp(theta)
        return np.asarray(size * np.diff(_share(edges, p, q)))

    def miss(theta: Floats) -> Floats:
        return (fitted(theta) - known / scale) * n

    bounds = (np.log([1e-6, 1e-6, 0.5]), np.log([5.0, 10.0, 200.0]))
    found = min(
        (
            least_squares(miss, np.log([p, q, 1.5]), bounds=bounds, xtol=1e-14, ftol=1e-14, gtol=1e-14)
            for p, q in _STARTS
        ),
        key=lambda fit: float(fit.cost),
    )
    at_edge = (found.x - bounds[0] < 1e-3) | (bounds[1] - found.x < 1e-3)
    information = found.jac.T @ found.jac
    if at_edge.any() or np.linalg.cond(information) > 1e14:
        raise ValueError(
            "这些数据定不出一条巴斯曲线：也许还在加速，也许没有先升后降。请等高峰过后再估，或用已知的 p、q。"
        )
    variance = 2 * found.cost / (n - 3) * np.diag(np.linalg.inv(information))
    half = float(critical_t(n - 3, confidence)) * np.sqrt(variance)
    unit = np.array([1.0, 1.0, scale])
    value, low, high = (np.exp(found.x + shift) * unit for shift in (0.0, -half, half))
    p, q = float(value[0]), float(value[1])
    table = pd.DataFrame({"period": np.arange(1, n + 1), "adopters": known, "fitted": fitted(found.x) * scale})
    peak = max(0.0, float(np.log(q / p)) / (p + q))
    return BassFit(
        p=p,
        p_low=float(low[0]),
        p_high=float(high[0]),
        q=q,
        q_low=float(low[1]),
        q_high=float(high[1]),
        market=float(value[2]),
        market_low=float(low[2]),
        market_high=float(high[2]),
        peak=peak,
        table=table,
        n=n,
        confidence=confidence,
    )
