"""The command line: Chinese help, one Chinese sentence for every mistake, no traceback, any locale."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from crmlab import cli
from crmlab.authoring import outline
from crmlab.paths import project_root
from tests import needs

ROOT = project_root()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command in this process; return exit code, stdout and stderr."""
    code = cli.main(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """List every command and group as the words one types."""
    found: list[tuple[str, ...]] = [path]
    for name, command in group.commands.items():
        found += commands(command, (*path, name)) if isinstance(command, click.Group) else [(*path, name)]
    return found


@pytest.mark.parametrize("path", commands(cli.cli), ids=" ".join)
def test_help_is_chinese(capsys: pytest.CaptureFixture[str], path: tuple[str, ...]):
    """Does every help page open with 用法 and hold no English sentence?"""
    code, out, err = run(capsys, *path, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"用法：{' '.join(('crmlab', *path))} ")
    for word in ("Usage", "Options", "Commands", "Show this", "default", "INTEGER", "TEXT", "PATH"):
        assert word not in out


def test_no_command_shows_the_help(capsys: pytest.CaptureFixture[str]):
    """Does a bare `crmlab` say what there is, with a failing exit code?"""
    code, out, err = run(capsys)
    assert (code, out) == (2, "")
    assert "打开工作台" in err


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        ("labb", 2, "没有命令 labb。你是不是想写“lab”？用法见：crmlab --help"),
        ("xyz", 2, "没有命令 xyz。用法见：crmlab --help"),
        ("lab --prot 1", 2, "没有选项 --prot。你是不是想写“--port”？用法见：crmlab lab --help"),
        ("lab --port abc", 2, "port 的值不对：应是 1024 到 65535 的整数。用法见：crmlab lab --help"),
        ("lab --port 80", 2, "port 的值不对：应是 1024 到 65535 的整数。用法见：crmlab lab --help"),
        ("lab --port", 2, "选项 --port 后面要跟一个值。用法见：crmlab --help"),
        ("lab --no-browser=1", 2, "选项 --no-browser 后面不要跟值。用法见：crmlab --help"),
        ("lab now", 2, "参数太多，或写法不对。用法见：crmlab lab --help"),
        ("case run", 2, "缺少参数 案例名。用法见：crmlab case run --help"),
        (
            "new case c06_x --kind 案列",
            2,
            "kind 的值不对：应是 案例导入、案例链接、案例分析、综合案例 之一。用法见：crmlab new case --help",
        ),
        ("case run c06_afu -p 8", 1, "参数“8”的写法不对，应是 名=值，如 -p gift_cost=8。等号两边不要空格。"),
        ("notebooks nofile.ipynb", 1, "找不到笔记本“nofile.ipynb”。请检查路径。"),
    ],
)
def test_mistake_gets_one_sentence(capsys: pytest.CaptureFixture[str], line: str, code: int, message: str):
    """Is a mistake one Chinese sentence on stderr, nothing on stdout, a failing exit code?"""
    assert run(capsys, *line.split()) == (code, "", f"错误：{message}\n")


def test_unknown_chapter_lists_those_there_are(capsys: pytest.CaptureFixture[str]):
    """Is a misspelt chapter answered with the nearest name and all names?"""
    from crmlab._checks import listing

    ready = list(outline.load().notebooks(ready_only=True))
    names = dict.fromkeys([chapter.slug for chapter, _ in ready] + [notebook.id for _, notebook in ready])
    assert run(capsys, "progress", "--chapter", "06_satisfactoin") == (
        1,
        "",
        f"错误：没有叫“06_satisfactoin”的章或笔记本。你是不是想写“06_satisfaction”？现有的：{listing(names)}。\n",
    )


def test_unforeseen_error_has_no_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Is a defect of ours told in Chinese, with the traceback only on request?"""
    from crmlab.authoring import overview

    def broken(*_: object) -> str:
        raise KeyError("boom")

    monkeypatch.setattr(overview, "progress_table", broken)
    monkeypatch.delenv("CRMLAB_DEBUG", raising=False)
    code, out, err = run(capsys, "progress")
    assert (code, out) == (1, "")
    assert err == (
        "错误：程序内部出错（KeyError：'boom'）。请设环境变量 CRMLAB_DEBUG=1 再运行一次，把显示的内容告诉老师。\n"
    )
    monkeypatch.setenv("CRMLAB_DEBUG", "1")
    assert "Traceback" in run(capsys, "progress")[2]


def test_unreadable_path_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Is a course folder that is none refused with the way out?"""
    monkeypatch.setenv("CRMLAB_HOME", str(tmp_path / "无"))
    assert run(capsys, "progress") == (
        1,
        "",
        f"错误：在“{tmp_path / '无'}”里找不到课程目录 chapters 和 cases。请把环境变量 CRMLAB_HOME 设为课程根目录。\n",
    )


