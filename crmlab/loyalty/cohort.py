"""Cohorts: of the customers who first bought in one period, how many are there again k periods later."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab._checks import check_one_of, check_probability
from crmlab._intervals import wilson
from crmlab.loyalty._transactions import Purchases, read_purchases

_PERIODS = {"week": "W-SUN", "month": "M", "quarter": "Q"}
_ZH = {"week": "周", "month": "月", "quarter": "季"}


@dataclass(frozen=True, repr=False, eq=False)
class CohortRetention:
    """同期群留存的结果。

    Attributes
    ----------
    counts : DataFrame
        一行一个同期群（首次购买的那一期），一列一个年龄（0 是首次那一期）：这一期来买过的人数。还没观察到的是 NaN。
    retention : DataFrame
        同样的形状，除以同期群的人数；0–1 之间。
    table : DataFrame
        长表。列：cohort、age、active、size、retention、low、high（威尔逊区间）。只有观察到的格子。
    curve : DataFrame
        各同期群合起来的留存曲线。列：age、active、size、retention、low、high；每个年龄只算观察到那时的同期群。
    period : str
        一期多长："week"、"month" 或 "quarter"。
    last_is_partial : bool
        最后一期没有观察完，它的留存偏低。
    confidence : float
        置信水平。
    """

    counts: pd.DataFrame
    retention: pd.DataFrame
    table: pd.DataFrame
    curve: pd.DataFrame
    period: str
    last_is_partial: bool
    confidence: float = 0.95

    def __str__(self) -> str:
        size = int(self.counts[0].sum())
        text = f"{len(self.counts)} 个同期群（按{_ZH[self.period]}），共 {size:,} 位客户"
        if len(self.curve) > 1:
            row = self.curve.iloc[1]
            text += (
                f"；第 1 期留存 {row['retention']:.1%}"
                f"（{self.confidence * 100:g}% 区间 {row['low']:.1%}–{row['high']:.1%}，n = {int(row['size']):,}）"
            )
        return text + ("；最后一期没有观察完" if self.last_is_partial else "")

    __repr__ = __str__


def cohort_retention(
    transactions: pd.DataFrame,
    *,
    customer: str = "customer_id",
    date: str = "date",
    period: str = "month",
    observation_end: Any = None,
    partial: str = "keep",
    later: str = "refuse",
    confidence: float = 0.95,
) -> CohortRetention:
    """同期群留存：同一期首次购买的客户，后来各期还有多少人来买。

    Parameters
    ----------
    transactions : DataFrame
        一行一笔交易，行序不限。
    customer, date : str
        客户编号列和日期列（日期类型）。
    period : {"week", "month", "quarter"}, default "month"
        一期多长。周从周一到周日。
    observation_end : date or str, optional
        观察期的最后一天，默认是数据里最晚的一天。
    partial : {"keep", "drop"}, default "keep"
        最后一期没有观察完时留下还是去掉。留下时结果的 last_is_partial 是 True。
    later : {"refuse", "drop"}, default "refuse"
        晚于观察期末的交易：报错，还是不用。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    CohortRetention
        counts、retention（同期群 × 年龄）、table（长表，带区间）、curve（合起来的曲线）。

    Raises
    ------
    TypeError
        日期列不是日期。
    ValueError
        缺列，有缺失值，有交易晚于观察期末，参数写错，或去掉最后一期以后没有数据。

    Notes
    -----
    还没到的时候是 NaN，不是 0：新同期群没有机会表现，记成 0 会把留存说低。留存可以回升：这里看的是“这一期来买过”，
    不是“从没离开过”。曲线各点的同期群不同，越靠右用的同期群越老；新老客户质量有别时，曲线会骗人，请逐行看表。
    中间没有新客户的期不出行。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": [1, 1, 1, 2, 2, 3],
    ...         "date": pd.to_datetime(
    ...             ["2026-01-05", "2026-02-10", "2026-03-31", "2026-01-20", "2026-03-15", "2026-02-03"]
    ...         ),
    ...     }
    ... )
    >>> result = loyalty.cohort_retention(orders)
    >>> result
    2 个同期群（按月），共 3 位客户；第 1 期留存 33.3%（95% 区间 6.1%–79.2%，n = 3）
    >>> result.retention
    age        0    1    2
    cohort
    2026-01  1.0  0.5  1.0
    2026-02  1.0  0.0  NaN
    """
    check_one_of("period", period, _PERIODS)
    check_one_of("partial", partial, ("keep", "drop"))
    check_probability("confidence", confidence)
    found = read_purchases(transactions, customer=customer, date=date, observation_end=observation_end, later=later)
    all_days = found.start_day + np.arange(found.end_day + 1)
    calendar = pd.DatetimeIndex(all_days.astype("datetime64[D]").astype("datetime64[s]")).to_period(_PERIODS[period])
    ordinals = np.asarray(calendar.asi8)
    number = (ordinals - ordinals[0]).astype(np.int64)
    is_partial = bool(calendar[-1].end_time.normalize() != pd.Timestamp(np.datetime64(int(all_days[-1]), "D")))
    n_periods = int(number[-1]) + 1
    born = np.full(found.n_codes, -1)
    born[found.present] = number[found.first]
    visits = _visits(found, number, n_periods)
    when, cohort = visits % n_periods, born[visits // n_periods]
    if is_partial and partial == "drop":
        n_periods -= 1
        if n_periods == 0:
            raise ValueError('只有一期，而且没有观察完，去掉以后没有数据。请写 partial="keep"，或加长观察期。')
        whole = when < n_periods
        when, cohort, is_partial = when[whole], cohort[whole], False
    cells = np.bincount(cohort * n_periods + when - cohort, minlength=n_periods**2).reshape(n_periods, n_periods)
    born_there = np.flatnonzero(cells[:, 0])
    ages = np.arange(n_periods - int(born_there[0]))
    seen = born_there[:, None] + ages < n_periods
    names = pd.Index([str(calendar[int(np.argmax(number == i))]) for i in born_there], name="cohort")
    counts = pd.DataFrame(
        np.where(seen, cells[born_there][:, : len(ages)], np.nan), index=names, columns=pd.Index(ages, name="age")
    )
    table = pd.DataFrame(
        {
            "cohort": np.asarray(names, dtype=object)[np.nonzero(seen)[0]],
            "age": np.nonzero(seen)[1],
            "active": counts.to_numpy()[seen].astype(int),
            "size": counts[0].to_numpy()[np.nonzero(seen)[0]].astype(int),
        }
    ).astype({"cohort": "str"})
    curve = table.groupby("age", as_index=False)[["active", "size"]].sum()
    return CohortRetention(
        counts=counts,
        retention=counts.div(counts[0], axis=0),
        table=_with_interval(table, confidence),
        curve=_with_interval(curve, confidence),
        period=period,
        last_is_partial=is_partial,
        confidence=confidence,
    )


def _visits(found: Purchases, number: NDArray[np.int64], n_periods: int) -> NDArray[np.int64]:
    """Return customer code × periods + period, once for each that came, however often he came in it."""
    size = found.n_codes * n_periods
    if size <= 16 * len(found.codes) + 4096:
        came = np.zeros(size, dtype=bool)
        for start in range(0, len(found.codes), 1 << 17):
            part = slice(start, start + (1 << 17))
            came[found.codes[part].astype(np.int64) * n_periods + number[found.days[part]]] = True
        return np.flatnonzero(came)
    cells = found.codes.astype(np.int64) * n_periods + number[found.days]
    cells.sort()
    fresh: NDArray[np.int64] = cells[np.append(True, cells[1:] != cells[:-1])]
    return fresh


def _with_interval(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    low, high = wilson(table["active"], table["size"], confidence)
    return table.assign(retention=table["active"] / table["size"], low=low, high=high)
