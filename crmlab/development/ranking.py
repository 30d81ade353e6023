"""How good a ranking is: area under the curve, gains and lift, money by depth."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_numbers, check_positive, check_probability, check_whole, check_zero_one
from crmlab._intervals import critical_z, interval_text, t_interval, wilson
from crmlab.development._inputs import YES_NO, check_same_length, rank_bins, verdicts


@dataclass(frozen=True, repr=False)
class AucResult:
    """排序好坏的结果。

    Attributes
    ----------
    auc, low, high : float
        曲线下面积和它的区间，0–1 之间；0.5 是瞎猜，1 是全对。完全分开时区间是 NaN。
    n_positive, n_negative : int
        结果是 1 和 0 的人数。
    confidence : float
        置信水平。
    """

    auc: float
    low: float
    high: float
    n_positive: int
    n_negative: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.3f}")
        return f"AUC {self.auc:.3f}（{interval}，{self.n_positive} 人是，{self.n_negative} 人不是）"

    __repr__ = __str__


@dataclass(frozen=True, repr=False)
class LiftResult:
    """提升度的结果。

    Attributes
    ----------
    lift, low, high : float
        名单最前面一段的响应率是全体的几倍，和它的区间。前段或其余一个响应也没有时区间是 NaN。
    rate_top, rate_all : float
        前段和全体的响应率，0–1 之间。
    share : float
        前段占名单的比例。
    n_top, n : int
        前段的人数；全体的人数。
    confidence : float
        置信水平。
    """

    lift: float
    low: float
    high: float
    rate_top: float
    rate_all: float
    share: float
    n_top: int
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}")
        return f"前 {self.share:.0%} 的提升度 {self.lift:.2f}（{interval}，{self.rate_top:.1%} 对 {self.rate_all:.1%}，n = {self.n}）"

    __repr__ = __str__


def _scored(scores: Any, outcome: Any) -> tuple[pd.Series, np.ndarray]:
    values = check_numbers("scores", scores, missing=False)
    happened = check_zero_one("outcome", outcome, missing=False, say=YES_NO)
    check_same_length({"scores": values, "outcome": happened})
    return values, happened.to_numpy()


def auc(scores: Any, outcome: Any, *, confidence: float = 0.95) -> AucResult:
    """曲线下面积（area under the ROC curve, AUC）：随便抽一个“是”和一个“不是”，“是”得分更高的概率。

    Parameters
    ----------
    scores : Series or list of float
        每人一个分数或概率，越高越像“是”。不能有缺失值。
    outcome : Series or list of int
        结果，1 是、0 不是。逐行与 ``scores`` 对应。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    AucResult
        auc 及其区间，两类人数。同分算一半。

    Raises
    ------
    TypeError
        分数或结果不是数字。
    ValueError
        长短不同，有缺失值，或结果只有一类。

    Notes
    -----
    标准误用德隆（DeLong）法，区间在 logit 尺度上算，不会跑出 0–1。AUC 只看次序：把所有概率除以 10，AUC 不变，
    所以它说不了概率准不准，请再看校准。流失的人很少时，AUC 很高，名单前面也可能大半是误报。

    References
    ----------
    DeLong, E. R., DeLong, D. M., & Clarke-Pearson, D. L. (1988). Comparing the areas under two or more correlated
    receiver operating characteristic curves. *Biometrics*, 44(3), 837-845.

    Examples
    --------
    >>> from crmlab import development
    >>> development.auc([0.9, 0.8, 0.7, 0.4, 0.3, 0.2], [1, 0, 1, 1, 0, 0])
    AUC 0.778（95% 区间 0.173–0.983，3 人是，3 人不是）
    """
    check_probability("confidence", confidence)
    values, happened = _scored(scores, outcome)
    return _auc(values, happened, confidence)


def _auc(values: pd.Series, happened: np.ndarray, confidence: float) -> AucResult:
    yes = happened == 1
    m, n = int(yes.sum()), int((~yes).sum())
    if m == 0 or n == 0:
        raise ValueError(f"参数 outcome 全是 {1 if n == 0 else 0}，要两类都有才能比较。请检查筛选条件。")
    overall = values.rank().to_numpy()
    among_yes = values[yes].rank().to_numpy()
    among_no = values[~yes].rank().to_numpy()
    # DeLong's structural components: how often each case wins against the other kind.
    wins, losses = (overall[yes] - among_yes) / n, 1 - (overall[~yes] - among_no) / m
    area = float(wins.mean())
    low = high = float("nan")
    if m > 1 and n > 1 and 0 < area < 1:
        se = float(np.sqrt(wins.var(ddof=1) / m + losses.var(ddof=1) / n))
        odds, half = np.log(area / (1 - area)), critical_z(confidence) * se / (area * (1 - area))
        low, high = (float(1 / (1 + np.exp(-end))) for end in (odds - half, odds + half))
    return AucResult(area, low, high, m, n, confidence)


def lift(scores: Any, outcome: Any, *, share: float = 0.1, confidence: float = 0.95) -> LiftResult:
    """提升度（lift）：只找名单最前面一段，响应率是随便找的几倍。

    提升度 = 前段的响应率 ÷ 全体的响应率。

    Parameters
    ----------
    scores : Series or list of float
        每人一个分数，越高越先找。不能有缺失值。
    outcome : Series or list of int
        是否响应，1 是、0 否。
    share : float, default 0.1
        前段占名单的比例，0–1 之间；人数向上取整。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    LiftResult
        lift 及其区间，前段和全体的响应率、人数。切口正好落在同分的人中间时，按他们的平均响应率算。

    Raises
    ------
    TypeError
        分数或结果不是数字。
    ValueError
        长短不同，有缺失值，没有一个响应，或前段就是全体。

    Notes
    -----
    区间先对“前段比其余”的响应率之比取对数（卡茨法），再换算成提升度。提升度的上限是 1 ÷ ``share``：
    前 10% 最多 10 倍，所以不同 ``share`` 的提升度不能比。名单是拿同一批人挑出来的，提升度会虚高，要用没参与打分的人来算。

    References
    ----------
    Katz, D., Baptista, J., Azen, S. P., & Pike, M. C. (1978). Obtaining confidence intervals for the risk ratio
    in cohort studies. *Biometrics*, 34(3), 469-474.

    Examples
    --------
    >>> from crmlab import development
    >>> scores = list(range(20, 0, -1))
    >>> outcome = [1, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    >>> development.lift(scores, outcome, share=0.25)
    前 25% 的提升度 2.67（95% 区间 1.35–3.55，80.0% 对 30.0%，n = 20）
    """
    check_probability("share", share)
    check_probability("confidence", confidence)
    values, happened = _scored(scores, outcome)
    n = len(values)
    top = int(np.ceil(share * n - 1e-9))
    if top == n:
        raise ValueError(f"前 {share:.0%} 就是全部 {n} 人，没有其余的人可比。请把 share 改小，或用更长的名单。")
    total = happened.sum()
    if total == 0:
        raise ValueError("参数 outcome 全是 0，没有一个响应，算不出提升度。")
    order = np.argsort(-values.to_numpy(), kind="stable")
    cut = values.iloc[order[top - 1]]
    above, tied = (values > cut).to_numpy(), (values == cut).to_numpy()
    hits = happened[above].sum() + (top - above.sum()) * happened[tied].mean()
    low, high = _lift_interval(hits, top, total - hits, n - top, confidence)
    return LiftResult(hits / top * n / total, low, high, hits / top, total / n, share, top, n, confidence)


def _lift_interval(hits: float, top: int, others: float, rest: int, confidence: float) -> tuple[float, float]:
    if hits <= 0 or others <= 0:
        return float("nan"), float("nan")
    s = top / (top + rest)
    ratio = np.log(hits / top) - np.log(others / rest)
    half = critical_z(confidence) * np.sqrt(max(1 / hits - 1 / top + 1 / others - 1 / rest, 0.0))
    low, high = (float(1 / (s + (1 - s) * np.exp(-end))) for end in (ratio - half, ratio + half))
    return low, high


def gains_table(
    scores: Any,
    outcome: Any,
    *,
    bins: int = 10,
    value: Any = None,
    contact_cost: float | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """增益表：把名单按分数从高到低分成十份，看响应集中在前几份，找到第几份还划算。

    Parameters
    ----------
    scores : Series or list of float
        每人一个分数，越高越先找。不能有缺失值。
    outcome : Series or list of int
        是否响应，1 是、0 否。
    bins : int, default 10
        分成几份。同分的人分在同一份，所以各份人数可能不等，同分太多时份数会少。
    value : float or Series, optional
        一次响应的毛利（元，一个数），或每个人带来的毛利（一列，没有响应的写 0）。与 ``contact_cost`` 一起给。
    contact_cost : float, optional
        联系一个人的成本，与 ``value`` 同单位。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一份，第 1 份分数最高。列：bin、n、score_low、score_high、responders、rate 及其区间 low、high（威尔逊法）、
        lift（这一份的响应率 ÷ 全体的）、cumulative_share（到这一份为止找了多少人，0–1）、cumulative_gain（找到了多少响应者，0–1）、
        cumulative_lift。给了 value 和 contact_cost 时另有 profit_per_contact 及其区间 profit_low、profit_high（t 区间）、
        profit（这一份合计）、cumulative_profit、verdict（划算、不划算、看不清）。没有一个响应时 lift、cumulative_gain 是 NaN。

    Raises
    ------
    TypeError
        分数、结果或金额不是数字。
    ValueError
        长短不同，有缺失值，或 value 与 contact_cost 只给了一个。

    Notes
    -----
    这是“联系了的人里谁响应”，不是“因为联系才响应”。老客户不联系也会来，想知道联系的作用，要有一组没有联系的人，
    见 :func:`uplift_table`。打分和检验用同一批人时，前几份会虚高。

    Examples
    --------
    >>> from crmlab import data, development
    >>> mail = data.load_real("charity_mail")
    >>> table = development.gains_table(mail["propresp"], mail["respond"], bins=5, value=mail["gift"], contact_cost=2)
    >>> table[["bin", "n", "rate", "cumulative_gain", "profit_per_contact", "verdict"]].round(2)
       bin    n  rate  cumulative_gain  profit_per_contact verdict
    0    1  858  0.73             0.37               11.37      划算
    1    2  745  0.54             0.60                8.28      划算
    2    3  934  0.38             0.81                4.64      划算
    3    4  979  0.25             0.96                3.18      划算
    4    5  752  0.10             1.00               -0.17     看不清
    """
    size = check_whole("bins", bins, 2)
    check_probability("confidence", confidence)
    if (value is None) != (contact_cost is None):
        raise ValueError("参数 value 和 contact_cost 要一起给：少了一个，算不出赚还是赔。")
    values, happened = _scored(scores, outcome)
    frame = pd.DataFrame({"bin": rank_bins(values, size), "score": values.to_numpy(), "happened": happened})
    if contact_cost is not None:
        frame["profit"] = _earned(value, happened) - check_positive("contact_cost", contact_cost, allow_zero=True)
    grouped = frame.groupby("bin")
    table = grouped.agg(
        n=("score", "size"), score_low=("score", "min"), score_high=("score", "max"), responders=("happened", "sum")
    ).reset_index()
    table["responders"] = table["responders"].astype(int)
    table["rate"] = table["responders"] / table["n"]
    table["low"], table["high"] = wilson(table["responders"], table["n"], confidence)
    n, total = len(frame), happened.sum()
    overall = total / n if total > 0 else np.nan
    table["lift"] = table["rate"] / overall
    table["cumulative_share"] = table["n"].cumsum() / n
    table["cumulative_gain"] = table["responders"].cumsum() / (overall * n)
    table["cumulative_lift"] = table["cumulative_gain"] / table["cumulative_share"]
    if contact_cost is not None:
        mean, sd = grouped["profit"].mean().to_numpy(), grouped["profit"].std().to_numpy()
        table["profit_per_contact"] = mean
        table["profit_low"], table["profit_high"] = t_interval(mean, sd, table["n"], confidence)
        table["profit"] = grouped["profit"].sum().to_numpy()
        table["cumulative_profit"] = table["profit"].cumsum()
        table["verdict"] = verdicts(table["profit_low"].to_numpy(), table["profit_high"].to_numpy())
    return table


def _earned(value: Any, happened: np.ndarray) -> np.ndarray:
    if isinstance(value, pd.Series | list | tuple | np.ndarray):
        each = check_numbers("value", value, missing=False)
        check_same_length({"value": each, "outcome": pd.Series(happened)})
        return each.to_numpy()
    return check_positive("value", value) * happened
