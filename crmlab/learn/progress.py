"""A learner's own record: one JSON line an event, appended to a local file that survives a crash mid-write."""

import errno
import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from crmlab.learn.practice import QuizItem, load_all
from crmlab.learn.profile import student_id_or_none
from crmlab.paths import state_dir

_SUMMARY = {
    "id": "str",
    "notebook": "str",
    "kind": "str",
    "tries": "int64",
    "solved": "bool",
    "hints": "int64",
    "last": "datetime64[us]",
}
_CHAPTER = ("chapter", "notebook", "exercises", "exercises_solved", "quiz", "quiz_solved", "tries", "last")

_REASONS = {
    errno.EACCES: "没有写入权限",
    errno.EPERM: "没有写入权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.EEXIST: "有同名的文件占了文件夹的位置",
    errno.ENOTDIR: "有同名的文件占了文件夹的位置",
}

_lock = threading.Lock()
_warned: set[str] = set()


@dataclass(frozen=True)
class Log:
    """Events read from the progress file, and how many lines could not be read.

    Attributes
    ----------
    events : list of dict
        完整的记录，按写入的先后。
    corrupt : int
        读不出来的行数（文件里原样留着）。
    truncated : bool
        最后一行没有写完（断电、强行关机），已略过。
    """

    events: list[dict[str, Any]]
    corrupt: int
    truncated: bool


def path() -> Path:
    """返回进度文件的位置。"""
    return state_dir() / "progress.jsonl"


def record(kind: str, entry_id: str, notebook: str, *, solved: bool = False, **extra: Any) -> bool:
    """在进度文件末尾添一条记录；写不进去时说一次，不打断学习。

    Parameters
    ----------
    kind : {"check", "hint", "solution", "quiz"}
        做了什么。
    entry_id, notebook : str
        题号和所在的笔记本。
    solved : bool
        这一次是否做对。
    **extra
        另外要记的值（能写成 JSON 的）。

    Returns
    -------
    bool
        是否写进了磁盘。

    Notes
    -----
    一条记录一次写完（O_APPEND），前后各有一个换行：上一条即使只写了一半，也不会和这一条粘在一起。
    """
    event = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "student": student_id_or_none(),
        "kind": kind,
        "id": entry_id,
        "notebook": notebook,
        "solved": solved,
        **extra,
    }
    line = ("\n" + json.dumps(event, ensure_ascii=False) + "\n").encode("utf-8")
    target = path()
    try:
        with _lock:
            _append(target, line)
    except OSError as err:
        if str(target) not in _warned:
            _warned.add(str(target))
            print(
                f"提示：学习进度没有记下来（{_reason(err)}）。不影响继续学习；要保留进度，请检查“{target.parent.name}”文件夹能否写入。"
            )
        return False
    return True


def _append(target: Path, line: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    handle = os.open(target, flags, 0o600)
    try:
        if os.write(handle, line) != len(line):
            raise OSError(errno.ENOSPC, "short write")
        os.fsync(handle)
    finally:
        os.close(handle)


def _reason(err: OSError) -> str:
    return _REASONS.get(err.errno or 0, type(err).__name__)


def read() -> Log:
    """读出全部记录。没有写完的最后一行略过；中间读不出来的行计数，文件不改动。

    Returns
    -------
    Log
        记录、坏行数、最后一行是否没写完。
    """
    try:
        raw = path().read_bytes()
    except OSError:
        return Log([], 0, False)
    events: list[dict[str, Any]] = []
    corrupt = 0
    lines = raw.split(b"\n")
    for line in lines[:-1]:
        if not line.strip():
            continue
        event = _parse(line)
        if event is None:
            corrupt += 1
        else:
            events.append(event)
    last = _parse(lines[-1])
    if last is not None:
        events.append(last)
    return Log(events, corrupt, truncated=bool(lines[-1].strip()) and last is None)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
        datetime.fromisoformat(event["time"])
        complete = all(isinstance(event[key], str) for key in ("kind", "id", "notebook"))
        return event if complete and isinstance(event["solved"], bool) else None
    except (ValueError, KeyError, TypeError):
        return None


def summary() -> pd.DataFrame:
    """每一题的进度，一题一行。

    Returns
    -------
    DataFrame
        ``id`` 题号；``notebook`` 笔记本；``kind`` 是 ``exercise`` 或 ``quiz``；``tries`` 交了几次；
        ``solved`` 是否做对过；``hints`` 看了几次提示或答案；``last`` 最近一次的本地时间。没有记录时是空表。

    Examples
    --------
    >>> list(summary().columns)
    ['id', 'notebook', 'kind', 'tries', 'solved', 'hints', 'last']
    """
    rows: dict[str, dict[str, Any]] = {}
    for event in read().events:
        row = rows.setdefault(
            event["id"],
            {
                "id": event["id"],
                "notebook": event["notebook"],
                "kind": "exercise",
                "tries": 0,
                "solved": False,
                "hints": 0,
            },
        )
        if event["kind"] in ("check", "quiz"):
            row["tries"] += 1
            row["solved"] = row["solved"] or event["solved"]
        else:
            row["hints"] += 1
        if event["kind"] == "quiz":
            row["kind"] = "quiz"
        row["last"] = datetime.fromisoformat(event["time"]).astimezone().replace(tzinfo=None, microsecond=0)
    return pd.DataFrame(list(rows.values()), columns=list(_SUMMARY)).astype(_SUMMARY)


def chapter_summary(chapter: str | None = None) -> pd.DataFrame:
    """每本笔记本有几题、做对几题，一本一行；没有动过的也在表里。

    Parameters
    ----------
    chapter : str, optional
        只看一个目录，如 ``"06_satisfaction"`` 或 ``"c06_afu"``。

    Returns
    -------
    DataFrame
        ``chapter`` 目录名；``notebook``；``exercises``、``quiz`` 题数；``exercises_solved``、``quiz_solved`` 做对的题数；
        ``tries`` 交了几次；``last`` 最近一次的本地时间（没有做过是 NaT）。

    Examples
    --------
    >>> list(chapter_summary().columns)
    ['chapter', 'notebook', 'exercises', 'exercises_solved', 'quiz', 'quiz_solved', 'tries', 'last']
    """
    done = {row["id"]: row for row in summary().to_dict("records")}
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    for file in load_all():
        for entry in file.entries:
            if chapter is not None and entry.folder.name != chapter:
                continue
            row = groups.setdefault(
                (entry.folder.name, entry.notebook),
                dict.fromkeys(_CHAPTER[2:7], 0) | {"last": pd.NaT},
            )
            column = "quiz" if isinstance(entry, QuizItem) else "exercises"
            row[column] += 1
            if entry.id in done:
                own = done[entry.id]
                row[f"{column}_solved"] += int(own["solved"])
                row["tries"] += int(own["tries"])
                row["last"] = own["last"] if pd.isna(row["last"]) else max(row["last"], own["last"])
    rows = [{"chapter": folder, "notebook": notebook, **row} for (folder, notebook), row in groups.items()]
    table = pd.DataFrame(rows, columns=list(_CHAPTER))
    return table.astype(dict.fromkeys(_CHAPTER[2:7], "int64") | {"last": "datetime64[us]"})


def reset() -> Path | None:
    """把进度文件移到一旁，从头开始；旧记录不删。

    Returns
    -------
    Path or None
        旧记录现在的位置；本来就没有记录时是 None。

    Raises
    ------
    OSError
        文件夹不能写入，旧记录移不动。
    """
    source = path()
    if not source.exists():
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = source.with_name(f"progress-{stamp}.jsonl")
    source.rename(target)
    return target
