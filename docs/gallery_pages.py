"""Each gallery notebook as a page of its own: pictures inside, nothing fetched from anywhere."""

from importlib.resources import files
from pathlib import Path


def render(path: Path) -> str:
    """Return the notebook as one HTML page, in the look of the pages that cases make."""
    import nbformat
    from jinja2 import DictLoader
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter
    from traitlets.config import Config

    looks = files("crmlab.cases")
    sources = {name: (looks / name).read_text(encoding="utf-8") for name in ("case.html.j2", "case.css")}
    sources["gallery.html.j2"] = (Path(__file__).parent / "gallery.html.j2").read_text(encoding="utf-8")
    exporter = HTMLExporter(
        template_name="base",
        template_file="gallery.html.j2",
        extra_loaders=[DictLoader(sources)],
        config=Config(
            {"NbConvertBase": {"display_data_priority": ["text/html", "text/markdown", "image/png", "text/plain"]}}
        ),
        exclude_anchor_links=True,
    )
    notebook = nbformat.read(path, as_version=4)
    page = {
        "title": notebook.cells[0].source.splitlines()[0].lstrip("# "),
        "topic": path.stem,
        "file": f"docs/gallery/{path.name}",
        "code_css": HtmlFormatter(style="default").get_style_defs(".highlight"),
    }
    html, _ = exporter.from_notebook_node(notebook, resources=page)
    return str(html).rstrip("\n") + "\n"


def write(source: Path, target: Path) -> None:
    """Write the page of every gallery notebook in ``source`` into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.ipynb")):
        (target / f"{path.stem}.html").write_text(render(path), encoding="utf-8")
