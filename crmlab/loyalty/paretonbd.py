"""Pareto/NBD: purchases at random while active, and a customer may leave at any moment."""

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from crmlab.loyalty._fit import Floats, Objective
from crmlab.loyalty._purchases_model import PurchaseModel

_NODES = 40
# What is e^-60 of the largest value adds nothing to an integral in double precision.
_NEGLIGIBLE = 60.0


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class ParetoNBD(PurchaseModel):
    """Pareto/NBD 模型：不签合同的生意里，客户多久来一次、什么时候不再来；客户随时可能离开，不必等到买完以后。

    假设：客户活跃时按自己的速度 λ 随机购买，活跃的时间长短服从速率为 μ 的指数分布；λ 在客户之间服从伽马分布（r, alpha），
    μ 服从伽马分布（s, beta）。用 :meth:`fit` 从数据估计，也可以直接给参数。

    Attributes
    ----------
    r, alpha : float
        购买速度的分布；平均每单位时间 r ÷ alpha 次。
    s, beta : float
        离开速率的分布；平均每单位时间 s ÷ beta。
    time_unit : str
        时间单位："day"、"week"、"month" 或 "year"。
    log_likelihood : float
        对数似然；手工给参数的模型是 NaN。
    n : int
        拟合用的客户数；手工给参数的模型是 0。
    parameters : DataFrame or None
        列：parameter、value、se、low、high。区间在对数尺度上算，因此总是正数。
    covariance : ndarray or None
        参数对数的协方差阵。

    Notes
    -----
    与 BG/NBD 的预测通常很接近；差别在只买过一次的客户：这里越久没来，p_alive 越低。s 和 beta 往往估得不准（区间宽），
    两者的比值比单个数可靠。似然里的积分用高斯–勒让德求积，不用两个超几何函数相减，购买很多次的客户也不丢精度。

    References
    ----------
    Schmittlein, D. C., Morrison, D. G., & Colombo, R. (1987). Counting your customers: Who are they and what will they
    do next? *Management Science*, 33(1), 1-24.

    Fader, P. S., & Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD model and related expressions.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> model = loyalty.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669, time_unit="week")
    >>> model
    Pareto/NBD 模型（时间单位：周）：r = 0.553，alpha = 10.58，s = 0.606，beta = 11.67
    >>> summary = pd.DataFrame({"customer_id": [7, 8], "frequency": [2, 0], "recency": [30.43, 0], "T": [38.86, 38.86]})
    >>> model.predict(summary, 39)[["p_alive", "expected_purchases"]].round(3)
       p_alive  expected_purchases
    0    0.869               1.455
    1    0.295               0.107
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    label: ClassVar[str] = "Pareto/NBD"

    r: float
    alpha: float
    s: float
    beta: float

    @staticmethod
    def _start(mean_age: float) -> list[float]:
        return [1.0, mean_age, 1.0, mean_age]

    @staticmethod
    def _likelihood(x: Floats, t_x: Floats, age: Floats, weight: Floats) -> Objective:
        return _objective(x, t_x, age, weight)

    @staticmethod
    def _mean(values: Floats, t: Floats) -> Floats:
        r, alpha, s, beta = values
        return np.asarray(r * beta / alpha * _shrunk(s, np.log1p(t / beta)))

    @staticmethod
    def _conditional(values: Floats, t: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        r, alpha, s, beta = values
        ahead = (r + x) * (beta + age) / (alpha + age) * _shrunk(s, np.log1p(t / (beta + age)))
        return np.asarray(ahead * ParetoNBD._alive(values, x, t_x, age))

    @staticmethod
    def _alive(values: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        from scipy.special import expit

        s = values[2]
        stay, log_integral, _ = _parts(values, x, t_x, age)
        return np.asarray(expit(stay - np.log(s) - log_integral))


def _shrunk(s: float, log_growth: Floats) -> Floats:
    """Return (1 - e^(-(s-1) u)) / (s-1), which is u where s is 1."""
    from scipy.special import exprel

    return np.asarray(log_growth * exprel(-(s - 1) * log_growth))


@cache
def _rule() -> tuple[Floats, Floats]:
    """Return nodes and weights of the quadrature on 0-1."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return (nodes + 1) / 2, weights / 2


