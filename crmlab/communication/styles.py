"""Communication styles of people, from a short questionnaire: assertiveness by responsiveness."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_labels, check_number, check_scale, check_scores, check_zero_one, row_of

STYLE_AXES = ("assertiveness", "responsiveness")
STYLES = {
    "driver": "控制型",
    "expressive": "表现型",
    "amiable": "友善型",
    "analytical": "分析型",
}


def style_quadrant(
    responses: pd.DataFrame,
    items: pd.DataFrame,
    *,
    scale: tuple[float, float] = (1, 5),
    cut: Any = "midpoint",
    margin: float = 5.0,
) -> pd.DataFrame:
    """沟通风格四象限：由问卷算出每个人的支配性和情感外露程度，归入控制、表现、友善、分析四型。

    Parameters
    ----------
    responses : DataFrame
        一行一人，一列一题，都在 scale 之内。
    items : DataFrame
        一行一题。列：item（responses 里的列名）、axis（assertiveness 支配性，或 responsiveness 情感外露）、reverse（反向题写 1，否则写 0）。
        两个方向各至少一题。
    scale : tuple of float, default (1, 5)
        量表的最低分和最高分。
    cut : {"midpoint", "median"} or tuple of float, default "midpoint"
        分界：量表中点（50 分）、这批人的中位数，或自己给的（支配性，情感外露）两个分界，0–100。
    margin : float, default 5.0
        离分界不到几分就算“说不准”。

    Returns
    -------
    DataFrame
        一行一人，索引同 responses。列：assertiveness、responsiveness（0–100 分）、style（driver、expressive、amiable、analytical）、style_zh、
        clear（离两条分界都至少 margin 分）、cut_assertiveness、cut_responsiveness。某个方向答了不到一半的人，分数和风格是缺失值。
        正好落在分界上的算高的一侧。

    Raises
    ------
    TypeError
        答案不是数字。
    ValueError
        缺列，答案越出量表，axis 写错，某个方向没有题，或题目重复。

    Notes
    -----
    控制型：支配性高、情感外露低；表现型：都高；友善型：支配性低、情感外露高；分析型：都低（Merrill 与 Reid 的社会风格模型）。
    用 "median" 分界时，必有一半人在每一侧：它说的是“在这批人里”，换一批人同一个人可能换型。一个人的分数没有区间：几道题的小问卷
    误差很大，所以看 clear，不要给 51 分和 49 分的人贴不同的标签。风格不是性格，更不能拿来决定给谁什么待遇。

    References
    ----------
    Merrill, D. W., & Reid, R. H. (1981). *Personal Styles and Effective Performance*. Chilton.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> responses = pd.DataFrame({"q1": [5, 2], "q2": [4, 1], "q3": [1, 5], "q4": [4, 2]}, index=["小王", "小李"])
    >>> items = pd.DataFrame(
    ...     {
    ...         "item": ["q1", "q2", "q3", "q4"],
    ...         "axis": ["assertiveness", "assertiveness", "responsiveness", "responsiveness"],
    ...         "reverse": [0, 0, 0, 1],
    ...     }
    ... )
    >>> communication.style_quadrant(responses, items)[["assertiveness", "responsiveness", "style_zh", "clear"]]
        assertiveness  responsiveness style_zh  clear
    小王           87.5            12.5      控制型   True
    小李           12.5            87.5      友善型   True
    """
    check_frame("responses", responses)
    check_frame("items", items, ["item", "axis", "reverse"])
    low, high = check_scale("scale", scale)
    near = check_number("margin", margin)
    axis = check_labels("axis", items["axis"], STYLE_AXES, missing=False).to_numpy()
    reverse = check_zero_one("reverse", items["reverse"]).to_numpy() == 1
    names = list(items["item"])
    repeated = items["item"].duplicated().to_numpy()
    if repeated.any():
        at = int(repeated.argmax())
        raise ValueError(f"列“item”的题目不能重复，{row_of(items['item'], at)}又是“{names[at]}”。")
    for wanted in STYLE_AXES:
        if wanted not in axis:
            raise ValueError(f"表 items 里没有 axis 是“{wanted}”的题。两个方向各至少要一题。")
    check_frame("responses", responses, names)
    scores = {}
    for wanted in STYLE_AXES:
        chosen = [i for i in range(len(names)) if axis[i] == wanted]
        answers = np.column_stack([check_scores(names[i], responses[names[i]], low, high).to_numpy() for i in chosen])
        points = 100 * (answers - low) / (high - low)
        points = np.where(reverse[chosen], 100 - points, points)
        known = ~np.isnan(points)
        n = known.sum(axis=1)
        total = np.where(known, points, 0.0).sum(axis=1)
        # A mean of under half the items is a guess.
        scores[wanted] = np.where(2 * n >= len(chosen), total / np.maximum(n, 1), np.nan)
    assertive, responsive = scores["assertiveness"], scores["responsiveness"]
    cut_a, cut_r = _cuts(cut, assertive, responsive)
    both = ~(np.isnan(assertive) | np.isnan(responsive))
    style = np.select(
        [~both, (assertive >= cut_a) & (responsive < cut_r), assertive >= cut_a, responsive >= cut_r],
        ["", "driver", "expressive", "amiable"],
        "analytical",
    )
    styles = pd.Series(style, index=responses.index, dtype="str").where(both)
    clear = both & (np.abs(assertive - cut_a) >= near) & (np.abs(responsive - cut_r) >= near)
    return pd.DataFrame(
        {
            "assertiveness": assertive,
            "responsiveness": responsive,
            "style": styles,
            "style_zh": styles.map(STYLES).astype("str"),
            "clear": clear,
            "cut_assertiveness": cut_a,
            "cut_responsiveness": cut_r,
        },
        index=responses.index,
    )


def _cuts(cut: Any, assertive: np.ndarray, responsive: np.ndarray) -> tuple[float, float]:
    if isinstance(cut, tuple | list) and len(cut) == 2:
        one, other = check_number("cut", cut[0]), check_number("cut", cut[1])
        if 0 <= one <= 100 and 0 <= other <= 100:
            return one, other
    elif isinstance(cut, str) and cut == "midpoint":
        return 50.0, 50.0
    elif isinstance(cut, str) and cut == "median":
        if np.isnan(assertive).all() or np.isnan(responsive).all():
            raise ValueError('没有一个人答够题数，算不出中位数。请检查答卷，或用 cut="midpoint"。')
        return float(np.nanmedian(assertive)), float(np.nanmedian(responsive))
    raise ValueError(f'参数 cut 应是 "midpoint"、"median" 或 0–100 之间的两个分界，例如 (50, 60)，你给的是 {cut!r}。')
