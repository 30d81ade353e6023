"""The same tasks on a Dask cluster: what a machine that dies was doing is done by another one."""

import contextlib
import logging
import os
import queue
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from autograder.engine.channel import ClosedError, GarbledError
from autograder.engine.pool import TRIES, Batch, Task, failed, grade_one, warm
from autograder.engine.result import Result

WINDOW = 200  # submissions that the cluster holds at a time
LOOK_S = 5.0  # how often the cluster is looked at when it says nothing
PATIENCE_S = 60.0  # how long it may be without any worker


class ClusterMissing(RuntimeError):  # noqa: N818  # nothing failed: it is not there
    """The cluster cannot be used; the text says why and what to do (Chinese)."""


def reach(scheduler: str, seconds: float = 20.0) -> None:
    """Find out quickly whether a Dask scheduler is at an address.

    Raises
    ------
    ClusterMissing
        The address is none, nobody is there, or somebody else is.
    """
    like = "请检查地址，例如 tcp://127.0.0.1:8786，和 dask scheduler 是不是在运行。"
    try:
        parts = urlsplit(scheduler if "://" in scheduler else f"tcp://{scheduler}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or parts.scheme not in {"tcp", "tls"}:
        raise ClusterMissing(f"“{scheduler}”不是调度器的地址。{like}")
    try:
        with socket.create_connection((host, port), seconds) as connection:
            connection.settimeout(seconds)
            # Whoever listens for Dask speaks first; another server would keep us waiting for ever.
            if parts.scheme == "tcp" and not connection.recv(1):
                raise ConnectionError("对方没有回答")
    except TimeoutError as error:
        raise ClusterMissing(f"“{scheduler}”不回答，它不像是 dask 的调度器。{like}") from error
    except OSError as error:
        raise ClusterMissing(f"连不上调度器“{scheduler}”（{error.strerror or error}）。{like}") from error


class ClusterPool:
    """A connection to the cluster; use as a context manager.

    Parameters
    ----------
    batch : Batch
        What the submissions share; sent once, and kept by the scheduler for machines that come later.
    scheduler : str
        Address, e.g. ``tcp://127.0.0.1:8786``.

    Raises
    ------
    ClusterMissing
        The scheduler is not there or goes away, or no worker is there.
    """

    def __init__(self, batch: Batch, scheduler: str) -> None:
        self.batch, self.scheduler = batch, scheduler

    def __enter__(self) -> "ClusterPool":
        try:
            from distributed import Client
        except ImportError:
            raise ClusterMissing("用集群批改要先安装 dask：pip install 'crmlab[cluster]'。") from None
        reach(self.scheduler)
        for name in ("distributed", "distributed.client"):  # what goes wrong is said here, in Chinese
            logging.getLogger(name).setLevel(logging.CRITICAL)
        connect: Any = Client
        try:
            self.client: Any = connect(self.scheduler, timeout="20s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterMissing(f"连不上调度器“{self.scheduler}”（{error}）。") from error
        try:
            self.client.wait_for_workers(1, timeout=20)
            self._shared = self.client.submit(_same, self.batch, pure=False)
        except TimeoutError as error:
            self.__exit__()
            raise ClusterMissing(
                f"调度器“{self.scheduler}”那里没有一台批改的机器。请先在每台机器上运行 dask worker {self.scheduler}。"
            ) from error
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):
            self.client.close(timeout=5)

    def run(self, tasks: Iterable[Task], window: int = WINDOW) -> Iterator[Result]:
        """Yield results as they come; only ``window`` submissions are in memory at a time."""
        left = iter(tasks)
        done: queue.SimpleQueue[Any] = queue.SimpleQueue()
        held: dict[str, tuple[str, Any]] = {}

        def feed(count: int) -> None:
            for task in islice(left, count):
                future = self.client.submit(
                    cluster_task, self._shared, task.read(), task.student, pure=False, retries=2
                )  # fmt: skip
                held[future.key] = task.student, future
                future.add_done_callback(done.put)

        feed(window)
        while held:
            future = self._next(done)
            student, _ = held.pop(future.key)
            yield self._result(student, future)
            feed(1)

    def _result(self, student: str, future: Any) -> Result:
        try:
            error = None if future.cancelled() else future.exception()
            if error is None:
                return Result.from_json(future.result())
        except (CancelledError, OSError, TimeoutError) as lost:
            raise self._gone() from lost
        return failed(self.batch, student, f"集群上没有得到结果：{error}。请重新批改。")

    def _next(self, done: "queue.SimpleQueue[Any]") -> Any:
        """Return the next finished future; give up when nobody is left who could finish one."""
        alone = None
        while True:
            try:
                return done.get(timeout=LOOK_S)
            except queue.Empty:
                pass
            try:
                workers = self.client.nthreads()
            except (CancelledError, OSError, TimeoutError, RuntimeError, ValueError) as error:
                raise self._gone() from error
            alone = None if workers else alone or time.monotonic()
            if alone is not None and time.monotonic() - alone > PATIENCE_S:
                raise ClusterMissing(
                    "集群里一台批改的机器也没有了。批完的都存好了；启动 dask worker 以后再运行一次，会接着批。"
                )

    def _gone(self) -> ClusterMissing:
        return ClusterMissing(
            f"和调度器“{self.scheduler}”的连接断了。批完的都存好了；调度器恢复以后再运行一次，会接着批。"
        )


def _same(batch: Batch) -> Batch:
    """Hand the batch to the scheduler as a task: what is lost with a machine is made again elsewhere."""
    return batch


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
