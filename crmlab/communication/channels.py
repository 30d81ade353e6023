"""What a channel reaches, how fast it answers, what it costs; what an advertisement earns; whether promises are kept."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_moment,
    check_moments,
    check_numbers,
    check_present,
    check_probability,
    check_same_zone,
    check_zero_one,
    row_of,
)
from crmlab._intervals import wilson


def channel_kpis(
    contacts: pd.DataFrame,
    *,
    channel: str = "channel",
    reached: str = "reached",
    response_min: str = "response_min",
    cost_yuan: str = "cost_yuan",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """各沟通渠道的指标：触达率、响应时间、每次接触的成本。

    Parameters
    ----------
    contacts : DataFrame
        一行一次接触。
    channel, reached, response_min, cost_yuan : str
        四列的列名。渠道；是否触达（0/1，接通、送达或打开，要先定好口径）；响应时间（分钟，一直没有响应的留空）；成本（元）。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个渠道，按渠道名。列：channel、contacts（次数）、reached（触达次数）、reach（触达率，0–1）、low、high（威尔逊区间）、answered
        （有响应的次数）、median_response_min 及其区间 median_low、median_high、p90_response_min、cost_per_contact、cost_per_reached（元）。

    Raises
    ------
    TypeError
        时间或成本不是数字。
    ValueError
        缺列，渠道、触达或成本有缺失，时间或成本是负数，或触达列有 0、1 以外的值。

    Notes
    -----
    没有响应的接触不丢掉，当作“比任何一次都久”排在最后：所以一半以上没有响应时，中位数是 NaN（算不出），不是 0。只对有响应的求平均，
    响应越少的渠道反而越好看。中位数的区间由次序统计量得到，不假设分布；次数少于 6 时没有 95% 区间。一次都没有触达时，每次触达的成本是
    NaN。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> contacts = pd.DataFrame(
    ...     {
    ...         "channel": ["电话", "电话", "电话", "短信", "短信", "短信"], "reached": [1, 0, 1, 1, 1, 1],
    ...         "response_min": [2, None, 4, 30, None, None], "cost_yuan": [3.0, 1, 3, 0.1, 0.1, 0.1],
    ...     }
    ... )
    >>> table = communication.channel_kpis(contacts)
    >>> table[["channel", "reach", "median_response_min", "cost_per_contact"]].round(2)
      channel  reach  median_response_min  cost_per_contact
    0      电话   0.67                  4.0              2.33
    1      短信   1.00                  NaN              0.10
    """
    check_frame("contacts", contacts, [channel, reached, response_min, cost_yuan])
    check_probability("confidence", confidence)
    for column in (channel, reached):
        check_present(column, contacts[column])
    flags = check_zero_one(reached, contacts[reached]).to_numpy()
    cost = check_numbers(cost_yuan, contacts[cost_yuan], 0, missing=False).to_numpy()
    minutes = _waits(contacts[response_min], response_min)
    names = contacts[channel].map(str).to_numpy(dtype=object)
    rows = []
    for name in sorted(set(names)):
        at = names == name
        n, k = int(at.sum()), int(flags[at].sum())
        low, high = wilson(k, n, confidence)
        waits = np.sort(np.where(np.isnan(minutes[at]), np.inf, minutes[at]))
        median_low, median_high = _quantile_interval(waits, 0.5, confidence)
        rows.append(
            {
                "channel": name,
                "contacts": n,
                "reached": k,
                "reach": k / n,
                "low": float(low),
                "high": float(high),
                "answered": int(np.isfinite(waits).sum()),
                "median_response_min": _finite(waits[_rank(n, 0.5)]),
                "median_low": median_low,
                "median_high": median_high,
                "p90_response_min": _finite(waits[_rank(n, 0.9)]),
                "cost_per_contact": float(cost[at].mean()),
                "cost_per_reached": float(cost[at].sum()) / k if k else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _waits(values: pd.Series, name: str) -> np.ndarray:
    if values.isna().all():
        return np.full(len(values), np.nan)
    return check_numbers(name, values, 0).to_numpy()


def _rank(n: int, share: float) -> int:
    """Return the position of the smallest value that at least ``share`` of the values do not exceed."""
    return max(int(np.ceil(n * share - 1e-9)) - 1, 0)


def _finite(value: float) -> float:
    return float(value) if np.isfinite(value) else float("nan")


def ad_kpis(ads: pd.DataFrame, *, by: str = "channel", confidence: float = 0.95) -> pd.DataFrame:
    """广告投放指标：千次曝光成本、点击率、转化率、每单成本、投入产出比。

    CPM = 花费 ÷ 曝光 × 1000；CTR = 点击 ÷ 曝光；CVR = 订单 ÷ 点击；CPA = 花费 ÷ 订单；ROAS = 销售额 ÷ 花费。

    Parameters
    ----------
    ads : DataFrame
        一行一条投放记录。列：by 那一列，以及 spend_yuan（花费，元）、impressions（曝光次数）、clicks（点击次数）、orders（订单数）、
        revenue_yuan（带来的销售额，元）。
    by : str, default "channel"
        分组的列名。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一组，按组名；先把组内各行加总再算比率。列：by 那一列、五个合计、cpm_yuan、ctr、ctr_low、ctr_high、cvr、cvr_low、cvr_high、cpa_yuan、
        roas。分母是 0 的是 NaN。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，有缺失或负数，点击比曝光多，或订单比点击多。

    Notes
    -----
    区间（威尔逊法）假设各次点击互相独立；同一个人点几次时，真实的区间更宽。CPM、CPA、ROAS 没有区间：花费是记账数，销售额要逐单的金额
    才估得出波动。ROAS 不是利润，也不是广告的净作用：不投广告也会买的人也算在里面；要知道净作用，做对照试验（:func:`ab_test`）。
    平均 ROAS 高，不等于再投 1 元还这么高（:func:`media_plan`）。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> ads = pd.DataFrame(
    ...     {
    ...         "channel": ["搜索", "信息流"], "spend_yuan": [500.0, 800], "impressions": [20_000, 160_000],
    ...         "clicks": [600, 1600], "orders": [30, 32], "revenue_yuan": [2400.0, 2500],
    ...     }
    ... )
    >>> communication.ad_kpis(ads)[["channel", "cpm_yuan", "ctr", "cvr", "cpa_yuan", "roas"]].round(3)
      channel  cpm_yuan   ctr   cvr  cpa_yuan   roas
    0     信息流       5.0  0.01  0.02    25.000  3.125
    1      搜索      25.0  0.03  0.05    16.667  4.800
    """
    columns = ["spend_yuan", "impressions", "clicks", "orders", "revenue_yuan"]
    check_frame("ads", ads, [by, *columns])
    check_probability("confidence", confidence)
    check_present(by, ads[by])
    table = pd.DataFrame({c: check_numbers(c, ads[c], 0, missing=False).to_numpy() for c in columns})
    for smaller, larger in (("clicks", "impressions"), ("orders", "clicks")):
        wrong = (table[smaller] > table[larger]).to_numpy()
        if wrong.any():
            at = int(wrong.argmax())
            raise ValueError(
                f"{row_of(ads[smaller], at)}的“{smaller}”（{table[smaller].iloc[at]:g}）比“{larger}”（{table[larger].iloc[at]:g}）还多。"
                "请核对这一行。"
            )
    table.insert(0, by, ads[by].to_numpy())
    total = table.groupby(by, sort=True)[columns].sum().reset_index()
    spend, shown, clicks, orders = (total[c].to_numpy() for c in columns[:4])
    ctr, cvr = wilson(clicks, shown, confidence), wilson(orders, clicks, confidence)
    return total.assign(
        cpm_yuan=1000 * _ratio(spend, shown),
        ctr=_ratio(clicks, shown),
        ctr_low=ctr[0],
        ctr_high=ctr[1],
        cvr=_ratio(orders, clicks),
        cvr_low=cvr[0],
        cvr_high=cvr[1],
        cpa_yuan=_ratio(spend, orders),
        roas=_ratio(total["revenue_yuan"].to_numpy(), spend),
    )


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)


def promise_kpis(
    tickets: pd.DataFrame,
    *,
    promised: str = "promise_at",
    done: str = "done_at",
    first_response_s: str = "first_response_s",
    error: str = "error",
    as_of: Any,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """沟通原则的三个数：及时（首次响应）、准确（差错率）、诚信（承诺兑现率）。

    Parameters
    ----------
    tickets : DataFrame
        一行一件。列：承诺完成的时间、实际完成的时间（没完成的留空）、首次响应（秒）、是否答错（0/1）。
    promised, done, first_response_s, error : str
        四列的列名。
    as_of : Timestamp or str
        数据截止的时刻。承诺的时间还没到的件，兑现与否还不知道，不算。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        三行：承诺兑现率、差错率（0–1）、首次响应 P90（秒）。列：measure、value、low、high（占比是威尔逊区间；P90 由次序统计量得到，件数
        太少时有一端是 NaN）、n。

    Raises
    ------
    TypeError
        时间列不是日期时间，或秒数不是数字。
    ValueError
        缺列，秒数是负数，或差错列有 0、1 以外的值。

    Notes
    -----
    承诺得越松，兑现率越高：要和承诺的时长一起看。P90 是“九成的人等得不比它久”，平均数会被大量秒回拉低。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> tickets = pd.DataFrame(
    ...     {
    ...         "promise_at": pd.to_datetime(["2026-03-01 12:00", "2026-03-01 15:00", "2026-03-09 12:00"]),
    ...         "done_at": pd.to_datetime(["2026-03-01 11:00", None, None]),
    ...         "first_response_s": [20, 45, 30],
    ...         "error": [0, 0, 1],
    ...     }
    ... )
    >>> communication.promise_kpis(tickets, as_of="2026-03-02")[["measure", "value", "n"]].round(3)
        measure   value  n
    0     承诺兑现率   0.500  2
    1       差错率   0.333  3
    2  首次响应 P90  45.000  3
    """
    check_frame("tickets", tickets, [promised, done, first_response_s, error])
    check_probability("confidence", confidence)
    now = check_moment("as_of", as_of)
    for column in (promised, done):
        if tickets[column].notna().any():
            check_same_zone(column, check_moments(column, tickets[column]), now)
    due = (tickets[promised] <= now).to_numpy()
    kept = due & (tickets[done] <= tickets[promised]).to_numpy()
    wrong = check_zero_one(error, tickets[error]).dropna().to_numpy()
    waits = np.sort(check_numbers(first_response_s, tickets[first_response_s], 0).dropna().to_numpy())
    rows = []
    for measure, k, n in (("承诺兑现率", kept.sum(), due.sum()), ("差错率", wrong.sum(), len(wrong))):
        low, high = wilson(k, n, confidence)
        rows.append((measure, k / n if n else np.nan, float(low), float(high), int(n)))
    p90 = float(waits[_rank(len(waits), 0.9)])
    rows.append(("首次响应 P90", p90, *_quantile_interval(waits, 0.9, confidence), len(waits)))
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "n"])


def _quantile_interval(ordered: np.ndarray, share: float, confidence: float) -> tuple[float, float]:
    from scipy.special import bdtr

    # P(the k-th smallest lies above the quantile) is a binomial tail, whatever the distribution of the values.
    n = len(ordered)
    at_most = bdtr(np.arange(n), n, share)
    lower = int((at_most <= (1 - confidence) / 2).sum())
    upper = int((at_most < 1 - (1 - confidence) / 2).sum())
    return (
        _finite(ordered[lower - 1]) if lower else float("nan"),
        _finite(ordered[upper]) if upper < n else float("nan"),
    )
