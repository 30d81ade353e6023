"""A throw-away copy of the course, and nbgrader's own applications run on it inside this process."""

import contextlib
import io
import logging
import os
import shutil
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_core.application import NoStart
from nbgrader.api import Gradebook
from nbgrader.apps.nbgraderapp import NbGraderApp
from nbgrader.validator import Validator

ROOT = Path(__file__).resolve().parents[2]
LAB = "lab06_satisfaction"


@dataclass
class Ran:
    code: int
    log: str
    out: str


def nbgrader(folder: Path, *arguments: str) -> Ran:
    """Run ``nbgrader <arguments>`` in ``folder``."""
    log, out, code = io.StringIO(), io.StringIO(), 0
    NbGraderApp.clear_instance()
    app = NbGraderApp.instance()
    path, path_before = sys.path[:], os.environ["PATH"]
    # nbgrader starts `alembic` by name.
    os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + path_before
    stream, Validator.stream = Validator.stream, out
    try:
        # The warnings of nbgrader's own code are not ours to mend.
        with contextlib.chdir(folder), contextlib.redirect_stdout(out), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            app.initialize(list(arguments))
            app.init_logging(logging.StreamHandler, [log], color=False, subapps=True)
            app.start()
    except NoStart:
        pass
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        Validator.stream = stream
        text = log.getvalue()
        app.reset()
        NbGraderApp.clear_instance()
        sys.path[:] = path
        os.environ["PATH"] = path_before
    return Ran(code, text, out.getvalue())


@dataclass
class Course:
    root: Path
    exchange: Path

    @property
    def teacher(self) -> Path:
        return self.root / "autograder"

    @property
    def release(self) -> Path:
        return self.root / "labs" / LAB / f"{LAB}.ipynb"

    def gradebook(self) -> Any:
        return Gradebook(f"sqlite:///{self.teacher / 'gradebook.db'}", "crm")

    def submit(self, student: str, notebook: Any, name: str = f"{LAB}.ipynb") -> None:
        """Put a submission where collecting would put it; a str is written as it is."""
        folder = self.teacher / "submitted" / student / LAB
        folder.mkdir(parents=True)
        text = notebook if isinstance(notebook, str) else nbformat.writes(notebook)
        (folder / name).write_text(text, encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-11-20 08:00:00 UTC", encoding="utf-8")


def copy_course(folder: Path) -> Course:
    """Copy the teacher's room (only what is kept in version control) into ``folder``."""
    course = Course(folder / "course", folder / "exchange")
    shutil.copytree(
        ROOT / "autograder",
        course.teacher,
        ignore=shutil.ignore_patterns(
            "__pycache__", ".ipynb_checkpoints", "gradebook.db*", "submitted", "autograded", "feedback", "downloaded"
        ),
    )
    (course.root / "labs").mkdir()
    course.exchange.mkdir()
    course.exchange.chmod(0o777)
    return course
