"""Draws of which every one is a fair question: a table on which a task has no single answer is drawn again."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

_TRIES = 400
Columns = dict[str, np.ndarray]  # a table's columns by name: draws are many, and a table is dear to make
Drawn = TypeVar("Drawn")  # a table, or its columns


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
