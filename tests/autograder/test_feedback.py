"""A feedback page tells the next step and what happened, and never a line of a hidden test: engine and stock alike."""

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.engine import hidden
from tests import needs
from tests.autograder.course import nbgrader
from tests.engine.small_lab import marks

pytestmark = pytest.mark.slow

LAB = "ps"
SECRET = "sesame-5521"
CONFIG = """
from autograder.engine import drop_in

c = get_config()
c.CourseDirectory.course_id = "feedback"
c.CourseDirectory.ignore = ["crmgrade.json"]
c.GenerateFeedback.exporter_class = "autograder.feedback.ChineseFeedback"
c.Execute.timeout = 4
c.CrmGrade.preload = []
drop_in.install(c)
"""
X_TEST = f"""assert isinstance(x, int), "x 应是整数。"
### BEGIN HIDDEN TESTS
import warnings
warnings.warn("{SECRET}")
assert x == 42, "应是 42 {SECRET}"
### END HIDDEN TESTS"""
F_TEST = f"""assert callable(f), "f 应是函数。"
### BEGIN HIDDEN TESTS
expected_of_f = {{"{SECRET}": 41}}
assert f(1) == expected_of_f["{SECRET}"]
### END HIDDEN TESTS"""
PART_TEST = "print('一半：2/4 分')\n2 if x == 7 else 4"
PEEK = "print(In)\nprint(get_ipython().user_ns.get('_ih'))\nprint(list(globals().items()))"
SOURCE = new_notebook(
    cells=[
        new_markdown_cell("# 练习", id="title"),
        new_markdown_cell("## 任务 1　数（8 分）", id="ask1"),
        new_code_cell("### BEGIN SOLUTION\nx = 42\n### END SOLUTION", id="x", metadata=marks("x", solution=True)),
        new_code_cell(X_TEST, id="x-test", metadata=marks("x-test", grade=True, points=4)),
        new_code_cell(PART_TEST, id="part-test", metadata=marks("part-test", grade=True, points=4)),
        new_markdown_cell("## 任务 2　函数（3 分）", id="ask2"),
        new_code_cell(
            "### BEGIN SOLUTION\ndef f(n):\n    return 41\n### END SOLUTION", id="f", metadata=marks("f", solution=True)
        ),
        new_code_cell(F_TEST, id="f-test", metadata=marks("f-test", grade=True, points=3)),
        new_markdown_cell("## 任务 3　代码题（2 分）", id="ask3"),
        new_code_cell("", id="hand", metadata=marks("hand", grade=True, solution=True, points=2)),
        new_markdown_cell("## 任务 4　交一份文件（1 分）", id="ask4", metadata=marks("ask4", task=True, points=1)),
    ],
    metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
)
RIGHT = {"x": "x = 42", "f": "def f(n):\n    return 41", "hand": "own_words = 'mine'"}
STUDENTS = {
    "right": {},
    "wrong": {"x": "x = 7", "f": "def f(n):\n    return n"},
    "text": {"x": "x = '42'"},
    "peek": {"x": "x = 7", "f": f"def f(n):\n    return n\n{PEEK}", "hand": PEEK},
    "slow": {"f": "def f(n):\n    while True:\n        pass"},
    "exit": {"x": "import os\nos._exit(3)"},
}


def build(root: Path, students: Any) -> Path:
    (root / "source" / LAB).mkdir(parents=True)
    nbformat.write(SOURCE, root / "source" / LAB / f"{LAB}.ipynb")
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    assert nbgrader(root, "generate_assignment", LAB).code == 0
    for student in students:
        nb = nbformat.read(root / "release" / LAB / f"{LAB}.ipynb", 4)
        for cell in nb.cells:
            cell.source = (RIGHT | STUDENTS[student]).get(cell.id, cell.source)
        folder = root / "submitted" / student / LAB
        folder.mkdir(parents=True)
        nbformat.write(nb, folder / f"{LAB}.ipynb")
        # A note of his own making must not come into his feedback.
        forged = {"result": {"outcome": {"code": "killed", "message": "伪造"}, "notebooks": {}}}
        (folder / "crmgrade.json").write_text(json.dumps(forged))
    return root


def pages(root: Path, students: Any) -> dict[str, str]:
    assert nbgrader(root, "generate_feedback", LAB).code == 0
    return {s: (root / "feedback" / s / LAB / f"{LAB}.html").read_text(encoding="utf-8") for s in students}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp("home") / name.lower()))
        yield


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, quiet: None) -> dict[str, str]:
    needs.bubblewrap()
    root = build(tmp_path_factory.mktemp("engine"), STUDENTS)
    done = nbgrader(root, "autograde", LAB)
    assert done.code == 0, done.log
    return pages(root, STUDENTS)


