"""Grading as a function: (lab, submission, student, limits) -> result.

Two interpreters go through the notebook in lock-step. The student's, behind walls, runs the student's cells; the
checker's runs the teacher's locked and test cells on values that crossed as data. See design notes in each module.
"""

import base64
import contextlib
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat
import nbformat.v4

from autograder.engine import copies, scoring
from autograder.engine import submission as submissions
from autograder.engine.lab import Lab, SourceNotebook
from autograder.engine.reference import Produced, mentioned
from autograder.engine.replies import expect
from autograder.engine.result import CellResult, NotebookResult, Outcome, OutcomeCode, Result, Status
from autograder.engine.sandbox import Limits
from autograder.engine.worker import InterpreterEnded, Worker

MAX_ATTEMPTS = 4  # how often a notebook is run again without the cell that ended its interpreter
# Why a cell ended its interpreter, or its check could not be brought to an end: the outcome, and what is said.
_ENDED: dict[str, tuple[OutcomeCode, str]] = {
    "timed_out": ("timed_out", "运行时间太长，也停不下来"),
    "out_of_memory": ("out_of_memory", "用掉的内存超过了上限"),
    "killed": ("killed", "把运行它的程序结束了"),
    "tampered": ("tampered", "改动了运行它的程序"),
    "unjudged": ("timed_out", "的检查碰到这个答案就停不下来"),
}


@dataclass(frozen=True)
class Settings:
    """How a lab is graded.

    ``isolation`` "separate" judges outside the student's interpreter; "same-interpreter" runs the checks inside it, as
    nbgrader does, for labs whose checks need objects that cannot cross.
    """

    limits: Limits = field(default_factory=Limits)
    isolation: str = "separate"


def grade(
    worker: Worker,
    lab: Lab,
    produced: Mapping[str, Produced],
    files: Mapping[str, bytes],
    student: str,
    settings: Settings | None = None,
) -> Result:
    """Grade one submission.

    Parameters
    ----------
    worker : Worker
        The warm process that interpreters are forked from.
    lab : Lab
        The teacher's version.
    produced : mapping of str to Produced
        What the reference solution's cells produce, by notebook (:func:`reference.produced_of`).
    files : mapping of str to bytes
        The submission: content by relative path.
    student : str
        The student's number; both interpreters find it in the course's variables.
    settings : Settings, optional
        Limits and isolation.

    Returns
    -------
    Result
        One stated outcome with a score for every graded cell. Nothing that the student's code does raises here.
    """
    settings = settings or Settings()
    started = time.perf_counter()
    graded = _Grading(worker, lab, produced, files, student, settings)
    graded.all_notebooks()
    graded.seconds["total"] = time.perf_counter() - started
    return Result(
        lab=lab.name, student=student, outcome=graded.outcome, notebooks=graded.notebooks, lab_digest=lab.digest,
        submission_digest=submissions.digest_of(files), walls="bubblewrap" if worker.environment.sandbox else "none",
        isolation=settings.isolation, attempts=graded.attempts, notes=tuple(graded.notes), answers=graded.answers,
        seconds={name: round(value, 4) for name, value in graded.seconds.items()},
    )  # fmt: skip


class _Grading:
    """The state of grading one submission."""

    def __init__(
        self, worker: Worker, lab: Lab, produced: Mapping[str, Produced], files: Mapping[str, bytes], student: str,
        settings: Settings,
    ) -> None:  # fmt: skip
        self.worker, self.lab, self.produced, self.settings = worker, lab, produced, settings
        self.files, self.student = files, student
        self.outcome = Outcome("graded")
        self.notebooks: dict[str, NotebookResult] = {}
        self.attempts = 0
        self.notes: list[str] = []
        self.answers: dict[str, str] = {}
        self.seconds: dict[str, float] = dict.fromkeys(("read", "fork", "cells", "checks", "values"), 0.0)

    def all_notebooks(self) -> None:
        """Grade every notebook of the lab."""
        started = time.perf_counter()
        chosen = submissions.choose(self.lab.notebooks, self.files)
        self.seconds["read"] += time.perf_counter() - started
        for name, source in self.lab.notebooks.items():
            path = chosen.paths.get(name)
            if path is None:
                self._worst(Outcome("missing", f"提交里没有实训“{name}”的笔记本。"))
                self._unread(source)
                continue
            started = time.perf_counter()
            try:
                node, repairs = chosen.read.get(name) or submissions.read_notebook(self.files[path])
            except submissions.Unreadable as error:
                self._worst(Outcome("unreadable", error.message))
                self._unread(source)
                continue
            aligned = submissions.align(source, node)
            self.seconds["read"] += time.perf_counter() - started
            self._notebook(source, aligned, [*chosen.repairs, *repairs, *aligned.repairs])

    def _worst(self, outcome: Outcome) -> None:
        if self.outcome.code == "graded":
            self.outcome = outcome

    def _unread(self, source: SourceNotebook) -> None:
        """Give every cell of a notebook that is not there its 0 points."""
        aligned = submissions.align(source, nbformat.v4.new_notebook())
        cells = {
            step.grade_id: CellResult(step.role, step.points, 0.0, "not_run", self.outcome.message)
            for step in aligned.steps
            if step.grade_id is not None and step.role in {"check", "manual", "task"}
        }
        self.notebooks[source.name] = NotebookResult(aligned.nb, cells)

    def _notebook(self, source: SourceNotebook, aligned: Any, repairs: list[Any]) -> None:
        """Run a notebook; when a cell ends its interpreter, run again without that cell."""
        deadline = time.monotonic() + self.settings.limits.total_seconds
        skipped: dict[int, str] = {}
        for _ in range(MAX_ATTEMPTS):
            self.attempts += 1
            run = _Run(self, source, aligned, skipped, deadline)
            ended = run.go()
            if ended is None:
                break
            index, code = ended
            skipped[index] = code
            place = aligned.steps[index].grade_id or f"第 {index + 1} 个单元格"
            outcome, why = _ENDED[code]
            self._worst(Outcome(outcome, f"单元格“{place}”{why}。它没有分；其余的单元格另外运行、照常评分。"))
            if time.monotonic() >= deadline:
                break
        cells = run.finish()
        told = tuple({"code": r.code, "grade_id": r.grade_id or "", "message": r.message} for r in repairs)
        self.notebooks[source.name] = NotebookResult(aligned.nb, cells, told)


