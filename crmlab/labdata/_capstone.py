"""The trade of one branch in lab10_capstone: its customers, what they order, what they complain of, and their accounts."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from crmlab.labdata._draws import apart

START = np.datetime64("2024-07-01")
AS_OF = pd.Timestamp("2026-09-30 23:59")
DAYS = int((np.datetime64("2026-09-30") - START).astype(int))  # the last day on which anything happened
YEAR = DAYS - 364  # the first day of the last twelve months
WEEK_1 = int((np.datetime64("2026-03-23") - START).astype(int))
WEEKS = 26
SENT = int((np.datetime64("2026-09-21") - START).astype(int))
CHANNELS = ("门店扫码", "老客推荐", "短视频", "搜索广告", "社区团购")
COHORTS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1")
SLOW_H = 72
END_H = 24 * (DAYS + 1) - 1 / 60  # AS_OF in hours since START


class Trade(NamedTuple):
    """Orders by customer and day, the complaints about some of them, and who was kept from the message."""

    who: np.ndarray
    day: np.ndarray
    amount: np.ndarray
    opened: np.ndarray  # hours since START, nan where nobody complained
    hours: np.ndarray  # to the end of the complaint
    held: np.ndarray  # by customer: 1 no message, 0 message, -1 not in the trial


def people_of(rng: np.random.Generator) -> pd.DataFrame:
    """Return the customers: the day each came, his channel's number, year of birth, and whether he agreed."""
    n = int(rng.integers(3950, 4101))
    joined = np.sort(rng.integers(0, DAYS - 10, n))
    return pd.DataFrame(
        {
            "joined": joined,
            "channel": rng.choice(len(CHANNELS), n, p=rng.dirichlet(np.full(len(CHANNELS), 25))),
            "birth_year": np.clip(np.round(rng.normal(1984, 13, n)), 1936, 2008),
            "consent": rng.choice([1.0, 0.0, np.nan], n, p=[0.72, 0.18, 0.1]),
        }
    )


def ids(numbers: np.ndarray) -> np.ndarray:
    """Return the customers' ids by their numbers."""
    return np.char.add("C", np.char.zfill((numbers + 1).astype(str), 5))


