"""Build new_sku.csv and weekly_sales.csv of a variety shop. Simulated, same bytes on every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 6201
N_SKU = 400
WEEKS = 16
CATEGORIES = {"文具": 0.0, "玩具": 0.25, "香氛": 0.05, "家居": -0.2, "美妆工具": 0.1}
NOVELTY_SALES = 0.09  # log first-week sales per point of novelty
NOVELTY_DECAY = 0.018  # weekly decay rate per point of novelty
BASE_DECAY = 0.04
DELIST_AFTER = 8  # slow sellers leave the shelf after this week


def make(folder: Path) -> None:
    """Write new_sku.csv and weekly_sales.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    sku = [f"S{2000 + i}" for i in range(N_SKU)]
    launch = pd.Timestamp("2025-03-03") + pd.to_timedelta(7 * rng.integers(0, 44, N_SKU), unit="D")
    category = rng.choice(list(CATEGORIES), size=N_SKU, p=[0.26, 0.2, 0.16, 0.22, 0.16])
    novelty = np.clip(np.round(rng.normal(5.5, 2.0, N_SKU)), 1, 10).astype(int)
    price = rng.choice([9.9, 15.0, 19.9, 29.9, 39.9], size=N_SKU, p=[0.3, 0.25, 0.25, 0.14, 0.06])
    log_first = (
        3.05
        + NOVELTY_SALES * (novelty - 5.5)
        + np.array([CATEGORIES[c] for c in category])
        - 0.012 * (price - 18)
        + rng.normal(0, 0.55, N_SKU)
    )
    decay = np.clip(BASE_DECAY + NOVELTY_DECAY * (novelty - 1) + rng.normal(0, 0.02, N_SKU), 0.005, 0.4)
    week = np.arange(1, WEEKS + 1)
    christmas = pd.Timestamp("2025-12-22")
    rows = []
    for i in range(N_SKU):
        start = launch[i]
        season = np.array(
            [1.5 if abs((start + pd.Timedelta(7 * (w - 1), "D") - christmas).days) <= 7 else 1 for w in week]
        )
        mean = np.exp(log_first[i] - decay[i] * (week - 1)) * season
        qty = rng.poisson(mean * rng.gamma(12, 1 / 12, WEEKS))
        last = WEEKS if qty[:DELIST_AFTER].sum() >= 90 else DELIST_AFTER
        out_of_stock = rng.random(WEEKS) < 0.025
        rows += [(sku[i], w, None if out_of_stock[w - 1] else int(qty[w - 1])) for w in week[:last]]
    sales = pd.DataFrame(rows, columns=["sku", "week", "qty"])
    sales["qty"] = sales["qty"].astype("Int64")
    returns = rng.choice(sales.index[sales["qty"].notna()].to_numpy(), size=10, replace=False)
    sales.loc[np.sort(returns), "qty"] = -rng.integers(1, 6, 10)
    table = pd.DataFrame(
        {
            "sku": sku,
            "launch_date": launch.strftime("%Y-%m-%d"),
            "category": category,
            "novelty": novelty,
            "price_yuan": price,
        }
    )
    table["novelty"] = table["novelty"].astype("Int64").mask(rng.random(N_SKU) < 0.03)
    table.to_csv(folder / "new_sku.csv", index=False, encoding="utf-8", lineterminator="\n")
    sales.to_csv(folder / "weekly_sales.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
