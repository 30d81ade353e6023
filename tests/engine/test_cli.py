"""``crmgrade`` as a teacher types it: Chinese help and sentences, choices, interruption, journal, check, doctor."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import nbformat
import pytest

from autograder.engine import cli, result
from autograder.engine.course import Course
from autograder.engine.gradebook import Writer
from autograder.engine.ledger import Ledger
from tests import needs
from tests.engine.individual_course import LAB, build, quiet, source, submit

pytestmark = pytest.mark.slow


@dataclass
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory):
    needs.bubblewrap()
    with pytest.MonkeyPatch.context() as patch:
        quiet(patch, tmp_path_factory.mktemp("home"))
        root = build(tmp_path_factory.mktemp("pristine") / "course")
        for student in ("s1", "s2", "s3"):
            submit(root, student)
        yield root


@pytest.fixture
def root(pristine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copytree(pristine, tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course")
    return tmp_path / "course"


@pytest.fixture
def crmgrade(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    def run(*arguments: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["crmgrade", *arguments])
        capsys.readouterr()
        code = 0
        try:
            cli.entry()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return Ran(code, said.out, said.err)

    return run


def notes(root: Path) -> dict[str, int]:
    """When each student's result was written."""
    return {p.parents[1].name: p.stat().st_mtime_ns for p in root.glob(f"autograded/*/{LAB}/crmgrade.json")}


HELP = """用法：crmgrade grade [选项] 实训名

  批改一个实训的全部提交；中断以后再运行，会接着批。

选项：
  --course 目录     课程目录（nbgrader_config.py 所在的文件夹），默认是当前目录。
  --student 学号    只批这个学生，可以写多次。
  --workers 个数    同时批几份；不给就每个核一份。
  --since 时间      只批这个时间以后交的，例如 2026-11-20。
  --force           已经有结果的也重新批。
  --scheduler 地址  交给 Dask 集群，例如 tcp://127.0.0.1:8786。
  --no-sandbox      不设防地运行学生代码（会写进每份结果）。
  --log 文件        把每份结果追加成一行 JSON。
  -h, --help        显示这段说明。
"""


def test_help_is_chinese(crmgrade: Any):
    assert crmgrade("grade", "--help").out == HELP
    group = crmgrade("-h")
    for english in ("Usage", "Options", "Commands", "Show this", "default"):
        assert english not in group.out + crmgrade("check", "-h").out + crmgrade("doctor", "-h").out
    assert crmgrade().code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["grade"], 2, "错误：缺少实训名。用法见：crmgrade grade --help\n"),
        (["nolab"], 1, "错误：找不到实训“nolab”的教师版（source/nolab）。现有的实训：own。\n"),
        (
            [LAB, "--worker", "2"],
            2,
            "错误：没有选项 --worker。你是不是想写“--workers”？用法见：crmgrade grade --help\n",
        ),
        ([LAB, "--workers", "-1"], 2, "错误：--workers 的值不对：应是不小于 0 的整数。用法见：crmgrade grade --help\n"),
        (
            [LAB, "--since", "昨天"],
            2,
            '错误：--since 的值不对：应是日期（2026-11-20）或时间（"2026-11-20 08:00"）。用法见：crmgrade grade --help\n',
        ),
        (
            [LAB, "--course", "nowhere"],
            2,
            "错误：--course 的值不对：没有这个文件夹，或不能用。用法见：crmgrade grade --help\n",
        ),
        ([LAB, "more"], 2, "错误：参数太多，或写法不对。用法见：crmgrade grade --help\n"),
        (
            ["doctor", "--course", "submitted"],
            1,
            "错误：“submitted”里没有 nbgrader_config.py，它不是课程目录。请换到课程目录里运行，或用 --course 指定。\n",
        ),
    ],
)
def test_mistakes_are_one_chinese_sentence(crmgrade: Any, root: Path, arguments: list[str], code: int, said: str):
    assert crmgrade(*arguments) == Ran(code, "", said)


