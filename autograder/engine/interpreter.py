"""What runs in a forked interpreter: it takes messages, runs cells, hands out values, calls functions.

The same loop serves both sides. The student's side knows the cells to run and the names to hand out, never a check;
the checker's side gets values as data and calls the student's functions by their handle.
"""

import base64
import builtins
import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from autograder.engine.answers import Encoder, encode_returned
from autograder.engine.answers_decode import Decoder
from autograder.engine.channel import Channel, ClosedError
from autograder.engine.shell import Shell

_HIDDEN = {"In", "Out", "exit", "quit", "get_ipython", "open"}


class RemoteError(Exception):
    """A function of the other side raised an error that has no builtin type."""


class Interpreter:
    """One side of a grading.

    Parameters
    ----------
    channel : Channel
        The way to the engine.
    shell : Shell
        Where cells run.
    """

    def __init__(self, channel: Channel, shell: Shell) -> None:
        self.channel = channel
        self.shell = shell
        self.functions: list[Any] = []
        self.figures: dict[str, Any] = {}
        self.crossed: set[str] = set()  # names that were given from the other side
        self.running = False
        signal.signal(signal.SIGINT, self._interrupted)

    def serve(self) -> None:
        """Answer messages until the engine hangs up."""
        try:
            while True:
                self.channel.send(self.answer(self.channel.receive()))
        except ClosedError:
            return

    def answer(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do what one message asks and return the reply."""
        op = message["op"]
        if op == "run":
            return self.run(message)
        if op == "values":
            return self.values(message)
        if op == "assign":
            return self.assign(message)
        if op == "call":
            return self.called(message)
        if op == "modules":
            return {"op": "modules", "names": [n for n, m in list(sys.modules.items()) if m is not None]}
        if op == "has":
            there = [n for n in message["names"] if n in self.shell.user_ns or hasattr(builtins, n)]
            return {"op": "has", "names": there}
        if op == "snapshot":
            return {"op": "snapshot", "names": self.snapshot()}
        if op == "files":
            return self.files(message)
        raise ValueError(f"unknown message {op!r}")

    def files(self, message: dict[str, Any]) -> dict[str, Any]:
        """Write the submission's files into the current folder; a name that leads elsewhere is left out."""
        here = Path.cwd().resolve()
        refused = []
        for name, data in message["files"].items():
            path = Path(os.path.normpath(here / name))
            if not path.is_relative_to(here) or path == here:
                refused.append(name)
                continue
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(base64.b64decode(data))
            except OSError:
                refused.append(name)
        return {"op": "files", "refused": refused}

    def run(self, message: dict[str, Any]) -> dict[str, Any]:
        """Run one cell and tell what it showed, whether it failed, and its last value where that is a number."""
        started = time.perf_counter()
        self.running = True
        try:
            outputs, value, error = self.shell.run(message["code"], message["number"], message.get("quiet", False))
        finally:
            self.running = False
        number = None
        if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
            number = float(value)
        return {
            "op": "ran",
            "outputs": outputs,
            "error": None if error is None else type(error).__name__,
            "number": None if number is None or not np.isfinite(number) else number,
            "seconds": time.perf_counter() - started,
        }

    def values(self, message: dict[str, Any]) -> dict[str, Any]:
        """Hand out named values; one that the engine has already in this form is only confirmed."""
        encoder = Encoder(self.functions)
        space = self.shell.user_ns
        found: dict[str, Any] = {}
        digests: dict[str, str] = {}
        for name in message["names"]:
            if name not in space:
                continue
            data = encoder.encode(space[name])
            digests[name] = _digest(data)
            found[name] = {"same": True} if message["known"].get(name) == digests[name] else {"data": data}
        return {"op": "values", "values": found, "digests": digests}

    def assign(self, message: dict[str, Any]) -> dict[str, Any]:
        """Take named values of the other side, and forget the names that it no longer has."""
        decoder = self._decoder()
        refused = []
        for name, data in message["values"].items():
            try:
                self.shell.user_ns[name] = decoder.decode(data)
                self.crossed.add(name)
            except Exception as error:
                refused.append([name, f"{type(error).__name__}: {error}"[:300]])
                self.shell.user_ns.pop(name, None)
                self.crossed.discard(name)
        for name in message["missing"]:
            self.shell.user_ns.pop(name, None)
            self.crossed.discard(name)
        if message["modules"]:
            imports = "\n".join(f"import {module} as {name}" for name, module in message["modules"].items())
            self.shell.run(imports, 0)
        return {"op": "assigned", "refused": refused}

    def called(self, message: dict[str, Any]) -> dict[str, Any]:
        """Call one of this side's functions with arguments of the other side."""
        decoder = self._decoder()
        encoder = Encoder(self.functions)
        self.running = True
        space = self.shell.user_ns
        gone = {name: space.pop(name) for name in message.get("gone", ()) if name in space}
        try:
            function = self.functions[message["handle"]]
            args = [decoder.decode(a) for a in message["args"]]
            kwargs = {name: decoder.decode(a) for name, a in message["kwargs"].items()}
            before = [_digest(_Identity().encode(a)) for a in (*args, *kwargs.values())]
            value = encode_returned(encoder, function(*args, **kwargs))
        except BaseException as error:
            return _raised(error)
        finally:
            self.running = False
            for name, value_before in gone.items():
                space.setdefault(name, value_before)
        changed = [
            [place, encoder.encode(a)]
            for place, (a, digest) in enumerate(zip((*args, *kwargs.values()), before, strict=True))
            if _digest(_Identity().encode(a)) != digest
        ]
        return {"op": "returned", "value": value, "changed": changed}

    def call(self, handle: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the other side and wait for what it returns, serving its calls to us meanwhile."""
        encoder = Encoder(self.functions)
        message = {
            "op": "call", "handle": handle, "args": [encoder.encode(a) for a in args],
            "kwargs": {name: encoder.encode(a) for name, a in kwargs.items()},
            # A check may delete an answer to see who needs it.
            "gone": [name for name in sorted(self.crossed) if name not in self.shell.user_ns],
        }  # fmt: skip
        was, self.running = self.running, False  # an interrupt must not tear a message apart
        try:
            self.channel.send(message)
            reply = self.channel.receive()
            while reply["op"] == "call":
                self.channel.send(self.called(reply))
                reply = self.channel.receive()
        finally:
            self.running = was
        decoder = self._decoder()
        if reply["op"] == "raised":
            raise _error(reply)
        for place, data in reply["changed"]:
            _overwrite((*args, *kwargs.values())[place], decoder.decode(data))
        return decoder.decode(reply["value"])

    def snapshot(self) -> dict[str, Any]:
        """Return identity, content digest and kind of every name: what a cell changed shows in the difference."""
        found = {}
        for name, value in list(self.shell.user_ns.items()):
            if name.startswith("_") or name in _HIDDEN:
                continue
            data = _Identity().encode(value)
            mark = data["t"] if isinstance(data, dict) else "plain"
            detail = data.get("name", "") if mark == "module" else data.get("type", "") if mark == "uncrossable" else ""
            found[name] = [id(value), _digest(data), mark, detail]
        return found

    def _decoder(self) -> Decoder:
        return Decoder(self.call, kept=self.figures)

    def _interrupted(self, *_: Any) -> None:
        if self.running:
            raise KeyboardInterrupt("运行时间太长，已经停止。")


class _Identity(Encoder):
    """Encodes for comparison only: a function is known by its identity, not by a new handle each time."""

    def __init__(self) -> None:
        super().__init__([])

    def function(self, value: Any) -> dict[str, Any]:
        return {"t": "function", "identity": id(value)}


def _digest(data: Any) -> str:
    return hashlib.sha1(json.dumps(data).encode(), usedforsecurity=False).hexdigest()


def _raised(error: BaseException) -> dict[str, Any]:
    try:
        said = str(error)[:2000]
    except Exception:
        said = ""
    return {"op": "raised", "types": [base.__name__ for base in type(error).__mro__], "message": said}


def _error(reply: dict[str, Any]) -> BaseException:
    """Return the error that a function of the other side raised, as the nearest builtin type."""
    for name in reply["types"]:
        kind = getattr(builtins, str(name), None)
        # Only Exception: the other side must not be able to end this one with SystemExit or KeyboardInterrupt.
        if isinstance(kind, type) and issubclass(kind, Exception):
            try:
                return kind(reply["message"])
            except TypeError:
                continue
    return RemoteError(f"{reply['types'][0] if reply['types'] else 'Error'}: {reply['message']}")


def _overwrite(target: Any, value: Any) -> None:
    """Give a mutable argument the content that the called function left in its copy."""
    if isinstance(target, list):
        target[:] = value
    elif isinstance(target, dict | set):
        target.clear()
        target.update(value)
    elif isinstance(target, np.ndarray):
        target[...] = value
    elif type(target).__module__.partition(".")[0] == "pandas" and hasattr(target, "_update_inplace"):
        target._update_inplace(value)


def prepare(environment: dict[str, str], folder: str | None) -> None:
    """Set up this process as the interpreter of one run: environment, folder, module search path."""
    os.environ.clear()
    os.environ.update(environment)
    if folder is not None:
        os.chdir(folder)
    if "" not in sys.path:
        sys.path.insert(0, "")
    time.tzset()
