"""Build listings.csv (flats to let, posted by agents) and audit.csv (listings checked at the door). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 2004
N_FLATS, N_FAKES, N_AGENTS, N_CHECKED = 2_300, 440, 120, 12  # checked: communities gone through door by door
NAMES = [a + b for a in "青枫 云岸 松湖 丹桂 北屏 晴川 柳溪 石桥 半山 明溪".split() for b in "苑 里 花园 新村".split()]
FACING = np.array(["朝南", "朝北", "朝东", "朝西", "南北通透"])
WORDS = ["精装修", "近地铁", "拎包入住", "随时看房", "家电齐全", "采光好", "安静", "可短租", "首次出租", "有电梯"]
AGAIN = 0.55  # mean number of further agents who post the same flat
SAME_PHOTO = 0.45  # a further agent uses the photo of the first
BAIT = (-0.27, 0.12)  # mean and sd of how much cheaper (log) a fake is than its community
SPREAD = {"新小区": 0.11, "老小区": 0.19}  # sd of log rent per square metre inside a community
STOLEN, NO_PLAN, REFRESH = (
    0.58,
    (0.72, 0.30),
    (7.0, 3.5),
)  # photo from elsewhere; plan missing fake/real; refreshes fake/real


def flats(rng: np.random.Generator) -> pd.DataFrame:
    """Return flats with a door number each, what is true of them, and the rent the market gives."""
    town = rng.choice(len(NAMES), size=N_FLATS, p=rng.dirichlet(np.full(len(NAMES), 8.0)))
    old = np.arange(len(NAMES)) % 4 >= 2
    base = np.exp(rng.normal(4.15, 0.22, len(NAMES))) * np.where(old, 0.82, 1.0)
    rooms = rng.choice([1, 2, 3, 4], size=N_FLATS, p=[0.26, 0.42, 0.26, 0.06])
    area = np.round(np.clip(rng.normal(14 + 30 * rooms, 9), 22, 190), 0)
    spread = np.where(old[town], SPREAD["老小区"], SPREAD["新小区"])
    rent = base[town] * area**0.92 * np.exp(rng.normal(0, 1, N_FLATS) * spread)
    return pd.DataFrame(
        {
            "flat_id": [f"D{2000 + 3 * i}" for i in range(N_FLATS)],
            "town": town,
            "kind": np.where(old[town], "老小区", "新小区"),
            "rooms": rooms,
            "area_m2": area,
            "floor": rng.integers(1, np.where(old[town], 8, 27)),
            "facing": rng.choice(FACING, size=N_FLATS, p=[0.42, 0.16, 0.13, 0.11, 0.18]),
            "rent": rent,
            "photo": [f"{x:08x}" for x in rng.integers(0, 2**32, N_FLATS)],
        }
    )


def title(rng: np.random.Generator, town: int, rooms: int, facing: str) -> str:
    """Return a title as agents write them: the facts in some order, and praise."""
    praise = rng.choice(WORDS, size=int(rng.integers(1, 4)), replace=False)
    parts = [NAMES[town], f"{rooms}室{1 if rooms < 3 else 2}厅", facing, *praise]
    return " ".join(parts if rng.random() < 0.6 else [parts[1], parts[0], *parts[2:]])


def make(folder: Path) -> None:
    """Write listings.csv and audit.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    home = flats(rng)
    busy = rng.pareto(1.8, N_AGENTS) + 0.4
    busy /= busy.sum()
    crooks = rng.choice(N_AGENTS, size=30, replace=False)
    rows = []
    for flat in home.itertuples():
        for turn in range(1 + min(int(rng.poisson(AGAIN)), 5)):
            photo = flat.photo if turn == 0 or rng.random() < SAME_PHOTO else f"{rng.integers(0, 2**32):08x}"
            area = flat.area_m2 + (0 if rng.random() < 0.72 else rng.choice([-1, 1]))
            rent = flat.rent * np.exp(rng.normal(0, 0.02))
            floor = flat.floor if rng.random() < 0.93 else np.nan
            words = title(rng, flat.town, flat.rooms, flat.facing)
            plan, fresh = rng.random() >= NO_PLAN[1], rng.poisson(REFRESH[1])
            who = rng.choice(N_AGENTS, p=busy)
            rows.append(
                (flat.flat_id, 0, who, flat.town, words, flat.rooms, area, floor, flat.facing, rent, photo, plan, fresh)
            )
    for _ in range(N_FAKES):
        like = home.iloc[rng.integers(0, N_FLATS)]
        other = home.iloc[rng.integers(0, N_FLATS)]
        photo = other["photo"] if rng.random() < STOLEN else f"{rng.integers(0, 2**32):08x}"
        near = home.loc[(home["town"] == like["town"]), "rent"] / home.loc[home["town"] == like["town"], "area_m2"]
        rent = near.median() * like["area_m2"] * np.exp(rng.normal(*BAIT))
        words = title(rng, int(like["town"]), int(like["rooms"]), like["facing"])
        plan, fresh = rng.random() >= NO_PLAN[0], rng.poisson(REFRESH[0])
        floor = float(rng.integers(1, 20)) if rng.random() < 0.7 else np.nan
        who = rng.choice(crooks) if rng.random() < 0.8 else rng.integers(0, N_AGENTS)
        area = like["area_m2"] + rng.choice([-2, 0, 3])
        rows.append(
            (
                "",
                1,
                who,
                int(like["town"]),
                words,
                int(like["rooms"]),
                area,
                floor,
                like["facing"],
                rent,
                photo,
                plan,
                fresh,
            )
        )
    names = [
        "flat_id",
        "is_fake",
        "agent",
        "town",
        "title",
        "rooms",
        "area_m2",
        "floor",
        "facing",
        "rent",
        "photo",
        "plan",
        "fresh",
    ]
    table = (
        pd.DataFrame(rows, columns=names)
        .sample(frac=1, random_state=np.random.RandomState(SEED))
        .reset_index(drop=True)
    )
    n = len(table)
    listings = pd.DataFrame(
        {
            "listing_id": [f"F{40000 + i}" for i in range(n)],
            "posted_date": (
                pd.Timestamp("2026-05-01") + pd.to_timedelta(np.sort(rng.integers(0, 61, n)), unit="D")
            ).strftime("%Y-%m-%d"),
            "community": np.array(NAMES)[table["town"]],
            "kind": np.where(table["town"] % 4 >= 2, "老小区", "新小区"),
            "agent_id": [f"A{100 + a}" for a in table["agent"]],
            "title": table["title"],
            "rooms": table["rooms"],
            "area_m2": table["area_m2"].astype(int),
            "floor": table["floor"].astype("Int64"),
            "facing": table["facing"],
            "rent_yuan": (table["rent"] / 50).round().astype(int) * 50,
            "photo_hash": table["photo"],
            "has_plan": table["plan"].astype(int),
            "refreshes_7d": table["fresh"],
        }
    )
    # The audit: every door of some communities, and what users reported elsewhere.
    inside = table["town"].isin(rng.choice(len(NAMES), size=N_CHECKED, replace=False)).to_numpy()
    reported = ~inside & (rng.random(n) < np.where(table["is_fake"] == 1, 0.62, 0.055))
    audit = pd.DataFrame(
        {
            "listing_id": listings["listing_id"],
            "how": np.where(inside, "抽查", "举报"),
            "flat_id": table["flat_id"],
            "is_fake": table["is_fake"],
        }
    )[inside | reported]
    # Flaws: no photo, a rent typed without its last zeros, rows exported twice.
    odd = rng.choice(n, size=110, replace=False)
    listings.loc[odd[:80], "photo_hash"] = ""
    listings.loc[odd[80:], "rent_yuan"] = listings.loc[odd[80:], "rent_yuan"] // 100
    copies = listings.iloc[rng.choice(n, size=50, replace=False)]
    listings = pd.concat([listings, copies]).sort_values(["posted_date", "listing_id"], kind="stable")
    listings.to_csv(folder / "listings.csv", index=False, encoding="utf-8", lineterminator="\n")
    audit.to_csv(folder / "audit.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
