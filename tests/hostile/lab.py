"""The lab that hostile submissions are handed in for: a number, a function, a table and a written answer."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

LAB = "target"
SECRET = "sesame-8841"  # stands only in hidden tests: it must never be seen by a student's code
SETUP = 'import os\n\nimport pandas as pd\n\ndata = pd.DataFrame({"v": [3, 1, 2]})'
NUMBER = "x = ...\n### BEGIN SOLUTION\nx = 42\n### END SOLUTION"
FUNCTION = "def f(n):\n    ...\n    ### BEGIN SOLUTION\n    return n * 2\n    ### END SOLUTION"
TABLE = 't = ...\n### BEGIN SOLUTION\nt = data.sort_values("v", ignore_index=True)\n### END SOLUTION'
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "hostile"
c.CrmGrade.cell_seconds = 4
c.CrmGrade.total_seconds = 20
c.CrmGrade.memory_mb = 512
c.CrmGrade.processes = 24
c.CrmGrade.disk_mb = 32
"""


def _marked(cell: Any, grade_id: str, *, grade: bool, solution: bool, points: float | None = None) -> Any:
    cell.id = grade_id
    cell.metadata["nbgrader"] = {
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": not solution,
        "task": False,
        "schema_version": 3,
    } | ({} if points is None else {"points": points})
    return cell


def _check(grade_id: str, visible: str, hidden: str) -> Any:
    source = f"{visible}\n### BEGIN HIDDEN TESTS\n# {SECRET}\n{hidden}\n### END HIDDEN TESTS"
    return _marked(new_code_cell(source), grade_id, grade=True, solution=False, points=5)


def source() -> Any:
    return new_notebook(
        cells=[
            _marked(new_code_cell(SETUP), "setup", grade=False, solution=False),
            _marked(new_code_cell(NUMBER), "number", grade=False, solution=True),
            _check("number-test", "assert x is not ..., '还没有作答'", "assert x == 42"),
            _marked(new_code_cell(FUNCTION), "function", grade=False, solution=True),
            _check("function-test", "assert callable(f)", "assert [f(i) for i in (1, 5, 7)] == [2, 10, 14]"),
            _marked(new_code_cell(TABLE), "table", grade=False, solution=True),
            _check(
                "table-test",
                "assert isinstance(t, pd.DataFrame)",
                "assert t['v'].tolist() == [1, 2, 3]\nassert len(data) == 3",
            ),
            _marked(new_markdown_cell("写下你的想法。"), "words", grade=True, solution=True, points=5),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )


def course(root: Path) -> Path:
    """Make the course's folder with its source."""
    (root / "source" / LAB).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    nbformat.write(source(), root / "source" / LAB / f"{LAB}.ipynb")
    return root
