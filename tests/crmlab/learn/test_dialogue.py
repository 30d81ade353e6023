"""Scripted dialogues: the engine by hand, every sentence for a faulty script, and the course's own scripts."""

import pytest

from crmlab import learn
from crmlab.learn import dialogue_panel, practice
from crmlab.learn._errors import PracticeError, UnknownIdError
from crmlab.learn.dialogue import choose, find_script, load_scripts, script_paths, start, ways
from tests.crmlab.learn.small_script import small, toml

FILE = "09_demo/dialogues.toml"
DIALOGUE = f"{FILE}：第 1 个 [[dialogue]]（id = 9-shop）"
FIRST = f"{DIALOGUE}：第 1 个 [[dialogue.turn]]（id = hello）"
SORRY = f"{DIALOGUE}：第 2 个 [[dialogue.turn]]（id = sorry）"
LOOP = "可能永远走不到结局。请让其中一个回答的 next 指向后面的一轮或一个结局；客户要再问一遍时，另写一轮。"
TAKEN = "每段对话的 id 只能用一次，请换一个。"
CHOICE = f"{FIRST}：第 2 个 [[dialogue.turn.choice]]"


def test_a_dialogue_is_played_by_hand(script):
    """Do points, mood, path and ending follow from the choices, and does the state before stay as it was?"""
    first = start(script)
    assert (first.turn.id, first.ending, first.mood, first.mood_name, first.total) == ("hello", None, 2, "不满", 0)
    second = choose(first, 1)
    assert (second.turn.id, second.mood, second.path) == ("sorry", 1, (1,))
    assert second.points == {"倾听": -2, "解决": 0}
    end = choose(second, 0)
    assert (end.turn, end.ending.id, end.mood, end.mood_name, end.path) == (None, "sold", 3, "平静", (1, 0))
    assert end.points == {"倾听": -1, "解决": 2}
    assert [(turn.id, choice.says) for turn, choice in end.steps] == [("hello", "自己看"), ("sorry", "对不起")]
    assert (first.path, first.mood, second.path) == ((), 2, (1,))


def test_best_and_worst_are_those_of_the_ways(script):
    """Are the extremes those counted by hand, and the best end among the ways?"""
    # hello: 3 → sold | -2 → sorry (3 → sold, -1 → lost, 0 → lost) | 0 → lost
    assert sorted((way.path, way.total, way.ending.id, way.passed) for way in ways(script)) == [
        ((0,), 3, "sold", True),
        ((1, 0), 1, "sold", False),
        ((1, 1), -3, "lost", False),
        ((1, 2), -2, "lost", False),
        ((2,), 0, "lost", False),
    ]
    assert (script.best, script.worst) == (3, -3)
    assert script.best_end().path == (0,)
    assert start(script).passed is False


def test_the_mood_stays_between_angry_and_trusting(write_dialogues):
    """Is the mood cut off at both ends?"""
    low, high = small(mood=1), small(mood=5, id="9-high")
    high["turn"][0]["choice"][0]["mood"] = 2
    write_dialogues(low, high)
    assert choose(start(find_script("9-shop")), 1).mood == 1
    assert choose(start(find_script("9-high")), 0).mood == 5


def test_a_choice_that_is_not_there_is_refused(script):
    """Is the number of answers named, and is an ended dialogue not gone on with?"""
    with pytest.raises(ValueError) as error:
        choose(start(script), 3)
    assert str(error.value) == "参数 index 应是 0–2（这一轮有 3 个回答），现在是 3。"
    with pytest.raises(ValueError) as error:
        choose(choose(start(script), 2), 0)
    assert str(error.value) == "这段对话已经结束，不能再选。要重来，请用 start(script)。"


def changed(*keys, **fields):
    """Return a small script with the fields set at the place that ``keys`` lead to."""
    script = small()
    place = script
    for key in keys:
        place = place[key]
    place.update(fields)
    return {"dialogue": [script]}


def without(key, *keys):
    content = changed()
    place = content["dialogue"][0]
    for step in keys:
        place = place[step]
    del place[key]
    return content


