"""Each gallery notebook as a page of its own: pictures inside, nothing fetched from anywhere."""

from pathlib import Path

ABOUT = (
    '<a href="index.html">图库</a>的一页，图是运行好的，不会动。要拖动滑块、改代码，请在工作台里打开 '
    '<code>docs/gallery/{name}.ipynb</code>。每个函数的参数和公式见<a href="../api/{name}.html">函数手册</a>。'
)


def write(source: Path, target: Path) -> None:
    """Write the page of every gallery notebook in ``source`` into ``target``."""
    from crmlab.authoring import pages

    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.ipynb")):
        html = pages.render(path, ABOUT.format(name=path.stem))
        (target / f"{path.stem}.html").write_text(html, encoding="utf-8")
