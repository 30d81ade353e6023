"""Four approaches to mass customisation: does the customer need another product, or another presentation of it?"""

from dataclasses import dataclass

import pandas as pd

from crmlab._fourfold import four_types, shares_text

# Gilmore & Pine (1997): does the product change, does its presentation change?
CUSTOMIZATION_TYPES = {
    "collaborative": ("合作式", "和客户一起商量，产品和呈现都为他变"),
    "transparent": ("透明式", "产品悄悄为他变，呈现不变"),
    "cosmetic": ("化妆式", "产品标准，包装和呈现为他变"),
    "adaptive": ("适应式", "产品标准，客户自己调"),
}
_TYPE_OF = {
    (True, True): "collaborative",
    (True, False): "transparent",
    (False, True): "cosmetic",
    (False, False): "adaptive",
}


@dataclass(frozen=True, repr=False, eq=False)
class CustomizationTypes:
    """四型大规模定制的归类结果。

    Attributes
    ----------
    customers : DataFrame
        原表另加 approach（collaborative、transparent、cosmetic、adaptive）和 approach_zh；任何一项缺失的是缺失值。
    table : DataFrame
        一行一型，次序同 CUSTOMIZATION_TYPES。列：approach、approach_zh、n、share、low、high（威尔逊区间）。
    cuts : tuple of float
        （产品分界，呈现分界）。
    n : int
        归了类的人数。
    """

    customers: pd.DataFrame
    table: pd.DataFrame
    cuts: tuple[float, float]
    n: int

    def __str__(self) -> str:
        return shares_text(self.table, "approach", self.n)

    __repr__ = __str__


def customization_types(
    customers: pd.DataFrame,
    *,
    cuts: tuple[float, float],
    product: str = "product_change",
    presentation: str = "presentation_change",
    confidence: float = 0.95,
) -> CustomizationTypes:
    """大规模定制四型：客户要的是产品变，还是呈现变；合作、透明、化妆、适应各有多少人。

    产品和呈现都要变：合作式；只要产品变：透明式；只要呈现变：化妆式；都不用变，自己调：适应式。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户（或一类需求）。任何一项缺失的不归类。
    cuts : tuple of float
        （产品分界，呈现分界），正好在线上算要变。没有默认：分界由企业定。
    product : str, default "product_change"
        多需要产品本身为他变的评分，越大越需要。
    presentation : str, default "presentation_change"
        多需要包装、说明、交付的样子为他变的评分，越大越需要。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    CustomizationTypes
        每位客户归哪一型，四型各占多少和区间。

    Raises
    ------
    TypeError
        评分或分界不是数字，或 cuts 不是两个数。
    ValueError
        缺列，两列是同一列，或没有一行两项都有。

    Notes
    -----
    这是 Gilmore 和 Pine 的分法，回答“哪一型对得上客户的需要”，不回答“哪一型最赚钱”：成本、易不易被模仿、与客户的关系、优势，
    可以各打一个分，用 `technology.crm_scorecard` 加权来选，并看权重变多少会换。人数最多的一型不一定该做。

    References
    ----------
    Gilmore, J. H., & Pine, B. J. (1997). The four faces of mass customization. *Harvard Business Review*, 75(1), 91-101.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> needs = pd.DataFrame({"product_change": [5, 4, 1, 2, 5], "presentation_change": [5, 1, 4, 2, 4]})
    >>> strategy.customization_types(needs, cuts=(3, 3))
    合作式 40.0%，透明式 20.0%，化妆式 20.0%，适应式 20.0%（n = 5）
    """
    marked, table, limits, n = four_types(
        "customers",
        customers,
        {"product": product, "presentation": presentation},
        cuts,
        types=_TYPE_OF,
        spoken={name: words[0] for name, words in CUSTOMIZATION_TYPES.items()},
        name="approach",
        cut_words="产品分界，呈现分界",
        confidence=confidence,
    )
    return CustomizationTypes(marked, table, limits, n)
