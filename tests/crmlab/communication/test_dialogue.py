"""Dialogue scoring by an editable rule table, and the check of messages and styles."""

import numpy as np
import pandas as pd
import pytest

from crmlab.communication import (
    RULE_KINDS,
    STYLES,
    chat_flaws,
    dialogue_rules,
    dialogue_score,
    email_flaws,
    reply_rules,
    style_quadrant,
)

RULES = pd.DataFrame(
    [
        ["问好", "语言", "need", "您好", 20, None, "先问好。"],
        ["道歉", "倾听", "need", "抱歉|对不起", 30, None, "先道歉。"],
        ["快", "回应", "within", None, 50, 60, "快一点。"],
        ["推卸", "禁忌语", "avoid", "不归我管", -15, None, "别推。"],
    ],
    columns=["rule", "dimension", "kind", "pattern", "points", "limit", "advice"],
)


def talk(*lines, dialog=1):
    rows = [(dialog, who, text, at) for who, text, at in lines]
    return pd.DataFrame(rows, columns=["dialog_id", "speaker", "text", "seconds"])


GOOD = talk(("客户", "杯子碎了", 5), ("客服", "您好，抱歉", 65), ("客户", "谢谢", 70))
BAD = talk(("客户", "您好，对不起打扰", 0), ("客服", "不归我管，真的不归我管", 61), dialog=2)


def test_points_by_hand():
    """Is each dimension the share of its points, the total their sum, a penalty taken per occurrence and never below 0?"""
    report = dialogue_score(pd.concat([BAD, GOOD]), RULES, seconds="seconds")
    good, bad = report.scores.to_dict("records")
    assert (good["语言"], good["倾听"], good["回应"], good["total"]) == (100, 100, 100, 100)
    assert (bad["语言"], bad["倾听"], bad["回应"], bad["penalty"], bad["total"]) == (0, 0, 0, 30, 0)
    assert report.hits["quote"].tolist() == ["不归我管", "不归我管"]
    assert report.missing["rule"].tolist() == ["问好", "道歉", "快"]
    assert report.fail_share == 0.5
    assert report.rules["share"].tolist() == [0.5, 0.5, 0.5]


def test_only_the_agent_is_judged():
    """Do a customer's 您好 and 对不起 earn the agent nothing?"""
    assert dialogue_score(BAD, RULES, seconds="seconds").scores.loc[0, "倾听"] == 0


def test_the_first_response_counts_from_the_customers_first_words():
    """Is an agent's greeting before the customer speaks not the answer, and no answer at all not within any limit?"""
    early = talk(("客服", "您好", 0), ("客户", "在？", 10), ("客服", "抱歉", 40))
    assert dialogue_score(early, RULES, seconds="seconds").scores.loc[0, "first_response_s"] == 30
    silent = dialogue_score(talk(("客户", "在？", 10)), RULES, seconds="seconds").scores
    assert np.isnan(silent.loc[0, "first_response_s"])
    assert silent.loc[0, "回应"] == 0


def test_without_times_the_speed_rule_is_left_out():
    """Is the total then over the other rules, instead of a loss of 50 points for nothing?"""
    report = dialogue_score(GOOD, RULES)
    assert report.scores.loc[0, "total"] == 100
    assert "回应" not in report.scores


def test_the_teacher_may_edit_the_table():
    """Does a new taboo word count, and does editing one copy leave the next one alone?"""
    rules = dialogue_rules()
    rules.loc[len(rules)] = ["昵称", "禁忌语", "avoid", "亲爱的", -5, None, "称呼“您”。"]
    text = talk(("客户", "在？", 0), ("客服", "亲爱的，您好", 5))
    assert dialogue_score(text, rules).hits["rule"].tolist() == ["昵称"]
    assert len(dialogue_rules()) == len(rules) - 1


@pytest.mark.parametrize("table", [dialogue_rules(), reply_rules()])
def test_the_tables_are_complete(table):
    """Do the earning rules add up to 100, every kind occur in the list of kinds, every rule carry advice?"""
    assert table.loc[table["kind"] != "avoid", "points"].sum() == 100
    assert set(table["kind"]) <= set(RULE_KINDS)
    assert table["advice"].str.endswith("。").all()
    assert table["rule"].is_unique


