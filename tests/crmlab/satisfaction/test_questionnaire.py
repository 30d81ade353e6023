"""The wording check: what it must find, and what it must leave alone."""

import pytest

from crmlab.satisfaction import QUESTIONNAIRE_FLAWS, questionnaire_flaws

FLAWED = [
    ("一问两事", "您对收银速度和店员态度满意吗？"),
    ("一问两事", "本店的价格以及质量如何？"),
    ("诱导", "大多数人都喜欢新包装，您呢？"),
    ("诱导", "您对我们热情周到的服务打几分？"),
    ("绝对化", "您每次都使用会员码吗？"),
    ("绝对化", "您从来没有等过十分钟以上吗？"),
    ("术语", "您觉得本店的全渠道体验如何？"),
    ("术语", "您知道 NPS 吗？"),
    ("双重否定", "您不同意退货不应收费吗？"),
    ("双重否定", "您是不得不来本店吗？"),
    ("敏感", "您的月收入是多少？"),
    ("选项重叠", "您的年龄？A. 18–25 B. 25–35 C. 36–45"),
    ("选项有缺口", "您的年龄？A. 18–25 B. 30–35"),
    ("缺少“不适用”", "您对退货流程的感受？A. 很好 B. 一般 C. 很差"),
    ("量表不对称", "您的评价？A. 非常满意 B. 满意 C. 一般 D. 不满意"),
    ("量表不对称", "您的评价？①很好 ②好 ③较好 ④一般"),
    ("记忆过久", "过去两年您来过几次？"),
    ("用词含糊", "您经常来本店吗？"),
    ("假设", "假如涨价一成，您还会来吗？"),
    ("预设前提", "您为什么喜欢本店？"),
    (
        "题干过长",
        "请回想最近一次到店时从进门到挑选再到排队结账直至离店的整个过程里你在收银台前一共等候了多少时间以及这段时间与平时相比有什么不同？",
    ),
]

SOUND = [
    "这次购物，您等了几分钟才结账？A. 不到 3 分钟 B. 3–5 分钟 C. 6–10 分钟 D. 10 分钟以上",
    "您对本次配送的评价？A. 非常满意 B. 满意 C. 一般 D. 不满意 E. 非常不满意 F. 没有用过",
    "您有多大可能把本店推荐给朋友或同事？（0 = 完全不可能，10 = 极有可能）",
    "您的年龄？□18–25 □26–35 □36–45 □46 以上",
    "您最近一次到店是哪一天？",
]


@pytest.mark.parametrize(("flaw", "text"), FLAWED)
def test_flaw_is_found_with_its_words(flaw, text):
    """Is this flaw named, with a quote from the question and advice?"""
    table = questionnaire_flaws(text).set_index("flaw")
    assert flaw in table.index, table
    assert table.loc[[flaw], "advice"].iloc[0] == QUESTIONNAIRE_FLAWS[flaw]
    assert table.loc[[flaw], "quote"].iloc[0]


def test_every_flaw_of_the_table_has_an_example_here():
    """Is no rule left that nothing can set off?"""
    assert {flaw for flaw, _ in FLAWED} == set(QUESTIONNAIRE_FLAWS)


@pytest.mark.parametrize("text", SOUND)
def test_sound_question_is_left_alone(text):
    """Does a well-worded question get an empty table with its columns?"""
    table = questionnaire_flaws(text)
    assert list(table.columns) == ["flaw", "quote", "advice"]
    assert table["flaw"].tolist() == []


def test_same_words_are_listed_once():
    """Is a word that occurs twice quoted once?"""
    assert questionnaire_flaws("您经常来吗？您经常买水果吗？")["quote"].tolist() == ["经常"]


def test_hostile_text_is_read_in_no_time():
    """Does a very long line without punctuation not send the patterns backtracking?"""
    questionnaire_flaws("和满" * 20_000)
    questionnaire_flaws("A. " * 5_000)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (["一题"], TypeError, "参数 text 应是一道题的文字，你给的是 list。一次查一题。"),
        (" \n", ValueError, "参数 text 是空白的，请给一道题的文字。"),
    ],
)
def test_refusal(text, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        questionnaire_flaws(text)
    assert str(caught.value) == message
