"""Reading what students send: which lab a notebook is, and whose data it was made with."""

import json
import re
from pathlib import Path
from typing import Any

from crmlab.learn.profile import clean_student_id

_CUT_OFF = "文件不是完整的笔记本（JSON 读不出来），多半没有传完，请学生重新交。"
# What lab.load prints; a saved notebook carries it in its outputs.
_LOADED = re.compile(r"已载入学号 ([A-Za-z0-9_-]{1,32}) 的数据")


def read_cells(data: bytes) -> list[dict[str, Any]]:
    """Return the cells of a notebook file.

    Raises
    ------
    ValueError
        文件是空的、不是 UTF-8、不是笔记本；消息是一句中文。
    """
    if not data.strip():
        raise ValueError("文件是空的，请学生重新保存后再交。")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as err:
        if err.start < len(data) - 3:  # otherwise the file ends in the middle of a character: it was cut off
            raise ValueError("文件不是 UTF-8 编码，多半被别的软件另存过，请学生交 JupyterLab 里的原文件。") from None
        raise ValueError(_CUT_OFF) from None
    except (ValueError, RecursionError):
        raise ValueError(_CUT_OFF) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ValueError("文件不是第 4 版的笔记本，请学生在 JupyterLab 里打开、保存后再交。")
    return cells


def cell_ids(cells: list[dict[str, Any]]) -> set[str]:
    """Return the nbgrader ids of the cells."""
    found = set()
    for cell in cells:
        meta = cell.get("metadata")
        mark = meta.get("nbgrader") if isinstance(meta, dict) else None
        if isinstance(mark, dict) and isinstance(mark.get("grade_id"), str):
            found.add(mark["grade_id"])
    return found


def grade_ids(path: Path) -> set[str]:
    """Return the nbgrader ids in a notebook file."""
    return cell_ids(read_cells(path.read_bytes()))


def is_lab(cells: list[dict[str, Any]], ids: set[str]) -> bool:
    """Return whether at least half of the lab's ids stand in the notebook."""
    return bool(ids) and 2 * len(cell_ids(cells) & ids) >= len(ids)


def belongs_to(path: Path, ids: set[str]) -> bool:
    """Return whether a notebook file is the lab with these ids; False when it cannot be read."""
    try:
        return is_lab(read_cells(path.read_bytes()), ids)
    except (OSError, ValueError):
        return False


def number_in_outputs(cells: list[dict[str, Any]]) -> str | None:
    """Return the student number the saved notebook's data were loaded for, as its own output states."""
    text = json.dumps([cell.get("outputs", []) for cell in cells], ensure_ascii=False)
    found = _LOADED.search(text)
    return clean_student_id(found.group(1)) if found else None
