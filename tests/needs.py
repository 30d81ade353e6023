"""System parts that some tests need: skipped by name on a person's machine, a failure in CI."""

import os
import shutil
import subprocess

import pytest


def _missing(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def chromium() -> str:
    """Return the path of Chromium or skip."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        _missing("needs Chromium: sudo apt-get install chromium")
    return str(path)


def cjk_font() -> None:
    """Skip unless a system font for Chinese page text is there."""
    listed = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True).stdout
    if not listed:
        _missing("needs a Chinese system font: sudo apt-get install fonts-noto-cjk fontconfig")


def gbk_locale() -> str:
    """Return the name of a GBK locale or skip."""
    known = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout if shutil.which("locale") else ""
    for name in known.split():
        if name.lower() == "zh_cn.gbk":
            return name
    _missing("needs a GBK locale: sudo localedef -f GBK -i zh_CN zh_CN.GBK")
    return ""


def package(name: str, extra: str) -> None:
    """Skip unless an optional Python package is there."""
    import importlib.util

    if importlib.util.find_spec(name) is None:
        _missing(f"needs {name}: pip install 'crmlab[{extra}]'")


def postgres() -> None:
    """Skip unless PostgreSQL's server programs and its Python driver are there."""
    from pathlib import Path

    if not any(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl")):
        _missing("needs PostgreSQL: sudo apt-get install postgresql")
    package("psycopg", "postgres")


def bubblewrap() -> None:
    """Skip unless the walls round student code can be had."""
    if shutil.which("bwrap") is None:
        _missing("needs bubblewrap: sudo apt-get install bubblewrap")
