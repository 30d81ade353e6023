"""New sections, cases and labs: one set of files that passes the checks at once. Nothing is ever overwritten."""

import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlab.authoring import outline as outlines
from crmlab.authoring.normalise import normal_form, process
from crmlab.authoring.outline import Chapter, Notebook, OutlineError, Row, expected_file
from crmlab.authoring.outline_edit import with_entries
from crmlab.authoring.starters import case as case_starter
from crmlab.authoring.starters import lab as lab_starter
from crmlab.authoring.starters import section as section_starter
from crmlab.authoring.starters.cell import Cell
from crmlab.paths import project_root

_SECTION = re.compile(r"(\d+)-(\d+)_([a-z][a-z0-9_]*)")
_CASE = re.compile(r"c(\d\d)_[a-z][a-z0-9_]*")
_LAB = re.compile(r"lab(\d\d)_[a-z]+(_[a-z]+)*")


class ScaffoldError(ValueError):
    """不能新建；消息说原因和下一步。什么都没有写。"""


@dataclass(frozen=True)
class Plan:
    """要新建的东西：大纲里的条目，和文件名到内容。"""

    chapter: Chapter
    notebook: Notebook
    rows: tuple[Row, ...]
    listed: bool
    files: dict[str, str]


def new_section(name: str, *, title: str | None = None, minutes: int = 45) -> list[str]:
    """新建一课：笔记本（已运行）和练习文件，并写进大纲。

    Parameters
    ----------
    name : str
        章号-课号_英文名，如 ``"6-4_review"``。大纲里已经计划好的课写大纲里的名字。
    title : str, optional
        中文标题；大纲里已有时不用写。
    minutes : int
        大约几分钟；大纲里已有时不用。

    Returns
    -------
    list of str
        新建的文件，从课程根目录起。

    Raises
    ------
    ScaffoldError
        名字不合规矩，或已经有了；什么都没有写。
    """
    found = _parts(_SECTION, name, "课的名字应写成 章号-课号_英文名，如 6-4_review")
    number, part = int(found[1]), int(found[2])
    notebook_id = f"{number}-{part}"

    def plan(chapter: Chapter, notebook: Notebook, rows: tuple[Row, ...]) -> dict[str, str]:
        heading = f"{number}.{part} {notebook.title}"
        cells = section_starter.section_cells(notebook_id, heading, notebook.minutes, [(r.id, r.title) for r in rows])
        folder = f"chapters/{chapter.slug}"
        return {
            notebook.file: _notebook_text(cells),
            f"{folder}/practice_{notebook_id}.toml": section_starter.section_practice(notebook_id),
        }

    def listing(chapter: Chapter) -> tuple[Notebook, tuple[Row, ...]]:
        own = _title(title, f"新的一课（{found[3]}）")
        file = f"{expected_file(chapter.slug, notebook_id, 'section')}{found[3]}.ipynb"
        row = Row(f"S{number}.{part}", "section", f"{number}.{part} {own}", notebook_id)
        return Notebook(notebook_id, "section", own, file, minutes), (row,)

    made = _plan(number, notebook_id, listing, plan)
    if Path(made.notebook.file).stem != name:
        raise ScaffoldError(f"大纲里 {notebook_id} 的名字是 {Path(made.notebook.file).stem}。请照它写，或换一个课号。")
    return _create(made, [made.notebook.file])


