"""Where boxes, arrows and their words stand in a picture of causes and effects; lengths are inches."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from crmlab._intervals import Floats

TEXT = 9.5  # points
_EM = TEXT / 72
_GAP = 0.07
_MOST_COLUMNS = 4  # a longer chain runs downwards: side by side its words would shrink with the picture
_BULGES = (0.0, 0.9, -0.9, 1.5, -1.5, 2.3, -2.3, 3.2, -3.2, 4.4, -4.4)
_ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)
_T = np.linspace(0, 1, 81)[:, None]


@dataclass(frozen=True)
class Rect:
    """A rectangle by its centre and half its sides."""

    x: float
    y: float
    half_w: float
    half_h: float

    def holds(self, points: Floats, gap: float = _GAP) -> np.ndarray:
        """Return which points lie within the rectangle or closer to it than the gap."""
        away = np.abs(points - (self.x, self.y)) - (self.half_w + gap, self.half_h + gap)
        return np.asarray((away < 0).all(axis=1))

    def overlap(self, other: "Rect") -> float:
        """Return the area that two rectangles, each with a small margin, share."""
        wide = self.half_w + other.half_w + 0.04 - abs(self.x - other.x)
        high = self.half_h + other.half_h + 0.04 - abs(self.y - other.y)
        return max(wide, 0) * max(high, 0)


@dataclass(frozen=True)
class Plan:
    """The picture: boxes by name, an arrow (three points of a curve) and the place of its words a path, the limits."""

    boxes: dict[str, Rect]
    arrows: list[Floats]
    words: list[str]
    places: list[Rect]
    low: tuple[float, float]
    high: tuple[float, float]


def plan(paths: pd.DataFrame, words: Sequence[tuple[str, str]]) -> Plan:
    """Return where everything stands; ``words`` are each path's number and its interval.

    Causes stand before their effects: left of them, or above them when the chain is long.
    """
    at, down = _cells(paths)
    said = ["".join(pair) if down else "\n".join(pair) for pair in words]
    boxes = {name: _box(name, x, y) for name, (x, y) in at.items()}
    ends = list(zip(paths["cause"], paths["effect"], strict=True))
    short_first = sorted(range(len(ends)), key=lambda i: _apart(boxes, *ends[i]))
    arrows: dict[int, Floats] = {}
    for i in short_first:
        arrows[i] = _curve(boxes, *ends[i], [_on(curve, _T) for curve in arrows.values()], 1.6 if down else 0.5)
    curves = [arrows[i] for i in range(len(ends))]
    lines = [_on(curve, _T) for curve in curves]
    places: dict[int, Rect] = {}
    for i in short_first:
        others = [line for j, line in enumerate(lines) if j != i]
        places[i] = _free_place(said[i], curves[i], [*boxes.values()], list(places.values()), lines[i], others)
    every = [*boxes.values(), *places.values()]
    corners = np.array([(r.x + s * r.half_w, r.y + s * r.half_h) for r in every for s in (-1, 1)])
    points = np.concatenate([corners, *lines])
    low, high = points.min(axis=0) - 0.12, points.max(axis=0) + 0.12
    return Plan(
        boxes, curves, said, [places[i] for i in range(len(lines))],
        (float(low[0]), float(low[1])), (float(high[0]), float(high[1])),
    )  # fmt: skip


def folded(name: str) -> str:
    """Return a long name in lines of four characters, or nine Latin ones."""
    line = 9 if name.isascii() else 4
    return "\n".join(name[i : i + line] for i in range(0, len(name), line)) if len(name) > line + 1 else name


def _cells(paths: pd.DataFrame) -> tuple[dict[str, tuple[float, float]], bool]:
    """Return each box's centre, a layer further than its furthest cause, and whether layers run downwards."""
    names = list(dict.fromkeys([*paths["cause"], *paths["effect"]]))
    depth = dict.fromkeys(names, 0)
    for _ in names:
        for cause, effect in zip(paths["cause"], paths["effect"], strict=True):
            depth[effect] = max(depth[effect], depth[cause] + 1)
    layers = [[n for n in names if depth[n] == d] for d in range(1 + max(depth.values()))]
    down = len(layers) > _MOST_COLUMNS and len(layers) >= max(map(len, layers))
    tallest = 2 * max(_box(name, 0, 0).half_h for name in names)
    # Room for an arrow and its words between layers, and between the boxes of one.
    step = max(0.95, tallest + 0.5) if down else 2.0 if max(map(len, layers)) < 3 else 2.5
    beside = 2.5 if down else max(1.05, tallest + 0.4)
    at = {}
    for d, layer in enumerate(layers):
        for i, name in enumerate(layer):
            side = i - (len(layer) - 1) / 2
            at[name] = (beside * side, -step * d) if down else (step * d, -beside * side)
    return at, down


