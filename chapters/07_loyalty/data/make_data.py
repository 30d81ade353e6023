"""Rebuild the simulated data of chapter 7 (fictional coffee chain 芦渡咖啡), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The effect sizes set here are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_strategy import (
    make_campaign,
    make_community,
    make_members,
    make_partners,
    make_plus,
    make_points,
    make_promises,
)

SEED = 2026_07
N = 1300
START, SURVEY, END = (np.datetime64(d) for d in ("2025-04-01", "2026-03-31", "2026-06-30"))
STORES = [f"S{i:02d}" for i in range(1, 13)]  # S09 to S12 stand alone; a rival opens beside S11 and S12
REASONS = ["没有别家", "懒得换", "便宜", "攒积分", "喜欢这家"]


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def expit(x: np.ndarray) -> np.ndarray:
    """Turn log-odds into a probability."""
    return 1 / (1 + np.exp(-x))


def make_people() -> pd.DataFrame:
    """Draw who the 1,300 customers are: home store, first visit, how much they like the shop (never published)."""
    rng = stream(1)
    months = np.arange("2025-04", "2026-04", dtype="datetime64[M]")
    weight = np.where(months == np.datetime64("2025-11"), 2.4, 1.0)
    month = rng.choice(len(months), N, p=weight / weight.sum())
    first = months[month].astype("datetime64[D]") + rng.integers(0, 28, N)
    campaign = months[month] == np.datetime64("2025-11")
    store = rng.choice(12, N, p=[0.08] * 10 + [0.10] * 2)
    liking = rng.normal(0, 1, N) - 0.7 * campaign
    return pd.DataFrame(
        {
            "customer_id": [f"C{i:04d}" for i in range(1, N + 1)],
            "store": np.array(STORES)[store],
            "alone": store >= 8,
            "rival": store >= 10,
            "first": first,
            "campaign": campaign,
            "liking": liking,
            "bill": rng.lognormal(3.2, 0.28, N),
        }
    )


def make_orders(people: pd.DataFrame) -> pd.DataFrame:
    """Draw the orders: each customer buys at an own pace and after any order may be gone for good."""
    rng = stream(2)
    liking, alone = people["liking"].to_numpy(), people["alone"].to_numpy()
    pace = 0.34 * np.exp(0.25 * liking + 0.45 * alone) * rng.gamma(2.0, 0.5, N)  # orders a week
    leave = expit(-2.2 - 0.75 * liking - 0.7 * alone + 0.8 * people["campaign"].to_numpy())
    stay = expit(0.1 + 1.4 * liking)  # chance of staying when a rival opens on 2026-04-01
    rows = []
    for i in range(N):
        day, gone = people["first"][i], np.datetime64("2026-04-01") if people["rival"][i] else None
        moved = gone is not None and rng.random() > stay[i]
        while day <= END and not (moved and day >= gone):
            spring = np.datetime64("2026-02-12") <= day <= np.datetime64("2026-02-24")
            if day == people["first"][i] or not spring or rng.random() < 0.4:
                amount = np.round(people["bill"][i] * rng.lognormal(0, 0.3) * 2) / 2
                rows.append((day, people["customer_id"][i], people["store"][i], max(amount, 8.0)))
            if rng.random() < leave[i]:
                break
            day = day + np.timedelta64(int(np.ceil(rng.exponential(7 / pace[i]))), "D")
    orders = pd.DataFrame(rows, columns=["date", "customer_id", "store", "amount_yuan"])
    orders = orders.sort_values(["date", "customer_id"], kind="stable", ignore_index=True)
    orders.insert(0, "order_id", [f"D{i:05d}" for i in range(1, len(orders) + 1)])
    twice = np.sort(rng.choice(len(orders), 42, replace=False))  # the till sent these lines twice
    return orders.loc[np.sort(np.concatenate([np.arange(len(orders)), twice]))].reset_index(drop=True)


def make_survey(people: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Draw the survey of 2026-03-31 among customers who had bought within 120 days."""
    rng = stream(3)
    clean = orders.drop_duplicates("order_id")
    before = clean[clean["date"] <= SURVEY]
    last = before.groupby("customer_id")["date"].max()
    eligible = people[people["customer_id"].isin(last.index[last > SURVEY - np.timedelta64(120, "D")])]
    who = eligible.sample(min(620, len(eligible)), random_state=rng).sort_index()
    n, liking = len(who), who["liking"].to_numpy()
    alone = who["alone"].to_numpy()

    def score(mean: np.ndarray, spread: float, low: int = 1, high: int = 5) -> np.ndarray:
        return np.clip(np.rint(mean + rng.normal(0, spread, n)), low, high).astype(int)

    frame = pd.DataFrame({"customer_id": who["customer_id"].to_numpy(), "store": who["store"].to_numpy()})
    frame["market"] = np.where(alone, "独此一家", "竞争激烈")
    frame["overall"] = score(3.5 + 0.75 * liking, 0.6)
    frame["prefer"] = score(3.4 + 0.80 * liking, 0.7)
    frame["resist"] = score(2.9 + 0.75 * liking, 0.8)
    frame["nps"] = score(7.3 + 1.5 * liking, 1.5, 0, 10)
    own = rng.normal(0, (0.75, 0.75, 0.9, 0.8), (n, 4))  # what is not liking or location
    trust = 3.5 + 0.45 * liking + own[:, 0]
    emotion = 3.1 + 0.55 * liking + own[:, 1]
    benefit = 3.3 + 0.10 * liking + own[:, 2]
    switch = 2.3 + 0.9 * alone + own[:, 3]
    for name, latent in (("trust", trust), ("emotion", emotion), ("benefit", benefit), ("switch_cost", switch)):
        frame[name] = np.clip(np.rint(latent), 1, 5).astype(int)
    happy = (np.clip(frame["overall"].to_numpy(), 1, 5) - 1) / 4
    curve = np.where(alone, 3.3 + 0.7 * happy, 1.3 + 3.0 * happy**2.2)
    frame["repurchase"] = score(curve + own @ np.array([0.40, 0.30, 0.15, 0.20]), 0.40)
    pull = np.column_stack(
        [
            2.6 * alone - 0.5 * liking - 1.6,
            0.5 * (switch - 2.5) - 0.9 * liking - 0.2,
            0.9 * (benefit - 3.3) - 0.4 * liking,
            0.7 * (benefit - 3.3) + 0.3 * (switch - 2.5) - 0.4,
            1.7 * liking + 0.5 * (emotion - 3.1),
        ]
    )
    frame["reason"] = np.array(REASONS)[np.argmax(pull + rng.gumbel(0, 1, pull.shape), axis=1)]
    quarter = before[before["date"] > SURVEY - np.timedelta64(90, "D")].groupby("customer_id")["amount_yuan"].sum()
    spend = frame["customer_id"].map(quarter).fillna(0).to_numpy()
    share = np.clip(0.38 + 0.11 * liking + 0.20 * alone + rng.normal(0, 0.13, n), 0.06, 1.0)
    elsewhere = stream(12).lognormal(4.7, 0.6, n)  # what those who did not come to us spent on coffee
    wallet = np.round(np.where(spend > 0, spend / share, elsewhere), -1)
    low = rng.choice(np.flatnonzero(spend > 100), 9, replace=False)
    wallet[low] = np.round(spend[low] * 0.6, -1)  # nine say they spend less on all coffee than our till shows
    frame["wallet_90d_yuan"] = np.where(rng.random(n) < 0.17, np.nan, np.maximum(wallet, 10))
    step = np.clip(np.rint(2.0 + 1.1 * liking + rng.normal(0, 1.0, n)), 0, 5).astype(int)
    frame["price_up_pct"] = np.array([0, 5, 10, 15, 20, 30])[step]
    frame["choose_s"] = np.round(np.exp(4.1 - 0.30 * liking + rng.normal(0, 0.5, n))).astype(int)
    frame.loc[rng.random(n) < 0.05, "nps"] = np.nan
    frame["nps"] = frame["nps"].astype("Int64")
    frame["wallet_90d_yuan"] = frame["wallet_90d_yuan"].astype("Int64")
    return frame


