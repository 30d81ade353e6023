"""How long from a slider move to the new picture: the course's widget against plain ``interact``.

Starts a JupyterLab of its own (own configuration, free port), opens one notebook in headless Chromium, moves the
same slider of the same figure in both, turn by turn, and takes the time from the key press to the decoded picture.
Prints both and their ratio; exits 1 when the widget's p90 is more than half of interact's.

Usage: python tests/benchmarks/slider_latency.py [--moves 31] [--limit 0.5]
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, sync_playwright

TOKEN = "benchmark"
START_S = 90
PICTURE_S = 20
WARM_UP = 4

SETUP = """
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import IntSlider, interact
from crmlab import plots, widgets
from crmlab.widgets.satisfaction.sampling import _NpsPicture
plots.setup()
plt.rcParams["figure.constrained_layout.use"] = False
chances = np.array([1, 1, 2, 3, 5, 9, 11, 20, 22, 14, 12]) / 100
scores = np.random.default_rng(6).choice(11, size=812, p=chances)
"""
# The peer draws the very same bars, texts and interval, in a new figure each time, as interact does.
PEER = """
import pandas as pd
known = pd.Series(scores.astype(float))
shares = np.array([(known == s).mean() * 100 for s in range(11)])

def draw(n):
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.3), width_ratios=(1.25, 1))
    figure.suptitle(_NpsPicture(known, shares)(list(axes), 9, 6, n), x=0.01, ha="left", fontsize=12)
    plt.show()

interact(draw, n=IntSlider(value=400, min=20, max=812));
"""
OURS = """
figure = widgets.satisfaction.nps_threshold(scores)
figure.set(n=400)
figure
"""
# Resolves with the milliseconds from the next key press to the first decoded picture with another source.
WATCH = """
(cell) => {
  const picture = () => cell.querySelector('.jp-OutputArea-output img, img.widget-image');
  const before = picture().src;
  let pressed = null;
  cell.addEventListener('keydown', () => { pressed = performance.now(); }, {capture: true, once: true});
  window.shown = new Promise((resolve) => {
    const look = async () => {
      const now = picture();
      if (!now || now.src === before || pressed === null) return;
      watcher.disconnect();
      try { await now.decode(); } catch (replaced) { await picture().decode(); }
      resolve(performance.now() - pressed);
    };
    const watcher = new MutationObserver(look);
    watcher.observe(cell, {childList: true, subtree: true, attributes: true, attributeFilter: ['src']});
  });
}
"""


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_lab(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start JupyterLab in ``folder`` with a configuration of its own and wait until it answers."""
    env = dict(os.environ)
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        env[name] = str(folder / f".{name.lower()}")
    settings = Path(env["JUPYTER_CONFIG_DIR"]) / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    settings.write_text(json.dumps(quiet), encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--allow-root", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    with (folder / "lab.log").open("wb") as log:
        lab = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True)
    for _ in range(START_S * 2):
        if lab.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={TOKEN}", timeout=2):
                return lab
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    stop(lab)
    raise SystemExit(f"JupyterLab did not start in {START_S} s:\n{(folder / 'lab.log').read_text(encoding='utf-8')}")


def stop(lab: subprocess.Popen[bytes]) -> None:
    """End the server and everything it started."""
    lab.terminate()
    try:
        lab.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(lab.pid, signal.SIGKILL)
        lab.wait()


def open_and_run(page: Page, port: int) -> list[Locator]:
    """Open the notebook, run it, and return its two measured cells."""
    page.goto(f"http://127.0.0.1:{port}/lab?token={TOKEN}", wait_until="domcontentloaded")
    page.goto(f"http://127.0.0.1:{port}/lab/workspaces/benchmark/tree/latency.ipynb?reset")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=START_S * 1000)
    page.wait_for_timeout(2500)  # the indicator turns idle a moment before the kernel takes requests
    page.locator(".lm-MenuBar-item", has_text="Run").click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    cells = [page.locator(".jp-Notebook .jp-CodeCell").nth(i) for i in (1, 2)]
    for cell in cells:
        cell.locator("img").first.wait_for(timeout=START_S * 1000)
    page.wait_for_timeout(2000)
    return cells


def move(page: Page, cell: Locator, key: str) -> float:
    """Press ``key`` on the last slider of ``cell`` and return the milliseconds until its new picture."""
    handle = cell.locator(".widget-slider .noUi-handle").last
    handle.focus()
    cell.evaluate(WATCH)
    handle.press(key)
    limit = f"new Promise((_, no) => setTimeout(() => no(new Error('no new picture')), {PICTURE_S * 1000}))"
    return float(page.evaluate(f"Promise.race([window.shown, {limit}])"))


def measure(port: int, moves: int) -> tuple[list[float], list[float]]:
    """Return the times of the peer and of the widget, taken turn by turn so that both meet the same load."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("needs Chromium: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            page = browser.new_page(viewport={"width": 1300, "height": 1500})
            cells = open_and_run(page, port)
            taken: Any = ([], [])
            for _ in range(moves + WARM_UP):
                for times, cell in zip(taken, cells, strict=True):
                    times.append(move(page, cell, "ArrowLeft"))
                    page.wait_for_timeout(120)
            return taken[0][WARM_UP:], taken[1][WARM_UP:]
        finally:
            browser.close()


def p90(times: list[float]) -> float:
    """Return the 90th percentile."""
    return statistics.quantiles(times, n=10, method="inclusive")[-1]


def main() -> int:
    """Measure, print, and say by the exit code whether the limit holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=31, help="measured moves of each slider, at least 21")
    parser.add_argument("--limit", type=float, default=0.5, help="largest allowed ratio of the two p90")
    options = parser.parse_args()
    if options.moves < 21:
        parser.error("--moves must be at least 21")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in (SETUP, PEER, OURS)])
        notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(notebook, folder / "latency.ipynb")
        port = free_port()
        lab = start_lab(folder, port)
        try:
            peer, ours = measure(port, options.moves)
        finally:
            stop(lab)
    ratio = p90(ours) / p90(peer)
    print(f"slider move to new picture, {options.moves} moves each, ms      median     p90")
    for label, times in (("interact, new inline figure", peer), ("nps_threshold", ours)):
        print(f"{label:<52}{statistics.median(times):>8.0f}{p90(times):>8.0f}")
    print(f"{'ratio':<52}{statistics.median(ours) / statistics.median(peer):>8.2f}{ratio:>8.2f}")
    if ratio > options.limit:
        print(f"FAILED: the ratio of the p90 is over {options.limit:g}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
