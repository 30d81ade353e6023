"""Labels that are read in full, units in the label, and modules found by name."""

import ipywidgets as w
import pytest

from crmlab import widgets
from crmlab.widgets import controls

TOPICS = "service technology development communication information satisfaction loyalty complaints strategy".split()


def test_labels_are_wide_enough_and_aligned():
    """Is the label column as wide as the longest label, the same for all?"""
    sliders = {
        "a": controls.whole("样本量", 50, 10, 100, unit="份"),
        "b": controls.number("客户对落差的敏感程度", 1, 0, 2),
        "c": controls.choice("门店", ["城南", "城北"]),
        "d": controls.graded("服务 ← → 产品", [("同样重要", 0), ("产品 2 倍", 1)], 0),
    }
    controls.labelled_panel(sliders)
    widths = {float(s.style.description_width.removesuffix("em")) for s in sliders.values()}
    assert len(widths) == 1
    assert widths.pop() >= len("客户对落差的敏感程度")
    assert all(s.layout.width == "auto" for s in sliders.values())


def test_panel_has_a_heading_first():
    """Does the panel say what it is for before the first control?"""
    slider = controls.whole("样本量", 50, 10, 100)
    panel = controls.labelled_panel({"n": slider})
    heading, grid = panel.children
    assert isinstance(heading, w.HTML)
    assert heading.value == "<b>动手调一调</b>"
    assert grid.children == (slider,)


@pytest.mark.parametrize(("count", "columns"), [(4, "1fr"), (5, "repeat(auto-fill, minmax(330px, 1fr))")])
def test_many_controls_share_rows(count, columns):
    """Do more than four controls stand side by side, so that the picture stays in view?"""
    panel = controls.labelled_panel({str(i): controls.whole("权重", 1, 0, 9) for i in range(count)})
    assert panel.children[1].layout.grid_template_columns == columns


def test_factories_keep_what_they_are_given():
    """Do the factories pass value, limits and format on?"""
    share = controls.number("占比", 0.3, 0, 1, step=0.05, fmt=".0%")
    assert (share.value, share.min, share.max, share.step, share.readout_format) == (0.3, 0, 1, 0.05, ".0%")
    assert controls.choice("门店", [("甲", 1), ("乙", 2)], 2).value == 2
    assert controls.switch("看区间", True).value is True
    assert controls.whole("人数", 3, 0, 9, unit="人").description == "人数（人）"


def test_unknown_widget_module():
    """Does a misspelt module name get the nearest one?"""
    with pytest.raises(AttributeError) as caught:
        widgets.satisfacton  # noqa: B018
    assert str(caught.value) == (
        "widgets 里没有“satisfacton”。你是不是想写“satisfaction”？现有的模块：base、controls、service、"
        "technology、development、communication、information、satisfaction、satisfaction_cases、loyalty、complaints、strategy。"
    )
    assert dir(widgets) == sorted(["base", "controls", "satisfaction_cases", *TOPICS])
