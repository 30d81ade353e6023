"""Build gate_times.csv (queue and service at an airport's identity check) and match_scores.csv (face comparisons). Simulated.

Same bytes every run. Usage: python make_data.py [OUTPUT_FOLDER]
"""

import heapq
import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 2003
N_DAYS, KEEP = 28, 24  # one passenger in KEEP is recorded
LANES = {False: 4, True: 2}  # lanes open on days by hand and on face days
AGES = np.array(["青年", "中年", "老年", "儿童"])
AGE_SHARE = [0.40, 0.36, 0.16, 0.08]
PER_HOUR = {5: 160, 6: 430, 7: 600, 8: 570, 9: 430, 10: 340, 11: 300, 12: 300, 13: 330, 14: 370}
PER_HOUR |= {15: 430, 16: 520, 17: 580, 18: 520, 19: 400, 20: 290, 21: 180}
MANUAL_S, MANUAL_SD = 19.0, 0.42  # median seconds and log standard deviation of a check by hand
FACE_S, FACE_SD = 6.2, 0.30
RETRY_S, RESCUE_S = 4.0, 34.0  # a second look; a clerk called to the face lane
SCORE_MEAN = np.array([79.0, 77.0, 71.0, 69.0])  # same person, by age
SCORE_SD = np.array([8.0, 8.5, 9.5, 10.5])
OTHER_MEAN, OTHER_SD = 38.0, 8.5  # another person
THRESHOLD = 60.0  # in use at the gate
RETRY_WORKS = 0.45
OPT_OUT = np.array([0.05, 0.06, 0.20, 0.12])  # who goes by hand on a face day
N_SAME, N_OTHER = 3_600, 2_600


def one_day(rng: np.random.Generator, day: pd.Timestamp, face_day: bool) -> pd.DataFrame:
    """Walk every passenger of a day through the queue; return one in KEEP."""
    busy = rng.lognormal(0, 0.08) * (1.10 if day.weekday() in (4, 6) else 0.98)
    at = np.concatenate([h * 3600 + rng.uniform(0, 3600, rng.poisson(n * busy)) for h, n in PER_HOUR.items()])
    at.sort()
    n = len(at)
    age = rng.choice(4, size=n, p=AGE_SHARE)
    by_hand = rng.random(n) < OPT_OUT[age] if face_day else np.ones(n, dtype=bool)
    manual = MANUAL_S * np.exp(rng.normal(0, MANUAL_SD, n)) * np.array([1.0, 1.0, 1.25, 1.15])[age]
    score = rng.normal(SCORE_MEAN[age], SCORE_SD[age])
    refused = score < THRESHOLD
    rescued = refused & (rng.random(n) >= RETRY_WORKS)
    face = FACE_S * np.exp(rng.normal(0, FACE_SD, n)) + np.where(refused, RETRY_S, 0)
    face = face + np.where(rescued, RESCUE_S * np.exp(rng.normal(0, 0.4, n)), 0)
    proc = np.where(by_hand, manual, face)
    free, wait = [0.0] * LANES[face_day], np.empty(n)
    for i in range(n):
        start = max(at[i], heapq.heappop(free))
        wait[i] = start - at[i]
        heapq.heappush(free, start + proc[i])
    kept = np.sort(rng.choice(n, size=n // KEEP, replace=False))
    return pd.DataFrame(
        {
            "arrived_at": day + pd.to_timedelta(at[kept].astype(int), unit="s"),
            "plan": "刷脸日" if face_day else "人工日",
            "mode": np.where(by_hand, "人工", "刷脸")[kept],
            "age_group": AGES[age[kept]],
            "wait_s": np.round(wait[kept], 1),
            "proc_s": np.round(proc[kept], 1),
            "fallback": pd.array(np.where(by_hand, -1, rescued)[kept], dtype="Int64"),
        }
    )


def make(folder: Path) -> None:
    """Write gate_times.csv and match_scores.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    # By lot within pairs of the same weekday: one day of the pair by hand, one by face.
    first = rng.integers(0, 2, N_DAYS // 2).astype(bool)
    face = np.concatenate([np.concatenate([f, ~f]) for f in first.reshape(-1, 7)])
    days = pd.date_range("2026-03-02", periods=N_DAYS)
    gate = pd.concat([one_day(rng, day, bool(f)) for day, f in zip(days, face, strict=True)], ignore_index=True)
    gate["fallback"] = gate["fallback"].replace(-1, pd.NA)
    gate.insert(0, "pax_id", [f"X{100000 + 7 * i}" for i in range(len(gate))])
    odd = rng.choice(len(gate), size=105, replace=False)
    gate.loc[odd[:30], "proc_s"] = 0.0
    gate.loc[odd[30:50], "proc_s"] = np.round(rng.uniform(1_800, 7_200, 20), 1)
    gate.loc[odd[50:], "wait_s"] = np.nan
    copies = gate.iloc[rng.choice(len(gate), size=45, replace=False)]
    gate = pd.concat([gate, copies]).sort_values(["arrived_at", "pax_id"], kind="stable")
    gate["arrived_at"] = gate["arrived_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    age = rng.choice(4, size=N_SAME + N_OTHER, p=[0.34, 0.30, 0.20, 0.16])
    same = rng.permutation(np.repeat([1, 0], [N_SAME, N_OTHER]))
    score = np.where(same == 1, rng.normal(SCORE_MEAN[age], SCORE_SD[age]), rng.normal(OTHER_MEAN, OTHER_SD, len(age)))
    scores = pd.DataFrame(
        {
            "test_id": [f"M{10000 + i}" for i in range(len(age))],
            "age_group": AGES[age],
            "same_person": same,
            "score": np.round(np.clip(score, 0, 100), 1),
        }
    )
    scores.loc[rng.choice(len(scores), size=24, replace=False), "score"] = np.nan
    gate.to_csv(folder / "gate_times.csv", index=False, encoding="utf-8", lineterminator="\n")
    scores.to_csv(folder / "match_scores.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
