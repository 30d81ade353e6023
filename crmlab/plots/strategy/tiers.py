"""Figures of unequal customers: Lorenz and ABC curves, cost of tiers, segments, waits by priority."""

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_between, check_frame
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, HATCHES, MARKERS, PALETTE, new_axes, style
from crmlab.strategy import SegmentsResult, TierCost
from crmlab.strategy.costs import tier_name


def lorenz(curves: pd.DataFrame | Mapping[str, pd.DataFrame], title: str, *, top: float = 0.2) -> Axes:
    """画洛伦兹曲线：越往右下弯，金额越集中；写出最大的那些客户占多少。

    Parameters
    ----------
    curves : DataFrame or dict of str to DataFrame
        `strategy.lorenz` 的结果；几条一起比时给“名称: 结果”的字典。
    title : str
        图的标题：一句话说出发现。
    top : float, default 0.2
        标出最大的百分之几的客户占多少，0–1 之间。

    Returns
    -------
    Axes
        坐标轴。虚线是人人一样多。

    Raises
    ------
    TypeError
        给的不是表，也不是表的字典。
    ValueError
        缺列，字典是空的，或 top 越界。
    """
    named = dict(curves) if isinstance(curves, Mapping) else {"": curves}
    if not named:
        raise ValueError("参数 curves 是空的，请至少给一条曲线。")
    for curve in named.values():
        check_frame("curves", curve, ["customer_share", "value_share"])
    cut = 1 - check_between("top", top, 0, 1)
    ax: Axes = new_axes(title, height=4.6)
    with mpl.rc_context(style()):
        ax.plot([0, 100], [0, 100], "--", color=PALETTE["grey"], linewidth=1)
        ax.text(50, 52, "人人一样多", color=PALETTE["grey"], rotation=0, ha="right", fontsize=9)
        rest = []
        for i, (name, curve) in enumerate(named.items()):
            x, y = (100 * curve[c].to_numpy(dtype=float) for c in ("customer_share", "value_share"))
            dash = ("-", "--", ":", "-.")[i % 4]
            ax.plot(x, y, color=CYCLE[i % len(CYCLE)], linestyle=dash, linewidth=2)
            if len(named) == 1:
                ax.fill_between(x, y, x, color=PALETTE["sky"], alpha=0.25)
            at = float(np.interp(100 * cut, x, y))
            ax.plot([100 * cut], [at], MARKERS[i % len(MARKERS)], color=CYCLE[i % len(CYCLE)], markersize=7)
            rest.append((at, f"{name}：" if name else "", CYCLE[i % len(CYCLE)], dash, MARKERS[i % len(MARKERS)]))
        for i, (at, name, colour, dash, marker) in enumerate(rest):
            # A line of its own for each curve, in the empty corner.
            height = 96 - 7 * i
            ax.plot([2, 7], [height, height], dash, color=colour, marker=marker, markevery=[1], linewidth=2)
            ax.text(9, height, f"{name}最大的 {top:.0%} 占 {100 - at:.0f}%", va="center", fontsize=10)
        ax.set_xlim(0, 100)
        ax.set_ylim(0, 100)
        ax.set_xlabel("客户数累计（%，从小到大）")
        ax.set_ylabel("金额累计（%）")
    return ax