def test_interruption_is_not_a_failure_report(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Does Ctrl-C give one word and exit code 130?"""
    from crmlab.authoring import overview

    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(overview, "progress_table", interrupted)
    assert run(capsys, "progress") == (130, "", "\n已中断。\n")


def test_progress_counts_what_was_done(capsys: pytest.CaptureFixture[str]):
    """Does `crmlab progress` show a solved exercise and where the record is?"""
    from crmlab.learn import progress

    table = progress.chapter_summary()
    first = table[table["exercises"] > 0].iloc[0]
    entry = next(e for f in progress.load_all() for e in f.exercises if e.notebook == first["notebook"])
    progress.record("check", entry.id, entry.notebook, solved=True)
    code, out, err = run(capsys, "progress", "--chapter", entry.notebook)
    assert (code, err) == (0, "")
    assert f" 1/{first['exercises']} " in out
    assert out.splitlines()[-1].startswith("一共做对 1 题，共 ")


def test_progress_counts_dialogues_by_themselves(capsys: pytest.CaptureFixture[str]):
    """Are dialogues played told with their score, and is there no column for them where a chapter has none?"""
    from crmlab.learn import progress
    from crmlab.learn.dialogue import find_script

    script = find_script("4-reception")
    progress.record("dialogue", script.id, script.notebook, solved=True, score=script.best, best=script.best)
    code, out, _ = run(capsys, "progress", "--chapter", script.folder.name)
    assert code == 0
    assert f"（{script.best}/{script.best} 分）" in out
    assert re.search(r"一共做对 0 题，共 \d+ 题。走完 1 段对话，共 \d+ 段。记录存在：", out)
    assert "对话" not in run(capsys, "progress", "--chapter", "c06_afu")[1]


def test_case_parameters_reach_the_case(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Are name, parameters (later ones win, values may hold `=`) and target handed on as typed?"""
    from crmlab import cases

    asked: list[object] = []
    monkeypatch.setattr(cases, "run_case", lambda *given: asked.append(given) or given[2])
    assert run(capsys, "case", "run", "c06_x", "-p", "a=1", "-p", "b=x=y", "-p", "a=2", "--out", "r.html") == (
        0,
        "已写好：r.html\n",
        "",
    )
    assert run(capsys, "case", "run", "c06_x")[1] == "已写好：c06_x.html\n"
    assert asked == [("c06_x", {"a": "2", "b": "x=y"}, Path("r.html")), ("c06_x", {}, Path("c06_x.html"))]


def test_unknown_case_is_told_in_the_cases_words(capsys: pytest.CaptureFixture[str]):
    """Is a misspelt case name one sentence with the nearest name?"""
    code, out, err = run(capsys, "case", "run", "c06_afo")
    assert (code, out) == (1, "")
    assert err.startswith("错误：没有叫“c06_afo”的案例。你是不是想写“c06_afu”？现有的案例：")


def test_cases_are_listed_with_their_parameters(capsys: pytest.CaptureFixture[str]):
    """Does `crmlab case list` name each case and each parameter?"""
    code, out, err = run(capsys, "case", "list")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert any(line.startswith("c06_afu  ") for line in lines)
    assert any(line.startswith("    gift_cost（小数，默认 6.0）：") for line in lines)


def test_notebooks_are_brought_into_form(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """Does `crmlab notebooks` say which file changed, and fail on one that is no notebook without touching it?"""
    good, bad = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    shutil.copy(ROOT / "index.ipynb", good)
    bad.write_text("不是笔记本", encoding="utf-8")
    code, out, err = run(capsys, "notebooks", str(good), str(bad))
    assert (code, out) == (1, f"{good}：没有变化\n")
    assert err.startswith(f"错误：“{bad}”不是能读的笔记本：")
    assert bad.read_text(encoding="utf-8") == "不是笔记本"


def outside(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, under another locale."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "PYTHON"))}
    return subprocess.run(
        [sys.executable, "-m", "crmlab.cli", *arguments],
        env=kept | {"CRMLAB_STATE_DIR": str(tmp_path)} | environment,
        cwd=ROOT,
        capture_output=True,
        check=False,
    )


def test_c_locale_speaks_utf8(tmp_path: Path):
    """Under LC_ALL=C without Python's UTF-8 mode, do table and error come out as UTF-8?"""
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = outside(tmp_path, "progress", **plain)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "学习进度" in done.stdout.decode("utf-8")
    done = outside(tmp_path, "labb", **plain)
    assert done.stderr.decode("utf-8") == "错误：没有命令 labb。你是不是想写“lab”？用法见：crmlab --help\n"


def test_gbk_locale_speaks_gbk(tmp_path: Path):
    """Under a GBK locale, do table and error come out as GBK that can be read back?"""
    chinese = {"LC_ALL": needs.gbk_locale(), "PYTHONUTF8": "0"}
    done = outside(tmp_path, "progress", **chinese)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "阿芙，用极致" in done.stdout.decode("gbk")  # a narrow table folds the rest
    done = outside(tmp_path, "labb", **chinese)
    assert done.stderr.decode("gbk") == "错误：没有命令 labb。你是不是想写“lab”？用法见：crmlab --help\n"


def test_narrow_encoding_never_stops_a_sentence(tmp_path: Path):
    """Is a character that the terminal cannot show replaced rather than fatal?"""
    done = outside(tmp_path, "progress", PYTHONIOENCODING="latin-1")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"06_satisfaction" in done.stdout
