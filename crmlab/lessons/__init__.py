"""微课：每章一张图，分几步画出来，一步一句话；能播放、暂停、往回走。

在笔记本里是一个小部件（:func:`play`），也能写成一张断网能看的网页（:func:`write_page`，命令行 ``crmlab lesson``）。
"""

import importlib
from functools import cache
from pathlib import Path

from crmlab._files import write_atomic
from crmlab.lessons._lesson import Lesson as Lesson
from crmlab.lessons._lesson import Step as Step
from crmlab.lessons._page import page_of
from crmlab.lessons._panel import PACE_MS
from crmlab.lessons._panel import LessonPanel as LessonPanel

__all__ = ["CHAPTERS", "Lesson", "LessonPanel", "Step", "lesson", "play", "write_page"]

CHAPTERS = range(1, 10)


@cache
def _built(chapter: int) -> Lesson:
    built: Lesson = importlib.import_module(f"crmlab.lessons.ch{chapter:02}").build()
    return built


def lesson(chapter: int) -> Lesson:
    """取一章的微课。

    Parameters
    ----------
    chapter : int
        第几章，1–9。

    Returns
    -------
    Lesson
        标题、来源、每一步的话；``frames`` 是每一步画完以后的图。

    Raises
    ------
    TypeError
        章号不是整数。
    ValueError
        没有这一章。

    Examples
    --------
    >>> lesson(6).title
    '净推荐值是怎么算出来的？'
    """
    if isinstance(chapter, bool) or not isinstance(chapter, int):
        raise TypeError(f"参数 chapter 应是章号，一个整数，如 6；你给的是 {chapter!r}。")
    if chapter not in CHAPTERS:
        raise ValueError(f"没有第 {chapter} 章的微课。章号是 {CHAPTERS[0]}–{CHAPTERS[-1]}。")
    return _built(chapter)


def play(chapter: int) -> LessonPanel:
    """放一章的微课：上一步、播放、暂停、下一步。

    Parameters
    ----------
    chapter : int
        第几章，1–9。

    Returns
    -------
    LessonPanel
        小部件；没有内核时（打印、网页）看到的是画完的图。

    Examples
    --------
    >>> play(6).step
    1
    """
    return LessonPanel(lesson(chapter))


def write_page(chapter: int, path: Path) -> Path:
    """把一章的微课写成一张网页，断网能看，能用键盘。

    Parameters
    ----------
    chapter : int
        第几章，1–9。
    path : Path
        写到哪里；已有的会被换掉。

    Returns
    -------
    Path
        写好的文件。

    Raises
    ------
    OSError
        写不进去。
    """
    write_atomic(path, page_of(lesson(chapter), PACE_MS))
    return path
