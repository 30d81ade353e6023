"""The rows of nbgrader's gradebook: what one submission's result changes in them, as ``nbgrader autograde`` would."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader import api
from nbgrader.api import new_uuid
from sqlalchemy import Connection, bindparam, create_engine, event, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

ASSIGNMENT = api.Assignment.__table__
NOTEBOOK = api.Notebook.__table__
CELL = api.BaseCell.__table__
SOURCE = api.SourceCell.__table__
STUDENT = api.Student.__table__
SUBMISSION = api.SubmittedAssignment.__table__
SUBMITTED = api.SubmittedNotebook.__table__
GRADE = api.Grade.__table__
COMMENT = api.Comment.__table__

# Built once: putting a statement together costs more than running it.
_LAB = ASSIGNMENT.c.name == bindparam("lab")
_OF_NOTEBOOK = NOTEBOOK.join(ASSIGNMENT, ASSIGNMENT.c.id == NOTEBOOK.c.assignment_id)
_OF_SUBMISSION = SUBMISSION.join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
_OF_SUBMITTED = _OF_SUBMISSION.join(SUBMITTED, SUBMITTED.c.assignment_id == SUBMISSION.c.id).join(
    NOTEBOOK, NOTEBOOK.c.id == SUBMITTED.c.notebook_id
)
_PAGE = SUBMITTED.c.assignment_id == bindparam("submission")

_ASSIGNMENT = select(ASSIGNMENT.c.id, ASSIGNMENT.c.duedate).where(_LAB)
_NOTEBOOKS = select(NOTEBOOK.c.id, NOTEBOOK.c.name, NOTEBOOK.c.kernelspec).select_from(_OF_NOTEBOOK).where(_LAB)
_CELLS = (
    select(CELL.c.id, CELL.c.name, CELL.c.type, CELL.c.notebook_id)
    .select_from(_OF_NOTEBOOK.join(CELL, CELL.c.notebook_id == NOTEBOOK.c.id))
    .where(_LAB)
)
_CHECKSUMS = (
    select(SOURCE.c.name, SOURCE.c.checksum, SOURCE.c.notebook_id)
    .select_from(_OF_NOTEBOOK.join(SOURCE, SOURCE.c.notebook_id == NOTEBOOK.c.id))
    .where(_LAB)
)
_STUDENT = select(STUDENT.c.id).where(STUDENT.c.id == bindparam("student"))
_SUBMISSION = (
    select(SUBMISSION.c.id, SUBMISSION.c.timestamp, SUBMISSION.c.extension, ASSIGNMENT.c.duedate)
    .select_from(_OF_SUBMISSION)
    .where(_LAB, SUBMISSION.c.student_id == bindparam("student"))
)
_SUBMITTED = select(SUBMITTED).where(_PAGE)
_GRADES = select(GRADE).join(SUBMITTED, SUBMITTED.c.id == GRADE.c.notebook_id).where(_PAGE)
_COMMENTS = select(COMMENT).join(SUBMITTED, SUBMITTED.c.id == COMMENT.c.notebook_id).where(_PAGE)
_STAMPS = select(SUBMISSION.c.student_id, SUBMISSION.c.timestamp).select_from(_OF_SUBMISSION).where(_LAB)
_SCORES, _REMARKS = (
    select(SUBMISSION.c.student_id, NOTEBOOK.c.name.label("notebook"), CELL.c.name.label("cell"), column.label("value"))
    .select_from(
        _OF_SUBMITTED.join(table, table.c.notebook_id == SUBMITTED.c.id).join(CELL, CELL.c.id == table.c.cell_id)
    )
    .where(_LAB)
    for table, column in ((GRADE, GRADE.c.auto_score), (COMMENT, COMMENT.c.auto_comment))
)
_WRITTEN = {
    SUBMITTED: ("late_submission_penalty",),
    GRADE: ("auto_score", "needs_manual_grade"),
    COMMENT: ("auto_comment",),
}
_UPDATES = {
    table: update(table).where(table.c.id == bindparam("_id")).values({n: bindparam(f"_{n}") for n in names})
    for table, names in _WRITTEN.items()
}

NO_RESPONSE = "No response."
Penalty = Callable[[str, float, float], float | None]
Snapshot = dict[str, Any]


class LedgerError(ValueError):
    """The gradebook cannot be opened, or does not know the lab or the student; the text says what to do (Chinese)."""


@dataclass(frozen=True)
class Verdict:
    """What one cell of one notebook is to get.

    ``auto_score`` None waits for a mark by hand; ``same`` says that nothing it depends on has changed since the last
    time, so that a mark given by hand needs no second look.
    """

    auto_score: float | None
    same: bool


@dataclass(frozen=True)
class Entry:
    """One notebook's part of a result: verdicts and automatic comments by grade id; ``late`` if a penalty may fall."""

    verdicts: Mapping[str, Verdict]
    comments: Mapping[str, str | None]
    late: bool = True


