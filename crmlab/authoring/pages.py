"""Notebooks as web pages that open offline: the saved outputs, formulas as MathML, links among the pages.

Nothing is executed, and a page loads nothing: pictures are inside, scripts and pictures from elsewhere are left out.
"""

import posixpath
import re
from collections.abc import Callable, Collection, Iterator
from html import escape, unescape
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from crmlab._checks import listing, nearest
from crmlab._files import write_atomic
from crmlab.authoring import outline
from crmlab.authoring.outline import Outline
from crmlab.cases.page import export
from crmlab.learn._terms import PAGE as GLOSSARY_PAGE
from crmlab.paths import project_root

GLOSSARY = "glossary"
INDEX = "index.html"
_SCRIPT = re.compile(r"<script\b.*?</script\s*>|</?(?:script|link|iframe|object|embed)\b[^>]*>", re.DOTALL | re.I)
_IMAGE = re.compile(r"<img\b[^>]*>", re.I)
_LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL | re.I)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)
_ABOUT = (
    '<a href="index.html">目录</a>　{place}。这一页断网也能看；图是存好的，不会动。'
    "要拖动滑块、改代码、做练习，请在工作台里打开 <code>{file}</code>。"
)
_ABOUT_INDEX = "点名字打开一页，断网也能看。图是存好的，不会动；要动手，请运行 <code>crmlab lab</code> 打开工作台。"


class PagesError(ValueError):
    """网页写不了；消息说原因和下一步。"""


def render(path: Path, about: str, target: Callable[[str], str | None] | None = None) -> str:
    """把一本笔记本存好的内容变成一个网页，什么都不运行。

    Parameters
    ----------
    path : Path
        笔记本文件。
    about : str
        页首的话，HTML。
    target : callable, optional
        把笔记本里的一个相对链接变成网页里的；返回 None 时只留文字。不给时，相对链接都只留文字。

    Returns
    -------
    str
        完整的 HTML；图在里面，不引用别处的任何东西。

    Raises
    ------
    PagesError
        没有这个文件，或读不了。
    """
    import nbformat

    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except FileNotFoundError as err:
        raise PagesError(f"没有笔记本“{path}”。请确认课程文件夹完整。") from err
    except Exception as err:
        raise PagesError(f"笔记本“{path}”读不了（{err}）。请重新下载它。") from err
    head, end, body = _page(notebook, _title(notebook) or path.stem, about).partition("</section>")
    return head + end + _offline(body, target)


def _page(notebook: Any, title: str, about: str) -> str:
    template = (files("crmlab.authoring") / "page.html.j2").read_text(encoding="utf-8")
    return export(notebook, "page.html.j2", {"page.html.j2": template}, {"page": {"title": title, "about": about}})


def _title(notebook: Any) -> str:
    lines = (line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines())
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("#")), "")


def _offline(html: str, target: Callable[[str], str | None] | None) -> str:
    """Leave out what would run or load something; lead each link to a page, or leave its words alone."""
    html = _IMAGE.sub(_own_image, _SCRIPT.sub("", html))
    anchors = set(re.findall(r'\sid="([^"]*)"', html))

    def led(found: re.Match[str]) -> str:
        link, words = unescape(found[1]), found[2]
        if link.startswith("#"):
            return found[0] if unquote(link[1:]) in anchors else words
        if _ELSEWHERE.match(link):
            return found[0]
        leads = target(link) if target else None
        return f'<a href="{escape(leads)}">{words}</a>' if leads else words

    return _LINK.sub(led, html)


def _own_image(found: re.Match[str]) -> str:
    if re.search(r'\ssrc="data:', found[0]):
        return found[0]
    alt = re.search(r'\salt="([^"]*)"', found[0])
    return alt[1] if alt else ""


