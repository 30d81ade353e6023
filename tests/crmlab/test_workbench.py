"""`crmlab lab`: its own configuration, the next free port, no browser where there is none."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from crmlab import workbench
from crmlab.paths import project_root

ROOT = project_root()


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """A course folder without the teacher's room."""
    (tmp_path / "课程" / "chapters").mkdir(parents=True)
    return tmp_path / "课程"


@pytest.fixture
def teacher(student: Path) -> Path:
    """The same with the teacher's room."""
    (student / "autograder").mkdir()
    (student / "autograder" / "nbgrader_config.py").touch()
    return student


def switches(root: Path, platform: str) -> tuple[dict[str, bool], dict[str, bool]]:
    files = workbench.config_files(root, platform)
    server = json.loads(files["jupyter_server_config.json"])["ServerApp"]["jpserver_extensions"]
    hidden = json.loads(files["labconfig/page_config.json"])["disabledExtensions"]
    return (
        {name.rpartition(".")[2]: on for name, on in server.items()},
        {name.rpartition(":")[2]: off for name, off in hidden.items()},
    )


def test_student_has_no_teachers_tools(student: Path):
    """Are formgrader and the course list off where there is no autograder/?"""
    server, hidden = switches(student, "linux")
    assert server == {"formgrader": False, "assignment_list": True, "course_list": False, "validate_assignment": True}
    assert hidden == {"course-list": True, "formgrader": True, "create-assignment": True, "assignment-list": False}


def test_teacher_has_formgrader(teacher: Path):
    """Is formgrader on where autograder/ exists?"""
    server, hidden = switches(teacher, "darwin")
    assert server["formgrader"] and not hidden["formgrader"] and not hidden["create-assignment"]


def test_windows_has_no_exchange(student: Path):
    """Is the assignment list, which needs the exchange, off on Windows?"""
    server, hidden = switches(student, "win32")
    assert not server["assignment_list"] and hidden["assignment-list"]
    assert server["validate_assignment"]


def test_interface_is_chinese_and_quiet(student: Path):
    """Are the language set and news, update checks and the extension catalogue off?"""
    files = workbench.config_files(student)
    settings = json.loads(files["labconfig/default_setting_overrides.json"])
    assert settings["@jupyterlab/translation-extension:plugin"] == {"locale": "zh_CN"}
    assert settings["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    app = json.loads(files["jupyter_server_config.json"])["LabApp"]
    assert (app["news_url"], app["extension_manager"]) == (None, "readonly")


def test_environment_is_the_courses_own(student: Path, tmp_path: Path):
    """Do all Jupyter folders lie in the state folder, and does the given environment stay as it was?"""
    base = {"PATH": "/bin", "HOME": "/h"}
    env = workbench.environment(base, student, tmp_path, "secret")
    assert base == {"PATH": "/bin", "HOME": "/h"}
    own = {name: value for name, value in env.items() if name.endswith(("_DIR", "DIR"))}
    assert set(own) == {*workbench.folders(tmp_path), "CRMLAB_STATE_DIR"}
    assert all(Path(value).is_relative_to(tmp_path) for value in own.values())
    assert env["PATH"].split(os.pathsep) == [str(Path(sys.executable).parent), "/bin"]
    assert (env["JUPYTER_TOKEN"], env["PYTHONUTF8"], env["JUPYTER_PREFER_ENV_PATH"]) == ("secret", "1", "0")


def test_prepare_builds_everything_twice(student: Path, tmp_path: Path):
    """Are the folders and files made, and is a second start harmless?"""
    for _ in range(2):
        workbench.prepare(student, tmp_path / "state")
    config = workbench.folders(tmp_path / "state")["JUPYTER_CONFIG_DIR"]
    assert {p.relative_to(config).as_posix() for p in config.rglob("*") if p.is_file()} == set(
        workbench.config_files(student)
    )
    assert (student / "labs").is_dir()
    if sys.platform != "win32":
        assert (tmp_path / "state" / "exchange").stat().st_mode & 0o777 == 0o777


def test_unwritable_state_is_told(student: Path, tmp_path: Path):
    """Is a state folder that cannot be made one sentence with the path?"""
    (tmp_path / "state").write_text("a file", encoding="utf-8")
    with pytest.raises(workbench.WorkbenchError) as caught:
        workbench.prepare(student, tmp_path / "state")
    path = tmp_path / "state" / "jupyter" / "config"
    assert str(caught.value).startswith(f"不能写入“{path}”：")
    assert str(caught.value).endswith("请把课程文件夹放到自己能写的位置，再运行一次。")


def test_busy_port_gives_the_next():
    """Is a port in use skipped, and a full range refused?"""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        assert workbench.free_port(busy) > busy
        with pytest.raises(workbench.WorkbenchError) as caught:
            workbench.free_port(busy, tries=1)
    assert str(caught.value) == f"端口 {busy} 到 {busy} 都被占用。请关掉别的工作台，或用 --port 换一个端口。"


def test_terminal_without_desktop_has_no_browser():
    """Is a Linux machine without a display one without browser, even if a text browser is installed?"""
    assert not workbench.has_browser({}, "linux")


@pytest.mark.slow
def test_workbench_starts_beside_a_taken_port(tmp_path: Path):
    """Does the real server start on the next port, answer in Chinese and leave the user's own Jupyter alone?"""
    home = tmp_path / "home"
    home.mkdir()
    env = os.environ | {"HOME": str(home), "CRMLAB_STATE_DIR": str(tmp_path / "state"), "JUPYTER_TOKEN": "abc"}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "crmlab.cli", "lab", "--no-browser", "--port", str(busy)],
            env=env,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert server.stdout is not None
        try:
            said = [server.stdout.readline().rstrip("\n") for _ in range(4)]
            port = int(said[0].removesuffix("。").rpartition(" ")[2])
            assert said == [
                f"端口 {busy} 被占用，改用 {port}。",
                "请把这个地址复制到浏览器：",
                f"  http://127.0.0.1:{port}/lab/tree/index.ipynb?token=abc",
                "要关掉工作台，在这个窗口按 Ctrl+C。",
            ]
            address = f"http://127.0.0.1:{port}"
            page = fetch(f"{address}/lab/tree/index.ipynb?token=abc")
            assert '"@jupyter/nbgrader:course-list"' in page
            settings = json.loads(
                fetch(f"{address}/lab/api/settings/@jupyterlab/translation-extension:plugin?token=abc")
            )
            assert settings["schema"]["properties"]["locale"]["default"] == "zh_CN"
            assert json.loads(fetch(f"{address}/api/contents/index.ipynb?content=0&token=abc"))["type"] == "notebook"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)
            server.stdout.close()
    assert [p.name for p in home.iterdir() if p.name in {".jupyter", ".ipython", ".local"}] == []
    assert fetch_fails(f"{address}/api?token=abc")


def fetch(url: str) -> str:
    """Read a page, waiting for the server to come up."""
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return str(answer.read().decode("utf-8"))
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def fetch_fails(url: str) -> bool:
    """Is nobody listening any more?"""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return True
    return False
