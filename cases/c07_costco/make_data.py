"""Build members.csv, cohort.csv and fee_test.csv of a fictional membership store. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 7001
N_MEMBERS = 4_000
N_TEST = 6_000
FEE = 260  # yuan a year, what members pay now
MARKUP = 10.0  # percent on cost, now
MARKET_MARKUP = 24.0  # percent an ordinary supermarket adds
FEES = np.array([160, 260, 360])
MARKUPS = np.array([6, 10, 16])


def expit(x: np.ndarray) -> np.ndarray:
    """Turn log-odds into a probability."""
    return 1 / (1 + np.exp(-x))


def make_members(rng: np.random.Generator) -> pd.DataFrame:
    """Draw a year of members: visits, spending, what they saved, and who renewed."""
    n = N_MEMBERS
    family = rng.random(n) < 0.38
    distance = np.round(rng.gamma(2.2, 4.5, n), 1)
    visits = rng.negative_binomial(2.2, 2.2 / (2.2 + (11 + 7 * family) * np.exp(-0.03 * distance)))
    spend = np.round(visits * rng.gamma(9, (265 + 60 * family) / 9, n), 0)
    saved = np.round(spend * np.clip(rng.normal(0.12, 0.03, n), 0, 0.3), 0)
    auto = rng.random(n) < 0.30
    ratio = np.minimum(saved / FEE, 3.0)
    renewed = rng.random(n) < expit(-0.55 + 1.05 * ratio + 0.55 * auto - 0.015 * distance)
    month = rng.integers(1, 13, n)
    frame = pd.DataFrame({"member_id": [f"H{i:05d}" for i in range(1, n + 1)]})
    frame["card"] = np.where(family, "家庭卡", "个人卡")
    frame["joined_date"] = [f"2025-{m:02d}-{d:02d}" for m, d in zip(month, rng.integers(1, 29, n), strict=True)]
    frame["distance_km"] = distance
    frame["auto_renew"] = auto.astype(int)
    frame["visits"] = visits
    frame["spend_yuan"] = spend.astype(int)
    frame["saved_yuan"] = pd.Series(saved).mask(rng.random(n) < 0.06).astype("Int64")
    frame["renewed"] = pd.Series(renewed.astype(int)).where(pd.Series(month <= 9)).astype("Int64")
    frame.loc[rng.choice(n, 14, replace=False), "visits"] = -1
    twice = rng.choice(n, 30, replace=False)
    return frame.loc[np.sort(np.concatenate([np.arange(n), twice]))]


def make_cohort(rng: np.random.Generator) -> pd.DataFrame:
    """Follow 3,000 members who joined in 2018: how many are still members after each year."""
    theta = rng.beta(1.1, 2.9, 3_000)
    left = rng.geometric(np.clip(theta, 1e-6, 1))
    return pd.DataFrame({"year": range(8), "active": [int((left > year).sum()) for year in range(8)]})


def make_test(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the door test: a random fee and a random markup on the shown prices, and who joined."""
    n = N_TEST
    cells = rng.permutation(np.resize(np.arange(9), n))
    fee, markup = FEES[cells // 3], MARKUPS[cells % 3]
    joined = rng.random(n) < expit(-1.35 - 0.0048 * (fee - FEE) - 0.085 * (markup - MARKUP))
    frame = pd.DataFrame({"visitor_id": [f"F{i:05d}" for i in range(1, n + 1)], "fee_yuan": fee, "markup_pct": markup})
    frame["joined"] = pd.Series(joined.astype(int)).mask(rng.random(n) < 0.01).astype("Int64")
    return frame


def make(folder: Path) -> None:
    """Write the three tables into `folder`."""
    for number, (name, builder) in enumerate(
        (("members", make_members), ("cohort", make_cohort), ("fee_test", make_test))
    ):
        table = builder(np.random.default_rng([SEED, number]))
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
