"""Figures of chapter 7, customer loyalty: cohorts, RFM, loyalty types, switching, membership, purchase models."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame
from crmlab.loyalty import CohortRetention, LoyaltyMatrix, SatisfactionLoyalty
from crmlab.plots._membership import names_right, steady_shares, tenure_profit, tier_balance, tier_migration
from crmlab.plots._purchases import UNIT_ZH, holdout, p_alive_matrix, retention_curve, tracking
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, MARKERS, PALETTE, new_axes, style

__all__ = [
    "cohort_triangle",
    "holdout",
    "loyalty_matrix",
    "p_alive_matrix",
    "retention_curve",
    "rfm_grid",
    "satisfaction_loyalty",
    "steady_shares",
    "tenure_profit",
    "tier_balance",
    "tier_migration",
    "tracking",
]
_MOST_NUMBERS = 18  # columns; with more, the numbers in the cells would touch


def cohort_triangle(result: CohortRetention, title: str) -> Axes:
    """画同期群三角：一行一个同期群，越往右是首次购买以后越久，格里是留存的百分数。

    Parameters
    ----------
    result : CohortRetention
        :func:`crmlab.loyalty.cohort_retention` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。期数超过 18 时格里不写数，改用色标。

    Raises
    ------
    TypeError
        不是 cohort_retention 的结果。

    Notes
    -----
    右下角空着是还没到时候，不是 0。每行最后一格带星号，是说最后一期没有观察完，数字偏低。
    """
    check_result("result", result, CohortRetention, "loyalty.cohort_retention()")
    pct = 100 * result.retention.drop(columns=0)
    sizes = result.counts[0].astype(int)
    ax: Axes = new_axes(title, height=1.5 + 0.34 * len(pct))
    if pct.empty:
        raise ValueError("这批数据只有一期，没有以后的留存可画。请加长观察期，或用更短的一期。")
    with mpl.rc_context(style()):
        values = pct.to_numpy(dtype=float)
        top = max(float(np.nanmax(values)), 1.0)
        image = ax.imshow(values, cmap="Blues", aspect="auto", vmin=0, vmax=top * 1.05)
        numbered = values.shape[1] <= _MOST_NUMBERS
        if numbered:
            last = np.array([np.flatnonzero(~np.isnan(row)).max(initial=-1) for row in values])
            for (row, column), value in np.ndenumerate(values):
                if not np.isnan(value):
                    star = "*" if result.last_is_partial and column == last[row] else ""
                    ink = "white" if value > top * 0.6 else "black"
                    ax.text(column, row, f"{value:.0f}{star}", ha="center", va="center", color=ink, fontsize=9)
        else:
            ax.figure.colorbar(image, ax=ax, label="留存（%）", shrink=0.8)
        every = max(1, len(pct) // 24)
        names = [f"{name}（{n:,} 人）" for name, n in sizes.items()]
        ax.set_yticks(range(0, len(pct), every), names[::every], fontsize=9)
        step = max(1, values.shape[1] // 12) if not numbered else 1
        ax.set_xticks(range(0, values.shape[1], step), [str(age) for age in pct.columns[::step]])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        note = ("；*" if numbered else "；") + "最后一期没有观察完" if result.last_is_partial else ""
        cells = "；格里是留存（%）" if numbered else ""
        ax.set_xlabel(f"首次购买以后第几期（{UNIT_ZH[result.period]}）{cells}{note}")
        ax.set_ylabel("首次购买的时间")
    return ax


def rfm_grid(scores: pd.DataFrame, title: str, *, unit: str = "元") -> Axes:
    """画 RFM 方格：横轴频次分，纵轴最近分，格里是人数和人均金额，颜色越深人越多。

    Parameters
    ----------
    scores : DataFrame
        :func:`crmlab.loyalty.rfm_scores` 的结果；列 r_score、f_score、total_amount。
    title : str
        图的标题：一句话说出发现。
    unit : str
        金额的单位。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    ValueError
        缺列，或一行也没有。
    """
    check_frame("scores", scores, ["r_score", "f_score", "total_amount"])
    cells = scores.groupby(["r_score", "f_score"])["total_amount"].agg(["size", "mean"])
    r_range = range(int(scores["r_score"].min()), int(scores["r_score"].max()) + 1)
    f_range = range(int(scores["f_score"].min()), int(scores["f_score"].max()) + 1)
    many = cells["size"].unstack().reindex(index=r_range, columns=f_range)
    mean = cells["mean"].unstack().reindex(index=r_range, columns=f_range)
    ax: Axes = new_axes(title, height=1.4 + 0.6 * len(many))
    with mpl.rc_context(style()):
        values, amounts = many.to_numpy(dtype=float), mean.to_numpy(dtype=float)
        top = float(np.nanmax(values))
        ax.imshow(values, cmap="Blues", aspect="auto", origin="lower", vmin=0, vmax=top * 1.05)
        for (row, column), n in np.ndenumerate(values):
            if not np.isnan(n):
                words = f"{n:,.0f} 人\n均 {amounts[row, column]:,.0f} {unit}"
                ink = "white" if n > top * 0.6 else "black"
                ax.text(column, row, words, ha="center", va="center", fontsize=9, color=ink)
        ax.set_xticks(range(len(many.columns)), [str(f) for f in many.columns])
        ax.set_yticks(range(len(many)), [str(r) for r in many.index])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel("频次分（分，越高买得越勤）")
        ax.set_ylabel("最近分（分，越高来得越近）")
    return ax


def loyalty_matrix(
    result: LoyaltyMatrix,
    title: str,
    *,
    attitude: str = "attitude",
    behaviour: str = "behaviour",
    xlabel: str = "行为（次）",
    ylabel: str = "态度（分）",
) -> Axes:
    """画忠诚矩阵：每位客户一个点，两条虚线分成四类，四角写各类占比和区间。

    Parameters
    ----------
    result : LoyaltyMatrix
        :func:`crmlab.loyalty.loyalty_matrix` 的结果。
    title : str
        图的标题：一句话说出发现。
    attitude, behaviour : str
        算矩阵时用的态度列和行为列。
    xlabel, ylabel : str
        横轴（行为）和纵轴（态度）的名称和单位。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        不是 loyalty_matrix 的结果。
    ValueError
        没有那两列。
    """
    check_result("result", result, LoyaltyMatrix, "loyalty.loyalty_matrix()")
    check_frame("result.customers", result.customers, [attitude, behaviour])
    people, shares = result.customers, result.table.set_index("kind")
    ax: Axes = new_axes(title, height=4.6)
    with mpl.rc_context(style()):
        look = {"真正忠诚": ("green", "right", "top"), "潜在忠诚": ("blue", "left", "top"),
                "虚假忠诚": ("orange", "right", "bottom"), "不忠诚": ("grey", "left", "bottom")}  # fmt: skip
        for marker, (kind, (colour, side, level)) in zip(MARKERS, look.items(), strict=False):
            part = people[people["kind"] == kind]
            ax.plot(part[behaviour], part[attitude], marker, color=PALETTE[colour], alpha=0.55, markersize=5)
            row = shares.loc[kind]
            ax.text(
                0.99 if side == "right" else 0.01, 0.99 if level == "top" else 0.01,
                f"{kind} {row['share']:.0%}（{row['low']:.0%}–{row['high']:.0%}，n = {row['n']:,.0f}）",
                transform=ax.transAxes, ha=side, va=level, fontsize=10,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5},
            )  # fmt: skip
        ax.axvline(result.cut_behaviour, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.axhline(result.cut_attitude, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.margins(0.06, 0.14)
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
    return ax


def satisfaction_loyalty(
    result: SatisfactionLoyalty, title: str, *, xlabel: str = "满意度（分）", ylabel: str = "忠诚（平均）"
) -> Axes:
    """画满意—忠诚曲线：每一档满意分平均有多忠诚，一个市场一条线，阴影是区间。

    Parameters
    ----------
    result : SatisfactionLoyalty
        :func:`crmlab.loyalty.satisfaction_loyalty_curve` 的结果。
    title : str
        图的标题：一句话说出发现。
    xlabel, ylabel : str
        轴名和单位。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        不是 satisfaction_loyalty_curve 的结果。
    """
    check_result("result", result, SatisfactionLoyalty, "loyalty.satisfaction_loyalty_curve()")
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        ends: list[tuple[float, float, str, str]] = []
        for i, (market, part) in enumerate(result.curve.groupby("market", sort=False)):
            colour = CYCLE[i % len(CYCLE)]
            x = part["satisfaction"].to_numpy(dtype=float)
            y = part["loyalty"].to_numpy(dtype=float)
            ax.fill_between(x, part["low"], part["high"], color=colour, alpha=0.18, linewidth=0)
            ax.plot(x, y, color=colour, marker=MARKERS[i % len(MARKERS)], markersize=6)
            ends.append((float(y[-1]), float(x[-1]), str(market), colour))
        if len(ends) > 1:
            names_right(ax, ends)
        steps = sorted(result.curve["satisfaction"].unique())
        if len(steps) <= 12:
            ax.set_xticks(steps, [f"{step:g}" for step in steps])
        ax.grid(axis="y")
        ax.set_xlabel(f"{xlabel}；阴影是区间")
        ax.set_ylabel(ylabel)
    return ax
