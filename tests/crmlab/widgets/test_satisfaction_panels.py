"""The Kano table and the questionnaire checker: widgets without a slider."""

import io
import itertools

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from crmlab import plots, satisfaction
from crmlab.widgets import satisfaction as widgets

pytestmark = pytest.mark.slow

ANSWERS = satisfaction.KANO_ANSWERS


@pytest.mark.parametrize("pair", list(itertools.product(ANSWERS, ANSWERS)), ids="-".join)
def test_kano_click_explains_the_category(pair):
    """Does a click on each of the 25 cells answer both questions and name the category in one sentence?"""
    table = widgets.kano_matrix()
    table.buttons[pair].click()
    letter = satisfaction.KANO_TABLE.loc[pair]
    assert (table.functional.value, table.dysfunctional.value) == pair
    assert table.buttons[pair].description == letter
    sentence = table.alt.split("。")[0]
    assert f"是{satisfaction.KANO_CATEGORIES[letter]}（{letter}）：" in sentence
    assert f">{sentence}。</p>" in table.result.value
    chosen = [answers for answers, button in table.buttons.items() if button.layout.border_top == "3px solid black"]
    assert chosen == [pair]


def test_kano_questions_move_the_mark():
    """Does answering the two questions select the cell?"""
    table = widgets.kano_matrix()
    table.functional.value = "neutral"
    assert table.buttons["neutral", "dislike"].layout.border_top == "3px solid black"
    assert table.result.value == (
        '<p role="status" style="font-size:1.1em">有“无所谓”、没有“不喜欢”，是必备型（M）：'
        "有了不会夸你，没有一定生气；先保证它不出错。</p>"
    )


def test_kano_static_picture_follows():
    """Does the static picture mark the chosen cell, so that a saved page agrees with its words?"""
    table = widgets.kano_matrix()
    before = np.asarray(Image.open(io.BytesIO(table.static_png())))
    table.choose("like", "neutral")
    data, metadata = table._repr_mimebundle_()
    assert (np.asarray(Image.open(io.BytesIO(table.static_png()))) != before).any()
    assert data["text/plain"] == metadata["image/png"]["alt"] == table.alt
    assert table.alt.startswith("有“喜欢”、没有“无所谓”，是魅力型（A）：")


def test_kano_cells_tell_what_they_stand_for():
    """Has every cell a tooltip with both answers, and black letters on a light ground?"""
    table = widgets.kano_matrix()
    assert table.buttons["like", "live_with"].tooltip == "有：喜欢；没有：能忍受"
    for button in table.buttons.values():
        red, green, blue = (int(button.style.button_color[i : i + 2], 16) for i in (1, 3, 5))
        assert button.style.text_color == "black"
        assert 0.2126 * red + 0.7152 * green + 0.0722 * blue > 150


def test_questionnaire_flaws_are_listed_while_typing():
    """Does each edit list what the rule table finds, and praise nothing it cannot judge?"""
    check = widgets.questionnaire_check("您总是在周末来吗？")
    assert "<b>绝对化</b>“总是”：" in check.result.value
    assert check.alt == "找到 1 处毛病：绝对化。题目是：您总是在周末来吗？"
    check.text.value = "这次购物，你等了几分钟？"
    assert check.alt.startswith("按规则没有找到毛病；规则看不懂意思，再请一个人读一遍。")
    assert "<ul>" not in check.result.value
    check.text.value = "   "
    assert check.alt == "还没有题目：在上面写一道。"


def test_questionnaire_text_is_not_html():
    """Is what a student types shown as text, not run as HTML?"""
    check = widgets.questionnaire_check("所有<script>alert(1)</script>商品总是好吗？")
    assert "<script>" not in check.result.value


def test_questionnaire_static_picture_shows_the_flaws():
    """Does the static picture grow with the list, so that nothing is cut off?"""
    short = Image.open(io.BytesIO(widgets.questionnaire_check("这次购物，你等了几分钟？").static_png()))
    long = Image.open(io.BytesIO(widgets.questionnaire_check().static_png()))
    assert long.height > short.height + 60
    data, metadata = widgets.questionnaire_check()._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == data["text/plain"]


def test_static_pictures_wait_until_they_are_asked_for(monkeypatch):
    """Do clicks and keystrokes answer at once, with no static picture drawn for each?"""
    table, check = widgets.kano_matrix(), widgets.questionnaire_check()
    monkeypatch.setattr("crmlab.plots.new_axes", lambda *_, **__: pytest.fail("drew a static picture"))
    table.buttons["like", "like"].click()
    check.text.value = "您总是在周末来吗？"
    assert table.alt.startswith("有“喜欢”、没有“喜欢”，是可疑（Q）：")


@pytest.mark.parametrize("make", [widgets.kano_matrix, widgets.questionnaire_check, widgets.gap_states])
def test_chinese_shows_without_the_notebook_setup(make):
    """Does a picture drawn before plots.setup() have its Chinese, with no missing-glyph warning on stderr?"""
    with mpl.rc_context():
        mpl.rcdefaults()
        plain = make().static_png()
    with mpl.rc_context():
        plots.setup()
        assert make().static_png() == plain
