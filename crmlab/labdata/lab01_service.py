"""Data of lab01_service: one month's service records of a fictional shop, drawn anew for every student.

Stated effects: visitors peak at noon and in the evening; stores differ in staffing, so that the share of customers who
leave unserved differs by 2 points or more between the worst and the next; the spread of service times differs by store
(log standard deviation 0.25-0.75); a fifth of the customers brings about three quarters of the sales. A draw on which a
task would have no single answer, or on which a usual slip gives the right one, is thrown away and drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._draws import apart, well_posed
from crmlab.service import SERVICE_WAYS, STAGES

STORES = ("城南", "城北", "城东", "城西", "中心")
LEVELS = {"基础": 0.95, "附加": 0.8, "超值": 0.5}
AS_OF = pd.Timestamp("2026-10-01")
_TOUCHPOINTS = {
    "售前": ("朋友圈广告", "门口导购", "电话咨询", "小程序首页"),
    "售中": ("试用体验", "帮忙挑选", "自助收银", "代办送礼"),
    "售后": ("送货上门", "电话回访", "维修点", "会员群"),
}
_OWNERS = ("周敏", "何涛", "林悦", "许诺")


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一名学生的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``hours`` 五家店每小时的来客、员工、流失；``visits`` 一次次服务的时长（秒）；``records`` 三个层次的服务做到没有；
        ``log`` 服务记录；``touchpoints`` 触点的触达、转化和成本；``plan`` 一位客户的利润、留存率、折现率；
        ``customers`` 客户档案；``orders`` 订单；``tickets`` 工单。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)
    ['customers', 'hours', 'log', 'orders', 'plan', 'records', 'tickets', 'touchpoints', 'visits']
    """
    customers = well_posed(lambda: _customers(rng), _customers_are_clear)
    orders = well_posed(lambda: _orders(rng, customers), _orders_are_clear)
    spend = orders.groupby("customer_id")["amount_yuan"].sum()
    customers["spend_yuan"] = customers["customer_id"].map(spend).fillna(0.0).round(2)
    return {
        "hours": well_posed(lambda: _hours(rng), _hours_are_clear),
        "visits": well_posed(lambda: _visits(rng), _visits_are_clear),
        "records": well_posed(lambda: _records(rng), _records_are_clear),
        "log": well_posed(lambda: _log(rng), _log_is_clear),
        "touchpoints": well_posed(lambda: _touchpoints(rng), _touchpoints_are_clear),
        "plan": _plan(rng),
        "customers": customers,
        "orders": orders,
        "tickets": _tickets(rng, customers),
    }


# --- a day in five stores -------------------------------------------------------------------------------------


def _hours(rng: np.random.Generator) -> pd.DataFrame:
    clock = np.arange(9, 21)
    shape = 14 + 22 * np.exp(-((clock - 12) ** 2) / 3) + 30 * np.exp(-((clock - 18.2) ** 2) / 4)
    rows = []
    for store in STORES:
        size, spare, service_s = rng.uniform(0.7, 1.3), rng.uniform(0.75, 1.25), rng.uniform(140, 220)
        for hour, expected in zip(clock, shape * size, strict=True):
            visitors = int(rng.poisson(expected))
            length = round(float(service_s * rng.uniform(0.92, 1.08)))
            staff = max(1, round(float(0.75 * spare * expected * length / 3600 + 0.6)))
            able = int(staff * 3600 / length)
            over = max(visitors - able, 0)
            lost = min(visitors, over + int(rng.binomial(visitors - over, 0.012)))
            rows.append((store, int(hour), visitors, staff, length, lost))
    return pd.DataFrame(rows, columns=["store", "hour", "visitors", "staff", "service_s", "lost"])


def _hours_are_clear(table: pd.DataFrame) -> bool:
    by_hour = table.groupby("hour")["visitors"].sum().nlargest(2)
    lost = table.groupby("store")["lost"].sum() / table.groupby("store")["visitors"].sum()
    worst = lost.nlargest(2)
    overall = table["lost"].sum() / table["visitors"].sum()
    hourly = (table["lost"] / table["visitors"].where(table["visitors"] > 0)).mean()
    busy = (table["visitors"] - table["lost"]) * table["service_s"]
    open_s = table["staff"] * 3600
    day = busy.groupby(table["store"]).sum() / open_s.groupby(table["store"]).sum()
    mean = (busy / open_s).groupby(table["store"]).mean()
    return bool(
        table["visitors"].min() >= 3
        and by_hour.iloc[0] - by_hour.iloc[1] >= 5
        and worst.iloc[0] - worst.iloc[1] >= 0.02
        and 0.02 <= overall <= 0.4
        and abs(overall - hourly) >= 0.004
        and ((day - mean).abs() >= 0.004).sum() >= 3
        and apart(day, 0.005)
    )


