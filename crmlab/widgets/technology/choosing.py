"""Choosing a CRM system: weights that decide, and whether it pays."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import technology
from crmlab._intervals import signed
from crmlab.plots import MARKERS, PALETTE
from crmlab.plots._results import records
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import number, whole

# Four made-up systems: none is the best in everything, and the second is close behind the first.
VENDORS = pd.DataFrame(
    {
        "vendor": ["云捷", "汇客", "通联", "小简"],
        "自身需求": [4, 5, 3, 3],
        "发展规模": [4, 3, 5, 2],
        "定制": [3, 5, 4, 1],
        "扩展与集成": [4, 4, 5, 2],
        "运行环境": [4, 3, 3, 5],
        "易用": [4, 2, 2, 5],
    }
)


def crm_choice(vendors: pd.DataFrame | None = None) -> LiveFigure:
    """系统选型：拖动各条标准的权重，看名次怎么变、第一名站得稳不稳。

    Parameters
    ----------
    vendors : DataFrame, optional
        一行一个系统。列：vendor（名称，不重复），其余每列一条标准，1–5 分。不给时用四个虚构的系统、六条标准
        （自身需求、发展规模、定制、扩展与集成、运行环境、易用）。

    Returns
    -------
    LiveFigure
        每条标准一个滑块，单位是份，按合计折成百分比。左图是各系统的总分，右图是每条标准的权重能在哪个范围里变而第一名不换。

    Raises
    ------
    TypeError
        打分不是数字。
    ValueError
        缺列，系统重复，或打分不在 1–5 之间。

    Notes
    -----
    分数是人打的，没有抽样误差；靠不住的是权重，所以看右图的范围有多宽。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.technology.crm_choice()
    >>> figure.set(w_0=0, w_1=0, w_2=0, w_3=0, w_4=0, w_5=10)
    >>> figure.alt.split("；")[0]
    '选“小简”，5.00 分，比第二名云捷高 1.00 分'
    """
    given = VENDORS if vendors is None else vendors
    criteria = [str(c) for c in given.columns if c != "vendor"]
    technology.crm_scorecard(given, dict.fromkeys(criteria, 1.0))
    names = [str(v) for v in given["vendor"]]
    rows, places = np.arange(len(names)), np.arange(len(criteria))
    drawn: dict[str, Any] = {}

    def make(left: Axes, right: Axes) -> None:
        drawn["bars"] = list(left.barh(rows, [0.0] * len(names), height=0.62, edgecolor="white"))
        drawn["words"] = [left.text(0, y, "", va="center", fontsize=9) for y in rows.tolist()]
        left.set_yticks(rows, names)
        left.set_ylim(len(names) - 0.5, -0.5)
        left.set_xlim(0, 7.2)
        left.set_xticks(range(6))
        left.set_xlabel("总分（1–5 分）")
        right.hlines(places, 0, 100, color="#DDDDDD", linewidth=7)
        drawn["ranges"] = [
            right.plot([], [], color=PALETTE["sky"], linewidth=7, solid_capstyle="butt")[0] for _ in places
        ]
        (drawn["dots"],) = right.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=8, linestyle="")
        drawn["rival"] = right.text(103, 0, "", va="center", fontsize=9, color=PALETTE["red"])
        right.set_yticks(places, criteria)
        right.set_ylim(len(criteria) - 0.5, -0.5)
        right.set_xlim(-2, 140)
        right.set_xticks([0, 50, 100])
        right.set_xlabel("权重（%）；浅蓝：第一名不换的范围")

    def draw(axes: list[Axes], **weights: int) -> str:
        if not any(weights.values()):
            raise ValueError("所有权重都是 0 份。请至少给一条标准权重。")
        result = technology.crm_scorecard(given, dict(zip(criteria, weights.values(), strict=True)))
        if not drawn:
            make(*axes)
        scores = result.scores.set_index("vendor")
        for y, name in enumerate(names):
            score, rank = float(scores["score"][name]), int(scores["rank"][name])
            drawn["bars"][y].set(
                width=score,
                facecolor=PALETTE["orange"] if rank == 1 else PALETTE["sky"],
                hatch="///" if rank == 1 else "",
            )
            drawn["words"][y].set(text=f"{score:.2f}", x=score + 0.1)
        table = result.sensitivity
        drawn["dots"].set_data(100 * table["weight"], places)
        for line, at_row, row in zip(drawn["ranges"], places, records(table), strict=True):
            line.set_data([100 * row.low, 100 * row.high], [at_row, at_row])
        room = _room(table)
        at = int(room.argmin())
        rivals = [r for r in table.loc[at, ["rival_low", "rival_high"]] if isinstance(r, str)]
        drawn["rival"].set(text="" if np.isinf(room[at]) else "→ " + "、".join(dict.fromkeys(rivals)), y=places[at])
        return _verdict(result)

    controls: dict[str, Any] = {f"w_{i}": whole(f"{c}的权重", 5, 0, 10, unit="份") for i, c in enumerate(criteria)}
    alt = "左图：各系统的加权总分，第一名是斜纹。右图：圆点是各条标准现在的权重，浅蓝的范围里第一名不换，最容易换人的一条，箭头后面是会取代它的。"
    return LiveFigure(
        draw,
        controls,
        alt + ("四个系统是虚构的。" if vendors is None else ""),
        panels=2,
        size=(7.2, 3.6),
        keep=True,
    )


def _verdict(result: technology.CrmScorecard) -> str:
    top = result.scores.iloc[0]
    if len(result.scores) == 1:
        return f"只有“{result.best}”一个系统，{top['score']:.2f} 分"
    second = result.scores.iloc[1]
    lead = f"选“{result.best}”，{top['score']:.2f} 分，比第二名{second['vendor']}高 {top['score'] - second['score']:.2f} 分"
    if top["score"] == second["score"]:
        tied = "、".join(result.scores.loc[result.scores["rank"] == 1, "vendor"])
        return f"{tied}同分（{top['score']:.2f} 分）：这组权重分不出高下"
    table = result.sensitivity
    room = _room(table)
    if np.isinf(room).all():
        return f"{lead}；单独改任何一条的权重，第一名都不换"
    at = int(room.argmin())
    return f"{lead}；“{table['criterion'].iloc[at]}”的权重变 {room[at]:.0%} 就换人"


def _room(table: pd.DataFrame) -> np.ndarray:
    """Return how far each weight may move, either way, before another system leads; infinite where none ever does."""
    down = np.where(table["rival_low"].isna(), np.inf, table["weight"] - table["low"])
    up = np.where(table["rival_high"].isna(), np.inf, table["high"] - table["weight"])
    return np.asarray(np.minimum(down, up))


def payback() -> LiveFigure:
    """一套系统值不值：投入、每年增收、每年运维和折现率定下来，几年回本、净现值多少。

    Returns
    -------
    LiveFigure
        五个滑块：一次投入、每年增收、每年运维、用几年、折现率。实线是折现后的累计，虚线不折现，过零就回本。

    Notes
    -----
    没有区间：数是你假定的，错在假定里。每年增收估高一倍，结论常常就反过来。见 :func:`crmlab.technology.investment_value`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.technology.payback()
    >>> figure.set(cost=60, gain=30, running=6, years=5, rate=0.1)
    >>> figure.alt.split("。")[0]
    '净现值 31.0 万元（折现率 10%）：2.5 年回本，折现后 3.0 年'
    """
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        (drawn["plain"],) = ax.plot([], [], "--", marker=MARKERS[0], color=PALETTE["blue"], markersize=5)
        (drawn["real"],) = ax.plot([], [], marker=MARKERS[1], color=PALETTE["green"], linewidth=2.2, markersize=5)
        (drawn["back"],) = ax.plot([], [], "*", color="black", markersize=15, linestyle="", zorder=5)
        drawn["word"] = ax.text(0, 0, "", va="top", fontsize=10, bbox=CLEAR)
        ax.axhline(0, color="black", linewidth=0.9)
        ax.set_title("●  虚线：累计，不折现", loc="left", color=PALETTE["blue"], fontsize=10)
        ax.set_title("■  实线：累计，折现", loc="right", color=PALETTE["green"], fontsize=10)
        ax.set_xlim(0, 10)
        ax.set_ylim(-110, 205)
        ax.set_xticks(range(11))
        ax.set_xlabel("年（0 是现在）")
        ax.set_ylabel("累计现金流（万元）")

    def draw(ax: Axes, cost: int, gain: int, running: int, years: int, rate: float) -> str:
        flows = [-1e4 * cost] + [1e4 * (gain - running)] * years
        result = technology.investment_value(flows, discount_rate=rate)
        if not drawn:
            make(ax)
        table = result.table
        drawn["plain"].set_data(table["year"], table["cumulative"] / 1e4)
        drawn["real"].set_data(table["year"], table["cumulative_discounted"] / 1e4)
        at = result.discounted_payback_year
        drawn["back"].set_data([at], [0])
        drawn["word"].set(
            text="" if np.isnan(at) else f"{at:.1f} 年", x=0 if np.isnan(at) else min(at + 0.15, 9), y=-12
        )
        value = signed(f"{result.npv / 1e4:.1f}")
        start = f"净现值 {value} 万元（折现率 {rate:.0%}）"
        if np.isnan(result.payback_year):
            return f"{start}：用 {years} 年也回不了本"
        if np.isnan(at):
            return f"{start}：{result.payback_year:.1f} 年回本，可是折现后到第 {years} 年还没回本"
        return f"{start}：{result.payback_year:.1f} 年回本，折现后 {at:.1f} 年"

    return LiveFigure(
        draw,
        {
            "cost": whole("一次投入", 60, 10, 100, step=5, unit="万元"),
            "gain": whole("每年增收", 25, 0, 30, unit="万元"),
            "running": whole("每年运维", 5, 0, 20, unit="万元"),
            "years": whole("用几年", 6, 1, 10, unit="年"),
            "rate": number("折现率", 0.08, 0, 0.3, step=0.01, fmt=".0%"),
        },
        "两条累计现金流的线从投入的负数往上走，虚线不折现，实线折现，五角星是折现后回本的时刻。各数都是假定的。",
        size=(7.2, 3.6),
        keep=True,
    )
