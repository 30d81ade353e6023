"""Do two ways of grading customers put them in the same tier?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_labels, check_one_of, check_probability, check_series, listing
from crmlab._intervals import cross_counts, interval_text, signed, weighted_kappa, wilson

_WEIGHTS = ("none", "linear", "quadratic")


@dataclass(frozen=True, repr=False, eq=False)
class TierAgreement:
    """两种分级的一致程度。

    Attributes
    ----------
    share, share_low, share_high : float
        两种办法分到同一级的占比和威尔逊区间，0–1。
    kappa, low, high : float
        加权 κ 和它的区间：最大是 1，0 是只有碰巧的一致，可以是负数。
    weights : str
        差几级怎么算，none、linear 或 quadratic。
    table : DataFrame
        交叉表：行是第一种办法的级别，列是第二种的，格里是客户数。
    n : int
        两种办法都分了级的客户数。
    confidence : float
        置信水平。
    """

    share: float
    share_low: float
    share_high: float
    kappa: float
    low: float
    high: float
    weights: str
    table: pd.DataFrame
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        same = interval_text(self.share_low, self.share_high, self.confidence, "{:.1%}")
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}", joiner=" 到 ")
        kappa = "算不出" if np.isnan(self.kappa) else signed(f"{self.kappa:.2f}")
        return f"同级的占 {self.share:.1%}（{same}）；加权 κ = {kappa}（{interval}，n = {self.n}）"

    __repr__ = __str__


def tier_agreement(
    tier_a: Any, tier_b: Any, order: Sequence[str], *, weights: str, confidence: float = 0.95
) -> TierAgreement:
    """两种分级办法的一致率：ABC 分的和 RFM 分的，是不是同一批客户。

    加权 κ = (Σ w·p − Σ w·e) ÷ (1 − Σ w·e)；p 是交叉表的占比，e 是按各自的比例碰巧的占比，w 是这一格算多少一致：同级是 1，差得越远越小。

    Parameters
    ----------
    tier_a, tier_b : Series or list
        两种办法给每位客户的级别，一一对应；两个都是 Series 时索引要相同。有一个缺失的不用。
    order : list of str
        所有的级别，从高到低，例如 ["A", "B", "C"]，至少两级。
    weights : {"none", "linear", "quadratic"}
        差一级和差两级一样严重吗，必须写明：none 是只认同级；linear 是差几级扣几份；quadratic 是差得远的扣得更重。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    TierAgreement
        同级的占比、加权 κ，各有区间，和交叉表。

    Raises
    ------
    TypeError
        给的不是一列。
    ValueError
        长短或索引不一，级别不在 order 里，order 少于两级或有重复，或 weights 不认识。

    Notes
    -----
    κ 的区间用 Fleiss、Cohen 和 Everitt（1969）的大样本标准误，客户少于几十位时只当参考。三种权重的 κ 不能互相比。
    一致不等于对：两种办法都只看过去的金额，自然一致；不一致的那些客户才值得看，去交叉表里找。

    References
    ----------
    Cohen, J. (1968). Weighted kappa: Nominal scale agreement with provision for scaled disagreement or partial credit.
    *Psychological Bulletin*, 70(4), 213-220.

    Examples
    --------
    >>> from crmlab import strategy
    >>> by_amount = list("AAAABBBBCCCC")
    >>> by_rfm = list("AAABBBBCCCCA")
    >>> strategy.tier_agreement(by_amount, by_rfm, ["A", "B", "C"], weights="linear")
    同级的占 75.0%（95% 区间 46.8%–91.1%）；加权 κ = 0.63（95% 区间 0.23 到 1.00，n = 12）
    """
    one, other = check_series("tier_a", tier_a), check_series("tier_b", tier_b)
    check_one_of("weights", weights, _WEIGHTS)
    check_probability("confidence", confidence)
    if isinstance(order, str) or len(order) < 2 or len(set(order)) < len(order):
        raise ValueError(f'参数 order 应是至少两个不重复的级别，从高到低，例如 ["A", "B", "C"]，你给的是 {order!r}。')
    if len(one) != len(other):
        raise ValueError(
            f"参数 tier_a 有 {len(one)} 位客户，tier_b 有 {len(other)} 位，应一样多。请从同一张表里取两列。"
        )
    both_series = isinstance(tier_a, pd.Series) and isinstance(tier_b, pd.Series)
    if both_series and not one.index.equals(other.index):
        raise ValueError(
            "参数 tier_a 和 tier_b 的索引不同，对不上是哪位客户。请先按客户编号对齐，例如 tier_b.reindex(tier_a.index)。"
        )
    names = [str(name) for name in order]
    labels = [
        check_labels(argument, s, names).to_numpy(dtype=object) for argument, s in (("tier_a", one), ("tier_b", other))
    ]
    known = one.notna().to_numpy() & other.notna().to_numpy()
    if not known.any():
        raise ValueError(f"没有一位客户两种办法都分了级（{listing(names)}）。请检查数据是否为空。")
    counts = cross_counts(labels[0][known], labels[1][known], names)
    apart = np.abs(np.subtract.outer(np.arange(len(names)), np.arange(len(names)))) / (len(names) - 1)
    weight = np.eye(len(names)) if weights == "none" else 1 - apart ** (1 if weights == "linear" else 2)
    kappa, low, high, _, _ = weighted_kappa(counts, weight, confidence)
    n, same = int(counts.sum()), float(np.trace(counts))
    ends = wilson(same, n, confidence)
    table = pd.DataFrame(
        counts.astype(int), index=pd.Index(names, name="tier_a"), columns=pd.Index(names, name="tier_b")
    )
    return TierAgreement(same / n, float(ends[0]), float(ends[1]), kappa, low, high, weights, table, n, confidence)
