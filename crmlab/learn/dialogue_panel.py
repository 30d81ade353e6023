"""对话练习: a scripted dialogue as one keyboard-usable panel; without a kernel its opening stays readable."""

import hashlib
import html
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from crmlab._keyboard import styled
from crmlab.learn import progress
from crmlab.learn._dialogue_schema import CHOICES, MOODS
from crmlab.learn._grading import LETTERS
from crmlab.learn.dialogue import PASS_SHARE, Choice, Script, State, Turn, choose, find_script, start

if TYPE_CHECKING:
    import ipywidgets

HONEST = (
    "这是写好的剧本，不是人工智能：客户的每句话都是事先写好的，你选哪一个回答，就照剧本接哪一句。人物和店铺都是模拟的。"
)

# A second click within this time is a double click (or a key held down), not an answer to what has just appeared.
_PAUSE_S = 0.3

_STYLE = """
.crmlab-dialogue { max-width: 46em; overflow: visible; }
.crmlab-dialogue .widget-html-content, .crmlab-dialogue .widget-html {
  white-space: normal; line-height: 1.6; height: auto; overflow: visible; }
.crmlab-dialogue .jupyter-button {
  width: auto; max-width: 44em; height: auto; white-space: normal; text-align: left; line-height: 1.6;
  padding: 0.3em 0.8em; margin: 3px 4px; overflow: visible; }
.crmlab-dialogue .jupyter-button:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
.crmlab-dialogue p { margin: 0.3em 0; }
.crmlab-dialogue-note { border: 1px solid #767676; padding: 0.2em 0.8em; }
.crmlab-dialogue-customer { border-left: 4px solid #e69f00; padding: 0.1em 0.8em; margin: 0.4em 3em 0.4em 0; }
.crmlab-dialogue-you { border-left: 4px solid #0072b2; padding: 0.1em 0.8em; margin: 0.4em 0 0.4em 3em; }
.crmlab-dialogue-end { border-top: 1px solid #767676; padding-top: 0.4em; }
.crmlab-dialogue table { border-collapse: collapse; margin: 0.5em 0; }
.crmlab-dialogue th, .crmlab-dialogue td { border: 1px solid #767676; padding: 0.1em 0.8em; text-align: right; }
.crmlab-dialogue ul { margin: 0.2em 0 0.8em; padding-left: 1.4em; }
"""


class DialoguePanel:
    """一段写好的对话。放在一格的最后一行就会显示出来。

    Attributes
    ----------
    script : Script
        剧本。
    state : State
        现在到了哪一轮、选过哪些回答、客户的情绪。
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.state = start(script)
        self._shown: list[int] = []
        self._pressed = -_PAUSE_S
        self._container: ipywidgets.VBox | None = None

    @property
    def container(self) -> "ipywidgets.VBox":
        """The widget, built on first use."""
        if self._container is None:
            import ipywidgets as w

            self._past, self._now, self._end, self._why = (w.HTML() for _ in range(4))
            self._buttons = [w.Button() for _ in range(CHOICES[1])]
            for place, button in enumerate(self._buttons):
                button.on_click(lambda _, place=place: self._answer(place))
            self._again = w.Button(description="再来一次", tooltip="从第一句重新开始这段对话")
            self._again.on_click(lambda _: self._restart())
            head = w.HTML(styled(_STYLE) + _head(self.script))
            self._container = w.VBox([head, self._past, self._now, *self._buttons, self._end, self._again, self._why])
            self._container.add_class("crmlab-dialogue")
            self._draw()
        return self._container

    def _answer(self, place: int) -> None:
        if self._too_soon() or place >= len(self._shown):
            return
        self.state = choose(self.state, self._shown[place])
        self._draw()
        if self.state.ending is None:
            self._buttons[0].focus()
            return
        self._again.focus()
        progress.record(
            "dialogue",
            self.script.id,
            self.script.notebook,
            solved=self.state.passed,
            response=list(self.state.path),
            ending=self.state.ending.id,
            score=self.state.total,
            best=self.script.best,
        )

    def _too_soon(self) -> bool:
        before, self._pressed = self._pressed, monotonic()
        return self._pressed - before < _PAUSE_S

    def _restart(self) -> None:
        if self._too_soon():
            return
        self.state = start(self.script)
        self._draw()
        self._buttons[0].focus()

    def _draw(self) -> None:
        turn = self.state.turn
        self._shown = order(self.script, turn) if turn else []
        self._past.value = _past(self.state)
        self._now.value = _now(self.state)
        self._end.value = _result(self.state)
        self._why.value = _explained(self.state)
        for place, button in enumerate(self._buttons):
            used = turn is not None and place < len(self._shown)
            button.description = _option(turn, self._shown, place) if turn and used else ""
            button.layout.display = "" if used else "none"
        self._again.layout.display = "none" if turn else ""

    def text(self) -> str:
        """The opening and the first choices as plain text."""
        opening = self.script.opening
        shown = order(self.script, opening)
        options = [f"  {_option(opening, shown, place)}" for place in range(len(shown))]
        return "\n".join(
            [
                f"对话练习：{self.script.title}（运行这一格就能选）",
                HONEST,
                f"情境：{self.script.scene.strip()}",
                f"{self.script.customer}：{opening.says}",
                "你可以这样回答：",
                *options,
            ]
        )

    def html(self) -> str:
        """The opening and the first choices as HTML: what a reader without a kernel sees."""
        opening = self.script.opening
        shown = order(self.script, opening)
        options = "".join(f"<li>{html.escape(opening.choices[index].says)}</li>" for index in shown)
        return (
            f'<div class="crmlab-dialogue-static">{_head(self.script)}{_now(start(self.script), alert=False)}'
            f'<p>你可以这样回答（运行这一格就能选）：</p><ol type="A">{options}</ol></div>'
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        view: dict[str, Any] = self.container._repr_mimebundle_()
        return view | {"text/html": self.html(), "text/plain": self.text()}


def order(script: Script, turn: Turn) -> list[int]:
    """Places of a turn's answers in the order shown: fixed by the ids, so that the best has no usual place."""
    return sorted(
        range(len(turn.choices)),
        key=lambda index: hashlib.sha256(f"{script.id}/{turn.id}/{index}".encode()).digest(),
    )


