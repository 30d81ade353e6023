"""Feedback pages in Chinese that need no network: a table of tasks, then the student's work with its marks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbgrader import utils
from nbgrader.api import Gradebook
from traitlets.config import Config

TEMPLATES = Path(__file__).resolve().parent / "templates"

_TAGS = """a b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s span strong sub sup
table tbody td tfoot th thead tr u ul""".split()
_DROPPED = re.compile(r"<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_DELIMITER = re.compile(r"^=== (BEGIN|END) MARK SCHEME ===$\n?", re.MULTILINE)


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "src":  # pictures inside the page only: it must open offline and call nobody
        return tag == "img" and value.startswith("data:image/")
    if name == "href":
        return value.startswith(("#", "http://", "https://"))
    return name in ("class", "id", "title", "alt", "colspan", "rowspan", "width", "height")


def clean_html(text: str) -> str:
    """Return HTML without anything that runs: what a student wrote is opened on the teacher's machine too.

    Examples
    --------
    >>> clean_html('<p onclick="x()">好<script>x()</script></p>')
    '<p>好</p>'
    """
    cleaner = SanitizeHTML()
    cleaner.tags, cleaner.attributes, cleaner.strip = _TAGS, _allowed, True
    return str(cleaner.sanitize_html_tags(_DROPPED.sub("", text)))


class ChineseFeedback(HTMLExporter):
    """What ``nbgrader generate_feedback`` writes, put in place by ``GenerateFeedback.exporter_class``."""

    def __init__(self, config: Config | None = None, **kwargs: Any) -> None:
        # nbgrader sets its own English template on HTMLExporter; the section of this more specific class wins.
        own = Config(config or {})
        own.ChineseFeedback.template_name = "feedback_zh"
        own.ChineseFeedback.extra_template_basedirs = [str(TEMPLATES)]
        own.ChineseFeedback.sanitize_html = True
        own.ChineseFeedback.exclude_input_prompt = True
        own.ChineseFeedback.exclude_output_prompt = True
        own.ChineseFeedback.exclude_anchor_links = True
        super().__init__(config=own, **kwargs)  # type: ignore[no-untyped-call]

    def default_filters(self) -> Iterable[tuple[str, Any]]:
        """Replace nbconvert's cleaning of HTML, which takes out paragraphs and table heads as well."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "clean_html", clean_html

    def _preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        nb, resources = super()._preprocess(nb, resources)  # type: ignore[no-untyped-call]
        known = resources["nbgrader"]
        with Gradebook(known["db_url"]) as gradebook:
            submission = gradebook.find_submission_notebook(known["notebook"], known["assignment"], known["student"])
            waiting = {grade.name for grade in submission.grades if grade.needs_manual_grade}
        known["title"], known["tasks"] = _tasks(nb, waiting)
        known["waiting"] = bool(waiting)
        return nb, resources


@dataclass
class Task:
    """A second-level heading and the marks under it."""

    title: str
    score: float = 0
    points: float = 0
    waiting: bool = False

    @property
    def label(self) -> str:
        """The result in a word."""
        return label(self.score, self.points, waiting=self.waiting)


def _tasks(nb: Any, waiting: set[str]) -> tuple[str, list[Task]]:
    """Title of the notebook and its tasks with marks; graded cells get their label on the way."""
    title, tasks = "", [Task("其他")]
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = _DELIMITER.sub("", cell.source)
            for line in cell.source.splitlines():
                if line.startswith("# ") and not title:
                    title = line[2:].strip()
                elif line.startswith("## "):
                    tasks.append(Task(heading(line)))
        if utils.is_grade(cell):
            mark, task = cell.metadata.nbgrader, tasks[-1]
            score, points = float(mark.get("score") or 0), float(mark["points"])
            pending = mark["grade_id"] in waiting
            mark["label"] = label(score, points, waiting=pending)
            task.score, task.points, task.waiting = task.score + score, task.points + points, task.waiting or pending
    return title, [task for task in tasks if task.points > 0]


def heading(line: str) -> str:
    """Return a second-level heading without the marks and minutes behind it.

    Examples
    --------
    >>> heading("## 任务 7　多选：先改哪几样（8 分，约 6 分钟）")
    '任务 7\u3000多选：先改哪几样'
    """
    return re.sub(r"（[^（）]*）$", "", line.removeprefix("## ").strip())


def label(score: float, points: float, *, waiting: bool) -> str:
    """Return a word for a mark, so that colour never stands alone.

    Examples
    --------
    >>> label(4, 4, waiting=False), label(1, 4, waiting=False), label(0, 4, waiting=False), label(0, 4, waiting=True)
    ('全对', '部分得分', '没有得分', '等老师批改')
    """
    if waiting:
        return "等老师批改"
    if score >= points:
        return "全对"
    return "部分得分" if score > 0 else "没有得分"
