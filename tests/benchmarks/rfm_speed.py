"""RFM summary against a plain pandas groupby: time, peak memory and the largest difference, in the same run.

Medians of five runs. Memory is what the call allocates at its peak, as a multiple of the table itself. Exits 1 when the
summary is not twice as fast as the groupby, or differs from it by more than 1e-9.

Usage: python tests/benchmarks/rfm_speed.py [--rows 100000 1000000] [--runs 5]
"""

import argparse
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd

from crmlab.loyalty import rfm_summary

COLUMNS = ["frequency", "recency", "T", "monetary_value"]


def orders(n: int) -> pd.DataFrame:
    """Return n purchases of n/3 customers over a year and a half, in no order."""
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "customer_id": rng.integers(0, n // 3, n),
            "date": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 545 * 86_400, n), unit="s"),
            "amount": rng.gamma(2, 20, n).round(2),
        }
    )


def by_groupby(table: pd.DataFrame) -> pd.DataFrame:
    """Return the same summary the way a pandas user writes it."""
    daily = (
        table.assign(day=table["date"].dt.floor("D")).groupby(["customer_id", "day"], as_index=False)["amount"].sum()
    )
    found = daily.groupby("customer_id").agg(
        first=("day", "min"), last=("day", "max"), days=("day", "size"), total=("amount", "sum")
    )
    first_amount = daily.drop_duplicates("customer_id").set_index("customer_id")["amount"]
    repeats = found["days"] - 1
    return pd.DataFrame(
        {
            "frequency": repeats,
            "recency": (found["last"] - found["first"]).dt.days,
            "T": (daily["day"].max() - found["first"]).dt.days,
            "monetary_value": ((found["total"] - first_amount) / repeats.where(repeats > 0)).fillna(0),
        }
    ).reset_index()


def measure(function: Callable[[pd.DataFrame], pd.DataFrame], table: pd.DataFrame, runs: int) -> tuple[float, float]:
    """Return the median time in seconds and the peak memory as a multiple of the table."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        function(table)
        times.append(time.perf_counter() - start)
    tracemalloc.start()
    function(table)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return statistics.median(times), peak / int(table.memory_usage().sum())


def main() -> int:
    """Measure, print, and say by the exit code whether the goal holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    good = True
    print(
        f"{'rows':>10}{'rfm_summary s':>16}{'groupby s':>12}{'ratio':>8}{'memory':>9}{'groupby':>9}{'difference':>12}"
    )
    for n in options.rows:
        table = orders(n)
        ours, our_peak = measure(rfm_summary, table, options.runs)
        plain, plain_peak = measure(by_groupby, table, options.runs)
        gap = float(
            np.abs(rfm_summary(table)[COLUMNS].to_numpy(float) - by_groupby(table)[COLUMNS].to_numpy(float)).max()
        )
        print(
            f"{n:>10,}{ours:>16.4f}{plain:>12.4f}{plain / ours:>8.1f}{our_peak:>8.1f}x{plain_peak:>8.1f}x{gap:>12.1e}"
        )
        good &= plain / ours >= 2 and gap <= 1e-9
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