SECOND = ("turn", 0, "choice", 1)
TWIN = small()
NO_ANSWER = {"choice": []}
FAULTS = {
    "a key outside": (
        {"dialog": []},
        f"{FILE}：不认识的键“dialog”。你是不是想写“dialogue”？最外层只有 [[dialogue]]；别的键要写在某一段对话里面。",
    ),
    "single brackets": ({"dialogue": small()}, f"{FILE}：dialogue 要写成 [[dialogue]]（两层方括号），一项一段。"),
    "a turn in single brackets": (changed(turn={"id": "x"}), f"{DIALOGUE}：“turn”应是列表，现在是 {{'id': 'x'}}。"),
    "turns that are words": (
        changed(turn=["x"]),
        f"{DIALOGUE}：turn 要写成 [[dialogue.turn]]（两层方括号），一项一段。",
    ),
    "an unknown key": (
        changed(titel="店"),
        f"{DIALOGUE}：不认识的键“titel”。你是不是想写“title”？可用的键："
        "id、notebook、title、scene、customer、mood、dimensions、turn、ending。",
    ),
    "no scene": (without("scene"), f"{DIALOGUE}：缺少“scene”。请补上 scene = ……（文字）。"),
    "no mood": (without("mood"), f"{DIALOGUE}：缺少“mood”。请补上 mood = ……（整数）。"),
    "a mood that does not exist": (changed(mood=6), f"{DIALOGUE}：“mood”应在 1 到 5 之间，现在是 6。"),
    "a mood that is no number": (changed(mood="平静"), f"{DIALOGUE}：“mood”应是整数，现在是 '平静'。"),
    "no dimensions": (changed(dimensions=[]), f"{DIALOGUE}：“dimensions”应是至少一条文字的列表，现在是 []。"),
    "a dimension twice": (
        changed(dimensions=["倾听", "倾听"]),
        f"{DIALOGUE}：“dimensions”里有两个名字一样：['倾听', '倾听']。",
    ),
    "no turn": (changed(turn=[]), f"{DIALOGUE}：一个 [[dialogue.turn]] 也没有。请至少写一个。"),
    "no ending": (changed(ending=[]), f"{DIALOGUE}：一个 [[dialogue.ending]] 也没有。请至少写一个。"),
    "two dialogues of one name": (
        {"dialogue": [TWIN, TWIN]},
        f"{FILE}：第 2 个 [[dialogue]]（id = 9-shop）：id 与前面一段重复。每段对话的 id 只能用一次，请换一个。",
    ),
    "an ending named like a turn": (
        changed("ending", 0, id="hello"),
        f"{DIALOGUE}：第 1 个 [[dialogue.ending]]（id = hello）：id 与前面一个重复。"
        "同一段对话里，每个 id 只能用一次，请换一个。",
    ),
    "an ending without words": (
        changed("ending", 1, tells=" "),
        f"{DIALOGUE}：第 2 个 [[dialogue.ending]]（id = lost）：“tells”是空的。请写上内容。",
    ),
    "a silent customer": (changed("turn", 0, says=""), f"{FIRST}：“says”是空的。请写上内容。"),
    "an answer without a reason": (without("why", *SECOND), f"{CHOICE}：缺少“why”。请补上 why = ……（文字）。"),
    "an answer without a consequence": (changed(*SECOND, reply="\n"), f"{CHOICE}：“reply”是空的。请写上内容。"),
    "an answer without points": (
        without("points", *SECOND),
        f"{CHOICE}：缺少“points”。请补上 points = ……（一组“名字 = 值”）。",
    ),
    "an unknown node": (
        changed(*SECOND, next="sory"),
        f"{CHOICE}：“next”指向的“sory”不存在。你是不是想写“sorry”？可用的 id：hello、lost、sold、sorry。",
    ),
    "too many points": (
        changed(*SECOND, points={"倾听": 3}),
        f"{CHOICE}：“points.倾听”应在 −2 到 2 之间，现在是 3。",
    ),
    "too few points": (
        changed(*SECOND, points={"解决": -3}),
        f"{CHOICE}：“points.解决”应在 −2 到 2 之间，现在是 −3。",
    ),
    "points that are not whole": (
        changed(*SECOND, points={"解决": 0.5}),
        f"{CHOICE}：“points”里的“解决”应是整数，现在是 0.5。",
    ),
    "points that are a truth": (
        changed(*SECOND, points={"解决": True}),
        f"{CHOICE}：“points”里的“解决”应是整数，现在是 True。",
    ),
    "points for something else": (
        changed(*SECOND, points={"倾诉": 1}),
        f"{CHOICE}：“points”里的“倾诉”不在 dimensions 里。你是不是想写“倾听”？可用的：倾听、解决。",
    ),
    "too large a change of mood": (changed(*SECOND, mood=-3), f"{CHOICE}：“mood”应在 −2 到 2 之间，现在是 −3。"),
    "no way on": (
        changed("turn", 1, **NO_ANSWER),
        f"{SORRY}：要有 3–4 个 [[dialogue.turn.choice]]，现在是 0 个。没有回答可选，对话就停在这里，走不到结局。",
    ),
    "two answers only": (
        changed("turn", 1, choice=small()["turn"][1]["choice"][:2]),
        f"{SORRY}：要有 3–4 个 [[dialogue.turn.choice]]，现在是 2 个。",
    ),
    "the same answer twice": (changed(*SECOND, says="您好"), f"{FIRST}：有两个回答一模一样。请改掉一个。"),
    "a loop": (
        changed("turn", 1, "choice", 1, next="hello"),
        f"{DIALOGUE}：对话绕成了圈（hello → sorry → hello），{LOOP}",
    ),
    "a turn that leads to itself": (
        changed("turn", 1, "choice", 2, next="sorry"),
        f"{DIALOGUE}：对话绕成了圈（sorry → sorry），{LOOP}",
    ),
    "a turn nobody reaches": (
        changed(*SECOND, next="lost"),
        f"{DIALOGUE}：从第一轮出发走不到“sorry”。请让某个回答的 next 指向它，或删去它。",
    ),
}


