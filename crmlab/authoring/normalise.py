"""Bring a notebook into the one form in which it is committed; optionally execute it first.

Run as ``python -m crmlab.authoring.normalise [--execute] FILE...``.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from crmlab._files import write_atomic

KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"name": "python"}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def normal_form(notebook: Any) -> Any:
    """返回笔记本的规范形式：不含计时、控件状态和机器信息，运行序号从 1 连续编起。

    Parameters
    ----------
    notebook : NotebookNode
        任意第 4 版笔记本。

    Returns
    -------
    NotebookNode
        新的笔记本；原来的不改。

    Notes
    -----
    控件输出里的“控件视图”被去掉，只留同一输出里的静态图：没有内核的读者看到图，运行后仍是控件。
    """
    import copy

    import nbformat

    nb = copy.deepcopy(notebook)
    nb.metadata = nbformat.from_dict({"kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO})
    nb.nbformat, nb.nbformat_minor = 4, 5
    count = 0
    for cell in nb.cells:
        kept = {
            key: cell.metadata[key] for key in ("tags", "nbgrader", "editable", "deletable") if key in cell.metadata
        }
        cell.metadata = nbformat.from_dict({k: v for k, v in kept.items() if v != []})
        cell.source = cell.source.strip("\n")
        if cell.cell_type != "code":
            continue
        executed = bool(cell.source.strip()) and cell.execution_count is not None
        count += executed
        cell.execution_count = count if executed else None
        outputs = []
        for output in cell.outputs:
            if "data" in output:
                output.data.pop(WIDGET_VIEW, None)
                if not output.data:
                    continue
                if "image/png" in output.data:
                    output.data["image/png"] = _palette(output.data["image/png"])
            if output.output_type == "execute_result":
                output.execution_count = count
            outputs.append(output)
        cell.outputs = outputs
    return nb


def _palette(picture: str) -> str:
    """Return a PNG (Base64) with at most 128 colours: a chart needs no more, and takes a third of the space."""
    import base64
    import io

    from PIL import Image

    image = Image.open(io.BytesIO(base64.b64decode(picture)))
    if image.mode == "P":
        return picture
    reduced = image.convert("RGB").quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    reduced.save(buffer, "PNG", optimize=True)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def execute(notebook: Any, folder: Path, timeout_s: int = 120) -> Any:
    """在 ``folder`` 里从头运行一遍笔记本，返回带输出的笔记本。

    Parameters
    ----------
    notebook : NotebookNode
        要运行的笔记本。
    folder : Path
        内核的工作目录。
    timeout_s : int
        每个单元格的时限，秒。

    Returns
    -------
    NotebookNode
        带输出的新笔记本。

    Raises
    ------
    RuntimeError
        有单元格出错；消息里有单元格的编号和错误。
    """
    import copy

    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    nb = copy.deepcopy(notebook)
    client = NotebookClient(
        nb,
        timeout=timeout_s,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--IPKernelApp.log_level=40"],  # the kernel warns about its own transport on our terminal
    )
    # A private state folder: neither the author's student number nor their progress may reach a committed notebook.
    with tempfile.TemporaryDirectory() as state:
        try:
            client.execute(env=os.environ | {"CRMLAB_STATE_DIR": state, "PYTHONHASHSEED": "0"})
        except CellExecutionError as err:
            failed = next((c.id for c in nb.cells for o in c.get("outputs", []) if o.output_type == "error"), "?")
            raise RuntimeError(f"单元格 {failed} 出错：{err.ename}: {err.evalue}") from err
    return nb


def process(path: Path, *, run: bool = False) -> bool:
    """把一个笔记本文件改成规范形式，``run`` 为真时先重新运行。出错时文件不变。

    Parameters
    ----------
    path : Path
        笔记本文件。
    run : bool
        是否先重新运行。

    Returns
    -------
    bool
        文件有没有变化。

    Raises
    ------
    ValueError
        不是能读的笔记本。
    RuntimeError
        运行出错。
    """
    import nbformat

    try:
        before = path.read_text(encoding="utf-8")
        notebook = nbformat.reads(before, as_version=4)
    except FileNotFoundError:
        raise ValueError(f"找不到笔记本“{path}”。请检查路径。") from None
    except Exception as err:
        raise ValueError(f"“{path}”不是能读的笔记本：{err}") from err
    if run:
        notebook = execute(notebook, path.resolve().parent)
    after = nbformat.writes(normal_form(notebook), version=4, indent=1, ensure_ascii=False).rstrip("\n") + "\n"
    if after == before:
        return False
    write_atomic(path, after)
    return True


def main(arguments: list[str]) -> int:
    """Process the files named on the command line; return the exit code."""
    run = "--execute" in arguments
    paths = [Path(a) for a in arguments if a != "--execute"]
    if not paths:
        print("用法：python -m crmlab.authoring.normalise [--execute] 笔记本…", file=sys.stderr)
        return 2
    failed = 0
    for path in paths:
        try:
            print(f"{path}：{'已更新' if process(path, run=run) else '没有变化'}")
        except (ValueError, RuntimeError) as err:
            failed += 1
            print(f"{path}：{err}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
