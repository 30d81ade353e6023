"""Expectation against experience: gap states, SERVQUAL, perceived value, the promise trade-off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_labels,
    check_numbers,
    check_positive,
    check_probability,
    listing,
    nearest,
)
from crmlab._intervals import signed

GAP_STATES = ("不满意", "满意", "惊喜")


def expectation_gap(
    responses: pd.DataFrame, *, expected: str, perceived: str, tolerance: float = 0.0, delight: float = 1.0
) -> pd.DataFrame:
    """期望—感知差距：感知减期望，分成不满意、满意、惊喜三态。

    Parameters
    ----------
    responses : DataFrame
        一行一份答卷。
    expected, perceived : str
        期望分、感知分的列名，两列用同一个量表。
    tolerance : float, default 0.0
        容忍的落差（分）。差距低于 −tolerance 是不满意。
    delight : float, default 1.0
        惊喜的门槛（分）。差距不低于 delight 是惊喜；两者之间是满意。

    Returns
    -------
    DataFrame
        行和索引与 ``responses`` 相同。列：expected、perceived、gap（感知 − 期望，分）、state。任何一个分数缺失的行，gap 和 state 也缺失。

    Raises
    ------
    TypeError
        分数不是数字。
    ValueError
        缺列，tolerance 是负数，或 delight 不大于 0。

    Notes
    -----
    差距由两个都有误差的分数相减而来，一个人的差 1 分说明不了什么，要看一群人。期望多半是用过之后才问的，会被体验改写。

    References
    ----------
    Oliver, R. L. (1980). A cognitive model of the antecedents and consequences of satisfaction decisions.
    *Journal of Marketing Research*, 17(4), 460-469.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"expect": [8, 7, 6], "perceive": [6, 7, 9]})
    >>> satisfaction.expectation_gap(answers, expected="expect", perceived="perceive")
       expected  perceived  gap state
    0       8.0        6.0 -2.0   不满意
    1       7.0        7.0  0.0    满意
    2       6.0        9.0  3.0    惊喜
    """
    check_frame("responses", responses, [expected, perceived])
    check_positive("tolerance", tolerance, allow_zero=True)
    check_positive("delight", delight)
    before = check_numbers(expected, responses[expected])
    after = check_numbers(perceived, responses[perceived])
    gap = after.to_numpy() - before.to_numpy()
    level = np.where(gap < -tolerance, 0, np.where(gap >= delight, 2, 1))
    state = pd.Series(np.array(GAP_STATES)[level], dtype="str").where(~np.isnan(gap))
    return pd.DataFrame(
        {
            "expected": before.to_numpy(),
            "perceived": after.to_numpy(),
            "gap": gap,
            "state": state.to_numpy(),
        },
        index=responses.index,
    )


def _weights(dimensions: pd.Index, weights: Any) -> pd.Series:
    """Return weights that sum to 1, one for each dimension."""
    if weights is None:
        return pd.Series(1 / len(dimensions), index=dimensions)
    if not isinstance(weights, Mapping | pd.Series):
        raise TypeError(f"参数 weights 应是“维度: 权重”的字典，你给的是 {type(weights).__name__}。")
    given = pd.Series(dict(weights), dtype=object)
    for name in given.index:
        if name not in dimensions:
            raise ValueError(
                f"参数 weights 里的“{name}”不是数据里的维度。{nearest(name, dimensions)}数据里的维度：{listing(dimensions)}。"
            )
    lacking = [name for name in dimensions if name not in given.index]
    if lacking:
        raise ValueError(f"参数 weights 缺少维度：{listing(lacking)}。请给每个维度一个权重。")
    numbers = check_numbers("weights", given.reindex(dimensions), 0, missing=False)
    if numbers.sum() <= 0:
        raise ValueError("参数 weights 加起来是 0，至少要有一个权重大于 0。")
    return numbers / numbers.sum()


def servqual_gap(items: pd.DataFrame, *, weights: Any = None) -> pd.DataFrame:
    """服务质量差距（SERVQUAL）：各维度的感知均值减期望均值。

    Parameters
    ----------
    items : DataFrame
        一行一道题，或一行一人一题。列：dimension（维度）、expectation（期望分）、perception（感知分）。任何一个分数缺失的行不用。
    weights : mapping, optional
        维度到权重，单位随意，会除以总和。不给就各维度相等。

    Returns
    -------
    DataFrame
        一行一个维度，按维度名排序。列：dimension、expectation、perception（均值）、gap（感知 − 期望，负数是没达到期望）、
        weight（合计为 1）、weighted_gap（gap × weight）。

    Raises
    ------
    TypeError
        分数不是数字，或 weights 不是字典。
    ValueError
        缺列，某个维度没有一行有效，或权重与维度对不上。

    Notes
    -----
    各题在维度内同等看待。期望几乎总是偏高，所以差距多半是负的：看哪个维度差得最多，不要因为是负数就下结论。

    References
    ----------
    Parasuraman, A., Zeithaml, V. A., & Berry, L. L. (1988). SERVQUAL: A multiple-item scale for measuring
    consumer perceptions of service quality. *Journal of Retailing*, 64(1), 12-40.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> items = pd.DataFrame(
    ...     {"dimension": ["可靠", "可靠", "响应"], "expectation": [6, 7, 6], "perception": [5, 5, 6]}
    ... )
    >>> satisfaction.servqual_gap(items)
      dimension  expectation  perception  gap  weight  weighted_gap
    0        可靠          6.5         5.0 -1.5     0.5         -0.75
    1        响应          6.0         6.0  0.0     0.5          0.00
    """
    check_frame("items", items, ["dimension", "expectation", "perception"])
    if items["dimension"].isna().all():
        raise ValueError("列“dimension”全是缺失值。请给每一行写上维度。")
    table = pd.DataFrame(
        {
            "dimension": items["dimension"].to_numpy(),
            "expectation": check_numbers("expectation", items["expectation"]).to_numpy(),
            "perception": check_numbers("perception", items["perception"]).to_numpy(),
        }
    ).dropna(subset="dimension")
    means = table.dropna().groupby("dimension", observed=True, sort=True)[["expectation", "perception"]].mean()
    empty = [d for d in table["dimension"].unique() if d not in means.index]
    if empty:
        raise ValueError(f"维度 {listing(empty)} 没有一行期望和感知都有值。请补上数据，或去掉这个维度。")
    result = means.reset_index()
    result["gap"] = result["perception"] - result["expectation"]
    result["weight"] = _weights(means.index, weights).to_numpy()
    result["weighted_gap"] = result["gap"] * result["weight"]
    return result


def servqual_score(gaps: Any, weights: Any = None) -> float:
    """SERVQUAL 总分：各维度差距的加权平均。

    Parameters
    ----------
    gaps : DataFrame or mapping
        :func:`servqual_gap` 的结果，或“维度: 差距”的字典、Series。
    weights : mapping, optional
        维度到权重，除以总和，不是除以 5。不给时：表里有 weight 列就用它，否则各维度相等。

    Returns
    -------
    float
        与原来分数同单位；负数是没达到期望。

    Raises
    ------
    TypeError
        差距不是数字，或类型不对。
    ValueError
        权重与维度对不上，或有缺失的差距。

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> gaps = {"tangibles": -0.65, "reliability": -1.10, "responsiveness": -0.83, "assurance": -0.70, "empathy": -1.01}
    >>> round(satisfaction.servqual_score(gaps), 3)
    -0.858
    """
    if isinstance(gaps, pd.DataFrame):
        check_frame("gaps", gaps, ["dimension", "gap"])
        values = pd.Series(gaps["gap"].to_numpy(), index=pd.Index(gaps["dimension"]))
        if weights is None and "weight" in gaps.columns:
            weights = dict(zip(gaps["dimension"], gaps["weight"], strict=True))
    elif isinstance(gaps, Mapping | pd.Series):
        values = pd.Series(dict(gaps), dtype=object)
    else:
        raise TypeError(f"参数 gaps 应是 servqual_gap() 的结果或“维度: 差距”的字典，你给的是 {type(gaps).__name__}。")
    if values.index.has_duplicates:
        repeated = values.index[values.index.duplicated()].unique()
        raise ValueError(f"参数 gaps 里维度 {listing(repeated)} 出现了不止一次。请先用 servqual_gap() 合成一行。")
    numbers = check_numbers("gaps", values, missing=False)
    return float((numbers * _weights(numbers.index, weights)).sum())


@dataclass(frozen=True, repr=False, eq=False)
class PerceivedValue:
    """感知价值的结果。

    Attributes
    ----------
    total_value, total_cost, net : float
        总价值、总成本、净值（总价值 − 总成本），单位是加权后的分。
    table : DataFrame
        原表各行，另加 contribution（权重 × 分数，成本记负号）。
    """

    total_value: float
    total_cost: float
    net: float
    table: pd.DataFrame

    def __str__(self) -> str:
        net = signed(f"{self.net:.2f}")
        return f"感知价值 {net} 分（总价值 {self.total_value:.2f} − 总成本 {self.total_cost:.2f}）"

    __repr__ = __str__


def perceived_value(items: pd.DataFrame) -> PerceivedValue:
    """感知价值：客户觉得得到的（总价值）减去觉得付出的（总成本）。

    总价值 = Σ 权重 × 价值项分数，总成本 = Σ 权重 × 成本项分数，净值 = 总价值 − 总成本。

    Parameters
    ----------
    items : DataFrame
        一行一项。列：item（名称，如产品、服务、人员、形象、货币、时间、精力、体力）、side（"value" 或 "cost"）、
        score（分数，越大表示得到或付出越多）、weight（权重，不能是负数）。

    Returns
    -------
    PerceivedValue
        total_value、total_cost、net，以及每项贡献的 table。

    Raises
    ------
    TypeError
        分数或权重不是数字。
    ValueError
        缺列，side 写错，有缺失值，或权重是负数。

    Notes
    -----
    权重照原样使用，不归一：价值侧和成本侧的权重各自合计为 1 时，两个总数还在分数的量程里，可以直接相减。

    References
    ----------
    Zeithaml, V. A. (1988). Consumer perceptions of price, quality, and value. *Journal of Marketing*, 52(3), 2-22.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> items = pd.DataFrame(
    ...     {"item": ["产品", "服务", "货币"], "side": ["value", "value", "cost"], "score": [8, 6, 5], "weight": [0.5, 0.5, 1.0]}
    ... )
    >>> satisfaction.perceived_value(items)
    感知价值 2.00 分（总价值 7.00 − 总成本 5.00）
    """
    check_frame("items", items, ["item", "side", "score", "weight"])
    side = check_labels("side", items["side"], ("value", "cost"), missing=False)
    score = check_numbers("score", items["score"], missing=False).to_numpy()
    weight = check_numbers("weight", items["weight"], 0, missing=False).to_numpy()
    is_cost = (side == "cost").to_numpy(dtype=bool)
    product = score * weight
    value, cost = float(product[~is_cost].sum()), float(product[is_cost].sum())
    table = items.assign(contribution=np.where(is_cost, 0.0 - product, product))
    return PerceivedValue(value, cost, value - cost, table)


def promise_outcome(
    promise: Any,
    delivery: float,
    *,
    sensitivity: float = 1.0,
    attraction: float = 0.8,
    typical_promise: float = 5.0,
    satisfied_when_met: float = 0.8,
) -> pd.DataFrame:
    """承诺与满意的权衡：承诺越高，下单的人越多，满意的人越少（教学模型）。

    满意的占比 = logistic(logit(satisfied_when_met) + sensitivity × (delivery − promise))；
    下单的占比 = logistic(attraction × (promise − typical_promise))；满意的订单 = 两者相乘。

    Parameters
    ----------
    promise : list of float
        要比较的承诺水平，0–10 分，越高承诺得越好。
    delivery : float
        实际做到的水平，0–10 分。
    sensitivity : float, default 1.0
        差距每 1 分对满意的影响（logit 单位），应大于 0。
    attraction : float, default 0.8
        承诺每高 1 分对下单的影响（logit 单位），应大于 0。
    typical_promise : float, default 5.0
        承诺到这个水平，正好一半人下单，0–10 分。
    satisfied_when_met : float, default 0.8
        说到做到（差距是 0）时满意的占比，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个承诺水平，次序同输入。列：promise、satisfaction（满意占比，0–1）、orders_share（下单占比，0–1）、
        satisfied_orders（既下单又满意的占比，0–1）。

    Raises
    ------
    TypeError
        不是数字。
    ValueError
        承诺或实际水平不在 0–10 之间，或参数不大于 0。

    Notes
    -----
    这是讲道理用的模型，参数是设定的，不是从哪家公司的数据估出来的。它假设满意只看差距、所有人一样敏感、做到的水平不因承诺而变。
    它能说明“有一个不高不低的最好承诺”，不能告诉你最好的数是多少。

    References
    ----------
    Oliver, R. L. (1980). A cognitive model of the antecedents and consequences of satisfaction decisions.
    *Journal of Marketing Research*, 17(4), 460-469.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.promise_outcome([4, 6, 8], delivery=6).round(2)
       promise  satisfaction  orders_share  satisfied_orders
    0      4.0          0.97          0.31              0.30
    1      6.0          0.80          0.69              0.55
    2      8.0          0.35          0.92              0.32
    """
    one_value = isinstance(promise, int | float | np.number) and not isinstance(promise, bool)
    levels = check_numbers("promise", [promise] if one_value else promise, 0, 10, missing=False).to_numpy()
    check_between("delivery", delivery, 0, 10)
    check_positive("sensitivity", sensitivity)
    check_positive("attraction", attraction)
    check_between("typical_promise", typical_promise, 0, 10)
    met = check_probability("satisfied_when_met", satisfied_when_met)
    satisfaction = _logistic(np.log(met / (1 - met)) + sensitivity * (delivery - levels))
    orders_share = _logistic(attraction * (levels - typical_promise))
    return pd.DataFrame(
        {
            "promise": levels,
            "satisfaction": satisfaction,
            "orders_share": orders_share,
            "satisfied_orders": satisfaction * orders_share,
        }
    )


def _logistic(x: np.ndarray) -> np.ndarray:
    return (1 + np.tanh(x / 2)) / 2
