"""Our own commands on good and bad input: one Chinese sentence, exit code, nothing overwritten."""

import os
import subprocess
import sys
from datetime import datetime

import nbformat
import openpyxl
import pytest

from autograder import export_marks, unzip
from autograder.inputs import read_roster
from crmlab._checks import listing
from tests.autograder import zips
from tests.autograder.course import LAB, ROOT, copy_course
from tests.labs import bench

RELEASE = bench.read(bench.release_path(LAB))


@pytest.fixture
def course(tmp_path):
    return copy_course(tmp_path)


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def notebook(number=None, remark=""):
    """A saved notebook; with ``number`` its setup cell shows whose data were loaded."""
    nb = nbformat.from_dict(RELEASE)
    setup = bench.cell(nb, "l06-setup")
    text = f"已载入学号 {number} 的数据。每个学号的数据都不一样。\n" if number else "现在用的是演示数据\n"
    setup.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)]
    nb.cells[-1].source = remark
    return nbformat.writes(nb).encode()


def put(inbox, name, content, when="2026-11-20T08:00"):
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    stamp = datetime.fromisoformat(when).timestamp()
    os.utime(path, (stamp, stamp))


def collect(course, inbox, capsys, *more):
    code = unzip.main([str(inbox), "--course", str(course.teacher), *map(str, more)])
    printed = capsys.readouterr()
    return code, printed.out.splitlines(), printed.err


def archive(course):
    folder = course.teacher / "downloaded" / LAB / "archive"
    return sorted(p.name.split("_")[0] for p in folder.glob("*")) if folder.is_dir() else []


def test_number_from_file_name_folder_zip_or_output(course, inbox, capsys):
    """Is the student found wherever chat groups and platforms leave the number?"""
    put(inbox, "2026001_张三.ipynb", notebook())
    put(inbox, "2026002 李四/lab06_satisfaction.ipynb", notebook())
    put(inbox, "王五2026003.zip", zips.packed({"实训/a.ipynb": notebook()}, gbk=True))
    put(inbox, "２０２６００４.ipynb", notebook())
    put(inbox, "作业.ipynb", notebook("2026005"))
    put(inbox, "mac.zip", zips.packed({"2026006/a.ipynb": notebook(), "__MACOSX/2026006/._a.ipynb": b"x"}))
    put(inbox, ".DS_Store", b"x")
    code, lines, err = collect(course, inbox, capsys)
    assert (code, err) == (0, "")
    assert lines == [
        "已收　2026001_张三.ipynb → 2026001",
        "已收　2026002 李四/lab06_satisfaction.ipynb → 2026002",
        "已收　mac.zip/2026006/a.ipynb → 2026006",
        "已收　作业.ipynb → 2026005：文件名里没有学号，按笔记本里印出的学号收",
        "已收　王五2026003.zip/实训/a.ipynb → 2026003",
        "已收　２０２６００４.ipynb → 2026004",
        "共 6 个文件：已收 6 份，0 个未收。",
        "接着运行：nbgrader zip_collect lab06_satisfaction",
    ]
    assert archive(course) == [f"202600{i}" for i in range(1, 7)]


def test_every_refused_file_says_why(course, inbox, capsys):
    """Is there a reason for each file that is not taken, and is the exit code not 0?"""
    other = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    put(inbox, "2026001-a.ipynb", b"")
    put(inbox, "2026001-b.ipynb", notebook()[:500])
    put(inbox, "2026001-c.ipynb", '{"cells": "学"}'.encode())
    put(inbox, "2026001-d.ipynb", '{"题": "学生"}'.encode("gbk"))
    put(inbox, "2026001-e.ipynb", str(other).replace("'", '"').encode())
    put(inbox, "2026001-f.zip", b"PK\x03\x04 not a zip")
    put(inbox, "2026001-g.rar", b"Rar!")
    put(inbox, "2026001-h.docx", b"x")
    put(inbox, "i.ipynb", notebook())
    put(inbox, "20261120 2026001.ipynb", notebook())
    code, lines, err = collect(course, inbox, capsys)
    assert (code, err) == (1, "")
    assert lines == [
        "未收　2026001-a.ipynb：文件是空的，请学生重新保存后再交。",
        "未收　2026001-b.ipynb：文件不是完整的笔记本（JSON 读不出来），多半没有传完，请学生重新交。",
        "未收　2026001-c.ipynb：文件不是第 4 版的笔记本，请学生在 JupyterLab 里打开、保存后再交。",
        "未收　2026001-d.ipynb：文件不是 UTF-8 编码，多半被别的软件另存过，请学生交 JupyterLab 里的原文件。",
        f"未收　2026001-e.ipynb：认不出是哪个实训（要收的有：{listing(bench.names())}），请核对是不是交错了文件。",
        "未收　2026001-f.zip：zip 坏了或没有传完，请学生重新打包再交。",
        "未收　2026001-g.rar：打不开 .rar 压缩包，请用解压软件解开后再放进来。",
        "未收　2026001-h.docx：不是笔记本（.ipynb），也不是 zip。",
        "未收　20261120 2026001.ipynb：文件名里有几个像学号的数（20261120、2026001），请改文件名，或用 --roster 给出名单。",
        "未收　i.ipynb：文件名和笔记本里都没有学号，请改文件名（如 2026001_实训6.ipynb）后再试。",
        "共 10 个文件：已收 0 份，10 个未收。",
    ]
    assert archive(course) == []


