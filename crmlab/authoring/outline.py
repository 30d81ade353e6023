"""The whole course as data: reading and checking ``chapters/outline.toml``."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crmlab._checks import listing, nearest
from crmlab.paths import project_root

Status = Literal["ready", "planned"]
NotebookKind = Literal["section", "case", "lab"]
RowKind = Literal["section", "case", "exercise", "quiz", "extra"]

STATUSES = ("ready", "planned")
NOTEBOOK_KINDS = ("section", "case", "lab")
ROW_KINDS = ("section", "case", "exercise", "quiz", "extra")
CASE_KINDS = ("案例导入", "案例链接", "案例分析", "综合案例")
OUTLINE = "chapters/outline.toml"
SLUG = re.compile(r"[a-z][a-z0-9_]*")
_FOLDER = re.compile(r"\d{2}_[a-z][a-z0-9_]*")


class OutlineError(ValueError):
    """大纲文件 ``chapters/outline.toml`` 写错了；消息说错在哪里、该怎样改。"""


@dataclass(frozen=True)
class Row:
    """大纲的一行：课程里必须讲到的一件事。

    Attributes
    ----------
    id : str
        行号，如 ``"S6.2.2"``；讲这件事的单元格用它作标签。
    kind : {"section", "case", "exercise", "quiz", "extra"}
        小节、案例、习题、测验或拓展。
    title : str
        给读者看的中文标题。
    notebook : str
        讲这件事的笔记本的 id。
    """

    id: str
    kind: RowKind
    title: str
    notebook: str


@dataclass(frozen=True)
class Notebook:
    """一本笔记本：一课、一个案例或一个实训。

    Attributes
    ----------
    id : str
        如 ``"6-2"``、``"c06_afu"``、``"lab06_satisfaction"``。
    kind : {"section", "case", "lab"}
        课、案例或实训。
    title : str
        中文标题。
    file : str
        从课程根目录起的路径，用 ``/`` 分隔。
    minutes : int
        大约要用的分钟数。
    case : str or None
        案例的类别：案例导入、案例链接、案例分析或综合案例；不是案例时为 None。
    """

    id: str
    kind: NotebookKind
    title: str
    file: str
    minutes: int
    case: str | None = None


@dataclass(frozen=True)
class Chapter:
    """一章。

    Attributes
    ----------
    number : int
        章号。
    slug : str
        章目录名，如 ``"06_satisfaction"``。
    topic : str
        对应的 crmlab 主题模块名，如 ``"satisfaction"``。
    title : str
        中文标题，不带“第几章”。
    status : {"ready", "planned"}
        写完的章是 ready；planned 的章不给学生看，也不检查文件。
    notebooks : tuple of Notebook
        本章的课、案例和实训。
    rows : tuple of Row
        本章必须讲到的各行。
    """

    number: int
    slug: str
    topic: str
    title: str
    status: Status
    notebooks: tuple[Notebook, ...]
    rows: tuple[Row, ...]

    @property
    def ready(self) -> bool:
        """本章是否已经写完。"""
        return self.status == "ready"


@dataclass(frozen=True)
class Outline:
    """整门课。

    Attributes
    ----------
    title : str
        课程名。
    index : str
        首页笔记本的路径。
    chapters : tuple of Chapter
        各章，按章号排好。
    """

    title: str
    index: str
    chapters: tuple[Chapter, ...]

    def notebooks(self, *, ready_only: bool = False) -> Iterator[tuple[Chapter, Notebook]]:
        """依次给出每本笔记本和它所在的章。"""
        for chapter in self.chapters:
            if chapter.ready or not ready_only:
                for notebook in chapter.notebooks:
                    yield chapter, notebook

    def rows(self) -> dict[str, Row]:
        """行号到行的对应。"""
        return {row.id: row for chapter in self.chapters for row in chapter.rows}

    def chapter(self, number: int) -> Chapter:
        """按章号取一章。

        Raises
        ------
        OutlineError
            没有这一章。
        """
        for chapter in self.chapters:
            if chapter.number == number:
                return chapter
        raise OutlineError(f"大纲里没有第 {number} 章。现有的章：{listing(c.number for c in self.chapters)}。")


def _fields(table: Any, where: str, wanted: Mapping[str, type], optional: Mapping[str, type]) -> dict[str, Any]:
    """Return the table's values after checking that keys and types are the wanted ones."""
    if not isinstance(table, dict):
        raise OutlineError(f"大纲的{where}应是一组“键 = 值”，现在是 {table!r}。")
    every = {**wanted, **optional}
    for key in table:
        if key not in every:
            raise OutlineError(f"大纲的{where}里有不认识的键 {key}。{nearest(key, every)}可用的键：{listing(every)}。")
    for key in wanted:
        if key not in table:
            raise OutlineError(f"大纲的{where}缺少键 {key}。必须有的键：{listing(wanted)}。")
    words = {str: "文字", int: "整数", list: "列表", dict: "一组“键 = 值”"}
    for key, value in table.items():
        if type(value) is not every[key]:
            raise OutlineError(f"大纲的{where}的 {key} 应是{words[every[key]]}，现在是 {value!r}。")
        if value == "":
            raise OutlineError(f"大纲的{where}的 {key} 是空的。请填上内容。")
    return {**dict.fromkeys(optional), **table}


def _one_of(where: str, key: str, value: str, valid: tuple[str, ...]) -> None:
    if value not in valid:
        raise OutlineError(
            f"大纲的{where}的 {key} 不能是“{value}”。{nearest(value, valid)}可用的值：{listing(valid)}。"
        )


