"""What a practice file may contain, and the Chinese sentence for everything it may not."""

import ast
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crmlab._checks import listing, nearest
from crmlab.learn._errors import PracticeError

EXERCISE_KINDS = ("number", "text", "choice", "table", "series", "list", "function")
QUIZ_KINDS = ("single", "multiple", "numeric", "text", "order")

_NUMBER = (int, float)
_TYPE_NAMES: dict[object, str] = {
    str: "文字",
    bool: "true 或 false",
    int: "整数",
    list: "列表",
    dict: "一组“名字 = 值”",
    _NUMBER: "数字",
    None: "数字、文字或列表",
}

# name -> (type, required)
_EXERCISE: dict[str, tuple[Any, bool]] = {
    "id": (str, True),
    "notebook": (str, True),
    "kind": (str, True),
    "prompt": (str, True),
    "expected": (str, True),
    "setup": (str, False),
    "tolerance": (_NUMBER, False),
    "low": (_NUMBER, False),
    "high": (_NUMBER, False),
    "unit": (str, False),
    "options": (list, False),
    "ordered": (bool, False),
    "calls": (list, False),
    "hints": (list, True),
    "solution": (str, True),
    "success": (str, True),
    "mistake": (list, False),
}
_MISTAKE: dict[str, tuple[Any, bool]] = {"when": (str, True), "say": (str, True), "example": (str, True)}
_QUIZ: dict[str, tuple[Any, bool]] = {
    "id": (str, True),
    "notebook": (str, True),
    "kind": (str, True),
    "stem": (str, True),
    "options": (list, False),
    "answer": (None, False),
    "tolerance": (_NUMBER, False),
    "unit": (str, False),
    "explain": (list, True),
    "source": (str, False),
}
_ONLY_FOR = {
    "tolerance": ("number", "table", "series", "list", "function"),
    "low": ("number", "series", "list"),
    "high": ("number", "series", "list"),
    "options": ("choice",),
    "ordered": ("table", "series", "list"),
    "calls": ("function",),
}


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a course author's TOML file, or raise PracticeError naming it."""
    name = f"{path.parent.name}/{path.name}"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as err:
        raise PracticeError(f"{name}：不是 UTF-8 编码。请另存为 UTF-8。") from err
    except tomllib.TOMLDecodeError as err:
        raise PracticeError(f"{name}：TOML 写错了：{err}。") from err


def check_file(content: Mapping[str, Any], name: str) -> None:
    """Raise PracticeError at the first thing in a parsed practice file that breaks the schema."""
    for key in content:
        if key not in ("exercise", "quiz"):
            raise PracticeError(
                f"{name}：不认识的键“{key}”。{nearest(key, ('exercise', 'quiz'))}"
                "最外层只有 [[exercise]] 和 [[quiz]]；别的键要写在某一题里面。"
            )
    seen: set[str] = set()
    for section, check in (("exercise", _check_exercise), ("quiz", _check_quiz)):
        entries = content.get(section, [])
        if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
            raise PracticeError(f"{name}：{section} 要写成 [[{section}]]（两层方括号），一题一段。")
        for number, entry in enumerate(entries, start=1):
            identity = entry.get("id")
            shown = f"（id = {identity}）" if isinstance(identity, str) else ""
            where = f"{name}：第 {number} 个 [[{section}]]{shown}"
            check(entry, where)
            if entry["id"] in seen:
                raise PracticeError(f"{where}：id 与前面一题重复。每题的 id 只能用一次，请换一个。")
            seen.add(entry["id"])


def check_keys(entry: Mapping[str, Any], schema: Mapping[str, tuple[Any, bool]], where: str) -> None:
    """Raise PracticeError for an unknown or missing key, a value of the wrong type, or an empty text."""
    for key in entry:
        if key not in schema:
            raise PracticeError(f"{where}：不认识的键“{key}”。{nearest(key, schema)}可用的键：{listing(schema, 20)}。")
    for key, (kind, required) in schema.items():
        if key not in entry:
            if required:
                raise PracticeError(f"{where}：缺少“{key}”。请补上 {key} = ……（{_TYPE_NAMES[kind]}）。")
            continue
        value = entry[key]
        fits = kind is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool)))
        if not fits:
            raise PracticeError(f"{where}：“{key}”应是{_TYPE_NAMES[kind]}，现在是 {value!r}。")
        if isinstance(value, str) and not value.strip():
            raise PracticeError(f"{where}：“{key}”是空的。请写上内容。")


def _check_kind(entry: Mapping[str, Any], kinds: Sequence[str], where: str) -> None:
    kind = entry["kind"]
    if kind not in kinds:
        raise PracticeError(f"{where}：kind 不能是“{kind}”。{nearest(kind, kinds)}可用的值：{listing(kinds)}。")


def _check_texts(value: Any, key: str, where: str) -> None:
    if not value or not all(isinstance(text, str) and text.strip() for text in value):
        raise PracticeError(f"{where}：“{key}”应是至少一条文字的列表，现在是 {value!r}。")


def _check_code(code: str, key: str, where: str, *, expression: bool) -> None:
    try:
        ast.parse(code.strip(), mode="eval" if expression else "exec")
    except SyntaxError as err:
        form = "一个 Python 表达式" if expression else "能运行的 Python 代码"
        raise PracticeError(f"{where}：“{key}”应是{form}，第 {err.lineno} 行写错了：{err.msg}。") from err


