"""Fixtures for the tests of crmlab.learn."""

import pytest

from crmlab.learn.check import verdict
from crmlab.learn.dialogue import find_script
from crmlab.learn.practice import find_exercise
from tests.crmlab.learn.made import Course
from tests.crmlab.learn.small_script import small, toml


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Make a fresh course folder the project root."""
    monkeypatch.setenv("CRMLAB_HOME", str(tmp_path))
    return Course(tmp_path)


@pytest.fixture
def say(course):
    """Make an exercise with the given fields and return what an answer to it is told."""

    def ask(answer, **fields):
        course.exercise(**fields)
        solved, message = verdict(find_exercise("9.1.1"), answer)
        assert solved == (message == "对了。")
        return message

    return ask


@pytest.fixture
def write_dialogues(course):
    """Write dialogues into the small course's chapter."""

    def put(*scripts, folder=None):
        return course.write("".join(map(toml, scripts)), folder=folder, name="dialogues.toml")

    return put


@pytest.fixture
def script(write_dialogues):
    """Give the small script as loaded."""
    write_dialogues(small())
    return find_script("9-shop")