def test_grading_resuming_choosing(crmgrade: Any, root: Path, caplog: pytest.LogCaptureFixture):
    """All, then nothing, then one by --student --force, one by --since, one that changed; a journal line for each."""
    done = crmgrade(LAB, "--log", "journal.jsonl")
    assert done.code == 0
    assert [line.split("│")[1:5] for line in done.out.splitlines() if "已评分" in line] == [
        [f" s{n}   ", " 已评分 ", "    6 ", "   10 "] for n in (1, 2, 3)
    ]
    assert f"{LAB}：批了 3 份，用时" in done.out
    lines = [json.loads(line) for line in Path("journal.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted((x["student"], x["score"], x["walls"], x["needs_manual"]) for x in lines) == [
        (f"s{n}", 6.0, "bubblewrap", True) for n in (1, 2, 3)
    ]
    assert lines[0]["cells"] == {"mean-test": 3.0, "twice-test": 2.0, "side-test": 1.0, "words": None}

    before = notes(root)
    again = crmgrade(LAB)
    assert (again.code, "批了 0 份" in again.out) == (0, True)
    assert again.err == "3 份已经批过，没有再批（要重批加 --force）。\n"
    assert notes(root) == before

    one = crmgrade(LAB, "--student", "s2", "--student", "nobody", "--force", "--log", "journal.jsonl")
    assert "批了 1 份" in one.out
    assert [record.getMessage() for record in caplog.records] == ["没有学号 nobody 的提交，跳过。"]
    assert len(Path("journal.jsonl").read_text(encoding="utf-8").splitlines()) == 4

    for path in root.glob("submitted/*/*/*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    submit(root, "s3", twice="twice = 0")
    since = crmgrade(LAB, "--since", "2020-01-01")
    assert "批了 1 份" in since.out
    assert since.err == ""
    assert notes(root)["s3"] > before["s3"]
    assert notes(root)["s1"] == before["s1"]


def test_results_keep_to_the_schema(crmgrade: Any, root: Path):
    submit(root, "s2", mean="mean = 'x'")
    (root / "submitted" / "s3" / LAB / f"{LAB}.ipynb").write_text("{", encoding="utf-8")
    assert crmgrade(LAB).code == 0
    schema = json.loads(crmgrade("schema").out)
    assert schema == result.SCHEMA
    with Writer(Course.load(root)) as writer:
        for student, code in (("s1", "graded"), ("s2", "graded"), ("s3", "unreadable")):
            saved = writer.load(LAB, student)
            assert saved is not None
            assert saved.outcome.code == code
            jsonschema.validate(json.loads(saved.to_json()), schema)


def test_without_walls_it_is_said_and_recorded(crmgrade: Any, root: Path):
    done = crmgrade(LAB, "--student", "s1", "--no-sandbox")
    assert (done.code, done.err) == (0, "这一次没有设防：学生的代码能读写这台机器上的文件。\n")
    note = json.loads((root / "autograded" / "s1" / LAB / "crmgrade.json").read_text(encoding="utf-8"))
    assert note["result"]["walls"] == "none"


def test_interrupted_and_resumed(crmgrade: Any, root: Path):
    """Ctrl-C to the whole process group: what is written stays, nothing is left running, the next run does the rest."""
    students = [f"s{n}" for n in range(1, 13)]
    for student in students:
        submit(root, student, mean="import time\ntime.sleep(0.5)\nmean = sum(data) / len(data)")
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder.engine.cli", LAB, "--workers", "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 90
    while len(notes(root)) < 2 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.02)
    children = [int(p.name) for p in Path("/proc").glob("[0-9]*") if _parent(p) == process.pid]
    assert children  # the first warm process; the others are forked from it
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "\n已中断。批完的都存好了，再运行一次会接着批。\n")
    assert not any(_parent(Path(f"/proc/{pid}")) for pid in children)
    written = notes(root)
    assert 2 <= len(written) < len(students)

    done = crmgrade(LAB)
    assert done.code == 0
    assert f"批了 {len(students) - len(written)} 份" in done.out
    assert done.err == f"{len(written)} 份已经批过，没有再批（要重批加 --force）。\n"
    after = notes(root)
    assert set(after) == set(students)
    assert {student: after[student] for student in written} == written
    ledger = Ledger(f"sqlite:///{root / 'gradebook.db'}", "individual")
    with ledger.transaction() as db:
        snapshots = ledger.snapshots(db, LAB)
    ledger.close()
    expected = {"mean-test": 3.0, "twice-test": 2.0, "side-test": 1.0, "words": None}
    assert {student: found["scores"][LAB] for student, found in snapshots.items()} == dict.fromkeys(students, expected)


