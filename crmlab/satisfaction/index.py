"""A satisfaction index, 0-100: from an indicator tree, or the way of the ACSI."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_numbers,
    check_probability,
    check_scale,
    check_scores,
    listing,
    nearest,
)
from crmlab._intervals import interval_text, t_interval


@dataclass(frozen=True, repr=False, eq=False)
class IndexResult:
    """满意度指数的结果。

    Attributes
    ----------
    index, low, high : float
        指数和它的区间，0–100。
    n : int
        至少答了一道末级指标题的答卷份数。
    table : DataFrame
        一行一个指标：indicator、name、parent、level、weight（同级合计为 1）、global_weight（占总指数的份额）、score（0–100）。
    confidence : float
        置信水平。
    """

    index: float
    low: float
    high: float
    n: int
    table: pd.DataFrame
    confidence: float = 0.95

    def __str__(self) -> str:
        leaves = int((~self.table["indicator"].isin(self.table["parent"])).sum())
        interval = interval_text(self.low, self.high, self.confidence)
        return f"满意度指数 {self.index:.1f}（0–100，{interval}，{leaves} 个末级指标，n = {self.n}）"

    __repr__ = __str__


def satisfaction_index(
    responses: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    scale: tuple[float, float] = (1, 5),
    confidence: float = 0.95,
) -> IndexResult:
    """多级加权的客户满意度指数（customer satisfaction index, CSI），0–100。

    末级指标的得分 = (平均分 − 最低分) ÷ (最高分 − 最低分) × 100；上级的得分 = 下级得分按权重的平均；一级再平均成总指数。

    Parameters
    ----------
    responses : DataFrame
        一行一份答卷，末级指标各占一列，分数在 ``scale`` 之内。某题没答就不进这一题的平均分。
    indicators : DataFrame
        指标树，一行一个指标。列：indicator（编号，不重复）、name（名称）、parent（上级的编号，一级留空）、
        weight（同级之间的权重，单位随意，会除以同级之和）、column（末级指标对应的列名，其余留空）。
    scale : tuple of float, default (1, 5)
        分数的最低分和最高分。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    IndexResult
        总指数 index 及其区间、份数 n、指标表 table（行序同 ``indicators``）。

    Raises
    ------
    TypeError
        分数或权重不是数字。
    ValueError
        缺列，编号重复，上级不存在，上下级绕成圈，末级没有对应列，某级权重合计是 0，或分数越出量表。

    Notes
    -----
    区间只算抽样的误差，权重当成确定的。权重是人定的，换一组权重，名次就可能变：报告时要给出权重。
    两个指数都是 80，内里可以很不一样，请看各指标的 score。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> tree = pd.DataFrame(
    ...     {
    ...         "indicator": ["A", "B"], "name": ["产品", "服务"], "parent": [None, None],
    ...         "weight": [3, 1], "column": ["q1", "q2"],
    ...     }
    ... )
    >>> answers = pd.DataFrame({"q1": [5, 4, 5], "q2": [3, 2, 4]})
    >>> result = satisfaction.satisfaction_index(answers, tree)
    >>> round(result.index, 1)
    81.2
    >>> result.table[["name", "weight", "score"]].round(2)
      name  weight  score
    0   产品    0.75  91.67
    1   服务    0.25  50.00
    """
    low_end, high_end = check_scale("scale", scale)
    check_probability("confidence", confidence)
    check_frame("indicators", indicators, ["indicator", "name", "parent", "weight", "column"])
    tree = _tree(indicators)
    leaves = tree[tree["column"].notna()]
    check_frame("responses", responses, list(leaves["column"]))
    hint = "别的量表请写 scale=(最低分, 最高分)。"
    answers = np.column_stack(
        [check_scores(c, responses[c], low_end, high_end, hint=hint).to_numpy() for c in leaves["column"]]
    )
    means = np.nanmean(answers, axis=0)
    score = pd.Series((means - low_end) / (high_end - low_end) * 100, index=leaves.index)
    shares = leaves["global_weight"].to_numpy()
    index = float(shares @ score.to_numpy())
    tree["score"] = _roll_up(tree, score)
    n, low, high = _index_interval(answers, means, shares, index, high_end - low_end, confidence)
    columns = ["indicator", "name", "parent", "level", "weight", "global_weight", "score"]
    return IndexResult(index, low, high, n, tree[columns], confidence)


def _tree(indicators: pd.DataFrame) -> pd.DataFrame:
    """Check the indicator tree and add level, normalised weight and share of the whole."""
    tree = indicators[["indicator", "name", "parent", "column"]].reset_index(drop=True).astype(object)
    tree = tree.where(tree.notna() & (tree != ""), None)
    if tree["indicator"].isna().any():
        raise ValueError(f"列“indicator”不能有缺失值，第 {int(tree['indicator'].isna().argmax()) + 1} 行是空的。")
    names = list(tree["indicator"])
    repeated = tree["indicator"].duplicated()
    if repeated.any():
        at = int(repeated.argmax())
        raise ValueError(f"列“indicator”的编号不能重复，第 {at + 1} 行又是“{names[at]}”。请给每个指标一个编号。")
    parent_of = dict(zip(names, tree["parent"], strict=True))
    for at, parent in enumerate(tree["parent"]):
        if parent is not None and parent not in parent_of:
            raise ValueError(
                f"列“parent”第 {at + 1} 行的“{parent}”不是任何指标的编号。{nearest(parent, names)}一级指标的 parent 请留空。"
            )
    parents = set(tree["parent"]) - {None}
    for at, (name, column) in enumerate(zip(names, tree["column"], strict=True)):
        if name in parents and column is not None:
            raise ValueError(f"第 {at + 1} 行的指标“{name}”有下级，不应再填 column（现在是“{column}”）。请留空。")
        if name not in parents and column is None:
            raise ValueError(f"第 {at + 1} 行的指标“{name}”没有下级，是末级指标，请在 column 里填它对应的列名。")
    weight = check_numbers("weight", indicators["weight"].reset_index(drop=True), 0, missing=False)
    place = {name: at for at, name in enumerate(names)}
    siblings = np.array([-1 if parent is None else place[parent] for parent in tree["parent"]])
    total = weight.groupby(siblings).transform("sum")
    if (total <= 0).any():
        at = int((total <= 0).argmax())
        raise ValueError(f"与指标“{names[at]}”同级的权重加起来是 0，至少要有一个大于 0。")
    tree["weight"] = weight / total
    share = dict(zip(names, tree["weight"], strict=True))
    paths = {name: _path(name, parent_of) for name in names}
    tree["level"] = [len(paths[name]) for name in names]
    tree["global_weight"] = [float(np.prod([share[step] for step in paths[name]])) for name in names]
    return tree


def _path(name: Any, parent_of: dict[Any, Any]) -> list[Any]:
    path = [name]
    while (above := parent_of[path[-1]]) is not None:
        if above in path:
            raise ValueError(f"指标 {listing([*path, above])} 的上下级绕成了一个圈。请检查 parent 列。")
        path.append(above)
    return path


def _roll_up(tree: pd.DataFrame, leaf_score: pd.Series) -> pd.Series:
    score = leaf_score.reindex(tree.index)
    for level in range(int(tree["level"].max()), 1, -1):
        rows = tree["level"] == level
        sums = (score[rows] * tree.loc[rows, "weight"]).groupby(tree.loc[rows, "parent"]).sum()
        score = score.fillna(tree["indicator"].map(sums))
    return score.astype(float)


def _index_interval(
    answers: np.ndarray, means: np.ndarray, shares: np.ndarray, index: float, width: float, confidence: float
) -> tuple[int, float, float]:
    """Linearise: what each respondent adds to the index; its spread gives the standard error, gaps included."""
    known = ~np.isnan(answers)
    answered = known.any(axis=1)
    n = int(answered.sum())
    pull = np.where(known, answers - means, 0.0) / known.sum(axis=0) @ shares * n * 100 / width
    if n < 2:
        return n, np.nan, np.nan
    low, high = t_interval(index, pull[answered].std(ddof=1), n, confidence)
    return n, max(float(low), 0.0), min(float(high), 100.0)


def acsi_index(means: Any, weights: Any, *, scale: tuple[float, float] = (1, 10)) -> float:
    """美国客户满意度指数（ACSI）的算法：几道题的均值加权，再线性折算成 0–100。

    指数 = 100 × (Σ w·均值 − 最低分·Σ w) ÷ ((最高分 − 最低分)·Σ w)。

    Parameters
    ----------
    means : list of float
        各题的平均分，在 ``scale`` 之内。ACSI 是三道题：总体满意、与期望比、与理想比。
    weights : list of float
        各题的权重，不能是负数，与 ``means`` 一样长。
    scale : tuple of float, default (1, 10)
        量表的最低分和最高分。

    Returns
    -------
    float
        0–100 的指数。

    Raises
    ------
    TypeError
        不是数字。
    ValueError
        两个列表不一样长，有缺失值，分数越出量表，或权重合计是 0。

    Notes
    -----
    真正的 ACSI 权重由结构方程估出；这里的权重由你给定。不同行业的指数不宜直接比。

    References
    ----------
    Fornell, C., Johnson, M. D., Anderson, E. W., Cha, J., & Bryant, B. E. (1996). The American customer
    satisfaction index. *Journal of Marketing*, 60(4), 7-18.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> round(satisfaction.acsi_index([8, 7.5, 7], [0.4, 0.3, 0.3]), 2)
    72.78
    """
    low, high = check_scale("scale", scale)
    scores = check_numbers("means", means, low, high, missing=False).to_numpy()
    shares = check_numbers("weights", weights, 0, missing=False).to_numpy()
    if len(scores) != len(shares):
        raise ValueError(f"means 有 {len(scores)} 个，weights 有 {len(shares)} 个，应一样多。")
    if shares.sum() <= 0:
        raise ValueError("参数 weights 加起来是 0，至少要有一个权重大于 0。")
    return float(100 * (shares @ (scores - low)) / ((high - low) * shares.sum()))
