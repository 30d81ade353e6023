"""Which lost customers to win back: expected value, the plan a budget buys, four kinds of treatment."""

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_number, check_numbers, check_positive, check_zero_one
from crmlab.development._inputs import YES_NO

TRIAGE = {
    "key": ("关键客户", "极力挽回"),
    "ordinary": ("普通客户", "尽力挽回"),
    "small": ("小客户", "灵活处理"),
    "unworthy": ("不值得挽回", "放弃"),
}


def winback_value(customers: pd.DataFrame, *, budget: float | None = None) -> pd.DataFrame:
    """挽回期望值：挽回这位客户，平均能赚多少。

    期望值 = (p − p₀) × 价值 − p × 优惠 − 成本。p 是去挽回时他回来的概率，p₀ 是不管他也会自己回来的概率，
    优惠只有回来的人才拿，成本是联系他就要花的钱。

    Parameters
    ----------
    customers : DataFrame
        一行一位流失客户。必有的列：p_success（p，0–1）、value_yuan（回来之后的毛利，不能是负数）、cost_yuan（联系成本，不能是负数）。
        可有的列：p_spontaneous（p₀，0–1，没有就当 0）、incentive_yuan（优惠，没有就当 0）、
        p_low 和 p_high（p 的区间，要一起给）。
    budget : float, optional
        预算，元。给了就按“每花 1 元的期望值”从高到低挑，花费按 成本 + p × 优惠 计，装得下就要。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 expected_yuan、break_even_p（期望值是 0 时的 p；不小于 1 就怎么也不划算；
        价值不大于优惠时是 NaN，回来的人越多越赔）、worth（期望值大于 0）。有 p_low、p_high 时另有 expected_low、expected_high。
        给了 budget 时另有 spend_yuan、chosen。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有缺失值，概率不在 0–1 之间，金额是负数，或 p_low、p_high 不夹着 p_success。

    Notes
    -----
    p 不能拍脑袋：拿随机一小批人试过才有，而且带着误差，请把区间也给上。忘了 p₀，就会把本来会回来的人也算成功劳。
    按单位花费的期望值挑（贪心），与最好的组合最多差一位客户的期望值；人多时可以忽略。
    期望值是平均数：只有一位大客户时，结果不是全有就是全无。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> lost = pd.DataFrame(
    ...     {
    ...         "customer": ["甲", "乙", "丙"], "p_success": [0.3, 0.2, 0.5], "value_yuan": [2000, 300, 100],
    ...         "cost_yuan": [80, 20, 60],
    ...     }
    ... )
    >>> development.winback_value(lost, budget=90)[["customer", "expected_yuan", "break_even_p", "worth", "chosen"]].round(2)
      customer  expected_yuan  break_even_p  worth  chosen
    0        甲          520.0          0.04   True    True
    1        乙           40.0          0.07   True   False
    2        丙          -10.0          0.60  False   False
    """
    check_frame("customers", customers, ["p_success", "value_yuan", "cost_yuan"])
    p = check_numbers("p_success", customers["p_success"], 0, 1, hint="20% 请写成 0.2。", missing=False).to_numpy()
    value = check_numbers("value_yuan", customers["value_yuan"], 0, missing=False).to_numpy()
    cost = check_numbers("cost_yuan", customers["cost_yuan"], 0, missing=False).to_numpy()
    alone = _optional(customers, "p_spontaneous", 1)
    incentive = _optional(customers, "incentive_yuan", np.inf)
    expected = (p - alone) * value - p * incentive - cost
    net = value - incentive
    result = customers.assign(
        expected_yuan=expected,
        break_even_p=np.where(net > 0, (cost + alone * value) / np.where(net > 0, net, 1.0), np.nan),
        worth=expected > 0,
    )
    if {"p_low", "p_high"} & set(customers.columns):
        check_frame("customers", customers, ["p_low", "p_high"])
        ends = [check_numbers(c, customers[c], 0, 1, missing=False).to_numpy() for c in ("p_low", "p_high")]
        wrong = (ends[0] > p) | (p > ends[1])
        if wrong.any():
            at = int(wrong.argmax())
            raise ValueError(
                f"第 {at + 1} 行的 p_success（{p[at]:g}）不在 p_low 和 p_high（{ends[0][at]:g}–{ends[1][at]:g}）之间。请检查三列的次序。"
            )
        at_ends = np.array([(e - alone) * value - e * incentive - cost for e in ends])
        result["expected_low"], result["expected_high"] = at_ends.min(axis=0), at_ends.max(axis=0)
    if budget is not None:
        limit = check_positive("budget", budget, allow_zero=True)
        spend = cost + p * incentive
        result["spend_yuan"], result["chosen"] = spend, _within(expected, spend, limit)
    return result


