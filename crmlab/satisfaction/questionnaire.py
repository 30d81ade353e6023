"""A rule table that finds common wording flaws in a Chinese questionnaire item."""

import itertools
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


_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:岁|元|次|分钟|小时|天|年)?\s*(?:-|–|—|~|～|至|到)\s*(\d+(?:\.\d+)?)")
_OPTION = re.compile(
    r"(?:^|[\s。？?；;：:，,、])(?:[（(]?[A-Ha-h][)）.．、:：]|[□○①②③④⑤⑥⑦⑧])\s*(.+?)"
    r"(?=[\s；;，,、]+(?:[（(]?[A-Ha-h][)）.．、:：]|[□○①②③④⑤⑥⑦⑧])|[□○①②③④⑤⑥⑦⑧]|\n|$)"
)
_ESCAPE = re.compile(
    "不适用|不清楚|不知道|没用过|没有用过|未使用|没有经历|没有过|没退过|不了解|以上都不|其他|没接触|没有接触|没参加|没有参加"
)
_EXPERIENCE = re.compile("退货|退换|换货|投诉|维修|报修|售后|安装|送货|配送|退款|导购|会员卡|小程序")
_NEGATIVE = re.compile("不满|不好|不太|不够|不愿|不同意|较差|很差|极差|差|糟|失望|(?<!不)贵|太慢|太少")
_NEUTRAL = re.compile("一般|中立|无所谓|说不清|还行|普通|尚可|说不准")
_POSITIVE = re.compile("满意|好|愿意|同意|优|棒|惊喜|完美|不贵|便宜|划算")


def _options(text: str) -> list[str]:
    return [option.strip() for option in _OPTION.findall(text)]


def _ranges(text: str) -> list[tuple[float, float, str]]:
    return [(float(m.group(1)), float(m.group(2)), m.group(0)) for m in _RANGE.finditer(text)]


def _overlapping(text: str) -> list[str]:
    found = _ranges(text)
    pairs = itertools.pairwise(found)
    return [f"{one[2]}／{two[2]}" for one, two in pairs if one[0] < two[0] <= one[1] < two[1]]


def _gap(text: str) -> list[str]:
    found = _ranges(text)
    return [f"{one[2]}／{two[2]}" for one, two in itertools.pairwise(found) if two[0] > one[1] + 1]


def _no_escape(text: str) -> list[str]:
    asked = _EXPERIENCE.search(text)
    return [asked.group(0)] if asked and len(_options(text)) >= 2 and not _ESCAPE.search(text) else []


def _unbalanced(text: str) -> list[str]:
    options = _options(text)
    bad = [o for o in options if _NEGATIVE.search(o)]
    good = [o for o in options if o not in bad and not _NEUTRAL.search(o) and _POSITIVE.search(o)]
    graded = len(good) + len(bad) + len([o for o in options if o not in bad and _NEUTRAL.search(o)])
    return ["、".join(options)] if graded >= 3 and graded == len(options) and len(good) != len(bad) else []


def _too_long(text: str) -> list[str]:
    stem = re.split(r"[？?\n]|(?:^|\s)[（(]?[A-H][)）.．、]", text.strip())[0]
    return [stem[:20] + "……"] if len(stem) > 60 else []


