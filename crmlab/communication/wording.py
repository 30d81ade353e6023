"""Rule tables that find common flaws in an e-mail or a chat message before it is sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

Finder = Callable[[str], list[str]]


@dataclass(frozen=True)
class _Rule:
    flaw: str
    find: Finder
    advice: str


def _pattern(expression: str) -> Finder:
    compiled = re.compile(expression)
    return lambda text: [match.group(0) for match in compiled.finditer(text)]


def _without(expression: str, quote: str) -> Finder:
    compiled = re.compile(expression)
    return lambda text: [] if compiled.search(text) else [quote]


def _long_sentence(limit: int) -> Finder:
    def find(text: str) -> list[str]:
        return [s.strip()[:20] + "……" for s in re.split(r"[。！？!?；;\n]", text) if len(s.strip()) > limit]

    return find


def _too_long(limit: int) -> Finder:
    return lambda text: [f"共 {len(text)} 字"] if len(text) > limit else []


_PRIVATE = _pattern(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{16,19}(?!\d)")
_SHOUTING = _pattern(r"[！!]{2,}|[？?]{2,}|[\u2605-\u2606\u25a0-\u25ff]{2,}")
_TABOO = _pattern("不归我管|没办法|你必须|自己看|爱买不买|随便你|听不懂|不知道|不可能")

_CHAT = (
    _Rule(
        "只问“在吗”",
        lambda t: [t.strip()] if re.fullmatch(r"(?:您好|你好)?[，,\s]*在(?:吗|不|么)[？?~～\s]*", t.strip()) else [],
        "问好之后直接说事，别让客户等你开口。",
    ),
    _Rule("太长", _too_long(120), "一条只说一件事，拆成几条短的。"),
    _Rule("长句", _long_sentence(50), "一句不超过三十来个字。"),
    _Rule("符号太多", _SHOUTING, "感叹号和问号用一个就够。"),
    _Rule("语气词太多", _pattern(r"[哦呢啦哟呀嘛哈嘻]{2,}|(?:亲[~～，,]?){2,}"), "语气词少用，一句至多一个。"),
    _Rule("字体古怪", _pattern(r"[\u02b0-\u036f\u2100-\u214f\uff41-\uff5a]{2,}"), "用普通字体，花体字读屏软件读不出。"),
    _Rule("禁忌语", _TABOO, "换成“我来查，几点前回您”。"),
    _Rule("隐私", _PRIVATE, "不要在聊天里完整写出手机号、身份证号、卡号。"),
)
_EMAIL = (
    _Rule(
        "没有称呼",
        lambda t: (
            []
            if re.match(r"\s*(?:尊敬的|亲爱的|您好|你好|各位|[\u4e00-\u9fff]{1,6}(?:先生|女士|老师|经理|总))", t)
            else [t.strip()[:10]]
        ),
        "开头称呼对方，再问好。",
    ),
    _Rule(
        "没有落款",
        lambda t: (
            []
            if re.search(r"此致|敬礼|祝好|顺祝|谨上|敬上|客服(?:部|中心|专员)|联系电话", t[-80:])
            else [t.strip()[-10:]]
        ),
        "结尾写明你是谁、怎么联系。",
    ),
    _Rule("太长", _too_long(600), "先写结论，细节放附件。"),
    _Rule("长句", _long_sentence(60), "拆成短句，或分条写。"),
    _Rule("符号太多", _SHOUTING, "感叹号和问号用一个就够。"),
    _Rule("禁忌语", _TABOO, "先说能做什么。"),
    _Rule("隐私", _PRIVATE, "隐去中间几位，或改用安全的渠道。"),
)
_SUBJECT = (
    _Rule("标题空白", lambda t: [] if t.strip() else ["（空）"], "标题写明什么事、要对方做什么。"),
    _Rule(
        "标题空泛",
        lambda t: (
            [t.strip()]
            if re.fullmatch(
                r"(?:您好|你好|通知|重要通知|回复|咨询|hi|hello|无题|请查收|有事)[！!。.]*", t.strip(), re.IGNORECASE
            )
            else []
        ),
        "写具体：例如“订单 8321 的退款已到账”。",
    ),
    _Rule(
        "标题太长",
        lambda t: [t.strip()[:20] + "……"] if len(t.strip()) > 30 else [],
        "标题不超过三十个字，手机上才看得全。",
    ),
    _Rule("标题夸张", _pattern(r"[！!]{2,}|必看|震惊|速看|最后机会|恭喜您?中奖|免费领"), "像垃圾邮件的标题会被拦下。"),
)


def chat_flaws(text: str) -> pd.DataFrame:
    """聊天消息体检：发出之前，找出一条消息里常见的毛病。

    Parameters
    ----------
    text : str
        一条要发给客户的消息。

    Returns
    -------
    DataFrame
        一行一处，没找到就是空表。列：flaw（毛病名）、quote（原文）、advice（怎么改）。

    Raises
    ------
    TypeError
        不是文字。
    ValueError
        是空白。

    Notes
    -----
    只认字面，不懂意思：可疑处由你判断。查的有：只问“在吗”、太长、长句、符号太多、语气词太多、字体古怪、禁忌语、隐私。

    Examples
    --------
    >>> from crmlab import communication
    >>> communication.chat_flaws("在吗？")["flaw"].tolist()
    ['只问“在吗”']
    >>> communication.chat_flaws("您好，您的订单今天 17 点前发出。").empty
    True
    """
    return _find("text", text, _CHAT)


def email_flaws(subject: str, body: str, *, attachments: int = 0) -> pd.DataFrame:
    r"""邮件体检：发出之前，找出标题、正文和附件里常见的毛病。

    Parameters
    ----------
    subject : str
        标题，可以是空的（那就是第一个毛病）。
    body : str
        正文。
    attachments : int, default 0
        附件个数。

    Returns
    -------
    DataFrame
        一行一处，没找到就是空表。列：flaw（毛病名）、quote（原文）、advice（怎么改）。

    Raises
    ------
    TypeError
        标题、正文不是文字，或附件个数不是整数。
    ValueError
        正文是空白，或附件个数是负数。

    Notes
    -----
    只认字面，不懂意思：可疑处由你判断。正文提到附件却没有附件、有附件却没有提，都会报。

    Examples
    --------
    >>> from crmlab import communication
    >>> communication.email_flaws("通知", "王女士您好：退款单见附件。\n客服部 小陈")["flaw"].tolist()
    ['标题空泛', '漏了附件']
    """
    if not isinstance(subject, str):
        raise TypeError(f"参数 subject 应是文字，你给的是 {type(subject).__name__}。")
    if not isinstance(attachments, int) or isinstance(attachments, bool):
        raise TypeError(f"参数 attachments 应是整数，你给的是 {attachments!r}。")
    if attachments < 0:
        raise ValueError(f"参数 attachments 不能小于 0，你给的是 {attachments}。")
    found = _find("body", body, _EMAIL)
    mentioned = re.search("附件|附上|见附|附表", body)
    extra = []
    if mentioned and attachments == 0:
        extra.append(("漏了附件", mentioned.group(0), "正文提到附件，却没有附上。"))
    if attachments and not mentioned:
        extra.append(("附件没说明", f"{attachments} 个附件", "在正文里说明附件是什么、要对方做什么。"))
    parts = [_find_in(subject, _SUBJECT), found, pd.DataFrame(extra, columns=found.columns, dtype="str")]
    return pd.concat([part for part in parts if len(part)] or [found], ignore_index=True)


def _find(argument: str, text: str, rules: tuple[_Rule, ...]) -> pd.DataFrame:
    if not isinstance(text, str):
        raise TypeError(f"参数 {argument} 应是一段文字，你给的是 {type(text).__name__}。")
    if not text.strip():
        raise ValueError(f"参数 {argument} 是空白的，请给一段文字。")
    return _find_in(text, rules)


def _find_in(text: str, rules: tuple[_Rule, ...]) -> pd.DataFrame:
    rows = [(r.flaw, quote, r.advice) for r in rules for quote in dict.fromkeys(r.find(text))]
    return pd.DataFrame(rows, columns=["flaw", "quote", "advice"], dtype="str")
