"""The only writer: a result into nbgrader's gradebook and into ``autograded/``, whole or not at all.

A submission's folder is put together beside the old one, the gradebook is changed in one transaction, then the folder
is exchanged. The note in the folder (``crmgrade.json``) holds the result and what the gradebook must say; a submission
is done when both agree. So an interruption at any point leaves the old state or the new one.
"""

import contextlib
import errno
import json
import logging
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from nbformat import from_dict
from nbgrader.preprocessors import AssignLatePenalties, LimitOutput
from nbgrader.utils import parse_utc
from sqlalchemy.exc import DBAPIError
from traitlets.utils.importstring import import_item

from autograder.engine import shelf
from autograder.engine.course import Course
from autograder.engine.ledger import NO_RESPONSE, Entry, Known, Ledger, Verdict
from autograder.engine.matching import checksum
from autograder.engine.result import NotebookResult, Result

log = logging.getLogger("crmgrade")
_WAITS = (0.1, 0.3, 1.0, 3.0)


class WriteError(RuntimeError):
    """A result could not be written; the text says why and what to do (Chinese)."""


@dataclass(frozen=True)
class Saved:
    """``result``: as written, an unanswered written task with its 0 points; ``changed``: whether the folder is new."""

    result: Result
    changed: bool


class Writer:
    """Writes results of one course.

    Parameters
    ----------
    course : Course
        The course directory with its configuration.
    """

    def __init__(self, course: Course) -> None:
        self.course, self.directory = course, course.directory
        self.converter = course.converter
        steps = [
            import_item(step) if isinstance(step, str) else step for step in self.converter.autograde_preprocessors
        ]
        self._late = next((s(parent=course.app) for s in steps if issubclass(s, AssignLatePenalties)), None)
        self._limit = next((s(parent=course.app) for s in steps if issubclass(s, LimitOutput)), None)
        self._labs: dict[str, tuple[str, dict[str, bytes]]] = {}
        self.ledger = Ledger(self.directory.db_url, self.directory.course_id)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the gradebook."""
        self.ledger.close()

    def save(self, result: Result, files: Mapping[str, bytes], *, renew: bool = False) -> Saved:
        """Write one submission's result.

        Saving the same result again changes nothing; with ``renew`` the folder is made anew all the same. A result
        with the outcome "failed" is not written: it says nothing about the submission, which stays to be done.

        Parameters
        ----------
        result : Result
            What :func:`engine.grade` returned.
        files : mapping of str to bytes
            The submission's files, as they were graded.

        Raises
        ------
        LedgerError
            The gradebook does not know the lab, or not the student.
        WriteError
            The disk or the database refuses; the state before is kept.
        """
        if result.outcome.code == "failed":
            return Saved(result, False)
        place = self._place(result.student, result.lab)
        for wait in (*_WAITS, None):
            try:
                with self._alone(place):
                    return self._save(result, files, place, renew)
            except DBAPIError as error:
                if wait is None:
                    raise WriteError(
                        f"“{result.student}”的成绩写不进成绩册：{error.orig}。原来的成绩没有动；解决以后重新运行，会接着写。"
                    ) from error
                log.warning("the gradebook refused (%s); trying again", error.orig)
                time.sleep(wait)
            except OSError as error:
                full = error.errno in {errno.ENOSPC, errno.EDQUOT}
                why = "磁盘已满" if full else f"{error.strerror or error}（{error.filename}）"
                raise WriteError(
                    f"“{result.student}”的批改结果写不进 {self.directory.autograded_directory}：{why}。"
                    "原来的成绩没有动；解决以后重新运行，会接着写。"
                ) from error
        raise AssertionError  # the last wait is None

    def pending(self, lab: str, submissions: Mapping[str, str], lab_digest: str) -> list[str]:
        """Return the students whose submission has no finished result yet.

        Parameters
        ----------
        lab : str
            The lab's name.
        submissions : mapping of str to str
            The digest of each student's submission.
        lab_digest : str
            The digest of the lab as it is now.
        """
        try:
            with self.ledger.transaction() as db:
                snapshots = self.ledger.snapshots(db, lab)
        except DBAPIError as error:
            raise WriteError(f"成绩册读不了：{error.orig}。能用了再运行一次，会接着批。") from error
        left = []
        for student, digest in submissions.items():
            place = self._place(student, lab)
            now = snapshots.get(student)
            if shelf.interrupted(place):
                with self._alone(place):
                    shelf.recover(place, partial(_finished, now=now))
            note = shelf.note_of(place)
            if note is None or not _finished(note, now) or not _whole(place, note):
                left.append(student)
            elif (note["result"]["submission_digest"], note["result"]["lab_digest"]) != (digest, lab_digest):
                left.append(student)
        return left

    def load(self, lab: str, student: str) -> Result | None:
        """Return the saved result of a submission, None when there is none."""
        place = self._place(student, lab)
        note = shelf.note_of(place)
        if note is None or not isinstance(note.get("result"), dict):
            return None
        found = note["result"]
        try:
            for name, notebook in found["notebooks"].items():
                notebook["nb"] = json.loads((place / f"{name}.ipynb").read_bytes())
            return Result.from_json(json.dumps(found))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    # --- one submission ---------------------------------------------------------------------------------------------

    def _save(self, result: Result, files: Mapping[str, bytes], place: Path, renew: bool) -> Saved:
        stamp = _timestamp(files)
        with self.ledger.transaction() as db:
            if shelf.interrupted(place):
                before = self.ledger.snapshots(db, result.lab, result.student).get(result.student)
                shelf.recover(place, partial(_finished, now=before))
            note = shelf.note_of(place)
            known = self.ledger.notebooks(db, result.lab)
            marked, entries = self._judged(result, known, self._texts(place, known))
            now = self.ledger.record(
                db,
                result.lab,
                result.student,
                stamp,
                known,
                entries,
                self._fine,
                create_student=self.converter.create_student,
            )
            digest = result.digest
            same = note is not None and note.get("digest") == digest and _finished(note, now)
            changed = renew or not (same and _whole(place, note))
            if changed:
                self._stage(place, marked, files, known, {"digest": digest, "gradebook": now})
        if changed:
            shelf.put(place)
        return Saved(marked, changed)

    def _judged(
        self, result: Result, known: Mapping[str, Known], old: Mapping[str, dict[str, str]]
    ) -> tuple[Result, dict[str, Entry]]:
        """Return the result with unanswered written tasks at 0, and what each notebook gives the gradebook."""
        entries: dict[str, Entry] = {}
        notebooks: dict[str, NotebookResult] = {}
        for name, notebook in result.notebooks.items():
            absent = all(cell.status == "not_run" for cell in notebook.cells.values()) and result.outcome.code in {
                "missing",
                "unreadable",
            }
            marks = known[name].checksums if name in known else {}
            blank = set() if absent else _unanswered(notebook.nb, marks)
            cells = {
                grade_id: replace(cell, score=0.0, status="unanswered")
                if grade_id in blank and cell.role == "manual"
                else cell
                for grade_id, cell in notebook.cells.items()
            }
            notebooks[name] = replace(notebook, cells=cells)
            texts = _sources(notebook.nb)
            before = old.get(name, {})
            verdicts = {
                grade_id: Verdict(cell.score, _unchanged(cell.role, grade_id, before, texts))
                for grade_id, cell in cells.items()
            }
            entries[name] = Entry(verdicts, dict.fromkeys(blank, NO_RESPONSE), late=not absent)
        return replace(result, notebooks=notebooks), entries

    def _texts(self, place: Path, known: Mapping[str, Known]) -> dict[str, dict[str, str]]:
        """Return the texts of the notebooks of an earlier autograding, ours or nbgrader's own."""
        found = {}
        for name in known:
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
                found[name] = _sources(json.loads((place / f"{name}.ipynb").read_bytes()))
        return found

    def _stage(
        self, place: Path, result: Result, files: Mapping[str, bytes], known: Mapping[str, Known], note: dict[str, Any]
    ) -> None:
        written = {
            f"{name}.ipynb": self._notebook(notebook.nb, known[name])
            for name, notebook in result.notebooks.items()
            if name in known
        }
        lab = self._lab_files(result)
        keep = self.converter.exclude_overwriting.get(result.lab, [])
        beside = shelf.others(files, lab, [*written, shelf.NOTE], self.directory.ignore, keep)
        # The notebooks stand beside the note: their hidden tests do not belong into a file that feedback copies.
        light = {name: replace(notebook, nb={}) for name, notebook in result.notebooks.items()}
        note = {"saved": time.time_ns(), **note, "result": asdict(replace(result, notebooks=light))}
        mode = int(str(self.converter.permissions), 8)
        shelf.stage(place, beside | written, note, mode, self.directory.groupshared)

    def _notebook(self, nb: Any, known: Known) -> bytes:
        """Return the notebook's file: with the gradebook's checksums and kernel, its outputs limited as configured."""
        node = from_dict(nb)  # a copy
        for cell in node.cells:
            mark = cell.metadata.get("nbgrader")
            if mark and known.checksums.get(mark.get("grade_id")):
                mark["checksum"] = known.checksums[mark["grade_id"]]
        if known.kernelspec and known.kernelspec != "{}":
            node.metadata["kernelspec"] = json.loads(known.kernelspec)
        if self._limit is not None:
            node, _ = self._limit.preprocess(node, {})
        return json.dumps(node, ensure_ascii=False).encode("utf-8", "replace")

    def _lab_files(self, result: Result) -> dict[str, bytes]:
        """Return the lab's files, read again when the lab has changed."""
        if result.lab not in self._labs or self._labs[result.lab][0] != result.lab_digest:
            self._labs[result.lab] = result.lab_digest, self.course.lab(result.lab).files
        return self._labs[result.lab][1]

    def _fine(self, student: str, score: float, seconds_late: float) -> float | None:
        if self._late is None:
            return None
        self._late.init_plugin()
        fine: float | None = self._late.plugin_inst.late_submission_penalty(student, score, seconds_late)
        return fine

    # --- places -----------------------------------------------------------------------------------------------------

    def _place(self, student: str, lab: str) -> Path:
        for name in (student, lab):
            if not name or name.startswith(".") or "/" in name or "\\" in name or "\0" in name:
                raise WriteError(f"“{name}”不能用作文件夹的名字，没有写。请改掉 submitted 里的文件夹名。")
        return Path(self.directory.format_path(self.directory.autograded_directory, student, lab))

    @contextlib.contextmanager
    def _alone(self, place: Path) -> Iterator[None]:
        """Keep a second program from writing the same student's folder at the same time."""
        try:
            import fcntl
        except ImportError:  # Windows
            yield
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place.parent, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def _finished(note: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> bool:
    return note is not None and now is not None and note.get("gradebook") == now


def _whole(place: Path, note: Mapping[str, Any] | None) -> bool:
    """Return whether nobody has taken a notebook out of the folder."""
    return note is not None and all((place / f"{name}.ipynb").exists() for name in note["gradebook"]["scores"])


def _unchanged(role: str, grade_id: str, before: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Return whether what a mark was given for is as it was; a task's mark nbgrader never puts up for review."""
    if role == "manual":
        return before.get(grade_id) == now.get(grade_id)
    return role == "task" or before == now


def _timestamp(files: Mapping[str, bytes]) -> datetime | None:
    """Return when the submission was made (UTC), None when its ``timestamp.txt`` does not say."""
    text = files.get("timestamp.txt", b"")[:100].decode("utf-8-sig", "replace").strip()
    try:
        # nbgrader itself takes the +0800 of a third word for 800 seconds.
        return parse_utc(re.sub(r" (?=[+-]\d{4}$)", "", text)) if text else None
    except (ValueError, OverflowError):
        log.warning("timestamp.txt is no time: %r", text)
        return None


def _sources(nb: Mapping[str, Any]) -> dict[str, str]:
    """Return the cells' texts by grade id; the student's own cells by their place."""
    found = {}
    for index, cell in enumerate(nb["cells"]):
        mark = cell["metadata"].get("nbgrader") or {}
        text = cell["source"]
        found[str(mark.get("grade_id") or f" {index}")] = text if isinstance(text, str) else "".join(text)
    return found


def _unanswered(nb: Mapping[str, Any], checksums: Mapping[str, str | None]) -> set[str]:
    """Return the answers that stand as released, and the written ones that are blank."""
    found = set()
    for cell in nb["cells"]:
        mark = cell["metadata"].get("nbgrader") or {}
        if not mark.get("solution"):
            continue
        released = checksums.get(mark["grade_id"])
        if (released and checksum(cell, mark) == released) or (mark.get("grade") and not cell["source"].strip()):
            found.add(mark["grade_id"])
    return found
