"""Answers that are wrong for a student's own data and right for another's: told to the teacher, not punished.

Where a course gives every student other data, a wrong answer that equals what somebody else's data give was hardly
computed. Only digests are compared: of the answers that crossed, and of what the reference solution makes under the
other students' numbers. A value says something only where the class has many different ones, and a small whole number
alone says nothing.
"""

import base64
import hashlib
import json
import queue
import tempfile
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from autograder.engine.lab import Lab
from autograder.engine.reference import Produced, mentioned
from autograder.engine.result import Result
from autograder.engine.sandbox import Limits
from autograder.engine.worker import InterpreterEnded, Session, Worker

Wanted = Mapping[str, Mapping[str, frozenset[str]]]  # notebook -> check -> names that it judges
_SILENT = {"function", "module", "uncrossable", "figure", "axes"}  # their digests do not compare
DIFFERENT = 0.8  # so much of a class must have values of their own before an equal one means anything
FEW = 3  # fewer students say nothing about that
SMALL = 10_000  # a whole number below it may be met by chance
SECONDS = 30.0  # what running the reference under other numbers may take


def mark(data: Any) -> str:
    """Return a digest of a value that crossed: numbers by six digits whatever their type, all else exactly.

    Examples
    --------
    >>> mark(0.5) == mark(0.5000000001), mark(2) == mark(2.0), mark(0.5) == mark("0.5")
    (True, True, False)
    """
    number = _number(data)
    text = json.dumps(data, sort_keys=True) if number is None else f"{number:.6g}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def _number(data: Any) -> float | None:
    """Return the number that crossed, None when it is none; what a student sent may be anything."""
    try:
        if isinstance(data, dict) and data["t"] == "scalar" and data["v"]["dtype"][1] in "iuf":
            return float(np.frombuffer(base64.b64decode(data["v"]["data"]), np.dtype(data["v"]["dtype"]))[0])
        return float(data) if isinstance(data, int | float) and not isinstance(data, bool) else None
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None


UNANSWERED = mark({"t": "ellipsis"})  # as released: nobody's value


@dataclass(frozen=True)
class Pair:
    """``names`` of ``student`` have the values that the data of ``other`` give."""

    student: str
    other: str
    names: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What the teacher is told."""
        return (
            f"学号 {self.student} 没有做对的 {'、'.join(self.names)}，正好是学号 {self.other} 的数据算出来的值。"
            "没有因此扣分，请老师看一看。"
        )


@dataclass
class Trace:
    """What is kept of a result: digests by "notebook/name" of what it has right and of what it has wrong."""

    student: str
    right: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def wanted_of(lab: Lab, produced: Mapping[str, Produced]) -> Wanted:
    """Return which answers each check judges: names that it mentions and that solution cells before it produce."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for name, notebook in lab.notebooks.items():
        known = produced.get(name, Produced())
        made: set[str] = set()
        for cell in notebook.cells:
            if cell.grade_id is None:
                continue
            kinds = known.names.get(cell.grade_id, {})
            made |= {answer for answer, kind in kinds.items() if kind not in _SILENT}
            if cell.role == "check":
                said = mentioned(cell.source)
                found.setdefault(name, {})[cell.grade_id] = frozenset(made if said is None else made & said)
    return found


def trace_of(result: Result, wanted: Wanted) -> Trace:
    """Return what is kept of a result; an answer that one check takes and another refuses counts as wrong."""
    trace = Trace(result.student)
    for notebook, checks in wanted.items():
        cells = result.notebooks[notebook].cells if notebook in result.notebooks else {}
        for grade_id, names in checks.items():
            cell = cells.get(grade_id)
            if cell is None:
                continue
            for key in (f"{notebook}/{name}" for name in names):
                if key not in result.answers:
                    continue
                if cell.status in {"failed", "partial"}:
                    if result.answers[key] != UNANSWERED:
                        trace.wrong[key] = result.answers[key]
                    trace.right.pop(key, None)
                elif cell.status == "passed" and key not in trace.wrong:
                    trace.right[key] = result.answers[key]
    return trace


