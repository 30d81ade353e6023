"""How fast the simulated tables come, and how much memory ten million orders in chunks take.

Prints rows per second for each table, then the time and the peak memory of reading the orders in chunks at several sizes,
each in a process of its own; exits 1 when the largest takes over 1.5 times the memory of the smallest: chunks are of no use
if memory grows with the table.

Usage: python -m tests.benchmarks.simulate_speed [--customers 100000 1000000 3000000] [--rows 100000]
"""

import argparse
import subprocess
import sys
import time

from crmlab import data

PROBE = """
import resource, sys, time
from crmlab import data
customers, rows = int(sys.argv[1]), int(sys.argv[2])
data.simulate_orders(1, seed=0)
start, n, total = time.perf_counter(), 0, 0.0
for chunk in data.simulate_chunks("orders", customers, seed=1, rows=rows):
    n += len(chunk)
    total += chunk["amount"].sum()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(n, total, time.perf_counter() - start, peak)
"""


def main() -> int:
    """Measure, print, and say by the exit code whether memory stays bounded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, nargs="+", default=[100_000, 1_000_000, 3_000_000])
    parser.add_argument("--rows", type=int, default=100_000)
    options = parser.parse_args()
    for table in ("customers", "orders", "contacts", "responses", "reviews"):
        start = time.perf_counter()
        rows = sum(len(chunk) for chunk in data.simulate_chunks(table, 100_000, seed=1))
        seconds = time.perf_counter() - start
        print(f"{table:<10}{rows:>10,} rows {seconds:>7.2f} s {rows / seconds:>12,.0f} rows/s")
    print(f"{'customers':>10}{'orders':>12}{'seconds':>9}{'peak MB':>9}")
    peaks = []
    for customers in options.customers:
        command = [sys.executable, "-c", PROBE, str(customers), str(options.rows)]
        n, _, seconds, peak = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        peaks.append(float(peak))
        print(f"{customers:>10,}{int(n):>12,}{float(seconds):>9.1f}{float(peak):>9.0f}")
    if max(peaks) > 1.5 * peaks[0]:
        print("FAILED: memory grows with the number of orders")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
