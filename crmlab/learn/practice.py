"""Exercises and quiz items: read from the practice files of all chapters and cases, looked up by id."""

import ast
import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from crmlab._checks import listing, nearest
from crmlab.learn._errors import PracticeError, UnknownIdError
from crmlab.learn._schema import check_file, read_toml
from crmlab.paths import project_root

_TOPICS = {
    "service", "technology", "development", "communication", "information", "satisfaction", "loyalty", "complaints",
    "strategy",
}  # fmt: skip


@dataclass(frozen=True)
class Mistake:
    """One foreseen wrong answer: when it is met, what to say, and an example of it."""

    when: str
    say: str
    example: str


@dataclass(frozen=True)
class Exercise:
    """One 即时练 as its practice file states it."""

    id: str
    notebook: str
    folder: Path
    kind: str
    prompt: str
    expected: str
    hints: tuple[str, ...]
    solution: str
    success: str
    setup: str = ""
    tolerance: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    options: tuple[str, ...] = ()
    ordered: bool | None = None
    calls: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    def namespace(self, code: str) -> dict[str, Any]:
        """Names that author code may use; only those that ``code`` mentions are loaded."""
        return _namespace(self.folder, self.setup, code)

    def evaluate(self, expression: str, **names: Any) -> Any:
        """Value of an author's expression (``names``: ``answer`` and ``expected``)."""
        # Practice files are part of the course, as trusted as the notebooks; students never supply one.
        return eval(expression.strip(), self.namespace(expression) | names)  # noqa: S307

    def expected_value(self) -> Any:
        """Compute the right answer."""
        try:
            return self.evaluate(self.expected)
        except Exception as err:
            raise PracticeError(
                f"即时练 {self.id} 的标准答案算不出来（{type(err).__name__}：{err}）。"
                f"这不是你的错，请告诉老师检查“{self.folder.name}”的练习文件。"
            ) from err


@dataclass(frozen=True)
class QuizItem:
    """One self-test item as its practice file states it."""

    id: str
    notebook: str
    folder: Path
    kind: Literal["single", "multiple", "numeric", "text", "order"]
    stem: str
    explain: tuple[str, ...]
    options: tuple[str, ...] = ()
    answer: Any = None
    tolerance: float = 0.0
    unit: str = ""
    source: str = ""


@dataclass(frozen=True)
class PracticeFile:
    """The content of one practice file."""

    path: Path
    exercises: tuple[Exercise, ...]
    items: tuple[QuizItem, ...]

    @property
    def entries(self) -> tuple[Exercise | QuizItem, ...]:
        """Exercises and items together."""
        return (*self.exercises, *self.items)


_cache: dict[Path, tuple[tuple[int, int], PracticeFile]] = {}


def practice_paths() -> list[Path]:
    """All practice files of the course, chapters first."""
    root = project_root()
    return [path for room in ("chapters", "cases") for path in sorted((root / room).glob("*/practice_*.toml"))]


def load_file(path: Path) -> PracticeFile:
    """读一个练习文件并检查每一项；文件没有改动时用上次读到的内容。

    Parameters
    ----------
    path : Path
        ``practice_*.toml``，在某一章或某个案例的目录里。

    Returns
    -------
    PracticeFile
        这个文件里的即时练和自测题。

    Raises
    ------
    PracticeError
        不是 TOML，或有一项不合规定；消息说明哪一题、哪里不对。
    """
    stat = path.stat()
    stamp = (stat.st_mtime_ns, stat.st_size)
    cached = _cache.get(path)
    if cached is not None and cached[0] == stamp:
        return cached[1]
    content = read_toml(path)
    check_file(content, f"{path.parent.name}/{path.name}")
    loaded = PracticeFile(
        path,
        tuple(_exercise(entry, path.parent) for entry in content.get("exercise", [])),
        tuple(_item(entry, path.parent) for entry in content.get("quiz", [])),
    )
    _cache[path] = (stamp, loaded)
    return loaded


def load_all() -> list[PracticeFile]:
    """Load every practice file; ids must be unique over the whole course."""
    files = [load_file(path) for path in practice_paths()]
    seen: dict[str, Path] = {}
    for file in files:
        for entry in file.entries:
            if entry.id in seen:
                first, here = (f"{path.parent.name}/{path.name}" for path in (seen[entry.id], file.path))
                raise PracticeError(f"{here}：id“{entry.id}”在 {first} 里已经用过。每题的 id 只能用一次，请换一个。")
            seen[entry.id] = file.path
    return files


def find_exercise(exercise_id: str) -> Exercise:
    """Look an exercise up by id over the whole course."""
    exercises = {entry.id: entry for file in load_all() for entry in file.exercises}
    if not isinstance(exercise_id, str):
        raise TypeError(f'题号要写成文字（加引号），如 learn.check("6.2.2", ...)；你给的是 {exercise_id!r}。')
    if exercise_id not in exercises:
        raise UnknownIdError(
            f"没有叫“{exercise_id}”的即时练。{nearest(exercise_id, exercises)}现有的题号：{listing(sorted(exercises))}。"
        )
    return exercises[exercise_id]


def find_items(notebook: str, only: list[str] | None = None) -> list[QuizItem]:
    """Self-test items of one notebook, all or those named in ``only`` (in that order)."""
    items = [entry for file in load_all() for entry in file.items]
    here = {entry.id: entry for entry in items if entry.notebook == notebook}
    if not here:
        notebooks = sorted({entry.notebook for entry in items})
        raise UnknownIdError(
            f"“{notebook}”没有自测题。{nearest(notebook, notebooks)}有自测题的：{listing(notebooks)}。"
        )
    for wanted in only or []:
        if wanted not in here:
            raise UnknownIdError(
                f"“{notebook}”没有叫“{wanted}”的自测题。{nearest(wanted, here)}现有的题号：{listing(here)}。"
            )
    return [here[wanted] for wanted in only] if only else list(here.values())


def _exercise(entry: Mapping[str, Any], folder: Path) -> Exercise:
    fields = dict(entry)
    mistakes = tuple(Mistake(**mistake) for mistake in fields.pop("mistake", []))
    for key in ("hints", "options", "calls"):
        fields[key] = tuple(fields.get(key, ()))
    return Exercise(folder=folder, mistakes=mistakes, **fields)


def _item(entry: Mapping[str, Any], folder: Path) -> QuizItem:
    fields = dict(entry)
    for key in ("options", "explain"):
        fields[key] = tuple(fields.get(key, ()))
    return QuizItem(folder=folder, **fields)


def _namespace(folder: Path, setup: str, code: str) -> dict[str, Any]:
    used = {
        node.id for text in (setup, code) for node in ast.walk(ast.parse(text.strip())) if isinstance(node, ast.Name)
    }
    names: dict[str, Any] = {"np": np, "pd": pd}
    if used & {"data", "ch"}:
        from crmlab import data

        names["data"] = data
        if "ch" in used:
            load = data.load_chapter if folder.parent.name == "chapters" else data.load_case
            names["ch"] = load(folder.name)
    names |= {topic: importlib.import_module(f"crmlab.{topic}") for topic in _TOPICS & used}
    if setup:
        exec(setup, names)  # noqa: S102  course authors' code, see Exercise.evaluate
    return names
