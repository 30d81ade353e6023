"""crmgrade against stock ``nbgrader autograde``: honest submissions of two labs, the same marks cell by cell.

lab06 as it is taught, and a lab of 14 cells with pandas and a figure. Both graders run as their own program on a copy of
the course of their own. Stock is measured with ``--submissions`` (20) only, unless ``--full`` asks for ``--many`` (200) as
well; its throughput is taken without its start-up, from the first result to the last, crmgrade's with everything. Exits 1
when crmgrade's throughput with two workers and ``--many`` submissions is not ``--factor`` times stock's, or one mark differs.

Usage: python -m tests.benchmarks.grading_speed [--submissions 20] [--many 200] [--full] [--labs LAB ...] [--factor 10]
"""

import argparse
import json
import logging
import sys
import tempfile
import time
from dataclasses import replace
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
from tests.benchmarks._grading import Ran, run, table
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
    logging.disable(logging.WARNING)
    done = nbgrader(course.teacher, "generate_assignment", lab, "--force", f"--Exchange.root={course.exchange}")
    logging.disable(logging.NOTSET)
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


def stock(course: Course, lab: str, count: int) -> tuple[Ran, float]:
    """Grade with nbgrader's own way; return also the seconds a submission between the first result and the last."""
    hand_in(course, lab, count)
    ran = run(course.teacher, "nbgrader", "autograde", lab, "--CrmGrade.replace_autograde=False", "--force",
              variables={"CRMLAB_EXCHANGE": str(course.exchange)})  # fmt: skip
    done = sorted(p.stat().st_mtime for p in course.teacher.glob(f"autograded/*/{lab}/{lab}.ipynb"))
    assert len(done) == count
    return ran, (done[-1] - done[0]) / (count - 1)


def ours(course: Course, lab: str, count: int, workers: int) -> tuple[Ran, dict[str, float]]:
    """Grade with the engine; return also where the time of a submission went, in seconds."""
    hand_in(course, lab, count)
    log = course.root / "log.jsonl"
    log.unlink(missing_ok=True)
    ran = run(course.teacher, "autograder.engine.cli", lab, "--workers", str(workers), "--force", "--log", str(log),
              variables={"CRMLAB_EXCHANGE": str(course.exchange)})  # fmt: skip
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    lines = [line for line in lines if "student" in line]
    assert len(lines) == count
    return ran, {part: sum(line["seconds"].get(part, 0) for line in lines) / count for part in (*PARTS, "total")}


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


def write_cost(course: Course, lab: str) -> float:
    """Return the processor seconds of writing one result: gradebook, notebook, note."""
    from autograder.engine.course import read_files
    from autograder.engine.gradebook import Writer

    held = EngineCourse.load(course.teacher)
    with Writer(held) as writer:
        work = []
        for submission in held.submissions(lab)[:20]:
            result = writer.load(lab, submission.student)
            assert result is not None
            work.append((replace(result, notes=("again",)), read_files(submission.folder)))
        began = time.process_time()
        for result, files in work:
            assert writer.save(result, files).changed
        return (time.process_time() - began) / len(work)


def compare(folder: Path, lab: str, options: argparse.Namespace) -> bool:
    """Grade one lab with both; print; return whether it was fast enough and alike."""
    few, many = options.submissions, options.many
    theirs, mine = build(folder / "stock", lab), build(folder / "ours", lab)
    rows = []

    def row(name: str, count: int, ran: Ran) -> None:
        rows.append((name, count, f"{ran.seconds:.1f}", f"{ran.seconds / count:.3f}", f"{ran.cpu / count:.3f}"))

    slow, steady = stock(theirs, lab, few)
    row("stock nbgrader autograde", few, slow)
    expected = given(theirs, lab)
    row("crmgrade, 1 worker", few, ours(mine, lab, few, 1)[0])
    row("crmgrade, 2 workers", few, (small := ours(mine, lab, few, 2)[0]))
    found = given(mine, lab)
    wrong = [(s, c, v, found.get(s, {}).get(c)) for s, cells in expected.items() for c, v in cells.items()
             if found.get(s, {}).get(c) != v]  # fmt: skip
    quick, split = ours(mine, lab, many, 2)
    row("crmgrade, 2 workers", many, quick)
    if options.full:
        slow, steady = stock(theirs, lab, many)
        row("stock nbgrader autograde", many, slow)
    ratio = steady / (quick.seconds / many)
    own, write = floor(mine, lab), write_cost(mine, lab)
    print(f"\n{lab}: {len(next(iter(expected.values())))} graded cells")
    table(("program", "submissions", "seconds", "seconds a submission", "processor seconds a submission"), rows)
    print(f"stock without its start-up: {steady:.3f} s a submission", end="")
    print("" if options.full else f", measured with {few} submissions; {many} were not measured (--full does)")
    print(f"crmgrade with {many} submissions, start-up included: {ratio:.1f} times as fast", end="; ")
    print(f"program against program with {few}: {slow.seconds / small.seconds:.1f} times" if not options.full else "")
    shares = ", ".join(f"{part} {1000 * seconds:.0f}" for part, seconds in split.items())
    print(f"wall ms a submission with 2 workers: {shares}; writing takes {1000 * write:.0f} ms of processor time")
    print(
        f"floor: the cells' own processor time is {1000 * own:.0f} ms, all together take {quick.cpu / many / own:.1f} times that"
    )
    print(f"marks: {len(expected)} students, {len(wrong)} cells differ {wrong[:5]}", flush=True)
    return ratio >= options.factor and not wrong and len(expected) == few


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--many", type=int, default=200)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--labs", nargs="+", default=[LAB06, SHOP], choices=[LAB06, SHOP])
    parser.add_argument("--factor", type=float, default=10.0)
    options = parser.parse_args()
    print(machine())
    good = True
    for lab in options.labs:
        with tempfile.TemporaryDirectory(prefix="speed-") as folder:
            good &= compare(Path(folder), lab, options)
    return 0 if good else MISSED


if __name__ == "__main__":
    sys.exit(main())
