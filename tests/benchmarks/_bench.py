"""What the benchmark scripts share: timing in turn, peak memory of a child process, peers that are not installed."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Callable
from pathlib import Path

MISSED, NOT_MEASURED = 1, 2  # exit codes


def in_turn(
    calls: dict[str, Callable[[], object]], runs: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Return the median seconds of each call; they take turns, so that noise falls on all alike.

    ``time.process_time`` counts the processor's time: for calls of milliseconds, which others on the machine interrupt.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(runs):
        for name, call in calls.items():
            start = clock()
            call()
            times[name].append(clock() - start)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def machine() -> str:
    """Say what the figures were measured on."""
    return f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores"


def not_measured(peer: str, install: str) -> int:
    """Say how to get the peer; a comparison that did not take place is no pass."""
    print(f"{peer}: not measured. Install: {install}")
    return NOT_MEASURED


def with_lifetimes() -> bool:
    """Make lifetimes importable; its import asks setuptools for pkg_resources, which is gone and which it hardly uses."""
    if "pkg_resources" not in sys.modules:
        stub = types.ModuleType("pkg_resources")
        stub.resource_filename = lambda package, name: name  # type: ignore[attr-defined]
        sys.modules["pkg_resources"] = stub
    try:
        import lifetimes  # noqa: F401
    except ImportError:
        return False
    return True


class Borrowed:
    """A folder of packages for this run only, installed by pip and removed at the end."""

    def __init__(self, *requirements: str, dependencies: bool = False) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="bench-")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]
        command += [self.folder.name, *([] if dependencies else ["--no-deps"]), *requirements]
        self.ok = subprocess.run(command, capture_output=True, timeout=900).returncode == 0

    def __enter__(self) -> "Borrowed":
        sys.path.append(self.folder.name)  # last: nothing of the environment is replaced
        return self

    def __exit__(self, *_: object) -> None:
        sys.path.remove(self.folder.name)
        self.folder.cleanup()


class Venv:
    """An environment for this run only, for a peer that needs other versions than ours."""

    def __init__(self, *requirements: str) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="bench-")
        subprocess.run([sys.executable, "-m", "venv", self.folder.name], check=True, timeout=300)
        self.python = str(Path(self.folder.name, "bin", "python"))
        command = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
        self.ok = subprocess.run(command, capture_output=True, timeout=900).returncode == 0

    def __enter__(self) -> "Venv":
        return self

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()


def answer_of(python: str, script: str) -> dict[str, float]:
    """Run a script that prints one line of JSON last, in another interpreter."""
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, encoding="utf-8", timeout=1800)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "the peer failed")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def _resident(field: str) -> int | None:
    """Return VmRSS (now) or VmHWM (peak) of this process in bytes; None where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def peaks(call: Callable[[], object]) -> dict[str, float | None]:
    """Return the peak of a call in bytes over what was there before: resident set, and Python's own count.

    To be asked for in a fresh process: memory that an earlier call has left to the allocator does not show.
    """
    import tracemalloc

    rss = None
    if (before := _resident("VmRSS")) is not None:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # resets the peak
        call()
        rss = (_resident("VmHWM") or before) - before
    tracemalloc.start()
    call()
    traced = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"rss": rss, "traced": traced}
