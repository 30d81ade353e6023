"""Build batches.csv, daily.csv, actions.csv and pilot.csv (a part that wears out, and a late answer). Simulated, seeded.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 8282
BATCHES = pd.date_range("2023-01-01", periods=12, freq="MS")
WORSE = range(4, 8)  # batches 05-08 have the pipes of supplier B
SHAPE = {"甲": 1.30, "乙": 2.0}
SCALE = {"甲": 260.0, "乙": 55.0}  # months
WATCHED_TO = pd.Timestamp("2026-06-30")
MAX_AGE = 36
DAYS = pd.date_range("2024-12-01", "2025-06-30")
FIRST_POST = pd.Timestamp("2025-03-05")
PEAK_DAY = 25
ACTIONS = [
    (0, "机主", "拆机视频", "一位机主拆开过热关机的机器，热管里是干的"),
    (4, "企业", "看到", "论坛管理员看到帖子，转给客服，没有人答复"),
    (11, "企业", "否认", "发声明：系个别用户的使用环境所致"),
    (19, "媒体", "报道", "媒体比对序列号，指出问题集中在几个批次"),
    (27, "企业", "延保", "承认热管有问题，问题批次延长保修"),
    (36, "企业", "道歉", "负责人道歉，公布查询办法和免费检测点"),
    (58, "企业", "公布进度", "公布检测和更换的进度，已付修理费的退还"),
]
ARMS = ["自费", "半价", "免费"]
REBUY = {"自费": 0.19, "半价": 0.27, "免费": 0.41, "没坏过": 0.47}
POSTED = {"自费": 0.23, "半价": 0.17, "免费": 0.07, "没坏过": 0.01}
N_ARM = 290


def _batches(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a batch and month of age: machines watched, machines that failed in that month."""
    rows = []
    for i, month in enumerate(BATCHES):
        supplier = "乙" if i in WORSE else "甲"
        n = int(rng.integers(4_200, 5_800))
        sold = month + pd.to_timedelta(rng.integers(10, 100, n), unit="D")
        watched = np.minimum((WATCHED_TO - sold).days.to_numpy() / 30.44, MAX_AGE)
        # One machine in forty is given away or scrapped and no longer reported.
        gone = np.where(rng.random(n) < 0.025, rng.uniform(6, 36, n), 99.0)
        life = SCALE[supplier] * rng.weibull(SHAPE[supplier], n)
        seen = np.minimum(watched, gone)
        for age in range(1, MAX_AGE + 1):
            at_risk = (np.minimum(life, seen) > age - 1) & (seen >= age)
            failed = at_risk & (life <= age)
            if at_risk.sum() > 0:
                rows.append((f"P{i + 1:02d}", f"{month:%Y-%m}", supplier, n, age, at_risk.sum(), failed.sum()))
    names = ["batch", "made_month", "supplier", "units", "age_month", "at_risk", "failed"]
    return pd.DataFrame(rows, columns=names)


def _daily(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a day: posts, their mood, sales of this model and of another line of the same firm."""
    n = len(DAYS)
    day = (DAYS - FIRST_POST).days.to_numpy()
    rise = np.exp(np.log(2) / 2.6 * np.minimum(day, 17))
    top = np.exp(np.log(2) / 2.6 * 17)
    shape = np.where(day < 17, rise, top * (1 + 0.10 * np.minimum(day - 17, PEAK_DAY - 17)))
    shape = np.where(day > PEAK_DAY, shape * np.exp(-(day - PEAK_DAY) / 15), shape)
    crisis = np.where(day >= 0, 4.2 * shape, 0.0)
    posts = rng.poisson((11 + crisis) * rng.gamma(30, 1 / 30, n))
    heat = crisis / crisis.max()
    mood = 0.12 - 0.75 * heat**0.6 - 0.10 * ((day >= 11) & (day < 27)) + rng.normal(0, 0.05, n)
    weekly = np.where(DAYS.day_of_week >= 5, 1.35, 0.88)
    festival = 1 - 0.55 * np.exp(-(((DAYS - pd.Timestamp("2025-01-30")).days.to_numpy() / 8) ** 2))
    promotion = np.where((DAYS >= "2025-06-10") & (DAYS <= "2025-06-19"), 1.9, 1.0)
    common = weekly * festival * promotion * rng.gamma(150, 1 / 150, n)
    trust = np.zeros(n)  # how much of sales is lost; it comes with the posts and heals slowly
    for k in range(1, n):
        trust[k] = max(0.978 * trust[k - 1] + 0.030 * heat[k - 1], 0.0)
    this = rng.poisson(215 * common * (1 - np.minimum(trust, 0.7)))
    other = rng.poisson(260 * common)
    table = pd.DataFrame(
        {
            "date": DAYS.strftime("%Y-%m-%d"),
            "posts": pd.array(posts, dtype="Int64"),
            "sentiment": np.round(np.clip(mood, -1, 1), 2),
            "sales_this": this,
            "sales_other": other,
        }
    )
    table.loc[np.isin(day, [-40, -39, 74]), "posts"] = pd.NA  # the platform was down
    return table


def _pilot(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row an owner: failed out of warranty and helped by lot, or never failed."""
    rows = []
    for arm, n in [*((a, N_ARM) for a in ARMS), ("没坏过", 400)]:
        rebuy = rng.random(n) < REBUY[arm]
        posted = rng.random(n) < POSTED[arm]
        age = np.where(arm == "没坏过", rng.integers(20, 37, n), rng.integers(13, 37, n))
        rows.append(pd.DataFrame({"arm": arm, "age_month": age, "posted": posted * 1, "rebuy_12m": rebuy * 1.0}))
    table = pd.concat(rows, ignore_index=True).sample(frac=1, random_state=7).reset_index(drop=True)
    table.insert(0, "owner_id", [f"U{7000 + i}" for i in range(len(table))])
    table["rebuy_12m"] = pd.array(table["rebuy_12m"].where(rng.random(len(table)) > 0.04), dtype="Int64")
    again = table.iloc[np.sort(rng.choice(len(table), 14, replace=False))]
    return pd.concat([table, again]).sort_values("owner_id")


def make(folder: Path) -> None:
    """Write the four files into `folder`."""
    rng = np.random.default_rng(SEED)
    actions = pd.DataFrame(ACTIONS, columns=["day", "actor", "action", "what"])
    actions.insert(0, "acted_date", (FIRST_POST + pd.to_timedelta(actions["day"], unit="D")).dt.strftime("%Y-%m-%d"))
    tables = {"batches": _batches(rng), "daily": _daily(rng), "actions": actions, "pilot": _pilot(rng)}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
