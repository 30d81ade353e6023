"""check, hint and solution: one Chinese sentence or two for every kind of answer."""

import math
from decimal import Decimal

import numpy as np
import pytest

from crmlab import learn
from crmlab.learn import _show, progress
from crmlab.learn._errors import PracticeError
from crmlab.learn.check import _hints_shown, verdict
from crmlab.learn.practice import find_exercise
from tests.crmlab.learn.made import MORE, RESULT, TABLE, Words

NUMBERS = [
    (Decimal("-31.2"), "对了。"),
    (..., "还没有作答：把 `...` 换成你的代码。"),
    (-31.2, "对了。"),
    (np.float64(-31.2), "对了。"),
    (np.array(-31.2), "对了。"),
    (-31.24, "对了。"),
    (-31.3, f"你得到 -31.3，还不对。{MORE}"),
    (-31, "你得到 -31，小数舍得太早了。先不要取整，把算出来的数直接交上来。"),
    (-0.312, "你得到 -0.312，像是占比（0–1）。题目要百分数：乘 100。"),
    (-0.31, "你得到 -0.31，像是占比（0–1）。题目要百分数：乘 100。"),
    (-3120.0, "你得到 -3120，像是百分数。题目要占比（0–1）：除以 100。"),
    (31.2, "你得到 31.2，大小对了，符号反了。看看是谁减谁。"),
    (140, "你得到 140，可它应在 -100 到 100 之间（分）。检查公式和分母。"),
    (math.nan, "你给的是缺失值 NaN，这里要一个数。先看数据里有没有缺失值，再看分母是不是 0。"),
    (math.inf, "你给的是无穷大 inf，这里要一个有限的数。分母多半是 0，请检查除法。"),
    ("-31.2", "你给的是文字“-31.2”，这里要一个数。去掉引号，写成 -31.2。"),
    ("３１", "你给的是文字“３１”，这里要一个数。去掉引号，写成 31。"),
    ("31%", "你给的是文字“31%”，这里要一个数。去掉引号和百分号，写成数字。"),
    ("不知道", "你给的是文字“不知道”，这里要一个数。先算出数值，再存下来。"),
    (None, "你给的是空值 None，这里要一个数。常见原因：函数里没有 return，或存下的是 print() 的结果。"),
    (True, "你给的是真假值 True，这里要一个数。你多半写了一个比较式（如 == 或 >），它只回答真假。"),
    (np.True_, "你给的是真假值 True，这里要一个数。你多半写了一个比较式（如 == 或 >），它只回答真假。"),
    (TABLE, "你给的是一张表（DataFrame，3 行 2 列），这里要一个数。用 .loc[行, 列] 取出题目要的那一格。"),
    (
        TABLE["nps"],
        "你给的是一列数据（Series，3 个值），这里要一个数。先汇总成一个数（如 .mean()），或用 .loc[...] 取出一个。",
    ),
    (TABLE["nps"][:1], "你给的是一列数据（Series，1 个值），这里要一个数。用 .iloc[0] 取出它。"),
    ([1, 2], "你给的是一个列表（list，2 项），这里要一个数。先汇总成一个数，或取出其中一个。"),
    ((1,), "你给的是一个元组（tuple，1 项），这里要一个数。用 [0] 取出它。"),
    (np.zeros((2, 3)), "你给的是一个数组（array，形状 (2, 3)），这里要一个数。先汇总成一个数，或取出其中一个。"),
    ({"a": 1}, "你给的是一个字典（dict，1 项），这里要一个数。用键取出题目要的那一个值。"),
    (RESULT, "你给的是整个结果 Result，这里要一个数。结果里有 .score、.low、.n，取题目要的那一个。"),
    (Words("x"), "你给的是整个结果 Words，这里要一个数。从结果里取出题目要的那一部分。"),
    (len, "你给的是函数 len 本身，这里要一个数。在名字后面加上括号和参数，把它算出来。"),
    (1j, "你给的是一个 complex，这里要一个数。把题目要的数存下来。"),
]


