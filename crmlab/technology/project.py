"""How long a CRM project takes: critical path, slack, and how far three-point estimates let it slip."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_names, check_numbers, check_positive, check_probability, listing, nearest
from crmlab._intervals import critical_z, interval_text

_GUESSES = ("optimistic_days", "likely_days", "pessimistic_days")


@dataclass(frozen=True, repr=False, eq=False)
class CriticalPath:
    """项目的关键路径。

    Attributes
    ----------
    days : float
        总工期，天；三点估计时是期望工期。
    low, high : float
        总工期的区间，天；没有三点估计时是 NaN。
    sd_days : float
        总工期的标准差，天；没有三点估计时是 NaN。
    path : list of str
        一条关键路径上的任务，按先后。
    tasks : DataFrame
        一行一个任务，次序同原表。列：task、days、earliest_start、earliest_end、latest_start、latest_end、slack_days（可以拖几天）、critical。
    on_time : float
        在 deadline 之前做完的概率；没给 deadline 或没有三点估计时是 NaN。
    confidence : float
        置信水平。
    """

    days: float
    low: float
    high: float
    sd_days: float
    path: list[str]
    tasks: pd.DataFrame
    on_time: float
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = "" if np.isnan(self.low) else f"（{interval_text(self.low, self.high, self.confidence)}）"
        chance = "" if np.isnan(self.on_time) else f"；按期完成的概率 {self.on_time:.0%}"
        return f"总工期 {self.days:.1f} 天{interval}，关键路径 {'→'.join(self.path)}{chance}"

    __repr__ = __str__


def critical_path(tasks: pd.DataFrame, *, deadline: float | None = None, confidence: float = 0.95) -> CriticalPath:
    """关键路径法（critical path method, CPM）：哪几件事一拖，整个项目就拖；其余的各能拖几天。

    给三点估计就用计划评审技术（PERT）：任务的期望 = (乐观 + 4 × 最可能 + 悲观) ÷ 6，标准差 = (悲观 − 乐观) ÷ 6。

    Parameters
    ----------
    tasks : DataFrame
        一行一个任务。列：task（名称，不重复）、after（要等哪些任务做完：名称用顿号或逗号隔开，或一个列表；没有就空着）；
        工期给 days 一列，或给 optimistic_days、likely_days、pessimistic_days 三列，单位都是天，不能是负数。
    deadline : float, optional
        期限，天。给了、又有三点估计，就算按期完成的概率。
    confidence : float, default 0.95
        工期区间的置信水平，0–1 之间。

    Returns
    -------
    CriticalPath
        总工期、区间、关键路径、每个任务的时差。

    Raises
    ------
    TypeError
        工期不是数字。
    ValueError
        缺列，名称重复，after 里有没有的任务，任务互相等待，或三个估计不是从小到大。

    Notes
    -----
    区间把关键路径上各任务的方差相加，按正态算，当作任务之间互不影响。别的路只短一点时，谁都可能变成关键，真正的工期会比它长：
    这是 PERT 有名的偏差。几条关键路径一样长时，区间用标准差最大的那一条。估计是人拍的：悲观的往往还不够悲观。

    References
    ----------
    Malcolm, D. G., Roseboom, J. H., Clark, C. E., & Fazar, W. (1959). Application of a technique for research and development
    program evaluation. *Operations Research*, 7(5), 646-669.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> tasks = pd.DataFrame(
    ...     {
    ...         "task": ["选型", "数据清洗", "安装", "培训", "上线"], "days": [10, 15, 5, 4, 2],
    ...         "after": ["", "", "选型", "安装", "培训、数据清洗"],
    ...     }
    ... )
    >>> result = technology.critical_path(tasks)
    >>> result
    总工期 21.0 天，关键路径 选型→安装→培训→上线
    >>> result.tasks[["task", "earliest_start", "slack_days", "critical"]]
       task  earliest_start  slack_days  critical
    0    选型             0.0         0.0      True
    1  数据清洗             0.0         4.0     False
    2    安装            10.0         0.0      True
    3    培训            15.0         0.0      True
    4    上线            19.0         0.0      True
    """
    check_frame("tasks", tasks, ["task", "after"])
    check_probability("confidence", confidence)
    limit = None if deadline is None else check_positive("deadline", deadline)
    names = [str(name) for name in check_names("task", tasks["task"])]
    days, variance = _durations(tasks)
    before = _before(tasks["after"], names)
    order = _in_order(before, names)
    after: list[list[int]] = [[j for j in range(len(names)) if i in before[j]] for i in range(len(names))]
    start, end = np.zeros(len(names)), np.zeros(len(names))
    for i in order:
        start[i] = max((end[j] for j in before[i]), default=0.0)
        end[i] = start[i] + days[i]
    total = float(end.max())
    last = np.full(len(names), total)
    for i in reversed(order):
        last[i] = min((last[j] - days[j] for j in after[i]), default=total)
    slack = last - end
    slack[np.abs(slack) < 1e-9 * max(total, 1.0)] = 0.0
    table = pd.DataFrame(
        {
            "task": names,
            "days": days,
            "earliest_start": start,
            "earliest_end": end,
            "latest_start": start + slack,
            "latest_end": end + slack,
            "slack_days": slack,
            "critical": slack == 0,
        }
    )
    path = _longest(order, before, slack, start, end, variance, total)
    sd = float(np.sqrt(sum(variance[i] for i in path)))
    low = high = on_time = float("nan")
    if not np.isnan(sd):
        half = critical_z(confidence) * sd
        low, high = max(total - half, 0.0), total + half
        on_time = float("nan") if limit is None else _chance(limit, total, sd)
    return CriticalPath(total, low, high, sd, [names[i] for i in path], table, on_time, confidence)


def _durations(tasks: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    if not set(_GUESSES) & set(tasks.columns):
        check_frame("tasks", tasks, ["days"])
        days = check_numbers("days", tasks["days"], 0, missing=False).to_numpy()
        return days, np.full(len(days), np.nan)
    check_frame("tasks", tasks, _GUESSES)
    low, likely, high = (check_numbers(c, tasks[c], 0, missing=False).to_numpy() for c in _GUESSES)
    wrong = (low > likely) | (likely > high)
    if wrong.any():
        at = int(wrong.argmax())
        raise ValueError(
            f"任务“{tasks['task'].iloc[at]}”的三个估计应从小到大（乐观、最可能、悲观），"
            f"你给的是 {low[at]:g}、{likely[at]:g}、{high[at]:g}。"
        )
    return (low + 4 * likely + high) / 6, ((high - low) / 6) ** 2


def _before(after: pd.Series, names: list[str]) -> list[list[int]]:
    place = {name: at for at, name in enumerate(names)}
    found = []
    for name, given in zip(names, after, strict=True):
        wanted = _split(given)
        unknown = [other for other in wanted if other not in place]
        if unknown:
            raise ValueError(
                f"任务“{name}”要等“{unknown[0]}”，任务表里没有它。{nearest(unknown[0], names)}现有的任务：{listing(names)}。"
            )
        found.append([place[other] for other in dict.fromkeys(wanted)])
    return found


def _split(given: Any) -> list[str]:
    if isinstance(given, list | tuple):
        return [str(name).strip() for name in given]
    if given is None or pd.isna(given):
        return []
    return [name.strip() for name in re.split(r"[,，、;；|]", str(given)) if name.strip()]


def _in_order(before: list[list[int]], names: list[str]) -> list[int]:
    """Sort the tasks so that each comes after those it waits for."""
    order: list[int] = []
    left = list(range(len(before)))
    while left:
        ready = [i for i in left if all(j in order for j in before[i])]
        if not ready:
            raise ValueError(f"这些任务互相等待，谁也开始不了：{listing(names[i] for i in left)}。请检查 after 列。")
        order += ready
        left = [i for i in left if i not in ready]
    return order


def _longest(
    order: list[int],
    before: list[list[int]],
    slack: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    variance: np.ndarray,
    total: float,
) -> list[int]:
    """Return the critical path; of several, the one that varies most."""
    near = 1e-9 * max(total, 1.0)
    best: dict[int, tuple[float, list[int]]] = {}
    for i in order:
        if slack[i] > 0:
            continue
        ways = [best[j] for j in before[i] if j in best and abs(end[j] - start[i]) <= near]
        spread, path = max(ways, key=lambda way: way[0], default=(0.0, []))
        best[i] = (spread + float(np.nan_to_num(variance[i])), [*path, i])
    finals = [best[i] for i in best if abs(end[i] - total) <= near]
    return max(finals, key=lambda way: (way[0], len(way[1])))[1]


def _chance(limit: float, mean: float, sd: float) -> float:
    from scipy.special import ndtr

    return float(ndtr((limit - mean) / sd)) if sd > 0 else float(limit >= mean)
