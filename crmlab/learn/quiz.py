"""自测: one keyboard-usable panel of items; without a kernel the questions stay readable as text."""

import html
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crmlab._keyboard import styled
from crmlab.learn import progress
from crmlab.learn._grading import KIND_NAMES, LETTERS, Outcome, judge, shuffled
from crmlab.learn.practice import QuizItem, find_items

if TYPE_CHECKING:
    import ipywidgets

_STYLE = """
.crmlab-quiz { max-width: 46em; overflow: visible; }
.crmlab-quiz .crmlab-quiz-item { border-top: 1px solid var(--jp-border-color1, #bdbdbd); padding: 0.6em 0; overflow: visible; }
.crmlab-quiz .widget-html-content, .crmlab-quiz .widget-html { white-space: normal; line-height: 1.6; height: auto; }
.crmlab-quiz .widget-radio, .crmlab-quiz .widget-checkbox { height: auto; overflow: visible; }
.crmlab-quiz .widget-radio-box { padding: 0; overflow: visible; }
.crmlab-quiz .widget-radio-box label, .crmlab-quiz .widget-checkbox .widget-label-basic {
  display: flex; align-items: flex-start; gap: 0.5em; white-space: normal; height: auto; max-width: 44em;
  margin: 0; padding: 0.15em 0; line-height: 1.6; font-size: inherit; overflow: visible; }
.crmlab-quiz .widget-radio-box label { flex-direction: row-reverse; justify-content: flex-end; }
.crmlab-quiz .widget-radio-box label input, .crmlab-quiz .widget-checkbox input { flex: none; margin: 0.2em 0 0 4px; }
.crmlab-quiz .widget-checkbox .widget-label-basic span { overflow: visible; }
.crmlab-quiz .widget-dropdown { flex-direction: row-reverse; justify-content: flex-end; height: auto; align-items: center; }
.crmlab-quiz .widget-dropdown select { flex: 0 0 4.5em; width: 4.5em; margin: 2px 0.6em 2px 4px; }
.crmlab-quiz .widget-dropdown .widget-label { white-space: normal; height: auto; line-height: 1.6; text-align: left; }
.crmlab-quiz :focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
.crmlab-quiz .crmlab-quiz-said { border-left: 4px solid #767676; padding: 0.1em 0.8em; }
.crmlab-quiz .crmlab-quiz-right { border-left-color: #009e73; }
.crmlab-quiz .crmlab-quiz-wrong { border-left-color: #d55e00; }
"""


class QuizPanel:
    """一组自测题。放在一格的最后一行就会显示出来。

    Attributes
    ----------
    notebook : str
        笔记本编号。
    items : list of QuizItem
        题目，按显示的次序。
    """

    def __init__(self, notebook: str, items: list[QuizItem]) -> None:
        self.notebook = notebook
        self.items = items
        self._outcomes: dict[str, bool] = {}
        self._container: ipywidgets.VBox | None = None

    @property
    def container(self) -> "ipywidgets.VBox":
        """The widget, built on first use."""
        if self._container is None:
            import ipywidgets as w

            self._score = w.HTML()
            views = [self._view(number, item) for number, item in enumerate(self.items, start=1)]
            self._container = w.VBox([w.HTML(styled(_STYLE)), *views, self._score])
            self._container.add_class("crmlab-quiz")
            self._show_score()
        return self._container

    def _view(self, number: int, item: QuizItem) -> "ipywidgets.VBox":
        import ipywidgets as w

        stem = w.HTML(f"<div><b>{number}.</b> {_markup(item.stem)}（{KIND_NAMES[item.kind]}）</div>")
        inputs, response = _inputs(item, number)
        button = w.Button(description="提交", tooltip=f"提交第 {number} 题", layout=w.Layout(width="6em"))
        said = w.HTML()
        button.on_click(lambda _: self._submit(item, response(), said))
        view = w.VBox([stem, *inputs, button, said])
        view.add_class("crmlab-quiz-item")
        return view

    def _submit(self, item: QuizItem, response: Any, said: "ipywidgets.HTML") -> None:
        outcome = judge(item, response)
        said.value = _said(outcome)
        if outcome.solved is None:
            return
        self._outcomes[item.id] = outcome.solved
        self._show_score()
        progress.record("quiz", item.id, item.notebook, solved=outcome.solved, response=response)

    def _show_score(self) -> None:
        solved = sum(self._outcomes.values())
        self._score.value = f"<div>共 {len(self.items)} 题，已答 {len(self._outcomes)} 题，答对 {solved} 题。</div>"

    def text(self) -> str:
        """Questions as Markdown, without answers: what a reader without a kernel sees."""
        blocks = [f"**自测 {self.notebook}**（{len(self.items)} 题；运行这一格就能作答）"]
        for number, item in enumerate(self.items, start=1):
            unit = f"（单位：{item.unit}）" if item.unit else ""
            order = shuffled(item) if item.kind == "order" else range(len(item.options))
            options = [f"    - {LETTERS[place]}. {item.options[index]}" for place, index in enumerate(order)]
            stem = item.stem.strip().replace("\n", "\n   ")
            blocks.append("\n".join([f"{number}. {stem}{unit}（{KIND_NAMES[item.kind]}）", *options]))
        return "\n\n".join(blocks)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        view: dict[str, Any] = self.container._repr_mimebundle_()
        text = self.text()
        return view | {"text/markdown": text, "text/plain": text.replace("**", "")}


