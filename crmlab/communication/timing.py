"""When to send and how often: opening shares by hour or weekday, and the point where contact becomes a nuisance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_moments,
    check_numbers,
    check_one_of,
    check_present,
    check_probability,
    check_zero_one,
    listing,
)
from crmlab._intervals import critical_t, interval_text, signed, t_interval, wilson

_WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


@dataclass(frozen=True, repr=False, eq=False)
class SendTime:
    """发送时间的比较结果。

    Attributes
    ----------
    table : DataFrame
        一行一个时段：slot（小时 0–23，或周几）、n、opens、share（打开率，0–1）、low、high（同时区间：按时段个数放宽）、shrunk（向总平均收缩
        后的打开率）、best（收缩后最高）、cannot_tell（不是最高，但区间与最高的重叠）。
    best : str
        收缩后打开率最高的时段。
    p_value : float
        各时段其实一样时，看到这么大差别的概率（卡方检验）；只有一个时段是 NaN。
    n : int
        总条数。
    confidence : float
        置信水平（所有时段合在一起）。
    """

    table: pd.DataFrame
    best: str
    p_value: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        row = self.table[self.table["best"]].iloc[0]
        rivals = int(self.table["cannot_tell"].sum())
        more = f"；另有 {rivals} 个时段与它分不出高低" if rivals else "；其余时段都比它低"
        if len(self.table) == 1:
            return f"只有一个时段 {self.best}：打开率 {row['share']:.1%}（n = {row['n']}），没有别的时段可比"
        test = "算不出" if np.isnan(self.p_value) else f"{self.p_value:.3g}"
        return (
            f"最好的时段：{self.best}，打开率 {row['share']:.1%}（同时区间 {row['low']:.1%}–{row['high']:.1%}，n = {row['n']}）"
            f"{more}；各时段有没有差别：p = {test}"
        )

    __repr__ = __str__


def send_time(
    messages: pd.DataFrame,
    *,
    by: str,
    sent: str = "sent_at",
    opened: str = "opened",
    confidence: float = 0.95,
) -> SendTime:
    """什么时候发，打开的人最多。

    Parameters
    ----------
    messages : DataFrame
        一行一条消息。列：发送时间、是否打开（0/1）。
    by : {"hour", "weekday"}
        按钟点还是按周几。
    sent, opened : str
        两列的列名，默认 sent_at、opened。
    confidence : float, default 0.95
        置信水平，0–1 之间，指所有时段的区间同时成立。

    Returns
    -------
    SendTime
        table、best、p_value。

    Raises
    ------
    TypeError
        发送时间不是日期时间。
    ValueError
        缺列，有缺失值，打开列有 0、1 以外的值，或 by 写错。

    Notes
    -----
    在 24 个时段里挑最高的，挑中的多半运气也好，下个月会回落。所以这里做三件事：区间按时段个数放宽（邦费罗尼法）；排名用向总平均收缩
    后的打开率（条数少的时段收缩得多，收缩多少由数据里时段之间的真实差异估计）；把分不出高低的时段标出来。
    各时段发给的若不是同一类人，差别可能来自人而不是时间：要随机分配发送时间，才说得上“因为”。夜里打开率再高也不要发：
    打扰客户，也可能违反营销短信的规定。

    References
    ----------
    Kleinman, J. C. (1973). Proportions with extraneous variance: single and independent samples. *JASA*, 68, 46-54.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> sent = pd.to_datetime(["2026-03-02 09:00"] * 200 + ["2026-03-02 20:00"] * 200)
    >>> messages = pd.DataFrame({"sent_at": sent, "opened": [1] * 30 + [0] * 170 + [1] * 62 + [0] * 138})
    >>> communication.send_time(messages, by="hour")
    最好的时段：20 时，打开率 31.0%（同时区间 24.2%–38.7%，n = 200）；其余时段都比它低；各时段有没有差别：p = 0.000144
    """
    check_frame("messages", messages, [sent, opened])
    check_one_of("by", by, ("hour", "weekday"))
    check_probability("confidence", confidence)
    for column in (sent, opened):
        check_present(column, messages[column])
    check_moments(sent, messages[sent])
    flags = check_zero_one(opened, messages[opened]).to_numpy()
    slot = (messages[sent].dt.hour if by == "hour" else messages[sent].dt.day_of_week).to_numpy()
    slots, place = np.unique(slot, return_inverse=True)
    n, k = np.bincount(place), np.bincount(place, weights=flags)
    low, high = wilson(k, n, 1 - (1 - confidence) / len(slots))
    shrunk = _shrink(k, n)
    # Where the data show no spread between slots at all, every slot is shrunk to the mean: then the plain share decides.
    best = max(range(len(slots)), key=lambda i: (shrunk[i], k[i] / n[i], -i))
    names = [f"{s} 时" if by == "hour" else _WEEKDAYS[s] for s in slots]
    table = pd.DataFrame(
        {"slot": names, "n": n, "opens": k.astype(int), "share": k / n, "low": low, "high": high, "shrunk": shrunk}
    )
    at_best = np.arange(len(slots)) == best
    table = table.assign(best=at_best, cannot_tell=~at_best & (high >= low[best]))
    return SendTime(table, names[best], _chi_square(k, n), int(n.sum()), confidence)


def _shrink(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Pull every share towards the mean, by the moment estimate of the spread between slots."""
    mean, groups = k.sum() / n.sum(), len(n)
    spread = mean * (1 - mean)
    if groups < 2 or spread == 0:
        plain: np.ndarray = k / n
        return plain
    between = float((n * (k / n - mean) ** 2).sum())
    weight = n.sum() - (n**2).sum() / n.sum()
    true = max((between - (groups - 1) * spread) / weight, 0.0)
    keep = true / (true + spread / n)
    shrunk: np.ndarray = mean + keep * (k / n - mean)
    return shrunk


