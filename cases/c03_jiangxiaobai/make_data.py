"""Build drink_survey.csv (who likes which drink when) and population.csv (ages of the town). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 3202
N = 2_400
GROUPS = ["18–24", "25–34", "35–44", "45–54", "55 以上"]
POPULATION = [0.11, 0.20, 0.19, 0.22, 0.28]
SOURCES = {"线上": (0.52, 26, 7), "街访": (0.30, 40, 13), "餐饮店": (0.18, 36, 10)}  # share, age and its spread
SCENES = ["独酌", "朋友小聚", "家宴", "商务宴请", "送礼"]
DRINKS = ["低度小瓶", "果味酒", "经典高度", "不喝"]
BOTTLES = {"低度小瓶": 2.4, "果味酒": 1.8, "经典高度": 2.2, "不喝": 0.0}  # a quarter
COPY_AT_18, COPY_PER_YEAR = 0.55, -0.026  # what the youthful advertisement adds to liking, by age


def choose(rng: np.random.Generator, utility: np.ndarray) -> np.ndarray:
    """Return one choice a row, with chances by the usual logit."""
    return np.argmax(utility + rng.gumbel(size=utility.shape), axis=1)


def make(folder: Path) -> None:
    """Write both tables into `folder`."""
    rng = np.random.default_rng(SEED)
    source = rng.choice(len(SOURCES), size=N, p=[s[0] for s in SOURCES.values()])
    centre, spread = (np.array([s[i] for s in SOURCES.values()])[source] for i in (1, 2))
    age = np.clip(np.round(15 + rng.gamma(((centre - 15) / spread) ** 2, spread**2 / (centre - 15))), 16, 78)
    female = rng.random(N) < 0.47
    years, online = age - 18, source == 0
    drink = choose(
        rng,
        np.column_stack(
            [
                0.75 - 0.045 * years + 0.30 * online,
                0.05 - 0.020 * years + 0.95 * female,
                -0.95 + 0.045 * years - 0.55 * female,
                0.10 + 0.004 * years + 0.25 * female,
            ]
        ),
    )
    scene = choose(
        rng,
        np.column_stack(
            [
                np.full(N, 0.1),
                1.25 - 0.040 * years,
                -0.35 + 0.035 * years,
                -0.60 + 0.9 * np.exp(-(((age - 42) / 9) ** 2)),
                -1.00 + 0.025 * years,
            ]
        ),
    )
    youthful = rng.random(N) < 0.5
    liking = 3.15 + youthful * (COPY_AT_18 + COPY_PER_YEAR * years) + rng.normal(0, 0.95, N)
    liking = np.clip(np.round(liking), 1, 5)
    mean = np.array([BOTTLES[d] for d in DRINKS])[drink] * (0.85 + 0.006 * years)
    table = pd.DataFrame(
        {
            "resp_id": [f"A{10000 + i}" for i in range(N)],
            "source": np.array(list(SOURCES))[source],
            "age": age.astype(int),
            "gender": np.where(female, "女", "男"),
            "scene": np.array(SCENES)[scene],
            "prefer": np.array(DRINKS)[drink],
            "bottles_quarter": rng.negative_binomial(1.6, 1.6 / (1.6 + np.maximum(mean, 1e-9))),
            "copy_shown": np.where(youthful, "青春版", "传统版"),
            "liking": pd.array(liking.astype(int), dtype="Int64"),
        }
    )
    table.loc[rng.choice(N, size=150, replace=False), "liking"] = pd.NA
    odd = rng.choice(N, size=14, replace=False)
    table.loc[odd[:8], "age"] = 0
    table.loc[odd[8:], "age"] = 199
    table.loc[rng.choice(N, size=90, replace=False), "scene"] = ""
    copies = table.iloc[np.sort(rng.choice(N, size=36, replace=False))]
    table = pd.concat([table, copies]).sort_values("resp_id", kind="stable")
    table.to_csv(folder / "drink_survey.csv", index=False, encoding="utf-8", lineterminator="\n")
    population = pd.DataFrame({"age_group": GROUPS, "share": POPULATION})
    population.to_csv(folder / "population.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
