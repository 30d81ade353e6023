"""From score to money and action: slope of an outcome, best set of levers, KPI attainment."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_labels,
    check_names,
    check_numbers,
    check_one_of,
    check_positive,
    check_probability,
    listing,
    row_of,
)
from crmlab._intervals import critical_t, interval_text, signed


@dataclass(frozen=True, repr=False)
class LeverChoice:
    """选出的措施组合。

    Attributes
    ----------
    chosen : tuple of str
        选中的措施，次序同原表。
    cost, uplift : float
        合计成本（与预算同单位）和合计提升（指数分）。
    budget : float
        给定的预算。
    """

    chosen: tuple[str, ...]
    cost: float
    uplift: float
    budget: float

    def __str__(self) -> str:
        if not self.chosen:
            return f"预算 {self.budget:,g} 之内没有可选的措施"
        return f"选 {listing(self.chosen)}：提升 {self.uplift:g} 分，花费 {self.cost:,g}（预算 {self.budget:,g}）"

    __repr__ = __str__


def best_levers(levers: pd.DataFrame, budget: float, *, method: str = "exact") -> LeverChoice:
    """在预算之内选一组提升措施，使合计提升最大。

    Parameters
    ----------
    levers : DataFrame
        一行一个措施。列：lever（名称，不重复）、cost（成本，不能是负数）、uplift（预计提升的分数）。
    budget : float
        预算，与 cost 同单位。
    method : {"exact", "greedy"}, default "exact"
        "exact" 找真正最好的组合；"greedy" 按每元提升从高到低挑，装得下就要，快但可能不是最好。

    Returns
    -------
    LeverChoice
        chosen、cost、uplift、budget。

    Raises
    ------
    TypeError
        成本、提升或预算不是数字。
    ValueError
        缺列，名称重复，成本是负数，或有缺失值。

    Notes
    -----
    假设各措施的提升可以相加，互不影响；提升不大于 0 的措施不选。合计提升相同时取花费少的，再相同时取名称排在前面的。
    提升是估计值，换成估计区间的低端再算一遍，看选择变不变。

    References
    ----------
    Nemhauser, G. L., & Ullmann, Z. (1969). Discrete dynamic programming and capital allocation.
    *Management Science*, 15(9), 494-505.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> levers = pd.DataFrame({"lever": ["培训", "提速", "包装"], "cost": [6, 5, 5], "uplift": [7, 5, 5]})
    >>> satisfaction.best_levers(levers, 10)
    选 提速、包装：提升 10 分，花费 10（预算 10）
    >>> satisfaction.best_levers(levers, 10, method="greedy")
    选 培训：提升 7 分，花费 6（预算 10）
    """
    check_frame("levers", levers, ["lever", "cost", "uplift"])
    check_positive("budget", budget, allow_zero=True)
    check_one_of("method", method, ("exact", "greedy"))
    check_names("lever", levers["lever"])
    cost = check_numbers("cost", levers["cost"], 0, missing=False).to_numpy()
    uplift = check_numbers("uplift", levers["uplift"], missing=False).to_numpy()
    limit = float(budget) * (1 + 1e-12)
    names = levers["lever"].astype(str).to_numpy(dtype=object)
    order = sorted((i for i in range(len(names)) if uplift[i] > 0 and cost[i] <= limit), key=lambda i: names[i])
    picked = (_exact if method == "exact" else _greedy)(order, cost, uplift, limit)
    chosen = sorted(picked)
    return LeverChoice(tuple(names[chosen]), float(cost[chosen].sum()), float(uplift[chosen].sum()), float(budget))


def _greedy(order: list[int], cost: np.ndarray, uplift: np.ndarray, limit: float) -> tuple[int, ...]:
    def value_for_money(i: int) -> float:
        return -uplift[i] / cost[i] if cost[i] > 0 else -np.inf

    picked: list[int] = []
    for i in sorted(order, key=value_for_money):
        if cost[[*picked, i]].sum() <= limit:
            picked.append(i)
    return tuple(picked)


def _exact(order: list[int], cost: np.ndarray, uplift: np.ndarray, limit: float) -> tuple[int, ...]:
    """Grow the frontier of (cost, uplift) pairs that no cheaper, better set beats."""
    frontier: list[tuple[float, float, tuple[int, ...]]] = [(0.0, 0.0, ())]
    for step, i in enumerate(order):
        with_it = [(c + cost[i], u + uplift[i], (*s, step)) for c, u, s in frontier if c + cost[i] <= limit]
        best = -1.0
        merged = sorted([*frontier, *with_it], key=lambda state: (state[0], -state[1], state[2]))
        frontier = []
        for state in merged:
            # Less than a rounding error better is not better: the cheaper set stays.
            if state[1] > best * (1 + 1e-12):
                frontier.append(state)
                best = state[1]
        if len(frontier) > 200_000:
            raise ValueError('措施的组合太多，找不完最好的一组。请减少措施，或用 method="greedy"。')
    return tuple(order[step] for step in frontier[-1][2])


@dataclass(frozen=True, repr=False)
class SlopeResult:
    """满意度每升 1 分，结果变多少。

    Attributes
    ----------
    slope, low, high : float
        斜率和它的区间，单位是“结果每 1 分”。
    n : int
        用到的行数。
    mean_outcome : float
        结果的均值。
    elasticity : float
        在均值处的弹性：分数高 1%，结果高百分之几。结果均值是 0 时是 NaN。
    confidence : float
        置信水平。
    """

    slope: float
    low: float
    high: float
    n: int
    mean_outcome: float
    elasticity: float
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.4g}", joiner=" 到 ")
        change = signed(f"{self.slope:.4g}")
        ratio = "弹性算不出" if np.isnan(self.elasticity) else "弹性 " + signed(f"{self.elasticity:.2f}")
        return f"分数每高 1 分，结果平均高 {change}（{interval}，{ratio}，n = {self.n}）"

    __repr__ = __str__


def outcome_per_point(data: pd.DataFrame, *, score: str, outcome: str, confidence: float = 0.95) -> SlopeResult:
    """满意度每高 1 分，复购、消费或推荐平均高多少：一元线性回归的斜率。

    Parameters
    ----------
    data : DataFrame
        一行一位客户。任何一列缺失的行不用。
    score : str
        满意分的列名。
    outcome : str
        结果的列名：金额、次数，或 0/1（这时斜率是概率的变化）。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    SlopeResult
        slope 及其区间、n、mean_outcome、elasticity（= 斜率 × 分数均值 ÷ 结果均值）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有效的行少于 3，或分数全都一样。

    Notes
    -----
    区间用异方差稳健标准误（HC1）。这是一起变，不是因果：老客户可能既更满意又买得更多。假设每 1 分的作用一样大；
    从 1 分升到 2 分和从 4 分升到 5 分往往不同，请先画图。

    References
    ----------
    MacKinnon, J. G., & White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with
    improved finite sample properties. *Journal of Econometrics*, 29(3), 305-325.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> data = pd.DataFrame({"overall": [4, 5, 6, 7, 8, 9], "spend": [110, 100, 150, 160, 170, 210]})
    >>> satisfaction.outcome_per_point(data, score="overall", outcome="spend")
    分数每高 1 分，结果平均高 20.57（95% 区间 11.07 到 30.07，弹性 0.89，n = 6）
    """
    check_frame("data", data, [score, outcome])
    if score == outcome:
        raise ValueError(f"参数 score 和 outcome 都是“{score}”，请给两个不同的列。")
    check_probability("confidence", confidence)
    table = pd.DataFrame({c: check_numbers(c, data[c]).to_numpy() for c in (score, outcome)}).dropna()
    n = len(table)
    if n < 3:
        raise ValueError(f"列“{score}”和“{outcome}”都有值的行只有 {n} 行，至少要 3 行。")
    x, y = table[score].to_numpy(), table[outcome].to_numpy()
    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        raise ValueError(f"列“{score}”的值全都一样，看不出分数高低的作用。")
    centred, mean = x - x.mean(), float(y.mean())
    spread = float(centred @ centred)
    slope = float(centred @ y) / spread
    residual = y - mean - slope * centred
    se = float(np.sqrt(n / (n - 2) * (centred**2 @ residual**2))) / spread
    half = float(critical_t(n - 2, confidence)) * se
    elasticity = slope * float(x.mean()) / mean if mean != 0 else float("nan")
    return SlopeResult(slope, slope - half, slope + half, n, mean, elasticity, confidence)


def kpi_attainment(kpi: pd.DataFrame) -> pd.DataFrame:
    """绩效达成率：每期每个指标做到了目标的百分之几。

    越大越好的指标（up）：达成率 = 实际 ÷ 目标 × 100；越小越好的指标（down）：达成率 = (2 − 实际 ÷ 目标) × 100。

    Parameters
    ----------
    kpi : DataFrame
        一行一期一个指标。列：period（期）、kpi（指标名）、value（实际值）、target（目标值，大于 0）、
        direction（"up" 越大越好，"down" 越小越好）。实际值缺失的行保留，达成率也缺失。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 attainment_pct（百分数，100 是正好达标）和 met（达标与否；实际值缺失记为 False）。

    Raises
    ------
    TypeError
        实际值或目标值不是数字。
    ValueError
        缺列，direction 写错，或目标不大于 0。

    Notes
    -----
    越小越好的指标另有“目标 ÷ 实际”的算法，两者只在 100% 处相同；这里的算法在实际值是 0 时也算得出（200%）。
    达成率可以靠调低目标变好看：目标是谁、什么时候定的，要一起报告。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> kpi = pd.DataFrame(
    ...     {
    ...         "period": ["2026-01", "2026-01"], "kpi": ["满意率", "投诉率"], "value": [0.76, 0.03],
    ...         "target": [0.80, 0.02], "direction": ["up", "down"],
    ...     }
    ... )
    >>> satisfaction.kpi_attainment(kpi)[["kpi", "attainment_pct", "met"]]
       kpi  attainment_pct    met
    0  满意率            95.0  False
    1  投诉率            50.0  False
    """
    check_frame("kpi", kpi, ["period", "kpi", "value", "target", "direction"])
    direction = check_labels("direction", kpi["direction"], ("up", "down"), missing=False)
    value = check_numbers("value", kpi["value"]).to_numpy()
    target = check_numbers("target", kpi["target"], missing=False)
    if (target <= 0).any():
        at = int((target <= 0).to_numpy().argmax())
        raise ValueError(f"列“target”应大于 0，{row_of(target, at)}是 {target.iloc[at]:g}。达成率要除以目标。")
    goal = target.to_numpy()
    is_up = (direction == "up").to_numpy(dtype=bool)
    ratio = value / goal
    return kpi.assign(
        attainment_pct=100 * np.where(is_up, ratio, 2 - ratio), met=np.where(is_up, value >= goal, value <= goal)
    )
