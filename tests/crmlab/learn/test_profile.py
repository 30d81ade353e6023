"""The student number: cleaned, stored whole or not at all, overruled by the environment."""

import os
import subprocess
import sys

import pytest

from crmlab.learn import profile
from crmlab.paths import state_dir


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("20260315", "20260315"),
        (" 2026 0315\n", "20260315"),
        ("２０２６－０３＿ａ", "2026-03_a"),
        ("0" * 32, "0" * 32),
        ("S-7", "S-7"),
    ],
)
def test_a_number_is_cleaned_stored_and_read_back(text, stored):
    """Are blanks stripped and full-width characters narrowed, and leading zeros kept?"""
    assert profile.student_id() is None
    assert profile.set_student_id(text) == stored
    assert profile.student_id() == stored
    assert [path.name for path in state_dir().iterdir()] == ["profile.json"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", '学号是空的。请写上你的学号，如 "20260315"。'),
        (" 　", '学号是空的。请写上你的学号，如 "20260315"。'),
        ("张三", "学号“张三”里有不能用的字符“张”。学号只能有字母、数字、- 和 _，请检查后重写。"),
        ("../7", "学号“../7”里有不能用的字符“.”。学号只能有字母、数字、- 和 _，请检查后重写。"),
        ("7;rm", "学号“7;rm”里有不能用的字符“;”。学号只能有字母、数字、- 和 _，请检查后重写。"),
        ("7é", "学号“7é”里有不能用的字符“é”。学号只能有字母、数字、- 和 _，请检查后重写。"),
        ("1" * 33, "学号最多 32 个字符，你写了 33 个。请检查后重写。"),
    ],
)
def test_an_odd_number_is_refused_and_the_old_one_stays(text, message):
    """Does a refused number leave what was stored?"""
    profile.set_student_id("old")
    with pytest.raises(ValueError) as caught:
        profile.set_student_id(text)
    assert str(caught.value) == message
    assert profile.student_id() == "old"


def test_a_number_that_is_no_text_is_refused():
    """Is 0123 as an integer refused, since its zero would be lost?"""
    with pytest.raises(TypeError) as caught:
        profile.set_student_id(20260315)
    assert str(caught.value) == '学号要写成文字（加引号），如 "20260315"；你给的是 20260315。数字会丢掉开头的 0。'


def test_the_environment_wins(monkeypatch):
    """Does grading with another number overrule the stored one, and an empty value not?"""
    profile.set_student_id("own")
    monkeypatch.setenv("CRMLAB_STUDENT_ID", " graded-7 ")
    assert profile.student_id() == "graded-7"
    monkeypatch.setenv("CRMLAB_STUDENT_ID", " ")
    assert profile.student_id() == "own"


def test_a_bad_number_in_the_environment_is_refused(monkeypatch):
    """Is a wrong environment value an error rather than somebody else's data?"""
    monkeypatch.setenv("CRMLAB_STUDENT_ID", "a b/c")
    with pytest.raises(ValueError) as caught:
        profile.student_id()
    assert str(caught.value) == "学号“ab/c”里有不能用的字符“/”。学号只能有字母、数字、- 和 _，请检查后重写。"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"student_id": 7}', b'{"student_id": "a/b"}', b"\xff"])
def test_a_damaged_profile_is_as_if_not_set(content):
    """Does a broken file ask for the number again instead of stopping the lesson?"""
    state_dir().mkdir(parents=True, exist_ok=True)
    (state_dir() / "profile.json").write_bytes(content)
    assert profile.student_id() is None
    assert profile.set_student_id("7") == "7"
    assert profile.student_id() == "7"


def test_killed_before_the_move_keeps_the_old_number():
    """Does a kill -9 in the middle of saving leave the old profile whole?"""
    profile.set_student_id("old")
    code = (
        "import os, signal\n"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from crmlab.learn import profile\n"
        "profile.set_student_id('new')\n"
    )
    assert subprocess.run([sys.executable, "-c", code], env=os.environ.copy(), timeout=60).returncode == -9
    assert profile.student_id() == "old"


def test_a_failed_save_leaves_no_litter(monkeypatch):
    """Is the temporary file removed when the move fails, and the error passed on?"""
    profile.set_student_id("old")

    def refuse(*_):
        raise PermissionError("locked")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(PermissionError):
        profile.set_student_id("new")
    assert [path.name for path in state_dir().iterdir()] == ["profile.json"]
