"""What is bought together: association rules by the Apriori idea on a sparse matrix."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_probability, check_whole
from crmlab._intervals import critical_z, wilson
from crmlab.information.items import _user_item

_MOST_SETS = 20_000
_COLUMNS = ["antecedent", "consequent", "n_both", "n_antecedent", "n_consequent", "support"]
_COLUMNS += ["confidence", "low", "high", "lift", "lift_low", "lift_high", "leverage"]

ItemSet = tuple[int, ...]


def association_rules(
    orders: pd.DataFrame,
    *,
    order: str = "order_id",
    item: str = "item_id",
    min_support: float = 0.01,
    min_confidence: float = 0.0,
    max_items: int = 2,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """购物篮关联规则：买了甲的单子里，有多少也买了乙，比平常多几倍。

    支持度 = 甲乙同在的单数 ÷ 全部单数；置信度 = 甲乙同在的单数 ÷ 有甲的单数；提升度（lift）= 置信度 ÷ 有乙的单数占比。

    Parameters
    ----------
    orders : DataFrame
        一行是一张单子里的一件商品。同一单里重复的只算一次；缺失的行不用。
    order, item : str, default "order_id", "item_id"
        单号列和商品列。
    min_support : float, default 0.01
        支持度的下限，0–1 之间。
    min_confidence : float, default 0
        规则的置信度的下限，0–1 之间。
    max_items : int, default 2
        一条规则左右合计最多几件，2–4。
    confidence : float, default 0.95
        区间的置信水平（统计学的，不是规则的置信度），0–1 之间。

    Returns
    -------
    DataFrame
        一行一条规则，按 lift 从高到低。列：antecedent、consequent（几件时用“、”连起来）、n_both、n_antecedent、n_consequent（单数）、
        support、confidence 及其 Wilson 区间 low、high，lift 及其区间 lift_low、lift_high（对数正态近似），
        leverage（支持度 − 两边各自占比之积）。没有规则就是空表。

    Raises
    ------
    TypeError
        给的不是表，或参数不是数字。
    ValueError
        缺列，参数越界，没有一行可用，或频繁的组合太多。

    Notes
    -----
    提升度大于 1 只说明常在一起，不说明买甲引起买乙。一次看几百条规则，总有一些碰巧很高：区间没有为此修正，
    换一段时间的数据再看还在不在。提升度的区间在 n_both 很小时不可靠。

    References
    ----------
    Agrawal, R., & Srikant, R. (1994). Fast algorithms for mining association rules. *VLDB*, 487-499.

    Tan, P.-N., Steinbach, M., & Kumar, V. (2005). *Introduction to data mining*, chapter 6. Addison-Wesley.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> orders = pd.DataFrame(
    ...     {"order_id": [1, 1, 2, 2, 3, 4, 4], "item_id": ["奶粉", "尿裤", "奶粉", "尿裤", "奶粉", "玩具", "奶粉"]}
    ... )
    >>> rules = information.association_rules(orders, min_confidence=0.6)
    >>> rules[["antecedent", "consequent", "support", "confidence", "lift"]]
      antecedent consequent  support  confidence  lift
    0         尿裤         奶粉     0.50         1.0   1.0
    1         玩具         奶粉     0.25         1.0   1.0
    """
    least_support = check_between("min_support", min_support, 0, 1)
    least_confidence = check_between("min_confidence", min_confidence, 0, 1)
    largest = check_whole("max_items", max_items)
    check_between("max_items", largest, 2, 4)
    check_probability("confidence", confidence)
    bought, items = _user_item("orders", orders, order, item)
    n = bought.shape[0]
    counts = _frequent_sets(bought, max(1, int(np.ceil(least_support * n - 1e-9))), largest)
    names = items.astype("str").tolist()
    rows = []
    for both, n_both in counts.items():
        for size in range(1, len(both)):
            for left in combinations(both, size):
                right = tuple(i for i in both if i not in left)
                if n_both >= least_confidence * counts[left] - 1e-9:
                    said = ["、".join(names[i] for i in side) for side in (left, right)]
                    rows.append((*said, n_both, counts[left], counts[right]))
    table = pd.DataFrame(rows, columns=_COLUMNS[:5])
    return _measured(table, n, confidence)


def _frequent_sets(bought: Any, least: int, largest: int) -> dict[ItemSet, int]:
    """Return all sets of items that at least ``least`` orders hold, with how many do."""
    single = np.asarray(bought.sum(axis=0)).ravel()
    kept = np.flatnonzero(single >= least)
    counts: dict[ItemSet, int] = {(int(i),): int(single[i]) for i in kept}
    columns = bought.tocsc()[:, kept]
    level: list[ItemSet] = [(int(i),) for i in kept]
    holding = columns
    for _ in range(2, largest + 1):
        if not level:
            break
        together = (holding.T @ columns).tocoo()
        # A set is grown by later items only, so that each comes up once.
        enough = (together.data >= least) & (
            kept[together.col] > np.array([found[-1] for found in level])[together.row]
        )
        last, added, n_orders = (part[enough] for part in (together.row, together.col, together.data))
        if len(counts) + len(last) > _MOST_SETS:
            raise ValueError(f"频繁的组合超过 {_MOST_SETS} 个。请调高 min_support，或减小 max_items。")
        holding = holding[:, last].multiply(columns[:, added]).tocsc()
        level = [(*level[number], int(kept[at])) for number, at in zip(last, added, strict=True)]
        counts |= {found: int(n) for found, n in zip(level, n_orders, strict=True)}
    return counts


def _measured(table: pd.DataFrame, n: int, confidence: float) -> pd.DataFrame:
    both, left, right = (table[c].to_numpy(dtype=float) for c in _COLUMNS[2:5])
    p, pa, pb = both / n, left / n, right / n
    low, high = wilson(both, left, confidence)
    lift = p / (pa * pb)
    # Delta method for log lift with multinomial counts.
    slope = [1 / p - 1 / pa - 1 / pb, -1 / pa, -1 / pb]
    variance = (p * slope[0] ** 2 + (pa - p) * slope[1] ** 2 + (pb - p) * slope[2] ** 2 - 1) / n
    spread = np.exp(critical_z(confidence) * np.sqrt(np.maximum(variance, 0)))
    measured = table.assign(
        support=p, confidence=both / left, low=low, high=high,
        lift=lift, lift_low=lift / spread, lift_high=lift * spread, leverage=p - pa * pb,
    )  # fmt: skip
    order = np.lexsort((measured["consequent"], measured["antecedent"], -p.round(12), -lift.round(12)))
    return measured.iloc[order].reset_index(drop=True)[_COLUMNS]
