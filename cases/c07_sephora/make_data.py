"""Build members.csv: two years of members of a make-up chain, with tiers by yearly spending. Simulated, seeded.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 7340
N = 14_000
GATES = {"会员卡": 0, "丽卡": 1_000, "华卡": 3_000}
REACH = {1_000: 100, 3_000: 260}  # within how many yuan below the gate members add something to the basket
ADDS = {0: 0.06, 1: 0.70}  # chance to do so right below the gate, without and with the progress bar
LIFT = {"会员卡": 1.0, "丽卡": 1.0, "华卡": 1.20}  # what the perks of a tier do to next year's spending
NOISE = 0.22


def _tier(spend: np.ndarray) -> np.ndarray:
    names = np.array(list(GATES))
    return names[np.searchsorted(np.array(list(GATES.values())), spend, side="right") - 1]


def make(folder: Path) -> None:
    """Write the file into `folder`."""
    rng = np.random.default_rng(SEED)
    taste = rng.normal(7.5, 0.65, N)
    before = np.exp(taste + rng.normal(0, 0.4, N))
    bar = rng.integers(0, 2, N)
    spend = np.exp(taste + rng.normal(0, NOISE, N))
    added, returned = np.zeros(N), np.zeros(N)
    for gate, reach in REACH.items():
        short = gate - spend
        near = (short > 0) & (short <= reach) & (added == 0)
        goes = near & (rng.random(N) < np.where(bar == 1, ADDS[1], ADDS[0]) * (1 - 0.8 * short / reach))
        added = np.where(goes, short + rng.exponential(gate * 0.012, N), added)
        sends_back = goes & (rng.random(N) < 0.45)
        returned = np.where(sends_back, added * rng.uniform(0.8, 1.0, N), returned)
    usual = (added == 0) & (rng.random(N) < 0.03)
    returned = np.where(usual, spend * rng.uniform(0.02, 0.15, N), returned)
    spend_24 = np.round(spend + added)
    returned = np.minimum(np.round(returned), spend_24)
    tier = _tier(spend_24)
    tier_24 = _tier(before)
    rank = {name: k for k, name in enumerate(GATES)}
    fallen = np.array([rank[a] < rank[b] for a, b in zip(tier, tier_24, strict=True)])
    leaves = rng.random(N) < 1 / (1 + np.exp(-(-3.0 - 0.5 * (taste - 7.5) + 0.8 * fallen)))
    lift = np.array([LIFT[name] for name in tier])
    fickle = np.where(added > 0, 0.80, 1.0)  # who fills the basket for the card comes less by itself
    after = np.exp(taste + rng.normal(0, NOISE, N)) * lift * fickle - np.where(returned > 0, 0, added)
    spend_25 = np.where(leaves, 0, np.maximum(after, 30).round())
    perks = np.select([tier == "华卡", tier == "丽卡"], [rng.gamma(4, 32, N), rng.gamma(3, 9, N)], rng.gamma(2, 2, N))
    table = pd.DataFrame(
        {
            "member_id": [f"B{10000 + i}" for i in range(N)],
            "tier_2024": tier_24,
            "bar": bar,
            "spend_2024": spend_24.astype(int),
            "tier_2025": tier,
            "returned_jan": returned.astype(int),
            "perks_2025": np.where(leaves, 0, perks.round()).astype(int),
            "spend_2025": spend_25.astype(int),
        }
    )
    table.loc[rng.choice(N, 14, replace=False), "spend_2025"] = -1
    table = pd.concat([table, table.iloc[rng.choice(N, 30, replace=False)]]).sort_values("member_id")
    table.to_csv(folder / "members.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
