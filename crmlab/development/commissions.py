"""What a commission plan with thresholds pays, costs, and how evenly."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_one_of, check_positive, row_of
from crmlab._intervals import Floats

_METHODS = ("marginal", "whole")


@dataclass(frozen=True, repr=False, eq=False)
class Commission:
    """提成方案的结果。

    Attributes
    ----------
    table : DataFrame
        原表的列和行序，另加 commission_yuan（提成，元）、pay_yuan（底薪 + 提成，元）、effective_rate（提成 ÷ 销售额，销售额是 0 时是 NaN）、
        to_next_yuan（离下一档还差多少元，已在最高一档时是 NaN）。
    cost : float
        提成合计，元，不含底薪。
    cost_share : float
        提成合计 ÷ 销售额合计；销售额合计是 0 时是 NaN。
    gini : float
        pay_yuan 的基尼系数，0 是人人一样多；收入合计是 0 时是 NaN。
    n : int
        人数。
    """

    table: pd.DataFrame
    cost: float
    cost_share: float
    gini: float
    n: int

    def __str__(self) -> str:
        share = "" if np.isnan(self.cost_share) else f"，占销售额 {self.cost_share:.1%}"
        even = "" if np.isnan(self.gini) else f"；收入的基尼系数 {self.gini:.2f}"
        return f"{self.n} 人提成合计 {self.cost:,.0f} 元{share}{even}"

    __repr__ = __str__


def commission(
    sales: pd.DataFrame, plan: pd.DataFrame, *, column: str = "sales_yuan", base: float = 0.0, method: str = "marginal"
) -> Commission:
    """分档提成：每个人拿多少，企业付多少，大家拿得匀不匀。

    ``marginal`` 分段计：每一段销售额按那一段的比例，提成 = Σ 段内销售额 × 段的比例。
    ``whole`` 全额计：到了哪一档，全部销售额都按那一档的比例。

    Parameters
    ----------
    sales : DataFrame
        一行一位销售人员，有销售额列，元，不能是负数。
    plan : DataFrame
        一行一档，从低到高。列：from_yuan（从多少元起，第一档是 0）、rate（提成比例，0–1）。
    column : str, default "sales_yuan"
        销售额列的列名。
    base : float, default 0
        每人的底薪，元，不能是负数；只影响 pay_yuan 和基尼系数。
    method : {"marginal", "whole"}, default "marginal"
        分段计还是全额计。

    Returns
    -------
    Commission
        逐人的提成和收入，总成本，基尼系数。

    Raises
    ------
    TypeError
        销售额、档位或底薪不是数字。
    ValueError
        缺列，有缺失值或负数，第一档不从 0 起，档位不是从低到高，比例不在 0–1 之间，或 method 不认识。

    Notes
    -----
    全额计在门槛上会跳：差 1 元就少拿一大截，人会把订单挪到一个月里，或替客户先垫。分段计没有跳。
    这里只照方案算账，不猜提成变了以后人会多卖多少；方案好不好，要看试行前后、有没有对照。
    基尼系数低不等于公平：卖得多的人拿得多，是提成的本意；地盘好坏不同，才是不公平的常见来源。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> team = pd.DataFrame({"rep": ["甲", "乙", "丙"], "sales_yuan": [80000, 120000, 250000]})
    >>> plan = pd.DataFrame({"from_yuan": [0, 100000, 200000], "rate": [0.02, 0.03, 0.05]})
    >>> result = development.commission(team, plan, base=4000)
    >>> result
    3 人提成合计 11,700 元，占销售额 2.6%；收入的基尼系数 0.17
    >>> result.table[["rep", "commission_yuan", "pay_yuan", "to_next_yuan"]]
      rep  commission_yuan  pay_yuan  to_next_yuan
    0   甲           1600.0    5600.0       20000.0
    1   乙           2600.0    6600.0       80000.0
    2   丙           7500.0   11500.0           NaN
    """
    check_frame("sales", sales, [column])
    check_one_of("method", method, _METHODS)
    fixed = check_positive("base", base, allow_zero=True)
    sold = check_numbers(column, sales[column], 0, missing=False).to_numpy()
    starts, rates = _steps(plan)
    tier = np.searchsorted(starts, sold, side="right") - 1
    if method == "whole":
        earned = sold * rates[tier]
    else:
        below = np.concatenate(([0.0], np.cumsum(np.diff(starts) * rates[:-1])))
        earned = below[tier] + (sold - starts[tier]) * rates[tier]
    pay = fixed + earned
    following = np.append(starts[1:], np.nan)[tier]
    table = sales.assign(
        commission_yuan=earned,
        pay_yuan=pay,
        effective_rate=np.where(sold > 0, earned / np.where(sold > 0, sold, 1.0), np.nan),
        to_next_yuan=following - sold,
    )
    cost, total = float(earned.sum()), float(sold.sum())
    return Commission(table, cost, cost / total if total > 0 else np.nan, _gini(pay), len(sold))


def _steps(plan: pd.DataFrame) -> tuple[Floats, Floats]:
    check_frame("plan", plan, ["from_yuan", "rate"])
    starts = check_numbers("from_yuan", plan["from_yuan"], 0, missing=False).to_numpy()
    rates = check_numbers("rate", plan["rate"], 0, 1, hint="3% 请写成 0.03。", missing=False).to_numpy()
    if starts[0] != 0:
        raise ValueError(f"列“from_yuan”的第一档应从 0 起，现在是 {starts[0]:g}。请加上从 0 起的一档，比例可以是 0。")
    wrong = np.diff(starts) <= 0
    if wrong.any():
        at = int(wrong.argmax()) + 1
        raise ValueError(
            f"列“from_yuan”应从低到高、不重复，{row_of(plan['from_yuan'], at)}是 {starts[at]:g}，上一档是 {starts[at - 1]:g}。请先排好。"
        )
    return starts, rates


def _gini(pay: Floats) -> float:
    n, total = len(pay), float(pay.sum())
    if total == 0:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ np.sort(pay)) / (n * total)