def test_class_list_settles_who(course, inbox, capsys, tmp_path):
    """Does a class list find students by name and tell numbers from dates?"""
    roster = tmp_path / "名单.csv"
    roster.write_text("学号,姓名\n2026001,张三\n2026002,李四\n2026003,张三丰\n", encoding="gbk")
    put(inbox, "20261120 2026001.ipynb", notebook())
    put(inbox, "李四.ipynb", notebook())
    put(inbox, "张三丰.ipynb", notebook())
    put(inbox, "赵六.ipynb", notebook("2026009"))
    code, lines, _ = collect(course, inbox, capsys, "--roster", roster)
    assert code == 1
    assert lines[:4] == [
        "已收　20261120 2026001.ipynb → 2026001 张三",
        "未收　张三丰.ipynb：名字对得上名单里的几个人（2026001、2026003），请在文件名里写上学号。",
        "已收　李四.ipynb → 2026002 李四",
        "未收　赵六.ipynb：文件名里没有名单上的学号或姓名，请改文件名（如 2026001_实训6.ipynb）后再试。",
    ]


def test_work_on_another_students_data_is_pointed_out(course, inbox, capsys):
    """Is the teacher told when the notebook shows another number than the file name?"""
    put(inbox, "2026001.ipynb", notebook("2026777"))
    code, lines, _ = collect(course, inbox, capsys)
    assert code == 0
    assert lines[0] == (
        "已收　2026001.ipynb → 2026001：注意：笔记本里用的是学号 2026777 的数据，数字题会因此丢分，请核实"
    )


def test_handing_in_twice(course, inbox, capsys):
    """Is the latest taken, an equal one skipped, and an older or equally old one never put over another?"""
    put(inbox, "a/2026001.ipynb", notebook(remark="旧"), "2026-11-20T08:00")
    put(inbox, "b/2026001.ipynb", notebook(remark="新"), "2026-11-20T09:00")
    put(inbox, "c/2026001.ipynb", notebook(remark="新"), "2026-11-20T09:00")
    put(inbox, "d/2026002.ipynb", notebook(remark="甲"), "2026-11-20T09:00")
    put(inbox, "e/2026002.ipynb", notebook(remark="乙"), "2026-11-20T09:00")
    code, lines, _ = collect(course, inbox, capsys)
    twins = "学号 2026002 有两份不同的，看不出先后（“e/2026002.ipynb”和“d/2026002.ipynb”），请只留一份。"
    assert code == 1
    assert lines == [
        "跳过　a/2026001.ipynb → 2026001：学号 2026001 有更新的“b/2026001.ipynb”，收那一份",
        "已收　b/2026001.ipynb → 2026001",
        "跳过　c/2026001.ipynb → 2026001：和“b/2026001.ipynb”一样，只收一份",
        f"未收　d/2026002.ipynb → 2026002：{twins}",
        f"未收　e/2026002.ipynb → 2026002：{twins}",
        "共 5 个文件：已收 1 份，2 个未收。",
        "接着运行：nbgrader zip_collect lab06_satisfaction",
    ]
    for name in ("a", "c", "d", "e"):
        (inbox / name / f"202600{1 if name in 'ac' else 2}.ipynb").unlink()
    assert collect(course, inbox, capsys)[1][0] == "跳过　b/2026001.ipynb → 2026001：以前收过，没有变化"
    put(inbox, "b/2026001.ipynb", notebook(remark="更旧"), "2026-11-19T09:00")
    code, lines, _ = collect(course, inbox, capsys)
    assert code == 1
    assert lines[0].startswith(
        f"未收　b/2026001.ipynb → 2026001：以前收过的一份（downloaded/{LAB}/archive/2026001_202611"
    )
    assert lines[0].endswith("更新或一样新，没有覆盖。要换，先删掉那一份。")
    put(inbox, "b/2026001.ipynb", notebook(remark="最新"), "2026-11-21T09:00")
    assert collect(course, inbox, capsys)[1][0] == "已收　b/2026001.ipynb → 2026001：比以前收的新"
    assert archive(course) == ["2026001", "2026001"]