def _parent(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, ValueError):
        return None


def _change(root: Path, cell_id: str, code: str) -> None:
    nb = source()
    next(cell for cell in nb.cells if cell.id == cell_id).source = code
    nbformat.write(nb, root / "source" / LAB / f"{LAB}.ipynb")


def test_check_of_a_good_lab(crmgrade: Any, root: Path):
    assert crmgrade("check", LAB) == Ran(0, f"{LAB}：参考答案满分，空白卷 0 分，可以发布。\n", "")


def test_check_names_the_faults(crmgrade: Any, root: Path):
    """A check that the reference fails, one that gives points for nothing, an answer that cannot cross."""
    _change(root, "mean-test", "assert mean == 'x', '不对。'")
    found = crmgrade("check", LAB)
    assert found == Ran(1, f"“mean-test”：参考答案只得 0 分（满分 3 分）。不对。\n{LAB}：1 处要改。\n", "")
    _change(root, "twice-test", "True")
    found = crmgrade("check", LAB)
    assert found == Ran(1, f"“twice-test”：什么也不做就得 2 分。请让检查先看有没有作答。\n{LAB}：1 处要改。\n", "")
    _change(root, "side", "### BEGIN SOLUTION\nimport threading\nside = threading.Lock()\n### END SOLUTION")
    found = crmgrade("check", LAB)
    assert found.code == 1
    assert found.out.splitlines()[1] == (
        "答案“side”是 _thread.lock，它的内容不能搬到学生的程序外面来检查。请改成数、文字、表、图或函数；"
        "做不到时在 nbgrader_config.py 里写 c.CrmGrade.isolation = {'own': 'same-interpreter'}。"
    )


def test_doctor(crmgrade: Any, root: Path, monkeypatch: pytest.MonkeyPatch):
    good = crmgrade("doctor")
    assert good.out.splitlines()[1:-2] == [
        "✓ 预先导入：没有。",
        "✓ 学生的代码看不到教师版，写不了课程目录，没有网络。",
        f"✓ 成绩册：sqlite:///{root}/gradebook.db。",
        f"✓ 实训 {LAB}：收到 3 份。",
    ]
    assert good.out.splitlines()[-1] == "可以批改。"
    assert good.code == 0
    (root / "gradebook.db").unlink()
    with (root / "nbgrader_config.py").open("a") as file:
        file.write("c.CrmGrade.preload = ['nowhere_at_all']\nc.CrmGrade.memory_mb = 10**7\nc.CrmGrade.workers = 1\n")
    bad = crmgrade("doctor")
    assert bad.code == 1
    faults = [line for line in bad.out.splitlines() if line.startswith("✗")]
    assert faults[0].startswith("✗ 批改环境里导入不了：nowhere_at_all")
    assert (
        faults[1] == f"✗ 还没有成绩册（sqlite:///{root}/gradebook.db）。请先运行 nbgrader generate_assignment 实训名。"
    )
    assert faults[2].startswith("✗ 同时批 1 份；每份最多 10000000 MB 内存")
    assert bad.out.splitlines()[-1] == "有 3 处要处理。"
