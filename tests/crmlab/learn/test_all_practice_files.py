"""Every exercise and quiz item of the course, whoever wrote it: does it do what it promises?"""

import ast
import contextlib
import io
import json
import re

import pytest

from crmlab.learn._diagnose import UNANSWERED
from crmlab.learn._grading import judge
from crmlab.learn.check import verdict
from crmlab.learn.practice import QuizItem, load_all, practice_paths

EXERCISES = [exercise for file in load_all() for exercise in file.exercises]
MISTAKES = [(exercise, i) for exercise in EXERCISES for i in range(len(exercise.mistakes))]
ITEMS = [item for file in load_all() for item in file.items]


CHECK = re.compile(r'learn\.check\("([^"]+)",\s*(.+)\)\s*$', re.MULTILINE)


def notebook_path(entry):
    """Notebook that an entry belongs to, None when there is none."""
    in_case = entry.folder.parent.name == "cases"
    found = sorted(entry.folder.glob("case.ipynb" if in_case else f"{entry.notebook}_*.ipynb"))
    return found[0] if len(found) == 1 and entry.notebook in (entry.folder.name, found[0].stem.split("_")[0]) else None


def handed_in(path):
    """Run a notebook; at each check cell run the solution there and keep what it would hand in."""
    solutions = {exercise.id: exercise.solution for exercise in EXERCISES}
    names, answers = {"__name__": "__main__"}, {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "code":
                continue
            source = "".join(cell["source"])
            for exercise_id, argument in CHECK.findall(source):
                try:
                    trial = dict(names)
                    exec(solutions[exercise_id], trial)
                    answers[exercise_id] = eval(argument, trial)
                except Exception as err:
                    answers[exercise_id] = err
            # A cell of bare expressions shows things (figures, widgets: slow) and binds no name a solution could use.
            if not all(isinstance(statement, ast.Expr) for statement in ast.parse(source).body):
                exec(source, names)
    return answers


NOTEBOOKS = sorted({path for path in map(notebook_path, EXERCISES) if path is not None})


def test_the_course_has_practice_files():
    """Is there something to test at all?"""
    assert practice_paths()
    assert EXERCISES
    assert ITEMS


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_solutions_earn_success(path):
    """Does each of the course's own solutions, typed where the student types, pass its check?"""
    exercises = [exercise for exercise in EXERCISES if notebook_path(exercise) == path]
    answers = handed_in(path)
    assert {e.id: answers.get(e.id, "no cell checks this exercise") for e in exercises if not solved(e, answers)} == {}


def solved(exercise, answers):
    return verdict(exercise, answers.get(exercise.id)) == (True, exercise.success.strip())


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_a_stub_is_called_unanswered(exercise):
    """Does `...` get the friendly reminder?"""
    assert verdict(exercise, ...) == (False, UNANSWERED)


@pytest.mark.parametrize(("exercise", "number"), MISTAKES, ids=[f"{e.id}-{i + 1}" for e, i in MISTAKES])
def test_each_foreseen_mistake_gets_its_own_message(exercise, number):
    """Does the example of a foreseen mistake get exactly the sentence written for it?"""
    mistake = exercise.mistakes[number]
    assert verdict(exercise, exercise.evaluate(mistake.example)) == (False, mistake.say.strip())


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.id)
def test_answers_of_a_foreign_type_are_refused_in_one_sentence(exercise):
    """Does any odd object get a Chinese sentence rather than an error or a success?"""
    for odd in (None, True, object(), {"a": 1}, float("nan")):
        solved, message = verdict(exercise, odd)
        assert not solved
        assert message.endswith("。")


@pytest.mark.parametrize("item", ITEMS, ids=lambda i: i.id)
def test_the_right_response_is_accepted_and_wrong_ones_are_explained(item):
    """Is the keyed answer right, and is every other response told why not?"""
    right, wrong = responses(item)
    assert judge(item, right).solved is True
    for response in wrong:
        outcome = judge(item, response)
        assert outcome.solved is False
        assert outcome.message.startswith("还不对")


def responses(item: QuizItem) -> tuple[object, list[object]]:
    count = len(item.options)
    if item.kind == "single":
        return item.answer[0], [i for i in range(count) if i not in item.answer]
    if item.kind == "multiple":
        others = [[i] for i in range(count) if i not in item.answer]
        return list(item.answer), others + ([list(item.answer[:-1])] if len(item.answer) > 1 else [])
    if item.kind == "numeric":
        return str(item.answer), [str(item.answer + 3 * item.tolerance + 1)]
    if item.kind == "text":
        return item.answer[0], [item.answer[0] + "吗"]
    return [k + 1 for k in range(count)], [[count - k for k in range(count)]]


@pytest.mark.parametrize("entry", [*EXERCISES, *ITEMS], ids=lambda e: e.id)
def test_the_notebook_of_an_entry_exists(entry):
    """Does each entry belong to a notebook of its own folder?"""
    assert notebook_path(entry) is not None
