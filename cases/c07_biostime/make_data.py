"""Build members.csv, orders.csv (what a sample of members bought), campaign.csv (a drawn mailing). Simulated, seeded.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 7_450
N = 800
N_MAIL = 11_000
END = pd.Timestamp("2025-12-31")
STAGES = ["孕期", "0–6 月", "6–12 月", "1–2 岁", "2–3 岁"]
NAPPY_GAP = [np.nan, 30, 38, 48, 66]  # usual days between two packs of nappies, by stage
OTHERS = {  # purchases a month by stage, and the usual amount in yuan
    "待产包": ([0.30, 0, 0, 0, 0], 320),
    "洗护": ([0.05, 0.14, 0.12, 0.10, 0.08], 55),
    "辅食": ([0, 0.03, 0.45, 0.28, 0.06], 62),
    "绘本玩具": ([0, 0.04, 0.12, 0.18, 0.14], 78),
    "学步鞋服": ([0, 0, 0.10, 0.22, 0.12], 118),
}
BASE = np.array([0.06, 0.25, 0.19, 0.13, 0.05])  # share that buys in the 14 days without a message
LIFT = {  # what a message adds, before the timing
    "不发": np.zeros(5),
    "通用券": np.array([0.01, 0.012, 0.02, 0.02, 0.005]),
    "按月龄": np.array([0.045, 0.02, 0.12, 0.075, 0.008]),
}
BREAKS = np.array([0.5, 1.0, 1.5, 3.0])  # days since the last purchase, in usual gaps
TIME_BASE = np.array([0.45, 1.0, 1.45, 0.8, 0.3])
TIME_LIFT = np.array([0.3, 1.2, 1.7, 0.8, 0.3])


def _stage(month: np.ndarray) -> np.ndarray:
    return np.searchsorted(np.array([0, 6, 12, 24]), month, side="right")


def _orders(rng: np.random.Generator, member: np.ndarray, birth: np.ndarray) -> pd.DataFrame:
    """Return one row a purchase in 2025."""
    level = rng.gamma(3, 1 / 3, len(member))
    rows = []
    for who, born, like in zip(member, birth, level, strict=True):
        day = (END - pd.Timestamp("2025-01-01")).days
        gone = day - rng.exponential(1_100)  # days before the end; most never go
        dry = rng.normal(31, 3.5)
        age = lambda before, born=born: ((END - born).days - before) / 30.4  # noqa: E731
        before = day - rng.uniform(0, 40)
        while before > max(gone, 0):
            month = age(before)
            if month < -0.5:
                before -= 10
                continue
            if month > dry:
                break
            rows.append((who, before, "尿裤", 135))
            gap = NAPPY_GAP[max(int(_stage(np.array([month]))[0]), 1)]
            before -= max(gap / like**0.35 * np.exp(rng.normal(0, 0.32)), 6)
        for name, (rates, amount) in OTHERS.items():
            for start in np.arange(day, max(gone, 0), -30.4):
                month = age(start)
                if -5 <= month < 40:
                    rate = rates[int(_stage(np.array([month]))[0])] * like * (0.4 if month > 36 else 1)
                    for _ in range(rng.poisson(rate)):
                        rows.append((who, max(start - rng.uniform(0, 30.4), 0), name, amount))
    table = pd.DataFrame(rows, columns=["member_id", "before", "category", "amount"])
    table["date"] = (END - pd.to_timedelta(table["before"].astype(int), unit="D")).dt.strftime("%Y-%m-%d")
    table["amount_yuan"] = (table["amount"] * np.exp(rng.normal(0, 0.3, len(table)))).round().astype(int)
    return table[["member_id", "date", "category", "amount_yuan"]].sort_values(["date", "member_id", "category"])


def _campaign(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a member of the mailing of January 2026."""
    month = np.floor(rng.uniform(-4, 36, N_MAIL)).astype(int)
    stage = _stage(month)
    usual = np.array([40, 30, 38, 48, 66])[stage]
    ratio = rng.gamma(1.3, 0.9, N_MAIL) * np.where(stage == 4, 1.5, 1.0)
    days = np.clip((ratio * usual).round(), 1, 365).astype(int)
    slot = np.searchsorted(BREAKS, days / usual, side="right")
    arm = rng.choice(list(LIFT), N_MAIL)
    chance = BASE[stage] * TIME_BASE[slot]
    for name, lift in LIFT.items():
        chance = np.where(arm == name, chance + lift[stage] * TIME_LIFT[slot], chance)
    table = pd.DataFrame(
        {
            "mail_id": [f"K{10000 + i}" for i in range(N_MAIL)],
            "baby_m": month,
            "days_since": days,
            "usual_gap": usual,
            "arm": arm,
            "resp": (rng.random(N_MAIL) < chance).astype(int),
        }
    )
    return pd.concat([table, table.iloc[rng.choice(N_MAIL, 18, replace=False)]]).sort_values("mail_id")


def make(folder: Path) -> None:
    """Write the three files into `folder`."""
    rng = np.random.default_rng(SEED)
    member = np.array([f"P{1000 + i}" for i in range(N)])
    birth = END + pd.to_timedelta(rng.integers(-42 * 30, 5 * 30, N), unit="D")
    orders = _orders(rng, member, birth)
    spent = orders.groupby("member_id")["amount_yuan"].sum().reindex(member, fill_value=0).to_numpy()
    earn = spent
    burn = (earn * rng.beta(1.6, 2.4, N) / 100).astype(int) * 100
    members = pd.DataFrame(
        {
            "member_id": member,
            "baby_birth": birth.strftime("%Y-%m-%d"),
            "consent": (rng.random(N) < 0.82).astype(int),
            "earn": earn,
            "burn": burn,
            "expire": ((earn - burn) * rng.beta(1, 6, N)).astype(int),
        }
    )
    members.loc[rng.choice(N, 50, replace=False), "baby_birth"] = None
    orders = pd.concat([orders, orders.iloc[rng.choice(len(orders), 40, replace=False)]])
    orders = orders.sort_values(["date", "member_id", "category"])
    for name, table in (("members", members), ("orders", orders), ("campaign", _campaign(rng))):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
