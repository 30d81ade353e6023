"""What to improve first: importance-performance analysis and driver importance."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_number, check_numbers, check_one_of, check_probability, listing
from crmlab._intervals import critical_t

QUADRANTS = {
    "concentrate_here": "优先改进",
    "keep_up": "继续保持",
    "low_priority": "暂缓改进",
    "possible_overkill": "可能过度",
}


def importance_performance(table: pd.DataFrame, *, cuts: Any = "mean") -> pd.DataFrame:
    """重要度—绩效矩阵（importance-performance analysis, IPA）：四个象限，先改哪一样。

    Parameters
    ----------
    table : DataFrame
        一行一个属性。列：attribute（名称）、importance（重要度）、performance（表现），两个分数的单位可以不同。
    cuts : {"mean", "median"} or tuple of float, default "mean"
        分界线：各属性的均值、中位数，或自己定的（重要度分界，表现分界）。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 quadrant、quadrant_zh、cut_importance、cut_performance。
        重要而表现差 concentrate_here（优先改进），重要且表现好 keep_up（继续保持），
        不重要也不好 low_priority（暂缓改进），不重要却很好 possible_overkill（可能过度）。
        正好落在线上的算高。

    Raises
    ------
    TypeError
        分数不是数字。
    ValueError
        缺列、有缺失值，或 cuts 不认识。

    Notes
    -----
    线怎么画，结论就怎么变：靠近线的属性换一种分界就会跳象限，不能只看落在哪一格。
    客户嘴上说的重要和真正推动满意的未必一样，请同时看 :func:`driver_importance`。

    References
    ----------
    Martilla, J. A., & James, J. C. (1977). Importance-performance analysis. *Journal of Marketing*, 41(1), 77-79.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> rated = pd.DataFrame({"attribute": ["送货", "包装", "客服"], "importance": [9, 4, 8], "performance": [5, 8, 9]})
    >>> satisfaction.importance_performance(rated)[["attribute", "quadrant_zh"]]
      attribute quadrant_zh
    0        送货        优先改进
    1        包装        可能过度
    2        客服        继续保持
    """
    check_frame("table", table, ["attribute", "importance", "performance"])
    importance = check_numbers("importance", table["importance"], missing=False).to_numpy()
    performance = check_numbers("performance", table["performance"], missing=False).to_numpy()
    cut_importance, cut_performance = _cuts(cuts, importance, performance)
    important = _at_least(importance, cut_importance)
    good = _at_least(performance, cut_performance)
    quadrant = np.where(
        important,
        np.where(good, "keep_up", "concentrate_here"),
        np.where(good, "possible_overkill", "low_priority"),
    )
    return table.assign(
        quadrant=quadrant,
        quadrant_zh=[QUADRANTS[q] for q in quadrant],
        cut_importance=cut_importance,
        cut_performance=cut_performance,
    )


def _cuts(cuts: Any, importance: np.ndarray, performance: np.ndarray) -> tuple[float, float]:
    if isinstance(cuts, tuple | list):
        if len(cuts) != 2:
            raise ValueError(f"参数 cuts 应有两个数（重要度分界，表现分界），你给了 {len(cuts)} 个。")
        return check_number("cuts", cuts[0]), check_number("cuts", cuts[1])
    check_one_of("cuts", cuts, ("mean", "median"))
    middle = np.mean if cuts == "mean" else np.median
    return float(middle(importance)), float(middle(performance))


def _at_least(values: np.ndarray, cut: float) -> np.ndarray:
    # A mean of equal numbers may come out a rounding error above them; they are on the line.
    return np.asarray((values >= cut) | np.isclose(values, cut, rtol=1e-9, atol=0))


def driver_importance(
    responses: pd.DataFrame, *, drivers: Sequence[str], overall: str, confidence: float = 0.95
) -> pd.DataFrame:
    """驱动力分析：哪些方面的评分与总体满意一起变。

    先把各列标准化，再做多元线性回归；系数 beta 的意思是：别的方面不变，这个方面高 1 个标准差，总体满意平均高几个标准差。

    Parameters
    ----------
    responses : DataFrame
        一行一份答卷，评分都是数字。任何一列缺失的答卷不用。
    drivers : list of str
        各方面评分的列名。
    overall : str
        总体满意的列名。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个方面，按 beta 的绝对值从大到小，相同的按名字。列：driver、correlation（与总体满意的相关系数）、
        beta、low、high（beta 的 t 区间）、n（用到的答卷份数）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，答卷太少，有列没有变化，或几列互相重复（完全共线）。

    Notes
    -----
    这是一起变，不是因果。几个方面互相高度相关时，beta 会互相抢功、区间很宽：这时相关系数都高而 beta 忽大忽小，不要据此排名。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import satisfaction
    >>> answers = pd.DataFrame({"送货": [1, 2, 3, 4, 5, 3], "包装": [3, 1, 4, 2, 5, 3], "overall": [2, 2, 4, 4, 5, 3]})
    >>> table = satisfaction.driver_importance(answers, drivers=["送货", "包装"], overall="overall")
    >>> table[["driver", "correlation", "beta"]].round(2)
      driver  correlation  beta
    0     送货         0.93  0.78
    1     包装         0.70  0.31
    """
    names = [drivers] if isinstance(drivers, str) else list(drivers)
    if not names:
        raise ValueError("参数 drivers 是空的，请至少给一列。")
    check_frame("responses", responses, [*names, overall])
    if overall in names:
        raise ValueError(f"列“{overall}”是总体满意，不能同时放在 drivers 里。")
    if len(set(names)) < len(names):
        raise ValueError("参数 drivers 里有重复的列名，请每列只写一次。")
    check_probability("confidence", confidence)
    table = pd.DataFrame({c: check_numbers(c, responses[c]).to_numpy() for c in [*names, overall]}).dropna()
    n = len(table)
    if n < len(names) + 2:
        raise ValueError(
            f"每列都有值的答卷只有 {n} 份，{len(names)} 个方面至少要 {len(names) + 2} 份。请减少 drivers，或补充数据。"
        )
    values = table.to_numpy()
    spread = values.std(axis=0, ddof=1)
    flat = [c for c, s, m in zip(table.columns, spread, np.abs(values).max(axis=0), strict=True) if s <= 1e-12 * m]
    if flat:
        raise ValueError(f"列 {listing(flat)} 的值全都一样，看不出它与满意的关系。请去掉这一列。")
    standard = (values - values.mean(axis=0)) / spread
    if np.linalg.matrix_rank(standard[:, :-1], tol=1e-8 * np.sqrt(n)) < len(names):
        raise ValueError("drivers 里有一列可以由别的列算出来（完全共线），分不出谁的作用。请去掉重复的一列。")
    x, y = standard[:, :-1], standard[:, -1]
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ (x.T @ y)
    df = n - len(names) - 1
    residual = y - x @ beta
    half = critical_t(df, confidence) * np.sqrt(np.diag(inverse) * (residual @ residual) / df)
    result = pd.DataFrame(
        {
            "driver": names,
            "correlation": np.clip(x.T @ y / (n - 1), -1, 1),
            "beta": beta,
            "low": beta - half,
            "high": beta + half,
            "n": n,
        }
    )
    return result.sort_values(["beta", "driver"], key=lambda c: -c.abs() if c.name == "beta" else c, ignore_index=True)
