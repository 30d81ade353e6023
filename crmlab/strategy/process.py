"""Where the time of an order goes: work and waiting by step, and the step that holds everything up."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_moments, check_present, check_probability, row_of
from crmlab._intervals import critical_t, interval_text, t_interval


@dataclass(frozen=True, repr=False, eq=False)
class ProcessTimes:
    """流程的时间花在哪里。

    Attributes
    ----------
    steps : DataFrame
        一行一步，按平均在一单开头之后多久开始排。列：step、n（做了几次）、wait_hours（做这一步之前平均等多久）及 wait_low、wait_high、
        work_hours（做这一步平均多久）及 work_low、work_high、wait_share（占全部等待的比）。
    cases : DataFrame
        一行一单。列：case_id、lead_hours（从头到尾）、wait_hours（其中没有人在做）、wait_share。
    bottleneck : str
        瓶颈：前面等得最久的一步；哪里都不等时，是做得最久的一步。
    wait_share, low, high : float
        全部时间里等待占的比和区间。
    n : int
        几单。
    confidence : float
        置信水平。
    """

    steps: pd.DataFrame
    cases: pd.DataFrame
    bottleneck: str
    wait_share: float
    low: float
    high: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        mean = self.cases["lead_hours"].mean()
        interval = interval_text(self.low, self.high, self.confidence, "{:.1%}")
        row = self.steps.set_index("step").loc[self.bottleneck]
        told = f"平均等 {row['wait_hours']:.1f} 小时才轮到" if row["wait_hours"] > 0 else "不用等，但做得最久"
        return (
            f"平均 {mean:.1f} 小时，其中 {self.wait_share:.1%} 在等（{interval}，n = {self.n} 单）；"
            f"瓶颈是“{self.bottleneck}”，{told}"
        )

    __repr__ = __str__


def process_times(
    log: pd.DataFrame,
    *,
    case: str = "order_id",
    step: str = "step",
    start: str = "start",
    end: str = "end",
    confidence: float = 0.95,
) -> ProcessTimes:
    """流程周期：每一步做多久、之前等多久，瓶颈在哪一步。

    一步之前的等待 = 它开始的时刻 − 同一单里前面各步最晚结束的时刻，早开始的算 0；一单的总时间 = 各步之前的等待 + 有人在做的时间。

    Parameters
    ----------
    log : DataFrame
        一行是一单的一步。行的次序不限。
    case, step, start, end : str
        订单号、步骤名、开始时刻、结束时刻的列名，默认 order_id、step、start、end。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ProcessTimes
        steps（各步的等待和用时）、cases（各单）、bottleneck、等待占比和区间。

    Raises
    ------
    TypeError
        时刻不是日期时间。
    ValueError
        缺列，有缺失值，或结束早于开始。

    Notes
    -----
    均值的区间是 t 区间；等待占比是总和之比，区间由一阶展开得到，都把各单当作互相独立的样本。订单挤在一起时彼此相关，真正的误差更大。
    只有一单时区间算不出。没做完的单要先去掉，否则后面的步骤偏快。夜里和周末不营业的时间也算在等待里。

    References
    ----------
    Hopp, W. J., & Spearman, M. L. (2011). *Factory Physics* (3rd ed.). Waveland Press.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> day = pd.Timestamp("2026-03-02 09:00")
    >>> rows = [(1, "采集", 0, 1), (1, "设计", 3, 5), (1, "生产", 11, 15), (2, "采集", 0, 1), (2, "设计", 1, 4), (2, "生产", 8, 12)]
    >>> log = pd.DataFrame(rows, columns=["order_id", "step", "start", "end"])
    >>> log = log.assign(start=day + pd.to_timedelta(log["start"], "h"), end=day + pd.to_timedelta(log["end"], "h"))
    >>> result = strategy.process_times(log)
    >>> result.bottleneck, round(result.wait_share, 3)
    ('生产', 0.444)
    >>> result.steps[["step", "n", "wait_hours", "work_hours", "wait_share"]].round(3)
      step  n  wait_hours  work_hours  wait_share
    0   采集  2         0.0         1.0       0.000
    1   设计  2         1.0         2.5       0.167
    2   生产  2         5.0         4.0       0.833
    """
    check_frame("log", log, [case, step, start, end])
    check_probability("confidence", confidence)
    for column in (start, end):
        check_present(column, check_moments(column, log[column]))
    for column in (case, step):
        check_present(column, log[column])
    wrong = (log[end] < log[start]).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        raise ValueError(
            f"{row_of(log[end], at)}的结束（{log[end].iloc[at]}）早于开始（{log[start].iloc[at]}）。请先核对。"
        )
    zero = log[start].min()
    hours = pd.Timedelta(hours=1)
    table = pd.DataFrame(
        {
            "case_id": log[case].to_numpy(),
            "step": log[step].astype(str).to_numpy(),
            "start": ((log[start] - zero) / hours).to_numpy(),
            "end": ((log[end] - zero) / hours).to_numpy(),
        }
    ).sort_values(["case_id", "start", "end", "step"], ignore_index=True)
    latest = table.groupby("case_id")["end"].cummax().groupby(table["case_id"]).shift()
    table["wait"] = (table["start"] - latest.fillna(table["start"])).clip(lower=0)
    table["work"] = table["end"] - table["start"]
    by_case = table.groupby("case_id").agg(first=("start", "min"), last=("end", "max"), wait_hours=("wait", "sum"))
    cases = by_case.reset_index().assign(lead_hours=lambda t: t["last"] - t["first"])
    cases["wait_share"] = cases["wait_hours"] / cases["lead_hours"].where(cases["lead_hours"] > 0)
    share, low, high = _ratio(cases["wait_hours"].to_numpy(), cases["lead_hours"].to_numpy(), confidence)
    steps = _by_step(table, confidence)
    key = ["wait_hours", "work_hours"] if steps["wait_hours"].max() > 0 else ["work_hours"]
    slowest = str(steps.sort_values(key, ascending=False, kind="stable")["step"].iloc[0])
    columns = ["case_id", "lead_hours", "wait_hours", "wait_share"]
    return ProcessTimes(steps, cases[columns], slowest, share, low, high, len(cases), confidence)


def _by_step(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    since = table["start"] - table.groupby("case_id")["start"].transform("min")
    groups = table.assign(since=since).groupby("step")
    steps = groups.agg(n=("wait", "size"), begin=("since", "mean"), total=("wait", "sum")).reset_index()
    for name in ("wait", "work"):
        mean, sd = groups[name].mean().to_numpy(), groups[name].std().to_numpy()
        low, high = t_interval(mean, sd, steps["n"], confidence)
        steps[f"{name}_hours"], steps[f"{name}_low"], steps[f"{name}_high"] = mean, np.maximum(low, 0.0), high
    total = steps["total"].sum()
    steps["wait_share"] = steps["total"] / total if total > 0 else np.nan
    columns = ["step", "n", "wait_hours", "wait_low", "wait_high", "work_hours", "work_low", "work_high", "wait_share"]
    return steps.sort_values(["begin", "step"], ignore_index=True)[columns]


def _ratio(part: np.ndarray, whole: np.ndarray, confidence: float) -> tuple[float, float, float]:
    """Return the ratio of two totals and its interval by linearisation."""
    n, total = len(whole), float(whole.sum())
    if total <= 0:
        return float("nan"), float("nan"), float("nan")
    ratio = float(part.sum()) / total
    if n < 2:
        return ratio, float("nan"), float("nan")
    residual = part - ratio * whole
    half = float(critical_t(n - 1, confidence)) * float(residual.std(ddof=1)) * np.sqrt(n) / total
    return ratio, max(ratio - half, 0.0), min(ratio + half, 1.0)
