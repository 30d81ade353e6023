"""Service-profit chain: standardised path estimates, the product along the chain, and what they do not prove."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability, listing
from crmlab._intervals import Floats, critical_t, critical_z, interval_text, signed


@dataclass(frozen=True, repr=False)
class ProfitChain:
    """服务利润链的估计。

    Attributes
    ----------
    paths : DataFrame
        一行一条路径，次序同给定的。列：cause、effect、beta（标准化路径系数）、low、high（t 区间）、r_squared（effect 这一环
        能被它的各个原因解释多少）、n（用到的行数）。
    chain : tuple of str
        最长的一条链：从没有原因的一环，到没有结果的一环。
    indirect, indirect_low, indirect_high : float
        沿这条链各系数的乘积：开头高 1 个标准差，末尾平均高几个标准差；区间用德尔塔法。
    direct, direct_low, direct_high : float
        末尾在给定的原因之外，再加上开头，开头的系数和区间：离 0 远，说明链条之外还有别的路。链只有一步时是 NaN。
    n : int
        用到的行数。
    confidence : float
        置信水平。
    """

    paths: pd.DataFrame
    chain: tuple[str, ...]
    indirect: float
    indirect_low: float
    indirect_high: float
    direct: float
    direct_low: float
    direct_high: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.indirect_low, self.indirect_high, self.confidence, "{:.2f}", joiner=" 到 ")
        return (
            f"{' → '.join(self.chain)}：开头高 1 个标准差，末尾沿这条链平均高 {signed(f'{self.indirect:.2f}')} 个标准差"
            f"（{interval}，n = {self.n}）。这是一起变，不是因果"
        )

    __repr__ = __str__


def service_profit_chain(
    data: pd.DataFrame, paths: Sequence[tuple[str, str]], *, confidence: float = 0.95
) -> ProfitChain:
    """服务利润链（service-profit chain）：内部服务 → 员工满意 → 服务价值 → 客户满意 → 忠诚 → 利润，各环连得多紧。

    每一环对它的全部原因做标准化线性回归；beta 的意思是：原因高 1 个标准差，结果平均高几个标准差，别的原因不变。

    Parameters
    ----------
    data : DataFrame
        一行一个单位（门店、团队、月份），各环都是数字。任何一环缺失的行不用。
    paths : list of tuple
        路径，每条写成（原因, 结果），都是列名。一环可以有几个原因；不能绕成圈。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ProfitChain
        各路径的系数和区间，最长一条链的乘积，绕过链条的直接作用。

    Raises
    ------
    TypeError
        有列不是数字，或路径不是成对的列名。
    ValueError
        缺列，路径重复或绕圈，行太少，有列没有变化，或几个原因完全共线。

    Notes
    -----
    一个时点的数据分不出谁先谁后：赚钱的店也更有钱善待员工。各环都由同一批人打分时，系数会一起偏高（共同方法偏差）；
    门店之间位置、规模的差别会冒充链条的作用。要说因果，得有先后、有对照。
    乘积会很快变小：四步各 0.5，全程只有 0.06。区间把标准化用的均值和标准差当作已知，n 小时略窄。
    系数也可以用 statsmodels 的最小二乘法核对。

    References
    ----------
    Heskett, J. L., Jones, T. O., Loveman, G. W., Sasser, W. E., & Schlesinger, L. A. (1994). Putting the
    service-profit chain to work. *Harvard Business Review*, 72(2), 164-174.

    Sobel, M. E. (1982). Asymptotic confidence intervals for indirect effects in structural equation models.
    *Sociological Methodology*, 13, 290-312.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import service
    >>> stores = pd.DataFrame({"员工满意": [3, 4, 2, 5, 4, 3, 2, 5], "客户满意": [3, 4, 3, 5, 3, 3, 2, 4],
    ...                        "利润": [10, 13, 11, 14, 9, 12, 8, 12]})
    >>> chain = service.service_profit_chain(stores, [("员工满意", "客户满意"), ("客户满意", "利润")])
    >>> chain
    员工满意 → 客户满意 → 利润：开头高 1 个标准差，末尾沿这条链平均高 0.76 个标准差（95% 区间 0.27 到 1.24，n = 8）。这是一起变，不是因果
    >>> chain.paths[["cause", "effect", "beta", "r_squared"]].round(2)
      cause effect  beta  r_squared
    0  员工满意   客户满意  0.85       0.72
    1  客户满意     利润  0.89       0.80
    """
    steps = _steps(paths)
    check_probability("confidence", confidence)
    names = list(dict.fromkeys(name for step in steps for name in step))
    check_frame("data", data, names)
    table = pd.DataFrame({c: check_numbers(c, data[c]).to_numpy() for c in names}).dropna()
    order = _order(steps)
    causes = {effect: [c for c, e in steps if e == effect] for effect in order}
    chain = _longest(order, causes)
    n, need = len(table), max(len(c) for c in causes.values()) + 3
    if n < need:
        raise ValueError(f"每一环都有值的行只有 {n} 行，至少要 {need} 行。请补充数据，或减少路径。")
    values = table.to_numpy()
    spread = values.std(axis=0, ddof=1)
    flat = [c for c, s, m in zip(names, spread, np.abs(values).max(axis=0), strict=True) if s <= 1e-12 * m]
    if flat:
        raise ValueError(f"列 {listing(flat)} 的值全都一样，看不出它与别的环节的关系。请去掉这一环。")
    z = dict(zip(names, ((values - values.mean(axis=0)) / spread).T, strict=True))
    fits = {effect: _fit(z, before, effect) for effect, before in causes.items() if before}
    rows = []
    for cause, effect in steps:
        beta, se, r_squared, df = fits[effect]
        at = causes[effect].index(cause)
        half = float(critical_t(df, confidence)) * se[at]
        rows.append((cause, effect, beta[at], beta[at] - half, beta[at] + half, r_squared, n))
    columns = ["cause", "effect", "beta", "low", "high", "r_squared", "n"]
    indirect, low, high = _product(chain, causes, fits, confidence)
    direct, direct_low, direct_high = _direct(z, chain, causes, confidence)
    return ProfitChain(
        pd.DataFrame(rows, columns=columns), chain, indirect, low, high, direct, direct_low, direct_high, n, confidence
    )


def _steps(paths: Any) -> list[tuple[str, str]]:
    steps: list[tuple[str, str]] = []
    if isinstance(paths, str) or not isinstance(paths, Sequence) or len(paths) == 0:
        raise TypeError('参数 paths 应是路径的列表，例如 [("员工满意", "客户满意"), ("客户满意", "利润")]。')
    for path in paths:
        if isinstance(path, str) or not isinstance(path, Sequence) or len(path) != 2:
            raise TypeError(f"每条路径应写成（原因, 结果）两个列名，你给的是 {path!r}。")
        step = (str(path[0]), str(path[1]))
        if step[0] == step[1]:
            raise ValueError(f"路径“{step[0]} → {step[1]}”的原因和结果相同。")
        if step in steps:
            raise ValueError(f"路径“{step[0]} → {step[1]}”写了两次，请删去一次。")
        steps.append(step)
    return steps


def _order(steps: list[tuple[str, str]]) -> list[str]:
    """Return the names with every cause before its effects."""
    waiting = list(dict.fromkeys(name for step in steps for name in step))
    done: list[str] = []
    while waiting:
        free = [n for n in waiting if all(c in done for c, e in steps if e == n)]
        if not free:
            raise ValueError(f"路径绕成了圈：{listing(waiting)}。请去掉一条，让每一环只在它的结果前面。")
        done += free
        waiting = [n for n in waiting if n not in free]
    return done


def _longest(order: list[str], causes: dict[str, list[str]]) -> tuple[str, ...]:
    best: dict[str, tuple[str, ...]] = {}
    for name in order:
        before = max((best[c] for c in causes[name]), key=len, default=())
        best[name] = (*before, name)
    return max(best.values(), key=len)


def _fit(z: dict[str, Floats], causes: list[str], effect: str) -> tuple[Floats, Floats, float, int]:
    x, y = np.column_stack([z[c] for c in causes]), z[effect]
    if np.linalg.matrix_rank(x, tol=1e-8 * np.sqrt(len(y))) < len(causes):
        raise ValueError(
            f"“{effect}”的几个原因里有一个可以由别的算出来（完全共线）：{listing(causes)}。请去掉重复的一个。"
        )
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    residual = y - x @ beta
    df = len(y) - len(causes) - 1
    left = float(residual @ residual)
    return beta, np.sqrt(np.diag(inverse) * left / df), 1 - left / float(y @ y), df


def _product(
    chain: tuple[str, ...], causes: dict[str, list[str]], fits: dict[str, Any], confidence: float
) -> tuple[float, float, float]:
    """Multiply along the chain; the equations have separate errors, so the variances add (delta method)."""
    betas, errors = [], []
    for cause, effect in pairwise(chain):
        beta, se, _, _ = fits[effect]
        at = causes[effect].index(cause)
        betas.append(float(beta[at]))
        errors.append(float(se[at]))
    product = float(np.prod(betas))
    others = [float(np.prod(betas[:i] + betas[i + 1 :])) for i in range(len(betas))]
    half = critical_z(confidence) * float(np.sqrt(sum((o * e) ** 2 for o, e in zip(others, errors, strict=True))))
    return product, product - half, product + half


def _direct(
    z: dict[str, Floats], chain: tuple[str, ...], causes: dict[str, list[str]], confidence: float
) -> tuple[float, float, float]:
    first, last = chain[0], chain[-1]
    nan = float("nan")
    if len(chain) < 3 or first in causes[last] or len(z[last]) < len(causes[last]) + 3:
        return nan, nan, nan
    beta, se, _, df = _fit(z, [*causes[last], first], last)
    half = float(critical_t(df, confidence)) * float(se[-1])
    return float(beta[-1]), float(beta[-1]) - half, float(beta[-1]) + half
