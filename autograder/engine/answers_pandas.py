"""How pandas' values cross the wall (see :mod:`autograder.engine.answers`)."""

# pandas-stubs knows the constructors by literal types; here the types come as data.
# mypy: disable-error-code="call-overload,misc,arg-type,attr-defined,no-any-return"

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from autograder.engine.answers import Encoder
    from autograder.engine.answers_decode import Decoder


def encode_pandas(encoder: "Encoder", value: Any, depth: int) -> Any:
    """Return a pandas value as data, or None when it is of a kind that does not cross."""
    if value is pd.NaT:
        return {"t": "pd.NaT"}
    if value is pd.NA:
        return {"t": "pd.NA"}
    for kind, encode in _ENCODE.items():
        if isinstance(value, kind):
            return encode(encoder, value, depth)
    return None


def decode_pandas(decoder: "Decoder", data: Mapping[str, Any], depth: int) -> Any:
    """Build a pandas value from data."""
    decode = _DECODE.get(data["t"])
    if decode is None:
        raise ValueError(f"unknown mark {data['t']!r}")
    return decode(decoder, data, depth)


def _timestamp(_encoder: "Encoder", value: pd.Timestamp, _depth: int) -> Any:
    return {"t": "pd.Timestamp", "v": value.isoformat(), "unit": value.unit, "tz": str(value.tz) if value.tz else None}


def _values(encoder: "Encoder", values: Any, depth: int) -> Any:
    """Encode the values of a column or index by its dtype."""
    if type(values) is pd.arrays.NumpyExtensionArray:  # how pandas wraps a plain column
        values = values.to_numpy()
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        return encoder.array(np.asarray(values), depth)
    if isinstance(dtype, pd.CategoricalDtype):
        held = pd.Categorical(values)
        return {
            "t": "pd.categorical", "codes": encoder.array(held.codes, depth),
            "categories": _index(encoder, held.categories, depth), "ordered": bool(held.ordered),
        }  # fmt: skip
    if isinstance(dtype, pd.DatetimeTZDtype):
        whole = np.asarray(pd.Index(values).asi8)
        return {"t": "pd.datetimetz", "v": encoder.array(whole, depth), "unit": dtype.unit, "tz": str(dtype.tz)}
    if isinstance(dtype, pd.PeriodDtype):
        return {
            "t": "pd.period",
            "v": encoder.array(np.asarray(pd.Index(values).asi8), depth),
            "freq": str(dtype)[len("period[") : -1],  # a month is M here and ME elsewhere
        }
    missing = "NA" if getattr(dtype, "na_value", None) is pd.NA else "nan"
    objects = [None if pd.isna(item) else item for item in np.asarray(values, dtype=object).tolist()]
    name = "str" if isinstance(dtype, pd.StringDtype) and missing == "nan" else str(dtype)
    return {"t": "pd.extension", "dtype": name, "v": encoder.items(objects, depth)}


def _index(encoder: "Encoder", value: pd.Index, depth: int) -> Any:
    if isinstance(value, pd.MultiIndex):
        levels = [_values(encoder, value.get_level_values(i), depth) for i in range(value.nlevels)]
        return {"t": "pd.MultiIndex", "levels": levels, "names": encoder.items(value.names, depth)}
    name = encoder._encode(value.name, depth + 1)
    if isinstance(value, pd.RangeIndex):
        return {"t": "pd.RangeIndex", "v": [value.start, value.stop, value.step], "name": name}
    return {"t": "pd.Index", "v": _values(encoder, value, depth), "name": name}


def _series(encoder: "Encoder", value: pd.Series, depth: int) -> Any:
    return {
        "t": "pd.Series", "v": _values(encoder, value.array, depth), "index": _index(encoder, value.index, depth),
        "name": encoder._encode(value.name, depth + 1),
    }  # fmt: skip


def _frame(encoder: "Encoder", value: pd.DataFrame, depth: int) -> Any:
    columns = [_values(encoder, value.iloc[:, i].array, depth) for i in range(value.shape[1])]
    return {
        "t": "pd.DataFrame", "v": columns, "columns": _index(encoder, value.columns, depth),
        "index": _index(encoder, value.index, depth),
    }  # fmt: skip


