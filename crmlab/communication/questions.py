"""Open and closed questions: what an agent asks, told apart by a rule table."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_probability, row_of
from crmlab._intervals import interval_text, wilson

_TAG = re.compile(r"(?:对吗|对吧|是吗|是吧|好吗|行吗|可以吗|对不对|是不是)[？?]*$")
_INVITE = re.compile(r"说说|谈谈|讲讲|聊聊|描述一下|介绍一下|告诉我")
_YES_NO = re.compile(r"[吗吧么][？?]*$")
_FACT = re.compile(r"什么时候|什么地方|哪天|哪里|哪儿|哪个|哪一|哪位|几(?!乎)|多少|多久|多大|多长|谁")
_WH = re.compile(r"为什么|为何|怎么|怎样|如何|哪些|什么")


@dataclass(frozen=True, repr=False, eq=False)
class QuestionTypes:
    """提问类型的结果。

    Attributes
    ----------
    questions : DataFrame
        一行一个问句：message（原表的索引）、question（问句）、kind（开放、封闭或选择）、cue（凭哪几个字判的；没有就是空文字）。
    open_share, low, high : float
        开放式提问占全部问句的比例和威尔逊区间，0–1；一个问句也没有时是 NaN。
    n : int
        问句数。
    n_messages : int
        消息条数。
    confidence : float
        置信水平。
    """

    questions: pd.DataFrame
    open_share: float
    low: float
    high: float
    n: int
    n_messages: int
    confidence: float = 0.95

    def __str__(self) -> str:
        if self.n == 0:
            return f"{self.n_messages} 条消息里没有问句"
        interval = interval_text(self.low, self.high, self.confidence, "{:.1%}")
        return f"开放式提问 {self.open_share:.1%}（{interval}，n = {self.n} 个问句，{self.n_messages} 条消息）"

    __repr__ = __str__


def question_types(messages: pd.DataFrame, *, text: str = "text", confidence: float = 0.95) -> QuestionTypes:
    """提问类型：客服问的话里，开放式（open question）占多少，封闭式（closed question）占多少。

    开放式提问请对方展开说；封闭式提问用“是”“不是”或一个事实就能答完；选择式给出几个选项，也属封闭一类，单独列出。
    占比 = 开放式问句数 ÷ 全部问句数。

    Parameters
    ----------
    messages : DataFrame
        一行一条消息，只留要查的人（例如客服）说的话；一条里可以有几个问句。
    text : str, default "text"
        文字列的列名。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    QuestionTypes
        逐句的类型和依据，开放式的占比和区间。

    Raises
    ------
    TypeError
        不是表，或文字列里有不是文字的值。
    ValueError
        缺列，一行也没有，或置信水平不在 0–1 之间。

    Notes
    -----
    问句 = 以问号结尾的句子，或请对方“说说”“讲讲”的句子。依次判：句尾是“对吗”一类又没有请对方“说说”，封闭；有“还是”又不以“吗”结尾，选择；
    有“说说”“告诉我”一类，开放；以“吗”“吧”结尾，封闭；问时间、地点、数目、人，封闭；有“为什么”“怎么”“什么”一类，开放；其余封闭。
    规则只认字面，反问（“怎么能这样？”）会判成开放。用之前请人工标一百句，用 :func:`cohen_kappa` 看规则和人是否一致。
    区间把问句当作互相独立；同一段对话的问句相像时，区间偏窄。开放式多不等于问得好：先开放，再用封闭式确认。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> chats = pd.DataFrame({"text": ["您好，哪里不满意？请说说经过。", "要退货还是换货？", "是昨天收到的，对吗？"]})
    >>> found = communication.question_types(chats)
    >>> found
    开放式提问 25.0%（95% 区间 4.6%–69.9%，n = 4 个问句，3 条消息）
    >>> found.questions["kind"].tolist()
    ['封闭', '开放', '选择', '封闭']
    """
    check_frame("messages", messages, [text])
    check_probability("confidence", confidence)
    column = messages[text]
    rows: list[tuple[object, str, str, str]] = []
    for at, said in enumerate(column):
        if not isinstance(said, str):
            found = "空的" if pd.isna(said) else f"“{said}”"
            raise TypeError(f"列“{text}”应全是文字，{row_of(column, at)}是{found}。请先补上或删去这一行。")
        rows.extend((column.index[at], question, *_kind(question)) for question in _questions(said))
    questions = pd.DataFrame(rows, columns=["message", "question", "kind", "cue"])
    n, is_open = len(questions), int((questions["kind"] == "开放").sum())
    low, high = wilson(is_open, n, confidence)
    share = is_open / n if n else np.nan
    return QuestionTypes(questions, share, float(low), float(high), n, len(messages), confidence)


def _questions(said: str) -> list[str]:
    sentences = [s.strip() for s in re.findall(r"[^。！!；;\n？?]+[？?]*", said)]
    return [s for s in sentences if s.endswith(("？", "?")) or _INVITE.search(s)]


def _kind(question: str) -> tuple[str, str]:
    tag = _TAG.search(question)
    # An invitation stays one when it closes politely: “请说说经过，好吗”.
    if tag and not _INVITE.search(question):
        return "封闭", tag.group(0).rstrip("？?")
    yes_no = _YES_NO.search(question)
    if "还是" in question and not yes_no:
        return "选择", "还是"
    for kind, found in (
        ("开放", _INVITE.search(question)),
        ("封闭", yes_no),
        ("封闭", _FACT.search(question)),
        ("开放", _WH.search(question)),
    ):
        if found:
            return kind, found.group(0).rstrip("？?")
    return "封闭", ""
