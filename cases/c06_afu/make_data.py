"""Build orders.csv of the gift experiment: simulated, seeded, the same bytes on every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 6001
N_ORDERS = 10_000
ARMS_YUAN = np.array([0, 3, 6, 12])
PRAISE_GAIN = 0.08  # most that a gift can add to the share of praise
REPURCHASE_GAIN = 0.13  # most that a gift can add to the share that buys again
SATURATION_YUAN = 4.0  # cost at which 63 % of the gain is reached
HABIT = 0.55  # each gift received before multiplies the gain by this


def make(folder: Path) -> None:
    """Write orders.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    n = N_ORDERS
    days = pd.date_range("2026-03-01", "2026-05-31", freq="D")
    weight = 1 + 0.35 * (days.day_of_week >= 5) + 1.2 * days.strftime("%m-%d").isin(["03-08", "05-01", "05-20"])
    day = rng.choice(len(days), size=n, p=weight / weight.sum())
    hour = np.clip(rng.normal(16.5, 4.6, n), 0, 23.98)
    ordered_at = days[day] + pd.to_timedelta((hour * 60).astype(int), unit="min")
    returning = rng.random(n) < 0.42
    gifts_before = np.where(returning, np.minimum(rng.poisson(0.9, n), 3), 0)
    arm = rng.permutation(np.resize(ARMS_YUAN, n))
    delight = (1 - np.exp(-arm / SATURATION_YUAN)) * HABIT**gifts_before
    reviewed = rng.random(n) < 0.46 + 0.05 * (arm > 0)
    praise = rng.random(n) < 0.85 + PRAISE_GAIN * delight
    again = rng.random(n) < np.where(returning, 0.27, 0.15) + REPURCHASE_GAIN * delight
    orders = pd.DataFrame(
        {
            "order_id": [f"D{260000 + i}" for i in range(n)],
            "ordered_at": ordered_at,
            "customer_type": np.where(returning, "老客", "新客"),
            "gifts_before": gifts_before,
            "amount_yuan": np.round(np.exp(rng.normal(4.9, 0.42, n)), 1),
            "gift_cost_yuan": arm,
            "praise": np.where(reviewed, praise.astype(float), np.nan),
            "repurchase_90d": again.astype(int),
        }
    ).sort_values("ordered_at", kind="stable")
    orders["praise"] = orders["praise"].astype("Int64")
    tests = rng.choice(n, size=15, replace=False)
    orders.iloc[tests, orders.columns.get_loc("amount_yuan")] = 0.01
    copies = orders.iloc[np.sort(rng.choice(n, size=40, replace=False))]
    orders = pd.concat([orders, copies]).sort_values(["ordered_at", "order_id"], kind="stable")
    orders["ordered_at"] = orders["ordered_at"].dt.strftime("%Y-%m-%d %H:%M")
    orders.to_csv(folder / "orders.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
