"""A checker for questionnaire wording: type a question, read what is wrong with it."""

import html
from typing import Any

import ipywidgets as w
import matplotlib as mpl
import pandas as pd

from crmlab import plots, satisfaction
from crmlab.widgets.base import Panel
from crmlab.widgets.redraw import fill

_EXAMPLE = "难道您不觉得我们优质的服务和商品让您满意吗？A. 非常满意  B. 满意  C. 比较满意  D. 不满意"


class QuestionnaireCheck(Panel):
    """一个输入框和一张毛病清单。

    Attributes
    ----------
    text : ipywidgets.Textarea
        题目，含选项。
    result : ipywidgets.HTML
        找到的毛病和改法。
    """

    def __init__(self, text: str = _EXAMPLE) -> None:
        self.text = w.Textarea(
            value=text,
            description="题目和选项",
            rows=3,
            style={"description_width": "6em"},
            layout=w.Layout(width="auto"),
        )
        self.result = w.HTML()
        super().__init__([w.HTML("<b>动手改一改</b>：把题目改到没有毛病为止"), self.text, self.result])
        self.text.observe(self._update, "value")
        self._update()

    def _update(self, _change: Any = None) -> None:
        text = self.text.value.strip()
        flaws = (
            satisfaction.questionnaire_flaws(text) if text else pd.DataFrame({"flaw": [], "quote": [], "advice": []})
        )
        if not text:
            finding = "还没有题目：在上面写一道"
        elif flaws.empty:
            finding = "按规则没有找到毛病；规则看不懂意思，再请一个人读一遍"
        else:
            finding = f"找到 {len(flaws)} 处毛病：{'、'.join(dict.fromkeys(flaws['flaw']))}"
        rows = "".join(
            f"<li><b>{html.escape(str(row.flaw))}</b>“{html.escape(str(row.quote))}”：{html.escape(str(row.advice))}</li>"
            for row in flaws.itertuples()
        )
        self.result.value = (
            f'<div role="status"><p>{html.escape(finding)}。</p>{f"<ul>{rows}</ul>" if rows else ""}</div>'
        )
        self.alt = f"{finding}。题目是：{text}" if text else f"{finding}。"
        self._finding, self._flaws = finding, flaws

    def static_png(self) -> bytes:
        """返回现在的静态图：题目和毛病清单。"""
        with mpl.rc_context(plots.style()):
            return _static(self.text.value.strip(), self._finding, self._flaws)


def _static(text: str, finding: str, flaws: pd.DataFrame) -> bytes:
    lines = fill(f"题目：{text}", 46)
    for row in flaws.itertuples():
        lines += fill(f"· {row.flaw}“{row.quote}”：{row.advice}", 46)
    ax = plots.new_axes(finding, height=0.65 + 0.235 * len(lines))
    ax.axis("off")
    ax.text(0, 1, "\n".join(lines), va="top", fontsize=10, linespacing=1.6, transform=ax.transAxes)
    return plots.to_png(ax.figure)


def questionnaire_check(text: str = _EXAMPLE) -> QuestionnaireCheck:
    """问卷体检：写一道题，马上看到措辞上的毛病和改法。

    Parameters
    ----------
    text : str
        一开始放在框里的题目。

    Returns
    -------
    QuestionnaireCheck
        一个输入框和一张毛病清单。

    Raises
    ------
    TypeError
        不是文字。

    Notes
    -----
    规则只认字面，见 :func:`crmlab.satisfaction.questionnaire_flaws`：找不到毛病不等于题目好。

    Examples
    --------
    >>> from crmlab import widgets
    >>> widgets.satisfaction.questionnaire_check("您总是在周末来吗？").alt
    '找到 1 处毛病：绝对化。题目是：您总是在周末来吗？'
    """
    if not isinstance(text, str):
        raise TypeError(f"参数 text 应是一道题的文字，你给的是 {type(text).__name__}。一次查一题。")
    return QuestionnaireCheck(text)
