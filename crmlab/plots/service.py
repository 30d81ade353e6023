"""Figures of chapter 1's results: service mix, store hours, three levels, the profit chain, waiting and its price."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame
from crmlab._intervals import signed
from crmlab.plots._chain import TEXT, folded, plan
from crmlab.plots._results import check_result, records
from crmlab.plots.style import PALETTE, new_axes, style
from crmlab.service import NATURES, SERVICE_LEVEL_NAMES, STAGES, PerceivedWait, ProfitChain

__all__ = ["perceived_steps", "profit_chain", "queue_costs", "service_grid", "service_levels", "store_hours"]

_WHITE = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}


def service_grid(mix: pd.DataFrame, title: str) -> Axes:
    """画服务构成：售前、售中、售后三列，功能性、态度性两行，一次也没有的格子是斜纹。

    Parameters
    ----------
    mix : DataFrame
        :func:`crmlab.service.service_mix` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；每格写次数和占全部的比例。

    Raises
    ------
    TypeError
        ``mix`` 不是 DataFrame。
    ValueError
        缺列。
    """
    check_frame("mix", mix, ["stage", "nature", "n", "share"])
    ax: Axes = new_axes(title, height=2.9)
    with mpl.rc_context(style()):
        largest = max(float(mix["share"].max()), 1e-9)
        for row in records(mix):
            x, y = STAGES.index(row.stage), NATURES.index(row.nature)
            depth = row.share / largest
            empty = row.n == 0
            ax.add_patch(
                mpl.patches.Rectangle(
                    (x - 0.48, y - 0.46), 0.96, 0.92, hatch="///" if empty else "",
                    edgecolor=PALETTE["orange"] if empty else "white", linewidth=1,
                    facecolor="white" if empty else mpl.colormaps["Blues"](0.12 + 0.7 * depth),
                )
            )  # fmt: skip
            words = "一次也没有" if empty else f"{row.n:,} 次\n{row.share:.0%}"
            ax.text(x, y, words, ha="center", va="center", bbox=_WHITE if empty else None,
                    color="white" if depth > 0.65 else "black")  # fmt: skip
        ax.set_xticks(range(len(STAGES)), STAGES)
        ax.set_yticks(range(len(NATURES)), NATURES)
        ax.set_xlim(-0.5, len(STAGES) - 0.5)
        ax.set_ylim(len(NATURES) - 0.5, -0.5)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    return ax


def store_hours(table: pd.DataFrame, title: str, *, hour: str = "hour") -> Axes:
    """画门店的一天：来客是条，下面是服务了的，上面斜纹是流失的，粗线是接待能力。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.service.utilization` 的结果，一行一个小时。
    title : str
        图的标题：一句话说出发现。
    hour : str
        小时的列名。

    Returns
    -------
    Axes
        坐标轴；条上写利用率，竖线是流失占比的区间。

    Raises
    ------
    TypeError
        ``table`` 不是 DataFrame。
    ValueError
        缺列。

    Notes
    -----
    接待能力 = 员工数 × 3600 ÷ 平均服务时长。一个时段不是一小时，请先把来客折成一小时的。
    """
    columns = ["visitors", "staff", "service_s", "utilization", "lost_share", "lost_low", "lost_high"]
    check_frame("table", table, [hour, *columns])
    ax: Axes = new_axes(title, width=9)
    with mpl.rc_context(style()):
        table = table.sort_values(hour)
        x = np.arange(len(table))
        visitors = table["visitors"].to_numpy(dtype=float)
        lost = visitors * table["lost_share"].fillna(0).to_numpy()
        ax.bar(x, visitors - lost, width=0.8, color=PALETTE["sky"], label="服务了的")
        ax.bar(x, lost, width=0.8, bottom=visitors - lost, color="white", hatch="////", edgecolor=PALETTE["red"],
               label="流失的")  # fmt: skip
        some = lost > 0
        ax.vlines(
            x[some], (visitors * (1 - table["lost_high"].to_numpy()))[some],
            (visitors * (1 - table["lost_low"].to_numpy()))[some], color="black", linewidth=1.4,
        )  # fmt: skip
        capacity = table["staff"].to_numpy(dtype=float) * 3600 / table["service_s"].to_numpy(dtype=float)
        ax.step(np.append(x - 0.5, x[-1:] + 0.5), np.append(capacity, capacity[-1:]), where="post", color="black",
                linewidth=1.8, label="接待能力")  # fmt: skip
        for at, top, busy in zip(x, visitors, table["utilization"], strict=True):
            if np.isfinite(busy) and np.isfinite(top):
                ax.annotate(f"{busy:.0%}", (at, top), (0, 3), textcoords="offset points", ha="center", fontsize=9,
                            bbox=_WHITE)  # fmt: skip
        ax.set_ylim(0, float(np.nanmax([*visitors, *capacity, 1])) * 1.3)
        ax.legend(loc="upper left", ncols=3, fontsize=9)
        ax.set_xticks(x, table[hour].astype(str))
        ax.set_xlabel("钟点（时）；条上的数是员工的利用率，细竖线是流失的 95% 区间")
        ax.set_ylabel("来客（位/小时）")
    return ax


def service_levels(table: pd.DataFrame, title: str) -> Axes:
    """画服务层次：基础、附加、超值并排三格，每组一行，竖虚线是要求，实心点是站稳了，空心点是没有。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.service.service_level_pyramid` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        第一格的坐标轴；横轴是做到的占比，横线是区间。

    Raises
    ------
    TypeError
        ``table`` 不是 DataFrame。
    ValueError
        缺列。
    """
    check_frame("table", table, ["group", "level", "share", "low", "high", "needed", "met"])
    groups = [str(g) for g in dict.fromkeys(table["group"])]
    axes: list[Axes] = list(new_axes(title, height=1.6 + 0.48 * len(groups), width=9, columns=3))
    with mpl.rc_context(style()):
        for ax, level in zip(axes, SERVICE_LEVEL_NAMES, strict=True):
            part = table[table["level"] == level]
            y = np.array([groups.index(str(g)) for g in part["group"]])
            ax.hlines(y, 100 * part["low"], 100 * part["high"], color=PALETTE["blue"], linewidth=2)
            for at, row in zip(y, records(part), strict=True):
                face = PALETTE["blue"] if row.met else "white"
                ax.plot([100 * row.share], [at], "o", color=PALETTE["blue"], markerfacecolor=face, markersize=7)
                words, place = (f"{row.share:.0%}", 100 * row.share) if row.n else ("没有记录", 50)
                ax.annotate(
                    words, (place, at), (0, 6), textcoords="offset points", ha="center", fontsize=9, bbox=_WHITE
                )
            for needed in part["needed"].unique():
                ax.axvline(100 * needed, color=PALETTE["grey"], linestyle="--", linewidth=1)
            ax.set_xlim(-4, 108)
            ax.set_ylim(len(groups) - 0.5, -0.7)
            ax.set_yticks(range(len(groups)), groups if ax is axes[0] else [""] * len(groups))
            ax.set_title(f"{level}服务", fontsize=10)
            ax.set_xlabel("做到的占比（%）")
    return axes[0]


def profit_chain(result: ProfitChain, title: str) -> Axes:
    """画服务利润链：方框是各环，箭头旁写标准化系数和区间；区间跨 0 的箭头是虚线。五环以上从上往下排。

    Parameters
    ----------
    result : ProfitChain
        :func:`crmlab.service.service_profit_chain` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴，没有刻度；底下一行写全程的乘积。

    Raises
    ------
    TypeError
        ``result`` 不是服务利润链的结果。
    """
    check_result("result", result, ProfitChain, "service.service_profit_chain")
    rows = list(records(result.paths))
    said = [[signed(f"{v:.2f}") for v in (path.beta, path.low, path.high)] for path in rows]
    laid = plan(result.paths, [(beta, f"（{low} 到 {high}）") for beta, low, high in said])
    width, height = (high - low for low, high in zip(laid.low, laid.high, strict=True))
    ax: Axes = new_axes(title, height=0.85 + height, width=max(7.2, 0.1 + width))
    with mpl.rc_context(style()):
        for name, box in laid.boxes.items():
            ax.text(
                box.x, box.y, folded(name), ha="center", va="center", fontsize=10, zorder=3,
                bbox={"boxstyle": "round,pad=0.45", "facecolor": "#E8F1F8", "edgecolor": PALETTE["blue"]},
            )  # fmt: skip
        for path, curve, words, place in zip(rows, laid.arrows, laid.words, laid.places, strict=True):
            sure = not path.low <= 0 <= path.high
            ax.add_patch(
                mpl.patches.FancyArrowPatch(
                    path=mpl.path.Path(curve, [1, 3, 3]), arrowstyle="->", mutation_scale=14,
                    color=PALETTE["blue"] if path.beta >= 0 else PALETTE["red"],
                    linewidth=1 + 2.5 * min(abs(path.beta), 1), linestyle="-" if sure else "--",
                )
            )  # fmt: skip
            ax.text(place.x, place.y, words, ha="center", va="center", fontsize=TEXT, bbox=_WHITE, zorder=2.5)
        total, low, high = (signed(f"{v:.2f}") for v in (result.indirect, result.indirect_low, result.indirect_high))
        ax.set_xlabel(f"全程 {total}（{result.confidence:.0%} 区间 {low} 到 {high}，n = {result.n}）；一起变，不是因果")
        spare = max(7.1 - width, 0) / 2
        ax.set_xlim(laid.low[0] - spare, laid.high[0] + spare)
        ax.set_ylim(laid.low[1], laid.high[1])
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)
    return ax


def queue_costs(table: pd.DataFrame, title: str) -> Axes:
    """画服务台数的成本：工资上升，等待的代价下降，合计是 U 形，星号是最低处。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.service.queue_cost` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；纵轴是元/小时。

    Raises
    ------
    TypeError
        ``table`` 不是 DataFrame。
    ValueError
        缺列。
    """
    check_frame("table", table, ["servers", "server_cost", "wait_cost", "total_cost", "best"])
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x = table["servers"].to_numpy()
        ends: list[tuple[float, str, str]] = []
        for column, word, colour, line in (
            ("server_cost", "服务台", PALETTE["blue"], "s--"),
            ("wait_cost", "等待的代价", PALETTE["red"], "^:"),
            ("total_cost", "合计", "black", "o-"),
        ):
            ax.plot(x, table[column], line, color=colour, markersize=5)
            ends.append((float(table[column].iloc[-1]), word, colour))
        best = table[table["best"]].iloc[0]
        ax.plot([best["servers"]], [best["total_cost"]], "*", color=PALETTE["green"], markersize=16, zorder=5)
        ax.text(
            0.5, 0.97, f"★ {best['servers']} 个最省：{best['total_cost']:,.0f} 元", transform=ax.transAxes, ha="center", va="top",
            fontsize=9, color=PALETTE["green"],
        )  # fmt: skip
        # Without servers enough the cost shoots up; the picture is about the bottom of the U.
        top = min(float(table["total_cost"].max()), 3.5 * float(best["total_cost"]))
        ax.set_ylim(0, top * 1.08)
        at = -np.inf
        for value, word, colour in sorted(ends):
            at = max(value, at + top * 0.08)
            ax.annotate(word, (x[-1], at), (8, 0), textcoords="offset points", va="center", color=colour,
                        annotation_clip=False)  # fmt: skip
        ax.locator_params(axis="x", integer=True)
        ax.set_xlabel("服务台（个）")
        ax.set_ylabel("成本（元/小时）")
        ax.grid(axis="y")
    return ax


def perceived_steps(result: PerceivedWait, title: str) -> Axes:
    """画感觉的等待：从实际等待起，一条原则一级台阶往上加，缓解了的一级是空心的。

    Parameters
    ----------
    result : PerceivedWait
        :func:`crmlab.service.perceived_wait` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；横轴是分钟，最下面一行是缓解之后的。

    Raises
    ------
    TypeError
        ``result`` 不是感觉的等待的结果。
    """
    check_result("result", result, PerceivedWait, "service.perceived_wait")
    rows = wait_steps(result)
    ax: Axes = new_axes(title, height=1.4 + 0.4 * len(rows), width=9)
    with mpl.rc_context(style()):
        for y, (_, start, end, kind) in enumerate(rows):
            whole = kind == "whole"
            ax.barh(
                y, end - start, left=start, height=0.62, linewidth=1,
                color=PALETTE["blue"] if whole else "white" if kind == "eased" else PALETTE["sky"],
                edgecolor=PALETTE["grey"] if kind == "eased" else "white",
                linestyle="--" if kind == "eased" else "-",
            )  # fmt: skip
            words = f"{end:.1f} 分钟" if whole else "缓解了" if kind == "eased" else f"+{end - start:.1f}"
            ax.annotate(words, (end, y), (5, 0), textcoords="offset points", va="center", fontsize=9)
        ax.set_yticks(range(len(rows)), [row[0] for row in rows])
        ax.set_ylim(len(rows) - 0.4, -0.6)
        ax.set_xlim(0, max(max(row[2] for row in rows), 1.0) * 1.18)
        ax.set_xlabel("等待（分钟）；倍数是假定的")
    return ax


def wait_steps(result: PerceivedWait) -> list[tuple[str, float, float, str]]:
    """Return the bars from the actual to the felt wait as (name, start, end, kind); kind is whole, step or eased."""
    at = result.actual_min
    rows: list[tuple[str, float, float, str]] = [("实际等了", 0.0, at, "whole")]
    for row in records(result.table):
        rows.append((str(row.name), at, at if row.eased else at * float(row.factor), "eased" if row.eased else "step"))
        at = rows[-1][2]
    return [*rows, ("感觉等了", 0.0, result.eased_min, "whole")]
