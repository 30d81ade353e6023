"""Practice files: read, checked, looked up, reread after an edit."""

import os

import pytest

from crmlab.learn._errors import PracticeError, UnknownIdError
from crmlab.learn.practice import find_exercise, find_items, load_all, load_file, practice_paths
from tests.crmlab.learn.made import NUMBER, SINGLE, toml

AT = "09_demo/practice_9-1.toml：第 1 个 [[exercise]]（id = 9.1.1）"
MISTAKE = {"when": "answer > 1", "say": "太大。", "example": "2"}

BAD_EXERCISES = {
    "unknown key": (
        {"tolerence": 1},
        "：不认识的键“tolerence”。你是不是想写“tolerance”？可用的键：id、notebook、kind、prompt、"
        "expected、setup、tolerance、low、high、unit、options、ordered、calls、hints、solution、success、mistake。",
    ),
    "missing key": ({"hints": None}, "：缺少“hints”。请补上 hints = ……（列表）。"),
    "text wanted": ({"prompt": 3}, "：“prompt”应是文字，现在是 3。"),
    "number wanted": ({"tolerance": "0.1"}, "：“tolerance”应是数字，现在是 '0.1'。"),
    "truth is no number": ({"low": True}, "：“low”应是数字，现在是 True。"),
    "empty text": ({"success": " "}, "：“success”是空的。请写上内容。"),
    "unknown kind": (
        {"kind": "numbr"},
        "：kind 不能是“numbr”。你是不是想写“number”？可用的值：number、text、choice、table、series、list、function。",
    ),
    "no hints": ({"hints": []}, "：“hints”应是至少一条文字的列表，现在是 []。"),
    "hint is no text": ({"hints": [1]}, "：“hints”应是至少一条文字的列表，现在是 [1]。"),
    "mistake that is no section": (
        {"mistake": "answer > 1"},
        "：mistake 要写成 [[exercise.mistake]]（两层方括号），一种错误一段。",
    ),
    "function with empty calls": (
        {"kind": "function", "calls": []},
        "：“calls”应是至少一条文字的列表，一条是一次调用的参数；现在是 []。",
    ),
    "broken call": (
        {"kind": "function", "calls": ["1, ("]},
        "：“calls”应是一个 Python 表达式，第 1 行写错了：'(' was never closed。",
    ),
    "key of another kind": (
        {"kind": "text", "low": 0},
        "：“low”只用于 kind 是 number、series、list 的题，这一题是 text。请删去。",
    ),
    "choice without options": ({"kind": "choice"}, "：choice 题缺少“options”。请补上 options = [……]。"),
    "function without calls": ({"kind": "function"}, "：function 题缺少“calls”。请补上 calls = [……]。"),
    "negative tolerance": ({"tolerance": -1}, "：“tolerance”不能小于 0，现在是 -1。"),
    "empty range": ({"low": 5, "high": 5}, "：“low”（5）应小于“high”（5）。"),
    "broken expression": (
        {"expected": "ch.answers["},
        "：“expected”应是一个 Python 表达式，第 1 行写错了：'[' was never closed。",
    ),
    "broken solution": (
        {"solution": "x = 1\ny ="},
        "：“solution”应是能运行的 Python 代码，第 2 行写错了：invalid syntax。",
    ),
    "broken mistake": (
        {"mistake": [MISTAKE | {"when": "answer >"}]},
        "的第 1 个 [[exercise.mistake]]：“when”应是一个 Python 表达式，第 1 行写错了：invalid syntax。",
    ),
    "mistake without example": (
        {"mistake": [{"when": "answer > 1", "say": "太大。"}]},
        "的第 1 个 [[exercise.mistake]]：缺少“example”。请补上 example = ……（文字）。",
    ),
}

