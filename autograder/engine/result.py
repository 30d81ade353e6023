"""What grading one submission gives: a plain, versioned JSON document.

The schema (version 1) is :data:`SCHEMA`; :meth:`Result.to_json` and :meth:`Result.from_json` are the only way in and
out, so that a result can be written, sent to another machine and read again without loss.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, get_args

VERSION = 1
OutcomeCode = Literal[
    "graded",  # every cell ran to its end, rightly or wrongly
    "timed_out",  # a cell could not be stopped, or the whole took too long
    "out_of_memory",
    "killed",  # the interpreter ended itself or was ended by what the student ran
    "tampered",  # the interpreter spoke something else than the protocol
    "unreadable",  # no notebook could be made of the file
    "missing",  # the submission holds no notebook of this lab
    "failed",  # the engine itself failed: a defect, never the student's fault
]
Status = Literal["passed", "partial", "failed", "timed_out", "not_run", "needs_manual", "unanswered"]


def _object(required: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": required, "required": list(required), "additionalProperties": False}


_TEXT, _NUMBER = {"type": "string"}, {"type": "number"}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "crmgrade result",
    **_object({
        "version": {"const": VERSION},
        "lab": _TEXT,
        "student": _TEXT,
        "outcome": _object({"code": {"enum": list(get_args(OutcomeCode))}, "message": _TEXT}),
        "notebooks": {
            "type": "object",
            "additionalProperties": _object({
                "nb": {"type": "object"},
                "cells": {
                    "type": "object",
                    "additionalProperties": _object({
                        "role": {"enum": ["check", "manual", "task"]},
                        "max_score": _NUMBER,
                        "score": {"type": ["number", "null"]},
                        "status": {"enum": list(get_args(Status))},
                        "message": _TEXT,
                        "seconds": _NUMBER,
                    }),
                },
                "repairs": {
                    "type": "array",
                    "items": _object({"code": _TEXT, "grade_id": _TEXT, "message": _TEXT}),
                },
            }),
        },
        "lab_digest": _TEXT,
        "submission_digest": _TEXT,
        "walls": {"enum": ["bubblewrap", "none", "not needed"]},
        "isolation": {"enum": ["separate", "same-interpreter"]},
        "attempts": {"type": "integer", "minimum": 0},
        "notes": {"type": "array", "items": _TEXT},
        "answers": {"type": "object", "additionalProperties": _TEXT},
        "seconds": {"type": "object", "additionalProperties": _NUMBER},
    }),
}  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """The one stated outcome of a submission."""

    code: OutcomeCode
    message: str = ""  # Chinese, for the student and the teacher


@dataclass(frozen=True)
class CellResult:
    """What one graded cell earned.

    ``score`` is None when it waits for a mark by hand. ``message`` is what the student may read (the visible check's
    own sentence); it never quotes a hidden test.
    """

    role: str
    max_score: float
    score: float | None
    status: Status
    message: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class NotebookResult:
    """One notebook: as it is to stand in ``autograded/``, its graded cells by id, and what was repaired."""

    nb: dict[str, Any] = field(repr=False)
    cells: dict[str, CellResult]
    repairs: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Result:
    """The result of one submission.

    ``walls``: "bubblewrap", "none" (the teacher's explicit choice) or "not needed" (nothing was run).
    ``isolation``: "separate" (judged outside the student's interpreter) or "same-interpreter".
    ``seconds``: where the time went, by name (fork, cells, checks, values, total ...).
    """

    lab: str
    student: str
    outcome: Outcome
    notebooks: dict[str, NotebookResult]
    lab_digest: str = ""
    submission_digest: str = ""
    walls: str = "not needed"
    isolation: str = "separate"
    attempts: int = 1
    notes: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)  # digests of crossed answers, for comparing students
    seconds: dict[str, float] = field(default_factory=dict)
    version: int = VERSION

    @property
    def score(self) -> float:
        """Points earned so far; cells waiting for a mark count 0."""
        return sum(cell.score or 0.0 for nb in self.notebooks.values() for cell in nb.cells.values())

    @property
    def max_score(self) -> float:
        """Points that could be earned."""
        return sum(cell.max_score for nb in self.notebooks.values() for cell in nb.cells.values())

    @property
    def needs_manual(self) -> bool:
        """Whether a cell waits for a mark by hand."""
        return any(cell.status == "needs_manual" for nb in self.notebooks.values() for cell in nb.cells.values())

    def to_json(self) -> str:
        """Return the result as JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """Read a result; raise ValueError when it is of another version."""
        data = json.loads(text)
        if data.get("version") != VERSION:
            raise ValueError(f"批改结果的版本是 {data.get('version')!r}，这里只认识 {VERSION}。请重新批改。")
        data["outcome"] = Outcome(**data["outcome"])
        data["notebooks"] = {
            name: NotebookResult(
                nb["nb"], {key: CellResult(**cell) for key, cell in nb["cells"].items()}, tuple(nb["repairs"])
            )
            for name, nb in data["notebooks"].items()
        }
        data["notes"] = tuple(data["notes"])
        return cls(**data)

    @property
    def digest(self) -> str:
        """A hash over what is written to the gradebook and the folder; times do not count."""
        data = {
            f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"seconds", "notebooks", "outcome"}
        }
        data["outcome"] = asdict(self.outcome)
        data["notebooks"] = {
            name: [
                notebook.nb,
                notebook.repairs,
                {key: asdict(replace(c, seconds=0.0)) for key, c in notebook.cells.items()},
            ]
            for name, notebook in self.notebooks.items()
        }
        return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
