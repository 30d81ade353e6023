"""Figures of membership and switching: what a customer's years, tiers and moves are worth."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from crmlab._checks import check_frame
from crmlab.loyalty import SwitchingResult, TierMigration
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, HATCHES, MARKERS, PALETTE, new_axes, style


def names_right(ax: Axes, ends: list[tuple[float, float, str, str]], gap_share: float = 0.075) -> None:
    """Write names right of the points (y, x, name, colour), pushed apart so that they do not overlap."""
    low, high = ax.get_ylim()
    at = -np.inf
    for y, x, name, colour in sorted(ends):
        at = max(y, at + (high - low) * gap_share)
        ax.annotate(
            name, (x, at), (9, 0), textcoords="offset points", va="center", color=colour, annotation_clip=False
        )  # fmt: skip


def tenure_profit(table: pd.DataFrame, title: str, *, unit: str = "元") -> Axes:
    """画客户年限与利润：每年各来源的利润叠成一条，折线是减去获客成本以后的累计。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.loyalty.profit_by_tenure` 的结果；年份列叫 year。
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
    check_frame("table", table, ["year", "total", "expected", "cumulative", "paid_back"])
    parts = [c for c in table.columns if c not in {"year", "total", "expected", "cumulative", "paid_back"}]
    ax: Axes = new_axes(title, height=4.2)
    with mpl.rc_context(style()):
        years = table["year"].to_numpy(dtype=float)
        base = np.zeros(len(table))
        colours = [PALETTE[c] for c in ("sky", "yellow", "purple", "orange", "green")]
        for i, part in enumerate(parts):
            height = table[part].to_numpy(dtype=float)
            ax.bar(years, height, 0.6, bottom=base, color=colours[i % 5], hatch=HATCHES[i % 7], edgecolor="black",
                   linewidth=0.4, label=str(part))  # fmt: skip
            base += height
        ax.plot(years, table["cumulative"], "-", color="black", marker=MARKERS[0], label="累计（扣获客成本）")
        ax.axhline(0, color="black", linewidth=0.8)
        back = table["paid_back"].to_numpy(dtype=bool)
        if back.any():
            at = int(back.argmax())
            place = (years[at], float(table["cumulative"].iloc[at]))
            ax.annotate("收回成本", place, (0, 9), textcoords="offset points", ha="center", bbox={
                "facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1})  # fmt: skip
        ax.set_xticks(years, [f"{year:g}" for year in years])
        ax.margins(y=0.1)
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
        ax.grid(axis="y")
        ax.set_axisbelow(True)
        ax.set_xlabel("客户的第几年")
        ax.set_ylabel(f"每位客户的利润（{unit}）")
    return ax


def tier_balance(table: pd.DataFrame, title: str, *, unit: str = "元") -> Axes:
    """画各级会员的账：每级的毛利和权益成本并排，条尾写净贡献。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.loyalty.tier_cost` 的结果。
    title : str
        图的标题：一句话说出发现。
    unit : str
        金额的单位；万元以上自动改用“万”。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    ValueError
        缺列，或一行也没有。
    """
    check_frame("table", table, ["tier", "members", "member_share", "margin", "benefit_cost", "net"])
    tiers = table[table["tier"].astype(str) != "合计"]
    scale, word = (1e4, f"万{unit}") if float(tiers["margin"].abs().max()) >= 1e5 else (1.0, unit)
    ax: Axes = new_axes(title, height=1.85 + 0.7 * len(tiers))
    with mpl.rc_context(style()):
        places = np.arange(len(tiers))
        margin, cost = (tiers[c].to_numpy(dtype=float) / scale for c in ("margin", "benefit_cost"))
        ax.barh(places - 0.19, margin, 0.36, color=PALETTE["sky"], edgecolor="white", label="毛利")
        ax.barh(places + 0.19, cost, 0.36, color=PALETTE["orange"], hatch="///", edgecolor="white", label="权益成本")
        for i, (at, net) in enumerate(zip(np.maximum(margin, cost), tiers["net"] / scale, strict=True)):
            words = f"净 {net:,.1f}".replace("-", "−")
            ax.annotate(words, (max(at, 0), i), (5, 0), textcoords="offset points", va="center")
        names = [f"{t}（{n:,} 人，{s:.1%}）" for t, n, s in
                 zip(tiers["tier"], tiers["members"], tiers["member_share"], strict=True)]  # fmt: skip
        ax.set_yticks(places, names)
        ax.invert_yaxis()
        ax.margins(x=0.16)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.3, ncols=2)
        ax.set_title(title, pad=29)
        ax.set_xlabel(f"金额（{word}）")
    return ax


def tier_migration(result: TierMigration, title: str) -> Axes:
    """画等级迁移：左格是期初等级（行）到期末等级（列）的占比和人数，右边是升级、不变、降级的占比和区间。

    Parameters
    ----------
    result : TierMigration
        :func:`crmlab.loyalty.tier_migration` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        左格的坐标轴。

    Raises
    ------
    TypeError
        不是 tier_migration 的结果。
    """
    check_result("result", result, TierMigration, "loyalty.tier_migration()")
    shares, counts = 100 * result.shares.to_numpy(dtype=float), result.counts.to_numpy(dtype=float)
    left, right = new_axes(title, height=1.7 + 0.5 * len(shares), width=9, columns=2)
    with mpl.rc_context(style()):
        left.imshow(np.nan_to_num(shares), cmap="Blues", aspect="auto", vmin=0, vmax=110)
        for (row, column), value in np.ndenumerate(shares):
            if not np.isnan(value):
                words = f"{value:.0f}%\n{counts[row, column]:,.0f} 人"
                ink = "white" if value > 60 else "black"
                left.text(column, row, words, ha="center", va="center", fontsize=9, color=ink)
            if row == column:
                left.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, linewidth=1.5))
        left.set_xticks(range(shares.shape[1]), [str(t) for t in result.shares.columns])
        left.set_yticks(range(shares.shape[0]), [str(t) for t in result.shares.index])
        left.tick_params(length=0)
        left.set_xlabel("期末等级；每行合计 100%")
        left.set_ylabel("期初等级")
        moves = result.table
        places = np.arange(len(moves))
        right.hlines(places, 100 * moves["low"], 100 * moves["high"], color=PALETTE["blue"], linewidth=2)
        right.plot(100 * moves["share"], places, MARKERS[0], color=PALETTE["blue"], markersize=7)
        for at, share in zip(places, 100 * moves["share"], strict=True):
            right.annotate(f"{share:.0f}%", (share, at), (0, 7), textcoords="offset points", ha="center")
        right.set_yticks(places, moves["move"])
        right.set_ylim(len(moves) - 0.5, -0.7)
        right.set_xlim(0, 100)
        right.grid(axis="x")
        right.set_axisbelow(True)
        right.set_xlabel(f"占会员的比例（%，n = {result.n:,}），横线是 95% 区间")
    return left  # type: ignore[no-any-return]


def steady_shares(result: SwitchingResult, title: str) -> Axes:
    """画品牌份额的去向：左边是现在的份额，右边是照转换矩阵一直变下去的稳态份额和区间。

    Parameters
    ----------
    result : SwitchingResult
        :func:`crmlab.loyalty.brand_switching` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        不是 brand_switching 的结果。
    """
    check_result("result", result, SwitchingResult, "loyalty.brand_switching()")
    brands = result.brands
    ax: Axes = new_axes(title, height=4.2)
    with mpl.rc_context(style()):
        ends, starts = [], []
        for i, row in enumerate(brands.to_dict("records")):
            colour, marker = CYCLE[i % len(CYCLE)], MARKERS[i % len(MARKERS)]
            now, then = 100 * row["share"], 100 * row["steady"]
            at = 1 + 0.03 * (i - (len(brands) - 1) / 2)
            ax.plot([0, at], [now, then], color=colour, marker=marker, markersize=7)
            ax.plot([at, at], [100 * row["low"], 100 * row["high"]], color=colour, linewidth=2)
            sure = "" if np.isnan(row["low"]) else f"（{row['low']:.0%}–{row['high']:.0%}）"
            ends.append((then, 1.02 + 0.015 * len(brands), f"{row['brand']} {then:.1f}%{sure}", colour))
            starts.append((now, 0.0, f"{now:.1f}%", colour))
        ax.set_ylim(0, float(np.nanmax(brands[["share", "high", "steady"]].to_numpy())) * 112)
        ax.set_xlim(-0.22, 1.02 + 0.015 * len(brands))
        names_right(ax, ends)
        low, high = ax.get_ylim()
        at = -np.inf
        for y, x, name, colour in sorted(starts):
            at = max(y, at + (high - low) * 0.065)
            ax.annotate(name, (x, at), (-9, 0), textcoords="offset points", va="center", ha="right", color=colour)
        ax.set_xticks([0, 1], ["现在", f"稳态（{result.confidence:.0%} 区间）"])
        ax.set_ylabel(f"购买份额（%，{result.households:,} 户）")
        ax.grid(axis="y")
    return ax
