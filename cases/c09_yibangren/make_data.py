"""Build orders.csv and visits.csv of a made-to-measure tailor that works C2M. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 9021
DAYS = pd.date_range("2026-01-05", "2026-07-05")  # 26 weeks
CAPACITY = 21  # garments that the workshop can begin a day
GARMENTS = {"衬衫": (0.52, 420, 150, 0.0), "西裤": (0.22, 560, 210, 0.03), "西服": (0.26, 1680, 640, 0.06)}
STEPS = {"measure": (2.0, 1.0), "make": (4.0, 1.2), "ship": (2.0, 0.7)}  # mean and standard deviation, days
FLOOR, START, SLOWLY = 0.05, 0.22, 80.0  # alterations: what stays, what practice takes away, how fast (garments)
RETURNED = (0.025, 0.13)  # sent back, without and with an alteration
PROMISES = {7: 0.47, 10: 0.43, 14: 0.36, 18: 0.29}  # days shown, share that orders
N_VISITS = 2_400


def _gamma(rng: np.random.Generator, step: str, n: int) -> np.ndarray:
    mean, sd = STEPS[step]
    return rng.gamma((mean / sd) ** 2, sd**2 / mean, n)


def _orders(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a garment ordered."""
    week = np.arange(len(DAYS)) // 7
    season = 18.4 + 5.4 * np.exp(-(((week - 9) / 2.2) ** 2)) + 3.4 * np.exp(-(((week - 20) / 1.8) ** 2))
    day = np.repeat(np.arange(len(DAYS)), rng.poisson(season))
    n = len(day)
    at = day + np.sort(rng.random(n))  # moment of the order, in days
    at.sort()
    measure = _gamma(rng, "measure", n)
    ready = at + measure
    begin, free = np.zeros(n), 0.0
    for i in np.argsort(ready, kind="stable"):  # first come, first served; one garment begun every 1 / capacity days
        begin[i] = max(ready[i], free)
        free = begin[i] + 1 / CAPACITY
    garment = rng.choice(list(GARMENTS), n, p=[v[0] for v in GARMENTS.values()])
    joined = np.array([0, 0, 0, 0, 7, 21, 42, 56, 77, 98, 119, 133])  # day on which a measurer began
    skilled = np.array([150, 110, 60, 90, *[0] * 8])  # garments measured before the first day
    measurer = np.array([rng.choice(np.flatnonzero(joined <= d)) for d in day])
    nth = np.zeros(n, int)
    for m in range(12):
        mine = measurer == m
        nth[mine] = skilled[m] + np.arange(1, mine.sum() + 1)
    kept = rng.random(n) < 0.15 + 0.20 * week[day] / 25  # size on file from an earlier order
    chance = FLOOR + START * np.exp(-nth / SLOWLY) + np.array([GARMENTS[g][3] for g in garment])
    alter = rng.random(n) < chance * np.where(kept, 0.5, 1)
    returned = rng.random(n) < np.array(RETURNED)[alter.astype(int)]
    price = np.array([GARMENTS[g][1] for g in garment]) * np.exp(rng.normal(0, 0.16, n))
    return pd.DataFrame(
        {
            "order_id": [f"Y{20000 + i}" for i in range(n)],
            "order_date": DAYS[day].strftime("%Y-%m-%d"),
            "garment": garment,
            "measurer": [f"T{m + 1:02d}" for m in measurer],
            "piece_no": nth,
            "on_file": kept.astype(int),
            "measure_d": measure.round(1),
            "queue_d": (begin - ready).round(1),
            "make_d": _gamma(rng, "make", n).round(1),
            "ship_d": _gamma(rng, "ship", n).round(1),
            "alter": alter.astype(int),
            "returned": returned.astype(int),
            "price_yuan": (10 * np.round(price / 10)).astype(int),
            "cost_yuan": np.round([GARMENTS[g][2] for g in garment] * np.exp(rng.normal(0, 0.08, n))).astype(int),
        }
    )


def _visits(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a visitor who was shown a promise by lot."""
    promise = rng.permutation(np.resize(np.array(list(PROMISES)), N_VISITS))
    return pd.DataFrame(
        {
            "visitor_id": [f"V{70000 + i}" for i in range(N_VISITS)],
            "source": rng.choice(["搜索", "朋友介绍", "短视频"], N_VISITS, p=[0.4, 0.25, 0.35]),
            "promise_days": promise,
            "ordered": (rng.random(N_VISITS) < np.array([PROMISES[p] for p in promise])).astype(int),
        }
    )


def make(folder: Path) -> None:
    """Write the two files into `folder`."""
    rng = np.random.default_rng(SEED)
    orders, visits = _orders(rng), _visits(rng)
    orders.iloc[rng.choice(len(orders), 12, replace=False), orders.columns.get_loc("ship_d")] = -9.0
    orders.iloc[rng.choice(len(orders), 45, replace=False), orders.columns.get_loc("ship_d")] = np.nan
    orders = pd.concat([orders, orders.iloc[rng.choice(len(orders), 25, replace=False)]])
    orders = orders.sort_values(["order_date", "order_id"], kind="stable")
    for name, table in (("orders", orders), ("visits", visits)):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
