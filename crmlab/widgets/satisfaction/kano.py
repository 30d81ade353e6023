"""The Kano table as twenty-five buttons and two questions."""

import html
from typing import Any

import ipywidgets as w
import matplotlib as mpl
from matplotlib.patches import Rectangle

from crmlab import plots, satisfaction
from crmlab.widgets.base import Panel

_WORDS = {"like": "喜欢", "must_be": "理应如此", "neutral": "无所谓", "live_with": "能忍受", "dislike": "不喜欢"}
# Light tints of the Okabe-Ito colours: black letters stay readable on them.
_TINTS = {"A": "#B9E3D4", "O": "#B5D6EA", "M": "#F5C6A5", "I": "#E4E4E4", "R": "#EBCFDF", "Q": "#FBF6B8"}
_MEANING = {
    "A": "没有也不怪你，有了就惊喜；日子久了，它会变成理所当然",
    "O": "做得越好越满意，做得越差越不满，一分投入一分回报",
    "M": "有了不会夸你，没有一定生气；先保证它不出错",
    "I": "有没有都一样，别在这里花钱",
    "R": "有了反而讨厌，应该拿掉或让人能关掉",
    "Q": "两个回答互相矛盾，多半是题目没看懂，这份回答不算",
}


class KanoMatrix(Panel):
    """两个问题和 5×5 的 Kano 表；点格子或选回答，显示类别。

    Attributes
    ----------
    functional, dysfunctional : ipywidgets.Dropdown
        “有这个功能”“没有这个功能”时的回答。
    buttons : dict
        25 个格子，键是（有时的回答，没有时的回答）。
    result : ipywidgets.HTML
        一句话的结果。
    """

    def __init__(self) -> None:
        answers = [(word, code) for code, word in _WORDS.items()]
        wide = {"style": {"description_width": "17em"}, "layout": w.Layout(width="auto", max_width="30em")}
        self.functional = w.Dropdown(options=answers, description="如果有这个功能，你觉得怎样？", **wide)
        self.dysfunctional = w.Dropdown(
            options=answers, value="dislike", description="如果没有这个功能，你觉得怎样？", **wide
        )  # fmt: skip
        self.buttons = {(f, d): self._button(f, d) for f in _WORDS for d in _WORDS}
        self.result = w.HTML()
        legend = "　".join(f"<b>{c}</b> {word}" for c, word in satisfaction.KANO_CATEGORIES.items())
        super().__init__(
            [
                w.HTML("<b>动手试一试</b>：选两个回答，或直接点格子"),
                self.functional,
                self.dysfunctional,
                self._grid(),
                w.HTML(legend),
                self.result,
            ]
        )
        for question in (self.functional, self.dysfunctional):
            question.observe(self._update, "value")
        self._update()

    def _button(self, functional: str, dysfunctional: str) -> w.Button:
        letter = str(satisfaction.KANO_TABLE.loc[functional, dysfunctional])
        button = w.Button(
            description=letter,
            tooltip=f"有：{_WORDS[functional]}；没有：{_WORDS[dysfunctional]}",
            layout=w.Layout(width="auto", height="34px", margin="1px"),
            style={"button_color": _TINTS[letter], "text_color": "black"},
        )
        button.on_click(lambda _: self.choose(functional, dysfunctional))
        return button

    def _grid(self) -> w.GridBox:
        head = w.HTML("<div style='text-align:right'>有↓　没有→</div>")
        columns = [w.HTML(f"<div style='text-align:center'>{word}</div>") for word in _WORDS.values()]
        rows: list[Any] = [head, *columns]
        for functional, word in _WORDS.items():
            rows.append(w.HTML(f"<div style='text-align:right;line-height:34px'>{word}</div>"))
            rows += [self.buttons[functional, dysfunctional] for dysfunctional in _WORDS]
        layout = w.Layout(grid_template_columns="6.5em repeat(5, minmax(56px, 92px))", grid_gap="0 4px")
        return w.GridBox(rows, layout=layout)

    def choose(self, functional: str, dysfunctional: str) -> None:
        """选一格：两个问题的回答跟着变。

        Parameters
        ----------
        functional, dysfunctional : {"like", "must_be", "neutral", "live_with", "dislike"}
            有、没有这个功能时的回答。
        """
        self.functional.value = functional
        self.dysfunctional.value = dysfunctional

    def _update(self, _change: Any = None) -> None:
        pair = (self.functional.value, self.dysfunctional.value)
        letter = satisfaction.kano_evaluate([pair[0]], [pair[1]]).iloc[0]
        for answers, button in self.buttons.items():
            chosen = answers == pair
            button.layout.border = "3px solid black" if chosen else "1px solid #9e9e9e"
            button.style.font_weight = "bold" if chosen else "normal"
        sentence = (
            f"有“{_WORDS[pair[0]]}”、没有“{_WORDS[pair[1]]}”，是{satisfaction.KANO_CATEGORIES[letter]}（{letter}）："
            f"{_MEANING[letter]}。"
        )
        self.result.value = f'<p role="status" style="font-size:1.1em">{html.escape(sentence)}</p>'
        self.alt = f"{sentence}5 行 5 列的 Kano 表，行是有这个功能时的回答，列是没有时的回答，粗框是选中的格子。"

    def static_png(self) -> bytes:
        """返回现在的静态图：选中的格子有粗框。"""
        with mpl.rc_context(plots.style()):
            return self._draw((self.functional.value, self.dysfunctional.value))

    def _draw(self, pair: tuple[str, str]) -> bytes:
        ax = plots.new_axes(self.alt.split("：")[0], height=3.6)
        words = list(_WORDS.values())
        for row, functional in enumerate(_WORDS):
            for column, dysfunctional in enumerate(_WORDS):
                letter = str(satisfaction.KANO_TABLE.loc[functional, dysfunctional])
                on = (functional, dysfunctional) == pair
                edge = {"edgecolor": "black", "linewidth": 2.5, "zorder": 2} if on else {"edgecolor": "white"}
                ax.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, facecolor=_TINTS[letter], **edge))
                ax.text(column, row, letter, ha="center", va="center", fontsize=13 if on else 11)
        ax.set_xlim(-0.5, 4.5)
        ax.set_ylim(4.5, -0.5)
        ax.set_xticks(range(5), words)
        ax.set_yticks(range(5), words)
        ax.tick_params(length=0)
        ax.set_xlabel("没有这个功能时")
        ax.set_ylabel("有这个功能时")
        return plots.to_png(ax.figure)


def kano_matrix() -> KanoMatrix:
    """Kano 表：回答正反两问，或点 5×5 的格子，看这个功能属于哪一类。

    Returns
    -------
    KanoMatrix
        两个下拉框、25 个格子和一句话的结果。

    References
    ----------
    见 :func:`crmlab.satisfaction.kano_evaluate`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> table = widgets.satisfaction.kano_matrix()
    >>> table.choose("neutral", "dislike")
    >>> table.alt.split("：")[0]
    '有“无所谓”、没有“不喜欢”，是必备型（M）'
    """
    return KanoMatrix()
