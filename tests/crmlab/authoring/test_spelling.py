"""One term, one spelling: the course keeps to it, and any other spelling is found wherever a reader would meet it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from crmlab.authoring import spelling
from crmlab.learn.glossary import load
from crmlab.paths import project_root

ROOT = project_root()
AVOIDED = spelling.Avoided(load().terms)


def test_course_keeps_to_one_spelling():
    """Does no text of the open chapters, the cases, the labs or the package use a spelling the glossary rules out?"""
    assert spelling.problems(ROOT) == []


def test_every_kind_of_text_is_read():
    """Are there texts of every pattern?"""
    for pattern in spelling.PATTERNS:
        assert any(ROOT.glob(pattern)), pattern
    names = [where for where, _ in spelling.texts(ROOT)]
    assert len(names) == len(set(names))
    for wanted in ("chapters/06_satisfaction/6-2_survey.ipynb 单元格 6-2-setup", "crmlab/satisfaction/kano.py"):
        assert wanted in names
    assert not any(name.startswith("chapters/glossary") for name in names)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of nothing but the outline."""
    (tmp_path / "chapters").mkdir()
    shutil.copy(ROOT / "chapters" / "outline.toml", tmp_path / "chapters")
    return tmp_path


NOTEBOOK = {
    "cells": [{"cell_type": "markdown", "id": "6-1-x", "metadata": {}, "source": ["# 题\n", "\n", "召回率是多少？"]}],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
PLACES = [
    ("chapters/06_satisfaction/6-1_concept.ipynb", json.dumps(NOTEBOOK), " 单元格 6-1-x", "# 题 召回率是多少？"),
    ("chapters/06_satisfaction/practice_6-1.toml", 'prompt = "算召回率"\n', "", 'rompt = "算召回率"'),
    ("chapters/06_satisfaction/dialogues.toml", 'says = "召回率"\n', "", 'says = "召回率"'),
    ("chapters/06_satisfaction/data/datasheet.md", "召回率 0.9\n", "", "召回率 0.9"),
    ("cases/c06_afu/practice_case.toml", 'say = "召回率"\n', "", 'say = "召回率"'),
    ("labs/lab06_satisfaction/lab06_satisfaction.ipynb", json.dumps(NOTEBOOK), " 单元格 6-1-x", "# 题 召回率是多少？"),
    ("crmlab/widgets/x.py", 'ax.set_xlabel("召回率")\n', "", 't_xlabel("召回率")'),
]


@pytest.mark.parametrize(("file", "text", "cell", "around"), PLACES, ids=lambda value: str(value)[:40])
def test_other_spelling_is_found(course: Path, file: str, text: str, cell: str, around: str):
    """Is a spelling to avoid, written into a clean course, the one finding, with place and remedy?"""
    assert spelling.problems(course) == []
    path = course / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert spelling.problems(course) == [f"{file}{cell}：写了“召回率”，本课统一写“查全率”：…{around}…"]


def test_planned_chapter_is_left_in_peace(course: Path):
    """Is a chapter in the making looked at only on demand?"""
    outline = course / "chapters" / "outline.toml"
    outline.write_text(outline.read_text(encoding="utf-8").replace('"ready"', '"planned"'), encoding="utf-8")
    path = course / "chapters" / "06_satisfaction" / "practice_6-1.toml"
    path.parent.mkdir()
    path.write_text('prompt = "召回率"\n', encoding="utf-8")
    assert (spelling.problems(course), len(spelling.problems(course, planned=True))) == ([], 1)


@pytest.mark.parametrize("term", [term for term in load().terms if term.avoid], ids=lambda term: term.anchor)
def test_every_avoided_spelling_is_found_in_a_sentence(term):
    """Is each spelling found, with the right one, and is the right one itself never a finding?"""
    for wrong in term.avoid:
        found = list(AVOIDED.find(f"这里写{wrong}吧"))
        assert [(a, b) for a, b, _ in found] == [(wrong, term.zh)]
    assert list(AVOIDED.find("、".join([term.zh, *term.also]))) == []


def test_right_form_that_holds_a_wrong_one_is_no_finding():
    """Is a wrong spelling inside a longer right term left alone?"""
    term = next(t for t in load().terms if t.zh == "接触点")
    strict = replace(term, also=(), avoid=("触点",))
    assert [a for a, _, _ in spelling.Avoided([strict]).find("接触点不等于触点")] == ["触点"]
    assert list(spelling.Avoided([]).find("没有要避免的")) == []


def test_command_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, course: Path):
    """Does the command print the findings and say so by its exit code?"""
    monkeypatch.setattr(spelling, "problems", lambda root, planned: ["一处"] if planned else [])
    assert (spelling.main([]), capsys.readouterr().out) == (0, "")
    assert (spelling.main(["--planned"]), capsys.readouterr().out) == (1, "一处\n")
