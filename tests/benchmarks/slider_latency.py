"""How long from a key press on a control to the new picture: every widget of the course against plain ``interact``.

Starts a JupyterLab of its own (own configuration, free port) and opens a notebook a topic in headless Chromium. The
same control of the same figure is moved in both by the same key, turn by turn, and the time is taken from the key press
to the decoded picture. Prints both p90 and their ratio for each widget; exits 1 when one is over the limit.

Usage: python -m tests.benchmarks.slider_latency [--only WIDGET ...] [--moves 21] [--limit 0.5] [--port N]
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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, sync_playwright

from crmlab.widgets.base import LiveFigure
from tests.benchmarks._slider_peer import build, catalogue

TOKEN = "benchmark"
START_S = 90
PICTURE_S = 6
WARM_UP = 3
STILL_MS = 80  # between two moves
STILL = 4  # moves without a new picture after which the next control is tried
ROOT = Path(__file__).parent.parent.parent

SETUP = """
%matplotlib inline
from tests.benchmarks._slider_peer import Peer, build, student_rules
student_rules()
"""
OURS = "build({topic!r}, {name!r})"
PEER = "Peer({topic!r}, {name!r}).show()"
# Resolves with the milliseconds from the next key press (or choice, or click) to the first decoded picture with another source.
WATCH = """
(cell) => {
  const picture = () => cell.querySelector('.jp-OutputArea-output img, img.widget-image');
  const before = picture().src;
  let pressed = null;
  for (const kind of ['keydown', 'change', 'click']) {
    cell.addEventListener(kind, () => { pressed = pressed ?? performance.now(); }, {capture: true, once: true});
  }
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
    env["PYTHONPATH"] = str(ROOT)
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


def write_notebook(folder: Path, topic: str, names: list[str]) -> None:
    """Write the notebook of a topic: for each widget the peer's cell and the widget's own."""
    sources = [SETUP]
    for name in names:
        sources += [PEER.format(topic=topic, name=name), OURS.format(topic=topic, name=name)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / f"{topic}.ipynb")


def open_and_run(page: Page, port: int, topic: str, cells: int) -> list[Locator]:
    """Open the notebook of a topic, run it, and return its measured cells, each with its picture."""
    page.goto(f"http://127.0.0.1:{port}/lab?token={TOKEN}", wait_until="domcontentloaded")
    page.goto(f"http://127.0.0.1:{port}/lab/workspaces/{topic}/tree/{topic}.ipynb?reset")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=START_S * 1000)
    page.wait_for_timeout(2500)  # the indicator turns idle a moment before the kernel takes requests
    page.locator(".lm-MenuBar-item", has_text="Run").click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    found = [page.locator(".jp-Notebook .jp-CodeCell").nth(i) for i in range(1, cells + 1)]
    for cell in found:
        cell.locator("img").first.wait_for(state="attached", timeout=START_S * 1000)
    page.wait_for_timeout(2000)
    return found


@dataclass
class Control:
    """One control of a widget, moved step by step between its ends."""

    handle: Locator
    place: str  # JavaScript: from the element to its place, 0 at the first end and 1 at the last
    step: Callable[[Locator, bool], object]  # moves it, on or back
    ahead: bool = True

    def turn(self) -> bool:
        """Return whether the next move goes on; at the ends it turns round."""
        place = float(self.handle.evaluate(self.place))
        self.ahead = place <= 0 or (self.ahead and place < 1)
        return self.ahead


def choose(box: Locator, ahead: bool) -> None:
    """Choose the next option; not by key, as JupyterLab takes the arrow keys from the boxes of ``interact``."""
    script = "(e, by) => { e.selectedIndex += by; e.dispatchEvent(new Event('change', {bubbles: true})); }"
    box.evaluate(script, 1 if ahead else -1)


def write(text: Locator, ahead: bool) -> None:
    """Type a digit at the end of the text, or take it away again."""
    text.evaluate("(e) => e.setSelectionRange(e.value.length, e.value.length)")
    text.press("0" if ahead else "Backspace")


def controls(cell: Locator) -> Iterator[Control]:
    """Yield the controls of a cell: sliders, boxes to choose from, switches, text."""
    value = "const [low, now, high] = ['min', 'now', 'max'].map((word) => Number(e.getAttribute('aria-value' + word)))"
    for handle in cell.locator(".widget-slider .noUi-handle").all():
        slide = f"(e) => {{ {value}; return (now - low) / (high - low); }}"
        yield Control(handle, slide, lambda e, on: e.press("ArrowRight" if on else "ArrowLeft"))
    for box in cell.locator(".widget-dropdown select").all():
        yield Control(box, "(e) => e.selectedIndex / (e.options.length - 1)", choose)
    for switch in cell.locator(".widget-checkbox input").all():
        yield Control(switch, "(e) => Number(e.checked)", lambda e, _: e.click())
    for text in cell.locator(".widget-textarea textarea").all():
        text.evaluate("(e) => { e.defaultLength = e.value.length; }")
        yield Control(text, "(e) => Number(e.value.length > e.defaultLength)", write)


