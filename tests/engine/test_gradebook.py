"""One submission is written whole or not at all, once, and never over a teacher's mark."""

import errno
import json
import os
import shutil
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from nbgrader.api import Gradebook
from sqlalchemy.exc import OperationalError

from autograder.engine import gradebook, shelf
from autograder.engine.course import Course
from autograder.engine.gradebook import WriteError, Writer
from autograder.engine.ledger import LedgerError
from autograder.engine.result import NotebookResult, Outcome
from autograder.engine.submission import align
from tests.engine.small_course import DUE, LAB, build, execute, files_in, result_for, rows, submit

RIGHT = {"q1": "x = 20", "q2": "def f():\n    return 1", "q3": "答案"}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp("home") / name.lower()))
        root = build(tmp_path_factory.mktemp("pristine") / "course")
        submit(root, "ann", **RIGHT)
        submit(root, "bob")
        yield root


@pytest.fixture
def desk(pristine: Path, tmp_path: Path):
    root = tmp_path / "course"
    shutil.copytree(pristine, root)
    course = Course.load(root)
    with Writer(course) as writer:
        yield SimpleNamespace(root=root, course=course, writer=writer, url=f"sqlite:///{root / 'gradebook.db'}")


def grades(desk: Any, student: str) -> dict[str, tuple[Any, ...]]:
    with Gradebook(desk.url, "small") as book:
        found = book.find_submission_notebook("one", LAB, student)
        return {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in found.grades}


def state(desk: Any) -> Any:
    return rows(desk.url), files_in(desk.root / "autograded")


def test_a_result_arrives_in_gradebook_and_folder(desk: Any):
    result, files = result_for(desk.course, "ann", {"q1-test": 3.0, "q1-part": 1.5, "r1": 1.0})
    saved = desk.writer.save(result, files)
    assert saved.changed and saved.result == result
    assert grades(desk, "ann") == {
        "q1-test": (3, None, False),
        "q1-part": (1.5, None, False),
        "q2": (None, None, True),
        "q3": (None, None, True),
        "q4": (None, None, True),
    }
    folder = desk.root / "autograded" / "ann" / LAB
    assert sorted(files_in(folder)) == sorted(
        ["crmgrade.json", "data.csv", "notes.txt", "one.ipynb", "timestamp.txt", "two.ipynb"]
    )
    assert (folder / "data.csv").read_text() == "a\n1\n"
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o444}
    assert desk.writer.load(LAB, "ann").notebooks["one"].cells == result.notebooks["one"].cells
    assert [p.name for p in folder.parent.iterdir()] == [LAB]


def test_what_stands_as_released_or_blank_has_0_points(desk: Any):
    submit(desk.root, "cai", q2=" \n", q3="")
    for student in ("bob", "cai"):
        saved = desk.writer.save(*result_for(desk.course, student, {})).result
        cells = saved.notebooks["one"].cells
        assert {n: (c.score, c.status) for n, c in cells.items() if c.role == "manual"} == {
            "q2": (0.0, "unanswered"),
            "q3": (0.0, "unanswered"),
        }
        found = grades(desk, student)
        assert (found["q2"], found["q3"], found["q4"]) == ((0, None, False), (0, None, False), (None, None, True))
        with Gradebook(desk.url, "small") as book:
            comments = {n: book.find_comment(n, "one", LAB, student).auto_comment for n in ("q1", "q2", "q3", "q4")}
        assert comments == {"q1": "No response.", "q2": "No response.", "q3": "No response.", "q4": None}


def test_saving_again_changes_nothing_not_even_after_marking(desk: Any):
    result, files = result_for(desk.course, "ann", {"q1-test": 3.0})
    desk.writer.save(result, files)
    with Gradebook(desk.url, "small") as book:
        for name in ("q1-test", "q2", "q3", "q4"):
            grade = book.find_grade(name, "one", LAB, "ann")
            grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 1.5, 0.5, False
        book.find_comment("q3", "one", LAB, "ann").manual_comment = "写得好"
        book.db.commit()
    before = state(desk)
    assert not desk.writer.save(result, files).changed
    again, files = result_for(desk.course, "ann", {"q1-test": 3.0})
    assert not desk.writer.save(again, files).changed
    assert state(desk) == before


