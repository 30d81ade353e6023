"""The outline and a learner's own progress side by side: for the landing page and for `crmlab progress`."""

from dataclasses import dataclass, fields
from pathlib import Path

from crmlab._checks import listing, nearest
from crmlab._console import table_text
from crmlab.authoring import outline as outlines
from crmlab.authoring.outline import Chapter, Notebook
from crmlab.learn import progress
from crmlab.paths import project_root

KINDS = {"section": "课", "case": "案例", "lab": "实训"}


@dataclass(frozen=True)
class Work:
    """一本笔记本和自己在上面的进度。

    Attributes
    ----------
    chapter : Chapter
        所在的章。
    notebook : Notebook
        笔记本。
    exercises, exercises_solved : int
        即时练的题数和做对的题数。
    quiz, quiz_solved : int
        自测的题数和做对的题数。
    dialogues, dialogues_done : int
        对话的段数和走到过结局的段数。
    score, best_score : int
        走完的对话里自己的最高分之和、最好的走法的分之和。
    tries : int
        交了几次答案。
    """

    chapter: Chapter
    notebook: Notebook
    exercises: int = 0
    exercises_solved: int = 0
    quiz: int = 0
    quiz_solved: int = 0
    dialogues: int = 0
    dialogues_done: int = 0
    score: int = 0
    best_score: int = 0
    tries: int = 0

    @property
    def kind(self) -> str:
        """给人看的类别：课、案例导入……、实训。"""
        return self.notebook.case or KINDS[self.notebook.kind]

    @property
    def total(self) -> int:
        """即时练和自测一共几题。"""
        return self.exercises + self.quiz

    @property
    def solved(self) -> int:
        """一共做对几题。"""
        return self.exercises_solved + self.quiz_solved

    @property
    def dialogue_words(self) -> str:
        """对话走完几段；走完过的还有得分，如 1/2（5/8 分）。没有对话时是空的。"""
        if not self.dialogues:
            return ""
        score = f"（{str(self.score).replace('-', '−')}/{self.best_score} 分）" if self.dialogues_done else ""
        return f"{self.dialogues_done}/{self.dialogues}{score}"


def work(root: Path | None = None) -> list[Work]:
    """列出写完的各章的每本笔记本和自己的进度。

    Parameters
    ----------
    root : Path, optional
        课程根目录；不给时自动查找。

    Returns
    -------
    list of Work
        照大纲的次序；没有写完的章不在里面。
    """
    counted = {row["notebook"]: row for row in progress.chapter_summary().to_dict("records")}
    names = [f.name for f in fields(Work) if f.name not in ("chapter", "notebook")]
    found = []
    for chapter, notebook in outlines.load(root).notebooks(ready_only=True):
        row = counted.get(notebook.id, {})
        found.append(Work(chapter, notebook, **{name: int(row.get(name, 0)) for name in names}))
    return found


def progress_table(only: str | None = None, width: int | None = None) -> str:
    """把自己的进度排成一张表，给终端看。

    Parameters
    ----------
    only : str, optional
        一章的目录名（如 ``"06_satisfaction"``）或一本笔记本的 id（如 ``"c06_afu"``）。
    width : int, optional
        表的宽度，字符数；不给时照终端。

    Returns
    -------
    str
        表和一句总结。

    Raises
    ------
    ValueError
        没有这一章或这本笔记本。
    """
    every = work()
    shown = [w for w in every if only in (None, w.chapter.slug, w.notebook.id)]
    if not shown:
        known = list(dict.fromkeys([w.chapter.slug for w in every] + [w.notebook.id for w in every]))
        raise ValueError(f"没有叫“{only}”的章或笔记本。{nearest(only, known)}现有的：{listing(known)}。")
    rows = [
        [
            w.notebook.id,
            w.kind,
            w.notebook.title,
            f"{w.exercises_solved}/{w.exercises}" if w.exercises else "—",
            f"{w.quiz_solved}/{w.quiz}" if w.quiz else "—",
            w.dialogue_words or "—",
            str(w.tries) if w.tries else "—",
        ]
        for w in shown
    ]
    headings = ["编号", "类别", "标题", "即时练", "自测", "对话", "提交"]
    played, dialogues = sum(w.dialogues_done for w in shown), sum(w.dialogues for w in shown)
    if not dialogues:
        headings.remove("对话")
        rows = [[*row[:5], row[6]] for row in rows]
    table = table_text("学习进度", headings, rows, fold=["标题"], width=width)
    solved, total = sum(w.solved for w in shown), sum(w.total for w in shown)
    talked = f"走完 {played} 段对话，共 {dialogues} 段。" if dialogues else ""
    return f"{table}一共做对 {solved} 题，共 {total} 题。{talked}记录存在：{project_relative(progress.path())}\n"


def project_relative(path: Path) -> str:
    """路径在课程里时从课程根目录写起，免得太长。

    Examples
    --------
    >>> project_relative(project_root() / ".crmlab" / "progress.jsonl")
    '.crmlab/progress.jsonl'
    """
    try:
        return path.resolve().relative_to(project_root().resolve()).as_posix()
    except ValueError:
        return str(path)
