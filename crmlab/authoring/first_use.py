"""Link each term's first use, in the notebook that teaches it, to its place on the glossary page.

Run as ``python -m crmlab.authoring.first_use [--check] [NOTEBOOK...]``; without a name, over all sections of the outline.
A term that is linked already is left alone, so a second run changes nothing. Code and outputs are never touched.
"""

import posixpath
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crmlab._files import write_atomic
from crmlab.authoring.outline import load as load_outline
from crmlab.learn._terms import Term
from crmlab.learn.glossary import load
from crmlab.paths import project_root

# Where a link would not work, or would spoil something: code, formulas, links, pictures, HTML, headings.
_KEEP_OUT = re.compile(
    r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]*\$|!?\[[^\]\n]*\]\([^)\n]*\)|^\s*#.*?$|^\s*<[^\n]*$|<[^>\n]*>",
    re.DOTALL | re.MULTILINE,
)

_BOLD = re.compile(r"\*\*[^*\n]+\*\*")


def taught_here(file: str) -> list[Term]:
    """列出先在这本笔记本里讲的术语。

    Parameters
    ----------
    file : str
        笔记本，从课程根目录起的路径，用 ``/`` 分隔。

    Returns
    -------
    list of Term
        照术语表的次序。
    """
    return [term for term in load().terms if term.place.file == file]


def link_first_uses(sources: Sequence[str], terms: Sequence[Term], folder: str) -> tuple[list[str], list[Term]]:
    """在几段 Markdown 里，给每条术语第一次出现的地方加上链接。

    Parameters
    ----------
    sources : sequence of str
        各 Markdown 单元格的内容，按次序。
    terms : sequence of Term
        要加链接的术语。
    folder : str
        这些文字所在的笔记本的目录，从课程根目录起，如 ``"chapters/06_satisfaction"``。

    Returns
    -------
    tuple
        加好链接的各段（原来的不改），和找不到地方加链接的术语。

    Notes
    -----
    标题、代码、公式、HTML 和已有的链接里不加。更长的术语里的不算：“客户满意度”里的“满意”不是“满意”。
    """
    texts = list(sources)
    owner = {name: term.zh for term in load().terms for name in _names(term)}
    pattern = re.compile("|".join(re.escape(name) for name in sorted(owner, key=len, reverse=True)))
    missing = []
    for term in terms:
        target = posixpath.relpath(term.address, folder)
        linked = re.compile(r"\[([^\]\n]*)\]\(" + re.escape(target) + r"\)")
        if any(
            owner[name[0]] == term.zh
            for text in texts
            for at in linked.finditer(text)
            for name in pattern.finditer(at[1])
        ):
            continue
        for at, text in enumerate(texts):
            place = _first(text, pattern, _names(term))
            if place is not None:
                start, end = place
                texts[at] = f"{text[:start]}[{text[start:end]}]({target}){text[end:]}"
                break
        else:
            missing.append(term)
    return texts, missing


def _names(term: Term) -> tuple[str, ...]:
    return (term.zh, *term.also)


def _first(text: str, pattern: re.Pattern[str], names: Sequence[str]) -> tuple[int, int] | None:
    """Return where the first mention stands that can carry a link; bold marks round it come along."""
    closed = [found.span() for found in _KEEP_OUT.finditer(text)]
    for found in pattern.finditer(text):
        start, end = found.span()
        if found[0] not in names or any(start < stop and end > begin for begin, stop in closed):
            continue
        if _inside_word(text, start, end):
            continue
        opens, closes = text[:start].endswith("**"), text[end:].startswith("**")
        if opens and closes:
            return start - 2, end + 2
        # Next to a letter, `**[term](…) more**` would not be bold: there, the whole of the bold text is the link.
        if (not opens or _apart(text[: start - 2][-1:])) and (not closes or _apart(text[end + 2 :][:1])):
            return start, end
        for bold in _BOLD.finditer(text):
            if (
                bold.start() < start
                and end < bold.end()
                and not any(a < bold.end() and bold.start() < b for a, b in closed)
            ):
                return bold.span()
    return None


def _apart(character: str) -> bool:
    """Whether a bold mark beside this character may be followed by punctuation."""
    return not character or character.isspace() or unicodedata.category(character)[0] in "PS"


def _inside_word(text: str, start: int, end: int) -> bool:
    """Whether a Latin term is only a part of a longer Latin word."""
    before, after = text[:start][-1:], text[end:][:1]

    def latin(character: str) -> bool:
        return character.isascii() and (character.isalnum() or character == "_")

    return (latin(before) and latin(text[start])) or (latin(text[end - 1]) and latin(after))


def process(path: Path, root: Path, *, check: bool = False) -> tuple[bool, list[Term]]:
    """给一本笔记本里的术语加链接，代码和输出不动。

    Parameters
    ----------
    path : Path
        笔记本文件。
    root : Path
        课程根目录。
    check : bool
        只检查，不写文件。

    Returns
    -------
    tuple
        文件有没有变化（``check`` 时是该不该变），和找不到地方加链接的术语。

    Raises
    ------
    ValueError
        不是能读的笔记本。
    """
    import nbformat

    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except FileNotFoundError:
        raise ValueError(f"找不到笔记本“{path}”。请检查路径。") from None
    except Exception as err:
        raise ValueError(f"“{path}”不是能读的笔记本：{err}") from err
    cells: list[Any] = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    file = path.resolve().relative_to(root.resolve())
    texts, missing = link_first_uses(
        [cell.source for cell in cells], taught_here(file.as_posix()), file.parent.as_posix()
    )
    changed = texts != [cell.source for cell in cells]
    if changed and not check:
        for cell, text in zip(cells, texts, strict=True):
            cell.source = text
        write_atomic(path, nbformat.writes(notebook, version=4, indent=1, ensure_ascii=False).rstrip("\n") + "\n")
    return changed, missing


def _sections(root: Path) -> Iterator[Path]:
    for _, notebook in load_outline(root).notebooks():
        if notebook.kind == "section" and (root / notebook.file).is_file():
            yield root / notebook.file


def main(arguments: list[str]) -> int:
    """Process the notebooks named on the command line, or all; return the exit code."""
    check = "--check" in arguments
    root = project_root()
    paths = [Path(a) for a in arguments if a != "--check"] or list(_sections(root))
    wrong = 0
    for path in paths:
        try:
            changed, missing = process(path, root, check=check)
        except ValueError as err:
            print(err, file=sys.stderr)
            wrong += 1
            continue
        said = ("有术语没有加链接" if check else "已更新") if changed else "没有变化"
        lost = f"；只在标题、代码或公式里出现，没有加链接：{'、'.join(term.zh for term in missing)}" if missing else ""
        print(f"{path}：{said}{lost}")
        wrong += check and changed
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
