"""Messages between processes: length-framed JSON over a stream socket, with a cap and a deadline."""

import json
import select
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

MAX_MESSAGE = 64 * 2**20  # bytes
_HEADER = struct.Struct(">I")


class ClosedError(ConnectionError):
    """The other side is gone."""


class GarbledError(ValueError):
    """The other side sent something that is no message."""


class Channel:
    """One end of a conversation.

    Parameters
    ----------
    sock : socket.socket
        A connected stream socket; the channel owns it.
    max_message : int
        Bytes; a longer message makes :class:`GarbledError`.
    """

    def __init__(self, sock: socket.socket, max_message: int = MAX_MESSAGE) -> None:
        self.socket = sock
        self.max_message = max_message
        self._buffer = bytearray()

    def send(self, message: dict[str, Any], seconds: float | None = None, handles: Sequence[int] = ()) -> None:
        """Send one message; raise ClosedError when the other side is gone, TimeoutError when it does not read.

        ``handles`` are open files that travel with the message (see :meth:`receive_with_handles`).
        """
        body = json.dumps(message, ensure_ascii=False, check_circular=False).encode("utf-8", "surrogatepass")
        self.socket.settimeout(seconds)
        try:
            framed = _HEADER.pack(len(body)) + body
            sent = socket.send_fds(self.socket, [framed], handles) if handles else 0
            self.socket.sendall(framed[sent:])
        except TimeoutError:
            raise
        except OSError as error:
            raise ClosedError(str(error)) from error

    def receive(self, seconds: float | None = None) -> dict[str, Any]:
        """Return the next message; raise TimeoutError after ``seconds`` without a whole one."""
        deadline = None if seconds is None else time.monotonic() + seconds
        self._fill(_HEADER.size, deadline)
        (length,) = _HEADER.unpack(self._buffer[: _HEADER.size])
        if length > self.max_message:
            raise GarbledError(f"a message of {length} bytes")
        end = _HEADER.size + length
        self._fill(end, deadline)
        body = bytes(self._buffer[_HEADER.size : end])
        del self._buffer[:end]
        try:
            message = json.loads(body.decode("utf-8", "surrogatepass"))
        except (ValueError, RecursionError) as error:
            raise GarbledError(str(error)) from error
        if not isinstance(message, dict) or not isinstance(message.get("op"), str):
            raise GarbledError("not a message")
        return message

    def receive_with_handles(self) -> tuple[dict[str, Any], list[int]]:
        """Return the next message and the open files that came with it; at most two files a message."""
        data, handles, _, _ = socket.recv_fds(self.socket, 1 << 16, 2)
        if not data:
            raise ClosedError("end of stream")
        self._buffer += data
        return self.receive(), handles

    def close(self) -> None:
        """Close this end."""
        self.socket.close()

    def _fill(self, size: int, deadline: float | None) -> None:
        # A timeout in the middle of a message keeps what has come: the next call goes on with it.
        while len(self._buffer) < size:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self.socket], [], [], left)
            if not ready:
                raise TimeoutError
            try:
                data = self.socket.recv(1 << 20)
            except OSError as error:
                raise ClosedError(str(error)) from error
            if not data:
                raise ClosedError("end of stream")
            self._buffer += data
