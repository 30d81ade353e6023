"""Failures of machines over time, and what a warranty costs and brings."""

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame
from crmlab.satisfaction.cases._numbers import Numbers, numbers, z_value


def kaplan_meier(
    units: pd.DataFrame, *, months: str, failed: str, group: str | None = None, confidence: float = 0.95
) -> pd.DataFrame:
    """估计机器用到某个月还没坏的比例（Kaplan-Meier 生存曲线）。

    Parameters
    ----------
    units : DataFrame
        一行一台机器。
    months, failed : str
        列名：观察了多少个月（坏了的算到坏的那天）；坏了没有（1 坏，0 还没坏，即“删失”）。
    group : str, optional
        按这一列分组，各组各估一条。
    confidence : float
        置信水平，0–1，不含两端。

    Returns
    -------
    DataFrame
        每组从第 0 个月起，每个坏过机器的时刻一行，最后一行是观察的终点：``group``、``month``、``survival``、
        ``low``、``high``（0–1，对数-对数变换的区间）、``at_risk``（那一刻之前还在观察的台数）。
        不分组时 ``group`` 是“全部”。

    Raises
    ------
    ValueError
        缺列、月数为负、坏没坏不是 0/1，或一台也没坏。

    Notes
    -----
    S(t) = ∏（1 − 坏的台数 / 还在观察的台数）。拿“坏的台数 ÷ 卖出的台数”当故障率会偏低：刚卖出的机器还没来得及坏。
    前提是删失与故障无关；若客户坏了也不报修，曲线会偏高。

    References
    ----------
    Kaplan, E. L. & Meier, P. (1958). Nonparametric estimation from incomplete observations. JASA 53, 457-481.

    Examples
    --------
    >>> toy = pd.DataFrame({"m": [6, 6, 6, 7, 10, 6, 9, 10], "f": [1, 1, 1, 1, 1, 0, 0, 0]})
    >>> kaplan_meier(toy, months="m", failed="f")[["month", "survival", "at_risk"]].round(3)
       month  survival  at_risk
    0    0.0     1.000        8
    1    6.0     0.625        8
    2    7.0     0.469        4
    3   10.0     0.234        2
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    check_frame("units", units, [months, failed, *([group] if group else [])])
    z = z_value(confidence)
    if units[months].isna().any() or (units[months] < 0).any():
        row = int(np.flatnonzero((units[months].isna() | (units[months] < 0)).to_numpy())[0])
        raise ValueError(f"列“{months}”不能缺失或为负，第 {row + 1} 行是 {units[months].iloc[row]}。请先去掉这样的行。")
    if not units[failed].isin([0, 1]).all():
        raise ValueError(f"列“{failed}”应只有 0（没坏）和 1（坏了）。")
    curves = []
    for name, part in units.groupby(group) if group else [("全部", units)]:
        if part[failed].sum() == 0:
            raise ValueError(f"“{name}”里一台也没坏，画不出生存曲线。请放宽筛选条件。")
        fit = SurvfuncRight(part[months].to_numpy(float), part[failed].to_numpy(int))
        s, se = fit.surv_prob, fit.surv_prob_se
        inner = (s > 0) & (s < 1)
        width = np.zeros_like(s)
        width[inner] = z * se[inner] / np.abs(s[inner] * np.log(s[inner]))
        curve = pd.DataFrame(
            {"group": name, "month": fit.surv_times, "survival": s, "low": s ** np.exp(width)}
            | {"high": s ** np.exp(-width), "at_risk": fit.n_risk.astype(int)}
        )
        start = pd.DataFrame(
            {"group": [name], "month": 0.0, "survival": 1.0, "low": 1.0, "high": 1.0, "at_risk": len(part)}
        )
        last = float(part[months].max())
        end = curve.iloc[[-1]].assign(month=last, at_risk=int((part[months] >= last).sum()))
        curves.append(pd.concat([start, curve, end if last > curve["month"].iloc[-1] else end.iloc[:0]]))
    return pd.concat(curves, ignore_index=True)


def survival_at(curve: pd.DataFrame, months: Numbers) -> pd.DataFrame:
    """从一条生存曲线上读几个月份的值（阶梯线：取不晚于该月的最后一级）。

    Parameters
    ----------
    curve : DataFrame
        `kaplan_meier` 的结果，只含一组。
    months : sequence of float
        要读的月份。

    Returns
    -------
    DataFrame
        每个月份一行：``month``、``failed_share``、``low``、``high``（到那时**坏过**的比例，0–1）。

    Raises
    ------
    ValueError
        缺列、含多组，或月份为负、晚于观察的终点。

    Examples
    --------
    >>> toy = pd.DataFrame({"m": [6, 6, 6, 7, 10, 6, 9, 10], "f": [1, 1, 1, 1, 1, 0, 0, 0]})
    >>> survival_at(kaplan_meier(toy, months="m", failed="f"), [5, 8])[["month", "failed_share"]].round(3)
       month  failed_share
    0    5.0         0.000
    1    8.0         0.531
    """
    check_frame("curve", curve, ["group", "month", "survival", "low", "high"])
    if curve["group"].nunique() > 1:
        raise ValueError(f"表 curve 里有 {curve['group'].nunique()} 条曲线，一次只能读一条。请先筛选列“group”。")
    at = numbers("months", months, 0, 1200)
    last = float(curve["month"].max())
    if at.max() > last:
        raise ValueError(f"只观察到第 {last:.0f} 个月，读不出第 {at.max():.0f} 个月的值。请把月份改小，不要往外猜。")
    step = np.searchsorted(curve["month"].to_numpy(float), at, side="right") - 1
    picked = curve.iloc[step]
    return pd.DataFrame(
        {
            "month": at,
            "failed_share": 1 - picked["survival"].to_numpy(),
            "low": 1 - picked["high"].to_numpy(),
            "high": 1 - picked["low"].to_numpy(),
        }
    )


def warranty_plan(
    curve: pd.DataFrame,
    offers: pd.DataFrame,
    years: Numbers,
    *,
    repair_yuan: float,
    margin_yuan: float,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """算保修年限的账：更多人愿意买，每台的保修成本也更高。

    Parameters
    ----------
    curve : DataFrame
        `kaplan_meier` 的结果，只含一组。
    offers : DataFrame
        购买意愿试验：``warranty_years``（随机给出的保修年限）、``would_buy``（0/1）。
    years : sequence of float
        要算的保修年限，1–10 年。
    repair_yuan : float
        一次维修的平均成本（元）。
    margin_yuan : float
        一台的毛利，还没扣保修成本（元）。
    confidence : float
        置信水平，0–1，不含两端。

    Returns
    -------
    DataFrame
        每个年限一行：``years``、``buy``、``buy_low``、``buy_high``（愿意买的占比，0–1）、
        ``cost_yuan``、``cost_low``、``cost_high``（每台保修成本，元）、
        ``profit_yuan``、``profit_low``、``profit_high``（每位被问的客户带来的毛利，元）。

    Raises
    ------
    ValueError
        缺列、参数越界，或曲线含多组。

    Notes
    -----
    愿意买的占比用逻辑回归对 ln(年限) 拟合；保修成本 = 到期前坏过的比例 × 一次维修成本（每台只算第一次故障）；
    毛利 = 愿意买的占比 ×（毛利 − 保修成本），区间按两部分独立用 delta 法合成。
    “说愿意买”不等于真掏钱，绝对值偏高，用来比较年限比较合适。

    Examples
    --------
    >>> toy = pd.DataFrame({"m": [10, 30, 50, 70] * 5, "f": [1, 1, 1, 0] * 5})
    >>> asked = pd.DataFrame({"warranty_years": [1] * 20 + [4] * 20, "would_buy": [1] * 4 + [0] * 16 + [1] * 8 + [0] * 12})
    >>> km = kaplan_meier(toy, months="m", failed="f")
    >>> warranty_plan(km, asked, [1, 4], repair_yuan=200, margin_yuan=500)[["years", "buy", "cost_yuan", "profit_yuan"]]
       years  buy  cost_yuan  profit_yuan
    0    1.0  0.2       50.0         90.0
    1    4.0  0.4      100.0        160.0
    """
    import statsmodels.api as sm

    check_frame("offers", offers, ["warranty_years", "would_buy"])
    z = z_value(confidence)
    at = numbers("years", years, 1, 10)
    repair = check_between("repair_yuan", repair_yuan, 0, 1e6)
    margin = check_between("margin_yuan", margin_yuan, 0, 1e6)
    failed = survival_at(curve, at * 12)
    design = sm.add_constant(np.log(offers["warranty_years"].to_numpy(float)))
    fit = sm.GLM(offers["would_buy"].to_numpy(float), design, family=sm.families.Binomial()).fit()
    x = np.column_stack([np.ones(len(at)), np.log(at)])
    logit = x @ fit.params
    logit_se = np.sqrt(np.einsum("ij,jk,ik->i", x, fit.cov_params(), x))
    buy, buy_low, buy_high = (1 / (1 + np.exp(-(logit + s * z * logit_se))) for s in (0, -1, 1))
    cost, cost_low, cost_high = (failed[c].to_numpy() * repair for c in ("failed_share", "low", "high"))
    profit = buy * (margin - cost)
    half = np.sqrt(((margin - cost) * (buy_high - buy_low) / 2) ** 2 + (buy * (cost_high - cost_low) / 2) ** 2)
    return pd.DataFrame(
        {"years": at, "buy": buy, "buy_low": buy_low, "buy_high": buy_high}
        | {"cost_yuan": cost, "cost_low": cost_low, "cost_high": cost_high}
        | {"profit_yuan": profit, "profit_low": profit - half, "profit_high": profit + half}
    )
