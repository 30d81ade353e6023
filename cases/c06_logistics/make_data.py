"""Build deliveries.csv: promised and actual hours, courier warmth, satisfaction. Simulated, same bytes on every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 6101
N_ORDERS = 6_000
MEDIAN_H = {"城区": 24.0, "县城": 33.0, "乡镇": 42.0}
LATE_POINTS = 0.055  # satisfaction points lost per hour of delay with a cool courier
WARM_RELIEF = 0.030  # a warm courier takes this much of the loss per hour back
WARM_POINTS = 0.35  # a warm courier adds this much whatever the time
PROMISE_POINTS = 0.08  # every 12 promised hours more cost this much


def make(folder: Path) -> None:
    """Write deliveries.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    n = N_ORDERS
    days = pd.date_range("2026-04-01", "2026-06-30", freq="D")
    peak = days.strftime("%m-%d").isin(["06-17", "06-18", "06-19", "06-20"])
    weight = 1 + 1.6 * peak
    day = rng.choice(len(days), size=n, p=weight / weight.sum())
    ordered_at = days[day] + pd.to_timedelta(rng.integers(8 * 60, 23 * 60, n), unit="min")
    region = rng.choice(list(MEDIAN_H), size=n, p=[0.5, 0.3, 0.2])
    promise = rng.choice([24, 36, 48, 72], size=n)
    slow = np.where(peak[day], 1.45, 1.0)
    actual = np.round(np.array([MEDIAN_H[r] for r in region]) * slow * np.exp(rng.normal(0, 0.38, n)), 1)
    warmth_of = np.clip(rng.normal(3.7, 0.7, 60), 1.5, 5)
    courier = rng.integers(0, 60, n)
    score = np.clip(np.round(warmth_of[courier] + rng.normal(0, 0.8, n)), 1, 5).astype(int)
    warm = score >= 4
    late = np.maximum(actual - promise, 0)
    latent = (
        4.25 + WARM_POINTS * warm - (LATE_POINTS - WARM_RELIEF * warm) * late - PROMISE_POINTS * (promise - 24) / 12
    )
    csat = np.clip(np.round(latent + rng.normal(0, 0.75, n)), 1, 5)
    # Somebody angry or delighted answers more often than somebody indifferent.
    answered = rng.random(n) < np.where(csat == 3, 0.55, 0.72)
    actual[rng.choice(n, size=8, replace=False)] *= -1
    actual[rng.choice(n, size=25, replace=False)] = 999.0
    table = pd.DataFrame(
        {
            "order_id": [f"W{610000 + i}" for i in range(n)],
            "ordered_at": ordered_at.strftime("%Y-%m-%d %H:%M"),
            "region": region,
            "courier_id": [f"K{c + 1:02d}" for c in courier],
            "promise_h": promise,
            "actual_h": actual,
            "courier_score": score,
            "csat": np.where(answered, csat, np.nan),
        }
    )
    table["csat"] = table["csat"].astype("Int64")
    table = table.sort_values(["ordered_at", "order_id"])
    table.to_csv(folder / "deliveries.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