def _visits(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for store, spread in zip(STORES, rng.uniform(0.25, 0.75, len(STORES)), strict=True):
        times = rng.lognormal(np.log(170) - spread**2 / 2, spread, int(rng.integers(55, 96)))
        rows += [(store, max(15, round(float(t)))) for t in times]
    table = pd.DataFrame(rows, columns=["store", "service_s"]).sample(frac=1, random_state=rng, ignore_index=True)
    table.insert(0, "visit_id", [f"V{i:04d}" for i in range(1, len(table) + 1)])
    return table


def _visits_are_clear(table: pd.DataFrame) -> bool:
    by = table.groupby("store")["service_s"]
    cv = by.std() / by.mean()
    return apart(cv, 0.025) and list(cv.sort_values().index) != list(by.std().sort_values().index)


def _records(rng: np.random.Generator) -> pd.DataFrame:
    # Two or three stores in order, one without its foundation, one without its second level.
    kinds = rng.permutation([(0.99, 0.9), (0.99, 0.9), (0.9, 0.92), (0.99, 0.68), (0.98, 0.82)])
    rows = []
    for store, (basic, added) in zip(STORES, kinds, strict=True):
        for level, share in zip(LEVELS, (basic, added, rng.uniform(0.3, 0.7)), strict=True):
            done = rng.random(int(rng.integers(36, 53))) < share
            rows += [(store, level, int(yes)) for yes in done]
    return pd.DataFrame(rows, columns=["store", "level", "delivered"])


def _records_are_clear(table: pd.DataFrame) -> bool:
    share = table.groupby(["store", "level"])["delivered"].mean().unstack()
    margins = min((share[level] - needed).abs().min() for level, needed in LEVELS.items())
    basic, added = share["基础"] >= LEVELS["基础"], share["附加"] >= LEVELS["附加"]
    # At least one store whose upper level is in order and whose foundation is not.
    return bool(
        margins >= 0.012 and (basic & added).sum() in (2, 3) and (added & ~basic).any() and (basic & ~added).any()
    )


def _log(rng: np.random.Generator) -> pd.DataFrame:
    n = 60
    ways = rng.choice(list(SERVICE_WAYS), size=n)
    warm = dict(zip(STAGES, rng.permutation([0.15, 0.35, 0.5]), strict=True))
    nature = ["态度性" if rng.random() < warm[SERVICE_WAYS[str(way)]] else "功能性" for way in ways]
    minutes = np.round(rng.lognormal(2.0, 0.6, n), 1)
    return pd.DataFrame(
        {"record_id": [f"F{i:02d}" for i in range(1, n + 1)], "way": ways, "nature": nature, "minutes": minutes}
    ).astype({"way": "str"})


def _log_is_clear(table: pd.DataFrame) -> bool:
    stage = table["way"].map(SERVICE_WAYS)
    warm = table["nature"].eq("态度性")
    share, n = warm.groupby(stage).mean().nsmallest(2), warm.groupby(stage).sum().nsmallest(2)
    counts = stage.value_counts()
    return bool(
        len(counts) == len(STAGES)
        and counts.is_unique
        and counts.min() >= 10
        and share.iloc[1] - share.iloc[0] >= 0.06
        and n.iloc[0] >= 1
        and share.index[0] != counts.idxmin()
    )


# --- touchpoints and a customer's value -----------------------------------------------------------------------


def _touchpoints(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    # One stage is weak where most people are, another where few are: their order changes with the way of averaging.
    for (stage, names), (large, small) in zip(
        _TOUCHPOINTS.items(), rng.permutation([(0.6, 1.3), (1.3, 0.6), (1.4, 1.4)]), strict=True
    ):
        reached = (rng.lognormal(5.6, 0.4, len(names)) + 60).astype(int)
        biggest = int(rng.integers(len(names)))
        reached[biggest] *= 4
        for i, name in enumerate(names):
            rate = rng.uniform(0.2, 0.26) * (large if i == biggest else small)
            converted = max(int(rng.binomial(int(reached[i]), rate)), 5)
            cost = float(np.round(reached[i] * rng.uniform(0.5, 3.0), 0))
            rows.append((stage, name, int(reached[i]), converted, cost))
    return pd.DataFrame(rows, columns=["stage", "touchpoint", "reached", "converted", "cost_yuan"])


def _touchpoints_are_clear(table: pd.DataFrame) -> bool:
    sums = table.groupby("stage")[["reached", "converted", "cost_yuan"]].sum()
    rate = sums["converted"] / sums["reached"]
    mean = (table["converted"] / table["reached"]).groupby(table["stage"]).mean()
    # The mean of the rates must name another stage than the rate of the sums.
    return bool(apart(rate, 0.015) and mean.idxmin() != rate.idxmin() and ((rate - mean).abs() >= 0.004).all())


def _plan(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "margin_yuan": [10.0 * rng.integers(18, 61)],
            "retention": [round(float(rng.integers(60, 86)) / 100, 2)],
            "discount": [float(rng.choice([0.06, 0.08, 0.1, 0.12]))],
        }
    )


# --- customer files -------------------------------------------------------------------------------------------


def _customers(rng: np.random.Generator) -> pd.DataFrame:
    n = 5 * int(rng.integers(36, 49))
    grade = rng.choice(["关键", "普通", "小"], size=n, p=[0.2, 0.45, 0.35])
    looked_after = rng.random(n) < np.where(grade == "关键", rng.uniform(0.6, 0.9), rng.uniform(0.2, 0.5))
    age = rng.gamma(1.4, 70, n).astype(int)
    age[(age >= 86) & (age <= 94)] = 60  # nobody on the edge of ninety days
    return pd.DataFrame(
        {
            "customer_id": [f"C{i:04d}" for i in range(1, n + 1)],
            "grade": grade,
            "owner": pd.Series(rng.choice(_OWNERS, size=n)).where(looked_after),
            "updated_at": AS_OF - pd.to_timedelta(np.clip(age, 0, 700), unit="D"),
        }
    ).astype({"grade": "str", "owner": "str"})


def _customers_are_clear(table: pd.DataFrame) -> bool:
    key = table["grade"].eq("关键")
    none = table["owner"].isna()
    stale = (AS_OF - table["updated_at"]).dt.days > 90
    return bool(
        key.sum() >= 25 and none[key].sum() >= 3 and none.mean() - none[key].mean() >= 0.05 and stale.sum() >= 20
    )


def _orders(rng: np.random.Generator, customers: pd.DataFrame) -> pd.DataFrame:
    n = int(rng.integers(620, 781))
    worth = np.where(customers["grade"] == "关键", 5.0, np.where(customers["grade"] == "普通", 1.6, 0.8))
    weight = worth * rng.gamma(0.7, 1.0, len(customers))
    weight[rng.random(len(customers)) < 0.12] = 0  # a file, and never an order
    who = rng.choice(customers["customer_id"].to_numpy(), size=n, p=weight / weight.sum()).astype(object)
    who[rng.random(n) < rng.uniform(0.03, 0.09)] = None  # paid without showing the card
    strange = rng.random(n) < rng.uniform(0.01, 0.04)
    who[strange] = [f"X{i:04d}" for i in rng.integers(1, 9999, int(strange.sum()))]
    return pd.DataFrame(
        {
            "order_id": [f"D{i:05d}" for i in range(1, n + 1)],
            "customer_id": who,
            "amount_yuan": np.round(rng.lognormal(4.2, 0.8, n), 2),
        }
    ).astype({"customer_id": "str"})


def _orders_are_clear(table: pd.DataFrame) -> bool:
    known = table["customer_id"].str.startswith("C").fillna(False)
    strange = table["customer_id"].str.startswith("X").fillna(False)
    return bool(strange.sum() >= 5 and table["customer_id"].isna().sum() >= 12 and known.mean() > 0.8)


def _tickets(rng: np.random.Generator, customers: pd.DataFrame) -> pd.DataFrame:
    n = int(rng.integers(140, 201))
    who = rng.choice(customers["customer_id"].to_numpy(), size=n).astype(object)
    gone = rng.permutation(n)[: int(rng.integers(9, 30))]
    who[gone] = [f"X{i:04d}" for i in rng.integers(1, 9999, len(gone))]
    kind = rng.choice(["咨询", "退换", "投诉", "维修"], size=n, p=[0.45, 0.25, 0.18, 0.12])
    return pd.DataFrame({"ticket_id": [f"T{i:04d}" for i in range(1, n + 1)], "customer_id": who, "kind": kind}).astype(
        {"customer_id": "str", "kind": "str"}
    )
