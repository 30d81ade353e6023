"""Complaints one by one: their causes, how long they wait, what kind a classifier takes them for."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from crmlab import complaints
from crmlab._checks import check_frame, check_probability
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, PALETTE, new_axes, style

_CLEAR = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}
_LINES = ("-", "--", "-.", ":")


def pareto(
    table: pd.DataFrame, title: str, *, what: str = "投诉", unit: str = "件", xlabel: str = "", cut: float = 0.8
) -> Axes:
    """画帕累托图：柱是各原因的多少，折线是累计占比；关键少数是橙色斜纹柱。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.complaints.cause_pareto` 的结果；有 amount 列就画损失，没有就画件数。
    title : str
        图的标题：一句话说出发现。
    what : str, default "投诉"
        数的是什么；画损失时不用。
    unit : str
        件数或损失的单位。
    xlabel : str
        横轴名。
    cut : float, default 0.8
        点线画在累计占比的哪里，0–1 之间；和算表时用的分界一样。

    Returns
    -------
    Axes
        柱的坐标轴；折线在它的孪生轴上。

    Raises
    ------
    TypeError
        分界不是数字。
    ValueError
        缺列，或分界不在 0–1 之间。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints, plots
    >>> cases = pd.DataFrame({"cause": ["送货迟"] * 11 + ["破损"] * 6 + ["态度"] * 2 + ["发票"]})
    >>> plots.pareto(complaints.cause_pareto(cases), "两个原因占了 85%").get_ylabel()
    '投诉（件）'
    """
    check_frame("table", table, ["cause", "n", "share", "cumulative_share", "vital"])
    check_probability("cut", cut)
    ax: Axes = new_axes(title, width=max(7.2, min(0.75 * len(table), 11)), height=4.2)
    by = "amount" if "amount" in table else "n"
    with mpl.rc_context(style()):
        x, height = np.arange(len(table)), table[by].to_numpy(dtype=float)
        vital = table["vital"].to_numpy(dtype=bool)
        bars = ax.bar(x, height, width=0.7, color=PALETTE["sky"], edgecolor="white")
        for bar, on in zip(bars, vital, strict=True):
            bar.set(facecolor=PALETTE["orange"] if on else PALETTE["sky"], hatch="///" if on else "")
        total = float(height.sum())
        for at, value in zip(x, height, strict=True):
            tall = value > 0.1 * total  # the line starts on top of the first bar
            ax.annotate(
                f"{value:,.0f}", (at, value), (0, -6 if tall else 2), textcoords="offset points", ha="center",
                va="top" if tall else "bottom", fontsize=9, bbox=_CLEAR if tall else None,
            )  # fmt: skip
        right = ax.twinx()
        right.plot(x, 100 * table["cumulative_share"], "o-", color=PALETTE["blue"], markersize=5, linewidth=1.4)
        for at, share in zip(x[:-1], table["cumulative_share"].iloc[:-1], strict=True):
            if 100 * share > 100 * height[at] / total + 9:
                right.annotate(
                    f"{share:.0%}",
                    (at, 100 * share),
                    (0, 5),
                    textcoords="offset points",
                    ha="center",
                    fontsize=9,
                    color=PALETTE["blue"],
                )
        ax.set_ylim(0, total * 1.08)
        ax.yaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:,.0f}"))
        right.set_ylim(0, 108)
        right.set_yticks([0, 20, 40, 60, 80, 100])
        right.axhline(100 * cut, color=PALETTE["grey"], linestyle=":", linewidth=1)
        right.spines["right"].set_visible(True)
        right.set_ylabel("累计占比（%）", color=PALETTE["blue"])
        ax.set_xticks(x, [_folded(str(cause)) for cause in table["cause"]])
        ax.tick_params(axis="x", length=0)
        ax.set_xlabel(xlabel)
        ax.set_ylabel(f"损失（{unit}）" if by == "amount" else f"{what}（{unit}）")
    return ax


def _folded(word: str, width: int = 4) -> str:
    return "\n".join(word[i : i + width] for i in range(0, len(word), width))


def open_cases(result: complaints.ResolutionTime, title: str, *, log: bool = False) -> Axes:
    """画“还没办结的占多少”随时间下降的曲线，色带是区间，圆点是中位数；图下是各时刻还在等的件数。

    Parameters
    ----------
    result : ResolutionTime
        :func:`crmlab.complaints.time_to_resolution` 的结果。没办结的件算“还在等”，没有丢掉。
    title : str
        图的标题：一句话说出发现。
    log : bool
        横轴是否用对数刻度；时长从几分钟到几天时用。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``result`` 不是 ResolutionTime。
    ValueError
        一件也没办结，没有曲线可画。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints, plots
    >>> start = pd.to_datetime(["2026-03-01 08:00"] * 6)
    >>> tickets = pd.DataFrame({"opened_at": start, "closed_at": start + pd.to_timedelta([2, 5, 8, None, None, 30], unit="h")})
    >>> result = complaints.time_to_resolution(tickets, as_of="2026-03-02 18:00")
    >>> plots.open_cases(result, "一半的投诉 8 小时内办结").get_xlabel()
    '从受理起（小时）'
    """
    check_result("result", result, complaints.ResolutionTime, "complaints.time_to_resolution()")
    if result.curve.empty:
        raise ValueError("一件也没有办结，没有曲线可画。请换一段更长的日子，或看 result.table。")
    groups = list(result.table["group"])
    ax: Axes = new_axes(title, height=3.8 + 0.4 * len(groups))
    with mpl.rc_context(style()):
        first = float(result.curve["hours"].min())
        start, last = (first / 2 if log else 0.0), float(result.curve["hours"].max())
        if log:
            ax.set_xscale("log")
            ax.xaxis.set_major_formatter(mpl.ticker.StrMethodFormatter("{x:g}"))
        ax.set_xlim(start, last)
        names = []
        for i, group in enumerate(groups):
            part, row = result.curve[result.curve["group"] == group], result.table.iloc[i]
            colour = CYCLE[i % len(CYCLE)]
            hours = np.concatenate([[start], part["hours"]])
            share, low, high = (100 * np.concatenate([[1.0], part[c]]) for c in ("open_share", "low", "high"))
            ax.fill_between(hours, low, high, step="post", color=colour, alpha=0.15, linewidth=0)
            ax.step(hours, share, where="post", color=colour, linestyle=_LINES[i % len(_LINES)], linewidth=1.8)
            if not np.isnan(row["median_h"]):
                ax.plot([row["median_h"]], [50], "o", color=colour, markersize=7, markeredgecolor="white", zorder=5)
                names.append(f"{group}：中位数 {row['median_h']:.3g} 小时（n = {row['n']}，未办结 {row['n_open']}）")
            else:
                names.append(f"{group}：中位数算不出（n = {row['n']}，未办结 {row['n_open']}）")
        ax.axhline(50, color=PALETTE["grey"], linestyle=":", linewidth=1)
        handles = [line for line in ax.lines if line.get_drawstyle() == "steps-post"]
        # Between title and curves: inside, it covers one or the other end of them.
        ax.legend(handles, names, loc="lower left", bbox_to_anchor=(0, 1), fontsize=9, borderaxespad=0.3)
        ax.set_title(title, pad=12 + 14 * len(names))
        ax.set_ylim(0, 103)
        ax.set_xlabel("从受理起（小时）")
        ax.set_ylabel("还没办结的占比（%）")
        _at_risk(ax, result, groups, np.geomspace(start, last, 6) if log else np.linspace(0, last, 6)[:-1])
    return ax


def _at_risk(ax: Axes, result: complaints.ResolutionTime, groups: list[str], times: np.ndarray) -> None:
    """Write below the axis how many cases are still waiting at each of ``times``."""
    for i, group in enumerate(groups):
        part, n = result.curve[result.curve["group"] == group], int(result.table["n"].iloc[i])
        hours, waiting = part["hours"].to_numpy(), part["at_risk"].to_numpy()
        down = -46 - 13 * i
        note: dict[str, Any] = {
            "xycoords": ("data", "axes fraction"),
            "textcoords": "offset points",
            "fontsize": 8,
            "va": "top",
        }
        for time in times:
            later = waiting[hours >= time]
            word = n if time <= hours[0] else (later[0] if len(later) else 0)
            ax.annotate(
                f"{word:,}",
                (time, 0),
                (0, down),
                ha="center",
                color=CYCLE[i % len(CYCLE)],
                annotation_clip=False,
                **note,
            )
        name = f"{group} 还在等（件）" if len(groups) > 1 else "还在等（件）"
        ax.annotate(
            name, (times[0], 0), (-14, down), ha="right", color=CYCLE[i % len(CYCLE)], annotation_clip=False, **note
        )


def confusion(classifier: complaints.ComplaintClassifier, title: str) -> Axes:
    """画混淆表：行是人标的类，列是机器判的类，每格写条数和占这一行的比例；对角线是判对的。

    Parameters
    ----------
    classifier : ComplaintClassifier
        :func:`crmlab.complaints.classify_complaints` 的结果；画的是留出部分。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        ``classifier`` 不是 ComplaintClassifier。

    Examples
    --------
    >>> import numpy as np
    >>> from crmlab import complaints, plots
    >>> texts = [f"快递第{i}天没到" for i in range(9)] + [f"第{i}件破损了" for i in range(9)]
    >>> model = complaints.classify_complaints(texts, ["物流"] * 9 + ["质量"] * 9, rng=np.random.default_rng(1))
    >>> plots.confusion(model, "两类分得开").get_xlabel()
    '机器判的类（留出的 6 条）'
    """
    check_result("classifier", classifier, complaints.ComplaintClassifier, "complaints.classify_complaints()")
    names = list(classifier.report["category"])
    counts = pd.crosstab(classifier.held_out["label"], classifier.held_out["predicted"]).reindex(
        index=names, columns=names, fill_value=0
    )
    n = counts.to_numpy(dtype=float)
    rows = n.sum(axis=1, keepdims=True)
    share = n / np.where(rows > 0, rows, 1.0)
    ax: Axes = new_axes(title, height=1.5 + 0.62 * len(names), width=max(7.2, 1.6 + 0.9 * len(names)))
    with mpl.rc_context(style()):
        ax.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for (i, j), value in np.ndenumerate(share):
            ink = "white" if value > 0.55 else "black"
            ax.text(j, i, f"{n[i, j]:,.0f}\n{value:.0%}", ha="center", va="center", color=ink, fontsize=9)
            if i == j:
                ax.add_patch(
                    Rectangle(
                        (j - 0.48, i - 0.47),
                        0.96,
                        0.94,
                        fill=False,
                        edgecolor=PALETTE["orange"],
                        linewidth=2.5,
                    )
                )
        ax.set_xticks(range(len(names)), names)
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel(f"机器判的类（留出的 {classifier.n_test:,} 条）")
        ax.set_ylabel("人标的类")
    return ax
