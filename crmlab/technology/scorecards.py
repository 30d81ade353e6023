"""Weighted scores: the appraisal sheet of agents, the choice of a CRM system and how firm that choice is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_labels,
    check_names,
    check_numbers,
    check_positive,
    check_scale,
    listing,
    nearest,
    row_of,
)


def agent_scorecard(agents: pd.DataFrame, sheet: pd.DataFrame, *, cap_pct: float = 100) -> pd.DataFrame:
    """坐席绩效考核表：每个指标的达成率乘权重，加成总分。

    越大越好（up）：达成率 = 实际 ÷ 目标 × 100；越小越好（down）：达成率 = (2 − 实际 ÷ 目标) × 100；都截在 0 到 cap_pct 之间。

    Parameters
    ----------
    agents : DataFrame
        一行一名坐席。列：agent（不重复），以及考核表里的每个指标，不能是负数；某人没有某个指标时缺失。
    sheet : DataFrame
        考核表，一行一个指标。列：kpi（agents 里的列名）、weight（权重，百分数，合计 100）、target（目标，大于 0）、
        direction（"up" 越大越好，"down" 越小越好）。
    cap_pct : float, default 100
        达成率的上限，不小于 100。取 120 就是超额也加分，一项的长处可以补另一项的短处。

    Returns
    -------
    DataFrame
        一行一名坐席，总分从高到低，同分按 agent。列：agent、每个指标的达成率（0–cap_pct）、score（总分，0–cap_pct）、
        weight_covered（有数据的权重合计，百分数）、rank（名次，同分同名次）。缺失的指标不计，其余的权重按比例放大。

    Raises
    ------
    TypeError
        指标、权重或目标不是数字。
    ValueError
        缺列，权重合计不是 100，坐席重复，指标重复，或有坐席一个指标也没有。

    Notes
    -----
    没有区间：总分是记录的加总，不是估计。可是一名坐席一个月的满意度常常只来自几十通电话，名次差一两位不说明什么。
    只考平均处理时长，坐席会催客户挂电话；权重写什么，大家就做什么。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> agents = pd.DataFrame({"agent": ["小周", "小李"], "aht_s": [220, 180], "qa_score": [95, 80]})
    >>> sheet = pd.DataFrame({"kpi": ["aht_s", "qa_score"], "weight": [40, 60], "target": [200, 90],
    ...                       "direction": ["down", "up"]})
    >>> technology.agent_scorecard(agents, sheet)[["agent", "aht_s", "qa_score", "score", "rank"]].round(1)
      agent  aht_s  qa_score  score  rank
    0    小周   90.0     100.0   96.0     1
    1    小李  100.0      88.9   93.3     2
    """
    check_frame("sheet", sheet, ["kpi", "weight", "target", "direction"])
    kpis = [str(k) for k in sheet["kpi"]]
    if len(set(kpis)) < len(kpis):
        raise ValueError("考核表 sheet 里有重复的指标，请每个指标只写一行。")
    taken = [k for k in kpis if k in ("agent", "score", "weight_covered", "rank")]
    if taken:
        raise ValueError(f"指标不能叫“{taken[0]}”，结果表里已有这个列名。请先改名。")
    check_frame("agents", agents, ["agent", *kpis])
    weight = check_numbers("weight", sheet["weight"], 0, missing=False).to_numpy()
    if abs(weight.sum() - 100) > 1e-9:
        raise ValueError(f"列“weight”合计应是 100，现在是 {weight.sum():g}。请调整各指标的权重。")
    target = check_numbers("target", sheet["target"], missing=False)
    if (target <= 0).any():
        at = int((target <= 0).to_numpy().argmax())
        raise ValueError(f"列“target”应大于 0，{row_of(target, at)}是 {target.iloc[at]:g}。")
    up = check_labels("direction", sheet["direction"], ("up", "down"), missing=False).to_numpy() == "up"
    if check_positive("cap_pct", cap_pct) < 100:
        raise ValueError(f"参数 cap_pct 不能小于 100，你给的是 {cap_pct:g}。")
    check_names("agent", agents["agent"])
    actual = np.column_stack([check_numbers(k, agents[k], 0).to_numpy() for k in kpis])
    ratio = actual / target.to_numpy()
    pct = np.clip(np.where(up, ratio, 2 - ratio) * 100, 0, cap_pct)
    known = ~np.isnan(pct)
    covered = known @ weight
    if (covered <= 0).any():
        at = int(np.flatnonzero(covered <= 0)[0])
        raise ValueError(
            f"坐席“{agents['agent'].iloc[at]}”一个有权重的指标也没有，算不出总分。请补上数据或删去这一行。"
        )
    score = np.where(known, pct, 0.0) @ weight / covered
    result = pd.DataFrame({"agent": agents["agent"].to_numpy(), **dict(zip(kpis, pct.T, strict=True))})
    result = result.assign(score=score, weight_covered=covered)
    result["rank"] = result["score"].round(9).rank(ascending=False, method="min").astype(int)
    return result.sort_values(["rank", "agent"], ignore_index=True)


@dataclass(frozen=True, repr=False)
class CrmScorecard:
    """系统选型的结果。

    Attributes
    ----------
    best : str
        总分最高的系统；同分时取名称排在前面的。
    scores : DataFrame
        一行一个系统，总分从高到低。列：vendor、score（与打分同单位）、rank。
    sensitivity : DataFrame
        一行一条标准，次序同权重。列：criterion、weight（现在的权重，0–1）、low、high（权重在这之间，第一名不变；
        其余的权重按比例让出或补上）、rival_low、rival_high（越过低端、高端时谁成为第一；到 0 或 1 也不变时是空的）。
    """

    best: str
    scores: pd.DataFrame
    sensitivity: pd.DataFrame

    def __str__(self) -> str:
        top = self.scores.iloc[0]
        if len(self.scores) == 1:
            return f"只有“{self.best}”一个系统，{top['score']:.2f} 分"
        second = self.scores.iloc[1]
        table = self.sensitivity
        down = np.where(table["rival_low"].isna(), np.inf, table["weight"] - table["low"])
        up = np.where(table["rival_high"].isna(), np.inf, table["high"] - table["weight"])
        room = np.minimum(down, up)
        text = f"选“{self.best}”，{top['score']:.2f} 分；第二是“{second['vendor']}”，{second['score']:.2f} 分。"
        if np.isinf(room).all():
            return text + "任何一条标准的权重怎么变，第一名都不变"
        at = int(room.argmin())
        return text + f"“{table['criterion'].iloc[at]}”的权重变 {room[at]:.1%}（占总权重），第一名就会换"

    __repr__ = __str__


def crm_scorecard(
    vendors: pd.DataFrame,
    weights: Mapping[str, float] | pd.Series,
    *,
    scale: tuple[float, float] = (1, 5),
    lower_is_better: list[str] | None = None,
) -> CrmScorecard:
    """客户关系管理系统选型：加权打分，再看权重变多少会换第一名。

    Parameters
    ----------
    vendors : DataFrame
        一行一个系统。列：vendor（不重复），以及每条标准的打分，都在 scale 之内，不能缺失。
    weights : Series or dict
        标准 → 权重，不小于 0；会除以合计，不必凑成 1。
    scale : tuple of float, default (1, 5)
        打分的最低分和最高分。价格之类的金额请先折成分数。
    lower_is_better : list of str, optional
        分数越低越好的标准，会按 最低分 + 最高分 − 分数 翻转。

    Returns
    -------
    CrmScorecard
        best、scores、sensitivity。

    Raises
    ------
    TypeError
        打分或权重不是数字。
    ValueError
        缺列，系统重复，打分越界或缺失，权重是负数或合计是 0。

    Notes
    -----
    没有区间：分数是人打的，不是抽样。真正的不确定在权重和打分里，所以给出敏感度：第一名站得稳的权重范围。
    加权平均允许“用便宜补不安全”；不能补的要求请先当作门槛，筛掉再打分。

    References
    ----------
    Triantaphyllou, E. (2000). *Multi-Criteria Decision Making Methods: A Comparative Study*. Springer.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> vendors = pd.DataFrame({"vendor": ["甲", "乙"], "可定制": [5, 3], "易用": [2, 5], "扩展": [4, 3]})
    >>> result = technology.crm_scorecard(vendors, {"可定制": 5, "易用": 3, "扩展": 2})
    >>> result
    选“甲”，3.90 分；第二是“乙”，3.60 分。“易用”的权重变 6.4%（占总权重），第一名就会换
    >>> result.sensitivity[["criterion", "weight", "low", "high"]].round(3)
      criterion  weight    low   high
    0       可定制     0.5  0.412  1.000
    1        易用     0.3  0.000  0.364
    2        扩展     0.2  0.000  1.000
    """
    if not isinstance(weights, pd.Series | Mapping):
        raise TypeError(f"参数 weights 应是“标准 → 权重”的字典或 Series，你给的是 {type(weights).__name__}。")
    weighted = pd.Series(weights, dtype=object)
    criteria = [str(c) for c in weighted.index]
    if len(set(criteria)) < len(criteria):
        raise ValueError("参数 weights 里有重复的标准，请每条标准只写一次。")
    check_frame("vendors", vendors, ["vendor", *criteria])
    low, high = check_scale("scale", scale)
    share = check_numbers("weights", weighted, 0, missing=False).to_numpy()
    if share.sum() == 0:
        raise ValueError("参数 weights 的合计是 0，请至少给一条标准权重。")
    share = share / share.sum()
    check_names("vendor", vendors["vendor"])
    flipped = lower_is_better or []
    for name in flipped:
        if name not in criteria:
            raise ValueError(
                f"lower_is_better 里的“{name}”不在 weights 里。{nearest(name, criteria)}现有的：{listing(criteria)}。"
            )
    hint = "金额之类请先折成分数；别的量表请写 scale=(最低分, 最高分)。"
    columns = []
    for name in criteria:
        points = check_numbers(name, vendors[name], low, high, missing=False, hint=hint).to_numpy()
        columns.append(low + high - points if name in flipped else points)
    points = np.column_stack(columns)
    order = np.argsort(vendors["vendor"].astype(str).to_numpy(dtype=object), kind="stable")
    names, points = vendors["vendor"].astype(str).to_numpy(dtype=object)[order], points[order]
    score = (points @ share).round(12)
    ranked = pd.DataFrame({"vendor": names, "score": score})
    ranked["rank"] = ranked["score"].rank(ascending=False, method="min").astype(int)
    scores = ranked.sort_values(["rank", "vendor"], ignore_index=True)
    best = int(np.argmax(score))
    rows = [(c, share[i], *_room(points, share, i, best, names)) for i, c in enumerate(criteria)]
    columns_out = ["criterion", "weight", "low", "high", "rival_low", "rival_high"]
    return CrmScorecard(str(names[best]), scores, pd.DataFrame(rows, columns=columns_out))


def _room(
    points: np.ndarray, share: np.ndarray, i: int, best: int, names: np.ndarray
) -> tuple[float, float, str | None, str | None]:
    """Return how far the weight of criterion i may move before another vendor leads, and which one.

    The others keep their proportions, so every score is linear in this weight and a lead ends at one root. Where this
    criterion has all the weight the others share what it gives up equally.
    """
    others = np.delete(share, i)
    rest = np.delete(points, i, axis=1)
    if rest.shape[1] == 0:
        return 0.0, 1.0, None, None
    mix = others / others.sum() if others.sum() > 0 else np.full(len(others), 1 / len(others))
    average = rest @ mix
    at_zero = average[best] - average
    at_one = points[best, i] - points[:, i]
    low, high, rival_low, rival_high = 0.0, 1.0, None, None
    for j in range(len(names)):
        if j == best or abs(at_one[j] - at_zero[j]) < 1e-12:
            continue
        root = at_zero[j] / (at_zero[j] - at_one[j])
        if at_zero[j] < -1e-12 and root > low:
            low, rival_low = min(root, share[i]), str(names[j])
        if at_one[j] < -1e-12 and root < high:
            high, rival_high = max(root, share[i]), str(names[j])
    return low, high, rival_low, rival_high
