"""A tag built from two rules: how many it finds and how much better they answer."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import technology
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import choice, whole


def made_customers(n: int = 3000, seed: int = 4) -> pd.DataFrame:
    """Return simulated customers; who bought lately or often answers an offer more often."""
    rng = np.random.default_rng(seed)
    days = rng.exponential(120, n).round().clip(0, 720)
    orders = rng.geometric(0.25, n)
    share = 0.02 + 0.10 * np.exp(-days / 60) + 0.012 * np.minimum(orders, 8)
    return pd.DataFrame({"days": days, "orders": orders, "responded": (rng.random(n) < share).astype(int)})


def tag_rule() -> LiveFigure:
    """标签规则：两个条件一拼，看命中多少客户、响应率是全体的几倍（模拟）。

    Returns
    -------
    LiveFigure
        三个控件：最近一次购买在几天之内、一年至少买几次、两个条件怎么拼。左图是命中和没有命中的人，右图是响应率和 95% 区间。

    Notes
    -----
    3000 位客户是模拟的：回应的概率设为 0.02 + 0.10 × e^(−天数 ÷ 60) + 0.012 × 次数（次数最多算 8 次）。
    条件越严，响应率越高，可是找到的回应者越少，区间也越宽。“同时满足”由 :func:`crmlab.technology.tag_rules` 判断。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.technology.tag_rule()
    >>> figure.set(orders=1, days=720)
    >>> figure.alt.split("：")[0]
    '命中 3000 人（100%）'
    """
    customers = made_customers()
    drawn: dict[str, Any] = {}

    def make(left: Axes, right: Axes) -> None:
        jitter = np.random.default_rng(0).uniform(-0.3, 0.3, len(customers))
        shown = slice(0, 800)
        drawn["x"] = customers["days"].to_numpy()[shown]
        drawn["y"] = np.minimum(customers["orders"].to_numpy()[shown], 12) + jitter[shown]
        (drawn["out"],) = left.plot([], [], ".", color="#C0C0C0", markersize=3)
        (drawn["in"],) = left.plot([], [], MARKERS[2], color=PALETTE["blue"], markersize=4)
        left.set_xlim(-8, 520)
        left.set_ylim(0.4, 13)
        left.set_yticks([1, 4, 8, 12], ["1", "4", "8", "12 以上"])
        left.set_xlabel("最近一次购买（天前）")
        left.set_ylabel("一年的次数（次）")
        right.set_xlim(0, 40)
        right.set_ylim(-0.7, 1.8)
        right.set_yticks([0, 1], ["命中的", "全体"])
        right.set_xlabel("响应率（%）")
        (drawn["interval"],) = right.plot([], [], color=PALETTE["blue"], linewidth=3, solid_capstyle="butt")
        (drawn["point"],) = right.plot([], [], MARKERS[2], color=PALETTE["blue"], markersize=9)
        (drawn["base"],) = right.plot([], [], MARKERS[1], color=PALETTE["grey"], markersize=8)
        drawn["words"] = [right.text(0, y + 0.22, "", ha="center", fontsize=10, bbox=CLEAR) for y in (0, 1)]

    def draw(axes: list[Axes], days: int, orders: int, join: str) -> str:
        rows = [["近", "days", "<=", days], ["勤", "orders", ">=", orders], ["近且勤", "days", "<=", days],
                ["近且勤", "orders", ">=", orders]]  # fmt: skip
        tags = technology.tag_rules(customers, pd.DataFrame(rows, columns=["tag", "column", "op", "value"]))
        hit = tags[join] if join != "近或勤" else tags["近"] | tags["勤"]
        row = technology.tag_lift(hit.to_frame("标签"), customers["responded"]).iloc[0]
        if not drawn:
            make(*axes)
        inside = hit.to_numpy()[: len(drawn["x"])]
        drawn["in"].set_data(drawn["x"][inside], drawn["y"][inside])
        drawn["out"].set_data(drawn["x"][~inside], drawn["y"][~inside])
        known = row["n"] > 0
        drawn["interval"].set_data([100 * row["low"], 100 * row["high"]], [0, 0])
        drawn["point"].set_data([100 * row["response"]], [0])
        drawn["base"].set_data([100 * row["base"]], [1])
        tagged, everyone = drawn["words"]
        tagged.set(text=f"{row['response']:.1%}" if known else "没有命中的人", x=100 * row["response"] if known else 12)
        everyone.set(text=f"{row['base']:.1%}", x=100 * row["base"])
        if not known:
            return "命中 0 人：条件太严，一个人也找不到"
        found = f"命中 {row['n']:.0f} 人（{row['share']:.0%}）"
        if np.isnan(row["lift_low"]):
            return f"{found}：一个回应的也没有，提升度算不出"
        lift = f"提升度 {row['lift']:.2f}（95% 区间 {row['lift_low']:.2f}–{row['lift_high']:.2f}）"
        return f"{found}：{lift}，找到 {row['captured']:.0%} 的回应者"

    return LiveFigure(
        draw,
        {
            "days": whole("最近一次购买在", 60, 0, 720, step=10, unit="天之内"),
            "orders": whole("一年至少买", 4, 1, 20, unit="次"),
            "join": choice(
                "两个条件", [("同时满足", "近且勤"), ("满足一个就行", "近或勤"), ("只看时间", "近"), ("只看次数", "勤")]
            ),
        },
        "左图：每个点是一位客户（只画 800 位），三角是命中的。右图：命中的人和全体的响应率，横线是 95% 区间。模拟数据。",
        panels=2,
        widths=(1.3, 1),
        size=(7.2, 3.6),
        keep=True,
    )
