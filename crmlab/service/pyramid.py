"""Three levels of service: basic, added, superior; the upper ones stand on the lower ones."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame, check_labels, check_probability, check_zero_one
from crmlab._intervals import wilson

SERVICE_LEVEL_NAMES = ("基础", "附加", "超值")


def service_level_pyramid(
    records: pd.DataFrame, *, by: str, needed: float | Mapping[str, float], confidence: float = 0.95
) -> pd.DataFrame:
    """服务层次金字塔：基础、附加、超值服务各兑现了多少，站稳在第几层。

    “做精基础、做足附加、做好超值”：下面一层没有站稳，上面的做得再多也不算站上去。

    Parameters
    ----------
    records : DataFrame
        一行一次该做的服务。列：by 那一列、level（基础、附加、超值）、delivered（做到没有，1/0；缺失的不算）。
    by : str
        分组的列名，例如门店。
    needed : float or dict
        一层做到多少才算站稳，0–1；三层不同时写成 {"基础": 0.95, "附加": 0.8, "超值": 0.5}。没有公认的标准，所以必须写明。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        每组三行，按组名、层次。列：group、level、n（有记录的次数）、share（做到的占比；没有记录时 NaN）、low、high（威尔逊区间）、
        needed、met（占比不低于 needed）、reached（这一组站稳的最高一层；基础也没有站稳时是空的）、
        sure（整个区间都不低于 needed：不是运气）。

    Raises
    ------
    TypeError
        needed 不是数。
    ValueError
        缺列，层次写错，delivered 不是 1/0，needed 越界或缺一层。

    Notes
    -----
    占比靠近 needed 时，met 换一个月就会变：看 sure。没有记录的一层算没有站稳。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import service
    >>> records = pd.DataFrame({"store": ["城南"] * 6, "level": ["基础", "基础", "附加", "附加", "超值", "超值"],
    ...                         "delivered": [1, 1, 1, 0, 1, 1]})
    >>> service.service_level_pyramid(records, by="store", needed=0.8)[["group", "level", "share", "met", "reached"]]
      group level  share    met reached
    0    城南    基础    1.0   True      基础
    1    城南    附加    0.5  False      基础
    2    城南    超值    1.0   True      基础
    """
    check_frame("records", records, [by, "level", "delivered"])
    if by in ("level", "delivered"):
        raise ValueError(f"参数 by 不能是“{by}”，请给分组的列，例如门店。")
    limits = _needed(needed)
    check_probability("confidence", confidence)
    level = check_labels("level", records["level"], SERVICE_LEVEL_NAMES, missing=False).to_numpy()
    done = check_zero_one("delivered", records["delivered"], all_missing=True).to_numpy()
    rows = []
    for group, at in records.groupby(by).indices.items():
        reached, standing = None, True
        part = []
        for name in SERVICE_LEVEL_NAMES:
            known = done[at][(level[at] == name) & ~np.isnan(done[at])]
            n, yes = len(known), float(known.sum())
            share = yes / n if n else float("nan")
            low, high = (float(end) for end in wilson(yes, n, confidence))
            met = bool(share >= limits[name] - 1e-12)
            standing = standing and met
            reached = name if standing else reached
            part.append((group, name, n, share, low, high, limits[name], met, bool(low >= limits[name])))
        rows += [(*row[:-1], reached, row[-1]) for row in part]
    columns = ["group", "level", "n", "share", "low", "high", "needed", "met", "reached", "sure"]
    if not rows:
        raise ValueError(f"列“{by}”全是缺失值，分不出组。")
    return pd.DataFrame(rows, columns=columns)


def _needed(needed: Any) -> dict[str, float]:
    if not isinstance(needed, Mapping):
        value = check_between("needed", needed, 0, 1)
        return dict.fromkeys(SERVICE_LEVEL_NAMES, value)
    check_labels("needed", list(needed), SERVICE_LEVEL_NAMES, missing=False)
    lacking = [name for name in SERVICE_LEVEL_NAMES if name not in needed]
    if lacking:
        raise ValueError(
            f"参数 needed 里缺“{lacking[0]}”这一层。三层都要写，例如 {{'基础': 0.95, '附加': 0.8, '超值': 0.5}}。"
        )
    return {name: check_between("needed", needed[name], 0, 1) for name in SERVICE_LEVEL_NAMES}
