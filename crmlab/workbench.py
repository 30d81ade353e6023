"""Start JupyterLab as the course's workbench, with its own configuration and without touching the user's."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

FIRST_PORT = 8888
PORTS_TRIED = 50
INDEX = "index.ipynb"


class WorkbenchError(Exception):
    """工作台启动不了；消息说原因和下一步。"""


def folders(state: Path) -> dict[str, Path]:
    """列出工作台自己的各个 Jupyter 目录。

    Parameters
    ----------
    state : Path
        状态目录，一般是课程根目录下的 ``.crmlab``。

    Returns
    -------
    dict of str to Path
        环境变量名到目录。

    Examples
    --------
    >>> folders(Path(".crmlab"))["JUPYTER_CONFIG_DIR"].as_posix()
    '.crmlab/jupyter/config'
    """
    base = state / "jupyter"
    return {
        "JUPYTER_CONFIG_DIR": base / "config",
        "JUPYTER_DATA_DIR": base / "data",
        "JUPYTER_RUNTIME_DIR": base / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": base / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": base / "workspaces",
        "IPYTHONDIR": base / "ipython",
    }


def environment(base: Mapping[str, str], root: Path, state: Path, token: str) -> dict[str, str]:
    """给出 JupyterLab 和它的内核要用的环境变量。

    Parameters
    ----------
    base : mapping of str to str
        现有的环境变量。
    root : Path
        课程根目录。
    state : Path
        状态目录。
    token : str
        登录口令。

    Returns
    -------
    dict of str to str
        新的环境变量；``base`` 不改。
    """
    own = {name: str(folder) for name, folder in folders(state).items()}
    return {
        **base,
        **own,
        # Inside a virtual environment Jupyter would let the environment's settings win over the course's.
        "JUPYTER_PREFER_ENV_PATH": "0",
        "JUPYTER_TOKEN": token,
        # Terminals and cells of the workbench find the `crmlab` and `nbgrader` commands of this environment.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), base.get("PATH", "")]).rstrip(os.pathsep),
        "CRMLAB_HOME": str(root),
        "CRMLAB_STATE_DIR": str(state),
        # nbgrader and students open files without naming an encoding; a Chinese Windows would take GBK.
        "PYTHONUTF8": "1",
    }


def config_files(root: Path, platform: str = sys.platform) -> dict[str, str]:
    """给出配置目录里应有的文件和内容。

    Parameters
    ----------
    root : Path
        课程根目录；里面有 ``autograder`` 时才打开教师用的功能。
    platform : str
        ``sys.platform`` 的值；Windows 没有作业交换区。

    Returns
    -------
    dict of str to str
        文件名（从配置目录起）到内容。
    """
    teacher = (root / "autograder" / "nbgrader_config.py").is_file()
    exchange = platform != "win32"
    templates = files("crmlab") / "jupyter"
    server = {
        "nbgrader.server_extensions.formgrader": teacher,
        "nbgrader.server_extensions.assignment_list": exchange,
        "nbgrader.server_extensions.course_list": False,
        "nbgrader.server_extensions.validate_assignment": True,
    }
    hidden = {
        "@jupyter/nbgrader:course-list": True,
        "@jupyter/nbgrader:formgrader": not teacher,
        "@jupyter/nbgrader:create-assignment": not teacher,
        "@jupyter/nbgrader:assignment-list": not exchange,
    }
    # Nothing of the interface asks the network: no news, no update check, no extension catalogue.
    quiet = {
        "news_url": None,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "extension_manager": "readonly",
        "log_level": "ERROR",
    }
    return {
        "labconfig/default_setting_overrides.json": (
            templates / "labconfig" / "default_setting_overrides.json"
        ).read_text(encoding="utf-8"),
        "labconfig/page_config.json": json.dumps({"disabledExtensions": hidden}, indent=2) + "\n",
        "jupyter_server_config.json": json.dumps(
            {"ServerApp": {"jpserver_extensions": server}, "LabApp": quiet}, indent=2
        )
        + "\n",
        "nbgrader_config.py": (templates / "nbgrader_config.py").read_text(encoding="utf-8"),
    }


def prepare(root: Path, state: Path) -> None:
    """建好工作台自己的目录和配置；用户自己的 Jupyter 配置不读也不改。

    Parameters
    ----------
    root : Path
        课程根目录。
    state : Path
        状态目录。

    Raises
    ------
    WorkbenchError
        目录不能写。
    """
    try:
        for folder in (*folders(state).values(), root / "labs"):
            folder.mkdir(parents=True, exist_ok=True)
        config = folders(state)["JUPYTER_CONFIG_DIR"]
        for name, text in config_files(root).items():
            (config / name).parent.mkdir(exist_ok=True)
            (config / name).write_text(text, encoding="utf-8", newline="\n")
        template = folders(state)["JUPYTER_DATA_DIR"] / "nbconvert" / "templates" / "formgrade" / "mathjax.html.j2"
        template.parent.mkdir(parents=True, exist_ok=True)
        template.write_bytes((files("crmlab") / "jupyter" / "formgrade" / template.name).read_bytes())
        profile = folders(state)["IPYTHONDIR"] / "profile_default"
        profile.mkdir(exist_ok=True)
        # Every kernel warns in English that it listens on TCP; that is how kernels work on one's own machine.
        (profile / "ipython_kernel_config.json").write_text('{"IPKernelApp": {"log_level": 40}}\n', encoding="utf-8")
        if sys.platform != "win32" and "CRMLAB_EXCHANGE" not in os.environ:
            exchange = state / "exchange"
            exchange.mkdir(exist_ok=True)
            exchange.chmod(0o777)  # nbgrader refuses an exchange that not everyone may write to
    except OSError as err:
        raise WorkbenchError(
            f"不能写入“{err.filename}”：{err.strerror}。请把课程文件夹放到自己能写的位置，再运行一次。"
        ) from err


def free_port(first: int = FIRST_PORT, tries: int = PORTS_TRIED) -> int:
    """从 ``first`` 起找一个没有被占用的端口。

    Parameters
    ----------
    first : int
        最先试的端口。
    tries : int
        最多试几个。

    Returns
    -------
    int
        可用的端口。

    Raises
    ------
    WorkbenchError
        这些端口都被占用。
    """
    for port in range(first, min(first + tries, 65536)):
        with socket.socket() as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise WorkbenchError(f"端口 {first} 到 {first + tries - 1} 都被占用。请关掉别的工作台，或用 --port 换一个端口。")


def has_browser(base: Mapping[str, str], platform: str = sys.platform) -> bool:
    """这台电脑有没有图形界面的浏览器可开。

    Parameters
    ----------
    base : mapping of str to str
        环境变量。
    platform : str
        ``sys.platform`` 的值。

    Returns
    -------
    bool
        Linux 上没有桌面时为假，免得在终端里打开文字浏览器。
    """
    if platform == "linux" and not any(
        base.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def command(root: Path, port: int, *, browser: bool) -> list[str]:
    """给出启动 JupyterLab 的命令行。"""
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={root}",
        f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.open_browser={browser}",
        f"--LabApp.default_url=/lab/tree/{INDEX}",
        "--ServerApp.answer_yes=True",
        "--ServerApp.log_level=ERROR",
        *(["--ServerApp.allow_root=True"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
    ]


def start(root: Path, state: Path, *, first_port: int, browser: bool, say: Callable[[str], object]) -> int:
    """启动工作台，直到它被关掉。

    Parameters
    ----------
    root : Path
        课程根目录。
    state : Path
        状态目录。
    first_port : int
        最先试的端口；被占用就用下一个，并说一声。
    browser : bool
        要不要打开浏览器。
    say : callable
        用来告诉用户一句话的函数。

    Returns
    -------
    int
        JupyterLab 的退出码。

    Raises
    ------
    WorkbenchError
        端口或目录不可用，或没有装 JupyterLab。
    """
    prepare(root, state)
    port = free_port(first_port)
    if port != first_port:
        say(f"端口 {first_port} 被占用，改用 {port}。")
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    opens = browser and has_browser(os.environ)
    address = f"http://127.0.0.1:{port}/lab/tree/{INDEX}?token={token}"
    say(f"{'浏览器会自动打开；没有打开时，' if opens else ''}请把这个地址复制到浏览器：\n  {address}")
    say("要关掉工作台，在这个窗口按 Ctrl+C。")
    server = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command(root, port, browser=opens), env=environment(os.environ, root, state, token), cwd=root
    )
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    while True:
        try:
            return server.wait()
        except KeyboardInterrupt:
            continue  # the server has had the same signal and closes down by itself
