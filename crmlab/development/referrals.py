"""What a customer's recommendations are worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_positive, check_present, check_probability, check_whole
from crmlab._intervals import interval_text, mean_interval


@dataclass(frozen=True, repr=False, eq=False)
class ReferralValue:
    """推荐价值的结果。

    Attributes
    ----------
    table : DataFrame
        一行一位推荐人，按编号排：referrer、referrals（推荐来几位）、brought（其中不推荐就不会来的人数，按概率相加）、
        margin_yuan（算在推荐头上的毛利现值）、saved_yuan（省下的获客成本现值）、reward_yuan（付出的奖励现值）、crv_yuan（推荐价值）。
    total : float
        推荐价值合计，元。
    mean, low, high : float
        平均每位客户的推荐价值和 t 区间，元；只有一位客户时区间是 NaN。
    n : int
        客户数，包括一位也没推荐的。
    confidence : float
        置信水平。
    """

    table: pd.DataFrame
    total: float
    mean: float
    low: float
    high: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:,.0f}", joiner=" 到 ")
        return (
            f"平均每位客户的推荐价值 {self.mean:,.0f} 元（{interval}，n = {self.n}），合计 {self.total:,.0f} 元，"
            f"其中 {len(self.table)} 位推荐过"
        )

    __repr__ = __str__


def referral_value(
    referrals: pd.DataFrame,
    *,
    acquisition_cost: float,
    reward: float = 0.0,
    annual_discount: float = 0.1,
    customers: int | None = None,
    confidence: float = 0.95,
) -> ReferralValue:
    """客户推荐价值（customer referral value, CRV）：一位客户推荐来的人，给企业多带来多少钱。

    一次推荐的价值 = [(1 − a) × 毛利 + 获客成本 − 奖励] ÷ (1 + r)^(月数 ÷ 12)。a 是被推荐的人不推荐也会来的概率：
    他的毛利不能记在推荐头上，省下的获客成本可以。一位客户的推荐价值是他各次推荐之和。

    Parameters
    ----------
    referrals : DataFrame
        一行一次成功的推荐。必有的列：referrer（推荐人）、value_yuan（被推荐人来的那一刻算，以后的毛利，元，不能是负数）、
        anyway（a，不推荐也会来的概率，0–1；知道结果时写 0 或 1）。可有的列：months（离现在几个月，没有就当 0）。
    acquisition_cost : float
        不靠推荐，获得一位客户平均要花多少，元，不能是负数。
    reward : float, default 0
        每次成功的推荐付出的奖励，元，推荐人和被推荐人的加在一起，不能是负数。
    annual_discount : float, default 0.1
        年折现率，不能是负数；0.1 就是 10%。
    customers : int, optional
        客户总数，包括一位也没推荐的（推荐价值是 0）；不给就只算推荐过的人。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ReferralValue
        每位推荐人的推荐价值，平均每位客户的推荐价值和区间。

    Raises
    ------
    TypeError
        有数字列或参数不是数字。
    ValueError
        缺列，有缺失值，概率不在 0–1 之间，金额、月数是负数，或 customers 少于推荐人数。

    Notes
    -----
    这里用 Kumar 等人的记法：不推荐就不来的人算毛利和省下的成本，本来就会来的人只算省下的成本。另有人把全部毛利都算进去（相当于 a = 0），
    会高估很多。a 很难知道：问被推荐人“没有他，你会来吗”，答案会偏；随机让一部分客户看不到推荐活动，比较新客数，才可靠。
    区间只含客户之间的差别，不含 a 和毛利的误差。少数人推荐得多，分布很偏，客户不到几百位时 t 区间只是约数。
    被推荐的人已经算进客户终身价值时，不要把两个价值跨客户相加，会重复。

    References
    ----------
    Kumar, V., Petersen, J. A., & Leone, R. P. (2007). How valuable is word of mouth? *Harvard Business Review*, 85(10), 139–146.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> referrals = pd.DataFrame({"referrer": ["甲", "甲", "乙"], "value_yuan": [500, 300, 400], "anyway": [0, 1, 0.5]})
    >>> result = development.referral_value(referrals, acquisition_cost=80, reward=30, customers=10)
    >>> result
    平均每位客户的推荐价值 85 元（95% 区间 −56 到 226，n = 10），合计 850 元，其中 2 位推荐过
    >>> result.table[["referrer", "referrals", "brought", "crv_yuan"]]
      referrer  referrals  brought  crv_yuan
    0        乙          1      0.5     250.0
    1        甲          2      1.0     600.0
    """
    check_frame("referrals", referrals, ["referrer", "value_yuan", "anyway"])
    saved = check_positive("acquisition_cost", acquisition_cost, allow_zero=True)
    paid = check_positive("reward", reward, allow_zero=True)
    rate = check_positive("annual_discount", annual_discount, allow_zero=True)
    check_probability("confidence", confidence)
    check_present("referrer", referrals["referrer"])
    value = check_numbers("value_yuan", referrals["value_yuan"], 0, missing=False).to_numpy()
    anyway = check_numbers("anyway", referrals["anyway"], 0, 1, hint="20% 请写成 0.2。", missing=False).to_numpy()
    months = np.zeros(len(referrals))
    if "months" in referrals:
        months = check_numbers("months", referrals["months"], 0, missing=False).to_numpy()
    now = (1 + rate) ** (-months / 12)
    parts = pd.DataFrame(
        {
            "referrer": referrals["referrer"].to_numpy(),
            "referrals": 1,
            "brought": 1 - anyway,
            "margin_yuan": (1 - anyway) * value * now,
            "saved_yuan": saved * now,
            "reward_yuan": paid * now,
        }
    )
    table = parts.groupby("referrer", sort=True).sum().reset_index()
    table["crv_yuan"] = table["margin_yuan"] + table["saved_yuan"] - table["reward_yuan"]
    n = len(table) if customers is None else check_whole("customers", customers, 1, noun="客户总数")
    if n < len(table):
        raise ValueError(
            f"参数 customers 是客户总数，你给的是 {n}，可是表里有 {len(table)} 位推荐人。请把推荐过和没推荐过的客户都数进去。"
        )
    mean, low, high, _ = mean_interval(np.concatenate((table["crv_yuan"], np.zeros(n - len(table)))), confidence)
    return ReferralValue(table, float(table["crv_yuan"].sum()), mean, low, high, n, confidence)
