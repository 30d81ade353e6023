"""Scripted dialogues: read from a chapter's dialogues.toml, and played turn by turn. No display here.

A customer speaks, the student chooses one of three or four answers, the customer answers as the script says; this
goes on to one of several endings. Everything is written beforehand by the course's authors. The file::

    [[dialogue]]
    id = "4-reception"                  # learn.dialogue("4-reception"); unique over the course
    notebook = "4-4"                    # where the result is counted
    title = "接待一位新客户"
    scene = "你是……的店员。……"          # who and where you are, and what would be a good result
    customer = "郑女士"
    mood = 3                            # the customer's mood at first: 1 生气, 2 不满, 3 平静, 4 满意, 5 信任
    dimensions = ["倾听", "回应", "用语", "解决"]

    [[dialogue.turn]]                   # the first turn opens the dialogue
    id = "greet"
    says = "……"                         # what the customer says
    [[dialogue.turn.choice]]            # three or four a turn; shown in a fixed order of their own
    says = "……"                         # what the student may answer
    reply = "……"                        # the customer's first reaction; then the next turn's `says` follows
    next = "ask"                        # id of a turn or an ending
    why = "……"                          # one sentence, shown at the end: why this was good or bad
    points = { "倾听" = 2, "用语" = -1 }  # whole numbers from -2 to 2; a dimension not named gets 0
    mood = 1                            # change of mood, -2 to 2; 0 when not given

    [[dialogue.ending]]
    id = "sold"
    title = "……"
    tells = "……"                        # how it turned out

A dialogue goes forward only: a way that comes back to an earlier turn is refused, so that every way ends and the best
and the worst score exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from crmlab._checks import listing, nearest
from crmlab.learn._dialogue_schema import MOODS, check_dialogues
from crmlab.learn._errors import PracticeError, UnknownIdError
from crmlab.learn._schema import read_toml
from crmlab.paths import project_root

PASS_SHARE = 0.8


@dataclass(frozen=True)
class Choice:
    """One answer the student may give, and what follows from it."""

    says: str
    reply: str
    next: str
    why: str
    points: Mapping[str, int]
    mood: int = 0

    @property
    def total(self) -> int:
        """Points over all dimensions."""
        return sum(self.points.values())


@dataclass(frozen=True)
class Turn:
    """What the customer says, and the answers to choose from."""

    id: str
    says: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Ending:
    """How a dialogue turned out."""

    id: str
    title: str
    tells: str


@dataclass(frozen=True)
class Script:
    """One dialogue as its file states it."""

    id: str
    notebook: str
    folder: Path
    title: str
    scene: str
    customer: str
    mood: int
    dimensions: tuple[str, ...]
    turns: Mapping[str, Turn]
    endings: Mapping[str, Ending]

    @property
    def opening(self) -> Turn:
        """The first turn."""
        return next(iter(self.turns.values()))

    @cached_property
    def best_from(self) -> Mapping[str, int]:
        """Most points that can still be got from each turn or ending on."""
        return self._extremes(max)

    @cached_property
    def worst_from(self) -> Mapping[str, int]:
        """Fewest points that can still be got from each turn or ending on."""
        return self._extremes(min)

    def _extremes(self, pick: Any) -> Mapping[str, int]:
        found = dict.fromkeys(self.endings, 0)

        def value(node: str) -> int:
            if node not in found:
                found[node] = pick(choice.total + value(choice.next) for choice in self.turns[node].choices)
            return found[node]

        value(self.opening.id)
        return found

    @property
    def best(self) -> int:
        """The highest score that a way through the dialogue can have."""
        return self.best_from[self.opening.id]

    @property
    def worst(self) -> int:
        """The lowest score that a way through the dialogue can have."""
        return self.worst_from[self.opening.id]

    def best_end(self) -> "State":
        """Walk a way with the highest score to its end."""
        state = start(self)
        while state.turn is not None:
            values = [choice.total + self.best_from[choice.next] for choice in state.turn.choices]
            state = choose(state, values.index(max(values)))
        return state


@dataclass(frozen=True)
class State:
    """Where a dialogue stands: the node, the answers chosen so far (places in the file, from 0) and the mood."""

    script: Script
    node: str
    path: tuple[int, ...]
    mood: int

    @property
    def turn(self) -> Turn | None:
        """The turn that waits for an answer; None at the end."""
        return self.script.turns.get(self.node)

    @property
    def ending(self) -> Ending | None:
        """How it turned out; None before the end."""
        return self.script.endings.get(self.node)

    @property
    def mood_name(self) -> str:
        """The customer's mood in one word."""
        return MOODS[self.mood - 1]

    @property
    def steps(self) -> list[tuple[Turn, Choice]]:
        """The turns gone through, each with the answer chosen."""
        turn, steps = self.script.opening, []
        for index in self.path:
            choice = turn.choices[index]
            steps.append((turn, choice))
            turn = self.script.turns.get(choice.next, turn)
        return steps

    @property
    def points(self) -> dict[str, int]:
        """Points so far in each dimension."""
        return {name: sum(choice.points.get(name, 0) for _, choice in self.steps) for name in self.script.dimensions}

    @property
    def total(self) -> int:
        """Points so far over all dimensions."""
        return sum(self.points.values())

    @property
    def passed(self) -> bool:
        """Is the dialogue over, with at least 80% of the highest score?"""
        return self.ending is not None and self.total >= PASS_SHARE * self.script.best