def make_stores() -> pd.DataFrame:
    """Draw the 48 stores of the chain: the links of the service-profit chain, working hours and regulars."""
    rng = stream(4)
    n = 48

    def link(cause: np.ndarray, beta: float) -> np.ndarray:
        return beta * cause + np.sqrt(1 - beta**2) * rng.normal(0, 1, n)

    quality = rng.normal(0, 1, n)
    staff = link(quality, 0.60)
    stays = link(staff, 0.55)
    value = link(stays, 0.55)
    customer = link(value, 0.65)
    loyal = link(customer, 0.60)
    profit = link(loyal, 0.50)
    hours = np.clip(np.rint(46 + 5 * rng.normal(0, 1, n)), 38, 58).astype(int)
    turnover = np.clip(np.rint(46 - 9 * stays + 1.1 * np.maximum(hours - 48, 0)), 8, 95).astype(int)
    regulars = np.clip(np.rint(62 + 1.3 * (hours - 46) - 0.7 * (turnover - 46) + rng.normal(0, 9, n)), 5, 160)
    frame = pd.DataFrame({"store": [f"S{i:02d}" for i in range(1, n + 1)]})
    for name, z, mean, spread in (
        ("int_quality", quality, 3.6, 0.45),
        ("emp_sat", staff, 3.5, 0.50),
        ("emp_loyal", stays, 3.3, 0.55),
        ("value", value, 3.8, 0.40),
        ("cus_sat", customer, 3.9, 0.35),
    ):
        frame[name] = np.round(np.clip(mean + spread * z, 1, 5), 2)
    frame["repeat_pct"] = np.round(np.clip(41 + 6 * loyal + 0.18 * (regulars - 62), 15, 80), 1)
    frame["profit_k_yuan"] = np.round(38 + 11 * profit, 1)
    frame["hours_week"] = hours
    frame["turnover_pct"] = turnover
    frame["regulars"] = regulars.astype(int)
    return frame


