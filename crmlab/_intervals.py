"""Confidence intervals shared by the topics: share (Wilson), mean (Student t), agreement (kappa). Imports nothing of ours.

Quantiles come from scipy.special: scipy.stats and statsmodels give the same numbers but take seconds to import,
which every notebook would pay at its first interval. The tests hold these functions against both.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def critical_z(confidence: float) -> float:
    """Return the two-sided normal quantile, 1.96 for 0.95."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2))


def critical_t(df: ArrayLike, confidence: float) -> Floats:
    """Return the two-sided quantile of Student's t."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(np.asarray(df, dtype=float), 0.5 + confidence / 2))


def wilson(count: ArrayLike, n: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """Return the Wilson interval of ``count`` out of ``n``; NaN where ``n`` is 0."""
    counts, totals = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(n, dtype=float))
    n_known = np.where(totals > 0, totals, np.nan)
    share, z2 = counts / n_known, critical_z(confidence) ** 2
    centre = (counts + z2 / 2) / (n_known + z2)
    half = np.sqrt(z2 * (counts * (1 - share) + z2 / 4)) / (n_known + z2)
    # Rounding may put an end a hair outside 0-1 or past the share itself.
    return np.clip(centre - half, 0, share), np.clip(centre + half, share, 1)


def t_interval(mean: ArrayLike, sd: ArrayLike, n: ArrayLike, confidence: float) -> tuple[Floats, Floats]:
    """Return mean ± t·sd/√n; NaN where ``n`` is below 2, because one value says nothing about spread."""
    centre, spread, size = (np.asarray(x, dtype=float) for x in (mean, sd, n))
    enough = size >= 2
    safe = np.where(enough, size, 2.0)
    half = np.where(enough, critical_t(safe - 1, confidence) * spread / np.sqrt(safe), np.nan)
    return centre - half, centre + half


def mean_interval(values: pd.Series | Floats, confidence: float) -> tuple[float, float, float, int]:
    """Return mean, low, high and n of the values that are not missing."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    n = len(known)
    mean = float(known.mean())
    low, high = t_interval(mean, known.std(ddof=1) if n > 1 else np.nan, n, confidence)
    return mean, float(low), float(high), n


def interval_text(low: float, high: float, confidence: float, fmt: str = "{:.1f}", *, joiner: str = "–") -> str:
    """Say an interval in Chinese, or why there is none."""
    if np.isnan(low) or np.isnan(high):
        return "区间算不出"
    return f"{confidence * 100:g}% 区间 {signed(fmt.format(low))}{joiner}{signed(fmt.format(high))}"


def signed(text: str) -> str:
    """Write a minus sign as U+2212, and never minus zero."""
    if text.startswith("-"):
        return text[1:] if not text.strip("-0.%") else "−" + text[1:]
    return text


def newcombe(
    count1: ArrayLike, n1: ArrayLike, count2: ArrayLike, n2: ArrayLike, confidence: float
) -> tuple[Floats, Floats]:
    """Return Newcombe's hybrid score interval of share 1 minus share 2; NaN where an ``n`` is 0."""
    (x1, m1), (x2, m2) = (
        (np.asarray(x, dtype=float), np.asarray(m, dtype=float)) for x, m in ((count1, n1), (count2, n2))
    )
    p1, p2 = x1 / np.where(m1 > 0, m1, np.nan), x2 / np.where(m2 > 0, m2, np.nan)
    (low1, high1), (low2, high2) = wilson(x1, m1, confidence), wilson(x2, m2, confidence)
    difference = p1 - p2
    return difference - np.hypot(p1 - low1, high2 - p2), difference + np.hypot(high1 - p1, p2 - low2)


def weighted_kappa(counts: Floats, weights: Floats, confidence: float) -> tuple[float, float, float, float, float]:
    """Return kappa, its ends, the weighted agreement and what chance alone would give.

    ``counts`` is the cross table of two raters over the same labels, ``weights`` says how much of an agreement each cell
    is (1 on the diagonal). The standard error is the large-sample one of Fleiss, Cohen and Everitt (1969); kappa and
    its interval are NaN where chance alone agrees on everything.
    """
    n = float(counts.sum())
    p = counts / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((weights * p).sum()), float(rows @ weights @ columns)
    if expected >= 1 - 1e-12:
        return float("nan"), float("nan"), float("nan"), observed, expected
    kappa = (observed - expected) / (1 - expected)
    margins = (weights @ columns)[:, None] + (rows @ weights)[None, :]
    inside = (p * (weights - margins * (1 - kappa)) ** 2).sum() - (kappa - expected * (1 - kappa)) ** 2
    half = critical_z(confidence) * float(np.sqrt(max(float(inside), 0.0) / n)) / (1 - expected)
    return kappa, max(kappa - half, -1.0), min(kappa + half, 1.0), observed, expected


def cross_counts(one: NDArray[Any], other: NDArray[Any], names: Sequence[Any]) -> Floats:
    """Count how often two raters gave each pair of labels; rows and columns in the order of ``names``."""
    place = {name: i for i, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    np.add.at(counts, ([place[x] for x in one], [place[x] for x in other]), 1)
    return counts