def test_a_model_reply_is_full_and_an_empty_one_is_not():
    """Does a reply with apology, feeling, reason, plan, time and contact earn 100, and mere officialese lose?"""
    full = "王女士您好，非常抱歉，让您久等了，您的心情我们理解。经核实，由于仓库漏发，我们今天为您补发，2 天内送到，有事请打电话找我。"
    empty = "您的意见我们高度重视，敬请谅解。"
    table = pd.DataFrame({"dialog_id": [1, 2], "speaker": "客服", "text": [full, empty]})
    report = dialogue_score(table, reply_rules())
    assert report.scores["total"].tolist() == [100, 0]
    assert report.hits["quote"].tolist() == ["高度重视", "敬请谅解"]
    assert str(report) == (
        "2 段对话，平均 50.0 分；不及格 50.0%（区间 9.5%–90.5%）；禁忌语 2 处；最常没做到的是“道歉”（做到 50.0%）"
    )


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("您好，在吗", ["只问“在吗”"]),
        ("您好，您的订单今天发出。在吗？", []),
        ("快点付款！！！", ["符号太多"]),
        ("好的哦呢，马上办", ["语气词太多"]),
        ("我不知道，你自己看", ["禁忌语", "禁忌语"]),
        ("请打 13812345678 找我", ["隐私"]),
        ("订单号 2026030112345", []),
        ("ｈｅｌｌｏ，您好", ["字体古怪"]),
        ("好" * 130, ["太长", "长句"]),
    ],
)
def test_chat_messages(text, flaws):
    """Is each flaw found by its words, and a plain message clean?"""
    assert chat_flaws(text)["flaw"].tolist() == flaws


LETTER = "王女士您好：您的退款今天到账。\n客服部 小陈"


@pytest.mark.parametrize(
    ("subject", "body", "attachments", "flaws"),
    [
        ("订单 8321 的退款已到账", LETTER, 0, []),
        ("", LETTER, 0, ["标题空白"]),
        ("您好！", LETTER, 0, ["标题空泛"]),
        ("恭喜您中奖！！", LETTER, 0, ["标题夸张", "标题夸张"]),
        ("关于" + "退款" * 20, LETTER, 0, ["标题太长"]),
        ("订单 8321 的退款", "退款今天到账。", 0, ["没有称呼", "没有落款"]),
        ("订单 8321 的退款", LETTER, 2, ["附件没说明"]),
        ("订单 8321 的退款", LETTER.replace("今天到账", "单见附件"), 0, ["漏了附件"]),
        ("订单 8321 的退款", LETTER.replace("今天到账", "单见附件"), 1, []),
    ],
)
def test_emails(subject, body, attachments, flaws):
    """Are subject, form and attachments each checked?"""
    assert email_flaws(subject, body, attachments=attachments)["flaw"].tolist() == flaws


ITEMS = pd.DataFrame(
    {
        "item": ["a1", "a2", "r1", "r2"],
        "axis": ["assertiveness", "assertiveness", "responsiveness", "responsiveness"],
        "reverse": [0, 1, 0, 0],
    }
)
PEOPLE = pd.DataFrame({"a1": [5, 5, 1, 1, 3], "a2": [1, 1, 5, 5, 3], "r1": [1, 5, 5, 1, 3], "r2": [1, 5, 5, 1, 3]})


def test_the_four_corners():
    """Are the four pure answers the four styles, and the very middle the higher side but not clear?"""
    table = style_quadrant(PEOPLE, ITEMS)
    assert table["style"].tolist() == [*STYLES, "expressive"]
    assert table["style_zh"].tolist()[:4] == list(STYLES.values())
    assert table["clear"].tolist() == [True] * 4 + [False]
    assert set(table.loc[:3, "assertiveness"]) == {0, 100}


def test_a_median_cut_is_about_this_group():
    """Do people who all answer high still split in halves, and a cut of one's own apply to all?"""
    high = pd.DataFrame({"a1": [4, 5, 4, 5], "a2": [2, 1, 2, 1], "r1": [4, 4, 5, 5], "r2": [4, 4, 5, 5]})
    assert set(style_quadrant(high, ITEMS)["style"]) == {"expressive"}
    assert sorted(style_quadrant(high, ITEMS, cut="median")["style"]) == sorted(STYLES)
    assert style_quadrant(high, ITEMS, cut=(80, 80)).loc[0, "style"] == "analytical"


