"""A teacher opens formgrader's pages while a class is being graded, with the gradebook in SQLite and in PostgreSQL.

A real jupyter server with nbgrader's formgrader stands in the course's folder; its pages and what they fetch are asked
for one after the other, first while nothing else happens, then while ``crmgrade`` grades. Exits 1 when an answer is an
error, when a result is missing, when the two gradebooks differ, or when half of the answers take longer than ``--p50``.

Usage: python -m tests.benchmarks.grading_load [--submissions 500] [--databases sqlite postgresql] [--port 9700]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks._bench import MISSED, machine, not_measured
from tests.benchmarks._grading import CHEAP, cheap_course, homes, run, table
from tests.engine import postgres
from tests.engine.small_course import rows

TOKEN = "benchmark"  # of a server of minutes on the loopback
PAGES = (
    "", "/manage_submissions/{lab}", "/gradebook/{lab}/{lab}", "/manage_students",
    "/api/assignments", "/api/submissions/{lab}", "/api/submitted_notebooks/{lab}/{lab}", "/api/students",
    "/submissions/{id}",
)  # fmt: skip
PAUSE_S = 0.1  # between two pages


@contextmanager
def formgrader(root: Path, port: int) -> Iterator[str]:
    """Start a jupyter server with formgrader in a course's folder; yield its address."""
    log = root.parent / "server.log"
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root", "--ip=127.0.0.1",
               f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
               f"--ServerApp.root_dir={root}"]  # fmt: skip
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=root, stdout=said, stderr=said, env=_variables(root))
        try:
            url, end = f"http://127.0.0.1:{port}/formgrader", time.monotonic() + 180
            while True:
                try:
                    fetch(url)
                    break
                except (urllib.error.URLError, ConnectionError):
                    assert process.poll() is None and time.monotonic() < end, log.read_text(encoding="utf-8")[-3000:]
                    time.sleep(0.5)
            yield url
        finally:
            process.terminate()
            process.wait(60)


def _variables(root: Path) -> dict[str, str]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | homes(root.parent) | {"PATH": path}


def fetch(url: str) -> bytes:
    """Return a page's content; an error status raises."""
    request = urllib.request.Request(url, headers={"Authorization": f"token {TOKEN}"})  # http, ours
    with urllib.request.urlopen(request, timeout=120) as answer:
        return bytes(answer.read())


def teacher(url: str, until: Any, least: int = 3) -> tuple[list[float], list[str]]:
    """Open all pages again and again, ``least`` times or until something is so; return times and errors."""
    seconds, errors = [], []
    rounds = 0
    while rounds < least or not until():
        rounds += 1
        for page in PAGES:
            address = page.format(lab=CHEAP, id=_some(url) if "{id}" in page else "")
            started = time.perf_counter()
            try:
                fetch(url + address)
            except (urllib.error.URLError, OSError) as error:
                errors.append(f"{address}: {error}")
            seconds.append(time.perf_counter() - started)
            time.sleep(PAUSE_S)
    return seconds, errors


def _some(url: str) -> str:
    found = [one["id"] for one in json.loads(fetch(f"{url}/api/submitted_notebooks/{CHEAP}/{CHEAP}")) if one["id"]]
    return str(found[len(found) // 2])


def measure(folder: Path, count: int, port: int, db_url: str) -> tuple[list[tuple[Any, ...]], bool, str]:
    """Grade a class under a teacher's eyes; return rows of the table, whether all was well, the gradebook's address."""
    config = f"c.CourseDirectory.db_url = {db_url!r}\n" if db_url else ""
    root = cheap_course(folder, count, config)
    name = db_url.partition("+")[0] or "sqlite"
    # A few are done before, so that there is something to look at.
    run(root, "autograder.engine.cli", CHEAP, *(f"--student=s{n}" for n in range(1, 11)))
    with formgrader(root, port) as url:
        calm, errors = teacher(url, lambda: True)
        ended = threading.Event()
        taken: list[float] = []

        def grade() -> None:
            try:
                taken.append(run(root, "autograder.engine.cli", CHEAP, "--workers", "2").seconds)
            finally:
                ended.set()

        grader = threading.Thread(target=grade)
        grader.start()
        busy, more = teacher(url, ended.is_set, 1)
        grader.join()
    errors += more
    found = []
    for when, seconds in (("nothing else", calm), (f"{count - 10} being graded", busy)):
        p95 = statistics.quantiles(seconds, n=20)[-1]
        found.append((name, when, len(seconds), f"{1000 * statistics.median(seconds):.0f}", f"{1000 * p95:.0f}",
                      f"{1000 * max(seconds):.0f}", len(errors)))  # fmt: skip
    print(*errors[:5], sep="\n", end="\n" if errors else "")
    done = len(list(root.glob(f"autograded/*/{CHEAP}/crmgrade.json")))
    good = bool(taken) and not errors and done == count
    return found, good, db_url or f"sqlite:///{root / 'gradebook.db'}"


def main() -> int:
    """Measure with each database; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=500)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    parser.add_argument("--port", type=int, default=9700)
    parser.add_argument("--p50", type=float, default=2.0)
    options = parser.parse_args()
    if "postgresql" in options.databases and not postgres.BINARIES:
        return not_measured("PostgreSQL", "sudo apt-get install postgresql; pip install 'crmlab[postgres]'")
    print(machine())
    good, lines, books = True, [], []
    with ExitStack() as stack:
        for number, name in enumerate(options.databases):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="load-")))
            db_url = stack.enter_context(postgres.server()) if name == "postgresql" else ""
            found, fine, url = measure(folder / "work", options.submissions, options.port + number, db_url)
            lines += found
            good &= fine
            books.append(rows(url))
    table(("gradebook", "meanwhile", "pages", "p50 ms", "p95 ms", "longest ms", "errors"), lines)
    same = all(book == books[0] for book in books)
    if len(books) > 1:
        print("the gradebooks say the same" if same else "THE GRADEBOOKS DIFFER")
    fast = all(float(line[3]) <= 1000 * options.p50 for line in lines)
    return 0 if good and same and fast else MISSED


if __name__ == "__main__":
    sys.exit(main())
