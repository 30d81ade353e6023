"""Where the weights of an index come from: pairwise comparison (AHP) or the data themselves (entropy)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, listing

# Mean consistency index of random matrices, by number of criteria (Saaty 1980).
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)


@dataclass(frozen=True, repr=False, eq=False)
class AhpResult:
    """层次分析法的结果。

    Attributes
    ----------
    weights : Series
        各准则的权重，合计为 1。
    lambda_max : float
        最大特征值，不小于准则个数。
    consistency_index, consistency_ratio : float
        一致性指标 CI 和一致性比率 CR。
    consistent : bool
        CR < 0.1。
    """

    weights: pd.Series
    lambda_max: float
    consistency_index: float
    consistency_ratio: float
    consistent: bool

    def __str__(self) -> str:
        shares = "、".join(f"{name} {share:.3f}" for name, share in self.weights.items())
        verdict = "可以用" if self.consistent else "前后矛盾太多，请重新比较"
        return f"权重：{shares}（CR = {self.consistency_ratio:.3f}，{verdict}）"

    __repr__ = __str__


def ahp_weights(matrix: Any) -> AhpResult:
    """层次分析法（analytic hierarchy process, AHP）：两两比较出权重，并检查前后是否矛盾。

    权重是比较矩阵最大特征值 λ 的特征向量（合计化为 1）；CI = (λ − n) ÷ (n − 1)，CR = CI ÷ RI。

    Parameters
    ----------
    matrix : DataFrame or square array
        两两比较矩阵：第 i 行第 j 列是“i 比 j 重要几倍”，常用 1–9 和它们的倒数。对角线是 1，对称的两格互为倒数（容许 2% 的舍入）。
        DataFrame 的行名与列名要相同；数组的准则名记为 准则1、准则2……

    Returns
    -------
    AhpResult
        weights（Series，合计为 1）、lambda_max、consistency_index、consistency_ratio、consistent（CR < 0.1）。

    Raises
    ------
    TypeError
        矩阵里有不是数字的值。
    ValueError
        不是方阵，准则少于 2 个或多于 10 个，有不大于 0 的值，对角线不是 1，或对称的两格不是倒数。

    Notes
    -----
    CR 小于 0.1 只说明没有自相矛盾，不说明权重是对的：它还是少数人的看法。RI 是 Saaty（1980）的随机一致性指标，两个准则时 CR 记为 0。

    References
    ----------
    Saaty, T. L. (1980). *The Analytic Hierarchy Process*. McGraw-Hill.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> names = ["产品", "服务", "价格"]
    >>> matrix = pd.DataFrame([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]], index=names, columns=names)
    >>> satisfaction.ahp_weights(matrix)
    权重：产品 0.571、服务 0.286、价格 0.143（CR = 0.000，可以用）
    """
    names, values = _comparison(matrix)
    n = len(names)
    eigenvalues, vectors = np.linalg.eig(values)
    at = int(np.argmax(eigenvalues.real))
    principal = np.abs(vectors[:, at].real)
    # Rounding may leave lambda a hair below n, its least possible value.
    lambda_max = max(float(eigenvalues[at].real), float(n))
    index = (lambda_max - n) / (n - 1)
    ratio = index / RANDOM_INDEX[n] if n > 2 else 0.0
    return AhpResult(
        pd.Series(principal / principal.sum(), index=names, name="weight"), lambda_max, index, ratio, ratio < 0.1
    )


def _comparison(matrix: Any) -> tuple[list[Any], np.ndarray]:
    frame = matrix if isinstance(matrix, pd.DataFrame) else _as_frame(matrix)
    n = len(frame)
    if frame.shape[0] != frame.shape[1]:
        raise ValueError(f"参数 matrix 应是方阵，你给的是 {frame.shape[0]} 行 {frame.shape[1]} 列。")
    if not 2 <= n <= 10:
        raise ValueError(f"参数 matrix 应有 2–10 个准则，你给了 {n} 个。太多时请先分成几组再比较。")
    if list(frame.index) != list(frame.columns):
        raise ValueError(
            f"参数 matrix 的行名与列名应相同：行名是 {listing(frame.index)}，列名是 {listing(frame.columns)}。"
        )
    names = list(frame.columns)
    values = np.column_stack(
        [check_numbers("matrix", frame.iloc[:, j].reset_index(drop=True), missing=False) for j in range(n)]
    )
    for i in range(n):
        for j in range(i, n):
            if min(values[i, j], values[j, i]) <= 0:
                raise ValueError(
                    f"参数 matrix 的值应大于 0，“{names[i]}”与“{names[j]}”的比较不是。不重要请写倒数，例如 1/3。"
                )
            if i == j and abs(values[i, i] - 1) > 1e-9:
                raise ValueError(f"参数 matrix 的对角线应是 1，“{names[i]}”与自己的比较是 {values[i, i]:g}。")
            if abs(values[i, j] * values[j, i] - 1) > 0.02:
                raise ValueError(
                    f"参数 matrix 里“{names[i]}”比“{names[j]}”是 {values[i, j]:g}，"
                    f"反过来应是 {1 / values[i, j]:.3g}，现在是 {values[j, i]:g}。"
                )
    return names, values


def _as_frame(matrix: Any) -> pd.DataFrame:
    try:
        array = np.asarray(matrix, dtype=object)
    except ValueError:
        array = np.empty(0, dtype=object)
    if array.ndim != 2:
        raise ValueError("参数 matrix 应是方阵，例如 [[1, 3], [1/3, 1]]，每行一样长。")
    frame = pd.DataFrame(array.tolist())
    names = [f"准则{i + 1}" for i in range(max(array.shape))]
    return frame.set_axis(names[: array.shape[0]], axis=0).set_axis(names[: array.shape[1]], axis=1)


def entropy_weights(scores: pd.DataFrame) -> pd.Series:
    """熵权法（entropy weight method）：哪个指标在各对象之间差别大，就给它更大的权重。

    p_ij = x_ij ÷ Σ_i x_ij，e_j = −Σ_i p_ij·ln p_ij ÷ ln m，权重 = (1 − e_j) ÷ Σ(1 − e_j)，m 是对象个数。

    Parameters
    ----------
    scores : DataFrame
        一行一个对象（例如门店），一列一个指标，不能是负数，越大越好，没有缺失。

    Returns
    -------
    Series
        各指标的权重，合计为 1，索引是列名。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        对象少于 2 个，有负数或缺失值，某列全是 0，或所有列都没有差别。

    Notes
    -----
    直接用比例，不先做极差标准化：整列乘一个正数不改变权重，加一个数会改变。做极差标准化的版本会得到不同的权重。
    差别大不等于重要：大家都做得好的安全指标，熵权几乎是 0。

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication. *Bell System Technical Journal*, 27, 379-423.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> stores = pd.DataFrame({"送货": [60, 75, 95], "环境": [80, 81, 80]})
    >>> satisfaction.entropy_weights(stores).round(3)
    送货    0.999
    环境    0.001
    Name: weight, dtype: float64
    """
    check_frame("scores", scores)
    m = len(scores)
    if m < 2:
        raise ValueError(f"参数 scores 至少要有 2 个对象（2 行），现在只有 {m} 个，看不出差别。")
    values = np.column_stack([check_numbers("scores", scores[c], 0, missing=False) for c in scores.columns])
    totals = values.sum(axis=0)
    if (totals <= 0).any():
        raise ValueError(f"列“{scores.columns[int((totals <= 0).argmax())]}”全是 0，没有信息。请去掉这一列。")
    p = values / totals
    information = np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0).sum(axis=0)
    spread = np.clip(1 + information / np.log(m), 0.0, None)
    spread[spread < 1e-14] = 0.0
    if spread.sum() == 0:
        raise ValueError("各列在对象之间都没有差别，熵权法分不出权重。请改用别的办法定权重，例如 ahp_weights()。")
    return pd.Series(spread / spread.sum(), index=scores.columns, name="weight")
