"""Which rules stay when support and confidence are asked for."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import information
from crmlab._checks import check_frame
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import number
from crmlab.widgets.lettering import Lettering

_GOODS = ("奶粉", "尿裤", "湿巾", "奶瓶", "辅食", "玩具", "绘本", "童装", "面霜", "餐椅")
_SHARES = (0.34, 0.38, 0.3, 0.16, 0.22, 0.18, 0.14, 0.2, 0.12, 0.05)
# Bought together in the simulation: with the first, the second goes along in this many of the orders more.
_TOGETHER = (("奶粉", "奶瓶", 0.25), ("尿裤", "湿巾", 0.35), ("辅食", "餐椅", 0.2), ("绘本", "玩具", 0.3))
_LISTED = 6


def simulated_orders(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return order lines of a mother-and-baby shop: order_id, item_id."""
    has = rng.random((n, len(_GOODS))) < np.array(_SHARES)
    for first, second, share in _TOGETHER:
        a, b = _GOODS.index(first), _GOODS.index(second)
        has[:, b] |= has[:, a] & (rng.random(n) < share)
    order, item = np.nonzero(has)
    return pd.DataFrame({"order_id": order + 1, "item_id": np.array(_GOODS)[item]})


def association_rules(
    orders: pd.DataFrame | None = None, *, order: str = "order_id", item: str = "item_id"
) -> LiveFigure:
    """购物篮关联规则：抬高支持度和置信度的门槛，看留下哪些规则，哪些只是热门而已。

    Parameters
    ----------
    orders : DataFrame, optional
        一行是一张单子里的一件商品。不给就用 600 张模拟的母婴店单子，里面放了四对常一起买的商品。
    order, item : str, default "order_id", "item_id"
        单号列和商品列。

    Returns
    -------
    LiveFigure
        支持度、置信度两个滑块。左图一个点是一条规则，右边列出提升度最高的几条和区间。

    Raises
    ------
    TypeError
        给的不是表。
    ValueError
        缺列，或没有一行可用。

    Notes
    -----
    圆点是提升度的 95% 区间整个在 1 以上，方块是整个在 1 以下，叉是跨着 1。置信度高的规则，右边常是人人都买的热门货：
    要看提升度。什么也没买的人不在单子里，
    所以互不相干的商品，提升度会略低于 1。一次看几十条，区间没有为此修正。规则按支持度至少 1% 先算好，滑块只筛选。

    References
    ----------
    见 :func:`crmlab.information.association_rules`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.information.association_rules()
    >>> figure.set(min_support=10, min_confidence=40)
    >>> figure.alt.split("，")[0]
    '支持度至少 10%、置信度至少 40%：留下 7 条'
    """
    made = simulated_orders(600, np.random.default_rng(53)) if orders is None else orders
    check_frame("orders", made, [order, item])
    rules = information.association_rules(made, order=order, item=item, min_support=0.01)
    n_orders = int(made.dropna(subset=[order, item])[order].nunique())
    controls = {
        "min_support": number("支持度至少", 3, 1, 20, step=0.5, unit="%"),
        "min_confidence": number("置信度至少", 20, 0, 90, step=5, unit="%", fmt=".0f"),
    }
    alt = (
        f"左图：每条规则一个点（共 {n_orders} 张单子），圆点的提升度可靠地大于 1，方块小于 1，叉说不清，灰色小点是筛掉的。"
        "右边：提升度最高的几条和 95% 区间。"
    )
    return LiveFigure(_Rules(rules), controls, alt, panels=2, widths=(1.15, 1), size=(7.2, 3.8), keep=True)


class _Rules:
    """Points that are sorted into kept and dropped, and a list."""

    def __init__(self, rules: pd.DataFrame) -> None:
        self.rules = rules
        self.x, self.y = (100 * rules[c].to_numpy(dtype=float) for c in ("support", "confidence"))
        above, under = (rules["lift_low"] > 1).to_numpy(), (rules["lift_high"] < 1).to_numpy()
        self.kinds = (above, under, ~above & ~under)
        self.drawn: dict[str, Any] = {}

    def _make(self, left: Axes, right: Axes) -> None:
        drawn = self.drawn
        (drawn["dropped"],) = left.plot([], [], ".", color="#BBBBBB", markersize=4)
        looks = ((MARKERS[0], PALETTE["blue"]), (MARKERS[1], PALETTE["orange"]), ("x", PALETTE["grey"]))
        drawn["kept"] = [left.plot([], [], marker, color=colour, markersize=6)[0] for marker, colour in looks]
        drawn["support"] = left.axvline(0, color="black", linestyle="--", linewidth=1)
        drawn["confidence"] = left.axhline(0, color="black", linestyle="--", linewidth=1)
        left.set_xlim(0, max(22.0, 1.08 * float(self.x.max(initial=0))))
        left.set_ylim(0, 100)
        left.set_xlabel("支持度（%）")
        left.set_ylabel("置信度（%）")
        right.set_axis_off()
        right.set_xticks([])
        right.set_yticks([])
        right.set_xlim(0, 1)
        right.set_ylim(0, 1)
        Lettering(right, 0, 1, size=10, colour="#444444").set_lines(["提升度最高的几条（95% 区间）"])
        drawn["list"] = Lettering(right, 0, 0.88, size=10, spacing=2.1)

    def __call__(self, axes: list[Axes], min_support: float, min_confidence: float) -> str:
        if not self.drawn:
            self._make(*axes)
        keep = (self.x >= min_support - 1e-9) & (self.y >= min_confidence - 1e-9)
        drawn = self.drawn
        drawn["dropped"].set_data(self.x[~keep], self.y[~keep])
        for line, kind in zip(drawn["kept"], self.kinds, strict=True):
            line.set_data(self.x[keep & kind], self.y[keep & kind])
        drawn["support"].set_xdata([min_support, min_support])
        drawn["confidence"].set_ydata([min_confidence, min_confidence])
        kept = self.rules[keep]
        listed = [
            f"{r['antecedent']}→{r['consequent']}  {r['lift']:.2f}（{r['lift_low']:.2f}–{r['lift_high']:.2f}）"
            for r in kept.head(_LISTED).to_dict("records")
        ]
        drawn["list"].set_lines(listed or ["（没有）"])
        asked = f"支持度至少 {min_support:g}%、置信度至少 {min_confidence:g}%"
        if kept.empty:
            return f"{asked}：一条规则也没有，把门槛放低些"
        sure = int((kept["lift_low"] > 1).sum())
        first = kept.iloc[0]
        if not sure:
            return f"{asked}：留下 {len(kept)} 条，没有一条的提升度可靠地大于 1"
        return (
            f"{asked}：留下 {len(kept)} 条，{sure} 条的提升度可靠地大于 1；"
            f"最高的是{first['antecedent']}→{first['consequent']}，{first['lift']:.2f} 倍"
        )
