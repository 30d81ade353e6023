"""Grading in lock-step: the student's cells behind walls, the teacher's checks outside, values crossing as data."""

import json
from typing import Any

import jsonschema
import pytest

from autograder.engine.result import SCHEMA, Result
from autograder.engine.sandbox import Limits
from autograder.engine.worker import Environment, Worker
from tests import needs
from tests.engine.mini_lab import LIMITS, cell, graded, lab, message, points, shown, simple

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def worker():
    needs.bubblewrap()
    with Worker(Environment(student_variables=("STUDENT_ID",))) as made:
        yield made


def earns(worker: Worker, reference: str, check: str, answer: str | None = None, setup: str = "") -> float | None:
    """Points of one answer under one check, with the reference itself having to pass."""
    bundle = simple(setup, reference, check)
    if answer is None:
        result = graded(worker, bundle, {})
        assert result.outcome.code == "graded", result.outcome
        assert message(result) == "", message(result)
    else:
        result = graded(worker, bundle, {"q": answer})
    return points(result)["q-test"]


PASSES = {
    "a number": ("x = 6 * 7", "assert x == 42"),
    "a text in a name fetched by string": ("x = '好'", "def get(n):\n    return globals()[n]\nassert get('x') == '好'"),
    "a function": ("def f(n):\n    return n * 2", "assert [f(1), f(n=2)] == [2, 4]"),
    "a name that the check takes away for a while": (
        "def f(n):\n    return n\ndef g(n):\n    return f(n)",
        "kept = f\ndel f\ntry:\n    g(1)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError\n"
        "finally:\n    f = kept\nassert g(2) == 2",
    ),
    "a lambda": ("f = lambda n: n * 2", "assert f(4) == 8"),
    "default arguments": ("def f(a, b=3, *, c=1):\n    return a + b + c",
                          "import inspect\nassert f(1) == 5 and f(1, 1, c=0) == 2\n"
                          "assert list(inspect.signature(f).parameters) == ['a', 'b', 'c']"),
    "a callback": ("def f(g, xs):\n    return [g(x) for x in xs]", "assert f(lambda v: v + 1, [1, 2]) == [2, 3]"),
    "a callback of a callback": ("def f(g):\n    return g(lambda v: v * 10)", "assert f(lambda h: h(4) + 2) == 42"),
    "a function that returns a function": ("def f(n):\n    return lambda m: n + m", "assert f(40)(2) == 42"),
    "recursion": ("def f(n):\n    return 1 if n < 2 else n * f(n - 1)", "assert f(20) == 2432902008176640000"),
    "an exception with its type": ("def f(n):\n    raise ValueError('负数')",
                                   "try:\n    f(-1)\nexcept ValueError as e:\n    assert str(e) == '负数'\n"
                                   "else:\n    assert False"),
    "an exception of the callback": ("def f(g):\n    try:\n        g()\n    except KeyError:\n        return 'caught'",
                                     "def g():\n    raise KeyError('k')\nassert f(g) == 'caught'"),
    "an exception without a builtin type": ("class Odd(Exception): ...\ndef f():\n    raise Odd('x')",
                                            "try:\n    f()\nexcept Exception as e:\n    assert 'x' in str(e)\n"
                                            "else:\n    assert False"),
    "a list changed in place": ("def f(v):\n    v.append(3)", "v = [1]\nf(v)\nassert v == [1, 3]"),
    "a dict changed in place": ("def f(v):\n    v['k'] = 1", "v = {'a': 0}\nf(v)\nassert v == {'a': 0, 'k': 1}"),
    "a set changed in place": ("def f(v):\n    v.add(1)", "v = set()\nf(v)\nassert v == {1}"),
    "an array changed in place": ("def f(v):\n    v[0] = 9", "import numpy as np\nv = np.zeros(2)\nf(v)\nassert v[0] == 9"),
    "a frame changed in place": ("def f(v):\n    v['n'] = v['m'] * 2",
                                 "import pandas as pd\nv = pd.DataFrame({'m': [1, 2]})\nf(v)\nassert v['n'].tolist() == [2, 4]"),
    "a generator function": ("def f(n):\n    for i in range(n):\n        yield i * i", "assert list(f(4)) == [0, 1, 4, 9]"),
    "a module under a name": ("import math as m", "assert m.floor(2.5) == 2"),
    "a name from a module": ("from math import floor", "assert floor(2.5) == 2"),
    "a frame": ("import pandas as pd\nt = pd.DataFrame({'a': [1, 2]}, index=['x', 'y'])",
                "import pandas as pd\npd.testing.assert_frame_equal(t, pd.DataFrame({'a': [1, 2]}, index=['x', 'y']))"),
    "axes": ("import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.bar(['a', 'b'], [1, 2])\nax.set_title('图')",
             "from matplotlib.axes import Axes\nassert isinstance(ax, Axes)\nassert ax.get_title() == '图'\n"
             "assert [p.get_height() for p in ax.patches] == [1, 2]\nassert ax.figure is fig"),
    "a dataclass of a library": ("from fractions import Fraction\nimport inspect\nx = Fraction(1, 3)\n"
                                 "import tomllib, dataclasses\nfrom email.headerregistry import Address\ny = 1",
                                 "assert x * 3 == 1 and y == 1"),
    "several at once": ("a, b = 1, 2\nfor c in range(3): pass", "assert (a, b, c) == (1, 2, 2)"),
    "a magic": ("x = 1\n%matplotlib inline", "assert x == 1"),
}  # fmt: skip


