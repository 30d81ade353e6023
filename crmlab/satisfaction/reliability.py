"""Reliability of a questionnaire: do the items of one scale measure the same thing?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_one_of, check_probability, listing
from crmlab._intervals import interval_text, signed


@dataclass(frozen=True, repr=False, eq=False)
class AlphaResult:
    """克隆巴赫 α 的结果。

    Attributes
    ----------
    alpha, low, high : float
        系数和它的区间，最大是 1，可以是负数。
    n, k : int
        份数和题数。
    items : DataFrame
        一行一题：item、mean、sd、corrected_r（与其余各题之和的相关）、alpha_if_deleted（删去此题后的 α）。
    confidence : float
        置信水平。
    """

    alpha: float
    low: float
    high: float
    n: int
    k: int
    items: pd.DataFrame
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.3f}", joiner=" 到 ")
        backwards = self.items.loc[self.items["corrected_r"] < 0, "item"]
        advice = f"；{listing(backwards)} 与其余各题负相关，先看是不是反向题" if len(backwards) else ""
        alpha = signed(f"{self.alpha:.3f}")
        return f"克隆巴赫 α = {alpha}（{interval}，{self.k} 题，n = {self.n}）{advice}"

    __repr__ = __str__


def cronbach_alpha(items: pd.DataFrame, *, missing: str = "listwise", confidence: float = 0.95) -> AlphaResult:
    """克隆巴赫 α（Cronbach's alpha）：同一个量表的几道题是不是在量同一件事。

    α = k/(k − 1) × (1 − 各题方差之和 ÷ 总分方差)，k 是题数。

    Parameters
    ----------
    items : DataFrame
        一行一份答卷，一列一道题，都是数字。反向题要先翻转（例如 1–5 分题用 6 − 分数）。
    missing : {"listwise", "pairwise"}, default "listwise"
        "listwise" 只用每题都答了的答卷；"pairwise" 每两题各用都答了的答卷算协方差，n 取各对中最小的份数。
        两种做法的结果常差在第三位小数。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    AlphaResult
        alpha、区间 low 和 high（Feldt 法）、份数 n、题数 k、逐题的 items 表。

    Raises
    ------
    TypeError
        有题目不是数字。
    ValueError
        少于两题，有效答卷少于两份，或总分没有变化。

    Notes
    -----
    α 高不等于量得准，只说明几道题步调一致；题目越多 α 越高；把同一句话问五遍，α 会很漂亮。
    常听到的“0.7 以上可用”是经验线，不是定律。出现负的 corrected_r，先看是不是反向题忘了翻转。

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. *Psychometrika*, 16, 297-334.

    Feldt, L. S. (1965). The approximate sampling distribution of Kuder-Richardson reliability coefficient twenty.
    *Psychometrika*, 30, 357-370.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"q1": [5, 3, 4, 2, 5, 1], "q2": [4, 3, 4, 1, 5, 2], "q3": [5, 4, 4, 2, 4, 1]})
    >>> satisfaction.cronbach_alpha(answers)
    克隆巴赫 α = 0.950（95% 区间 0.789 到 0.992，3 题，n = 6）
    """
    check_frame("items", items)
    check_one_of("missing", missing, ("listwise", "pairwise"))
    check_probability("confidence", confidence)
    k = items.shape[1]
    if k < 2:
        raise ValueError(f"参数 items 至少要有 2 题（2 列），现在只有 {k} 题。一道题谈不上步调一致。")
    answers = pd.DataFrame({i: check_numbers("items", items.iloc[:, i]).to_numpy() for i in range(k)})
    if missing == "listwise":
        answers = answers.dropna()
    known = answers.notna().to_numpy().astype(float)
    n = int((known.T @ known).min())
    if n < 2:
        raise ValueError(f"每题都答了的答卷只有 {n} 份，至少要 2 份。请删去没人答的题，或补充数据。")
    cov = answers.cov().to_numpy()
    total = float(cov.sum())
    if not total > 1e-12 * float(np.trace(cov)):
        raise ValueError("各题加起来的总分没有变化，算不出 α。请检查是不是每个人的答案都一样，或有反向题没有翻转。")
    alpha = _alpha(cov)
    low, high = _feldt(alpha, n, k, confidence)
    return AlphaResult(alpha, low, high, n, k, _item_table(list(items.columns), answers, cov), confidence)


def _alpha(cov: np.ndarray) -> float:
    k, total = len(cov), float(cov.sum())
    if k < 2 or not total > 1e-12 * float(np.trace(cov)):
        return float("nan")
    return k / (k - 1) * (1 - float(np.trace(cov)) / total)


def _feldt(alpha: float, n: int, k: int, confidence: float) -> tuple[float, float]:
    from scipy.special import fdtri

    tail, df1, df2 = (1 - confidence) / 2, n - 1, (n - 1) * (k - 1)
    return 1 - (1 - alpha) * float(fdtri(df1, df2, 1 - tail)), 1 - (1 - alpha) * float(fdtri(df1, df2, tail))


def _item_table(names: list[object], answers: pd.DataFrame, cov: np.ndarray) -> pd.DataFrame:
    variance = np.diag(cov)
    with_rest = cov.sum(axis=1) - variance
    rest_variance = cov.sum() - 2 * cov.sum(axis=1) + variance
    product = variance * rest_variance
    varied = product > 1e-24 * cov.sum() ** 2
    corrected = np.where(varied, with_rest / np.sqrt(np.where(varied, product, 1.0)), np.nan)
    keep = [np.delete(np.delete(cov, i, axis=0), i, axis=1) for i in range(len(cov))]
    return pd.DataFrame(
        {
            "item": names,
            "mean": answers.mean().to_numpy(),
            "sd": np.sqrt(variance),
            "corrected_r": corrected,
            "alpha_if_deleted": [_alpha(part) for part in keep],
        }
    )
