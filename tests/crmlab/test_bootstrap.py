"""Set-up from nothing: needs only the standard library, says in Chinese what is wrong, and does not install twice."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crmlab import bootstrap

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A course folder with nothing installed, where each command is recorded instead of run."""
    for name in ("requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    commands = []

    def record(command, **kwargs):
        commands.append(command)
        if "venv" in command:
            bootstrap.venv_python(tmp_path / ".venv").parent.mkdir(parents=True)
            bootstrap.venv_python(tmp_path / ".venv").touch()
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap.subprocess, "run", record)
    return tmp_path, commands


def test_second_set_up_installs_nothing(bare):
    """Does a finished set-up run no command the second time, and a changed lock install again?"""
    root, commands = bare
    bootstrap.install(root / ".venv")
    assert len(commands) == 3 and "--require-hashes" in commands[1] and "--no-deps" in commands[2]
    bootstrap.install(root / ".venv")
    assert len(commands) == 3
    with (root / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    bootstrap.install(root / ".venv")
    assert len(commands) == 5


def test_interrupted_set_up_is_taken_up_again(bare, monkeypatch):
    """After a failure in the middle, does the next run install again instead of believing the old stamp?"""
    root, _ = bare
    bootstrap.install(root / ".venv")
    (root / "pyproject.toml").write_text("# changed", encoding="utf-8")
    monkeypatch.setattr(bootstrap.subprocess, "run", lambda command, **kwargs: subprocess.CompletedProcess(command, 1))
    with pytest.raises(bootstrap.SetupError) as caught:
        bootstrap.install(root / ".venv")
    assert str(caught.value) == "安装软件包没有成功。请检查网络后再运行一次；已经下载的部分不会丢。"
    assert not (root / ".venv" / bootstrap.STAMP).exists()


def test_full_disk_is_said_before_anything_is_installed(bare, monkeypatch):
    """Does too little space stop the set-up with one sentence?"""
    root, commands = bare
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 9, 1))
    with pytest.raises(bootstrap.SetupError) as caught:
        bootstrap.install(root / ".venv")
    assert str(caught.value) == "磁盘空间不够：安装需要大约 2 GB。请清理后再试。" and commands == []


def test_windows_has_its_own_interpreter_path():
    """Is the interpreter found where Windows and where Linux and macOS put it?"""
    assert bootstrap.venv_python(Path("v"), "win32").as_posix() == "v/Scripts/python.exe"
    assert bootstrap.venv_python(Path("v"), "darwin").as_posix() == "v/bin/python"


def test_old_python_and_unknown_verb_get_one_sentence(monkeypatch, capsys):
    """Are a Python that is too old and a mistyped verb refused in Chinese?"""
    assert bootstrap.main(["laab"]) == 2
    assert capsys.readouterr().err == "没有“laab”这个动作。可用的动作：env、lab、test、check。\n"
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 10, 1))
    assert bootstrap.main(["lab"]) == 1
    assert capsys.readouterr().err == "需要 Python 3.11 或更新的版本，这里是 3.10。请从 python.org 安装后再试。\n"


def test_it_runs_by_path_without_the_package():
    """Does an isolated interpreter, which sees no installed package, run the file and its error under an ASCII locale?"""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "crmlab" / "bootstrap.py"), "nope"],
        capture_output=True, env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PATH": ""},
    )  # fmt: skip
    assert done.returncode == 2 and b"Traceback" not in done.stderr and b"env" in done.stderr
