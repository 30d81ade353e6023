"""Open and closed questions."""

import numpy as np
import pandas as pd
import pytest

from crmlab._intervals import wilson
from crmlab.communication import question_types


@pytest.mark.parametrize(
    ("question", "kind", "cue"),
    [
        ("为什么想退货？", "开放", "为什么"),
        ("您觉得怎么样?", "开放", "怎么"),
        ("您能说说经过吗？", "开放", "说说"),
        ("请描述一下故障", "开放", "描述一下"),
        ("可以告诉我为什么吗？", "开放", "告诉我"),
        ("请说说经过，好吗？", "开放", "说说"),
        ("是怎么坏的，对吗？", "封闭", "对吗"),
        ("有什么可以帮您吗？", "封闭", "吗"),
        ("您还是觉得慢吗？", "封闭", "吗"),
        ("什么时候买的？", "封闭", "什么时候"),
        ("买了几件？", "封闭", "几"),
        ("订单号呢？", "封闭", ""),
        ("退货还是换货？", "选择", "还是"),
    ],
)
def test_kinds(question, kind, cue):
    """Does each rule decide, and say by which words?"""
    found = question_types(pd.DataFrame({"text": [question]})).questions
    assert found[["kind", "cue"]].to_numpy().tolist() == [[kind, cue]]


def test_share_and_rows():
    """Are several questions in a message split, statements left out, and rows named by the index?"""
    chats = pd.DataFrame({"said": ["您好。怎么了？哪天买的？", "好的。", "退还是换？"]}, index=[7, 8, 9])
    result = question_types(chats, text="said", confidence=0.9)
    assert result.questions["message"].tolist() == [7, 7, 9]
    assert result.questions["question"].tolist() == ["怎么了？", "哪天买的？", "退还是换？"]
    assert (result.n, result.n_messages, result.open_share) == (3, 3, 1 / 3)
    assert (result.low, result.high) == wilson(1, 3, 0.9)
    assert str(result) == "开放式提问 33.3%（90% 区间 7.8%–74.6%，n = 3 个问句，3 条消息）"


@pytest.mark.parametrize("said", ["", "？？", "好的，马上办。"])
def test_no_question(said):
    """Is nothing said about a share when nobody asks anything?"""
    result = question_types(pd.DataFrame({"text": [said]}))
    assert str(result) == "1 条消息里没有问句"
    assert np.isnan([result.open_share, result.low, result.high]).all()
    assert list(result.questions.columns) == ["message", "question", "kind", "cue"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["好吗？", None], "列“text”应全是文字，第 2 行是空的。请先补上或删去这一行。"),
        ([3, 4], "列“text”应全是文字，第 1 行是“3”。请先补上或删去这一行。"),
    ],
)
def test_refusal(texts, message):
    """Does the whole message help to go on?"""
    with pytest.raises(TypeError) as caught:
        question_types(pd.DataFrame({"text": texts}))
    assert str(caught.value) == message
