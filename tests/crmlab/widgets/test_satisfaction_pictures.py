"""What holds for every widget of chapter 6: pictures, words, labels, data left alone."""

import io

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from crmlab import data, satisfaction
from crmlab.widgets import satisfaction as widgets
from tests.crmlab.widgets.made import ANSWERS, LIVE, TREE

pytestmark = pytest.mark.slow

EVERY = pytest.mark.parametrize("name", LIVE)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


@EVERY
def test_same_values_same_picture(name):
    """Is the picture after many moves the one of a widget that went straight there?"""
    make, settings = LIVE[name]
    walked, straight = make(), make()
    for setting in settings:
        walked.set(**setting)
    straight.set(**{control: widget.value for control, widget in walked.controls.items()})
    assert walked.alt == straight.alt
    # A frame laid out on another way may stand a pixel aside; nothing may be left over from earlier values.
    assert np.mean(np.abs(pixels(walked.png) - pixels(straight.png)) > 40) < 0.01


@EVERY
def test_every_setting_draws_and_says_so(name):
    """Does each setting draw without a failure, with words that change with the values?"""
    make, settings = LIVE[name]
    live = make()
    said = {live.alt}
    for setting in settings:
        live.set(**setting)
        assert live.message.value == ""
        assert live.alt == live.picture.tooltip
        assert live.alt.endswith("。")
        assert len(live.alt) > 30
        said.add(live.alt)
    assert len(said) > 1


@EVERY
def test_nothing_is_cut_off(name):
    """At every setting, do title, labels and numbers stand within the picture?"""
    make, settings = LIVE[name]
    live = make()
    for setting in [{}, *settings]:
        live.set(**setting)
        renderer = live._canvas.get_renderer()
        for text in live.figure.findobj(Text):
            if text.get_visible() and text.get_text().strip() and _is_drawn(live, text):
                box = text.get_window_extent(renderer)
                assert box.x0 >= -1 and box.x1 <= live.figure.bbox.x1 + 1, (setting, text.get_text())
                assert box.y0 >= -1 and box.y1 <= live.figure.bbox.y1 + 1, (setting, text.get_text())


def _is_drawn(live, text):
    """Tick labels outside the limits exist but are not drawn."""
    for ax in live.axes:
        for axis in (ax.xaxis, ax.yaxis):
            shown = {id(label) for tick in axis._update_ticks() for label in (tick.label1, tick.label2)}
            known = {id(label) for tick in axis.majorTicks for label in (tick.label1, tick.label2)}
            if id(text) in known:
                return id(text) in shown and ax.axison
    return True


@EVERY
def test_axes_name_their_units(name):
    """Does every visible axis with numbers carry a label with its unit?"""
    live = LIVE[name][0]()
    for ax in live.axes:
        if ax.axison:
            label = ax.get_xlabel()
            categories = not any(c.isdigit() for t in ax.get_xticklabels() for c in t.get_text())
            assert categories or ("（" in label and "）" in label), (name, label)


@EVERY
def test_controls_are_labelled_in_chinese(name):
    """Has every control a Chinese label that the label column holds?"""
    live = LIVE[name][0]()
    for control in live.controls.values():
        assert any("一" <= c <= "鿿" for c in control.description)
        assert float(control.style.description_width.removesuffix("em")) >= len(control.description) * 0.6


def test_inputs_are_left_alone():
    """Do the widgets leave the tables they are given as they were?"""
    tree, answers = TREE.copy(), ANSWERS.copy()
    live = widgets.index_weights(tree, answers)
    live.set(A=0)
    widgets.group_means(answers, {"门店": "store"}, "overall")
    assert tree.equals(TREE)
    assert answers.equals(ANSWERS)


def test_chapter_data_fit():
    """Does every widget that takes data open on the data of the chapter?"""
    chapter = data.load_chapter("06_satisfaction")
    dimensions = chapter.dimensions.merge(chapter.responses[["response_id", "store"]], on="response_id")
    spend = chapter.responses.merge(chapter.orders, on="response_id")
    slope = satisfaction.outcome_per_point(spend, score="overall", outcome="spend_90d_yuan")
    items = chapter.value_items
    opened = [
        widgets.nps_threshold(chapter.responses["nps"]),
        widgets.index_weights(chapter.indicators, chapter.responses),
        widgets.group_means(chapter.responses, {"门店": "store", "波次": "wave"}, "overall"),
        widgets.dimension_profile(dimensions, {"门店": "store"}),
        widgets.importance_performance(chapter.attributes),
        widgets.satisfaction_revenue(slope),
        widgets.lever_budget(chapter.levers.rename(columns={"cost_yuan": "cost"})),
        widgets.perceived_value(items.assign(score=items["score_a"]), items.assign(score=items["score_b"])),
    ]
    assert all(live.drawn == 1 for live in opened)
