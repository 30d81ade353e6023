"""Satisfaction as what was got against what was expected, promised or paid."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import satisfaction
from crmlab._checks import check_scores
from crmlab._intervals import signed
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import number

_STATES = {
    "不满意": (PALETTE["red"], "///"),
    "满意": (PALETTE["sky"], ""),
    "惊喜": (PALETTE["green"], "..."),
}


def gap_states() -> LiveFigure:
    """期望和感知：拖动两个分数，看落在不满意、满意、惊喜的哪一块。

    Returns
    -------
    LiveFigure
        三个滑块：期望、感知、惊喜门槛。图上三块区域，点是现在的位置。

    Notes
    -----
    分界线的画法见 :func:`crmlab.satisfaction.expectation_gap`：感知低于期望是不满意，高出“惊喜门槛”是惊喜。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.satisfaction.gap_states()
    >>> figure.set(expect=9, perceive=6)
    >>> figure.alt.split("。")[0]
    '期望 9 分、感知 6 分：差距 −3 分，不满意'
    """

    def draw(ax: Axes, expect: float, perceive: float, delight: float) -> str:
        row = pd.DataFrame({"expect": [expect], "perceive": [perceive]})
        result = satisfaction.expectation_gap(row, expected="expect", perceived="perceive", delight=delight).iloc[0]
        x = np.array([1.0, 10.0])
        for (state, (colour, hatch)), low, high in zip(
            _STATES.items(), (x * 0 + 1, x, x + delight), (x, x + delight, x * 0 + 20), strict=True
        ):
            on = state == result["state"]
            ax.fill_between(
                x, low, high, facecolor=colour, hatch=hatch, edgecolor="white", alpha=0.55 if on else 0.18, linewidth=0
            )
        ax.plot([1, 10], [1, 10], color=PALETTE["grey"], linewidth=1, linestyle="--")
        # The names keep out of the way of the point.
        on_band = 3.0 if expect > 5 else 8.0
        places = {
            "不满意": (9.3 if expect < 8 or perceive > 3 else 6.5, 1.5),
            "满意": (on_band, on_band + delight / 2),
            "惊喜": (1.5 if expect > 3 or perceive < 8 else 4.5, 9.5),
        }
        for state, place in places.items():
            ax.text(*place, state, ha="center", va="center", fontsize=12)
        ax.plot([expect, expect], [min(expect, perceive), max(expect, perceive)], color="black", linewidth=1.5)
        ax.plot([expect], [perceive], MARKERS[0], color="black", markersize=10, clip_on=False)
        gap = signed(f"{result['gap']:g}")
        side = "left" if expect < 8 else "right"
        ax.annotate(
            f"差距 {gap} 分", (expect, (expect + perceive) / 2), (10 if side == "left" else -10, 0),
            textcoords="offset points", ha=side, va="center", fontsize=10,
            bbox=CLEAR,
        )  # fmt: skip
        ax.set_xlim(1, 10)
        ax.set_ylim(1, 10)
        ax.set_xlabel("期望（1–10 分）")
        ax.set_ylabel("感知（1–10 分）")
        return f"期望 {expect:g} 分、感知 {perceive:g} 分：差距 {gap} 分，{result['state']}"

    return LiveFigure(
        draw,
        {
            "expect": number("期望", 7, 1, 10, step=0.5, unit="分"),
            "perceive": number("感知", 5, 1, 10, step=0.5, unit="分"),
            "delight": number("惊喜门槛", 1, 0.5, 3, step=0.5, unit="分"),
        },
        "横轴是期望，纵轴是感知，虚线上两者相等；线下是不满意，紧靠线上是满意，再往上是惊喜。",
        size=(7.2, 4.2),
    )


def expectation() -> LiveFigure:
    """承诺与兑现：承诺得越高，下单的越多，满意的越少；找满意订单最多的承诺（教学模型）。

    Returns
    -------
    LiveFigure
        三个滑块：承诺、实际做到、客户对落差的敏感程度。三条线是下单、满意、满意订单的占比。

    Notes
    -----
    模型和假设见 :func:`crmlab.satisfaction.promise_outcome`；参数是设定的，不来自任何一家公司。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.satisfaction.expectation()
    >>> figure.set(promise=6, delivery=6)
    >>> figure.alt.split("；")[0]
    '承诺 6 分、做到 6 分：69% 下单，其中 80% 满意'
    """
    levels = np.linspace(0, 10, 101)
    styles = {
        "orders_share": ("下单的人", PALETTE["blue"], "-", MARKERS[0]),
        "satisfaction": ("下单后满意的人", PALETTE["red"], "--", MARKERS[1]),
        "satisfied_orders": ("下单又满意的人", PALETTE["green"], "-", MARKERS[2]),
    }

    def draw(ax: Axes, promise: float, delivery: float, sensitivity: float) -> str:
        curve = satisfaction.promise_outcome(levels, delivery, sensitivity=sensitivity)
        now = satisfaction.promise_outcome([promise], delivery, sensitivity=sensitivity).iloc[0]
        best = curve.iloc[int(curve["satisfied_orders"].argmax())]
        ax.axvline(promise, color="black", linewidth=1)
        ax.text(promise, 108, f"现在的承诺 {promise:g}", ha="center", va="center", fontsize=9)
        for column, (_, colour, line, marker) in styles.items():
            thick = 2.6 if column == "satisfied_orders" else 1.6
            ax.plot(levels, 100 * curve[column], line, color=colour, linewidth=thick)
            ax.plot([promise], [100 * now[column]], marker, color=colour, markersize=8, clip_on=False)
        _name_ends(ax, [(100 * curve[c].iloc[-1], word, colour) for c, (word, colour, _, _) in styles.items()])
        ax.plot(
            [best["promise"]],
            [100 * best["satisfied_orders"]],
            "*",
            color=PALETTE["green"],
            markersize=14,
            clip_on=False,
        )
        ax.axvline(delivery, color=PALETTE["grey"], linewidth=1, linestyle=":")
        ax.text(delivery, 6, "做到", ha="center", va="center", fontsize=9, bbox=CLEAR)
        ax.set_xlim(0, 10)
        ax.set_ylim(0, 114)
        ax.set_yticks([0, 25, 50, 75, 100])
        ax.set_xlabel("承诺的水平（0–10 分；教学模型，参数是设定的）")
        ax.set_ylabel("占比（%）")
        said = f"承诺 {promise:g} 分、做到 {delivery:g} 分：{now['orders_share']:.0%} 下单，其中 {now['satisfaction']:.0%} 满意"
        rest = f"满意订单占 {now['satisfied_orders']:.0%}，承诺 {best['promise']:.1f} 分时最多（{best['satisfied_orders']:.0%}）"
        return f"{said}；{rest}"

    return LiveFigure(
        draw,
        {
            "promise": number("承诺", 8, 0, 10, step=0.5, unit="分"),
            "delivery": number("实际做到", 6, 0, 10, step=0.5, unit="分"),
            "sensitivity": number("客户对落差的敏感程度", 1, 0.3, 2.5),
        },
        "三条线随承诺变化：下单的人上升，下单后满意的人下降，下单又满意的人先升后降，五角星是它的最高点。",
        size=(7.2, 4.0),
    )


def _name_ends(ax: Axes, ends: list[tuple[float, str, str]]) -> None:
    """Write line names right of the axes, pushed apart."""
    at = -np.inf
    for value, name, colour in sorted(ends):
        at = max(value, at + 8)
        ax.text(10.15, at, name, color=colour, va="center", fontsize=10)


def perceived_value(
    items_a: pd.DataFrame, items_b: pd.DataFrame, *, names: tuple[str, str] = ("我们", "竞品")
) -> LiveFigure:
    """感知价值：拖动我们各项得分，看总价值减总成本能不能超过竞品。

    Parameters
    ----------
    items_a, items_b : DataFrame
        我们的和竞品的，一行一项，两张表的项目相同。列见 :func:`crmlab.satisfaction.perceived_value`：
        item、side（"value" 或 "cost"）、score（1–10 分）、weight。
    names : tuple of str
        两家的名字。

    Returns
    -------
    LiveFigure
        我们每一项一个滑块。左图是各项的贡献，右图是两家的净值。

    Raises
    ------
    TypeError
        分数或权重不是数字。
    ValueError
        缺列，side 写错，分数不在 1–10 之间，或两张表的项目对不上。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import widgets
    >>> ours = pd.DataFrame({"item": ["产品", "货币"], "side": ["value", "cost"], "score": [8.0, 6.0], "weight": [1.0, 1.0]})
    >>> figure = widgets.satisfaction.perceived_value(ours, ours.assign(score=[7.0, 6.0]))
    >>> figure.alt.split("。")[0]
    '我们的感知价值 2.00 分，竞品 1.00 分：领先 1.00 分'
    """
    satisfaction.perceived_value(items_a)
    theirs = satisfaction.perceived_value(items_b)
    if list(items_a["item"]) != list(items_b["item"]):
        raise ValueError("items_a 和 items_b 的项目应相同、次序也相同。请按同一张项目表各填一列分数。")
    for table in (items_a, items_b):
        check_scores("score", table["score"], 1, 10)
    items = list(items_a["item"].astype(str))
    us, them = names
    places = np.arange(len(items))
    most = float(max(items_a["weight"].max(), items_b["weight"].max())) * 10

    def draw(axes: list[Axes], **scores: float) -> str:
        ours = satisfaction.perceived_value(items_a.assign(score=list(scores.values())))
        left, right = axes
        for shift, result, colour, hatch in (
            (-0.2, ours, PALETTE["blue"], ""),
            (0.2, theirs, PALETTE["orange"], "///"),
        ):
            given = result.table["contribution"].to_numpy(dtype=float)
            left.barh(places + shift, given, height=0.36, color=colour, hatch=hatch, edgecolor="white")
            for y, value in zip(places + shift, given, strict=True):
                away = 3 if value >= 0 else -3
                left.annotate(
                    signed(f"{value:.2f}"), (value, y), (away, 0), textcoords="offset points", fontsize=8,
                    ha="left" if value >= 0 else "right", va="center",
                )  # fmt: skip
        left.axvline(0, color="black", linewidth=0.8)
        left.set_yticks(places, items)
        left.set_ylim(len(items) - 0.5, -0.5)
        left.set_xlim(-most * 1.3, most * 1.3)
        left.set_xlabel("贡献（权重 × 分数；成本为负）")
        nets = [ours.net, theirs.net]
        right.bar(
            [0, 1], nets, color=[PALETTE["blue"], PALETTE["orange"]], hatch=["", "///"], edgecolor="white", width=0.6
        )
        right.axhline(0, color="black", linewidth=0.8)
        for x, net in enumerate(nets):
            right.annotate(
                signed(f"{net:.2f}"), (x, net), (0, 4 if net >= 0 else -4), textcoords="offset points", ha="center",
                va="bottom" if net >= 0 else "top", fontsize=11,
            )  # fmt: skip
        right.set_xticks([0, 1], [us, them])
        reach = max(3.0, np.ceil(max(map(abs, nets)) * 1.15))
        right.set_ylim(-reach, reach)
        right.set_ylabel("感知价值（总价值 − 总成本，分）")
        ahead = ours.net - theirs.net
        verdict = "不相上下" if abs(ahead) < 0.005 else f"{'领先' if ahead > 0 else '落后'} {abs(ahead):.2f} 分"
        return f"{us}的感知价值 {signed(f'{ours.net:.2f}')} 分，{them} {signed(f'{theirs.net:.2f}')} 分：{verdict}"

    controls: dict[str, Any] = {
        f"item_{i}": number(f"{us}：{item}", float(score), 1, 10, unit="分")
        for i, (item, score) in enumerate(zip(items, items_a["score"], strict=True))
    }
    alt = f"左图：各项贡献，价值向右、成本向左，{us}是实心条，{them}是斜纹条。右图：两家的净值。"
    return LiveFigure(draw, controls, alt, panels=2, widths=(2, 1), size=(7.2, 4.4))
