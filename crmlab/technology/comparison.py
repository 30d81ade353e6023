"""Did it get better? The change of a measure with its interval, and how well a machine recognises what it should."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_numbers,
    check_one_of,
    check_probability,
    check_rng,
    check_whole,
    check_zero_one,
)
from crmlab._intervals import critical_t, interval_text, signed, wilson

_STATISTICS = {"mean": "平均", "median": "中位数"}


@dataclass(frozen=True, repr=False)
class Change:
    """前后（或两组）之差。

    Attributes
    ----------
    before, after : float
        前、后的平均或中位数。
    difference, low, high : float
        后减前，和它的区间；一组不到两个值时区间是 NaN。
    change_pct : float
        变了百分之几（以前为底）；前是 0 时是 NaN。
    n_before, n_after : int
        各用了几个值。
    statistic : str
        mean 或 median。
    paired : bool
        是不是同一批对象的前后。
    confidence : float
        置信水平。
    """

    before: float
    after: float
    difference: float
    low: float
    high: float
    change_pct: float
    n_before: int
    n_after: int
    statistic: str
    paired: bool
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}", joiner=" 到 ")
        pct = "" if np.isnan(self.change_pct) else f"（{signed(f'{self.change_pct:+.1f}')}%）"
        n = f"{self.n_before} 对" if self.paired else f"n = {self.n_before} 和 {self.n_after}"
        name = _STATISTICS[self.statistic]
        return (
            f"{name}由 {signed(f'{self.before:.2f}')} 变为 {signed(f'{self.after:.2f}')}{pct}，"
            f"差 {signed(f'{self.difference:+.2f}')}（{interval}，{n}）"
        )

    __repr__ = __str__


def before_after(
    before: Any,
    after: Any,
    *,
    statistic: str = "mean",
    paired: bool = False,
    rng: np.random.Generator | None = None,
    resamples: int = 2000,
    confidence: float = 0.95,
) -> Change:
    """前后对比：上线前后的响应时长、培训前后的得分，变了多少，会不会只是碰巧。

    Parameters
    ----------
    before, after : Series or list of float
        前、后（或对照组、试验组）的数值。不配对时缺失的不用；配对时一一对应，有一边缺失的那对不用。
    statistic : {"mean", "median"}, default "mean"
        比平均，还是比中位数。时长这种右边拖得很长的量，中位数不怕极端值。
    paired : bool, default False
        同一批对象（同一名坐席、同一位学员）的前后写 True。
    rng : numpy.random.Generator, optional
        随机数发生器，比中位数时必须给，用来重抽样。
    resamples : int, default 2000
        比中位数时重抽几次，不少于 200。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    Change
        前、后、差和区间、变了百分之几。配对又比中位数时，差是各对之差的中位数。

    Raises
    ------
    TypeError
        不是数字，或比中位数却没有给 rng。
    ValueError
        没有可用的值，配对时长短不一，或 statistic 不认识。

    Notes
    -----
    平均的区间：不配对用 Welch 的 t，配对用各对之差的 t。中位数的区间用重抽样的分位数，一组不到 10 个值时靠不住。
    前后变了，不等于是这件事变的：同时涨了工资、换了季节，都会算在里面。要分清，得有没上线的一组，比两组各自的变化。

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem. *Biometrika*, 34(1/2), 28-35.

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.before_after([42, 55, 38, 60, 47], [35, 41, 30, 44, 39])
    平均由 48.40 变为 37.80（−21.9%），差 −10.60（95% 区间 −21.95 到 0.75，n = 5 和 5）
    >>> technology.before_after([42, 55, 38, 60, 47], [35, 41, 30, 44, 39], paired=True)
    平均由 48.40 变为 37.80（−21.9%），差 −10.60（95% 区间 −15.69 到 −5.51，5 对）
    """
    check_one_of("statistic", statistic, tuple(_STATISTICS))
    check_probability("confidence", confidence)
    one, other = (check_numbers(name, v).to_numpy() for name, v in (("before", before), ("after", after)))
    if paired:
        if len(one) != len(other):
            raise ValueError(
                f"配对时一一对应：before 有 {len(one)} 个，after 有 {len(other)} 个。请从同一张表里取两列。"
            )
        both = ~np.isnan(one) & ~np.isnan(other)
        if not both.any():
            raise ValueError("没有一对前后都有值。请检查两列是否来自同一批对象。")
        one, other = one[both], other[both]
    one, other = one[~np.isnan(one)], other[~np.isnan(other)]
    if statistic == "median":
        check_rng(rng, say=" np.random.default_rng(种子)，比中位数要用它重抽样")
        times = check_whole("resamples", resamples, 200)
        start, end = float(np.median(one)), float(np.median(other))
        difference, low, high = _medians(one, other, paired, rng, times, confidence)  # type: ignore[arg-type]
    else:
        start, end = float(one.mean()), float(other.mean())
        difference, low, high = _means(one, other, paired, confidence)
    pct = (end - start) / abs(start) * 100 if start != 0 else float("nan")
    return Change(start, end, difference, low, high, pct, len(one), len(other), statistic, paired, confidence)


def _means(one: np.ndarray, other: np.ndarray, paired: bool, confidence: float) -> tuple[float, float, float]:
    difference = float(other.mean() - one.mean())
    if min(len(one), len(other)) < 2:
        return difference, float("nan"), float("nan")
    if paired:
        error2, df = (other - one).var(ddof=1) / len(one), len(one) - 1.0
    else:
        parts = [values.var(ddof=1) / len(values) for values in (one, other)]
        error2 = sum(parts)
        spread = sum(part**2 / (len(values) - 1) for part, values in zip(parts, (one, other), strict=True))
        df = error2**2 / spread if spread > 0 else 1.0
    half = float(critical_t(df, confidence)) * float(np.sqrt(error2))
    return difference, difference - half, difference + half


def _medians(
    one: np.ndarray, other: np.ndarray, paired: bool, rng: np.random.Generator, times: int, confidence: float
) -> tuple[float, float, float]:
    # Sorted, so that the order of the rows has no say in what is drawn.
    if paired:
        gaps = np.sort(other - one)
        drawn = np.median(gaps[rng.integers(0, len(gaps), (times, len(gaps)))], axis=1)
        difference = float(np.median(gaps))
    else:
        one, other = np.sort(one), np.sort(other)
        drawn = np.median(other[rng.integers(0, len(other), (times, len(other)))], axis=1)
        drawn = drawn - np.median(one[rng.integers(0, len(one), (times, len(one)))], axis=1)
        difference = float(np.median(other) - np.median(one))
    if min(len(one), len(other)) < 2:
        return difference, float("nan"), float("nan")
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return difference, float(low), float(high)


def recognition_quality(
    cases: pd.DataFrame,
    *,
    predicted: str = "predicted",
    actual: str = "actual",
    by: str | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """识别得准不准：查准率、查全率、误报率和 F1，并看各组人差多少（假房源、刷脸、垃圾投诉都能用）。

    查准率 = 判“是”又真“是”的 ÷ 判“是”的；查全率 = 判“是”又真“是”的 ÷ 真“是”的；误报率 = 判“是”其实“不是”的 ÷ 真“不是”的。

    Parameters
    ----------
    cases : DataFrame
        一行一个判断。有一项缺失的不用。
    predicted, actual : str
        机器判的、真实的列名，1 是，0 不是；默认 predicted、actual。
    by : str, optional
        分组的列名（年龄、性别、地区……）。给了就每组一行，最后一行是合计。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一组，最后是“合计”。列：group、n、accuracy（判对的占比）、precision、precision_low、precision_high、recall、recall_low、
        recall_high、false_alarm、false_alarm_low、false_alarm_high（都是威尔逊区间）、f1、recall_gap（查全率比合计高多少）。
        分母是 0 的是 NaN。

    Raises
    ------
    TypeError
        判断或真实是文字。
    ValueError
        缺列，有 0、1 以外的值，有一组叫“合计”，或没有一行可用。

    Notes
    -----
    真“是”的很少时，判对的占比没有意义：全判“不是”也有 99%。F1 没有区间：它是两个占比的调和平均，请看那两个占比的区间。
    各组的查全率有差，区间又不重叠，就该查一查训练数据里这一组是不是太少；差多少算歧视，不是统计能定的。

    References
    ----------
    Buolamwini, J., & Gebru, T. (2018). Gender shades. *Proceedings of Machine Learning Research*, 81, 77-91.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> cases = pd.DataFrame(
    ...     {"age": ["青年"] * 4 + ["老年"] * 4, "predicted": [1, 1, 0, 0, 1, 0, 0, 0], "actual": [1, 1, 0, 0, 1, 1, 0, 0]}
    ... )
    >>> table = technology.recognition_quality(cases, by="age")
    >>> table[["group", "n", "precision", "recall", "f1", "recall_gap"]].round(2)
      group  n  precision  recall    f1  recall_gap
    0    老年  4        1.0    0.50  0.67       -0.25
    1    青年  4        1.0    1.00  1.00        0.25
    2    合计  8        1.0    0.75  0.86        0.00
    """
    check_frame("cases", cases, [predicted, actual, *([by] if by else [])])
    check_probability("confidence", confidence)
    said, true = (check_zero_one(c, cases[c], all_missing=True, say="0 和 1").to_numpy() for c in (predicted, actual))
    groups = cases[by].to_numpy(dtype=object) if by else np.full(len(cases), "合计", dtype=object)
    table = pd.DataFrame({"group": groups, "said": said, "true": true}).dropna()
    if table.empty:
        raise ValueError(f"没有一行同时有“{predicted}”和“{actual}”。请检查数据是否为空。")
    table["group"] = table["group"].astype(str)
    rows = [_quality("合计", table, confidence)]
    if by:
        if (table["group"] == "合计").any():
            raise ValueError("分组不能叫“合计”，结果的最后一行就是合计。请先改名。")
        rows = [_quality(str(name), part, confidence) for name, part in table.groupby("group")] + rows
    result = pd.DataFrame(rows).astype({"group": "str"})
    return result.assign(recall_gap=result["recall"] - result["recall"].iloc[-1])


def _quality(name: str, part: pd.DataFrame, confidence: float) -> dict[str, Any]:
    said, true = part["said"] == 1, part["true"] == 1
    hits = int((said & true).sum())
    row: dict[str, Any] = {"group": name, "n": len(part), "accuracy": float((said == true).mean())}
    for measure, count, base in (
        ("precision", hits, said.sum()),
        ("recall", hits, true.sum()),
        ("false_alarm", (said & ~true).sum(), (~true).sum()),
    ):
        low, high = wilson(count, base, confidence)
        share = float(count / base) if base else float("nan")
        row |= {measure: share, f"{measure}_low": float(low), f"{measure}_high": float(high)}
    found = int(said.sum() + true.sum())
    return row | {"f1": 2 * hits / found if found else float("nan")}
