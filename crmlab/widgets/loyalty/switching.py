"""What a better repeat rate does to market share in the long run."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import loyalty
from crmlab._intervals import signed
from crmlab.plots import CYCLE, MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import choice, whole
from crmlab.widgets.loyalty._teaching import brand_purchases

_MOST_BRANDS = 6
_PERIODS = 12


def brand_switching(result: loyalty.SwitchingResult | None = None) -> LiveFigure:
    """品牌转换：让一个品牌多留住几个百分点的客户，看份额往哪里走、最后停在哪里。

    Parameters
    ----------
    result : SwitchingResult, optional
        :func:`crmlab.loyalty.brand_switching` 的结果，2–6 个品牌。不给就用内置的 160 户三个品牌的购买记录（模拟）。

    Returns
    -------
    LiveFigure
        两个控件：哪个品牌、重复购买率变几个百分点。左图是转换矩阵，右图是 12 期的份额，最右边的点是稳态份额，
        竖线是原来估计的 95% 区间。

    Raises
    ------
    TypeError
        不是 brand_switching 的结果。
    ValueError
        品牌多于 6 个。

    Notes
    -----
    多留住的人，按原来的比例从去各家的人里减。假设别家不动、矩阵一直不变；真的做起来，别家会跟。
    稳态是“要是什么都不变”的归宿，不是预测。

    References
    ----------
    见 :func:`crmlab.loyalty.brand_switching`、:func:`crmlab.loyalty.project_shares` 和 :func:`crmlab.loyalty.steady_state`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.loyalty.brand_switching()
    >>> figure.set(change=0)
    >>> figure.alt.split("；")[0]
    '照现在的矩阵，A 牌的份额从 48% 走到稳态 49.0%（95% 区间 43%–55%）'
    """
    found = loyalty.brand_switching(brand_purchases()) if result is None else result
    if not isinstance(found, loyalty.SwitchingResult):
        raise TypeError(
            f"参数 result 应是 loyalty.brand_switching() 的结果，你给的是 {type(result).__name__}。"
            "请先算出转换矩阵，再交给这个小部件。"
        )
    names = [str(b) for b in found.brands["brand"]]
    if len(names) > _MOST_BRANDS:
        raise ValueError(f"这个小部件最多画 {_MOST_BRANDS} 个品牌，你给了 {len(names)} 个。请先把小品牌并成“其他”。")
    return LiveFigure(
        _SharePicture(found, names),
        {
            "brand": choice("品牌", [(name, i) for i, name in enumerate(names)]),
            "change": whole("重复购买率变化", 5, -20, 20, unit="百分点"),
        },
        "左图：转换矩阵，行是这次买的，列是下次买的，数字是百分比。右图：以后 12 期的份额，最右边的点是稳态份额，竖线是原来估计的 95% 区间。",
        panels=2,
        widths=(1, 1.3),
        size=(7.2, 3.5),
        keep=True,
    )


class _SharePicture:
    """An image with numbers and one line a brand."""

    def __init__(self, found: loyalty.SwitchingResult, names: list[str]) -> None:
        self.found, self.names = found, names
        self.matrix = found.probabilities.to_numpy(dtype=float)
        self.start = found.brands["share"].tolist()
        self.image: Any = None

    def _make(self, left: Axes, right: Axes) -> None:
        k = len(self.names)
        self.image = left.imshow(self.matrix, cmap="Blues", aspect="auto", vmin=0, vmax=1.15)
        self.words = [[left.text(j, i, "", ha="center", va="center") for j in range(k)] for i in range(k)]
        left.set_xticks(range(k), self.names)
        left.set_yticks(range(k), self.names)
        left.tick_params(length=0)
        left.set_xlabel("下次买")
        left.set_ylabel("这次买")
        self.lines, self.ends, self.labels = [], [], []
        for i, row in enumerate(self.found.brands.to_dict("records")):
            look: dict[str, Any] = {"color": CYCLE[i % len(CYCLE)], "marker": MARKERS[i % len(MARKERS)]}
            (line,) = right.plot([], [], markevery=4, markersize=5, **look)
            at = _PERIODS + 1.2 + 0.35 * i
            right.plot([at, at], [100 * row["low"], 100 * row["high"]], color=look["color"], linewidth=2, alpha=0.6)
            (end,) = right.plot([at], [0], markersize=8, linestyle="", **look)
            self.lines.append(line)
            self.ends.append(end)
            self.labels.append(right.text(_PERIODS + 1.8 + 0.35 * k, 0, "", va="center", color=look["color"]))
        right.axvline(_PERIODS + 0.6, color=PALETTE["grey"], linewidth=0.8, linestyle=":")
        right.set_xlim(0, _PERIODS + 5.5 + 0.35 * k)
        right.set_ylim(0, 100)
        right.set_xticks([0, 4, 8, _PERIODS, _PERIODS + 1.2 + 0.35 * (k - 1) / 2], ["现在", "4", "8", "12", "稳态"])
        right.set_xlabel("以后第几次购买（期）")
        right.set_ylabel("份额（%）")
        right.grid(axis="y")

    def __call__(self, axes: list[Axes], brand: int, change: int) -> str:
        if self.image is None:
            self._make(*axes)
        matrix = self.matrix.copy()
        stay = float(np.clip(matrix[brand, brand] + change / 100, 0, 1))
        others = np.delete(np.arange(len(matrix)), brand)
        leaving = matrix[brand, others].sum()
        split = matrix[brand, others] / leaving if leaving > 0 else np.full(len(others), 1 / len(others))
        matrix[brand, others] = (1 - stay) * split
        matrix[brand, brand] = stay
        table = pd.DataFrame(matrix, index=self.names, columns=self.names)
        path = 100 * loyalty.project_shares(table, self.start, _PERIODS).to_numpy()
        steady = 100 * loyalty.steady_state(table).to_numpy()
        self.image.set_data(matrix)
        for i, row in enumerate(self.words):
            for j, text in enumerate(row):
                text.set(text=f"{100 * matrix[i, j]:.0f}", color="white" if matrix[i, j] > 0.62 else "black")
        at = -6.0
        for i in np.argsort(steady):
            at = max(steady[i], at + 9)
            self.lines[i].set_data(np.arange(_PERIODS + 1), path[:, i])
            self.ends[i].set_ydata([steady[i]])
            self.labels[i].set(text=f"{self.names[i]} {steady[i]:.0f}%", y=at)
        name, known_brand = self.names[brand], self.found.brands.iloc[brand]
        before, low, high = (100 * float(known_brand[c]) for c in ("steady", "low", "high"))
        known = not np.isnan(low)
        sure = f"（{self.found.confidence:.0%} 区间 {low:.0f}%–{high:.0f}%）" if known else "（区间算不出）"
        if change == 0:
            return f"照现在的矩阵，{name}的份额从 {100 * known_brand['share']:.0f}% 走到稳态 {before:.1f}%{sure}；这是“什么都不变”的归宿，不是预测"
        stay_from = 100 * float(self.matrix[brand, brand])
        said = f"{name}的重复购买率 {stay_from:.0f}% → {100 * stay:.0f}%：稳态份额 {before:.1f}%{sure} → {steady[brand]:.1f}%"
        if not known:
            return said
        moved = signed(f"{steady[brand] - before:+.1f}".lstrip("+"))
        inside = low <= steady[brand] <= high
        return f"{said}，变 {moved} 个百分点，{'还在原来的区间里' if inside else '超出原来的区间'}"
