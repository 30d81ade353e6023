"""Before and in a crisis: risks, unvoiced complaints, how the word spreads."""

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from crmlab import complaints
from crmlab._checks import check_frame
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, PALETTE, new_axes, style

_CLEAR = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
_LINES = ("-", "--", "-.", ":")
# Light tints of the Okabe-Ito colours: black letters stay readable on them.
LEVEL_TINTS = {"低": "#DCEFE8", "中": "#FBF6C4", "高": "#F8D3A6", "极高": "#EFA98C"}


def epidemic(results: Mapping[str, complaints.CrisisSpread], title: str) -> Axes:
    """画危机传播曲线：每种回应一条，标出峰值；竖虚线是作出回应的那一刻。

    Parameters
    ----------
    results : mapping of str to CrisisSpread
        名字到 :func:`crmlab.complaints.crisis_spread` 的结果，例如 ``{"不回应": …, "第 8 天回应": …}``。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``results`` 不是名字到推演结果的字典。

    Notes
    -----
    这是推演，没有区间：参数是给定的。

    Examples
    --------
    >>> from crmlab import complaints, plots
    >>> never = complaints.crisis_spread(100_000, contact_rate=1.2, quiet_rate=0.4)
    >>> plots.epidemic({"不回应": never}, "第 15 天到峰值").get_ylabel()
    '正在传的人（人，模型推演）'
    """
    if not isinstance(results, Mapping) or not results:
        raise TypeError(f"参数 results 应是名字到推演结果的字典，你给的是 {type(results).__name__}。")
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        peaks = []
        for i, (name, result) in enumerate(results.items()):
            check_result(f"results 的“{name}”", result, complaints.CrisisSpread, "complaints.crisis_spread()")
            colour = CYCLE[i % len(CYCLE)]
            ax.plot(result.table["day"], result.table["spreading"], _LINES[i % len(_LINES)], color=colour, linewidth=2)
            ax.plot([result.peak_day], [result.peak_spreading], "o", color=colour, markersize=7)
            if result.response_day is not None:
                ax.axvline(result.response_day, color=colour, linestyle=":", linewidth=1.2)
            peaks.append(
                (
                    result.peak_day,
                    result.peak_spreading,
                    f"{name}：第 {result.peak_day:.1f} 天，{result.peak_spreading:,.0f} 人",
                )
            )
        days = max(float(result.table["day"].iloc[-1]) for result in results.values())
        ax.set_xlim(0, days)
        ax.set_ylim(0, max(peak for _, peak, _ in peaks) * 1.18)
        ax.yaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:,.0f}"))
        ax.set_xlabel("事发后（天）")
        ax.set_ylabel("正在传的人（人，模型推演）")
        at, gap = -np.inf, ax.get_ylim()[1] * 0.075
        for day, peak, word in sorted(peaks, key=lambda p: p[1]):
            at = max(peak + gap * 0.4, at + gap)
            ax.annotate(word, (day, at), (9, 0), textcoords="offset points", va="center", fontsize=9, bbox=_CLEAR)
    return ax


