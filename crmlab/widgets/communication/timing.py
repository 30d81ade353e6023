"""When to send: how many messages it takes before the best hour is more than luck."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import communication
from crmlab._checks import check_frame
from crmlab.plots import PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import choice, graded, whole

_SIZES = [200, 500, 1000, 3000, 10_000, 30_000]
# What the simulated readers do: share opened by hour, and how much a weekday adds.
_BY_HOUR = dict(zip(range(8, 22), (9, 11, 14, 13, 15, 14, 12, 11, 11, 12, 14, 16, 18, 17), strict=True))
_BY_WEEKDAY = (1.0, 1.5, 1.0, 0.5, -1.0, -2.0, -1.0)


def send_time(messages: pd.DataFrame | None = None) -> LiveFigure:
    """什么时候发：只看几百条，“最好的时段”换一批就变；条数够多，它才站得住。

    Parameters
    ----------
    messages : DataFrame, optional
        一行一条消息，列 sent_at（发送时间）、opened（0/1），至少 200 条。不给就用模拟的 30,000 条：
        8–21 点随机发送，打开率设定为 9%–18%，晚上 8 点最高，周一到周三略高。

    Returns
    -------
    LiveFigure
        三个控件：按钟点还是按周几、用多少条、第几批。点是打开率，竖线是同时区间，五角星是收缩后最高的，
        空心圈和它分不出高低；模拟数据另画短横线，是设定的打开率。

    Raises
    ------
    TypeError
        发送时间不是日期时间。
    ValueError
        缺列，有缺失值，或少于 200 条。

    Notes
    -----
    见 :func:`crmlab.communication.send_time`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.communication.send_time()
    >>> figure.set(n=200)
    >>> figure.alt.split("：")[0]
    '200 条'
    """
    truth = messages is None
    table = _simulated() if messages is None else messages
    check_frame("messages", table, ["sent_at", "opened"])
    if len(table) < 200:
        raise ValueError(f"表 messages 只有 {len(table)} 条，至少要 200 条，才看得出换一批会怎样。")
    whole_table = {by: communication.send_time(table, by=by).table for by in ("hour", "weekday")}
    order = np.random.default_rng(45).permutation(len(table))
    sizes = [size for size in _SIZES if size < len(table)] + [len(table)]
    controls = {
        "by": choice("比较", [("钟点", "hour"), ("周几", "weekday")]),
        "n": graded("用多少条", [(f"{size:,} 条", size) for size in sizes], sizes[min(2, len(sizes) - 1)]),
        "batch": whole("第几批", 1, 1, 10),
    }
    alt = "点是各时段的打开率，竖线是 95% 同时区间，五角星是最高的，空心圈和它分不出高低，虚线是平均。"
    if truth:
        alt += "短横线是设定的打开率，模拟数据。"
    picture = _SlotPicture(table.iloc[order].reset_index(drop=True), whole_table, truth)
    return LiveFigure(picture, controls, alt, size=(7.2, 3.6), keep=True)


def _simulated() -> pd.DataFrame:
    rng = np.random.default_rng(46)
    n = 30_000
    hour, day = rng.integers(8, 22, n), rng.integers(0, 28, n)
    sent = pd.Timestamp("2026-03-02") + pd.to_timedelta(24 * day + hour, unit="h")
    share = np.array([_BY_HOUR[h] for h in range(8, 22)])[hour - 8] + np.array(_BY_WEEKDAY)[day % 7]
    return pd.DataFrame({"sent_at": sent, "opened": (rng.random(n) < share / 100).astype(int)})


class _SlotPicture:
    """A fixed row of slots; what changes is where the points stand and how sure they are."""

    def __init__(self, table: pd.DataFrame, everything: dict[str, pd.DataFrame], truth: bool) -> None:
        self.table, self.everything, self.truth = table, everything, truth
        self.slots = {by: [str(slot) for slot in found["slot"]] for by, found in everything.items()}
        highest = max(float(found["share"].max()) for found in everything.values())
        self.top = float(min(np.ceil(25 * highest) * 10, 100))
        self.by = ""

    def _make(self, ax: Axes, by: str) -> None:
        for artist in [*ax.lines, *ax.texts, *ax.collections]:
            artist.remove()
        self.by = by
        slots = self.slots[by]
        ax.set_xlim(-0.6, len(slots) - 0.4)
        ax.set_ylim(0, self.top)
        ax.set_xticks(range(len(slots)), [slot.removesuffix(" 时") for slot in slots])
        ax.set_xlabel("发送的钟点（点）" if by == "hour" else "发送的日子（周几）")
        ax.set_ylabel("打开率（%）")
        self.mean = ax.axhline(0, color=PALETTE["grey"], linestyle="--", linewidth=1)
        self.lines = [ax.plot([], [], color=PALETTE["blue"], linewidth=2)[0] for _ in slots]
        (self.low,) = ax.plot([], [], "o", color=PALETTE["blue"], markersize=7)
        (self.close,) = ax.plot([], [], "o", color=PALETTE["blue"], markerfacecolor="white", markersize=7)
        (self.best,) = ax.plot([], [], "*", color=PALETTE["red"], markersize=16)
        if self.truth:
            ax.plot(range(len(slots)), self._set(by), "_", color="black", markersize=14, markeredgewidth=2)
        self.word = ax.text(0, 0, "", ha="center", va="bottom", fontsize=10)
        key = "★ 最高　○ 和它分不出高低　● 比它低" + ("　━ 设定的打开率（模拟）" if self.truth else "")
        ax.text(0.01, 0.99, key, transform=ax.transAxes, va="top", fontsize=9)

    @staticmethod
    def _set(by: str) -> np.ndarray:
        hours, days = np.array(list(_BY_HOUR.values()), dtype=float), np.array(_BY_WEEKDAY)
        shares: np.ndarray = hours + days.mean() if by == "hour" else days + hours.mean()
        return shares

    def __call__(self, ax: Axes, by: str, n: int, batch: int) -> str:
        if by != self.by:
            self._make(ax, by)
        rows = (np.arange(n) + (batch - 1) * n) % len(self.table)
        result = communication.send_time(self.table.iloc[rows], by=by)
        table = result.table
        x = np.array([self.slots[by].index(str(slot)) for slot in table["slot"]])
        share, low, high = (100 * table[c].to_numpy(dtype=float) for c in ("share", "low", "high"))
        best, close = table["best"].to_numpy(dtype=bool), table["cannot_tell"].to_numpy(dtype=bool)
        for line in self.lines:
            line.set_data([], [])
        for line, at, bottom, above in zip(self.lines, x, low, high, strict=False):
            line.set_data([at, at], [bottom, above])
        for points, mask in ((self.low, ~best & ~close), (self.close, close), (self.best, best)):
            points.set_data(x[mask], share[mask])
        average = 100 * float(table["opens"].sum()) / result.n
        self.mean.set_ydata([average, average])
        self.word.set_text(f"{share[best][0]:.1f}%")
        self.word.set_position((x[best][0], min(high[best][0], self.top * 0.84) + self.top * 0.02))
        rivals = int(close.sum())
        said = (
            f"{n:,} 条：{result.best}最高，{share[best][0]:.1f}%（同时区间 {low[best][0]:.1f}%–{high[best][0]:.1f}%）"
        )
        if rivals == 0:
            return f"{said}；别的时段都比它低，这个“最好”站得住" if len(table) > 1 else f"{said}；没有别的时段可比"
        if rivals == len(table) - 1:
            return f"{said}；可是其余 {rivals} 个时段都和它分不出高低，换一批试试"
        return f"{said}；其中 {rivals} 个时段和它分不出高低"