def _unique(what: str, ids: list[str]) -> None:
    for name in ids:
        if ids.count(name) > 1:
            raise OutlineError(
                f"大纲里{what}“{name}”出现了 {ids.count(name)} 次。每个只能出现一次，请改名或删去重复的。"
            )


def expected_file(chapter_slug: str, notebook_id: str, kind: str) -> str:
    """给出一本笔记本应在的位置；小节只给出开头，后面还要接名字。

    Examples
    --------
    >>> expected_file("06_satisfaction", "c06_afu", "case")
    'cases/c06_afu/case.ipynb'
    >>> expected_file("06_satisfaction", "6-2", "section")
    'chapters/06_satisfaction/6-2_'
    """
    return {
        "section": f"chapters/{chapter_slug}/{notebook_id}_",
        "case": f"cases/{notebook_id}/case.ipynb",
        "lab": f"labs/{notebook_id}/{notebook_id}.ipynb",
    }[kind]


def _notebook(table: Any, where: str, slug: str) -> Notebook:
    values = _fields(table, where, {"id": str, "kind": str, "title": str, "file": str, "minutes": int}, {"case": str})
    where = f"{where}（id = {values['id']}）"
    _one_of(where, "kind", values["kind"], NOTEBOOK_KINDS)
    if values["minutes"] <= 0:
        raise OutlineError(f"大纲的{where}的 minutes 应是正整数，现在是 {values['minutes']}。")
    if values["kind"] == "case":
        _one_of(where, "case", values["case"] or "", CASE_KINDS)
    elif values["case"] is not None:
        raise OutlineError(f"大纲的{where}不是案例，不能有键 case。请删去它，或把 kind 改成 case。")
    file, start = values["file"], expected_file(slug, values["id"], values["kind"])
    if not (file.startswith(start) and file.endswith(".ipynb") and file.isascii()):
        shape = f"{start}名字.ipynb" if values["kind"] == "section" else start
        raise OutlineError(f"大纲的{where}的 file 应是 {shape}，现在是 {file}。")
    return Notebook(**values)


def _chapter(table: Any, where: str) -> Chapter:
    values = _fields(
        table,
        where,
        {"number": int, "slug": str, "topic": str, "title": str, "status": str, "notebook": list, "row": list},
        {},
    )
    number, slug = values["number"], values["slug"]
    where = f"第 {number} 章"
    _one_of(where, "status", values["status"], STATUSES)
    if not _FOLDER.fullmatch(slug) or int(slug[:2]) != number:
        raise OutlineError(f"大纲的{where}的 slug 应是两位章号加英文名，如 {number:02d}_service，现在是 {slug}。")
    notebooks = tuple(_notebook(t, f"{where}第 {i} 本笔记本", slug) for i, t in enumerate(values["notebook"], 1))
    rows = []
    for i, t in enumerate(values["row"], 1):
        row = _fields(t, f"{where}第 {i} 行", {"id": str, "kind": str, "title": str, "notebook": str}, {})
        at = f"{where}第 {i} 行（id = {row['id']}）"
        _one_of(at, "kind", row["kind"], ROW_KINDS)
        _one_of(at, "notebook", row["notebook"], tuple(n.id for n in notebooks))
        rows.append(Row(**row))
    return Chapter(number, slug, values["topic"], values["title"], values["status"], notebooks, tuple(rows))


def parse(text: str) -> Outline:
    """把大纲文件的内容变成数据。

    Parameters
    ----------
    text : str
        ``outline.toml`` 的全文。

    Returns
    -------
    Outline
        检查过的大纲。

    Raises
    ------
    OutlineError
        不是 TOML，缺键、多键、类型不对、id 重复或路径不合规矩。

    Examples
    --------
    >>> parse("[course]")
    Traceback (most recent call last):
    crmlab.authoring.outline.OutlineError: 大纲的顶层缺少键 chapter。必须有的键：course、chapter。
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise OutlineError(f"大纲文件 {OUTLINE} 不合 TOML 的写法：{err}。请对照相邻的行检查引号、逗号和括号。") from err
    top = _fields(tables, "顶层", {"course": dict, "chapter": list}, {})
    course = _fields(top["course"], "[course]", {"title": str, "index": str}, {})
    chapters = tuple(_chapter(t, f"第 {i} 个 [[chapter]]") for i, t in enumerate(top["chapter"], 1))
    _unique("章号", [str(c.number) for c in chapters])
    _unique("笔记本 id ", [n.id for c in chapters for n in c.notebooks])
    _unique("行号", [r.id for c in chapters for r in c.rows])
    return Outline(course["title"], course["index"], tuple(sorted(chapters, key=lambda c: c.number)))


def load(root: Path | None = None) -> Outline:
    """读课程的大纲。

    Parameters
    ----------
    root : Path, optional
        课程根目录；不给时自动查找。

    Returns
    -------
    Outline
        检查过的大纲。

    Raises
    ------
    OutlineError
        文件不存在、不是 UTF-8 编码，或写错。

    Examples
    --------
    >>> load().chapter(6).title
    '客户满意度管理：强化客户认同感的关键举措'
    """
    path = (root or project_root()) / OUTLINE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as err:
        raise OutlineError(f"找不到大纲文件 {OUTLINE}。请确认课程文件夹完整。") from err
    except UnicodeDecodeError as err:
        raise OutlineError(f"大纲文件 {OUTLINE} 不是 UTF-8 编码。请用编辑器另存为 UTF-8。") from err
    return parse(text)
