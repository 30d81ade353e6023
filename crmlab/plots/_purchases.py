"""Figures of the purchase and retention models: the model beside what was seen, and where it is only the model."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame, check_positive, check_whole
from crmlab.loyalty import BetaGeoModel, CohortRetention, ParetoNBD, SbgResult
from crmlab.plots._results import check_result
from crmlab.plots.style import MARKERS, PALETTE, new_axes, style

UNIT_ZH = {"day": "天", "week": "周", "month": "月", "quarter": "季", "year": "年"}
_BAND: dict[str, Any] = {"color": PALETTE["sky"], "alpha": 0.3, "linewidth": 0}


def tracking(table: pd.DataFrame, title: str, *, cumulative: bool = True, unit: str = "周") -> Axes:
    """画跟踪图（tracking plot）：每期的重复购买总数，实际与模型各一条线，竖线右边是模型没见过的保留期。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.loyalty.tracking_data` 的结果。
    title : str
        图的标题：一句话说出发现。
    cumulative : bool
        画累计的总数；False 画每一期的。
    unit : str
        一期的单位，写在横轴上。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    ValueError
        缺列，或一行也没有。

    Notes
    -----
    累计的线很光滑，小错看不出来；要看每一期准不准，用 ``cumulative=False``。两条线都是总数，没有区间。
    """
    ends = "_cumulative" if cumulative else ""
    check_frame("table", table, ["period", f"actual{ends}", f"expected{ends}", "in_calibration"])
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x, every = table["period"], max(1, len(table) // 10)
        drawn = (("实际", "actual", "blue", "-", MARKERS[0]), ("模型", "expected", "red", "--", MARKERS[1]))
        for _, column, colour, line, marker in drawn:
            ax.plot(x, table[column + ends], line, color=PALETTE[colour], marker=marker, markevery=every, markersize=5)
        top = max(float(table[f"actual{ends}"].max()), float(table[f"expected{ends}"].max()), 1.0)
        ax.set_ylim(0, top * 1.18)
        last = [float(table[column + ends].iloc[-1]) for _, column, *_ in drawn]
        apart = max(top * 0.085 - abs(last[0] - last[1]), 0) / 2
        for (name, _, colour, *_), at, other in zip(drawn, last, last[::-1], strict=True):
            up = at > other or (at == other and name == "实际")
            ax.annotate(
                name, (float(x.iloc[-1]), at + (apart if up else -apart)), (8, 0), textcoords="offset points",
                va="center", color=PALETTE[colour], annotation_clip=False,
            )  # fmt: skip
        seen = table["in_calibration"].to_numpy(dtype=bool)
        if seen.any() and not seen.all():
            cut = float(x[seen].max()) + 0.5
            ax.axvline(cut, color=PALETTE["grey"], linestyle=":")
            for word, shift, side in (("校准期 ", -4, "right"), ("保留期", 4, "left")):
                ax.annotate(word, (cut, top * 1.13), (shift, 0), textcoords="offset points", ha=side, va="center")
        ax.grid(axis="y")
        ax.set_xlabel(f"时间（{unit}）")
        ax.set_ylabel("累计重复购买（次）" if cumulative else f"每{unit}重复购买（次）")
    return ax


def holdout(table: pd.DataFrame, title: str) -> Axes:
    """画保留期检验：校准期买得多的客户，保留期实际平均买几次（点和 95% 区间）、模型说几次（方块）。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.loyalty.holdout_table` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    ValueError
        缺列，或一行也没有。
    """
    check_frame("table", table, ["frequency", "n", "actual", "low", "high", "predicted"])
    ax: Axes = new_axes(title, height=4.0)
    with mpl.rc_context(style()):
        places = np.arange(len(table))
        ax.vlines(places, table["low"], table["high"], color=PALETTE["blue"], linewidth=2)
        ax.plot(places, table["actual"], MARKERS[0], color=PALETTE["blue"], markersize=7, label="实际（竖线是区间）")
        ax.plot(places, table["predicted"], "--", marker=MARKERS[1], color=PALETTE["red"], markersize=6, label="模型")
        names = [f"{f}\nn = {n:,}" for f, n in zip(table["frequency"], table["n"], strict=True)]
        ax.set_xticks(places, names, fontsize=9)
        ax.set_ylim(bottom=0)
        ax.grid(axis="y")
        ax.legend(loc="upper left")
        ax.set_xlabel("校准期的重复购买（次）和人数")
        ax.set_ylabel("保留期的平均购买（次）")
    return ax


def p_alive_matrix(
    model: BetaGeoModel | ParetoNBD, title: str, *, age: float, max_frequency: int = 20, mark: Any = None
) -> Axes:
    """画“还活着”的概率矩阵：横轴是重复购买次数，纵轴是末次购买的时间，颜色和等高线是还会再来的概率。

    Parameters
    ----------
    model : BetaGeoModel or ParetoNBD
        购买模型。
    title : str
        图的标题：一句话说出发现。
    age : float
        首次购买到现在有多久，单位同模型。
    max_frequency : int
        横轴画到几次。
    mark : tuple of float, optional
        要标出的一位客户：(frequency, recency)。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        不是购买模型。
    ValueError
        age 不大于 0，或 max_frequency 小于 2。

    Notes
    -----
    同样很久没来，买得勤的客户更可能已经走了：他本来早该再来。
    """
    check_result("model", model, (BetaGeoModel, ParetoNBD), "loyalty.BetaGeoModel.fit() 或 loyalty.ParetoNBD.fit()")
    check_positive("age", age)
    check_whole("max_frequency", max_frequency, 2)
    times, counts = np.linspace(age / 60, age, 60), np.arange(1, max_frequency + 1)
    grid = pd.DataFrame([(f, t, age) for t in times for f in counts], columns=["frequency", "recency", "T"])
    alive = model.p_alive(grid).to_numpy().reshape(len(times), len(counts))
    ax: Axes = new_axes(title, height=4.4)
    with mpl.rc_context(style()):
        ax.imshow(alive, origin="lower", aspect="auto", cmap="Blues", vmin=0, vmax=1.25,
                  extent=(0.5, max_frequency + 0.5, 0, age))  # fmt: skip
        lines = ax.contour(counts, times, alive, levels=[0.1, 0.3, 0.5, 0.7, 0.9], colors="black", linewidths=0.8)
        ax.clabel(lines, fmt=lambda value: f"{value:.0%}", fontsize=9)
        if mark is not None:
            ax.plot([mark[0]], [mark[1]], MARKERS[3], color=PALETTE["red"], markersize=9, markeredgecolor="white")
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
        unit = UNIT_ZH[model.time_unit]
        ax.set_xlabel("重复购买（次）")
        ax.set_ylabel(f"首次到末次购买的时间（{unit}，共观察 {age:g} {unit}）")
    return ax


def retention_curve(result: CohortRetention | SbgResult, title: str) -> Axes:
    """画留存曲线：每一期还有多少人，阴影是区间；模型的结果另标观察值和推算的部分。

    Parameters
    ----------
    result : CohortRetention or SbgResult
        :func:`crmlab.loyalty.cohort_retention` 或 :func:`crmlab.loyalty.sbg_retention` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        不是这两个函数的结果。
    """
    check_result(
        "result", result, (CohortRetention, SbgResult), "loyalty.cohort_retention() 或 loyalty.sbg_retention()"
    )
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        if isinstance(result, CohortRetention):
            table = result.curve[result.curve["age"] > 0]
            x, y = table["age"], 100 * table["retention"]
            ax.fill_between(x, 100 * table["low"], 100 * table["high"], **_BAND)
            ax.plot(x, y, "-", color=PALETTE["blue"], marker=MARKERS[0], markersize=5)
            ax.set_ylim(0, max(float(100 * table["high"].max()) * 1.1, 1.0) if len(table) else 1.0)
            ax.set_xlabel(f"首次购买以后第几期（{UNIT_ZH[result.period]}）；阴影是 {result.confidence:.0%} 区间")
            ax.set_ylabel("还来买的客户（%）")
        else:
            table = result.table
            x = table["period"]
            ax.fill_between(x, 100 * table["low"], 100 * table["high"], **_BAND)
            ax.plot(x, 100 * table["survival"], "--", color=PALETTE["red"], label="sBG 模型（阴影是区间）")
            ax.plot(x, 100 * table["observed"], MARKERS[0], color=PALETTE["blue"], markersize=7, label="观察到的")
            known = int(table["observed"].notna().sum())
            if known < len(table):
                ax.axvline(float(x.iloc[known - 1]) + 0.5, color=PALETTE["grey"], linestyle=":")
                ax.annotate("以后是推算", (float(x.iloc[known - 1]) + 0.5, 97), (5, 0), textcoords="offset points")
            ax.set_ylim(0, 105)
            ax.legend(loc="lower left")
            ax.set_xlabel("第几期")
            ax.set_ylabel("还在的客户（%）")
        ax.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
        ax.grid(axis="y")
    return ax
