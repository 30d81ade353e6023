"""The customer's way: who gets the credit for a sale, and where on the way it hurts."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import strategy
from crmlab._checks import listing
from crmlab._intervals import signed
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import choice, number

_CHANNELS = ("短视频", "搜索", "小程序", "导购", "门店")
# Chance of standing first, in the middle, last on a way; and how much a touch adds to the chance of a sale.
_FIRST = (0.45, 0.25, 0.12, 0.1, 0.08)
_LATER = (0.15, 0.2, 0.25, 0.25, 0.15)
_LAST = (0.05, 0.1, 0.25, 0.2, 0.4)
_ADDS = (0.02, 0.04, 0.08, 0.12, 0.1)


def simulated_touches(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the touches of n ways: path_id, step, channel, converted."""
    rows = []
    for path in range(n):
        length = int(rng.integers(1, 5))
        chances = [_FIRST] + [_LATER] * max(length - 2, 0) + [_LAST] * (length > 1)
        way = [int(rng.choice(5, p=chance)) for chance in chances]
        won = int(rng.random() < 0.08 + sum(_ADDS[c] for c in way))
        rows += [(path, step, _CHANNELS[c], won) for step, c in enumerate(way)]
    return pd.DataFrame(rows, columns=["path_id", "step", "channel", "converted"])


def attribution_switch(touches: pd.DataFrame | None = None) -> LiveFigure:
    """渠道归因：换一种规则，功劳就换一家。

    Parameters
    ----------
    touches : DataFrame, optional
        一行一次接触，列 path_id、step、channel、converted，渠道 2–8 个。不给就用 600 条模拟的路径。

    Returns
    -------
    LiveFigure
        现在用的规则，和拿来对照的规则。条是现在的规则分给各渠道的成交占比，横线是 95% 区间，方块是对照的规则。

    Raises
    ------
    TypeError
        成交不是 0/1。
    ValueError
        缺列，有缺失值，没有一条路径成交，或渠道不是 2–8 个。

    Notes
    -----
    模拟的路径里，短视频多在开头，门店多在结尾，而成交的机会主要来自导购、门店和小程序（每次接触加 12、10、8 个百分点）。
    区间来自对路径的 100 次重抽样。每一种规则都是约定，不是因果。

    References
    ----------
    见 :func:`crmlab.strategy.attribution`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.strategy.attribution_switch()
    >>> figure.set(method="first", against="last")
    >>> figure.alt.split("（")[0]
    '按首次接触，短视频分到最多：43%'
    """
    made = simulated_touches(600, np.random.default_rng(92)) if touches is None else touches
    table = strategy.attribution(made, rng=np.random.default_rng(1), resamples=100)
    by_method = {method: part.set_index("channel") for method, part in table.groupby("method")}
    order = table.groupby("channel")["share"].mean().sort_values(ascending=False, kind="stable").index
    if not 2 <= len(order) <= 8:
        raise ValueError(f"渠道应有 2–8 个，现在有 {len(order)} 个：{listing(order)}。太多时请先合并小的渠道。")
    by_method = {method: part.reindex(order) for method, part in by_method.items()}
    n_won = int(made.drop_duplicates("path_id")["converted"].sum())
    top = 100 * float(table[["share", "high"]].max().max())
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        places = np.arange(len(order), dtype=float)
        drawn["bars"] = ax.barh(places, 0, height=0.55, color=PALETTE["sky"], edgecolor="white")
        drawn["ranges"] = [ax.plot([], [], color="black", linewidth=1.5)[0] for _ in order]
        (drawn["against"],) = ax.plot([], [], MARKERS[1], color=PALETTE["red"], markersize=7)
        drawn["words"] = [ax.text(top * 1.04, y, "", va="center", fontsize=9) for y in places]
        ax.set_yticks(places, [str(c) for c in order])
        ax.set_ylim(len(order) - 0.4, -0.6)
        ax.set_xlim(0, top * 1.3)
        ax.set_xlabel(f"分到的成交（%，共 {n_won} 次成交；方块是对照的规则）")

    def draw(ax: Axes, method: str, against: str) -> str:
        now, other = by_method[method], by_method[against]
        if not drawn:
            make(ax)
        share, low, high = (100 * now[c].to_numpy(dtype=float) for c in ("share", "low", "high"))
        base = 100 * other["share"].to_numpy(dtype=float)
        for i, (bar, line, word) in enumerate(zip(drawn["bars"], drawn["ranges"], drawn["words"], strict=True)):
            bar.set_width(share[i])
            line.set_data([low[i], high[i]], [i + 0.12, i + 0.12])
            word.set_text(f"{share[i]:.0f}%，对照 {base[i]:.0f}%")
        drawn["against"].set_data(base, np.arange(len(base)) - 0.12)
        first = int(share.argmax())
        name, word = order[first], strategy.ATTRIBUTION_METHODS
        said = f"按{word[method]}，{name}分到最多：{share[first]:.0f}%（95% 区间 {low[first]:.0f}%–{high[first]:.0f}%）"
        if method == against:
            return f"{said}；请另选一种规则来对照，看功劳怎样换人"
        moved = share - base
        most = int(np.abs(moved).argmax())
        way = "多" if moved[most] > 0 else "少"
        return f"{said}；比起{word[against]}，{order[most]}{way} {abs(moved[most]):.0f} 个百分点，变得最多"

    rules = [(word, method) for method, word in strategy.ATTRIBUTION_METHODS.items()]
    controls = {"method": choice("归因的规则", rules, "last"), "against": choice("对照的规则", rules, "first")}
    alt = "每个渠道一条：条长是现在的规则分到的成交占比，黑线是 95% 区间，红方块是对照的规则。"
    return LiveFigure(draw, controls, alt, size=(7.2, 3.4), keep=True)