def test_a_mark_by_hand_is_put_up_for_review_only_when_its_answer_changed(desk: Any):
    desk.writer.save(*result_for(desk.course, "ann", {"q1-test": 3.0}))
    with Gradebook(desk.url, "small") as book:
        for name in ("q1-test", "q1-part", "q2", "q3"):
            grade = book.find_grade(name, "one", LAB, "ann")
            grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.db.commit()
    submit(desk.root, "ann", **{**RIGHT, "q3": "别的答案"}, stamp="2026-11-20 07:00:00")
    assert desk.writer.save(*result_for(desk.course, "ann", {"q1-test": 3.0})).changed
    assert grades(desk, "ann") == {
        "q1-test": (3, 2, True),  # the notebook is another one
        "q1-part": (0, 2, True),
        "q2": (None, 2, False),
        "q3": (None, 2, True),
        "q4": (None, None, True),
    }


def test_an_unreadable_submission_has_0_everywhere_and_recovers(desk: Any):
    good, files = result_for(desk.course, "ann", {"q1-test": 3.0})
    empty = {}
    for name, notebook in good.notebooks.items():
        nb = align(desk.course.lab(LAB).notebooks[name], SimpleNamespace(cells=[])).nb
        cells = {n: replace(c, score=0.0, status="not_run") for n, c in notebook.cells.items()}
        empty[name] = NotebookResult(nb, cells)
    bad = replace(good, outcome=Outcome("unreadable", "文件是空的。"), notebooks=empty)
    desk.writer.save(bad, files)
    assert set(grades(desk, "ann").values()) == {(0, None, False)}
    desk.writer.save(good, files)
    assert grades(desk, "ann")["q4"] == (None, None, True)


def test_a_failure_of_the_engine_is_not_written(desk: Any):
    before = state(desk)
    result, files = result_for(desk.course, "ann", {})
    assert not desk.writer.save(replace(result, outcome=Outcome("failed", "…"), notebooks={}), files).changed
    assert state(desk) == before


def test_pending_names_what_is_missing_old_or_half(desk: Any):
    made = {s: result_for(desk.course, s, {}) for s in ("ann", "bob")}
    digests = {s: r.submission_digest for s, (r, _) in made.items()}
    lab = made["ann"][0].lab_digest
    assert desk.writer.pending(LAB, digests, lab) == ["ann", "bob"]
    for result, files in made.values():
        desk.writer.save(result, files)
    assert desk.writer.pending(LAB, digests, lab) == []
    assert desk.writer.pending(LAB, {**digests, "bob": "another"}, lab) == ["bob"]
    assert desk.writer.pending(LAB, digests, "another") == ["ann", "bob"]
    execute(desk.root, "UPDATE grade SET auto_score = 99 WHERE auto_score IS NOT NULL")
    assert desk.writer.pending(LAB, digests, lab) == ["ann", "bob"]
    shutil.rmtree(desk.root / "autograded")
    assert desk.writer.pending(LAB, digests, lab) == ["ann", "bob"]
    assert not (desk.root / "autograded").exists()


def test_a_students_files_never_leave_his_folder_nor_take_anothers_place(desk: Any):
    result, files = result_for(desk.course, "ann", {})
    bad = {
        "/etc/x": b"1",
        "../up.txt": b"1",
        "a/../../b": b"1",
        "crmgrade.json": b"{}",
        "crmgrade.json/x": b"1",
        "data.csv/x": b"1",
        "one.ipynb/x": b"1",
        "extra.ipynb": b"1",
        "__pycache__/x": b"1",
        "deep/er/ok.txt": b"2",
        "\udcff.bin": b"3",
    }
    desk.writer.save(result, {**files, **bad})
    folder = desk.root / "autograded" / "ann" / LAB
    assert set(files_in(folder)) == {
        "crmgrade.json",
        "data.csv",
        "notes.txt",
        "one.ipynb",
        "timestamp.txt",
        "two.ipynb",
        "deep/er/ok.txt",
        "\udcff.bin",
    }
    assert json.loads((folder / "crmgrade.json").read_text())["digest"] == result.digest