def test_answers_of_every_kind_pass(worker: Worker):
    """Does the reference pass its own check for each kind of answer (all in one lab), and nothing pass unanswered?"""
    cells: list[Any] = []
    for number, (reference, check) in enumerate(PASSES.values()):
        cells += [cell("answer", f"q{number}", reference), cell("check", f"q{number}-test", check)]
    bundle = lab(*cells)
    result = graded(worker, bundle, {})
    got = result.notebooks["mini"].cells
    assert {name: got[f"q{i}-test"].message for i, name in enumerate(PASSES)} == dict.fromkeys(PASSES, "")
    assert set(points(result).values()) == {1.0}
    empty = graded(worker, bundle, {f"q{i}": "" for i in range(len(PASSES))})
    assert {name for i, name in enumerate(PASSES) if points(empty)[f"q{i}-test"]} == set()


def test_the_same_answers_in_the_students_own_interpreter(worker: Worker):
    cells: list[Any] = []
    for number, (reference, check) in enumerate(PASSES.values()):
        cells += [cell("answer", f"q{number}", reference), cell("check", f"q{number}-test", check)]
    result = graded(worker, lab(*cells), {}, isolation="same-interpreter")
    got = result.notebooks["mini"].cells
    assert {name: got[f"q{i}-test"].message for i, name in enumerate(PASSES)} == dict.fromkeys(PASSES, "")
    assert result.isolation == "same-interpreter"


def test_wrong_answers_fail_with_the_checks_own_words(worker: Worker):
    bundle = simple("", "x = 1", "assert x == 1, '再算一遍'")
    result = graded(worker, bundle, {"q": "x = 2"})
    assert points(result) == {"q-test": 0.0}
    assert message(result) == "再算一遍"
    assert message(graded(worker, bundle, {"q": ""})) == "name 'x' is not defined"


def test_partial_credit_with_a_message(worker: Worker):
    bundle = simple("", "x = 3", "print('得了', x, '分')\nx", points=4)
    for answer, score, status in (("x = 3", 3, "partial"), ("x = 1.5", 1.5, "partial"), ("x = 9", 4, "passed"),
                                  ("x = -1", 0, "partial"), ("x = 'text'", 4, "passed")):  # fmt: skip
        result = graded(worker, bundle, {"q": answer})
        got = result.notebooks["mini"].cells["q-test"]
        assert (got.score, got.status) == (score, status)
        assert shown(result, "q-test").startswith("得了")


def test_stderr_and_warnings_cost_nothing(worker: Worker):
    text = "import sys, warnings\nwarnings.warn('小心')\nprint('x', file=sys.stderr)\nx = 1"
    result = graded(worker, simple("", "x = 1", "import warnings\nwarnings.warn('w')\nassert x == 1"), {"q": text})
    assert points(result) == {"q-test": 1.0}
    assert "小心" in shown(result, "q")


