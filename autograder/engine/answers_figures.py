"""How figures cross the wall: titles, labels, data and kinds, rebuilt as a real matplotlib figure on the other side."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from autograder.engine.answers import Encoder
    from autograder.engine.answers_decode import Decoder

_MAX_ARTISTS = 2000
_MAX_AXES = 64


def encode_figure(encoder: "Encoder", value: Any) -> Any:
    """Return a matplotlib figure, axes or artist as data, or None when it is of a kind that does not cross."""
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.container import Container
    from matplotlib.figure import Figure

    if isinstance(value, Figure):
        return {"t": "fig.figure", **_whole(encoder, value)}
    if isinstance(value, Axes):
        figure: Any = value.figure
        return {"t": "fig.axes", **_whole(encoder, figure), "place": list(figure.axes).index(value)}
    if isinstance(value, Artist | Container):
        axes: Any = getattr(value, "axes", None)
        if axes is None and isinstance(value, Container) and value.get_children():
            axes = value.get_children()[0].axes
        found = _find(axes, value) if axes is not None else None
        if found is not None:
            place = list(axes.figure.axes).index(axes)
            return {"t": "fig.artist", **_whole(encoder, axes.figure), "place": place, "in": found[0], "at": found[1]}
    return None


def _find(axes: Any, value: Any) -> tuple[str, int] | None:
    for where in ("lines", "patches", "collections", "texts", "images", "containers"):
        for place, artist in enumerate(_bars(axes) if where == "containers" else getattr(axes, where)):
            if artist is value:
                return where, place
    return None


def _bars(axes: Any) -> list[Any]:
    """Return the containers that are rebuilt."""
    from matplotlib.container import BarContainer

    return [made for made in axes.containers if isinstance(made, BarContainer)]


def _whole(encoder: "Encoder", figure: Any) -> dict[str, Any]:
    """Return the figure's data once in a value, afterwards only its number."""
    for number, known in enumerate(encoder._figures):
        if known is figure:
            return {"id": number}
    encoder._figures.append(figure)
    axes = list(figure.axes)[:_MAX_AXES]
    return {
        "id": len(encoder._figures) - 1,
        "figure": {
            "size": [float(n) for n in figure.get_size_inches()],
            "suptitle": figure.get_suptitle(),
            "axes": [_axes(encoder, ax) for ax in axes],
        },
    }


def _axes(encoder: "Encoder", ax: Any) -> dict[str, Any]:
    legend = ax.get_legend()
    return {
        "titles": {loc: ax.get_title(loc=loc) for loc in ("left", "center", "right")},
        "x": _axis(ax.xaxis), "y": _axis(ax.yaxis),
        "position": [float(n) for n in ax.get_position().bounds],
        "projection": str(ax.name),
        "legend": None if legend is None else {
            "title": legend.get_title().get_text(), "labels": [t.get_text() for t in legend.get_texts()]},
        "lines": [_line(encoder, line) for line in ax.lines[:_MAX_ARTISTS]],
        "patches": [_patch(encoder, patch) for patch in ax.patches[:_MAX_ARTISTS]],
        "collections": [_collection(encoder, c) for c in ax.collections[:_MAX_ARTISTS]],
        "texts": [_text(encoder, t) for t in ax.texts[:_MAX_ARTISTS]],
        "images": [encoder.array(np.ma.filled(i.get_array(), np.nan), 0) for i in ax.images[:20]],
        "containers": [_container(ax, c) for c in _bars(ax)[:200]],
    }  # fmt: skip


def _axis(axis: Any) -> dict[str, Any]:
    ticks = [float(n) for n in axis.get_ticklocs()[:500]]
    try:
        labels = [str(text) for text in axis.get_major_formatter().format_ticks(ticks)]
    except Exception:
        labels = [""] * len(ticks)
    low, high = axis.get_view_interval()
    return {
        "label": axis.get_label_text(), "scale": str(axis.get_scale()), "ticks": ticks, "labels": labels,
        "view": [float(low), float(high)], "inverted": bool(axis.get_inverted()),
    }  # fmt: skip


def _colour(value: Any) -> str | None:
    from matplotlib.colors import to_hex

    try:
        return to_hex(value, keep_alpha=True)
    except (ValueError, TypeError):
        return None


