"""Draws of which every one is a fair question: a table on which a task has no single answer is drawn again."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

_TRIES = 400
Drawn = TypeVar("Drawn")  # a table, or its columns as arrays


def well_posed(draw: Callable[[], Drawn], is_clear: Callable[[Drawn], bool]) -> Drawn:
    """Return the first of ``draw()`` that ``is_clear`` accepts."""
    for _ in range(_TRIES):
        drawn = draw()
        if is_clear(drawn):
            return drawn
    raise RuntimeError(f"no well-posed table in {_TRIES} draws")


def apart(values: Any, least: float) -> bool:
    """Return whether every value is at least ``least`` away from its neighbours."""
    return all(b - a >= least for a, b in pairwise(sorted(values)))