_TOUCHPOINTS = ("看到广告", "进店", "试穿", "等待交货", "收货", "售后")
_START = (0.5, 1.0, 1.5, -1.5, 2.0, 0.5)
_STATES = {
    "高兴": (PALETTE["green"], MARKERS[0]),
    "不满": (PALETTE["red"], MARKERS[4]),
    "看不清": (PALETTE["grey"], MARKERS[1]),
}


def journey_editor(touchpoints: tuple[str, ...] = _TOUCHPOINTS) -> LiveFigure:
    """旅程图编辑器：抬高或压低每个触点的感受，看情绪曲线、痛点和峰终值怎么变（模拟 40 位客户）。

    Parameters
    ----------
    touchpoints : tuple of str
        触点的名称，按先后，2–8 个，不重复。

    Returns
    -------
    LiveFigure
        每个触点一个滑块（−3 最不满，3 最高兴）。曲线是平均情绪，竖线是 95% 区间，虚线是中性。

    Raises
    ------
    ValueError
        触点不是 2–8 个，或有重复。

    Notes
    -----
    每位客户的评分 = 滑块的值 + 这个人固定的偏离（标准差 1 分，种子固定），四舍五入并限在 −3 到 3 分，所以均值和滑块略有出入。
    峰终值是每个人最强烈的一刻和最后一刻的平均：只改中间一个不强烈的触点，平均会变，峰终值不一定变。

    References
    ----------
    见 :func:`crmlab.strategy.journey`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.strategy.journey_editor()
    >>> figure.set(t3=1)
    >>> figure.alt.split("；")[1].split("。")[0]
    '没有看得清的痛点，最高兴的是收货'
    """
    names = [str(name) for name in touchpoints]
    if isinstance(touchpoints, str) or not 2 <= len(names) <= 8 or len(set(names)) < len(names):
        raise ValueError(f"参数 touchpoints 应是 2–8 个不重复的名称，你给的是 {listing(names)}。")
    n = 40
    away = np.random.default_rng(93).normal(0, 1, (n, len(names)))
    frame = pd.DataFrame(
        {
            "customer_id": np.repeat(np.arange(n), len(names)),
            "step": np.tile(np.arange(len(names)), n),
            "touchpoint": np.tile(names, n),
        }
    )
    places = np.arange(len(names))
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        ax.axhline(0, color=PALETTE["grey"], linestyle="--", linewidth=1)
        (drawn["curve"],) = ax.plot([], [], color=PALETTE["grey"], linewidth=1.5)
        drawn["ranges"] = [ax.plot([], [], color=PALETTE["grey"], linewidth=2)[0] for _ in names]
        drawn["states"] = {
            state: ax.plot([], [], marker, color=colour, markersize=10)[0]
            for state, (colour, marker) in _STATES.items()
        }
        drawn["words"] = [ax.text(0, 0, "", fontsize=9, va="center") for _ in names]
        ax.set_xticks(places, names)
        ax.set_xlim(-0.4, len(names) - 0.3)
        ax.set_ylim(-3.4, 3.4)
        ax.set_ylabel("情绪（−3 到 3 分）")
        ax.set_xlabel(f"触点（按先后；圆点高兴，三角不满，方块看不清，n = {n}）")

    def draw(ax: Axes, **feelings: float) -> str:
        scores = np.clip(np.round(np.array(list(feelings.values())) + away), -3, 3)
        result = strategy.journey(frame.assign(emotion=scores.ravel()), neutral=0)
        if not drawn:
            make(ax)
        table = result.table
        mean, low, high = (table[c].to_numpy(dtype=float) for c in ("emotion", "low", "high"))
        drawn["curve"].set_data(places, mean)
        for i, (line, word) in enumerate(zip(drawn["ranges"], drawn["words"], strict=True)):
            line.set_data([i, i], [low[i], high[i]])
            word.set(text=signed(f"{mean[i]:.1f}"), x=i + 0.12, y=min(mean[i] + 0.45, 3.2))
        for state, mark in drawn["states"].items():
            on = (table["state"] == state).to_numpy()
            mark.set_data(places[on], mean[on])
        said = (
            f"平均情绪 {result.mean:.2f}（95% 区间 {result.low:.2f} 到 {result.high:.2f}），"
            f"峰终值 {result.peak_end:.2f}（{result.peak_end_low:.2f} 到 {result.peak_end_high:.2f}）"
        ).replace("-", "−")
        if result.pains:
            return f"{said}；痛点：{listing(result.pains, 3)}"
        best = names[int(mean.argmax())]
        return f"{said}；没有看得清的痛点，最高兴的是{best}"

    start = [_START[i] if touchpoints == _TOUCHPOINTS else 0.5 for i in range(len(names))]
    controls = {
        f"t{i}": number(name, value, -3, 3, step=0.5, unit="分")
        for i, (name, value) in enumerate(zip(names, start, strict=True))
    }
    alt = "触点按先后排，点是平均情绪，竖线是 95% 区间，横虚线是中性；形状和颜色分高兴、不满、看不清。"
    return LiveFigure(draw, controls, alt, size=(7.2, 3.6), keep=True)
