"""The one form in which notebooks are committed."""

import base64
import json

import nbformat
import pytest

from crmlab.authoring import normalise

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"  # one white point, in full colour


def write(path, cells, **metadata):
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


def code(source, cell_id, count=7, outputs=(), **metadata):
    cell = nbformat.v4.new_code_cell(source, id=cell_id, execution_count=count, metadata=metadata)
    cell.outputs = list(outputs)
    return cell


def test_machine_and_widget_traces_are_removed(tmp_path):
    """Are timing, widget state, widget views, kernel versions and odd execution counts gone, and the picture kept?"""
    view = {normalise.WIDGET_VIEW: {"model_id": "a1"}, "image/png": PIXEL, "text/plain": "滑块"}
    outputs = [nbformat.v4.new_output("execute_result", view, execution_count=41)]
    path = write(
        tmp_path / "a.ipynb",
        [code("1+1", "6-1-sum", 41, outputs, execution={"iopub.execute_input": "2026"}, tags=["S6.1"])],
        widgets={"state": 1},
        language_info={"name": "python", "version": "3.11.7"},
    )
    assert normalise.process(path)
    saved = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = saved["cells"]
    assert set(saved["metadata"]) == {"kernelspec", "language_info"} and saved["metadata"]["language_info"] == {
        "name": "python"
    }
    assert cell["metadata"] == {"tags": ["S6.1"]} and cell["execution_count"] == 1
    assert set(cell["outputs"][0]["data"]) == {"image/png", "text/plain"} and cell["outputs"][0]["execution_count"] == 1
    assert base64.b64decode(cell["outputs"][0]["data"]["image/png"])[25] == 3  # the PNG's colour type: a palette


def test_normal_form_is_stable(tmp_path):
    """Does a second pass change nothing?"""
    path = write(
        tmp_path / "a.ipynb", [code("\nx = 1\n", "6-1-x"), nbformat.v4.new_markdown_cell("说明", id="6-1-text")]
    )
    assert normalise.process(path)
    assert not normalise.process(path)


@pytest.mark.slow
def test_execution_fills_outputs_and_keeps_own_progress_out(tmp_path, monkeypatch):
    """Is a notebook executed from a fresh kernel in its own folder, without the author's state folder?"""
    (tmp_path / "here.txt").write_text("在", encoding="utf-8")
    source = "import os, pathlib\nprint(pathlib.Path('here.txt').read_text(encoding='utf-8'), 'own' in os.environ['CRMLAB_STATE_DIR'])"
    monkeypatch.setenv("CRMLAB_STATE_DIR", "own")
    path = write(tmp_path / "a.ipynb", [code(source, "6-1-env", None)])
    assert normalise.process(path, run=True)
    (cell,) = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert "".join(cell["outputs"][0]["text"]) == "在 False\n"


@pytest.mark.slow
def test_failing_cell_is_named_and_the_file_kept(tmp_path, capsys):
    """Does an error name the cell, leave the file as it was and set the exit code?"""
    path = write(tmp_path / "a.ipynb", [code("1/0", "6-1-bad", None)])
    before = path.read_bytes()
    assert normalise.main(["--execute", str(path)]) == 1
    assert capsys.readouterr().err == f"{path}：单元格 6-1-bad 出错：ZeroDivisionError: division by zero\n"
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "不是能读的笔记本"), (b"\xff\xfe", "不是能读的笔记本"), (None, "找不到笔记本")]
)
def test_unreadable_files_are_refused(tmp_path, capsys, content, said):
    """Do an empty, a binary and a missing file give one Chinese line and exit code 1?"""
    path = tmp_path / "a.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert normalise.main([str(path)]) == 1
    assert said in capsys.readouterr().err
    assert normalise.main([]) == 2
