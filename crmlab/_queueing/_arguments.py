"""A check of arguments that the topics built on queueing share."""

import math
from typing import Any

from crmlab._checks import check_positive


def positive(argument: str, value: Any, *, allow_zero: bool = False) -> float:
    """Return what check_positive returns, sooner for a plain number: staffing a month asks for thousands of these."""
    if (type(value) is float or type(value) is int) and (0 < value < math.inf or (allow_zero and value == 0)):
        return float(value)
    return check_positive(argument, value, allow_zero=allow_zero)
