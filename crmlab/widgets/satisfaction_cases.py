"""Widgets of the chapter-6 cases: one a case, each a thin view over ``crmlab.satisfaction.cases``."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab.plots import PALETTE
from crmlab.satisfaction import cases
from crmlab.widgets import controls
from crmlab.widgets.base import LiveFigure


def _curve(ax: Axes, x: pd.Series, y: pd.Series, low: pd.Series, high: pd.Series, at: int) -> None:
    """Draw a line with its interval and the chosen point on it."""
    ax.fill_between(x, low, high, color=PALETTE["sky"], alpha=0.35, linewidth=0)
    ax.plot(x, y, color=PALETTE["blue"])
    ax.errorbar(x[at], y[at], [[y[at] - low[at]], [high[at] - y[at]]], fmt="o", color=PALETTE["red"], markersize=8)


def _frame(ax: Axes, xlabel: str, ylabel: str, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.set_xlim(*xlim)
    ax.set_ylim(*ylim)


def _ceiling(value: float) -> float:
    """Return the next of 1, 2, 3, 5, 10, ... above ``value``: an axis that seldom changes is redrawn faster."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1, 2, 3, 5, 10) if step * power >= value))


def gift_net_gain(arms: pd.DataFrame, *, gift_cost: float = 6, margin_yuan: float = 120) -> LiveFigure:
    """拖动赠品成本和复购毛利，看每单净赚多少。

    Parameters
    ----------
    arms : DataFrame
        `crmlab.satisfaction.cases.share_by_arm` 的结果：各赠品成本（元）的复购率。
    gift_cost, margin_yuan : float
        两个滑块的初值（元）。

    Returns
    -------
    LiveFigure
        横轴是赠品成本，纵轴是每单净收益；红点是现在的成本，竖线和色带是 95% 区间。

    Examples
    --------
    >>> arms = pd.DataFrame({"arm": [0, 6], "n": [2000, 2000], "value": [0.20, 0.28]})
    >>> gift_net_gain(arms).alt[:32]
    '送 6 元的赠品，每单净赚 +3.6 元（95% 区间 +0.4'
    """
    top = float(arms["arm"].max())
    grid = np.arange(0, top + 0.01, 0.5)

    def draw(ax: Axes, cost: float, margin: float) -> str:
        costs = np.union1d(grid, [cost])
        table = cases.gift_net_gain(arms, costs, margin_yuan=margin)
        at = int(np.searchsorted(costs, cost))
        _curve(ax, table["cost_yuan"], table["net_yuan"], table["low"], table["high"], at)
        ax.axhline(0, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.annotate("不赚不赔", (0, 0), (2, -4), textcoords="offset points", va="top", color=PALETTE["grey"])
        _frame(
            ax,
            "每份赠品的成本（元）",
            "每单净收益（元）",
            (-0.3, top + 0.3),
            (-12, _ceiling(max(table["high"].max(), 8))),
        )
        row = table.iloc[at]
        return (
            f"送 {row['cost_yuan']:g} 元的赠品，每单净赚 {row['net_yuan']:+.1f} 元"
            f"（95% 区间 {row['low']:+.1f} 到 {row['high']:+.1f}）"
        )

    sliders = {
        "cost": controls.number("每份赠品的成本", gift_cost, 0, top, step=0.5, unit="元"),
        "margin": controls.whole("一位复购客户的毛利", int(margin_yuan), 20, 300, step=10, unit="元"),
    }
    return LiveFigure(draw, sliders, "横轴是赠品成本，纵轴是每单净收益，色带是 95% 区间，虚线处不赚不赔。")


def promise_on_time(
    deliveries: pd.DataFrame, *, promise_h: int = 36, warm_cut: float = 4, region: str = "全部"
) -> LiveFigure:
    """拖动承诺时长，看准时率和满意度各怎么变。

    Parameters
    ----------
    deliveries : DataFrame
        列 ``region``、``promise_h``、``actual_h``、``courier_score``、``csat``，已去掉错的用时。
    promise_h : int
        承诺时长的初值（小时）。
    warm_cut : float
        快递员得分不低于它算“热情”。
    region : str
        地区的初值；``"全部"`` 是不分地区。

    Returns
    -------
    LiveFigure
        左格是准时率，右格是平均满意度，横轴都是承诺时长；红点是现在的承诺，色带是 95% 区间。
    """
    hours = np.arange(12, 97)
    regions = sorted(deliveries["region"].unique())

    @cache
    def curve(region: str) -> pd.DataFrame:
        part = deliveries if region == "全部" else deliveries[deliveries["region"] == region]
        return cases.promise_curve(part, hours, warm_cut=warm_cut)

    def draw(axes: Sequence[Axes], promise: int, region: str) -> str:
        table = curve(region)
        at = promise - 12
        pct = table[["on_time", "on_time_low", "on_time_high"]] * 100
        _curve(axes[0], table["promise_h"], pct["on_time"], pct["on_time_low"], pct["on_time_high"], at)
        _curve(axes[1], table["promise_h"], table["csat"], table["csat_low"], table["csat_high"], at)
        _frame(axes[0], "承诺时长（小时）", "准时率（%）", (10, 98), (0, 104))
        _frame(axes[1], "承诺时长（小时）", "平均满意度（分）", (10, 98), (3, 4.6))
        return f"{region}：承诺 {promise} 小时，准时率 {pct['on_time'][at]:.0f}%，满意度约 {table['csat'][at]:.2f} 分"

    widgets = {
        "promise": controls.whole("承诺时长", promise_h, 12, 96, unit="小时"),
        "region": controls.choice("地区", ["全部", *regions], region),
    }
    return LiveFigure(
        draw, widgets, "左格是准时率随承诺时长的曲线，右格是平均满意度的曲线，色带是 95% 区间。", panels=2
    )


def launch_stock(
    curve: pd.DataFrame, *, launches_per_week: float = 12, slots: int = 96, batch_qty: float = 200
) -> LiveFigure:
    """拖动上新快慢和首批进货量，看每周卖多少、剩多少。

    Parameters
    ----------
    curve : DataFrame
        `crmlab.satisfaction.cases.sales_curve` 的结果。
    launches_per_week, batch_qty : float
        两个滑块的初值（款/周、件）。
    slots : int
        货架能放的新品款数。

    Returns
    -------
    LiveFigure
        横轴是每周上新款数，实线是每周卖出，虚线是每周剩下要清仓的件数；圆点和方点是现在的取值。

    Examples
    --------
    >>> toy = pd.DataFrame({"week": [1, 2, 3, 4], "value": [20.0, 10.0, 5.0, 5.0]})
    >>> launch_stock(toy, launches_per_week=4, slots=8, batch_qty=50).alt[:36]
    '每周上新 4 款，每款在架 2.0 周：每周卖 120 件，剩 80 件'
    """
    most = max(32, int(np.ceil(launches_per_week)))
    grid = np.arange(1, most + 1)

    def draw(ax: Axes, launches: int, batch: int) -> str:
        table = cases.launch_plan(curve, grid, slots=slots, batch_qty=batch)
        now = table.iloc[launches - 1]
        lines = {"sold_per_week": ("-", "o", "blue", "卖出"), "left_per_week": ("--", "s", "red", "剩下清仓")}
        for column, (dash, marker, colour, name) in lines.items():
            ax.plot(grid, table[column], dash, color=PALETTE[colour])
            ax.plot(launches, now[column], marker, color=PALETTE[colour], markersize=8)
            ax.annotate(name, (grid[-1], table[column].iloc[-1]), (6, 2), textcoords="offset points", va="bottom")
        highest = float(table[list(lines)].to_numpy().max())
        _frame(ax, "每周上新（款）", "每周件数（件）", (0, most * 1.14), (0, _ceiling(highest)))
        return (
            f"每周上新 {launches} 款，每款在架 {now['shelf_weeks']:.1f} 周："
            f"每周卖 {now['sold_per_week']:,.0f} 件，剩 {now['left_per_week']:,.0f} 件"
        )

    sliders = {
        "launches": controls.whole("每周上新", round(launches_per_week), 1, most, unit="款"),
        "batch": controls.whole("每款首批进货", int(batch_qty), 20, 400, step=10, unit="件"),
    }
    return LiveFigure(draw, sliders, "横轴是每周上新款数，实线是每周卖出的件数，虚线是每周剩下要清仓的件数。")


def coverage_radius(
    orders: pd.DataFrame, stores: pd.DataFrame, *, radius_km: float = 3, limit_min: int = 30, central_yuan: float = 8
) -> LiveFigure:
    """拖动配送半径和时限，看地图上哪些单够得着、成本多少。

    Parameters
    ----------
    orders : DataFrame
        列 ``x_km``、``y_km``、``distance_km``、``minutes``、``cost_yuan``，坐标已清理。
    stores : DataFrame
        列 ``x_km``、``y_km``。
    radius_km, limit_min : float
        两个滑块的初值（公里、分钟）。
    central_yuan : float
        总仓发一单的成本（元）。

    Returns
    -------
    LiveFigure
        左格是地图（最多画 700 张单），右格是覆盖率和限时达覆盖率随半径的曲线。
    """
    radii = np.arange(0.5, 6.01, 0.25)
    shown = orders.iloc[:: max(1, len(orders) // 700)]
    minutes = shown["minutes"].astype("Float64").to_numpy(float, na_value=np.nan)

    @cache
    def curve(limit: int) -> pd.DataFrame:
        return cases.radius_curve(orders, radii, limit_min=limit, central_yuan=central_yuan)

    def draw(axes: Sequence[Axes], radius: float, limit: int) -> str:
        here = cases.radius_curve(orders, [radius], limit_min=limit, central_yuan=central_yuan)
        table = pd.concat([curve(limit), here]).drop_duplicates("radius_km").sort_values("radius_km", ignore_index=True)
        at = int(np.searchsorted(table["radius_km"], radius))
        inside = (shown["distance_km"] <= radius).to_numpy()
        timely = inside & (minutes <= limit)
        groups = [
            (~inside, "x", "grey", "总仓发"),
            (inside & ~timely, "^", "red", "送晚了"),
            (timely, ".", "blue", "按时"),
        ]
        for chosen, marker, colour, _ in groups:
            axes[0].plot(
                shown["x_km"][chosen], shown["y_km"][chosen], marker, color=PALETTE[colour], markersize=4, alpha=0.7
            )
        axes[0].plot(stores["x_km"], stores["y_km"], "s", color="black", markersize=6)
        words = "蓝点 按时　橙三角 送晚\n灰叉 总仓发　黑方块 门店"
        axes[0].text(0.02, 0.98, words, transform=axes[0].transAxes, va="top", fontsize=9, linespacing=1.4)
        _frame(axes[0], "东西方向（公里）", "南北方向（公里）", (-12, 12), (-12, 17))
        covered, reach = table["covered"] * 100, table["reach"] * 100
        axes[1].plot(table["radius_km"], covered, "--", color=PALETTE["orange"])
        _curve(axes[1], table["radius_km"], reach, table["low"] * 100, table["high"] * 100, at)
        axes[1].annotate("覆盖率", (4.2, float(np.interp(4.2, table["radius_km"], covered)) + 3), ha="right")
        axes[1].annotate(f"{limit} 分钟达", (4.4, float(np.interp(4.4, table["radius_km"], reach)) - 8))
        _frame(axes[1], "配送半径（公里）", "占全部订单（%）", (0.3, 6.2), (0, 104))
        now = table.iloc[at]
        return (
            f"半径 {radius:g} 公里：覆盖 {covered[at]:.0f}% 的订单，{reach[at]:.0f}% 在 {limit} 分钟内送到，"
            f"单均成本 {now['cost_yuan']:.2f} 元"
        )

    sliders = {
        "radius": controls.number("配送半径", radius_km, 0.5, 6, step=0.25, unit="公里", fmt=".2f"),
        "limit": controls.whole("时限", int(limit_min), 15, 60, step=5, unit="分钟"),
    }
    return LiveFigure(
        draw,
        sliders,
        "左格是订单地图，右格是覆盖率（虚线）和限时达覆盖率（实线）随半径的曲线。",
        panels=2,
        size=(7.8, 4.2),
    )


def warranty_profit(
    curve: pd.DataFrame, offers: pd.DataFrame, *, years: int = 6, repair_yuan: float, margin_yuan: float = 400
) -> LiveFigure:
    """拖动保修年限，看愿意买的人、每台保修成本和毛利。

    Parameters
    ----------
    curve : DataFrame
        `crmlab.satisfaction.cases.kaplan_meier` 的结果，只含一组。
    offers : DataFrame
        购买意愿试验：``warranty_years``、``would_buy``。
    years : int
        保修年限的初值。
    repair_yuan, margin_yuan : float
        两个滑块的初值：一次维修的成本、一台的毛利（元）。

    Returns
    -------
    LiveFigure
        三格：愿意买的占比、每台保修成本、每位客户带来的毛利；红点是现在的年限，色带是 95% 区间。
    """
    grid = np.arange(1, 11)

    def draw(axes: Sequence[Axes], warranty: int, repair: int, margin: int) -> str:
        table = cases.warranty_plan(curve, offers, grid, repair_yuan=repair, margin_yuan=margin)
        at = warranty - 1
        pct = table[["buy", "buy_low", "buy_high"]] * 100
        _curve(axes[0], table["years"], pct["buy"], pct["buy_low"], pct["buy_high"], at)
        _curve(axes[1], table["years"], table["cost_yuan"], table["cost_low"], table["cost_high"], at)
        _curve(axes[2], table["years"], table["profit_yuan"], table["profit_low"], table["profit_high"], at)
        _frame(axes[0], "保修（年）", "愿意买（%）", (0.5, 10.5), (20, 70))
        _frame(axes[1], "保修（年）", "每台保修成本（元）", (0.5, 10.5), (0, _ceiling(repair * 0.35)))
        _frame(axes[2], "保修（年）", "每位客户的毛利（元）", (0.5, 10.5), (0, _ceiling(margin * 0.6)))
        for ax in axes:
            ax.set_xticks([1, 4, 7, 10])
        now = table.iloc[at]
        return (
            f"保修 {warranty} 年：{now['buy']:.0%} 的人愿意买，每台保修成本 {now['cost_yuan']:.0f} 元，"
            f"每位客户毛利 {now['profit_yuan']:.0f} 元"
        )

    sliders = {
        "warranty": controls.whole("保修年限", int(years), 1, 10, unit="年"),
        "repair": controls.whole("一次维修的成本", round(repair_yuan), 50, 1000, step=1, unit="元"),
        "margin": controls.whole("一台的毛利", int(margin_yuan), 50, 1500, step=50, unit="元"),
    }
    return LiveFigure(
        draw,
        sliders,
        "三格的横轴都是保修年限；纵轴依次是愿意买的占比、每台保修成本、每位客户的毛利。",
        panels=3,
        size=(8, 3.6),
    )
