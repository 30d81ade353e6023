"""rfm_summary against lifetimes' summary_data_from_transaction_data: time, results, peak memory.

Integer ids (--ids sparse text: ids with large gaps, text ids); purchases carry a clock time and stand in no order. Exits 1 when
rfm_summary is not four times as fast, differs by more than 1e-9, or takes over twice the memory of the table at its peak.
Memory is measured in a child process each: the growth of the resident set (RSS, Linux) and what tracemalloc counts.

Usage: python -m tests.benchmarks.rfm_speed [--rows 100000 1000000 5000000] [--runs 5] [--ids counted sparse text]
"""

import argparse
import json
import sys
import warnings

import numpy as np
import pandas as pd

from crmlab.loyalty import rfm_summary
from tests.benchmarks._bench import MISSED, answer_of, in_turn, machine, not_measured, peaks, with_lifetimes

COLUMNS = ["frequency", "recency", "T", "monetary_value"]
CHILD = "from tests.benchmarks.rfm_speed import child; child({rows}, {ids!r})"


def orders(n: int, ids: str = "counted") -> pd.DataFrame:
    """Return n purchases of n/3 customers over a year and a half, in no order."""
    rng = np.random.default_rng(1)
    customer = pd.Series(rng.integers(0, n // 3, n))
    if ids == "sparse":
        customer = customer * 7919
    elif ids == "text":
        customer = "C" + customer.astype("str").str.zfill(8)
    date = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 545 * 86_400, n), unit="s")
    return pd.DataFrame({"customer_id": customer, "date": date, "amount": rng.gamma(2, 20, n).round(2)})


def child(rows: int, ids: str) -> None:
    """Print the peak memory of one call, as multiples of the table."""
    rfm_summary(orders(1000, ids))  # imports are no part of the call
    table = orders(rows, ids)
    size = int(table.memory_usage(deep=True, index=False).sum())
    found = peaks(lambda: rfm_summary(table))
    print(json.dumps({name: None if value is None else value / size for name, value in found.items()}))


def main() -> int:
    """Measure, print, and say by the exit code whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 5_000_000])
    parser.add_argument("--ids", nargs="+", default=["counted"])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--limit", type=float, default=4.0, help="times as fast as lifetimes")
    options = parser.parse_args()
    if not with_lifetimes():
        return not_measured("lifetimes", 'pip install "crmlab[data]"')
    from lifetimes.utils import summary_data_from_transaction_data

    def peer(table: pd.DataFrame) -> pd.DataFrame:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return summary_data_from_transaction_data(table, "customer_id", "date", monetary_value_col="amount")

    good = True
    print(f"{machine()}; medians of {options.runs}; memory as a multiple of the table, in a child process")
    print(
        f"{'rows':>10}  {'ids':<8}{'ours s':>9}{'lifetimes s':>13}{'ratio':>8}{'difference':>12}{'RSS':>7}{'traced':>8}"
    )
    for rows in options.rows:
        for ids in options.ids:
            table = orders(rows, ids)
            ours, theirs = rfm_summary(table), peer(table)
            same = ours["customer_id"].tolist() == theirs.index.tolist()
            gap = float(np.abs(ours[COLUMNS].to_numpy(float) - theirs[COLUMNS].to_numpy(float)).max())
            seconds = in_turn({"ours": lambda t=table: rfm_summary(t), "peer": lambda t=table: peer(t)}, options.runs)
            ratio = seconds["peer"] / seconds["ours"]
            memory = answer_of(sys.executable, CHILD.format(rows=rows, ids=ids))
            rss = "-" if memory["rss"] is None else f"{memory['rss']:.2f}"
            print(
                f"{rows:>10,}  {ids:<8}{seconds['ours']:>9.4f}{seconds['peer']:>13.4f}{ratio:>8.1f}{gap:>12.1e}"
                f"{rss:>7}{memory['traced']:>8.2f}",
                flush=True,
            )
            good &= same and ratio >= options.limit and gap <= 1e-9
            good &= max(memory["rss"] or 0, memory["traced"]) <= 2
    if not good:
        print(
            f"FAILED: slower than {options.limit:g} times lifetimes, results differ, or over twice the table's memory"
        )
    return 0 if good else MISSED


if __name__ == "__main__":
    sys.exit(main())
