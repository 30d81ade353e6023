"""What a hostile, careless or unlucky student may hand in; each act names itself and says what it must earn.

Code that is written into cells stands in acts.toml; odd files and odd folders are made here.
"""

import json
import os
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from autograder.engine.matching import released
from tests.hostile.lab import LAB, source

RIGHT = {
    "number": "x = 42",
    "function": "def f(n):\n    return n * 2",
    "table": 't = data.sort_values("v", ignore_index=True)',
}
WRONG = {"number": "x = 1", "function": "def f(n):\n    return 0", "table": "t = data"}
HARD_LINK = "mine.db"  # beside one submission: another name of the gradebook itself
LOOKED = "looked everywhere"  # printed by an act that has come to its end
ALL, NONE = (5, 5, 5), (0, 0, 0)
GRADED = ("graded",)


@dataclass(frozen=True)
class Act:
    """``notebook`` makes the handed-in bytes; ``beside`` lays more into the folder; ``seconds``: at most so long.

    ``earns``: points of the three checks (number, function, table); ``outcomes``: the outcome codes that are right;
    ``unseen``: what must not stand in the outputs of the student's own cells.
    """

    name: str
    notebook: Callable[[], bytes]
    earns: tuple[float, ...]
    outcomes: tuple[str, ...] = GRADED
    beside: Callable[[Path], None] | None = None
    unseen: tuple[str, ...] = ()
    seconds: float = 30


ACTS: dict[str, Act] = {}


def handed_in(answers: dict[str, str], before: str = "") -> Any:
    nb = source()
    for cell in nb.cells:
        cell.source = answers.get(cell.id, released(cell.source))
    if before:
        nb.cells.insert(1, nbformat.v4.new_code_cell(before))
    return nb


def honest() -> bytes:
    return _bytes(handed_in(RIGHT))


def _bytes(nb: Any) -> bytes:
    return nbformat.writes(nb).encode()


def _add(act: Act) -> None:
    assert act.name not in ACTS, act.name
    ACTS[act.name] = act


def _written(act: dict[str, Any]) -> Act:
    """Return an act whose code stands in a cell."""
    code = act["code"].strip("\n")
    if act["kind"] == "cheat":
        code += f"\nprint({LOOKED!r})" if "unseen" in act else ""
        nb = handed_in(WRONG, code)
    else:
        cell = "number" if act["kind"] == "harm" else act["kind"]
        nb = handed_in(RIGHT | {cell: code})
    return Act(
        act["name"],
        lambda: _bytes(nb),
        tuple(act["earns"]),
        tuple(act["outcomes"]),
        unseen=tuple(act.get("unseen", ())),
    )


for written in tomllib.loads((Path(__file__).parent / "acts.toml").read_text(encoding="utf-8"))["act"]:
    _add(_written(written))


def form(
    name: str,
    make: Callable[[], bytes],
    earns: tuple[float, ...],
    outcomes: tuple[str, ...] = GRADED,
    beside: Callable[[Path], None] | None = None,
) -> None:
    """Add an act whose file or folder is odd."""
    _add(Act(name, make, earns, outcomes, beside))


# --- odd files ------------------------------------------------------------------------------------------------------
_UNREAD = ("unreadable", "missing")


def _changed(change: Callable[[Any], None]) -> Callable[[], bytes]:
    def make() -> bytes:
        document = json.loads(honest())
        change(document)
        return json.dumps(document).encode()

    return make


def _duplicate(document: Any) -> None:
    document["cells"].insert(3, document["cells"][2] | {"id": "copy"})


def _drop_checks(document: Any) -> None:
    document["cells"] = [c for c in document["cells"] if not c["id"].endswith("-test")]


def _strip(document: Any) -> None:
    for cell in document["cells"]:
        cell["metadata"] = {}


def _soften(document: Any) -> None:
    for cell in document["cells"]:
        if cell["id"].endswith("-test"):
            cell["source"] = "pass"
            cell["metadata"]["nbgrader"]["points"] = 500
        if cell["id"] == "number":
            cell["source"] = "x = 1"


