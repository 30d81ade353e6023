"""An IPython shell without a kernel: runs one cell in this process and returns nbformat outputs."""

import ast
import base64
import io
import sys
import warnings
from pathlib import Path
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

MAX_TEXT = 200_000  # characters a cell
MAX_MEDIA = 4 * 2**20  # bytes a cell
_OURS = f"File {Path(__file__).parent}"  # frames of the engine in a traceback: they help nobody
_CUT = "\n（输出太长，后面的没有保留。）\n"


class Outputs:
    """What one cell shows, in nbformat's form, with a cap on text and on pictures."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.items: list[dict[str, Any]] = []
        self._text = 0
        self._media = 0
        self._cut = False
        self._clear_next = False

    def stream(self, name: str, text: str) -> None:
        """Add text of stdout or stderr; consecutive text of one stream becomes one output."""
        text = self._fit(str(text))
        if not text:
            return
        self._ready()
        last = self.items[-1] if self.items else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["parts"].append(text)
        else:
            self.items.append({"output_type": "stream", "name": name, "parts": [text]})

    def add(self, output: dict[str, Any]) -> None:
        """Add a display or error output."""
        self._ready()
        if "data" in output:
            output["data"] = {mime: kept for mime, value in output["data"].items() if (kept := self._keep(mime, value))}
            if not output["data"]:
                return
        self.items.append(output)

    def clear_output(self, wait: bool) -> None:
        """Do what ``IPython.display.clear_output`` asks."""
        if wait:
            self._clear_next = True
        else:
            self.items.clear()

    def take(self) -> list[dict[str, Any]]:
        """Return the outputs and start anew."""
        items = self.items
        for item in items:
            if "parts" in item:
                item["text"] = "".join(item.pop("parts"))
        self.clear()
        return items

    def _ready(self) -> None:
        if self._clear_next:
            self._clear_next = False
            self.items.clear()

    def _fit(self, text: str) -> str:
        room = MAX_TEXT - self._text
        self._text += len(text)
        if len(text) <= room:
            return text
        if self._cut:
            return ""
        self._cut = True
        return text[: max(0, room)] + _CUT

    def _keep(self, mime: str, value: Any) -> Any:
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode("ascii")
        if not isinstance(mime, str):
            return None
        if mime.startswith("image/") and isinstance(value, str):
            self._media += len(value)
            return value if self._media <= MAX_MEDIA else None
        if isinstance(value, str):
            return self._fit(value)
        # A dictionary (a widget's view, a plot's JSON) is of no use without a page that shows it.
        return None


class _Stream(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name = f"<{name}>"
        self._name, self._outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._outputs.stream(self._name, text)
        return len(text)


class _Publisher(DisplayPublisher):
    outputs: Outputs

    def publish(  # type: ignore[override]
        self, data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False, **_: Any
    ) -> None:
        self.outputs.add({"output_type": "display_data", "data": dict(data), "metadata": metadata or {}})

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.clear_output(wait)


class _Hook(DisplayHook):
    outputs: Outputs

    def __call__(self, result: Any = None) -> None:
        hook: Any = self  # IPython's methods carry no types
        hook.check_for_underscore()
        if result is None or hook.quiet():
            return
        data, metadata = hook.compute_format_data(result)
        hook.update_user_ns(result)
        hook.fill_exec_result(result)
        self.outputs.add({
            "output_type": "execute_result", "data": data, "metadata": metadata,
            "execution_count": hook.shell.execution_count,
        })  # fmt: skip


class Shell(InteractiveShell):
    """The shell; one a process, made before the fork so that a run starts at once."""

    def __init__(self, **kwargs: Any) -> None:
        config = Config()
        config.HistoryManager.enabled = False  # it would start a thread, and a fork takes no threads along
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.xmode = "Context"
        config.InteractiveShell.cache_size = 0
        self.outputs = Outputs()
        start: Any = super().__init__
        start(
            config=config, display_pub_class=_Publisher, displayhook_class=_Hook, user_ns={"__name__": "__main__"}, **kwargs
        )  # fmt: skip
        for part in (self.display_pub, self.displayhook):
            vars(part)["outputs"] = self.outputs
        manager: Any = self.input_transformer_manager
        self._translators = [*manager.cleanup_transforms, *self.input_transformers_post]

    def transform_cell(self, raw_cell: str) -> str:
        """Return a cell as Python. What is Python already has nothing to be translated, and that is quickly seen."""
        manager: Any = self.input_transformer_manager
        # A single line may be a magic without its percent sign.
        plain = "\n" in raw_cell.strip() and (raw_cell[:1].isidentifier() or raw_cell[:1] == "#")
        plain &= not raw_cell.startswith("In [")  # a pasted prompt could be Python
        if plain and self._translators == [*manager.cleanup_transforms, *self.input_transformers_post]:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    ast.parse(raw_cell)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
            else:
                return raw_cell if raw_cell.endswith("\n") else raw_cell + "\n"
        translate: Any = super().transform_cell
        return str(translate(raw_cell))

    def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
        try:
            said = str(evalue)
        except Exception:
            said = "（这个错误写不成文字）"
        self.outputs.add({
            "output_type": "error", "ename": str(getattr(etype, "__name__", etype))[:200], "evalue": said[:2000],
            "traceback": [frame[:20_000] for frame in stb if not frame.startswith(_OURS)][:200],
        })  # fmt: skip

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no window here."""

    def run(
        self, code: str, number: int, quiet: bool = False
    ) -> tuple[list[dict[str, Any]], Any, BaseException | None]:
        """Run one cell.

        Parameters
        ----------
        code : str
            The cell's text; magics are allowed.
        number : int
            Its execution count.
        quiet : bool
            Nobody will look at its figures and tables: do not draw them.

        Returns
        -------
        tuple of (outputs, last value, error)
            Outputs in nbformat's form; the value of the last expression or None; the exception or None.
        """
        self.outputs.clear()
        self.execution_count = number
        out, err = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _Stream("stdout", self.outputs), _Stream("stderr", self.outputs)
        formatter = vars(self.display_formatter)
        if quiet:
            formatter["format"] = _draw_nothing
        try:
            run_cell: Any = self.run_cell
            result = run_cell(code, store_history=False, silent=False)
        finally:
            sys.stdout, sys.stderr = out, err
            formatter.pop("format", None)
        return self.outputs.take(), result.result, result.error_before_exec or result.error_in_exec


def _draw_nothing(*_: Any, **__: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {}, {}


def make_shell() -> Shell:
    """Return this process's shell, with matplotlib's figures shown in the outputs."""
    from matplotlib import pyplot

    shell: Any = Shell.instance()
    shell.enable_matplotlib("inline")
    # As in a kernel: a cell's figures are shown and closed first, so that there is none left to be drawn once more.
    pyplot.uninstall_repl_displayhook()
    pyplot.install_repl_displayhook()
    return shell  # type: ignore[no-any-return]
