"""A class's submissions: which are to do, graded by a pool, written by the one writer, told line by line."""

import contextlib
import errno
import json
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from autograder.engine import copies
from autograder.engine.channel import ClosedError, GarbledError
from autograder.engine.cluster import ClusterPool, reach
from autograder.engine.course import Course, Submission, read_files
from autograder.engine.engine import grade
from autograder.engine.gradebook import WriteError, Writer
from autograder.engine.pool import Batch, LocalPool, Task, warm
from autograder.engine.reference import produced_of
from autograder.engine.result import Result
from autograder.engine.submission import digest_of
from autograder.engine.worker import Started, Worker

log = logging.getLogger("crmgrade")


@dataclass
class Summary:
    """What one run did: ``outcomes`` counts results by outcome; ``skipped`` were done before."""

    lab: str
    todo: int = 0
    skipped: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    results: list[tuple[str, str, float, float, str]] = field(default_factory=list)
    seconds: float = 0.0
    pairs: list[copies.Pair] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """Submissions without a result: the engine's own defects."""
        return self.outcomes["failed"]


def prepare(course: Course, lab_name: str, sandbox: bool | None = None) -> Batch:
    """Read a lab and run its reference solution once.

    Raises
    ------
    LabError, WallsMissing, ImportError
        The lab cannot be graded; the text says why.
    """
    with preparing(course, lab_name, sandbox) as (batch, _):
        return batch


@contextlib.contextmanager
def preparing(
    course: Course, lab_name: str, sandbox: bool | None = None, started: Started | None = None
) -> Iterator[tuple[Batch, Worker]]:
    """As :func:`prepare`, and with it the warm process that ran the reference solution; it is closed at the end."""
    lab = course.lab(lab_name)
    environment, settings = course.environment(lab_name, sandbox=sandbox), course.grading(lab_name)
    with Worker(environment, started) as worker:
        produced = produced_of(worker, lab, settings.limits, course.settings.reference_student)
        yield Batch(lab, produced, settings, environment), worker


def check_reference(course: Course, batch: Batch) -> tuple[Result, Result]:
    """Grade the source notebook as if it were handed in, then the release form without any answer.

    Returns
    -------
    tuple of Result
        The reference solution's result, which should have full marks, and the untouched release's, which should have
        none.
    """
    import nbformat

    from autograder.engine.matching import released

    full, empty = {}, {}
    for name, notebook in batch.lab.notebooks.items():
        full[f"{name}.ipynb"] = nbformat.writes(notebook.nb).encode()
        node = nbformat.from_dict(json.loads(nbformat.writes(notebook.nb)))
        for cell, source in zip(node.cells, notebook.cells, strict=True):
            if source.role in {"solution", "manual"}:
                cell.source = released(source.source)
        empty[f"{name}.ipynb"] = nbformat.writes(node).encode()
    worker = warm(batch, 0)
    with worker:
        student = course.settings.reference_student
        return (
            grade(worker, batch.lab, batch.produced, full, student, batch.settings),
            grade(worker, batch.lab, batch.produced, empty, student, batch.settings),
        )


def run(
    course: Course,
    lab_name: str,
    *,
    students: Sequence[str] = (),
    since: datetime | None = None,
    force: bool = False,
    workers: int = 0,
    scheduler: str | None = None,
    sandbox: bool | None = None,
    journal: Path | None = None,
    told: Callable[[Summary, Result | None], None] | None = None,
    started: Started | None = None,
) -> Summary:
    """Grade a lab's submissions and write the results.

    Parameters
    ----------
    course, lab_name
        The course and the lab.
    students : sequence of str
        Only these; all when empty.
    since : datetime, optional
        Only submissions changed at or after this time.
    force : bool
        Grade again what has a result already.
    workers : int
        Submissions at the same time; 0: what the course says, else one a core.
    scheduler : str, optional
        A Dask scheduler's address; the tasks go there.
    sandbox : bool, optional
        Overrules the course; False runs without walls.
    journal : Path, optional
        A file that gets one JSON line a result.
    told : callable, optional
        ``told(summary, result)`` after each result, and once before the first with None.
    started : Started, optional
        A warm process that has begun to load; it is the caller's to end when nothing was to be graded.

    Returns
    -------
    Summary
        Counts and scores. A submission that fails leaves the others alone.
    """
    began = time.perf_counter()
    summary = Summary(lab_name)
    everybody = course.submissions(lab_name)
    found = [s for s in everybody if not students or s.student in students]
    for name in sorted(set(students) - {s.student for s in found}):
        log.warning("没有学号 %s 的提交，跳过。", name)
    if since is not None:
        found = [s for s in found if s.timestamp >= since]
    lab = course.lab(lab_name)
    with Writer(course) as writer:
        todo = found
        if not force:
            digests = {s.student: digest_of(read_files(s.folder)) for s in found}
            left = set(writer.pending(lab_name, digests, lab.digest))
            todo = [s for s in found if s.student in left]
        summary.todo, summary.skipped = len(todo), len(found) - len(todo)
        if told is not None:
            told(summary, None)
        if todo:
            if scheduler:
                reach(scheduler)
            size = min(workers or course.settings.workers or len(os.sched_getaffinity(0)), len(todo))
            with preparing(course, lab_name, sandbox, started) as (batch, worker):
                with ClusterPool(batch, scheduler) if scheduler else LocalPool(batch, size, worker) as pool:
                    submissions = {s.student: s for s in todo}
                    wanted = copies.wanted_of(lab, batch.produced)
                    traces = []
                    held: dict[str, dict[str, bytes]] = {}  # what is being graded is what will be written
                    for result in pool.run(_tasks(course, lab_name, todo, held)):
                        submission = submissions[result.student]
                        saved = writer.save(result, held.pop(result.student), renew=force).result
                        _count(saved, summary, journal)
                        traces.append(copies.trace_of(result, wanted))
                        course.hook("post", lab_name, submission)
                        if told is not None:
                            told(summary, result)
                    here = pool.workers if isinstance(pool, LocalPool) else [worker]
                    summary.pairs = _copied(batch, traces, [s.student for s in everybody], writer, wanted, here)
            if journal is not None:
                _log(journal, [{"lab": lab_name, "copied": asdict(pair)} for pair in summary.pairs])
    summary.seconds = time.perf_counter() - began
    return summary


