"""The reference solution, run once a lab: which names its cells produce, and of what kind.

A name that a solution cell makes or changes crosses the wall to the checks; a name that it leaves alone does not, so a
student's changes to given data reach no check.
"""

import ast
import builtins
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from autograder.engine.lab import Lab, LabError, SourceNotebook
from autograder.engine.sandbox import Limits
from autograder.engine.worker import InterpreterEnded, Session, Worker

_ENDED = {"timed_out": "有一格停不下来", "out_of_memory": "用的内存超过了上限"}


@dataclass(frozen=True)
class Produced:
    """What the solution cells of one notebook produce, by grade id: name -> kind (see answers.py)."""

    names: dict[str, dict[str, str]] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)  # names that the reference binds to modules
    uncrossable: dict[str, str] = field(default_factory=dict)  # names whose reference value cannot cross: its type
    unsolved: dict[str, frozenset[str]] = field(default_factory=dict)  # by trusted cell: names that nothing has made
    imported: tuple[str, ...] = ()  # modules that it loads: what a warm process does well to have loaded already

    def before(self, grade_ids: list[str]) -> set[str]:
        """Return the names that these cells produce together."""
        return {name for grade_id in grade_ids for name in self.names.get(grade_id, ())}


def parse(code: str) -> ast.Module | None:
    """Return a cell's syntax tree with magics translated, or None when it is no Python."""
    try:
        return ast.parse(TransformerManager().transform_cell(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=1024)  # the same cells for every submission of a class
def mentioned(code: str) -> frozenset[str] | None:
    """Return every name that a trusted cell mentions; None when it may look at any name (``globals()`` and the like)."""
    tree = parse(code)
    if tree is None:
        return None
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names |= {text for text in texts if text.isidentifier()}  # a helper may fetch an answer by its name
    if names & {"globals", "locals", "vars", "eval", "exec", "dir", "get_ipython"}:
        return None
    return frozenset(names)


def looked_up(code: str) -> set[str]:
    """Return the global names that a cell reads without binding them itself."""
    tree = parse(code)
    if tree is None:
        return set()
    read = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    made = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    made |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    return read - made - bound(code) - set(dir(builtins))


def bound(code: str) -> set[str]:
    """Return the names that a cell binds at its top level, in loops and branches too."""
    tree = parse(code)
    if tree is None:
        return set()
    names: set[str] = set()
    nodes: list[ast.AST] = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name.partition(".")[0]) for alias in node.names}
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)  # what is bound inside is its own
        elif not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            nodes += ast.iter_child_nodes(node)
    return names


def run_reference(session: Session, notebook: SourceNotebook, files: dict[str, str], limits: Limits) -> Produced:
    """Run the source notebook as it stands and compare the names before and after each solution cell."""
    seconds = limits.total_seconds
    patience = min(seconds, 4 * limits.cell_seconds)  # a busy moment here must not cost the whole class its points
    session.request({"op": "files", "files": files}, seconds)
    loaded = set(session.request({"op": "modules"}, seconds)["names"])
    names: dict[str, dict[str, str]] = {}
    modules: dict[str, str] = {}
    uncrossable: dict[str, str] = {}
    unsolved: dict[str, frozenset[str]] = {}
    made_so_far: set[str] = set()
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        answer = cell.role in {"solution", "manual"}
        before = session.request({"op": "snapshot"}, seconds)["names"] if answer else {}
        if cell.grade_id is not None and not answer:
            # A source without a solution makes nothing: what a check asks for then comes from the student all the same.
            strange = sorted(looked_up(cell.source) - made_so_far)
            if strange:
                there = session.request({"op": "has", "names": strange}, seconds)["names"]
                if missing := frozenset(strange) - frozenset(there):
                    unsolved[cell.grade_id] = missing
        session.request({"op": "run", "code": cell.source, "number": number}, patience)
        if not answer or cell.grade_id is None:
            continue
        after: dict[str, Any] = session.request({"op": "snapshot"}, seconds)["names"]
        made = {name: value for name, value in after.items() if before.get(name, [None, None])[:2] != value[:2]}
        names[cell.grade_id] = {name: value[2] for name, value in made.items()} | {
            name: "bound" for name in bound(cell.source) - set(made)
        }
        made_so_far |= set(names[cell.grade_id])
        modules |= {name: value[3] for name, value in made.items() if value[2] == "module"}
        uncrossable |= {name: value[3] for name, value in made.items() if value[2] == "uncrossable"}
    fresh = [name for name in session.request({"op": "modules"}, seconds)["names"] if name not in loaded]
    return Produced(names, modules, uncrossable, unsolved, tuple(fresh))


def produced_of(worker: Worker, lab: Lab, limits: Limits, student: str) -> dict[str, Produced]:
    """Run the reference of every notebook in a fresh trusted interpreter each, as the student ``student``."""
    found = {}
    for name, notebook in lab.notebooks.items():
        with tempfile.TemporaryDirectory(prefix="crmgrade-") as folder:
            with worker.session("checker", limits, student, folder) as session:
                try:
                    found[name] = run_reference(session, notebook, lab.encoded_files, limits)
                except InterpreterEnded as error:
                    why = _ENDED.get(error.code, "把运行它的程序结束了")
                    raise LabError(
                        f"教师版笔记本“{name}”自己就运行不下去：{why}。请先在 JupyterLab 里把它改好。"
                    ) from error
    return found
