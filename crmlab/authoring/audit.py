"""Is the course whole, and is each notebook in the form in which it is committed?

Every function returns its findings as Chinese sentences; an empty list means that all is well.
"""

import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from crmlab._checks import listing, nearest
from crmlab.authoring.normalise import process
from crmlab.authoring.outline import Notebook, Outline
from crmlab.learn._terms import PAGE as GLOSSARY_PAGE

FOLDERS = ("chapters", "cases", "labs")
OTHER_TAGS = ("parameters", "exercise", "teaches-def")
MAX_LINES = 12
MAX_OUTPUT_BYTES = 200_000
ROW_TAG = re.compile(r"(C\d+|S\d+(\.\d+)+|S\d+\.Z|[KEQTX]\d+\.[0-9A-Za-z]+)(-link)?")
CELL_ID = re.compile(r"[a-z0-9_]+(-[a-z0-9_]+)+")
_ABSOLUTE = re.compile(
    r"(?<![\w.:/~-])/(?:home|Users|root|tmp|usr|var|opt|mnt|work|private|builds)/[^\s'\")]+|\b[A-Za-z]:\\[\w\\]+"
)
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}|object at 0x")
_DEF = re.compile(r"^\s*(async\s+)?(def|class)\s", re.MULTILINE)
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?][\u4e00-\u9fff]")
_CODE_IN_TEXT = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$", re.DOTALL)


