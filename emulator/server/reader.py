"""Turns what arrives on a connection into requests, head and body, one after the other.

Keeps the body of a request until it is whole, in memory or in a temporary file. Knows no sockets, no application.
"""

from __future__ import annotations

import logging
from io import BytesIO
from typing import IO, TYPE_CHECKING

from emulator.server.bodies import read_chunked_body, read_sized_body, too_large
from emulator.server.heads import RefusedRequest, Request, bad_request, parse_head

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from emulator.server.bodies import BodyReader
    from emulator.server.limits import Limits

log = logging.getLogger("emulator.server")


class RequestReader:
    """Reads the requests of one connection; `environ` is what the environs of all of them begin with."""

    def __init__(self, environ: WSGIEnvironment, limits: Limits) -> None:
        self.environ = environ
        self.continue_due = False
        """Whether the client waits for a 100 Continue; to be unset by whoever sends it."""
        self._limits = limits
        self._buffer = b""
        self._request: Request | None = None
        self._file: IO[bytes] | None = None
        self._body: BodyReader | None = None

    @property
    def started(self) -> bool:
        """Whether something of the next request is here already."""
        return bool(self._buffer) or self._body is not None

    @property
    def in_body(self) -> bool:
        """Whether the rest of a body is to come."""
        return self._body is not None

    def feed(self, data: bytes) -> Request | None:
        """Take what arrived, or b"" to look at what is here already; returns the next request once it is whole.

        Its body is the file `environ["wsgi.input"]`, good until `close`. Raises RefusedRequest.
        """
        if self._body is not None:
            return self._feed_body(data)
        # Some clients send an empty line after a body.
        self._buffer = buffer = self._buffer + data if self._buffer else data.lstrip(b"\r\n")
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            self._check_unfinished_head()
            return None
        if end > self._limits.header_bytes:
            raise _head_too_large()
        request = parse_head(buffer[:end], self.environ)
        return self._begin_body(request, buffer[end + 4 :])

    def close(self) -> None:
        """Forget the body of the last request."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _check_unfinished_head(self) -> None:
        buffer = self._buffer
        if len(buffer) > self._limits.header_bytes:
            raise _head_too_large()
        if b"\n\n" in buffer or b"\n\r\n" in buffer:
            raise bad_request("Lines have to end in CRLF.")
        if buffer.startswith(b"\x16"):
            raise bad_request("This port speaks plain HTTP, not HTTPS.")

    def _begin_body(self, request: Request, data: bytes) -> Request | None:
        length = request.body_length
        if length is not None and length <= len(data):
            request.environ["wsgi.input"] = BytesIO(data[:length])
            self._buffer = data[length:].lstrip(b"\r\n")
            return request
        if length is not None and length > self._limits.body_bytes:
            raise too_large()
        self._buffer = b""
        self._request = request
        self._file = _open_spool(self._limits.spool_bytes)
        self._body = self._body_reader(length, self._file)
        next(self._body)
        if data:
            return self._feed_body(data)
        self.continue_due = request.expects_continue
        return None

    def _body_reader(self, length: int | None, file: IO[bytes]) -> BodyReader:
        if length is not None:
            return read_sized_body(length, file)
        return read_chunked_body(file, body_bytes=self._limits.body_bytes, trailer_bytes=self._limits.header_bytes)

    def _feed_body(self, data: bytes) -> Request | None:
        assert self._body is not None  # noqa: S101 - the caller looked
        try:
            self._body.send(data)
        except StopIteration as end:
            return self._end_body(end.value)
        except OSError as error:
            log.error("cannot keep the body of a request: %s", error)  # noqa: TRY400 - no trace for a full disk
            raise RefusedRequest("503 Service Unavailable", "There is no room for the request body.") from None
        return None

    def _end_body(self, rest: bytes) -> Request:
        assert self._request is not None  # noqa: S101 - there is a body
        assert self._file is not None  # noqa: S101
        environ = self._request.environ
        environ["CONTENT_LENGTH"] = str(self._file.tell())
        environ["wsgi.input"] = self._file
        self._file.seek(0)
        self._body = None
        self._buffer = rest.lstrip(b"\r\n")
        return self._request


def _head_too_large() -> RefusedRequest:
    return RefusedRequest("431 Request Header Fields Too Large", "The request head exceeds the maximum size.")


def _open_spool(memory_bytes: int) -> IO[bytes]:
    from tempfile import SpooledTemporaryFile  # noqa: PLC0415 - start-up time

    return SpooledTemporaryFile(memory_bytes)