def _box(name: str, x: float, y: float) -> Rect:
    lines = folded(name).split("\n")
    return Rect(x, y, 10 / 72 * (max(map(_ems, lines)) + 0.9) / 2, 10 / 72 * (1.35 * len(lines) + 0.9) / 2)


def _ems(text: str) -> float:
    return sum(0.56 if c.isascii() or c == "−" else 1.0 for c in text)


def _on(curve: Floats, t: Floats) -> Floats:
    return np.asarray((1 - t) ** 2 * curve[0] + 2 * t * (1 - t) * curve[1] + t**2 * curve[2])


def _apart(boxes: dict[str, Rect], cause: str, effect: str) -> float:
    return abs(boxes[cause].x - boxes[effect].x) + abs(boxes[cause].y - boxes[effect].y)


def _curve(boxes: dict[str, Rect], cause: str, effect: str, drawn: list[Floats], room: float) -> Floats:
    """Return the straight line, or the flattest curve that meets no third box; it ends at its two own boxes.

    A curve prefers the upper or right side, and to leave room for words between itself and those drawn before.
    """
    first, last = boxes[cause], boxes[effect]
    start, end = np.array((first.x, first.y)), np.array((last.x, last.y))
    across = np.array((-(end - start)[1], (end - start)[0])) / np.linalg.norm(end - start)
    between = [box for name, box in boxes.items() if name not in (cause, effect)]
    made = [np.stack([start, (start + end) / 2 + bulge * across, end]) for bulge in _BULGES]
    cost = []
    for bulge, curve in zip(_BULGES, made, strict=True):
        line = _on(curve, _T)
        met = sum(int(box.holds(line).any()) for box in between)
        near = [np.linalg.norm(line[25:-25, None] - other[None], axis=2).min(axis=1) < room for other in drawn]
        cost.append(100 * met + abs(bulge) + (2 * (bulge < 0) + 0.1 * np.sum(near) if bulge else 0))
    curve = made[int(np.argmin(cost))]
    line = _on(curve, _T)
    t0, t1 = float(_T[first.holds(line)].max()), float(_T[last.holds(line)].min())
    middle = (1 - t0) * (1 - t1) * curve[0] + (t0 * (1 - t1) + t1 * (1 - t0)) * curve[1] + t0 * t1 * curve[2]
    return np.stack([_on(curve, np.array([t0])), middle, _on(curve, np.array([t1]))])


def _free_place(
    text: str, curve: Floats, boxes: list[Rect], taken: list[Rect], own: Floats, others: list[Floats]
) -> Rect:
    """Return the place along a curve where its words cover least."""
    lines = text.split("\n")
    half_w, half_h = _EM * max(map(_ems, lines)) / 2, _EM * 1.4 * len(lines) / 2
    found = []
    for t, (dx, dy) in product(_ALONG, ((0, -1), (1, 0), (0, 1), (-1, 0), (0, 0))):
        x, y = _on(curve, np.array([t]))
        place = Rect(x + dx * (half_w + 0.1), y + dy * (half_h + 0.1), half_w, half_h)
        cost = 1000 * sum(place.overlap(other) for other in (*boxes, *taken)) + abs(t - 0.5)
        cost += sum(place.holds(line, 0.05).sum() for line in others) + 0.4 * place.holds(own, 0.0).sum()
        found.append((round(float(cost), 9), place))
    return min(found, key=lambda pair: pair[0])[1]