@pytest.mark.parametrize(("content", "message"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_script_is_refused_with_its_place(course, content, message):
    """Does each fault name the file, the place, what is wrong and what to write?"""
    path = course.write("", name="dialogues.toml")
    path.write_text(toml(content, bare=True), encoding="utf-8")
    with pytest.raises(PracticeError) as error:
        load_scripts(path)
    assert str(error.value) == message


def test_a_file_that_is_not_toml_is_named(course):
    """Is the place of a slip in the notation given?"""
    path = course.write("[[dialogue]]\nid = 甲", name="dialogues.toml")
    with pytest.raises(PracticeError) as error:
        load_scripts(path)
    assert str(error.value) == f"{FILE}：TOML 写错了：Invalid value (at line 2, column 6)。"


def test_an_unknown_name_gets_the_nearest(write_dialogues, script):
    """Is a misspelt name answered with the nearest, anything but text with how to write it?"""
    with pytest.raises(UnknownIdError) as error:
        learn.dialogue("9-shpo")
    assert str(error.value) == "没有叫“9-shpo”的对话。你是不是想写“9-shop”？现有的对话：9-shop。"
    with pytest.raises(TypeError) as wrong_type:
        learn.dialogue(9)
    assert str(wrong_type.value) == '对话的名字要写成文字（加引号），如 learn.dialogue("4-reception")；你给的是 9。'
    write_dialogues()
    with pytest.raises(UnknownIdError) as error:
        learn.dialogue("9-shop")
    assert str(error.value) == "没有叫“9-shop”的对话。课程里还没有对话。"


def test_a_name_used_in_two_chapters_is_refused(course, write_dialogues, script):
    """Is an id one script's alone over the course?"""
    other = course.root / "chapters" / "10_more"
    other.mkdir()
    write_dialogues(small(), folder=other)
    with pytest.raises(PracticeError) as error:
        learn.dialogue("9-shop")
    assert str(error.value) == (
        "10_more/dialogues.toml：id“9-shop”在 09_demo 里已经用过。每段对话的 id 只能用一次，请换一个。"
    )


# The course's own scripts.

SCRIPTS = [script for path in script_paths() for script in load_scripts(path)]


def test_the_communication_chapter_has_its_six_dialogues():
    """Are all of them there, and no name used for a quiz item too?"""
    ids = [script.id for script in SCRIPTS]
    assert {"4-reception", "4-angry-call", "4-price", "4-out-of-stock", "4-talker", "4-elderly"} <= set(ids)
    entries = {entry.id for file in practice.load_all() for entry in file.entries}
    assert not entries & set(ids)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_every_way_ends_between_worst_and_best(script):
    """Does every way end within seven turns, with a score inside the extremes, and is every node on some way?"""
    totals, met = [], set()
    for way in ways(script):
        assert way.ending is not None
        assert script.worst <= way.total <= script.best
        totals.append((way.total, len(way.path)))
        met |= {turn.id for turn, _ in way.steps} | {way.node}
    assert met == {*script.turns, *script.endings}
    assert {min(totals)[0], max(totals)[0]} == {script.worst, script.best}
    assert 4 <= max(turns for _, turns in totals) <= 7
    assert len(script.endings) >= 3


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_the_best_answer_of_a_turn_opens_the_best_way(script):
    """Is one answer of each turn the best, and is it never worth giving a worse one to be repaired later?"""
    for turn in script.turns.values():
        own = [choice.total for choice in turn.choices]
        whole = [choice.total + script.best_from[choice.next] for choice in turn.choices]
        assert own.count(max(own)) == whole.count(max(whole)) == 1, turn.id
        assert own.index(max(own)) == whole.index(max(whole)), turn.id
    assert script.best_end().passed
    assert script.best_end().mood == 5


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_every_option_is_explained_and_does_something(script):
    """Has every answer a reaction and one sentence of its own why, and do the answers of a turn lead apart?"""
    choices = [choice for turn in script.turns.values() for choice in turn.choices]
    for choice in choices:
        assert choice.why.endswith("。") and 12 <= len(choice.why) <= 60, choice.why
        assert choice.why.count("。") == 1, choice.why
    assert len({choice.why for choice in choices}) == len(choices)
    for turn in script.turns.values():
        assert len({(choice.reply, choice.next) for choice in turn.choices}) == len(turn.choices), turn.id
    assert len({choice.next for choice in script.opening.choices}) >= 2
    shown = {dialogue_panel.order(script, turn).index(best_of(turn)) for turn in script.turns.values()}
    assert len(shown) >= 2, "the best answer stands always in the same place"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.id)
def test_the_best_answer_is_not_given_away_by_its_length(script):
    """Is the longest answer the best one in three turns of four at most?"""
    lengths = [[len(choice.says) for choice in turn.choices] for turn in script.turns.values()]
    longest = [own[best_of(turn)] == max(own) for own, turn in zip(lengths, script.turns.values(), strict=True)]
    assert sum(longest) <= 0.75 * len(longest)


def best_of(turn):
    totals = [choice.total for choice in turn.choices]
    return totals.index(max(totals))
