"""Gamma-Gamma: what a customer spends a purchase, seen through few and uneven purchases."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_positive, check_probability, row_of
from crmlab.loyalty._fit import Floats, Objective, delta_se, maximise, parameter_table, positive_interval

_NAMES = ("p", "q", "v")


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class GammaGamma:
    """Gamma-Gamma 模型：从几次重复购买的平均金额，推断客户真正的平均客单价。

    假设：每次金额围绕客户自己的平均水平随机波动；平均水平在客户之间不同，但同一客户不随时间变，也与购买频率无关。
    买得越少的客户，估计值越往全体的平均收缩。用 :meth:`fit` 从数据估计，也可以直接给参数。

    Attributes
    ----------
    p : float
        一次金额的形状：越大，同一客户的金额越稳定。
    q, v : float
        客户之间的差别。全体的平均客单价是 p × v ÷ (q − 1)，q 大于 1 时才有。
    log_likelihood : float
        对数似然；手工给参数的模型是 NaN。
    n : int
        拟合用的客户数（有重复购买的）。
    correlation : float
        这些客户的购买频率与平均金额的相关系数；离 0 远时，模型的独立假设不成立。
    parameters : DataFrame or None
        列：parameter、value、se、low、high。区间在对数尺度上算。
    covariance : ndarray or None
        参数对数的协方差阵。

    Notes
    -----
    参数 v 在文献里也写作 γ。三个参数高度相关，单个值的误差不小，由它们算出的平均客单价却稳定。

    References
    ----------
    Fader, P. S., & Hardie, B. G. S. (2013). The Gamma-Gamma model of monetary value.

    Colombo, R., & Jiang, W. (1999). A stochastic RFM model. *Journal of Interactive Marketing*, 13(3), 2-12.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> model = loyalty.GammaGamma(p=6.25, q=3.74, v=15.44)
    >>> model
    Gamma-Gamma 模型：p = 6.25，q = 3.74，v = 15.44；全体的平均客单价 35.22
    >>> summary = pd.DataFrame({"customer_id": [1, 2, 3], "frequency": [0, 1, 10], "monetary_value": [0.0, 80.0, 80.0]})
    >>> model.predict(summary)["expected_amount"].round(2).tolist()
    [35.22, 66.35, 78.12]
    """

    names: ClassVar[tuple[str, ...]] = _NAMES

    p: float
    q: float
    v: float
    log_likelihood: float = float("nan")
    n: int = 0
    correlation: float = float("nan")
    parameters: pd.DataFrame | None = None
    covariance: Floats | None = None

    def __post_init__(self) -> None:
        for name in _NAMES:
            check_positive(name, getattr(self, name))

    def __str__(self) -> str:
        values = "，".join(f"{name} = {getattr(self, name):.4g}" for name in _NAMES)
        mean = f"全体的平均客单价 {self._mean(self._values):,.2f}" if self.q > 1 else "全体的平均客单价不存在（q ≤ 1）"
        fitted = f"；对数似然 {self.log_likelihood:,.1f}，n = {self.n:,}".replace("-", "−") if self.n else ""
        return f"Gamma-Gamma 模型：{values}；{mean}{fitted}"

    __repr__ = __str__

    @property
    def _values(self) -> Floats:
        return np.array([self.p, self.q, self.v])

    @staticmethod
    def _mean(values: Floats) -> Floats:
        p, q, v = values
        return np.asarray(p * v / (q - 1))

    @classmethod
    def fit(cls, summary: pd.DataFrame, *, confidence: float = 0.95) -> "GammaGamma":
        """用极大似然从客户汇总表估计参数，只用有重复购买的客户。

        Parameters
        ----------
        summary : DataFrame
            rfm_summary 的结果。列：frequency、monetary_value。
        confidence : float, default 0.95
            参数区间的置信水平，0–1 之间。

        Returns
        -------
        GammaGamma
            估出的模型。

        Raises
        ------
        TypeError
            有列不是数字。
        ValueError
            缺列，有重复购买的客户金额是 0，重复购买的客户少于 10 位，或数据定不出参数。
        """
        check_probability("confidence", confidence)
        x, amount = _columns(summary)
        repeat = x > 0
        x, amount = x[repeat], amount[repeat]
        if len(x) < 10:
            raise ValueError(f"拟合 Gamma-Gamma 模型至少要 10 位有重复购买的客户，现在只有 {len(x)} 位。请加长观察期。")
        if np.ptp(amount) == 0:
            raise ValueError("所有客户的平均金额都一样，拟合不了 Gamma-Gamma 模型：看不出客户之间的差别。")
        result = maximise(_objective(x, amount), [2.0, 4.0, float(amount.mean())], _NAMES, "Gamma-Gamma")
        varied = np.ptp(x) > 0
        return cls(
            **dict(zip(_NAMES, map(float, result.values), strict=True)),
            log_likelihood=result.log_likelihood,
            n=len(x),
            correlation=float(np.corrcoef(x, amount)[0, 1]) if varied else float("nan"),
            parameters=parameter_table(result, _NAMES, confidence),
            covariance=result.covariance,
        )

    def mean_amount(self, *, confidence: float = 0.95) -> tuple[float, float, float]:
        """全体客户的平均客单价和它的区间。

        Parameters
        ----------
        confidence : float, default 0.95
            置信水平，0–1 之间。

        Returns
        -------
        tuple of float
            平均值、下限、上限；手工给参数的模型没有区间，是 NaN。

        Raises
        ------
        ValueError
            q 不大于 1：金额的分布尾巴太厚，没有平均值。
        """
        check_probability("confidence", confidence)
        self._check_mean()
        mean = self._mean(self._values)
        if self.covariance is None:
            return float(mean), float("nan"), float("nan")
        low, high = positive_interval(mean, delta_se(self._mean, self._values, self.covariance), confidence)
        return float(mean), float(low), float(high)

    def predict(self, summary: pd.DataFrame) -> pd.DataFrame:
        """每位客户的平均客单价：自己的平均与全体平均的加权，买得越多越信自己的。

        Parameters
        ----------
        summary : DataFrame
            rfm_summary 的结果。列：frequency、monetary_value。没有重复购买的客户得全体的平均。

        Returns
        -------
        DataFrame
            原来的列，另加 expected_amount（与 monetary_value 同单位）。单个客户不给区间：参数的误差远小于他自己几次购买的偶然。

        Raises
        ------
        TypeError
            有列不是数字。
        ValueError
            缺列，有重复购买的客户金额是 0，或 q 不大于 1。
        """
        self._check_mean()
        x, amount = _columns(summary)
        expected = self.p * (self.v + x * amount) / (self.p * x + self.q - 1)
        return summary.assign(expected_amount=expected)

    def _check_mean(self) -> None:
        if self.q <= 1:
            raise ValueError(
                f"参数 q 应大于 1，现在是 {self.q:.4g}：金额的分布尾巴太厚，没有平均值。请检查有没有极端的大额订单。"
            )


def _columns(summary: pd.DataFrame) -> tuple[Floats, Floats]:
    check_frame("summary", summary, ["frequency", "monetary_value"])
    x = check_numbers("frequency", summary["frequency"], 0, missing=False)
    amount = check_numbers("monetary_value", summary["monetary_value"], 0, missing=False)
    free = ((x > 0) & (amount == 0)).to_numpy()
    if free.any():
        at = int(np.flatnonzero(free)[0])
        raise ValueError(
            f"列“monetary_value”在有重复购买时应大于 0，{row_of(amount, at)}是 0，共 {int(free.sum())} 处。"
            "请先去掉只有赠品或全额退款的客户。"
        )
    return x.to_numpy(), amount.to_numpy()


def _objective(x: Floats, amount: Floats) -> Objective:
    """Return the negative log-likelihood and its gradient, both in the logarithms of p, q, v."""
    from scipy.special import gammaln, psi

    log_amount, log_x, paid, n = np.log(amount), np.log(x), x * amount, len(x)

    def objective(point: Floats) -> tuple[float, Floats]:
        p, q, v = np.exp(point)
        whole, log_v = p * x + q, np.log(v + paid)
        likelihood = (
            gammaln(whole) - gammaln(p * x) + (p * x - 1) * log_amount + p * x * log_x - whole * log_v
        ).sum() + n * (q * np.log(v) - gammaln(q))
        psi_whole = psi(whole)
        d_p = (x * (psi_whole - psi(p * x) + log_amount + log_x - log_v)).sum()
        d_q = (psi_whole - log_v).sum() + n * (np.log(v) - psi(q))
        d_v = n * q / v - (whole / (v + paid)).sum()
        return -float(likelihood), -np.array([d_p * p, d_q * q, d_v * v])

    return objective
