"""The short lesson as a widget: the figure, its sentence, back, play, on."""

import html

import ipywidgets as w

from crmlab.lessons._lesson import Lesson
from crmlab.widgets.base import Panel, Picture

PACE_MS = 5000  # how long a step stays while the lesson plays: time to read its sentence twice


class LessonPanel(Panel):
    """一节微课。放在单元格最后一行就会显示；没有内核时看到的是画完的图。

    Parameters
    ----------
    lesson : Lesson
        微课。

    Attributes
    ----------
    step : int
        现在在第几步，从 1 数起。
    """

    def __init__(self, lesson: Lesson) -> None:
        self.lesson = lesson
        last = len(lesson.steps) - 1
        self._picture = Picture(format="png", layout=w.Layout(max_width="100%", width="720px"))
        self._says = w.HTML()
        self._play = w.Play(min=0, max=last, interval=PACE_MS, show_repeat=False)
        self._back = w.Button(description="上一步", tooltip="回到上一步", layout=w.Layout(width="6em"))
        self._on = w.Button(description="下一步", tooltip="到下一步", layout=w.Layout(width="6em"))
        self._back.on_click(lambda _: self._go(-1))
        self._on.on_click(lambda _: self._go(1))
        self._play.observe(self._show, "value")
        head = w.HTML(f"<b>微课：{html.escape(lesson.title)}</b>　<small>{html.escape(lesson.source)}</small>")
        super().__init__(
            [head, self._picture, self._says, w.HBox([self._back, self._play, self._on])], lesson.alt, lesson.frames[-1]
        )
        self._show(None)

    @property
    def step(self) -> int:
        """现在在第几步，从 1 数起。"""
        return int(self._play.value) + 1

    def _go(self, by: int) -> None:
        self._play.playing = False
        self._play.value = min(max(self._play.value + by, 0), self._play.max)

    def _show(self, _change: object) -> None:
        says = self.lesson.steps[self.step - 1].says
        count = f"第 {self.step} 步，共 {len(self.lesson.steps)} 步"
        with self._picture.hold_sync():
            self._picture.value = self.lesson.frames[self.step - 1]
            self._picture.tooltip = f"{count}：{says}"
        self._says.value = f'<p role="status" style="line-height:1.6"><small>{count}</small><br>{html.escape(says)}</p>'
        self._back.disabled, self._on.disabled = self.step == 1, self.step == len(self.lesson.steps)
