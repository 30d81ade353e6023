"""The simulated company: its customers' hidden traits, block by block, the same for every table of one seed.

A block of customers is always drawn whole, from generators of its own, and then cut to what is asked for. So a table
does not depend on the size of the chunks it is read in, and a larger company only adds customers to a smaller one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from crmlab._checks import check_between, check_whole

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

BLOCK = 4096  # customers that are drawn together
NUMBERS = 10_000  # customer numbers a block owns: first registrations and repeated ones
MOST = 20_000_000
START, END = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")
DAYS = (END - START).days + 1
TIERS = np.array(["普通", "银卡", "金卡"], dtype=object)

# BG/NBD and Gamma-Gamma, the parameters the docstrings state. Time in weeks, money in yuan.
RATE_R, RATE_ALPHA = 0.8, 9.0
LEAVE_A, LEAVE_B = 0.7, 2.8
SPEND_P, SPEND_Q, SPEND_V = 6.0, 4.0, 90.0
_LOG_SPEND_MEAN, _LOG_SPEND_SD = 1.2561176684318 - np.log(SPEND_V), 0.5327503691
LOYALTY_CORRELATION = -0.6

_STREAMS = ("traits", "customers", "orders", "contacts", "responses", "reviews", "dirt")


@dataclass(frozen=True)
class Traits:
    """What a block of customers is like; one entry a customer."""

    number: Ints  # of the first registration
    spare: Ints  # numbers for repeated registrations
    signup: Ints  # day since START
    rate: Floats  # purchases a week
    leave: Floats  # share of repeat purchases after which the customer is gone
    spend: Floats  # gamma rate of the amounts: the higher, the less is spent
    tier: Ints  # 0, 1, 2
    content: Floats  # standard normal: how content this person tends to be


Part = tuple[pd.DataFrame, Ints]  # rows, and of each row the customer within the block
MakeBlock = Callable[[int, int], Part]  # (seed, block) -> rows
Spoil = Callable[[pd.DataFrame, npt.NDArray[np.bool_], np.random.Generator], None]  # makes the marked rows impossible


@dataclass(frozen=True)
class Seasonal:
    """A table whose rows follow the seasons: how a block is drawn, which columns may have gaps, what is impossible."""

    draw: Callable[[int, int, float], Part]  # (seed, block, season) -> rows
    gaps: list[str]
    spoil: Spoil


def stream(seed: int, name: str, block: int) -> np.random.Generator:
    """Return the generator of one kind of draw in one block."""
    return np.random.default_rng([seed, _STREAMS.index(name), block])


def check_size(customers: object, seed: object) -> tuple[int, int]:
    """Return the number of customers and the seed."""
    size = check_whole("customers", customers, noun="客户数")
    if size > MOST:
        raise ValueError(f"参数 customers 是客户数，最多 {MOST:,}，你给的是 {size:,}。")
    return size, check_whole("seed", seed, noun="种子")


def check_dirt(**shares: object) -> dict[str, float]:
    """Return the shares of flawed rows, each at most one half."""
    hint = "它是有毛病的行占多少，0.02 就是 2%。"
    return {name: check_between(name, share, 0, 0.5, hint=hint) for name, share in shares.items()}


def check_season(season: object) -> float:
    """Return the strength of the seasons."""
    return check_between("season", season, 0, 2, hint="0 是没有季节，1 是一般的起伏。")


def traits(seed: int, block: int) -> Traits:
    """Return the hidden traits of one block of customers."""
    from scipy.special import betainc, ndtri

    rng = stream(seed, "traits", block)
    numbers = block * NUMBERS + rng.permutation(NUMBERS) + 1
    signup = np.minimum((rng.random(BLOCK) ** 0.8 * DAYS).astype(np.int64), DAYS - 1)  # more of them later on
    rate = rng.gamma(RATE_R, 1 / RATE_ALPHA, BLOCK)
    leave = rng.beta(LEAVE_A, LEAVE_B, BLOCK)
    spend = rng.gamma(SPEND_Q, 1 / SPEND_V, BLOCK)
    big = (_LOG_SPEND_MEAN - np.log(spend)) / _LOG_SPEND_SD
    standing = 0.7 * big + np.sqrt(1 - 0.7**2) * rng.standard_normal(BLOCK)
    tier = np.digitize(standing, [0.524, 1.405]).astype(np.int64)
    faithless = ndtri(np.clip(betainc(LEAVE_A, LEAVE_B, leave), 1e-12, 1 - 1e-12))
    own = rng.standard_normal(BLOCK)
    content = LOYALTY_CORRELATION * faithless + np.sqrt(1 - LOYALTY_CORRELATION**2) * own
    return Traits(numbers[:BLOCK], numbers[BLOCK:], signup, rate, leave, spend, tier, content)


def customer_ids(numbers: Ints) -> Texts:
    """Return the numbers as customers see them."""
    return np.array([f"C{number:08d}" for number in numbers.tolist()], dtype=object)


def moments(days: npt.NDArray[np.integer] | Floats) -> pd.DatetimeIndex:
    """Return days since START (fractions too) as times, to the second."""
    seconds = np.round(np.asarray(days, dtype=float) * 86400).astype("timedelta64[s]")
    return pd.DatetimeIndex(START.to_datetime64().astype("datetime64[s]") + seconds).as_unit("us")


def pick(rng: np.random.Generator, shares: Mapping[str, float], n: int) -> Texts:
    """Return n labels drawn with the given shares."""
    labels = np.array(list(shares), dtype=object)
    edges = np.cumsum(list(shares.values()))[:-1]
    return labels[np.searchsorted(edges, rng.random(n), side="right")]


def soil(
    table: pd.DataFrame,
    owner: Ints,
    rng: np.random.Generator,
    *,
    missing: float,
    gaps: list[str],
    duplicates: float,
    impossible: float,
    spoil: Spoil,
) -> Part:
    """Empty some cells of ``gaps``, spoil some rows, then repeat some rows word for word, each right after the original."""
    n = len(table)
    if impossible:
        spoil(table, rng.random(n) < impossible, rng)
    if missing:
        for column in gaps:
            table[column] = table[column].mask(rng.random(n) < missing)
    if duplicates:
        again = np.repeat(np.arange(n), 1 + (rng.random(n) < duplicates))
        table, owner = table.take(again), owner[again]
    return table, owner


def parts(customers: int, seed: int, make: MakeBlock) -> Iterator[pd.DataFrame]:
    """Yield the rows of the first ``customers`` customers, one table a block; at least one table."""
    for block in range(max(1, -(-customers // BLOCK))):
        table, owner = make(seed, block)
        inside = owner < customers - block * BLOCK
        yield table if inside.all() else table[inside]


def seasonal_parts(
    table: Seasonal,
    customers: int,
    *,
    seed: int,
    season: float = 1.0,
    missing: float = 0.0,
    duplicates: float = 0.0,
    impossible: float = 0.0,
) -> Iterator[pd.DataFrame]:
    """Yield a table block by block; everything is checked before the first."""
    customers, seed = check_size(customers, seed)
    season = check_season(season)
    shares = check_dirt(missing=missing, duplicates=duplicates, impossible=impossible)

    def make(seed: int, block: int) -> Part:
        rows, owner = table.draw(seed, block, season)
        return soil(rows, owner, stream(seed, "dirt", block), gaps=table.gaps, spoil=table.spoil, **shares)

    return parts(customers, seed, make)


def whole(pieces: Iterator[pd.DataFrame]) -> pd.DataFrame:
    """Return all parts as one table."""
    return pd.concat(pieces, ignore_index=True)


def rechunk(pieces: Iterator[pd.DataFrame], rows: int) -> Iterator[pd.DataFrame]:
    """Yield the same rows in tables of ``rows`` rows, numbered on; the last one may be shorter."""
    held: list[pd.DataFrame] = []
    count = done = 0
    for piece in pieces:
        held.append(piece)
        count += len(piece)
        if count < rows:
            continue
        table = pd.concat(held, ignore_index=True)
        full = count // rows * rows
        for at in range(0, full, rows):
            yield table.iloc[at : at + rows].set_axis(pd.RangeIndex(done + at, done + at + rows), axis=0)
        done, count = done + full, count - full
        held = [table.iloc[full:].copy()]
    if count or not done:
        yield pd.concat(held, ignore_index=True).set_axis(pd.RangeIndex(done, done + count), axis=0)
