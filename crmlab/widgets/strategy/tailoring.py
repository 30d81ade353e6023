"""Making to order: combinations and profit, capacity and lead time."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import strategy
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import number, whole
from crmlab.widgets.lettering import Lettering

_DEGREES = np.round(np.linspace(0, 1, 21), 2)


def customization() -> LiveFigure:
    """定制：几个模块、每个几种能配出多少产品；定制到什么程度利润最高。

    Returns
    -------
    LiveFigure
        模块数、每个模块几种、定制程度、全定制时的成本增幅和多等的天数。左图是组合数和零件数（对数刻度），右图是利润随定制程度的变化。

    Notes
    -----
    左右两图各算各的：左图是 :func:`crmlab.strategy.module_combinations`；右图是教学模型
    :func:`crmlab.strategy.customization_curve`，参数是假定：标准价 400 元、成本 240 元、最多贵八成、标准销量 1000 件、每多等一天少卖 2%。
    模块化做的事，就是把成本增幅和多等的天数变小。没有数据，所以没有区间：请多换几组参数看结论变不变。

    References
    ----------
    见 :func:`crmlab.strategy.module_combinations`、:func:`crmlab.strategy.customization_curve`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.strategy.customization()
    >>> figure.set(modules=5, variants=4)
    >>> figure.alt.split("；")[0]
    '5 个模块、每个 4 种：20 种零件配出 1,024 种产品'
    """

    @cache
    def grown(modules: int, variants: int) -> pd.DataFrame:
        table = pd.DataFrame({"module": [f"模块 {i + 1}" for i in range(modules)], "variants": variants})
        return strategy.module_combinations(table)

    @cache
    def curve(growth: float, days: float, degrees: tuple[float, ...]) -> pd.DataFrame:
        return strategy.customization_curve(
            list(degrees), price_yuan=400, max_premium=0.8, premium_half=0.4, cost_yuan=240, cost_growth=growth,
            cost_power=2, lead_days=3, extra_lead_days=days, units=1000, lost_per_day=0.02,
        )  # fmt: skip

    drawn: dict[str, Any] = {}

    def make(left: Axes, right: Axes) -> None:
        (drawn["combinations"],) = left.plot([], [], color=PALETTE["blue"], marker=MARKERS[0])
        (drawn["parts"],) = left.plot([], [], "--", color=PALETTE["red"], marker=MARKERS[1])
        drawn["words"] = [left.text(0, 1, "", ha="right", fontsize=9, color=PALETTE[c]) for c in ("blue", "red")]
        left.set_yscale("log")
        left.set_xlim(0.5, 8.4)
        left.set_ylim(1, 10**9)
        left.set_xticks(range(1, 9))
        left.set_xlabel("模块（个）")
        left.set_ylabel("种数（种，对数刻度）")
        Lettering(left, 0.03, 0.98).set_lines(["实线组合数，虚线零件数"])
        right.axhline(0, color=PALETTE["grey"], linewidth=0.8)
        (drawn["profit"],) = right.plot([], [], color="black", linewidth=2)
        (drawn["best"],) = right.plot([], [], MARKERS[3], color=PALETTE["orange"], markersize=9)
        (drawn["now"],) = right.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=8)
        drawn["days"] = right.text(0.97, 0.97, "", transform=right.transAxes, ha="right", va="top", fontsize=9)
        right.set_xlim(0, 100)
        right.set_ylim(-25, 40)
        right.set_xlabel("定制程度（%，菱形最好，圆点现在）")
        right.set_ylabel("总利润（万元）")

    def draw(axes: list[Axes], modules: int, variants: int, degree: float, growth: float, days: float) -> str:
        table = grown(modules, variants)
        line = curve(growth, days, tuple(_DEGREES))
        here = curve(growth, days, (round(degree / 100, 4),)).iloc[0]
        if not drawn:
            make(*axes)
        x = np.arange(1, modules + 1)
        for name, word, up in (("combinations", drawn["words"][0], 1.9), ("parts", drawn["words"][1], 0.28)):
            counts = table[name].to_numpy(dtype=float)
            drawn[name].set_data(x, counts)
            word.set(text=f"{int(counts[-1]):,}", x=max(modules + 0.35, 1.6), y=max(counts[-1] * up, 1.3))
        drawn["profit"].set_data(100 * line["degree"], line["profit_yuan"] / 1e4)
        best = line[line["best"]].iloc[0]
        drawn["best"].set_data([100 * best["degree"]], [best["profit_yuan"] / 1e4])
        drawn["now"].set_data([degree], [here["profit_yuan"] / 1e4])
        drawn["days"].set_text(
            f"现在：单件赚 {here['margin_yuan']:.0f} 元，交期 {here['lead_days']:.0f} 天".replace("-", "−")
        )
        said = (
            f"{modules} 个模块、每个 {variants} 种：{int(table['parts'].iloc[-1]):,} 种零件"
            f"配出 {int(table['combinations'].iloc[-1]):,} 种产品"
        )
        profit, most = here["profit_yuan"] / 1e4, best["profit_yuan"] / 1e4
        tail = f"定制程度 {degree:.0f}% 赚 {profit:.1f} 万元，{best['degree']:.0%} 时最多（{most:.1f} 万元）"
        return f"{said}；{tail}".replace("赚 -", "亏 ")

    controls = {
        "modules": whole("模块", 4, 1, 8, unit="个"),
        "variants": whole("每个模块", 5, 1, 12, unit="种"),
        "degree": number("定制程度", 50, 0, 100, step=5, unit="%", fmt=".0f"),
        "growth": number("全定制时成本增加", 0.9, 0, 2, step=0.1, unit="倍"),
        "days": number("全定制时多等", 12, 0, 40, step=1, unit="天", fmt=".0f"),
    }
    alt = "左图：随模块数增加的组合数和零件数。右图：利润随定制程度变化的曲线，菱形是最好的程度，圆点是现在的。"
    return LiveFigure(draw, controls, alt, panels=2, size=(7.2, 3.6), keep=True)


_CAPACITIES = tuple(range(16, 31))
_ORDERS = (16, 18, 20, 22, 24)
_RUNS, _DAYS = 4, 40


def capacity_lead_time() -> LiveFigure:
    """C2M 的产能和交期：每天能开工几单，客户从下单到收货等几天，答应几天才守得住（模拟）。

    Returns
    -------
    LiveFigure
        生产的产能、每天来几单、承诺的交期。左图是交期的分布和承诺的线，右图是量体、生产、发货各排队和加工几天。

    Notes
    -----
    模拟的工序：量体 2 天、生产 3 天、发货 2 天，只有生产有产能上限；每种设置模拟 4 遍，每遍 40 天，随机数的种子固定，所以区间宽。
    产能不够时，交期会随天数越来越长，这里的数只说头 40 天。

    References
    ----------
    见 :func:`crmlab.strategy.order_to_delivery`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.strategy.capacity_lead_time()
    >>> figure.set(capacity=18, orders=20)
    >>> figure.alt.split("：")[0]
    '每天来 20 单、只能开工 18 单'
    """

    @cache
    def simulated(capacity: int, orders: int, promise: float) -> strategy.DeliveryResult:
        steps = pd.DataFrame(
            {
                "step": ["量体", "生产", "发货"],
                "mean_days": [2.0, 3.0, 2.0],
                "sd_days": [1.0, 1.0, 0.5],
                "capacity_per_day": [None, float(capacity), None],
            }
        )
        return strategy.order_to_delivery(
            steps, orders_per_day=orders, promise_days=promise, days=_DAYS, warmup_days=20, runs=_RUNS,
            rng=np.random.default_rng(95),
        )  # fmt: skip

    edges = np.linspace(0, 30, 31)
    drawn: dict[str, Any] = {}

    def make(left: Axes, right: Axes) -> None:
        drawn["bars"] = left.bar(edges[:-1], 0, 1, align="edge", color=PALETTE["sky"], edgecolor="white")
        drawn["promise"] = left.axvline(0, color="black", linestyle="--", linewidth=1.5)
        drawn["p90"] = left.axvline(0, color=PALETTE["red"], linestyle=":", linewidth=2)
        drawn["words"] = [left.text(0, y, "", va="top", fontsize=9, bbox=CLEAR) for y in (29.4, 26.6)]
        left.set_xlim(0, 30)
        left.set_ylim(0, 30)
        left.set_xlabel("从下单到收货（天，30 天以上的不画）")
        left.set_ylabel("订单（%）")
        places = np.arange(3.0)
        drawn["work"] = right.barh(places, 0, height=0.55, color=PALETTE["sky"], edgecolor="white")
        drawn["wait"] = right.barh(places, 0, height=0.55, color=PALETTE["orange"], hatch="///", edgecolor="white")
        drawn["said"] = [right.text(0.3, y + 0.42, "", va="center", fontsize=9) for y in places]
        right.set_yticks(places, ["量体", "生产", "发货"])
        right.set_ylim(2.75, -0.4)
        right.set_xlim(0, 22)
        right.set_xlabel("平均天数（浅色加工，斜纹排队）")

    def draw(axes: list[Axes], capacity: int, orders: int, promise: float) -> str:
        result = simulated(capacity, orders, promise)
        if not drawn:
            make(*axes)
        lead = result.orders["lead_days"].to_numpy(dtype=float)
        heights = 100 * np.histogram(lead, edges)[0] / len(lead)
        for bar, height in zip(drawn["bars"], heights, strict=True):
            bar.set_height(height)
        summary = result.summary.set_index("measure")
        p90, kept = summary.loc["p90_days"], summary.loc["on_time"]
        drawn["promise"].set_xdata([promise, promise])
        drawn["p90"].set_xdata([p90["value"], p90["value"]])
        for word, name, at in zip(drawn["words"], ("承诺", "九成"), (promise, p90["value"]), strict=True):
            near = at < 20
            word.set(
                text=f"{name} {at:.1f} 天", x=at + 0.4 if near else min(at, 30) - 0.4, ha="left" if near else "right"
            )
        for work, wait, word, row in zip(
            drawn["work"], drawn["wait"], drawn["said"], result.steps.to_dict("records"), strict=True
        ):
            work.set_width(row["work_days"])
            wait.set(x=row["work_days"], width=row["wait_days"])
            used = "" if np.isnan(row["load"]) else f"，产能用了 {row['load']:.0%}"
            word.set_text(f"排队 {row['wait_days']:.1f} 天{used}" if used else "不排队")
        level = f"{kept['value']:.0%}（95% 区间 {max(kept['low'], 0):.0%}–{min(kept['high'], 1):.0%}）"
        if not result.stable:
            return f"每天来 {orders} 单、只能开工 {capacity} 单：越积越多，头 {_DAYS} 天里只有 {level}按承诺的 {promise:g} 天交货"
        enough = "守得住" if kept["low"] >= 0.9 else "守不住九成" if kept["high"] < 0.9 else "九成守不守得住还说不清"
        return (
            f"每天来 {orders} 单、能开工 {capacity} 单：{level}在承诺的 {promise:g} 天内交货，{enough}；"
            f"九成的订单要 {p90['value']:.1f} 天"
        )

    controls = {
        "capacity": whole("生产的产能", 22, _CAPACITIES[0], _CAPACITIES[-1], unit="单/天"),
        "orders": whole("每天来", 20, _ORDERS[0], _ORDERS[-1], step=2, unit="单"),
        "promise": number("承诺的交期", 10, 4, 20, step=0.5, unit="天"),
    }
    alt = "左图：从下单到收货的天数分布，黑虚线是承诺，红点线是九成订单的天数。右图：三道工序的加工和排队天数。"
    return LiveFigure(draw, controls, alt, panels=2, widths=(1.15, 1), size=(7.2, 3.4), keep=True)
