"""One lab goes round with nbgrader's own commands: release, fetch, work, validate, submit, collect, grade, feedback."""

import html
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import nbformat
import openpyxl
import pytest

from autograder import export_marks, unzip
from autograder.engine import hidden
from tests import needs
from tests.autograder import class20, zips
from tests.autograder.course import LAB, ROOT, Course, copy_course, nbgrader
from tests.labs import bench

pytestmark = pytest.mark.slow

BY_EXCHANGE = "2026001"
BY_ZIP = ("2026002", "2026005")
PAGES = (BY_EXCHANGE, "2026004", "2026014", "2026017", "2026018", "2026020")
STUDENTS = {student.number: student for student in class20.CLASS}
SOURCE = bench.read(bench.source_path(LAB))
ROSTER = "学号,姓名,班级\n" + "".join(f"{n},学生{n[-2:]},客服一班\n" for n in STUDENTS) + "2026021,没交的人,客服一班\n"

STUDENT_CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "crm"
c.CourseDirectory.student_id = "{student}"
c.Exchange.root = "{exchange}"
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A teacher's room, a student's home and an exchange, with nobody's own settings."""
    folder = tmp_path_factory.mktemp("round")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "CRMLAB_STATE_DIR"):
            patch.setenv(name, str(folder / name.lower()))
        course = copy_course(folder)
        patch.setenv("CRMLAB_EXCHANGE", str(course.exchange))
        home = folder / "home"
        home.mkdir()
        config = STUDENT_CONFIG.format(student=BY_EXCHANGE, exchange=course.exchange)
        (home / "nbgrader_config.py").write_text(config, encoding="utf-8")
        yield SimpleNamespace(course=course, home=home, roster=folder / "名单.csv", seen={})


def ran(result):
    assert result.code == 0, result.log
    return result


def fill(path, make):
    release = bench.read(path)
    nbformat.write(make(release, class20.solutions(SOURCE)), path)


@pytest.fixture(scope="module")
def submitted(room):
    """Everything up to the submissions in the teacher's folder: by exchange, by zip, by hand."""
    course, home = room.course, room.home
    ran(nbgrader(course.teacher, "generate_assignment", LAB))
    ran(nbgrader(course.teacher, "release_assignment", LAB))
    release = bench.read(course.release)

    ran(nbgrader(home, "fetch_assignment", LAB))
    work = home / LAB / f"{LAB}.ipynb"
    room.seen["validate untouched"] = ran(nbgrader(home, "validate", str(work))).out
    fill(work, STUDENTS[BY_EXCHANGE].make)
    room.seen["validate done"] = ran(nbgrader(home, "validate", str(work))).out
    ran(nbgrader(home, "submit", LAB))
    room.seen["collect"] = ran(nbgrader(course.teacher, "collect", LAB)).log

    gathered = home.parent / "微信群文件"
    gathered.mkdir()
    room.roster.write_text(ROSTER, encoding="gbk")
    first, second = (nbformat.writes(STUDENTS[n].make(release, class20.solutions(SOURCE))).encode() for n in BY_ZIP)
    inner = zips.packed({"实训6/客户满意度 最终版.ipynb": first}, gbk=True)
    (gathered / "全班作业.zip").write_bytes(zips.packed({"2026002 李四.zip": inner, "说明.txt": b"x"}, gbk=True))
    (gathered / "学生05_实训6.ipynb").write_bytes(second)
    arguments = [str(gathered), "--course", str(course.teacher), "--roster", str(room.roster)]
    room.seen["unzip"] = unzip.main(arguments)
    ran(nbgrader(course.teacher, "zip_collect", LAB))

    for student in STUDENTS.values():
        if student.number not in (BY_EXCHANGE, *BY_ZIP):
            course.submit(student.number, student.make(release, class20.solutions(SOURCE)), student.file)
    return room


@pytest.fixture(scope="module")
def graded(submitted):
    """The whole class, autograded in one run by the engine."""
    needs.bubblewrap()
    submitted.seen["autograde"] = nbgrader(submitted.course.teacher, "autograde", LAB, "--Execute.timeout=15")
    return submitted


def grades(room, number):
    with room.course.gradebook() as book:
        notebook = book.find_submission_notebook(LAB, LAB, number)
        return {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in notebook.grades}


