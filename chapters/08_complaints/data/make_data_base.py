"""What the tables of chapter 8 share: random streams, ids, odds, the days covered."""

import numpy as np
import pandas as pd

SEED = 2026_08
FIRST_DAY = pd.Timestamp("2026-04-01")
DAYS = 183
AS_OF = pd.Timestamp("2026-09-30 18:00")


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def numbered(letter: str, n: int, width: int = 4) -> list[str]:
    """Return ids such as T0001."""
    return [f"{letter}{i:0{width}d}" for i in range(1, n + 1)]


def chance(logit: np.ndarray) -> np.ndarray:
    """Return the probability of a log-odds."""
    return 1 / (1 + np.exp(-logit))


def minutes(hours: np.ndarray) -> pd.TimedeltaIndex:
    """Return hours as whole minutes."""
    return pd.to_timedelta(np.round(np.asarray(hours) * 60).astype(int), unit="min")
