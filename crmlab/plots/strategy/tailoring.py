"""Figures of making to order: who gets it, how many combinations, at what profit, after how many days."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame, check_positive
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, MARKERS, PALETTE, new_axes, style
from crmlab.strategy import CUSTOMIZATION_CELLS, DeliveryResult

# Where each cell stands (x: need, y: value).
_CORNERS = {
    "customize": (0.99, 0.98, "right", "top"),
    "frequency": (0.01, 0.98, "left", "top"),
    "mass": (0.01, 0.02, "left", "bottom"),
    "drop": (0.99, 0.02, "right", "bottom"),
}


def customization_cells(
    table: pd.DataFrame,
    title: str,
    *,
    value: str,
    need: str,
    cuts: tuple[float, float],
    xlabel: str = "需求的个性化程度（分）",
    ylabel: str = "客户价值（元）",
) -> Axes:
    """画个性化矩阵：一个点是一位客户，两条虚线分四格，格角写名称和人数。

    Parameters
    ----------
    table : DataFrame
        `strategy.customization_grid` 的结果。
    title : str
        图的标题：一句话说出发现。
    value, need : str
        价值和个性化程度的列名。
    cuts : tuple of float
        （价值分界，个性化分界），与算的时候相同。
    xlabel, ylabel : str
        轴名和单位。

    Returns
    -------
    Axes
        坐标轴。四格的点颜色和形状都不同。

    Raises
    ------
    TypeError
        table 不是表。
    ValueError
        缺列或没有行。
    """
    check_frame("table", table, [value, need, "cell"])
    ax: Axes = new_axes(title, height=4.4)
    with mpl.rc_context(style()):
        for i, (cell, name) in enumerate(CUSTOMIZATION_CELLS.items()):
            part = table[table["cell"] == cell]
            ax.plot(part[need], part[value], MARKERS[i], color=CYCLE[i], alpha=0.7, markersize=5)
            x, y, ha, va = _CORNERS[cell]
            ax.text(
                x, y, f"{name} {len(part)} 位", transform=ax.transAxes, ha=ha, va=va, color="#444444", fontsize=10,
                bbox={"boxstyle": "square,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
            )  # fmt: skip
        ax.axhline(cuts[0], color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.axvline(cuts[1], color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.margins(0.12)
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
    return ax


def module_growth(table: pd.DataFrame, title: str) -> Axes:
    """画模块化：一个个加模块，组合数（乘）和零件数（加）各长到多少；纵轴每格十倍。

    Parameters
    ----------
    table : DataFrame
        `strategy.module_combinations` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        table 不是表。
    ValueError
        缺列或没有行。
    """
    check_frame("table", table, ["module", "combinations", "parts"])
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x = np.arange(len(table))
        for column, name, colour, marker, dash, up in (
            ("combinations", "组合数", PALETTE["blue"], MARKERS[0], "-", 8),
            ("parts", "零件数", PALETTE["red"], MARKERS[1], "--", -8),
        ):
            y = [float(v) for v in table[column]]
            ax.plot(x, y, dash, color=colour, marker=marker, label=name)
            for place, count in zip(x, table[column], strict=True):
                ax.annotate(
                    f"{count:,}" if count < 10**7 else f"{float(count):.1e}", (place, float(count)), (0, up),
                    textcoords="offset points", ha="center", va="bottom" if up > 0 else "top", fontsize=9, color=colour,
                )  # fmt: skip
        ax.set_yscale("log")
        low, high = float(table["parts"].min()), float(table["combinations"].iloc[-1])
        ax.set_ylim(low / 4, max(high, float(table["parts"].max())) * 6)
        ax.set_xlim(-0.5, len(table) - 0.5)
        words = [f"+{m}" if i else str(m) for i, m in enumerate(table["module"])]
        crowded = sum(map(len, words)) > 40
        ax.set_xticks(x, words, rotation=30 if crowded else 0, ha="right" if crowded else "center")
        ax.legend(loc="upper left", fontsize=9)
        ax.set_xlabel("依次加上的模块")
        ax.set_ylabel("种数（种，对数刻度）")
    return ax


def customization_profit(table: pd.DataFrame, title: str) -> Axes:
    """画定制程度：左边是价格、单件成本和夹在中间的毛利，右边是总利润和最好的一点。

    Parameters
    ----------
    table : DataFrame
        `strategy.customization_curve` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        左边的坐标轴。

    Raises
    ------
    TypeError
        table 不是表。
    ValueError
        缺列或没有行。
    """
    check_frame("table", table, ["degree", "price_yuan", "unit_cost_yuan", "lead_days", "profit_yuan", "best"])
    left, right = new_axes(title, width=9, columns=2)
    ordered = table.sort_values("degree")
    with mpl.rc_context(style()):
        x = 100 * ordered["degree"].to_numpy(dtype=float)
        price, cost = (ordered[c].to_numpy(dtype=float) for c in ("price_yuan", "unit_cost_yuan"))
        left.plot(x, price, color=PALETTE["blue"], linewidth=2)
        left.plot(x, cost, "--", color=PALETTE["red"], linewidth=2)
        left.fill_between(x, cost, price, where=price >= cost, color=PALETTE["sky"], alpha=0.3)
        for y, name, colour, up in ((price, "价格", PALETTE["blue"], 6), (cost, "单件成本", PALETTE["red"], -6)):
            at = len(x) // 4
            left.annotate(
                name, (x[at], y[at]), (0, up), textcoords="offset points", ha="center", color=colour,
                va="bottom" if up > 0 else "top",
            )  # fmt: skip
        left.margins(y=0.15)
        left.set_ylabel("每件（元，浅色是毛利）")
        profit = ordered["profit_yuan"].to_numpy(dtype=float) / 1e4
        right.plot(x, profit, color="black", linewidth=2)
        best = ordered[ordered["best"]].iloc[0]
        top = best["profit_yuan"] / 1e4
        right.plot([100 * best["degree"]], [top], MARKERS[3], color=PALETTE["orange"], markersize=9)
        said = f"{best['degree']:.0%} 时最多：{top:,.1f} 万元\n交期 {best['lead_days']:.1f} 天".replace("-", "−")
        late = best["degree"] > 0.5
        right.annotate(
            said, (100 * best["degree"], top), (-8 if late else 8, 8), textcoords="offset points",
            ha="right" if late else "left", va="bottom", fontsize=9,
        )  # fmt: skip
        right.margins(y=0.3)
        right.set_ylabel("总利润（万元）")
        for ax in (left, right):
            ax.set_xlim(0, 100)
            ax.grid(axis="y")
            ax.set_axisbelow(True)
            ax.set_xlabel("定制程度（%）")
    return left  # type: ignore[no-any-return]


def lead_times(result: DeliveryResult, title: str, *, promise_days: float | None = None) -> Axes:
    """画交期：左边是从下单到收货的天数分布，右边是每道工序排队和加工各几天。

    Parameters
    ----------
    result : DeliveryResult
        `strategy.order_to_delivery` 的结果。
    title : str
        图的标题：一句话说出发现。
    promise_days : float, optional
        承诺的交期，画一条线。

    Returns
    -------
    Axes
        左边的坐标轴。

    Raises
    ------
    TypeError
        result 不是交期的结果，或 promise_days 不是数字。
    ValueError
        promise_days 不大于 0。
    """
    check_result("result", result, DeliveryResult, "strategy.order_to_delivery()", advice="")
    promise = None if promise_days is None else check_positive("promise_days", promise_days)
    left, right = new_axes(title, height=max(3.8, 1.6 + 0.55 * len(result.steps)), width=9, columns=2)
    with mpl.rc_context(style()):
        left.hist(result.orders["lead_days"], bins=30, color=PALETTE["sky"], edgecolor="white")
        top = left.get_ylim()[1]
        left.set_ylim(0, top * 1.32)
        summary = result.summary.set_index("measure")["value"]
        marks = [("中位", summary["p50_days"], "-"), ("九成", summary["p90_days"], "--")]
        marks += [("承诺", promise, ":")] if promise is not None else []
        for i, (name, at, dash) in enumerate(marks):
            left.axvline(at, color=CYCLE[(i + 1) % len(CYCLE)] if dash != ":" else "black", linestyle=dash)
            left.annotate(
                f"{name} {at:.1f}", (at, top * (1.29 - 0.095 * i)), (4, 0), textcoords="offset points", va="top",
                fontsize=9, bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
            )  # fmt: skip
        right_end = max([float(at) for _, at, _ in marks] + [float(result.orders["lead_days"].max())])
        start = float(result.orders["lead_days"].min())
        left.set_xlim(start - 0.03 * (right_end - start), right_end + 0.16 * (right_end - start))
        left.set_xlabel("从下单到收货（天）")
        left.set_ylabel("订单（单，最后一遍模拟）")
        steps = result.steps
        places = np.arange(len(steps))
        right.barh(places, steps["work_days"], height=0.6, color=PALETTE["sky"], edgecolor="white")
        right.barh(
            places, steps["wait_days"], left=steps["work_days"], height=0.6, color=PALETTE["orange"], hatch="///",
            edgecolor="white",
        )  # fmt: skip
        for place, row in enumerate(steps.to_dict("records")):
            load = "" if np.isnan(row["load"]) else f"，产能用了 {row['load']:.0%}"
            said = f"排队 {row['wait_days']:.1f}{load}" if row["wait_days"] >= 0.05 or load else "不排队"
            right.annotate(
                said,
                (row["work_days"] + row["wait_days"], place),
                (4, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
        right.set_yticks(places, list(steps["step"]))
        right.invert_yaxis()
        right.set_xlim(0, float((steps["work_days"] + steps["wait_days"]).max()) * 1.75)
        right.set_xlabel("天数（浅色加工，斜纹排队）")
    return left  # type: ignore[no-any-return]