def test_too_few_answers_have_no_style():
    """Is a person with no answer on one axis missing rather than average, and half the answers enough?"""
    answers = PEOPLE.astype(float).assign(r1=[None, None, 5, 1, 3], r2=[None, 5, 5, 1, 3])
    table = style_quadrant(answers, ITEMS)
    assert pd.isna(table.loc[0, "style"])
    assert pd.isna(table.loc[0, "style_zh"])
    assert not table.loc[0, "clear"]
    assert table.loc[1, "style"] == "expressive"


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: dialogue_score(GOOD.assign(speaker="顾客"), RULES),
            ValueError,
            "列“speaker”只能是“客服”或“客户”，第 1 行是“顾客”。请先用 replace() 统一写法。",
        ),
        (
            lambda: dialogue_score(GOOD, RULES.assign(points=[20, 30, 50, 15])),
            ValueError,
            "规则表第 4 行“推卸”是 avoid 规则，points 应小于 0，现在是 15。",
        ),
        (
            lambda: dialogue_score(GOOD, RULES.assign(points=[0, 30, 50, -15])),
            ValueError,
            "规则表第 1 行“问好”是 need 规则，points 应大于 0，现在是 0。",
        ),
        (
            lambda: dialogue_score(GOOD, RULES.assign(pattern=["您好(", "抱歉", None, "不归"])),
            ValueError,
            "规则表第 1 行“问好”的 pattern 不是正确的正则表达式（missing ), unterminated subpattern at position 2）。"
            "最简单的写法是几个词用 | 隔开。",
        ),
        (
            lambda: dialogue_score(GOOD, RULES.assign(pattern=["您好", None, None, "不归"])),
            ValueError,
            "规则表第 2 行“道歉”的 pattern 应是一段文字，最简单的写法是几个词用 | 隔开。",
        ),
        (
            lambda: dialogue_score(GOOD, RULES.assign(limit=None)),
            ValueError,
            "规则表第 3 行“快”是 within 规则，limit 应写明秒数（大于 0）。",
        ),
        (
            lambda: dialogue_score(GOOD, RULES.assign(rule=["问好", "问好", "快", "推卸"])),
            ValueError,
            "规则表里“问好”出现了两次，规则名不能重复。",
        ),
        (
            lambda: dialogue_score(GOOD, RULES[3:]),
            ValueError,
            "规则表里没有一条可用的得分规则（need，或有时间列时的 within），算不出总分。",
        ),
        (
            lambda: dialogue_score(GOOD, RULES.assign(kind=["ned", "need", "within", "avoid"])),
            ValueError,
            "列“kind”的第 1 行是“ned”。你是不是想写“need”？可用的值：need、avoid、within。",
        ),
        (lambda: chat_flaws(" "), ValueError, "参数 text 是空白的，请给一段文字。"),
        (lambda: chat_flaws(None), TypeError, "参数 text 应是一段文字，你给的是 NoneType。"),
        (lambda: email_flaws(None, "x"), TypeError, "参数 subject 应是文字，你给的是 NoneType。"),
        (lambda: email_flaws("x", "x", attachments=-1), ValueError, "参数 attachments 不能小于 0，你给的是 -1。"),
        (lambda: email_flaws("x", "x", attachments="1"), TypeError, "参数 attachments 应是整数，你给的是 '1'。"),
        (
            lambda: style_quadrant(PEOPLE.assign(a1=6), ITEMS),
            ValueError,
            "列“a1”应在 1–5 之间，第 1 行是 6，共 5 处。请先核对这些行。",
        ),
        (
            lambda: style_quadrant(PEOPLE, ITEMS[:2]),
            ValueError,
            "表 items 里没有 axis 是“responsiveness”的题。两个方向各至少要一题。",
        ),
        (
            lambda: style_quadrant(PEOPLE, ITEMS.assign(axis=["assertive", *ITEMS["axis"][1:]])),
            ValueError,
            "列“axis”的第 1 行是“assertive”。你是不是想写“assertiveness”？可用的值：assertiveness、responsiveness。",
        ),
        (
            lambda: style_quadrant(PEOPLE, ITEMS.assign(item=["a1", "a1", "r1", "r2"])),
            ValueError,
            "列“item”的题目不能重复，第 2 行又是“a1”。",
        ),
        (
            lambda: style_quadrant(PEOPLE.drop(columns="r2"), ITEMS),
            ValueError,
            "表 responses 里没有列“r2”。你是不是想写“r1”？现有的列：a1、a2、r1。",
        ),
        (
            lambda: style_quadrant(PEOPLE, ITEMS, cut="mean"),
            ValueError,
            '参数 cut 应是 "midpoint"、"median" 或 0–100 之间的两个分界，例如 (50, 60)，你给的是 \'mean\'。',
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
