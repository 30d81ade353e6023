"""Feedback pages in Chinese that need no network: a table of tasks, then the student's work with its marks.

What a page says of a check is what a student may read: no line of a hidden test, nothing it compares with. The
engine's note on the submission (``crmgrade.json``), where there is one, adds how the run ended and what was repaired.
"""

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

from autograder.engine import hidden, shelf

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
        note = _note(Path(resources["metadata"].get("path") or "."), known["notebook"])
        known["outcome"], known["repairs"] = note["outcome"], note["repairs"]
        _hide(nb)
        known["title"], known["tasks"] = _tasks(nb, waiting, note["cells"])
        known["waiting"] = bool(waiting)
        return nb, resources


def _note(folder: Path, notebook: str) -> dict[str, Any]:
    """Return what the engine noted on a submission: how it ended, what was repaired, each check's status."""
    note = shelf.note_of(folder) or {}
    result = note.get("result") or {}
    outcome = result.get("outcome") or {"code": "graded", "message": ""}
    found = (result.get("notebooks") or {}).get(notebook) or {"cells": {}, "repairs": []}
    return {
        "outcome": outcome["message"] if outcome["code"] != "graded" else "",
        "repairs": [repair["message"] for repair in found["repairs"]],
        "cells": found["cells"],
    }


def _hide(nb: Any) -> None:
    """Give every check the words that a student may read, and take hidden tests out of everything that is shown."""
    checks = {c.execution_count: c.source for c in nb.cells if c.cell_type == "code" and c.get("execution_count")}
    lines = hidden.secrets(cell.source for cell in nb.cells)
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and is_check(cell):
                output.evalue = hidden.told(output, checks)
            if output.output_type == "error" and output.ename == "KeyboardInterrupt":
                output.traceback = [f"{output.evalue}检查有没有停不下来的循环。"]
            elif output.output_type == "error":
                output.traceback = [hidden.without(line, lines) for line in output.traceback]
                output.evalue = hidden.without(output.evalue, lines)
            elif output.output_type == "stream":
                output.text = hidden.without(output.text, lines)
            else:
                output.data = {k: hidden.without(v, lines) if isinstance(v, str) else v for k, v in output.data.items()}
        left_out = hidden.hidden_lines(cell.source)
        if left_out:
            kept = [line for number, line in enumerate(cell.source.splitlines(), 1) if number not in left_out]
            cell.source = "\n".join(kept)


def is_check(cell: Any) -> bool:
    """Return whether a cell is a test of the teacher's, not an answer that is marked by hand."""
    return cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell)


def words_of(cell: Any) -> list[str]:
    """Return what a check said: what it printed, then the sentence it ended with (warnings are not for the student)."""
    said = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            said.append(output.text.rstrip())
        elif output.output_type == "error":
            own = output.ename in {"NotYet", "AssertionError", "Stopped", "CellTimeoutError"}
            sentence = output.evalue if own or output.evalue == hidden.NOT_PASSED else ""
            said.append(sentence or "：".join(filter(None, (output.ename, output.evalue))))
    return [line for line in said if line]


def advice(score: float, points: float, status: str, said: list[str]) -> str:
    """Return the next step after a check that did not give all its points.

    Examples
    --------
    >>> advice(4, 4, "passed", [])
    ''
    >>> advice(0, 4, "failed", ["隐藏的检查没有通过。"])
    '看得见的检查都过了，换一种情形就不对。对照题目逐条核对算法，想一想缺失值、边界值和次序。'
    """
    if score >= points:
        return ""
    if status == "timed_out":
        return "找一找停不下来的循环或重复的计算，改好以后点“重启并运行所有单元格”，看多久能跑完。"
    if status == "not_run":
        return "先改好让程序停下来的那个单元格，再从头运行一遍。"
    if hidden.NOT_PASSED in said:
        return "看得见的检查都过了，换一种情形就不对。对照题目逐条核对算法，想一想缺失值、边界值和次序。"
    if score > 0:
        return "上面没有得满分的那几项，对照题目的要求再算一遍。"
    if not said:
        return "对照题目的要求，核对答案的变量名、类型和算法。"
    return "按上面的话改答题单元格，再点“重启并运行所有单元格”，到这个检查不再报错。"


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


def _tasks(nb: Any, waiting: set[str], noted: dict[str, Any]) -> tuple[str, list[Task]]:
    """Title of the notebook and its tasks with marks; graded cells get their words on the way."""
    title, tasks = "", [Task("其他")]
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = _DELIMITER.sub("", cell.source)
            for line in cell.source.splitlines():
                if line.startswith("# ") and not title:
                    title = line[2:].strip()
                elif line.startswith("## "):
                    tasks.append(Task(heading(line)))
        if utils.is_grade(cell) or utils.is_task(cell):
            mark, task = cell.metadata.nbgrader, tasks[-1]
            score, points = float(mark.get("score") or 0), float(mark["points"])
            pending = mark["grade_id"] in waiting
            mark["label"] = label(score, points, waiting=pending)
            task.score, task.points, task.waiting = task.score + score, task.points + points, task.waiting or pending
            if is_check(cell):
                found = noted.get(mark["grade_id"], {})
                status, message = found.get("status", ""), found.get("message", "")
                mark["said"] = [message] if status in {"timed_out", "not_run"} else words_of(cell)
                mark["next"] = "" if pending else advice(score, points, status, mark["said"])
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
