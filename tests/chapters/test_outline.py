"""The outline, the files and the cell tags of the course agree, both ways."""

import json
import re
from pathlib import Path

import pytest

from crmlab.authoring import audit, outline
from crmlab.paths import project_root

ROOT = project_root()
COURSE = outline.load(ROOT)


def test_course_outline_files_and_tags_agree():
    """Is every row of a ready chapter taught, every file listed, every tag known?"""
    assert audit.outline_problems(COURSE, ROOT) == []


def test_outline_holds_nine_chapters_and_all_rows():
    """Does the outline hold the syllabus: nine chapters, 342 rows of five kinds, ten labs (authors may add more)?"""
    assert [c.number for c in COURSE.chapters] == list(range(1, 10))
    counted: dict[str, int] = {}
    for row in COURSE.rows().values():
        counted[row.kind] = counted.get(row.kind, 0) + 1
    syllabus = {"section": 147, "case": 45, "exercise": 25, "quiz": 34, "extra": 91}
    assert sum(syllabus.values()) == 342
    assert {kind: min(counted[kind], wanted) for kind, wanted in syllabus.items()} == syllabus
    assert sum(n.kind == "lab" for _, n in COURSE.notebooks()) >= 10


def test_titles_are_for_readers():
    """Are titles free of half-width Chinese punctuation, answers and working notes?"""
    titles = [r.title for r in COURSE.rows().values()] + [n.title for _, n in COURSE.notebooks()]
    bad = [t for t in titles if re.search(r"[,;:()?!]|种子|自拟|存疑|截断|答[:：]", t)]
    assert bad == []


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A course of one ready chapter with one section, in its own folder."""
    text = """
[course]
title = "小课"
index = "index.ipynb"

[[chapter]]
number = 6
slug = "06_satisfaction"
topic = "satisfaction"
title = "客户满意度管理"
status = "ready"
notebook = [
  { id = "6-1", kind = "section", title = "初识", file = "chapters/06_satisfaction/6-1_concept.ipynb", minutes = 45 },
]
row = [
  { id = "S6.1", kind = "section", title = "6.1 初识客户满意", notebook = "6-1" },
]
"""
    folder = tmp_path / "chapters" / "06_satisfaction"
    folder.mkdir(parents=True)
    (tmp_path / "chapters" / "outline.toml").write_text(text, encoding="utf-8")
    write_tags(folder / "6-1_concept.ipynb", ["S6.1"])
    return tmp_path


def write_tags(path: Path, tags: list[str]) -> None:
    """Write a notebook of one Markdown cell with these tags."""
    cell = {"cell_type": "markdown", "id": "6-1-title", "metadata": {"tags": tags}, "source": ["# 初识"]}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")


def problems(root: Path) -> list[str]:
    return audit.outline_problems(outline.load(root), root)


def test_tiny_course_is_clean(tiny: Path):
    """Does a course in order give no finding?"""
    write_tags(tiny / "chapters/06_satisfaction/6-1_concept.ipynb", ["S6.1", "S6.1-link", "exercise"])
    assert problems(tiny) == []


def test_row_without_cell_is_found(tiny: Path):
    """Is a listed row without its tagged cell reported?"""
    write_tags(tiny / "chapters/06_satisfaction/6-1_concept.ipynb", [])
    assert problems(tiny) == ["大纲的行 S6.1（6.1 初识客户满意）在笔记本 6-1 里没有带这个标签的单元格。"]


def test_planned_chapter_needs_no_cells(tiny: Path):
    """Is a planned chapter left in peace?"""
    path = tiny / "chapters" / "outline.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"ready"', '"planned"'), encoding="utf-8")
    (tiny / "chapters/06_satisfaction/6-1_concept.ipynb").unlink()
    assert problems(tiny) == []


def test_missing_file_of_ready_chapter_is_found(tiny: Path):
    """Is a file that the outline names but the disk lacks reported?"""
    (tiny / "chapters/06_satisfaction/6-1_concept.ipynb").unlink()
    assert problems(tiny) == ["第 6 章已标为 ready，却没有文件 chapters/06_satisfaction/6-1_concept.ipynb。"]


def test_notebook_outside_the_outline_is_found(tiny: Path):
    """Is a notebook on disk that the outline does not know reported, checkpoints excepted?"""
    for folder in ("cases/c06_new", "labs/.ipynb_checkpoints"):
        (tiny / folder).mkdir(parents=True)
        write_tags(tiny / folder / "case.ipynb", [])
    assert problems(tiny) == [
        "cases/c06_new/case.ipynb 不在大纲里。请在 chapters/outline.toml 里加上它，或删去这个文件。"
    ]


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("S6.11", "的标签 S6.11 不是大纲里的行。你是不是想写“S6.1”？"),
        ("X1.2", "的标签 X1.2 不是大纲里的行。"),
        ("K6.0-link", "的标签 K6.0-link 不是大纲里的行。"),
        ("todo", "有不认识的标签 todo。除了大纲的行号，可用的标签：parameters、exercise、teaches-def。"),
    ],
)
def test_unknown_tag_is_found(tiny: Path, tag: str, message: str):
    """Is a tag that names no row reported, with the nearest row?"""
    file = "chapters/06_satisfaction/6-1_concept.ipynb"
    write_tags(tiny / file, ["S6.1", tag])
    assert problems(tiny) == [f"{file} {message}"]


def test_tag_in_the_wrong_notebook_is_found(tiny: Path):
    """Is a row taught in another notebook than the outline says reported?"""
    path = tiny / "chapters" / "outline.toml"
    text = path.read_text(encoding="utf-8")
    second = '  { id = "6-2", kind = "section", title = "调查", file = "chapters/06_satisfaction/6-2_x.ipynb", minutes = 45 },\n'
    path.write_text(text.replace("]\nrow", second + "]\nrow"), encoding="utf-8")
    write_tags(tiny / "chapters/06_satisfaction/6-2_x.ipynb", ["S6.1"])
    assert problems(tiny) == [
        "chapters/06_satisfaction/6-2_x.ipynb 的标签 S6.1 在大纲里属于笔记本 6-1。请改大纲，或改用标签 S6.1-link。"
    ]
