"""Every kind of file gives a clean notebook or one stated reason."""

import json
from typing import Any

import nbformat
import pytest

from autograder.engine import reading
from autograder.engine.submission import Unreadable, read_notebook
from tests.engine.small_lab import done, raw

CUT_OFF = "文件不是完整的笔记本（JSON 读不出来），多半没有传完。请在 JupyterLab 里重新保存后再交。"


def as_text(**changes: Any) -> str:
    return json.dumps({**json.loads(raw(done())), **changes}, ensure_ascii=False)


def messages(data: bytes) -> list[str]:
    nb, repairs = read_notebook(data)
    nbformat.validate(nb)
    assert [c.source for c in nb.cells] == [c.source for c in done().cells]
    return [r.message for r in repairs]


def test_a_sound_notebook_is_read_without_a_word():
    nb, repairs = read_notebook(raw(done()))
    assert repairs == []
    assert [c.id for c in nb.cells] == [c.id for c in done().cells]
    assert [c.metadata for c in nb.cells] == [c.metadata for c in done().cells]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8-sig", []),
        ("gbk", ["文件的编码是 GBK，不是 UTF-8，已转换。请以后交 JupyterLab 里的原文件。"]),
        ("utf-16", ["文件的编码是 UTF-16，不是 UTF-8，已转换。请以后交 JupyterLab 里的原文件。"]),
        ("utf-16-le", ["文件的编码是 UTF-16，不是 UTF-8，已转换。请以后交 JupyterLab 里的原文件。"]),
        ("utf-16-be", ["文件的编码是 UTF-16，不是 UTF-8，已转换。请以后交 JupyterLab 里的原文件。"]),
        ("utf-32", ["文件的编码是 UTF-32，不是 UTF-8，已转换。请以后交 JupyterLab 里的原文件。"]),
    ],
)
def test_encodings(encoding: str, said: list[str]):
    assert messages(as_text().encode(encoding)) == said


def test_blanks_and_nuls_behind_the_text_do_no_harm():
    assert messages(b"\n\n" + as_text().encode() + b"\n\0\0\0\0") == []


def test_a_broken_byte_costs_one_character():
    data = as_text().encode()
    at = data.index("收银台".encode())
    nb, repairs = read_notebook(data[:at] + b"\xff" + data[at + 1 :])
    assert repairs[0].code == "damaged"
    assert repairs[0].message == "文件里有 3 处字节坏了，坏掉的字换成了“\ufffd”。"
    assert "银台" in nb.cells[6].source


def old(version: int, **sheet: Any) -> bytes:
    return json.dumps({"nbformat": version, "metadata": {}, "worksheets": [sheet]}).encode()


def test_nbformat_3_and_2_are_upgraded():
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["任务"], "metadata": {}},
        {"cell_type": "code", "input": ["a = 1\n", "b = 2"], "outputs": [{}], "language": "python", "prompt_number": 3},
        {"cell_type": "html", "source": "<b>x</b>"},
    ]
    for version in (2, 3):
        nb, repairs = read_notebook(old(version, cells=cells))
        nbformat.validate(nb)
        assert [(c.cell_type, c.source) for c in nb.cells] == [
            ("markdown", "## 任务"),
            ("code", "a = 1\nb = 2"),
            ("markdown", "<b>x</b>"),
        ]
        assert [r.message for r in repairs] == ["笔记本是旧格式（nbformat 3 以前），已转换成现在的格式。"]


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", "empty", "文件是空的。请在 JupyterLab 里重新保存后再交。"),
        (b" \n\0\0", "empty", "文件是空的。请在 JupyterLab 里重新保存后再交。"),
        (b"\xef\xbb\xbf", "empty", "文件是空的。请在 JupyterLab 里重新保存后再交。"),
        (b'{"cells": [{"cell_ty', "not_json", CUT_OFF),
        (b"\x89PNG\r\n\x1a\n\xff\xfe\xfd", "not_json", CUT_OFF),
        (b"1" * 5000, "not_notebook", "文件里没有笔记本的内容。请交 JupyterLab 里保存的 .ipynb 文件。"),
        (b"[1, 2]", "not_notebook", "文件里没有笔记本的内容。请交 JupyterLab 里保存的 .ipynb 文件。"),
        (b'{"a": 1}', "not_notebook", "文件里没有单元格，不是笔记本。请交 JupyterLab 里保存的 .ipynb 文件。"),
        (
            b'{"nbformat": 4, "cells": {}}',
            "not_notebook",
            "文件里没有单元格，不是笔记本。请交 JupyterLab 里保存的 .ipynb 文件。",
        ),
        (
            b'{"nbformat": 99, "cells": []}',
            "unknown_format",
            "笔记本的格式版本（nbformat）是 99，这里只认识 1–4。请在 JupyterLab 里另存后再交。",
        ),
        (
            b"<!DOCTYPE html>",
            "not_json",
            "这是一个网页文件，不是笔记本。请在 JupyterLab 里下载 .ipynb 文件再交。",
        ),
        (b"PK\x03\x04rest", "not_json", "这是一个压缩包，不是笔记本。请解开后交里面的 .ipynb 文件。"),
        (b'{"a":' + b"[" * 200_000, "too_deep", "文件的结构套得太深，不像笔记本，没有打开。"),
        (
            b"[" + b"{}," * 2_000_000 + b"0]",
            "too_big",
            "文件里的数据太多，没有打开。请清除输出，保存后再交。",
        ),
        (
            b'{"nbformat": 4, "cells": [' + b"0," * 5000 + b"0]}",
            "too_many_cells",
            "笔记本有 5001 个单元格，超过了 5000 个，没有打开。请删掉多余的单元格再交。",
        ),
        (
            b" " * 20_000_001,
            "too_big",
            "文件有 20 MB，超过了 20 MB，没有打开。请清除输出、删掉大图，保存后再交。",
        ),
    ],
)
def test_unreadable_files_say_why(data: bytes, code: str, message: str):
    with pytest.raises(Unreadable) as caught:
        read_notebook(data)
    assert (caught.value.code, caught.value.message) == (code, message)


