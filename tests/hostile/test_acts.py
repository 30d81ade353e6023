"""A class in which nearly everybody is hostile: each act has its stated outcome, and nobody else is touched.

All acts are handed in for one lab, honest students between them, and graded in one run with two workers.
"""

import hashlib
import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from autograder.engine import batch
from autograder.engine.course import Course
from autograder.engine.gradebook import Writer
from autograder.engine.result import Result
from tests import needs
from tests.autograder.course import nbgrader
from tests.hostile.acts import ACTS, ALL, HARD_LINK, LOOKED, Act, honest
from tests.hostile.lab import LAB, SECRET, course

pytestmark = pytest.mark.slow

CHECKS = ("number-test", "function-test", "table-test")
EVERY = 8  # so many hostile students between two honest ones


@dataclass
class Class:
    results: dict[str, Result]
    took: dict[str, float]
    before: dict[str, str]
    after: dict[str, str]
    processes: set[str]
    temporary: set[str]
    root: Path
    honest: list[str] = field(default_factory=list)


def _tree(root: Path) -> dict[str, str]:
    """Return a hash of every file outside the results."""
    found = {}
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root).as_posix()
        results = relative.startswith(("autograded", "gradebook.db")) or path.name == HARD_LINK
        if results or path.is_symlink() or not path.is_file():
            continue
        found[relative] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def _processes(root: Path) -> set[str]:
    """Return what runs for this course: warm processes and their forks carry its path in their command."""
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[1]
            except OSError:
                continue
            if ("autograder.engine.zygote" in command and str(root) in command) or "sleep 100000" in command:
                found.add(f"{folder.name} {parent} {command[:80]}")
    return found


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    needs.bubblewrap()
    root = course(tmp_path_factory.mktemp("hostile"))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp("home") / name.lower()))
        assert nbgrader(root, "generate_assignment", LAB).code == 0
        neighbours = []
        for number, (name, act) in enumerate(ACTS.items()):
            if number % EVERY == 0:
                neighbours.append(f"s{number:03d}_honest")
                _hand_in(root, neighbours[-1], honest(), None)
            _hand_in(root, _student(name), act.notebook(), act)
        before, processes = _tree(root), _processes(root)
        temporary = set(os.listdir("/tmp"))
        took: dict[str, float] = {}

        def told(_summary: Any, result: Result | None) -> None:
            if result is not None:
                took[result.student] = result.seconds.get("total", 0.0)

        held = Course.load(root)
        summary = batch.run(held, LAB, workers=2, told=told)
        deadline = time.monotonic() + 10
        while _processes(root) - processes and time.monotonic() < deadline:
            time.sleep(0.1)
        with Writer(held) as writer:
            results = {student: writer.load(LAB, student) for student, *_ in summary.results}
        yield Class(
            {s: r for s, r in results.items() if r is not None}, took, before, _tree(root), _processes(root) - processes,
            set(os.listdir("/tmp")) - temporary, root, neighbours,
        )  # fmt: skip


def _student(name: str) -> str:
    return f"s{list(ACTS).index(name):03d}_{name}"


def _hand_in(root: Path, student: str, notebook: bytes, act: Act | None) -> None:
    folder = root / "submitted" / student / LAB
    folder.mkdir(parents=True)
    (folder / f"{LAB}.ipynb").write_bytes(notebook)
    (folder / "timestamp.txt").write_text("2026-11-20 08:00:00 UTC", encoding="utf-8")
    if act is not None and act.beside is not None:
        act.beside(folder)


def _scores(result: Result) -> tuple[float | None, ...]:
    return tuple(result.notebooks[LAB].cells[check].score for check in CHECKS)


@pytest.mark.parametrize("name", ACTS)
def test_act_has_its_outcome_and_score(name: str, graded: Class) -> None:
    """Does the act end in a stated outcome, earn what its answers are worth, and keep within its time?"""
    act, result = ACTS[name], graded.results[_student(name)]
    assert result.outcome.code in act.outcomes, result.outcome
    assert _scores(result) == act.earns, (result.outcome, result.notebooks[LAB].cells)
    assert result.walls == "bubblewrap"
    assert graded.took[_student(name)] <= act.seconds
    assert result.outcome.code == "graded" or result.outcome.message


@pytest.mark.parametrize("name", [name for name, act in ACTS.items() if act.unseen])
def test_act_sees_nothing(name: str, graded: Class) -> None:
    """Do the outputs of the student's own cells show nothing of what lies behind the walls?"""
    notebook = graded.results[_student(name)].notebooks[LAB].nb
    own = [c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("grade")]
    shown = json.dumps([c.get("outputs", []) for c in own])
    assert LOOKED in shown
    for text in ACTS[name].unseen:
        assert text not in shown


def test_honest_neighbours_are_unharmed(graded: Class) -> None:
    """Does every honest student between the hostile ones get full marks?"""
    assert len(graded.honest) >= 10
    for student in graded.honest:
        assert graded.results[student].outcome.code == "graded"
        assert _scores(graded.results[student]) == ALL


def test_everybody_has_a_result(graded: Class) -> None:
    """Is there one result a submission?"""
    assert len(graded.results) == len(ACTS) + len(graded.honest)


def test_course_folder_is_untouched(graded: Class) -> None:
    """Is every file outside autograded/ and the gradebook byte for byte what it was?"""
    assert graded.after == graded.before


def test_nothing_is_left_behind(graded: Class) -> None:
    """Is no process and no file of a submission left on the machine?"""
    assert graded.processes == set()
    assert not {name for name in graded.temporary if "crmgrade" in name or "pwned" in name}


def test_autograded_holds_no_foreign_file(graded: Class) -> None:
    """Did no link lead a file from elsewhere into the results?"""
    for path in (graded.root / "autograded").rglob("*"):
        assert not path.is_symlink()
        if path.is_file() and path.suffix in {".csv", ".db"}:
            assert b"SQLite" not in path.read_bytes()[:20]


def test_own_cells_never_hold_the_secret(graded: Class) -> None:
    """Does no output of any student's own cell hold the hidden tests' secret?"""
    for student, result in graded.results.items():
        for cell in result.notebooks[LAB].nb["cells"]:
            if not cell["metadata"].get("nbgrader", {}).get("grade"):
                assert SECRET not in json.dumps(cell.get("outputs", [])), student
