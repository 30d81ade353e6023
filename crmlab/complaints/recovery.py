"""Does a well handled complaint pay: the recovery paradox and the size of the compensation."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_numbers,
    check_positive,
    check_probability,
    check_zero_one,
    listing,
    nearest,
)
from crmlab._intervals import critical_t, interval_text, newcombe, signed, t_interval, wilson


@dataclass(frozen=True, repr=False, eq=False)
class RecoveryEffect:
    """补救效果的结果。

    Attributes
    ----------
    table : DataFrame
        一行一组：group、n、value（均值或占比）、low、high，以及与对照组的差 diff、diff_low、diff_high（对照组自己是 NaN）。
    difference, low, high : float
        “补救成功”组减对照组的差和它的区间。
    p_value : float
        两组相同的假设下的 p 值（双侧）。
    verdict : str
        "支持"（区间全在 0 以上，补救悖论成立）、"相反"（区间全在 0 以下）、"相当"（区间全在 ±margin 之内）或 "看不出"。
    recovered, reference : str
        两组的名字。
    binary : bool
        结果是不是 0/1；是的话 value 和差都是占比。
    adjusted : bool
        是否减去了出事之前的水平。
    confidence : float
        置信水平。
    """

    table: pd.DataFrame
    difference: float
    low: float
    high: float
    p_value: float
    verdict: str
    recovered: str
    reference: str
    binary: bool
    adjusted: bool
    confidence: float = 0.95

    def __str__(self) -> str:
        times, unit = (100, " 个百分点") if self.binary else (1, " 分")
        fmt = "{:.1f}" if self.binary else "{:.2f}"
        said = {
            "支持": "这份数据支持补救悖论",
            "相反": "与补救悖论相反：补救了也没回到没出过事的水平",
            "相当": "两组实际上相当，谈不上悖论",
            "看不出": "分不出高低，不能说有补救悖论",
        }
        interval = interval_text(times * self.low, times * self.high, self.confidence, fmt, joiner=" 到 ")
        difference = signed(fmt.format(times * self.difference))
        return f"{self.recovered} 减 {self.reference}：{difference}{unit}（{interval}）；{said[self.verdict]}"

    __repr__ = __str__


def recovery_effect(
    customers: pd.DataFrame,
    *,
    outcome: str,
    recovered: str,
    reference: str,
    group: str = "group",
    before: str | None = None,
    margin: float | None = None,
    confidence: float = 0.95,
) -> RecoveryEffect:
    """补救悖论（service recovery paradox）检验：出事后补救好的客户，真比没出过事的更满意、更常回来吗？

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。列：分组、结果，以及 before 那一列。任何一列缺失的行不用。
    outcome : str
        结果的列名：满意分，或再购与否（0/1）。只有 0 和 1 时按占比算。
    recovered, reference : str
        “补救成功”组和“没出过事”组在分组列里的名字。
    group : str, default "group"
        分组的列名；可以还有别的组（没补救好的、没投诉的），一起列出。
    before : str, optional
        出事之前同一量表的分数。给了就比较“后来减从前”，去掉两组本来就不同的部分。
    margin : float, optional
        差多少以内算“实际上相当”，与结果同单位（占比写 0.02）。给了才会下“相当”的结论。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    RecoveryEffect
        table、difference 及其区间 low、high、p_value、verdict。

    Raises
    ------
    TypeError
        结果不是数字。
    ValueError
        缺列，分组里没有这两组，两组同名，某组有效的行太少，或组内全无变化以致检验算不出。

    Notes
    -----
    占比之差用 Newcombe 区间和合并方差的 z 检验；均值之差用韦尔奇（Welch）t 检验。只对事先指定的这一对下结论，其余各组只作描述。
    “补救好的更满意”有三个常见的假象：补救了仍不满的人不再回答问卷；本来就喜欢你的人才肯投诉、才容易被安抚（所以要 before）；
    只报告显著的那一次。综合多项研究的元分析（de Matos 等，2007）：悖论见于满意度，不见于再购意愿和口碑。把它当作“故意出错再补救”的理由，
    从来不成立：补救有成本，没补救好的那一组也要算进去。

    References
    ----------
    McCollough, M. A., & Bharadwaj, S. G. (1992). The recovery paradox. In *Marketing Theory and Applications*. AMA.

    de Matos, C. A., Henrique, J. L., & Rossi, C. A. V. (2007). Service recovery paradox: a meta-analysis.
    *Journal of Service Research*, 10(1), 60-77.

    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. *Statistics in Medicine*, 17, 873-890.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> customers = pd.DataFrame(
    ...     {"group": ["没出过事"] * 200 + ["补救成功"] * 50, "again": [1] * 150 + [0] * 50 + [1] * 40 + [0] * 10}
    ... )
    >>> complaints.recovery_effect(customers, outcome="again", recovered="补救成功", reference="没出过事")
    补救成功 减 没出过事：5.0 个百分点（95% 区间 −9.1 到 15.9）；分不出高低，不能说有补救悖论
    """
    columns = [group, outcome, *([before] if before is not None else [])]
    check_frame("customers", customers, columns)
    check_probability("confidence", confidence)
    if margin is not None:
        check_positive("margin", margin)
    if recovered == reference:
        raise ValueError(f"参数 recovered 和 reference 都是“{recovered}”，请给两个不同的组。")
    value = check_numbers(outcome, customers[outcome])
    known = value[value.notna()]
    binary = before is None and bool(known.isin([0.0, 1.0]).all())
    if before is not None:
        value = value - check_numbers(before, customers[before])
    table = pd.DataFrame({"group": customers[group].to_numpy(), "value": value.to_numpy()}).dropna()
    table["group"] = table["group"].map(str)
    groups = sorted(set(table["group"]))
    for argument, name in (("recovered", recovered), ("reference", reference)):
        if name not in groups:
            raise ValueError(
                f"列“{group}”里没有有效的“{name}”组（参数 {argument}）。{nearest(name, groups)}有数据的组：{listing(groups)}。"
            )
    parts = {name: table.loc[table["group"] == name, "value"].to_numpy() for name in groups}
    base = parts[reference]
    rows = []
    for name in [reference, *(g for g in groups if g != reference)]:
        low, high = _interval(parts[name], binary, confidence)
        diff = (np.nan,) * 3 if name == reference else _difference(parts[name], base, binary, confidence)
        row = {"group": name, "n": len(parts[name]), "value": float(parts[name].mean()), "low": low, "high": high}
        rows.append({**row, "diff": diff[0], "diff_low": diff[1], "diff_high": diff[2]})
    difference, low, high = _difference(parts[recovered], base, binary, confidence)
    if np.isnan(low):
        raise ValueError(
            f"“{recovered}”有 {len(parts[recovered])} 行有效，“{reference}”有 {len(base)} 行；每组至少要 2 行，且分数不能全都一样。"
        )
    if low > 0:
        verdict = "支持"
    elif high < 0:
        verdict = "相反"
    else:
        verdict = "相当" if margin is not None and -margin < low and high < margin else "看不出"
    p_value = _p_value(parts[recovered], base, binary)
    return RecoveryEffect(
        pd.DataFrame(rows),
        difference,
        low,
        high,
        p_value,
        verdict,
        recovered,
        reference,
        binary,
        before is not None,
        confidence,
    )


def _interval(x: np.ndarray, binary: bool, confidence: float) -> tuple[float, float]:
    sd = x.std(ddof=1) if len(x) > 1 else np.nan
    low, high = wilson(x.sum(), len(x), confidence) if binary else t_interval(x.mean(), sd, len(x), confidence)
    return float(low), float(high)


def _welch(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the standard error of the difference of means and its degrees of freedom; NaN where there is no spread."""
    if min(len(x), len(y)) < 2:
        return float("nan"), float("nan")
    a, b = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    if a + b <= 1e-24 * max(1.0, float(np.abs(x).max()), float(np.abs(y).max())) ** 2:
        return float("nan"), float("nan")
    return float(np.sqrt(a + b)), float((a + b) ** 2 / (a**2 / (len(x) - 1) + b**2 / (len(y) - 1)))


