"""After the search for duplicates: how good was it, and one record out of several by survivorship rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_one_of, check_probability, check_series, row_of
from crmlab._intervals import interval_text, wilson
from crmlab.information.duplicates import check_ids, id_rank

SURVIVORSHIP = ("latest", "earliest", "most_complete", "longest", "most_common", "min", "max", "sum")


@dataclass(frozen=True, repr=False)
class DuplicateQuality:
    """查重准不准的结果。

    Attributes
    ----------
    precision, precision_low, precision_high : float
        查准率和它的区间：找到的对里真是同一人的占比。
    recall, recall_low, recall_high : float
        查全率和它的区间：真正重复的对里找到的占比。
    f1 : float
        两者的调和平均。
    n_found, n_true, n_right : int
        找到的对数；真正重复的对数；找对的对数。
    confidence : float
        置信水平。
    """

    precision: float
    precision_low: float
    precision_high: float
    recall: float
    recall_low: float
    recall_high: float
    f1: float
    n_found: int
    n_true: int
    n_right: int
    confidence: float = 0.95

    def __str__(self) -> str:
        def said(name: str, share: float, low: float, high: float) -> str:
            if np.isnan(share):
                return f"{name}算不出"
            return f"{name} {share:.1%}（{interval_text(100 * low, 100 * high, self.confidence, '{:.1f}%')}）"

        f1 = "F1 算不出" if np.isnan(self.f1) else f"F1 = {self.f1:.3f}"
        precision = said("查准率", self.precision, self.precision_low, self.precision_high)
        recall = said("查全率", self.recall, self.recall_low, self.recall_high)
        return f"{precision}，{recall}，{f1}（找到 {self.n_found} 对，应有 {self.n_true} 对，找对 {self.n_right} 对）"

    __repr__ = __str__


@dataclass(frozen=True, repr=False, eq=False)
class MergeResult:
    """合并的结果。

    Attributes
    ----------
    customers : DataFrame
        合并后的客户表，列和次序同原表；一组留一行，在编号最小的那一行的位置。
    lineage : DataFrame
        每条并掉的记录去了哪里：customer_id、merged_into。凭它可以追查和撤回。
    conflicts : DataFrame
        一行一处说法不一：customer_id（留下的编号）、column、values（各种说法，用 | 隔开）、kept（留下的）。
    n_before, n_after : int
        合并前后的行数。
    """

    customers: pd.DataFrame
    lineage: pd.DataFrame
    conflicts: pd.DataFrame
    n_before: int
    n_after: int

    def __str__(self) -> str:
        most = self.conflicts["column"].value_counts()
        said = f"，最多的是“{most.index[0]}”（{most.iloc[0]} 处）" if len(most) else ""
        return f"{self.n_before} 行合并成 {self.n_after} 行，{len(self.conflicts)} 处说法不一{said}"

    __repr__ = __str__


def duplicate_quality(pairs: pd.DataFrame, entity: pd.Series, *, confidence: float = 0.95) -> DuplicateQuality:
    """对着已知的真相，算查重的查准率（precision）、查全率（recall）和 F1。

    Parameters
    ----------
    pairs : DataFrame
        找到的对，列 id_a、id_b，例如 `find_duplicates` 的 pairs。可以没有行。
    entity : Series
        真相：索引是客户编号，值是这条记录背后的人。值相同的是同一个人。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DuplicateQuality
        precision、recall 和各自的 Wilson 区间，f1，各种对数。没有找到任何一对时查准率是 NaN，没有真正的重复时查全率是 NaN。

    Raises
    ------
    TypeError
        给的不是表或一列。
    ValueError
        缺列，编号在 entity 里查不到，编号重复，或同一对写了两次。

    Notes
    -----
    区间假设各对互不相干；同一个人的几条记录连成几对，真正的误差要大些。不看“准确率”：绝大多数的对都不重复，什么也不找也有 99.9%。
    真相来自人工核对的样本时，样本要随机抽，只核对找到的对就算不出查全率。

    References
    ----------
    Christen, P. (2012). *Data matching*. Springer.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> truth = pd.Series({"C1": "甲", "C2": "甲", "C3": "乙", "C4": "乙", "C5": "丙"})
    >>> found = pd.DataFrame({"id_a": ["C1", "C3"], "id_b": ["C2", "C5"]})
    >>> information.duplicate_quality(found, truth)
    查准率 50.0%（95% 区间 9.5%–90.5%），查全率 50.0%（95% 区间 9.5%–90.5%），F1 = 0.500（找到 2 对，应有 2 对，找对 1 对）
    """
    check_frame("pairs", pairs, ["id_a", "id_b"], allow_empty=True)
    truth = check_series("entity", entity)
    check_probability("confidence", confidence)
    if truth.index.has_duplicates:
        twice = truth.index[truth.index.duplicated()][0]
        raise ValueError(f"参数 entity 的索引应是不重复的客户编号，“{twice}”出现了不止一次。")
    found = [truth.index.get_indexer(pd.Index(pairs[column])) for column in ("id_a", "id_b")]
    for column, at in zip(("id_a", "id_b"), found, strict=True):
        if (at < 0).any():
            row = int((at < 0).argmax())
            raise ValueError(
                f"列“{column}”第 {row + 1} 行的编号“{pairs[column].iloc[row]}”在 entity 的索引里查不到。请核对两边的编号。"
            )
    ends = pd.DataFrame({"a": np.minimum(*found), "b": np.maximum(*found)})
    if ends.duplicated().any():
        row = int(ends.duplicated().to_numpy().argmax())
        raise ValueError(f"表 pairs 的第 {row + 1} 行与前面的一行是同一对。请先去掉重复的对。")
    person = pd.factorize(truth)[0]
    n_right = int(((person[found[0]] == person[found[1]]) & (person[found[0]] >= 0)).sum())
    sizes = np.bincount(person[person >= 0])
    n_true, n_found = int((sizes * (sizes - 1) // 2).sum()), len(pairs)
    low, high = wilson([n_right, n_right], [n_found, n_true], confidence)
    precision = n_right / n_found if n_found else float("nan")
    recall = n_right / n_true if n_true else float("nan")
    f1 = 2 * n_right / (n_found + n_true) if n_found + n_true else float("nan")
    ends_of = [(float(low[i]), float(high[i])) for i in (0, 1)]
    return DuplicateQuality(precision, *ends_of[0], recall, *ends_of[1], f1, n_found, n_true, n_right, confidence)


def merge_duplicates(
    customers: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    rules: Mapping[str, str] | None = None,
    default: str = "most_complete",
    customer_id: str = "customer_id",
    updated_at: str | None = None,
) -> MergeResult:
    """按保留规则（survivorship）把每组重复的记录合成一条。

    Parameters
    ----------
    customers : DataFrame
        一行一条客户记录。
    groups : DataFrame
        哪些记录是一组：列 customer_id、group，例如 `find_duplicates` 的 groups。可以没有行。
    rules : dict of str to str, optional
        各列的规则，例如 {"mobile": "latest", "points": "sum"}。规则见 Notes。
    default : str, default "most_complete"
        没有写明的列用的规则。
    customer_id : str, default "customer_id"
        编号列，不缺失、不重复。留下组里最小的编号。
    updated_at : str, optional
        更新日期的列名。用 latest 或 earliest 时必须给；给了它，别的规则不分上下时也取较新的。

    Returns
    -------
    MergeResult
        customers、lineage、conflicts、n_before、n_after。

    Raises
    ------
    TypeError
        给的不是表，rules 不是字典，或对不是数字的列用 sum。
    ValueError
        缺列，规则不认识，编号缺失或重复，组里的编号查不到，或要用日期却没有给 updated_at。

    Notes
    -----
    每种规则都先去掉缺失值，再从剩下的值里挑：latest 最近更新的记录的值；earliest 最早的；most_complete 缺得最少的那条记录的值；
    longest 最长的文字；most_common 出现最多的；min、max 最小、最大的；sum 合计。不分上下时取较新的，再取编号小的。
    营销同意请用 min（False 小于 True）：一处拒绝就是拒绝。积分、金额用 sum 之前想清楚两条记录是不是重复记账。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> customers = pd.DataFrame(
    ...     {
    ...         "customer_id": ["C1", "C2", "C3"],
    ...         "mobile": ["13800138000", "13911112222", "13700001111"],
    ...         "points": [100, 50, 30],
    ...         "updated": pd.to_datetime(["2025-01-01", "2026-05-01", "2026-02-01"]),
    ...     }
    ... )
    >>> groups = pd.DataFrame({"customer_id": ["C1", "C2"], "group": [1, 1]})
    >>> rules = {"mobile": "latest", "points": "sum"}
    >>> result = information.merge_duplicates(customers, groups, rules=rules, updated_at="updated")
    >>> result
    3 行合并成 2 行，1 处说法不一，最多的是“mobile”（1 处）
    >>> result.customers[["customer_id", "mobile", "points"]].to_dict("records")[0]
    {'customer_id': 'C1', 'mobile': '13911112222', 'points': 150}
    """
    ways = _check_rules(customers, groups, rules, default, customer_id, updated_at)
    ids = customers[customer_id]
    rank = id_rank(ids)
    group = ids.map(groups.set_index(customer_id)["group"]).to_numpy() if len(groups) else np.full(len(ids), np.nan)
    members = np.flatnonzero(pd.notna(group) & pd.Series(group).duplicated(keep=False).to_numpy())
    label = pd.factorize(group[members])[0]
    survivor = members[_first_of_each(label, rank[members])]
    newest = _newest_first(customers, updated_at)[members]
    part = customers.iloc[members]
    complete = part[list(ways)].isna().sum(axis=1).to_numpy(dtype=float)
    table: dict[Any, Any] = {customer_id: ids.array}
    conflicts = [_NO_CONFLICTS]
    for column, rule in ways.items():
        values = part[column]
        preferred = _preference(values, rule, label, newest, complete)
        chosen = members[_first_of_each(label, rank[members], newest, preferred, values.isna().to_numpy())]
        source = np.arange(len(customers))
        source[survivor] = chosen
        taken = customers[column].array.take(source)
        if rule == "sum":
            taken[survivor] = values.groupby(label, sort=True).sum(min_count=1).array
        elif column != updated_at:
            conflicts.append(_conflicts(values, label, taken[survivor]))
        table[column] = taken
    merged = pd.DataFrame(table, index=customers.index)[list(customers.columns)]
    removed = np.setdiff1d(members, survivor)
    kept = np.setdiff1d(np.arange(len(customers)), removed)
    lineage = _lineage(ids, rank, removed, dict(zip(members, survivor[label], strict=True)))
    said = pd.concat(conflicts, ignore_index=True)
    said.insert(0, "customer_id", ids.array[survivor[said["label"].to_numpy(dtype=int)]])
    by = np.lexsort((said.index, rank[survivor[said["label"].to_numpy(dtype=int)]]))
    said = said.drop(columns="label").iloc[by].reset_index(drop=True)
    return MergeResult(merged.iloc[kept], lineage, said, len(customers), len(kept))


_NO_CONFLICTS = pd.DataFrame(
    {"label": np.zeros(0, dtype=np.int64), "column": pd.array([], "str"), "values": pd.array([], "str"), "kept": []}
).astype({"kept": object})


def _check_rules(
    customers: pd.DataFrame, groups: pd.DataFrame, rules: Any, default: str, customer_id: str, updated_at: str | None
) -> dict[Any, str]:
    """Return the rule of every column but the id."""
    if rules is not None and not isinstance(rules, Mapping):
        raise TypeError(f'参数 rules 应是字典，例如 {{"mobile": "latest"}}，你给的是 {type(rules).__name__}。')
    given = dict(rules or {})
    dates = [] if updated_at is None else [updated_at]
    check_frame("customers", customers, [customer_id, *given, *dates])
    check_frame("groups", groups, [customer_id, "group"], allow_empty=True)
    check_one_of("default", default, SURVIVORSHIP)
    for rule in given.values():
        check_one_of("rules", rule, SURVIVORSHIP)
    if customer_id in given:
        raise ValueError(f"编号列“{customer_id}”总是留下最小的编号，请从 rules 里去掉它。")
    check_ids(customers, customer_id)
    _check_groups(customers, groups, customer_id)
    usual = {column: default for column in customers.columns if column != customer_id}
    ways: dict[Any, str] = usual | {date: "latest" for date in dates} | given
    if updated_at is None and {"latest", "earliest"} & set(ways.values()):
        raise ValueError("用 latest 或 earliest 要知道哪条更新得晚，请用 updated_at 写明更新日期的列名。")
    if updated_at is not None and not pd.api.types.is_datetime64_any_dtype(customers[updated_at]):
        raise TypeError(
            f"列“{updated_at}”应是日期，现在的类型是 {customers[updated_at].dtype}。请先用 pd.to_datetime() 转换。"
        )
    for column, rule in ways.items():
        if rule == "sum" and not _is_number(customers[column]):
            raise TypeError(f"列“{column}”不是数字，不能用 sum。请换一种规则，或先用 pd.to_numeric() 转换。")
    return ways


def _is_number(series: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(series) and not pd.api.types.is_bool_dtype(series)


def _check_groups(customers: pd.DataFrame, groups: pd.DataFrame, customer_id: str) -> None:
    members = groups[customer_id]
    strange = ~members.isin(customers[customer_id]).to_numpy()
    if strange.any():
        at = int(strange.argmax())
        raise ValueError(
            f"表 groups 的{row_of(members, at)}的编号“{members.iloc[at]}”在 customers 里查不到。请核对两边的编号。"
        )
    twice = members.duplicated().to_numpy()
    if twice.any():
        at = int(twice.argmax())
        raise ValueError(f"表 groups 里编号“{members.iloc[at]}”出现了不止一次。一条记录只能属于一组。")


def _first_of_each(label: np.ndarray, *keys: np.ndarray) -> np.ndarray:
    """Return for each label the position of its smallest row; the last key decides first."""
    order = np.lexsort(keys)
    return np.asarray(order[np.unique(label[order], return_index=True)[1]])


def _newest_first(customers: pd.DataFrame, updated_at: str | None) -> np.ndarray:
    if updated_at is None:
        return np.zeros(len(customers))
    return -customers[updated_at].rank(method="dense").fillna(0).to_numpy()


def _preference(
    values: pd.Series, rule: str, label: np.ndarray, newest: np.ndarray, complete: np.ndarray
) -> np.ndarray:
    """Return a number for each row: the smallest of a group is kept."""
    if rule == "earliest":
        return np.where(newest == 0, np.inf, -newest)
    if rule == "most_complete":
        return complete
    if rule == "longest":
        return -values.astype("str").str.len().fillna(0).to_numpy(dtype=float)
    if rule == "most_common":
        same = pd.Series(label).groupby([label, pd.factorize(values)[0]])
        return -same.transform("size").to_numpy(dtype=float)
    if rule in ("min", "max"):
        ranked = _comparable(values).rank(method="dense").fillna(0).to_numpy(dtype=float)
        return ranked if rule == "min" else -ranked
    return np.zeros(len(values))


def _comparable(values: pd.Series) -> pd.Series:
    if values.dtype != object:
        return values
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind == "boolean":
        return values.astype("boolean")
    if kind in ("mixed", "mixed-integer"):
        raise TypeError(
            f"列“{values.name}”里文字和数字混在一起，分不出大小，不能用 min 或 max。请先清理这一列，或换一种规则。"
        )
    return values


def _conflicts(values: pd.Series, label: np.ndarray, kept: Any) -> pd.DataFrame:
    """Return the groups whose records say different things, each with all that is said."""
    said = pd.DataFrame({"label": label, "text": values.astype("str").array})[values.notna().to_numpy()]
    said = said.drop_duplicates().sort_values(["label", "text"])
    said = said[said["label"].duplicated(keep=False)]
    joined = said.groupby("label")["text"].agg("|".join)
    table = pd.DataFrame({"label": joined.index.to_numpy(dtype=np.int64), "values": joined.array})
    table.insert(1, "column", pd.Series([str(values.name)] * len(table), dtype="str"))
    return table.assign(kept=pd.Series(kept, dtype=object).to_numpy()[table["label"].to_numpy()])


def _lineage(ids: pd.Series, rank: np.ndarray, removed: np.ndarray, home: dict[Any, Any]) -> pd.DataFrame:
    ordered = removed[np.argsort(rank[removed])]
    into = np.array([home[row] for row in ordered], dtype=np.int64)
    return pd.DataFrame({"customer_id": ids.array[ordered], "merged_into": ids.array[into]})
