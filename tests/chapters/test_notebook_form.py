"""Every committed notebook is in the form in which it is committed; every fault in that form is found."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crmlab.authoring import audit
from crmlab.authoring.normalise import process
from crmlab.paths import project_root

ROOT = project_root()
COURSE = [f for f in audit.notebooks_on_disk(ROOT) if not f.startswith("labs/")]
COMMITTED = ["index.ipynb", *COURSE, *audit.gallery_on_disk(ROOT)]


@pytest.mark.parametrize("file", COMMITTED)
def test_committed_notebook_is_in_form(file: str):
    """Is this notebook executed, normalised, readable and free of machine traces?"""
    assert audit.form_problems(ROOT / file, ROOT, allow_def=not file.startswith(("chapters/", "docs/"))) == []


GOOD: dict[str, Any] = {
    "cells": [
        {"cell_type": "markdown", "id": "6-1-title", "metadata": {}, "source": "# 初识"},
        {
            "cell_type": "code",
            "id": "6-1-try",
            "metadata": {"tags": ["exercise"]},
            "source": "answer = 1",
            "execution_count": 1,
            "outputs": [],
        },
        {
            "cell_type": "code",
            "id": "6-1-check",
            "metadata": {},
            "source": "answer",
            "execution_count": 2,
            "outputs": [
                {"output_type": "execute_result", "execution_count": 2, "metadata": {}, "data": {"text/plain": "1"}}
            ],
        },
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABAQMAAAAl21bKAAAAA1BMVEX///+nxBvIAAAACklEQVR42mNgAAAAAgAB5Sfe/AAAAABJRU5ErkJggg=="  # one white point, with a palette


def stored(folder: Path, change: Callable[[list[dict[str, Any]]], object], *, normal: bool = True) -> list[str]:
    """Return the findings on the good notebook after ``change`` has been at its cells."""
    notebook = copy.deepcopy(GOOD)
    change(notebook["cells"])
    path = folder / "x.ipynb"
    path.write_text(json.dumps(notebook, ensure_ascii=False), encoding="utf-8")
    if normal:
        process(path)
    return audit.form_problems(path, folder)


def output(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return [{"output_type": "display_data", "metadata": metadata or {}, "data": data}]


def test_good_notebook_is_clean(tmp_path: Path):
    """Does a notebook in order give no finding?"""
    assert stored(tmp_path, lambda cells: None) == []


def test_form_is_idempotent(tmp_path: Path):
    """Does a second normalisation change nothing?"""
    stored(tmp_path, lambda cells: None)
    assert process(tmp_path / "x.ipynb") is False


FAULTS: list[tuple[Callable[[list[dict[str, Any]]], object], str]] = [
    (lambda c: c[0].update(source="初识"), "x.ipynb 的第一个单元格应是 Markdown 标题（# 开头）。"),
    (
        lambda c: c[1].update(id="a1b2c3d4"),
        "x.ipynb 单元格 a1b2c3d4：编号应由小写英文、数字和短横组成，读得懂，如 6-2-2-csat。",
    ),
    (
        lambda c: c[1].update(metadata={}),
        "x.ipynb 单元格 6-1-check：代码单元格前面要有一格 Markdown，说明看什么。",
    ),
    (
        lambda c: c[1].update(source="def f():\n    return 1"),
        "x.ipynb 单元格 6-1-try：正文里不写 def 或 class。请移到 crmlab；若这一课就教写函数，加标签 teaches-def。",
    ),
    (
        lambda c: c[1].update(source="a = 1\n" * 13),
        "x.ipynb 单元格 6-1-try：有 13 行代码，最多 12 行。请拆开，或移到 crmlab。",
    ),
    (
        lambda c: c[2].update(execution_count=None, outputs=[]),
        "x.ipynb 单元格 6-1-check：没有运行过。请运行：crmlab notebooks --execute",
    ),
    (
        lambda c: c[1].update(outputs=[{"output_type": "stream", "name": "stderr", "text": "Warning: old\n"}]),
        "x.ipynb 单元格 6-1-try：输出里有警告或错误信息：Warning: old",
    ),
    (
        lambda c: c[1].update(
            outputs=[{"output_type": "error", "ename": "NameError", "evalue": "no x", "traceback": []}]
        ),
        "x.ipynb 单元格 6-1-try：运行出错：NameError: no x",
    ),
    (
        lambda c: c[1].update(outputs=output({"text/plain": "长" * 70_000})),
        "x.ipynb 单元格 6-1-try：一个输出有 210 kB，最多 200 kB。请少输出一些，或把图画小。",
    ),
    (
        lambda c: c[1].update(source="open('/mnt/me/a.csv')"),
        "x.ipynb 单元格 6-1-try：有绝对路径 /mnt/me/a.csv，换一台电脑就不对了。",
    ),
    (
        lambda c: c[1].update(outputs=output({"text/plain": "C:\\Users\\me\\a.csv"})),
        "x.ipynb 单元格 6-1-try：有绝对路径 C:\\Users\\me\\a，换一台电脑就不对了。",
    ),
    (
        lambda c: c[1].update(outputs=output({"image/png": PIXEL, "text/plain": "图"})),
        "x.ipynb 单元格 6-1-try：图没有替代文字，或少于 15 个字。请用 plots.show(ax, alt=…)。",
    ),
    (
        lambda c: c[1].update(outputs=output({"text/plain": "<X object at 0x7f0012345678>"})),
        "x.ipynb 单元格 6-1-try：输出里有内存地址，每次运行都会变。请给这一行赋值，或输出别的。",
    ),
    (
        lambda c: c[0].update(source="# 初识\n\n看图,再想想"),
        "x.ipynb 单元格 6-1-title：中文里用了半角标点“图,再”。请改成全角。",
    ),
    (
        lambda c: c[0].update(source="# 初识\n\n**先看图。** 再选与**“忠诚客户”**相似的人"),
        "x.ipynb 单元格 6-1-title：加粗不会生效，页面上会看到星号：“** 再选与**“忠诚客户””。请把标点移到星号外面。",
    ),
    (
        lambda c: c[0].update(source="# 初识\n\n**先看图。**再想"),
        "x.ipynb 单元格 6-1-title：加粗不会生效，页面上会看到星号：“**先看图。**再想”。请把标点移到星号外面。",
    ),
]


@pytest.mark.parametrize(("change", "message"), FAULTS)
def test_fault_is_found(tmp_path: Path, change: Callable[[list[dict[str, Any]]], object], message: str):
    """Is each fault reported, alone, with cell and remedy?"""
    assert stored(tmp_path, change) == [message]


def test_widget_state_and_timing_are_not_normal(tmp_path: Path):
    """Are a stored widget view and timing metadata reported?"""
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "控件"}
    assert stored(tmp_path, lambda c: c[1].update(outputs=output(view)), normal=False) == [
        "x.ipynb 不是规范形式。请运行：crmlab notebooks x.ipynb",
        "x.ipynb 单元格 6-1-try：输出里存了控件状态。请运行：crmlab notebooks",
    ]
    timing = {"execution": {"iopub.status.busy": "2026-01-01T00:00:00Z"}, "tags": ["exercise"]}
    assert stored(tmp_path, lambda c: c[1].update(metadata=timing), normal=False) == [
        "x.ipynb 不是规范形式。请运行：crmlab notebooks x.ipynb"
    ]


def test_half_width_marks_in_code_and_formulas_are_fine(tmp_path: Path):
    """Are code spans and formulas left alone?"""
    text = "# 初识\n\n写 `列=表['甲,乙']`，即 $甲,乙$；选课用 12:30 这一节。"
    assert stored(tmp_path, lambda c: c[0].update(source=text)) == []
