"""The cut at which a chatbot hands over."""

import numpy as np
import pandas as pd
import pytest

from crmlab import technology

COSTS = {"cost_bot": 0.5, "cost_agent": 6, "cost_wrong": 15}
CHATS = pd.DataFrame({"bot_confidence": [0.2, 0.4, 0.6, 0.6, 0.9, 1.0], "bot_correct": [0, 1, 0, 1, 1, 1]})


def test_each_cut_by_hand():
    """Are shares and costs at every cut those of a loop over the chats?"""
    table = technology.chatbot_threshold(CHATS, **COSTS).table
    assert len(table) == 21
    for row in table.itertuples():
        bot = CHATS["bot_confidence"] >= row.threshold
        wrong = bot & (CHATS["bot_correct"] == 0)
        cost = 0.5 + 6 * ~bot + 15 * wrong
        assert row.n_bot == bot.sum()
        assert (row.handover_share, row.wrong_share) == pytest.approx(((~bot).mean(), wrong.mean()))
        assert row.cost_per_chat == pytest.approx(cost.mean())
        half = 2.570582 * cost.std() / np.sqrt(6)
        assert row.cost_high == pytest.approx(cost.mean() + half, rel=1e-6)
        assert row.cost_low == pytest.approx(max(cost.mean() - half, 0.5), rel=1e-6)
        if bot.any():
            assert row.resolution_share == pytest.approx(CHATS["bot_correct"][bot].mean())
        else:
            assert np.isnan(row.resolution_share)


def test_best_cut_is_the_cheapest_row():
    """Is the chosen cut the row of least cost, the highest of equals?"""
    result = technology.chatbot_threshold(CHATS, **COSTS)
    cheapest = result.table[result.table["cost_per_chat"] == result.table["cost_per_chat"].min()]
    assert result.threshold == cheapest["threshold"].max() == 0.4
    assert result.cost_per_chat == cheapest["cost_per_chat"].min()
    assert result.low <= result.cost_per_chat <= result.high


def test_ends_of_the_scale():
    """Does a free mistake send nothing to agents, and a ruinous one nearly everything?"""
    free = technology.chatbot_threshold(CHATS, cost_bot=0.5, cost_agent=6, cost_wrong=0)
    assert (free.handover_share, free.cost_per_chat) == (0, 0.5)
    all_wrong = technology.chatbot_threshold(CHATS.assign(bot_correct=0), **COSTS, thresholds=[0, 0.5, 1])
    assert all_wrong.threshold == 1


def test_one_chat():
    """Does a single chat give costs without an interval?"""
    result = technology.chatbot_threshold(CHATS[:1], **COSTS, thresholds=[0.1])
    assert np.isnan([result.low, result.high]).all()
    assert str(result) == (
        "把握不低于 0.1 时机器人自己答：转人工 0.0%，每次会话 15.50 元，全部转人工是 6.50 元（n = 1）"
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: technology.chatbot_threshold(CHATS.assign(bot_confidence=90), **COSTS),
            "列“bot_confidence”应在 0–1 之间，第 1 行是 90，共 6 处。若是百分数，请除以 100。",
        ),
        (
            lambda: technology.chatbot_threshold(CHATS.assign(bot_correct=[1, None, 1, 1, 1, 1]), **COSTS),
            "列“bot_correct”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: technology.chatbot_threshold(CHATS, **(COSTS | {"cost_wrong": -1})),
            "参数 cost_wrong 不能小于 0，你给的是 -1。",
        ),
        (
            lambda: technology.chatbot_threshold(CHATS, **COSTS, thresholds=[]),
            "参数 thresholds 一个值也没有。请检查数据是否为空，或筛选条件是否太严。",
        ),
    ],
)
def test_refusal(call, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
