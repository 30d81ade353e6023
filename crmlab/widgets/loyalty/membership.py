"""Where to put the tiers of a club, and whether members bring members."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import loyalty
from crmlab._checks import check_frame, check_numbers
from crmlab._intervals import interval_text, signed
from crmlab.plots import HATCHES, MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import graded, number, whole
from crmlab.widgets.loyalty._teaching import members as teaching_members

_TIERS = ("普通", "银卡", "金卡")
_MEASURED_WITH = 75  # seed of the members "measured" in k_factor: the same people at every position


def membership_thresholds(members: pd.DataFrame | None = None, *, spend: str = "spend") -> LiveFigure:
    """会员门槛：拖动银卡、金卡的门槛和权益，看各级多少人、权益花多少、剩多少净贡献。

    Parameters
    ----------
    members : DataFrame, optional
        一行一位会员，有年消费列。不给就用内置的 3,000 位会员（模拟）。
    spend : str
        年消费列（元）的列名。

    Returns
    -------
    LiveFigure
        五个滑块：银卡门槛、金卡比银卡再高多少、金卡每人的固定权益、金卡返利、毛利率。
        左图是各级的人数，右图是每 100 元消费里的权益成本，竖虚线是毛利率。

    Raises
    ------
    TypeError
        消费不是数字。
    ValueError
        缺列，或消费是负数。

    Notes
    -----
    假设会员的消费不随门槛变。真实的会员会凑单升级，也会因为降级而走人，这里都没有算；要知道，请做实验。
    普通会员没有权益，银卡每人 20 元、返 1%，是模拟的规定。

    References
    ----------
    见 :func:`crmlab.loyalty.assign_tiers` 和 :func:`crmlab.loyalty.tier_cost`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.loyalty.membership_thresholds()
    >>> figure.set(silver=1000, extra=2000)
    >>> figure.alt.split("：")[0]
    '金卡 3,000 元起'
    """
    table = teaching_members() if members is None else members
    check_frame("members", table, [spend])
    money = check_numbers(spend, table[spend], 0, missing=False)
    scale = max(float(money.quantile(0.98)), 100.0)
    step = int(10 ** max(np.floor(np.log10(scale)) - 1, 1))
    most = int(np.ceil(scale / step) * step)
    return LiveFigure(
        _TierPicture(money.rename("spend").to_frame(), list(_TIERS)),
        {
            "silver": whole("银卡门槛", max(round(most * 0.2 / step), 1) * step, step, most, step=step, unit="元"),
            "extra": whole("金卡比银卡再高", max(round(most * 0.4 / step), 1) * step, step, most, step=step, unit="元"),
            "gold_cost": whole("金卡每人的固定权益", 150, 0, 600, step=10, unit="元"),
            "gold_rate": number("金卡返利", 3, 0, 15, step=0.5, unit="%"),
            "margin": number("毛利率", 25, 10, 45, step=1, unit="%", fmt=".0f"),
        },
        "左图：三级会员各多少人。右图：每 100 元消费里权益花掉多少，超过竖虚线（毛利率）的一级在亏钱。",
        panels=2,
        size=(7.2, 3.2),
        keep=True,
    )


class _TierPicture:
    """Two rows of bars of fixed places."""

    def __init__(self, table: pd.DataFrame, tiers: list[str]) -> None:
        self.table, self.tiers = table, tiers
        self.left_bars: Any = None

    def _make(self, left: Axes, right: Axes) -> None:
        places = np.arange(len(self.tiers))
        self.left_bars = left.barh(places, 0.0 * places, 0.6, color=PALETTE["sky"])
        self.right_bars = right.barh(
            places, 0.0 * places, 0.6, color=PALETTE["orange"], hatch=HATCHES[1], edgecolor="white"
        )
        self.people = [left.text(0, float(at), "", va="center", fontsize=9) for at in places]
        self.net = [right.text(0, float(at), "", va="center", fontsize=9, bbox=CLEAR) for at in places]
        self.line = right.axvline(0, color="black", linestyle="--", linewidth=1.2)
        self.rate = right.text(0, -0.62, "", ha="center", va="bottom", fontsize=9, bbox=CLEAR)
        for ax in (left, right):
            ax.set_yticks(places, self.tiers)
            ax.set_ylim(len(places) - 0.5, -0.95)
        left.set_xlim(0, 105)
        left.set_xticks([0, 25, 50, 75, 100])
        left.set_xlabel("占会员（%）")
        right.set_xlim(0, 75)
        right.set_xlabel("每 100 元消费里的权益成本（元）")

    def __call__(
        self, axes: list[Axes], silver: int, extra: int, gold_cost: int, gold_rate: float, margin: float
    ) -> str:
        if self.left_bars is None:
            self._make(*axes)
        limits = dict(zip(self.tiers, (0, silver, silver + extra), strict=True))
        members = self.table.assign(tier=loyalty.assign_tiers(self.table["spend"], limits))
        benefits = pd.DataFrame(
            {"tier": self.tiers, "fixed_cost": [0, 20, gold_cost], "reward_rate": [0, 0.01, gold_rate / 100]}
        )
        table = loyalty.tier_cost(members, benefits, margin_share=margin / 100)
        rows = table.iloc[:-1]
        for bar, text, n, share in zip(
            self.left_bars, self.people, rows["members"], 100 * rows["member_share"], strict=True
        ):
            bar.set_width(share)
            text.set(text=f"{n:,} 人，{share:.1f}%", x=2 if share > 60 else share + 2)
        for bar, text, rate, net in zip(
            self.right_bars, self.net, 100 * rows["cost_rate"], rows["net"] / 1e4, strict=True
        ):
            width = 0.0 if np.isnan(rate) else min(rate, 75)
            bar.set_width(width)
            said = "没有人" if np.isnan(rate) else f"{rate:.1f} 元，净 {signed(f'{net:,.1f}')} 万"
            text.set(text=said, x=2 if width > 42 else width + 1.5)
        self.line.set_xdata([margin, margin])
        self.rate.set(text=f"毛利 {margin:.0f} 元", x=margin)
        gold, total = rows.iloc[-1], table.iloc[-1]
        head = f"金卡 {silver + extra:,} 元起：{gold['members']:,} 人"
        whole_net = signed(f"{total['net'] / 1e4:,.1f}")
        tail = f"全部会员净贡献 {whole_net} 万元，假设消费不随门槛变"
        if not gold["members"]:
            return f"{head}；{tail}"
        verdict = "权益比毛利还贵，人越多越亏" if gold["net"] < 0 else f"净贡献 {gold['net'] / 1e4:,.1f} 万元"
        return f"{head}，{verdict}；{tail}"


def k_factor() -> LiveFigure:
    """社群的病毒系数：拖动人均邀请数和成功率，看社群是自己长大还是自己停下，量的人少时有多说不准。

    Returns
    -------
    LiveFigure
        四个控件：人均邀请数、成功率、量了多少位成员、最多可能有多少人加入。
        图是 12 轮邀请的成员数（纵轴是对数），阴影是由 K 的 95% 区间带来的范围。

    Notes
    -----
    每个位置都照你给的邀请数和成功率，模拟出那么多位成员（邀请数服从泊松分布，成功与否服从二项分布），再用
    ``loyalty.k_factor`` 量出 K 和区间，所以量到的 K 和你设的不完全一样。开始有 100 位成员。
    真实的 K 会随轮数下降：爱邀请的人先邀请完了。这里只算了“剩下的人越来越少”这一样。

    References
    ----------
    见 :func:`crmlab.loyalty.k_factor` 和 :func:`crmlab.loyalty.viral_growth`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.loyalty.k_factor()
    >>> figure.set(invites=2.0, conversion=30, n=2000)
    >>> figure.alt.split("，")[0]
    '量了 2,000 位成员：K = 0.61（95% 区间 0.58–0.65）小于 1'
    """
    return LiveFigure(
        _GrowthPicture(),
        {
            "invites": number("人均邀请", 3, 0, 6, step=0.1, unit="人"),
            "conversion": number("邀请的成功率", 35, 0, 60, step=1, unit="%", fmt=".0f"),
            "n": graded("量了多少位成员", [(f"{n:,} 位", n) for n in (30, 100, 300, 1000, 2000)], 100),
            "market": graded(
                "最多可能加入", [(f"{m // 10_000} 万人", m) for m in (10_000, 50_000, 100_000, 1_000_000)], 100_000
            ),
        },
        "横轴是第几轮邀请，纵轴是成员数（对数），实线是量到的 K，阴影是 K 的 95% 区间带来的范围，上面的虚线是可能加入的总人数。",
        size=(7.2, 3.6),
        keep=True,
    )


class _GrowthPicture:
    """A line, a band and a ceiling on axes that stay."""

    cycles = 12

    def __init__(self) -> None:
        self.line: Any = None

    def _make(self, ax: Axes) -> None:
        (self.line,) = ax.plot([], [], "-", color=PALETTE["blue"], marker=MARKERS[0], markersize=5)
        self.band = ax.fill_between([], [], [], color=PALETTE["sky"], alpha=0.35, linewidth=0)
        self.ceiling = ax.axhline(1, color=PALETTE["red"], linestyle="--", linewidth=1.2)
        ax.set_yscale("log")
        ax.set_xlim(0, self.cycles)
        ax.set_ylim(80, 2_000_000)
        ax.set_yticks([100, 1_000, 10_000, 100_000, 1_000_000], ["100", "1,000", "1 万", "10 万", "100 万"])
        ax.yaxis.set_minor_locator(_no_ticks())
        ax.set_xticks(range(0, self.cycles + 1, 2))
        ax.grid(axis="y")
        ax.set_xlabel("第几轮邀请（轮）")
        ax.set_ylabel("成员（人）")

    def __call__(self, ax: Axes, invites: float, conversion: float, n: int, market: int) -> str:
        if self.line is None:
            self._make(ax)
        rng = np.random.default_rng(_MEASURED_WITH)
        sent = rng.poisson(invites, n)
        measured = loyalty.k_factor(pd.DataFrame({"invites": sent, "joined": rng.binomial(sent, conversion / 100)}))
        ends = [measured.low, measured.high] if not np.isnan(measured.low) else [measured.k, measured.k]
        low, high, middle = (
            loyalty.viral_growth(100, max(k, 0.0), cycles=self.cycles, market=market)["members"].to_numpy()
            for k in (*ends, measured.k)
        )
        x = np.arange(self.cycles + 1)
        self.line.set_data(x, middle)
        self.band.set_data(x, low, high)
        self.ceiling.set_ydata([market, market])
        interval = interval_text(measured.low, measured.high, measured.confidence, "{:.2f}")
        head = f"量了 {n:,} 位成员：K = {measured.k:.2f}（{interval}）"
        end = f"12 轮后约 {middle[-1]:,.0f} 人，区间 {low[-1]:,.0f}–{high[-1]:,.0f} 人"
        if measured.k == 0:
            return f"量了 {n:,} 位成员，一位新成员也没带来：K = 0，停在 100 人；量的人少时，真正的 K 可能比 0 大一点"
        if ends[0] > 1:
            return f"{head}大于 1，自己会长大；{end}"
        if ends[1] < 1:
            return f"{head}小于 1，长到一定大小就停；{end}"
        return f"{head}，说不清会不会自己长大；{end}"


def _no_ticks() -> Any:
    from matplotlib.ticker import NullLocator

    return NullLocator()