@pytest.mark.parametrize(("answer", "message"), NUMBERS, ids=[str(i) for i in range(len(NUMBERS))])
def test_a_number_is_diagnosed_by_type_then_scale_then_range_then_value(say, answer, message):
    """Does each kind of wrong number get its own next step?"""
    assert say(answer, expected="-31.2", tolerance=0.05, low=-100, high=100, unit="分") == message


def test_without_a_tolerance_a_number_is_exact_up_to_rounding_noise(say):
    """Is 0.1 + 0.2 right for 0.3, and 0.3001 not?"""
    assert say(0.1 + 0.2, expected="0.3") == "对了。"
    assert say(0.3001, expected="0.3") == f"你得到 0.3001，还不对。{MORE}"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"low": 0}, "你得到 -7，可它应不小于 0。检查公式和分母。"),
        ({"high": -8}, "你得到 -7，可它应不大于 -8。检查公式和分母。"),
        ({"low": 0, "high": 1, "unit": "0 到 1 的占比"}, "你得到 -7，可它应是 0 到 1 的占比。检查公式和分母。"),
    ],
)
def test_a_range_may_be_open_on_one_side_or_told_by_its_unit(say, fields, message):
    """Does the range sentence name the bounds that there are, once?"""
    assert say(-7, expected="0.5", **fields) == message


def test_a_right_answer_of_the_wrong_kind_is_not_the_learners_fault(course):
    """Is an exercise whose own answer is a Series, where a number is wanted, told as the course's error?"""
    course.exercise(expected="ch.answers['nps']")
    with pytest.raises(PracticeError) as caught:
        verdict(find_exercise("9.1.1"), 3)
    assert str(caught.value) == (
        "即时练 9.1.1 的标准答案是一列数据（Series，4 个值），这里要一个数。先汇总成一个数（如 .mean()），或用 .loc[...] 取出一个。"
        "这不是你的错，请告诉老师检查“09_demo”的练习文件。"
    )


def test_a_missing_value_may_be_the_right_answer(say):
    """Is NaN accepted where NaN is the lesson?"""
    assert say(math.nan, expected="float('nan')") == "对了。"


MISTAKES = [
    {"when": "0 <= answer <= 1", "say": "这像满意率。", "example": "0.3"},
    {"when": "isinstance(answer, pd.Series)", "say": "取 .score。", "example": "pd.Series([1])"},
    {"when": "abs(answer - expected) < 2", "say": "很近了。", "example": "-6.5"},
]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (0.31, "这像满意率。"),
        (TABLE["nps"], "取 .score。"),
        (-7.5, "很近了。"),
        (-6.0, "对了。"),
        (True, "你给的是真假值 True，这里要一个数。你多半写了一个比较式（如 == 或 >），它只回答真假。"),
        ("0.5", "你给的是文字“0.5”，这里要一个数。去掉引号，写成 0.5。"),
        (TABLE, "你给的是一张表（DataFrame，3 行 2 列），这里要一个数。用 .loc[行, 列] 取出题目要的那一格。"),
    ],
)
def test_a_foreseen_mistake_is_told_before_the_general_diagnosis(say, answer, message):
    """Does the author's sentence win, and does a condition that fails on a type count as not met?"""
    assert say(answer, expected="-6.0", mistake=MISTAKES) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("净推荐值", "对了。"),
        (" NPS。", "对了。"),
        ("ｎｐｓ", "对了。"),
        ("满意率", f"“满意率”还不对。{MORE}"),
        ("  ", "答案是空的。把文字写在引号里面。"),
        (9, "你给的是数 9，这里要一段文字。在两边加上引号。"),
    ],
)
def test_a_text_is_compared_without_case_width_and_blanks(say, answer, message):
    """Is what a person would call the same text the same?"""
    assert say(answer, kind="text", expected="['净推荐值', 'NPS']") == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("B", "对了。"),
        ("ｂ ", "对了。"),
        ("A", f"“A”还不对。{MORE}"),
        ("E", "“E”不在选项里。可选的有：A、B、C、D。"),
        (1, "你给的是数 1，这里要选项的文字。写一个选项，两边加引号。"),
        (["B"], "你给的是一个列表（list，1 项），这里要选项的文字。写一个选项，两边加引号。"),
    ],
)
def test_a_choice_is_one_of_its_options(say, answer, message):
    """Is an option that does not exist told apart from a wrong one?"""
    assert say(answer, kind="choice", options=["A", "B", "C", "D"], expected="'B'") == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (["C", "A"], "对了。"),
        (("c", "a"), "对了。"),
        ({"A", "C"}, "对了。"),
        (["A"], f"少选了 1 个。{MORE}"),
        (["A", "B", "C"], f"多选了 1 个。{MORE}"),
        (["A", "B"], f"多选了 1 个，少选了 1 个。{MORE}"),
        (["A", "F"], "“F”不在选项里。可选的有：A、B、C、D。"),
        ("AC", '你给的是文字“AC”，这里要由选项组成的列表。写成方括号里的几个选项，如 ["A", "C"]。'),
    ],
)
def test_several_choices_are_a_set(say, answer, message):
    """Does the order not matter, and is the difference told in numbers?"""
    assert say(answer, kind="choice", options=["A", "B", "C", "D"], expected="['A', 'C']") == message


