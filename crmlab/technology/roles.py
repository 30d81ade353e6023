"""Who does what: a RACI chart checked by its rules; what kind of CRM a list of features adds up to."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_names, check_numbers, check_zero_one

RACI_LETTERS = {
    "R": "执行（responsible）",
    "A": "负责（accountable）",
    "C": "咨询（consulted）",
    "I": "知会（informed）",
}
CRM_TYPES = {"operational": "运营型", "analytical": "分析型", "collaborative": "协作型"}


@dataclass(frozen=True, repr=False, eq=False)
class RaciReport:
    """职责表的检查结果。

    Attributes
    ----------
    problems : DataFrame
        一行一个毛病。列：task（任务，整列的毛病是空的）、role（岗位，整行的毛病是空的）、rule、message（哪里不对，怎么改）。
    roles : DataFrame
        一行一个岗位。列：role、R、A、C、I（各担几项）、tasks（参与几项任务）。
    n, n_ok : int
        任务数；没有毛病的任务数。
    """

    problems: pd.DataFrame
    roles: pd.DataFrame
    n: int
    n_ok: int

    def __str__(self) -> str:
        if self.problems.empty:
            return f"{self.n} 项任务都没有毛病：每项一个 A，至少一个 R"
        return (
            f"{self.n} 项任务里 {self.n_ok} 项没有毛病；共 {len(self.problems)} 处：{self.problems['message'].iloc[0]}"
        )

    __repr__ = __str__


def raci_check(matrix: pd.DataFrame, *, task: str = "task") -> RaciReport:
    """检查 RACI 职责表：每项任务恰好一个人负责（A），至少一个人执行（R），没有闲着的岗位。

    Parameters
    ----------
    matrix : DataFrame
        一行一项任务，一列一个岗位，格里写 R、A、C、I；一人担两样写“A/R”或“AR”；不参与就空着。
    task : str, default "task"
        任务名称的列名，不重复。

    Returns
    -------
    RaciReport
        逐条毛病，各岗位担了多少。

    Raises
    ------
    TypeError
        给的不是表。
    ValueError
        没有任务列，任务重复，或除了任务列没有别的列。

    Notes
    -----
    规则：一项任务恰好一个 A（rule 是 accountable），至少一个 R（responsible），一格里不能又是执行又只是知会（cell），
    只有 R、A、C、I 四个字母（letter），一个岗位至少参与一项（idle）。没有区间：查的是表，不是样本。
    表上没有毛病，不等于大家真这么做；一个岗位的 A 太多，也是风险，看 roles。

    References
    ----------
    Smith, M. L., & Erwin, J. (2005). *Role & Responsibility Charting (RACI)*. Project Management Forum.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> matrix = pd.DataFrame(
    ...     {"task": ["排班", "质检", "升级处理"], "班长": ["A/R", "A", "A"], "质检员": ["I", "R", ""], "主管": ["C", "I", "A"]}
    ... )
    >>> report = technology.raci_check(matrix)
    >>> report
    3 项任务里 2 项没有毛病；共 2 处：“升级处理”有 2 个 A（班长、主管）。只能一个人最终负责，请留一个，其余改成 C 或 I。
    >>> report.problems[["task", "rule"]]
       task         rule
    0  升级处理  accountable
    1  升级处理  responsible
    """
    check_frame("matrix", matrix, [task])
    names = check_names(task, matrix[task]).astype(str)
    columns = [c for c in matrix.columns if c != task]
    if not columns:
        raise ValueError(f"表 matrix 里除了“{task}”没有别的列。请一个岗位写一列。")
    problems: list[tuple[str | None, str | None, str, str]] = []
    counts = {str(column): dict.fromkeys([*RACI_LETTERS, "tasks"], 0) for column in columns}
    for at, name in enumerate(names):
        held: dict[str, list[str]] = {letter: [] for letter in RACI_LETTERS}
        for column in columns:
            letters, wrong = _letters(matrix[column].iloc[at])
            if wrong:
                said = f"“{name}”的“{column}”写了“{wrong}”。只能写 R、A、C、I，两样写成 A/R。"
                problems.append((name, str(column), "letter", said))
            if {"R", "I"} <= letters or {"A", "I"} <= letters:
                said = f"“{name}”的“{column}”又做事又只是知会。做事的人当然知道，请去掉 I。"
                problems.append((name, str(column), "cell", said))
            for letter in letters:
                held[letter].append(str(column))
                counts[str(column)][letter] += 1
            counts[str(column)]["tasks"] += bool(letters)
        problems += [(name, None, rule, said) for rule, said in _row_problems(name, held)]
    wrong_tasks = {name for name, *_ in problems}
    for role in [role for role, count in counts.items() if count["tasks"] == 0]:
        problems.append((None, role, "idle", f"“{role}”一项任务也不参与。请补上，或去掉这一列。"))
    found = pd.DataFrame(problems, columns=["task", "role", "rule", "message"], dtype="str")
    roles = pd.DataFrame([{"role": role, **count} for role, count in counts.items()])
    return RaciReport(found, roles, len(names), len(names) - len(wrong_tasks))


def _row_problems(name: str, held: dict[str, list[str]]) -> list[tuple[str, str]]:
    found = []
    if len(held["A"]) > 1:
        who = "、".join(held["A"])
        said = f"“{name}”有 {len(held['A'])} 个 A（{who}）。只能一个人最终负责，请留一个，其余改成 C 或 I。"
        found.append(("accountable", said))
    elif not held["A"]:
        found.append(("accountable", f"“{name}”没有 A。请定一个人最终负责。"))
    if not held["R"]:
        found.append(("responsible", f"“{name}”没有 R，没有人做。请至少定一个人执行（可以写 A/R）。"))
    return found


def _letters(cell: Any) -> tuple[set[str], str]:
    """Return the letters of a cell, and the cell itself if something else stands in it."""
    if cell is None or pd.isna(cell):
        return set(), ""
    text = str(cell).strip().upper()
    letters = set(re.sub(r"[\s/、,，+]", "", text))
    return (letters & set(RACI_LETTERS), "" if letters <= set(RACI_LETTERS) else str(cell).strip())


@dataclass(frozen=True, repr=False, eq=False)
class CrmTypeScores:
    """功能清单像哪一型客户关系管理系统。

    Attributes
    ----------
    kind : str
        得分最高的一型（operational、analytical、collaborative）；并列时取排在前面的。
    table : DataFrame
        一行一型，次序同 CRM_TYPES。列：crm_type、crm_type_zh、score（得分）、share（占三型合计，0–1）、features（主要属于这一型的功能数）。
    features : DataFrame
        原表另加 crm_type（这项功能主要属于哪一型；并列是缺失值）。
    n : int
        算进去的功能数。
    """

    kind: str
    table: pd.DataFrame
    features: pd.DataFrame
    n: int

    def __str__(self) -> str:
        shares = "，".join(
            f"{name} {share:.0%}" for name, share in zip(self.table["crm_type_zh"], self.table["share"], strict=True)
        )
        top = self.table["score"].max()
        first = self.table.loc[np.isclose(self.table["score"], top), "crm_type_zh"]
        return f"最像{'和'.join(first)}：{shares}（{self.n} 项功能）"

    __repr__ = __str__


def crm_type_scores(features: pd.DataFrame, *, use: str | None = None, weight: str | None = None) -> CrmTypeScores:
    """客户关系管理系统的三型：由功能清单算运营型、分析型、协作型各占多少分。

    一型的得分 = Σ 权重 × 这项功能对这一型的分。

    Parameters
    ----------
    features : DataFrame
        一行一项功能。列：feature（名称，不重复），operational、analytical、collaborative（各打几分，不能是负数，不能缺失）。
    use : str, optional
        选没选这项功能的列名，1 是有，0 是没有。不给就全部都算。
    weight : str, optional
        权重的列名，不能是负数。不给就每项一样重。

    Returns
    -------
    CrmTypeScores
        三型的得分和占比，每项功能主要属于哪一型。

    Raises
    ------
    TypeError
        打分或权重不是数字。
    ValueError
        缺列，功能重复，分是负数或缺失，use 不是 0/1，或加起来是 0。

    Notes
    -----
    没有区间：分是按定义打的，不是抽样。换一个人打分，边上的功能就会换型：两个人各打一遍，用 `communication.cohen_kappa` 看一致不一致。
    今天的系统多是三型都有一点；占比接近时，说“最像”没有意义。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> features = pd.DataFrame(
    ...     {
    ...         "feature": ["订单录入", "客户分群", "在线客服", "工单流转"], "operational": [3, 0, 1, 3],
    ...         "analytical": [0, 3, 0, 1], "collaborative": [0, 0, 3, 1],
    ...     }
    ... )
    >>> technology.crm_type_scores(features)
    最像运营型：运营型 47%，分析型 27%，协作型 27%（4 项功能）
    """
    extra = [c for c in (use, weight) if c is not None]
    check_frame("features", features, ["feature", *CRM_TYPES, *extra])
    check_names("feature", features["feature"])
    points = np.column_stack([check_numbers(c, features[c], 0, missing=False).to_numpy() for c in CRM_TYPES])
    taken = np.ones(len(features))
    if use is not None:
        taken = check_zero_one(use, features[use], missing=False).to_numpy()
    heavy = np.ones(len(features))
    if weight is not None:
        heavy = check_numbers(weight, features[weight], 0, missing=False).to_numpy()
    score = (taken * heavy) @ points
    if score.sum() == 0:
        raise ValueError("三型的得分合计是 0，看不出像哪一型。请检查打分、权重，或至少选一项功能。")
    top = points.max(axis=1, keepdims=True)
    clear = (points == top).sum(axis=1) == 1
    kinds = np.array(list(CRM_TYPES), dtype=object)
    mine = pd.Series(kinds[points.argmax(axis=1)], index=features.index).where(clear).astype("str")
    counts = [int(((mine == kind) & (taken == 1)).sum()) for kind in CRM_TYPES]
    table = pd.DataFrame(
        {
            "crm_type": list(CRM_TYPES),
            "crm_type_zh": list(CRM_TYPES.values()),
            "score": score,
            "share": score / score.sum(),
            "features": counts,
        }
    )
    best = str(kinds[int(np.argmax(score.round(12)))])
    return CrmTypeScores(best, table, features.assign(crm_type=mine), int(taken.sum()))
