"""Does a block of questions fit one factor: loadings, composite reliability, AVE, KMO, Bartlett's test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_one_of, listing
from crmlab._intervals import signed

METHODS = ("component", "factor")


@dataclass(frozen=True, repr=False, eq=False)
class KmoResult:
    """KMO 取样适切性的结果。

    Attributes
    ----------
    kmo : float
        总的 KMO，0–1 之间。各题两两都不相关时是 NaN。
    items : DataFrame
        一行一题：item、kmo（这一题的取样适切性 MSA）。
    n, k : int
        份数和题数。
    """

    kmo: float
    items: pd.DataFrame
    n: int
    k: int

    def __str__(self) -> str:
        weak = self.items.loc[self.items["kmo"] < 0.5, "item"]
        advice = f"；{listing(weak)} 低于 0.5，与其余各题没有多少共同之处" if len(weak) else ""
        return f"KMO = {self.kmo:.3f}（{self.k} 题，n = {self.n}）{advice}"

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class BartlettResult:
    """巴特利特球形检验的结果。

    Attributes
    ----------
    chi_square : float
        检验统计量。
    df : int
        自由度，k(k − 1)/2。
    p_value : float
        p 值。
    n, k : int
        份数和题数。
    """

    chi_square: float
    df: int
    p_value: float
    n: int
    k: int

    def __str__(self) -> str:
        p = "p < 0.001" if self.p_value < 0.001 else f"p = {self.p_value:.3f}"
        return f"巴特利特球形检验 χ² = {signed(f'{self.chi_square:.2f}')}，自由度 {self.df}，{p}（{self.k} 题，n = {self.n}）"

    __repr__ = __str__


def factor_loadings(items: pd.DataFrame, *, method: str) -> pd.Series:
    """单因子载荷：一组题目各与它们背后的同一个构念（construct）相关多少。

    Parameters
    ----------
    items : DataFrame
        一行一份答卷，一列一道题，都是数字。任何一题缺失的答卷不用。反向题要先翻转。
    method : {"component", "factor"}
        "component" 是第一主成分的载荷 λ = √l₁ × v₁（l₁、v₁ 是相关矩阵最大的特征值和特征向量），两题就能算；
        "factor" 是单因子模型的最大似然载荷，至少三题。两种约定的结果不同，主成分的载荷偏大，所以要写明用哪一种。

    Returns
    -------
    Series
        索引是题目，值是载荷，在 −1 到 1 之间；符号取使总和为正的那一种。

    Raises
    ------
    TypeError
        有题目不是数字。
    ValueError
        题目或答卷太少，有题目没有变化，或 method 不认识。

    Notes
    -----
    这里默认几道题只有一个因子。第一特征值并不比第二个大很多时，先做探索性因子分析。最大似然有时把一题的载荷推到将近 1
    （独特性的下限取 0.005），这是题太少或因子不止一个的信号。载荷的区间请用自助法：对答卷重复有放回抽样。

    References
    ----------
    Lawley, D. N., & Maxwell, A. E. (1971). *Factor analysis as a statistical method* (2nd ed.). Butterworths.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"q1": [5, 3, 4, 2, 5, 1], "q2": [4, 3, 4, 1, 5, 2], "q3": [5, 4, 4, 2, 4, 1]})
    >>> satisfaction.factor_loadings(answers, method="component").round(3).to_dict()
    {'q1': 0.983, 'q2': 0.932, 'q3': 0.946}
    """
    check_one_of("method", method, METHODS)
    answers = _complete(items, 2 if method == "component" else 3)
    correlation = np.corrcoef(answers.to_numpy().T)
    loadings = _first_component(correlation) if method == "component" else _one_factor(correlation)
    return pd.Series(loadings * (1.0 if loadings.sum() >= 0 else -1.0), index=answers.columns, name="loading")


def composite_reliability(loadings: Sequence[float] | pd.Series) -> float:
    """组合信度（composite reliability, CR）：由标准化载荷算的信度，不要求各题一样重要。

    CR = (Σλ)² ÷ [(Σλ)² + Σ(1 − λ²)]。用第一主成分的载荷时，就是 Dillon-Goldstein 的 ρ。

    Parameters
    ----------
    loadings : list of float
        一个构念各题的标准化载荷，都在 −1 到 1 之间，至少两个。可用 `factor_loadings` 算。

    Returns
    -------
    float
        组合信度，0–1 之间。

    Raises
    ------
    TypeError
        有载荷不是数字。
    ValueError
        载荷越界、缺失或不足两个。

    Notes
    -----
    没有区间：只有载荷，没有答卷，抽样误差无从知道。要区间，请对答卷自助抽样后重算。
    载荷有正有负时 Σλ 会互相抵消，多半是反向题忘了翻转。“0.7 以上可用”是经验线。

    References
    ----------
    Fornell, C., & Larcker, D. F. (1981). Evaluating structural equation models with unobservable variables and
    measurement error. *Journal of Marketing Research*, 18(1), 39-50.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> round(satisfaction.composite_reliability([0.8, 0.7, 0.75]), 3)
    0.795
    """
    values = _loadings(loadings)
    common = float(values.sum()) ** 2
    return common / (common + float((1 - values**2).sum()))


def average_variance_extracted(loadings: Sequence[float] | pd.Series) -> float:
    """平均方差抽取量（average variance extracted, AVE）：各题的变化平均有多少归于共同的构念。

    AVE = Σλ² ÷ k。它的平方根大于这个构念与别的构念的相关系数，是 Fornell-Larcker 的区分效度标准。

    Parameters
    ----------
    loadings : list of float
        一个构念各题的标准化载荷，都在 −1 到 1 之间，至少两个。可用 `factor_loadings` 算。

    Returns
    -------
    float
        平均方差抽取量，0–1 之间。

    Raises
    ------
    TypeError
        有载荷不是数字。
    ValueError
        载荷越界、缺失或不足两个。

    Notes
    -----
    没有区间，理由同 `composite_reliability`。“0.5 以上可用”是经验线：低于 0.5，题目里误差比构念多。
    第一主成分的载荷偏大，算出的 AVE 也偏大。

    References
    ----------
    Fornell, C., & Larcker, D. F. (1981). Evaluating structural equation models with unobservable variables and
    measurement error. *Journal of Marketing Research*, 18(1), 39-50.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> round(satisfaction.average_variance_extracted([0.8, 0.7, 0.75]), 3)
    0.564
    """
    return float((_loadings(loadings) ** 2).mean())


def kmo(items: pd.DataFrame) -> KmoResult:
    """KMO 取样适切性（Kaiser-Meyer-Olkin）：这些题目值不值得做因子分析。

    KMO = Σr² ÷ (Σr² + Σq²)，r 是两题的相关系数，q 是扣除其余各题之后的偏相关系数，对所有不同的两题求和。
    每题的 MSA 只对含这一题的各对求和。

    Parameters
    ----------
    items : DataFrame
        一行一份答卷，一列一道题，都是数字，至少两题。任何一题缺失的答卷不用。

    Returns
    -------
    KmoResult
        kmo、逐题的 items 表、n、k。

    Raises
    ------
    TypeError
        有题目不是数字。
    ValueError
        题目太少，答卷不多于题目，有题目没有变化，或有题目能由别的题目算出来。

    Notes
    -----
    只有两题时 KMO 总是 0.5，没有意义。Kaiser 的分档（0.9 极好、0.8 好、0.7 中等、0.6 一般、0.5 勉强）是经验说法。
    KMO 描述这一份相关矩阵，没有通行的区间公式；要看它稳不稳，对答卷自助抽样。

    References
    ----------
    Kaiser, H. F., & Rice, J. (1974). Little Jiffy, Mark IV. *Educational and Psychological Measurement*, 34, 111-117.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"q1": [5, 3, 4, 2, 5, 1], "q2": [4, 3, 4, 1, 5, 2], "q3": [5, 4, 4, 2, 4, 1]})
    >>> satisfaction.kmo(answers)
    KMO = 0.663（3 题，n = 6）
    """
    answers = _complete(items, 2)
    correlation = _regular_correlation(answers)
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    apart = ~np.eye(len(correlation), dtype=bool)
    r2 = np.where(apart, correlation**2, 0.0)
    q2 = np.where(apart, (inverse / np.outer(scale, scale)) ** 2, 0.0)
    both = r2.sum(axis=1) + q2.sum(axis=1)
    each = np.divide(r2.sum(axis=1), both, out=np.full(len(both), np.nan), where=both > 0)
    overall = float(r2.sum() / both.sum()) if both.sum() > 0 else float("nan")
    table = pd.DataFrame({"item": list(answers.columns), "kmo": each})
    return KmoResult(overall, table, len(answers), answers.shape[1])


def bartlett_sphericity(items: pd.DataFrame) -> BartlettResult:
    """巴特利特球形检验（Bartlett's test of sphericity）：各题在总体里是不是两两都不相关。

    χ² = −[n − 1 − (2k + 5)/6] × ln|R|，R 是相关矩阵，自由度 k(k − 1)/2。

    Parameters
    ----------
    items : DataFrame
        一行一份答卷，一列一道题，都是数字，至少两题。任何一题缺失的答卷不用。

    Returns
    -------
    BartlettResult
        chi_square、df、p_value、n、k。

    Raises
    ------
    TypeError
        有题目不是数字。
    ValueError
        题目太少，答卷不多于题目，有题目没有变化，或有题目能由别的题目算出来。

    Notes
    -----
    p 值小只说明“不是全不相关”，不说明适合做因子分析：几百份答卷几乎总是显著，所以要和 `kmo` 一起看。检验假设各题近似正态。
    它是检验，不是估计，所以没有区间。

    References
    ----------
    Bartlett, M. S. (1951). The effect of standardization on a χ² approximation in factor analysis. *Biometrika*, 38, 337-344.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"q1": [5, 3, 4, 2, 5, 1], "q2": [4, 3, 4, 1, 5, 2], "q3": [5, 4, 4, 2, 4, 1]})
    >>> satisfaction.bartlett_sphericity(answers)
    巴特利特球形检验 χ² = 11.05，自由度 3，p = 0.011（3 题，n = 6）
    """
    from scipy.special import chdtrc

    answers = _complete(items, 2)
    n, k = answers.shape
    log_det = float(np.linalg.slogdet(_regular_correlation(answers))[1])
    # The correction may outweigh n for a handful of answers; the statistic is never negative.
    chi_square = max(0.0, -(n - 1 - (2 * k + 5) / 6) * log_det)
    df = k * (k - 1) // 2
    return BartlettResult(chi_square, df, float(chdtrc(df, chi_square)), n, k)


def _complete(items: pd.DataFrame, need: int) -> pd.DataFrame:
    """Return the answers without gaps, as floats; every question must vary."""
    check_frame("items", items)
    k = items.shape[1]
    if k < need:
        raise ValueError(f"参数 items 至少要有 {need} 题（{need} 列），现在只有 {k} 题。")
    columns = [check_numbers("items", items.iloc[:, i]).to_numpy() for i in range(k)]
    known = np.column_stack(columns)
    known = known[~np.isnan(known).any(axis=1)]
    if len(known) < 3:
        raise ValueError(f"每题都答了的答卷只有 {len(known)} 份，至少要 3 份。请删去没人答的题，或补充数据。")
    constant = np.ptp(known, axis=0) == 0
    if constant.any():
        raise ValueError(f"题目 {listing(items.columns[constant])} 每份答卷都一样，算不出相关。请删去这样的题。")
    return pd.DataFrame(known, columns=items.columns)


def _regular_correlation(answers: pd.DataFrame) -> np.ndarray:
    """Return the correlation matrix if it has an inverse."""
    n, k = answers.shape
    if n <= k:
        raise ValueError(f"答卷只有 {n} 份，应多于题数 {k}，否则相关矩阵没有逆。请补充答卷或减少题目。")
    correlation: np.ndarray = np.corrcoef(answers.to_numpy().T)
    if np.linalg.eigvalsh(correlation)[0] < 1e-10:
        raise ValueError("有的题目能由别的题目一分不差地算出来，相关矩阵没有逆。请删去重复的题，或合计列。")
    return correlation


def _first_component(correlation: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(correlation)
    loadings: np.ndarray = np.clip(vectors[:, -1] * np.sqrt(values[-1]), -1, 1)
    return loadings


def _one_factor(correlation: np.ndarray) -> np.ndarray:
    """Maximum likelihood for one factor, over the unique variances (Lawley & Maxwell)."""
    from scipy.optimize import minimize

    k = len(correlation)

    def parts(unique: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        scale = 1 / np.sqrt(unique)
        values, vectors = np.linalg.eigh(correlation * np.outer(scale, scale))
        return scale, values, vectors

    def misfit(unique: np.ndarray) -> float:
        rest = parts(unique)[1][:-1]
        return float((rest - np.log(np.maximum(rest, 1e-300))).sum())

    bounds = [(0.005, 1.0)] * k
    start = np.full(k, 0.5)
    unique = minimize(misfit, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-9}).x
    scale, values, vectors = parts(unique)
    loadings: np.ndarray = np.clip(vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0)) / scale, -1, 1)
    return loadings


def _loadings(loadings: Sequence[float] | pd.Series) -> np.ndarray:
    values: np.ndarray = check_numbers("loadings", loadings, -1, 1, need=2, missing=False).to_numpy()
    return values