def _inputs(item: QuizItem, number: int) -> tuple[list["ipywidgets.Widget"], Callable[[], Any]]:
    """Input widgets of one item, and the function that reads the response from them."""
    import ipywidgets as w

    wide = w.Layout(width="auto", max_width="44em")
    own = {"description_width": "initial"}
    if item.kind == "single":
        labels = [(f"{LETTERS[i]}. {_bare(option)}", i) for i, option in enumerate(item.options)]
        radio = w.RadioButtons(options=labels, value=None, layout=wide)
        return [radio], lambda: radio.value
    if item.kind == "multiple":
        boxes = [
            w.Checkbox(description=f"{LETTERS[i]}. {_bare(option)}", indent=False, layout=wide, style=own)
            for i, option in enumerate(item.options)
        ]
        return boxes, lambda: [i for i, box in enumerate(boxes) if box.value]
    if item.kind == "order":
        positions = [("–", None), *((str(k + 1), k + 1) for k in range(len(item.options)))]
        drops = {
            index: w.Dropdown(description=_bare(item.options[index]), options=positions, layout=wide, style=own)
            for index in shuffled(item)
        }
        return list(drops.values()), lambda: [drops[index].value for index in range(len(item.options))]
    label = f"第 {number} 题的答案" + (f"（{item.unit}）" if item.unit else "")
    # Sent when the box is left: a value sent while typing could arrive after the click on the button.
    box = w.Text(description=label, continuous_update=False, layout=w.Layout(width="24em"), style=own)
    return [box], lambda: box.value


def _bare(text: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"\1", re.sub(r"`(.+?)`", r"\1", text))


def _markup(text: str) -> str:
    escaped = html.escape(text.strip()).replace("\n", "<br>")
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", re.sub(r"`(.+?)`", r"<code>\1</code>", escaped))


def _said(outcome: Outcome) -> str:
    state, sign = {True: ("right", "✓ "), False: ("wrong", "✗ "), None: ("open", "")}[outcome.solved]
    # Inserted as an alert, so that a screen reader speaks it while the focus stays on the button.
    return f'<div role="alert" class="crmlab-quiz-said crmlab-quiz-{state}">{sign}{_markup(outcome.message)}</div>'


def quiz(notebook: str, only: list[str] | None = None) -> QuizPanel:
    """一本笔记本的自测题：选好后按“提交”，马上知道对不对、为什么。

    Parameters
    ----------
    notebook : str
        笔记本编号，如 ``"6-2"``。
    only : list of str, optional
        只要这几题（题号）。

    Returns
    -------
    QuizPanel
        放在一格的最后一行就会显示。没有内核时显示题目的文字。

    Raises
    ------
    UnknownIdError
        这本笔记本没有自测题，或没有这个题号；消息里给出最接近的。
    """
    return QuizPanel(notebook, find_items(notebook, only))
