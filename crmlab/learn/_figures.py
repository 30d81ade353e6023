"""Reading a figure: its title, whether its letters can be drawn, what shapes it holds."""

import unicodedata
from collections.abc import Sequence
from typing import Any

import matplotlib.font_manager as fonts
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

from crmlab._checks import check_one_of
from crmlab.learn._diagnose import describe

_SHAPES = {
    "bars": ("柱", "根", "ax.bar() 或 ax.barh()"),
    "lines": ("线", "条", "ax.plot()"),
    "points": ("点", "个", "ax.scatter()"),
}


def problem(answer: Any, words: Sequence[str], kind: str | None, count: int | None, labels: bool) -> str | None:
    """First thing that is missing in a figure, as a sentence without its subject."""
    if kind is not None:
        check_one_of("kind", kind, _SHAPES)
    axes = _axes(answer)
    if axes is None:
        return f"是{describe(answer)}，这里要一张图的坐标轴（Axes）。先写 fig, ax = plt.subplots()，再用 ax 画。"
    title = next((text for text in _titles(axes) if text.get_text().strip()), None)
    if title is None:
        return '还没有标题。用 ax.set_title("……") 写一句你的发现。'
    wording = title.get_text().strip()
    if not any("\u4e00" <= letter <= "\u9fff" for letter in wording):
        return f"的标题“{wording}”里没有中文。用一句中文写出你的发现。"
    missing = undrawable(title)
    if missing:
        return f"的标题里“{missing[0]}”画不出来，会变成方框。画图前先运行 plots.setup()。"
    for word in words:
        if word not in wording:
            return f"的标题“{wording}”里没有“{word}”。标题要说出它。"
    for axis, text, setter in (("横轴", axes.get_xlabel(), "set_xlabel"), ("纵轴", axes.get_ylabel(), "set_ylabel")):
        if labels and not text.strip():
            return f'的{axis}没有名字。用 ax.{setter}("……") 写上名字和单位。'
    return None if kind is None else _shape_problem(axes, kind, count)


def _axes(answer: Any) -> Axes | None:
    if isinstance(answer, Axes):
        return answer
    if isinstance(answer, Figure):
        return next((axes for axes in answer.axes if isinstance(axes, Axes)), None)
    return None


def _titles(axes: Axes) -> list[Text]:
    own = [child for child in axes.get_children() if isinstance(child, Text)]
    wordings = {axes.get_title(loc) for loc in ("center", "left", "right")}
    figure = axes.get_figure(root=True)
    above = [] if figure is None else [child for child in figure.get_children() if isinstance(child, Text)]
    return [text for text in own if text.get_text() in wordings] + above


def undrawable(text: Text) -> list[str]:
    """Letters of a text that none of its fonts can draw."""
    opened = []
    for family in text.get_fontfamily():
        try:
            path = fonts.findfont(fonts.FontProperties(family=family), fallback_to_default=False)
        except ValueError:
            continue
        opened.append(FT2Font(path))
    letters = [letter for letter in text.get_text() if unicodedata.category(letter)[0] in "LNPS"]
    return [letter for letter in letters if not any(font.get_char_index(ord(letter)) for font in opened)]


def _shape_problem(axes: Axes, kind: str, count: int | None) -> str | None:
    name, measure, how = _SHAPES[kind]
    found = shapes(axes)[kind]
    if not found:
        return f"里还没有{name}。用 {how} 画。"
    if count is not None and found != count:
        return f"里应有 {count} {measure}{name}，现在有 {found} {measure}。"
    return None


def shapes(axes: Axes) -> dict[str, int]:
    """Count bars, lines and points of a figure."""
    drawn = [line for line in axes.lines if np.size(line.get_xdata())]
    connected = [line for line in drawn if line.get_linestyle() not in ("None", "none", " ", "")]
    loose = [line for line in drawn if line not in connected]
    dots = [item for item in axes.collections if isinstance(item, PathCollection)]
    return {
        "bars": sum(len(box.patches) for box in axes.containers if isinstance(box, BarContainer)),
        "lines": len(connected),
        "points": sum(np.shape(item.get_offsets())[0] for item in dots)
        + sum(np.size(line.get_xdata()) for line in loose),
    }
