"""Contacts with the service desk: calls and messages about orders, and complaints until they are settled."""

from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from crmlab.data.simulate._world import (
    DAYS,
    START,
    Floats,
    Part,
    Seasonal,
    Texts,
    customer_ids,
    moments,
    pick,
    seasonal_parts,
    stream,
    traits,
    whole,
)
from crmlab.data.simulate.sales import purchases

_ASKED = 0.4  # of the orders, on the busiest weekday
_WEEKDAYS = np.array([1.60, 1.25, 1.15, 1.10, 1.15, 0.80, 0.70])
_HOURS = np.array([5, 8, 10, 8, 6, 7, 9, 8, 7, 5, 4, 3, 2], dtype=float)  # 9:00 to 21:59
_CHANNELS = {"电话": 0.45, "在线客服": 0.35, "微信": 0.15, "邮件": 0.05}
_REASONS = {"物流查询": 0.34, "退换货": 0.22, "商品咨询": 0.20, "投诉": 0.14, "发票": 0.10}
_COST = {"电话": 6.0, "在线客服": 3.0, "微信": 2.5, "邮件": 2.0}
_WAITED, _WAIT_S, _PATIENCE_S = 0.4, 60.0, 180.0
_TIERS = {"紧急": 0.15, "一般": 0.60, "疑难": 0.25}
_MEDIAN_H = {"紧急": 1.5, "一般": 16.0, "疑难": 90.0}
_SPREAD = 0.9
_AGENTS = np.array([f"A{number:02d}" for number in range(1, 21)], dtype=object)


def simulate_contacts(
    customers: int,
    *,
    seed: int,
    season: float = 1.0,
    missing: float = 0.0,
    duplicates: float = 0.0,
    impossible: float = 0.0,
) -> pd.DataFrame:
    """模拟客户因为订单联系客服的记录：等了多久、接没接起、谈了多久、解决没有；投诉还有时限级别和办结时间。

    Parameters
    ----------
    customers : int
        多少位客户；与 :func:`simulate_orders` 同一个 ``seed`` 和 ``season`` 时，order_id 和 customer_id 都对得上。
        平均每位客户约 1 次联系。
    seed : int
        种子。同一个种子每次得到一模一样的表。
    season : float, default 1
        订单的季节起伏，0–2，见 :func:`simulate_orders`。
    missing : float, default 0
        reason、agent 各有多少是空的，0–0.5。
    duplicates : float, default 0
        有多少行一字不差地又出现一行，0–0.5。
    impossible : float, default 0
        有多少行的等待时间是负数，0–0.5。

    Returns
    -------
    DataFrame
        一行一次联系，先按客户、再按订单排。列：contact_id、customer_id、order_id、channel、reason（事由）、
        started_at（开始时间，9–22 点）、wait_s（等了几秒，等到接起或放弃）、answered（1/0）、talk_s、hold_s、wrap_s
        （通话、保持、话后处理，秒；没接起的缺失）、resolved（一次解决，1/0；没接起的缺失）、agent（坐席）、
        reached（触达，同 answered）、response_min（响应时间，分钟；没接起的缺失）、cost_yuan（成本，元）、
        tier（投诉的级别：紧急、一般、疑难；不是投诉的缺失）、opened_at、closed_at（投诉的受理和办结时间；
        到 2025-12-31 结束还没办结的缺失）。

    Raises
    ------
    TypeError
        参数不是数。
    ValueError
        客户数或种子不是非负整数，或比例不在范围内。

    Notes
    -----
    写进去的关系：

    - 周一的联系最多，各天之比是 1.60、1.25、1.15、1.10、1.15、0.80、0.70（周一到周日）；一天里 11 点和 15 点最忙。
    - 60% 立刻接起；其余排队的时间服从指数分布，平均 60 秒；人的耐心也是指数分布，平均 180 秒。
      所以放弃的占 0.4 × 60 ÷ (60 + 180) = 10%。
    - 接起的：通话平均 210 秒（伽马分布），话后处理平均 40 秒；一次解决率：投诉 55%，其余 80%。
    - 投诉的级别：紧急 15%、一般 60%、疑难 25%。办结时长是对数正态，中位数 1.5、16、90 小时，对数的标准差 0.9。
      所以按 2、24、168 小时的时限，按时办结的分别是 62.5%、67.4%、75.6%。

    Examples
    --------
    >>> from crmlab import data, technology
    >>> contacts = data.simulate_contacts(500, seed=1)
    >>> calls = contacts[contacts["channel"] == "电话"]
    >>> kpis = technology.call_centre_kpis(calls, answer_within_s=20, short_abandon_s=5)
    >>> 0.02 < kpis.abandonment_rate < 0.2
    True
    """
    return whole(
        contact_parts(
            customers, seed=seed, season=season, missing=missing, duplicates=duplicates, impossible=impossible
        )
    )


