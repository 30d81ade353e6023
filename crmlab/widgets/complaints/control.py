"""A control chart of complaint shares: how soon it notices that something changed."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from crmlab import complaints
from crmlab.plots import PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import choice, graded, number, whole

_PERIODS, _BASELINE, _RATE = 40, 20, 0.03
_SIZES = [200, 500, 1000, 2000]
_RULES = {"shewhart": "只看出界", "western_electric": "西电四条", "nelson": "尼尔森八条"}


def control_chart() -> LiveFigure:
    """控制图：让投诉占比从第 21 期起变一变，看第几期报警，会不会误报（模拟）。

    Returns
    -------
    LiveFigure
        四个控件：变化多少、每期多少单、判异规则、第几批数据。红方块是报警的点，虚线是控制限，
        前 20 期用来算控制限。

    Notes
    -----
    模拟的数据：前 20 期投诉占比 3%，之后是 3% 加上滑块的变化。每期单数越多，控制限越窄，报警越早；规则越多，
    报警越早，误报也越多。见 :func:`crmlab.complaints.p_chart`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.complaints.control_chart()
    >>> figure.set(shift=3, n=2000)
    >>> figure.alt.split("：")[0]
    '第 21 期起投诉占比从 3% 变成 6%'
    """
    chances = {
        batch: np.random.default_rng([8, batch]).random((_PERIODS, max(_SIZES)), dtype=np.float32)
        for batch in range(1, 11)
    }
    x = np.arange(1, _PERIODS + 1)
    names = {"ucl": "上限", "centre": "中心", "lcl": "下限"}
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        ax.set_xlim(0.5, _PERIODS + 7)
        ax.set_ylim(-0.5, 11)
        ax.set_xticks([1, 10, 20, 30, 40])
        ax.set_xlabel("第几期（期）")
        ax.set_ylabel("有投诉的订单（%，模拟）")
        ax.axvline(_BASELINE + 0.5, color=PALETTE["grey"], linestyle=":", linewidth=1.2)
        ax.text(_BASELINE, 10.8, "前 20 期算控制限", ha="right", va="top", fontsize=9, color=PALETTE["grey"])
        (drawn["truth"],) = ax.plot([], [], color=PALETTE["green"], linewidth=5, alpha=0.35)
        for name in names:
            ink = PALETTE["grey"] if name == "centre" else PALETTE["orange"]
            (drawn[name],) = ax.plot([], [], color=ink, linestyle="-" if name == "centre" else "--", linewidth=1.3)
            drawn[f"{name} word"] = ax.text(_PERIODS + 0.8, 0, "", va="center", fontsize=9)
        (drawn["line"],) = ax.plot([], [], "o-", color=PALETTE["blue"], markersize=4, linewidth=1)
        (drawn["alarms"],) = ax.plot([], [], "s", color=PALETTE["red"], markersize=7)
        drawn["first"] = ax.text(0, 0, "", ha="center", va="bottom", fontsize=10, color=PALETTE["red"], bbox=CLEAR)

    def draw(ax: Axes, shift: float, n: int, rules: str, batch: int) -> str:
        if not drawn:
            make(ax)
        share = np.where(x > _BASELINE, _RATE + shift / 100, _RATE)
        counts = (chances[batch][:, :n] < share[:, None]).sum(axis=1)
        chart = complaints.p_chart(counts, n, rules=rules, baseline=_BASELINE)
        y = 100 * chart.table["value"].to_numpy()
        drawn["truth"].set_data([1, 20.5, 20.5, 40], [3, 3, 3 + shift, 3 + shift])
        for name in names:
            level = 100 * float(chart.table[name].iloc[0])
            drawn[name].set_data([1, _PERIODS + 0.5], [level, level])
            word = drawn[f"{name} word"]
            word.set(text=f"{names[name]} {level:.2f}", y=max(level, 0.15))
        drawn["line"].set_data(x, y)
        on = chart.table["signal"].to_numpy()
        drawn["alarms"].set_data(x[on], y[on])
        false = int(on[:_BASELINE].sum())
        after = chart.signals[chart.signals["point"] > _BASELINE]
        first = None if after.empty else after.iloc[0]
        drawn["first"].set_text("")
        if first is not None:
            drawn["first"].set_text(f"第 {first['point']} 期报警")
            drawn["first"].set_position((min(max(first["point"], 4), 37), min(y[first["point"] - 1] + 0.5, 10)))
        if shift == 0:
            if not on.any():
                return f"过程没有变，40 期都没有报警（每期 {n:,} 单，{_RULES[rules]}）"
            return f"过程没有变，却报警 {int(on.sum())} 点：都是误报（每期 {n:,} 单，{_RULES[rules]}）"
        said = f"第 21 期起投诉占比从 3% 变成 {3 + shift:g}%"
        wrong = f"前 20 期误报 {false} 点" if false else "前 20 期没有误报"
        if first is None:
            return f"{said}：20 期过去还没有报警；{wrong}（每期 {n:,} 单）"
        return f"{said}：变后第 {first['point'] - _BASELINE} 期报警，因为“{first['rule_zh']}”；{wrong}"

    return LiveFigure(
        draw,
        {
            "shift": number("第 21 期起变化", 1, -2, 3, step=0.25, unit="百分点", fmt="+.2f"),
            "n": graded("每期订单", [(f"{size:,} 单", size) for size in _SIZES], 500),
            "rules": choice("判异规则", [(word, name) for name, word in _RULES.items()]),
            "batch": whole("第几批数据", 1, 1, 10),
        },
        "折线是各期投诉占比，橙色虚线是控制限，灰线是中心线，绿色宽带是设定的真实占比，红方块是报警的点。模拟数据。",
        size=(7.2, 3.6),
        keep=True,
    )
