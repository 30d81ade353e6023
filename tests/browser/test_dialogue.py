"""A scripted dialogue in JupyterLab: played to its end without a mouse."""

import json
import re

import pytest

from crmlab.learn.dialogue import find_script
from crmlab.learn.dialogue_panel import order
from tests.browser.lab import errors, open_notebook, reveal, run_all, violations

pytestmark = pytest.mark.browser

FOCUSED = "() => document.activeElement.innerText"


def test_a_dialogue_is_played_by_keyboard_alone(page, student, tmp_path):
    """Does Tab and Enter lead along the best way to its end, with the focus never lost, the score said and recorded?"""
    name = "4-elderly"
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "source": s, "outputs": [], "execution_count": None}
        for i, s in enumerate(["from crmlab import learn", f'learn.dialogue("{name}")'])
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (student.root / "dialogue.ipynb").write_text(json.dumps(content), encoding="utf-8")
    open_notebook(page, student, "dialogue.ipynb", "dialogue")
    run_all(page)
    assert errors(page) == []
    panel = page.locator(".crmlab-dialogue")
    reveal(page, panel)
    assert "这是写好的剧本，不是人工智能" in panel.inner_text()
    assert violations(page, ".crmlab-dialogue") == []
    panel.screenshot(path=str(tmp_path / "opening.png"))

    script = find_script(name)
    panel.locator("button").first.focus()
    page.keyboard.press("x")  # JupyterLab would cut the cell
    assert page.locator(".jp-Notebook .jp-Cell").count() == len(cells)
    for turn, choice in script.best_end().steps:
        first = turn.choices[order(script, turn)[0]].says
        page.wait_for_function(
            "words => document.activeElement.matches('.crmlab-dialogue button')"
            " && document.activeElement.innerText.includes(words)",
            arg=first,
        )
        page.wait_for_timeout(350)  # a person reads; what comes at once is taken for a double click
        for _ in turn.choices:
            if choice.says in page.evaluate(FOCUSED):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        if turn.id == "photo":
            page.screenshot(path=str(tmp_path / "middle.png"))
    panel.get_by_text(re.compile("^结局：")).wait_for()
    page.wait_for_function("() => document.activeElement.innerText === '再来一次'")
    shown = panel.get_by_text(re.compile("^结局：")).bounding_box()
    assert shown and 0 < shown["y"] < 900, "the focus has scrolled the result away"
    assert f"你得了 {script.best} 分。" in panel.inner_text()
    assert violations(page, ".crmlab-dialogue") == []
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    page.screenshot(path=str(tmp_path / "end.png"))
    events = (student.state / "progress.jsonl").read_text(encoding="utf-8").splitlines()
    assert any(f'"{name}"' in event and '"solved": true' in event for event in events)

    page.keyboard.press("Enter")
    page.wait_for_function(
        "words => document.activeElement.innerText.includes(words)",
        arg=script.opening.choices[order(script, script.opening)[0]].says,
    )
    assert errors(page) == []
