"""Randomised gift experiment: shares by arm and net gain of a gift."""

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame, check_one_of, check_scores
from crmlab._intervals import wilson
from crmlab.satisfaction.cases._numbers import Numbers, numbers, z_value


def share_by_arm(
    data: pd.DataFrame, *, arm: str, outcome: str, control: object, confidence: float = 0.95
) -> pd.DataFrame:
    """比较随机试验各组的占比，并给出每组与对照组之差。

    Parameters
    ----------
    data : DataFrame
        一行一个受试对象；列 ``arm`` 是组别，列 ``outcome`` 是 0/1 结果，缺失的行不计。
    arm, outcome : str
        列名。
    control : object
        对照组在列 ``arm`` 里的值，如 ``0``。
    confidence : float
        置信水平，0–1，不含两端。

    Returns
    -------
    DataFrame
        每组一行，按组别排序：``arm``、``n``（人数）、``value``、``low``、``high``（占比及 Wilson 区间，0–1）、
        ``diff``、``diff_low``、``diff_high``（与对照组之差及 Newcombe 区间；对照组自己是 0）。

    Raises
    ------
    TypeError
        ``data`` 不是表，或结果列有不是数字的值。
    ValueError
        缺列、没有对照组、结果不是 0/1。

    Notes
    -----
    只有分组是**随机**的，差值才能读作“效果”。若组别由客户自己选，差值里混着“什么样的客户会选它”。

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
    Statistics in Medicine 17, 873-890.

    Examples
    --------
    >>> orders = pd.DataFrame({"gift": [0] * 80 + [1] * 70, "again": [1] * 48 + [0] * 32 + [1] * 56 + [0] * 14})
    >>> share_by_arm(orders, arm="gift", outcome="again", control=0).round(4)[["arm", "n", "value", "diff", "diff_low"]]
       arm   n  value  diff  diff_low
    0    0  80    0.6   0.0    0.0000
    1    1  70    0.8   0.2    0.0524
    """
    check_frame("data", data, [arm, outcome])
    check_between("confidence", confidence, 0, 1, open_ends=True)
    scores = check_scores("data", data[outcome], 0, 1)
    if not scores.dropna().isin([0, 1]).all():
        bad = float(scores[scores.notna() & ~scores.isin([0, 1])].iloc[0])
        raise ValueError(f"列“{outcome}”应只有 0 和 1，里面有 {bad:g}。请先把它变成“是/否”，再比较占比。")
    counted = scores.groupby(data[arm]).agg(["size", "count", "sum"])
    check_one_of("control", control, list(counted.index))
    n = counted["count"].to_numpy(float)
    if (n == 0).any():
        raise ValueError(f"组“{counted.index[int(np.argmin(n))]}”没有一个有效的结果，算不出占比。请先去掉这一组。")
    yes = counted["sum"].to_numpy(float)
    p = yes / n
    low, high = wilson(yes, n, confidence)
    c = list(counted.index).index(control)
    diff = p - p[c]
    below = np.sqrt((p - low) ** 2 + (high[c] - p[c]) ** 2)
    above = np.sqrt((high - p) ** 2 + (p[c] - low[c]) ** 2)
    below[c] = above[c] = 0.0
    return pd.DataFrame(
        {"arm": counted.index, "n": n.astype(int), "value": p, "low": low, "high": high}
        | {"diff": diff, "diff_low": diff - below, "diff_high": diff + above}
    )


def gift_net_gain(
    arms: pd.DataFrame, costs: Numbers, *, margin_yuan: float, than: float = 0, confidence: float = 0.95
) -> pd.DataFrame:
    """算每单送一份赠品净赚多少：多出来的复购毛利减去赠品成本。

    Parameters
    ----------
    arms : DataFrame
        `share_by_arm` 的结果；``arm`` 是赠品成本（元），必须含 0 元组。
    costs : sequence of float
        要算的赠品成本（元），不超过试验里最贵的一组。
    margin_yuan : float
        一位复购客户带来的毛利（元）。
    than : float
        和哪个赠品成本（元）比；默认和不送比。要知道 6 元是不是真比 3 元好，用 ``than=3``。
    confidence : float
        置信水平，0–1，不含两端。

    Returns
    -------
    DataFrame
        每个成本一行：``cost_yuan``、``uplift``（比 ``than`` 那一档多出的复购率，0–1）、``net_yuan``、``low``、``high``
        （比那一档多赚多少，元/单）。

    Raises
    ------
    ValueError
        缺列、没有 0 元组、成本超出试验范围。

    Notes
    -----
    净收益 = 复购率增量 × 毛利 − 成本之差。两个试验组之间用直线内插；超出最贵一组没有数据，不外推。
    区间只含抽样误差，把毛利和成本当成确知的数。两档净收益的区间重叠，不等于两档没有差别：要直接比，用 ``than``。

    Examples
    --------
    >>> arms = pd.DataFrame({"arm": [0, 6], "n": [2000, 2000], "value": [0.20, 0.28]})
    >>> gift_net_gain(arms, [3, 6], margin_yuan=120).round(2)
       cost_yuan  uplift  net_yuan   low  high
    0        3.0    0.04       1.8  0.22  3.38
    1        6.0    0.08       3.6  0.44  6.76
    """
    check_frame("arms", arms, ["arm", "n", "value"])
    margin = check_between("margin_yuan", margin_yuan, 0, 1e6)
    z = z_value(confidence)
    table = arms.sort_values("arm")
    grid, p = table["arm"].to_numpy(float), table["value"].to_numpy(float)
    if grid[0] != 0:
        raise ValueError(f"表 arms 里要有 0 元（不送）的组作对照，现在最小的是 {grid[0]:g} 元。")
    at = numbers("costs", costs, 0, float(grid[-1]))
    base = check_between("than", than, 0, float(grid[-1]))
    variance = p * (1 - p) / table["n"].to_numpy(float)
    # Every estimate is a weighted sum of independent shares: interpolation weights minus those of the other cost.
    weights = np.array([np.interp(at, grid, row) - np.interp(base, grid, row) for row in np.eye(len(grid))]).T
    uplift = weights @ p
    half = z * margin * np.sqrt(weights**2 @ variance)
    net = uplift * margin - (at - base)
    return pd.DataFrame({"cost_yuan": at, "uplift": uplift, "net_yuan": net, "low": net - half, "high": net + half})
