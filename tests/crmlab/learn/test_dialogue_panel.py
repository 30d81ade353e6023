"""The panel of a scripted dialogue, played by its buttons; readable without a kernel, silent about what comes."""

import html
import json

import ipywidgets
import pytest

from crmlab import learn
from crmlab.learn import dialogue_panel, progress


@pytest.fixture
def panel(script, monkeypatch):
    """Build the panel, without the pause that keeps double clicks out."""
    monkeypatch.setattr(dialogue_panel, "_PAUSE_S", 0)
    return learn.dialogue("9-shop")


def buttons(panel):
    """Give the buttons that can be seen."""
    return [w for w in panel.container.children if isinstance(w, ipywidgets.Button) and w.layout.display != "none"]


def press(panel, words):
    (button,) = (button for button in buttons(panel) if words in button.description)
    button.click()


def texts(panel):
    return [w.value for w in panel.container.children if isinstance(w, ipywidgets.HTML)]


def test_the_panel_says_that_it_is_a_script(panel):
    """Is it said on its face, with the scene, the first words, the mood and the answers in their fixed order?"""
    head, past, now, end, why = texts(panel)
    assert "这是写好的剧本，不是人工智能" in head
    assert "你是&lt;小店&gt;的店员。" in head
    assert past == end == why == ""
    assert now == (
        '<div class="crmlab-dialogue-customer"><b>钱先生：</b>有人吗？<br><small>钱先生的情绪：●●○○○ 不满</small></div>'
    )
    turn = panel.script.opening
    assert [button.description for button in buttons(panel)] == [
        f"{letter}. {turn.choices[index].says}"
        for letter, index in zip("ABC", dialogue_panel.order(panel.script, turn), strict=True)
    ]
    assert "crmlab-dialogue" in panel.container._dom_classes


def test_nothing_sent_to_the_page_tells_what_comes(panel):
    """Are reasons, reactions and endings not in any widget's state before the answer?"""
    state = json.dumps([w.get_state() for w in panel.container.children], ensure_ascii=False, default=str)
    for secret in ("为什么好", "欢迎得好", "总算有人了", "买了茶", "别走"):
        assert secret not in state


def test_a_dialogue_is_played_to_its_end_and_again(panel):
    """Do the clicks lead through reaction, points and mood to an ending with every reason, and is it recorded?"""
    press(panel, "自己看")
    _, past, now, end, why = texts(panel)
    assert past == (
        '<div class="crmlab-dialogue-customer"><b>钱先生：</b>有人吗？</div>'
        '<div class="crmlab-dialogue-you"><b>你：</b>自己看<br><small>倾听 -2</small></div>'.replace("-2", "−2")
    )
    assert now == (
        '<div role="alert" class="crmlab-dialogue-customer"><b>钱先生：</b>什么态度！我走了。<br>'
        "<small>钱先生的情绪：●○○○○ 生气</small></div>"
    )
    assert end == why == ""
    assert progress.read().events == []
    press(panel, "对不起")
    _, past, now, end, why = texts(panel)
    assert "倾听 +1，解决 +2" in past
    assert "<b>钱先生：</b>算了，给我一斤。<br>" in now
    assert [button.description for button in buttons(panel)] == ["再来一次"]
    plain = html.unescape(end + why)
    for words in (
        "<b>结局：买了茶</b>", "他买了一斤茶。", "你得了 <b>1</b> 分。最好的走法 3 分，最差的 −3 分；没有达到最高分的 80%。",
        "客户最后的情绪：●●●○○ 平静。",
        '<th scope="row">倾听</th><td>−1</td><td>2</td>', '<th scope="row">解决</th><td>2</td><td>1</td>',
        "<li><b>【最好】</b>您好<br>倾听 +2，解决 +1。欢迎得好。</li>", "<li><b>【你选的】</b>自己看<br>倾听 −2。赶人。</li>",
        "<li>嗯<br>不加分也不减分。太冷淡。</li>", "<li><b>【你选的，最好】</b>对不起<br>",
        "第 1 轮。<b>钱先生：</b>有人吗？", "第 2 轮。<b>钱先生：</b>我走了。",
    ):  # fmt: skip
        assert words in plain
    assert plain.count("<li>") == 6
    press(panel, "再来一次")
    assert texts(panel)[1] == texts(panel)[3] == texts(panel)[4] == ""
    assert len(buttons(panel)) == 3
    press(panel, "您好")
    assert "达到最高分的 80%" in texts(panel)[3] and "没有达到" not in texts(panel)[3]
    events = [{key: e[key] for key in ("kind", "id", "notebook", "solved", "response", "ending", "score", "best")}
              for e in progress.read().events]  # fmt: skip
    common = {"kind": "dialogue", "id": "9-shop", "notebook": "9-1", "best": 3, "ending": "sold"}
    assert events == [
        common | {"solved": False, "response": [1, 0], "score": 1},
        common | {"solved": True, "response": [0], "score": 3},
    ]


def test_a_double_click_answers_once(script, monkeypatch):
    """Is a click that follows at once, or a key held down, neither an answer to the next turn nor a new start?"""
    clock = iter([100.0, 100.29, 100.58, 101.0, 101.2, 102.0])
    monkeypatch.setattr(dialogue_panel, "monotonic", lambda: next(clock))
    panel = learn.dialogue("9-shop")
    press(panel, "自己看")
    press(panel, "对不起")
    press(panel, "对不起")  # each press starts the pause anew
    assert panel.state.path == (1,)
    press(panel, "对不起")
    press(panel, "再来一次")
    assert panel.state.path == (1, 0)
    press(panel, "再来一次")
    assert panel.state.path == ()


def test_without_a_kernel_the_opening_is_read(panel):
    """Are the first words and answers in the static output, as text and as HTML, without points or reasons?"""
    bundle = panel._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    shown = [panel.script.opening.choices[i].says for i in dialogue_panel.order(panel.script, panel.script.opening)]
    assert bundle["text/plain"].split("\n") == [
        "对话练习：买<茶>（运行这一格就能选）",
        dialogue_panel.HONEST,
        "情境：你是<小店>的店员。",
        "钱先生：有人吗？",
        "你可以这样回答：",
        *(f"  {letter}. {says}" for letter, says in zip("ABC", shown, strict=True)),
    ]
    assert bundle["text/html"] == (
        '<div class="crmlab-dialogue-static"><p><b>对话练习：买&lt;茶&gt;</b></p>'
        f'<p class="crmlab-dialogue-note">{dialogue_panel.HONEST}</p><p>情境：你是&lt;小店&gt;的店员。</p>'
        '<div class="crmlab-dialogue-customer"><b>钱先生：</b>有人吗？<br>'
        "<small>钱先生的情绪：●●○○○ 不满</small></div>"
        '<p>你可以这样回答（运行这一格就能选）：</p><ol type="A">'
        + "".join(f"<li>{says}</li>" for says in shown)
        + "</ol></div>"
    )
