"""Every way a notebook can differ from its release is mended, and said in one sentence."""

import copy
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import compute_checksum

from autograder.engine.lab import SourceNotebook
from autograder.engine.matching import checksum
from autograder.engine.submission import Aligned, align, read_notebook
from tests.engine.small_lab import CHECK, SETUP, cell, done, marks, raw, source


def aligned(nb: Any) -> Aligned:
    clean, _ = read_notebook(raw(nb))
    before = copy.deepcopy(clean)
    found = align(source(), clean)
    assert clean == before
    nbformat.validate(found.nb)
    names = [c.metadata.nbgrader.grade_id for c in found.nb.cells if "nbgrader" in c.metadata]
    assert sorted(names) == sorted(source().by_id)
    assert [s.index for s in found.steps] == list(range(len(found.nb.cells)))
    return found


def said(found: Aligned) -> list[tuple[str, str | None, str]]:
    return [(r.code, r.grade_id, r.message) for r in found.repairs]


def roles(found: Aligned) -> list[tuple[str, str | None]]:
    return [(s.role, s.grade_id) for s in found.steps]


def code_of(found: Aligned) -> list[str]:
    return [s.code for s in found.steps if s.role in {"student", "locked", "check"}]


PLAIN = [
    ("text", None),
    ("locked", "setup"),
    ("text", None),
    ("student", "q1"),
    ("check", "q1-test"),
    ("text", None),
    ("manual", "q2"),
    ("task", "q3"),
]


def test_an_honest_notebook_needs_no_repair():
    found = aligned(done())
    assert found.repairs == ()
    assert roles(found) == PLAIN
    assert code_of(found) == [SETUP, "doubled = 20", CHECK]
    assert [s.points for s in found.steps] == [0, 0, 0, 0, 3, 0, 5, 2]
    assert cell(found.nb, "q2").source == "多设一个收银台。"
    assert cell(found.nb, "q1-test").metadata == {
        "nbgrader": {
            "grade": True,
            "grade_id": "q1-test",
            "locked": True,
            "points": 3,
            "schema_version": 3,
            "solution": False,
            "task": False,
        },
        "deletable": False,
        "editable": False,
    }
    assert found.nb.metadata == source().nb.metadata


def test_a_duplicated_answer_runs_twice_and_is_known_once():
    nb = done()
    nb.cells.insert(4, new_code_cell("doubled += 1", id="copy", metadata=marks("q1", solution=True)))
    found = aligned(nb)
    assert said(found) == [("duplicated", "q1", "单元格 q1 出现了两次，按先后都运行了。")]
    assert roles(found) == [*PLAIN[:4], ("student", None), *PLAIN[4:]]
    assert code_of(found) == [SETUP, "doubled = 20", "doubled += 1", CHECK]
    assert found.nb.cells[4].metadata == {}


def test_a_duplicated_check_counts_once_where_it_stood_first():
    nb = done()
    twin = copy.deepcopy(cell(nb, "q1-test"))
    twin.id = "twin"
    nb.cells.append(twin)
    found = aligned(nb)
    assert said(found) == [("duplicated", "q1-test", "单元格 q1-test 出现了两次，以第一个的位置为准，只用一次。")]
    assert roles(found) == [*PLAIN, ("student", None)]
    assert "20" not in found.nb.cells[8].source


@pytest.mark.parametrize("order", [("", "甲"), ("甲", "乙"), ("这里写你的回答。", "甲")])
def test_of_a_duplicated_written_answer_the_first_that_says_something_is_marked(order: tuple[str, str]):
    nb = done()
    cell(nb, "q2").source = order[0]
    nb.cells.insert(7, new_markdown_cell(order[1], id="twin", metadata=marks("q2", grade=True, solution=True)))
    found = aligned(nb)
    assert said(found)[-1] == ("duplicated", "q2", "单元格 q2 出现了两次，按第一次作答的那个评分。")
    assert next(c.source for c in found.nb.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "q2") == "甲"


def test_seven_copies_are_counted():
    nb = done()
    for number in range(6):
        nb.cells.append(new_code_cell("1", id=f"c{number}", metadata=marks("q1", solution=True)))
    assert said(aligned(nb)) == [("duplicated", "q1", "单元格 q1 出现了 7 次，按先后都运行了。")]


