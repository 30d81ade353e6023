"""Crises before and after they break out: risks, unvoiced complaints, the price of a late answer."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from crmlab import complaints
from crmlab._checks import check_numbers
from crmlab.plots import PALETTE
from crmlab.plots.complaints.crisis import risk_cells
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import choice, number, whole

_PEOPLE, _DAYS = 100_000, 40
_BASES = {
    "one_in_27": "流传的说法：1 人投诉，26 人没说",
    "headquarters": "TARP：1%–5% 反映到总部",
    "front_line_loss": "TARP：钱上吃亏，一半到四分之三会说",
    "front_line_attitude": "TARP：态度差，5%–30% 会说",
    "survey": "自己的调查（用下面两个滑块）",
}
_RISKS = pd.DataFrame(
    {
        "event": ["食品变质", "客户资料泄露", "系统停机", "员工与顾客争吵", "排队过长"],
        "probability": [2, 1, 3, 3, 5],
        "impact": [5, 5, 3, 3, 2],
    }
)


def crisis_response() -> LiveFigure:
    """危机回应早晚：拖动回应的日子，看同时在传的人最多到多少（模型推演）。

    Returns
    -------
    LiveFigure
        四个滑块：第几天回应、传播率、平息率、回应的效果。灰虚线是不回应，蓝线是回应之后。

    Notes
    -----
    10 万人里的 SIR 模型，推演 40 天，见 :func:`crmlab.complaints.crisis_spread`。参数是设定的，所以没有区间：
    拿它看“早一天差多少”，不要拿它报人数。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.complaints.crisis_response()
    >>> figure.set(day=8)
    >>> figure.alt.split("：")[0]
    '第 8 天回应'
    """
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        ax.set_xlim(0, _DAYS)
        ax.set_ylim(0, 75)
        ax.set_xlabel("事发后（天）")
        ax.set_ylabel("同时在传的人（%，模型推演）")
        (drawn["never"],) = ax.plot([], [], "--", color=PALETTE["grey"], linewidth=1.8)
        (drawn["with"],) = ax.plot([], [], color=PALETTE["blue"], linewidth=2.4)
        drawn["day"] = ax.axvline(0, color=PALETTE["red"], linestyle=":", linewidth=1.5)
        (drawn["peak"],) = ax.plot([], [], "o", color=PALETTE["blue"], markersize=8)
        drawn["never word"] = ax.text(0, 0, "", fontsize=10, color="#595959", ha="left", va="bottom")
        drawn["day word"] = ax.text(0, 72, "", fontsize=10, color=PALETTE["red"], ha="left", va="top")

    def draw(ax: Axes, day: float, contact: float, quiet: float, effect: float) -> str:
        if not drawn:
            make(ax)
        given: dict[str, Any] = {"contact_rate": contact, "quiet_rate": quiet, "days": _DAYS}
        never = complaints.crisis_spread(_PEOPLE, **given)
        answered = complaints.crisis_spread(_PEOPLE, response_day=day, response_effect=effect, **given)
        for name, result in (("never", never), ("with", answered)):
            drawn[name].set_data(result.table["day"], 100 * result.table["spreading"] / _PEOPLE)
        drawn["day"].set_xdata([day, day])
        drawn["day word"].set(text=f" 第 {day:g} 天回应", x=day)
        drawn["peak"].set_data([answered.peak_day], [100 * answered.peak_spreading / _PEOPLE])
        top = 100 * never.peak_spreading / _PEOPLE
        drawn["never word"].set_position((min(never.peak_day + 1.5, _DAYS - 9), top))
        drawn["never word"].set_text(f"不回应：{never.peak_spreading:,.0f} 人" if top > 0.5 else "")
        model = f"R0 = {never.r0:.1f}，模型推演"
        if never.r0 <= 1:
            return f"不回应也传不开：一个人平均再传不到一个人（{model}）"
        if day >= never.peak_day:
            return f"第 {day:g} 天回应太晚：峰值在第 {never.peak_day:.1f} 天就过去了（{model}）"
        ratio = answered.peak_spreading / never.peak_spreading
        compared = f"是不回应时的 {ratio:.0%}" if ratio >= 0.01 else "不到不回应时的 1%"
        return f"第 {day:g} 天回应：峰值 {answered.peak_spreading:,.0f} 人，{compared}（{model}）"

    return LiveFigure(
        draw,
        {
            "day": number("第几天回应", 8, 0, 25, step=0.5, unit="天"),
            "contact": number("传播率", 1.2, 0.3, 2.0, unit="人/天"),
            "quiet": number("平息率", 0.4, 0.2, 0.8, unit="每天"),
            "effect": number("回应使传播率降低", 0.7, 0, 1, fmt=".0%"),
        },
        "灰虚线是不回应时同时在传的人，先升后降；蓝线是在红点线那天回应之后，圆点是它的峰值。",
        size=(7.2, 3.5),
        keep=True,
    )


def iceberg() -> LiveFigure:
    """投诉冰山：同样多的投诉，换一个依据，没说出来的人从几十变到几千。

    Returns
    -------
    LiveFigure
        四个控件：收到的投诉、依据、调查了多少位遇到问题的人、其中投诉过的占多少。三角形的面积和人数成正比：
        水面上是说出来的，水面下实色是没说的下限，斜纹到上限。

    Notes
    -----
    各说法的出处见 ``complaints.ICEBERG_CLAIMS``：都是流传的说法或几十年前别国的调查，所以结果是一个区间，
    并写明依据。见 :func:`crmlab.complaints.iceberg`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.complaints.iceberg()
    >>> figure.set(basis="survey", asked=120, voiced=25)
    >>> figure.alt.split("；")[0]
    '收到 40 件投诉，没说出来的约 80–181 人'
    """
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        ax.set_xlim(-1, 1.9)
        ax.set_ylim(-1, 0.5)
        ax.set_xticks([])
        ax.set_yticks([])
        ax.axis("off")
        ax.axhspan(-1, 0, color="#E3F1FA", linewidth=0)
        ax.axhline(0, color=PALETTE["blue"], linewidth=1.5)
        for name, look in {
            "high": {"facecolor": "#CFE6F5", "hatch": "///", "edgecolor": PALETTE["blue"]},
            "low": {"facecolor": PALETTE["sky"], "edgecolor": PALETTE["blue"]},
            "tip": {"facecolor": PALETTE["red"], "edgecolor": "black"},
        }.items():
            drawn[name] = ax.add_patch(Polygon(np.zeros((3, 2)), closed=True, linewidth=1, **look))
        drawn["said"] = ax.text(0.55, 0.12, "", fontsize=11, va="center")
        drawn["unsaid"] = ax.text(0.95, -0.45, "", fontsize=11, va="center", linespacing=1.6)

    def draw(ax: Axes, received: int, basis: str, asked: int, voiced: float) -> str:
        if not drawn:
            make(ax)
        survey = (asked, max(round(asked * voiced / 100), 1)) if basis == "survey" else None
        result = complaints.iceberg(received, claim=None if survey else basis, survey=survey)
        # Heights from the top of the triangle: its area grows with the square.
        tip, low, high = np.sqrt([received, result.affected_low, result.affected_high])
        unit = min(0.95 / max(high - tip, 1e-9), 0.42 / tip)
        top = tip * unit
        for name, height in (("tip", tip), ("low", low), ("high", high)):
            deep, wide = top - height * unit, 0.75 * height * unit
            drawn[name].set_xy([(0, top), (wide, deep), (-wide, deep)])
        drawn["tip"].set_zorder(3)
        drawn["low"].set_zorder(2)
        one, other = f"{result.unvoiced_low:,.0f}", f"{result.unvoiced_high:,.0f}"
        span = one if one == other else f"{one}–{other}"
        drawn["said"].set_text(f"说出来的 {received:,} 件")
        drawn["unsaid"].set_text(f"没说出来的\n{span} 人")
        why = f"自己的调查：{survey[0]} 位里 {survey[1]} 位投诉过，95% 区间" if survey else _BASES[basis]
        return f"收到 {received:,} 件投诉，没说出来的约 {span} 人；依据：{why}"

    return LiveFigure(
        draw,
        {
            "received": whole("收到的投诉", 40, 1, 200, unit="件"),
            "basis": choice("依据", [(word, name) for name, word in _BASES.items()]),
            "asked": whole("调查了遇到问题的人", 120, 20, 500, step=10, unit="位"),
            "voiced": number("其中投诉过的", 25, 1, 90, step=1, unit="%", fmt=".0f"),
        },
        "一座三角形的冰山：水面上红色是说出来的，水面下浅蓝实色是没说的下限，斜纹到上限，面积和人数成正比。",
        size=(7.2, 3.6),
        keep=True,
    )


def risk_matrix(risks: pd.DataFrame | None = None) -> LiveFigure:
    """风险矩阵：给每种危机的可能性和危害打 1–5 级，看先防哪一个。

    Parameters
    ----------
    risks : DataFrame, optional
        2–6 个风险，列 event、probability、impact（1–5 级整数，是滑块的初值）。不给就用五个示例（等级是设定的）。

    Returns
    -------
    LiveFigure
        每个风险两个滑块。格子写着低、中、高、极高，风险写在自己的格子里，前面是名次。

    Raises
    ------
    TypeError
        等级不是数字。
    ValueError
        缺列，风险不是 2–6 个，或等级不是 1–5 的整数。

    Notes
    -----
    名次按可能性 × 危害，并列时先看危害，见 :func:`crmlab.complaints.risk_matrix`。等级是人打的，没有区间：
    换几个人打分，看名次变不变。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.complaints.risk_matrix()
    >>> figure.set(p0=5, i0=5)
    >>> figure.alt.split("；")[0]
    '先防食品变质：可能性 5 × 危害 5 = 25，极高'
    """
    table = _RISKS if risks is None else risks
    complaints.risk_matrix(table)
    if not 2 <= len(table) <= 6:
        raise ValueError(f"参数 risks 应有 2–6 个风险，你给了 {len(table)} 个。太多时请先挑最要紧的几个。")
    for column in ("probability", "impact"):
        broken = table[column] % 1 != 0
        if broken.any():
            raise ValueError(
                f"列“{column}”应是 1–5 的整数，有一个是 {check_numbers(column, table[column])[broken].iloc[0]:g}。"
            )
    events = [str(event) for event in table["event"]]
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        risk_cells(ax, 5, every=False)
        for event in events:
            drawn[event] = ax.text(0, 0, "", ha="center", va="center", fontsize=9)

    def draw(ax: Axes, **grades: int) -> str:
        if not drawn:
            make(ax)
        rated = table.assign(
            probability=[grades[f"p{k}"] for k in range(len(events))],
            impact=[grades[f"i{k}"] for k in range(len(events))],
        )
        result = complaints.risk_matrix(rated)
        for place, part in result.groupby(["probability", "impact"]):
            chance, harm = np.asarray(place, dtype=float)
            for at, (_, row) in enumerate(part.iterrows()):
                word = drawn[str(row["event"])]
                word.set_text(f"{row['rank']}. {row['event']}")
                step = 0.27 if len(part) <= 3 else 0.19
                word.set(
                    fontsize=9 if len(part) <= 3 else 7, position=(chance, harm + step * ((len(part) - 1) / 2 - at))
                )
        first = result.iloc[0]
        said = f"先防{first['event']}：可能性 {first['probability']} × 危害 {first['impact']} = {first['score']:g}，{first['level']}"
        tied = result[result["rank"] == 1]
        if len(tied) > 1:
            same = str(tied["event"].iloc[1]) if len(tied) == 2 else f"另外 {len(tied) - 1} 个"
            return f"{said}；{same}同分，并列时先看危害（等级是人打的，换个人打分再看一遍）"
        return f"{said}；其次是{result['event'].iloc[1]}（等级是人打的，换个人打分再看一遍）"

    controls: dict[str, Any] = {}
    for k, event in enumerate(events):
        controls[f"p{k}"] = whole(f"{event}：可能性", int(table["probability"].iloc[k]), 1, 5, unit="级")
        controls[f"i{k}"] = whole(f"{event}：危害", int(table["impact"].iloc[k]), 1, 5, unit="级")
    alt = "横轴可能性，纵轴危害，各 1–5 级，格子从左下的低到右上的极高，各风险写在自己的格子里，前面是名次。"
    return LiveFigure(draw, controls, alt, size=(7.2, 4.4), keep=True)