def test_a_missing_version_is_said():
    cells = json.loads(as_text())["cells"]
    for version in ({}, {"nbformat": None}, {"nbformat": float("nan")}, {"nbformat": "vier"}, {"nbformat": True}):
        nb, repairs = read_notebook(json.dumps({"cells": cells, **version}).encode())
        assert len(nb.cells) == len(cells)
        assert [r.message for r in repairs] == ["笔记本没有写明格式版本，按第 4 版读。"]


def test_cells_that_are_no_cells_are_dropped():
    text = as_text(cells=[None, 7, "x", [], *json.loads(as_text())["cells"]])
    assert messages(text.encode()) == ["有 4 个单元格不成样子，已经去掉。"]


@pytest.mark.parametrize(
    ("raw_cell", "kind", "text"),
    [
        ({}, "markdown", ""),
        ({"cell_type": "code"}, "code", ""),
        ({"cell_type": "cpde", "outputs": 3, "source": "a"}, "code", "a"),
        ({"cell_type": ["code"], "source": "a"}, "markdown", "a"),
        ({"cell_type": "code", "source": ["a\n", 5, None, "b"]}, "code", "a\nb"),
        ({"cell_type": "code", "source": {"a": 1}}, "code", ""),
        ({"cell_type": "code", "source": "a\r\nb\rc"}, "code", "a\nb\nc"),
        ({"cell_type": "code", "source": "x = '\ud800'"}, "code", "x = '\ufffd'"),
        ({"cell_type": "raw", "source": "a", "metadata": "m", "id": 3, "outputs": [{}]}, "raw", "a"),
        ({"cell_type": "heading", "level": "9" * 99, "source": "a"}, "markdown", "a"),
    ],
)
def test_odd_cells_are_made_plain(raw_cell: Any, kind: str, text: str):
    nb, _ = read_notebook(json.dumps({"nbformat": 4, "cells": [raw_cell, raw_cell]}).encode())
    nbformat.validate(nb)
    assert [(c.cell_type, c.source) for c in nb.cells] == [(kind, text)] * 2
    assert len({c.id for c in nb.cells}) == 2


def test_metadata_are_bounded_and_lose_what_json_has_not():
    meta = {"deep": {}, "nan": float("nan"), "big": 10**30, "wide": list(range(9999)), "text": "a" * 99_999}
    inner = meta["deep"]
    for _ in range(300):
        inner["x"] = inner = {}
    nb, _ = read_notebook(json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "metadata": meta}]}).encode())
    kept = nb.cells[0].metadata
    assert kept["deep"] == {"x": {"x": {"x": {"x": {"x": None}}}}}
    assert kept["nan"] is None and kept["big"] == 0
    assert len(kept["wide"]) < 500 and "text" not in kept
    json.dumps(kept, allow_nan=False)


def test_only_images_of_text_cells_survive_as_attachments():
    pictures = {"a.png": {"image/png": "AAAA"}, "b": {"text/html": "<script>"}, "c": 3, "d": {"image/png": {"x": 1}}}
    cells = [{"cell_type": kind, "source": "x", "attachments": pictures} for kind in ("markdown", "code")]
    nb, _ = read_notebook(json.dumps({"nbformat": 4, "cells": cells}).encode())
    nbformat.validate(nb)
    assert nb.cells[0].attachments == {"a.png": {"image/png": "AAAA"}}
    assert "attachments" not in nb.cells[1]


def test_the_size_limit_is_on_the_bytes(monkeypatch: pytest.MonkeyPatch):
    data = raw(done())
    monkeypatch.setattr(reading, "MAX_BYTES", len(data))
    assert read_notebook(data)[1] == []
    with pytest.raises(Unreadable, match=r"^文件有 0 MB，超过了 0 MB"):
        read_notebook(data + b" ")
