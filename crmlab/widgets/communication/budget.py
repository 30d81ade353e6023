"""An advertising budget split by hand, against the split that brings most."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import communication
from crmlab._checks import check_frame
from crmlab.communication.media import response
from crmlab.plots import CYCLE, MARKERS
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import number, whole

_CHANNELS = pd.DataFrame(
    {
        "channel": ["搜索", "短视频", "社群"],
        "ceiling": [900.0, 1800.0, 420.0],
        "half_spend_yuan": [12_000.0, 45_000.0, 6_000.0],
    }
)


def media_budget(
    channels: pd.DataFrame | None = None, *, curve: str = "hyperbolic", unit: str = "单", most: float = 10.0
) -> LiveFigure:
    """预算怎么分：拖动总预算和各渠道的份数，看总效果，以及下一元该给谁。

    Parameters
    ----------
    channels : DataFrame, optional
        2–6 个渠道，列见 :func:`crmlab.communication.media_plan`：channel、ceiling、half_spend_yuan。
        不给就用三个模拟的渠道（搜索、短视频、社群，参数是设定的）。
    curve : {"hyperbolic", "exponential"}
        效果曲线。
    unit : str
        效果的单位。
    most : float
        预算滑块的最大值，万元。

    Returns
    -------
    LiveFigure
        总预算一个滑块，每个渠道的份数各一个。左图是效果曲线，实心点是你的分法，空心五角星是最好的分法；
        右图是各渠道再多花 100 元的效果。

    Raises
    ------
    TypeError
        有数不是数字。
    ValueError
        缺列，渠道不是 2–6 个，或参数越界。

    Notes
    -----
    曲线的参数是给定的，所以没有区间；参数若是估计的，用区间两端各试一遍。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.communication.media_budget()
    >>> figure.set(budget=5, part_0=1, part_1=1, part_2=1)
    >>> figure.alt.split("：")[0]
    '你的分法 1,319 单，最好的分法 1,417 单（多 7.4%）'
    """
    table = _CHANNELS if channels is None else channels
    check_frame("channels", table, ["channel", "ceiling", "half_spend_yuan"])
    if not 2 <= len(table) <= 6:
        raise ValueError(f"参数 channels 应有 2–6 个渠道，你给了 {len(table)} 个。太多时请先合并成几类。")
    communication.media_plan(table[["channel", "ceiling", "half_spend_yuan"]], most * 1e4, curve=curve)
    table = table.reset_index(drop=True)[["channel", "ceiling", "half_spend_yuan"]]
    controls = {"budget": number("总预算", most / 2, 0, most, step=most / 20, unit="万元")} | {
        f"part_{i}": whole(f"给{name}", 5, 0, 10, unit="份") for i, name in enumerate(table["channel"])
    }
    alt = "左图：各渠道的效果曲线，实心点是你的分法，空心五角星是最好的分法。右图：各渠道再多花 100 元的效果。"
    picture = _BudgetPicture(table, curve, unit, most * 1e4)
    return LiveFigure(picture, controls, alt, panels=2, widths=(1.6, 1), size=(7.2, 3.6), keep=True)


def _rounded(value: float) -> str:
    """Return two figures that count, without an exponent."""
    return f"{value:.2g}" if value < 99.5 else f"{value:,.0f}"


class _BudgetPicture:
    """Fixed curves, points that move along them, bars of what the next yuan brings."""

    def __init__(self, table: pd.DataFrame, curve: str, unit: str, most: float) -> None:
        self.table, self.curve, self.unit, self.most = table, curve, unit, most
        self.names = [str(name) for name in table["channel"]]
        self.points: list[Any] = []

    def _make(self, left: Axes, right: Axes) -> None:
        x = np.linspace(0, self.most, 120)
        ends = []
        for i, row in self.table.iterrows():
            y = response(x, row["ceiling"], row["half_spend_yuan"], self.curve)
            left.plot(x / 1e4, y, color=CYCLE[int(str(i))], linewidth=1.6)
            ends.append(float(y[-1]))
        top = max(ends) * 1.1
        at = float(-np.inf)
        for i in map(int, np.argsort(ends)):
            at = max(ends[i], at + 0.07 * float(top))
            left.text(self.most * 1.05e-4, at, self.names[i], color=CYCLE[i], va="center", fontsize=10)
        for i, _ in enumerate(self.names):
            (point,) = left.plot([], [], MARKERS[i], color=CYCLE[i], markersize=9, clip_on=False)
            (star,) = left.plot([], [], "*", color=CYCLE[i], markerfacecolor="white", markersize=14, clip_on=False)
            self.points.append((point, star))
        left.set_xlim(0, self.most / 1e4)
        left.set_ylim(0, top)
        left.set_xlabel("花费（万元）")
        left.set_ylabel(f"效果（{self.unit}）")
        places = np.arange(len(self.names))
        zero = np.zeros(len(self.names))
        steepest = communication.media_plan(self.table.assign(min_yuan=zero, max_yuan=zero), 0.0, curve=self.curve)
        self.limit = 100 * float(steepest.table["marginal"].max())
        right.set_xlim(0, self.limit * 1.3)
        right.set_ylim(len(places) - 0.5, -0.5)
        right.set_yticks(places, self.names)
        right.set_xlabel(f"再多花 100 元的效果（{self.unit}）")
        self.bars = list(right.barh(places, zero, height=0.6, color=CYCLE[: len(places)], edgecolor="black"))
        self.words = [right.text(0, float(y), "", va="center", fontsize=9) for y in places]

    def __call__(self, axes: list[Axes], budget: float, **parts: int) -> str:
        if not self.points:
            self._make(*axes)
        money, total = budget * 1e4, sum(parts.values())
        best = communication.media_plan(self.table, money, curve=self.curve)
        spend = money * np.array(list(parts.values())) / max(total, 1)
        mine = communication.media_plan(
            self.table.assign(min_yuan=spend, max_yuan=spend), max(money, float(spend.sum())), curve=self.curve
        )
        marginal = 100 * mine.table["marginal"].to_numpy()
        following = int(marginal.argmax())
        for i, (point, star) in enumerate(self.points):
            point.set_data([spend[i] / 1e4], [mine.table["response"].iloc[i]])
            star.set_data([best.table["spend_yuan"].iloc[i] / 1e4], [best.table["response"].iloc[i]])
        for i, (bar, word) in enumerate(zip(self.bars, self.words, strict=True)):
            bar.set(width=marginal[i], hatch="///" if i == following else "")
            word.set(text=_rounded(marginal[i]), position=(marginal[i] + self.limit * 0.03, i))
        if total == 0:
            return "一份也没有分：请至少给一个渠道一份"
        if budget == 0:
            return f"还没有预算：第一元该给{self.names[following]}"
        ahead = best.response / mine.response - 1
        said = f"你的分法 {mine.response:,.0f} {self.unit}，最好的分法 {best.response:,.0f} {self.unit}"
        if ahead < 0.005:
            return f"{said}：几乎一样好，各渠道的下一元差不多一样值（曲线是给定的）"
        return f"{said}（多 {ahead:.1%}）：下一元该给{self.names[following]}，它每 100 元还能多 {_rounded(marginal[following])} {self.unit}"
