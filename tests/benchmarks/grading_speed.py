"""crmgrade against stock ``nbgrader autograde``: honest submissions of two labs, the same marks cell by cell.

lab06 as it is taught, and a lab of 14 cells with pandas and a figure. Both graders run as their own program on a copy of
the course of their own, start-up included. Exits 1 when crmgrade with two workers is not ten times as fast, when one mark
differs, or when the memory of the whole process tree grows with the number of submissions.

Usage: python -m tests.benchmarks.grading_speed [--submissions 20] [--labs both] [--memory 50 400] [--factor 10]
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader.api import Gradebook

from autograder.engine import batch
from autograder.engine.course import Course as EngineCourse
from autograder.engine.pool import warm
from tests.autograder import class20
from tests.autograder.course import LAB as LAB06
from tests.autograder.course import ROOT, Course, copy_course, nbgrader
from tests.benchmarks._bench import MISSED, machine
from tests.engine.small_lab import marks

SHOP = "lab99_shop"
PARTS = ("read", "fork", "cells", "checks", "values")
ANSWERS = {
    "total": "total = float(orders['amount'].sum())",
    "mean": "mean = orders.groupby('store')['amount'].mean().sort_values(ascending=False)",
    "best": "best = mean.index[0]",
    "share": "share = orders['store'].value_counts(normalize=True)",
    "figure": "fig, ax = plt.subplots()\nax.bar(mean.index, mean)\nax.set_title('Mean amount')\nax.set_ylabel('yuan')",
}
CHECKS = {
    "total": "assert abs(total - 1000 * 999 / 2 * 3) < 1e-6",
    "mean": "assert list(mean.index) == list('cba')\nassert mean.is_monotonic_decreasing",
    "best": "assert best == 'c'",
    "share": "assert abs(share.sum() - 1) < 1e-9\nassert abs(share['a'] - 0.334) < 1e-9",
    "figure": "assert ax.get_title() == 'Mean amount'\nassert len(ax.patches) == 3",
}
SETUP = (
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\n\n"
    "orders = pd.DataFrame({'store': np.array(list('abc'))[np.arange(1000) % 3], 'amount': np.arange(1000) * 3.0})"
)


def shop() -> Any:
    """Return the source of the lab of 14 cells."""
    cells = [new_code_cell(SETUP, id="setup", metadata=marks("setup"))]
    for name, answer in ANSWERS.items():
        text = f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION"
        cells.append(new_code_cell(text, id=name, metadata=marks(name, solution=True)))
        cells.append(
            new_code_cell(CHECKS[name], id=f"{name}-test", metadata=marks(f"{name}-test", grade=True, points=2))
        )
    cells += [
        new_markdown_cell("What now?", id="words", metadata=marks("words", grade=True, solution=True, points=2)),
        new_markdown_cell("Look at the table.", id="ask"),
        new_code_cell("orders.groupby('store').describe()", id="look", metadata=marks("look")),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


def build(folder: Path, lab: str) -> Course:
    """Make a course with the lab released."""
    course = copy_course(folder)
    for name in ("crmlab", "cases", "chapters"):
        (course.root / name).symlink_to(ROOT / name)
    (course.teacher / "source" / SHOP).mkdir(parents=True)
    nbformat.write(shop(), course.teacher / "source" / SHOP / f"{SHOP}.ipynb")
    done = nbgrader(course.teacher, "generate_assignment", lab, "--force", f"--Exchange.root={course.exchange}")
    assert done.code == 0, done.log
    return course


def hand_in(course: Course, lab: str, count: int) -> None:
    """Hand in honest work: every fourth is complete, the others leave out one task or have one wrong."""
    release = nbformat.read(course.root / "labs" / lab / f"{lab}.ipynb", 4)
    source = nbformat.read(course.teacher / "source" / lab / f"{lab}.ipynb", 4)
    right = class20.solutions(source)
    tasks = list(right)
    for number in range(count):
        answers = dict(right)
        if number % 4:
            task = tasks[number % len(tasks)]
            answers.pop(task) if number % 2 else answers.update({task: "pass"})
        nb = nbformat.from_dict(json.loads(nbformat.writes(release)))
        for cell in nb.cells:
            cell.source = answers.get(cell.id, cell.source)
        folder = course.teacher / "submitted" / f"2026{number:04d}" / lab
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(nb, folder / f"{lab}.ipynb")
        (folder / "timestamp.txt").write_text("2026-11-20 08:00:00 UTC", encoding="utf-8")


def run(course: Course, *arguments: str) -> tuple[float, float]:
    """Run a program in the course's folder; return its seconds and the peak memory of its process tree in MB."""
    home = {n: str(course.root / n.lower()) for n in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=course.teacher, stdout=said, stderr=subprocess.STDOUT,
            env=os.environ | home | {"PATH": path, "CRMLAB_EXCHANGE": str(course.exchange)},
        )  # fmt: skip
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        code = process.wait()
        seconds = time.perf_counter() - started
        watcher.join()
        said.seek(0)
        assert code == 0, said.read().decode(errors="replace")[-3000:]
    return seconds, peak[0]


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        pids, total = [process.pid], 0.0
        while pids:
            pid = pids.pop()
            try:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
                total += int(re.search(r"^Pss: +(\d+)", text, re.MULTILINE)[1]) / 1024  # type: ignore[index]
                for task in Path(f"/proc/{pid}/task").iterdir():
                    pids += [int(n) for n in (task / "children").read_text(encoding="ascii").split()]
            except (OSError, TypeError):
                continue
        peak[0] = max(peak[0], total)
        time.sleep(0.25)