def words(page: str) -> str:
    plain = re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL))
    return re.sub(r"[ \n]+", " ", html.unescape(plain))


def hides(page: str) -> None:
    plain = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert SECRET not in plain
    for line in hidden.secrets(cell.source for cell in SOURCE.cells):
        assert line not in plain


@pytest.mark.parametrize("student", STUDENTS)
def test_no_hidden_test_is_on_the_page(engine: dict[str, str], student: str) -> None:
    hides(engine[student])


def test_stock_way_hides_as_well(tmp_path: Path, quiet: None) -> None:
    """Stock runs the hidden tests in the student's own interpreter: he may print them, but not read them here."""
    root = build(tmp_path / "stock", ("peek",))
    assert nbgrader(root, "autograde", LAB, "--CrmGrade.replace_autograde=False").code == 0
    autograded = (root / "autograded" / "peek" / LAB / f"{LAB}.ipynb").read_text(encoding="utf-8")
    assert autograded.count(SECRET) > 4
    page = pages(root, ("peek",))["peek"]
    hides(page)
    assert hidden.NOT_PASSED in page
    assert hidden.LEFT_OUT in page
    assert "伪造" not in page


def test_each_check_says_what_failed_and_what_to_do(engine: dict[str, str]) -> None:
    page = words(engine["wrong"])
    assert "任务 1　数 △ 部分得分　2 / 8 分" in page
    assert (
        "✗ 没有得分　0 / 4 分 隐藏的检查没有通过。 下一步： 看得见的检查都过了，换一种情形就不对。"
        "对照题目逐条核对算法，想一想缺失值、边界值和次序。"
    ) in page
    assert "△ 部分得分　2 / 4 分 一半：2/4 分 下一步： 上面没有得满分的那几项，对照题目的要求再算一遍。" in page
    assert "… 等老师批改　0 / 2 分" in page
    assert "任务 4　交一份文件 … 等老师批改　0 / 1 分" in page
    page = words(engine["text"])
    assert ("x 应是整数。 下一步： 按上面的话改答题单元格，再点“重启并运行所有单元格”，到这个检查不再报错。") in page
    assert "下一步" not in words(engine["right"])
    assert "own_words = 'mine'" in words(engine["right"])


def test_how_a_run_ended_stands_at_the_top(engine: dict[str, str]) -> None:
    page = words(engine["exit"])
    assert "批改时的情况： 单元格“x”把运行它的程序结束了。它没有分；其余的单元格另外运行、照常评分。" in page
    assert "任务 2　函数 ✓ 全对　3 / 3 分" in page
    page = words(engine["slow"])
    assert "任务 1　数 ✓ 全对　8 / 8 分" in page
    assert "✗ 没有得分　0 / 3 分 运行时间太长，已经停止。 下一步： 找一找停不下来的循环或重复的计算" in page
    for student, page in engine.items():
        assert "伪造" not in page, student
        assert "/autograder/engine/" not in page, student


def test_a_course_that_does_not_ask_keeps_stock(engine: dict[str, str], tmp_path: Path) -> None:
    """Once one course of this process uses the engine: does another one that never asked still get nbgrader's way?"""
    root = build(tmp_path / "plain", ("right",))
    config = (root / "nbgrader_config.py").read_text(encoding="utf-8").replace("drop_in.install(c)", "")
    (root / "nbgrader_config.py").write_text(config, encoding="utf-8")
    assert nbgrader(root, "autograde", LAB).code == 0
    assert not (root / "autograded" / "right" / LAB / "crmgrade.json").exists()


def test_without_walls_stock_grades_and_says_so(tmp_path: Path, quiet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    root = build(tmp_path / "walls", ("right",))
    find = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, *a, **k: None if name == "bwrap" else find(name, *a, **k))
    done = nbgrader(root, "autograde", LAB)
    assert done.code == 0
    told = [line for line in done.log.splitlines() if "bubblewrap" in line]
    assert told == [
        "[AutogradeApp | WARNING] 这台机器上没有隔离学生代码的办法（要 Linux 和 bubblewrap），这一次用 nbgrader 自己的方式批改："
        "学生的代码以你的权限运行，看得到隐藏测试，也改得了成绩册。"
    ]
    assert (root / "autograded" / "right" / LAB / f"{LAB}.ipynb").exists()
