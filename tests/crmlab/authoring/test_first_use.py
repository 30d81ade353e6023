"""First uses are linked to the glossary: where a link may stand, that a second run changes nothing, that code stays."""

import copy
import json
import shutil
from pathlib import Path

import pytest

from crmlab.authoring import first_use, outline
from crmlab.learn.glossary import load
from crmlab.paths import project_root

ROOT = project_root()
FOLDER = "chapters/06_satisfaction"
TO = "../glossary.ipynb#cell-id=glossary-6-2"


def linked(*texts: str, term: str = "净推荐值") -> tuple[list[str], list[str]]:
    """Return the texts after the step for one term, and the terms for which no place was found."""
    terms = [t for t in load().terms if t.zh == term]
    after, missing = first_use.link_first_uses(texts, terms, FOLDER)
    return after, [t.zh for t in missing]


LINKED = [
    ("算净推荐值，再算净推荐值。", f"算[净推荐值]({TO})，再算净推荐值。"),
    ("叫**净推荐值**（net promoter score）", f"叫[**净推荐值**]({TO})（net promoter score）"),
    ("- **净推荐值怎么算**：", f"- **[净推荐值]({TO})怎么算**："),
    ("叫**净推荐值怎么算**吧", f"叫[**净推荐值怎么算**]({TO})吧"),
    ("叫**怎么算净推荐值**吧", f"叫[**怎么算净推荐值**]({TO})吧"),
    ("叫**算净推荐值的人**吧", f"叫**算[净推荐值]({TO})的人**吧"),
    ("| 净推荐值 | 分 |", f"| [净推荐值]({TO}) | 分 |"),
    ("# 净推荐值\n\n净推荐值是差。", f"# 净推荐值\n\n[净推荐值]({TO})是差。"),
    ("`净推荐值` 和 $净推荐值$，净推荐值", f"`净推荐值` 和 $净推荐值$，[净推荐值]({TO})"),
    ("```python\n净推荐值 = 1\n```\n净推荐值", f"```python\n净推荐值 = 1\n```\n[净推荐值]({TO})"),
    ("$$\n净推荐值 = 1\n$$\n净推荐值", f"$$\n净推荐值 = 1\n$$\n[净推荐值]({TO})"),
    ("见[净推荐值](a.ipynb)；净推荐值", f"见[净推荐值](a.ipynb)；[净推荐值]({TO})"),
    ("<summary>净推荐值</summary>\n净推荐值", f"<summary>净推荐值</summary>\n[净推荐值]({TO})"),
]


@pytest.mark.parametrize(("before", "after"), LINKED)
def test_first_place_that_can_carry_a_link(before: str, after: str):
    """Does the link stand at the first mention outside headings, code, formulas, links and HTML, bold marks kept?"""
    assert linked(before) == ([after], [])
    assert linked(after) == ([after], [])


def test_only_the_first_cell_gets_the_link():
    """Is one mention of several cells linked, and a term in a heading alone reported?"""
    assert linked("先看图。", "净推荐值高。", "净推荐值低。")[0] == [
        "先看图。",
        f"[净推荐值]({TO})高。",
        "净推荐值低。",
    ]
    assert linked("## 净推荐值", "没有它。") == (["## 净推荐值", "没有它。"], ["净推荐值"])


def test_part_of_a_longer_term_or_word_is_not_the_term():
    """Are 净推荐值 for 推荐者, 满意度指数 for 满意度, and RFMX for RFM no mention, and a short form one?"""
    assert linked("客户满意度指数", term="客户满意度")[1] == []
    assert linked("客户终身价值", term="客户价值") == (["客户终身价值"], ["客户价值"])
    assert linked("rfm_RFM、RFMX", term="RFM") == (["rfm_RFM、RFMX"], ["RFM"])
    assert linked("算 RFM 分", term="RFM")[0] == ["算 [RFM](../glossary.ipynb#cell-id=glossary-3-1) 分"]
    assert linked("终身价值", term="客户终身价值")[0] == ["[终身价值](../glossary.ipynb#cell-id=glossary-1-1)"]


def test_terms_of_one_notebook_are_told_apart():
    """Do two terms whose links lead to the same cell both get theirs?"""
    terms = [t for t in load().terms if t.zh in {"满意率", "净推荐值"}]
    after, missing = first_use.link_first_uses(["满意率和净推荐值"], terms, FOLDER)
    assert (after, missing) == ([f"[满意率]({TO})和[净推荐值]({TO})"], [])


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course of outline, glossary and one notebook of chapter 6."""
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    for name in ("outline.toml", "glossary.toml"):
        shutil.copy(ROOT / "chapters" / name, tmp_path / "chapters")
    cells = [
        {"cell_type": "markdown", "id": "6-2-title", "metadata": {"tags": ["S6.2"]}, "source": "# 题\n\n净推荐值。"},
        {
            "cell_type": "code",
            "id": "6-2-nps",
            "metadata": {},
            "source": "净推荐值 = 1",
            "execution_count": 1,
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "净推荐值\n"}],
        },
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "6-2_survey.ipynb").write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    monkeypatch.setenv("CRMLAB_HOME", str(tmp_path))
    return tmp_path


def test_notebook_is_linked_once_and_nothing_else_changes(course: Path):
    """Do code, outputs and tags stay, and does a second run leave the file byte for byte?"""
    path = course / FOLDER / "6-2_survey.ipynb"
    before = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = path.read_bytes()
    assert first_use.process(path, course, check=True)[0] is True
    assert path.read_bytes() == text
    changed, missing = first_use.process(path, course)
    assert changed and "净推荐值" not in {t.zh for t in missing} and "满意率" in {t.zh for t in missing}
    after = json.loads(path.read_text(encoding="utf-8"))["cells"]
    expected = copy.deepcopy(before)
    expected[0]["source"] = f"# 题\n\n[净推荐值]({TO})。"
    for cell in [*after, *expected]:
        cell["source"] = "".join(cell["source"])
        for output in cell.get("outputs", []):
            output["text"] = "".join(output["text"])
    assert after == expected
    text = path.read_bytes()
    assert first_use.process(path, course)[0] is False
    assert path.read_bytes() == text


def test_command_line(course: Path, capsys: pytest.CaptureFixture[str]):
    """Do check, run and a wrong name give their sentences and exit codes?"""
    path = course / FOLDER / "6-2_survey.ipynb"
    assert first_use.main(["--check"]) == 1
    assert capsys.readouterr().out.startswith(f"{path}：有术语没有加链接；只在标题、代码或公式里出现，没有加链接：")
    assert first_use.main([]) == 0
    assert capsys.readouterr().out.startswith(f"{path}：已更新；")
    assert first_use.main(["--check", str(path)]) == 0
    assert capsys.readouterr().out.startswith(f"{path}：没有变化；")
    assert first_use.main([str(course / "nein.ipynb")]) == 1
    assert capsys.readouterr().err == f"找不到笔记本“{course / 'nein.ipynb'}”。请检查路径。\n"
    path.write_text("{", encoding="utf-8")
    assert first_use.main([]) == 1
    assert capsys.readouterr().err.startswith(f"“{path}”不是能读的笔记本：")


def sections() -> list[str]:
    """Return the sections of the open chapters."""
    return [n.file for _, n in outline.load(ROOT).notebooks(ready_only=True) if n.kind == "section"]


@pytest.mark.parametrize("file", sections())
def test_first_uses_of_the_course_are_linked(file: str):
    """Is there nothing left to link?"""
    changed, _ = first_use.process(ROOT / file, ROOT, check=True)
    assert not changed, f"run: python -m crmlab.authoring.first_use {file}"
