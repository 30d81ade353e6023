"""`run_case`: wrong input is refused before anything runs, a failure leaves nothing behind, Ctrl-C too."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import nbformat
import pytest

from crmlab import cases
from crmlab._checks import listing

pytestmark = pytest.mark.slow

AFU = """可用的参数：
  gift_cost（小数，默认 6.0）：每份赠品的成本，元，0–12
  margin_yuan（小数，默认 120.0）：一位复购客户 90 天里带来的毛利，元，20–300
  monthly_orders（整数，默认 3000）：每月订单数，单，1–1000000"""
GREE = """可用的参数：
  warranty_years（整数，默认 6）：打算保修几年，年，1–10
  margin_yuan（小数，默认 400.0）：一台的毛利，还没扣保修成本，元，50–1500
  line（文字，默认 全部）：看哪条产品线，可选：全部、经典款、升级款"""
REFUSED = [
    ("c06_afu", {"gift_cots": "8"}, f"案例“c06_afu”没有参数“gift_cots”。你是不是想写“gift_cost”？{AFU}"),
    ("c06_afu", {"gift_cost": "八元"}, f"参数 gift_cost 应是小数，你给的是“八元”。{AFU}"),
    ("c06_afu", {"gift_cost": "nan"}, f"参数 gift_cost 应是小数，你给的是“nan”。{AFU}"),
    ("c06_afu", {"gift_cost": "12.5"}, f"参数 gift_cost 应在 0–12 之间，你给的是 12.5。{AFU}"),
    ("c06_afu", {"monthly_orders": "3000.5"}, f"参数 monthly_orders 应是整数，你给的是“3000.5”。{AFU}"),
    (
        "c06_gree",
        {"line": "升级版"},
        f"参数 line 不能是“升级版”。你是不是想写“升级款”？可用的值：全部、经典款、升级款。{GREE}",
    ),
    ("c06_gree", {"warranty_years": ""}, f"参数 warranty_years 应是整数，你给的是“”。{GREE}"),
    (
        "c06_afo",
        {},
        "没有叫“c06_afo”的案例。你是不是想写“c06_afu”？"
        f"现有的案例：{listing([case.id for case in cases.list_cases()], 40)}。",
    ),
]


@pytest.fixture
def nothing_runs(monkeypatch):
    """Make any execution of a notebook fail the test."""
    import papermill

    monkeypatch.setattr(papermill, "execute_notebook", lambda *_, **__: pytest.fail("a notebook ran"))


@pytest.mark.parametrize(("case", "given", "message"), REFUSED, ids=[f"refused{i}" for i in range(len(REFUSED))])
def test_wrong_parameters_are_refused_before_anything_runs(case, given, message, tmp_path, nothing_runs):
    """Is the whole message the one that helps, and is no file written?"""
    with pytest.raises(cases.CaseError) as error:
        cases.run_case(case, given, tmp_path / "report.html")
    assert str(error.value) == message
    assert list(tmp_path.iterdir()) == []


def test_wrong_places_are_refused_before_anything_runs(tmp_path, nothing_runs):
    """Is a page refused that is no .html, is a folder, or lies in a folder that is not there?"""
    (tmp_path / "a.html").mkdir()
    messages = {
        tmp_path / "report.pdf": f"输出文件应以 .html 结尾，你给的是“{tmp_path}/report.pdf”。例如：--out report.html",
        tmp_path / "a.html": f"“{tmp_path}/a.html”是一个文件夹，不能当网页文件。请换一个文件名。",
        tmp_path / "b" / "c.html": f"文件夹“{tmp_path}/b”不存在。请先建好它，或换一个位置。",
    }
    for out, message in messages.items():
        with pytest.raises(cases.CaseError) as error:
            cases.run_case("c06_afu", {}, out)
        assert str(error.value) == message


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root and Windows may write everywhere")
def test_locked_folder_is_refused_before_anything_runs(tmp_path, nothing_runs):
    """Is a folder without write permission refused?"""
    tmp_path.chmod(0o500)
    with pytest.raises(cases.CaseError) as error:
        cases.run_case("c06_afu", {}, tmp_path / "a.html")
    assert str(error.value) == f"没有权限在“{tmp_path}”里写文件。请换一个位置。"


VALUES = [
    (cases.Parameter("n", 3, "几个"), " 12 ", 12),
    (cases.Parameter("x", 1.5, "多少，0–2"), "2", 2.0),
    (cases.Parameter("yes", True, "要不要"), "否", False),
    (cases.Parameter("yes", False, "要不要"), "TRUE", True),
    (cases.Parameter("who", "甲", "谁，可选：甲、乙"), "乙", "乙"),
    (cases.Parameter("text", "甲", "随便写"), "1–20", "1–20"),
]


@pytest.mark.parametrize(("parameter", "text", "value"), VALUES)
def test_text_becomes_a_value_of_the_default_s_type(parameter, text, value):
    """Is the text of the command line read as the type of the default?"""
    read = parameter.read(text)
    assert (read, type(read)) == (value, type(value))


def test_a_truth_value_is_said_in_words():
    """Is a number refused where yes or no is asked?"""
    with pytest.raises(ValueError, match=r"^参数 yes 应是“是”或“否”，你给的是“2”。$"):
        cases.Parameter("yes", True, "要不要").read("2")


@pytest.fixture
def room(tmp_path, monkeypatch):
    """Return a function that writes a case of its own into an empty course."""
    monkeypatch.setenv("CRMLAB_HOME", str(tmp_path / "course"))

    def write(*sources):
        folder = tmp_path / "course" / "cases" / "c99_own"
        folder.mkdir(parents=True, exist_ok=True)
        v4 = nbformat.v4
        cells = [v4.new_markdown_cell("# 自己的案例", id="own-title")]
        cells.append(v4.new_code_cell("n = 1  # 几个，1–9", id="own-parameters", metadata={"tags": ["parameters"]}))
        cells += [v4.new_code_cell(source, id=f"own-{i}") for i, source in enumerate(sources)]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "case.ipynb")
        return tmp_path / "out.html"

    return write


def test_failing_cell_is_named_and_the_old_page_stays(room):
    """Does a cell that fails leave the page of last time, and is it named with its error?"""
    out = room("m = n + 1", "1 / (m - 3)")
    out.write_text("上次的网页", encoding="utf-8")
    with pytest.raises(cases.CaseError) as error:
        cases.run_case("c99_own", {"n": "2"}, out)
    assert str(error.value) == (
        "案例“c99_own”运行到单元格 own-1 时出错，没有写网页。\nZeroDivisionError：division by zero\n"
        "参数改得太极端时会这样，先换一个接近默认值的试试；还是不行，请告诉老师。"
    )
    assert out.read_text(encoding="utf-8") == "上次的网页"
    assert [p.name for p in out.parent.iterdir() if p.is_file()] == ["out.html"]


def test_page_is_replaced_and_escaped(room, monkeypatch):
    """Does a good run replace the page, from any working folder, and is text from cells not taken for HTML?"""
    out = room("print('<b>', n)")
    out.write_text("上次的网页", encoding="utf-8")
    monkeypatch.chdir(out.parent)
    assert cases.run_case("c99_own", {"n": "7"}, Path("out.html")) == out
    page = out.read_text(encoding="utf-8")
    assert "&lt;b&gt; 7" in page
    assert '<html lang="zh-CN">' in page
    assert Path.cwd() == out.parent


def test_dying_kernel_is_reported(room):
    """Is a kernel that ends itself reported in one sentence, without a page?"""
    out = room("import os\nos._exit(3)")
    with pytest.raises(
        cases.CaseError, match=r"^案例“c99_own”没有运行完，Python 内核停了（.*）。没有写网页。请再运行一次。$"
    ):
        cases.run_case("c99_own", {}, out)
    assert not out.exists()


def test_parameter_that_is_no_plain_value_is_reported(room, tmp_path):
    """Is a case whose parameter cell computes something refused with the reason?"""
    room("n")
    path = tmp_path / "course" / "cases" / "c99_own" / "case.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("n = 1 ", "n = [1] "), encoding="utf-8")
    with pytest.raises(cases.CaseError) as error:
        cases.list_cases()
    assert str(error.value) == (
        "案例“c99_own”的参数 n 的默认值应是一个数、文字或 True/False，现在是 [1]。请改 parameters 单元格。"
    )


def test_broken_notebook_is_reported(room, tmp_path):
    """Is a case file that is no notebook refused with what to do?"""
    room("n")
    (tmp_path / "course" / "cases" / "c99_own" / "case.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(
        cases.CaseError, match=r"^案例“c99_own”的笔记本读不了（.*）。请重新下载 cases/c99_own/case.ipynb。$"
    ):
        cases.find_case("c99_own")


def alive(mark):
    """Return the processes whose environment holds `mark`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append(folder.name)
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for left-over kernels in /proc (Linux)")
@pytest.mark.slow
def test_interrupt_leaves_no_file_and_no_kernel(room):
    """Does Ctrl-C in the middle of a run leave neither a page nor a half-written file nor a running kernel?"""
    out = room("import time\nopen('started', 'w').close()\ntime.sleep(120)")
    mark = f"CASE_TEST_MARK={os.getpid()}-{time.monotonic_ns()}"
    code = "import sys, pathlib; from crmlab.cases import run_case; run_case('c99_own', {}, pathlib.Path(sys.argv[1]))"
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(out)],
        env=os.environ | dict([mark.split("=")]),
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # what runs in the background ignores it
    )
    try:
        deadline = time.monotonic() + 60
        while not (out.parent / "course/cases/c99_own/started").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=60)
    finally:
        child.kill()
    assert child.returncode != 0
    assert b"KeyboardInterrupt" in errors
    assert [p.name for p in out.parent.iterdir() if p.is_file()] == []
    deadline = time.monotonic() + 15
    while alive(mark) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert alive(mark) == []
