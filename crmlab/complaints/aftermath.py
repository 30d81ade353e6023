"""What the days after a crisis tell: how fast the volume grows, how long the mood needs to recover."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_number, check_numbers, check_present, check_probability
from crmlab._intervals import critical_z, interval_text


@dataclass(frozen=True, repr=False)
class DoublingTime:
    """声量翻一番的时间。

    Attributes
    ----------
    days : float
        翻一番要几天；负数表示每隔这么多天减半；没有变化时是无穷大。
    low, high : float
        区间的两端（天）；增长率的区间跨过 0 时，翻番时间没有区间，是 NaN。
    growth, growth_low, growth_high : float
        每天的增长率（0.25 就是每天多 25%）和它的区间。
    n : int
        用到的天数。
    dispersion : float
        实际波动是泊松分布的几倍（离散系数）；区间已按它放宽。
    confidence : float
        置信水平。
    """

    days: float
    low: float
    high: float
    growth: float
    growth_low: float
    growth_high: float
    n: int
    dispersion: float
    confidence: float = 0.95

    def __str__(self) -> str:
        per_day = interval_text(
            100 * self.growth_low, 100 * self.growth_high, self.confidence, "{:.1f}%", joiner=" 到 "
        )
        if math.isnan(self.low):
            verdict = "看不出是在涨还是在落"
        else:
            word = "翻一番" if self.days > 0 else "减半"
            low, high = sorted((abs(self.low), abs(self.high)))
            verdict = f"每 {abs(self.days):.1f} 天{word}（{interval_text(low, high, self.confidence)} 天）"
        return f"{verdict}；每天变化 {100 * self.growth:+.1f}%（{per_day}，n = {self.n} 天）".replace("-", "−")

    __repr__ = __str__


def doubling_time(posts: Any, *, confidence: float = 0.95) -> DoublingTime:
    """声量几天翻一番：用危机开头几天的每日帖数估计。

    假设每天的帖数按固定比例增长：ln(平均帖数) = a + b·天；翻番时间 = ln 2 ÷ b。

    Parameters
    ----------
    posts : Series or list of int
        每天一个数，按日期连续，至少 4 天。只取还在上升的那一段。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DoublingTime
        days 及其区间，每天的增长率 growth 及其区间。

    Raises
    ------
    TypeError
        帖数不是数字。
    ValueError
        少于 4 天，有缺失或负数，或有帖子的日子少于 2 天。

    Notes
    -----
    泊松回归，标准误按实际离散程度放宽（拟泊松，不收窄），所以 0 帖的日子也能用；先取对数再做直线回归则不能。
    选哪几天作“开头”会左右结果，请报告你用的是哪几天。

    References
    ----------
    McCullagh, P., & Nelder, J. A. (1989). *Generalized Linear Models* (2nd ed.), chapter 6. Chapman & Hall.

    Examples
    --------
    >>> from crmlab import complaints
    >>> complaints.doubling_time([12, 17, 22, 35, 46, 71])
    每 1.9 天翻一番（95% 区间 1.5–2.6 天）；每天变化 +43.2%（95% 区间 30.9% 到 56.7%，n = 6 天）
    """
    counts = check_numbers("posts", posts, 0, need=4, missing=False).to_numpy()
    check_probability("confidence", confidence)
    if (counts > 0).sum() < 2:
        raise ValueError("参数 posts 里有帖子的日子少于 2 天，看不出增长。请换一段日子。")
    day = np.arange(len(counts), dtype=float)
    slope, se, dispersion = _poisson_slope(day, counts)
    half = critical_z(confidence) * se
    low, high = slope - half, slope + half
    doubling = math.log(2) / slope if abs(slope) > 1e-12 else math.inf
    sure = low > 0 or high < 0
    ends = sorted((math.log(2) / low, math.log(2) / high)) if sure else [float("nan")] * 2
    growth = [math.expm1(x) for x in (slope, low, high)]
    return DoublingTime(
        doubling, ends[0], ends[1], growth[0], growth[1], growth[2], len(counts), dispersion, confidence
    )


def _poisson_slope(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Fit ln(mean) = a + b·x by Newton's method; return b, its quasi-Poisson standard error and the dispersion."""
    design = np.column_stack([np.ones_like(x), x - x.mean()])
    beta = np.array([math.log(y.mean()), 0.0])
    information = np.eye(2)
    for _ in range(100):
        mean = np.exp(design @ beta)
        information = design.T @ (mean[:, None] * design)
        step = np.linalg.solve(information, design.T @ (y - mean))
        beta = beta + step / max(1.0, float(np.abs(step).max()))
        if float(np.abs(step).max()) < 1e-12:
            break
    mean = np.exp(design @ beta)
    dispersion = float(((y - mean) ** 2 / mean).sum()) / (len(y) - 2)
    se = math.sqrt(np.linalg.inv(information)[1, 1] * max(dispersion, 1.0))
    return float(beta[1]), se, dispersion


