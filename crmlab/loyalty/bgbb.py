"""BG/BB: the purchase model for business that comes at most once a period: annual donations, monthly boxes, fairs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab._checks import check_frame, check_numbers, check_positive, check_probability, check_whole, row_of
from crmlab.loyalty._fit import Floats, Objective, grouped, maximise, parameter_table

_NAMES = ("alpha", "beta", "gamma", "delta")


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class BetaGeoBetaBinomial:
    """BG/BB 模型（beta-geometric / beta-Bernoulli）：每期至多买一次的生意，例如年度捐款、月度礼盒、一年一届的展会。

    假设：客户活跃时每期以自己的概率 p 购买，每期开始以自己的概率 θ 离开、从此不来；p 服从贝塔分布（alpha, beta），
    θ 服从贝塔分布（gamma, delta）。用 :meth:`fit` 从数据估计，也可以直接给参数。

    Attributes
    ----------
    alpha, beta : float
        每期购买概率的分布；平均 alpha ÷ (alpha + beta)。
    gamma, delta : float
        每期离开概率的分布；平均 gamma ÷ (gamma + delta)。
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
    一期里能买几次的生意请用 BetaGeoModel：把多次记成一次会丢掉信息。第 0 期（入会的那次）不算在内。

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Shang, J. (2010). Customer-base analysis in a discrete-time noncontractual setting.
    *Marketing Science*, 29(6), 1086-1108.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> model = loyalty.BetaGeoBetaBinomial(alpha=1.204, beta=0.75, gamma=0.657, delta=2.783)
    >>> model
    BG/BB 模型：alpha = 1.204，beta = 0.75，gamma = 0.657，delta = 2.783
    >>> donors = pd.DataFrame({"frequency": [6, 4, 0], "recency": [6, 4, 0], "n_periods": 6})
    >>> model.predict(donors, 5)[["p_alive", "expected_purchases"]].round(2)
       p_alive  expected_purchases
    0     0.93                3.75
    1     0.20                0.58
    2     0.11                0.07
    """

    names: ClassVar[tuple[str, ...]] = _NAMES

    alpha: float
    beta: float
    gamma: float
    delta: float
    log_likelihood: float = float("nan")
    n: int = 0
    parameters: pd.DataFrame | None = None
    covariance: Floats | None = None

    def __post_init__(self) -> None:
        for name in _NAMES:
            check_positive(name, getattr(self, name))

    def __str__(self) -> str:
        values = "，".join(f"{name} = {getattr(self, name):.4g}" for name in _NAMES)
        fitted = f"；对数似然 {self.log_likelihood:,.1f}，n = {self.n:,}".replace("-", "−") if self.n else ""
        return f"BG/BB 模型：{values}{fitted}"

    __repr__ = __str__

    @classmethod
    def fit(
        cls, summary: pd.DataFrame, *, weights: str | None = None, confidence: float = 0.95
    ) -> "BetaGeoBetaBinomial":
        """用极大似然从客户汇总表估计参数。

        Parameters
        ----------
        summary : DataFrame
            一行一位客户（或一种历史）。列：frequency（买过几期）、recency（最后一次在第几期，没买过是 0）、n_periods（观察了几期）。
        weights : str, optional
            人数列：一行代表这么多位历史相同的客户。
        confidence : float, default 0.95
            参数区间的置信水平，0–1 之间。

        Returns
        -------
        BetaGeoBetaBinomial
            估出的模型。

        Raises
        ------
        TypeError
            有列不是数字。
        ValueError
            缺列，几列互相矛盾，客户少于 10 位，没有人买过，或数据定不出参数。
        """
        check_probability("confidence", confidence)
        x, t_x, n = _columns(summary)
        check_frame("summary", summary, [weights] if weights else [])
        many = check_numbers(weights, summary[weights], 0, missing=False).to_numpy() if weights else np.ones(len(x))
        if many.sum() < 10:
            raise ValueError(f"拟合 BG/BB 模型至少要 10 位客户，现在只有 {many.sum():g} 位。请先收集更多数据。")
        if not (x > 0).any():
            raise ValueError("没有一位客户再买过，拟合不了 BG/BB 模型。请加长观察期。")
        *histories, times = grouped(x, t_x, n, many)
        objective = _complex_step(lambda values: -(times @ _log_likelihood(values, *histories)))
        result = maximise(objective, [1.0, 1.0, 1.0, 3.0], _NAMES, "BG/BB")
        return cls(
            **dict(zip(_NAMES, map(float, result.values), strict=True)),
            log_likelihood=result.log_likelihood,
            n=round(many.sum()),
            parameters=parameter_table(result, _NAMES, confidence),
            covariance=result.covariance,
        )

    def predict(self, summary: pd.DataFrame, periods: int) -> pd.DataFrame:
        """每位客户今后几期平均会再买几次。

        Parameters
        ----------
        summary : DataFrame
            列：frequency、recency、n_periods。
        periods : int
            往后看几期。

        Returns
        -------
        DataFrame
            原来的列，另加 p_alive（下一期还在的概率）和 expected_purchases（今后 periods 期的平均次数）。单个客户不给区间，
            理由同 :meth:`BetaGeoModel.predict`。

        Raises
        ------
        TypeError
            有列不是数字。
        ValueError
            缺列，或几列互相矛盾。
        """
        from scipy.special import betaln

        ahead = check_whole("periods", periods)
        x, t_x, n = _columns(summary)
        values = np.array([getattr(self, name) for name in _NAMES])
        alpha, beta, gamma, delta = values
        base = -betaln(alpha, beta) - betaln(gamma, delta) - _log_likelihood(values, x, t_x, n)
        t = np.arange(1, ahead + 1)
        still = np.exp(
            base[:, None] + betaln(gamma, delta + n[:, None] + t) + betaln(alpha + x + 1, beta + n - x)[:, None]
        )
        return summary.assign(
            p_alive=np.exp(base + betaln(gamma, delta + n + 1) + betaln(alpha + x, beta + n - x)),
            expected_purchases=still.sum(axis=1),
        )


def _columns(summary: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    check_frame("summary", summary, ["frequency", "recency", "n_periods"])
    columns = {c: check_numbers(c, summary[c], 0, missing=False) for c in ("frequency", "recency", "n_periods")}
    x, t_x, n = (c.to_numpy() for c in columns.values())
    for name, values in columns.items():
        broken = (values != np.floor(values)).to_numpy()
        if broken.any():
            at = int(broken.argmax())
            raise ValueError(f"列“{name}”数的是期，应是整数，{row_of(values, at)}是 {values.iloc[at]:g}。")
    for wrong, name, rule in (
        (t_x > n, "recency", "不能大于同一行的 n_periods"),
        (x > t_x, "frequency", "不能大于同一行的 recency：每期至多一次"),
        ((x == 0) & (t_x > 0), "recency", "在 frequency 是 0 时也应是 0"),
    ):
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            series = columns[name]
            raise ValueError(f"列“{name}”{rule}，{row_of(series, at)}是 {series.iloc[at]:g}。请核对这一行。")
    return x, t_x, n


def _log_likelihood(values: NDArray[Any], x: Floats, t_x: Floats, n: Floats) -> NDArray[Any]:
    """Return the log-likelihood of each history; works for complex parameters too."""
    from scipy.special import loggamma

    def log_beta(a: Any, b: Any) -> Any:
        return loggamma(a) + loggamma(b) - loggamma(a + b)

    alpha, beta, gamma, delta = values
    # Column i: left after period t_x + i; the last column: still there.
    i = np.arange(int((n - t_x).max()))
    at = np.minimum(t_x[:, None] + i, n[:, None])
    left = log_beta(alpha + x[:, None], beta + at - x[:, None]) + log_beta(gamma + 1, delta + at)
    stay = log_beta(alpha + x, beta + n - x) + log_beta(gamma, delta + n)
    parts = np.column_stack([left, stay])
    known = np.column_stack([t_x[:, None] + i < n[:, None], np.ones(len(x), dtype=bool)])
    top = np.where(known, parts.real, -np.inf).max(axis=1)
    total = np.where(known, np.exp(parts - top[:, None]), 0).sum(axis=1)
    return np.asarray(top + np.log(total) - log_beta(alpha, beta) - log_beta(gamma, delta))


def _complex_step(function: Callable[[NDArray[Any]], Any]) -> Objective:
    """Give an analytic function of positive parameters its exact gradient in their logarithms, by the complex step."""

    def objective(point: Floats) -> tuple[float, Floats]:
        step = 1e-30
        gradient = [function(np.exp(point + 1j * step * unit)).imag / step for unit in np.eye(len(point))]
        return float(function(np.exp(point))), np.array(gradient)

    return objective
