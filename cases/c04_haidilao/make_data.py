"""Build queue.csv (parties waiting), visits.csv (tables served), contacts.csv (watched contacts). Simulated, seeded.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 4410
N_QUEUE = 2_400
N_VISITS = 3_200
N_WATCHED = 700  # tables that an observer followed
DAYS = pd.date_range("2026-03-01", "2026-05-31")
QUOTES = {"不报": 1.45, "照实报": 1.10, "报短": 1.30}  # how many times longer the wait feels
SNACK = 0.85  # snacks and games: the wait feels this much shorter
MOMENTS = ["迎客", "点单", "上菜", "结账"]
SMILE_POINTS = 0.22  # mood points that one smile gives
LIMITS = np.array([0, 30, 60, 120])
TROUBLE_SHARE = 0.24


def _queue(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a party: how the wait was announced, how long, left or seated."""
    n = N_QUEUE
    evening = rng.integers(0, len(DAYS), n)
    # The announcement is drawn by evening, the snacks as well: 92 evenings.
    quote_of = rng.permutation(np.resize(np.array(list(QUOTES)), len(DAYS)))
    snack_of = rng.permutation(np.resize(np.array([0, 1]), len(DAYS)))
    quote, snack = quote_of[evening], snack_of[evening]
    weekend = DAYS[evening].day_of_week.to_numpy() >= 5
    seat = np.clip(rng.gamma(3.2, np.where(weekend, 13, 9.5), n), 3, 140).round()
    noise = np.exp(rng.normal(0, 0.18, n))
    quoted = np.where(quote == "照实报", seat * noise, seat * noise * 0.65)
    quoted = np.maximum(5, 5 * np.round(quoted / 5))
    # Hazard a minute of walking away; past the quoted time it rises, most when the quote was far too short.
    patience = rng.exponential(1.0, n)
    base = np.where(quote == "不报", 0.0105, np.where(quote == "照实报", 0.0060, 0.0048)) * np.where(
        snack == 1, 0.75, 1
    )
    late = np.where(quote == "照实报", 0.016, 0.030)
    before = base * quoted
    walk = np.where(
        (quote == "不报") | (patience <= before), patience / base, quoted + (patience - before) / late
    ).round()
    walk = np.maximum(walk, 1)
    left = walk < seat
    felt = seat * np.array([QUOTES[q] for q in quote]) * np.where(snack == 1, SNACK, 1) * np.exp(rng.normal(0, 0.3, n))
    table = pd.DataFrame(
        {
            "party_id": [f"Q{10000 + i}" for i in range(n)],
            "visit_date": DAYS[evening].strftime("%Y-%m-%d"),
            "people": rng.choice([1, 2, 3, 4, 5, 6, 8], n, p=[0.04, 0.30, 0.18, 0.24, 0.10, 0.09, 0.05]),
            "quote": quote,
            "snack": snack,
            "quoted_min": pd.array(np.where(quote == "不报", np.nan, quoted), dtype="Int64"),
            "waited_min": np.where(left, walk, seat).astype(int),
            "left": left.astype(int),
            "felt_min": pd.array(
                np.where(left | (rng.random(n) < 0.30), np.nan, np.maximum(felt, 1).round()), dtype="Int64"
            ),
        }
    )
    table.loc[rng.choice(n, 9, replace=False), "waited_min"] = -1
    return table.sort_values(["visit_date", "party_id"])


def _visits(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row a table served and one row a watched contact."""
    n = N_VISITS
    day = rng.integers(0, len(DAYS), n)
    waiter = rng.integers(0, 16, n)
    # A waiter's limit is drawn for each day.
    limit = rng.choice(LIMITS, (len(DAYS), 16))[day, waiter]
    slot = rng.choice(["午市", "晚市", "夜宵"], n, p=[0.3, 0.5, 0.2])
    busy = (slot == "晚市") * 1.0
    style = rng.normal(0, 0.5, 16)[waiter]
    mood = 3.3 - 0.2 * busy + rng.normal(0, 0.85, n)
    trouble = rng.random(n) < TROUBLE_SHARE * np.where(busy == 1, 1.25, 0.75)
    need = np.exp(rng.normal(3.65, 0.6, n))
    gift = np.where(trouble, np.minimum(need, limit), 0.0)
    free = (~trouble) & (limit > 0) & (rng.random(n) < 0.05 + 0.0013 * limit)
    gift = np.where(free, np.minimum(np.exp(rng.normal(2.9, 0.4, n)), limit), gift).round()
    watched = np.zeros(n, bool)
    watched[rng.choice(n, N_WATCHED, replace=False)] = True
    rows = []
    for name in MOMENTS:
        seen = np.clip(np.round(mood), 1, 5)
        smile = rng.random(n) < 1 / (1 + np.exp(-(0.1 + style + 0.75 * (seen - 3) - 0.6 * busy)))
        mood = 3.3 + 0.93 * (mood - 3.3) + SMILE_POINTS * smile + rng.normal(0, 0.35, n) - 0.09
        if name == "上菜":
            mood = mood - 1.25 * trouble
            mood = mood + 1.25 * np.where(trouble, np.minimum(gift / need, 1), 0.0) + 0.12 * free
        rows.append((name, seen, smile, np.clip(np.round(mood), 1, 5)))
    visit = np.array([f"T{20000 + i}" for i in range(n)])
    score = np.clip(np.round(3.55 + 0.75 * (mood - 3.3) + rng.normal(0, 0.55, n)), 1, 5)
    again = rng.random(n) < 1 / (1 + np.exp(-(-0.75 + 0.75 * (mood - 3.3))))
    visits = pd.DataFrame(
        {
            "visit_id": visit,
            "visit_date": DAYS[day].strftime("%Y-%m-%d"),
            "slot": slot,
            "waiter": [f"W{w + 1:02d}" for w in waiter],
            "limit_yuan": limit,
            "trouble": trouble.astype(int),
            "gift_yuan": gift.astype(int),
            "score": pd.array(np.where(rng.random(n) < 0.22, np.nan, score), dtype="Int64"),
            "return_60d": again.astype(int),
        }
    )
    contacts = pd.concat(
        [
            pd.DataFrame(
                {
                    "visit_id": visit,
                    "step_no": k + 1,
                    "moment": name,
                    "mood_before": before.astype(int),
                    "smile": smile.astype(int),
                    "mood_after": after.astype(int),
                }
            )[watched]
            for k, (name, before, smile, after) in enumerate(rows)
        ]
    )
    return visits, contacts.sort_values(["visit_id", "step_no"])


def make(folder: Path) -> None:
    """Write the three files into `folder`."""
    rng = np.random.default_rng(SEED)
    queue = _queue(rng)
    visits, contacts = _visits(rng)
    visits = pd.concat([visits, visits.iloc[rng.choice(len(visits), 20, replace=False)]])
    visits = visits.sort_values(["visit_date", "visit_id"])
    for name, table in (("queue", queue), ("visits", visits), ("contacts", contacts)):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
