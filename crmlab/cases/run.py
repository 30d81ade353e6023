"""Cases on the command line: list them, check parameters, run one with papermill, export one HTML page.

A parameter is a line ``name = value  # 说明`` in the cell tagged ``parameters``. The comment may end with what is
allowed: ``1–20`` for a number, ``可选：甲、乙`` for a text. Both are checked before anything runs.
"""

import ast
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlab._checks import listing, nearest
from crmlab._files import write_atomic
from crmlab.paths import project_root

Value = int | float | str | bool
TYPE_NAMES: dict[type, str] = {bool: "“是”或“否”", int: "整数", float: "小数", str: "文字"}
_YES = {"true": True, "是": True, "1": True, "false": False, "否": False, "0": False}
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)–(\d+(?:\.\d+)?)$")
_CHOICES = re.compile(r"可选：(.+)$")


class CaseError(ValueError):
    """案例运行不了；消息说原因和下一步。"""


@dataclass(frozen=True)
class Parameter:
    """案例的一个参数。

    Attributes
    ----------
    name : str
        参数名，如 ``"gift_cost"``。
    default : int, float, str or bool
        不指定时的值；它的类型就是参数的类型。
    comment : str
        中文说明，末尾可以写允许的范围。
    """

    name: str
    default: Value
    comment: str

    @property
    def low_high(self) -> tuple[float, float] | None:
        """说明末尾写的范围（``1–20``）；没有写时为 None。"""
        found = _RANGE.search(self.comment)
        return (float(found[1]), float(found[2])) if found else None

    @property
    def choices(self) -> list[str]:
        """说明末尾写的可选值（``可选：甲、乙``）；没有写时为空。"""
        found = _CHOICES.search(self.comment)
        return found[1].split("、") if found else []

    def __str__(self) -> str:
        return f"{self.name}（{TYPE_NAMES[type(self.default)]}，默认 {self.default}）：{self.comment}"

    def read(self, text: str) -> Value:
        """把命令行上的文字变成这个参数的值。

        Parameters
        ----------
        text : str
            命令行上等号右边的文字。

        Returns
        -------
        int, float, str or bool
            与默认值同类型的值。

        Raises
        ------
        ValueError
            类型不对、超出范围或不在可选值里；消息是一句中文。

        Examples
        --------
        >>> Parameter("gift_cost", 6.0, "每份赠品的成本，元，0–12").read("8")
        8.0
        """
        value = self._typed(text.strip())
        if self.choices and value not in self.choices:
            raise ValueError(
                f"参数 {self.name} 不能是“{value}”。{nearest(value, self.choices)}可用的值：{listing(self.choices)}。"
            )
        if self.low_high and not isinstance(value, str):
            low, high = self.low_high
            if not low <= value <= high:
                raise ValueError(f"参数 {self.name} 应在 {low:g}–{high:g} 之间，你给的是 {value:g}。")
        return value

    def _typed(self, text: str) -> Value:
        kind = type(self.default)
        try:
            if kind is bool:
                return _YES[text.lower()]
            value: Value = kind(text)
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError
        except (ValueError, KeyError):
            raise ValueError(f"参数 {self.name} 应是{TYPE_NAMES[kind]}，你给的是“{text}”。") from None
        return value


@dataclass(frozen=True)
class Case:
    """一个案例。

    Attributes
    ----------
    id : str
        案例目录名，如 ``"c06_afu"``。
    title : str
        笔记本的标题。
    path : Path
        笔记本文件。
    parameters : tuple of Parameter
        可以改的参数。
    """

    id: str
    title: str
    path: Path
    parameters: tuple[Parameter, ...]


def list_cases() -> list[Case]:
    """列出全部案例和它们的参数。

    Returns
    -------
    list of Case
        按目录名排好。

    Raises
    ------
    CaseError
        有案例的笔记本读不了，或参数单元格写得不对。

    Examples
    --------
    >>> [p.name for case in list_cases() if case.id == "c06_afu" for p in case.parameters]
    ['gift_cost', 'margin_yuan', 'monthly_orders']
    """
    return [find_case(name) for name in _names()]


def find_case(case_id: str) -> Case:
    """按目录名找一个案例。

    Parameters
    ----------
    case_id : str
        案例目录名，如 ``"c06_afu"``。

    Returns
    -------
    Case
        案例。

    Raises
    ------
    CaseError
        没有这个案例，或它的笔记本读不了。
    """
    names = _names()
    if case_id not in names:
        raise CaseError(f"没有叫“{case_id}”的案例。{nearest(case_id, names)}现有的案例：{listing(names, 40)}。")
    path = project_root() / "cases" / case_id / "case.ipynb"
    notebook = _load(case_id, path)
    first = str(notebook.cells[0].source).splitlines()[0] if notebook.cells else ""
    return Case(case_id, first.lstrip("# ").strip() or case_id, path, _parameters(case_id, notebook))