QUIZ_AT = "09_demo/practice_9-1.toml：第 1 个 [[quiz]]（id = 9-1-q1）"
BAD_ITEMS = {
    "unknown key": (
        {"stam": "？"},
        "：不认识的键“stam”。你是不是想写“stem”？"
        "可用的键：id、notebook、kind、stem、options、answer、tolerance、unit、explain、source。",
    ),
    "unknown kind": (
        {"kind": "singel"},
        "：kind 不能是“singel”。你是不是想写“single”？可用的值：single、multiple、numeric、text、order。",
    ),
    "index out of range": ({"answer": [3]}, "：“answer”里的 3 超出范围，3 个选项的序号是 0–2。"),
    "index is no number": ({"answer": ["B"]}, "：“answer”应是选项序号的列表（从 0 数起），如 [2]；现在是 ['B']。"),
    "no answer": ({"answer": []}, "：“answer”应是选项序号的列表（从 0 数起），如 [2]；现在是 []。"),
    "two answers to a single": (
        {"answer": [0, 1]},
        "：single 题只有一个答案，“answer”现在有 2 个。多选请用 multiple。",
    ),
    "answer twice": ({"kind": "multiple", "answer": [1, 1]}, "：“answer”里有重复的序号：[1, 1]。"),
    "too few explanations": ({"explain": ["甲不对。"]}, "：有 3 个选项，“explain”要一个选项一条，现在是 1 条。"),
    "options twice": ({"options": ["甲", "甲", "丙"]}, "：“options”里有两个选项一模一样。请改掉一个。"),
    "one option": ({"options": ["甲"]}, "：“options”要有 2–10 个选项，现在是 1 个。"),
    "options of a number": ({"kind": "numeric"}, "：numeric 题不用“options”。请删去。"),
    "answer of an order": ({"kind": "order", "explain": ["看步骤。"]}, "：order 题不用“answer”。请删去。"),
    "missing answer": ({"answer": None}, "：single 题缺少“answer”。请补上。"),
    "number as list": (
        {"kind": "numeric", "options": None, "explain": ["算。"]},
        "：numeric 题的“answer”应是一个数字，现在是 [1]。",
    ),
    "explanations of a number": (
        {"kind": "numeric", "options": None, "answer": 1},
        "：numeric 题的“explain”只要一条，现在是 3 条。",
    ),
    "text answer as text": (
        {"kind": "text", "options": None, "answer": "甲", "explain": ["看书。"]},
        "：text 题的“answer”应是可接受答案的列表，现在是 '甲'。",
    ),
    "negative tolerance": (
        {"kind": "numeric", "options": None, "answer": 1, "explain": ["算。"], "tolerance": -1},
        "：“tolerance”不能小于 0，现在是 -1。",
    ),
    "tolerance of a single": ({"tolerance": 1}, "：“tolerance”只用于 kind 是 numeric 的题，这一题是 single。请删去。"),
}


@pytest.mark.parametrize("case", BAD_EXERCISES)
def test_a_wrong_exercise_is_refused_with_the_place_and_the_remedy(course, case):
    """Does each slip of an author get its whole sentence?"""
    fields, message = BAD_EXERCISES[case]
    path = course.exercise(**fields)
    with pytest.raises(PracticeError) as caught:
        load_file(path)
    assert str(caught.value) == AT + message


@pytest.mark.parametrize("case", BAD_ITEMS)
def test_a_wrong_quiz_item_is_refused_with_the_place_and_the_remedy(course, case):
    """Does each slip of an author get its whole sentence?"""
    fields, message = BAD_ITEMS[case]
    path = course.item(**fields)
    with pytest.raises(PracticeError) as caught:
        load_file(path)
    assert str(caught.value) == QUIZ_AT + message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[[exercises]]\nid = 1",
            "不认识的键“exercises”。你是不是想写“exercise”？"
            "最外层只有 [[exercise]] 和 [[quiz]]；别的键要写在某一题里面。",
        ),
        ("[exercise]\nid = 1", "exercise 要写成 [[exercise]]（两层方括号），一题一段。"),
        ("id = ", "TOML 写错了：Invalid value (at end of document)。"),
    ],
)
def test_a_file_that_is_not_a_practice_file_is_refused(course, text, message):
    """Does a wrong outermost key, a single bracket or broken TOML get its sentence?"""
    with pytest.raises(PracticeError) as caught:
        load_file(course.write(text))
    assert str(caught.value) == f"09_demo/practice_9-1.toml：{message}"


def test_a_file_in_another_encoding_is_refused(course):
    """Is a GBK file named as such rather than read as garbage?"""
    path = course.chapter / "practice_9-1.toml"
    path.write_bytes(toml("exercise", NUMBER).encode("gbk"))
    with pytest.raises(PracticeError) as caught:
        load_file(path)
    assert str(caught.value) == "09_demo/practice_9-1.toml：不是 UTF-8 编码。请另存为 UTF-8。"


def test_an_id_may_stand_only_once_in_a_file(course):
    """Is the second use of an id found, also between an exercise and a quiz item?"""
    path = course.write(toml("exercise", NUMBER) + toml("quiz", SINGLE | {"id": "9.1.1"}))
    with pytest.raises(PracticeError) as caught:
        load_file(path)
    assert str(caught.value) == (
        "09_demo/practice_9-1.toml：第 1 个 [[quiz]]（id = 9.1.1）：id 与前面一题重复。每题的 id 只能用一次，请换一个。"
    )


