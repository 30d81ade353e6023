"""What the benchmarks of the grading engine share: a program run in a course's folder, and a course whose cells cost nothing."""

import logging
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engine import individual_course

CHEAP = individual_course.LAB


@dataclass
class Ran:
    """One run of a program: wall and processor seconds, and the peak memory in MB, of all its processes together."""

    seconds: float
    cpu: float
    peak: float


def homes(folder: Path) -> dict[str, str]:
    """Nobody's own Jupyter settings."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return {name: str(folder / name.lower()) for name in names} | {"COLUMNS": "300"}


def run(folder: Path, *arguments: str, variables: dict[str, str] | None = None, watched: bool = False) -> Ran:
    """Run ``python -m ...`` in a folder; looking at its memory costs processor time, so only where it is asked for."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=folder, stdout=said, stderr=subprocess.STDOUT,
            env=os.environ | {"PATH": path} | homes(folder.parent) | (variables or {}),
        )  # fmt: skip
        peak = [0.0]
        watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
        if watched:
            watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        assert process.returncode == 0, said.read().decode(errors="replace")[-3000:]
    return Ran(seconds, used.ru_utime + used.ru_stime, peak[0])


def _watch(pid: int, peak: list[float]) -> None:
    while total := sum(map(_megabytes, family(pid))):
        peak[0] = max(peak[0], total)
        time.sleep(0.25)


def family(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found = [pid]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(n) for n in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found


def _megabytes(pid: int) -> float:
    """Return a process's share of memory: what several use counts once."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0.0
    found = re.search(r"^Pss: +(\d+)", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def cheap_course(folder: Path, count: int, config: str = "") -> Path:
    """Make a course in which every student has handed in four small cells; every fifth has one wrong."""
    with _environment(homes(folder)):
        logging.disable(logging.WARNING)
        root = individual_course.build(folder / "course", config)
        logging.disable(logging.NOTSET)
    first = individual_course.submit(root, "s1") / f"{CHEAP}.ipynb"
    wrong = individual_course.submit(root, "s2", side='side = "up"') / f"{CHEAP}.ipynb"
    texts = first.read_bytes(), wrong.read_bytes()
    for number in range(1, count + 1):
        place = root / "submitted" / f"s{number}" / CHEAP
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{CHEAP}.ipynb").write_bytes(texts[number % 5 == 2])
    return root


@contextmanager
def _environment(variables: dict[str, str]) -> Any:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table as Markdown."""
    head = list(head)
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)
