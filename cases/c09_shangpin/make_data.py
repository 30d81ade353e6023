"""Build leads.csv, panels.csv and moods.csv of a maker of fitted furniture. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 9051
N = 6_000
WEEKS = 27
STANDARDS = np.array([40, 60, 80])  # share of standard panels, drawn anew every week
N_CUT = 120  # orders whose panels are listed
BOARD_MM = 2400
STOCK = np.array([400, 600, 800, 1200])  # lengths of standard panels
STEPS = {"进店": 0.7, "量尺": 0.5, "看方案": 1.5, "等生产": 0.6, "安装": 0.1, "入住": 1.8}


def _sure(value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-value))


def _leads(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a household that came for a design."""
    week = np.sort(rng.integers(0, WEEKS, N))
    target = rng.permutation(np.resize(STANDARDS, WEEKS))[week]
    area = np.clip(rng.gamma(12, 8, N), 40, 220).round()
    keen = rng.normal(0, 1, N)  # how much he wants it anyway: nobody writes it down
    allowed = rng.permutation(np.resize(np.arange(1, 5), N))  # versions free of charge, drawn for each household
    designs = np.minimum(allowed, 1 + rng.poisson(np.exp(0.55 + 0.40 * keen)))
    standard = np.clip(np.round(target + rng.normal(0, 6, N)), 15, 98)
    util = 73 + 0.15 * (standard - 40) + 0.10 * (area - 95) + rng.normal(0, 2.6, N)
    dear = 1.10 * np.exp(-0.0014 * (standard - 40)) * np.exp(rng.normal(0, 0.12, N))
    price = area * 250 * dear
    second, third = designs >= 2, designs >= 3
    pull = -0.95 + 0.85 * keen + 0.014 * (area - 95) + 0.50 * second + 0.10 * third
    pull = pull - 2.0 * np.log(dear) - 0.60 * ((standard - 50) / 30).clip(0) ** 2
    closed = rng.random(N) < _sure(pull)
    make_days = rng.gamma(6, (20 - 0.16 * (standard - 40)) / 6)
    lead = np.round(9 + 2.4 * (designs - 1) + make_days + rng.gamma(2, 1.2, N))
    cost = area * (75 - 0.55 * (standard - 40)) * np.exp(rng.normal(0, 0.08, N))
    size_need = np.clip(np.round(rng.normal(3.6, 1.1, N)), 1, 5)
    look_need = np.clip(np.round(rng.normal(2.9, 1.2, N) + 0.15 * (size_need - 3.6)), 1, 5)
    asked = rng.random(N) < 0.62
    table = pd.DataFrame(
        {
            "order_id": [f"F{10000 + i}" for i in range(N)],
            "week": week + 1,
            "area_m2": area.astype(int),
            "std_target": target,
            "std_pct": standard.astype(int),
            "allowed": allowed,
            "designs": designs,
            "design_h": np.round(5.2 * designs * np.exp(rng.normal(0, 0.22, N)), 1),
            "util_pct": np.round(np.clip(util, 55, 96), 1),
            "price_yuan": (100 * np.round(price / 100)).astype(int),
            "make_yuan": (10 * np.round(cost / 10)).astype(int),
            "product_change": pd.array(np.where(asked, size_need, np.nan), dtype="Int64"),
            "presentation_change": pd.array(np.where(asked, look_need, np.nan), dtype="Int64"),
            "closed": closed.astype(int),
            "lead_d": pd.array(np.where(closed, lead, np.nan), dtype="Int64"),
        }
    )
    return table


def _panels(rng: np.random.Generator, leads: pd.DataFrame) -> pd.DataFrame:
    """Return one row a panel of the orders that are listed: its length along a board of 2,400 mm."""
    rows = []
    done = leads[leads["closed"] == 1]
    for order in done.iloc[np.sort(rng.choice(len(done), N_CUT, replace=False))].to_dict("records"):
        for _ in range(8 + rng.poisson(order["area_m2"] / 14)):
            standard = rng.random() < order["std_pct"] / 100
            length = rng.choice(STOCK) if standard else 10 * rng.integers(24, 168)
            rows.append((order["order_id"], int(min(length, BOARD_MM)), int(standard)))
    return pd.DataFrame(rows, columns=["order_id", "length_mm", "standard"])


def _moods(rng: np.random.Generator, leads: pd.DataFrame) -> pd.DataFrame:
    """Return one row a household and touchpoint: mood from -3 to 3."""
    rows = []
    done = leads[leads["closed"] == 1]
    for order in done.iloc[np.sort(rng.choice(len(done), 260, replace=False))].to_dict("records"):
        own = rng.normal(0, 0.6)
        for k, (name, level) in enumerate(STEPS.items()):
            if rng.random() < 0.04 * k:
                continue
            mean = level + own - (0.11 * (order["lead_d"] - 20) if name == "等生产" else 0)
            mood = int(np.clip(np.round(mean + rng.normal(0, 0.9)), -3, 3))
            rows.append((order["order_id"], k + 1, name, mood))
    return pd.DataFrame(rows, columns=["order_id", "step", "touchpoint", "emotion"])


def make(folder: Path) -> None:
    """Write the three files into `folder`."""
    rng = np.random.default_rng(SEED)
    leads = _leads(rng)
    panels, moods = _panels(rng, leads), _moods(rng, leads)
    leads.iloc[rng.choice(N, 11, replace=False), leads.columns.get_loc("util_pct")] = 0.0
    leads = pd.concat([leads, leads.iloc[rng.choice(N, 20, replace=False)]])
    leads = leads.sort_values(["week", "order_id"], kind="stable")
    for name, table in (("leads", leads), ("panels", panels), ("moods", moods)):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