@pytest.mark.parametrize("student", ["", ".", "..", ".x", "a/b", "a\\b", "a\0"])
def test_names_that_are_no_folder_are_refused(desk: Any, student: str):
    result, files = result_for(desk.course, "ann", {})
    with pytest.raises(WriteError) as caught:
        desk.writer.save(replace(result, student=student), files)
    assert str(caught.value) == f"“{student}”不能用作文件夹的名字，没有写。请改掉 submitted 里的文件夹名。"


def test_an_unknown_lab_is_named(desk: Any):
    result, files = result_for(desk.course, "ann", {})
    with pytest.raises(LedgerError) as caught:
        desk.writer.save(replace(result, lab="ps9"), files)
    assert str(caught.value) == "成绩册里没有实训“ps9”。请先运行 nbgrader generate_assignment ps9。"


def test_students_are_not_added_where_the_course_says_so(desk: Any):
    desk.writer.converter.create_student = False
    with pytest.raises(LedgerError) as caught:
        desk.writer.save(*result_for(desk.course, "ann", {}))
    said = "成绩册里没有学生“ann”，课程的设置又不许自动添加。请先用 nbgrader db student add 添加。"
    assert str(caught.value) == said
    assert "ann" not in json.dumps(rows(desk.url), default=str)


@pytest.mark.parametrize("stamp", ["", "gestern", "2026-99-99 00:00:00 UTC", "\x00", "9" * 400])
def test_a_timestamp_that_is_none_is_left_out(desk: Any, stamp: str):
    result, files = result_for(desk.course, "ann", {})
    desk.writer.save(result, {**files, "timestamp.txt": stamp.encode()})
    with Gradebook(desk.url, "small") as book:
        assert book.find_submission(LAB, "ann").timestamp is None


@pytest.mark.parametrize(
    "stamp", [b"2026-11-20 08:00:00 UTC", b"2026-11-20 16:00:00 +0800", b"\xef\xbb\xbf2026-11-20T16:00:00+08:00\n"]
)
def test_the_timestamp_is_utc(desk: Any, stamp: bytes):
    result, files = result_for(desk.course, "ann", {})
    desk.writer.save(result, {**files, "timestamp.txt": stamp})
    with Gradebook(desk.url, "small") as book:
        assert str(book.find_submission(LAB, "ann").timestamp) == DUE


def test_a_full_disk_keeps_the_old_state(desk: Any, monkeypatch: pytest.MonkeyPatch):
    desk.writer.save(*result_for(desk.course, "ann", {"q1-test": 3.0}))
    before = state(desk)
    real, left = os.open, [3]

    def full(*arguments: Any, **options: Any) -> int:
        if arguments[1] & os.O_CREAT:
            left[0] -= 1
            if left[0] < 0:
                raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]))
        return real(*arguments, **options)

    monkeypatch.setattr(shelf.os, "open", full)
    with pytest.raises(WriteError) as caught:
        desk.writer.save(*result_for(desk.course, "ann", {"q1-test": 1.0}))
    said = "“ann”的批改结果写不进 autograded：磁盘已满。原来的成绩没有动；解决以后重新运行，会接着写。"
    assert str(caught.value) == said
    monkeypatch.undo()
    assert state(desk) == before


def test_a_gradebook_that_refuses_is_tried_again_then_said(desk: Any, monkeypatch: pytest.MonkeyPatch):
    naps: list[float] = []
    monkeypatch.setattr(gradebook.time, "sleep", naps.append)
    real, refusals = desk.writer.ledger.record, [2]

    def refusing(*arguments: Any, **options: Any) -> Any:
        refusals[0] -= 1
        if refusals[0] >= 0:
            raise OperationalError("UPDATE", {}, Exception("server closed the connection"))
        return real(*arguments, **options)

    desk.writer.ledger.record = refusing
    assert desk.writer.save(*result_for(desk.course, "ann", {})).changed
    assert len(naps) == 2
    before, refusals[0] = state(desk), 99
    with pytest.raises(WriteError) as caught:
        desk.writer.save(*result_for(desk.course, "ann", {"q1-test": 1.0}))
    said = "“ann”的成绩写不进成绩册：server closed the connection。原来的成绩没有动；解决以后重新运行，会接着写。"
    assert str(caught.value) == said
    assert state(desk) == before


