"""Sort gathered files for ``nbgrader zip_collect``: whose notebook is it, of which lab, under which name.

``python -m autograder.unzip FOLDER`` writes ``downloaded/<lab>/archive/<student number>_<time>_<lab>.ipynb``. It overwrites
nothing and says for every file what became of it.
"""

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from autograder.gathered import OLDEST, Found, gather
from autograder.inputs import course_folder, read_roster
from autograder.notebooks import cell_ids, grade_ids, number_in_outputs, read_cells
from crmlab import _click_zh
from crmlab._checks import listing, nearest
from crmlab._files import write_atomic

# A run of five digits or more, possibly behind a few letters; a date or a phone number looks the same.
_NUMBER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{0,4}\d{5,20}(?![A-Za-z0-9])")


@dataclass(frozen=True)
class Outcome:
    """What becomes of one file."""

    label: str
    state: str
    """take, skip (nothing is lost) or problem."""
    note: str
    lab: str = ""
    number: str = ""
    data: bytes = b""
    modified: datetime = OLDEST


def lab_ids(course: Path) -> dict[str, set[str]]:
    """Return the nbgrader ids of every lab of a course, by lab name."""
    labs: dict[str, set[str]] = {}
    for path in sorted((course / "source").glob("*/*.ipynb")):
        if path.stem == path.parent.name:
            labs[path.stem] = grade_ids(path)
    return labs


def recognise(found: Found, labs: dict[str, set[str]], people: dict[str, str]) -> Outcome:
    """Find out which lab a notebook is and whose."""
    if found.problem:
        return Outcome(found.label, "problem", found.problem)
    try:
        cells = read_cells(found.data)
    except ValueError as err:
        return Outcome(found.label, "problem", str(err))
    have = cell_ids(cells)
    lab = max(labs, key=lambda name: len(have & labs[name]))
    if 2 * len(have & labs[lab]) < len(labs[lab]):
        return Outcome(
            found.label, "problem", f"认不出是哪个实训（要收的有：{listing(labs)}），请核对是不是交错了文件。"
        )
    inside = number_in_outputs(cells)
    number, note = _whose(found.label, inside, people)
    if number is None:
        return Outcome(found.label, "problem", note, lab)
    if inside and inside.upper() != number.upper():
        note = f"注意：笔记本里用的是学号 {inside} 的数据，数字题会因此丢分，请核实"
    return Outcome(found.label, "take", note, lab, number, found.data, found.modified)


def _whose(label: str, inside: str | None, people: dict[str, str]) -> tuple[str | None, str]:
    text = unicodedata.normalize("NFKC", label)
    named = list(dict.fromkeys(_NUMBER.findall(text)))
    if people:
        known = {number.upper(): number for number in people}
        named = [known[n.upper()] for n in named if n.upper() in known]
        if not named:
            by_name = [number for number, name in people.items() if name and name in text]
            if len(by_name) > 1:
                return None, f"名字对得上名单里的几个人（{listing(by_name)}），请在文件名里写上学号。"
            named = by_name
    if len(named) > 1 and inside in named:
        named = [inside]
    if len(named) > 1:
        return None, f"文件名里有几个像学号的数（{listing(named)}），请改文件名，或用 --roster 给出名单。"
    if named:
        return named[0], ""
    if inside and (not people or inside in people):
        return inside, "文件名里没有学号，按笔记本里印出的学号收"
    who = "文件名里没有名单上的学号或姓名" if people else "文件名和笔记本里都没有学号"
    return None, f"{who}，请改文件名（如 2026001_实训6.ipynb）后再试。"