def test_an_id_may_stand_only_once_in_the_course(course):
    """Is an id used in a chapter and in a case found, with both places?"""
    course.exercise()
    course.write(toml("exercise", NUMBER), course.case, "practice_case.toml")
    with pytest.raises(PracticeError) as caught:
        load_all()
    assert str(caught.value) == (
        "c09_shop/practice_case.toml：id“9.1.1”在 09_demo/practice_9-1.toml 里已经用过。每题的 id 只能用一次，请换一个。"
    )


def test_an_unknown_id_names_the_nearest(course):
    """Does a misspelt exercise id lead to the right one?"""
    course.exercise()
    with pytest.raises(UnknownIdError) as caught:
        find_exercise("9.1.l")
    assert str(caught.value) == "没有叫“9.1.l”的即时练。你是不是想写“9.1.1”？现有的题号：9.1.1。"
    assert caught.value._render_traceback_() == [str(caught.value)]


def test_an_id_that_is_a_number_is_refused(course):
    """Is learn.check(9.1, ...) told to use quotes?"""
    course.exercise()
    with pytest.raises(TypeError) as caught:
        find_exercise(9.1)
    assert str(caught.value) == '题号要写成文字（加引号），如 learn.check("6.2.2", ...)；你给的是 9.1。'


def test_an_unknown_notebook_or_item_names_the_nearest(course):
    """Does a misspelt notebook or item lead to the right one?"""
    course.item()
    with pytest.raises(UnknownIdError) as caught:
        find_items("9-2")
    assert str(caught.value) == "“9-2”没有自测题。你是不是想写“9-1”？有自测题的：9-1。"
    with pytest.raises(UnknownIdError) as caught:
        find_items("9-1", ["9-1-q2"])
    assert str(caught.value) == "“9-1”没有叫“9-1-q2”的自测题。你是不是想写“9-1-q1”？现有的题号：9-1-q1。"


def test_items_come_in_the_order_that_was_asked_for(course):
    """Does only=[...] choose and order the items?"""
    course.write("".join(toml("quiz", SINGLE | {"id": f"9-1-q{n}"}) for n in (1, 2, 3)))
    assert [item.id for item in find_items("9-1")] == ["9-1-q1", "9-1-q2", "9-1-q3"]
    assert [item.id for item in find_items("9-1", ["9-1-q3", "9-1-q1"])] == ["9-1-q3", "9-1-q1"]


def test_a_file_is_read_once_and_again_after_an_edit(course, monkeypatch):
    """Does a long-lived kernel neither reread the file at every call nor miss an edit?"""
    path = course.exercise()
    first = load_file(path)
    assert load_file(path) is first
    course.exercise(prompt="改过的题目")
    os.utime(path, ns=(1, 1))
    assert load_file(path).exercises[0].prompt == "改过的题目"


def test_chapters_and_cases_are_searched_and_see_their_own_data(course):
    """Does `ch` mean the folder that the practice file lies in?"""
    course.exercise()
    case = NUMBER | {"id": "K9", "expected": "ch.orders['spend_yuan'].sum()"}
    course.write(toml("exercise", case), course.case, "practice_case.toml")
    assert [path.name for path in practice_paths()] == ["practice_9-1.toml", "practice_case.toml"]
    assert find_exercise("9.1.1").expected_value() == 6.0
    assert find_exercise("K9").expected_value() == 40


def test_expressions_see_setup_and_the_course_modules(course):
    """Are names of the setup, numpy, pandas and the topic modules available, in comprehensions too?"""
    course.exercise(setup="scores = ch.answers['nps']", expected="sum(np.sqrt(s) for s in scores if pd.notna(s))")
    assert find_exercise("9.1.1").expected_value() == pytest.approx(5**0.5 + 10**0.5 + 3)
    course.exercise(expected="satisfaction.nps(data.load_chapter('09_demo').answers['nps']).n")
    assert find_exercise("9.1.1").expected_value() == 4


def test_a_right_answer_that_cannot_be_computed_is_not_the_learners_fault(course):
    """Does a failing `expected` say so, and whom to tell?"""
    course.exercise(expected="ch.answers['csat'].mean()")
    with pytest.raises(PracticeError) as caught:
        find_exercise("9.1.1").expected_value()
    assert str(caught.value) == (
        "即时练 9.1.1 的标准答案算不出来（KeyError：'csat'）。这不是你的错，请告诉老师检查“09_demo”的练习文件。"
    )