@pytest.mark.slow
@pytest.mark.parametrize("swap_in_one_step", [True, False])
def test_killed_at_any_point_the_old_state_or_the_new_one_is_left(
    desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swap_in_one_step: bool
):
    if not swap_in_one_step:
        monkeypatch.setattr(shelf, "_exchange", lambda one, other: False)
    old, files = result_for(desk.course, "ann", {"q1-test": 3.0})
    desk.writer.save(old, files)
    desk.writer.close()
    template = tmp_path / "template"
    shutil.copytree(desk.root, template)
    submit(template, "ann", **{**RIGHT, "q3": "别的"})
    new = replace(result_for(desk.course, "ann", {"q1-test": 1.0})[0], submission_digest="new")

    def killed(after: int) -> int:
        """Save in a child that kills itself after so many calls; return how many it made, 0 when killed."""
        restored(template, desk.root)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            calls = [0]

            def count(_frame: Any, kind: str, _argument: Any) -> None:
                if kind == "c_call":
                    calls[0] += 1
                    if calls[0] == after:
                        os.kill(os.getpid(), signal.SIGKILL)

            with Writer(desk.course) as writer:
                sys.setprofile(count)
                writer.save(new, files)
                sys.setprofile(None)
            os.write(writing, str(calls[0]).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = pipe.read()
        assert os.waitpid(child, 0)[1] == (0 if said else signal.SIGKILL)
        return int(said or 0)

    total = killed(10**9)
    seen = set()
    points = sorted({*range(1, total, max(1, total // 25)), *range(total - 60, total, 4)})
    for point in points:
        killed(point)
        with Writer(desk.course) as writer:
            left = writer.pending(LAB, {"ann": "new"}, new.lab_digest)
            note = shelf.note_of(desk.root / "autograded" / "ann" / LAB)
            saved = writer.load(LAB, "ann")
            assert note is not None and saved is not None
            score = grades(desk, "ann")["q1-test"][0]
            assert (score, note["digest"], saved.score) == (
                (3.0, old.digest, 3.0) if left else (1.0, new.digest, 1.0)
            ), point
            seen.add(score)
            assert sorted(p.name for p in (desk.root / "autograded" / "ann").iterdir()) == [LAB]
            writer.save(new, files)
            assert writer.pending(LAB, {"ann": "new"}, new.lab_digest) == []
        assert grades(desk, "ann")["q1-test"][0] == 1.0
    assert seen == {1.0, 3.0}


def restored(template: Path, root: Path) -> None:
    shutil.rmtree(root / "autograded")
    shutil.copytree(template / "autograded", root / "autograded")
    for path in root.glob("gradebook.db*"):
        path.unlink()
    shutil.copy2(template / "gradebook.db", root / "gradebook.db")


def test_two_programs_that_write_at_once_lose_nothing(desk: Any):
    made = [result_for(desk.course, student, {"q1-test": 2.0}) for student in ("ann", "bob")]
    desk.writer.close()
    children = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            with Writer(desk.course) as writer:
                for turn in range(10):
                    result, files = made[turn % 2]
                    writer.save(replace(result, notes=(f"{number} {turn}",)), files)
            os._exit(0)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    with Writer(desk.course) as writer:
        digests = {r.student: r.submission_digest for r, _ in made}
        assert writer.pending(LAB, digests, made[0][0].lab_digest) == []
    assert len(rows(desk.url)["submitted_assignment"]) == 2


def test_a_submission_is_written_in_milliseconds(desk: Any):
    made = []
    for number in range(20):
        result, files = result_for(desk.course, "ann", {"q1-test": 2.0})
        made.append((replace(result, student=f"s{number}"), files))
    started = time.process_time()
    for result, files in made:
        desk.writer.save(result, files)
    each = (time.process_time() - started) / len(made)
    assert each < 0.06, f"{1000 * each:.1f} ms of CPU a submission"
