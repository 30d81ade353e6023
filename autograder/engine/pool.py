"""Many submissions: threads with a warm process each on this machine, or the same tasks on a Dask cluster."""

import contextlib
import logging
import os
import queue
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from autograder.engine.channel import ClosedError, GarbledError
from autograder.engine.engine import Settings, grade
from autograder.engine.lab import Lab
from autograder.engine.reference import Produced
from autograder.engine.result import Outcome, Result
from autograder.engine.sandbox import WallsMissing
from autograder.engine.worker import Environment, Worker

TRIES = 3  # how often a submission is given to a fresh warm process when one breaks down
log = logging.getLogger("crmgrade")


@dataclass(frozen=True)
class Batch:
    """What all submissions of one run share; it travels to other machines as a whole."""

    lab: Lab
    produced: Mapping[str, Produced]
    settings: Settings
    environment: Environment


@dataclass(frozen=True)
class Task:
    """One submission to grade; the files are read when its turn comes."""

    student: str
    read: Callable[[], dict[str, bytes]]


def grade_one(worker: Worker, batch: Batch, files: dict[str, bytes], student: str) -> Result:
    """Grade one submission; a defect of the engine becomes the outcome "failed", never an exception.

    Raises
    ------
    ClosedError, GarbledError
        The warm process itself broke down: try with another one.
    WallsMissing
        The walls cannot be had.
    """
    try:
        return grade(worker, batch.lab, batch.produced, files, student, batch.settings)
    except (ClosedError, GarbledError, WallsMissing, TimeoutError):
        raise
    except Exception as error:
        log.exception("批改 %s 时批改程序自己出了错", student)
        return _failed(
            batch, student, f"批改程序自己出了错（{type(error).__name__}: {error}），不是学生的问题。请重新批改。"
        )


def _failed(batch: Batch, student: str, message: str) -> Result:
    """Return the result of a submission that the engine could not grade."""
    return Result(batch.lab.name, student, Outcome("failed", message), {}, lab_digest=batch.lab.digest)


def warm(batch: Batch, slot: int) -> Worker:
    """Start a warm process that has loaded all that the lab's reference solution loads."""
    worker = Worker(replace(batch.environment, slot=batch.environment.slot + slot))
    modules = [name for produced in batch.produced.values() for name in produced.imported]
    if modules:
        try:
            worker.ask({"op": "import", "modules": modules})
        except BaseException:
            worker.close()
            raise
    return worker


class LocalPool:
    """Threads, each with its own warm process; the processes end with the pool or with this program.

    Parameters
    ----------
    batch : Batch
        What the submissions share.
    workers : int
        How many are graded at the same time; 0: one a core.
    """

    def __init__(self, batch: Batch, workers: int = 0) -> None:
        self.batch = batch
        self.size = workers or len(os.sched_getaffinity(0))
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()  # slots: one stays in use even when its worker dies
        self._workers: dict[int, Worker] = {}
        self._stopped = False

    def __enter__(self) -> "LocalPool":
        with ThreadPoolExecutor(self.size) as starting:
            for slot, worker in enumerate(starting.map(partial(warm, self.batch), range(self.size))):
                self._workers[slot] = worker
                self._free.put(slot)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers.values()):
            worker.close()

    def run(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield results as they come; only a few submissions are in memory at a time."""
        with ThreadPoolExecutor(self.size) as threads:
            waiting: set[Future[Result]] = set()
            try:
                for task in tasks:
                    waiting.add(threads.submit(self._grade, task))
                    if len(waiting) >= 2 * self.size:
                        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                        for future in done:
                            yield future.result()
                while waiting:
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            except BaseException:  # interrupted: nobody is to wait for what is just being graded
                self._stopped = True
                for worker in list(self._workers.values()):
                    with contextlib.suppress(OSError):
                        worker.channel.socket.shutdown(socket.SHUT_RDWR)
                raise
            finally:
                for future in waiting:
                    future.cancel()

    def _grade(self, task: Task) -> Result:
        files = task.read()
        slot = self._free.get()
        try:
            for attempt in range(TRIES):
                try:
                    if slot not in self._workers:
                        self._workers[slot] = warm(self.batch, slot)
                    return grade_one(self._workers[slot], self.batch, files, task.student)
                except (ClosedError, GarbledError, TimeoutError):
                    if slot in self._workers:
                        self._workers.pop(slot).close()
                    if self._stopped:
                        raise
                    log.warning("批改 %s 时运行环境坏了（第 %d 次），换一个再批。", task.student, attempt + 1)
        finally:
            self._free.put(slot)
        return _failed(
            self.batch,
            task.student,
            f"批改这份提交时运行环境坏了 {TRIES} 次，没有得到结果。请重新批改；还这样就联系维护者。",
        )


class ClusterMissing(RuntimeError):  # noqa: N818  # nothing failed: it is not there
    """The cluster cannot be used; the text says why and what to do (Chinese)."""


class ClusterPool:
    """The same tasks on a Dask cluster; a task of a worker that dies is done by another one.

    Parameters
    ----------
    batch : Batch
        What the submissions share; sent once.
    scheduler : str
        Address, e.g. ``tcp://127.0.0.1:8786``.
    """

    def __init__(self, batch: Batch, scheduler: str) -> None:
        self.batch, self.scheduler = batch, scheduler

    def __enter__(self) -> "ClusterPool":
        try:
            from distributed import Client
        except ImportError:
            raise ClusterMissing("用集群批改要先安装 dask：pip install 'crmlab[cluster]'。") from None
        connect: Any = Client
        try:
            self.client: Any = connect(self.scheduler, timeout="20s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterMissing(
                f"连不上调度器“{self.scheduler}”（{error}）。请检查地址，例如 tcp://127.0.0.1:8786，和 dask scheduler 是不是在运行。"
            ) from error
        self._shared = self.client.scatter(self.batch, broadcast=True, hash=False)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):
            self.client.close(timeout=5)

    def run(self, tasks: Iterable[Task], window: int = 200) -> Iterator[Result]:
        """Yield results as they come."""
        from distributed import as_completed

        tasks = iter(tasks)
        make: Any = as_completed
        futures = make(loop=self.client.loop, with_results=True, raise_errors=False)
        names: dict[str, str] = {}

        def feed(count: int) -> None:
            for _, task in zip(range(count), tasks, strict=False):
                future = self.client.submit(
                    cluster_task, self._shared, task.read(), task.student, pure=False, retries=2
                )  # fmt: skip
                names[future.key] = task.student
                futures.add(future)

        feed(window)
        for future, text in futures:
            student = names.pop(future.key)
            if future.status == "finished":
                yield Result.from_json(text)
            else:
                yield _failed(self.batch, student, f"集群上没有得到结果：{future.exception()}。请重新批改。")
            feed(1)


_kept = threading.local()


def cluster_task(batch: Batch, files: dict[str, bytes], student: str) -> str:
    """Grade one submission on a worker of the cluster; its warm process is kept for the next one."""
    for attempt in range(TRIES):
        held = getattr(_kept, "worker", None)
        if held is None or _kept.environment != batch.environment or held.process.poll() is not None:
            if held is not None:
                held.close()
            slot = (os.getpid() * 64 + threading.get_ident()) % 100_000
            held = _kept.worker = warm(batch, slot)
            _kept.environment = batch.environment
        try:
            return grade_one(held, batch, files, student).to_json()
        except (ClosedError, GarbledError, TimeoutError):
            held.close()
            _kept.worker = None
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")
