"""The account of loyalty points: issued, used, lapsed, still owed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame, check_numbers, check_positive


@dataclass(frozen=True, repr=False)
class PointsAccount:
    """积分的账。

    Attributes
    ----------
    earned, redeemed, expired, outstanding : float
        发出、兑换、过期、还没用的积分。
    redemption_rate : float
        已兑换 ÷ 发出。
    breakage_rate : float
        已过期 ÷ 发出（沉没率）。
    liability_yuan : float
        积分负债：还没用的积分 × 每分价值 × (1 − 预计不会用的比例)。
    reward_rate : float
        已兑换的价值 ÷ 消费，就是实际的返利率；没有给消费是 NaN。
    n : int
        客户数。
    """

    earned: float
    redeemed: float
    expired: float
    outstanding: float
    redemption_rate: float
    breakage_rate: float
    liability_yuan: float
    reward_rate: float
    n: int

    def __str__(self) -> str:
        back = "" if np.isnan(self.reward_rate) else f"，实际返利率 {self.reward_rate:.2%}"
        return (
            f"发出 {self.earned:,.0f} 分：兑换 {self.redemption_rate:.1%}，过期 {self.breakage_rate:.1%}，"
            f"余 {self.outstanding:,.0f} 分，负债 {self.liability_yuan:,.2f} 元{back}（n = {self.n:,}）"
        )

    __repr__ = __str__


def points_account(
    points: pd.DataFrame, *, yuan_per_point: float, expected_breakage: float, spend: str | None = None
) -> PointsAccount:
    """积分的账：发出去多少、用了多少、作废多少、还欠多少。

    Parameters
    ----------
    points : DataFrame
        一行一位客户或一笔。列：customer_id、earn（发出）、burn（兑换）、expire（过期），都是不小于 0 的积分。
    yuan_per_point : float
        1 积分能抵多少元。
    expected_breakage : float
        还没用的积分里，预计永远不会用的比例，0–1 之间。没有依据就写 0，负债从严。
    spend : str, optional
        消费（元）的列名；给了就算实际返利率。

    Returns
    -------
    PointsAccount
        各项合计、兑换率、沉没率、负债。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有缺失值或负数，有客户用掉的多于发出的，或没有发出过积分。

    Notes
    -----
    兑换率和沉没率随时间变：新发的积分还没来得及用，也还没到期。要比较，请按发出的年份分开算。是全体的合计，不是抽样，所以没有区间。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> points = pd.DataFrame({"customer_id": [1, 2], "earn": [1000, 500], "burn": [400, 0], "expire": [100, 200]})
    >>> loyalty.points_account(points, yuan_per_point=0.01, expected_breakage=0.25)
    发出 1,500 分：兑换 26.7%，过期 20.0%，余 800 分，负债 6.00 元（n = 2）
    """
    check_frame("points", points, ["customer_id", "earn", "burn", "expire", *([spend] if spend else [])])
    value = check_positive("yuan_per_point", yuan_per_point, allow_zero=True)
    lost = check_between("expected_breakage", expected_breakage, 0, 1)
    columns = {c: check_numbers(c, points[c], 0, missing=False).to_numpy() for c in ("earn", "burn", "expire")}
    each = pd.DataFrame(columns).groupby(points["customer_id"].to_numpy()).sum()
    over = each["burn"] + each["expire"] > each["earn"] + 1e-9
    if over.any():
        who, row = each.index[over][0], each[over].iloc[0]
        raise ValueError(
            f"客户“{who}”兑换和过期的积分 {row['burn'] + row['expire']:g} 多于发出的 {row['earn']:g}，共 {int(over.sum())} 位。"
            "请补上期初的积分，或核对流水。"
        )
    earned, redeemed, expired = (float(each[c].sum()) for c in ("earn", "burn", "expire"))
    if earned == 0:
        raise ValueError("列“earn”合计是 0，没有发出过积分，算不出兑换率。请检查列名或筛选条件。")
    paid = float(check_numbers(spend, points[spend], 0, missing=False).sum()) if spend else 0.0
    left = earned - redeemed - expired
    return PointsAccount(
        earned=earned,
        redeemed=redeemed,
        expired=expired,
        outstanding=left,
        redemption_rate=redeemed / earned,
        breakage_rate=expired / earned,
        liability_yuan=left * value * (1 - lost),
        reward_rate=redeemed * value / paid if paid else float("nan"),
        n=len(each),
    )
