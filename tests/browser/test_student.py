"""The student's screen: landing page, chapters, widgets, quiz."""

import json
import os
from pathlib import Path

import pytest

from crmlab.authoring import outline
from tests.browser.lab import errors, open_notebook, reveal, run_all, violations

pytestmark = pytest.mark.browser

CHAPTER = "chapters/06_satisfaction"
NOTEBOOKS = ["6-1_concept", "6-2_survey", "6-3_improve"]
CASES = ["c06_afu", "c06_logistics", "c06_miniso", "c06_watsons", "c06_gree"]
SCREENSHOT = Path(__file__).parent / "screenshots" / "chapter.png"


def test_landing_page_shows_the_course_and_keeps_the_student_number(page, student):
    """Does the start page show every chapter, set the student number, and pass axe?"""
    open_notebook(page, student, "index.ipynb", "landing")
    run_all(page)
    assert errors(page) == []
    text = page.locator(".jp-Notebook").inner_text()
    assert "学生" in text and "自学者" in text
    for chapter in outline.load().chapters:
        assert chapter.title in text
    box = page.get_by_role("textbox", name="学号")
    box.fill("２０２６-001")
    page.get_by_role("button", name="保存学号").click()
    page.wait_for_timeout(800)
    assert json.loads((student.state / "profile.json").read_text(encoding="utf-8"))["student_id"] == "2026-001"
    assert violations(page, ".crmlab-landing") == []


def test_teacher_has_a_door_too(page, teacher):
    """Does the start page on a machine with the teacher's room show all three doors?"""
    open_notebook(page, teacher, "index.ipynb", "doors")
    run_all(page)
    assert errors(page) == []
    doors = page.locator(".crmlab-landing section h3").all_inner_texts()
    assert doors[:3] == ["学生", "教师", "自学者"]


# A lesson and a case every time; the others, whose widgets are the gallery's too, in the deep run.
@pytest.mark.parametrize(
    "name",
    [
        name if name in {NOTEBOOKS[0], CASES[0]} else pytest.param(name, marks=pytest.mark.deep)
        for name in (*NOTEBOOKS, *CASES)
    ],
)
def test_notebook_runs_and_every_widget_moves(page, student, name):
    """Does each notebook run without error, each widget redraw when moved, and each of our containers pass axe?"""
    path = f"cases/{name}/case.ipynb" if name in CASES else f"{CHAPTER}/{name}.ipynb"
    open_notebook(page, student, path, name)
    run_all(page)
    assert errors(page) == []
    widgets = page.locator(".crmlab-widget")
    assert widgets.count() >= (1 if name in CASES else 3)
    for i in range(widgets.count()):
        widget = widgets.nth(i)
        reveal(page, widget)
        before = seen(widget)
        for _ in move(page, widget):
            page.wait_for_timeout(500)
            if seen(widget) != before:
                break
        assert seen(widget) != before, f"widget {i} of {name} did not react"
    assert errors(page) == []
    assert violations(page, ".crmlab-widget") == []
    if name in NOTEBOOKS:
        reveal(page, page.locator(".crmlab-quiz").first)
        assert violations(page, ".crmlab-quiz") == []


def move(page, widget):
    """Do one thing after another that should change the widget."""
    if widget.locator(".noUi-handle").count():
        widget.locator(".noUi-handle").first.focus()
        for key in ("ArrowRight", "ArrowLeft", "ArrowLeft"):
            yield page.keyboard.press(key)
    elif widget.locator("select").count():
        yield widget.locator("select").first.select_option(index=1)
    elif widget.locator("textarea").count():
        widget.locator("textarea").first.fill("您是否同意我们一流的服务和便宜的价格让您非常满意？")
        yield
    for button in widget.locator("button:enabled").all():
        yield button.click()


def seen(widget):
    """Return what a person sees of a widget: its text and its picture."""
    pictures = widget.locator("img")
    return widget.inner_text(), pictures.first.get_attribute("src") if pictures.count() else None


def test_quiz_is_answered_by_keyboard_alone(page, student):
    """Can a single-choice item be answered with Tab, arrows and Enter, and is the result said and recorded?"""
    open_notebook(page, student, f"{CHAPTER}/6-1_concept.ipynb", "quiz")
    run_all(page)
    quiz = page.locator(".crmlab-quiz").first
    reveal(page, quiz)
    assert "answer" not in quiz.inner_html().lower()
    before = quiz.inner_text()
    cells = page.locator(".jp-Cell").count()
    quiz.locator("input[type=radio]").first.focus()
    page.keyboard.press("x")  # JupyterLab would cut the cell
    assert page.locator(".jp-Cell").count() == cells
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    page.wait_for_timeout(800)
    assert quiz.inner_text() != before
    events = (student.state / "progress.jsonl").read_text(encoding="utf-8").splitlines()
    assert any('"quiz"' in event for event in events)


def test_chapter_screenshot(page, student):
    """Is the picture in the README what a reader sees? With CRMLAB_UPDATE_SCREENSHOTS=1 it is made anew."""
    open_notebook(page, student, f"{CHAPTER}/6-2_survey.ipynb", "screenshot")
    run_all(page)
    widget = page.locator(".crmlab-widget").filter(has_text="推荐者").first
    reveal(page, widget)
    page.wait_for_timeout(800)
    box = widget.bounding_box()
    assert box and box["width"] > 500 and box["height"] > 300 and 0 < box["y"] < 700
    png = page.screenshot()
    if os.environ.get("CRMLAB_UPDATE_SCREENSHOTS") == "1":
        SCREENSHOT.write_bytes(png)
    assert SCREENSHOT.is_file() and 20_000 < len(png) < 1_000_000
