"""Plain measures of loyalty: who comes back, what share of the wallet he leaves here, one index of several signs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_numbers,
    check_one_of,
    check_positive,
    check_probability,
    check_scale,
    row_of,
)
from crmlab._intervals import interval_text, mean_interval, wilson
from crmlab.loyalty._transactions import read_purchases


@dataclass(frozen=True, repr=False)
class RepeatRate:
    """复购率的结果。

    Attributes
    ----------
    share, low, high : float
        复购率和它的区间（威尔逊），0–1 之间。
    repeaters, n : int
        复购的客户数；算进来的客户数。
    n_too_new : int
        因为观察时间不够而没有算进来的客户数；不限天数时是 0。
    within_days : int or None
        首次购买后多少天之内再买才算；None 是整个观察期。
    confidence : float
        置信水平。
    """

    share: float
    low: float
    high: float
    repeaters: int
    n: int
    n_too_new: int
    within_days: int | None
    confidence: float = 0.95

    def __str__(self) -> str:
        span = "复购率" if self.within_days is None else f"{self.within_days} 天复购率"
        interval = f"{self.confidence * 100:g}% 区间 {self.low:.1%}–{self.high:.1%}"
        new = f"，另有 {self.n_too_new:,} 位观察不足" if self.n_too_new else ""
        return f"{span} {self.share:.1%}（{interval}，n = {self.n:,}{new}）"

    __repr__ = __str__


def repeat_purchase_rate(
    transactions: pd.DataFrame,
    *,
    customer: str = "customer_id",
    date: str = "date",
    within_days: int | None = None,
    observation_end: Any = None,
    later: str = "refuse",
    confidence: float = 0.95,
) -> RepeatRate:
    """复购率（repeat purchase rate, RPR）：买过的客户里，多少人在另一天又买过。

    Parameters
    ----------
    transactions : DataFrame
        一行一笔交易，行序不限；一天之内的几笔算一次。
    customer, date : str
        客户编号列和日期列（日期类型）。
    within_days : int, optional
        首次购买后多少天之内再买才算。给了它，就只算首次购买已满这么多天的客户，人人机会相同。
        不给就看整个观察期。
    observation_end : date or str, optional
        观察期的最后一天，默认是数据里最晚的一天。
    later : {"refuse", "drop"}, default "refuse"
        晚于观察期末的交易：报错，还是不用。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    RepeatRate
        share 及其区间、repeaters、n、n_too_new。

    Raises
    ------
    TypeError
        日期列不是日期。
    ValueError
        缺列，有缺失值，有交易晚于观察期末，或没有一位客户观察满 within_days 天。

    Notes
    -----
    不限天数时，新客户越多复购率越低，不是因为不忠诚，是还没来得及。比较两个时期请用 within_days。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": [1, 1, 2, 3, 3],
    ...         "date": pd.to_datetime(["2026-01-01", "2026-01-20", "2026-01-05", "2026-03-20", "2026-03-25"]),
    ...     }
    ... )
    >>> loyalty.repeat_purchase_rate(orders)
    复购率 66.7%（95% 区间 20.8%–93.9%，n = 3）
    >>> loyalty.repeat_purchase_rate(orders, within_days=30)
    30 天复购率 50.0%（95% 区间 9.5%–90.5%，n = 2，另有 1 位观察不足）
    """
    check_probability("confidence", confidence)
    if within_days is not None and not check_positive("within_days", within_days).is_integer():
        raise ValueError(f"参数 within_days 应是整数，你给的是 {within_days:g}。")
    found = read_purchases(transactions, customer=customer, date=date, observation_end=observation_end, later=later)
    again = found.second >= 0
    known = np.ones(len(again), dtype=bool)
    if within_days is not None:
        again &= found.second - found.first <= within_days
        known = found.end_day - found.first >= within_days
        if not known.any():
            oldest = int((found.end_day - found.first).max())
            raise ValueError(
                f"没有一位客户观察满 {within_days:g} 天，最久的才 {oldest} 天。请减小 within_days，或等一等再算。"
            )
    n, repeaters = int(known.sum()), int((again & known).sum())
    low, high = wilson(repeaters, n, confidence)
    days = None if within_days is None else int(within_days)
    return RepeatRate(repeaters / n, float(low), float(high), repeaters, n, len(known) - n, days, confidence)


@dataclass(frozen=True, repr=False)
class WalletShare:
    """钱包份额的结果。

    Attributes
    ----------
    share : float
        钱包份额，0–1 之间。
    low, high : float
        平均份额的 t 区间；average 是 "money" 时是 NaN（见 share_of_wallet 的说明）。
    n : int
        算进来的客户数。
    average : str
        "money" 或 "customer"。
    confidence : float
        置信水平。
    """

    share: float
    low: float
    high: float
    n: int
    average: str
    confidence: float = 0.95

    def __str__(self) -> str:
        how = "按金额" if self.average == "money" else "每人平均"
        interval = (
            "" if self.average == "money" else interval_text(self.low, self.high, self.confidence, "{:.1%}") + "，"
        )
        return f"钱包份额 {self.share:.1%}（{how}，{interval}n = {self.n:,}）"

    __repr__ = __str__


def share_of_wallet(
    customers: pd.DataFrame, *, average: str, spend: str = "spend", wallet: str = "wallet", confidence: float = 0.95
) -> WalletShare:
    """钱包份额（share of wallet）：客户花在这类商品上的钱，有多少花在我们这里。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。任何一列缺失的，和总开支是 0 的，不算。
    average : {"money", "customer"}
        "money" 是合计 ÷ 合计，大客户说了算；"customer" 是先算每人的份额再平均，每人一票。两者可以差很多。
    spend : str, default "spend"
        在我们这里的花费（元）的列名。
    wallet : str, default "wallet"
        在所有商家的花费（元）的列名，不小于 spend。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    WalletShare
        share、n；"customer" 时有区间。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有负数，在我们这里的花费多于总开支，或没有可用的行。

    Notes
    -----
    总开支多半靠客户自己说，容易少报，份额就偏高。"money" 的比值由少数大客户决定，没有简单可靠的区间，所以不给。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> customers = pd.DataFrame({"spend": [900, 20, 30], "wallet": [1000, 100, 100]})
    >>> loyalty.share_of_wallet(customers, average="money")
    钱包份额 79.2%（按金额，n = 3）
    >>> loyalty.share_of_wallet(customers, average="customer")
    钱包份额 46.7%（每人平均，95% 区间 0.0%–100.0%，n = 3）
    """
    check_frame("customers", customers, [spend, wallet])
    check_one_of("average", average, ("money", "customer"))
    check_probability("confidence", confidence)
    ours, total = (check_numbers(c, customers[c], 0).to_numpy() for c in (spend, wallet))
    if (ours > total).any():
        at = int(np.flatnonzero(ours > total)[0])
        raise ValueError(
            f"列“{spend}”不能大于列“{wallet}”，{row_of(customers[spend], at)}是 {ours[at]:g} 和 {total[at]:g}。请核对这一行。"
        )
    known = ~np.isnan(ours) & (total > 0)
    if not known.any():
        raise ValueError(f"没有一行同时有“{spend}”和大于 0 的“{wallet}”。请先收集总开支。")
    ours, total = ours[known], total[known]
    if average == "money":
        return WalletShare(float(ours.sum() / total.sum()), float("nan"), float("nan"), len(ours), average, confidence)
    share, low, high, n = mean_interval(ours / total, confidence)
    return WalletShare(share, max(low, 0.0), min(high, 1.0), n, average, confidence)


def loyalty_index(
    customers: pd.DataFrame, weights: Mapping[str, float], *, scale: tuple[float, float] = (1, 5)
) -> pd.Series:
    """忠诚指数：把几项表现（重复购买、偏好、抗竞争、推荐……）的评分加权，折成 0–100。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户，各项评分都在 scale 之内、越高越忠诚。
    weights : dict
        列名 → 权重。权重不能是负数，合计不必是 1，会自动折算。
    scale : tuple of float, default (1, 5)
        评分的最低分和最高分。

    Returns
    -------
    Series
        每位客户的指数，索引同原表；任何一项缺失的客户是 NaN。

    Raises
    ------
    TypeError
        有列不是数字，或 weights 不是字典。
    ValueError
        缺列，评分越界，或权重合计是 0。

    Notes
    -----
    权重是判断，不是测量：换一组权重排名会不会变，要一起报告。每人一个确定的数，没有抽样，所以没有区间；
    要比较几组人的平均，请对它用 satisfaction.mean_by()。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> answers = pd.DataFrame({"repeat": [5, 1, 3], "prefer": [5, 1, None], "recommend": [3, 1, 5]})
    >>> loyalty.loyalty_index(answers, {"repeat": 2, "prefer": 1, "recommend": 1}).tolist()
    [87.5, 0.0, nan]
    """
    if not isinstance(weights, Mapping) or not weights:
        raise TypeError('参数 weights 应是“列名 → 权重”的字典，例如 {"repeat": 2, "recommend": 1}。')
    check_frame("customers", customers, list(weights))
    low, high = check_scale("scale", scale)
    parts = {c: check_positive(f'weights["{c}"]', w, allow_zero=True) for c, w in weights.items()}
    total = sum(parts.values())
    if total == 0:
        raise ValueError("参数 weights 的权重全是 0。请至少给一项大于 0 的权重。")
    score = np.zeros(len(customers))
    for column, weight in parts.items():
        score += weight / total * check_numbers(column, customers[column], low, high).to_numpy()
    return pd.Series(100 * (score - low) / (high - low), index=customers.index, name="loyalty_index")