def iceberg(results: Mapping[str, complaints.Iceberg], title: str) -> Axes:
    """画投诉冰山：同样的投诉数，按不同的依据，没说出来的各有多少人（对数刻度）。

    Parameters
    ----------
    results : mapping of str to Iceberg
        依据的简称到 :func:`crmlab.complaints.iceberg` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``results`` 不是名字到冰山估计的字典。

    Examples
    --------
    >>> from crmlab import complaints, plots
    >>> told = complaints.iceberg(40, claim="one_in_27")
    >>> own = complaints.iceberg(40, survey=(120, 30))
    >>> plots.iceberg({"流传的说法": told, "自己的调查": own}, "换一个依据，差十倍").get_xlabel()
    '没说出来的人（人，对数刻度；▲ 是收到的投诉）'
    """
    if not isinstance(results, Mapping) or not results:
        raise TypeError(f"参数 results 应是依据到冰山估计的字典，你给的是 {type(results).__name__}。")
    ax: Axes = new_axes(title, height=1.4 + 0.5 * len(results))
    with mpl.rc_context(style()):
        ends: list[float] = []
        for i, (name, result) in enumerate(results.items()):
            check_result(f"results 的“{name}”", result, complaints.Iceberg, "complaints.iceberg()")
            low, high = max(result.unvoiced_low, 0.5), max(result.unvoiced_high, 0.5)
            ends += [low, high, max(result.complaints, 1.0)]
            ax.plot([low, high], [i, i], "-", color=PALETTE["blue"], linewidth=7, solid_capstyle="butt", alpha=0.55)
            ax.plot([low, high], [i, i], "d" if low == high else "|", color=PALETTE["blue"], markersize=9)
            same = f"{result.unvoiced_low:,.0f}" == f"{result.unvoiced_high:,.0f}"
            word = f"{result.unvoiced_low:,.0f}" if same else f"{result.unvoiced_low:,.0f}–{result.unvoiced_high:,.0f}"
            ax.annotate(
                f"{word} 人", ((low * high) ** 0.5, i), (0, 7), textcoords="offset points", ha="center", fontsize=9
            )
            ax.plot([max(result.complaints, 0.5)], [i], "^", color=PALETTE["red"], markersize=8)
        ax.set_xscale("log")
        ax.set_xlim(min(ends) / 1.6, max(ends) * 1.8)
        ax.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:,.0f}"))
        ax.set_yticks(range(len(results)), list(results))
        ax.set_ylim(len(results) - 0.5, -0.75)
        ax.grid(axis="x")
        ax.set_axisbelow(True)
        ax.set_xlabel("没说出来的人（人，对数刻度；▲ 是收到的投诉）")
    return ax


def risk_grid(
    table: pd.DataFrame, title: str, *, scale: int = 5, cuts: tuple[float, float, float] = (0.16, 0.36, 0.6)
) -> Axes:
    """画风险矩阵：横轴可能性，纵轴危害，格子写着低、中、高、极高，风险写在自己的格子里。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.complaints.risk_matrix` 的结果。
    title : str
        图的标题：一句话说出发现。
    scale, cuts
        算风险矩阵时用的级数和分界。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    ValueError
        缺列，或等级越界。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints, plots
    >>> risks = pd.DataFrame({"event": ["食品变质", "排队过长"], "probability": [2, 5], "impact": [5, 2]})
    >>> plots.risk_grid(complaints.risk_matrix(risks), "同分的两件事，先防致命的").get_xlabel()
    '可能性（1–5 级）'
    """
    check_frame("table", table, ["event", "probability", "impact", "rank"])
    ax: Axes = new_axes(title, height=4.8)
    with mpl.rc_context(style()):
        risk_cells(ax, scale, cuts)
        for place, part in table.sort_values("rank").groupby(["probability", "impact"]):
            chance, harm = np.asarray(place, dtype=float)
            words = "\n".join(f"{row['rank']}. {row['event']}" for _, row in part.iterrows())
            ax.text(chance, harm, words, ha="center", va="center", fontsize=9 if len(part) < 4 else 7)
    return ax


def risk_cells(
    ax: Axes, scale: int, cuts: tuple[float, float, float] = (0.16, 0.36, 0.6), *, every: bool = True
) -> None:
    """Draw the tinted cells of a risk matrix, with the name of its level on each or only on the diagonal."""
    grades = np.arange(1, scale + 1)
    cells = pd.DataFrame(
        [(f"{p}-{i}", p, i) for p in grades for i in grades], columns=["event", "probability", "impact"]
    )
    level = complaints.risk_matrix(cells, scale=scale, cuts=cuts).pivot(
        index="impact", columns="probability", values="level"
    )
    tints = np.array([[to_rgb(LEVEL_TINTS[name]) for name in row] for row in level.to_numpy()])
    edges = np.arange(0.5, scale + 1)
    ax.pcolormesh(edges, edges, tints, edgecolors="white", linewidth=1, zorder=0)
    named: set[str] = set()
    for (row, column), name in np.ndenumerate(level.to_numpy()):
        if every or (row == column and name not in named):
            named.add(name)
            ax.text(column + 1.47, row + 0.53, name, ha="right", va="bottom", fontsize=8, color="#595959")
    ax.set_xlim(0.5, scale + 0.5)
    ax.set_ylim(0.5, scale + 0.5)
    ax.set_xticks(grades)
    ax.set_yticks(grades)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel(f"可能性（1–{scale} 级）")
    ax.set_ylabel(f"危害（1–{scale} 级）")
