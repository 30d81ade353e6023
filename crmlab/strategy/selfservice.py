"""How much service the customers can do themselves: which kinds of request to hand over, and what that saves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_names, check_numbers, check_positive, check_probability
from crmlab._intervals import interval_text, wilson

_VERDICTS = ("改成自助", "留给人工", "看不清")


@dataclass(frozen=True, repr=False, eq=False)
class SelfServiceShare:
    """自助占比的算账结果。

    Attributes
    ----------
    share : float
        最划算的自助占比：改成自助的那些请求占全部请求的比，0–1。
    saving_yuan, low, high : float
        比全部人工省多少，元，和它的区间（只计自助成功率的误差）。
    requests : DataFrame
        一行一种请求，按每次省的钱从多到少。列：request、volume、success（自助成功率）、saving_each（每次省多少元）、saving_low、
        saving_high、verdict（改成自助、留给人工、看不清）。
    curve : DataFrame
        一行是多改一种请求，从全部人工开始。列：request（这次改哪种）、share（自助占比）、cost_yuan（总成本）、failed_share（自助不成、转人工的占比）。
    n : float
        请求总数。
    confidence : float
        置信水平。
    """

    share: float
    saving_yuan: float
    low: float
    high: float
    requests: pd.DataFrame
    curve: pd.DataFrame
    n: float
    confidence: float = 0.95

    def __str__(self) -> str:
        if self.share == 0:
            return f"没有一种请求改成自助会省钱，全部留给人工（{self.n:,.0f} 次请求）"
        interval = interval_text(self.low, self.high, self.confidence, "{:,.0f}", joiner=" 到 ")
        return f"自助占 {self.share:.1%} 最划算，比全部人工省 {self.saving_yuan:,.0f} 元（{interval}，{self.n:,.0f} 次请求）"

    __repr__ = __str__


def self_service_share(
    requests: pd.DataFrame,
    *,
    cost_self_yuan: float,
    cost_staff_yuan: float,
    cost_failure_yuan: float,
    confidence: float = 0.95,
) -> SelfServiceShare:
    """自助占多少最划算：一种一种地看，哪些请求可以让客户自己办。

    每次省的钱 = 人工成本 − 自助成本 − (1 − 自助成功率) × (人工成本 + 失败的代价)：自助不成，还得再找人工，客户还窝火。

    Parameters
    ----------
    requests : DataFrame
        一行一种请求。列：request（名称，不重复）、volume（这段时间有几次）、attempts（试过自助几次）、solved（其中几次办成）。
    cost_self_yuan, cost_staff_yuan : float
        自助、人工办一次各要多少钱，元，不小于 0。
    cost_failure_yuan : float
        自助失败一次，客户白费的时间和流失折成多少钱，元，不小于 0。填 0 就是说客户的时间不值钱。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    SelfServiceShare
        share、saving_yuan 和区间，逐种请求的账（requests），多改一种变成多少（curve）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，名称重复，次数是负数，attempts 是 0，或 solved 多于 attempts。

    Notes
    -----
    成功率来自试过自助的人，他们往往更会用：推到所有人会偏乐观，先随机试一小批。每种的区间由威尔逊区间换算，
    合计的区间用 MOVER 法把各种合起来；挑“划算的”这一步本身会把省的钱估高一点。按钱算出来的占比，还要给不会用、不想用的客户留人工。

    References
    ----------
    Meuter, M. L., Ostrom, A. L., Roundtree, R. I., & Bitner, M. J. (2000). Self-service technologies. *Journal of Marketing*, 64(3), 50-64.

    Zou, G. Y., & Donner, A. (2008). Construction of confidence limits about effect measures. *Statistics in Medicine*, 27(10), 1693-1702.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> requests = pd.DataFrame(
    ...     {"request": ["查物流", "改地址", "退货"], "volume": [5000, 2000, 1000], "attempts": [400, 200, 100], "solved": [380, 150, 30]}
    ... )
    >>> result = strategy.self_service_share(requests, cost_self_yuan=0.5, cost_staff_yuan=6, cost_failure_yuan=10)
    >>> result
    自助占 87.5% 最划算，比全部人工省 26,500 元（95% 区间 23,575 到 28,742，8,000 次请求）
    >>> result.requests[["request", "success", "saving_each", "verdict"]].round(2)
      request  success  saving_each verdict
    0     查物流     0.95          4.7    改成自助
    1     改地址     0.75          1.5    改成自助
    2      退货     0.30         -5.7    留给人工
    """
    check_frame("requests", requests, ["request", "volume", "attempts", "solved"])
    check_probability("confidence", confidence)
    own, staff, failure = (
        check_positive(name, value, allow_zero=True)
        for name, value in (
            ("cost_self_yuan", cost_self_yuan),
            ("cost_staff_yuan", cost_staff_yuan),
            ("cost_failure_yuan", cost_failure_yuan),
        )
    )
    names = check_names("request", requests["request"])
    volume, attempts, solved = (
        check_numbers(c, requests[c], 0, missing=False).to_numpy() for c in ("volume", "attempts", "solved")
    )
    if (attempts == 0).any():
        at = int((attempts == 0).argmax())
        raise ValueError(
            f"“{names.iloc[at]}”没有人试过自助（attempts 是 0），不知道成功率。请先试一小批，或去掉这一行。"
        )
    if (solved > attempts).any():
        at = int((solved > attempts).argmax())
        raise ValueError(f"“{names.iloc[at]}”办成 {solved[at]:g} 次，多于试过的 {attempts[at]:g} 次。请核对这一行。")
    total = float(volume.sum())
    if total == 0:
        raise ValueError("列“volume”全是 0，没有请求可分。请检查数据。")
    low, high = wilson(solved, attempts, confidence)
    weight = staff + failure

    def saving(success: np.ndarray) -> np.ndarray:
        return np.asarray(staff - own - (1 - success) * weight)

    rate = solved / attempts
    each, each_low, each_high = saving(rate), saving(low), saving(high)
    table = pd.DataFrame(
        {
            "request": names.to_numpy(),
            "volume": volume,
            "success": rate,
            "saving_each": each,
            "saving_low": each_low,
            "saving_high": each_high,
            "verdict": np.select([each_low > 0, each_high < 0], _VERDICTS[:2], default=_VERDICTS[2]),
        }
    )
    order = np.lexsort((names.astype(str).to_numpy(dtype=object), -each))
    moved = volume[order] / total
    cost = staff * total - np.cumsum(volume[order] * each[order])
    curve = pd.DataFrame(
        {
            "request": ["全部人工", *names.to_numpy()[order]],
            "share": np.r_[0.0, np.cumsum(moved)].clip(max=1.0),
            "cost_yuan": np.r_[staff * total, cost],
            "failed_share": np.r_[0.0, np.cumsum(moved * (1 - rate[order]))],
        }
    )
    chosen = each > 0
    size = volume[chosen] * weight
    saved = float((volume * each)[chosen].sum())
    below = float(np.sqrt(((size * (rate - low)[chosen]) ** 2).sum()))
    above = float(np.sqrt(((size * (high - rate)[chosen]) ** 2).sum()))
    return SelfServiceShare(
        float(volume[chosen].sum()) / total,
        saved,
        saved - below,
        saved + above,
        table.iloc[order].reset_index(drop=True),
        curve,
        total,
        confidence,
    )
