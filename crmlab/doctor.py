"""What `crmlab doctor` looks at: is this machine ready for the workbench, and if not, which line repairs it?"""

import importlib.metadata
import locale
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath

from crmlab._console import table_text

MIN_PYTHON = (3, 11)
MIN_FREE_MB = 500
WINDOWS_PATH_LIMIT = 259
SAMPLE = "客户满意度"
INSTALL = "在课程文件夹里运行：make env"
_NO_CHINESE = ("DejaVu Sans",)


@dataclass(frozen=True)
class Check:
    """一项检查的结果。

    Attributes
    ----------
    name : str
        查什么。
    ok : bool
        合不合格。
    found : str
        查到什么。
    repair : str
        不合格时怎么修；合格时为空。
    """

    name: str
    ok: bool
    found: str
    repair: str = ""


def check_python(version: Sequence[int]) -> Check:
    """Python 够不够新。

    Parameters
    ----------
    version : sequence of int
        版本号，如 ``sys.version_info[:3]``。

    Examples
    --------
    >>> check_python((3, 10, 2)).found
    '3.10.2，需要 3.11 或更新'
    """
    text = ".".join(map(str, version))
    if tuple(version[:2]) >= MIN_PYTHON:
        return Check("Python 版本", True, text)
    need = ".".join(map(str, MIN_PYTHON))
    repair = "从 python.org 安装新版 Python，删去 .venv 文件夹，再运行：make env"
    return Check("Python 版本", False, f"{text}，需要 {need} 或更新", repair)


def locked_versions(lock: str) -> dict[str, str]:
    r"""从锁定文件里读出这台电脑应装的各个包和版本。

    Parameters
    ----------
    lock : str
        ``requirements.lock`` 的全文；只适用于别的系统或别的 Python 的行不算。

    Returns
    -------
    dict of str to str
        包名到版本号。

    Examples
    --------
    >>> locked_versions("a==1.0 \\\n    --hash=sha256:0\nb==2 ; python_version < '3'")
    {'a': '1.0'}
    """
    from packaging.requirements import Requirement

    wanted = {}
    for line in lock.splitlines():
        if line and not line.startswith((" ", "#", "-")):
            requirement = Requirement(line.removesuffix("\\").strip())
            if requirement.marker is None or requirement.marker.evaluate():
                wanted[requirement.name] = next(iter(requirement.specifier)).version
    return wanted


def installed_version(package: str) -> str | None:
    """返回已装的版本；没有装时是 None。"""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_packages(wanted: Mapping[str, str], installed: Callable[[str], str | None] = installed_version) -> Check:
    """已装的包和锁定文件是否一致。

    Parameters
    ----------
    wanted : mapping of str to str
        包名到应有的版本。
    installed : callable
        由包名给出已装版本（没有装是 None）的函数。
    """
    missing = [name for name in wanted if installed(name) is None]
    other = [
        f"{name} {installed(name)}（应为 {wanted[name]}）"
        for name in wanted
        if installed(name) not in (None, wanted[name])
    ]
    if not missing and not other:
        return Check("软件包", True, f"{len(wanted)} 个包，版本都对")
    found = [f"缺 {len(missing)} 个：{_some(missing)}"] if missing else []
    found += [f"版本不同 {len(other)} 个：{_some(other)}"] if other else []
    return Check("软件包", False, "；".join(found), INSTALL)


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:3]) + (" 等" if len(names) > 3 else "")


def glyphs_missing(text: str, family: Sequence[str]) -> list[str]:
    """真的把每个字画出来，和“没有这个字”时画的方框比较。

    Parameters
    ----------
    text : str
        要画的汉字。
    family : sequence of str
        matplotlib 的字体族名，按先后。

    Returns
    -------
    list of str
        画成方框或空白的字；都画得出来时是空表。
    """
    import matplotlib as mpl
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    def picture(character: str, fonts: Sequence[str]) -> bytes:
        with mpl.rc_context({"font.family": list(fonts)}), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the missing glyph is what we look for; its warning says nothing more
            figure = Figure(figsize=(0.6, 0.6), dpi=60)
            canvas = FigureCanvasAgg(figure)
            figure.text(0.5, 0.5, character, ha="center", va="center", fontsize=20)
            canvas.draw()
            return np.asarray(canvas.buffer_rgba()).tobytes()

    blank = picture(" ", family)
    return [c for c in text if picture(c, family) in (blank, picture(c, _NO_CHINESE))]


