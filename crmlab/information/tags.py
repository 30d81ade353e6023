"""Tags of a customer profile from a table of rules that a teacher can edit."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_probability
from crmlab._intervals import wilson
from crmlab._rules import OPERATORS, rules_met

TAG_OPERATORS = OPERATORS


@dataclass(frozen=True, repr=False, eq=False)
class ProfileTags:
    """客户标签的结果。

    Attributes
    ----------
    tags : DataFrame
        一行是一位客户的一个标签：编号列、tag。客户按原来的次序，标签按规则的次序。
    summary : DataFrame
        一行一个标签：tag、n（有几位客户）、share（占比）、low、high（Wilson 区间）。
    n, n_untagged : int
        客户数；一个标签也没有的客户数。
    confidence : float
        置信水平。
    """

    tags: pd.DataFrame
    summary: pd.DataFrame
    n: int
    n_untagged: int
    confidence: float = 0.95

    def __str__(self) -> str:
        said = "，".join(f"{tag} {n}" for tag, n in zip(self.summary["tag"], self.summary["n"], strict=True))
        return f"{self.n} 位客户：{said}；{self.n_untagged} 位没有标签"

    __repr__ = __str__


def profile_tags(
    customers: pd.DataFrame, rules: pd.DataFrame, *, customer_id: str = "customer_id", confidence: float = 0.95
) -> ProfileTags:
    """客户画像：按规则表给每位客户打标签，也用来找出该触发自动服务的客户（生日、到期、沉睡）。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。
    rules : DataFrame
        一行一条规则。列：tag（标签）、column（看哪一列）、op（怎么比）、value（和什么比）。同一个标签写几行，就要全都满足。
        op：==、!=、>、>=、<、<=；between（value 写成“低|高”，含两端）；in（value 写成“甲|乙”，是其中之一）；
        contains（文字里含有 value）；missing（缺失）、known（不缺失），这两种 value 可空。
    customer_id : str, default "customer_id"
        编号列。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ProfileTags
        tags、summary、n、n_untagged。

    Raises
    ------
    TypeError
        给的不是表，或要比大小的列不是数字也不是日期。
    ValueError
        缺列，op 不认识，或 value 写得不对。

    Notes
    -----
    缺失的值不满足任何比较（missing 除外，!= 也不满足）：不知道不等于不是。日期列的 value 写成“2026-01-01”。
    标签是企业对人的推断，可能出错，也可能冒犯：敏感的推断（健康、宗教、经济困难）不要做成标签。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> customers = pd.DataFrame({"customer_id": ["C1", "C2", "C3"], "orders": [12, 1, 5], "days_since": [8, 200, 30]})
    >>> rules = pd.DataFrame(
    ...     [["常客", "orders", ">=", 5], ["常客", "days_since", "<=", 60], ["沉睡", "days_since", ">", 180]],
    ...     columns=["tag", "column", "op", "value"],
    ... )
    >>> result = information.profile_tags(customers, rules)
    >>> result
    3 位客户：常客 2，沉睡 1；0 位没有标签
    >>> result.tags.to_dict("list")
    {'customer_id': ['C1', 'C2', 'C3'], 'tag': ['常客', '沉睡', '常客']}
    """
    check_frame("customers", customers, [customer_id])
    check_probability("confidence", confidence)
    holds = rules_met(customers, rules, name="tag", noun="标签")
    matrix = np.column_stack(list(holds.values()))
    row, number = np.nonzero(matrix)
    names = pd.Series(list(holds)).astype("str")
    tags = pd.DataFrame({customer_id: customers[customer_id].array[row], "tag": names.array[number]})
    count, n = matrix.sum(axis=0), len(customers)
    low, high = wilson(count, n, confidence)
    summary = pd.DataFrame({"tag": names, "n": count, "share": count / n, "low": low, "high": high})
    return ProfileTags(tags, summary, n, int((~matrix.any(axis=1)).sum()), confidence)
