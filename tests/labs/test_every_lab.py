"""What holds for every lab: its build, its form, its marks, and how the grading engine marks it."""

import re
from types import SimpleNamespace

import nbformat
import pytest

from tests import needs
from tests.autograder.class20 import solutions
from tests.autograder.course import copy_course, nbgrader
from tests.labs import bench

LABS = bench.names()
HEADING = re.compile(r"^## 任务 (\d+)　.*（(\d+) 分，约 (\d+) 分钟", re.M)
# How a check speaks to a student who has not begun.
UNANSWERED = (
    r"`\w+` (还没有作答：把 `\.\.\.` 换成你的代码。|里还有 `\.\.\.` 没有填：把每一处 `\.\.\.` 都换成你的代码。)"
)
NOT_RUN = r"还没有 `\w+`：先运行上面的答题单元格（Shift\+Enter）。如果那一格报错，先把它改好。"


@pytest.fixture(params=LABS)
def lab(request):
    return bench.lab_named(request.param)


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """One course in which every lab has been built by nbgrader, with nobody's own settings."""
    folder = tmp_path_factory.mktemp("build")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "CRMLAB_STATE_DIR"):
            patch.setenv(name, str(folder / name.lower()))
        patch.delenv("CRMLAB_STUDENT_ID", raising=False)
        course = copy_course(folder)
        for name in LABS:
            (course.teacher / "source" / name / "solutions.py").write_text("answer = 180\n", encoding="utf-8")
            (course.teacher / "source" / name / "rubric.md").write_text("评分要点\n", encoding="utf-8")
            ran = nbgrader(course.teacher, "generate_assignment", name)
            assert ran.code == 0, ran.log
        yield course


def test_labs_is_what_a_fresh_build_gives(build, lab):
    """Was labs/ built from this very source? If not: cd autograder; nbgrader generate_assignment LAB --force."""
    built = build.root / "labs" / lab.name
    assert bench.release_path(lab.name).read_bytes() == (built / f"{lab.name}.ipynb").read_bytes()
    folder = bench.release_path(lab.name).parent
    assert [p.name for p in folder.iterdir() if p.suffix != ".html" and p.is_file()] == [f"{lab.name}.ipynb"]


def test_nothing_but_the_notebook_is_released(build, lab):
    """Do a script and a note that lie beside the source stay with the teacher?"""
    assert [p.name for p in (build.root / "labs" / lab.name).iterdir()] == [f"{lab.name}.ipynb"]


def test_release_leaks_nothing(lab):
    """Is no line of a solution, a hidden test, the rubric or the model answer in the release?"""
    text = bench.release_path(lab.name).read_text(encoding="utf-8")
    for word in ("SOLUTION", "HIDDEN", "MARK SCHEME", "评分要点", "参考答案", "lab.score", "noqa", "YOUR CODE"):
        assert word not in text, word
    released = {line.strip() for c in lab.release.cells for line in c.source.splitlines()}
    for cell_id, solution in solutions(lab.source).items():
        kept = set(bench.cell(lab.source, cell_id).source.split("### BEGIN SOLUTION")[0].splitlines())
        for line in solution.splitlines():
            if line.strip() and line not in kept and not line.startswith("def "):
                assert line.strip() not in released, line
    for c in lab.checks:
        hidden = re.search(r"### BEGIN HIDDEN TESTS\n(.*)### END HIDDEN TESTS", c.source, re.DOTALL)
        assert hidden, c.id
        for line in hidden.group(1).splitlines():
            assert line.strip() in ("", ")") or line.strip() not in released, line
    assert all(not c.get("outputs") for c in lab.release.cells)


def test_points_add_up_to_a_hundred_and_headings_agree(lab):
    """Do the marks in the metadata, in the headings, in the title and in the test cells' first line agree?"""
    assert sum(lab.graded.values()) == 100
    headings = [found for c in lab.source.cells for found in HEADING.findall(c.source)]
    assert [int(task) for task, _, _ in headings] == list(range(1, len(headings) + 1))
    for task, points, _ in headings:
        assert sum(p for i, p in lab.graded.items() if f"-t{int(task):02d}-" in i) == int(points), task
    minutes = re.search(r"\*\*时间\*\* (\d+) 分钟　\*\*满分\*\* 100 分，共 (\d+) 题", lab.source.cells[0].source)
    assert minutes, "the title cell says how long, how many points, how many tasks"
    assert int(minutes[2]) == len(headings)
    assert abs(sum(int(m) for _, _, m in headings) - int(minutes[1])) <= 10
    for c in lab.checks:
        assert c.source.splitlines()[0] == f"# 检查（{bench.mark(c)['points']} 分）"


def test_cell_ids_are_the_labs_own(lab):
    """Does every cell carry the lab's prefix (l01-, l06-, ...), the same in Jupyter and in nbgrader?"""
    assert lab.prefix in (f"l{lab.name[3:5]}-", f"{lab.name.replace('_', '-')}-")
    for c in lab.source.cells:
        assert c.id.startswith(lab.prefix)
        assert bench.mark(c)["grade_id"] == c.id
    assert bench.cell(lab.source, f"{lab.prefix}setup").cell_type == "code"