def given(course: Course, lab: str) -> dict[str, dict[str, float | None]]:
    """Return each student's automatic marks, cell by cell."""
    found = {}
    with Gradebook(f"sqlite:///{course.teacher / 'gradebook.db'}", "crm") as book:
        for submission in book.assignment_submissions(lab):
            found[submission.student.id] = {g.cell.name: g.auto_score for nb in submission.notebooks for g in nb.grades}
    return found


def floor(course: Course, lab: str) -> float:
    """Return the processor seconds of the reference's own cells in a warm interpreter."""
    held = EngineCourse.load(course.teacher)
    shared = batch.prepare(held, lab)
    with warm(shared, 0) as worker, worker.session("student", shared.settings.limits, "20260000") as session:
        cells = [
            c for nb in shared.lab.notebooks.values() for c in nb.cells if c.cell_type == "code" and c.role != "check"
        ]
        number = 0.0
        for code in ["import time as _time\n_began = _time.process_time()", *[c.source for c in cells],
                     "_time.process_time() - _began"]:  # fmt: skip
            number = session.request({"op": "run", "code": code, "number": 1}, 60)["number"] or 0.0
    return number


def compare(folder: Path, lab: str, count: int, factor: float) -> bool:
    """Grade one lab with both; print; return whether it was fast enough and alike."""
    stock, ours = build(folder / "stock", lab), build(folder / "ours", lab)
    for course in (stock, ours):
        hand_in(course, lab, count)
    slow, _ = run(stock, "nbgrader", "autograde", lab, "--CrmGrade.replace_autograde=False")
    log = folder / "log.jsonl"
    quick, peak = run(ours, "autograder.engine.cli", lab, "--workers", "2", "--log", str(log))
    alone, _ = run(ours, "autograder.engine.cli", lab, "--workers", "1", "--force")
    expected, found = given(stock, lab), given(ours, lab)
    wrong = [(s, c, v, found.get(s, {}).get(c)) for s, cells in expected.items() for c, v in cells.items()
             if found.get(s, {}).get(c) != v]  # fmt: skip
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    split = {part: sum(line["seconds"].get(part, 0) for line in lines) / count for part in (*PARTS, "total")}
    ratio = slow / quick
    print(f"{lab}, {count} submissions, {len(next(iter(expected.values())))} graded cells")
    print(
        f"  stock {slow:.1f} s, crmgrade {quick:.1f} s with 2 workers, {alone:.1f} s with 1: {ratio:.1f} times as fast"
    )
    print("  a submission: " + ", ".join(f"{part} {1000 * seconds:.0f} ms" for part, seconds in split.items()))
    print(
        f"  the cells' own processor time: {1000 * floor(ours, lab):.0f} ms; peak memory of all processes {peak:.0f} MB"
    )
    print(f"  marks: {len(expected)} students, {len(wrong)} cells differ {wrong[:5]}", flush=True)
    return ratio >= factor and not wrong and len(found) == len(expected) == count


def memory(folder: Path, counts: list[int]) -> bool:
    """Grade classes of different sizes; return whether the peak memory stays the same."""
    peaks = {}
    for count in counts:
        course = build(folder / str(count), SHOP)
        hand_in(course, SHOP, count)
        seconds, peaks[count] = run(course, "autograder.engine.cli", SHOP, "--workers", "2")
        print(f"{count} submissions: peak memory of all processes {peaks[count]:.0f} MB, {seconds:.1f} s", flush=True)
        shutil.rmtree(course.root)
    return max(peaks.values()) <= 1.15 * min(peaks.values())


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--labs", nargs="*", default=[LAB06, SHOP], choices=[LAB06, SHOP])
    parser.add_argument("--memory", type=int, nargs="*", default=[50, 400])
    parser.add_argument("--factor", type=float, default=10.0)
    options = parser.parse_args()
    print(machine())
    good = True
    for lab in options.labs:
        with tempfile.TemporaryDirectory(prefix="speed-") as folder:
            good &= compare(Path(folder), lab, options.submissions, options.factor)
    if options.memory:
        with tempfile.TemporaryDirectory(prefix="speed-") as folder:
            good &= memory(Path(folder), options.memory)
    return 0 if good else MISSED


if __name__ == "__main__":
    sys.exit(main())
