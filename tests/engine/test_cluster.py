"""The same tasks on a Dask cluster of this machine: the same scores, and a worker that is killed loses nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from autograder.engine import batch
from autograder.engine.course import Course
from tests import needs
from tests.engine.individual_course import LAB, build, quiet, submit

pytestmark = pytest.mark.slow

DASK = str(Path(sys.executable).parent / "dask")
PLAIN = ["--host", "127.0.0.1", "--no-dashboard"]


def _started(stack: ExitStack, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    log = stack.enter_context((folder / f"{arguments[0]}.log").open("ab"))
    process = subprocess.Popen([DASK, *arguments], cwd=folder, stdout=log, stderr=log)
    stack.callback(process.wait, 20)
    stack.callback(process.terminate)
    return process


def _until(true: Any, seconds: float = 60) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory):
    """A scheduler and two workers, one task at a time each."""
    needs.bubblewrap()
    needs.package("distributed", "cluster")
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        _started(stack, folder, "scheduler", *PLAIN, "--port", "0", "--scheduler-file", str(file))
        _until(lambda: file.exists() and file.stat().st_size)
        join = ["--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
        workers = [_started(stack, folder, "worker", *PLAIN, *join) for _ in range(2)]
        log = folder / "worker.log"
        _until(lambda: log.read_text().count("Registered to:") == 2)
        yield json.loads(file.read_text())["address"], workers


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    quiet(monkeypatch, tmp_path_factory.mktemp("home"))
    return build(tmp_path_factory.mktemp("course") / "course")


def _grading(root: Path, address: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "autograder.engine.cli", LAB, "--scheduler", address, "--log", "journal.jsonl"]
    return subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _journal(root: Path) -> list[dict[str, Any]]:
    path = root / "journal.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [found for line in lines if "copied" not in (found := json.loads(line))]


def test_same_scores_as_here(cluster: Any, root: Path):
    submit(root, "s1")
    submit(root, "s2", mean="mean = 0.0")
    submit(root, "s3", mean="import os\nos._exit(1)")
    submit(root, "s4", twice="raise ValueError", side="side = ...")
    here = shutil.copytree(root, root.parent / "here")
    local = batch.run(Course.load(here), LAB)
    process = _grading(root, cluster[0])
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    there = {x["student"]: (x["outcome"], x["cells"], x["walls"]) for x in _journal(root)}
    assert {s: (code, sum(filter(None, there[s][1].values()))) for s, code, *_ in local.results} == {
        s: (code, score) for s, code, score, *_ in local.results
    }
    assert {s: found[0] for s, found in there.items()} == {s: code for s, code, *_ in local.results}
    assert {found[2] for found in there.values()} == {"bubblewrap"}
    for name in there:
        notes = [
            json.loads((place / "autograded" / name / LAB / "crmgrade.json").read_bytes()) for place in (here, root)
        ]
        assert notes[0]["gradebook"] == notes[1]["gradebook"]


def test_a_killed_worker_loses_nothing(cluster: Any, root: Path):
    """kill -9 of one of two workers in the middle: every result is there, none was written twice."""
    address, workers = cluster
    students = [f"s{n}" for n in range(1, 15)]
    for student in students:
        submit(root, student, mean="import time\ntime.sleep(0.6)\nmean = sum(data) / len(data)")
    process = _grading(root, address)
    _until(lambda: len(_journal(root)) >= 3 or process.poll() is not None)
    os.kill(workers[0].pid, signal.SIGKILL)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert sorted((x["student"], x["outcome"], x["score"]) for x in _journal(root)) == sorted(
        (student, "graded", 6.0) for student in students
    )
    assert workers[0].wait(10) == -signal.SIGKILL
    assert {p.parents[1].name for p in root.glob(f"autograded/*/{LAB}/crmgrade.json")} == set(students)
