"""Do two people label the same texts alike? Cohen's kappa."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_probability, check_series
from crmlab._intervals import cross_counts, interval_text, signed, weighted_kappa


@dataclass(frozen=True, repr=False, eq=False)
class KappaResult:
    """科恩 κ 的结果。

    Attributes
    ----------
    kappa, low, high : float
        一致性系数和它的区间，最大是 1，0 是“只有碰巧的一致”，可以是负数。
    agreement : float
        两人标得一样的占比，0–1。
    expected : float
        只靠碰巧会一样的占比。
    n : int
        两人都标了的条数。
    table : DataFrame
        交叉表：行是甲的标签，列是乙的标签，格里是条数。
    confidence : float
        置信水平。
    """

    kappa: float
    low: float
    high: float
    agreement: float
    expected: float
    n: int
    table: pd.DataFrame
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}", joiner=" 到 ")
        kappa = "算不出" if np.isnan(self.kappa) else signed(f"{self.kappa:.2f}")
        return f"κ = {kappa}（{interval}，n = {self.n}）；标得一样的占 {self.agreement:.1%}，其中碰巧会有 {self.expected:.1%}"

    __repr__ = __str__


def cohen_kappa(label_a: Any, label_b: Any, *, confidence: float = 0.95) -> KappaResult:
    """科恩 κ（Cohen's kappa）：两个人给同一批文本分类，去掉碰巧之后有多一致。

    κ = (pₒ − pₑ) ÷ (1 − pₑ)；pₒ 是标得一样的占比，pₑ 是按各人自己的比例随手标也会一样的占比。

    Parameters
    ----------
    label_a, label_b : Series or list
        两个人（或一个人和一套规则）给的标签，一一对应。有一人没标的条目不用。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    KappaResult
        kappa 及其区间、agreement、expected、n、交叉表 table。

    Raises
    ------
    TypeError
        给的不是一列。
    ValueError
        两列长短不一，或没有一条两人都标了。

    Notes
    -----
    区间用 Fleiss、Cohen 和 Everitt（1969）的大样本标准误；条数少于几十时只能当参考。两人都只用同一个标签时 pₑ = 1，κ 算不出（NaN）。
    某一类特别多时，一致率很高 κ 也可能很低：两个数一起报告。“0.6 以上算好”之类的分档是约定，不是检验。

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. *Educational and Psychological Measurement*, 20, 37-46.

    Fleiss, J. L., Cohen, J., & Everitt, B. S. (1969). Large sample standard errors of kappa and weighted kappa.
    *Psychological Bulletin*, 72(5), 323-327.

    Examples
    --------
    >>> from crmlab import communication
    >>> a = ["信息"] * 25 + ["情感"] * 25
    >>> b = ["信息"] * 20 + ["情感"] * 5 + ["信息"] * 10 + ["情感"] * 15
    >>> communication.cohen_kappa(a, b)
    κ = 0.40（95% 区间 0.15 到 0.65，n = 50）；标得一样的占 70.0%，其中碰巧会有 50.0%
    """
    one, other = check_series("label_a", label_a), check_series("label_b", label_b)
    check_probability("confidence", confidence)
    if len(one) != len(other):
        raise ValueError(
            f"参数 label_a 有 {len(one)} 条，label_b 有 {len(other)} 条，长短不一。两列要一一对应：请从同一张表里取。"
        )
    both = one.notna().to_numpy() & other.notna().to_numpy()
    if not both.any():
        raise ValueError("没有一条是两人都标了的，算不出一致性。请检查数据是否为空。")
    a = one.astype(object).to_numpy()[both].astype(str)
    b = other.astype(object).to_numpy()[both].astype(str)
    names = sorted(set(a) | set(b))
    counts = cross_counts(a, b, names)
    kappa, low, high, observed, expected = weighted_kappa(counts, np.eye(len(names)), confidence)
    table = pd.DataFrame(counts.astype(int), index=pd.Index(names, name="甲"), columns=pd.Index(names, name="乙"))
    return KappaResult(kappa, low, high, observed, expected, int(counts.sum()), table, confidence)
