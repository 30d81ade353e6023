"""Handling complaints: what a time limit promises, what a compensation buys."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import complaints
from crmlab._checks import check_frame
from crmlab._intervals import signed
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import choice, graded, number, whole

_LIMITS = [0.5, 1, 2, 4, 8, 12, 24, 48, 72, 120, 168, 240, 336]
_ALL = "全部"
_AS_OF = pd.Timestamp("2026-03-15 18:00")
# The simulated compensations: yuan and the share of customers who then buy again.
_LEVELS = {0: 0.35, 20: 0.48, 50: 0.58, 100: 0.63, 200: 0.65}


def _hours(hours: float) -> str:
    return f"{hours / 24:g} 天" if hours >= 48 else f"{hours:g} 小时"


def sla_threshold(tickets: pd.DataFrame | None = None, *, as_of: Any = None, by: str = "channel") -> LiveFigure:
    """时限定多长：拖动时限，看按时办结的占多少，“只看已办结的”会说成多少。

    Parameters
    ----------
    tickets : DataFrame, optional
        一行一件，列 opened_at、closed_at（没办结的留空），以及 ``by`` 那一列。不给就用模拟的 420 件。
    as_of : Timestamp or str, optional
        数据截止的时刻；给了 ``tickets`` 就必须写。
    by : str
        分组的列名。

    Returns
    -------
    LiveFigure
        两个控件：时限、哪一组。阶梯线是到某时为止办结的占比，色带是它的 95% 区间；圆点是达标率，空心三角是
        “只看已办结的”。

    Raises
    ------
    TypeError
        时间列不是日期时间。
    ValueError
        缺列，或给了 ``tickets`` 却没有写 ``as_of``。

    Notes
    -----
    模拟的投诉：14 天里电话、在线、信件各约 140 件，解决时长服从对数正态分布，中位数设为 4、12、60 小时。
    见 :func:`crmlab.complaints.sla_report` 和 :func:`crmlab.complaints.time_to_resolution`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.complaints.sla_threshold()
    >>> figure.set(limit=24, group="电话")
    >>> figure.alt.split("：")[0]
    '电话，时限 24 小时'
    """
    if tickets is None:
        table, now = _tickets(), _AS_OF
    else:
        table = check_frame("tickets", tickets, ["opened_at", "closed_at", by])
        if as_of is None:
            raise ValueError("给了 tickets 就要写明 as_of（数据截止的时刻），没办结的件等了多久从它算起。")
        now = as_of
    every = complaints.time_to_resolution(table, as_of=now).curve
    parts = complaints.time_to_resolution(table, as_of=now, by=by).curve
    labels = table[by].astype(object).where(table[by].notna(), "未填写").map(str)
    groups = [_ALL, *sorted(set(labels))]
    picture = _LimitPicture(
        {name: table if name == _ALL else table[labels == name] for name in groups},
        {name: every if name == _ALL else parts[parts["group"] == name] for name in groups},
        now,
    )
    controls = {
        "limit": graded("时限", [(_hours(hours), hours) for hours in _LIMITS], 24),
        "group": choice("哪一组", groups),
    }
    alt = "横轴是从受理起的小时数（对数），纵轴是办结的占比，阶梯线上升，圆点是时限处的达标率，空心三角是只看已办结的。"
    if tickets is None:
        alt += "模拟数据。"
    return LiveFigure(picture, controls, alt, size=(7.2, 3.6), keep=True)


def _tickets() -> pd.DataFrame:
    rng = np.random.default_rng(82)
    n = 420
    opened = _AS_OF - pd.to_timedelta(rng.uniform(0, 24 * 14, n).round(2), unit="h")
    channel = np.array(["电话", "在线", "信件"])[rng.integers(0, 3, n)]
    middle = np.select([channel == "电话", channel == "在线"], [4.0, 12.0], 60.0)
    closed = pd.Series(opened + pd.to_timedelta((middle * rng.lognormal(0, 1, n)).round(2), unit="h"))
    return pd.DataFrame({"opened_at": opened, "closed_at": closed.where(closed <= _AS_OF), "channel": channel})


class _LimitPicture:
    """A curve for each group, and a limit that walks along it."""

    def __init__(self, parts: dict[str, pd.DataFrame], curves: dict[str, pd.DataFrame], now: Any) -> None:
        self.now = now
        self.parts = {name: part.assign(tier="") for name, part in parts.items()}
        self.curves = curves
        self.group = ""
        self.drawn: dict[str, Any] = {}
        self.reports: dict[tuple[str, float], tuple[pd.Series, float]] = {}

    def _make(self, ax: Axes) -> None:
        ax.set_xscale("log")
        ax.set_xlim(0.3, 500)
        ax.set_xticks([0.5, 1, 2, 4, 8, 24, 72, 168, 336], ["0.5", "1", "2", "4", "8", "24", "72", "168", "336"])
        ax.minorticks_off()
        ax.set_ylim(0, 104)
        ax.set_xlabel("从受理起（小时，对数刻度）")
        ax.set_ylabel("办结的占比（%）")
        (self.drawn["curve"],) = ax.step([], [], where="post", color=PALETTE["blue"], linewidth=2)
        self.drawn["limit"] = ax.axvline(1, color="black", linewidth=1)
        (self.drawn["interval"],) = ax.plot([], [], color=PALETTE["red"], linewidth=3)
        (self.drawn["met"],) = ax.plot([], [], MARKERS[0], color=PALETTE["red"], markersize=9)
        (self.drawn["naive"],) = ax.plot([], [], "^", color="black", markerfacecolor="white", markersize=9)
        self.drawn["word"] = ax.text(0, 0, "", fontsize=9, va="center", bbox=CLEAR)
        self.drawn["naive word"] = ax.text(0, 0, "", fontsize=9, va="center", bbox=CLEAR)

    def _band(self, ax: Axes, group: str) -> None:
        curve = self.curves[group]
        hours = np.concatenate([[0.3], curve["hours"], [500]])
        share, low, high = (100 - 100 * np.concatenate([[1.0], curve[c]]) for c in ("open_share", "high", "low"))
        self.drawn["curve"].set_data(hours[:-1], share)
        if "band" in self.drawn:
            self.drawn["band"].remove()
        self.drawn["band"] = ax.fill_between(
            hours[:-1], low, high, step="post", color=PALETTE["sky"], alpha=0.3, linewidth=0, zorder=0.5
        )
        self.group = group

    def _report(self, group: str, limit: float) -> tuple[pd.Series, float]:
        """Return the report of a limit, and the attainment of closed cases alone; kept for the next visit."""
        if (group, limit) not in self.reports:
            part = self.parts[group]
            row = complaints.sla_report(part, tiers={"": limit}, as_of=self.now).iloc[0]
            closed, naive = part[part["closed_at"].notna()], float("nan")
            if len(closed):
                later = closed["closed_at"].max() + pd.Timedelta(hours=limit)  # so that every closed case counts
                naive = float(complaints.sla_report(closed, tiers={"": limit}, as_of=later)["attainment"].iloc[0])
            self.reports[group, limit] = (row, naive)
        return self.reports[group, limit]

    def __call__(self, ax: Axes, limit: float, group: str) -> str:
        if not self.drawn:
            self._make(ax)
        if group != self.group:
            self._band(ax, group)
        row, naive = self._report(group, limit)
        self.drawn["limit"].set_xdata([limit, limit])
        value, low, high = (100 * float(row[c]) for c in ("attainment", "low", "high"))
        known = not np.isnan(value)
        self.drawn["interval"].set_data(([limit] * 2, [low, high]) if known else ([], []))
        self.drawn["met"].set_data(([limit], [value]) if known else ([], []))
        self.drawn["naive"].set_data([limit], [100 * naive])
        right = limit < 60
        above = np.fmax(100 * naive, value + 7)
        for name, text, y in (("word", f"达标率 {value:.1f}%", value), ("naive word", "只看已办结的", above)):
            self.drawn[name].set_text("" if np.isnan(y) else text)
            self.drawn[name].set_position((limit * (1.15 if right else 0.87), float(np.nan_to_num(y))))
            self.drawn[name].set_horizontalalignment("left" if right else "right")
        said = f"{group}，时限 {_hours(limit)}"
        late = int(row["overdue_open"])
        if not known:
            return f"{said}：还没有一件到期，达标率算不出"
        tail = f"；只看已办结的会说成 {naive:.1%}" if not np.isnan(naive) else ""
        return f"{said}：达标率 {value:.1f}%（95% 区间 {low:.1f}%–{high:.1f}%，到期 {int(row['due'])} 件，超时没办结 {late} 件）{tail}"


def compensation() -> LiveFigure:
    """补偿多少合算：一位回头客的毛利和每档件数一变，最合算的一档也变（模拟）。

    Returns
    -------
    LiveFigure
        三个滑块：一位回头客的毛利、每档多少件、第几批数据。左图是复购率，右图是每件的期望收益；五角星是最高的
        一档，空心圈和它分不出高低，短横线是设定的复购率。

    Notes
    -----
    模拟的试验：补偿 0、20、50、100、200 元五档随机发，复购率设为 35%、48%、58%、63%、65%。现实里“闹得凶的才多给”，
    就不能这样比。见 :func:`crmlab.complaints.compensation_levels`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.complaints.compensation()
    >>> figure.set(margin=300, n=1000)
    >>> figure.alt.split("：")[0]
    '回头客毛利 300 元'
    """
    controls = {
        "margin": number("一位回头客的毛利", 300, 50, 800, step=50, unit="元", fmt=".0f"),
        "n": graded("每档多少件", [(f"{n:,} 件", n) for n in (30, 100, 300, 1000)], 100),
        "batch": whole("第几批数据", 1, 1, 10),
    }
    alt = "左图：各档补偿的复购率和 95% 区间，越往右越平。右图：每件的期望收益和区间，五角星最高，空心圈和它分不出高低。模拟数据。"
    return LiveFigure(_CompensationPicture(), controls, alt, panels=2, size=(7.2, 3.5), keep=True)


class _CompensationPicture:
    """Two rows of dots with intervals, one for each level."""

    def __init__(self) -> None:
        self.levels = list(_LEVELS)
        self.chances = {
            batch: np.random.default_rng([83, batch]).random((len(_LEVELS), 1000)) for batch in range(1, 11)
        }
        self.lines: list[Any] = []

    def _make(self, left: Axes, right: Axes) -> None:
        places = np.arange(len(self.levels))
        for ax in (left, right):
            ax.set_xlim(-0.5, len(places) - 0.5)
            ax.set_xticks(places, [str(level) for level in self.levels])
            ax.set_xlabel("补偿（元/件）")
        left.set_ylim(0, 100)
        left.set_ylabel("复购率（%，模拟）")
        right.set_ylim(-200, 700)
        right.set_ylabel("每件的期望收益（元）")
        right.axhline(0, color=PALETTE["grey"], linewidth=0.8)
        left.plot(
            places, [100 * share for share in _LEVELS.values()], "_", color="black", markersize=16, markeredgewidth=2
        )
        left.text(0.02, 0.98, "━ 设定的复购率", transform=left.transAxes, va="top", fontsize=9)
        right.text(0.02, 0.98, "★ 最高　○ 分不出高低　● 比它低", transform=right.transAxes, va="top", fontsize=9)
        self.lines = [[ax.plot([], [], color=PALETTE["blue"], linewidth=2)[0] for _ in places] for ax in (left, right)]
        (self.shares,) = left.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=7)
        (self.lower,) = right.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=7)
        (self.close,) = right.plot([], [], MARKERS[0], color=PALETTE["blue"], markerfacecolor="white", markersize=7)
        (self.best,) = right.plot([], [], "*", color=PALETTE["red"], markersize=16)

    def __call__(self, axes: list[Axes], margin: float, n: int, batch: int) -> str:
        if not self.lines:
            self._make(*axes)
        again = self.chances[batch][:, :n] < np.array(list(_LEVELS.values()))[:, None]
        cases = pd.DataFrame({"compensation_yuan": np.repeat(self.levels, n), "repurchased": again.ravel().astype(int)})
        table = complaints.compensation_levels(cases, margin_yuan=margin)
        places = np.arange(len(table))
        for lines, low, high, times in (
            (self.lines[0], "share_low", "share_high", 100), (self.lines[1], "low", "high", 1),
        ):  # fmt: skip
            for line, x, bottom, top in zip(lines, places, times * table[low], times * table[high], strict=True):
                line.set_data([x, x], [bottom, top])
        value, best, close = (table[c].to_numpy() for c in ("value_yuan", "best", "cannot_tell"))
        self.shares.set_data(places, 100 * table["repurchase_share"])
        for points, mask in ((self.lower, ~best & ~close), (self.close, close), (self.best, best)):
            points.set_data(places[mask], value[mask])
        row = table[best].iloc[0]
        paid = f"补 {row['compensation_yuan']:g} 元" if row["compensation_yuan"] else "不补偿"
        money, low, high = (signed(f"{row[c]:.0f}") for c in ("value_yuan", "low", "high"))
        said = f"回头客毛利 {margin:g} 元：{paid}最合算，每件期望 {money} 元（95% 区间 {low} 到 {high}）"
        rivals = "、".join(f"{level:g} 元" for level in table["compensation_yuan"][close])
        return f"{said}；和 {rivals}分不出高低" if rivals else f"{said}；别的档都比它低"
