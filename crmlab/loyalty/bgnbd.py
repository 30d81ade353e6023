"""BG/NBD: how often and how long customers come back, when nobody tells that he leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from crmlab.loyalty._fit import Floats, Objective
from crmlab.loyalty._purchases_model import PurchaseModel


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class BetaGeoModel(PurchaseModel):
    """BG/NBD 模型（beta-geometric / negative binomial）：不签合同的生意里，客户多久来一次、什么时候不再来。

    假设：客户活跃时按自己的速度 λ 随机购买，每次买完以自己的概率 p 从此不来；λ 在客户之间服从伽马分布（r, alpha），
    p 服从贝塔分布（a, b）。用 :meth:`fit` 从数据估计，也可以直接给参数。

    Attributes
    ----------
    r, alpha : float
        购买速度的分布；平均每单位时间 r ÷ alpha 次。
    a, b : float
        每次买完就离开的概率的分布；平均 a ÷ (a + b)。
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
    只买过一次的客户，模型总认为他还活着（p_alive = 1），因为“离开”只发生在重复购买之后；对他们请用 ParetoNBD 或看预测次数。
    促销、季节和涨价都不在模型里。

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). "Counting your customers" the easy way: An alternative to the
    Pareto/NBD model. *Marketing Science*, 24(2), 275-284.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> model = loyalty.BetaGeoModel(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> model
    BG/NBD 模型（时间单位：周）：r = 0.243，alpha = 4.414，a = 0.793，b = 2.426
    >>> summary = pd.DataFrame({"customer_id": [7], "frequency": [2], "recency": [30.43], "T": [38.86]})
    >>> model.predict(summary, 39)[["p_alive", "expected_purchases"]].round(3)
       p_alive  expected_purchases
    0    0.727               1.226
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    label: ClassVar[str] = "BG/NBD"

    r: float
    alpha: float
    a: float
    b: float

    @staticmethod
    def _start(mean_age: float) -> list[float]:
        return [1.0, mean_age, 1.0, 2.0]

    @staticmethod
    def _likelihood(x: Floats, t_x: Floats, age: Floats, weight: Floats) -> Objective:
        return _objective(x, t_x, age, weight)

    @staticmethod
    def _mean(values: Floats, t: Floats) -> Floats:
        r, alpha, a, b = values
        return _near_one(a, lambda a: _expected(alpha, t, r, b, a + b - 1, a))

    @staticmethod
    def _conditional(values: Floats, t: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        r, alpha, a, b = values
        ahead = _near_one(a, lambda a: _expected(alpha + age, t, r + x, b + x, a + b + x - 1, a))
        return ahead * BetaGeoModel._alive(values, x, t_x, age)

    @staticmethod
    def _alive(values: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        r, alpha, a, b = values
        repeat = x > 0
        # log(b + x - 1) is asked for repeaters only; the others get a harmless 1.
        lead = np.log(a) - np.log(np.where(repeat, b + x - 1, 1.0))
        odds = lead + (r + x) * (np.log(alpha + age) - np.log(alpha + t_x))
        from scipy.special import expit

        return np.where(repeat, expit(-odds), 1.0)


def _near_one(a: float, function: Callable[[float], Floats]) -> Floats:
    """Evaluate a formula that divides by a - 1; across the gap at 1 it is the mean of both sides."""
    if abs(a - 1) > 1e-5:
        return function(a)
    return (function(1 - 1e-5) + function(1 + 1e-5)) / 2


def _expected(
    scale: Floats | float, t: Floats, r: Floats | float, b: Floats | float, c: Floats | float, a: float
) -> Floats:
    """Return c/(a-1) · (1 - (scale/(scale+t))^r · 2F1(r, b; c; t/(scale+t))).

    Euler's transformation brings the power and the hypergeometric function into one that neither overflows nor cancels:
    (1-z)^r 2F1(r, b; c; z) = (1-z)^(a-1) 2F1(c-r, a-1; c; z) with c = a + b - 1.
    """
    from scipy.special import hyp2f1

    z = t / (scale + t)
    c = np.where(np.abs(c) < 1e-9, 1e-9, c)  # c = 0 is a removable pole: c in front meets 1/c inside
    return np.asarray(c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyp2f1(c - r, a - 1, c, z)))


def _objective(x: Floats, t_x: Floats, age: Floats, weight: Floats) -> Objective:
    """Return the negative log-likelihood and its gradient, both in the logarithms of r, alpha, a, b."""
    from scipy.special import gammaln, psi

    # The gamma functions depend on x alone, of which there are few different values.
    values, where = np.unique(x, return_inverse=True)
    many = np.bincount(where, weights=weight)
    total = weight.sum()
    repeat = x > 0
    x_r, t_r, w_r, at = x[repeat], t_x[repeat], weight[repeat], where[repeat]

    def objective(point: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(point)
        log_age = np.log(alpha + age)
        stay = -(r + x) * log_age
        log_last = np.log(alpha + t_r)
        leave = np.log(a) - np.log(b + values - 1 + (values == 0))[at] - (r + x_r) * log_last
        both = stay.copy()
        both[repeat] = np.logaddexp(stay[repeat], leave)
        p_leave = np.exp(leave - both[repeat])
        p_stay = weight.copy()
        p_stay[repeat] -= w_r * p_leave
        w_leave = w_r * p_leave
        constant = gammaln(r + values) + gammaln(b + values) - gammaln(a + b + values)
        fixed = -gammaln(r) + r * np.log(alpha) + gammaln(a + b) - gammaln(b)
        likelihood = many @ constant + total * fixed + weight @ both
        psi_ab = many @ psi(a + b + values)
        d_r = many @ psi(r + values) + total * (np.log(alpha) - psi(r)) - p_stay @ log_age - w_leave @ log_last
        d_alpha = total * r / alpha - p_stay @ ((r + x) / (alpha + age)) - w_leave @ ((r + x_r) / (alpha + t_r))
        d_a = total * psi(a + b) - psi_ab + w_leave.sum() / a
        d_b = total * (psi(a + b) - psi(b)) + many @ psi(b + values) - psi_ab - w_leave @ (1 / (b + x_r - 1))
        gradient = np.array([d_r * r, d_alpha * alpha, d_a * a, d_b * b])
        return -float(likelihood), -gradient

    return objective
