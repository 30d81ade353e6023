"""`crmlab coverage`: what the syllabus asks for, counted against the cells that are there."""

import json
from pathlib import Path

import pytest

from crmlab import cli
from crmlab.authoring import outline
from crmlab.authoring.coverage import coverage_table, untaught

OUTLINE = """
[course]
title = "小课"
index = "index.ipynb"

[[chapter]]
number = 1
slug = "01_service"
topic = "service"
title = "服务：开头"
status = "planned"
notebook = [
  { id = "1-1", kind = "section", title = "一课", file = "chapters/01_service/1-1_concept.ipynb", minutes = 45 },
  { id = "c01_shop", kind = "case", case = "案例链接", title = "一家店", file = "cases/c01_shop/case.ipynb", minutes = 45 },
]
row = [
  { id = "S1.1", kind = "section", title = "第一节", notebook = "1-1" },
  { id = "S1.2", kind = "section", title = "第二节", notebook = "1-1" },
  { id = "K1.A", kind = "case", title = "一家店", notebook = "c01_shop" },
]
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of three rows of which one has its cell; another is only linked to."""
    folder = tmp_path / "chapters" / "01_service"
    folder.mkdir(parents=True)
    (tmp_path / "chapters" / "outline.toml").write_text(OUTLINE, encoding="utf-8")
    cells = [
        {"cell_type": "markdown", "source": ["x"], "metadata": {"tags": tags}} for tags in (["S1.1"], ["S1.2-link"])
    ]
    (folder / "1-1_concept.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return tmp_path


def test_rows_are_counted_by_kind(course: Path):
    """Is a row taught only by a cell of its own notebook, and is the rest named?"""
    assert [row.id for row in untaught(course)] == ["S1.2", "K1.A"]
    lines = [line.split() for line in coverage_table(course, width=80).splitlines()]
    assert ["1", "服务", "1/2", "0/1", "—", "—", "—", "1/3"] in lines
    assert ["全部", "1/2", "0/1", "—", "—", "—", "1/3"] in lines
    assert lines[-3:] == [["还没有讲到的", "2", "行："], ["S1.2", "第二节（1-1）"], ["K1.A", "一家店（c01_shop）"]]


def test_command_tells_by_its_exit_code(capsys: pytest.CaptureFixture[str]):
    """Does the command print every chapter of this course, and fail exactly while a row has no cell?"""
    code = cli.main(["coverage"])
    said = capsys.readouterr()
    assert code == bool(untaught())
    assert said.err == ""
    for chapter in outline.load().chapters:
        assert f"  {chapter.number}  " in said.out
    assert ("大纲的每一行都有讲它的单元格。" in said.out) == (code == 0)
