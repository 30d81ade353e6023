"""Recency, frequency, monetary value: the customer table behind the purchase models, and the classic scores."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame, check_number, check_numbers, check_one_of
from crmlab.loyalty._ranks import rank_groups
from crmlab.loyalty._transactions import amounts_of, by_label, check_unit, read_purchases, sum_by_customer

RFM_SEGMENTS = {
    (True, True, True): "重要价值客户",
    (True, False, True): "重要发展客户",
    (False, True, True): "重要保持客户",
    (False, False, True): "重要挽留客户",
    (True, True, False): "一般价值客户",
    (True, False, False): "一般发展客户",
    (False, True, False): "一般保持客户",
    (False, False, False): "一般挽留客户",
}


def rfm_summary(
    transactions: pd.DataFrame,
    *,
    customer: str = "customer_id",
    date: str = "date",
    amount: str | None = "amount",
    observation_end: Any = None,
    time_unit: str = "day",
    later: str = "refuse",
) -> pd.DataFrame:
    """把交易流水变成一行一位客户的 RFM 汇总，供 BG/NBD、Pareto/NBD 和 Gamma-Gamma 模型使用。

    Parameters
    ----------
    transactions : DataFrame
        一行一笔交易，行序不限。
    customer, date : str
        客户编号列和日期列。日期列必须是日期类型；一天之内的几笔算一次购买。
    amount : str or None, default "amount"
        金额列，不能是负数。没有金额就写 None，结果里不出 monetary_value。
    observation_end : date or str, optional
        观察期的最后一天。默认是数据里最晚的一天；如果观察其实更晚才结束，请写出来，否则 T 会偏短。
    time_unit : {"day", "week", "month", "year"}, default "day"
        recency 和 T 的单位。月按 30.4375 天、年按 365.25 天折算。
    later : {"refuse", "drop"}, default "refuse"
        晚于观察期末的交易：报错，还是不用。

    Returns
    -------
    DataFrame
        一行一位客户，按客户编号排。列：customer_id、frequency（重复购买的天数，首次不算）、
        recency（首次到末次购买的时间）、T（首次购买到观察期末的时间）、
        monetary_value（重复购买日的平均金额，首次不算；没有重复购买是 0）。

    Raises
    ------
    TypeError
        日期列不是日期，金额列不是数字，或客户编号混着几种类型。
    ValueError
        缺列，有缺失值，金额是负数，有交易晚于观察期末，或参数写错。

    Notes
    -----
    这里的 recency 是客户的“活跃年龄”，不是“距上次购买多少天”。后者等于 T − recency，见 :func:`rfm_values`。
    首次购买不算进 frequency 和 monetary_value，是这一类模型的约定：每位客户都有首次购买，它不说明会不会再来。

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). "Counting your customers" the easy way.
    *Marketing Science*, 24(2), 275-284.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": ["甲", "乙", "甲", "甲"],
    ...         "date": pd.to_datetime(["2026-01-01", "2026-01-05", "2026-01-11", "2026-01-31"]),
    ...         "amount": [100.0, 60.0, 80.0, 120.0],
    ...     }
    ... )
    >>> loyalty.rfm_summary(orders, observation_end="2026-02-10")
      customer_id  frequency  recency     T  monetary_value
    0           乙          0      0.0  36.0             0.0
    1           甲          2     30.0  40.0           100.0
    """
    per_unit = check_unit(time_unit)
    if amount is not None and amount not in getattr(transactions, "columns", [amount]):
        check_frame("transactions", transactions, [customer, date])
        raise ValueError(f"表 transactions 里没有列“{amount}”。金额列请写 amount=列名；没有金额请写 amount=None。")
    found = read_purchases(transactions, customer=customer, date=date, observation_end=observation_end, later=later)
    frequency = found.counts - 1
    table = {
        "customer_id": found.customers,
        "frequency": frequency,
        "recency": (found.last - found.first) / per_unit,
        "T": (found.end_day - found.first) / per_unit,
    }
    if amount is not None:
        amounts = amounts_of(transactions, amount, found.kept)
        repeat_sum = sum_by_customer(found, amounts, repeats_only=True)
        table["monetary_value"] = repeat_sum / np.maximum(frequency, 1)
    result = by_label(pd.DataFrame(table, copy=False), customer)
    result.attrs["time_unit"] = time_unit
    return result


def rfm_values(
    transactions: pd.DataFrame,
    *,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    observation_end: Any = None,
    later: str = "refuse",
) -> pd.DataFrame:
    """经典 RFM 的三个原始值：多久没来、来过几次、一共花了多少。

    Parameters
    ----------
    transactions : DataFrame
        一行一笔交易，行序不限。
    customer, date, amount : str
        客户编号列、日期列、金额列（不能是负数）。
    observation_end : date or str, optional
        算“多久没来”的那一天，默认是数据里最晚的一天。
    later : {"refuse", "drop"}, default "refuse"
        晚于观察期末的交易：报错，还是不用。

    Returns
    -------
    DataFrame
        一行一位客户，按客户编号排。列：customer_id、days_since_last（距上次购买的天数）、orders（有购买的天数，首次也算）、
        total_amount（总金额）。

    Raises
    ------
    TypeError
        日期列不是日期，金额列不是数字，或客户编号混着几种类型。
    ValueError
        缺列，有缺失值，金额是负数，有交易晚于观察期末，或参数写错。

    Notes
    -----
    与 :func:`rfm_summary` 不同：这里首次购买也算，“近”是距今多久。两种约定不能混用。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": [1, 2, 1],
    ...         "date": pd.to_datetime(["2026-01-01", "2026-01-05", "2026-01-11"]),
    ...         "amount": [100, 60, 80],
    ...     }
    ... )
    >>> loyalty.rfm_values(orders)
       customer_id  days_since_last  orders  total_amount
    0            1                0       2         180.0
    1            2                6       1          60.0
    """
    check_frame("transactions", transactions, [customer, date, amount])
    found = read_purchases(transactions, customer=customer, date=date, observation_end=observation_end, later=later)
    amounts = amounts_of(transactions, amount, found.kept)
    table = {
        "customer_id": found.customers,
        "days_since_last": (found.end_day - found.last).astype(np.int64),
        "orders": found.counts,
        "total_amount": sum_by_customer(found, amounts),
    }
    return by_label(pd.DataFrame(table, copy=False), customer)


def rfm_scores(
    customers: pd.DataFrame, *, bins: int = 5, cuts: Mapping[str, Sequence[float]] | None = None
) -> pd.DataFrame:
    """给每位客户的近、频、额各打一个分，分越高越好。

    Parameters
    ----------
    customers : DataFrame
        :func:`rfm_values` 的结果。列：customer_id、days_since_last、orders、total_amount。
    bins : int, default 5
        打几档分。不给 cuts 时按人数分档：比多少客户好，就得多高的分；值相同的人一定同分。
    cuts : dict, optional
        自己定的分界，例如 ``{"r": [30, 60, 90, 180], "f": [2, 3, 5, 8], "m": [100, 300, 600, 1000]}``，每项 bins − 1 个、从小到大。
        频和额达到分界就升一档；近是天数超过分界就降一档。

    Returns
    -------
    DataFrame
        原来的列，另加 r_score、f_score、m_score（1 到 bins 的整数）和 rfm（三个分连成的文字，如 "545"）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有缺失值或负数，bins 不在 2–9 之间，或 cuts 写错。

    Notes
    -----
    按人数分档时分数是相对的：全体都变差，分数不变。要看绝对好坏、要前后比较，请用 cuts。所有人的值都一样时，大家得中间分（bins 是偶数时取偏低的那个）。
    多数人只买过一次时，这些人频的分都一样，各档人数不会相等；硬拆会把同样的客户分进不同的组。

    References
    ----------
    Hughes, A. M. (1994). *Strategic Database Marketing*. Probus.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> values = pd.DataFrame(
    ...     {"customer_id": [1, 2, 3], "days_since_last": [3, 90, 20], "orders": [6, 1, 1], "total_amount": [900, 50, 400]}
    ... )
    >>> loyalty.rfm_scores(values, bins=3)[["customer_id", "r_score", "f_score", "m_score", "rfm"]]
       customer_id  r_score  f_score  m_score  rfm
    0            1        3        3        3  333
    1            2        1        1        1  111
    2            3        2        1        2  212
    """
    check_frame("customers", customers, ["customer_id", "days_since_last", "orders", "total_amount"])
    if not check_between("bins", bins, 2, 9).is_integer():
        raise ValueError(f"参数 bins 应是整数，你给的是 {bins:g}。")
    columns = {"r": "days_since_last", "f": "orders", "m": "total_amount"}
    values = {k: check_numbers(c, customers[c], 0, missing=False).to_numpy() for k, c in columns.items()}
    if cuts is None:
        scores = {k: rank_groups(-v if k == "r" else v, int(bins)) for k, v in values.items()}
    else:
        limits = _check_cuts(cuts, int(bins))
        scores = {k: 1 + np.searchsorted(limits[k], v, side="right") for k, v in values.items() if k != "r"}
        scores["r"] = int(bins) - np.searchsorted(limits["r"], values["r"], side="left")
    # A thousand texts are made once and looked up, instead of one for each customer.
    texts = pd.array([f"{number:03d}" for number in range(1000)], dtype="str")
    rfm = texts[scores["r"] * 100 + scores["f"] * 10 + scores["m"]]
    return customers.assign(r_score=scores["r"], f_score=scores["f"], m_score=scores["m"], rfm=rfm)


def _check_cuts(cuts: Any, bins: int) -> dict[str, np.ndarray]:
    if not isinstance(cuts, Mapping) or set(cuts) != {"r", "f", "m"}:
        raise ValueError('参数 cuts 应写成 {"r": [...], "f": [...], "m": [...]}，三项都要有，也只有这三项。')
    limits = {}
    for key in ("r", "f", "m"):
        limit = check_numbers(f'cuts["{key}"]', list(cuts[key]), 0, missing=False).to_numpy()
        if len(limit) != bins - 1 or (np.diff(limit) <= 0).any():
            raise ValueError(
                f'参数 cuts["{key}"] 应是 {bins - 1} 个从小到大的数（打 {bins} 档分），你给的是 {list(cuts[key])}。'
            )
        limits[key] = limit
    return limits


def rfm_segments(scores: pd.DataFrame, *, cut: str | float = "mean") -> pd.DataFrame:
    """按近、频、额三个分的高低，把客户分成八类。

    Parameters
    ----------
    scores : DataFrame
        :func:`rfm_scores` 的结果。列：r_score、f_score、m_score。
    cut : "mean" or float, default "mean"
        高低的分界：高于全体客户平均分算高；给一个数就是高于这个数算高（五档常用 3）。

    Returns
    -------
    DataFrame
        原来的列，另加 r_high、f_high、m_high（是否算高）和 segment（八类之一，名单见 RFM_SEGMENTS）。

    Raises
    ------
    TypeError
        分数不是数字，或 cut 不是数。
    ValueError
        缺列，有缺失值，或 cut 写错。

    Notes
    -----
    “重要”看额，“价值、发展、保持、挽留”看近和频。用平均分做分界时，一个人属于哪类取决于别人：客户名单变了，他没变也可能换类。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> scores = pd.DataFrame({"customer_id": [1, 2], "r_score": [5, 1], "f_score": [4, 4], "m_score": [5, 1]})
    >>> loyalty.rfm_segments(scores, cut=3)[["customer_id", "segment"]]
       customer_id segment
    0            1  重要价值客户
    1            2  一般保持客户
    """
    columns = ["r_score", "f_score", "m_score"]
    check_frame("scores", scores, columns)
    values = {c: check_numbers(c, scores[c], missing=False).to_numpy() for c in columns}
    if isinstance(cut, str):
        check_one_of("cut", cut, ("mean",))
        limits = {c: float(v.mean()) for c, v in values.items()}
    else:
        limits = dict.fromkeys(columns, check_number("cut", cut))
    # A mean of equal scores may come out a rounding error below them.
    high = {c: v > limits[c] + 1e-9 for c, v in values.items()}
    r, f, m = high.values()
    names = pd.array([RFM_SEGMENTS[bool(n & 4), bool(n & 2), bool(n & 1)] for n in range(8)], dtype="str")
    return scores.assign(r_high=r, f_high=f, m_high=m, segment=names[r * 4 + f * 2 + m * 1])