def tier_curve(table: pd.DataFrame, title: str) -> Axes:
    """画 ABC 分级：从大客户往下数，累计金额的曲线，各级一段底色，写出人数和金额各占多少。

    Parameters
    ----------
    table : DataFrame
        `strategy.abc_tiers` 的结果。
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
    check_frame("table", table, ["share", "cumulative_share", "tier"])
    ax: Axes = new_axes(title, height=4.2)
    with mpl.rc_context(style()):
        n = len(table)
        ax.plot(
            np.r_[0, 100 * np.arange(1, n + 1) / n], np.r_[0, 100 * table["cumulative_share"]],
            color="black", linewidth=2,
        )  # fmt: skip
        start = 0
        for i, (tier, part) in enumerate(table.groupby("tier", sort=True)):
            end = start + len(part)
            said = f"{tier} 级：{len(part) / n:.0%} 的客户，{part['share'].sum():.0%} 的金额"
            ax.axvspan(
                100 * start / n, 100 * end / n, facecolor=CYCLE[i], alpha=0.3, hatch=HATCHES[i], edgecolor="white",
                label=said, linewidth=0,
            )  # fmt: skip
            if (end - start) / n > 0.03:
                ax.text(50 * (start + end) / n, 103, str(tier), ha="center", va="bottom")
            start = end
        ax.set_xlim(0, 100)
        ax.set_ylim(0, 112)
        ax.set_yticks(range(0, 101, 20))
        ax.legend(loc="lower right", fontsize=9, frameon=True, framealpha=0.9, edgecolor="none")
        ax.set_xlabel(f"客户数累计（%，从大到小，n = {n}）")
        ax.set_ylabel("金额累计（%）")
    return ax


def tier_costs(result: TierCost, title: str, *, unit: str = "元") -> Axes:
    """画各级客户：左边比较人数、收入（或毛利）、服务成本各占多少，右边是人均利润和区间。

    Parameters
    ----------
    result : TierCost
        `strategy.tier_service_cost` 的结果。
    title : str
        图的标题：一句话说出发现。
    unit : str, default "元"
        金额的单位。

    Returns
    -------
    Axes
        左边的坐标轴。

    Raises
    ------
    TypeError
        result 不是各级成本的结果。
    """
    check_result("result", result, TierCost, "strategy.tier_service_cost()", advice="")
    table = result.table
    left, right = new_axes(title, height=1.5 + 0.78 * len(table), width=9, columns=2)
    with mpl.rc_context(style()):
        places = np.arange(len(table))
        kinds = (("customer_share", "人数", "#C9C9C9", ""), ("revenue_share", result.measure, PALETTE["sky"], "///"),
                 ("cost_share", "服务成本", PALETTE["orange"], "..."))  # fmt: skip
        for shift, (column, word, colour, hatch) in zip((-0.27, 0, 0.27), kinds, strict=True):
            shares = 100 * table[column].to_numpy(dtype=float)
            left.barh(places + shift, shares, height=0.25, color=colour, hatch=hatch, edgecolor="white")
            for place, share in zip(places + shift, shares, strict=True):
                left.text(share + 1, place, f"{word} {share:.0f}%", va="center", fontsize=8.5)
        left.set_yticks(places, [tier_name(t) for t in table["tier"]])
        left.invert_yaxis()
        left.set_xlim(0, 128)
        left.set_xticks([0, 25, 50, 75, 100])
        left.set_xlabel("占比（%）")
        value = table["profit_per_customer"].to_numpy(dtype=float)
        right.hlines(places, table["low"], table["high"], color=PALETTE["blue"], linewidth=2)
        right.plot(value, places, MARKERS[0], color=PALETTE["blue"])
        for place, row in enumerate(table.to_dict("records")):
            said = f"{row['profit_per_customer']:,.0f}（n = {row['n']}）".replace("-", "−")
            right.annotate(
                said, (value[place], place), (0, 7), textcoords="offset points", ha="center", fontsize=9,
                bbox={"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.85},
            )  # fmt: skip
        right.axvline(0, color=PALETTE["grey"], linestyle="--", linewidth=1)
        right.set_yticks([])
        right.set_ylim(len(table) - 0.5, -0.6)
        right.margins(x=0.22)
        right.set_xlabel(f"人均利润（{unit}，横线是区间）")
    return left  # type: ignore[no-any-return]


def k_choice(table: pd.DataFrame, title: str) -> Axes:
    """画分几群好：每个群数的轮廓系数和重抽样一致程度，后者带各次的中间九成。

    Parameters
    ----------
    table : DataFrame
        `strategy.choose_k` 的结果。
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
    check_frame("table", table, ["k", "silhouette", "stability", "stability_low", "stability_high"])
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        k = table["k"].to_numpy(dtype=float)
        ax.vlines(k, table["stability_low"], table["stability_high"], color=PALETTE["red"], linewidth=2, alpha=0.6)
        drawn = (("stability", "重抽样一致程度", PALETTE["red"], MARKERS[1], "--"),
                 ("silhouette", "轮廓系数", PALETTE["blue"], MARKERS[0], "-"))  # fmt: skip
        for column, name, colour, marker, dash in drawn:
            ax.plot(k, table[column], dash, color=colour, marker=marker, label=name)
            for x, y in zip(k, table[column], strict=True):
                ax.annotate(
                    f"{y:.2f}", (x, y), (7, 9), textcoords="offset points", va="center", fontsize=9, color=colour
                )
        ax.set_xticks(k, [f"{x:g}" for x in k])
        ax.set_xlim(k.min() - 0.4, k.max() + 0.6)
        low = float(np.nanmin(table[["silhouette", "stability_low"]].to_numpy()))
        ax.set_ylim(min(0, low * 1.1), 1.22)
        ax.set_yticks(np.arange(0, 1.01, 0.2))
        ax.legend(loc="upper right", ncols=2, fontsize=9)
        ax.set_xlabel("群数（群）")
        ax.set_ylabel("系数（越大越好，最大 1）")
    return ax


