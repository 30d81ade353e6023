"""The self-test panel: judged in the kernel, silent about answers before, readable without a kernel."""

import html
import json

import ipywidgets
import pytest

from crmlab import learn
from crmlab.learn import progress
from crmlab.learn._grading import judge, shuffled
from crmlab.learn.practice import find_items
from tests.crmlab.learn.made import SINGLE, toml

ORDER = {
    "id": "9-1-q5",
    "notebook": "9-1",
    "kind": "order",
    "stem": "排一排。",
    "explain": ["先问再算。"],
    "options": ["定目标", "设计问卷", "发放回收", "写报告"],
}
ITEMS = [
    SINGLE | {"stem": "哪一个 `x < y` **对**？\n只有一个。"},
    SINGLE | {"id": "9-1-q2", "kind": "multiple", "answer": [0, 2], "explain": ["甲对。", "乙不对。", "丙对。"]},
    {
        "id": "9-1-q3",
        "notebook": "9-1",
        "kind": "numeric",
        "stem": "多少？",
        "answer": -31.5,
        "tolerance": 0.05,
        "unit": "分",
        "explain": ["20 减 51.5。"],
    },
    {
        "id": "9-1-q4",
        "notebook": "9-1",
        "kind": "text",
        "stem": "叫什么？",
        "answer": ["净推荐值", "NPS"],
        "explain": ["看 6.2。"],
    },
    ORDER,
]


@pytest.fixture
def items(course):
    """Give the five kinds of items."""
    course.write("".join(toml("quiz", item) for item in ITEMS))
    return {item.kind: item for item in find_items("9-1")}


@pytest.fixture
def panel(items):
    """Build the panel over the five kinds."""
    return learn.quiz("9-1")


OUTCOMES = [
    ("single", None, None, "还没有作答：先选一个选项。"),
    ("single", 0, False, "还不对（你选的是 A）。甲不对。"),
    ("single", 1, True, "对了（你选的是 B）。乙对。"),
    ("multiple", [], None, "还没有作答：至少选一个选项。"),
    ("multiple", [2, 0], True, "对了。\nA：甲对。\nC：丙对。"),
    ("multiple", [0], False, "还不对。还少选了 1 个。"),
    ("multiple", [0, 1, 2], False, "还不对。\nB：乙不对。"),
    ("multiple", [1], False, "还不对。还少选了 2 个。\nB：乙不对。"),
    ("numeric", " ", None, "还没有作答：先填一个数。"),
    ("numeric", "三十", None, "“三十”不是数字。只写数字，如 31.5，不写单位和百分号。"),
    ("numeric", "-31.5%", None, "“-31.5%”不是数字。只写数字，如 31.5，不写单位和百分号。"),
    ("numeric", "-31.5", True, "对了。20 减 51.5。"),
    ("numeric", "−３１．５２ 分", True, "对了。20 减 51.5。"),
    ("numeric", "31.5", False, "还不对。20 减 51.5。"),
    ("numeric", "nan", None, "“nan”不是数字。只写数字，如 31.5，不写单位和百分号。"),
    ("text", "", None, "还没有作答：先填上文字。"),
    ("text", "nps。", True, "对了。看 6.2。"),
    ("text", "满意率", False, "还不对。看 6.2。"),
    ("order", [None, 1, 2, 3], None, "还没有作答：给每一项选一个位次。"),
    ("order", [1, 1, 2, 3], None, "有两项的位次一样。每个位次只能用一次。"),
    ("order", [1, 2, 4, 3], False, "还不对，有 2 项的位次是对的。先问再算。"),
    ("order", [1, 2, 3, 4], True, "对了。先问再算。"),
]


@pytest.mark.parametrize(("kind", "response", "solved", "message"), OUTCOMES)
def test_every_response_gets_its_sentence(items, kind, response, solved, message):
    """Is nothing judged that is not answered, and is the chosen wrong option explained?"""
    outcome = judge(items[kind], response)
    assert (outcome.solved, outcome.message) == (solved, message)


def test_an_explanation_that_opens_with_right_is_not_doubled(course):
    """Is 对了 said once where the explanation says 对 too?"""
    course.item(explain=["甲不对。", "对。乙是惯例。", "丙不对。"])
    (item,) = find_items("9-1")
    assert judge(item, 1).message == "对了（你选的是 B）。乙是惯例。"


def test_the_order_shown_is_fixed_and_never_the_right_one(course):
    """Does the shuffle depend on the id alone, and hide the right order for any id?"""
    course.write("".join(toml("quiz", ORDER | {"id": f"o{n}", "options": ["甲", "乙"]}) for n in range(20)))
    assert all(shuffled(item) == [1, 0] for item in find_items("9-1"))
    course.write("".join(toml("quiz", ORDER | {"id": f"o{n}"}) for n in range(20)))
    shown = [tuple(shuffled(item)) for item in find_items("9-1")]
    assert shown == [tuple(shuffled(item)) for item in find_items("9-1")]
    assert (0, 1, 2, 3) not in shown
    assert len(set(shown)) > 5


