"""What the tables of chapter 4 share: random streams, ids, odds."""

import numpy as np

SEED = 2026_04


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def numbered(letter: str, n: int, width: int = 4) -> list[str]:
    """Return ids such as K0001."""
    return [f"{letter}{i:0{width}d}" for i in range(1, n + 1)]


def chance(logit: np.ndarray) -> np.ndarray:
    """Return the probability of a log-odds."""
    return 1 / (1 + np.exp(-logit))
