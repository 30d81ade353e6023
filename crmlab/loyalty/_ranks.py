"""Groups of equal size by rank, in which equal values are never torn apart."""

import numpy as np
from numpy.typing import NDArray


def rank_groups(values: NDArray[np.float64], groups: int) -> NDArray[np.int64]:
    """Return 1 (lowest) to ``groups`` by the share of values below, ties counted half."""
    ordered = np.sort(values)
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    sizes = np.diff(first, append=len(values))
    middle = (first + sizes / 2) / len(values)
    # The hair keeps a middle that falls on a boundary in the lower group, whatever rounding does.
    group = np.ceil(middle * groups - 1e-9)
    # Groups rise with the values, so that a handful of cuts says all: no rank of each value is needed.
    cuts = np.append(ordered[first], np.inf)[np.searchsorted(group, np.arange(2, groups + 1))]
    return 1 + np.searchsorted(cuts, values, side="right").astype(np.int64)
