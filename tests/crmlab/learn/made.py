"""A small course of its own for the tests: one chapter, one case, no notebooks."""

import json
from dataclasses import dataclass

import pandas as pd

NUMBER = {
    "id": "9.1.1",
    "notebook": "9-1",
    "kind": "number",
    "prompt": "净推荐值",
    "expected": "ch.answers['nps'].mean()",
    "hints": ["想一想。", "再想一想。"],
    "solution": "nps_mean = ch.answers['nps'].mean()",
    "success": "对了。",
}
SINGLE = {
    "id": "9-1-q1",
    "notebook": "9-1",
    "kind": "single",
    "stem": "哪一个对？",
    "options": ["甲", "乙", "丙"],
    "answer": [1],
    "explain": ["甲不对。", "乙对。", "丙不对。"],
}


def toml(section, entry):
    """Write one entry as TOML; JSON strings, numbers and lists are valid TOML values."""
    lines = [f"[[{section}]]"]
    nested = []
    for key, value in entry.items():
        if key == "mistake" and isinstance(value, list):
            nested = value
        else:
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    for mistake in nested:
        lines += ["[[exercise.mistake]]", *(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in mistake.items())]
    return "\n".join(lines) + "\n"


class Course:
    """A course folder in which tests write practice files."""

    def __init__(self, root):
        self.root = root
        self.chapter = root / "chapters" / "09_demo"
        self.case = root / "cases" / "c09_shop"
        for folder in (self.chapter / "data", self.case):
            folder.mkdir(parents=True)
        (self.chapter / "data" / "answers.csv").write_text("nps\n0\n5\n10\n9\n", encoding="utf-8")
        (self.case / "orders.csv").write_text("spend_yuan\n10\n30\n", encoding="utf-8")

    def write(self, text, folder=None, name="practice_9-1.toml"):
        path = (folder or self.chapter) / name
        path.write_text(text, encoding="utf-8")
        return path

    def exercise(self, **fields):
        return self.write(toml("exercise", {k: v for k, v in (NUMBER | fields).items() if v is not None}))

    def item(self, **fields):
        return self.write(toml("quiz", {k: v for k, v in (SINGLE | fields).items() if v is not None}))


MORE = '要看提示，运行 `learn.hint("9.1.1")`。'


@dataclass(frozen=True)
class Result:
    score: float
    low: float
    n: int
    table: pd.DataFrame
    name: str = "x"


@dataclass(frozen=True)
class Words:
    text: str


TABLE = pd.DataFrame({"store": ["城南", "城北", "城东"], "nps": [-6.0, 12.5, 3.0]})
RESULT = Result(1.0, 0.5, 9, TABLE)
