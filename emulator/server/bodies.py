"""Takes the body of a request out of its transfer coding, as it comes in, into a file.

Pure but for that file: bytes in, values out. Knows no sockets, no application.
"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from emulator.server.heads import RefusedRequest, bad_request

if TYPE_CHECKING:
    from collections.abc import Generator

    BodyReader = Generator[None, bytes, bytes]
    """Is sent what arrives, and returns what follows the body once that is whole."""

CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?", re.DOTALL)
CHUNK_LINE_BYTES = 4096


def too_large() -> RefusedRequest:
    """Return the refusal of a body above the limit."""
    return RefusedRequest("413 Request Entity Too Large", "The request body exceeds the maximum size.")


def read_sized_body(length: int, file: IO[bytes]) -> BodyReader:
    """Write a body of `length` bytes to `file`."""
    while True:
        data = yield
        file.write(data[:length])
        if len(data) >= length:
            return data[length:]
        length -= len(data)


def read_chunked_body(file: IO[bytes], *, body_bytes: int, trailer_bytes: int) -> BodyReader:
    """Write the content of a chunked body to `file`, and drop its trailers. Raises RefusedRequest."""
    stream = _Stream()
    while size := _chunk_size((yield from stream.line(CHUNK_LINE_BYTES))):
        body_bytes -= size
        if body_bytes < 0:
            raise too_large()
        yield from stream.copy(size, file)
        yield from stream.line(0)  # refuses a chunk that is longer than it says
    while trailer := (yield from stream.line(trailer_bytes)):
        trailer_bytes -= len(trailer)
    return stream.rest()


def _chunk_size(line: bytes) -> int:
    match = CHUNK_SIZE.fullmatch(line)
    if match is None:
        raise bad_request("A chunk does not begin with its size.")
    return int(match[1], 16)


class _Stream:
    """What has arrived, and how much of it has been read."""

    def __init__(self) -> None:
        self._data = b""
        self._at = 0

    def rest(self) -> bytes:
        return self._data[self._at :]

    def line(self, limit: int) -> Generator[None, bytes, bytes]:
        """Return the next line, of `limit` bytes at most, without its CRLF."""
        while (end := self._data.find(b"\r\n", self._at)) < 0:
            if len(self._data) - self._at > limit + 1:
                raise bad_request("A line of the chunked body is too long.")
            yield from self._more()
        if end - self._at > limit:
            raise bad_request("A line of the chunked body is too long.")
        line = self._data[self._at : end]
        self._at = end + 2
        return line

    def copy(self, size: int, file: IO[bytes]) -> Generator[None, bytes, None]:
        while True:
            piece = self._data[self._at : self._at + size]
            file.write(piece)
            self._at += len(piece)
            size -= len(piece)
            if not size:
                return
            yield from self._more()

    def _more(self) -> Generator[None, bytes, None]:
        self._data = self.rest() + (yield)
        self._at = 0
