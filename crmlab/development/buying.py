"""Four kinds of buying behaviour: how much the customer is involved, how much the brands differ."""

from dataclasses import dataclass

import pandas as pd

from crmlab._fourfold import four_types, shares_text

# Assael: is the customer highly involved, do the brands differ much?
BUYING_TYPES = {
    "complex": ("复杂型", "又在意、品牌又差得多：慢慢比，要讲清好在哪里"),
    "dissonance_reducing": ("协调型", "在意，品牌却差不多：买得快，买完心里打鼓，要售后安他的心"),
    "variety_seeking": ("变换型", "不太在意，品牌差得多：爱换着买，要常有新花样"),
    "habitual": ("习惯型", "不太在意，品牌也差不多：顺手就买，要随手拿得到"),
}
_TYPE_OF = {
    (True, True): "complex",
    (True, False): "dissonance_reducing",
    (False, True): "variety_seeking",
    (False, False): "habitual",
}


@dataclass(frozen=True, repr=False, eq=False)
class BuyingBehaviour:
    """消费行为四型的归类结果。

    Attributes
    ----------
    purchases : DataFrame
        原表另加 behaviour（complex、dissonance_reducing、variety_seeking、habitual）和 behaviour_zh；任何一项缺失的是缺失值。
    table : DataFrame
        一行一型，次序同 BUYING_TYPES。列：behaviour、behaviour_zh、n、share、low、high（威尔逊区间）。
    cuts : tuple of float
        （卷入分界，差异分界）。
    n : int
        归了类的行数。
    """

    purchases: pd.DataFrame
    table: pd.DataFrame
    cuts: tuple[float, float]
    n: int

    def __str__(self) -> str:
        return shares_text(self.table, "behaviour", self.n)

    __repr__ = __str__


def buying_behaviour(
    purchases: pd.DataFrame,
    *,
    cuts: tuple[float, float],
    involvement: str = "involvement",
    difference: str = "brand_difference",
    confidence: float = 0.95,
) -> BuyingBehaviour:
    """消费行为四型：客户有多在意（卷入程度），品牌之间差多少；复杂、协调、变换、习惯各占多少。

    两样都高：复杂型；只有卷入高：协调型；只有差异大：变换型；两样都低：习惯型。

    Parameters
    ----------
    purchases : DataFrame
        一行一次购买（或一位客户对一类商品）。任何一项缺失的不归类。
    cuts : tuple of float
        （卷入分界，差异分界），正好在线上算高。没有默认：量表不同，分界就不同。
    involvement : str, default "involvement"
        卷入程度的评分：花多少心思、怕不怕买错，越大越在意。
    difference : str, default "brand_difference"
        客户觉得品牌之间差多少的评分，越大差得越多。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    BuyingBehaviour
        每一行归哪一型，四型各占多少和区间。

    Raises
    ------
    TypeError
        评分或分界不是数字，或 cuts 不是两个数。
    ValueError
        缺列，两列是同一列，或没有一行两项都有。

    Notes
    -----
    这是 Assael 的分法，分的是“这个人买这样东西”，不是人：同一个人买手机是复杂型，买盐是习惯型。差异是客户**觉得**的差异，
    不是厂家说的。区间只算抽样误差；离分界很近的行，换一次问法就可能换型。

    References
    ----------
    Assael, H. (1987). *Consumer Behavior and Marketing Action* (3rd ed.). Kent Publishing.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> bought = pd.DataFrame({"involvement": [5, 4, 1, 2, 1], "brand_difference": [5, 1, 4, 2, 1]})
    >>> development.buying_behaviour(bought, cuts=(3, 3))
    复杂型 20.0%，协调型 20.0%，变换型 20.0%，习惯型 40.0%（n = 5）
    """
    marked, table, limits, n = four_types(
        "purchases",
        purchases,
        {"involvement": involvement, "difference": difference},
        cuts,
        types=_TYPE_OF,
        spoken={name: words[0] for name, words in BUYING_TYPES.items()},
        name="behaviour",
        cut_words="卷入分界，差异分界",
        confidence=confidence,
    )
    return BuyingBehaviour(marked, table, limits, n)
