"""What `crmlab new` writes passes the checks at once: tried out in a copy of the whole course."""

import contextlib
import filecmp
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from crmlab import cli, learn
from crmlab.authoring import audit, landing, outline, scaffold
from crmlab.authoring.normalise import execute
from crmlab.learn import practice
from crmlab.paths import project_root
from tests.crmlab.authoring.planning import set_planned

ROOT = project_root()
ROOMS = ("chapters", "cases", "labs", "crmlab", "autograder")
IGNORED = ("__pycache__", ".ipynb_checkpoints", "gradebook.db*", "submitted", "autograded", "feedback")
SECTION = "chapters/06_satisfaction/6-4_review.ipynb"
CASE = "cases/c07_teashop/case.ipynb"
SOURCE = "autograder/source/lab07_nps/lab07_nps.ipynb"
RELEASE = "labs/lab07_nps/lab07_nps.ipynb"
pytestmark = pytest.mark.slow


def new(*arguments: str) -> str:
    """Run `crmlab new` and return what it prints."""
    said, failed = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(failed):
        code = cli.main(["new", *arguments])
    assert (code, failed.getvalue()) == (0, "")
    return said.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A copy of the course with a new section, case and lab, and what making them printed.

    Chapter 7 of the copy is planned, and its first section is still to be written.
    """
    copy = tmp_path_factory.mktemp("new") / "course"
    for room in ROOMS:
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns(*IGNORED))
    for file in ("index.ipynb", "pyproject.toml"):
        shutil.copy(ROOT / file, copy)
    set_planned(copy / outline.OUTLINE, "07_loyalty")
    for file in ("7-1_concept.ipynb", "practice_7-1.toml"):
        (copy / "chapters" / "07_loyalty" / file).unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRMLAB_HOME", str(copy))
        said = [
            new("section", "6-4_review", "--title", "复习与提高"),
            new("case", "c07_teashop", "--title", "茶饮店的会员日", "--kind", "案例分析", "--minutes", "30"),
            new("lab", "lab07_nps", "--title", "净推荐值"),
        ]
    return copy, said


@pytest.fixture
def course(made: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The copy, as the course that everything looks at."""
    monkeypatch.setenv("CRMLAB_HOME", str(made[0]))
    return made[0]


def test_new_files_are_named(made: tuple[Path, list[str]]):
    """Does the command list what it made and what to do next?"""
    end = "  chapters/outline.toml\n改好内容后运行：make notebooks，再运行 make check。\n"
    assert made[1] == [
        f"已新建：\n  {SECTION}\n  chapters/06_satisfaction/practice_6-4.toml\n{end}",
        f"已新建：\n  {CASE}\n  cases/c07_teashop/make_data.py\n  cases/c07_teashop/datasheet.md\n"
        f"  cases/c07_teashop/practice_case.toml\n  cases/c07_teashop/visits.csv\n{end}",
        f"已新建：\n  {SOURCE}\n  crmlab/labdata/lab07_nps.py\n  {RELEASE}\n{end}",
    ]


@pytest.mark.parametrize("file", [SECTION, CASE])
def test_new_notebook_is_in_form(course: Path, file: str):
    """Is the new notebook executed, normalised and free of every fault the form test knows?"""
    assert audit.form_problems(course / file, course) == []


def test_outline_still_agrees(course: Path):
    """Do outline, files and tags agree as they did before, the new entries included?"""
    now = outline.load(course)
    assert audit.outline_problems(now, course) == audit.outline_problems(outline.load(ROOT), ROOT)
    assert now.rows()["S6.4"] == outline.Row("S6.4", "section", "6.4 复习与提高", "6-4")
    assert now.rows()["K7.L5"] == outline.Row("K7.L5", "case", "茶饮店的会员日", "c07_teashop")
    assert now.chapter(7).notebooks[-2:] == (
        outline.Notebook("c07_teashop", "case", "茶饮店的会员日", CASE, 30, "案例分析"),
        outline.Notebook("lab07_nps", "lab", "净推荐值", RELEASE, 90),
    )


def test_landing_page_is_renewed(course: Path):
    """Is the section of the ready chapter on the page, the planned chapter's case not, and the stored page current?"""
    html = landing.page().html
    assert "复习与提高" in html
    assert "茶饮店的会员日" not in html
    cells = {c["id"]: c for c in json.loads((course / "index.ipynb").read_text(encoding="utf-8"))["cells"]}
    assert "".join(cells["index-page"]["outputs"][0]["data"]["text/html"]) == html


