"""Any bytes give a notebook or a stated reason, never a traceback; every graded cell of the source stands once."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.engine.lab import SourceNotebook
from autograder.engine.matching import released
from autograder.engine.submission import Unreadable, align, choose, read_notebook
from tests.engine.mutations import MUTATIONS, mutated
from tests.engine.small_lab import done, raw, source

LAB06 = Path(__file__).parents[2] / "autograder" / "source" / "lab06_satisfaction" / "lab06_satisfaction.ipynb"
pytestmark = pytest.mark.slow
CODES = {"empty", "too_big", "too_many_cells", "too_deep", "not_json", "not_notebook", "unknown_format"}


def outcome(lab: SourceNotebook, data: bytes, *, valid: bool) -> str:
    """Read and align; check the promises; return "notebook" or the stated reason."""
    if valid:
        choose({lab.name: lab}, {"x.ipynb": data})
    try:
        nb, repairs = read_notebook(data)
    except Unreadable as error:
        assert error.code in CODES and error.message.endswith("。")
        return error.code
    found = align(lab, nb)
    names = [c.metadata["nbgrader"]["grade_id"] for c in found.nb.cells if "nbgrader" in c.metadata]
    assert sorted(names) == sorted(lab.by_id)
    assert [s.grade_id for s in found.steps if s.grade_id is not None] == names
    for step, cell in zip(found.steps, found.nb.cells, strict=True):
        if step.role in {"check", "locked"}:
            assert step.code == cell.source == lab.by_id[str(step.grade_id)].source
        if step.role == "check":
            assert cell.metadata["nbgrader"]["points"] == step.points == lab.by_id[str(step.grade_id)].points
    assert all(repair.message.endswith("。") for repair in [*repairs, *found.repairs])
    written = json.dumps(found.nb, allow_nan=False, ensure_ascii=False).encode()
    if valid:
        nbformat.validate(json.loads(written))
    return "notebook"


@pytest.fixture(scope="module")
def lab06() -> tuple[SourceNotebook, Any]:
    lab = SourceNotebook.from_node("lab06_satisfaction", nbformat.read(LAB06, 4))
    nb = json.loads(LAB06.read_bytes())
    for cell in nb["cells"]:
        cell["source"] = released("".join(cell["source"])).splitlines(keepends=True)
    return lab, nb


@pytest.mark.parametrize("mutation", range(len(MUTATIONS)), ids=[m.__name__ for m in MUTATIONS])
def test_two_thousand_damaged_notebooks_have_two_thousand_outcomes(mutation: int, lab06: tuple[SourceNotebook, Any]):
    lab, nb = lab06
    outcomes = [
        outcome(lab, mutated(nb, len(MUTATIONS) * turn + mutation), valid=turn % 10 == 0) for turn in range(143)
    ]
    assert len(outcomes) == 143
    if MUTATIONS[mutation].__name__ in {"cells_shuffled", "cells_duplicated", "cells_deleted", "cells_split"}:
        assert set(outcomes) == {"notebook"}


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_arbitrary_bytes(data: bytes):
    assert outcome(source(), data, valid=False)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
CELLS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | VALUES,
            "source": st.sampled_from(["doubled = 20", "a\r\n", ["x", "y"]]) | VALUES,
            "id": st.sampled_from(["q1", "q2", "setup", "q1-test"]) | VALUES,
            "attachments": VALUES,
            "metadata": VALUES
            | st.fixed_dictionaries(
                {
                    "nbgrader": VALUES
                    | st.dictionaries(
                        st.sampled_from(["grade", "grade_id", "locked", "points", "solution", "task", "checksum"]),
                        st.sampled_from(["q1", "q2", "setup", "q1-test"]) | VALUES,
                    )
                }
            ),
        },
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(CELLS, st.sampled_from([4, 3, "4", 4.0, None]))
def test_arbitrary_cells(cells: list[Any], version: Any):
    data = json.dumps({"cells": cells, "nbformat": version}).encode()
    assert outcome(source(), data, valid=True) == "notebook"


def test_five_thousand_unknown_cells_are_aligned_quickly():
    nb = json.loads(raw(done()))
    own = {"cell_type": "code", "metadata": {}, "source": "assert doubled == 3  # " + "x" * 3000, "outputs": []}
    nb["cells"] = [dict(own) for _ in range(5000)]
    assert outcome(source(), json.dumps(nb).encode(), valid=False) == "notebook"
