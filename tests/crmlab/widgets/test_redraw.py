"""From artists to PNG: the encoder, the wrapping of titles, the wiping of axes."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from crmlab.widgets.controls import ems
from crmlab.widgets.redraw import compact, encode_png, frame_state, moving, wipe, wrap


@pytest.fixture
def canvas():
    figure = Figure(figsize=(3.01, 2.03))
    canvas = FigureCanvasAgg(figure)
    figure.subplots().plot([1, 3, 2], "o--", color="#D55E00")
    canvas.draw()
    return canvas


def test_png_holds_every_pixel(canvas):
    """Is our own PNG, read by another program, exactly the canvas?"""
    image = Image.open(io.BytesIO(encode_png(canvas)))
    image.load()
    assert image.size == canvas.get_width_height()
    assert (np.asarray(image) == np.asarray(canvas.buffer_rgba())).all()


def test_compact_png_is_smaller_and_the_same_picture(canvas):
    """Is the picture for the file smaller than the one for the wire, with the same colours?"""
    wire = encode_png(canvas)
    small = compact(wire)
    assert len(small) < len(wire)
    assert (np.asarray(Image.open(io.BytesIO(small))) == np.asarray(canvas.buffer_rgba())[:, :, :3]).all()


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("短标题", 10, ["短标题"]),
        ("满意率高；净推荐值低", 6, ["满意率高；", "净推荐值低"]),
        ("一二三，四五六：七八九", 9, ["一二三，四五六：", "七八九"]),
        ("一二三四五六七八", 5, ["一二三四五", "六七八"]),
        ("净推荐值 −12.5 到 8", 6, ["净推荐值", "−12.5 到 8"]),
    ],
)
def test_wrap(text, columns, lines):
    """Are titles broken at a mark where two lines do, and never inside a number?"""
    assert wrap(text, columns) == lines


@given(st.text(alphabet="满意度净推荐值，：；。 abc129−%", min_size=1, max_size=60), st.floats(8, 40))
def test_wrap_loses_nothing(text, columns):
    """Does wrapping keep every character except spaces at the break, in lines that fit but for a hanging mark?"""
    lines = wrap(text, columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    longest_token = max((ems(t) for t in text.replace("，", " ").split()), default=0)
    assert all(ems(line) <= max(columns, longest_token) + 8 for line in lines)


def test_wipe_leaves_ticks_but_nothing_drawn():
    """After wiping, is everything gone that a drawing made, with limits free again?"""
    figure = Figure()
    ax = figure.subplots()
    for _ in range(2):
        ax.bar([0, 1], [3, 500], hatch="//", label="甲")
        ax.plot([0, 1], [1, 2], label="乙")
        ax.text(0, 0, "字")
        ax.imshow([[0, 1], [1, 0]], aspect="auto")
        ax.fill_between([0, 1], [0, 0], [1, 1])
        ax.annotate("注", (0, 0), (5, 5), textcoords="offset points")
        ax.legend()
        ax.invert_yaxis()
        ticks = list(ax.xaxis.majorTicks)
        wipe(ax)
        assert moving(ax) == []
        assert ax.get_legend() is None
        assert ax.containers == []
        assert not ax.yaxis_inverted()
        assert ax.xaxis.majorTicks[: len(ticks)] == ticks
    (line,) = ax.plot([0, 1], [0, 1])
    assert line.get_color() == Figure().subplots().plot([0, 1])[0].get_color()
    assert ax.get_ylim()[1] < 2


@pytest.mark.parametrize(
    "change",
    [
        lambda ax: ax.set_xlim(0, 3),
        lambda ax: ax.set_ylabel("分"),
        lambda ax: ax.set_yticks([0, 0.5], ["低", "高"]),
        lambda ax: ax.set_title("发现", loc="left"),
        lambda ax: ax.axis("off"),
        lambda ax: ax.grid(True),
        lambda ax: ax.tick_params(labelcolor="red"),
    ],
)
def test_frame_state_sees(change):
    """Does every change of the frame that a drawing may make count as one?"""
    figure = Figure()
    canvas = FigureCanvasAgg(figure)
    ax = figure.subplots()
    canvas.draw()
    before = frame_state(ax)
    assert frame_state(ax) == before
    change(ax)
    assert frame_state(ax) != before
