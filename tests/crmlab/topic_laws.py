"""What holds for every public function of a topic: inputs untouched, order of rows without meaning, documented.

A topic's test_every_function.py lists its calls and hands them to these checks.
"""

import dataclasses
import inspect

import pandas as pd
import pytest


def functions(topic):
    """Return the public functions of a topic by name."""
    return {name: f for name in topic.__all__ if inspect.isfunction(f := getattr(topic, name))}


def results(topic):
    """Return the public result classes of a topic by name."""
    return {name: c for name in topic.__all__ if dataclasses.is_dataclass(c := getattr(topic, name))}


def settled(result):
    """Bring a result into a form in which only its content counts, not the order of its rows."""
    if isinstance(result, pd.DataFrame):
        by_index = result.sort_index()
        return by_index.sort_values(list(by_index.columns), ignore_index=True) if by_index.index.is_unique else by_index
    if isinstance(result, pd.Series):
        return result.sort_index()
    if dataclasses.is_dataclass(result):
        return {f.name: settled(getattr(result, f.name)) for f in dataclasses.fields(result)}
    return result


def assert_same(one, other):
    """Assert that two results are equal in type and content."""
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key])
    else:
        assert one == (pytest.approx(other, nan_ok=True) if isinstance(one, float) else other)


def assert_inputs_stay(call, inputs):
    """Assert that the tables that go in come out untouched, and that a second call gives the same."""
    before = [table.copy(deep=True) for table in inputs]
    one = settled(call(*inputs))
    assert_same(one, settled(call(*inputs)))
    for table, copy in zip(inputs, before, strict=True):
        assert_same(table, copy)


def assert_order_has_no_meaning(call, inputs):
    """Assert that the rows of the first table may come in any order."""
    first, *rest = inputs
    result = settled(call(first, *rest))
    for seed in range(3):
        assert_same(settled(call(first.sample(frac=1, random_state=seed), *rest)), result)


def assert_refuses_no_rows_and_no_table(call, inputs):
    """Assert that an empty table, or a list in its place, raises our own Chinese sentence."""
    first, *rest = inputs
    for bad in (first[:0], [1, 2, 3]):
        with pytest.raises((ValueError, TypeError)) as caught:
            call(bad, *rest)
        assert str(caught.value).endswith("。"), str(caught.value)


def assert_documented(function):
    """Assert that the docstring names every parameter and has the headings that Shift-Tab should show."""
    doc = inspect.getdoc(function)
    for heading in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"\n{heading}\n---" in doc, heading
    named = doc.split("\nReturns\n")[0]
    for parameter in inspect.signature(function).parameters:
        assert parameter in named, parameter


def assert_result_documented(result):
    """Assert that a result is frozen, readable, and names every field."""
    for field in dataclasses.fields(result):
        assert field.name in result.__doc__, field.name
    assert result.__dataclass_params__.frozen
    assert result.__repr__ is result.__str__ is not object.__str__