def test_check_shows_the_sentence_on_stdout_and_records_the_attempt(course, capsys):
    """Is each attempt recorded once, and a stub not counted as one?"""
    course.exercise(expected="6.0")
    for answer in (..., 5, 6.0):
        assert learn.check("9.1.1", answer) is None
    shown = capsys.readouterr()
    assert shown.out == f"还没有作答：把 `...` 换成你的代码。\n你得到 5，还不对。{MORE}\n对了。\n"
    assert shown.err == ""
    assert [(e["kind"], e["id"], e["notebook"], e["solved"]) for e in progress.read().events] == [
        ("check", "9.1.1", "9-1", False),
        ("check", "9.1.1", "9-1", True),
    ]


def test_hints_come_one_by_one_and_the_last_names_the_solution(course, capsys):
    """Does each call give one hint more, and does the end lead on?"""
    course.exercise()
    _hints_shown.clear()
    for _ in range(4):
        learn.hint("9.1.1")
    lead_on = '要看参考答案，运行 `learn.solution("9.1.1")`。'
    assert capsys.readouterr().out.splitlines() == [
        "提示 1/2：想一想。",
        "提示 2/2：再想一想。",
        "",
        f"这是最后一条提示。{lead_on}",
        f"2 条提示都看完了。{lead_on}",
        f"2 条提示都看完了。{lead_on}",
    ]
    assert [event["step"] for event in progress.read().events] == [1, 2]


def test_the_solution_is_shown_as_code(course, capsys):
    """Does the solution come with its line breaks, and is the look recorded?"""
    course.exercise(solution="\nanswers = ch.answers\nnps_mean = answers['nps'].mean()\n")
    learn.solution("9.1.1")
    assert capsys.readouterr().out == (
        "参考答案 9.1.1（做法不止一种）：\nanswers = ch.answers\nnps_mean = answers['nps'].mean()\n"
    )
    assert [event["kind"] for event in progress.read().events] == ["solution"]


def test_in_a_notebook_the_sentence_is_markdown_with_a_plain_twin(course, monkeypatch):
    """Does a kernel get both forms in one display, and the solution as a code block?"""
    shown = []
    monkeypatch.setattr(_show, "get_ipython", object)
    monkeypatch.setattr(_show, "display", lambda data, raw: shown.append((data, raw)))
    course.exercise(expected="6.0")
    learn.check("9.1.1", 6)
    learn.solution("9.1.1")
    title = "参考答案 9.1.1（做法不止一种）："
    code = "nps_mean = ch.answers['nps'].mean()"
    assert shown == [
        ({"text/markdown": "对了。", "text/plain": "对了。"}, True),
        ({"text/markdown": f"{title}\n\n```python\n{code}\n```", "text/plain": f"{title}\n{code}"}, True),
    ]
