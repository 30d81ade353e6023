"""The writer leaves the gradebook as stock ``nbgrader autograde`` leaves it: every row of every table."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.engine.course import Course, search_path
from autograder.engine.gradebook import Writer
from tests.autograder import class20
from tests.autograder.course import LAB as LAB06
from tests.autograder.course import copy_course, nbgrader
from tests.engine.small_course import LAB, build, files_in, result_of, rows, submit
from tests.labs import bench

pytestmark = [pytest.mark.slow, pytest.mark.deep]

FINES = 'c.AssignLatePenalties.plugin_class = "fines.Fine"\n'


@pytest.fixture(autouse=True, scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "CRMLAB_STATE_DIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp("home") / name.lower()))
        yield


def graded_twice(stock: Path, ours: Path, lab: str, students: list[str]) -> None:
    """Let stock grade one copy of the course; write the same outputs into the other copy."""
    for student in students:
        assert (
            nbgrader(stock, "autograde", lab, "--student", student, "--CourseDirectory.student_id_exclude=").code == 0
        )
    course = Course.load(ours)
    search_path(course)
    with Writer(course) as writer:
        for student in students:
            writer.save(*result_of(course, student, stock / "autograded" / student / lab, lab))


def same(stock: Path, ours: Path) -> None:
    one, other = (rows(f"sqlite:///{root / 'gradebook.db'}") for root in (stock, ours))
    assert one.keys() == other.keys()
    for table in one:
        assert other[table] == one[table], table


def test_a_small_course_in_two_rounds(tmp_path: Path):
    stock = build(tmp_path / "stock", FINES)
    students = ["right", "blank", "partly", "late", "bold", "much", "half", "undated"]
    submit(stock, "right", x="", q1="x = 20", q2="def f():\n    return 1", q3="答案")
    submit(stock, "blank")
    submit(stock, "partly", q1="x = 7", q3="答案", stamp="2026-11-19 23:00:00")
    submit(stock, "late", q1="x = 20", stamp="2026-11-20 09:30:00")
    submit(stock, "bold", q1="x = 20", stamp="2026-11-20 09:30:00")
    submit(stock, "much", q1="x = 20", stamp="2026-11-20 09:30:00")
    submit(stock, "half", q1="x = 20", missing=("two",), stamp="2026-11-20 09:30:00")
    submit(stock, "undated", q1="x = 1", stamp=None)
    ours = tmp_path / "ours"
    shutil.copytree(stock, ours)
    graded_twice(stock, ours, LAB, students)
    same(stock, ours)
    with Gradebook(f"sqlite:///{ours / 'gradebook.db'}", "small") as book:
        late = {s: book.find_submission(LAB, s).late_submission_penalty for s in ("late", "bold", "much", "right")}
        assert late == {"late": 2.5, "bold": 0, "much": 8, "right": 0}

    for root in (stock, ours):
        mark(root, "right")
        submit(root, "right", q1="x = 7", q2="def f():\n    return 2", q3="别的", stamp="2026-11-20 08:30:00")
        submit(root, "half", q1="x = 20", q3="补上", stamp="2026-11-20 09:40:00")
    graded_twice(stock, ours, LAB, ["right", "half"])
    same(stock, ours)
    for student in students:
        one, other = (files_in(root / "autograded" / student / LAB) for root in (stock, ours))
        assert set(other) - {"crmgrade.json", "two.ipynb"} == set(one) - {"two.ipynb"}
        assert {k: v for k, v in one.items() if not k.endswith(".ipynb")} == {
            k: v for k, v in other.items() if not k.endswith((".ipynb", ".json"))
        }
        assert cells(other["one.ipynb"]) == cells(one["one.ipynb"])


def cells(data: bytes) -> list[Any]:
    kept = ("cell_type", "source", "outputs", "execution_count", "id")
    nb = nbformat.reads(data.decode(), 4)
    nbformat.validate(nb)
    return [({k: c.get(k) for k in kept}, c.metadata.get("nbgrader")) for c in nb.cells]


def mark(root: Path, student: str) -> None:
    """What a teacher does in formgrader."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "small") as book:
        for cell, score in (("q3", 4.0), ("q4", 1.5), ("q1-part", 3.0)):
            grade = book.find_grade(cell, "one", LAB, student)
            grade.manual_score, grade.needs_manual_grade = score, False
        book.find_grade("q2", "one", LAB, student).extra_credit = 0.5
        book.find_comment("q3", "one", LAB, student).manual_comment = "写得好"
        book.db.commit()


@pytest.fixture(scope="module")
def class_of_twenty(tmp_path_factory: pytest.TempPathFactory):
    """The reference course; the students whom stock can grade within seconds."""
    folder = tmp_path_factory.mktemp("class")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRMLAB_EXCHANGE", str(folder / "exchange"))
        course = copy_course(folder)
        assert nbgrader(course.teacher, "generate_assignment", LAB06).code == 0
        release = bench.read(course.release)
        right = class20.solutions(bench.read(bench.source_path(LAB06)))
        students = [s for s in class20.CLASS if s.number not in {"2026017", "2026020"}]
        for student in students:
            course.submit(student.number, student.make(release, right), student.file)
        shutil.copytree(folder / "course", folder / "ours")
        ours = folder / "ours" / "autograder"
        graded_twice(course.teacher, ours, LAB06, [s.number for s in students])
        yield SimpleNamespace(stock=course.teacher, ours=ours, students=students)


def test_the_class_of_twenty_has_the_same_gradebook(class_of_twenty: Any):
    same(class_of_twenty.stock, class_of_twenty.ours)
    with Gradebook(f"sqlite:///{class_of_twenty.ours / 'gradebook.db'}", "crm") as book:
        for student in class_of_twenty.students:
            found = book.find_submission_notebook(LAB06, LAB06, student.number)
            assert {g.name: g.auto_score for g in found.grades if g.name in class20.FULL} == student.expected()


def test_nbgraders_feedback_goes_on_working(class_of_twenty: Any):
    ours = class_of_twenty.ours
    assert nbgrader(ours, "generate_feedback", LAB06).code == 0
    for student in class_of_twenty.students:
        folder = ours / "feedback" / student.number / LAB06
        assert (folder / f"{LAB06}.html").stat().st_size > 10_000
        assert not (folder / "crmgrade.json").exists()
        note = json.loads((ours / "autograded" / student.number / LAB06 / "crmgrade.json").read_text(encoding="utf-8"))
        assert "BEGIN HIDDEN TESTS" not in json.dumps(note)
