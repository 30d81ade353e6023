"""expect: each visible test names what is missing in one sentence and shows no traceback."""

import math
from dataclasses import dataclass

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from crmlab import plots
from crmlab.learn import NotYet, expect

STUB = "`x` 还没有作答：把 `...` 换成你的代码。"
TABLE = pd.DataFrame({"store": ["城南", "城北"], "nps": [3.0, 12.5]})


@dataclass(frozen=True)
class Result:
    score: float


def told(check, *args, **kwargs):
    """Sentence that a check raises, or None when it passes."""
    try:
        assert check(*args, **kwargs) is None
    except NotYet as err:
        assert err._render_traceback_() == [str(err)]
        assert isinstance(err, AssertionError)
        return str(err)
    return None


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (62.5, None),
        (np.int64(0), None),
        (100, None),
        (..., STUB),
        ("62.5", "`x` 是文字“62.5”，这里要一个数。去掉引号，写成 62.5。"),
        (None, "`x` 是空值 None，这里要一个数。常见原因：函数里没有 return，或存下的是 print() 的结果。"),
        (Result(1.0), "`x` 是整个结果 Result，这里要一个数。结果里有 .score，取题目要的那一个。"),
        (math.nan, "`x` 是缺失值 NaN，这里要一个数。先看数据里有没有缺失值，再看分母是不是 0。"),
        (-math.inf, "`x` 是无穷大 inf，这里要一个有限的数。分母多半是 0，请检查除法。"),
        (0.625e4, "`x` 是 6250，可它应在 0 到 100 之间（%）。检查公式和分母。"),
        (-3, "`x` 是 -3，可它应在 0 到 100 之间（%）。检查公式和分母。"),
    ],
)
def test_number(answer, message):
    """Is a number there, finite and possible?"""
    assert told(expect.number, answer, "x", low=0, high=100, unit="%") == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (TABLE, None),
        (TABLE.assign(more=1), None),
        (..., STUB),
        (TABLE["nps"], "`x` 是一列数据（Series，2 个值），这里要一张表（DataFrame）。用 .reset_index() 把它变成表。"),
        (TABLE.rename(columns={"nps": "nsp"}), "`x` 里没有列“nps”。你是不是想写“nsp”？现有的列：store、nsp。"),
        (TABLE.set_index("store"), "`x` 里的“store”是行索引，不是列。用 .reset_index() 把它变成列。"),
        (pd.DataFrame(), "`x` 里没有列“store”。现有的列：一列也没有。"),
        (TABLE[:1], "`x` 应有 2 行，现在有 1 行。看看筛选和分组的条件。"),
        (TABLE[::-1], "`x` 应按“nps”从小到大排。用 .sort_values() 排一下。"),
    ],
)
def test_table(answer, message):
    """Is a table there, with its columns, rows and order?"""
    assert told(expect.table, answer, "x", columns=["store", "nps"], rows=2, sorted_by="nps") == message


def test_table_sorted_downwards_and_by_two_columns():
    """Are descending order and several keys told apart?"""
    assert told(expect.table, TABLE[::-1], "x", sorted_by="nps", descending=True) is None
    assert told(expect.table, TABLE, "x", sorted_by=["nps", "store"], descending=True) == (
        "`x` 应按“nps、store”从大到小排。用 .sort_values() 排一下。"
    )


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (pd.Series({"城南": 81.0, "城北": 74}), None),
        (..., STUB),
        ([81, 74], "`x` 是一个列表（list，2 项），这里要一列数据（Series）。用 pd.Series(...) 把它变成一列。"),
        (pd.Series({"城南": 81.0}), "`x` 的行索引里没有“城北”。你是不是想写“城南”？现有的：城南。"),
        (pd.Series(dtype=float), "`x` 的行索引里没有“城南”。现有的：一个也没有。"),
        (pd.Series({"城南": 1, "城北": 2, "城东": 3}), "`x` 应有 2 个值，现在有 3 个。"),
        (pd.Series({"城南": 81.0, "城北": 740}), "`x` 里“城北”这一项是 740，可它应在 0 到 100 之间。检查公式和分母。"),
        (
            pd.Series({"城南": 81.0, "城北": math.nan}),
            "`x` 里“城北”这一项是缺失值 NaN，这里要一个数。先看数据里有没有缺失值，再看分母是不是 0。",
        ),
        (pd.Series({"城南": 81.0, "城北": "高"}), "`x` 里“城北”这一项是文字“高”，这里要一个数。"),
    ],
)
def test_series(answer, message):
    """Is a column there, with its labels and possible values?"""
    assert told(expect.series, answer, "x", index=["城南", "城北"], length=2, low=0, high=100) == message


