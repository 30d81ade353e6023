"""`crmlab doctor`: every check tells good from bad, on any system's paths, and names the line that repairs it."""

import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from crmlab import cli, doctor
from crmlab.doctor import Check
from crmlab.paths import project_root
from crmlab.plots.style import font_family
from tests import needs
from tests.crmlab.test_cli import outside

ROOT = project_root()


def test_old_python_is_refused():
    """Is Python below 3.11 refused, 3.11 and later accepted?"""
    assert doctor.check_python((3, 10, 14)) == Check(
        "Python 版本",
        False,
        "3.10.14，需要 3.11 或更新",
        "从 python.org 安装新版 Python，删去 .venv 文件夹，再运行：make env",
    )
    assert doctor.check_python((3, 11, 0)) == Check("Python 版本", True, "3.11.0")
    assert doctor.check_python((4, 0, 0)).ok


LOCK = """\
# comment
pandas==3.1.1 \\
    --hash=sha256:00
    # via crmlab
colorama==0.4.6 ; sys_platform == 'nowhere' \\
    --hash=sha256:00
numpy==2.4.6 ; python_version >= '3.11' \\
    --hash=sha256:00
"""


def test_lock_is_read_for_this_machine():
    """Are comments, hashes and other systems' lines left out?"""
    assert doctor.locked_versions(LOCK) == {"pandas": "3.1.1", "numpy": "2.4.6"}


def test_packages_are_held_against_the_lock():
    """Are missing packages and other versions named, at most three each?"""
    have = {"pandas": "3.1.1", "numpy": "1.0"}
    wanted = {"pandas": "3.1.1", "numpy": "2.4.6", "a": "1", "b": "1", "c": "1", "d": "1"}
    assert doctor.check_packages(wanted, have.get) == Check(
        "软件包",
        False,
        "缺 4 个：a、b、c 等；版本不同 1 个：numpy 1.0（应为 2.4.6）",
        "在课程文件夹里运行：make env",
    )
    assert doctor.check_packages({"pandas": "3.1.1"}, have.get) == Check("软件包", True, "1 个包，版本都对")


