"""Orders: who buys when, what and for how much."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from crmlab.data.simulate._world import (
    BLOCK,
    DAYS,
    SPEND_P,
    START,
    Floats,
    Ints,
    Part,
    Seasonal,
    customer_ids,
    moments,
    pick,
    seasonal_parts,
    stream,
    traits,
    whole,
)

_MONTHS = np.array([1.05, 0.75, 0.90, 0.90, 1.00, 1.25, 0.90, 0.92, 1.00, 0.98, 1.45, 1.10])
_WEEKDAYS = np.array([0.92, 0.90, 0.90, 0.95, 1.05, 1.16, 1.12])
_CATEGORIES = {"食品": 0.34, "日用": 0.26, "美妆": 0.16, "服饰": 0.14, "数码": 0.10}
_CHANNELS = {"小程序": 0.45, "门店": 0.30, "网店": 0.25}


@dataclass(frozen=True)
class Purchases:
    """The orders of a block, by customer and then by time."""

    owner: Ints  # customer within the block
    nth: Ints  # 0 is the first order
    day: Ints  # since START
    order_id: Ints


def simulate_orders(
    customers: int,
    *,
    seed: int,
    season: float = 1.0,
    missing: float = 0.0,
    duplicates: float = 0.0,
    impossible: float = 0.0,
) -> pd.DataFrame:
    """模拟客户在 2024-01-01 到 2025-12-31 的全部订单，平均每位客户约 3.4 单，多数人很少，少数人很多。

    Parameters
    ----------
    customers : int
        多少位客户；与 :func:`simulate_customers` 同一个 ``seed`` 时就是那些客户。每人至少一单：注册那天的；一天最多一单。
    seed : int
        种子。同一个种子每次得到一模一样的表。
    season : float, default 1
        季节和周末的起伏有多大，0–2。0 没有起伏，这时与 BG/NBD 模型的假设完全一致。
    missing : float, default 0
        category、channel 各有多少是空的，0–0.5。
    duplicates : float, default 0
        有多少订单一字不差地又出现一行（重复入库），0–0.5。
    impossible : float, default 0
        有多少订单的金额是负数，或日期在 2099 年，0–0.5。

    Returns
    -------
    DataFrame
        一行一单，先按客户、再按时间排。列：order_id、customer_id、date（日期）、category（品类）、channel（渠道）、
        quantity（件数）、amount（金额，元）。

    Raises
    ------
    TypeError
        参数不是数。
    ValueError
        客户数或种子不是非负整数，或比例不在范围内。

    Notes
    -----
    写进去的关系（时间单位是周）：

    - 购买：BG/NBD，r = 0.8、alpha = 9（活跃时平均每周 0.089 次），a = 0.7、b = 2.8（每次复购后平均 20% 的人不再来）。
    - 金额：Gamma-Gamma，p = 6、q = 4、v = 90（平均每单 180 元，高低相差很大），与买几次无关。
    - ``season = 1`` 时复购的起伏：11 月每天的单数是 5 月的 1.45 倍，6 月 1.25 倍；周六是周二的 1.29 倍。
    - 品类：一半的订单买自己偏爱的品类，其余按食品 34%、日用 26%、美妆 16%、服饰 14%、数码 10%。

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). "Counting your customers" the easy way. *Marketing Science*,
    24(2), 275-284.

    Examples
    --------
    >>> from crmlab import data, loyalty
    >>> orders = data.simulate_orders(500, seed=1)
    >>> orders["customer_id"].nunique()
    500
    >>> history = loyalty.rfm_summary(orders, observation_end="2025-12-31", time_unit="week")
    >>> list(history.columns)
    ['customer_id', 'frequency', 'recency', 'T', 'monetary_value']
    """
    return whole(
        order_parts(customers, seed=seed, season=season, missing=missing, duplicates=duplicates, impossible=impossible)
    )


def _clock(season: float) -> Floats:
    """Return how much purchasing time has gone by at the start of each day; a busy day is longer."""
    days = pd.date_range(START, periods=DAYS)
    weights = (_MONTHS[days.month - 1] * _WEEKDAYS[days.day_of_week]) ** season
    return np.concatenate([[0.0], np.cumsum(weights / weights.mean())])


def purchases(seed: int, block: int, season: float) -> tuple[Purchases, np.random.Generator]:
    """Return who ordered when in one block, and the generator for what else an order has."""
    rng, who = stream(seed, "orders", block), traits(seed, block)
    clock = _clock(season)
    begin = clock[who.signup + 1]  # the day after: two orders on one day count as one purchase
    left = clock[-1] - begin
    tried = rng.poisson(who.rate * left / 7)
    gone_after = rng.geometric(np.maximum(who.leave, 1e-9))
    owner = np.repeat(np.arange(BLOCK), tried)
    at = begin[owner] + rng.random(len(owner)) * left[owner]
    order = np.lexsort((at, owner))
    owner, at = owner[order], at[order]
    nth = np.arange(len(owner)) - np.repeat(np.cumsum(tried) - tried, tried) + 1
    stays = nth <= gone_after[owner]
    owner, at, nth = owner[stays], at[stays], nth[stays]
    day = np.clip(np.searchsorted(clock, at, side="right") - 1, 0, DAYS - 1)
    # One order a day at most: a second one waits for the next free day, and is lost after the last day.
    far = owner * 10_000
    day = np.maximum.accumulate(day - nth + far) - far + nth
    owner, nth, day = owner[day < DAYS], nth[day < DAYS], day[day < DAYS]
    owner = np.concatenate([np.arange(BLOCK), owner])
    nth = np.concatenate([np.zeros(BLOCK, dtype=np.int64), nth])
    day = np.concatenate([who.signup, day])
    order = np.lexsort((nth, owner))
    owner, nth, day = owner[order], nth[order], day[order]
    return Purchases(owner, nth, day, who.number[owner] * 1000 + nth + 1), rng


def _block(seed: int, block: int, season: float) -> Part:
    bought, rng = purchases(seed, block, season)
    who, n = traits(seed, block), len(bought.owner)
    favourite = pick(rng, _CATEGORIES, BLOCK)[bought.owner]
    category = np.where(rng.random(n) < 0.5, favourite, pick(rng, _CATEGORIES, n))
    table = pd.DataFrame(
        {
            "order_id": bought.order_id,
            "customer_id": pd.array(customer_ids(who.number)[bought.owner], dtype="str"),
            "date": moments(bought.day),
            "category": pd.array(category, dtype="str"),
            "channel": pd.array(pick(rng, _CHANNELS, n), dtype="str"),
            "quantity": 1 + rng.poisson(0.6, n),
            "amount": np.maximum(0.01, np.round(rng.gamma(SPEND_P, 1 / who.spend[bought.owner]), 2)),
        }
    )
    return table, bought.owner


def _spoil(table: pd.DataFrame, rows: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    future = rows & (rng.random(len(rows)) < 0.3)
    table["amount"] = table["amount"].mask(rows & ~future, -table["amount"])
    table["date"] = table["date"].mask(future, pd.Timestamp("2099-01-01"))


order_parts = partial(seasonal_parts, Seasonal(_block, ["category", "channel"], _spoil))
