"""Build units.csv (failures, repairs, satisfaction) and offers.csv (warranty offer test). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 6401
N_UNITS = 5_000
N_OFFERS = 2_400
SHAPE = 1.35  # > 1: machines wear out, the hazard grows with age
SCALE_MONTHS = {"经典款": 290.0, "升级款": 430.0}
FAIL_POINTS = 0.30  # satisfaction points a failure costs however fast the repair
WAIT_POINTS = 0.17  # and per day waited for the repair
YEARS = np.array([1, 3, 6, 10])
CUT_OFF = pd.Timestamp("2026-06-30")


def make(folder: Path) -> None:
    """Write units.csv and offers.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    n = N_UNITS
    # More units sold in early summer, the classic line mostly before 2021.
    sold_year = rng.integers(2016, 2026, n)
    sold_month = rng.choice(np.arange(1, 13), size=n, p=np.array([4, 4, 6, 8, 14, 18, 15, 10, 6, 5, 5, 5]) / 100)
    sold = pd.to_datetime({"year": sold_year, "month": sold_month, "day": rng.integers(1, 29, n)})
    new_line = rng.random(n) < np.clip((sold_year - 2017) / 8, 0.05, 0.9)
    line = np.where(new_line, "升级款", "经典款")
    watched = ((CUT_OFF - sold).dt.days / 30.4375).to_numpy()
    life = np.where(new_line, SCALE_MONTHS["升级款"], SCALE_MONTHS["经典款"]) * rng.weibull(SHAPE, n)
    failed = life <= watched
    wait = np.where(failed, np.round(rng.gamma(2.2, 1.3, n), 1), np.nan)
    cost = np.where(failed, np.round(np.exp(rng.normal(5.35, 0.5, n)), 0), np.nan)
    drop = np.where(failed, FAIL_POINTS + WAIT_POINTS * np.minimum(wait, 12), 0)
    csat = np.clip(np.round(4.45 - drop + rng.normal(0, 0.7, n)), 1, 5)
    units = pd.DataFrame(
        {
            "sn": [f"G{640000 + i}" for i in range(n)],
            "line": line,
            "sold_date": sold.dt.strftime("%Y-%m-%d"),
            "months_watched": np.round(np.where(failed, life, watched), 1),
            "failed": failed.astype(int),
            "repair_wait_days": wait,
            "repair_cost_yuan": cost,
            "csat": np.where(rng.random(n) < 0.58, csat, np.nan),
        }
    )
    units["repair_cost_yuan"] = units["repair_cost_yuan"].astype("Int64")
    units["csat"] = units["csat"].astype("Int64")
    free = np.flatnonzero(failed)
    units.loc[rng.choice(free, size=20, replace=False), "repair_cost_yuan"] = pd.NA
    units.loc[rng.choice(np.flatnonzero(~failed), size=6, replace=False), "months_watched"] = -1.0
    units = units.sort_values(["sold_date", "sn"])
    years = rng.permutation(np.resize(YEARS, N_OFFERS))
    price = rng.choice([2599, 2999, 3399], size=N_OFFERS)
    utility = -0.75 + 0.42 * np.log(years) - 0.0007 * (price - 2999)
    offers = pd.DataFrame(
        {
            "respondent_id": [f"R{1000 + i}" for i in range(N_OFFERS)],
            "warranty_years": years,
            "price_yuan": price,
            "would_buy": (rng.random(N_OFFERS) < 1 / (1 + np.exp(-utility))).astype(int),
        }
    )
    units.to_csv(folder / "units.csv", index=False, encoding="utf-8", lineterminator="\n")
    offers.to_csv(folder / "offers.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