@pytest.mark.parametrize(
    ("lost", "message"),
    [
        ("setup", "单元格 setup 在你交的笔记本里没有，已按老师的原文补回。"),
        ("q1", "单元格 q1 在你交的笔记本里没有，按没有作答处理。"),
        ("q1-test", "单元格 q1-test 在你交的笔记本里没有，已按老师的原文补回。"),
        ("q2", "单元格 q2 在你交的笔记本里没有，按没有作答处理。"),
        ("q3", "单元格 q3 在你交的笔记本里没有，已按老师的原文补回。"),
    ],
)
def test_a_deleted_cell_comes_back_in_its_place(lost: str, message: str):
    nb = done()
    nb.cells.remove(cell(nb, lost))
    found = aligned(nb)
    assert said(found) == [("deleted", lost, message)]
    assert roles(found) == PLAIN
    back = cell(found.nb, lost)
    assert back.source == ("" if lost in {"q1", "q2"} else source().by_id[lost].source)


def test_everything_deleted_comes_back_in_order():
    nb = done()
    nb.cells = []
    found = aligned(nb)
    assert [s.grade_id for s in found.steps] == list(source().by_id)
    assert [r.code for r in found.repairs] == ["deleted"] * 5


def test_a_split_answer_is_whole_before_its_deleted_check():
    nb = done()
    cell(nb, "q1").source = "half = 10"
    nb.cells.insert(4, new_code_cell("doubled = half * 2", id="rest"))
    nb.cells.remove(cell(nb, "q1-test"))
    assert code_of(aligned(nb)) == [SETUP, "half = 10", "doubled = half * 2", CHECK]


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("q1", "markdown", "单元格 q1 的类型被改成了 Markdown，已改回代码。"),
        ("q1", "raw", "单元格 q1 的类型被改成了 Raw，已改回代码。"),
        ("q2", "code", "单元格 q2 的类型被改成了代码，已改回 Markdown。"),
    ],
)
def test_a_retyped_cell_gets_its_type_back(name: str, kind: str, message: str):
    nb = done()
    old = cell(nb, name)
    make = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": nbformat.v4.new_raw_cell}[kind]
    nb.cells[nb.cells.index(old)] = make(old.source, id=name, metadata=old.metadata)
    found = aligned(nb)
    assert said(found) == [("retyped", name, message)]
    assert roles(found) == PLAIN
    assert cell(found.nb, name).source == old.source


def test_an_edited_check_is_replaced_by_the_source():
    nb = done()
    cell(nb, "q1-test").source = "3.0"
    found = aligned(nb)
    assert said(found) == [("edited", "q1-test", "单元格 q1-test 的内容被改过，已换回老师的原文。")]
    assert code_of(found) == [SETUP, "doubled = 20", CHECK]


def test_a_check_that_the_course_itself_changed_for_the_release_is_not_called_edited():
    nb = done()
    changed = cell(nb, "q1-test")
    changed.source = "# 课程自己的页眉\n" + changed.source
    changed.metadata.nbgrader["checksum"] = compute_checksum(changed)
    assert aligned(nb).repairs == ()


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("q1-test", {"points": 50}),
        ("q1-test", {"points": "x"}),
        ("q1-test", {"points": None}),
        ("q1-test", {"grade": False}),
        ("q1-test", {"solution": True}),
        ("q1", {"grade": True, "points": 9}),
        ("setup", {"locked": False}),
        ("q3", {"task": False}),
    ],
)
def test_changed_marks_count_nothing(name: str, change: dict[str, Any]):
    nb = done()
    cell(nb, name).metadata.nbgrader.update(change)
    found = aligned(nb)
    assert said(found) == [("metadata", name, f"单元格 {name} 的批改设置被改过，已按老师的设置恢复。")]
    assert roles(found) == PLAIN
    assert found.nb == aligned(done()).nb


def test_two_cells_that_swapped_their_ids_are_each_found_by_what_they_are():
    nb = done()
    cell(nb, "q1-test").metadata = marks("q1", solution=True)
    found = aligned(nb)
    assert roles(found) == PLAIN
    assert code_of(found) == [SETUP, "doubled = 20", CHECK]
    assert said(found) == [("relabelled", None, "这些单元格的标记丢了，已按内容和位置认出来：q1-test。")]


