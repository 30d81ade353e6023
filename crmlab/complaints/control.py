"""Control charts of complaints: shares (p), counts (c), rates (u) and single measurements (XmR)."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_number, check_numbers, listing, row_of
from crmlab.complaints.rules import check_rules, fired, signal_table, standardised

# Moving ranges of two normal values: mean d2·sigma, standard deviation d3·sigma.
_D2 = 2 / math.sqrt(math.pi)
_D3 = math.sqrt(2 - 4 / math.pi)
_NAMES = {"p": "p 控制图（占比）", "c": "c 控制图（次数）", "u": "u 控制图（每单位次数）", "xmr": "XmR 控制图（单值）"}


@dataclass(frozen=True, repr=False, eq=False)
class ControlChart:
    """一张控制图。

    Attributes
    ----------
    kind : str
        "p"、"c"、"u" 或 "xmr"。
    centre : float
        中心线：基准期的平均水平。
    table : DataFrame
        一行一点。列：label（索引）、value（点）、n（基数；c 图和 XmR 图没有）、centre、sigma、lcl、ucl（下、上控制限）、
        beyond（是否出界）、signal（是否触发任何一条规则）。XmR 图另有 moving_range、mr_ucl、mr_beyond。
    signals : DataFrame
        一行一次报警：point、label、value、rule、rule_zh。
    dispersion : float
        实际波动是理论波动的几倍（莱尼的 σz）；XmR 图没有理论波动，是 NaN。比 1 大很多时看 laney 参数。
    baseline : int
        前几点用来算中心线和控制限。
    """

    kind: str
    centre: float
    table: pd.DataFrame
    signals: pd.DataFrame
    dispersion: float
    baseline: int

    def __str__(self) -> str:
        points = sorted(set(self.signals["point"]))
        found = f"报警 {len(points)} 点（第 {listing(points)} 点）" if points else "没有报警"
        centre = f"{self.centre:.2%}" if self.kind == "p" else f"{self.centre:.4g}"
        return f"{_NAMES[self.kind]}：{len(self.table)} 点，中心线 {centre}，{found}"

    __repr__ = __str__


def p_chart(
    defective: Any, n: Any, *, rules: Any = "shewhart", baseline: int | None = None, laney: bool = False
) -> ControlChart:
    """p 控制图：每期“不合格”占多少，例如每天有投诉的订单占当天订单的比例。

    中心线 p̄ = 不合格总数 ÷ 总件数；控制限 p̄ ± 3·√[p̄(1 − p̄) ÷ nᵢ]，越出 0–1 的部分截去。

    Parameters
    ----------
    defective : Series or list of int
        每期不合格的件数，按时间先后。
    n : Series, list or int
        每期的总件数；每期一样时给一个数。某期是 0 件时，那一点是 NaN，不参加判断。
    rules : str or list of str, default "shewhart"
        判异规则，见 :func:`run_rules`；默认只看出界。
    baseline : int, optional
        只用前几期算中心线和控制限，后面的期拿来比。不给就用全部。
    laney : bool, default False
        True 时用莱尼（Laney）p′ 图：控制限按实际波动放宽或收窄。

    Returns
    -------
    ControlChart
        centre、table、signals、dispersion。

    Raises
    ------
    TypeError
        件数不是数字。
    ValueError
        件数是负数、不是整数、有缺失，不合格比总数还多，两列长短不一，或 baseline 越界。

    Notes
    -----
    控制限不是置信区间，也不是目标：它说的是“过程不变时，点会落在哪里”。公式假设每一件各自独立、机会相同。每期上万件时，
    这个假设总有些不成立，控制限会窄到天天报警：看 dispersion，比 1 大很多就用 laney=True。p̄·n 小于 5 左右时下限常是 0，
    改善了也看不出来。有出界点的基准期要先查清原因，剔除后重算。

    References
    ----------
    Montgomery, D. C. (2013). *Introduction to Statistical Quality Control* (7th ed.), chapter 7. Wiley.

    Laney, D. B. (2002). Improved control charts for attributes. *Quality Engineering*, 14(4), 531-537.

    Examples
    --------
    >>> from crmlab import complaints
    >>> chart = complaints.p_chart([12, 15, 8, 10, 4, 7, 16, 9, 14, 25], n=50)
    >>> chart
    p 控制图（占比）：10 点，中心线 24.00%，报警 1 点（第 10 点）
    >>> chart.table.loc[9, ["value", "lcl", "ucl"]].astype(float).round(4).tolist()
    [0.5, 0.0588, 0.4212]
    """
    chosen = check_rules(rules)
    counts, size = _counts_and_size("defective", defective, "n", n, whole=True)
    if (counts.to_numpy() > size).any():
        at = int(np.flatnonzero(counts.to_numpy() > size)[0])
        raise ValueError(
            f"不合格的件数不能比总件数多，{row_of(counts, at)}是 {counts.iloc[at]:g} 件，总数只有 {size[at]:g} 件。"
        )
    first = _baseline(baseline, counts)
    centre = _rate(counts, size, first)
    share, known = _ratio(counts.to_numpy(), size)
    sigma = np.where(known, np.sqrt(centre * (1 - centre) / np.where(known, size, 1.0)), np.nan)
    return _chart("p", counts, share, size, centre, sigma, first, chosen, laney=laney, high=1.0)


def c_chart(counts: Any, *, rules: Any = "shewhart", baseline: int | None = None) -> ControlChart:
    """c 控制图：每期发生几次，各期的机会一样大，例如同一家店每周的投诉件数。

    中心线 c̄ = 平均次数；控制限 c̄ ± 3·√c̄，小于 0 的部分截去。

    Parameters
    ----------
    counts : Series or list of int
        每期的次数，按时间先后。
    rules : str or list of str, default "shewhart"
        判异规则，见 :func:`run_rules`。
    baseline : int, optional
        只用前几期算中心线和控制限。

    Returns
    -------
    ControlChart
        centre、table、signals、dispersion。

    Raises
    ------
    TypeError
        次数不是数字。
    ValueError
        次数是负数、不是整数、有缺失，或 baseline 越界。

    Notes
    -----
    各期的机会不一样大（周末客多、各月天数不同）时不能用 c 图，要用 :func:`u_chart` 或 :func:`p_chart`：
    否则图上看到的只是客流。公式假设次数服从泊松分布；一件事引来一串投诉时，实际波动更大，dispersion 会大于 1。

    References
    ----------
    Montgomery, D. C. (2013). *Introduction to Statistical Quality Control* (7th ed.), chapter 7. Wiley.

    Examples
    --------
    >>> from crmlab import complaints
    >>> complaints.c_chart([21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16])
    c 控制图（次数）：13 点，中心线 19.77，报警 1 点（第 6 点）
    """
    chosen = check_rules(rules)
    values = _whole("counts", counts)
    first = _baseline(baseline, values)
    centre = float(values.iloc[:first].mean())
    sigma = np.full(len(values), math.sqrt(centre))
    return _chart("c", values, values.to_numpy(), None, centre, sigma, first, chosen)


def u_chart(
    counts: Any, units: Any, *, rules: Any = "shewhart", baseline: int | None = None, laney: bool = False
) -> ControlChart:
    """u 控制图：每单位发生几次，各期的单位数不同，例如每千单投诉几次（一单可以投诉多次）。

    中心线 ū = 总次数 ÷ 总单位数；控制限 ū ± 3·√(ū ÷ 单位数ᵢ)，小于 0 的部分截去。

    Parameters
    ----------
    counts : Series or list of int
        每期的次数，按时间先后。
    units : Series, list or float
        每期的单位数（千单、百人、门店日），可以是小数。某期是 0 时，那一点是 NaN，不参加判断。
    rules : str or list of str, default "shewhart"
        判异规则，见 :func:`run_rules`。
    baseline : int, optional
        只用前几期算中心线和控制限。
    laney : bool, default False
        True 时用莱尼 u′ 图：控制限按实际波动放宽或收窄。

    Returns
    -------
    ControlChart
        centre、table、signals、dispersion。

    Raises
    ------
    TypeError
        次数或单位数不是数字。
    ValueError
        次数是负数、不是整数、有缺失，单位数是负数或全是 0，单位数是 0 却有次数，或两列长短不一。

    Notes
    -----
    换单位（每单、每千单）只改刻度，不改哪一点报警。其余与 :func:`p_chart` 相同。

    References
    ----------
    Montgomery, D. C. (2013). *Introduction to Statistical Quality Control* (7th ed.), chapter 7. Wiley.

    Examples
    --------
    >>> from crmlab import complaints
    >>> complaints.u_chart([14, 12, 20, 11, 43], units=[5.1, 4.8, 7.0, 4.2, 6.5])
    u 控制图（每单位次数）：5 点，中心线 3.623，报警 1 点（第 5 点）
    """
    chosen = check_rules(rules)
    values, size = _counts_and_size("counts", counts, "units", units, whole=False)
    first = _baseline(baseline, values)
    centre = _rate(values, size, first)
    rate, known = _ratio(values.to_numpy(), size)
    sigma = np.where(known, np.sqrt(centre / np.where(known, size, 1.0)), np.nan)
    return _chart("u", values, rate, size, centre, sigma, first, chosen, laney=laney)


def xmr_chart(
    values: Any,
    *,
    rules: Any = "shewhart",
    baseline: int | None = None,
    lower_bound: float | None = None,
) -> ControlChart:
    """XmR 控制图：每期只有一个测量值，例如每天的平均解决时长（小时）。

    标准差 = 平均移动极差 ÷ 1.128；控制限 = 均值 ± 3 倍标准差（即 2.66 倍平均移动极差）；移动极差的上限是 3.267 倍平均移动极差。

    Parameters
    ----------
    values : Series or list of float
        按时间先后的测量值。缺失的点不参加判断，它前后的移动极差也没有。
    rules : str or list of str, default "shewhart"
        判异规则，见 :func:`run_rules`。
    baseline : int, optional
        只用前几期算中心线和控制限。
    lower_bound : float, optional
        测量值不可能低于的数，例如时长写 0；控制限低于它的部分截去。

    Returns
    -------
    ControlChart
        centre、table（另有 moving_range、mr_ucl、mr_beyond）、signals。

    Raises
    ------
    TypeError
        测量值不是数字。
    ValueError
        基准期里没有相邻的两个有效值，有值低于 lower_bound，或 baseline 越界。

    Notes
    -----
    移动极差只看相邻两期，所以水平漂移不会把控制限撑大；用全部数据的标准差就会。时长往往右偏，正态的控制限会多报高的一端：
    可先取对数。每期的“平均时长”若各含不同件数，点的波动本来就不同，XmR 图看不到这一点。

    References
    ----------
    Wheeler, D. J. (2000). *Understanding Variation: The Key to Managing Chaos* (2nd ed.). SPC Press.

    Examples
    --------
    >>> from crmlab import complaints
    >>> chart = complaints.xmr_chart([20, 22, 19, 21, 23, 20, 18, 21, 36, 22], baseline=8, lower_bound=0)
    >>> chart
    XmR 控制图（单值）：10 点，中心线 20.5，报警 1 点（第 9 点）
    >>> chart.table.loc[0, ["lcl", "ucl", "mr_ucl"]].astype(float).round(2).tolist()
    [14.04, 26.96, 7.93]
    """
    chosen = check_rules(rules)
    floor = -np.inf if lower_bound is None else check_number("lower_bound", lower_bound)
    points = check_numbers("values", values, floor)
    first = _baseline(baseline, points)
    x = points.to_numpy()
    ranges = np.abs(np.diff(x, prepend=np.nan))
    known = ranges[:first][~np.isnan(ranges[:first])]
    if len(known) == 0:
        raise ValueError("基准期里没有相邻的两个有效值，算不出移动极差。请补上缺失的期，或加大 baseline。")
    centre, mean_range = float(np.nanmean(x[:first])), float(known.mean())
    sigma = np.full(len(x), mean_range / _D2)
    chart = _chart("xmr", points, x, None, centre, sigma, first, chosen, low=floor)
    mr_ucl = mean_range * (1 + 3 * _D3 / _D2)
    table = chart.table.assign(moving_range=ranges, mr_ucl=mr_ucl, mr_beyond=np.nan_to_num(ranges) > mr_ucl)
    return ControlChart("xmr", centre, table, chart.signals, float("nan"), first)


def _chart(
    kind: str,
    source: pd.Series,
    values: np.ndarray,
    size: np.ndarray | None,
    centre: float,
    sigma: np.ndarray,
    baseline: int,
    rules: tuple[str, ...],
    *,
    laney: bool = False,
    low: float = 0.0,
    high: float = np.inf,
) -> ControlChart:
    z = standardised(values, centre, sigma)
    dispersion = float("nan") if kind == "xmr" else _dispersion(z[:baseline])
    if laney and not np.isnan(dispersion):
        sigma = sigma * dispersion
        z = standardised(values, centre, sigma)
    flags = fired(z, values, rules)
    lcl, ucl = np.maximum(centre - 3 * sigma, low), np.minimum(centre + 3 * sigma, high)
    columns = {"label": source.index, "value": values}
    if size is not None:
        columns["n"] = size
    table = pd.DataFrame(columns).assign(
        centre=centre,
        sigma=sigma,
        lcl=lcl,
        ucl=ucl,
        beyond=np.abs(np.nan_to_num(z)) > 3,
        signal=np.any(list(flags.values()), axis=0),
    )
    return ControlChart(kind, centre, table, signal_table(flags, values, source.index), dispersion, baseline)


def _dispersion(z: np.ndarray) -> float:
    ranges = np.abs(np.diff(z[np.isfinite(z)]))
    return float(ranges.mean()) / _D2 if len(ranges) else float("nan")


def _rate(counts: pd.Series, size: np.ndarray, first: int) -> float:
    total = float(size[:first].sum())
    if total == 0:
        raise ValueError("基准期的总数是 0，算不出中心线。请检查数据，或改用别的基准期。")
    return float(counts.iloc[:first].sum()) / total


def _ratio(counts: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = size > 0
    return np.where(known, counts / np.where(known, size, 1.0), np.nan), known


def _whole(argument: str, values: Any) -> pd.Series:
    counts = check_numbers(argument, values, 0, missing=False)
    broken = (counts % 1 != 0).to_numpy()
    if broken.any():
        at = int(np.flatnonzero(broken)[0])
        raise ValueError(f"参数 {argument} 是件数，应是整数，{row_of(counts, at)}是 {counts.iloc[at]:g}。")
    return counts


def _counts_and_size(name: str, counts: Any, size_name: str, size: Any, *, whole: bool) -> tuple[pd.Series, np.ndarray]:
    values = _whole(name, counts)
    if np.ndim(size) == 0:
        size = [size] * len(values)
    units = _whole(size_name, size) if whole else check_numbers(size_name, size, 0, missing=False)
    if len(units) != len(values):
        raise ValueError(
            f"参数 {name} 有 {len(values)} 期，{size_name} 有 {len(units)} 期，长短不一。请从同一张表里取这两列。"
        )
    if isinstance(counts, pd.Series) and isinstance(size, pd.Series) and not counts.index.equals(size.index):
        raise ValueError(f"参数 {name} 和 {size_name} 的索引不同，不知道哪期对哪期。请从同一张表里取这两列。")
    empty = (units.to_numpy() == 0) & (values.to_numpy() > 0)
    if empty.any():
        at = int(np.flatnonzero(empty)[0])
        raise ValueError(
            f"参数 {size_name} 的{row_of(units, at)}是 0，{name} 却有 {values.iloc[at]:g} 件。请核对这一期。"
        )
    return values, units.to_numpy()


def _baseline(baseline: int | None, points: pd.Series) -> int:
    if baseline is None:
        return len(points)
    number = check_number("baseline", baseline)
    if not (number.is_integer() and 2 <= number <= len(points)):
        raise ValueError(
            f"参数 baseline 应是 2–{len(points)} 之间的整数（共 {len(points)} 期），你给的是 {baseline:g}。"
        )
    return int(number)
