"""New sections, cases and labs: odd names are refused, nothing is overwritten, a failure leaves nothing behind."""

import shutil
from pathlib import Path

import pytest

from crmlab.authoring import outline, outline_edit, scaffold
from crmlab.paths import project_root

ROOT = project_root()


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small copy of the course without the notebooks' data and without the first section of chapter 7."""
    for folder in ("chapters", "cases"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.csv", "__pycache__"))
    for file in ("7-1_concept.ipynb", "practice_7-1.toml"):
        (tmp_path / "chapters" / "07_loyalty" / file).unlink()
    shutil.copy(ROOT / "index.ipynb", tmp_path)
    monkeypatch.setenv("CRMLAB_HOME", str(tmp_path))
    return tmp_path


def everything(root: Path) -> dict[str, bytes]:
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("section", "六点四", "课的名字应写成 章号-课号_英文名，如 6-4_review，你写的是“六点四”。"),
        ("section", "6-4", "课的名字应写成 章号-课号_英文名，如 6-4_review，你写的是“6-4”。"),
        ("section", "6-4_../x", "课的名字应写成 章号-课号_英文名，如 6-4_review，你写的是“6-4_../x”。"),
        ("section", "12-1_x", "大纲里没有第 12 章。现有的章：1、2、3、4、5、6、7、8、9。"),
        (
            "section",
            "6-2_survey",
            "chapters/06_satisfaction/6-2_survey.ipynb 已经有了，不会覆盖它。请换一个名字，或先把旧的移走。",
        ),
        ("section", "7-1_intro", "大纲里 7-1 的名字是 7-1_concept。请照它写，或换一个课号。"),
        ("case", "teashop", "案例的名字应写成 c 加两位章号、下划线、英文名，如 c06_teashop，你写的是“teashop”。"),
        ("case", "c06_Tea", "案例的名字应写成 c 加两位章号、下划线、英文名，如 c06_teashop，你写的是“c06_Tea”。"),
        ("case", "c12_tea", "大纲里没有第 12 章。现有的章：1、2、3、4、5、6、7、8、9。"),
        ("case", "c06_afu", "cases/c06_afu/case.ipynb 已经有了，不会覆盖它。请换一个名字，或先把旧的移走。"),
        ("lab", "lab6", "实训的名字应写成 lab 加两位章号、下划线、英文名（不含数字），如 lab06_nps，你写的是“lab6”。"),
        ("lab", "lab06_nps", "这里没有教师的部分（autograder 目录），不能新建实训。请在教师的课程文件夹里运行。"),
    ],
)
def test_wrong_name_is_refused(course: Path, kind: str, name: str, message: str):
    """Is the whole reason told, and not one byte written?"""
    before = everything(course)
    make = {"section": scaffold.new_section, "case": scaffold.new_case, "lab": scaffold.new_lab}[kind]
    with pytest.raises(ValueError) as caught:
        make(name)
    assert str(caught.value) == message
    assert everything(course) == before


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("  ", "标题是空的，或里面有换行等看不见的字符。请写一行中文标题。"),
        ("甲\n乙", "标题是空的，或里面有换行等看不见的字符。请写一行中文标题。"),
        ("甲,乙", "标题里有半角的“,”。标题请用全角标点，如 ，；：（）？！“”。"),
        ('说"好"', '标题里有半角的“"”。标题请用全角标点，如 ，；：（）？！“”。'),
    ],
)
def test_wrong_title_is_refused(course: Path, title: str, message: str):
    """Is a title that would not read well refused before anything is written?"""
    before = everything(course)
    with pytest.raises(scaffold.ScaffoldError) as caught:
        scaffold.new_case("c06_teashop", title=title)
    assert str(caught.value) == message
    assert everything(course) == before


@pytest.mark.parametrize("step", ["_call", "process"])
def test_failure_leaves_nothing_behind(course: Path, monkeypatch: pytest.MonkeyPatch, step: str):
    """If building the data or running the notebook fails, is the course what it was before?"""

    def broken(*_: object, **__: object) -> bool:
        raise RuntimeError("单元格 x 出错")

    before = everything(course)
    monkeypatch.setattr(scaffold, step, broken)
    with pytest.raises(RuntimeError, match="单元格 x 出错"):
        scaffold.new_case("c06_teashop")
    assert everything(course) == before
    assert not (course / "cases" / "c06_teashop").exists()


def test_failing_generator_is_told(course: Path):
    """Is the last line of a failed step passed on?"""
    with pytest.raises(scaffold.ScaffoldError) as caught:
        scaffold._call([scaffold.sys.executable, "-c", "raise SystemExit('没有 numpy')"], course, "生成数据")
    assert str(caught.value) == "生成数据没有成功：没有 numpy"


NOTEBOOK = outline.Notebook("c06_tea", "case", "茶", "cases/c06_tea/case.ipynb", 30, "案例链接")
ROW = outline.Row("K6.L9", "case", "茶", "c06_tea")


def test_outline_gains_two_lines_and_loses_none():
    """Are entries added at the end of their lists, every other line untouched?"""
    before = (ROOT / outline.OUTLINE).read_text(encoding="utf-8")
    after = outline_edit.with_entries(before, 6, NOTEBOOK, (ROW,))
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added == [
        '  { id = "c06_tea", kind = "case", case = "案例链接", title = "茶", file = "cases/c06_tea/case.ipynb", minutes = 30 },',
        '  { id = "K6.L9", kind = "case", title = "茶", notebook = "c06_tea" },',
    ]
    assert [line for line in after.splitlines() if line not in added] == before.splitlines()
    chapter = outline.parse(after).chapter(6)
    assert (chapter.notebooks[-1], chapter.rows[-1]) == (NOTEBOOK, ROW)


def test_unusual_outline_is_left_alone():
    """Is an outline written in another way refused, with the lines to add by hand?"""
    before = (ROOT / outline.OUTLINE).read_text(encoding="utf-8").replace("\nnotebook = [\n", "\nnotebook =  [ # 课\n")
    with pytest.raises(outline.OutlineError) as caught:
        outline_edit.with_entries(before, 6, NOTEBOOK, (ROW,))
    assert str(caught.value).startswith("不能自动改大纲：")
    assert str(caught.value).endswith('row 里添：{ id = "K6.L9", kind = "case", title = "茶", notebook = "c06_tea" },')