def _option(turn: Turn, shown: list[int], place: int) -> str:
    return f"{LETTERS[place]}. {turn.choices[shown[place]].says}"


def _head(script: Script) -> str:
    return (
        f"<p><b>对话练习：{html.escape(script.title)}</b></p>"
        f'<p class="crmlab-dialogue-note">{html.escape(HONEST)}</p>'
        f"<p>情境：{html.escape(script.scene.strip())}</p>"
    )


def _said(script: Script, *texts: str) -> str:
    words = html.escape("".join(text.strip() for text in texts))
    return f"<b>{html.escape(script.customer)}：</b>{words}"


def _past(state: State) -> str:
    """Everything before the customer's latest words."""
    blocks, reply = [], ""
    for turn, choice in state.steps:
        blocks.append(f'<div class="crmlab-dialogue-customer">{_said(state.script, reply, turn.says)}</div>')
        points = _points(choice, state.script.dimensions)
        blocks.append(
            f'<div class="crmlab-dialogue-you"><b>你：</b>{html.escape(choice.says)}<br><small>{points}</small></div>'
        )
        reply = choice.reply
    return "".join(blocks)


def _now(state: State, *, alert: bool = True) -> str:
    """The customer's latest words and his mood."""
    reply = state.steps[-1][1].reply if state.path else ""
    says = state.turn.says if state.turn else ""
    # Inserted as an alert, so that a screen reader speaks it while the focus moves to the first answer.
    role = ' role="alert"' if alert and state.path else ""
    mood = f"<small>{html.escape(state.script.customer)}的情绪：{_mood(state.mood)}</small>"
    return f'<div{role} class="crmlab-dialogue-customer">{_said(state.script, reply, says)}<br>{mood}</div>'


def _mood(mood: int) -> str:
    return f"{'●' * mood}{'○' * (len(MOODS) - mood)} {MOODS[mood - 1]}"


def _number(points: int) -> str:
    return str(points).replace("-", "−")


def _points(choice: Choice, dimensions: Iterable[str]) -> str:
    named = [
        f"{name} {'+' if choice.points[name] > 0 else ''}{_number(choice.points[name])}"
        for name in dimensions
        if choice.points.get(name)
    ]
    return html.escape("，".join(named) or "不加分也不减分")


def _result(state: State) -> str:
    """Ending and score; nothing before the end."""
    if state.ending is None:
        return ""
    script, own, best = state.script, state.points, state.script.best_end().points
    rows = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{_number(own[name])}</td><td>{_number(best[name])}</td></tr>'
        for name in script.dimensions
    )
    verdict = "达到" if state.passed else "没有达到"
    return (
        f'<div role="alert" class="crmlab-dialogue-end"><p><b>结局：{html.escape(state.ending.title)}</b></p>'
        f"<p>{html.escape(state.ending.tells.strip())}</p>"
        f"<p>你得了 <b>{_number(state.total)}</b> 分。最好的走法 {_number(script.best)} 分，"
        f"最差的 {_number(script.worst)} 分；{verdict}最高分的 {PASS_SHARE:.0%}。"
        f"客户最后的情绪：{_mood(state.mood)}。</p>"
        '<table><thead><tr><th scope="col">方面</th><th scope="col">你的得分</th><th scope="col">最好的走法</th></tr>'
        f"</thead><tbody>{rows}</tbody></table></div>"
    )


def _explained(state: State) -> str:
    """The reasons for every answer of every turn gone through; nothing before the end."""
    if state.ending is None:
        return ""
    return "<p><b>每个回答为什么好、为什么不好</b></p>" + "".join(
        _reasons(state, number) for number in range(len(state.path))
    )


def _reasons(state: State, number: int) -> str:
    turn, chosen = state.steps[number]
    top = max(choice.total for choice in turn.choices)
    lines = []
    for index in order(state.script, turn):
        choice = turn.choices[index]
        marks = [name for name, true in (("你选的", choice is chosen), ("最好", choice.total == top)) if true]
        mark = f"<b>【{'，'.join(marks)}】</b>" if marks else ""
        lines.append(
            f"<li>{mark}{html.escape(choice.says)}<br>{_points(choice, state.script.dimensions)}。"
            f"{html.escape(choice.why)}</li>"
        )
    return f"<p>第 {number + 1} 轮。{_said(state.script, turn.says)}</p><ul>{''.join(lines)}</ul>"


def dialogue(name: str) -> DialoguePanel:
    """一段写好的对话：客户说一句，你选一个回答，看后果；最后说明每个回答为什么好、为什么不好。

    Parameters
    ----------
    name : str
        对话的名字，如 ``"4-reception"``。

    Returns
    -------
    DialoguePanel
        放在一格的最后一行就会显示。没有内核时显示第一句和可选的回答。

    Raises
    ------
    UnknownIdError
        没有这段对话；消息里给出最接近的和现有的。

    Notes
    -----
    这是剧本，不是人工智能：客户的话都是事先写好的。分数是作者给每个回答定的，说明哪些做法好，不是测出来的客户反应。
    达到最高分的 80% 记为做对。
    """
    return DialoguePanel(find_script(name))
