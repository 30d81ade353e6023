"""Data of lab10_capstone: the customers of one fictional shop's branch, about 55,000 rows in connected tables.

Every student, or group, has a branch of its own. Stated effects: 25 % of the customers buy once and no more (45 % of
those who came in one quarter of five); channels differ in what their customers spend (factors 0.6-1.5); a small order
leads to a contact oftener than a large one; the phone is answered late in one hour of the day; in one week of 26 the
share of orders complained of is 8-9.5 % instead of 2.7 %, and in another, a sale, orders are 2.9 times the usual; after
a complaint that took more than 72 hours half of the customers never order again; a slow complaint takes 1.1 points off
the satisfaction; of those whom a message was kept from by lot, 0 %, 45 % or 60 % of the orders of that week are gone. A
draw on which a task would have no single answer, or on which a usual slip gives the right one, is drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._capstone import (
    AS_OF,
    CHANNELS,
    DAYS,
    SENT,
    SLOW_H,
    START,
    WEEK_1,
    WEEKS,
    YEAR,
    Trade,
    accounts_of,
    ids,
    people_of,
    tier_of,
    trade_is_clear,
    trade_of,
    weekly_counts,
)
from crmlab.labdata._draws import apart, well_posed

CITIES = ("东湾", "南浦", "西岭", "北港", "云溪", "青川", "海宁路", "白鹭洲", "松陵", "石桥", "梅园", "柳河")
CONTACTS = {"电话": 9.0, "在线": 4.0, "微信": 3.0}
KINDS = ("送货迟", "商品破损", "退款慢", "客服态度", "描述不符")
STEPS = ("delivered", "opened", "read", "clicked")


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一家分公司的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``firm`` 分公司；``records`` 没有清理的客户登记；``customers`` 清理好的客户；``orders`` 订单；``contacts`` 联系；
        ``marketing`` 各渠道的推广费；``campaign`` 一次群发；``survey`` 满意度问卷；``complaints`` 投诉；``weekly`` 每周的
        订单和有投诉的订单；``tiers`` 各级的毛利和留存；``accounts`` 最近十二个月的客户账。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sum(len(table) for table in tables.values()) >= 50_000
    True
    """
    people = people_of(rng)
    trade = well_posed(lambda: trade_of(rng, people), lambda drawn: trade_is_clear(drawn, people))
    orders = _orders(trade)
    firm = _firm(rng)
    accounts_without_cost = accounts_of(trade, people)
    complaints = well_posed(lambda: _complaints(rng, trade), _complaints_are_clear)
    contacts, accounts = well_posed(
        lambda: _service(rng, trade, accounts_without_cost), lambda drawn: _service_is_clear(*drawn)
    )
    weak = int(rng.integers(1, len(STEPS)))  # the step that fewest complete: drawn once, so each is drawn as often
    return {
        "firm": firm,
        "records": well_posed(lambda: _records(rng, people), _records_are_clear),
        "customers": _customers(people),
        "orders": orders,
        "contacts": contacts,
        "marketing": well_posed(
            lambda: _marketing(rng, trade, people, firm["margin_share"].iloc[0]), _marketing_is_clear
        )[["channel", "spend_yuan"]],
        "campaign": well_posed(lambda: _campaign(rng, trade, weak), _campaign_is_clear),
        "survey": well_posed(lambda: _survey(rng, trade), _survey_is_clear),
        "complaints": complaints,
        "weekly": _weekly(trade),
        "tiers": _tiers(rng),
        "accounts": accounts,
    }


def _firm(rng: np.random.Generator) -> pd.DataFrame:
    margin = float(rng.integers(24, 36)) / 100
    return pd.DataFrame(
        {"branch": [f"青禾生活馆{rng.choice(CITIES)}分公司"], "margin_share": [margin], "as_of": [AS_OF.normalize()]}
    ).astype({"branch": "str"})


# --- customers ------------------------------------------------------------------------------------------------


def _customers(people: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": ids(np.arange(len(people))),
            "joined_on": START + people["joined"].to_numpy(),
            "channel": np.array(CHANNELS)[people["channel"]],
            "consent": people["consent"],
        }
    ).astype({"customer_id": "str", "channel": "str", "joined_on": "datetime64[us]"})


