"""Who matters how much: ABC tiers, Lorenz curve, Gini coefficient, share of the top."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_numbers,
    check_one_of,
    check_probability,
    listing,
)
from crmlab._intervals import Floats, critical_z, interval_text

TIER_LETTERS = "ABCDEFGH"


def _amounts(argument: str, values: Any) -> pd.Series:
    amounts = check_numbers(argument, values, 0, hint="退货多于购买的客户请先记为 0 或单独列出。", missing=False)
    if amounts.sum() == 0:
        raise ValueError(f"参数 {argument} 全是 0，没有可分的总额。请检查金额列。")
    return amounts


def abc_tiers(values: Any, *, crossing: str, cuts: Sequence[float] = (0.8, 0.95)) -> pd.DataFrame:
    """ABC 分级：客户按金额从高到低排，看累计占比落在哪一段。

    Parameters
    ----------
    values : Series
        每位客户的金额，不能是负数，不能有缺失值；索引是客户编号。
    crossing : {"before", "including"}
        跨过分界线的那位客户算哪一级。文献里两种都有，必须写明：
        "before" 看他之前的累计占比（不到 80% 就还是 A，A 级合起来至少占 80%）；
        "including" 看连他在内的累计占比（超过 80% 就是 B，A 级合起来至多占 80%）。
    cuts : sequence of float, default (0.8, 0.95)
        累计占比的分界，从小到大，0–1 之间。两个分界分成 A、B、C，三个分成 A、B、C、D。

    Returns
    -------
    DataFrame
        从高到低，索引同原数据。列：value、share（占总额，0–1）、cumulative_share（连自己在内的累计占比）、tier（A、B、C……）。
        金额相同的客户同级：before 看这几位之前的累计，including 看连这几位在内的累计。

    Raises
    ------
    TypeError
        金额或分界不是数字。
    ValueError
        金额有负数或缺失，合计是 0，crossing 不认识，或分界不是从小到大。

    Notes
    -----
    80% 和 95% 是习惯，不是规律；换分界、换时段，边上的客户就会换级，所以别让级别一变服务就断崖式变化。
    一位大客户独占八成以上时，"including" 会没有 A 级。过去的金额大，不等于将来的价值大。

    References
    ----------
    Dickie, H. F. (1951). ABC inventory analysis shoots for dollars, not pennies.
    *Factory Management and Maintenance*, 109(7), 92-94.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> spend = pd.Series([500, 320, 150, 80, 60, 40, 30, 20], index=list("abcdefgh"))
    >>> "".join(strategy.abc_tiers(spend, crossing="before")["tier"])
    'AAABBBCC'
    >>> "".join(strategy.abc_tiers(spend, crossing="including")["tier"])
    'AABBBCCC'
    """
    check_one_of("crossing", crossing, ("before", "including"))
    limits = check_numbers("cuts", list(cuts), missing=False).to_numpy()
    if not (np.diff([0.0, *limits, 1.0]) > 0).all():
        raise ValueError(
            f"参数 cuts 应从小到大、都在 0–1 之间（不含两端），你给的是 {listing(f'{c:g}' for c in limits)}。"
        )
    if len(limits) >= len(TIER_LETTERS):
        raise ValueError(
            f"参数 cuts 最多给 {len(TIER_LETTERS) - 1} 个分界，你给了 {len(limits)} 个。级别太多，谁也记不住。"
        )
    amounts = _amounts("values", values)
    # One sort; customers of the same amount stand together and get the same tier.
    order = np.argsort(-amounts.to_numpy(), kind="stable")
    ranked = amounts.to_numpy()[order]
    share = ranked / ranked.sum()
    running = np.cumsum(ranked) / ranked.sum()
    first = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    sizes = np.diff(first, append=len(ranked))
    cumulative = np.minimum(running, 1.0)
    if crossing == "before":
        level = np.searchsorted(limits * (1 - 1e-12), (running - share)[first], side="right")
    else:
        level = np.searchsorted(limits * (1 + 1e-12), cumulative[first + sizes - 1], side="left")
    letters = pd.array(list(TIER_LETTERS), dtype="str")[np.repeat(level, sizes)]
    columns = {"value": ranked, "share": share, "cumulative_share": cumulative, "tier": letters}
    return pd.DataFrame(columns, index=amounts.index[order])


def lorenz(values: Any) -> pd.DataFrame:
    """洛伦兹曲线（Lorenz curve）：最小的那些客户合起来占多少金额。

    Parameters
    ----------
    values : Series or list of float
        每位客户的金额，不能是负数，不能有缺失值。

    Returns
    -------
    DataFrame
        客户数 + 1 行，从 (0, 0) 到 (1, 1)。列：customer_share（从最小的客户数起的累计人数占比）、value_share（累计金额占比），都在 0–1 之间。

    Raises
    ------
    TypeError
        金额不是数字。
    ValueError
        金额有负数或缺失，或合计是 0。

    Notes
    -----
    人人一样多时是对角线，越往下弯越集中。“二八”是说曲线过 (0.8, 0.2)：是不是，要看自己的数据。
    曲线就是这批客户的账，不是估计；把他们当作样本时，区间看 :func:`gini`。

    References
    ----------
    Lorenz, M. O. (1905). Methods of measuring the concentration of wealth.
    *Publications of the American Statistical Association*, 9(70), 209-219.

    Examples
    --------
    >>> from crmlab import strategy
    >>> strategy.lorenz([10, 20, 70])
       customer_share  value_share
    0        0.000000          0.0
    1        0.333333          0.1
    2        0.666667          0.3
    3        1.000000          1.0
    """
    ordered = np.sort(_amounts("values", values).to_numpy())
    running = np.concatenate([[0.0], ordered.cumsum()])
    return pd.DataFrame(
        {"customer_share": np.arange(len(ordered) + 1) / len(ordered), "value_share": running / running[-1]}
    )


@dataclass(frozen=True, repr=False)
class GiniResult:
    """基尼系数的结果。

    Attributes
    ----------
    gini, low, high : float
        基尼系数和它的区间，0（人人一样）到 1（一人独占）。只有一两位客户、或只有一位客户有金额时区间是 NaN。
    n : int
        客户数。
    correction : str
        用的公式，population 或 sample。
    confidence : float
        置信水平。
    """

    gini: float
    low: float
    high: float
    n: int
    correction: str
    confidence: float = 0.95

    def __str__(self) -> str:
        return (
            f"基尼系数 {self.gini:.3f}（{interval_text(self.low, self.high, self.confidence, '{:.3f}')}，n = {self.n}）"
        )

    __repr__ = __str__


def gini(values: Any, *, correction: str = "population", confidence: float = 0.95) -> GiniResult:
    """基尼系数（Gini coefficient）：金额集中到什么程度。

    G = 2·Σ i·x₍ᵢ₎ ÷ (n·Σ x) − (n + 1) ÷ n，x₍ᵢ₎ 是从小到大的第 i 个；等于洛伦兹曲线与对角线之间的面积的两倍。

    Parameters
    ----------
    values : Series or list of float
        每位客户的金额，不能是负数，不能有缺失值。
    correction : {"population", "sample"}, default "population"
        "population" 是上面的公式，最大是 1 − 1/n；"sample" 再乘 n ÷ (n − 1)，一人独占时正好是 1。客户多时没有差别。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    GiniResult
        gini 及其区间（刀切法，jackknife，正态近似），客户数。

    Raises
    ------
    TypeError
        金额不是数字。
    ValueError
        金额有负数或缺失，合计是 0，或 "sample" 时只有一位客户。

    Notes
    -----
    形状不同的分布可以有同一个基尼系数，请和洛伦兹曲线一起看。只算买过的客户与连没买过的也算，数字差很多，要写明算的是谁。
    客户不到几十位或有极端大客户时，区间偏窄。

    References
    ----------
    Gini, C. (1912). *Variabilità e mutabilità*. Bologna: Cuppini.

    Examples
    --------
    >>> from crmlab import strategy
    >>> strategy.gini([10, 20, 30, 40, 100, 400])
    基尼系数 0.611（95% 区间 0.266–0.956，n = 6）
    """
    check_one_of("correction", correction, ("population", "sample"))
    check_probability("confidence", confidence)
    x = np.sort(_amounts("values", values).to_numpy())
    n = len(x)
    if correction == "sample" and n == 1:
        raise ValueError('只有一位客户，correction="sample" 要除以 n − 1 = 0。请改用 "population"，或用更多客户。')
    total, weighted = float(x.sum()), float((np.arange(1, n + 1) * x).sum())
    raw = 2 * weighted / (n * total) - (n + 1) / n
    factor = n / (n - 1) if correction == "sample" else 1.0
    value = min(max(raw * factor, 0.0), 1.0)
    low = high = float("nan")
    if n > 2 and total > x[-1]:
        half = critical_z(confidence) * _jackknife_se(x, total, weighted, correction)
        low, high = max(value - half, 0.0), min(value + half, 1.0)
    return GiniResult(value, low, high, n, correction, confidence)


def _jackknife_se(x: Floats, total: float, weighted: float, correction: str) -> float:
    """Leave each customer out in turn, by sums instead of by n passes."""
    n, place = len(x), np.arange(1, len(x) + 1)
    later = total - x.cumsum()
    m = n - 1
    without = 2 * (weighted - place * x - later) / (m * (total - x)) - (m + 1) / m
    if correction == "sample":
        without = without * m / (m - 1)
    return float(np.sqrt(m / n * ((without - without.mean()) ** 2).sum()))


def top_share(values: Any, *, share: float = 0.2) -> float:
    """金额最高的一部分客户合起来占多少，例如前 20%。

    Parameters
    ----------
    values : Series or list of float
        每位客户的金额，不能是负数，不能有缺失值。
    share : float, default 0.2
        前多少的客户，0–1 之间；人数向上取整。

    Returns
    -------
    float
        占总金额的比例，0–1。

    Raises
    ------
    TypeError
        金额不是数字。
    ValueError
        金额有负数或缺失，或合计是 0。

    Notes
    -----
    这是这批客户的账，不是估计，所以没有区间。时段越短，买过的客户里碰巧大买一次的越多，占比看上去越高。

    Examples
    --------
    >>> from crmlab import strategy
    >>> strategy.top_share([500, 320, 150, 80, 60, 40, 30, 20, 0, 0])
    0.6833333333333333
    """
    check_probability("share", share)
    ordered = np.sort(_amounts("values", values).to_numpy())[::-1]
    top = math.ceil(share * len(ordered) - 1e-9)
    return float(ordered[:top].sum() / ordered.sum())
