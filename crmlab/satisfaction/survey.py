"""Planning and running a survey: how many answers are needed, where respondents are lost."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_numbers,
    check_positive,
    check_probability,
)
from crmlab._intervals import critical_z, wilson


@dataclass(frozen=True, repr=False)
class SampleSize:
    """样本量的结果。

    Attributes
    ----------
    completes : int
        要收回的有效答卷份数。
    invitations : int
        要发出的份数。
    population : float or None
        总体人数；没有给就是 None。
    """

    completes: int
    invitations: int
    population: float | None = None

    def __str__(self) -> str:
        short = self.population is not None and self.invitations > self.population
        note = f"；总体只有 {self.population:,g} 人，不够发" if short else ""
        return f"要收回 {self.completes:,} 份有效答卷，发出 {self.invitations:,} 份{note}"

    __repr__ = __str__


def sample_size(
    margin: float,
    *,
    share: float = 0.5,
    confidence: float = 0.95,
    population: float | None = None,
    response_rate: float = 1.0,
) -> SampleSize:
    """估计一个占比要多少份答卷。

    n₀ = z²·p·(1 − p) ÷ e²；总体有限时 n = n₀ ÷ (1 + (n₀ − 1) ÷ N)；都向上取整。发出份数 = n ÷ 回收率。

    Parameters
    ----------
    margin : float
        容许的误差 e，0–1 之间；±3 个百分点写 0.03。
    share : float, default 0.5
        预计的占比 p，0–1 之间。不知道就用 0.5，这时要的份数最多。
    confidence : float, default 0.95
        置信水平，0–1 之间。
    population : float, optional
        总体人数 N。很大或不知道时不给。
    response_rate : float, default 1.0
        有效回收率，大于 0，不大于 1。

    Returns
    -------
    SampleSize
        completes（有效份数）和 invitations（发出份数）。

    Raises
    ------
    TypeError
        参数不是数字。
    ValueError
        参数越界，例如把 3% 写成 3。

    Notes
    -----
    这是简单随机抽样的份数。要分门店比较，每家店都要这么多。样本再大也纠正不了只有满意的人才回答的偏差。

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques* (3rd ed.), chapter 4. Wiley.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.sample_size(0.05)
    要收回 385 份有效答卷，发出 385 份
    >>> satisfaction.sample_size(0.03, population=5000, response_rate=0.25)
    要收回 880 份有效答卷，发出 3,520 份
    """
    e, p = check_probability("margin", margin), check_probability("share", share)
    z = critical_z(check_probability("confidence", confidence))
    rate = check_between("response_rate", response_rate, 0, 1)
    check_positive("response_rate", response_rate)
    wanted = z**2 * p * (1 - p) / e**2
    if population is not None:
        if check_positive("population", population) < 1:
            raise ValueError(f"参数 population 是总体人数，至少是 1，你给的是 {population:g}。")
        wanted = wanted / (1 + (wanted - 1) / population) if wanted > 1 else wanted
    # Rounding errors must not add a respondent to an exact answer.
    completes = math.ceil(wanted - 1e-9)
    return SampleSize(completes, math.ceil(completes / rate - 1e-9), population)


def response_funnel(counts: Any) -> pd.DataFrame:
    """调查的漏斗：从发出到有效，每一步剩多少人。

    Parameters
    ----------
    counts : Series or DataFrame
        各步的人数，按先后次序。Series 的索引是步骤名；DataFrame 要有列 step（步骤名）和 n（人数）。

    Returns
    -------
    DataFrame
        一行一步，次序同输入。列：step、n、step_share（占上一步的比例，0–1，第一步记 1）、low、high（它的 95% 威尔逊区间，
        第一步是 NaN）、overall_share（占第一步的比例）。上一步是 0 人时比例是 NaN。

    Raises
    ------
    TypeError
        类型不对，或人数不是数字。
    ValueError
        人数是负数、不是整数、有缺失，第一步是 0，或后一步比前一步还多。

    Notes
    -----
    回收率高不等于有代表性：要看没回的是谁。分母要写清楚：“有效回收率”是有效 ÷ 发出，不是有效 ÷ 收回。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> counts = pd.Series({"发出": 2000, "打开": 1200, "提交": 900, "有效": 812})
    >>> satisfaction.response_funnel(counts).round(3)
      step     n  step_share    low   high  overall_share
    0   发出  2000       1.000    NaN    NaN          1.000
    1   打开  1200       0.600  0.578  0.621          0.600
    2   提交   900       0.750  0.725  0.774          0.450
    3   有效   812       0.902  0.881  0.920          0.406
    """
    if isinstance(counts, pd.DataFrame):
        check_frame("counts", counts, ["step", "n"])
        steps, numbers = list(counts["step"]), counts["n"].reset_index(drop=True)
    elif isinstance(counts, pd.Series):
        steps, numbers = list(counts.index), counts.reset_index(drop=True)
    else:
        raise TypeError(f"参数 counts 应是一列人数（Series）或有 step、n 两列的表，你给的是 {type(counts).__name__}。")
    n = check_numbers("n", numbers.rename("n"), 0, missing=False).to_numpy()
    for i, step in enumerate(steps):
        if n[i] != np.floor(n[i]):
            raise ValueError(f"“{step}”的人数应是整数，现在是 {n[i]:g}。")
        if i and n[i] > n[i - 1]:
            raise ValueError(
                f"“{step}”有 {n[i]:g} 人，比上一步“{steps[i - 1]}”的 {n[i - 1]:g} 人还多。请检查步骤的次序。"
            )
    if n[0] == 0:
        raise ValueError(f"第一步“{steps[0]}”是 0 人，算不出比例。")
    before = np.concatenate([[np.nan], n[:-1]])
    divisor = np.where(before > 0, before, np.nan)
    low, high = wilson(n, np.nan_to_num(before), 0.95)
    share = n / divisor
    share[0] = 1.0
    return pd.DataFrame(
        {
            "step": steps,
            "n": n.astype(int),
            "step_share": share,
            "low": low,
            "high": high,
            "overall_share": n / n[0],
        }
    )