def test_validation_tells_the_student_what_is_missing(submitted):
    """Does Validate fail on the untouched release with our sentences, and pass on a finished one?"""
    untouched = submitted.seen["validate untouched"]
    assert "VALIDATION FAILED ON 16 CELL(S)" in untouched.replace("\n", " ")
    assert untouched.count("还没有作答：把 `...` 换成你的代码。") == 13
    assert untouched.count("里还有 `...` 没有填：把每一处 `...` 都换成你的代码。") == 2
    assert "Traceback" not in untouched
    assert submitted.seen["validate done"] == "Success! Your notebook passes all the tests.\n"


def test_submission_carries_the_student_number(submitted):
    """Is a submission filed under the number from the configuration, not under the OS user?"""
    assert f"Collecting submission: {BY_EXCHANGE} {LAB}" in submitted.seen["collect"]
    names = {p.name for p in (submitted.course.teacher / "submitted").iterdir()}
    assert names == set(STUDENTS)


def test_zips_gathered_elsewhere_are_collected(submitted):
    """Do a GBK zip in a zip and a file named by the student's name arrive (a stray text file is reported)?"""
    assert submitted.seen["unzip"] == 1
    for number in BY_ZIP:
        assert (submitted.course.teacher / "submitted" / number / LAB / f"{LAB}.ipynb").is_file()


@pytest.mark.parametrize("number", STUDENTS, ids=[f"{s.number} {s.what}" for s in STUDENTS.values()])
def test_marks_of_the_class(graded, number):
    """Does this submission get the marks it should, cell by cell?"""
    student, got = STUDENTS[number], grades(graded, number)
    written = got.pop(class20.WRITTEN)
    if student.written == "none":
        assert set(got.values()) | {written} == {(0, None, False)}
        return
    assert {name: auto for name, (auto, _, _) in got.items()} == student.expected()
    assert not any(waits for _, _, waits in got.values())
    assert written == ((0, None, False) if student.written == "blank" else (None, None, True))


def test_one_unreadable_file_is_named_and_stops_nobody(graded):
    """Does the run name the broken submission and give everybody a stated outcome, with exit code 0?"""
    result = ran(graded.seen["autograde"])
    told = dict(re.findall(r"^\[AutogradeApp \| \w+\] (\w+)：[\d.]+ / 100 分。(.*)$", result.log, re.M))
    assert set(told) == set(STUDENTS)
    assert {number: said for number, said in told.items() if said} == {
        "2026020": "文件不是完整的笔记本（JSON 读不出来），多半没有传完。请在 JupyterLab 里重新保存后再交。",
    }


def test_renamed_originals_are_kept(graded):
    """Is a renamed file copied, not moved, and has every submission the secret that feedback is released with?"""
    folder = graded.course.teacher / "submitted" / "2026010" / LAB
    assert {p.name for p in folder.glob("*.ipynb")} == {"张三-实训6.ipynb", f"{LAB}.ipynb"}
    assert all(len((p / "submission_secret.txt").read_text()) == 128 for p in folder.parents[1].glob(f"*/{LAB}"))


def test_a_second_run_has_nothing_to_do(graded):
    """Does a second run leave every submission as it is?"""
    result = ran(nbgrader(graded.course.teacher, "autograde", LAB))
    assert "20 份已经批过，没有再批（要重批加 --force）。" in result.log
    assert "100 分" not in result.log


STOCK = ("2026001", "2026006", "2026009", "2026015", "2026020")


@pytest.fixture(scope="module")
def stock(submitted, tmp_path_factory):
    """Some of the class, graded by nbgrader's own way in a course of their own."""
    root = tmp_path_factory.mktemp("stock")
    course = Course(root, submitted.course.exchange)
    teacher = submitted.course.teacher
    shutil.copytree(teacher, course.teacher, ignore=shutil.ignore_patterns("submitted", "autograded", "gradebook.db*"))
    ran(nbgrader(course.teacher, "generate_assignment", LAB))
    for number in STOCK:
        shutil.copytree(teacher / "submitted" / number, course.teacher / "submitted" / number)
    arguments = ("autograde", LAB, "--Execute.timeout=15", "--CrmGrade.replace_autograde=False")
    return SimpleNamespace(course=course, seen={"autograde": nbgrader(course.teacher, *arguments)})


