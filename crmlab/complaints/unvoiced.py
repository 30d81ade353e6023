"""How many customers had the problem and said nothing."""

from dataclasses import dataclass

from crmlab._checks import check_number, check_positive, check_probability, listing, nearest
from crmlab._intervals import wilson

# Share of customers with a problem who voice it, as the source tells it: low, high, what is claimed and by whom.
ICEBERG_CLAIMS = {
    "one_in_27": (
        1 / 27,
        1 / 27,
        "“每有 1 人投诉，背后还有约 26 人有同样的问题没说”：广为流传的说法，常归于美国 TARP 公司的调查",
    ),
    "headquarters": (0.01, 0.05, "只有 1%–5% 的人会把问题反映到主管或总部：Goodman (1999) 转述 TARP 的各项调查"),
    "front_line_loss": (0.50, 0.75, "钱上吃了亏时，50%–75% 的人会对一线员工说：Goodman (1999) 转述 TARP 的各项调查"),
    "front_line_attitude": (
        0.05,
        0.30,
        "态度差、质量差、不称职，只有 5%–30% 的人会对一线员工说：Goodman (1999) 转述 TARP 的各项调查",
    ),
}


@dataclass(frozen=True, repr=False)
class Iceberg:
    """投诉冰山的估计。

    Attributes
    ----------
    complaints : float
        收到的投诉件数。
    affected_low, affected_high : float
        有同样问题的总人数（说了的加没说的）。
    unvoiced_low, unvoiced_high : float
        没说出来的人数。
    voice_low, voice_high : float
        有问题的人里，说出来的占多少，0–1。
    claim : str
        这个占比从哪里来：某个说法，或你自己的调查。
    customers : float or None
        客户总数；没有给就是 None。
    """

    complaints: float
    affected_low: float
    affected_high: float
    unvoiced_low: float
    unvoiced_high: float
    voice_low: float
    voice_high: float
    claim: str
    customers: float | None = None

    def __str__(self) -> str:
        unvoiced = _span(self.unvoiced_low, self.unvoiced_high)
        text = f"收到 {self.complaints:,.0f} 件投诉，没说出来的约 {unvoiced} 人（依据：{self.claim}）"
        if self.customers is None or self.affected_low <= self.customers:
            return text
        return f"{text}；有问题的人比客户总数 {self.customers:,.0f} 还多，这个依据对你不适用"

    __repr__ = __str__


def _span(low: float, high: float) -> str:
    one, other = f"{low:,.0f}", f"{high:,.0f}"
    return one if one == other else f"{one}–{other}"


def iceberg(
    complaints: float,
    *,
    claim: str | None = None,
    survey: tuple[int, int] | None = None,
    customers: float | None = None,
    confidence: float = 0.95,
) -> Iceberg:
    """投诉冰山：由收到的投诉，倒推有多少人有问题却没说。

    有问题的人数 = 投诉件数 ÷ 说出来的占比；没说的 = 有问题的 − 投诉件数。

    Parameters
    ----------
    complaints : float
        收到的投诉件数（一人一件）。
    claim : str, optional
        用哪个流传的说法：complaints.ICEBERG_CLAIMS 里的名字。与 survey 二选一。
    survey : tuple of int, optional
        你自己的调查：（遇到过问题的人数，其中投诉过的人数）。占比的区间用威尔逊法。
    customers : float, optional
        客户总数。给了就核对：有问题的人不能比客户还多。
    confidence : float, default 0.95
        survey 的置信水平，0–1 之间。

    Returns
    -------
    Iceberg
        没说的人数是一个区间 unvoiced_low–unvoiced_high，并写明依据 claim。

    Raises
    ------
    TypeError
        参数的类型不对。
    ValueError
        claim 和 survey 都没给或都给了，说法的名字写错，或人数不合理。

    Notes
    -----
    结果全看“说出来的占比”，而流传的占比来自几十年前别国、别的行业：同样 100 件投诉，换一个说法，没说的从几十人变到近万人。
    所以必须写明依据，没有默认。自己做一次调查，胜过引用任何说法。区间只含占比的不确定，不含“各类问题占比不同”。

    References
    ----------
    Goodman, J. (1999). Basic facts on customer complaint behavior and the impact of service on the bottom line.
    *Competitive Advantage* (American Society for Quality).

    Examples
    --------
    >>> from crmlab import complaints
    >>> complaints.iceberg(40, survey=(120, 30))
    收到 40 件投诉，没说出来的约 80–181 人（依据：自己的调查：120 位遇到问题的人里 30 位投诉过，95% 区间）
    >>> complaints.iceberg(40, claim="one_in_27", customers=800).unvoiced_high
    1040.0
    """
    n = check_positive("complaints", complaints, allow_zero=True)
    check_probability("confidence", confidence)
    if (claim is None) == (survey is None):
        raise ValueError("参数 claim（流传的说法）和 survey（自己的调查）要给一个，也只给一个。")
    if claim is not None:
        if claim not in ICEBERG_CLAIMS:
            raise ValueError(
                f"参数 claim 不能是“{claim}”。{nearest(claim, ICEBERG_CLAIMS)}可用的说法：{listing(ICEBERG_CLAIMS)}。"
            )
        low, high, basis = ICEBERG_CLAIMS[claim]
    else:
        low, high, basis = _voiced(survey, confidence)
    total = None if customers is None else check_positive("customers", customers)
    return Iceberg(n, n / high, n / low, n / high - n, n / low - n, low, high, basis, total)


def _voiced(survey: object, confidence: float) -> tuple[float, float, str]:
    if not isinstance(survey, tuple | list) or len(survey) != 2:
        raise TypeError(
            f"参数 survey 应写成（遇到过问题的人数，其中投诉过的人数），例如 (120, 30)，你给的是 {survey!r}。"
        )
    asked, voiced = (check_number("survey", x) for x in survey)
    if not (asked.is_integer() and voiced.is_integer() and 0 < voiced <= asked):
        raise ValueError(
            f"参数 survey 里投诉过的人数应是 1 到“遇到过问题的人数”之间的整数，你给的是 ({asked:g}, {voiced:g})。"
        )
    low, high = wilson(voiced, asked, confidence)
    basis = f"自己的调查：{asked:g} 位遇到问题的人里 {voiced:g} 位投诉过，{confidence * 100:g}% 区间"
    return float(low), float(high), basis
