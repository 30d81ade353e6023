"""A cohort triangle that fills as the months go by."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import loyalty
from crmlab._intervals import interval_text
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import whole
from crmlab.widgets.loyalty._teaching import cohort_orders

_UNIT_ZH = {"week": "周", "month": "月", "quarter": "季"}


def cohort_triangle(
    transactions: pd.DataFrame | None = None,
    *,
    customer: str = "customer_id",
    date: str = "date",
    period: str = "month",
) -> LiveFigure:
    """同期群三角：拖动“站在第几个月看”，看三角一行行填满，再挑一个年龄比较各同期群。

    Parameters
    ----------
    transactions : DataFrame, optional
        一行一笔交易。不给就用内置的 10 个月订单（模拟：11 月大促来的新客多一倍，回来的机会减半）。
    customer, date : str
        客户编号列和日期列。
    period : {"week", "month", "quarter"}
        一期多长。

    Returns
    -------
    LiveFigure
        两个滑块：站在第几期末、看第几期的留存。左图是三角，右图是合起来的留存曲线和 95% 区间。

    Raises
    ------
    TypeError
        日期列不是日期。
    ValueError
        缺列，有缺失值，或不到三期。

    Notes
    -----
    每一期的结果在打开时算好，拖动时只换图。右图的点越靠右，用的同期群越老、越少：新老客户质量不同时，曲线会骗人。

    References
    ----------
    见 :func:`crmlab.loyalty.cohort_retention`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.loyalty.cohort_triangle()
    >>> figure.set(month=8, age=2)
    >>> figure.alt.split("。")[0]
    '站在第 8 月末：第 2 月的留存 51%（95% 区间 47%–54%，n = 863），2025-07 最高 65%，2025-11 最低 27%'
    """
    orders = cohort_orders() if transactions is None else transactions
    whole_result = loyalty.cohort_retention(orders, customer=customer, date=date, period=period)
    n_periods = len(whole_result.retention.columns)
    if n_periods < 3:
        raise ValueError(f"这批交易只有 {n_periods} 期，至少要 3 期才看得出留存。请加长观察期，或把 period 改短。")
    freq = {"week": "W", "month": "M", "quarter": "Q"}[period]
    number = orders[date].dt.to_period(freq)
    first = number.min()
    results = [
        loyalty.cohort_retention(
            orders[number <= first + k], customer=customer, date=date, period=period,
            observation_end=None if k == n_periods - 1 else (first + k).end_time.normalize(),
        )
        for k in range(1, n_periods)
    ]  # fmt: skip
    unit = _UNIT_ZH[period]
    return LiveFigure(
        _TrianglePicture(results, unit),
        {
            "month": whole(f"站在第几{unit}末看", n_periods, 2, n_periods, unit=unit),
            "age": whole("看首次购买以后第几期", min(2, n_periods - 1), 1, n_periods - 1, unit=unit),
        },
        "左图：一行一个同期群，颜色越深留存越高，空白是还没到时候，红框是选中的年龄。右图：各同期群合起来的留存曲线和 95% 区间。",
        panels=2,
        widths=(1.25, 1),
        size=(7.2, 3.7),
        keep=True,
    )


class _TrianglePicture:
    """One image whose values change, one column of numbers, one curve with its band."""

    def __init__(self, results: list[loyalty.CohortRetention], unit: str) -> None:
        self.results, self.unit = results, unit
        last = results[-1]
        self.cohorts = [str(c) for c in last.retention.index]
        self.ages = [int(str(a)) for a in last.retention.columns[1:]]
        self.top = max(100 * float(np.nanmax([r.curve["high"].iloc[1:].max() for r in results])), 1.0)
        self.made = False

    def _make(self, left: Axes, right: Axes) -> None:
        shape = (len(self.cohorts), len(self.ages))
        self.image = left.imshow(np.full(shape, np.nan), cmap="Blues", aspect="auto", vmin=0, vmax=self.top * 1.1)
        self.words = [left.text(0, at, "", ha="center", va="center", fontsize=9) for at in range(len(self.cohorts))]
        self.frame = left.axvspan(-0.5, 0.5, fill=False, edgecolor=PALETTE["red"], linewidth=2)
        every = max(1, len(self.cohorts) // 12)
        left.set_yticks(range(0, len(self.cohorts), every), self.cohorts[::every], fontsize=9)
        step = max(1, len(self.ages) // 10)
        left.set_xticks(range(0, len(self.ages), step), [str(a) for a in self.ages[::step]])
        left.tick_params(length=0)
        left.set_xlabel(f"首次购买以后第几期（{self.unit}）")
        left.set_ylabel(f"首次购买的时间（按{self.unit}）")
        self.band = right.fill_between([], [], [], color=PALETTE["sky"], alpha=0.35, linewidth=0)
        (self.line,) = right.plot([], [], "-", color=PALETTE["blue"], marker=MARKERS[0], markersize=4)
        (self.point,) = right.plot([], [], MARKERS[1], color=PALETTE["red"], markersize=9)
        right.set_xlim(0.5, len(self.ages) + 0.5)
        right.set_ylim(0, min(self.top * 1.1, 105))
        right.set_xticks(self.ages[:: max(1, len(self.ages) // 8)])
        right.set_xlabel(f"首次购买以后第几期（{self.unit}）")
        right.set_ylabel("合起来的留存（%）")
        self.made = True

    def __call__(self, axes: list[Axes], month: int, age: int) -> str:
        if not self.made:
            self._make(*axes)
        result = self.results[month - 2]
        table = result.retention.reindex(index=self.cohorts, columns=self.ages)
        values = 100 * table.to_numpy(dtype=float)
        self.image.set_data(values)
        at = self.ages.index(age)
        self.frame.set_x(at - 0.5)
        for text, value in zip(self.words, values[:, at], strict=True):
            ink = "white" if value > self.top * 0.62 else "black"
            text.set(text="" if np.isnan(value) or len(self.cohorts) > 14 else f"{value:.0f}", x=at, color=ink)
        curve = result.curve[result.curve["age"] > 0]
        self.line.set_data(curve["age"], 100 * curve["retention"])
        self.band.set_data(curve["age"], 100 * curve["low"], 100 * curve["high"])
        chosen = curve[curve["age"] == age]
        self.point.set_data(chosen["age"], 100 * chosen["retention"])
        where = f"站在第 {month} {self.unit}末"
        if chosen.empty:
            return f"{where}：第 {age} {self.unit}的留存还不知道，不是 0：没有哪个同期群满 {age} {self.unit}，把“站在第几{self.unit}末看”往右拖"
        row = chosen.iloc[0]
        interval = interval_text(100 * row["low"], 100 * row["high"], result.confidence, "{:.0f}%")
        said = f"{where}：第 {age} {self.unit}的留存 {row['retention']:.0%}（{interval}，n = {row['size']:,.0f}）"
        column = table[age].dropna()
        if len(column) < 2:
            return f"{said}，只有 {column.index[0]} 一个同期群"
        best, worst = str(column.idxmax()), str(column.idxmin())
        return f"{said}，{best} 最高 {column[best]:.0%}，{worst} 最低 {column[worst]:.0%}"
