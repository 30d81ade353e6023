"""A warm process: what it has done beforehand, what it does not do twice, and its twins."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from autograder.engine import copies
from autograder.engine.channel import ClosedError
from autograder.engine.copies import UNANSWERED, Trace
from autograder.engine.result import CellResult, NotebookResult, Outcome, Result
from autograder.engine.sandbox import Limits
from autograder.engine.worker import Environment, Started, Worker
from tests import needs

COUNT = """
from matplotlib.figure import Figure
drawn, real = [], Figure.draw
Figure.draw = lambda figure, renderer: (drawn.append(figure), real(figure, renderer))[1]
"""
ONE = "import matplotlib.pyplot as plt\n_ = plt.plot([1, 2])"
CELLS = (
    "x = 1\ny = 2", "ls\n", "%time x = 1\ny = 2", "x = 1\nx?\n", "a = !ls\nb = 1\n", "\n\nx = 1\ny = 2", "  x = 1\n  y = 2",
    "In [1]: x = 3\ny = 2\n", ">>> x = 1\n>>> y = 2\n", "x = (1\n%3)\ny = 1\n", "def f():\n    return '''a?\n%b'''\n",
    "x = 1\r\ny = 2\r\n", "x = 1\n!ls", "%%time\nx = 1", "# words\nx = 1\n%timeit x", "x = '\\d'\ny = 1", "f(\n", "a = 1;\n\n\n",
)  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory):
    """Run a cell in a fresh interpreter each, after another cell."""
    folder = str(tmp_path_factory.mktemp("checker"))
    with Worker(Environment(sandbox=False, warm_up="left = 1")) as worker:

        def run(*cells: str, quiet: bool = False) -> list[Any]:
            with worker.session("checker", Limits(), None, folder) as session:
                messages = [{"op": "run", "code": code, "number": n, "quiet": quiet} for n, code in enumerate(cells, 1)]
                return [session.request(message, 60) for message in messages]

        yield run


@pytest.mark.slow
def test_a_figure_is_drawn_no_more_often_than_in_a_kernel(runs: Any):
    """Once to find out how large it is, once for the picture; never where nobody sees it."""
    _, drawn, count = runs(COUNT, ONE, "len(drawn)")
    assert [list(output["data"]) for output in drawn["outputs"]] == [["text/plain", "image/png"]]
    assert count["number"] == 2
    _, drawn, _ = runs(
        COUNT, f"{ONE}\nprint('said')\nplt.gca()", "assert not drawn and not plt.get_fignums()", quiet=True
    )
    assert drawn["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "said\n"}]
    assert runs(COUNT, ONE, "assert not drawn and not plt.get_fignums()", quiet=True)[2]["error"] is None


@pytest.mark.slow
def test_a_cell_becomes_the_same_python(runs: Any):
    same = f"""
