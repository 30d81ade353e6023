"""A plan for talking with customers in six steps: is it all there, and can its goal be measured?"""

import re
from dataclasses import dataclass

import pandas as pd

from crmlab._checks import check_frame, check_labels, check_present

PLAN_STEPS = ("客户", "目标", "内容", "预算", "渠道与频率", "评估")
_NUMBER = r"\d+(?:\.\d+)?\s*(?:%|％|成|个百分点|分|元|万元|人|位|单|次|条|件|份|家|天|小时|分钟)|百分之"
_TIME = r"\d{4}\s*年|\d+\s*月|\d+\s*[日号]|第?\s*[一二三四1-4]\s*季度|月底|年底|季末|周内|天内|个月内|\d+\s*周"
_HOW_OFTEN = r"每\s*(?:天|日|周|月|季|年|单)|(?:一|每|\d+)\s*(?:周|个?月|年|天)\s*(?:至多|最多|不超过)?\s*[一二两三四五六\d]+\s*次|只.{0,4}一次"
_CHANNELS = "电话|短信|邮件|微信|公众号|企业微信|小程序|社群|直播|门店|上门|客服|弹窗|App|APP|抖音|微博|邮寄|信函"
_RULES = (
    ("客户", "说清是谁", r"\d|最近|从未|首次|老客户|新客户|会员|金卡|银卡|流失|沉睡|买过|没买过|到期", "写明怎么选出这些客户，最好能用数据筛出来。"),
    ("客户", "同意联系", "同意|授权|退订|拒收|勿扰", "写明只联系同意联系的人，怎么退订。"),
    ("目标", "有数", _NUMBER, "写一个能量的数和单位，例如“复购率提高 3 个百分点”。"),
    ("目标", "有期限", _TIME, "写明到哪一天，例如“9 月底以前”。"),
    ("目标", "有起点", r"从.{0,12}\d.{0,10}(?:到|升|降|提高|减少)|现在.{0,10}\d|去年.{0,14}\d|同期|对照", "写明现在是多少，否则看不出有没有提高。"),
    ("内容", "对客户有用", "教程|指南|提醒|答疑|优惠|赠|保养|说明|进度|推荐|建议|活动|体验|生日|节日", "写明客户从中得到什么，不只是你想说什么。"),
    ("预算", "有金额", r"\d[\d,，.]*\s*(?:元|万元|万)", "写明花多少元，人工也要算。"),
    ("预算", "算到每人", "每人|每位|人均|每单|每条|每次", "除以人数，写明每人多少元，才能和带来的毛利比。"),
    ("渠道与频率", "有渠道", _CHANNELS, "写明用什么渠道。"),
    ("渠道与频率", "有频率", _HOW_OFTEN, "写明多久一次，例如“每月至多两次”。"),
    ("评估", "有指标", r"率|量|数|满意度|净推荐值|NPS|复购|转化|投诉|退订", "写明用哪个指标判断成没成。"),
    ("评估", "有比较", "对照|不联系的|随机|A/B|上期|去年同期|前后|基准", "写明跟谁比：最好随机留一组不联系。"),
    ("评估", "有时间", _TIME, "写明哪天评估。"),
)  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class PlanCheck:
    """互动方案检查的结果。

    Attributes
    ----------
    table : DataFrame
        一行一条规则，次序同规则表。列：step、rule、met（做到了没有）、quote（认出来的那几个字，没做到是空的）、advice（没做到时怎么改）。
    steps : DataFrame
        一行一步，次序同 PLAN_STEPS。列：step、written（写了没有）、met、rules（几条里做到了几条）。
    met, n : int
        一共做到几条，一共几条。
    """

    table: pd.DataFrame
    steps: pd.DataFrame
    met: int
    n: int

    def __str__(self) -> str:
        lacking = self.steps.loc[~self.steps["written"], "step"].tolist()
        text = f"{self.n} 条里做到 {self.met} 条"
        if lacking:
            text += f"；没有写：{'、'.join(lacking)}"
        open_rules = self.table[~self.table["met"] & ~self.table["step"].isin(lacking)]
        if len(open_rules):
            first = open_rules.iloc[0]
            text += f"；先改“{first['step']}”：{first['advice']}"
        return text

    __repr__ = __str__


