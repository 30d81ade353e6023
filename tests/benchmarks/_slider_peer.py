"""The widgets to measure, and for each the peer a student would write: ``interact``, a new figure, ``plt.show()``."""

import importlib
from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType, MethodType
from typing import Any

import ipywidgets as w
import matplotlib.pyplot as plt
from matplotlib.artist import Artist

from crmlab import plots, widgets
from crmlab.widgets.base import LiveFigure, Panel

TOPICS = (
    "service", "technology", "development", "communication", "information", "satisfaction", "loyalty", "complaints",
    "strategy",
)  # fmt: skip


def catalogue() -> list[tuple[str, str]]:
    """Return (topic, widget) for every public widget."""
    return [(topic, name) for topic in TOPICS for name in getattr(widgets, topic).__all__]


def build(topic: str, name: str) -> Panel:
    """Return the widget with its own teaching data, or with the tests' data where it has none."""
    needing = importlib.import_module("tests.crmlab.widgets.made").LIVE if topic == "satisfaction" else {}
    if name in needing:
        made: Panel = needing[name][0]()
    else:
        made = getattr(getattr(widgets, topic), name)()
    return made


class Peer:
    """The same drawing function, controls and figure, drawn as a student's cell would: anew at every move.

    The course's functions keep their artists between two moves; before every drawing that memory is taken from them,
    but not what they remember of computations.
    """

    def __init__(self, topic: str, name: str) -> None:
        made: dict[str, Any] = {}
        start = LiveFigure.__init__

        def watched(self: LiveFigure, draw: Any, controls: Any, alt: Any, **options: Any) -> None:
            made.update(draw=draw, controls=controls, memory=list(_memory(draw)), **options)
            start(self, draw, controls, alt, **options)

        LiveFigure.__init__ = watched  # type: ignore[method-assign]
        try:
            build(topic, name)
        finally:
            LiveFigure.__init__ = start  # type: ignore[method-assign]
        self.controls = made["controls"]
        for control in self.controls.values():
            control.unobserve_all("value")
        self._draw, self._memory = made["draw"], made["memory"]
        self._panels, self._size = made.get("panels", 1), made.get("size", (7.2, 3.8))
        self._widths = made.get("widths")

    def draw(self, **values: Any) -> None:
        """Draw the values in a new figure and show it."""
        for forget in self._memory:
            forget()
        figure, axes = plt.subplots(1, self._panels, figsize=self._size, width_ratios=self._widths)
        title = self._draw(axes if self._panels == 1 else list(axes), **values)
        figure.suptitle(title, x=0.01, ha="left", fontsize=12)
        plt.show()

    def show(self) -> None:
        """Put it under a cell."""
        w.interact(self.draw, **self.controls)


def _memory(thing: Any, seen: set[int] | None = None) -> Iterator[Callable[[], None]]:
    """Yield, for each place ``thing`` may keep artists in, a function that puts it back to what it is now."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    inside: list[Any] = []
    if isinstance(thing, FunctionType):
        for cell in thing.__closure__ or ():
            inside.append(cell.cell_contents)
            yield partial(_reset_cell, cell, cell.cell_contents)
    elif isinstance(thing, dict):
        inside = list(thing.values())
        yield partial(_reset_dict, thing, dict(thing))
    elif isinstance(thing, list):
        inside = list(thing)
        yield partial(_reset_list, thing, list(thing))
    elif isinstance(thing, MethodType):
        inside = [thing.__self__]
    elif type(thing).__module__.startswith("crmlab.widgets"):
        inside = list(vars(thing).values())
        yield partial(_reset_attributes, vars(thing), dict(vars(thing)))
    for part in inside:
        yield from _memory(part, seen)


def _reset_cell(cell: Any, before: Any) -> None:
    if cell.cell_contents is not before and _holds_artist(cell.cell_contents):
        cell.cell_contents = before


def _reset_dict(kept: dict[Any, Any], before: dict[Any, Any]) -> None:
    if _holds_artist(kept):
        kept.clear()
        kept.update(before)


def _reset_list(kept: list[Any], before: list[Any]) -> None:
    if _holds_artist(kept):
        kept[:] = before


def _reset_attributes(kept: dict[str, Any], before: dict[str, Any]) -> None:
    """Put back the artists, and the flags and names that say what has been drawn; results of computations stay."""
    drawn = [name for name, value in kept.items() if value is not before.get(name) and _holds_artist(value)]
    for name in drawn:
        del kept[name]
    if drawn:
        kept.update({name: value for name, value in before.items() if name in drawn or isinstance(value, (bool, str))})


def _holds_artist(value: Any) -> bool:
    if isinstance(value, Artist):
        return True
    if isinstance(value, dict):
        return any(map(_holds_artist, value.values()))
    return isinstance(value, (list, tuple)) and any(map(_holds_artist, value))


def student_rules() -> None:
    """Set the course's style as a chapter does, but without the layout engine: the cheapest figure a student gets."""
    plots.setup()
    plt.rcParams["figure.constrained_layout.use"] = False
