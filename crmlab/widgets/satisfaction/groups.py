"""The same service seen by different people: means with intervals, profiles of dimensions."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import satisfaction
from crmlab._checks import check_frame, listing
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import choice


def group_means(
    responses: pd.DataFrame,
    by_options: Mapping[str, str],
    column: str,
    *,
    label: str = "满意度均值（分）",
    unit: str = "分",
) -> LiveFigure:
    """换一种人群分法，看各组的均值和区间。

    Parameters
    ----------
    responses : DataFrame
        一行一份答卷。
    by_options : mapping of str to str
        分法的中文名到列名，如 ``{"门店": "store", "年龄": "age_group"}``。
    column : str
        要求均值的分数列。
    label : str
        横轴的名称和单位。
    unit : str, default "分"
        结论里跟在数后面的单位。

    Returns
    -------
    LiveFigure
        两个下拉框：人群分法、置信水平。一行一组，点是均值，线是区间。

    Raises
    ------
    TypeError
        ``by_options`` 不是字典，或分数列里有不是数字的值。
    ValueError
        没有这一列，或 ``by_options`` 是空的。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import widgets
    >>> answers = pd.DataFrame({"age": ["青年", "青年", "中年", "中年"], "overall": [6, 7, 8, 9]})
    >>> widgets.satisfaction.group_means(answers, {"年龄": "age"}, "overall").values
    {'by': 'age', 'confidence': 0.95}
    """
    names = _options(by_options, responses, "responses")
    for by in names.values():
        satisfaction.mean_by(responses, by=by, column=column)
    whole = satisfaction.mean_by(responses.assign(**{"": "全部"}), by="", column=column)
    overall = float(whole["value"].iloc[0])
    words = {column_name: word for word, column_name in names.items()}
    tables = [satisfaction.mean_by(responses, by=by, column=column, confidence=0.99) for by in names.values()]
    ends = pd.concat(tables)[["value", "low", "high"]].to_numpy(dtype=float)
    low_end, high_end = float(np.nanmin(ends)), float(np.nanmax(ends))
    room = (high_end - low_end) * 0.06 or 0.5

    def draw(ax: Axes, by: str, confidence: float) -> str:
        table = satisfaction.mean_by(responses, by=by, column=column, confidence=confidence)
        places = np.arange(len(table))
        ax.axvline(overall, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.text(overall, -0.72, f"全部 {overall:.2f}", ha="center", va="center", fontsize=9, bbox=CLEAR)
        ax.hlines(places, table["low"], table["high"], color=PALETTE["blue"], linewidth=3)
        ax.plot(table["value"], places, MARKERS[0], color=PALETTE["blue"], markersize=8)
        for y, value, n in zip(places, table["value"], table["n"], strict=True):
            ax.text(value, y - 0.16, f"{value:.2f}（n = {n}）", ha="center", va="bottom", fontsize=9, bbox=CLEAR)
        ax.set_yticks(places, table["group"].astype(str))
        ax.set_ylim(len(table) - 0.5, -0.95)
        ax.set_xlim(low_end - room, high_end + room)
        ax.set_xlabel(label)
        ax.set_ylabel(words[by])
        ranked = table.sort_values("value")
        best, worst = ranked.iloc[-1], ranked.iloc[0]
        n_all = int(table["n"].sum())
        if len(table) == 1:
            return f"只有一组“{best['group']}”，均值 {best['value']:.2f} {unit}（n = {n_all}）"
        apart = best["low"] > worst["high"]
        verdict = "两组区间不重叠，差别超出抽样误差" if apart else "两组区间有重叠，别急着排名次"
        return f"{words[by]}：{best['group']} {best['value']:.2f} {unit}最高，{worst['group']} {worst['value']:.2f} {unit}最低；{verdict}"

    return LiveFigure(
        draw,
        {
            "by": choice("人群分法", list(names.items())),
            "confidence": choice("置信水平", [("90%", 0.9), ("95%", 0.95), ("99%", 0.99)], 0.95),
        },
        "一行一组，点是均值，横线是区间，竖虚线是全部答卷的均值。",
    )


def dimension_profile(table: pd.DataFrame, groups: Mapping[str, str]) -> LiveFigure:
    """五维满意：一组人在各维度上比全部客户高还是低。

    Parameters
    ----------
    table : DataFrame
        一行一人一个维度。列：item_dim（维度）、score（1–5 分），以及各分组列。
    groups : mapping of str to str
        分法的中文名到列名，如 ``{"门店": "store"}``。

    Returns
    -------
    LiveFigure
        一个下拉框选一组人。左图是雷达图，右图是同样的数字加上 95% 区间。

    Raises
    ------
    TypeError
        ``groups`` 不是字典，或分数不是数字。
    ValueError
        缺列，``groups`` 是空的，或维度少于三个。

    Notes
    -----
    雷达图一眼看出形状，但面积会骗人：维度换个次序，面积就变。比大小请看右图。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import widgets
    >>> long = pd.DataFrame(
    ...     {"item_dim": ["产品", "服务", "理念"] * 4, "score": [4, 3, 5, 5, 3, 4, 4, 2, 4, 3, 3, 5], "store": ["东"] * 6 + ["西"] * 6}
    ... )
    >>> widgets.satisfaction.dimension_profile(long, {"门店": "store"}).values
    {'group': ('store', '东')}
    """
    check_frame("table", table, ["item_dim", "score"])
    names = _options(groups, table, "table")
    everyone = satisfaction.mean_by(table, by="item_dim", column="score")
    dims = [str(d) for d in everyone["group"]]
    if len(dims) < 3:
        raise ValueError(f"列“item_dim”至少要有 3 个维度才画得成雷达图，现在有 {len(dims)} 个：{listing(dims)}。")
    options = [
        (f"{word}：{value}", (column, value))
        for word, column in names.items()
        for value in sorted(table[column].dropna().unique())
    ]
    angles = np.pi / 2 - np.arange(len(dims) + 1) * 2 * np.pi / len(dims)
    across, up = np.cos(angles), np.sin(angles)

    def draw(axes: list[Axes], group: tuple[str, Any]) -> str:
        column, value = group
        part = satisfaction.mean_by(table[table[column] == value], by="item_dim", column="score")
        part = part.set_index("item_dim").reindex(everyone["item_dim"]).reset_index()
        radar, dots = axes
        _radar_frame(radar, dims, across, up)
        for frame, colour, marker, line, fill in (
            (everyone, PALETTE["grey"], "", "--", 0.0),
            (part, PALETTE["blue"], MARKERS[0], "-", 0.15),
        ):
            ring = np.append(frame["value"], frame["value"].iloc[0]) - 1
            radar.fill(ring * across, ring * up, color=colour, alpha=fill)
            radar.plot(ring * across, ring * up, line, marker=marker, color=colour, markersize=5)
        places = np.arange(len(dims))
        dots.hlines(places, part["low"], part["high"], color=PALETTE["blue"], linewidth=3)
        dots.plot(part["value"], places, MARKERS[0], color=PALETTE["blue"], markersize=7, label=str(value))
        dots.plot(everyone["value"], places, "|", color=PALETTE["grey"], markersize=16, mew=2, label="全部")
        for y, score in zip(places, part["value"], strict=True):
            dots.text(score, y - 0.17, f"{score:.2f}", ha="center", va="bottom", fontsize=9)
        dots.set_yticks(places, dims)
        dots.set_ylim(len(dims) - 0.5, -1.15)
        dots.set_xlim(1, 5)
        dots.set_xlabel("均值（1–5 分）")
        dots.legend(loc="upper center", ncols=2, fontsize=9, borderpad=0)
        weakest = part.sort_values("value").iloc[0]
        gap = (part["value"] - everyone["value"]).to_numpy()
        lag = int(np.nanargmin(gap))
        people = int(part["n"].max())
        if gap[lag] < 0 and part["high"][lag] < everyone["value"][lag]:
            return f"{value}（{people} 人）的短板是{dims[lag]}：{part['value'][lag]:.2f} 分，比全部客户低 {-gap[lag]:.2f} 分"
        return (
            f"{value}（{people} 人）最低的是{weakest['item_dim']} {weakest['value']:.2f} 分，但没有一维明显低于全部客户"
        )

    return LiveFigure(
        draw,
        {"group": choice("看哪一组", options)},
        "左边雷达图，右边各维度的均值和 95% 区间；灰色虚线和竖标是全部客户。",
        panels=2,
        size=(7.2, 3.7),
    )


def _radar_frame(ax: Axes, dims: list[str], across: np.ndarray, up: np.ndarray) -> None:
    """Draw rings for 1-5 points and the names at the corners; a plain axes redraws faster than a polar one."""
    ax.set_aspect("equal")
    ax.axis("off")
    ax.set_xlim(-5.4, 5.4)
    ax.set_ylim(-4.6, 5.0)
    for ring in range(1, 5):
        ax.plot(ring * across, ring * up, color="#DDDDDD", linewidth=0.8)
        ax.text(0, ring, str(ring + 1), fontsize=8, color=PALETTE["grey"], ha="center", va="center")
    for name, x, y in zip(dims, across, up, strict=False):
        ax.plot([0, 4 * x], [0, 4 * y], color="#DDDDDD", linewidth=0.8)
        ax.text(4.6 * x, 4.5 * y, name, ha="center", va="center", fontsize=10)


def _options(names: Any, table: pd.DataFrame, argument: str) -> dict[str, str]:
    if not isinstance(names, Mapping):
        raise TypeError(f'分法应写成“中文名: 列名”的字典，如 {{"门店": "store"}}，你给的是 {type(names).__name__}。')
    if not names:
        raise ValueError('分法的字典是空的，请至少给一种，如 {"门店": "store"}。')
    check_frame(argument, table, list(names.values()))
    return dict(names)
