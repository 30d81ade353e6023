"""From what the interpreters said to outputs in the notebook and points."""

from collections.abc import Mapping
from typing import Any

import nbformat

from autograder.engine import hidden
from autograder.engine.result import CellResult


def error(name: str, text: str) -> dict[str, Any]:
    """Return an error output of one sentence."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [text]}


def show(node: Any, index: int, outputs: list[dict[str, Any]]) -> None:
    """Put a cell's outputs into the notebook."""
    node["execution_count"] = index + 1
    node["outputs"] = [nbformat.from_dict(output) for output in outputs]


def score(step: Any, number: int, reply: Mapping[str, Any], seconds: float) -> CellResult:
    """Return what a check earned: an error 0, a number as its last value that number, else all its points.

    Parameters
    ----------
    step : Step
        The check.
    number : int
        Its execution count.
    reply : mapping
        What the interpreter said after running it.
    seconds : float
        How long it took.
    """
    message = ""
    for output in reply["outputs"]:
        if output["output_type"] == "error":
            message = hidden.told(output, {number: step.code})[:1000]
    if reply["error"] is not None:
        if reply.get("late"):
            return CellResult("check", step.points, 0.0, "timed_out", "运行时间太长，已经停止。", seconds)
        return CellResult("check", step.points, 0.0, "failed", message, seconds)
    value = reply["number"]
    if value is None:
        return CellResult("check", step.points, step.points, "passed", message, seconds)
    points = min(max(float(value), 0.0), step.points)
    return CellResult("check", step.points, points, "partial" if points < step.points else "passed", message, seconds)
