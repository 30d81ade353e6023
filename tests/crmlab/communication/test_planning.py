"""The six steps of a plan: a whole one, its parts taken away one by one, an own rule table, and refusals."""

import pandas as pd
import pytest

from crmlab.communication import PLAN_STEPS, plan_check, plan_rules

WHOLE = pd.DataFrame(
    {
        "step": PLAN_STEPS,
        "text": [
            "90 天没买过、同意接收短信的银卡会员，共 1,200 人，回 T 退订",
            "把 30 天复购率从现在的 12% 提高到 15%，9 月底以前",
            "发一条保养指南，附一张满减优惠",
            "3,600 元，每人 3 元，含人工",
            "企业微信，每月至多两次",
            "10 月 8 日看复购率和退订率，和随机留下不联系的 200 人对照",
        ],
    }
)


def without(step):
    return WHOLE[WHOLE["step"] != step]


def said(step, text):
    return WHOLE.assign(text=WHOLE["text"].where(WHOLE["step"] != step, text))


def test_whole_plan_meets_every_rule():
    """Is a good plan told so?"""
    result = plan_check(WHOLE)
    assert result.table.loc[~result.table["met"], "rule"].tolist() == []
    assert (result.met, result.n, str(result)) == (13, 13, "13 条里做到 13 条")


@pytest.mark.parametrize("step", PLAN_STEPS)
def test_missing_step_is_named(step):
    """Is a step that is not there, or is blank, reported as not written, its rules as not met and no others?"""
    for plan in (without(step), said(step, "  "), said(step, None)):
        result = plan_check(plan)
        assert result.steps.set_index("step")["written"].to_dict() == {s: s != step for s in PLAN_STEPS}
        assert set(result.table.loc[~result.table["met"], "step"]) == {step}
        assert f"没有写：{step}" in str(result)


@pytest.mark.parametrize(
    ("step", "text", "lacking"),
    [
        ("客户", "所有人", ["说清是谁", "同意联系"]),
        ("目标", "提升客户体验", ["有数", "有期限", "有起点"]),
        ("目标", "复购率提高 3 个百分点", ["有期限", "有起点"]),
        ("内容", "公司简介", ["对客户有用"]),
        ("预算", "5 万元", ["算到每人"]),
        ("渠道与频率", "看情况联系", ["有渠道", "有频率"]),
        ("评估", "大家觉得好就算好", ["有指标", "有比较", "有时间"]),
    ],
)
def test_vague_step_is_found(step, text, lacking):
    """Is each vague text caught by just the rules it breaks, and is the first one's advice said?"""
    result = plan_check(said(step, text))
    missed = result.table[~result.table["met"]]
    assert missed["rule"].tolist() == lacking
    assert str(result).endswith(f"；先改“{step}”：{missed['advice'].iloc[0]}")


def test_own_rules():
    """Does a teacher's rule table replace ours?"""
    rules = pd.DataFrame({"step": ["内容"], "rule": ["不催"], "pattern": ["指南"], "advice": ["换成指南。"]})
    result = plan_check(WHOLE, rules=rules)
    assert (result.met, result.n, result.table["quote"].tolist()) == (1, 1, ["指南"])
    assert result.steps["rules"].tolist() == [0, 0, 1, 0, 0, 0]


def test_rules_come_fresh():
    """May a teacher change the table without changing ours?"""
    mine = plan_rules()
    mine.loc[0, "pattern"] = "x"
    assert plan_rules().loc[0, "pattern"] != "x"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: plan_check(WHOLE.assign(step=["顾客", *PLAN_STEPS[1:]])),
            ValueError,
            "列“step”的第 1 行是“顾客”。你是不是想写“客户”？可用的值：客户、目标、内容、预算、渠道与频率、评估。",
        ),
        (
            lambda: plan_check(pd.concat([WHOLE, WHOLE[1:2]])),
            ValueError,
            "“目标”这一步写了两行。请合成一行。",
        ),
        (
            lambda: plan_check(WHOLE.assign(text=[1, *WHOLE["text"][1:]])),
            TypeError,
            "列“text”应是文字，里面有 int（1）。",
        ),
        (lambda: plan_check(WHOLE.assign(text=" ")), ValueError, "六步一步也没有写。请至少写一步再检查。"),
        (
            lambda: plan_check(WHOLE, rules=plan_rules().assign(pattern="(")),
            ValueError,
            "规则“说清是谁”的 pattern“(”不是正则表达式（missing ), unterminated subpattern at position 0）。请检查括号和反斜杠。",
        ),
    ],
)
def test_refusals(call, error, message):
    """Does each mistake get its whole sentence?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
