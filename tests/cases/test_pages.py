"""Every case runs with other parameters and gives one page that opens offline, its numbers following them."""

import base64
import io
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from crmlab import cases
from tests.cases import runs

RUNS = [(slug, given, words) for slug, module in runs.modules().items() for given, words in module.RUNS]


class Page(HTMLParser):
    """What a page refers to, its pictures, its tags and its text."""

    def __init__(self, html):
        super().__init__()
        self.elsewhere, self.pictures, self.tags, self.text = [], [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "img":
            self.pictures.append(given)
        for name in ("src", "href", "srcset", "data", "action", "poster"):
            if given.get(name) and not given[name].startswith(("data:", "#")):
                self.elsewhere.append(given[name])

    def handle_data(self, text):
        self.text += text


@pytest.mark.slow
@pytest.mark.parametrize(("case", "given", "words"), RUNS, ids=[f"{r[0]}-{i % 2}" for i, r in enumerate(RUNS)])
def test_page_follows_its_parameters_and_needs_nothing_else(case, given, words, tmp_path):
    """Does the page state the new parameters and findings, with all figures inside and nothing from elsewhere?"""
    html = cases.run_case(case, given, tmp_path / "page.html").read_text(encoding="utf-8")
    page = Page(html)
    for word in words:
        assert word in page.text
    for parameter in cases.find_case(case).parameters:
        shown = (
            f"<strong>{parameter.read(given[parameter.name])}</strong>"
            if parameter.name in given
            else parameter.default
        )
        assert f"<td><code>{parameter.name}</code></td><td>{shown}</td>" in html
    assert page.elsewhere == []
    assert {"script", "link", "iframe", "object"}.isdisjoint(page.tags)
    assert re.findall(r"url\((?!data:)|@import|https?://", html) == []
    assert len(page.pictures) == cases.find_case(case).path.read_text(encoding="utf-8").count('"image/png": "') >= 4
    for picture in page.pictures:
        assert len(picture["alt"]) >= 15
        Image.open(io.BytesIO(base64.b64decode(picture["src"].removeprefix("data:image/png;base64,")))).verify()
    assert re.findall(r"nan ?[%元分件到）]", page.text) == []
    assert html.count("<summary>要点</summary>") == 3
    assert "还没有作答" not in page.text
    assert "learn.check" not in page.text
    assert 'class="stderr"' not in html


def test_every_case_is_run_with_other_parameters():
    """Has every case its module of runs, with at least one run each, and no module stands for nothing?"""
    assert {slug for slug, _, _ in RUNS} == set(runs.modules()) == {case.id for case in cases.list_cases()}


def test_every_case_tells_what_it_is_called_and_what_may_change():
    """Has every case a title, 2-4 parameters, each with a Chinese comment and a default it allows itself?"""
    for case in cases.list_cases():
        assert case.title
        assert 2 <= len(case.parameters) <= 4
        for parameter in case.parameters:
            assert re.search("[一-鿿]", parameter.comment)
            assert parameter.read(str(parameter.default)) == parameter.default
            assert parameter.choices or parameter.low_high