def _optional(customers: pd.DataFrame, column: str, high: float) -> np.ndarray:
    if column not in customers.columns:
        return np.zeros(len(customers))
    return check_numbers(column, customers[column], 0, high, missing=False).to_numpy()


def _within(expected: np.ndarray, spend: np.ndarray, limit: float) -> np.ndarray:
    """Take the best value for money first, whatever still fits."""
    ratio = np.where(spend > 0, expected / np.where(spend > 0, spend, 1.0), np.inf)
    chosen, left = np.zeros(len(expected), dtype=bool), limit * (1 + 1e-12)
    for i in np.lexsort((-expected, -ratio)):
        if expected[i] > 0 and spend[i] <= left:
            chosen[i] = True
            left -= spend[i]
    return chosen


def winback_triage(
    customers: pd.DataFrame,
    *,
    value: str = "value_yuan",
    key_min: float,
    ordinary_min: float,
    unworthy: str | None = None,
) -> pd.DataFrame:
    """区别对待流失客户：关键客户极力挽回，普通客户尽力挽回，小客户灵活处理，不值得挽回的放弃。

    Parameters
    ----------
    customers : DataFrame
        一行一位流失客户。
    value : str, default "value_yuan"
        客户价值的列名（毛利或终身价值，元）。不大于 0 的算不值得。
    key_min : float
        价值不低于它的是关键客户。
    ordinary_min : float
        价值不低于它、又不到 ``key_min`` 的是普通客户；再低的是小客户。
    unworthy : str, optional
        标明“不值得挽回”的列名，1 是、0 否，例如恶意欠款、损害员工或别的客户。不论价值多高都归入不值得。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 tier（key、ordinary、small、unworthy）、tier_zh、action_zh（怎么对待）。

    Raises
    ------
    TypeError
        价值或界限不是数字。
    ValueError
        缺列，价值有缺失值，ordinary_min 不大于 0，或不小于 key_min。

    Notes
    -----
    两条界限由企业自己定，没有通用的数：先看价值的分布再划。这里只按价值分，没看挽不挽得回来；
    定了类别之后，再用 :func:`winback_value` 逐人算账。“不值得”要有白纸黑字的标准，不能因为客户爱投诉就放弃他。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> lost = pd.DataFrame({"customer": list("甲乙丙丁"), "value_yuan": [9000, 1200, 150, 5000], "fraud": [0, 0, 0, 1]})
    >>> table = development.winback_triage(lost, key_min=5000, ordinary_min=800, unworthy="fraud")
    >>> table[["customer", "tier_zh", "action_zh"]]
      customer tier_zh action_zh
    0        甲    关键客户      极力挽回
    1        乙    普通客户      尽力挽回
    2        丙     小客户      灵活处理
    3        丁   不值得挽回        放弃
    """
    check_frame("customers", customers, [value] if unworthy is None else [value, unworthy])
    check_number("key_min", key_min)
    check_positive("ordinary_min", ordinary_min)
    if ordinary_min >= key_min:
        raise ValueError(f"参数 ordinary_min（{ordinary_min:g}）应小于 key_min（{key_min:g}），否则没有普通客户。")
    worth = check_numbers(value, customers[value], missing=False).to_numpy()
    barred = (
        np.zeros(len(customers))
        if unworthy is None
        else check_zero_one(unworthy, customers[unworthy], missing=False, say=YES_NO).to_numpy()
    )
    tier = np.select(
        [(barred == 1) | (worth <= 0), worth >= key_min, worth >= ordinary_min],
        ["unworthy", "key", "ordinary"],
        default="small",
    )
    return customers.assign(tier=tier, tier_zh=[TRIAGE[t][0] for t in tier], action_zh=[TRIAGE[t][1] for t in tier])