def test_paths_inside_a_zip_cannot_leave_the_archive(course, inbox, capsys):
    """Does a member named ../../x land nowhere but in the archive folder?"""
    put(inbox, "2026001.zip", zips.packed({"../../../evil.ipynb": notebook(), "/abs.ipynb": notebook(remark="x")}))
    collect(course, inbox, capsys)
    assert not list(course.root.parent.rglob("evil.ipynb"))


def test_a_locked_zip_and_a_zip_bomb(course, inbox, capsys):
    """Is a password said to be one, and is a huge member not unpacked?"""
    locked = bytearray(zips.packed({"a.ipynb": notebook()}))
    for at in (locked.find(b"PK\x03\x04") + 6, locked.find(b"PK\x01\x02") + 8):
        locked[at] |= 1
    put(inbox, "2026001.zip", bytes(locked))
    put(inbox, "2026002.zip", zips.packed({"big.ipynb": b"0" * 30_000_001}))
    assert collect(course, inbox, capsys)[1][:2] == [
        "未收　2026001.zip/a.ipynb：压缩包有密码，打不开。请学生不加密码再交。",
        "未收　2026002.zip：文件超过 30 MB，没有打开。",
    ]


def roster_error(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with pytest.raises(ValueError) as err:
        read_roster(path)
    return str(err.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("空.csv", "", "名单“空.csv”是空的。第一行应是列名：学号,姓名。"),
        ("a.csv", "学号,姓名\n", "名单“a.csv”只有列名，没有学生。"),
        ("a.csv", "学 号,名字\n1,张三\n", "名单“a.csv”里没有列“学号”。你是不是想写“学 号”？现有的列：学 号、名字。"),
        ("a.csv", "学号,名字\n1,张三\n", "名单“a.csv”里没有列“姓名”。你是不是想写“名字”？现有的列：学号、名字。"),
        ("a.csv", "学号,姓名\n2026#1,张三\n", "名单“a.csv”第 2 行：学号“2026#1”里有不能用的字符“#”。学号只能有字母、数字、- 和 _，请检查后重写。"),
        ("a.csv", "学号,姓名\n2.026E+06,张三\n", "名单“a.csv”第 2 行：学号“2.026E+06”里有不能用的字符“.”。学号只能有字母、数字、- 和 _，请检查后重写。"
         "它像是被表格软件改成了科学计数法，请把这一列设成文本。"),
        ("a.csv", "学号,姓名\n1,张三\n1,李四\n", "名单“a.csv”第 3 行：学号 1 出现了第二次。请先删掉重复的行。"),
        ("a.csv", b"\xff\xfe\xff\xff", "名单“a.csv”的编码认不出来。请在表格软件里另存为“CSV UTF-8”。"),
        ("a.txt", "学号,姓名\n1,张三\n", "名单“a.txt”应是 .csv 或 .xlsx 文件。请在表格软件里另存一份。"),
        ("a.xlsx", "x", "名单“a.xlsx”不是完好的 Excel 文件。请在表格软件里重新另存。"),
    ],
)  # fmt: skip
def test_bad_class_lists(tmp_path, name, content, message):
    """Does each damaged class list get its whole sentence?"""
    assert roster_error(tmp_path, name, content) == message


def test_class_list_from_excel(tmp_path):
    """Are numbers that Excel keeps as floats, blank rows and further columns no obstacle?"""
    book = openpyxl.Workbook()
    for row in (["序号", "姓名", "学号"], [1, "张三", 2026001.0], [None, None, None], [2, "李四", "2026 002"]):
        book.active.append(row)
    book.save(tmp_path / "名单.xlsx")
    assert read_roster(tmp_path / "名单.xlsx") == {"2026001": "张三", "2026002": "李四"}


