"""A clean notebook put over the lab's source: every graded cell once, what each cell is, and what was mended."""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Literal

from nbformat import NotebookNode, from_dict

from autograder.engine.lab import SourceCell, SourceNotebook
from autograder.engine.matching import Match, checksum, claim, forms, match, plain
from autograder.engine.reading import Repair, unique_id

StepRole = Literal["student", "manual", "locked", "check", "text", "task"]
_TYPE_NAMES = {"code": "代码", "markdown": " Markdown", "raw": " Raw"}
_NUMBERS = {2: "两", 3: "三", 4: "四", 5: "五"}


@dataclass(frozen=True)
class Step:
    """One cell of an aligned notebook; ``code`` is the text to run, "" for a cell that runs nowhere."""

    index: int
    role: StepRole
    grade_id: str | None
    code: str
    points: float


@dataclass(frozen=True)
class Aligned:
    """The notebook to grade: ``steps[i]`` belongs to ``nb.cells[i]``."""

    nb: NotebookNode = field(repr=False)
    steps: tuple[Step, ...]
    repairs: tuple[Repair, ...]


def align(source: SourceNotebook, nb: NotebookNode) -> Aligned:
    """Give every cell its role, put the source's text and marks back, and insert what is missing.

    Parameters
    ----------
    source : SourceNotebook
        The teacher's notebook.
    nb : NotebookNode
        What :func:`read_notebook` returned; it is not changed.

    Returns
    -------
    Aligned
        Every nbgrader cell of the source exactly once, in the student's order.
    """
    return _Aligner(source, nb).run()


class _Aligner:
    def __init__(self, source: SourceNotebook, nb: NotebookNode) -> None:
        self.source, self.given = source, nb
        self.repairs: list[Repair] = []
        self.seen: set[str] = set()
        self.cells: list[Any] = []
        self.owners: list[SourceCell | None] = []  # the source cell of each cell, if any

    def run(self) -> Aligned:
        found = match(self.source, self.given)
        for index, cell in enumerate(self.given.cells):
            at = found.source_of.get(index)
            owner = self.source.cells[at] if at is not None else None
            self.owners.append(owner)
            self.cells.append(self._own(cell) if owner is None or owner.role == "plain" else self._known(owner, cell))
        present = {owner.grade_id for owner in self.owners if owner is not None}
        for missing in self.source.cells:
            if missing.grade_id is not None and missing.grade_id not in present:
                self._insert(missing)
        self._say_marks(found)
        notebook = {"cells": self.cells, "metadata": deepcopy(dict(self.source.nb.metadata))}
        aligned = from_dict({**notebook, "nbformat": 4, "nbformat_minor": 5})
        steps = tuple(_step(i, o, c) for i, (o, c) in enumerate(zip(self.owners, aligned.cells, strict=True)))
        return Aligned(aligned, steps, tuple(self.repairs))

    def _repair(self, code: str, grade_id: str | None, message: str) -> None:
        self.repairs.append(Repair(code, grade_id, message))

    def _own(self, cell: Any) -> dict[str, Any]:
        """A cell of the student's own."""
        found = deepcopy(dict(cell))
        found["metadata"] = {key: value for key, value in found["metadata"].items() if key != "nbgrader"}
        found["id"] = unique_id(cell.get("id"), "student", self.seen)
        return found

    def _known(self, source: SourceCell, cell: Any) -> dict[str, Any]:
        """A cell of the source as the student handed it in."""
        given = claim(cell) == source.grade_id
        if cell.cell_type != source.cell_type:
            was, right = _TYPE_NAMES[cell.cell_type], _TYPE_NAMES.get(source.cell_type, source.cell_type)
            self._repair("retyped", source.grade_id, f"单元格 {source.grade_id} 的类型被改成了{was}，已改回{right}。")
        if given and _differs(source, cell.metadata["nbgrader"]):
            self._repair(
                "metadata", source.grade_id, f"单元格 {source.grade_id} 的批改设置被改过，已按老师的设置恢复。"
            )
        if source.role in {"solution", "manual"}:
            images = cell.get("attachments") if source.cell_type == "markdown" else None
            return self._restored(source, cell.source, cell.get("id"), images)
        if _edited(source, cell):
            self._repair("edited", source.grade_id, f"单元格 {source.grade_id} 的内容被改过，已换回老师的原文。")
        return self._restored(source, source.source, cell.get("id"), source.cell.get("attachments"))

    def _restored(self, source: SourceCell, text: str, cell_id: object, images: Any = None) -> dict[str, Any]:
        cell: dict[str, Any] = {
            "cell_type": source.cell_type,
            "id": unique_id(cell_id, str(source.grade_id), self.seen),
            "metadata": _metadata(source),
            "source": text,
        }
        if source.cell_type == "code":
            cell |= {"execution_count": None, "outputs": []}
        if images:
            cell["attachments"] = deepcopy(images)
        return cell

    def _insert(self, source: SourceCell) -> None:
        """Insert a lost cell after its predecessor; a check also after the student's own cells that follow it.

        (Where an answer was split, its second half is such a cell.)
        """
        answer = source.role in {"solution", "manual"}
        said = "按没有作答处理" if answer else "已按老师的原文补回"
        self._repair("deleted", source.grade_id, f"单元格 {source.grade_id} 在你交的笔记本里没有，{said}。")
        places = {owner.index: at for at, owner in enumerate(self.owners) if owner is not None}
        before = next((places[i] for i in range(source.index - 1, -1, -1) if i in places), -1)
        place = before + 1
        while source.role == "check" and place < len(self.owners) and self.owners[place] is None:
            place += 1
        text = "" if answer else source.source
        images = None if answer else source.cell.get("attachments")
        self.cells.insert(place, self._restored(source, text, source.cell.get("id"), images))
        self.owners.insert(place, source)

    def _say_marks(self, found: Match) -> None:
        """Report what concerns the student's nbgrader marks as a whole."""
        for name, copies in found.copies.items():
            self._repair("duplicated", name, _copied(self.source.by_id[name], 1 + len(copies)))
        if found.guessed:
            self._repair("relabelled", None, f"这些单元格的标记丢了，已按内容和位置认出来：{_listing(found.guessed)}。")
        marks = [cell.metadata["nbgrader"] for cell in self.given.cells if claim(cell) is not None]
        if any(mark.get("schema_version") in (None, 0, 1, 2) for mark in marks):
            self._repair("old_metadata", None, "单元格的标记是旧版 nbgrader 的，已换成现在的版本。")
        strange = [mark for cell in self.given.cells if (mark := claim(cell)) and mark not in self.source.by_id]
        if strange:
            self._repair(
                "unknown_id", None, f"这些标记不属于这次作业，当作你自己加的单元格：{_listing(map(_shown, strange))}。"
            )


