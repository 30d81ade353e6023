"""What customers choose when price and packing change."""

from functools import cache
from typing import Any

import ipywidgets as w
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import strategy
from crmlab._checks import check_frame
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import number, switch

_TEAS = ("小罐单泡", "小罐多泡", "散装大袋")
_PRICES = (20.0, 16.0, 9.0)
# Liking beside the price, and what a yuan and a handy pack are worth, in the simulated choices.
_LIKED = (1.2, 0.9, 0.0)
_PER_YUAN, _HANDY = -0.18, 0.9


@cache
def simulated_model() -> strategy.ChoiceModel:
    """Return the model of 600 simulated choices among three packs of tea."""
    rng = np.random.default_rng(94)
    rows = []
    for choice_id in range(600):
        price = np.array(_PRICES) + rng.choice([-4, -2, 0, 2, 4], 3)
        handy = rng.integers(0, 2, 3)
        utility = np.array(_LIKED) + _PER_YUAN * price + _HANDY * handy + rng.gumbel(size=3)
        rows += [(choice_id, tea, int(i == utility.argmax()), price[i], handy[i]) for i, tea in enumerate(_TEAS)]
    choices = pd.DataFrame(rows, columns=["choice_id", "alternative", "chosen", "price_yuan", "handy"])
    return strategy.choice_model(choices, price="price_yuan", attributes=["handy"], base="散装大袋")


def choice_share(model: strategy.ChoiceModel | None = None, offers: pd.DataFrame | None = None) -> LiveFigure:
    """选择份额：调价格、换包装，看各选项会有多少人选。

    Parameters
    ----------
    model : ChoiceModel, optional
        `strategy.choice_model` 的结果。不给就用三种茶叶包装的 600 次模拟选择。
    offers : DataFrame, optional
        一行一个摆出来的选项（2–5 个）：alternative、价格列、各属性列，是滑块的起点。和 model 一起给。

    Returns
    -------
    LiveFigure
        每个选项一个价格滑块；只取 0 和 1 的属性，每个选项一个开关。条是份额，黑线是 95% 区间，空心菱形是起点的份额。

    Raises
    ------
    TypeError
        model 不是选择模型。
    ValueError
        两个参数只给了一个，缺列，或选项不是 2–5 个。

    Notes
    -----
    模拟里每贵 1 元，效用少 0.18；方便装多 0.9，所以方便装真正值 5 元。模型假设一个选项让出的份额，别的按同一比例分（IIA）。
    价格走出数据里见过的范围，只是外推。

    References
    ----------
    见 :func:`crmlab.strategy.choice_share`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.strategy.choice_share()
    >>> figure.set(price_1=12)
    >>> figure.alt.split("（")[0]
    '小罐多泡份额最大，61%'
    """
    if (model is None) != (offers is None):
        raise ValueError("参数 model 和 offers 要么都给，要么都不给：滑块的起点要从 offers 来。")
    if model is None or offers is None:
        fitted = simulated_model()
        start = pd.DataFrame({"alternative": _TEAS, "price_yuan": _PRICES, "handy": [1, 1, 0]})
    else:
        fitted, start = model, check_frame("offers", offers).reset_index(drop=True)
    first = strategy.choice_share(fitted, start)
    if len(start) > 5:
        raise ValueError(f"表 offers 应有 2–5 个选项，现在有 {len(start)} 个。太多时请只留要比的。")
    names = start["alternative"].astype(str).tolist()
    switches = [a for a in fitted.attributes if start[a].isin([0, 1]).all()]
    prices = start[fitted.price].astype(float)
    controls: dict[str, w.Widget] = {}
    step = 0.5 if prices.max() >= 5 else 0.05
    for i, (name, price) in enumerate(zip(names, prices, strict=True)):
        low, high = _round(0.5 * price, step), _round(1.6 * price, step) + step
        controls[f"price_{i}"] = number(
            f"{name}的价格", _round(price, step), low, high, step=step, fmt=".2f" if step < 0.1 else ".1f"
        )
    for attribute in switches:
        for i, name in enumerate(names):
            word = "方便装" if attribute == "handy" else attribute
            controls[f"{attribute}_{i}"] = switch(f"{name}：{word}", bool(start[attribute].iloc[i]))
    drawn: dict[str, Any] = {}
    places = np.arange(len(names), dtype=float)
    begin = 100 * first["share"].to_numpy(dtype=float)

    def make(ax: Axes) -> None:
        drawn["bars"] = ax.barh(places, 0, height=0.5, color=PALETTE["sky"], edgecolor="white")
        drawn["ranges"] = [ax.plot([], [], color="black", linewidth=1.5)[0] for _ in names]
        drawn["words"] = [ax.text(0, y, "", va="center", fontsize=9) for y in places]
        ax.plot(begin, places - 0.32, MARKERS[3], color=PALETTE["red"], markersize=7, markerfacecolor="white")
        ax.set_yticks(places, names)
        ax.set_ylim(len(names) - 0.5, -0.6)
        ax.set_xlim(0, 125)
        ax.set_xticks([0, 25, 50, 75, 100])
        ax.set_xlabel("会选它的人（%，黑线是 95% 区间，菱形是起点）")

    def draw(ax: Axes, **values: Any) -> str:
        now = start.assign(**{fitted.price: [values[f"price_{i}"] for i in range(len(names))]})
        for attribute in switches:
            now[attribute] = [int(values[f"{attribute}_{i}"]) for i in range(len(names))]
        table = strategy.choice_share(fitted, now)
        if not drawn:
            make(ax)
        share, low, high = (100 * table[c].to_numpy(dtype=float) for c in ("share", "low", "high"))
        own = table["price_elasticity"].to_numpy(dtype=float)
        for i, (bar, line, word) in enumerate(zip(drawn["bars"], drawn["ranges"], drawn["words"], strict=True)):
            bar.set_width(share[i])
            line.set_data([low[i], high[i]], [i, i])
            word.set(text=f"{share[i]:.0f}%，弹性 {own[i]:.1f}".replace("-", "−"), x=high[i] + 1.5)
        top = int(share.argmax())
        said = f"{names[top]}份额最大，{share[top]:.0f}%（95% 区间 {low[top]:.0f}%–{high[top]:.0f}%）"
        moved = share - begin
        most = int(np.abs(moved).argmax())
        if abs(moved[most]) < 0.5:
            return f"{said}；各选项的份额与起点差不到半个百分点，动一动价格看看"
        return f"{said}；比起点，{names[most]}{'多' if moved[most] > 0 else '少'}了 {abs(moved[most]):.0f} 个百分点，变得最多"

    alt = "每个选项一条：条长是份额，黑线是 95% 区间，红边菱形是滑块起点的份额，旁边写着份额和价格弹性。"
    return LiveFigure(draw, controls, alt, size=(7.2, 3.2), keep=True)


def _round(value: float, step: float) -> float:
    return round(round(value / step) * step, 4)
