"""``crmgrade`` in a process of its own that can be killed: forked from a warm one, so that it costs its work only."""

import contextlib
import io
import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["autograder.engine.batch", "distributed"])
SECONDS = 240  # the longest that anything here may take on a busy machine
# For a course's configuration: the run stands still when the journal has as many lines as the file `hold` says.
HOLD = """
def hold(**_):
    import time
    from pathlib import Path
    at, journal = Path("hold"), Path("log.jsonl")
    while True:
        try:
            limit = int(at.read_text() or 10**9)
        except FileNotFoundError:
            return
        if len(journal.read_bytes().splitlines()) < limit:
            return
        time.sleep(0.01)

c.Autograde.post_convert_hook = hold
"""


def _crmgrade(arguments: list[str], said: str, variables: dict[str, str], instead: Callable[[], None] | None) -> None:
    """What the process does."""
    os.setsid()
    os.environ.clear()
    os.environ.update(variables)
    handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(handle, stream)
    sys.stdout, sys.stderr = (io.TextIOWrapper(os.fdopen(n, "wb", 0), "utf-8", write_through=True) for n in (1, 2))
    sys.argv = ["crmgrade", *arguments]
    from autograder.engine.cli import entry

    (instead or entry)()


class Run:
    """A run of ``crmgrade``; with ``instead`` something else in such a process."""

    def __init__(self, folder: Path, *arguments: str, instead: Callable[[], None] | None = None) -> None:
        self.log = folder / "said.log"
        self.log.unlink(missing_ok=True)
        self.temporary = folder / "temporary"
        self.temporary.mkdir(exist_ok=True)
        variables = dict(os.environ) | {"TMPDIR": str(self.temporary), "COLUMNS": "300"}
        self._process: Any = CONTEXT.Process(  # type: ignore[attr-defined]
            target=_crmgrade, args=([*arguments], str(self.log), variables, instead)
        )
        self._process.start()
        self.pid = int(self._process.pid)

    def running(self) -> bool:
        return bool(self._process.is_alive())

    def send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def below(self) -> list[int]:
        """The processes that it started, and theirs."""
        found = [self.pid]
        for pid in found:
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    found += [int(n) for n in (task / "children").read_text().split()]
        return found[1:]

    def until(self, true: Callable[[], object]) -> bool:
        """Wait until something is true; return False when the run came to its end before."""
        end = time.monotonic() + SECONDS
        while not true():
            if not self.running():
                return bool(true())
            assert time.monotonic() < end, self.log.read_text(encoding="utf-8")
            time.sleep(0.005)
        return True

    def end(self) -> tuple[int, str]:
        """Wait for its end; return the exit code and all that it said, without line breaks."""
        self._process.join(SECONDS)
        if self.running():
            self.send(signal.SIGKILL)
            self._process.join()
            raise AssertionError(f"it took too long: {self.log.read_text(encoding='utf-8')}")
        return self._process.exitcode, self.log.read_text(encoding="utf-8").replace("\n", "")

    def kill(self) -> None:
        """kill -9, and wait until all that it started is gone as well, and its temporary files."""
        started = {pid: _birth(pid) for pid in self.below()}
        self.send(signal.SIGKILL)
        self._process.join(SECONDS)
        end = time.monotonic() + 60
        while left := [pid for pid, birth in started.items() if birth is not None and _birth(pid) == birth]:
            assert time.monotonic() < end, [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in left]
            time.sleep(0.02)
        assert not list(self.temporary.iterdir())


def _birth(pid: int) -> str | None:
    """When a process was started, None when it is dead."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def lines(root: Path) -> list[dict[str, Any]]:
    """The results that the run has told so far."""
    path = root / "log.jsonl"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [found for line in text.splitlines() if "student" in (found := json.loads(line))]
