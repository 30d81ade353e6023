"""The fast way from matplotlib's artists to a PNG, and what keeps a picture still between two values."""

import io
import re
import struct
import zlib
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image as Pillow

from crmlab.widgets.controls import ems


def moving(ax: Axes) -> list[Artist]:
    """Return what stands in ``ax`` beside its frame, bottom to top."""
    frame = {ax.patch, ax.xaxis, ax.yaxis, *ax.spines.values(), ax.title, ax._left_title, ax._right_title}  # type: ignore[attr-defined]
    return sorted((child for child in ax.get_children() if child not in frame), key=lambda child: child.zorder)


def frame_state(ax: Axes) -> Any:
    """Return everything about the frame of ``ax`` that a drawing may change; two equal states look the same."""
    sides = []
    for axis in (ax.xaxis, ax.yaxis):
        places = axis.get_majorticklocs()
        words = axis.get_major_formatter().format_ticks(list(places))
        inks = [(tick.label1.get_color(), tick.gridline.get_visible()) for tick in axis.majorTicks]
        sides.append((axis.get_label_text(), tuple(axis.get_view_interval()), tuple(places), tuple(words), tuple(inks)))
    return sides, [ax.get_title(loc=side) for side in ("left", "center", "right")], ax.axison


def wipe(ax: Axes) -> None:
    """Take what was drawn off ``ax`` but leave its ticks, which cost more to make anew than all the rest."""
    for artist in moving(ax):
        artist.remove()
    ax.containers.clear()
    ax.set_prop_cycle(None)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_inverted(False)
    ax.relim()
    ax.autoscale(True)


def wrap(text: str, columns: float) -> list[str]:
    """Break ``text`` into lines of at most ``columns`` ems, in two at a punctuation mark where that is enough."""
    if ems(text) <= columns:
        return [text]
    for mark in "；：，":
        for at in [i + 1 for i, c in enumerate(text) if c == mark][::-1]:
            if ems(text[:at]) <= columns and ems(text[at:]) <= columns:
                return [text[:at], text[at:]]
    return fill(text, columns)


def fill(text: str, columns: float) -> list[str]:
    """Break ``text`` into lines as full as ``columns`` ems allow, never inside a number or before a closing mark."""
    lines, line = [], ""
    for token in re.findall(r"[\x21-\x7e−–]+|.", text):
        if line and ems(line + token) > columns and token[0] not in "，。：；？！）”、":
            lines.append(line.rstrip())
            line = ""
        line += token if line else token.lstrip()
    return [*lines, line]


def encode_png(canvas: FigureCanvasAgg) -> bytes:
    """Return the canvas as a PNG, three times as fast as Pillow: no row filter, lightest compression."""
    pixels = np.asarray(canvas.buffer_rgba())
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + width * 4), np.uint8)  # the leading byte of a row names its filter: 0, none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">2I5B", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def compact(png: bytes) -> bytes:
    """Compress a picture that goes into a file rather than over the wire."""
    buffer = io.BytesIO()
    Pillow.open(io.BytesIO(png)).convert("RGB").save(buffer, "PNG", compress_level=9)
    return buffer.getvalue()
