"""The rule tables for checking dialogues and replies: examples for teaching, made to be edited."""

import pandas as pd

RULE_COLUMNS = ("rule", "dimension", "kind", "pattern", "points", "limit", "advice")
RULE_KINDS = {"need": "至少出现一次，得分", "avoid": "每出现一次，扣分", "within": "首次回应不超过 limit 秒，得分"}

_DIALOGUE = (
    ("问好", "语言", "need", "您好|你好|早上好|下午好|晚上好|欢迎", 10, None, "开口先问好，报上身份。"),
    ("敬语", "语言", "need", "请|麻烦|谢谢|感谢", 10, None, "用“请”“谢谢”，不用命令的口气。"),
    (
        "复述确认",
        "倾听",
        "need",
        "您是说|你是说|您的意思是|我理解|跟您确认|和您核对|我复述|对吗|是这样吗",
        15,
        None,
        "把客户的话用自己的话说一遍，请他确认。",
    ),
    (
        "追问",
        "倾听",
        "need",
        "什么时候|哪一|怎么|请问|能否|方便.{0,6}吗|多少",
        10,
        None,
        "问清时间、地点、经过再给答案。",
    ),
    (
        "共情",
        "倾听",
        "need",
        "理解您|理解你|抱歉|对不起|不好意思|给您添|让您久等|换了我",
        15,
        None,
        "先接住情绪，再谈事情。",
    ),
    ("及时回应", "回应", "within", None, 15, 60, "一分钟内先回一句，哪怕答案还没有。"),
    (
        "给出办法",
        "回应",
        "need",
        "为您|给您|我来|马上|安排|办理|退款|换货|补发|登记|核实|联系",
        15,
        None,
        "说清你会做什么。",
    ),
    (
        "说定时间",
        "回应",
        "need",
        r"\d+\s*(?:分钟|小时|天|个工作日)|今天|明天|[一二两三四五六七]天内|\d+\s*点",
        10,
        None,
        "说清什么时候有结果。",
    ),
    (
        "推卸",
        "禁忌语",
        "avoid",
        "不归我管|不是我的事|不关我|我也没办法|没办法|你找别人|去找厂家|不可能",
        -15,
        None,
        "不推给别人：说“我帮您转给……，并跟进到底”。",
    ),
    (
        "命令质问",
        "禁忌语",
        "avoid",
        "你必须|你应该|你为什么不|你怎么不|自己看|说明书上写着|不会看吗|听不懂",
        -15,
        None,
        "换成请求或建议。",
    ),
    (
        "顶撞讽刺",
        "禁忌语",
        "avoid",
        "爱买不买|随便你|你去投诉|要投诉就投诉|有本事|神经|有病|闭嘴|烦不烦|无理取闹",
        -30,
        None,
        "任何时候都不许说。",
    ),
    (
        "敷衍",
        "禁忌语",
        "avoid",
        "不知道|不清楚|再说吧|等着吧|就这样|没什么好说",
        -10,
        None,
        "说“我查一下，几点前回您”。",
    ),
)
_REPLY = (
    ("道歉", "态度", "need", "抱歉|对不起|致歉|歉意", 20, None, "先为给客户带来的不便道歉，不急着分对错。"),
    ("共情", "态度", "need", "理解您|理解你|换了我|给您添|让您久等|您的心情|着急", 20, None, "说出客户的感受和损失。"),
    ("说明原因", "内容", "need", "因为|由于|原因|经查|经核实|核查|查到", 15, None, "查清了再说，一两句说明白。"),
    (
        "给出方案",
        "内容",
        "need",
        "退款|换货|补发|补偿|赔偿|维修|更换|重新|上门|减免|安排",
        25,
        None,
        "给一个客户可以接受的方案，最好有两种供选。",
    ),
    (
        "时限",
        "内容",
        "need",
        r"\d+\s*(?:分钟|小时|天|个工作日)|今天|明天|[一二两三四五六七]天内|\d+\s*[点日号]",
        15,
        None,
        "写明什么时候办好。",
    ),
    ("联系方式", "内容", "need", "电话|专线|微信|联系我|联系人|回电|找我", 5, None, "留下能找到人的方式。"),
    (
        "推卸",
        "禁忌语",
        "avoid",
        "规定就是|公司规定|不归我们|不属于我们|您自己|你自己|误操作",
        -20,
        None,
        "先说能做什么，再说规定。",
    ),
    ("空话", "禁忌语", "avoid", "高度重视|深表遗憾|敬请谅解|请知悉|特此回复", -10, None, "换成具体做了什么。"),
)


def dialogue_rules() -> pd.DataFrame:
    """客服对话质检的规则表，可以改，再交给 :func:`dialogue_score`。

    Returns
    -------
    DataFrame
        一行一条规则。列：rule（规则名）、dimension（方面：语言、倾听、回应、禁忌语）、kind（need 至少出现一次得分；avoid 每出现一次扣分；within
        首次回应不超过 limit 秒得分）、pattern（正则表达式，最简单的就是几个词用 | 隔开）、points（分数；avoid 是负数）、limit（秒，只用于
        within）、advice（怎么改）。得分的规则合计 100 分。每次调用给一张新表，改了不影响别处。

    Notes
    -----
    词表和分数是教学用的示例，不是行业标准：请按自己的企业改。

    Examples
    --------
    >>> from crmlab import communication
    >>> rules = communication.dialogue_rules()
    >>> int(rules.loc[rules["kind"] != "avoid", "points"].sum())
    100
    >>> rules.loc[len(rules)] = ["亲昵称呼", "禁忌语", "avoid", "亲爱的|宝贝", -5, None, "称呼“您”。"]
    """
    return _table(_DIALOGUE)


def reply_rules() -> pd.DataFrame:
    """书面答复投诉的规则表：道歉、共情、原因、方案、时限、联系方式和禁忌语。

    Returns
    -------
    DataFrame
        列与 :func:`dialogue_rules` 相同。得分的规则合计 100 分。每次调用给一张新表。

    Notes
    -----
    词表和分数是教学用的示例，请按自己的企业改。写齐六样不等于客户满意：方案办不办得到，规则看不出来。

    Examples
    --------
    >>> from crmlab import communication
    >>> communication.reply_rules()["rule"].tolist()[:3]
    ['道歉', '共情', '说明原因']
    """
    return _table(_REPLY)


def _table(rows: tuple[tuple[object, ...], ...]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(RULE_COLUMNS))
    return table.astype({"points": float, "limit": float})
