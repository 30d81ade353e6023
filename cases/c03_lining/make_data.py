"""Build exit_survey.csv (why customers left) and brand_track.csv (84 months in 12 towns). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 3405
MONTHS = 84
PRODUCT, MARKETING = 40, 52  # first month of each, everywhere at once
STORES = {  # first month with the new shops, town by town; two towns keep the old ones
    "东港": 44, "西岭": 46, "南湖": 49, "北原": 51, "青山": 54, "白石": 56,
    "金沙": 59, "柳河": 62, "云台": 65, "梅里": 68, "石桥": None, "长滩": None,
}  # fmt: skip
# base, a month, product, shops, marketing, season, spread between towns, common noise, own noise
MEASURES = {
    "churn_pct": (3.3, 0.010, -0.35, -0.45, -0.25, 0.15, 0.25, 0.07, 0.16),
    "new_pct": (2.6, -0.006, 0.40, 0.25, 0.55, 0.20, 0.20, 0.07, 0.15),
    "price_yuan": (215.0, 0.45, 18.0, 6.0, 10.0, 5.0, 9.0, 2.0, 4.0),
}
CAUSES = {  # share, median yuan a year, share among those under 25
    "款式不新": (0.24, 900, 0.29),
    "价格没有优势": (0.19, 620, 0.29),
    "技术跟不上": (0.17, 1500, 0.08),
    "门店旧，体验差": (0.13, 800, 0.10),
    "别家吸引": (0.11, 850, 0.13),
    "服务态度": (0.07, 700, 0.05),
    "搬家或不运动了": (0.06, 600, 0.04),
    "质量问题": (0.03, 1000, 0.02),
}
N_EXITS = 1_500


def make(folder: Path) -> None:
    """Write both tables into `folder`."""
    rng = np.random.default_rng(SEED)
    write(exits(rng), folder / "exit_survey.csv")
    write(track(rng), folder / "brand_track.csv")


def write(table: pd.DataFrame, path: Path) -> None:
    """Write one table."""
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def exits(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a customer who left before the measures."""
    young = rng.random(N_EXITS) < 0.38
    shares = np.array([[c[0] for c in CAUSES.values()], [c[2] for c in CAUSES.values()]])
    shares /= shares.sum(axis=1, keepdims=True)
    pick = np.array([rng.choice(len(CAUSES), p=shares[int(y)]) for y in young])
    median = np.array([c[1] for c in CAUSES.values()])[pick] * np.where(young, 0.55, 1.0)
    table = pd.DataFrame(
        {
            "customer_id": [f"L{20000 + i}" for i in range(N_EXITS)],
            "left_month": rng.integers(1, PRODUCT, N_EXITS),
            "age_group": np.where(young, "25 岁以下", np.where(rng.random(N_EXITS) < 0.55, "25–34 岁", "35 岁以上")),
            "cause": np.array(list(CAUSES))[pick],
            "yearly_yuan": np.round(median * np.exp(rng.normal(0, 0.6, N_EXITS)), -1).astype(int),
        }
    )
    table.loc[rng.choice(N_EXITS, size=110, replace=False), "cause"] = ""
    copies = table.iloc[np.sort(rng.choice(N_EXITS, size=30, replace=False))]
    return pd.concat([table, copies]).sort_values("customer_id", kind="stable")


def track(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a town and month."""
    towns = list(STORES)
    month = np.tile(np.arange(1, MONTHS + 1), len(towns))
    town = np.repeat(np.arange(len(towns)), MONTHS)
    start = np.array([s or 999 for s in STORES.values()])[town]
    table = pd.DataFrame(
        {
            "town": np.array(towns)[town],
            "month": month,
            "product_up": (month >= PRODUCT).astype(int),
            "store_up": (month >= start).astype(int),
            "marketing_up": (month >= MARKETING).astype(int),
        }
    )
    for name, (base, slope, product, shops, marketing, season, between, common, own) in MEASURES.items():
        level = base + rng.normal(0, between, len(towns))[town] + slope * month
        level = level + product * np.clip((month - PRODUCT + 1) / 3, 0, 1)
        level = level + shops * np.clip((month - start + 1) / 2, 0, 1)
        level = level + marketing * np.clip((month - MARKETING + 1) / 3, 0, 1)
        level = level + season * np.sin(2 * np.pi * (month - 2) / 12)
        shock = np.zeros(MONTHS)
        for t in range(1, MONTHS):
            shock[t] = 0.4 * shock[t - 1] + rng.normal(0, common)
        values = level + shock[month - 1] + rng.normal(0, own, len(month))
        table[name] = np.round(values, 1 if base > 100 else 2)
    table.loc[rng.choice(len(table), size=10, replace=False), "churn_pct"] = np.nan
    table.loc[rng.choice(len(table), size=6, replace=False), "price_yuan"] = 0.0
    return table


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