def _copied(source: SourceCell, times: int) -> str:
    start = f"单元格 {source.grade_id} 出现了{_NUMBERS.get(times, f' {times} ')}次，"
    if source.role == "solution":
        return f"{start}按先后都运行了。"
    if source.role == "manual":
        return f"{start}按第一次作答的那个评分。"
    return f"{start}以第一个的位置为准，只用一次。"


def _listing(names: Iterable[str]) -> str:
    known = list(names)
    return "、".join(known[:5]) + (f" 等 {len(known)} 个" if len(known) > 5 else "")


def _shown(name: str) -> str:
    return re.sub(r"[^\w.-]", "?", name[:30])


def _differs(source: SourceCell, given: dict[str, Any]) -> bool:
    """Return whether the student's marks would grade otherwise than the source's."""
    right = source.cell.metadata["nbgrader"]
    if any(bool(given.get(key)) != bool(right.get(key)) for key in ("grade", "solution", "task")):
        return True
    # nbgrader locks every graded cell that is no answer, whatever its mark says.
    if source.role == "locked" and not given.get("locked"):
        return True
    if source.role not in {"check", "manual", "task"}:
        return False
    try:
        return float(given.get("points") or 0) != source.points
    except (TypeError, ValueError):
        return True


def _edited(source: SourceCell, cell: Any) -> bool:
    """Return whether a locked text differs from the release.

    A course's own stubs, headers and generated tests are unknown here, so the checksum in the student's copy counts
    as well; it decides about a message only.
    """
    if plain(cell.source) in forms(source.source):
        return False
    mark = cell.metadata.get("nbgrader")
    return not isinstance(mark, dict) or checksum(cell, mark) != mark.get("checksum")


def _metadata(source: SourceCell) -> dict[str, Any]:
    """Return the source cell's metadata with nbgrader's marks in their present form (schema 3)."""
    found = deepcopy(dict(source.cell.metadata))
    given = found["nbgrader"]
    grade = source.role in {"check", "manual"}
    solution = source.role in {"solution", "manual"}
    mark: dict[str, Any] = {
        "grade": grade,
        "grade_id": source.grade_id,
        "locked": source.role == "check" or source.role == "task" or (bool(given.get("locked")) and not solution),
        "schema_version": 3,
        "solution": solution,
        "task": source.role == "task",
    }
    if grade or source.role == "task":
        mark["points"] = source.points
    found["nbgrader"] = mark
    if not solution:
        found |= {"deletable": False, "editable": False}
    return found


def _step(index: int, owner: SourceCell | None, cell: Any) -> Step:
    code = cell.source if cell.cell_type == "code" else ""
    if owner is None or owner.role == "plain" or owner.role == "solution":  # mypy narrows on equality
        grade_id = owner.grade_id if owner is not None else None
        return Step(index, "student" if cell.cell_type == "code" else "text", grade_id, code, 0.0)
    if owner.role == "task":
        return Step(index, "task", owner.grade_id, "", owner.points)
    if cell.cell_type != "code" and owner.role == "check":
        # nbgrader leaves such a cell to the teacher.
        return Step(index, "manual", owner.grade_id, "", owner.points)
    if cell.cell_type != "code" and owner.role == "locked":
        return Step(index, "text", owner.grade_id, "", 0.0)
    return Step(index, owner.role, owner.grade_id, code, owner.points)
