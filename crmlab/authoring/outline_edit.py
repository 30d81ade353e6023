"""Adding entries to ``chapters/outline.toml`` as text, so that comments and layout stay as they are."""

import json
import re
from dataclasses import replace

from crmlab.authoring.outline import Notebook, OutlineError, Row, parse


def with_entries(text: str, number: int, notebook: Notebook, rows: tuple[Row, ...]) -> str:
    """在大纲的文字里给一章添上一本笔记本和它的行。

    Parameters
    ----------
    text : str
        ``outline.toml`` 的全文。
    number : int
        章号。
    notebook : Notebook
        要添的笔记本。
    rows : tuple of Row
        要添的行。

    Returns
    -------
    str
        新的全文；别的行一个字也不变。

    Raises
    ------
    OutlineError
        大纲写法特别，不能安全地添；消息里有要手动添的内容。
    """
    before = parse(text)
    lines = text.splitlines(keepends=True)
    start = _line(lines, 0, re.compile(rf"number\s*=\s*{number}\s*(#.*)?$"))
    entries = [("notebook", [_inline(vars(notebook))]), ("row", [_inline(vars(row)) for row in rows])]
    for key, new in entries:
        opening = _line(lines, start, re.compile(rf"{key}\s*=\s*\[\s*$"))
        closing = _line(lines, opening, re.compile(r"\]\s*$"))
        lines[closing:closing] = new
    after = "".join(lines)
    chapters = tuple(
        replace(c, notebooks=(*c.notebooks, notebook), rows=(*c.rows, *rows)) if c.number == number else c
        for c in before.chapters
    )
    try:
        right = parse(after) == replace(before, chapters=chapters)
    except OutlineError as err:
        raise _by_hand(entries, str(err)) from err
    if not right:
        raise _by_hand(entries, "写法和别的章不同。")
    return after


def _line(lines: list[str], start: int, pattern: re.Pattern[str]) -> int:
    for index in range(start, len(lines)):
        if pattern.match(lines[index]):
            return index
    return len(lines)


def _inline(values: dict[str, object]) -> str:
    order = ("id", "kind", "case", "title", "file", "minutes", "notebook")
    pairs = [f"{key} = {json.dumps(values[key], ensure_ascii=False)}" for key in order if values.get(key) is not None]
    return f"  {{ {', '.join(pairs)} }},\n"


def _by_hand(entries: list[tuple[str, list[str]]], reason: str) -> OutlineError:
    added = "\n".join(f"{key} 里添：{line.strip()}" for key, new in entries for line in new)
    return OutlineError(f"不能自动改大纲：{reason}请在 chapters/outline.toml 的这一章手动添上：\n{added}")
