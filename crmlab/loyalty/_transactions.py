"""Purchases as sorted (customer, day) keys: the one fast path behind RFM, repeat purchase and holdout tables.

A customer and a day become one 64-bit key. Sorting the keys alone (no argsort, no groupby) merges same-day purchases and
lays every customer's first, second and last day side by side; amounts are then summed by counting, never moved.
"""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab._checks import check_frame, check_numbers, check_one_of, check_present, row_of

UNIT_DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}
UNIT_ZH = {"day": "天", "week": "周", "month": "月", "year": "年"}
DAYS_PER_YEAR = 365.25
_SHORT_TEXT = 24
Ints = NDArray[np.int64]
Days = NDArray[np.int32]


@dataclass(frozen=True)
class Purchases:
    """Purchase rows with their customer code and day, and one line a customer. Days count from ``start_day``."""

    codes: Days  # per row
    days: Days  # per row
    kept: NDArray[np.bool_] | None  # rows not later than the end; None when all are kept
    n_codes: int
    customers: pd.Index  # per customer: label, then code, first, second (-1: none) and last day, number of days
    present: Days
    first: Days
    second: Days
    last: Days
    counts: Ints
    start_day: int  # days since 1970-01-01
    end_day: int  # days since start_day


def check_unit(time_unit: str) -> float:
    """Return the days in one ``time_unit``."""
    check_one_of("time_unit", time_unit, UNIT_DAYS)
    return UNIT_DAYS[time_unit]


def check_day(argument: str, value: Any) -> int:
    """Return a date as days since 1970-01-01."""
    if not isinstance(value, str | datetime.date | np.datetime64):
        raise TypeError(
            f'参数 {argument} 应是一个日期，例如 "2026-06-30"，你给的是 {type(value).__name__}（{value!r}）。'
        )
    try:
        stamp: Any = pd.Timestamp(value)
    except ValueError:
        stamp = None
    if stamp is None or pd.isna(stamp):
        raise ValueError(f'参数 {argument} 应是一个日期，例如 "2026-06-30"，你给的是“{value}”。') from None
    return int(np.datetime64(stamp.tz_localize(None), "D").astype(int))


def day_text(day: int) -> str:
    """Write days since 1970-01-01 as a date."""
    return str(np.datetime64(int(day), "D"))


def days_of(column: pd.Series, name: str) -> Days:
    """Return a date column as days since 1970-01-01; the clock time is dropped."""
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)
    if not pd.api.types.is_datetime64_any_dtype(column):
        raise TypeError(
            f'列“{name}”应是日期，现在的类型是 {column.dtype}。请先转换：表["{name}"] = pd.to_datetime(表["{name}"])。'
        )
    return check_present(name, column).to_numpy().astype("datetime64[D]").view(np.int64).astype(np.int32)


