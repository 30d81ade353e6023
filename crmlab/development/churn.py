"""Who has left: churn by inactivity, the threshold put to the test, and the causes sorted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_numbers,
    check_positive,
    check_present,
    check_probability,
    row_of,
)
from crmlab._intervals import critical_z, interval_text, wilson
from crmlab.development._inputs import check_dates, check_day


@dataclass(frozen=True, repr=False)
class ChurnLabels:
    """按不活跃天数给客户贴的流失标签。

    Attributes
    ----------
    table : DataFrame
        一行一位客户，按编号排序。列：客户编号、orders（有订单的天数）、last_date（最近一次）、inactive_days（到 as_of 隔了几天）、churned（0/1）。
    threshold_days, low, high : float
        判为流失的天数界限和它的区间。界限是自己给的时 low、high 是 NaN。
    late_share, late_low, late_high : float
        以往的购买间隔里比界限还长的占比和它的区间：隔了这么久，后来还是回来了。没有间隔时是 NaN。
    n_gaps : int
        用到的购买间隔数。
    n, single : int
        客户数；其中只买过一天的。
    churn_rate : float
        判为流失的占比，0–1 之间。
    confidence : float
        置信水平。
    """

    table: pd.DataFrame
    threshold_days: float
    low: float
    high: float
    late_share: float
    late_low: float
    late_high: float
    n_gaps: int
    n: int
    single: int
    churn_rate: float
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = "" if np.isnan(self.low) else f"（{interval_text(self.low, self.high, self.confidence, '{:g}')}）"
        late = "没有间隔可查" if self.n_gaps == 0 else f"以往 {self.n_gaps} 个间隔有 {self.late_share:.1%} 更长"
        return (
            f"超过 {self.threshold_days:g} 天{interval}没买算流失：{self.n} 人中占 {self.churn_rate:.1%}；"
            f"{late}，{self.single} 人只买过一天"
        )

    __repr__ = __str__


def _visits(orders: pd.DataFrame, customer: str, date: str) -> pd.DataFrame:
    """One row for each customer and day, sorted."""
    check_frame("orders", orders, [customer, date])
    visits = pd.DataFrame({customer: check_present(customer, orders[customer]), "day": check_dates(date, orders[date])})
    return visits.drop_duplicates().sort_values([customer, "day"], ignore_index=True)


def churn_label(
    orders: pd.DataFrame,
    *,
    as_of: Any,
    threshold_days: float | None = None,
    quantile: float = 0.9,
    customer: str = "customer_id",
    date: str = "date",
    confidence: float = 0.95,
) -> ChurnLabels:
    """流失标签：多少天没买就算流失，并用以往的购买间隔说明这个界限凭什么。

    界限 = 以往相邻两次购买间隔的 ``quantile`` 分位数：回来过的人里，九成隔得都没有这么久。不活跃天数大于界限的判为流失。

    Parameters
    ----------
    orders : DataFrame
        一行一笔订单，次序不限；同一客户同一天的多笔算一次。
    as_of : str or Timestamp
        站在哪一天看，例如 "2026-06-30"。订单不能晚于这一天。
    threshold_days : float, optional
        自己给的界限，天。不给就由间隔算。
    quantile : float, default 0.9
        间隔的分位数，0–1 之间。给了 ``threshold_days`` 时不用。
    customer, date : str, default "customer_id", "date"
        客户编号和日期的列名。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ChurnLabels
        table（每位客户一行）、threshold_days 及其区间、late_share 及其区间、churn_rate 等。

    Raises
    ------
    TypeError
        日期列不是日期。
    ValueError
        缺列，有缺失值，有订单晚于 as_of，或没有一个人买过两天、又没有给 threshold_days。

    Notes
    -----
    没有合同的生意，客户走了不会说，流失是猜的：界限短了误报多，界限长了发现晚，两种错都有代价，
    见 :func:`churn_backtest`。间隔只来自回来过的人，而且记录的时间越短，越看不到长间隔，所以算出的界限偏短。
    界限的区间是次序统计量的近似区间，当作各个间隔互相独立；常客贡献的间隔多，真正的区间更宽。
    买得勤和买得稀的客户合用一个界限，对两头都不公平，可以分组算。

    References
    ----------
    Reinartz, W. J., & Kumar, V. (2000). On the profitability of long-life customers in a noncontractual setting.
    *Journal of Marketing*, 64(4), 17-35.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> days = ["01-03", "01-13", "02-02", "02-12", "01-05", "03-30", "02-01"]
    >>> orders = pd.DataFrame(
    ...     {"customer_id": list("aaaabbc"), "date": pd.to_datetime([f"2026-{d}" for d in days])}
    ... )
    >>> labels = development.churn_label(orders, as_of="2026-04-30", threshold_days=60)
    >>> labels
    超过 60 天没买算流失：3 人中占 66.7%；以往 4 个间隔有 25.0% 更长，1 人只买过一天
    >>> labels.table[["customer_id", "inactive_days", "churned"]]
      customer_id  inactive_days  churned
    0           a             77        1
    1           b             31        0
    2           c             88        1
    """
    check_probability("quantile", quantile)
    check_probability("confidence", confidence)
    if threshold_days is not None:
        check_positive("threshold_days", threshold_days)
    today = check_day("as_of", as_of)
    visits = _visits(orders, customer, date)
    late = (check_dates(date, orders[date]) > today).to_numpy()
    if late.any():
        at = int(late.argmax())
        others = f"，共 {int(late.sum())} 笔" if late.sum() > 1 else ""
        raise ValueError(
            f"列“{date}”的{row_of(orders[date], at)}是 {orders[date].iloc[at]:%Y-%m-%d}，晚于 as_of（{today:%Y-%m-%d}）{others}。"
            "请把 as_of 改到最后一笔订单之后，或先筛掉以后的订单。"
        )
    gaps = visits.groupby(customer)["day"].diff().dropna().dt.days.to_numpy(dtype=float)
    threshold, low, high = _threshold(gaps, threshold_days, quantile, confidence)
    table = visits.groupby(customer)["day"].agg(orders="size", last_date="max").reset_index()
    table["inactive_days"] = (today - table["last_date"]).dt.days
    table["churned"] = (table["inactive_days"] > threshold).astype(int)
    longer = int((gaps > threshold).sum())
    late_low, late_high = wilson(longer, len(gaps), confidence)
    return ChurnLabels(
        table,
        threshold,
        low,
        high,
        longer / len(gaps) if len(gaps) else float("nan"),
        float(late_low),
        float(late_high),
        len(gaps),
        len(table),
        int((table["orders"] == 1).sum()),
        float(table["churned"].mean()),
        confidence,
    )


def _threshold(gaps: np.ndarray, given: float | None, quantile: float, confidence: float) -> tuple[float, float, float]:
    if given is not None:
        return float(given), float("nan"), float("nan")
    if len(gaps) == 0:
        raise ValueError("没有一位客户买过两天以上，没有购买间隔，定不出界限。请用 threshold_days 自己给一个。")
    ordered, n = np.sort(gaps), len(gaps)
    half = critical_z(confidence) * np.sqrt(n * quantile * (1 - quantile))
    first, last = int(np.floor(n * quantile - half)) - 1, int(np.ceil(n * quantile + half))
    # A limit beyond the sample is not known: few gaps cannot bound a high quantile from above.
    low = float(ordered[first]) if first >= 0 else float("nan")
    high = float(ordered[last]) if last < n else float("nan")
    return float(np.quantile(ordered, quantile)), low, high


def churn_backtest(
    orders: pd.DataFrame,
    *,
    cut: Any,
    horizon_days: float,
    thresholds: Sequence[float],
    customer: str = "customer_id",
    date: str = "date",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """拿过去检验流失界限：站在 ``cut`` 那天判谁流失，再看后来谁真没回来。

    查准率（precision）= 判为流失的人里真没回来的；查全率（recall）= 真没回来的人里判出来的；
    F1 = 2 × 查准率 × 查全率 ÷（查准率 + 查全率）。

    Parameters
    ----------
    orders : DataFrame
        一行一笔订单，次序不限。
    cut : str or Timestamp
        站在哪一天判断；只用这天和以前的订单。
    horizon_days : float
        往后看多少天；这段时间一次没买算真流失。
    thresholds : sequence of float
        要比较的界限，天。
    customer, date : str, default "customer_id", "date"
        客户编号和日期的列名。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个界限，从小到大。列：threshold_days、n（到 cut 为止的客户数）、gone（后来真没回来的）、flagged（判为流失的）、
        hits（判对的流失）、precision、precision_low、precision_high、recall、recall_low、recall_high（威尔逊区间）、f1、
        f1_flag_all（把所有人都判为流失时的 F1）、best（F1 最高的一行；并列取界限最短的）。分母是 0 时是 NaN。

    Raises
    ------
    TypeError
        日期列不是日期，或界限不是数字。
    ValueError
        缺列，有缺失值，cut 以前没有订单，或订单没有记到往后看的最后一天。

    Notes
    -----
    流失的人占多数时，把所有人都判为流失，F1 也很高，先和 f1_flag_all 比一比。F1 把两种错看得一样重；
    挽回一个人很便宜时，宁可误报。挑出来的最好界限在同一段时间上偏乐观，要换一段时间再验。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import data, development
    >>> orders = data.load_real("cdnow_sample")
    >>> table = development.churn_backtest(orders, cut="1997-12-31", horizon_days=180, thresholds=[60, 120, 240])
    >>> table[["threshold_days", "n", "gone", "precision", "recall", "f1", "best"]].round(3)
       threshold_days     n  gone  precision  recall     f1   best
    0            60.0  2357  1844      0.843   0.930  0.884   True
    1           120.0  2357  1844      0.865   0.886  0.876  False
    2           240.0  2357  1844      0.905   0.782  0.839  False
    """
    check_probability("confidence", confidence)
    days = int(check_positive("horizon_days", horizon_days))
    limits = np.sort(check_numbers("thresholds", thresholds, 0, missing=False).to_numpy())
    day = check_day("cut", cut)
    visits = _visits(orders, customer, date)
    end, last = day + pd.Timedelta(days=days), visits["day"].max()
    before = visits[visits["day"] <= day]
    if before.empty:
        raise ValueError(
            f"cut（{day:%Y-%m-%d}）以前没有订单，最早的一笔在 {visits['day'].min():%Y-%m-%d}。请把 cut 往后挪。"
        )
    if last < end:
        raise ValueError(
            f"要看到 {end:%Y-%m-%d} 才知道谁没回来，订单只记到 {last:%Y-%m-%d}。请把 cut 往前挪，或把 horizon_days 改小。"
        )
    inactive = (day - before.groupby(customer)["day"].max()).dt.days
    came_back = visits.loc[(visits["day"] > day) & (visits["day"] <= end), customer].unique()
    gone = ~inactive.index.isin(came_back)
    flags = inactive.to_numpy()[None, :] > limits[:, None]
    flagged, hits, n_gone = flags.sum(axis=1), (flags & gone).sum(axis=1), int(gone.sum())
    table = pd.DataFrame(
        {"threshold_days": limits, "n": len(inactive), "gone": n_gone, "flagged": flagged, "hits": hits}
    )
    for name, base in (("precision", flagged), ("recall", np.full(len(limits), n_gone))):
        table[name] = hits / np.where(base > 0, base, np.nan)
        table[f"{name}_low"], table[f"{name}_high"] = wilson(hits, base, confidence)
    both = flagged + n_gone
    table["f1"] = 2 * hits / np.where(both > 0, both, np.nan)
    table["f1_flag_all"] = 2 * n_gone / (len(inactive) + n_gone)
    table["best"] = False
    if table["f1"].notna().any():
        table.loc[table["f1"].idxmax(), "best"] = True
    return table


def churn_pareto(
    churned: pd.DataFrame,
    *,
    cause: str = "cause",
    amount: str | None = None,
    cut: float = 0.8,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """流失原因的帕累托表（Pareto chart）：哪几个原因占了八成。

    Parameters
    ----------
    churned : DataFrame
        一行一位流失客户。原因缺失的行不用。
    cause : str, default "cause"
        原因的列名。
    amount : str, optional
        流失金额的列名，不能是负数。给了就按金额排，不给按人数排。
    cut : float, default 0.8
        累计到多少算“关键的少数”，0–1 之间。
    confidence : float, default 0.95
        人数占比的区间的置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个原因，从多到少（并列按原因名）。列：cause、n、n_share 及其区间 low、high（人数占比，威尔逊法），
        给了 amount 时有 amount，最后是 share（按人数或金额的占比）、cumulative_share、vital（算不算关键的少数）。
        累计第一次达到 cut 的那个原因也算在内。

    Raises
    ------
    TypeError
        金额不是数字。
    ValueError
        缺列，金额是负数或合计是 0，或没有一行写了原因。

    Notes
    -----
    金额占比没有给区间：几位大客户就能改变它，要看区间请对客户重抽样。一位客户常有几个原因，这里只算记下的那一个；
    客户嘴上说的“价格贵”，常常是别的原因的客气话。“八成”是习惯的说法，不是规律：原因分得越细，越不集中。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> churned = pd.DataFrame({"cause": ["质量", "质量", "价格", "搬家", "质量", "价格"], "yuan": [10, 20, 500, 5, 30, 5]})
    >>> development.churn_pareto(churned)[["cause", "n", "share", "cumulative_share", "vital"]].round(2)
      cause  n  share  cumulative_share  vital
    0    质量  3   0.50              0.50   True
    1    价格  2   0.33              0.83   True
    2    搬家  1   0.17              1.00  False
    >>> development.churn_pareto(churned, amount="yuan")["cause"].tolist()
    ['价格', '质量', '搬家']
    """
    check_frame("churned", churned, [cause] if amount is None else [cause, amount])
    check_between("cut", cut, 0, 1, open_ends=True)
    check_probability("confidence", confidence)
    worth = (
        np.ones(len(churned)) if amount is None else check_numbers(amount, churned[amount], 0, missing=False).to_numpy()
    )
    known = pd.DataFrame({"cause": churned[cause].array, "amount": worth}).dropna(subset="cause")
    if known.empty:
        raise ValueError(f"列“{cause}”全是缺失值，没有一行写了原因。")
    table = known.groupby("cause")["amount"].agg(n="size", amount="sum").reset_index()
    total = float(table["amount"].sum())
    if total == 0:
        raise ValueError(f"列“{amount}”的合计是 0，算不出占比。不给 amount 就按人数排。")
    table = table.sort_values(["amount", "cause"], ascending=[False, True], ignore_index=True)
    n = int(table["n"].sum())
    table.insert(2, "n_share", table["n"] / n)
    low, high = wilson(table["n"], n, confidence)
    table.insert(3, "low", low)
    table.insert(4, "high", high)
    table["share"] = table["amount"] / total
    table["cumulative_share"] = table["amount"].cumsum() / total
    # Vital up to and including the cause that reaches the cut.
    table["vital"] = (table["cumulative_share"] - table["share"]).to_numpy() < cut - 1e-12
    return table.drop(columns="amount") if amount is None else table
