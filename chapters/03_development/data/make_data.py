"""Rebuild the simulated data of chapter 3 (fictional bakery chain 麦灯烘焙), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The tables that need no chance stand in make_data_fixed.py; the effect sizes are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_fixed import CAUSES, make_fixed_tables

SEED = 2026_03
START = pd.Timestamp("2025-01-01")
LAST_DAY = 545  # 2026-06-30
N_MEMBERS = 1400
CHANNELS = ["老带新", "短视频", "搜索广告", "地推", "路过"]
DROPOUT = {"老带新": 0.65, "短视频": 1.45, "搜索广告": 1.0, "地推": 1.25, "路过": 0.9}
KINDS = ["吐司", "欧包", "蛋糕", "可颂", "饼干", "咖啡", "礼盒"]


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Turn log odds into a chance."""
    return 1 / (1 + np.exp(-x))


def make_orders() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw each member's purchases until he silently leaves; return the clean orders and the members."""
    rng = stream(1)
    channel = rng.choice(CHANNELS, N_MEMBERS, p=[0.18, 0.26, 0.20, 0.12, 0.24])
    joined = np.sort(rng.integers(0, 451, N_MEMBERS))
    leave = np.clip(rng.beta(1.1, 6.5, N_MEMBERS) * pd.Series(channel).map(DROPOUT).to_numpy(), 0.005, 0.95)
    gap = np.exp(rng.normal(np.log(22), 0.55, N_MEMBERS))
    online = rng.beta(1.3, 1.7, N_MEMBERS)
    taste = np.clip(0.75 - 1.6 * leave + rng.normal(0, 0.12, N_MEMBERS), 0.05, 0.95)
    rows = []
    for i in range(N_MEMBERS):
        day, favourite = int(joined[i]), rng.integers(0, len(KINDS))
        while day <= LAST_DAY:
            kind = rng.integers(0, len(KINDS)) if rng.random() < taste[i] else favourite
            weekend = (START + pd.Timedelta(days=day)).day_of_week >= 5
            yuan = np.exp(rng.normal(np.log(34), 0.45)) * (1.2 if weekend else 1.0) * (3.2 if kind == 6 else 1.0)
            rows.append((i, day, round(float(yuan), 1), KINDS[kind], int(rng.random() < online[i])))
            if rng.random() < leave[i]:
                break
            day += max(1, round(rng.gamma(1.6, gap[i] / 1.6)))
    orders = pd.DataFrame(rows, columns=["member", "day", "yuan", "kind", "online"])
    members = pd.DataFrame({"channel": channel, "joined": joined})
    members["age_group"] = rng.choice(["18–25", "26–35", "36–45", "46+"], N_MEMBERS, p=[0.21, 0.38, 0.26, 0.15])
    members.loc[rng.random(N_MEMBERS) < 0.03, "age_group"] = None
    return orders, members


def public_orders(orders: pd.DataFrame) -> pd.DataFrame:
    """Give the orders their ids and their faults: duplicates, lost amounts, refunds written as negative sales."""
    rng = stream(2)
    table = pd.DataFrame(
        {
            "customer_id": [f"C{m + 1:04d}" for m in orders["member"]],
            "date": (START + pd.to_timedelta(orders["day"], unit="D")).dt.strftime("%Y-%m-%d"),
            "amount_yuan": orders["yuan"],
            "kind": orders["kind"],
            "way": np.where(orders["online"] == 1, "外送", "到店"),
        }
    )
    table = table.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)
    table.insert(0, "order_id", [f"D{i:05d}" for i in range(1, len(table) + 1)])
    table.loc[rng.choice(len(table), 18, replace=False), "amount_yuan"] = np.nan
    back = rng.choice(len(table), 6, replace=False)
    table.loc[back, "amount_yuan"] = -table.loc[back, "amount_yuan"].abs()
    twice = table.iloc[np.sort(rng.choice(len(table), 14, replace=False))]
    return pd.concat([table, twice]).sort_values("order_id", kind="stable", ignore_index=True)


