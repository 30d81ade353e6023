"""Many submissions on this machine: threads with a warm process each."""

import contextlib
import logging
import os
import queue
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

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
        return failed(
            batch, student, f"批改程序自己出了错（{type(error).__name__}: {error}），不是学生的问题。请重新批改。"
        )


def failed(batch: Batch, student: str, message: str) -> Result:
    """Return the result of a submission that the engine could not grade."""
    return Result(batch.lab.name, student, Outcome("failed", message), {}, lab_digest=batch.lab.digest)


def warm(batch: Batch, slot: int) -> Worker:
    """Start a warm process that has loaded all that the lab's reference solution loads."""
    worker = Worker(replace(batch.environment, slot=batch.environment.slot + slot))
    try:
        load(worker, batch)
    except BaseException:
        worker.close()
        raise
    return worker


def load(worker: Worker, batch: Batch) -> None:
    """Let a warm process load all that the lab's reference solution loads."""
    modules = [name for produced in batch.produced.values() for name in produced.imported]
    if modules:
        worker.ask({"op": "import", "modules": modules})


class LocalPool:
    """Threads, each with its own warm process; the processes end with the pool or with this program.

    Parameters
    ----------
    batch : Batch
        What the submissions share.
    workers : int
        How many are graded at the same time; 0: one a core.
    first : Worker, optional
        A warm process with the batch's environment that is there already; the pool closes it as its own. The others
        are forked from the first.
    """

    def __init__(self, batch: Batch, workers: int = 0, first: Worker | None = None) -> None:
        self.batch, self._first = batch, first
        self.size = workers or len(os.sched_getaffinity(0))
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()  # slots: one stays in use even when its worker dies
        self._workers: dict[int, Worker] = {}
        self._stopped = False

    def __enter__(self) -> "LocalPool":
        first = self._workers[0] = self._warm(0)
        try:
            for slot in range(1, self.size):
                self._workers[slot] = first.clone(self.batch.environment.slot + slot)
        except BaseException:
            self.__exit__()
            raise
        for slot in range(self.size):
            self._free.put(slot)
        return self

    @property
    def workers(self) -> list[Worker]:
        """The warm processes that are there."""
        return list(self._workers.values())

    def _warm(self, slot: int) -> Worker:
        first, self._first = (self._first, None) if slot == 0 else (None, self._first)
        if first is None:
            return warm(self.batch, slot)
        load(first, self.batch)
        return first

    def __exit__(self, *_: object) -> None:
        for worker in reversed(self.workers):  # the one that the others were forked from comes last
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
                        self._workers[slot] = self._warm(slot)
                    return grade_one(self._workers[slot], self.batch, files, task.student)
                except (ClosedError, GarbledError, TimeoutError):
                    if slot in self._workers:
                        self._workers.pop(slot).close()
                    if self._stopped:
                        raise
                    log.warning("批改 %s 时运行环境坏了（第 %d 次），换一个再批。", task.student, attempt + 1)
        finally:
            self._free.put(slot)
        return failed(
            self.batch,
            task.student,
            f"批改这份提交时运行环境坏了 {TRIES} 次，没有得到结果。请重新批改；还这样就联系维护者。",
        )
