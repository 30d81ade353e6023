"""One lab goes round in the browser: release, fetch, a wrong answer mended, validate, submit, collect, mark, feedback."""

import json
import re

import nbformat
import pytest

from tests.browser.lab import errors, open_notebook, reveal, run_all

pytestmark = pytest.mark.browser

LAB = "lab06_satisfaction"
STUDENT = "2026001"


def formgrader(page, bench, path=""):
    """Open a formgrader page; the lab page before it sets the session."""
    page.goto(f"{bench.url}/lab?token={bench.token}")
    page.wait_for_selector("#jp-main-statusbar", timeout=60_000)
    page.goto(f"{bench.url}/formgrader{path}")


def click_and_wait(page, selector):
    """Click an action of formgrader and return what its dialog says when the work is done."""
    page.locator(selector).first.click()
    dialog = page.locator(".modal.in, .modal.show")
    dialog.locator("button", has_text=re.compile("OK|Close")).first.wait_for(timeout=90_000)
    text = dialog.inner_text()
    dialog.locator("button", has_text=re.compile("OK|Close")).first.click()
    page.wait_for_timeout(700)
    return text


def assignment_list(page, bench):
    """Open the assignment list through the menu, as a student does."""
    page.goto(bench.address("index.ipynb", "assignments"))
    page.wait_for_selector(".jp-NotebookPanel", timeout=60_000)
    page.locator('.lm-MenuBar-item:has-text("Nbgrader")').click()
    page.locator(".lm-Menu-item", has_text="Assignment List").click()
    page.locator("#nbgrader-assignment-list, .nbgrader-assignment-list-panel, [id*=assignment-list]").first.wait_for(
        timeout=30_000
    )
    page.wait_for_timeout(1500)


def fill_from_source(root, source, skip):
    """Put the reference answers into the student's notebook, except for the cells that the test types itself."""
    path = root / "labs" / LAB / f"{LAB}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    solved = {
        c.metadata.nbgrader.grade_id: c for c in nbformat.read(source, as_version=4).cells if "nbgrader" in c.metadata
    }
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if not mark.get("solution") or mark["grade_id"] in skip:
            continue
        if cell.cell_type == "markdown":
            cell.source = "城南店满意率高而净推荐值低，先补货；再缩短排队。样本有限，改完再测一次。"
        else:
            cell.source = solved[mark["grade_id"]].source
    nbformat.write(notebook, path)


def type_answer(page, cell, code):
    """Replace a cell's code by typing."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(code, delay=1)
    page.keyboard.press("Control+Enter")


def test_lab_goes_round(page, teacher, student):
    """Does a lab travel from the teacher to the student and back, and come home with marks and feedback?"""
    # The teacher builds and releases it.
    formgrader(page, teacher)
    row = f'tr:has-text("{LAB}")'
    page.wait_for_selector(row, timeout=30_000)
    assert "Success" in click_and_wait(page, f"{row} td.assign a, {row} td.generate a")
    assert "Success" in click_and_wait(page, f"{row} td.release a")

    # The student fetches it.
    (student.state / "profile.json").write_text(json.dumps({"student_id": STUDENT}), encoding="utf-8")
    assignment_list(page, student)
    page.get_by_role("button", name="Fetch").first.click()
    page.get_by_role("button", name="Submit").first.wait_for(timeout=30_000)
    released = student.root / "labs" / LAB / f"{LAB}.ipynb"
    assert "BEGIN SOLUTION" not in released.read_text(encoding="utf-8")

    # A wrong answer fails its check with one sentence; mended, the check is quiet.
    source = teacher.root / "autograder" / "source" / LAB / f"{LAB}.ipynb"
    fill_from_source(student.root, source, skip={"l06-t02-csat"})
    open_notebook(page, student, f"labs/{LAB}/{LAB}.ipynb", "work")
    run_all(page)
    said = errors(page)
    assert said and all("还没有作答" in text and "Traceback" not in text for text in said)
    answer = page.locator(".jp-CodeCell", has_text="csat_share = ...").first
    reveal(page, answer)
    type_answer(page, answer, "csat_share, csat_low, csat_high = 74.2, 0.7, 0.8")
    run_all(page)
    assert any("csat_share" in text and "Traceback" not in text for text in errors(page))
    type_answer(page, page.locator(".jp-CodeCell", has_text="csat_share, csat_low").first,
                'result = satisfaction.csat(data.survey["csat"])\ncsat_share, csat_low, csat_high = result.share, result.low, result.high')  # fmt: skip
    run_all(page)
    assert errors(page) == []
    page.keyboard.press("Control+s")
    page.wait_for_timeout(1500)

    # Validate, then hand in.
    page.locator(".jp-NotebookPanel-toolbar").get_by_text("Validate").first.click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text(re.compile("Success|passed", re.I)).first.wait_for(timeout=90_000)
    dialog.locator("button").last.click()
    assignment_list(page, student)
    page.get_by_role("button", name="Submit").first.click()
    page.wait_for_timeout(3000)

    # The teacher collects, grades and marks the written answer.
    formgrader(page, teacher)
    page.wait_for_selector(row, timeout=30_000)
    assert "Success" in click_and_wait(page, f"{row} td.collect a")
    formgrader(page, teacher, f"/manage_submissions/{LAB}")
    mine = f'tr:has-text("{STUDENT}")'
    page.wait_for_selector(mine, timeout=30_000)
    assert "Success" in click_and_wait(page, f"{mine} td.autograde a")
    formgrader(page, teacher, f"/gradebook/{LAB}/{LAB}")
    page.locator("td a", has_text=re.compile("Submission|" + STUDENT)).first.click()
    # The boxes are filled by later requests.
    marks = "() => [...document.querySelectorAll('input.score')].map(i => Number(i.value || i.placeholder || 0))"
    page.wait_for_function(f"() => ({marks})().some(mark => mark > 0)", timeout=30_000)
    page.wait_for_timeout(1500)
    scores = page.evaluate(marks)
    assert 80 <= sum(scores) < 100  # all but the written answer
    written = page.locator("input.score").last
    written.fill("8")
    written.press("Tab")
    page.locator("textarea.comment").last.fill("先补货抓得准；再写一句怎样验证。")
    page.locator("textarea.comment").last.press("Tab")
    page.wait_for_timeout(2500)
    formgrader(page, teacher, "/manage_assignments")
    page.wait_for_selector(row, timeout=30_000)
    assert "Success" in click_and_wait(page, f"{row} td.generate-feedback a")
    assert "Success" in click_and_wait(page, f"{row} td.release-feedback a")

    # The student fetches and reads it.
    assignment_list(page, student)
    page.get_by_role("button", name="Fetch Feedback").first.click()
    page.wait_for_timeout(3000)
    fetched = list((student.root / "labs" / LAB / "feedback").rglob("*.html"))
    assert len(fetched) == 1
    feedback = teacher.root / "autograder" / "feedback" / STUDENT / LAB / f"{LAB}.html"
    page.goto(fetched[0].as_uri())
    text = fetched[0].read_text(encoding="utf-8")
    assert text == feedback.read_text(encoding="utf-8")
    assert "先补货抓得准" in text and "BEGIN HIDDEN" not in text
