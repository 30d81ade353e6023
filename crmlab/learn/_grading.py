"""Judge the response to one self-test item; no widgets here."""

import hashlib
import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crmlab.learn._diagnose import plain
from crmlab.learn.practice import QuizItem

KIND_NAMES = {"single": "单选", "multiple": "多选", "numeric": "填数", "text": "填空", "order": "排序"}
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True)
class Outcome:
    """What came of one response; ``solved`` is None when there was nothing to judge yet."""

    solved: bool | None
    message: str


def shuffled(item: QuizItem) -> list[int]:
    """Indices of the options as shown: fixed by the item's id, never already in the right order."""
    indices = sorted(range(len(item.options)), key=lambda i: hashlib.sha256(f"{item.id}/{i}".encode()).digest())
    return indices[1:] + indices[:1] if indices == sorted(indices) else indices


def judge(item: QuizItem, response: Any) -> Outcome:
    """Judge a response: index, list of indices, typed text, or indices in the chosen order."""
    return _JUDGES[item.kind](item, response)


def _single(item: QuizItem, response: int | None) -> Outcome:
    if response is None:
        return Outcome(None, "还没有作答：先选一个选项。")
    solved = response in item.answer
    # An explanation that opens with 对。 reads well in the list of a multiple choice, but would say it twice here.
    reason = item.explain[response].removeprefix("对。") if solved else item.explain[response]
    return Outcome(solved, f"{'对了' if solved else '还不对'}（你选的是 {LETTERS[response]}）。{reason}")


def _multiple(item: QuizItem, response: Sequence[int]) -> Outcome:
    if not response:
        return Outcome(None, "还没有作答：至少选一个选项。")
    chosen, right = set(response), set(item.answer)
    if chosen == right:
        return Outcome(True, "对了。" + "".join(_line(item, i) for i in sorted(right)))
    missing = len(right - chosen)
    count = f"还少选了 {missing} 个。" if missing else ""
    return Outcome(False, f"还不对。{count}" + "".join(_line(item, i) for i in sorted(chosen - right)))


def _line(item: QuizItem, index: int) -> str:
    return f"\n{LETTERS[index]}：{item.explain[index]}"


def _numeric(item: QuizItem, response: str) -> Outcome:
    text = unicodedata.normalize("NFKC", response).strip().replace(",", "").replace("−", "-")
    if not text:
        return Outcome(None, "还没有作答：先填一个数。")
    try:
        number = float(text.removesuffix(item.unit).strip() if item.unit else text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return Outcome(None, f"“{response.strip()}”不是数字。只写数字，如 31.5，不写单位和百分号。")
    solved = abs(number - item.answer) <= item.tolerance + 1e-9 * max(1.0, abs(item.answer))
    return Outcome(solved, f"{'对了' if solved else '还不对'}。{item.explain[0]}")


def _text(item: QuizItem, response: str) -> Outcome:
    if not response.strip():
        return Outcome(None, "还没有作答：先填上文字。")
    solved = plain(response).rstrip("。.!") in {plain(text) for text in item.answer}
    return Outcome(solved, f"{'对了' if solved else '还不对'}。{item.explain[0]}")


def _order(item: QuizItem, response: Sequence[int | None]) -> Outcome:
    """``response[k]`` is the position (from 1) given to option ``k`` of the file."""
    if any(position is None for position in response):
        return Outcome(None, "还没有作答：给每一项选一个位次。")
    if len(set(response)) != len(response):
        return Outcome(None, "有两项的位次一样。每个位次只能用一次。")
    right = sum(position == k + 1 for k, position in enumerate(response))
    if right == len(response):
        return Outcome(True, f"对了。{item.explain[0]}")
    return Outcome(False, f"还不对，有 {right} 项的位次是对的。{item.explain[0]}")


_JUDGES: dict[str, Callable[[QuizItem, Any], Outcome]] = {
    "single": _single,
    "multiple": _multiple,
    "numeric": _numeric,
    "text": _text,
    "order": _order,
}
