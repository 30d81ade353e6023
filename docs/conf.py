"""Sphinx settings of the manual: the API reference and the gallery. ``make docs`` builds it; its pages load nothing from outside."""

import importlib
import inspect
import re
import sys
import textwrap
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

project = "CRMLab"
author = "CRMLab"
language = "zh_CN"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]

html_theme = "furo"
html_title = "CRMLab 手册"
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False

autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "inherited-members": "object, ValueError, AssertionError, KeyError, int, str, tuple, dict, Image",
}
autodoc_member_order = "groupwise"
autodoc_typehints = "none"  # the types stand in the docstrings, in words a student reads
autodoc_preserve_defaults = True
napoleon_google_docstring = False
napoleon_custom_sections = [("字段", "params_style")]

# Types in the docstrings are words for people ("Series 或 list"): a class that is not ours has no page here.
nitpick_ignore_regex = [("py:class", r"(?!crmlab\.).*")]


def leave_out_fields(app: Any, what: str, name: str, member: Any, skip: bool, options: Any) -> bool | None:
    """Leave out the fields of a result: its Attributes section describes them."""
    return True if what == "class" and not callable(member) and not isinstance(member, property) else None


def list_constants(app: Any, docname: str, source: list[str]) -> None:
    """Add what autodoc leaves out of a page's modules: the constants, each with its value."""
    for name in re.findall(r"^\.\. automodule:: (\S+)$", source[0], re.M):
        module = importlib.import_module(name)
        public = {key: getattr(module, key) for key in getattr(module, "__all__", ())}
        constants = {k: v for k, v in public.items() if not callable(v) and not inspect.ismodule(v)}
        if constants:
            lines = ["", "常量", "----", "", f".. py:currentmodule:: {name}", ""]
            for key, value in constants.items():
                lines += [f".. py:data:: {key}", "", "   ::", "", *(f"      {line}" for line in value_lines(value)), ""]
            source[0] += "\n".join(lines)


def value_lines(value: Any) -> list[str]:
    """Return a constant as a reader wants to see it."""
    if isinstance(value, dict):
        return [f"{key!r}: {entry!r}" for key, entry in value.items()]
    if isinstance(value, set | frozenset):
        return textwrap.wrap("、".join(sorted(map(str, value))), 60)
    return str(value).splitlines()


def name_fields(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """Call the Attributes section of a result what it is: napoleon would turn two names on a line round."""
    for at in range(len(lines) - 1):
        if lines[at] == "Attributes" and set(lines[at + 1]) == {"-"}:
            lines[at : at + 2] = ["字段", "----"]


def write_gallery(app: Any, error: Exception | None) -> None:
    """Put the gallery's pages beside the manual's."""
    import gallery_pages

    if error is None and app.builder.name == "html":
        gallery_pages.write(Path(app.srcdir) / "gallery", Path(app.outdir) / "gallery")


def setup(app: Any) -> None:
    """Connect the events."""
    app.connect("source-read", list_constants)
    app.connect("autodoc-skip-member", leave_out_fields)
    app.connect("autodoc-process-docstring", name_fields, priority=400)  # before napoleon
    app.connect("build-finished", write_gallery)