@dataclass
class Known:
    """What the gradebook knows of a lab's notebook."""

    id: str
    kernelspec: str | None
    cells: dict[str, tuple[str, str]] = field(default_factory=dict)  # row id -> (type, grade id)
    checksums: dict[str, str | None] = field(default_factory=dict)


class Ledger:
    """The gradebook's database.

    Parameters
    ----------
    db_url, course_id : str
        As nbgrader's configuration has them.
    """

    def __init__(self, db_url: str, course_id: str) -> None:
        try:
            _prepare(db_url, course_id)
        except DBAPIError as error:
            shown = make_url(db_url).render_as_string(hide_password=True)
            raise LedgerError(f"成绩册打不开（{shown}）：{error.orig}。数据库能用了再运行一次。") from error
        lite = db_url.startswith("sqlite")
        self.engine = create_engine(
            db_url, pool_pre_ping=not lite, connect_args={"timeout": 60, "isolation_level": None} if lite else {}
        )
        if lite:
            # A transaction that reads first and writes later would be refused, not queued, when another came between.
            event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Everything or nothing."""
        with self.engine.begin() as connection:
            yield connection

    def notebooks(self, db: Connection, lab: str) -> dict[str, Known]:
        """Return the lab's notebooks by name; raise LedgerError when the gradebook does not know them."""
        rows = db.execute(_NOTEBOOKS, {"lab": lab}).all()
        if not rows:
            raise LedgerError(f"成绩册里没有实训“{lab}”。请先运行 nbgrader generate_assignment {lab}。")
        by_id = {row.id: Known(row.id, row.kernelspec) for row in rows}
        for row in db.execute(_CELLS, {"lab": lab}):
            by_id[row.notebook_id].cells[row.id] = row.type, row.name
        for row in db.execute(_CHECKSUMS, {"lab": lab}):
            by_id[row.notebook_id].checksums[row.name] = row.checksum
        return {row.name: by_id[row.id] for row in rows}

    def record(
        self,
        db: Connection,
        lab: str,
        student: str,
        timestamp: datetime | None,
        notebooks: Mapping[str, Known],
        entries: Mapping[str, Entry],
        penalty: Penalty,
        *,
        create_student: bool = True,
    ) -> Snapshot:
        """Write one submission; rows that are right already are not touched.

        Marks and comments given by hand stay. As with nbgrader, a mark by hand is put up for review when what it
        was given for has changed. Returns what the gradebook says now.
        """
        _add_student(db, student, create_student)
        submission = _submission(db, lab, student, timestamp)
        page = {"submission": submission["id"]}
        submitted = {row.notebook_id: dict(row._mapping) for row in db.execute(_SUBMITTED, page)}
        grades = {(r.notebook_id, r.cell_id): dict(r._mapping) for r in db.execute(_GRADES, page)}
        comments = {(r.notebook_id, r.cell_id): dict(r._mapping) for r in db.execute(_COMMENTS, page)}
        snapshot: Snapshot = {"timestamp": _iso(submission["timestamp"]), "scores": {}, "comments": {}}
        changes = _Changes()
        for name, known in notebooks.items():
            entry = entries.get(name, Entry({}, {}))
            row = submitted.get(known.id)
            wanted = dict(row or _new_submitted(submission["id"], known.id))
            graded, commented = {}, {}
            for cell, (kind, grade_id) in known.cells.items():
                if kind in {"GradeCell", "TaskCell"}:
                    old = grades.get((wanted["id"], cell))
                    graded[grade_id] = _graded(old or _new_grade(wanted["id"], cell), entry.verdicts.get(grade_id))
                    changes.note(GRADE, old, graded[grade_id])
                if kind in {"SolutionCell", "TaskCell"}:
                    old = comments.get((wanted["id"], cell))
                    comment = dict(old or _new_comment(wanted["id"], cell))
                    if name in entries:
                        comment["auto_comment"] = entry.comments.get(grade_id)
                    commented[grade_id] = comment
                    changes.note(COMMENT, old, comment)
            if name in entries:
                fine = _penalty(submission, student, list(graded.values()), penalty) if entry.late else None
                wanted["late_submission_penalty"] = fine
            changes.note(SUBMITTED, row, wanted)
            snapshot["scores"] |= {name: {key: found["auto_score"] for key, found in graded.items()}} if graded else {}
            if commented:
                snapshot["comments"][name] = {key: found["auto_comment"] for key, found in commented.items()}
        changes.write(db)
        return snapshot

    def snapshots(self, db: Connection, lab: str, student: str | None = None) -> dict[str, Snapshot]:
        """Return what the autograder has written, by student: it is what a folder must agree with."""
        found: dict[str, Snapshot] = {}
        for query, key in ((_STAMPS, "timestamp"), (_SCORES, "scores"), (_REMARKS, "comments")):
            if student is not None:
                query = query.where(SUBMISSION.c.student_id == student)
            for row in db.execute(query, {"lab": lab}):
                if key == "timestamp":
                    found[row.student_id] = {"timestamp": _iso(row.timestamp), "scores": {}, "comments": {}}
                elif row.student_id in found:
                    found[row.student_id][key].setdefault(row.notebook, {})[row.cell] = row.value
        return found


