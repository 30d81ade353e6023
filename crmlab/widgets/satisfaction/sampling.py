"""How the cut-offs, the number and the mix of answers decide what a survey can say."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import satisfaction
from crmlab._checks import check_scores
from crmlab._intervals import signed
from crmlab.plots import HATCHES, MARKERS, PALETTE
from crmlab.widgets.base import CLEAR, LiveFigure
from crmlab.widgets.controls import number, whole

# Colour, hatch and word of the three groups: detractors, passives, promoters.
_NPS_GROUPS = (
    ("批评者", PALETTE["red"], "///"),
    ("被动者", "#C9C9C9", ""),
    ("推荐者", PALETTE["blue"], "..."),
)
_STRATA = pd.DataFrame(
    {"customers": [42000, 12000, 6000], "mean": [6.6, 7.6, 8.6], "sd": [1.8, 1.5, 1.1]},
    index=pd.Index(["普通", "银卡", "金卡"], name="stratum"),
)


def nps_threshold(scores: Any) -> LiveFigure:
    """净推荐值：挪动“谁算推荐者、谁算批评者”的分界线和样本量，看分数和区间怎么变。

    Parameters
    ----------
    scores : Series or list of float
        “愿意推荐吗”的分数，0–10 分。缺失值不算。

    Returns
    -------
    LiveFigure
        三个滑块：推荐者最低分、批评者最高分、样本量。左图是各分数的占比，右图是净推荐值和 95% 区间。

    Raises
    ------
    TypeError
        分数里有不是数字的值。
    ValueError
        分数不在 0–10 之间，或没有一个有效的分数。

    Notes
    -----
    改样本量时三组的占比不变，只按比例缩放人数（四舍五入到整数）：看的是同样的占比、问的人少时，区间宽到多少。

    References
    ----------
    见 :func:`crmlab.satisfaction.nps`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.satisfaction.nps_threshold([10, 9, 9, 8, 7, 6, 0, 10, 5, 8, 9, 3])
    >>> figure.alt.split("：")[0]
    '净推荐值 8，95% 区间 −40 到 57'
    """
    satisfaction.nps(scores)
    known = check_scores("scores", scores, 0, 10).dropna()
    shares = np.array([(known.round() == s).mean() * 100 for s in range(11)])
    n_all = len(known)
    draw = _NpsPicture(known, shares)
    return LiveFigure(
        draw,
        {
            "promoter_min": whole("推荐者最低分", 9, 7, 10, unit="分"),
            "detractor_max": whole("批评者最高分", 6, 2, 8, unit="分"),
            "n": whole("样本量", n_all, min(20, n_all), n_all, unit="份"),
        },
        lambda **_: f"左图：0–10 分各占多少。{draw.said}右图：净推荐值的点和 95% 区间，竖虚线是 0。",
        panels=2,
        widths=(1.25, 1),
        size=(7.2, 3.3),
        keep=True,
    )


class _NpsPicture:
    """Bars that change colour and a point that moves: nothing is made anew between two pictures."""

    def __init__(self, known: pd.Series, shares: np.ndarray) -> None:
        self.known, self.shares = known, shares
        self.said = ""
        self.bars: list[Any] = []

    def _make(self, left: Axes, right: Axes) -> None:
        top = max(self.shares.max() * 1.3, 1)
        self.bars = list(left.bar(range(11), self.shares, width=0.82, edgecolor="white", linewidth=0.8))
        left.set_xticks(range(11))
        left.set_xlim(-0.6, 10.6)
        left.set_ylim(0, top)
        left.set_xlabel("愿意推荐的程度（0–10 分）")
        left.set_ylabel("占比（%）")
        heights = (0.99, 0.91, 0.99)  # the middle group may be one bar wide: its name stands lower
        self.words = [left.text(0, top * at, "", ha="center", va="top", fontsize=9) for at in heights]
        right.set_xlim(-100, 100)
        right.set_ylim(-1, 1)
        right.set_xticks([-100, -50, 0, 50, 100], ["−100", "−50", "0", "50", "100"])
        right.set_yticks([])
        right.spines["left"].set_visible(False)
        right.set_xlabel("净推荐值（−100 到 100 分）")
        right.axvline(0, color=PALETTE["grey"], linestyle="--", linewidth=1)
        (self.interval,) = right.plot([], [], color=PALETTE["blue"], linewidth=3, solid_capstyle="butt")
        (self.point,) = right.plot([], [], MARKERS[0], color=PALETTE["blue"], markersize=7)
        self.value = right.text(0, 0.14, "", ha="center", va="bottom", fontsize=11, bbox=CLEAR)
        self.ends = [right.text(0, -0.14, "", ha=ha, va="top", fontsize=9, bbox=CLEAR) for ha in ("right", "left")]

    def __call__(self, axes: list[Axes], promoter_min: int, detractor_max: int, n: int) -> str:
        whole_sample = satisfaction.nps(self.known, promoter_min=promoter_min, detractor_max=detractor_max)
        if not self.bars:
            self._make(*axes)
        result = _shrunk(whole_sample, n)
        edges = ((0, detractor_max), (detractor_max + 1, promoter_min - 1), (promoter_min, 10))
        sizes = (whole_sample.detractors, whole_sample.passives, whole_sample.promoters)
        for (word, colour, hatch), (low, high), size, text in zip(_NPS_GROUPS, edges, sizes, self.words, strict=True):
            for bar in self.bars[low : high + 1]:
                bar.set(facecolor=colour, hatch=hatch)
            text.set_text("" if high < low else f"{word} {size / whole_sample.n:.0%}")
            text.set_x((low + high) / 2)
        score = signed(f"{result.score:.0f}")
        low_text, high_text = signed(f"{result.low:.0f}"), signed(f"{result.high:.0f}")
        self.interval.set_data([result.low, result.high], [0, 0])
        self.point.set_data([result.score], [0])
        self.value.set(text=score, x=min(max(result.score, -88), 88))
        clear = not result.low <= 0 <= result.high
        for text, at, words in zip(self.ends, (result.low, result.high), (low_text, high_text), strict=True):
            text.set(text="" if np.isnan(at) else words, x=min(max(at, -80), 80) if not np.isnan(at) else 0)
        self.said = (
            "，".join(
                f"{word} {size / whole_sample.n:.0%}" for (word, _, _), size in zip(_NPS_GROUPS, sizes, strict=True)
            )
            + "。"
        )
        if np.isnan(result.low):
            return f"净推荐值 {score}：{n} 个人同属一组，区间算不出"
        verdict = f"{n} 份问卷说得清是{'正' if result.score > 0 else '负'}的" if clear else f"{n} 份问卷分不出正负"
        return f"净推荐值 {score}，95% 区间 {low_text} 到 {high_text}：{verdict}"


def _shrunk(result: satisfaction.NpsResult, n: int) -> satisfaction.NpsResult:
    """Return the score of ``n`` answers with the same shares, rounded to whole people."""
    if n == result.n:
        return result
    promoters = round(result.promoters * n / result.n)
    detractors = min(round(result.detractors * n / result.n), n - promoters)
    return satisfaction.nps_from_counts(promoters, n - promoters - detractors, detractors)


def sampling_error() -> LiveFigure:
    """分层抽样：定总份数和金卡、银卡的配额，看加权前后差多少、误差有多大（模拟）。

    Returns
    -------
    LiveFigure
        四个滑块：总份数、银卡配额、金卡配额、第几次抽样。左图比较三层在客户和样本里的占比，
        右图是不加权、加权的均值和真实均值。

    Notes
    -----
    总体是模拟的：普通 4.2 万人、银卡 1.2 万人、金卡 0.6 万人，满意度均值设为 6.6、7.6、8.6 分，
    标准差设为 1.8、1.5、1.1 分，再截在 1–10 分之内，真实均值约 7.0 分。换一次抽样就换一批人，配额不变结果也会变。

    References
    ----------
    见 :func:`crmlab.satisfaction.stratified_mean`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.satisfaction.sampling_error()
    >>> figure.set(gold=10, silver=20)
    >>> figure.values["n"]
    300
    """
    pools = {
        name: np.clip(np.random.default_rng([6, i]).normal(row["mean"], row["sd"], 4000), 1, 10)
        for i, (name, row) in enumerate(_STRATA.iterrows())
    }
    controls = {
        "n": whole("总份数", 300, 60, 1000, step=20, unit="份"),
        "silver": number("银卡占样本", 30, 5, 45, step=1, unit="%", fmt=".0f"),
        "gold": number("金卡占样本", 40, 5, 45, step=1, unit="%", fmt=".0f"),
        "draw_no": whole("第几次抽样", 1, 1, 20),
    }
    alt = "左图：三层会员在客户和样本里的占比。右图：不加权和加权的满意度均值，竖虚线是真实均值。模拟数据。"
    return LiveFigure(_sampling_picture(pools), controls, alt, panels=2, size=(7.2, 3.6))


def _sampling_picture(pools: dict[Any, np.ndarray]) -> Callable[..., str]:
    population = _STRATA["customers"]
    true_mean = sum(float(pools[name].mean()) * size for name, size in population.items()) / float(population.sum())
    names = list(_STRATA.index)

    def draw(axes: list[Axes], n: int, silver: float, gold: float, draw_no: int) -> str:
        quotas = {"银卡": round(n * silver / 100), "金卡": round(n * gold / 100)}
        quotas["普通"] = n - quotas["银卡"] - quotas["金卡"]
        answers = pd.DataFrame(
            [(name, score) for name in names for score in np.roll(pools[name], -200 * draw_no)[: quotas[name]]],
            columns=["tier", "overall"],
        )
        result = satisfaction.stratified_mean(answers, stratum="tier", column="overall", population=population)
        left, right = axes
        places = np.arange(len(names))
        for shift, column, colour, hatch, word in (
            (0.2, "population_share", "#C9C9C9", HATCHES[0], "客户"),
            (-0.2, "sample_share", PALETTE["sky"], HATCHES[1], "样本"),
        ):
            shares = 100 * result.table[column].to_numpy()
            left.barh(places + shift, shares, height=0.36, color=colour, hatch=hatch, edgecolor="white")
            for y, share in zip(places + shift, shares, strict=True):
                left.text(share + 1.5, y, f"{word} {share:.0f}%", va="center", fontsize=9)
        left.set_yticks(places, names)
        left.set_xlim(0, 100)
        left.set_xlabel("占比（%）")
        left.set_ylabel("会员等级")
        right.axvline(true_mean, color=PALETTE["grey"], linestyle="--", linewidth=1)
        right.text(true_mean, 1.62, f"真实均值 {true_mean:.2f}", ha="center", va="top", fontsize=9)
        right.plot([result.low, result.high], [0, 0], color=PALETTE["blue"], linewidth=3)
        right.plot([result.value], [0], MARKERS[0], color=PALETTE["blue"], markersize=8)
        right.plot([result.unweighted], [1], MARKERS[1], color=PALETTE["red"], markersize=8)
        right.text(result.value, 0.14, f"{result.value:.2f}", ha="center", fontsize=10)
        right.text(result.unweighted, 1.14, f"{result.unweighted:.2f}", ha="center", fontsize=10)
        right.set_xlim(6.2, 8.4)
        right.set_ylim(-0.5, 1.7)
        right.set_yticks([0, 1], ["加权", "不加权"])
        right.set_xlabel("满意度均值（1–10 分）")
        half = (result.high - result.low) / 2
        bias = signed(f"{result.unweighted - true_mean:+.2f}".lstrip("+"))
        if abs(result.unweighted - true_mean) > half:
            return f"不加权偏了 {bias} 分；加权后 {result.value:.2f} ± {half:.2f} 分（模拟，n = {n}）"
        return f"不加权差 {bias} 分，没超出抽样误差；加权后 {result.value:.2f} ± {half:.2f} 分（模拟，n = {n}）"

    return draw
