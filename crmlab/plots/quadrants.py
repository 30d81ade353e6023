"""Four-quadrant charts with a directly labelled point for each attribute."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg

from crmlab._checks import check_frame
from crmlab.plots.style import CYCLE, MARKERS, PALETTE, new_axes, style


def quadrant(
    table: pd.DataFrame,
    title: str,
    *,
    x: str = "performance",
    y: str = "importance",
    label: str | None = None,
    cuts: tuple[float, float],
    xlabel: str = "表现（分）",
    ylabel: str = "重要度（分）",
    names: Mapping[str, str] | None = None,
) -> Axes:
    """画四象限图：点是属性，两条虚线是分界，每个点直接标名。

    Parameters
    ----------
    table : DataFrame
        列 ``x``、``y``，点名取 ``label`` 列；不给 ``label`` 时取索引。
    title : str
        图的标题：一句话说出发现。
    x, y : str
        横轴和纵轴的列名。
    label : str, optional
        点名的列。
    cuts : tuple of float
        竖线和横线的位置 ``(横轴分界, 纵轴分界)``。
    xlabel, ylabel : str
        轴名和单位。
    names : mapping, optional
        四个角的文字，键是 ``"左上"``、``"右上"``、``"左下"``、``"右下"``。

    Returns
    -------
    Axes
        坐标轴。
    """
    check_frame("table", table, [x, y, *([label] if label else [])])
    ax: Axes = new_axes(title, height=4.8)
    corners = {"左上": "优先改进", "右上": "继续保持", "左下": "暂缓改进", "右下": "可能过度"} | dict(names or {})
    with mpl.rc_context(style()):
        words = table[label] if label else pd.Series(table.index, index=table.index)
        left = table[x] < cuts[0]
        top = table[y] >= cuts[1]
        for i, (is_left, is_top) in enumerate([(True, True), (False, True), (True, False), (False, False)]):
            part = (left == is_left) & (top == is_top)
            ax.plot(table.loc[part, x], table.loc[part, y], MARKERS[i], color=CYCLE[(1, 2, 6, 3)[i]], markersize=7)
        ax.margins(0.14)
        ax.autoscale_view()
        ax.axvline(cuts[0], color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.axhline(cuts[1], color=PALETTE["grey"], linestyle="--", linewidth=1)
        for corner, (cx, cy, ha, va) in {
            "左上": (0.01, 0.99, "left", "top"), "右上": (0.99, 0.99, "right", "top"),
            "左下": (0.01, 0.01, "left", "bottom"), "右下": (0.99, 0.01, "right", "bottom"),
        }.items():  # fmt: skip
            ax.text(cx, cy, corners[corner], transform=ax.transAxes, ha=ha, va=va, color=PALETTE["grey"], fontsize=10)
        label_points(ax, table[x].to_numpy(float), table[y].to_numpy(float), [str(w) for w in words])
        ax.set_xlabel(xlabel)
        ax.set_ylabel(ylabel)
    return ax


def label_points(ax: Axes, x: np.ndarray, y: np.ndarray, words: Sequence[str]) -> None:
    """把点名写在点的右、左、上或下：取第一个不压住别的点和字的位置。

    Parameters
    ----------
    ax : Axes
        坐标轴，范围已经定好。
    x, y : ndarray, shape (n,)
        点的坐标。
    words : sequence of str
        n 个点名。
    """
    canvas = FigureCanvasAgg(ax.get_figure(root=True))
    canvas.draw()
    renderer = canvas.get_renderer()
    points = ax.transData.transform(np.column_stack([x, y]))
    taken = [mpl.transforms.Bbox.from_extents(px - 7, py - 7, px + 7, py + 7) for px, py in points]
    places = [((8, 0), "left", "center"), ((-8, 0), "right", "center"), ((0, 8), "center", "bottom"),
              ((0, -8), "center", "top"), ((8, 11), "left", "center"), ((8, -11), "left", "center"),
              ((-8, 11), "right", "center"), ((-8, -11), "right", "center")]  # fmt: skip
    frame = ax.get_window_extent(renderer)
    for i, word in enumerate(words):
        others = taken[:i] + taken[i + 1 :]
        best: tuple[int, Any] | None = None
        for offset, ha, va in places:
            note = ax.annotate(word, (x[i], y[i]), offset, textcoords="offset points", ha=ha, va=va, fontsize=9)
            box = note.get_window_extent(renderer)
            clashes = sum(box.overlaps(b) for b in others) + 2 * (box.x0 < frame.x0 or box.x1 > frame.x1)
            if best is None or clashes < best[0]:
                if best is not None:
                    best[1].remove()
                best = (clashes, note)
            else:
                note.remove()
            if clashes == 0:
                break
        if best is not None:
            taken.append(best[1].get_window_extent(renderer))
