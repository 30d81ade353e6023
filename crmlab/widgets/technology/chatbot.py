"""Where a chatbot hands over to a person, and what that costs."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import technology
from crmlab.plots import HATCHES, MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import number, whole

_CUTS = np.arange(21) / 20
_MOST_AGENT, _MOST_WRONG = 10, 30  # yuan


def made_chats(n: int, seed: int = 2) -> pd.DataFrame:
    """Return ``n`` simulated chats; a bot sure to the degree c is right with probability 0.15 + 0.8 c."""
    rng = np.random.default_rng(seed)
    sure = rng.beta(4, 2, n)
    right = rng.random(n) < 0.15 + 0.8 * sure
    return pd.DataFrame({"bot_confidence": sure, "bot_correct": right.astype(int)})


def chatbot_threshold(chats: pd.DataFrame | None = None) -> LiveFigure:
    """机器人转人工：把握低于分界就转人工。挪分界和两种成本，看解决率、转人工率和每次会话的成本。

    Parameters
    ----------
    chats : DataFrame, optional
        一行一次会话，列见 :func:`crmlab.technology.chatbot_threshold`。不给时用模拟的 2000 次会话：把握服从贝塔分布（4, 2），
        答对的概率设为 0.15 + 0.8 × 把握。

    Returns
    -------
    LiveFigure
        四个滑块：分界、人工一次的成本、答错一次的代价、标注了几次会话。左图是成本和 95% 区间，右图是转人工、自己答对、自己答错
        三部分的占比。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，把握不在 0–1，或答对不是 1/0。

    Notes
    -----
    机器人一次的成本定为 0.5 元。会话少时取前几次，区间变宽，最好的分界也就说不准。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.technology.chatbot_threshold()
    >>> figure.set(cut=1.0)
    >>> figure.alt.split("：")[0]
    '分界 1.00'
    """
    given = made_chats(2000) if chats is None else chats
    dearest = technology.chatbot_threshold(given, cost_bot=0.5, cost_agent=_MOST_AGENT, cost_wrong=_MOST_WRONG)
    top = float(dearest.table["cost_per_chat"].max()) * 1.1
    drawn: dict[str, Any] = {}

    def make(left: Axes, right: Axes) -> None:
        drawn["band"] = left.fill_between(_CUTS, 0 * _CUTS, 0 * _CUTS, color=PALETTE["sky"], alpha=0.35, linewidth=0)
        (drawn["cost"],) = left.plot([], [], color=PALETTE["blue"], linewidth=2)
        drawn["now"] = left.axvline(0, color="black", linewidth=1)
        (drawn["dot"],) = left.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=8)
        (drawn["best"],) = left.plot([], [], "*", color=PALETTE["green"], markersize=16, zorder=5)
        left.set_xlim(0, 1)
        left.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "0.25", "0.5", "0.75", "1"])
        left.set_ylim(0, top)
        left.set_xlabel("分界（机器人的把握，0–1）")
        left.set_ylabel("每次会话的成本（元）")
        looks = ((PALETTE["grey"], 0), (PALETTE["blue"], 2), (PALETTE["red"], 1))
        drawn["parts"] = [
            right.bar([i], [0], width=0.66, color=colour, hatch=HATCHES[hatch], edgecolor="white")[0]
            for i, (colour, hatch) in enumerate(looks)
        ]
        drawn["words"] = [right.text(i, 0, "", ha="center", va="bottom", fontsize=10) for i in range(3)]
        right.set_xticks(range(3), ["转人工", "自己答对", "自己答错"])
        right.set_ylim(0, 115)
        right.set_yticks([0, 25, 50, 75, 100])
        right.set_ylabel("占全部会话（%）")

    def draw(axes: list[Axes], cut: float, cost_agent: float, cost_wrong: float, n: int) -> str:
        result = technology.chatbot_threshold(
            given.head(n), cost_bot=0.5, cost_agent=cost_agent, cost_wrong=cost_wrong, thresholds=_CUTS
        )
        if not drawn:
            make(*axes)
        table = result.table
        now = table.iloc[round(cut * 20)]
        drawn["band"].set_data(_CUTS, table["cost_low"], table["cost_high"])
        drawn["cost"].set_data(_CUTS, table["cost_per_chat"])
        drawn["now"].set_xdata([cut, cut])
        drawn["dot"].set_data([cut], [now["cost_per_chat"]])
        drawn["best"].set_data([result.threshold], [result.cost_per_chat])
        shares = [now["handover_share"], 1 - now["handover_share"] - now["wrong_share"], now["wrong_share"]]
        for bar, word, share in zip(drawn["parts"], drawn["words"], shares, strict=True):
            bar.set_height(100 * share)
            word.set(text=f"{share:.0%}", y=100 * share + 1.5)
        half = (now["cost_high"] - now["cost_low"]) / 2
        error = "" if np.isnan(half) else f" ± {half:.2f}"
        said = f"分界 {cut:.2f}：每次会话 {now['cost_per_chat']:.2f}{error} 元，转人工 {now['handover_share']:.0%}"
        if now["n_bot"]:
            said += f"，自己答的对 {now['resolution_share']:.0%}"
        best = f"最省的分界 {result.threshold:.2f}，{result.cost_per_chat:.2f} 元（n = {result.n}）"
        return f"{said}；{best}"

    size = len(given)
    controls = {
        "cut": number("分界", 0.7, 0, 1, step=0.05, fmt=".2f"),
        "cost_agent": number("人工一次", 6, 1, _MOST_AGENT, step=0.5, unit="元"),
        "cost_wrong": number("答错一次的代价", 15, 0, _MOST_WRONG, step=1, unit="元", fmt=".0f"),
        "n": whole("标注了几次会话", size, min(50, size), size, step=50, unit="次"),
    }
    alt = (
        "左图：每次会话的成本随分界变化，浅色带是 95% 区间，五角星是最省的分界，竖线是现在的分界。"
        "右图：转人工、自己答对、自己答错各占多少。" + ("模拟数据。" if chats is None else "")
    )
    return LiveFigure(draw, controls, alt, panels=2, widths=(1.4, 1), size=(7.2, 3.6), keep=True)
