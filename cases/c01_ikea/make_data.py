"""Build zones.csv, visits.csv and paths.csv: eight weeks of visits to a furniture store. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 1203
DAYS = pd.date_range("2026-03-02", periods=56, freq="D")
DAY_SD = 0.30  # weather, neighbours' sales: a whole day is good or bad (log scale)
TRIAL_STAY = 1.35  # on trial days people stay 35 % longer in the showrooms
TRIAL_SPEND = 0.08  # and spend 8 % more (log scale)
STAY_SPEND = 0.005  # each showroom minute adds 0.5 % to the spending (log scale)
# zone, row and column on the floor plan, chance to enter, mean stay, showroom or not
ZONES = [
    ("入口", 0, 0, 1.00, 1.5, 0),
    ("客厅样板间", 0, 1, 0.86, 9.0, 1),
    ("书房样板间", 0, 2, 0.45, 5.0, 1),
    ("卧室样板间", 0, 3, 0.72, 8.0, 1),
    ("儿童区", 1, 3, 0.38, 11.0, 1),
    ("厨房样板间", 1, 2, 0.50, 7.0, 1),
    ("餐厅", 1, 1, 0.34, 22.0, 0),
    ("灯具", 1, 0, 0.40, 4.5, 0),
    ("家纺", 2, 0, 0.48, 6.5, 0),
    ("收纳", 2, 1, 0.42, 6.0, 0),
    ("自提仓", 2, 2, 0.40, 8.0, 0),
    ("收银", 2, 3, 0.70, 6.0, 0),
]
PURPOSES = {
    "买大件": (0.22, 0.35, 6.75, 0.86),
    "买小件": (0.33, -0.05, 5.05, 0.82),
    "随便逛逛": (0.45, -0.10, 4.35, 0.55),
}


def make(folder: Path) -> None:
    """Write zones.csv, visits.csv and paths.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    weekend = DAYS.day_of_week >= 5
    trial = np.zeros(len(DAYS), dtype=int)
    for kind in (False, True):  # half of the weekdays, half of the weekend days, by lot
        days = np.flatnonzero(weekend == kind)
        trial[rng.choice(days, size=len(days) // 2, replace=False)] = 1
    mood = rng.normal(0, DAY_SD, len(DAYS))
    visits, paths = [], []
    for d, day in enumerate(DAYS):
        for _ in range(rng.poisson(62 if weekend[d] else 37)):
            number = len(visits)
            purpose = str(rng.choice(list(PURPOSES), p=[p[0] for p in PURPOSES.values()]))
            _, calm, level, buys = PURPOSES[purpose]
            children = rng.random() < (0.42 if weekend[d] else 0.22)
            pace = calm + rng.normal(0, 0.35) + 0.12 * weekend[d] + 0.3 * mood[d]
            bought = rng.random() < buys
            showroom, seq = 0.0, 0
            for zone, _, _, chance, mean_stay, is_room in ZONES:
                if zone == "儿童区":
                    chance = 0.8 if children else 0.15
                if zone == "自提仓":
                    chance = 0.85 if purpose == "买大件" and bought else 0.15
                if zone == "收银":
                    chance = 1.0 if bought else 0.0
                if rng.random() >= chance:
                    continue
                seq += 1
                stay = mean_stay * np.exp(pace + rng.normal(-0.1, 0.5)) * (TRIAL_STAY if trial[d] and is_room else 1)
                showroom += stay if is_room else 0
                paths.append((number, seq, zone, round(max(stay, 0.1), 1)))
            spend = 0.0
            if bought:
                log = level + 0.25 * weekend[d] + mood[d] + TRIAL_SPEND * trial[d] + STAY_SPEND * showroom
                spend = round(float(np.exp(log + rng.normal(0, 0.6))), 0)
            visits.append((number, day, int(trial[d]), purpose, "带" if children else "不带", spend))
    visits = pd.DataFrame(visits, columns=["visit_id", "visit_date", "trial_day", "purpose", "children", "spend_yuan"])
    paths = pd.DataFrame(paths, columns=["visit_id", "seq", "zone", "stay_min"])
    for table in (visits, paths):
        table["visit_id"] = "V" + (30000 + table["visit_id"]).astype(str)
    paths.loc[rng.choice(len(paths), size=35, replace=False), "stay_min"] = 999.0
    paths.loc[rng.choice(np.flatnonzero(paths["stay_min"] < 900), size=12, replace=False), "stay_min"] *= -1
    visits["spend_yuan"] = visits["spend_yuan"].astype("Int64")
    visits.loc[rng.choice(len(visits), size=25, replace=False), "spend_yuan"] = pd.NA
    visits.loc[rng.choice(len(visits), size=60, replace=False), "purpose"] = None
    zones = pd.DataFrame([z[:3] + z[5:] for z in ZONES], columns=["zone", "row", "col", "showroom"])
    for name, table in {"zones": zones, "visits": visits, "paths": paths}.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
