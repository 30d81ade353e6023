"""Text drawn by Pillow: the same words in the same place as Agg's, and Agg's own where Pillow cannot."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from crmlab import plots
from crmlab.widgets.quicktext import QuickCanvas


def drawn(canvas_class, words, **look):
    """Return the picture of one text as grey, 0 white to 255 black, and as RGBA."""
    plots.setup()
    figure = Figure(figsize=(4, 1), dpi=100)
    figure.set_layout_engine("none")
    canvas = canvas_class(figure)
    figure.text(**{"x": 0.1, "y": 0.4, "s": words, "fontsize": 12} | look)
    canvas.draw()
    rgba = np.asarray(canvas.buffer_rgba()).astype(int)
    return 255 - rgba[..., :3].mean(axis=2), rgba


def edges(ink):
    """Return the first and last row and column with ink."""
    rows, columns = np.nonzero(ink.max(axis=1) > 60)[0], np.nonzero(ink.max(axis=0) > 60)[0]
    return np.array([rows[0], rows[-1], columns[0], columns[-1]])


@pytest.mark.parametrize("words", ["收到 40 件投诉", "n = 1,234（95%）", "gjpy", "满意率：87.5%；\n净推荐值 −12"])
@pytest.mark.parametrize("look", [{}, {"fontsize": 9, "va": "top"}, {"ha": "center", "va": "center", "x": 0.5}])
def test_words_stand_where_agg_puts_them(words, look):
    """Do both put as much ink in the same rows, from about the same left edge, Pillow's a little closer but never wider?"""
    quick, agg = drawn(QuickCanvas, words, **look)[0], drawn(FigureCanvasAgg, words, **look)[0]
    (top, bottom, left, right), (agg_top, agg_bottom, agg_left, agg_right) = edges(quick), edges(agg)
    assert max(abs(top - agg_top), abs(bottom - agg_bottom)) <= 1
    assert abs(left - agg_left) <= 2
    assert 0.95 * (agg_right - agg_left) - 1 <= right - left <= agg_right - agg_left + 1
    assert quick.sum() == pytest.approx(agg.sum(), rel=0.02)
    assert (quick != agg).any()  # it was Pillow that drew


@pytest.mark.parametrize(
    ("words", "look"),
    [("转过来的字", {"rotation": 90}), ("公式 $x^2$", {}), ("字体里没有的 ‱", {}), ("", {})],
)
def test_what_pillow_cannot_do_is_left_to_agg(words, look):
    """Are turned text, formulas and letters the font lacks drawn as ever, pixel by pixel?"""
    with np.errstate(all="ignore"):
        assert (drawn(QuickCanvas, words, **look)[1] == drawn(FigureCanvasAgg, words, **look)[1]).all()


def test_colour_and_transparency_are_kept():
    """Is red half-transparent text pink, nowhere darker than that?"""
    rgba = drawn(QuickCanvas, "满意度", color="red", alpha=0.5, fontsize=30)[1]
    darkest = rgba[rgba[..., 1].argmin() // rgba.shape[1], rgba[..., 1].argmin() % rgba.shape[1]]
    assert abs(darkest[:3] - [255, 127, 127]).max() <= 2


def test_a_larger_figure_gets_a_larger_canvas():
    """Is the renderer made anew when size or resolution change, and kept otherwise?"""
    figure = Figure(figsize=(3, 2), dpi=100)
    canvas = QuickCanvas(figure)
    first = canvas.get_renderer()
    assert canvas.get_renderer() is first
    figure.set_size_inches(4, 2)
    assert (canvas.get_renderer().width, canvas.get_renderer().height) == (400, 200)
    figure.set_dpi(50)
    assert canvas.get_renderer().width == 200
