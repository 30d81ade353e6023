"""A warm process that forks interpreters: libraries are imported once, a fork costs milliseconds.

``python -m autograder.engine.zygote FD [MODULE ...]`` serves one engine over the inherited socket FD: it loads the modules
that are there, then waits for the course's settings. It stays single-threaded, ends when the engine does, and with it
everything that it started.
"""

import contextlib
import gc
import importlib
import os
import select
import shutil
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.engine import sandbox
from autograder.engine.channel import Channel, ClosedError

WATCH_S = 0.05
_OWN = tuple(
    f"autograder.engine.{name}" for name in ("answers_figures", "answers_pandas", "interpreter", "shell", "warmup")
)


@dataclass
class _Run:
    """One forked interpreter: our child, the interpreter, its walls and how it ended.

    Our child is the interpreter itself where we may fork it into its place: on the trusted side, and behind walls as
    root. Else it is a process that waits for it. ``pipe`` tells of the end: it comes from the one that waits, or is a
    handle of the interpreter.
    """

    child: int
    pipe: int
    walls: sandbox.Walls | None
    memory: int
    folder: str | None
    pid: int = 0
    status: int | None = None
    reason: str = ""
    text: bytes = b""


class Zygote:
    """The server: takes requests, forks, watches memory, reports exit codes."""

    def __init__(self, channel: Channel, settings: dict[str, Any]) -> None:
        self.channel = channel
        self.read_only = [Path(p) for p in settings["read_only"]]
        self.hidden = [Path(p) for p in settings["hidden"]]
        self.slot = int(settings["slot"])
        self.runs: dict[int, _Run] = {}
        self.count = 0
        self.shell: Any = None
        self.spare: sandbox.Walls | None = None
        self.clones: list[int] = []
        self.next_watch = 0.0

    def warm(self, preload: list[str], warm_up: str, lab: str) -> dict[str, Any]:
        """Import what runs need and do what is slow the first time; say what could not be done."""
        missing = []
        for name in preload:
            try:
                importlib.import_module(name)
            except Exception as error:
                missing.append(f"{name}（{type(error).__name__}: {error}）")
        from autograder.engine import warmup
        from autograder.engine.shell import make_shell

        self.shell = make_shell()
        return {"op": "warm", "missing": missing, "wrong": warmup.run(self.shell, warm_up, lab)}

    def serve(self) -> None:
        """Answer requests until the engine hangs up; end every run then."""
        sandbox.adopt_orphans()
        try:
            while True:
                self.clones = [pid for pid in self.clones if os.waitpid(pid, os.WNOHANG)[0] == 0]
                waiting = [self.channel.socket.fileno(), *(run.pipe for run in self.runs.values() if run.pipe >= 0)]
                ready, _, _ = select.select(waiting, [], [], WATCH_S if self.runs else None)
                for run in self.runs.values():
                    if run.pipe in ready:
                        self._read(run)
                self._watch()
                if not ready:
                    self._prepare()
                if self.channel.socket.fileno() in ready:
                    self.channel.send(self._answer(*self.channel.receive_with_handles()))
        except ClosedError:
            pass
        finally:
            for number, run in list(self.runs.items()):
                self._end(number)
                # The engine that would have removed its temporary folder was killed. Any other folder is not ours.
                if run.folder is not None and Path(run.folder).name.startswith("crmgrade-"):
                    shutil.rmtree(run.folder, ignore_errors=True)
            if self.spare is not None:
                self.spare.close()

    def _answer(self, message: dict[str, Any], handles: list[int]) -> dict[str, Any]:
        op = message["op"]
        if op == "start":
            try:
                return self._start(message, *handles)
            except (sandbox.WallsMissing, OSError) as error:
                return {"op": "refused", "reason": str(error)}
            finally:
                for handle in handles:
                    os.close(handle)
        if op == "import":
            return self._import(message["modules"])
        if op == "clone":
            return self._clone(message["slot"], *handles)
        run = self.runs.get(message["run"])
        if op == "interrupt":
            if run is not None and run.pid and run.status is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(run.pid, signal.SIGINT)
            return {"op": "interrupted"}
        if op == "end":
            return self._end(message["run"])
        raise ValueError(f"unknown message {op!r}")

    def _prepare(self) -> None:
        """Build the next walls while the cells of a run take their time."""
        if self.spare is None and any(run.walls is not None for run in self.runs.values()):
            with contextlib.suppress(sandbox.WallsMissing, OSError):
                self.spare = sandbox.Walls(self.read_only, self.hidden)

    def _import(self, modules: list[str]) -> dict[str, Any]:
        """Import what the reference solution turned out to need, so that later forks have it."""
        for name in modules:
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        gc.freeze()
        return {"op": "imported"}

    def _clone(self, slot: int, handle: int) -> dict[str, Any]:
        """Fork a warm process that serves another socket; only while nothing runs here that it could disturb."""
        try:
            if self.runs or self.spare is not None:
                return {"op": "refused", "reason": "busy"}
            pid = os.fork()
            if pid == 0:
                self._become_another(slot, handle)
            self.clones.append(pid)
            return {"op": "cloned", "pid": pid}
        finally:
            os.close(handle)

    def _become_another(self, slot: int, handle: int) -> None:
        code = 1
        try:
            self.channel.close()
            self.channel, self.slot, self.clones = Channel(socket.socket(fileno=os.dup(handle))), slot, []
            os.close(handle)
            self.channel.send({"op": "warm", "missing": [], "wrong": ""})
            self.serve()
            code = 0
        finally:
            os._exit(code)

    def _start(self, message: dict[str, Any], handle: int) -> dict[str, Any]:
        limits = sandbox.Limits(**message["limits"])
        walls = None
        if message["walls"]:
            walls, self.spare = self.spare, None
            if walls is not None and not walls.standing:
                walls.close()
                walls = None
            walls = walls or sandbox.Walls(self.read_only, self.hidden)
        self.count += 1
        run = self.runs[self.count] = self._fork(message, walls, limits, handle)
        while not run.pid and run.status is None and run.pipe >= 0:
            self._read(run)
        if not run.pid:
            self._end(self.count)
            return {
                "op": "refused",
                "reason": run.text.decode(errors="replace")[-500:] or "the interpreter did not start",
            }
        return {"op": "started", "run": self.count}

    def _fork(self, message: dict[str, Any], walls: sandbox.Walls | None, limits: sandbox.Limits, handle: int) -> _Run:
        memory, folder = limits.memory_mb * 2**20, message["folder"]
        if not message["limited"] or (walls is not None and os.geteuid() == 0):
            with contextlib.nullcontext() if walls is None else sandbox.entering(walls.pid):
                pid = os.fork()
                if pid == 0:
                    _become_interpreter(message, walls, False, limits, handle, self.shell, self.slot)
            return _Run(pid, os.pidfd_open(pid), walls, memory, folder, pid)
        read, write = os.pipe()
        waiter = os.fork()
        if waiter == 0:
            os.close(read)
            _wait_for_child(message, walls, limits, handle, write, self.shell, self.slot)
        os.close(write)
        return _Run(waiter, read, walls, memory, folder)

    def _read(self, run: _Run) -> None:
        if run.child == run.pid:
            run.status = os.waitstatus_to_exitcode(os.waitpid(run.pid, 0)[1])
            os.close(run.pipe)
            run.pipe = -1
            return
        data = os.read(run.pipe, 4096)
        run.text += data
        *lines, run.text = run.text.split(b"\n")
        for line in lines:
            what, _, value = line.partition(b" ")
            if what == b"pid":
                run.pid = int(value)
            elif what == b"status":
                run.status = int(value)
            else:
                run.text = line
        if not data:
            os.close(run.pipe)
            run.pipe = -1

    def _end(self, number: int) -> dict[str, Any]:
        run = self.runs.pop(number, None)
        if run is None:
            return {"op": "ended", "status": None, "reason": ""}
        if run.walls is not None:
            run.walls.kill()
        elif run.pid and run.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(run.pid, signal.SIGKILL)
        while run.pipe >= 0:
            self._read(run)
        if run.walls is not None:
            run.walls.close()
        if run.child == run.pid:
            sandbox.end_children(keep=self._known())  # what the interpreter has left behind
        else:
            os.waitpid(run.child, 0)
        return {"op": "ended", "status": run.status, "reason": run.reason}

    def _known(self) -> set[int]:
        """Return the children that this process has made for itself."""
        walls = [self.spare, *(run.walls for run in self.runs.values())]
        holders = {held.holder for held in walls if held is not None}
        return holders.union(self.clones, (run.child for run in self.runs.values()))

    def _watch(self) -> None:
        """End a run whose processes together hold more memory than allowed."""
        started = time.monotonic()
        if started < self.next_watch:
            return
        for run in self.runs.values():
            if not run.pid or run.reason:
                continue
            # A number that was waited for may be another process's by now.
            pids = {run.pid, *_descendants(run.child)} if run.status is None else set()
            if run.walls is not None:
                pids |= {run.walls.pid, *_descendants(run.walls.pid)}
            if sum(map(_resident, pids)) > run.memory and sum(map(_proportional, pids)) > run.memory:
                run.reason = "memory"
                if run.walls is not None:
                    run.walls.kill()
                else:
                    for pid in pids:
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)
        # Counting many processes takes its time: never more than a fifth of ours.
        self.next_watch = time.monotonic() + max(WATCH_S, 4 * (time.monotonic() - started))


