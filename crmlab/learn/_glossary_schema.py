"""What chapters/glossary.toml may contain, and the Chinese sentence for everything it may not."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from crmlab._checks import nearest
from crmlab.learn._errors import PracticeError
from crmlab.learn._schema import check_keys

_TERM: dict[str, tuple[Any, bool]] = {
    "zh": (str, True),
    "en": (str, True),
    "short": (str, False),
    "definition": (str, True),
    "taught": (str, True),
    "also": (list, False),
    "avoid": (list, False),
    "see": (list, False),
}
_LISTS = ("also", "avoid", "see")
_ENGLISH = re.compile(r"[A-Za-z][\x20-\x7e\u2010-\u2019\u00e0-\u017f]*")


def key(name: str) -> str:
    """Return a name as it is compared: full-width as half-width, no capitals, no spaces, no hyphens.

    Examples
    --------
    >>> key("A/B 测试") == key("a/b测试")
    True
    """
    return re.sub(r"[\s_\-\u2010-\u2014]+", "", unicodedata.normalize("NFKC", name).casefold())


def anchor(english: str) -> str:
    """Return the id of a term's place on the glossary page: lower-case English, hyphens between words.

    Examples
    --------
    >>> anchor("customer lifetime value")
    'customer-lifetime-value'
    """
    plain = unicodedata.normalize("NFKD", english).encode("ascii", "ignore").decode("ascii").casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")


def check_glossary(content: Mapping[str, Any], name: str, rows: Collection[str]) -> None:
    """Raise PracticeError at the first thing in a parsed glossary that breaks the schema.

    ``rows`` are the ids of the outline's rows.
    """
    for found in content:
        if found != "term":
            raise PracticeError(
                f"{name}：不认识的键“{found}”。{nearest(found, ('term',))}"
                "最外层只有 [[term]]；别的键要写在某一条术语里面。"
            )
    entries = content.get("term", [])
    if not isinstance(entries, list) or not all(isinstance(entry, Mapping) for entry in entries):
        raise PracticeError(f"{name}：term 要写成 [[term]]（两层方括号），一条一段。")
    if not entries:
        raise PracticeError(f"{name}：一条术语也没有。请至少写一个 [[term]]。")
    owners: dict[str, tuple[int, str]] = {}
    anchors: dict[str, str] = {}
    places = []
    for number, entry in enumerate(entries, start=1):
        chinese = entry.get("zh")
        where = f"{name}：第 {number} 个 [[term]]" + (f"（zh = {chinese}）" if isinstance(chinese, str) else "")
        _check_term(entry, where, rows)
        _check_names(number, entry, where, owners)
        place = anchor(entry["en"])
        if place in anchors:
            raise PracticeError(f"{where}：“en”和术语“{anchors[place]}”的一样，都会变成链接 #{place}。请改掉一个。")
        anchors[place] = entry["zh"]
        places.append((entry, where))
    known = [entry["zh"] for entry in entries]
    for entry, where in places:
        for other in entry.get("see", []):
            if other == entry["zh"]:
                raise PracticeError(f"{where}：“see”指向了自己。请删去。")
            if other not in known:
                raise PracticeError(
                    f"{where}：“see”里的“{other}”不是哪条术语的 zh。{nearest(other, known)}请照那一条的 zh 写。"
                )


def _check_term(entry: Mapping[str, Any], where: str, rows: Collection[str]) -> None:
    check_keys(entry, _TERM, where)
    for field in _LISTS:
        texts = entry.get(field, [])
        if field in entry and not (texts and all(isinstance(text, str) and text.strip() for text in texts)):
            raise PracticeError(f"{where}：“{field}”应是至少一条文字的列表，现在是 {texts!r}。")
        if len(set(texts)) != len(texts):
            raise PracticeError(f"{where}：“{field}”里有两条一样：{texts!r}。")
    if not _ENGLISH.fullmatch(entry["en"]):
        raise PracticeError(f"{where}：“en”应是英文，现在是“{entry['en']}”。")
    if entry["taught"] not in rows:
        raise PracticeError(
            f"{where}：“taught”里的“{entry['taught']}”不是大纲里的行。{nearest(entry['taught'], rows)}"
            "行号见 chapters/outline.toml。"
        )


def _check_names(number: int, entry: Mapping[str, Any], where: str, owners: dict[str, tuple[int, str]]) -> None:
    """Note whose name each spelling is; one spelling belongs to one term."""
    own = [entry["zh"], entry["en"], *([entry["short"]] if "short" in entry else []), *entry.get("also", [])]
    for name in [*own, *entry.get("avoid", [])]:
        owner, chinese = owners.setdefault(key(name), (number, entry["zh"]))
        if owner != number or own.count(name) > 1:
            raise PracticeError(f"{where}：“{name}”已经是术语“{chinese}”的叫法。一个叫法只能属于一条术语，请删去一处。")
    for name in entry.get("avoid", []):
        if name in own:
            raise PracticeError(f"{where}：“{name}”既在“avoid”里，又是这一条的正式叫法。请删去一处。")
