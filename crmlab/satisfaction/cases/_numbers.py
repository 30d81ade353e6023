"""Checks that the case computations share."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from crmlab._checks import check_between
from crmlab._intervals import critical_z

Floats = npt.NDArray[np.float64]
Numbers = Sequence[float] | npt.NDArray[np.generic]


def z_value(confidence: float) -> float:
    """Return the two-sided normal quantile of a confidence level, which must lie between 0 and 1."""
    return critical_z(check_between("confidence", confidence, 0, 1, open_ends=True))


def numbers(argument: str, values: Numbers, low: float, high: float) -> Floats:
    """Return ``values`` as floats, each within ``low``-``high``."""
    return np.array([check_between(argument, v, low, high) for v in np.atleast_1d(np.asarray(values)).tolist()])
