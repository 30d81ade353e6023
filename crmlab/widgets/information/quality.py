"""Cleaning step by step: what each step does to each dimension of quality."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlab import information
from crmlab.plots import PALETTE
from crmlab.widgets.base import LiveFigure
from crmlab.widgets.controls import choice, graded
from crmlab.widgets.information.teaching import AS_OF, simulated_customers
from crmlab.widgets.lettering import Lettering

_SHOWN = 7


def quality_dashboard(stages: Mapping[str, information.QualityReport] | None = None) -> LiveFigure:
    """数据质量仪表盘：一步一步地清洗，看每一步让哪个维度变好，还剩哪些行有问题。

    Parameters
    ----------
    stages : dict of str to QualityReport, optional
        每一步的名称和做完这一步的 `information.quality_report`，第一个是原始数据。不给就用模拟的 300 行客户表和五步清洗。

    Returns
    -------
    LiveFigure
        清洗步骤的滑块，和看哪个维度的问题。左图是各维度的得分，竖线是原始数据的得分；右边是有问题的前几行。

    Raises
    ------
    TypeError
        stages 里有不是质量报告的值。
    ValueError
        stages 不到两步。

    Notes
    -----
    模拟的表里放进了：6% 的重复、12% 的手机号写法不一、9% 的缺失、8% 的积分与订单矛盾，还有两年没有更新的记录。
    分数变好不等于数据变真：把空格填成“未知”，完整性也会满分。补录和更新要真的问过客户。

    References
    ----------
    见 :func:`crmlab.information.quality_report`。

    Examples
    --------
    >>> from crmlab import widgets
    >>> figure = widgets.information.quality_dashboard()
    >>> figure.set(step=2)
    >>> figure.alt.split("；")[1].split("。")[0]
    '283 行里 133 行没有问题（47%）'
    """
    reports = dict(_cleaning()) if stages is None else dict(stages)
    for name, report in reports.items():
        if not isinstance(report, information.QualityReport):
            raise TypeError(
                f"参数 stages 的“{name}”应是 information.quality_report() 的结果，你给的是 {type(report).__name__}。"
            )
    if len(reports) < 2:
        raise ValueError(f"参数 stages 至少要有两步（原始数据和清洗之后），现在有 {len(reports)} 步。")
    controls = {
        "step": graded("清洗到哪一步", [(f"{i} {name}", i) for i, name in enumerate(reports)], 0),
        "dimension": choice("看哪个维度的问题", [("全部", ""), *((z, d) for d, z in information.DIMENSIONS.items())]),
    }
    alt = "左图：各维度的得分，竖线是原始数据的得分，没有查的不画。右边：有问题的前几行。"
    return LiveFigure(_Dashboard(reports), controls, alt, panels=2, widths=(1, 1.15), size=(7.2, 3.6), keep=True)


class _Dashboard:
    """Bars whose lengths change, and a list of rows."""

    def __init__(self, reports: dict[str, information.QualityReport]) -> None:
        self.names, self.reports = list(reports), list(reports.values())
        self.scores = [100 * r.scores["score"].to_numpy(dtype=float) for r in self.reports]
        self.bars: list[Any] = []

    def _make(self, left: Axes, right: Axes) -> None:
        words = list(self.reports[0].scores["dimension_zh"])
        places = [float(i) for i in range(len(words))]
        self.bars = list(left.barh(places, 0, height=0.6, color=PALETTE["sky"], edgecolor="white"))
        known = ~np.isnan(self.scores[0])
        left.plot(self.scores[0][known], np.array(places)[known], "|", color="black", markersize=20, markeredgewidth=2)
        self.words = [left.text(2, y, "", va="center", fontsize=9.5) for y in places]
        left.set_yticks(places, words)
        left.set_ylim(len(words) - 0.5, -0.5)
        left.set_xlim(0, 102)
        left.set_xticks([0, 25, 50, 75, 100])
        left.set_xlabel("得分（%，竖线是原始数据）")
        right.set_axis_off()
        right.set_xticks([])
        right.set_yticks([])
        right.set_xlim(0, 1)
        right.set_ylim(0, 1)
        self.heading = Lettering(right, 0, 1, size=10, colour="#444444")
        self.list = Lettering(right, 0, 0.88)

    def __call__(self, axes: list[Axes], step: int, dimension: str) -> str:
        if not self.bars:
            self._make(*axes)
        report, scores = self.reports[step], self.scores[step]
        for bar, text, score in zip(self.bars, self.words, scores, strict=True):
            bar.set_width(0 if np.isnan(score) else score)
            text.set_text("没有查" if np.isnan(score) else f"{score:.1f}%")
        problems = report.problems
        if dimension:
            problems = problems[problems["dimension"] == dimension]
        word = information.DIMENSIONS[dimension] if dimension else "全部"
        self.heading.set_lines([f"{word}的问题：{len(problems)} 处" + ("，前几行是" if len(problems) > _SHOWN else "")])
        self.list.set_lines([_said(dict(row)) for row in problems.head(_SHOWN).to_dict("records")] or ["（没有）"])
        clean = f"{report.n} 行里 {report.n_clean} 行没有问题（{report.n_clean / report.n:.0%}）"
        if step == 0:
            worst = int(np.nanargmin(scores))
            zh = report.scores["dimension_zh"].iloc[worst]
            return f"{self.names[0]}：{zh}最低，{scores[worst]:.1f}%，往右拖看一步步怎样变好；{clean}"
        gain = np.nan_to_num(scores - self.scores[step - 1])
        most = int(np.argmax(np.abs(gain)))
        zh = report.scores["dimension_zh"].iloc[most]
        if abs(gain[most]) < 0.05:
            return f"第 {step} 步“{self.names[step]}”（共 {len(self.names) - 1} 步）：各维度都没有变；{clean}"
        way = "升" if gain[most] > 0 else "降"
        return (
            f"第 {step} 步“{self.names[step]}”（共 {len(self.names) - 1} 步）："
            f"{zh}从 {self.scores[step - 1][most]:.1f}% {way}到 {scores[most]:.1f}%；{clean}"
        )


def _said(problem: dict[Any, Any]) -> str:
    value, rule = problem["value"], str(problem["rule"])
    if isinstance(value, pd.Timestamp):
        value = value.date()
    shown = "" if value is None or pd.isna(value) else f"（{value}）"
    column = "" if pd.isna(problem["column"]) else f"{problem['column']}："
    return f"第 {problem['row']} 行 {column}{rule}{shown}"


def _cleaning() -> dict[str, information.QualityReport]:
    """Return the report after each step of cleaning a simulated table."""
    import pandera.pandas as pa

    schema = pa.DataFrameSchema(
        {
            "name": pa.Column(str, nullable=True),
            "mobile": pa.Column(
                str,
                pa.Check(lambda s: s.str.fullmatch(r"1[3-9]\d{9}"), name="不是 11 位手机号"),
                nullable=True,
                unique=True,
            ),
            "address": pa.Column(str, nullable=True),
            "points": pa.Column(float),
        },
        checks=[pa.Check(lambda t: t["points"] <= 100 * t["orders"] + 100, name="积分多于订单该得的")],
    )
    rng = np.random.default_rng(54)
    right = simulated_customers(282, rng)
    right = pd.concat([right, right.iloc[rng.choice(282, 18, replace=False)]], ignore_index=True)
    table = right.copy()
    n = len(table)
    odd, lost, gone, wrong = (rng.random(n) < share for share in (0.12, 0.09, 0.09, 0.08))
    table["mobile"] = [f"{m[:3]}-{m[3:7]}-{m[7:]}" if bad else m for m, bad in zip(table["mobile"], odd, strict=True)]
    table.loc[lost, "mobile"] = None
    table.loc[gone, "address"] = None
    table.loc[wrong, "points"] += 1000.0

    def report(rows: pd.DataFrame) -> information.QualityReport:
        return information.quality_report(rows, schema, updated_at="updated_at", as_of=AS_OF, max_age_days=365)

    steps = {"原始数据": report(table)}
    table["mobile"] = information.check_mobile(table["mobile"])["normalised"].astype("str")
    steps["统一手机号的写法"] = report(table)
    again = (table["mobile"].duplicated() & table["mobile"].notna()) | table.duplicated(["name", "address"])
    table = table[~(again & table["address"].notna())]
    steps["去掉重复的行"] = report(table)
    table = table.assign(points=right["points"].reindex(table.index))
    steps["改正积分"] = report(table)
    for column in ("mobile", "address"):
        table[column] = table[column].where(table[column].notna(), right[column].reindex(table.index))
    table = table[~table["mobile"].duplicated()]
    steps["请客户补录"] = report(table)
    old = (pd.Timestamp(AS_OF) - table["updated_at"]).dt.days > 365
    reached = old & (rng.random(len(table)) < 0.7)
    table.loc[reached, "updated_at"] = pd.Timestamp(AS_OF)
    steps["联系过期的客户"] = report(table)
    return steps
