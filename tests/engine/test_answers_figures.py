"""Figures cross the wall as titles, labels and data, and are real matplotlib figures again on the other side."""

import json
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autograder.engine.answers import Encoder
from autograder.engine.answers_decode import Decoder


@pytest.fixture(autouse=True)
def plain():
    """Draw with matplotlib's own settings, whatever other tests of this process have set."""
    with mpl.rc_context():
        mpl.rcdefaults()
        yield
        plt.close("all")


def across(*values: Any) -> list[Any]:
    """Send values in one message."""
    encoder = Encoder([])
    data = json.loads(json.dumps([encoder.encode(value) for value in values]))
    decoder = Decoder(lambda *_: None)
    return [decoder.decode(item) for item in data]


def axes(value: Axes) -> Axes:
    (got,) = across(value)
    assert isinstance(got, Axes)
    assert got is not value
    return got


def test_words_on_a_figure():
    figure, ax = plt.subplots(figsize=(5, 3))
    figure.suptitle("全景")
    ax.plot([1, 2, 3], [4, 5, 4], label="甲")
    ax.set_title("中间")
    ax.set_title("左边", loc="left")
    ax.set(xlabel="月份", ylabel="满意率（%）")
    ax.text(1.5, 4.5, "高点 $x$")
    ax.annotate("注", (2, 5), xytext=(2.5, 5.2))
    ax.legend(title="图例")
    got = axes(ax)
    assert got.figure.get_suptitle() == "全景"
    assert got.figure.get_size_inches().tolist() == [5, 3]
    assert [got.get_title(loc=loc) for loc in ("left", "center", "right")] == ["左边", "中间", ""]
    assert (got.get_xlabel(), got.get_ylabel()) == ("月份", "满意率（%）")
    assert [t.get_text() for t in got.texts] == ["高点 $x$", "注"]
    legend = got.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "图例"
    assert [t.get_text() for t in legend.get_texts()] == ["甲"]
    assert got.get_xlim() == pytest.approx(ax.get_xlim())
    assert got.get_ylim() == pytest.approx(ax.get_ylim())


def test_lines():
    _, ax = plt.subplots()
    ax.plot([1, 2, 3], [4, np.nan, 4], "--o", color="#123456", linewidth=3, label="甲")
    ax.plot(pd.date_range("2026-01-01", periods=3), [1, 2, 3])
    ax.axhline(2)
    got = axes(ax)
    assert len(got.lines) == 3
    for one, other in zip(got.lines, ax.lines, strict=True):
        np.testing.assert_array_equal(one.get_xdata(orig=False), other.get_xdata(orig=False))
        np.testing.assert_array_equal(one.get_ydata(orig=False), other.get_ydata(orig=False))
        for what in ("label", "linestyle", "marker", "linewidth"):
            assert plt.getp(one, what) == plt.getp(other, what)
    assert got.lines[0].get_color() == "#123456ff"


def test_bars_and_their_labels():
    _, ax = plt.subplots()
    bars = ax.bar(["城南", "城北", "城东"], [3, 1, 2], hatch="/", color=["red", "green", "blue"])
    ax.bar_label(bars)
    got = axes(ax)
    assert [p.get_height() for p in got.patches] == [3, 1, 2]
    assert [t.get_text() for t in got.get_xticklabels()] == ["城南", "城北", "城东"]
    assert [t.get_text() for t in got.texts] == ["3", "1", "2"]
    (box,) = got.containers
    assert len(box) == 3
    assert box.orientation == "vertical"
    assert [p.get_facecolor() for p in got.patches] == [p.get_facecolor() for p in ax.patches]
    assert got.patches[0].get_hatch() == "/"


def test_horizontal_bars_and_histograms():
    _, (left, right) = plt.subplots(1, 2)
    left.barh(["甲", "乙"], [5, 7])
    counts, _, _ = right.hist([1, 1, 2, 5], bins=4)
    one, other = across(left, right)
    assert [p.get_width() for p in one.patches] == [5, 7]
    assert [t.get_text() for t in one.get_yticklabels()] == ["甲", "乙"]
    assert [p.get_height() for p in other.patches] == counts.tolist()
    assert one.figure is other.figure
    assert one.figure.axes == [one, other]


