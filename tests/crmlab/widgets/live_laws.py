"""What holds for every widget with a live figure, whatever its topic; the tests of a topic run these on its widgets."""

import io
import time

import ipywidgets as w
import numpy as np
from matplotlib.text import Text
from PIL import Image

from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import whole


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def finding(live, **values):
    """Move the controls and return the title."""
    live.set(**values)
    assert live.message.value == "", live.message.value
    return live.alt.split("。")[0]


def ends_of(control):
    """Return the extreme values of a control, or all its options."""
    if isinstance(control, w.Checkbox):
        return [True, False]
    if hasattr(control, "options"):
        return [option[1] if isinstance(option, tuple) else option for option in control.options]
    return [control.min, control.max]


def check_same_values_same_picture(make, settings):
    """Is the picture after many moves the one of a widget that went straight there?"""
    walked, straight = make(), make()
    for setting in settings:
        walked.set(**setting)
    straight.set(**{name: control.value for name, control in walked.controls.items()})
    assert walked.alt == straight.alt
    # A frame laid out on another way may stand a pixel aside; nothing may be left over from earlier values.
    assert np.mean(np.abs(pixels(walked.png) - pixels(straight.png)) > 40) < 0.01


def check_words(make, settings):
    """Does each setting draw without a failure, with words that change with the values?"""
    live = make()
    said = {live.alt}
    for setting in settings:
        live.set(**setting)
        assert live.message.value == ""
        assert live.alt == live.picture.tooltip
        assert live.alt.endswith("。")
        assert len(live.alt) > 30
        assert "nan" not in live.alt and "inf" not in live.alt
        said.add(live.alt)
    assert len(said) > 1


def check_extremes(make):
    """Does every control reach both ends, alone and all together, with a finding and nothing cut off?"""
    live = make()
    at_start = {name: control.value for name, control in live.controls.items()}
    for name, control in live.controls.items():
        for value in ends_of(control):
            finding(live, **at_start | {name: value})
            check_inside(live)
    for end in (0, -1):
        finding(live, **{name: ends_of(control)[end] for name, control in live.controls.items()})
        check_inside(live)


def check_inside(live):
    """Do title, labels and numbers stand within the picture?"""
    renderer = live._canvas.get_renderer()
    for text in live.figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and _is_drawn(live, text):
            box = text.get_window_extent(renderer)
            assert box.x0 >= -1 and box.x1 <= live.figure.bbox.x1 + 1, (live.values, text.get_text())
            assert box.y0 >= -1 and box.y1 <= live.figure.bbox.y1 + 1, (live.values, text.get_text())


def _is_drawn(live, text):
    """Tick labels outside the limits exist but are not drawn."""
    for ax in live.axes:
        for axis in (ax.xaxis, ax.yaxis):
            ticks = [*axis.majorTicks, *axis.minorTicks]
            if id(text) in {id(label) for tick in ticks for label in (tick.label1, tick.label2)}:
                shown = {id(label) for tick in axis._update_ticks() for label in (tick.label1, tick.label2)}
                return id(text) in shown and ax.axison
    return True


def check_labels(make):
    """Has every control a Chinese label, and every axis with numbers a label with its unit?"""
    live = make()
    for control in live.controls.values():
        assert any("一" <= c <= "鿿" for c in control.description)
    for ax in live.axes:
        for label, ticks in ((ax.get_xlabel(), ax.get_xticklabels()), (ax.get_ylabel(), ax.get_yticklabels())):
            numbers = any(c.isdigit() for tick in ticks for c in tick.get_text())
            assert not numbers or ("（" in label and "）" in label), label


def check_speed(make, settings):
    """Is a move of a slider no dearer than twelve moves of a widget with one line (6.7 ms on the development machine)?

    Measured in the same run, because other work on the machine slows both.
    """

    def bare(ax, n):
        if not ax.lines:
            ax.set_xlim(0, 10)
            ax.set_ylim(0, 10)
            ax.plot([0, 10], [0, 0])
        ax.lines[0].set_ydata([0, n])
        return f"现在是 {n}"

    live = make()
    plain = LiveFigure(bare, {"n": whole("数", 1, 0, 10)}, "一条斜线，越来越陡。", size=(7.2, 3.6), keep=True)
    costs, least = [], []
    for i, setting in enumerate([*settings, *settings, *settings]):
        costs.append(_cost(live, setting))
        least.append(_cost(plain, {"n": i % 10}))
    assert np.median(costs) < 12 * np.median(least), (costs, least)


def _cost(live, setting):
    started = time.process_time()
    live.set(**setting)
    return time.process_time() - started
