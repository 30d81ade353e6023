"""Is it worth finding out? The expected value of perfect information."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import information
from crmlab._intervals import signed
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import number
from crmlab.widgets.lettering import Lettering

_STATES = ("会回应", "不回应")
_GRID = np.round(np.linspace(0, 1, 21), 2)


def information_value() -> LiveFigure:
    """信息值多少钱：先弄清客户会不会回应，再决定发不发券，最多能多赚多少。

    Returns
    -------
    LiveFigure
        回应的概率、回应时赚多少、发一张券的成本、弄清一位客户的成本。图上实线是先弄清再决定的期望收益，虚线是直接决定，
        两线之间就是信息最多值多少。

    Notes
    -----
    收益表是教学用的假定：发券而客户回应，赚“回应时赚的”减券的成本；发券而不回应，亏券的成本；不发，不赚不亏。
    这是完全可靠的信息的上限，真实的调查值不到这么多。没有数据，所以没有区间。

    References
    ----------
    见 :func:`crmlab.information.information_value`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.information.information_value()
    >>> figure.set(p=20, gain=35, coupon=5, cost=1)
    >>> figure.alt.split("；")[0]
    '弄清一位客户最多值 4.00 元，成本 1 元：值得先弄清（信息完全可靠时）'
    """

    @cache
    def at(p: float, gain: float, coupon: float) -> information.InformationValue:
        payoffs = pd.DataFrame([[gain - coupon, -coupon], [0.0, 0.0]], columns=list(_STATES), index=["发券", "不发"])
        return information.information_value(payoffs, dict(zip(_STATES, (p, 1 - p), strict=True)))

    @cache
    def curves(gain: float, coupon: float) -> tuple[list[float], list[float]]:
        values = [at(float(p), gain, coupon) for p in _GRID]
        return [v.with_information for v in values], [v.without_information for v in values]

    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        (drawn["with"],) = ax.plot([], [], color=PALETTE["blue"], linewidth=2)
        (drawn["without"],) = ax.plot([], [], "--", color=PALETTE["red"], linewidth=2)
        (drawn["gap"],) = ax.plot([], [], color="black", linewidth=4, solid_capstyle="butt")
        (drawn["marks"],) = ax.plot([], [], MARKERS[0], color="black", markersize=6)
        Lettering(ax, 0.02, 0.98, size=10).set_lines(["实线：先弄清再决定", "虚线：直接决定"])
        drawn["word"] = ax.text(0, 0, "", va="center", fontsize=11, bbox=CLEAR)
        ax.set_xlim(0, 100)
        ax.set_ylim(-3, 60)
        ax.set_xlabel("客户会回应的概率（%）")
        ax.set_ylabel("期望收益（元/位客户）")

    def draw(ax: Axes, p: float, gain: float, coupon: float, cost: float) -> str:
        result = at(round(p / 100, 4), gain, coupon)
        informed, blind = curves(gain, coupon)
        if not drawn:
            make(ax)
        drawn["with"].set_data(100 * _GRID, informed)
        drawn["without"].set_data(100 * _GRID, blind)
        drawn["gap"].set_data([p, p], [result.without_information, result.with_information])
        drawn["marks"].set_data([p, p], [result.without_information, result.with_information])
        right = p <= 60
        drawn["word"].set(
            text=f"相差 {result.evpi:.2f} 元", x=p + 2 if right else p - 2, ha="left" if right else "right",
            y=result.without_information if right else result.with_information + 2,
        )  # fmt: skip
        net = result.evpi - cost
        said = f"弄清一位客户最多值 {result.evpi:.2f} 元，成本 {cost:g} 元"
        action = f"不弄清就“{result.best_action}”，期望 {signed(f'{result.without_information:.2f}')} 元"
        if net > 1e-9:
            return f"{said}：值得先弄清（信息完全可靠时）；{action}"
        return f"{said}：不值得，直接决定；{action}"

    controls = {
        "p": number("会回应的概率", 20, 0, 100, step=1, unit="%", fmt=".0f"),
        "gain": number("回应时赚多少", 35, 10, 60, step=5, unit="元", fmt=".0f"),
        "coupon": number("一张券的成本", 5, 1, 30, step=1, unit="元", fmt=".0f"),
        "cost": number("弄清一位客户的成本", 1, 0, 20, step=0.5, unit="元"),
    }
    alt = "横轴是回应的概率，纵轴是每位客户的期望收益；实线先弄清再决定，虚线直接决定，黑色竖段是两者的差。"
    return LiveFigure(draw, controls, alt, keep=True)
