"""How many go on from step to step, and where most are lost."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_labels, check_numbers, check_present, check_probability, listing
from crmlab._intervals import wilson


def funnel(counts: Any, *, confidence: float = 0.95) -> pd.DataFrame:
    """漏斗：从看到到下单（或从问好到告别），每一步留下多少人，哪一步漏得最多。

    Parameters
    ----------
    counts : Series or DataFrame
        各步的人数，按先后次序。Series 的索引是步骤名；DataFrame 要有列 step（步骤名）和 n（人数）。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一步，次序同输入。列：step、n、lost（这一步走掉的人数）、step_share（占上一步的比例，0–1）、low、high（它的威尔逊区间）、
        overall_share（占第一步的比例）、overall_low、overall_high、weakest（转化率最低的一步）。第一步没有转化率，是 NaN；上一步是 0 人时
        也是 NaN。

    Raises
    ------
    TypeError
        类型不对，或人数不是数字。
    ValueError
        人数是负数、不是整数、有缺失，第一步是 0，步骤少于两步或重名，或后一步比前一步还多。

    Notes
    -----
    数的是人，不是次数：一个人点五次只算一个，先去重（:func:`funnel_counts`）。转化率最低的一步不一定最值得改：先看区间，再看改一个百分点
    要花多少钱。后一步比前一步多，多半是步骤次序错了，或两步数的不是同一批人。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> table = communication.funnel(pd.Series({"看到": 5000, "点击": 600, "咨询": 150, "下单": 60}))
    >>> table[["step", "n", "step_share", "low", "high", "overall_share", "weakest"]].round(3)
      step     n  step_share    low   high  overall_share  weakest
    0   看到  5000         NaN    NaN    NaN          1.000    False
    1   点击   600        0.12  0.111  0.129          0.120     True
    2   咨询   150        0.25  0.217  0.286          0.030    False
    3   下单    60        0.40  0.325  0.480          0.012    False
    """
    check_probability("confidence", confidence)
    if isinstance(counts, pd.DataFrame):
        check_frame("counts", counts, ["step", "n"])
        steps, numbers = list(counts["step"]), counts["n"].reset_index(drop=True)
    elif isinstance(counts, pd.Series):
        steps, numbers = list(counts.index), counts.reset_index(drop=True)
    else:
        raise TypeError(f"参数 counts 应是一列人数（Series）或有 step、n 两列的表，你给的是 {type(counts).__name__}。")
    n = check_numbers("n", numbers.rename("n"), 0, missing=False).to_numpy()
    _check_steps(steps, n)
    before = np.concatenate([[np.nan], n[:-1]])
    divisor = np.where(before > 0, before, np.nan)
    share = n / divisor
    low, high = wilson(n, np.nan_to_num(before), confidence)
    overall_low, overall_high = wilson(n, n[0], confidence)
    overall_low[0] = overall_high[0] = np.nan
    lost = np.concatenate([[0.0], n[:-1] - n[1:]])
    known = np.nan_to_num(share, nan=np.inf)
    return pd.DataFrame(
        {
            "step": steps,
            "n": n.astype(int),
            "lost": lost.astype(int),
            "step_share": share,
            "low": low,
            "high": high,
            "overall_share": n / n[0],
            "overall_low": overall_low,
            "overall_high": overall_high,
            "weakest": (known == known.min()) & np.isfinite(known),
        }
    )


def _check_steps(steps: list[Any], n: np.ndarray) -> None:
    if len(steps) < 2:
        raise ValueError("漏斗至少要有两步，现在只有一步。")
    repeated = [s for i, s in enumerate(steps) if s in steps[:i]]
    if repeated:
        raise ValueError(f"步骤不能重名：{listing(repeated)}。")
    for i, step in enumerate(steps):
        if n[i] != np.floor(n[i]):
            raise ValueError(f"“{step}”的人数应是整数，现在是 {n[i]:g}。")
        if i and n[i] > n[i - 1]:
            raise ValueError(
                f"“{step}”有 {n[i]:g} 人，比上一步“{steps[i - 1]}”的 {n[i - 1]:g} 人还多。请检查步骤的次序，或先按人去重。"
            )
    if n[0] == 0:
        raise ValueError(f"第一步“{steps[0]}”是 0 人，算不出比例。")


def funnel_counts(
    events: pd.DataFrame, *, steps: Sequence[str], customer: str = "customer_id", step: str = "step"
) -> pd.Series:
    """由行为记录数出漏斗：一个人做过前面所有的步骤，才算走到这一步。

    Parameters
    ----------
    events : DataFrame
        一行一个动作：谁、做了哪一步。重复的动作只算一次，行的次序不限。
    steps : list of str
        步骤，按先后次序；别的动作不用。
    customer, step : str
        两列的列名，默认 customer_id、step。

    Returns
    -------
    Series
        各步的人数，索引是步骤名，可以直接给 :func:`funnel`。

    Raises
    ------
    ValueError
        缺列，有缺失值，steps 不足两步或重名，或没有一个动作在 steps 里。

    Notes
    -----
    只看做没做过，不看时间先后。跳过中间一步直接到最后的人，停在他跳过的那一步之前：若这样的人很多，漏斗画错了。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> events = pd.DataFrame({"customer_id": [1, 1, 1, 2, 2, 3], "step": ["看到", "点击", "下单", "看到", "看到", "看到"]})
    >>> communication.funnel_counts(events, steps=["看到", "点击", "下单"]).to_dict()
    {'看到': 3, '点击': 1, '下单': 1}
    """
    check_frame("events", events, [customer, step])
    if isinstance(steps, str) or len(steps) < 2:
        raise ValueError(f"参数 steps 应是至少两步的列表，你给的是 {steps!r}。")
    planned = list(steps)
    if len(set(planned)) < len(planned):
        raise ValueError(f"步骤不能重名：{listing(sorted({s for s in planned if planned.count(s) > 1}))}。")
    for column in (customer, step):
        check_present(column, events[column])
    known = events[events[step].isin(planned).to_numpy()]
    if known.empty:
        check_labels(step, events[step], planned)
    pairs = pd.DataFrame({"customer": known[customer].to_numpy(), "step": known[step].map(str).to_numpy()})
    done = pd.crosstab(pairs["customer"], pairs["step"]).reindex(columns=planned, fill_value=0) > 0
    reached = done.cumprod(axis=1).sum()
    return pd.Series(reached.to_numpy().astype(int), index=pd.Index(planned, name="step"), name="n")
