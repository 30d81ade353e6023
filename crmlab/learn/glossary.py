"""The course's terms: kept in chapters/glossary.toml, looked up by any of their names."""

import difflib
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crmlab._checks import listing, nearest
from crmlab.learn._errors import PracticeError, UnknownIdError
from crmlab.learn._glossary_schema import check_glossary, key
from crmlab.learn._schema import read_toml
from crmlab.learn._terms import Place, Term, TermTable
from crmlab.paths import project_root

GLOSSARY = "chapters/glossary.toml"
OUTLINE = "chapters/outline.toml"
_EXAMPLES = {"term": '"客户终身价值"', "search": '"推荐"', "notebook": '"6-2"'}


@dataclass(frozen=True)
class Glossary:
    """All terms, and the way from any spelling to its term."""

    terms: tuple[Term, ...]
    by_name: dict[str, Term]

    def find(self, name: str) -> Term | None:
        """Return the term of this name, with a note if the course does not spell it so."""
        found = self.by_name.get(key(name))
        if found is None:
            return None
        avoided = [text for text in found.avoid if key(text) == key(name)]
        if avoided and key(name) not in map(key, (found.zh, *found.also)):
            return replace(found, note=f"本课统一写“{found.zh}”，不写“{avoided[0]}”。")
        return found

    def nearest(self, name: str, most: int = 4) -> list[str]:
        """Return the terms whose names come closest to ``name``: those that share it, then those spelt alike."""
        wanted = key(name)
        shared = [
            term.zh
            for text, term in self.by_name.items()
            if (len(wanted) > 1 and wanted in text) or (len(text) > 1 and not text.isascii() and text in wanted)
        ]
        alike = difflib.get_close_matches(wanted, self.by_name, n=most, cutoff=0.5)
        return list(dict.fromkeys([*shared, *(self.by_name[text].zh for text in alike)]))[:most]


_cache: dict[Path, tuple[tuple[int, ...], Glossary]] = {}


def load() -> Glossary:
    """读术语表并检查每一条；文件没有改动时用上次读到的内容。

    Returns
    -------
    Glossary
        全部术语，按先学的次序。

    Raises
    ------
    PracticeError
        文件找不到、不是 TOML，或有一条不合规定；消息说明哪一条、哪里不对。
    """
    root = project_root()
    files = (root / GLOSSARY, root / OUTLINE)
    for path in files:
        if not path.is_file():
            raise PracticeError(f"找不到 chapters/{path.name}。请确认课程文件夹完整。")
    stamp = tuple(number for path in files for number in (path.stat().st_mtime_ns, path.stat().st_size))
    cached = _cache.get(root)
    if cached is not None and cached[0] == stamp:
        return cached[1]
    loaded = parse(read_toml(files[0]), _places(files[1]))
    _cache[root] = (stamp, loaded)
    return loaded


def parse(content: dict[str, Any], places: dict[str, Place]) -> Glossary:
    """Return the glossary that a parsed file says, chapter by chapter, notebook by notebook, in the outline's order."""
    check_glossary(content, GLOSSARY, places)
    order = {row: number for number, row in enumerate(places)}
    terms = []
    for entry in content["term"]:
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()
        }
        terms.append(Term(place=places[entry["taught"]], **fields))
    terms.sort(key=lambda term: (term.place.chapter, term.place.notebook, order[term.taught]))
    ways = {term.zh: (term.anchor, term.address) for term in terms}
    terms = [replace(term, ways={name: ways[name] for name in term.see}) for term in terms]
    by_name: dict[str, Term] = {}
    for names in (_own_names, lambda term: term.avoid):
        for term in terms:
            for name in names(term):
                by_name.setdefault(key(name), term)
    return Glossary(tuple(terms), by_name)


def _own_names(term: Term) -> tuple[str, ...]:
    return tuple(name for name in (term.zh, term.short, term.en, *term.also) if name)