@pytest.mark.parametrize("keep_ids", [True, False])
def test_without_any_mark_cells_are_known_by_id_text_and_place(keep_ids: bool):
    nb = done()
    for at, c in enumerate(nb.cells):
        c.metadata = {}
        if not keep_ids:
            c.id = f"fresh{at}"
    nb.cells.insert(2, new_code_cell("print(base)", id="own"))
    found = aligned(nb)
    names = "setup、q1、q1-test、q2、q3"
    assert said(found) == [("relabelled", None, f"这些单元格的标记丢了，已按内容和位置认出来：{names}。")]
    assert roles(found) == [*PLAIN[:2], ("student", None), *PLAIN[2:]]
    assert code_of(found) == [SETUP, "print(base)", "doubled = 20", CHECK]


def test_a_slightly_changed_check_without_mark_is_known_by_likeness():
    nb = done()
    lost = cell(nb, "q1-test")
    lost.metadata, lost.id, lost.source = {}, "fresh", lost.source + " "
    lost.source = lost.source.replace("还没有作答", "还没作答")
    found = aligned(nb)
    assert roles(found) == PLAIN
    assert [r.code for r in found.repairs] == ["edited", "relabelled"]


def test_an_own_cell_in_place_of_a_deleted_written_answer_is_that_answer():
    nb = done()
    nb.cells[6] = new_markdown_cell("我的建议", id="mine")
    found = aligned(nb)
    assert roles(found) == PLAIN
    assert found.nb.cells[6].source == "我的建议"


@pytest.mark.parametrize("version", [None, 0, 1, 2])
def test_old_marks_are_upgraded(version: int | None):
    nb = done()
    for c in nb.cells:
        mark = c.metadata.get("nbgrader")
        if mark:
            mark.pop("schema_version")
            mark |= {} if version is None else {"schema_version": version}
    found = aligned(nb)
    assert said(found) == [("old_metadata", None, "单元格的标记是旧版 nbgrader 的，已换成现在的版本。")]
    assert found.nb == aligned(done()).nb


def test_foreign_marks_make_a_cell_the_students_own():
    nb = done()
    names = ["lab05-q1", "<b>\n", "x" * 99, "a", "b", "c"]
    for at, name in enumerate(names):
        nb.cells.append(new_code_cell("1", id=f"own{at}", metadata=marks("z", grade=True, points=9)))
        nb.cells[-1].metadata.nbgrader["grade_id"] = name
    found = aligned(nb)
    shown = f"lab05-q1、?b??、{'x' * 30}、a、b 等 6 个"
    assert said(found) == [("unknown_id", None, f"这些标记不属于这次作业，当作你自己加的单元格：{shown}。")]
    assert roles(found) == [*PLAIN, *[("student", None)] * 6]


def test_two_cells_with_one_id_get_two():
    nb = done()
    data = raw(nb).replace(b'"id": "ask1"', b'"id": "q1"')
    found = align(source(), read_notebook(data)[0])
    nbformat.validate(found.nb)
    assert len({c.id for c in found.nb.cells}) == len(found.nb.cells)


def test_a_picture_pasted_into_a_written_answer_stays():
    nb = done()
    cell(nb, "q2")["attachments"] = {"a.png": {"image/png": "AAAA"}}
    assert cell(aligned(nb).nb, "q2").attachments == {"a.png": {"image/png": "AAAA"}}


def test_a_locked_text_runs_nowhere_and_a_graded_text_waits_for_the_teacher():
    nb = done()
    nb.cells[0].metadata = marks("intro")
    nb.cells[2].metadata = marks("odd", grade=True, points=1)
    original = SourceNotebook.from_node("lab", nb)
    steps = align(original, read_notebook(raw(nb))[0]).steps
    assert (steps[0].role, steps[0].grade_id, steps[0].code) == ("text", "intro", "")
    assert (steps[2].role, steps[2].grade_id, steps[2].code) == ("manual", "odd", "")


def test_the_checksum_is_nbgraders():
    for c in source().nb.cells:
        if "nbgrader" in c.metadata:
            assert checksum(c, c.metadata.nbgrader) == compute_checksum(c)