def _codes(column: pd.Series, name: str) -> tuple[Days, pd.Index | None, int, int]:
    """Return a code per row, labels by code (None for counted integers), the smallest id, and how many codes there are."""
    if pd.api.types.is_integer_dtype(column.dtype) and not pd.api.types.is_extension_array_dtype(column.dtype):
        ids = column.to_numpy()
        low, high = int(ids.min()), int(ids.max())
        if high - low < 2 * len(ids) + 1024:
            return (ids - low).astype(np.int32), None, low, high - low + 1
        # Left to itself the hash table is made for as many customers as rows.
        codes, found = pd.factorize(ids, size_hint=len(ids) // 4)
        names = pd.Index(found)
    else:
        codes, names = pd.factorize(column)
    if (codes < 0).any():
        at = int(np.flatnonzero(codes < 0)[0])
        raise ValueError(f"列“{name}”不能有缺失值，{row_of(column, at)}是空的。不知道是谁的交易，请先补上或删去。")
    order = _order(names)
    if order is None:
        return codes.astype(np.int32), names, 0, len(names)
    # Sorting the labels here leaves every table of customers in order, and none of them to be copied for it.
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return place[codes], names[order], 0, len(names)


def _order(names: pd.Index) -> NDArray[np.intp] | None:
    """Return what sorts the labels; None when they are of mixed types, which only a table of customers minds."""
    if isinstance(names.dtype, pd.StringDtype):
        texts = names.to_numpy(dtype=object)
        # Short texts side by side in one array are compared three times as fast as Python's.
        if max(map(len, texts)) <= _SHORT_TEXT:
            return np.argsort(texts.astype("U"), kind="stable")
    try:
        return np.asarray(names.argsort())
    except TypeError:
        return None


def read_purchases(
    transactions: pd.DataFrame, *, customer: str, date: str, observation_end: Any = None, later: str = "refuse"
) -> Purchases:
    """Check the table and bring it into keys. ``later`` says what becomes of rows after ``observation_end``."""
    check_frame("transactions", transactions, [customer, date])
    if customer == date:
        raise ValueError(f"参数 customer 和 date 都是“{customer}”，请给两个不同的列。")
    check_one_of("later", later, ("refuse", "drop"))
    days = days_of(transactions[date], date)
    first, newest = int(days.min()), int(days.max())
    end = newest if observation_end is None else check_day("observation_end", observation_end)
    kept: NDArray[np.bool_] | None = None
    ids = transactions[customer]
    if newest > end:
        kept = days <= end
        outside = int(len(days) - kept.sum())
        if later == "refuse":
            at = int(np.flatnonzero(~kept)[0])
            raise ValueError(
                f"列“{date}”有 {outside} 行晚于观察期末 {day_text(end)}，{row_of(ids, at)}是 {day_text(days[at])}。"
                'observation_end 写错了就改；确实要截断，请写 later="drop"。'
            )
        if outside == len(days):
            raise ValueError(f"所有交易都晚于观察期末 {day_text(end)}，没有数据可用。请检查参数 observation_end。")
        days, ids = days[kept], ids[kept]
    days -= first
    codes, labels, low, n_codes = _codes(ids, customer)
    bits = max(int(end - first).bit_length(), 1)
    keys = codes.astype(np.int64)
    keys <<= bits
    keys |= days
    keys.sort()
    fresh = np.empty(len(keys), dtype=bool)
    fresh[0] = True
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    if not fresh.all():
        keys = keys[fresh]
    owner = keys >> bits
    starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1]))
    present = owner[starts].astype(np.int32)
    del owner, fresh
    counts = np.diff(starts, append=len(keys))
    day = (1 << bits) - 1
    second = np.where(counts > 1, keys[np.minimum(starts + 1, len(keys) - 1)] & day, -1)
    return Purchases(
        codes=codes,
        days=days,
        kept=kept,
        n_codes=n_codes,
        customers=pd.Index(present.astype(np.int64) + low, dtype=ids.dtype) if labels is None else labels[present],
        present=present,
        first=(keys[starts] & day).astype(np.int32),
        second=second.astype(np.int32),
        last=(keys[starts + counts - 1] & day).astype(np.int32),
        counts=counts,
        start_day=first,
        end_day=end - first,
    )


def amounts_of(transactions: pd.DataFrame, amount: str, kept: NDArray[np.bool_] | None) -> NDArray[Any]:
    """Return the amounts of the kept rows, none negative, none missing."""
    column = transactions[amount]
    values = column.to_numpy()
    # The usual column is checked in two passes without a copy; anything else goes to the check that names the row.
    plain = values.dtype.kind in "fi" and len(values) > 0
    if not (plain and values.min() >= 0 and values.max() < np.inf):
        hint = "退款请先从原订单的金额里减掉，再算。"
        values = check_numbers(amount, column, 0, hint=hint, missing=False).to_numpy()
    return values if kept is None else values[kept]


def sum_by_customer(found: Purchases, amounts: NDArray[Any], *, repeats_only: bool = False) -> NDArray[np.float64]:
    """Add up the amounts of each present customer; ``repeats_only`` leaves the first purchase day out.

    Works in slices, so that no temporary array is as long as the table.
    """
    total = np.zeros(found.n_codes)
    first_of = np.zeros(found.n_codes if repeats_only else 0, dtype=np.int32)
    if repeats_only:
        first_of[found.present] = found.first
    for start in range(0, len(amounts), 1 << 17):
        part = slice(start, start + (1 << 17))
        codes, values = found.codes[part], amounts[part].astype(np.float64)
        if repeats_only:
            values[found.days[part] == first_of[codes]] = 0
        np.add.at(total, codes, values)
    return total[found.present]


def by_label(table: pd.DataFrame, customer: str) -> pd.DataFrame:
    """Sort rows by customer; ids of mixed types have no order and are refused."""
    if table["customer_id"].is_monotonic_increasing:
        return table
    try:
        return table.sort_values("customer_id", ignore_index=True)
    except TypeError:
        raise TypeError(
            f'列“{customer}”里混着几种类型（例如数字和文字），排不了序。请先统一：表["{customer}"] = 表["{customer}"].astype(str)。'
        ) from None