def fails(main, arguments, capsys):
    code = main([str(a) for a in arguments])
    printed = capsys.readouterr()
    assert printed.out == ""
    return code, printed.err


def test_bad_use_of_unzip(course, inbox, tmp_path, capsys):
    """Missing folder, empty folder, unknown lab, wrong course, missing class list, no argument at all."""
    there = ["--course", course.teacher]
    nowhere = tmp_path / "没有"
    assert fails(unzip.main, [nowhere, *there], capsys) == (
        1,
        f"错误：找不到文件夹“{nowhere}”。请把收来的文件放进一个文件夹，再写它的路径。\n",
    )
    assert fails(unzip.main, [inbox, *there], capsys) == (1, f"错误：文件夹“{inbox}”里没有文件。\n")
    assert fails(unzip.main, [inbox, *there, "--lab", "lab06"], capsys) == (
        1,
        f"错误：没有叫“lab06”的实训。现有的：{listing(bench.names())}。\n",
    )
    assert fails(unzip.main, [inbox, "--course", tmp_path], capsys) == (
        1,
        f"错误：“{tmp_path}”里没有 source/实训名/实训名.ipynb，认不出收的是哪个实训。请用 --course 指出教师目录。\n",
    )
    assert fails(unzip.main, [inbox, *there, "--roster", nowhere], capsys) == (
        1,
        f"错误：找不到名单“{nowhere}”。请检查路径。\n",
    )
    assert fails(unzip.main, [], capsys) == (2, "错误：缺少参数 文件夹。用法见：python -m autograder.unzip --help\n")
    assert not (course.teacher / "downloaded").exists()


def test_bad_use_of_export(course, tmp_path, capsys):
    """No gradebook, broken gradebook, wrong name, existing file, missing folder: the old file stays as it was."""
    there = ["--course", course.teacher]
    target = tmp_path / "marks.xlsx"
    assert fails(export_marks.main, [target, *there], capsys) == (
        1,
        f"错误：“{course.teacher}”里还没有成绩库 gradebook.db。请先运行 nbgrader generate_assignment 和 nbgrader autograde。\n",
    )
    (course.teacher / "gradebook.db").write_bytes(b"not a database" * 100)
    assert fails(export_marks.main, [target, *there], capsys) == (
        1,
        f"错误：“{course.teacher / 'gradebook.db'}”打不开，它不是完好的成绩库。请从备份恢复。\n",
    )
    assert fails(export_marks.main, [tmp_path / "marks.csv", *there], capsys) == (
        1,
        "错误：成绩表的文件名应以 .xlsx 结尾，你写的是“marks.csv”。\n",
    )
    assert fails(export_marks.main, [tmp_path / "没有" / "a.xlsx", *there], capsys) == (
        1,
        f"错误：文件夹“{tmp_path / '没有'}”不存在。请先建好，或换一个位置。\n",
    )
    assert not target.exists()
    target.write_bytes(b"mine")
    assert fails(export_marks.main, [target, *there], capsys) == (
        1,
        f"错误：“{target}”已经存在，没有覆盖。换一个文件名，或加 --force。\n",
    )
    assert target.read_bytes() == b"mine"
    assert fails(export_marks.main, [target, *there, "--force"], capsys)[0] == 1
    assert target.read_bytes() == b"mine"


def test_a_name_that_looks_like_a_formula_stays_a_name():
    """Is no cell of the marks file a formula, whatever a class list contains?"""
    import io

    data = export_marks._workbook([("lab", ["学号", "姓名"], [["1", "=1+1"]])])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")


@pytest.mark.slow
def test_commands_run_as_documented(course, inbox):
    """Do `python -m autograder.unzip` and `--help` work from within the teacher's folder, under a GBK console?"""
    put(inbox, "2026001.ipynb", notebook())
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "gbk"}
    done = subprocess.run(
        [sys.executable, "-m", "autograder.unzip", str(inbox)],
        cwd=course.teacher,
        env=environment,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("gbk").splitlines()[0] == "已收　2026001.ipynb → 2026001"
    assert archive(course) == ["2026001"]
    asked = subprocess.run(
        [sys.executable, "-m", "autograder.export_marks", "--help"], env=environment, capture_output=True, cwd=ROOT
    )
    assert asked.returncode == 0
    assert "用法：python -m autograder.export_marks [选项] 成绩表" in asked.stdout.decode("gbk")
