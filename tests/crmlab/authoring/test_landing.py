"""The landing page: only ready chapters, links that lead somewhere, own progress, the student number."""

import json
import re
import shutil
from pathlib import Path

import pytest

from crmlab.authoring import landing, outline, overview
from crmlab.learn import profile, progress
from crmlab.learn.dialogue import load_scripts, script_paths
from crmlab.paths import project_root, state_dir
from tests.crmlab.authoring.planning import set_planned

ROOT = project_root()


def links(html: str) -> list[str]:
    return re.findall(r'href="([^"]+)"', html)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the course's outline and practice files, without the teacher's room."""
    for folder in ("chapters", "cases"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("*.csv", "__pycache__"))
    monkeypatch.setenv("CRMLAB_HOME", str(tmp_path))
    return tmp_path


def test_every_link_leads_to_a_file():
    """Does each link of the page open something that exists?"""
    missing = [link for link in links(landing.page().html) if not (ROOT / link).is_file()]
    assert missing == []


def test_planned_chapters_are_not_shown(course: Path):
    """Is a chapter without `ready` absent, and does a newly ready one appear?"""
    path = course / "chapters" / "outline.toml"
    text = path.read_text(encoding="utf-8")
    set_planned(path, "07_loyalty")
    assert "第 6 章" in landing.page().html
    assert "第 7 章" not in landing.page().html
    path.write_text(text.replace("开市客，经营", "<开市客>，经营"), encoding="utf-8")
    html = landing.page().html
    assert html.count("<h3") == 2 + 9
    assert "&lt;开市客&gt;，经营" in html
    everything = list(outline.load().notebooks())
    assert repr(landing.page()) == f"首页：9 章，{len(everything)} 本笔记本。"
    assert set(links(html)) == {notebook.file for _, notebook in everything} | {"chapters/glossary.ipynb"}


def test_three_doors_for_a_teacher_two_for_a_student(course: Path):
    """Is the teacher's door there only where the teacher's room is?"""
    doors = r'<h3 style="margin: 0;">(学生|教师|自学者)</h3>'
    assert re.findall(doors, landing.page().html) == ["学生", "自学者"]
    (course / "autograder").mkdir()
    (course / "autograder" / "README.md").touch()
    html = landing.page().html
    assert re.findall(doors, html) == ["学生", "教师", "自学者"]
    assert "autograder/README.md" in links(html)


def test_page_without_a_ready_chapter(course: Path):
    """Does a course that is all planned still give a page?"""
    path = course / "chapters" / "outline.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"ready"', '"planned"'), encoding="utf-8")
    assert links(landing.page().html) == ["chapters/glossary.ipynb"]
    assert repr(landing.page()) == "首页：0 章，0 本笔记本。"


def test_own_progress_is_shown():
    """Is a solved exercise counted in its notebook, its chapter and the bar?"""
    item = next(w for w in overview.work() if w.exercises)
    entry = next(e for f in progress.load_all() for e in f.exercises if e.notebook == item.notebook.id)
    chapter = [w for w in overview.work() if w.chapter == item.chapter]
    total = sum(w.total for w in chapter)
    assert f"我做对了 0/{total} 题" in landing.page().html
    progress.record("check", entry.id, entry.notebook, solved=True)
    html = landing.page().html
    assert f"即时练 1/{item.exercises}" in html
    assert f"我做对了 1/{total} 题" in html
    assert f"width: {1 / total:.0%};" in html


def test_dialogues_are_shown_as_done_and_score():
    """Is a dialogue shown with how many were played and the score, counted in the bar, and not as a task solved?"""
    item = next(w for w in overview.work() if w.dialogues)
    script = next(s for p in script_paths() for s in load_scripts(p) if s.notebook == item.notebook.id)
    chapter = [w for w in overview.work() if w.chapter == item.chapter]
    total, dialogues = sum(w.total for w in chapter), sum(w.dialogues for w in chapter)
    assert f"对话 0/{item.dialogues}</td>" in landing.page().html
    progress.record("dialogue", script.id, script.notebook, solved=False, score=-2, best=script.best)
    html = landing.page().html
    assert f"对话 1/{item.dialogues}（−2/{script.best} 分）</td>" in html
    assert f"我做对了 0/{total} 题，走完 1/{dialogues} 段对话。" in html
    assert f"width: {1 / (total + dialogues):.0%};" in html


def test_student_number_is_set_on_the_page():
    """Does the box save a number, say so, and refuse an odd one in the profile's words?"""
    box = landing.student_number_box()
    assert landing.CONTAINER in box._dom_classes
    (field, button), answer = box.children[0].children, box.children[1]
    assert field.value == ""
    field.value = " ２０２６ 0315"
    button.click()
    assert profile.student_id() == "20260315" == field.value
    assert answer.value == '<span role="status">已保存学号 20260315。已经打开的实训要重新运行一遍才会用上它。</span>'
    field.value = "张三"
    button.click()
    assert answer.value == (
        '<span role="status">学号“张三”里有不能用的字符“张”。学号只能有字母、数字、- 和 _，请检查后重写。</span>'
    )
    assert profile.student_id() == "20260315"
    assert landing.student_number_box().children[0].children[0].value == "20260315"
    assert "你的学号：20260315。" in landing.page().html


def test_environment_number_wins_and_is_told(monkeypatch: pytest.MonkeyPatch):
    """Is a number given by the environment named when another is saved?"""
    monkeypatch.setenv("CRMLAB_STUDENT_ID", "s01")
    box = landing.student_number_box()
    box.children[0].children[0].value = "s02"
    box.children[0].children[1].click()
    assert "不过这台电脑用环境变量 CRMLAB_STUDENT_ID 指定了学号 s01，以它为准。" in box.children[1].value


def test_unwritable_state_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Does a state folder that cannot be written give a sentence, not a traceback in the notebook?"""
    (tmp_path / "file").touch()
    monkeypatch.setenv("CRMLAB_STATE_DIR", str(tmp_path / "file"))
    assert state_dir() == tmp_path / "file"
    box = landing.student_number_box()
    box.children[0].children[0].value = "s02"
    box.children[0].children[1].click()
    assert box.children[1].value.startswith('<span role="status">学号没有存下来：')


def test_box_leaves_a_sentence_without_a_kernel():
    """Does the output carry a text for readers without a kernel beside the widget?"""
    bundle = landing.student_number()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == "运行这一格（Shift + Enter），就会出现填学号的框。"
    assert landing.CONTAINER in bundle["text/html"]


def test_committed_landing_page_is_current():
    """Is the page stored in index.ipynb what a fresh learner would see now?"""
    cells = {c["id"]: c for c in json.loads((ROOT / "index.ipynb").read_text(encoding="utf-8"))["cells"]}
    stored = "".join(cells["index-page"]["outputs"][0]["data"]["text/html"])
    assert stored == landing.page().html, "run: crmlab notebooks --execute index.ipynb"