DATA = "import pandas as pd\ndata = pd.DataFrame({'v': [3, 1, 2]})"


def test_a_source_without_a_solution(worker: Worker):
    """Is an answer that the reference does not have judged all the same, and no given name taken from the student?"""
    bundle = lab(
        cell("answer", "q", "raise NotImplementedError"),
        cell("check", "q-test", "assert x == 42", 1),
        cell("locked", "later", "x = 1"),
        cell("check", "later-test", "assert x == 1", 1),
    )
    assert points(graded(worker, bundle, {"q": "x = 42"})) == {"q-test": 1, "later-test": 1}
    assert points(graded(worker, bundle, {"q": "x = 41"})) == {"q-test": 0, "later-test": 1}
    assert points(graded(worker, bundle, {})) == {"q-test": 0, "later-test": 1}


def test_changes_to_given_data_do_not_reach_the_check(worker: Worker):
    check = "assert t == 6\nassert data['v'].tolist() == [3, 1, 2]"
    answer = "t = 6\ndata['v'] = 0\ndata.drop(index=0, inplace=True)"
    assert earns(worker, "t = int(data['v'].sum())", check, answer, DATA) == 1


def test_what_the_reference_changes_too_does_reach_it(worker: Worker):
    check = "assert data['v'].tolist() == [1, 2, 3]"
    reference = "data.sort_values('v', ignore_index=True, inplace=True)"
    assert earns(worker, reference, check, setup=DATA) == 1
    assert earns(worker, reference, check, "data['v'] = [1, 2, 3]", DATA) == 1
    assert earns(worker, reference, check, "pass", DATA) == 0


def test_given_helpers_are_the_teachers_on_the_checks_side(worker: Worker):
    setup = "def close(a, b):\n    return abs(a - b) < 0.1"
    answer = "x = 1\ndef close(a, b):\n    return True"
    assert earns(worker, "x = 5", "assert close(x, 5)", setup=setup) == 1
    assert earns(worker, "x = 5", "assert close(x, 5)", answer, setup) == 0


def test_locked_cells_use_answers(worker: Worker):
    bundle = lab(
        cell("locked", "setup", "base = 10"),
        cell("answer", "q1", "step = base * 2"),
        cell("locked", "next", "total = step + base\nprint('合计', total)"),
        cell("answer", "q2", "y = total * 2"),
        cell("check", "q-test", "assert total == 30 and y == 60"),
    )  # fmt: skip
    assert points(graded(worker, bundle, {})) == {"q-test": 1}
    wrong = graded(worker, bundle, {"q1": "step = 1"})
    assert points(wrong) == {"q-test": 0}
    assert shown(wrong, "next") == "合计 11\n"


def test_cells_that_the_teacher_left_open_run_for_the_check(worker: Worker):
    """A plain source cell belongs to the teacher: what it defines is there for the checks, edited or not."""
    bundle = lab(
        cell("setup", "open", "rate = 0.5"),
        cell("answer", "q", "x = 1"),
        cell("check", "q-test", "assert x + rate == 1.5"),
    )
    assert points(graded(worker, bundle, {})) == {"q-test": 1}
    assert points(graded(worker, bundle, {"open": "rate = 0", "q": "x = 1"})) == {"q-test": 1}


def test_cells_in_the_students_own_order(worker: Worker):
    bundle = lab(
        cell("answer", "q1", "a = 1"), cell("check", "q1-test", "assert a == 1"),
        cell("answer", "q2", "b = 2"), cell("check", "q2-test", "assert b == 2"),
    )  # fmt: skip
    turned = graded(worker, bundle, {}, order=["q2", "q2-test", "q1", "q1-test"])
    assert points(turned) == {"q1-test": 1, "q2-test": 1}
    own = graded(worker, bundle, {"q1": "a = helper()", "mine": "def helper():\n    return 1"},
                 order=["mine", "q1", "q1-test", "q2", "q2-test"])  # fmt: skip
    assert points(own) == {"q1-test": 1, "q2-test": 1}


