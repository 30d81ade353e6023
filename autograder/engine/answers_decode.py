"""Values cross the wall as data: the way out, from JSON to values (see :mod:`autograder.engine.answers`).

:class:`Decoder` builds plain values of exactly the known types: a subclass that says it equals everything arrives as
the number, text or table it was made from, or as :class:`Uncrossable`.
"""

import base64
import collections
import dataclasses
import datetime
import decimal
import fractions
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.engine.answers import MAX_DEPTH, MAX_YIELDED

_DTYPE = re.compile(r"[<>|=][biufcmMUSV]\d{1,4}(\[\d*(Y|M|W|D|h|m|s|ms|us|ns|ps)\])?\Z")


class UncrossableError(TypeError):
    """A check used an answer that cannot cross the wall."""


class Uncrossable:
    """Stands for an answer that cannot cross; every use of it says so.

    Parameters
    ----------
    type_name : str
        The name of the answer's type on the student's side.
    reason : str
        Chinese: why it cannot cross.
    """

    __slots__ = ("reason", "type_name")

    def __init__(self, type_name: str, reason: str = "") -> None:
        object.__setattr__(self, "type_name", type_name)
        object.__setattr__(self, "reason", reason)

    def _refuse(self, *_: Any, **__: Any) -> Any:
        raise UncrossableError(f"这个答案是 {self.type_name}，批改时读不到它的内容。{self.reason}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self._refuse()

    def __repr__(self) -> str:
        return f"<{self.type_name}，内容读不到>"

    __call__ = __iter__ = __len__ = __getitem__ = __contains__ = __bool__ = __float__ = __int__ = __index__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __add__ = __radd__ = __sub__ = __mul__ = _refuse
    __hash__ = None  # type: ignore[assignment]


class Decoder:
    """Builds values from data.

    Parameters
    ----------
    call : callable
        ``call(handle, args, kwargs)``: how a function of the other side is called.
    modules : callable
        ``modules(name)``: returns the module for a module mark; it decides which may be imported.
    kept : dict
        Figures by their content, for as long as values of one submission come: a figure and its axes that cross at
        different times stay one figure.
    """

    def __init__(
        self,
        call: Callable[[int, tuple[Any, ...], dict[str, Any]], Any],
        modules: Callable[[str], Any] | None = None,
        kept: dict[str, Any] | None = None,
    ) -> None:
        self.call = call
        self.modules = modules or _no_module
        self.kept = {} if kept is None else kept
        self.figures: dict[int, Any] = {}

    def decode(self, data: Any, depth: int = 0) -> Any:
        """Return the value; raise ValueError for data that is no value."""
        if data is None or isinstance(data, bool | int | float | str):
            return data
        if depth > 2 * MAX_DEPTH:
            raise ValueError("nested too deep")
        if not isinstance(data, dict) or not isinstance(data.get("t"), str):
            raise ValueError("not a value")
        mark = data["t"]
        simple = _DECODE.get(mark)
        if simple is not None:
            return simple(self, data, depth)
        if mark.startswith("pd."):
            from autograder.engine.answers_pandas import decode_pandas

            return decode_pandas(self, data, depth)
        if mark.startswith("fig."):
            from autograder.engine.answers_figures import decode_figure

            return decode_figure(self, data)
        raise ValueError(f"unknown mark {mark!r}")

    def list(self, data: Any, depth: int) -> list[Any]:
        """Decode a list of values."""
        if not isinstance(data, list):
            raise ValueError("not a list")
        return [self.decode(item, depth + 1) for item in data]


def _no_module(name: str) -> Any:
    return Uncrossable("module", f"（{name}）")


def _array(decoder: Decoder, data: Mapping[str, Any], _depth: int) -> np.ndarray:
    dtype, shape = data["dtype"], data["shape"]
    if not isinstance(dtype, str) or not _DTYPE.match(dtype) or "V" in dtype[:2]:
        raise ValueError(f"dtype {dtype!r}")
    made = np.frombuffer(base64.b64decode(data["data"], validate=True), dtype=np.dtype(dtype))
    return made.reshape([int(n) for n in shape]).copy()


def _objects(decoder: Decoder, data: Mapping[str, Any], depth: int) -> np.ndarray:
    items = decoder.list(data["data"], depth)
    made = np.empty(len(items), dtype=object)
    for place, item in enumerate(items):
        made[place] = item
    return made.reshape([int(n) for n in data["shape"]])


def _pairs(decoder: Decoder, data: Mapping[str, Any], depth: int) -> dict[Any, Any]:
    return {decoder.decode(k, depth + 1): decoder.decode(v, depth + 1) for k, v in data["v"]}


def _dataclass(decoder: Decoder, data: Mapping[str, Any], depth: int) -> Any:
    # Only a dataclass that this side has loaded itself: the student's side cannot make it import anything.
    module = sys.modules.get(data["module"])
    kind = getattr(module, data["name"], None) if module is not None else None
    if not (isinstance(kind, type) and dataclasses.is_dataclass(kind)) or data["module"] == "__main__":
        return Uncrossable(str(data["name"])[:100])
    made = object.__new__(kind)
    names = {f.name for f in dataclasses.fields(kind)}
    for name, value in data["fields"]:
        if name not in names:
            raise ValueError(f"no field {name!r}")
        object.__setattr__(made, name, decoder.decode(value, depth + 1))
    return made


def _function(decoder: Decoder, data: Mapping[str, Any], depth: int) -> Any:
    handle = int(data["handle"])

    def proxy(*args: Any, **kwargs: Any) -> Any:
        return decoder.call(handle, args, kwargs)

    proxy.__name__ = proxy.__qualname__ = str(data["name"])
    proxy.__doc__ = data["doc"] or None
    if data["stub"] is True:  # a check may ask whether the release's `...` still stands in the function
        proxy.__code__ = proxy.__code__.replace(co_consts=(*proxy.__code__.co_consts, ...))
    if isinstance(data["parameters"], list):
        try:
            proxy.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
                [
                    inspect.Parameter(
                        name,
                        inspect._ParameterKind(kind),
                        default=decoder.decode(default, depth + 1) if has else inspect.Parameter.empty,
                    )
                    for name, kind, has, default in data["parameters"]
                ]
            )
        except (ValueError, TypeError):
            pass
    return proxy