def test_points_pies_areas_and_images():
    _, ((a, b), (c, d)) = plt.subplots(2, 2)
    a.scatter([1, 2], [3, 4], s=[10, 40], c=["red", "#00ff00"], label="点")
    b.pie([1, 3], labels=["少", "多"])
    c.fill_between([1, 2, 3], [0, 0, 0], [1, 2, 1])
    c.vlines([1, 2], 0, 1)
    d.imshow([[1, 2], [3, 4]])
    one, two, three, four = across(a, b, c, d)
    np.testing.assert_array_equal(one.collections[0].get_offsets(), [[1, 3], [2, 4]])
    assert one.collections[0].get_sizes().tolist() == [10, 40]
    assert one.collections[0].get_label() == "点"
    np.testing.assert_array_equal(one.collections[0].get_facecolor(), a.collections[0].get_facecolor())
    assert [(p.theta1, p.theta2) for p in two.patches] == [(p.theta1, p.theta2) for p in b.patches]
    assert [t.get_text() for t in two.texts] == ["少", "多"]
    assert [type(x).__name__ for x in three.collections] == ["PolyCollection", "LineCollection"]
    np.testing.assert_array_equal(four.images[0].get_array(), [[1, 2], [3, 4]])


def test_scales_and_turned_axes():
    _, ax = plt.subplots()
    ax.plot([1, 10, 100], [1, 2, 3])
    ax.set_xscale("log")
    ax.invert_yaxis()
    got = axes(ax)
    assert got.get_xscale() == "log"
    assert got.yaxis.get_inverted()
    assert got.get_ylim() == pytest.approx(ax.get_ylim())


def test_one_figure_for_all_its_parts():
    """Do a figure, its axes, and a bar of it arrive as parts of one figure?"""
    figure, ax = plt.subplots()
    bars = ax.bar([1, 2], [3, 4])
    (line,) = ax.plot([1, 2], [1, 2])
    whole, grid, box, bar, stroke = across(figure, np.array([ax, ax], dtype=object), bars, bars[1], line)
    assert isinstance(whole, Figure)
    assert grid.shape == (2,)
    assert whole.axes == [grid[0]]
    assert grid[0] is grid[1]
    assert box is whole.axes[0].containers[0]
    assert bar is whole.axes[0].patches[1]
    assert stroke is whole.axes[0].lines[0]


def test_error_bars_cross_as_lines():
    _, ax = plt.subplots()
    drawn = ax.errorbar([1, 2], [3, 4], yerr=0.5)
    bars = ax.bar([1, 2], [3, 4], yerr=0.5)
    parts, box = across(drawn, bars)
    assert parts[0].get_ydata().tolist() == [3, 4]
    assert box.datavalues == [3, 4]


def test_what_pandas_draws():
    table = pd.DataFrame({"n": [1, 2, 3], "m": [3, 2, 1]}, index=["a", "b", "c"])
    for kind in ("bar", "barh", "line", "area", "box"):
        ax = table.plot(kind=kind, title=f"图 {kind}")
        got = axes(ax)
        assert got.get_title() == f"图 {kind}"
        assert len(got.patches) == len(ax.patches)
        assert len(got.lines) == len(ax.lines)
        assert [t.get_text() for t in got.get_xticklabels()] == [t.get_text() for t in ax.get_xticklabels()]


def test_a_polar_figure():
    ax = plt.subplot(projection="polar")
    ax.plot([0, 1, 2], [1, 2, 1])
    got = axes(ax)
    assert got.name == "polar"
    assert len(got.lines) == 1


@pytest.mark.parametrize("constrained", [False, True])
def test_it_is_drawn_again(constrained: bool):
    """Can the rebuilt figure be drawn, with text that is no valid formula, whatever layout is set?"""
    mpl.rcParams["figure.constrained_layout.use"] = constrained
    figure, ax = plt.subplots()
    ax.scatter([1], [1])
    ax.text(1, 1, "$bad")
    (got,) = across(figure)
    got.canvas.draw()
