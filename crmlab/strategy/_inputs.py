"""Checks that several files of this topic share: whole numbers and the source of randomness."""

from typing import Any

import numpy as np

from crmlab._checks import check_number


def check_whole(argument: str, value: Any, least: int, *, why: str = "") -> int:
    """Return a whole number that is not below ``least``."""
    number = check_number(argument, value)
    if not number.is_integer() or number < least:
        raise ValueError(f"参数 {argument} 应是不小于 {least} 的整数，你给的是 {number:g}。{why}")
    return int(number)


def check_rng(rng: Any) -> None:
    """Raise TypeError unless ``rng`` is numpy's random generator."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"参数 rng 应是 np.random.default_rng(种子)，你给的是 {type(rng).__name__}。")
