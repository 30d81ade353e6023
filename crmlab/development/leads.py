"""Whom to approach: a score card, a matrix of segments, look-alikes of the best customers, the whale curve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_number,
    check_numbers,
    check_positive,
    check_probability,
    check_scale,
    nearest,
    row_of,
)
from crmlab._intervals import wilson

SELECTION_CELLS = {
    "target": "优先开发",
    "build": "补足能力再开发",
    "serve": "顺带服务",
    "skip": "暂不开发",
}


def lead_score(leads: pd.DataFrame, card: pd.DataFrame) -> pd.DataFrame:
    """线索评分卡：照着一张写明的表，给每条线索加分。

    Parameters
    ----------
    leads : DataFrame
        一行一条线索。
    card : DataFrame
        一行一条规则。列：column（看线索的哪一列）、value（等于这个值得分）或 low、high（low ≤ 数值 < high 得分，空着的一端不限）、
        points（得几分，可以是负的）。同一列的几条规则不能重叠。

    Returns
    -------
    DataFrame
        原表的列和行序，另加每个评分列的得分（列名是 ``<列>_points``）、score（合计）、unscored（有几个评分列缺失，缺失得 0 分）。

    Raises
    ------
    TypeError
        points、low、high 不是数字，或要比大小的列不是数字。
    ValueError
        缺列，规则没写 value 也没写 low、high，或同一条线索在同一列碰到两条规则。

    Notes
    -----
    分数是人定的，不是概率：60 分不是“六成会买”。好不好用要拿结果检验，见 :func:`auc` 和 :func:`gains_table`。
    不要把性别、籍贯之类写进评分卡：那是歧视，也可能违法。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> leads = pd.DataFrame({"source": ["展会", "官网", "官网"], "visits": [1, 6, None]})
    >>> card = pd.DataFrame(
    ...     {
    ...         "column": ["source", "visits", "visits"], "value": ["展会", None, None],
    ...         "low": [None, 3, 1], "high": [None, None, 3], "points": [20, 30, 10],
    ...     }
    ... )
    >>> development.lead_score(leads, card)[["source_points", "visits_points", "score", "unscored"]]
       source_points  visits_points  score  unscored
    0           20.0           10.0   30.0         0
    1            0.0           30.0   30.0         0
    2            0.0            0.0    0.0         1
    """
    check_frame("card", card, ["column", "points"])
    check_frame("leads", leads, list(dict.fromkeys(card["column"])))
    points = check_numbers("points", card["points"], missing=False).to_numpy()
    rules = pd.DataFrame(index=range(len(card)))
    for name in ("value", "low", "high"):
        rules[name] = card[name].array if name in card.columns else None
    for name in ("low", "high"):
        if rules[name].notna().any():
            rules[name] = check_numbers(name, rules[name]).to_numpy()
    empty = rules.isna().all(axis=1).to_numpy()
    if empty.any():
        raise ValueError(
            f"表 card 的第 {int(empty.argmax()) + 1} 行没写 value，也没写 low 或 high，不知道什么时候得分。"
        )
    result = leads.copy()
    total, unscored = np.zeros(len(leads)), np.zeros(len(leads), dtype=int)
    for column in dict.fromkeys(card["column"]):
        earned = np.zeros(len(leads))
        matched_by = np.full(len(leads), -1)
        for i in np.flatnonzero((card["column"] == column).to_numpy()):
            hit = _hits(leads[column], rules.iloc[i])
            twice = hit & (matched_by >= 0)
            if twice.any():
                at = int(twice.argmax())
                raise ValueError(
                    f"表 card 的第 {matched_by[at] + 1} 行和第 {i + 1} 行重叠："
                    f"列“{column}”的{row_of(leads[column], at)}（{leads[column].iloc[at]}）两条都符合。"
                )
            earned[hit], matched_by[hit] = points[i], i
        result[f"{column}_points"] = earned
        total += earned
        unscored += leads[column].isna().to_numpy()
    return result.assign(score=total, unscored=unscored)


def _hits(values: pd.Series, rule: pd.Series) -> np.ndarray:
    if not pd.isna(rule["value"]):
        same = values == rule["value"]
        return np.asarray(same.fillna(False), dtype=bool)
    number = check_numbers(str(values.name), values).to_numpy()
    low = -np.inf if pd.isna(rule["low"]) else rule["low"]
    high = np.inf if pd.isna(rule["high"]) else rule["high"]
    return np.asarray((number >= low) & (number < high))


def selection_matrix(
    segments: pd.DataFrame,
    *,
    attractiveness: Mapping[str, float],
    fit: Mapping[str, float],
    scale: tuple[float, float] = (1, 5),
    cut: float = 50.0,
) -> pd.DataFrame:
    """客户选择矩阵：这群客户吸引人吗，和我们配得上吗，两样都高的先开发。

    得分 = Σ 权重 × 评分，折算成 0–100；权重会先除以合计。

    Parameters
    ----------
    segments : DataFrame
        一行一个客户群。要有两组评分列，都在 ``scale`` 之内；越高越好，竞争激烈这类反向的项要先反过来打分。
    attractiveness : mapping of str to float
        吸引力看哪些列、各占多重，例如 {"规模": 2, "利润": 3}。
    fit : mapping of str to float
        匹配度看哪些列、各占多重，例如 {"定位一致": 1, "服务能力": 1}。
    scale : tuple of float, default (1, 5)
        评分的最低分和最高分。
    cut : float, default 50
        两个得分的分界，0–100；正好在线上算高。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 attractiveness、fit（0–100）、cell 和 cell_zh：两样都高 target（优先开发），
        吸引人而不匹配 build（补足能力再开发），匹配而不吸引人 serve（顺带服务），都低 skip（暂不开发）；
        margin（离最近的分界线几分；很小时换一点权重就会跳格）。

    Raises
    ------
    TypeError
        评分或权重不是数字。
    ValueError
        缺列，评分越出量表或有缺失值，或没有给权重、权重是负数或合计是 0。

    Notes
    -----
    评分和权重都是人的判断，没有抽样误差，所以没有区间；该做的是换几组权重看名次稳不稳。
    最吸引人的客户群往往也最多人抢：只看吸引力、不看匹配，是选择客户最常见的错。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> segments = pd.DataFrame({"segment": ["学生", "白领", "企业"], "size": [5, 4, 2], "profit": [1, 4, 5], "match": [5, 4, 2]})
    >>> table = development.selection_matrix(segments, attractiveness={"size": 1, "profit": 2}, fit={"match": 1})
    >>> table[["segment", "attractiveness", "fit", "cell_zh"]].round(1)
      segment  attractiveness    fit  cell_zh
    0      学生            33.3  100.0     顺带服务
    1      白领            75.0   75.0     优先开发
    2      企业            75.0   25.0  补足能力再开发
    """
    low, high = check_scale("scale", scale)
    check_number("cut", cut)
    scores, hint = {}, "别的量表请写 scale=(最低分, 最高分)。"
    for name, weights in (("attractiveness", attractiveness), ("fit", fit)):
        columns, weight = _weights(name, weights)
        check_frame("segments", segments, columns)
        rated = np.array(
            [check_numbers(c, segments[c], low, high, hint=hint, missing=False).to_numpy() for c in columns]
        )
        scores[name] = 100 * (weight @ rated - low) / (high - low)
    appeal, match = ((s >= cut) | np.isclose(s, cut, rtol=1e-12) for s in scores.values())
    cell = np.where(appeal, np.where(match, "target", "build"), np.where(match, "serve", "skip"))
    margin = np.minimum(*(np.abs(s - cut) for s in scores.values()))
    return segments.assign(**scores, cell=cell, cell_zh=[SELECTION_CELLS[c] for c in cell], margin=margin)


def _weights(name: str, weights: Any) -> tuple[list[str], np.ndarray]:
    if not isinstance(weights, Mapping):
        raise TypeError(
            f'参数 {name} 应写成“列名: 权重”的字典，例如 {{"规模": 2}}，你给的是 {type(weights).__name__}。'
        )
    values = np.array([check_positive(f'{name}["{c}"]', w, allow_zero=True) for c, w in weights.items()])
    if values.sum() == 0:
        raise ValueError(f"参数 {name} 的权重合计是 0。请至少给一列大于 0 的权重。")
    return list(weights), values / values.sum()


def lookalike(customers: pd.DataFrame, seeds: Sequence[Any], *, features: Sequence[str], n: int = 50) -> pd.DataFrame:
    """相似客户（look-alike）：在别的客户里，找出最像这批好客户的人。

    各特征先标准化（减均值、除以标准差），再算每个人与好客户平均位置的余弦相似度。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户，索引不重复；好客户也在里面。
    seeds : sequence
        好客户的索引标签。
    features : sequence of str
        用哪些数字列比较。不能有缺失值。
    n : int, default 50
        要几位；不够就全给。

    Returns
    -------
    DataFrame
        好客户之外最像的 n 位，原表的列，另加 similarity（−1 到 1，1 是方向完全一样），从高到低。

    Raises
    ------
    TypeError
        特征不是数字，或 n 不是数。
    ValueError
        缺列，特征全都一样，好客户不在表里、没有给、或就是全部客户，或好客户的平均位置正好在正中。

    Notes
    -----
    余弦只看方向，不看离得多远：一点点偏向和大幅偏向的人一样像。相似不等于会买：名单要先小规模试，再看响应率。
    好客户若是碰巧挑的（只有几位），名单就跟着碰巧。相似度是排序用的，没有抽样误差的含义，所以没有区间。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> customers = pd.DataFrame(
    ...     {"spend": [900, 880, 850, 100, 120], "visits": [9, 8, 2, 1, 7]}, index=["a", "b", "c", "d", "e"]
    ... )
    >>> development.lookalike(customers, ["a"], features=["spend", "visits"], n=2).round(3)
       spend  visits  similarity
    b    880       8       0.992
    c    850       2      -0.275
    """
    check_frame("customers", customers, list(features))
    if not customers.index.is_unique:
        raise ValueError("表 customers 的索引有重复，分不清谁是谁。请先用客户编号作索引，或 reset_index()。")
    take = int(check_positive("n", n))
    wanted = list(seeds)
    unknown = [s for s in wanted if s not in customers.index]
    if unknown:
        raise ValueError(
            f"参数 seeds 里的“{unknown[0]}”不在 customers 的索引里。{nearest(unknown[0], customers.index)}"
        )
    is_seed = customers.index.isin(wanted)
    if not is_seed.any() or is_seed.all():
        raise ValueError(f"参数 seeds 应是一部分客户：现在是 {int(is_seed.sum())} 位，全部有 {len(customers)} 位。")
    columns = []
    for name in features:
        values = check_numbers(name, customers[name], missing=False).to_numpy()
        if np.ptp(values) <= 1e-12 * np.abs(values).max():
            raise ValueError(f"列“{name}”的值全都一样，分不出像不像。请去掉这一列。")
        columns.append((values - values.mean()) / values.std())
    points = np.column_stack(columns)
    centre = points[is_seed].mean(axis=0)
    if np.linalg.norm(centre) < 1e-9:
        raise ValueError("好客户的平均位置正好在所有客户的正中，没有方向可比。请换一批好客户或换特征。")
    length = np.linalg.norm(points, axis=1) * np.linalg.norm(centre)
    similarity = np.where(length > 1e-12, points @ centre / np.where(length > 1e-12, length, 1.0), 0.0)
    others = customers.assign(similarity=np.clip(similarity, -1, 1))[~is_seed]
    return others.sort_values("similarity", ascending=False, kind="stable").head(take)


@dataclass(frozen=True, repr=False)
class WhaleCurve:
    """鲸鱼曲线：客户按利润从高到低排，累计利润先升后降。

    Attributes
    ----------
    table : DataFrame
        一行一位客户，从最赚的排起。列：customer_share（累计人数占比，0–1）、profit、cumulative_profit。
    peak_share, peak_profit : float
        累计利润最高时的人数占比和金额。
    total_profit : float
        全部客户的利润合计。
    loss_share, low, high : float
        亏损客户的占比和它的区间（威尔逊法），0–1 之间。
    n : int
        客户数。
    confidence : float
        置信水平。
    """

    table: pd.DataFrame
    peak_share: float
    peak_profit: float
    total_profit: float
    loss_share: float
    low: float
    high: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        return (
            f"前 {self.peak_share:.1%} 的客户累计赚 {self.peak_profit:,.0f}，全部客户只剩 {self.total_profit:,.0f}；"
            f"亏损客户占 {self.loss_share:.1%}（{self.confidence * 100:g}% 区间 {self.low:.1%}–{self.high:.1%}，n = {self.n}）"
        ).replace("-", "−")

    __repr__ = __str__


def whale_curve(profits: Any, *, confidence: float = 0.95) -> WhaleCurve:
    """鲸鱼曲线（whale curve）：谁在赚钱，谁在亏钱，不选择客户的代价有多大。

    Parameters
    ----------
    profits : Series or list of float
        每位客户的利润 = 收入 − 服务成本，可以是负的。不能有缺失值。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    WhaleCurve
        table、曲线最高点、利润合计、亏损客户占比及其区间。

    Raises
    ------
    TypeError
        利润不是数字。
    ValueError
        有缺失值，或一个值也没有。

    Notes
    -----
    结论全靠服务成本怎么分摊：按人头平摊和按实际用时算，亏损的人会换一批。一年亏损的客户不等于该放弃：
    新客户、带来别人的客户，要看长期的价值。

    References
    ----------
    Kaplan, R. S., & Narayanan, V. G. (2001). Measuring and managing customer profitability.
    *Journal of Cost Management*, 15(5), 5-15.

    Examples
    --------
    >>> from crmlab import development
    >>> development.whale_curve([500, 300, 120, 10, -80, -250])
    前 66.7% 的客户累计赚 930，全部客户只剩 600；亏损客户占 33.3%（95% 区间 9.7%–70.0%，n = 6）
    """
    check_probability("confidence", confidence)
    values = np.sort(check_numbers("profits", profits, missing=False).to_numpy())[::-1]
    n = len(values)
    running = values.cumsum()
    gain = int((values > 0).sum())
    losing = int((values < 0).sum())
    low, high = wilson(losing, n, confidence)
    table = pd.DataFrame({"customer_share": np.arange(1, n + 1) / n, "profit": values, "cumulative_profit": running})
    peak = float(running[gain - 1]) if gain else 0.0
    return WhaleCurve(table, gain / n, peak, float(values.sum()), losing / n, float(low), float(high), n, confidence)
