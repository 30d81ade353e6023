"""The measures of a survey group by group: who is satisfied, who is not."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_one_of, check_probability, check_scores, listing
from crmlab._intervals import t_interval
from crmlab.satisfaction.metrics import ces, csat, nps

MEASURES = {"csat": "满意率", "nps": "净推荐值", "ces": "费力度"}


def compare(
    responses: pd.DataFrame,
    *,
    by: str,
    measures: Sequence[str] = ("csat", "nps", "ces"),
    columns: Mapping[str, str] | None = None,
    ces_higher_is_easier: bool = True,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """把满意率、净推荐值、费力度按组算出来，排成一张长表。

    Parameters
    ----------
    responses : DataFrame
        一行一份答卷。要有分组列 ``by``，还要有每个指标的分数列。
    by : str
        分组的列名，例如 "store"。这一列缺失的行不算。
    measures : sequence of str, default ("csat", "nps", "ces")
        要算的指标。
    columns : mapping, optional
        指标到列名的对应，例如 {"nps": "推荐意愿"}。不给就用指标的名字。
    ces_higher_is_easier : bool, default True
        费力度题的方向，见 :func:`ces`。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        列：group（组名）、measure（csat、nps、ces）、measure_zh（中文名）、value、low、high、n（有效份数）。
        满意率用百分数（0–100），净推荐值用 −100 到 100，费力度用原来的分数。
        先按 measures 的次序，再按组名排序。某组没有一个有效的分数时，value、low、high 是 NaN，n 是 0。

    Raises
    ------
    ValueError
        没有这一列、没有这个指标，或分数越出量表（1–5、0–10、1–7）。

    Notes
    -----
    两组的区间叠在一起，分不出高下；组多了，总有一组看上去最好，别忙着排名次。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"store": ["城南", "城南", "城北", "城北"], "csat": [5, 4, 3, 5], "nps": [9, 2, 7, 10]})
    >>> satisfaction.compare(answers, by="store", measures=["csat", "nps"])[["group", "measure_zh", "value", "n"]]
      group measure_zh  value  n
    0    城北        满意率   50.0  2
    1    城南        满意率  100.0  2
    2    城北       净推荐值   50.0  2
    3    城南       净推荐值    0.0  2
    """
    measures = [measures] if isinstance(measures, str) else list(measures)
    for measure in measures:
        check_one_of("measures", measure, MEASURES)
    if not measures:
        raise ValueError(f"参数 measures 是空的。可用的值：{listing(MEASURES)}。")
    names = {measure: measure for measure in MEASURES} | dict(columns or {})
    for measure in columns or {}:
        check_one_of("columns", measure, MEASURES)
    check_frame("responses", responses, [by, *(names[m] for m in measures)])
    check_probability("confidence", confidence)
    scales = {"csat": (1, 5), "nps": (0, 10), "ces": (1, 7)}
    for measure in measures:
        check_scores(names[measure], responses[names[measure]], *scales[measure])
    wanted = dict.fromkeys([by, *(names[m] for m in measures)])
    groups = list(responses[list(wanted)].groupby(by, observed=True, sort=True))
    if not groups:
        raise ValueError(f"列“{by}”全是缺失值，没有组可以比较。请换一个分组列。")
    rows = []
    for measure in measures:
        for group, part in groups:
            value = _measure(measure, part[names[measure]], ces_higher_is_easier, confidence)
            rows.append((group, measure, MEASURES[measure], *value))
    return pd.DataFrame(rows, columns=["group", "measure", "measure_zh", "value", "low", "high", "n"])


def _measure(measure: str, scores: pd.Series, easier: bool, confidence: float) -> tuple[float, float, float, int]:
    if scores.notna().sum() == 0:
        return np.nan, np.nan, np.nan, 0
    if measure == "csat":
        share = csat(scores, confidence=confidence)
        return 100 * share.share, 100 * share.low, 100 * share.high, share.n
    if measure == "nps":
        net = nps(scores, confidence=confidence)
        return net.score, net.low, net.high, net.n
    effort = ces(scores, higher_is_easier=easier, confidence=confidence)
    return effort.mean, effort.low, effort.high, effort.n


def mean_by(responses: pd.DataFrame, *, by: str | Sequence[str], column: str, confidence: float = 0.95) -> pd.DataFrame:
    """按一列或几列分组，算均值和它的区间。

    Parameters
    ----------
    responses : DataFrame
        一行一份答卷。
    by : str or list of str
        分组的列。任何一个分组列缺失的行不算。
    column : str
        要求均值的分数列，单位不变。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        列：各分组列、value（均值）、low、high（t 区间）、n（有效份数）。``by`` 是一个列名时另有一列 group，内容与它相同。
        按分组列排序；没有一个有效值的组不出现；只有一个值的组 low、high 是 NaN。

    Raises
    ------
    TypeError
        分数列里有不是数字的值。
    ValueError
        没有这一列，或一个有效的值也没有。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"age": ["青年", "青年", "中年", "中年"], "overall": [6, 8, 8, 9]})
    >>> satisfaction.mean_by(answers, by="age", column="overall").round(2)[["group", "value", "low", "high", "n"]]
      group  value   low   high  n
    0    中年    8.5  2.15  14.85  2
    1    青年    7.0 -5.71  19.71  2
    """
    keys = [by] if isinstance(by, str) else list(by)
    if not keys:
        raise ValueError("参数 by 是空的，请至少给一个分组列。")
    check_frame("responses", responses, [*keys, column])
    if reserved := [key for key in keys if key in ("value", "low", "high", "n")]:
        raise ValueError(f"分组列“{reserved[0]}”与结果的列同名，请先用 rename() 换一个名字。")
    if column in keys:
        raise ValueError(f"列“{column}”既是分组列又是分数列，请换一个分组列。")
    check_probability("confidence", confidence)
    table = responses[keys].assign(_value=check_numbers(column, responses[column]).to_numpy()).dropna()
    if table.empty:
        raise ValueError(f"分组列 {listing(keys)} 和列“{column}”没有一行同时有值，算不出均值。")
    grouped = table.groupby(keys, observed=True, sort=True)["_value"]
    result = grouped.agg(value="mean", sd="std", n="count").reset_index()
    result["low"], result["high"] = t_interval(result["value"], result["sd"], result["n"], confidence)
    if isinstance(by, str) and by != "group":
        result.insert(0, "group", result[by])
    return result[[*(["group"] if isinstance(by, str) and by != "group" else []), *keys, "value", "low", "high", "n"]]
