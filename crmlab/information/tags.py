"""Tags of a customer profile from a table of rules that a teacher can edit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_labels, check_probability, listing, row_of
from crmlab._intervals import wilson

TAG_OPERATORS = ("==", "!=", ">", ">=", "<", "<=", "between", "in", "contains", "missing", "known")


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
    check_frame("rules", rules, ["tag", "column", "op", "value"])
    check_frame("customers", customers, list(rules["column"]))
    check_labels("op", rules["op"], TAG_OPERATORS, missing=False)
    check_probability("confidence", confidence)
    if rules["tag"].isna().any():
        raise ValueError(
            f"列“tag”不能有缺失值，{row_of(rules['tag'], int(rules['tag'].isna().to_numpy().argmax()))}是空的。请写上标签。"
        )
    holds: dict[Any, np.ndarray] = {}
    for rule in rules.to_dict("records"):
        met = _met(customers[rule["column"]], rule["op"], rule["value"], rule["tag"])
        holds[rule["tag"]] = holds.get(rule["tag"], np.ones(len(customers), dtype=bool)) & met
    matrix = np.column_stack(list(holds.values()))
    row, number = np.nonzero(matrix)
    names = pd.Series(list(holds)).astype("str")
    tags = pd.DataFrame({customer_id: customers[customer_id].array[row], "tag": names.array[number]})
    count, n = matrix.sum(axis=0), len(customers)
    low, high = wilson(count, n, confidence)
    summary = pd.DataFrame({"tag": names, "n": count, "share": count / n, "low": low, "high": high})
    return ProfileTags(tags, summary, n, int((~matrix.any(axis=1)).sum()), confidence)


_ORDERED: dict[str, Callable[[Any, Any], Any]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


def _met(series: pd.Series, op: str, value: Any, tag: Any) -> np.ndarray:
    known: np.ndarray = series.notna().to_numpy()
    unknown: np.ndarray = series.isna().to_numpy()
    if op in ("missing", "known"):
        return known if op == "known" else unknown
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        raise ValueError(f"标签“{tag}”的规则 {op} 没有写 value。请写上要比的值。")
    if op == "contains":
        met = series.astype("str").str.contains(str(value), regex=False, na=False)
    elif op in _ORDERED:
        met = _ORDERED[op](series, _one(series, value, tag))
    elif op == "between":
        ends = str(value).split("|")
        if len(ends) != 2:
            raise ValueError(f"标签“{tag}”的规则 between 的 value 应写成“低|高”，现在是“{value}”。")
        met = (series >= _one(series, ends[0], tag)) & (series <= _one(series, ends[1], tag))
    else:
        options = str(value).split("|") if op == "in" else [value]
        wanted = [_same(series, option, tag) for option in options]
        met = series.isin(wanted)
        met = ~met if op == "!=" else met
    holds: np.ndarray = known & np.asarray(met.fillna(False), dtype=bool)
    return holds


def _same(series: pd.Series, value: Any, tag: Any) -> Any:
    if pd.api.types.is_bool_dtype(series):
        said = str(value).strip().casefold()
        if said not in ("true", "false"):
            raise ValueError(f"标签“{tag}”：列“{series.name}”是 True/False，value 不能是“{value}”。")
        return said == "true"
    if pd.api.types.is_numeric_dtype(series) or pd.api.types.is_datetime64_any_dtype(series):
        return _one(series, value, tag)
    return value.strip() if isinstance(value, str) else value


def _one(series: pd.Series, value: Any, tag: Any) -> Any:
    """Return the value in the type of the column that is compared by size."""
    try:
        if pd.api.types.is_datetime64_any_dtype(series):
            return pd.Timestamp(value.strip() if isinstance(value, str) else value)
        if pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series):
            return float(value)
    except (ValueError, TypeError):
        kind = "日期" if pd.api.types.is_datetime64_any_dtype(series) else "数字"
        raise ValueError(f"标签“{tag}”：列“{series.name}”是{kind}，value 不能是“{value}”。") from None
    raise TypeError(
        f"标签“{tag}”：列“{series.name}”不是数字也不是日期，不能比大小。文字请用 {listing(['==', 'in', 'contains'])}。"
    )