def test_stock_gives_the_same_marks(stock):
    """Does nbgrader's own way, where it is wanted, give the same marks, and none to a file that it cannot read?"""
    assert stock.seen["autograde"].code == 1
    failed = r"There was an error processing assignment '\w+' for student '(\w+)'"
    assert re.findall(failed, stock.seen["autograde"].log) == ["2026020"]
    for number in STOCK[:-1]:
        got = grades(stock, number)
        assert got.pop(class20.WRITTEN) == (None, None, True)
        assert {name: auto for name, (auto, _, _) in got.items()} == STUDENTS[number].expected()
    assert set(grades(stock, "2026020").values()) == {(None, None, True)}


def test_stock_says_in_the_notebook_what_it_restored(stock):
    """Does a student who deleted a check see that it was put back?"""
    nb = bench.read(stock.course.teacher / "autograded" / "2026006" / LAB / f"{LAB}.ipynb")
    restored = next(c for c in nb.cells if bench.mark(c).get("grade_id") == "l06-t05-test-store")
    assert restored.source.startswith("# （这个单元格在提交的笔记本里没有，批改时补了回来。）\n# 检查（5 分）")


def test_restored_cells_say_so(graded):
    """Is a check that a student deleted put back in its place, and noted for his feedback?"""
    folder = graded.course.teacher / "autograded" / "2026006" / LAB
    nb = bench.read(folder / f"{LAB}.ipynb")
    note = json.loads((folder / "crmgrade.json").read_text(encoding="utf-8"))
    assert [r["grade_id"] for r in note["result"]["notebooks"][LAB]["repairs"]] == ["l06-t05-test-store"]
    ids = [bench.mark(c).get("grade_id") for c in nb.cells]
    assert ids.index("l06-t05-test-store") == ids.index("l06-t05-test-share") + 1


def test_rubric_is_back_when_the_teacher_marks(graded):
    """Does the marker see the key points above the written answer?"""
    nb = bench.read(graded.course.teacher / "autograded" / BY_EXCHANGE / LAB / f"{LAB}.ipynb")
    assert "| 说清局限 | 2 |" in next(c.source for c in nb.cells if bench.mark(c).get("grade_id") == "l06-t10")


@pytest.fixture(scope="module")
def marked(graded):
    """Written answers of two students marked as formgrader does it; feedback written, released and fetched."""
    course = graded.course
    with course.gradebook() as book:
        for number, points in ((BY_EXCHANGE, 8.5), ("2026014", 6)):
            grade = book.find_grade(class20.WRITTEN, LAB, LAB, number)
            grade.manual_score, grade.needs_manual_grade = points, False
            comment = book.find_comment(class20.WRITTEN, LAB, LAB, number)
            comment.manual_comment = "数字用得好，**局限**再写一条。<script>alert(1)</script>"
        book.db.commit()
    for number in PAGES:
        ran(nbgrader(course.teacher, "generate_feedback", LAB, "--student", number))
    ran(nbgrader(course.teacher, "release_feedback", LAB))
    ran(nbgrader(graded.home, "fetch_feedback", LAB))
    return graded


def page(room, number):
    return (room.course.teacher / "feedback" / number / LAB / f"{LAB}.html").read_text(encoding="utf-8")


