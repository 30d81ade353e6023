"""Any bytes in: a clean notebook with plain cells, or one stated reason why there is none."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode, from_dict

MAX_BYTES = 20_000_000
MAX_CELLS = 5_000
# Lists and objects in the JSON text: each costs some 70 bytes of memory for two of text.
MAX_NODES = 2_000_000
_METADATA_DEPTH, _METADATA_ITEMS = 6, 500
_BLANK = b"\0 \t\r\n"
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_TYPES = ("code", "markdown", "raw")
_IMAGE = re.compile(r"image/[a-z0-9.+-]{1,40}")
_CUT_OFF = "文件不是完整的笔记本（JSON 读不出来），多半没有传完。请在 JupyterLab 里重新保存后再交。"


class Unreadable(Exception):  # noqa: N818 - the contract's word; it is an outcome, not a defect
    """No notebook can be made of the file.

    ``code`` is one of "empty", "too_big", "too_many_cells", "too_deep", "not_json", "not_notebook" and
    "unknown_format"; ``message`` is a Chinese sentence for the student.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Repair:
    """Something that was mended; ``grade_id`` is None when it concerns no single graded cell."""

    code: str
    grade_id: str | None
    message: str

    def to_dict(self) -> dict[str, str]:
        """Return the repair as a result holds it."""
        return {"code": self.code, "grade_id": self.grade_id or "", "message": self.message}


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return a hash over a submission's files."""
    total = hashlib.sha256()
    for path, content in sorted(files.items()):
        total.update(f"{path} {len(content)}\n".encode("utf-8", "surrogatepass"))
        total.update(content)
    return total.hexdigest()


