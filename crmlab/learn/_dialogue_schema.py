"""What a dialogues.toml may contain, and the Chinese sentence for everything it may not."""

from collections.abc import Mapping, Sequence
from typing import Any

from crmlab._checks import listing, nearest
from crmlab.learn._errors import PracticeError
from crmlab.learn._schema import check_keys

MOODS = ("生气", "不满", "平静", "满意", "信任")
POINTS = (-2, 2)
CHOICES = (3, 4)

_HEADERS = {
    "dialogue": "[[dialogue]]",
    "turn": "[[dialogue.turn]]",
    "choice": "[[dialogue.turn.choice]]",
    "ending": "[[dialogue.ending]]",
}

_DIALOGUE: dict[str, tuple[Any, bool]] = {
    "id": (str, True),
    "notebook": (str, True),
    "title": (str, True),
    "scene": (str, True),
    "customer": (str, True),
    "mood": (int, True),
    "dimensions": (list, True),
    "turn": (list, True),
    "ending": (list, True),
}
_TURN: dict[str, tuple[Any, bool]] = {"id": (str, True), "says": (str, True), "choice": (list, True)}
_CHOICE: dict[str, tuple[Any, bool]] = {
    "says": (str, True),
    "reply": (str, True),
    "next": (str, True),
    "why": (str, True),
    "points": (dict, True),
    "mood": (int, False),
}
_ENDING: dict[str, tuple[Any, bool]] = {"id": (str, True), "title": (str, True), "tells": (str, True)}


def check_dialogues(content: Mapping[str, Any], name: str) -> None:
    """Raise PracticeError at the first thing in a parsed dialogues file that breaks the schema."""
    for key in content:
        if key != "dialogue":
            raise PracticeError(
                f"{name}：不认识的键“{key}”。{nearest(key, ('dialogue',))}"
                "最外层只有 [[dialogue]]；别的键要写在某一段对话里面。"
            )
    seen: set[str] = set()
    for entry, where in _sections(content, "dialogue", name):
        check_keys(entry, _DIALOGUE, where)
        if entry["id"] in seen:
            raise PracticeError(f"{where}：id 与前面一段重复。每段对话的 id 只能用一次，请换一个。")
        seen.add(entry["id"])
        _check_dialogue(entry, where)


def _sections(content: Mapping[str, Any], key: str, where: str) -> list[tuple[Mapping[str, Any], str]]:
    """Give each table of an array of tables, with the words for where it stands."""
    entries = content.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise PracticeError(f"{where}：{key} 要写成 {_HEADERS[key]}（两层方括号），一项一段。")
    named = []
    for number, entry in enumerate(entries, start=1):
        identity = entry.get("id")
        shown = f"（id = {identity}）" if isinstance(identity, str) else ""
        named.append((entry, f"{where}：第 {number} 个 {_HEADERS[key]}{shown}"))
    return named


def _check_dialogue(entry: Mapping[str, Any], where: str) -> None:
    _check_range(entry["mood"], (1, len(MOODS)), "mood", where)
    dimensions = entry["dimensions"]
    if not dimensions or not all(isinstance(name, str) and name.strip() for name in dimensions):
        raise PracticeError(f"{where}：“dimensions”应是至少一条文字的列表，现在是 {dimensions!r}。")
    if len(set(dimensions)) != len(dimensions):
        raise PracticeError(f"{where}：“dimensions”里有两个名字一样：{dimensions!r}。")
    turns = _sections(entry, "turn", where)
    endings = _sections(entry, "ending", where)
    for section, key in ((turns, "turn"), (endings, "ending")):
        if not section:
            raise PracticeError(f"{where}：一个 {_HEADERS[key]} 也没有。请至少写一个。")
    nodes: set[str] = set()
    for section, schema in ((turns, _TURN), (endings, _ENDING)):
        for node, place in section:
            check_keys(node, schema, place)
            if node["id"] in nodes:
                raise PracticeError(f"{place}：id 与前面一个重复。同一段对话里，每个 id 只能用一次，请换一个。")
            nodes.add(node["id"])
    for turn, place in turns:
        _check_choices(turn, place, dimensions, nodes)
    _check_roads(entry, where)


def _check_choices(turn: Mapping[str, Any], where: str, dimensions: Sequence[str], nodes: set[str]) -> None:
    choices = _sections(turn, "choice", where)
    low, high = CHOICES
    if not low <= len(choices) <= high:
        raise PracticeError(
            f"{where}：要有 {low}–{high} 个 {_HEADERS['choice']}，现在是 {len(choices)} 个。"
            + ("没有回答可选，对话就停在这里，走不到结局。" if not choices else "")
        )
    for choice, place in choices:
        check_keys(choice, _CHOICE, place)
        if choice["next"] not in nodes:
            raise PracticeError(
                f"{place}：“next”指向的“{choice['next']}”不存在。{nearest(choice['next'], nodes)}"
                f"可用的 id：{listing(sorted(nodes), 20)}。"
            )
        _check_range(choice.get("mood", 0), POINTS, "mood", place)
        for dimension, points in choice["points"].items():
            if dimension not in dimensions:
                raise PracticeError(
                    f"{place}：“points”里的“{dimension}”不在 dimensions 里。{nearest(dimension, dimensions)}"
                    f"可用的：{listing(dimensions)}。"
                )
            if isinstance(points, bool) or not isinstance(points, int):
                raise PracticeError(f"{place}：“points”里的“{dimension}”应是整数，现在是 {points!r}。")
            _check_range(points, POINTS, f"points.{dimension}", place)
    if len({choice["says"].strip() for choice, _ in choices}) != len(choices):
        raise PracticeError(f"{where}：有两个回答一模一样。请改掉一个。")


def _check_range(value: int, allowed: tuple[int, int], key: str, where: str) -> None:
    low, high = allowed
    if not low <= value <= high:
        shown = [str(number).replace("-", "−") for number in (low, high, value)]
        raise PracticeError(f"{where}：“{key}”应在 {shown[0]} 到 {shown[1]} 之间，现在是 {shown[2]}。")


def _check_roads(entry: Mapping[str, Any], where: str) -> None:
    """Walk from the first turn: no way may come back to itself, and every node must be met."""
    roads = {turn["id"]: [choice["next"] for choice in turn["choice"]] for turn in entry["turn"]}
    met: set[str] = set()

    def walk(node: str, behind: tuple[str, ...]) -> None:
        if node in behind:
            loop = " → ".join((*behind[behind.index(node) :], node))
            raise PracticeError(
                f"{where}：对话绕成了圈（{loop}），可能永远走不到结局。"
                "请让其中一个回答的 next 指向后面的一轮或一个结局；客户要再问一遍时，另写一轮。"
            )
        if node in met:
            return
        for following in roads.get(node, []):
            walk(following, (*behind, node))
        met.add(node)

    walk(entry["turn"][0]["id"], ())
    lost = [node["id"] for node in (*entry["turn"], *entry["ending"]) if node["id"] not in met]
    if lost:
        raise PracticeError(f"{where}：从第一轮出发走不到“{listing(lost)}”。请让某个回答的 next 指向它，或删去它。")
