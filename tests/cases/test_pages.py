"""Every case runs with other parameters and gives one page that opens offline, its numbers following them."""

import base64
import io
import re
from html.parser import HTMLParser

import pytest
from PIL import Image

from crmlab import cases

# Two sets of parameters a case, one of them at the edges, and what the page must then say.
RUNS = [
    ("c06_afu", {"gift_cost": "8"}, ["送 8 元的赠品", "每单净收益 +2.55 元（95% 区间 +0.09 到 +5.02），是赚的"]),
    (
        "c06_afu",
        {"gift_cost": "12", "margin_yuan": "20", "monthly_orders": "1"},
        ["毛利 20 元时，三档里 3 元档每单净收益最高（-1.9 元）", "是亏的"],
    ),
    ("c06_logistics", {"promise_h": "60", "region": "乡镇"}, ["在乡镇地区承诺 60 小时，准时率 79%", "1,176 单"]),
    ("c06_logistics", {"promise_h": "12", "warm_cut": "5", "region": "城区"}, ["在城区地区承诺 12 小时，准时率 3%"]),
    ("c06_miniso", {"launches_per_week": "32", "batch_qty": "20"}, ["每周上 32 款", "剩 0 件，售罄率 100%"]),
    ("c06_miniso", {"success_qty": "300", "shelf_slots": "20"}, ["区间含 0，按这个成功标准分不出高下"]),
    ("c06_watsons", {"radius_km": "0.5", "limit_min": "15"}, ["半径 0.5 公里", "连 0.5 公里也守不住"]),
    (
        "c06_watsons",
        {"radius_km": "6", "limit_min": "60", "central_yuan": "30", "on_time_floor": "0.5"},
        ["半径 6 公里", "最大能画到 6 公里"],
    ),
    (
        "c06_gree",
        {"warranty_years": "10", "line": "升级款", "margin_yuan": "50"},
        ["升级款产品线用满 10 年，10.1% 坏过"],
    ),
    (
        "c06_gree",
        {"warranty_years": "1", "line": "经典款", "margin_yuan": "1500"},
        ["经典款产品线用满 1 年，1.7% 坏过"],
    ),
]


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


def test_every_case_tells_what_it_is_called_and_what_may_change():
    """Has every case a title, 2-4 parameters, each with a Chinese comment and a default it allows itself?"""
    for case in cases.list_cases():
        assert case.title
        assert 2 <= len(case.parameters) <= 4
        for parameter in case.parameters:
            assert re.search("[一-鿿]", parameter.comment)
            assert parameter.read(str(parameter.default)) == parameter.default
            assert parameter.choices or parameter.low_high
