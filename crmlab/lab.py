"""A lab's data, drawn from the student number, and the small tools its test cells use."""

import hashlib
import importlib
import logging
import pkgutil
import sys
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TextIO

import numpy as np
import pandas as pd

from crmlab import labdata
from crmlab._checks import listing, nearest
from crmlab.labdata._marks import close, draws, gives, names_month, same_column, score
from crmlab.learn import profile
from crmlab.learn.expect import NotYet

__all__ = [
    "LabData",
    "answer",
    "close",
    "draws",
    "gives",
    "load",
    "names",
    "names_month",
    "same_column",
    "score",
]

_DEMO_NOTICE = (
    "现在用的是演示数据：还没有设置学号，做出来的答案不得分。"
    "请打开开始页 index.ipynb 填上学号，回来点菜单“内核”里的“重启并运行所有单元格…”。"
)


@dataclass(frozen=True)
class LabData:
    """一名学生在一个实训里的数据：每张表是一个同名属性，每次取到的都是新的一份。

    Attributes
    ----------
    name : str
        实训的名字，如 ``lab06_satisfaction``。
    student_id : str or None
        数据属于哪个学号；演示数据是 None。
    """

    name: str
    student_id: str | None
    _tables: dict[str, pd.DataFrame] = field(repr=False)

    def __getattr__(self, table: str) -> pd.DataFrame:
        """Return a fresh copy of the table."""
        if table.startswith("_") or table not in self._tables:
            raise AttributeError(
                f"实训“{self.name}”里没有表“{table}”。{nearest(table, self._tables)}现有的表：{listing(self._tables)}。"
            )
        return self._tables[table].copy()

    def __dir__(self) -> list[str]:
        return ["name", "student_id", *self._tables]


def names() -> list[str]:
    """返回有数据的实训名字。

    Returns
    -------
    list of str
        实训名，按名字排序。

    Examples
    --------
    >>> "lab06_satisfaction" in names()
    True
    """
    return sorted(m.name for m in pkgutil.iter_modules(labdata.__path__) if not m.name.startswith("_"))


def load(name: str, student_id: str | None = None, *, quiet: bool = False) -> LabData:
    """载入一个实训的数据。数据由学号算出：同一个学号永远一样，不同学号不一样。

    学号依次取自：参数、环境变量 ``CRMLAB_STUDENT_ID``、开始页存下的学号；都没有时用演示数据，并且打印一行提醒。

    Parameters
    ----------
    name : str
        实训名，如 ``"lab06_satisfaction"``。
    student_id : str, optional
        学号。做实训时不用填；填了就用这个学号的数据。
    quiet : bool
        不打印用的是谁的数据。

    Returns
    -------
    LabData
        每张表是一个属性，如 ``data.survey``。

    Raises
    ------
    ValueError
        没有这个实训（给出最接近的名字），或学号里有不能用的字符。

    Notes
    -----
    在笔记本里调用时，警告改为打印在普通输出里：自动评分把任何错误流输出都当作答错，警告不该扣分。

    Examples
    --------
    >>> load("lab06_satisfaction", "20260315", quiet=True).survey["store"].nunique()
    5
    """
    # Looking through the folder takes longer than anything else here: not for a lab whose data were drawn before.
    drawn = f"{labdata.__name__}.{name}" in sys.modules and not name.startswith("_")
    if not drawn and name not in names():
        raise ValueError(f"没有叫“{name}”的实训。{nearest(name, names())}现有的实训：{listing(names())}。")
    _calm()
    number = profile.student_id() if student_id is None else profile.clean_student_id(student_id)
    if not quiet:
        print(_DEMO_NOTICE if number is None else f"已载入学号 {number} 的数据。每个学号的数据都不一样。")
    return LabData(name, number, _draw(name, (number or "demo").upper()))


@lru_cache(maxsize=8)
def _draw(name: str, key: str) -> dict[str, pd.DataFrame]:
    digest = hashlib.sha256(f"{name}:{key}".encode()).digest()
    tables: dict[str, pd.DataFrame] = importlib.import_module(f"crmlab.labdata.{name}").make(
        np.random.default_rng(int.from_bytes(digest[:8], "big"))
    )
    return tables


class _Stdout:
    """Whatever ``sys.stdout`` is at the moment of writing (a kernel swaps it for every cell)."""

    def write(self, text: str) -> int:
        return sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _calm() -> None:
    """Inside a notebook, send warnings and stray log lines to stdout."""
    if _shell() is None:
        return

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        print(f"提醒（不扣分）：{category.__name__}：{message}")

    warnings.showwarning = show
    handler = logging.StreamHandler(_Stdout())
    handler.setLevel(logging.WARNING)
    logging.lastResort = handler


def answer(name: str) -> Any:
    """取出学生在笔记本里写的答案；检查单元格用它，学生不用。

    Parameters
    ----------
    name : str
        变量名。

    Returns
    -------
    object
        变量的值，原样。

    Raises
    ------
    NotYet
        还没有这个变量（答题单元格没有运行，或运行时出错），或函数里还有 ``...``。
    """
    shell = _shell()
    namespace: dict[str, Any] = vars(sys.modules["__main__"]) if shell is None else shell.user_ns
    if name not in namespace:
        raise NotYet(f"还没有 `{name}`：先运行上面的答题单元格（Shift+Enter）。如果那一格报错，先把它改好。")
    value = namespace[name]
    if ... in getattr(getattr(value, "__code__", None), "co_consts", ()):
        raise NotYet(f"`{name}` 里还有 `...` 没有填：把每一处 `...` 都换成你的代码。")
    return value
