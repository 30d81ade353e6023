"""Build users.csv (fans), weeks.csv (posts around a purchase), wishes.csv (what people want). Simulated, seeded.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 7_230
N = 5_000
WATCHED = 600  # buyers whose posts were counted week by week
WEEKS = np.arange(-8, 9)
BEFORE, AFTER = 2.6, 3.2  # how many times more posts in the three weeks before, and in weeks 0 to 2
BETA_BUY, BETA_NPS, BETA_POSTS = 0.50, 0.55, 0.45  # what taking part in the test does
WISHES = {
    "续航更久": (8, 26),
    "连接更稳": (9, 21),
    "字大一点": (2, 15),
    "更便宜": (7, 14),
    "防水更好": (6, 9),
    "表盘自己画": (22, 7),
    "接口开放": (28, 4),
    "可换外壳": (18, 4),
}


def _chance(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


def _users(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a registered user; `love` is not written down."""
    love = rng.normal(0, 1, N)
    bought_q1 = rng.random(N) < _chance(-0.7 + 0.8 * love)
    talk = np.exp(-0.6 + 0.75 * love + 0.45 * bought_q1) * rng.gamma(0.7, 1 / 0.7, N)
    posts_q1 = rng.poisson(talk)
    applied = rng.random(N) < _chance(-0.95 + 0.8 * love + 0.5 * (posts_q1 > 0))
    drawn = applied & (rng.random(N) < 0.5)
    beta = (drawn & (rng.random(N) < 0.82)) | (applied & ~drawn & (rng.random(N) < 0.06))
    posts_q2 = rng.poisson(talk * np.exp(BETA_POSTS * beta))
    bought_q2 = rng.random(N) < _chance(-1.0 + 0.85 * love + BETA_BUY * beta)
    feel = 7.3 + 1.25 * love + BETA_NPS * beta + rng.normal(0, 1.4, N)
    answers = rng.random(N) < np.select([posts_q1 == 0, posts_q1 <= 2], [0.26, 0.50], 0.72)
    table = pd.DataFrame(
        {
            "user_id": [f"U{10000 + i}" for i in range(N)],
            "posts_q1": posts_q1,
            "feedback_q1": rng.binomial(posts_q1, 0.22),
            "bought_q1": bought_q1.astype(int),
            "applied": applied.astype(int),
            "drawn": pd.array(np.where(applied, drawn, np.nan), dtype="Int64"),
            "beta": beta.astype(int),
            "posts_q2": posts_q2,
            "bought_q2": bought_q2.astype(int),
            "nps": pd.array(np.where(answers, np.clip(np.round(feel), 0, 10), np.nan), dtype="Int64"),
        }
    )
    adverts = rng.choice(np.flatnonzero(~applied), 9, replace=False)  # accounts that post advertisements
    table.loc[adverts, "posts_q1"] = rng.integers(420, 900, 9)
    table.loc[adverts, ["posts_q2", "feedback_q1", "bought_q1", "bought_q2"]] = 0
    table.loc[adverts, "nps"] = pd.NA
    return pd.concat([table, table.iloc[rng.choice(N, 22, replace=False)]]).sort_values("user_id")


def _weeks(rng: np.random.Generator, buyers: np.ndarray) -> pd.DataFrame:
    """Return posts of some buyers, week by week, week 0 being the week of the purchase."""
    own = 0.22 * rng.gamma(0.8, 1 / 0.8, WATCHED)
    lift = np.select([(WEEKS >= -3) & (WEEKS < 0), (WEEKS >= 0) & (WEEKS < 3)], [BEFORE, AFTER], 1.0)
    lift = np.where(WEEKS >= 3, 1.15, lift)
    posts = rng.poisson(own[:, None] * lift)
    who = np.sort(rng.choice(buyers, WATCHED, replace=False))
    return pd.DataFrame(
        {"user_id": np.repeat(who, len(WEEKS)), "week": np.tile(WEEKS, WATCHED), "posts": posts.ravel()}
    )


def _wishes(rng: np.random.Generator, users: pd.DataFrame) -> pd.DataFrame:
    """Return votes in the forum (as many as one likes to cast) and answers of a random sample (one each)."""
    table = users.drop_duplicates("user_id")
    loud = table[(table["posts_q1"] >= 3) & (table["posts_q1"] < 400)]["user_id"].to_numpy()
    shares = np.array(list(WISHES.values()), float) / 100
    parts = []
    for column, (source, who) in enumerate(
        (
            ("论坛投票", rng.choice(loud, 1_400)),
            ("随机抽样", rng.choice(table["user_id"].to_numpy(), 600, replace=False)),
        )
    ):
        p = shares[:, column] / shares[:, column].sum()
        parts.append(pd.DataFrame({"source": source, "user_id": who, "wish": rng.choice(list(WISHES), len(who), p=p)}))
    return pd.concat(parts).sort_values(["source", "user_id", "wish"])


def make(folder: Path) -> None:
    """Write the three files into `folder`."""
    rng = np.random.default_rng(SEED)
    users = _users(rng)
    once = users.drop_duplicates("user_id")
    weeks = _weeks(rng, once.loc[once["bought_q2"] == 1, "user_id"].to_numpy())
    for name, table in (("users", users), ("weeks", weeks), ("wishes", _wishes(rng, users))):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
