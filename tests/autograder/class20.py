"""A class of twenty submissions and the marks each must get, cell by cell.

``FULL`` names every automatically marked cell with its points; a student's ``lost`` says which cells earn less.
"""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nbformat.v4 import new_code_cell

FULL = {
    "l06-t01-test-n": 2,
    "l06-t01-test-column": 2,
    "l06-t01-test-clean": 8,
    "l06-t02-test-share": 4,
    "l06-t02-test-interval": 6,
    "l06-t03-test": 10,
    "l06-t04-test-values": 9,
    "l06-t04-test-order": 3,
    "l06-t05-test-share": 5,
    "l06-t05-test-store": 5,
    "l06-t06-test": 12,
    "l06-t07-test": 8,
    "l06-t08-test-alpha": 4,
    "l06-t08-test-item": 4,
    "l06-t09-test": 8,
}
WRITTEN = "l06-t10-advice"
ADVICE = "满意率约七成（n 近 600），先管期望差距最大的门店，店长月底前加开收银台，下季度复测；没答的人怎么想不知道。"


def cell(nb: Any, cell_id: str) -> Any:
    return next(c for c in nb.cells if c.id == cell_id)


def solutions(source: Any) -> dict[str, str]:
    """What the author writes between the solution marks, by cell id."""
    found = {}
    for c in source.cells:
        inside = re.search(r"### BEGIN SOLUTION\n(.*)### END SOLUTION", c.source, re.DOTALL)
        if c.cell_type == "code" and inside:
            found[c.id] = inside.group(1).strip() + "\n"
    return found


def answered(release: Any, answers: dict[str, str], *, written: str | None = ADVICE) -> Any:
    """A release with its answer cells filled in, as a student saves it."""
    nb = copy.deepcopy(release)
    for cell_id, text in answers.items():
        cell(nb, cell_id).source = text
    if written is not None:
        cell(nb, WRITTEN).source = written
    return nb


Make = Callable[[Any, dict[str, str]], Any]


def _right(release: Any, right: dict[str, str]) -> Any:
    return answered(release, right)


def _with(**answers: str) -> Make:
    """The right submission with some answers replaced (``t03_nps=...`` is the cell l06-t03-nps)."""
    changed = {f"l06-{name.replace('_', '-')}": text for name, text in answers.items()}
    return lambda release, right: answered(release, right | changed)


def _only(*tasks: str) -> Make:
    def make(release: Any, right: dict[str, str]) -> Any:
        kept = {k: v for k, v in right.items() if k.split("-")[1] in tasks}
        return answered(release, kept, written=None)

    return make


def _without(*cells: str) -> Make:
    def make(release: Any, right: dict[str, str]) -> Any:
        nb = answered(release, right)
        nb.cells = [c for c in nb.cells if c.id not in cells]
        return nb

    return make


def _tampered(release: Any, right: dict[str, str]) -> Any:
    nb = answered(release, right | {"l06-t01-read": "n_valid = 1\nworst_column = 'response_id'\n"})
    cell(nb, "l06-t01-test-n").source = "2.0"
    cell(nb, "l06-t01-test-n").metadata.nbgrader["points"] = 50
    cell(nb, "l06-setup").source += '\ndata = lab.load("lab06_satisfaction", "2026001")'
    return nb


def _duplicated(release: Any, right: dict[str, str]) -> Any:
    nb = answered(release, right)
    for cell_id in ("l06-t03-test", "l06-t06-index"):
        twin = copy.deepcopy(cell(nb, cell_id))
        twin.id = f"{cell_id}-copy"
        nb.cells.insert(nb.cells.index(cell(nb, cell_id)) + 1, twin)
    return nb


def _own_cells(release: Any, right: dict[str, str]) -> Any:
    """Scratch cells, one of them failing, are a student's right."""
    nb = answered(release, right)
    nb.cells.insert(5, new_code_cell("data.survey.describe()"))
    nb.cells.insert(9, new_code_cell("1 / 0"))
    return nb


BY_HAND = {
    "t02_csat": """scores = data.survey["csat"].dropna()
n, p, z = len(scores), (scores > 3).mean(), 1.96
csat_share = float(p)
half = z * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5 / (1 + z**2 / n)
middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
csat_low, csat_high = middle - half, middle + half""",
    "t03_nps": """def nps_score(scores):
    values = [x for x in scores if x == x]
    return (sum(x > 8 for x in values) - sum(x < 7 for x in values)) / len(values) * 100""",
    "t07_ipa": """t = data.attributes
fix_first = {a for a, i, p in t.itertuples(index=False) if i > t.importance.mean() and p < t.performance.mean()}""",
    "t09_figure": """import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot(data.monthly["month"], data.monthly["csat_pct"], marker="o")
low = data.monthly.loc[data.monthly["csat_pct"].idxmin(), "month"]
ax.set_title(f"{low} 的满意率是九个月里最低的")
ax.set_xlabel("月份")
ax.set_ylabel("满意率（%）")
alt = f"折线图：九个月的满意率，{low} 最低，前后几个月都更高。\"""",
}
NOISY = {
    "t02_csat": """import logging
import sys
import warnings
warnings.warn("数据里有缺失值")
logging.warning("记一笔")
print("写到错误流", file=sys.stderr)
result = satisfaction.csat(data.survey["csat"])
csat_share, csat_low, csat_high = result.share, result.low, result.high""",
    "t03_nps": """import sys
def nps_score(scores):
    warnings.warn("缺失值已去掉", UserWarning)
    print("正在计算", file=sys.stderr)
    logging.getLogger("nps").warning("还剩 %d 人", scores.count())
    return satisfaction.nps(scores).score""",
}
WRONG_TYPES = {
    "t01_read": 'n_valid = "180"\nworst_column = ["csat"]\n',
    "t02_csat": 'csat_share = "74%"\nresult = satisfaction.csat(data.survey["csat"])\ncsat_low = csat_high = result\n',
    "t07_ipa": 'fix_first = "商品质量"\n',
    "t08_alpha": "alpha = [0.5]\nodd_item = 3\n",
}