def _places(path: Path) -> dict[str, Place]:
    """Return where each row of the outline is taught; the outline's own checks are the authors' tools' business."""
    places = {}
    for chapter in tomllib.loads(path.read_text(encoding="utf-8"))["chapter"]:
        notebooks = {notebook["id"]: notebook for notebook in chapter["notebook"]}
        for row in chapter["row"]:
            at = notebooks[row["notebook"]]
            places[row["id"]] = Place(
                row["id"], row["title"], chapter["number"], chapter["title"], at["id"], at["title"], at["file"],
                chapter["status"] == "ready",
            )  # fmt: skip
    return places


def glossary(term: str | None = None, *, search: str | None = None, notebook: str | None = None) -> Term | TermTable:
    """查术语：意思、英文、先在哪一课学、相关的术语。

    Parameters
    ----------
    term : str, optional
        要查的词：中文、英文（不分大小写）、缩写都行。什么也不给就列出整张术语表。
    search : str, optional
        按内容找：名称或意思里有这些字的术语都列出来；几个词用空格分开，要都有。
    notebook : str, optional
        只列先在这一课讲的术语，例如 ``"6-2"``。

    Returns
    -------
    Term or TermTable
        一条术语，或几条术语。放在单元格最后一行就显示；``.frame()`` 把几条术语变成表。

    Raises
    ------
    TypeError
        不是文字。
    ValueError
        是空的，给了不止一个参数，没有这条术语，或那一课没有术语；消息里给出最接近的几个。

    Examples
    --------
    >>> glossary("NPS").zh
    '净推荐值'
    >>> glossary("customer lifetime value").short
    'CLV'
    >>> len(glossary()) >= 120
    True
    """
    given = {"term": term, "search": search, "notebook": notebook}
    asked = {name: text for name, text in given.items() if text is not None}
    if len(asked) > 1:
        raise ValueError(f"参数 {'、'.join(asked)} 只能给一个。查一条用 term，按内容找用 search，看一课的用 notebook。")
    everything = load()
    for name, text in asked.items():
        if not isinstance(text, str):
            raise TypeError(
                f"参数 {name} 应是文字，例如 {_EXAMPLES[name]}，你给的是 {type(text).__name__}（{text!r}）。"
            )
        if not text.strip():
            raise ValueError(f"参数 {name} 是空的，应写例如 {_EXAMPLES[name]}。要看全部术语，括号里什么也不写。")
    if search is not None:
        return _search(everything.terms, search)
    if notebook is not None:
        return _of_notebook(everything.terms, notebook.strip())
    if term is None:
        return TermTable(everything.terms, "术语表", page=True)
    found = everything.find(term)
    if found is None:
        close = everything.nearest(term)
        hint = f"最接近的：{'、'.join(close)}。" if close else ""
        raise UnknownIdError(
            f'术语表里没有“{term.strip()}”。{hint}按内容找，用 crmlab.glossary(search="{term.strip()}")；'
            "全部术语，用 crmlab.glossary()。"
        )
    return found


def _search(terms: Iterable[Term], words: str) -> TermTable:
    wanted = [key(word) for word in words.split()]

    def text(term: Term) -> Sequence[str]:
        return [key(part) for part in (*_own_names(term), *term.avoid, term.definition)]

    found = tuple(t for t in terms if all(any(word in part for part in text(t)) for word in wanted))
    if not found:
        raise UnknownIdError(
            f'没有一条术语提到“{words.strip()}”。请换一个短一点的词，例如 crmlab.glossary(search="满意")。'
        )
    return TermTable(found, f"提到“{words.strip()}”的术语")


def _of_notebook(terms: Iterable[Term], notebook: str) -> TermTable:
    here = tuple(t for t in terms if t.place.notebook == notebook)
    if not here:
        known = list(dict.fromkeys(t.place.notebook for t in terms))
        raise UnknownIdError(
            f"没有先在“{notebook}”讲的术语。{nearest(notebook, known)}有术语的：{listing(known, 40)}。"
        )
    return TermTable(here, f"{notebook} 的术语", page=True)
