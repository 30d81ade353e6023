"""Which names a cell mentions and binds: what crosses the wall is decided by these."""

import pytest

from autograder.engine.reference import Produced, bound, mentioned

MENTIONS = {
    "assert x > y": {"x", "y"},
    "assert t.v.sum() == total[0]": {"t", "total"},
    'assert check("nps_south", f"{low}")': {"check", "nps_south", "low"},
    "def g(a=x):\n    return a + z": {"a", "x", "z"},
    "[i for i in xs if i > k]": {"i", "xs", "k"},
    "x += 1": {"x"},
    '"a sentence is no name"': set(),
    "": set(),
}


@pytest.mark.parametrize("code", MENTIONS)
def test_mentioned(code: str):
    seen = mentioned(code)
    assert seen is not None
    assert MENTIONS[code] <= seen
    assert not seen & {"v", "sum"}


@pytest.mark.parametrize(
    "code",
    [
        'globals()["x"]',
        "vars()",
        "eval('x + 1')",
        "exec(text)",
        "dir()",
        "get_ipython().user_ns",
        "%run x",
        "not python(",
    ],
)
def test_a_cell_that_may_look_at_any_name(code: str):
    assert mentioned(code) is None


BINDS = {
    "x = 1\ny, (z, *rest) = f()": {"x", "y", "z", "rest"},
    "for i in range(3):\n    k = i\nwhile (n := next(it)):\n    pass": {"i", "k", "n"},
    "with open(p) as file:\n    text = file.read()": {"file", "text"},
    "import numpy as np, os.path\nfrom math import pi as p, tau": {"np", "os", "p", "tau"},
    "def f(a, b=2):\n    inside = a\nclass C:\n    member = 1\nasync def g(): ...": {"f", "C", "g"},
    "if x:\n    a = 1\nelse:\n    b = 2\ntry:\n    c = 3\nfinally:\n    d = 4": {"a", "b", "c", "d"},
    "[i for i in xs]; (lambda q: q)(1); {k: v for k, v in d}": set(),
    "x.y = 1\nt['c'] = 2": set(),
    "x: int = 3": {"x"},
    "match x:\n    case [first, *others]:\n        pass\n    case {'k': v, **more}:\n        pass\n    case _ as whole: pass": {
        "first", "others", "v", "more", "whole"},
    "try:\n    pass\nexcept ValueError as error:\n    pass": set(),
    "not python (": set(),
}  # fmt: skip


@pytest.mark.parametrize("code", BINDS)
def test_bound(code: str):
    assert bound(code) == BINDS[code]


def test_names_of_the_cells_passed_so_far():
    produced = Produced({"q1": {"a": "plain"}, "q2": {"b": "list", "c": "bound"}})
    assert produced.before([]) == set()
    assert produced.before(["q1"]) == {"a"}
    assert produced.before(["q2", "q1", "none"]) == {"a", "b", "c"}
