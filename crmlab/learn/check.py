"""即时练: say what is wrong with an answer before saying that it is wrong; hints in steps; the solution."""

from typing import Any

import numpy as np

from crmlab.learn import progress
from crmlab.learn._compare import compare
from crmlab.learn._diagnose import UNANSWERED
from crmlab.learn._show import say
from crmlab.learn.practice import Exercise, find_exercise

_hints_shown: dict[str, int] = {}


def verdict(exercise: Exercise, answer: Any) -> tuple[bool, str]:
    """Judge an answer: whether it is right, and what to say about it."""
    if answer is ...:
        return False, UNANSWERED
    expected = exercise.expected_value()
    problem = compare(exercise, answer, expected)
    if problem is None:
        return True, exercise.success.strip()
    # A truth value compares like 0 or 1 and would meet conditions that are meant for shares.
    if not (exercise.kind == "number" and isinstance(answer, bool | np.bool_)):
        for mistake in exercise.mistakes:
            if _matches(exercise, mistake.when, answer, expected):
                return False, mistake.say.strip()
    return False, problem


def _matches(exercise: Exercise, when: str, answer: Any, expected: Any) -> bool:
    try:
        return bool(exercise.evaluate(when, answer=answer, expected=expected))
    except Exception:
        # The condition was written for another type of answer, so it does not describe this one.
        return False


def check(exercise_id: str, answer: Any) -> None:
    """检查一道即时练，用一两句话说出对不对、哪里不对。

    Parameters
    ----------
    exercise_id : str
        题号，如 ``"6.2.2"``。
    answer : object
        你的答案：数、文字、表、列、列表或函数，看题目要什么。

    Raises
    ------
    TypeError
        题号不是文字。
    UnknownIdError
        没有这个题号；消息里给出最接近的题号。

    Notes
    -----
    答案是 ``...`` 时只提醒还没有作答，不算一次尝试。其余每次检查都记进学习进度。
    """
    exercise = find_exercise(exercise_id)
    solved, message = verdict(exercise, answer)
    say(message)
    if answer is not ...:
        progress.record("check", exercise.id, exercise.notebook, solved=solved)


def hint(exercise_id: str) -> None:
    """看一道即时练的下一条提示；每运行一次多给一条，从模糊到具体。

    Parameters
    ----------
    exercise_id : str
        题号，如 ``"6.2.2"``。

    Raises
    ------
    TypeError
        题号不是文字。
    UnknownIdError
        没有这个题号；消息里给出最接近的题号。
    """
    exercise = find_exercise(exercise_id)
    shown = _hints_shown.get(exercise.id, 0)
    total = len(exercise.hints)
    last = f'要看参考答案，运行 `learn.solution("{exercise.id}")`。'
    if shown >= total:
        say(f"{total} 条提示都看完了。{last}")
        return
    _hints_shown[exercise.id] = shown + 1
    ending = f"\n\n这是最后一条提示。{last}" if shown + 1 == total else ""
    say(f"提示 {shown + 1}/{total}：{exercise.hints[shown].strip()}{ending}")
    progress.record("hint", exercise.id, exercise.notebook, step=shown + 1)


def solution(exercise_id: str) -> None:
    """看一道即时练的参考答案。

    Parameters
    ----------
    exercise_id : str
        题号，如 ``"6.2.2"``。

    Raises
    ------
    TypeError
        题号不是文字。
    UnknownIdError
        没有这个题号；消息里给出最接近的题号。
    """
    exercise = find_exercise(exercise_id)
    code = exercise.solution.strip("\n").rstrip()
    title = f"参考答案 {exercise.id}（做法不止一种）："
    say(f"{title}\n\n```python\n{code}\n```", plain=f"{title}\n{code}")
    progress.record("solution", exercise.id, exercise.notebook)
