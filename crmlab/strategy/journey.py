"""The customer's journey: emotion at each touch point, its low points, and the peak-end score."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_number, check_numbers, check_probability
from crmlab._intervals import interval_text, t_interval


@dataclass(frozen=True, repr=False)
class JourneyResult:
    """体验旅程的结果。

    Attributes
    ----------
    table : DataFrame
        一行一个触点，按先后。列：step、touchpoint、n、emotion（平均情绪）、low、high、
        state（高兴、不满、看不清：区间整个在中性之上、之下，或跨着它）。有期望和重要度的列时另有 expectation、gap（感知 − 期望）、importance。
    mean, low, high : float
        先算每个人的平均情绪，再对人平均，和它的区间。
    peak_end, peak_end_low, peak_end_high : float
        峰终值：先算每个人最强烈的一刻和最后一刻的平均，再对人平均，和它的区间。
    peak, end : str
        平均情绪离中性最远的触点；最后一个触点。
    pains : tuple of str
        state 是不满的触点，最不满的在前。
    n : int
        人数。
    confidence : float
        置信水平。
    """

    table: pd.DataFrame
    mean: float
    low: float
    high: float
    peak_end: float
    peak_end_low: float
    peak_end_high: float
    peak: str
    end: str
    pains: tuple[str, ...]
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        overall = interval_text(self.low, self.high, self.confidence, "{:.2f}", joiner=" 到 ")
        ends = interval_text(self.peak_end_low, self.peak_end_high, self.confidence, "{:.2f}", joiner=" 到 ")
        pains = f"痛点：{'、'.join(self.pains)}" if self.pains else "没有看得清的痛点"
        said = f"平均情绪 {self.mean:.2f}（{overall}），峰终值 {self.peak_end:.2f}（{ends}，n = {self.n}）；最强烈在{self.peak}，{pains}"
        return said.replace("-", "−")

    __repr__ = __str__


def journey(
    ratings: pd.DataFrame,
    *,
    customer: str = "customer_id",
    step: str = "step",
    touchpoint: str = "touchpoint",
    emotion: str = "emotion",
    neutral: float,
    expectation: str | None = None,
    importance: str | None = None,
    confidence: float = 0.95,
) -> JourneyResult:
    """体验旅程：每个触点的情绪曲线，痛点在哪，峰终值是多少。

    Parameters
    ----------
    ratings : DataFrame
        一行一个人对一个触点的评分；有人没经过的触点就没有那一行。情绪缺失的行不用。
    customer, step, touchpoint, emotion : str
        客户编号、先后次序（数字）、触点名称、情绪分的列名，默认 "customer_id"、"step"、"touchpoint"、"emotion"。
    neutral : float
        情绪分里的中性点，例如 −3 到 3 分量表是 0，1–5 分量表是 3。没有默认。
    expectation, importance : str, optional
        期望分（与情绪同一量表）和重要度的列名。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    JourneyResult
        table（情绪曲线）、mean、peak_end 及各自的区间、pains（痛点）。只有一个人的触点，区间是 NaN，state 是看不清。

    Raises
    ------
    TypeError
        评分或次序不是数字。
    ValueError
        缺列，没有一行有效，同一个 step 有两个触点，或同一个人对同一个 step 评了两次。

    Notes
    -----
    峰终定律（peak-end rule）说，人记住的是最强烈的一刻和结尾，不是平均。它来自短时疼痛和短片的实验，
    放到几天的服务旅程上是推广，不是定论，请拿自己客户的总体评分来对。一个人的最强烈，取离中性最远的那一刻，
    一样远时取不满的那一刻。没走完的人，最后一刻是他走到的最后一个触点。
    后面触点的评分只来自没走的人：越往后越好看，可能只是不满的人早走了，n 会告诉你。

    References
    ----------
    Kahneman, D., Fredrickson, B. L., Schreiber, C. A., & Redelmeier, D. A. (1993). When more pain is preferred to
    less: adding a better end. *Psychological Science*, 4(6), 401-405.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> ratings = pd.DataFrame(
    ...     {
    ...         "customer_id": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], "step": [1, 2, 3] * 4,
    ...         "touchpoint": ["进店", "排队", "离店"] * 4, "emotion": [1, -2, 3, 0, -2, 2, 1, -3, 2, 2, -1, 3],
    ...     }
    ... )
    >>> result = strategy.journey(ratings, neutral=0)
    >>> result
    平均情绪 0.50（95% 区间 −0.52 到 1.52），峰终值 1.38（95% 区间 −1.63 到 4.38，n = 4）；最强烈在离店，痛点：排队
    >>> result.table[["touchpoint", "emotion", "low", "high", "state"]].round(2)
      touchpoint  emotion   low  high state
    0         进店      1.0 -0.30  2.30   看不清
    1         排队     -2.0 -3.30 -0.70    不满
    2         离店      2.5  1.58  3.42    高兴
    """
    extra = {"expectation": expectation, "importance": importance}
    wanted = {k: c for k, c in extra.items() if c is not None}
    check_frame("ratings", ratings, [customer, step, touchpoint, emotion, *wanted.values()])
    middle = check_number("neutral", neutral)
    check_probability("confidence", confidence)
    frame = pd.DataFrame({"customer": ratings[customer].array, "touchpoint": ratings[touchpoint].array})
    frame["step"] = check_numbers(step, ratings[step], missing=False).to_numpy()
    frame["emotion"] = check_numbers(emotion, ratings[emotion]).to_numpy()
    for name, column in wanted.items():
        frame[name] = check_numbers(column, ratings[column]).to_numpy()
    frame = frame.dropna(subset=["customer", "touchpoint", "emotion"])
    if frame.empty:
        raise ValueError(f"列“{emotion}”没有一行有效。请检查客户编号、触点和情绪分是不是空的。")
    _check_steps(frame)
    table = _by_touchpoint(frame, list(wanted), middle, confidence)
    people = _by_person(frame, middle)
    n = len(people)
    values = []
    for column in ("mean", "peak_end"):
        centre = float(people[column].mean())
        low, high = t_interval(centre, people[column].std(ddof=1) if n > 1 else np.nan, n, confidence)
        values += [centre, float(low), float(high)]
    unhappy = table[table["state"] == "不满"].sort_values("emotion", kind="stable")
    peak = str(table["touchpoint"].iloc[int((table["emotion"] - middle).abs().to_numpy().argmax())])
    end, pains = str(table["touchpoint"].iloc[-1]), tuple(unhappy["touchpoint"].astype(str))
    return JourneyResult(table, *values, peak, end, pains, n, confidence)  # type: ignore[arg-type, call-arg]


def _check_steps(frame: pd.DataFrame) -> None:
    names = frame.groupby("step")["touchpoint"].nunique()
    if (names > 1).any():
        at = names.index[int((names > 1).to_numpy().argmax())]
        found = "、".join(map(str, sorted(frame.loc[frame["step"] == at, "touchpoint"].unique())))
        raise ValueError(f"次序 {at:g} 有几个触点：{found}。一个次序只能是一个触点。")
    twice = frame.duplicated(["customer", "step"]).to_numpy()
    if twice.any():
        row = frame.iloc[int(twice.argmax())]
        raise ValueError(
            f"客户“{row['customer']}”对“{row['touchpoint']}”（次序 {row['step']:g}）评了不止一次。请先合并或只留一次。"
        )


def _by_touchpoint(frame: pd.DataFrame, wanted: list[str], middle: float, confidence: float) -> pd.DataFrame:
    grouped = frame.groupby("step")
    table = grouped.agg(
        touchpoint=("touchpoint", "first"), n=("emotion", "size"), emotion=("emotion", "mean")
    ).reset_index()
    low, high = t_interval(table["emotion"], grouped["emotion"].std().to_numpy(), table["n"], confidence)
    table["low"], table["high"] = low, high
    table["state"] = np.select([low > middle, high < middle], ["高兴", "不满"], default="看不清")
    for name in wanted:
        table[name] = grouped[name].mean().to_numpy()
        if name == "expectation":
            table["gap"] = (frame["emotion"] - frame["expectation"]).groupby(frame["step"]).mean().to_numpy()
    return table


def _by_person(frame: pd.DataFrame, middle: float) -> pd.DataFrame:
    """Mean emotion, and the mean of the strongest and the last moment, of each customer."""
    away = (frame["emotion"] - middle).abs()
    # Equally strong: the bad moment counts.
    strongest = frame.assign(away=away).sort_values(["away", "emotion"], ascending=[False, True]).groupby("customer")
    last = frame.sort_values("step").groupby("customer")["emotion"].last()
    people = frame.groupby("customer")["emotion"].mean().to_frame("mean")
    people["peak_end"] = (strongest["emotion"].first() + last) / 2
    return people