def _check_exercise(entry: Mapping[str, Any], where: str) -> None:
    mistakes = entry.get("mistake", [])
    if not isinstance(mistakes, list) or not all(isinstance(mistake, Mapping) for mistake in mistakes):
        raise PracticeError(f"{where}：mistake 要写成 [[exercise.mistake]]（两层方括号），一种错误一段。")
    check_keys(entry, _EXERCISE, where)
    _check_kind(entry, EXERCISE_KINDS, where)
    kind = entry["kind"]
    for key, kinds in _ONLY_FOR.items():
        if key in entry and kind not in kinds:
            raise PracticeError(f"{where}：“{key}”只用于 kind 是 {listing(kinds)} 的题，这一题是 {kind}。请删去。")
    _check_texts(entry["hints"], "hints", where)
    if "options" in entry:
        _check_options(entry["options"], where)
    if "calls" in entry and not (entry["calls"] and all(isinstance(call, str) for call in entry["calls"])):
        raise PracticeError(
            f"{where}：“calls”应是至少一条文字的列表，一条是一次调用的参数；现在是 {entry['calls']!r}。"
        )
    for key, needs in (("options", "choice"), ("calls", "function")):
        if kind == needs and key not in entry:
            raise PracticeError(f"{where}：{kind} 题缺少“{key}”。请补上 {key} = [……]。")
    if entry.get("tolerance", 0) < 0:
        raise PracticeError(f"{where}：“tolerance”不能小于 0，现在是 {entry['tolerance']}。")
    if "low" in entry and "high" in entry and entry["low"] >= entry["high"]:
        raise PracticeError(f"{where}：“low”（{entry['low']}）应小于“high”（{entry['high']}）。")
    _check_code(entry["expected"], "expected", where, expression=True)
    _check_code(entry["solution"], "solution", where, expression=False)
    _check_code(entry.get("setup", ""), "setup", where, expression=False)
    for call in entry.get("calls", []):
        _check_code(f"f({call})", "calls", where, expression=True)
    for number, mistake in enumerate(mistakes, start=1):
        inside = f"{where}的第 {number} 个 [[exercise.mistake]]"
        check_keys(mistake, _MISTAKE, inside)
        _check_code(mistake["when"], "when", inside, expression=True)
        _check_code(mistake["example"], "example", inside, expression=True)


def _check_quiz(entry: Mapping[str, Any], where: str) -> None:
    check_keys(entry, _QUIZ, where)
    _check_kind(entry, QUIZ_KINDS, where)
    kind = entry["kind"]
    _check_texts(entry["explain"], "explain", where)
    needs = {"options": kind in ("single", "multiple", "order"), "answer": kind != "order"}
    for key, needed in needs.items():
        if needed and key not in entry:
            raise PracticeError(f"{where}：{kind} 题缺少“{key}”。请补上。")
        if not needed and key in entry:
            raise PracticeError(f"{where}：{kind} 题不用“{key}”。请删去。")
    for key in ("tolerance", "unit"):
        if key in entry and kind != "numeric":
            raise PracticeError(f"{where}：“{key}”只用于 kind 是 numeric 的题，这一题是 {kind}。请删去。")
    if entry.get("tolerance", 0) < 0:
        raise PracticeError(f"{where}：“tolerance”不能小于 0，现在是 {entry['tolerance']}。")
    if "options" in entry:
        _check_options(entry["options"], where)
    count = len(entry["options"]) if kind in ("single", "multiple") else 1
    if len(entry["explain"]) != count:
        reason = f"有 {count} 个选项，“explain”要一个选项一条" if count > 1 else f"{kind} 题的“explain”只要一条"
        raise PracticeError(f"{where}：{reason}，现在是 {len(entry['explain'])} 条。")
    if kind in ("single", "multiple"):
        _check_indices(entry["answer"], count, kind, where)
    elif kind == "numeric":
        if isinstance(entry["answer"], bool) or not isinstance(entry["answer"], _NUMBER):
            raise PracticeError(f"{where}：numeric 题的“answer”应是一个数字，现在是 {entry['answer']!r}。")
    elif kind == "text":
        if not isinstance(entry["answer"], list):
            raise PracticeError(f"{where}：text 题的“answer”应是可接受答案的列表，现在是 {entry['answer']!r}。")
        _check_texts(entry["answer"], "answer", where)


def _check_options(options: Any, where: str) -> None:
    _check_texts(options, "options", where)
    if not 2 <= len(options) <= 10:
        raise PracticeError(f"{where}：“options”要有 2–10 个选项，现在是 {len(options)} 个。")
    if len(set(options)) != len(options):
        raise PracticeError(f"{where}：“options”里有两个选项一模一样。请改掉一个。")


def _check_indices(answer: Any, count: int, kind: str, where: str) -> None:
    whole = isinstance(answer, list) and all(isinstance(i, int) and not isinstance(i, bool) for i in answer)
    if not whole or not answer:
        raise PracticeError(f"{where}：“answer”应是选项序号的列表（从 0 数起），如 [2]；现在是 {answer!r}。")
    for index in answer:
        if not 0 <= index < count:
            raise PracticeError(f"{where}：“answer”里的 {index} 超出范围，{count} 个选项的序号是 0–{count - 1}。")
    if len(set(answer)) != len(answer):
        raise PracticeError(f"{where}：“answer”里有重复的序号：{answer!r}。")
    if kind == "single" and len(answer) != 1:
        raise PracticeError(f"{where}：single 题只有一个答案，“answer”现在有 {len(answer)} 个。多选请用 multiple。")
