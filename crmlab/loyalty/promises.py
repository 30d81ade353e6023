"""Trust is promises kept: the share kept, and what the broken ones cost."""

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability, check_zero_one
from crmlab._intervals import t_interval, wilson

TOTAL = "合计"


def promise_keeping(
    orders: pd.DataFrame,
    *,
    promise: str = "promise",
    kept: str = "kept",
    refund: str = "refund_yuan",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """承诺兑现率和退赔：每种承诺（准时达、七天退、假一赔三……）兑现了多少，没兑现的赔了多少。

    兑现率 = 兑现的件数 ÷ 件数；退赔率 = 赔了钱的件数 ÷ 件数。

    Parameters
    ----------
    orders : DataFrame
        一行一件承诺过的事（一单有几种承诺就写几行）。
    promise : str, default "promise"
        承诺种类的列名。缺失的行不用。
    kept : str, default "kept"
        兑现了没有的列名，1 是兑现，0 是没有；还不知道的留空，不用。
    refund : str, default "refund_yuan"
        退赔金额的列名，元，不能是负数；空着当 0。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一种承诺，兑现率从低到高，最后一行是合计。列：promise、n、kept_share、kept_low、kept_high、refund_share、refund_low、
        refund_high（都是威尔逊区间）、cost_yuan（平均每件赔多少）、cost_low、cost_high（t 区间）、unpaid（没兑现、也没赔的件数）。

    Raises
    ------
    TypeError
        金额不是数字。
    ValueError
        缺列，kept 不是 0/1，金额是负数，有一种承诺叫“合计”，或没有一行可用。

    Notes
    -----
    兑现率按件算，客户按“有没有失信过一次”记：买得多的客户更容易碰上一次。承诺松，兑现率自然高，要和承诺的内容一起看。
    退赔率低可能是赔得少，也可能是客户懒得要：看 unpaid。赔款很不均匀时，t 区间只当参考。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> orders = pd.DataFrame(
    ...     {"promise": ["准时达"] * 4 + ["七天退"] * 4, "kept": [1, 1, 0, 0, 1, 1, 1, 1], "refund_yuan": [0, 0, 10, 0, 0, 0, 0, 0]}
    ... )
    >>> loyalty.promise_keeping(orders)[["promise", "n", "kept_share", "refund_share", "cost_yuan", "unpaid"]]
      promise  n  kept_share  refund_share  cost_yuan  unpaid
    0     准时达  4        0.50         0.250       2.50       1
    1     七天退  4        1.00         0.000       0.00       0
    2      合计  8        0.75         0.125       1.25       1
    """
    check_frame("orders", orders, [promise, kept, refund])
    check_probability("confidence", confidence)
    money = check_numbers(refund, orders[refund].fillna(0.0), 0).to_numpy()
    flags = check_zero_one(kept, orders[kept], all_missing=True)
    table = pd.DataFrame({"promise": orders[promise].to_numpy(), "kept": flags.to_numpy(), "refund": money}).dropna()
    if table.empty:
        raise ValueError(f"没有一行同时有“{promise}”和“{kept}”。请检查数据是否为空。")
    table["promise"] = table["promise"].astype(str)
    if (table["promise"] == TOTAL).any():
        raise ValueError(f"承诺不能叫“{TOTAL}”，结果的最后一行就是合计。请先改名。")
    parts = [(name, part) for name, part in table.groupby("promise")]
    rows = [_row(str(name), part, confidence) for name, part in parts]
    result = pd.DataFrame(rows).sort_values(["kept_share", "promise"], ignore_index=True)
    total = pd.DataFrame([_row(TOTAL, table, confidence)])
    return pd.concat([result, total], ignore_index=True).astype({"promise": "str"})


def _row(name: str, part: pd.DataFrame, confidence: float) -> dict[str, object]:
    n, paid = len(part), part["refund"] > 0
    row: dict[str, object] = {"promise": name, "n": n}
    for measure, count in (("kept", part["kept"].sum()), ("refund", paid.sum())):
        low, high = wilson(count, n, confidence)
        row |= {f"{measure}_share": count / n, f"{measure}_low": float(low), f"{measure}_high": float(high)}
    mean, sd = float(part["refund"].mean()), float(part["refund"].std()) if n > 1 else np.nan
    low, high = t_interval(mean, sd, n, confidence)
    row |= {"cost_yuan": mean, "cost_low": max(float(low), 0.0) if n > 1 else np.nan, "cost_high": float(high)}
    return row | {"unpaid": int(((part["kept"] == 0) & ~paid).sum())}
