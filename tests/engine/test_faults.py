"""Whole runs of ``crmgrade`` that are cut off: after the next run every mark is there once, as if nothing had been."""

import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests import needs
from tests.engine.small_course import LAB, build, rows, submit

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
CONFIG = "c.CrmGrade.preload = ['numpy']\n"
STUDENTS = [f"s{number:02d}" for number in range(14)]


def _class(root: Path) -> Path:
    build(root, CONFIG)
    for number, student in enumerate(STUDENTS):
        answers = {"q1": f"x = {20 if number % 3 else 7}", "q2": f"def f(): return {number}", "x": ""}
        submit(root, student, **(answers if number % 5 else {}))
    return root


def _start(root: Path, *more: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "autograder.engine.cli", LAB, "--course", str(root), "--workers", "2"]
    return subprocess.Popen(
        [*command, "--log", str(root / "log.jsonl"), *more], cwd=ROOT, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, **options,
    )  # fmt: skip


def _finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    said = process.communicate(timeout=240)[0]
    return process.returncode, said


def _lines(root: Path) -> list[dict[str, Any]]:
    path = root / "log.jsonl"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]


def _state(root: Path) -> Any:
    """Return the gradebook and the results folder, without the times of saving."""
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
    return rows(f"sqlite:///{root / 'gradebook.db'}"), files


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    needs.bubblewrap()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp("home") / name.lower()))
        root = _class(tmp_path_factory.mktemp("undisturbed"))
        code, said = _finish(_start(root))
        assert code == 0, said
        assert len(_lines(root)) == len(STUDENTS)
        yield _state(root)


def _same(root: Path, undisturbed: Any) -> None:
    database, files = _state(root)
    for table, found in undisturbed[0].items():
        assert database[table] == found, table
    assert files == undisturbed[1]
    assert not [p.name for p in (root / "autograded").rglob(".*")]


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(n) for n in (task / "children").read_text().split()]
    return found


def _wait_for(process: subprocess.Popen[str], root: Path, count: int) -> bool:
    """Wait until so many results are told; return False when the run came to its end first."""
    while len(_lines(root)) < count:
        if process.poll() is not None:
            return False
        time.sleep(0.002)
    return True


def test_killed_several_times(undisturbed: Any, tmp_path: Path):
    """Is kill -9 of the whole program, at random points of the batch, made good by the next run?"""
    root = _class(tmp_path)
    rng = random.Random(20261122)
    interrupted = 0
    for count in (1, 5, 9):
        process = _start(root)
        if _wait_for(process, root, count):
            time.sleep(rng.random() * 0.1)
            interrupted += process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        _finish(process)
    assert interrupted >= 2
    done = len(_lines(root))
    assert done >= 9
    code, said = _finish(_start(root))
    assert code == 0, said
    _same(root, undisturbed)
    # What was finished is not graded again: at most the one result of each kill whose line was not yet told.
    told = [line["student"] for line in _lines(root)]
    assert set(told) <= set(STUDENTS)
    assert len(told) - len(set(told)) <= 3
    code, said = _finish(_start(root))
    assert code == 0
    assert f"{len(STUDENTS)} 份已经批过，没有再批（要重批加 --force）。" in said.replace("\n", "")


def test_a_warm_process_is_killed(undisturbed: Any, tmp_path: Path):
    """Does the run go on with a fresh warm process when one is killed, twice?"""
    root = _class(tmp_path)
    process = _start(root)
    for count in (2, 6):
        assert _wait_for(process, root, count)
        warm = [
            pid
            for pid in _children(process.pid)
            if b"autograder.engine.zygote" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        os.kill(warm[-1], signal.SIGKILL)
    code, said = _finish(process)
    assert code == 0, said
    assert len(_lines(root)) == len(STUDENTS)
    _same(root, undisturbed)


def test_ctrl_c_says_how_to_go_on(undisturbed: Any, tmp_path: Path):
    root = _class(tmp_path)
    process = _start(root)
    assert _wait_for(process, root, 3)
    process.send_signal(signal.SIGINT)
    code, said = _finish(process)
    assert code == 130
    assert "已中断。批完的都存好了，再运行一次会接着批。" in said
    assert "Traceback" not in said
    code, said = _finish(_start(root))
    assert code == 0, said
    _same(root, undisturbed)


def test_no_room_for_a_file(undisturbed: Any, tmp_path: Path):
    """Is a write that the system refuses told in one sentence, and the rest graded by the next run?"""
    root = _class(tmp_path)
    size = (root / "gradebook.db").stat().st_size

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, size + 4096))

    big = root / "submitted" / STUDENTS[8] / LAB / "notes.txt"
    big.write_bytes(b"x" * (size + 200_000))
    code, said = _finish(_start(root, preexec_fn=no_room))
    assert code == 1
    assert "Traceback" not in said
    assert "解决以后重新运行，会接着写。" in said.replace("\n", "")
    big.write_text("mine")
    code, said = _finish(_start(root))
    assert code == 0, said
    _same(root, undisturbed)


def test_the_gradebook_is_locked_for_a_while(undisturbed: Any, tmp_path: Path):
    """Does a formgrader that holds the gradebook for seconds delay the run and no more?"""
    root = _class(tmp_path)
    process = _start(root)
    assert _wait_for(process, root, 2)
    with sqlite3.connect(root / "gradebook.db", timeout=20) as db:
        db.execute("BEGIN EXCLUSIVE")
        before = len(_lines(root))
        time.sleep(2.5)
        assert len(_lines(root)) <= before + 1
        db.rollback()
    db.close()
    code, said = _finish(process)
    assert code == 0, said
    _same(root, undisturbed)
