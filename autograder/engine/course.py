"""A course directory as nbgrader sees it, and how its labs are graded here."""

import contextlib
import copy
import logging
import os
import stat
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.converters import Autograde
from traitlets import Bool, Dict, Float, Int, List, Unicode
from traitlets.config import Configurable

from autograder.engine.engine import Settings
from autograder.engine.lab import Lab, LabError, SourceNotebook
from autograder.engine.sandbox import Limits
from autograder.engine.worker import Environment

log = logging.getLogger("crmgrade")
MAX_SUBMISSION = 64 * 2**20  # bytes of one submission folder that are read; beyond it the rest is left out
MAX_FILES = 500


class CrmGrade(Configurable):
    """Settings of the engine, in nbgrader_config.py as ``c.CrmGrade.<name>``."""

    preload = List(
        Unicode(), ["numpy", "pandas", "matplotlib.pyplot"], help="Modules imported once, before submissions run."
    ).tag(config=True)
    warm_up = Unicode(
        "",
        help="Code that runs once before a lab's submissions, its name in lab_name (empty where there is none): what is slow the "
        "first time. Students' code can see what it leaves.",
    ).tag(config=True)
    read_only = List(
        Unicode(), [], help="Folders that students' code may read; relative to the course root. Never the sources."
    ).tag(config=True)
    student_variables = List(
        Unicode(), ["CRMGRADE_STUDENT_ID"], help="Environment variables that carry the student's number."
    ).tag(config=True)
    reference_student = Unicode("reference", help="The number under which the reference solution runs.").tag(
        config=True
    )
    isolation = Dict(
        {}, help="Labs whose checks must run in the student's interpreter: {lab: 'same-interpreter'}."
    ).tag(config=True)
    replace_autograde = Bool(
        False, help="Whether nbgrader's own autograde is done by the engine; drop_in.install(c) turns it on."
    ).tag(config=True)
    sandbox = Bool(True, help="False runs submissions without walls; recorded in every result.").tag(config=True)
    workers = Int(0, help="Submissions graded at the same time; 0: one a core.").tag(config=True)
    memory_mb = Int(2048, help="Memory of one submission, all its processes together.").tag(config=True)
    cell_seconds = Float(0.0, help="Time of one cell; 0: c.Execute.timeout, or 30.").tag(config=True)
    total_seconds = Float(300.0, help="Time of one notebook.").tag(config=True)
    processes = Int(32, help="Processes and threads of one submission.").tag(config=True)
    disk_mb = Int(128, help="What one submission may write.").tag(config=True)


class _App(NbGrader):  # type: ignore[misc]
    """Reads nbgrader's configuration the way nbgrader does."""

    name = "crmgrade"
    description = "crmgrade"
    flags: dict[str, Any] = {}  # noqa: RUF012  # traitlets' own form
    aliases: dict[str, Any] = {}  # noqa: RUF012


@dataclass(frozen=True)
class Submission:
    """One submission: whose, where, and since when."""

    student: str
    folder: Path
    timestamp: datetime