def test_a_name_that_a_later_cell_deletes_is_gone_for_the_check(worker: Worker):
    bundle = lab(
        cell("answer", "q1", "a = 1"), cell("check", "q1-test", "assert a == 1"),
        cell("answer", "q2", "b = 2"), cell("check", "q2-test", "assert 'a' in globals() and a == 1 and b == 2"),
    )  # fmt: skip
    assert points(graded(worker, bundle, {"q2": "b = 2\ndel a"})) == {"q1-test": 1, "q2-test": 0}


def test_an_answer_changed_later_crosses_again(worker: Worker):
    bundle = lab(
        cell("answer", "q1", "a = [1]"), cell("check", "q1-test", "assert a == [1]"),
        cell("answer", "q2", "a.append(2)"), cell("check", "q2-test", "assert a == [1, 2]"),
        cell("answer", "q3", "pass"), cell("check", "q3-test", "assert a == [1, 2]"),
    )  # fmt: skip
    assert set(points(graded(worker, bundle, {})).values()) == {1}
    assert points(graded(worker, bundle, {"q3": "a.clear()"}))["q3-test"] == 0


def test_every_student_has_his_own_number(worker: Worker):
    bundle = simple("import os\nwho = os.environ['STUDENT_ID']", "x = who", "assert x == who")
    for student in ("reference", "20260001"):
        result = graded(worker, bundle, {"q": "x = who\nprint(who)"}, student=student)
        assert points(result) == {"q-test": 1}
        assert shown(result, "q") == f"{student}\n"
    assert points(graded(worker, bundle, {"q": "x = '20260002'"}, student="20260001")) == {"q-test": 0}


def test_the_labs_files_are_the_teachers(worker: Worker):
    """Does the student's code read the lab's file, whatever was handed in under its name, and his own beside it?"""
    bundle = lab(
        cell("locked", "setup", "from pathlib import Path\ngiven = Path('data/rates.csv').read_text()"),
        cell("answer", "q", "x = given"), cell("check", "q-test", "assert x == given == 'a,b'"),
        files={"data/rates.csv": b"a,b"},
    )  # fmt: skip
    files = {"data/rates.csv": b"forged", "notes.txt": b"mine", "../out.txt": b"outside"}
    answer = "x = Path('data/rates.csv').read_text()\nprint(sorted(p.name for p in Path('.').iterdir()))"
    result = graded(worker, bundle, {"q": answer}, files=files)
    assert points(result) == {"q-test": 1}
    assert shown(result, "q") == "['data', 'notes.txt']\n"


def test_a_cell_that_takes_too_long_costs_its_own_points(worker: Worker):
    bundle = lab(
        cell("answer", "q1", "a = 1"), cell("check", "q1-test", "assert a == 1"),
        cell("answer", "q2", "b = 2"), cell("check", "q2-test", "assert b == 2"),
    )  # fmt: skip
    quick = Limits(memory_mb=600, cell_seconds=1.0, total_seconds=30)
    result = graded(worker, bundle, {"q1": "a = 1\nwhile True: pass"}, limits=quick)
    assert result.outcome.code == "graded"
    assert points(result) == {"q1-test": 1, "q2-test": 1}
    assert "运行时间太长，已经停止。" in shown(result, "q1")
    assert "autograder" not in json.dumps(result.notebooks["mini"].nb)
    stubborn = "import time\nwhile True:\n    try:\n        time.sleep(99)\n    except BaseException: pass"
    result = graded(worker, bundle, {"q1": stubborn}, limits=quick)
    assert result.outcome.code == "timed_out"
    assert result.outcome.message == ("单元格“q1”运行时间太长，也停不下来。它没有分；其余的单元格另外运行、照常评分。")
    assert points(result) == {"q1-test": 0, "q2-test": 1}
    assert result.attempts == 2


def test_a_function_that_never_returns_costs_its_check(worker: Worker):
    bundle = lab(
        cell("answer", "q1", "def f():\n    return 1"), cell("check", "q1-test", "assert f() == 1"),
        cell("answer", "q2", "b = 2"), cell("check", "q2-test", "assert b == 2"),
    )  # fmt: skip
    quick = Limits(memory_mb=600, cell_seconds=1.0, total_seconds=30)
    result = graded(worker, bundle, {"q1": "def f():\n    while True: pass"}, limits=quick)
    assert points(result) == {"q1-test": 0, "q2-test": 1}
    assert result.notebooks["mini"].cells["q1-test"].status in {"timed_out", "failed"}


