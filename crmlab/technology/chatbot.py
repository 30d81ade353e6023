"""Where the chatbot should hand over: a cut on its own confidence, and what it costs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_positive, check_probability, check_zero_one
from crmlab._intervals import t_interval, wilson


@dataclass(frozen=True, repr=False)
class ChatbotThreshold:
    """转人工的分界线。

    Attributes
    ----------
    threshold : float
        平均成本最低的分界：把握不低于它，机器人自己答；一样低时取较高的分界（更多交给人）。
    cost_per_chat, low, high : float
        这个分界下每次会话的平均成本和区间，元。
    handover_share : float
        转人工的占比，0–1。
    cost_all_agents : float
        全部转人工的平均成本，元。
    n : int
        会话数。
    table : DataFrame
        一行一个分界，从低到高。列：threshold、handover_share（转人工占比）、n_bot（机器人自己答的会话数）、
        resolution_share 及 low、high（自己答的里面解决的占比和威尔逊区间，没有就是 NaN）、wrong_share（答错 ÷ 全部会话）、
        cost_per_chat、cost_low、cost_high（元）。
    """

    threshold: float
    cost_per_chat: float
    low: float
    high: float
    handover_share: float
    cost_all_agents: float
    n: int
    table: pd.DataFrame

    def __str__(self) -> str:
        return (
            f"把握不低于 {self.threshold:g} 时机器人自己答：转人工 {self.handover_share:.1%}，"
            f"每次会话 {self.cost_per_chat:.2f} 元，全部转人工是 {self.cost_all_agents:.2f} 元（n = {self.n}）"
        )

    __repr__ = __str__


def chatbot_threshold(
    chats: pd.DataFrame,
    *,
    cost_bot: Any,
    cost_agent: Any,
    cost_wrong: Any,
    thresholds: Any = None,
    confidence: float = 0.95,
) -> ChatbotThreshold:
    """机器人多有把握才让它自己答：分界线 → 解决率、转人工率、成本。

    每次会话的成本：先过机器人 cost_bot；把握低于分界的再加 cost_agent；自己答却答错的再加 cost_wrong。

    Parameters
    ----------
    chats : DataFrame
        一行一次会话。列：bot_confidence（机器人的把握，0–1）、bot_correct（机器人答得对不对，1/0；每一次都要标，
        转了人工的也要，否则只看得到把握高的那部分）。
    cost_bot, cost_agent, cost_wrong : float
        机器人处理一次、人工处理一次、答错一次的成本，元，不小于 0。答错的代价包括再打一次电话和客户的不满，要自己估。
    thresholds : list of float, optional
        要比较的分界，0–1。不给时是 0、0.05 …… 1。
    confidence : float, default 0.95
        区间的置信水平，0–1 之间。

    Returns
    -------
    ChatbotThreshold
        最好的分界、成本和各分界的表。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，把握不在 0–1，bot_correct 不是 1/0，有缺失值，或成本是负数。

    Notes
    -----
    最好的分界是在这批会话上挑出来的，换一批会略差：请留一半会话，用挑好的分界再算一遍（thresholds=[那个分界]）。
    机器人的“把握”未必等于答对的概率；答错的代价估计变一倍，分界会移动很多，请多试几个。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> chats = pd.DataFrame({"bot_confidence": [0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.9, 1.0],
    ...                       "bot_correct": [0, 0, 1, 0, 1, 1, 1, 1]})
    >>> technology.chatbot_threshold(chats, cost_bot=0.5, cost_agent=6, cost_wrong=15)
    把握不低于 0.8 时机器人自己答：转人工 50.0%，每次会话 3.50 元，全部转人工是 6.50 元（n = 8）
    """
    check_frame("chats", chats, ["bot_confidence", "bot_correct"])
    hint = "若是百分数，请除以 100。"
    sure = check_numbers("bot_confidence", chats["bot_confidence"], 0, 1, missing=False, hint=hint).to_numpy()
    right = check_zero_one("bot_correct", chats["bot_correct"], missing=False).to_numpy() == 1
    bot = check_positive("cost_bot", cost_bot, allow_zero=True)
    agent = check_positive("cost_agent", cost_agent, allow_zero=True)
    wrong = check_positive("cost_wrong", cost_wrong, allow_zero=True)
    check_probability("confidence", confidence)
    given = np.arange(21) / 20 if thresholds is None else thresholds
    cuts = np.unique(check_numbers("thresholds", list(given), 0, 1, missing=False).to_numpy())
    n = len(sure)
    order = np.argsort(sure, kind="stable")
    below = np.searchsorted(sure[order], cuts, side="left")
    correct_above = right.sum() - np.concatenate([[0], np.cumsum(right[order])])[below]
    n_bot = n - below
    n_wrong = n_bot - correct_above
    low, high = wilson(correct_above, n_bot, confidence)
    mean, cost_low, cost_high = _cost(below, n_wrong, n, (bot, agent, wrong), confidence)
    table = pd.DataFrame(
        {
            "threshold": cuts,
            "handover_share": below / n,
            "n_bot": n_bot,
            "resolution_share": correct_above / np.where(n_bot > 0, n_bot, np.nan),
            "low": low,
            "high": high,
            "wrong_share": n_wrong / n,
            "cost_per_chat": mean,
            "cost_low": cost_low,
            "cost_high": cost_high,
        }
    )
    best = int(np.flatnonzero(mean <= mean.min() * (1 + 1e-12))[-1])
    return ChatbotThreshold(
        threshold=float(cuts[best]),
        cost_per_chat=float(mean[best]),
        low=float(cost_low[best]),
        high=float(cost_high[best]),
        handover_share=float(below[best] / n),
        cost_all_agents=bot + agent,
        n=n,
        table=table,
    )


def _cost(
    n_agent: np.ndarray, n_wrong: np.ndarray, n: int, costs: tuple[float, float, float], confidence: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean cost and its t interval; a chat costs one of three sums, so counts are enough."""
    bot, agent, wrong = costs
    extra = (n_agent * agent + n_wrong * wrong) / n
    square = (n_agent * agent**2 + n_wrong * wrong**2) / n
    variance = np.maximum(square - extra**2, 0) * n / max(n - 1, 1)
    low, high = t_interval(bot + extra, np.sqrt(variance), n, confidence)
    return bot + extra, np.maximum(low, bot), high