def text(source):
    """The words of a page, without its style sheet."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", source, flags=re.S)))


def test_feedback_comes_back_to_the_student(marked):
    """Does the student fetch the very page the teacher made?"""
    (fetched,) = (marked.home / LAB / "feedback").glob(f"*/{LAB}.html")
    assert fetched.read_text(encoding="utf-8") == page(marked, BY_EXCHANGE)


def test_feedback_page_is_chinese_and_complete(marked):
    """Are total, tasks, marks, messages, rubric and comment on the page, in Chinese?"""
    words = text(page(marked, BY_EXCHANGE))
    assert "批改反馈：实训 6　客户满意度：从问卷到建议" in words
    assert "学号 2026001 　得分 98.5 / 100 分" in words
    assert "任务 10　写给店长的建议 △ 部分得分　8.5 / 10 分" in words
    assert "评语： 数字用得好， 局限 再写一条。" in words
    assert "说清局限" in words
    words = text(page(marked, "2026014"))
    assert "任务 2　满意率和它的区间 △ 部分得分　6 / 10 分" in words
    assert "可它应在 0 到 1 之间（占比）" in words
    empty = text(page(marked, "2026004"))
    assert "得分 0 / 100 分" in empty
    assert empty.count("还没有作答：把 `...` 换成你的代码。") == 13
    assert "没有作答。" in empty
    waiting = text(page(marked, "2026017"))
    assert "还有写作题等老师批改，上面的得分还会变。" in waiting
    assert "运行时间太长，已经停止。检查有没有停不下来的循环。" in waiting
    assert "Traceback" not in waiting
    for english in ("Score", "Comments", "Student's answer", "Top", "No response", "BEGIN MARK", "lab.score"):
        assert english not in words + empty + waiting, english


def test_feedback_says_what_was_repaired_and_how_it_ended(marked):
    """Are repairs and the outcome of a broken file on the page, and is no line of a hidden test?"""
    words = text(page(marked, "2026018"))
    assert "批改前修补了： 单元格 l06-t03-test 出现了两次，以第一个的位置为准，只用一次。" in words
    assert "批改时的情况： 文件不是完整的笔记本（JSON 读不出来）" in text(page(marked, "2026020"))
    lines = hidden.secrets(cell.source for cell in SOURCE.cells)
    assert len(lines) > 50
    for number in PAGES:
        plain = html.unescape(re.sub(r"<[^>]+>", "", page(marked, number)))
        assert [line for line in lines if line in plain] == []


def test_feedback_page_needs_no_network_and_runs_nothing(marked):
    """Does no page load from elsewhere or carry a script, not even one that somebody typed into a comment?"""
    for number in PAGES:
        source = page(marked, number)
        assert not re.search(r"<script|onerror=|javascript:|@import", source, re.IGNORECASE)
        assert set(re.findall(r"(?:src|href)=\"([^\"]{1,11})", source)) <= {"data:image/"} | {
            f"#task-{i}" for i in range(1, 11)
        }


def test_marks_as_an_excel_file(marked, tmp_path, capsys):
    """Does the sheet hold everybody of the class list, with marks, state and Chinese headings?"""
    target = tmp_path / "成绩.xlsx"
    arguments = [str(target), "--course", str(marked.course.teacher), "--roster", str(marked.roster)]
    assert export_marks.main(arguments) == 0
    assert capsys.readouterr().out == f"{LAB}：21 名学生 → {target}\n"
    sheet = openpyxl.load_workbook(target)[LAB]
    headings, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert headings[:6] == ["学号", "姓名", "状态", "得分", "满分", "提交时间（北京）"]
    assert headings[6] == "任务 1　数据体检与清理"
    assert headings[-1] == "任务 10　写给店长的建议"
    assert len(headings) == 16
    found = {row[0]: row for row in rows}
    assert list(found) == sorted([*STUDENTS, "2026021"])
    assert found[BY_EXCHANGE][1:5] == ["学生01", "已批完", 98.5, 100]
    assert found[BY_EXCHANGE][6:] == [12, 10, 10, 12, 10, 12, 8, 8, 8, 8.5]
    assert found["2026003"][2:4] == ["已批完", 54]
    assert found["2026007"][2:4] == ["还有 1 题等老师批改", 78]
    broken = "记 0 分：文件不是完整的笔记本（JSON 读不出来），多半没有传完。请在 JupyterLab 里重新保存后再交。"
    assert found["2026020"][2:4] == [broken, 0]
    assert found["2026021"][1:4] == ["没交的人", "没有交", None]
    assert found["2026004"][5].isoformat() == "2026-11-20T16:00:00"


def test_regrading_keeps_the_teachers_marks(marked):
    """Does a second autograde of one student leave the manual mark in place (his text is the same: no second look)?"""
    ran(nbgrader(marked.course.teacher, "autograde", LAB, "--student", "2026014", "--force"))
    got = grades(marked, "2026014")
    assert got[class20.WRITTEN] == (None, 6, False)
    assert {n: a for n, (a, _, _) in got.items() if n != class20.WRITTEN} == STUDENTS["2026014"].expected()


def test_course_leaves_no_litter_in_the_repository(marked):
    """Did all of this write into the temporary course only?"""
    there = {p.name for p in (ROOT / "autograder").iterdir()}
    assert not there & {"gradebook.db", "submitted", "autograded", "feedback", "downloaded"}
    assert json.loads(bench.release_path(LAB).read_text(encoding="utf-8"))["nbformat"] == 4
    assert isinstance(marked.course.root, Path)