def new_case(name: str, *, title: str | None = None, case: str = "案例链接", minutes: int = 45) -> list[str]:
    """新建一个案例：笔记本（已运行）、数据和生成脚本、数据说明、练习文件，并写进大纲。

    Parameters
    ----------
    name : str
        案例目录名，如 ``"c06_teashop"``。
    title : str, optional
        中文标题；大纲里已有时不用写。
    case : {"案例导入", "案例链接", "案例分析", "综合案例"}
        类别；大纲里已有时不用。
    minutes : int
        大约几分钟；大纲里已有时不用。

    Returns
    -------
    list of str
        新建的文件，从课程根目录起。

    Raises
    ------
    ScaffoldError
        名字不合规矩，或已经有了；什么都没有写。
    """
    found = _parts(_CASE, name, "案例的名字应写成 c 加两位章号、下划线、英文名，如 c06_teashop")
    number = int(found[1])

    def plan(chapter: Chapter, notebook: Notebook, rows: tuple[Row, ...]) -> dict[str, str]:
        row, folder = rows[0].id, f"cases/{name}"
        cells = case_starter.case_cells(name, row, str(notebook.case), notebook.title, notebook.minutes)
        return {
            notebook.file: _notebook_text(cells),
            f"{folder}/make_data.py": case_starter.CASE_MAKE_DATA,
            f"{folder}/datasheet.md": case_starter.CASE_DATASHEET.replace("TITLE", notebook.title),
            f"{folder}/practice_case.toml": case_starter.case_practice(name, row),
        }

    def listing(chapter: Chapter) -> tuple[Notebook, tuple[Row, ...]]:
        own = _title(title, f"新的案例（{name[4:]}）")
        taken = {row.id for row in chapter.rows}
        row_id = next(f"K{number}.L{i}" for i in range(1, 1000) if f"K{number}.L{i}" not in taken)
        notebook = Notebook(name, "case", own, f"cases/{name}/case.ipynb", minutes, case)
        return notebook, (Row(row_id, "case", own, name),)

    made = _plan(number, name, listing, plan)
    return _create(made, [made.notebook.file], data=f"cases/{name}")


def new_lab(name: str, *, title: str | None = None, minutes: int = 90) -> list[str]:
    """新建一个实训：教师的源笔记本、按学号生成数据的模块、发给学生的笔记本，并写进大纲。

    Parameters
    ----------
    name : str
        实训名，如 ``"lab06_nps"``。
    title : str, optional
        中文标题；大纲里已有时不用写。
    minutes : int
        大约几分钟；大纲里已有时不用。

    Returns
    -------
    list of str
        新建的文件，从课程根目录起。

    Raises
    ------
    ScaffoldError
        名字不合规矩，已经有了，或这台电脑上没有教师的部分；什么都没有写。
    """
    found = _parts(_LAB, name, "实训的名字应写成 lab 加两位章号、下划线、英文名（不含数字），如 lab06_nps")
    root = project_root()
    if not (root / "autograder" / "nbgrader_config.py").is_file():
        raise ScaffoldError("这里没有教师的部分（autograder 目录），不能新建实训。请在教师的课程文件夹里运行。")
    number = int(found[1])

    def plan(chapter: Chapter, notebook: Notebook, rows: tuple[Row, ...]) -> dict[str, str]:
        cells = lab_starter.lab_cells(name, notebook.title, notebook.minutes)
        return {
            f"autograder/source/{name}/{name}.ipynb": _notebook_text(cells),
            f"crmlab/labdata/{name}.py": lab_starter.LAB_DATA.replace("LAB", name),
        }

    def listing(chapter: Chapter) -> tuple[Notebook, tuple[Row, ...]]:
        own = _title(title, f"新的实训（{name[6:]}）")
        return Notebook(name, "lab", own, f"labs/{name}/{name}.ipynb", minutes), ()

    made = _plan(number, name, listing, plan)
    _refuse_existing([made.notebook.file])
    return _create(made, [], release=name)


def _plan(
    number: int,
    notebook_id: str,
    listing: Callable[[Chapter], tuple[Notebook, tuple[Row, ...]]],
    content: Callable[[Chapter, Notebook, tuple[Row, ...]], dict[str, str]],
) -> Plan:
    """Take the notebook from the outline, or make its entry; refuse what exists."""
    course = outlines.load()
    known = next(((c, n) for c, n in course.notebooks() if n.id == notebook_id), None)
    chapter = known[0] if known else course.chapter(number)
    if known:
        notebook, rows = known[1], tuple(r for r in chapter.rows if r.notebook == notebook_id)
    else:
        notebook, rows = listing(chapter)
    files = content(chapter, notebook, rows)
    _refuse_existing(files)
    return Plan(chapter, notebook, rows, known is not None, files)


