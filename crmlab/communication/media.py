"""How to split an advertising budget when every channel wears out: response curves and the best split."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_names,
    check_numbers,
    check_one_of,
    check_positive,
    check_probability,
    row_of,
)
from crmlab._intervals import critical_t, interval_text

CURVES = ("hyperbolic", "exponential")


def response(spend: np.ndarray, ceiling: Any, half: Any, curve: str) -> np.ndarray:
    """Return the response to ``spend``: 0 at 0, half the ceiling at ``half``, the ceiling in the end."""
    if curve == "hyperbolic":
        return np.asarray(ceiling * spend / (spend + half))
    return np.asarray(-ceiling * np.expm1(-math.log(2) * spend / half))


def _marginal(spend: np.ndarray, ceiling: np.ndarray, half: np.ndarray, curve: str) -> np.ndarray:
    if curve == "hyperbolic":
        return np.asarray(ceiling * half / (spend + half) ** 2)
    return np.asarray(ceiling * math.log(2) / half * np.exp(-math.log(2) * spend / half))


def _spend_at(price: float, ceiling: np.ndarray, half: np.ndarray, curve: str) -> np.ndarray:
    """Return the spend at which one more yuan brings exactly ``price``."""
    if curve == "hyperbolic":
        return np.asarray(np.sqrt(ceiling * half / price) - half)
    rate = math.log(2) / half
    return np.asarray(np.log(np.maximum(ceiling * rate / price, 1e-300)) / rate)


@dataclass(frozen=True, repr=False, eq=False)
class MediaPlan:
    """媒体预算的分配方案。

    Attributes
    ----------
    table : DataFrame
        一行一个渠道，次序同输入：channel、spend_yuan（该花多少）、share（占预算的比例）、response（预计效果）、average（平均每元的效果）、
        marginal（再多花 1 元的效果）、equal_split_response（平均分预算时的效果）。
    budget : float
        预算（元）。
    response : float
        最好的分法的总效果。
    equal_split_response : float
        各渠道平均分时的总效果，用来对照；平均分会越出某个渠道的上下限时是 NaN。
    marginal : float
        预算再多 1 元，总效果多多少；全部渠道都到上限时是 0。
    unspent : float
        各渠道都到上限后剩下的钱。
    """

    table: pd.DataFrame
    budget: float
    response: float
    equal_split_response: float
    marginal: float
    unspent: float

    def __str__(self) -> str:
        split = "、".join(f"{row['channel']} {row['spend_yuan']:,.0f} 元" for _, row in self.table.iterrows())
        gain = (
            ""
            if np.isnan(self.equal_split_response) or self.equal_split_response == 0
            else f"，比平均分多 {self.response / self.equal_split_response - 1:.1%}"
        )
        left = f"；剩 {self.unspent:,.0f} 元花不出去" if self.unspent > 0.5 else ""
        return f"{split}；总效果 {self.response:,.1f}{gain}；再多 1 元多 {self.marginal:.4g}{left}"

    __repr__ = __str__


def media_plan(channels: pd.DataFrame, budget: float, *, curve: str) -> MediaPlan:
    """预算怎么分：每个渠道越投越不划算时，使总效果最大的分法。

    最好的分法里，凡是还在花钱、又没到上限的渠道，“再多花 1 元的效果”都相同。

    Parameters
    ----------
    channels : DataFrame
        一行一个渠道。列：channel（名称，不重复）、ceiling（投再多也到不了的效果上限，例如订单数）、half_spend_yuan（效果达到上限一半时的
        花费，元）。可以有 min_yuan、max_yuan（最少、最多花多少，留空是 0 和不限）。
    budget : float
        总预算，元。
    curve : {"hyperbolic", "exponential"}
        效果曲线。"hyperbolic"：上限 × 花费 ÷（花费 + 半效花费）；"exponential"：上限 ×（1 − 0.5^(花费 ÷ 半效花费)）。两种都有人用，
        必须写明。

    Returns
    -------
    MediaPlan
        table、response、equal_split_response、marginal、unspent。

    Raises
    ------
    TypeError
        有数不是数字。
    ValueError
        缺列，名称重复，上限或半效花费不大于 0，最少比最多还多，或预算不够各渠道的最少花费。

    Notes
    -----
    假设各渠道互不影响，效果当期见到，曲线在过去没投到过的地方也成立：最后一条最可疑，别一次把预算挪动太多。曲线参数若是估计的，
    用 :func:`response_curve` 的区间两端各算一遍。方案本身没有区间：它是给定曲线后的计算。
    平均每元效果最高的渠道，不一定是下一元该投的渠道。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> channels = pd.DataFrame(
    ...     {"channel": ["搜索", "短视频"], "ceiling": [400, 900], "half_spend_yuan": [2000, 9000]}
    ... )
    >>> plan = communication.media_plan(channels, 10_000, curve="hyperbolic")
    >>> plan.table[["channel", "spend_yuan", "response", "marginal"]].round(3)
      channel  spend_yuan  response  marginal
    0      搜索    3021.544   240.686     0.032
    1     短视频    6978.456   393.067     0.032
    """
    check_frame("channels", channels, ["channel", "ceiling", "half_spend_yuan"])
    money = check_positive("budget", budget, allow_zero=True)
    check_one_of("curve", curve, CURVES)
    ceiling, half = (_positive(channels, c) for c in ("ceiling", "half_spend_yuan"))
    check_names("channel", channels["channel"])
    low, high = _bounds(channels)
    if low.sum() > money * (1 + 1e-12):
        raise ValueError(f"预算 {money:,g} 元不够各渠道的最少花费，合计要 {low.sum():,g} 元。")
    spend = _best_split(money, ceiling, half, low, np.minimum(high, np.maximum(money, low)), curve)
    got = response(spend, ceiling, half, curve)
    even = np.full(len(spend), money / len(spend))
    inside = bool(((even >= low - 1e-9) & (even <= high + 1e-9)).all())
    equal = response(even, ceiling, half, curve) if inside else np.full(len(spend), np.nan)
    table = pd.DataFrame(
        {
            "channel": channels["channel"].to_numpy(),
            "spend_yuan": spend,
            "share": spend / money if money else np.nan,
            "response": got,
            "average": np.where(spend > 0, got / np.where(spend > 0, spend, 1.0), np.nan),
            "marginal": _marginal(spend, ceiling, half, curve),
            "equal_split_response": equal,
        }
    )
    # The next yuan goes where it brings most, among channels that still take one.
    room = spend < high * (1 - 1e-12)
    price = float(table["marginal"].to_numpy()[room].max()) if room.any() else 0.0
    return MediaPlan(table, money, float(got.sum()), float(equal.sum()), price, max(money - float(spend.sum()), 0.0))


def _positive(channels: pd.DataFrame, column: str) -> np.ndarray:
    values = check_numbers(column, channels[column], missing=False)
    if (values <= 0).any():
        at = int((values <= 0).to_numpy().argmax())
        raise ValueError(f"列“{column}”应大于 0，{row_of(values, at)}是 {values.iloc[at]:g}。")
    return values.to_numpy()


def _bounds(channels: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    ends = []
    for column, blank in (("min_yuan", 0.0), ("max_yuan", np.inf)):
        if column in channels and channels[column].notna().any():
            given = check_numbers(column, channels[column], 0).to_numpy()
            ends.append(np.where(np.isnan(given), blank, given))
        else:
            ends.append(np.full(len(channels), blank))
    low, high = ends
    if (low > high).any():
        at = int((low > high).argmax())
        raise ValueError(
            f"{row_of(channels['channel'], at)}的最少花费（{low[at]:,g} 元）比最多花费（{high[at]:,g} 元）还多。请核对这一行。"
        )
    return low, high


def _best_split(
    budget: float, ceiling: np.ndarray, half: np.ndarray, low: np.ndarray, high: np.ndarray, curve: str
) -> np.ndarray:
    """Find the price of the last yuan at which the channels together take the whole budget."""
    if high.sum() <= budget:
        return high

    def taken(log_price: float) -> np.ndarray:
        spend: np.ndarray = np.clip(_spend_at(math.exp(log_price), ceiling, half, curve), low, high)
        return spend

    top = math.log(float(_marginal(np.zeros_like(half), ceiling, half, curve).max()))
    bottom = math.log(max(float(_marginal(high, ceiling, half, curve).min()), 1e-290))
    for _ in range(200):
        middle = (top + bottom) / 2
        if taken(middle).sum() > budget:
            bottom = middle
        else:
            top = middle
    spend = taken(top)
    # What rounding leaves over goes to a channel that is between its bounds.
    free = (spend > low) & (spend < high)
    if free.any():
        spend[free.argmax()] += budget - spend.sum()
    return spend


@dataclass(frozen=True, repr=False, eq=False)
class ResponseCurve:
    """由历史数据估出的效果曲线。

    Attributes
    ----------
    ceiling, ceiling_low, ceiling_high : float
        效果上限和它的区间。
    half_spend_yuan, half_low, half_high : float
        半效花费（元）和它的区间。
    r2 : float
        曲线解释了效果变化的多少，最大 1。
    curve : str
        用的是哪种曲线。
    n : int
        期数。
    confidence : float
        置信水平。
    """

    ceiling: float
    ceiling_low: float
    ceiling_high: float
    half_spend_yuan: float
    half_low: float
    half_high: float
    r2: float
    curve: str
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        top = interval_text(self.ceiling_low, self.ceiling_high, self.confidence, "{:,.0f}")
        half = interval_text(self.half_low, self.half_high, self.confidence, "{:,.0f}")
        return (
            f"效果上限 {self.ceiling:,.0f}（{top}），半效花费 {self.half_spend_yuan:,.0f} 元（{half}），"
            f"R² = {self.r2:.2f}，n = {self.n}"
        )

    __repr__ = __str__


def response_curve(
    history: pd.DataFrame, *, spend: str, outcome: str, curve: str, confidence: float = 0.95
) -> ResponseCurve:
    """由历史花费和效果，估计一个渠道的效果曲线（边际递减）。

    Parameters
    ----------
    history : DataFrame
        一行一期（天或周）。任何一列缺失的行不用。
    spend, outcome : str
        花费（元）和效果（订单、点击）的列名，都不能是负数。
    curve : {"hyperbolic", "exponential"}
        曲线的形状，见 :func:`media_plan`。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ResponseCurve
        ceiling、half_spend_yuan 及各自的区间、r2。

    Raises
    ------
    TypeError
        花费或效果不是数字。
    ValueError
        缺列，有负数，有效的行少于 4，花费不足 3 种，或数据里看不出边际递减（上限定不下来）。

    Notes
    -----
    非线性最小二乘，对参数取对数，所以区间总是正数、两侧不对称。花费从没到过的高度，上限只是外推：区间很宽就是在说这件事。
    旺季既多投又多卖，会把季节的功劳算给广告：先比同季，最好做随机的地区试验。

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> spend = np.linspace(200, 8000, 40)
    >>> noise = np.random.default_rng(4).normal(0, 8, 40)
    >>> history = pd.DataFrame({"spend": spend, "orders": 400 * spend / (spend + 2000) + noise})
    >>> fit = communication.response_curve(history, spend="spend", outcome="orders", curve="hyperbolic")
    >>> fit
    效果上限 397（95% 区间 385–410），半效花费 1,979 元（95% 区间 1,792–2,185），R² = 0.99，n = 40
    """
    check_frame("history", history, [spend, outcome])
    check_one_of("curve", curve, CURVES)
    check_probability("confidence", confidence)
    table = pd.DataFrame({c: check_numbers(n, history[n], 0).to_numpy() for c, n in (("x", spend), ("y", outcome))})
    table = table.dropna()
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    if len(x) < 4:
        raise ValueError(f"列“{spend}”和“{outcome}”都有值的行只有 {len(x)} 行，至少要 4 行。")
    if len(np.unique(x)) < 3:
        raise ValueError(f"列“{spend}”只有 {len(np.unique(x))} 种花费，至少要 3 种才看得出曲线。")
    beta, cov = _fit(x, y, curve)
    half = float(critical_t(len(x) - 2, confidence)) * np.sqrt(np.diag(cov))
    low, high = np.exp(beta - half), np.exp(beta + half)
    top, spent = np.exp(beta)
    spread = float(((y - y.mean()) ** 2).sum())
    left = float(((y - response(x, top, spent, curve)) ** 2).sum())
    return ResponseCurve(
        float(top),
        float(low[0]),
        float(high[0]),
        float(spent),
        float(low[1]),
        float(high[1]),
        1 - left / spread if spread > 0 else float("nan"),
        curve,
        len(x),
        confidence,
    )


def _fit(x: np.ndarray, y: np.ndarray, curve: str) -> tuple[np.ndarray, np.ndarray]:
    """Fit the logarithms of ceiling and half-spend; refuse where the data are as good as a straight line."""
    from scipy.optimize import least_squares

    size, scale = float(x.max()), max(float(y.max()), 1e-300)

    def residual(log: np.ndarray) -> np.ndarray:
        gap: np.ndarray = (response(x, math.exp(log[0]), math.exp(log[1]), curve) - y) / scale
        return gap

    starts = [np.log([scale * (1 + guess), size * guess]) for guess in (0.1, 0.5, 2.0)]
    exact = {"xtol": 1e-14, "ftol": 1e-14, "gtol": 1e-14}
    found = [least_squares(residual, start, bounds=(start - 14, start + 14), **exact) for start in starts]
    best = min(found, key=lambda result: result.cost)
    solution, jacobian = best.x, best.jac
    information = jacobian.T @ jacobian
    if math.exp(solution[1]) > 50 * size or np.linalg.cond(information) > 1e12:
        raise ValueError("数据里看不出边际递减：效果几乎和花费成正比（或毫无关系），上限定不下来。请补充花费更高的期。")
    return solution, np.linalg.inv(information) * 2 * best.cost / (len(x) - 2)
