"""nbgrader goes on working with the engine in place: its own tests (some of them here) and its own example course.

The whole comparison is ``python -m tests.benchmarks.conformance``.
"""

from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from tests import needs
from tests.autograder.course import nbgrader
from tests.engine.nbgrader_tests import API, AUTOGRADE, DIFFERENT, outcomes

pytestmark = pytest.mark.slow

SOME = (
    "test_grade",
    "test_late_submission_penalty_plugin",
    "test_grade_overwrite_files",
    "test_hidden_tests_single_notebook",
)


def test_nbgraders_own_tests_pass():
    """Do tests for marks, comments, penalties, files and hidden tests pass with the engine?"""
    needs.bubblewrap()
    found = outcomes(True, [f"{AUTOGRADE}::TestNbGraderAutograde::{name}" for name in SOME], seconds=300)
    assert set(found.values()) == {"passed"}, found
    assert len(found) == len(SOME)


def test_what_differs_on_purpose_is_still_there():
    """Is every listed name one of nbgrader's tests, with a reason?"""
    for name, why in DIFFERENT.items():
        module, _, test = name.partition("::")
        place = __import__(AUTOGRADE if AUTOGRADE.endswith(module) else API, fromlist=["x"])
        assert any(hasattr(kind, test) for kind in vars(place).values() if isinstance(kind, type)), name
        assert len(why) > 20


def test_a_quickstart_course_is_graded_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Does the course that ``nbgrader quickstart`` makes get the marks that stock gives, without any setting of ours?"""
    needs.bubblewrap()
    from autograder.engine import batch
    from autograder.engine.course import Course

    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    got = {}
    for kind in ("stock", "engine"):
        root = tmp_path / kind / "course101"
        root.parent.mkdir()
        assert nbgrader(root.parent, "quickstart", "course101").code == 0
        assert nbgrader(root, "generate_assignment", "ps1").code == 0
        for student, taken in (("teacher", "source"), ("nobody", "release")):
            folder = root / "submitted" / student / "ps1"
            folder.mkdir(parents=True)
            for path in (root / taken / "ps1").glob("*.ipynb"):
                (folder / path.name).write_bytes(path.read_bytes())
        if kind == "stock":
            assert nbgrader(root, "autograde", "ps1").code == 0
        else:
            summary = batch.run(Course.load(root), "ps1", workers=1)
            assert summary.outcomes == {"graded": 2}
        with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "course101") as book:
            got[kind] = {
                (s.student.id, nb.name, g.cell.name): (g.auto_score, g.manual_score, g.needs_manual_grade)
                for s in book.assignment_submissions("ps1")
                for nb in s.notebooks
                for g in nb.grades
            }
        feedback = nbgrader(root, "generate_feedback", "ps1")
        assert feedback.code == 0, feedback.log
    assert got["engine"] == got["stock"]
    assert len(got["stock"]) >= 8
