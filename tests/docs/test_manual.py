"""The manual builds without a warning, has every public name in it, and loads nothing from outside."""

import importlib
import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from sphinx.util.inventory import InventoryFile

from crmlab.paths import project_root

pytestmark = pytest.mark.slow

ROOT = project_root()
TOPICS = "service technology development communication information satisfaction loyalty complaints strategy".split()
PUBLIC = [*TOPICS, "data", "plots", "learn", "lab", *(f"widgets.{topic}" for topic in TOPICS)]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the manual as `make docs` does; any warning is an error."""
    folder = tmp_path_factory.mktemp("manual")
    options = ["-W", "--keep-going", "-n", "-q", "-b", "html", "-d", str(folder / "doctrees")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, "docs", str(folder / "html")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


@pytest.fixture(scope="module")
def listed(site):
    """Return every name the manual describes."""
    inventory = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    return {name for kind, names in inventory.data.items() if kind.startswith("py:") for name in names}


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_described(listed, name):
    """Does each name in __all__ have its entry, under this module or where else it is public?"""
    module = importlib.import_module(f"crmlab.{name}")
    missing = []
    for public in module.__all__:
        thing = getattr(module, public)
        home = f"{getattr(thing, '__module__', '')}.{getattr(thing, '__qualname__', '')}"
        if f"crmlab.{name}.{public}" not in listed and home not in listed:
            missing.append(public)
    assert missing == []


class Loads(HTMLParser):
    """Collect what a page makes the browser fetch."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "link" and given.get("rel") not in {"next", "prev", "index", "search", "author", "canonical"}:
            self.found.append(given.get("href", ""))
        elif tag in {"script", "img", "iframe", "source", "video", "audio", "embed", "object"}:
            self.found += [given.get("src", ""), given.get("data", ""), given.get("srcset", "")]


def test_pages_load_nothing_from_outside(site):
    """Do all pages, gallery included, and all style sheets use files of their own only?"""
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        parser = Loads()
        text = page.read_text(encoding="utf-8")
        parser.feed(text)
        assert [url for url in parser.found if re.match(r"(https?:)?//", url or "")] == [], page.name
        for url in parser.found:
            if url and not url.startswith("data:"):
                assert (page.parent / url.partition("?")[0].partition("#")[0]).is_file(), (page.name, url)
    for sheet in site.rglob("*.css"):
        assert re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", sheet.read_text(encoding="utf-8")) == []


def test_gallery_pages_show_their_pictures(site):
    """Does each gallery page carry its pictures inside, with their alternative texts?"""
    for topic in TOPICS:
        page = (site / "gallery" / f"{topic}.html").read_text(encoding="utf-8")
        alts = re.findall(r'<img alt="([^"]*)" src="data:image/png;base64,', page)
        assert len(alts) >= 5
        assert min(map(len, alts)) >= 15
