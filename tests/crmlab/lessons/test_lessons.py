"""Short lessons: nine figures that grow, as a widget and as a page that needs nothing else."""

import base64
import html.parser
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from crmlab import cli, lessons, satisfaction, technology
from crmlab.authoring import outline
from crmlab.lessons import Lesson, Step, ch06


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


@pytest.mark.parametrize("chapter", lessons.CHAPTERS)
def test_every_step_adds_to_the_figure(chapter: int):
    """Does each step draw something, and leave nearly all that was drawn before?"""
    made = lessons.lesson(chapter)
    blank = np.full_like(pixels(made.frames[0]), 255)
    for step, before, after in zip(made.steps, (None, *made.frames), made.frames, strict=False):
        old, new = blank if before is None else pixels(before), pixels(after)
        assert (old != new).any(), step.says
        ink = (old < 250).any(axis=2)
        gone = ink & (new >= 250).all(axis=2)
        assert gone.sum() <= 0.02 * max(ink.sum(), 1), step.says


@pytest.mark.parametrize("chapter", lessons.CHAPTERS)
def test_words_are_for_students(chapter: int):
    """Is each sentence short, Chinese and whole, the source named, and the way on a lesson of this chapter?"""
    made = lessons.lesson(chapter)
    assert made.title.endswith("？")
    assert re.search("公式|模拟|真实|举例", made.source)
    assert made.notebook in {n.id for n in outline.load().chapter(chapter).notebooks if n.kind == "section"}
    assert len({step.says for step in made.steps}) == len(made.steps)
    for step in made.steps:
        assert 8 <= len(step.says) <= 80, step.says
        assert step.says[-1] in "。？！…"
        assert not re.search(r"[一-鿿][,;:!?]|nan|-\d", step.says), step.says
    assert sum(map(len, made.frames)) < 120_000


def test_numbers_are_computed_not_written():
    """Do sentences carry what the topic functions give?"""
    scores = np.repeat(np.arange(11), ch06.COUNTS)
    assert f"＝ {satisfaction.nps(scores).score:.1f}。" in lessons.lesson(6).alt
    asked = technology.required_agents(120, interval_s=3600, aht_s=240, service_level=0.8, answer_within_s=20)
    assert f"排到 {asked.agents} 个人" in lessons.lesson(2).alt


def test_panel_goes_on_and_back():
    """Do the buttons move one step, stop at the ends, and stop a lesson that plays?"""
    panel = lessons.play(6)
    steps = len(panel.lesson.steps)
    assert (panel.step, panel._back.disabled, panel._on.disabled) == (1, True, False)
    panel._play.playing = True
    panel._on.click()
    assert (panel.step, panel._play.playing) == (2, False)
    assert bytes(panel._picture.value) == panel.lesson.frames[1]
    assert panel.lesson.steps[1].says in panel._says.value
    assert panel._picture.tooltip == f"第 2 步，共 {steps} 步：{panel.lesson.steps[1].says}"
    panel._back.click()
    panel._back.click()
    assert panel.step == 1
    panel._play.value = steps - 1
    assert panel._on.disabled
    panel._on.click()
    assert panel.step == steps


def test_panel_without_a_kernel():
    """Does a saved notebook hold the finished figure and all sentences?"""
    panel = lessons.play(3)
    data, metadata = panel._repr_mimebundle_()
    assert (pixels(base64.b64decode(data["image/png"])) == pixels(panel.lesson.frames[-1])).all()
    assert data["text/plain"] == metadata["image/png"]["alt"] == panel.lesson.alt
    assert all(step.says in panel.lesson.alt for step in panel.lesson.steps)


class Links(html.parser.HTMLParser):
    """Collects what a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loaded += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_page_needs_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Does the command write a page with all frames inside that loads nothing?"""
    monkeypatch.chdir(tmp_path)
    assert cli.main(["lesson", "8"]) == 0
    assert capsys.readouterr().out == "已写好：微课8.html\n"
    text = (tmp_path / "微课8.html").read_text(encoding="utf-8")
    found = Links()
    found.feed(text)
    assert [link[:22] for link in found.loaded] == ["data:image/png;base64,"]
    assert "http" not in text
    steps = json.loads(re.search(r"const steps = (\[.*\]);\n", text)[1])  # type: ignore[index]
    made = lessons.lesson(8)
    assert [step["says"] for step in steps] == [step.says for step in made.steps]
    assert [base64.b64decode(step["png"]) for step in steps] == list(made.frames)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["lesson", "10"], 2, "应是 1 到 9 的整数"),
        (["lesson", "六"], 2, "应是 1 到 9 的整数"),
        (["lesson", "6", "--out", "no/such/folder/x.html"], 1, "错误："),
    ],
)
def test_command_refuses(arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]):
    """Is a wrong chapter or a place that cannot be written told in one sentence?"""
    assert cli.main(arguments) == code
    said = capsys.readouterr()
    assert message in said.err
    assert "Traceback" not in said.err


def test_refusals():
    """Does a wrong chapter say what there is, and a lesson of two steps that it is too short?"""
    with pytest.raises(ValueError, match="没有第 10 章的微课。章号是 1–9。"):
        lessons.lesson(10)
    with pytest.raises(TypeError, match="参数 chapter 应是章号，一个整数，如 6；你给的是 '6'。"):
        lessons.lesson("6")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="微课“短”有 2 步，应有 6–10 步。"):
        Lesson(1, "短", "模拟", "1-1", (Step("甲", print), Step("乙", print)))
