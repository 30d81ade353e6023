"""Build reviews.csv (stars and words of eight snacks, two of them repacked in week 14). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 5107
N_REVIEWS = 7_200
FIRST_MONDAY = pd.Timestamp("2025-12-29")
WEEKS = 26
SWITCH = 14  # the first week with the new packing
SKUS = ["每日坚果", "海苔脆片", "芒果干", "肉松小贝", "麻辣豆干", "夹心山楂", "原味瓜子", "奶香麻花"]
REPACKED = (0, 1)
POPULAR = np.array([0.16, 0.13, 0.14, 0.12, 0.14, 0.10, 0.12, 0.09])
LIKING = np.array([0.05, -0.05, 0.10, 0.00, 0.05, -0.05, 0.10, -0.10])
SALE = 0.16  # stars that the sale of the second quarter adds to every snack
# One row a trouble: chance, stars it costs, what people write.
LEAK_BEFORE, LEAK_AFTER, LEAK_OTHERS = 0.21, 0.06, 0.06
TROUBLES = {
    "漏气受潮": (
        LEAK_OTHERS,
        1.7,
        ["袋子漏气", "打开就受潮了", "不脆了，像放了很久", "封口漏气，软趴趴的", "受潮发软"],
    ),
    "口味太甜": (0.10, 0.8, ["太甜了", "甜得发腻", "比以前甜", "太甜，吃两口就腻"]),
    "物流太慢": (0.07, 1.1, ["物流太慢", "快递等了一周", "物流慢，盒子压扁了"]),
    "价格偏贵": (0.08, 0.6, ["价格偏贵", "有点贵", "分量少，价格还贵"]),
}
PRAISE = [
    "味道不错",
    "孩子爱吃",
    "很香",
    "办公室分着吃，都说好",
    "配茶正好",
    "分量足",
    "回购第三次了",
    "日期新鲜",
    "口感酥脆",
]
NOT_LEAKING = ["包装没有漏气", "封口严实，没漏气", "没有受潮，很脆"]
ENDING = ["。", "！", "，先吃着看。", "，总体还行。", ""]
PAID = ["好评返现，客服说截图就给两块。", "为了返现来的，五星。", "好评返现卡收到了，好评。"]


def make(folder: Path) -> None:
    """Write reviews.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    n = N_REVIEWS
    sku = rng.choice(len(SKUS), size=n, p=POPULAR)
    # New Year purchases and the sale of the second quarter bring more reviews.
    busy = np.ones(WEEKS)
    busy[3:7] = 1.5
    busy[SWITCH - 1 :] = 1.15
    week = rng.choice(WEEKS, size=n, p=busy / busy.sum()) + 1
    day = FIRST_MONDAY + pd.to_timedelta((week - 1) * 7 + rng.integers(0, 7, n), unit="D")
    after = week >= SWITCH
    repacked = np.isin(sku, REPACKED)
    # Old stock is sold off in the first two weeks.
    new = repacked & (rng.random(n) < np.select([week < SWITCH, week == SWITCH, week == SWITCH + 1], [0, 0.4, 0.8], 1))
    shared = rng.normal(0, 0.05, WEEKS)[week - 1]
    stars = 4.55 + LIKING[sku] + SALE * after + shared + rng.normal(0, 0.65, n)
    written: list[list[str]] = [[] for _ in range(n)]
    leaks = np.zeros(n, dtype=bool)
    for name, (chance, cost, words) in TROUBLES.items():
        p = np.where(repacked, np.where(new, LEAK_AFTER, LEAK_BEFORE), chance) if name == "漏气受潮" else chance
        met = rng.random(n) < p
        stars = stars - cost * met
        if name == "漏气受潮":
            leaks = met
        for i in np.flatnonzero(met & (rng.random(n) < 0.85)):
            written[i].append(words[rng.integers(len(words))])
    for i in np.flatnonzero(~leaks & (rng.random(n) < 0.05)):
        written[i].append(NOT_LEAKING[rng.integers(len(NOT_LEAKING))])
    for i in np.flatnonzero((stars > 3.4) & (rng.random(n) < 0.8)):
        written[i].append(PRAISE[rng.integers(len(PRAISE))])
    text = ["，".join(w) + ENDING[rng.integers(len(ENDING))] if w else "" for w in written]
    table = pd.DataFrame(
        {
            "review_id": [f"R{50000 + i}" for i in range(n)],
            "date": day.strftime("%Y-%m-%d"),
            "sku": np.array(SKUS)[sku],
            "version": np.where(new, 2, 1),
            "stars": np.clip(np.round(stars), 1, 5).astype(int),
            "text": text,
        }
    )
    odd = rng.choice(n, size=95, replace=False)
    table.loc[odd[:80], "text"] = [PAID[i] for i in rng.integers(0, len(PAID), 80)]
    table.loc[odd[:80], "stars"] = 5
    table.loc[odd[80:], "stars"] = 0
    copies = table.iloc[np.sort(rng.choice(n, size=70, replace=False))]
    table = pd.concat([table, copies]).sort_values(["date", "review_id"], kind="stable")
    table.to_csv(folder / "reviews.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
