"""Rebuild the simulated data of chapter 9 (fictional bicycle shop 禾轮单车), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The effect sizes set here are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_service import (
    make_brands,
    make_calls,
    make_environment,
    make_experience,
    make_flow,
    make_hours,
    make_touchpoints,
)
from make_data_words import (
    ACTIONS,
    AREAS,
    IDEAS,
    KM,
    MODULES,
    NAMES,
    REQUESTS,
    RULES,
    SHOPS,
    STORES,
    TYPES,
)

SEED = 2026_09
N = 1400
END = np.datetime64("2026-08-31")
MONTH = np.array([0.5, 0.6, 1.1, 1.4, 1.5, 1.2, 0.9, 0.9, 1.3, 1.2, 0.8, 0.6])  # January to December


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def make_orders() -> pd.DataFrame:
    """Draw two years of orders: bicycles, parts and maintenance; a few customers buy a great deal."""
    rng = stream(1)
    pace = rng.gamma(0.75, 2.6, N)
    days = np.datetime64("2024-09-01") + np.arange(730)
    season = MONTH[days.astype("datetime64[M]").astype(int) % 12]
    rows = []
    for person in range(N):
        rich = rng.lognormal(0, 0.35)
        for day in rng.choice(days, 1 + rng.poisson(pace[person]), p=season / season.sum()):
            kind = rng.choice(["整车", "配件", "保养"], p=[0.24, 0.36, 0.40])
            middle = {"整车": 1900, "配件": 170, "保养": 130}[kind]
            rows.append((day, f"B{person + 1:04d}", kind, round(float(middle * rich * rng.lognormal(0, 0.35)), 2)))
    orders = pd.DataFrame(rows, columns=["date", "customer_id", "kind", "amount_yuan"])
    orders = orders.sort_values("date", kind="stable", ignore_index=True)
    orders.insert(0, "order_id", [f"Q{i:05d}" for i in range(1, len(orders) + 1)])
    again = orders.iloc[np.sort(rng.choice(len(orders), 24, replace=False))]
    return pd.concat([orders, again], ignore_index=True).sort_values(["date", "order_id"], ignore_index=True)


def make_customers(orders: pd.DataFrame) -> pd.DataFrame:
    """Draw the customer table; money and counts come from the orders, duplicates left out."""
    rng = stream(2)
    bought = orders.drop_duplicates("order_id").groupby("customer_id")
    frame = pd.DataFrame({"customer_id": [f"B{i:04d}" for i in range(1, N + 1)]})
    frame["store"] = rng.choice(STORES, N, p=[0.28, 0.24, 0.30, 0.18])
    frame["club"] = (rng.random(N) < 0.26).astype(int)
    frame["orders_24m"] = bought.size().reindex(frame["customer_id"]).to_numpy()
    frame["spend_24m_yuan"] = bought["amount_yuan"].sum().round(2).reindex(frame["customer_id"]).to_numpy()
    calls = rng.poisson(2.0 + 0.35 * frame["orders_24m"])
    frame["service_calls"] = calls
    frame["service_cost_yuan"] = np.round(24 * calls + rng.gamma(2, 18, N), 2)
    talks = rng.binomial(np.minimum(12, 2 + 2 * frame["orders_24m"]), 0.45)
    frame["interactions"] = talks
    share = np.clip(rng.beta(4, 5, N) + 0.03 * (talks - talks.mean()), 0.05, 1.0)
    frame["wallet_24m_yuan"] = np.where(rng.random(N) < 0.45, np.round(frame["spend_24m_yuan"] / share, 0), np.nan)
    frame["left_12m"] = (rng.random(N) < 1 / (1 + np.exp(0.1 + 0.16 * talks))).astype(int)
    need = np.clip(rng.normal(4.6, 2.1, N) + 1.2 * frame["club"], 0, 10).round(1)
    frame["need_score"] = np.where(rng.random(N) < 0.06, np.nan, need)
    for column, middle in (("product_change", 2.3), ("presentation_change", 2.8)):
        mark = np.clip(np.rint(middle + 0.3 * (need - 5) + rng.normal(0, 1.1, N)), 1, 5)
        frame[column] = pd.Series(np.where(rng.random(N) < 0.55, mark, np.nan)).astype("Int64")
    return frame


def make_bikes(customers: pd.DataFrame) -> pd.DataFrame:
    """Draw 900 bicycle orders, made to order or from the shelf; club members choose made to order more often."""
    rng = stream(3)
    n = 900
    club = (rng.random(n) < 0.34).astype(int)
    custom = (rng.random(n) < np.where(club == 1, 0.56, 0.20)).astype(int)
    ids = {k: customers.loc[customers["club"] == k, "customer_id"].to_numpy() for k in (0, 1)}
    frame = pd.DataFrame({"bike_id": [f"K{i:04d}" for i in range(1, n + 1)]})
    frame["customer_id"] = [str(rng.choice(ids[int(k)])) for k in club]
    frame["club"] = club
    frame["is_custom"] = custom
    frame["price_yuan"] = np.round(np.where(custom == 1, rng.normal(3050, 480, n), rng.normal(1900, 330, n)), -1)
    frame["cost_yuan"] = np.round(frame["price_yuan"] * np.where(custom == 1, 0.66, 0.71) * rng.normal(1, 0.05, n), 1)
    frame["returned"] = (rng.random(n) < np.where(custom == 1, 0.045, 0.105)).astype(int)
    frame["rebought_12m"] = (rng.random(n) < 0.22 + 0.26 * club + 0.02 * custom).astype(int)
    return frame


def make_prospects() -> pd.DataFrame:
    """Draw 600 firms that might buy company bicycles; the larger the commuting budget, the likelier they buy."""
    rng = stream(4)
    n = 600
    budget = np.round(rng.lognormal(10.8, 0.9, n), -2)
    chance = 1 / (1 + np.exp(-(-2.4 + 1.0 * (np.log(budget) - 10.8))))
    staff = np.maximum(3, np.rint(budget / 900 * rng.lognormal(0, 0.5, n))).astype(int)
    frame = pd.DataFrame({"firm_id": [f"F{i:03d}" for i in range(1, n + 1)], "budget_yuan": budget, "staff": staff})
    frame["staff"] = frame["staff"].astype("Int64").mask(rng.random(n) < 0.07)
    frame["bought"] = (rng.random(n) < chance).astype(int)
    return frame


def make_market() -> pd.DataFrame:
    """Draw a street survey of 900 people: who is a customer, who is not, and why not."""
    rng = stream(5)
    n = 900
    state = rng.choice(["现在的客户", "以前的客户", "知道但没买过", "没听说过"], n, p=[0.09, 0.07, 0.31, 0.53])
    reasons = ["太贵", "离得远", "不会选", "怕售后麻烦", "用不着"]
    shares = {"以前的客户": [0.18, 0.16, 0.08, 0.46, 0.12], "知道但没买过": [0.30, 0.20, 0.27, 0.08, 0.15]}
    rows = []
    for i in range(n):
        why = str(rng.choice(reasons, p=shares[state[i]])) if state[i] in shares else None
        rides = rng.random() < (0.95 if state[i] == "现在的客户" else 0.42)
        spend = round(float(rng.gamma(1.6, 420)), 0) if rides else 0.0
        rows.append((f"N{i + 1:03d}", state[i], why, int(rides), spend))
    return pd.DataFrame(rows, columns=["person_id", "state", "reason", "rides", "spend_12m_yuan"])


def make_adoption() -> pd.DataFrame:
    """Draw how many customers first used the self-check mini program, month by month (Bass p 0.018, q 0.42)."""
    rng = stream(6)
    t = np.arange(15)
    p, q = 0.018, 0.42
    reached = (1 - np.exp(-(p + q) * t)) / (1 + q / p * np.exp(-(p + q) * t))
    seen = np.rint(np.diff(reached) * 1000 * rng.normal(1, 0.08, 14)).astype(int)
    months = np.arange("2025-07", "2026-09", dtype="datetime64[M]").astype("datetime64[D]")
    return pd.DataFrame({"month_date": months, "adopters": seen})


def build() -> dict[str, pd.DataFrame]:
    """Return every table of the chapter by file stem."""
    orders = make_orders()
    customers = make_customers(orders)
    touchpoints, travellers = make_touchpoints(stream(7))
    experience_ab, events = make_experience(stream(8))
    brands, watch, attitude = make_brands(stream(9))
    distances = [(a[0], s[0], KM[i][j]) for i, a in enumerate(AREAS) for j, s in enumerate(SHOPS)]
    return {
        "customers": customers,
        "orders": orders,
        "bikes": make_bikes(customers),
        "flow": make_flow(stream(10)),
        "modules": pd.DataFrame(MODULES, columns=["module", "variants", "optional", "unit_cost_yuan", "extra_yuan"]),
        "types": pd.DataFrame(TYPES, columns=["type", "cheap", "hard_to_copy", "close", "advantage"]),
        "calls": make_calls(stream(11)),
        "actions": pd.DataFrame(ACTIONS, columns=["action", "tier", "cost_wan", "profit_wan"]),
        "prospects": make_prospects(),
        "market": make_market(),
        "touchpoints": touchpoints,
        "travellers": travellers,
        "experience_ab": experience_ab,
        "events": events,
        "environment": make_environment(stream(12)),
        "areas": pd.DataFrame(AREAS, columns=["area", "customers"]),
        "shops": pd.DataFrame(SHOPS, columns=["store", "ours", "size"]),
        "distances": pd.DataFrame(distances, columns=["area", "store", "distance"]),
        "brands": brands,
        "brand_watch": watch,
        "names": pd.DataFrame(NAMES, columns=["name", *RULES, "recalled"]).assign(shown=80),
        "attitude": attitude,
        "ideas": pd.DataFrame(IDEAS, columns=["idea", "novel", "feasible", "value", "cost_wan"]),
        "adoption": make_adoption(),
        "requests": pd.DataFrame(REQUESTS, columns=["request", "volume", "attempts", "solved"]),
        "hours": make_hours(stream(13)),
    }


def main(folder: Path) -> None:
    """Write every table as UTF-8 CSV with Unix line ends."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, table in build().items():
        with (folder / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
            table.to_csv(file, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