def check_parameters(case: Case, given: Mapping[str, str]) -> dict[str, Value]:
    """检查命令行给的参数，变成对应类型的值；不运行任何东西。

    Parameters
    ----------
    case : Case
        案例。
    given : mapping of str to str
        参数名到文字。

    Returns
    -------
    dict of str to value
        参数名到值。

    Raises
    ------
    CaseError
        名字写错、类型不对或超出范围；消息里列出全部可用的参数。
    """
    known = {p.name: p for p in case.parameters}
    valid = "可用的参数：\n" + "\n".join(f"  {p}" for p in case.parameters)
    if not known:
        valid = "这个案例没有可以改的参数。"
    values = {}
    for name, text in given.items():
        if name not in known:
            raise CaseError(f"案例“{case.id}”没有参数“{name}”。{nearest(name, known)}{valid}")
        try:
            values[name] = known[name].read(text)
        except ValueError as err:
            raise CaseError(f"{err}{valid}") from None
    return values


def run_case(case_id: str, parameters: Mapping[str, str], out: Path) -> Path:
    """用给定的参数运行一个案例，结果写成一个可以离线打开的网页。

    Parameters
    ----------
    case_id : str
        案例目录名，如 ``"c06_afu"``。
    parameters : mapping of str to str
        要改的参数：名字到命令行上的文字；没有提到的用默认值。
    out : Path
        网页文件，以 ``.html`` 结尾；已经有时，运行成功才替换。

    Returns
    -------
    Path
        写好的网页的绝对路径。

    Raises
    ------
    CaseError
        案例名、参数或输出位置不对（此时什么都没有运行），或有单元格出错（此时不写文件）。

    Notes
    -----
    “即时练”的单元格不运行，也不出现在网页里，所以不会改动学习进度。
    """
    case = find_case(case_id)
    values = check_parameters(case, parameters)
    target = _check_out(out)
    write_atomic(target, _page(case, values, _execute(case, values)))
    return target


def _names() -> list[str]:
    return sorted(p.parent.name for p in (project_root() / "cases").glob("*/case.ipynb"))


def _load(case_id: str, path: Path) -> Any:
    import nbformat

    try:
        return nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    except Exception as err:
        raise CaseError(f"案例“{case_id}”的笔记本读不了（{err}）。请重新下载 cases/{case_id}/case.ipynb。") from err


def _parameters(case_id: str, notebook: Any) -> tuple[Parameter, ...]:
    import papermill

    found = papermill.inspect_notebook(notebook)
    parameters = []
    for name, entry in found.items():
        try:
            default = ast.literal_eval(entry["default"])
        except (ValueError, SyntaxError):
            default = None
        if type(default) not in TYPE_NAMES:
            raise CaseError(
                f"案例“{case_id}”的参数 {name} 的默认值应是一个数、文字或 True/False，"
                f"现在是 {entry['default']}。请改 parameters 单元格。"
            )
        parameters.append(Parameter(name, default, str(entry["help"]).strip()))
    return tuple(parameters)


def _check_out(out: Path) -> Path:
    target = Path(out).expanduser().absolute()
    if target.suffix.lower() not in (".html", ".htm"):
        raise CaseError(f"输出文件应以 .html 结尾，你给的是“{out}”。例如：--out report.html")
    if target.is_dir():
        raise CaseError(f"“{out}”是一个文件夹，不能当网页文件。请换一个文件名。")
    if not target.parent.is_dir():
        raise CaseError(f"文件夹“{target.parent}”不存在。请先建好它，或换一个位置。")
    if not os.access(target.parent, os.W_OK):
        raise CaseError(f"没有权限在“{target.parent}”里写文件。请换一个位置。")
    return target


def _execute(case: Case, values: Mapping[str, Value]) -> Any:
    import papermill

    notebook = _load(case.id, case.path)
    # Exercises would only say "not answered yet", and would enter that into the reader's own progress.
    notebook.cells = [
        c
        for c in notebook.cells
        if "exercise" not in c.metadata.get("tags", []) and not c.source.startswith("### 即时练")
    ]
    by_source = {cell.source: cell.id for cell in notebook.cells}
    try:
        return papermill.execute_notebook(
            notebook,
            None,
            dict(values),
            kernel_name="python3",
            progress_bar=False,
            cwd=case.path.parent,
            extra_arguments=["--IPKernelApp.log_level=CRITICAL"],  # its notices on transport and shutdown are no news
        )
    except papermill.PapermillExecutionError as err:
        cell = by_source.get(err.source, err.exec_count)
        raise CaseError(
            f"案例“{case.id}”运行到单元格 {cell} 时出错，没有写网页。\n{err.ename}：{err.evalue}\n"
            "参数改得太极端时会这样，先换一个接近默认值的试试；还是不行，请告诉老师。"
        ) from None
    except RuntimeError as err:  # the kernel did not start, or died
        raise CaseError(f"案例“{case.id}”没有运行完，Python 内核停了（{err}）。没有写网页。请再运行一次。") from err


def _page(case: Case, values: Mapping[str, Value], notebook: Any) -> str:
    from crmlab.cases.page import render

    rows = [
        {"name": p.name, "comment": p.comment, "default": p.default, "value": values.get(p.name, p.default)}
        for p in case.parameters
    ]
    return render(case.title, case.id, rows, notebook)
