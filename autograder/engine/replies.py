"""Replies of the student's interpreter, checked before use: whoever runs there may have written them himself."""

from collections.abc import Callable, Mapping
from typing import Any

from autograder.engine.worker import InterpreterEnded


def expect(reply: Mapping[str, Any], op: str) -> None:
    """Check that a reply answers ``op`` and is well formed; raise InterpreterEnded("tampered") when not."""
    try:
        if reply["op"] != op:
            raise ValueError(op)
        if op == "values":
            for name, value in reply["values"].items():
                if not isinstance(reply["digests"][name], str) or not ("data" in value or value["same"] is True):
                    raise ValueError(name)
        if op == "ran":
            for output in reply["outputs"]:
                _OUTPUTS[output["output_type"]](output)
            if not (reply["number"] is None or isinstance(reply["number"], int | float)):
                raise ValueError("number")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InterpreterEnded("tampered") from error


def _bundle(output: dict[str, Any]) -> None:
    if not all(isinstance(mime, str) and isinstance(text, str) for mime, text in output["data"].items()):
        raise ValueError("data")
    if not isinstance(output["metadata"], dict):
        raise ValueError("metadata")


def _texts(*names: str) -> Callable[[dict[str, Any]], None]:
    def check(output: dict[str, Any]) -> None:
        if not all(isinstance(output[name], str) for name in names) or not all(
            isinstance(line, str) for line in output.get("traceback", [])
        ):
            raise ValueError(names)

    return check


_OUTPUTS: dict[str, Callable[[dict[str, Any]], None]] = {
    "stream": _texts("name", "text"),
    "error": _texts("ename", "evalue"),
    "display_data": _bundle,
    "execute_result": _bundle,
}
