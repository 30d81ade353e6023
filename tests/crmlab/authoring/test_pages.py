"""Notebooks as web pages: whole, linked among themselves, and opening without a network."""

import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from crmlab import cli
from crmlab.authoring import outline, pages
from crmlab.cases.page import mathml
from crmlab.paths import project_root

ROOT = project_root()
CHAPTER = outline.load().chapter(6)
NOTEBOOKS = [n for n in CHAPTER.notebooks if n.kind != "lab"]
FORMULA = re.compile(r"(?<!\\)\$\$(.+?)\$\$|(?<![\\$])\$([^$]+?)\$", re.DOTALL)


class Page(HTMLParser):
    """A page's tags with their attributes, its headings and its text (style and code left out)."""

    def __init__(self, html: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.heads, self._open = "", [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in {"style", "pre"} or re.fullmatch("h[1-6]", tag):
            self._open.append(tag)
            if tag[0] == "h":
                self.heads.append("")

    def handle_endtag(self, tag):
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, text):
        if not {"style", "pre"} & set(self._open):
            self.text += text
        if self._open and self._open[-1][0] == "h":
            self.heads[-1] += text

    def given(self, tag: str, name: str) -> list[str]:
        return [attrs[name] or "" for known, attrs in self.tags if known == tag and name in attrs]

    @property
    def ids(self) -> set[str]:
        return {attrs["id"] or "" for _, attrs in self.tags if "id" in attrs}


def stays_at_home(page: Page) -> None:
    """Assert that the page loads nothing: no script, no style sheet, no picture from elsewhere."""
    assert {"script", "link", "iframe", "object", "embed"}.isdisjoint(tag for tag, _ in page.tags)
    assert [src for src in page.given("img", "src") if not src.startswith("data:image/png;base64,")] == []
    assert [attrs for _, attrs in page.tags if {"srcset", "poster", "data", "background"} & set(attrs)] == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """The pages of chapter 6, its cases and the glossary."""
    out = tmp_path_factory.mktemp("course") / "网页"
    written = pages.write([CHAPTER.slug, "glossary"], out)
    assert {p.name for p in written} == {p.name for p in out.iterdir()}
    return out


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.id)
def test_page_holds_what_the_notebook_holds(folder: Path, notebook: outline.Notebook):
    """Has the page every heading, every figure with its alternative text and every formula of the notebook?"""
    html = (folder / f"{notebook.id}.html").read_text(encoding="utf-8")
    page = Page(html)
    stays_at_home(page)
    cells = nbformat.read(ROOT / notebook.file, as_version=4).cells
    figures = [o for c in cells for o in c.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(page.given("img", "src")) == len(figures) >= 4
    assert min(len(alt) for alt in page.given("img", "alt")) >= 15
    source = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    heads = [line.lstrip("# ") for line in source.splitlines() if re.match("#{1,4} ", line)]
    plain = [re.sub(r"\[([^]]*)\]\([^)]*\)|[*`]", r"\1", head) for head in heads]
    assert [head for head in plain if "$" not in head and head not in page.heads] == []
    assert "$$" not in html
    assert "$" not in page.text
    assert html.count("<math") == len(FORMULA.findall(re.sub(r"```.*?```|`[^`]*`", "", source, flags=re.DOTALL)))
    assert {c.id for c in cells} <= page.ids
    assert html.count("<details>") == source.count("<details>")


def test_every_link_leads_somewhere_inside_the_folder(folder: Path):
    """Does each link of each page open a page of the folder, at a place that exists there?"""
    found = {path.name: Page(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
    for name, page in found.items():
        stays_at_home(page)
        for link in page.given("a", "href"):
            target, _, anchor = link.partition("#")
            assert (target or name) in found, (name, link)
            assert not anchor or anchor in found[target or name].ids, (name, link)
    assert {"6-2.html", "c06_afu.html", "index.html"} <= set(found["6-1.html"].given("a", "href"))
    assert any(link.startswith("glossary.html#glossary-") for link in found["6-1.html"].given("a", "href"))
    contents = set(found["index.html"].given("a", "href"))
    assert contents == {f"{n.id}.html" for n in NOTEBOOKS} | {"glossary.html"}
    assert found["index.html"].heads == [outline.load().title, f"第 6 章　{CHAPTER.title}", "术语"]


def test_every_formula_of_the_course_becomes_mathml():
    """Does no formula of a section or case stay TeX?"""
    left = []
    for _, notebook in outline.load().notebooks(ready_only=True):
        if notebook.kind != "lab":
            for cell in nbformat.read(ROOT / notebook.file, as_version=4).cells:
                text = re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL)
                found = FORMULA.findall(text) if cell.cell_type == "markdown" else []
                shown = [mathml(block or inline, block=bool(block)) for block, inline in found]
                left += [(notebook.id, html) for html in shown if "<code>" in html or "\\" in html]
    assert left == []


def made(folder: Path, *cells: nbformat.NotebookNode) -> Path:
    path = folder / "made.ipynb"
    nbformat.write(v4.new_notebook(cells=list(cells)), path)
    return path


def test_each_kind_of_formula(tmp_path: Path):
    """Are inline and block formulas with Chinese words drawn, and is what cannot be drawn left readable?"""
    text = (
        "# 公式\n\n行内 $\\bar x_1$ 和 $m ÷ (1+i−r)$。\n\n$$\\text{差距 5\\%} = \\big[\\frac{a}{b}\\big]$$\n\n"
        "不认识 $\\nosuch{a<b}$，`$不是公式$`，10 \\$。"
    )
    html = pages.render(made(tmp_path, v4.new_markdown_cell(text)), "关于")
    assert html.count("<math") == 3
    assert html.count('<math display="block">') == 1
    assert "<mtext>差距 5%</mtext>" in html
    assert "<mfrac>" in html
    assert "<code>\\nosuch{a&lt;b}</code>" in html
    assert "<code>$不是公式$</code>" in html
    assert "<title>公式</title>" in html
    assert "http" not in html
    below = re.sub(r"\s", "", mathml(r"\underbrace{p_s}_{\text{价格}}-c"))
    assert below.startswith("<math><munder><munder><msub>")
    assert "<mo>⏟</mo></munder><mtext>价格</mtext></munder><mo>−</mo>" in below


def test_each_kind_of_link_and_output(tmp_path: Path):
    """Do links lead to pages or leave their words, and are scripts and pictures from elsewhere left out?"""
    text = (
        "[本页](#made-text) [无此处](#nowhere) [有](../a/b.ipynb#cell-id=x-1) [没有](c.csv) [外](https://example.org/)\n\n"
        '<details><summary>看</summary>里面 <a href="../a/b.ipynb">也有</a></details>\n\n![远图](https://example.org/p.png)'
    )
    rich = {"text/html": "<script>alert(1)</script><b>静态</b><script src='https://example.org/x.js'></script>"}
    widget = {"application/vnd.jupyter.widget-view+json": {}, "image/png": "AAAA", "text/plain": "图的替代文字"}
    outputs = [v4.new_output("display_data", data=data) for data in (rich, widget, {"text/markdown": "$x$"})]
    path = made(
        tmp_path,
        v4.new_markdown_cell(text, id="made-text"),
        v4.new_code_cell('"<a href=1>"', id="made-c", outputs=outputs),
    )
    html = pages.render(path, "关于", {"../a/b.ipynb#cell-id=x-1": "b.html#x-1", "../a/b.ipynb": "b.html"}.get)
    page = Page(html)
    stays_at_home(page)
    assert page.given("a", "href") == ["#made-text", "b.html#x-1", "https://example.org/", "b.html"]
    for words in ("无此处", "没有", "远图", "静态", "也有"):
        assert words in page.text
    assert page.given("img", "alt") == ["图的替代文字"]
    assert "alert" not in html
    assert "<details><summary>看</summary>" in html
    assert "<mi>x</mi>" in html


def test_a_later_run_adds_to_the_contents(tmp_path: Path):
    """Do pages that are there already stay, and stay in the contents?"""
    pages.write(["c06_gree"], tmp_path)
    pages.write(["6-1", "6-1"], tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["6-1.html", "c06_gree.html", "index.html"]
    contents = Page((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert contents.given("a", "href") == ["6-1.html", "c06_gree.html"]


def test_without_names_every_ready_notebook_and_the_glossary():
    """Is everything written that is ready, and no lab?"""
    course = outline.load()
    ready = [n.id for _, n in course.notebooks(ready_only=True) if n.kind != "lab"]
    assert pages._wanted(course, ()) == [*ready, "glossary"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("c06_gre", "没有叫“c06_gre”的课或案例。你是不是想写“c06_gree”？"),
        ("6_1", "你是不是想写“6-1”？"),
        ("午饭", "可以写课号"),
    ],
)
def test_unknown_name(tmp_path: Path, name: str, message: str):
    """Is a wrong name told with the nearest right one, and nothing written?"""
    with pytest.raises(pages.PagesError, match=re.escape(message)):
        pages.write(["6-1", name], tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_that_is_missing_or_broken(tmp_path: Path):
    """Is a notebook that is not there named before anything is written, and a broken one told apart?"""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters/outline.toml").write_bytes((ROOT / "chapters/outline.toml").read_bytes())
    with pytest.raises(pages.PagesError, match=r"没有笔记本 chapters/06_satisfaction/6-1_concept\.ipynb"):
        pages.write(["6-1"], tmp_path / "out", root=tmp_path)
    assert not (tmp_path / "out").exists()
    (tmp_path / "made.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(pages.PagesError, match="读不了"):
        pages.render(tmp_path / "made.ipynb", "")
    with pytest.raises(pages.PagesError, match="没有笔记本"):
        pages.render(tmp_path / "none.ipynb", "")


def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Does the command say in one sentence that the folder is none, and exit with a failure?"""
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out in ("file", "file/sub"):
        assert cli.main(["pages", "c06_gree", "--out", str(tmp_path / out)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert re.fullmatch(r"错误：不能在文件夹“.*”里写网页（.*）。请用 --out 换一个文件夹。\n", said.err)


def test_the_command_says_where_to_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Does the command count the pages and name the contents?"""
    assert cli.main(["pages", "c06_gree", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"已写好 1 页，从目录看起：{tmp_path / 'index.html'}\n"
