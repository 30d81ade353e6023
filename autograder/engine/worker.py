"""The engine's end of the warm process: starts it, asks it for interpreters, talks to them."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.engine.channel import Channel, ClosedError, GarbledError
from autograder.engine.sandbox import BOX, Limits, WallsMissing

PRELOAD = ("numpy", "pandas", "matplotlib.pyplot")  # what most courses need
ANSWER_S = 60.0  # what the warm process gets to answer
GRACE_S = 3.0  # what an interpreter gets to react to an interrupt


class InterpreterEnded(RuntimeError):  # noqa: N818  # an outcome of a run, not a defect
    """The interpreter ended, or stopped keeping to the protocol, in the middle of a run."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code  # "timed_out", "out_of_memory", "killed", "tampered"


@dataclass(frozen=True)
class Environment:
    """What every run of a course shares.

    Parameters
    ----------
    preload : sequence of str
        Modules imported once, before the forks.
    warm_up : str
        Code that the warm process runs once, for what is slow the first time; students' interpreters come after it.
    lab : str
        The lab's name, which ``warm_up`` finds in ``lab_name``.
    read_only : sequence of Path
        Folders that a student's code may read, besides Python itself.
    hidden : sequence of Path
        Folders that it must not see, even inside a readable one.
    student_variables : sequence of str
        Environment variables that carry the student's number.
    sandbox : bool
        False only by the teacher's explicit choice.
    slot : int
        The number of this worker on its machine.
    """

    preload: Sequence[str] = PRELOAD
    warm_up: str = ""
    lab: str = ""
    read_only: Sequence[Path] = ()
    hidden: Sequence[Path] = ()
    student_variables: Sequence[str] = ()
    sandbox: bool = True
    slot: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)

    def readable(self) -> list[Path]:
        """Return what is shown inside the walls: Python, its packages and the course's public folders."""
        paths = {Path(p).resolve() for p in [Path(sys.prefix), Path(sys.base_prefix), *self.read_only]}
        paths |= {Path(p) for p in (sys.prefix, sys.base_prefix)}
        paths = {p for p in paths if p.exists() and not p.is_relative_to("/usr")}
        return sorted(paths)


class _Twin:
    """A warm process that another one has forked: what is needed of a Popen."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def __del__(self) -> None:
        os.close(self._handle)

    def poll(self) -> int | None:
        """Return None while it runs; its exit code is its parent's to know."""
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        if not select.select([self._handle], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("warm process", timeout or 0)
        return 0

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)


class Session:
    """One interpreter in use."""

    def __init__(self, worker: "Worker", run: int, channel: Channel) -> None:
        self._worker, self._run, self.channel = worker, run, channel
        self.open = True

    def request(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a message and return the reply; raise InterpreterEnded when none comes."""
        self.send(message)
        return self.receive(seconds)

    def send(self, message: dict[str, Any]) -> None:
        """Send one message."""
        try:
            self.channel.send(message, GRACE_S)
        except (ClosedError, TimeoutError) as error:
            raise self._ended("killed") from error

    def receive(self, seconds: float) -> dict[str, Any]:
        """Return the next message; interrupt the interpreter when none comes in time, end it when that does not help."""
        try:
            try:
                return self.channel.receive(max(0.0, seconds))
            except TimeoutError:
                self._worker.ask({"op": "interrupt", "run": self._run})
                reply = self.channel.receive(GRACE_S)
                return reply | {"late": True}
        except TimeoutError as error:
            raise self._ended("timed_out") from error
        except ClosedError as error:
            raise self._ended("killed") from error
        except GarbledError as error:
            raise self._ended("tampered") from error

    def close(self) -> tuple[int | None, str]:
        """End the interpreter and everything it started; return its exit status and the watcher's reason."""
        if not self.open:
            return None, ""
        self.open = False
        self.channel.close()
        ended = self._worker.ask({"op": "end", "run": self._run})
        return ended["status"], ended["reason"]

    def _ended(self, code: str) -> InterpreterEnded:
        _, reason = self.close()
        return InterpreterEnded("out_of_memory" if reason == "memory" else code)


class Started:
    """A warm process that does not know its course yet; use as a context manager, or give it to a :class:`Worker`.

    Parameters
    ----------
    preload : sequence of str
        Modules that it loads while the course is being read; one that is not installed is left out.
    """

    def __init__(self, preload: Sequence[str] = ()) -> None:
        self.socket, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603  # our own module
                [sys.executable, "-m", "autograder.engine.zygote", str(theirs.fileno()), *preload],
                pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, start_new_session=True,
                env=_clean_environment(), cwd="/",
            )  # fmt: skip
        self.taken = False

    def __enter__(self) -> "Started":
        return self

    def __exit__(self, *_: object) -> None:
        if not self.taken:
            self.socket.close()
            _end(self.process)