def _namedtuple(decoder: Decoder, data: Mapping[str, Any], depth: int) -> Any:
    values = decoder.list(data["v"], depth)
    kind = collections.namedtuple(str(data["name"]), data["fields"], rename=True)  # type: ignore[misc]
    return kind(*values)


def _iterator(decoder: Decoder, data: Mapping[str, Any], depth: int) -> Any:
    items = decoder.list(data["v"], depth)

    def walk() -> Any:
        yield from items
        if data.get("more"):
            raise UncrossableError(f"这个答案一直在产生值，批改时只取前 {MAX_YIELDED} 个。")

    return walk()


_DECODE: dict[str, Callable[[Decoder, Mapping[str, Any], int], Any]] = {
    "ellipsis": lambda c, v, d: ...,
    "notimplemented": lambda c, v, d: NotImplemented,
    "int": lambda c, v, d: int(v["hex"], 16),
    "float": lambda c, v, d: float(v["v"]),
    "complex": lambda c, v, d: complex(float(v["v"][0]), float(v["v"][1])),
    "range": lambda c, v, d: range(*c.list(v["v"], d)),
    "slice": lambda c, v, d: slice(*c.list(v["v"], d)),
    "decimal": lambda c, v, d: decimal.Decimal(v["v"]),
    "fraction": lambda c, v, d: fractions.Fraction(*c.list(v["v"], d)),
    "datetime": lambda c, v, d: datetime.datetime.fromisoformat(v["v"]),
    "date": lambda c, v, d: datetime.date.fromisoformat(v["v"]),
    "time": lambda c, v, d: datetime.time.fromisoformat(v["v"]),
    "timedelta": lambda c, v, d: datetime.timedelta(*[int(n) for n in v["v"]]),
    "bytes": lambda c, v, d: base64.b64decode(v["v"], validate=True),
    "bytearray": lambda c, v, d: bytearray(base64.b64decode(v["v"], validate=True)),
    "list": lambda c, v, d: c.list(v["v"], d),
    "tuple": lambda c, v, d: tuple(c.list(v["v"], d)),
    "namedtuple": _namedtuple,
    "set": lambda c, v, d: set(c.list(v["v"], d)),
    "frozenset": lambda c, v, d: frozenset(c.list(v["v"], d)),
    "deque": lambda c, v, d: collections.deque(c.list(v["v"], d)),
    "counter": lambda c, v, d: collections.Counter(_pairs(c, v, d)),
    "dict": _pairs,
    "array": _array,
    "objects": _objects,
    "scalar": lambda c, v, d: _array(c, v["v"], d)[()],
    "dataclass": _dataclass,
    "function": _function,
    "iterator": _iterator,
    "module": lambda c, v, d: c.modules(str(v["name"])),
    "uncrossable": lambda c, v, d: Uncrossable(str(v["type"])[:100], str(v["reason"])[:300]),
}