def one_each(outcomes: list[Outcome]) -> list[Outcome]:
    """Keep one submission per student and lab: the latest. The others become a note."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for one in outcomes:
        if one.state == "take":
            groups.setdefault((one.lab, one.number), []).append(one)
    decided: dict[str, Outcome] = {}
    for (_, number), several in groups.items():
        best = max(several, key=lambda o: o.modified)
        for one in several:
            if one is best:
                continue
            if one.data == best.data:
                decided[one.label] = replace(one, state="skip", note=f"和“{best.label}”一样，只收一份")
            elif one.modified < best.modified:
                decided[one.label] = replace(one, state="skip", note=f"学号 {number} 有更新的“{best.label}”，收那一份")
            else:
                note = f"学号 {number} 有两份不同的，看不出先后（“{one.label}”和“{best.label}”），请只留一份。"
                decided[one.label] = replace(one, state="problem", note=note)
                decided[best.label] = replace(best, state="problem", note=note)
    return [decided.get(one.label, one) for one in outcomes]


def store(one: Outcome, course: Path) -> Outcome:
    """Write a recognised submission where ``nbgrader zip_collect`` looks; never over another one.

    The time in the name (UTC) lets ``zip_collect`` choose the latest when a student hands in again.
    """
    folder = course / "downloaded" / one.lab / "archive"
    folder.mkdir(parents=True, exist_ok=True)
    earlier = sorted(folder.glob(f"{one.number}_*_{one.lab}.ipynb"))
    if any(path.read_bytes() == one.data for path in earlier):
        return replace(one, state="skip", note="以前收过，没有变化")
    when = one.modified.astimezone(UTC).strftime("%Y%m%dT%H%M%S")
    target = folder / f"{one.number}_{when}_{one.lab}.ipynb"
    if earlier and target.name <= earlier[-1].name:
        there = earlier[-1].relative_to(course).as_posix()
        return replace(
            one, state="problem", note=f"以前收过的一份（{there}）更新或一样新，没有覆盖。要换，先删掉那一份。"
        )
    write_atomic(target, one.data)
    return replace(one, note=one.note or ("比以前收的新" if earlier else ""))


def sort_folder(folder: Path, course: Path, lab: str | None, people: dict[str, str]) -> list[Outcome]:
    """Recognise and store everything in ``folder``.

    Raises
    ------
    ValueError
        文件夹不存在、是空的，或没有要收的实训；消息是一句中文。
    """
    if not folder.is_dir():
        raise ValueError(f"找不到文件夹“{folder}”。请把收来的文件放进一个文件夹，再写它的路径。")
    labs = lab_ids(course)
    if not labs:
        raise ValueError(
            f"“{course}”里没有 source/实训名/实训名.ipynb，认不出收的是哪个实训。请用 --course 指出教师目录。"
        )
    if lab is not None and lab not in labs:
        raise ValueError(f"没有叫“{lab}”的实训。{nearest(lab, labs)}现有的：{listing(labs)}。")
    found = gather(folder)
    if not found:
        raise ValueError(f"文件夹“{folder}”里没有文件。")
    wanted = labs if lab is None else {lab: labs[lab]}
    outcomes = one_each([recognise(one, wanted, people) for one in found])
    return [store(one, course) if one.state == "take" else one for one in outcomes]


@click.command(cls=_click_zh.Command)
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
@click.option("--lab", metavar="实训名", help="只收这一个实训，如 lab06_satisfaction。")
@click.option("--roster", metavar="名单", type=click.Path(path_type=Path), help="有 学号、姓名 两列的 .csv 或 .xlsx。")
@click.option("--course", metavar="目录", type=click.Path(path_type=Path), help="教师目录；不给就用现在所在的。")
def command(folder: Path, lab: str | None, roster: Path | None, course: Path | None) -> int:
    """把收来的作业（zip、笔记本，中文名也行）认领到学号，交给 nbgrader zip_collect。"""
    people = read_roster(roster) if roster is not None else {}
    room = course_folder(course)
    outcomes = sort_folder(folder, room, lab, people)
    words = {"take": "已收", "skip": "跳过", "problem": "未收"}
    for one in outcomes:
        who = f"{one.number} {people.get(one.number, '')}".strip()
        click.echo(f"{words[one.state]}　{one.label}{f' → {who}' if who else ''}{f'：{one.note}' if one.note else ''}")
    taken, failed = ([o for o in outcomes if o.state == state] for state in ("take", "problem"))
    click.echo(f"共 {len(outcomes)} 个文件：已收 {len(taken)} 份，{len(failed)} 个未收。")
    for name in sorted({one.lab for one in taken}):
        again = (room / "downloaded" / name / "extracted").is_dir()
        click.echo(f"接着运行：nbgrader zip_collect {name}{' --force' if again else ''}")
    return 1 if failed else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    return _click_zh.run(command, arguments, "python -m autograder.unzip")


if __name__ == "__main__":
    sys.exit(main())
