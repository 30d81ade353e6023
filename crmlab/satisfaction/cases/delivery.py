"""Promised and actual delivery time, courier warmth and satisfaction."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame
from crmlab._intervals import wilson
from crmlab.satisfaction.cases._numbers import Numbers, numbers, z_value


def _promise_fit(deliveries: pd.DataFrame, warm_cut: float) -> tuple[Any, pd.DataFrame]:
    """Fit satisfaction on promised hours, hours late, courier warmth and their product (robust covariance)."""
    import statsmodels.api as sm

    check_frame("deliveries", deliveries, ["promise_h", "actual_h", "courier_score", "csat"])
    check_between("warm_cut", warm_cut, 1, 5)
    known = deliveries.dropna(subset=["promise_h", "actual_h", "courier_score"])
    late = np.maximum(known["actual_h"].to_numpy(float) - known["promise_h"].to_numpy(float), 0)
    warm = (known["courier_score"].to_numpy(float) >= warm_cut).astype(float)
    if warm.min(initial=1) == warm.max(initial=0):
        raise ValueError(f"按 {warm_cut:g} 分分不出“热情”和“一般”两组快递员。请把 warm_cut 改小或改大一点。")
    design = pd.DataFrame(
        {"const": 1.0, "promise": known["promise_h"].to_numpy(float), "late": late, "warm": warm, "both": late * warm}
    )
    csat = known["csat"].astype("Float64").to_numpy(float, na_value=np.nan)
    answered = ~np.isnan(csat)
    fit = sm.OLS(csat[answered], design[answered]).fit(cov_type="HC1")
    return fit, design


def late_effect(deliveries: pd.DataFrame, *, warm_cut: float = 4, confidence: float = 0.95) -> pd.DataFrame:
    """估计每晚到一小时，满意度掉几分：快递员热情和一般各一行，另加两者之差。

    Parameters
    ----------
    deliveries : DataFrame
        列 ``promise_h``、``actual_h``（小时）、``courier_score``、``csat``（1–5 分，可缺失）。
    warm_cut : float
        快递员得分不低于它算“热情”，1–5。
    confidence : float
        置信水平，0–1，不含两端。

    Returns
    -------
    DataFrame
        三行：``group``（一般、热情、热情少掉的）、``value``、``low``、``high``（分/小时）、``n``（答了满意度的单数）。

    Raises
    ------
    ValueError
        缺列，或 ``warm_cut`` 分不出两组。

    Notes
    -----
    线性模型：满意度 = a + b·承诺时长 + c·晚到小时 + d·热情 + e·晚到小时·热情，区间用异方差稳健标准误。
    承诺时长在数据里随机分派，它的系数可读作效果；热情不是随机的，只能读作“同样晚到时的差别”。
    1–5 分有顶有底，晚得很多时直线会夸大。

    Examples
    --------
    >>> late, warm = np.tile([0, 10, 20, 30], 4), np.repeat([2, 5], 8)
    >>> toy = pd.DataFrame({"promise_h": np.tile(np.repeat([24, 48], 4), 2), "courier_score": warm})
    >>> toy["actual_h"] = toy["promise_h"] + late
    >>> toy["csat"] = 4.5 - late * np.where(warm == 5, 0.05, 0.10)
    >>> late_effect(toy)[["group", "value", "n"]].round(3)
       group  value   n
    0     一般  -0.10   8
    1     热情  -0.05   8
    2  热情少掉的   0.05  16
    """
    z = z_value(confidence)
    fit, _ = _promise_fit(deliveries, warm_cut)
    contrasts = np.array([[0, 0, 1, 0, 0], [0, 0, 1, 0, 1], [0, 0, 0, 0, 1]], float)
    value = contrasts @ np.asarray(fit.params)
    se = np.sqrt(np.einsum("ij,jk,ik->i", contrasts, np.asarray(fit.cov_params()), contrasts))
    warm = fit.model.exog[:, 3]
    n = [int((warm == 0).sum()), int((warm == 1).sum()), len(warm)]
    return pd.DataFrame(
        {"group": ["一般", "热情", "热情少掉的"], "value": value, "low": value - z * se, "high": value + z * se, "n": n}
    )


def promise_curve(
    deliveries: pd.DataFrame,
    promises: Numbers,
    *,
    warm_cut: float = 4,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """假设承诺换成另一个时长、实际用时不变，准时率和平均满意度会怎样。

    Parameters
    ----------
    deliveries : DataFrame
        同 `late_effect`。
    promises : sequence of float
        要算的承诺时长（小时），1–240。
    warm_cut : float
        快递员得分不低于它算“热情”，1–5。
    confidence : float
        置信水平，0–1，不含两端。

    Returns
    -------
    DataFrame
        每个承诺一行：``promise_h``、``on_time``、``on_time_low``、``on_time_high``（准时率，0–1，Wilson 区间）、
        ``csat``、``csat_low``、``csat_high``（模型给出的平均满意度，1–5 分）。

    Raises
    ------
    ValueError
        缺列、承诺时长越界，或 ``warm_cut`` 分不出两组。

    Notes
    -----
    准时率 = 实际用时 ≤ 承诺时长的单数占比。前提是承诺改了、送货的快慢不变；真承诺得短，仓库多半会赶一赶，
    所以短承诺那一端的准时率偏低估。区间不含这个前提的不确定。

    Examples
    --------
    >>> late, warm = np.tile([0, 10, 20, 30], 4), np.repeat([2, 5], 8)
    >>> toy = pd.DataFrame({"promise_h": np.tile(np.repeat([24, 48], 4), 2), "courier_score": warm})
    >>> toy["actual_h"] = toy["promise_h"] + late
    >>> toy["csat"] = 4.5 - late * np.where(warm == 5, 0.05, 0.10)
    >>> promise_curve(toy, [24, 78])[["promise_h", "on_time", "csat"]].round(3)
       promise_h  on_time   csat
    0       24.0    0.125  2.475
    1       78.0    1.000  4.500
    """
    z = z_value(confidence)
    at = numbers("promises", promises, 1, 240)
    fit, design = _promise_fit(deliveries, warm_cut)
    actual = deliveries.dropna(subset=["promise_h", "actual_h", "courier_score"])["actual_h"].to_numpy(float)
    n, warm = len(actual), design["warm"].to_numpy()
    late = np.maximum(actual[None, :] - at[:, None], 0)
    mean = np.column_stack([np.ones(len(at)), at, late.mean(1), np.full(len(at), warm.mean()), (late * warm).mean(1)])
    csat = mean @ np.asarray(fit.params)
    half = z * np.sqrt(np.einsum("ij,jk,ik->i", mean, np.asarray(fit.cov_params()), mean))
    on_time = (late == 0).sum(1)
    low, high = wilson(on_time, n, confidence)
    return pd.DataFrame(
        {"promise_h": at, "on_time": on_time / n, "on_time_low": low, "on_time_high": high}
        | {"csat": csat, "csat_low": csat - half, "csat_high": csat + half}
    )
