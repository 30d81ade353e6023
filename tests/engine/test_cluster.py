"""The same tasks on a Dask cluster of this machine: the same scores, and a worker that is killed loses nothing."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.engine import batch, cluster
from autograder.engine.course import Course
from tests import needs
from tests.engine.apart import HOLD, SECONDS, Run, lines
from tests.engine.individual_course import LAB, build, quiet, submit

pytestmark = [pytest.mark.slow, pytest.mark.deep]

DASK = str(Path(sys.executable).parent / "dask")
PLAIN = ["--host", "127.0.0.1", "--no-dashboard"]
ASK = "请检查地址，例如 tcp://127.0.0.1:8786，和 dask scheduler 是不是在运行。"


def _started(stack: ExitStack, folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    log = stack.enter_context((folder / f"{arguments[0]}.log").open("ab"))
    process = subprocess.Popen([DASK, *arguments], cwd=folder, stdout=log, stderr=log)
    stack.callback(process.wait, SECONDS)
    stack.callback(process.kill)
    return process


def _until(true: Any) -> None:
    limit = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < limit, "it took too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory):
    """A scheduler and two workers, one task at a time each."""
    needs.bubblewrap()
    needs.package("distributed", "cluster")
    folder = tmp_path_factory.mktemp("cluster")
    file = folder / "scheduler.json"
    with ExitStack() as stack:
        scheduler = _started(stack, folder, "scheduler", *PLAIN, "--port", "0", "--scheduler-file", str(file))
        _until(lambda: file.exists() and file.stat().st_size)
        address = json.loads(file.read_text())["address"]
        join = [address, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
        workers = [_started(stack, folder, "worker", *PLAIN, *join) for _ in range(2)]
        log = folder / "worker.log"
        _until(lambda: log.read_text().count("Registered to:") == 2)
        yield SimpleNamespace(address=address, scheduler=scheduler, workers=workers)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory):
    needs.bubblewrap()
    with pytest.MonkeyPatch.context() as patch:
        quiet(patch, tmp_path_factory.mktemp("home"))
        yield build(tmp_path_factory.mktemp("course") / "course", HOLD)


@pytest.fixture
def root(pristine: Path, tmp_path: Path):
    return shutil.copytree(pristine, tmp_path / "course")


def _grading(root: Path, address: str) -> Run:
    return Run(root.parent, LAB, "--course", str(root), "--scheduler", address, "--log", str(root / "log.jsonl"))


def test_same_scores_as_here(nodes: Any, root: Path):
    submit(root, "s1")
    submit(root, "s2", mean="mean = 0.0")
    submit(root, "s3", mean="import os\nos._exit(1)")
    submit(root, "s4", twice="raise ValueError", side="side = ...")
    here = shutil.copytree(root, root.parent / "here")
    local = batch.run(Course.load(here), LAB)
    code, said = _grading(root, nodes.address).end()
    assert code == 0, said
    there = {x["student"]: (x["outcome"], x["score"]) for x in lines(root)}
    assert {student: (code, score) for student, code, score, *_ in local.results} == there
    assert {x["walls"] for x in lines(root)} == {"bubblewrap"}
    for name in there:
        notes = [json.loads((p / "autograded" / name / LAB / "crmgrade.json").read_bytes()) for p in (here, root)]
        assert notes[0]["gradebook"] == notes[1]["gradebook"]


def test_a_killed_worker_loses_nothing(nodes: Any, root: Path):
    """kill -9 of one of two workers in the middle: every result is there, none was written twice."""
    students = [f"s{n}" for n in range(1, 11)]
    for student in students:
        submit(root, student, mean="import time\ntime.sleep(0.6)\nmean = sum(data) / len(data)")
    (root / "hold").write_text("2")
    run = _grading(root, nodes.address)
    assert run.until(lambda: len(lines(root)) == 2)
    os.kill(nodes.workers[0].pid, signal.SIGKILL)
    (root / "hold").unlink()
    code, said = run.end()
    assert code == 0, said
    assert sorted((x["student"], x["outcome"], x["score"]) for x in lines(root)) == sorted(
        (student, "graded", 6.0) for student in students
    )
    assert nodes.workers[0].wait(SECONDS) == -signal.SIGKILL
    assert {p.parents[1].name for p in root.glob(f"autograded/*/{LAB}/crmgrade.json")} == set(students)


def test_a_scheduler_that_goes_away_is_told(nodes: Any, root: Path):
    """The last test with the cluster: what was graded stays, and is not graded again here."""
    for student in ("s1", "s2", "s3"):
        submit(root, student)
    submit(root, "s4", mean="import time\ntime.sleep(8)\nmean = sum(data) / len(data)")
    (root / "hold").write_text("2")
    run = _grading(root, nodes.address)
    assert run.until(lambda: len(lines(root)) == 2)
    nodes.scheduler.kill()
    nodes.scheduler.wait(SECONDS)
    (root / "hold").unlink()
    code, said = run.end()
    assert (code, "Traceback" in said) == (1, False), said
    assert said.endswith("的连接断了。批完的都存好了；调度器恢复以后再运行一次，会接着批。")
    done = [x["student"] for x in lines(root)]
    assert 2 <= len(done) < 4
    summary = batch.run(Course.load(root), LAB)
    assert (summary.skipped, summary.todo, summary.outcomes) == (len(done), 4 - len(done), {"graded": 4 - len(done)})

    code, said = _grading(root, nodes.address).end()
    assert (code, said) == (0, said)
    submit(root, "s5")
    code, said = _grading(root, nodes.address).end()
    assert code == 1
    assert f"错误：连不上调度器“{nodes.address}”（Connection refused）。{ASK}" in said


@pytest.mark.parametrize("address", ["here", "tcp://127.0.0.1", "http://127.0.0.1:8786", "tcp://:1", "tcp://x:99999"])
def test_what_is_no_address_is_told(address: str):
    with pytest.raises(cluster.ClusterMissing) as error:
        cluster.reach(address)
    assert str(error.value) == f"“{address}”不是调度器的地址。{ASK}"


def test_somebody_else_at_the_address_is_told():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(cluster.ClusterMissing) as error:
            cluster.reach(address, 0.2)
    assert str(error.value) == f"“{address}”不回答，它不像是 dask 的调度器。{ASK}"


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch):
    """Nobody there at the beginning, and nobody left in the middle."""
    needs.package("distributed", "cluster")

    def nobody(*_: Any, **__: Any) -> None:
        raise TimeoutError

    future = SimpleNamespace(key="k", add_done_callback=lambda _: None)
    client = SimpleNamespace(
        submit=lambda *_, **__: future, nthreads=dict, wait_for_workers=nobody, close=lambda timeout: None
    )
    monkeypatch.setattr("distributed.Client", lambda *_, **__: client)
    monkeypatch.setattr(cluster, "reach", lambda _: None)
    monkeypatch.setattr(cluster, "LOOK_S", 0.01)
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.05)
    pool = cluster.ClusterPool(SimpleNamespace(), "tcp://10.0.0.1:8786")  # type: ignore[arg-type]
    with pytest.raises(cluster.ClusterMissing, match="没有一台批改的机器。请先在每台机器上运行 dask worker tcp://10"):
        pool.__enter__()
    client.wait_for_workers = lambda *_, **__: None
    with pool, pytest.raises(cluster.ClusterMissing, match="一台批改的机器也没有了。批完的都存好了"):
        next(pool.run([cluster.Task("s1", dict)]))