def make_customers(orders: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Sum up each member: the last twelve months, the first sixty days, whether he stayed, what he costs."""
    rng = stream(3)
    year = orders[orders["day"] > LAST_DAY - 365].groupby("member")
    since = orders["day"] - members["joined"].reindex(orders["member"]).to_numpy()
    early = orders[since < 60].groupby("member")
    later = orders[(since >= 90) & (since < 180)]["member"].unique()
    everyone = range(len(members))
    visits = year["day"].nunique().reindex(everyone, fill_value=0).to_numpy()
    spend = year["yuan"].sum().reindex(everyone, fill_value=0.0).to_numpy()
    delivered = year["online"].sum().reindex(everyone, fill_value=0).to_numpy()
    trouble = np.where(rng.random(len(members)) < 0.20, np.exp(rng.normal(4.6, 0.8, len(members))), 0.0)
    known = members["joined"].to_numpy() + 180 <= LAST_DAY
    return pd.DataFrame(
        {
            "customer_id": [f"C{m + 1:04d}" for m in everyone],
            "joined_date": (START + pd.to_timedelta(members["joined"], unit="D")).dt.strftime("%Y-%m-%d"),
            "channel": members["channel"],
            "age_group": members["age_group"],
            "visits_12m": visits,
            "spend_12m_yuan": spend.round(1),
            "service_cost_yuan": (8 + 1.2 * visits + 12 * delivered + trouble).round(1),
            "first60_orders": early["day"].nunique().to_numpy(),
            "first60_spend_yuan": early["yuan"].sum().round(1).to_numpy(),
            "first60_kinds": early["kind"].nunique().to_numpy(),
            "kept_180": pd.Series(np.isin(list(everyone), later).astype(int)).where(known).astype("Int64"),
        }
    )


def make_acquisition(customers: pd.DataFrame) -> pd.DataFrame:
    """Count the members who joined in 2025 by channel, beside what the channel cost."""
    yuan_each = {"老带新": 38, "短视频": 113, "搜索广告": 120, "地推": 128, "路过": 10}
    joined = customers[customers["joined_date"] < "2026-01-01"].groupby("channel")["kept_180"]
    table = joined.agg(new="size", retained="sum").loc[CHANNELS].astype(int)
    table.insert(0, "spend_yuan", (table["new"] * pd.Series(yuan_each)[CHANNELS]).round(-2))
    return table.rename_axis("channel").reset_index()


def make_referrals(customers: pd.DataFrame) -> pd.DataFrame:
    """Draw who brought whom: a few members bring many."""
    rng = stream(4)
    n = 190
    weight = (customers["visits_12m"].to_numpy() + 0.2) * np.exp(rng.normal(0, 1.1, len(customers)))
    referrer = rng.choice(customers["customer_id"], n, p=weight / weight.sum())
    return pd.DataFrame(
        {
            "referrer": referrer,
            "value_yuan": rng.gamma(1.6, 150, n).round(0),
            "anyway": rng.choice([0.0, 0.5, 1.0], n, p=[0.45, 0.30, 0.25]),
            "months": rng.integers(0, 13, n),
        }
    ).sort_values(["referrer", "months"], kind="stable", ignore_index=True)


def make_leads() -> pd.DataFrame:
    """Draw people who signed up and have not bought yet; the stated budget does not matter."""
    rng = stream(5)
    n = 1600
    source = rng.choice(["转介绍", "小程序", "展会", "短视频", "地推"], n, p=[0.12, 0.30, 0.14, 0.28, 0.16])
    effect = pd.Series(source).map({"转介绍": 0.95, "小程序": 0.35, "展会": 0.0, "短视频": -0.35, "地推": -0.55})
    visits = rng.negative_binomial(1.4, 0.32, n)
    cart, asked = (rng.random(n) < 0.18).astype(int), (rng.random(n) < 0.14).astype(int)
    km = np.exp(rng.normal(np.log(2.6), 0.7, n)).round(1)
    chance = sigmoid(-2.55 + effect + 0.17 * np.minimum(visits, 10) + 0.95 * cart + 0.75 * asked - 0.16 * km)
    table = pd.DataFrame(
        {
            "lead_id": [f"L{i:04d}" for i in range(1, n + 1)],
            "batch": np.sort(rng.choice(["2026Q1", "2026Q2"], n)),
            "source": source,
            "visits_30d": visits,
            "cart": cart,
            "asked": asked,
            "distance_km": km,
            "budget_yuan": np.round(np.exp(rng.normal(np.log(180), 0.6, n)) / 10) * 10,
            "converted": (rng.random(n) < chance).astype(int),
        }
    )
    table.loc[rng.random(n) < 0.20, "budget_yuan"] = np.nan
    table.loc[rng.random(n) < 0.03, "distance_km"] = np.nan
    return table


def make_states() -> pd.DataFrame:
    """Draw the quarterly states of 400 members from one transition matrix."""
    rng = stream(6)
    names = ["常客", "偶客", "沉睡", "流失"]
    move = [[0.72, 0.20, 0.08, 0.00], [0.18, 0.50, 0.32, 0.00], [0.06, 0.17, 0.00, 0.77], [0.02, 0.06, 0.00, 0.92]]
    rows = []
    for i in range(400):
        at = rng.choice(4, p=[0.30, 0.40, 0.20, 0.10])
        for period in ["2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2"]:
            rows.append((f"M{i + 1:03d}", period, names[at]))
            at = rng.choice(4, p=move[at])
    return pd.DataFrame(rows, columns=["customer_id", "period", "segment"])


def make_promo() -> pd.DataFrame:
    """Draw 26 weeks of prices tried at random, for two goods."""
    rng = stream(7)
    rows = []
    for product, (base, level, true) in {"吐司": (14, 620, -0.6), "节日礼盒": (118, 190, -2.2)}.items():
        for week in range(1, 27):
            price = round(base * rng.uniform(0.75, 1.15), 1)
            qty = level * (price / base) ** true * np.exp(rng.normal(0, 0.14))
            rows.append((week, product, price, round(qty)))
    return pd.DataFrame(rows, columns=["week", "product", "price_yuan", "qty"])


def make_demand() -> pd.DataFrame:
    """Draw 36 months of demand for four goods of four shapes."""
    rng = stream(8)
    season = {1: 1.3, 2: 0.7, 8: 1.5, 9: 3.4, 10: 0.9, 12: 1.2}
    rows = []
    for m, month in enumerate(pd.period_range("2023-07", "2026-06", freq="M")):
        levels = {
            "节日礼盒": 400 * season.get(month.month, 0.55),
            "奶油裱花蛋糕": 900 * 0.975**m,
            "低糖欧包": 260 * 1.025**m,
            "限量可颂": 1150.0,
        }
        for product, level in levels.items():
            wanted = round(level * np.exp(rng.normal(0, 0.07)))
            rows.append((str(month), product, wanted, 800 if product == "限量可颂" else 2000))
    return pd.DataFrame(rows, columns=["month", "product", "wanted", "capacity"])


def make_households() -> pd.DataFrame:
    """Draw households by stage of family life; spending grows with income at elasticity 0.6."""
    rng = stream(9)
    n = 320
    factor = {"单身": 0.85, "新婚": 1.0, "满巢Ⅰ": 1.35, "满巢Ⅱ": 1.5, "满巢Ⅲ": 1.1, "空巢": 0.75}
    stage = rng.choice(list(factor), n, p=[0.24, 0.14, 0.17, 0.18, 0.14, 0.13])
    income = np.exp(rng.normal(np.log(11500), 0.42, n))
    spend = 150 * pd.Series(stage).map(factor) * (income / 11500) ** 0.6 * np.exp(rng.normal(0, 0.42, n))
    table = pd.DataFrame(
        {
            "household_id": [f"H{i:03d}" for i in range(1, n + 1)],
            "stage": stage,
            "income_yuan": np.round(income, -2),
            "spend_yuan": spend.round(0),
        }
    )
    table.loc[rng.random(n) < 0.08, "income_yuan"] = np.nan
    return table


def make_lost() -> pd.DataFrame:
    """Draw members given up as lost: why, what they are worth, how likely a call brings them back."""
    rng = stream(10)
    n = 480
    names = list(CAUSES)
    cause = rng.choice(names, n, p=[CAUSES[c][0] for c in names])
    firm = (rng.random(n) < 0.14) & (cause != "搬家毕业")
    value = np.round(np.exp(rng.normal(np.log(300), 0.85, n)) * np.where(firm, 4.5, 1.0))
    value = np.round(value * pd.Series(cause).map({"产品质量": 1.5, "新的诱惑": 1.6, "服务质量": 1.1}).fillna(0.9))
    bad = rng.random(n) < 0.05
    p, low, high = (np.array([CAUSES[c][k] for c in cause]) for k in (1, 2, 3))
    key, ordinary = value >= 1500, value >= 300
    table = pd.DataFrame(
        {
            "lost_id": [f"F{i:03d}" for i in range(1, n + 1)],
            "kind": np.where(firm, "企业", "个人"),
            "cause": cause,
            "moved_away": (cause == "搬家毕业").astype(int),
            "open_complaints": np.where(np.isin(cause, ["服务质量", "产品质量"]), rng.binomial(2, 0.55, n), 0),
            "bad_record": bad.astype(int),
            "value_yuan": value.astype(int),
            "p_success": p,
            "p_low": low,
            "p_high": high,
            "p_spontaneous": np.round(0.2 * p, 3),
            "incentive_yuan": np.select([key, ordinary], [60, 25], 10),
            "cost_yuan": np.select([key, ordinary], [80.0, 15.0], 2.0),
        }
    )
    table.loc[rng.random(n) < 0.12, "cause"] = np.nan
    return table


def make_winback() -> pd.DataFrame:
    """Draw a coupon trial by lot: those who come back anyway gain little, those in the middle most."""
    rng = stream(11)
    n = 3000
    score = rng.beta(1.5, 2.2, n).round(4)
    alone = 0.02 + 0.34 * score**2
    gain = 0.005 + 0.135 * np.exp(-(((score - 0.45) / 0.16) ** 2)) - 0.06 * (score > 0.75)
    treated = rng.permutation(np.repeat([0, 1], n // 2))
    return pd.DataFrame(
        {
            "customer_id": [f"W{i:04d}" for i in range(1, n + 1)],
            "score": score,
            "days_since_last": np.round(60 + 260 * (1 - score) * rng.uniform(0.6, 1.4, n)).astype(int),
            "treated": treated,
            "came_back": (rng.random(n) < alone + treated * gain).astype(int),
        }
    )


def make_tables() -> dict[str, pd.DataFrame]:
    """Return every table by file stem."""
    orders, members = make_orders()
    customers = make_customers(orders, members)
    return {
        "orders": public_orders(orders),
        "customers": customers,
        "acquisition": make_acquisition(customers),
        "referrals": make_referrals(customers),
        "leads": make_leads(),
        "states": make_states(),
        "promo": make_promo(),
        "demand": make_demand(),
        "households": make_households(),
        "lost": make_lost(),
        "winback": make_winback(),
        **make_fixed_tables(),
    }


def main(target: Path) -> None:
    """Write every table to the target folder."""
    for name, table in make_tables().items():
        text = table.to_csv(index=False, lineterminator="\n")
        (target / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
