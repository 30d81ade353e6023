"""Whole runs of ``crmgrade`` that are cut off: after the next run every mark is there once, as if nothing had been."""

import ctypes
import json
import os
import shutil
import signal
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests import needs
from tests.engine.apart import HOLD, Run, lines
from tests.engine.individual_course import quiet
from tests.engine.postgres import Server
from tests.engine.small_course import LAB, build, rows, submit

pytestmark = [pytest.mark.slow, pytest.mark.deep]

STUDENTS = [f"s{number}" for number in range(8)]
CONFIG = f"c.CrmGrade.preload = []\n{HOLD}"
GO_ON = "已中断。批完的都存好了，再运行一次会接着批。"


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory):
    needs.bubblewrap()
    with pytest.MonkeyPatch.context() as patch:
        quiet(patch, tmp_path_factory.mktemp("home"))
        root = build(tmp_path_factory.mktemp("pristine") / "course", CONFIG)
        for number, student in enumerate(STUDENTS):
            answers = {"q1": f"x = {20 if number % 3 else 7}", "q2": f"def f(): return {number}", "x": ""}
            submit(root, student, **(answers if number % 4 else {}))
        yield root


@pytest.fixture(scope="module")
def undisturbed(pristine: Path, tmp_path_factory: pytest.TempPathFactory):
    root = shutil.copytree(pristine, tmp_path_factory.mktemp("undisturbed") / "course")
    code, said = start(root).end()
    assert code == 0, said
    assert sorted(line["student"] for line in lines(root)) == STUDENTS
    return state(root)


@pytest.fixture
def root(pristine: Path, undisturbed: Any, tmp_path: Path):
    return shutil.copytree(pristine, tmp_path / "course")


def start(root: Path, workers: int = 2, **options: Any) -> Run:
    return Run(
        root.parent, LAB, "--course", str(root), "--workers", str(workers), "--log", str(root / "log.jsonl"), **options
    )


def hold(root: Path, count: int) -> None:
    """Let the run stand still when so many results are told."""
    (root / "hold").write_text(str(count))


def folders(root: Path) -> dict[str, Any]:
    """Return the content of the results folders, without the times of saving."""
    files = {}
    for path in sorted((root / "autograded").rglob("*")):
        if path.is_file():
            content: Any = path.read_bytes()
            if path.name == "crmgrade.json":
                content = json.loads(content)
                del content["saved"], content["result"]["seconds"]
                for notebook in content["result"]["notebooks"].values():
                    for cell in notebook["cells"].values():
                        del cell["seconds"]
            files[path.relative_to(root).as_posix()] = content
    return files


def state(root: Path) -> Any:
    return rows(f"sqlite:///{root / 'gradebook.db'}"), folders(root)


def same(root: Path, undisturbed: Any) -> None:
    database, files = state(root)
    for table, found in undisturbed[0].items():
        assert database[table] == found, table
    assert files == undisturbed[1]
    assert not [p.name for p in (root / "autograded").rglob(".*")]
    assert sorted(line["student"] for line in lines(root)) == STUDENTS  # nobody was graded twice


