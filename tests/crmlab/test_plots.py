"""Figures: Chinese draws, labels do not overlap, alternative text is there."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font

from crmlab import plots

STORES = pd.DataFrame(
    {"group": ["城南", "城北"] * 2, "value": [81, 70, -6, 20], "low": [76, 65, -15, 10], "high": [85, 75, 3, 30],
     "measure": ["满意率"] * 2 + ["净推荐值"] * 2}
)  # fmt: skip

CHARTS = {
    "intervals": lambda: plots.intervals(STORES, "城南店满意率第一，净推荐值却垫底", panel="measure"),
    "bars": lambda: plots.bars(pd.Series([5.0, -3.0], ["产品", "服务"]), "产品强、服务弱 −3", highlight="产品"),
    "lines": lambda: plots.lines(pd.DataFrame({"满意率": [1.0, 2.0], "复购率": [1.1, 2.01]}), "一起上升 $x^2$"),
    "heat": lambda: plots.heat(pd.DataFrame([[1.0, np.nan]], ["甲"], ["一", "二"]), "甲最高"),
    "hist": lambda: plots.hist(pd.Series([1, 2, 2, None]), "多数在 2 分", marks={"均值": 1.7}),
    "funnel": lambda: plots.funnel(pd.DataFrame({"step": ["发出", "有效"], "n": [2000, 812]}), "四成有效"),
    "quadrant": lambda: plots.quadrant(
        pd.DataFrame({"attribute": ["送货", "价格", "质量"], "performance": [5, 8, 5.05], "importance": [9, 8, 9.02]}),
        "送货最该先改", label="attribute", cuts=(6.0, 8.5),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_every_character_has_a_glyph(name):
    """Is every chart drawn without a missing-glyph warning, minus sign and math included?"""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png = plots.to_png(CHARTS[name]().get_figure(root=True))
    assert png.startswith(b"\x89PNG")


def test_font_holds_the_characters_of_the_course():
    """Does the bundled font itself hold Chinese characters, rather than a fallback box?"""
    import matplotlib.font_manager as fm

    font = FT2Font(fm.findfont(plots.font_family()))
    assert all(font.get_char_index(ord(character)) for character in "客户满意度净推荐值−％（）")


def test_same_figure_gives_the_same_bytes():
    """Are PNG bytes reproducible, so that a re-executed notebook does not change?"""
    first, second = (plots.to_png(CHARTS["bars"]().get_figure(root=True)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("fmt", ["{:.1f}", "{:+.1f} 元", "{:.1%}"])
def test_what_is_rounded_to_zero_has_no_minus_sign(fmt):
    """Are −0.0004 and −0.0 labelled 0.0 where one decimal is shown, and is a real minus kept?"""
    values = pd.Series([-0.0, -0.0004, -3.2], ["甲", "乙", "丙"])
    shown = [text.get_text() for text in plots.bars(values, "丙最低", fmt=fmt).texts]
    assert shown == [fmt.format(0.0), fmt.format(0.0), fmt.format(-3.2).replace("-", "−")]


@pytest.mark.parametrize("low", [0, -9])
def test_labels_that_the_layout_does_not_measure_change_nothing(low: int):
    """Would bars be drawn the same, point by point, if every value were measured, with long names and wide numbers?"""
    values = pd.Series([low, 88888.0, 3], ["很长的类名字" * 3, "乙", "丙"])
    drawn, measured = (plots.bars(values, "一句发现", xlabel="元") for _ in range(2))
    assert not any(text.get_in_layout() for text in drawn.texts if text.get_text() == "88888")
    for text in measured.texts:
        text.set_in_layout(True)
    measured.set_title("一句发现", loc="left", pad=10)  # its height is to be found out
    assert plots.to_png(drawn.get_figure(root=True)) == plots.to_png(measured.get_figure(root=True))


def test_labels_of_close_points_do_not_overlap():
    """Do two nearly equal attributes keep readable names?"""
    ax = CHARTS["quadrant"]()
    canvas = FigureCanvasAgg(ax.get_figure(root=True))
    canvas.draw()
    boxes = [t.get_window_extent(canvas.get_renderer()) for t in ax.texts if t.get_text() in {"送货", "质量"}]
    assert len(boxes) == 2 and not boxes[0].overlaps(boxes[1])


def test_line_names_are_pushed_apart():
    """Do two lines that end at nearly the same height keep readable names?"""
    ax = CHARTS["lines"]()
    canvas = FigureCanvasAgg(ax.get_figure(root=True))
    canvas.draw()
    shown = [t for t in ax.texts if t.get_alpha() != 0]
    boxes = [t.get_window_extent(canvas.get_renderer()) for t in shown]
    assert len(boxes) == 2 and not boxes[0].overlaps(boxes[1])


def test_setup_is_the_only_thing_that_changes_settings():
    """Do drawing functions leave the reader's own matplotlib settings alone?"""
    import matplotlib as mpl

    with mpl.rc_context():
        mpl.rcdefaults()
        before = dict(mpl.rcParams)
        CHARTS["bars"]()
        assert dict(mpl.rcParams) == before
        plots.setup()
        assert mpl.rcParams["font.family"][0] == "Noto Sans SC"


def test_show_displays_one_png_with_alternative_text(monkeypatch):
    """Is a figure one PNG output whose metadata and plain text carry the alternative text?"""
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw, metadata: shown.append((bundle, metadata)))
    alt = "两家店的满意率条形图，城南店更高，相差约十个百分点。"
    plots.show(CHARTS["bars"](), alt)
    ((bundle, metadata),) = shown
    assert bundle["image/png"].startswith(b"\x89PNG") and bundle["text/plain"] == alt
    assert metadata == {"image/png": {"alt": alt}}


def test_short_alternative_text_is_refused():
    """Does a figure without a real description fail, with a sentence that says why?"""
    with pytest.raises(ValueError) as caught:
        plots.show(Figure(), "图")
    assert str(caught.value) == "参数 alt 是给看不见图的人读的，至少 15 个字，你写了 1 个字。请写清图里看到什么。"


def test_bad_tables_are_refused_in_chinese():
    """Do an empty table and a misspelt column say so before anything is drawn?"""
    with pytest.raises(ValueError) as empty:
        plots.intervals(STORES.iloc[:0], "空")
    assert str(empty.value) == "表 table 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。"
    with pytest.raises(ValueError) as column:
        plots.intervals(STORES.rename(columns={"value": "valeu"}), "错列")
    assert str(column.value) == (
        "表 table 里没有列“value”。你是不是想写“valeu”？现有的列：group、valeu、low、high、measure。"
    )
    with pytest.raises(ValueError) as series:
        plots.bars(pd.Series(dtype=float), "空")
    assert str(series.value) == "参数 values 应是一列有名字的数（Series），至少一行。"