def test_real_lock_matches_this_environment():
    """Is the environment in which the tests run the locked one?"""
    wanted = doctor.locked_versions((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    assert len(wanted) > 100
    assert doctor.check_packages(wanted).ok


def test_missing_glyphs_are_seen():
    """Does a font without Chinese fail, and the course's font draw every character?"""
    assert doctor.glyphs_missing("客户", ["DejaVu Sans"]) == ["客", "户"]
    assert doctor.check_font(font_family()) == Check("图中的中文", True, "Noto Sans SC 画得出“客户满意度”")


def test_font_that_draws_boxes_fails():
    """Is a font without Chinese reported with the repair line?"""
    assert doctor.check_font("DejaVu Sans") == Check(
        "图中的中文",
        False,
        "DejaVu Sans 画不出“客户满意度”",
        "运行：python -m pip install --force-reinstall zhplot",
    )


def test_language_pack():
    """Is a missing language pack told from an installed one?"""
    assert doctor.check_language_pack({}.get) == Check(
        "中文界面", False, "没有装中文语言包", "在课程文件夹里运行：make env"
    )
    assert doctor.check_language_pack(lambda _: "4.5") == Check("中文界面", True, "语言包 4.5")


def test_nbgrader_extensions(tmp_path: Path):
    """Are the two halves of nbgrader's extension each noticed when missing?"""
    lab = tmp_path / "labextensions" / "@jupyter" / "nbgrader"
    lab.mkdir(parents=True)
    repair = "运行：python -m pip install --force-reinstall --no-deps nbgrader"
    assert doctor.check_nbgrader([tmp_path], [tmp_path]) == Check(
        "作业扩展", False, "缺 nbgrader 的界面扩展和服务器扩展", repair
    )
    (lab / "package.json").touch()
    assert doctor.check_nbgrader([tmp_path], [tmp_path]) == Check("作业扩展", False, "缺 nbgrader 的服务器扩展", repair)
    (tmp_path / "jupyter_server_config.d").mkdir()
    (tmp_path / "jupyter_server_config.d" / "nbgrader.json").touch()
    assert doctor.check_nbgrader([tmp_path], [tmp_path]).ok


def test_folder_that_cannot_be_written(tmp_path: Path):
    """Is a state folder that cannot be made reported, and a good one left empty?"""
    (tmp_path / "file").touch()
    check = doctor.check_write(tmp_path / "file" / "state")
    assert not check.ok
    assert check.found.startswith(f"不能写入 {tmp_path / 'file' / 'state'}：")
    assert check.repair == "把课程文件夹移到自己的文档目录，或改文件夹的权限"
    assert doctor.check_write(tmp_path / "state") == Check("写入权限", True, "能写入 state")
    assert list((tmp_path / "state").iterdir()) == []


def test_disk_space():
    """Is half a gigabyte the limit?"""
    assert doctor.check_disk(499_000_000) == Check(
        "磁盘空间", False, "还有 0.5 GB，至少要 0.5 GB", "清空回收站，删去不用的文件"
    )
    assert doctor.check_disk(500_000_000).ok


@pytest.mark.parametrize(
    ("root", "longest", "expected"),
    [
        (PureWindowsPath(r"D:\课程\crmlab"), 80, Check("课程文件夹", True, r"D:\课程\crmlab")),
        (PurePosixPath("/Volumes/数据/crmlab"), 300, Check("课程文件夹", True, "/Volumes/数据/crmlab")),
        (
            PureWindowsPath(r"C:\a" + r"\long" * 40),
            60,
            Check(
                "课程文件夹",
                False,
                "路径太长：最长 265 个字符，Windows 最多 259 个",
                r"把文件夹移到短一些的位置，如 C:\crmlab",
            ),
        ),
        (
            PureWindowsPath(r"\\server\share\crmlab"),
            60,
            Check(
                "课程文件夹",
                False,
                r"\\server\share\crmlab 是网络路径",
                r"给网络路径映射一个盘符，或把文件夹复制到本机，如 C:\crmlab",
            ),
        ),
        (
            PureWindowsPath(r"C:\Users\李雷\OneDrive - 学校\crmlab"),
            60,
            Check(
                "课程文件夹",
                False,
                "在网盘的同步目录里（onedrive - 学校），同步会损坏成绩数据库",
                "把文件夹移到不同步的位置，再打开",
            ),
        ),
        (
            PurePosixPath("/Library/Mobile Documents/com~apple~CloudDocs/crmlab"),
            60,
            Check(
                "课程文件夹",
                False,
                "在网盘的同步目录里（mobile documents），同步会损坏成绩数据库",
                "把文件夹移到不同步的位置，再打开",
            ),
        ),
    ],
)
def test_place_of_the_course_folder(root: PureWindowsPath | PurePosixPath, longest: int, expected: Check):
    """Are Windows' limits and synchronised folders known, wherever the tests run?"""
    assert doctor.check_folder(root, longest) == expected


@pytest.mark.parametrize(
    ("stream", "preferred", "ok"),
    [
        ("utf-8", "UTF-8", True),
        ("gbk", "cp936", True),
        ("cp437", "cp936", False),
        ("ascii", "ANSI_X3.4-1968", False),
        (None, "utf-8", False),
        ("no-such-codec", "utf-8", False),
    ],
)
def test_encoding(stream: str | None, preferred: str, ok: bool):
    """Is an encoding that has no Chinese noticed?"""
    check = doctor.check_encoding(stream, preferred)
    assert check.ok is ok
    assert check.found == f"终端 {stream or '未知'}，系统 {preferred}" + ("" if ok else "，写不出中文")
    assert bool(check.repair) is not ok


def test_broken_check_is_a_failed_check():
    """Does a check that raises fail alone, with the reason?"""

    def broken() -> Check:
        raise ModuleNotFoundError("No module named 'pandas'")

    assert doctor.guarded("软件包", broken) == Check(
        "软件包", False, "查不了（ModuleNotFoundError：No module named 'pandas'）", "在课程文件夹里运行：make env"
    )


def test_every_check_runs_on_this_machine(tmp_path: Path):
    """Are the nine things looked at, each with a finding?"""
    checks = doctor.examine(ROOT, tmp_path, "utf-8")
    assert [c.name for c in checks] == [
        "Python 版本", "软件包", "图中的中文", "中文界面", "作业扩展", "课程文件夹", "写入权限", "磁盘空间", "文字编码",
    ]  # fmt: skip
    assert all(c.found for c in checks)
    assert all(c.repair for c in checks if not c.ok)


def test_report_is_a_table():
    """Is the table as wide as told, with result and repair in words?"""
    checks = [Check("甲", True, "好[1]"), Check("乙", False, "坏", "修一修")]
    assert doctor.report(checks, width=40) == (
        "工作台体检\n"
        "  项目   结果   查到    怎么修\n"
        " ──────────────────────────────\n"
        "  甲     通过   好[1]   —\n"
        "  乙     未过   坏      修一修\n"
    )


def test_failure_gives_exit_code_1(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Does one failed check fail the command, and none let it pass?"""
    results = [Check("甲", True, "好"), Check("乙", False, "坏", "修一修"), Check("丙", False, "坏", "修两修")]
    monkeypatch.setattr(doctor, "examine", lambda *_: results)
    assert cli.main(["doctor"]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "有 2 项没有通过：乙、丙。"
    monkeypatch.setattr(doctor, "examine", lambda *_: results[:1])
    assert cli.main(["doctor"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "全部通过，可以运行 crmlab lab。"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locales")
def test_c_locale_fails_the_encoding_check_only(tmp_path: Path):
    """Under LC_ALL=C without UTF-8 mode, does the doctor still print, and name the encoding as the trouble?"""
    done = outside(tmp_path, "doctor", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    said = done.stdout.decode("utf-8")
    assert (done.returncode, done.stderr) == (1, b"")
    assert said.splitlines()[-1] == "有 1 项没有通过：文字编码。"
    assert "PYTHONUTF8=1" in said


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locales")
def test_gbk_locale_passes(tmp_path: Path):
    """Under a GBK locale, is the report GBK and everything in order?"""
    done = outside(tmp_path, "doctor", LC_ALL=needs.gbk_locale(), PYTHONUTF8="0")
    assert done.returncode == 0, done.stdout.decode("gbk")
    assert done.stdout.decode("gbk").splitlines()[-1] == "全部通过，可以运行 crmlab lab。"
