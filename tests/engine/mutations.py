"""Ways to damage a notebook file, by a seeded generator; shared by the fuzz tests."""

import copy
import json
from collections.abc import Callable
from typing import Any

import numpy as np

Rng = np.random.Generator
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    10**40,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "\ud800",
    "\0",
    "x" * 300,
    [],
    {},
    [[]],
]


def _some(rng: Rng, items: list[Any]) -> Any:
    return items[int(rng.integers(len(items)))]


def _walk(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON document: its container and key."""
    found, todo = [], [value]
    while todo:
        here = todo.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else []
        for key in keys:
            found.append((here, key))
            todo.append(here[key])
    return found


def truncated(rng: Rng, nb: Any) -> bytes:
    data = as_bytes(nb)
    return data[: int(rng.integers(len(data)))]


def bits_flipped(rng: Rng, nb: Any) -> bytes:
    data = bytearray(as_bytes(nb))
    for _ in range(int(rng.integers(1, 40))):
        data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
    return bytes(data)


def bytes_cut_out(rng: Rng, nb: Any) -> bytes:
    data = as_bytes(nb)
    start = int(rng.integers(len(data)))
    return data[:start] + data[start + int(rng.integers(1, 200)) :]


def cells_shuffled(rng: Rng, nb: Any) -> bytes:
    rng.shuffle(nb["cells"])
    return as_bytes(nb)


def cells_duplicated(rng: Rng, nb: Any) -> bytes:
    for _ in range(int(rng.integers(1, 8))):
        twin = copy.deepcopy(_some(rng, nb["cells"]))
        nb["cells"].insert(int(rng.integers(len(nb["cells"]))), twin)
    return as_bytes(nb)


def cells_deleted(rng: Rng, nb: Any) -> bytes:
    nb["cells"] = [cell for cell in nb["cells"] if rng.random() < rng.random()]
    return as_bytes(nb)


def cells_split(rng: Rng, nb: Any) -> bytes:
    at = int(rng.integers(len(nb["cells"])))
    text = "".join(nb["cells"][at]["source"])
    cut = int(rng.integers(len(text) + 1))
    rest = {"cell_type": nb["cells"][at]["cell_type"], "metadata": {}, "source": text[cut:]}
    nb["cells"][at]["source"] = text[:cut]
    nb["cells"].insert(at + 1, rest)
    return as_bytes(nb)


def marks_moved(rng: Rng, nb: Any) -> bytes:
    marks = [cell["metadata"] for cell in nb["cells"]]
    for cell in nb["cells"]:
        if rng.random() < 0.3:
            cell["metadata"] = copy.deepcopy(_some(rng, marks))
        if rng.random() < 0.1:
            cell["metadata"] = {}
        if rng.random() < 0.1:
            cell["cell_type"] = _some(rng, ["code", "markdown", "raw", "heading", "x"])
    return as_bytes(nb)


def values_replaced(rng: Rng, nb: Any) -> bytes:
    for _ in range(int(rng.integers(1, 30))):
        places = _walk(nb)
        if not places:
            break
        holder, key = _some(rng, places)
        holder[key] = copy.deepcopy(_some(rng, ODD))
    return as_bytes(nb)


def keys_dropped(rng: Rng, nb: Any) -> bytes:
    for _ in range(int(rng.integers(1, 30))):
        places = [(h, k) for h, k in _walk(nb) if isinstance(h, dict)]
        if not places:
            break
        holder, key = _some(rng, places)
        del holder[key]
    return as_bytes(nb)


def parts_exchanged(rng: Rng, nb: Any) -> bytes:
    for _ in range(int(rng.integers(1, 10))):
        places = _walk(nb)
        (one, a), (other, b) = _some(rng, places), _some(rng, places)
        one[a] = copy.deepcopy(other[b])
    return as_bytes(nb)


def recoded(rng: Rng, nb: Any) -> bytes:
    text = json.dumps(nb, ensure_ascii=False)
    data = text.encode(_some(rng, ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030", "big5"]), "replace")
    return data if rng.random() < 0.5 else data[: int(rng.integers(len(data)))]


def deepened(rng: Rng, nb: Any) -> bytes:
    holder, key = _some(rng, _walk(nb))
    holder[key] = "@"
    depth = int(rng.integers(1, 3000))
    return as_bytes(nb).replace(b'"@"', b"[" * depth + b"]" * depth)


def downgraded(rng: Rng, nb: Any) -> bytes:
    for cell in nb["cells"]:
        cell["input"] = cell.pop("source")
        if rng.random() < 0.3:
            cell["cell_type"] = "heading"
            cell["level"] = _some(rng, [1, 6, 7, -1, "2", None])
    old = {"nbformat": _some(rng, [1, 2, 3, 4, 5, "3"]), "worksheets": [{"cells": nb["cells"]}, None, {}]}
    return as_bytes(old)


MUTATIONS: list[Callable[[Rng, Any], bytes]] = [
    truncated,
    bits_flipped,
    bytes_cut_out,
    cells_shuffled,
    cells_duplicated,
    cells_deleted,
    cells_split,
    marks_moved,
    values_replaced,
    keys_dropped,
    parts_exchanged,
    recoded,
    deepened,
    downgraded,
]


def as_bytes(nb: Any) -> bytes:
    return json.dumps(nb, ensure_ascii=False).encode("utf-8", "surrogatepass")


def mutated(nb: Any, seed: int) -> bytes:
    """Return the damaged file of a notebook (a JSON document, not changed)."""
    rng = np.random.default_rng(seed)
    return MUTATIONS[seed % len(MUTATIONS)](rng, copy.deepcopy(nb))