def recovery_days(
    daily: pd.DataFrame,
    *,
    level: float,
    hold: int = 3,
    strategy: str = "strategy",
    day: str = "day",
    sentiment: str = "sentiment",
    cost: str | None = "cost_yuan",
) -> pd.DataFrame:
    """不同应对策略之后，情绪几天回到原来的水平，一共花了多少。

    Parameters
    ----------
    daily : DataFrame
        一行一种策略的一天。列：策略、第几天、情感分，以及成本（元）。行的次序不限。
    level : float
        恢复到多少算“回来了”，与情感分同一刻度，通常取危机前的平均。
    hold : int, default 3
        要连续几天不低于 level 才算；防止一天的反弹被当成恢复。
    strategy, day, sentiment : str
        三列的列名。
    cost : str or None, default "cost_yuan"
        成本的列名；没有成本就写 None。

    Returns
    -------
    DataFrame
        一行一种策略。列：strategy、days_observed、lowest（最低情感分）、lowest_day、recovery_day（恢复的第一天；观察期内没恢复是 NaN）、
        deficit（情感分低于 level 的部分逐日相加）、total_cost（给了成本列才有）。按恢复日、亏空从小到大；没恢复的排在后面。

    Raises
    ------
    TypeError
        情感分或成本不是数字。
    ValueError
        缺列，同一策略有重复的日子，有缺失值，或 hold 不是正整数。

    Notes
    -----
    每种策略往往只有一场危机，没有重复，所以没有区间：这是描述，不是“哪种策略更好”的证据。NaN 是“观察期内还没恢复”，不是“恢复
    得很快”。日子要连续，缺的日子请先补上，否则“连续几天”只按有记录的日子数。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> daily = pd.DataFrame(
    ...     {
    ...         "strategy": ["道歉"] * 5 + ["否认"] * 5,
    ...         "day": [0, 1, 2, 3, 4] * 2,
    ...         "sentiment": [-0.6, -0.2, 0.1, 0.2, 0.2, -0.6, -0.7, -0.5, -0.3, 0.1],
    ...     }
    ... )
    >>> complaints.recovery_days(daily, level=0.1, cost=None)
      strategy  days_observed  lowest  lowest_day  recovery_day  deficit
    0       道歉              5    -0.6           0           2.0      1.0
    1       否认              5    -0.7           1           NaN      2.5
    """
    columns: Sequence[str] = [strategy, day, sentiment, *([cost] if cost is not None else [])]
    check_frame("daily", daily, columns)
    threshold = check_number("level", level)
    if not (isinstance(hold, int) and not isinstance(hold, bool) and hold >= 1):
        raise ValueError(f"参数 hold 应是不小于 1 的整数，你给的是 {hold!r}。")
    check_present(strategy, daily[strategy])
    table = pd.DataFrame(
        {
            "strategy": daily[strategy].to_numpy(),
            "day": check_numbers(day, daily[day], missing=False).to_numpy(),
            "sentiment": check_numbers(sentiment, daily[sentiment], missing=False).to_numpy(),
            "cost": 0.0 if cost is None else check_numbers(cost, daily[cost], 0, missing=False).to_numpy(),
        }
    )
    again = table.duplicated(["strategy", "day"]).to_numpy()
    if again.any():
        row = table.iloc[int(again.argmax())]
        raise ValueError(f"策略“{row['strategy']}”的第 {row['day']:g} 天有两行。请一天只留一行。")
    rows = []
    for name, part in table.sort_values(["strategy", "day"]).groupby("strategy"):
        mood, days = part["sentiment"].to_numpy(), part["day"].to_numpy()
        lowest = int(mood.argmin())
        good = mood >= threshold - 1e-12
        run = np.array([good[i : i + hold].all() and i + hold <= len(good) for i in range(len(good))])
        back = np.flatnonzero(run & (np.arange(len(run)) >= lowest))
        rows.append(
            {
                "strategy": name,
                "days_observed": len(part),
                "lowest": float(mood[lowest]),
                "lowest_day": days[lowest],
                "recovery_day": float(days[back[0]]) if len(back) else np.nan,
                "deficit": float(np.maximum(threshold - mood, 0).sum()),
                **({} if cost is None else {"total_cost": float(part["cost"].sum())}),
            }
        )
    result = pd.DataFrame(rows)
    if (result["lowest_day"] % 1 == 0).all():
        result = result.astype({"lowest_day": int})
    return result.sort_values(["recovery_day", "deficit", "strategy"], ignore_index=True)
