"""Build calls.csv and orders.csv (two days of a city hotline and its work orders). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import heapq
import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 21234
# Published: over 5,000 calls on an average day and over 7,000 on a busy one. The dates are made up.
DAYS = {"2026-05-13": 5_063, "2026-05-18": 7_118}
AS_OF = pd.Timestamp("2026-06-08")
SEATS, LEAST_SEATS, PATIENT_S = 30, 3, 20
# Calls by the hour, as shares of the busiest hour: a morning peak, a lunch dip, a lower afternoon, a quiet night.
SHAPE = [0.06, 0.04, 0.03, 0.03, 0.04, 0.07, 0.16, 0.36, 0.72, 0.97, 1.00, 0.86]
SHAPE += [0.52, 0.58, 0.80, 0.86, 0.80, 0.66, 0.50, 0.44, 0.38, 0.28, 0.18, 0.10]
REQUESTS, HURRIED = 0.42, {"咨询": 0.20, "诉求": 0.45}
HANDLE_S = {"咨询": (135, 0.55), "诉求": (225, 0.55)}  # median, spread of the logarithm
BOT_HANDLE_S = (80, 0.5)
BOT_SOLVES = {("咨询", "平静"): 0.80, ("咨询", "着急"): 0.62, ("诉求", "平静"): 0.48, ("诉求", "着急"): 0.26}
BOT_LIKED = {("咨询", "平静"): 4.2, ("咨询", "着急"): 3.5, ("诉求", "平静"): 3.3, ("诉求", "着急"): 2.4}
AGENT_LIKED = {"咨询": 4.5, "诉求": 4.2}
RATED = 0.35
# One row a limit: share of orders, hours allowed, median hours used, spread of the logarithm.
LIMITS = {"2小时": (0.08, 2, 0.85, 0.70), "24小时": (0.37, 24, 8.5, 0.75), "7天": (0.55, 168, 62, 0.65)}
UNITS = [0.70, 0.22, 0.06, 0.02]
UNIT_FACTOR = 1.30  # every further department makes an order take this many times as long
NEVER = 0.020


def seats_at(hour: float) -> int:
    """Return the agents on line at that hour."""
    return max(LEAST_SEATS, round(SEATS * SHAPE[int(hour)]))


def day_of_calls(date: str, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return a day's calls: an agent takes one who waits 20 seconds at most, the bot takes all others."""
    shape = np.array(SHAPE) / sum(SHAPE)
    moment = np.sort((rng.choice(24, n, p=shape) + rng.random(n)) * 3600)
    ends: list[float] = []
    rows = []
    for at in moment:
        kind = "诉求" if rng.random() < REQUESTS else "咨询"
        mood = "着急" if rng.random() < HURRIED[kind] else "平静"
        while ends and ends[0] <= at:
            heapq.heappop(ends)
        seats = seats_at(at / 3600)
        over = len(ends) - seats
        start = at if over < 0 else heapq.nsmallest(over + 1, ends)[-1]
        human = start - at <= PATIENT_S
        median, spread = HANDLE_S[kind] if human else BOT_HANDLE_S
        handle = round(median * np.exp(rng.normal(0, spread)))
        if human:
            heapq.heappush(ends, start + handle)
        solved = "" if human else int(rng.random() < BOT_SOLVES[kind, mood])
        liked = AGENT_LIKED[kind] - 0.3 * (mood == "着急") if human else BOT_LIKED[kind, mood]
        stars = int(np.clip(np.round(rng.normal(liked, 0.9)), 1, 5)) if rng.random() < RATED else ""
        when = pd.Timestamp(date) + pd.Timedelta(seconds=int(at))
        wait = round(start - at) if human else PATIENT_S
        rows.append((when, kind, mood, seats, "人工" if human else "机器人", wait, handle, solved, stars))
    columns = ["called_at", "kind", "mood", "seats", "handler", "wait_s", "handle_s", "bot_solved", "rating"]
    return pd.DataFrame(rows, columns=columns)


def orders_of(calls: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a work order for each request that an agent took or the bot understood."""
    known = calls[(calls["kind"] == "诉求") & (calls["bot_solved"] != 0)]
    n = len(known)
    names = list(LIMITS)
    limit = rng.choice(len(names), n, p=[LIMITS[k][0] for k in names])
    units = rng.choice(4, n, p=UNITS) + 1
    median = np.array([LIMITS[k][2] for k in names])[limit]
    spread = np.array([LIMITS[k][3] for k in names])[limit]
    used = np.maximum(median * UNIT_FACTOR ** (units - 1) * np.exp(rng.normal(0, 1, n) * spread), 0.1).round(1)
    open_h = (AS_OF - known["called_at"]).dt.total_seconds().to_numpy() / 3600
    closed = (rng.random(n) >= NEVER) & (used <= open_h)
    table = {"call_id": known["call_id"], "limit": np.array(names)[limit], "units": units}
    return pd.DataFrame(table | {"used_h": np.where(closed, used, np.nan)})


def make(folder: Path) -> None:
    """Write calls.csv and orders.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    calls = pd.concat([day_of_calls(date, n, rng) for date, n in DAYS.items()], ignore_index=True)
    calls.insert(0, "call_id", np.arange(len(calls)) + 10_001)
    orders = orders_of(calls, rng)
    agent = calls.index[calls["handler"] == "人工"].to_numpy()
    odd = rng.choice(agent, 40, replace=False)
    calls.loc[odd[:25], "handle_s"] = 0
    calls.loc[odd[25:], "wait_s"] = 9999
    copies = calls.iloc[np.sort(rng.choice(len(calls), 60, replace=False))]
    calls = pd.concat([calls, copies]).sort_values("call_id", kind="stable")
    calls["called_at"] = calls["called_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    for name, frame in (("calls", calls), ("orders", orders)):
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
