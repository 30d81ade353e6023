"""What a student may read of a check's words: never the text of a hidden test, nor the values it compares with."""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

NOT_PASSED = "隐藏的检查没有通过。"
LEFT_OUT = "（隐藏检查的内容，略）"
_FRAME = re.compile(r"Cell In ?\[(\d+)\], line (\d+)")
_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_TOLD_APART = 12  # characters of a line from which on finding it somewhere is no accident


def hidden_lines(code: str) -> dict[int, str]:
    r"""Return the lines of a check that a release leaves out, by number from 1.

    Examples
    --------
    >>> hidden_lines("assert x\n### BEGIN HIDDEN TESTS\nassert x == 42\n### END HIDDEN TESTS\nx")
    {2: '### BEGIN HIDDEN TESTS', 3: 'assert x == 42', 4: '### END HIDDEN TESTS'}
    """
    found = {}
    inside = False
    for number, line in enumerate(code.splitlines(), 1):
        inside = inside or "BEGIN HIDDEN TESTS" in line
        if inside:
            found[number] = line
        if "END HIDDEN TESTS" in line:
            inside = False
    return found


def told(error: Mapping[str, Any], sources: Mapping[int, str]) -> str:
    """Return what a student may read of an error that a check ended with.

    An error raised on a hidden line may quote what is expected: of it only :data:`NOT_PASSED` is left. One that brings
    its own short text instead of a traceback (``_render_traceback_``) was written for the student.

    Parameters
    ----------
    error : mapping
        The error output in nbformat's form.
    sources : mapping of int to str
        The text of the checks by their execution count.
    """
    trace = _COLOUR.sub("", "\n".join(error.get("traceback", ())))
    for number, line in _FRAME.findall(trace):
        if int(line) in hidden_lines(sources.get(int(number), "")):
            return NOT_PASSED
    return str(error.get("evalue", ""))


def secrets(sources: Iterable[str]) -> list[str]:
    """Return the hidden lines that are long enough to be known again, longest first."""
    lines = {line.strip() for code in sources for line in hidden_lines(code).values()}
    return sorted((line for line in lines if len(line) >= _TOLD_APART), key=len, reverse=True)


def without(text: str, lines: Sequence[str]) -> str:
    r"""Return a text in which every line that quotes one of ``lines`` is left out.

    Examples
    --------
    >>> print(without("1\n----> 3 assert x == 42, 'no'\n2", ["assert x == 42"]))
    1
    （隐藏检查的内容，略）
    2
    """
    if not lines:
        return text
    kept = []
    for line in text.split("\n"):
        plain = html.unescape(_COLOUR.sub("", line))
        kept.append(LEFT_OUT if any(secret in plain for secret in lines) else line)
    return "\n".join(kept)
