"""What BG/NBD and Pareto/NBD have in common: the shape of the result and the tables made from it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from crmlab._checks import check_numbers, check_positive, check_probability
from crmlab.loyalty._fit import (
    Fit,
    Floats,
    Objective,
    check_history,
    check_same_unit,
    delta_se,
    grouped,
    maximise,
    parameter_table,
    positive_interval,
    purchase_columns,
)
from crmlab.loyalty._transactions import UNIT_ZH, check_unit


@dataclass(frozen=True, repr=False, eq=False, kw_only=True)
class PurchaseModel(ABC):
    """Base of the two models. Subclasses name their parameters and give their formulas."""

    names: ClassVar[tuple[str, ...]] = ()
    label: ClassVar[str] = ""

    time_unit: str
    log_likelihood: float = float("nan")
    n: int = 0
    parameters: pd.DataFrame | None = None
    covariance: Floats | None = None

    def __post_init__(self) -> None:
        for name in self.names:
            check_positive(name, getattr(self, name))
        check_unit(self.time_unit)

    def __str__(self) -> str:
        values = "，".join(f"{name} = {getattr(self, name):.4g}" for name in self.names)
        fitted = f"；对数似然 {self.log_likelihood:,.1f}，n = {self.n:,}".replace("-", "−") if self.n else ""
        return f"{self.label} 模型（时间单位：{UNIT_ZH[self.time_unit]}）：{values}{fitted}"

    __repr__ = __str__

    @property
    def values(self) -> Floats:
        """Return the parameters as an array, in the order of ``names``."""
        return np.array([getattr(self, name) for name in self.names], dtype=float)

    @classmethod
    def fit(cls, summary: pd.DataFrame, *, time_unit: str, confidence: float = 0.95) -> Self:
        """用极大似然从客户汇总表估计参数。

        Parameters
        ----------
        summary : DataFrame
            rfm_summary 的结果。列：frequency、recency、T。
        time_unit : {"day", "week", "month", "year"}
            recency 和 T 的单位；与 rfm_summary 记下的不同会报错。
        confidence : float, default 0.95
            参数区间的置信水平，0–1 之间。

        Returns
        -------
        BetaGeoModel or ParetoNBD
            估出的模型。

        Raises
        ------
        TypeError
            有列不是数字。
        ValueError
            缺列，几列互相矛盾，客户少于 10 位，没有人重复购买，或数据定不出参数。
        """
        check_unit(time_unit)
        check_probability("confidence", confidence)
        x, t_x, age = purchase_columns(summary)
        check_same_unit(summary, time_unit)
        check_history(x, age, cls.label)
        objective = cls._likelihood(*grouped(x, t_x, age))
        result = maximise(objective, cls._start(float(age.mean())), cls.names, cls.label)
        return cls(time_unit=time_unit, n=len(x), **_table_of(result, cls.names, confidence))

    @staticmethod
    @abstractmethod
    def _start(mean_age: float) -> list[float]:
        """Return where the search for the parameters begins."""

    @staticmethod
    @abstractmethod
    def _likelihood(x: Floats, t_x: Floats, age: Floats, weight: Floats) -> Objective:
        """Return the negative log-likelihood of grouped histories and its gradient."""

    @staticmethod
    @abstractmethod
    def _mean(values: Floats, t: Floats) -> Floats:
        """Return the expected repeat purchases of a new customer up to t."""

    @staticmethod
    @abstractmethod
    def _conditional(values: Floats, t: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return the expected purchases of a known customer in the next t."""

    @staticmethod
    @abstractmethod
    def _alive(values: Floats, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Return the probability that a known customer is still active."""

    def expected_purchases(self, t: Any, *, confidence: float = 0.95) -> pd.DataFrame:
        """一位新客户从首次购买起、时间 t 之内平均重复购买几次。

        Parameters
        ----------
        t : float or list of float
            时间，单位同模型，不能是负数。
        confidence : float, default 0.95
            置信水平，0–1 之间。

        Returns
        -------
        DataFrame
            列：t、expected、low、high。区间只含参数估计的误差（delta 法）；手工给参数的模型没有区间，是 NaN。

        Raises
        ------
        TypeError
            t 不是数字。
        ValueError
            t 是负数或缺失。
        """
        check_probability("confidence", confidence)
        times = check_numbers("t", t if np.ndim(t) else [t], 0, missing=False).to_numpy()
        expected = self._mean(self.values, times)
        low = high = np.full(len(times), np.nan)
        if self.covariance is not None:
            se = delta_se(lambda values: self._mean(values, times), self.values, self.covariance)
            low, high = positive_interval(expected, se, confidence)
        return pd.DataFrame({"t": times, "expected": expected, "low": low, "high": high})

    def p_alive(self, summary: pd.DataFrame) -> pd.Series:
        """每位客户现在还“活着”（还会再来）的概率。

        Parameters
        ----------
        summary : DataFrame
            rfm_summary 的结果，时间单位与模型相同。

        Returns
        -------
        Series
            0–1 之间，索引同原表。

        Raises
        ------
        TypeError
            有列不是数字。
        ValueError
            缺列，时间单位不同，或几列互相矛盾。
        """
        x, t_x, age = purchase_columns(summary)
        check_same_unit(summary, self.time_unit)
        return pd.Series(self._alive(self.values, x, t_x, age), index=summary.index, name="p_alive")

    def predict(self, summary: pd.DataFrame, t: float) -> pd.DataFrame:
        """每位客户今后时间 t 之内平均会再买几次。

        Parameters
        ----------
        summary : DataFrame
            rfm_summary 的结果，时间单位与模型相同。
        t : float
            往后看多久，单位同模型。

        Returns
        -------
        DataFrame
            原来的列，另加 p_alive（还会再来的概率）和 expected_purchases（平均次数）。

        Raises
        ------
        TypeError
            有列不是数字。
        ValueError
            缺列，时间单位不同，几列互相矛盾，或 t 是负数。

        Notes
        -----
        单个客户不给区间：一个人来不来的偶然性远大于参数的误差，真实次数常是 0 或几次，平均值只宜用来排序和加总。
        """
        ahead = check_positive("t", t, allow_zero=True)
        x, t_x, age = purchase_columns(summary)
        check_same_unit(summary, self.time_unit)
        return summary.assign(
            p_alive=self._alive(self.values, x, t_x, age),
            expected_purchases=self._conditional(self.values, np.asarray(ahead), x, t_x, age),
        )


def _table_of(fit: Fit, names: tuple[str, ...], confidence: float) -> dict[str, Any]:
    """Return the constructor arguments that a fit settles."""
    return {
        **dict(zip(names, map(float, fit.values), strict=True)),
        "log_likelihood": fit.log_likelihood,
        "parameters": parameter_table(fit, names, confidence),
        "covariance": fit.covariance,
    }
