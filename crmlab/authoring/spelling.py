"""One term, one spelling: does any text of the course use a spelling that the glossary says to avoid?

Run as ``python -m crmlab.authoring.spelling [--planned]``.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from crmlab.authoring.outline import load as load_outline
from crmlab.learn._terms import PAGE, Term
from crmlab.learn.glossary import load
from crmlab.paths import project_root

# What a student or a teacher reads. The glossary itself names the spellings to avoid.
PATTERNS = (
    "index.ipynb",
    "README.md",
    "chapters/**/*.ipynb",
    "chapters/*/*.toml",
    "chapters/*/data/*.md",
    "docs/teaching/*.md",
    "cases/*/*.ipynb",
    "cases/*/*.toml",
    "cases/*/*.md",
    "labs/*/*.ipynb",
    "autograder/*.md",
    "autograder/source/*/*.ipynb",
    "docs/**/*.rst",
    "docs/gallery/*.ipynb",
    "crmlab/**/*.py",
)
_CONTEXT = 10


class Avoided:
    """在文字里找本课不用的写法。

    Parameters
    ----------
    terms : iterable of Term
        术语。

    Notes
    -----
    正式的叫法里包含不用的写法时，不算：``接触点`` 里的 ``触点`` 不是另一种写法。
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.right: dict[str, str] = {}
        allowed: set[str] = set()
        for term in terms:
            self.right |= dict.fromkeys(term.avoid, term.zh)
            allowed |= {term.zh, *term.also}
        holding = {name for name in allowed if any(wrong in name for wrong in self.right)}
        spellings = sorted({*self.right, *holding}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, spellings)) or "(?!)")

    def find(self, text: str) -> Iterator[tuple[str, str, str]]:
        """逐处给出：不用的写法，本课的写法，前后几个字。"""
        for found in self._pattern.finditer(text):
            if found[0] in self.right:
                around = text[max(0, found.start() - _CONTEXT) : found.end() + _CONTEXT]
                yield found[0], self.right[found[0]], " ".join(around.split())


def texts(root: Path, *, planned: bool = False) -> Iterator[tuple[str, str]]:
    """列出学生和老师会读到的每一段文字。

    Parameters
    ----------
    root : Path
        课程根目录。
    planned : bool
        没有写完的章（planned）也算在内。

    Yields
    ------
    tuple of str
        在哪里（文件，笔记本还写单元格的编号），文字。笔记本的输出不在里面：它们由代码生成。
    """
    unfinished = set() if planned else _unfinished(root)
    for path in sorted({path for pattern in PATTERNS for path in root.glob(pattern)}):
        name = path.relative_to(root).as_posix()
        if name == PAGE or unfinished & {*name.split("/"), path.stem} or ".ipynb_checkpoints" in path.parts:
            continue
        content = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            for cell in json.loads(content)["cells"]:
                yield f"{name} 单元格 {cell.get('id')}", "".join(cell["source"])
        else:
            yield name, content


def _unfinished(root: Path) -> set[str]:
    """Return the folders and files of the chapters, cases and labs that students do not see yet."""
    chapters = [chapter for chapter in load_outline(root).chapters if not chapter.ready]
    return {chapter.slug for chapter in chapters} | {n.id for chapter in chapters for n in chapter.notebooks}


def problems(root: Path, *, planned: bool = False) -> list[str]:
    """找出全课程里本课不用的写法。

    Parameters
    ----------
    root : Path
        课程根目录。
    planned : bool
        没有写完的章（planned）也查。

    Returns
    -------
    list of str
        每处一句话：在哪里，写了什么，该写什么。
    """
    avoided = Avoided(load().terms)
    return [
        f"{where}：写了“{wrong}”，本课统一写“{right}”：…{around}…"
        for where, text in texts(root, planned=planned)
        for wrong, right, around in avoided.find(text)
    ]


def main(arguments: list[str]) -> int:
    """Print every finding; return the exit code."""
    found = problems(project_root(), planned="--planned" in arguments)
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
