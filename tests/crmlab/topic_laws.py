"""What holds for every public function of a topic: inputs untouched, order of rows without meaning, documented.

A topic's test_every_function.py lists its calls and hands them to these checks: as a class derived from EveryFunction,
or one by one.
"""

import contextlib
import dataclasses
import inspect
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

HEADINGS = ("Parameters", "Returns", "Raises", "Examples")
NOT_A_TABLE = [1, 2, 3]


def functions(topic):
    """Return the public functions of a topic by name."""
    return {name: f for name in topic.__all__ if inspect.isfunction(f := getattr(topic, name))}


def results(topic):
    """Return the public result classes of a topic by name."""
    return {name: c for name in topic.__all__ if dataclasses.is_dataclass(c := getattr(topic, name))}


def as_is(table):
    """Settle nothing: the order of the rows of a result counts too."""
    return table


def by_label(table):
    """Settle the order of rows that have labels of their own: which label has which content counts."""
    return table.sort_index() if table.index.is_unique else table


def by_content(table):
    """Settle a table so that only its content counts, neither the order of its rows nor their labels."""
    by_index = table.sort_index()
    if isinstance(table, pd.Series) or not by_index.index.is_unique:
        return by_index
    return by_index.sort_values(list(by_index.columns), ignore_index=True)


def assert_same(one, other, settle=as_is):
    """Assert that two results are equal in type and content, once their tables are settled."""
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(settle(one), settle(other))
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(settle(one), settle(other))
    elif isinstance(one, np.ndarray):
        np.testing.assert_allclose(one, other)
    elif dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name), settle)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key], settle)
    else:
        assert one == (pytest.approx(other, nan_ok=True) if isinstance(one, float) else other)


def assert_inputs_untouched(call, inputs):
    """Assert that the tables that go in come out untouched: values, types, index, names and notes."""
    before = [table.copy(deep=True) for table in inputs]
    notes = [dict(table.attrs) for table in inputs]
    call(*inputs)
    for table, copy, note in zip(inputs, before, notes, strict=True):
        assert_same(table, copy)
        assert table.attrs == note


def assert_nothing_remembered(call, inputs):
    """Assert that nothing is random or remembered between two calls."""
    assert_same(call(*inputs), call(*inputs))


def assert_inputs_stay(call, inputs):
    """Assert that the tables that go in come out untouched, and that a second call gives the same."""
    assert_inputs_untouched(call, inputs)
    assert_nothing_remembered(call, inputs)


def assert_order_has_no_meaning(call, inputs, settle=by_content):
    """Assert that the rows of the first table may come in any order."""
    first, *rest = inputs
    result = call(first, *rest)
    for seed in range(3):
        assert_same(call(first.sample(frac=1, random_state=seed), *rest), result, settle)


def assert_refuses(call, bad, rest):
    """Assert that a wrong first input raises our own Chinese sentence instead of a traceback from pandas."""
    with pytest.raises((ValueError, TypeError)) as caught:
        call(bad, *rest)
    assert str(caught.value).endswith("。"), str(caught.value)


def assert_refuses_no_rows_and_no_table(call, inputs):
    """Assert that an empty table, or a list in its place, raises our own Chinese sentence."""
    first, *rest = inputs
    for bad in (first[:0], NOT_A_TABLE):
        assert_refuses(call, bad, rest)


def assert_one_row_is_enough_or_refused(call, inputs):
    """Assert that a single row gets an answer, or a Chinese sentence that says what it lacks."""
    first, *rest = inputs
    try:
        call(first[:1], *rest)
    except ValueError as error:
        assert str(error).endswith("。"), str(error)


def assert_documented(function, headings=HEADINGS):
    """Assert that the docstring names every parameter and has the headings that Shift-Tab should show."""
    doc = inspect.getdoc(function)
    for heading in headings:
        assert f"\n{heading}\n---" in doc, heading
    named = doc.split("\nReturns\n")[0]
    for parameter in inspect.signature(function).parameters:
        assert parameter == "self" or parameter in named, parameter


