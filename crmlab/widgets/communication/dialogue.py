"""A checker for dialogues and replies: type, read the score, see the taboo words marked."""

import html
import re
from typing import Any

import ipywidgets as w
import matplotlib as mpl
import pandas as pd

from crmlab import communication, plots
from crmlab.widgets.base import Panel
from crmlab.widgets.redraw import fill

_EXAMPLE = "客户：我的杯子收到就是碎的，怎么办？\n客服：不知道，你找别人吧。\n客户：你们这是什么态度！\n客服：您好，请问订单号是多少？"
_MARK = '<mark style="background:#F8D3A6;color:black"><b>{}</b></mark>'


class DialogueCheck(Panel):
    """一个输入框、首次回应的滑块和一张得分单；禁忌语在原文里标出来。

    Attributes
    ----------
    text : ipywidgets.Textarea
        对话或答复，一行一句；“客户：”开头的是客户说的，别的都算客服说的。
    seconds : ipywidgets.IntSlider or None
        首次回应用了几秒；规则表里没有限时的规则时是 None。
    result : ipywidgets.HTML
        得分、标出禁忌语的原文、没做到的规则和改法。
    report : DialogueReport or None
        现在的质检结果；还没有客服的话时是 None。
    """

    def __init__(self, text: str, rules: pd.DataFrame, *, label: str, invitation: str, seconds: int | None) -> None:
        communication.dialogue_score(_lines("客服：您好", None), rules)
        self.rules = rules
        self.text = w.Textarea(
            value=text,
            description=label,
            rows=5,
            style={"description_width": "6em"},
            layout=w.Layout(width="auto"),
        )
        timed = seconds is not None and bool((rules["kind"] == "within").any())
        self.seconds = (
            w.IntSlider(
                value=seconds, min=0, max=300, step=5, description="首次回应（秒）", style={"description_width": "8em"}
            )
            if timed
            else None
        )
        self.result = w.HTML()
        inputs = [self.text] + ([self.seconds] if self.seconds is not None else [])
        super().__init__([w.HTML(f"<b>动手改一改</b>：{invitation}"), *inputs, self.result])
        for control in inputs:
            control.observe(self._update, "value")
        self._update()

    def _update(self, _change: Any = None) -> None:
        said = self.text.value.strip()
        waited = None if self.seconds is None else self.seconds.value
        lines = _lines(said, waited)
        self.report = (
            communication.dialogue_score(lines, self.rules, seconds=None if waited is None else "seconds")
            if (lines["speaker"] == "客服").any()
            else None
        )
        self._finding = self._sentence()
        self.result.value = f'<div role="status"><p>{html.escape(self._finding)}。</p>{self._details(said)}</div>'
        self.alt = f"{self._finding}。原文是：{said}" if said else f"{self._finding}。"

    def _sentence(self) -> str:
        if self.report is None:
            return "还没有客服的话：在上面写一句"
        row, hits = self.report.scores.iloc[0], self.report.hits
        verdict = "及格" if row["passed"] else "不及格"
        taboo = f"禁忌语 {len(hits)} 处：{'、'.join(dict.fromkeys(hits['quote']))}" if len(hits) else "没有找到禁忌语"
        lacking = len(self.report.missing)
        todo = f"还有 {lacking} 条没做到" if lacking else "规则上的都做到了，意思对不对还要人看"
        return f"{row['total']:.0f} 分，{verdict}；{taboo}；{todo}"

    def _details(self, said: str) -> str:
        if self.report is None:
            return ""
        quotes = sorted(set(self.report.hits["quote"]), key=len, reverse=True)
        shown = "<br>".join(_marked(line, quotes) for line in said.splitlines() if line.strip())
        rows = "".join(f"<li><b>{html.escape(name)}</b>：{html.escape(advice)}</li>" for name, advice in self._advice())
        return f"<p>{shown}</p>" + (f"<ul>{rows}</ul>" if rows else "")

    def _advice(self) -> list[tuple[str, str]]:
        if self.report is None:
            return []
        hits = [(f"{row.rule}“{row.quote}”", str(row.advice)) for row in self.report.hits.itertuples()]
        return hits + [(f"没有{row.rule}", str(row.advice)) for row in self.report.missing.itertuples()]

    def static_png(self) -> bytes:
        """返回现在的静态图：原文（禁忌语用【】括起）和改法清单。"""
        with mpl.rc_context(plots.style()):
            quotes = [] if self.report is None else sorted(set(self.report.hits["quote"]), key=len, reverse=True)
            lines = []
            for line in self.text.value.strip().splitlines():
                lines += fill(_marked(line, quotes, "【{}】", escape=False), 46)
            for name, advice in self._advice():
                lines += fill(f"· {name}：{advice}", 46)
            ax = plots.new_axes(
                self._finding if len(self._finding) < 46 else self._finding.split("；")[0],
                height=0.65 + 0.235 * max(len(lines), 1),
            )
            ax.axis("off")
            ax.text(0, 1, "\n".join(lines), va="top", fontsize=10, linespacing=1.6, transform=ax.transAxes)
            return plots.to_png(ax.figure)


def _lines(said: str, seconds: int | None) -> pd.DataFrame:
    """Split into one row a line; the customer's lines say so, all others are the agent's."""
    rows = []
    for line in said.splitlines():
        found = re.match(r"\s*(客户|客服)\s*[：:]\s*", line)
        words = line[found.end() :].strip() if found else line.strip()
        if words:
            rows.append((1, found.group(1) if found else "客服", words))
    table = pd.DataFrame(rows, columns=["dialog_id", "speaker", "text"])
    asked = (table["speaker"] == "客户").cummax()
    return table if seconds is None else table.assign(seconds=(asked & (table["speaker"] == "客服")) * float(seconds))


def _marked(line: str, quotes: list[str], mark: str = _MARK, *, escape: bool = True) -> str:
    """Return the line with the quotes marked; what a customer says is left alone."""
    shown = html.escape if escape else str
    if not quotes or re.match(r"\s*客户\s*[：:]", line):
        return shown(line)
    pieces = re.split(f"({'|'.join(map(re.escape, quotes))})", line)
    return "".join(mark.format(shown(piece)) if i % 2 else shown(piece) for i, piece in enumerate(pieces))


def dialogue_check(text: str = _EXAMPLE, *, rules: pd.DataFrame | None = None) -> DialogueCheck:
    r"""对话体检：写一段客服对话，马上看到得分、禁忌语和没做到的规则。

    Parameters
    ----------
    text : str
        一开始放在框里的对话，一行一句，用“客户：”“客服：”开头。
    rules : DataFrame, optional
        规则表，见 :func:`crmlab.communication.dialogue_rules`；不给就用它。

    Returns
    -------
    DialogueCheck
        一个输入框、首次回应的滑块和一张得分单。

    Raises
    ------
    TypeError
        不是文字。
    ValueError
        规则表不对。

    Notes
    -----
    规则只认字面，见 :func:`crmlab.communication.dialogue_score`：得分高不等于客户满意。

    Examples
    --------
    >>> from crmlab import widgets
    >>> widgets.communication.dialogue_check("客户：杯子碎了\n客服：不知道").alt.split("。")[0]
    '5 分，不及格；禁忌语 1 处：不知道；还有 7 条没做到'
    """
    if not isinstance(text, str):
        raise TypeError(f"参数 text 应是一段对话的文字，你给的是 {type(text).__name__}。一行写一句。")
    table = communication.dialogue_rules() if rules is None else rules
    return DialogueCheck(text, table, label="对话", invitation="把客服的话改到没有禁忌语，再补上没做到的", seconds=30)
