"""A canvas whose level text is drawn by Pillow: changing words are most of a redraw, and Agg is slow at them."""

import re
from functools import cache, lru_cache
from typing import Any

import matplotlib.font_manager as fm
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

_EDGE = 2  # pixels round the ink


@cache
def _font(path: str, pixels: float) -> Any:
    return ImageFont.truetype(path, pixels)


@cache
def _known(path: str) -> frozenset[str]:
    return frozenset(map(chr, fm.get_font(path).get_charmap()))


@cache
def _ems(path: str, token: str) -> tuple[float, float]:
    """Return how far ``token`` moves the pen, and how far its ink reaches, in ems.

    At its real size Pillow rounds the width of a letter to whole pixels: half a pixel each is a word in a long title.
    """
    font = _font(path, 1000)
    return font.getlength(token) / 1000, font.getbbox(token, anchor="ls")[2] / 1000


@lru_cache(maxsize=4096)
def _ink(path: str, pixels: float, token: str, quarter: int) -> tuple[np.ndarray, int]:
    """Return the ink of ``token``, 0-255, ``quarter`` / 4 pixels to the right, and its rows above the base line."""
    font = _font(path, pixels)
    _, top, right, bottom = (round(edge) for edge in font.getbbox(token, anchor="ls"))
    page = Pillow.new("L", (max(right, 1) + 2 * _EDGE, max(bottom - top, 1) + 2 * _EDGE))
    ImageDraw.Draw(page).text((_EDGE + quarter / 4, _EDGE - top), token, fill=255, font=font, anchor="ls")
    return np.asarray(page), _EDGE - top


@lru_cache(maxsize=1024)
def _tokens(path: str, words: str) -> tuple[list[tuple[str, float]], float] | None:
    """Return the pieces of ``words`` with their places in ems, and where the ink ends; None where a letter is unknown."""
    if not words or not _known(path).issuperset(words):
        return None
    placed, x, end = [], 0.0, 0.0
    for token in re.findall(r"[!-~]+| |.", words):
        advance, reach = _ems(path, token)
        placed.append((token, x))
        x, end = x + advance, x + reach
    return placed, max(end, 0.0)


@lru_cache(maxsize=1024)
def _mask(path: str, pixels: float, words: str) -> tuple[np.ndarray, int, float] | None:
    """Return the ink of ``words``, 0-255, how many of its rows stand above the base line, and its width."""
    made = _tokens(path, words)
    if made is None:
        return None
    pieces = []
    for token, x in made[0]:
        whole, quarter = divmod(round(4 * pixels * x), 4)
        pieces.append((whole, *_ink(path, pixels, token, quarter)))
    above = max(rows for _, _, rows in pieces)
    below = max(len(ink) - rows for _, ink, rows in pieces)
    page = np.zeros((above + below, max(at + ink.shape[1] for at, ink, _ in pieces)), np.uint8)
    for at, ink, rows in pieces:
        part = page[above - rows : above - rows + len(ink), at : at + ink.shape[1]]
        np.maximum(part, ink, out=part)
    return page, above, pixels * made[1]


class _QuickRenderer(RendererAgg):
    """Agg but for level text of one font, without formulas."""

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:
        made = None
        if not (angle or ismath):
            made = _mask(fm.findfont(prop), self.points_to_pixels(prop.get_size_in_points()), s)  # type: ignore[no-untyped-call]
        if made is None:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[no-untyped-call]
            return
        ink, above, _ = made
        *colour, alpha = gc.get_rgb()
        picture = np.empty((*ink.shape, 4), np.uint8)
        picture[..., :3] = np.round(255 * np.array(colour))
        picture[..., 3] = ink if alpha == 1 else np.round(ink * alpha)
        # Agg counts the rows of a picture from below, and places of text from above.
        below = round(y) - above + len(ink)
        self.draw_image(gc, round(x) - _EDGE, self.height - below, picture[::-1])

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Measure level text as it is drawn."""
        made = None
        if not ismath:
            made = _mask(fm.findfont(prop), self.points_to_pixels(prop.get_size_in_points()), s)  # type: ignore[no-untyped-call]
        if made is None:
            measured: tuple[float, float, float] = super().get_text_width_height_descent(s, prop, ismath)  # type: ignore[no-untyped-call]
            return measured
        ink, above, width = made
        return width, len(ink) - 2 * _EDGE, len(ink) - above - _EDGE


class QuickCanvas(FigureCanvasAgg):
    """A canvas for pictures that are redrawn many times."""

    _quick: _QuickRenderer | None = None

    def get_renderer(self) -> _QuickRenderer:
        """Return the renderer of the figure's present size."""
        width, height = self.get_width_height(physical=True)
        now = self._quick
        if now is None or (now.width, now.height, now.dpi) != (width, height, self.figure.dpi):
            now = self._quick = self.renderer = _QuickRenderer(width, height, self.figure.dpi)  # type: ignore[no-untyped-call]
        return now
