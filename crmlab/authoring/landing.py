"""The landing page of the workbench, drawn from the outline: chapters, doors, own progress, student number."""

from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from crmlab.authoring.overview import Work, work
from crmlab.learn import profile
from crmlab.learn._terms import PAGE as GLOSSARY_PAGE
from crmlab.paths import project_root

CONTAINER = "crmlab-landing"
GUIDE = "autograder/README.md"
# Inline styles only: JupyterLab strips <style> from the stored output of a notebook that has not been run yet.
_CARD = "border: 1px solid #8a8a8a; border-radius: 8px; padding: 12px 16px; margin: 0 0 12px 0;"
_ROW = "display: flex; flex-wrap: wrap; column-gap: 12px;"
_DOOR = _CARD + " flex: 1 1 260px;"
_TRACK = "height: 8px; border: 1px solid #8a8a8a; border-radius: 4px; max-width: 360px; margin: 0 0 12px 0;"
_CELL = "text-align: left; padding: 4px 12px 4px 0; vertical-align: top; border: none;"
_MINUTES = 45


class Page:
    """一段网页；作为单元格的最后一行时显示出来。"""

    def __init__(self, html: str, summary: str) -> None:
        self.html = html
        self.summary = summary

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.summary


def _link(file: str, text: str) -> str:
    return f'<a href="{escape(file)}">{escape(text)}</a>'


def _door(title: str, lines: list[str]) -> str:
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<section style="{_DOOR}"><h3 style="margin: 0;">{escape(title)}</h3><ul>{items}</ul></section>'


def _doors(works: list[Work], *, teacher: bool) -> str:
    first = next((w for w in works if w.notebook.kind == "section"), None)
    lab = next((w for w in works if w.notebook.kind == "lab"), None)
    case = next((w for w in works if w.notebook.kind == "case"), None)
    student = [
        "先在页末设好学号，再从"
        + (_link(first.notebook.file, f"第一课 {first.notebook.id}") if first else "第一课")
        + "读起。"
    ]
    if lab:
        student.append(
            f"学完一章，做{_link(lab.notebook.file, '实训')}：按工具栏上的 Validate 自查，再从菜单 Nbgrader → Assignment List 提交。"
        )
    alone = ["没有老师也能学：每个“即时练”都有对错诊断，输入 <code>learn.hint(题号)</code> 一步一步看提示。"]
    if case:
        alone.append(
            f"换参数重做一个{_link(case.notebook.file, '案例')}：在终端运行 <code>crmlab case list</code> 和 "
            f"<code>crmlab case run {case.notebook.id}</code>。"
        )
    doors = _door("学生", student)
    if teacher:
        doors += _door(
            "教师",
            [
                f"发布、收取、批改、反馈：见{_link(GUIDE, '教师手册')}；网页操作在菜单 Nbgrader → Formgrader。",
                "新建课、案例、实训：<code>crmlab new section</code>、<code>crmlab new case</code>、<code>crmlab new lab</code>。",
            ],
        )
    return doors + _door("自学者", alone)


def _glossary(root: Path) -> str:
    if not (root / GLOSSARY_PAGE).is_file():
        return ""
    return f"<p>不认识的词，查{_link(GLOSSARY_PAGE, '术语表')}：意思、英文、先在哪一课学，都在里面。</p>"


def _progress(item: Work) -> str:
    parts = [(item.exercises_solved, item.exercises, "即时练"), (item.quiz_solved, item.quiz, "自测")]
    said = [f"{name} {solved}/{total}" for solved, total, name in parts if total]
    if item.dialogues:
        said.append(f"对话 {item.dialogue_words}")
    return "，".join(said) or "—"


