"""One accepted connection as bytes in and bytes out, without ever blocking. Knows nothing of HTTP or TLS."""

from __future__ import annotations

import contextlib
import socket


class WaitForRead(Exception):  # noqa: N818 - a request to wait, not an error
    """Nothing can be done until the socket is readable."""


class WaitForWrite(Exception):  # noqa: N818
    """Nothing can be done until the socket is writable."""


class Transport:
    """A plain TCP connection. Its methods raise WaitForRead, WaitForWrite, or OSError when the connection is lost."""

    __slots__ = ("_socket",)

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def recv(self, size: int) -> bytes:
        """Return up to `size` bytes, b"" at the end of the stream."""
        try:
            return self._socket.recv(size)
        except BlockingIOError:
            raise WaitForRead from None

    def send(self, data: bytes | memoryview) -> int:
        """Send what fits; returns how many bytes that was."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            raise WaitForWrite from None

    def finish(self) -> None:
        """Tell the peer that nothing more will come."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