def _spoil(table: pd.DataFrame, rows: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    table["wait_s"] = table["wait_s"].mask(rows, -1 - table["wait_s"])


def _block(seed: int, block: int, season: float) -> Part:
    bought, _ = purchases(seed, block, season)
    rng, who = stream(seed, "contacts", block), traits(seed, block)
    day = bought.day + np.ceil(rng.exponential(3.0, len(bought.day))).astype(np.int64)
    weekday = (START.weekday() + day) % 7
    asks = (rng.random(len(day)) < _ASKED * _WEEKDAYS[weekday] / _WEEKDAYS.max()) & (day < DAYS)
    owner, day, order_id = bought.owner[asks], day[asks], bought.order_id[asks]
    n = len(owner)
    hour = 9 + np.searchsorted(np.cumsum(_HOURS / _HOURS.sum()), rng.random(n), side="right")
    # Half a second short of the next hour, so that rounding to seconds stays within the hour.
    at = day + (hour + rng.random(n) * (1 - 0.5 / 3600)) / 24
    channel, reason = pick(rng, _CHANNELS, n), pick(rng, _REASONS, n)
    offered = np.where(rng.random(n) < _WAITED, rng.exponential(_WAIT_S, n), 0.0)
    patience = rng.exponential(_PATIENCE_S, n)
    answered = offered <= patience
    wait = np.round(np.minimum(offered, patience), 1)
    talk, wrap = np.round(rng.gamma(2.0, 105.0, n), 0), np.round(rng.gamma(2.0, 20.0, n), 0)
    hold = np.where(rng.random(n) < 0.2, np.round(rng.exponential(45.0, n)), 0.0)
    complaint = reason == "投诉"
    resolved = rng.random(n) < np.where(complaint, 0.55, 0.80)
    cost = _costs(channel)
    tier, opened, closed = _complaints(complaint, at, rng)
    table = pd.DataFrame(
        {
            "contact_id": order_id * 10 + 1,
            "customer_id": pd.array(customer_ids(who.number)[owner], dtype="str"),
            "order_id": order_id,
            "channel": pd.array(channel, dtype="str"),
            "reason": pd.array(reason, dtype="str"),
            "started_at": moments(at),
            "wait_s": wait,
            "answered": answered.astype(np.int64),
            "talk_s": _if(answered, talk),
            "hold_s": _if(answered, hold),
            "wrap_s": _if(answered, wrap),
            "resolved": _if(answered, resolved.astype(float)),
            "agent": _texts_if(answered, _AGENTS[rng.integers(0, len(_AGENTS), n)]),
            "reached": answered.astype(np.int64),
            "response_min": _if(answered, np.round(wait / 60, 2)),
            "cost_yuan": np.where(answered, cost, 0.5),
            "tier": tier,
            "opened_at": opened,
            "closed_at": closed,
        }
    )
    return table, owner


def _if(condition: npt.NDArray[np.bool_], values: Floats) -> Floats:
    return np.where(condition, values, np.nan)


def _texts_if(condition: npt.NDArray[np.bool_], values: Texts) -> pd.Series:
    return pd.Series(values, dtype="str").where(condition)


def _costs(channel: Texts) -> Floats:
    return np.array(pd.Series(channel, dtype="str").map(_COST), dtype=float)


def _complaints(
    complaint: npt.NDArray[np.bool_], at: Floats, rng: np.random.Generator
) -> tuple[pd.Series, pd.Series, pd.Series]:
    tier = pick(rng, _TIERS, len(at))
    typical: Floats = np.array(pd.Series(tier, dtype="str").map(_MEDIAN_H), dtype=float)
    done = at + typical * np.exp(_SPREAD * rng.standard_normal(len(at))) / 24
    opened = pd.Series(moments(at)).where(complaint)
    closed = pd.Series(moments(np.minimum(done, DAYS + 1))).where(complaint & (done < DAYS))
    return _texts_if(complaint, tier), opened, closed


contact_parts = partial(seasonal_parts, Seasonal(_block, ["reason", "agent"], _spoil))
