"""Correcting a sample that does not look like its population."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability, listing, nearest
from crmlab._intervals import critical_z, interval_text


@dataclass(frozen=True, repr=False, eq=False)
class StratifiedResult:
    """分层加权均值的结果。

    Attributes
    ----------
    value, low, high : float
        加权均值和它的区间，单位同原来的分数。某层只有一份答卷时 low、high 是 NaN。
    unweighted : float
        不加权的均值，对照用。
    n : int
        用到的答卷份数。
    table : DataFrame
        一行一层：stratum、population、population_share、n、sample_share、mean、sd、weight（一份答卷的权重，平均是 1）。
    confidence : float
        置信水平。
    """

    value: float
    low: float
    high: float
    unweighted: float
    n: int
    table: pd.DataFrame
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}")
        return f"加权均值 {self.value:.2f}（{interval}，不加权 {self.unweighted:.2f}，n = {self.n}）"

    __repr__ = __str__


def stratified_mean(
    responses: pd.DataFrame, *, stratum: str, column: str, population: pd.Series, confidence: float = 0.95
) -> StratifiedResult:
    """分层加权均值：按总体里各层的人数，把问卷的均值校正回来。

    加权均值 = Σ (N_h ÷ N)·层均值；标准误² = Σ (N_h ÷ N)²·(1 − n_h ÷ N_h)·s_h² ÷ n_h。

    Parameters
    ----------
    responses : DataFrame
        一行一份答卷。
    stratum : str
        分层的列名，例如会员等级。缺失的行不用。
    column : str
        要求均值的分数列。缺失的行不用。
    population : Series
        总体里各层的人数，索引是层名。从表里来可写 表.set_index("stratum")["customers"]。
    confidence : float, default 0.95
        置信水平，0–1 之间。区间用正态分位数。

    Returns
    -------
    StratifiedResult
        value 及其区间、unweighted、n、各层的 table（次序同 ``population``）。

    Raises
    ------
    TypeError
        population 不是 Series，或分数不是数字。
    ValueError
        答卷里有总体没有的层，总体里有没人作答的层，或答卷比总体还多。

    Notes
    -----
    加权只纠正各层人数的偏差。同一层里愿意作答的人如果本来就更满意，加权也救不回来。

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques* (3rd ed.), chapter 5. Wiley.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"tier": ["金卡", "金卡", "金卡", "普通", "普通"], "overall": [9, 8, 10, 6, 7]})
    >>> customers = pd.Series({"普通": 900, "金卡": 100})
    >>> satisfaction.stratified_mean(answers, stratum="tier", column="overall", population=customers)
    加权均值 6.75（95% 区间 5.86–7.64，不加权 8.00，n = 5）
    """
    check_frame("responses", responses, [stratum, column])
    check_probability("confidence", confidence)
    if not isinstance(population, pd.Series):
        raise TypeError(
            f"参数 population 应是一列人数（Series，索引是层名），你给的是 {type(population).__name__}。"
            '从表里来可写 表.set_index("stratum")["customers"]。'
        )
    sizes = check_numbers("population", population, 0, missing=False)
    if sizes.index.has_duplicates:
        repeated = sizes.index[sizes.index.duplicated()].unique()
        raise ValueError(f"参数 population 里 {listing(repeated)} 出现了不止一次。请先合成一行。")
    if (sizes <= 0).any():
        raise ValueError(f"参数 population 里“{sizes.index[int((sizes <= 0).argmax())]}”的人数是 0。请去掉这一层。")
    answers = pd.DataFrame(
        {"stratum": responses[stratum].to_numpy(), "value": check_numbers(column, responses[column]).to_numpy()}
    ).dropna()
    stats = answers.groupby("stratum", observed=True)["value"].agg(["count", "mean", "std"])
    for name in stats.index:
        if name not in sizes.index:
            raise ValueError(
                f"列“{stratum}”里的“{name}”不在 population 里。{nearest(name, sizes.index)}population 的层：{listing(sizes.index)}。"
            )
    silent = [name for name in sizes.index if name not in stats.index]
    if silent:
        raise ValueError(f"层 {listing(silent)} 没有一份有效的答卷，无法加权。请补充调查，或与相近的层合并。")
    stats = stats.reindex(sizes.index)
    n, size = stats["count"].to_numpy(dtype=float), sizes.to_numpy()
    if (n > size).any():
        at = int((n > size).argmax())
        raise ValueError(
            f"层“{sizes.index[at]}”的答卷有 {n[at]:g} 份，比总体的 {size[at]:g} 人还多。请检查 population。"
        )
    share = size / size.sum()
    mean, sd = stats["mean"].to_numpy(), stats["std"].to_numpy()
    value = float(share @ mean)
    # A stratum asked in full adds no sampling error, even when it holds one person.
    variance = np.where(n == size, 0.0, (1 - n / size) * sd**2 / n)
    half = critical_z(confidence) * float(np.sqrt(share**2 @ variance))
    table = pd.DataFrame(
        {
            "stratum": sizes.index,
            "population": size,
            "population_share": share,
            "n": n.astype(int),
            "sample_share": n / n.sum(),
            "mean": mean,
            "sd": sd,
            "weight": share / (n / n.sum()),
        }
    )
    unweighted = float(answers["value"].mean())
    return StratifiedResult(value, value - half, value + half, unweighted, int(n.sum()), table, confidence)
