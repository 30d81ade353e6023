"""Build incidents.csv (a year of quarrels over seats) and store_weeks.csv (a trial with ushers). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 8501
N = 1_200
STORES = [f"{i:02d} 店" for i in range(1, 15)]
WEEKS = 26
HOURS = np.arange(7, 22)
HOUR_SHARE = np.array([2, 3, 2, 2, 7, 18, 15, 5, 3, 3, 6, 15, 12, 5, 2]) / 100
WAYS = {  # share when quiet, share when full, score of the one seated, of the one who came later, chance of a post
    "没人管": (0.18, 0.40, 2.7, 2.3, 0.085),
    "只劝说": (0.32, 0.28, 3.1, 2.8, 0.045),
    "请一方让": (0.26, 0.20, 3.8, 2.3, 0.040),
    "两边都照顾": (0.24, 0.12, 3.9, 3.7, 0.012),
}
RATE, FULL_SLOPE, USHER = 0.85, 1.9, 0.55  # quarrels per thousand visits; log slope in the full share; rate ratio


def make(folder: Path) -> None:
    """Write both tables into `folder`."""
    rng = np.random.default_rng(SEED)
    write(incidents(rng), folder / "incidents.csv")
    write(trial(rng), folder / "store_weeks.csv")


def write(table: pd.DataFrame, path: Path) -> None:
    """Write one table."""
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def incidents(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a quarrel."""
    hour = rng.choice(HOURS, N, p=HOUR_SHARE)
    rush = np.isin(hour, [12, 13, 18, 19])
    full = np.clip(rng.normal(np.where(rush, 0.94, 0.8), 0.08), 0.4, 1.0)
    names, table = list(WAYS), np.array(list(WAYS.values()))
    busy = full >= 0.9
    pick = np.array([rng.choice(len(names), p=table[:, 1 if b else 0]) for b in busy])
    arrive = np.where(pick == 0, np.nan, np.round(rng.gamma(2.0, np.where(busy, 2.1, 1.3)), 1))
    late = 0.06 * np.nan_to_num(arrive) + 0.15 * busy
    score_a = np.clip(np.round(table[pick, 2] - late + rng.normal(0, 0.9, N)), 1, 5)
    score_b = np.clip(np.round(table[pick, 3] - late + rng.normal(0, 0.9, N)), 1, 5)
    posted = rng.random(N) < table[pick, 4] * np.where(busy, 1.3, 0.8)
    gone = rng.random(N) < np.where(score_b <= 2, 0.36, 0.2)
    out = pd.DataFrame(
        {
            "incident_id": [f"Z{3001 + i}" for i in range(N)],
            "date": (pd.Timestamp("2025-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 365, N)), unit="D")).strftime(
                "%Y-%m-%d"
            ),
            "hour": hour,
            "store": rng.choice(STORES, N),
            "full_share": np.round(full, 2),
            "way": np.array(names)[pick],
            "arrive_min": arrive,
            "csat_seated": pd.array(np.where(rng.random(N) < 0.15, np.nan, score_a)).astype("Int64"),
            "csat_later": pd.array(np.where(gone, np.nan, score_b)).astype("Int64"),
            "posted": posted.astype(int),
        }
    )
    came = np.flatnonzero(out["arrive_min"].notna())
    out.loc[rng.choice(came, size=7, replace=False), "arrive_min"] = 999.0
    copies = out.iloc[np.sort(rng.choice(N, size=10, replace=False))]
    return pd.concat([out, copies]).sort_values("incident_id", kind="stable")


def trial(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a store and week; a coin decides which store has an usher in which week."""
    store, week = np.repeat(STORES, WEEKS), np.tile(np.arange(1, WEEKS + 1), len(STORES))
    n = len(store)
    size = np.repeat(rng.normal(5200, 900, len(STORES)), WEEKS)
    level = np.repeat(rng.normal(0.0, 0.15, len(STORES)), WEEKS)
    visits = rng.poisson(size * np.where(np.isin(week, [5, 6, 7]), 1.25, 1.0))
    full = np.clip(0.62 + 0.17 * (visits / 5200 - 1) + rng.normal(0, 0.06, n), 0.3, 0.98)
    usher = rng.random(n) < 0.5
    rate = RATE * np.exp(FULL_SLOPE * (full - 0.62) + level) * np.where(usher, USHER, 1.0)
    out = pd.DataFrame(
        {
            "store": store,
            "week": week,
            "usher": usher.astype(int),
            "visits": visits,
            "full_share": np.round(full, 2),
            "quarrels": rng.poisson(visits * rate / 1000),
        }
    )
    out.loc[rng.choice(n, size=4, replace=False), "visits"] = 0
    return out


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
