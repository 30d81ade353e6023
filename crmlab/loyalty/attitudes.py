"""Attitude against behaviour: four kinds of loyalty, and what satisfaction is worth where customers can choose."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame, check_number, check_numbers, check_one_of, check_probability
from crmlab._intervals import t_interval, wilson

# Dick & Basu (1994): relative attitude (high?), repeat patronage (high?).
LOYALTY_KINDS = {
    (True, True): "真正忠诚",
    (True, False): "潜在忠诚",
    (False, True): "虚假忠诚",
    (False, False): "不忠诚",
}


@dataclass(frozen=True, repr=False, eq=False)
class LoyaltyMatrix:
    """态度 × 行为的四类客户。

    Attributes
    ----------
    customers : DataFrame
        原表另加 kind（四类之一；任何一项缺失的是缺失值）。
    table : DataFrame
        一行一类，次序同 LOYALTY_KINDS。列：kind、n、share、low、high（威尔逊区间）。
    cut_attitude, cut_behaviour : float
        两条分界；不低于分界算高。
    n : int
        分了类的客户数。
    """

    customers: pd.DataFrame
    table: pd.DataFrame
    cut_attitude: float
    cut_behaviour: float
    n: int

    def __str__(self) -> str:
        shares = "，".join(
            f"{kind} {share:.1%}" for kind, share in zip(self.table["kind"], self.table["share"], strict=True)
        )
        return f"{shares}（n = {self.n:,}）"

    __repr__ = __str__


def loyalty_matrix(
    customers: pd.DataFrame,
    *,
    attitude: str = "attitude",
    behaviour: str = "behaviour",
    cuts: Any = "median",
    confidence: float = 0.95,
) -> LoyaltyMatrix:
    """忠诚矩阵：喜欢不喜欢（态度）和买得多不多（行为）各分高低，得四类客户。

    态度高、行为高是真正忠诚；态度高、行为低是潜在忠诚；态度低、行为高是虚假忠诚（垄断、惰性、合同绑着）；都低是不忠诚。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。任何一列缺失的不分类。
    attitude, behaviour : str
        态度列（评分）和行为列（购买次数、份额等），都是越大越忠诚。
    cuts : "median", "mean" or tuple of float, default "median"
        分界：中位数、均值，或（态度分界，行为分界）两个数。不低于分界算高。
    confidence : float, default 0.95
        占比区间的置信水平，0–1 之间。

    Returns
    -------
    LoyaltyMatrix
        customers（加了 kind）、table（各类占比和区间）、两条分界。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，没有一行两项都有，或 cuts 写错。

    Notes
    -----
    用中位数或均值分界时，四类的占比一半由分界的办法决定，不能拿来说“我们有多少忠诚客户”；要说这句话，请用事先定好的两个数。

    References
    ----------
    Dick, A. S., & Basu, K. (1994). Customer loyalty: Toward an integrated conceptual framework.
    *Journal of the Academy of Marketing Science*, 22(2), 99-113.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> people = pd.DataFrame({"attitude": [5, 5, 2, 1], "behaviour": [9, 1, 8, 0]})
    >>> loyalty.loyalty_matrix(people, cuts=(4, 5))
    真正忠诚 25.0%，潜在忠诚 25.0%，虚假忠诚 25.0%，不忠诚 25.0%（n = 4）
    """
    check_frame("customers", customers, [attitude, behaviour])
    if attitude == behaviour:
        raise ValueError(f"参数 attitude 和 behaviour 都是“{attitude}”，请给两个不同的列。")
    check_probability("confidence", confidence)
    values = [check_numbers(c, customers[c]).to_numpy() for c in (attitude, behaviour)]
    known = ~np.isnan(values[0]) & ~np.isnan(values[1])
    if not known.any():
        raise ValueError(f"没有一行同时有“{attitude}”和“{behaviour}”。请检查两列是否来自同一批客户。")
    if isinstance(cuts, tuple | list):
        if len(cuts) != 2:
            raise ValueError(f"参数 cuts 应有两个数（态度分界，行为分界），你给了 {len(cuts)} 个。")
        limits = [check_number("cuts", c) for c in cuts]
    else:
        check_one_of("cuts", cuts, ("median", "mean"))
        middle = np.median if cuts == "median" else np.mean
        limits = [float(middle(v[known])) for v in values]
    # A mean of equal numbers may come out a rounding error above them; they are on the line.
    warm, busy = ((v >= c) | np.isclose(v, c, rtol=1e-9, atol=0) for v, c in zip(values, limits, strict=True))
    names = np.array([LOYALTY_KINDS[bool(a), bool(b)] for a, b in zip(warm, busy, strict=True)], dtype=object)
    names[~known] = None
    n = int(known.sum())
    counts = np.array([(names == kind).sum() for kind in LOYALTY_KINDS.values()])
    low, high = wilson(counts, n, confidence)
    table = pd.DataFrame(
        {"kind": list(LOYALTY_KINDS.values()), "n": counts, "share": counts / n, "low": low, "high": high}
    )
    kinds = pd.Series(names, index=customers.index, dtype="str")
    return LoyaltyMatrix(customers.assign(kind=kinds), table, limits[0], limits[1], n)


@dataclass(frozen=True, repr=False, eq=False)
class SatisfactionLoyalty:
    """满意与忠诚的关系。

    Attributes
    ----------
    curve : DataFrame
        一行一个市场的一档满意分。列：market、satisfaction、loyalty（平均）、low、high、n。
    trap : DataFrame
        一行一个市场：满意的人里不忠诚的占多少。列：market、satisfied（满意的人数）、not_loyal（其中不忠诚的）、share、low、high。
    satisfied_min, loyal_min : float
        算满意、算忠诚的最低分。
    n : int
        用到的份数。
    """

    curve: pd.DataFrame
    trap: pd.DataFrame
    satisfied_min: float
    loyal_min: float
    n: int

    def __str__(self) -> str:
        rows = [
            f"{market}{'：' if market else ''}满意的 {satisfied:,} 人中 {share:.1%} 不忠诚"
            for market, satisfied, share in zip(
                self.trap["market"], self.trap["satisfied"], self.trap["share"], strict=True
            )
        ]
        return "；".join(rows) + f"（n = {self.n:,}）"

    __repr__ = __str__


def satisfaction_loyalty_curve(
    survey: pd.DataFrame,
    *,
    satisfied_min: float,
    loyal_min: float,
    satisfaction: str = "overall",
    loyalty: str = "repurchase",
    market: str | None = None,
    confidence: float = 0.95,
) -> SatisfactionLoyalty:
    """满意与忠诚的曲线：每一档满意分，平均有多忠诚；竞争激烈与否，形状不同。

    Parameters
    ----------
    survey : DataFrame
        一行一份答卷。任何一列缺失的不用。
    satisfied_min : float
        满意分不低于它算满意。
    loyal_min : float
        忠诚分不低于它算忠诚；忠诚列是 0/1 时写 1。
    satisfaction : str, default "overall"
        满意分的列名，应是分档的评分（不超过 20 种值）。
    loyalty : str, default "repurchase"
        忠诚的列名：再购意愿的评分，或是否再买（0/1）。
    market : str, optional
        市场类型的列名（例如竞争激烈、垄断）；给了就一个市场一条曲线。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    SatisfactionLoyalty
        curve（各档的平均和 t 区间；只有 0 和 1 时是威尔逊区间）、trap（满意但不忠诚的占比和威尔逊区间）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，没有可用的行，或满意分的值太多。

    Notes
    -----
    同一时点的问卷里，满意和忠诚一起变不等于提高满意就提高忠诚；愿意回答的人又往往更满意。“竞争激烈时曲线下凹，只有非常满意才忠诚”
    是 Jones 与 Sasser 的观察，是不是这样要看你的数据。

    References
    ----------
    Jones, T. O., & Sasser, W. E. (1995). Why satisfied customers defect. *Harvard Business Review*, 73(6), 88-99.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> survey = pd.DataFrame({"overall": [5, 5, 4, 4, 3, 1], "repurchase": [1, 1, 1, 0, 0, 0]})
    >>> result = loyalty.satisfaction_loyalty_curve(survey, satisfied_min=4, loyal_min=1)
    >>> result
    满意的 4 人中 25.0% 不忠诚（n = 6）
    >>> result.curve[["satisfaction", "loyalty", "n"]]
       satisfaction  loyalty  n
    0           1.0      0.0  1
    1           3.0      0.0  1
    2           4.0      0.5  2
    3           5.0      1.0  2
    """
    check_frame("survey", survey, [satisfaction, loyalty, *([market] if market else [])])
    if satisfaction == loyalty:
        raise ValueError(f"参数 satisfaction 和 loyalty 都是“{loyalty}”，请给两个不同的列。")
    check_probability("confidence", confidence)
    score, mark = (check_numbers(c, survey[c]).to_numpy() for c in (satisfaction, loyalty))
    check_between("satisfied_min", satisfied_min, np.nanmin(score), np.nanmax(score))
    check_between("loyal_min", loyal_min, np.nanmin(mark), np.nanmax(mark))
    groups = survey[market].to_numpy() if market else np.full(len(survey), "", dtype=object)
    table = pd.DataFrame({"market": groups, "satisfaction": score, "mark": mark}).dropna()
    if table.empty:
        raise ValueError(f"没有一行同时有“{satisfaction}”和“{loyalty}”。请检查两列是否来自同一批人。")
    if table["satisfaction"].nunique() > 20:
        raise ValueError(
            f'列“{satisfaction}”有 {table["satisfaction"].nunique()} 种值，分不成档。请先取整，例如 表["{satisfaction}"].round()。'
        )
    curve = table.groupby(["market", "satisfaction"], as_index=False)["mark"].agg(["mean", "std", "size"])
    if table["mark"].isin([0, 1]).all():
        low, high = wilson(curve["mean"] * curve["size"], curve["size"], confidence)
    else:
        low, high = t_interval(curve["mean"], curve["std"].fillna(0), curve["size"], confidence)
    curve = curve.assign(low=low, high=high).rename(columns={"mean": "loyalty", "size": "n"})
    flags = table.assign(satisfied=table["satisfaction"] >= satisfied_min)
    flags["not_loyal"] = flags["satisfied"] & (table["mark"] < loyal_min)
    trap = flags.groupby("market", as_index=False)[["satisfied", "not_loyal"]].sum()
    known = trap["satisfied"].where(trap["satisfied"] > 0)
    low, high = wilson(trap["not_loyal"], trap["satisfied"], confidence)
    return SatisfactionLoyalty(
        curve=curve[["market", "satisfaction", "loyalty", "low", "high", "n"]],
        trap=trap.assign(share=trap["not_loyal"] / known, low=low, high=high),
        satisfied_min=float(satisfied_min),
        loyal_min=float(loyal_min),
        n=len(table),
    )