def plan_rules() -> pd.DataFrame:
    """互动方案的检查规则表：教学用的例子，可以改、可以加行。

    Returns
    -------
    DataFrame
        一行一条。列：step（PLAN_STEPS 之一）、rule（规则名）、pattern（正则表达式，在那一步的文字里找得到就算做到）、advice（没做到时的建议）。

    Notes
    -----
    规则只认字面。“有数、有期限、有起点”就是目标管理里说的可量、有时限的目标（SMART）。

    Examples
    --------
    >>> from crmlab import communication
    >>> communication.plan_rules().groupby("step", sort=False).size().to_dict()
    {'客户': 2, '目标': 3, '内容': 1, '预算': 2, '渠道与频率': 2, '评估': 3}
    """
    return pd.DataFrame(_RULES, columns=["step", "rule", "pattern", "advice"])


def plan_check(plan: pd.DataFrame, *, rules: pd.DataFrame | None = None) -> PlanCheck:
    """客户互动方案六步检查：客户、目标、内容、预算、渠道与频率、评估写全了没有，目标能不能量。

    Parameters
    ----------
    plan : DataFrame
        一行一步。列：step（PLAN_STEPS 之一，不重复）、text（你写的文字，空着算没写）。少一步算没写。
    rules : DataFrame, optional
        自己的规则表，列同 `plan_rules`；不给就用它。

    Returns
    -------
    PlanCheck
        每条规则做到没有，没做到的怎么改，先改哪一条。

    Raises
    ------
    TypeError
        text 不是文字。
    ValueError
        缺列，step 写错或重复，六步一步也没写，规则表里有空的规则，或 pattern 不是正则表达式。

    Notes
    -----
    只认字面，不懂意思：写了“提高 3%”不等于这个目标合理，全部做到也只说明**写全了**。好不好，要看评估那一步的结果。

    References
    ----------
    Doran, G. T. (1981). There's a S.M.A.R.T. way to write management's goals and objectives. *Management Review*, 70(11), 35-36.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> plan = pd.DataFrame({"step": ["客户", "目标"], "text": ["90 天没买过、同意联系的会员", "让他们更喜欢我们"]})
    >>> communication.plan_check(plan)
    13 条里做到 2 条；没有写：内容、预算、渠道与频率、评估；先改“目标”：写一个能量的数和单位，例如“复购率提高 3 个百分点”。
    """
    check_frame("plan", plan, ["step", "text"])
    check_labels("step", plan["step"], PLAN_STEPS, missing=False)
    if plan["step"].duplicated().any():
        twice = plan.loc[plan["step"].duplicated(), "step"].iloc[0]
        raise ValueError(f"“{twice}”这一步写了两行。请合成一行。")
    wrong = [text for text in plan["text"] if not isinstance(text, str) and not pd.isna(text)]
    if wrong:
        raise TypeError(f"列“text”应是文字，里面有 {type(wrong[0]).__name__}（{wrong[0]!r}）。")
    texts = dict(zip(plan["step"], plan["text"].fillna("").str.strip(), strict=True))
    if not any(texts.values()):
        raise ValueError("六步一步也没有写。请至少写一步再检查。")
    table = _rules_checked(rules)
    found = [
        _found(pattern, texts.get(step, "")) for pattern, step in zip(table["pattern"], table["step"], strict=True)
    ]
    table = table.assign(met=[quote is not None for quote in found], quote=[quote or "" for quote in found])
    by_step = table.groupby("step")["met"].agg(["sum", "size"]).reindex(list(PLAN_STEPS), fill_value=0)
    steps = pd.DataFrame(
        {
            "step": list(PLAN_STEPS),
            "written": [bool(texts.get(step)) for step in PLAN_STEPS],
            "met": by_step["sum"].to_numpy(),
            "rules": by_step["size"].to_numpy(),
        }
    )
    return PlanCheck(table[["step", "rule", "met", "quote", "advice"]], steps, int(table["met"].sum()), len(table))


def _rules_checked(rules: pd.DataFrame | None) -> pd.DataFrame:
    if rules is None:
        return plan_rules()
    check_frame("rules", rules, ["step", "rule", "pattern", "advice"])
    check_labels("step", rules["step"], PLAN_STEPS, missing=False)
    for column in ("rule", "pattern", "advice"):
        check_present(column, rules[column])
    for rule, pattern in zip(rules["rule"], rules["pattern"], strict=True):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(
                f"规则“{rule}”的 pattern“{pattern}”不是正则表达式（{error}）。请检查括号和反斜杠。"
            ) from None
    return rules.reset_index(drop=True)


def _found(pattern: str, text: str) -> str | None:
    match = re.search(pattern, text)
    return match.group(0) if match else None