class Course:
    """A course directory.

    Parameters
    ----------
    app : NbGrader
        An nbgrader application, or one of its converters, that has read its configuration.
    converter : Autograde, optional
        The converter that nbgrader made for this run; else one is made from the configuration.
    """

    def __init__(self, app: Any, converter: Any = None) -> None:
        self.app = app
        self.directory = app.coursedir
        self.converter = converter or Autograde(coursedir=app.coursedir, parent=app)
        self.settings = CrmGrade(config=app.config)
        self.root = Path(self.directory.root)

    @classmethod
    def load(cls, root: Path) -> "Course":
        """Read the configuration of the course in the folder ``root``."""
        app = _App()
        with contextlib.chdir(root):
            app.initialize([])
            # As nbgrader's own commands do: the course's plugins are found from its root.
            app.coursedir.root = app.coursedir.root or str(root)
        return cls(app)

    @property
    def source(self) -> Path:
        """The folder of the labs' sources."""
        return self._folder(self.directory.source_directory, ".", "x").parent

    def lab(self, name: str) -> Lab:
        """Read a lab's source; raises LabError."""
        lab = Lab.read(self.source, name, tuple(self.directory.ignore))
        word = str(self.app.config.InstantiateTests.get("autotest_delimiter") or "AUTOTEST")
        asked = {
            (notebook.name, cell.grade_id)
            for notebook in lab.notebooks.values()
            for cell in notebook.cells
            if cell.role == "check"
            and any(word in line for line in cell.source.splitlines() if line.strip()[:1] == "#")
        }
        return replace(lab, notebooks=self._with_tests(lab, asked)) if asked else lab

    def _with_tests(self, lab: Lab, asked: set[tuple[str, str | None]]) -> dict[str, SourceNotebook]:
        """Put in the tests that nbgrader has made of AUTOTEST lines; the gradebook has them."""
        made = {}
        with Gradebook(self.directory.db_url, self.directory.course_id) as book:
            for name, notebook in lab.notebooks.items():
                node = copy.deepcopy(notebook.nb)
                for cell, source in zip(node.cells, notebook.cells, strict=True):
                    if (name, source.grade_id) in asked:
                        try:
                            cell.source = book.find_source_cell(source.grade_id, name, lab.name).source
                        except MissingEntry:
                            raise LabError(
                                f"“{source.grade_id}”的检查要由 nbgrader 生成。请先运行 nbgrader generate_assignment {lab.name}。"
                            ) from None
                made[name] = SourceNotebook.from_node(name, node)
        return made

    def submissions(self, lab: str) -> list[Submission]:
        """Return the lab's submissions, by student."""
        found = []
        root = self._folder(self.directory.submitted_directory, "x", lab).parent.parent
        for folder in sorted(root.glob(f"*/{lab}")):
            if folder.is_dir() and not folder.is_symlink() and not folder.parent.is_symlink():
                found.append(Submission(folder.parent.name, folder, _timestamp(folder)))
        return found

    def hook(self, when: str, lab: str, submission: Submission) -> None:
        """Call the course's ``pre_convert_hook`` or ``post_convert_hook`` for one submission, as nbgrader does.

        A hook that fails is told and stops nobody.
        """
        hook = getattr(self.converter, f"{when}_convert_hook")
        if hook is None:
            return
        notebooks = sorted(str(path) for path in submission.folder.glob("*.ipynb"))
        try:
            with contextlib.chdir(self.root):
                hook(assignment=lab, student=submission.student, notebooks=notebooks)
        except Exception:
            log.warning("学号 %s：课程设置的 %s_convert_hook 出了错。", submission.student, when, exc_info=True)

    def environment(self, lab: str = "", slot: int = 0, sandbox: bool | None = None) -> Environment:
        """Return what every run of a lab shares; without a lab, what every run of this course does."""
        settings = self.settings
        return Environment(
            preload=tuple(settings.preload),
            warm_up=settings.warm_up,
            lab=lab,
            read_only=tuple((self.root / p).resolve() for p in settings.read_only),
            hidden=(self.root.resolve(),),
            student_variables=tuple(settings.student_variables),
            variables={"NBGRADER_EXECUTION": "autograde"},  # what stock tells the cells
            sandbox=settings.sandbox if sandbox is None else sandbox,
            slot=slot,
        )

    def grading(self, lab: str) -> Settings:
        """Return limits and isolation of a lab."""
        settings = self.settings
        seconds = settings.cell_seconds or float(self.app.config.Execute.get("timeout") or 30)
        limits = Limits(
            memory_mb=settings.memory_mb, cell_seconds=seconds, total_seconds=settings.total_seconds,
            processes=settings.processes, disk_mb=settings.disk_mb,
        )  # fmt: skip
        return Settings(limits, settings.isolation.get(lab, "separate"))

    def _folder(self, step: str, student: str, lab: str) -> Path:
        return Path(self.directory.format_path(step, student, lab))


def read_files(folder: Path) -> dict[str, bytes]:
    """Read a submission folder: regular files only, never through a link, within fixed bounds.

    What a student may have put there is not trusted: links, pipes and devices are left out, and so is what goes
    beyond :data:`MAX_FILES` files or :data:`MAX_SUBMISSION` bytes. Notebooks come first.
    """
    files: dict[str, bytes] = {}
    room = MAX_SUBMISSION
    paths = []
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not os.path.islink(os.path.join(place, name)))[:MAX_FILES]
        paths += [os.path.join(place, name) for name in names]
        if len(paths) > 20 * MAX_FILES:
            break
    paths.sort(key=lambda path: (not path.endswith(".ipynb"), path.count(os.sep), path))
    for path in paths[:MAX_FILES]:
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue
        with os.fdopen(handle, "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode) or state.st_size > room or state.st_nlink > 1:
                continue
            content = file.read(room + 1)
        if len(content) <= room:
            room -= len(content)
            files[Path(path).relative_to(folder).as_posix()] = content
    return files


def _timestamp(folder: Path) -> datetime:
    newest = max((p.lstat().st_mtime for p in folder.iterdir()), default=folder.stat().st_mtime)
    return datetime.fromtimestamp(newest, UTC)


def search_path(course: Course) -> None:
    """Let the course's own plugins and hooks be imported, as nbgrader's commands do."""
    for path in (str(course.root), str(course.root.parent)):
        if path not in sys.path:
            sys.path.insert(0, path)
