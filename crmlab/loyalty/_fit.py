"""Maximum likelihood for models with positive parameters: one optimiser, one kind of standard error.

Parameters are worked on as logarithms: they stay positive, and intervals do too. The gradient is the model's own, exact;
the Hessian is its central difference. Newton's method in four dimensions takes some ten steps and ends at the optimum to the last digits,
wherever it started; scipy's L-BFGS-B needs longer here, most of it in starting threads.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab._checks import check_frame, check_numbers, row_of
from crmlab._intervals import critical_z

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]
# e^8, three thousand times its start, and a parameter says "no limit": the data do not hold it.
_BOUND = 8.0
_STEPS = 60


@dataclass(frozen=True)
class Fit:
    """Result of :func:`maximise`."""

    values: Floats
    covariance: NDArray[Any]  # of the logarithms of the parameters
    log_likelihood: float


def hessian_of(objective: Objective, at: Floats, step: float = 1e-5) -> Floats:
    """Return the Hessian as the central difference of the gradient."""
    rows = []
    for i in range(len(at)):
        shift = np.zeros(len(at))
        shift[i] = step
        rows.append((objective(at + shift)[1] - objective(at - shift)[1]) / (2 * step))
    square = np.array(rows)
    return (square + square.T) / 2


def maximise(objective: Objective, start: Sequence[float], names: Sequence[str], model: str) -> Fit:
    """Minimise a negative log-likelihood given as (value, gradient) of the logarithms of the parameters.

    Raises
    ------
    ValueError
        似然没有最大值：有参数越估越大或越小，或几个参数分不开。
    """
    centre = np.log(np.asarray(start, dtype=float))
    point, value = centre, objective(centre)[0]
    for _ in range(_STEPS):
        slope, curvature = objective(point)[1], hessian_of(objective, point)
        sizes, directions = np.linalg.eigh(curvature)
        # A direction that curves the wrong way or hardly at all is walked down, at a capped length.
        step = -directions @ (directions.T @ slope / np.maximum(np.abs(sizes), 1e-9 * np.abs(sizes).max()))
        step *= min(1.0, 1.5 / np.abs(step).max(initial=1e-300))
        gain = -float(slope @ step)
        length = 1.0
        # Written with "not", so that an overflow to NaN shortens the step as well.
        while not (ahead := objective(point + length * step)[0]) <= value - 1e-4 * length * gain and length > 1e-6:
            length /= 2
        if length <= 1e-6 or gain <= 1e-12 * max(abs(value), 1.0):
            break
        point, value = point + length * step, ahead
        far = np.abs(point - centre) > _BOUND
        if far.any():
            at = int(np.flatnonzero(far)[0])
            way = "大" if point[at] > centre[at] else "小"
            raise ValueError(
                f"{model} 模型在这批数据上没有确定的解：参数 {names[at]} 越估越{way}。"
                "常见原因是客户太少、观察期太短，或客户之间几乎没有差别。请增加数据，或改用更简单的指标。"
            )
    if not sizes.min() > 1e-7 * sizes.max() or gain > 1e-6:
        raise ValueError(
            f"{model} 模型在这批数据上没有确定的解：几个参数可以一起变而结果一样好。请增加客户或加长观察期。"
        )
    # The last step is too small to show in the likelihood, but Newton's method doubles the digits with it.
    return Fit(np.exp(point + step), np.linalg.inv(curvature), -value)


def parameter_table(fit: Fit, names: Sequence[str], confidence: float) -> pd.DataFrame:
    """Return one row a parameter: value, standard error, and the interval built on the log scale."""
    log_se = np.sqrt(np.diag(fit.covariance))
    stretch = np.exp(critical_z(confidence) * log_se)
    return pd.DataFrame(
        {
            "parameter": list(names),
            "value": fit.values,
            "se": fit.values * log_se,
            "low": fit.values / stretch,
            "high": fit.values * stretch,
        }
    )


def delta_se(function: Callable[[Floats], Floats], values: Floats, covariance: Floats, step: float = 1e-5) -> Floats:
    """Return the standard error of ``function`` (an array) of the parameters, by the delta method."""
    point, columns = np.log(values), []
    for i in range(len(point)):
        shift = np.zeros(len(point))
        shift[i] = step
        columns.append((function(np.exp(point + shift)) - function(np.exp(point - shift))) / (2 * step))
    slopes = np.array(columns)
    return np.asarray(np.sqrt(np.maximum(np.einsum("i...,ij,j...->...", slopes, covariance, slopes), 0)))


def positive_interval(values: Floats, se: Floats, confidence: float) -> tuple[Floats, Floats]:
    """Return an interval that stays positive: the normal one of the logarithm."""
    safe = np.where(values > 0, values, 1.0)
    stretch = np.exp(critical_z(confidence) * se / safe)
    return values / stretch, values * stretch


def purchase_columns(summary: pd.DataFrame) -> tuple[Floats, Floats, Floats]:
    """Return frequency, recency and T of a purchase summary, checked against each other."""
    check_frame("summary", summary, ["frequency", "recency", "T"])
    columns = {c: check_numbers(c, summary[c], 0, missing=False) for c in ("frequency", "recency", "T")}
    x, t_x, age = (columns[c].to_numpy() for c in ("frequency", "recency", "T"))
    for wrong, column, rule in (
        (x != np.floor(x), "frequency", "应是整数（重复购买的天数）"),
        (t_x > age, "recency", "不能大于同一行的 T：末次购买不会晚于观察期末"),
        ((x == 0) & (t_x > 0), "recency", "在 frequency 是 0 时也应是 0：没有重复购买，首次就是末次"),
        ((x > 0) & (t_x == 0), "recency", "在 frequency 大于 0 时应大于 0：重复购买在首次之后"),
    ):
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            raise ValueError(
                f"列“{column}”{rule}，{row_of(columns[column], at)}是 {columns[column].iloc[at]:g}。"
                "这张表应由 loyalty.rfm_summary() 算出。"
            )
    return x, t_x, age


def check_history(x: Floats, age: Floats, model: str) -> None:
    """Refuse histories from which no purchase model can be fitted."""
    if len(x) < 10:
        raise ValueError(f"拟合 {model} 模型至少要 10 位客户，现在只有 {len(x)} 位。请先收集更多数据。")
    if not (x > 0).any():
        raise ValueError(f"没有一位客户重复购买，拟合不了 {model} 模型。请加长观察期。")
    if not (x == 0).any() and np.ptp(x) == 0 and np.ptp(age) == 0:
        raise ValueError(f"所有客户的购买次数和观察时间都一样，拟合不了 {model} 模型：看不出客户之间的差别。")


def check_same_unit(summary: pd.DataFrame, time_unit: str) -> None:
    """Refuse a summary that was made in another unit of time than the model works in."""
    made_in = summary.attrs.get("time_unit", time_unit)
    if made_in != time_unit:
        raise ValueError(
            f'这张表的时间单位是 "{made_in}"，模型用的是 "{time_unit}"。请用 rfm_summary(..., time_unit="{time_unit}") 重新汇总。'
        )


def grouped(x: Floats, t_x: Floats, age: Floats, weight: Floats | None = None) -> tuple[Floats, Floats, Floats, Floats]:
    """Return distinct histories and how many customers share each: the likelihood needs each only once."""
    order = np.lexsort((age, t_x, x))
    rows = np.stack([x[order], t_x[order], age[order]])
    new = np.append(True, (rows[:, 1:] != rows[:, :-1]).any(axis=0))
    starts = np.flatnonzero(new)
    a, b, c = rows[:, starts]
    many = np.diff(starts, append=len(x)).astype(float) if weight is None else np.add.reduceat(weight[order], starts)
    return a, b, c, many
