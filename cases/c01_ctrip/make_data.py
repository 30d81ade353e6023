"""Build requests.csv: a year of requests for a tailor-made trip. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 1401
N = 5_200
SLOW = -0.30  # log odds of closing per doubling of the reply time
EXTRA_DAY = -0.10  # and per day the trip is longer than 5 days
PREMIUM = -0.020  # and per per cent the quote lies above the packaged tour
MONTHS = np.array([7, 6, 6, 8, 9, 9, 15, 13, 8, 9, 5, 5]) / 100
KINDS = {"亲子": 0.34, "蜜月": 0.14, "父母同行": 0.22, "朋友小团": 0.18, "公司团建": 0.12}


def make(folder: Path) -> None:
    """Write requests.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    month = rng.choice(12, size=N, p=MONTHS)
    first = pd.Series(pd.date_range("2025-07-01", periods=12, freq="MS")[(month - 6) % 12])
    asked = first + pd.to_timedelta(rng.integers(0, 28 * 24 * 60, N), unit="min")
    kind = rng.choice(list(KINDS), size=N, p=list(KINDS.values()))
    days = np.clip(rng.poisson(4.2, N) + 2, 2, 16)
    abroad = rng.random(N) < np.clip(0.08 + 0.06 * (days - 3), 0.05, 0.75)
    people = np.where(kind == "公司团建", rng.integers(8, 31, N), np.where(kind == "蜜月", 2, rng.integers(2, 9, N)))
    busy = (MONTHS[month] / MONTHS.mean()) * np.exp(rng.normal(0, 0.25, N))
    # Long and foreign trips take longer to plan: the same requests would close less often anyway.
    log_hours = 0.75 + 0.17 * (days - 5) + 0.6 * abroad + 0.7 * np.log(busy) + rng.normal(0, 0.85, N)
    hours = np.exp(log_hours)
    package = np.round(days * people * rng.normal(560, 90, N) * np.where(abroad, 2.1, 1.0), -1)
    premium = rng.normal(22, 12, N)
    quote = np.round(package * (1 + premium / 100), -1)
    replied = rng.random(N) < 1 / (1 + np.exp(-(2.9 - 0.045 * hours)))
    chance = 1 / (
        1
        + np.exp(
            -(-0.75 + SLOW * np.log2(hours / 2) + EXTRA_DAY * (days - 5) + PREMIUM * (premium - 20) - 0.35 * abroad)
        )
    )
    picked = replied & (rng.random(N) < np.clip(chance + 0.22, 0, 0.97))
    closed = replied & picked & (rng.random(N) < np.clip(chance / np.clip(chance + 0.22, 0, 0.97), 0, 1))
    plans = np.where(replied, rng.integers(1, 5, N), 0)
    changes = np.where(picked, rng.poisson(1.6, N), 0)
    mood = (
        4.25
        - 0.10 * np.log2(hours / 2)
        + 0.10 * np.minimum(changes, 3)
        - 0.008 * (premium - 20)
        + rng.normal(0, 0.7, N)
    )
    answers = closed & (rng.random(N) < 0.66)
    requests = pd.DataFrame(
        {
            "request_id": [f"R{60000 + i}" for i in range(N)],
            "asked_at": asked.dt.strftime("%Y-%m-%d %H:%M"),
            "trip": kind,
            "abroad": np.where(abroad, "境外", "境内"),
            "days": days,
            "people": people,
            "reply_h": np.where(replied, np.round(hours, 1), np.nan),
            "plans": plans,
            "changes": changes,
            "package_yuan": package.astype(int),
            "quote_yuan": pd.array(np.where(replied, quote, np.nan), dtype="Float64").astype("Int64"),
            "picked": picked.astype(int),
            "closed": closed.astype(int),
            "csat": pd.array(np.where(answers, np.clip(np.round(mood), 1, 5), np.nan), dtype="Float64").astype("Int64"),
        }
    )
    good = np.flatnonzero(replied & ~closed)
    tenfold = rng.choice(good, size=14, replace=False)
    requests.loc[tenfold, "quote_yuan"] = requests.loc[tenfold, "quote_yuan"] * 10
    requests.loc[rng.choice(np.setdiff1d(good, tenfold), size=18, replace=False), "reply_h"] = -1.0
    twice = requests.iloc[np.sort(rng.choice(N, size=50, replace=False))]
    requests = pd.concat([requests, twice]).sort_values(["asked_at", "request_id"], kind="stable")
    requests.to_csv(folder / "requests.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