def _chi_square(k: np.ndarray, n: np.ndarray) -> float:
    from scipy.special import chdtrc

    mean = k.sum() / n.sum()
    if len(n) < 2:
        return float("nan")
    if mean in (0.0, 1.0):
        return 1.0
    return float(chdtrc(len(n) - 1, ((k - n * mean) ** 2 / (n * mean * (1 - mean))).sum()))


@dataclass(frozen=True, repr=False, eq=False)
class ContactDose:
    """沟通频次与结果的关系。

    Attributes
    ----------
    table : DataFrame
        一行一档次数：bin（档名）、low_edge、high_edge（次数的两端，都含）、n、value（结果的均值）、low、high（t 区间）。
    peak : float
        二次曲线的顶点：多少次时结果最好。曲线不是先升后降，或顶点在数据范围之外时是 NaN。
    peak_low, peak_high : float
        顶点的区间（Fieller 法）；弯得不够确定时没有区间，是 NaN。
    n : int
        用到的行数。
    confidence : float
        置信水平。
    """

    table: pd.DataFrame
    peak: float
    peak_low: float
    peak_high: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        if np.isnan(self.peak):
            return f"看不出先升后降的拐点（n = {self.n}）；各档均值见 table"
        interval = interval_text(self.peak_low, self.peak_high, self.confidence, joiner=" 到 ")
        return f"拐点约在 {signed(f'{self.peak:.1f}')} 次（{interval}，n = {self.n}）；超过它，结果平均变差"

    __repr__ = __str__


