"""How much to hide: the masked view and how many people still stand out in it."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import information
from crmlab._checks import check_frame
from crmlab.plots import PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import graded, whole
from crmlab.widgets.information.teaching import simulated_customers
from crmlab.widgets.lettering import Lettering

_FIELDS = {"name": "姓名", "mobile": "手机号", "address": "地址"}
_LEVELS = [("原样", "clear"), *((word, level) for level, word in information.MASK_LEVELS.items())]
_SHOWN = 7


def mask_preview(customers: pd.DataFrame | None = None) -> LiveFigure:
    """脱敏到什么程度：每一列选一档，看还剩下什么，几个人还能被单独认出来。

    Parameters
    ----------
    customers : DataFrame, optional
        一行一位客户，列 name、mobile、address，都是文字。不给就用 600 位模拟的客户。

    Returns
    -------
    LiveFigure
        姓名、手机号、地址各一个档位，再加要求的 k。左边是脱敏后的前几行，右边是这三列合起来有多少人藏得住。

    Raises
    ------
    TypeError
        给的不是表，或有值不是文字。
    ValueError
        缺列，或一行数据也没有。

    Notes
    -----
    把外人能看到的这三列都当作准标识符。模拟的客户只有 8 个姓、3 个城市，真实的客户更难藏。星号的个数也漏出名字有几个字。
    k 够大也不等于安全：同一组人的敏感信息可能全都一样，见 :func:`crmlab.information.l_diversity`。

    References
    ----------
    见 :func:`crmlab.information.mask`、:func:`crmlab.information.k_anonymity`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.information.mask_preview()
    >>> figure.set(name="medium", mobile="full", address="full", required=5)
    >>> figure.alt.split("：")[0]
    'k = 6，达到 5-匿名'
    """
    made = simulated_customers(600, np.random.default_rng(51)) if customers is None else customers
    check_frame("customers", made, list(_FIELDS))
    masked = {
        (field, level): made[field] if level == "clear" else information.mask(made[field], field, level=level)
        for field in _FIELDS
        for _, level in _LEVELS
    }

    @cache
    def judged(levels: tuple[str, ...], required: int) -> information.KAnonymityResult:
        shown = pd.DataFrame({f: masked[f, level] for f, level in zip(_FIELDS, levels, strict=True)})
        return information.k_anonymity(shown, list(_FIELDS), required=required)

    controls = {
        **{field: graded(word, _LEVELS, "light") for field, word in _FIELDS.items()},
        "required": whole("要求几个人分不开", 5, 2, 20, unit="人"),
    }
    chosen = {level: word for word, level in _LEVELS}

    def alt(required: int, **levels: str) -> str:
        masks = "、".join(f"{_FIELDS[field]}（{chosen[level]}）" for field, level in levels.items())
        return f"左边：脱敏后的前几行，{masks}。右边：藏得住和藏不住的人各占多少，斜纹是藏不住的。"

    draw = _Preview(masked, judged)
    return LiveFigure(draw, controls, alt, panels=2, widths=(1.7, 1), size=(7.2, 3.3), keep=True)


class _Preview:
    """A table of texts and a bar that change; nothing is made anew between two pictures."""

    def __init__(self, masked: dict[tuple[str, str], pd.Series], judged: Any) -> None:
        self.masked, self.judged = masked, judged
        self.cells: dict[str, Any] = {}

    def _make(self, left: Axes, right: Axes) -> None:
        left.set_axis_off()
        left.set_xticks([])
        left.set_yticks([])
        left.set_xlim(0, 1)
        left.set_ylim(0, 1)
        for field, x in zip(_FIELDS, (0.0, 0.17, 0.42), strict=True):
            Lettering(left, x, 0.98, size=10, colour="#444444").set_lines([_FIELDS[field]])
            self.cells[field] = Lettering(left, x, 0.83, spacing=2.2)
        right.set_xlim(0, 100)
        right.set_ylim(-0.6, 1.6)
        right.set_yticks([0, 1], ["藏不住", "藏得住"])
        right.set_xticks([0, 50, 100])
        right.set_xlabel("占全部客户（%）")
        self.bars = right.barh([0, 1], [0, 0], height=0.6, edgecolor="white")
        self.bars[0].set(facecolor=PALETTE["orange"], hatch="///")
        self.bars[1].set(facecolor=PALETTE["sky"])
        self.words = [right.text(3, y, "", va="center", fontsize=10) for y in (0, 1)]

    def __call__(self, axes: list[Axes], name: str, mobile: str, address: str, required: int) -> str:
        levels = (name, mobile, address)
        result = self.judged(levels, required)
        if not self.cells:
            self._make(*axes)
        for (field, text), level in zip(self.cells.items(), levels, strict=True):
            values = self.masked[field, level].iloc[:_SHOWN].astype("str").fillna("（缺失）")
            text.set_lines(list(values))
        hidden = result.n - result.n_below
        for bar, word, count in zip(self.bars, self.words, (result.n_below, hidden), strict=True):
            bar.set_width(100 * count / result.n)
            word.set_text(f"{count} 人（{count / result.n:.0%}）")
        said = "达到" if result.k >= required else "没有达到"
        if not result.n_below:
            return f"k = {result.k}，{said} {required}-匿名：{result.n} 人都藏在至少 {required} 个人里"
        return f"k = {result.k}，{said} {required}-匿名：{result.n_below} 人（{result.n_below / result.n:.0%}）所在的组不到 {required} 人"
