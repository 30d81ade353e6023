"""Planning a call centre or a CRM system: when it is busy, who can do what, whether it pays."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_number, check_numbers, check_present
from crmlab._intervals import signed
from crmlab.technology.forecast import _moments


def busy_hours(history: pd.DataFrame) -> pd.DataFrame:
    """忙时集中度：一天最忙的一小时占全天来电的多少。

    Parameters
    ----------
    history : DataFrame
        一行一个时段，时段不长于一小时。列：interval_start（时段开始的时间）、calls（来电数，不能是负数；缺失的不算）。

    Returns
    -------
    DataFrame
        一行一天，按日期。列：day、calls（全天）、busy_hour（最忙的钟点，0–23；一样忙时取早的）、busy_calls（那一小时的来电）、
        concentration（忙时集中度，0–1）、peak_factor（峰值系数：忙时 ÷ 有记录的各小时的平均）。全天没有来电时后三项是 NaN。

    Raises
    ------
    TypeError
        时间列不是时间，来电数不是数字。
    ValueError
        缺列，或来电数是负数。

    Notes
    -----
    没有区间：这是清点。一天一个数会跳，规划线路和席位时看许多天的分布，不要只看最忙的那天。
    按钟点切：最忙的一小时若跨着两个钟点，真实的集中度更高。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> history = pd.DataFrame({"interval_start": pd.date_range("2026-03-16 09:00", periods=6, freq="30min"),
    ...                         "calls": [10, 20, 50, 40, 15, 15]})
    >>> technology.busy_hours(history)[["calls", "busy_hour", "concentration", "peak_factor"]]
       calls  busy_hour  concentration  peak_factor
    0  150.0         10            0.6          1.8
    """
    check_frame("history", history, ["interval_start", "calls"])
    starts = _moments("interval_start", history["interval_start"])
    calls = check_numbers("calls", history["calls"], 0)
    table = pd.DataFrame(
        {"day": starts.dt.normalize().to_numpy(), "hour": starts.dt.hour.to_numpy(), "calls": calls.to_numpy()}
    ).dropna()
    hours = table.groupby(["day", "hour"], as_index=False)["calls"].sum()
    rows = []
    for day, part in hours.groupby("day"):
        total, counts = float(part["calls"].sum()), part["calls"].to_numpy()
        at = int(counts.argmax())
        known = total > 0
        rows.append(
            (
                day,
                total,
                int(part["hour"].iloc[at]),
                float(counts[at]),
                float(counts[at]) / total if known else np.nan,
                float(counts[at]) / counts.mean() if known else np.nan,
            )
        )
    table = pd.DataFrame(rows, columns=["day", "calls", "busy_hour", "busy_calls", "concentration", "peak_factor"])
    return table.assign(busy_calls=table["busy_calls"].where(table["calls"] > 0))


def skill_coverage(skills: pd.DataFrame) -> pd.DataFrame:
    """技能覆盖：每项技能有几名坐席会，哪一项只有一个人会。

    Parameters
    ----------
    skills : DataFrame
        一行一名坐席的一项技能。列：agent、skill，都不能缺失。重复的行只算一次。

    Returns
    -------
    DataFrame
        一行一项技能，会的人少的在前，一样多的按名称。列：skill、n_agents（几人会）、share（占全部坐席，0–1）、
        single_point（只有一个人会：他请假，这项业务就停）、only_agent（那一个人；不是单点时是空的）。

    Raises
    ------
    ValueError
        缺列，或有缺失值。

    Notes
    -----
    没有区间：这是清点。会不会是记录下来的，熟不熟要看质检分。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> skills = pd.DataFrame({"agent": ["周", "周", "李"], "skill": ["退货", "英语", "退货"]})
    >>> technology.skill_coverage(skills)[["skill", "n_agents", "single_point", "only_agent"]]
      skill  n_agents  single_point only_agent
    0    英语         1          True          周
    1    退货         2         False        NaN
    """
    check_frame("skills", skills, ["agent", "skill"])
    for column in ("agent", "skill"):
        check_present(column, skills[column])
    pairs = skills[["agent", "skill"]].drop_duplicates()
    everyone = pairs["agent"].nunique()
    rows = []
    for skill, part in pairs.groupby("skill"):
        n = len(part)
        rows.append((skill, n, n / everyone, n == 1, part["agent"].iloc[0] if n == 1 else np.nan))
    table = pd.DataFrame(rows, columns=["skill", "n_agents", "share", "single_point", "only_agent"])
    return table.sort_values(["n_agents", "skill"], ignore_index=True)


@dataclass(frozen=True, repr=False)
class InvestmentValue:
    """一笔投入值不值。

    Attributes
    ----------
    npv : float
        净现值（net present value, NPV），元。
    payback_year, discounted_payback_year : float
        回收期，年：累计现金流（不折现、折现）从负转正、以后不再转负的时刻，年内按均匀计。到最后还没回本时是 NaN。
    discount_rate : float
        折现率，每年。
    table : DataFrame
        一行一年。列：year（0 是现在）、cash、discounted、cumulative、cumulative_discounted（元）。
    """

    npv: float
    payback_year: float
    discounted_payback_year: float
    discount_rate: float
    table: pd.DataFrame

    def __str__(self) -> str:
        back = "到期还没回本" if np.isnan(self.payback_year) else f"{self.payback_year:.1f} 年回本"
        return f"净现值 {signed(f'{self.npv:,.0f}')} 元（折现率 {self.discount_rate:.1%}），{back}（不折现）"

    __repr__ = __str__


def investment_value(cash: Any, *, discount_rate: Any) -> InvestmentValue:
    """投入回报：买一套系统的净现值和回收期。

    净现值 = Σ 第 t 年的现金流 ÷ (1 + 折现率)^t，t = 0 是现在。

    Parameters
    ----------
    cash : Series or list of float
        每年的净现金流，元，从现在（第 0 年）排起；花出去是负数。不能有缺失值。
    discount_rate : float
        每年的折现率，不小于 0。10% 写成 0.1。

    Returns
    -------
    InvestmentValue
        npv、两种回收期、逐年的表。

    Raises
    ------
    TypeError
        现金流或折现率不是数字。
    ValueError
        有缺失值，一年也没有，或折现率是负数。

    Notes
    -----
    没有区间：输入是预测，错在输入里。留存提升估高一倍，结论常常就反过来：请拿悲观、中间、乐观三套数各算一遍。
    回收期不管回本以后的事，所以不能只看它。

    Examples
    --------
    >>> from crmlab import technology
    >>> technology.investment_value([-100_000, 40_000, 50_000, 60_000], discount_rate=0.1)
    净现值 22,765 元（折现率 10.0%），2.2 年回本（不折现）
    """
    flows = check_numbers("cash", cash, missing=False).to_numpy()
    rate = check_number("discount_rate", discount_rate)
    if rate < 0:
        raise ValueError(f"参数 discount_rate 不能小于 0，你给的是 {rate:g}。")
    if rate >= 1:
        raise ValueError(f"参数 discount_rate 应小于 1，你给的是 {rate:g}。{rate:g}% 请写成 {rate / 100:g}。")
    year = np.arange(len(flows))
    discounted = flows / (1 + rate) ** year
    table = pd.DataFrame({"year": year, "cash": flows, "discounted": discounted})
    table = table.assign(cumulative=flows.cumsum(), cumulative_discounted=discounted.cumsum())
    return InvestmentValue(float(discounted.sum()), _payback(flows), _payback(discounted), rate, table)


def _payback(flows: np.ndarray) -> float:
    total = flows.cumsum()
    owing = np.flatnonzero(total < 0)
    if len(owing) == 0:
        return 0.0
    last = int(owing[-1])
    if last == len(flows) - 1:
        return float("nan")
    return last + float(-total[last] / flows[last + 1])
