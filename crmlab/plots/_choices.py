"""Figures of choices in chapter 2: where a chatbot hands over, which system, whether it pays, how long it takes."""

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from crmlab.plots._results import check_result, records
from crmlab.plots.style import PALETTE, new_axes, style
from crmlab.technology import ChatbotThreshold, CriticalPath, CrmScorecard, InvestmentValue

_WHITE = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}


def handover_cost(result: ChatbotThreshold, title: str) -> Axes:
    """画机器人转人工的分界：每次会话的成本和区间，星号是平均成本最低的分界。

    Parameters
    ----------
    result : ChatbotThreshold
        :func:`crmlab.technology.chatbot_threshold` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；横轴是分界，纵轴是元/次。

    Raises
    ------
    TypeError
        ``result`` 不是分界的结果。
    """
    check_result("result", result, ChatbotThreshold, "technology.chatbot_threshold")
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        table = result.table
        x = table["threshold"]
        ax.fill_between(x, table["cost_low"], table["cost_high"], color=PALETTE["sky"], alpha=0.35, linewidth=0)
        ax.plot(x, table["cost_per_chat"], "o-", color=PALETTE["blue"], markersize=4)
        ax.plot([result.threshold], [result.cost_per_chat], "*", color=PALETTE["green"], markersize=16, zorder=5)
        top = float(table["cost_high"].max())
        if not np.isfinite(top):
            top = float(table["cost_per_chat"].max())
        ax.set_ylim(0, max(top, result.cost_all_agents) * 1.15)
        ax.annotate(
            f"分界 {result.threshold:g}：{result.cost_per_chat:.2f} 元，转人工 {result.handover_share:.0%}",
            (result.threshold, result.cost_per_chat), (0, -16), textcoords="offset points", va="top", fontsize=9,
            ha="center" if 0.25 < result.threshold < 0.75 else ("left" if result.threshold <= 0.25 else "right"),
        )  # fmt: skip
        ax.axhline(result.cost_all_agents, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.annotate(
            f"全部转人工 {result.cost_all_agents:.2f} 元", (float(x.min()), result.cost_all_agents), (0, 4),
            textcoords="offset points", fontsize=9, bbox=_WHITE,
        )  # fmt: skip
        ax.set_xlabel("分界（机器人的把握不低于它就自己答，0–1）")
        ax.set_ylabel("每次会话的成本（元）")
        ax.grid(axis="y")
    return ax


def weight_room(result: CrmScorecard, title: str) -> Axes:
    """画选型站得稳不稳：每条标准的权重可以在哪个范围里变，第一名都不换；端点写着谁会取代它。

    Parameters
    ----------
    result : CrmScorecard
        :func:`crmlab.technology.crm_scorecard` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；横轴是权重，百分数。

    Raises
    ------
    TypeError
        ``result`` 不是选型的结果。
    """
    check_result("result", result, CrmScorecard, "technology.crm_scorecard")
    ax: Axes = new_axes(title, height=1.5 + 0.48 * len(result.sensitivity))
    with mpl.rc_context(style()):
        table = result.sensitivity
        y = np.arange(len(table))
        ax.hlines(y, 0, 100, color="#DDDDDD", linewidth=6)
        ax.hlines(y, 100 * table["low"], 100 * table["high"], color=PALETTE["sky"], linewidth=6)
        ax.plot(100 * table["weight"], y, "o", color=PALETTE["blue"], markersize=8)
        for at, row in zip(y, records(table), strict=True):
            ax.annotate(f"{row.weight:.0%}", (100 * row.weight, at), (0, 8), textcoords="offset points", ha="center",
                        fontsize=9)  # fmt: skip
            for end, rival, side, move in (
                (row.low, row.rival_low, "right", -5),
                (row.high, row.rival_high, "left", 5),
            ):
                if isinstance(rival, str):
                    ax.annotate(f"换成{rival}", (100 * end, at), (move, -9), textcoords="offset points", ha=side,
                                va="center", fontsize=8, color=PALETTE["red"])  # fmt: skip
        ax.set_yticks(y, table["criterion"])
        ax.set_ylim(len(table) - 0.4, -0.7)
        ax.set_xlim(-14, 114)
        ax.set_xticks(range(0, 101, 20))
        ax.set_xlabel(f"权重（%）；蓝色范围内第一名都是{result.best}")
        ax.set_ylabel("标准")
    return ax


def cash_flow(result: InvestmentValue, title: str) -> Axes:
    """画一笔投入：每年的现金流是条，累计是线，实线折现、虚线不折现，线过零就回本。

    Parameters
    ----------
    result : InvestmentValue
        :func:`crmlab.technology.investment_value` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；纵轴是万元。

    Raises
    ------
    TypeError
        ``result`` 不是投入回报的结果。
    """
    check_result("result", result, InvestmentValue, "technology.investment_value")
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        table = result.table
        x = table["year"].to_numpy()
        ax.bar(x, table["cash"] / 1e4, width=0.5, color="#C9C9C9", edgecolor="white")
        ax.annotate(
            "每年的现金流", (x[0], table["cash"].iloc[0] / 2e4), ha="center", va="center", fontsize=9, bbox=_WHITE
        )
        ends = []
        for column, word, colour, line in (
            ("cumulative", "累计，不折现", PALETTE["blue"], "o--"),
            ("cumulative_discounted", "累计，折现", PALETTE["green"], "s-"),
        ):
            ax.plot(x, table[column] / 1e4, line, color=colour, markersize=5)
            ends.append((float(table[column].iloc[-1]) / 1e4, word, colour))
        for (value, word, colour), move in zip(ends, (6, -6), strict=True):
            ax.annotate(word, (x[-1] + 0.25, value), (6, move), textcoords="offset points", va="center", color=colour)
        for back, marker in ((result.payback_year, "o"), (result.discounted_payback_year, "s")):
            if np.isfinite(back):
                ax.plot([back], [0], marker, color="black", markersize=8, zorder=5)
                ax.annotate(f"{back:.1f} 年", (back, 0), (0, -10), textcoords="offset points", ha="center", va="top",
                            fontsize=9, bbox=_WHITE)  # fmt: skip
        ax.axhline(0, color="black", linewidth=0.8)
        ax.set_xticks(x)
        ax.set_xlabel("年（0 是现在）")
        ax.set_ylabel("金额（万元）")
    return ax


def project_plan(result: CriticalPath, title: str) -> Axes:
    """画项目计划：每个任务一条，关键的是实心橙色，能拖的后面接一段虚框，长度是能拖几天。

    Parameters
    ----------
    result : CriticalPath
        :func:`crmlab.technology.critical_path` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴；横轴是天，有三点估计时画出总工期的区间。

    Raises
    ------
    TypeError
        ``result`` 不是关键路径的结果。
    """
    check_result("result", result, CriticalPath, "technology.critical_path")
    table = result.tasks
    ax: Axes = new_axes(title, height=1.5 + 0.4 * len(table))
    with mpl.rc_context(style()):
        for y, row in enumerate(records(table)):
            colour, hatch = (PALETTE["orange"], "///") if row.critical else (PALETTE["sky"], "")
            ax.barh(y, row.days, left=row.earliest_start, height=0.6, color=colour, hatch=hatch, edgecolor="white")
            words, at = f"{row.days:.3g} 天", row.earliest_end
            if not row.critical:
                ax.barh(y, row.slack_days, left=row.earliest_end, height=0.6, color="white", edgecolor=PALETTE["grey"],
                        linestyle=":", linewidth=1.2)  # fmt: skip
                words, at = f"{row.days:.3g} 天，能拖 {row.slack_days:.3g} 天", row.latest_end
            ax.annotate(words, (at, y), (4, 0), textcoords="offset points", va="center", fontsize=9, bbox=_WHITE)
        end = result.days
        if np.isfinite(result.low):
            ax.axvspan(result.low, result.high, color=PALETTE["orange"], alpha=0.18, linewidth=0)
            end = max(end, result.high)
        ax.axvline(result.days, color="black", linewidth=1)
        ax.set_xlim(0, end * 1.32)
        ax.set_yticks(range(len(table)), [str(task) for task in table["task"]])
        ax.set_ylim(len(table) - 0.4, -0.6)
        span = f"；浅色带是总工期的 {result.confidence:.0%} 区间" if np.isfinite(result.low) else ""
        ax.set_xlabel(f"时间（天）；斜纹是关键任务，竖线是完工{span}")
        ax.set_ylabel("任务")
    return ax