from IPython.core.interactiveshell import InteractiveShell
shell = get_ipython()
[c for c in {CELLS!r} if shell.transform_cell(c) != InteractiveShell.transform_cell(shell, c)]"""
    assert runs(same)[0]["outputs"][-1]["data"]["text/plain"] == "[]"


@pytest.mark.slow
def test_a_transformer_of_the_student_is_used(runs: Any):
    add = "get_ipython().input_transformers_post.append(lambda lines: [line.replace('one', '1') for line in lines])"
    assert runs(add, "x = one\nx")[1]["number"] == 1.0


@pytest.mark.slow
def test_warming_up_leaves_nothing(runs: Any):
    names = (
        "sorted(n for n in globals() if n[0] != '_' and n not in {'In', 'Out', 'exit', 'quit', 'open', 'get_ipython'})"
    )
    assert runs(names)[0]["outputs"][0]["data"]["text/plain"] == "[]"
    rest = "import sys\nimport matplotlib.pyplot as plt\nfloat(hasattr(sys, 'last_value') + len(plt.get_fignums()))"
    assert runs(rest)[0]["number"] == 0.0


@pytest.mark.slow
def test_a_warm_up_that_fails_is_told():
    with pytest.raises(ImportError) as caught:
        Worker(Environment(preload=(), warm_up="nothing.at_all"))
    assert str(caught.value) == (
        "配置里的 warm_up 运行时出错（NameError: name 'nothing' is not defined）。请改好它，或去掉它。"
    )


@pytest.mark.slow
def test_a_twin_goes_on_alone(tmp_path: Path):
    """A twin has what the first has loaded, another slot, and lives and dies by itself."""
    needs.bubblewrap()
    run = {"op": "run", "code": "import os, sys\nfloat('wave' in sys.modules)", "number": 1}
    with Worker(Environment(preload=("wave",), hidden=(tmp_path,))) as first:
        with first.clone(1) as twin, first.clone(2) as other:
            assert (twin.environment.slot, other.environment.slot) == (1, 2)
            assert twin.process.poll() is None
            for worker in (first, twin, other):
                for side in ("student", "checker"):
                    with worker.session(side, Limits(), None, None if side == "student" else str(tmp_path)) as session:
                        assert session.request(run, 60)["number"] == 1.0
            twin.process.kill()
            with pytest.raises(ClosedError):
                twin.ask({"op": "end", "run": 99})
            assert twin.process.wait(10) == 0
            os.kill(first.process.pid, signal.SIGKILL)
            with other.session("student", Limits(), None) as session:
                assert session.request(run, 60)["number"] == 1.0
            pid = other.process.pid
    deadline = time.monotonic() + 10
    while (left := _running(pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not left


def _running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.slow
def test_a_busy_process_has_a_fresh_one_started_instead(tmp_path: Path):
    needs.bubblewrap()
    with Worker(Environment(preload=(), hidden=(tmp_path,))) as first:
        with first.session("checker", Limits(), None, str(tmp_path)), first.clone(1) as other:
            assert other.process.pid != first.process.pid
            assert other.ask({"op": "end", "run": 99}) == {"op": "ended", "status": None, "reason": ""}


def test_what_was_left_as_released_is_nobodys_value():
    cells = {"q": CellResult("check", 1, 0.0, "failed")}
    result = Result("lab", "s1", Outcome("graded"), {"nb": NotebookResult({}, cells)}, answers={"nb/x": UNANSWERED})
    wanted = {"nb": {"q": frozenset({"x"})}}
    assert copies.trace_of(result, wanted) == Trace("s1")


def test_the_reference_is_not_run_for_a_value_that_all_share(monkeypatch: pytest.MonkeyPatch):
    asked: list[object] = []
    monkeypatch.setattr(copies, "expected_of", lambda *arguments: asked.append(arguments[-1]) or {})
    traces = [Trace(f"s{n}", right={"nb/same": "a", "nb/own": str(n)}) for n in range(8)] + [Trace("s9"), Trace("s8")]
    found = copies.expectations([None], None, {}, None, traces, ["nb/same", "nb/own"])  # type: ignore[list-item, arg-type]
    assert asked == [{"nb/own"}, {"nb/own"}]
    assert found["s1"] == {"nb/own": "1"}


def test_a_process_started_early_is_used_or_ended(tmp_path: Path):
    """Does the early process serve the worker that takes it, and end with nobody to take it?"""
    with Started(["no_such_module_x", "wave"]) as used:
        with Worker(Environment(preload=(), sandbox=False), used) as worker:
            assert worker.process is used.process
            with worker.session("checker", Limits(), None, str(tmp_path)) as session:
                assert "wave" in session.request({"op": "modules"}, 60)["names"]
    with pytest.raises(KeyError), Started() as unused:
        raise KeyError
    assert used.process.poll() == 0
    assert unused.process.poll() == 0


@pytest.mark.slow
def test_a_warm_up_knows_its_lab():
    remember = "import wave\nwave.lab = lab_name"
    told = {"op": "run", "code": "import wave\nassert wave.lab == 'lab1' and 'lab_name' not in globals()", "number": 1}
    with Worker(Environment(sandbox=False, warm_up=remember, lab="lab1")) as worker:
        with worker.session("checker", Limits(), None) as session:
            assert session.request(told, 60)["error"] is None


@pytest.mark.slow
def test_nothing_outlives_the_trusted_side(tmp_path: Path):
    """What a check starts and leaves behind ends with it, and nobody else does."""
    start = "import subprocess\nfloat(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)"
    folder = str(tmp_path)
    with Worker(Environment(sandbox=False)) as first, first.clone(1) as twin:
        for worker in (twin, first):
            with worker.session("student", Limits(), None, folder) as other:
                with worker.session("checker", Limits(), None, folder) as session:
                    left = int(session.request({"op": "run", "code": start, "number": 1}, 60)["number"])
                    assert os.path.exists(f"/proc/{left}")
                assert not os.path.exists(f"/proc/{left}")
                assert other.request({"op": "run", "code": "1.5", "number": 1}, 60)["number"] == 1.5
        assert twin.process.poll() is None