def _cells(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    for cell in cells:
        cell["source"] = "".join(cell["source"])
    return list(cells)


def _tags(cell: dict[str, Any]) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def notebooks_on_disk(root: Path) -> list[str]:
    """列出 chapters、cases、labs 里的全部笔记本。

    Parameters
    ----------
    root : Path
        课程根目录。

    Returns
    -------
    list of str
        从课程根目录起的路径，用 ``/`` 分隔，已排序。
    """
    found = (p.relative_to(root) for folder in FOLDERS for p in (root / folder).rglob("*.ipynb"))
    return sorted(p.as_posix() for p in found if ".ipynb_checkpoints" not in p.parts)


def gallery_on_disk(root: Path) -> list[str]:
    """列出图库 docs/gallery 里的笔记本。它们不是课，不在大纲里。

    Parameters
    ----------
    root : Path
        课程根目录。

    Returns
    -------
    list of str
        从课程根目录起的路径，用 ``/`` 分隔，已排序。
    """
    return sorted(p.relative_to(root).as_posix() for p in (root / "docs" / "gallery").glob("*.ipynb"))


def tags_on_disk(outline: Outline, root: Path) -> dict[str, list[str]]:
    """列出大纲里每本已有的笔记本的单元格标签。

    Parameters
    ----------
    outline : Outline
        大纲。
    root : Path
        课程根目录。

    Returns
    -------
    dict of str to list of str
        笔记本的 id 到标签，照单元格的次序。
    """
    files = {notebook.id: root / notebook.file for _, notebook in outline.notebooks()}
    return {name: [t for c in _cells(f) for t in _tags(c)] for name, f in files.items() if f.is_file()}


def outline_problems(outline: Outline, root: Path) -> list[str]:
    """对照大纲、文件和单元格标签，两个方向都查。

    Parameters
    ----------
    outline : Outline
        大纲。
    root : Path
        课程根目录。

    Returns
    -------
    list of str
        每条问题一句话：写完的章缺的文件、没有单元格的行、大纲外的文件、大纲外的标签。
    """
    problems = []
    by_file = {notebook.file: notebook for _, notebook in outline.notebooks()}
    on_disk = notebooks_on_disk(root)
    for file in on_disk:
        if file not in by_file and file != GLOSSARY_PAGE:
            problems.append(f"{file} 不在大纲里。请在 chapters/outline.toml 里加上它，或删去这个文件。")
    tags = tags_on_disk(outline, root)
    for chapter, notebook in outline.notebooks(ready_only=True):
        if notebook.id not in tags:
            problems.append(f"第 {chapter.number} 章已标为 ready，却没有文件 {notebook.file}。")
    for chapter in outline.chapters:
        for row in chapter.rows if chapter.ready else ():
            if row.notebook in tags and row.id not in tags[row.notebook]:
                problems.append(f"大纲的行 {row.id}（{row.title}）在笔记本 {row.notebook} 里没有带这个标签的单元格。")
    for file in on_disk:
        if file in by_file:
            problems += _tag_problems(outline, by_file[file], tags[by_file[file].id])
    return problems


def _tag_problems(outline: Outline, notebook: Notebook, tags: list[str]) -> Iterator[str]:
    rows = outline.rows()
    for tag in dict.fromkeys(tags):
        if ROW_TAG.fullmatch(tag):
            row = rows.get(tag.removesuffix("-link"))
            if row is None:
                yield f"{notebook.file} 的标签 {tag} 不是大纲里的行。{nearest(tag, rows)}"
            elif not tag.endswith("-link") and row.notebook != notebook.id:
                yield f"{notebook.file} 的标签 {tag} 在大纲里属于笔记本 {row.notebook}。请改大纲，或改用标签 {tag}-link。"
        elif tag not in OTHER_TAGS:
            yield f"{notebook.file} 有不认识的标签 {tag}。除了大纲的行号，可用的标签：{listing(OTHER_TAGS)}。"


def form_problems(path: Path, root: Path, *, allow_def: bool = False) -> list[str]:
    """检查一本笔记本是不是提交时该有的样子。

    Parameters
    ----------
    path : Path
        笔记本文件。
    root : Path
        课程根目录，消息里的路径从这里起算。
    allow_def : bool
        是否允许代码里有 ``def``（案例和首页允许，正文不允许）。

    Returns
    -------
    list of str
        每条问题一句话，带单元格的 id。
    """
    name = path.relative_to(root).as_posix()
    cells = _cells(path)
    found = []
    if not _is_normal(path):
        found.append(f"{name} 不是规范形式。请运行：crmlab notebooks {name}")
    if not cells or cells[0]["cell_type"] != "markdown" or not cells[0]["source"].startswith("# "):
        found.append(f"{name} 的第一个单元格应是 Markdown 标题（# 开头）。")
    start: dict[str, Any] = {"cell_type": "", "metadata": {}}
    for before, cell in pairwise([start, *cells]):
        here = f"{name} 单元格 {cell.get('id')}"
        if not CELL_ID.fullmatch(str(cell.get("id"))):
            found.append(f"{here}：编号应由小写英文、数字和短横组成，读得懂，如 6-2-2-csat。")
        check = _markdown_problems if cell["cell_type"] == "markdown" else _code_problems
        found += [f"{here}：{problem}" for problem in check(cell)]
        if cell["cell_type"] == "code":
            if before["cell_type"] != "markdown" and "exercise" not in _tags(before):
                found.append(f"{here}：代码单元格前面要有一格 Markdown，说明看什么。")
            if not allow_def and _DEF.search(cell["source"]) and "teaches-def" not in _tags(cell):
                found.append(
                    f"{here}：正文里不写 def 或 class。请移到 crmlab；若这一课就教写函数，加标签 teaches-def。"
                )
    return found


def _is_normal(path: Path) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        return not process(Path(shutil.copy(path, folder)))


def _markdown_problems(cell: dict[str, Any]) -> Iterator[str]:
    text = _CODE_IN_TEXT.sub("`", cell["source"])
    for found in _HALF_WIDTH.findall(text):
        yield f"中文里用了半角标点“{found}”。请改成全角。"
    for found in _unmarked_bold(text):
        yield f"加粗不会生效，页面上会看到星号：“{found}”。请把标点移到星号外面。"
    yield from _path_problems(cell["source"])


def _unmarked_bold(text: str) -> Iterator[str]:
    """Yield for each line the surroundings of the first ``**`` that Markdown does not take for a mark.

    By CommonMark's rule for flanking, ``甲**“乙”**丙`` stays as it is: between a letter outside and a punctuation mark
    inside, the stars neither open nor close.
    """
    for line in text.splitlines():
        for number, star in enumerate(re.finditer(r"\*\*", line)):
            before, after = line[: star.start()][-1:], line[star.end() :][:1]
            outside, inside = (before, after) if number % 2 == 0 else (after, before)
            if inside.isspace() or not inside or (_is_punctuation(inside) and outside and not _is_apart(outside)):
                yield line[max(0, star.start() - 6) : star.end() + 6]
                break


def _is_punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _is_apart(character: str) -> bool:
    return character.isspace() or _is_punctuation(character)


def _code_problems(cell: dict[str, Any]) -> Iterator[str]:
    lines = len(cell["source"].splitlines())
    if lines > MAX_LINES:
        yield f"有 {lines} 行代码，最多 {MAX_LINES} 行。请拆开，或移到 crmlab。"
    if cell["execution_count"] is None:
        yield "没有运行过。请运行：crmlab notebooks --execute"
    yield from _path_problems(cell["source"])
    for output in cell["outputs"]:
        yield from _output_problems(output)


def _output_problems(output: dict[str, Any]) -> Iterator[str]:
    size = len(json.dumps(output, ensure_ascii=False).encode())
    if size > MAX_OUTPUT_BYTES:
        yield f"一个输出有 {size / 1000:.0f} kB，最多 {MAX_OUTPUT_BYTES / 1000:.0f} kB。请少输出一些，或把图画小。"
    if output.get("name") == "stderr":
        yield f"输出里有警告或错误信息：{''.join(output['text']).strip()[:60]}"
    if output["output_type"] == "error":
        yield f"运行出错：{output['ename']}: {output['evalue']}"
    data = output.get("data", {})
    if any(mime.startswith("application/vnd.jupyter.widget") for mime in data):
        yield "输出里存了控件状态。请运行：crmlab notebooks"
    for mime in data:
        alt = output["metadata"].get(mime, {}).get("alt", "")
        if mime.startswith("image/") and len(alt) < 15:
            yield "图没有替代文字，或少于 15 个字。请用 plots.show(ax, alt=…)。"
    texts = [output.get("text", "")] + [value for mime, value in data.items() if mime.startswith("text/")]
    for text in map("".join, texts):
        yield from _path_problems(text)
        if _ADDRESS.search(text):
            yield "输出里有内存地址，每次运行都会变。请给这一行赋值，或输出别的。"


def _path_problems(text: str) -> Iterator[str]:
    for path in _ABSOLUTE.findall(text):
        yield f"有绝对路径 {path}，换一台电脑就不对了。"