def trade_of(rng: np.random.Generator, people: pd.DataFrame) -> Trade:
    """Draw the orders of two years and what was complained of."""
    n, joined = len(people), people["joined"].to_numpy()
    factor = rng.permutation([0.6, 0.85, 1.0, 1.2, 1.5])[people["channel"]]
    weak = rng.integers(len(COHORTS))
    quarter = pd.PeriodIndex(START + joined, freq="Q").astype(str)
    once = rng.random(n) < np.where(quarter == COHORTS[weak], 0.45, 0.25)
    never = rng.random(n) < 0.07
    life = np.minimum(rng.exponential(420, n), DAYS - joined)
    rate = rng.lognormal(0, 0.8, n) * np.where(once | never, 0, 1)
    rate *= 29_500 / (rate * life).sum()
    # More than needed: every week keeps its share of them.
    more = rng.poisson(2.9 * rate * life)
    who = np.repeat(np.arange(n), more)
    day = joined[who] + 1 + np.floor(rng.random(len(who)) * life[who]).astype(int)
    promo, bad = rng.choice(np.arange(3, WEEKS - 2), 2, replace=False)
    week = (day - WEEK_1) // 7
    keep = (np.where(week == promo, 2.9, np.where(week == bad, 0.55, 1.0)) / 2.9 > rng.random(len(who))) & (day <= DAYS)
    who, day = who[keep], day[keep]
    first = np.flatnonzero(~never)
    who, day = np.concatenate([first, who]), np.concatenate([joined[first], day])
    order = np.unique(who * 2000 + day)  # one a day
    who, day = order // 2000, order % 2000

    held = np.where(people["consent"] == 1, np.where(rng.random(n) < 0.3, 1, 0), -1)
    held[people["joined"] > SENT - 7] = -1
    gone = (held[who] == 1) & (day >= SENT) & (day < SENT + 7) & (rng.random(len(who)) < rng.choice([0, 0.45, 0.6]))
    who, day = who[~gone & (day <= DAYS)], day[~gone & (day <= DAYS)]
    amount = np.round(rng.lognormal(4.2, 0.55, len(who)) * factor[who] * rng.lognormal(0, 0.35, n)[who], 1)

    week = (day - WEEK_1) // 7
    said = rng.random(len(who)) < np.where(week == bad, rng.uniform(0.08, 0.095), 0.027)
    at = 24 * day + rng.uniform(9, 120, len(who))
    said &= at < END_H
    opened = np.where(said, at, np.nan)
    hours = rng.lognormal(np.log(rng.uniform(26, 40)), 1.1, len(who))
    hours[np.abs(hours - SLOW_H) < 0.2] += 0.5  # nobody stands on the threshold
    lost = np.full(n, 10**6)
    angry = said & (hours > SLOW_H) & (rng.random(len(who)) < 0.5)
    np.minimum.at(lost, who[angry], (opened[angry] // 24).astype(int) + 3)
    stay = day <= lost[who]
    return Trade(who[stay], day[stay], amount[stay], opened[stay], hours[stay], held)


def weekly_counts(trade: Trade) -> tuple[np.ndarray, np.ndarray]:
    """Return by week the orders, and those of them that were complained of."""
    week = (trade.day - WEEK_1) // 7
    inside = (week >= 0) & (week < WEEKS)
    orders = np.bincount(week[inside], minlength=WEEKS)
    return orders, np.bincount(week[inside & ~np.isnan(trade.opened)], minlength=WEEKS)


def trade_is_clear(trade: Trade, people: pd.DataFrame) -> bool:
    """Return whether every task that rests on the orders has one answer."""
    orders, complained = weekly_counts(trade)
    centre = complained.sum() / orders.sum()
    z = (complained / orders - centre) / np.sqrt(centre * (1 - centre) / orders)
    by_z = np.sort(z)
    if (
        by_z[0] < -2.7
        or by_z[-1] < 3.6
        or by_z[-2] > 2.7
        or complained.argmax() == z.argmax()
        or len(trade.who) < 27_500
        or abs(np.subtract(*in_time(trade))) < 0.0012
    ):
        return False
    bought = np.zeros(len(people), bool)
    bought[trade.who[(trade.day >= SENT) & (trade.day < SENT + 7)]] = True
    shares = next_quarter(trade)
    values = rfm(trade)
    away, often, much = (values[c] > values[c].mean() for c in ("r", "f", "m"))
    keep, best = (away & often & much).sum(), (~away & often & much).sum()
    return bool(
        abs(bought[trade.held == 0].mean() - bought[trade.held == 1].mean()) >= 0.004
        and shares.nsmallest(2).diff().iloc[1] >= 0.015
        and apart(shares, 0.001)
        and keep >= 30
        and abs(best - keep) >= 30
        and _accounts_are_clear(accounts_of(trade, people))
    )


def in_time(trade: Trade) -> tuple[float, float]:
    """Return the share closed within the limit of the complaints that are due, and of all complaints."""
    said = ~np.isnan(trade.opened)
    opened, hours = trade.opened[said], trade.hours[said]
    met = (hours <= SLOW_H) & (opened + hours <= END_H)
    return float(met[opened + SLOW_H <= END_H].mean()), float(met.mean())


def rfm(trade: Trade) -> pd.DataFrame:
    """Return by customer the days since the last order, the number of orders and their sum."""
    by = pd.DataFrame({"who": trade.who, "day": trade.day, "amount": trade.amount}).groupby("who")
    return pd.DataFrame({"r": DAYS - by["day"].max(), "f": by.size(), "m": by["amount"].sum()})


def next_quarter(trade: Trade) -> pd.Series:
    """Return by cohort of first buyers the share that bought in the next quarter."""
    quarter = pd.PeriodIndex(START + np.arange(DAYS + 1), freq="Q").asi8[trade.day]
    frame = pd.DataFrame({"who": trade.who, "q": quarter})
    first = frame.groupby("who")["q"].min()
    came = set(frame.loc[frame["q"].to_numpy() == first.reindex(frame["who"]).to_numpy() + 1, "who"])
    shares = first.index.isin(list(came))
    by = pd.Series(shares, index=first.to_numpy()).groupby(level=0).mean()
    codes = [pd.Period(c, freq="Q").ordinal for c in COHORTS]
    return pd.Series([by[c] for c in codes], index=list(COHORTS))


def accounts_of(trade: Trade, people: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each customer who ordered in the last twelve months."""
    inside = trade.day >= YEAR
    by = pd.DataFrame({"who": trade.who[inside], "day": trade.day[inside], "amount": trade.amount[inside]}).groupby(
        "who"
    )
    last = by["day"].max()
    number = last.index.to_numpy()
    waited = np.minimum(trade.hours, 24 * (DAYS + 1) - trade.opened)
    slow = trade.who[(waited > SLOW_H) & (trade.opened >= 24 * YEAR)]  # nobody complained: nan, so not slow
    return pd.DataFrame(
        {
            "customer_id": ids(number),
            "revenue_yuan": by["amount"].sum().round(1).to_numpy(),
            "last_order_days": (DAYS - last).to_numpy(),
            "slow_complaint": np.isin(number, slow).astype(int),
            "consent": people["consent"].fillna(0).to_numpy()[number].astype(int),
        }
    ).astype({"customer_id": "str"})


def to_rescue(accounts: pd.DataFrame) -> pd.DataFrame:
    """Return the A customers who have not ordered for more than 60 days after a slow complaint, the largest first."""
    chosen = (tier_of(accounts["revenue_yuan"]) == "A") & (accounts["last_order_days"] > 60)
    return accounts[chosen & (accounts["slow_complaint"] == 1)].sort_values("revenue_yuan", ascending=False)


def _accounts_are_clear(accounts: pd.DataFrame) -> bool:
    ranked = accounts["revenue_yuan"].sort_values(ascending=False).to_numpy()
    ends = [int(np.searchsorted(ranked.cumsum() - ranked, cut * ranked.sum())) for cut in (0.8, 0.95)]
    unhappy = to_rescue(accounts)
    agreed = unhappy[unhappy["consent"] == 1]
    return bool(
        len(agreed) >= 8
        and all(ranked[end - 1] - ranked[end] > 0.05 for end in ends)
        and apart(agreed["revenue_yuan"].head(7), 1)
        and set(unhappy["customer_id"].head(6)) != set(agreed["customer_id"].head(6))
    )


def tier_of(revenue: pd.Series) -> pd.Series:
    """Return A, B or C by the share of revenue that stands before each customer, the largest first."""
    ranked = revenue.sort_values(ascending=False)
    before = (ranked.cumsum() - ranked) / ranked.sum()
    return pd.Series(np.select([before < 0.8, before < 0.95], ["A", "B"], "C"), index=ranked.index).reindex(
        revenue.index
    )
