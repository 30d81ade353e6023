"""Figures of customer records: quality and its offending rows, classes that hide a person, scores of pairs."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab._checks import check_whole
from crmlab.information import DIMENSIONS, DuplicateResult, KAnonymityResult, LDiversityResult, QualityReport
from crmlab.plots._results import check_result
from crmlab.plots.style import CYCLE, HATCHES, MARKERS, PALETTE, new_axes, style

_LONGEST = 22  # characters of a rule's name


def quality_dimensions(result: QualityReport, title: str, *, most: int = 6) -> Axes:
    """画数据质量：左边是各维度的得分，右边是出问题最多的几条规则。

    Parameters
    ----------
    result : QualityReport
        `information.quality_report` 的结果。
    title : str
        图的标题：一句话说出发现。
    most : int, default 6
        右边最多列几条规则，至少 1。

    Returns
    -------
    Axes
        左边的坐标轴。没有查的维度写明“没有查”。

    Raises
    ------
    TypeError
        result 不是质量报告。
    ValueError
        most 不是正整数。
    """
    check_result("result", result, QualityReport, "information.quality_report()", advice="")
    if check_whole("most", most) < 1:
        raise ValueError("参数 most 应至少是 1。")
    scores = result.scores
    rules = _worst_rules(result.problems, most)
    made = new_axes(title, height=1.4 + 0.42 * max(len(scores), len(rules)), width=9, columns=2)
    left, right = made
    with mpl.rc_context(style()):
        shares = 100 * scores["score"].to_numpy(dtype=float)
        places = np.arange(len(scores))
        for place, row, share in zip(places, scores.to_dict("records"), shares, strict=True):
            if np.isnan(share):
                left.text(2, place, "没有查", va="center", color=PALETTE["grey"], fontsize=9)
                continue
            left.barh(place, share, height=0.62, color=PALETTE["sky"], edgecolor="white")
            said = f"{share:.1f}%（{row['failed']}/{row['checked']} 处不合格）"
            if not np.isnan(row["low"]):
                left.hlines(place + 0.31, 100 * row["low"], 100 * row["high"], color="black", linewidth=1.5)
                said = f"{said[:-1]}，区间 {100 * row['low']:.0f}%–{100 * row['high']:.0f}%）"
            left.text(2, place, said, va="center", fontsize=9)
        left.set_yticks(places, list(scores["dimension_zh"]))
        left.set_ylim(len(scores) - 0.5, -0.5)
        left.set_xlim(0, 100)
        left.set_xlabel(f"得分（%，共 {result.n} 行）")
        if rules.empty:
            right.text(0.5, 0.5, "没有查出问题", transform=right.transAxes, ha="center", va="center")
            right.set_axis_off()
            return left  # type: ignore[no-any-return]
        kinds = list(DIMENSIONS)
        for line, row in enumerate(rules.to_dict("records")):
            at = kinds.index(row["dimension"])
            right.barh(line, row["n"], height=0.62, color=CYCLE[at], alpha=0.55, hatch=HATCHES[at], edgecolor="white")
            right.annotate(
                f"{row['n']} 处", (row["n"], line), (4, 0), textcoords="offset points", va="center", fontsize=9
            )
        right.set_yticks(range(len(rules)), list(rules["said"]))
        right.invert_yaxis()
        right.margins(x=0.2)
        right.set_xlabel("不合格（处）")
    return left  # type: ignore[no-any-return]


def _worst_rules(problems: pd.DataFrame, most: int) -> pd.DataFrame:
    table = problems.assign(column=problems["column"].astype("str").fillna("整行"))
    table = table.groupby(["dimension", "column", "rule"], sort=False).size().rename("n").reset_index()
    table = table.sort_values("n", ascending=False, kind="stable").head(most)
    rule = [r if len(r) <= _LONGEST else f"{r[: _LONGEST - 1]}…" for r in table["rule"]]
    said = [f"{DIMENSIONS[d]}：{c}\n{r}" for d, c, r in zip(table["dimension"], table["column"], rule, strict=True)]
    return table.assign(said=said)


def class_sizes(result: KAnonymityResult, title: str, *, most: int = 12, unit: str = "人") -> Axes:
    """画 k-匿名：多少人所在的组只有 1 个人、2 个人……，达标的归成最后一条。

    Parameters
    ----------
    result : KAnonymityResult
        `information.k_anonymity` 的结果；它的 required 就是达标线。
    title : str
        图的标题：一句话说出发现。
    most : int, default 12
        最多画几条；不达标的组太多种时，大的合成一条。
    unit : str, default "人"
        一行是什么：人、笔订单等。

    Returns
    -------
    Axes
        坐标轴。不达标的条是斜纹。

    Raises
    ------
    TypeError
        result 不是 k-匿名的结果。
    ValueError
        most 不是 3 以上的整数。
    """
    check_result("result", result, KAnonymityResult, "information.k_anonymity()", advice="")
    if check_whole("most", most) < 3:
        raise ValueError("参数 most 应至少是 3。")
    below = result.classes.groupby("n")["n"].sum()
    rows = [(f"{size} {unit}", int(n)) for size, n in below.items()]
    if len(rows) >= most:
        rest = list(below.items())[most - 2 :]
        rows = [*rows[: most - 2], (f"{rest[0][0]}–{rest[-1][0]} {unit}", int(sum(n for _, n in rest)))]
    rows.append((f"{result.required} {unit}以上", result.n - result.n_below))
    ax: Axes = new_axes(title, height=1.3 + 0.4 * len(rows))
    with mpl.rc_context(style()):
        for place, (_, n) in enumerate(rows):
            safe = place == len(rows) - 1
            ax.barh(
                place, n, height=0.65, edgecolor="white",
                color=PALETTE["sky"] if safe else PALETTE["orange"], hatch="" if safe else "///",
            )  # fmt: skip
            said = f"{n} {unit}（{n / result.n:.1%}）"
            ax.annotate(said, (n, place), (4, 0), textcoords="offset points", va="center", fontsize=9)
        ax.set_yticks(range(len(rows)), [name for name, _ in rows])
        ax.invert_yaxis()
        ax.set_xlim(0, max(n for _, n in rows) * 1.25)
        ax.set_ylabel(f"所在的组有几{unit}")
        ax.set_xlabel(f"数量（共 {result.n} {unit}；斜纹的不到 {result.required} {unit}一组）")
    return ax


def diversity_classes(result: LDiversityResult, title: str) -> Axes:
    """画 l-多样性：一个点是一组人，越靠下，组里的敏感信息越单一。

    Parameters
    ----------
    result : LDiversityResult
        `information.l_diversity` 的结果。
    title : str
        图的标题：一句话说出发现。

    Returns
    -------
    Axes
        坐标轴。最不多样的那一组是方块，并标出是哪一组。

    Raises
    ------
    TypeError
        result 不是 l-多样性的结果。
    """
    check_result("result", result, LDiversityResult, "information.l_diversity()", advice="")
    table = result.classes
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        least = table["l"] <= result.l + 1e-9
        ax.plot(table.loc[~least, "n"], table.loc[~least, "l"], MARKERS[0], color=PALETTE["blue"], alpha=0.6)
        ax.plot(table.loc[least, "n"], table.loc[least, "l"], MARKERS[1], color=PALETTE["red"], markersize=7)
        first = table.iloc[0]
        who = "、".join("缺失" if pd.isna(v) else str(v) for v in first.drop(["n", "l"]))
        more = f"等 {int(least.sum())} 组" if least.sum() > 1 else ""
        ax.text(
            0.99, 0.03, f"■ 最不多样：{who}{more}（l = {result.l:.3g}）", transform=ax.transAxes, ha="right",
            va="bottom", color=PALETTE["red"], fontsize=9,
        )  # fmt: skip
        ax.margins(0.08)
        low, high = ax.get_ylim()
        ax.set_ylim(low - 0.16 * (high - low), high)
        ax.grid(axis="y")
        ax.set_axisbelow(True)
        ax.set_xlabel("组里有几人（人）")
        ax.set_ylabel({"distinct": "l（几种不同值）", "entropy": "l（熵，相当于几种）"}[result.definition])
    return ax


def duplicate_scores(
    result: DuplicateResult, title: str, *, entity: pd.Series | None = None, bins: int = 20, cut: float | None = None
) -> Axes:
    """画查重的分数：相似的对各有几对，阈值画在哪；知道真相时，真假分开画。

    Parameters
    ----------
    result : DuplicateResult
        `information.find_duplicates` 的结果；阈值调低一些再算，才看得见阈值两边。
    title : str
        图的标题：一句话说出发现。
    entity : Series, optional
        真相：索引是客户编号，值是这条记录背后的人。
    bins : int, default 20
        分几组。
    cut : float, optional
        想画的阈值；不给就画 result 用的阈值。

    Returns
    -------
    Axes
        坐标轴。

    Raises
    ------
    TypeError
        result 不是查重的结果。
    ValueError
        一对也没有，或 entity 里查不到某个编号。
    """
    check_result("result", result, DuplicateResult, "information.find_duplicates()", advice="")
    pairs = result.pairs
    if pairs.empty:
        raise ValueError("查重的结果里一对也没有，没有分数可画。请把 threshold 调低再查一次。")
    at = result.threshold if cut is None else cut
    edges = np.linspace(min(result.threshold, float(pairs["score"].min())), 1, check_whole("bins", bins) + 1)
    kinds = [("相似的对", np.ones(len(pairs), dtype=bool), PALETTE["sky"], "")]
    if entity is not None:
        lost = ~(pairs["id_a"].isin(entity.index) & pairs["id_b"].isin(entity.index))
        if lost.any():
            row = pairs[lost].iloc[0]
            raise ValueError(f"编号“{row['id_a']}”或“{row['id_b']}”在 entity 的索引里查不到。请核对两边的编号。")
        same = entity.reindex(pairs["id_a"]).to_numpy() == entity.reindex(pairs["id_b"]).to_numpy()
        kinds = [("真是同一人", same, PALETTE["sky"], ""), ("不是同一人", ~same, PALETTE["orange"], "///")]
    ax: Axes = new_axes(title)
    with mpl.rc_context(style()):
        bottom = np.zeros(len(edges) - 1)
        for name, chosen, colour, hatch in kinds:
            heights = np.histogram(pairs["score"][chosen], edges)[0]
            ax.bar(
                edges[:-1], heights, np.diff(edges), bottom, align="edge", color=colour, hatch=hatch, edgecolor="white",
                label=f"{name}：{int(chosen.sum())} 对",
            )  # fmt: skip
            bottom += heights
        ax.axvline(at, color="black", linestyle="--", linewidth=1.2)
        ax.set_ylim(0, bottom.max() * 1.36)
        ax.text(at, bottom.max() * 1.17, f" 阈值 {at:g}", ha="left", va="top")
        ax.legend(loc="upper left", ncols=2, fontsize=9, frameon=True, edgecolor="none", framealpha=1)
        ax.set_xlim(edges[0], 1)
        ax.set_xlabel("相似度（0–1）")
        ax.set_ylabel("对数（对）")
    return ax
