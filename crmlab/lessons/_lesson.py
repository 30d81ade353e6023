"""What a short lesson is: one figure that grows step by step, a sentence a step."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from crmlab import plots
from crmlab.plots.style import to_picture

STEPS = (6, 10)  # a lesson has at least and at most so many
SIZE = (7.2, 3.8)  # inches
COLOURS = 64  # a frame's palette: nothing is seen of it, and the page stays small


@dataclass(frozen=True)
class Step:
    """一步：一句话，和画到图上的东西。

    Attributes
    ----------
    says : str
        一句话。
    draw : callable
        ``draw(ax)``：在同一个坐标轴上接着画；前几步画的还在。
    """

    says: str
    draw: Callable[[Axes], Any]


def together(*draws: Callable[[Axes], Any]) -> Callable[[Axes], None]:
    """Return a drawing that does all of ``draws``, in this order."""

    def draw(ax: Axes) -> None:
        for one in draws:
            one(ax)

    return draw


@dataclass(frozen=True)
class Lesson:
    """一节微课：一张图分几步画出来。

    Attributes
    ----------
    chapter : int
        第几章。
    title : str
        标题，一个问题。
    source : str
        图里的数是哪里来的：公式、模拟或真实数据。
    notebook : str
        接着学哪一课，如 ``"6-2"``。
    steps : tuple of Step
        6–10 步。
    """

    chapter: int
    title: str
    source: str
    notebook: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        if not STEPS[0] <= len(self.steps) <= STEPS[1]:
            raise ValueError(f"微课“{self.title}”有 {len(self.steps)} 步，应有 {STEPS[0]}–{STEPS[1]} 步。")

    @cached_property
    def frames(self) -> tuple[bytes, ...]:
        """每一步画完以后的图（PNG）。"""
        with rc_context(plots.style()):
            figure = Figure(figsize=SIZE)
            figure.set_layout_engine("none")
            ax = figure.add_axes((0.11, 0.17, 0.84, 0.76))
            done = []
            for step in self.steps:
                step.draw(ax)
                done.append(_png(figure))
        return tuple(done)

    @property
    def alt(self) -> str:
        """替代文字：标题和每一步的话。"""
        said = "".join(f"{number}. {step.says}" for number, step in enumerate(self.steps, 1))
        return f"微课：{self.title}{said}（{self.source}）"


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    to_picture(figure).quantize(COLOURS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
