"""Customer lifetime value: the formula with every convention named, the model-based one, and profit by tenure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame, check_number, check_numbers, check_one_of, check_positive
from crmlab._intervals import signed
from crmlab.loyalty._purchases_model import PurchaseModel
from crmlab.loyalty._transactions import DAYS_PER_YEAR, UNIT_DAYS
from crmlab.loyalty.gammagamma import GammaGamma

_PERIODS_PER_YEAR = {"day": DAYS_PER_YEAR, "week": DAYS_PER_YEAR / 7, "month": 12.0, "quarter": 4.0, "year": 1.0}
TIMINGS = ("end_of_period", "first_margin_now")
_UNIT_ZH = {"day": "天", "week": "周", "month": "月", "quarter": "季", "year": "年"}
_TIMING_ZH = {"end_of_period": "期末收，首期也可能流失", "first_margin_now": "首期毛利当下到手"}


@dataclass(frozen=True, repr=False)
class ClvResult:
    """客户终身价值和它用的约定。

    Attributes
    ----------
    value : float
        客户终身价值，与 margin 同单位。
    multiple : float
        是一期毛利的几倍；毛利是 0 时是 NaN。
    period_rate : float
        折成一期的折现率。
    periods : int or None
        算几期；None 是一直算下去。
    timing : str
        第一笔毛利什么时候收："end_of_period" 或 "first_margin_now"。
    time_unit : str
        一期多长。
    """

    value: float
    multiple: float
    period_rate: float
    periods: int | None
    timing: str
    time_unit: str

    def __str__(self) -> str:
        span = "一直算下去" if self.periods is None else f"算 {self.periods} 期"
        return (
            f"客户终身价值 {signed(f'{self.value:,.2f}')}（{span}，一期是一{_UNIT_ZH[self.time_unit]}，"
            f"每期折现 {self.period_rate:.2%}，{_TIMING_ZH[self.timing]}）"
        )

    __repr__ = __str__


def customer_lifetime_value(
    margin: float,
    retention: float,
    *,
    discount_rate: float,
    time_unit: str,
    timing: str,
    periods: int | None = None,
    growth: float = 0.0,
) -> ClvResult:
    """客户终身价值（customer lifetime value, CLV）：一位客户以后各期的毛利，打上留存和折现的折扣再相加。

    记一期的折现率为 i、保持率为 r、毛利为 m、毛利增长率为 g。期末收：Σ m (1+g)^(t−1) r^t ÷ (1+i)^t，t 从 1 起；
    首期当下到手：Σ m (1+g)^t r^t ÷ (1+i)^t，t 从 0 起。一直算下去、g = 0 时，分别是 m r ÷ (1+i−r) 和 m (1+i) ÷ (1+i−r)。

    Parameters
    ----------
    margin : float
        每位客户每期的毛利（元），不是销售额。
    retention : float
        每期的保持率，0–1 之间，与 margin 同一种期。
    discount_rate : float
        每年的折现率，例如 0.1。会折成一期的：(1 + 年率)^(一期占一年的几分之几) − 1。
    time_unit : {"day", "week", "month", "quarter", "year"}
        一期多长。
    timing : {"end_of_period", "first_margin_now"}
        第一笔毛利什么时候收。g = 0 且一直算下去时，两种约定正好差一期毛利。
    periods : int, optional
        算几期；不给就一直算下去。
    growth : float, default 0.0
        毛利每期的增长率，大于 −1。

    Returns
    -------
    ClvResult
        value、multiple、period_rate 和用的约定。

    Raises
    ------
    TypeError
        有参数不是数。
    ValueError
        保持率不在 0–1 之间，折现率是负数，约定写错，或 r(1+g) ≥ 1+i 而又一直算下去（和是无穷大）。

    Notes
    -----
    不含获客成本，要比较请自己减去。它假设保持率各期相同；保持率差一点，结果差很多（r 从 0.8 到 0.9，一成折现下从 2.7 倍到 4.5 倍）。
    这是给定数字的算式，没有抽样，所以没有区间；数字本身不准时，请换几组数字看结果变多少。

    References
    ----------
    Gupta, S., & Lehmann, D. R. (2003). Customers as assets. *Journal of Interactive Marketing*, 17(1), 9-24.

    Examples
    --------
    >>> from crmlab import loyalty
    >>> loyalty.customer_lifetime_value(100, 0.8, discount_rate=0.1, time_unit="year", timing="end_of_period")
    客户终身价值 266.67（一直算下去，一期是一年，每期折现 10.00%，期末收，首期也可能流失）
    >>> loyalty.customer_lifetime_value(
    ...     100, 0.8, discount_rate=0.1, time_unit="year", timing="first_margin_now", periods=5
    ... )
    客户终身价值 292.06（算 5 期，一期是一年，每期折现 10.00%，首期毛利当下到手）
    """
    money = check_number("margin", margin)
    stay = check_between("retention", retention, 0, 1, hint="保持率 85% 请写成 0.85。")
    annual = check_positive("discount_rate", discount_rate, allow_zero=True)
    if annual >= 1:
        raise ValueError(
            f"参数 discount_rate 是每年的比例，应小于 1，你给的是 {annual:g}。{annual:g}% 请写成 {annual / 100:g}。"
        )
    check_one_of("time_unit", time_unit, _PERIODS_PER_YEAR)
    check_one_of("timing", timing, TIMINGS)
    rise = check_number("growth", growth)
    if rise <= -1:
        raise ValueError(f"参数 growth 应大于 −1，你给的是 {signed(f'{rise:g}')}。每期少一成请写 −0.1。")
    n = None if periods is None else _whole("periods", periods)
    period_rate = (1 + annual) ** (1 / _PERIODS_PER_YEAR[time_unit]) - 1
    ratio = stay * (1 + rise) / (1 + period_rate)
    if n is None:
        if ratio >= 1 - 1e-12:
            raise ValueError(
                f"保持率 ×（1 + 增长率）= {stay * (1 + rise):g}，不小于 1 + 每期折现率 = {1 + period_rate:g}，"
                "一直算下去没有尽头。请写 periods=期数，或核对这几个数。"
            )
        length = 1 / (1 - ratio)
    else:
        length = float(n) if ratio == 1 else (1 - ratio**n) / (1 - ratio)
    first = 1.0 if timing == "first_margin_now" else stay / (1 + period_rate)
    multiple = first * length
    return ClvResult(money * multiple, multiple if money else float("nan"), period_rate, n, timing, time_unit)


def _whole(argument: str, value: float) -> int:
    number = check_positive(argument, value)
    if not number.is_integer():
        raise ValueError(f"参数 {argument} 应是整数，你给的是 {number:g}。")
    return int(number)


def predicted_clv(
    summary: pd.DataFrame,
    purchases: PurchaseModel,
    spend: GammaGamma,
    *,
    horizon: float,
    discount_rate: float,
    margin_share: float,
) -> pd.DataFrame:
    """由购买模型和金额模型，算每位客户今后一段时间的终身价值。

    终身价值 = 毛利率 × 平均客单价 × 今后各次购买按发生时刻折现后的平均次数。

    Parameters
    ----------
    summary : DataFrame
        rfm_summary 的结果，时间单位与 purchases 相同，有 monetary_value。
    purchases : BetaGeoModel or ParetoNBD
        购买模型。
    spend : GammaGamma
        金额模型。
    horizon : float
        往后看多久，单位同 purchases 的 time_unit。
    discount_rate : float
        每年的折现率，例如 0.1；按时刻连续折现：t 年后的 1 元值 (1 + 年率)^(−t) 元。
    margin_share : float
        毛利占金额的比例，0–1 之间；1 就是按销售额算。

    Returns
    -------
    DataFrame
        原来的列，另加 p_alive、expected_purchases（没有折现）、expected_amount、clv（与金额同单位）。

    Raises
    ------
    TypeError
        模型不是这里的模型，或有列不是数字。
    ValueError
        缺列，时间单位不同，或参数越界。

    Notes
    -----
    只算已有客户今后的价值，不含过去的；两个模型各自的假设都要成立，尤其是金额与频率无关。单个客户不给区间，理由同
    :meth:`BetaGeoModel.predict`；用来排序和分配预算，不要当作某个人会花的钱。

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). RFM and CLV: Using iso-value curves for customer base analysis.
    *Journal of Marketing Research*, 42(4), 415-430.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> purchases = loyalty.BetaGeoModel(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = loyalty.GammaGamma(p=6.25, q=3.74, v=15.44)
    >>> summary = pd.DataFrame({"customer_id": [7], "frequency": [2], "recency": [30.43], "T": [38.86]})
    >>> summary["monetary_value"] = [22.35]
    >>> table = loyalty.predicted_clv(summary, purchases, spend, horizon=52, discount_rate=0.15, margin_share=0.3)
    >>> table[["p_alive", "expected_purchases", "expected_amount", "clv"]].round(2)
       p_alive  expected_purchases  expected_amount    clv
    0     0.73                1.56            24.66  10.82
    """
    if not isinstance(purchases, PurchaseModel):
        raise TypeError(f"参数 purchases 应是 BetaGeoModel 或 ParetoNBD，你给的是 {type(purchases).__name__}。")
    if not isinstance(spend, GammaGamma):
        raise TypeError(f"参数 spend 应是 GammaGamma，你给的是 {type(spend).__name__}。")
    ahead = check_positive("horizon", horizon)
    annual = check_positive("discount_rate", discount_rate, allow_zero=True)
    share = check_between("margin_share", margin_share, 0, 1, hint="毛利率 30% 请写成 0.3。")
    table = spend.predict(purchases.predict(summary, ahead))
    force = np.log1p(annual) * UNIT_DAYS[purchases.time_unit] / DAYS_PER_YEAR
    # Integration by parts: sum of discounted purchases = e^(-fH) E(H) + f · integral of e^(-ft) E(t); E is smooth.
    nodes, weights = np.polynomial.legendre.leggauss(12)
    discounted = np.exp(-force * ahead) * table["expected_purchases"].to_numpy()
    for node, weight in zip(nodes, weights, strict=True):
        t = float(ahead * (node + 1) / 2)
        so_far = purchases.predict(summary, t)["expected_purchases"].to_numpy()
        discounted = discounted + force * weight * ahead / 2 * np.exp(-force * t) * so_far
    return table.assign(clv=share * table["expected_amount"] * discounted)


def profit_by_tenure(
    profits: pd.DataFrame,
    *,
    acquisition_cost: float,
    retention: float = 1.0,
    discount_rate: float = 0.0,
    year: str = "year",
    parts: Sequence[str] | None = None,
) -> pd.DataFrame:
    """客户留得越久赚得越多：按年限累计利润，看哪一年收回获客成本。

    Parameters
    ----------
    profits : DataFrame
        一行一年：year（第几年，从 1 起、连续）和各项来源的利润（元），例如 base（基本利润）、cross（增购）、cost_save（降低的成本）、
        referral（推荐）、premium（溢价）。
    acquisition_cost : float
        获得一位客户的成本（元），开始时付。
    retention : float, default 1.0
        每年的保持率；1 就是只看一直留下的客户。
    discount_rate : float, default 0.0
        每年的折现率。
    year : str, default "year"
        年份列的列名。
    parts : list of str, optional
        利润来源的列；不给就用除年份以外的所有列。

    Returns
    -------
    DataFrame
        原来的列（按年排），另加 total（当年合计）、expected（乘上留到这年的概率，再折现）、cumulative（减去获客成本的累计）、
        paid_back（到这年是否已收回成本）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，年份不是从 1 起连续，有缺失值，或参数越界。

    Notes
    -----
    第 t 年的利润按年末收：留到这年的概率是 retention^(t−1)，折现 t 年。“利润随年限增长”是 Reichheld 与 Sasser 在几个行业看到的，
    不是定律；要用自己的数据检验（Reinartz 与 Kumar 在另几个行业没有看到）。

    References
    ----------
    Reichheld, F. F., & Sasser, W. E. (1990). Zero defections: Quality comes to services. *Harvard Business Review*,
    68(5), 105-111.

    Reinartz, W. J., & Kumar, V. (2000). On the profitability of long-life customers in a noncontractual setting.
    *Journal of Marketing*, 64(4), 17-35.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> profits = pd.DataFrame({"year": [1, 2, 3], "base": [100, 100, 100], "cross": [0, 30, 60]})
    >>> loyalty.profit_by_tenure(profits, acquisition_cost=180, retention=0.8)[["year", "cumulative", "paid_back"]]
       year  cumulative  paid_back
    0     1       -80.0      False
    1     2        24.0       True
    2     3       126.4       True
    """
    names = [c for c in getattr(profits, "columns", []) if c != year] if parts is None else list(parts)
    check_frame("profits", profits, [year, *names])
    if not names:
        raise ValueError("表 profits 里除了年份没有别的列。请给出各项来源的利润。")
    cost = check_positive("acquisition_cost", acquisition_cost, allow_zero=True)
    stay = check_between("retention", retention, 0, 1, hint="保持率 85% 请写成 0.85。")
    annual = check_positive("discount_rate", discount_rate, allow_zero=True)
    table = profits.sort_values(year, ignore_index=True)
    t = check_numbers(year, table[year], missing=False).to_numpy()
    if (t != np.arange(1, len(t) + 1)).any():
        raise ValueError(f"列“{year}”应是 1、2、3……连续的年份，现在是 {'、'.join(f'{y:g}' for y in t[:8])}。")
    total = np.sum([check_numbers(c, table[c], missing=False).to_numpy() for c in names], axis=0)
    expected = total * stay ** (t - 1) / (1 + annual) ** t
    cumulative = expected.cumsum() - cost
    return table.assign(total=total, expected=expected, cumulative=cumulative, paid_back=cumulative >= 0)
