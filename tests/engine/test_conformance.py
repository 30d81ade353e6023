"""nbgrader goes on working with the engine in place: its own example course, and its own tests.

The whole comparison, every test with both, is ``python -m tests.benchmarks.conformance``.
"""

import importlib
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from tests import needs
from tests.autograder.course import nbgrader
from tests.engine.individual_course import quiet
from tests.engine.nbgrader_tests import AUTOGRADE, DIFFERENT, outcomes

pytestmark = pytest.mark.slow

SOME = ("test_grade", "test_grade_hashed_autotest", "test_late_submission_penalty_plugin", "test_force")


@pytest.mark.deep
def test_nbgraders_own_tests_pass():
    """Do tests for marks, comments, generated tests, penalties and files pass with the engine?"""
    needs.bubblewrap()
    found = outcomes(True, [f"{AUTOGRADE}::TestNbGraderAutograde::{name}" for name in SOME])
    assert set(found.values()) == {"passed"}, found
    assert len(found) == len(SOME)


def test_what_differs_on_purpose_is_still_there():
    """Is every listed name one of nbgrader's tests, with a reason, and does the teacher's handbook list it?"""
    handbook = (Path(__file__).parents[2] / "autograder" / "README.md").read_text(encoding="utf-8")
    tests = vars(importlib.import_module(AUTOGRADE))["TestNbGraderAutograde"]
    for name, why in DIFFERENT.items():
        test = name.rpartition("::")[2]
        assert hasattr(tests, test), name
        assert len(why) > 20
        assert f"`{test}`" in handbook, test


def _quickstart(folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """Make the course; of its helpers only the one that writes a configuration (of comments) touches the course."""

    def call(command: list[str], **_: Any) -> int:
        if "generate_config" in command:
            Path("nbgrader_config.py").write_text("")
        return 0

    with patch.context() as patched:
        patched.setattr(subprocess, "call", call)
        done = nbgrader(folder, "quickstart", "course101")
    assert done.code == 0, done.log
    return folder / "course101"


def test_a_quickstart_course_is_graded_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Does the course that ``nbgrader quickstart`` makes get the marks that stock gives, without any setting of ours?"""
    needs.bubblewrap()
    from autograder.engine import batch
    from autograder.engine.course import Course

    quiet(monkeypatch, tmp_path / "home")
    stock = _quickstart(tmp_path, monkeypatch)
    assert nbgrader(stock, "generate_assignment", "ps1").code == 0
    for student, taken in (("teacher", "source"), ("nobody", "release")):
        folder = stock / "submitted" / student / "ps1"
        folder.mkdir(parents=True)
        for path in (stock / taken / "ps1").glob("*.ipynb"):
            shutil.copy(path, folder)
    ours = shutil.copytree(stock, tmp_path / "ours" / "course101")
    done = nbgrader(stock, "autograde", "ps1")
    assert done.code == 0, done.log
    assert batch.run(Course.load(ours), "ps1").outcomes == {"graded": 2}
    assert _marks(ours) == _marks(stock)
    assert len(_marks(stock)) >= 8
    feedback = nbgrader(ours, "generate_feedback", "ps1")
    assert feedback.code == 0, feedback.log
    assert len(list(ours.glob("feedback/*/ps1/*.html"))) == 4


def _marks(root: Path) -> dict[Any, Any]:
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "course101") as book:
        return {
            (s.student.id, nb.name, g.cell.name): (g.auto_score, g.manual_score, g.needs_manual_grade)
            for s in book.assignment_submissions("ps1")
            for nb in s.notebooks
            for g in nb.grades
        }
