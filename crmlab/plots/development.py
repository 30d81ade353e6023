"""Figures of chapter 3, customer development: survival, gains, calibration, uplift, whale curve, churn threshold."""

from collections.abc import Mapping

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_frame
from crmlab._intervals import signed
from crmlab.development import ChurnModel, SurvivalComparison, SurvivalCurve, WhaleCurve
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, MARKERS, PALETTE, new_axes, style

__all__ = ["calibration", "churn_threshold", "gains", "survival", "uplift_deciles", "whale"]
_STYLES = ("-", "--", "-.", ":")
_VERDICTS = {"划算": ("green", MARKERS[0]), "看不清": ("grey", MARKERS[3]), "不划算": ("red", MARKERS[1])}


def survival(result: SurvivalCurve | SurvivalComparison, title: str, *, unit: str = "月", at_risk: bool = True) -> Axes:
    """画留存（生存）曲线：阶梯线是还在的概率，阴影是区间，图下写各时点还在观察的人数。

    Parameters
    ----------
    result : SurvivalCurve or SurvivalComparison
        :func:`crmlab.development.survival_curve` 或 :func:`crmlab.development.compare_survival` 的结果。
    title : str
        图的标题：一句话说出发现。
    unit : str
        时间的单位。
    at_risk : bool
        图下要不要写还在观察的人数。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        不是这两个函数的结果。

    Notes
    -----
    越往右还在观察的人越少，曲线越不牢靠：先看图下的人数，再看线。
    """
    check_result(
        "result", result, (SurvivalCurve, SurvivalComparison), "development.survival_curve() 或 compare_survival()"
    )
    curves: Mapping[str, SurvivalCurve] = result.curves if isinstance(result, SurvivalComparison) else {"": result}
    ax: Axes = new_axes(title, height=3.7 + (0.22 * len(curves) if at_risk else 0))
    with mpl.rc_context(style()):
        last = max(float(curve.table["time"].max()) for curve in curves.values()) or 1.0
        ends = []
        for i, (name, curve) in enumerate(curves.items()):
            colour, table = CYCLE[i % len(CYCLE)], curve.table
            x = np.concatenate([[0.0], table["time"]])
            y, low, high = (100 * np.concatenate([[1.0], table[c]]) for c in ("survival", "low", "high"))
            ax.fill_between(x, low, high, step="post", color=colour, alpha=0.16, linewidth=0)
            ax.step(x, y, where="post", color=colour, linestyle=_STYLES[i % 4], linewidth=1.8)
            ends.append((float(y[-1]), float(x[-1]), str(name), colour))
        ax.axhline(50, color=PALETTE["grey"], linewidth=0.8, linestyle=":")
        ax.set_ylim(0, 103)
        ax.set_xlim(0, last)
        at = -np.inf
        for y_end, x_end, name, colour in sorted(ends):
            at = max(y_end, at + 7)
            if name:
                ax.annotate(name, (max(x_end, last), at), (6, 0), textcoords="offset points", va="center",
                            color=colour, annotation_clip=False)  # fmt: skip
        ticks = np.unique(np.round(mpl.ticker.MaxNLocator(7, integer=last >= 7).tick_values(0, last), 6))
        ticks = ticks[(ticks >= 0) & (ticks <= last)]
        ax.set_xticks(ticks, [_at_risk(curves, float(t)) if at_risk else f"{t:g}" for t in ticks], linespacing=1.35)
        if at_risk:
            head = "\n".join(["", *(f"{name or '在观察'}" for name in curves)])
            ax.annotate(head, (0, 0), (-34, -7), xycoords="axes fraction", textcoords="offset points",
                        ha="right", va="top", linespacing=1.35)  # fmt: skip
        ax.grid(axis="y")
        ax.set_xlabel(f"时间（{unit}）" + ("；下面几行是还在观察的人数" if at_risk else ""))
        ax.set_ylabel("还在的客户（%）")
    return ax


def _at_risk(curves: Mapping[str, SurvivalCurve], time: float) -> str:
    """Return a tick label: the time, and below it how many are still observed in each group."""
    counts = []
    for curve in curves.values():
        later = curve.table.loc[curve.table["time"] >= time, "at_risk"]
        counts.append(f"{int(later.iloc[0]):,}" if len(later) else "0")
    return "\n".join([f"{time:g}", *counts])