def _records(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    tail = rng.choice(10**9, len(people), replace=False)
    mobile = np.char.add(rng.choice(["13", "15", "18", "19"], len(people)), np.char.zfill(tail.astype(str), 9))
    twice = rng.choice(len(people), int(len(people) * rng.uniform(0.04, 0.07)), replace=False)
    who = rng.permutation(np.concatenate([np.arange(len(people)), twice]))
    texts = []
    for number, form in zip(mobile[who], rng.choice(4, len(who), p=[0.64, 0.14, 0.12, 0.1]), strict=True):
        texts.append((number, f"{number[:3]} {number[3:7]} {number[7:]}", f"{number[:3]}-{number[3:7]}-{number[7:]}", f"+86{number}")[form])  # fmt: skip
    born = people["birth_year"].to_numpy()[who]
    dice = rng.random(len(who))
    born = np.where(dice < 0.05, np.nan, np.where(dice > 0.975, rng.choice([0, 1900, 2099], len(who)), born))
    return pd.DataFrame(
        {
            "record_id": [f"R{i:05d}" for i in range(1, len(who) + 1)],
            "mobile": texts,
            "birth_year": born,
            "channel": np.array(CHANNELS)[people["channel"].to_numpy()[who]],
        }
    ).astype({"record_id": "str", "mobile": "str", "channel": "str"})


def clean_mobile(mobile: pd.Series) -> pd.Series:
    """Return the last eleven digits of each number."""
    return mobile.str.replace(r"\D", "", regex=True).str[-11:]


def _records_are_clear(table: pd.DataFrame) -> bool:
    again = clean_mobile(table["mobile"]).duplicated().sum()
    born = table["birth_year"]
    return bool(
        table["mobile"].duplicated().sum() >= 20
        and again - table["mobile"].duplicated().sum() >= 40
        and born.isna().mean() >= 0.03
        and ((born < 1930) | (born > 2015)).mean() >= 0.01
    )


# --- orders and complaints ------------------------------------------------------------------------------------


def _orders(trade: Trade) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_id": _order_ids(trade),
            "customer_id": ids(trade.who),
            "date": START + trade.day,
            "amount_yuan": trade.amount,
        }
    ).astype({"order_id": "str", "customer_id": "str", "date": "datetime64[us]"})


def _order_ids(trade: Trade) -> np.ndarray:
    return np.char.add("D", np.char.zfill(np.arange(1, len(trade.who) + 1).astype(str), 6))


def _weekly(trade: Trade) -> pd.DataFrame:
    orders, complained = weekly_counts(trade)
    return pd.DataFrame(
        {
            "week": np.arange(1, WEEKS + 1),
            "monday": pd.Series(START + WEEK_1 + 7 * np.arange(WEEKS)).astype("datetime64[us]"),
            "orders": orders,
            "complained": complained,
        }
    )


def _complaints(rng: np.random.Generator, trade: Trade) -> pd.DataFrame:
    said = np.flatnonzero(~np.isnan(trade.opened))
    said = said[np.argsort(trade.opened[said])]
    opened = pd.Series(START.astype("datetime64[s]") + (trade.opened[said] * 3600).astype("timedelta64[s]")).dt.floor(
        "min"
    )
    closed = (opened + pd.to_timedelta(trade.hours[said] * 60, unit="min")).dt.floor("min")
    forgotten = (trade.hours[said] > SLOW_H) & (rng.random(len(said)) < 0.35)
    closed = closed.mask(forgotten | (closed > AS_OF))
    return pd.DataFrame(
        {
            "complaint_id": [f"T{i:04d}" for i in range(1, len(said) + 1)],
            "order_id": _order_ids(trade)[said],
            "customer_id": ids(trade.who[said]),
            "kind": rng.choice(KINDS, len(said), p=rng.dirichlet(np.full(len(KINDS), 12))),
            "opened_at": opened.astype("datetime64[us]"),
            "closed_at": closed.astype("datetime64[us]"),
        }
    ).astype({"complaint_id": "str", "order_id": "str", "customer_id": "str", "kind": "str"})


def median_hours(table: pd.DataFrame) -> float:
    """Return the Kaplan-Meier median of the hours to the end."""
    waited = (table["closed_at"].fillna(AS_OF) - table["opened_at"]).dt.total_seconds().to_numpy() / 3600
    done = table["closed_at"].notna().to_numpy()
    times = np.unique(waited[done])
    at_risk = np.array([(waited >= t).sum() for t in times])
    ended = np.array([(waited[done] == t).sum() for t in times])
    left = np.cumprod(1 - ended / at_risk)
    return float(times[np.flatnonzero(left <= 0.5 + 1e-9)[0]])


