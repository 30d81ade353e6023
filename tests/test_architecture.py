"""Arrows between modules point one way; importing the package does nothing but import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# A module may import those in earlier rows and those in its own row's folder.
LAYERS = [
    ["_checks", "_files", "_console", "_intervals", "_keyboard", "paths"],
    ["_fourfold", "_queueing", "_rules"],
    ["service", "technology", "development", "communication", "information"],
    ["satisfaction", "loyalty", "complaints", "strategy"],
    ["data"],
    ["plots"],
    ["learn"],
    ["labdata"],
    ["lab"],
    ["widgets"],
    ["lessons"],
    ["cases"],
    ["authoring", "doctor", "workbench"],
    ["_click_zh"],
    ["cli", "jupyter"],
]
RANK = {name: rank for rank, row in enumerate(LAYERS) for name in row}
ALONE = {"bootstrap", "__init__"}


def modules():
    return sorted(p for p in (ROOT / "crmlab").rglob("*.py"))


def top(path):
    return path.relative_to(ROOT / "crmlab").parts[0].removesuffix(".py")


def imports(path):
    """Yield (module name, line number, inside a function) of every import of our packages."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) for n in ast.walk(f)
    }
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} relative import"
            assert all(alias.name != "*" for alias in node.names), f"{path}:{node.lineno} star import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            if name.split(".")[0] in {"crmlab", "autograder", "tests"}:
                yield name, node.lineno, id(node) in inside


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_point_up_the_list_only(path):
    """Does this module import only from its own folder or from earlier layers, never autograder or tests?"""
    own = top(path)
    assert own in RANK or own in ALONE, f"{own} has no layer: add it to LAYERS"
    for name, line, _ in imports(path):
        assert name.startswith("crmlab"), f"{path.name}:{line} imports {name}"
        other = name.split(".")[1]
        if own == "__init__" or other in {own, "__version__"}:
            continue
        assert own not in ALONE and RANK[other] < RANK[own], f"{path.name}:{line} imports {name}"


def test_no_module_cycle_hides_in_function_level_imports():
    """Is the import graph of all modules, function-level imports included, free of cycles?"""
    files = {".".join(p.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): p for p in modules()}
    graph = {}
    for name, path in files.items():
        targets = {t if t in files else t.rpartition(".")[0] for t, _, _ in imports(path)}
        # A package's __init__ gathers its own modules; that is not a cycle as long as they do not import it back.
        graph[name] = {t for t in targets if t in files and t != name}
    done, path = set(), []

    def visit(node):
        assert node not in path, " -> ".join([*path, node])
        if node in done:
            return
        path.append(node)
        for following in sorted(graph[node]):
            visit(following)
        done.add(path.pop())

    for node in graph:
        visit(node)


def test_chapters_cases_and_labs_do_not_need_the_teachers_room():
    """Does nothing that a student has mention the autograder package?"""
    rooms = [
        p for room in ("chapters", "cases", "labs") for p in (ROOT / room).rglob("*") if p.suffix in {".ipynb", ".py"}
    ]
    assert rooms
    assert [p.name for p in rooms if "import autograder" in p.read_text(encoding="utf-8")] == []


def test_importing_the_package_loads_nothing_heavy():
    """Does `import crmlab` load no library at all, and `crmlab.satisfaction` no scipy, statsmodels or ipywidgets?"""
    probe = (
        "import sys, crmlab; assert 'pandas' not in sys.modules; import crmlab.satisfaction, crmlab.data, crmlab.plots;"
        "print([m for m in ('scipy', 'statsmodels', 'ipywidgets', 'IPython', 'sklearn', 'nbformat') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_files_stay_small():
    """Is no Python file longer than 400 lines?"""
    files = [p for room in ("crmlab", "autograder", "tests", "cases", "chapters") for p in (ROOT / room).rglob("*.py")]
    long = {
        p.relative_to(ROOT).as_posix(): n for p in files if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