@dataclass(frozen=True)
class Student:
    number: str
    what: str
    make: Make
    lost: dict[str, float] = field(default_factory=dict)
    """Points lost, by cell; ``all`` loses everything."""
    file: str = "lab06_satisfaction.ipynb"
    written: str = "waiting"
    """waiting for the teacher, blank (0 at once), or none (no marks at all)."""

    def expected(self) -> dict[str, float] | None:
        if self.written == "none":
            return None
        return {c: 0.0 if "all" in self.lost else points - self.lost.get(c, 0) for c, points in FULL.items()}


def _lose(*cells: str) -> dict[str, float]:
    return {c: FULL[c] for c in cells}


LATER = [c for c in FULL if c.split("-")[1] in ("t06", "t07", "t08", "t09")]

CLASS = [
    Student("2026001", "everything right", _right),
    Student("2026002", "right by hand: other code, a set, a line chart", _with(**BY_HAND)),
    Student(
        "2026003", "half right: tasks 1 to 5", _only("t01", "t02", "t03", "t04", "t05"), _lose(*LATER), written="blank"
    ),
    Student("2026004", "empty: the release as it came", _only(), {"all": 0}, written="blank"),
    Student(
        "2026005",
        "syntax error in one answer",
        _with(t03_nps="def nps_score(scores)\n    return 1"),
        _lose("l06-t03-test"),
    ),
    Student("2026006", "a test cell deleted", _without("l06-t05-test-store")),
    Student(
        "2026007", "answer and test deleted together", _without("l06-t06-index", "l06-t06-test"), _lose("l06-t06-test")
    ),
    Student("2026008", "the written answer deleted", _without(WRITTEN), written="blank"),
    Student("2026009", "file renamed by the browser", _right, file="lab06_satisfaction (1).ipynb"),
    Student("2026010", "file renamed in Chinese", _right, file="张三-实训6.ipynb"),
    Student("2026011", "warnings and prints on stderr", _with(**NOISY)),
    Student(
        "2026012",
        "wrong types",
        _with(**WRONG_TYPES),
        _lose(
            "l06-t01-test-n",
            "l06-t01-test-column",
            "l06-t02-test-share",
            "l06-t02-test-interval",
            "l06-t07-test",
            "l06-t08-test-alpha",
            "l06-t08-test-item",
        ),
    ),
    Student(
        "2026013",
        "worked on another student's data",
        _with(
            t01_read="""other = lab.load("lab06_satisfaction", "2026001")
theirs = satisfaction.validate_responses(other.raw, other.rules)
n_valid, worst_column = theirs.n_valid, theirs.problems["column"].value_counts().idxmax()
""",
            t02_csat="""result = satisfaction.csat(other.survey["csat"])
csat_share, csat_low, csat_high = result.share, result.low, result.high
""",
        ),
        # The same column happens to be the worst for both.
        _lose("l06-t01-test-n", "l06-t02-test-share", "l06-t02-test-interval"),
    ),
    Student(
        "2026014",
        "percent where a share is asked, table not sorted",
        _with(
            t02_csat='result = satisfaction.csat(data.survey["csat"])\n'
            "csat_share, csat_low, csat_high = 100 * result.share, result.low, result.high\n",
            t04_table="""rows = []
for store, part in data.survey.groupby("store"):
    rows.append({"store": store, "n": len(part), "csat_pct": 100 * satisfaction.csat(part["csat"]).share})
    rows[-1]["nps"] = satisfaction.nps(part["nps"]).score
store_table = pd.DataFrame(rows).sort_values("nps")
""",
        ),
        _lose("l06-t02-test-share", "l06-t04-test-order"),
    ),
    Student(
        "2026015",
        "functions that know only the student's own data",
        _with(
            t03_nps='mine = satisfaction.nps(data.survey["nps"]).score\ndef nps_score(scores):\n    return mine\n',
            t06_index="""d = data.dimensions
mine_too = ((d["mean_score"] - 1) * 25 * d["weight"]).sum() / d["weight"].sum()
def weighted_index(means, weights):
    return mine_too
""",
        ),
        {"l06-t03-test": 6, "l06-t06-test": 7},
    ),
    Student(
        "2026016",
        "weights matched by position, one attribute too many",
        _with(
            t06_index="""def weighted_index(means, weights):
    return float(((means.to_numpy() - 1) * 25 * weights.to_numpy()).sum() / weights.sum())
""",
            t07_ipa="""q = satisfaction.importance_performance(data.attributes)
fix_first = q.loc[q["quadrant_zh"] == "优先改进", "attribute"].tolist()
fix_first.append(q.loc[q["quadrant_zh"] == "继续保持", "attribute"].iloc[0])
""",
        ),
        {"l06-t06-test": 3, "l06-t07-test": 4},
    ),
    Student(
        "2026017",
        "an endless loop",
        _with(t04_table="while True:\n    pass\n"),
        _lose("l06-t04-test-values", "l06-t04-test-order"),
    ),
    Student("2026018", "a test and an answer cell duplicated, own cells added", _duplicated),
    Student(
        "2026019",
        "a test cell rewritten, its points raised, another's data in the setup",
        _tampered,
        _lose("l06-t01-test-n", "l06-t01-test-column"),
    ),
    Student("2026020", "file cut off in transfer", lambda release, right: '{"cells": [{"cell_ty', written="none"),
]
