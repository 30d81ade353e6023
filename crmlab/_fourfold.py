"""Rows into four types by two scores and a cut on each: the shape that several fourfold tables share."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_number, check_numbers, check_probability
from crmlab._intervals import wilson

Types = Mapping[tuple[bool, bool], str]


def four_types(
    argument: str,
    table: pd.DataFrame,
    columns: Mapping[str, str],
    cuts: Any,
    *,
    types: Types,
    spoken: Mapping[str, str],
    name: str,
    cut_words: str,
    confidence: float,
) -> tuple[pd.DataFrame, pd.DataFrame, tuple[float, float], int]:
    """Return the table with its types, the counts of the types with intervals, the cuts, and how many have a type.

    ``columns`` maps the two parameters (first and second score) to column names, ``types`` says which type it is when
    the first and the second score reach their cuts, ``spoken`` gives each type's Chinese name in the order of the
    result, ``name`` is the column of the type, ``cut_words`` says in Chinese what the two cuts are.

    Raises
    ------
    TypeError
        评分或分界不是数字，或分界不是两个数。
    ValueError
        缺列，两列是同一列，或没有一行两项都有。
    """
    (one_argument, one), (other_argument, other) = columns.items()
    check_frame(argument, table, [one, other])
    if one == other:
        raise ValueError(f"参数 {one_argument} 和 {other_argument} 都是“{one}”，请给两个不同的列。")
    if not isinstance(cuts, tuple | list) or len(cuts) != 2:
        raise TypeError(f"参数 cuts 应写成（{cut_words}），例如 (3, 3)，你给的是 {cuts!r}。")
    limits = (check_number("cuts", cuts[0]), check_number("cuts", cuts[1]))
    check_probability("confidence", confidence)
    scores = [check_numbers(column, table[column]).to_numpy() for column in (one, other)]
    known = ~np.isnan(scores[0]) & ~np.isnan(scores[1])
    if not known.any():
        raise ValueError(f"没有一行同时有“{one}”和“{other}”。请检查两列是否来自同一批客户。")
    reached = [score >= cut for score, cut in zip(scores, limits, strict=True)]
    found = pd.Series([types[bool(a), bool(b)] for a, b in zip(*reached, strict=True)], index=table.index)
    found = found.where(known).astype("str")
    n = int(known.sum())
    counts = np.array([int((found == kind).sum()) for kind in spoken])
    low, high = wilson(counts, n, confidence)
    shares = pd.DataFrame(
        {
            name: list(spoken),
            f"{name}_zh": list(spoken.values()),
            "n": counts,
            "share": counts / n,
            "low": low,
            "high": high,
        }
    )
    marked = table.assign(**{name: found, f"{name}_zh": found.map(dict(spoken)).astype("str")})
    return marked, shares, limits, n


def shares_text(shares: pd.DataFrame, name: str, n: int) -> str:
    """Return one Chinese line: each type with its share, and n."""
    parts = (f"{kind} {share:.1%}" for kind, share in zip(shares[f"{name}_zh"], shares["share"], strict=True))
    return f"{'，'.join(parts)}（n = {n:,}）"
