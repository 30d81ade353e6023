"""A small nbgrader course with every kind of cell, results for it, and its gradebook as comparable rows."""

import copy
import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nbgrader import utils
from sqlalchemy import create_engine, inspect, text

from autograder.engine.course import Course, read_files
from autograder.engine.lab import role_of
from autograder.engine.result import CellResult, NotebookResult, Outcome, Result
from autograder.engine.submission import align, digest_of, read_notebook
from tests.autograder.course import nbgrader
from tests.engine.small_lab import marks

LAB = "ps1"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "small"
"""
LATE = """
from nbgrader.plugins import BasePlugin

class Fine(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return {"bold": -5, "much": 99}.get(student_id, total_seconds_late / 3600)
"""
DUE = "2026-11-20 08:00:00"


def source() -> dict[str, Any]:
    one = [
        new_code_cell("base = 10", id="setup", metadata=marks("setup")),
        new_code_cell("### BEGIN SOLUTION\nx = 20\n### END SOLUTION", id="q1", metadata=marks("q1", solution=True)),
        new_code_cell(
            "assert x > 0\n### BEGIN HIDDEN TESTS\nassert x == 20\n### END HIDDEN TESTS",
            id="q1-test",
            metadata=marks("q1-test", grade=True, points=3),
        ),
        new_code_cell("1.5 if x == 7 else 4", id="q1-part", metadata=marks("q1-part", grade=True, points=4)),
        new_code_cell(
            "### BEGIN SOLUTION\ndef f(): ...\n### END SOLUTION",
            id="q2",
            metadata=marks("q2", grade=True, solution=True, points=2),
        ),
        new_markdown_cell("写在这里。", id="q3", metadata=marks("q3", grade=True, solution=True, points=5)),
        new_markdown_cell("交一张图。", id="q4", metadata=marks("q4", task=True, points=2)),
    ]
    two = [new_code_cell("assert True", id="r1", metadata=marks("r1", grade=True, points=1))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return {name: new_notebook(cells=cells, metadata=kernel) for name, cells in (("one", one), ("two", two))}


def build(root: Path, config: str = "") -> Path:
    """Make the course and let nbgrader release its lab."""
    (root / "source" / LAB).mkdir(parents=True)
    for name, nb in source().items():
        nbformat.write(nb, root / "source" / LAB / f"{name}.ipynb")
    (root / "source" / LAB / "data.csv").write_text("a\n1\n")
    (root / "nbgrader_config.py").write_text(CONFIG + config)
    (root / "fines.py").write_text(LATE)
    assert nbgrader(root, "db", "assignment", "add", LAB, "--duedate", f"{DUE} UTC").code == 0
    assert nbgrader(root, "generate_assignment", LAB).code == 0
    return root


def submit(root: Path, student: str, *, stamp: str | None = DUE, missing: tuple[str, ...] = (), **answers: str) -> Path:
    """Hand in the release with some answers; ``None`` as an answer deletes nothing, it is simply not given."""
    folder = root / "submitted" / student / LAB
    folder.mkdir(parents=True, exist_ok=True)
    for path in (root / "release" / LAB).glob("*.ipynb"):
        nb = nbformat.read(path, 4)
        for cell in nb.cells:
            if cell.id in answers:
                cell.source = answers[cell.id]
        if path.stem not in missing:
            nbformat.write(nb, folder / path.name)
    (folder / "data.csv").write_text("the student's own\n")
    (folder / "notes.txt").write_text("mine")
    if stamp is not None:
        (folder / "timestamp.txt").write_text(f"{stamp} UTC")
    return folder


def result_of(course: Course, student: str, autograded: Path, lab: str = LAB) -> tuple[Result, dict[str, bytes]]:
    """Turn the notebooks that stock nbgrader autograded into the result that says the same."""
    files = read_files(course.root / "submitted" / student / lab)
    bundle = course.lab(lab)
    notebooks = {}
    for name, original in bundle.notebooks.items():
        path = autograded / f"{name}.ipynb"
        nb = nbformat.read(path, 4) if path.exists() else new_notebook()
        cells = {}
        for cell in nb.cells:
            role = role_of(cell)
            if role not in {"check", "manual", "task"}:
                continue
            mark = cell.metadata.nbgrader
            score = None if role in {"manual", "task"} else utils.determine_grade(cell)[0]
            status = "needs_manual" if score is None else "passed" if score else "failed"
            cells[mark.grade_id] = CellResult(role, float(mark.points), score, status)
            mark.pop("checksum", None)
        if not path.exists():
            cells = {
                i: CellResult(c.role, c.points, 0.0, "not_run")
                for i, c in original.by_id.items()
                if c.role in {"check", "manual", "task"}
            }
        notebooks[name] = NotebookResult(json.loads(nbformat.writes(nb)), cells)
    whole = all((autograded / f"{name}.ipynb").exists() for name in notebooks)
    result = Result(
        lab,
        student,
        Outcome("graded" if whole else "missing"),
        {n: NotebookResult(_joined(b.nb), b.cells) for n, b in notebooks.items()},
        lab_digest=bundle.digest,
        submission_digest=digest_of(files),
    )
    return result, files


def _joined(nb: Any) -> Any:
    return copy.deepcopy(nbformat.reads(json.dumps(nb), 4))


def rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, with generated ids replaced by what they stand for."""
    engine = create_engine(url)
    with engine.connect() as db:
        tables = {
            name: [dict(row._mapping) for row in db.execute(text(f"SELECT * FROM {name}"))]
            for name in inspect(engine).get_table_names()
        }
    engine.dispose()
    names: dict[str, str] = {}
    for name, columns in (
        ("assignment", ("name",)),
        ("notebook", ("assignment_id", "name")),
        ("base_cell", ("notebook_id", "type", "name")),
        ("submitted_assignment", ("assignment_id", "student_id")),
        ("submitted_notebook", ("assignment_id", "notebook_id")),
        ("grade", ("notebook_id", "cell_id")),
        ("comment", ("notebook_id", "cell_id")),
        ("source_cell", ("notebook_id", "name")),
    ):
        for row in tables[name]:
            names[row["id"]] = f"{name} " + "/".join(names.get(row[c], row[c]) for c in columns)
    plain = {
        name: sorted(({key: _shown(value, names) for key, value in row.items()} for row in found), key=repr)
        for name, found in tables.items()
    }
    return plain


def _shown(value: Any, names: dict[str, str]) -> Any:
    """The same for SQLite and PostgreSQL."""
    if isinstance(value, datetime):
        return value.isoformat(" ", "microseconds")
    return names.get(value, value) if isinstance(value, str) else int(value) if isinstance(value, bool) else value


def files_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def execute(root: Path, statement: str) -> None:
    with sqlite3.connect(root / "gradebook.db") as db:
        db.execute(statement)
    db.close()


def result_for(course: Course, student: str, scores: dict[str, float]) -> tuple[Result, dict[str, bytes]]:
    """A result as the engine gives it: aligned notebooks, checks scored as told, the rest waiting."""
    files = read_files(course.root / "submitted" / student / LAB)
    bundle = course.lab(LAB)
    notebooks = {}
    for name, source in bundle.notebooks.items():
        aligned = align(source, read_notebook(files[f"{name}.ipynb"])[0])
        cells = {}
        for step in aligned.steps:
            if step.role == "check":
                score = scores.get(str(step.grade_id), 0.0)
                cells[str(step.grade_id)] = CellResult("check", step.points, score, "passed" if score else "failed")
            elif step.role in {"manual", "task"}:
                cells[str(step.grade_id)] = CellResult(step.role, step.points, None, "needs_manual")
        notebooks[name] = NotebookResult(aligned.nb, cells)
    digests = {"lab_digest": bundle.digest, "submission_digest": digest_of(files)}
    return Result(LAB, student, Outcome("graded"), notebooks, **digests), files
