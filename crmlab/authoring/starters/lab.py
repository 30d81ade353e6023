"""A new lab: source notebook with one task, and the generator of its data."""

from crmlab.authoring.starters.cell import Cell, fill


def lab_cells(lab: str, title: str, minutes: int) -> list[Cell]:
    """Return the source cells of a lab with one task of 100 points."""
    prefix = lab.replace("_", "-")
    words = {"LAB": lab, "MINUTES": str(minutes), "NUMBER": str(int(lab[3:5])), "TITLE": title}

    def cell(kind: str, part: str, source: str, *, solution: bool = False, points: int | None = None) -> Cell:
        about: dict[str, object] = {
            "grade": points is not None,
            "grade_id": f"{prefix}-{part}",
            "locked": not solution,
            "schema_version": 3,
            "solution": solution,
            "task": False,
        }
        return Cell(
            kind, f"{prefix}-{part}", fill(source, **words), (), about if points is None else about | {"points": points}
        )

    return [
        cell("markdown", "title", _LAB_TITLE),
        cell("code", "setup", _LAB_SETUP),
        cell("markdown", "t01", _LAB_TASK),
        cell("code", "t01-share", _LAB_SOLUTION, solution=True),
        cell("code", "t01-test", _LAB_TEST, points=100),
    ]


_LAB_TITLE = """# 实训 NUMBER　TITLE

**时间** MINUTES 分钟　**满分** 100 分，共 1 题

数据是模拟的，而且**每个学号的数据不一样**。先运行下面这一格；如果说是**演示数据**，先去开始页 `index.ipynb` 填学号。"""

_LAB_SETUP = """from crmlab import lab
from crmlab.learn import expect

data = lab.load("LAB")"""

_LAB_TASK = """## 任务 1　满意率（100 分，约 MINUTES 分钟）

`data.survey` 的 `score` 一列是评分（1–5 分），有人没有答。打 4 分、5 分的人占**答了的人**的多少？算出占比（0–1），存到 `csat_share`。"""

_LAB_SOLUTION = """csat_share = ...
### BEGIN SOLUTION
csat_share = (data.survey["score"].dropna() >= 4).mean()
### END SOLUTION"""

_LAB_TEST = """# 检查（100 分）
expect.number(lab.answer("csat_share"), "csat_share", low=0, high=1, unit="占比")
### BEGIN HIDDEN TESTS
answered = lab.load("LAB", quiet=True).survey["score"].dropna()
lab.score(("满意率", 100, lab.close(lab.answer("csat_share"), (answered >= 4).mean(), 0.0006)))
### END HIDDEN TESTS"""

LAB_DATA = '''"""Data of LAB: scores of one service, drawn anew for every student.

Stated effect: 70 % of those who answer are expected to give 4 or 5 points; a tenth does not answer.
"""

import numpy as np
import pandas as pd

N_ANSWERS = 240


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一名学生的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``survey``：``response_id`` 编号；``score`` 评分，1–5 分，没有答的为空。

    Examples
    --------
    >>> make(np.random.default_rng(1))["survey"].shape
    (240, 2)
    """
    score = pd.Series(rng.choice([1, 2, 3, 4, 5], size=N_ANSWERS, p=[0.05, 0.08, 0.17, 0.4, 0.3]), dtype="Int64")
    score[rng.random(N_ANSWERS) < 0.1] = pd.NA
    return {"survey": pd.DataFrame({"response_id": [f"R{i:03d}" for i in range(1, N_ANSWERS + 1)], "score": score})}
'''
