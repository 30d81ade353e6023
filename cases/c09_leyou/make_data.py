"""Build members.csv, touches.csv, orders.csv and demand.csv of a mother-and-baby chain. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 9010
N_MEMBERS = 4_200
START = pd.Timestamp("2026-03-02")
DAYS = 28
CHANNELS = ["妈妈群", "App 浏览", "网上商城", "门店导购"]
PUSH = "App 推送"
FIRST = [0.34, 0.34, 0.20, 0.12]
LATER = [0.10, 0.32, 0.24, 0.34]
ADDS = {"妈妈群": 0.10, "App 浏览": 0.12, "网上商城": 0.20, "门店导购": 0.55}  # what a touch adds, log odds
PUSH_ADDS = 0.62  # what a push that was opened adds, log odds
BUY_AT = {  # chances of buying at: App, web shop, store, by the last touch
    "妈妈群": [0.45, 0.35, 0.20],
    "App 浏览": [0.55, 0.12, 0.33],
    "网上商城": [0.10, 0.62, 0.28],
    "门店导购": [0.14, 0.06, 0.80],
    PUSH: [0.60, 0.12, 0.28],
}
PLACES = ["App", "网上商城", "门店"]
LOOKED_AT = {"妈妈群": "App", "App 浏览": "App", "网上商城": "网上商城", "门店导购": "门店", PUSH: "App"}

POINTS = [f"{name}店" for name in ("东湖", "西山", "南桥", "北苑", "河畔", "新城", "老街", "大学")] + ["网上商城仓"]
LEVEL = [60, 48, 55, 40, 36, 70, 30, 44, 150]
GOODS = {"三段奶粉": (1.0, 0.10, 0.30), "纸尿裤": (1.6, 0.16, 0.28), "婴儿羽绒服": (0.35, 0.55, 0.25)}
WEEKS = pd.date_range("2025-06-02", periods=52, freq="7D")


def _paths(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return one row a member, one row a touch and one row an order."""
    n = N_MEMBERS
    push = rng.permutation(np.resize(np.array([0, 1]), n))  # the draw: push or no push for four weeks
    keen = rng.normal(0, 1, n)  # how much he was going to buy anyway: nobody writes it down
    month = rng.integers(-6, 30, n)  # age of the baby in months, minus before birth
    members, touches, orders = [], [], []
    for i in range(n):
        way = [CHANNELS[rng.choice(4, p=FIRST)]]
        way += [CHANNELS[rng.choice(4, p=LATER)] for _ in range(rng.binomial(3, 0.30))]
        opened = push[i] == 1 and rng.random() < 1 / (1 + np.exp(0.35 - 1.1 * keen[i]))
        if opened:
            way.insert(len(way) if rng.random() < 0.62 else len(way) - 1, PUSH)
        pull = -1.35 + 1.0 * keen[i] + sum(ADDS.get(c, 0) for c in way) + PUSH_ADDS * opened
        bought = int(rng.random() < 1 / (1 + np.exp(-pull)))
        who = f"P{10000 + i}"
        day = np.sort(rng.choice(DAYS, len(way), replace=False))
        for k, (channel, d) in enumerate(zip(way, day, strict=True)):
            touches.append((who, k + 1, (START + pd.Timedelta(days=int(d))).strftime("%Y-%m-%d"), channel, bought))
        members.append((who, push[i], month[i] if rng.random() > 0.06 else None, bought))
        if bought:
            at = PLACES[rng.choice(3, p=BUY_AT[way[-1]])]
            pickup = int(at != "门店" and rng.random() < 0.37)
            amount = np.exp(rng.normal(5.25 + 0.12 * (at == "门店") + 0.10 * pickup, 0.62))
            orders.append((f"D{50000 + len(orders)}", who, LOOKED_AT[way[0]], at, pickup, round(amount, 1)))
    return (
        pd.DataFrame(members, columns=["path_id", "push", "baby_month", "bought"]).astype({"baby_month": "Int64"}),
        pd.DataFrame(touches, columns=["path_id", "step", "touch_date", "channel", "converted"]),
        pd.DataFrame(orders, columns=["order_id", "path_id", "browse_ch", "buy_ch", "pickup", "amount_yuan"]),
    )


def _demand(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a week, point and article: pieces asked for, sold or not."""
    rows = []
    for name, (size, together, alone) in GOODS.items():
        common = np.exp(rng.normal(0, together, len(WEEKS)))  # what moves all points at once: weather, promotion
        for point, level in zip(POINTS, LEVEL, strict=True):
            mean = level * size * common * np.exp(rng.normal(-(alone**2) / 2, alone, len(WEEKS)))
            rows.append(
                pd.DataFrame(
                    {
                        "week_date": WEEKS.strftime("%Y-%m-%d"),
                        "point": point,
                        "goods": name,
                        "demand": rng.poisson(mean),
                    }
                )
            )
    return pd.concat(rows)


def make(folder: Path) -> None:
    """Write the four files into `folder`."""
    rng = np.random.default_rng(SEED)
    members, touches, orders = _paths(rng)
    demand = _demand(rng)
    demand["demand"] = demand["demand"].astype("Int64")
    demand.iloc[rng.choice(len(demand), 8, replace=False), demand.columns.get_loc("demand")] = -1
    touches = pd.concat([touches, touches.iloc[rng.choice(len(touches), 40, replace=False)]])
    touches = touches.sort_values(["path_id", "step"], kind="stable")
    orders.iloc[rng.choice(len(orders), 5, replace=False), orders.columns.get_loc("amount_yuan")] = 0.0
    for name, table in (("members", members), ("touches", touches), ("orders", orders), ("demand", demand)):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
