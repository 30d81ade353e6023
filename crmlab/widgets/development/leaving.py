"""Who has left: the inactivity threshold against the truth, survival by group."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import development
from crmlab._checks import check_frame
from crmlab.plots import CYCLE, HATCHES, MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import choice, graded, switch, whole
from crmlab.widgets.development._teaching import CUT, orders, subscribers

_STYLES = ("-", "--", "-.", ":")
_MOST_GROUPS = 4
_BOXES = ("判流失，真没回来", "判流失，后来回来了", "没判出来，走了", "没判，也没走")


def churn_threshold(
    transactions: pd.DataFrame | None = None,
    *,
    cut: Any = None,
    horizons: tuple[int, ...] = (90, 180),
    customer: str = "customer_id",
    date: str = "date",
) -> LiveFigure:
    """流失界限：拖动“多少天没买算流失”，对着后来的真相看查准率和查全率。

    Parameters
    ----------
    transactions : DataFrame, optional
        一行一笔订单。不给就用内置的 700 位客户 15 个月的订单（模拟）。
    cut : str or Timestamp, optional
        站在哪一天判断；给了 ``transactions`` 就必须给。
    horizons : tuple of int
        往后看多少天没回来算真流失；订单要记到最长的那一天。
    customer, date : str
        客户编号列和日期列。

    Returns
    -------
    LiveFigure
        两个控件：界限、往后看多久。左图是查准率、查全率随界限的变化和 95% 区间，右图是四种结果各多少人。

    Raises
    ------
    TypeError
        日期列不是日期。
    ValueError
        缺列，有缺失值，给了订单却没有给 cut，或订单没有记到往后看的最后一天。

    Notes
    -----
    各个界限的结果在打开时算好。“真相”也是约定：往后看得越短，没回来的人越多。

    References
    ----------
    见 :func:`crmlab.development.churn_backtest`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.development.churn_threshold()
    >>> figure.set(threshold=60)
    >>> figure.alt.split("：")[0]
    '超过 60 天没买就判流失'
    """
    table, day = (orders(), CUT) if transactions is None else (transactions, cut)
    if day is None:
        raise ValueError('给了 transactions 就要给 cut：站在哪一天判断，例如 cut="2026-03-31"。')
    limits = [float(limit) for limit in range(5, 241, 5)]
    tables = {
        days: development.churn_backtest(
            table, cut=day, horizon_days=days, thresholds=limits, customer=customer, date=date
        )
        for days in horizons
    }
    return LiveFigure(
        _ThresholdPicture(tables),
        {
            "threshold": whole("多少天没买算流失", 90, 5, 240, step=5, unit="天"),
            "horizon": graded("往后看多久没回来算真走", [(f"{d} 天", d) for d in horizons], horizons[0]),
        },
        "左图：界限越长，查准率（实线）越高、查全率（虚线）越低，阴影是 95% 区间，竖线是现在的界限。"
        "右图：判对的流失、误报、漏报和判对的留下各多少人。",
        panels=2,
        widths=(1.2, 1),
        size=(7.2, 3.5),
        keep=True,
    )


class _ThresholdPicture:
    """Two curves with bands (changed only with the horizon), a line that moves, four bars."""

    def __init__(self, tables: dict[int, pd.DataFrame]) -> None:
        self.tables = tables
        self.horizon: int | None = None
        self.bars: Any = None

    def _make(self, left: Axes, right: Axes) -> None:
        self.curves = []
        for i, (word, colour) in enumerate((("查准率", "blue"), ("查全率", "red"))):
            band = left.fill_between([], [], [], color=PALETTE[colour], alpha=0.18, linewidth=0)
            (line,) = left.plot([], [], _STYLES[i], color=PALETTE[colour], marker=MARKERS[i], markevery=8, markersize=5)
            self.curves.append((line, band, left.text(0, 0, word, color=PALETTE[colour], bbox=CLEAR, ha="right")))
        self.here = left.axvline(0, color="black", linewidth=1.2)
        left.set_xlim(0, 245)
        left.set_ylim(0, 103)
        left.set_xlabel("多少天没买算流失（天）")
        left.set_ylabel("查准率、查全率（%）")
        left.grid(axis="y")
        most = max(int(t["n"].iloc[0]) for t in self.tables.values())
        self.bars = right.barh(range(4), [0] * 4, 0.6, color=[PALETTE[c] for c in ("blue", "orange", "red", "grey")])
        for bar, hatch in zip(self.bars, HATCHES, strict=False):
            bar.set(hatch=hatch, edgecolor="white")
        self.words = [right.text(0, at, "", va="center", fontsize=9, bbox=CLEAR) for at in range(4)]
        right.set_yticks(range(4), [name.replace("，", "\n") for name in _BOXES], fontsize=9)
        right.set_ylim(3.5, -0.5)
        right.set_xlim(0, most)
        right.set_xlabel("客户（人）")

    def __call__(self, axes: list[Axes], threshold: int, horizon: int) -> str:
        if self.bars is None:
            self._make(*axes)
        table = self.tables[horizon]
        if horizon != self.horizon:
            self.horizon = horizon
            x = table["threshold_days"].to_numpy()
            for (line, band, word), name in zip(self.curves, ("precision", "recall"), strict=True):
                line.set_data(x, 100 * table[name])
                band.set_data(x, 100 * table[f"{name}_low"], 100 * table[f"{name}_high"])
                ends = 100 * table.loc[x >= 190, [f"{name}_low", f"{name}_high"]].to_numpy(dtype=float)
                low, high = (0.0, 90.0) if np.isnan(ends).all() else (np.nanmin(ends), np.nanmax(ends))
                word.set_position((238, float(max(low - 12, 10) if name == "precision" else min(high + 4, 92))))
        self.here.set_xdata([threshold, threshold])
        row = table[table["threshold_days"] == threshold].iloc[0]
        n, gone, flagged, hits = (int(row[c]) for c in ("n", "gone", "flagged", "hits"))
        counts = (hits, flagged - hits, gone - hits, n - flagged - gone + hits)
        for bar, text, count in zip(self.bars, self.words, counts, strict=True):
            bar.set_width(count)
            text.set(text=f"{count:,} 人", x=min(count + 0.02 * n, 0.7 * n))
        head = f"超过 {threshold} 天没买就判流失："
        if not flagged:
            return f"{head}一个人也没判出来，{gone:,} 位真走的全漏了"
        best = int(table.loc[table["best"], "threshold_days"].iloc[0])
        right, found = (
            f"{name} {row[c]:.0%}（{row[f'{c}_low']:.0%}–{row[f'{c}_high']:.0%}）"
            for name, c in (("查准率", "precision"), ("查全率", "recall"))
        )
        return f"{head}{right}，{found}；F1 最高的界限是 {best} 天"


def survival_groups(
    customers: pd.DataFrame | None = None,
    *,
    duration: str = "months",
    event: str = "left",
    by: dict[str, str] | None = None,
    unit: str = "月",
) -> LiveFigure:
    """分组留存曲线：挪动时点看各组还剩多少，再试试“丢掉还没走的人”会错多少。

    Parameters
    ----------
    customers : DataFrame, optional
        一行一位客户，见 :func:`crmlab.development.compare_survival`。不给就用内置的 600 位订户（模拟）。
    duration, event : str
        观察了多久的列、是否已流失的列（1 已流失，0 还没有）。
    by : dict, optional
        分法的名称 → 列名，例如 ``{"合同": "contract"}``；每种分法 2–4 组。给了 ``customers`` 就必须给。
    unit : str
        时间的单位。

    Returns
    -------
    LiveFigure
        三个控件：怎么分组、看第几期、要不要丢掉还没走的人。左图是各组的留存曲线，右图是这一刻的留存和 95% 区间。

    Raises
    ------
    TypeError
        时间不是数字。
    ValueError
        缺列，没有给 by，或一种分法不是 2–4 组。

    Notes
    -----
    还没走的人叫删失（censored）：只知道他至少留了这么久。丢掉他们，就只剩走了的人，留存会低得离谱。
    分组比较是关联：选按年付的人，本来就更想留下。

    References
    ----------
    见 :func:`crmlab.development.compare_survival`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.development.survival_groups()
    >>> figure.set(time=12)
    >>> figure.alt.split("；")[0]
    '第 12 月：按年付还有 80%，按月付还有 60%'
    """
    table = subscribers() if customers is None else customers
    ways = {"合同": "contract", "渠道": "channel"} if customers is None and by is None else by
    if not ways:
        raise ValueError('请给 by，说明怎么分组，例如 by={"合同": "contract"}。')
    check_frame("customers", table, [duration, event, *ways.values()])
    kept: dict[tuple[str, bool], development.SurvivalComparison] = {}
    for column in ways.values():
        groups = table[column].nunique()
        if not 2 <= groups <= _MOST_GROUPS:
            raise ValueError(f"列“{column}”有 {groups} 组，这个小部件画 2–{_MOST_GROUPS} 组。请先合并小的组。")
        for dropped in (False, True):
            rows = table[table[event] == 1] if dropped else table
            kept[column, dropped] = development.compare_survival(rows, duration=duration, event=event, by=column)
    last = int(table[duration].max())
    return LiveFigure(
        _SurvivalPicture(kept, last, unit),
        {
            "by": choice("怎么分组", list(ways.items())),
            "time": whole(f"看第几{unit}", max(last // 2, 1), 1, last, unit=unit),
            "dropped": switch("丢掉还没走的人（错的做法）"),
        },
        "左图：各组的留存曲线，线型不同，竖线是现在看的时点。右图：这一刻各组的留存和 95% 区间。",
        panels=2,
        widths=(1.3, 1),
        size=(7.2, 3.5),
        keep=True,
    )


class _SurvivalPicture:
    """Steps for up to four groups; only a line and dots move with the time."""

    def __init__(self, kept: dict[tuple[str, bool], development.SurvivalComparison], last: int, unit: str) -> None:
        self.most = max(len(result.curves) for result in kept.values())
        self.kept, self.last, self.unit = kept, last, unit
        self.drawn: tuple[str, bool] | None = None
        self.lines: list[Any] = []

    def _make(self, left: Axes, right: Axes) -> None:
        for i in range(self.most):
            look: dict[str, Any] = {"color": CYCLE[i]}
            (line,) = left.step([], [], _STYLES[i], where="post", linewidth=1.8, **look)
            (whisker,) = right.plot([], [], linewidth=2.5, **look)
            (dot,) = right.plot([], [], MARKERS[i], markersize=8, **look)
            self.lines.append((line, whisker, dot, right.text(0, i - 0.24, "", ha="center", fontsize=9, **look)))
        self.here = left.axvline(0, color="black", linewidth=1.2)
        left.set_xlim(0, self.last)
        left.set_ylim(0, 103)
        left.set_xlabel(f"时间（{self.unit}）")
        left.set_ylabel("还在的客户（%）")
        left.grid(axis="y")
        right.set_xlim(-3, 103)
        right.set_ylim(self.most - 0.5, -0.8)
        right.set_yticks([])
        right.set_xlabel("这一刻的留存（%）")
        right.grid(axis="x")

    def __call__(self, axes: list[Axes], by: str, time: int, dropped: bool) -> str:
        if not self.lines:
            self._make(*axes)
        result = self.kept[by, dropped]
        if self.drawn != (by, dropped):
            self.drawn = (by, dropped)
            for line, *_ in self.lines[len(result.curves) :]:
                line.set_data([], [])
            for (line, *_), curve in zip(self.lines, result.curves.values(), strict=False):
                line.set_data([0, *curve.table["time"]], [100, *(100 * curve.table["survival"])])
        self.here.set_xdata([time, time])
        said = []
        rows = [(name, curve.at([time]).iloc[0]) for name, curve in result.curves.items()]
        for i, (_, whisker, dot, text) in enumerate(self.lines):
            if i >= len(rows):
                whisker.set_data([], [])
                dot.set_data([], [])
                text.set_text("")
                continue
            name, row = rows[i]
            share, low, high = (100 * float(row[c]) for c in ("survival", "low", "high"))
            whisker.set_data([low, high], [i, i])
            dot.set_data([share], [i])
            text.set(text=f"{name} {share:.0f}%（还在观察 {row['at_risk']:,.0f} 人）", x=50, y=i - 0.28)
            said.append(f"{name}还有 {share:.0f}%" if not np.isnan(share) else f"{name}已没有人可看")
        head = f"第 {time} {self.unit}：" + "，".join(said)
        if dropped:
            return f"{head}；只留下走了的 {result.table['n'].sum():,} 人来算，留存被压低了，这是错的做法"
        p = "小于 0.001" if result.p_value < 0.001 else f"= {result.p_value:.3f}"
        verdict = "各组留存不同" if result.p_value < 0.05 else "看不出各组不同"
        return f"{head}；对数秩检验 p {p}（n = {result.table['n'].sum():,}），{verdict}；这是关联，不是因果"
