"""The glossary: looking a term up, every sentence for a faulty file, and the course's own terms against its notebooks."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import crmlab
from crmlab import learn
from crmlab.learn._errors import PracticeError, UnknownIdError
from crmlab.learn._glossary_schema import key
from crmlab.learn._terms import CONTAINER, PAGE, cell_id
from crmlab.learn.glossary import load
from crmlab.paths import project_root

ROOT = project_root()
TERMS = load().terms
SEARCH = '按内容找，用 crmlab.glossary(search="{0}")；全部术语，用 crmlab.glossary()。'


def sources(file: str) -> list[str]:
    """Return the Markdown cells of a notebook."""
    cells = json.loads((ROOT / file).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


# ------------------------------------------------------------------ the course's own terms


def test_there_are_enough_terms_from_all_chapters():
    """Are there at least 120 terms, ten or more a chapter, no name twice?"""
    assert len(TERMS) >= 120
    counted = [sum(t.place.chapter == number for t in TERMS) for number in range(1, 10)]
    assert min(counted) >= 10
    names = [key(name) for t in TERMS for name in (t.zh, t.en, *([t.short] if t.short else []), *t.also)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("term", [t for t in TERMS if t.place.ready], ids=lambda t: t.anchor)
def test_term_occurs_where_it_is_taught(term):
    """Does the notebook that teaches the term say it, in its text?"""
    text = "\n".join(sources(term.place.file))
    assert any(name in text for name in (term.zh, *term.also)), term.place.file


def test_definitions_are_short_and_end_with_a_full_stop():
    """Is a definition one to three sentences in full-width punctuation?"""
    for term in TERMS:
        assert term.definition.endswith("。"), term.zh
        assert 8 <= len(term.definition) <= 120, term.zh
        assert not any(mark in term.definition for mark in ",;:?!("), term.zh


def test_related_terms_are_other_terms():
    """Does every `see` name another term?"""
    known = {term.zh for term in TERMS}
    for term in TERMS:
        assert set(term.see) <= known - {term.zh}, term.zh


# ------------------------------------------------------------------ the glossary page


def stored_outputs() -> dict[str, str]:
    cells = json.loads((ROOT / PAGE).read_text(encoding="utf-8"))["cells"]
    return {c["id"]: "".join(c["outputs"][0]["data"]["text/html"]) for c in cells if c["cell_type"] == "code"}


def test_page_lists_every_term_as_it_is_now(monkeypatch):
    """Does each notebook with terms have its cell, and does the cell show what would be drawn now?"""
    monkeypatch.chdir(ROOT / "chapters")
    stored = stored_outputs()
    for notebook in dict.fromkeys(t.place.notebook for t in TERMS):
        fresh = learn.glossary(notebook=notebook)._repr_html_()
        assert stored.get(cell_id(notebook)) == fresh, f"{notebook}: crmlab notebooks --execute {PAGE}"


def test_every_anchor_and_link_of_the_page_leads_somewhere():
    """Does every link of the page meet an id of its own output, a cell of the page or a file?"""
    stored = stored_outputs()
    for html in stored.values():
        ids = set(re.findall(r' id="([^"]+)"', html))
        assert ids == set(re.findall(r' data-jupyter-id="([^"]+)"', html))
        for link in re.findall(r'href="([^"]+)"', html):
            file, _, place = link.partition("#")
            if not file:
                assert place in ids
            elif place:
                assert file == "glossary.ipynb" and place.removeprefix("cell-id=") in stored
            else:
                assert (ROOT / "chapters" / file).is_file()


# ------------------------------------------------------------------ looking up


@pytest.mark.parametrize(
    "asked", ["客户终身价值", " 客户终身价值 ", "终身价值", "CLV", "clv", "Customer Lifetime Value"]
)
def test_term_is_found_by_each_of_its_names(asked):
    """Do Chinese, short form, abbreviation and English lead to the term, without a note?"""
    found = crmlab.glossary(asked)
    assert (found.zh, found.note) == ("客户终身价值", "")


def test_spacing_and_width_do_not_matter():
    """Is `Ａ/Ｂ测试` the term `A/B 测试`, without a note?"""
    assert (learn.glossary("Ａ/Ｂ测试").zh, learn.glossary("a/b 测试").note) == ("A/B 测试", "")


def test_avoided_spelling_says_which_form_the_course_writes():
    """Does a spelling to avoid lead to the term, with a note first?"""
    found = learn.glossary("客户生命周期价值")
    assert found.zh == "客户终身价值"
    assert str(found).splitlines()[:2] == [
        "本课统一写“客户终身价值”，不写“客户生命周期价值”。",
        "客户终身价值（customer lifetime value, CLV）",
    ]
    assert "<p>本课统一写“客户终身价值”，不写“客户生命周期价值”。</p>" in found._repr_html_()


def test_term_as_text():
    """Does the text say meaning, place, other spellings and related terms?"""
    assert (
        str(learn.glossary("CES"))
        == repr(learn.glossary("CES"))
        == (
            "费力度（customer effort score, CES）\n"
            "  客户办成一件事有多费力，1–7 分的平均。高分是省力还是费力，各家不同，要写明。\n"
            "  先学：第 6 章 6-2《客户满意度的调查》，6.2.2 客户满意度的衡量指标\n"
            "  本课不写：客户费力指数、客户努力程度、客户努力得分\n"
            "  相关：满意率、净推荐值"
        )
    )


def test_links_lead_from_where_the_notebook_runs(monkeypatch):
    """Are the links relative to the working folder?"""
    monkeypatch.chdir(ROOT / "cases" / "c06_afu")
    html = learn.glossary("CES")._repr_html_()
    assert f'<div class="{CONTAINER}" lang="zh-CN">' in html
    assert '<a href="../../chapters/06_satisfaction/6-2_survey.ipynb">第 6 章 6-2《客户满意度的调查》</a>' in html
    assert '<a href="../../chapters/glossary.ipynb#cell-id=glossary-6-2">净推荐值</a>' in html


def test_whole_glossary_and_its_parts():
    """Do no argument, `notebook=` and `search=` give tables, and a table a data frame?"""
    whole, part = crmlab.glossary(), crmlab.glossary(notebook="6-2")
    assert (len(whole), repr(whole)) == (len(TERMS), f"术语表：{len(TERMS)} 条。")
    assert [t.zh for t in part.terms] == [t.zh for t in TERMS if t.place.notebook == "6-2"]
    assert str(part).splitlines()[0] == f"6-2 的术语：{len(part)} 条。"
    found = crmlab.glossary(search="推荐 占比")
    assert [t.zh for t in found.terms] == ["净推荐值"]
    assert (repr(found), found.page) == ("提到“推荐 占比”的术语：1 条。", False)
    frame = whole.frame()
    assert list(frame) == "zh en short definition taught chapter notebook also avoid see".split()
    assert frame.loc[frame["zh"] == "净推荐值", ["short", "chapter", "see"]].to_numpy().tolist() == [
        ["NPS", 6, "推荐者、批评者"]
    ]


ERRORS = [
    (
        {"term": "客户终身"},
        UnknownIdError,
        f"术语表里没有“客户终身”。最接近的：客户终身价值。{SEARCH.format('客户终身')}",
    ),
    ({"term": "净推荐植"}, UnknownIdError, f"术语表里没有“净推荐植”。最接近的：净推荐值。{SEARCH.format('净推荐植')}"),
    ({"term": "qqqq"}, UnknownIdError, f"术语表里没有“qqqq”。{SEARCH.format('qqqq')}"),
    ({"term": 3}, TypeError, '参数 term 应是文字，例如 "客户终身价值"，你给的是 int（3）。'),
    ({"term": "  "}, ValueError, '参数 term 是空的，应写例如 "客户终身价值"。要看全部术语，括号里什么也不写。'),
    ({"search": ["推荐"]}, TypeError, "参数 search 应是文字，例如 \"推荐\"，你给的是 list（['推荐']）。"),
    ({"search": ""}, ValueError, '参数 search 是空的，应写例如 "推荐"。要看全部术语，括号里什么也不写。'),
    (
        {"search": "火星"},
        UnknownIdError,
        '没有一条术语提到“火星”。请换一个短一点的词，例如 crmlab.glossary(search="满意")。',
    ),
    (
        {"term": "NPS", "search": "推荐"},
        ValueError,
        "参数 term、search 只能给一个。查一条用 term，按内容找用 search，看一课的用 notebook。",
    ),
]


@pytest.mark.parametrize(("arguments", "kind", "message"), ERRORS)
def test_wrong_question_is_answered(arguments, kind, message):
    """Does each mistake get its own sentence?"""
    with pytest.raises(kind) as caught:
        crmlab.glossary(**arguments)
    assert str(caught.value) == message


def test_notebook_without_terms():
    """Is an unknown notebook answered with the nearest and all known?"""
    known = "、".join(dict.fromkeys(t.place.notebook for t in TERMS))
    with pytest.raises(UnknownIdError) as caught:
        learn.glossary(notebook="66-2")
    assert str(caught.value) == f"没有先在“66-2”讲的术语。你是不是想写“6-2”？有术语的：{known}。"


def test_package_loads_the_glossary_only_when_asked():
    """Does `import crmlab` load nothing, and is an unknown name an ordinary AttributeError?"""
    probe = (
        "import sys, crmlab; assert 'crmlab.learn' not in sys.modules; assert 'glossary' in dir(crmlab); crmlab.glosary"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT)
    assert "AttributeError: module 'crmlab' has no attribute 'glosary'" in done.stderr
    assert crmlab.glossary is learn.glossary


# ------------------------------------------------------------------ the authors' file

OUTLINE = """
[[chapter]]
number = 6
slug = "06_satisfaction"
topic = "satisfaction"
title = "客户满意度管理"
status = "ready"
notebook = [{ id = "6-1", kind = "section", title = "初识", file = "chapters/06_satisfaction/6-1_x.ipynb", minutes = 45 }]
row = [{ id = "S6.1", kind = "section", title = "6.1 初识客户满意", notebook = "6-1" }]
"""
GOOD = """
[[term]]
zh = "满意率"
en = "satisfaction share"
short = "CSAT"
definition = "满意的人占多少。"
taught = "S6.1"
avoid = ["满意比例"]
see = ["推荐者"]

