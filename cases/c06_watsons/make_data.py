"""Build stores.csv and orders.csv of a city where shops serve as small warehouses. Simulated, same bytes on every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 6301
N_ORDERS = 6_000
N_STORES = 14
REACH_KM = 6.0  # farther orders go out of the central warehouse on the next day
PICK_MIN = 12.0
KM_PER_MIN = 0.30  # 18 km/h
RUSH = 1.35  # travel takes this much longer at 11-13 and 17-19 h
BASE_YUAN, YUAN_PER_KM, CENTRAL_YUAN = 3.5, 1.1, 8.0


def make(folder: Path) -> None:
    """Write stores.csv and orders.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    n = N_ORDERS
    home = np.array([[0.0, 0.0], [5.5, 3.0], [-5.0, 4.0], [3.0, -6.0], [-6.5, -5.0]])
    part = rng.choice(len(home), size=N_STORES, p=[0.4, 0.2, 0.2, 0.1, 0.1])
    places = np.round(home[part] + rng.normal(0, 1.9, (N_STORES, 2)), 2)
    stores = pd.DataFrame(
        {
            "store": [f"M{i + 1:02d}" for i in range(N_STORES)],
            "x_km": places[:, 0],
            "y_km": places[:, 1],
            "daily_capacity": rng.choice([4, 6, 9], size=N_STORES),
        }
    )
    living = rng.choice(len(home), size=n, p=[0.36, 0.2, 0.18, 0.14, 0.12])
    place = np.round(home[living] + rng.normal(0, 2.3, (n, 2)), 2)
    far = rng.random(n) < 0.06
    place[far] = np.round(rng.uniform(-14, 14, (int(far.sum()), 2)), 2)
    days = pd.date_range("2026-05-01", "2026-06-30", freq="D")
    hour = rng.choice(np.arange(9, 22), size=n, p=np.array([4, 5, 9, 11, 7, 5, 5, 7, 11, 13, 11, 8, 4]) / 100)
    ordered_at = days[rng.integers(0, len(days), n)] + pd.to_timedelta(hour * 60 + rng.integers(0, 60, n), unit="min")
    distance = np.sqrt(((place[:, None, :] - places[None, :, :]) ** 2).sum(axis=2))
    nearest = distance.argmin(axis=1)
    km = distance.min(axis=1)
    rush = np.isin(hour, [11, 12, 17, 18])
    travel = km * 1.3 / KM_PER_MIN * np.where(rush, RUSH, 1.0)
    minutes = np.round(rng.gamma(6, PICK_MIN / 6, n) + travel * np.exp(rng.normal(0, 0.18, n)), 0)
    near = km <= REACH_KM
    cost = np.where(near, BASE_YUAN + YUAN_PER_KM * km * np.exp(rng.normal(0, 0.12, n)), CENTRAL_YUAN)
    cancelled = rng.random(n) < 0.02
    orders = pd.DataFrame(
        {
            "order_id": [f"H{630000 + i}" for i in range(n)],
            "ordered_at": ordered_at.strftime("%Y-%m-%d %H:%M"),
            "x_km": place[:, 0],
            "y_km": place[:, 1],
            "basket_yuan": np.round(np.exp(rng.normal(4.2, 0.5, n)), 1),
            "store": np.where(near, stores["store"].to_numpy()[nearest], "总仓"),
            "minutes": np.where(near & ~cancelled, minutes, np.nan),
            "cost_yuan": np.where(cancelled, np.nan, np.round(cost, 2)),
        }
    )
    orders["minutes"] = orders["minutes"].astype("Int64")
    lost = rng.choice(n, size=30, replace=False)
    orders.loc[lost, ["x_km", "y_km"]] = 999.0
    orders = orders.sort_values(["ordered_at", "order_id"])
    stores.to_csv(folder / "stores.csv", index=False, encoding="utf-8", lineterminator="\n")
    orders.to_csv(folder / "orders.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
