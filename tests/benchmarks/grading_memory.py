"""The engine's memory for classes of growing size: small cells, two workers, all processes counted together.

Exits 1 when the largest class takes more than a tenth more than the smallest.

Usage: python -m tests.benchmarks.grading_memory [--counts 50 250 1000]
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks._bench import MISSED, machine
from tests.benchmarks._grading import CHEAP, cheap_course, run, table

TOLERATED = 1.1


def main() -> int:
    """Grade the classes; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--counts", type=int, nargs="+", default=[50, 250, 1000])
    options = parser.parse_args()
    print(machine())
    peaks, rows = [], []
    for count in options.counts:
        with tempfile.TemporaryDirectory(prefix="memory-") as folder:
            root = cheap_course(Path(folder), count)
            ran = run(root, "autograder.engine.cli", CHEAP, "--workers", "2", watched=True)
            assert len(list(root.glob(f"autograded/*/{CHEAP}/crmgrade.json"))) == count
        peaks.append(ran.peak)
        rows.append((count, f"{ran.peak:.0f}", f"{ran.seconds:.1f}", f"{1000 * ran.cpu / count:.0f}"))
    table(("submissions", "peak memory of all processes, MB", "seconds", "processor ms a submission"), rows)
    return 0 if max(peaks) <= TOLERATED * peaks[0] else MISSED


if __name__ == "__main__":
    sys.exit(main())
