"""Data of lab03_development: a year of finding, choosing and losing customers of a fictional shop, new for every student.

Stated effects: the channel with the cheapest new customer is not the one with the cheapest customer who stays; leads
convert with a chance that rises with the score (logistic, 4-6 % of odds a point); a fifth to a third of the customers
costs more than he brings; eight causes of loss differ in number (Zipf-like) and in the money lost (factor up to 6); in
one month of nine the share of those still active falls by 9-13 points, in the others by 2-5. A draw on which a task
would have no single answer, or on which a usual slip gives the right one, is thrown away and drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._draws import apart, well_posed

AS_OF = pd.Timestamp("2026-10-01")
CHANNELS = ("老带新", "小程序广告", "社区地推", "异业合作", "门店拦访")
KINDS = ("散客", "家庭", "小店", "团购")
SEGMENTS = ("学生", "年轻白领", "新手父母", "银发族", "社区团长", "周边小店", "企业福利", "健身人群")
CAUSES = ("商品质量", "服务态度", "价格", "缺少新品", "店员离职", "对手优惠", "搬家", "需求变了")
WEIGHTS = {"size": 2, "growth": 1, "margin": 2}


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一名学生的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``channels`` 获客渠道；``orders`` 一年的订单；``leads`` 线索和后来成交没有；``card`` 评分卡；
        ``profits`` 每位客户的收入和服务成本；``segments`` 八个客户群的评分（1–5）；``lost`` 流失客户的原因和金额；
        ``winback`` 可以挽回的客户；``cohort`` 一批新客户九个月里还活跃的人数。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)
    ['card', 'channels', 'cohort', 'leads', 'lost', 'orders', 'profits', 'segments', 'winback']
    """
    card = _card(rng)
    return {
        "channels": well_posed(lambda: _channels(rng), _channels_are_clear),
        "orders": well_posed(lambda: _orders(rng), _orders_are_clear),
        "leads": well_posed(lambda: _leads(rng, card), lambda t: _leads_are_clear(t, card)),
        "card": card,
        "profits": well_posed(lambda: _profits(rng), _profits_are_clear),
        "segments": well_posed(lambda: _segments(rng), _segments_are_clear),
        "lost": well_posed(lambda: _lost(rng), _lost_are_clear),
        "winback": well_posed(lambda: _winback(rng), _winback_is_clear),
        "cohort": well_posed(lambda: _cohort(rng), _cohort_is_clear),
    }


# --- finding --------------------------------------------------------------------------------------------------


def _channels(rng: np.random.Generator) -> pd.DataFrame:
    new = rng.integers(60, 520, len(CHANNELS))
    spend = np.round(new * rng.uniform(18, 95, len(CHANNELS)), -2)
    retained = np.maximum(rng.binomial(new, rng.uniform(0.15, 0.7, len(CHANNELS))), 5)
    return pd.DataFrame({"channel": CHANNELS, "spend_yuan": spend, "new": new, "retained": retained})


def _channels_are_clear(table: pd.DataFrame) -> bool:
    cac, kept = table["spend_yuan"] / table["new"], table["spend_yuan"] / table["retained"]
    best = kept.nsmallest(2)
    overall = table["spend_yuan"].sum() / table["new"].sum()
    return bool(
        cac.idxmin() != kept.idxmin()
        and best.iloc[1] - best.iloc[0] >= 5
        and abs(overall - cac.mean()) >= 1
        and apart(cac, 0.5)
    )