def _line(encoder: "Encoder", line: Any) -> dict[str, Any]:
    return {
        "x": encoder.array(np.asarray(line.get_xdata(orig=False), dtype=float), 0),
        "y": encoder.array(np.asarray(line.get_ydata(orig=False), dtype=float), 0),
        "label": str(line.get_label()), "color": _colour(line.get_color()), "linestyle": str(line.get_linestyle()),
        "marker": str(line.get_marker()), "linewidth": float(line.get_linewidth()),
    }  # fmt: skip


def _patch(encoder: "Encoder", patch: Any) -> dict[str, Any]:
    from matplotlib.patches import Rectangle, Wedge

    common = {
        "label": str(patch.get_label()), "facecolor": _colour(patch.get_facecolor()),
        "edgecolor": _colour(patch.get_edgecolor()), "hatch": patch.get_hatch(),
    }  # fmt: skip
    if isinstance(patch, Rectangle):
        numbers = (*patch.get_xy(), patch.get_width(), patch.get_height(), patch.get_angle())
        return {"kind": "rectangle", "v": [float(n) for n in numbers], **common}
    if isinstance(patch, Wedge):
        numbers = (*patch.center, patch.r, patch.theta1, patch.theta2)
        width = None if patch.width is None else float(patch.width)
        return {"kind": "wedge", "v": [float(n) for n in numbers], "width": width, **common}
    vertices = np.asarray(patch.get_path().vertices if hasattr(patch, "get_path") else np.zeros((0, 2)), dtype=float)
    return {"kind": "polygon", "v": encoder.array(vertices, 0), **common}


def _collection(encoder: "Encoder", made: Any) -> dict[str, Any]:
    from matplotlib.collections import LineCollection, PathCollection

    common = {"label": str(made.get_label()), "colors": [_colour(c) for c in made.get_facecolor()[:500]]}
    if isinstance(made, PathCollection):
        offsets: Any = np.ma.filled(np.ma.asarray(made.get_offsets(), dtype=float), np.nan)
        sizes = np.asarray(made.get_sizes(), dtype=float)
        return {"kind": "points", "v": encoder.array(offsets, 0), "sizes": encoder.array(sizes, 0), **common}
    paths = [np.asarray(path.vertices, dtype=float) for path in made.get_paths()[:500]]
    kind = "segments" if isinstance(made, LineCollection) else "polygons"
    return {"kind": kind, "v": [encoder.array(path, 0) for path in paths], **common}


def _text(encoder: "Encoder", text: Any) -> dict[str, Any]:
    x, y = (float(n) for n in text.get_unitless_position())
    return {"x": x, "y": y, "text": encoder._encode(text.get_text(), 0)}


def _container(ax: Any, made: Any) -> dict[str, Any]:
    patches = list(ax.patches)
    places = [patches.index(p) for p in made.get_children() if p in patches]
    return {"label": str(made.get_label()), "patches": places, "orientation": made.orientation}


def decode_figure(decoder: "Decoder", data: Mapping[str, Any]) -> Any:
    """Rebuild a figure; axes and artists of the same figure share it."""
    number = int(data["id"])
    if "figure" in data:
        digest = hashlib.sha1(json.dumps(data["figure"]).encode(), usedforsecurity=False).hexdigest()
        if digest not in decoder.kept:
            decoder.kept[digest] = _rebuild(decoder, data["figure"])
        decoder.figures[number] = decoder.kept[digest]
    if number not in decoder.figures:
        raise ValueError("an unknown figure")
    figure = decoder.figures[number]
    if data["t"] == "fig.figure":
        return figure
    ax = figure.axes[int(data["place"])]
    if data["t"] == "fig.axes":
        return ax
    if data["in"] not in {"lines", "patches", "collections", "texts", "images", "containers"}:
        raise ValueError(f"no artists {data['in']!r}")
    return getattr(ax, data["in"])[int(data["at"])]


