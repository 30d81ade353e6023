"""Build tickets.csv (a year of complaints) and volumes.csv (consignments a week and site). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 8101
WEEKS = 52
FIRST_MONDAY = pd.Timestamp("2025-07-07")
DRAW_WEEK = 27  # from this week on a coin decides which complaint goes to the quick desk
FIX_WEEK = 35  # 港仓 checks papers by scanner from this week on
SITES = {"北仓": 420, "港仓": 650, "南仓": 300}
CAUSES = {  # complaints per thousand consignments, median loss in yuan
    "晚到": (6.5, 160),
    "单据错": (6.0, 90),
    "破损": (5.0, 620),
    "短少": (3.5, 800),
    "计费错": (2.0, 130),
    "态度": (1.5, 40),
}
FIXED_RATE = 1.8  # 单据错 per thousand at 港仓 after the fix
QUICK_MIN, USUAL_MIN = 13.0, 52.0


def make(folder: Path) -> None:
    """Write both tables into `folder`."""
    rng = np.random.default_rng(SEED)
    volumes = volume(rng)
    write(volumes, folder / "volumes.csv")
    write(ticket(rng, volumes), folder / "tickets.csv")


def write(table: pd.DataFrame, path: Path) -> None:
    """Write one table."""
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def volume(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a week and site: consignments, busier before the spring festival."""
    week = np.repeat(np.arange(1, WEEKS + 1), len(SITES))
    site = np.tile(list(SITES), WEEKS)
    usual = np.tile(list(SITES.values()), WEEKS)
    season = np.select([np.isin(week, [28, 29, 30]), np.isin(week, [32, 33])], [1.5, 0.4], 1.0)
    return pd.DataFrame({"week": week, "site": site, "consignments": rng.poisson(usual * season)})


def ticket(rng: np.random.Generator, volumes: pd.DataFrame) -> pd.DataFrame:
    """Return one row a complaint."""
    rows = []
    for week, site, consignments in volumes.itertuples(index=False):
        for cause, (rate, _) in CAUSES.items():
            fixed = cause == "单据错" and site == "港仓" and week >= FIX_WEEK
            rows += [(week, site, cause)] * rng.poisson(consignments * (FIXED_RATE if fixed else rate) / 1000)
    table = pd.DataFrame(rows, columns=["week", "site", "cause"])
    n = len(table)
    serious = rng.random(n) < table["cause"].map({"破损": 0.5, "短少": 0.55}).fillna(0.15).to_numpy()
    quick = (table["week"].to_numpy() >= DRAW_WEEK) & (rng.random(n) < 0.5)
    wait = rng.lognormal(np.log(np.where(quick, QUICK_MIN, USUAL_MIN) * np.where(serious, 1.7, 1.0)), 0.75)
    hours = rng.lognormal(np.log(np.where(serious, 46.0, 18.0)), 0.7) + wait / 60
    score = 4.55 - 0.5 * np.log1p(wait / 30) - 0.75 * serious - 0.2 * np.log1p(hours / 24) + rng.normal(0, 0.8, n)
    day = (table["week"] - 1) * 7 + rng.choice(7, n, p=[0.18, 0.18, 0.17, 0.17, 0.16, 0.08, 0.06])
    clock = np.clip(rng.normal(13.5, 3.2, n), 8, 20)
    opened = FIRST_MONDAY + pd.to_timedelta(day, unit="D") + pd.to_timedelta((clock * 60).astype(int), unit="min")
    median = table["cause"].map({name: loss for name, (_, loss) in CAUSES.items()}).to_numpy()
    csat = np.where(rng.random(n) < 0.36, np.nan, np.clip(np.round(score), 1, 5))
    table = table.assign(
        desk=np.where(quick, "快响台", "普通"),
        serious=serious.astype(int),
        opened_at=opened,
        first_at=opened + pd.to_timedelta(np.ceil(wait).astype(int), unit="min"),
        closed_at=opened + pd.to_timedelta(np.ceil(hours * 60).astype(int), unit="min"),
        loss_yuan=np.round(rng.lognormal(np.log(median), 0.7)).astype(int),
        csat=pd.array(csat).astype("Int64"),
    ).sort_values("opened_at", kind="stable", ignore_index=True)
    table.insert(0, "ticket_id", [f"C{20001 + i}" for i in range(n)])
    wrong = rng.choice(n, size=8, replace=False)
    table.loc[wrong, "first_at"] = table.loc[wrong, "opened_at"] - pd.Timedelta(minutes=30)
    table.loc[rng.choice(n, size=15, replace=False), "cause"] = None
    copies = table.iloc[np.sort(rng.choice(n, size=12, replace=False))]
    return pd.concat([table, copies], ignore_index=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