def _orders(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for i in range(1, int(rng.integers(62, 81))):
        every = rng.lognormal(3.0, 0.6)
        day, stop = int(rng.integers(0, 200)), 365 if rng.random() < 0.7 else int(rng.integers(100, 330))
        while day < stop:
            # Now and then two receipts on one day.
            rows += [
                (f"C{i:03d}", day, round(float(rng.lognormal(4.0, 0.7)), 2)) for _ in range(1 + (rng.random() < 0.12))
            ]
            day += max(1, int(rng.exponential(every)))
    table = pd.DataFrame(rows, columns=["customer_id", "day", "amount_yuan"])
    table.insert(1, "date", AS_OF - pd.to_timedelta(365 - table.pop("day"), unit="D"))
    return table.sort_values(["date", "customer_id"], ignore_index=True)


def gaps(table: pd.DataFrame) -> pd.Series:
    """Return the days between one visit and the next of the same customer."""
    visits = table[["customer_id", "date"]].drop_duplicates().sort_values(["customer_id", "date"])
    between: pd.Series = visits.groupby("customer_id")["date"].diff().dt.days.dropna()
    return between


def _orders_are_clear(table: pd.DataFrame) -> bool:
    by = table.groupby("customer_id")
    recency = (AS_OF - by["date"].max()).dt.days
    money = by["amount_yuan"].sum()
    with_twice = table.sort_values(["customer_id", "date"]).groupby("customer_id")["date"].diff().dt.days.dropna()
    return bool(
        not recency.between(86, 94).any()
        and (recency > 90).mean() >= 0.1
        and money.is_unique
        and gaps(table).quantile(0.9) - with_twice.quantile(0.9) >= 0.6
    )


def _card(rng: np.random.Generator) -> pd.DataFrame:
    def points(low: int, high: int) -> float:
        return 5.0 * rng.integers(low, high)

    rules = [
        ("source", "老客介绍", None, None, points(5, 8)),
        ("source", "官网", None, None, points(2, 4)),
        ("visits", None, 5, None, points(6, 9)),
        ("visits", None, 2, 5, points(2, 5)),
        ("cart_yuan", None, 300, None, points(5, 8)),
        ("cart_yuan", None, 100, 300, points(2, 4)),
    ]
    table = pd.DataFrame(rules, columns=["column", "value", "low", "high", "points"])
    return table.astype({"low": float, "high": float})


def card_score(leads: pd.DataFrame, card: pd.DataFrame) -> pd.Series:
    """Return each lead's points, added up rule by rule."""
    score = pd.Series(0.0, index=leads.index)
    for column, value, low, high, points in card.itertuples(index=False):
        if isinstance(value, str):
            hit = leads[column] == value
        else:
            hit = (leads[column] >= low) & ~(leads[column] >= high)
        score += points * hit
    return score


def _leads(rng: np.random.Generator, card: pd.DataFrame) -> pd.DataFrame:
    n = int(rng.integers(420, 541))
    table = pd.DataFrame(
        {
            "lead_id": [f"L{i:04d}" for i in range(1, n + 1)],
            "source": rng.choice(["老客介绍", "官网", "展会", "电话"], size=n, p=[0.18, 0.34, 0.22, 0.26]),
            "visits": rng.poisson(2.4, n),
            "cart_yuan": np.round(rng.lognormal(4.7, 0.9, n), 0),
        }
    ).astype({"source": "str"})
    odds = rng.uniform(0.04, 0.06) * (card_score(table, card) - 55)
    table["converted"] = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(int)
    return table


def _leads_are_clear(table: pd.DataFrame, card: pd.DataFrame) -> bool:
    hot = card_score(table, card) >= 40
    rate, overall = table.loc[hot, "converted"].mean(), table["converted"].mean()
    caught = table.loc[hot, "converted"].sum() / table["converted"].sum()
    return bool(40 <= hot.sum() <= 300 and rate / overall >= 1.3 and abs(rate - caught) >= 0.02)


# --- choosing -------------------------------------------------------------------------------------------------


def _profits(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(220, 281))
    kind = rng.choice(KINDS, size=n, p=[0.42, 0.3, 0.17, 0.11])
    scale = dict(zip(KINDS, (1.0, 1.8, 4.0, 9.0), strict=True))
    burden = dict(zip(KINDS, rng.uniform(0.5, 1.1, len(KINDS)), strict=True))
    revenue = np.array([scale[k] for k in kind]) * rng.lognormal(5.3, 0.6, n)
    cost = revenue * np.array([burden[k] for k in kind]) * rng.lognormal(-0.15, 0.5, n)
    return pd.DataFrame(
        {
            "customer_id": [f"P{i:03d}" for i in range(1, n + 1)],
            "kind": kind,
            "revenue_yuan": np.round(revenue, 0),
            "serve_cost_yuan": np.round(cost, 0),
        }
    ).astype({"kind": "str"})


def _profits_are_clear(table: pd.DataFrame) -> bool:
    profit = table["revenue_yuan"] - table["serve_cost_yuan"]
    loss = profit.clip(upper=0).groupby(table["kind"]).sum().nsmallest(2)
    most = (profit < 0).groupby(table["kind"]).sum()
    return bool(
        0.18 <= (profit < 0).mean() <= 0.4
        and (profit != 0).all()
        and loss.iloc[1] - loss.iloc[0] >= 200
        and most.idxmax() != loss.index[0]
        and profit.sum() > 0
    )


def _segments(rng: np.random.Generator) -> pd.DataFrame:
    marks = np.round(rng.uniform(1, 5, (len(SEGMENTS), 4)) * 2) / 2
    marks[:, 3] = rng.choice([1.5, 2.0, 2.5, 3.5, 4.0, 4.5, 5.0], size=len(SEGMENTS))  # nobody on the line
    return pd.concat(
        [pd.Series(SEGMENTS, name="segment"), pd.DataFrame(marks, columns=["size", "growth", "margin", "match"])],
        axis=1,
    )


def _segments_are_clear(table: pd.DataFrame) -> bool:
    total = sum(WEIGHTS.values())
    appeal = table[list(WEIGHTS)].mul(pd.Series(WEIGHTS)).sum(axis=1) / total
    plain = table[list(WEIGHTS)].mean(axis=1)
    wanted = (appeal >= 3) & (table["match"] >= 3)
    return bool(
        wanted.sum() in (2, 3)
        and (appeal - 3).abs().min() >= 0.05
        and ((appeal >= 3) & (table["match"] < 3)).sum() >= 1
        and (((plain >= 3) & (table["match"] >= 3)) != wanted).any()
    )


# --- losing and winning back ----------------------------------------------------------------------------------


def _lost(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(240, 321))
    share = 1 / np.arange(1.6, len(CAUSES) + 1.6)
    order = rng.permutation(len(CAUSES))
    cause = np.array(CAUSES)[order[rng.choice(len(CAUSES), size=n, p=share / share.sum())]]
    worth = dict(zip(CAUSES, rng.uniform(0.6, 3.6, len(CAUSES)), strict=True))
    amount = np.round(np.array([worth[c] for c in cause]) * rng.lognormal(5.2, 0.7, n), 0)
    return pd.DataFrame(
        {"customer_id": [f"X{i:03d}" for i in range(1, n + 1)], "cause": cause, "amount_yuan": amount}
    ).astype({"cause": "str"})


def vital(sizes: pd.Series) -> list[str]:
    """Return the fewest causes, from the largest, that make up four fifths."""
    share = sizes.sort_values(ascending=False) / sizes.sum()
    return list(share.index[share.cumsum().shift(fill_value=0) < 0.8])


def _lost_are_clear(table: pd.DataFrame) -> bool:
    money, heads = table.groupby("cause")["amount_yuan"].sum(), table["cause"].value_counts()
    running = (money.sort_values(ascending=False) / money.sum()).cumsum()
    return bool(
        len(money) == len(CAUSES)
        and (running - 0.8).abs().min() >= 0.012
        and set(vital(money)) != set(vital(heads))
        and money.idxmax() != heads.idxmax()
        and apart(money, 100)
    )


def _winback(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(56, 81))
    return pd.DataFrame(
        {
            "customer_id": [f"W{i:03d}" for i in range(1, n + 1)],
            "p_success": np.round(rng.beta(1.6, 4.5, n), 2),
            "value_yuan": np.round(rng.lognormal(5.6, 0.8, n), 0),
            "cost_yuan": np.round(rng.uniform(15, 120, n), 0),
        }
    )


def _winback_is_clear(table: pd.DataFrame) -> bool:
    gain = table["p_success"] * table["value_yuan"] - table["cost_yuan"]
    best = gain.sort_values(ascending=False)
    by_value = set(table["value_yuan"].nlargest(10).index)
    without_cost = list((table["p_success"] * table["value_yuan"]).nlargest(10).index)
    return bool(
        14 <= (gain > 0).sum() <= len(table) - 12
        and apart(best.head(12), 0.2)
        and gain.abs().min() >= 0.2
        and set(best.index[:10]) != by_value
        and list(best.index[:10]) != without_cost
    )


def _cohort(rng: np.random.Generator) -> pd.DataFrame:
    drops = rng.uniform(0.02, 0.05, 8)
    drops[int(rng.integers(0, 8))] = rng.uniform(0.09, 0.13)
    n = int(rng.integers(380, 721))
    share = np.concatenate([[1.0], 1 - np.cumsum(drops)])
    return pd.DataFrame({"month": range(9), "active": np.round(n * share).astype(int)})


def _cohort_is_clear(table: pd.DataFrame) -> bool:
    drops = -table["active"].diff().dropna() / table["active"].iloc[0]
    most = drops.nlargest(2)
    return bool(most.iloc[0] - most.iloc[1] >= 0.03)
