"""Before and during a test of two versions: how many people it takes, and what looking early does."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from crmlab import communication
from crmlab._intervals import critical_z, signed
from crmlab.plots import MARKERS, PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import graded, number, whole

_SIZES = [100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]
_LOOKS = [1, 2, 3, 5, 10, 20, 50]
_ALPHAS = [0.01, 0.05, 0.10]
# The simulated test without any difference: share of both versions, people a group, repetitions.
_SHARE, _PEOPLE, _TIMES = 0.10, 5000, 2000


def ab_plan() -> LiveFigure:
    """测试之前算一算：拖动转化率、想发现的差、每组人数，看有多大把握，还差多少人。

    Returns
    -------
    LiveFigure
        三个滑块：现在的转化率、想发现的差、每组人数。曲线是把握（功效）随每组人数的变化，圆点是现在的计划，
        五角星是把握刚到 80% 的地方。

    Notes
    -----
    双侧误报率 5%，大样本近似，见 :func:`crmlab.communication.ab_plan`。这是计划，不是估计，所以没有区间。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.communication.ab_plan()
    >>> figure.set(share=10, effect=2, n=2000)
    >>> figure.alt.split("；")[0]
    '每组 2,000 人，发现 2 个百分点的差有 52% 的把握'
    """
    sizes = np.unique(np.geomspace(100, 100_000, 50).astype(int))
    drawn: dict[str, Any] = {}

    def make(ax: Axes) -> None:
        ax.set_xscale("log")
        ax.set_xlim(100, 100_000)
        ax.set_xticks([100, 1000, 10_000, 100_000], ["100", "1,000", "10,000", "100,000"])
        ax.xaxis.set_minor_locator(_none())
        ax.set_ylim(0, 104)
        ax.set_yticks([0, 20, 40, 60, 80, 100])
        ax.set_xlabel("每组人数（人，对数刻度）")
        ax.set_ylabel("发现它的把握（%）")
        ax.axhline(80, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.text(110, 82, "通常要求 80%", color=PALETTE["grey"], fontsize=9)
        (drawn["curve"],) = ax.plot([], [], color=PALETTE["blue"], linewidth=2)
        (drawn["enough"],) = ax.plot([], [], "*", color=PALETTE["green"], markersize=15)
        (drawn["now"],) = ax.plot([], [], MARKERS[0], color="black", markersize=9, clip_on=False)
        drawn["need"] = ax.text(0, 0, "", fontsize=9, va="top")

    def draw(ax: Axes, share: float, effect: float, n: int) -> str:
        if not drawn:
            make(ax)
        base, wanted = share / 100, effect / 100
        powers = [100 * communication.ab_plan(base, effect=wanted, n_per_group=int(size)).power for size in sizes]
        drawn["curve"].set_data(sizes, powers)
        plan = communication.ab_plan(base, effect=wanted, n_per_group=n)
        needed = communication.ab_plan(base, effect=wanted, power=0.8).n_per_group
        smallest = communication.ab_plan(base, n_per_group=n, power=0.8).effect
        drawn["now"].set_data([n], [100 * plan.power])
        shown = 100 <= needed <= 100_000
        drawn["enough"].set_data([needed] if shown else [], [80] if shown else [])
        drawn["need"].set_text(f"每组 {needed:,} 人" if shown else "")
        far = needed > 25_000
        drawn["need"].set(position=(needed / 1.14 if far else needed * 1.12, 77), ha="right" if far else "left")
        said = f"每组 {n:,} 人，发现 {effect:g} 个百分点的差有 {_percent(plan.power)} 的把握"
        if plan.power >= 0.8:
            return f"{said}；要求 80% 的话，每组 {needed:,} 人就够（大样本近似）"
        return f"{said}；要到 80%，得每组 {needed:,} 人，或只找 {100 * smallest:.1f} 个百分点以上的差（大样本近似）"

    return LiveFigure(
        draw,
        {
            "share": number("现在的转化率", 10, 1, 50, step=1, unit="%", fmt=".0f"),
            "effect": number("想发现的差", 2, 0.2, 10, step=0.2, unit="百分点"),
            "n": graded("每组人数", [(f"{size:,} 人", size) for size in _SIZES], 2000),
        },
        "横轴是每组人数，纵轴是真有这个差时发现它的把握；曲线向上，圆点是现在的计划，五角星是把握 80% 处。",
        size=(7.2, 3.6),
        keep=True,
    )


def _none() -> Any:
    from matplotlib.ticker import NullLocator

    return NullLocator()


def _percent(share: float) -> str:
    """Write a power without claiming certainty."""
    return "99% 以上" if share > 0.995 else f"{share:.0%}"


def peeking() -> LiveFigure:
    """偷看的陷阱：两个版本其实一样，多看几次、见到“显著”就停，误报会多几倍（模拟）。

    Returns
    -------
    LiveFigure
        三个滑块：中途一共看几次、每次用的显著水平、看第几次测试。左图是一次测试里每次看到的 z，
        越出虚线就是“显著”；右图是误报率随看的次数的变化。

    Notes
    -----
    模拟的测试：两组转化率都是 10%，每组 5,000 人，所以任何“显著”都是误报。右图每个点模拟 2,000 次，
    竖线是模拟误差的 95% 区间，见 :func:`crmlab.communication.ab_peeking`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.communication.peeking()
    >>> figure.set(looks=1)
    >>> figure.alt.split("：")[0]
    '只在最后看 1 次、显著水平 5%'
    """
    rng = np.random.default_rng(44)
    tables = {
        alpha: communication.ab_peeking(
            _SHARE, n_per_group=_PEOPLE, looks=_LOOKS, rng=rng, simulations=_TIMES, alpha=alpha
        )
        for alpha in _ALPHAS
    }
    converted = (rng.random((20, 2, _PEOPLE)) < _SHARE).cumsum(axis=2)
    controls = {
        "looks": graded("中途一共看几次", [(f"{looks} 次", looks) for looks in _LOOKS], 5),
        "alpha": graded("每次用的显著水平", [(f"{alpha:.0%}", alpha) for alpha in _ALPHAS], 0.05),
        "test": whole("第几次测试", 1, 1, 20),
    }
    alt = "左图：一次测试里每次看到的 z，虚线之外算显著。右图：误报率随看的次数上升，实心点是现在。两个版本其实一样，模拟数据。"
    return LiveFigure(
        _PeekingPicture(tables, converted), controls, alt, panels=2, widths=(1.3, 1), size=(7.2, 3.4), keep=True
    )


class _PeekingPicture:
    """One path of z with its looks, and the false alarms of many."""

    def __init__(self, tables: dict[float, Any], converted: np.ndarray) -> None:
        self.tables, self.converted = tables, converted
        self.intervals: list[Any] = []
        self.paths: dict[int, list[float]] = {}

    def _make(self, left: Axes, right: Axes) -> None:
        left.set_xlim(0, _PEOPLE * 1.02)
        left.set_ylim(-4, 4)
        left.set_xticks([0, 2500, 5000], ["0", "2,500", "5,000"])
        left.set_yticks([-3, -2, -1, 0, 1, 2, 3], ["−3", "−2", "−1", "0", "1", "2", "3"])
        left.set_xlabel("每组已经来了（人）")
        left.set_ylabel("B 减 A 的 z（标准误）")
        left.axhline(0, color=PALETTE["grey"], linewidth=0.8)
        self.borders = [left.axhline(0, color=PALETTE["red"], linestyle="--", linewidth=1.2) for _ in range(2)]
        (self.path,) = left.plot([], [], color=PALETTE["sky"], linewidth=1)
        (self.seen,) = left.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=5)
        (self.alarm,) = left.plot([], [], "*", color=PALETTE["red"], markersize=16)
        self.word = left.text(_PEOPLE * 0.02, -3.7, "", fontsize=10, color=PALETTE["red"])
        right.set_xlim(-0.6, len(_LOOKS) - 0.4)
        right.set_ylim(0, 50)
        right.set_xticks(range(len(_LOOKS)), [str(looks) for looks in _LOOKS])
        right.set_xlabel("中途一共看几次（次）")
        right.set_ylabel("误报率（%，模拟）")
        (self.line,) = right.plot([], [], color=PALETTE["grey"], linewidth=1)
        self.intervals = [right.plot([], [], color=PALETTE["red"], linewidth=2)[0] for _ in _LOOKS]
        (self.points,) = right.plot([], [], MARKERS[0], color=PALETTE["red"], markerfacecolor="white", markersize=6)
        (self.now,) = right.plot([], [], MARKERS[0], color=PALETTE["red"], markersize=9)
        self.level = right.axhline(0, color=PALETTE["grey"], linestyle="--", linewidth=1)
        self.share = right.text(0, 0, "", ha="center", va="bottom", fontsize=10)

    def _z(self, test: int, people: np.ndarray) -> list[float]:
        a, b = self.converted[test - 1]
        return [communication.ab_test(int(a[n - 1]), int(n), int(b[n - 1]), int(n)).z for n in people]

    def __call__(self, axes: list[Axes], looks: int, alpha: float, test: int) -> str:
        if not self.intervals:
            self._make(*axes)
        border = critical_z(1 - alpha)
        for line, sign in zip(self.borders, (1, -1), strict=True):
            line.set_ydata([sign * border] * 2)
        along = np.linspace(100, _PEOPLE, 50).astype(int)
        if test not in self.paths:
            self.paths[test] = self._z(test, along)
        self.path.set_data(along, self.paths[test])
        ends = np.round(np.linspace(0, _PEOPLE, looks + 1)).astype(int)[1:]
        z = self._z(test, ends)
        first = next((i for i, value in enumerate(z) if abs(value) > border), None)
        until = looks if first is None else first + 1
        self.seen.set_data(ends[:until], z[:until])
        self.alarm.set_data(([], []) if first is None else ([ends[first]], [z[first]]))
        self.word.set_text("" if first is None else f"第 {first + 1} 次看，z = {signed(f'{z[first]:.2f}')}：“显著”，停")
        table = self.tables[alpha]
        share, low, high = (100 * table[c].to_numpy() for c in ("false_alarm_share", "low", "high"))
        places = np.arange(len(_LOOKS))
        self.line.set_data(places, share)
        self.points.set_data(places, share)
        for line, x, bottom, top in zip(self.intervals, places, low, high, strict=True):
            line.set_data([x, x], [bottom, top])
        at = _LOOKS.index(looks)
        self.now.set_data([at], [share[at]])
        self.level.set_ydata([100 * alpha] * 2)
        self.share.set(text=f"{share[at]:.1f}%", position=(at, high[at] + 1))
        how = "只在最后看 1 次" if looks == 1 else f"看 {looks} 次、见到显著就停"
        verdict = "这一次没有误报" if first is None else f"这一次第 {first + 1} 次看就误报了"
        return (
            f"{how}、显著水平 {alpha:.0%}：误报率 {share[at]:.1f}%（模拟 {_TIMES:,} 次，95% 区间 "
            f"{low[at]:.1f}%–{high[at]:.1f}%）；{verdict}"
        )
