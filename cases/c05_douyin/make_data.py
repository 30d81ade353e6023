"""Build items.csv (short videos) and views.csv (who watched what, how far). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 5203
N_USERS = 520
CATEGORIES = np.array(["美食", "旅行", "萌宠", "运动", "搞笑", "科普", "音乐", "手工", "汽车", "美妆"])
PER_CATEGORY = 30
TOPICS = 3  # hidden in every category: the label says cooking, not whether baking or barbecue
DAYS = 28
VIEWS_MEAN = 42
FEED, SEARCH = "推荐", "搜索"
SEARCH_SHARE = 0.28
SHARPER_PER_WEEK = 0.45  # the feed raises a user's tastes to the power 1 + this × weeks passed


def make(folder: Path) -> None:
    """Write items.csv and views.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    n_topics = len(CATEGORIES) * TOPICS
    n_items = len(CATEGORIES) * PER_CATEGORY
    topic = np.repeat(np.arange(n_topics), PER_CATEGORY // TOPICS)
    category = topic // TOPICS
    fame = np.exp(rng.normal(0, 1.1, n_items))
    # Tastes: a few topics a user, spread over two to four categories.
    broad = rng.dirichlet(np.full(len(CATEGORIES), 0.55), N_USERS)
    fine = rng.dirichlet(np.full(TOPICS, 0.45), (N_USERS, len(CATEGORIES)))
    taste = (broad[:, :, None] * fine).reshape(N_USERS, n_topics) + 0.002
    taste /= taste.sum(axis=1, keepdims=True)
    count = np.clip(rng.negative_binomial(3, 3 / (3 + VIEWS_MEAN), N_USERS), 3, 120)
    rows = []
    for user in range(N_USERS):
        # Evenings at the week's end are busier; the same video is seldom shown twice.
        weight = np.array([1.0, 1.0, 1.0, 1.0, 1.25, 1.5, 1.45] * 4)
        days = np.sort(rng.choice(DAYS, size=count[user], p=weight / weight.sum()))
        seen: set[int] = set()
        for day in days:
            search = rng.random() < SEARCH_SHARE
            power = 1.0 if search else 1.0 + SHARPER_PER_WEEK * (day // 7)
            wish = taste[user] ** power
            wish = 0.97 * wish / wish.sum() + 0.03 / n_topics
            chosen = rng.choice(n_topics, p=wish)
            inside = np.flatnonzero(topic == chosen)
            item = rng.choice(inside, p=fame[inside] / fame[inside].sum())
            if item in seen and rng.random() < 0.9:
                continue
            seen.add(int(item))
            # People watch to the end what suits them: a third of a video for the taste that suits least, three quarters for the best.
            fit = min(taste[user, chosen] / 0.25, 1.0)
            mean = 0.34 + 0.42 * fit
            ratio = rng.beta(4 * mean, 4 * (1 - mean)) + (rng.random() < 0.05) * rng.uniform(0.5, 1.2)
            rows.append((user, item, day, SEARCH if search else FEED, round(float(ratio), 2)))
    views = pd.DataFrame(rows, columns=["user", "item", "day", "shown_by", "watch_ratio"])
    order = rng.permutation(n_items)  # item numbers must not give the topic away
    number = np.empty(n_items, dtype=int)
    number[order] = np.arange(n_items)
    items = pd.DataFrame(
        {
            "item_id": [f"V{1000 + i}" for i in number],
            "category": CATEGORIES[category],
            "duration_s": np.clip(np.round(np.exp(rng.normal(3.4, 0.6, n_items))), 6, 300).astype(int),
        }
    )
    table = pd.DataFrame(
        {
            "view_id": [f"W{100000 + i}" for i in range(len(views))],
            "user_id": [f"U{3000 + u}" for u in views["user"]],
            "item_id": items["item_id"].to_numpy()[views["item"]],
            "day": views["day"] + 1,
            "shown_by": views["shown_by"],
            "watch_ratio": views["watch_ratio"],
        }
    )
    table.loc[rng.choice(len(table), size=25, replace=False), "watch_ratio"] = -1.0
    items.loc[rng.choice(n_items, size=4, replace=False), "category"] = ""
    copies = table.iloc[np.sort(rng.choice(len(table), size=80, replace=False))]
    table = pd.concat([table, copies]).sort_values(["day", "view_id"], kind="stable")
    items.sort_values("item_id").to_csv(folder / "items.csv", index=False, encoding="utf-8", lineterminator="\n")
    table.to_csv(folder / "views.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
