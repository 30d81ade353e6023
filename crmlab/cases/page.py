"""One self-contained HTML page out of an executed notebook: pictures inside, nothing fetched from anywhere."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from importlib.resources import files
from typing import Any

_SHOWN = ["text/html", "text/markdown", "image/png", "text/plain"]
_HIDDEN_TAGS = {"parameters", "injected-parameters"}
_ESCAPED = re.compile(r"\\([%_#&$])")  # docutils leaves these as they are inside \text
# docutils puts the words of an \underbrace beside it, not below
_BRACE = re.compile(r"<msub>(\s*<munder>[^⏟]*<mo>⏟</mo>\s*</munder>\s*<mtext>[^<]*</mtext>\s*)</msub>")
_SIZES = re.compile(r"\\(?:big|Big|bigg|Bigg)[lr]?(?![A-Za-z])")  # how tall a bracket is: MathML decides that itself


def render(title: str, case_id: str, parameters: Sequence[Mapping[str, Any]], notebook: Any) -> str:
    """把运行好的案例变成一个网页。

    Parameters
    ----------
    title, case_id : str
        案例的标题和目录名。
    parameters : sequence of mapping
        参数表的各行：``name``、``comment``、``default``、``value``。
    notebook : NotebookNode
        运行好的笔记本；不改动它。

    Returns
    -------
    str
        完整的 HTML；图在里面，不引用别处的任何东西。
    """
    import copy

    nb = copy.deepcopy(notebook)
    nb.cells = _shown_cells(nb.cells)
    return export(nb, "case.html.j2", {}, {"case": {"title": title, "id": case_id, "parameters": list(parameters)}})


def export(notebook: Any, template: str, templates: Mapping[str, str], resources: Mapping[str, Any]) -> str:
    """把一本笔记本存好的输出变成一个网页；公式变成 MathML，不引用别处的任何东西。

    Parameters
    ----------
    notebook : NotebookNode
        笔记本；不改动它，也不运行它。
    template : str
        用哪一个模板：``case.html.j2``，或 ``templates`` 里的一个。
    templates : mapping of str to str
        别处的模板：名字到内容；它们可以从 ``case.html.j2`` 出发。
    resources : mapping
        模板里要用的值。

    Returns
    -------
    str
        完整的 HTML。
    """
    from jinja2 import DictLoader, pass_context
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
    from traitlets.config import Config

    folder = files("crmlab.cases")
    sources = {name: (folder / name).read_text(encoding="utf-8") for name in ("case.html.j2", "case.css")}
    exporter = HTMLExporter(
        template_name="base",
        template_file=template,
        extra_loaders=[DictLoader({**sources, **templates})],
        config=Config({"NbConvertBase": {"display_data_priority": _SHOWN}}),
    )
    exporter.register_filter("markdown2html", pass_context(_markdown))
    looks = {"code_css": HtmlFormatter(style="default").get_style_defs(".highlight")}
    html, _ = exporter.from_notebook_node(notebook, resources={**resources, **looks})
    return str(html).rstrip("\n") + "\n"


def _markdown(context: Mapping[str, Any], source: str) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    attachments = context.get("cell", {}).get("attachments", {})
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments)
    for kind, block in (("inline_math", False), ("block_math", True)):
        setattr(renderer, kind, partial(mathml, block=block))
    return str(MarkdownWithMath(renderer=renderer).render(source))


def mathml(tex: str, *, block: bool = False) -> str:
    r"""把 TeX 公式变成浏览器自己会画的 MathML；变不了的，原样放在 ``<code>`` 里。

    Parameters
    ----------
    tex : str
        不带 ``$`` 的公式。
    block : bool, default False
        是不是单独占一行。

    Returns
    -------
    str
        一段 HTML。

    Examples
    --------
    >>> mathml(r"\unknown<1")
    '<code>\\unknown&lt;1</code>'
    """
    from docutils.utils.math import MathError, latex2mathml

    plain = _SIZES.sub("", tex).replace("÷", r"\div ").replace("−", "-")
    try:
        html = str(latex2mathml.tex2mathml(plain.strip(), as_block=block))
    except (MathError, ValueError, IndexError, AttributeError):
        return f"<code>{escape(tex.strip(), quote=False)}</code>"
    html = _BRACE.sub(r"<munder>\1</munder>", html)
    html = _ESCAPED.sub(r"\1", html.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))
    return f'<span class="formula">{html}</span>' if block else html


def _shown_cells(cells: Sequence[Any]) -> list[Any]:
    """Leave out the cells with parameters, which the table above shows, and the text on how to change them."""
    hidden = [bool(_HIDDEN_TAGS & set(cell.metadata.get("tags", []))) for cell in cells]
    about = [
        following and cell.cell_type == "markdown" for cell, following in zip(cells, [*hidden[1:], False], strict=True)
    ]
    return [cell for cell, out, text in zip(cells, hidden, about, strict=True) if not out and not text]
