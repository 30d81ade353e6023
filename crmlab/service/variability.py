"""How uneven a service is: coefficient of variation and Gini, group by group."""

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability
from crmlab._intervals import Floats, critical_t


def variability(data: pd.DataFrame, *, by: str, column: str, confidence: float = 0.95) -> pd.DataFrame:
    """服务的差异性：每组的变异系数和基尼系数，同样的服务，这次和下次差多少。

    变异系数（coefficient of variation, CV）= 标准差 ÷ 均值；基尼系数（Gini）= 两两之差的平均 ÷ (2 × 均值)。两者都没有单位。

    Parameters
    ----------
    data : DataFrame
        一行一次服务。
    by : str
        分组的列名，例如门店或员工。缺失的不算。
    column : str
        时长之类的列名，不能是负数。缺失的不算。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一组，按组名。列：group、n、mean、sd（n − 1）、cv 及 cv_low、cv_high、gini 及 gini_low、gini_high。
        只有一个值，或均值是 0 时，算不出的是 NaN。区间要至少 3 个值。

    Raises
    ------
    TypeError
        列不是数字。
    ValueError
        缺列，有负数，by 和 column 相同，或一行有效的也没有。

    Notes
    -----
    基尼系数用总体公式（两两之差除以 n²），与课本一致；样本很小时偏小。区间用刀切法（jackknife）的 t 区间，低端不小于 0；
    n 不到 20 或有几个极长的值时，区间偏窄。
    变异系数 1 左右是指数分布（M/M/c 的假设），越接近 0 越整齐。
    差异大不一定是坏事：按客户的需要快慢不同，也是差异。

    References
    ----------
    Gini, C. (1912). *Variabilità e mutabilità*. Bologna.

    Efron, B., & Stein, C. (1981). The jackknife estimate of variance. *Annals of Statistics*, 9(3), 586-596.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import service
    >>> visits = pd.DataFrame({"store": list("甲甲甲甲乙乙乙乙"), "service_s": [100, 110, 90, 100, 30, 200, 60, 110]})
    >>> service.variability(visits, by="store", column="service_s")[["group", "n", "mean", "cv", "gini"]].round(3)
      group  n   mean     cv   gini
    0     乙  4  100.0  0.744  0.350
    1     甲  4  100.0  0.082  0.038
    """
    check_frame("data", data, [by, column])
    if by == column:
        raise ValueError(f"参数 by 和 column 都是“{by}”，请给两个不同的列。")
    check_probability("confidence", confidence)
    values = check_numbers(column, data[column], 0)
    keep = values.notna() & data[by].notna()
    if not keep.any():
        raise ValueError(f"列“{by}”和“{column}”都有值的行一行也没有。请检查数据。")
    table = pd.DataFrame({"group": data.loc[keep, by].to_numpy(), "value": values[keep].to_numpy()})
    rows = [(group, *_spread(part["value"].to_numpy(), confidence)) for group, part in table.groupby("group")]
    columns = ["group", "n", "mean", "sd", "cv", "cv_low", "cv_high", "gini", "gini_low", "gini_high"]
    return pd.DataFrame(rows, columns=columns)


def _spread(values: Floats, confidence: float) -> tuple[float, ...]:
    n, mean = len(values), float(values.mean())
    nan = float("nan")
    if n < 2 or mean == 0:
        return n, mean, float(values.std(ddof=1)) if n > 1 else nan, nan, nan, nan, nan, nan, nan
    sd = float(values.std(ddof=1))
    ordered = np.sort(values)
    gini = float(ordered @ (2 * np.arange(1, n + 1) - n - 1)) / (n * n * mean)
    cv_low, cv_high = _jackknife(sd / mean, _cv_without(ordered), confidence)
    gini_low, gini_high = _jackknife(gini, _gini_without(ordered), confidence)
    return n, mean, sd, sd / mean, cv_low, cv_high, gini, gini_low, min(gini_high, 1.0)


def _cv_without(ordered: Floats) -> Floats:
    """Return the coefficient of variation with each value left out in turn."""
    n = len(ordered)
    if n < 3:
        return np.array([])
    centred = ordered - ordered.mean()
    left = -centred / (n - 1)  # the mean of the others, about the mean of all
    squares = (centred @ centred) - centred**2 - (n - 1) * left**2
    mean = ordered.mean() + left
    sd = np.sqrt(np.maximum(squares, 0) / (n - 2))
    return np.asarray(np.divide(sd, mean, out=np.full(n, np.nan), where=mean > 0))


def _gini_without(ordered: Floats) -> Floats:
    """Return the Gini coefficient with each value left out in turn, from running sums of the sorted values."""
    n = len(ordered)
    if n < 3:
        return np.array([])
    total = ordered.sum()
    below = np.cumsum(ordered) - ordered
    above = total - below - ordered
    rank = np.arange(n)
    # Differences between one value and all others; each pair counts once in the sum over all pairs.
    own = rank * ordered - below + above - (n - 1 - rank) * ordered
    pairs = float(ordered @ (2 * rank - n + 1))
    rest = total - ordered
    return np.asarray(np.divide(pairs - own, (n - 1) * rest, out=np.full(n, np.nan), where=rest > 0))


def _jackknife(estimate: float, without: Floats, confidence: float) -> tuple[float, float]:
    n = len(without)
    if n < 3 or np.isnan(without).any():
        return float("nan"), float("nan")
    se = float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))
    half = float(critical_t(n - 1, confidence)) * se
    return max(estimate - half, 0.0), estimate + half
