"""Write the gradebook's marks to an Excel file: ``python -m autograder.export_marks marks.xlsx``."""

import io
import re
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from autograder.engine.shelf import note_of
from autograder.feedback import heading
from autograder.inputs import course_folder, read_roster
from crmlab import _click_zh
from crmlab._checks import listing, nearest
from crmlab._files import write_atomic

HEADINGS = ["学号", "姓名", "状态", "得分", "满分", "提交时间（北京）"]
_BEIJING = timedelta(hours=8)


def task_titles(notebook: Path) -> dict[str, str]:
    """Return, for every graded cell of a source notebook, the second-level heading it stands under."""
    import nbformat

    titles: dict[str, str] = {}
    current = "其他"
    for cell in nbformat.read(notebook, as_version=4).cells:
        line = re.search(r"^## .+$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        current = heading(line.group()) if line else current
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade"):
            titles[mark["grade_id"]] = current
    return titles


def lab_rows(gradebook: Any, course: Path, lab: str, people: dict[str, str]) -> tuple[list[str], list[list[Any]]]:
    """Return the headings and one row per student for a lab.

    Parameters
    ----------
    gradebook : nbgrader.api.Gradebook
        The open gradebook.
    course : Path
        The teacher's folder.
    lab : str
        Name of the lab, known to the gradebook.
    people : dict of str to str
        Student number to name; students without a submission are listed too.

    Returns
    -------
    tuple of (list of str, list of list)
        Headings and rows, by student number.
    """
    titles = task_titles(course / "source" / lab / f"{lab}.ipynb")
    tasks = list(dict.fromkeys(titles.values()))
    submissions = {s.student.id: s for s in gradebook.assignment_submissions(lab)}
    received = {p.parent.name for p in (course / "submitted").glob(f"*/{lab}") if p.is_dir()}
    full = float(gradebook.find_assignment(lab).max_score)
    rows = []
    for number in sorted(set(submissions) | received | set(people)):
        submission = submissions.get(number)
        if submission is None:
            state = "收到了，还没有自动评分" if number in received else "没有交"
            rows.append([number, people.get(number, ""), state, None, full, None, *[None] * len(tasks)])
            continue
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        by_task = dict.fromkeys(tasks, 0.0)
        for grade in grades:
            by_task[titles.get(grade.name, tasks[-1])] += float(grade.score or 0)
        when = submission.timestamp + _BEIJING if submission.timestamp else None
        score = float(submission.score) - float(submission.late_submission_penalty or 0)
        state = _state(grades, course / "autograded" / number / lab)
        marks = [None] * len(tasks) if state.startswith("自动评分没有") else list(by_task.values())
        total = None if state.startswith("自动评分没有") else max(0.0, score)
        rows.append([number, people.get(number, ""), state, total, full, when, *marks])
    return [*HEADINGS, *tasks], rows


def _state(grades: list[Any], folder: Path) -> str:
    outcome = ((note_of(folder) or {}).get("result") or {}).get("outcome") or {}
    if outcome.get("code") in {"unreadable", "missing"}:
        return f"记 0 分：{outcome['message']}"
    if grades and all(grade.auto_score is None and grade.manual_score is None for grade in grades):
        return "自动评分没有完成（文件读不出，请看 nbgrader autograde 的信息）"
    waiting = sum(bool(grade.needs_manual_grade) for grade in grades)
    return f"还有 {waiting} 题等老师批改" if waiting else "已批完"


def export(
    target: Path, course: Path, lab: str | None, people: dict[str, str], *, force: bool
) -> list[tuple[str, int]]:
    """Write the marks of one lab, or of all, one sheet each; the file appears whole or not at all.

    Returns
    -------
    list of (str, int)
        Labs written and how many students each has.

    Raises
    ------
    ValueError
        文件名不是 .xlsx、文件已经存在、文件夹不存在、没有成绩库，或没有这个实训；消息是一句中文。
    """
    if target.suffix.lower() != ".xlsx":
        raise ValueError(f"成绩表的文件名应以 .xlsx 结尾，你写的是“{target.name}”。")
    if not target.absolute().parent.is_dir():
        raise ValueError(f"文件夹“{target.parent}”不存在。请先建好，或换一个位置。")
    if target.exists() and not force:
        raise ValueError(f"“{target}”已经存在，没有覆盖。换一个文件名，或加 --force。")
    database = course / "gradebook.db"
    if not database.is_file():
        raise ValueError(
            f"“{course}”里还没有成绩库 gradebook.db。请先运行 nbgrader generate_assignment 和 nbgrader autograde。"
        )
    sheets = _read(database, course, lab, people)
    write_atomic(target, _workbook(sheets))
    return [(name, len(rows)) for name, _, rows in sheets]


def _read(
    database: Path, course: Path, lab: str | None, people: dict[str, str]
) -> list[tuple[str, list[str], list[list[Any]]]]:
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import DatabaseError

    try:
        with Gradebook(f"sqlite:///{database}") as gradebook:
            labs = sorted(assignment.name for assignment in gradebook.assignments)
            if lab is not None and lab not in labs:
                raise ValueError(
                    f"成绩库里没有实训“{lab}”。{nearest(lab, labs)}现有的：{listing(labs) or '一个也没有'}。"
                )
            if not labs:
                raise ValueError("成绩库里还没有实训。请先运行 nbgrader generate_assignment 实训名。")
            return [(name, *lab_rows(gradebook, course, name, people)) for name in ([lab] if lab else labs)]
    except DatabaseError:
        raise ValueError(f"“{database}”打不开，它不是完好的成绩库。请从备份恢复。") from None


def _workbook(sheets: list[tuple[str, list[str], list[list[Any]]]]) -> bytes:
    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    book.remove(book.active)
    for lab, headings, rows in sheets:
        sheet = book.create_sheet(lab[:31])
        for at, row in enumerate([headings, *rows], start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(at, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # a name that begins with "=" is a name, not a formula
                if at == 1:
                    cell.font = Font(bold=True)
        for column, name in enumerate(headings, start=1):
            longest = max(
                len(str(v)) for v in [name, *[row[column - 1] for row in rows if row[column - 1] is not None]]
            )
            sheet.column_dimensions[get_column_letter(column)].width = min(44, 2.1 * longest + 2)
        sheet.freeze_panes = "C2"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@click.command(cls=_click_zh.Command)
@click.argument("target", metavar="成绩表", type=click.Path(path_type=Path))
@click.option("--lab", metavar="实训名", help="只导出这一个实训；不给就每个实训一张表。")
@click.option("--roster", metavar="名单", type=click.Path(path_type=Path), help="有 学号、姓名 两列的 .csv 或 .xlsx。")
@click.option("--course", metavar="目录", type=click.Path(path_type=Path), help="教师目录；不给就用现在所在的。")
@click.option("--force", is_flag=True, help="文件已经存在时覆盖。")
def command(target: Path, lab: str | None, roster: Path | None, course: Path | None, force: bool) -> None:
    """把成绩库里的成绩写进 Excel 文件。"""
    people = read_roster(roster) if roster is not None else {}
    for name, students in export(target, course_folder(course), lab, people, force=force):
        click.echo(f"{name}：{students} 名学生 → {target}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return _click_zh.run(command, arguments, "python -m autograder.export_marks")


if __name__ == "__main__":
    sys.exit(main())
