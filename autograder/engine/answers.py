"""Values cross the wall as data: JSON in both directions, never pickle.

This is the way in: :class:`Encoder` turns a value into JSON with a type mark; what it does not know becomes an
"uncrossable" mark with the name of its type. The way out is :mod:`autograder.engine.answers_decode`.
"""

import base64
import collections
import dataclasses
import datetime
import decimal
import fractions
import inspect
import math
import types
from collections.abc import Callable
from typing import Any

import numpy as np

MAX_DEPTH = 60
MAX_BYTES = 16 * 2**20
MAX_INT_BITS = 1 << 16
MAX_YIELDED = 10_000


class TooBigError(ValueError):
    """The value is larger or deeper than what may cross."""


class Encoder:
    """Turns values into data.

    Parameters
    ----------
    functions : list
        Grows by each function met; its place in the list is the handle by which the other side calls it.
    max_bytes : int
        What one value may take as data.
    """

    def __init__(self, functions: list[Callable[..., Any]], max_bytes: int = MAX_BYTES) -> None:
        self.functions = functions
        self.max_bytes = max_bytes
        self._left = max_bytes
        self._figures: list[Any] = []

    def encode(self, value: Any) -> Any:
        """Return the value as JSON data; a value that cannot cross becomes an "uncrossable" mark."""
        self._left = self.max_bytes
        self._figures = []
        try:
            return self._encode(value, 0)
        except TooBigError as error:
            return {"t": "uncrossable", "type": type_name(value), "reason": str(error)}
        except RecursionError:
            return {"t": "uncrossable", "type": type_name(value), "reason": "它的层数太深。"}
        except Exception as error:  # of a property of the value's own class
            return {"t": "uncrossable", "type": type_name(value), "reason": f"读它时出错：{type(error).__name__}。"}

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise TooBigError(f"它太大了，超过 {self.max_bytes / 2**20:.0f} MB。")

    def _encode(self, value: Any, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise TooBigError("它的层数太深。")
        self._spend(24)
        kind = type(value)
        simple = _SIMPLE.get(kind)
        if simple is not None:
            return simple(self, value, depth)
        name = f"{kind.__module__}.{kind.__qualname__}"
        if name.startswith("matplotlib.") or name.endswith("Axes"):  # before the bases: a container is a tuple too
            from autograder.engine.answers_figures import encode_figure

            data = encode_figure(self, value)
            if data is not None:
                return data
        # isinstance() would ask the value's class; the real type's bases are what counts.
        for base in kind.__mro__:
            known = _BASES.get(base)
            if known is not None:
                return known(self, value, depth)
        if name.startswith("pandas."):
            from autograder.engine.answers_pandas import encode_pandas

            data = encode_pandas(self, value, depth)
            if data is not None:
                return data
        if dataclasses.is_dataclass(kind) and kind.__module__ not in {"__main__", "builtins"}:
            fields = [
                [f.name, self._encode(getattr(value, f.name), depth + 1)]
                for f in dataclasses.fields(kind)
                if hasattr(value, f.name)
            ]
            return {"t": "dataclass", "module": kind.__module__, "name": kind.__qualname__, "fields": fields}
        if callable(value) and not isinstance(value, type):
            return self.function(value)
        return {"t": "uncrossable", "type": type_name(value), "reason": ""}

    def function(self, value: Callable[..., Any]) -> dict[str, Any]:
        """Register a function and return its mark."""
        self.functions.append(value)
        parameters = None
        try:
            parameters = [
                [p.name, int(p.kind), p.default is not p.empty, self.encode_quietly(p.default)]
                for p in inspect.signature(value).parameters.values()
            ]
        except Exception:
            parameters = None
        constants = value.__code__.co_consts if type(value) is types.FunctionType else ()
        return {
            "t": "function",
            "stub": any(constant is ... for constant in constants),
            "handle": len(self.functions) - 1,
            "name": str(getattr(value, "__name__", type(value).__name__))[:200],
            "doc": str(getattr(value, "__doc__", None) or "")[:5000],
            "parameters": parameters,
        }

    def encode_quietly(self, value: Any) -> Any:
        """Encode a default value, or None where it cannot cross."""
        try:
            data = None if value is inspect.Parameter.empty else self._encode(value, MAX_DEPTH - 5)
        except Exception:
            return None
        return data

    def array(self, value: np.ndarray, depth: int) -> Any:
        """Encode a numpy array: raw bytes for numbers, texts and times, else one by one."""
        value = np.asarray(value)
        if value.dtype.kind in "biufcmMUS" and value.dtype.names is None:
            self._spend(value.nbytes * 4 // 3)
            raw = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
            return {"t": "array", "dtype": value.dtype.str, "shape": list(value.shape), "data": raw}
        if value.dtype.kind == "O":
            items = [self._encode(item, depth + 1) for item in value.ravel().tolist()]
            return {"t": "objects", "shape": list(value.shape), "data": items}
        raise TooBigError(f"它是 dtype 为 {value.dtype} 的数组。")

    def items(self, values: Any, depth: int) -> list[Any]:
        """Encode the members of a sequence."""
        return [self._encode(item, depth + 1) for item in values]


def type_name(value: Any) -> str:
    """Return the name of a value's real type, at most 100 characters."""
    kind = type(value)
    return (kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}")[:100]


def _int(encoder: Encoder, value: Any, _depth: int) -> Any:
    value = int.__int__(value)
    if value.bit_length() > MAX_INT_BITS:
        raise TooBigError("这个整数太长。")
    encoder._spend(value.bit_length() // 8)
    return value if value.bit_length() < 63 else {"t": "int", "hex": hex(value)}


def _float(_encoder: Encoder, value: Any, _depth: int) -> Any:
    value = float.__float__(value)
    return value if math.isfinite(value) else {"t": "float", "v": repr(value)}


def _str(encoder: Encoder, value: Any, _depth: int) -> Any:
    value = str.__str__(value)
    encoder._spend(len(value) * 3)
    return value


def _mapping(mark: str) -> Callable[[Encoder, Any, int], Any]:
    def encode(encoder: Encoder, value: Any, depth: int) -> Any:
        pairs = [
            [encoder._encode(k, depth + 1), encoder._encode(v, depth + 1)] for k, v in dict.items(value)
        ]  # dict.items itself: a subclass may lie
        return {"t": mark, "v": pairs}

    return encode


def _sequence(mark: str, iterate: Callable[[Any], Any]) -> Callable[[Encoder, Any, int], Any]:
    def encode(encoder: Encoder, value: Any, depth: int) -> Any:
        return {"t": mark, "v": encoder.items(iterate(value), depth)}

    return encode


def _tuple(encoder: Encoder, value: Any, depth: int) -> Any:
    fields = getattr(type(value), "_fields", None)
    data: dict[str, Any] = {"t": "tuple", "v": encoder.items(tuple.__iter__(value), depth)}
    if isinstance(fields, tuple) and len(fields) == len(data["v"]) and all(isinstance(f, str) for f in fields):
        data |= {"t": "namedtuple", "name": type(value).__name__[:100], "fields": list(fields)}
    return data


def _bytes(encoder: Encoder, value: Any, _depth: int) -> Any:
    encoder._spend(len(value) * 4 // 3)
    return {"t": type(value).__name__ if type(value) is bytearray else "bytes", "v": base64.b64encode(value).decode()}


def _isoformat(mark: str) -> Callable[[Encoder, Any, int], Any]:
    def encode(_encoder: Encoder, value: Any, _depth: int) -> Any:
        return {"t": mark, "v": value.isoformat()}

    return encode


_SIMPLE: dict[type, Callable[[Encoder, Any, int], Any]] = {
    type(None): lambda e, v, d: None,
    bool: lambda e, v, d: v,
    type(...): lambda e, v, d: {"t": "ellipsis"},
    type(NotImplemented): lambda e, v, d: {"t": "notimplemented"},
    complex: lambda e, v, d: {"t": "complex", "v": [repr(v.real), repr(v.imag)]},
    range: lambda e, v, d: {"t": "range", "v": [e._encode(x, d) for x in (v.start, v.stop, v.step)]},
    slice: lambda e, v, d: {"t": "slice", "v": [e._encode(x, d + 1) for x in (v.start, v.stop, v.step)]},
    decimal.Decimal: lambda e, v, d: {"t": "decimal", "v": str(v)},
    fractions.Fraction: lambda e, v, d: {
        "t": "fraction",
        "v": [e._encode(v.numerator, d), e._encode(v.denominator, d)],
    },
    datetime.datetime: _isoformat("datetime"),
    datetime.date: _isoformat("date"),
    datetime.time: _isoformat("time"),
    datetime.timedelta: lambda e, v, d: {"t": "timedelta", "v": [v.days, v.seconds, v.microseconds]},
    types.ModuleType: lambda e, v, d: {"t": "module", "name": str(v.__name__)},
}
_BASES: dict[type, Callable[[Encoder, Any, int], Any]] = {
    int: _int,
    float: _float,
    str: _str,
    bytes: _bytes,
    bytearray: _bytes,
    tuple: _tuple,
    list: _sequence("list", list.__iter__),
    set: _sequence("set", set.__iter__),
    frozenset: _sequence("frozenset", frozenset.__iter__),
    collections.deque: _sequence("deque", iter),
    collections.Counter: _mapping("counter"),
    dict: _mapping("dict"),
    np.ndarray: lambda e, v, d: e.array(v, d),
    np.generic: lambda e, v, d: {"t": "scalar", "v": e.array(np.asarray(v), d)},
}
# They are Python's float and str too: their own type must come first.
_BASES = dict.fromkeys((np.float64, np.str_, np.bytes_), _BASES[np.generic]) | _BASES


def encode_returned(encoder: Encoder, value: Any) -> Any:
    """Encode what a function returned: an iterator crosses by its first values, anything else as usual."""
    if isinstance(value, types.GeneratorType | map | filter | zip | enumerate):
        items: list[Any] = []
        for item in value:
            if len(items) == MAX_YIELDED:
                return {"t": "iterator", "v": items, "more": True}
            items.append(encoder.encode(item))
        return {"t": "iterator", "v": items, "more": False}
    return encoder.encode(value)
