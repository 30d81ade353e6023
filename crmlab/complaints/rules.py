"""Run rules of control charts: which points do not look like chance around a steady level."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab._checks import check_number, check_numbers, listing, nearest

Flags = NDArray[np.bool_]

RUN_RULES = {
    "beyond_3_sigma": "1 点超出 3 倍标准差的控制限",
    "two_of_three_beyond_2_sigma": "连续 3 点里有 2 点在同侧的 2 倍标准差之外",
    "four_of_five_beyond_1_sigma": "连续 5 点里有 4 点在同侧的 1 倍标准差之外",
    "eight_same_side": "连续 8 点在中心线同一侧",
    "nine_same_side": "连续 9 点在中心线同一侧",
    "six_trend": "连续 6 点一直上升或一直下降",
    "fourteen_alternating": "连续 14 点一上一下交替",
    "fifteen_within_1_sigma": "连续 15 点都在 1 倍标准差之内",
    "eight_outside_1_sigma": "连续 8 点都在 1 倍标准差之外（不论哪一侧）",
}
RULE_SETS = {
    "shewhart": ("beyond_3_sigma",),
    "western_electric": (
        "beyond_3_sigma",
        "two_of_three_beyond_2_sigma",
        "four_of_five_beyond_1_sigma",
        "eight_same_side",
    ),
    "nelson": (
        "beyond_3_sigma",
        "nine_same_side",
        "six_trend",
        "fourteen_alternating",
        "two_of_three_beyond_2_sigma",
        "four_of_five_beyond_1_sigma",
        "fifteen_within_1_sigma",
        "eight_outside_1_sigma",
    ),
}


def check_rules(rules: Any) -> tuple[str, ...]:
    """Return the rule names meant by the name of a set or by a list of names."""
    if isinstance(rules, str):
        if rules not in RULE_SETS:
            raise ValueError(
                f"参数 rules 不能是“{rules}”。{nearest(rules, RULE_SETS)}可用的值：{listing(RULE_SETS)}；也可以给规则名的列表。"
            )
        return RULE_SETS[rules]
    if not isinstance(rules, list | tuple) or not rules:
        raise TypeError(
            f"参数 rules 应是一套规则的名字（{listing(RULE_SETS)}）或规则名的列表，你给的是 {type(rules).__name__}。"
        )
    for rule in rules:
        if rule not in RUN_RULES:
            raise ValueError(
                f"参数 rules 里没有“{rule}”这条规则。{nearest(rule, RUN_RULES)}可用的规则：{listing(RUN_RULES)}。"
            )
    return tuple(dict.fromkeys(rules))


def fired(z: np.ndarray, values: np.ndarray, rules: tuple[str, ...]) -> dict[str, Flags]:
    """Return for every rule which points complete its pattern. A missing point belongs to no pattern and breaks runs."""
    up, known = np.nan_to_num(z, nan=0.0), ~np.isnan(z)
    rise, fall = _steps(values)
    patterns: dict[str, Callable[[], Flags]] = {
        "beyond_3_sigma": lambda: np.abs(up) > 3,
        "two_of_three_beyond_2_sigma": lambda: _most(up > 2, 2, 3) | _most(up < -2, 2, 3),
        "four_of_five_beyond_1_sigma": lambda: _most(up > 1, 4, 5) | _most(up < -1, 4, 5),
        "eight_same_side": lambda: _most(up > 0, 8, 8) | _most(up < 0, 8, 8),
        "nine_same_side": lambda: _most(up > 0, 9, 9) | _most(up < 0, 9, 9),
        "six_trend": lambda: _most(rise, 5, 5) | _most(fall, 5, 5),
        "fourteen_alternating": lambda: _most(_turns(rise, fall), 12, 12),
        "fifteen_within_1_sigma": lambda: _most(known & (np.abs(up) < 1), 15, 15),
        "eight_outside_1_sigma": lambda: _most(np.abs(up) > 1, 8, 8),
    }
    return {rule: patterns[rule]() for rule in rules}


def _turns(rise: Flags, fall: Flags) -> Flags:
    """Say which steps go the other way than the step before."""
    turns: Flags = (rise & np.roll(fall, 1)) | (fall & np.roll(rise, 1))
    turns[:2] = False
    return turns


def _steps(values: np.ndarray) -> tuple[Flags, Flags]:
    change = np.diff(values, prepend=np.nan)
    with np.errstate(invalid="ignore"):
        return change > 0, change < 0


def _most(flags: Flags, need: int, of: int) -> Flags:
    """Say where at least ``need`` of the last ``of`` flags are set, the last one among them."""
    total = np.concatenate([[0], np.cumsum(flags)])
    ends = np.arange(1, len(total))
    inside = total[ends] - total[np.maximum(ends - of, 0)]
    enough: Flags = flags & (inside >= need)
    return enough


def run_rules(values: Any, *, centre: float, sigma: Any, rules: Any) -> pd.DataFrame:
    """判异规则：在一串点里找出不像偶然波动的点。

    Parameters
    ----------
    values : Series or list of float
        按时间先后排好的点。缺失的点不参加判断，并且打断连续。
    centre : float
        中心线。
    sigma : float or Series
        标准差，一个数，或每点一个（各点的基数不同时）。
    rules : str or list of str
        "shewhart"（只看出界）、"western_electric"（西电规则，连 8 点同侧）、"nelson"（尼尔森 8 条，连 9 点同侧），
        或规则名的列表。两套规则的“连续几点”不同，所以必须写明。规则名见 complaints.RUN_RULES。

    Returns
    -------
    DataFrame
        一行一次报警。列：point（第几点，从 1 数）、label（索引）、value、rule（规则名）、rule_zh（中文说明）。
        一个图形算在它的最后一点上；没有报警就是空表。

    Raises
    ------
    TypeError
        点不是数字，或 rules 的类型不对。
    ValueError
        规则名写错，标准差是负数，或没有一个有效的点。

    Notes
    -----
    规则越多，假报警越多：过程平稳、点服从正态分布时，只看出界平均 370 点报警一次假的，西电四条平均 92 点一次。
    报警只是说“去查一查”，不是说“有人犯了错”。

    References
    ----------
    Western Electric Company (1956). *Statistical Quality Control Handbook*.

    Nelson, L. S. (1984). The Shewhart control chart - tests for special causes.
    *Journal of Quality Technology*, 16(4), 237-239.

    Champ, C. W., & Woodall, W. H. (1987). Exact results for Shewhart control charts with supplementary runs rules.
    *Technometrics*, 29(4), 393-399.

    Examples
    --------
    >>> from crmlab import complaints
    >>> hours = [20, 22, 19, 35, 21]
    >>> complaints.run_rules(hours, centre=20, sigma=4, rules="shewhart")[["point", "value", "rule"]]
       point  value            rule
    0      4   35.0  beyond_3_sigma
    """
    chosen = check_rules(rules)
    points = check_numbers("values", values)
    centre_line = check_number("centre", centre)
    spread = check_numbers("sigma", sigma if np.ndim(sigma) else [sigma], 0, missing=np.ndim(sigma) > 0).to_numpy()
    if len(spread) not in (1, len(points)):
        raise ValueError(f"参数 sigma 有 {len(spread)} 个值，values 有 {len(points)} 个。请给一个数，或每点一个。")
    found = points.to_numpy()
    flags = fired(standardised(found, centre_line, spread), found, chosen)
    return signal_table(flags, found, points.index)


def standardised(values: np.ndarray, centre: float, sigma: np.ndarray) -> np.ndarray:
    """Return (value - centre) / sigma; where sigma is 0 any departure is infinitely far, no departure is 0."""
    # A rounding error away from the centre line is on the centre line.
    away = np.where(np.isclose(values, centre, rtol=1e-12, atol=0), 0.0, values - centre)
    safe = np.where(sigma > 0, sigma, 1.0)
    none = np.where(np.isnan(values), np.nan, np.where(away == 0, 0.0, np.copysign(np.inf, away)))
    return np.where(sigma > 0, away / safe, none)


def signal_table(flags: dict[str, Flags], values: np.ndarray, labels: pd.Index) -> pd.DataFrame:
    """List every alarm, in the order of the points."""
    hits = sorted((int(at), order, rule) for order, (rule, f) in enumerate(flags.items()) for at in np.flatnonzero(f))
    return pd.DataFrame(
        {
            "point": pd.Series([at + 1 for at, _, _ in hits], dtype="int64"),
            "label": labels[[at for at, _, _ in hits]] if hits else labels[:0],
            "value": pd.Series([values[at] for at, _, _ in hits], dtype="float64"),
            "rule": pd.Series([rule for _, _, rule in hits], dtype="str"),
            "rule_zh": pd.Series([RUN_RULES[rule] for _, _, rule in hits], dtype="str"),
        }
    )