def segment_centres(result: SegmentsResult, title: str, *, unit: str = "人") -> Axes:
    """画各群的样子：一格一个特征，一条一群，长度是群里的均值（原来的单位）。

    Parameters
    ----------
    result : SegmentsResult
        `strategy.kmeans_segments` 的结果。
    title : str
        图的标题：一句话说出发现。
    unit : str, default "人"
        一行是什么：人、笔订单等。

    Returns
    -------
    Axes
        第一格的坐标轴。

    Raises
    ------
    TypeError
        result 不是分群的结果。
    """
    check_result("result", result, SegmentsResult, "strategy.kmeans_segments()", advice="")
    centres = result.centres
    features = list(centres.columns[3:])
    made = new_axes(
        title, height=1.5 + 0.45 * len(centres), width=min(3 + 2.4 * len(features), 12), columns=len(features)
    )
    axes: list[Axes] = [made] if len(features) == 1 else list(made)
    with mpl.rc_context(style()):
        places = np.arange(len(centres))
        for ax, feature in zip(axes, features, strict=True):
            values = centres[feature].to_numpy(dtype=float)
            for place, value in zip(places, values, strict=True):
                ax.barh(
                    place, value, height=0.65, color=CYCLE[place % len(CYCLE)], alpha=0.5,
                    hatch=HATCHES[place % len(HATCHES)], edgecolor="white",
                )  # fmt: skip
                ax.annotate(
                    f"{value:,.4g}".replace("-", "−"), (max(value, 0), place), (4, 0), textcoords="offset points",
                    va="center", fontsize=9,
                )  # fmt: skip
            names = [f"群 {s}（{n} {unit}）" for s, n in zip(centres["segment"], centres["n"], strict=True)]
            ax.set_yticks(places, names if ax is axes[0] else [""] * len(places))
            ax.invert_yaxis()
            ax.margins(x=0.28)
            ax.locator_params(axis="x", nbins=4)
            ax.set_xlabel(str(feature))
    return axes[0]


def priority_waits(table: pd.DataFrame, title: str) -> Axes:
    """画优先排队：每级一行，方块是先来先办时的平均等待，圆点是分级之后的，连线是差多少。

    Parameters
    ----------
    table : DataFrame
        `strategy.priority_queue` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。等待无穷大的写在右边“越等越长”。

    Raises
    ------
    TypeError
        table 不是表。
    ValueError
        缺列或没有行。
    """
    check_frame("table", table, ["tier", "arrivals_per_hour", "wait_min", "fifo_wait_min"])
    ax: Axes = new_axes(title, height=1.5 + 0.6 * len(table))
    with mpl.rc_context(style()):
        waits = table[["wait_min", "fifo_wait_min"]].to_numpy(dtype=float)
        finite = waits[np.isfinite(waits)]
        reach = float(finite.max()) if len(finite) and finite.max() > 0 else 1.0
        for place, (own, fifo) in enumerate(waits):
            if np.isfinite(own) and np.isfinite(fifo):
                ax.plot([fifo, own], [place, place], color=PALETTE["grey"], linewidth=1.5)
            if np.isfinite(fifo):
                ax.plot([fifo], [place], MARKERS[1], color=PALETTE["orange"], markersize=7)
            if np.isfinite(own):
                ax.plot([own], [place], MARKERS[0], color=PALETTE["blue"], markersize=8)
                ax.annotate(
                    f"{own:.1f} 分钟", (own, place), (0, 7), textcoords="offset points", ha="center", fontsize=9
                )
            else:
                ax.text(reach * 1.2, place, "来得比接得快，越等越长", ha="right", va="center", fontsize=9)
        fifo = float(waits[0, 1])
        said = f"■ 不分级：都等 {fifo:.1f} 分钟" if np.isfinite(fifo) else "■ 不分级：谁都越等越长"
        ax.text(0.99, 1.0, f"{said}   ● 分级", transform=ax.transAxes, ha="right", va="bottom", fontsize=9)
        names = [f"{t}（每小时 {r:g} 个）" for t, r in zip(table["tier"], table["arrivals_per_hour"], strict=True)]
        ax.set_yticks(range(len(table)), names)
        ax.set_ylim(len(table) - 0.5, -0.7)
        ax.set_xlim(-0.03 * reach, reach * 1.2)
        ax.grid(axis="x")
        ax.set_axisbelow(True)
        ax.set_xlabel("平均等待（分钟，不等的也算在内）")
    return ax
