"""Where to cut the similarity: pairs found against pairs wrongly merged."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import information
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import choice, number
from crmlab.widgets.information.teaching import with_duplicates
from crmlab.widgets.lettering import Lettering

_LOWEST = 0.3
_STEPS = np.round(np.arange(_LOWEST, 1.001, 0.05), 2)
_COMPARED = {
    "姓名、手机号、地址": {"name": "jaro_winkler", "mobile": "exact", "address": "levenshtein"},
    "姓名、地址": {"name": "jaro_winkler", "address": "levenshtein"},
    "姓名、手机号": {"name": "jaro_winkler", "mobile": "exact"},
}


def duplicate_threshold(
    results: Mapping[str, information.DuplicateResult] | None = None, entity: pd.Series | None = None
) -> LiveFigure:
    """查重的阈值：挪动相似度的分界线，看找全了多少、错并了多少。

    Parameters
    ----------
    results : dict of str to DuplicateResult, optional
        “比较哪几列”的名称和 `information.find_duplicates` 的结果，threshold 用 0.3 以下，才有得挪。
    entity : Series, optional
        真相：索引是客户编号，值是这条记录背后的人。和 results 一起给。
        都不给就用模拟的客户：400 人，其中 100 人登记了两次（有错字、换号、搬家），另有 50 位同住的家人。

    Returns
    -------
    LiveFigure
        阈值滑块和比较哪几列。左图是各分数的真假对数，右图是查准率和查全率随阈值怎么变，竖线是现在的阈值。

    Raises
    ------
    TypeError
        results 里有不是查重结果的值。
    ValueError
        两个参数只给了一个，results 是空的，阈值太高，或编号在 entity 里查不到。

    Notes
    -----
    没有一个共同的分块键的两条记录从不比较，所以阈值降到底，查全率也到不了 100%。
    错并会把两个人的记录混在一起，比漏并难补救；分界线定在哪，要看哪一种错更贵。

    References
    ----------
    见 :func:`crmlab.information.find_duplicates`、:func:`crmlab.information.duplicate_quality`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.information.duplicate_threshold()
    >>> figure.set(threshold=0.9)
    >>> figure.alt.split("，")[0]
    '阈值 0.90：找到 43 对'
    """
    if (results is None) != (entity is None):
        raise ValueError("参数 results 和 entity 要么都给，要么都不给：没有真相就算不出对错。")
    if results is None or entity is None:
        customers, truth = with_duplicates(400, 100, np.random.default_rng(52))
        found = {
            name: information.find_duplicates(
                customers, compare=compare, block=["mobile", "name", "address"], threshold=_LOWEST
            )
            for name, compare in _COMPARED.items()
        }
    else:
        found, truth = dict(results), entity
        _check_results(found)

    @cache
    def quality(compared: str, threshold: float) -> information.DuplicateQuality:
        pairs = found[compared].pairs
        return information.duplicate_quality(pairs[pairs["score"] >= threshold - 1e-9], truth)

    names = list(found)
    for name in names:
        for at in _STEPS:
            quality(name, float(at))
    controls = {
        "threshold": number("相似度的阈值", 0.6, _LOWEST, 1, step=0.02, unit="0–1", fmt=".2f"),
        "compared": choice("比较哪几列", names, names[0]),
    }
    alt = (
        "左图：每一段相似度各有几对，浅色真是同一人，斜纹不是。右图：查准率（实线）和查全率（虚线）随阈值的变化，"
        "圆点和方块是现在的位置，竖的线段是 95% 区间。"
    )
    return LiveFigure(_Threshold(found, truth, quality), controls, alt, panels=2, size=(7.2, 3.6), keep=True)


def _check_results(results: Mapping[str, Any]) -> None:
    if not results:
        raise ValueError("参数 results 是空的，请至少给一种比法的查重结果。")
    for name, result in results.items():
        if not isinstance(result, information.DuplicateResult):
            raise TypeError(
                f"参数 results 的“{name}”应是 information.find_duplicates() 的结果，你给的是 {type(result).__name__}。"
            )
        if result.threshold > _LOWEST:
            raise ValueError(
                f"参数 results 的“{name}”是用阈值 {result.threshold:g} 算的，低处的对已经丢了。请用 {_LOWEST:g} 以下再算一次。"
            )


class _Threshold:
    """Bars and curves of one comparison, made anew only when another comparison is chosen."""

    def __init__(self, found: dict[str, information.DuplicateResult], truth: pd.Series, quality: Any) -> None:
        self.found, self.truth, self.quality = found, truth, quality
        self.edges = np.linspace(_LOWEST, 1, 22)
        self.shown = ""
        self.made = False

    def _make(self, left: Axes, right: Axes) -> None:
        self.made = True
        width = np.diff(self.edges)
        self.right_bars = left.bar(
            self.edges[:-1], 0, width, align="edge", color=PALETTE["sky"], edgecolor="white", label="真是同一人"
        )
        self.wrong_bars = left.bar(
            self.edges[:-1], 0, width, align="edge", color=PALETTE["orange"], hatch="///", edgecolor="white",
            label="不是同一人",
        )  # fmt: skip
        left.legend(loc="upper left", fontsize=9, frameon=False)
        tallest = max(
            (np.histogram(r.pairs["score"], self.edges)[0].max() for r in self.found.values() if len(r.pairs)),
            default=1,
        )
        left.set_ylim(0, 1.5 * max(tallest, 1))
        left.set_ylabel("对数（对）")
        (self.precision,) = right.plot([], [], color=PALETTE["blue"], linewidth=2)
        (self.recall,) = right.plot([], [], "--", color=PALETTE["red"], linewidth=2)
        self.marks = [
            right.plot([], [], marker, color=colour, markersize=8)[0]
            for marker, colour in ((MARKERS[0], PALETTE["blue"]), (MARKERS[1], PALETTE["red"]))
        ]
        self.ranges = [right.plot([], [], color=PALETTE[c], linewidth=2.5, alpha=0.6)[0] for c in ("blue", "red")]
        self.words = [right.text(0, 0, "", fontsize=9, va="center", bbox=CLEAR) for _ in range(2)]
        right.set_ylim(0, 112)
        right.set_yticks([0, 20, 40, 60, 80, 100])
        right.set_ylabel("占比（%）")
        Lettering(right, 0.03, 0.1).set_lines(["实线查准率，虚线查全率"])
        self.lines = [ax.axvline(0, color="black", linestyle="--", linewidth=1) for ax in (left, right)]
        for ax in (left, right):
            ax.set_xlim(_LOWEST, 1)
            ax.set_xlabel("相似度（0–1）")

    def _choose(self, compared: str) -> None:
        pairs = self.found[compared].pairs
        same = self.truth.reindex(pairs["id_a"]).to_numpy() == self.truth.reindex(pairs["id_b"]).to_numpy()
        good, bad = (np.histogram(pairs["score"][on], self.edges)[0] for on in (same, ~same))
        for bar, height in zip(self.right_bars, good, strict=True):
            bar.set_height(height)
        for bar, base, height in zip(self.wrong_bars, good, bad, strict=True):
            bar.set(y=base, height=height)
        curve = [self.quality(compared, float(at)) for at in _STEPS]
        self.precision.set_data(_STEPS, [100 * q.precision for q in curve])
        self.recall.set_data(_STEPS, [100 * q.recall for q in curve])
        self.shown = compared

    def __call__(self, axes: list[Axes], threshold: float, compared: str) -> str:
        result = self.quality(compared, round(threshold, 4))
        if not self.made:
            self._make(*axes)
        if compared != self.shown:
            self._choose(compared)
        for line in self.lines:
            line.set_xdata([threshold, threshold])
        rows = (
            ("查准率", result.precision, result.precision_low, result.precision_high),
            ("查全率", result.recall, result.recall_low, result.recall_high),
        )
        side, gap = ("left", 0.02) if threshold < 0.65 else ("right", -0.02)
        up = 6 if not result.recall > result.precision else -6
        for mark, ends, text, (name, share, low, high), nudge in zip(
            self.marks, self.ranges, self.words, rows, (up, -up), strict=True
        ):
            mark.set_data([threshold], [100 * share])
            ends.set_data([threshold, threshold], [100 * low, 100 * high])
            known = not np.isnan(share)
            text.set(
                text=f"{name} {share:.0%}" if known else "", x=threshold + gap, ha=side,
                y=min(max(100 * share + nudge, 14), 106) if known else 50,
            )  # fmt: skip
        wrong, missed = result.n_found - result.n_right, result.n_true - result.n_right
        if not result.n_found:
            return f"阈值 {threshold:.2f}：一对也没找到，{result.n_true} 对重复全漏了；没有找到的对，查准率算不出，把阈值放低些"
        return (
            f"阈值 {threshold:.2f}：找到 {result.n_found} 对，错并 {wrong} 对，漏掉 {missed} 对；"
            f"查准率 {result.precision:.0%}（95% 区间 {result.precision_low:.0%}–{result.precision_high:.0%}），查全率 {result.recall:.0%}"
        )
