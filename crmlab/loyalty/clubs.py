"""The paid club and the community: what the fee earns, how far word of mouth carries, and whether the busy ones stay."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_positive, check_probability, check_whole
from crmlab._intervals import interval_text, t_interval, wilson
from crmlab.loyalty._ranks import rank_groups


@dataclass(frozen=True, repr=False)
class ClubResult:
    """付费会员店的账。

    Attributes
    ----------
    members : int
        会员数。
    renewal, renewal_low, renewal_high : float
        续费率和它的区间（威尔逊），0–1 之间。
    fee_yuan, margin_yuan : float
        会员费收入、商品毛利（元）。
    profit_yuan : float
        会员费 + 商品毛利 − 固定成本。
    fee_share : float
        会员费占（会员费 + 商品毛利）的比例；合计不大于 0 时是 NaN。
    break_even_members : float
        照现在每位会员的贡献，多少会员才够付固定成本；每位会员的贡献不大于 0 时是无穷大。
    spend_per_visit : float
        客单价（元）；没有人来过是 NaN。
    confidence : float
        置信水平。
    """

    members: int
    renewal: float
    renewal_low: float
    renewal_high: float
    fee_yuan: float
    margin_yuan: float
    profit_yuan: float
    fee_share: float
    break_even_members: float
    spend_per_visit: float
    confidence: float = 0.95

    def __str__(self) -> str:
        renewal = interval_text(self.renewal_low, self.renewal_high, self.confidence, "{:.1%}")
        need = "卖得越多亏得越多" if np.isinf(self.break_even_members) else f"{self.break_even_members:,.0f} 位会员保本"
        profit = f"{self.profit_yuan:,.0f}".replace("-", "−")
        return f"续费率 {self.renewal:.1%}（{renewal}，n = {self.members:,}）；利润 {profit} 元，{need}"

    __repr__ = __str__


def club_economics(
    club: pd.DataFrame, *, fixed_cost: float, service_cost: float = 0.0, confidence: float = 0.95
) -> ClubResult:
    """付费会员店的账：会员费和商品毛利各挣多少，多少会员才保本。

    Parameters
    ----------
    club : DataFrame
        一行一位会员。列：member_id、fee（会员费，元）、renew（是否续费，0/1）、visits（到店次数）、spend（消费，元）、
        gm（商品毛利率，0–1，可以很低）。
    fixed_cost : float
        固定成本（元，同一时期）。
    service_cost : float, default 0.0
        每位会员的服务成本（元，同一时期）。
    confidence : float, default 0.95
        续费率区间的置信水平，0–1 之间。

    Returns
    -------
    ClubResult
        续费率和区间、会员费、毛利、利润、保本会员数、客单价。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有缺失值或负数，renew 不是 0/1，或会员编号重复。

    Notes
    -----
    保本会员数假设再来的会员与现有的一样；新会员往往买得少。除续费率以外都是账上的合计，没有抽样，所以没有区间。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> club = pd.DataFrame(
    ...     {
    ...         "member_id": [1, 2, 3, 4], "fee": 260, "renew": [1, 1, 1, 0], "visits": [20, 10, 5, 1],
    ...         "spend": [9000, 4000, 1500, 100], "gm": 0.08,
    ...     }
    ... )
    >>> loyalty.club_economics(club, fixed_cost=1500)
    续费率 75.0%（95% 区间 30.1%–95.4%，n = 4）；利润 708 元，3 位会员保本
    """
    check_frame("club", club, ["member_id", "fee", "renew", "visits", "spend", "gm"])
    fixed = check_positive("fixed_cost", fixed_cost, allow_zero=True)
    service = check_positive("service_cost", service_cost, allow_zero=True)
    check_probability("confidence", confidence)
    twice = club["member_id"].duplicated().to_numpy()
    if twice.any():
        at = int(np.flatnonzero(twice)[0])
        raise ValueError(f"列“member_id”第 {at + 1} 行的“{club['member_id'].iloc[at]}”重复了。请每位会员只留一行。")
    fee, visits, spend = (check_numbers(c, club[c], 0, missing=False).to_numpy() for c in ("fee", "visits", "spend"))
    rate = check_numbers("gm", club["gm"], 0, 1, hint="毛利率 8% 请写成 0.08。", missing=False).to_numpy()
    renew = check_numbers("renew", club["renew"], 0, 1, missing=False).to_numpy()
    if not np.isin(renew, [0, 1]).all():
        raise ValueError("列“renew”只能是 0（没有续费）或 1（续费）。请先整理这一列。")
    n = len(club)
    low, high = wilson(renew.sum(), n, confidence)
    fees, margin = float(fee.sum()), float((spend * rate).sum())
    each = (fees + margin) / n - service
    return ClubResult(
        members=n,
        renewal=float(renew.mean()),
        renewal_low=float(low),
        renewal_high=float(high),
        fee_yuan=fees,
        margin_yuan=margin,
        profit_yuan=n * each - fixed,
        fee_share=fees / (fees + margin) if fees + margin > 0 else float("nan"),
        break_even_members=float(np.ceil(fixed / each - 1e-9)) if each > 0 else float("inf"),
        spend_per_visit=float(spend.sum() / visits.sum()) if visits.sum() else float("nan"),
        confidence=confidence,
    )


@dataclass(frozen=True, repr=False)
class KFactor:
    """病毒系数。

    Attributes
    ----------
    k, low, high : float
        一位成员平均带来几位新成员，和它的 t 区间。
    invites : float
        人均邀请数。
    conversion : float
        邀请的成功率，0–1 之间；没有人邀请是 NaN。
    n : int
        成员数。
    confidence : float
        置信水平。
    """

    k: float
    low: float
    high: float
    invites: float
    conversion: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}")
        return f"K 因子 {self.k:.2f}（{interval}，n = {self.n:,}）：人均邀请 {self.invites:.2f} 人，成功率 {self.conversion:.1%}"

    __repr__ = __str__


def k_factor(
    community: pd.DataFrame, *, invites: str = "invites", joined: str = "joined", confidence: float = 0.95
) -> KFactor:
    """病毒系数（K-factor）：一位成员平均带来几位新成员。K = 人均邀请数 × 邀请成功率。

    Parameters
    ----------
    community : DataFrame
        一行一位成员。
    invites : str, default "invites"
        邀请了几个人的列名。
    joined : str, default "joined"
        被邀请的人里几个加入了的列名，不大于 invites。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    KFactor
        k 及其区间、人均邀请数、成功率。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有缺失值或负数，或加入的多于邀请的。

    Notes
    -----
    K 小于 1 时，一批新成员最终总共带来 1 ÷ (1 − K) 倍的人就停；大于 1 也不会一直涨，身边的人总会邀请完。
    少数人邀请了大多数人时，区间会宽，平均数也不代表普通成员。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> loyalty.k_factor(pd.DataFrame({"invites": [0, 2, 5, 1], "joined": [0, 1, 1, 0]}))
    K 因子 0.50（95% 区间 0.00–1.42，n = 4）：人均邀请 2.00 人，成功率 25.0%
    """
    check_frame("community", community, [invites, joined])
    check_probability("confidence", confidence)
    asked, came = (check_numbers(c, community[c], 0, missing=False).to_numpy() for c in (invites, joined))
    if (came > asked).any():
        at = int(np.flatnonzero(came > asked)[0])
        raise ValueError(
            f"列“{joined}”不能大于列“{invites}”，第 {at + 1} 行是 {came[at]:g} 和 {asked[at]:g}。请核对这一行。"
        )
    n = len(asked)
    k = float(came.mean())
    low, high = t_interval(k, came.std(ddof=1) if n > 1 else np.nan, n, confidence)
    conversion = float(came.sum() / asked.sum()) if asked.sum() else float("nan")
    return KFactor(k, max(float(low), 0.0), float(high), float(asked.mean()), conversion, n, confidence)


def viral_growth(start: float, k: float, *, cycles: int, market: float | None = None) -> pd.DataFrame:
    """社群靠邀请怎样长大：每一轮，上一轮的新成员各带来 K 位新成员。

    Parameters
    ----------
    start : float
        开始的成员数。
    k : float
        病毒系数。
    cycles : int
        几轮。
    market : float, optional
        一共可能加入的人数。给了它，每轮的成功率随剩下的人按比例下降；不给就没有上限。

    Returns
    -------
    DataFrame
        列：cycle（第几轮，0 是开始）、new（这轮的新成员）、members（累计）。

    Raises
    ------
    TypeError
        有参数不是数。
    ValueError
        参数是负数，或 market 小于 start。

    Notes
    -----
    教学模型：人人只在加入后的一轮里邀请，没有人离开。由给定的数算出，没有抽样，所以没有区间。

    Examples
    --------
    >>> from crmlab import loyalty
    >>> loyalty.viral_growth(100, 0.5, cycles=3)
       cycle    new  members
    0      0  100.0    100.0
    1      1   50.0    150.0
    2      2   25.0    175.0
    3      3   12.5    187.5
    """
    first = check_positive("start", start)
    factor = check_positive("k", k, allow_zero=True)
    n = check_whole("cycles", cycles)
    room = np.inf if market is None else check_positive("market", market)
    if room < first:
        raise ValueError(f"参数 market（{room:g}）不能小于 start（{first:g}）。")
    fresh, members = [first], [first]
    for _ in range(n):
        left = 1.0 if np.isinf(room) else 1 - members[-1] / room
        new = min(fresh[-1] * factor * left, room - members[-1])
        fresh.append(new)
        members.append(members[-1] + new)
    return pd.DataFrame({"cycle": np.arange(n + 1), "new": fresh, "members": members})


def engagement_retention(
    customers: pd.DataFrame,
    *,
    engagement: str = "engagement",
    retained: str = "retained",
    bins: int = 4,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """互动多的客户留得多吗：按互动多少分组，比较留存（或复购）的占比。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。任何一列缺失的不算。
    engagement : str, default "engagement"
        互动的列名（发帖、登录、参加活动的次数等），不小于 0。
    retained : str, default "retained"
        是否留下（或复购）的列名，0/1。
    bins : int, default 4
        分几组，按人数；值相同的人一定同组，所以实际的组可能更少。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一组，从少到多。列：group（1 起）、from、to（组内最少和最多的互动）、n、share（留下的占比）、low、high（威尔逊区间）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，互动是负数，retained 不是 0/1，或没有可用的行。

    Notes
    -----
    爱互动的人本来就更喜欢这个品牌。组间的差别不是“把互动搞上去”的效果；要知道效果，请做有对照组的试验。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> people = pd.DataFrame({"engagement": [0, 0, 0, 3, 8, 9], "retained": [0, 0, 1, 1, 1, 1]})
    >>> loyalty.engagement_retention(people, bins=2)[["group", "from", "to", "n", "share"]]
       group  from   to  n     share
    0      1   0.0  0.0  3  0.333333
    1      2   3.0  9.0  3  1.000000
    """
    check_frame("customers", customers, [engagement, retained])
    check_probability("confidence", confidence)
    groups = check_whole("bins", bins)
    if groups < 2:
        raise ValueError(f"参数 bins 至少是 2，你给的是 {groups}。")
    done = check_numbers(engagement, customers[engagement], 0).to_numpy()
    kept = check_numbers(retained, customers[retained], 0, 1).to_numpy()
    known = ~np.isnan(done) & ~np.isnan(kept)
    done, kept = done[known], kept[known]
    if not np.isin(kept, [0, 1]).all():
        raise ValueError(f"列“{retained}”只能是 0（没有留下）或 1（留下）。请先整理这一列。")
    if len(done) == 0:
        raise ValueError(f"没有一行同时有“{engagement}”和“{retained}”。请检查两列是否来自同一批客户。")
    code = rank_groups(done, groups)
    table = (
        pd.DataFrame({"code": code, "done": done, "kept": kept})
        .groupby("code", as_index=False)
        .agg(**{"from": ("done", "min"), "to": ("done", "max"), "n": ("done", "size"), "kept": ("kept", "sum")})
    )
    low, high = wilson(table["kept"], table["n"], confidence)
    result = table.assign(group=np.arange(1, len(table) + 1), share=table["kept"] / table["n"], low=low, high=high)
    return result[["group", "from", "to", "n", "share", "low", "high"]]
