"""The student number: set once on the landing page, read by labs and by the progress record."""

import json
import os
import re
import unicodedata

from crmlab._files import write_atomic
from crmlab.paths import state_dir

_VALID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_ENV = "CRMLAB_STUDENT_ID"


def clean_student_id(text: str) -> str:
    """把学号写成统一的样子：去掉空格，全角字符变半角。

    Parameters
    ----------
    text : str
        学号，1–32 个字母、数字、``-`` 或 ``_``。

    Returns
    -------
    str
        整理好的学号。

    Raises
    ------
    TypeError
        不是文字（开头的 0 会丢）。
    ValueError
        是空的、太长，或有别的字符。

    Examples
    --------
    >>> clean_student_id(" ２０２６ 0315 ")
    '20260315'
    """
    if not isinstance(text, str):
        raise TypeError(f'学号要写成文字（加引号），如 "20260315"；你给的是 {text!r}。数字会丢掉开头的 0。')
    cleaned = "".join(unicodedata.normalize("NFKC", text).split())
    if not cleaned:
        raise ValueError('学号是空的。请写上你的学号，如 "20260315"。')
    for character in cleaned:
        if not _VALID.fullmatch(character):
            raise ValueError(
                f"学号“{cleaned[:40]}”里有不能用的字符“{character}”。学号只能有字母、数字、- 和 _，请检查后重写。"
            )
    if len(cleaned) > 32:
        raise ValueError(f"学号最多 32 个字符，你写了 {len(cleaned)} 个。请检查后重写。")
    return cleaned


def student_id() -> str | None:
    """返回当前的学号；还没有设置时是 None。

    Returns
    -------
    str or None
        环境变量 ``CRMLAB_STUDENT_ID`` 优先；其次是用 :func:`set_student_id` 存下的学号。

    Raises
    ------
    ValueError
        环境变量里的学号有不能用的字符。
    """
    from_environment = os.environ.get(_ENV, "")
    if from_environment.strip():
        return clean_student_id(from_environment)
    try:
        stored = json.loads((state_dir() / "profile.json").read_text(encoding="utf-8"))
        return clean_student_id(stored["student_id"])
    except (OSError, ValueError, KeyError, TypeError):
        # A missing or damaged profile is the same to a learner: the number has to be set (again).
        return None


def student_id_or_none() -> str | None:
    """Student number for the progress record, where a bad environment value must not stop a lesson."""
    try:
        return student_id()
    except ValueError:
        return None


def set_student_id(text: str) -> str:
    """存下学号，以后打开实训和记进度都用它。

    Parameters
    ----------
    text : str
        学号，1–32 个字母、数字、``-`` 或 ``_``；空格会去掉，全角数字变半角。

    Returns
    -------
    str
        存下的学号。

    Raises
    ------
    TypeError, ValueError
        学号不合规定（见 :func:`clean_student_id`）。
    OSError
        文件夹不能写入。
    """
    cleaned = clean_student_id(text)
    folder = state_dir()
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / "profile.json", json.dumps({"student_id": cleaned}))
    return cleaned
