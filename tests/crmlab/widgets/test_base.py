"""The frame of every widget: pictures, alternative text, newest value first, errors as a sentence."""

import base64
import io
import threading

import numpy as np
import pytest
from PIL import Image

from crmlab.widgets.base import FRAMES, ControlError, LiveFigure, Panel
from crmlab.widgets.controls import whole

ALT = "一根条，高度是问卷份数。"


def bar(ax, n):
    ax.set_ylim(0, 100)
    ax.bar([0], [n])
    ax.set_ylabel("份数（份）")
    return f"收回 {n} 份问卷"


def figure(draw=bar, alt=ALT, **options):
    return LiveFigure(draw, {"n": whole("问卷", 10, 0, 100, unit="份")}, alt, **options)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_bundle_for_every_reader():
    """Does one output serve a live page, a page without a kernel and a screen reader?"""
    live = figure()
    data, metadata = live._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert data["text/plain"] == "收回 10 份问卷。一根条，高度是问卷份数。"
    assert metadata == {"image/png": {"alt": data["text/plain"]}}
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == live.container.model_id
    assert (pixels(base64.b64decode(data["image/png"])) == pixels(live.png)).all()


def test_static_picture_is_reproducible():
    """Do two runs leave the same bytes in the notebook?"""
    first, second = (figure()._repr_mimebundle_()[0] for _ in range(2))
    assert first["image/png"] == second["image/png"]


def test_slider_changes_picture_and_words():
    """Do picture, tooltip and alternative text follow the slider together?"""
    live = figure()
    before = live.png
    live.controls["n"].value = 60
    assert live.png != before
    assert bytes(live.picture.value) == live.png
    assert live.alt == live.picture.tooltip == "收回 60 份问卷。一根条，高度是问卷份数。"


def test_alt_from_values():
    """Can the description itself depend on the values?"""
    live = figure(alt=lambda n: f"条高 {n}。")
    live.set(n=42)
    assert live.alt == "收回 42 份问卷。条高 42。"


def test_picture_does_not_depend_on_the_way():
    """Is a picture reached by many moves, reusing the frame, the one drawn afresh with the same values?"""
    live = figure()
    for n in (90, 3, 55, 40):
        live.set(n=n)
    fresh = LiveFigure(bar, {"n": whole("问卷", 40, 0, 100)}, ALT)
    assert (pixels(live.png) == pixels(fresh.png)).all()


def test_frame_is_drawn_again_when_it_changes():
    """Do new axis limits show, although the frame is kept between pictures?"""

    def draw(ax, n):
        ax.set_ylim(0, n)
        ax.bar([0], [n / 2])
        return "半高的条"

    live = figure(draw)
    live.set(n=80)
    fresh = LiveFigure(draw, {"n": whole("问卷", 80, 0, 100)}, ALT)
    assert (pixels(live.png) == pixels(fresh.png)).all()
    assert (pixels(live.png) != pixels(figure(draw).png)).any()


def test_frames_of_lately_come_back(monkeypatch):
    """Are a few frames laid out once each, and is the picture the same when one of them comes back?"""

    def draw(ax, n):
        ax.barh([0, 1], [3, n])
        ax.set_yticks([0, 1], ["短", f"第 {n} 组的名字有 {n} 个字" + "长" * n])
        return f"第 {n} 组"

    laid_out = []
    lay_out = LiveFigure._lay_out
    monkeypatch.setattr(LiveFigure, "_lay_out", lambda self, lines: (laid_out.append(lines), lay_out(self, lines)))
    live = figure(draw)
    seen = {n: (live.set(n=n), live.png)[1] for n in (1, 5, 9)}
    count = len(laid_out)
    for n in (5, 1, 9, 1):
        live.set(n=n)
        assert (pixels(live.png) == pixels(seen[n])).all()
    assert len(laid_out) == count == 4
    for n in range(20, 26):
        live.set(n=n)
    assert len(live._frames) == FRAMES
    live.set(n=9)
    assert (pixels(live.png) == pixels(seen[9])).all()


def test_long_title_gets_room():
    """Does a finding of two lines keep clear of the axes?"""
    live = figure(lambda ax, n: ("很长的一句发现，" * n)[:-1])
    live.set(n=2)
    one_line = live.axes[0].get_position().y1
    live.set(n=8)
    box = live._title.get_window_extent(live._canvas.get_renderer())
    assert live.axes[0].get_position().y1 < one_line
    assert box.y0 > live.axes[0].get_window_extent().y1
    assert box.x1 < live.figure.bbox.x1


def test_newest_value_only():
    """When values arrive while a picture is being drawn, is just the newest drawn?"""
    seen = []

    def draw(ax, n):
        seen.append(n)
        if n == 20:
            for newer in (30, 40, 50):
                live.controls["n"].value = newer
        return f"第 {n} 份"

    live = figure(draw)
    live.set(n=20)
    assert seen == [10, 20, 50]
    assert live.alt.startswith("第 50 份。")


