"""Which cell of a submission is which cell of the source: by nbgrader id, cell id, text, likeness, place."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz

from autograder.engine.lab import SourceCell, SourceNotebook

_REGION = re.compile(r"(BEGIN|END) (HIDDEN TESTS|SOLUTION|MARK SCHEME)")
# How much of two texts must agree: a wrong guess at a check would throw a student's own cell away.
_ALIKE = {"check": 0.85, "locked": 0.85, "task": 0.85, "manual": 0.75, "solution": 0.75}
_COMPARED_CHARACTERS = 2_000
_COMPARED_PAIRS = 20_000


@dataclass
class Match:
    """``source_of``: the source cell's index by the student's cell index; ``copies``: further cells by grade id."""

    source_of: dict[int, int] = field(default_factory=dict)
    copies: dict[str, list[int]] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)
    """Grade ids found although their mark was lost, in the source's order."""


def claim(cell: Any) -> str | None:
    """Return the nbgrader id that a cell's own metadata states."""
    meta = cell["metadata"].get("nbgrader")
    found = meta.get("grade_id") if isinstance(meta, dict) else None
    return found if isinstance(found, str) and found else None


def released(source: str) -> str:
    r"""Return a source cell's text as students get it: without solutions, hidden tests and mark schemes.

    Examples
    --------
    >>> released("a = 1\n### BEGIN SOLUTION\nb = 2\n### END SOLUTION\nc = 3")
    'a = 1\nc = 3'
    """
    kept, inside = [], False
    for line in source.split("\n"):
        mark = _REGION.search(line)
        if mark:
            inside = mark.group(1) == "BEGIN"
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def plain(text: str) -> str:
    """Return the text without the blanks that editors add or take."""
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


@lru_cache(maxsize=2048)
def forms(source: str) -> tuple[str, str]:
    """Return a teacher's text as students get it and as it is, both plain; the same cells come with every submission."""
    return plain(released(source)), plain(source)


def match(source: SourceNotebook, nb: Any) -> Match:
    """Find the source's cells in a clean notebook; every source cell and every student's cell is used at most once."""
    return _Matcher(source, nb).run()


class _Matcher:
    def __init__(self, source: SourceNotebook, nb: Any) -> None:
        self.source, self.cells = source, nb.cells
        self.found = Match()
        self.at: dict[int, int] = {}  # the student's cell index by the source cell's index
        self.texts = [plain(cell.source) for cell in self.cells]
        self.wanted = [forms(cell.source)[0] for cell in source.cells]

    def run(self) -> Match:
        self._by_claim()
        missing = [cell for cell in self.source.cells if cell.index not in self.at]
        for cell in missing:
            self._by_cell_id(cell)
        for cell in missing:
            if cell.index not in self.at:
                self._by_text(cell)
        self._by_likeness([cell for cell in missing if cell.index not in self.at and cell.role != "plain"])
        for cell in missing:
            if cell.index not in self.at and cell.role in {"solution", "manual"}:
                self._by_place(cell)
        self.found.guessed = [c.grade_id for c in missing if c.grade_id is not None and c.index in self.at]
        return self.found

    def _take(self, cell: SourceCell, index: int) -> None:
        self.at[cell.index] = index
        self.found.source_of[index] = cell.index

    def _free(self, index: int) -> bool:
        return index not in self.found.source_of and not self._is_copy(index)

    def _is_copy(self, index: int) -> bool:
        return index in self.found.copies.get(claim(self.cells[index]) or "", ())

    def _by_claim(self) -> None:
        claims: dict[str, list[int]] = {}
        for index, cell in enumerate(self.cells):
            name = claim(cell)
            if name is not None and name in self.source.by_id:
                claims.setdefault(name, []).append(index)
        own_id = {c.cell.get("id"): c.grade_id for c in self.source.cells if c.grade_id is not None}
        for name, indices in claims.items():
            cell = self.source.by_id[name]
            # A cell that bears another cell's nbformat id has been re-pointed: it is no copy of this one.
            strangers = [i for i in indices if own_id.get(self.cells[i].get("id"), name) != name]
            honest = [i for i in indices if i not in strangers] or indices
            first = next((i for i in honest if self._answered(cell, i)), honest[0])
            self._take(cell, first)
            copies = [i for i in indices if i != first and not (i in strangers and first not in strangers)]
            if copies:
                self.found.copies[name] = copies

    def _answered(self, cell: SourceCell, index: int) -> bool:
        """Return whether a copy is the one to mark: for an answer marked by hand, the first that says something."""
        if cell.role != "manual":
            return True
        text = self.texts[index]
        meta = self.cells[index].metadata.get("nbgrader", {})
        untouched = checksum(self.cells[index], meta) == meta.get("checksum")
        return bool(text) and text != self.wanted[cell.index] and not untouched

    def _by_cell_id(self, cell: SourceCell) -> None:
        wanted = cell.cell.get("id")
        for index, own in enumerate(self.cells):
            if wanted and own.get("id") == wanted and self._free(index):
                return self._take(cell, index)

    def _by_text(self, cell: SourceCell) -> None:
        wanted = self.wanted[cell.index]
        for index, text in enumerate(self.texts):
            if wanted and text == wanted and self._free(index):
                return self._take(cell, index)

    def _by_likeness(self, missing: list[SourceCell]) -> None:
        pool = [i for i in range(len(self.cells)) if self._free(i) and self.texts[i]]
        pairs: list[tuple[float, int, int]] = []
        compared = 0
        for cell in missing:
            wanted = self.wanted[cell.index][:_COMPARED_CHARACTERS]
            for index in pool if len(wanted) >= 10 else ():
                compared += 1
                if compared > _COMPARED_PAIRS:
                    break
                limit = 100 * _ALIKE[cell.role]
                ratio = fuzz.ratio(wanted, self.texts[index][:_COMPARED_CHARACTERS], score_cutoff=limit)
                if ratio:
                    pairs.append((-ratio, cell.index, index))
        for _, at, index in sorted(pairs):
            if at not in self.at and self._free(index):
                self._take(self.source.cells[at], index)

    def _by_place(self, cell: SourceCell) -> None:
        """Take a cell of the same type that stands where the answer should stand."""
        before = max((self.at[i] for i in range(cell.index) if i in self.at), default=-1)
        after = next((self.at[i] for i in range(cell.index + 1, len(self.source.cells)) if i in self.at), None)
        end = len(self.cells) if after is None else after
        for index in range(before + 1, end):
            if self._free(index) and self.texts[index] and self.cells[index].cell_type == cell.cell_type:
                return self._take(cell, index)


def checksum(cell: Any, meta: dict[str, Any]) -> str:
    """Return nbgrader's checksum of a cell, "" when its metadata do not allow one."""
    import hashlib

    try:
        points = float(meta.get("points") or 0)
    except (TypeError, ValueError):
        return ""
    grade, solution = meta.get("grade", False), meta.get("solution", False)
    locked = False if solution else True if grade else meta.get("locked", False)
    parts = [cell["source"], cell["cell_type"], str(grade), str(solution), str(locked), str(meta.get("grade_id"))]
    if grade:
        parts.append(str(points))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
