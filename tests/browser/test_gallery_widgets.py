"""Every widget of the eight topics beside satisfaction, in JupyterLab: found, moved and read without a mouse."""

import json
import time

import pytest

from crmlab import widgets
from crmlab.widgets.base import LiveFigure
from tests.browser.lab import errors, open_notebook, reveal, run_all, violations

pytestmark = [pytest.mark.browser, pytest.mark.deep]

# Two topics a notebook: opening one costs as much as testing six widgets.
ROOMS = [("service", "technology"), ("development", "communication"), ("information", "loyalty"),
         ("complaints", "strategy")]  # fmt: skip
CONTROLS = ".noUi-handle, .widget-readout[contenteditable=true], select, input, textarea, button"
KINDS = "cells => cells.map((cell) => cell.classList.contains('jp-CodeCell'))"
SEEN = """(widget) => {
  const image = widget.querySelector('img');
  return [image ? image.src : widget.innerText, image ? image.alt : widget.innerText];
}"""
# Which cells are chosen: arrow keys that JupyterLab takes move this to the next cell.
CHOSEN = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map(
  (cell) => cell.classList.contains('jp-mod-active'))"""
# A stop just before the widget: what a person who tabs through the page has under the fingers before reaching it.
STAND_BEFORE = """(widget) => {
  document.querySelector('#stand-before')?.remove();
  const stop = document.createElement('span');
  stop.id = 'stand-before';
  stop.tabIndex = 0;
  widget.before(stop);
  stop.focus();
}"""


@pytest.mark.parametrize("topics", ROOMS, ids="-".join)
def test_every_widget_is_used_by_keyboard_alone(page, student, tmp_path, topics):
    """Does each widget appear, answer to Tab, arrows and Space, say what it shows, and pass axe?"""
    names = [f"{topic}.{name}" for topic in topics for name in getattr(widgets, topic).__all__]
    write_notebook(student.root / f"{topics[0]}.ipynb", names)
    open_notebook(page, student, f"{topics[0]}.ipynb", topics[0])
    run_all(page)
    assert errors(page) == []
    cells = page.locator(".jp-Notebook .jp-Cell")
    assert page.locator(".crmlab-widget").count() == len(names)
    kinds = cells.evaluate_all(KINDS)
    for i, name in enumerate(names):
        widget = page.locator(".crmlab-widget").nth(i)
        reveal(page, widget)
        check_appears(widget, name)
        check_every_control_is_reached(page, widget, name)
        check_moves(page, widget, name)
        if widget.locator(".widget-play").count():
            check_plays(page, widget, name)
        widget.screenshot(path=str(tmp_path / f"{name}.png"))
        widget.evaluate("widget => widget.setAttribute('data-under-test', '')")
        assert violations(page, "[data-under-test]") == [], name
        widget.evaluate("widget => widget.removeAttribute('data-under-test')")
        widget.locator(CONTROLS).first.focus()
        page.keyboard.press("x")  # JupyterLab would cut the cell
        page.keyboard.press("m")  # and turn this one into text
        assert cells.evaluate_all(KINDS) == kinds, name
    assert errors(page) == []


def write_notebook(path, names):
    sources = ["from crmlab import plots, widgets\n\nplots.setup()", *(f"widgets.{name}()" for name in names)]
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": s, "outputs": [], "execution_count": None}
        for i, s in enumerate(sources)
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content), encoding="utf-8")


def has_picture(name):
    topic, function = name.split(".")
    return isinstance(getattr(getattr(widgets, topic), function)(), LiveFigure)


def check_appears(widget, name):
    """Is the picture there, as large as it was drawn, with words for those who do not see it?"""
    box = widget.bounding_box()
    assert box and box["width"] > 400 and box["height"] > 100, name
    assert widget.locator("img").count() == int(has_picture(name)), name
    for image in widget.locator("img").all():
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 600, name
        assert len(image.get_attribute("alt")) > 30, name


def check_every_control_is_reached(page, widget, name):
    """Does Tab visit every control of the widget, one after the other, before it leaves it?"""
    expected = widget.locator(CONTROLS).evaluate_all(
        "all => all.filter(one => !one.disabled && one.offsetParent).length"
    )
    widget.evaluate(STAND_BEFORE)
    visited = 0
    while visited <= expected:
        page.keyboard.press("Tab")
        if not widget.evaluate("widget => widget.contains(document.activeElement)"):
            break
        visited += 1
    assert expected and visited == expected, name


def check_moves(page, widget, name):
    """Does a key on the first control that can move change the picture and its words, and leave the chosen cell?"""
    before = widget.evaluate(SEEN)
    widget.evaluate(STAND_BEFORE)
    for _ in range(4):
        page.keyboard.press("Tab")
        chosen = page.evaluate(CHOSEN)
        kind = page.evaluate("() => document.activeElement.type")
        keys = {"checkbox": ["Space"], "textarea": ["0", "，我保证"]}.get(
            kind, ["ArrowRight", "ArrowLeft", "ArrowLeft"]
        )
        for key in keys:
            if kind == "textarea":
                page.keyboard.insert_text(key)
            else:
                page.keyboard.press(key)
            if changed(page, widget, before):
                assert page.evaluate(CHOSEN) == chosen, name
                return
    raise AssertionError(f"{name} did not react to keys: {before}")


def changed(page, widget, before, timeout_s=4.0):
    """Wait until both the picture and its words differ from ``before``."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if all(now != then for now, then in zip(widget.evaluate(SEEN), before, strict=True)):
            return True
        page.wait_for_timeout(50)
    return False


def check_plays(page, widget, name):
    """Does Space on the play button start it, and Space again stop it?"""
    button = widget.locator(".widget-play button").first
    button.focus()
    before = widget.evaluate(SEEN)
    page.keyboard.press("Space")
    assert changed(page, widget, before, 5), name
    page.keyboard.press("Space")
    page.wait_for_timeout(900)
    before = widget.evaluate(SEEN)
    assert not changed(page, widget, before, 1.2), f"{name} does not stop"
