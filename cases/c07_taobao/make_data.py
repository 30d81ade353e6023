"""Build users.csv, audit.csv and review_test.csv of a fictional shopping site. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 7003
N_USERS = 5_000
N_AUDIT = 900
N_TEST = 3_000
ARMS = {0: (0.50, 0.62), 5: (0.80, 0.56), 20: (1.70, 0.33)}  # points a review: reviews in 30 days, share found helpful


def expit(x: np.ndarray) -> np.ndarray:
    """Turn log-odds into a probability."""
    return 1 / (1 + np.exp(-x))


def make_users(rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw a year of users and say who of them is paid to write reviews (published only for the audited)."""
    n = N_USERS
    paid = np.zeros(n, dtype=bool)
    paid[rng.choice(n, 150, replace=False)] = True
    liking = rng.normal(0, 1, n) - 0.9 * paid
    spend = np.round(np.exp(6.9 + 0.40 * liking + rng.normal(0, 0.85, n)), 0)
    reviews = rng.poisson(np.exp(1.1 + 0.45 * liking))
    reviews[paid] = rng.integers(120, 480, paid.sum())
    shares = rng.poisson(np.exp(0.4 + 0.40 * liking))
    disputes = rng.poisson(0.25 + 0.35 * paid)
    credit = np.clip(np.rint(84 + 4 * liking + rng.normal(0, 7, n) - 6 * disputes), 0, 100)
    stays = rng.random(n) < expit(0.35 + 0.95 * liking - 0.12 * disputes)
    next_spend = np.where(stays, np.round(spend * rng.lognormal(0.0, 0.45, n), 0), 0)
    frame = pd.DataFrame({"user_id": [f"L{i:05d}" for i in range(1, n + 1)], "spend_yuan": spend.astype(int)})
    frame["reviews"], frame["shares"], frame["disputes"] = reviews, shares, disputes
    frame["credit"] = pd.Series(credit).mask(rng.random(n) < 0.04).astype("Int64")
    frame["retained_next"] = stays.astype(int)
    frame["spend_next_yuan"] = next_spend.astype(int)
    frame.loc[rng.choice(n, 25, replace=False), "spend_yuan"] = -1  # refunds that were booked twice
    twice = rng.choice(n, 20, replace=False)
    return frame.loc[np.sort(np.concatenate([np.arange(n), twice]))], paid


def make_audit(rng: np.random.Generator, users: pd.DataFrame, paid: np.ndarray) -> pd.DataFrame:
    """Draw a random 700 users and 200 with many reviews whom a person has looked at."""
    unique = users.drop_duplicates("user_id").reset_index(drop=True)
    many = np.flatnonzero(unique["reviews"] >= 60)
    chosen = np.union1d(rng.choice(len(unique), N_AUDIT - 200, replace=False), rng.permutation(many)[:200])
    frame = unique.loc[chosen, ["user_id"]].reset_index(drop=True)
    frame["paid_reviewer"] = paid[chosen].astype(int)
    return frame


def make_test(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the experiment: how many points a review earns, at random; reviews written and found helpful in 30 days."""
    points = rng.permutation(np.resize(list(ARMS), N_TEST))
    mean = np.array([ARMS[p][0] for p in points]) * rng.gamma(1.2, 1 / 1.2, N_TEST)
    written = rng.poisson(mean)
    helpful = rng.binomial(written, np.array([ARMS[p][1] for p in points]))
    frame = pd.DataFrame({"visitor_id": [f"T{i:04d}" for i in range(1, N_TEST + 1)], "points": points})
    frame["reviews_30d"], frame["helpful"] = written, helpful
    return frame


def make(folder: Path) -> None:
    """Write the three tables into `folder`."""
    users, paid = make_users(np.random.default_rng([SEED, 0]))
    audit = make_audit(np.random.default_rng([SEED, 1]), users, paid)
    tables = {"users": users, "audit": audit, "review_test": make_test(np.random.default_rng([SEED, 2]))}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