def warm(run: Run) -> list[int]:
    """The warm processes of a run."""
    return [pid for pid in run.below() if b"engine.zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_cut_off_again_and_again(undisturbed: Any, root: Path):
    """kill -9, Ctrl-C, warm processes that die and a gradebook that is locked, one after the other in one class."""
    hold(root, 2)
    run = start(root)
    assert run.until(lambda: len(lines(root)) == 2)
    run.kill()

    hold(root, 4)
    run = start(root)
    assert run.until(lambda: len(lines(root)) == 4)
    run.send(signal.SIGINT)
    assert run.end() == (130, GO_ON.join(["2 份已经批过，没有再批（要重批加 --force）。", ""]))

    hold(root, 5)
    run = start(root)
    assert run.until(lambda: len(lines(root)) == 5)
    os.kill(warm(run)[0], signal.SIGKILL)
    with sqlite3.connect(root / "gradebook.db", timeout=60) as db:
        db.execute("BEGIN EXCLUSIVE")
        hold(root, 6)
        time.sleep(0.5)  # what would be written now would be written wrongly
        assert len(lines(root)) == 5
        db.rollback()
    db.close()
    assert run.until(lambda: len(lines(root)) == 6)
    for pid in warm(run):
        os.kill(pid, signal.SIGKILL)
    (root / "hold").unlink()
    code, said = run.end()
    assert code == 0, said
    same(root, undisturbed)

    before = state(root)
    code, said = start(root).end()
    assert (code, said.partition("。")[0]) == (0, f"{len(STUDENTS)} 份已经批过，没有再批（要重批加 --force）")
    assert state(root) == before
    assert not list((root.parent / "temporary").iterdir())


def _on_a_small_disk(root: Path) -> None:
    """Grade on a file system of our own that is nearly full, make room, grade again, bring everything out."""
    from autograder.engine.cli import entry

    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    assert libc.unshare(0x20000 | (0 if user == 0 else 0x10000000)) == 0, os.strerror(ctypes.get_errno())
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    assert libc.mount(b"none", b"/", None, 0x4000 | 0x40000, None) == 0  # nothing of it is seen outside
    small = root.parent / "small"
    small.mkdir()
    assert libc.mount(b"tmpfs", os.fsencode(small), b"tmpfs", 0, b"size=16m,mode=755") == 0
    shutil.copytree(root, small / "course")
    with (small / "ballast").open("wb") as ballast:
        ballast.write(bytes(shutil.disk_usage(small).free - 160 * 1024))
    codes = []
    for _ in range(2):
        try:
            entry()
            codes.append(0)
        except SystemExit as stop:
            codes.append(int(stop.code or 0))
        (small / "ballast").unlink(missing_ok=True)
        shutil.copytree(small / "course", root.parent / f"after{len(codes)}")
    (root.parent / "codes").write_text(str(codes))


def test_a_full_disk(undisturbed: Any, root: Path):
    """Is it told in one sentence, does what is written stay, and is the rest graded when there is room?"""
    course = root.parent / "small" / "course"
    run = Run(root.parent, LAB, "--course", str(course), "--workers", "1", "--log", str(course / "log.jsonl"),
              instead=partial(_on_a_small_disk, root))  # fmt: skip
    code, said = run.end()
    assert code == 0, said
    assert (root.parent / "codes").read_text() == "[1, 0]", said
    assert "Traceback" not in said
    assert "解决以后重新运行，会接着写。" in said
    full, after = root.parent / "after1", root.parent / "after2"
    assert 0 < len(lines(full)) < len(STUDENTS)
    same(after, undisturbed)
    written = {path.relative_to(full): path.read_bytes() for path in full.glob(f"autograded/*/{LAB}/*")}
    assert {path: (after / path).read_bytes() for path in written} == written


def test_the_database_goes_away(undisturbed: Any, root: Path):
    """PostgreSQL that stops and starts between two results, then stays away, then is back."""
    needs.postgres()
    server = Server()
    try:
        server.start()
        grand = build(root.parent / "grand", f"{CONFIG}c.CourseDirectory.db_url = {server.url!r}\n")
        shutil.copytree(root / "submitted", grand / "submitted")
        hold(grand, 2)
        run = start(grand, 1)
        assert run.until(lambda: len(lines(grand)) == 2)
        server.stop()
        server.start()
        hold(grand, 4)
        assert run.until(lambda: len(lines(grand)) == 4)
        server.stop()
        (grand / "hold").unlink()
        code, said = run.end()
        assert (code, "Traceback" in said) == (1, False), said
        assert "原来的成绩没有动；解决以后重新运行，会接着写。" in said

        code, said = start(grand, 1).end()
        assert (code, "Traceback" in said) == (1, False), said
        assert said.startswith("错误：成绩册打不开（postgresql+psycopg://teacher@")

        server.start()
        code, said = start(grand, 1).end()
        assert code == 0, said
        assert said.startswith("4 份已经批过，没有再批")
        assert rows(server.url) == undisturbed[0]
        assert folders(grand) == undisturbed[1]
        assert sorted(line["student"] for line in lines(grand)) == STUDENTS
    finally:
        server.close()