def _copied(
    batch: Batch,
    traces: list[copies.Trace],
    students: list[str],
    writer: Writer,
    wanted: copies.Wanted,
    workers: list[Worker],
) -> list[copies.Pair]:
    """Return whose wrong answers are what another student's data give; who was graded earlier counts as well."""
    if not any(trace.wrong for trace in traces):
        return []
    here = {trace.student for trace in traces}
    others = []
    for student in students:
        result = writer.load(batch.lab.name, student) if student not in here else None
        others.append(copies.trace_of(result, wanted) if result is not None else copies.Trace(student))
    known = [*traces, *(trace for trace in others if trace.student not in here)]
    keys = {key for trace in traces for key in trace.wrong}
    try:
        alive = [worker for worker in workers if worker.process.poll() is None]
        with contextlib.nullcontext(alive) if alive else _alone(batch) as helpers:
            expected = copies.expectations(helpers, batch.lab, batch.produced, batch.settings.limits, known, keys)
    except (ClosedError, GarbledError, TimeoutError):
        log.warning("没有比较学生之间的答案：运行环境坏了。分数不受影响。")
        return []
    return copies.pairs(traces, expected)


@contextlib.contextmanager
def _alone(batch: Batch) -> Iterator[list[Worker]]:
    with warm(batch, 0) as worker:
        yield [worker]


def _log(journal: Path, lines: list[dict[str, Any]]) -> None:
    """Append lines; the file ends with a whole line even where the disk is full."""
    stamp = {"time": datetime.now().astimezone().isoformat(timespec="seconds")}
    text = "".join(json.dumps(stamp | line, ensure_ascii=False) + "\n" for line in lines)
    try:
        with journal.open("ab", buffering=0) as file:
            end = file.tell()
            data = text.encode("utf-8", "replace")
            if file.write(data) != len(data):
                file.truncate(end)
                raise OSError(errno.ENOSPC, "磁盘已满")
    except OSError as error:
        raise WriteError(
            f"记录写不进“{journal}”：{error.strerror or error}。批完的都存好了；解决以后重新运行，会接着批。"
        ) from error


def _tasks(
    course: Course, lab_name: str, submissions: Sequence[Submission], held: dict[str, dict[str, bytes]]
) -> Iterator[Task]:
    def read(submission: Submission) -> dict[str, bytes]:
        files = held[submission.student] = read_files(submission.folder)
        return files

    for submission in submissions:
        course.hook("pre", lab_name, submission)
        yield Task(submission.student, partial(read, submission))


def _count(saved: Result, summary: Summary, journal: Path | None) -> None:
    summary.outcomes[saved.outcome.code] += 1
    summary.results.append((saved.student, saved.outcome.code, saved.score, saved.max_score, saved.outcome.message))
    if journal is not None:
        _log(journal, [line_of(saved)])


def line_of(result: Result) -> dict[str, Any]:
    """Return a result as one line of the journal: everything but the notebooks themselves and the time."""
    return {
        "lab": result.lab, "student": result.student, "outcome": result.outcome.code,
        "message": result.outcome.message, "score": result.score, "max_score": result.max_score,
        "needs_manual": result.needs_manual, "walls": result.walls, "isolation": result.isolation,
        "attempts": result.attempts, "seconds": result.seconds,
        "cells": {k: c.score for nb in result.notebooks.values() for k, c in nb.cells.items()},
        "repairs": [r["code"] for nb in result.notebooks.values() for r in nb.repairs],
    }  # fmt: skip