def test_new_files_pass_lint(course: Path):
    """Are the new files clean for ruff, rules and layout?"""
    files = [SECTION, CASE, SOURCE, "cases/c07_teashop/make_data.py", "crmlab/labdata/lab07_nps.py"]
    for verb in (["check"], ["format", "--check"]):
        command = [sys.executable, "-m", "ruff", *verb, "--no-cache", *files]
        done = subprocess.run(command, cwd=course, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("number", ["6.4.1", "K7.L5"])
def test_new_exercise_works(course: Path, capsys: pytest.CaptureFixture[str], number: str):
    """Does the solution pass, and does each foreseen mistake get its own sentence?"""
    entry = practice.find_exercise(number)
    names = entry.namespace(entry.solution)
    exec(entry.solution, names)
    learn.check(number, names[entry.solution.split("=")[0].strip()])
    assert entry.success in capsys.readouterr().out
    assert entry.mistakes
    for mistake in entry.mistakes:
        learn.check(number, entry.evaluate(mistake.example))
        assert mistake.say in capsys.readouterr().out


def test_new_quiz_is_found(course: Path):
    """Is the new self-test item valid and unique?"""
    assert [item.id for item in practice.find_items("6-4")] == ["6-4-q1"]


def test_new_case_data_are_rebuilt_byte_for_byte(course: Path, tmp_path: Path):
    """Does make_data.py give the file again, and does the datasheet name every column?"""
    folder = course / "cases" / "c07_teashop"
    subprocess.run([sys.executable, str(folder / "make_data.py"), str(tmp_path)], check=True)
    assert filecmp.cmp(tmp_path / "visits.csv", folder / "visits.csv", shallow=False)
    sheet = (folder / "datasheet.md").read_text(encoding="utf-8")
    assert sheet.startswith("# 数据说明：茶饮店的会员日\n")
    columns = (folder / "visits.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert all(f"| {column} |" in sheet for column in columns)


def marks(course: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> tuple[float, float]:
    """Run a lab as a student; return what nbgrader gives for its test cells, and the most they can give."""
    from nbgrader.utils import determine_grade

    monkeypatch.setenv("PYTHONPATH", str(course))  # the generator of the lab's data is in the copy's own crmlab
    monkeypatch.setenv("CRMLAB_STUDENT_ID", "20260315")
    notebook: Any = nbformat.read(course / file, as_version=4)
    notebook.cells = [c for c in notebook.cells if c.cell_type == "code"]
    for cell in notebook.cells:
        cell.metadata["tags"] = ["raises-exception"]
    done = execute(notebook, course)
    given = [determine_grade(c) for c in done.cells if c.metadata.nbgrader.get("grade")]
    return sum(g[0] for g in given), sum(g[1] for g in given)


def test_new_lab_source_earns_everything(course: Path, monkeypatch: pytest.MonkeyPatch):
    """Does the author's version earn 100 of 100?"""
    assert marks(course, SOURCE, monkeypatch) == (100, 100)


def test_new_lab_release_is_clean_and_earns_nothing(course: Path, monkeypatch: pytest.MonkeyPatch):
    """Is the students' version free of solution and hidden test, and worth nothing as it is?"""
    text = (course / RELEASE).read_text(encoding="utf-8")
    for secret in ("SOLUTION", "HIDDEN", "lab.score", ".mean()"):
        assert secret not in text
    assert [p.name for p in (course / RELEASE).parent.iterdir()] == ["lab07_nps.ipynb"]
    assert not list((course / "autograder").glob("gradebook.db*"))
    assert marks(course, RELEASE, monkeypatch) == (0, 100)


@pytest.mark.parametrize(
    ("kind", "name", "file"),
    [("section", "6-4_review", SECTION), ("case", "c07_teashop", CASE), ("lab", "lab07_nps", SOURCE)],
)
def test_second_time_is_refused(course: Path, capsys: pytest.CaptureFixture[str], kind: str, name: str, file: str):
    """Is an existing target refused without touching anything?"""
    before = {p: p.read_bytes() for p in (course / file, course / outline.OUTLINE, course / "index.ipynb")}
    assert cli.main(["new", kind, name]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"错误：{file} 已经有了，不会覆盖它。请换一个名字，或先把旧的移走。\n")
    assert {p: p.read_bytes() for p in before} == before


def test_planned_section_teaches_its_rows(course: Path, monkeypatch: pytest.MonkeyPatch):
    """Does a section that the outline already plans get one tagged cell a row, and leave the outline alone?"""
    monkeypatch.setattr(scaffold, "process", lambda *_, **__: True)
    before = (course / outline.OUTLINE).read_bytes()
    file = "chapters/07_loyalty/7-1_concept.ipynb"
    assert scaffold.new_section("7-1_concept") == [file, "chapters/07_loyalty/practice_7-1.toml"]
    cells = json.loads((course / file).read_text(encoding="utf-8"))["cells"]
    tags = [tag for cell in cells for tag in cell["metadata"].get("tags", []) if tag != "exercise"]
    assert tags == [row.id for row in outline.load(ROOT).chapter(7).rows if row.notebook == "7-1"]
    assert (course / outline.OUTLINE).read_bytes() == before
