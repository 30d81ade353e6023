"""Where weights come from and what they decide: an index by adjustable weights, pairwise comparison."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import satisfaction
from crmlab._checks import check_frame, listing
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import graded, whole


def index_weights(
    indicators: pd.DataFrame, responses: pd.DataFrame, *, by: str = "store", index_name: str = "满意度指数"
) -> LiveFigure:
    """满意度指数的权重：拖动一级指标的权重，看总指数和各组的名次怎么变。

    Parameters
    ----------
    indicators : DataFrame
        指标树，见 :func:`crmlab.satisfaction.satisfaction_index`。
    responses : DataFrame
        一行一份答卷，末级指标各占一列（1–5 分），另有分组列。
    by : str
        要排名的分组列。
    index_name : str, default "满意度指数"
        指数叫什么，写在横轴和替代文字里。同样算法的别的指数也能用，例如“忠诚指数”。

    Returns
    -------
    LiveFigure
        每个一级指标一个滑块，单位是份，按合计折成百分比。左图是权重，右图是各组的指数和 95% 区间。

    Raises
    ------
    TypeError
        分数或权重不是数字。
    ValueError
        缺列，指标树有错，或分数越出 1–5 分。

    Notes
    -----
    名次随权重变，区间叠在一起的组分不出先后。先定权重、再看名次，不要倒过来。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import widgets
    >>> tree = pd.DataFrame(
    ...     {"indicator": ["A", "B"], "name": ["产品", "服务"], "parent": [None, None], "weight": [3, 1], "column": ["q1", "q2"]}
    ... )
    >>> answers = pd.DataFrame({"store": ["东", "东", "西", "西"], "q1": [5, 4, 4, 3], "q2": [2, 1, 5, 5]})
    >>> figure = widgets.satisfaction.index_weights(tree, answers)
    >>> figure.values
    {'A': 75, 'B': 25}
    """
    start = satisfaction.satisfaction_index(responses, indicators)
    check_frame("responses", responses, [by])
    top = start.table[start.table["level"] == 1]
    codes, names = list(top["indicator"]), [str(name) for name in top["name"]]
    groups = [(str(group), part) for group, part in responses.groupby(by, observed=True, sort=True)]
    is_top = indicators["indicator"].isin(codes)
    room = _reach([(part, code) for _, part in groups for code in codes], indicators, is_top)
    places = np.arange(len(codes))

    def draw(axes: list[Axes], **shares: int) -> str:
        if not any(shares.values()):
            raise ValueError("所有权重都是 0 份。请至少给一项大于 0 的权重。")
        tree = indicators.assign(weight=indicators["weight"].astype(float))
        tree.loc[is_top, "weight"] = indicators.loc[is_top, "indicator"].map(shares).astype(float)
        results = [(group, satisfaction.satisfaction_index(part, tree)) for group, part in groups]
        results.sort(key=lambda pair: -pair[1].index)
        left, right = axes
        pct = 100 * np.array(list(shares.values())) / sum(shares.values())
        left.barh(places, pct, height=0.62, color=PALETTE["sky"], edgecolor="white")
        for y, share in enumerate(pct):
            left.text(share + 2, y, f"{share:.0f}%", va="center", fontsize=10)
        left.set_yticks(places, names)
        left.set_ylim(len(codes) - 0.5, -0.5)
        left.set_xlim(0, 118)
        left.set_xticks([0, 50, 100])
        left.set_xlabel("权重（%）")
        ranks = np.arange(len(results))
        ends = np.array([(result.low, result.high, result.index) for _, result in results])
        right.hlines(ranks, ends[:, 0], ends[:, 1], color=PALETTE["blue"], linewidth=3)
        right.plot(ends[:, 2], ranks, MARKERS[0], color=PALETTE["blue"], markersize=8)
        for y, (group, result) in enumerate(results):
            right.text(result.index, y - 0.17, f"{result.index:.1f}", ha="center", va="bottom", fontsize=9)
            right.text(room[0] + (room[1] - room[0]) * 0.01, y, f"{y + 1}. {group}", va="center", fontsize=10)
        right.set_yticks([])
        right.set_ylim(len(results) - 0.5, -0.7)
        right.set_xlim(*room)
        right.set_xlabel(f"{index_name}（0–100）")
        (first, best), *others = results
        heavy = names[int(pct.argmax())]
        if not others:
            return f"“{heavy}”权重最大（{pct.max():.0f}%）：指数 {best.index:.1f}（n = {best.n}）"
        second, runner_up = others[0]
        tie = runner_up.high > best.low
        verdict = f"但和第二名{second}区间重叠" if tie else f"领先第二名{second}"
        return f"“{heavy}”权重最大（{pct.max():.0f}%）时：{first}第一，{best.index:.1f} 分，{verdict}"

    controls = {
        str(code): whole(f"{name}的权重", round(100 * weight), 0, 100, step=5, unit="份")
        for code, name, weight in zip(codes, names, top["weight"], strict=True)
    }
    n = start.n
    alt = f"左图：各一级指标的权重。右图：各组的{index_name}从高到低，横线是 95% 区间（共 {n} 份答卷）。"
    return LiveFigure(draw, controls, alt, panels=2, widths=(1, 1.5), size=(7.2, 3.6))


def _reach(parts: list[tuple[pd.DataFrame, Any]], indicators: pd.DataFrame, is_top: pd.Series) -> tuple[float, float]:
    """Return limits that hold every index any weights can give: those of a single top-level indicator."""
    ends: list[float] = []
    for part, code in parts:
        weight = indicators["weight"].astype(float).where(~is_top, (indicators["indicator"] == code).astype(float))
        result = satisfaction.satisfaction_index(part, indicators.assign(weight=weight))
        ends += [result.low, result.high, result.index]
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    room = (high - low) * 0.05 or 1.0
    return low - room - (high - low + 1) * 0.28, high + room


def ahp(criteria: list[str]) -> LiveFigure:
    """层次分析法：两两比较哪个更重要，得到权重，并看判断有没有自相矛盾。

    Parameters
    ----------
    criteria : list of str
        3–5 个准则的名称，不重复。

    Returns
    -------
    LiveFigure
        每一对准则一个滑块：中间是同样重要，拖向哪一边，那一边就重要几倍（2–9 倍）。
        左图是权重，右图是比较矩阵。

    Raises
    ------
    TypeError
        ``criteria`` 不是列表。
    ValueError
        准则不是 3–5 个，或有重复。

    Notes
    -----
    一致性比率 CR 小于 0.1 才可用。CR 大，先找矛盾：甲比乙重要、乙比丙重要，丙却比甲重要。

    References
    ----------
    见 :func:`crmlab.satisfaction.ahp_weights`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.satisfaction.ahp(["产品", "服务", "价格"])
    >>> figure.set(pair_0_1=2)
    >>> figure.alt.split("：")[0]
    '产品权重最大（46%）'
    """
    if isinstance(criteria, str) or not isinstance(criteria, list | tuple):
        raise TypeError(
            f'参数 criteria 应是名称的列表，如 ["产品", "服务", "价格"]，你给的是 {type(criteria).__name__}。'
        )
    names = [str(name) for name in criteria]
    if not 3 <= len(names) <= 5:
        raise ValueError(f"参数 criteria 应有 3–5 个准则，你给了 {len(names)} 个。太多时请先分成几组。")
    if len(set(names)) < len(names):
        raise ValueError(f"参数 criteria 里有重复的名称：{listing(names)}。请每个准则只写一次。")
    pairs = list(combinations(range(len(names)), 2))
    places = np.arange(len(names))

    def draw(axes: list[Axes], **moves: int) -> str:
        matrix = np.ones((len(names), len(names)))
        for (i, j), move in zip(pairs, moves.values(), strict=True):
            matrix[i, j] = move + 1.0 if move >= 0 else 1 / (1.0 - move)
            matrix[j, i] = 1 / matrix[i, j]
        result = satisfaction.ahp_weights(pd.DataFrame(matrix, index=names, columns=names))
        weights = 100 * result.weights.to_numpy()
        left, right = axes
        largest = np.isclose(weights, weights.max(), rtol=1e-6)
        colours = [PALETTE["blue"] if on else PALETTE["sky"] for on in largest]
        hatches = ["///" if on else "" for on in largest]
        left.barh(places, weights, height=0.62, color=colours, hatch=hatches, edgecolor="white")
        for y, weight in enumerate(weights):
            left.text(weight + 2, y, f"{weight:.0f}%", va="center", fontsize=10)
        left.set_yticks(places, names)
        left.set_ylim(len(names) - 0.5, -0.5)
        left.set_xlim(0, 100)
        left.set_xlabel("权重（%）")
        right.imshow(np.log(matrix), cmap="RdBu", vmin=-2.6, vmax=2.6, aspect="auto")
        for (i, j), value in np.ndenumerate(matrix):
            word = f"{value:.0f}" if value >= 1 else f"1/{1 / value:.0f}"
            ink = "white" if abs(np.log(value)) > 1.5 else "black"
            right.text(j, i, word, ha="center", va="center", color=ink)
        right.set_xticks(places, names)
        right.set_yticks(places, names)
        right.tick_params(length=0)
        right.set_xlabel("行比列重要几倍（倍）")
        ratio = result.consistency_ratio
        verdict = (
            f"一致性比率 CR = {ratio:.3f}，判断前后一致"
            if result.consistent
            else f"CR = {ratio:.3f}，超过 0.1：判断自相矛盾，这组权重不能用"
        )
        if largest.all():
            return f"各准则同样重要：{verdict}"
        first = listing(name for name, on in zip(names, largest, strict=True) if on)
        return f"{first}权重最大（{weights.max():.0f}%）：{verdict}"

    controls = {
        f"pair_{i}_{j}": graded(
            f"{names[j]} ← → {names[i]}",
            [(f"{names[j]} {k + 1} 倍", -k) for k in range(8, 0, -1)]
            + [("同样重要", 0)]
            + [(f"{names[i]} {k + 1} 倍", k) for k in range(1, 9)],
            0,
        )
        for i, j in pairs
    }
    alt = "左图：各准则的权重，最大的一条是斜纹。右图：两两比较矩阵，蓝色是行比列重要，红色相反。"
    return LiveFigure(draw, controls, alt, panels=2, size=(7.2, 3.4))
