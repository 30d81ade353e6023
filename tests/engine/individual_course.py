"""A course in which every student has numbers of his own, and submissions for it."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.autograder.course import nbgrader
from tests.engine.small_lab import marks

LAB = "own"
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "individual"
c.CrmGrade.preload = []
c.CrmGrade.reference_student = "s0"
c.CrmGrade.cell_seconds = 10
"""
SETUP = """import os
me = int(os.environ["CRMGRADE_STUDENT_ID"][1:])
data = [me * 1.37 + k ** 0.5 for k in range(5)]"""
MEAN = "mean = sum(data) / len(data)"
TWICE = "twice = 2 * me"
SIDE = 'side = "left" if me % 2 else "right"'
MEAN_TEST = """assert isinstance(mean, float), "mean 应是小数。"
### BEGIN HIDDEN TESTS
assert abs(mean - sum(data) / 5) < 1e-9
### END HIDDEN TESTS"""
TEST = "### BEGIN HIDDEN TESTS\nassert {} == ({})\n### END HIDDEN TESTS"


def mean_of(number: int) -> str:
    return repr(sum(number * 1.37 + k**0.5 for k in range(5)) / 5)


def solution(code: str) -> str:
    return f"### BEGIN SOLUTION\n{code}\n### END SOLUTION"


def source() -> Any:
    return new_notebook(
        cells=[
            new_code_cell(SETUP, id="setup", metadata=marks("setup")),
            new_code_cell(solution(MEAN), id="mean", metadata=marks("mean", solution=True)),
            new_code_cell(MEAN_TEST, id="mean-test", metadata=marks("mean-test", grade=True, points=3)),
            new_code_cell(solution(TWICE), id="twice", metadata=marks("twice", solution=True)),
            new_code_cell(
                TEST.format("twice", "2 * me"), id="twice-test", metadata=marks("twice-test", grade=True, points=2)
            ),
            new_code_cell(solution(SIDE), id="side", metadata=marks("side", solution=True)),
            new_code_cell(
                TEST.format("side", "'left' if me % 2 else 'right'"),
                id="side-test",
                metadata=marks("side-test", grade=True, points=1),
            ),
            new_markdown_cell("说明。", id="words", metadata=marks("words", grade=True, solution=True, points=4)),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


def build(root: Path, config: str = "") -> Path:
    (root / "source" / LAB).mkdir(parents=True)
    nbformat.write(source(), root / "source" / LAB / f"{LAB}.ipynb")
    (root / "nbgrader_config.py").write_text(CONFIG + config, encoding="utf-8")
    done = nbgrader(root, "generate_assignment", LAB)
    assert done.code == 0, done.log
    return root


def submit(root: Path, student: str, **answers: str) -> Path:
    """Hand in right answers but for those that are given."""
    nb = nbformat.read(root / "release" / LAB / f"{LAB}.ipynb", 4)
    right = {"mean": MEAN, "twice": TWICE, "side": SIDE, "words": "写好了。"}
    for cell in nb.cells:
        cell.source = (right | answers).get(cell.id, cell.source)
    folder = root / "submitted" / student / LAB
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(nb, folder / f"{LAB}.ipynb")
    return folder


def quiet(patch: Any, home: Path) -> None:
    """Nobody's own Jupyter settings."""
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        patch.setenv(name, str(home / name.lower()))
    patch.setenv("COLUMNS", "300")