def contact_dose(
    customers: pd.DataFrame,
    *,
    contacts: str = "contacts",
    outcome: str,
    edges: Sequence[float],
    confidence: float = 0.95,
) -> ContactDose:
    """联系多少次合适：按联系次数分档看结果，再找先升后降的拐点。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。任何一列缺失的行不用。
    contacts : str, default "contacts"
        一段时间里联系了几次的列名。
    outcome : str
        结果的列名：满意分，或复购与否（0/1）。
    edges : list of float
        各档的起点，从小到大，例如 [0, 2, 4, 8]：0–1、2–3、4–7、8 次及以上。第一个不大于最少的次数。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ContactDose
        table（各档均值和区间）、peak（拐点）及其区间。

    Raises
    ------
    TypeError
        次数或结果不是数字。
    ValueError
        缺列，次数是负数，edges 不是从小到大或没有盖住最少的次数，有效的行少于 4，或次数不足 3 种。

    Notes
    -----
    拐点来自二次回归 y = a + b·x + c·x²，顶点 −b ÷ 2c。这只是“一起变”：企业常常多联系本来就不满的客户（或本来就爱买的客户），
    次数多的那档分低，未必是联系造成的。要知道“多联系好不好”，得随机安排次数。

    References
    ----------
    Fieller, E. C. (1954). Some problems in interval estimation. *JRSS B*, 16(2), 175-185.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> x = np.tile(np.arange(11), 20)
    >>> noise = np.random.default_rng(4).normal(0, 0.5, len(x))
    >>> customers = pd.DataFrame({"contacts": x, "csat": 3 + 0.5 * x - 0.05 * x**2 + noise})
    >>> communication.contact_dose(customers, outcome="csat", edges=[0, 2, 4, 6, 8])
    拐点约在 5.1 次（95% 区间 4.9 到 5.3，n = 220）；超过它，结果平均变差
    """
    check_frame("customers", customers, [contacts, outcome])
    check_probability("confidence", confidence)
    starts = _edges(edges)
    times = check_numbers(contacts, customers[contacts], 0)
    score = check_numbers(outcome, customers[outcome])
    table = pd.DataFrame({"x": times.to_numpy(), "y": score.to_numpy()}).dropna()
    if len(table) < 4:
        raise ValueError(f"列“{contacts}”和“{outcome}”都有值的行只有 {len(table)} 行，至少要 4 行。")
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    if starts[0] > x.min():
        raise ValueError(f"参数 edges 的第一个（{starts[0]:g}）应不大于最少的次数（{x.min():g}）。")
    if len(np.unique(x)) < 3:
        raise ValueError(f"列“{contacts}”只有 {len(np.unique(x))} 种次数，至少要 3 种才看得出先升后降。")
    place = np.searchsorted(starts, x, side="right") - 1
    rows = []
    for i in range(len(starts)):
        part, reach = y[place == i], x[place == i]
        if len(part) == 0:
            continue
        spread = part.std(ddof=1) if len(part) > 1 else np.nan
        low, high = t_interval(part.mean(), spread, len(part), confidence)
        name = f"{reach.min():g}–{reach.max():g}" if reach.min() < reach.max() else f"{reach.min():g}"
        rows.append((name, reach.min(), reach.max(), len(part), part.mean(), float(low), float(high)))
    bins = pd.DataFrame(rows, columns=["bin", "low_edge", "high_edge", "n", "value", "low", "high"])
    return ContactDose(bins, *_peak(x, y, confidence), len(table), confidence)


def _edges(edges: Sequence[float]) -> np.ndarray:
    starts = check_numbers("edges", list(edges), missing=False).to_numpy()
    if (np.diff(starts) <= 0).any():
        raise ValueError(f"参数 edges 应从小到大、不重复，你给的是 {listing(f'{e:g}' for e in starts)}。")
    return starts


def _peak(x: np.ndarray, y: np.ndarray, confidence: float) -> tuple[float, float, float]:
    nothing = (float("nan"),) * 3
    centre, scale = x.mean(), x.std()
    u = (x - centre) / scale
    design = np.column_stack([np.ones_like(u), u, u**2])
    beta, *_ = np.linalg.lstsq(design, y, rcond=None)
    b, c = float(beta[1]), float(beta[2])
    # Zero curvature up to rounding has no peak.
    if c >= -1e-10 * max(1.0, float(np.abs(y).max())):
        return nothing
    peak = -b / (2 * c)
    if not u.min() <= peak <= u.max():
        return nothing
    residual = y - design @ beta
    df = len(y) - 3
    low = high = float("nan")
    if df > 0:
        cov = float(residual @ residual) / df * np.linalg.inv(design.T @ design)
        # Fieller: all m for which b + 2cm = 0 is not refuted; an interval only if c itself is surely not 0.
        t2 = float(critical_t(df, confidence)) ** 2
        quad = 4 * (c**2 - t2 * cov[2, 2])
        lin = 4 * (b * c - t2 * cov[1, 2])
        const = b**2 - t2 * cov[1, 1]
        root = lin**2 - 4 * quad * const
        if quad > 0 and root >= 0:
            low, high = ((-lin + s * np.sqrt(root)) / (2 * quad) * scale + centre for s in (-1, 1))
    return float(peak * scale + centre), float(low), float(high)
