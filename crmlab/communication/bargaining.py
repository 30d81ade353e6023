"""Coming to terms: who can agree at all, and who gets how much of what there is to share."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability
from crmlab._intervals import interval_text, mean_interval, wilson


@dataclass(frozen=True, repr=False, eq=False)
class BargainingZone:
    """可成交区间的结果。

    Attributes
    ----------
    deals : DataFrame
        原表另加 zone（可成交区间的宽度，买方最高价 − 卖方最低价；负数是差多少）、possible（谈得成）；
        给了成交价时另有 buyer_gain、seller_gain（各得多少剩余）、buyer_share（买方得的占比，区间宽度是 0 时是 NaN）。
    possible_share, low, high : float
        谈得成的占比和威尔逊区间。
    mean_zone : float
        谈得成的里面，平均有多少可分，元；一笔也谈不成时是 NaN。
    buyer_share, buyer_low, buyer_high : float
        买方平均分走的占比和 t 区间；没给成交价时是 NaN。
    missed : int
        谈得成却没有成交的笔数（没给成交价列时是 0）。
    n : int
        笔数。
    confidence : float
        置信水平。
    """

    deals: pd.DataFrame
    possible_share: float
    low: float
    high: float
    mean_zone: float
    buyer_share: float
    buyer_low: float
    buyer_high: float
    missed: int
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        text = f"{self.possible_share:.1%} 谈得成（{interval_text(self.low, self.high, self.confidence, '{:.1%}')}，n = {self.n}）"
        if not np.isnan(self.mean_zone):
            text += f"，平均有 {self.mean_zone:,.0f} 元可分"
        if not np.isnan(self.buyer_share):
            interval = interval_text(self.buyer_low, self.buyer_high, self.confidence, "{:.0%}", joiner=" 到 ")
            text += f"；买方分走 {self.buyer_share:.0%}（{interval}），谈得成却没成交的 {self.missed} 笔"
        return text

    __repr__ = __str__


def bargaining_zone(
    deals: pd.DataFrame,
    *,
    buyer_max: str = "buyer_max",
    seller_min: str = "seller_min",
    price: str | None = None,
    confidence: float = 0.95,
) -> BargainingZone:
    """可成交区间（zone of possible agreement, ZOPA）：买方最多肯出的高过卖方最少要的，才谈得成；谈成了，剩余归谁。

    区间宽度 = 买方最高价 − 卖方最低价，不小于 0 才谈得成；买方的剩余 = 最高价 − 成交价，卖方的剩余 = 成交价 − 最低价。

    Parameters
    ----------
    deals : DataFrame
        一行一笔谈判。
    buyer_max, seller_min : str
        买方最高价、卖方最低价的列名，元；默认 buyer_max、seller_min。
    price : str, optional
        成交价的列名，元；没成交的留空。给了就算剩余怎么分。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    BargainingZone
        谈得成的占比和区间，平均有多少可分，买方分走多少。

    Raises
    ------
    TypeError
        价格不是数字。
    ValueError
        缺列，底价有缺失值或负数。

    Notes
    -----
    底价只有自己知道，这里的数据来自课堂练习或事后访谈；事后说的底价会往成交价靠。成交价落在区间外的笔，剩余有一方是负数：
    不是底价说错了，就是谈判里有别的东西（交期、赠品）没算进去。

    References
    ----------
    Raiffa, H. (1982). *The Art and Science of Negotiation*. Harvard University Press.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> deals = pd.DataFrame({"buyer_max": [120, 100, 90], "seller_min": [100, 90, 95], "price": [105, 98, None]})
    >>> communication.bargaining_zone(deals, price="price")
    66.7% 谈得成（95% 区间 20.8%–93.9%，n = 3），平均有 15 元可分；买方分走 48%（95% 区间 −302% 到 397%），谈得成却没成交的 0 笔
    """
    check_frame("deals", deals, [buyer_max, seller_min, *([price] if price else [])])
    check_probability("confidence", confidence)
    most, least = (check_numbers(c, deals[c], 0, missing=False).to_numpy() for c in (buyer_max, seller_min))
    zone = most - least
    possible = zone >= 0
    n, nan = len(deals), float("nan")
    low, high = wilson(possible.sum(), n, confidence)
    marked = deals.assign(zone=zone, possible=possible)
    shares, missed = (nan, nan, nan), 0
    if price is not None:
        nobody = deals[price].isna().all()
        paid = np.full(n, nan) if nobody else check_numbers(price, deals[price], 0).to_numpy()
        part = np.where(zone > 0, (most - paid) / np.where(zone > 0, zone, 1.0), nan)
        marked = marked.assign(buyer_gain=most - paid, seller_gain=paid - least, buyer_share=part)
        if not np.isnan(part).all():
            shares = mean_interval(part, confidence)[:3]
        missed = int((possible & np.isnan(paid)).sum())
    mean_zone = float(zone[possible].mean()) if possible.any() else nan
    return BargainingZone(
        marked, float(possible.mean()), float(low), float(high), mean_zone, *shares, missed, n, confidence
    )
