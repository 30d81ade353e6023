"""Build clients.csv (answers to the style quiz) and fix_items.csv (pieces sent, kept or not). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 5001
N_CLIENTS = 900
N_ITEMS = 240
PIECES = 5
STYLES = np.array(["通勤", "休闲", "运动", "文艺"])
SIZES = np.array(["S", "M", "L", "XL"])
BASE = -0.25  # log-odds of keeping a piece that matches nothing asked and costs what the client plans to spend
MATCH, SIZE_OFF, OVER_100 = 1.15, -1.05, -0.75  # style as liked; one size off; every 100 yuan over the budget
NO_QUIZ = -0.25  # clients who skip the quiz keep less whatever they are sent
CLIENT_SD, ITEM_SD = 0.65, 0.35
REASONS = np.array(["尺码不合", "太贵", "不是我的风格", "质量一般"])


def make(folder: Path) -> None:
    """Write clients.csv and fix_items.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    n = N_CLIENTS
    likes = rng.choice(4, size=n, p=[0.34, 0.33, 0.15, 0.18])
    size = rng.choice(4, size=n, p=[0.22, 0.38, 0.28, 0.12])
    budget = np.round(np.exp(rng.normal(5.62, 0.32, n)) / 10) * 10
    quiz = rng.random(n) < 0.78
    taste = rng.normal(0, CLIENT_SD, n) + np.where(quiz, 0, NO_QUIZ)
    item_style = rng.choice(4, size=N_ITEMS, p=[0.30, 0.32, 0.18, 0.20])
    item_price = np.round(np.exp(rng.normal(5.55, 0.38, N_ITEMS)) / 10) * 10 - 1
    item_appeal = rng.normal(0, ITEM_SD, N_ITEMS)
    # How many boxes: most clients one or two, a few up to six.
    boxes = np.minimum(1 + rng.poisson(1.1, n), 6)
    client = np.repeat(np.arange(n), boxes)
    # Autumn and spring changes of wardrobe bring more boxes.
    month = rng.choice(12, size=len(client), p=np.array([5, 5, 10, 11, 9, 7, 6, 7, 11, 12, 10, 7]) / 100)
    sent = pd.to_datetime({"year": 2025, "month": month + 1, "day": rng.integers(1, 29, len(client))})
    order = np.argsort(sent.to_numpy(), kind="stable")
    client, sent = client[order], sent.to_numpy()[order]
    rows = np.repeat(np.arange(len(client)), PIECES)
    who = client[rows]
    # The stylist picks the liked style a little more often when the quiz names it, otherwise at random.
    item = rng.integers(0, N_ITEMS, len(rows))
    again = quiz[who] & (item_style[item] != likes[who]) & (rng.random(len(rows)) < 0.35)
    for i in np.flatnonzero(again):
        item[i] = rng.choice(np.flatnonzero(item_style == likes[who[i]]))
    off = rng.random(len(rows)) < np.where(quiz[who], 0.16, 0.30)
    piece_size = np.where(off, np.clip(size[who] + rng.choice([-1, 1], len(rows)), 0, 3), size[who])
    off = piece_size != size[who]
    match = item_style[item] == likes[who]
    over = np.clip(item_price[item] - budget[who], 0, 400) / 100
    utility = BASE + MATCH * match + SIZE_OFF * off + OVER_100 * over + taste[who] + item_appeal[item]
    kept = rng.random(len(rows)) < 1 / (1 + np.exp(-utility))
    pull = np.column_stack([1.6 * off, 0.75 * np.minimum(over, 2), 1.15 * ~match, np.full(len(rows), 0.35)])
    reason = REASONS[np.argmax(np.log(pull + 1e-9) + rng.gumbel(0, 0.55, pull.shape), axis=1)]
    told = rng.random(len(rows)) < 0.62
    clients = pd.DataFrame(
        {
            "client_id": [f"K{2000 + i}" for i in range(n)],
            "quiz_done": quiz.astype(int),
            "style_liked": np.where(quiz, STYLES[likes], ""),
            "size_told": SIZES[size],
            "budget_yuan": np.where(quiz, budget, np.nan),
        }
    )
    clients["budget_yuan"] = clients["budget_yuan"].astype("Int64")
    items = pd.DataFrame(
        {
            "box_id": [f"B{30000 + r}" for r in rows],
            "sent_date": pd.Series(sent[rows]).dt.strftime("%Y-%m-%d"),
            "client_id": clients["client_id"].to_numpy()[who],
            "item_id": [f"P{100 + i}" for i in item],
            "style": STYLES[item_style[item]],
            "size": SIZES[piece_size],
            "price_yuan": item_price[item].astype(int),
            "kept": pd.array(kept.astype(int), dtype="Int64"),
            "feedback": np.where(kept | ~told, "", reason),
        }
    )
    # The same piece twice in a box does not happen: the later row goes.
    items = items.drop_duplicates(["box_id", "item_id"]).reset_index(drop=True)
    lost = rng.choice(len(items), size=90, replace=False)
    items.loc[lost, "kept"] = pd.NA
    items.loc[lost, "feedback"] = ""
    items.loc[rng.choice(len(items), size=12, replace=False), "price_yuan"] = 0
    copies = items.iloc[np.sort(rng.choice(len(items), size=60, replace=False))]
    items = pd.concat([items, copies]).sort_values(["sent_date", "box_id", "item_id"], kind="stable")
    clients.to_csv(folder / "clients.csv", index=False, encoding="utf-8", lineterminator="\n")
    items.to_csv(folder / "fix_items.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
