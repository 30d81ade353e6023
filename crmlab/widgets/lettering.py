"""A block of text that changes at every move: drawn by Pillow, ten times as fast as by matplotlib."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import matplotlib.font_manager as fm
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from crmlab.plots import font_family


@cache
def _font(pixels: float) -> Any:
    return ImageFont.truetype(fm.findfont(font_family()), pixels)


class Lettering(Artist):
    """Lines of text whose top left corner stands at ``(x, y)`` of the axes, cut with … where they do not fit.

    Parameters
    ----------
    ax : Axes
        The axes it stands in.
    x, y : float
        Left and top edge, 0-1.
    size : float
        Size in points.
    spacing : float
        Distance of two lines, in heights of a letter.
    colour : str
        Colour of the letters.
    right : float
        Right edge, 0-1: longer lines are cut.
    """

    def __init__(
        self,
        ax: Axes,
        x: float,
        y: float,
        *,
        size: float = 9,
        spacing: float = 1.9,
        colour: str = "black",
        right: float = 1,
    ) -> None:
        super().__init__()
        self.at, self.right, self.size, self.spacing = (x, y), right, size, spacing
        self.ink = tuple(round(255 * part) for part in to_rgb(colour))
        self.lines: list[str] = []
        self.set_in_layout(False)
        self.set_zorder(3)
        ax.add_artist(self)

    def set_lines(self, lines: Sequence[str]) -> None:
        """Show these lines from the next drawing on."""
        self.lines = list(lines)

    def draw(self, renderer: Any) -> None:
        """Draw the lines as one picture."""
        if not self.lines or self.axes is None:
            return
        transform = self.axes.transAxes
        left, top = transform.transform(self.at)
        width = int(transform.transform((self.right, 0))[0] - left)
        pixels = self.size * renderer.dpi / 72
        step = self.spacing * pixels
        page = Pillow.new("L", (max(width, 1), int(step * len(self.lines) + pixels)))
        pen = ImageDraw.Draw(page)
        for i, line in enumerate(self.lines):
            pen.text((0, step * i), _fitted(line, _font(pixels), width), fill=255, font=_font(pixels))
        mask = np.asarray(page)
        picture = np.empty((*mask.shape, 4), np.uint8)
        picture[..., :3] = self.ink
        picture[..., 3] = mask
        gc = renderer.new_gc()
        # Agg counts the rows of a picture from below.
        renderer.draw_image(gc, round(left), round(top) - mask.shape[0], picture[::-1])
        gc.restore()


def _fitted(line: str, font: Any, width: float) -> str:
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(line + "…") > width:
        line = line[:-1]
    return line + "…"
