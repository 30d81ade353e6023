"""The three headline measures of a satisfaction survey: CSAT, NPS, CES, one group at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from crmlab._checks import (
    check_between,
    check_count,
    check_probability,
    check_scale,
    check_scores,
)
from crmlab._intervals import critical_z, interval_text, mean_interval, signed, wilson


def _missing_text(n_missing: int) -> str:
    return f"，缺失 {n_missing}" if n_missing else ""


@dataclass(frozen=True, repr=False)
class CsatResult:
    """满意率的结果。

    Attributes
    ----------
    share, low, high : float
        满意者占比和它的区间，都在 0–1 之间。
    n, n_missing : int
        有效份数；没有作答的份数。
    confidence : float
        置信水平。
    """

    share: float
    low: float
    high: float
    n: int
    n_missing: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = f"{self.confidence * 100:g}% 区间 {self.low:.1%}–{self.high:.1%}"
        return f"满意率 {self.share:.1%}（{interval}，n = {self.n}{_missing_text(self.n_missing)}）"

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class NpsResult:
    """净推荐值的结果。

    Attributes
    ----------
    score, low, high : float
        净推荐值和它的区间，−100 到 100 分。所有人同属一组时 low、high 是 NaN。
    se : float
        标准误，单位是分。
    promoters, passives, detractors : int
        推荐者、被动者、批评者的人数。
    n, n_missing : int
        有效份数；没有作答的份数。
    confidence : float
        置信水平。
    """

    score: float
    low: float
    high: float
    se: float
    promoters: int
    passives: int
    detractors: int
    n: int
    n_missing: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, joiner=" 到 ")
        score = signed(f"{self.score:.1f}")
        return f"净推荐值 {score}（{interval}，n = {self.n}{_missing_text(self.n_missing)}）"

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class CesResult:
    """费力度的结果。

    Attributes
    ----------
    mean, low, high : float
        平均分和它的区间，用问卷原来的分数。只有一份答卷时 low、high 是 NaN。
    n, n_missing : int
        有效份数；没有作答的份数。
    higher_is_easier : bool
        分数越高是不是越省力。
    ease_pct : float
        折算成 0–100 的省力程度，100 最省力；两种问法折算后可以比较。
    confidence : float
        置信水平。
    """

    mean: float
    low: float
    high: float
    n: int
    n_missing: int
    higher_is_easier: bool
    ease_pct: float
    confidence: float = 0.95

    def __str__(self) -> str:
        direction = "分高省力" if self.higher_is_easier else "分高费力"
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}")
        return f"费力度 {self.mean:.2f} 分（{direction}，{interval}，n = {self.n}{_missing_text(self.n_missing)}）"

    __repr__ = __str__


def csat(scores: Any, *, top: float = 2, scale: tuple[float, float] = (1, 5), confidence: float = 0.95) -> CsatResult:
    """满意率（customer satisfaction, CSAT）：打最高几档分的人占多少。

    满意率 = 打最高 ``top`` 档分的人数 ÷ 作答的人数。区间用威尔逊（Wilson）法，人少、占比靠近 0 或 1 时也不会跑出 0–1。

    Parameters
    ----------
    scores : Series or list of float
        每份答卷一个分数，都在 ``scale`` 之内。缺失值不算，另记在 n_missing 里。
    top : float, default 2
        最高的几档算满意，一档 1 分。1–5 分量表取 2，就是 4 分及以上；3.5 分不算。
    scale : tuple of float, default (1, 5)
        量表的最低分和最高分。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    CsatResult
        占比 share 及其区间 low、high（0–1），有效份数 n，缺失份数 n_missing。

    Raises
    ------
    TypeError
        分数里有不是数字的值。
    ValueError
        分数越出量表，或没有一个有效的分数。

    Notes
    -----
    它把 4 分和 5 分当成一样，把 1 分和 3 分也当成一样，所以均值变了它可以不变。换一个 ``top`` 数字就会变：报告时要写明几档算满意。

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    *Journal of the American Statistical Association*, 22(158), 209-212.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.csat([5, 4, 4, 3, 5, 2, 4, None])
    满意率 71.4%（95% 区间 35.9%–91.8%，n = 7，缺失 1）
    """
    low_end, high_end = check_scale("scale", scale)
    check_between("top", top, 1, high_end - low_end)
    check_probability("confidence", confidence)
    hint = "若是 0–10 分的推荐意愿题，请改用 satisfaction.nps()；别的量表请写 scale=(最低分, 最高分)。"
    values = check_scores("scores", scores, low_end, high_end, hint=hint).to_numpy()
    known = values[~np.isnan(values)]
    satisfied = int((known >= high_end - top + 1).sum())
    low, high = wilson(satisfied, len(known), confidence)
    return CsatResult(satisfied / len(known), float(low), float(high), len(known), len(values) - len(known), confidence)


def _check_cuts(promoter_min: float, detractor_max: float) -> None:
    check_between("promoter_min", promoter_min, 0, 10)
    check_between("detractor_max", detractor_max, 0, 10)
    if detractor_max >= promoter_min:
        raise ValueError(
            f"参数 detractor_max（{detractor_max:g}）应小于 promoter_min（{promoter_min:g}），"
            "否则同一个分数既是推荐者又是批评者。"
        )


def nps(scores: Any, *, promoter_min: float = 9, detractor_max: float = 6, confidence: float = 0.95) -> NpsResult:
    """净推荐值（net promoter score, NPS）：推荐者占比减去批评者占比，再乘 100。

    Parameters
    ----------
    scores : Series or list of float
        “愿意把我们推荐给朋友吗”的分数，0–10 分。缺失值不算。
    promoter_min : float, default 9
        不低于这个分数的是推荐者。
    detractor_max : float, default 6
        不高于这个分数的是批评者；两者之间是被动者。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    NpsResult
        score 及其区间 low、high（−100 到 100），标准误 se，三组人数，有效份数 n。

    Raises
    ------
    TypeError
        分数里有不是数字的值。
    ValueError
        分数不在 0–10 之间，或没有一个有效的分数。

    Notes
    -----
    标准误 = 100·√[(p + d − (p − d)²) ÷ n]，p、d 是推荐者和批评者的占比，除以 n 而不是 n − 1；
    区间是 score ± z·se，越出 −100 到 100 的部分截去。所有人同属一组时标准误是 0，这个区间没有意义，记为 NaN。
    几十份答卷的区间常宽到 ±20 分：别拿两个月的净推荐值比高低，先看区间。

    References
    ----------
    Reichheld, F. F. (2003). The one number you need to grow. *Harvard Business Review*, 81(12), 46-54.

    Rocks, B. (2016). Interval estimation for the "net promoter score".
    *The American Statistician*, 70(4), 365-372.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.nps([10, 9, 9, 8, 7, 6, 0, 10, 5, 8, 9, 3])
    净推荐值 8.3（95% 区间 −40.4 到 57.1，n = 12）
    >>> satisfaction.nps([10, 9, 7, 3]).promoters
    2
    """
    _check_cuts(promoter_min, detractor_max)
    check_probability("confidence", confidence)
    hint = "若是 1–5 分的满意题，请改用 satisfaction.csat()。"
    values = check_scores("scores", scores, 0, 10, hint=hint).to_numpy()
    known = values[~np.isnan(values)]
    promoters, detractors = int((known >= promoter_min).sum()), int((known <= detractor_max).sum())
    passives = len(known) - promoters - detractors
    return _nps(promoters, passives, detractors, len(values) - len(known), confidence)


def _nps(promoters: int, passives: int, detractors: int, n_missing: int, confidence: float) -> NpsResult:
    n = promoters + passives + detractors
    # Whole numbers up to the last division: a group of one kind gives exactly zero spread.
    net = promoters - detractors
    score = 100 * net / n
    se = 100 * float(np.sqrt((promoters + detractors) * n - net**2)) / n / float(np.sqrt(n))
    half = critical_z(confidence) * se if se > 0 else np.nan
    low, high = max(score - half, -100.0), min(score + half, 100.0)
    if se == 0:
        low = high = float("nan")
    return NpsResult(score, low, high, se, promoters, passives, detractors, n, n_missing, confidence)


def nps_from_counts(promoters: int, passives: int, detractors: int, *, confidence: float = 0.95) -> NpsResult:
    """净推荐值：已经数好三组人数时用。

    Parameters
    ----------
    promoters, passives, detractors : int
        推荐者、被动者、批评者的人数，不能是负数。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    NpsResult
        与 :func:`nps` 相同。

    Raises
    ------
    ValueError
        人数是负数、不是整数，或三组都是 0。

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.nps_from_counts(162, 108, 54)
    净推荐值 33.3（95% 区间 25.2 到 41.4，n = 324）
    """
    given = {"promoters": promoters, "passives": passives, "detractors": detractors}
    counts = [check_count(name, value) for name, value in given.items()]
    check_probability("confidence", confidence)
    if sum(counts) == 0:
        raise ValueError("promoters、passives、detractors 都是 0，没有人作答，算不出净推荐值。")
    return _nps(counts[0], counts[1], counts[2], 0, confidence)


def ces(
    scores: Any, *, higher_is_easier: bool, scale: tuple[float, float] = (1, 7), confidence: float = 0.95
) -> CesResult:
    """费力度（customer effort score, CES）：办成这件事费不费劲，取平均分。

    Parameters
    ----------
    scores : Series or list of float
        每份答卷一个分数，都在 ``scale`` 之内。缺失值不算。
    higher_is_easier : bool
        问卷上分数越高是不是越省力。两种问法都有人用，所以必须写明，没有默认。
    scale : tuple of float, default (1, 7)
        量表的最低分和最高分。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    CesResult
        平均分 mean 及其区间 low、high（原来的分数，t 区间），份数 n，折算的省力程度 ease_pct（0–100）。

    Raises
    ------
    TypeError
        分数里有不是数字的值，或 higher_is_easier 不是 True、False。
    ValueError
        分数越出量表，或没有一个有效的分数。

    Notes
    -----
    平均分不翻转。比较两家公司前先看方向：一家的 6 分可能是“很省力”，另一家的 6 分可能是“很费劲”。

    References
    ----------
    Dixon, M., Freeman, K., & Toman, N. (2010). Stop trying to delight your customers.
    *Harvard Business Review*, 88(7/8), 116-122.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.ces([6, 7, 5, 6, 4, 7], higher_is_easier=True)
    费力度 5.83 分（分高省力，95% 区间 4.61–7.06，n = 6）
    """
    if not isinstance(higher_is_easier, bool | np.bool_):
        raise TypeError(f"参数 higher_is_easier 应是 True 或 False，你给的是 {higher_is_easier!r}。")
    low_end, high_end = check_scale("scale", scale)
    check_probability("confidence", confidence)
    hint = "别的量表请写 scale=(最低分, 最高分)。"
    values = check_scores("scores", scores, low_end, high_end, hint=hint).to_numpy()
    mean, low, high, n = mean_interval(values, confidence)
    ease = (mean - low_end if higher_is_easier else high_end - mean) / (high_end - low_end) * 100
    return CesResult(mean, low, high, n, len(values) - n, bool(higher_is_easier), ease, confidence)