def _difference(x: np.ndarray, y: np.ndarray, binary: bool, confidence: float) -> tuple[float, float, float]:
    difference = float(x.mean() - y.mean())
    if binary:
        low, high = newcombe(x.sum(), len(x), y.sum(), len(y), confidence)
        return difference, float(low), float(high)
    se, df = _welch(x, y)
    half = float(critical_t(df, confidence)) * se if se == se else float("nan")
    return difference, difference - half, difference + half


def _p_value(x: np.ndarray, y: np.ndarray, binary: bool) -> float:
    from scipy.special import erfc, stdtr

    difference = abs(float(x.mean() - y.mean()))
    if not binary:
        se, df = _welch(x, y)
        return float(2 * stdtr(df, -difference / se))
    pooled = (x.sum() + y.sum()) / (len(x) + len(y))
    variance = pooled * (1 - pooled) * (1 / len(x) + 1 / len(y))
    # Everybody or nobody came back in both groups: no evidence of a difference.
    return float(erfc(difference / np.sqrt(2 * variance))) if variance > 0 else 1.0


def compensation_levels(
    cases: pd.DataFrame,
    *,
    margin_yuan: float,
    compensation: str = "compensation_yuan",
    repurchased: str = "repurchased",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """补偿多少合算：每一档补偿带来的再购值不值这笔钱。

    每件的期望收益 = 复购率 × 一位回头客的毛利 − 补偿额。

    Parameters
    ----------
    cases : DataFrame
        一行一件已补偿的投诉。列：补偿额（元，按档，例如 0、20、50）、后来是否再购（0/1）。任何一列缺失的行不用。
    margin_yuan : float
        一位回头客以后带来的毛利（元）。
    compensation, repurchased : str
        两列的列名。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一档，从少到多。列：compensation_yuan、n、repurchase_share（复购率）、share_low、share_high、value_yuan（每件的期望收益）、
        low、high、best（期望收益最高的一档）、cannot_tell（不是最高，但它与最高一档之差的区间含 0，还分不出高低）。

    Raises
    ------
    TypeError
        补偿额不是数字。
    ValueError
        缺列，补偿额是负数，再购列有 0、1 以外的值，或没有一行有效。

    Notes
    -----
    各档是随机发的，差别才算补偿的作用。若是“闹得凶的才多给”，多给的那档复购率低，并不说明补偿没用。与最高一档的比较没有校正
    “挑最高的”这件事，所以 cannot_tell 是宽松的提醒，不是严格的检验。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> cases = pd.DataFrame({"compensation_yuan": [0] * 100 + [20] * 100, "repurchased": [1] * 40 + [0] * 60 + [1] * 65 + [0] * 35})
    >>> complaints.compensation_levels(cases, margin_yuan=200)[["compensation_yuan", "value_yuan", "low", "high", "best"]].round(1)
       compensation_yuan  value_yuan   low   high   best
    0                0.0        80.0  61.9   99.6  False
    1               20.0       110.0  90.5  127.3   True
    """
    check_frame("cases", cases, [compensation, repurchased])
    gain = check_positive("margin_yuan", margin_yuan)
    check_probability("confidence", confidence)
    paid = check_numbers(compensation, cases[compensation], 0)
    again = check_zero_one(repurchased, cases[repurchased])
    table = pd.DataFrame({"compensation_yuan": paid.to_numpy(), "again": again.to_numpy()}).dropna()
    if table.empty:
        raise ValueError(f"列“{compensation}”和“{repurchased}”没有一行两列都有值。请检查数据。")
    levels = table.groupby("compensation_yuan")["again"].agg(n="size", k="sum").reset_index()
    low, high = wilson(levels["k"], levels["n"], confidence)
    share, cost = levels["k"] / levels["n"], levels["compensation_yuan"]
    value = (gain * share - cost).to_numpy()
    best = int(value.argmax())
    lower, upper = newcombe(levels["k"].iloc[best], levels["n"].iloc[best], levels["k"], levels["n"], confidence)
    extra = (cost.iloc[best] - cost).to_numpy()
    at_best = np.arange(len(value)) == best
    return pd.DataFrame(
        {
            "compensation_yuan": cost,
            "n": levels["n"],
            "repurchase_share": share,
            "share_low": low,
            "share_high": high,
            "value_yuan": value,
            "low": gain * low - cost.to_numpy(),
            "high": gain * high - cost.to_numpy(),
            "best": at_best,
            "cannot_tell": ~at_best & (gain * lower - extra <= 0) & (gain * upper - extra >= 0),
        }
    )
