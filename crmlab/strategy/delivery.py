"""From order to delivery when every piece is made to order: capacity, queue and lead time, simulated."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_names,
    check_numbers,
    check_positive,
    check_probability,
    check_rng,
    check_whole,
    row_of,
)
from crmlab._intervals import mean_interval

RESERVED = ("ordered_day", "altered", "delivered_day", "lead_days")


@dataclass(frozen=True, repr=False)
class DeliveryResult:
    """从下单到交货的模拟结果。

    Attributes
    ----------
    orders : DataFrame
        最后一遍模拟里的订单，一行一单，按下单先后。列：ordered_day、每道工序完成的那天（列名是工序名）、altered（是否返工，0/1）、delivered_day、lead_days。
    summary : DataFrame
        各遍模拟之间的均值和区间。列：measure（mean_days、p50_days、p90_days，给了承诺时另有 on_time）、value、low、high。
    steps : DataFrame
        一行一道工序。列：step、wait_days（平均排队）、work_days（平均加工）、load（用掉产能的比例；不限产能是 NaN）。
    bottleneck : str
        平均排队最久的工序；都不排队时是空字符串。
    stable : bool
        产能是不是都够（每道的 load 都小于 1）。
    n, runs : int
        每遍的平均订单数；模拟了几遍。
    confidence : float
        置信水平。
    """

    orders: pd.DataFrame
    summary: pd.DataFrame
    steps: pd.DataFrame
    bottleneck: str
    stable: bool
    n: int
    runs: int
    confidence: float = 0.95

    def __str__(self) -> str:
        mean, p90 = (self.summary.set_index("measure").loc[m] for m in ("mean_days", "p90_days"))
        level = f"{self.confidence * 100:g}%"
        queue = f"，排队最久的是{self.bottleneck}" if self.bottleneck else ""
        warning = "" if self.stable else "；产能不够，订单越积越多，这些数会随天数变大"
        return (
            f"平均 {mean['value']:.1f} 天交货（{level} 区间 {mean['low']:.1f}–{mean['high']:.1f}），"
            f"九成在 {p90['value']:.1f} 天内（{level} 区间 {p90['low']:.1f}–{p90['high']:.1f}，模拟 {self.runs} 遍）{queue}{warning}"
        )

    __repr__ = __str__


def order_to_delivery(
    steps: pd.DataFrame,
    *,
    orders_per_day: float,
    rng: np.random.Generator,
    days: int = 120,
    warmup_days: int = 30,
    alter_share: float = 0.0,
    alter_days: float = 0.0,
    promise_days: float | None = None,
    runs: int = 20,
    confidence: float = 0.95,
) -> DeliveryResult:
    """C2M（customer to manufacturer）：产能多大，客户从下单到收货要等几天，用模拟来看分布。

    订单随机到达（泊松），依次过各道工序。有产能上限的工序先来先做，每 1 ÷ 产能 天才能开工一单，来不及就排队；加工时长服从伽马分布。

    Parameters
    ----------
    steps : DataFrame
        一行一道工序，按先后。列：step（名称）、mean_days（平均加工天数，不能是负数）、sd_days（标准差，0 是固定时长）、
        capacity_per_day（每天最多开工几单，空着是不限）。
    orders_per_day : float
        平均每天来几单，大于 0。
    rng : numpy.random.Generator
        随机数，例如 np.random.default_rng(1)。
    days, warmup_days : int, default 120, 30
        统计多少天里下的单；之前先跑多少天不统计，免得开头没有排队的日子拉低结果。
    alter_share, alter_days : float, default 0
        返工（修改）的比例，0–1；返工多花的天数，固定。返工不占产能，占的话请把 orders_per_day 按比例调大。
    promise_days : float, optional
        承诺的交期；给了就算按时率 on_time。
    runs : int, default 20
        模拟几遍，至少 2；区间来自各遍之间的差异。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DeliveryResult
        summary（平均、中位、第 90 百分位、按时率，各带区间）、steps（瓶颈在哪）、orders（一遍的明细）。

    Raises
    ------
    TypeError
        参数不是数字，或 rng 不是随机数发生器。
    ValueError
        缺列，工序名重复，时长是负数，产能不大于 0，或 runs 小于 2。

    Notes
    -----
    对客户承诺要看第 90 百分位，不能看平均：承诺平均天数，近一半的人会等得更久。产能用到九成以上，排队的天数会陡升，
    多一点订单就崩。区间只说模拟的随机误差；到达、时长的假设错了，模拟再多遍也没用。

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> steps = pd.DataFrame(
    ...     {
    ...         "step": ["量体", "生产", "发货"], "mean_days": [2, 3, 2], "sd_days": [1, 1, 0.5],
    ...         "capacity_per_day": [None, 22, None],
    ...     }
    ... )
    >>> strategy.order_to_delivery(steps, orders_per_day=20, promise_days=10, rng=np.random.default_rng(1))
    平均 7.2 天交货（95% 区间 7.2–7.3），九成在 9.2 天内（95% 区间 9.2–9.3，模拟 20 遍），排队最久的是生产
    """
    plan = _check_steps(steps)
    rate = check_positive("orders_per_day", orders_per_day)
    check_rng(rng)
    counted, warmup = check_whole("days", days, 1), check_whole("warmup_days", warmup_days, 0)
    times = check_whole("runs", runs, 2, why="只有一遍，看不出模拟的误差。")
    check_between("alter_share", alter_share, 0, 1, hint="8% 请写成 0.08。")
    rework = check_positive("alter_days", alter_days, allow_zero=True)
    promise = None if promise_days is None else check_positive("promise_days", promise_days)
    check_probability("confidence", confidence)
    if rate * counted < 10:
        raise ValueError(
            f"{counted} 天平均只有 {rate * counted:g} 单，太少，看不出分布。请把 days 或 orders_per_day 调大。"
        )
    measures: list[dict[str, float]] = []
    waits, works = np.zeros(len(plan)), np.zeros(len(plan))
    for _ in range(times):
        orders, wait, work = _one_run(plan, rate, counted, warmup, alter_share, rework, rng)
        waits, works = waits + wait / times, works + work / times
        measures.append(_measures(orders["lead_days"].to_numpy(), promise) | {"n": float(len(orders))})
    table = pd.DataFrame(measures)
    n = round(float(table.pop("n").mean()))
    rows = [(m, *mean_interval(table[m], confidence)[:3]) for m in table.columns]
    load = rate / plan["capacity_per_day"]
    by_step = pd.DataFrame({"step": plan["step"], "wait_days": waits, "work_days": works, "load": load})
    slowest = str(plan["step"].iloc[int(waits.argmax())]) if waits.max() > 0 else ""
    summary = pd.DataFrame(rows, columns=["measure", "value", "low", "high"])
    return DeliveryResult(orders, summary, by_step, slowest, not (load >= 1).any(), n, times, confidence)


def _check_steps(steps: pd.DataFrame) -> pd.DataFrame:
    check_frame("steps", steps, ["step", "mean_days", "sd_days", "capacity_per_day"])
    check_names("step", steps["step"])
    taken = steps["step"].isin(RESERVED).to_numpy()
    if taken.any():
        raise ValueError(f"工序不能叫“{steps['step'].iloc[int(taken.argmax())]}”，结果表里已有这一列。请换个名字。")
    plan = pd.DataFrame({"step": steps["step"].array})
    for name in ("mean_days", "sd_days"):
        plan[name] = check_numbers(name, steps[name], 0, missing=False).to_numpy()
    plan["capacity_per_day"] = np.nan
    if steps["capacity_per_day"].notna().any():
        capacity = check_numbers("capacity_per_day", steps["capacity_per_day"], 0)
        if (capacity == 0).any():
            at = int((capacity == 0).to_numpy().argmax())
            raise ValueError(f"列“capacity_per_day”应大于 0，{row_of(capacity, at)}是 0。不限产能请空着。")
        plan["capacity_per_day"] = capacity.to_numpy()
    return plan


def _measures(lead: np.ndarray, promise: float | None) -> dict[str, float]:
    found = {
        "mean_days": float(lead.mean()),
        "p50_days": float(np.median(lead)),
        "p90_days": float(np.quantile(lead, 0.9)),
    }
    return found if promise is None else found | {"on_time": float((lead <= promise).mean())}


def _one_run(
    plan: pd.DataFrame,
    rate: float,
    days: int,
    warmup: int,
    alter_share: float,
    alter_days: float,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    # Given their number, Poisson arrivals are uniform; at least one order, so that a run has something to report.
    before, counted = rng.poisson(rate * warmup), max(int(rng.poisson(rate * days)), 1)
    arrived = np.sort(np.r_[rng.uniform(0, warmup, before), rng.uniform(warmup, warmup + days, counted)])
    kept = arrived >= warmup
    orders = pd.DataFrame({"ordered_day": arrived - warmup})
    now, waits, works = arrived, [], []
    for _, step in plan.iterrows():
        start = _start(now, float(step["capacity_per_day"]))
        work = _work(float(step["mean_days"]), float(step["sd_days"]), len(now), rng)
        waits.append(float((start - now)[kept].mean()))
        works.append(float(work[kept].mean()))
        now = start + work
        orders[step["step"]] = now - warmup
    altered = rng.random(len(now)) < alter_share
    orders["altered"] = altered.astype(int)
    orders["delivered_day"] = now - warmup + alter_days * altered
    orders["lead_days"] = orders["delivered_day"] - orders["ordered_day"]
    return orders[kept].reset_index(drop=True), np.array(waits), np.array(works)


def _start(ready: np.ndarray, capacity: float) -> np.ndarray:
    """First come first served, one start each 1 / capacity days (Lindley's recursion as a running maximum)."""
    if np.isnan(capacity):
        return ready
    order = np.argsort(ready, kind="stable")
    slot = np.arange(len(ready)) / capacity
    start = np.empty_like(ready)
    start[order] = np.maximum.accumulate(ready[order] - slot) + slot
    # The running maximum may come out a rounding error before the order was ready.
    return np.asarray(np.maximum(start, ready))


def _work(mean: float, sd: float, n: int, rng: np.random.Generator) -> np.ndarray:
    if mean == 0 or sd == 0:
        return np.full(n, mean)
    return rng.gamma((mean / sd) ** 2, sd**2 / mean, n)
