"""Build posts.csv and shares.csv (a holiday topic and how it was passed on). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20404
OPENS, CLOSES = pd.Timestamp("2026-03-28"), pd.Timestamp("2026-04-13")
POSTING_DAYS = 12
# One row a kind of author: posts, median views, spread of their logarithm, readiness to share against a stranger's.
AUTHORS = {
    "官方号": (10, 26_000, 0.35, 1.0),
    "达人": (24, 15_000, 0.60, 1.0),
    "门店": (90, 300, 0.80, 1.0),
    "车主": (520, 150, 1.00, 1.8),
}
SHARES_PER_VIEW = {"视频": 0.0060, "图文": 0.0037}
COMMENTS_PER_VIEW = {"视频": 0.0045, "图文": 0.0030}
DELAY_MIN = {"视频": 60, "图文": 150}
SHARE_VIEWS, SHARE_SPREAD = 40, 1.3  # mean 40 exp(0.845) = 93 views a share
FAKES = {"门店": 380, "达人": 260}


def awake(moment: pd.Timestamp, rng: np.random.Generator) -> pd.Timestamp:
    """Put off what would happen at night to the morning, four times in five."""
    if moment.hour < 7 and rng.random() < 0.8:
        return moment.normalize() + pd.Timedelta(minutes=int(rng.integers(420, 560)))
    return moment


def cascade(post: dict[str, object], readiness: float, rng: np.random.Generator) -> list[dict[str, object]]:
    """Pass a post on: every view gives a share with a small chance, and every share has viewers of its own."""
    form, rows, queue = str(post["form"]), [], [(post["post_id"], post["posted_at"], post["views"], readiness)]
    while queue:
        parent, moment, views, ready = queue.pop()
        for _ in range(rng.poisson(views * SHARES_PER_VIEW[form] * ready)):
            wait = 1 + DELAY_MIN[form] * np.exp(rng.normal(0, 1.6))
            at = awake(moment + pd.Timedelta(minutes=float(wait)), rng)
            seen = round(SHARE_VIEWS * np.exp(rng.normal(0, SHARE_SPREAD)))
            if at >= CLOSES:
                continue
            key = f"{post['post_id']}-{len(rows) + 1}"
            said = rng.poisson(seen * COMMENTS_PER_VIEW[form])
            rows.append(
                {
                    "share_id": key,
                    "post_id": post["post_id"],
                    "parent_id": parent,
                    "shared_at": at,
                    "views": seen,
                    "comments": said,
                }
            )
            queue.append((key, at, seen, 1.0))
    return rows


def make(folder: Path) -> None:
    """Write posts.csv and shares.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    posts: list[dict[str, object]] = []
    for author, (n, median, spread, _) in AUTHORS.items():
        for _ in range(n):
            form = "视频" if rng.random() < 0.5 else "图文"
            # The three days of the holiday bring twice the posts.
            day = rng.choice(POSTING_DAYS, p=np.array([1] * 7 + [2] * 3 + [1] * 2) / 15)
            minute = int(np.clip(rng.normal(14.5, 3.6), 7, 23.5) * 60)
            views = round(median * np.exp(rng.normal(0, spread)))
            said = rng.poisson(views * COMMENTS_PER_VIEW[form])
            at = OPENS + pd.Timedelta(days=int(day), minutes=minute)
            posts.append({"author": author, "form": form, "posted_at": at, "views": views, "comments": said})
    order = sorted(range(len(posts)), key=lambda i: posts[i]["posted_at"])
    posts = [{"post_id": f"P{i + 1:03d}"} | posts[k] for i, k in enumerate(order)]
    rows = [row for post in posts for row in cascade(post, AUTHORS[str(post["author"])][3], rng)]
    shares = pd.DataFrame(rows)
    # Numbers go unreported and parents get deleted before anything is forged or copied.
    odd = rng.choice(len(shares), 210, replace=False)
    shares["views"] = shares["views"].astype("Int64")
    shares.loc[odd[:120], "views"] = -1
    shares.loc[odd[120:], "parent_id"] = ""
    for author, n in FAKES.items():
        middle = [p for p in posts if p["author"] == author and p["form"] == "图文"]
        post = middle[len(middle) // 2]
        after = np.sort(rng.uniform(60, 540, n))
        fake = pd.DataFrame(
            {
                "share_id": [f"{post['post_id']}-x{i + 1}" for i in range(n)],
                "post_id": post["post_id"],
                "parent_id": post["post_id"],
                "shared_at": [post["posted_at"] + pd.Timedelta(seconds=int(s)) for s in after],
                "views": rng.integers(0, 3, n),
                "comments": 0,
            }
        ).astype({"views": "Int64"})
        shares = pd.concat([shares, fake], ignore_index=True)
    copies = shares.iloc[np.sort(rng.choice(len(shares), 75, replace=False))]
    shares = pd.concat([shares, copies])
    shares["shared_at"] = pd.to_datetime(shares["shared_at"]).dt.floor("s")
    # The number within its post would give the parents away: number them by time.
    shares = shares.sort_values(["shared_at", "share_id"], kind="stable")
    names = {old: f"S{i + 1:05d}" for i, old in enumerate(dict.fromkeys(shares["share_id"]))}
    shares["share_id"] = shares["share_id"].map(names)
    shares["parent_id"] = shares["parent_id"].map(lambda p: names.get(p, p))
    shares["shared_at"] = shares["shared_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    table = pd.DataFrame(posts)
    table["posted_at"] = table["posted_at"].dt.strftime("%Y-%m-%d %H:%M:%S")
    for name, frame in (("posts", table), ("shares", shares)):
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