def _prepare(db_url: str, course_id: str) -> None:
    """Let nbgrader make the tables and the course where they are missing; for that it starts ``alembic`` by name."""
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + path
    try:
        with api.Gradebook(db_url, course_id):
            pass
    finally:
        os.environ["PATH"] = path


class _Changes:
    """Rows to add and rows to change, written together."""

    def __init__(self) -> None:
        self.new: dict[Any, list[dict[str, Any]]] = {SUBMITTED: [], GRADE: [], COMMENT: []}
        self.changed: dict[Any, list[dict[str, Any]]] = {SUBMITTED: [], GRADE: [], COMMENT: []}

    def note(self, table: Any, old: Mapping[str, Any] | None, new: dict[str, Any]) -> None:
        if old is None:
            self.new[table].append(new)
        elif old != new:
            self.changed[table].append({f"_{key}": new[key] for key in ("id", *_WRITTEN[table])})

    def write(self, db: Connection) -> None:
        for table, rows in self.new.items():
            if rows:
                db.execute(insert(table), rows)
        for table, rows in self.changed.items():
            if rows:
                db.execute(_UPDATES[table], rows)


def _add_student(db: Connection, student: str, create: bool) -> None:
    if db.execute(_STUDENT, {"student": student}).first() is not None:
        return
    if not create:
        raise LedgerError(
            f"成绩册里没有学生“{student}”，课程的设置又不许自动添加。请先用 nbgrader db student add 添加。"
        )
    db.execute(insert(STUDENT).values(id=student))


def _submission(db: Connection, lab: str, student: str, timestamp: datetime | None) -> dict[str, Any]:
    """Return the submission's row with the lab's due date; make or date it."""
    row = db.execute(_SUBMISSION, {"lab": lab, "student": student}).first()
    if row is None:
        assignment = db.execute(_ASSIGNMENT, {"lab": lab}).one()
        new = {"id": new_uuid(), "timestamp": timestamp, "extension": None}
        db.execute(insert(SUBMISSION), [{**new, "assignment_id": assignment.id, "student_id": student}])
        return {**new, "duedate": assignment.duedate}
    found = dict(row._mapping)
    if timestamp is not None and found["timestamp"] != timestamp:
        found["timestamp"] = timestamp
        db.execute(update(SUBMISSION).where(SUBMISSION.c.id == found["id"]).values(timestamp=timestamp))
    return found


def _new_submitted(submission: str, notebook: str) -> dict[str, Any]:
    new = {"id": new_uuid(), "assignment_id": submission, "notebook_id": notebook}
    return {**new, "flagged": False, "late_submission_penalty": None}


def _new_grade(notebook: str, cell: str) -> dict[str, Any]:
    new = {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell, "needs_manual_grade": True}
    return {**new, "auto_score": None, "manual_score": None, "extra_credit": None}


def _new_comment(notebook: str, cell: str) -> dict[str, Any]:
    new = {"id": new_uuid(), "notebook_id": notebook, "cell_id": cell}
    return {**new, "auto_comment": None, "manual_comment": None}


def _iso(stamp: datetime | None) -> str | None:
    return stamp.isoformat() if stamp is not None else None


def _penalty(
    submission: Mapping[str, Any], student: str, grades: list[dict[str, Any]], penalty: Penalty
) -> float | None:
    due, stamp, extension = submission["duedate"], submission["timestamp"], submission["extension"]
    if due is None or stamp is None:
        return None
    late = (stamp - due - (extension or timedelta())).total_seconds()
    if late <= 0:
        return None
    score = sum(map(_score, grades))
    fine = penalty(student, score, late)
    return None if fine is None else min(max(float(fine), 0.0), score)


def _score(row: Mapping[str, Any]) -> float:
    given = row["manual_score"] if row["manual_score"] is not None else row["auto_score"]
    return 0.0 if given is None else float(given) + float(row["extra_credit"] or 0.0)


def _graded(row: Mapping[str, Any], verdict: Verdict | None) -> dict[str, Any]:
    """Return a grade's row as it is to be."""
    wanted = dict(row)
    if verdict is None:
        return wanted
    if row["manual_score"] is None:
        wanted["needs_manual_grade"] = verdict.auto_score is None
    elif not (verdict.same and row["auto_score"] == verdict.auto_score):
        wanted["needs_manual_grade"] = True
    wanted["auto_score"] = verdict.auto_score
    return wanted
