"""The page of a short lesson, opened from the disk: keys, buttons, and nothing fetched."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crmlab import lessons
from tests.browser.lab import violations

pytestmark = pytest.mark.browser


def test_lesson_page_plays(page: Page, tmp_path: Path):
    """Does the page step by key and button, play to the end, and load nothing?"""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    file = lessons.write_page(6, tmp_path / "lesson.html")
    page.clock.install()
    page.goto(file.as_uri())
    steps = [step.says for step in lessons.lesson(6).steps]
    says, picture = page.locator("#says"), page.locator("#picture")
    expect(says).to_have_text(steps[0])
    first = picture.get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(says).to_have_text(steps[1])
    assert picture.get_attribute("src") != first
    assert picture.evaluate("(e) => e.naturalWidth") == 720
    page.get_by_role("button", name="上一步").click()
    expect(says).to_have_text(steps[0])
    expect(page.get_by_role("button", name="上一步")).to_be_disabled()
    page.get_by_role("button", name="播放").click()
    expect(page.get_by_role("button", name="暂停")).to_be_visible()
    page.clock.run_for(60_000)
    expect(says).to_have_text(steps[-1])
    page.get_by_role("button", name="重放").click()
    expect(says).to_have_text(steps[0])
    page.get_by_role("button", name="暂停").click()
    page.clock.run_for(60_000)
    expect(says).to_have_text(steps[0])
    assert violations(page, "main") == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
