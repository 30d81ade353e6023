"""Build clips.csv, visitors.csv, zones.csv and topic.csv of a curiosity campaign. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 9033
N_CLIPS = 6_000
OPEN = {0: 0.150, 25: 0.200, 50: 0.215, 75: 0.185, 100: 0.115}  # by share of the answer that the title gives away
SEEN = {0: 0.22, 25: 0.34, 50: 0.47, 75: 0.64, 100: 0.66}  # of those who opened: saw it to the end
KEPT = {0: 0.30, 25: 0.55, 50: 0.74, 75: 0.80, 100: 0.82}  # of those who saw the end: "it kept what the title promised"
N_VISITORS = 4_000
ZONES = ["盲猜相机", "微距世界", "声音密室", "星空暗房", "新机柜台"]
TRUE_LEAD = {"盲猜相机": 0.11, "微距世界": 0.06, "声音密室": 0.0, "星空暗房": 0.0, "新机柜台": 0.0}
LOVED = {"盲猜相机": 0.40, "微距世界": 0.30, "声音密室": 0.45, "星空暗房": 0.20, "新机柜台": 0.05}
STAY = {"盲猜相机": 7.0, "微距世界": 5.0, "声音密室": 9.0, "星空暗房": 6.0, "新机柜台": 4.0}
P, Q, MARKET = 0.012, 0.34, 16_000  # Bass: from the poster, from friends, who will ever take part


def _sure(value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-value))


def _clips(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a member who was shown one of five titles by lot."""
    revealed = rng.permutation(np.resize(np.array(list(OPEN)), N_CLIPS))
    pick = np.vectorize
    opened = rng.random(N_CLIPS) < pick(OPEN.get)(revealed)
    seen = opened & (rng.random(N_CLIPS) < pick(SEEN.get)(revealed))
    kept = rng.random(N_CLIPS) < pick(KEPT.get)(revealed)
    answered = seen & (rng.random(N_CLIPS) < 0.7)
    follow = seen & (rng.random(N_CLIPS) < np.where(kept, 0.34, 0.08))
    return pd.DataFrame(
        {
            "member_id": [f"M{100000 + i}" for i in range(N_CLIPS)],
            "revealed_pct": revealed,
            "opened": opened.astype(int),
            "seen_end": seen.astype(int),
            "kept_promise": pd.array(np.where(answered, kept, np.nan), dtype="Int64"),
            "follow": follow.astype(int),
        }
    )


def _event(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row a visitor, and one row a zone that a visitor entered."""
    n = N_VISITORS
    hours = 12 * 8  # twelve days, eight hours a day; each hour each zone is shut with chance 0.35, by lot
    shut = rng.random((hours, 5)) < 0.35
    hour = np.sort(rng.integers(0, hours, n))
    fan = rng.normal(0, 1, n)  # how curious about phones he is anyway: nobody writes it down
    want = np.array([0.6, 0.2, 0.7, 0.0, -0.6])
    pull = np.array([0.15, 0.45, 0.10, 0.75, 1.15])  # what draws the fans
    went = (rng.random((n, 5)) < _sure(want + pull * fan[:, None])) & ~shut[hour]
    loved = went & (rng.random((n, 5)) < np.array([LOVED[z] for z in ZONES]))
    bought_in = 0.12 + 0.11 * np.tanh(fan) + went @ np.array([TRUE_LEAD[z] for z in ZONES])
    lead = rng.random(n) < np.clip(bought_in, 0.01, 0.95)
    stay = np.exp(rng.normal(0, 0.45, (n, 5))) * np.array([STAY[z] for z in ZONES]) * np.where(loved, 1.5, 1)
    who = np.array([f"V{4000 + i}" for i in range(n)])
    visitors = pd.DataFrame(
        {
            "visitor_id": who,
            "day": hour // 8 + 1,
            "hour": 11 + hour % 8,
            "shut": ["、".join(np.array(ZONES)[shut[h]]) or "无" for h in hour],
            "zones": went.sum(axis=1),
            "lead": lead.astype(int),
        }
    )
    i, z = np.nonzero(went)
    share = rng.random(len(i)) < np.where(loved[i, z], 0.52, 0.06)
    zones = pd.DataFrame(
        {
            "visitor_id": who[i],
            "zone": np.array(ZONES)[z],
            "stay_min": stay[i, z].round(1),
            "loved": loved[i, z].astype(int),
            "share": share.astype(int),
        }
    )
    return visitors, zones


def _topic(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a day: new people who posted under the topic, 40 days."""
    total, rows = 0.0, []
    for day in range(40):
        new = (P + Q * total / MARKET) * (MARKET - total)
        total += new
        rows.append((day + 1, max(0, round(new * rng.normal(1, 0.09)))))
    table = pd.DataFrame(rows, columns=["day", "new_people"]).astype({"new_people": "Int64"})
    table.insert(1, "topic_date", pd.date_range("2026-04-01", periods=40).strftime("%Y-%m-%d"))
    return table


def make(folder: Path) -> None:
    """Write the four files into `folder`."""
    rng = np.random.default_rng(SEED)
    clips, (visitors, zones), topic = _clips(rng), _event(rng), _topic(rng)
    zones.iloc[rng.choice(len(zones), 14, replace=False), zones.columns.get_loc("stay_min")] = 480.0
    visitors = pd.concat([visitors, visitors.iloc[rng.choice(len(visitors), 18, replace=False)]])
    visitors = visitors.sort_values("visitor_id", kind="stable")
    for name, table in (("clips", clips), ("visitors", visitors), ("zones", zones), ("topic", topic)):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
