"""PostgreSQL gets the same gradebook as SQLite, also when its connections break."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from autograder.engine import gradebook
from autograder.engine.course import Course
from autograder.engine.gradebook import Writer
from tests import needs
from tests.engine import postgres
from tests.engine.small_course import LAB, build, result_for, rows, submit
from tests.engine.test_gradebook import RIGHT

pytestmark = pytest.mark.slow


def cut(url: str) -> None:
    """End every other connection of the server."""
    engine = create_engine(url)
    with engine.connect() as db:
        db.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    engine.dispose()


def test_both_databases_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    needs.postgres()
    monkeypatch.setattr(gradebook.time, "sleep", lambda seconds: None)
    lite = build(tmp_path / "lite")
    with postgres.server() as url:
        grand = build(tmp_path / "grand", f"c.CourseDirectory.db_url = {url!r}\n")
        for root in (lite, grand):
            submit(root, "ann", **RIGHT, stamp="2026-11-20 09:30:00")
            submit(root, "bob")
            course = Course.load(root)
            with Writer(course) as writer:
                made = [result_for(course, student, {"q1-test": 3.0, "r1": 0.1}) for student in ("ann", "bob")]
                digests = {result.student: result.submission_digest for result, _ in made}
                if root == grand:
                    break_once(writer, monkeypatch, url)
                for result, files in made:
                    assert writer.save(result, files).changed
                    assert writer.save(replace(result, notes=("again",)), files).changed
                if root == grand:
                    cut(url)
                assert writer.pending(LAB, digests, made[0][0].lab_digest) == []
        assert rows(url) == rows(f"sqlite:///{lite / 'gradebook.db'}")


def break_once(writer: Any, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Let the connection break after everything of one submission was written, before it is committed."""
    real, left = writer._stage, [1]

    def breaking(*arguments: Any) -> None:
        real(*arguments)
        if left[0]:
            left[0] = 0
            cut(url)

    monkeypatch.setattr(writer, "_stage", breaking)
