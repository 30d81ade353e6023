"""A new case: notebook, generator, datasheet, exercise."""

from crmlab.authoring.starters.cell import Cell, fill


def case_cells(case: str, row: str, kind: str, title: str, minutes: int) -> list[Cell]:
    """Return the cells of a case that teaches ``row``."""
    short = case.partition("_")[2].replace("_", "-")
    words = {"KIND": kind, "MINUTES": str(minutes), "CASE": case, "ROW": row, "TITLE": title}

    def text(part: str, source: str, *tags: str) -> Cell:
        return Cell("markdown", f"{short}-{part}", fill(source, **words), tags)

    def code(part: str, source: str, *tags: str) -> Cell:
        return Cell("code", f"{short}-{part}", fill(source, **words), tags)

    return [
        text(
            "title",
            "# TITLE\n\nKIND · 用时约 MINUTES 分钟 · 需要：会运行单元格\n\n做完这个案例，你能**比较**两种渠道的满意率，说清差别有多大把握。",
        ),
        text("story", "## 故事\n\n写清背景和要回答的问题。**数据是模拟的教学数据，不是哪家企业的。**", row),
        text("parameters-text", "## 参数\n\n下一格的数可以改：改完从菜单选“运行 → 运行所有单元格”。"),
        code("parameters", "confidence = 0.95  # 区间的置信水平，0.5–0.99", "parameters"),
        text("setup-text", "准备工具。"),
        code("setup", "from crmlab import data, learn, plots, satisfaction\n\nplots.setup()"),
        text("data-text", "## 第 1 步 看一眼数据\n\n一行是一次到店，`score` 是打的分（1–5 分）。哪一列会有空的？"),
        code(
            "data",
            'visits = data.load_case("CASE").visits\nprint(f"{len(visits)} 行，没有打分的 {visits[\'score\'].isna().sum()} 行")\nvisits.head(3)',
        ),
        text("compare-text", "## 第 2 步 比较两种渠道\n\n点是满意率，线是区间。看两条线叠不叠。"),
        code("compare", _CASE_COMPARE),
        text("compare-read", "**看图。** 门店的点在右边：门店的满意率高一些。"),
        text(
            "finding", "## 发现\n\n在这份模拟数据里，门店的客户更满意。数据里只有两种渠道的差别，没有说明**为什么**。"
        ),
        text(
            "try-text",
            '### 即时练 ROW\n\n小程序客户的平均分是多少？存到 `mean_score`。需要提示时运行 `learn.hint("ROW")`。',
        ),
        code("try", "mean_score = ...", "exercise"),
        code("check", 'learn.check("ROW", mean_score)', "exercise"),
        text("discussion", _CASE_DISCUSSION),
    ]


_CASE_COMPARE = """table = satisfaction.compare(visits, by="channel", measures=["csat"], columns={"csat": "score"}, confidence=confidence)
ax = plots.intervals(table, "门店的满意率高于小程序", xlabel="满意率（%）")
plots.show(ax, "两种渠道满意率的点线图：门店的点在小程序的右边，线是区间。")
table[["group", "value", "low", "high", "n"]].round(1)"""

_CASE_DISCUSSION = """## 讨论

**1. 只看这张图，能不能说“换成门店服务，客户就会更满意”？**

<details><summary>要点</summary>

- 不能：到店的客户和用小程序的客户本来就可能不同。
- 要弄清楚，得随机安排客户用哪种渠道，再比较。

</details>

**2. 没有打分的人，会让满意率偏高还是偏低？**

<details><summary>要点</summary>

- 说不准：很满意和很不满意的人都更愿意打分。
- 报告时写明有多少人没有打分。

</details>

**3. 要不要给打五星的客户返现？**

<details><summary>要点</summary>

- 不要：买来的好评不再是满意的度量，还会误导别的消费者。
- 可以请客户如实评价，好坏都谢。

</details>"""


def case_practice(case: str, row: str) -> str:
    """Return the practice file of a new case."""
    return fill(_CASE_PRACTICE, CASE=case, ROW=row)


_CASE_PRACTICE = '''[[exercise]]
id = "ROW"
notebook = "CASE"
kind = "number"
prompt = "小程序客户的平均分"
setup = "visits = ch.visits"
expected = "visits.loc[visits['channel'] == '小程序', 'score'].mean()"
tolerance = 0.01
low = 1
high = 5
unit = "分"
hints = [
  "先选出小程序的行：`visits[visits[\\"channel\\"] == \\"小程序\\"]`。",
  "再取 `score` 一列，求 `.mean()`；空的会自动略过。",
]
solution = """
mean_score = visits.loc[visits["channel"] == "小程序", "score"].mean()
"""
success = "对了。再想想：平均分和满意率，哪个更容易讲给店长听？"

[[exercise.mistake]]
when = "abs(answer - visits['score'].mean()) < 0.01"
say = "这是全部客户的平均分。先选出小程序的客户。"
example = "visits['score'].mean()"
'''

CASE_MAKE_DATA = '''"""Build visits.csv: simulated, seeded, the same bytes on every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 1
N_VISITS = 600
STORE_GAIN = 0.5  # how much higher the shops' mean lies, in points
UNRATED = 0.06  # share of visits without a score


def make(folder: Path) -> None:
    """Write visits.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    store = rng.random(N_VISITS) < 0.55
    score = np.clip(np.round(rng.normal(3.6 + STORE_GAIN * store, 0.9)), 1, 5)
    score[rng.random(N_VISITS) < UNRATED] = np.nan
    visits = pd.DataFrame(
        {
            "visit_id": [f"V{number:04d}" for number in range(1, N_VISITS + 1)],
            "channel": np.where(store, "门店", "小程序"),
            "score": pd.Series(score).astype("Int64"),
        }
    )
    visits.to_csv(folder / "visits.csv", index=False, encoding="utf-8", lineterminator="\\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
'''

CASE_DATASHEET = """# 数据说明：TITLE

**这是什么。** 600 次到店和它们的评分，供案例教学使用。全部是**模拟数据**，不是任何企业的数据。

**怎么来的。** `python make_data.py` 用固定种子逐字节重建 `visits.csv`。

**依据。** 没有用任何企业的真实数字校准。门店评分的均值比小程序高 0.5 分，是设定的。

**故意留的毛病。** 约 6% 的到店没有评分，是空的。

**许可。** CC BY 4.0。**编码。** UTF-8，逗号分隔，空单元格 = 缺失。

### visits.csv：一行一次到店，600 行

| 列 | 类型 | 单位或取值 | 含义 |
|---|---|---|---|
| visit_id | 文本 | V0001–V0600 | 到店编号 |
| channel | 文本 | 门店 小程序 | 渠道 |
| score | 整数 | 1–5，5 = 很满意 | 评分，没有打分的为空 |
"""
