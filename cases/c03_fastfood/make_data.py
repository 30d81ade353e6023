"""Build sleepers.csv (customers who had stopped coming, what they were sent, whether they came back). Same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 3307
N = 9_000
ARMS = np.array(["不联系", "只问候", "6 元券", "10 元券", "15 元券"])
FACE = np.array([0, 0, 6, 10, 15])
WATCHED = 90  # days
IDLE = (0.26, 0.13, 0.05)  # chance to come back within 90 days untouched, by how long asleep
ADDED = (0.000, 0.012, 0.040, 0.062, 0.074)  # what a message adds to it
REACH = (1.0, 0.9, 0.4)  # share of that which works, by how long asleep
HURRY = (0.0, 0.10, 0.40, 0.50, 0.55)  # of those who would have come anyway, who come at once
DELETE = (0.0, 0.012, 0.014, 0.014, 0.015)


def make(folder: Path) -> None:
    """Write sleepers.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    last = np.round(60 + rng.gamma(1.6, 70, N)).clip(60, 400)
    depth = np.digitize(last, [120, 240])
    before = 1 + rng.negative_binomial(1.3, 0.28, N)
    spend = np.exp(rng.normal(3.55, 0.32, N))
    takeaway = rng.random(N) < 0.46
    arm = rng.permutation(np.resize(np.arange(5), N))
    taste = np.clip(0.75 + 0.05 * before, 0.75, 1.5)  # regulars come back more
    idle = rng.random(N) < np.array(IDLE)[depth] * taste
    woken = ~idle & (rng.random(N) < np.array(ADDED)[arm] * np.array(REACH)[depth] * taste / 0.93)
    slow = rng.uniform(1, WATCHED, N)
    quick = np.minimum(1 + rng.gamma(1.4, 5.5, N), WATCHED)
    hurry = woken | (idle & (rng.random(N) < np.array(HURRY)[arm]))
    day = np.where(idle | woken, np.where(hurry, np.minimum(quick, np.where(idle, slow, WATCHED)), slow), np.nan)
    day = np.ceil(day)
    back = ~np.isnan(day)
    # Later orders: those who had come anyway order more often than those a coupon brought.
    more = np.where(idle, rng.poisson(0.9 * (WATCHED - np.nan_to_num(day, nan=WATCHED)) / 60), 0)
    more = np.where(woken, rng.poisson(0.35, N), more)
    orders = np.where(back, 1 + more, 0)
    redeemed = back & (FACE[arm] > 0) & (day <= 21) & (rng.random(N) < 0.88)
    first = spend * np.exp(rng.normal(0, 0.18, N)) + 2.5 * redeemed  # a little more on the tray with a coupon
    amount = np.where(back, first + more * spend, 0.0)
    table = pd.DataFrame(
        {
            "customer_id": [f"S{40000 + i}" for i in range(N)],
            "last_days": last.astype(int),
            "orders_before": before,
            "usual": np.where(takeaway, "外卖", "堂食"),
            "arm": ARMS[arm],
            "coupon_yuan": FACE[arm],
            "return_day": pd.array(day, dtype="Float64").astype("Int64"),
            "redeemed": redeemed.astype(int),
            "orders_90d": orders,
            "spend_90d": np.round(amount, 1),
            "deleted": (rng.random(N) < np.array(DELETE)[arm]).astype(int),
        }
    )
    # Staff meals rung up under a customer's number, and numbers in the list twice.
    odd = rng.choice(np.flatnonzero(back), size=9, replace=False)
    table.loc[odd, "spend_90d"] = np.round(rng.uniform(2_000, 9_000, 9), 1)
    table.loc[rng.choice(N, size=12, replace=False), "last_days"] = -1
    copies = table.iloc[np.sort(rng.choice(N, size=55, replace=False))]
    table = pd.concat([table, copies]).sort_values("customer_id", kind="stable")
    table.to_csv(folder / "sleepers.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