class _Run:
    """One attempt at a notebook: two interpreters, step by step."""

    def __init__(
        self, grading: _Grading, source: SourceNotebook, aligned: Any, skipped: Mapping[int, str], deadline: float
    ) -> None:
        self.grading, self.source, self.aligned = grading, source, aligned
        self.skipped, self.deadline = skipped, deadline
        self.limits = grading.settings.limits
        self.together = grading.settings.isolation == "same-interpreter"
        self.produced = grading.produced.get(source.name, Produced())
        self.cells: dict[str, CellResult] = {}
        self.known: dict[str, str] = {}
        self.asked: set[str] = set()  # names asked for since the student's code ran last
        self.answered: list[str] = []  # solution cells passed so far, by grade id
        self.at = 0

    def go(self) -> tuple[int, str] | None:
        """Run all steps; return (step, why) when the student's interpreter ended, else None."""
        started = time.perf_counter()
        worker, limits, student = self.grading.worker, self.limits, self.grading.student
        with contextlib.ExitStack() as stack:
            room = None
            if not worker.environment.sandbox:
                room = stack.enter_context(tempfile.TemporaryDirectory(prefix="crmgrade-"))
            try:
                self.student = stack.enter_context(worker.session("student", limits, student, room))
                if self.together:
                    self.checker = self.student
                else:
                    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="crmgrade-"))
                    self.checker = stack.enter_context(worker.session("checker", limits, student, folder))
                self._spread_files()
                self.grading.seconds["fork"] += time.perf_counter() - started
                return self._steps()
            except InterpreterEnded as error:
                return self.at, error.code
            except _CheckerEndedError:
                return self.at, "unjudged"

    def _spread_files(self) -> None:
        given = self.grading.lab.encoded_files
        own = {
            path: base64.b64encode(content).decode()
            for path, content in self.grading.files.items()
            if not path.endswith(".ipynb")
        }
        self.student.request({"op": "files", "files": own | given}, self.limits.cell_seconds)
        if not self.together:
            self.checker.request({"op": "files", "files": given}, self.limits.cell_seconds)

    def _steps(self) -> tuple[int, str] | None:
        pending = _plain_before(self.source)
        for index, step in enumerate(self.aligned.steps):
            self.at = index
            if time.monotonic() > self.deadline:
                raise InterpreterEnded("timed_out")
            for cell in pending.pop(step.grade_id, ()):
                self._trusted(cell.source, index)
            if step.role == "check" and index in self.skipped:
                outcome, why = _ENDED[self.skipped[index]]
                why = f"这道题{why}。"
                status: Status = "timed_out" if outcome == "timed_out" else "failed"
                self.cells[str(step.grade_id)] = CellResult("check", step.points, 0.0, status, why)
                scoring.show(self.aligned.nb.cells[index], index, [scoring.error("Stopped", why)])
            elif step.role == "check":
                self._check(index, step)
            elif step.role == "locked" and step.code:
                self._student_cell(index, step)
                self._trusted(step.code, index, step.grade_id)
            elif step.role in {"student", "manual"} and step.code:
                self._student_cell(index, step)
            if step.grade_id is not None and step.role in {"student", "manual"}:
                self.answered.append(step.grade_id)
        return None

    def _student_cell(self, index: int, step: Any) -> None:
        node = self.aligned.nb.cells[index]
        if node.cell_type != "code":
            return
        if index in self.skipped:
            why = f"这个单元格{_ENDED[self.skipped[index]][1]}，所以没有再运行它。"
            scoring.show(node, index, [scoring.error("Stopped", why)])
            return
        started = time.perf_counter()
        self.asked.clear()
        reply = self.student.request({"op": "run", "code": step.code, "number": index + 1}, self.limits.cell_seconds)
        expect(reply, "ran")
        scoring.show(node, index, reply["outputs"])
        self.grading.seconds["cells"] += time.perf_counter() - started

    def _trusted(self, code: str, index: int, grade_id: str | None = None, quiet: bool = True) -> dict[str, Any] | None:
        """Run one of the teacher's cells on the checker's side; ``quiet`` when nobody will see what it shows."""
        if self.together:
            return None
        started = time.perf_counter()
        self._cross(code, grade_id)
        self.checker.send({"op": "run", "code": code, "number": index + 1, "quiet": quiet})
        reply = self._relay()
        self.grading.seconds["checks"] += time.perf_counter() - started
        return reply

    def _cross(self, code: str, grade_id: str | None) -> None:
        """Carry the values of the answers that this cell mentions to the checker's side."""
        started = time.perf_counter()
        names = self.produced.before(self.answered)
        seen = mentioned(code)
        wanted = names if seen is None else names & seen
        wanted = wanted | self.produced.unsolved.get(grade_id or "", frozenset())
        ask = sorted(wanted - self.asked)
        if not ask:
            return
        self.asked |= wanted
        reply = self.student.request({"op": "values", "names": ask, "known": self.known}, self.limits.cell_seconds)
        expect(reply, "values")
        found, digests = reply["values"], reply["digests"]
        fresh = {name: value["data"] for name, value in found.items() if "data" in value}
        # A module is the one that the reference solution binds, or none.
        modules = {
            name: module
            for name, module in self.produced.modules.items()
            if fresh.get(name) == {"t": "module", "name": module}
        }
        fresh = {name: data for name, data in fresh.items() if name not in modules}
        missing = [name for name in ask if name not in found]
        if fresh or missing or modules:
            answer = self.checker.request(
                {"op": "assign", "values": fresh, "missing": missing, "modules": modules}, self.limits.cell_seconds
            )
            for name, why in answer["refused"]:
                self.grading.notes.append(f"{name}: {why}")
        self.known |= digests
        for name in missing:
            self.known.pop(name, None)
        self.grading.answers |= {f"{self.source.name}/{name}": copies.mark(data) for name, data in fresh.items()}
        self.grading.seconds["values"] += time.perf_counter() - started

    def _relay(self) -> dict[str, Any]:
        """Carry calls between the two interpreters until the checker's cell is through."""
        deadline = time.monotonic() + self.limits.cell_seconds
        active, other = self.checker, self.student
        depth, slow = 0, False
        while True:
            try:
                message = active.receive(max(0.1, deadline - time.monotonic()))
            except InterpreterEnded:
                if active is self.checker:
                    raise _CheckerEndedError from None
                raise
            if message["op"] == "ran" and active is self.checker and depth == 0:
                return message | {"late": slow or message.get("late", False)}
            if message.pop("late", False) and active is self.student:
                deadline, slow = time.monotonic() + self.limits.cell_seconds, True
            if message["op"] == "call":
                depth += 1
                self.asked.clear()
            elif message["op"] in {"returned", "raised"} and depth > 0:
                depth -= 1
            else:
                raise InterpreterEnded("tampered")
            if active is self.student:
                message.pop("gone", None)  # no student deletes a name of the checker's
            active, other = other, active
            active.send(message)

    def _check(self, index: int, step: Any) -> None:
        started = time.perf_counter()
        node = self.aligned.nb.cells[index]
        if self.together:
            reply = self.student.request(
                {"op": "run", "code": step.code, "number": index + 1}, self.limits.cell_seconds
            )
            expect(reply, "ran")
            self.grading.seconds["checks"] += time.perf_counter() - started
        else:
            answer = self._trusted(step.code, index, step.grade_id, quiet=False)
            assert answer is not None  # noqa: S101
            reply = answer
        scoring.show(node, index, reply["outputs"])
        self.cells[step.grade_id] = scoring.score(step, index + 1, reply, time.perf_counter() - started)

    def finish(self) -> dict[str, CellResult]:
        """Return a result for every graded cell, also for those that were not reached."""
        for step in self.aligned.steps:
            if step.grade_id is None or step.grade_id in self.cells:
                continue
            if step.role == "check":
                self.cells[step.grade_id] = CellResult("check", step.points, 0.0, "not_run", "没有运行到这里。")
            elif step.role in {"manual", "task"}:
                self.cells[step.grade_id] = CellResult(step.role, step.points, None, "needs_manual")
        return self.cells


class _CheckerEndedError(RuntimeError):
    """The trusted interpreter ended: a check that cannot cope with an answer."""


def _plain_before(source: SourceNotebook) -> dict[str | None, list[Any]]:
    """Return the source's plain code cells by the nbgrader cell that follows them."""
    found: dict[str | None, list[Any]] = {}
    waiting: list[Any] = []
    for cell in source.cells:
        if cell.role == "plain":
            if cell.cell_type == "code":
                waiting.append(cell)
        else:
            found[cell.grade_id], waiting = waiting, []
    return found