def _parts(values: Floats, x: Floats, t_x: Floats, age: Floats) -> tuple[Floats, Floats, tuple[Floats, Floats]]:
    """Return the two parts of the likelihood and the nodes of the second.

    log[(alpha+T)^-(r+x) (beta+T)^-s]  and  log of the integral over τ from t_x to T of (alpha+τ)^-(r+x) (beta+τ)^-(s+1).

    The integral is taken over u = log(min(alpha, beta) + τ), in which the integrand is smooth, and ends where it has become
    negligible, so that steep ones (many purchases, long silence) get all the nodes where they matter.
    """
    r, alpha, s, beta = values
    small = min(alpha, beta)
    start = np.log(small + t_x)

    def log_integrand(u: Floats, which: slice | NDArray[np.intp] = slice(None)) -> Floats:
        shape = (-1,) + (1,) * (u.ndim - 1)
        power = (r + x[which]).reshape(shape)
        tau = np.exp(u) - small
        return np.asarray(u - power * np.log(alpha + tau) - (s + 1) * np.log(beta + tau))

    end = np.log(small + age)
    floor = log_integrand(start) - _NEGLIGIBLE
    steep = np.flatnonzero(log_integrand(end) < floor)
    if len(steep):
        low, high = start[steep], end[steep]
        for _ in range(25):
            middle = (low + high) / 2
            above = log_integrand(middle, steep) > floor[steep]
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        end[steep] = high
    nodes, weights = _rule()
    width = end - start
    u = start[:, None] + width[:, None] * nodes
    height = log_integrand(u)
    top = height.max(axis=1)
    share = np.exp(height - top[:, None]) * weights
    area = share.sum(axis=1)
    stay = -(r + x) * np.log(alpha + age) - s * np.log(beta + age)
    # A customer who bought on the last day leaves no room: the integral is 0.
    log_integral = np.log(np.where(width > 0, width, 1.0)) + top + np.log(area)
    return stay, np.where(width > 0, log_integral, -np.inf), (np.exp(u) - small, share / area[:, None])


def _objective(x: Floats, t_x: Floats, age: Floats, weight: Floats) -> Objective:
    """Return the negative log-likelihood and its gradient, both in the logarithms of r, alpha, s, beta."""
    from scipy.special import gammaln, psi

    values_x, where = np.unique(x, return_inverse=True)
    many = np.bincount(where, weights=weight)
    total = weight.sum()

    def objective(point: Floats) -> tuple[float, Floats]:
        values = np.exp(point)
        r, alpha, s, beta = values
        stay, log_integral, (tau, share) = _parts(values, x, t_x, age)
        leave = np.log(s) + log_integral
        both = np.logaddexp(stay, leave)
        w_leave = weight * np.exp(leave - both)
        w_stay = weight - w_leave
        likelihood = (
            many @ gammaln(r + values_x) + total * (r * np.log(alpha) + s * np.log(beta) - gammaln(r)) + weight @ both
        )

        # Means over the time of leaving, given that the customer has left.
        def mean(of: Floats) -> Floats:
            return np.asarray(np.einsum("ij,ij->i", share, of))

        d_r = (
            many @ psi(r + values_x)
            + total * (np.log(alpha) - psi(r))
            - w_stay @ np.log(alpha + age)
            - w_leave @ mean(np.log(alpha + tau))
        )
        d_alpha = total * r / alpha - w_stay @ ((r + x) / (alpha + age)) - w_leave @ ((r + x) * mean(1 / (alpha + tau)))
        d_s = (
            total * np.log(beta) - w_stay @ np.log(beta + age) + w_leave.sum() / s - w_leave @ mean(np.log(beta + tau))
        )
        d_beta = total * s / beta - w_stay @ (s / (beta + age)) - (s + 1) * (w_leave @ mean(1 / (beta + tau)))
        return -float(likelihood), -np.array([d_r * r, d_alpha * alpha, d_s * s, d_beta * beta])

    return objective