def _wait_for_child(
    message: dict[str, Any], walls: sandbox.Walls | None, limits: sandbox.Limits, handle: int, report: int,
    shell: Any, slot: int,
) -> None:  # fmt: skip
    """In a fork of the zygote: step inside, fork the interpreter, report its process number and how it ended."""
    code = 1
    try:
        sandbox.die_with_parent()
        if walls is not None:
            sandbox.join(walls.pid)
        else:
            sandbox.adopt_orphans()
        pid = os.fork()
        if pid == 0:
            _become_interpreter(message, walls, True, limits, handle, shell, slot)
        os.close(handle)
        os.write(report, f"pid {pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        os.write(report, f"status {os.waitstatus_to_exitcode(status)}\n".encode())
        if walls is None:
            sandbox.end_children()  # what the interpreter has left behind
        code = 0
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.write(report, f"{type(error).__name__}: {error}\n".replace("\n", " ").encode() + b"\n")
    finally:
        os._exit(code)


def _become_interpreter(
    message: dict[str, Any], walls: sandbox.Walls | None, inside: bool, limits: sandbox.Limits, handle: int, shell: Any,
    slot: int,
) -> None:  # fmt: skip
    """In a fork: take the place, behind the walls unless this process is ``inside`` already, and serve."""
    from autograder.engine.interpreter import Interpreter, prepare

    channel = None
    code = 70
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        kept = os.dup2(handle, 3)
        os.closerange(4, min(os.sysconf("SC_OPEN_MAX"), 65536))
        channel = Channel(socket.socket(fileno=kept))
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if walls is not None:
            if not inside:
                sandbox.join(walls.pid)
            sandbox.confine(limits, slot)
        else:
            sandbox.die_with_parent()
            if message["limited"]:
                sandbox.limit(limits)
        prepare(message["environment"], message["folder"])
        channel.send({"op": "ready"})
        Interpreter(channel, shell).serve()
        code = 0
    except BaseException as error:
        if channel is not None:
            with contextlib.suppress(Exception):
                channel.send({"op": "broken", "reason": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(code)


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    queue = [pid]
    while queue:
        try:
            with open(f"/proc/{queue[0]}/task/{queue[0]}/children", encoding="ascii") as file:
                children = [int(n) for n in file.read().split()]
        except (OSError, ValueError):
            children = []
        queue = queue[1:] + children
        found += children
    return found


def _resident(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, ValueError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            for line in file:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return 0


def main() -> None:
    """Serve the engine on the inherited socket."""
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    for name in sys.argv[2:]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for name in _OWN:
        importlib.import_module(name)
    try:
        settings = channel.receive()
    except ClosedError:  # the course could not be read, or there is nothing to grade
        return
    zygote = Zygote(channel, settings)
    channel.send(zygote.warm(settings["preload"], settings["warm_up"], settings["lab"]))
    zygote.serve()


if __name__ == "__main__":
    main()
