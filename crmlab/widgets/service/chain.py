"""The service-profit chain on made-up stores: what the estimate shows, and what it cannot tell apart."""

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import service
from crmlab._intervals import signed
from crmlab.plots import MARKERS, PALETTE
from crmlab.plots._results import records
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import number, whole

LINKS = ("员工满意", "客户满意", "客户忠诚", "利润")
_PATHS = list(pairwise(LINKS))
_MOST_STORES = 300


@lru_cache(maxsize=32)
def _noise(draw_no: int) -> np.ndarray:
    """Return independent standard normals: the store's place, then one column a link."""
    return np.random.default_rng([1, draw_no]).normal(size=(_MOST_STORES, 1 + len(LINKS)))


def made_stores(n: int, effect: float, place: float, draw_no: int = 1) -> pd.DataFrame:
    """Return ``n`` stores; each link is ``effect`` times the one before, plus ``place`` times the store's place."""
    noise = _noise(draw_no)[:n]
    columns: dict[str, np.ndarray] = {}
    before = np.zeros(n)
    for i, name in enumerate(LINKS):
        before = effect * before + place * noise[:, 0] + noise[:, i + 1]
        columns[name] = before
    return pd.DataFrame(columns)


def profit_chain() -> LiveFigure:
    """服务利润链：员工满意到利润各环连得多紧；再加一点“店址”的影响，看链条会不会被冒充（模拟）。

    Returns
    -------
    LiveFigure
        四个滑块：门店数、每一环的真实作用、店址的影响、第几次抽样。每行一个标准化系数，点是估计，横线是 95% 区间。

    Notes
    -----
    门店是模拟的：每一环 = 真实作用 × 上一环 + 店址的影响 × 店址 + 随机误差，误差和店址的标准差都是 1。店址好的店各环都高，
    没有进模型，就会冒充链条的作用。估计见 :func:`crmlab.service.service_profit_chain`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.service.profit_chain()
    >>> figure.set(effect=0, place=0.8)
    >>> figure.alt.split("：")[0]
    '真实作用设为 0，全程却有 0.06（95% 区间 0.01 到 0.10，n = 120）'
    """
    drawn: dict[str, Any] = {}
    names = [f"{cause} → {effect}" for cause, effect in _PATHS] + ["全程（相乘）", "绕过链条的"]
    rows = np.arange(len(names))

    def make(ax: Axes) -> None:
        ax.axvline(0, color=PALETTE["grey"], linestyle="--", linewidth=1)
        looks = [PALETTE["blue"]] * len(_PATHS) + [PALETTE["green"], PALETTE["red"]]
        marks = [MARKERS[0]] * len(_PATHS) + [MARKERS[3], MARKERS[1]]
        drawn["lines"] = [ax.plot([], [], color=c, linewidth=3, solid_capstyle="butt")[0] for c in looks]
        drawn["dots"] = [ax.plot([], [], m, color=c, markersize=8)[0] for m, c in zip(marks, looks, strict=True)]
        drawn["words"] = [ax.text(0, y - 0.17, "", ha="center", va="bottom", fontsize=9, bbox=CLEAR) for y in rows]
        ax.set_yticks(rows, names)
        ax.set_ylim(len(names) - 0.5, -0.75)
        ax.set_xlim(-0.6, 1)
        ax.set_xticks([-0.5, 0, 0.5, 1], ["−0.5", "0", "0.5", "1"])
        ax.set_xlabel("标准化系数（个标准差）；横线是 95% 区间")

    def draw(ax: Axes, n: int, effect: float, place: float, draw_no: int) -> str:
        result = service.service_profit_chain(made_stores(n, effect, place, draw_no), _PATHS)
        if not drawn:
            make(ax)
        ends = [(p.beta, p.low, p.high) for p in records(result.paths)]
        ends.append((result.indirect, result.indirect_low, result.indirect_high))
        ends.append((result.direct, result.direct_low, result.direct_high))
        for line, dot, word, y, (value, low, high) in zip(
            drawn["lines"], drawn["dots"], drawn["words"], rows, ends, strict=True
        ):
            line.set_data([low, high], [y, y])
            dot.set_data([value], [y])
            word.set(text=signed(f"{value:.2f}"), x=value)
        low, high = (signed(f"{v:.2f}") for v in (result.indirect_low, result.indirect_high))
        total = f"{signed(f'{result.indirect:.2f}')}（95% 区间 {low} 到 {high}，n = {result.n}）"
        clear = not result.indirect_low <= 0 <= result.indirect_high
        if effect == 0 and clear:
            return f"真实作用设为 0，全程却有 {total}：是没有进模型的店址在冒充"
        if not clear:
            return f"全程 {total}：区间跨 0，这些店说不清链条连没连上"
        bypass = not result.direct_low <= 0 <= result.direct_high
        if bypass:
            return f"全程 {total}：可是还有绕过链条的联系，别急着说因果"
        return f"全程 {total}：各环一起变；只凭这些数据，仍不能说是因果"

    return LiveFigure(
        draw,
        {
            "n": whole("门店数", 120, 20, _MOST_STORES, step=10, unit="家"),
            "effect": number("每一环的真实作用", 0.5, 0, 1),
            "place": number("店址的影响（混杂）", 0, 0, 1),
            "draw_no": whole("第几次抽样", 1, 1, 20),
        },
        "五行系数：三条路径、全程的乘积、绕过链条的联系，点是估计，横线是 95% 区间，竖虚线是 0。模拟数据。",
        size=(7.2, 3.6),
        keep=True,
    )
