"""Text drawn by Pillow: it stands where it is put, and what does not fit is cut."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from crmlab.widgets.lettering import Lettering


def ink(lines, **where):
    """Return the rows and columns, from the top left of the axes, that carry ink."""
    figure = Figure(figsize=(3, 2), dpi=100, layout="none")
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    Lettering(ax, **({"x": 0.1, "y": 0.9} | where)).set_lines(lines)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    dark = np.asarray(canvas.buffer_rgba())[..., :3].min(axis=2) < 128
    return np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))


def test_text_stands_at_its_top_left_corner():
    """Does the first line start at the corner, and the second below it, upright?"""
    rows, columns = ink(["客户"])
    assert 20 <= rows.min() <= 26 and 30 <= columns.min() <= 33
    both, _ = ink(["客户", "客户"], spacing=2.0)
    assert both.max() - rows.max() == pytest.approx(2 * 9 * 100 / 72, abs=1)
    heavy, _ = ink(["丄"])  # its stroke lies at the bottom
    light, _ = ink(["丅"])  # and here at the top
    assert light.min() < heavy.min() + 2 and light.min() < heavy.max()


def test_long_lines_are_cut_at_the_right_edge():
    """Does a line that is too long end in … within its room?"""
    _, short = ink(["很" * 60], right=0.5)
    assert short.max() <= 150
    _, long = ink(["很" * 60])
    assert 270 <= long.max() <= 299


def test_nothing_to_say_draws_nothing():
    """Do no lines leave the picture empty?"""
    rows, _ = ink([])
    assert len(rows) == 0