def check_font(family: str) -> Check:
    """图里的中文画不画得出来。

    Parameters
    ----------
    family : str
        课程图表用的字体族名。
    """
    missing = glyphs_missing(SAMPLE, [family, *_NO_CHINESE])
    if missing:
        repair = "运行：python -m pip install --force-reinstall zhplot"
        return Check("图中的中文", False, f"{family} 画不出“{''.join(missing)}”", repair)
    return Check("图中的中文", True, f"{family} 画得出“{SAMPLE}”")


def check_language_pack(installed: Callable[[str], str | None] = installed_version) -> Check:
    """JupyterLab 的中文语言包装了没有。"""
    version = installed("jupyterlab-language-pack-zh-CN")
    if version is None:
        return Check("中文界面", False, "没有装中文语言包", INSTALL)
    return Check("中文界面", True, f"语言包 {version}")


def check_nbgrader(data_folders: Sequence[Path], config_folders: Sequence[Path]) -> Check:
    """nbgrader 的两种扩展在不在。

    Parameters
    ----------
    data_folders, config_folders : sequence of Path
        Jupyter 查找界面扩展和服务器扩展的目录。
    """
    lacks = []
    if not any(
        (folder / "labextensions" / "@jupyter" / "nbgrader" / "package.json").is_file() for folder in data_folders
    ):
        lacks.append("界面扩展")
    if not any((folder / "jupyter_server_config.d" / "nbgrader.json").is_file() for folder in config_folders):
        lacks.append("服务器扩展")
    if lacks:
        repair = "运行：python -m pip install --force-reinstall --no-deps nbgrader"
        return Check("作业扩展", False, f"缺 nbgrader 的{'和'.join(lacks)}", repair)
    return Check("作业扩展", True, "nbgrader 的界面扩展和服务器扩展都在")


def check_write(folder: Path) -> Check:
    """状态目录能不能写：真的写一个文件，再删掉。"""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(SAMPLE.encode())
    except OSError as err:
        repair = "把课程文件夹移到自己的文档目录，或改文件夹的权限"
        return Check("写入权限", False, f"不能写入 {folder}：{err.strerror}", repair)
    return Check("写入权限", True, f"能写入 {folder.name}")


def check_disk(free_bytes: int) -> Check:
    """磁盘剩的地方够不够。

    Examples
    --------
    >>> check_disk(2_000_000_000).found
    '还有 2.0 GB'
    """
    found = f"还有 {free_bytes / 1e9:.1f} GB"
    if free_bytes >= MIN_FREE_MB * 1_000_000:
        return Check("磁盘空间", True, found)
    return Check("磁盘空间", False, f"{found}，至少要 {MIN_FREE_MB / 1000:.1f} GB", "清空回收站，删去不用的文件")


def check_folder(root: PurePath, longest: int) -> Check:
    r"""课程文件夹的位置有没有问题。

    Parameters
    ----------
    root : PurePath
        课程根目录；Windows 和 macOS 的路径都可以。
    longest : int
        课程里最长的文件路径，从根目录算起的字符数。

    Examples
    --------
    >>> check_folder(PureWindowsPath(r"\\server\share\crm"), 60).ok
    False
    """
    name = "课程文件夹"
    if isinstance(root, PureWindowsPath):
        if root.drive.startswith("\\\\"):
            return Check(
                name, False, f"{root} 是网络路径", "给网络路径映射一个盘符，或把文件夹复制到本机，如 C:\\crmlab"
            )
        total = len(str(root)) + 1 + longest
        if total > WINDOWS_PATH_LIMIT:
            found = f"路径太长：最长 {total} 个字符，Windows 最多 {WINDOWS_PATH_LIMIT} 个"
            return Check(name, False, found, "把文件夹移到短一些的位置，如 C:\\crmlab")
    parts = [part.lower() for part in root.parts]
    synced = [
        p for p in parts if p.startswith(("onedrive", "mobile documents", "dropbox")) or p == "com~apple~clouddocs"
    ]
    if synced:
        found = f"在网盘的同步目录里（{synced[0]}），同步会损坏成绩数据库"
        return Check(name, False, found, "把文件夹移到不同步的位置，再打开")
    return Check(name, True, str(root))