def test_without_a_kernel_the_questions_are_read_as_text(panel):
    """Are stems and options in the static output, in both forms, without answers or explanations?"""
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/markdown", "text/plain"}
    options = [
        f"    - {'ABCD'[place]}. {ORDER['options'][index]}" for place, index in enumerate(shuffled(panel.items[4]))
    ]
    assert bundle["text/markdown"].split("\n") == [
        "**自测 9-1**（5 题；运行这一格就能作答）",
        "",
        "1. 哪一个 `x < y` **对**？",
        "   只有一个。（单选）",
        "    - A. 甲",
        "    - B. 乙",
        "    - C. 丙",
        "",
        "2. 哪一个对？（多选）",
        "    - A. 甲",
        "    - B. 乙",
        "    - C. 丙",
        "",
        "3. 多少？（单位：分）（填数）",
        "",
        "4. 叫什么？（填空）",
        "",
        "5. 排一排。（排序）",
        *options,
    ]
    assert bundle["text/plain"] == bundle["text/markdown"].replace("**", "")


def widgets_of(panel, kind):
    return [widget for widget in everything(panel.container) if isinstance(widget, kind)]


def everything(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from everything(child)


def state_text(panel):
    return json.dumps([w.get_state() for w in everything(panel.container)], ensure_ascii=False, default=str)


def test_nothing_sent_to_the_page_gives_an_answer_away(panel):
    """Is neither the key nor an explanation in any widget's state before submission?"""
    state = state_text(panel)
    for secret in ("甲不对", "乙对", "20 减 51.5", "-31.5", "净推荐值", "先问再算", "看 6.2"):
        assert secret not in state


def test_a_panel_is_answered_submitted_and_scored(panel):
    """Does each submit button judge its own item, show the sentence as an alert, and move the score?"""
    buttons = widgets_of(panel, ipywidgets.Button)
    score = panel.container.children[-1]
    assert [(button.description, button.tooltip) for button in buttons] == [
        ("提交", f"提交第 {n} 题") for n in range(1, 6)
    ]
    buttons[0].click()
    said = panel.container.children[1].children[-1]
    assert said.value == (
        '<div role="alert" class="crmlab-quiz-said crmlab-quiz-open">还没有作答：先选一个选项。</div>'
    )
    assert score.value == "<div>共 5 题，已答 0 题，答对 0 题。</div>"
    assert progress.read().events == []

    (radio,) = widgets_of(panel, ipywidgets.RadioButtons)
    radio.value = 0
    buttons[0].click()
    assert said.value == (
        '<div role="alert" class="crmlab-quiz-said crmlab-quiz-wrong">✗ 还不对（你选的是 A）。甲不对。</div>'
    )
    radio.value = 1
    for box in widgets_of(panel, ipywidgets.Checkbox)[::2]:
        box.value = True
    number, text = (w for w in widgets_of(panel, ipywidgets.Text))
    number.value, text.value = "-31.5", "净推荐值"
    for drop in widgets_of(panel, ipywidgets.Dropdown):
        drop.value = ORDER["options"].index(drop.description) + 1
    for button in buttons:
        button.click()
    assert said.value == (
        '<div role="alert" class="crmlab-quiz-said crmlab-quiz-right">✓ 对了（你选的是 B）。乙对。</div>'
    )
    assert score.value == "<div>共 5 题，已答 5 题，答对 5 题。</div>"
    assert [(e["id"], e["solved"], e["response"]) for e in progress.read().events] == [
        ("9-1-q1", False, 0),
        ("9-1-q1", True, 1),
        ("9-1-q2", True, [0, 2]),
        ("9-1-q3", True, "-31.5"),
        ("9-1-q4", True, "净推荐值"),
        ("9-1-q5", True, [1, 2, 3, 4]),
    ]


def test_stems_are_escaped_and_lightly_marked_up(panel):
    """Is `code` and **bold** drawn, and a less-than sign not taken for a tag?"""
    stem = panel.container.children[1].children[0].value
    assert stem == "<div><b>1.</b> 哪一个 <code>x &lt; y</code> <b>对</b>？<br>只有一个。（单选）</div>"


def test_options_lose_their_marks_where_no_markup_is_drawn(course):
    """Do radio labels show the words, not the backticks and stars, and keep a lone star?"""
    course.item(options=["用 `csat()` 算", "**不**算", "2 * 3 * 4"])
    (radio,) = widgets_of(learn.quiz("9-1"), ipywidgets.RadioButtons)
    assert [label for label, _ in radio.options] == ["A. 用 csat() 算", "B. 不算", "C. 2 * 3 * 4"]


def test_the_keyboard_guard_is_installed_once_by_the_style(panel):
    """Is the script whole inside the attribute, and does it guard itself against a second run?"""
    style = panel.container.children[0].value
    assert "crmlab-quiz" in panel.container._dom_classes
    script = html.unescape(style.split('onload="')[1].split('">')[0])
    assert script.strip().startswith("if (!window.crmlabKeys) {")
    assert "data-lm-suppress-shortcuts" in script
    assert style.count("<style") == style.count("</style>") == 1
