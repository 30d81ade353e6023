"""A table of tag rules to edit: who gets which tag."""

from typing import Any

import ipywidgets as w
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import information
from crmlab._checks import check_frame, listing
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.information.teaching import AS_OF, simulated_customers

_MOST = 6
_RULES = "常客, orders, >=, 6\n常客, days_since, <=, 180\n沉睡, days_since, >, 365\n积分快到期, points, >=, 500"


def profile_tags(customers: pd.DataFrame | None = None, rules: str = _RULES) -> LiveFigure:
    """客户标签的规则编辑器：一行写一条规则，马上看到每个标签有多少客户。

    Parameters
    ----------
    customers : DataFrame, optional
        一行一位客户，有 customer_id 列。不给就用 500 位模拟的客户，列：orders、points、days_since（多少天没有联系）、gender、address。
    rules : str
        一开始的规则。一行一条：标签, 列, 比法, 值，用逗号隔开；同一个标签写几行，就要全都满足。

    Returns
    -------
    LiveFigure
        一个可以改的文本框。图上每个标签一行，点是占比，横线是 95% 区间。

    Raises
    ------
    TypeError
        给的不是表，或规则不是文字。
    ValueError
        缺列，或一开始的规则写得不对。

    Notes
    -----
    比法：==、!=、>、>=、<、<=、between（值写成 低|高）、in（值写成 甲|乙）、contains、missing、known。
    标签是企业的推断，可能错也可能冒犯：敏感的推断不要做成标签。

    References
    ----------
    见 :func:`crmlab.information.profile_tags`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.information.profile_tags()
    >>> figure.set(rules="女客户, gender, ==, 女")
    >>> figure.alt.split("，")[0]
    '1 个标签'
    """
    if not isinstance(rules, str):
        raise TypeError(f"参数 rules 应是文字，一行一条规则，你给的是 {type(rules).__name__}。")
    if customers is None:
        made = simulated_customers(500, np.random.default_rng(55))
        made["days_since"] = (pd.Timestamp(AS_OF) - made["updated_at"]).dt.days
    else:
        made = customers
    check_frame("customers", made, ["customer_id"])
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        drawn["ranges"] = [ax.plot([], [], color=PALETTE["blue"], linewidth=2.5)[0] for _ in range(_MOST)]
        (drawn["points"],) = ax.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=8)
        drawn["names"] = [ax.text(-2, y, "", ha="right", va="center") for y in range(_MOST)]
        drawn["numbers"] = [ax.text(0, y, "", va="center", fontsize=9) for y in range(_MOST)]
        ax.set_xlim(-42, 118)
        ax.set_ylim(_MOST - 0.4, -0.6)
        ax.set_yticks([])
        ax.set_xticks([0, 25, 50, 75, 100])
        ax.spines["left"].set_position(("data", 0))
        ax.set_xlabel(f"占客户的比例（%，n = {len(made)}，横线是 95% 区间）")

    def draw(ax: Axes, rules: str) -> str:
        result = information.profile_tags(made, parse_rules(rules))
        if not drawn:
            make(ax)
        shown = result.summary.head(_MOST)
        share, low, high = (100 * shown[c].to_numpy(dtype=float) for c in ("share", "low", "high"))
        drawn["points"].set_data(share, np.arange(len(shown)))
        for i in range(_MOST):
            on = i < len(shown)
            drawn["ranges"][i].set_data([low[i], high[i]] if on else [], [i, i] if on else [])
            name = str(shown["tag"].iloc[i]) if on else ""
            drawn["names"][i].set_text(name if len(name) <= 9 else f"{name[:8]}…")
            drawn["numbers"][i].set(
                text=f"{shown['n'].iloc[i]} 人（{share[i]:.0f}%）" if on else "", x=high[i] + 2 if on else 0
            )
        most = result.summary.iloc[int(result.summary["n"].to_numpy().argmax())]
        more = f"（图上画前 {_MOST} 个）" if len(result.summary) > _MOST else ""
        if most["n"] == 0:
            return f"{len(result.summary)} 个标签{more}，没有一位客户符合：规则太严，或值写错了"
        return (
            f"{len(result.summary)} 个标签{more}，最多的是{most['tag']}（{most['n']} 人，{most['share']:.0%}）；"
            f"{result.n_untagged} 位客户没有标签"
        )

    box = w.Textarea(value=rules, description="规则", rows=6)
    alt = "每个标签一行：点是有这个标签的客户占比，横线是 95% 区间，旁边写着人数。"
    return LiveFigure(draw, {"rules": box}, alt, size=(7.2, 3.2), keep=True)


def parse_rules(text: str) -> pd.DataFrame:
    """Return the rules written one a line as ``tag, column, op, value``; Chinese commas will do."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("，", ",").split(",", 3)]
        if len(parts) < 3 or not all(parts[:3]):
            raise ValueError(
                f"第 {number} 行“{line.strip()}”写得不全，应是：标签, 列, 比法, 值。例如：常客, orders, >=, 5"
            )
        if parts[2] not in information.TAG_OPERATORS:
            raise ValueError(f"第 {number} 行的比法“{parts[2]}”不认识，可用：{listing(information.TAG_OPERATORS)}。")
        rows.append([*parts, None][:4])
    if not rows:
        raise ValueError("还没有规则。请至少写一行，例如：常客, orders, >=, 5")
    return pd.DataFrame(rows, columns=["tag", "column", "op", "value"])