def _parts(pattern: re.Pattern[str], name: str, rule: str) -> re.Match[str]:
    """Take a name apart; refuse one that does not follow the rule."""
    found = pattern.fullmatch(name)
    if not found:
        raise ScaffoldError(f"{rule}，你写的是“{name}”。")
    return found


def _refuse_existing(files: Iterable[str]) -> None:
    for file in files:
        if (project_root() / file).exists():
            raise ScaffoldError(f"{file} 已经有了，不会覆盖它。请换一个名字，或先把旧的移走。")


def _title(title: str | None, default: str) -> str:
    text = unicodedata.normalize("NFC", title if title is not None else default).strip()
    if not text or not text.isprintable():
        raise ScaffoldError("标题是空的，或里面有换行等看不见的字符。请写一行中文标题。")
    half = re.search(r"[,;:()?!\"\\]", text)
    if half:
        raise ScaffoldError(f"标题里有半角的“{half.group()}”。标题请用全角标点，如 ，；：（）？！“”。")
    return text


def _notebook_text(cells: list[Cell]) -> str:
    import nbformat

    made = []
    for cell in cells:
        metadata: dict[str, Any] = {"tags": list(cell.tags)} if cell.tags else {}
        if cell.nbgrader:
            metadata["nbgrader"] = cell.nbgrader
        stored: dict[str, Any] = {"cell_type": cell.kind, "id": cell.id, "metadata": metadata, "source": cell.source}
        made.append(stored | ({"execution_count": None, "outputs": []} if cell.kind == "code" else {}))
    notebook = nbformat.from_dict({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    return str(nbformat.writes(normal_form(notebook), version=4, indent=1, ensure_ascii=False)) + "\n"


def _create(plan: Plan, run: list[str], *, data: str | None = None, release: str | None = None) -> list[str]:
    """Write, build and execute everything; on any failure take all of it away again."""
    root = project_root()
    outline_file = root / outlines.OUTLINE
    before = outline_file.read_text(encoding="utf-8")
    after = before if plan.listed else with_entries(before, plan.chapter.number, plan.notebook, plan.rows)
    made: list[Path] = []
    try:
        for file, text in plan.files.items():
            _write(root / file, text, made)
        if data:
            _call([sys.executable, "make_data.py"], root / data, "生成数据")
            made += sorted((root / data).glob("*.csv"))
        if release:
            _release(release, root)
            made.append(root / plan.notebook.file)
        outline_file.write_text(after, encoding="utf-8", newline="\n")
        for file in run:
            process(root / file, run=True)
        if plan.chapter.ready:
            process(root / "index.ipynb", run=True)  # the landing page shows the new notebook
    except BaseException:
        outline_file.write_text(before, encoding="utf-8", newline="\n")
        _take_away(made, plan, root)
        raise
    changed = [] if plan.listed else [outlines.OUTLINE]
    return [path.relative_to(root).as_posix() for path in made] + changed


def _write(path: Path, text: str, made: list[Path]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        made.append(path)
        file.write(text)


def _take_away(made: list[Path], plan: Plan, root: Path) -> None:
    for path in [*made, root / plan.notebook.file]:
        path.unlink(missing_ok=True)
    for folder in sorted({p.parent for p in made}, reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _call(command: list[str], folder: Path, step: str, environment: dict[str, Any] | None = None) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["没有说明"])[-1]
        raise ScaffoldError(f"{step}没有成功：{last}")


def _release(name: str, root: Path) -> None:
    """Build the students' notebook with nbgrader, without touching the teacher's gradebook."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder, 'gradebook.db').as_posix()}"
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        _call(
            [sys.executable, "-m", "nbgrader", "generate_assignment", name, f"--CourseDirectory.db_url={database}"],
            root / "autograder",
            "生成学生用的笔记本",
            {**os.environ, "PATH": path, "PYTHONUTF8": "1"},
        )


__all__ = ["OutlineError", "ScaffoldError", "new_case", "new_lab", "new_section"]
