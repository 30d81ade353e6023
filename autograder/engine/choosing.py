"""Which file of a submission is which notebook of the lab."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from nbformat import NotebookNode

from autograder.engine.lab import SourceNotebook
from autograder.engine.matching import claim, plain, released
from autograder.engine.reading import Repair, Unreadable, read_notebook

# More notebooks than this are not looked into: the rest counts as extra.
_LOOKED_INTO = 50


@dataclass(frozen=True)
class Choice:
    """``paths``: the file chosen for each source notebook that has one; ``repairs``: what to tell about it.

    ``read``: what :func:`read_notebook` made of the chosen files that it could read, by source notebook.
    """

    paths: dict[str, str]
    repairs: tuple[Repair, ...]
    read: dict[str, tuple[NotebookNode, list[Repair]]]


def choose(notebooks: Mapping[str, SourceNotebook], files: Mapping[str, bytes]) -> Choice:
    """Choose a file for each notebook of a lab.

    The exact name wins, unless that file is unreadable and another one is the lab; else the file that holds most of
    the notebook's cells, at least half of them.

    Parameters
    ----------
    notebooks : mapping of str to SourceNotebook
        The lab's notebooks by name.
    files : mapping of str to bytes
        The submission's files by relative path.

    Returns
    -------
    Choice
        A notebook that no file fits is absent from ``paths``.
    """
    paths = sorted((p for p in files if _is_notebook(p)), key=lambda p: (len(PurePosixPath(p).parts), p))
    known = {name: _recognised(notebook) for name, notebook in notebooks.items()}
    read = {path: _read(files[path]) for path in paths[:_LOOKED_INTO]}
    held = {path: None if made is None else _held(made[0]) for path, made in read.items()}
    chosen: dict[str, str] = {}
    repairs: list[Repair] = []
    for name in notebooks:
        exact = next((p for p in paths if _stem(p) == _folded(name) and p not in chosen.values()), None)
        if exact is not None and held.get(exact) is not None:
            chosen[name] = exact
    for name in notebooks:
        if name in chosen:
            continue
        free = [p for p, cells in held.items() if cells is not None and p not in chosen.values()]
        scores = {p: _score(known[name], held[p] or set()) for p in free}
        fits = [p for p in free if scores[p] >= 0.5]
        if fits:
            # Of two equal ones the later name: browsers and Jupyter number copies upwards.
            best = max(fits, key=lambda p: (scores[p], p))
            chosen[name] = best
            repairs.append(Repair("renamed", None, f"没有叫 {name}.ipynb 的笔记本能用，按内容认出了“{_shown(best)}”。"))
            continue
        broken = next((p for p in paths if _stem(p) == _folded(name) and p not in chosen.values()), None)
        if broken is not None:
            chosen[name] = broken
    extra = [p for p in paths if p not in chosen.values()]
    if extra:
        some = "、".join(f"“{_shown(p)}”" for p in extra[:3]) + (f" 等 {len(extra)} 个" if len(extra) > 3 else "")
        repairs.append(Repair("extra_notebook", None, f"多交的笔记本没有评分：{some}。"))
    made = {name: found for name, path in chosen.items() if (found := read.get(path)) is not None}
    return Choice(chosen, tuple(repairs), made)


def _is_notebook(path: str) -> bool:
    parts = PurePosixPath(path).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return bool(parts) and not hidden and parts[-1].lower().endswith(".ipynb")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _stem(path: str) -> str:
    return _folded(PurePosixPath(path).name[: -len(".ipynb")])


def _shown(path: str) -> str:
    name = PurePosixPath(path).name
    return "".join(c if c.isprintable() else "?" for c in name[:60])


def _recognised(notebook: SourceNotebook) -> list[set[str]]:
    """Return, for each nbgrader cell, the marks by which it is known: its grade id, its cell id, its text."""
    found = []
    for cell in notebook.cells:
        if cell.grade_id is not None:
            marks = {f"grade {cell.grade_id}", f"id {cell.cell.get('id')}", f"text {plain(released(cell.source))}"}
            found.append(marks - {"id None", "text "})
    return found


def _read(data: bytes) -> tuple[NotebookNode, list[Repair]] | None:
    """Return the notebook and its repairs; None when no notebook can be made of the file."""
    try:
        return read_notebook(data)
    except Unreadable:
        return None


def _held(nb: NotebookNode) -> set[str]:
    """Return the marks that a notebook's cells bear."""
    found: set[str] = set()
    for cell in nb.cells:
        found |= {f"grade {claim(cell)}", f"id {cell.id}", f"text {plain(cell.source)}"}
    return found


def _score(known: list[set[str]], held: set[str]) -> float:
    return sum(1 for marks in known if marks & held) / len(known) if known else 0.0
