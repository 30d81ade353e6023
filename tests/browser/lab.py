"""Drives JupyterLab the way a person does: opens a notebook, waits for the kernel, runs all cells, moves a slider."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

AXE = None


def axe_source():
    """Return axe-core's JavaScript (it comes with a Python package; nothing is fetched)."""
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@dataclass
class Workbench:
    """A running workbench."""

    url: str
    token: str
    root: Path
    state: Path

    def address(self, path, workspace="auto"):
        return f"{self.url}/lab/workspaces/{workspace}/tree/{path}?reset&token={self.token}"


def open_notebook(page, bench, path, workspace):
    """Open a notebook in a workspace of its own and wait until its kernel is idle."""
    page.goto(bench.address(path, workspace))
    page.wait_for_selector(".jp-NotebookPanel .jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=60_000)
    page.locator("#jp-main-statusbar").get_by_text(re.compile("空闲|Idle")).first.wait_for(timeout=60_000)
    # The indicator turns idle before the kernel takes messages; without a pause some runs execute nothing.
    page.wait_for_timeout(1500)


def run_all(page, timeout_s=90):
    """Run every cell through the menu and wait until nothing is running any more."""
    page.locator('.lm-MenuBar-item:has-text("运行")').first.click()
    page.locator('.lm-Menu-item[data-command="runmenu:run-all"]').click()
    deadline = time.monotonic() + timeout_s
    quiet = 0
    while quiet < 4:
        assert time.monotonic() < deadline, "the notebook did not finish"
        page.wait_for_timeout(250)
        busy = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').count() == 0
        waiting = page.locator(".jp-InputPrompt", has_text="[*]").count() > 0
        quiet = 0 if busy or waiting else quiet + 1


def errors(page):
    """Return the text of error and stderr outputs."""
    kinds = ("application/vnd.jupyter.error", "application/vnd.jupyter.stderr")
    selector = ", ".join(f'.jp-OutputArea-output[data-mime-type="{kind}"]' for kind in kinds)
    return page.locator(selector).all_text_contents()  # inner_text is empty while a cell is off screen


def violations(page, selector):
    """Return the accessibility rules that the elements under ``selector`` break, as (rule, HTML) pairs."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(content=axe_source())
    result = page.evaluate("selector => axe.run({include: [[selector]]}, {resultTypes: ['violations']})", selector)
    return [(v["id"], node["html"][:200]) for v in result["violations"] for node in v["nodes"]]


def reveal(page, locator):
    """Scroll an output to the middle; again once the cells above have been rendered and have pushed it away."""
    locator.scroll_into_view_if_needed()
    for _ in range(2):
        page.wait_for_timeout(250)
        locator.evaluate("element => element.scrollIntoView({block: 'center'})")