def test_newest_value_only_across_threads():
    """Is the same true when control messages run on another thread than the drawing?"""
    seen = []
    begun, go_on = threading.Event(), threading.Event()

    def draw(ax, n):
        seen.append(n)
        if n == 20:
            begun.set()
            assert go_on.wait(20)
        return f"第 {n} 份"

    live = figure(draw)
    drawing = threading.Thread(target=live.set, kwargs={"n": 20})
    drawing.start()
    assert begun.wait(20)
    for newer in (30, 40, 50):
        live.controls["n"].value = newer
    go_on.set()
    drawing.join(20)
    assert seen == [10, 20, 50]
    assert live.alt.startswith("第 50 份。")


def test_several_controls_one_picture():
    """Does moving two controls from code draw one picture, and moving none draw nothing?"""
    live = LiveFigure(
        lambda ax, a, b: f"{a} 和 {b}", {"a": whole("甲", 1, 0, 9), "b": whole("乙", 1, 0, 9)}, "空的坐标轴。"
    )
    live.set(a=2, b=3)
    live.set(a=2)
    assert live.drawn == 2
    assert live.alt.startswith("2 和 3。")


def failing(ax, n):
    if n == 11:
        raise ValueError("参数 <n> 应是偶数，你给的是 11。")
    if n == 13:
        raise ZeroDivisionError("division by zero")
    return f"{n} 份"


@pytest.mark.parametrize(
    ("n", "sentence"),
    [
        (11, "这一组取值画不出图：参数 &lt;n&gt; 应是偶数，你给的是 11。"),
        (13, "这一组取值画不出图（ZeroDivisionError）。把控件调回原来的位置；还是不行，就重新运行这个单元格。"),
    ],
)
def test_failed_drawing_says_so(n, sentence):
    """Does a drawing that fails leave a Chinese sentence instead of a stale picture, and recover?"""
    live = figure(failing)
    live.set(n=n)
    assert live.message.value == f'<p role="alert">{sentence}</p>'
    assert live.picture.layout.display == "none"
    assert live.alt.startswith("10 份。")
    live.set(n=20)
    assert live.message.value == ""
    assert live.picture.layout.display is None
    assert live.alt.startswith("20 份。")


def test_first_drawing_fails_before_anything_is_shown():
    """Does the topic function's own error come out when the data are wrong from the start?"""
    with pytest.raises(ValueError) as caught:
        LiveFigure(failing, {"n": whole("问卷", 11, 0, 100)}, ALT)
    assert str(caught.value) == "参数 <n> 应是偶数，你给的是 11。"


def test_interrupt_does_not_freeze():
    """After the stop button, does the next move draw again?"""

    def draw(ax, n):
        if n == 11:
            raise KeyboardInterrupt
        return f"{n} 份"

    live = figure(draw)
    with pytest.raises(KeyboardInterrupt):
        live.set(n=11)
    live.set(n=12)
    assert live.alt.startswith("12 份。")


@pytest.mark.parametrize("answer", [None, "", 3])
def test_drawing_without_a_finding(answer):
    """Is an author told that the title is missing?"""
    with pytest.raises(TypeError) as caught:
        figure(lambda ax, n: answer)
    assert str(caught.value) == (
        "小部件的 draw 应返回图的标题（一句话说出发现），它什么也没有返回。请在 draw 末尾 return 标题。"
    )


def test_unknown_control():
    """Does a misspelt control name get the nearest valid one, before anything moves?"""
    live = LiveFigure(lambda ax, budget, n: "图", {"budget": whole("预算", 1, 0, 9), "n": whole("人数", 1, 0, 9)}, ALT)
    with pytest.raises(ControlError) as caught:
        live.set(n=5, bugdet=3)
    assert str(caught.value) == "这个小部件没有控件“bugdet”。你是不是想写“budget”？现有的控件：budget、n。"
    assert live.values == {"budget": 1, "n": 1}


def test_keep_leaves_what_was_drawn():
    """With keep, may the drawing update its own artists instead of making them anew?"""
    made = []

    def draw(ax, n):
        if not made:
            made.append(ax.bar([0], [n])[0])
            ax.set_ylim(0, 100)
        made[0].set_height(n)
        return f"{n} 份"

    live = figure(draw, keep=True)
    live.set(n=70)
    assert list(live.axes[0].patches) == made
    fresh = LiveFigure(
        lambda ax, n: (ax.set_ylim(0, 100), ax.bar([0], [n]), f"{n} 份")[-1], {"n": whole("", 70, 0, 99)}, ALT
    )
    assert (pixels(live.png) == pixels(fresh.png)).all()


def test_two_panels():
    """Does a drawing with two panels get both axes?"""
    live = figure(lambda axes, n: f"{len(axes)} 格", panels=2, widths=(2, 1))
    left, right = (ax.get_position().width for ax in live.axes)
    assert live.alt.startswith("2 格。")
    assert left > 1.5 * right


def test_container_can_be_styled_and_named():
    """Has the container the course's class, and does every control carry a Chinese label?"""
    live = figure()
    assert "crmlab-widget" in live.container._dom_classes
    assert live.controls["n"].description == "问卷（份）"
    scripts = [child for child in live.container.children if getattr(child, "outputs", ())]
    assert "aria-label" in scripts[0].outputs[0]["data"]["application/javascript"]


def test_panel_without_a_drawing():
    """Does a panel that is not a live figure leave the same kinds of output?"""
    panel = Panel([], "一句至少十五个字的替代文字，写给读屏软件。", figure().png)
    data, metadata = panel._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == "一句至少十五个字的替代文字，写给读屏软件。"