def make_tables() -> dict[str, pd.DataFrame]:
    """Return every table of the chapter."""
    people = make_people()
    orders = make_orders(people)
    years = pd.DataFrame({"year": range(1, 7), "base": 78, "cross": [0, 14, 24, 31, 36, 39]})
    years["cost_save"], years["referral"] = [0, 6, 9, 11, 12, 12], [0, 5, 11, 16, 19, 21]
    years["premium"] = [0, 0, 4, 7, 9, 10]
    guarantee = pd.DataFrame({"level": ["没有保障", "不好喝重做", "退一杯", "退一赔一"], "visitors": 2500})
    guarantee["orders"], guarantee["claims"] = [262, 318, 341, 352], [0, 16, 27, 61]
    guarantee["refund_yuan"] = [0, 128, 648, 2928]
    return {
        "orders": orders,
        "survey": make_survey(people, orders),
        "stores": make_stores(),
        "profit_by_year": years,
        "guarantee": guarantee,
        "campaign": make_campaign(stream(5)),
        "promises": make_promises(stream(6)),
        "points": make_points(stream(7)),
        "members": make_members(stream(8)),
        "plus": make_plus(stream(9)),
        "community": make_community(stream(10)),
        "partners": make_partners(stream(11)),
    }


def main() -> None:
    """Write every table to the target folder."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    target.mkdir(parents=True, exist_ok=True)
    for name, table in make_tables().items():
        table.to_csv(target / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    main()
