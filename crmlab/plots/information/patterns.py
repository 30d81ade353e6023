"""Figures of what customers say and buy: keywords, items that resemble each other, rules of baskets."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame, check_whole
from crmlab.plots.quadrants import label_points
from crmlab.plots.style import CYCLE, HATCHES, MARKERS, PALETTE, new_axes, style


def keywords(table: pd.DataFrame, title: str, *, most: int = 10) -> Axes:
    """画关键词：每个词出现在百分之几的文字里，带区间；分组时每组一格，并写出是平常的几倍。

    Parameters
    ----------
    table : DataFrame
        `information.keyword_table` 的结果。行的次序就是画的次序。
    title : str
        图的标题：一句话说出发现。
    most : int, default 10
        每组最多画几个词，至少 1。

    Returns
    -------
    Axes
        第一格的坐标轴。

    Raises
    ------
    TypeError
        table 不是表。
    ValueError
        缺列，没有行，组多于 4 个，或 most 不是正整数。
    """
    check_frame("table", table, ["word", "share", "low", "high"])
    if check_whole("most", most) < 1:
        raise ValueError("参数 most 应至少是 1。")
    groups = list(dict.fromkeys(table["group"])) if "group" in table else [None]
    if len(groups) > 4:
        raise ValueError(f"关键词有 {len(groups)} 组，一张图最多画 4 组。请先挑出要比的几组。")
    parts = [table if g is None else table[table["group"] == g] for g in groups]
    parts = [part.head(most) for part in parts]
    made = new_axes(
        title,
        height=1.4 + 0.32 * max(map(len, parts)),
        width=7.2 if len(groups) == 1 else 9.5,
        columns=len(groups),
    )
    axes: list[Axes] = [made] if len(groups) == 1 else list(made)
    reach = 100 * max(float(part["high"].max()) for part in parts)
    with mpl.rc_context(style()):
        for i, (ax, group, part) in enumerate(zip(axes, groups, parts, strict=True)):
            places = np.arange(len(part))
            share, low, high = (100 * part[c].to_numpy(dtype=float) for c in ("share", "low", "high"))
            ax.barh(places, share, height=0.65, color=CYCLE[i], alpha=0.45, hatch=HATCHES[i], edgecolor="white")
            ax.hlines(places, low, high, color="black", linewidth=1.2)
            lifts = part["lift"] if "lift" in part else [None] * len(part)
            for place, end, value, lift in zip(places, high, share, lifts, strict=True):
                said = f"{value:.1f}%" if lift is None else f"{value:.1f}%，{lift:.1f} 倍"
                ax.annotate(said, (end, place), (4, 0), textcoords="offset points", va="center", fontsize=8.5)
            ax.set_yticks(places, list(part["word"]))
            ax.invert_yaxis()
            ax.set_xlim(0, reach * (1.25 if len(groups) == 1 else 1.65))
            ax.set_xlabel("出现在多少文字里（%）")
            if len(groups) > 1:
                ax.set_title(str(group), fontsize=10)
    return axes[0]


def similarity_matrix(similar: pd.DataFrame, title: str, *, item: str = "item_id", most: int = 12) -> Axes:
    """画相似矩阵：行是物品，列是与它相似的物品，格里是相似度；空格是表里没有列出的对。

    Parameters
    ----------
    similar : DataFrame
        `information.similar_items` 的结果。
    title : str
        图的标题：一句话说出发现。
    item : str, default "item_id"
        物品列。
    most : int, default 12
        最多画几件：取看过的人最多的。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        similar 不是表。
    ValueError
        缺列，没有行，或 most 小于 2。
    """
    check_frame("similar", similar, [item, "similar_item", "similarity", "n_users"])
    if check_whole("most", most) < 2:
        raise ValueError("参数 most 应至少是 2，一件物品没有可比的。")
    users = similar.groupby(item)["n_users"].first().sort_values(ascending=False, kind="stable")
    kept = list(users.index[:most])
    wide = similar.pivot_table(index=item, columns="similar_item", values="similarity").reindex(
        index=kept, columns=kept
    )
    values = wide.to_numpy(dtype=float)
    ax: Axes = new_axes(title, height=1.5 + 0.4 * len(kept))
    with mpl.rc_context(style()):
        ax.imshow(np.ma.masked_invalid(values), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (row, column), value in np.ndenumerate(values):
            if row == column:
                ax.text(column, row, "—", ha="center", va="center", color=PALETTE["grey"])
            elif not np.isnan(value):
                ink = "white" if value > 0.55 else "black"
                ax.text(column, row, f"{value:.2f}", ha="center", va="center", color=ink, fontsize=9)
        names = [str(name) for name in kept]
        crowded = sum(len(name) for name in names) > 45
        ax.set_xticks(range(len(kept)), names, rotation=30 if crowded else 0, ha="right" if crowded else "center")
        ax.set_yticks(range(len(kept)), [f"{n}（{users[k]} 人）" for n, k in zip(names, kept, strict=True)])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel("相似的物品（格里是相似度，0–1）")
    return ax


def rule_scatter(rules: pd.DataFrame, title: str, *, label: int = 5) -> Axes:
    """画关联规则：横轴支持度，纵轴置信度，颜色和形状分开提升度可靠地大于 1 的和说不清的。

    Parameters
    ----------
    rules : DataFrame
        `information.association_rules` 的结果。
    title : str
        图的标题：一句话说出发现。
    label : int, default 5
        标出前几条的名字（按表里的次序，也就是提升度从高到低）。

    Returns
    -------
    Axes
        坐标轴。圆点是提升度的区间整个在 1 之上，方块是整个在 1 之下，叉是跨着 1。

    Raises
    ------
    TypeError
        rules 不是表。
    ValueError
        缺列，一条规则也没有，或 label 是负数。
    """
    columns = ["antecedent", "consequent", "support", "confidence", "lift", "lift_low", "lift_high"]
    check_frame("rules", rules, columns)
    named = check_whole("label", label)
    ax: Axes = new_axes(title, height=4.4)
    with mpl.rc_context(style()):
        x, y = (100 * rules[c].to_numpy(dtype=float) for c in ("support", "confidence"))
        for chosen, name, marker, colour in lift_kinds(rules):
            ax.plot(x[chosen], y[chosen], marker, color=colour, alpha=0.8, label=f"{name}：{int(chosen.sum())} 条")
        ax.margins(0.12)
        ax.autoscale_view()
        ax.set_ylim(0, min(ax.get_ylim()[1] * 1.12, 118))
        ax.set_xlabel("支持度（%，两边都有的单子占全部）")
        ax.set_ylabel("置信度（%，有左边的单子里也有右边）")
        ax.legend(loc="upper right", fontsize=9)
        top = rules.head(named)
        words = [
            f"{a}→{b} {v:.1f} 倍" for a, b, v in zip(top["antecedent"], top["consequent"], top["lift"], strict=True)
        ]
        label_points(ax, x, y, words)
    return ax


def lift_kinds(rules: pd.DataFrame) -> list[tuple[Any, str, str, str]]:
    """Return for each kind of rule which rows are of it, its name, marker and colour."""
    above = (rules["lift_low"] > 1).to_numpy()
    under = (rules["lift_high"] < 1).to_numpy()
    return [
        (above, "提升度大于 1", MARKERS[0], PALETTE["blue"]),
        (under, "提升度小于 1", MARKERS[1], PALETTE["orange"]),
        (~above & ~under, "说不清", "x", PALETTE["grey"]),
    ]