def check_encoding(stream: str | None, preferred: str) -> Check:
    """终端和系统的文字编码写不写得出中文。

    Parameters
    ----------
    stream : str or None
        标准输出的编码。
    preferred : str
        系统默认的编码。

    Examples
    --------
    >>> check_encoding("gbk", "cp936").ok, check_encoding("ascii", "ascii").ok
    (True, False)
    """
    found = f"终端 {stream or '未知'}，系统 {preferred}"
    try:
        SAMPLE.encode(stream or "ascii")
        SAMPLE.encode(preferred)
    except (UnicodeEncodeError, LookupError):
        return Check(
            "文字编码",
            False,
            f"{found}，写不出中文",
            "设环境变量 PYTHONUTF8=1（Linux 还可设 LC_ALL=C.UTF-8），再打开终端",
        )
    return Check("文字编码", True, found)


def guarded(name: str, check: Callable[[], Check]) -> Check:
    """运行一项检查；检查本身出错也算不合格，不让别的检查停下。"""
    try:
        return check()
    except Exception as err:
        return Check(name, False, f"查不了（{type(err).__name__}：{err}）", INSTALL)


def longest_path(root: Path) -> int:
    """返回课程里最长的文件路径的字符数（不算隐藏目录）。"""
    lengths = [
        len(str(Path(folder, file).relative_to(root)))
        for room in ("chapters", "cases", "labs", "autograder")
        for folder, _, names in os.walk(root / room)
        for file in names
    ]
    return max(lengths, default=0)


def examine(root: Path, state: Path, stream: str | None) -> list[Check]:
    """在这台电脑上做全部检查。

    Parameters
    ----------
    root, state : Path
        课程根目录和状态目录。
    stream : str or None
        标准输出原来的编码。

    Returns
    -------
    list of Check
        每项检查一个结果。
    """

    def packages() -> Check:
        return check_packages(locked_versions((root / "requirements.lock").read_text(encoding="utf-8")))

    def font() -> Check:
        from crmlab.plots.style import font_family

        return check_font(font_family())

    def nbgrader() -> Check:
        from jupyter_core.paths import jupyter_config_path, jupyter_path

        return check_nbgrader([Path(p) for p in jupyter_path()], [Path(p) for p in jupyter_config_path()])

    return [
        guarded("Python 版本", lambda: check_python(sys.version_info[:3])),
        guarded("软件包", packages),
        guarded("图中的中文", font),
        guarded("中文界面", check_language_pack),
        guarded("作业扩展", nbgrader),
        guarded("课程文件夹", lambda: check_folder(root, longest_path(root))),
        guarded("写入权限", lambda: check_write(state)),
        guarded("磁盘空间", lambda: check_disk(shutil.disk_usage(root).free)),
        guarded("文字编码", lambda: check_encoding(stream, locale.getpreferredencoding(False))),
    ]


def report(checks: Sequence[Check], width: int | None = None) -> str:
    """把检查结果排成一张表。

    Parameters
    ----------
    checks : sequence of Check
        检查结果。
    width : int, optional
        表的宽度，字符数；不给时照终端。

    Returns
    -------
    str
        表的文字。
    """
    rows = [(check.name, "通过" if check.ok else "未过", check.found, check.repair or "—") for check in checks]
    return table_text("工作台体检", ["项目", "结果", "查到", "怎么修"], rows, fold=["查到", "怎么修"], width=width)
