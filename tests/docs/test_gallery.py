"""The gallery shows every function: one notebook a topic, one figure a section, and every widget."""

import ast
import importlib
import inspect
import json

import pytest

from crmlab.authoring import audit
from crmlab.paths import project_root

ROOT = project_root()
TOPICS = "service technology development communication information satisfaction loyalty complaints strategy".split()
OTHERS = {"satisfaction": ["satisfaction_cases"]}  # widgets that a topic keeps in further modules


def cells(topic):
    """Return the cells of a topic's gallery, each source as one string."""
    path = ROOT / "docs" / "gallery" / f"{topic}.ipynb"
    assert path.is_file(), f"docs/gallery/{topic}.ipynb is missing"
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in found]


def called(topic):
    """Return what the gallery calls, as dotted names such as ``loyalty.BetaGeoModel.fit``."""
    names = set()
    for cell in cells(topic):
        if cell["cell_type"] == "code":
            calls = [node.func for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, ast.Call)]
            names |= {ast.unparse(func) for func in calls if isinstance(func, ast.Attribute)}
    return names


def shown(topic):
    """Return the public functions of a topic, and its models: the classes that can be fitted."""
    module = importlib.import_module(f"crmlab.{topic}")
    public = {name: getattr(module, name) for name in module.__all__}
    return {
        name
        for name, thing in public.items()
        if inspect.isfunction(inspect.unwrap(thing)) or (inspect.isclass(thing) and hasattr(thing, "fit"))
    }


@pytest.mark.parametrize("topic", TOPICS)
def test_every_function_and_model_is_called(topic):
    """Is each public function or model of the topic used in its gallery?"""
    used = called(topic)
    missing = {name for name in shown(topic) if not any(f"{call}.".startswith(f"{topic}.{name}.") for call in used)}
    assert missing == set()


@pytest.mark.parametrize("topic", TOPICS)
def test_every_section_leaves_a_figure(topic):
    """Does each section (### heading) hold code and leave a picture?"""
    sections = {}
    heading = None
    for cell in cells(topic):
        if cell["cell_type"] == "markdown" and cell["source"].startswith("#"):
            heading = next((line for line in cell["source"].splitlines() if line.startswith("### ")), None)
            if heading:
                assert heading not in sections, f"{topic}: two sections are called {heading}"
                sections[heading] = 0
        elif cell["cell_type"] == "code" and heading:
            sections[heading] += sum("image/png" in output.get("data", {}) for output in cell["outputs"])
    assert len(sections) >= 5
    assert [heading for heading, figures in sections.items() if figures == 0] == []


@pytest.mark.parametrize("topic", TOPICS)
def test_every_widget_is_shown(topic):
    """Does the gallery end with each of the topic's widgets?"""
    used = called(topic)
    expected = set()
    for name in (topic, *OTHERS.get(topic, [])):
        module = importlib.import_module(f"crmlab.widgets.{name}")
        public = getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")])
        made_here = {n for n in public if inspect.isfunction(getattr(module, n))}
        expected |= {
            f"widgets.{name}.{n}" for n in made_here if getattr(module, n).__module__.startswith(module.__name__)
        }
    assert len(expected) >= 3
    assert expected - used == set()


def test_gallery_index_links_every_notebook():
    """Does the gallery's index page name each notebook, and nothing that is not there?"""
    index = (ROOT / "docs" / "gallery" / "index.rst").read_text(encoding="utf-8")
    linked = sorted(line.split("<")[1].split(".html>")[0] for line in index.splitlines() if line.startswith("* `"))
    assert linked == sorted(TOPICS)
    assert audit.gallery_on_disk(ROOT) == [f"docs/gallery/{topic}.ipynb" for topic in sorted(TOPICS)]