def _complaints_are_clear(table: pd.DataFrame) -> bool:
    took = (table["closed_at"] - table["opened_at"]).dt.total_seconds() / 3600
    due = table["opened_at"] + pd.Timedelta(hours=SLOW_H) <= AS_OF
    met = due & (took <= SLOW_H)
    share = met.sum() / due.sum()
    right = median_hours(table)
    waiting = took.fillna((AS_OF - table["opened_at"]).dt.total_seconds() / 3600)
    return bool(
        right - took.median() >= 1
        and abs(right - took.mean()) >= 1
        and abs(right - waiting.mean()) >= 1
        and (due & took.isna()).sum() >= 20
        and met.sum() / (due & took.notna()).sum() - share >= 0.02
    )


# --- contacts, accounts, channels -----------------------------------------------------------------------------


def _service(rng: np.random.Generator, trade: Trade, accounts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    n = int(rng.integers(8000, 8601))
    recent = np.flatnonzero((trade.day >= YEAR) & (trade.day <= DAYS - 8))
    weight = trade.amount[recent] ** -0.6
    chosen = rng.choice(recent, n, p=weight / weight.sum())
    day = trade.day[chosen] + rng.integers(0, 8, n)
    load = np.array([4, 7, 9, 6, 5, 6, 7, 6, 5, 8, 10, 6], float) * rng.uniform(0.85, 1.15, 12)
    hour = rng.choice(12, n, p=load / load.sum())
    channel = rng.choice(list(CONTACTS), n, p=[0.55, 0.3, 0.15])
    typical = rng.uniform(9, 15, 12)
    typical[rng.integers(12)] = rng.uniform(24, 30)
    wait = np.round(np.where(channel == "电话", typical[hour], 45) * rng.lognormal(0, 0.9, n), 0).clip(1)
    gave_up = rng.random(n) < np.where(channel == "电话", 1 - np.exp(-wait / 260), 0.02)
    at = START.astype("datetime64[m]") + (day * 1440 + (hour + 9) * 60 + rng.integers(0, 60, n)).astype(
        "timedelta64[m]"
    )
    order = np.argsort(at)
    contacts = pd.DataFrame(
        {
            "contact_id": [f"L{i:05d}" for i in range(1, n + 1)],
            "customer_id": ids(trade.who[chosen])[order],
            "at": at[order],
            "channel": channel[order],
            "wait_s": wait[order],
            "answered": (~gave_up).astype(int)[order],
        }
    ).astype({"contact_id": "str", "customer_id": "str", "channel": "str", "at": "datetime64[us]"})
    spent = contacts["channel"].map(CONTACTS).groupby(contacts["customer_id"]).sum()
    cost = spent.reindex(accounts["customer_id"]).fillna(0).to_numpy()
    return contacts, accounts.assign(service_cost_yuan=cost)


def _service_is_clear(contacts: pd.DataFrame, accounts: pd.DataFrame) -> bool:
    calls = contacts[contacts["channel"] == "电话"]
    fast = (calls["answered"] == 1) & (calls["wait_s"] <= 20)
    hourly = fast.groupby(calls["at"].dt.hour).mean().sort_values()
    all_fast = ((contacts["answered"] == 1) & (contacts["wait_s"] <= 20)).mean()
    tier = tier_of(accounts["revenue_yuan"])
    cost = accounts["service_cost_yuan"].groupby(tier).sum() / accounts["service_cost_yuan"].sum()
    money = accounts["revenue_yuan"].groupby(tier).sum() / accounts["revenue_yuan"].sum()
    return bool(
        hourly.iloc[1] - hourly.iloc[0] >= 0.04
        and hourly.index[0] != calls["at"].dt.hour.value_counts().idxmax()
        and fast.sum() / calls["answered"].sum() - fast.mean() >= 0.01
        and abs(fast.mean() - all_fast) >= 0.01
        and 1 - calls["answered"].mean() >= 0.03
        and cost["C"] - money["C"] >= 0.02
    )


def first_half_year(trade: Trade, people: pd.DataFrame) -> pd.DataFrame:
    """Return by channel the customers who came in 2025 and what each spent in the first 180 days."""
    new = people["joined"].between(184, 548).to_numpy()
    early = new[trade.who] & (trade.day - people["joined"].to_numpy()[trade.who] < 180)
    spent = np.bincount(people["channel"].to_numpy()[trade.who[early]], trade.amount[early], minlength=len(CHANNELS))
    n = np.bincount(people["channel"].to_numpy()[new], minlength=len(CHANNELS))
    return pd.DataFrame({"channel": CHANNELS, "n": n, "value": spent / n}).astype({"channel": "str"})


def _marketing(rng: np.random.Generator, trade: Trade, people: pd.DataFrame, margin: float) -> pd.DataFrame:
    table = first_half_year(trade, people)
    each = rng.uniform(0.15, 0.95, len(table)) * margin * table["value"]
    spend = (each * table["n"]).round(-2)
    return table.assign(spend_yuan=spend, net=table["value"] * margin - spend / table["n"])


def _marketing_is_clear(table: pd.DataFrame) -> bool:
    cost = table["spend_yuan"] / table["n"]
    net = table["net"]
    return bool(
        net.nlargest(2).diff().iloc[1] <= -4
        and net.argmax() not in (cost.argmin(), table["value"].argmax())
        and apart(cost, 1)
    )


# --- the message, the survey, the tiers -----------------------------------------------------------------------


def _campaign(rng: np.random.Generator, trade: Trade, weak: int) -> pd.DataFrame:
    people = np.flatnonzero(trade.held >= 0)
    sent = trade.held[people] == 0
    # Most people must not be lost at the weak step: the earlier it is, the more were lost before it.
    low, high = {
        1: ((0.56, 0.6, 0.6, 0.6), (0.63, 0.9, 0.9, 0.9)),
        2: ((0.6, 0.6, 0.6, 0.6), (0.72, 0.75, 0.9, 0.9)),
        3: ((0.62, 0.6, 0.6, 0.6), (0.85, 0.9, 0.9, 0.9)),
    }[weak]
    rates = rng.uniform(low, high)
    rates[weak] = rng.uniform(0.4, 0.5)
    went = np.cumprod(rng.random((len(people), len(STEPS))) < rates, axis=1).astype(float)
    went[~sent] = np.nan
    bought = np.isin(people, trade.who[(trade.day >= SENT) & (trade.day < SENT + 7)])
    table = pd.DataFrame({"customer_id": ids(people), "group": np.where(sent, "发", "不发")}).astype("str")
    return table.assign(**dict(zip(STEPS, went.T, strict=True)), ordered_7d=bought.astype(int))


def step_shares(table: pd.DataFrame) -> pd.DataFrame:
    """Return by step the number that came so far, the share of the step before, and the number lost."""
    sent = table[table["group"] == "发"]
    n = pd.Series([len(sent), *sent[list(STEPS)].sum()], index=["sent", *STEPS])
    return pd.DataFrame({"n": n, "share": n / n.shift(), "lost": n.shift() - n}).iloc[1:]


def _campaign_is_clear(table: pd.DataFrame) -> bool:
    steps = step_shares(table)
    return bool(
        steps["share"].nsmallest(2).diff().iloc[1] >= 0.04 and steps["share"].idxmin() != steps["lost"].idxmax()
    )


def _survey(rng: np.random.Generator, trade: Trade) -> pd.DataFrame:
    recent = np.unique(trade.who[trade.day >= DAYS - 180])
    chosen = np.sort(rng.choice(recent, min(1500, len(recent)), replace=False))
    slow = np.isin(chosen, trade.who[~np.isnan(trade.opened) & (trade.hours > SLOW_H)])
    score = np.clip(np.round(rng.normal(rng.uniform(3.6, 4.1), 1.0, len(chosen)) - 1.1 * slow), 1, 5)
    silent = rng.random(len(chosen)) < rng.uniform(0.45, 0.65)
    return pd.DataFrame({"customer_id": ids(chosen), "csat": np.where(silent, np.nan, score)}).astype(
        {"customer_id": "str"}
    )


def _survey_is_clear(table: pd.DataFrame) -> bool:
    n = table["csat"].notna().sum()
    return bool(n >= 300 and abs((table["csat"] >= 4).sum() / n - n / len(table)) >= 0.05)


def _tiers(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "tier": ["A", "B", "C"],
            "margin_yuan": [float(rng.integers(380, 620)), float(rng.integers(120, 240)), float(rng.integers(20, 70))],
            "retention": [rng.integers(74, 90) / 100, rng.integers(55, 72) / 100, rng.integers(25, 48) / 100],
        }
    ).astype({"tier": "str"})
