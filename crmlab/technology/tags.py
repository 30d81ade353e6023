"""Tags from an editable rule table, and what a tag is worth: lift."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_probability,
    check_zero_one,
    listing,
)
from crmlab._intervals import critical_z, wilson
from crmlab._rules import OPERATORS, rules_met

TAG_OPERATORS = OPERATORS


def tag_rules(customers: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """贴标签：按规则表给客户贴上标签，一张表老师和运营都能改。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。
    rules : DataFrame
        一行一个条件。列：tag（标签）、column（customers 的列名）、op（TAG_OPERATORS 里的一种）、value（比较的值；between 写“低|高”，in 写“甲|乙”，
        missing 和 known 不用写）。
        同一个标签写几行，要全部满足；值缺失的客户不满足任何条件（missing 除外）。

    Returns
    -------
    DataFrame
        行和索引同 customers，一列一个标签（次序同规则表里第一次出现），True 是贴上了。

    Raises
    ------
    TypeError
        比大小的列不是数字也不是日期。
    ValueError
        缺列，规则里的列名或运算符写错，或 value 写得不对。

    Notes
    -----
    标签是规则，不是事实：“高价值”只是超过了某条线。用敏感信息（健康、宗教、住址）贴标签要有客户的单独同意。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> customers = pd.DataFrame({"orders": [1, 5, 8], "city": ["大同", "太原", "大同"]})
    >>> rules = pd.DataFrame([["常客", "orders", ">=", 5], ["本地常客", "orders", ">=", 5], ["本地常客", "city", "==", "大同"]],
    ...                      columns=["tag", "column", "op", "value"])
    >>> technology.tag_rules(customers, rules)
          常客   本地常客
    0  False  False
    1   True  False
    2   True   True
    """
    check_frame("customers", customers)
    met = rules_met(customers, rules, name="tag", noun="标签")
    return pd.DataFrame({str(tag): holds for tag, holds in met.items()}, index=customers.index)


def tag_lift(tags: pd.DataFrame, outcome: Any, *, confidence: float = 0.95) -> pd.DataFrame:
    """标签的提升度（lift）：贴了标签的客户，响应率是全体的几倍。

    提升度 = 标签内的响应率 ÷ 全体的响应率。1 是没有用；2 是按标签找人，命中率翻一倍。

    Parameters
    ----------
    tags : DataFrame
        一行一位客户，一列一个标签（True/False 或 1/0），:func:`tag_rules` 的结果。
    outcome : Series or list
        每位客户有没有回应，1/0，行序同 tags；缺失的客户不算。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个标签，提升度从高到低。列：tag、n（贴了的人数）、share（占全体）、response（标签内响应率）及 low、high
        （威尔逊区间）、base（全体响应率）、lift 及 lift_low、lift_high（对数正态区间）、captured（回应者里贴了标签的占比）。
        没有人贴、标签内或全体没有人回应时，算不出的是 NaN。

    Raises
    ------
    ValueError
        行数对不上，标签或结果不是 1/0。

    Notes
    -----
    提升度的分母里也有标签内的人，区间考虑了这一点。在同一批客户上先挑标签再看提升度会偏高：请在另一批客户上复核。
    提升度高不等于该给他们发优惠：他们可能本来就会买。要知道活动的作用得有对照组。

    References
    ----------
    Tan, P.-N., Steinbach, M., & Kumar, V. (2005). *Introduction to Data Mining*, ch. 6. Addison-Wesley.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> tags = pd.DataFrame({"常客": [1, 1, 1, 1, 0, 0, 0, 0, 0, 0]})
    >>> technology.tag_lift(tags, [1, 1, 1, 0, 1, 0, 0, 0, 0, 0])[["tag", "n", "response", "base", "lift"]]
      tag  n  response  base   lift
    0  常客  4      0.75   0.4  1.875
    """
    check_frame("tags", tags)
    check_probability("confidence", confidence)
    answered = check_zero_one("outcome", outcome, all_missing=True)
    if len(answered) != len(tags):
        raise ValueError(f"参数 outcome 有 {len(answered)} 个值，tags 有 {len(tags)} 行，应一样多、次序相同。")
    if isinstance(outcome, pd.Series) and not outcome.index.equals(tags.index):
        raise ValueError("参数 outcome 的索引与 tags 不同，对不上是哪位客户。请用同一张表里的列。")
    known = answered.notna().to_numpy()
    if not known.any():
        raise ValueError("参数 outcome 全是缺失值，算不出提升度。")
    repeated = [str(c) for c in tags.columns[tags.columns.duplicated()]]
    if repeated:
        raise ValueError(f"表 tags 里有重复的标签：{listing(repeated)}。请先改名。")
    yes = answered.to_numpy()[known] == 1
    rows = []
    for column in tags.columns:
        inside = check_zero_one(str(column), tags[column], missing=False).to_numpy()[known] == 1
        rows.append((str(column), *_lift(inside, yes, confidence)))
    columns = ["tag", "n", "share", "response", "low", "high", "base", "lift", "lift_low", "lift_high", "captured"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["lift", "tag"], ascending=[False, True], ignore_index=True)


def _lift(inside: np.ndarray, yes: np.ndarray, confidence: float) -> tuple[float, ...]:
    total, tagged, responded = len(yes), int(inside.sum()), int(yes.sum())
    both = int((inside & yes).sum())
    nan = float("nan")
    low, high = wilson(both, tagged, confidence)
    response = both / tagged if tagged else nan
    base = responded / total
    lift = response / base if tagged and responded else nan
    lift_low = lift_high = nan
    if both:
        # Delta method for log(a·N / ((a + b)(a + c))) with the four cells multinomial.
        slope = np.array([1 / both - 1 / tagged - 1 / responded, -1 / tagged, -1 / responded])
        cells = np.array([both, tagged - both, responded - both])
        half = critical_z(confidence) * float(np.sqrt(max(float(cells @ slope**2) - 1 / total, 0.0)))
        lift_low, lift_high = lift * np.exp(-half), lift * np.exp(half)
    captured = both / responded if responded else nan
    return tagged, tagged / total, response, float(low), float(high), base, lift, lift_low, lift_high, captured
