"""Many small submissions through a Dask cluster of this machine: a scheduler and workers of one thread each.

The submissions are real - a fork, walls, cells, checks - but their cells cost nothing, so that what is measured is the
way of a submission through the queue. Nothing is written to a gradebook. Exits 1 when one result is missing, comes
twice or has a wrong score, or when the queue's own cost is more than ``--share`` of what this machine alone takes.

Usage: python -m tests.benchmarks.grading_cluster [--tasks 10000] [--alone 300] [--workers 2] [--share 0.5]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from autograder.engine import batch
from autograder.engine.cluster import ClusterPool
from autograder.engine.course import Course
from autograder.engine.pool import LocalPool, Task
from tests.benchmarks._bench import MISSED, machine, not_measured
from tests.benchmarks._grading import CHEAP, cheap_course, table

DASK = str(Path(sys.executable).parent / "dask")
CLASS = 10  # different submissions; every fifth has one answer wrong
RIGHT, WRONG = 6.0, 5.0


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """Start a scheduler and workers; yield the address; end them."""
    file = folder / "scheduler.json"
    plain = ["--host", "127.0.0.1", "--no-dashboard"]
    with ExitStack() as stack:

        def start(*arguments: str) -> None:
            log = stack.enter_context((folder / f"{arguments[0]}.log").open("ab"))
            process = subprocess.Popen([DASK, *arguments], cwd=folder, stdout=log, stderr=log)
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)

        start("scheduler", *plain, "--port", "0", "--scheduler-file", str(file))
        end = time.monotonic() + 120
        while not (file.exists() and file.stat().st_size):
            assert time.monotonic() < end, (folder / "scheduler.log").read_text(encoding="utf-8")
            time.sleep(0.1)
        for _ in range(workers):
            start("worker", *plain, "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny",
                  "--local-directory", str(folder))  # fmt: skip
        yield json.loads(file.read_text(encoding="utf-8"))["address"]


def tasks(files: list[dict[str, bytes]], count: int) -> Iterator[Task]:
    """Give every task a student of its own."""
    for number in range(count):
        yield Task(f"s{number}", partial(dict, files[number % len(files)]))


def passed(pool: Any, files: list[dict[str, bytes]], count: int) -> tuple[float, bool]:
    """Send submissions through a pool, the first ones to warm it up; return the seconds of the others."""
    for _ in pool.run(tasks(files, 4)):
        pass
    started = time.perf_counter()
    seen: Counter[str] = Counter()
    good = True
    for result in pool.run(tasks(files, count)):
        seen[result.student] += 1
        number = int(result.student[1:])
        good &= result.outcome.code == "graded" and result.score == (WRONG if number % 5 == 2 else RIGHT)
    seconds = time.perf_counter() - started
    return seconds, good and len(seen) == count and set(seen.values()) == {1}


def main() -> int:
    """Run both ways; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--alone", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--share", type=float, default=0.5)
    options = parser.parse_args()
    try:
        import distributed
    except ImportError:
        return not_measured("dask", 'pip install "crmlab[cluster]"')
    print(machine(), f"distributed {distributed.__version__}", flush=True)
    with tempfile.TemporaryDirectory(prefix="cluster-") as name, ExitStack() as stack:
        folder = Path(name)
        course = Course.load(cheap_course(folder, CLASS))
        submissions = {s.student: s.folder for s in course.submissions(CHEAP)}
        files = [
            {f"{CHEAP}.ipynb": (submissions[f"s{n or CLASS}"] / f"{CHEAP}.ipynb").read_bytes()} for n in range(CLASS)
        ]
        shared = batch.prepare(course, CHEAP)
        with LocalPool(shared, options.workers) as local:
            here, fine = passed(local, files, options.alone)
        address = stack.enter_context(cluster(folder, options.workers))
        with ClusterPool(shared, address) as pool:
            there, all_fine = passed(pool, files, options.tasks)
    rows = [
        (way, count, f"{seconds:.1f}", f"{count / seconds:.1f}", "yes" if good else "NO")
        for way, count, seconds, good in (
            (f"this machine, {options.workers} workers", options.alone, here, fine),
            (f"Dask cluster on it, {options.workers} workers", options.tasks, there, all_fine),
        )
    ]
    table(("way", "tasks", "seconds", "a second", "each result once and right"), rows)
    cost = (there / options.tasks) / (here / options.alone) - 1
    print(f"the queue costs {100 * cost:.0f} % of a small submission's time")
    return 0 if fine and all_fine and cost <= options.share else MISSED


if __name__ == "__main__":
    sys.exit(main())
