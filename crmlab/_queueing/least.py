"""The least number of agents that meets all targets: for one interval, and for many at once.

Every answer about staffing comes from here. Both ways are the same search, upwards from just below all answers, with the
same recursion and the same start; one is written for plain floats (a numpy call costs more than the whole search), the
other for arrays.
"""

import functools
import math
from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Below this many lines a handful of multiplications is as good as any formula.
_FEW_LINES = 8
_STIRLING_FROM = 100  # exp(A), A^n and n! are no floats much further
_FACTORIALS = tuple(float(math.factorial(n)) for n in range(_STIRLING_FROM))
_LARGEST_POWER = 709.0  # exp of more is no float


@functools.cache
def _gamma_ratio() -> Callable[[float, float], float]:
    """Return Q(a, x) for plain floats: the ufunc takes five times as long over a single number."""
    from scipy.special.cython_special import gammaincc

    return cast(Callable[[float, float], float], gammaincc)


def inverse_blocking(erlangs: float, lines: int) -> float:
    """Return 1 / Erlang B for ``lines`` not far below the load or anywhere above it; infinity where that is no float.

    The recursion takes as many steps as there are lines. 1/B is also exp(A)·n!/A^n times the upper gamma ratio
    Q(n + 1, A); with Stirling's series for a large n! nothing large cancels there, and the cost does not grow.
    """
    if lines < _FEW_LINES or (lines < _STIRLING_FROM and erlangs < 1):
        inverse = 1.0
        for n in range(1, lines + 1):
            inverse = 1.0 + inverse * n / erlangs
        return inverse
    if lines < _STIRLING_FROM:
        return math.exp(erlangs) * _FACTORIALS[lines] / erlangs**lines * _gamma_ratio()(lines + 1.0, erlangs)
    square = 1.0 / (lines * lines)
    stirling = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / lines
    power = erlangs - lines + lines * math.log1p((lines - erlangs) / erlangs)
    if power > _LARGEST_POWER:
        return math.inf
    return math.sqrt(2 * math.pi * lines) * math.exp(power + stirling) * _gamma_ratio()(lines + 1.0, erlangs)


def _inverse_blocking_of_many(erlangs: Floats, lines: Floats) -> Floats:
    """Return inverse_blocking for arrays."""
    result = np.ones(len(lines))
    few = lines < _FEW_LINES
    with np.errstate(over="ignore", divide="ignore"):
        if few.any():
            load, most, inverse = erlangs[few], lines[few], result[few]
            for n in range(1, int(most.max()) + 1):
                inverse = np.where(n <= most, 1.0 + inverse * n / load, inverse)
            result[few] = inverse
        if not few.all():
            result[~few] = _by_gamma(erlangs[~few], lines[~few])
    return result


def _by_gamma(erlangs: Floats, lines: Floats) -> Floats:
    from scipy.special import gammaincc

    few = np.minimum(lines, _STIRLING_FROM - 1).astype(np.int64)
    many = np.maximum(lines, _STIRLING_FROM)
    near = np.minimum(erlangs, _STIRLING_FROM)  # where lines are few, so is the load
    small = np.exp(near) * np.array(_FACTORIALS)[few] / near**few
    square = 1.0 / (many * many)
    stirling = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / many
    power = erlangs - many + many * np.log1p((many - erlangs) / erlangs)
    large = np.sqrt(2 * np.pi * many) * np.exp(power + stirling)
    upper: Floats = gammaincc(lines + 1.0, erlangs)
    return np.asarray(np.where(lines < _STIRLING_FROM, small, large) * upper)


def least(load: float, floor: float, longest: float, late: float, pace: float) -> tuple[int, float]:
    """Return the least number of agents that meets all targets, and its probability of waiting.

    Every answer about staffing comes from here. ``floor`` is the least for the occupancy, ``longest`` the longest mean wait
    in handle times, ``late`` the share that may wait longer than the limit, ``pace`` minus that limit in handle times.
    """
    n = int(load)
    if floor > n + 1:
        n = math.ceil(floor) - 1
    inverse = inverse_blocking(load, n)
    exp = math.exp
    while True:
        n += 1
        inverse = 1.0 + inverse * n / load  # 1 / Erlang B, as in erlang.blocking
        spare = n - load
        p_wait = n / (spare * inverse + load)
        if p_wait * exp(pace * spare) <= late and p_wait <= spare * longest:
            return n, p_wait


def least_of_many(
    load: Floats, floor: Floats, longest: Floats, late: Floats, pace: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """Return what least returns, for arrays of one length; no load needs no agent."""
    agents, waits = np.zeros(len(load), dtype=np.int64), np.zeros(len(load))
    left = np.flatnonzero(load > 0)
    load, floor, longest, late, pace = (column[left] for column in (load, floor, longest, late, pace))
    n = np.floor(load)
    n = np.where(floor > n + 1, np.ceil(floor) - 1, n)
    inverse = _inverse_blocking_of_many(load, n)
    while len(left):
        n += 1
        inverse = 1.0 + inverse * n / load
        spare = n - load
        p_wait = n / (spare * inverse + load)
        done = (p_wait * np.exp(pace * spare) <= late) & (p_wait <= spare * longest)
        if done.any():
            agents[left[done]], waits[left[done]] = n[done], p_wait[done]
            open_ = ~done
            left, n, inverse = left[open_], n[open_], inverse[open_]
            load, longest, late, pace = load[open_], longest[open_], late[open_], pace[open_]
    return agents, waits
