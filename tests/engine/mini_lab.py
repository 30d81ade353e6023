"""Labs made of a few lines for tests of the grading itself."""

from collections.abc import Mapping
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

from autograder.engine.engine import Settings, grade
from autograder.engine.lab import Lab, SourceNotebook
from autograder.engine.reference import produced_of
from autograder.engine.result import Result
from autograder.engine.sandbox import Limits
from autograder.engine.worker import Worker
from tests.engine.small_lab import marks

LIMITS = Limits(memory_mb=600, cell_seconds=20, total_seconds=60, disk_mb=32)


def cell(role: str, grade_id: str, text: str, points: float = 1) -> Any:
    """``role``: setup, locked, answer, check, words (marked by hand) or own (no nbgrader cell)."""
    meta = {
        "setup": {},
        "own": {},
        "locked": marks(grade_id),
        "answer": marks(grade_id, solution=True),
        "check": marks(grade_id, grade=True, points=points),
        "words": marks(grade_id, grade=True, solution=True, points=points),
    }[role]
    make = new_markdown_cell if role == "words" else new_code_cell
    return make(text, id=grade_id, metadata=meta)


def lab(*cells: Any, files: Mapping[str, bytes] | None = None) -> Lab:
    nb = new_notebook(
        cells=list(cells),
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    return Lab("mini", {"mini": SourceNotebook.from_node("mini", nb)}, dict(files or {}))


def simple(setup: str, answer: str, check: str, points: float = 1) -> Lab:
    """One given cell, one answer, one check."""
    return lab(cell("locked", "setup", setup), cell("answer", "q", answer), cell("check", "q-test", check, points))


def handed_in(
    bundle: Lab, answers: Mapping[str, str], order: list[str] | None = None, **more: bytes
) -> dict[str, bytes]:
    """The source with other answers, its cells in another order or fewer of them."""
    nb = new_notebook(cells=[dict(c.cell) for c in bundle.notebooks["mini"].cells])
    nb = new_notebook(cells=[dict(c) for c in nb.cells])
    for one in nb.cells:
        one["source"] = answers.get(one["id"], one["source"])
    known = {one["id"] for one in nb.cells}
    nb.cells += [dict(new_code_cell(text, id=name)) for name, text in answers.items() if name not in known]
    if order is not None:
        held = {one["id"]: one for one in nb.cells}
        nb.cells = [held[name] for name in order]
    from nbformat import from_dict

    return {"mini.ipynb": writes(from_dict(nb)).encode()} | more


def graded(
    worker: Worker, bundle: Lab, answers: Mapping[str, str], *, order: list[str] | None = None,
    isolation: str = "separate", limits: Limits = LIMITS, student: str = "s1", files: Mapping[str, bytes] | None = None,
) -> Result:  # fmt: skip
    """Run the reference, then grade one submission."""
    produced = produced_of(worker, bundle, limits, "reference")
    given = handed_in(bundle, answers, order) | dict(files or {})
    return grade(worker, bundle, produced, given, student, Settings(limits, isolation))


def points(result: Result) -> dict[str, float | None]:
    return {name: c.score for name, c in result.notebooks["mini"].cells.items()}


def message(result: Result, grade_id: str = "q-test") -> str:
    return result.notebooks["mini"].cells[grade_id].message


def shown(result: Result, cell_id: str) -> str:
    """Everything that a cell of the result shows."""
    for one in result.notebooks["mini"].nb["cells"]:
        if one["id"] == cell_id:
            return "".join(o.get("text", "") + o.get("evalue", "") + o.get("data", {}).get("text/plain", "")
                           for o in one["outputs"])  # fmt: skip
    raise KeyError(cell_id)