def test_the_outcome_names_what_the_cell_did(worker: Worker):
    bundle = lab(
        cell("answer", "q1", "a = 1"), cell("check", "q1-test", "assert a == 1"),
        cell("answer", "q2", "b = 2"), cell("check", "q2-test", "assert b == 2"), cell("words", "q3", "写一段。", 5),
    )  # fmt: skip
    for act, code in (
        ("import os\nos._exit(0)", "killed"), ("import os, signal\nos.kill(os.getpid(), 9)", "killed"),
        ("import ctypes\nctypes.string_at(0)", "killed"),
    ):  # fmt: skip
        result = graded(worker, bundle, {"q1": act})
        assert result.outcome.code == code
        assert points(result) == {"q1-test": 0, "q2-test": 1, "q3": None}
        assert result.needs_manual
        assert result.score == 1


def test_no_notebook_and_an_unreadable_one(worker: Worker):
    bundle = simple("", "x = 1", "assert x == 1")
    from autograder.engine.engine import grade

    none = grade(worker, bundle, {}, {"notes.txt": b"x"}, "s")
    assert (none.outcome.code, none.outcome.message) == ("missing", "提交里没有实训“mini”的笔记本。")
    broken = grade(worker, bundle, {}, {"mini.ipynb": b"{"}, "s")
    assert broken.outcome.code == "unreadable"
    for result in (none, broken):
        assert points(result) == {"q-test": 0}
        assert result.notebooks["mini"].cells["q-test"].status == "not_run"


def test_a_result_keeps_to_its_schema_and_survives_as_text(worker: Worker):
    result = graded(worker, simple("", "x = 1", "assert x == 1"), {"q": "x = 1\nprint('好')\n1 / 0"})
    text = result.to_json()
    jsonschema.validate(json.loads(text), SCHEMA)
    again = Result.from_json(text)
    assert again.to_json() == text
    assert again.digest == result.digest
    assert result.walls == "bubblewrap"
    with pytest.raises(ValueError, match="批改结果的版本是 99，这里只认识 1。请重新批改。"):
        Result.from_json(text.replace('"version": 1', '"version": 99'))


def test_the_same_submission_gives_the_same_result(worker: Worker):
    bundle = simple(DATA, "t = data.sort_values('v')", "assert t['v'].tolist() == [1, 2, 3]")
    one, other = (
        graded(worker, bundle, {"q": "t = data.sort_values('v')\nprint({'a', 'b', 'c'})\nt.plot()"}) for _ in "ab"
    )
    assert one.digest == other.digest
    assert one.submission_digest == other.submission_digest
    assert one.answers == other.answers != {}


def test_a_hidden_test_is_never_in_the_students_interpreter(worker: Worker):
    secret = "sesame-7736"
    check = f"### BEGIN HIDDEN TESTS\nassert x == 1  # {secret}\n### END HIDDEN TESTS"
    look = (
        "import gc, sys\nx = 1\n"
        "key = 'sesame-' + str(7735 + 1)\n"
        "held = [t for t in gc.get_objects() if isinstance(t, (dict, list, tuple)) for t in (t.values() if isinstance(t, dict) else t)"
        " if isinstance(t, str) and key in t and t is not key and t != look_id]\n"
        "print('seen', len(held))"
    ).replace(" and t != look_id", "")
    result = graded(worker, simple("", "x = 1", check), {"q": look})
    assert points(result) == {"q-test": 1}
    assert shown(result, "q") == "seen 0\n"


def test_without_walls_it_says_so():
    with Worker(Environment(preload=("numpy", "pandas"), sandbox=False)) as open_worker:
        result = graded(open_worker, simple("", "x = 1", "assert x == 1"), {})
    assert result.walls == "none"
    assert points(result) == {"q-test": 1}
    assert LIMITS.memory_mb == 600
