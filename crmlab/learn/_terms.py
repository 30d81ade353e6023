"""One term of the course, or several, and how they look as text and as HTML."""

import os
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from crmlab.learn._glossary_schema import anchor
from crmlab.paths import project_root

if TYPE_CHECKING:
    import pandas as pd

PAGE = "chapters/glossary.ipynb"
CONTAINER = "crmlab-glossary"


@dataclass(frozen=True)
class Place:
    """Where the outline teaches a row: its title, its notebook, its chapter."""

    row: str
    title: str
    chapter: int
    chapter_title: str
    notebook: str
    notebook_title: str
    file: str
    ready: bool


@dataclass(frozen=True)
class Term:
    """一条术语。放在单元格最后一行就显示；``print`` 出来是文字。

    Attributes
    ----------
    zh : str
        中文，全课程只用这一种写法。
    en : str
        英文。
    short : str
        英文缩写；没有时是空的。
    definition : str
        一两句话的意思；量数带单位或算法。
    taught : str
        先在大纲的哪一行讲，如 ``"S6.2.2"``。
    also : tuple of str
        也可以用的简称或别名。
    avoid : tuple of str
        本课不用的写法。
    see : tuple of str
        相关的术语。
    note : str
        用别的写法查到这一条时，说明本课用哪一种写法。
    """

    zh: str
    en: str
    definition: str
    taught: str
    place: Place = field(repr=False)
    short: str = ""
    also: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    see: tuple[str, ...] = ()
    note: str = ""
    ways: dict[str, tuple[str, str]] = field(default_factory=dict, repr=False, compare=False)
    """Of each term in ``see``: its id and its place in the course."""

    @property
    def anchor(self) -> str:
        """术语表页上的位置，写在网址的 # 后面。"""
        return anchor(self.en)

    @property
    def english(self) -> str:
        """英文，有缩写就接在后面，如 ``"net promoter score, NPS"``。"""
        return f"{self.en}, {self.short}" if self.short else self.en

    @property
    def address(self) -> str:
        """这条术语在课程里的位置：术语表页，和页上的那一格。"""
        return f"{PAGE}#cell-id={cell_id(self.place.notebook)}"

    def _lines(self) -> list[str]:
        """Return what follows the term's name as text, a line an item."""
        place = self.place
        closed = "" if place.ready else "（这一章还没有开放）"
        lines = [
            self.definition,
            f"先学：第 {place.chapter} 章 {place.notebook}《{place.notebook_title}》，{_row_title(place)}{closed}",
        ]
        return lines + [f"{said}：{'、'.join(names)}" for said, names in self._others() if names]

    def _others(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return (("也叫", self.also), ("本课不写", self.avoid), ("相关", self.see))

    def _html_lines(self, here: Collection[str] = ()) -> list[str]:
        """Return the same as HTML; terms in ``here`` stand on the same page, which names the notebook already."""
        place = self.place
        lines = [escape(self.definition)]
        if here:
            lines.append(f"先学：{escape(_row_title(place))}")
        else:
            closed = "" if place.ready else "（这一章还没有开放）"
            lines.append(f"先学：{_notebook(place)}，{escape(_row_title(place))}{closed}")
        for said, names in self._others():
            if names and said == "相关":
                ways = {name: f"#{at}" if name in here else _way(address) for name, (at, address) in self.ways.items()}
                lines.append("相关：" + "、".join(_link(ways[name], name) for name in names))
            elif names:
                lines.append(f"{said}：{escape('、'.join(names))}")
        return lines

    def __str__(self) -> str:
        head = [self.note] if self.note else []
        return "\n".join([*head, f"{self.zh}（{self.english}）", *(f"  {line}" for line in self._lines())])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        lines = "<br>".join(self._html_lines())
        return (
            f'<div class="{CONTAINER}" lang="zh-CN">{note}<p><strong>{escape(self.zh)}</strong>'
            f'（<span lang="en">{escape(self.english)}</span>）</p><p>{lines}</p></div>'
        )


@dataclass(frozen=True)
class TermTable:
    """几条术语，按先学的章排。放在单元格最后一行就显示；``print`` 出来是文字。

    Attributes
    ----------
    terms : tuple of Term
        各条术语。
    title : str
        这几条是什么，如 ``"术语表"``。
    page : bool
        是不是术语表的一页（整张，或一课的）：这样的表里，别处的链接能找到每一条的位置。
    """

    terms: tuple[Term, ...]
    title: str
    page: bool = False

    def __len__(self) -> int:
        return len(self.terms)

    def frame(self) -> "pd.DataFrame":
        """变成一张表，方便筛选和导出。

        Returns
        -------
        DataFrame
            一行一条术语。列：zh、en、short、definition、taught、chapter、notebook、also、avoid、see（后三列用“、”连接）。
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "zh": [t.zh for t in self.terms],
                "en": [t.en for t in self.terms],
                "short": [t.short for t in self.terms],
                "definition": [t.definition for t in self.terms],
                "taught": [t.taught for t in self.terms],
                "chapter": [t.place.chapter for t in self.terms],
                "notebook": [t.place.notebook for t in self.terms],
                "also": ["、".join(t.also) for t in self.terms],
                "avoid": ["、".join(t.avoid) for t in self.terms],
                "see": ["、".join(t.see) for t in self.terms],
            }
        )

    def _notebooks(self) -> list[list[Term]]:
        return [list(terms) for _, terms in groupby(self.terms, key=lambda t: t.place.notebook)]

    def __str__(self) -> str:
        lines = [repr(self)]
        for terms in self._notebooks():
            place = terms[0].place
            lines += ["", f"第 {place.chapter} 章 {place.notebook}《{place.notebook_title}》"]
            lines += [f"  {t.zh}（{t.english}）：{t.definition}" for t in terms]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"{self.title}：{len(self)} 条。"

    def _repr_html_(self) -> str:
        here = {term.zh for term in self.terms} if self.page else ()
        parts = [f"<p>{escape(repr(self))}</p>"]
        for terms in self._notebooks():
            place = terms[0].place
            closed = "" if place.ready else "（这一章还没有开放）"
            parts.append(f"<p>{_notebook(place)}{closed}</p>" if self.page else "")
            parts.append(f"<dl>{''.join(self._entry(term, here) for term in terms)}</dl>")
        return f'<div class="{CONTAINER}" lang="zh-CN">{"".join(parts)}</div>'

    def _entry(self, term: Term, here: Collection[str]) -> str:
        # JupyterLab finds a place by `data-jupyter-id`, other browsers by `id`.
        at = f' id="{term.anchor}" data-jupyter-id="{term.anchor}"' if self.page else ""
        return (
            f'<dt{at}>{escape(term.zh)}<br><span lang="en" style="font-weight: normal;">{escape(term.english)}</span></dt>'
            f"<dd>{'<br>'.join(term._html_lines(here))}</dd>"
        )


def _row_title(place: Place) -> str:
    kind, colon, title = place.title.partition("：")
    return title if colon and kind in {"术语", "单选题", "多选题", "习题"} else place.title


def cell_id(notebook: str) -> str:
    """Return the id of the cell of the glossary page that lists a notebook's terms.

    JupyterLab finds a cell in a notebook that it is just opening; a place inside an output it finds only afterwards.
    """
    return f"glossary-{notebook}"


def _way(address: str) -> str:
    """Return the way from the folder in which the notebook runs to a place of the course, or nothing."""
    file, mark, place = address.partition("#")
    try:
        return Path(os.path.relpath(project_root() / file, Path.cwd())).as_posix() + mark + place
    except ValueError:  # another drive on Windows
        return ""


def _notebook(place: Place) -> str:
    """Return a notebook's name as HTML, linked if its chapter is open."""
    name = f"第 {place.chapter} 章 {place.notebook}《{place.notebook_title}》"
    return _link(_way(place.file), name) if place.ready else escape(name)


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{escape(text)}</a>' if address else escape(text)
