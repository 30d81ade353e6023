"""The progress record: it survives a crash mid-write, several writers and a folder that cannot be written."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pandas as pd
import pytest

from crmlab.learn import profile, progress
from tests.crmlab.learn.made import NUMBER, SINGLE, toml
from tests.crmlab.learn.small_script import small


@pytest.fixture
def state(tmp_path, monkeypatch):
    """Use a state folder that does not exist yet."""
    folder = tmp_path / "state"
    monkeypatch.setenv("CRMLAB_STATE_DIR", str(folder))
    return folder


def python(code, **more):
    return subprocess.Popen([sys.executable, "-c", code], env=os.environ | more)


def test_an_event_is_one_line_of_json(state):
    """Does a record hold what, where, when and who?"""
    profile.set_student_id("20260315")
    assert progress.record("quiz", "9-1-q1", "9-1", solved=True, response=[0, 2]) is True
    (event,) = progress.read().events
    written = datetime.fromisoformat(event.pop("time"))
    assert abs(datetime.now(written.tzinfo) - written) < timedelta(minutes=1)
    assert event == {
        "student": "20260315",
        "kind": "quiz",
        "id": "9-1-q1",
        "notebook": "9-1",
        "solved": True,
        "response": [0, 2],
    }
    assert (state / "progress.jsonl").read_bytes().count(b"\n") == 2


def test_reading_without_a_file_gives_nothing(state):
    """Is a fresh start an empty table with its columns and types?"""
    assert progress.read() == progress.Log([], 0, False)
    assert progress.summary().empty
    assert progress.summary().dtypes.astype(str).to_dict() == {
        "id": "str",
        "notebook": "str",
        "kind": "str",
        "tries": "int64",
        "solved": "bool",
        "hints": "int64",
        "score": "Int64",
        "last": "datetime64[us]",
    }
    assert not state.exists()


def test_killed_in_the_middle_of_a_write_costs_one_event_only(state):
    """Does a process killed with half a line on disk leave all earlier and all later events readable?"""
    progress.record("check", "9.1.1", "9-1")
    killer = python(
        "import os, signal\n"
        "from crmlab.learn import progress\n"
        "write = os.write\n"
        "def half(handle, line):\n"
        "    write(handle, line[:40])\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.write = half\n"
        "progress.record('check', '9.1.2', '9-1')\n"
    )
    assert killer.wait(60) == -signal.SIGKILL
    log = progress.read()
    assert ([event["id"] for event in log.events], log.corrupt, log.truncated) == (["9.1.1"], 0, True)
    progress.record("check", "9.1.3", "9-1")
    log = progress.read()
    assert ([event["id"] for event in log.events], log.corrupt, log.truncated) == (["9.1.1", "9.1.3"], 1, False)


def test_killed_at_any_moment_loses_nothing_that_was_confirmed(state):
    """Is every event that record() returned from on disk after a kill -9?"""
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from crmlab.learn import progress\n"
            "for n in range(10**6):\n"
            "    progress.record('check', str(n), '9-1')\n"
            "    print(n, flush=True)\n",
        ],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    )
    writer.stdout.readline()
    time.sleep(0.3)
    writer.kill()
    confirmed = [0, *(int(line) for line in writer.stdout.read().split())]
    writer.stdout.close()
    writer.wait(60)
    log = progress.read()
    ids = [int(event["id"]) for event in log.events]
    assert len(confirmed) > 1
    assert ids[: len(confirmed)] == confirmed
    assert len(ids) - len(confirmed) <= 1
    assert log.corrupt == 0


def test_several_writers_do_not_mix_their_lines(state):
    """Do four notebooks that write at once lose or garble an event?"""
    code = "import sys\nfrom crmlab.learn import progress\nfor n in range(50): progress.record('check', f'{sys.argv[1]}-{n}', '9-1')"
    writers = [subprocess.Popen([sys.executable, "-c", code, str(k)], env=os.environ.copy()) for k in range(4)]
    assert [writer.wait(120) for writer in writers] == [0] * 4
    log = progress.read()
    assert (log.corrupt, log.truncated) == (0, False)
    assert sorted(event["id"] for event in log.events) == sorted(f"{k}-{n}" for k in range(4) for n in range(50))


@pytest.mark.parametrize(
    "line",
    [
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"time": "yesterday", "kind": "check", "id": "a", "notebook": "b", "solved": true}',
        b'{"time": "2026-03-01T00:00:00+00:00", "kind": "check", "id": 1, "notebook": "b", "solved": true}',
        b'{"time": "2026-03-01T00:00:00+00:00", "kind": "check", "id": "a", "notebook": "b", "solved": 1}',
    ],
)
def test_a_corrupt_line_is_counted_and_kept(state, line):
    """Is a line that somebody broke skipped, counted and left in the file?"""
    progress.record("check", "9.1.1", "9-1")
    with (state / "progress.jsonl").open("ab") as file:
        file.write(line + b"\n")
    progress.record("check", "9.1.2", "9-1")
    log = progress.read()
    assert ([event["id"] for event in log.events], log.corrupt, log.truncated) == (["9.1.1", "9.1.2"], 1, False)
    assert line in (state / "progress.jsonl").read_bytes()


def test_a_last_line_that_lacks_only_its_newline_counts(state):
    """Is an event whose line end was lost still an event?"""
    progress.record("check", "9.1.1", "9-1")
    file = state / "progress.jsonl"
    file.write_bytes(file.read_bytes().rstrip(b"\n"))
    assert len(progress.read().events) == 1
    assert progress.read().truncated is False


def test_a_folder_that_cannot_be_written_is_told_once_and_stops_nothing(state, capsys):
    """Does the lesson go on with one notice on stdout?"""
    state.write_text("a file where the folder should be", encoding="utf-8")
    assert [progress.record("check", "9.1.1", "9-1") for _ in range(3)] == [False] * 3
    shown = capsys.readouterr()
    assert shown.out == (
        "提示：学习进度没有记下来（有同名的文件占了文件夹的位置）。"
        "不影响继续学习；要保留进度，请检查“state”文件夹能否写入。\n"
    )
    assert shown.err == ""
    assert progress.summary().empty


def test_a_full_disk_is_told(state, capsys, monkeypatch):
    """Is a write that stops half way reported as not written?"""
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, line: write(handle, line[:10]))
    assert progress.record("check", "9.1.1", "9-1") is False
    assert "（磁盘满了）" in capsys.readouterr().out


def test_a_bad_student_number_in_the_environment_stops_nothing(state, monkeypatch):
    """Is the event recorded without a number?"""
    monkeypatch.setenv("CRMLAB_STUDENT_ID", "张三")
    assert progress.record("check", "9.1.1", "9-1") is True
    assert progress.read().events[0]["student"] is None


def test_summary_has_one_row_an_id(state):
    """Are tries, success and hints counted by id, in the order of first contact?"""
    progress.record("hint", "9.1.1", "9-1", step=1)
    progress.record("check", "9.1.1", "9-1")
    progress.record("check", "9.1.1", "9-1", solved=True)
    progress.record("check", "9.1.1", "9-1")
    progress.record("quiz", "9-1-q1", "9-1")
    progress.record("solution", "9.1.2", "9-1")
    table = progress.summary()
    assert table["score"].isna().all()
    assert table.drop(columns=["score", "last"]).to_dict("records") == [
        {"id": "9.1.1", "notebook": "9-1", "kind": "exercise", "tries": 3, "solved": True, "hints": 1},
        {"id": "9-1-q1", "notebook": "9-1", "kind": "quiz", "tries": 1, "solved": False, "hints": 0},
        {"id": "9.1.2", "notebook": "9-1", "kind": "exercise", "tries": 0, "solved": False, "hints": 1},
    ]
    assert (pd.Timestamp.now() - table["last"]).abs().max() < pd.Timedelta(minutes=1)


def test_chapter_summary_counts_what_there_is_and_what_is_solved(course, state):
    """Does the landing page get every notebook, also the untouched, and only the chapter it asks for?"""
    course.write(
        toml("exercise", NUMBER) + toml("exercise", NUMBER | {"id": "9.2.1", "notebook": "9-2"}) + toml("quiz", SINGLE)
    )
    course.write(toml("exercise", NUMBER | {"id": "K9", "notebook": "c09_shop"}), course.case, "practice_case.toml")
    progress.record("check", "9.1.1", "9-1")
    progress.record("check", "9.1.1", "9-1", solved=True)
    progress.record("quiz", "9-1-q1", "9-1")
    progress.record("check", "gone", "9-1", solved=True)
    table = progress.chapter_summary()
    assert table.drop(columns="last").values.tolist() == [
        ["09_demo", "9-1", 1, 1, 1, 0, 0, 0, 0, 0, 3],
        ["09_demo", "9-2", 1, 0, 0, 0, 0, 0, 0, 0, 0],
        ["c09_shop", "c09_shop", 1, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    assert table["last"].isna().tolist() == [False, True, True]
    assert progress.chapter_summary("c09_shop")["notebook"].tolist() == ["c09_shop"]
    assert list(progress.chapter_summary("none").columns) == list(table.columns)


def test_dialogues_count_as_done_with_their_best_score(course, state, write_dialogues):
    """Is a dialogue neither exercise nor quiz: done once it came to an end, its best score beside the highest one?"""
    course.exercise(id="9.1.1", notebook="9-1")
    write_dialogues(small(), small(id="9-other"), small(id="9-far", notebook="9-3"))
    for score, solved in ((1, False), (3, True), (-2, False)):
        progress.record("dialogue", "9-shop", "9-1", solved=solved, score=score, best=3)
    progress.record("dialogue", "9-far", "9-3", score=-1, best=3)
    (own, far) = progress.summary().to_dict("records")
    assert (own["kind"], own["tries"], own["solved"], own["score"]) == ("dialogue", 3, True, 3)
    assert (far["solved"], far["score"]) == (False, -1)
    assert progress.chapter_summary().drop(columns="last").values.tolist() == [
        ["09_demo", "9-1", 1, 0, 0, 0, 2, 1, 3, 3, 3],
        ["09_demo", "9-3", 0, 0, 0, 0, 1, 1, -1, 3, 1],
    ]


def test_reset_moves_the_record_aside(state):
    """Is the old record kept under another name, and is nothing done without one?"""
    assert progress.reset() is None
    progress.record("check", "9.1.1", "9-1")
    old = progress.reset()
    assert progress.read().events == []
    assert json.loads(old.read_text(encoding="utf-8"))["id"] == "9.1.1"
    assert sorted(path.name for path in state.iterdir()) == [old.name]
