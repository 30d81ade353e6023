"""Charts with one table behind them: dots with intervals, bars, lines, number grids, histograms, funnels."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame
from crmlab.plots.style import CYCLE, MARKERS, PALETTE, new_axes, style


def _number(fmt: str, value: float) -> str:
    """Format a number with a real minus sign, as the axes do; what is rounded to zero has none."""
    size = abs(value)
    zero = value <= 0 and fmt.format(size) == fmt.format(type(size)(0))
    return fmt.format(size if zero else value).replace("-", "−")


def intervals(
    table: pd.DataFrame,
    title: str,
    *,
    group: str = "group",
    value: str = "value",
    low: str = "low",
    high: str = "high",
    panel: str | None = None,
    xlabel: str = "",
    fmt: str = "{:.1f}",
) -> Axes:
    """画估计值和区间：每组一行，点是估计值，横线是区间，数字直接标在点上方。

    Parameters
    ----------
    table : DataFrame
        列 ``group``、``value``、``low``、``high``；给了 ``panel`` 时按那一列并排分格。
    title : str
        图的标题：一句话说出发现。
    group, value, low, high : str
        各列的列名。
    panel : str, optional
        分格的列。
    xlabel : str
        横轴名和单位；分格时写在每格下面，格名写在上面。
    fmt : str
        数字的格式。

    Returns
    -------
    Axes
        第一格的坐标轴。
    """
    check_frame("table", table, [group, value, low, high, *([panel] if panel else [])])
    panels = list(dict.fromkeys(table[panel])) if panel else [None]
    rows = list(dict.fromkeys(table[group].astype(str)))
    made = new_axes(title, height=1.3 + 0.48 * len(rows), width=7.2 if len(panels) == 1 else 9, columns=len(panels))
    axes: list[Axes] = [made] if len(panels) == 1 else list(made)
    with mpl.rc_context(style()):
        for ax, name in zip(axes, panels, strict=True):
            part = table if panel is None else table[table[panel] == name]
            y = np.array([rows.index(str(g)) for g in part[group]])
            ax.hlines(y, part[low], part[high], color=PALETTE["blue"], linewidth=2)
            ax.plot(part[value], y, "o", color=PALETTE["blue"], markersize=6)
            for x, at in zip(part[value], y, strict=True):
                ax.annotate(_number(fmt, x), (x, at), (0, 6), textcoords="offset points", ha="center", fontsize=9)
            ax.set_yticks(range(len(rows)), rows if ax is axes[0] else [""] * len(rows))
            ax.set_ylim(len(rows) - 0.5, -0.7)
            ax.grid(axis="x")
            ax.set_axisbelow(True)
            ax.set_xlabel(xlabel)
            if name is not None:
                ax.set_title(str(name), fontsize=10)
    return axes[0]


def bars(
    values: pd.Series,
    title: str,
    *,
    xlabel: str = "",
    ylabel: str = "",
    highlight: object = None,
    fmt: str = "{:.0f}",
) -> Axes:
    """画横条：每类一条，数字直接标在条尾，可以突出一类。

    Parameters
    ----------
    values : Series
        索引是类名，值是长度。
    title : str
        图的标题：一句话说出发现。
    xlabel, ylabel : str
        轴名和单位。
    highlight : object, optional
        要突出的类名；它用另一种颜色并加斜纹。
    fmt : str
        数字的格式。

    Returns
    -------
    Axes
        坐标轴。
    """
    if not isinstance(values, pd.Series) or values.empty:
        raise ValueError("参数 values 应是一列有名字的数（Series），至少一行。")
    ax: Axes = new_axes(title, height=1.3 + 0.42 * len(values))
    with mpl.rc_context(style()):
        names = [str(name) for name in values.index]
        chosen = [name == str(highlight) for name in names]
        drawn = ax.barh(range(len(names)), values.to_numpy(dtype=float), height=0.65)
        for bar, on in zip(drawn, chosen, strict=True):
            bar.set_facecolor(PALETTE["orange"] if on else PALETTE["sky"])
            bar.set_hatch("///" if on else "")
            bar.set_edgecolor("white" if not on else "black")
        texts = [_number(fmt, v) for v in values]
        ax.margins(x=0.12)
        for label in ax.bar_label(drawn, texts, padding=3, fontsize=9):
            # Five figures stay within the margin: measuring them would take a twentieth of the drawing time.
            label.set_in_layout(not (len(label.get_text()) <= 5 and label.get_text().isascii()))
        ax.set_yticks(range(len(names)), names)
        ax.invert_yaxis()
        if values.min() < 0:
            ax.axvline(0, color="black", linewidth=0.8)
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
        # Nothing stands above the axes: where the title goes need not be found out, a tenth of the drawing time.
        ax.set_title(title, y=1.0)
    return ax


def lines(table: pd.DataFrame, title: str, *, xlabel: str = "", ylabel: str = "") -> Axes:
    """画折线：索引是横轴，每列一条线，线名直接标在线尾。

    Parameters
    ----------
    table : DataFrame
        索引是横坐标，每列一条线。
    title : str
        图的标题：一句话说出发现。
    xlabel, ylabel : str
        轴名和单位。

    Returns
    -------
    Axes
        坐标轴。
    """
    check_frame("table", table)
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x = table.index if pd.api.types.is_numeric_dtype(table.index) else range(len(table))
        every = max(1, len(table) // 12)
        ends: list[tuple[float, str, str]] = []
        for i, column in enumerate(table.columns):
            colour = CYCLE[i % len(CYCLE)]
            ax.plot(x, table[column], color=colour, marker=MARKERS[i % len(MARKERS)], markevery=every, markersize=5)
            last = table[column].dropna()
            if not last.empty:
                ends.append((float(last.iloc[-1]), str(column), colour))
        _label_ends(ax, float(list(x)[-1]), ends)
        if not pd.api.types.is_numeric_dtype(table.index):
            ax.set_xticks(list(x)[::every], [str(i) for i in table.index[::every]])
        ax.grid(axis="y")
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
    return ax


def _label_ends(ax: Axes, x: float, ends: Sequence[tuple[float, str, str]]) -> None:
    """Write line names right of the last point, pushed apart so that they do not overlap."""
    low, high = ax.get_ylim()
    gap = (high - low) * 0.065
    at = -np.inf
    for value, name, colour in sorted(ends):
        at = max(value, at + gap)
        ax.annotate(name, (x, value), (8, 0), textcoords="offset points", alpha=0)  # keeps room in the layout
        ax.annotate(
            name, (x, at), (8, 0), textcoords="offset points", va="center", color=colour, fontsize=10,
            annotation_clip=False,
        )  # fmt: skip


def heat(table: pd.DataFrame, title: str, *, fmt: str = "{:.2f}", xlabel: str = "", ylabel: str = "") -> Axes:
    """画数字格：颜色深浅表示大小，每格写出数字。

    Parameters
    ----------
    table : DataFrame
        行名和列名就是格子的两边。
    title : str
        图的标题：一句话说出发现。
    fmt : str
        数字的格式。
    xlabel, ylabel : str
        轴名。

    Returns
    -------
    Axes
        坐标轴。
    """
    check_frame("table", table)
    ax: Axes = new_axes(title, height=1.4 + 0.45 * len(table))
    with mpl.rc_context(style()):
        values = table.to_numpy(dtype=float)
        ax.imshow(values, cmap="Blues", aspect="auto")
        middle = (np.nanmin(values) + np.nanmax(values)) / 2
        for (row, column), value in np.ndenumerate(values):
            if not np.isnan(value):
                ax.text(
                    column,
                    row,
                    _number(fmt, value),
                    ha="center",
                    va="center",
                    color="white" if value > middle else "black",
                )
        ax.set_xticks(range(table.shape[1]), [str(c) for c in table.columns])
        ax.set_yticks(range(table.shape[0]), [str(r) for r in table.index])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
    return ax


def hist(
    values: pd.Series,
    title: str,
    *,
    bins: Any = 20,
    xlabel: str = "",
    ylabel: str = "人数",
    marks: Mapping[str, float] | None = None,
) -> Axes:
    """画直方图，可以加几条带名字的竖线。

    Parameters
    ----------
    values : Series
        数值；缺失值不画。
    title : str
        图的标题：一句话说出发现。
    bins : int or sequence of float
        组数或组界。
    xlabel, ylabel : str
        轴名和单位。
    marks : mapping of str to float, optional
        竖线的名字和位置。

    Returns
    -------
    Axes
        坐标轴。
    """
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        ax.hist(pd.Series(values).dropna(), bins=bins, color=PALETTE["sky"], edgecolor="white")
        top = ax.get_ylim()[1]
        ax.set_ylim(0, top * 1.18)
        for i, (name, at) in enumerate((marks or {}).items()):
            ax.axvline(at, color=CYCLE[(i + 1) % len(CYCLE)], linestyle=("-", "--", ":", "-.")[i % 4])
            ax.annotate(name, (at, top * (1.12 - 0.08 * (i % 2))), (4, 0), textcoords="offset points", va="center")
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
    return ax


def funnel(table: pd.DataFrame, title: str, *, step: str = "step", n: str = "n", unit: str = "份") -> Axes:
    """画漏斗：每一步一条居中的横条，标数量和占上一步的比例。

    Parameters
    ----------
    table : DataFrame
        按先后排列，列 ``step`` 是步骤名，列 ``n`` 是数量。
    title : str
        图的标题：一句话说出发现。
    step, n : str
        列名。
    unit : str
        数量的单位。

    Returns
    -------
    Axes
        坐标轴。
    """
    check_frame("table", table, [step, n])
    ax: Axes = new_axes(title, height=1.0 + 0.55 * len(table))
    with mpl.rc_context(style()):
        counts = table[n].to_numpy(dtype=float)
        ax.barh(range(len(counts)), counts, left=-counts / 2, height=0.75, color=PALETTE["sky"], edgecolor="white")
        for i, count in enumerate(counts):
            share = "" if i == 0 else f"，上一步的 {count / counts[i - 1]:.0%}"
            ax.text(0, i, f"{count:,.0f} {unit}{share}", ha="center", va="center")
        ax.set_yticks(range(len(counts)), table[step].astype(str))
        ax.invert_yaxis()
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        ax.set_xlim(-max(counts) * 0.75, max(counts) * 0.75)
    return ax