def _chapter(items: list[Work]) -> str:
    chapter = items[0].chapter
    minutes = sum(w.notebook.minutes for w in items)
    count = "、".join(
        f"{sum(w.notebook.kind == kind for w in items)} {name}"
        for kind, name in (("section", "课"), ("case", "个案例"), ("lab", "个实训"))
        if any(w.notebook.kind == kind for w in items)
    )
    head = "".join(f'<th scope="col" style="{_CELL}">{h}</th>' for h in ("内容", "类别", "分钟", "我的进度"))
    rows = "".join(
        f'<tr><td style="{_CELL}">{_link(w.notebook.file, _name(w))}</td><td style="{_CELL}">{escape(w.kind)}</td>'
        f'<td style="{_CELL}">{w.notebook.minutes}</td><td style="{_CELL}">{_progress(w)}</td></tr>'
        for w in items
    )
    solved, total = sum(w.solved for w in items), sum(w.total for w in items)
    played, dialogues = sum(w.dialogues_done for w in items), sum(w.dialogues for w in items)
    share = (solved + played) / (total + dialogues) if total + dialogues else 0
    talked = f"，走完 {played}/{dialogues} 段对话" if dialogues else ""
    return (
        f'<section style="{_CARD}"><h3 style="margin: 0;">第 {chapter.number} 章　{escape(chapter.title)}</h3>'
        f"<p>{count}，约 {minutes} 分钟（{round(minutes / _MINUTES)} 节课）。我做对了 {solved}/{total} 题{talked}。</p>"
        f'<div style="{_TRACK}"><div style="height: 8px; width: {share:.0%}; background-color: #0072b2;"></div></div>'
        f'<table style="margin: 0; border: none;"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>'
    )


def _name(item: Work) -> str:
    return f"{item.notebook.id}　{item.notebook.title}" if item.notebook.kind == "section" else item.notebook.title


def page(root: Path | None = None) -> Page:
    """画首页：三扇门，各章的课、案例、实训，自己的进度。

    Parameters
    ----------
    root : Path, optional
        课程根目录；不给时自动查找。

    Returns
    -------
    Page
        放在单元格最后一行就显示；没有写完的章不在里面。
    """
    root = root or project_root()
    works = work(root)
    number = profile.student_id_or_none()
    who = f"你的学号：{escape(number)}。" if number else "你还没有设置学号：在页末设置一次就行。"
    chapters = "".join(_chapter(list(items)) for _, items in groupby(works, key=lambda w: w.chapter.number))
    html = (
        f'<div class="{CONTAINER}" lang="zh-CN"><p>{who}</p>'
        f'<h2>你是谁？</h2><div style="{_ROW}">{_doors(works, teacher=(root / GUIDE).is_file())}</div>'
        f"{_glossary(root)}<h2>各章</h2>{chapters}</div>"
    )
    chapters_shown = len({w.chapter.number for w in works})
    return Page(html, f"首页：{chapters_shown} 章，{len(works)} 本笔记本。")


class StudentNumber:
    """设置学号的输入框；没有内核时显示一句说明。"""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        box = student_number_box()
        bundle: dict[str, Any] = box._repr_mimebundle_()
        note = "运行这一格（Shift + Enter），就会出现填学号的框。"
        return {**bundle, "text/plain": note, "text/html": f'<div class="{CONTAINER}" lang="zh-CN"><p>{note}</p></div>'}


def student_number() -> StudentNumber:
    """显示填学号的框：填一次，以后的实训和进度都用它。

    Returns
    -------
    StudentNumber
        放在单元格最后一行就显示。
    """
    return StudentNumber()


def student_number_box() -> Any:
    """造出填学号的框：一个输入框、一个按钮、一句回话。

    Returns
    -------
    ipywidgets.VBox
        样式类是 ``crmlab-landing``。
    """
    import ipywidgets as w

    field = w.Text(
        value=profile.student_id_or_none() or "",
        description="学号",
        placeholder="如 20260315",
        layout={"width": "320px"},
    )
    button = w.Button(description="保存学号", button_style="")
    answer = w.HTML(value=_reply("字母、数字、- 和 _，最多 32 个字符。"))

    def save(_: Any) -> None:
        try:
            number = profile.set_student_id(field.value)
        except (TypeError, ValueError) as err:
            answer.value = _reply(str(err))
        except OSError as err:
            answer.value = _reply(f"学号没有存下来：{err.strerror}。请检查课程文件夹能不能写入。")
        else:
            field.value = number
            used = profile.student_id_or_none()
            other = "" if used == number else f"不过这台电脑用环境变量 CRMLAB_STUDENT_ID 指定了学号 {used}，以它为准。"
            answer.value = _reply(f"已保存学号 {number}。已经打开的实训要重新运行一遍才会用上它。{other}")

    button.on_click(save)
    box = w.VBox([w.HBox([field, button]), answer])
    box.add_class(CONTAINER)
    return box


def _reply(text: str) -> str:
    return f'<span role="status">{escape(text)}</span>'
