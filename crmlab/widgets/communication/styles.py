"""Twelve statements, one point: which communication style somebody has, and how sure that is."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from crmlab import communication
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import whole

_ITEMS = pd.DataFrame(
    [
        ("a1", "我说话直接，不绕弯", "assertiveness", 0),
        ("r1", "我高兴生气写在脸上", "responsiveness", 0),
        ("a2", "讨论时我先开口", "assertiveness", 0),
        ("r2", "我爱聊自己的事", "responsiveness", 0),
        ("a3", "我做决定很快", "assertiveness", 0),
        ("r3", "我说话时手势多", "responsiveness", 0),
        ("a4", "我会当面提不同意见", "assertiveness", 0),
        ("r4", "做决定我凭感觉", "responsiveness", 0),
        ("a5", "我等别人先表态", "assertiveness", 1),
        ("r5", "谈事我只谈事实", "responsiveness", 1),
        ("a6", "我说话慢、声音轻", "assertiveness", 1),
        ("r6", "我不愿谈个人感受", "responsiveness", 1),
    ],
    columns=["item", "statement", "axis", "reverse"],
)
_MARGIN = 5.0
# Marker, colour, place of the words and the usual advice for talking to this style.
_LOOKS = {
    "amiable": (MARKERS[2], PALETTE["green"], (25, 98), "慢一点，多问，给保证"),
    "expressive": (MARKERS[0], PALETTE["orange"], (75, 98), "先聊几句，多肯定想法"),
    "analytical": (MARKERS[3], PALETTE["blue"], (25, 9), "给数据，留时间"),
    "driver": (MARKERS[1], PALETTE["red"], (75, 9), "先说结论，给选项"),
}


def style_quadrant() -> LiveFigure:
    """沟通风格测评：十二句话，每句打 1–5 分，看点落在哪一型，离分界有多近。

    Returns
    -------
    LiveFigure
        十二个滑块：1 分“完全不像我”，5 分“完全像我”。横轴支配性，纵轴情感外露，灰色十字带里算“说不准”。

    Notes
    -----
    十二句话是课程自拟的，没有做过信度和效度检验，只用来学会计分（反向题：“我等别人先表态”“我说话慢、声音轻”
    “谈事我只谈事实”“我不愿谈个人感受”）。角上的话是常见的建议，不是研究结论。
    见 :func:`crmlab.communication.style_quadrant`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.communication.style_quadrant()
    >>> figure.set(a1=5, a2=5, r1=1)
    >>> figure.alt.split("：")[0]
    '控制型'
    """
    items = _ITEMS[["item", "axis", "reverse"]]
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        ax.set_xlim(-4, 104)
        ax.set_ylim(-5, 105)
        ax.set_xlabel("支配性（0–100 分；落在灰带里说不准）")
        ax.set_ylabel("情感外露（0–100 分）")
        for span in (ax.axvspan, ax.axhspan):
            span(50 - _MARGIN, 50 + _MARGIN, color="#E4E4E4", linewidth=0)
        ax.axvline(50, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.axhline(50, color=PALETTE["grey"], linestyle="--", linewidth=1)
        for style, (_, _, (x, y), _) in _LOOKS.items():
            drawn[f"{style} words"] = ax.text(x, y, "", ha="center", va="top", fontsize=10, linespacing=1.5)
            (drawn[style],) = ax.plot([], [], _LOOKS[style][0], color=_LOOKS[style][1], markersize=13)

    def draw(ax: Axes, **answers: int) -> str:
        if not drawn:
            make(ax)
        row = communication.style_quadrant(pd.DataFrame([answers]), items, margin=_MARGIN).iloc[0]
        x, y = float(row["assertiveness"]), float(row["responsiveness"])
        for style in _LOOKS:
            on = style == row["style"]
            drawn[style].set_data([x] if on else [], [y] if on else [])
            drawn[style].set_markerfacecolor(_LOOKS[style][1] if row["clear"] else "white")
            name, advice = communication.STYLES[style], _LOOKS[style][3]
            drawn[f"{style} words"].set(text=f"{name}\n{advice}" if on else name, color="black" if on else "#6A6A6A")
        where = f"支配性 {x:.0f} 分、情感外露 {y:.0f} 分"
        if row["clear"]:
            return f"{row['style_zh']}：{where}，离两条分界都有 {_MARGIN:g} 分以上"
        return f"说不准，勉强算{row['style_zh']}：{where}，离分界不到 {_MARGIN:g} 分"

    controls = {item: whole(statement, 3, 1, 5, unit="分") for item, statement in _ITEMS[["item", "statement"]].values}
    alt = "横轴支配性，纵轴情感外露，四角是友善型、表现型、分析型、控制型，点是现在的得分，空心表示说不准。"
    return LiveFigure(draw, controls, alt, size=(7.2, 4.2), keep=True)
