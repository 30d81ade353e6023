"""Set up the workbench from nothing and run a verb: ``python crmlab/bootstrap.py [env | lab | test | check]``.

Run by its path with any Python from 3.11 on, before anything is installed: standard library only, and it imports
nothing of the package.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = "crmlab-lock.sha256"
OLDEST = (3, 11)


class SetupError(Exception):
    """A step failed; the message says in Chinese what to do."""


def venv_python(venv: Path, platform: str = sys.platform) -> Path:
    """Return the interpreter inside ``venv`` on ``platform``."""
    return venv / "Scripts" / "python.exe" if platform == "win32" else venv / "bin" / "python"


def fingerprint(root: Path) -> str:
    """Return a digest of everything the installed environment depends on."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in ("requirements.lock", "pyproject.toml"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def run(command: list[str], step: str, advice: str) -> None:
    """Run one step; its own output stays visible."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:  # noqa: S603 - fixed commands, no shell
        raise SetupError(f"{step}没有成功。{advice}")


def install(venv: Path) -> Path:
    """Make ``venv`` hold exactly the locked packages; return its interpreter. Does nothing when it already does."""
    python = venv_python(venv)
    stamp = venv / STAMP
    wanted = fingerprint(ROOT)
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    if shutil.disk_usage(ROOT).free < 2_000_000_000:
        raise SetupError("磁盘空间不够：安装需要大约 2 GB。请清理后再试。")
    print("第一次使用：正在安装课程要用的软件包，需要几分钟……", flush=True)
    if not python.exists():
        run(
            [sys.executable, "-m", "venv", str(venv)],
            "建立虚拟环境",
            "在 Debian 或 Ubuntu 上请先运行：sudo apt-get install python3-venv",
        )
    stamp.unlink(missing_ok=True)  # an interrupted installation must not look finished
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    advice = "请检查网络后再运行一次；已经下载的部分不会丢。"
    run([*pip, "--require-hashes", "-r", "requirements.lock"], "安装软件包", advice)
    run([*pip, "--no-deps", "--no-build-isolation", "-e", "."], "安装 crmlab", advice)
    stamp.write_text(wanted, encoding="utf-8")
    print("安装完成。", flush=True)
    return python


def replace_process(command: list[str], environment: Mapping[str, str]) -> int:
    """Run the command in the foreground, passing its exit code on."""
    try:
        return subprocess.run(command, cwd=ROOT, env=dict(environment), check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 130


def verb_env(python: Path, rest: list[str]) -> int:
    """Only set up."""
    return 0


def verb_lab(python: Path, rest: list[str]) -> int:
    """Open the workbench."""
    return replace_process([str(python), "-m", "crmlab.cli", "lab", *rest], os.environ)


def verb_test(python: Path, rest: list[str]) -> int:
    """Run all tests."""
    return replace_process([str(python), "-m", "tests.run", *(rest or ["all"])], os.environ | {"PYTHONUTF8": "1"})


def verb_check(python: Path, rest: list[str]) -> int:
    """Run lint, types and the fast tests."""
    return replace_process([str(python), "-m", "tests.run", "check"], os.environ | {"PYTHONUTF8": "1"})


VERBS: dict[str, Callable[[Path, list[str]], int]] = {
    "env": verb_env,
    "lab": verb_lab,
    "test": verb_test,
    "check": verb_check,
}


def main(arguments: list[str]) -> int:
    """Set up if needed, then run the verb; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A GBK or ASCII console must not turn a Chinese message into a traceback.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("lab", [])
    if verb not in VERBS:
        print(f"没有“{verb}”这个动作。可用的动作：{'、'.join(VERBS)}。", file=sys.stderr)
        return 2
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        print(f"需要 Python 3.11 或更新的版本，这里是 {found}。请从 python.org 安装后再试。", file=sys.stderr)
        return 1
    try:
        python = install(ROOT / ".venv")
    except SetupError as err:
        print(err, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("安装被中断。再运行一次会接着装。", file=sys.stderr)
        return 130
    return VERBS[verb](python, rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
