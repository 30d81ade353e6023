"""Build tasks.csv, people.csv and shelf.csv of a tea maker's choice experiment. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 9043
N_PEOPLE = 420
N_TASKS = 10  # the last two are kept for checking
PACKS = ["单泡小罐", "多泡罐", "散装袋"]
SHORT = ["single", "multi", "loose"]
LIKED = np.array([1.45, 1.05, 0.0])  # beside price and convenience
PRICES = [np.array([3.0, 4.0, 5.0, 6.0]), np.array([1.5, 2.0, 2.5, 3.0, 4.0]), np.array([0.6, 0.9, 1.2, 1.5])]
PER_YUAN = {"天天喝": -1.35, "偶尔喝": -0.80}
EASY = {"天天喝": 0.60, "偶尔喝": 1.50}  # what a handy pack (no weighing, sealed) is worth
GIFT = 0.9  # the single can is liked more by those who buy it to give away
SAID = 0.78  # in a questionnaire the price bites this much less than at the till
WEEKS = 26


def _people(rng: np.random.Generator) -> pd.DataFrame:
    daily = rng.random(N_PEOPLE) < 0.55
    cups = np.where(daily, rng.poisson(17, N_PEOPLE) + 7, rng.poisson(2.2, N_PEOPLE) + 1)
    return pd.DataFrame(
        {
            "person_id": [f"C{800 + i}" for i in range(N_PEOPLE)],
            "drinker": np.where(daily, "天天喝", "偶尔喝"),
            "cups_week": cups,
            "for_gift": (rng.random(N_PEOPLE) < np.where(daily, 0.18, 0.34)).astype(int),
            "age": np.clip(np.round(rng.normal(np.where(daily, 43, 34), 10)), 19, 75).astype(int),
        }
    )


def _tasks(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Return one row a choice: prices a brew and whether each pack is handy, drawn anew every time."""
    rows = []
    for who in people.to_dict("records"):
        taste = rng.normal(0, 0.5, 3)  # what he likes anyway, the same in all his choices
        bite = SAID * PER_YUAN[who["drinker"]] * np.exp(rng.normal(0, 0.25))
        for task in range(N_TASKS):
            price = np.array([rng.choice(p) for p in PRICES])
            handy = rng.integers(0, 2, 3)
            gift = GIFT * who["for_gift"] * np.array([1, 0, 0])
            value = LIKED + taste + gift + bite * price + EASY[who["drinker"]] * handy + rng.gumbel(size=3)
            rows.append((who["person_id"], task + 1, *price, *handy, PACKS[int(value.argmax())], rng.gamma(4, 3.2)))
    names = [f"{a}_{p}" for a in ("price", "handy") for p in SHORT]
    table = pd.DataFrame(rows, columns=["person_id", "task", *names, "chosen_pack", "seconds"])
    return table.assign(seconds=table["seconds"].round(1) + 2)


def _shelf(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a week and shop: what was on the shelf and sold; the multi pack's price was drawn by week and shop."""
    rows = []
    for week in range(WEEKS):
        for shop in ("东街店", "西桥店", "南门店", "站前店"):
            price = np.array([4.5, rng.choice([1.8, 2.4, 3.0]), 1.0])
            share = np.zeros(3)
            for drinker, part in (("天天喝", 0.55), ("偶尔喝", 0.45)):
                value = (
                    LIKED
                    + np.array([0.24, 0, 0]) * GIFT
                    + PER_YUAN[drinker] * price
                    + EASY[drinker] * np.array([1, 1, 0])
                )
                share += part * np.exp(value) / np.exp(value).sum()
            visitors = rng.poisson(95 + 12 * np.cos(2 * np.pi * week / 26))
            rows.append((week + 1, shop, price[1], *rng.multinomial(visitors, share / share.sum())))
    return pd.DataFrame(rows, columns=["week", "shop", "multi_price", "sold_single", "sold_multi", "sold_loose"])


def make(folder: Path) -> None:
    """Write the three files into `folder`."""
    rng = np.random.default_rng(SEED)
    people = _people(rng)
    tasks, shelf = _tasks(rng, people), _shelf(rng)
    careless = rng.choice(people["person_id"], 16, replace=False)  # always the first, in a second each
    mine = tasks["person_id"].isin(careless)
    tasks.loc[mine, "chosen_pack"] = PACKS[0]
    tasks.loc[mine, "seconds"] = np.round(rng.uniform(0.6, 1.6, mine.sum()), 1)
    tasks = pd.concat([tasks, tasks.iloc[rng.choice(len(tasks), 22, replace=False)]])
    tasks = tasks.sort_values(["person_id", "task"], kind="stable")
    people["age"] = people["age"].astype("Int64").mask(rng.random(N_PEOPLE) < 0.05)
    for name, table in (("people", people), ("tasks", tasks), ("shelf", shelf)):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