def write(names: Collection[str] = (), out: Path = Path("网页"), *, root: Path | None = None) -> list[Path]:
    """把课和案例写成网页，一本一页，再写一页目录 ``index.html``。

    Parameters
    ----------
    names : collection of str, optional
        课号（``"6-1"``）、案例名（``"c06_gree"``）、章目录名（``"06_satisfaction"``）或 ``"glossary"``（术语表）；
        不给时是全部写完的章和术语表。
    out : Path, default "网页"
        放网页的文件夹；没有就新建。里面已有的别的页留着，目录里也有它们。
    root : Path, optional
        课程根目录；不给时自动查找。

    Returns
    -------
    list of Path
        写好的网页，目录在最后。

    Raises
    ------
    PagesError
        没有这个名字，笔记本不在，或文件夹不能写。
    """
    root = root or project_root()
    course = outline.load(root)
    sources = {name: file for _, name, _, file in _pages(course)}
    wanted = _wanted(course, names)
    for name in wanted:
        if not (root / sources[name]).is_file():
            raise PagesError(f"没有笔记本 {sources[name]}。“{name}”还没有写好，或课程文件夹不完整。")
    try:
        out.mkdir(parents=True, exist_ok=True)
        there = {name for name in sources if name in wanted or (out / f"{name}.html").is_file()}
        written = [_write_one(course, root, name, there, out) for name in wanted]
        write_atomic(out / INDEX, _index(course, there))
    except OSError as err:
        why = f"（{err.strerror}）" if err.strerror else ""
        raise PagesError(f"不能在文件夹“{out}”里写网页{why}。请用 --out 换一个文件夹。") from err
    return [*written, out / INDEX]


def _pages(course: Outline) -> Iterator[tuple[str, str, str, str]]:
    """Yield (place, name, title, file) of every notebook that can become a page."""
    for chapter, notebook in course.notebooks():
        if notebook.kind != "lab":
            title = f"{notebook.id}　{notebook.title}" if notebook.kind == "section" else f"案例　{notebook.title}"
            yield f"第 {chapter.number} 章　{chapter.title}", notebook.id, title, notebook.file
    yield "术语", GLOSSARY, "术语表", GLOSSARY_PAGE


def _wanted(course: Outline, names: Collection[str]) -> list[str]:
    known = [name for _, name, _, _ in _pages(course)]
    folders = {c.slug: [n.id for n in c.notebooks if n.id in known] for c in course.chapters}
    if not names:
        return [*(n.id for _, n in course.notebooks(ready_only=True) if n.id in known), GLOSSARY]
    for name in names:
        if name not in known and name not in folders:
            near = nearest(name, [*known, *folders])
            raise PagesError(
                f"没有叫“{name}”的课或案例。{near}可以写课号（如 6-1）、案例名（如 c06_gree）、"
                f"{GLOSSARY}，或章的目录名：{listing(folders)}。"
            )
    return list(dict.fromkeys(n for name in names for n in folders.get(name, [name])))


def _write_one(course: Outline, root: Path, name: str, there: Collection[str], out: Path) -> Path:
    place, file = next((place, file) for place, known, _, file in _pages(course) if known == name)
    page_of = {file: f"{known}.html" for _, known, _, file in _pages(course) if known in there}
    page_of[course.index] = INDEX

    def target(link: str) -> str | None:
        path, _, fragment = unquote(link).partition("#")
        page = page_of.get(posixpath.normpath(posixpath.join(posixpath.dirname(file), path)))
        return page and page + (f"#{fragment.removeprefix('cell-id=')}" if fragment.startswith("cell-id=") else "")

    about = _ABOUT.format(place=escape(place), file=escape(file))
    write_atomic(out / f"{name}.html", render(root / file, about, target))
    return out / f"{name}.html"


def _index(course: Outline, there: Collection[str]) -> str:
    from nbformat.v4 import new_markdown_cell, new_notebook

    text = f"# {course.title}\n"
    for place, entries in groupby((entry for entry in _pages(course) if entry[1] in there), key=lambda e: e[0]):
        text += f"\n## {place}\n\n" + "".join(f"- [{title}]({name}.html)\n" for _, name, title, _ in entries)
    return _page(new_notebook(cells=[new_markdown_cell(text, id="index-contents")]), course.title, _ABOUT_INDEX)
