"""Draws of which every one is a fair question: a table on which a task has no single answer is drawn again."""

from collections.abc import Callable
from itertools import pairwise

import pandas as pd

_TRIES = 400


def well_posed(draw: Callable[[], pd.DataFrame], is_clear: Callable[[pd.DataFrame], bool]) -> pd.DataFrame:
    """Return the first of ``draw()`` that ``is_clear`` accepts."""
    for _ in range(_TRIES):
        table = draw()
        if is_clear(table):
            return table
    raise RuntimeError(f"no well-posed table in {_TRIES} draws")


def apart(values: pd.Series, least: float) -> bool:
    """Return whether every value is at least ``least`` away from its neighbours."""
    return all(b - a >= least for a, b in pairwise(sorted(values)))