class Worker:
    """A warm process and the interpreters that are forked from it; use as a context manager.

    Parameters
    ----------
    environment : Environment
        What its runs share.
    started : Started, optional
        The process, where it runs already; else a new one is started.

    Raises
    ------
    WallsMissing
        The walls are wanted and cannot be had.
    ImportError
        A module to preload cannot be imported, or the course's warm-up fails.
    """

    def __init__(self, environment: Environment, started: Started | None = None) -> None:
        self.environment = environment
        started = started or Started()
        started.taken = True
        self.process: subprocess.Popen[bytes] | _Twin = started.process
        settings = {
            "op": "settings",
            "preload": list(environment.preload),
            "warm_up": environment.warm_up,
            "lab": environment.lab,
            "read_only": [str(p) for p in environment.readable()],
            "hidden": [str(p) for p in environment.hidden],
            "slot": environment.slot,
        }
        self._take(started.socket, settings)

    def _take(self, ours: socket.socket, settings: dict[str, Any] | None = None) -> None:
        """Tell the warm process at the other end its course, unless it knows, and wait until it is ready."""
        self.channel = Channel(ours)
        try:
            if settings is not None:
                self.channel.send(settings)
            warm = self.channel.receive(120)
        except (ClosedError, TimeoutError) as error:
            self.close()
            raise ClosedError("批改用的解释器没能启动。请运行 crmgrade doctor 看原因。") from error
        if warm["missing"]:
            self.close()
            raise ImportError(f"批改环境里导入不了：{'；'.join(warm['missing'])}。请先装好，或改配置里的 preload。")
        if warm["wrong"]:
            self.close()
            raise ImportError(f"配置里的 warm_up 运行时出错（{warm['wrong']}）。请改好它，或去掉它。")

    def clone(self, slot: int) -> "Worker":
        """Return another warm process, forked from this one, which must have nothing to do at the moment.

        It costs milliseconds where a fresh one imports everything anew.
        """
        twin = Worker.__new__(Worker)
        twin.environment = replace(self.environment, slot=slot)
        ours, theirs = socket.socketpair()
        with theirs:
            answer = self.ask({"op": "clone", "slot": slot}, [theirs.fileno()])
        if answer["op"] != "cloned":
            ours.close()
            return Worker(twin.environment)
        twin.process = _Twin(answer["pid"])
        twin._take(ours)
        return twin

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the warm process; it ends all that it started."""
        self.channel.close()
        _end(self.process)

    def ask(self, message: dict[str, Any], handles: Sequence[int] = ()) -> dict[str, Any]:
        """Send the warm process a request and return its answer."""
        self.channel.send(message, handles=handles)
        try:
            return self.channel.receive(ANSWER_S)
        except TimeoutError as error:
            # An answer that comes later would be taken for that of another question.
            self.process.kill()
            raise ClosedError("the warm process does not answer") from error

    @contextlib.contextmanager
    def session(self, side: str, limits: Limits, student: str | None, folder: str | None = None) -> Iterator[Session]:
        """Fork an interpreter: ``side`` is "student" (behind walls) or "checker" (trusted)."""
        walled = side == "student" and self.environment.sandbox
        ours, theirs = socket.socketpair()
        variables = _clean_environment() | dict(self.environment.variables)
        if walled:
            home = f"{BOX}/home"
            variables |= {"HOME": home, "TMPDIR": f"{BOX}/tmp", "MPLCONFIGDIR": f"{home}/.matplotlib"}  # noqa: S108
        elif folder is not None:
            variables |= {"HOME": folder, "TMPDIR": folder}
        if student is not None:
            variables |= dict.fromkeys(self.environment.student_variables, student)
        with theirs:
            answer = self.ask(
                {
                    "op": "start", "walls": walled, "limited": side == "student", "limits": asdict(limits),
                    "environment": variables, "folder": None if walled else folder,
                },
                [theirs.fileno()],
            )  # fmt: skip
        if answer["op"] == "refused":
            ours.close()
            raise WallsMissing(answer["reason"])
        session = Session(self, answer["run"], Channel(ours))
        try:
            ready = session.receive(60)
            if ready["op"] != "ready":
                raise WallsMissing(f"隔离环境没有建好：{ready.get('reason')}。")
            yield session
        finally:
            session.close()


def _end(process: subprocess.Popen[bytes] | _Twin) -> None:
    """Wait for a warm process that has been hung up on."""
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _clean_environment() -> dict[str, str]:
    """Return the variables that runs start with: nothing of the person at the keyboard."""
    kept = {name: os.environ[name] for name in ("PATH", "TZ", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline", "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NUMEXPR_NUM_THREADS": "1", "HOME": "/nonexistent",
    }  # fmt: skip
