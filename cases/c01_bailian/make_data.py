"""Build accounts.csv (who has which account) and orders.csv (a year of orders). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 1101
N_PEOPLE = 2_600
N_GUESTS = 300  # orders without any account
BOTH_LIFT = 1.15  # people who use both sides order 15 % more often in the second half year
FORMATS = {"百货": 5.75, "超市": 4.55, "便利店": 3.15, "线上": 4.85}  # mean of log order amount
MONTH_WEIGHT = np.array([85, 80, 95, 105, 125, 115, 130, 90, 90, 95, 105, 100], dtype=float)  # July to June
START = pd.Timestamp("2025-07-01")


def make(folder: Path) -> None:
    """Write accounts.csv and orders.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    keen = rng.normal(0, 0.6, N_PEOPLE)  # how keen a shopper someone is: drives orders and the use of both sides
    both_chance = 1 / (1 + np.exp(-(-0.9 + 1.2 * keen)))
    draw = rng.random(N_PEOPLE)
    kind = np.where(draw < both_chance, "both", np.where(rng.random(N_PEOPLE) < 0.72, "off", "on"))
    taste = rng.dirichlet([0.9, 1.6, 1.2], N_PEOPLE)
    online_share = np.where(kind == "both", rng.beta(2.2, 2.6, N_PEOPLE), np.where(kind == "on", 1.0, 0.0))
    rows = []
    for person in range(N_PEOPLE):
        rate = np.exp(0.55 + keen[person])
        for half in (0, 1):
            lift = BOTH_LIFT if half and kind[person] == "both" else 1.0
            for _ in range(rng.poisson(rate * lift)):
                online = rng.random() < online_share[person]
                channel = "线上" if online else str(rng.choice(["百货", "超市", "便利店"], p=taste[person]))
                rows.append((person, channel, half))
    orders = pd.DataFrame(rows, columns=["person", "channel", "half"])
    n = len(orders)
    weight = np.stack([MONTH_WEIGHT[:6] / MONTH_WEIGHT[:6].sum(), MONTH_WEIGHT[6:] / MONTH_WEIGHT[6:].sum()])
    month = np.array([rng.choice(6, p=weight[h]) + 6 * h for h in orders["half"]])
    first = pd.Series(pd.date_range(START, periods=12, freq="MS")[month])
    day = pd.to_timedelta(rng.integers(0, first.dt.days_in_month.to_numpy(), n), unit="D")
    minute = pd.to_timedelta(np.clip(rng.normal(15.5 * 60, 190, n), 420, 1410).astype(int), unit="min")
    orders["ordered_at"] = first + day + minute
    mean = orders["channel"].map(FORMATS) + 0.15 * keen[orders["person"]]
    orders["amount_yuan"] = np.round(np.exp(mean + rng.normal(0, 0.75, n)), 1)
    side = np.where(orders["channel"] == "线上", "N", "K")
    orders["account_id"] = [f"{s}{20000 + p}" for s, p in zip(side, orders["person"], strict=True)]
    accounts = orders[["account_id", "person"]].drop_duplicates()
    token = [hashlib.sha256(f"{SEED}-{p}".encode()).hexdigest()[:8] for p in accounts["person"]]
    accounts["phone_token"] = token
    accounts["account_type"] = np.where(accounts["account_id"].str.startswith("N"), "线上账号", "门店会员卡")
    ages = rng.choice(["18–25", "26–35", "36–45", "46+"], size=N_PEOPLE, p=[0.18, 0.34, 0.27, 0.21])
    accounts["age_group"] = ages[accounts["person"]]
    online = np.flatnonzero((accounts["account_type"] == "线上账号").to_numpy())
    accounts.iloc[rng.choice(online, size=90, replace=False), accounts.columns.get_loc("phone_token")] = None
    orders.loc[rng.choice(np.flatnonzero(side == "K"), size=N_GUESTS, replace=False), "account_id"] = None
    returned = rng.choice(n, size=40, replace=False)
    orders.loc[returned, "amount_yuan"] *= -1
    orders = orders.sort_values(["ordered_at", "person", "channel"]).reset_index(drop=True)
    orders["order_id"] = [f"D{500000 + i}" for i in range(n)]
    twice = orders.iloc[np.sort(rng.choice(n, size=60, replace=False))]
    orders = pd.concat([orders, twice]).sort_values("order_id", kind="stable")
    orders["ordered_at"] = orders["ordered_at"].dt.strftime("%Y-%m-%d %H:%M")
    accounts = accounts.sort_values("account_id")[["account_id", "account_type", "phone_token", "age_group"]]
    orders = orders[["order_id", "account_id", "channel", "ordered_at", "amount_yuan"]]
    accounts.to_csv(folder / "accounts.csv", index=False, encoding="utf-8", lineterminator="\n")
    orders.to_csv(folder / "orders.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
