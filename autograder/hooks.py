"""What is done to a submission before nbgrader converts it."""

import contextlib
import secrets
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.notebooks import belongs_to, grade_ids


def complete_submission(assignment: str, student: str, notebooks: list[str], **_: Any) -> None:
    """Give a submission what nbgrader takes for granted: the right file name, a time and a secret.

    Stock knows a notebook by its file name alone and gives "lab06_satisfaction (1).ipynb" no mark: a copy under the
    expected name is added when that file is missing and exactly one notebook in the folder is that lab. A submission
    that did not come through the exchange lacks the two small files without which ``release_feedback`` breaks off.

    Parameters
    ----------
    assignment, student : str
        As nbgrader passes them; the student is a pattern, so the folder is taken from the files.
    notebooks : list of str
        Paths of the notebooks found; a copy's path is added in place.
    """
    # A link may lead anywhere: what a student can name is neither read nor copied nor written to.
    notebooks[:] = [path for path in notebooks if not Path(path).is_symlink()]
    folders = {Path(path).parent for path in notebooks}
    if len(folders) != 1:
        return
    folder = folders.pop()
    # <root>/submitted/<student>/<lab>: the sources lie under <root>/source/<lab>.
    for original in sorted((folder.parents[2] / "source" / folder.name).glob("*.ipynb")):
        expected = folder / original.name
        if expected.exists() or expected.is_symlink():
            continue
        ids = grade_ids(original)
        found = [path for path in notebooks if belongs_to(Path(path), ids)]
        if len(found) == 1:
            shutil.copy2(found[0], expected)
            notebooks.append(str(expected))
    _write_if_missing(folder / "timestamp.txt", _time(notebooks))
    _write_if_missing(folder / "submission_secret.txt", secrets.token_hex(64))


def _time(notebooks: list[str]) -> str:
    newest = max(Path(path).stat().st_mtime for path in notebooks)
    return datetime.fromtimestamp(newest, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _write_if_missing(path: Path, text: str) -> None:
    with contextlib.suppress(FileExistsError), path.open("x", encoding="utf-8") as file:
        file.write(text)
