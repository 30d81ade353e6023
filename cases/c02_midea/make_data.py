"""Build contacts.csv, visits.csv and self_service.csv of an appliance maker's service centre. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 2001
N_MATTERS, N_CUSTOMERS, N_TICKETS, N_SESSIONS = 4_000, 3_300, 2_600, 1_800
START, DAYS = pd.Timestamp("2026-04-01"), 183  # to 2026-09-30
CHANNELS = np.array(["电话", "微信", "应用", "门店"])
FIRST_CHANNEL = [0.42, 0.28, 0.20, 0.10]
NEXT_CHANNEL = [0.62, 0.20, 0.10, 0.08]  # where a customer turns who does not come back the same way
STAY = 0.42  # share of repeat contacts through the channel of the one before
CHANNEL_EFFECT = np.array([0.04, -0.03, -0.06, 0.02])  # on the chance that a contact settles the matter
REPLY_MEDIAN_MIN = np.array([0.6, 9.0, 34.0, 120.0])
REPLY_SD = np.array([0.8, 1.1, 1.2, 1.0])
NO_REPLY = np.array([0.04, 0.02, 0.05, 0.06])
REQUESTS = np.array(["报修", "预约安装", "使用咨询", "发票", "投诉"])
REQUEST_SHARE = [0.46, 0.20, 0.20, 0.08, 0.06]
SETTLED = np.array([0.60, 0.82, 0.80, 0.74, 0.46])
PRODUCTS = np.array(["空调", "洗衣机", "冰箱", "热水器"])
FAULTS = np.array(["主板", "电机", "异响", "漏水", "缺制冷剂"])
FAULT_SHARE = [0.20, 0.18, 0.22, 0.22, 0.18]
FIXED_FIRST = np.array([0.56, 0.61, 0.68, 0.85, 0.89])  # chance that a first visit fixes it, no video call before
VIDEO_ADDS = np.array([0.24, 0.19, 0.10, 0.02, 0.00])  # what a video call before the visit adds to it
SELF_REQUESTS = np.array(["查进度", "预约安装", "发票", "使用咨询", "报修", "投诉"])
SELF_SHARE = [0.34, 0.20, 0.10, 0.18, 0.14, 0.04]
SELF_SOLVED = np.array([0.94, 0.88, 0.80, 0.58, 0.34, 0.12])


def hours(rng: np.random.Generator, channel: np.ndarray) -> np.ndarray:
    """Draw the hour of day: the phone and the store in office hours, the two apps into the night."""
    day = np.array([0, 0, 0, 0, 0, 0, 0, 1, 5, 10, 12, 9, 6, 8, 9, 9, 8, 6, 4, 4, 4, 3, 1, 0], dtype=float)
    night = np.array([2, 1, 0, 0, 0, 0, 1, 2, 4, 6, 6, 5, 7, 6, 5, 5, 5, 6, 7, 10, 12, 12, 9, 5], dtype=float)
    shop = np.where(np.arange(24) < 10, 0, day)
    table = np.array([day, night, night, shop])
    table = np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1)
    return (rng.random(len(channel))[:, None] > table[channel]).sum(axis=1).clip(max=23)


def contacts(rng: np.random.Generator) -> pd.DataFrame:
    """One row a contact: a matter not settled comes back after some days, often through another channel."""
    n = N_MATTERS
    season = 1 + 0.9 * np.exp(-(((np.arange(DAYS) - 105) / 28) ** 2))  # air conditioners in July
    day = rng.choice(DAYS, size=n, p=season / season.sum())
    request = rng.choice(5, size=n, p=REQUEST_SHARE)
    customer = rng.integers(0, N_CUSTOMERS, n)
    hot = rng.random(n) < 0.30 + 0.30 * np.exp(-(((day - 105) / 28) ** 2))
    product = np.where(hot, 0, rng.choice([1, 2, 3], size=n, p=[0.38, 0.34, 0.28]))
    channel, alive, rows, age = rng.choice(4, size=n, p=FIRST_CHANNEL), np.arange(n), [], day.astype(float)
    for turn in range(6):
        now = channel[alive]
        at = START + pd.to_timedelta(np.floor(age[alive]) * 24 + hours(rng, now), unit="h")
        at = at + pd.to_timedelta(rng.integers(0, 3600, len(alive)), unit="s")
        asks = (turn > 0) & np.isin(request[alive], [0, 1]) & (rng.random(len(alive)) < 0.55)
        rows.append(pd.DataFrame({"matter": alive, "turn": turn, "channel": now, "opened_at": at, "asks": asks}))
        settled = rng.random(len(alive)) < SETTLED[request[alive]] + CHANNEL_EFFECT[now] + 0.05 * min(turn, 2)
        alive = alive[~settled]
        age[alive] += 1 + rng.lognormal(0.75, 0.85, len(alive))
        other = rng.random(len(alive)) > STAY
        channel[alive] = np.where(other, rng.choice(4, size=len(alive), p=NEXT_CHANNEL), channel[alive])
    table = pd.concat(rows)
    table = table[table["opened_at"] < START + pd.Timedelta(days=DAYS)].sort_values(["opened_at", "matter"])
    where, what = table["channel"].to_numpy(), table["matter"].to_numpy()
    wait = np.round(REPLY_MEDIAN_MIN[where] * np.exp(rng.normal(0, 1, len(table)) * REPLY_SD[where]), 1)
    wait = np.maximum(wait, 0.1)
    wait = np.where((table["opened_at"].dt.hour >= 22) & (where > 0), wait + 480, wait)  # nobody on the night shift
    wait = np.where(rng.random(len(table)) < NO_REPLY[where], np.nan, wait)
    end = START + pd.Timedelta(days=DAYS)
    replied = table["opened_at"].to_numpy() + pd.to_timedelta(wait, unit="min")
    checked = np.isin(customer[what], rng.choice(np.unique(customer[what]), size=480, replace=False))
    return pd.DataFrame(
        {
            "contact_id": [f"J{60000 + i}" for i in range(len(table))],
            "opened_at": table["opened_at"].dt.strftime("%Y-%m-%d %H:%M:%S").to_numpy(),
            "replied_at": pd.Series(replied).where(replied < end).dt.strftime("%Y-%m-%d %H:%M:%S").to_numpy(),
            "channel": CHANNELS[where],
            "customer_token": [f"u{7 * c + 10007:06d}" for c in customer[what]],
            "product": PRODUCTS[product[what]],
            "request": np.where(table["asks"], "查进度", REQUESTS[request[what]]),
            "checked_matter": np.where(checked, [f"S{m:04d}" for m in what], ""),
        }
    )


def visits(rng: np.random.Generator) -> pd.DataFrame:
    """One row a home visit; a video call before the first one is drawn by lot."""
    n = N_TICKETS
    fault = rng.choice(5, size=n, p=FAULT_SHARE)
    video = rng.permutation(np.resize([0, 1], n))
    day = np.sort(rng.integers(0, DAYS, n))
    rows, alive, age = [], np.arange(n), day.astype(float)
    for turn in range(1, 5):
        k = len(alive)
        chance = FIXED_FIRST[fault[alive]] + VIDEO_ADDS[fault[alive]] * video[alive] if turn == 1 else np.full(k, 0.84)
        away = rng.random(k) < 0.05
        solved = ~away & (rng.random(k) < chance)
        parts = np.array([0.62, 0.60, 0.30, 0.25, 0.20])[fault[alive]] * np.where(video[alive] == 1, 0.8, 1)
        draw = rng.random(k)
        reason = np.where(draw < parts, "缺配件", np.where(draw < parts + 0.25, "判断错了", "当时好了又坏"))
        reason = np.where(away, "客户不在", reason)
        at = START + pd.to_timedelta(np.floor(age[alive]) * 24 + rng.integers(8, 19, k), unit="h")
        rows.append(
            pd.DataFrame(
                {
                    "ticket_id": [f"T{30000 + i}" for i in alive],
                    "visit_n": turn,
                    "visited_at": at,
                    "fault": FAULTS[fault[alive]],
                    "video_call": video[alive],
                    "solved": solved.astype(int),
                    "reason": np.where(solved, "", reason),
                }
            )
        )
        alive = alive[~solved]
        age[alive] += 1 + rng.gamma(2.0, 1.6, len(alive))
    table = pd.concat(rows).sort_values(["visited_at", "ticket_id"])
    table = table[table["visited_at"] < START + pd.Timedelta(days=DAYS)].reset_index(drop=True)
    unsolved = table.index[table["solved"] == 0]
    table.loc[rng.choice(unsolved, size=45, replace=False), "reason"] = ""
    table["visited_at"] = table["visited_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    return table


def make(folder: Path) -> None:
    """Write the three tables into `folder`."""
    rng = np.random.default_rng(SEED)
    calls = contacts(rng)
    # Two flaws: rows exported twice, and replies stamped by a slow clock before the contact itself.
    answered = np.flatnonzero(calls["replied_at"].notna())
    early = rng.choice(answered, size=25, replace=False)
    opened = pd.to_datetime(calls["opened_at"].iloc[early])
    slow = opened - pd.to_timedelta(rng.integers(60, 900, 25), unit="s")
    calls.loc[calls.index[early], "replied_at"] = slow.dt.strftime("%Y-%m-%d %H:%M:%S").to_numpy()
    copies = calls.iloc[rng.choice(len(calls), size=70, replace=False)]
    calls = pd.concat([calls, copies]).sort_values(["opened_at", "contact_id"], kind="stable")
    trips = visits(rng)
    kind = rng.choice(6, size=N_SESSIONS, p=SELF_SHARE)
    at = START + pd.to_timedelta(np.sort(rng.integers(0, DAYS * 86_400, N_SESSIONS)), unit="s")
    sessions = pd.DataFrame(
        {
            "session_id": [f"Z{5000 + i}" for i in range(N_SESSIONS)],
            "started_at": at.strftime("%Y-%m-%d %H:%M:%S"),
            "request": SELF_REQUESTS[kind],
            "solved": (rng.random(N_SESSIONS) < SELF_SOLVED[kind]).astype(int),
        }
    )
    for name, table in {"contacts": calls, "visits": trips, "self_service": sessions}.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
