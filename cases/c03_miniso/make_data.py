"""Build buyers.csv, weekly.csv and price_test.csv of a shop for small design goods. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 3101
N_BUYERS = 1_800
WEEKS = 26
FACTORS = [0.8, 0.9, 1.0, 1.1, 1.25]  # price levels of the test, as a share of the list price
# category: cost share of the price, elasticity, base price, base quantity a week
GOODS = {
    "美妆工具": (0.42, -1.3, 19.0, 34),
    "文创文具": (0.45, -1.9, 12.0, 46),
    "家居用品": (0.48, -1.6, 25.0, 26),
    "零食": (0.62, -2.4, 9.0, 70),
    "数码配件": (0.50, -1.8, 29.0, 22),
}
# how many of 100 buyers in each group come mainly for each category (order of GOODS)
TASTES = {
    "女 18–25": [38, 26, 10, 18, 8],
    "女 26–35": [27, 14, 32, 17, 10],
    "女 36 以上": [14, 10, 46, 22, 8],
    "男 18–25": [6, 24, 8, 30, 32],
    "男 26 以上": [6, 14, 26, 24, 30],
}
GROUP_SHARES = [0.30, 0.27, 0.14, 0.14, 0.15]


def make(folder: Path) -> None:
    """Write buyers.csv, weekly.csv and price_test.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    names = list(GOODS)
    group = rng.choice(list(TASTES), size=N_BUYERS, p=GROUP_SHARES)
    likes = [str(rng.choice(names, p=np.array(TASTES[g]) / 100)) for g in group]
    spend = np.round(np.exp(rng.normal(3.6, 0.6, N_BUYERS) + 0.15 * np.char.startswith(group.astype(str), "女")), 1)
    buyers = pd.DataFrame({"buyer_id": [f"B{9000 + i}" for i in range(N_BUYERS)], "group": group, "likes": likes})
    buyers["spend_yuan"] = spend
    buyers.loc[rng.choice(N_BUYERS, size=70, replace=False), "group"] = None
    rows, tests = [], []
    for i in range(200):
        category = names[i % 5]
        cost_share, slope, base, flow = GOODS[category]
        appeal = rng.normal(0, 0.55)  # a good design sells more AND is priced higher: history confounds the two
        usual = base * np.exp(0.30 * appeal + rng.normal(0, 0.16))
        price = np.round(np.maximum(usual, 2) - 0.1) + 0.9
        cost = round(cost_share * base * np.exp(rng.normal(0, 0.08)), 1)
        sku = f"M{2000 + i}"
        level = np.log(flow) + appeal + slope * np.log(price / base)
        for week in range(1, WEEKS + 1):
            holiday = 0.45 if week in (4, 5, 20, 21) else 0.0  # festival weeks: busy, and some prices go up
            now = round(float(price * (1.08 if holiday and rng.random() < 0.5 else 1.0)), 1)
            mean = np.exp(level + slope * np.log(now / price) + holiday + rng.normal(0, 0.25))
            rows.append((sku, category, week, now, cost, int(rng.poisson(mean))))
        if i < 60:
            for factor in FACTORS:
                sold = rng.poisson(np.exp(level + slope * np.log(factor) + rng.normal(0, 0.16)) * 8)  # eight shop-weeks
                tests.append((sku, category, float(price), round(float(price * factor), 1), cost, int(sold)))
    weekly = pd.DataFrame(rows, columns=["sku", "category", "week", "price_yuan", "cost_yuan", "qty"])
    test = pd.DataFrame(tests, columns=["sku", "category", "list_yuan", "price_yuan", "cost_yuan", "qty"])
    weekly["qty"] = weekly["qty"].astype("Int64")
    spoiled = rng.permutation(len(weekly))
    weekly.loc[spoiled[:110], "qty"] = pd.NA  # out of stock: nobody knows what would have sold
    weekly.loc[spoiled[110:125], "price_yuan"] = 0.0
    for name, table in {"buyers": buyers, "weekly": weekly, "price_test": test}.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
