"""Why did they leave: a type of churn for each lost customer, from a table of rules that a teacher can edit."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability
from crmlab._intervals import wilson
from crmlab._rules import rules_met


@dataclass(frozen=True, repr=False, eq=False)
class ChurnTypes:
    """流失类型的归类结果。

    Attributes
    ----------
    customers : DataFrame
        原表另加 churn_type。
    table : DataFrame
        一行一类，次序同规则表，最后是其余的。列：churn_type、n、share、low、high（威尔逊区间）；给了金额列时另有 amount_yuan、amount_share。
    n : int
        客户数。
    """

    customers: pd.DataFrame
    table: pd.DataFrame
    n: int

    def __str__(self) -> str:
        shares = "，".join(
            f"{kind} {share:.1%}" for kind, share in zip(self.table["churn_type"], self.table["share"], strict=True)
        )
        return f"{shares}（n = {self.n:,}）"

    __repr__ = __str__


def churn_types(
    customers: pd.DataFrame,
    rules: pd.DataFrame,
    *,
    amount: str | None = None,
    other: str = "其他",
    confidence: float = 0.95,
) -> ChurnTypes:
    """客户流失的类型：按规则表把每位流失客户归入一类（自然、被动、主动、恶意……），数人数，汇总金额。

    规则表从上到下看，先满足哪一类就归哪一类；都不满足的归入其余。

    Parameters
    ----------
    customers : DataFrame
        一行一位流失客户。
    rules : DataFrame
        一行一个条件。列：churn_type（类型）、column（customers 的列名）、op（怎么比）、value（和什么比）。同一类写几行，就要全都满足；
        op 和 value 的写法同 `technology.tag_rules`。
    amount : str, optional
        金额的列名（例如流失前一年的消费，元）。缺失当 0。不给就只数人数。
    other : str, default "其他"
        都不满足时叫什么，不能和规则里的类型同名。
    confidence : float, default 0.95
        占比区间的置信水平，0–1 之间。

    Returns
    -------
    ChurnTypes
        每位客户的类型，各类的人数、占比、金额。

    Raises
    ------
    TypeError
        要比大小的列不是数字也不是日期，或金额不是数字。
    ValueError
        缺列，op 不认识，value 写得不对，或 other 与某一类同名。

    Notes
    -----
    类型是按手上的记录推的，不是客户自己说的：没有记录到的原因，全落在后面的类和其余里。规则的次序就是优先次序，换次序人数就变。
    不要把人往“恶意”里推：那一条要最严，证据要写在列里。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> lost = pd.DataFrame(
    ...     {"moved_away": [1, 0, 0, 0], "arrears_days": [0, 120, 0, 0], "complaints": [0, 0, 2, 0], "yuan": [500, 300, 900, 100]}
    ... )
    >>> rules = pd.DataFrame(
    ...     [["恶意流失", "arrears_days", ">", 90], ["自然流失", "moved_away", "==", 1], ["被动流失", "complaints", ">=", 1]],
    ...     columns=["churn_type", "column", "op", "value"],
    ... )
    >>> result = development.churn_types(lost, rules, amount="yuan", other="主动流失")
    >>> result
    恶意流失 25.0%，自然流失 25.0%，被动流失 25.0%，主动流失 25.0%（n = 4）
    >>> result.table[["churn_type", "n", "amount_yuan", "amount_share"]].round(3)
      churn_type  n  amount_yuan  amount_share
    0       恶意流失  1        300.0         0.167
    1       自然流失  1        500.0         0.278
    2       被动流失  1        900.0         0.500
    3       主动流失  1        100.0         0.056
    """
    check_frame("customers", customers, [] if amount is None else [amount])
    check_probability("confidence", confidence)
    met = rules_met(customers, rules, name="churn_type", noun="类型")
    if other in met:
        raise ValueError(f"参数 other 是“{other}”，规则里已有这一类。请换一个名字。")
    kinds = [str(kind) for kind in met]
    first = np.select(list(met.values()), list(range(len(kinds))), default=len(kinds))
    names = np.array([*kinds, other], dtype=object)
    counts = np.bincount(first, minlength=len(names))
    low, high = wilson(counts, len(customers), confidence)
    table = pd.DataFrame({"churn_type": names, "n": counts, "share": counts / len(customers), "low": low, "high": high})
    table = table.astype({"churn_type": "str"})
    if amount is not None:
        money = check_numbers(amount, customers[amount], 0).fillna(0).to_numpy()
        table["amount_yuan"] = np.bincount(first, weights=money, minlength=len(names))
        total = float(money.sum())
        table["amount_share"] = table["amount_yuan"] / total if total > 0 else np.nan
    marked = customers.assign(churn_type=pd.Series(names[first], index=customers.index, dtype="str"))
    return ChurnTypes(marked, table, len(customers))
