"""Brand switching as a Markov chain: who stays, who moves where, and where it ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab._checks import check_frame, check_numbers, check_present, check_probability, check_whole, listing
from crmlab._intervals import critical_z, wilson

Floats = NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class SwitchingResult:
    """品牌转换的结果。

    Attributes
    ----------
    counts : DataFrame
        从（行）到（列）的转换次数。
    probabilities : DataFrame
        转换矩阵：行是这次买的，列是下次买的，每行合计是 1。
    table : DataFrame
        长表。列：origin、to、n（从 origin 出发的次数）、probability、low、high。
    brands : DataFrame
        一行一个品牌。列：brand、share（现在的购买份额）、steady（稳态份额）、low、high（稳态份额的区间）、
        repeat（重复购买率）、recurrence（买过一次之后平均隔几次再买到它）。
        稳态份额是 0 的品牌（没有人转来）后三项里区间和 recurrence 是 NaN。
    n : int
        转换的次数。
    households : int
        家庭（客户）数。
    confidence : float
        置信水平。
    """

    counts: pd.DataFrame
    probabilities: pd.DataFrame
    table: pd.DataFrame
    brands: pd.DataFrame
    n: int
    households: int
    confidence: float = 0.95

    def __str__(self) -> str:
        rows = [
            f"{brand} 现 {now:.1%} → 稳态 {then:.1%}"
            for brand, now, then in zip(self.brands["brand"], self.brands["share"], self.brands["steady"], strict=True)
        ]
        return "；".join(rows) + f"（{self.households:,} 户，{self.n:,} 次转换）"

    __repr__ = __str__


def brand_switching(
    purchases: pd.DataFrame,
    *,
    household: str = "household_id",
    brand: str = "brand",
    order: str | None = None,
    confidence: float = 0.95,
) -> SwitchingResult:
    """从购买记录估计品牌转换矩阵和稳态份额。

    转换概率 = 这次买甲、下次买乙的次数 ÷ 这次买甲而且有下次的次数。稳态份额 π 满足 π P = π：转换矩阵一直不变时，份额最后停在哪里。

    Parameters
    ----------
    purchases : DataFrame
        一行一次购买。
    household, brand : str
        家庭（客户）编号列和品牌列。
    order : str, optional
        时间列；同一户按它排先后。不给就按行的先后。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    SwitchingResult
        counts、probabilities、table（带区间）、brands（现份额、稳态份额和区间、重复购买率）。

    Raises
    ------
    ValueError
        缺列，有缺失值，品牌少于 2 个，没有一户买过两次，有品牌只在各户最后一次出现，或品牌分成互不往来的几群。

    Notes
    -----
    同一户的几次购买不独立，区间按“去掉一户”的刀切法放宽（威尔逊区间的有效样本量不大于次数）；只有一户时稳态没有区间，是 NaN。
    各户的偏好不同时，合在一起的矩阵会把“不同的人”看成“忠诚”：对角线高，不等于每个人都有惯性。

    References
    ----------
    Styan, G. P. H., & Smith, H. (1964). Markov chains applied to marketing. *Journal of Marketing Research*, 1(1), 50-55.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> panel = pd.DataFrame({"household_id": [1] * 5 + [2] * 4, "brand": list("AABAB") + list("BBAA")})
    >>> result = loyalty.brand_switching(panel)
    >>> result
    A 现 55.6% → 稳态 57.1%；B 现 44.4% → 稳态 42.9%（2 户，7 次转换）
    >>> result.probabilities
    to         A         B
    origin
    A       0.500000  0.500000
    B       0.666667  0.333333
    """
    check_probability("confidence", confidence)
    check_frame("purchases", purchases, [household, brand, *([order] if order else [])])
    for column in (household, brand, *([order] if order else [])):
        check_present(column, purchases[column])
    table = purchases.sort_values(order, kind="stable") if order else purchases
    owner, homes = pd.factorize(table[household])
    code, names = pd.factorize(table[brand], sort=True)
    k = len(names)
    if k < 2:
        raise ValueError(f"列“{brand}”只有 1 个品牌“{names[0]}”，没有转换可言。请给至少两个品牌。")
    by_home = np.argsort(owner, kind="stable")
    owner, code = owner[by_home], code[by_home]
    same = owner[1:] == owner[:-1]
    if not same.any():
        raise ValueError(f"没有一户（列“{household}”）买过两次，看不到转换。请加长观察期。")
    # One cell a household and pair, as a sparse list: most households know few pairs.
    cell, times = np.unique((owner[1:][same] * k + code[:-1][same]) * k + code[1:][same], return_counts=True)
    home, pair = cell // (k * k), cell % (k * k)
    counts = np.bincount(pair, weights=times.astype(float), minlength=k * k).astype(float).reshape(k, k)
    out = counts.sum(axis=1)
    if (out == 0).any():
        raise ValueError(
            f"品牌 {listing(names[out == 0])} 只在各户的最后一次出现，不知道下次买什么。请先去掉或并入“其他”。"
        )
    matrix = counts / out[:, None]
    steady = steady_state(pd.DataFrame(matrix, index=names, columns=names)).to_numpy()
    spread, steady_se = _jackknife(home, pair, times, counts, steady)
    binomial = matrix * (1 - matrix) / out[:, None]
    design = np.maximum(spread / np.where(binomial > 0, binomial, 1.0), 1.0)
    size = np.broadcast_to(out[:, None], matrix.shape) / np.where(binomial > 0, design, 1.0)
    low, high = wilson(matrix * size, size, confidence)
    # A brand that nobody moves to ends at 0, without an interval.
    inner = np.where((steady > 0) & (steady < 1), steady, np.nan)
    half = critical_z(confidence) * steady_se / (inner * (1 - inner))
    centre = np.log(inner / (1 - inner))
    rows, columns = pd.Index(names, name="origin"), pd.Index(names, name="to")
    return SwitchingResult(
        counts=pd.DataFrame(counts.astype(int), index=rows, columns=columns),
        probabilities=pd.DataFrame(matrix, index=rows, columns=columns),
        table=pd.DataFrame(
            {
                "origin": np.repeat(np.asarray(names), k),
                "to": np.tile(np.asarray(names), k),
                "n": np.repeat(out.astype(int), k),
                "probability": matrix.ravel(),
                "low": low.ravel(),
                "high": high.ravel(),
            }
        ),
        brands=pd.DataFrame(
            {
                "brand": names,
                "share": np.bincount(code, minlength=k) / len(code),
                "steady": steady,
                "low": 1 / (1 + np.exp(half - centre)),
                "high": 1 / (1 + np.exp(-half - centre)),
                "repeat": np.diag(matrix),
                "recurrence": 1 / inner,
            }
        ),
        n=int(out.sum()),
        households=len(homes),
        confidence=confidence,
    )


def _jackknife(home: Any, pair: Any, times: Any, counts: Floats, steady: Floats) -> tuple[Floats, Floats]:
    """Return the variance of the matrix and the standard error of the steady state, leaving out one household at a time.

    The change of the steady state is taken to first order (d(pi) = pi dP Z, Z the fundamental matrix): exact enough for one
    household among many, and no solve for each.
    """
    k = len(counts)
    present, index = np.unique(home, return_inverse=True)
    m = len(present)
    if m < 2:
        return np.zeros((k, k)), np.full(k, np.nan)
    out = counts.sum(axis=1)
    matrix = counts / out[:, None]
    fundamental = np.linalg.inv(np.eye(k) - matrix + steady)
    total, square = np.zeros((k, k)), np.zeros((k, k))
    moves, moves_square = np.zeros(k), np.zeros(k)
    for start in range(0, m, 2000):
        chosen = (index >= start) & (index < start + 2000)
        own = np.zeros((min(2000, m - start), k, k))
        np.add.at(own, (index[chosen] - start, pair[chosen] // k, pair[chosen] % k), times[chosen])
        left = out - own.sum(axis=2)
        change = (counts - own) / np.maximum(left, 1)[:, :, None] - matrix
        # Without this household nobody leaves from here any more: the row stays as it was.
        change[left == 0] = 0
        step = np.einsum("i,hij,jl->hl", steady, change, fundamental)
        total += change.sum(axis=0)
        square += (change**2).sum(axis=0)
        moves += step.sum(axis=0)
        moves_square += (step**2).sum(axis=0)
    factor = (m - 1) / m
    variance = factor * (square - total**2 / m)
    return np.maximum(variance, 0), np.sqrt(np.maximum(factor * (moves_square - moves**2 / m), 0))


def _check_matrix(matrix: Any) -> tuple[Floats, pd.Index]:
    if not isinstance(matrix, pd.DataFrame):
        try:
            matrix = pd.DataFrame(np.asarray(matrix, dtype=float))
        except (TypeError, ValueError):
            raise TypeError("参数 matrix 应是方的数字表（DataFrame 或列表的列表）。") from None
    k = len(matrix)
    if k < 2 or matrix.shape != (k, k):
        raise ValueError(f"参数 matrix 应是方的、至少 2×2，你给的是 {matrix.shape[0]}×{matrix.shape[1]}。")
    if list(matrix.index) != list(matrix.columns):
        raise ValueError("参数 matrix 的行名和列名应相同、次序也相同。")
    values = np.column_stack([check_numbers(str(c), matrix[c], 0, 1, missing=False).to_numpy() for c in matrix.columns])
    off = np.abs(values.sum(axis=1) - 1) > 1e-6
    if off.any():
        at = int(np.flatnonzero(off)[0])
        raise ValueError(
            f"参数 matrix 每行合计应是 1，第 {at + 1} 行（{matrix.index[at]}）是 {values[at].sum():g}。"
            "行是这次买的，列是下次买的；行列写反了请转置。"
        )
    return values / values.sum(axis=1, keepdims=True), matrix.index


def steady_state(matrix: Any) -> pd.Series:
    """转换矩阵的稳态份额：份额照矩阵一直变下去，最后停在哪里。

    Parameters
    ----------
    matrix : DataFrame or list of list
        转换矩阵，行是这次买的，列是下次买的，每行合计是 1。

    Returns
    -------
    Series
        各品牌的稳态份额，合计是 1，索引同矩阵的行名。

    Raises
    ------
    TypeError
        不是数字的方表。
    ValueError
        不是方的，每行合计不是 1，或品牌分成互不往来的几群（这时稳态不止一个）。

    Notes
    -----
    这是“要是什么都不变”的归宿，不是预测：竞争者会动，矩阵会变。给定的矩阵没有抽样误差，所以没有区间；由数据估计时请用 brand_switching。

    References
    ----------
    Kemeny, J. G., & Snell, J. L. (1960). *Finite Markov Chains*. Van Nostrand.

    Examples
    --------
    >>> from crmlab import loyalty
    >>> loyalty.steady_state([[0.9, 0.1], [0.2, 0.8]]).round(4).tolist()
    [0.6667, 0.3333]
    """
    values, names = _check_matrix(matrix)
    k = len(values)
    system = np.vstack([values.T - np.eye(k), np.ones(k)])
    if np.linalg.matrix_rank(system[:-1], tol=1e-10) < k - 1:
        raise ValueError("品牌分成互不往来的几群，稳态不止一个，取决于起点。请分群各算。")
    shares = np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0]
    shares = np.maximum(shares, 0)
    return pd.Series(shares / shares.sum(), index=names, name="steady")


def project_shares(matrix: Any, start: Sequence[float] | pd.Series, periods: int) -> pd.DataFrame:
    """从现在的份额出发，照转换矩阵推算以后各期的份额。

    Parameters
    ----------
    matrix : DataFrame or list of list
        转换矩阵，行是这次买的，列是下次买的，每行合计是 1。
    start : Series or list of float
        现在的份额，次序同矩阵的行（Series 按名字对齐），合计是 1。
    periods : int
        推几期。

    Returns
    -------
    DataFrame
        一行一期（第 0 行是现在），一列一个品牌。

    Raises
    ------
    TypeError
        不是数字。
    ValueError
        矩阵不合要求，份额的个数或名字不符，或合计不是 1。

    Notes
    -----
    假设每期人人买一次、矩阵不变。由给定的数算出，没有抽样，所以没有区间。

    Examples
    --------
    >>> from crmlab import loyalty
    >>> loyalty.project_shares([[0.9, 0.1], [0.2, 0.8]], [0.4, 0.6], 2)
                0      1
    period
    0       0.400  0.600
    1       0.480  0.520
    2       0.536  0.464
    """
    values, names = _check_matrix(matrix)
    n = check_whole("periods", periods)
    if isinstance(start, pd.Series) and not start.index.equals(names):
        if set(start.index) != set(names) or len(start) != len(names):
            raise ValueError(f"参数 start 的名字应与矩阵相同：{listing(names)}，你给的是 {listing(start.index)}。")
        start = start.loc[names]
    shares = check_numbers("start", list(start), 0, 1, missing=False).to_numpy()
    if len(shares) != len(names):
        raise ValueError(f"参数 start 应有 {len(names)} 个份额，你给了 {len(shares)} 个。")
    if abs(shares.sum() - 1) > 1e-6:
        raise ValueError(f"参数 start 的份额合计应是 1，现在是 {shares.sum():g}。")
    rows = [shares]
    for _ in range(n):
        rows.append(rows[-1] @ values)
    return pd.DataFrame(rows, index=pd.RangeIndex(n + 1, name="period"), columns=names)
