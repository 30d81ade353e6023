"""Whom to approach and whom to keep: where to cut a scored list, where the whale curve peaks."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from crmlab import development
from crmlab._intervals import signed
from crmlab.plots import HATCHES, MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import number, whole
from crmlab.widgets.development._teaching import campaign
from crmlab.widgets.development._teaching import profits as teaching_profits

_BINS = 20


def gains_cut(scores: Any = None, outcome: Any = None) -> LiveFigure:
    """名单切在哪里：拖动“找前百分之几”，看抓到多少响应者、提升度多大、利润在哪里最高。

    Parameters
    ----------
    scores : Series or list of float, optional
        每人一个分数，越高越先找。不给就用内置的 2,000 人名单（模拟，约 12% 响应）。
    outcome : Series or list of int, optional
        是否响应，1 是、0 否；与 ``scores`` 一起给。

    Returns
    -------
    LiveFigure
        三个滑块：找前百分之几、一次响应赚多少、联系一人花多少。左图是增益曲线，右图是累计利润，标出最高点。

    Raises
    ------
    TypeError
        分数不是数字。
    ValueError
        有缺失值，两列不一样长，结果不是 0 和 1，或只给了一列。

    Notes
    -----
    利润最高的切点是在同一份名单上挑的，偏乐观：换一批人，好处会小一点。利润按实际响应算，没有区间；提升度有。

    References
    ----------
    见 :func:`crmlab.development.gains_table` 和 :func:`crmlab.development.lift`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.development.gains_cut()
    >>> figure.set(share=20, value=60, cost=5)
    >>> figure.alt.split("：")[0]
    '找前 20%（400 人）'
    """
    if (scores is None) != (outcome is None):
        raise ValueError("参数 scores 和 outcome 要一起给，或者都不给（用内置的模拟名单）。")
    made = campaign()
    points, result = (made["score"], made["responded"]) if scores is None else (scores, outcome)
    development.gains_table(points, result, bins=_BINS)
    return LiveFigure(
        _GainsPicture(points, result),
        {
            "share": whole("找前百分之几", 30, 5, 100, step=5, unit="%"),
            "value": whole("一次响应赚多少", 60, 5, 200, step=5, unit="元"),
            "cost": number("联系一人花多少", 6, 0.5, 30, step=0.5, unit="元"),
        },
        "左图：从高分找起，找了多少人、抓到多少响应者，对角虚线是随便找。右图：找到这里为止的累计利润，三角是最高点，方块是现在的切点。",
        panels=2,
        size=(7.2, 3.5),
        keep=True,
    )


class _GainsPicture:
    """Two curves and the points on them; profits are shown as a share of what all responses are worth."""

    def __init__(self, scores: Any, outcome: Any) -> None:
        self.scores, self.outcome = scores, outcome
        self.line: Any = None

    def _make(self, left: Axes, right: Axes) -> None:
        left.plot([0, 100], [0, 100], "--", color=PALETTE["grey"], linewidth=1)
        left.text(70, 52, "随便找", color=PALETTE["grey"])
        (self.line,) = left.plot([], [], color=PALETTE["blue"], marker=MARKERS[0], markersize=3)
        (self.here,) = left.plot([], [], MARKERS[1], color=PALETTE["red"], markersize=9)
        left.set_xlim(0, 102)
        left.set_ylim(0, 104)
        left.set_xlabel("从高分找起，找了多少人（%）")
        left.set_ylabel("抓到多少响应者（%）")
        (self.profit,) = right.plot([], [], color=PALETTE["green"], marker=MARKERS[0], markersize=3)
        (self.best,) = right.plot([], [], MARKERS[2], color=PALETTE["green"], markersize=10)
        (self.now,) = right.plot([], [], MARKERS[1], color=PALETTE["red"], markersize=9)
        right.axhline(0, color="black", linewidth=0.8)
        right.set_xlim(0, 102)
        right.set_ylim(-60, 100)
        right.set_xlabel("从高分找起，找了多少人（%）")
        right.set_ylabel("累计利润（全部响应价值的 %）")
        right.grid(axis="y")

    def __call__(self, axes: list[Axes], share: int, value: int, cost: float) -> str:
        if self.line is None:
            self._make(*axes)
        table = development.gains_table(self.scores, self.outcome, bins=_BINS, value=value, contact_cost=cost)
        x = 100 * np.concatenate([[0.0], table["cumulative_share"]])
        gain = 100 * np.concatenate([[0.0], table["cumulative_gain"]])
        profit = np.concatenate([[0.0], table["cumulative_profit"]])
        worth = max(float(table["responders"].sum()) * value, 1e-9)
        # Equal scores stay together, so the list may not be cut exactly where the slider stands.
        at = int(np.argmin(np.abs(x - share)[1:])) + 1
        best = int(profit.argmax())
        self.line.set_data(x, gain)
        self.here.set_data([x[at]], [gain[at]])
        self.profit.set_data(x, np.clip(100 * profit / worth, -60, 100))
        self.best.set_data([x[best]], [100 * profit[best] / worth])
        self.now.set_data([x[at]], [np.clip(100 * profit[at] / worth, -60, 100)])
        people = int(table["n"].iloc[:at].sum())
        head = f"找前 {x[at]:.0f}%（{people:,} 人）"
        if not table["responders"].sum():
            return f"{head}：名单里一个响应也没有，找得越多亏得越多"
        earned = f"利润 {signed(f'{profit[at]:,.0f}')} 元"
        where = f"最赚的是找前 {x[best]:.0f}%" if best else "怎么切都亏，别联系"
        if at == len(table):
            return f"{head}：全找一遍，抓到所有响应者，提升度就是 1；{earned}，{where}"
        found = development.lift(self.scores, self.outcome, share=float(x[at] / 100))
        sure = "" if np.isnan(found.low) else f"（{found.low:.1f}–{found.high:.1f}）"
        return f"{head}：抓到 {gain[at]:.0f}% 的响应者，提升度 {found.lift:.1f}{sure}；{earned}，{where}"


def whale_cut(profits: Any = None) -> LiveFigure:
    """鲸鱼曲线：拖动“只留最赚钱的百分之几”，再试试加收服务费，看利润怎么变。

    Parameters
    ----------
    profits : Series or list of float, optional
        每位客户的利润（元），可以是负的。不给就用内置的 400 位客户（模拟）。

    Returns
    -------
    LiveFigure
        两个滑块：只留前百分之几、每位客户加收多少服务费。左图是鲸鱼曲线，右图是全部客户、最高点、现在三种做法的利润。

    Raises
    ------
    TypeError
        利润不是数字。
    ValueError
        有缺失值，或不到 2 位客户。

    Notes
    -----
    假设砍掉的客户带走他自己的利润、不影响别人，加收服务费也没有人走。真实的固定成本不会跟着客户走，
    亏钱的客户也可能在成长：先想怎么让他不亏，再想要不要放弃。

    References
    ----------
    见 :func:`crmlab.development.whale_curve`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.development.whale_cut()
    >>> figure.set(keep=100)
    >>> figure.alt.split("；")[0]
    '全部客户都留：利润 6.0 万元，亏损客户占 37%（32%–42%）'
    """
    values = teaching_profits() if profits is None else profits
    start = development.whale_curve(values)
    middle = float(start.table["profit"].abs().quantile(0.5))
    step = max(int(10 ** np.floor(np.log10(max(middle, 10)))) // 10, 1)
    most = 20 * step
    return LiveFigure(
        _WhalePicture(start, most),
        {
            "keep": whole("只留最赚钱的", 60, 1, 100, unit="%"),
            "fee": whole("每位客户加收服务费", 0, 0, most, step=step, unit="元"),
        },
        "左图：客户从最赚钱的排到最亏的，累计利润先升后降，方块是切在这里，菱形是最高点。右图：全部客户、最高点、现在的利润。",
        panels=2,
        widths=(1.4, 1),
        size=(7.2, 3.5),
        keep=True,
    )


class _WhalePicture:
    """One curve and three bars, on limits that hold every fee."""

    def __init__(self, start: development.WhaleCurve, most_fee: int) -> None:
        self.profit = start.table["profit"].reset_index(drop=True)
        dearest = development.whale_curve(self.profit + most_fee)
        self.scale, self.unit = (1e4, "万元") if dearest.peak_profit >= 1e5 else (1.0, "元")
        ends = (0.0, start.total_profit, dearest.peak_profit)
        self.low, self.high = min(ends) / self.scale, max(ends) / self.scale
        self.curve: Any = None

    def _make(self, left: Axes, right: Axes) -> None:
        (self.curve,) = left.plot([], [], color=PALETTE["blue"], linewidth=2)
        (self.peak,) = left.plot([], [], MARKERS[3], color=PALETTE["red"], markersize=8)
        (self.here,) = left.plot([], [], MARKERS[1], color=PALETTE["orange"], markersize=9, markeredgecolor="black")
        room = (self.high - self.low) or 1.0
        left.set_xlim(0, 102)
        left.set_ylim(self.low - 0.06 * room, self.high + 0.08 * room)
        left.set_xlabel(f"{len(self.profit):,} 位客户（%，从最赚钱的排起）")
        left.set_ylabel(f"累计利润（{self.unit}）")
        left.axhline(0, color="black", linewidth=0.8)
        left.grid(axis="y")
        self.bars = right.barh(range(3), [0] * 3, 0.55, color=[PALETTE[c] for c in ("grey", "red", "orange")])
        for bar, hatch in zip(self.bars, HATCHES, strict=False):
            bar.set(hatch=hatch, edgecolor="white")
        self.words = [right.text(0, at, "", va="center", bbox=CLEAR) for at in range(3)]
        right.set_yticks(range(3), ["全部客户", "最高点", "现在"])
        right.set_ylim(2.5, -0.5)
        right.set_xlim(self.low - 0.06 * room, self.high + 0.3 * room)
        right.axvline(0, color="black", linewidth=0.8)
        right.set_xlabel(f"利润（{self.unit}）")

    def __call__(self, axes: list[Axes], keep: int, fee: int) -> str:
        if self.curve is None:
            self._make(*axes)
        result = development.whale_curve(self.profit + fee)
        x = 100 * np.concatenate([[0.0], result.table["customer_share"]])
        y = np.concatenate([[0.0], result.table["cumulative_profit"]]) / self.scale
        at = max(round(keep / 100 * result.n), 1)
        total, peak, now = result.total_profit / self.scale, result.peak_profit / self.scale, float(y[at])
        self.curve.set_data(x, y)
        self.peak.set_data([100 * result.peak_share], [peak])
        self.here.set_data([x[at]], [now])
        room = (self.high - self.low) or 1.0
        for bar, text, value in zip(self.bars, self.words, (total, peak, now), strict=True):
            bar.set_width(value)
            text.set(text=self._money(value), x=max(value, 0.0) + 0.03 * room)
        charge = f"每人加收 {fee} 元，" if fee else ""
        lose = f"亏损客户占 {result.loss_share:.0%}（{result.low:.0%}–{result.high:.0%}）"
        best = (
            f"最高点是留前 {result.peak_share:.0%}，{self._money(peak)}{self.unit}" if peak > 0 else "没有一位客户赚钱"
        )
        who = "全部客户都留" if at == result.n else f"只留前 {keep}% 的客户"
        return f"{charge}{who}：利润 {self._money(now)}{self.unit}，{lose}；{best}"

    def _money(self, value: float) -> str:
        return signed(f"{value:,.1f}" if self.scale > 1 else f"{value:,.0f}") + " "
