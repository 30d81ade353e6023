"""What the contact itself changed: uplift by groups of the score, against a group that was left alone."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_numbers, check_positive, check_probability, check_whole, check_zero_one
from crmlab._intervals import Floats, wilson
from crmlab.development._inputs import YES_NO, check_same_length, rank_bins, verdicts


def uplift_table(
    scores: Any,
    outcome: Any,
    treated: Any,
    *,
    bins: int = 10,
    value: float | None = None,
    contact_cost: float | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """增量表：按分数分成十份，每份里联系过的比没联系的多响应多少，找到第几份不再划算。

    增量（uplift）= 联系组的响应率 − 对照组的响应率。盈亏点：增量 = 联系成本 ÷ 一次响应的毛利。

    Parameters
    ----------
    scores : Series or list of float
        每人一个分数，越高越先联系。不能有缺失值。
    outcome : Series or list of int
        是否响应（下单、续费、回来），1 是、0 否。
    treated : Series or list of int
        是否联系过，1 联系组、0 对照组。两组应当是随机分的。
    bins : int, default 10
        分成几份。同分的人分在同一份。
    value : float, optional
        一次响应的毛利，元。与 ``contact_cost`` 一起给。
    contact_cost : float, optional
        联系一个人的成本，元。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一份，第 1 份分数最高。列：bin、n、score_low、score_high、n_treated、n_control、rate_treated、rate_control、
        uplift 及其区间 low、high（纽科姆法；缺一组时是 NaN）、cumulative_share（0–1）、cumulative_uplift（到这一份为止合起来算）、
        incremental（联系到这一份为止，一共多得几个响应）。给了 value 和 contact_cost 时另有 break_even（盈亏点的增量）、
        profit_per_contact 及其区间 profit_low、profit_high、cumulative_profit、verdict（划算、不划算、看不清）。

    Raises
    ------
    TypeError
        分数、结果或分组不是数字。
    ValueError
        长短不同，有缺失值，缺联系组或对照组，或 value 与 contact_cost 只给了一个。

    Notes
    -----
    增量可以是负的：有人本来会来，被打扰就不来了。两组不是随机分的（例如只联系了好客户），这个差就不是联系的作用。
    十份各有各的区间，总有一份看上去最好；每份每组不到几百人时，区间常比盈亏点还宽，别忙着下结论。

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. *Statistics in Medicine*, 17(8), 873-890.

    Radcliffe, N. J. (2007). Using control groups to target on predicted lift. *Direct Marketing Analytics Journal*, 14-21.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> groups = [(0.8, 1, 1, 30), (0.8, 1, 0, 70), (0.8, 0, 1, 10), (0.8, 0, 0, 90),
    ...           (0.2, 1, 1, 11), (0.2, 1, 0, 89), (0.2, 0, 1, 10), (0.2, 0, 0, 90)]
    >>> people = pd.DataFrame([g[:3] for g in groups for _ in range(g[3])], columns=["score", "treated", "bought"])
    >>> table = development.uplift_table(
    ...     people["score"], people["bought"], people["treated"], bins=2, value=50, contact_cost=3
    ... )
    >>> table[["bin", "uplift", "low", "high", "break_even", "verdict"]].round(3)
       bin  uplift    low   high  break_even verdict
    0    1    0.20  0.090  0.306        0.06      划算
    1    2    0.01 -0.078  0.098        0.06     看不清
    """
    size = check_whole("bins", bins, 2)
    check_probability("confidence", confidence)
    if (value is None) != (contact_cost is None):
        raise ValueError("参数 value 和 contact_cost 要一起给：少了一个，算不出盈亏点。")
    values = check_numbers("scores", scores, missing=False)
    happened = check_zero_one("outcome", outcome, missing=False, say=YES_NO)
    contacted = check_zero_one("treated", treated, missing=False, say=YES_NO)
    check_same_length({"scores": values, "outcome": happened, "treated": contacted})
    if contacted.nunique() < 2:
        lacking, who = ("对照组", "没联系") if contacted.iloc[0] == 1 else ("联系组", "联系过")
        raise ValueError(
            f"参数 treated 全是 {contacted.iloc[0]:g}，没有{lacking}。要有一组{who}的人来比，才说得出联系的作用。"
        )
    in_treated = contacted.to_numpy()
    frame = pd.DataFrame(
        {
            "bin": rank_bins(values, size),
            "score": values.to_numpy(),
            "n_treated": in_treated,
            "n_control": 1 - in_treated,
            "yes_treated": happened.to_numpy() * in_treated,
            "yes_control": happened.to_numpy() * (1 - in_treated),
        }
    )
    grouped = frame.groupby("bin")
    counts = grouped[["n_treated", "n_control", "yes_treated", "yes_control"]].sum().astype(int)
    table = grouped.agg(n=("score", "size"), score_low=("score", "min"), score_high=("score", "max")).reset_index()
    table["n_treated"], table["n_control"] = counts["n_treated"].to_numpy(), counts["n_control"].to_numpy()
    table["rate_treated"], table["rate_control"], table["uplift"], table["low"], table["high"] = _difference(
        counts, confidence
    )
    _, _, cumulative, _, _ = _difference(counts.cumsum(), confidence)
    table["cumulative_share"] = table["n"].cumsum() / len(frame)
    table["cumulative_uplift"] = cumulative
    table["incremental"] = table["n"].cumsum() * cumulative
    if value is not None:
        margin = check_positive("value", value)
        cost = check_positive("contact_cost", contact_cost, allow_zero=True)
        table["break_even"] = cost / margin
        for column, source in (("profit_per_contact", "uplift"), ("profit_low", "low"), ("profit_high", "high")):
            table[column] = table[source] * margin - cost
        table["cumulative_profit"] = table["incremental"] * margin - table["n"].cumsum() * cost
        table["verdict"] = verdicts(table["profit_low"].to_numpy(), table["profit_high"].to_numpy())
    return table


def _difference(counts: pd.DataFrame, confidence: float) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Two rates, their difference and its Newcombe hybrid-score interval; NaN where a group is empty."""
    sizes = {g: counts[f"n_{g}"].to_numpy(dtype=float) for g in ("treated", "control")}
    rates = {g: counts[f"yes_{g}"].to_numpy() / np.where(n > 0, n, np.nan) for g, n in sizes.items()}
    (low_t, high_t), (low_c, high_c) = (wilson(counts[f"yes_{g}"], n, confidence) for g, n in sizes.items())
    first, second = rates["treated"], rates["control"]
    gap = first - second
    low = gap - np.sqrt((first - low_t) ** 2 + (high_c - second) ** 2)
    high = gap + np.sqrt((high_t - first) ** 2 + (second - low_c) ** 2)
    return first, second, gap, low, high
