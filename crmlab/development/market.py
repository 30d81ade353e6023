"""The market before the customer: price elasticity, seasons, concentration, who prefers what."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_present, check_probability, check_whole, row_of
from crmlab._intervals import Floats, critical_t, interval_text, signed, t_interval
from crmlab.development._inputs import check_same_length


@dataclass(frozen=True, repr=False)
class ElasticityResult:
    """弹性的结果。

    Attributes
    ----------
    elasticity, low, high : float
        弹性和它的区间：原因高 1%，结果高百分之几。
    r2 : float
        对数直线解释了多少，0–1。
    n : int
        用了几个点。
    confidence : float
        置信水平。
    """

    elasticity: float
    low: float
    high: float
    r2: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}", joiner=" 到 ")
        return f"弹性 {signed(f'{self.elasticity:.2f}')}（{interval}，n = {self.n}，R² = {self.r2:.2f}）"

    __repr__ = __str__


def elasticity(cause: Any, outcome: Any, *, confidence: float = 0.95) -> ElasticityResult:
    """弹性：价格（或收入）高 1%，销量高百分之几。

    ln 结果 = 截距 + 弹性 × ln 原因，最小二乘。

    Parameters
    ----------
    cause : Series or list of float
        价格或收入，大于 0。
    outcome : Series or list of float
        销量，大于 0，与 cause 一一对应。有一边缺失的不用。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ElasticityResult
        弹性、t 区间、R²。

    Raises
    ------
    TypeError
        不是数字。
    ValueError
        长短不一，有值不大于 0，可用的点不到 3 个，或原因全一样。

    Notes
    -----
    只当弹性处处相同（对数直线）才对。历史价格不是随机定的：旺季又贵又好卖，弹性会偏向正；促销的弹性又含着提前买的人。
    要干净的弹性，得随机试几种价格。弹性是 −2 不等于降价划算：还要看毛利。

    Examples
    --------
    >>> from crmlab import development
    >>> development.elasticity([10, 12, 15, 20, 25], [200, 150, 100, 52, 36])
    弹性 −1.92（95% 区间 −2.13 到 −1.71，n = 5，R² = 1.00）
    """
    check_probability("confidence", confidence)
    columns = {"cause": check_numbers("cause", cause), "outcome": check_numbers("outcome", outcome)}
    check_same_length(columns)
    for name, values in columns.items():
        if (values <= 0).any():
            at = int((values <= 0).to_numpy().argmax())
            raise ValueError(
                f"参数 {name} 应大于 0 才能取对数，{row_of(values, at)}是 {values.iloc[at]:g}。请先去掉这些行。"
            )
    x, y = (np.log(values.to_numpy()) for values in columns.values())
    known = ~np.isnan(x) & ~np.isnan(y)
    x, y, n = x[known], y[known], int(known.sum())
    if n < 3:
        raise ValueError(f"两边都有值的只有 {n} 个点，至少要 3 个才能估弹性。请先收集更多数据。")
    spread = float(((x - x.mean()) ** 2).sum())
    if spread < 1e-20:
        raise ValueError("参数 cause 全一样，看不出它变了结果会怎样。请收集不同价格下的数据。")
    slope = float((x - x.mean()) @ y) / spread
    left = y - y.mean() - slope * (x - x.mean())
    total = float(((y - y.mean()) ** 2).sum())
    half = float(critical_t(n - 2, confidence)) * float(np.sqrt((left @ left) / (n - 2) / spread))
    r2 = 1 - float(left @ left) / total if total > 0 else float("nan")
    return ElasticityResult(slope, slope - half, slope + half, r2, n, confidence)


def seasonal_index(values: Any, *, period: int, confidence: float = 0.95) -> pd.DataFrame:
    """季节指数：一年（一周）里哪几期是旺季，旺多少。

    先用中心移动平均抹平一整圈，得趋势；每期的实际 ÷ 趋势，按季取平均，再调到各季平均是 1。

    Parameters
    ----------
    values : Series or list of float
        按时间排好的销量，大于 0，不能断、不能缺，至少两整圈。
    period : int
        一圈几期：月数据写 12，季数据写 4，日数据看一周写 7；不小于 2。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一季，从第一个值所在的季起。列：season（1 起）、index（季节指数，1 是平均）、low、high（各圈之间的 t 区间；只有一圈可用时是 NaN）、n（几圈）。

    Raises
    ------
    TypeError
        不是数字。
    ValueError
        有缺失或不大于 0，period 小于 2，或不到两整圈。

    Notes
    -----
    圈数少时区间很宽，那就是真的不知道。节假日每年挪日子（春节）时，按月算的指数会糊成一片。趋势两头各有半圈算不出，不用。

    References
    ----------
    Macaulay, F. R. (1931). *The Smoothing of Time Series*. National Bureau of Economic Research.

    Examples
    --------
    >>> from crmlab import development
    >>> sales = [80, 100, 120, 100, 88, 110, 132, 110, 96, 120, 144, 120]
    >>> development.seasonal_index(sales, period=4)[["season", "index", "n"]].round(2)
       season  index  n
    0       1   0.83  2
    1       2   1.01  2
    2       3   1.19  2
    3       4   0.97  2
    """
    size = check_whole("period", period, 2)
    check_probability("confidence", confidence)
    series = check_numbers("values", values, missing=False)
    if (series <= 0).any():
        at = int((series <= 0).to_numpy().argmax())
        raise ValueError(f"参数 values 应大于 0，{row_of(series, at)}是 {series.iloc[at]:g}。没有销量的期请先核对。")
    known = series.to_numpy()
    if len(known) < 2 * size:
        raise ValueError(
            f"一圈 {size} 期，至少要两整圈（{2 * size} 个值），现在只有 {len(known)} 个。请先收集更多数据。"
        )
    weights = np.r_[0.5, np.ones(size - 1), 0.5] / size if size % 2 == 0 else np.ones(size) / size
    trend = np.convolve(known, weights, mode="valid")
    first = (len(weights) - 1) // 2
    places = np.arange(first, first + len(trend))
    ratio = pd.DataFrame({"season": places % size + 1, "ratio": known[places] / trend})
    table = ratio.groupby("season")["ratio"].agg(["mean", "std", "size"]).reindex(range(1, size + 1))
    scale = float(table["mean"].mean())
    low, high = t_interval(table["mean"], table["std"], table["size"], confidence)
    return pd.DataFrame(
        {
            "season": table.index,
            "index": table["mean"].to_numpy() / scale,
            "low": np.maximum(low, 0.0) / scale,
            "high": high / scale,
            "n": table["size"].to_numpy(),
        }
    )


@dataclass(frozen=True, repr=False, eq=False)
class PreferenceTable:
    """两种分类有没有关系。

    Attributes
    ----------
    counts : DataFrame
        交叉表：行是一种分类，列是另一种，格里是人数。
    residuals : DataFrame
        调整后的标准化残差：绝对值大于 2 的格，比没有关系时多（正）或少（负）得出奇。
    chi2, p_value : float
        卡方值（不作连续性校正）和 p 值。
    df : int
        自由度。
    cramers_v, low, high : float
        克莱姆 V：关系的强弱，0 没有关系，1 完全对应；和它的区间。
    n : int
        人数。
    small_cells : int
        期望人数不到 5 的格数；有就要小心。
    confidence : float
        置信水平。
    """

    counts: pd.DataFrame
    residuals: pd.DataFrame
    chi2: float
    p_value: float
    df: int
    cramers_v: float
    low: float
    high: float
    n: int
    small_cells: int
    confidence: float = 0.95

    def __str__(self) -> str:
        p = "< 0.001" if self.p_value < 0.001 else f"= {self.p_value:.3f}"
        interval = interval_text(self.low, self.high, self.confidence, "{:.2f}")
        careful = f"；有 {self.small_cells} 格期望人数不到 5，p 值只当参考" if self.small_cells else ""
        return f"卡方 {self.chi2:.2f}（自由度 {self.df}，p {p}），克莱姆 V {self.cramers_v:.2f}（{interval}，n = {self.n}）{careful}"

    __repr__ = __str__


def preference_table(customers: pd.DataFrame, *, rows: str, columns: str, confidence: float = 0.95) -> PreferenceTable:
    """列联表和卡方检验：不同年龄的客户，偏好真的不一样吗；哪一格特别多。

    卡方 = Σ (实际 − 期望)² ÷ 期望；期望 = 行合计 × 列合计 ÷ 总数；V = √(卡方 ÷ (n × (min(行数, 列数) − 1)))。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。有一项缺失的不用。
    rows, columns : str
        两种分类的列名，例如年龄段和偏好的场景。
    confidence : float, default 0.95
        V 的区间的置信水平，0–1 之间。

    Returns
    -------
    PreferenceTable
        交叉表、残差、卡方、p 值、克莱姆 V 和区间。

    Raises
    ------
    TypeError
        给的不是表。
    ValueError
        缺列，两列是同一列，或有一种分类只有一个值。

    Notes
    -----
    区间由非中心卡方分布反求。人多时，芝麻大的差别 p 也很小：看 V。有期望人数不到 5 的格时，先合并类别。
    一人答了几个偏好时，不能当几个人算。

    References
    ----------
    Smithson, M. (2003). *Confidence Intervals*. Sage.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> people = pd.DataFrame({"age": ["青年"] * 60 + ["中年"] * 40, "scene": ["聚会"] * 40 + ["独饮"] * 20 + ["聚会"] * 14 + ["独饮"] * 26})
    >>> development.preference_table(people, rows="age", columns="scene")
    卡方 9.69（自由度 1，p = 0.002），克莱姆 V 0.31（95% 区间 0.12–0.51，n = 100）
    """
    check_frame("customers", customers, [rows, columns])
    check_probability("confidence", confidence)
    if rows == columns:
        raise ValueError(f"参数 rows 和 columns 都是“{rows}”，请给两个不同的列。")
    known = customers[[rows, columns]].dropna()
    counts = pd.crosstab(known[rows], known[columns])
    for name, kinds in ((rows, counts.index), (columns, counts.columns)):
        if len(kinds) < 2:
            raise ValueError(f"列“{name}”只有 {len(kinds)} 种值，没有别的可比。请检查筛选条件。")
    from scipy.special import chdtrc

    seen = counts.to_numpy(dtype=float)
    n = seen.sum()
    row, column = seen.sum(axis=1, keepdims=True) / n, seen.sum(axis=0, keepdims=True) / n
    expected = row * column * n
    chi2 = float(((seen - expected) ** 2 / expected).sum())
    df = (seen.shape[0] - 1) * (seen.shape[1] - 1)
    residuals = (seen - expected) / np.sqrt(expected * (1 - row) * (1 - column))
    most = n * (min(seen.shape) - 1)
    ends = [min(float(np.sqrt(end / most)) if end > 0 else 0.0, 1.0) for end in _noncentral(chi2, df, confidence)]
    v = float(np.sqrt(chi2 / most))
    return PreferenceTable(
        counts,
        pd.DataFrame(residuals, index=counts.index, columns=counts.columns),
        chi2,
        float(chdtrc(df, chi2)),
        df,
        v,
        min(ends[0], v),
        max(ends[1], v),
        int(n),
        int((expected < 5).sum()),
        confidence,
    )


def _noncentral(chi2: float, df: int, confidence: float) -> tuple[float, float]:
    """Return the two noncentralities for which the value seen is at the edge of what is likely."""
    from scipy.special import chndtrinc

    tail = (1 - confidence) / 2
    return tuple(  # type: ignore[return-value]
        float(end) if np.isfinite(end) else 0.0 for end in (chndtrinc(chi2, df, p) for p in (1 - tail, tail))
    )


def market_concentration(
    sales: pd.DataFrame, *, firm: str = "firm", amount: str = "sales_yuan", top: int = 4
) -> pd.DataFrame:
    """市场份额和集中度：各家占多少，前几家合起来占多少，赫芬达尔指数（Herfindahl–Hirschman index, HHI）多高。

    HHI = Σ 份额²，份额按百分数，最高 10000（一家独占）；10000 ÷ HHI 相当于几家一样大的企业。

    Parameters
    ----------
    sales : DataFrame
        一行一家企业（同一家写几行会合并）。
    firm, amount : str
        企业、销售额的列名，默认 firm、sales_yuan。销售额不能是负数。
    top : int, default 4
        前几家合起来算，不小于 1。

    Returns
    -------
    DataFrame
        一行一家，从大到小。列：firm、sales（销售额）、share（0–1）、cumulative_share、rank；整个市场的三个数每行相同：
        top_share（前 top 家的份额）、hhi、equal_firms（相当于几家一样大的）。

    Raises
    ------
    TypeError
        销售额不是数字。
    ValueError
        缺列，有缺失或负数，或合计是 0。

    Notes
    -----
    没有区间：是整个市场的账，不是抽样。市场怎么划，份额就怎么变：“瓶装茶”里的第一，在“饮料”里可能排不上号。

    References
    ----------
    Rhoades, S. A. (1993). The Herfindahl-Hirschman index. *Federal Reserve Bulletin*, 79, 188-189.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> sales = pd.DataFrame({"firm": ["甲", "乙", "丙", "丁"], "sales_yuan": [50, 30, 15, 5]})
    >>> development.market_concentration(sales, top=2)[["firm", "share", "top_share", "hhi", "equal_firms"]].round(2)
      firm  share  top_share     hhi  equal_firms
    0    甲   0.50        0.8  3650.0         2.74
    1    乙   0.30        0.8  3650.0         2.74
    2    丙   0.15        0.8  3650.0         2.74
    3    丁   0.05        0.8  3650.0         2.74
    """
    check_frame("sales", sales, [firm, amount])
    first = check_whole("top", top, 1)
    names = check_present(firm, sales[firm])
    money = check_numbers(amount, sales[amount], 0, missing=False)
    if money.sum() == 0:
        raise ValueError(f"列“{amount}”合计是 0，没有份额可分。请检查数据。")
    totals = pd.DataFrame({"firm": names.astype(str).to_numpy(), "sales": money.to_numpy()})
    table = totals.groupby("firm")["sales"].sum().reset_index()
    table = table.sort_values(["sales", "firm"], ascending=[False, True], ignore_index=True)
    share: Floats = (table["sales"] / table["sales"].sum()).to_numpy()
    hhi = float((share**2).sum()) * 10_000
    return table.assign(
        share=share,
        cumulative_share=np.minimum(share.cumsum(), 1.0),
        rank=table["sales"].rank(ascending=False, method="min").astype(int),
        top_share=float(share[:first].sum()),
        hhi=hhi,
        equal_firms=10_000 / hhi,
    )
