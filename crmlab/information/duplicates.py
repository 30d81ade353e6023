"""Finding the customers who are in the table twice: blocking, similarity of the fields, groups."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_one_of,
    check_positive,
    check_whole,
    listing,
    nearest,
    row_of,
)

COMPARISONS = ("exact", "jaro_winkler", "levenshtein")
_CHUNK = 1 << 19
_FLOOR = 0.5
# A pair is judged only when the fields known on both sides carry at least this share of the weight.
_LEAST_KNOWN = 0.5

Codes = np.ndarray


@dataclass(frozen=True, repr=False, eq=False)
class DuplicateResult:
    """查重的结果。

    Attributes
    ----------
    pairs : DataFrame
        相似的两两：id_a、id_b（id_a 在前）、score（0–1）、以及每个比较列的相似度 sim_<列名>（有一方缺失时是缺失值）。
    groups : DataFrame
        连在一起的记录：编号列、group（从 1 数）。只有一条记录的不列。
    n : int
        总行数。
    n_compared : int
        比较过的对数。
    weights : Series
        每个比较列的权重，合计是 1。
    skipped : DataFrame
        因为太大而没有比较的块：block（用到的列）、n（行数）。
    threshold : float
        用的阈值。
    """

    pairs: pd.DataFrame
    groups: pd.DataFrame
    n: int
    n_compared: int
    weights: pd.Series
    skipped: pd.DataFrame
    threshold: float

    def __str__(self) -> str:
        n_groups = int(self.groups["group"].nunique())
        left = f"；{len(self.skipped)} 个太大的块没有比较" if len(self.skipped) else ""
        return (
            f"{self.n} 行比较了 {self.n_compared} 对，{len(self.pairs)} 对不低于 {self.threshold:g}，"
            f"归成 {n_groups} 组共 {len(self.groups)} 行{left}"
        )

    __repr__ = __str__


def find_duplicates(
    customers: pd.DataFrame,
    *,
    compare: Mapping[str, str],
    block: Sequence[str | Sequence[str]],
    threshold: float = 0.6,
    weights: Mapping[str, float] | None = None,
    customer_id: str = "customer_id",
    max_block: int = 100,
) -> DuplicateResult:
    """查重：找出很可能是同一个人的客户记录。

    先分块（blocking）：只有某一块的键相同的两行才比较，不必两两都比。再逐列算相似度，加权平均得 score。

    Parameters
    ----------
    customers : DataFrame
        一行一条客户记录。
    compare : dict of str to str
        要比较的列和比法。"exact"：相同为 1，否则 0；"jaro_winkler"：适合姓名，看重开头；
        "levenshtein"：适合地址和号码，1 − 编辑距离 ÷ 较长的长度。后两种相似度到 0.5 以下算 0，0.5–1 拉伸到 0–1。
    block : list of str or list of list of str
        分块的键，例如 ["mobile", ["name", "city"]]：手机号相同，或姓名和城市都相同，才比较。键缺失的行不进这一块。
    threshold : float, default 0.6
        score 不低于它的才算相似，0–1 之间。调高错并少、漏并多；没有处处合适的值，请用核对过的样本来定。
    weights : dict of str to float, optional
        每个比较列的权重。不给就用信息量 −log₂ Σp²（p 是各取值的占比）：两个陌生人碰巧相同的机会越小，相同越说明问题。
    customer_id : str, default "customer_id"
        编号列，不缺失、不重复。
    max_block : int, default 100
        一块最多几行。更大的块不比较（对数按平方增长），列在 skipped 里：请把键写细一些。

    Returns
    -------
    DuplicateResult
        pairs、groups、n、n_compared、weights、skipped、threshold。

    Raises
    ------
    TypeError
        给的不是表，或 compare、weights 不是字典。
    ValueError
        缺列，编号缺失或重复，比法不认识，没有分块的键，或权重都是 0。

    Notes
    -----
    比较之前，文字统一全角半角和大小写，去掉空白和标点。一方缺失的列不计入 score；两方都有的列不到总权重的一半时，这一对不算相似。
    groups 把相连的都归成一组：甲像乙、乙像丙，甲和丙就同组，哪怕不像。合并前请抽查，错并比漏并更难补救。
    没有一个共同键的两条记录永远不会被比较，所以要用两三种键。查得准不准，用 `duplicate_quality` 对着人工核对的样本算。

    References
    ----------
    Fellegi, I. P., & Sunter, A. B. (1969). A theory for record linkage. *JASA*, 64(328), 1183-1210.

    Winkler, W. E. (1990). String comparator metrics and enhanced decision rules in the Fellegi-Sunter model of record linkage.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> customers = pd.DataFrame(
    ...     {
    ...         "customer_id": ["C1", "C2", "C3", "C4"],
    ...         "name": ["王小明", "王晓明", "李雷", "王小明"],
    ...         "mobile": ["13800138000", "13800138000", "13900139000", "13711112222"],
    ...         "address": ["苏州市姑苏区人民路1号", "苏州姑苏区人民路 1 号", "苏州市吴中区东吴路8号", "无锡市梁溪区中山路9号"],
    ...     }
    ... )
    >>> result = information.find_duplicates(
    ...     customers,
    ...     compare={"name": "jaro_winkler", "mobile": "exact", "address": "levenshtein"},
    ...     block=["mobile", "name"],
    ... )
    >>> result
    4 行比较了 2 对，1 对不低于 0.6，归成 1 组共 2 行
    >>> result.pairs[["id_a", "id_b", "score"]].round(2)
      id_a id_b  score
    0   C1   C2   0.81
    """
    keys = _check_arguments(customers, compare, block, weights, customer_id)
    limit = check_between("threshold", threshold, 0, 1)
    largest = check_whole("max_block", max_block)
    fields = {column: _Field(customers[column], method) for column, method in compare.items()}
    weight = _weights(fields, weights)
    passes = [_block_codes(customers, key, largest) for key in keys]
    skipped = pd.concat([table for _, table in passes], ignore_index=True)
    found: list[pd.DataFrame] = []
    n_compared = 0
    for left, right in _candidates([codes for codes, _ in passes]):
        n_compared += len(left)
        found.append(_score(left, right, fields, weight, limit))
    nothing = np.zeros(0, dtype=np.int64)
    scored = pd.concat(found or [_score(nothing, nothing, fields, weight, limit)], ignore_index=True)
    ids = customers[customer_id].reset_index(drop=True)
    rank = id_rank(ids)
    groups = _groups(scored["a"].to_numpy(), scored["b"].to_numpy(), ids, rank)
    pairs = _name_pairs(scored, ids, rank)
    return DuplicateResult(pairs, groups, len(customers), n_compared, weight.rename("weight"), skipped, limit)


class _Field:
    """One column to compare: its distinct values once, and for each row which of them it holds."""

    def __init__(self, series: pd.Series, method: str) -> None:
        self.codes, self.values = _coded(series)
        self.method = method

    def information(self) -> float:
        """Return -log2 of the chance that two rows drawn at random agree."""
        known = self.codes[self.codes >= 0]
        if len(known) < 2:
            return 0.0
        share = np.bincount(known) / len(known)
        return float(-np.log2(np.sum(share**2))) + 0.0

    def similarity(self, left: Codes, right: Codes) -> np.ndarray:
        """Return 0-1 for each pair of rows, NaN where either is missing."""
        a, b = self.codes[left], self.codes[right]
        result = np.where(a == b, 1.0, 0.0)
        result[(a < 0) | (b < 0)] = np.nan
        differ = np.flatnonzero((a != b) & (a >= 0) & (b >= 0))
        if self.method != "exact" and len(differ):
            raw = _scorer(self.method)(self.values[a[differ]].tolist(), self.values[b[differ]].tolist())
            result[differ] = np.clip((raw - _FLOOR) / (1 - _FLOOR), 0, 1)
        return result


def _scorer(method: str) -> Callable[[list[str], list[str]], np.ndarray]:
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler, Levenshtein

    scorer = JaroWinkler.normalized_similarity if method == "jaro_winkler" else Levenshtein.normalized_similarity

    def score(left: list[str], right: list[str]) -> np.ndarray:
        return np.asarray(process.cpdist(left, right, scorer=scorer, dtype=np.float64))

    return score


def _coded(series: pd.Series) -> tuple[Codes, np.ndarray]:
    """Return a number for each row (-1: missing) and the texts that the numbers stand for, made fit for comparing.

    One width, one case, no blanks or punctuation; what is empty then is missing.
    """
    rows, distinct = pd.factorize(series, use_na_sentinel=True)
    values = pd.Series(distinct)
    if pd.api.types.is_datetime64_any_dtype(values):
        text = values.dt.strftime("%Y%m%d").astype("str")
    elif pd.api.types.is_float_dtype(values):
        # A gap turns whole numbers into floats: 8 must not become "8.0".
        text = values.map(lambda v: str(int(v)) if float(v).is_integer() else str(v)).astype("str")
    else:
        text = values.astype("str")
    text = text.str.normalize("NFKC").str.casefold().str.replace(r"[\W_]+", "", regex=True)
    codes, plain = pd.factorize(text.where(text != ""), use_na_sentinel=True)
    return np.append(codes, -1)[rows].astype(np.int64), np.asarray(plain, dtype=object)


def _check_arguments(
    customers: pd.DataFrame, compare: Any, block: Any, weights: Any, customer_id: str
) -> list[list[str]]:
    for name, value in (("compare", compare), ("weights", weights)):
        if not isinstance(value, Mapping) and not (name == "weights" and value is None):
            raise TypeError(f'参数 {name} 应是字典，例如 {{"name": ...}}，你给的是 {type(value).__name__}。')
    if not compare:
        raise ValueError("参数 compare 是空的，请至少写一列和它的比法。")
    if isinstance(block, str) or not isinstance(block, list | tuple):
        raise TypeError(f'参数 block 应是列表，例如 ["mobile", ["name", "city"]]，你给的是 {type(block).__name__}。')
    keys = [[key] if isinstance(key, str) else list(key) for key in block]
    if not keys or not all(keys):
        raise ValueError("参数 block 里没有分块的键。不分块要两两都比，一万行就是五千万对；请至少写一列。")
    check_frame("customers", customers, [customer_id, *compare, *{column: 0 for key in keys for column in key}])
    for method in compare.values():
        check_one_of("compare", method, COMPARISONS)
    unknown = [column for column in (weights or {}) if column not in compare]
    if unknown:
        raise ValueError(
            f"参数 weights 里的“{unknown[0]}”不在 compare 里。{nearest(unknown[0], compare)}要比较的列：{listing(compare)}。"
        )
    check_ids(customers, customer_id)
    return keys


def check_ids(customers: pd.DataFrame, customer_id: str) -> None:
    """Raise ValueError unless every row has an id of its own."""
    ids = customers[customer_id]
    missing, twice = ids.isna().to_numpy(), ids.duplicated().to_numpy()
    if missing.any():
        raise ValueError(
            f"列“{customer_id}”不能有缺失值，{row_of(ids, int(missing.argmax()))}是空的。请先给每一行一个编号。"
        )
    if twice.any():
        at = int(twice.argmax())
        raise ValueError(
            f"列“{customer_id}”的编号应不重复，{row_of(ids, at)}又是“{ids.iloc[at]}”。请先给每一行一个不同的编号。"
        )


def _weights(fields: dict[str, _Field], given: Mapping[str, float] | None) -> pd.Series:
    if given is None:
        weight = {column: field.information() for column, field in fields.items()}
    else:
        weight = {column: check_positive("weights", given.get(column, 0.0), allow_zero=True) for column in fields}
    total = sum(weight.values())
    if total <= 0:
        raise ValueError("要比较的各列权重都是 0（没有给权重时，说明每列的值都一样）。请换几列来比较，或写明 weights。")
    return pd.Series({column: value / total for column, value in weight.items()}, dtype=float)


def _block_codes(customers: pd.DataFrame, key: list[str], largest: int) -> tuple[Codes, pd.DataFrame]:
    """Return for each row the number of its block (-1: none) and the blocks that are too large."""
    codes = _coded(customers[key[0]])[0]
    for column in key[1:]:
        part = _coded(customers[column])[0]
        joined = pd.Series(codes * (int(part.max(initial=0)) + 1) + part)
        codes = pd.factorize(joined.where((codes >= 0) & (part >= 0)))[0].astype(np.int64)
    sizes = np.bincount(codes + 1)[1:]
    large = np.flatnonzero(sizes > largest)
    block = pd.array(["+".join(key)] * len(large), dtype="str")
    return np.where(np.isin(codes, large), -1, codes), pd.DataFrame({"block": block, "n": np.sort(sizes[large])[::-1]})


def _candidates(passes: list[Codes]) -> Iterator[tuple[Codes, Codes]]:
    """Yield row numbers of pairs that share a block, each pair once, some hundred thousand at a time."""
    for number, codes in enumerate(passes):
        rows = np.flatnonzero(codes >= 0)
        order = rows[np.argsort(codes[rows], kind="stable")]
        ordered = codes[order]
        at = np.arange(len(order))
        step = 0
        lefts: list[Codes] = []
        rights: list[Codes] = []
        waiting = 0
        while len(at):
            step += 1
            at = at[at + step < len(order)]
            at = at[ordered[at] == ordered[at + step]]
            left, right = order[at], order[at + step]
            new = np.ones(len(at), dtype=bool)
            for earlier in passes[:number]:
                new &= (earlier[left] < 0) | (earlier[left] != earlier[right])
            lefts.append(left[new])
            rights.append(right[new])
            waiting += int(new.sum())
            if waiting >= _CHUNK:
                yield np.concatenate(lefts), np.concatenate(rights)
                lefts, rights, waiting = [], [], 0
        if waiting:
            yield np.concatenate(lefts), np.concatenate(rights)


def _score(left: Codes, right: Codes, fields: dict[str, _Field], weight: pd.Series, limit: float) -> pd.DataFrame:
    """Return the pairs that reach the limit; a pair that no longer can is dropped before the next field is compared."""
    known, agreed = np.zeros(len(left)), np.zeros(len(left))
    table: dict[str, np.ndarray] = {}
    remaining = 1.0
    for column in weight.sort_values(ascending=False, kind="stable").index:
        similarity = fields[column].similarity(left, right)
        here = weight[column] * ~np.isnan(similarity)
        known, agreed = known + here, agreed + here * np.nan_to_num(similarity)
        remaining -= weight[column]
        # The best that can still come is that all other fields are there and agree.
        hope = agreed + max(remaining, 0.0) >= (limit - 1e-9) * (known + max(remaining, 0.0))
        table = {name: values[hope] for name, values in (table | {column: similarity}).items()}
        left, right, known, agreed = left[hope], right[hope], known[hope], agreed[hope]
    score = np.divide(agreed, known, out=np.zeros(len(known)), where=known > 0)
    keep = (known >= _LEAST_KNOWN - 1e-9) & (score >= limit - 1e-9)
    columns = {f"sim_{column}": table[column][keep] for column in fields}
    return pd.DataFrame({"a": left[keep], "b": right[keep], "score": np.minimum(score[keep], 1.0)} | columns)


def _name_pairs(scored: pd.DataFrame, ids: pd.Series, rank: Codes) -> pd.DataFrame:
    a, b = scored["a"].to_numpy(), scored["b"].to_numpy()
    first, second = np.where(rank[a] < rank[b], a, b), np.where(rank[a] < rank[b], b, a)
    named = pd.DataFrame({"id_a": ids.array[first], "id_b": ids.array[second]})
    pairs = pd.concat([named, scored.drop(columns=["a", "b"])], axis=1)
    order = np.lexsort((rank[second], rank[first], -pairs["score"].to_numpy().round(12)))
    return pairs.iloc[order].reset_index(drop=True)


def _groups(a: Codes, b: Codes, ids: pd.Series, rank: Codes) -> pd.DataFrame:
    """Return the connected rows, groups numbered by their smallest id."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows = np.unique(np.concatenate([a, b]))
    rows = rows[np.argsort(rank[rows])]
    place = np.zeros(len(ids), dtype=np.int64)
    place[rows] = np.arange(len(rows))
    graph = coo_array((np.ones(len(a), dtype=np.int8), (place[a], place[b])), shape=(len(rows), len(rows)))
    label = connected_components(graph, directed=False)[1] if len(rows) else rows
    group = pd.factorize(label)[0] + 1
    table = pd.DataFrame({str(ids.name): ids.array[rows], "group": group})
    return table.sort_values("group", kind="stable", ignore_index=True)


def id_rank(ids: pd.Series) -> Codes:
    """Return the place of each id in ascending order, from 0."""
    # Numbers and text side by side have no order of their own.
    mixed = ids.dtype == object and pd.api.types.infer_dtype(ids) not in ("string", "integer", "floating")
    order = (ids.astype("str") if mixed else ids).argsort(kind="stable").to_numpy()
    rank = np.empty(len(ids), dtype=np.int64)
    rank[order] = np.arange(len(ids))
    return rank
