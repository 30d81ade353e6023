"""What the syllabus asks for and where it is taught: the table of `crmlab coverage`."""

from collections import Counter
from pathlib import Path

from crmlab._console import table_text
from crmlab.authoring import outline as outlines
from crmlab.authoring.audit import tags_on_disk
from crmlab.authoring.outline import Row
from crmlab.paths import project_root

KINDS = {"section": "小节", "case": "案例", "exercise": "习题", "quiz": "测验", "extra": "拓展"}


def untaught(root: Path | None = None) -> list[Row]:
    """列出大纲里还没有单元格的行。

    Parameters
    ----------
    root : Path, optional
        课程根目录；不给时自动查找。

    Returns
    -------
    list of Row
        照大纲的次序。没有写完的章也在里面。

    Examples
    --------
    >>> [row.id for row in untaught() if row.id == "S6.1"]
    []
    """
    root = root or project_root()
    outline = outlines.load(root)
    tags = tags_on_disk(outline, root)
    return [row for row in outline.rows().values() if row.id not in tags.get(row.notebook, ())]


def coverage_table(root: Path | None = None, width: int | None = None, *, missing: list[Row] | None = None) -> str:
    """把大纲排成一张表：每章每一类有几行，讲到了几行。

    Parameters
    ----------
    root : Path, optional
        课程根目录；不给时自动查找。
    width : int, optional
        表的宽度，字符数；不给时照终端。
    missing : list of Row, optional
        :func:`untaught` 的结果，已经有的时候不用再数一遍。

    Returns
    -------
    str
        一章一行的表，格里是“讲到/应讲”；下面一行一条，是还没有讲到的。

    Examples
    --------
    >>> print(coverage_table(width=100).splitlines()[0].strip())
    大纲覆盖（讲到/应讲）
    """
    root = root or project_root()
    outline = outlines.load(root)
    missing = untaught(root) if missing is None else missing
    gaps = {row.id for row in missing}
    rows = []
    total: Counter[str] = Counter()
    taught: Counter[str] = Counter()
    for chapter in outline.chapters:
        asked: Counter[str] = Counter(row.kind for row in chapter.rows)
        done: Counter[str] = Counter(row.kind for row in chapter.rows if row.id not in gaps)
        total, taught = total + asked, taught + done
        rows.append((str(chapter.number), chapter.title.partition("：")[0], *_cells(done, asked)))
    rows.append(("", "全部", *_cells(taught, total)))
    headings = ["章", "标题", *KINDS.values(), "合计"]
    table = table_text("大纲覆盖（讲到/应讲）", headings, rows, fold=["标题"], width=width)
    if not missing:
        return f"{table}大纲的每一行都有讲它的单元格。\n"
    said = "".join(f"  {row.id}  {row.title}（{row.notebook}）\n" for row in missing)
    return f"{table}还没有讲到的 {len(missing)} 行：\n{said}"


def _cells(done: Counter[str], asked: Counter[str]) -> list[str]:
    parts = [f"{done[kind]}/{asked[kind]}" if asked[kind] else "—" for kind in KINDS]
    return [*parts, f"{done.total()}/{asked.total()}"]