def assert_result_documented(result):
    """Assert that a result is frozen, readable, and names every field."""
    for field in dataclasses.fields(result):
        assert field.name in result.__doc__, field.name
    assert result.__dataclass_params__.frozen
    assert result.__repr__ is result.__str__ is not object.__str__


def assert_import_is_light(topic):
    """Assert that the import of a topic pulls in no scipy, statsmodels or scikit-learn."""
    probe = f"import sys, {topic.__name__}; print([m for m in ('scipy', 'statsmodels', 'sklearn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@contextlib.contextmanager
def computing_less_than(seconds):
    """Assert that what happens inside takes less computing time than this."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


class EveryFunction:
    """All these laws for one topic: derive from it and give the topic and its calls."""

    topic = None
    # name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
    calls = None
    # Functions of columns: the table of their call is only how it hands the columns over.
    of_columns = ()
    not_for_one_row = ()
    not_a_table = NOT_A_TABLE
    settle = staticmethod(by_content)
    headings = (*HEADINGS, "Notes")

    def headings_of(self, function):
        """Return the headings that the docstring of a function must have."""
        return self.headings

    def pytest_generate_tests(self, metafunc):
        """Give every test the names it is about."""
        tables = [n for n, (_, i, _) in self.calls.items() if isinstance(i[0], pd.DataFrame)]
        tables = [name for name in tables if name not in self.of_columns]
        names = {
            "name": list(self.calls),
            "shuffled": [name for name, (_, _, shuffle) in self.calls.items() if shuffle],
            "table": tables,
            "one_row": [name for name in tables if name not in self.not_for_one_row],
            "made": ["no rows", "not a table"],
            "function": sorted(functions(self.topic)),
            "result": sorted(results(self.topic)),
        }
        for argument in metafunc.fixturenames:
            if argument in names:
                metafunc.parametrize(argument, names[argument])

    def test_every_public_function_is_listed_here(self):
        """Does a new function get these checks too?"""
        assert set(self.calls) == set(functions(self.topic))

    def test_inputs_stay_as_they_were(self, name):
        """Are the tables that go in untouched, values, types, index, names and notes?"""
        call, inputs, _ = self.calls[name]
        assert_inputs_untouched(call, inputs)

    def test_same_input_same_output(self, name):
        """Is nothing random or remembered between two calls?"""
        call, inputs, _ = self.calls[name]
        assert_nothing_remembered(call, inputs)

    def test_order_of_rows_has_no_meaning(self, shuffled):
        """Does the same data in another order give the same result?"""
        call, inputs, _ = self.calls[shuffled]
        assert_order_has_no_meaning(call, inputs, self.settle)

    def test_empty_or_wrong_input_is_refused_in_chinese(self, table, made):
        """Does an empty table, or none in its place, raise our own message instead of a traceback from pandas?"""
        call, (first, *rest), _ = self.calls[table]
        assert_refuses(call, first[:0] if made == "no rows" else self.not_a_table, rest)

    def test_one_row_is_enough_or_refused_in_chinese(self, one_row):
        """Does a single row get an answer, or a Chinese sentence that says what it lacks?"""
        call, inputs, _ = self.calls[one_row]
        assert_one_row_is_enough_or_refused(call, inputs)

    def test_docstring_has_what_shift_tab_should_show(self, function):
        """Does the docstring name every parameter, and have its headings and an example?"""
        function = getattr(self.topic, function)
        assert_documented(function, self.headings_of(function))

    def test_result_documents_its_fields(self, result):
        """Is every field of a result named in its docstring, and the result frozen and readable?"""
        assert_result_documented(getattr(self.topic, result))

    def test_importing_the_topic_loads_nothing_heavy(self):
        """Does the import pull in no scipy, statsmodels or scikit-learn?"""
        assert_import_is_light(self.topic)
