"""What ``import crmlab`` costs over pandas and matplotlib, which a notebook needs anyway.

Median of seven fresh processes; exits 1 when it is over 0.3 s. Also prints the cost of the names a chapter imports.

Usage: python tests/benchmarks/import_time.py [--runs 7] [--limit 0.3]
"""

import argparse
import statistics
import subprocess
import sys

CASES = {
    "import crmlab": "import crmlab",
    "from crmlab import data, learn, plots, satisfaction, widgets": (
        "from crmlab import data, learn, plots, satisfaction, widgets"
    ),
}
SCRIPT = """
import time
import matplotlib.pyplot, pandas
start = time.perf_counter()
{statement}
print(time.perf_counter() - start)
"""


def seconds(statement: str) -> float:
    """Return the time of ``statement`` in a fresh interpreter that has pandas and matplotlib already."""
    command = [sys.executable, "-c", SCRIPT.format(statement=statement)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout)


def main() -> int:
    """Measure, print, and say by the exit code whether the limit holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--limit", type=float, default=0.3, help="seconds, for `import crmlab`")
    options = parser.parse_args()
    medians = {}
    for label, statement in CASES.items():
        times = [seconds(statement) for _ in range(options.runs)]
        medians[label] = statistics.median(times)
        print(f"{label:<64}{medians[label]:>8.3f} s  (median of {options.runs}, max {max(times):.3f})")
    if medians["import crmlab"] > options.limit:
        print(f"FAILED: import crmlab is over {options.limit:g} s")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
