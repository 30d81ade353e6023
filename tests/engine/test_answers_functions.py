"""Functions cross the wall as calls, iterators that they return by their first values; classes and modules do not."""

import inspect
import json
import math
from typing import Any

import pytest

from autograder.engine.answers import MAX_YIELDED, Encoder, encode_returned
from autograder.engine.answers_decode import Decoder, Uncrossable, UncrossableError
from tests.engine.test_answers import across


def test_a_function_crosses_as_a_call():
    def area(width: float, height: float = 2.0, *more: int, unit: str = "米") -> float:
        """面积。"""
        return width * height

    proxy = across(area)
    assert proxy(3) == 6
    assert proxy(3, height=4) == 12
    assert (proxy.__name__, proxy.__doc__) == ("area", "面积。")
    assert str(inspect.signature(proxy)) == "(width, height=2.0, *more, unit='米')"
    assert callable(across(len))


def test_a_class_and_a_module_do_not_cross():
    assert isinstance(across(int), Uncrossable)
    got = across(math)
    assert isinstance(got, Uncrossable)
    assert (got.type_name, got.reason) == ("module", "（math）")


def test_an_iterator_that_a_function_returned_crosses_by_its_first_values():
    def sent(value: Any) -> Any:
        data = json.loads(json.dumps(encode_returned(Encoder([]), value)))
        return Decoder(lambda *_: None).decode(data)

    assert list(sent(i * i for i in range(4))) == [0, 1, 4, 9]
    assert list(sent(zip("ab", [1, 2], strict=True))) == [("a", 1), ("b", 2)]

    def forever() -> Any:
        while True:
            yield 1

    endless = sent(forever())
    assert sum(next(endless) for _ in range(MAX_YIELDED)) == MAX_YIELDED
    with pytest.raises(UncrossableError) as error:
        next(endless)
    assert str(error.value) == f"这个答案一直在产生值，批改时只取前 {MAX_YIELDED} 个。"


def test_a_generator_answer_itself_does_not_cross():
    """A generator that is an answer would be used up by handing it out."""
    assert isinstance(across(i for i in range(3)), Uncrossable)
