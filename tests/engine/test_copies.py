"""Another student's values are told to the teacher; chance, shared and small values are not."""

from typing import Any

import pytest

from autograder.engine import batch, copies
from autograder.engine.copies import Pair, Trace, mark, pairs
from autograder.engine.course import Course
from tests import needs
from tests.engine.individual_course import LAB, build, mean_of, quiet, submit

CLASS = {f"s{n}": {"nb/x": f"value {n}", "nb/side": "left" if n % 2 else "right"} for n in range(1, 6)}

pytestmark = pytest.mark.slow


def test_somebody_elses_value_is_told():
    assert pairs([Trace("s9", wrong={"nb/x": "value 3"})], CLASS) == [Pair("s9", "s3", ("x",))]


def test_ones_own_value_and_nobodys_value_are_not():
    assert pairs([Trace("s3", wrong={"nb/x": "value 3"}), Trace("s4", wrong={"nb/x": "what"})], CLASS) == []


def test_a_value_that_many_have_says_nothing():
    assert pairs([Trace("s1", wrong={"nb/side": "right"})], CLASS) == []


def test_two_students_say_nothing_about_how_values_differ():
    few = {name: CLASS[name] for name in ("s1", "s2")}
    assert pairs([Trace("s9", wrong={"nb/x": "value 1"})], few) == []


def test_a_small_whole_number_needs_company():
    numbers = {f"s{n}": {"nb/a": mark(n), "nb/b": mark(float(n + 50)), "nb/c": mark(n + 0.25)} for n in range(5)}
    assert pairs([Trace("s9", wrong={"nb/a": mark(3)})], numbers) == []
    assert pairs([Trace("s9", wrong={"nb/c": mark(3.25)})], numbers) == [Pair("s9", "s3", ("c",))]
    both = Trace("s9", wrong={"nb/a": mark(3), "nb/b": mark(53)})
    assert pairs([both], numbers) == [Pair("s9", "s3", ("a", "b"))]


@pytest.mark.parametrize(
    "data",
    [{"t": "scalar"}, {"t": "scalar", "v": {"dtype": "<f8", "data": ""}}, {"t": "scalar", "v": {"dtype": "<f99", "data": "AA"}},
     {"t": "scalar", "v": 3}, 10**400, [], None],
)  # fmt: skip
def test_a_mark_can_be_made_of_anything(data: Any):
    assert len(mark(data)) == 40


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    """A class in which s3 typed s1's number, s4 has s2's and his own wrong side, s5 something, and s6 broke off."""
    needs.bubblewrap()
    with pytest.MonkeyPatch.context() as patch:
        quiet(patch, tmp_path_factory.mktemp("home"))
        root = build(tmp_path_factory.mktemp("copies") / "course")
        submit(root, "s1", mean="mean = ...")
        submit(root, "s2")
        submit(root, "s3", mean=f"mean = {mean_of(1)}")
        submit(root, "s4", mean=f"import numpy as np\nmean = np.float64({mean_of(2)})", side="side = 'left'")
        submit(root, "s5", mean="mean = 0.5", twice="twice = 4")
        submit(root, "s6", mean="raise ValueError")
        journal = root / "journal.jsonl"
        first = batch.run(Course.load(root), LAB, students=["s3", "s5", "s6"], journal=journal)
        later = batch.run(Course.load(root), LAB, journal=journal)
        yield first, later, journal.read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_another_students_data_give_is_found(told: Any):
    """Is s1's value known although s1 has no answer (the reference made it), and s2's from his own right answer?"""
    first, later, _ = told
    assert first.pairs == [Pair("s3", "s1", ("mean",))]
    assert later.pairs == [Pair("s4", "s2", ("mean",))]
    assert first.pairs[0].sentence == (
        "学号 s3 没有做对的 mean，正好是学号 s1 的数据算出来的值。没有因此扣分，请老师看一看。"
    )


@pytest.mark.slow
def test_nobody_loses_a_point_and_the_journal_has_it(told: Any):
    first, later, journal = told
    scores = {student: score for student, _, score, _, _ in [*first.results, *later.results]}
    assert scores == {"s1": 3.0, "s2": 6.0, "s3": 3.0, "s4": 2.0, "s5": 1.0, "s6": 3.0}
    assert '"copied": {"student": "s3", "other": "s1", "names": ["mean"]}' in journal


@pytest.mark.slow
def test_the_time_for_it_is_bounded(told: Any, monkeypatch: pytest.MonkeyPatch):
    def never(*_: Any) -> Any:
        raise AssertionError("the reference was run")

    monkeypatch.setattr(copies, "expected_of", never)
    worker: Any = None
    traces = [Trace("s1", right={"nb/x": "a"}), Trace("s2")]
    found = copies.expectations([worker], worker, {}, worker, traces, ["nb/x"], seconds=0)
    assert found == {"s1": {"nb/x": "a"}, "s2": {}}