def test_series_suggests_names_only_for_texts():
    """Is no number offered for another number, when a column still has the default index?"""
    left = pd.Series([0.5, 0.6, 0.7])
    assert told(expect.series, left, "x", index=[0, 20]) == "`x` 的行索引里没有“20”。现有的：0、1、2。"
    assert told(expect.series, left, "x", index=["2 组"]) == "`x` 的行索引里没有“2 组”。现有的：0、1、2。"
    named = pd.Series({"早上好": 0.5, 20: 0.6})
    assert told(expect.series, named, "x", index=["早上"]) == (
        "`x` 的行索引里没有“早上”。你是不是想写“早上好”？现有的：早上好、20。"
    )


def test_series_without_a_range_may_hold_anything():
    """Are texts fine where no range is given?"""
    assert told(expect.series, pd.Series(["高", "低"]), "x", length=2) is None


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("先补货，再谈推荐。", None),
        (..., STUB),
        ("好 的\n", "`x` 至少写 6 个字，现在是 2 个。"),
        (7, "`x` 是数 7，这里要一段文字。在两边加上引号。"),
    ],
)
def test_text(answer, message):
    """Is a text there and long enough?"""
    assert told(expect.text, answer, "x", min_chars=6) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("B", None),
        (..., STUB),
        ("b", "`x` 是“b”，不在选项里。请写成“B”（注意大小写和全角、半角）。"),
        ("D", "`x` 是“D”，不在选项里。可选的有：A、B、C。"),
        (2, "`x` 是数 2，这里要选项的文字。写一个选项，两边加引号。"),
    ],
)
def test_choice(answer, message):
    """Is it one of the options, exactly as written?"""
    assert told(expect.choice, answer, "x", ["A", "B", "C"]) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (["A", "C"], None),
        ({"A", "B"}, None),
        (..., STUB),
        ([...], STUB),
        ("A", '`x` 是文字“A”，这里要由选项组成的列表。写成方括号里的几个选项，如 ["A", "C"]。'),
        (["A", "Ｃ"], "`x` 是“Ｃ”，不在选项里。请写成“C”（注意大小写和全角、半角）。"),
        (["A", 4], "`x` 是 4，不在选项里。可选的有：A、B、C。"),
        (["A", "A"], "`x` 里有选项写了两遍。每个选项只写一次。"),
        (["A"], "`x` 至少选 2 个，现在是 1 个。"),
    ],
)
def test_choices(answer, message):
    """Is it a list of options without repetition?"""
    assert told(expect.choices, answer, "x", ["A", "B", "C"], at_least=2) == message


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda scores, top=2: 1.5, None),
        (..., STUB),
        (lambda scores, top=2: ..., STUB),
        (lambda scores, top=2: None, "`x([4, 5], top=2)` 没有返回值。函数最后要写 return；print 只是显示，不是返回。"),
        (lambda scores, top=2: "1", "`x([4, 5], top=2)` 返回的是文字“1”，这里要一个数。去掉引号，写成 1。"),
        (
            lambda scores: 1,
            "`x([4, 5], top=2)` 运行时出错：TypeError（<lambda>() got an unexpected keyword argument 'top'）。"
            "先在自己的格子里调用一次，看是哪一行。",
        ),
        (1.5, "`x` 是数 1.5，这里要一个函数。只写函数的名字，后面不加括号。"),
        (TABLE, "`x` 是一张表（DataFrame，2 行 2 列），这里要一个函数。只写函数的名字，后面不加括号。"),
    ],
)
def test_function(answer, message):
    """Can it be called, and does it return the right kind of thing?"""
    assert told(expect.function, answer, "x", args=[[4, 5]], kwargs={"top": 2}, returns="number") == message