def read_notebook(data: bytes) -> tuple[NotebookNode, list[Repair]]:
    """Return a notebook (nbformat 4.5) without outputs whose cells hold nothing unexpected, and what was mended.

    Every cell has a unique valid id, a source of one text with Unix line ends and metadata of bounded size.
    Attachments survive when they are images of a text cell.

    Raises
    ------
    Unreadable
        No notebook can be made of the bytes.
    """
    repairs: list[Repair] = []
    if len(data) > MAX_BYTES:
        size, limit = len(data) / 1e6, MAX_BYTES // 1_000_000
        raise Unreadable(
            "too_big", f"文件有 {size:.0f} MB，超过了 {limit} MB，没有打开。请清除输出、删掉大图，保存后再交。"
        )
    document = _parse(data, repairs)
    cells = _cells_of(document, repairs)
    if len(cells) > MAX_CELLS:
        raise Unreadable(
            "too_many_cells",
            f"笔记本有 {len(cells)} 个单元格，超过了 {MAX_CELLS} 个，没有打开。请删掉多余的单元格再交。",
        )
    seen: set[str] = set()
    clean = [_cell(cell, index, seen) for index, cell in enumerate(cells) if isinstance(cell, dict)]
    if len(clean) < len(cells):
        repairs.append(Repair("odd_cells", None, f"有 {len(cells) - len(clean)} 个单元格不成样子，已经去掉。"))
    metadata = _metadata(document.get("metadata"))
    nb = from_dict({"cells": clean, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    return nb, repairs


# --- bytes -> JSON --------------------------------------------------------------------------------------------------


def _parse(data: bytes, repairs: list[Repair]) -> dict[str, Any]:
    if not data.strip(_BLANK + b"\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("empty", "文件是空的。请在 JupyterLab 里重新保存后再交。")
    if data.startswith((b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise Unreadable("not_json", "这是一个压缩包，不是笔记本。请解开后交里面的 .ipynb 文件。")
    problem: Unreadable | None = None
    for text, repair in _texts(data):
        try:
            found = _loads(text)
        except Unreadable as error:
            problem = problem or error
            continue
        if repair is not None:
            repairs.append(repair)
        if not isinstance(found, dict):
            raise Unreadable("not_notebook", "文件里没有笔记本的内容。请交 JupyterLab 里保存的 .ipynb 文件。")
        return found
    raise problem or Unreadable("not_json", _CUT_OFF)


def _texts(data: bytes) -> list[tuple[str, Repair | None]]:
    """Return the readings of the bytes that make sense, best first."""
    for mark, encoding in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"{\0", "utf-16-le"),
        (b"\0{", "utf-16-be"),
    ):
        if data.startswith(mark):
            return [(data.decode(encoding, "replace").strip(_BLANK.decode()), _encoding(encoding[:6].upper()))]
    # A crashed disk leaves NULs behind the text.
    data = data.removeprefix(b"\xef\xbb\xbf").strip(_BLANK)
    try:
        return [(data.decode("utf-8"), None)]
    except UnicodeDecodeError:
        pass
    lossy = data.decode("utf-8", "replace")
    lost = lossy.count("\ufffd")
    kept = sum(len(part) for part in re.findall(r"[^\x00-\x7f\ufffd]+", lossy))
    readings: list[tuple[str, Repair | None]] = [
        (lossy, Repair("damaged", None, f"文件里有 {lost} 处字节坏了，坏掉的字换成了“\ufffd”。"))
    ]
    try:
        readings.insert(len(readings) if kept > lost else 0, (data.decode("gb18030"), _encoding("GBK")))
    except UnicodeDecodeError:
        pass
    return readings


def _encoding(name: str) -> Repair:
    return Repair("encoding", None, f"文件的编码是 {name}，不是 UTF-8，已转换。请以后交 JupyterLab 里的原文件。")


def _loads(text: str) -> Any:
    if text.count("{") + text.count("[") > MAX_NODES:
        raise Unreadable("too_big", "文件里的数据太多，没有打开。请清除输出，保存后再交。")
    try:
        return json.loads(text, strict=False, parse_int=_integer)
    except RecursionError:
        raise Unreadable("too_deep", "文件的结构套得太深，不像笔记本，没有打开。") from None
    except ValueError:
        if text.lstrip().startswith("<"):
            raise Unreadable(
                "not_json", "这是一个网页文件，不是笔记本。请在 JupyterLab 里下载 .ipynb 文件再交。"
            ) from None
        raise Unreadable("not_json", _CUT_OFF) from None


def _integer(digits: str) -> int:
    # int() refuses more than 4,300 digits and is slow long before that; nothing kept holds such a number.
    return int(digits) if len(digits) < 20 else 0


# --- JSON -> cells --------------------------------------------------------------------------------------------------


def _cells_of(document: dict[str, Any], repairs: list[Repair]) -> list[Any]:
    version: Any = document.get("nbformat")
    if isinstance(version, str) and version.isascii() and version.isdigit():
        version = int(version[:9])
    known = isinstance(version, int | float) and not isinstance(version, bool) and math.isfinite(version)
    if known and not 1 <= version < 5:
        shown = f"{version:g}" if abs(version) < 1e6 else "很大的数"
        raise Unreadable(
            "unknown_format", f"笔记本的格式版本（nbformat）是 {shown}，这里只认识 1–4。请在 JupyterLab 里另存后再交。"
        )
    sheets = document.get("worksheets")
    if isinstance(sheets, list) and not isinstance(document.get("cells"), list):
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in _as_list(sheet.get("cells"))]
        repairs.append(Repair("old_format", None, "笔记本是旧格式（nbformat 3 以前），已转换成现在的格式。"))
        return cells
    found = document.get("cells")
    if not isinstance(found, list):
        raise Unreadable("not_notebook", "文件里没有单元格，不是笔记本。请交 JupyterLab 里保存的 .ipynb 文件。")
    if not known:
        repairs.append(Repair("no_version", None, "笔记本没有写明格式版本，按第 4 版读。"))
    return found


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _cell(raw: dict[str, Any], index: int, seen: set[str]) -> dict[str, Any]:
    kind = _kind(raw)
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": unique_id(raw.get("id"), f"student-{index}", seen),
        "metadata": _metadata(raw.get("metadata")),
        "source": _source(raw),
    }
    if kind == "code":
        cell["execution_count"] = None
        cell["outputs"] = []
    elif kind == "markdown" and (images := _images(raw.get("attachments"))):
        cell["attachments"] = images
    return cell


def unique_id(wanted: object, instead: str, seen: set[str]) -> str:
    """Return a valid cell id that is not in ``seen``, and add it there."""
    base = wanted if isinstance(wanted, str) and _CELL_ID.fullmatch(wanted) else re.sub("[^a-zA-Z0-9_-]", "-", instead)
    base = base[:56]
    found, number = base, 1
    while found in seen:
        number += 1
        found = f"{base}-{number}"
    seen.add(found)
    return found


def _kind(raw: dict[str, Any]) -> str:
    kind = raw.get("cell_type")
    if kind in _TYPES:
        return str(kind)
    if "outputs" in raw or "execution_count" in raw or "input" in raw:
        return "code"
    return "markdown"  # heading and html of nbformat 3, and what nobody knows


def _source(raw: dict[str, Any]) -> str:
    value = raw.get("source", raw.get("input"))
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    text = _text(value).replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else ""
    level = raw.get("level")
    if raw.get("cell_type") == "heading" and isinstance(level, int) and 1 <= level <= 6:
        text = "#" * level + " " + text
    return text


def _text(text: str) -> str:
    """Return the text without lone surrogates, which cannot be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _images(value: Any) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, bundle in value.items() if isinstance(value, dict) else ():
        kinds = bundle if isinstance(bundle, dict) else {}
        kept = {
            kind: "".join(content) if isinstance(content, list) else content
            for kind, content in kinds.items()
            if _IMAGE.fullmatch(kind)
            and (isinstance(content, str) or (isinstance(content, list) and all(isinstance(c, str) for c in content)))
        }
        if kept:
            found[_text(name)] = {kind: _text(content) for kind, content in kept.items()}
    return found


def _metadata(value: Any) -> dict[str, Any]:
    budget = [_METADATA_ITEMS]
    found = _bounded(value, _METADATA_DEPTH, budget)
    return found if isinstance(found, dict) else {}


def _bounded(value: Any, depth: int, budget: list[int]) -> Any:
    """Return a copy of the JSON value, cut at a depth and a number of items; odd numbers become None."""
    budget[0] -= 1
    if depth == 0 or budget[0] < 0:
        return None
    if isinstance(value, dict):
        return {_text(key[:200]): _bounded(item, depth - 1, budget) for key, item in value.items() if budget[0] > 0}
    if isinstance(value, list):
        return [_bounded(item, depth - 1, budget) for item in value if budget[0] > 0]
    if isinstance(value, str):
        return _text(value[:10_000])
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
