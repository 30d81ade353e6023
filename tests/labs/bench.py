"""Run a lab's notebook cell by cell in this process: fast enough for many students and many wrong answers."""

import ast
import contextlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest

from crmlab import lab
from crmlab.learn import NotYet

ROOT = Path(__file__).resolve().parents[2]


def source_path(name: str) -> Path:
    return ROOT / "autograder" / "source" / name / f"{name}.ipynb"


def release_path(name: str) -> Path:
    return ROOT / "labs" / name / f"{name}.ipynb"


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def cell(notebook: Any, cell_id: str) -> Any:
    return next(c for c in notebook.cells if c.id == cell_id)


def mark(cell: Any) -> dict[str, Any]:
    return cell.metadata.get("nbgrader", {})


def names() -> list[str]:
    """Every lab that has a source notebook, by name."""
    return sorted(
        path.stem for path in (ROOT / "autograder" / "source").glob("*/*.ipynb") if path.stem == path.parent.name
    )


class Lab:
    """A lab's source and release, and which of their cells are answers and which are checks."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.source, self.release = read(source_path(name)), read(release_path(name))
        self.prefix = self.source.cells[0].id.removesuffix("title")
        code = [c for c in self.source.cells if c.cell_type == "code"]
        self.answers = [c for c in code if mark(c).get("solution")]
        self.checks = [c for c in code if mark(c).get("grade")]
        self.graded = {c.id: mark(c)["points"] for c in self.source.cells if mark(c).get("grade")}
        self.full = {c.id: mark(c)["points"] for c in self.checks}
        """Points of every automatically marked cell."""


@cache
def lab_named(name: str) -> Lab:
    return Lab(name)


@dataclass
class Outcome:
    value: Any
    error: BaseException | None
    printed: str

    @property
    def message(self) -> str | None:
        """The sentence a student reads, None when the check is content."""
        if self.error is None:
            return None
        assert isinstance(self.error, NotYet), repr(self.error)
        return str(self.error)


class Bench:
    """A stand-in for the kernel: one namespace, which ``lab.answer`` reads."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, student: str) -> None:
        self.user_ns: dict[str, Any] = {"__name__": "__main__"}
        self.student = student
        monkeypatch.setenv("CRMLAB_STUDENT_ID", student)
        monkeypatch.setattr(lab, "_shell", lambda: self)
        monkeypatch.setattr(lab, "_calm", lambda: None)

    def run(self, source: str) -> Outcome:
        """Execute a cell as a kernel does: the value of its last expression is its result."""
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        value, error, printed = None, None, io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                exec(compile(tree, "<cell>", "exec"), self.user_ns)
                if last is not None:
                    value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), self.user_ns)
            except Exception as err:
                error = err
        plt.close("all")
        return Outcome(value, error, printed.getvalue())

    def run_all(self, notebook: Any, answers: dict[str, str] | None = None) -> dict[str, Outcome]:
        """Run every code cell; ``answers`` replaces the source of solution cells by cell id."""
        unknown = set(answers or {}) - {cell.id for cell in notebook.cells}
        assert not unknown, unknown
        return {
            cell.id: self.run((answers or {}).get(cell.id, cell.source))
            for cell in notebook.cells
            if cell.cell_type == "code"
        }

    def attempt(self, code: str, check: Any) -> Outcome:
        """Run an answer, then its check, and leave everything as it was before."""
        before = dict(self.user_ns)
        try:
            with pytest.MonkeyPatch.context() as patch:  # a test of its own has nobody's student number
                patch.setenv("CRMLAB_STUDENT_ID", self.student)
                tried = self.run(code)
                assert tried.error is None, repr(tried.error)
                return self.run(check.source)
        finally:
            self.user_ns.clear()
            self.user_ns.update(before)


def answered(name: str, student: str = "2026001") -> Iterator[Bench]:
    """Yield a bench on which the whole lab has been answered rightly, and whose student it stays."""
    with pytest.MonkeyPatch.context() as patch:
        prepared = Bench(patch, student)
        prepared.run_all(lab_named(name).source)
        yield prepared


def marks(notebook: Any, outcomes: dict[str, Outcome]) -> dict[str, float]:
    """Marks of the test cells by nbgrader's rule: an error 0, a number itself, anything else the full points."""
    earned = {}
    for cell in notebook.cells:
        if not mark(cell).get("grade") or cell.cell_type != "code":
            continue
        outcome, points = outcomes[cell.id], float(mark(cell)["points"])
        if outcome.error is not None:
            earned[cell.id] = 0.0
        elif outcome.value is None:
            earned[cell.id] = points
        else:
            assert type(outcome.value) is float, f"{cell.id}: {outcome.value!r}"
            assert re.fullmatch(r"\d+\.\d+", repr(outcome.value))
            assert outcome.value <= points
            earned[cell.id] = outcome.value
    return earned


def said(outcome: Outcome) -> list[str]:
    """The lines a student reads: the check's sentence while he works, or what it printed when it was marked."""
    return outcome.printed.splitlines() if outcome.error is None else [str(outcome.message)]


def earned(outcome: Outcome) -> float:
    return 0.0 if outcome.error is not None else outcome.value


def keys(generator: Any, key: Callable[[dict[str, pd.DataFrame]], dict[str, Any]], students: int = 40) -> pd.DataFrame:
    """Return what ``key`` reads out of a lab's tables, a row a student, for as many draws."""
    return pd.DataFrame([key(generator.make(np.random.default_rng(number))) for number in range(students)])


def mistakes_test(name: str, mistakes: list[tuple[str, str, str, float, str]]) -> Callable[..., None]:
    """Return a test of typical mistakes: what the student did, check, answer, marks, a sentence that he reads."""
    source = lab_named(name).source

    @pytest.mark.parametrize(("what", "check", "code", "marked", "sentence"), mistakes, ids=[m[0] for m in mistakes])
    def test(stage: Bench, what: str, check: str, code: str, marked: float, sentence: str) -> None:
        """Does this mistake earn what a fair teacher gives, and does the student read this very sentence?"""
        outcome = stage.attempt(code, cell(source, check))
        assert earned(outcome) == marked, outcome.printed
        assert sentence in said(outcome)

    return test


def ways_test(name: str, ways: list[tuple[str, str, float]]) -> Callable[..., None]:
    """Return a test of answers in another form: check, answer, marks."""
    source = lab_named(name).source

    @pytest.mark.parametrize(("check", "code", "marked"), ways)
    def test(stage: Bench, check: str, code: str, marked: float) -> None:
        """Does a right answer of another form earn all its marks, and one that is half right its half?"""
        outcome = stage.attempt(code, cell(source, check))
        assert earned(outcome) == marked, outcome.printed or outcome.message

    return test
