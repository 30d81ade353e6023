"""How big is the data: volume, velocity, variety and value of a stream of events."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_moments, check_positive, check_present, check_probability, check_zero_one
from crmlab._intervals import interval_text, wilson


@dataclass(frozen=True, repr=False, eq=False)
class FourVs:
    """一份事件数据的四个 V。

    Attributes
    ----------
    n : int
        事件数（行数）。
    days : float
        从第一件到最后一件隔几天。
    events_per_day : float
        数据量（volume）：平均每天几件；只有一个时刻时是 NaN。
    peak_per_s, mean_per_s : float
        速度（velocity）：最忙的一段时间里每秒几件；全程平均每秒几件（只有一个时刻时是 NaN）。
    peak_at : Timestamp
        最忙的那段从什么时候开始。
    entropy_bits, max_entropy_bits : float
        多样性（variety）：类型的熵，比特；这么多类型一样多时的最大值。
    kinds : DataFrame
        一行一种类型，从多到少。列：kind、n、share。
    useful_share, low, high : float
        价值密度（value）：有用的占比和威尔逊区间；没给 useful 时是 NaN。
    confidence : float
        置信水平。
    """

    n: int
    days: float
    events_per_day: float
    peak_per_s: float
    mean_per_s: float
    peak_at: pd.Timestamp
    entropy_bits: float
    max_entropy_bits: float
    kinds: pd.DataFrame
    useful_share: float
    low: float
    high: float
    confidence: float = 0.95

    def __str__(self) -> str:
        pace = "" if np.isnan(self.events_per_day) else f"，每天 {self.events_per_day:,.0f} 件"
        value = ""
        if not np.isnan(self.useful_share):
            value = (
                f"；有用的占 {self.useful_share:.1%}（{interval_text(self.low, self.high, self.confidence, '{:.1%}')}）"
            )
        return (
            f"{self.n:,} 件{pace}；高峰每秒 {self.peak_per_s:.3g} 件（{self.peak_at:%Y-%m-%d %H:%M:%S} 起）；"
            f"{len(self.kinds)} 种类型，熵 {self.entropy_bits:.2f} 比特（最多 {self.max_entropy_bits:.2f}）{value}"
        )

    __repr__ = __str__


def four_vs(
    events: pd.DataFrame,
    *,
    at: str = "ts",
    kind: str = "payload_type",
    useful: str | None = None,
    window_s: float = 1.0,
    confidence: float = 0.95,
) -> FourVs:
    """大数据的四个 V：数据量、速度（高峰每秒几件）、多样性（类型熵）、价值密度，都算成数。

    类型熵 H = −Σ p log₂ p，p 是各类型的占比：只有一种是 0，K 种一样多是 log₂ K。

    Parameters
    ----------
    events : DataFrame
        一行一个事件，次序不限。
    at : str, default "ts"
        时刻的列名。
    kind : str, default "payload_type"
        类型的列名（文字、图片、语音、点击……）。缺失的不算类型。
    useful : str, optional
        这一行有没有用的列名，1 有用，0 没用；缺失的不算。不给就不算价值密度。
    window_s : float, default 1
        数高峰用的时间窗，秒，大于 0。窗从整点对齐。
    confidence : float, default 0.95
        价值密度区间的置信水平，0–1 之间。

    Returns
    -------
    FourVs
        四个 V，和各类型的件数。

    Raises
    ------
    TypeError
        时刻不是日期时间，或 useful 不是数字。
    ValueError
        缺列，时刻有缺失值，类型全是缺失值，或 window_s 不大于 0。

    Notes
    -----
    高峰依赖时间窗：窗越短，高峰越高，报数时要带上窗长。除了价值密度，都是这份记录的账，不是估计，所以没有区间。
    “大”没有一条线：四个数是拿来和机器、人手比的。熵高只说明花样多，不说明有用。

    References
    ----------
    Laney, D. (2001). *3D data management: Controlling data volume, velocity, and variety*. META Group.

    Shannon, C. E. (1948). A mathematical theory of communication. *Bell System Technical Journal*, 27, 379-423.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> events = pd.DataFrame(
    ...     {
    ...         "ts": pd.to_datetime(["2026-03-01 09:00:00", "2026-03-01 09:00:00", "2026-03-01 21:00:00", "2026-03-02 09:00:00"]),
    ...         "payload_type": ["点击", "点击", "文字", "语音"], "useful": [1, 0, 1, 0],
    ...     }
    ... )
    >>> technology.four_vs(events, useful="useful")
    4 件，每天 4 件；高峰每秒 2 件（2026-03-01 09:00:00 起）；3 种类型，熵 1.50 比特（最多 1.58）；有用的占 50.0%（95% 区间 15.0%–85.0%）
    """
    check_frame("events", events, [at, kind, *([useful] if useful else [])])
    width = check_positive("window_s", window_s)
    check_probability("confidence", confidence)
    moments = check_present(at, check_moments(at, events[at]))
    if events[kind].isna().all():
        raise ValueError(f"列“{kind}”全是缺失值，数不出类型。请检查数据。")
    first, last = moments.min(), moments.max()
    passed = float((last - first) / pd.Timedelta(seconds=1))
    midnight = first.normalize()
    seconds = ((moments - midnight) / pd.Timedelta(seconds=1)).to_numpy()
    windows, counts = np.unique(np.floor(seconds / width + 1e-9), return_counts=True)
    busiest = int(counts.argmax())
    kinds = events[kind].value_counts().rename_axis("kind").reset_index(name="n")
    kinds = kinds.sort_values(["n", "kind"], ascending=[False, True], ignore_index=True)
    kinds["share"] = kinds["n"] / kinds["n"].sum()
    share, low, high = float("nan"), float("nan"), float("nan")
    if useful is not None:
        flags = check_zero_one(useful, events[useful]).dropna()
        share = float(flags.mean())
        low, high = (float(end) for end in wilson(flags.sum(), len(flags), confidence))
    n = len(events)
    return FourVs(
        n=n,
        days=passed / 86400,
        events_per_day=n / (passed / 86400) if passed > 0 else float("nan"),
        peak_per_s=float(counts[busiest]) / width,
        mean_per_s=n / passed if passed > 0 else float("nan"),
        peak_at=midnight + pd.Timedelta(seconds=float(windows[busiest]) * width),
        entropy_bits=float(-(kinds["share"] * np.log2(kinds["share"])).sum()) + 0.0,
        max_entropy_bits=float(np.log2(len(kinds))),
        kinds=kinds,
        useful_share=share,
        low=low,
        high=high,
        confidence=confidence,
    )
