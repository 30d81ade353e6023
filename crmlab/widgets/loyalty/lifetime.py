"""What moves a customer's lifetime value: retention, margin, discount rate, and the convention."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from crmlab import loyalty
from crmlab.plots import HATCHES, MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import choice, graded, number, whole

_TIMINGS = [("期末收，首期也可能流失", "end_of_period"), ("首期毛利当下到手", "first_margin_now")]
_TOP = 9.0  # years of margin the picture holds; at 90% kept and 2% discounted the value is 8.5 at most


def clv_levers() -> LiveFigure:
    """终身价值的四根杠杆：拖动保持率、毛利、折现率，切换约定，看终身价值怎么变、哪一根最有力。

    Returns
    -------
    LiveFigure
        五个控件：保持率、每年毛利、折现率、保持率来自多少位客户、约定。
        左图是终身价值随保持率变化的曲线，横线是保持率的 95% 区间换算成的终身价值；右图是每根杠杆动一点，终身价值多百分之几。

    Notes
    -----
    保持率是量出来的，量的人越少区间越宽；曲线越往右越陡，同样的误差放大得越多。
    毛利和折现率当作已知的数。比较的“一点”不一样大，也不一样贵：多留 1 个百分点要花多少钱，图里没有。

    References
    ----------
    Gupta, S., & Lehmann, D. R. (2003). Customers as assets. *Journal of Interactive Marketing*, 17(1), 9-24.
    见 :func:`crmlab.loyalty.customer_lifetime_value`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.loyalty.clv_levers()
    >>> figure.set(retention=80, margin=100, discount=10, n=1000)
    >>> figure.alt.split("。")[0]
    '终身价值 267 元，是年毛利的 2.7 倍；保持率只量了 1,000 人，所以真值可能在 238–298 元之间'
    """
    return LiveFigure(
        _LeverPicture(),
        {
            "retention": number("每年保持率", 75, 40, 90, step=1, unit="%", fmt=".0f"),
            "margin": whole("每年毛利", 300, 50, 1000, step=50, unit="元"),
            "discount": number("每年折现率", 10, 2, 30, step=1, unit="%", fmt=".0f"),
            "n": graded("保持率量了多少人", [(f"{n:,} 人", n) for n in (50, 100, 200, 500, 1000, 5000)], 200),
            "timing": choice("约定", _TIMINGS),
        },
        "左图：终身价值随保持率上升，越往右越陡，方块是现在的位置，竖线是由保持率的误差带来的 95% 区间。"
        "右图：三根杠杆各动一点，终身价值多百分之几。",
        panels=2,
        widths=(1.35, 1),
        size=(7.2, 3.5),
        keep=True,
    )


def _multiple(retention: float, discount: float, timing: str) -> float:
    """Return lifetime value in years of margin."""
    result = loyalty.customer_lifetime_value(
        1.0, retention, discount_rate=discount, time_unit="year", timing=timing
    )  # fmt: skip
    return result.value


class _LeverPicture:
    """A curve, a point with its interval, three bars: moved, not made anew."""

    def __init__(self) -> None:
        self.grid = np.arange(0.40, 0.961, 0.02)
        self.bars: Any = None

    def _make(self, left: Axes, right: Axes) -> None:
        (self.curve,) = left.plot([], [], color=PALETTE["blue"], linewidth=2)
        (self.interval,) = left.plot([], [], color="black", linewidth=2.5)
        (self.point,) = left.plot([], [], MARKERS[1], color=PALETTE["red"], markersize=8)
        self.value = left.text(0, 0, "", ha="center", va="bottom", bbox=CLEAR)
        left.set_xlim(38, 97)
        left.set_ylim(0, _TOP)
        left.set_xlabel("每年保持率（%）")
        left.set_ylabel("终身价值（年毛利的倍数）")
        left.grid(axis="y")
        self.bars = right.barh(range(3), [0, 0, 0], 0.55, color=[PALETTE[c] for c in ("blue", "sky", "orange")])
        for bar, hatch in zip(self.bars, HATCHES, strict=False):
            bar.set(hatch=hatch, edgecolor="white")
        self.words = [right.text(0, at, "", va="center") for at in range(3)]
        right.set_yticks(range(3), ["保持率多\n一个百分点", "毛利多\n百分之一", "折现率低\n一个百分点"])
        right.set_ylim(2.5, -0.5)
        right.set_xlim(0, 25)
        right.set_xlabel("终身价值增加（%）")

    def __call__(self, axes: list[Axes], retention: float, margin: int, discount: float, n: int, timing: str) -> str:
        if self.bars is None:
            self._make(*axes)
        rate = discount / 100
        kept = loyalty.retention_rate(start=n, end=round(n * retention / 100), new=0)
        value, low, high = (_multiple(r, rate, timing) for r in (kept.retention, kept.low, kept.high))
        self.curve.set_data(100 * self.grid, [_multiple(r, rate, timing) for r in self.grid])
        x = 100 * kept.retention
        self.interval.set_data([x, x], [low, min(high, _TOP)])
        self.point.set_data([x], [value])
        self.value.set(text=f"{value:.1f} 倍", x=max(x - 3, 43), y=min(max(value, high) + 0.25, _TOP - 1))
        levers = (
            _multiple(kept.retention + 0.01, rate, timing) / value - 1,
            0.01,
            _multiple(kept.retention, rate - 0.01, timing) / value - 1,
        )
        for bar, text, more in zip(self.bars, self.words, levers, strict=True):
            bar.set_width(100 * more)
            text.set(text=f"+{100 * more:.1f}%", x=100 * more + 0.5)
        return (
            f"终身价值 {margin * value:,.0f} 元，是年毛利的 {value:.1f} 倍；保持率只量了 {n:,} 人，"
            f"所以真值可能在 {margin * low:,.0f}–{margin * high:,.0f} 元之间"
        )
