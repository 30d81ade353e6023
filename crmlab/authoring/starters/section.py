"""A new section: text, measure, figure, exercise, quiz."""

from crmlab.authoring.starters.cell import Cell, fill


def section_cells(notebook: str, heading: str, minutes: int, rows: list[tuple[str, str]]) -> list[Cell]:
    """Return the cells of a section; ``rows`` are (row id, title) of what it has to teach."""
    exercise = f"{notebook.replace('-', '.')}.1"

    def text(part: str, source: str, *tags: str) -> Cell:
        return Cell("markdown", f"{notebook}-{part}", source, tags)

    def code(part: str, source: str, *tags: str) -> Cell:
        return Cell("code", f"{notebook}-{part}", source, tags)

    lead = rows[0][0] if rows else ""
    taught = [
        text(
            f"teach-{number}",
            f"## {title}\n\n用两三句话讲清这一小节的概念，写明是谁的说法；再说它怎样量、单位是什么。",
            row,
        )
        for number, (row, title) in enumerate(rows[1:], 1)
    ]
    return [
        text("title", fill(_SECTION_TITLE, MINUTES=str(minutes), HEADING=heading), *([lead] if lead else [])),
        text(
            "setup-text",
            "先运行下面一格，准备好工具和数据。`scores` 是十位客户给一次服务打的分（1–5 分），是**模拟**的。",
        ),
        code("setup", _SECTION_SETUP),
        *taught,
        text("csat-text", "打 4 分、5 分的人占多少？看结果里的区间有多宽。"),
        code("csat", "satisfaction.csat(scores)"),
        text(
            "csat-read",
            "**读数。** 十个人里七个打了 4 分或 5 分。只问了十个人，区间很宽：换十个人再问，结果可能差很远。",
        ),
        text("bars-text", "再看每种分数各有几个人。找一找最高的一条。"),
        code("bars", _SECTION_BARS),
        text("bars-read", "**看图。** 打 4 分的人最多，只有一个人打了 2 分。"),
        text("try-text", fill(_SECTION_TRY, EXERCISE=exercise)),
        code("try", "low_share = ...", "exercise"),
        code("check", f'learn.check("{exercise}", low_share)', "exercise"),
        text("ethics", "## 职业素养\n\n报告满意率时写清三件事：**问了谁、怎么问的、多少人答了**。"),
        text("summary", "## 小结\n\n满意率是打高分的人的占比。人少时区间宽，不要急着下结论。"),
        text("quiz-text", "## 自测\n\n做完再看解释。"),
        code("quiz", f'learn.quiz("{notebook}")'),
    ]


_SECTION_TITLE = """# HEADING

**学完这一课，你能**

1. **算**：一组评分的满意率和它的区间；
2. **看**：各个分数的人数；
3. **说**：人少的时候，结论能说到哪一步。

**时间** MINUTES 分钟。**需要** 会运行单元格就行。"""

_SECTION_SETUP = """import pandas as pd

from crmlab import learn, plots, satisfaction

plots.setup()
scores = pd.Series([5, 4, 4, 3, 5, 2, 4, 5, 3, 4], name="score")"""

_SECTION_BARS = """people = scores.value_counts().sort_index(ascending=False)
ax = plots.bars(people.rename(lambda score: f"{score} 分"), "打 4 分的人最多", xlabel="人数", highlight="4 分")
ax.set_xticks(range(6))
plots.show(ax, "评分人数的横条图：5 分 3 人，4 分 4 人，3 分 2 人，2 分 1 人，没有人打 1 分。")"""

_SECTION_TRY = """### 即时练 EXERCISE

打 3 分或更低的人占多少？算出占比（0–1），存到 `low_share`。需要提示时运行 `learn.hint("EXERCISE")`。"""


def section_practice(notebook: str) -> str:
    """Return the practice file of a new section."""
    return fill(_SECTION_PRACTICE, NOTEBOOK=notebook, EXERCISE=f"{notebook.replace('-', '.')}.1")


_SECTION_PRACTICE = '''[[exercise]]
id = "EXERCISE"
notebook = "NOTEBOOK"
kind = "number"
prompt = "打 3 分或更低的人的占比"
setup = "scores = pd.Series([5, 4, 4, 3, 5, 2, 4, 5, 3, 4])"
expected = "(scores <= 3).mean()"
tolerance = 0.001
low = 0
high = 1
unit = "占比"
hints = [
  "`scores <= 3` 给出一列真和假。",
  "真当 1、假当 0，求平均就是占比：`.mean()`。",
]
solution = """
low_share = (scores <= 3).mean()
"""
success = "对了。再想想：只问十个人，这个占比说得准吗？"

[[exercise.mistake]]
when = "abs(answer - (1 - expected)) < 0.001"
say = "这是打 4 分、5 分的人的占比。题目问的是另一半。"
example = "0.7"

[[quiz]]
id = "NOTEBOOK-q1"
notebook = "NOTEBOOK"
kind = "single"
stem = "问的人从 10 个变成 1,000 个，满意率的区间会怎样？"
options = ["变窄", "变宽", "不变", "看满意率高低，有时窄有时宽"]
answer = [0]
explain = [
  "人越多，估计越准，区间越窄。",
  "反了：人越多，区间越窄。",
  "区间的宽窄和人数有关，人多就窄。",
  "满意率高低也影响宽窄，但人数从 10 到 1,000，影响大得多，一定变窄。",
]
'''
