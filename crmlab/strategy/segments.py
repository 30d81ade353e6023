"""Customers in a few groups by k-means: scaled, with silhouette, and asked whether the groups are stable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_one_of, check_rng, check_whole, row_of
from crmlab._intervals import Floats

SILHOUETTE_ROWS = 2_000


@dataclass(frozen=True, repr=False)
class SegmentsResult:
    """分群的结果。

    Attributes
    ----------
    labels : Series
        每位客户的群号，从 1 起，群 1 人最多；索引与原表相同。
    centres : DataFrame
        一行一群。列：segment、n、share（人数占比），以及各特征在群里的均值（原来的单位）。
    silhouette : float
        平均轮廓系数，−1 到 1；越大，群内越像、群间越远。
    stability, stability_low, stability_high : float
        对客户重抽样再分群，两次分法的一致程度（调整兰德指数，1 是完全一样，0 是碰运气）：均值，和各次重抽样的第 5、95 百分位数。
    n_resamples : int
        重抽样次数。
    """

    labels: pd.Series
    centres: pd.DataFrame
    silhouette: float
    stability: float
    stability_low: float
    stability_high: float
    n_resamples: int

    def __str__(self) -> str:
        sizes = "、".join(f"{n}" for n in self.centres["n"])
        return (
            f"{len(self.centres)} 群（{sizes} 人）：轮廓系数 {self.silhouette:.2f}，重抽样一致程度 {self.stability:.2f}"
            f"（{self.n_resamples} 次，中间九成在 {self.stability_low:.2f}–{self.stability_high:.2f}）"
        )

    __repr__ = __str__


def kmeans_segments(
    customers: pd.DataFrame,
    *,
    features: Sequence[str],
    k: int,
    rng: np.random.Generator,
    scale: str = "zscore",
    n_resamples: int = 20,
) -> SegmentsResult:
    """K 均值聚类（k-means）：把客户分成 k 群，并查这些群换一批人还在不在。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。
    features : sequence of str
        用哪些数字列分群。不能有缺失值，也不能全都一样。
    k : int
        分几群，至少 2。
    rng : numpy.random.Generator
        随机数，例如 np.random.default_rng(1)。
    scale : {"zscore", "log", "none"}, default "zscore"
        "zscore" 先减均值、除以标准差；"log" 先取 log(1 + x) 再标准化，金额很偏时用，不能有负数；"none" 不动，单位大的列会说了算。
    n_resamples : int, default 20
        重抽样几次来看稳定，至少 2。

    Returns
    -------
    SegmentsResult
        labels、centres、silhouette、stability。

    Raises
    ------
    TypeError
        特征不是数字，或 rng 不是随机数发生器。
    ValueError
        缺列，有缺失值，特征全都一样，k 小于 2，或不同的客户不多于 k 种。

    Notes
    -----
    K 均值总会给出 k 群，没有群也给。先看轮廓系数（低于 0.25 左右的，多半没有真的群，这是经验说法），再看一致程度：低就别给群起名字。
    一致程度是：有放回地抽同样多的客户重新分群，用两组中心各给全部客户归一次类，比较两种归类
    （全部客户从 10 个随机起点里取最好的，重抽样的从 4 个）。
    客户多于 2,000 位时，轮廓系数在随机抽的 2,000 位上算。群的均值没有给区间：群是照着这些数分出来的，通常的区间会太窄。

    References
    ----------
    Rousseeuw, P. J. (1987). Silhouettes: a graphical aid to the interpretation and validation of cluster analysis.
    *Journal of Computational and Applied Mathematics*, 20, 53-65.

    Hubert, L., & Arabie, P. (1985). Comparing partitions. *Journal of Classification*, 2(1), 193-218.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> rng = np.random.default_rng(3)
    >>> customers = pd.DataFrame(
    ...     {"spend": np.r_[rng.normal(200, 30, 60), rng.normal(900, 60, 30)], "visits": np.r_[rng.normal(3, 1, 60), rng.normal(12, 2, 30)]}
    ... )
    >>> strategy.kmeans_segments(customers, features=["spend", "visits"], k=2, rng=rng)
    2 群（60、30 人）：轮廓系数 0.87，重抽样一致程度 1.00（20 次，中间九成在 1.00–1.00）
    """
    names, points = _points(customers, features, scale)
    groups, times = check_whole("k", k, 2), check_whole("n_resamples", n_resamples, 2)
    check_rng(rng)
    _check_kinds(points, groups)
    fit = _fit(points, groups, rng)
    order = np.argsort(-np.bincount(fit.labels_, minlength=groups), kind="stable")
    labels = np.argsort(order)[fit.labels_] + 1
    agreement = _agreement(points, groups, fit.labels_, times, rng)
    grouped = customers[names].astype(float).groupby(labels)
    centres = grouped.mean()
    centres.insert(0, "n", grouped.size())
    centres.insert(1, "share", centres["n"] / len(customers))
    low, high = np.quantile(agreement, [0.05, 0.95])
    return SegmentsResult(
        pd.Series(labels, index=customers.index, name="segment"),
        centres.rename_axis("segment").reset_index(),
        _silhouette(points, fit.labels_, rng),
        float(agreement.mean()),
        float(low),
        float(high),
        times,
    )


def choose_k(
    customers: pd.DataFrame,
    *,
    features: Sequence[str],
    rng: np.random.Generator,
    ks: Sequence[int] = (2, 3, 4, 5, 6),
    scale: str = "zscore",
    n_resamples: int = 10,
) -> pd.DataFrame:
    """分几群好：把几个 k 的轮廓系数和稳定程度排在一起。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。
    features : sequence of str
        用哪些数字列分群。
    rng : numpy.random.Generator
        随机数。
    ks : sequence of int, default (2, 3, 4, 5, 6)
        要比较的群数，每个至少 2。
    scale : {"zscore", "log", "none"}, default "zscore"
        见 :func:`kmeans_segments`。
    n_resamples : int, default 10
        每个 k 重抽样几次。

    Returns
    -------
    DataFrame
        一行一个 k。列：k、inertia（群内平方和，标准化后的单位）、silhouette、stability、stability_low、stability_high（各次重抽样的第 5、95 百分位数）。

    Raises
    ------
    TypeError
        特征不是数字，或 rng 不是随机数发生器。
    ValueError
        同 :func:`kmeans_segments`。

    Notes
    -----
    群内平方和总是 k 越大越小，单看它选不出 k。三个数各说各的时，选用得上、说得清的那个；两群也可以是答案。

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> rng = np.random.default_rng(5)
    >>> spots = np.repeat([[0, 0], [5, 0], [0, 5]], 40, axis=0) + rng.normal(0, 0.6, (120, 2))
    >>> customers = pd.DataFrame(spots, columns=["x", "y"])
    >>> table = strategy.choose_k(customers, features=["x", "y"], rng=rng, ks=[2, 3, 4])
    >>> int(table.loc[table["silhouette"].idxmax(), "k"])
    3
    """
    _, points = _points(customers, features, scale)
    groups, times = [check_whole("ks", k, 2) for k in ks], check_whole("n_resamples", n_resamples, 2)
    check_rng(rng)
    rows = []
    for k in groups:
        _check_kinds(points, k)
        fit = _fit(points, k, rng)
        agreement = _agreement(points, k, fit.labels_, times, rng)
        low, high = np.quantile(agreement, [0.05, 0.95])
        rows.append(
            (
                k,
                float(fit.inertia_),
                _silhouette(points, fit.labels_, rng),
                float(agreement.mean()),
                float(low),
                float(high),
            )
        )
    return pd.DataFrame(rows, columns=["k", "inertia", "silhouette", "stability", "stability_low", "stability_high"])


def _points(customers: pd.DataFrame, features: Sequence[str], scale: str) -> tuple[list[str], Floats]:
    names = [features] if isinstance(features, str) else list(dict.fromkeys(features))
    check_frame("customers", customers, names)
    check_one_of("scale", scale, ("zscore", "log", "none"))
    if not names:
        raise ValueError("参数 features 是空的。请至少给一个特征列。")
    columns = []
    for name in names:
        values = check_numbers(name, customers[name], missing=False)
        if scale == "log" and (values < 0).any():
            at = int((values < 0).to_numpy().argmax())
            raise ValueError(
                f'列“{name}”要取对数，不能有负数，{row_of(values, at)}是 {values.iloc[at]:g}。请改用 scale="zscore"。'
            )
        x = np.log1p(values.to_numpy()) if scale == "log" else values.to_numpy()
        if np.ptp(x) <= 1e-12 * np.abs(x).max():
            raise ValueError(f"列“{name}”的值全都一样，分不了群。请去掉这一列。")
        columns.append(x if scale == "none" else (x - x.mean()) / x.std())
    return names, np.column_stack(columns)


def _check_kinds(points: Floats, k: int) -> None:
    kinds = len(np.unique(points, axis=0))
    if kinds <= k:
        raise ValueError(f"不同的客户只有 {kinds} 种，群数要比它小，你给的是 {k}。请把群数改小，或加特征、加客户。")


def _fit(points: Floats, k: int, rng: np.random.Generator, starts: int = 10) -> Any:
    from sklearn.cluster import KMeans

    return KMeans(n_clusters=k, n_init=starts, random_state=int(rng.integers(2**31))).fit(points)


def _silhouette(points: Floats, labels: np.ndarray, rng: np.random.Generator) -> float:
    from sklearn.metrics import silhouette_score

    chosen = np.arange(len(points))
    if len(points) > SILHOUETTE_ROWS:
        chosen = rng.choice(len(points), SILHOUETTE_ROWS, replace=False)
        if len(np.unique(labels[chosen])) < 2:
            return float("nan")
    return float(silhouette_score(points[chosen], labels[chosen]))


def _agreement(points: Floats, k: int, labels: np.ndarray, times: int, rng: np.random.Generator) -> Floats:
    """Adjusted Rand index between the clustering of all customers and those from resampled customers."""
    from sklearn.metrics import adjusted_rand_score

    found = []
    for _ in range(times):
        drawn = points[rng.integers(len(points), size=len(points))]
        if len(np.unique(drawn, axis=0)) < k:
            continue
        found.append(adjusted_rand_score(labels, _fit(drawn, k, rng, starts=4).predict(points)))
    return np.array(found or [0.0])
