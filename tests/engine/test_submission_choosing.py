"""Which file is which notebook of the lab."""

import copy
from typing import Any

import pytest

from autograder.engine.lab import SourceNotebook
from autograder.engine.submission import choose
from tests.engine.small_lab import done, raw, source

LAB = {"lab": source()}
GOOD = raw(done())


def stripped(nb: Any) -> bytes:
    for cell in nb.cells:
        cell.metadata = {}
    return raw(nb)


@pytest.mark.parametrize(
    ("files", "path", "said"),
    [
        ({"lab.ipynb": GOOD, "data.csv": b"a"}, "lab.ipynb", []),
        ({"Lab.IPYNB": GOOD}, "Lab.IPYNB", []),
        ({"lab.ipynb": b"{", "data.csv": b"a"}, "lab.ipynb", []),
        ({"作业/lab.ipynb": GOOD}, "作业/lab.ipynb", []),
        ({"张三.ipynb": GOOD}, "张三.ipynb", ["没有叫 lab.ipynb 的笔记本能用，按内容认出了“张三.ipynb”。"]),
        (
            {"张三.ipynb": stripped(done())},
            "张三.ipynb",
            ["没有叫 lab.ipynb 的笔记本能用，按内容认出了“张三.ipynb”。"],
        ),
        (
            {"lab.ipynb": b"{", "lab (1).ipynb": GOOD},
            "lab (1).ipynb",
            ["没有叫 lab.ipynb 的笔记本能用，按内容认出了“lab (1).ipynb”。", "多交的笔记本没有评分：“lab.ipynb”。"],
        ),
        (
            {"lab (1).ipynb": GOOD, "lab (2).ipynb": GOOD},
            "lab (2).ipynb",
            ["没有叫 lab.ipynb 的笔记本能用，按内容认出了“lab (2).ipynb”。", "多交的笔记本没有评分：“lab (1).ipynb”。"],
        ),
        (
            {"lab.ipynb": GOOD, "a.ipynb": GOOD, "b.ipynb": GOOD, "c\n.ipynb": GOOD, "d.ipynb": b""},
            "lab.ipynb",
            ["多交的笔记本没有评分：“a.ipynb”、“b.ipynb”、“c?.ipynb” 等 4 个。"],
        ),
        ({".ipynb_checkpoints/lab.ipynb": GOOD, "__MACOSX/lab.ipynb": GOOD}, None, []),
        ({}, None, []),
        ({"other.ipynb": b'{"nbformat": 4, "cells": []}'}, None, ["多交的笔记本没有评分：“other.ipynb”。"]),
    ],
)
def test_choice(files: dict[str, bytes], path: str | None, said: list[str]):
    found = choose(LAB, files)
    assert found.paths == ({} if path is None else {"lab": path})
    assert [r.message for r in found.repairs] == said


def test_two_notebooks_never_share_a_file():
    other = copy.deepcopy(source().nb)
    for cell in other.cells[3:]:
        cell.id = f"other-{cell.id}"
        cell.source = f"另一份 {cell.source}"
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["grade_id"] = cell.id
    labs = {"lab": source(), "second": SourceNotebook.from_node("second", other)}
    found = choose(labs, {"lab.ipynb": GOOD, "x.ipynb": raw(other)})
    assert found.paths == {"lab": "lab.ipynb", "second": "x.ipynb"}
    assert choose(labs, {"y.ipynb": GOOD}).paths == {"lab": "y.ipynb"}
