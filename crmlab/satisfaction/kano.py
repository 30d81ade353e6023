"""The Kano model: which feature delights, which one only avoids anger."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_labels, check_probability
from crmlab._intervals import wilson

KANO_ANSWERS = ("like", "must_be", "neutral", "live_with", "dislike")
KANO_CATEGORIES = {
    "A": "魅力型",
    "O": "期望型",
    "M": "必备型",
    "I": "无差异型",
    "R": "反向型",
    "Q": "可疑",
}
TIE_ORDER = ("M", "O", "A", "I", "R", "Q")
_ROWS = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
KANO_TABLE = pd.DataFrame(
    [list(row) for row in _ROWS],
    index=pd.Index(KANO_ANSWERS, name="functional"),
    columns=pd.Index(KANO_ANSWERS, name="dysfunctional"),
)


def kano_evaluate(functional: Any, dysfunctional: Any) -> pd.Series:
    """Kano 模型：用正反两问的回答，把每个人对每个功能的看法归类。

    Parameters
    ----------
    functional : Series or list of str
        正向题“有这个功能，你觉得怎样”的回答：like（喜欢）、must_be（理应如此）、neutral（无所谓）、
        live_with（能忍受）、dislike（不喜欢）。
    dysfunctional : Series or list of str
        反向题“没有这个功能，你觉得怎样”的回答，选项相同，逐行与正向题对应。

    Returns
    -------
    Series
        名字是 category，值为 A（魅力型）、O（期望型）、M（必备型）、I（无差异型）、R（反向型）、Q（可疑）；
        任何一问没答的是缺失值。索引与 ``functional`` 相同。

    Raises
    ------
    ValueError
        两列长短不同，或有不认识的回答。

    Notes
    -----
    两问都答“喜欢”或都答“不喜欢”是自相矛盾，记为 Q。Q 多，多半是题目没写清楚，要先改题再谈结论。

    References
    ----------
    Kano, N., Seraku, N., Takahashi, F., & Tsuji, S. (1984). Attractive quality and must-be quality.
    *Journal of the Japanese Society for Quality Control*, 14(2), 39-48.

    Berger, C., et al. (1993). Kano's methods for understanding customer-defined quality.
    *Center for Quality of Management Journal*, 2(4), 3-36.

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.kano_evaluate(["like", "neutral", "like"], ["dislike", "dislike", "neutral"]).tolist()
    ['O', 'M', 'A']
    """
    first = check_labels("functional", functional, KANO_ANSWERS)
    second = check_labels("dysfunctional", dysfunctional, KANO_ANSWERS)
    if len(first) != len(second):
        raise ValueError(
            f"functional 有 {len(first)} 行，dysfunctional 有 {len(second)} 行，应一样长。请检查两问是不是取自同一张表。"
        )
    positions = pd.Index(KANO_ANSWERS)
    row, col = positions.get_indexer(pd.Index(first)), positions.get_indexer(pd.Index(second))
    letters = np.array([list(r) for r in _ROWS], dtype=object)[row, col]
    letters[(row < 0) | (col < 0)] = None
    return pd.Series(letters, index=first.index, name="category", dtype="str")


def kano_category(categories: Any) -> str:
    """一个功能最后归哪一类：取人数最多的一类。

    Parameters
    ----------
    categories : Series or list of str
        :func:`kano_evaluate` 的结果，每人一个字母。缺失值不算。

    Returns
    -------
    str
        A、O、M、I、R、Q 中的一个。人数相同时按 M > O > A > I > R > Q 取：先保住会惹人生气的，再谈惊喜。

    Raises
    ------
    ValueError
        有不认识的类别，或没有一个有效的类别。

    Notes
    -----
    最多的一类可能只占三成。只报一个字母会丢掉分歧，请连同各类人数一起看。

    Examples
    --------
    >>> from crmlab import satisfaction
    >>> satisfaction.kano_category(["A", "M", "A", "M", "I"])
    'M'
    """
    labels = check_labels("categories", categories, TIE_ORDER)
    counts = labels.value_counts()
    if counts.empty:
        raise ValueError("参数 categories 没有一个有效的类别。请检查数据是否为空，或筛选条件是否太严。")
    return max(TIE_ORDER, key=lambda letter: (counts.get(letter, 0), -TIE_ORDER.index(letter)))


def kano_better_worse(responses: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """每个功能的各类人数、归类，以及 Better、Worse 系数和区间。

    Better = (A + O) ÷ (A + O + M + I)，做好了能让多少人更满意，0 到 1。
    Worse = −(O + M) ÷ (A + O + M + I)，做不好会让多少人不满，−1 到 0。

    Parameters
    ----------
    responses : DataFrame
        一行一个人对一个功能的看法。列：feature（功能名）、category（A、O、M、I、R、Q）。
    confidence : float, default 0.95
        置信水平，0–1 之间。区间用威尔逊（Wilson）法。

    Returns
    -------
    DataFrame
        一行一个功能，按功能名排序。列：feature，A、O、M、I、R、Q（人数），n（六类合计），category（见 :func:`kano_category`），
        better、worse，better_low、better_high、worse_low、worse_high。分母是 0 时系数和区间是 NaN。

    Raises
    ------
    ValueError
        缺列，有不认识的类别，或没有一行有效。

    Notes
    -----
    分母不含 R 和 Q。R、Q 很多时，两个系数只代表剩下的人。区间宽的功能不要排先后。

    References
    ----------
    Berger, C., et al. (1993). Kano's methods for understanding customer-defined quality.
    *Center for Quality of Management Journal*, 2(4), 3-36.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> views = pd.DataFrame({"feature": ["免费包装"] * 4, "category": ["A", "A", "O", "I"]})
    >>> satisfaction.kano_better_worse(views)[["feature", "category", "better", "worse"]]
      feature category  better  worse
    0    免费包装        A    0.75  -0.25
    """
    check_frame("responses", responses, ["feature", "category"])
    check_probability("confidence", confidence)
    known = responses[["feature", "category"]].assign(
        category=check_labels("category", responses["category"], TIE_ORDER)
    )
    known = known.dropna()
    if known.empty:
        raise ValueError("列“feature”和“category”没有一行同时有值。请检查数据是否为空，或筛选条件是否太严。")
    counts = known.groupby(["feature", "category"], observed=True).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(KANO_CATEGORIES), fill_value=0)
    ranked = counts[list(TIE_ORDER)].to_numpy()
    result = counts.rename_axis(columns=None).reset_index()
    result["n"] = ranked.sum(axis=1)
    result["category"] = np.array(TIE_ORDER)[ranked.argmax(axis=1)]
    base = counts[["A", "O", "M", "I"]].sum(axis=1).to_numpy(dtype=float)
    divisor = np.where(base > 0, base, np.nan)
    pleased, annoyed = (counts[pair].sum(axis=1).to_numpy() for pair in (["A", "O"], ["O", "M"]))
    # 0.0 - x, not -x: a feature that annoys nobody gets 0.0, not -0.0.
    result["better"], result["worse"] = pleased / divisor, 0.0 - annoyed / divisor
    result["better_low"], result["better_high"] = wilson(pleased, base, confidence)
    annoyed_low, annoyed_high = wilson(annoyed, base, confidence)
    result["worse_low"], result["worse_high"] = 0.0 - annoyed_high, 0.0 - annoyed_low
    return result