def test_function_shows_tables_and_long_arguments_shortly():
    """Does the sentence stay readable when a table is passed, and is a result not asked for ignored?"""
    assert told(expect.function, lambda *_: 1 / 0, "x", args=[TABLE, TABLE["nps"], list(range(99))]) == (
        "`x(表, 列, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9…)` 运行时出错：ZeroDivisionError（division by zero）。"
        "先在自己的格子里调用一次，看是哪一行。"
    )
    assert told(expect.function, lambda: None, "x") is None


def axes(title="城南店满意率最高", xlabel="门店", ylabel="满意率（%）"):
    """Draw two bars, one line, three points, with names in a font that has Chinese letters."""
    plots.setup()
    ax = Figure().add_subplot()
    ax.set_title(title)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    return ax


def barred(**names):
    ax = axes(**names)
    ax.bar(["城南", "城北"], [81, 74])
    return ax


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (barred, None),
        (lambda: barred().figure, None),
        (lambda: ..., STUB),
        (lambda: None, "`x` 是空值 None，这里要一张图的坐标轴（Axes）。先写 fig, ax = plt.subplots()，再用 ax 画。"),
        (Figure, "`x` 是一个 Figure，这里要一张图的坐标轴（Axes）。先写 fig, ax = plt.subplots()，再用 ax 画。"),
        (lambda: barred(title=" "), '`x` 还没有标题。用 ax.set_title("……") 写一句你的发现。'),
        (lambda: barred(title="CSAT"), "`x` 的标题“CSAT”里没有中文。用一句中文写出你的发现。"),
        (lambda: barred(title="城北店最低"), "`x` 的标题“城北店最低”里没有“城南”。标题要说出它。"),
        (lambda: barred(xlabel=""), '`x` 的横轴没有名字。用 ax.set_xlabel("……") 写上名字和单位。'),
        (lambda: barred(ylabel=""), '`x` 的纵轴没有名字。用 ax.set_ylabel("……") 写上名字和单位。'),
        (axes, "`x` 里还没有柱。用 ax.bar() 或 ax.barh() 画。"),
    ],
)
def test_figure(answer, message):
    """Does the figure have a Chinese title, names on its axes and the wanted shapes?"""
    assert told(expect.figure, answer(), "x", title_contains="城南", kind="bars", count=2) == message


def test_figure_counts_its_shapes():
    """Are lines, loose markers, scatter points and bars counted apart?"""
    ax = axes()
    ax.plot([1, 2, 3], [1, 2, 3])
    ax.plot([1, 2], [3, 4], "o")
    ax.scatter([1, 2, 3], [3, 2, 1])
    for kind, count in (("lines", 1), ("points", 5)):
        assert told(expect.figure, ax, "x", kind=kind, count=count) is None
    assert told(expect.figure, ax, "x", kind="lines", count=2) == "`x` 里应有 2 条线，现在有 1 条。"
    assert told(expect.figure, ax, "x", kind="points", count=6) == "`x` 里应有 6 个点，现在有 5 个。"
    assert told(expect.figure, ax, "x", kind="bars") == "`x` 里还没有柱。用 ax.bar() 或 ax.barh() 画。"


def test_figure_without_labels_and_with_a_title_above():
    """Is a figure title or a left title as good, and may the names of the axes be waived?"""
    ax = axes(title="", xlabel="", ylabel="")
    ax.figure.suptitle("城南店满意率最高")
    assert told(expect.figure, ax, "x", labels=False) is None
    ax = axes(title="", xlabel="", ylabel="")
    ax.set_title("城南店满意率最高", loc="left")
    assert told(expect.figure, ax, "x", labels=False) is None


def test_figure_whose_title_would_be_boxes():
    """Is a font without Chinese letters found before anybody looks at the picture?"""
    with matplotlib.rc_context({"font.family": ["No Such Font", "DejaVu Sans"]}):
        ax = Figure().add_subplot()
        ax.set_title("城南店满意率最高")
        assert told(expect.figure, ax, "x") == "`x` 的标题里“城”画不出来，会变成方框。画图前先运行 plots.setup()。"


def test_figure_of_an_unknown_kind_is_the_authors_error():
    """Is a misspelt kind an error for the author and not a sentence for the student?"""
    with pytest.raises(ValueError) as caught:
        expect.figure(axes(), "x", kind="bar")
    assert str(caught.value) == "参数 kind 不能是“bar”。你是不是想写“bars”？可用的值：bars、lines、points。"