_RULES = (
    _Rule(
        "一问两事",
        _pattern(
            r"[^，,。？?；;\s和与及、并又]{1,12}(?:和|与|以及|及|并且|而且|、)[^，,。？?；;\s]{1,12}?"
            r"(?:满意|怎么样|如何|好不好|评价|感觉|同意|认可)"
        ),
        "拆成两道题，一题只问一件事，否则不知道他答的是哪一件。",
    ),
    _Rule(
        "诱导",
        _pattern(
            "难道|大家都|众所周知|大多数人|多数顾客|专家认为|深受[^，。？]{0,8}(?:喜爱|好评)|广受好评|屡获|获奖|"
            "不觉得|你也认为|您也认为|(?:优质|热情|周到|贴心|领先|一流|卓越|精心)的?[^，。？]{0,6}(?:服务|产品|商品|环境)"
        ),
        "去掉带倾向的词，用中性的说法提问。",
    ),
    _Rule(
        "绝对化",
        _pattern(
            "总是|从来都?不|从来都?没|从不|从未|每次都|所有|完全(?!不|没|同意|满意)|绝对(?!不)|永远|任何|全部|始终"
        ),
        "换成可以数的次数，例如“最近 10 次里有几次”。",
    ),
    _Rule(
        "术语",
        _pattern(
            r"(?<![A-Za-z])(?:NPS|CSAT|CES|SKU|SLA|O2O|UI|APP|KPI|CRM|SOP|BOPS)(?![A-Za-z])|"
            "触点|闭环|赋能|全渠道|客单价|复购率|履约|私域|转化率|动销|坪效|首问"
        ),
        "换成顾客平时说的话，或在题里解释一句。",
    ),
    _Rule(
        "双重否定",
        _pattern(
            "不得不|并非不|不是不|不会不|不能不|没有不|无不|不无|"
            "(?:不同意|不认为|不觉得|不反对|不否认|不赞成)[^，。？]{0,12}(?:不|没|无法|未)"
        ),
        "改成肯定句，让人一遍就读懂。",
    ),
    _Rule(
        "敏感",
        _pattern(
            "月收入|年收入|家庭收入|收入|工资|年薪|身份证|银行卡|病史|患有|疾病|婚姻|怀孕|宗教|政治面貌|"
            "手机号|电话号码|家庭住址|详细地址|存款|资产|真实姓名"
        ),
        "非问不可才问；放到最后，给区间和“不愿透露”，并说明用途。收集个人信息要取得同意。",
    ),
    _Rule("选项重叠", _overlapping, "让各档首尾不重叠，例如 18–25、26–35。"),
    _Rule("选项有缺口", _gap, "补上漏掉的一段，让每个人都选得到。"),
    _Rule("缺少“不适用”", _no_escape, "没有经历过的人也会被迫选一项：加上“不适用”或“没有用过”。"),
    _Rule("量表不对称", _unbalanced, "好评和差评的档数要一样多，中间可留“一般”。"),
    _Rule(
        "记忆过久",
        _pattern(
            "(?:过去|近|最近|这)(?:一|两|二|三|五|几|1|2|3|5)年|去年|前年|(?:过去|近|最近)半年|第一次(?:购买|光临|来)"
        ),
        "缩短到记得住的时段，例如最近一个月，或直接查订单。",
    ),
    _Rule(
        "用词含糊",
        _pattern("经常|偶尔|有时|时常|不久|一些|很多次|附近|近来|定期"),
        "写明次数、时间或距离，例如“每周几次”。",
    ),
    _Rule(
        "假设",
        _pattern("如果|假如|假设|要是|倘若"),
        "人说不准没发生的事：改问做过的事，例如“上次……你怎么办”。",
    ),
    _Rule(
        "预设前提",
        _pattern("(?:您|你)?(?:为什么|为何)(?:这么|如此)?(?:喜欢|满意|选择|信赖|推荐)|最(?:满意|喜欢)(?:我们|本店|的)"),
        "先问是不是，再问为什么；别替他认定。",
    ),
    _Rule("题干过长", _too_long, "把题干压到一两句，背景另放一行。"),
)

QUESTIONNAIRE_FLAWS = {rule.flaw: rule.advice for rule in _RULES}


def questionnaire_flaws(text: str) -> pd.DataFrame:
    """问卷体检：用一张规则表找出一道题里常见的措辞毛病。

    Parameters
    ----------
    text : str
        一道题，题干连同选项。选项写成 A. …… B. ……，或 □、①。

    Returns
    -------
    DataFrame
        一行一处毛病，没找到就是空表。列：flaw（毛病名）、quote（引起怀疑的原文）、advice（怎么改）。
        按规则表的次序；同一毛病的同一段原文只列一次。全部毛病名见 satisfaction.QUESTIONNAIRE_FLAWS。

    Raises
    ------
    TypeError
        不是文字。
    ValueError
        是空白。

    Notes
    -----
    它只认字面，不懂意思：会漏掉写得隐蔽的诱导，也会误报，例如“所有”用得恰当的时候。找到的是“可疑处”，改不改由你定；
    最好的体检是请五个人当面读一遍题，说出他们的理解。

    References
    ----------
    Krosnick, J. A., & Presser, S. (2010). Question and questionnaire design. In *Handbook of Survey Research*
    (2nd ed.), 263-313. Emerald.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.questionnaire_flaws("你对本店的商品质量和服务态度满意吗？")[["flaw", "quote"]]
       flaw          quote
    0  一问两事  你对本店的商品质量和服务态度满意
    >>> len(satisfaction.questionnaire_flaws("这次购物，你等了几分钟？"))
    0
    """
    if not isinstance(text, str):
        raise TypeError(f"参数 text 应是一道题的文字，你给的是 {type(text).__name__}。一次查一题。")
    if not text.strip():
        raise ValueError("参数 text 是空白的，请给一道题的文字。")
    rows = []
    for rule in _RULES:
        for quote in dict.fromkeys(rule.find(text)):
            rows.append((rule.flaw, quote.strip(), rule.advice))
    return pd.DataFrame(rows, columns=["flaw", "quote", "advice"], dtype="str")