def _rebuild(decoder: "Decoder", data: Mapping[str, Any]) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    width, height = (min(100.0, max(0.1, float(n))) for n in data["size"])
    figure = Figure(figsize=(width, height))
    figure.set_layout_engine("none")  # the axes stand where they stood
    FigureCanvasAgg(figure)
    if data["suptitle"]:
        figure.suptitle(str(data["suptitle"]))
    for part in data["axes"]:
        left, bottom, wide, high = (float(n) for n in part["position"])
        ax = figure.add_axes((left, bottom, wide, high), polar=part["projection"] == "polar")
        _rebuild_axes(decoder, ax, part)
    return figure


def _rebuild_axes(decoder: "Decoder", ax: Any, data: Mapping[str, Any]) -> None:
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.container import BarContainer
    from matplotlib.patches import Polygon, Rectangle, Wedge

    for line in data["lines"]:
        (made,) = ax.plot(decoder.decode(line["x"]), decoder.decode(line["y"]), label=line["label"])
        made.set(color=line["color"] or "black", linewidth=float(line["linewidth"]))
        for name in ("linestyle", "marker"):
            try:
                made.set(**{name: line[name]})
            except (ValueError, TypeError):
                continue
    for patch in data["patches"]:
        if patch["kind"] == "rectangle":
            x, y, width, height, angle = patch["v"]
            drawn: Any = Rectangle((x, y), width, height, angle=angle)
        elif patch["kind"] == "wedge":
            x, y, radius, first, last = patch["v"]
            drawn = Wedge((x, y), radius, first, last, width=patch["width"])
        else:
            vertices = decoder.decode(patch["v"])
            drawn = Polygon(vertices if len(vertices) else np.zeros((1, 2)))
        drawn.set(facecolor=patch["facecolor"], edgecolor=patch["edgecolor"], hatch=patch["hatch"])
        drawn.set_label(patch["label"])
        ax.add_patch(drawn)
    for made in data["collections"]:
        colours = [c for c in made["colors"] if c] or None
        if made["kind"] == "points":
            points = decoder.decode(made["v"]).reshape(-1, 2)
            added: Any = ax.scatter(points[:, 0], points[:, 1], label=made["label"])
            added.set_sizes(decoder.decode(made["sizes"]))
        else:
            paths = [decoder.decode(path) for path in made["v"]]
            added = LineCollection(paths) if made["kind"] == "segments" else PolyCollection(paths)
            added.set_label(made["label"])
            ax.add_collection(added, autolim=False)
        if colours:
            added.set_facecolor(colours)
    for text in data["texts"]:
        ax.text(float(text["x"]), float(text["y"]), str(decoder.decode(text["text"])), parse_math=False)
    for image in data["images"]:
        ax.imshow(decoder.decode(image), aspect="auto")
    for box in data["containers"]:
        bars = [ax.patches[int(place)] for place in box["patches"]]
        lengths = [b.get_height() if box["orientation"] == "vertical" else b.get_width() for b in bars]
        ax.add_container(BarContainer(bars, datavalues=lengths, orientation=box["orientation"], label=box["label"]))
    for loc, text in data["titles"].items():
        if text:
            ax.set_title(str(text), loc=loc)
    if data["legend"] is not None:
        handles = [ax.plot([], [])[0] for _ in data["legend"]["labels"]]
        ax.legend(handles, data["legend"]["labels"], title=data["legend"]["title"] or None)
        for handle in handles:
            handle.remove()
    for name, axis, part in (("x", ax.xaxis, data["x"]), ("y", ax.yaxis, data["y"])):
        axis.set_label_text(str(part["label"]))
        if part["scale"] in {"log", "symlog", "logit"}:  # a new axis is linear
            getattr(ax, f"set_{name}scale")(part["scale"])
        _set_ticks(axis, part["ticks"], [str(text) for text in part["labels"]])
        low, high = (float(n) for n in part["view"])
        if low != high and np.isfinite([low, high]).all():
            getattr(ax, f"set_{name}lim")(*((high, low) if part["inverted"] and low < high else (low, high)))


def _set_ticks(axis: Any, places: list[Any], labels: list[str]) -> None:
    """Do what ``axis.set_ticks`` does, but leave making the ticks to who asks for them: they are dear."""
    from matplotlib.ticker import FixedLocator, FuncFormatter

    names = dict(zip(map(float, places), labels, strict=True))
    if places:
        axis.set_view_interval(min(places), max(places))
    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FuncFormatter(lambda place, _=None: names.get(place, "")))