def start(script: Script) -> State:
    """Begin a dialogue."""
    return State(script, script.opening.id, (), script.mood)


def choose(state: State, index: int) -> State:
    """返回选了一个回答以后的状态；原来的状态不变。

    Parameters
    ----------
    state : State
        现在的状态，还没有到结局。
    index : int
        选第几个回答：在剧本里的次序，从 0 数起。

    Returns
    -------
    State
        新的状态；客户的情绪最低 1、最高 5。

    Raises
    ------
    ValueError
        对话已经结束，或没有这个回答。
    """
    if state.turn is None:
        raise ValueError("这段对话已经结束，不能再选。要重来，请用 start(script)。")
    count = len(state.turn.choices)
    if not 0 <= index < count:
        raise ValueError(f"参数 index 应是 0–{count - 1}（这一轮有 {count} 个回答），现在是 {index}。")
    choice = state.turn.choices[index]
    mood = min(max(state.mood + choice.mood, 1), len(MOODS))
    return replace(state, node=choice.next, path=(*state.path, index), mood=mood)


def ways(script: Script) -> Iterator[State]:
    """Walk every way through a dialogue; yields the states at their ends."""
    open_states = [start(script)]
    while open_states:
        state = open_states.pop()
        if state.turn is None:
            yield state
        else:
            open_states += [choose(state, index) for index in range(len(state.turn.choices))]


def script_paths() -> list[Path]:
    """All dialogue files of the course."""
    return sorted((project_root() / "chapters").glob("*/dialogues.toml"))


def load_scripts(path: Path) -> list[Script]:
    """读一个 dialogues.toml 并检查每一段对话。

    Parameters
    ----------
    path : Path
        某一章目录里的 ``dialogues.toml``；格式见本模块开头。

    Returns
    -------
    list of Script
        这个文件里的对话，按写的次序。

    Raises
    ------
    PracticeError
        不是 TOML，或有一处不合规定（缺文字、指向不存在的一轮、有走不到的一轮、绕成了圈、分数超出范围……）；
        消息说明哪一段、哪里不对、怎么改。
    """
    content = read_toml(path)
    check_dialogues(content, f"{path.parent.name}/{path.name}")
    return [_script(entry, path.parent) for entry in content.get("dialogue", [])]


def find_script(name: str) -> Script:
    """Look a dialogue up by id over the whole course."""
    if not isinstance(name, str):
        raise TypeError(f'对话的名字要写成文字（加引号），如 learn.dialogue("4-reception")；你给的是 {name!r}。')
    scripts: dict[str, Script] = {}
    for path in script_paths():
        for script in load_scripts(path):
            if script.id in scripts:
                raise PracticeError(
                    f"{path.parent.name}/{path.name}：id“{script.id}”在 {scripts[script.id].folder.name} 里已经用过。"
                    "每段对话的 id 只能用一次，请换一个。"
                )
            scripts[script.id] = script
    if name not in scripts:
        known = f"现有的对话：{listing(scripts)}。" if scripts else "课程里还没有对话。"
        raise UnknownIdError(f"没有叫“{name}”的对话。{nearest(name, scripts)}{known}")
    return scripts[name]


def _script(entry: Mapping[str, Any], folder: Path) -> Script:
    fields = dict(entry)
    turns = [
        Turn(turn["id"], turn["says"].strip(), tuple(Choice(**choice) for choice in turn["choice"]))
        for turn in fields.pop("turn")
    ]
    endings = [Ending(**ending) for ending in fields.pop("ending")]
    return Script(
        folder=folder,
        turns={turn.id: turn for turn in turns},
        endings={ending.id: ending for ending in endings},
        **(fields | {"dimensions": tuple(fields["dimensions"])}),
    )
