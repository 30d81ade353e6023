"""One self-contained HTML page out of an executed case: pictures inside, nothing fetched from anywhere."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

_SHOWN = ["text/html", "text/markdown", "image/png", "text/plain"]
_HIDDEN_TAGS = {"parameters", "injected-parameters"}


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

    from jinja2 import DictLoader
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
    from traitlets.config import Config

    nb = copy.deepcopy(notebook)
    nb.cells = _shown_cells(nb.cells)
    nb.metadata.pop("widgets", None)
    folder = files("crmlab.cases")
    sources = {name: (folder / name).read_text(encoding="utf-8") for name in ("case.html.j2", "case.css")}
    exporter = HTMLExporter(
        template_name="base",
        template_file="case.html.j2",
        extra_loaders=[DictLoader(sources)],
        config=Config({"NbConvertBase": {"display_data_priority": _SHOWN}}),
        exclude_anchor_links=True,
    )
    page = {
        "title": title,
        "id": case_id,
        "parameters": list(parameters),
        "code_css": HtmlFormatter(style="default").get_style_defs(".highlight"),
    }
    html, _ = exporter.from_notebook_node(nb, resources={"case": page})
    return str(html).rstrip("\n") + "\n"


def _shown_cells(cells: Sequence[Any]) -> list[Any]:
    """Leave out the cells with parameters, which the table above shows, and the text on how to change them."""
    hidden = [bool(_HIDDEN_TAGS & set(cell.metadata.get("tags", []))) for cell in cells]
    about = [
        following and cell.cell_type == "markdown" for cell, following in zip(cells, [*hidden[1:], False], strict=True)
    ]
    return [cell for cell, out, text in zip(cells, hidden, about, strict=True) if not out and not text]