def _more_points(document: Any) -> None:
    own = {
        "grade_id": "bonus",
        "grade": True,
        "solution": False,
        "locked": True,
        "points": 100,
        "schema_version": 3,
        "task": False,
    }
    document["cells"].append(
        {
            "cell_type": "code",
            "id": "bonus",
            "metadata": {"nbgrader": own},
            "source": "100",
            "outputs": [],
            "execution_count": 1,
        }
    )


def _swap(document: Any) -> None:
    ids = {c["id"]: c for c in document["cells"]}
    ids["number-test"]["metadata"]["nbgrader"]["grade_id"] = "setup"


form("empty_file", lambda: b"", NONE, _UNREAD)
form("bad_json", lambda: b'{"cells": [', NONE, _UNREAD)
form("a_list", lambda: b"[1, 2, 3]", NONE, _UNREAD)
form("nbformat_99", _changed(lambda d: d.update(nbformat=99)), NONE, _UNREAD)
form("random_bytes", lambda: bytes(range(256)) * 50, NONE, _UNREAD)
form("deep_json", lambda: b'{"a":' * 200_000 + b"1" + b"}" * 200_000, NONE, _UNREAD)
form("with_bom", lambda: b"\xef\xbb\xbf" + honest(), ALL)
form("utf_16", lambda: honest().decode().encode("utf-16"), ALL)
form("gbk", lambda: json.dumps(json.loads(honest()), ensure_ascii=False).encode("gbk"), ALL)
form("duplicated_check", _changed(_duplicate), ALL)
form("deleted_checks", _changed(_drop_checks), ALL)
form("stripped_metadata", _changed(_strip), ALL)
form("softened_checks", _changed(_soften), (0, 5, 5))
form("own_graded_cell", _changed(_more_points), ALL)
form("swapped_ids", _changed(_swap), ALL)


def _symlinks(folder: Path) -> None:
    os.symlink(folder.parents[2] / "gradebook.db", folder / "notes.csv")
    os.symlink("/etc", folder / "etc")
    os.symlink(folder.parents[2] / "source", folder / "source")


def _hardlink(folder: Path) -> None:
    os.link(folder.parents[2] / "gradebook.db", folder / HARD_LINK)


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")


def _zip_bomb(folder: Path) -> None:
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", b"0" * 100_000_000)


def _many(folder: Path) -> None:
    for number in range(3000):
        (folder / f"{number}.txt").write_text("x", encoding="utf-8")


def _odd_names(folder: Path) -> None:
    for name in (b"\xff\xfe.csv", "带 空格 ；rm -rf.csv".encode(), b"a" * 250, b"new\nline", b"-rf"):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"1")


def _shadow_files(folder: Path) -> None:
    for name in ("pandas.py", "numpy.py", "sitecustomize.py", "IPython.py", "autograder.py", "os.py", "json.py"):
        (folder / name).write_text("raise SystemExit('shadowed')", encoding="utf-8")


def _only_link(folder: Path) -> None:
    path = folder / f"{LAB}.ipynb"
    path.unlink()
    os.symlink(folder.parents[2] / "source" / LAB / f"{LAB}.ipynb", path)


def _extra_notebooks(folder: Path) -> None:
    (folder / "other.ipynb").write_bytes(honest())


form("links_beside", honest, ALL, beside=_symlinks)
form("hard_link_beside", honest, ALL, beside=_hardlink)
form("named_pipe_beside", honest, ALL, beside=_pipe)
form("zip_bomb_beside", honest, ALL, beside=_zip_bomb)
form("thousands_of_files", honest, ALL, beside=_many)
form("odd_file_names", honest, ALL, beside=_odd_names)
form("shadowing_modules_beside", honest, ALL, beside=_shadow_files)
form("notebook_is_a_link_to_the_source", honest, NONE, _UNREAD, beside=_only_link)
form("extra_notebook", lambda: _bytes(handed_in(WRONG)), NONE, beside=_extra_notebooks)