def move(page: Page, cell: Locator, control: Control, ahead: bool) -> float | None:
    """Move ``control`` and return the milliseconds until the new picture, None when it stays the same."""
    control.handle.focus()
    cell.evaluate(WATCH)
    control.step(control.handle, ahead)
    limit = f"new Promise((end) => setTimeout(() => end(null), {PICTURE_S * 1000}))"
    taken = page.evaluate(f"Promise.race([window.shown, {limit}])")
    return None if taken is None else float(taken)


def measure(page: Page, peer: Locator, ours: Locator, moves: int) -> tuple[list[float], list[float]]:
    """Return the times of the peer and of the widget, taken turn by turn so that both meet the same load.

    Takes the first control that changes the picture; a value with the same picture as the one before does not count.
    """
    peer.scroll_into_view_if_needed()
    for one, other in zip(controls(peer), controls(ours), strict=True):
        times: tuple[list[float], list[float]] = ([], [])
        still = 0
        while len(times[0]) < moves + WARM_UP and still < STILL:
            ahead = one.turn()
            taken = []
            for cell, control in ((peer, one), (ours, other)):
                taken.append(move(page, cell, control, ahead))
                page.wait_for_timeout(STILL_MS)  # neither is to wait for what the other has left to do
            if None in taken:
                still += 1
                continue
            for known, ms in zip(times, taken, strict=True):
                known.append(ms)
        if still < STILL:
            return times[0][WARM_UP:], times[1][WARM_UP:]
    raise SystemExit(f"no control changes the picture of {ours.inner_text()[:80]!r}")


def p90(times: list[float]) -> float:
    """Return the 90th percentile."""
    return statistics.quantiles(times, n=10, method="inclusive")[-1]


def measure_topics(page: Page, folder: Path, port: int, chosen: list[tuple[str, str]], moves: int) -> dict[str, float]:
    """Print a line a widget and return the ratios of the p90."""
    ratios = {}
    for topic in dict.fromkeys(topic for topic, _ in chosen):
        names = [name for of, name in chosen if of == topic]
        for name in [name for name in names if not isinstance(build(topic, name), LiveFigure)]:
            print(f"{topic}.{name:<26} text panel: no picture to wait for", flush=True)
            names.remove(name)
        if not names:
            continue
        write_notebook(folder, topic, names)
        cells = open_and_run(page, port, topic, 2 * len(names))
        for name, peer, ours in zip(names, cells[::2], cells[1::2], strict=True):
            theirs, own = measure(page, peer, ours, moves)
            ratios[name] = p90(own) / p90(theirs)
            print(f"{topic + '.' + name:<40}{p90(own):>10.0f}{p90(theirs):>10.0f}{ratios[name]:>8.2f}", flush=True)
    return ratios


def main() -> int:
    """Measure, print, and say by the exit code whether the limit holds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="WIDGET", help="widgets or topics to measure; all by default")
    parser.add_argument("--moves", type=int, default=21, help="measured moves of each widget, at least 10")
    parser.add_argument("--limit", type=float, default=0.5, help="largest allowed ratio of the two p90")
    parser.add_argument("--port", type=int, help="port for JupyterLab; a free one by default")
    options = parser.parse_args()
    if options.moves < 10:
        parser.error("--moves must be at least 10")
    known = catalogue()
    chosen = [(t, name) for t, name in known if not options.only or {t, name} & set(options.only)]
    if unknown := sorted(set(options.only or ()) - {word for pair in known for word in pair}):
        parser.error(f"no such widget or topic: {', '.join(unknown)}")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("needs Chromium: sudo apt-get install chromium")
    print(f"key press to new picture, {options.moves} moves each, p90 in ms")
    print(f"{'widget':<40}{'ours':>10}{'interact':>10}{'ratio':>8}", flush=True)
    port = options.port or free_port()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        lab = start_lab(Path(folder), port)
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1300, "height": 1500})
            ratios = measure_topics(page, Path(folder), port, chosen, options.moves)
            browser.close()
        finally:
            stop(lab)
    slow = sorted((name for name, ratio in ratios.items() if ratio > options.limit), key=lambda name: -ratios[name])
    if ratios:
        print(
            f"{len(ratios)} widgets, median ratio {statistics.median(ratios.values()):.2f}, largest {max(ratios.values()):.2f}"
        )
    if slow:
        print(f"FAILED: the ratio of the p90 is over {options.limit:g} for {', '.join(slow)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
