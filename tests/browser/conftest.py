"""Workbenches in folders of their own, started by the command a person types."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import needs
from tests.browser.lab import Workbench

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("chapters", "cases", "labs", "autograder", "index.ipynb")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copy_course(target, rooms=ROOMS):
    """Copy what a person has, without the developer's own working files."""
    for room in rooms:
        source = ROOT / room
        if source.is_dir():
            ignored = (
                "__pycache__",
                ".ipynb_checkpoints",
                "gradebook.db*",
                "submitted",
                "autograded",
                "feedback",
                "release",
            )
            shutil.copytree(source, target / room, ignore=shutil.ignore_patterns(*ignored))
        else:
            shutil.copy(source, target / room)


def start(root, state, exchange):
    """Run `crmlab lab` and wait until it answers; return the process and the workbench."""
    token, port = secrets.token_hex(8), free_port()
    environment = os.environ | {
        "CRMLAB_HOME": str(root), "CRMLAB_STATE_DIR": str(state), "CRMLAB_EXCHANGE": str(exchange),
        "JUPYTER_TOKEN": token,
    }  # fmt: skip
    for name in ("CRMLAB_STUDENT_ID", "MPLBACKEND"):  # the test run's own settings must not reach the kernels
        environment.pop(name, None)
    log = (state / "lab.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "crmlab.cli", "lab", "--no-browser", "--port", str(port)],
        env=environment, cwd=root, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    log.close()
    bench = Workbench(f"http://127.0.0.1:{port}", token, root, state)
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{bench.url}/api?token={token}", timeout=2).close()
            return process, bench
        except (urllib.error.URLError, OSError):
            said = (state / "lab.log").read_text(encoding="utf-8")
            assert process.poll() is None and time.monotonic() < deadline, said
            time.sleep(0.3)


def stop(process):
    """Stop the server and, if it hangs, its whole session."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=5)


@pytest.fixture(scope="session")
def exchange(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange")
    folder.chmod(0o777)
    return folder


def bench_fixture(name, rooms):
    @pytest.fixture(scope="session", name=name)
    def made(tmp_path_factory, exchange):
        needs.chromium()
        needs.cjk_font()
        root, state = tmp_path_factory.mktemp(name), tmp_path_factory.mktemp(f"{name}-state")
        copy_course(root, rooms)
        process, bench = start(root, state, exchange)
        yield bench
        stop(process)

    return made


teacher = bench_fixture("teacher", ROOMS)
# A student's machine has no teacher's room, and gets its labs from the exchange.
student = bench_fixture("student", tuple(room for room in ROOMS if room not in {"autograder", "labs"}))


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    path = needs.chromium()
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, request, tmp_path):
    """A fresh page; when the test fails, its last picture is kept and named."""
    context = chromium.new_context(bypass_csp=True, viewport={"width": 1400, "height": 950}, locale="zh-CN")
    opened = context.new_page()
    outside = []
    opened.on(
        "request",
        lambda r: (
            None
            if r.url.startswith(("http://127.0.0.1", "data:", "blob:", "ws://127", "file:"))
            else outside.append(r.url)
        ),
    )
    yield opened
    opened.screenshot(path=str(tmp_path / "last.png"))
    context.close()
    assert outside == [], "the page asked the network for something"
