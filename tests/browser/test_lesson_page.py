"""The pages of the short lessons, opened from the disk: keys, buttons, and nothing fetched."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from crmlab import lessons
from crmlab.lessons._panel import PACE_MS
from tests.browser.lab import violations

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("chapter", lessons.CHAPTERS)
def test_lesson_page_plays(chapter: int, page: Page, tmp_path: Path):
    """Does every chapter's page go on and back by key and button, play, pause and replay, and load nothing?"""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    file = lessons.write_page(chapter, tmp_path / "lesson.html")
    page.clock.install()
    page.goto(file.as_uri())
    steps = [step.says for step in lessons.lesson(chapter).steps]
    says, picture, place = page.locator("#says"), page.locator("#picture"), page.locator("#place")
    back, on = (page.get_by_role("button", name=name) for name in ("上一步", "下一步"))

    def stands_at(number: int) -> str:
        expect(says).to_have_text(steps[number])
        expect(place).to_have_text(f"{number + 1} / {len(steps)}")
        expect(picture).to_have_attribute("alt", steps[number])
        return picture.get_attribute("src") or ""

    # From start to end by the keys: each step another picture; then no further.
    pictures = [stands_at(0)]
    expect(back).to_be_disabled()
    for number in range(1, len(steps)):
        page.keyboard.press("ArrowRight")
        pictures.append(stands_at(number))
    assert len(set(pictures)) == len(steps)
    assert picture.evaluate("(e) => [e.naturalWidth, e.naturalHeight]") == [720, 380]
    expect(on).to_be_disabled()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert stands_at(len(steps) - 2) == pictures[-2]
    back.click()
    stands_at(len(steps) - 3)
    on.click()
    stands_at(len(steps) - 2)
    # Play to the end, replay, pause: the button is reached and pressed by the keyboard alone.
    play = page.get_by_role("button", name=re.compile("播放|暂停|重放"))
    expect(play).to_have_text("播放")
    play.focus()
    page.keyboard.press("Enter")
    expect(play).to_have_text("暂停")
    page.clock.run_for(PACE_MS + 10)
    stands_at(len(steps) - 1)
    expect(play).to_have_text("重放")
    page.keyboard.press("Space")
    stands_at(0)
    page.clock.run_for(PACE_MS + 10)
    stands_at(1)
    page.keyboard.press("Space")
    expect(play).to_have_text("播放")
    page.clock.run_for(3 * PACE_MS)
    assert stands_at(1) == pictures[1]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_lesson_page_is_accessible(page: Page, tmp_path: Path):
    """Does axe find nothing in the page, which but for words and pictures is the same in all chapters?"""
    page.goto(lessons.write_page(6, tmp_path / "lesson.html").as_uri())
    assert violations(page, "main") == []
