"""The folders of ``autograded/``: replaced as a whole, and mended after an interruption."""

import contextlib
import ctypes
import fnmatch
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

NOTE = "crmgrade.json"
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def others(
    files: Mapping[str, bytes],
    lab: Mapping[str, bytes],
    own: Collection[str],
    ignore: Iterable[str],
    keep: Collection[str],
) -> dict[str, bytes]:
    """Return the files that stand beside the notebooks: the submission's, then the lab's over them.

    Parameters
    ----------
    files, lab : mapping of str to bytes
        The submission's and the lab's files.
    own : collection of str
        Names that are written otherwise.
    ignore : iterable of str
        Patterns of names that nbgrader leaves out.
    keep : collection of str
        Files of the lab that a submission may replace.
    """
    patterns = [*ignore, "*.ipynb"]
    given = {path: content for path, content in files.items() if _is_plain(path, patterns)}
    ours = {path: content for path, content in lab.items() if not (path in keep and path in given)}
    taken = {*ours, *own}
    above = {str(parent) for path in taken for parent in PurePosixPath(path).parents}
    found = {
        path: content
        for path, content in given.items()
        if path not in taken
        and path not in above
        and not any(str(parent) in taken for parent in PurePosixPath(path).parents)
    }
    return found | ours


def _is_plain(path: str, patterns: list[str]) -> bool:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        return False
    return not any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in patterns)


def staged(place: Path) -> Path:
    """Return where the next content of a folder is put together; no pattern of nbgrader's finds it."""
    return place.parent / f".{place.name}.crmgrade"


def _set_aside(place: Path) -> Path:
    return place.parent / f".{place.name}.crmgrade-old"


def interrupted(place: Path) -> bool:
    """Return whether :func:`recover` has something to do."""
    return staged(place).exists() or _set_aside(place).exists()


def stage(place: Path, files: Mapping[str, bytes], note: Mapping[str, Any], mode: int, shared: bool) -> None:
    """Write the next content of ``place`` beside it; the note comes last and makes it complete.

    Raises
    ------
    OSError
        The disk is full or may not be written; nothing is left of it.
    """
    folder = staged(place)
    discard(folder)
    try:
        folder.mkdir(parents=True)
        text = json.dumps(note, ensure_ascii=False).encode("utf-8", "replace")
        for path, content in [*files.items(), (NOTE, text)]:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                os.fchmod(handle, mode)
        if shared:
            for inside, _, _ in os.walk(folder):
                os.chmod(inside, (os.stat(inside).st_mode | 0o2770) & 0o2777)  # noqa: S103 - as nbgrader does
    except BaseException:
        discard(folder)
        raise


def put(place: Path) -> None:
    """Make the staged content the folder's: at one stroke where the system can, else by two renamings."""
    folder = staged(place)
    if not place.exists():
        os.rename(folder, place)
        return
    if not _exchange(folder, place):
        old = _set_aside(place)
        discard(old)
        os.rename(place, old)
        os.rename(folder, place)
        discard(old)
    discard(folder)


def recover(place: Path, agrees: Callable[[dict[str, Any]], bool]) -> None:
    """Finish or forget what an interrupted :func:`put` left: the staged content counts if the gradebook agrees."""
    folder, aside = staged(place), _set_aside(place)
    if folder.exists():
        fresh, old = note_of(folder), note_of(place)
        later = fresh is not None and (old is None or fresh.get("saved", 0) > old.get("saved", 0))
        if fresh is not None and later and agrees(fresh):
            put(place)
        else:
            discard(folder)
    if aside.exists() and not place.exists():
        os.rename(aside, place)
    discard(aside)


def note_of(place: Path) -> dict[str, Any] | None:
    """Return the note in a folder, None when there is none that can be read."""
    try:
        found = json.loads((place / NOTE).read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def discard(folder: Path) -> None:
    """Remove a folder of ours."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step (Linux); return whether that was possible."""
    try:
        swap = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(swap(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
