"""Build orders.csv (installations) and promises.csv (what was promised in each). Simulated, seeded.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 7121
N = 3_600
MASTERS = 40
HALF = pd.Timestamp("2025-01-01")
BASE = {
    "约时准到": 1.75,
    "一次装好": 2.15,
    "装完清场": 1.95,
    "免费量尺": 3.2,
    "报修两日上门": 1.1,
}  # log odds of keeping
SPREAD = 0.38  # how far the installers are apart (standard deviation of the log odds)
TRAINED = 0.75  # what the training adds, to two promises only
TRAINED_FOR = ("约时准到", "装完清场")


def make(folder: Path) -> None:
    """Write the two files into `folder`."""
    rng = np.random.default_rng(SEED)
    days = pd.date_range("2024-07-01", "2025-06-30")
    busy = np.where(np.isin(days.month, [9, 10, 11, 3, 4]), 1.5, 1.0)
    day = days[rng.choice(len(days), N, p=busy / busy.sum())]
    skill = rng.normal(0, SPREAD, MASTERS)
    volume = rng.gamma(1.6, 1, MASTERS) + 0.12
    master = rng.choice(MASTERS, N, p=volume / volume.sum())
    trained = np.zeros(MASTERS, bool)
    trained[rng.permutation(MASTERS)[: MASTERS // 2]] = True
    after = np.asarray(day >= HALF)
    peak = np.isin(day.month, [9, 10, 11, 3, 4])
    product = rng.choice(["马桶", "浴室柜", "花洒龙头", "淋浴房", "整套"], N, p=[0.33, 0.2, 0.25, 0.1, 0.12])
    price = np.exp(rng.normal(0, 0.3, N)) * pd.Series(product).map(
        {"马桶": 1900, "浴室柜": 2300, "花洒龙头": 850, "淋浴房": 3200, "整套": 9800}
    )
    broken, paid = np.zeros(N, int), np.zeros(N)
    order = np.array([f"A{30000 + i}" for i in range(N)])
    made = []
    for name, base in BASE.items():
        has = np.ones(N, bool)
        if name == "免费量尺":
            has = np.isin(product, ["浴室柜", "淋浴房", "整套"])
        if name == "报修两日上门":
            has = rng.random(N) < 0.16
        odds = base + skill[master] - 0.35 * peak + TRAINED * (name in TRAINED_FOR) * trained[master] * after
        kept = rng.random(N) < 1 / (1 + np.exp(-odds))
        pays = has & ~kept & (rng.random(N) < 0.4)
        refund = np.where(pays, rng.choice([50, 100, 200], N, p=[0.55, 0.35, 0.1]), 0)
        broken += has & ~kept
        paid += refund
        made.append(
            pd.DataFrame({"order_id": order, "promise": name, "kept": kept.astype(int), "refund_yuan": refund})[has]
        )
    mood = 4.25 - 0.45 * (broken >= 1) - 0.75 * np.maximum(broken - 1, 0) + 0.3 * ((paid > 0) & (broken > 0))
    mood = mood + rng.normal(0, 0.7, N)
    trust = np.clip(np.round(mood), 1, 5)
    silent = rng.random(N) < np.where(broken >= 2, 0.55, 0.35)
    again = rng.random(N) < 1 / (1 + np.exp(-(-0.95 + 0.85 * (mood - 4.0) - 0.25 * broken)))
    orders = pd.DataFrame(
        {
            "order_id": order,
            "install_date": day.strftime("%Y-%m-%d"),
            "master": [f"M{m + 1:02d}" for m in master],
            "trained": trained[master].astype(int),
            "product": product,
            "price_yuan": price.round().astype(int),
            "trust": pd.array(np.where(silent, np.nan, trust), dtype="Int64"),
            "return_12m": again.astype(int),
        }
    )
    orders.loc[rng.choice(N, 12, replace=False), "price_yuan"] = 0
    orders = pd.concat([orders, orders.iloc[rng.choice(N, 25, replace=False)]])
    orders = orders.sort_values(["install_date", "order_id"])
    promises = pd.concat(made).sort_values(["order_id", "promise"]).astype({"kept": "Int64"})
    lost = rng.choice(len(promises), 90, replace=False)
    promises.iloc[lost, promises.columns.get_loc("kept")] = pd.NA
    promises.iloc[lost, promises.columns.get_loc("refund_yuan")] = 0
    for name, table in (("orders", orders), ("promises", promises)):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
