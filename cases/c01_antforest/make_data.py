"""Build users.csv and actions.csv: a walking app with and without a tree to grow. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 1301
GROUPS = {"只记步数": 0.0, "种树": 0.45, "种树加好友": 0.70}  # lift of the log odds of coming on a day
N_EACH = 240
START = pd.Timestamp("2026-01-05")
END = pd.Timestamp("2026-05-31")
GOAL_G = 1000  # energy for one tree, as the two tree groups see it
NEAR = 0.6  # from this share of the goal on, the tree groups come more often
NEAR_LIFT = 1.1  # log odds added at the goal itself, growing linearly from NEAR
AFTER_DROP = 0.8  # log odds lost in the 14 days after a tree is planted
FADE = 0.85  # log odds lost per unit of ln(1 + day / 7)
KINDS = {"步行": (0.62, 48.0), "公交地铁": (0.23, 75.0), "线上办事": (0.15, 30.0)}


def make(folder: Path) -> None:
    """Write users.csv and actions.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    n = N_EACH * len(GROUPS)
    group = rng.permutation(np.repeat(list(GROUPS), N_EACH))
    joined = START + pd.to_timedelta(rng.integers(0, 28, n), unit="D")
    base = rng.normal(-0.55, 1.0, n)
    names, (shares, means) = list(KINDS), np.array(list(KINDS.values())).T
    rows = []
    for i in range(n):
        with_tree = group[i] != "只记步数"
        energy, planted = 0.0, None
        for t in range((END - joined[i]).days + 1):
            date = joined[i] + pd.Timedelta(days=t)
            odds = base[i] + GROUPS[group[i]] - FADE * np.log1p(t / 7) - 0.25 * (date.day_of_week >= 5)
            share = (energy % GOAL_G) / GOAL_G
            if with_tree and share > NEAR:
                odds += NEAR_LIFT * (share - NEAR) / (1 - NEAR)
            if with_tree and planted is not None and t - planted <= 14:
                odds -= AFTER_DROP
            if t > 0 and rng.random() >= 1 / (1 + np.exp(-odds)):
                continue
            kind = int(rng.choice(3, p=shares))
            got = round(float(rng.gamma(1.8, means[kind] / 1.8)) + 8, 0)
            if int((energy + got) // GOAL_G) > int(energy // GOAL_G):
                planted = t
            energy += got
            rows.append((i, date, names[kind], got))
    users = pd.DataFrame({"user_id": [f"U{7000 + i}" for i in range(n)], "joined_date": joined, "group": group})
    users["age_group"] = rng.choice(["18–25", "26–35", "36–45", "46+"], size=n, p=[0.30, 0.36, 0.21, 0.13])
    actions = pd.DataFrame(rows, columns=["user", "action_date", "action", "energy_g"])
    actions.insert(0, "user_id", users["user_id"].to_numpy()[actions.pop("user")])
    actions["energy_g"] = actions["energy_g"].astype("Int64")
    free = rng.permutation(np.flatnonzero(actions["action_date"] > START + pd.Timedelta(days=28)))
    actions.loc[free[:15], "energy_g"] = rng.integers(20, 60, 15) * 1000  # phones tied to a swing, scripts
    actions.loc[free[15:45], "energy_g"] = pd.NA
    twice = actions.iloc[np.sort(free[45:125])]
    actions = pd.concat([actions, twice]).sort_values(["action_date", "user_id"], kind="stable")
    users = users.sort_values("user_id")
    users.to_csv(folder / "users.csv", index=False, encoding="utf-8", lineterminator="\n")
    actions.to_csv(folder / "actions.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
