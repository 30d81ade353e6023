"""Reading chapters/outline.toml: every mistake in it is named in one Chinese sentence."""

from pathlib import Path

import pytest

from crmlab.authoring import outline

GOOD = """
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
  { id = "6-1", kind = "section", title = "初识", file = "chapters/06_satisfaction/6-1_a.ipynb", minutes = 45 },
  { id = "c06_afu", kind = "case", case = "案例导入", title = "阿芙", file = "cases/c06_afu/case.ipynb", minutes = 30 },
]
row = [
  { id = "S6.1", kind = "section", title = "6.1 初识客户满意", notebook = "6-1" },
]
"""


def test_good_outline_is_read_whole():
    """Do the data come out as typed, immutable objects?"""
    course = outline.parse(GOOD)
    assert (course.title, course.index) == ("小课", "index.ipynb")
    chapter = course.chapter(6)
    assert chapter.ready
    assert chapter.notebooks[1] == outline.Notebook(
        "c06_afu", "case", "阿芙", "cases/c06_afu/case.ipynb", 30, "案例导入"
    )
    assert course.rows() == {"S6.1": outline.Row("S6.1", "section", "6.1 初识客户满意", "6-1")}
    assert [n.id for _, n in course.notebooks()] == ["6-1", "c06_afu"]


def test_planned_notebooks_can_be_left_out():
    """Does ready_only hide planned chapters?"""
    course = outline.parse(GOOD.replace('"ready"', '"planned"'))
    assert list(course.notebooks(ready_only=True)) == []
    assert len(list(course.notebooks())) == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "小课"', "", "大纲的[course]缺少键 title。必须有的键：title、index。"),
        ("number = 6", 'number = "6"', "大纲的第 1 个 [[chapter]]的 number 应是整数，现在是 '6'。"),
        (
            '"06_satisfaction"',
            '"7_satisfaction"',
            "大纲的第 6 章的 slug 应是两位章号加英文名，如 06_service，现在是 7_satisfaction。",
        ),
        ('"ready"', '"redy"', "大纲的第 6 章的 status 不能是“redy”。你是不是想写“ready”？可用的值：ready、planned。"),
        (
            "minutes = 45",
            "minute = 45",
            "大纲的第 6 章第 1 本笔记本里有不认识的键 minute。你是不是想写“minutes”？可用的键：id、kind、title、file、minutes、case。",
        ),
        ("minutes = 45", "minutes = 0", "大纲的第 6 章第 1 本笔记本（id = 6-1）的 minutes 应是正整数，现在是 0。"),
        ("minutes = 45", "minutes = true", "大纲的第 6 章第 1 本笔记本的 minutes 应是整数，现在是 True。"),
        ('title = "阿芙"', 'title = ""', "大纲的第 6 章第 2 本笔记本的 title 是空的。请填上内容。"),
        (
            'case = "案例导入", ',
            "",
            "大纲的第 6 章第 2 本笔记本（id = c06_afu）的 case 不能是“”。可用的值：案例导入、案例链接、案例分析、综合案例。",
        ),
        (
            'kind = "section", title = "初识"',
            'kind = "section", case = "案例导入", title = "初识"',
            "大纲的第 6 章第 1 本笔记本（id = 6-1）不是案例，不能有键 case。请删去它，或把 kind 改成 case。",
        ),
        (
            "cases/c06_afu/case.ipynb",
            "cases/afu.ipynb",
            "大纲的第 6 章第 2 本笔记本（id = c06_afu）的 file 应是 cases/c06_afu/case.ipynb，现在是 cases/afu.ipynb。",
        ),
        (
            "6-1_a.ipynb",
            "6-1_概念.ipynb",
            "大纲的第 6 章第 1 本笔记本（id = 6-1）的 file 应是 chapters/06_satisfaction/6-1_名字.ipynb，"
            "现在是 chapters/06_satisfaction/6-1_概念.ipynb。",
        ),
        (
            'notebook = "6-1"',
            'notebook = "6-2"',
            "大纲的第 6 章第 1 行（id = S6.1）的 notebook 不能是“6-2”。你是不是想写“6-1”？可用的值：6-1、c06_afu。",
        ),
        (
            'id = "c06_afu"',
            'id = "6-1"',
            "大纲的第 6 章第 2 本笔记本（id = 6-1）的 file 应是 cases/6-1/case.ipynb，现在是 cases/c06_afu/case.ipynb。",
        ),
        ('{ id = "S6.1"', '"x", { id = "S6.1"', "大纲的第 6 章第 1 行应是一组“键 = 值”，现在是 'x'。"),
    ],
)
def test_mistake_is_named(old: str, new: str, message: str):
    """Does the whole message say where, what is allowed and what was found?"""
    assert old in GOOD
    with pytest.raises(outline.OutlineError) as caught:
        outline.parse(GOOD.replace(old, new, 1))
    assert str(caught.value) == message


def test_duplicate_row_is_refused():
    """Is an id that appears twice refused?"""
    row = '  { id = "S6.1", kind = "section", title = "6.1 初识客户满意", notebook = "6-1" },\n'
    with pytest.raises(outline.OutlineError) as caught:
        outline.parse(GOOD.replace(row, row * 2))
    assert str(caught.value) == "大纲里行号“S6.1”出现了 2 次。每个只能出现一次，请改名或删去重复的。"


def test_unknown_chapter_is_refused():
    """Does asking for a chapter that is not there list those that are?"""
    with pytest.raises(outline.OutlineError) as caught:
        outline.parse(GOOD).chapter(10)
    assert str(caught.value) == "大纲里没有第 10 章。现有的章：6。"


def test_unreadable_files_are_refused(tmp_path: Path):
    """Do a missing file, a GBK file and a file that is not TOML each get their sentence?"""
    with pytest.raises(outline.OutlineError) as caught:
        outline.load(tmp_path)
    assert str(caught.value) == "找不到大纲文件 chapters/outline.toml。请确认课程文件夹完整。"
    path = tmp_path / "chapters" / "outline.toml"
    path.parent.mkdir()
    path.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(outline.OutlineError) as caught:
        outline.load(tmp_path)
    assert str(caught.value) == "大纲文件 chapters/outline.toml 不是 UTF-8 编码。请用编辑器另存为 UTF-8。"
    path.write_text("[course\n", encoding="utf-8")
    with pytest.raises(outline.OutlineError) as caught:
        outline.load(tmp_path)
    assert str(caught.value) == (
        "大纲文件 chapters/outline.toml 不合 TOML 的写法：Expected ']' at the end of a table declaration "
        "(at line 1, column 8)。请对照相邻的行检查引号、逗号和括号。"
    )