def test_every_cell_but_the_answers_is_locked(lab):
    """Can a student change or delete nothing but answers (stock then restores the rest)?"""
    for c in lab.release.cells:
        mark = bench.mark(c)
        assert mark["grade_id"] == c.id
        assert mark["solution"] or (mark["locked"] and c.metadata["editable"] is False), c.id
        assert c.metadata["deletable"] is False


def test_visible_tests_come_first_and_look_at_the_answer(lab):
    """Does every check fetch the answer by name, so that a missing one gets a sentence?"""
    for c in lab.checks:
        visible = c.source.split("### BEGIN HIDDEN TESTS")[0].splitlines()[1:]
        assert any("lab.answer(" in line and line.startswith("expect.") for line in visible), c.id
        assert c.source.rstrip().endswith("### END HIDDEN TESTS")
        assert "lab.score(" in c.source


@pytest.mark.parametrize("student", ["2026001", "2026077", "A-17"])
@pytest.mark.slow
def test_source_earns_full_marks(monkeypatch, lab, student):
    """Do the author's answers get every point, whoever the student is?"""
    outcomes = bench.Bench(monkeypatch, student).run_all(lab.source)
    assert bench.marks(lab.source, outcomes) == lab.full


def test_untouched_release_earns_nothing(monkeypatch, lab):
    """Does the release as it came get 0, and only the sentence 还没有作答 or that blanks are left?"""
    stubs = {c.id: bench.cell(lab.release, c.id).source for c in lab.answers}
    outcomes = bench.Bench(monkeypatch, "2026001").run_all(lab.source, stubs)
    assert bench.marks(lab.source, outcomes) == dict.fromkeys(lab.full, 0.0)
    for c in lab.answers:
        assert outcomes[c.id].error is None, "a stub must not raise"
    for c in lab.checks:
        assert re.fullmatch(UNANSWERED, outcomes[c.id].message), outcomes[c.id].message


def test_nothing_run_yet(monkeypatch, lab):
    """Does each check say to run the answer cell first, when a student runs the checks alone?"""
    stage = bench.Bench(monkeypatch, "2026001")
    stage.run(bench.cell(lab.source, f"{lab.prefix}setup").source)
    for c in lab.checks:
        message = stage.run(c.source).message
        assert re.fullmatch(NOT_RUN, message), message


ODD = [
    "None", "'12'", "''", "True", "-1e9", "float('nan')", "[]", "['城南', ...]", "{}", "object()", "pd",
    "pd.Series(dtype=float)", "pd.DataFrame()", "lambda *a: None", "lambda: 1",
]  # fmt: skip


def test_no_answer_breaks_a_check(lab):
    """Is every odd answer met by a sentence or by no marks, never by an error of the check's own?"""
    for stage in bench.answered(lab.name):
        for c in lab.checks:
            visible = c.source.split("### BEGIN HIDDEN TESTS")[0]
            for name in dict.fromkeys(re.findall(r'lab\.answer\("(\w+)"\)', visible)):
                for odd in ODD:
                    outcome = stage.attempt(f"{name} = {odd}", c)
                    assert outcome.message is not None or outcome.value < lab.full[c.id], (c.id, name, odd)


@pytest.fixture(scope="module")
def graded(build):
    """By lab: what the engine said of it, and its marks for the source and the release handed in, in one run."""
    needs.bubblewrap()
    from autograder.engine import batch
    from autograder.engine.course import Course
    from autograder.engine.worker import Worker

    held, found, produced = Course.load(build.teacher), {}, {}
    produced_of = batch.produced_of

    def remembered(worker, lab, *more):
        produced[lab.name] = produced_of(worker, lab, *more)
        return produced[lab.name]

    with Worker(held.environment()) as warm, pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "produced_of", remembered)
        patch.setattr(batch, "Worker", lambda environment, _: warm.clone(environment.slot))  # loaded once for all labs
        for name in LABS:
            found[name] = grade_both(build, held, name)
            found[name].uncrossable = produced[name][name].uncrossable
    return found


def grade_both(build, held, name):
    """Hand in the source and the release of one lab and grade them in one run."""
    from autograder.engine import batch

    lab = bench.lab_named(name)
    for student, notebook in (("2026001", lab.source), ("2026002", lab.release)):
        folder = build.teacher / "submitted" / student / name
        folder.mkdir(parents=True)
        (folder / f"{name}.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
        (folder / "timestamp.txt").write_text("2026-11-20 08:00:00 UTC", encoding="utf-8")
    summary = batch.run(held, name, workers=1)
    with build.gradebook() as book:
        rows = {
            student: {g.name: g.auto_score for g in book.find_submission_notebook(name, name, student).grades}
            for student in ("2026001", "2026002")
        }
    return SimpleNamespace(outcomes={student: code for student, code, *_ in summary.results}, marks=rows)


@pytest.mark.slow
def test_the_engine_marks_source_and_release(graded, lab):
    """Does the engine give the source, handed in, every automatic point, the release none, and can every answer cross?"""
    seen = graded[lab.name]
    assert seen.uncrossable == {}
    assert seen.outcomes == {"2026001": "graded", "2026002": "graded"}
    automatic = {student: {name: row[name] for name in lab.full} for student, row in seen.marks.items()}
    assert automatic == {"2026001": lab.full, "2026002": dict.fromkeys(lab.full, 0.0)}
    assert set(seen.marks["2026001"]) == set(lab.graded)
