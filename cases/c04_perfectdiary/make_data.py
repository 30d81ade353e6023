"""Build kol.csv (a year of posts by bloggers of four sizes, their cost and what they sold). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 4000
WEEKS = 52
# posts a week (low, high), median cost, followers, ceiling of orders a week, spend for half of it, refunds, tail of luck
TIERS = {
    "头部": (0, 3, 26_000, 3_000_000, 1_500, 70_000, 0.30, 0.9),
    "腰部": (3, 12, 3_800, 300_000, 1_500, 30_000, 0.19, 1.1),
    "尾部": (5, 26, 620, 40_000, 620, 7_000, 0.14, 1.3),
    "素人": (5, 40, 130, 2_500, 170, 2_600, 0.11, 1.4),
}
ORDER_YUAN, WEEK_NOISE = 92.0, 0.13
SALE_WEEKS, SALE = (23, 24, 44, 45), 1.35


def make(folder: Path) -> None:
    """Write kol.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    rows = []
    for week in range(1, WEEKS + 1):
        lift = SALE if week in SALE_WEEKS else 1.0
        for tier, (low, high, median, fans, ceiling, half, refunds, tail) in TIERS.items():
            n = int(rng.integers(low, high + 1))
            cost = np.round(median * np.exp(rng.normal(0, 0.35, n)), -1)
            total = cost.sum()
            expected = lift * ceiling * total / (total + half) * np.exp(rng.normal(0, WEEK_NOISE))
            luck = cost**0.6 * np.exp(rng.normal(0, tail, n))
            for price, share in zip(cost, luck / max(luck.sum(), 1e-9), strict=True):
                orders = rng.poisson(expected * share)
                clicks = orders + rng.poisson(max(orders, 1) * rng.uniform(12, 30))
                views = clicks + rng.poisson(clicks * rng.uniform(15, 45))
                followers = fans * np.exp(rng.normal(0, 0.5))
                gmv = orders * ORDER_YUAN * np.exp(rng.normal(0, 0.10))
                back = gmv * np.clip(refunds + rng.normal(0, 0.04), 0, 0.8)
                rows.append(
                    (week, tier, round(followers, -2), price, views, clicks, orders, round(gmv, 1), round(back, 1))
                )
    names = ["week", "tier", "followers", "cost_yuan", "views", "clicks", "orders", "gmv_yuan", "refund_yuan"]
    table = pd.DataFrame(rows, columns=names).astype({"followers": int, "cost_yuan": int})
    table.insert(0, "post_id", [f"K{5000 + i}" for i in range(len(table))])
    bought = rng.choice(len(table), size=60, replace=False)  # views that a robot watched
    table.loc[bought, "views"] = (table.loc[bought, "views"] * rng.uniform(9, 20, 60)).astype(int) + 30_000
    table.loc[rng.choice(len(table), size=7, replace=False), "cost_yuan"] = 0  # not yet entered
    copies = table.iloc[np.sort(rng.choice(len(table), size=25, replace=False))]
    table = pd.concat([table, copies]).sort_values("post_id", kind="stable")
    table.to_csv(folder / "kol.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