def gains(table: pd.DataFrame, title: str) -> Axes:
    """画增益图：左边是“找前百分之几的人、抓到百分之几的响应者”，右边是各份的响应率和区间。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.development.gains_table` 的结果。有 cumulative_profit 时左图标出累计利润最高的地方。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        左图的坐标轴。

    Raises
    ------
    ValueError
        缺列，或一行也没有。
    """
    columns = ["bin", "n", "rate", "low", "high", "cumulative_share", "cumulative_gain"]
    check_frame("table", table, columns)
    left, right = new_axes(title, width=9, columns=2)
    with mpl.rc_context(style()):
        x, y = (100 * np.concatenate([[0.0], table[c]]) for c in ("cumulative_share", "cumulative_gain"))
        left.plot([0, 100], [0, 100], "--", color=PALETTE["grey"], linewidth=1)
        left.annotate("随便找", (62, 60), (6, -10), textcoords="offset points", color=PALETTE["grey"])
        left.plot(x, y, color=PALETTE["blue"], marker=MARKERS[0], markersize=5)
        if "cumulative_profit" in table.columns:
            best = int(table["cumulative_profit"].to_numpy().argmax()) + 1
            left.axvline(x[best], color=PALETTE["green"], linestyle="-.", linewidth=1.2)
            beside = (-6, "right") if x[best] > 55 else (6, "left")
            left.annotate(f"累计利润最高\n前 {x[best]:.0f}%", (x[best], 4), (beside[0], 0), textcoords="offset points",
                          ha=beside[1], va="bottom", color=PALETTE["green"])  # fmt: skip
        left.set_xlim(0, 100)
        left.set_ylim(0, 103)
        left.set_xlabel("从高分找起，找了多少人（%）")
        left.set_ylabel("抓到多少响应者（%）")
        responders = float((table["rate"] * table["n"]).sum() / table["n"].sum())
        places = table["bin"]
        right.vlines(places, 100 * table["low"], 100 * table["high"], color=PALETTE["blue"], linewidth=2)
        right.plot(places, 100 * table["rate"], MARKERS[0], color=PALETTE["blue"], markersize=6)
        right.axhline(100 * responders, color=PALETTE["grey"], linestyle="--", linewidth=1)
        words = f"全体 {responders:.0%}"
        right.annotate(words, (float(places.iloc[-1]), 100 * responders), (0, 4), textcoords="offset points",
                       ha="right", color=PALETTE["grey"])  # fmt: skip
        right.set_ylim(bottom=0)
        right.set_xticks(places[:: max(1, len(places) // 10)])
        right.grid(axis="y")
        right.set_xlabel("第几份（1 是分数最高的）")
        right.set_ylabel("响应率（%），竖线是区间")
    return left  # type: ignore[no-any-return]


def calibration(result: ChurnModel | pd.DataFrame, title: str, *, what: str = "流失") -> Axes:
    """画校准图：模型说的概率和实际发生的比例，贴着对角线才算说得准。

    Parameters
    ----------
    result : ChurnModel or DataFrame
        :func:`crmlab.development.churn_model` 的结果，或它的 calibration 表（列 n、predicted、observed、low、high）。
    title : str
        图的标题：一句话说出发现。
    what : str
        预测的事，写在轴名里。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        既不是 churn_model 的结果，也不是表。
    ValueError
        缺列，或一行也没有。
    """
    check_result("result", result, (ChurnModel, pd.DataFrame), "development.churn_model()")
    table = result.calibration if isinstance(result, ChurnModel) else result
    check_frame("result", table, ["n", "predicted", "observed", "low", "high"])
    ax: Axes = new_axes(title, height=4.4)
    with mpl.rc_context(style()):
        top = min(100.0, 100 * float(max(table["predicted"].max(), table["high"].max())) * 1.05)
        ax.plot([0, top], [0, top], "--", color=PALETTE["grey"], linewidth=1)
        ax.annotate("说几成就是几成", (top * 0.8, top * 0.8), (14, -14), textcoords="offset points",
                    color=PALETTE["grey"])  # fmt: skip
        x = 100 * table["predicted"]
        ax.vlines(x, 100 * table["low"], 100 * table["high"], color=PALETTE["blue"], linewidth=2)
        ax.plot(x, 100 * table["observed"], MARKERS[0], color=PALETTE["blue"], markersize=6)
        ax.set_xlim(0, top)
        ax.set_ylim(0, top)
        ax.grid()
        ax.set_axisbelow(True)
        smallest, largest = int(table["n"].min()), int(table["n"].max())
        each = f"{smallest:,}" if smallest == largest else f"{smallest:,}–{largest:,}"
        ax.set_xlabel(f"模型说的{what}概率（%，每组平均）")
        ax.set_ylabel(f"实际{what}（%），竖线是区间，每组 {each} 人")
    return ax


def uplift_deciles(table: pd.DataFrame, title: str) -> Axes:
    """画增量图：每一份里联系过的比没联系的多响应几个百分点，虚线是盈亏点。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.development.uplift_table` 的结果。有 break_even 时画盈亏点，按 verdict 换颜色和形状。
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
    check_frame("table", table, ["bin", "n", "uplift", "low", "high"])
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        priced = "break_even" in table.columns
        verdicts = table["verdict"] if priced else pd.Series("看不清", index=table.index)
        for verdict, (colour, marker) in _VERDICTS.items():
            part = table[verdicts == verdict]
            if len(part):
                ink = PALETTE[colour] if priced else PALETTE["blue"]
                ax.vlines(part["bin"], 100 * part["low"], 100 * part["high"], color=ink, linewidth=2)
                ax.plot(part["bin"], 100 * part["uplift"], marker, color=ink, markersize=7,
                        label=verdict if priced else None)  # fmt: skip
        ax.axhline(0, color="black", linewidth=0.8)
        if priced:
            line = 100 * float(table["break_even"].iloc[0])
            ax.axhline(
                line, color=PALETTE["purple"], linestyle="--", linewidth=1.2, label=f"盈亏点 {line:.1f} 个百分点"
            )
            ax.legend(loc="upper right")
        ax.set_xticks(table["bin"])
        ax.margins(y=0.12)
        ax.set_xlabel("第几份（1 是分数最高的）")
        ax.set_ylabel("增量（个百分点），竖线是区间")
    return ax


def whale(result: WhaleCurve, title: str, *, unit: str = "元") -> Axes:
    """画鲸鱼曲线：客户从最赚钱的排到最亏的，累计利润先升后降，标出最高点。

    Parameters
    ----------
    result : WhaleCurve
        :func:`crmlab.development.whale_curve` 的结果。
    title : str
        图的标题：一句话说出发现。
    unit : str
        金额的单位；大的数自动改用“万”。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        不是 whale_curve 的结果。
    """
    check_result("result", result, WhaleCurve, "development.whale_curve()")
    scale, word = (1e4, f"万{unit}") if result.peak_profit >= 1e5 else (1.0, unit)
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x = 100 * np.concatenate([[0.0], result.table["customer_share"]])
        y = np.concatenate([[0.0], result.table["cumulative_profit"]]) / scale
        peak, total = result.peak_profit / scale, result.total_profit / scale
        ax.plot(x, y, color=PALETTE["blue"], linewidth=2)
        ax.fill_between(
            x,
            y,
            total,
            where=y > total,
            interpolate=True,
            color=PALETTE["orange"],
            alpha=0.35,
            hatch="///",
            linewidth=0,
        )
        ax.axhline(total, color=PALETTE["grey"], linestyle="--", linewidth=1)
        ax.plot([100 * result.peak_share], [peak], MARKERS[3], color=PALETTE["red"], markersize=8)
        digits = 1 if scale > 1 else 0
        said = f"最高 {signed(f'{peak:,.{digits}f}')} {word}，前 {result.peak_share:.0%} 的客户"
        side = "right" if result.peak_share > 0.6 else "left"
        ax.annotate(said, (100 * result.peak_share, peak), (0, 8), textcoords="offset points", ha=side)
        # The curve runs above its own end at the right; on the left it starts from nothing.
        place, shift, side = ((98, total), -14, "right") if total > 0 else ((2, total), 5, "left")
        ax.annotate(
            f"全部客户 {signed(f'{total:,.{digits}f}')} {word}", place, (0, shift), textcoords="offset points", ha=side,
            color=PALETTE["grey"],
        )  # fmt: skip
        ax.set_xlim(0, 100)
        low = min(0.0, float(y.min()))
        ax.set_ylim(low * 1.12, low + (max(peak, 0.0) - low) * 1.18 or 1.0)
        ax.set_xlabel(
            f"客户（%，从最赚钱的排起）；亏损客户 {result.loss_share:.0%}"
            f"（{result.low:.0%}–{result.high:.0%}，n = {result.n:,}）"
        )
        ax.set_ylabel(f"累计利润（{word}）")
    return ax


def churn_threshold(table: pd.DataFrame, title: str) -> Axes:
    """画流失界限的检验：界限从短到长，查准率升、查全率降，阴影是区间，竖线是 F1 最高的界限。

    Parameters
    ----------
    table : DataFrame
        :func:`crmlab.development.churn_backtest` 的结果。
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
    measures = {"precision": ("查准率", "blue", "-"), "recall": ("查全率", "red", "--")}
    ends = [f"{name}_{end}" for name in measures for end in ("low", "high")]
    check_frame("table", table, ["threshold_days", "n", "gone", *measures, *ends, "best"])
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        x = table["threshold_days"]
        for i, (name, (word, colour, line)) in enumerate(measures.items()):
            low, high = (100 * table[f"{name}_{end}"] for end in ("low", "high"))
            ax.fill_between(x, low, high, color=PALETTE[colour], alpha=0.18, linewidth=0)
            ax.plot(x, 100 * table[name], line, color=PALETTE[colour], marker=MARKERS[i], markersize=5,
                    markevery=max(1, len(table) // 10))  # fmt: skip
            known = table[name].dropna()
            if len(known):
                place = (float(x[known.index[-1]]), 100 * float(known.iloc[-1]))
                ax.annotate(word, place, (8, 0), textcoords="offset points", va="center", color=PALETTE[colour],
                            annotation_clip=False)  # fmt: skip
        if table["best"].any():
            best = float(x[table["best"]].iloc[0])
            ax.axvline(best, color=PALETTE["grey"], linestyle=":")
            side = (-5, "right") if best > x.mean() else (5, "left")
            ax.annotate(f"F1 最高：{best:g} 天", (best, 3), (side[0], 0), textcoords="offset points", ha=side[1])
        ax.set_ylim(0, 103)
        ax.grid(axis="y")
        gone, n = int(table["gone"].iloc[0]), int(table["n"].iloc[0])
        ax.set_xlabel(f"多少天没买算流失（天）；{n:,} 人中后来真没回来的 {gone:,} 人")
        ax.set_ylabel("查准率、查全率（%）")
    return ax
