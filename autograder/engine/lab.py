"""The lab bundle: what the teacher wrote, read once from ``source/<lab>/``, as pure data."""

import base64
import fnmatch
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import nbformat

Role = Literal["plain", "locked", "solution", "check", "manual", "task"]
# What nbgrader leaves out of a release when the course says nothing.
IGNORE = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")


class LabError(ValueError):
    """The lab's source cannot be used; the text says why and what to do (Chinese)."""


@dataclass(frozen=True)
class SourceCell:
    """One cell of the source notebook.

    ``role``: "plain" carries no nbgrader metadata; "locked" is read-only and ungraded; "solution" is answered by the
    student and judged elsewhere; "check" is a graded test cell; "manual" is an answer marked by hand; "task" is
    nbgrader's task cell.
    """

    index: int
    cell_type: str
    source: str
    grade_id: str | None
    role: Role
    points: float
    cell: Any = field(repr=False, compare=False)


def role_of(cell: Any) -> Role:
    """Return the role that a cell's nbgrader metadata gives it."""
    meta = cell.get("metadata", {}).get("nbgrader") or {}
    if not meta.get("grade_id"):
        return "plain"
    if meta.get("task"):
        return "task"
    grade, solution = bool(meta.get("grade")), bool(meta.get("solution"))
    if grade:
        return "manual" if solution else "check"
    if solution:
        return "solution"
    return "locked" if meta.get("locked") else "plain"


@dataclass(frozen=True)
class SourceNotebook:
    """One notebook of the lab, with solutions and hidden tests."""

    name: str
    nb: Any = field(repr=False, compare=False)
    cells: tuple[SourceCell, ...] = field(repr=False)

    @classmethod
    def from_node(cls, name: str, nb: Any) -> "SourceNotebook":
        """Build from an nbformat 4 notebook; raise LabError when two graded cells share an id."""
        cells = []
        seen: set[str] = set()
        for index, cell in enumerate(nb.cells):
            role = role_of(cell)
            meta = cell.metadata.get("nbgrader") or {}
            grade_id = str(meta["grade_id"]) if role != "plain" else None
            if grade_id in seen:
                raise LabError(
                    f"教师版笔记本“{name}”里有两个单元格的 nbgrader 编号都是“{grade_id}”。请改掉其中一个再批改。"
                )
            if grade_id is not None:
                seen.add(grade_id)
            points = float(meta.get("points") or 0) if role in {"check", "manual", "task"} else 0.0
            cells.append(SourceCell(index, cell.cell_type, cell.source, grade_id, role, points, cell))
        return cls(name, nb, tuple(cells))

    @cached_property
    def by_id(self) -> dict[str, SourceCell]:
        """The nbgrader cells by their id."""
        return {cell.grade_id: cell for cell in self.cells if cell.grade_id is not None}


@dataclass(frozen=True)
class Lab:
    """A lab: its notebooks by name and the other files that a student is given, by relative path."""

    name: str
    notebooks: dict[str, SourceNotebook]
    files: dict[str, bytes] = field(repr=False)

    @classmethod
    def read(cls, source: Path, name: str, ignore: tuple[str, ...] = IGNORE) -> "Lab":
        """Read the lab ``name`` from the folder ``source`` (the course's source directory).

        Raises LabError when the lab is missing, holds no notebook, or a notebook cannot be read.
        """
        folder = source / name
        if not folder.is_dir():
            there = "、".join(sorted(p.name for p in source.iterdir() if p.is_dir())) if source.is_dir() else ""
            raise LabError(f"找不到实训“{name}”的教师版（{source.name}/{name}）。现有的实训：{there or '没有'}。")
        notebooks: dict[str, SourceNotebook] = {}
        files: dict[str, bytes] = {}
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(folder)
            if path.is_symlink() or not path.is_file():
                continue
            if any(fnmatch.fnmatch(part, pattern) for part in relative.parts for pattern in ignore):
                continue
            if path.suffix == ".ipynb" and len(relative.parts) == 1:
                notebooks[path.stem] = _read_source(path)
            else:
                files[relative.as_posix()] = path.read_bytes()
        if not notebooks:
            raise LabError(f"实训“{name}”的教师版里没有笔记本。请把 .ipynb 放进 {source.name}/{name}/。")
        return cls(name, notebooks, files)

    @cached_property
    def encoded_files(self) -> dict[str, str]:
        """The files as they are sent to an interpreter: Base64 by relative path."""
        return {path: base64.b64encode(content).decode() for path, content in self.files.items()}

    @cached_property
    def digest(self) -> str:
        """A hash over everything that grading depends on in the lab."""
        total = hashlib.sha256()
        for name, notebook in sorted(self.notebooks.items()):
            total.update(f"notebook {name}\n".encode())
            total.update(nbformat.writes(notebook.nb).encode())
        for path, content in sorted(self.files.items()):
            total.update(f"file {path} {len(content)}\n".encode())
            total.update(content)
        return total.hexdigest()

    @property
    def max_score(self) -> float:
        """Points of all graded cells."""
        return sum(cell.points for notebook in self.notebooks.values() for cell in notebook.cells)


def _read_source(path: Path) -> SourceNotebook:
    try:
        nb = nbformat.read(path, as_version=4)
    except Exception as error:
        raise LabError(f"教师版笔记本“{path.name}”读不出来：{error}") from error
    return SourceNotebook.from_node(path.stem, nb)
