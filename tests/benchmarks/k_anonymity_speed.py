"""What k-anonymity and l-diversity cost beside a bare groupby over the same columns.

Medians of several runs in one process, alternating; exits 1 when k_anonymity takes over 1.5 times as long at 1e6 rows.

Usage: python tests/benchmarks/k_anonymity_speed.py [--rows 1000000] [--runs 7] [--limit 1.5]
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from crmlab.information import k_anonymity, l_diversity

QUASI = ["gender", "birth_year", "district"]


def customers(rows: int, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return tables whose classes are large, small, and single persons."""
    base = pd.DataFrame(
        {
            "gender": rng.choice(["男", "女"], rows),
            "birth_year": rng.integers(1950, 2008, rows),
            "district": rng.choice([f"区{i}" for i in range(100)], rows),
            "plan": rng.choice(list("abcdef"), rows),
        }
    )
    return {
        "classes of about 90": base,
        "with missing values": base.mask(rng.random(base.shape) < 0.05),
        "classes of about 2": base.assign(district=rng.integers(0, max(rows // 232, 1), rows)),
    }


def medians(calls: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Return the median seconds of each call, called in turn so that noise falls on all alike."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for _ in range(runs):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def main() -> int:
    """Measure, print, and say by the exit code whether the limit holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--limit", type=float, default=1.5, help="k_anonymity as a multiple of the bare groupby")
    options = parser.parse_args()
    worst = 0.0
    print(f"{options.rows:,} rows, medians of {options.runs}, seconds and multiples of the bare groupby")
    for label, table in customers(options.rows, np.random.default_rng(1)).items():
        seconds = medians(
            {
                "groupby": lambda table=table: table.groupby(QUASI, dropna=False).size().min(),
                "k_anonymity": lambda table=table: k_anonymity(table, QUASI),
                "l_diversity": lambda table=table: l_diversity(table, QUASI, "plan", definition="distinct"),
            },
            options.runs,
        )
        ratios = {name: value / seconds["groupby"] for name, value in seconds.items()}
        worst = max(worst, ratios["k_anonymity"])
        print(f"{label:<22}" + "".join(f"{n:>14} {seconds[n]:.3f} ({ratios[n]:.2f}x)" for n in seconds))
    if worst > options.limit:
        print(f"FAILED: k_anonymity takes {worst:.2f} times as long as a bare groupby, over {options.limit:g}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