_ENCODE: dict[type, Callable[["Encoder", Any, int], Any]] = {
    pd.Timestamp: _timestamp,
    pd.Timedelta: lambda e, v, d: {"t": "pd.Timedelta", "v": e.array(np.asarray(v.to_timedelta64()), d)},
    pd.Period: lambda e, v, d: {"t": "pd.Period", "v": int(v.ordinal), "freq": v.freqstr},
    pd.Interval: lambda e, v, d: {
        "t": "pd.Interval",
        "v": [e._encode(v.left, d + 1), e._encode(v.right, d + 1)],
        "closed": v.closed,
    },
    pd.DataFrame: _frame,
    pd.Series: _series,
    pd.Index: _index,
    pd.api.extensions.ExtensionArray: lambda e, v, d: {"t": "pd.array", "v": _values(e, v, d)},
}


def _decode_index(decoder: "Decoder", data: Mapping[str, Any], depth: int) -> pd.Index:
    return pd.Index(decoder.decode(data["v"], depth + 1), name=decoder.decode(data["name"], depth + 1))


def _decode_multi(decoder: "Decoder", data: Mapping[str, Any], depth: int) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays(decoder.list(data["levels"], depth), names=decoder.list(data["names"], depth))


def _decode_frame(decoder: "Decoder", data: Mapping[str, Any], depth: int) -> pd.DataFrame:
    columns = decoder.decode(data["columns"], depth + 1)
    index = decoder.decode(data["index"], depth + 1)
    values = decoder.list(data["v"], depth)
    if not values:
        return pd.DataFrame(index=index, columns=columns)
    made = pd.DataFrame({place: pd.Series(value, index=index) for place, value in enumerate(values)}, index=index)
    made.columns = columns
    return made


def _decode_series(decoder: "Decoder", data: Mapping[str, Any], depth: int) -> pd.Series:
    values = decoder.decode(data["v"], depth + 1)
    return pd.Series(values, index=decoder.decode(data["index"], depth + 1), name=decoder.decode(data["name"], depth))


def _decode_extension(decoder: "Decoder", data: Mapping[str, Any], depth: int) -> Any:
    return pd.array(decoder.list(data["v"], depth), dtype=str(data["dtype"]))


def _decode_timestamp(_decoder: "Decoder", data: Mapping[str, Any], _depth: int) -> pd.Timestamp:
    made = pd.Timestamp(data["v"]).as_unit(data["unit"])
    return made.tz_convert(data["tz"]) if data["tz"] and "/" in data["tz"] else made


_DECODE: dict[str, Callable[["Decoder", Mapping[str, Any], int], Any]] = {
    "pd.NaT": lambda c, v, d: pd.NaT,
    "pd.NA": lambda c, v, d: pd.NA,
    "pd.Timestamp": _decode_timestamp,
    "pd.Timedelta": lambda c, v, d: pd.Timedelta(c.decode(v["v"], d + 1)[()]),
    "pd.Period": lambda c, v, d: pd.Period(ordinal=int(v["v"]), freq=str(v["freq"])),
    "pd.Interval": lambda c, v, d: pd.Interval(*c.list(v["v"], d), closed=v["closed"]),
    "pd.DataFrame": _decode_frame,
    "pd.Series": _decode_series,
    "pd.Index": _decode_index,
    "pd.RangeIndex": lambda c, v, d: pd.RangeIndex(*[int(n) for n in v["v"]], name=c.decode(v["name"], d)),
    "pd.MultiIndex": _decode_multi,
    "pd.array": lambda c, v, d: c.decode(v["v"], d + 1),
    "pd.categorical": lambda c, v, d: pd.Categorical.from_codes(
        c.decode(v["codes"], d + 1), c.decode(v["categories"], d + 1), ordered=bool(v["ordered"])
    ),
    "pd.datetimetz": lambda c, v, d: (
        pd.DatetimeIndex(c.decode(v["v"], d + 1).view(f"M8[{v['unit']}]")).tz_localize("UTC").tz_convert(v["tz"]).array
    ),
    "pd.period": lambda c, v, d: pd.PeriodIndex.from_ordinals(c.decode(v["v"], d + 1), freq=str(v["freq"])).array,
    "pd.extension": _decode_extension,
}
