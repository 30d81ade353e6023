"""The teachers' pages: their links lead somewhere, and the plan of 64 lessons agrees with the outline."""

import re
from pathlib import Path

import pytest

from crmlab import cases
from crmlab.authoring import outline
from crmlab.paths import project_root

ROOT = project_root()
PAGES = ROOT / "docs" / "teaching"
CHAPTERS = sorted(PAGES.glob("chapter*.md"))
WEEKS, LESSONS, LESSON_MIN = 16, 4, 45
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# An item of the plan: a notebook's link (or, before it is written, its id), then its minutes.
ITEM = re.compile(r"(?:(?:\[[^\]]*\]\((?P<link>[^)]+)\)|[^|（、]+（`(?P<id>\w+)`）) )?(?P<minutes>\d+) 分")


def text_of(page):
    return page.read_text(encoding="utf-8")


def notebooks():
    """Return the outline's notebooks by id."""
    return {book.id: book for _, book in outline.load().notebooks()}


def items(text, separator):
    """Return (notebook id or None, minutes) of each item of a lesson, or of a week's homework."""
    by_file = {book.file: name for name, book in notebooks().items()}
    found = []
    for part in text.split(separator):
        item = ITEM.match(part.strip())
        assert item, part
        file = item["link"] and (PAGES / item["link"]).resolve().relative_to(ROOT.resolve()).as_posix()
        found.append((by_file[file] if file else item["id"], int(item["minutes"])))
    return found


@pytest.fixture(scope="module")
def plan():
    """Return the plan's weeks, each with its lessons and its homework."""
    weeks = []
    for part in re.split(r"^## 第 \d+ 周：.*$", text_of(PAGES / "plan.md").partition("\n## 对账")[0], flags=re.M)[1:]:
        lessons = re.findall(r"^\| \d+\.\d \| (.*) \|$", part, re.M)
        homework = re.search(r"^\*\*课后\*\* (?:(.*)。必做 (\d+) 分钟。|无。)$", part, re.M)
        weeks.append(([items(lesson, "；<br>") for lesson in lessons], homework))
    return weeks


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    """Is there a file, and in it the heading, behind every relative link?"""
    for link in LINK.findall(text_of(page)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, heading = link.partition("#")
        target = (page.parent / name) if name else page
        assert target.exists(), link
        if heading:
            headings = [re.sub(r"\W", "", line) for line in re.findall(r"^#+ (.*)$", text_of(target), re.M)]
            assert re.sub(r"\W", "", heading) in headings, link


def test_every_chapter_has_its_page():
    """Is there one page a chapter, short enough to read before a lesson, linked from the contents?"""
    contents = set(LINK.findall(text_of(PAGES / "README.md")))
    assert {f"chapter{chapter.number:02d}.md" for chapter in outline.load().chapters} == {p.name for p in CHAPTERS}
    assert {p.name for p in PAGES.glob("*.md")} - {"README.md"} <= contents
    assert max(text_of(page).count("\n") for page in CHAPTERS) <= 150
    assert "docs/teaching/README.md" in LINK.findall(text_of(ROOT / "README.md"))


def test_lessons_fill_their_time(plan):
    """Has each of 16 weeks four lessons of 45 minutes?"""
    minutes = [[sum(m for _, m in lesson) for lesson in lessons] for lessons, _ in plan]
    assert minutes == [[LESSON_MIN] * LESSONS] * WEEKS
    assert f"**{WEEKS * LESSONS * LESSON_MIN:,}**" in text_of(PAGES / "plan.md")


def test_plan_agrees_with_the_outline(plan):
    """Are the minutes of every notebook those of the outline, in class and at home together?"""
    books = notebooks()
    at_school, at_home = dict.fromkeys(books, 0), dict.fromkeys(books, 0)
    for lessons, homework in plan:
        for name, minutes in (pair for lesson in lessons for pair in lesson if pair[0]):
            at_school[name] += minutes
        if homework[1]:
            parts = homework[1].split("、")
            for name, minutes in items(homework[1], "、"):
                at_home[name] += minutes
            must = sum(int(ITEM.match(part)["minutes"]) for part in parts if not part.endswith("（选）"))
            assert must == int(homework[2])
    assert {name: at_school[name] + at_home[name] for name in books} == {n: b.minutes for n, b in books.items()}

    balance = text_of(PAGES / "plan.md").partition("\n## 对账")[2]
    rows = re.findall(r"^\| `([\w-]+)` \| (\d+) \| (\d+)(?:（选）)? \| (\d+) \|$", balance, re.M)
    expected = [(n, str(at_school[n]), str(at_home[n]), str(book.minutes)) for n, book in books.items()]
    assert rows == expected
    totals = sum(at_school.values()), sum(at_home.values()), sum(book.minutes for book in books.values())
    assert "| **全部** | " + " | ".join(f"**{total}**" for total in totals) + " |" in balance


def test_ready_notebooks_are_linked():
    """Does the plan link to every notebook of the chapters that students see?"""
    linked = {(PAGES / link).resolve() for link in LINK.findall(text_of(PAGES / "plan.md"))}
    ready = outline.load().notebooks(ready_only=True)
    assert [book.id for _, book in ready if (ROOT / book.file).resolve() not in linked] == []


@pytest.fixture(scope="module")
def parameters():
    """Return each case's parameters by name."""
    return {case.id: {parameter.name: parameter for parameter in case.parameters} for case in cases.list_cases()}


@pytest.mark.parametrize("page", CHAPTERS, ids=lambda page: page.stem)
def test_parameters_worth_changing_exist(page, parameters):
    """Is every parameter the page changes one of that case's, and the value one that the case takes?"""
    table = text_of(page).partition("## 课堂上值得改的参数")[2].partition("\n## ")[0]
    case, tried = None, 0
    for row in re.findall(r"^\|.*\|$", table, re.M):
        named, changed, *_ = row.strip("|").split("|")
        link = LINK.search(named)
        case = Path(link[1]).parent.name if link else case
        for parameter, value in re.findall(r"`(\w+)=([^`]+)`", changed):
            parameters[case][parameter].read(value)
            tried += 1
    assert tried >= 4
