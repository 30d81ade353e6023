"""One flat list of figures: the names of all topics, none twice, the same for Python, mypy and tab completion."""

import ast
import importlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from crmlab import plots

TOPICS = "service technology development communication information loyalty complaints strategy".split()


def test_every_topic_figure_is_re_exported_once():
    """Is plots.__all__ the general figures and those of every topic, no name twice, each the topic's own function?"""
    counts = Counter(plots.__all__)
    assert [name for name, n in counts.items() if n > 1] == []
    assert list(plots._TOPICS) == TOPICS
    for topic in TOPICS:
        module = importlib.import_module(f"crmlab.plots.{topic}")
        assert sorted(plots._TOPICS[topic]) == sorted(module.__all__), f"plots/__init__.py lags behind plots.{topic}"
        assert [n for n in module.__all__ if getattr(plots, n) is not getattr(module, n)] == []
    assert dir(plots) == sorted(plots.__all__)


def test_mypy_and_editors_see_the_same_names():
    """Do the imports for type checkers name exactly what is loaded on first use, from the same modules?"""
    tree = ast.parse(Path(plots.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {(alias.asname, node.module) for node in block.body for alias in node.names}
    assert seen == {(name, f"crmlab.plots.{topic}") for topic, names in plots._TOPICS.items() for name in names}


def test_a_figure_loads_its_own_topic_only():
    """Does the first use of one topic's figure leave the other topics alone, and `import plots` all of them?"""
    probe = (
        "import sys; from crmlab import plots; assert 'crmlab.loyalty' not in sys.modules; plots.control_chart;"
        "print([t for t in plots._TOPICS if f'crmlab.plots.{t}' in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("['complaints']", "")


def test_unknown_figure():
    """Does a misspelt name get the nearest one, on attribute and on import?"""
    with pytest.raises(AttributeError) as caught:
        plots.contol_chart  # noqa: B018
    assert str(caught.value) == "plots 里没有“contol_chart”。你是不是想写“control_chart”？"
    with pytest.raises(ImportError):
        from crmlab.plots import contol_chart  # noqa: F401
    assert not hasattr(plots, "__wrapped__")