def expected_of(
    worker: Worker, lab: Lab, produced: Mapping[str, Produced], limits: Limits, student: str, names: Collection[str]
) -> dict[str, str]:
    """Return the digests of what the reference solution makes of a student's data, for ``names`` ("notebook/name")."""
    found: dict[str, str] = {}
    for notebook in lab.notebooks.values():
        ask = {key.partition("/")[2] for key in names if key.partition("/")[0] == notebook.name}
        if not ask:
            continue
        made = produced.get(notebook.name, Produced()).names
        with tempfile.TemporaryDirectory(prefix="crmgrade-") as folder:
            with worker.session("checker", limits, student, folder) as session:
                session.request({"op": "files", "files": lab.encoded_files}, limits.cell_seconds)
                last = max((c.index for c in notebook.cells if ask & set(made.get(c.grade_id or "", ()))), default=-1)
                for cell in notebook.cells[: last + 1]:
                    if cell.cell_type != "code" or cell.role == "check":
                        continue
                    run = {"op": "run", "code": cell.source, "number": cell.index + 1, "quiet": True}
                    session.request(run, limits.cell_seconds)
                    mine = sorted(ask & set(made.get(cell.grade_id or "", ())))
                    found |= {f"{notebook.name}/{k}": v for k, v in _digests(session, mine, limits).items()}
    return found


def _digests(session: Session, names: Sequence[str], limits: Limits) -> dict[str, str]:
    if not names:
        return {}
    reply = session.request({"op": "values", "names": names, "known": {}}, limits.cell_seconds)
    return {name: mark(value["data"]) for name, value in reply["values"].items()}


def expectations(
    workers: Sequence[Worker],
    lab: Lab,
    produced: Mapping[str, Produced],
    limits: Limits,
    traces: Iterable[Trace],
    names: Collection[str],
    seconds: float = SECONDS,
) -> dict[str, dict[str, str]]:
    """Return what each student's data give, by student, for ``names`` ("notebook/name").

    Who has an answer right shows it himself; for the others the reference is run under their numbers until the time
    is up, unless so many have the same value that it cannot tell anything.
    """
    until = time.monotonic() + seconds
    traces = sorted(traces, key=lambda t: t.student)
    names = [key for key in names if _may_tell(traces, key)]
    free: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    for worker in workers:
        free.put(worker)

    def of(trace: Trace) -> dict[str, str]:
        own = {key: trace.right[key] for key in names if key in trace.right}
        missing = set(names) - set(own)
        worker = free.get()
        try:
            if missing and time.monotonic() < until:
                own |= expected_of(worker, lab, produced, limits, trace.student, missing)
        except InterpreterEnded:
            pass
        finally:
            free.put(worker)
        return own

    with ThreadPoolExecutor(len(workers)) as threads:
        return dict(zip([trace.student for trace in traces], threads.map(of, traces), strict=True))


def _may_tell(traces: Sequence[Trace], key: str) -> bool:
    """Return whether so many can still turn out to have values of their own."""
    known = [trace.right[key] for trace in traces if key in trace.right]
    return len(set(known)) + len(traces) - len(known) >= DIFFERENT * len(traces)


def pairs(traces: Iterable[Trace], expected: Mapping[str, Mapping[str, str]]) -> list[Pair]:
    """Return who has whose values, by student.

    Parameters
    ----------
    traces : iterable of Trace
        The graded submissions.
    expected : mapping
        Digests of what each student's data give: student -> "notebook/name" -> digest.

    Examples
    --------
    >>> expected = {"s1": {"nb/x": "a"}, "s2": {"nb/x": "b"}, "s3": {"nb/x": "c"}}
    >>> pairs([Trace("s3", wrong={"nb/x": "a"})], expected)
    [Pair(student='s3', other='s1', names=('x',))]
    """
    owners: dict[str, dict[str, list[str]]] = {}
    for student, values in expected.items():
        for key, digest in values.items():
            owners.setdefault(key, {}).setdefault(digest, []).append(student)
    telling = {
        key: by
        for key, by in owners.items()
        if (count := sum(map(len, by.values()))) >= FEW and len(by) >= DIFFERENT * count
    }
    found = []
    for trace in sorted(traces, key=lambda t: t.student):
        same: dict[str, list[str]] = {}
        for key, digest in trace.wrong.items():
            holders = telling.get(key, {}).get(digest, [])
            if len(holders) == 1 and holders[0] != trace.student:
                same.setdefault(holders[0], []).append(key)
        for other, keys in sorted(same.items()):
            small = sum(trace.wrong[key] in _small() for key in keys)
            if len(keys) - small + small / 2 >= 1:
                found.append(Pair(trace.student, other, tuple(sorted({key.partition("/")[2] for key in keys}))))
    return found


@cache
def _small() -> frozenset[str]:
    """Return the digests of values that are met by chance: no value, yes and no, nothing, small whole numbers."""
    return frozenset(mark(value) for value in (None, True, False, "", *range(-SMALL + 1, SMALL)))
