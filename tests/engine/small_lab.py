"""A small lab with a cell of every role, its release, and notebooks made from it."""

import copy
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.engine.lab import SourceNotebook
from autograder.engine.matching import released


def marks(grade_id: str, *, grade: bool = False, solution: bool = False, task: bool = False, points: float = 0) -> Any:
    found = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": task,
    }
    if grade or task:
        found["points"] = points
    return {"nbgrader": found}


SETUP = "import math\nbase = 10"
ANSWER = "### BEGIN SOLUTION\ndoubled = base * 2\n### END SOLUTION"
CHECK = (
    'assert "doubled" in globals(), "还没有作答"\n### BEGIN HIDDEN TESTS\nassert doubled == 20\n### END HIDDEN TESTS'
)


def source() -> SourceNotebook:
    cells = [
        new_markdown_cell("# 实训", id="title"),
        new_code_cell(SETUP, id="setup", metadata=marks("setup")),
        new_markdown_cell("## 任务一：把 base 加倍", id="ask1"),
        new_code_cell(ANSWER, id="q1", metadata=marks("q1", solution=True)),
        new_code_cell(CHECK, id="q1-test", metadata=marks("q1-test", grade=True, points=3)),
        new_markdown_cell("## 任务二：写一段建议", id="ask2"),
        new_markdown_cell("这里写你的回答。", id="q2", metadata=marks("q2", grade=True, solution=True, points=5)),
        new_markdown_cell("交一张图。", id="q3", metadata=marks("q3", task=True, points=2)),
    ]
    nb = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    return SourceNotebook.from_node("lab", nb)


def release() -> Any:
    nb = copy.deepcopy(source().nb)
    for c in nb.cells:
        c.source = released(c.source)
    cell(nb, "q1").source = "doubled = ..."
    return nb


def cell(nb: Any, cell_id: str) -> Any:
    return next(c for c in nb.cells if c.id == cell_id)


def done() -> Any:
    """What an honest student hands in."""
    nb = release()
    cell(nb, "q1").source = "doubled = 20"
    cell(nb, "q2").source = "多设一个收银台。"
    return nb


def raw(nb: Any) -> bytes:
    return nbformat.writes(nb).encode()
