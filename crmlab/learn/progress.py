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

from crmlab.learn.dialogue import Script, load_scripts, script_paths
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
    "score": "Int64",
    "last": "datetime64[us]",
}
_COUNTS = (
    "exercises", "exercises_solved", "quiz", "quiz_solved", "dialogues", "dialogues_done", "score", "best_score", "tries",
)  # fmt: skip

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
    kind : {"check", "hint", "solution", "quiz", "dialogue"}
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
        ``id`` 题号；``notebook`` 笔记本；``kind`` 是 ``exercise``、``quiz`` 或 ``dialogue``（对话）；``tries`` 交了几次
        （对话走到结局算一次）；``solved`` 是否做对过；``hints`` 看了几次提示或答案；``score`` 对话的最高得分，别的题没有；
        ``last`` 最近一次的本地时间。没有记录时是空表。

    Examples
    --------
    >>> list(summary().columns)
    ['id', 'notebook', 'kind', 'tries', 'solved', 'hints', 'score', 'last']
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
                "score": None,
            },
        )
        if event["kind"] in ("check", "quiz", "dialogue"):
            row["tries"] += 1
            row["solved"] = row["solved"] or event["solved"]
        else:
            row["hints"] += 1
        if event["kind"] in ("quiz", "dialogue"):
            row["kind"] = event["kind"]
        if isinstance(event.get("score"), int):
            row["score"] = event["score"] if row["score"] is None else max(row["score"], event["score"])
        row["last"] = datetime.fromisoformat(event["time"]).astimezone().replace(tzinfo=None, microsecond=0)
    return pd.DataFrame(list(rows.values()), columns=list(_SUMMARY)).astype(_SUMMARY)


def chapter_summary(chapter: str | None = None) -> pd.DataFrame:
    """每本笔记本有几题、做对几题，有几段对话、走完几段，一本一行；没有动过的也在表里。

    Parameters
    ----------
    chapter : str, optional
        只看一个目录，如 ``"06_satisfaction"`` 或 ``"c06_afu"``。

    Returns
    -------
    DataFrame
        ``chapter`` 目录名；``notebook``；``exercises``、``quiz`` 题数；``exercises_solved``、``quiz_solved`` 做对的题数；
        ``dialogues``、``dialogues_done`` 对话的段数和走到过结局的段数；``score``、``best_score`` 走完的各段里自己的最高分
        之和、最好的走法的分之和；``tries`` 交了几次；``last`` 最近一次的本地时间（没有做过是 NaT）。

    Examples
    --------
    >>> print(*chapter_summary().columns[2:8])
    exercises exercises_solved quiz quiz_solved dialogues dialogues_done
    """
    done = {row["id"]: row for row in summary().to_dict("records")}
    groups: dict[tuple[str, str], dict[str, Any]] = {}
    scripts = [script for path in script_paths() for script in load_scripts(path)]
    for entry in [*(entry for file in load_all() for entry in file.entries), *scripts]:
        if chapter is not None and entry.folder.name != chapter:
            continue
        key = (entry.folder.name, entry.notebook)
        row = groups.setdefault(key, dict.fromkeys(_COUNTS, 0) | {"last": pd.NaT})
        own = done.get(entry.id)
        if isinstance(entry, Script):
            row["dialogues"] += 1
            if own and not pd.isna(own["score"]):
                row["dialogues_done"] += 1
                row["score"] += int(own["score"])
                row["best_score"] += entry.best
        else:
            column = "quiz" if isinstance(entry, QuizItem) else "exercises"
            row[column] += 1
            row[f"{column}_solved"] += int(bool(own and own["solved"]))
        if own:
            row["tries"] += int(own["tries"])
            row["last"] = own["last"] if pd.isna(row["last"]) else max(row["last"], own["last"])
    rows = [{"chapter": folder, "notebook": notebook, **row} for (folder, notebook), row in groups.items()]
    table = pd.DataFrame(rows, columns=["chapter", "notebook", *_COUNTS, "last"])
    return table.astype(dict.fromkeys(_COUNTS, "int64") | {"last": "datetime64[us]"})


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