[[term]]
zh = "推荐者"
en = "promoter"
definition = "打高分的人。"
taught = "S6.1"
"""
FILE = "chapters/glossary.toml"
FIRST = f"{FILE}：第 1 个 [[term]]（zh = 满意率）"
SECOND = f"{FILE}：第 2 个 [[term]]（zh = 推荐者）"


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Make a small course with this glossary the project root."""
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "outline.toml").write_text(OUTLINE, encoding="utf-8")
    monkeypatch.setenv("CRMLAB_HOME", str(tmp_path))

    def put(text: str) -> Path:
        path = tmp_path / "chapters" / "glossary.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return put


def test_good_file_is_read_and_read_again_when_it_changes(write):
    """Is the file read once, and again after a change?"""
    write(GOOD)
    first = load()
    assert load() is first
    assert [t.zh for t in first.terms] == ["满意率", "推荐者"]
    write(GOOD.replace("打高分的人", "打 9–10 分的人"))
    assert load().find("promoter").definition == "打 9–10 分的人。"


FAULTS = [
    (
        "terms = 1\n" + GOOD,
        f"{FILE}：不认识的键“terms”。你是不是想写“term”？最外层只有 [[term]]；别的键要写在某一条术语里面。",
    ),
    ("[term]\nzh = '满意率'\n", f"{FILE}：term 要写成 [[term]]（两层方括号），一条一段。"),
    ("", f"{FILE}：一条术语也没有。请至少写一个 [[term]]。"),
    (GOOD.replace('en = "promoter"\n', ""), f"{SECOND}：缺少“en”。请补上 en = ……（文字）。"),
    (GOOD.replace('zh = "推荐者"\n', ""), f"{FILE}：第 2 个 [[term]]：缺少“zh”。请补上 zh = ……（文字）。"),
    (
        GOOD.replace("short =", "shrt ="),
        f"{FIRST}：不认识的键“shrt”。你是不是想写“short”？可用的键：zh、en、short、definition、taught、also、avoid、see。",
    ),
    (GOOD.replace('"打高分的人。"', '" "'), f"{SECOND}：“definition”是空的。请写上内容。"),
    (GOOD.replace('see = ["推荐者"]', 'see = "推荐者"'), f"{FIRST}：“see”应是列表，现在是 '推荐者'。"),
    (GOOD.replace('see = ["推荐者"]', "see = []"), f"{FIRST}：“see”应是至少一条文字的列表，现在是 []。"),
    (
        GOOD.replace('["满意比例"]', '["满意比例", "满意比例"]'),
        f"{FIRST}：“avoid”里有两条一样：['满意比例', '满意比例']。",
    ),
    (GOOD.replace('"promoter"', '"推荐的人"'), f"{SECOND}：“en”应是英文，现在是“推荐的人”。"),
    (
        GOOD.replace('taught = "S6.1"\navoid', 'taught = "S6.11"\navoid'),
        f"{FIRST}：“taught”里的“S6.11”不是大纲里的行。你是不是想写“S6.1”？行号见 chapters/outline.toml。",
    ),
    (
        GOOD.replace('zh = "推荐者"', 'zh = "满意率"').replace('see = ["推荐者"]', 'see = ["满意率"]'),
        f"{FILE}：第 2 个 [[term]]（zh = 满意率）：“满意率”已经是术语“满意率”的叫法。一个叫法只能属于一条术语，请删去一处。",
    ),
    (
        GOOD.replace('["满意比例"]', '["推荐者"]'),
        f"{SECOND}：“推荐者”已经是术语“满意率”的叫法。一个叫法只能属于一条术语，请删去一处。",
    ),
    (GOOD.replace('["满意比例"]', '["满意率"]'), f"{FIRST}：“满意率”既在“avoid”里，又是这一条的正式叫法。请删去一处。"),
    (
        GOOD.replace('"promoter"', '"satisfaction (share)"'),
        f"{SECOND}：“en”和术语“满意率”的一样，都会变成链接 #satisfaction-share。请改掉一个。",
    ),
    (GOOD.replace('see = ["推荐者"]', 'see = ["满意率"]'), f"{FIRST}：“see”指向了自己。请删去。"),
    (
        GOOD.replace('see = ["推荐者"]', 'see = ["推荐人"]'),
        f"{FIRST}：“see”里的“推荐人”不是哪条术语的 zh。你是不是想写“推荐者”？请照那一条的 zh 写。",
    ),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_faulty_file_is_told(write, text, message):
    """Does each fault of an author get its own sentence?"""
    write(text)
    with pytest.raises(PracticeError) as caught:
        learn.glossary()
    assert str(caught.value) == message


def test_missing_file_is_told(write):
    """Is a course without glossary told so?"""
    with pytest.raises(PracticeError) as caught:
        learn.glossary("NPS")
    assert str(caught.value) == "找不到 chapters/glossary.toml。请确认课程文件夹完整。"
