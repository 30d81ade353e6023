"""Membership: growth value, tiers and what they cost, who moves up and down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_labels,
    check_number,
    check_numbers,
    check_positive,
    check_probability,
    check_series,
    listing,
    row_of,
)
from crmlab._intervals import wilson


def growth_value(
    members: pd.DataFrame, weights: Mapping[str, float], *, caps: Mapping[str, float] | None = None
) -> pd.Series:
    """成长值：购买、互动、信誉等各项行为按权重折成一个数，用来定会员等级。

    成长值 = Σ 权重 × min(行为, 上限)。

    Parameters
    ----------
    members : DataFrame
        一行一位会员，各项行为是不小于 0 的数（元、次、分）。
    weights : dict
        列名 → 每 1 单位值多少成长值，不能是负数。
    caps : dict, optional
        列名 → 这项行为最多算多少。封顶能挡住刷单和刷互动。

    Returns
    -------
    Series
        每位会员的成长值，索引同原表；任何一项缺失的是 NaN。

    Raises
    ------
    TypeError
        有列不是数字，或 weights、caps 不是字典。
    ValueError
        缺列，行为是负数，或 caps 里有 weights 没有的列。

    Notes
    -----
    由规则算出的确定的数，没有抽样，所以没有区间。真实平台的公式多不公开；权重写什么，会员就会多做什么。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> members = pd.DataFrame({"spend": [1200, 300], "comments": [2, 50]})
    >>> loyalty.growth_value(members, {"spend": 0.5, "comments": 10}, caps={"comments": 20}).tolist()
    [620.0, 350.0]
    """
    if not isinstance(weights, Mapping) or not weights:
        raise TypeError('参数 weights 应是“列名 → 权重”的字典，例如 {"spend": 1, "comments": 10}。')
    if caps is not None and not isinstance(caps, Mapping):
        raise TypeError('参数 caps 应是“列名 → 上限”的字典，例如 {"comments": 20}。')
    check_frame("members", members, list(weights))
    limits = dict(caps or {})
    unknown = [c for c in limits if c not in weights]
    if unknown:
        raise ValueError(f"参数 caps 里的 {listing(unknown)} 不在 weights 里。weights 里有：{listing(weights)}。")
    value = np.zeros(len(members))
    for column, weight in weights.items():
        each = check_positive(f'weights["{column}"]', weight, allow_zero=True)
        done = check_numbers(column, members[column], 0).to_numpy()
        if column in limits:
            done = np.minimum(done, check_positive(f'caps["{column}"]', limits[column], allow_zero=True))
        value += each * done
    return pd.Series(value, index=members.index, name="growth_value")


def assign_tiers(values: Any, thresholds: Mapping[str, float]) -> pd.Series:
    """按门槛定等级。

    Parameters
    ----------
    values : Series or list of float
        成长值、年消费等。
    thresholds : dict
        等级名 → 最低值，从低到高。不到最低一级门槛的报错，所以最低一级通常写 0。

    Returns
    -------
    Series
        有次序的类别（从低到高），索引同原来；缺失值还是缺失。

    Raises
    ------
    TypeError
        值或门槛不是数字。
    ValueError
        门槛没有从低到高，或有值不到最低一级。

    Notes
    -----
    门槛附近的人会凑单升级，门槛两边的人并没有多大差别；比较各级的消费时要记得，等级本来就是按消费分的。

    Examples
    --------
    >>> from crmlab import loyalty
    >>> loyalty.assign_tiers([620, 350, 2400], {"普通": 0, "银卡": 500, "金卡": 2000}).tolist()
    ['银卡', '普通', '金卡']
    """
    names, limits = _check_thresholds(thresholds)
    series = check_numbers("values", values)
    array = series.to_numpy()
    short = array < limits[0]
    if short.any():
        at = int(np.flatnonzero(short)[0])
        raise ValueError(
            f"{row_of(series, at)}的值 {array[at]:g} 不到最低一级“{names[0]}”的门槛 {limits[0]:g}。请把最低一级的门槛改低，例如 0。"
        )
    codes: list[int] = np.where(np.isnan(array), -1, np.searchsorted(limits, array, side="right") - 1).tolist()
    return pd.Series(pd.Categorical.from_codes(codes, pd.Index(names), ordered=True), index=series.index, name="tier")


def _check_thresholds(thresholds: Any) -> tuple[list[str], np.ndarray]:
    if not isinstance(thresholds, Mapping) or not thresholds:
        raise TypeError('参数 thresholds 应是“等级 → 门槛”的字典，例如 {"普通": 0, "银卡": 500}。')
    limits = np.array([check_number(f'thresholds["{k}"]', v) for k, v in thresholds.items()])
    if (np.diff(limits) <= 0).any():
        raise ValueError(
            f"参数 thresholds 的门槛应从低到高、各不相同，你给的是 {'、'.join(f'{v:g}' for v in limits)}。"
        )
    return [str(k) for k in thresholds], limits


def tier_cost(
    members: pd.DataFrame, benefits: pd.DataFrame, *, margin_share: float, tier: str = "tier", spend: str = "spend"
) -> pd.DataFrame:
    """各等级有多少人、带来多少毛利、权益花多少钱。

    权益成本 = 人数 × 每人固定成本 + 消费 × 返利率；净贡献 = 消费 × 毛利率 − 权益成本。

    Parameters
    ----------
    members : DataFrame
        一行一位会员，有等级列和年消费列（元）。
    benefits : DataFrame
        一行一级。列：tier（从低到高）、fixed_cost（每人每年的固定权益成本，元）、reward_rate（返利占消费的比例，0–1）。
    margin_share : float
        毛利占消费的比例，0–1 之间。
    tier, spend : str
        members 里等级列和消费列的列名。

    Returns
    -------
    DataFrame
        一行一级，次序同 benefits，最后一行是“合计”。列：tier、members、member_share、spend、margin、benefit_cost、
        net（净贡献）、cost_rate（权益成本 ÷ 消费；没有消费是 NaN）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有缺失值或负数，会员的等级不在 benefits 里，或等级重复。

    Notes
    -----
    净贡献不是“会员制带来的”：这些人不给权益也会消费一部分。增量要有对照组才知道。这里是全体会员的合计，不是抽样，所以没有区间。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> members = pd.DataFrame({"tier": ["普通", "普通", "金卡"], "spend": [200, 300, 2000]})
    >>> benefits = pd.DataFrame({"tier": ["普通", "金卡"], "fixed_cost": [5, 60], "reward_rate": [0, 0.02]})
    >>> loyalty.tier_cost(members, benefits, margin_share=0.3)[["tier", "members", "benefit_cost", "net", "cost_rate"]]
      tier  members  benefit_cost    net  cost_rate
    0   普通        2          10.0  140.0      0.020
    1   金卡        1         100.0  500.0      0.050
    2   合计        3         110.0  640.0      0.044
    """
    check_frame("members", members, [tier, spend])
    check_frame("benefits", benefits, ["tier", "fixed_cost", "reward_rate"])
    share = check_between("margin_share", margin_share, 0, 1, hint="毛利率 30% 请写成 0.3。")
    levels = benefits["tier"].astype(str)
    if levels.duplicated().any():
        raise ValueError(f"表 benefits 的等级“{levels[levels.duplicated()].iloc[0]}”出现了不止一次。请每级只写一行。")
    check_labels(tier, members[tier].astype("object"), list(levels), missing=False)
    paid = check_numbers(spend, members[spend], 0, missing=False).to_numpy()
    fixed = check_numbers("fixed_cost", benefits["fixed_cost"], 0, missing=False).to_numpy()
    rate = check_numbers("reward_rate", benefits["reward_rate"], 0, 1, missing=False).to_numpy()
    code = pd.Index(levels).get_indexer(pd.Index(members[tier].astype(str)))
    count = np.bincount(code, minlength=len(levels))
    total = np.bincount(code, weights=paid, minlength=len(levels))
    table = pd.DataFrame(
        {
            "tier": levels,
            "members": count,
            "spend": total,
            "margin": share * total,
            "benefit_cost": count * fixed + rate * total,
        }
    )
    sums = pd.DataFrame({c: [table[c].sum()] if c != "tier" else ["合计"] for c in table.columns})
    table = pd.concat([table, sums], ignore_index=True)
    return pd.DataFrame(
        {
            "tier": table["tier"],
            "members": table["members"],
            "member_share": table["members"] / len(members),
            "spend": table["spend"],
            "margin": table["margin"],
            "benefit_cost": table["benefit_cost"],
            "net": table["margin"] - table["benefit_cost"],
            "cost_rate": table["benefit_cost"] / table["spend"].where(table["spend"] > 0),
        }
    )


@dataclass(frozen=True, repr=False, eq=False)
class TierMigration:
    """等级迁移的结果。

    Attributes
    ----------
    counts, shares : DataFrame
        从期初等级（行）到期末等级（列）的人数和占比；占比每行合计是 1，期初没有人的等级是 NaN。
    table : DataFrame
        一行一个方向（升级、不变、降级）。列：move、n、share、low、high（威尔逊区间）。
    n : int
        两期都有等级的会员数。
    n_left : int
        期末没有等级（退会）的会员数。
    """

    counts: pd.DataFrame
    shares: pd.DataFrame
    table: pd.DataFrame
    n: int
    n_left: int

    def __str__(self) -> str:
        moves = "，".join(f"{m} {s:.1%}" for m, s in zip(self.table["move"], self.table["share"], strict=True))
        left = f"，另有 {self.n_left:,} 位已离开" if self.n_left else ""
        return f"{moves}（n = {self.n:,}{left}）"

    __repr__ = __str__


def tier_migration(before: Any, after: Any, tiers: list[str], *, confidence: float = 0.95) -> TierMigration:
    """会员等级的迁移：期初每级的人，期末在哪一级。

    Parameters
    ----------
    before, after : Series or list of str
        同一批会员期初、期末的等级，一一对应。期末缺失表示已经离开；期初缺失（新会员）不算。
    tiers : list of str
        全部等级，从低到高。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    TierMigration
        counts、shares、table（升级、不变、降级的占比和区间）。

    Raises
    ------
    TypeError
        不是一列数据。
    ValueError
        长短不一，有等级不在 tiers 里，tiers 不到两级，或没有一位会员两期都有等级。

    Notes
    -----
    只看留下的人会高估升级率：降级的人更可能离开，n_left 要一起报告。

    Examples
    --------
    >>> from crmlab import loyalty
    >>> result = loyalty.tier_migration(["普通", "普通", "金卡", "金卡"], ["普通", "金卡", "普通", None], ["普通", "金卡"])
    >>> result
    升级 33.3%，不变 33.3%，降级 33.3%（n = 3，另有 1 位已离开）
    """
    check_probability("confidence", confidence)
    levels = [str(t) for t in tiers]
    if len(levels) < 2 or len(set(levels)) < len(levels):
        raise ValueError(f"参数 tiers 应是至少两个、不重复的等级，从低到高，你给的是 {listing(levels)}。")
    sides = {}
    for name, values in (("before", before), ("after", after)):
        sides[name] = check_labels(name, check_series(name, values).astype("object"), levels)
    first, last = sides["before"], sides["after"]
    if len(first) != len(last):
        raise ValueError(f"参数 before 和 after 应一一对应，现在是 {len(first)} 个和 {len(last)} 个。")
    joined = first.notna().to_numpy()
    stayed = joined & last.notna().to_numpy()
    n = int(stayed.sum())
    if n == 0:
        raise ValueError("没有一位会员两期都有等级。请检查两列是不是同一批会员。")
    index = pd.Index(levels)
    start, end = (index.get_indexer(pd.Index(side.to_numpy()[stayed])) for side in (first, last))
    k = len(levels)
    counts = np.bincount(start * k + end, minlength=k * k).reshape(k, k)
    moved = np.array([(end > start).sum(), (end == start).sum(), (end < start).sum()])
    low, high = wilson(moved, n, confidence)
    table = pd.DataFrame({"move": ["升级", "不变", "降级"], "n": moved, "share": moved / n, "low": low, "high": high})
    frame = pd.DataFrame(counts, index=pd.Index(levels, name="before"), columns=pd.Index(levels, name="after"))
    total = frame.sum(axis=1)
    return TierMigration(frame, frame.div(total.where(total > 0), axis=0), table, n, int(joined.sum()) - n)
